"""Reading .docx: paragraphs and tables in the order of the page, merged cells and automatic numbers written out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml.etree import LxmlError

from inspections.files.bounds import Bounds
from inspections.files.content import Collector, Row
from inspections.words.errors import InspectionsError

# A parsed Word file takes far more memory than its text: its cells and paragraphs are counted before it is parsed.
_MAX_CELLS = 100_000
_MAX_PARAGRAPHS = 200_000
_MAX_XML_BYTES = 40_000_000

_SPAN, _MERGE, _VALUE = qn("w:gridSpan"), qn("w:vMerge"), qn("w:val")
_TABLE, _PARAGRAPH, _ROW, _CELL = qn("w:tbl"), qn("w:p"), qn("w:tr"), qn("w:tc")
_RUN, _T, _STRIKE, _DOUBLE, _VANISH = qn("w:rPr"), qn("w:t"), qn("w:strike"), qn("w:dstrike"), qn("w:vanish")
_HIDDEN_ROW = f"{qn('w:trPr')}/{qn('w:hidden')}"
# Wrappers whose contents stand in the text as if they were not there.
_WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag")}


def read_docx(content: bytes, collector: Collector) -> None:
    """All paragraphs and tables of a .docx.

    Raises InspectionsError `file_broken`, `file_too_large`, `too_many_rows`, `too_many_columns`.
    """
    _check_extent(content, collector.bounds)
    try:
        body = docx.Document(io.BytesIO(content)).element.body
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, LxmlError, AttributeError) as error:
        raise InspectionsError("file_broken") from error
    line = 0
    for block in _blocks(body):
        if block.tag == _TABLE:
            collector.end_table()
            note = partial(collector.leave_out, in_table=True)
            collector.grid(_rows(block, collector.bounds, note))
            collector.end_table()
            continue
        noted: list[str] = []
        words = _text(block, noted)
        for code in noted:
            collector.leave_out(code, line + 1)
        for text in words.split("\n"):
            line += 1
            # A table pasted as text keeps its tabs.
            if text.count("\t") >= 2:
                collector.row(Row(line, tuple(cell.strip() for cell in text.split("\t"))))
            elif text.strip():
                collector.line(line, text)


def _check_extent(content: bytes, bounds: Bounds) -> None:
    """Refuse a text too long to be parsed within seconds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if not info.filename.startswith("word/") or not info.filename.endswith(".xml"):
                continue
            if info.file_size > _MAX_XML_BYTES:
                raise bounds.too_large(info.file_size, _MAX_XML_BYTES)
            xml = archive.read(info)
            cells = sum(1 for _ in re.finditer(rb"<(?:\w+:)?tc[ >]", xml))
            paragraphs = sum(1 for _ in re.finditer(rb"<(?:\w+:)?p[ >/]", xml))
            if cells > _MAX_CELLS or paragraphs > _MAX_PARAGRAPHS:
                raise bounds.too_long()


def _blocks(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables directly in a body or cell."""
    for child in parent:
        if child.tag in {_TABLE, _PARAGRAPH}:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _text(paragraph: Any, noted: list[str]) -> str:
    """The text of a paragraph: deletions and the second copy of text boxes left out, breaks and tabs kept.

    Words struck through or hidden are left out too, and `noted` gets the code of each that there are.
    """
    parts: list[str] = []

    def walk(node: Any) -> None:
        for child in node:
            name = child.tag.rsplit("}", 1)[-1] if isinstance(child.tag, str) else ""
            if name == "t":
                parts.append(child.text or "")
            elif name == "tab":
                if node.tag == qn("w:r"):
                    parts.append("\t")
            elif name in {"br", "cr"}:
                parts.append("\n")
            elif name == "noBreakHyphen":
                parts.append("-")
            elif name == "r" and (code := _left_out(child)) is not None:
                if code not in noted and any((text.text or "").strip() for text in child.iter(_T)):
                    noted.append(code)
            elif name not in {"del", "moveFrom", "Fallback", "pPr", "rPr", "instrText"}:
                walk(child)
                if name == "p":
                    parts.append("\n")

    walk(paragraph)
    return "".join(parts)


def _left_out(run: Any) -> str | None:
    """Why the words of a run are not read: struck through or hidden."""
    properties = run.find(_RUN)
    if properties is None:
        return None
    for tag, code in ((_STRIKE, "struck_out"), (_DOUBLE, "struck_out"), (_VANISH, "hidden_text")):
        found = properties.find(tag)
        if found is not None and found.get(_VALUE) not in {"0", "false", "off"}:
            return code
    return None


def _rows(table: Any, bounds: Bounds, note: Callable[[str, int], None]) -> list[Row]:
    rows: list[Row] = []
    # Automatic numbers are not in the text: Word counts them per list when it draws the page.
    counters: dict[str, int] = {}
    above: tuple[str, ...] = ()
    for number, tr in enumerate((tr for tr in _inside(table, _ROW)), start=1):
        if tr.find(_HIDDEN_ROW) is not None:
            note("hidden_rows", number)
            continue
        cells: list[str] = [""] * min(_offset(tr), bounds.columns)
        merged: set[int] = set()
        for tc in _inside(tr, _CELL):
            properties = tc.find(qn("w:tcPr"))
            span = properties.find(_SPAN) if properties is not None else None
            width = _whole(span.get(_VALUE)) if span is not None else 1
            merge = properties.find(_MERGE) if properties is not None else None
            carried_on = merge is not None and merge.get(_VALUE) in {None, "continue"}
            noted: list[str] = []
            text = _cell_text(tc, counters, bounds, noted)
            for code in noted:
                note(code, number)
            if len(cells) + width > bounds.columns:
                raise bounds.too_wide(len(cells) + width)
            for column in range(len(cells), len(cells) + width):
                if carried_on and not text:
                    cells.append(above[column] if column < len(above) else "")
                    merged.add(column)
                else:
                    cells.append(text)
        row = Row(number, tuple(cells), frozenset(merged))
        rows.append(row)
        above = row.cells
    return rows


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)


def _offset(tr: Any) -> int:
    """Columns left out before the first cell of a row."""
    before = tr.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    return _whole(before.get(_VALUE)) if before is not None else 0


def _whole(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdigit() and len(text) < 6 else 1


def _cell_text(tc: Any, counters: dict[str, int], bounds: Bounds, noted: list[str]) -> str:
    lines: list[str] = []
    for block in _blocks(tc):
        if block.tag == _TABLE:
            inner = _rows(block, bounds, lambda code, _: noted.append(code))
            lines += [" ".join(row.cells) for row in inner]
            continue
        text = _text(block, noted).strip()
        numbered = block.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        if not text and numbered is not None and numbered.get(_VALUE) not in {None, "0"}:
            key = numbered.get(_VALUE)
            counters[key] = counters.get(key, 0) + 1
            text = str(counters[key])
        if text:
            lines.append(text)
    return "\n".join(lines).replace("\t", " ")
