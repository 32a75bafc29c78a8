"""Reading .pdf with a text layer: lines outside tables, tables from their ruled lines, going on across pages."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

from inspections.files.content import Collector, Row
from inspections.words.errors import InspectionsError

# pdfminer reports every odd font on the log; none of it is the user's business.
logging.getLogger("pdfminer").setLevel(logging.ERROR)
_EDGE = 2.0


def read_pdf(content: bytes, collector: Collector) -> None:
    """All pages. Raises InspectionsError `file_encrypted`, `file_broken`, `pdf_without_text`, `too_many_rows`."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > collector.bounds.pages:
                raise collector.bounds.too_long(collector.bounds.pages)
            line = 0
            anything = False
            for page in pdf.pages:
                line, found = _read_page(page, line, collector)
                anything |= found
                page.close()
    except InspectionsError:
        raise
    except Exception as error:  # a damaged PDF raises whatever its reader trips over
        encrypted = _causes(error, (PDFPasswordIncorrect, PDFEncryptionError))
        raise InspectionsError("file_encrypted" if encrypted else "file_broken") from error
    collector.end_table()
    if not anything:
        raise InspectionsError("pdf_without_text")


def _causes(error: BaseException | None, kinds: tuple[type[BaseException], ...]) -> bool:
    while error is not None:
        if isinstance(error, kinds) or any(isinstance(argument, kinds) for argument in error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _read_page(page: Any, line: int, collector: Collector) -> tuple[int, bool]:
    """Lines and tables of one page from top to bottom; the running line number and whether there was any text."""
    tables = [table for table in page.find_tables() if len(table.rows) and len(table.cells) > 1]
    boxes = [table.bbox for table in tables]

    def outside(item: dict[str, Any]) -> bool:
        if item.get("object_type") != "char":
            return True
        x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
        return not any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)

    blocks: list[tuple[float, Any]] = [(table.bbox[1], table) for table in tables]
    lines = page.filter(outside).extract_text_lines(return_chars=False)
    blocks += [(text_line["top"], text_line["text"]) for text_line in lines]
    anything = False
    began = False
    for _, block in sorted(blocks, key=lambda pair: pair[0]):
        if isinstance(block, str):
            anything = True
            line += 1
            # A page number is no title between two halves of a table.
            if block.strip() and not re.fullmatch(r"[\s—–\-·第共页/\d]+", block):
                collector.line(line, _joined([block]))
            continue
        if not began:
            collector.place(page=page.page_number)
            began = True
        collector.end_table()
        rows = list(_rows(block))
        anything |= any(cell for row in rows for cell in row.cells)
        collector.grid(rows)
        collector.end_table()
    return line, anything


def _rows(table: Any) -> Iterator[Row]:
    """The rows of a table, every cell's text in all grid places that its box covers."""
    lefts = _edges(cell[0] for cell in table.cells)
    tops = _edges(cell[1] for cell in table.cells)
    grid = [["" for _ in lefts] for _ in tops]
    merged: dict[int, set[int]] = {}
    for cell in table.cells:
        x0, top, x1, bottom = cell
        text = _joined((table.page.crop(cell).extract_text(x_tolerance=2) or "").split("\n"))
        first = min(range(len(tops)), key=lambda r: abs(tops[r] - top))
        for r in range(first, len(tops)):
            if tops[r] >= bottom - _EDGE:
                break
            for c, left in enumerate(lefts):
                if x0 - _EDGE <= left < x1 - _EDGE:
                    grid[r][c] = text
                    if r > first:
                        merged.setdefault(r, set()).add(c)
    for r, cells in enumerate(grid):
        # A first row without a number at the top of a page may be the rest of the row before it.
        yield Row(r + 1, tuple(cells), frozenset(merged.get(r, ())), split=r == 0 and not cells[0].strip())


def _edges(values: Any) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _EDGE:
            edges.append(value)
    return edges


def _joined(lines: list[str]) -> str:
    """Lines of one cell as one text: Chinese goes on without a blank where the line was full, Latin with one."""
    text = ""
    for line in filter(None, map(str.strip, lines)):
        latin = text and text[-1].isascii() and text[-1].isalnum() and line[0].isascii() and line[0].isalpha()
        text += (" " if latin else "") + line
    return text
