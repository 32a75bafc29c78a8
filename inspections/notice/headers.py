"""The header of a plan table: where it begins, one or two rows deep, and what its columns mean (`headers.toml`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inspections.files.content import Row
from inspections.notice.header_words import LONGEST_HEADER, OVER, column_code, exact_codes, normalised, too_long
from inspections.notice.ticks import tick_says
from inspections.notice.vocabulary import vocabulary

_LONGEST_UNDER = 14


# These say that a row describes tasks, not a register of firms or people.
_TELLING = {
    "items",
    "scope",
    "rate",
    "quota",
    "period",
    "period_start",
    "draw_type",
    "name",
    "field",
    "item_class",
    "content",
}


@dataclass(frozen=True)
class Header:
    """The header of one table: column index -> code; `percent` holds the columns whose header says %.

    `counts` holds the proportion columns whose header also says 数量 or 户数, `months` the periods given in months;
    `unread` are the headers nobody knows, `details` those that only say more about a column that is read. `headings`
    are all headers; `ticks` the columns that say by a tick what stands in their header: index -> (code, word).
    `checks` are the columns below a department's name that hold what it checks, `roles` those that say who leads and
    who helps, `parts` those of how many in one part of the year: column -> 一季度.
    `by_cells` are headers that alone would not have told the column, with its code, `doubts` those of two meanings.
    """

    columns: dict[int, str]
    depth: int
    percent: frozenset[int]
    counts: frozenset[int]
    unread: tuple[str, ...]
    months: bool = False
    details: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    ticks: dict[int, tuple[str, str]] = field(default_factory=dict)
    roles: frozenset[int] = frozenset()
    checks: dict[int, str] = field(default_factory=dict)
    parts: dict[int, str] = field(default_factory=dict)
    by_cells: tuple[tuple[str, str], ...] = ()
    doubts: tuple[tuple[str, str, str], ...] = ()


def _codes(headers: Sequence[str]) -> dict[int, str]:
    return {index: code for index, header in enumerate(headers) if header.strip() and (code := column_code(header))}


def _distinct(cells: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(cell for cell in cells if cell.strip()))


def _tells_tasks(cells: Sequence[str], codes: dict[int, str]) -> bool:
    # Months and departments that stand for ticks below them are no headers by themselves, and no cells either.
    may_tick = [bool((said := tick_says(cell)) and said[0] in {"period", "partners"}) for cell in cells]
    filled = _distinct([cell for cell, tick in zip(cells, may_tick, strict=True) if not tick])
    known = {cells[index] for index in codes}
    # What is drawn of each class tells tasks as the rate of all does.
    kinds = {"rate" if code.startswith("class:") else code for code in codes.values()}
    return (
        len(kinds) >= 3
        and len(kinds & _TELLING) >= 2
        and len(known) * 2 >= len(filled)
        and not any(re.search(r"\d\s*[%％]|\d{1,2}月", cell) for cell in filled)
    )


def find_header(rows: Sequence[Row], start: int) -> Header | None:
    """The header that begins at `rows[start]`, one to three rows deep, or None when that row is none."""
    # Blanks that only set a heading wide (对 象 总 数) part nothing.
    top = [_set_close(cell) for cell in rows[start].cells]
    below = _closed(rows[start + 1]) if start + 1 < len(rows) else None
    if below is not None:
        joined = _joined(top, below)
        if (
            joined is not None
            and start + 2 < len(rows)
            and (three := _in_three(joined, below, _closed(rows[start + 2])))
        ):
            return three
        if joined is not None:
            codes = {i: code for i, header in enumerate(joined) if (code := _joined_code(header))}
            if _tells_tasks([f"{a}{OVER}{b}" if b else a for a, b in joined], codes):
                return header_of([f"{a}{OVER}{b}" if b else a for a, b in joined], codes, 2)
    codes = _codes(top)
    return header_of(top, codes, 1) if _tells_tasks(top, codes) else None


def _set_close(cell: str) -> str:
    """A heading without the blanks between its characters; longer cells are no headings and stay as they are."""
    return cell if too_long(cell) else re.sub(r"(?<=[^\x00-\x7f])[ \t\u3000\xa0]+(?=[^\x00-\x7f])", "", cell)


def _closed(row: Row) -> Row:
    return replace(row, cells=tuple(map(_set_close, row.cells)))


def _in_three(joined: Sequence[tuple[str, str]], below: Row, lowest: Row) -> Header | None:
    """The header of three rows, where the lines under a group are groups themselves ("A类" over "比例" and "户数")."""
    groups = [lower or group for group, lower in joined]
    reached = {i for i in below.merged_down if i < len(groups)}
    again = _joined(groups, lowest)
    # What stands over nothing reaches down all three rows.
    if again is None or not all(i in lowest.merged_down for i in reached):
        return None
    codes = {i: code for i, pair in enumerate(again) if (code := _joined_code(pair))}
    headings = [f"{a}{OVER}{b}" if b else a for a, b in again]
    return header_of(headings, codes, 3) if _tells_tasks(headings, codes) else None


def _joined(top: Sequence[str], below: Row) -> list[tuple[str, str]] | None:
    """Each column's (group, lower header) when `below` is the lower line of a two-row header; else None."""
    own = {i for i, cell in enumerate(below.cells) if cell.strip() and i not in below.merged_down}
    if not own or (len(own) == len(below.cells) and not below.merged_down):
        return None
    if any(len(below.cells[i]) > _LONGEST_UNDER for i in own):
        return None
    if 0 in own and top and top[0].strip():
        return None
    groups, last = [], ""
    for i in range(max(len(top), len(below.cells))):
        cell = top[i] if i < len(top) else ""
        if cell.strip():
            last = cell
        groups.append(last if i in own else cell)
    joined = [(group, below.cells[i] if i in own else "") for i, group in enumerate(groups)]
    ticks = {i for i in own if tick_says(OVER.join(joined[i]))}
    if any(re.search(r"\d", below.cells[i]) for i in own - ticks):
        return None
    known = [pair for i, pair in enumerate(joined) if pair[1] and (i in ticks or _joined_code(pair))]
    return joined if len(known) * 2 >= len(own) else None


