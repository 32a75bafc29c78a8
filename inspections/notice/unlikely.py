"""Values of a sort that their column does not hold: a share as an item, a department as the objects, a code as a name.

They come of rows or columns that slipped, or of a heading that means something else there; each is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from inspections.files.columns import readings
from inspections.files.counts import COUNTED
from inspections.notice import units as unit_names

_OF_OFFICIALS = re.compile("(?:局|厅|委|委员会|股|科|处|大队|支队|办公室)$")


def unlikely(name: str, items: Iterable[str], scope: str | None) -> Iterator[tuple[str, str]]:
    """(column, value) of every value of a task that is hardly what its column is for."""
    for column, value in (("name", name), *(("items", item) for item in items), ("scope", scope or "")):
        if value and (_is_figure(value) or _is_department(value) or _A_HEADING.fullmatch(value)):
            yield column, value


# "抽查比例" and "抽查对象及比例" head values and are none.
_A_HEADING = re.compile(
    "(?:抽查|检查|抽取|监管)(?:对象|比例|内容|时间|范围|事项|方式|频次|依据|主体|数量)(?:[及和与、].{2,6})?"
)


def _is_figure(value: str) -> bool:
    """Whether words are a share, a number, a day or a code and little else; objects with their number are none."""
    if _AMOUNT_FIRST.match(value):
        return True
    if _ONLY_DAYS.fullmatch("".join(value.split())):
        return True
    words = re.findall("[\u4e00-\u9fff]", re.sub(rf"\d+{COUNTED}", "", value))
    return len(words) < (_AROUND_A_SHARE if "rate" in readings(value) else 2)


# "25家（其中高风险5家）": what begins with an amount is one.
_AMOUNT_FIRST = re.compile(
    rf"(?:约|共|不少于|不低于|不超过|至少|全部)?\d+(?:\.\d+)?(?:{COUNTED}|[%％‰])(?![\u4e00-\u9fff]{{3}})"
)
# "6月底", "第三季度", "2025年3月至5月": when, and nothing else.
_ONLY_DAYS = re.compile(
    r"(?=.*(?:月|季度|日|半年|\d年))[\d一二三四五六七八九十年月日号季度第上中下半旬底初末前后至到起止全\-—－~～、,，.。/]{2,30}"
)
# "2%且不少于5家": so few characters besides are no name.
_AROUND_A_SHARE = 6


def _is_department(value: str) -> bool:
    return all(
        _OF_OFFICIALS.search(part) is not None and unit_names.is_unit_name(part) for part in re.split("[、，,]", value)
    )
