"""The worksheets of a file, whatever its format: rows of text as the clerk sees them, with their row numbers.

The format is told by content: a web page saved as .xls is read as a web page. A row's number is the one a spreadsheet
shows beside it, so a CSV record with line breaks inside quotation marks counts once.
"""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import PurePath

import olefile
import python_calamine
from lxml import etree

from inspections.files.text import encoding_of, looks_like_text
from inspections.files.workbook import told_by_calamine
from inspections.store.limits import Limits
from inspections.words.errors import InspectionsError

DELIMITERS = ",\t;|，"
# Rows among which the heading is looked for, and by which the delimiter is told.
HEAD = 60
ROWS_A_BLOCK = 20_000
# What calamine holds for one cell, in bytes, and how much it may hold: a cell in the far corner fills all in between.
_CELL, _MOST_HELD = 32, 800_000_000
_MOST_MERGED = 200_000
_MOST_MEMBERS = 2_000
_MOST_FILLED_BY_MERGING = 3_000_000
# A line without an end is not a table.
_LONGEST_LINE = 4_000_000
# Excel keeps fifteen digits of a number; the rest of a code stored as a number are zeros.
EXACT_DIGITS = 10**15
Cells = list[object]
Familiarity = Callable[[Sequence[str]], int]
Block = list[tuple[int, Cells]]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]


@dataclass(frozen=True)
class Worksheet:
    """One worksheet: `blocks()` runs over (row number, cells) from the top, many at a time, merged cells filled."""

    name: str
    blocks: Callable[[], Iterator[Block]]

    def head(self) -> Block:
        """The first rows that are not blank."""
        rows: Block = []
        for block in self.blocks():
            rows += islice((row for row in block if not is_blank(row[1])), HEAD - len(rows))
            if len(rows) >= HEAD:
                break
        return rows


def is_blank(cells: Cells) -> bool:
    """Whether a row has nothing in it but blanks."""
    return not any(cell is not None and cell != "" and not (type(cell) is str and cell.isspace()) for cell in cells)


def _in_blocks(rows: Iterator[tuple[int, Cells]]) -> Iterator[Block]:
    yield list(islice(rows, HEAD))
    while block := list(islice(rows, ROWS_A_BLOCK)):
        yield block


@dataclass(frozen=True)
class Book:
    """All visible worksheets of a file; a text file has one without a name. `delimiter` is that of a text file."""

    format: str
    worksheets: tuple[Worksheet, ...]
    delimiter: str | None = None


def open_book(content: bytes, name: str, limits: Limits, familiarity: Familiarity) -> Book:
    """The worksheets of a file. `familiarity` says how many cells of a row are headings, which tells a delimiter.

    Raises InspectionsError `file_broken`, `file_encrypted`, `formula_without_value`, `save_as_xlsx`,
    `sheet_format_unknown`, `encoding_unknown`, `sheet_too_large`, `sheet_too_long`, `sheet_too_wide`;
    `Worksheet.blocks` raises the last three and `cell_too_long`.
    """
    suffix = PurePath(name).suffix.lower()
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_book(content, suffix, limits)
    if content.startswith(olefile.MAGIC):
        return _ole_book(content, limits)
    if content.startswith((b"%PDF-", b"{\\rtf")):
        raise InspectionsError("sheet_format_unknown")
    if not looks_like_text(content):
        raise InspectionsError("file_broken" if suffix in {".xls", ".xlsx", ".xlsm"} else "sheet_format_unknown")
    encoding = encoding_of(content)
    start = content[:4096].decode(encoding, errors="replace").lstrip("\ufeff \r\n\t").lower()
    if re.match(r"<\?xml|<workbook|<ss:workbook", start) and "urn:schemas-microsoft-com:office:spreadsheet" in start:
        return _xml_book(content, limits)
    if re.match(r"<!doctype html|<html|<table|<head|<meta|<\?xml|<!--|<style|<body|<div", start):
        return _html_book(content.decode(encoding, errors="replace"), limits)
    delimiter = _delimiter(content, encoding, limits, familiarity)
    return Book("csv", (Worksheet("", lambda: _csv_blocks(content, encoding, delimiter, limits)),), delimiter)


