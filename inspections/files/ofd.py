"""Reading .ofd (GB/T 33190), the format in which Chinese authorities fix their documents: words and lines of each page.

The format is a zip archive of XML that says where every character stands, in millimetres. There is no library for it
that does without a great deal of other things, and the text objects and ruled lines of a plan need no more than this.
"""

from __future__ import annotations

import io
import math
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from inspections.files.content import Collector
from inspections.files.layout import Box, Pages, Word, lay_out
from inspections.words.errors import InspectionsError

_POINTS = 72 / 25.4
_MOST_XML_BYTES = 20_000_000
# A page of a plan has some thousand characters and some hundred lines.
_MOST_WORDS, _MOST_RULES = 20_000, 20_000
_MOST_STEPS = 5_000
# How far a line may slope, and how thick a filled box may be that stands for one, in millimetres.
_THIN = 0.6
_Matrix = tuple[float, float, float, float, float, float]
_UNMOVED: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_ofd(content: bytes, collector: Collector) -> None:
    """All pages.

    Raises InspectionsError `file_broken`, `file_encrypted`, `file_too_large`, `no_words`, `too_many_rows`.
    """
    pages = Pages(collector)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "Encryptions.xml" in archive.namelist():
                raise InspectionsError("file_encrypted")
            _read(_Archive(archive, collector), pages)
    except (zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, OverflowError, NotImplementedError) as error:
        raise InspectionsError("file_broken") from error
    pages.end()


@dataclass
class _Archive:
    """The parts of the file, by paths that start at its root."""

    archive: zipfile.ZipFile
    collector: Collector
    known: dict[str, etree._Element] = field(default_factory=dict)

    def part(self, path: str) -> etree._Element:
        """The XML of a part; no entity of it is looked up. Raises KeyError for one that is not there."""
        if path not in self.known:
            if (size := self.archive.getinfo(path).file_size) > _MOST_XML_BYTES:
                raise self.collector.bounds.too_large(size, _MOST_XML_BYTES)
            parser = etree.XMLParser(
                resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True
            )
            self.known[path] = etree.fromstring(self.archive.read(path), parser)
        return self.known[path]


def _read(archive: _Archive, pages: Pages) -> None:
    root = archive.part("OFD.xml")
    if root.find("{*}DocBody") is None:
        raise KeyError("DocBody")
    number = 0
    for body in root.iterfind("{*}DocBody"):
        path = _path("", body.findtext("{*}DocRoot") or "")
        document = archive.part(path)
        templates = {
            str(template.get("ID")): _path(path, template.get("BaseLoc") or "")
            for template in document.iterfind("{*}CommonData/{*}TemplatePage")
        }
        for page in document.iterfind("{*}Pages/{*}Page"):
            number += 1
            if number > pages.collector.bounds.pages:
                raise pages.collector.bounds.too_long(pages.collector.bounds.pages)
            _read_page(archive, _path(path, page.get("BaseLoc") or ""), templates, pages, number)


def _path(beside: str, told: str) -> str:
    """A path as a part tells it: from the root of the archive, or from where the part lies."""
    told = told.strip().replace("\\", "/")
    joined = told if told.startswith("/") else posixpath.join(posixpath.dirname(beside), told)
    return posixpath.normpath(joined).lstrip("/")


def _read_page(archive: _Archive, path: str, templates: dict[str, str], pages: Pages, number: int) -> None:
    content = archive.part(path)
    sheet = _Sheet(pages)
    for template in content.iterfind("{*}Template"):
        if (below := templates.get(str(template.get("TemplateID")))) is not None:
            sheet.objects(archive.part(below))
    sheet.objects(content)
    lay_out(sheet.words, sheet.rules, pages, number)
    if not sheet.words and content.find("{*}Content//{*}ImageObject") is not None:
        pages.pictures += 1
    # A page is read once; its template serves the next one too.
    archive.known.pop(path, None)


