"""Every file that comes in is opened here: a register as worksheets, a notice as lines and tables.

No byte of it is looked at in this process: a reader apart does that (apart.py), and what it says comes back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

from inspections.files.apart import Apart, reading
from inspections.files.bounds import Bounds, of_notice
from inspections.files.content import Document, LeftOut
from inspections.files.delimited import Familiarity
from inspections.files.formats import OFFICE, Format
from inspections.files.tables import book_of
from inspections.files.worksheets import Block, Book, Worksheet
from inspections.store.limits import DEFAULTS, Limits
from inspections.words.errors import InspectionsError

# Formats of lines and tables.
_WORDS = frozenset({"docx", "pdf", "ofd", "picture"})
# The document read last, with its bytes and its format: of those that take long to read.
_LAST: list[tuple[bytes, str, Document]] = []


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Whatever is wrong with a file is said with its name; what the disk refuses is `file_missing`."""
    try:
        yield
    except InspectionsError as error:
        raise InspectionsError(error.code, **{"file": file, **error.parameters}) from error
    except OSError as error:
        raise InspectionsError("file_missing", file=file) from error


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


@contextmanager
def open_book(content: bytes, name: str, bounds: Bounds, familiarity: Familiarity) -> Iterator[Book]:
    """The worksheets of a file, as long as the context lasts. `familiarity` says how many cells are headings.

    Raises InspectionsError `file_broken`, `file_encrypted`, `formula_without_value`, `save_as_xlsx`,
    `office_missing_xlsx`, `conversion_too_long`, `encoding_unknown`, those of `apart.reading` and the refusals of
    `bounds`, for a document without a table too; the blocks of a worksheet raise `cell_too_long` and those of its
    extent.
    """
    suffix = PurePath(name).suffix.lower()
    with reading(content, bounds) as reader:
        try:
            told: Format = reader.ask("format", suffix, bounds)
        except InspectionsError as error:
            if error.code == "save_as_docx":
                raise bounds.unknown() from error
            raise
        content, told = _of_today(reader, content, told, bounds)
        if told.name in _WORDS:
            document = _document(reader, content, told.name)
            if not document.tables:
                raise bounds.unknown()
            yield book_of(document)
            return
        format_, delimiter, hidden, heads = reader.ask("book", told, suffix, bounds, answering=familiarity)
        sheets = (_worksheet(reader, index, *head) for index, head in enumerate(heads))
        yield Book(format_, tuple(sheets), delimiter, hidden)


def _worksheet(reader: Apart, index: int, name: str, beginning: Block) -> Worksheet:
    """A worksheet of the book that the reader has open; what it leaves out comes behind its rows."""
    left_out: list[LeftOut] = []

    def blocks() -> Iterator[Block]:
        left_out[:] = yield from reader.stream("rows", index)

    return Worksheet(name, blocks, left_out=lambda: tuple(left_out), beginning=beginning)


def _document(reader: Apart, content: bytes, kind: str) -> Document:
    """A document of words: lines and tables. The formats that take long to read are kept for the next who asks."""
    # Whether a paper is a register or a notice is told by its tables, so that a notice is asked for twice.
    for last, of_kind, kept in _LAST[:]:
        if of_kind == kind and last == content:
            return kept
    document: Document = reader.ask("words", kind)
    if kind != "docx":
        _LAST[:] = [(content, kind, document)]
    return document


def _of_today(reader: Apart, content: bytes, told: Format, bounds: Bounds) -> tuple[bytes, Format]:
    """A file of an old or another office in the format of today, which the reader then has; any other as it is."""
    if told.name not in OFFICE:
        return content, told
    from inspections.files.office import converted  # noqa: PLC0415 - a format loads what reads it when it is met

    wanted = OFFICE[told.name]
    made = converted(content, told.name, wanted)
    reader.take(made)
    if (today := reader.ask("format", f".{wanted}", bounds)).name != wanted:
        raise InspectionsError(f"save_as_{wanted}")
    return made, today


def read_document(path: Path, name: str | None = None, limits: Limits = DEFAULTS) -> Document:
    """A notice of any supported format as lines and tables; `name` is the one to show (default: the path's).

    A notice may hold what `limits` allow, and never more than a notice does.

    Raises InspectionsError: `file_missing`, `file_empty`, `file_too_large`, `too_many_rows`, `too_many_columns`,
    `cell_too_long`, `file_encrypted`, `file_broken`, `formula_without_value`, `pdf_without_text`, `no_words`,
    `save_as_docx`, `save_as_xlsx`, `office_missing_docx`, `office_missing_xlsx`, `conversion_too_long`,
    `format_unknown`, `encoding_unknown` and those of `apart.reading`; each names the file.
    """
    bounds, suffix = of_notice(limits), path.suffix.lower()
    name = name or path.name
    with naming(name):
        content = content_of(path, bounds)
        with reading(content, bounds) as reader:
            told: Format = reader.ask("format", suffix, bounds)
            kind = "csv" if told.name == "text" and suffix in {".csv", ".tsv"} else told.name
            data, told = _of_today(reader, content, told, bounds)
            if told.name in _WORDS:
                document = _document(reader, data, told.name)
            else:
                document = reader.ask("notice", told, suffix, kind, bounds)
    return replace(document, name=name, sha256=hashlib.sha256(content).hexdigest(), format=kind)
