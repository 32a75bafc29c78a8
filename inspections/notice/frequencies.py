"""How often a year, as a cell of a plan says it ("1次/年", "每季度一次", "每年不少于2次").

Pure functions over text; like `proportions` they raise on none.
"""

from __future__ import annotations

import re

from inspections.files.counts import COUNTED
from inspections.notice.amount_words import FIGURE, rewritten
from inspections.notice.left_over import unread
from inspections.notice.remarks import Remark

_VERB = r"(?:至少|不少于|不低于|开展|抽查|检查|抽取|各|随机|原则上|进行|组织|实施)*"
_TIMES = (
    (re.compile(rf"前[、和]?后各?{_VERB}(\d{{1,3}})次"), 2),
    (re.compile(rf"每?(?:个?学期|半年度?)各?{_VERB}(\d{{1,3}})次|春[、,和]?秋(?:两?季)?各?{_VERB}(\d{{1,3}})次"), 2),
    (re.compile(rf"每?半年度?{_VERB}(\d{{1,3}})次|(\d{{1,3}})次/每?半年"), 2),
    (re.compile(rf"每?个?月度?{_VERB}(\d{{1,3}})次|(\d{{1,3}})次/每?个?月"), 12),
    (re.compile(rf"每?个?季度?{_VERB}(\d{{1,3}})次|(\d{{1,3}})次/每?个?季度?"), 4),
)
# "每季度抽查5%", "2家/季度", a frequency column that says "按季度": once in each of them.
ONCE_EACH = (
    (re.compile("(?:每|按)个?季度?|/季"), 4),
    (re.compile("(?:每|按)个?月度?|/月"), 12),
    (re.compile("每半年|/半年"), 2),
)
_EVERY_SO_MANY_YEARS = re.compile(rf"每?[2-9]年{_VERB}\d{{1,3}}次|\d{{1,3}}次/[2-9]年|[2-9]年/次|每[2-9]年|隔年")
_EVERY_FEW_DAYS = re.compile(r"每[周日天旬]|次/[周日天旬批]|每批次?")
_AT_ANY_TIME = re.compile("不定期|随时|按需")
# How often something befell a firm (受到1次以上处罚) is not how often it is inspected.
_TIMES_OF_ELSE = re.compile(
    r"(?:受到?过?|发生|累计|被|存在|出现)[^,;。%]{0,8}?\d{1,3}次(?:\(?含?\)?[及或]?以上)?|\d{1,3}次(?:\(?含\)?)?[及或]?以上(?=[^,;。]{0,4}(?:处罚|违法|投诉|不合格))"
)
_TIMES_A_YEAR = re.compile(r"(\d{1,3})次")
_FEW_TIMES = re.compile(r"(\d{1,3})次?(?:-|至|到|~|或)(\d{1,3})次")
_PER = r"(?:半年|年|个?季度?|个?月)度?"
_LIMIT = r"上限|不得?超过|不应超过|不得?多于|不得?高于|至多|最多|最高|≤|<=|⩽|≦|<"
_LIMITED = re.compile(
    rf"(?:每{_PER}{_VERB})?(?:{_LIMIT})(?:频次|次数)?[为:是]?(?:每?{_PER})?{_VERB}\d{{1,3}}次(?:/{_PER})?"
    rf"|(?:每{_PER}{_VERB})?\d{{1,3}}次(?:/{_PER})?\(?含?\)?(?:以内|以下|之内|封顶)"
)

# Everything that a frequency is made of.
OF_TIMES = (
    _TIMES_OF_ELSE,
    _LIMITED,
    *(pattern for pattern, _ in (*_TIMES, *ONCE_EACH)),
    _FEW_TIMES,
    re.compile(
        rf"{_VERB}\d{{1,3}}次(?:以上|以内)?|[1一]年|每?(?:个?学期|半年|个?季|个?月|年|单位|户|家)度?|春[、,和]?秋?季?|秋季?|{_LIMIT}"
    ),
)

# Whatever else a cell may say of an amount: a share, a number of objects.
_BARE = re.compile(rf"{FIGURE}[%‰]|\d{{1,9}}{COUNTED}")


def times_per_year(text: str) -> tuple[int | None, tuple[Remark, ...]]:
    """Visits a year said by "1次/年", "每季度一次", "每年不少于2次", "2"; None where nothing is said."""
    text = rewritten(text)
    bare = re.fullmatch(r"(?:[≥>=约]|至少|不少于|不低于)*(\d{1,3})(?:\.0+)?", text)
    if bare:
        return (int(bare[1]) or None), ()
    if re.fullmatch(r"(?:[≤<]=?|不超过|至多|最多)\d{1,3}", text):
        return None, (Remark("frequency_upper_limit", "note", {"text": text}),)
    any_time = _AT_ANY_TIME.search(text) and not any(pattern.search(text) for pattern, _ in _TIMES)
    if any_time or _EVERY_SO_MANY_YEARS.search(text) or _EVERY_FEW_DAYS.search(text):
        return None, (Remark("frequency_unreadable", "note", {"text": text}),)
    shown = text
    text = _TIMES_OF_ELSE.sub(" ", text)
    # A limit is no frequency: what stands beside it is, and alone it is said.
    text = _LIMITED.sub(" ", text)
    remarks: tuple[Remark, ...] = ()
    few = _FEW_TIMES.search(text)
    if few and int(few[1]) < int(few[2]):
        remarks = (Remark("frequency_range", "note", {"text": shown, "used": int(few[1])}),)
        text = text.replace(few[0], f"{few[1]}次")
    times, others = _times(text)
    if others and not remarks:
        # One kind of firm more often than another: the field holds one number.
        remarks = (Remark("frequency_several", "note", {"text": shown, "used": times}),)
    if times is None and few is None and _LIMITED.search(shown):
        remarks = (Remark("frequency_upper_limit", "note", {"text": shown}),)
    if not remarks:
        remarks = unread(shown, shown, (_BARE, *OF_TIMES))
    return times, remarks


def _times(text: str) -> tuple[int | None, bool]:
    """Visits a year in rewritten words without limits and ranges, and whether they name other numbers too."""
    said: list[int] = []
    for pattern, factor in _TIMES:
        said += [int(found[1] or found[2]) * factor for found in pattern.finditer(text)]
        text = pattern.sub(" ", text)
    counts = [int(number) for number in _TIMES_A_YEAR.findall(text)]
    said += [max(counts)] if counts else []
    if said:
        return said[0] or None, len({*said, *counts}) > 1
    return next((factor for pattern, factor in ONCE_EACH if pattern.search(text)), None), False
