"""Every file that comes in is opened here: a register as worksheets, a notice as lines and tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePath

from inspections.files.bounds import Bounds, of_notice
from inspections.files.content import Collector, Document, Row
from inspections.files.delimited import Familiarity, delimited_book
from inspections.files.encodings import decoded
from inspections.files.formats import OFFICE, OLD_SHEET, SHEETS, Format, format_of
from inspections.files.tables import book_of
from inspections.files.text import is_list, is_prose, read_prose, read_text
from inspections.files.worksheets import Book, shown
from inspections.store.limits import DEFAULTS, Limits
from inspections.words.errors import InspectionsError

# Formats of lines and tables.
_WORDS = frozenset({"docx", "pdf", "ofd", "picture"})


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Whatever is wrong with a file is said with its name; what the disk refuses is `file_missing`."""
    try:
        yield
    except InspectionsError as error:
        raise InspectionsError(error.code, **{"file": file, **error.parameters}) from error
    except OSError as error:
        raise InspectionsError("file_missing", file=file) from error
    except RecursionError as error:
        raise InspectionsError("file_broken", file=file) from error


def content_of(path: Path, bounds: Bounds) -> bytes:
    """The bytes of a file. Raises InspectionsError `file_missing`, `file_empty` and the refusal of `bounds`."""
    if not path.is_file():
        raise InspectionsError("file_missing")
    size = path.stat().st_size
    if size == 0:
        raise InspectionsError("file_empty")
    if size > bounds.file_bytes:
        raise bounds.too_large(size, bounds.file_bytes)
    return path.read_bytes()


def open_book(content: bytes, name: str, bounds: Bounds, familiarity: Familiarity) -> Book:
    """The worksheets of a file. `familiarity` says how many cells of a row are headings, which tells a delimiter.

    Raises InspectionsError `file_broken`, `file_encrypted`, `formula_without_value`, `save_as_xlsx`,
    `office_missing_xlsx`, `conversion_too_long`, `encoding_unknown` and the refusals of `bounds`, for a document
    without a table too; the blocks of a worksheet raise `cell_too_long` and those of its extent.
    """
    suffix = PurePath(name).suffix.lower()
    try:
        told = format_of(content, suffix, bounds)
    except InspectionsError as error:
        if error.code == "save_as_docx":
            raise bounds.unknown() from error
        raise
    content, told = _of_today(content, told, bounds)
    if told.name not in _WORDS:
        return _book(content, told, suffix, bounds, familiarity)
    document = _document(content, told.name)
    if not document.tables:
        raise bounds.unknown()
    return book_of(document)


def _document(content: bytes, kind: str) -> Document:
    """A document of words: lines and tables. The formats that take long to read are kept for the next who asks."""
    # Whether a paper is a register or a notice is told by its tables, so that a notice is asked for twice.
    return _read(content, kind) if kind == "docx" else _read_once(content, kind)


def _read(content: bytes, kind: str) -> Document:
    collector = Collector(of_notice())
    _words(kind)(content, collector)
    return collector.document("", "", kind)


_read_once = lru_cache(1)(_read)


def _of_today(content: bytes, told: Format, bounds: Bounds) -> tuple[bytes, Format]:
    """A file of an old or another office in the format of today; any other as it is."""
    if told.name not in OFFICE:
        return content, told
    from inspections.files.office import converted  # noqa: PLC0415 - a format loads what reads it when it is met

    wanted = OFFICE[told.name]
    made = converted(content, told.name, wanted)
    if (today := format_of(made, f".{wanted}", bounds)).name != wanted:
        raise InspectionsError(f"save_as_{wanted}")
    return made, today


def _book(
    content: bytes, told: Format, suffix: str, bounds: Bounds, familiarity: Familiarity, *, percentages: bool = False
) -> Book:
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


def read_document(path: Path, name: str | None = None, limits: Limits = DEFAULTS) -> Document:
    """A notice of any supported format as lines and tables; `name` is the one to show (default: the path's).

    A notice may hold what `limits` allow, and never more than a notice does.

    Raises InspectionsError: `file_missing`, `file_empty`, `file_too_large`, `too_many_rows`, `too_many_columns`,
    `cell_too_long`, `file_encrypted`, `file_broken`, `formula_without_value`, `pdf_without_text`, `no_words`,
    `save_as_docx`, `save_as_xlsx`, `office_missing_docx`, `office_missing_xlsx`, `conversion_too_long`,
    `format_unknown`, `encoding_unknown`; each names the file.
    """
    bounds, suffix = of_notice(limits), path.suffix.lower()
    name = name or path.name
    collector = Collector(bounds)
    with naming(name):
        content = content_of(path, bounds)
        told = format_of(content, suffix, bounds)
        kind = "csv" if told.name == "text" and suffix in {".csv", ".tsv"} else told.name
        data, told = _of_today(content, told, bounds)
        if told.name in _WORDS:
            return replace(
                _document(data, told.name), name=name, sha256=hashlib.sha256(content).hexdigest(), format=kind
            )
        if told.name in {"html", "mht"}:
            from inspections.files.web import pages_of, read_html  # noqa: PLC0415 - as above

            read_html(pages_of(data, told.name), collector)
            if not collector.tables:
                raise _without_table(suffix, bounds)
        elif kind == "text" and not is_list(text := decoded(content)):
            read_text(text, collector)
        elif kind == "csv" and is_prose(text := decoded(content)):
            read_prose(text, collector)
        else:
            _gather(_book(data, told, suffix, bounds, _unfamiliar, percentages=True), collector)
    return collector.document(name, hashlib.sha256(content).hexdigest(), kind)


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


def _unfamiliar(_: Sequence[str]) -> int:
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
