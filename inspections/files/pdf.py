"""Reading .pdf: lines outside tables, tables from their ruled lines, going on across pages; or a scan as a picture."""

from __future__ import annotations

import io
import logging
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.utils.text import extract_text

from inspections.files.content import Collector, Row
from inspections.files.layout import Pages, by_cell, joined, rows_of
from inspections.words.errors import InspectionsError

# pdfminer reports every odd font on the log; none of it is the user's business.
logging.getLogger("pdfminer").setLevel(logging.ERROR)
# Points an inch of a page that is looked at as a picture, and the most of them along its longer side.
_DOTS, _LONGEST_SIDE = 250, 3_500
_FEW_LETTERS = 30


def read_pdf(content: bytes, collector: Collector) -> None:
    """All pages; one without any text is looked at as a scan.

    Raises InspectionsError `file_encrypted`, `file_broken`, `pdf_without_text`, `no_words`, `too_many_rows`.
    """
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > collector.bounds.pages:
                raise collector.bounds.too_long(collector.bounds.pages)
            pages = Pages(collector)
            for page in pdf.pages:
                _read_page(page, pages)
                page.close()
            # A letter with a text layer around a plan without one is as good as none.
            if pages.pictures and not collector.tables:
                raise InspectionsError("pdf_without_text")
            pages.end()
    except InspectionsError:
        raise
    except Exception as error:  # a damaged PDF raises whatever its reader trips over
        encrypted = _causes(error, (PDFPasswordIncorrect, PDFEncryptionError))
        raise InspectionsError("file_encrypted" if encrypted else "file_broken") from error


def _is_picture(page: Any) -> bool:
    """Whether a page is but a picture: no letters, or hardly more than a number that a scanner put on it."""
    if not page.chars:
        return bool(page.images or page.rects or page.curves)
    covered = max(((i["x1"] - i["x0"]) * (i["bottom"] - i["top"]) for i in page.images), default=0)
    return len(page.chars) <= _FEW_LETTERS and covered * 2 > page.width * page.height


def _read_picture(page: Any, pages: Pages) -> None:
    """A page without a letter on it, by how it looks; only counted where the machine has no text recognition."""
    from inspections.files.scan import is_installed, read_page  # noqa: PLC0415 - a scan loads its library when it is met

    if not is_installed():
        pages.pictures += 1
        return
    dots = min(_DOTS, _LONGEST_SIDE * 72 / max(page.width, page.height))
    read_page(page.to_image(resolution=dots).original, pages, page.page_number)


def _causes(error: BaseException | None, kinds: tuple[type[BaseException], ...]) -> bool:
    while error is not None:
        if isinstance(error, kinds) or any(isinstance(argument, kinds) for argument in error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _read_page(page: Any, pages: Pages) -> None:
    """Lines and tables of one page."""
    if _is_picture(page):
        _read_picture(page, pages)
        return
    tables = [table for table in page.find_tables() if len(table.rows) and len(table.cells) > 1]
    boxes = [table.bbox for table in tables]

    def outside(item: dict[str, Any]) -> bool:
        if item.get("object_type") != "char":
            return True
        x, y = _middle(item)
        return not any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)

    def rows(table: Any) -> list[Row]:
        inside, _ = by_cell(page.chars, table.cells, _middle)
        return rows_of(table.cells, lambda cell: joined(extract_text(inside[cell], x_tolerance=2).split("\n")))

    lines = page.filter(outside).extract_text_lines(return_chars=False)
    pages.page(
        page.page_number,
        [(table.bbox[1], rows(table)) for table in tables],
        [(line["top"], line["text"]) for line in lines],
    )


def _middle(item: dict[str, Any]) -> tuple[float, float]:
    return (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
