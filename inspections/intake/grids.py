"""The worksheets of a file, whatever its format: rows of text as the clerk sees them, with their row numbers.

The format is told by content: a web page saved as .xls is read as a web page. A row's number is the one a spreadsheet
shows beside it, so a CSV record with line breaks inside quotation marks counts once.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import olefile
import python_calamine
from lxml import etree

from inspections.errors import InspectionsError
from inspections.intake.kinds import familiarity
from inspections.limits import Limits
from inspections.notice.document import check_unpacked_size, encoding_of, looks_like_text

DELIMITERS = ",\t;|，"
# Rows among which the heading is looked for, and by which the delimiter is told.
HEAD = 60
# What calamine holds for one cell, in bytes, and how much it may hold: a cell in the far corner fills all in between.
_CELL, _MOST_HELD = 32, 800_000_000
_MOST_MERGED = 200_000
_MOST_FILLED_BY_MERGING = 3_000_000
# A line without an end is not a table.
_LONGEST_LINE = 4_000_000
# Excel keeps fifteen digits of a number; the rest of a code stored as a number are zeros.
EXACT_DIGITS = 10**15
Cells = list[object]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]


@dataclass(frozen=True)
class Worksheet:
    """One worksheet: `rows()` runs over (row number, cells) from the top, blank rows left out, merged cells filled."""

    name: str
    rows: Callable[[], Iterator[tuple[int, Cells]]]


@dataclass(frozen=True)
class Book:
    """All visible worksheets of a file; a text file has one without a name. `delimiter` is that of a text file."""

    format: str
    worksheets: tuple[Worksheet, ...]
    delimiter: str | None = None


def open_book(content: bytes, name: str, limits: Limits, known: frozenset[str] = frozenset()) -> Book:
    """The worksheets of a file. `known` are folded headings that a bureau saved; they help to tell a delimiter.

    Raises InspectionsError `file_broken`, `file_encrypted`, `save_as_xlsx`, `sheet_format_unknown`, `encoding_unknown`,
    `sheet_too_large`, `sheet_too_long`, `sheet_too_wide`; `Worksheet.rows` raises the last three and `cell_too_long`.
    """
    suffix = PurePath(name).suffix.lower()
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_book(content, suffix, limits)
    if content.startswith(olefile.MAGIC):
        return _ole_book(content, limits)
    if content.startswith(b"%PDF-") or content.startswith(b"{\\rtf"):
        raise InspectionsError("sheet_format_unknown")
    if not looks_like_text(content):
        raise InspectionsError("file_broken" if suffix in {".xls", ".xlsx", ".xlsm"} else "sheet_format_unknown")
    encoding = encoding_of(content)
    start = content[:4096].decode(encoding, errors="replace").lstrip("\ufeff \r\n\t").lower()
    if re.match(r"<\?xml|<workbook|<ss:workbook", start) and "urn:schemas-microsoft-com:office:spreadsheet" in start:
        return _xml_book(content, limits)
    if re.match(r"<!doctype html|<html|<table|<head|<meta|<\?xml|<!--|<style|<body|<div", start):
        return _html_book(content.decode(encoding, errors="replace"), limits)
    delimiter = _delimiter(content, encoding, limits, known)
    return Book("csv", (Worksheet("", lambda: _csv_rows(content, encoding, delimiter, limits)),), delimiter)


# ---------------------------------------------------------------------------------------------------- workbooks
def _zip_book(content: bytes, suffix: str, limits: Limits) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            check_unpacked_size(archive, limits.unpacked_bytes)
            if any(name.startswith("xl/") for name in names):
                _check_extent(archive, limits)
    except InspectionsError as error:
        raise InspectionsError(_own(error.code), **error.parameters) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error) as error:
        raise InspectionsError("file_broken") from error
    if any(name.startswith("xl/") for name in names):
        return _calamine_book(content, "xlsx", limits)
    raise InspectionsError("save_as_xlsx" if "content.xml" in names or suffix == ".et" else "sheet_format_unknown")


def _own(code: str) -> str:
    return "sheet_too_large" if code == "file_too_large" else code


_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]{0,80}?\br="([A-Z]{1,3})(\d{1,7})"[^>]{0,80}(?<!/)>')
_LAST_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]{0,80}?\br="(\d{1,7})"')


def _check_extent(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse a worksheet whose far corner would make a reader fill billions of cells in between."""
    for info in archive.infolist():
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename):
            continue
        columns: set[bytes] = set()
        tallest = merged = 0
        with archive.open(info) as part:
            rest = b""
            while block := part.read(1 << 20):
                merged += block.count(b"mergeCell ")
                whole = rest + block
                found = _FILLED_CELL.findall(whole)
                columns.update(letters for letters, _ in found)
                tallest = max([tallest, *(int(row) for row in {row for _, row in found})])
                rest = whole[-200:]
        widest = max((_column(letters) for letters in columns), default=1)
        if merged > _MOST_MERGED:
            raise InspectionsError("sheet_too_long", limit=limits.rows)
        _check_size(tallest, widest, limits)


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
    with _calamine():
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return Book(
        kind,
        tuple(
            Worksheet(sheet.name, _calamine_reader(book, sheet.name, limits))
            for sheet in book.sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
            and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ),
    )


