"""The ledger of a file: every row and every filled cell of it is used, named as not used, or rejected with its reason.

One type for tables (registers, draws, results) and for notices, kept with the import and told alike on every screen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from inspections.files.columns import ColumnUse

# What becomes of a row of a file; those set aside are no data.
STATES = ("new", "changed", "unchanged", "waiting", "rejected")
SET_ASIDE = "set_aside"
# Issues that say what a file holds and does not show, or shows struck through.
HIDDEN_ROWS = "hidden_rows"
_UNSEEN = frozenset({HIDDEN_ROWS, "hidden_columns", "hidden_text", "hidden_sheet", "struck_out"})


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

    def as_text(self) -> str:
        """The whole of it as JSON, as it is kept with an import."""
        return json.dumps(asdict(self), ensure_ascii=False)


def ledger_from(text: str) -> Ledger:
    """The ledger that `as_text` wrote down."""
    told = json.loads(text)
    columns = tuple(
        ColumnUse(**{**use, "doubt": tuple(use["doubt"]) if use["doubt"] else None}) for use in told["columns"]
    )
    aside = tuple((int(row), str(shown)) for row, shown in told["set_aside"])
    return Ledger(**{**told, "columns": columns, "set_aside": aside})


def unseen_of(told: Iterable[tuple[str, Any]]) -> dict[str, int]:
    """Code -> rows, columns or cells, of the issues (code, how many) that say what a file hides."""
    found: dict[str, int] = {}
    for code, count in told:
        if code in _UNSEEN:
            found[code] = found.get(code, 0) + int(count)
    return found
