"""The same notice in other formats: builders that turn a text notice into Word, Excel, CSV and PDF files."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import xlwt
from reportlab.lib import colors
from reportlab.lib.pagesizes import A3, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

NOTICES = Path(__file__).resolve().parents[2] / "data" / "notices"
PAGE = landscape(A3)
Block = str | list[list[str]]


def blocks_of(text: str) -> list[Block]:
    """Lines of a notice and, in between, its tables as lists of rows; a blank line ends a table."""
    blocks: list[Block] = []
    in_table = False
    for line in text.splitlines():
        if "\t" in line:
            cells = [cell.strip() for cell in line.split("\t")]
            if in_table and isinstance(blocks[-1], list):
                blocks[-1].append(cells)
            else:
                blocks.append([cells])
            in_table = True
        else:
            in_table = False
            if line.strip():
                blocks.append(line.strip().lstrip("# "))
    return blocks


def as_docx(blocks: Sequence[Block], path: Path) -> Path:
    """A Word file with real tables."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(rows=0, cols=len(block[0]))
        for row in block:
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=False):
                cell.text = text
    document.save(str(path))
    return path


def as_xlsx(blocks: Sequence[Block], path: Path) -> Path:
    """One sheet: lines in the first column, tables below one another."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in _rows(blocks):
        sheet.append([cell or None for cell in row])
    book.save(path)
    return path


def as_xls(blocks: Sequence[Block], path: Path) -> Path:
    """The same as an old Excel file."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("计划")
    for r, row in enumerate(_rows(blocks)):
        for c, cell in enumerate(row):
            if cell:
                sheet.write(r, c, cell)
    book.save(str(path))
    return path


def as_csv(blocks: Sequence[Block], path: Path, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    """The same rows as CSV in any encoding."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(_rows(blocks))
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def as_pdf(blocks: Sequence[Block], path: Path) -> Path:
    """Paragraphs and ruled tables that break across pages."""
    return printed(
        [
            paragraph(block) if isinstance(block, str) else ruled([[paragraph(cell) for cell in row] for row in block])
            for block in blocks
        ],
        path,
    )


def paragraph(text: str) -> Paragraph:
    """A text as it is printed, on a line of its own or in a cell."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("cell", fontName="STSong-Light", fontSize=9, leading=12, wordWrap="CJK")
    return Paragraph(html.escape(text, quote=False).replace("\n", "<br/>"), style)


def ruled(rows: Sequence[Sequence[object]], *commands: tuple[object, ...]) -> Table:
    """A table over the whole width of the page, its first row repeated on every page."""
    table = Table(rows, colWidths=[(PAGE[0] - 100) / len(rows[0])] * len(rows[0]), repeatRows=1)
    lines = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    table.setStyle(TableStyle([*lines, *commands]))
    return table


def printed(story: Sequence[object], path: Path) -> Path:
    """Pages of what was made by `paragraph` and `ruled`."""
    SimpleDocTemplate(str(path), pagesize=PAGE, leftMargin=50, rightMargin=50).build(list(story))
    return path


def _rows(blocks: Sequence[Block]) -> list[list[str]]:
    rows: list[list[str]] = []
    for block in blocks:
        rows += [[block]] if isinstance(block, str) else block
    return rows
