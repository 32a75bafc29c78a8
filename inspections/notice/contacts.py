"""Names and numbers of contacts, taken out of every cell before anything else looks at it.

A number is known by its own form (a mobile, one with an area code, an e-mail) or by what stands around it (电话, a
name, brackets); a name by what stands around it and by its surname, since two to four characters alone may be any word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import islice

from inspections.files.characters import printable
from inspections.files.counts import COUNTED
from inspections.files.dates import plain_moment
from inspections.notice.vocabulary import vocabulary

# Figures behind a year and a point are the rest of a day where they are written as one: 2026.01.01-2026.12.31.
_NO_DAY = r"(?!(?<=(?:19|20)\d\d[./])\d{1,2}[./]\d{1,2}(?!\d))(?!(?<=(?:19|20)\d\d[./]\d\d[./])\d\d(?!\d))"
# Between the digits of a number: blanks, dashes of every kind, or nothing.
_GAP = r"[\s\-\u2010-\u2015\u2212\uff0d.·]?"
_MOBILE = rf"{_NO_DAY}(?<![\dA-Za-z])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)"
_AREA = (
    rf"{_NO_DAY}(?<![\dA-Za-z])[(（]?0{_GAP}\d(?:{_GAP}\d){{1,2}}[)）]?\s?{_GAP}\s?\d(?:{_GAP}\d){{6,7}}"
    r"(?:\s?[\-－—转]\s?\d{1,5})?(?!\d)"
)
_HOTLINE = rf"(?<![\dA-Za-z])[48]{_GAP}0{_GAP}0(?:{_GAP}\d){{7}}(?!\d)"
_NUMBER = f"(?:{_MOBILE}|{_AREA}|{_HOTLINE})"
# Seven or eight digits are a number of the place itself; a day, an amount or a code beside letters is none.
_LOCAL = (
    r"(?<![\dA-Za-z.〔\[_\-])(?!(?:19|20)\d{2}(?:\d{4}(?!\d)|[-./年])|\d{4}-(?:19|20)\d\d(?!\d))[2-8](?:[\s\-－]?\d){6,7}"
    rf"(?!\d|[.%‰]\d?|[A-Za-z]|\s?{COUNTED}|\s?[万元年月日号吨米])"
)
_ANY = rf"(?:{_NUMBER}|{_LOCAL})"
_MAIL = r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}\s?[@\uff20]\s?[A-Za-z0-9-]{1,63}(?:\s?\.\s?[A-Za-z0-9-]{1,63}){1,5}"
_CHAT = (
    r"(?:企业)?(?:微信|[Qq]{2}|[Ww]e[Cc]hat|钉钉|腾讯通|RTX)(?:号码?|群号?|ID)?\s{0,9}(?:[:：为是]\s{0,9}|\s{1,9}|(?=[A-Za-z0-9]))"
    r"[A-Za-z0-9_-]{4,30}|(?:电话|手机)?(?:微信同号|同微信|微信同步)"
)
# Words for who is to be asked, and for how.
_WHO = (
    r"(?:业务|工作|具体|主要|科室|部门|项目|单位|技术)?(?:联系人|联络人|联络员|负责人|责任人|经办人|填报人|填表人|制表人|报送人|承办人|审核人"
    r"|负责同志|分管领导|带队领导|信息员|经办|联系|联络|咨询|垂询)(?:姓名)?"
)
_HOW = (
    r"(?:联系|咨询|办公|监督|举报|投诉|服务|值班|移动|固定|业务|单位|手机|座机)?(?:电话|手机|座机|热线|传真|短号|小号|[Tt][Ee][Ll]|[Pp]hone|联系方式|邮箱|电邮|[Ee]-?mail|微信|[Qq]{2})"
    r"(?:号码?|地址)?"
)
_JOIN = r"\s{0,9}(?:[和及与、/,，]\s{0,9})?"
_SAID = rf"(?:{_WHO}(?:{_JOIN}{_HOW})*|{_HOW})"
_SIGNS = r"[\s:：,，、/;；为是(（]{0,6}"
_UNIT_END = r"(?<![股科室所站队局委办处院厅组])"
_HAN = r"[\u4e00-\u9fff]"


@cache
def _person() -> str:
    """A regular expression for a name: by its surname, by · between its parts, or 小王."""
    people = vocabulary()["people"]
    surname = (
        rf"(?:{'|'.join(people['double'])}|[{people['surnames']}])(?!电话|手机|传真|咨询|短号|座机|热线|联系|邮箱)"
    )
    title = "(?:科长|股长|主任|局长|处长|队长|所长|站长|老师|同志|先生|女士|工)"
    return (
        rf"(?:{surname}(?:{title}|[Xx×*○]{{1,2}}"
        rf"|[ \u3000]{{0,4}}(?:{_HAN}|[×*○])(?:[ \u3000]{{0,2}}(?:{_HAN}|[×*○]))?(?:同志|先生|女士)?)"
        rf"|{_HAN}{{1,6}}(?:[·•]{_HAN}{{1,8}})+|[小老]{surname}){_UNIT_END}"
    )


@cache
def _contact(*, bare: bool) -> re.Pattern[str]:
    person = _person()
    # With a number beside it or after 联系人：, any short word is a name, unless it ends as a unit does.
    anyone = rf"(?:{person}|[\u4e00-\u9fff·]{{2,4}}{_UNIT_END})"
    edge = r"(?=\s{0,9}(?:$|[,，、;；。.:：()（）/\n\d]|\s))"
    people = rf"{person}(?:[、,，/\s]\s{{0,9}}{person}{edge})*"
    numbers = rf"{_ANY}(?:{_SIGNS}(?:{anyone}{_SIGNS})?(?:{_HOW}{_SIGNS})?{_ANY})*"
    after_word = rf"(?:{numbers}|\d(?:[\s-]?\d){{2,11}}(?!\d|\s?(?:{COUNTED}|[%‰年月日])))"
    forms = [
        _MAIL,
        _CHAT,
        # 联系人张某某，3320000; 电话3320000; 咨询：股长 3320000
        rf"[(（]?{_SAID}{_SIGNS}(?:{anyone}[\s:：,，、/;；(（]{{0,4}})?(?:{_HOW}{_SIGNS})?{after_word}(?:\s{{0,9}}[(（]?{person}{edge})?\s{{0,9}}[)）]?",
        # 联系人：张某某; 联系人张某某; 责任人：张某某、李某某
        rf"[(（]?{_WHO}\s{{0,9}}(?:[:：为是]\s{{0,9}}(?:{people}|{anyone}{edge})|[(（]\s{{0,9}}{anyone}\s{{0,9}}[)）])\s{{0,9}}[)）]?",
        rf"[(（]?(?:联系人|联络人|联络员|经办人|填报人|填表人|制表人|报送人)\s{{0,9}}{people}{edge}\s{{0,9}}[)）]?",
        rf"(?:(?<=[\s,，、;；:：/(（])|^)(?:业务|工作|科室)?(?:负责人|责任人|承办人|审核人|负责同志|分管领导|带队领导)\s{{0,9}}{people}{edge}",
        rf"由{person}(?<=由{_HAN}{{3}})(?=\s{{0,9}}(?:同志)?(?:负责|联系|承办|牵头|经办))",
        rf"[(（]\s{{0,9}}(?:{anyone})?{_SIGNS}{_ANY}\s{{0,9}}(?:{anyone})?\s{{0,9}}[)）]",
        rf"(?:(?<=[,，、;；:：/(（])|(?<=[,，、;；:：/]\s)){anyone}{_SIGNS}{_ANY}",
        rf"{person}{_SIGNS}{_ANY}",
        rf"{_ANY}\s{{0,9}}[(（]\s{{0,9}}{anyone}\s{{0,9}}[)）]",
        rf"{_ANY}[\s,，、:：]{{0,9}}{person}{edge}",
        _NUMBER,
    ]
    if bare:
        forms.append(_LOCAL)
    return re.compile("|".join(forms))


# What is left of a contact once its name and number are gone.
_REST = re.compile(
    rf"[(（][\s,，、;；:：/]{{0,9}}(?:{_SAID})?[\s,，、;；:：/]{{0,9}}[)）]|[\s,，、;；(（]{{0,9}}(?:{_SAID})\s{{0,9}}[:：]?\s{{0,9}}$"
)
_WORDS = (
    "联系|联络|电话|手机|座机|热线|传真|短号|小号|负责人|责任人|经办|填报人|填表人|制表人|报送人|承办人|审核人|同志|领导"
    "|信息员|咨询|垂询|邮箱|电邮|微信|[Qq]{2}|钉钉|由|[Tt][Ee][Ll]|[Pp]hone|[Mm]ail|[Ww]e[Cc]hat"
)
_MAY_BE = re.compile(rf"\d(?:[\s\-\u2010-\u2015\u2212\uff0d.·]?\d){{6}}|[@\uff20·•]|{_WORDS}")
# For a whole column at once, in the words of its engine (RE2), which knows only its own digits: wider, never narrower.
MAY_BE_IN_COLUMN = rf"\pN(?:(?s:.)?\pN){{6}}|[０-９@\x{{ff20}}·•]|{_WORDS}"


def without_contacts(text: str, *, figures: bool = False) -> tuple[str, bool]:
    """`text` without names and numbers of contacts (phones, e-mail, "联系人：…"), and whether there were any.

    `figures`: the text is of a column of numbers or days, where seven digits alone are a value and stay.
    """
    half = unicodedata.normalize("NFKC", text) if re.search("[０-９\uff20]", text) else text
    if not _MAY_BE.search(half) or plain_moment(half):
        return text, False
    cleaned = _contact(bare=not figures).sub(" ", half)
    if cleaned == half:
        return text, False
    # What was taken out leaves blanks behind it: long runs of them would be slow to look through.
    cleaned = _REST.sub(" ", re.sub(r"[^\S\n]{2,}", " ", cleaned))
    return cleaned.strip(" \t,，、;；:：/"), True


def without_numbers(text: str) -> str:
    """`text` without phones, e-mail and the like; names stay (the cell of an inspector)."""
    half = unicodedata.normalize("NFKC", text) if re.search("[０-９\uff20]", text) else text
    if not _MAY_BE.search(half):
        return text
    cleaned = re.sub(rf"{_MAIL}|{_CHAT}|[(（]?(?:{_HOW})?[\s:：]{{0,9}}{_ANY}\s{{0,9}}[)）]?", " ", half)
    return text if cleaned == half else cleaned.strip(" \t,，、;；:：/")


def without_person(text: str) -> tuple[str, bool]:
    """A cell of units without the people beside them ("县教育局：张某某" is 县教育局), and whether there were any."""
    person = _person()
    cleaned = re.sub(
        rf"[:：(（]\s{{0,9}}{person}(?:[、,，/\s]\s{{0,9}}{person})*\s{{0,9}}[)）]?(?=\s{{0,9}}(?:$|[,，、;；\n]))",
        "",
        text,
    )
    return (cleaned, True) if cleaned != text else (text, False)


_LONGEST_EXAMPLE, _LOOKED_AT = 30, 20
_SEPARATORS = re.compile(r"[\s、,，/;；:：|()（）\[\]【】]+")
# The code of a firm: not shown, and nothing to be looked for in it.
_CODE = re.compile(r"(?=.*\d{6})[0-9A-Z]{18}")
_SHORT_WORD = re.compile(r"[\u4e00-\u9fff·]{1,4}")


def shown_example(cells: Iterable[str]) -> str:
    """The first cell that may be shown, shortened: none that could be a person's name or number; "" where none may.

    Short Chinese words and nothing else may be a name, or several with what they are: 张三（组长）、李四.
    """
    for cell in islice(cells, _LOOKED_AT):
        if _CODE.fullmatch(cell):
            continue
        text = " ".join(without_contacts(printable(cell))[0].split())
        words = [word for word in _SEPARATORS.split(text) if word]
        if not words or re.search(r"\d{6}|@", text) or all(map(_SHORT_WORD.fullmatch, words)):
            continue
        if not any(re.fullmatch(_person(), word) for word in words):
            return text if len(text) <= _LONGEST_EXAMPLE else text[: _LONGEST_EXAMPLE - 1] + "…"
    return ""
