"""The rows of plan tables, put together to tasks: continuation rows, headings, sums and notes are told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inspections.files.characters import squeezed
from inspections.files.columns import ColumnUse, readings
from inspections.files.content import Document, Row, Table
from inspections.files.counts import whole_number
from inspections.notice.asides import (
    days_above,
    days_of_section,
    is_aside,
    is_heading,
    is_rest_of_heading,
    sum_that_differs,
    told_above,
    told_by_section,
)
from inspections.notice.cards import tables_of
from inspections.notice.contacts import shown_example, without_contacts
from inspections.notice.days_and_amounts import part_days_and_amounts
from inspections.notice.header_words import OVER, column_code
from inspections.notice.headers import Header, find_header, says_other_kind
from inspections.notice.plan import Issue, where
from inspections.notice.row_cells import JOINTS, cells_of, part_roles, without_people
from inspections.notice.ticks import is_legend, is_tick, letters_for_roles, says_role, sign_role, with_roles
from inspections.notice.told_by_cells import with_cells
from inspections.notice.vocabulary import says_nothing, vocabulary
from inspections.words.errors import Term

# Columns that belong to the task as a whole: a different value under an empty number means another task.
_DECIDING = ("rate", "quota", "frequency", "period", "period_start", "period_end", "pool")


_NAMING = ("name", "field", "plan_name")
_PERIODS = {"period", "period_start", "period_end"}


@dataclass
class Record:
    """The cells of one task by column code, with continuation rows already added."""

    row: int
    cells: dict[str, str]
    header: Header
    table: Table
    numbered: bool
    # Whether its rows are each of one department with its own items.
    parted: bool = False
    # Whether its rows are each of one risk class.
    by_class: bool = False
    # The code of the issue that says what it was made of, where that is no row of a table.
    made_of: str = ""

    def get(self, code: str) -> str:
        """The cell of a column; "" where it says nothing."""
        text = self.cells.get(code, "")
        return "" if says_nothing(text) else text


@dataclass
class Gathered:
    """The task records of every plan table and the account of every cell: as what it was read, or that it was not.

    `rows_read` counts the rows below headers, `rows_left` those left out with an issue; `set_aside` are sums, notes and
    headings among the rows, (row, text).
    """

    records: list[Record] = field(default_factory=list)
    rows_read: int = 0
    rows_left: int = 0
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    _uses: dict[tuple[str, str | None], list[str]] = field(default_factory=dict)
    _by_cells: set[tuple[str, str | None]] = field(default_factory=set)

    def account(self, row: Row, header: Header) -> None:
        """Count the cells of a row for their columns."""
        for index, text in enumerate(row.cells):
            if not text.strip() or index in row.merged_down:
                continue
            heading = header.headings[index] if index < len(header.headings) else ""
            code = header.columns.get(index) or (header.ticks[index][0] if index in header.ticks else None)
            use = (in_one_line(heading), code)
            self._uses.setdefault(use, []).append(text)
            if (heading, code) in header.by_cells:
                self._by_cells.add(use)

    @property
    def columns(self) -> tuple[ColumnUse, ...]:
        """What became of every column that has cells."""
        return tuple(
            ColumnUse(
                heading,
                None if code in NOT_KEPT else code,
                len(cells),
                "" if code == "contact" else shown_example(cells),
                known=code is not None,
                personal=code == "contact",
                by_cells=(heading, code) in self._by_cells,
            )
            for (heading, code), cells in self._uses.items()
        )


# What says that a cell holds what the one above it does.
_LONGEST_HEADING = 20
_AS_ABOVE = {"同上", "同前", "同上一项", "〃", "″", "〞"}


# Columns that are known and that the data contract has no place for.
NOT_KEPT = frozenset({"note", "contact"})


def records_of(document: Document, issues: list[Issue]) -> Gathered:
    """The task records of every plan table, with the account of its rows and cells."""
    gathered = Gathered()
    records = gathered.records
    header: Header | None = None
    width, days, of_section = 0, "", dict[str, str]()
    for given, made_of in _of_plans(document, gathered):
        legend = _legend(given, document)
        table = with_roles(given, letters_for_roles(legend))
        starts_with_header = any(find_header(table.rows, index) for index in range(min(4, len(table.rows))))
        if not starts_with_header and (header is None or not _continues(table, width)):
            header = None
            continue
        if starts_with_header or table.titles:
            of_section = told_above(table)
        index, seen_header = 0, not starts_with_header
        days = days_above(table, goes_on=seen_header) or (days if seen_header else "")
        while index < len(table.rows):
            found = find_header(table.rows, index)
            if found is not None:
                body = [row for row in table.rows[index + found.depth :] if not is_aside(row)]
                header, seen_header, width = with_cells(found, body), True, len(table.rows[index].cells)
                issues += [*_about_columns(header, table, index), *_about_signs(header, table, body, legend)]
                index += found.depth
                continue
            row = table.rows[index]
            index += 1
            if not seen_header or header is None:
                continue
            below = table.rows[index] if index < len(table.rows) else None
            section = told_by_section(row)
            of_section = of_section if section is None else section
            heads = days_of_section(row)
            if heads or is_rest_of_heading(row, header) or is_aside(row) or is_heading(row, below, header):
                gathered.set_aside.append((row.number, _line(row)))
                days = heads or days
                above = [one for one in records if one.header is header]
                own = [] if any(one.by_class for one in above) else [one.cells.get("quota", "") for one in above]
                off = sum_that_differs(row, header, own)
                issues += [Issue(row.number, "quota", "sum_differs", "warning", {**off, **where(table)})] if off else []
                continue
            _take(row, header, table, gathered, issues, legend=legend, days=days, made_of=made_of)
            if gathered.records and gathered.records[-1].row == row.number:
                issues += _of_section(gathered.records[-1], of_section)
    for record in records:
        part_roles(record.cells)
        for remark in part_days_and_amounts(record.cells, record.header):
            said = {**remark.parameters, **where(record.table)}
            issues.append(Issue(record.row, "quota", remark.code, remark.severity, said))
    _name_by_plans(records)
    issues += _about_cells(gathered)
    return gathered


def _take(
    row: Row,
    header: Header,
    table: Table,
    gathered: Gathered,
    issues: list[Issue],
    *,
    legend: str,
    days: str,
    made_of: str,
) -> None:
    """Take a row of tasks in: as a task of its own, as the rest of the one above, or said to be none.

    `days` are those that a line above it names for it, `made_of` what it was made of where it is no row of a table.
    """
    gathered.rows_read += 1
    gathered.account(row, header)
    cells = cells_of(row, header, table, legend, issues)
    last = gathered.records[-1] if gathered.records and gathered.records[-1].header.columns == header.columns else None
    if last is not None:
        cells |= {code: last.cells.get(code, "") for code, text in cells.items() if squeezed(text) in _AS_ABOVE}
    if last is not None and _carries_on(row, cells, header, last):
        _append(last, row, cells, header)
        return
    numbered = _own(row, header, "seq")
    if last is not None and not numbered and "seq" in header.columns.values():
        cells = {**_shared(last), **{code: text for code, text in cells.items() if text}}
    if days and not _PERIODS & set(header.columns.values()):
        cells["period"] = days
    if not any(cells.get(code, "").strip() for code in _names_tasks(header)):
        gathered.rows_left += 1
        issues.append(Issue(row.number, "name", "row_without_task", "error", where(table)))
        return
    gathered.records.append(Record(row.number, cells, header, table, numbered, made_of=made_of))
    if made_of:
        issues.append(Issue(row.number, None, made_of, "note", where(table)))


def _of_section(record: Record, told: dict[str, str]) -> Iterator[Issue]:
    """Give a task what the row over it says for all below it, where the table has no column for that; each is said."""
    known = {*record.header.columns.values(), *(code for code, _ in record.header.ticks.values())}
    known |= {"rate"} if known & {"quota", "frequency"} or any(one.startswith("class:") for one in known) else set()
    known |= {"lead_unit"} if known & {"initiating_unit", "checking_body"} else set()
    for code, value in told.items():
        if code not in known:
            record.cells[code] = value
            yield Issue(record.row, code, "value_of_note", "note", {"text": value, **where(record.table)})


def _name_by_plans(records: list[Record]) -> None:
    """Name the tasks by their plans (计划名称), where a table has no other names and every plan stands once."""
    tables: dict[int, list[Record]] = {}
    for record in records:
        tables.setdefault(id(record.header), []).append(record)
    for own in tables.values():
        plans = [squeezed(record.get("plan_name")) for record in own]
        named = any(record.get("name") or record.get("field") for record in own)
        if len(own) > 1 and all(plans) and len(set(plans)) == len(own) and not named:
            for record in own:
                record.cells["name"] = record.get("plan_name")


_OF_RESULTS = re.compile("发现问题|问题(?:户|家|个)?数|已处置|处置(?:情况|结果)|整改情况|检查结果|抽查结果|查处")


def _tells_results(table: Table) -> bool:
    """Whether a table tells what was found, not what is planned: neither shares nor periods, and results."""
    cells = [squeezed(cell) for cell in table.rows[0].cells]
    planned = {"rate", "period", "period_start", "period_end", "frequency"}
    codes = {column_code(cell) for cell in cells}
    return any(_OF_RESULTS.search(cell) for cell in cells if len(cell) < _LONGEST_HEADING) and not codes & planned


_PLANNED = {"rate", "quota", "frequency", "period", "period_start", "period_end"}


def _plans_something(table: Table) -> bool:
    """Whether a table's heading has a column that says how many, how often or when."""
    found = next((header for i in range(min(4, len(table.rows))) if (header := find_header(table.rows, i))), None)
    codes = {*found.columns.values(), *(code for code, _ in found.ticks.values())} if found else set()
    return bool(codes & _PLANNED) or any(code.startswith("class:") for code in codes)