_WHAT_OF_IT = re.compile("名称|类别|类型|种类|范围")
_BARE_UNIT = re.compile("(?:部门|单位|机构|科室|股室|处室)(?:名称)?")


def _joined_code(pair: tuple[str, str]) -> str | None:
    group, lower = pair
    if not lower:
        return column_code(group)
    over = column_code(group)
    if over == "contact" or (over is not None and over.startswith("class:")):
        # "比例" and "户数" below a class are both of that class.
        return over
    if over in {"partners", "initiating_unit", "lead_unit"} and _BARE_UNIT.fullmatch(normalised(lower)):
        # "配合单位" over "部门" and "事项": what the group says of the department is what it is.
        return over
    if over in {"scope", "items", "field"} and _WHAT_OF_IT.fullmatch(normalised(lower)):
        # "抽查对象" over "名称" and "数量": the name is of the objects.
        return over
    under = vocabulary()["under"].get(normalised(lower)) or exact_codes().get(normalised(group + lower))
    return under or column_code(lower) or column_code(group + lower) or over


def header_of(cells: Sequence[str], codes: dict[int, str], depth: int) -> Header:
    """The header of these cells, `depth` rows deep, where `codes` say what the columns mean."""
    texts = {index: unicodedata.normalize("NFKC", cells[index]) for index in codes}
    unread = tuple(_distinct([cell for i, cell in enumerate(cells) if i not in codes]))
    codes, details = _one_column_each(codes, cells)
    texts = {index: text for index, text in texts.items() if index in codes}
    return Header(
        columns=codes,
        depth=depth,
        percent=frozenset(i for i, text in texts.items() if "%" in text or "百分比" in text),
        counts=frozenset(i for i, text in texts.items() if codes[i] == "rate" and re.search("数量|户数|家数", text)),
        unread=unread,
        months=any("月" in text for i, text in texts.items() if codes[i] == "period"),
        details=details,
        headings=tuple(cells),
    )


def _one_column_each(codes: dict[int, str], cells: Sequence[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    """The columns when two of them could mean one thing, and the headers that are left out for it.

    What is looked at (检查内容) makes the items where no column names them; of several columns that could name the
    lead unit, 牵头 is stronger than 责任, and who carries it out (实施主体) is the checking body.
    """
    codes, details = dict(codes), []
    names_items = "items" in codes.values()
    for index in [i for i, code in codes.items() if code == "content"]:
        if names_items:
            details.append(cells[index])
            del codes[index]
        else:
            codes[index] = "items"
    leads = {index: _lead_rank(cells[index]) for index, code in codes.items() if code == "lead_unit"}
    if len(set(leads.values())) > 1:
        first = min(leads.values())
        free = "checking_body" not in codes.values()
        for index, rank in leads.items():
            if rank > first:
                codes[index] = "checking_body" if free else "note"
                free = False
    return codes, tuple(_distinct(details))


def _lead_rank(header: str) -> int:
    for rank, words in enumerate(vocabulary()["lead_words"]["strongest_first"]):
        if re.search(words, header):
            return rank
    return len(vocabulary()["lead_words"]["strongest_first"])


def says_other_kind(cells: Sequence[str]) -> bool:
    """Whether a row reads like the header of a register, a draw or a result file."""
    words = vocabulary()["other_kinds"]["words"]
    return any(word in normalised(cell) for cell in cells for word in words if len(cell) <= LONGEST_HEADER)
