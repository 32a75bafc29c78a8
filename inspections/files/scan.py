"""Scans: the words of a picture by text recognition, where the machine has it, and its ruled lines by their ink.

The library is optional (requirements-scans.txt); its models come with it, so nothing is fetched. What is recognised may
be wrong, and whoever reads the document is told that it was recognised.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from inspections.files.content import Collector
from inspections.files.layout import Box, Pages, Word, lay_out
from inspections.words.errors import InspectionsError

# Pages take some seconds each, on every processor.
MOST_PAGES, _SECONDS_A_PAGE = 60, 30
_MOST_PIXELS = 60_000_000
# A picture is read at the length of an A4 page at 300 points an inch at most.
_LONGEST = 3_500
_PAGE_POINTS = 842.0
# Below this the library itself doubts its words.
_SURE = 0.5
# Ink is darker than the paper around it by so many of 255 shades.
_INK = 60
# A ruled line is at least this part of the picture's longer side without a gap.
_RULE = 1 / 45


@cache
def _recogniser() -> Any:
    """The library, loaded once. Raises InspectionsError `pdf_without_text` where it is not installed."""
    try:
        from rapidocr import RapidOCR  # noqa: PLC0415 - optional, and a second to load
    except ImportError as error:
        raise InspectionsError("pdf_without_text") from error
    return RapidOCR(params={"Global.log_level": "error"})


def read_picture(content: bytes, collector: Collector) -> None:
    """The pages of a picture file.

    Raises InspectionsError `pdf_without_text`, `no_words`, `file_broken`, `file_too_large`, `too_many_rows`.
    """
    pages = Pages(collector)
    try:
        with Image.open(io.BytesIO(content)) as picture:
            for number in range(getattr(picture, "n_frames", 1)):
                read_page(_frame(picture, number, collector), pages, number + 1)
    except InspectionsError:
        raise
    except Exception as error:  # a damaged picture raises whatever its reader trips over
        raise InspectionsError("file_broken") from error
    pages.end()


def _frame(picture: Image.Image, number: int, collector: Collector) -> Image.Image:
    if picture.width * picture.height > _MOST_PIXELS:
        raise collector.bounds.too_large(picture.width * picture.height * 3, _MOST_PIXELS * 3)
    picture.seek(number)
    return ImageOps.exif_transpose(picture.convert("RGB"))


def is_installed() -> bool:
    """Whether the machine has text recognition."""
    try:
        _recogniser()
    except InspectionsError:
        return False
    return True


def read_page(picture: Image.Image, pages: Pages, number: int) -> None:
    """A page of a scan as lines and tables: words recognised, ruled lines by their ink.

    Raises InspectionsError `pdf_without_text` where no library is, `too_many_rows`.
    """
    recognise = _recogniser()
    pages.recognised += 1
    if pages.recognised > MOST_PAGES:
        raise pages.collector.bounds.too_long(MOST_PAGES)
    if max(picture.size) > _LONGEST:
        picture.thumbnail((_LONGEST, _LONGEST))
    points = _PAGE_POINTS / max(picture.size)
    shades = np.asarray(picture.convert("L"))
    pages.collector.more_time(_SECONDS_A_PAGE)
    found = recognise(np.asarray(picture))
    lay_out(_words(found, points), _rules(shades, points), pages, number)


def _words(found: Any, points: float) -> list[Word]:
    """What the library found: corners of boxes in pixels, texts, and how sure it is of each."""
    if found.boxes is None or found.txts is None:
        return []
    words = []
    for corners, text, sure in zip(found.boxes, found.txts, found.scores, strict=True):
        if sure >= _SURE and text.strip():
            across, down = [float(x) for x, _ in corners], [float(y) for _, y in corners]
            box = (min(across) * points, min(down) * points, max(across) * points, max(down) * points)
            words.append(Word(text.strip(), box))
    return words


def _rules(shades: np.ndarray, points: float) -> list[Box]:
    """The ruled lines of a page (rows × columns of shades, 0 is black), in points; a page may lean by a degree."""
    paper = np.median(shades)
    ink = shades < paper - _INK
    length = max(12, int(max(shades.shape) * _RULE))
    across = [(x0, y, x1, y) for y, x0, x1 in _runs(ink, length)]
    down = [(x, y0, x, y1) for x, y0, y1 in _runs(ink.T, length)]
    return [(x0 * points, y0 * points, x1 * points, y1 * points) for x0, y0, x1, y1 in across + down]


def _runs(ink: np.ndarray, length: int) -> list[tuple[int, int, int]]:
    """Runs of ink in the rows of a picture: row, start, end; those of a thick line once, in the middle of it."""
    padded = np.zeros((ink.shape[0], ink.shape[1] + 2), dtype=np.int8)
    # A line that leans leaves its row for the next one: a run may go on there.
    padded[:, 1:-1] = ink
    padded[1:, 1:-1] |= ink[:-1]
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    long = ends - starts >= length
    return _thinned(rows[long], starts[long], ends[long])


def _thinned(rows: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> list[tuple[int, int, int]]:
    """Runs that lie upon one another, as one run in the middle of them."""
    lines: list[list[int]] = []
    for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True):
        for line in reversed(lines[-200:]):
            first, last, left, right = line
            if row - last <= 1 and row - first < 12 and start < right and end > left:
                line[:] = [first, row, min(left, start), max(right, end)]
                break
        else:
            lines.append([row, row, start, end])
    return [((first + last) // 2, left, right) for first, last, left, right in lines]