def _is_list_of_items(table: Table) -> bool:
    """Whether a line above a table calls it the list of what may be checked (随机抽查事项清单): it plans nothing."""
    title = next((title for title in reversed(table.titles) if "清单" in title), "")
    return re.search("事项清单", title) is not None and not re.search("计划|任务", title)


def _of_plans(document: Document, gathered: Gathered) -> Iterator[tuple[Table, str]]:
    """The tables that may be of plans; the rows of those that tell results, or what may be checked, are set aside."""
    tables = tables_of(document)
    planned = [_plans_something(table) for table, _ in tables]
    for place, (table, made_of) in enumerate(tables):
        listed = any(planned) and not planned[place] and _is_list_of_items(table)
        if listed or _tells_results(table):
            gathered.set_aside += [(row.number, _line(row)) for row in table.rows]
        else:
            yield table, made_of


def _names_tasks(header: Header) -> tuple[str, ...]:
    """The columns of which a row needs one to be a task: who is inspected, where the table says nothing else."""
    naming = (*_NAMING, "items")
    return naming if set(naming) & set(header.columns.values()) else ("scope",)


def _line(row: Row) -> str:
    return shown_example([" ".join(dict.fromkeys(cell for cell in row.cells if cell.strip()))])


def _about_cells(gathered: Gathered) -> list[Issue]:
    """What is to be said of cells that no field holds, a column at a time, and of the rows that are none of tasks."""
    said = [
        Issue(
            None,
            None,
            "cells_not_kept",
            "note",
            {"header": use.heading or "—", "count": use.cells, "example": use.example or "—"},
        )
        for use in gathered.columns
        if use.known and use.field is None
    ]
    if gathered.set_aside:
        row, text = gathered.set_aside[0]
        said.append(
            Issue(row, None, "rows_set_aside", "note", {"count": len(gathered.set_aside), "example": text or "—"})
        )
    return said