class _calamine:  # noqa: N801 - reads as a word: with _calamine()
    """What calamine raises, told as our errors; a panic of its parser on a broken file is a broken file."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, InspectionsError):
            return
        if isinstance(error, python_calamine.PasswordError) or "assword" in str(error):
            raise InspectionsError("file_encrypted") from error
        if isinstance(error, (python_calamine.CalamineError, OSError, ValueError, OverflowError)) or (
            type(error).__name__ == "PanicException"
        ):
            raise InspectionsError("file_broken") from error


def _calamine_reader(
    book: python_calamine.CalamineWorkbook, name: str, limits: Limits
) -> Callable[[], Iterator[tuple[int, Cells]]]:
    def rows() -> Iterator[tuple[int, Cells]]:
        with _calamine():
            sheet = book.get_sheet_by_name(name)
            _check_size(sheet.total_height, sheet.total_width, limits)
            merged = sheet.merged_cell_ranges or []
            first_row, first_column = sheet.start or (0, 0)
            before: Cells = [""] * first_column
            numbered = (
                (number, before + cells if first_column else cells)
                for number, cells in enumerate(sheet.iter_rows(), start=first_row + 1)
            )
        yield from _filled(numbered, merged)

    return rows


def _filled(rows: Iterator[tuple[int, Cells]], merged: Merged) -> Iterator[tuple[int, Cells]]:
    """Rows that are not blank, every merged area filled with its first cell."""
    if len(merged) > _MOST_MERGED:
        raise InspectionsError("sheet_too_long", limit=_MOST_MERGED)
    beginning: dict[int, list[tuple[int, int, int]]] = {}
    for (top, left), (bottom, right) in merged:
        beginning.setdefault(top + 1, []).append((left, bottom + 1, right))
    standing: dict[int, tuple[int, object]] = {}
    budget = _MOST_FILLED_BY_MERGING
    for number, cells in rows:
        if standing:
            for column, (bottom, text) in list(standing.items()):
                if bottom < number:
                    del standing[column]
                elif column < len(cells):
                    cells[column] = text
                    budget -= 1
        for left, bottom, right in beginning.get(number, ()):
            if left >= len(cells):
                continue
            for column in range(left, min(right, len(cells) - 1) + 1):
                cells[column] = cells[left]
                budget -= 1
                if bottom > number:
                    standing[column] = bottom, cells[left]
        if budget < 0:
            raise InspectionsError("sheet_too_long", limit=_MOST_FILLED_BY_MERGING)
        if any(cell is not None and cell != "" and not (type(cell) is str and cell.isspace()) for cell in cells):
            yield number, cells


def shown(value: object) -> str:
    """A cell as its user sees it: whole numbers without a point, days without midnight."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if value != value or value in {float("inf"), float("-inf")}:
            return ""
        return f"{value:.0f}" if float(value).is_integer() and abs(value) < 1e25 else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time():
            return value.date().isoformat()
        return value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat("seconds")
    return str(value)


# ---------------------------------------------------------------------------------------------------- text
def _lines(content: bytes, encoding: str) -> Iterator[str]:
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="replace", newline="")
    try:
        while line := stream.readline(_LONGEST_LINE):
            if len(line) >= _LONGEST_LINE:
                raise InspectionsError("sheet_format_unknown")
            yield line.replace("\x00", "") if "\x00" in line else line
    except UnicodeError as error:
        raise InspectionsError("file_broken") from error


def _records(lines: Iterator[str], delimiter: str, limits: Limits) -> Iterator[list[str]]:
    csv.field_size_limit(limits.cell_characters)
    records = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            # The usual cause is a quotation mark that opens a cell and is never closed.
            raise InspectionsError("cell_too_long", row=number, limit=limits.cell_characters) from error
        if len(cells) > limits.columns:
            while len(cells) > limits.columns and not cells[-1].strip():
                cells.pop()
            if len(cells) > limits.columns:
                raise InspectionsError("sheet_too_wide", columns=len(cells), limit=limits.columns)
        yield cells


def _csv_rows(content: bytes, encoding: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, Cells]]:
    for number, cells in enumerate(_records(_lines(content, encoding), delimiter, limits), start=1):
        for cell in cells:
            if cell and not cell.isspace():
                yield number, cells  # type: ignore[misc]  # a list of texts is a list of objects nobody adds to
                break


