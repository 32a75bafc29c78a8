"""Tables that say how many of each kind of object are inspected in each month, and nothing else: their tasks.

Kinds stand in rows and months in columns, or the other way round. Each kind becomes one task, with the number of the
whole year and the months in which there is any.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from inspections.files.characters import folded, squeezed
from inspections.files.columns import readings
from inspections.files.content import Row, Table
from inspections.notice.header_words import column_code
from inspections.notice.proportions import proportion
from inspections.notice.ticks import tick_says

_SUM = re.compile("合计|总计|小计|共计|全年(?:合计|总计)?")
# What may stand beside the kinds: anything else says that the rows are tasks themselves.
_BESIDE = {None, "seq", "note", "contact", "lead_unit", "initiating_unit", "partners", "checking_body", "method"}
# The headings of the tables made; `find_header` knows them.
_KIND, _PERIOD, _NUMBER = "检查对象", "抽查时间", "抽查数量"


def by_months(table: Table, *, headed: bool) -> Table | None:
    """The table with a row for each kind of object, or None where it is none of months by kinds.

    `headed`: its heading is one of tasks, so that kinds in rows are tasks already.
    """
    for depth in (1, 2):
        heads, body = _headings(table.rows[:depth]), list(table.rows[depth:])
        if len(table.rows) <= depth or (depth > 1 and not table.rows[1].merged_down):
            return None
        body = [_wide(row, len(heads)) for row in body]
        if made := (None if headed else _kinds_in_rows(heads, body)) or _kinds_in_columns(heads, body):
            return replace(table, rows=made)
    return None


def _headings(rows: Sequence[Row]) -> list[str]:
    """The lowest line of a heading in one row or two; a cell merged down says itself once."""
    lowest = rows[-1].cells if rows else ()
    top = rows[0].cells if rows else ()
    cells = zip(lowest, (*top, *[""] * len(lowest)), strict=False)
    return [cell.strip() or above.strip() for cell, above in cells]


def _wide(row: Row, width: int) -> Row:
    return replace(row, cells=(*row.cells, *[""] * (width - len(row.cells)))[:width])


def _period(text: str, heading: str = "") -> str | None:
    """The month, quarter or half of the year that a cell is ("3" under 月份), else None."""
    words = squeezed(folded(text))
    if "月" in heading and re.fullmatch("1[0-2]|[1-9]", words):
        words += "月"
    said = tick_says(words)
    return said[1] if said and said[0] == "period" else None


def _count(text: str) -> int | None:
    """The number of objects that a cell is; 0 where it says that there is none; None where it says something else."""
    words = squeezed(folded(text))
    if words in {"", "-", "—", "——", "/", "无", "0"}:
        return 0
    return proportion(text, count_header=True).quota if readings(words) & {"number", "count"} else None


def _kinds_in_rows(heads: Sequence[str], body: Sequence[Row]) -> tuple[Row, ...] | None:
    """Rows of kinds below headings of months."""
    months = {i: period for i, head in enumerate(heads) if (period := _period(head))}
    naming = [i for i, head in enumerate(heads) if column_code(head) in {"scope", "name", "field", "items"}]
    kinds = [row for row in body if not _is_sum(row)]
    if len(months) < 2 or not naming or not kinds or not _numbers(kinds, months):
        return None
    sums = [i for i, head in enumerate(heads) if _SUM.fullmatch(squeezed(head))]
    kept = [i for i in range(len(heads)) if i not in months and i not in sums]
    if any(column_code(heads[i]) in {"quota", "period"} for i in kept):
        return None
    made = [Row(0, (*(heads[i] for i in kept), _PERIOD, _NUMBER))]
    for row in kinds:
        planned = {period: _count(row.cells[i]) or 0 for i, period in months.items()}
        made.append(Row(row.number, (*(row.cells[i] for i in kept), *_in_all(planned)), _kept_places(row, kept)))
    return tuple(made)


def _kept_places(row: Row, kept: Sequence[int]) -> frozenset[int]:
    return frozenset(place for place, i in enumerate(kept) if i in row.merged_down)


def _kinds_in_columns(heads: Sequence[str], body: Sequence[Row]) -> tuple[Row, ...] | None:
    """Rows of months below headings of kinds; what stands beside them in all rows stands beside every kind."""
    months = [row for row in body if not _is_sum(row)]
    if len(months) < 2:
        return None
    at = next((i for i, head in enumerate(heads) if all(_period(row.cells[i], head) for row in months)), None)
    if at is None:
        return None
    codes = {i: column_code(head) for i, head in enumerate(heads) if i != at and not _SUM.fullmatch(squeezed(head))}
    kinds = {i: heads[i] for i, code in codes.items() if code is None and re.search("[\u4e00-\u9fff]", heads[i])}
    kinds = {i: head for i, head in kinds.items() if any(_count(row.cells[i]) for row in months)}
    if len(kinds) < 2 or not _numbers(months, kinds) or set(codes.values()) - _BESIDE:
        return None
    beside = {
        i: "；".join(dict.fromkeys(cell for row in months if (cell := row.cells[i].strip())))
        for i, code in codes.items()
        if i not in kinds and code != "seq"
    }
    made = [Row(0, (_KIND, _PERIOD, _NUMBER, *(heads[i] for i in beside)))]
    for i, kind in kinds.items():
        planned = {str(_period(row.cells[at], heads[at])): _count(row.cells[i]) or 0 for row in months}
        made.append(Row(months[0].number, (kind, *_in_all(planned), *beside.values())))
    return tuple(made)


def _is_sum(row: Row) -> bool:
    return any(_SUM.fullmatch(squeezed(cell)) for cell in row.cells[:2])


def _numbers(rows: Sequence[Row], columns: Sequence[int] | dict[int, str]) -> bool:
    """Whether every cell of the columns is a number of objects or empty, and each column has one."""
    counts = [[_count(row.cells[i]) for row in rows] for i in columns]
    return all(None not in own for own in counts) and any(any(own) for own in counts)


def _in_all(planned: dict[str, int]) -> tuple[str, str]:
    """(the months that have any, how many in all) as the cells of a row."""
    own = [period for period, count in planned.items() if count]
    return "、".join(own), str(sum(planned.values()) or "")
