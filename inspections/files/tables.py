"""The tables of a document (docx, pdf, ofd, a scan) as worksheets: registers and results come as papers, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from inspections.files.content import Document, Table
from inspections.files.worksheets import Block, Book, Worksheet, in_blocks


def book_of(document: Document) -> Book:
    """Tables of one width that follow one another are one worksheet: a page break or a heading between parts them.

    Rows are counted on from the first table's first row; the lines above it are rows 0. A line between two tables is a
    row that says the same in every column, as a heading among rows does.
    """
    groups = [list(tables) for _, tables in groupby(document.tables, key=_width)]
    worksheets = tuple(
        _worksheet(document, group, str(number) if len(groups) > 1 else "")
        for number, group in enumerate(groups, start=1)
    )
    return Book(document.format, worksheets)


def _width(table: Table) -> int:
    return max(len(row.cells) for row in table.rows)


def _worksheet(document: Document, tables: Sequence[Table], name: str) -> Worksheet:
    ordinals = {table.ordinal for table in tables}
    told = tuple(one for one in document.left_out if one.table is None or one.table in ordinals)

    def blocks() -> Iterator[Block]:
        return in_blocks(iter(_rows(tables)))

    return Worksheet(name, blocks, left_out=lambda: told)


def _rows(tables: Sequence[Table]) -> Block:
    width, number = _width(tables[0]), 0
    found: Block = [(0, [title] * width) for title in tables[0].titles]
    for table in tables:
        for title in table.titles if table is not tables[0] else ():
            number += 1
            found.append((number, [title] * width))
        for row in table.rows:
            cells = [*row.cells, *[""] * (width - len(row.cells))]
            if row.split and number:
                # A page break went through this row: its cells go on in those of the row above.
                above = found[-1][1]
                found[-1] = (number, [f"{one or ''}{more}" for one, more in zip(above, cells, strict=True)])
                continue
            number += 1
            found.append((number, list(cells)))
    return found
