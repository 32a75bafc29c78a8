"""Names and numbers of contacts, taken out of every cell before anything else looks at it."""

from __future__ import annotations

import re
import unicodedata

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
