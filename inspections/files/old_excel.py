"""What the formats of an .xls tell and its reader of values does not: how numbers are shown, what is struck out."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import olefile

from inspections.files.hidden import Hidden
from inspections.files.number_formats import format_kind

_BOUND_SHEET, _FORMAT, _XF, _BOF = 0x0085, 0x041E, 0x00E0, 0x0809
_FORMULA, _NUMBER, _RK, _MANY_RK = 0x0006, 0x0203, 0x027E, 0x00BD
_FONT, _COLUMNS, _ROW = 0x0031, 0x007D, 0x0208
# Texts in their several records, truth values and errors.
_OTHERS = frozenset({0x00FD, 0x0204, 0x00D6, 0x0205})
# The built-in formats that show something else than the value: 0%, 0.00%, d-mmm, mmm-yy; they need no record.
_BUILT_IN = {9: "%", 10: "%", 16: "md", 17: "ym"}
_BIFF8 = 0x0600


def shown_otherwise(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet -> (row, column) -> how it is shown (`number_formats`); nothing before Excel 97 or if damaged."""
    try:
        stream = _stream(content)
        book = _book(stream)
        return {name: dict(_cells(stream, start, book.shown)) for name, start in book.sheets}
    except (OSError, struct.error, UnicodeDecodeError, IndexError):
        return {}


def hidden_in(content: bytes) -> dict[str, Hidden]:
    """Sheet -> what it hides, and the cells that it strikes through as a whole; nothing as in `shown_otherwise`."""
    try:
        stream = _stream(content)
        book = _book(stream)
        found = {name: _hidden(stream, start, book.struck) for name, start in book.sheets}
    except (OSError, struct.error, UnicodeDecodeError, IndexError):
        return {}
    return {name: hidden for name, hidden in found.items() if hidden.rows or hidden.columns or hidden.struck}


def _stream(content: bytes) -> bytes:
    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        return bytes(ole.openstream("Workbook").read())


@dataclass
class _Book:
    """The worksheets and where they begin; the cell styles by number that show a value otherwise, or struck through."""

    sheets: list[tuple[str, int]] = field(default_factory=list)
    shown: dict[int, str] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        yield kind, stream[start + 4 : start + 4 + size]
        start += 4 + size


def _text(data: bytes, length: int) -> str:
    wide = data[0] & 1
    return data[1 : 1 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")


def _book(stream: bytes) -> _Book:
    sheets: list[tuple[str, int]] = []
    formats = dict(_BUILT_IN)
    fonts: list[bool] = []
    of_style: list[tuple[int, int]] = []
    for index, (kind, data) in enumerate(_records(stream, 0)):
        if index == 0 and (kind != _BOF or struct.unpack_from("<H", data)[0] != _BIFF8):
            return _Book()
        if kind == _BOUND_SHEET:
            sheets.append((_text(data[7:], data[6]), struct.unpack_from("<I", data)[0]))
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH", data)
            if shown := format_kind(_text(data[4:], length)):
                formats[number] = shown
        elif kind == _FONT:
            fonts.append(bool(struct.unpack_from("<H", data, 2)[0] & 0x08))
        elif kind == _XF:
            of_style.append(struct.unpack_from("<HH", data))
        elif kind == 0x000A:
            break
    # There is no font number 4: those behind it are counted one higher.
    struck = {number + (number >= 4) for number, out in enumerate(fonts) if out}
    return _Book(
        sheets,
        {style: formats[number] for style, (_, number) in enumerate(of_style) if number in formats},
        {style for style, (font, _) in enumerate(of_style) if font in struck},
    )


def _hidden(stream: bytes, start: int, struck: set[int]) -> Hidden:
    hidden = Hidden()
    # Rows are told of in blocks before their cells, columns before all.
    for kind, data in _of_sheet(stream, start):
        if kind == _COLUMNS and struct.unpack_from("<H", data, 8)[0] & 0x01:
            first, last = struct.unpack_from("<HH", data)
            hidden.columns.update(range(first, min(last, 255) + 1))
        elif kind == _ROW and struct.unpack_from("<H", data, 12)[0] & 0x20:
            hidden.rows.add(struct.unpack_from("<H", data)[0] + 1)
        elif kind in _OTHERS or kind in {_NUMBER, _RK, _FORMULA}:
            row, column, style = struct.unpack_from("<HHH", data)
            hidden.cell(row + 1, column, "" if style in struck else None)
        elif kind == _MANY_RK:
            row, first = struct.unpack_from("<HH", data)
            for offset in range((len(data) - 6) // 6):
                style = struct.unpack_from("<H", data, 4 + 6 * offset)[0]
                hidden.cell(row + 1, first + offset, "" if style in struck else None)
    return hidden


def _of_sheet(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of one worksheet, those of charts within it left out."""
    depth = 0
    for kind, data in _records(stream, start):
        if kind == _BOF:
            depth += 1
        elif kind == 0x000A:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, data


def _cells(stream: bytes, start: int, styles: dict[int, str]) -> Iterator[tuple[tuple[int, int], str]]:
    for kind, data in _of_sheet(stream, start):
        if kind in {_NUMBER, _RK, _FORMULA}:
            row, column, style = struct.unpack_from("<HHH", data)
            if style in styles:
                yield (row, column), styles[style]
        elif kind == _MANY_RK:
            row, first = struct.unpack_from("<HH", data)
            for offset in range((len(data) - 6) // 6):
                style = struct.unpack_from("<H", data, 4 + 6 * offset)[0]
                if style in styles:
                    yield (row, first + offset), styles[style]
