"""Cells of markup put where they stand, and workbooks as Excel 2003 wrote them in XML."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from inspections.files.bounds import Bounds
from inspections.files.content import LeftOut
from inspections.files.extent import HEAD
from inspections.files.hidden import Hidden
from inspections.files.worksheets import Book, Cells, MergedDown, Worksheet, in_blocks
from inspections.words.errors import InspectionsError


def whole(element: etree._Element, name: str, default: int, longest: int) -> int:
    """A whole number among the attributes of an element, never more than `longest`."""
    text = element.get(name)
    if not text:
        return default
    text = text.strip()
    return min(int(text), longest) if text.isascii() and text.isdigit() and len(text) < 10 else default


@dataclass
class Placed:
    """Puts the cells of a row of markup where they stand: beside those that reach down from rows above."""

    bounds: Bounds
    standing: dict[int, tuple[int, object]] = field(default_factory=dict)
    # Row -> columns of the cells that began above; filled only for who asks.
    down: dict[int, set[int]] | None = None

    def row(self, number: int, told: Iterable[tuple[int | None, object, int, int]]) -> Cells:
        """The row of these cells: (column or None for the next free one, text, columns wide, rows deep)."""
        if number > self.bounds.rows + HEAD:
            raise self.bounds.too_long()
        cells: Cells = []
        for column, text, wide, deep in told:
            while (self.standing and self._reached(len(cells), number)) or (column is not None and len(cells) < column):
                self._put(cells, self._from_above(len(cells), number) if self._reached(len(cells), number) else "")
            for _ in range(wide):
                if deep > 1:
                    self.standing[len(cells)] = number + deep - 1, text
                self._put(cells, text)
        while self._reached(len(cells), number):
            self._put(cells, self._from_above(len(cells), number))
        return cells

    def _from_above(self, column: int, number: int) -> object:
        if self.down is not None:
            self.down.setdefault(number, set()).add(column)
        return self.standing[column][1]

    def _reached(self, column: int, number: int) -> bool:
        return column in self.standing and self.standing[column][0] >= number

    def _put(self, cells: Cells, text: object) -> None:
        cells.append(text)
        if len(cells) > self.bounds.columns:
            raise self.bounds.too_wide(len(cells))


def worksheet(
    name: str,
    rows: Callable[[Placed], Iterator[tuple[int, Cells]]],
    bounds: Bounds,
    left_out: Callable[[], tuple[LeftOut, ...]] = tuple,
) -> Worksheet:
    """A worksheet of the rows that `rows` puts in their places, each time it is asked for them."""

    def merged_down() -> MergedDown:
        down: dict[int, set[int]] = {}
        for _ in rows(Placed(bounds, down=down)):
            pass
        return {number: frozenset(columns) for number, columns in down.items()}

    return Worksheet(name, lambda: in_blocks(rows(Placed(bounds))), merged_down, left_out)


_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_OPTIONS = "{urn:schemas-microsoft-com:office:excel}"


def xml_book(content: bytes, bounds: Bounds) -> Book:
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
    struck = frozenset(
        str(style.get(f"{_SS}ID"))
        for style in root.iter(f"{_SS}Style")
        for font in style.iterfind(f"{_SS}Font")
        if font.get(f"{_SS}StrikeThrough") == "1"
    )
    sheets = [
        (sheet.get(f"{_SS}Name") or str(ordinal), sheet)
        for ordinal, sheet in enumerate(root.iter(f"{_SS}Worksheet"), start=1)
    ]
    seen = [(name, sheet, _hidden(sheet, struck)) for name, sheet in sheets if not _is_hidden(sheet)]
    return Book(
        "xml",
        tuple(
            worksheet(name, partial(_xml_rows, sheet, hidden), bounds, partial(hidden.left_out, name))
            for name, sheet, hidden in seen
        ),
        hidden=tuple(name for name, sheet in sheets if _is_hidden(sheet)),
    )


def _is_hidden(sheet: etree._Element) -> bool:
    visible = sheet.findtext(f"{_OPTIONS}WorksheetOptions/{_OPTIONS}Visible") or ""
    return visible.strip() in {"SheetHidden", "SheetVeryHidden"}


def _numbered(lines: Iterable[etree._Element]) -> Iterator[tuple[int, etree._Element]]:
    """Rows or columns with their numbers: each stands behind the one before, or where it says."""
    number = 0
    for line in lines:
        number = max(number + 1, whole(line, f"{_SS}Index", 1, 99_999_999))
        yield number, line
        number += whole(line, f"{_SS}Span", 0, 99_999) if line.tag == f"{_SS}Column" else 0


def _placed(line: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """The cells of a row with their columns, from 0, as far as the row itself tells them."""
    column = 0
    for cell in line.iter(f"{_SS}Cell"):
        column = max(column, whole(cell, f"{_SS}Index", 1, 99_999) - 1)
        yield column, cell
        column += 1 + whole(cell, f"{_SS}MergeAcross", 0, 99_999)


def _hidden(sheet: etree._Element, struck: frozenset[str]) -> Hidden:
    hidden = Hidden()
    # Of most workbooks nothing is hidden and nothing struck through: then no cell need be looked at.
    if not struck and all(line.get(f"{_SS}Hidden") != "1" for line in sheet.iter(f"{_SS}Column", f"{_SS}Row")):
        return hidden
    for number, column in _numbered(sheet.iter(f"{_SS}Column")):
        if column.get(f"{_SS}Hidden") == "1":
            hidden.columns.update(range(number - 1, number + whole(column, f"{_SS}Span", 0, 20_000)))
    for number, line in _numbered(sheet.iter(f"{_SS}Row")):
        if line.get(f"{_SS}Hidden") == "1":
            hidden.rows.add(number)
        for place, cell in _placed(line):
            style = cell.get(f"{_SS}StyleID") or line.get(f"{_SS}StyleID")
            if _xml_text(cell) != "":
                hidden.cell(number, place, "" if style in struck else None)
    return hidden


def _xml_rows(sheet: etree._Element, hidden: Hidden, placed: Placed) -> Iterator[tuple[int, Cells]]:
    bounds = placed.bounds

    def told(number: int, line: etree._Element) -> Iterator[tuple[int | None, object, int, int]]:
        for column, cell in _placed(line):
            across = whole(cell, f"{_SS}MergeAcross", 0, bounds.columns)
            down = whole(cell, f"{_SS}MergeDown", 0, bounds.rows)
            at = column if cell.get(f"{_SS}Index") else None
            yield at, hidden.struck.get((number, column), _xml_text(cell)), across + 1, down + 1

    for number, line in _numbered(sheet.iter(f"{_SS}Row")):
        cells = placed.row(number, told(number, line))
        for column in hidden.columns:
            if column < len(cells):
                cells[column] = ""
        if number not in hidden.rows:
            yield number, cells


def _xml_text(cell: etree._Element) -> object:
    data = cell.find(f"{_SS}Data")
    text = "" if data is None else "".join(data.itertext())
    kind = "" if data is None else data.get(f"{_SS}Type")
    if kind == "Boolean":
        return text.strip() == "1"
    with contextlib.suppress(ValueError):
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            return datetime.datetime.fromisoformat(text.strip())
    return text
