"""Text parted by a delimiter: which one, and its records."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from inspections.files.bounds import Bounds
from inspections.files.extent import HEAD
from inspections.files.text import SENTENCE_ENDS
from inspections.files.worksheets import ROWS_A_BLOCK, Block, Book, Worksheet
from inspections.words.errors import InspectionsError

DELIMITERS = ",\t;|，"
# A line without an end is not a table.
_LONGEST_LINE = 4_000_000
# How many cells are headings, of the row among these that has most of them.
Familiarity = Callable[[Sequence[Sequence[str]]], int]


def delimited_book(content: bytes, encoding: str, bounds: Bounds, familiarity: Familiarity) -> Book:
    """A text as a book of one worksheet without a name.

    Its blocks raise InspectionsError `cell_too_long`, `file_broken` and the refusals of `bounds`.
    """
    delimiter = _delimiter(content, encoding, bounds, familiarity)
    return Book("csv", (Worksheet("", lambda: _blocks(content, encoding, delimiter, bounds)),), delimiter)


def _records(content: bytes, encoding: str, delimiter: str, bounds: Bounds) -> Iterator[list[list[str]]]:
    """The records of a text, many at a time."""
    _check_lines(content, encoding, bounds)
    # The whole process has one limit, and others read while this does: it is raised, never lowered. A register's own,
    # narrower one is for the reader of its cells.
    csv.field_size_limit(max(csv.field_size_limit(), bounds.cell_characters))
    records = csv.reader(
        io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="replace", newline=""), delimiter=delimiter
    )
    number, size = 0, HEAD
    while True:
        block: list[list[str]] = []
        try:
            block.extend(islice(records, size))
        except csv.Error as error:
            # The usual cause is a quotation mark that opens a cell and is never closed.
            row = number + len(block) + 1
            raise InspectionsError("cell_too_long", row=row, limit=bounds.cell_characters) from error
        except UnicodeError as error:
            raise InspectionsError("file_broken") from error
        if not block:
            return
        if max(map(len, block)) > bounds.columns:
            for cells in block:
                while len(cells) > bounds.columns and not cells[-1].strip():
                    cells.pop()
            if (widest := max(map(len, block))) > bounds.columns:
                raise bounds.too_wide(widest)
        yield block
        number, size = number + len(block), ROWS_A_BLOCK


def _check_lines(content: bytes, encoding: str, bounds: Bounds) -> None:
    """Refuse a text without ends of lines: it is no table, and its one line would be parted into millions of cells."""
    ends = (b"\n\x00", b"\x00\n", b"\r\x00", b"\x00\r") if encoding.startswith("utf-16") else (b"\n", b"\r")
    for start in range(0, len(content) - _LONGEST_LINE, _LONGEST_LINE):
        if all(content.find(end, start, start + _LONGEST_LINE) < 0 for end in ends):
            raise bounds.unknown()


def _blocks(content: bytes, encoding: str, delimiter: str, bounds: Bounds) -> Iterator[Block]:
    number = 1
    for block in _records(content, encoding, delimiter, bounds):
        yield list(zip(range(number, number + len(block)), block, strict=True))  # type: ignore[arg-type]  # texts are objects
        number += len(block)


def _delimiter(content: bytes, encoding: str, bounds: Bounds, familiarity: Familiarity) -> str:
    """The delimiter that makes the best heading of the first lines, then the one that parts most of them alike."""
    beginning, wide = content[:400_000], replace(bounds, columns=100_000)

    def fits(delimiter: str) -> tuple[int, int]:
        try:
            records = next(_records(beginning, encoding, delimiter, wide), [])
        except InspectionsError:
            records = []
        # A sentence has commas too.
        parted = [record for record in records if len(record) > 1]
        widths = [len(record) for record in parted if not record[-1].rstrip().endswith(SENTENCE_ENDS)]
        usual = max(set(widths), key=widths.count) if widths else 0
        return familiarity(parted), sum(width for width in widths if width == usual)

    return max(DELIMITERS, key=fits)
