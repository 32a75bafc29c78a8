"""Names and numbers of contacts, taken out of every cell before anything else looks at it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

from inspections.files.characters import printable

_PHONE = (
    r"(?<![\dA-Za-z])(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"
    r"|(?<![\dA-Za-z])\(?0\d{2,3}\)?[\s\-－—–]?\d{7,8}(?:[\s\-－转]\d{1,5})?(?!\d)"
)
# Two to four characters beside a number are a person, unless they end like a unit (信访股 0374-…).
_NAME = r"[\u4e00-\u9fff·]{2,4}(?<![股科室所站队局委办处院])"
_CONTACT = re.compile(
    rf"[(（]?(?:业务|工作)?(?:联系人|联络员|负责人|责任人|经办人|填报人|联系方式|联系电话|手机号?码?|电话号?码?|电话|手机|邮箱)(?:及(?:联系)?(?:电话|方式))?"
    rf"\s*[:：]\s*(?:{_PHONE}|\d{{3,4}}-?\d{{3,5}}|[\w.+-]{{1,64}}@[\w.-]{{1,100}}|{_NAME})?(?:[\s,，、/]*(?:{_PHONE}|(?<!\d)\d{{7,8}}(?!\d)))*\s*[)）]?"
    rf"|[(（]\s*(?:{_NAME})?[\s,，、:：]*(?:{_PHONE})\s*(?:{_NAME})?\s*[)）]"
    rf"|(?:(?<=[\s,，、;；:：/])|^)(?:{_NAME})[\s,，、:：]*(?:{_PHONE})"
    rf"|(?:{_PHONE})\s*[(（]\s*{_NAME}\s*[)）]"
    rf"|(?:{_PHONE})"
    r"|(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
)


def without_contacts(text: str) -> tuple[str, bool]:
    """`text` without names and numbers of contacts (phones, e-mail, "联系人：…"), and whether there were any."""
    if not re.search(r"\d{7}|\d[\s-]\d{4}|@|联系|联络|电话|手机|负责人|责任人|经办人|填报人|邮箱", text):
        return text, False
    half = unicodedata.normalize("NFKC", text) if re.search("[０-９]", text) else text
    cleaned = _CONTACT.sub(" ", half)
    return (cleaned.strip(" \t,，、;；"), True) if cleaned != half else (text, False)


_LONGEST_EXAMPLE, _LOOKED_AT = 30, 20
_SEPARATORS = re.compile(r"[\s、,，/;；:：|()（）\[\]【】]+")
_SHORT_WORD = re.compile(r"[\u4e00-\u9fff·]{1,9}")
# The commonest surnames: nine people in ten bear one of them.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_LIKE_A_NAME = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff·]{{1,2}}")


def shown_example(cells: Iterable[str]) -> str:
    """The first cell that may be shown, shortened: none that could be a person's name or number; "" where none may.

    Short Chinese words and nothing else may be a name, or several with what they are: 张三（组长）、李四.
    """
    for cell in islice(cells, _LOOKED_AT):
        text = " ".join(without_contacts(printable(cell))[0].split())
        words = [word for word in _SEPARATORS.split(text) if word]
        if not words or re.search(r"\d{6}|@", text) or all(map(_SHORT_WORD.fullmatch, words)):
            continue
        if not any(map(_LIKE_A_NAME.fullmatch, words)):
            return text if len(text) <= _LONGEST_EXAMPLE else text[: _LONGEST_EXAMPLE - 1] + "…"
    return ""
