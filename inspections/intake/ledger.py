"""The ledger of a file: every row and every filled cell of it is used, named as not used, or rejected with its reason.

One type for tables (registers, draws, results) and for notices, so that every screen tells both alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from inspections.files.columns import ColumnUse
from inspections.intake.kinds import field_title
from inspections.intake.storing import STATES, Preview
from inspections.notice.contacts import shown_example
from inspections.notice.storing import ImportReport
from inspections.words import plain
from inspections.words.wording import say

NOTICE = "notice"
SET_ASIDE = "set_aside"
# Issues that say what a file holds and does not show, or shows struck through.
_HIDDEN_ROWS = "hidden_rows"
_UNSEEN = frozenset({_HIDDEN_ROWS, "hidden_columns", "hidden_text", "hidden_sheet", "struck_out"})
# Unused columns that one line names.
_MOST_NAMED = 6
_LONGEST_HEADING = 20


@dataclass(frozen=True)
class Ledger:
    """The account of one file.

    `read` are all rows below the headings, `rows` what became of them: state (`STATES` and `set_aside`) -> rows.
    `set_aside` are sums, notes and repeated headings, (row, text without what may be a person's); hidden rows count
    with them. `unseen` is what the file hides or strikes through: code of the issue -> rows, columns or cells.
    """

    kind: str
    read: int
    rows: Mapping[str, int]
    columns: tuple[ColumnUse, ...]
    set_aside: tuple[tuple[int, str], ...]
    unseen: Mapping[str, int]

    def __post_init__(self) -> None:
        """The one place where the account is balanced; a file cannot make it fail, only a fault of ours can."""
        assert self.read == sum(self.rows.values()), (self.read, self.rows)  # noqa: S101

    @property
    def used(self) -> tuple[ColumnUse, ...]:
        """Columns that a field has."""
        return tuple(use for use in self.columns if use.field is not None)

    @property
    def unused(self) -> tuple[ColumnUse, ...]:
        """Columns with cells that no field has."""
        return tuple(use for use in self.columns if use.field is None and use.cells)

    def as_json(self) -> dict[str, Any]:
        """Rows by state, every column with its field (null: not used), every row that is set aside."""
        return {
            "rows": {"read": self.read, **self.rows},
            "columns": [
                {
                    "heading": use.heading,
                    "field": use.field,
                    "cells": use.cells,
                    "example": use.example,
                    "state": use.state,
                }
                for use in self.columns
            ],
            "set_aside": [{"row": row, "text": text} for row, text in self.set_aside],
            "unseen": dict(self.unseen),
        }


def ledger_of_table(found: Preview) -> Ledger:
    """The ledger of a table as looked at; a file that is rejected whole has the states its rows would have had."""
    sheet = found.incoming.sheet
    unseen = _unseen((remark.code, remark.parameters.get("count", 1)) for remark in sheet.remarks)
    aside = len(sheet.left_out) + unseen.get(_HIDDEN_ROWS, 0)
    return Ledger(
        found.incoming.kind,
        len(sheet.rows) + aside,
        {**found.counts, SET_ASIDE: aside},
        found.incoming.columns,
        tuple((row, shown_example([text])) for row, text in sheet.left_out),
        unseen,
    )


def ledger_of_notice(report: ImportReport) -> Ledger:
    """The ledger of a notice, whose rows are its tasks: what continues a row above belongs to that row's task."""
    tasks = {
        state: sum(
            entry.states.count(state) if entry.status == "revised" or entry.states else len(entry.plan.tasks)
            for entry in report.plans
            if entry.status in (status, "revised") or entry.states
        )
        for state, status in (("new", "new"), ("changed", "replaced"), ("unchanged", "unchanged"))
    }
    rejected = max(0, report.rows_read - report.rows_kept)
    unseen = _unseen((issue.code, issue.parameters.get("count", 1)) for issue in report.issues)
    aside = len(report.set_aside) + unseen.get(_HIDDEN_ROWS, 0)
    return Ledger(
        NOTICE,
        max(report.rows_read, report.rows_kept) + aside,
        {**tasks, "rejected": rejected, SET_ASIDE: aside},
        report.columns,
        report.set_aside,
        unseen,
    )


def _unseen(told: Iterable[tuple[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, count in told:
        if code in _UNSEEN:
            found[code] = found.get(code, 0) + int(count)
    return found


def line(ledger: Ledger) -> str:
    """The ledger in one line: rows by state, columns used, and which are not used."""
    told = say(
        "ledger.line",
        read=ledger.read,
        **{state: ledger.rows[state] for state in (*STATES, SET_ASIDE)},
        used=len(ledger.used),
        cells=sum(use.cells for use in ledger.used),
    )
    if not ledger.unused:
        return told + say("ledger.none_unused")
    named = say("frame.list_comma").join(_named(use) for use in ledger.unused[:_MOST_NAMED])
    rest = len(ledger.unused) - _MOST_NAMED
    more = say("ledger.more_unused", count=rest) if rest > 0 else ""
    return told + say("ledger.unused", count=len(ledger.unused), columns=named + more)


def _named(use: ColumnUse) -> str:
    key = f"ledger.named_{use.state}" if use.state in {"personal", "doubtful"} else "ledger.named"
    example = say("ledger.example", example=use.example) if use.example and use.state != "personal" else ""
    return say(key, heading=_heading(use), count=use.cells, example=example)


def _heading(use: ColumnUse) -> str:
    """A column by its heading, or by its letter where it has none."""
    text = plain.line(use.heading)
    if text:
        return plain.shortened(text, _LONGEST_HEADING)
    return say("ledger.no_heading", letter="?" if use.place is None else letter(use.place))


def letter(index: int) -> str:
    """A column's letters as a spreadsheet shows them: 0 -> A, 26 -> AA."""
    return (letter(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def field_name(kind: str, field: str) -> str:
    """A field of a notice or of a table in words; of a notice the proportion of one class is part of the rule."""
    if kind == NOTICE:
        return say(f"notice_columns.{'risk_rule' if field.startswith('class:') else field}")
    return field_title(kind, field)


def column_sentences(ledger: Ledger) -> list[str]:
    """What to look at: columns told by their cells and columns that may be two fields."""
    told = []
    for use in ledger.columns:
        if use.state == "by_cells" and use.field is not None:
            told.append(say("ledger.by_cells", heading=_heading(use), field=field_name(ledger.kind, use.field)))
        elif use.state == "doubtful" and use.doubt:
            one, other = (field_name(ledger.kind, field) for field in use.doubt)
            told.append(say("ledger.doubtful", heading=_heading(use), one=one, other=other, count=use.cells))
    return told


def column_rows(ledger: Ledger) -> pd.DataFrame:
    """One row per column of the file: heading, field (in words, None where unused), cells, example, state (in words)."""
    columns = ("heading", "field", "cells", "example", "state")
    rows = (
        (
            _heading(use),
            field_name(ledger.kind, use.field) if use.field is not None else None,
            use.cells,
            use.example or None,
            say(f"ledger.states.{use.state}"),
        )
        for use in ledger.columns
    )
    return pd.DataFrame(list(rows), columns=list(columns))


def set_aside_sentence(ledger: Ledger) -> str:
    """The rows that are no data by their numbers, with as much of their text as may be shown."""
    told = (
        say("ledger.set_aside_row", row=row, text=say("ledger.example", example=text) if text else "")
        for row, text in ledger.set_aside[:_MOST_NAMED]
    )
    return say("ledger.set_aside_title", count=len(ledger.set_aside), rows=say("frame.list_comma").join(told))
