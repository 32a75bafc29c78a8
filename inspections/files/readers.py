"""What reads each format: a register as worksheets, a notice as lines and tables. It runs apart (worker.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inspections.files.bounds import Bounds, of_notice
from inspections.files.content import Collector, Document, Row
from inspections.files.delimited import Familiarity, delimited_book
from inspections.files.encodings import decoded
from inspections.files.formats import OLD_SHEET, SHEETS, Format
from inspections.files.text import is_list, is_prose, read_prose, read_text
from inspections.files.worksheets import Book, shown
from inspections.words.errors import InspectionsError


def words_in(content: bytes, kind: str, more_time: Callable[[int], None]) -> Document:
    """A document of words (docx, pdf, ofd, picture), without a name. Raises what its reader does."""
    collector = Collector(of_notice(), more_time)
    _words(kind)(content, collector)
    return collector.document("", "", kind)


def book_in(
    content: bytes, told: Format, suffix: str, bounds: Bounds, familiarity: Familiarity, *, percentages: bool = False
) -> Book:
    """The worksheets of a file that has some. Raises what its reader does, and the refusals of `bounds`."""
    match told.name:
        case "xlsx" | "xls":
            from inspections.files.workbook import workbook  # noqa: PLC0415 - a format loads its library when it is met

            return workbook(content, told.name, bounds, percentages=percentages)
        case "xml":
            from inspections.files.markup import xml_book  # noqa: PLC0415 - as above

            return xml_book(content, bounds)
        case "html" | "mht":
            from inspections.files.web import html_book, pages_of  # noqa: PLC0415 - as above

            book = html_book(pages_of(content, told.name), bounds)
            if not book.worksheets:
                raise _without_table(suffix, bounds)
            return book
    return delimited_book(content, told.encoding, bounds, familiarity)


def _without_table(suffix: str, bounds: Bounds) -> InspectionsError:
    """The refusal of a web page that has no table."""
    return InspectionsError("save_as_xlsx") if suffix in SHEETS | OLD_SHEET else bounds.unknown()


def notice_in(content: bytes, told: Format, suffix: str, kind: str, bounds: Bounds) -> Document:
    """A notice that is no document of words, without a name; `kind` is csv where its name says so.

    Raises what its reader does, and the refusals of `bounds`.
    """
    collector = Collector(bounds)
    if told.name in {"html", "mht"}:
        from inspections.files.web import pages_of, read_html  # noqa: PLC0415 - as above

        read_html(pages_of(content, told.name), collector)
        if not collector.tables:
            raise _without_table(suffix, bounds)
    elif kind == "text" and not is_list(text := decoded(content)):
        read_text(text, collector)
    elif kind == "csv" and is_prose(text := decoded(content)):
        read_prose(text, collector)
    else:
        _gather(book_in(content, told, suffix, bounds, _unfamiliar, percentages=True), collector)
    return collector.document("", "", kind)


def _words(kind: str) -> Callable[[bytes, Collector], None]:
    """The reader of a format of words."""
    if kind == "pdf":
        from inspections.files.pdf import read_pdf  # noqa: PLC0415 - a format loads its library when it is met

        return read_pdf
    if kind == "ofd":
        from inspections.files.ofd import read_ofd  # noqa: PLC0415 - as above

        return read_ofd
    if kind == "picture":
        from inspections.files.scan import read_picture  # noqa: PLC0415 - as above

        return read_picture
    from inspections.files.word import read_docx  # noqa: PLC0415 - as above

    return read_docx


def _unfamiliar(_: Sequence[Sequence[str]]) -> int:
    """The headings of a plan are known above; its delimiter is the one that parts most lines alike."""
    return 0


def _gather(book: Book, collector: Collector) -> None:
    """The worksheets of a book, one after the other, as lines and tables."""
    for worksheet in book.worksheets:
        collector.place(sheet=worksheet.name or None)
        rows: list[Row] = []
        down = worksheet.merged_down()
        for block in worksheet.blocks():
            for number, cells in block:
                if number > collector.bounds.rows:
                    raise collector.bounds.too_long()
                texts = tuple(shown(cell, moments=False).replace("\x00", "").strip() for cell in cells)
                rows.append(Row(number, texts, down.get(number, frozenset())))
        for told in worksheet.left_out():
            collector.leave_out(told.code, told.row, told.count)
        collector.grid(rows)
    collector.end_table()
    for name in book.hidden:
        collector.place(sheet=name)
        collector.leave_out("hidden_sheet")
