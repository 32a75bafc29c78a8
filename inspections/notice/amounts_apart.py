"""Tables beside those of tasks that say more of the same tasks by their names (抽查任务 | 抽查比例)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inspections.files.characters import squeezed
from inspections.files.columns import readings
from inspections.files.content import Document, Row, Table
from inspections.notice.contacts import shown_example, without_contacts
from inspections.notice.header_words import column_code
from inspections.notice.headers import find_header
from inspections.notice.plan import Issue, where
from inspections.notice.task_rows import Record

_CALLED = ("name", "scope", "field", "plan_name", "items")
_SAID = {"rate", "quota", "frequency", "pool", "period", "lead_unit", "partners", "item_class"}
# What a value of a column stands against; a share beside a number is none of these.
_ALIKE = {"quota": ("quota", "rate"), "period": ("period", "period_start", "period_end")}
# What was done before, not what is planned.
_OF_BEFORE = re.compile("完成情况|[上去]年|结果|统计|检查情况")
# What a revision lists side by side is no more than it changes.
_OF_CHANGES = re.compile("原|现|调整|变更|修改|更正")
_HEADED_WITHIN = 4
_MOST_COLUMNS = 5


def fill_from_tables_apart(document: Document, records: Sequence[Record], issues: list[Issue]) -> None:
    """Give tasks what a smaller table says under their names, and say so; what finds no task, or another value, too."""
    for table in document.tables:
        columns = {} if any(map(_OF_BEFORE.search, table.titles[-1:])) else _columns(table)
        if by_class := _class_by_class(table, columns):
            _fill_classes(by_class, table, records, issues)
            continue
        called = next((i for code in _CALLED for i, own in columns.items() if own == code), None)
        if called is None or not set(columns.values()) & _SAID:
            continue
        rows = [row for row in table.rows[1:] if called < len(row.cells) and row.cells[called].strip()]
        meant = [[one for one in records if _is_called(one, row.cells[called])] for row in rows]
        if not any(meant):
            continue
        for row, own in zip(rows, meant, strict=True):
            line = shown_example([" ".join(dict.fromkeys(cell for cell in row.cells if cell.strip()))])
            place = {"text": line, **where(table)}
            if len(own) != 1:
                issues.append(Issue(row.number, "name", "words_unread", "warning", {**place, "part": line}))
                continue
            (record,) = own
            for i, code in columns.items():
                value = without_contacts(row.cells[i].strip())[0] if i < len(row.cells) else ""
                if code not in _SAID or not value or value == record.get(code):
                    continue
                if any(record.get(one) for one in _ALIKE.get(code, (code,))):
                    issues.append(Issue(record.row, code, "words_unread", "warning", {**place, "part": value}))
                else:
                    record.cells[code] = value
                    issues.append(Issue(record.row, code, "value_of_note", "note", place))


def _class_by_class(table: Table, columns: dict[int, str]) -> str:
    """A table of one risk class a row as the words of one cell ("低风险1%，每年1次；中风险…"); "" for others."""
    rows = table.rows[1:]
    at = next((i for i in columns if len(rows) > 1 and all("class" in readings(_cell(row, i)) for row in rows)), None)
    amounts = [i for i, code in columns.items() if code in {"rate", "quota", "frequency"} and i != at]
    # How many firms there are of each class is planned for none.
    planned = any(columns[i] != "quota" or re.search("[抽查检]", table.rows[0].cells[i]) for i in amounts)
    if at is None or not planned:
        return ""
    said = (f"{_cell(row, at)}{'，'.join(filter(None, (_cell(row, i) for i in amounts)))}" for row in rows)
    return "；".join(map(squeezed, said))


def _cell(row: Row, place: int) -> str:
    return row.cells[place].strip() if place < len(row.cells) else ""


def _fill_classes(by_class: str, table: Table, records: Sequence[Record], issues: list[Issue]) -> None:
    """Give what a table says class by class to the tasks for which nothing else says how many."""
    for record in records:
        known = any(code.startswith("class:") for code in record.header.columns.values())
        if not known and not any(record.get(code) for code in ("rate", "quota")):
            record.cells["rate"] = by_class
            issues.append(Issue(record.row, "rate", "value_of_note", "note", {"text": by_class, **where(table)}))


def _columns(table: Table) -> dict[int, str]:
    """Column -> code of a small table whose headings all are known and that is none of tasks itself."""
    heads = table.rows[0].cells if table.rows else ()
    if not 2 <= len(heads) <= _MOST_COLUMNS or any(map(_OF_CHANGES.match, heads)):
        return {}
    if any(find_header(table.rows, i) for i in range(min(_HEADED_WITHIN, len(table.rows)))):
        return {}
    codes = {i: code for i, head in enumerate(heads) if (code := column_code(head))}
    return codes if len(codes) == len(heads) else {}


def _is_called(record: Record, words: str) -> bool:
    return squeezed(words) in {squeezed(record.get(code)) for code in _CALLED}
