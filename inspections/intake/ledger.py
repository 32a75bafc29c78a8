"""The ledger of a file in words: its line, what to look at, its columns and the rows that are no data."""

from __future__ import annotations

import pandas as pd

from inspections.files.columns import ColumnUse
from inspections.files.ledger import SET_ASIDE, STATES, Ledger
from inspections.intake.kinds import field_title
from inspections.words import plain
from inspections.words.wording import say

NOTICE = "notice"
# Unused columns that one line names.
_MOST_NAMED = 6
_LONGEST_HEADING = 20


def line(ledger: Ledger) -> str:
    """The ledger in one line: rows by state, columns used, and which are not used."""
    states = [state for state in (*STATES, SET_ASIDE) if ledger.rows[state]]
    told = say(
        "ledger.line",
        read=ledger.read,
        states=say("ledger.plus").join(say(f"ledger.rows.{state}", count=ledger.rows[state]) for state in states)
        or say("ledger.no_rows"),
        used=len(ledger.used),
        cells=sum(use.cells for use in ledger.used),
    )
    if not ledger.unused:
        return told + say("ledger.none_unused")
    named = say("frame.list_comma").join(_named(use) for use in ledger.unused[:_MOST_NAMED])
    rest = len(ledger.unused) - _MOST_NAMED
    more = say("ledger.more_unused", count=rest) if rest > 0 else ""
    return told + say("ledger.unused", count=len(ledger.unused), columns=named + more)


def title(ledger: Ledger) -> str:
    """The ledger in few words: what is used, and what is not where there is any."""
    told = [say("ledger.title", used=len(ledger.used))]
    if ledger.unused:
        told.append(say("ledger.title_unused", count=len(ledger.unused)))
    if ledger.rows[SET_ASIDE]:
        told.append(say("ledger.title_set_aside", count=ledger.rows[SET_ASIDE]))
    return say("ledger.title_gap").join(told)


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
