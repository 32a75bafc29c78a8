"""What a workbook hides or strikes through: rows, columns and cells that its user does not see, or sees crossed out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO

from lxml import etree

from inspections.files.content import LeftOut
from inspections.files.extent import column_number

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BLOCK = 1 << 20


@dataclass
class Hidden:
    """Of one worksheet: rows (from 1) and columns (from 0) hidden, and what is left of cells with struck-through text.

    `told` are the first row and the number of what is left out, by code; only what has something in it counts.
    """

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    struck: dict[tuple[int, int], str] = field(default_factory=dict)
    told: dict[str, tuple[int, set[int]]] = field(default_factory=dict)

    def note(self, code: str, row: int, what: int) -> None:
        """One thing more that is left out; `what` tells it from others of its code."""
        first, all_of_them = self.told.setdefault(code, (row, set()))
        all_of_them.add(what)
        self.told[code] = min(first, row), all_of_them

    def cell(self, row: int, column: int, kept: str | None) -> None:
        """A cell with something in it; `kept` is what is not struck through, None where nothing is."""
        if row in self.rows:
            self.note("hidden_rows", row, row)
        elif column in self.columns:
            self.note("hidden_columns", row, column)
        elif kept is not None:
            self.struck[row, column] = kept
            self.note("struck_out", row, row * 100_000 + column)

    def left_out(self, sheet: str) -> tuple[LeftOut, ...]:
        """What is said of it."""
        return tuple(LeftOut(code, len(what), row, sheet) for code, (row, what) in self.told.items())


def hidden_in(content: bytes) -> dict[str, Hidden]:
    """Worksheet of an .xlsx -> what it hides or strikes through; worksheets without any are left out.

    A file that its reader opens and this cannot tell of hides nothing: its cells are read as they are.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _in_archive(archive)
    except (KeyError, ValueError, TypeError, etree.LxmlError, zipfile.BadZipFile, OSError, NotImplementedError):
        return {}


def _in_archive(archive: zipfile.ZipFile) -> dict[str, Hidden]:
    names = set(archive.namelist())
    styles = _struck_styles(archive.read("xl/styles.xml")) if "xl/styles.xml" in names else frozenset()
    strings: dict[int, str] = {}
    if "xl/sharedStrings.xml" in names and _has(archive, "xl/sharedStrings.xml", b"strike"):
        with archive.open("xl/sharedStrings.xml") as part:
            strings = dict(_struck_strings(part))
    found = {}
    for name, path in _parts(archive):
        if path in names and (styles or strings or _has(archive, path, b"hidden=", b"strike")):
            with archive.open(path) as part:
                hidden = _of_worksheet(part, styles, strings)
            if hidden.rows or hidden.columns or hidden.struck:
                found[name] = hidden
    return found


def _has(archive: zipfile.ZipFile, path: str, *words: bytes) -> bool:
    with archive.open(path) as part:
        rest = b""
        while block := part.read(_BLOCK):
            if any(word in rest + block for word in words):
                return True
            rest = block[-20:]
    return False


def _parser_safe(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    return etree.fromstring(content, parser)


def _walk(part: IO[bytes], *tags: str) -> Iterator[etree._Element]:
    yield from (
        element
        for _, element in etree.iterparse(
            part, events=("end",), tag=tags, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        )
    )


def _parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Names of worksheets and where they are in the archive."""
    relations = _parser_safe(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): str(relation.get("Target")) for relation in relations}
    sheets = _parser_safe(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    return [
        (str(sheet.get("name")), re.sub(r"^/?(?:xl/)?", "xl/", targets.get(sheet.get(_RELATION), "")))
        for sheet in sheets
    ]


def _on(element: etree._Element | None) -> bool:
    return element is not None and element.get("val") not in {"0", "false"}


def _struck_styles(styles: bytes) -> frozenset[str]:
    """The numbers of the cell styles whose font is struck through."""
    root = _parser_safe(styles)
    fonts = {
        str(number)
        for number, font in enumerate(root.iterfind(f"{_MAIN}fonts/{_MAIN}font"))
        if _on(font.find(f"{_MAIN}strike"))
    }
    formats = root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")
    return frozenset(str(number) for number, style in enumerate(formats) if style.get("fontId") in fonts)


def _struck_strings(part: IO[bytes]) -> Iterator[tuple[int, str]]:
    """The texts that are struck through in part or whole: their numbers, and what is left of them."""
    for number, text in enumerate(_walk(part, f"{_MAIN}si")):
        kept = _kept(text)
        if kept is not None:
            yield number, kept
        text.clear()


def _kept(text: etree._Element) -> str | None:
    """What of a text in several fonts is not struck through; None where all of it stands."""
    runs = text.findall(f"{_MAIN}r")
    struck = [_on(run.find(f"{_MAIN}rPr/{_MAIN}strike")) for run in runs]
    if not any(struck):
        return None
    return "".join(run.findtext(f"{_MAIN}t") or "" for run, out in zip(runs, struck, strict=True) if not out)


def _of_worksheet(part: IO[bytes], styles: frozenset[str], strings: Mapping[int, str]) -> Hidden:
    hidden, number = Hidden(), 0
    for element in _walk(part, f"{_MAIN}col", f"{_MAIN}row"):
        off = element.get("hidden") in {"1", "true"}
        if element.tag == f"{_MAIN}col":
            if off:
                hidden.columns.update(range(int(element.get("min", 1)) - 1, min(int(element.get("max", 1)), 20_000)))
            continue
        number = int(element.get("r") or number + 1)
        if off:
            hidden.rows.add(number)
        for place, cell in enumerate(element.iterfind(f"{_MAIN}c")):
            value, inline = cell.findtext(f"{_MAIN}v"), cell.find(f"{_MAIN}is")
            if not value and inline is None:
                continue
            letters = re.match("[A-Z]{1,3}", cell.get("r") or "")
            column = column_number(letters[0].encode()) - 1 if letters else place
            kept = None
            if cell.get("s") in styles:
                kept = ""
            elif inline is not None:
                kept = _kept(inline)
            elif cell.get("t") == "s" and value and value.isdigit():
                kept = strings.get(int(value))
            hidden.cell(number, column, kept)
        element.clear()
    return hidden