# ---------------------------------------------------------------------------------------------------- workbooks
def _zip_book(content: bytes, suffix: str, limits: Limits) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_MEMBERS:
                raise InspectionsError("file_broken")
            if any(name.startswith("xl/") for name in names):
                _check_parts(archive, limits)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error, RuntimeError) as error:
        raise InspectionsError("file_broken") from error
    if any(name.startswith("xl/") for name in names):
        return _calamine_book(content, "xlsx", limits)
    raise InspectionsError("save_as_xlsx" if "content.xml" in names or suffix == ".et" else "sheet_format_unknown")


_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]{0,80}?\br="([A-Z]{1,3})(\d{1,7})"[^>]{0,80}(?<!/)>')
# A cell with a formula of which nobody has ever computed the value.
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\b[^>]{0,80}?\br="[A-Z]{1,3}(\d{1,7})"[^>]{0,80}><(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_BLOCK = 1 << 20


def _check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Unpack every part once, block by block: what an archive says about itself is not believed.

    A block without a single tag is no workbook: a reader would hold all of that text at once.
    """
    total = 0
    for info in archive.infolist():
        if info.flag_bits & 1:
            raise InspectionsError("file_encrypted")
        if not info.filename.endswith((".xml", ".rels", ".bin")):
            continue
        extent = _Extent(limits) if re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename) else None
        with archive.open(info) as part:
            while block := part.read(_BLOCK):
                total += len(block)
                if total > limits.unpacked_bytes:
                    raise InspectionsError(
                        "sheet_too_large", megabytes=total // 1_000_000, limit=limits.unpacked_bytes // 1_000_000
                    )
                if len(block) == _BLOCK and b"<" not in block and not info.filename.endswith(".bin"):
                    raise InspectionsError("file_broken")
                if extent is not None:
                    extent.look(block)
        if extent is not None:
            extent.check()


@dataclass
class _Extent:
    """How far a worksheet reaches: its far corner may make a reader fill billions of cells in between."""

    limits: Limits
    columns: set[bytes] = field(default_factory=set)
    tallest: int = 1
    merged: int = 0
    rest: bytes = b""

    def look(self, block: bytes) -> None:
        whole = self.rest + block
        self.merged += block.count(b"mergeCell ")
        cells = _FILLED_CELL.findall(whole)
        self.columns.update({letters for letters, _ in cells})
        self.tallest = max([self.tallest, *map(int, {row for _, row in cells})])
        if b"<f" in whole and (found := _UNCOMPUTED.search(whole)):
            raise InspectionsError("formula_without_value", row=int(found[1]))
        self.rest = whole[-400:]

    def check(self) -> None:
        if self.merged > _MOST_MERGED:
            raise InspectionsError("sheet_too_long", limit=self.limits.rows)
        _check_size(self.tallest, max(map(_column, self.columns), default=1), self.limits)


def _check_size(rows: int, columns: int, limits: Limits) -> None:
    if columns > limits.columns:
        raise InspectionsError("sheet_too_wide", columns=columns, limit=limits.columns)
    # The far corner decides: a note a million rows below a table of ten columns is still readable.
    if rows > limits.rows + HEAD or rows * columns * _CELL > _MOST_HELD:
        raise InspectionsError("sheet_too_long", limit=limits.rows)


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column


def _ole_book(content: bytes, limits: Limits) -> Book:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            streams = {path[0].lower() for path in ole.listdir()}
    except (OSError, ValueError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise InspectionsError("file_broken") from error
    if "encryptedpackage" in streams:
        raise InspectionsError("file_encrypted")
    if not streams & {"workbook", "book"}:
        raise InspectionsError("sheet_format_unknown")
    return _calamine_book(content, "xls", limits)


def _calamine_book(content: bytes, kind: str, limits: Limits) -> Book:
    with told_by_calamine():
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    opened: dict[str, python_calamine.CalamineSheet] = {}
    return Book(
        kind,
        tuple(
            Worksheet(sheet.name, _calamine_reader(book, sheet.name, limits, opened))
            for sheet in book.sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
            and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ),
    )


def _calamine_reader(
    book: python_calamine.CalamineWorkbook, name: str, limits: Limits, opened: dict[str, python_calamine.CalamineSheet]
) -> Callable[[], Iterator[Block]]:
    """`opened` holds the worksheet read last: to read one twice costs as much as all the rest."""

    def rows() -> Iterator[tuple[int, Cells]]:
        with told_by_calamine():
            if name not in opened:
                opened.clear()
                opened[name] = book.get_sheet_by_name(name)
            sheet = opened[name]
            _check_size(sheet.total_height, sheet.total_width, limits)
            merged = sheet.merged_cell_ranges or []
            _, first_column = sheet.start or (0, 0)
            before: Cells = [""] * first_column
            lines: Iterator[Cells] = sheet.iter_rows()  # type: ignore[assignment]  # values are objects
            # The rows above the first filled one come along, the columns left of it do not.
            numbered = enumerate(lines, start=1)
        for number, cells in _filled(numbered, merged, first_column):
            yield number, before + cells if first_column else cells

    return lambda: _in_blocks(rows())


def _filled(rows: Iterable[tuple[int, Cells]], merged: Merged, first: int = 0) -> Iterator[tuple[int, Cells]]:
    """Rows, every merged area filled with its first cell. `first`: how many columns are left out on the left."""
    if not merged:
        yield from rows
        return
    if len(merged) > _MOST_MERGED:
        raise InspectionsError("sheet_too_long", limit=_MOST_MERGED)
    beginning: dict[int, list[tuple[int, int, int]]] = {}
    for (top, left), (bottom, right) in merged:
        if left >= first:
            beginning.setdefault(top + 1, []).append((left - first, bottom + 1, right - first))
    standing: dict[int, tuple[int, object]] = {}
    budget = _MOST_FILLED_BY_MERGING
    for number, cells in rows:
        for column, (bottom, text) in list(standing.items()):
            if bottom < number:
                del standing[column]
            else:
                cells[column] = text
        for left, bottom, right in beginning.get(number, ()):
            for column in range(left, min(right, len(cells) - 1) + 1):
                cells[column] = cells[left]
                if bottom > number:
                    standing[column] = bottom, cells[left]
            budget -= max(0, min(right, len(cells)) - left)
        if budget < 0:
            raise InspectionsError("sheet_too_long", limit=_MOST_FILLED_BY_MERGING)
        yield number, cells


def shown(value: object) -> str:
    """A cell as its user sees it: whole numbers without a point, days without midnight."""
    match value:
        case str():
            text = value
        case None:
            text = ""
        case bool():
            text = "是" if value else "否"
        case int():
            text = str(value)
        case float():
            text = _number(value)
        case datetime.datetime():
            text = value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
        case datetime.time():
            text = value.isoformat("seconds")
        case _:
            text = str(value)
    return text


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e25 else f"{value:.15g}"


# ---------------------------------------------------------------------------------------------------- text
def _records(content: bytes, encoding: str, delimiter: str, limits: Limits) -> Iterator[list[list[str]]]:
    """The records of a text, many at a time."""
    _check_lines(content, encoding)
    csv.field_size_limit(limits.cell_characters)
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
            raise InspectionsError("cell_too_long", row=row, limit=limits.cell_characters) from error
        except UnicodeError as error:
            raise InspectionsError("file_broken") from error
        if not block:
            return
        if max(map(len, block)) > limits.columns:
            for cells in block:
                while len(cells) > limits.columns and not cells[-1].strip():
                    cells.pop()
            if (widest := max(map(len, block))) > limits.columns:
                raise InspectionsError("sheet_too_wide", columns=widest, limit=limits.columns)
        yield block
        number, size = number + len(block), ROWS_A_BLOCK


def _check_lines(content: bytes, encoding: str) -> None:
    """Refuse a text without ends of lines: it is no table, and its one line would be parted into millions of cells."""
    ends = (b"\n\x00", b"\x00\n", b"\r\x00", b"\x00\r") if encoding.startswith("utf-16") else (b"\n", b"\r")
    for start in range(0, len(content) - _LONGEST_LINE, _LONGEST_LINE):
        if all(content.find(end, start, start + _LONGEST_LINE) < 0 for end in ends):
            raise InspectionsError("sheet_format_unknown")


def _csv_blocks(content: bytes, encoding: str, delimiter: str, limits: Limits) -> Iterator[Block]:
    number = 1
    for block in _records(content, encoding, delimiter, limits):
        yield list(zip(range(number, number + len(block)), block, strict=True))  # type: ignore[arg-type]  # texts are objects
        number += len(block)


def _delimiter(content: bytes, encoding: str, limits: Limits, familiarity: Familiarity) -> str:
    """The delimiter that makes the best heading of the first lines, then the one that parts most of them alike."""
    beginning, wide = content[:400_000], replace(limits, columns=100_000)

    def fits(delimiter: str) -> tuple[int, int]:
        try:
            records = next(_records(beginning, encoding, delimiter, wide), [])
        except InspectionsError:
            records = []
        widths = [len(record) for record in records if len(record) > 1]
        usual = max(set(widths), key=widths.count) if widths else 0
        heading = max((familiarity(record) for record in records if len(record) > 1), default=0)
        return heading, sum(width for width in widths if width == usual)

    return max(DELIMITERS, key=fits)


# ---------------------------------------------------------------------------------------------------- markup
def _html_book(text: str, limits: Limits) -> Book:
    """The tables of a web page, one worksheet each; a table inside a cell of another is read as that cell's text."""
    # The parser of web pages knows no entities but characters, and its trees are never deeper than 256.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InspectionsError("save_as_xlsx") from error
    tables = (
        []
        if root is None
        else [table for table in root.iter("table") if next(table.iterancestors("table"), None) is None]
    )
    if not tables:
        raise InspectionsError("save_as_xlsx")
    return Book(
        "html",
        tuple(
            Worksheet("" if len(tables) == 1 else str(ordinal), _html_reader(table, limits))
            for ordinal, table in enumerate(tables, start=1)
        ),
    )


def _whole(element: etree._Element, name: str, default: int, longest: int) -> int:
    """A whole number among the attributes of an element, never more than `longest`."""
    text = (element.get(name) or "").strip()
    return min(int(text), longest) if text.isascii() and text.isdigit() and len(text) < 10 else default


@dataclass
class _Placed:
    """Puts the cells of a row of markup where they stand: beside those that reach down from rows above."""

    limits: Limits
    standing: dict[int, tuple[int, object]] = field(default_factory=dict)

    def row(self, number: int, told: Iterable[tuple[int | None, object, int, int]]) -> Cells:
        """The row of these cells: (column or None for the next free one, text, columns wide, rows deep)."""
        if number > self.limits.rows + HEAD:
            raise InspectionsError("sheet_too_long", limit=self.limits.rows)
        cells: Cells = []
        for column, text, wide, deep in told:
            while self._reached(len(cells), number) or (column is not None and len(cells) < column):
                self._put(cells, self.standing[len(cells)][1] if self._reached(len(cells), number) else "")
            for _ in range(wide):
                if deep > 1:
                    self.standing[len(cells)] = number + deep - 1, text
                self._put(cells, text)
        while self._reached(len(cells), number):
            self._put(cells, self.standing[len(cells)][1])
        return cells

    def _reached(self, column: int, number: int) -> bool:
        return column in self.standing and self.standing[column][0] >= number

    def _put(self, cells: Cells, text: object) -> None:
        cells.append(text)
        if len(cells) > self.limits.columns:
            raise InspectionsError("sheet_too_wide", columns=len(cells), limit=self.limits.columns)


def _html_reader(table: etree._Element, limits: Limits) -> Callable[[], Iterator[Block]]:
    def rows() -> Iterator[tuple[int, Cells]]:
        placed = _Placed(limits)
        lines = (line for line in table.iter("tr") if next(line.iterancestors("table")) is table)
        for number, line in enumerate(lines, start=1):
            yield (
                number,
                placed.row(
                    number,
                    (
                        (
                            None,
                            _text_of(cell),
                            max(1, _whole(cell, "colspan", 1, limits.columns)),
                            max(1, _whole(cell, "rowspan", 1, limits.rows)),
                        )
                        for cell in line
                        if cell.tag in {"td", "th"}
                    ),
                ),
            )

    return lambda: _in_blocks(rows())


def _text_of(cell: etree._Element) -> str:
    if not len(cell):
        return (cell.text or "").replace("\xa0", " ").strip()
    parts = ["\n" if piece is _LINE_BREAK else piece for piece in _pieces(cell)]
    return "".join(parts).replace("\xa0", " ").strip()


_LINE_BREAK = "\x00break"


def _pieces(cell: etree._Element) -> Iterator[str]:
    """The texts of a cell in order, one after the other, with `_LINE_BREAK` where a browser breaks the line."""
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if event == "start":
            if element.tag in {"br", "p", "div"} and element is not cell:
                yield _LINE_BREAK
            if element.text and element.tag not in {"script", "style"}:
                yield element.text
        elif element is not cell and element.tail:
            yield element.tail


_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def _xml_book(content: bytes, limits: Limits) -> Book:
    """An Excel 2003 XML file. No entities, no document type, no network: a file that has one is refused."""
    if b"<!DOCTYPE" in content[:20_000].upper() or b"<!ENTITY" in content[:20_000].upper():
        raise InspectionsError("save_as_xlsx")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content.strip(b"\r\n\t "), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InspectionsError("file_broken") from error
    return Book(
        "xml",
        tuple(
            Worksheet(sheet.get(f"{_SS}Name") or str(ordinal), _xml_reader(sheet, limits))
            for ordinal, sheet in enumerate(root.iter(f"{_SS}Worksheet"), start=1)
        ),
    )


def _xml_reader(sheet: etree._Element, limits: Limits) -> Callable[[], Iterator[Block]]:
    def told(line: etree._Element) -> Iterator[tuple[int | None, object, int, int]]:
        for cell in line.iter(f"{_SS}Cell"):
            index = _whole(cell, f"{_SS}Index", 0, 99_999)
            across = _whole(cell, f"{_SS}MergeAcross", 0, limits.columns)
            down = _whole(cell, f"{_SS}MergeDown", 0, limits.rows)
            yield index - 1 if index else None, _xml_text(cell), across + 1, down + 1

    def rows() -> Iterator[tuple[int, Cells]]:
        number = 0
        placed = _Placed(limits)
        for line in sheet.iter(f"{_SS}Row"):
            number = max(number + 1, _whole(line, f"{_SS}Index", 1, 99_999_999))
            yield number, placed.row(number, told(line))

    return lambda: _in_blocks(rows())


def _xml_text(cell: etree._Element) -> object:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return ""
    text = "".join(data.itertext())
    match data.get(f"{_SS}Type"):
        case "Number":
            try:
                return float(text)
            except ValueError:
                return text
        case "Boolean":
            return text.strip() == "1"
        case "DateTime":
            return re.sub(r"T00:00:00(?:\.0+)?$|\.0+$", "", text.strip()).replace("T", " ")
    return text