def _delimiter(content: bytes, encoding: str, limits: Limits, known: frozenset[str]) -> str:
    """The delimiter that makes the best heading of the first lines, then the one that parts most of them alike."""

    def fits(delimiter: str) -> tuple[int, int]:
        records: list[list[str]] = []
        try:
            for record in _records(_lines(content[:400_000], encoding), delimiter, limits):
                if any(cell.strip() for cell in record):
                    records.append(record)
                if len(records) >= HEAD:
                    break
        except InspectionsError:
            pass
        widths = [len(record) for record in records if len(record) > 1]
        usual = max(set(widths), key=widths.count) if widths else 0
        heading = max((familiarity(record, known) for record in records if len(record) > 1), default=0)
        return heading, sum(width for width in widths if width == usual)

    return max(DELIMITERS, key=fits)


# ---------------------------------------------------------------------------------------------------- markup
def _html_book(text: str, limits: Limits) -> Book:
    """The tables of a web page, one worksheet each; a table inside a cell of another is read as that cell's text."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
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


def _span(element: etree._Element, name: str, longest: int) -> int:
    text = (element.get(name) or "1").strip()
    return max(1, min(int(text), longest)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _html_reader(table: etree._Element, limits: Limits) -> Callable[[], Iterator[tuple[int, Cells]]]:
    def rows() -> Iterator[tuple[int, Cells]]:
        standing: dict[int, tuple[int, str]] = {}
        number = 0
        for line in table.iter("tr"):
            if next(line.iterancestors("table")) is not table:
                continue
            number += 1
            if number > limits.rows + HEAD:
                raise InspectionsError("sheet_too_long", limit=limits.rows)
            cells: Cells = []

            def fill_from_above(cells: Cells = cells, number: int = number) -> None:
                while len(cells) in standing and standing[len(cells)][0] >= number:
                    cells.append(standing[len(cells)][1])

            for cell in line:
                if cell.tag not in {"td", "th"}:
                    continue
                fill_from_above()
                text = _text_of(cell)
                down = _span(cell, "rowspan", limits.rows)
                for _ in range(_span(cell, "colspan", limits.columns)):
                    if down > 1:
                        standing[len(cells)] = number + down - 1, text
                    cells.append(text)
                if len(cells) > limits.columns:
                    raise InspectionsError("sheet_too_wide", columns=len(cells), limit=limits.columns)
            fill_from_above()
            if any(str(cell).strip() for cell in cells):
                yield number, cells

    return rows


def _text_of(cell: etree._Element) -> str:
    if len(cell):
        for line_break in cell.iter("br"):
            line_break.tail = "\n" + (line_break.tail or "")
        return " ".join("".join(cell.itertext()).replace("\xa0", " ").split(" ")).strip()
    return (cell.text or "").replace("\xa0", " ").strip()


_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def _xml_book(content: bytes, limits: Limits) -> Book:
    """An Excel 2003 XML file. No entities, no document type, no network: a file that has one is refused."""
    if b"<!DOCTYPE" in content[:20_000].upper() or b"<!ENTITY" in content[:20_000].upper():
        raise InspectionsError("save_as_xlsx")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False)
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


def _xml_reader(sheet: etree._Element, limits: Limits) -> Callable[[], Iterator[tuple[int, Cells]]]:
    def rows() -> Iterator[tuple[int, Cells]]:
        number = 0
        standing: dict[int, tuple[int, str]] = {}
        for line in sheet.iter(f"{_SS}Row"):
            number = max(number + 1, _span(line, f"{_SS}Index", 9_999_999))
            if number > limits.rows + HEAD:
                raise InspectionsError("sheet_too_long", limit=limits.rows)
            cells: Cells = []
            for cell in line.iter(f"{_SS}Cell"):
                index = _span(cell, f"{_SS}Index", 99_999) - 1 if cell.get(f"{_SS}Index") else None
                while (index is not None and len(cells) < index) or (
                    index is None and len(cells) in standing and standing[len(cells)][0] >= number
                ):
                    cells.append(_above(standing, len(cells), number))
                    if len(cells) > limits.columns:
                        raise InspectionsError("sheet_too_wide", columns=len(cells), limit=limits.columns)
                text = _xml_text(cell)
                across = _span(cell, f"{_SS}MergeAcross", limits.columns) if cell.get(f"{_SS}MergeAcross") else 0
                down = _span(cell, f"{_SS}MergeDown", limits.rows) if cell.get(f"{_SS}MergeDown") else 0
                for _ in range(across + 1):
                    if down:
                        standing[len(cells)] = number + down, text
                    cells.append(text)
                if len(cells) > limits.columns:
                    raise InspectionsError("sheet_too_wide", columns=len(cells), limit=limits.columns)
            while len(cells) in standing and standing[len(cells)][0] >= number:
                cells.append(standing[len(cells)][1])
            if any(str(cell).strip() for cell in cells):
                yield number, cells

    return rows


def _above(standing: dict[int, tuple[int, str]], column: int, number: int) -> str:
    bottom, text = standing.get(column, (0, ""))
    return text if bottom >= number else ""


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
