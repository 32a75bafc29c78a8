"""The worksheets of a file, whatever its format: rows of cells with their numbers, and a cell as its user sees it.

A row's number is the one a spreadsheet shows beside it, so a CSV record with line breaks inside quotation marks counts
once.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from inspections.files.content import LeftOut
from inspections.files.extent import HEAD

ROWS_A_BLOCK = 20_000
# Excel keeps fifteen digits of a number; the rest of a code stored as a number are zeros.
EXACT_DIGITS = 10**15
Cells = list[object]
Block = list[tuple[int, Cells]]
MergedDown = dict[int, frozenset[int]]


def _nothing_merged() -> MergedDown:
    return {}


@dataclass(frozen=True)
class Worksheet:
    """One worksheet: `blocks()` runs over (row number, cells) from the top, many at a time, merged cells filled.

    `merged_down()` tells, row by row, the columns whose cell began in a row above; `left_out()` what the worksheet
    hides or strikes through, which the blocks do not have: it is asked for when they have been read. `beginning` are
    the first rows that are not blank, where somebody has read them.
    """

    name: str
    blocks: Callable[[], Iterator[Block]]
    merged_down: Callable[[], MergedDown] = _nothing_merged
    left_out: Callable[[], tuple[LeftOut, ...]] = tuple
    beginning: Block | None = None

    def head(self) -> Block:
        """The first rows that are not blank."""
        if self.beginning is not None:
            return self.beginning
        rows: Block = []
        for block in self.blocks():
            rows += islice((row for row in block if not is_blank(row[1])), HEAD - len(rows))
            if len(rows) >= HEAD:
                break
        return rows


def is_blank(cells: Cells) -> bool:
    """Whether a row has nothing in it but blanks."""
    return not any(cell is not None and cell != "" and not (type(cell) is str and cell.isspace()) for cell in cells)


def in_blocks(rows: Iterator[tuple[int, Cells]]) -> Iterator[Block]:
    """Rows many at a time, the first block as short as a heading needs."""
    yield list(islice(rows, HEAD))
    while block := list(islice(rows, ROWS_A_BLOCK)):
        yield block


@dataclass(frozen=True)
class Book:
    """All visible worksheets of a file; a text file has one without a name. `delimiter` is that of a text file.

    `hidden` are the names of worksheets with something in them that the file hides.
    """

    format: str
    worksheets: tuple[Worksheet, ...]
    delimiter: str | None = None
    hidden: tuple[str, ...] = ()


def shown(value: object, *, moments: bool = True) -> str:
    """A cell as its user sees it: whole numbers without a point, days without midnight.

    `moments`: the hour of a day is told too (when something was drawn); a plan speaks of days only, whatever hour an
    old workbook keeps with them.
    """
    match value:
        case str():
            text = value
        case None:
            text = ""
        case bool():
            text = "是" if value else "否"
        case int():
            text = str(value)
        case float():
            text = _number(value)
        case datetime.datetime():
            text = value.isoformat(" ", "seconds").removesuffix(" 00:00:00") if moments else value.date().isoformat()
        case datetime.time():
            text = value.isoformat("seconds")
        case _:
            text = str(value)
    return text


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e25 else f"{value:.15g}"