def _about_columns(header: Header, table: Table, start: int) -> list[Issue]:
    """What is to be said of the columns of a table: those that are not read, or not as their header says."""
    place, row, body = where(table), table.rows[start].number, table.rows[start + header.depth :]
    issues: list[Issue] = []

    def report(column: str | None, code: str, severity: str, name: str, **parameters: object) -> None:
        issues.append(Issue(row, column, code, severity, {"header": in_one_line(name), **parameters, **place}))

    for name in header.unread:
        at = header.headings.index(name)
        cells = [cell for one in body if at < len(one.cells) and (cell := one.cells[at]).strip()]
        if cells:
            report(None, "column_unread", "note", name, count=len(cells), example=shown_example(cells) or "—")
    for name in header.details:
        report("items", "details_unread", "note", name)
    for name, code in header.by_cells:
        report(_named_by(code), "column_by_cells", "note", name)
    for name, *codes in header.doubts:
        one, other = (Term(f"notice_columns.{_named_by(code)}") for code in codes)
        report(None, "column_doubtful", "warning", name, one=one, other=other)
    return issues


def _legend(table: Table, document: Document) -> str:
    """The words that may say what the signs of a table stand for: around it, in its last rows, in lines of the file."""
    last_rows = (cell for last in table.rows[-3:] for cell in dict.fromkeys(last.cells))
    lines = (line.text for line in document.paragraphs if is_legend(line.text))
    return "\n".join((*table.titles, *last_rows, *lines))