@dataclass
class _Sheet:
    """The words and ruled lines of one page, in points."""

    pages: Pages
    words: list[Word] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)

    def objects(self, page: etree._Element) -> None:
        """What a page or its template draws."""
        for element in page.iterfind("{*}Content//{*}TextObject"):
            if element.get("Visible") != "false":
                self._text(element)
        for element in page.iterfind("{*}Content//{*}PathObject"):
            if element.get("Visible") != "false":
                self._path(element)

    def _text(self, element: etree._Element) -> None:
        left, top, _, _ = _numbers(element.get("Boundary"), 4)
        matrix = _matrix(element.get("CTM"))
        size = _number(element.get("Size"), 3.0)
        across = size * math.hypot(matrix[0], matrix[1])
        high = size * math.hypot(matrix[2], matrix[3])
        x = y = 0.0
        for code in element.iterfind("{*}TextCode"):
            text = "".join(code.itertext())
            # A piece that does not say where it stands goes on where the last one began.
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            steps_x, steps_y = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
            at_x, at_y = x, y
            for index, character in enumerate(text):
                px, py = _moved(matrix, at_x, at_y)
                if not character.isspace():
                    step = steps_x[index] * abs(matrix[0]) if index < len(steps_x) else 0.0
                    # A character is as wide as the step to the next, unless that leads over a gap.
                    wide = step if 0 < step <= 1.2 * across else across * (0.55 if character.isascii() else 1.0)
                    box = (left + px, top + py - 0.85 * high, left + px + wide, top + py + 0.15 * high)
                    self._word(character, box)
                at_x += steps_x[index] if index < len(steps_x) else 0.0 if steps_x or steps_y else size
                at_y += steps_y[index] if index < len(steps_y) else 0.0

    def _word(self, text: str, box: Box) -> None:
        if len(self.words) >= _MOST_WORDS:
            raise self.pages.collector.bounds.too_long()
        self.words.append(Word(text, _in_points(box)))

    def _path(self, element: etree._Element) -> None:
        left, top, _, _ = _numbers(element.get("Boundary"), 4)
        matrix = _matrix(element.get("CTM"))
        for start, end in _strokes(element.findtext("{*}AbbreviatedData") or ""):
            (x0, y0), (x1, y1) = _moved(matrix, *start), _moved(matrix, *end)
            box = (left + min(x0, x1), top + min(y0, y1), left + max(x0, x1), top + max(y0, y1))
            if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
                if len(self.rules) >= _MOST_RULES:
                    raise self.pages.collector.bounds.too_long()
                self.rules.append(_in_points(box))


def _in_points(box: Box) -> Box:
    return (box[0] * _POINTS, box[1] * _POINTS, box[2] * _POINTS, box[3] * _POINTS)


def _number(text: str | None, default: float) -> float:
    value = float(text) if text else default
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _numbers(text: str | None, count: int) -> Sequence[float]:
    values = [_number(one, 0.0) for one in (text or "").split()[:count]]
    return [*values, *[0.0] * (count - len(values))]


def _matrix(text: str | None) -> _Matrix:
    if not text:
        return _UNMOVED
    a, b, c, d, e, f = _numbers(text, 6)
    return a, b, c, d, e, f


def _moved(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _steps(text: str | None) -> list[float]:
    """From each character to the next: numbers, or "g 4 3.5" for four times 3.5."""
    steps: list[float] = []
    told = iter((text or "").split())
    for one in told:
        if one != "g":
            steps.append(_number(one, 0.0))
            continue
        count, step = int(next(told, "0")), _number(next(told, "0"), 0.0)
        steps += [step] * min(count, _MOST_STEPS)
        if len(steps) > _MOST_STEPS:
            break
    return steps


_POINT_OF = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def _strokes(data: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight strokes of a path, each from a point to a point; curves only move the pen."""
    told = re.findall(r"[MSLQBAC]|[-+]?[\d.]+(?:[eE][-+]?\d+)?", data[:200_000])
    start = at = (0.0, 0.0)
    place = 0
    while place < len(told):
        order = told[place]
        count = _POINT_OF.get(order)
        if count is None:
            place += 1
            continue
        values = [_number(one, 0.0) for one in told[place + 1 : place + 1 + count]]
        place += 1 + count
        if order == "C":
            yield at, start
            at = start
        elif len(values) == count:
            to = values[-2], values[-1]
            if order == "L":
                yield at, to
            elif order in "MS":
                start = to
            at = to
