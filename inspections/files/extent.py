"""How much an archive unpacks to and how far its worksheets reach, found out before anything is read into memory."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field

from inspections.files.bounds import Bounds
from inspections.words.errors import InspectionsError

# Rows among which a heading is looked for: a table may begin so far below the top.
HEAD = 60
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*(?<!/)>")
_PLACED = re.compile(rb'<(?:\w+:)?c\b[^>]{0,80}?\br="([A-Z]{1,3})(\d{1,7})"[^>]{0,80}(?<!/)>')
# A cell with a formula of which nobody has ever computed the value.
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\b[^>]{0,80}?\br="[A-Z]{1,3}(\d{1,7})"[^>]{0,80}><(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_BLOCK = 1 << 20


def check_parts(archive: zipfile.ZipFile, bounds: Bounds) -> None:
    """Unpack every part once, block by block: what an archive says about itself is believed only where it says much.

    Raises InspectionsError `file_broken`, `file_encrypted`, `formula_without_value`, and the refusals of `bounds`.
    """
    parts = [info for info in archive.infolist() if info.filename.endswith((".xml", ".rels", ".bin"))]
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise InspectionsError("file_encrypted")
    if (claimed := sum(info.file_size for info in parts)) > bounds.unpacked_bytes:
        raise bounds.too_large(claimed, bounds.unpacked_bytes)
    total = 0
    for info in parts:
        extent = _Extent(bounds) if re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename) else None
        # zipfile stops at the claimed size and then finds the check sum wrong, so a lie ends as a broken file.
        with archive.open(info) as part:
            while block := part.read(_BLOCK):
                total += len(block)
                if total > bounds.unpacked_bytes:
                    raise bounds.too_large(total, bounds.unpacked_bytes)
                # A block of a workbook without a single tag: its reader would hold all of that text at once.
                if len(block) == _BLOCK and b"<" not in block and re.match(r"xl/.*(?<!\.bin)$", info.filename):
                    raise InspectionsError("file_broken")
                if extent is not None:
                    extent.look(block)
        if extent is not None:
            extent.check()


@dataclass
class _Extent:
    """How far a worksheet reaches: its far corner may make a reader fill billions of cells in between."""

    bounds: Bounds
    columns: set[bytes] = field(default_factory=set)
    tallest: int = 1
    merged: int = 0
    filled: int = 0
    rest: bytes = b""

    def look(self, block: bytes) -> None:
        whole = self.rest + block
        self.merged += block.count(b"mergeCell ")
        if self.bounds.filled is not None:
            self.filled += len(_FILLED.findall(block))
            if self.filled > self.bounds.filled:
                raise self.bounds.too_long()
        cells = _PLACED.findall(whole)
        self.columns.update({letters for letters, _ in cells})
        self.tallest = max([self.tallest, *map(int, {row for _, row in cells})])
        if b"<f" in whole and (found := _UNCOMPUTED.search(whole)):
            raise InspectionsError("formula_without_value", row=int(found[1]))
        self.rest = whole[-400:]

    def check(self) -> None:
        if self.merged > self.bounds.merged:
            raise self.bounds.too_long()
        check_size(self.tallest, max(map(column_number, self.columns), default=1), self.bounds)


def check_size(rows: int, columns: int, bounds: Bounds) -> None:
    """Refuse a worksheet that reaches so far. Raises the refusals of `bounds`."""
    if columns > bounds.columns:
        raise bounds.too_wide(columns)
    if rows > bounds.rows + HEAD or rows * columns > bounds.cells:
        raise bounds.too_long()


def column_number(letters: bytes) -> int:
    """The number of a column from its letters: A is 1."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column