def _about_signs(header: Header, table: Table, body: Sequence[Row], legend: str) -> list[Issue]:
    """What is to be said of different signs below the names of departments that no legend explains."""
    columns = [i for i, (code, _) in header.ticks.items() if code == "partners"]
    signs = dict.fromkeys(
        sign for row in body for i in columns if i < len(row.cells) and is_tick(sign := row.cells[i].strip())
    )
    headings = "".join(header.headings[i] for i in columns)
    if len(signs) < 2 or all(sign_role(sign, headings + legend) for sign in signs):
        return []
    unknown = "、".join(sign for sign in signs if not sign_role(sign, headings + legend))
    return [Issue(None, "partners", "signs_unexplained", "warning", {"signs": unknown, **where(table)})]


def _named_by(code: str) -> str:
    """The column whose name in the texts says what a code is: the proportion of one class is part of the rule."""
    return "risk_rule" if code.startswith("class:") else code


def in_one_line(header: str) -> str:
    """A header in two lines as one, without contacts."""
    return without_contacts(header.replace(OVER, " / ").replace("\n", ""))[0]


def _continues(table: Table, width: int) -> bool:
    """Whether a table without a header carries on the table before: same width, no new plan announced above it.

    A list with headings of its own (序号, 姓名, 执法证号) is another table, as wide as it may be.
    """
    heads = [cell for cell in table.rows[0].cells if cell.strip()]
    of_people = any(vocabulary()["under"].get(squeezed(cell)) == "contact" for cell in heads)
    if of_people or says_other_kind(heads) or any(column_code(cell) in {"seq", "contact"} for cell in heads):
        return False
    announced = any(word in title for title in table.titles for word in vocabulary()["titles"]["plan"])
    return abs(len(table.rows[0].cells) - width) <= 1 or announced


def _own(row: Row, header: Header, code: str) -> bool:
    """Whether the row itself, not a cell merged from above, says something in a column."""
    return any(
        row.cells[index].strip() and index not in row.merged_down
        for index, column in header.columns.items()
        if column == code and index < len(row.cells)
    )


def _says(row: Row, cells: dict[str, str], header: Header, code: str) -> bool:
    """Whether the row itself says something for a column: in it, or by the part of the department in another."""
    helper = code == "partners" and any(says_role(row.cells[i]) == "helps" for i in header.roles if i < len(row.cells))
    return bool(cells.get(code)) if helper else _own(row, header, code)


def _carries_on(row: Row, cells: dict[str, str], header: Header, last: Record) -> bool:
    """Whether a row is the rest of the task above rather than a task of its own."""
    codes = set(header.columns.values())
    numbered = "seq" in codes and _own(row, header, "seq")
    if row.split or numbered:
        return row.split and not _own(row, header, "seq")

    def differs(code: str) -> bool:
        return _own(row, header, code) and bool(last.get(code)) and cells.get(code) != last.get(code)

    another_class = _of_one_class(cells) and (last.by_class or differs("risk_rule")) and _own(row, header, "risk_rule")
    of_one_class = another_class and not any(map(differs, ("items", "scope", *_NAMING)))
    if of_one_class or _is_another_batch(row, header) or _under_one_number(row, header):
        return True
    # Other items on another pool under one group's name are a task of their own.
    if any(differs(code) for code in _DECIDING) or (differs("items") and differs("scope")):
        return False
    naming = next((code for code in _NAMING if code in codes), None)
    new_name = naming is not None and differs(naming)
    if "seq" in codes:
        return not (new_name and any(_own(row, header, code) for code in (*_DECIDING, "scope")))
    own = {code for code in codes if _own(row, header, code)}
    if not codes & set(_NAMING):
        return not own & {"items", *_DECIDING, "scope"}
    return not own & {*_NAMING, *_DECIDING, "scope"}


