"""Columns of ticks and of parts played: what a sign in a cell stands for, by its header or by a legend."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from inspections.files.columns import readings
from inspections.files.content import Table
from inspections.notice import units as unit_names
from inspections.notice.header_words import OVER, column_code
from inspections.notice.vocabulary import vocabulary

# What says in a column of ticks that there is none.
_CROSS = re.compile(r"\s*[×✗✘xX否无/\-—]\s*")


_LONGEST_LEGEND = 200


_ROLE = re.compile("(?P<leads>牵头|发起|主办|主责)|(?P<helps>配合|参与|参加|协助|协同|协办|联合|会同)")


def says_role(cell: str) -> str | None:
    """'leads' or 'helps' where a cell says no more than that (发起, 配合部门), else None."""
    words = "".join(cell.split())
    if words in {"主", "牵", "协", "配", "参"}:
        return "leads" if words in {"主", "牵"} else "helps"
    found = re.fullmatch(rf"(?:{_ROLE.pattern})(?:部门|单位|机构|科室|股室)?", words)
    return found.lastgroup if found else None


_LETTER = r"[“\"'‘『「]?(?P<sign>[A-Za-z\u4e00-\u9fff])[”\"'’』」]?"
_LETTERS = re.compile(
    rf"(?:(?<=[：:，,；;、。\s])|^){_LETTER}\s*(?:[为是:：=＝—–-]|代表|表示|指)+\s*(?:{_ROLE.pattern})(?:部门|单位|机构)?"
)


def letters_for_roles(legend: str) -> dict[str, str]:
    """What letters stand for in columns of departments ("Z表示牵头，P表示配合"): letter -> 牵头 or 配合."""
    found = {one["sign"]: "牵头" if one["leads"] else "配合" for one in _LETTERS.finditer(legend)}
    return found if len(found) > 1 or "牵头" in found.values() else {}


def sign_role(sign: str, legend: str) -> str | None:
    """'leads' or 'helps' where a legend ("●为牵头，√为配合", "标★的部门牵头", "牵头部门用●表示") says so of a sign."""
    says = r"(?:[为是:：=＝—–\-]+|代表|表示|指)?"
    before = rf"{re.escape(sign)}[”\"』」）)]?\s*(?:的(?:部门|单位|机构)?)?\s*{says}\s*(?:{_ROLE.pattern})"
    after = rf"(?:{_ROLE.pattern})(?:部门|单位|机构|方)?(?:用|以|标注?|打|[(（:：])*[“\"『「]?{re.escape(sign)}"
    found = re.search(before, legend) or re.search(after, legend)
    return found.lastgroup if found else None


def is_legend(line: str) -> bool:
    """Whether a line says what a sign stands for in a department's column."""
    signs = [sign for sign in dict.fromkeys(line) if is_tick(sign)]
    explained = any(sign_role(sign, line) for sign in signs) or bool(letters_for_roles(line))
    return len(line) <= _LONGEST_LEGEND and explained


def is_tick(cell: str) -> bool:
    """Whether a cell is a tick, not a cross or a dash."""
    return "tick" in readings(cell)


def ticked(header: str, cells: Sequence[str]) -> tuple[str, str] | None:
    """What a column of ticks says by its header: (code of a column, the word that a tick stands for)."""
    ticks = [is_tick(cell) for cell in cells]
    lower = "".join(header.rpartition(OVER)[2].split())
    if unit_names.is_unit_name(lower) and column_code(lower) is None:
        # A department's own column may say its part instead of a tick.
        ticks = [tick or says_role(cell) is not None for tick, cell in zip(ticks, cells, strict=True)]
    if not any(ticks) or not all(tick or _CROSS.fullmatch(cell) for tick, cell in zip(ticks, cells, strict=True)):
        return None
    return tick_says(header)


@cache
def tick_says(header: str) -> tuple[str, str] | None:
    """What a tick below a header would say: (code of a column, the word that it stands for); None for other headers."""
    group, _, lower = header.rpartition(OVER)
    lower = "".join(lower.split())
    for code in ("item_class", "draw_type"):
        if any(word in lower for word in vocabulary()[code]) and not re.search("是否|或", lower):
            return code, lower
    if any(word in lower for words in vocabulary()["plan_kind"].values() for word in words) and "是否" not in lower:
        return "plan_type", lower
    if re.fullmatch(r"(?:1[0-2]|[1-9])月份?|第?[一二三四]季度|[上下]半年", lower):
        return "period", lower
    for numbers, of in (("1[0-2]|[1-9]", "月"), ("[一二三四1-4]", "季")):
        if re.fullmatch(numbers, lower) and of in group:
            return "period", f"{lower}{of}"
    if unit_names.is_unit_name(lower) or unit_names.is_generic(lower):
        # "牵头部门" over names of departments: who leads; any other group: who takes part.
        over = column_code(group) if group else None
        return over if over in {"lead_unit", "initiating_unit", "checking_body"} else "partners", lower
    return _department_in_short(group, lower)


def _department_in_short(group: str, lower: str) -> tuple[str, str] | None:
    """A department by its short name under those who take part ("公安" under 参加部门)."""
    if group and column_code(group) == "partners" and column_code(lower) is None:
        return ("partners", f"{lower}部门") if re.fullmatch("[\u4e00-\u9fff]{2,8}", lower) else None
    return None


def with_roles(table: Table, letters: Mapping[str, str]) -> Table:
    """A table with the words for the letters that a legend explains."""
    if not letters:
        return table
    rows = tuple(
        replace(row, cells=tuple(letters.get(cell.strip(), cell) for cell in row.cells)) if i else row
        for i, row in enumerate(table.rows)
    )
    return replace(table, rows=rows)
