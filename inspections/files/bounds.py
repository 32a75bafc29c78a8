"""How much a file may hold before it is refused: a notice is a few pages, a register may have millions of rows."""

from __future__ import annotations

from dataclasses import dataclass

from inspections.store.limits import DEFAULTS, MEGABYTE, Limits
from inspections.words.errors import InspectionsError

# What a reader of workbooks holds for one cell, in bytes, and how much it may hold.
_CELL, _MOST_HELD = 32, 800_000_000

# What a process that reads a file may hold, in bytes.
MEMORY = 2_000_000_000
# How many seconds of processor it may take, whatever its size, and for each megabyte of it. The first are the dearest:
# 150 pages of a plan as PDF are 0.4 MB and take 27 seconds, a workbook of a million objects is 25 MB and takes 18.
_SECONDS, _SECONDS_A_MEGABYTE, _DEAR_BYTES, _SECONDS_A_FURTHER = 20, 150, 2 * MEGABYTE, 3


def seconds_for(size: int) -> int:
    """How many seconds of processor a file of `size` bytes may take."""
    dear = min(size, _DEAR_BYTES)
    return _SECONDS + (dear * _SECONDS_A_MEGABYTE + (size - dear) * _SECONDS_A_FURTHER) // MEGABYTE


@dataclass(frozen=True)
class Bounds:
    """The most a file may hold, and what is said of one that holds more.

    `cells` counts those of a worksheet up to its far corner, empty ones too: a reader fills all in between. `filled`
    counts the cells with something in them (None: whatever the rows allow), `lines` the lines outside tables, `prose`
    their characters; `plan` says that the file is to be a plan of a few pages, so that its refusals do not speak of a
    register.
    """

    file_bytes: int
    unpacked_bytes: int
    rows: int
    columns: int
    cells: int
    cell_characters: int
    merged: int
    filled: int | None = None
    pages: int = 400
    lines: int = 20_000
    prose: int = 1_000_000
    plan: bool = False

    def too_large(self, size: int, limit: int) -> InspectionsError:
        """The refusal of a file of `size` bytes where `limit` are the most."""
        code = "file_too_large" if self.plan else "sheet_too_large"
        # Rounded up: "200 MB, and 200 MB are the most" would be no reason.
        return InspectionsError(code, megabytes=-(-size // MEGABYTE), limit=limit // MEGABYTE)

    def too_long(self, limit: int | None = None) -> InspectionsError:
        """The refusal of a file of too many rows or cells; `limit` where it is not that of rows."""
        code = "too_many_rows" if self.plan else "sheet_too_long"
        return InspectionsError(code, limit=limit or self.rows)

    def too_wide(self, columns: int) -> InspectionsError:
        """The refusal of a table of so many columns."""
        code = "too_many_columns" if self.plan else "sheet_too_wide"
        return InspectionsError(code, columns=columns, limit=self.columns)

    def unknown(self) -> InspectionsError:
        """The refusal of a file that is nothing anybody reads here."""
        return InspectionsError("format_unknown" if self.plan else "sheet_format_unknown")


def of_notice(limits: Limits = DEFAULTS) -> Bounds:
    """What a notice may hold: what the settings allow, and never more than a notice does."""
    return Bounds(
        file_bytes=min(40_000_000, limits.upload_bytes),
        unpacked_bytes=150_000_000,
        rows=50_000,
        columns=400,
        cells=2_000_000,
        cell_characters=200_000,
        merged=20_000,
        filled=300_000,
        plan=True,
    )


def of_register(limits: Limits = DEFAULTS) -> Bounds:
    """What a register, a draw or a result may hold: what the settings allow."""
    return Bounds(
        file_bytes=limits.upload_bytes,
        unpacked_bytes=limits.unpacked_bytes,
        rows=limits.rows,
        columns=limits.columns,
        # The far corner decides: a note a million rows below a table of ten columns is still readable.
        cells=_MOST_HELD // _CELL,
        cell_characters=limits.cell_characters,
        merged=200_000,
    )