def _under_one_number(row: Row, header: Header) -> bool:
    """Whether the task's number, name and plan all come merged from above: items on pools of their own.

    A field merged over its rows (抽查类别) only groups tasks.
    """
    filled = {code for i, code in header.columns.items() if i < len(row.cells) and row.cells[i].strip()}
    merged = {header.columns.get(i) for i in row.merged_down if i < len(row.cells) and row.cells[i].strip()}
    planned = filled & {*_DECIDING, *_NAMING}
    return {"seq", "name"} <= merged and bool(merged & {"rate", "quota"}) and planned <= merged


def _is_another_batch(row: Row, header: Header) -> bool:
    """Whether all that makes a task comes merged from above, its number too, and only the period is the row's own."""
    own = {
        code
        for i, code in header.columns.items()
        if i < len(row.cells) and i not in row.merged_down and row.cells[i].strip()
    }
    merged = {header.columns.get(i) for i in row.merged_down if i < len(row.cells) and row.cells[i].strip()}
    return (
        own == {"period"}
        and "seq" in merged
        and bool(merged & {*_NAMING, "items"})
        and bool(merged & {"rate", "quota"})
    )


def _append(last: Record, row: Row, cells: dict[str, str], header: Header) -> None:
    """Add a continuation row to the task above."""
    if _of_one_class(cells) and _own(row, header, "risk_rule") and (last.by_class or _of_one_class(last.cells)):
        if not last.by_class:
            last.cells["rate"] = _class_amount(last.cells)
            last.cells |= {"risk_rule": "", "frequency": "", "quota": ""}
        pools = [whole_number(one.get("pool", "")) for one in (last.cells, cells)]
        if _own(row, header, "pool") and all(pools):
            last.cells["pool"] = str(sum(number or 0 for number in pools))
        last.by_class = True
        last.cells["rate"] += f"；{_class_amount(cells)}"
        return
    units = ("partners", "lead_unit", "initiating_unit")
    who = next((code for code in units if cells.get(code) and _says(row, cells, header, code)), None)
    if who is not None and _own(row, header, "items") and not row.split:
        # Each department with its own items in its own row: the items say whose they are.
        first = who if last.cells.get(who) else next((code for code in units if last.cells.get(code)), who)
        if last.cells.get(first) and not last.parted:
            last.cells["items"] = _of(last.cells[first], last.cells.get("items", ""))
        last.parted = True
        cells = {**cells, "items": _of(cells[who], cells["items"])}
    for code, text in cells.items():
        if code == "seq" or not text or not (row.split or _says(row, cells, header, code)):
            continue
        before = last.cells.get(code, "")
        if not before:
            last.cells[code] = text
        elif row.split:
            last.cells[code] = before + text
        elif text not in before.split(JOINTS.get(code, "\n")):
            last.cells[code] = before + JOINTS.get(code, " ") + text
        last.cells[code] = without_people(last.cells[code], code)[0]


def _of_one_class(cells: dict[str, str]) -> bool:
    """Whether a row is of one risk class alone (风险等级: A类)."""
    return "class" in readings(cells.get("risk_rule", ""))


def _class_amount(cells: dict[str, str]) -> str:
    """The amount of a row of one class in one cell's words: "A类1%，2户，1次/年"."""
    amounts = [cells.get(code, "").strip() for code in ("rate", "quota", "frequency")]
    if not amounts[0]:
        amounts[1] = re.sub(r"^\d+$", r"\g<0>户", amounts[1])
    return squeezed(cells["risk_rule"]) + "，".join(filter(None, amounts))


def _of(department: str, items: str) -> str:
    """Items with the department that checks them in front, as a cell says it; as they are where it is not one."""
    single = department.strip() and not re.search(r"[\s、，,;；/：:]", department.strip())
    return f"{department.strip()}：{items}" if single and items else items


def _shared(last: Record) -> dict[str, str]:
    """What a task without a number of its own takes over from the one above: everything that one row shares."""
    return {code: text for code, text in last.cells.items() if code not in {"items", "seq"}}
