"""Files of the corpus (tests/notice/corpus): HTML sources with merged cells become Word, Excel and PDF files.

A source that is not read as a web page says so in its first comment: `<!-- build: docx -->`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import docx
import openpyxl
from reportlab.platypus import Table

from tests.notice.formats import paragraph, printed, ruled


@dataclass
class Cell:
    """A cell and how far it reaches; `row` and `column` count from 0 within its table."""

    row: int
    column: int
    down: int = 1
    right: int = 1
    text: str = ""


@dataclass
class Grid:
    """A table as its cells, its rows and columns counted."""

    cells: list[Cell] = field(default_factory=list)
    rows: int = 0
    columns: int = 0


class _Source(HTMLParser):
    """Paragraphs and tables of a source, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str | Grid] = []
        self._taken: set[tuple[int, int]] = set()
        self._cell: Cell | None = None
        self._line: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.blocks.append(Grid())
            self._taken = set()
        elif tag == "p" and self._cell is None:
            self._line = ""
        elif tag == "tr":
            self._grid.rows += 1
        elif tag in {"td", "th"}:
            spans = {name: int(value or 1) for name, value in attrs if name in {"rowspan", "colspan"}}
            row, column = self._grid.rows - 1, 0
            while (row, column) in self._taken:
                column += 1
            self._cell = Cell(row, column, spans.get("rowspan", 1), spans.get("colspan", 1))
            self._taken |= {(row + i, column + j) for i in range(self._cell.down) for j in range(self._cell.right)}
        elif tag == "br" and self._cell is not None:
            self._cell.text += "\n"

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.text += data
        elif self._line is not None:
            self._line += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" and self._line is not None:
            self.blocks.append(self._line)
            self._line = None
        elif tag in {"td", "th"} and self._cell is not None:
            self._grid.cells.append(self._cell)
            self._grid.columns = max(self._grid.columns, self._cell.column + self._cell.right)
            self._cell = None

    @property
    def _grid(self) -> Grid:
        grid = self.blocks[-1]
        assert isinstance(grid, Grid)
        return grid


def built(source: Path, folder: Path) -> Path:
    """The file that a source of the corpus stands for: itself, or the Word, Excel or PDF file it asks for."""
    text = source.read_text("utf-8")
    asked = re.match(r"<!-- build: (\w+) -->", text)
    if asked is None or asked[1] == "html":
        return source
    reader = _Source()
    reader.feed(text)
    builders = {"docx": _as_docx, "xlsx": _as_xlsx, "pdf": _as_pdf}
    return builders[asked[1]](reader.blocks, folder / f"{source.stem}.{asked[1]}")


def _as_docx(blocks: list[str | Grid], path: Path) -> Path:
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(rows=block.rows, cols=block.columns)
        for cell in block.cells:
            first = table.cell(cell.row, cell.column)
            if cell.down > 1 or cell.right > 1:
                first = first.merge(table.cell(cell.row + cell.down - 1, cell.column + cell.right - 1))
            first.text = cell.text
    document.save(str(path))
    return path


def _as_xlsx(blocks: list[str | Grid], path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    top = 1
    for block in blocks:
        if isinstance(block, str) and (named := re.fullmatch(r"\[sheet\] (.+)", block)):
            sheet = book.active if top == 1 and len(book.sheetnames) == 1 else book.create_sheet()
            sheet.title, top = named[1], 1
            continue
        if isinstance(block, str):
            sheet.cell(top, 1, block)
            top += 1
            continue
        for cell in block.cells:
            row, column = top + cell.row, cell.column + 1
            written = sheet.cell(row, column, _typed(cell.text))
            if written.data_type == "f":
                written.data_type = "s"  # "=1" is what a clerk typed as text
            if cell.down > 1 or cell.right > 1:
                sheet.merge_cells(
                    start_row=row, end_row=row + cell.down - 1, start_column=column, end_column=column + cell.right - 1
                )
        top += block.rows
    book.save(path)
    return path


def _typed(text: str) -> str | int | None:
    """A count typed into a sheet is a number."""
    return int(text) if re.fullmatch(r"[1-9]\d{0,6}", text) else text or None


def _as_pdf(blocks: list[str | Grid], path: Path) -> Path:
    return printed([paragraph(block) if isinstance(block, str) else _printed_grid(block) for block in blocks], path)


def _printed_grid(grid: Grid) -> Table:
    shown: list[list[object]] = [[""] * grid.columns for _ in range(grid.rows)]
    spans: list[tuple[object, ...]] = []
    for cell in grid.cells:
        shown[cell.row][cell.column] = paragraph(cell.text)
        if cell.down > 1 or cell.right > 1:
            last = (cell.column + cell.right - 1, cell.row + cell.down - 1)
            spans.append(("SPAN", (cell.column, cell.row), last))
    return ruled(shown, *spans)
