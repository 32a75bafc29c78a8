"""Which cells of an .xls show percentages: only the cell formats tell, and the reader of values leaves them out."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

_BOUND_SHEET, _FORMAT, _XF, _BOF = 0x0085, 0x041E, 0x00E0, 0x0809
_FORMULA, _NUMBER, _RK, _MANY_RK = 0x0006, 0x0203, 0x027E, 0x00BD
# The built-in formats 0% and 0.00%; they need no record of their own.
_BUILT_IN = {9, 10}
_BIFF8 = 0x0600


def percentages(content: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Sheet -> (row, column) of its percentages; nothing for a file older than Excel 97 or a damaged one."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            stream = ole.openstream("Workbook").read()
        return _read(stream)
    except (OSError, struct.error, UnicodeDecodeError, IndexError):
        return {}


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        yield kind, stream[start + 4 : start + 4 + size]
        start += 4 + size


def _text(data: bytes, length: int) -> str:
    wide = data[0] & 1
    return data[1 : 1 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")


def _read(stream: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    sheets: list[tuple[str, int]] = []
    formats = set(_BUILT_IN)
    of_style: list[int] = []
    for index, (kind, data) in enumerate(_records(stream, 0)):
        if index == 0 and (kind != _BOF or struct.unpack_from("<H", data)[0] != _BIFF8):
            return {}
        if kind == _BOUND_SHEET:
            sheets.append((_text(data[7:], data[6]), struct.unpack_from("<I", data)[0]))
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH", data)
            if "%" in _text(data[4:], length):
                formats.add(number)
        elif kind == _XF:
            of_style.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == 0x000A:
            break
    styles = {style for style, number in enumerate(of_style) if number in formats}
    return {name: frozenset(_cells(stream, start, styles)) for name, start in sheets}


def _cells(stream: bytes, start: int, styles: set[int]) -> Iterator[tuple[int, int]]:
    depth = 0
    for kind, data in _records(stream, start):
        if kind == _BOF:
            depth += 1
        elif kind == 0x000A:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1 and kind in {_NUMBER, _RK, _FORMULA}:
            row, column, style = struct.unpack_from("<HHH", data)
            if style in styles:
                yield row, column
        elif depth == 1 and kind == _MANY_RK:
            row, first = struct.unpack_from("<HH", data)
            for offset in range((len(data) - 6) // 6):
                if struct.unpack_from("<H", data, 4 + 6 * offset)[0] in styles:
                    yield row, first + offset
