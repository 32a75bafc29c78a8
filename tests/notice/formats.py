"""The same notice in other formats: builders that turn a text notice into Word, Excel, CSV and PDF files."""

from __future__ import annotations

import csv
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
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("cell", fontName="STSong-Light", fontSize=9, leading=12, wordWrap="CJK")
    page = landscape(A3)
    story: list[object] = []
    for block in blocks:
        if isinstance(block, str):
            story.append(Paragraph(_escaped(block), style))
            continue
        width = (page[0] - 100) / len(block[0])
        rows = [[Paragraph(_escaped(cell), style) for cell in row] for row in block]
        table = Table(rows, colWidths=[width] * len(block[0]), repeatRows=1)
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
        story.append(table)
    SimpleDocTemplate(str(path), pagesize=page, leftMargin=50, rightMargin=50).build(story)
    return path


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _rows(blocks: Sequence[Block]) -> list[list[str]]:
    rows: list[list[str]] = []
    for block in blocks:
        rows += [[block]] if isinstance(block, str) else block
    return rows
