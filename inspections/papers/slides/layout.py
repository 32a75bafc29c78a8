"""Where everything on a meeting slide stands, on a ground of 1920 × 1080 pixels.

HTML and pptx are both drawn from here, so that they look alike. Text is measured by rule, without a font: the office's
machine may have another one. Whatever is long first gets smaller, then a second line, and is cut with "…" only when it
is longer than anything a bureau writes; nothing ever leaves its box.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from inspections.papers.slides.deck import Chart, Deck, Figure, Slide, Table

WIDTH, HEIGHT = 1920, 1080
MOST_BARS, MOST_ROWS = 8, 6
# Readable from eight metres: 18 points, nothing is smaller.
SMALLEST = 36
MARGIN = 88
INNER = WIDTH - 2 * MARGIN
LEADING = 1.25

_TITLE_TOP, _TITLE_HEIGHT = 44, 128
_FIGURES_TOP, _FIGURE_GAP = 190, 72
_FOOT_TOP = 1000
_BODY_END = 982
_GAP = 24
_PAD = 32
# Letters and digits of a broad sans face, as a share of their size, rounded up.
_WIDE_LETTERS, _NARROW_LETTERS = frozenset("mwMW%@&—…→≥≤"), frozenset("iljtfrI.,:;|!'() ")
NARROWEST = 0.4


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels from the upper left corner of the slide."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Words:
    """A text in its box: `size` in pixels, `lines` as estimated."""

    text: str
    box: Box
    size: int
    lines: int = 1


@dataclass(frozen=True)
class PlacedFigure:
    """A large number with its rule on the left."""

    rule: Box
    value: Words
    label: Words


@dataclass(frozen=True)
class PlacedBar:
    """One row: its name, the whole as pale ground, the value on it (None where 0), its words, the plan's mark."""

    label: Words
    ground: Box
    value: Box | None
    text: Words
    mark: Box | None
    colour: str


@dataclass(frozen=True)
class PlacedChart:
    """All rows of a chart; `box` spans names, bars and words, `plot` the bars alone, `scale` is the largest whole."""

    chart: Chart
    box: Box
    plot: Box
    scale: float
    bars: tuple[PlacedBar, ...]
    mark: Box | None
    mark_label: Words | None


@dataclass(frozen=True)
class PlacedTable:
    """A table with its columns' widths and its rows' heights in pixels, the heading first. `size` as in Words."""

    table: Table
    box: Box
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    size: int
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class PlacedSlide:
    """A whole slide. `foot` holds subject, and source with mark; a cover has `lines`, and neither foot nor number."""

    title: Words
    figures: tuple[PlacedFigure, ...]
    chart: PlacedChart | None
    table: PlacedTable | None
    points: tuple[Words, ...]
    remark: Words | None
    line: Box
    foot: tuple[Words, ...]
    page: Words | None
    lines: tuple[Words, ...] = ()


def width_of(text: str) -> float:
    """The width of a text in em, estimated: 1 for a Chinese character, 0.63 for most letters and digits."""
    joints = sum(_is_wide(a) != _is_wide(b) for a, b in pairwise(text))
    # Offices set a little room between Chinese and Latin by themselves.
    return sum(_em(character) for character in text) + 0.15 * joints


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _em(character: str) -> float:
    if _is_wide(character) or character in "“”‘’…—·":
        return 1.0
    if character in _WIDE_LETTERS:
        return 0.95
    if character in _NARROW_LETTERS:
        return NARROWEST
    return 0.7 if character.isupper() else 0.63


def lines_of(text: str, size: float, width: float) -> int:
    """How many lines a text takes in a box `width` pixels wide: Latin words stay whole where they fit."""
    lines, used = 1, 0.0
    for piece in _pieces(text):
        needed = width_of(piece) * size
        if used + needed > width and used:
            lines, used = lines + 1, 0.0
        if needed > width:
            lines += math.ceil(needed / width) - 1
            needed %= width
        used += needed
    return lines


def _pieces(text: str) -> Iterator[str]:
    """What a line may end after: a Chinese character with its punctuation, a word with the blank behind it."""
    piece = ""
    for character in text:
        closing = character in "，。；：、！？）〕》”’…"
        if piece and not closing and (_is_wide(character) or _is_wide(piece[-1]) or piece[-1] == " "):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def halved(text: str) -> str:
    """The text with a line break where its two lines are most alike in width."""
    pieces = list(_pieces(text))
    cuts = ("".join(pieces[:i]) for i in range(1, len(pieces)))
    best = min(cuts, key=lambda cut: max(width_of(cut), width_of(text[len(cut) :])), default=text)
    return f"{best.rstrip()}\n{text[len(best) :]}" if best != text else text


def fitted(text: str, sizes: Sequence[int], width: float, lines: int = 1) -> tuple[str, int, int]:
    """The text, the first of `sizes` at which it takes at most `lines` lines, and how many it takes.

    What fits at none is cut with "…" at the last.
    """
    # A little in hand: another machine has another font.
    room = width * 0.96
    # No line holds more than so many of the narrowest letters: what is far too long is not measured letter by letter.
    most = int(lines * room / (NARROWEST * min(sizes))) + lines
    if len(text) > most:
        sizes, text = sizes[-1:], text[: most + 1]
    for size in sizes:
        needed = lines_of(text, size, room)
        if needed <= lines:
            return text, size, needed
    size, kept = sizes[-1], text
    while kept and lines_of(f"{kept}…", size, room) > lines:
        kept = kept[:-1]
    return f"{kept}…", size, lines


def placed(deck: Deck, number: int) -> PlacedSlide:
    """The slide `number` (1 is the first) of a deck, placed.

    Raises ValueError for more than 8 bars, 6 table rows or 3 figures, and for what does not fit together on one
    slide: whoever makes the content promises less.
    """
    slide = deck.slides[number - 1]
    if slide.lines:
        return _cover(slide)
    _promised(slide)
    text, size, lines = _title(slide.title)
    height = lines * size * LEADING
    title = Words(text, Box(MARGIN, _TITLE_TOP + (_TITLE_HEIGHT - height) / 2, INNER, height), size, lines)
    figures = _figures(slide.figures)
    top = max((f.rule.y + f.rule.height for f in figures), default=_FIGURES_TOP - 8) + 36
    remark = _remark(slide.remark)
    end = remark.box.y - _GAP if remark else _BODY_END
    chart, table = None, None
    points: tuple[Words, ...] = ()
    if slide.points:
        beside = bool(slide.chart or slide.table)
        points = _points(slide.points, top, end, beside)
        if beside:
            end = points[0].box.y - _GAP
    if slide.chart:
        chart = _chart(slide.chart, Box(MARGIN, top, INNER, end - top))
    if slide.table:
        table = _table(slide.table, Box(MARGIN, top, INNER, end - top))
    foot, page = _foot(deck, number)
    line = Box(MARGIN, _FOOT_TOP - 8, INNER, 2)
    return PlacedSlide(title, figures, chart, table, points, remark, line, foot, page)


def _cover(slide: Slide) -> PlacedSlide:
    """The title in the upper half, its lines under a rule."""
    text, size, count = fitted(slide.title, (88, 80, 72), INNER)
    if text != slide.title:
        text, size, count = fitted(slide.title, (72, 64), INNER, 2)
    middle = HEIGHT * 0.46
    height = count * size * LEADING
    title = Words(text, Box(MARGIN, middle - 40 - height, INNER, height), size, count)
    lines, y = [], middle + 40
    for line in slide.lines:
        text, size, count = fitted(line, (44, 40, SMALLEST), INNER, 2)
        lines.append(Words(text, Box(MARGIN, y, INNER, count * size * LEADING), size, count))
        y += count * size * LEADING + 20
    return PlacedSlide(title, (), None, None, (), None, Box(MARGIN, middle, INNER * 0.2, 6), (), None, tuple(lines))


def _promised(slide: Slide) -> None:
    if slide.chart and slide.table:
        raise ValueError(f"{slide.key}: a chart and a table on one slide")
    if slide.chart and not 0 < len(slide.chart.bars) <= MOST_BARS:
        raise ValueError(f"{slide.key}: {len(slide.chart.bars)} bars, 1 to {MOST_BARS} fit")
    if slide.table and not 0 < len(slide.table.rows) <= MOST_ROWS:
        raise ValueError(f"{slide.key}: {len(slide.table.rows)} rows, 1 to {MOST_ROWS} fit")
    if slide.table and any(len(row) != len(slide.table.headings) for row in slide.table.rows):
        raise ValueError(f"{slide.key}: a row has more or fewer cells than the heading")
    if len(slide.figures) > 3:
        raise ValueError(f"{slide.key}: {len(slide.figures)} figures, 3 fit")


def _title(title: str) -> tuple[str, int, int]:
    # Heavy letters are broader.
    room = INNER / (1 + 0.08 * (title.isascii()))
    text, size, lines = fitted(title, (56, 52), room)
    return (text, size, lines) if text == title else fitted(title, (48, 46, 44), room, 2)


def _figures(figures: Sequence[Figure]) -> tuple[PlacedFigure, ...]:
    """Side by side, each as wide as it needs; in equal parts where that is too much for one line."""
    if not figures:
        return ()
    inset = 26
    needs = [inset + max(width_of(f.value) * 76, width_of(f.label) * SMALLEST) / 0.96 + 8 for f in figures]
    if sum(needs) + _FIGURE_GAP * (len(figures) - 1) > INNER:
        needs = [(INNER - _FIGURE_GAP * (len(figures) - 1)) / len(figures)] * len(figures)
    labels = [fitted(f.label, (SMALLEST,), need - inset, 2) for f, need in zip(figures, needs, strict=True)]
    below = max(size * lines for _, size, lines in labels) * LEADING
    cells, x = [], float(MARGIN)
    for figure, need, (label, label_size, lines) in zip(figures, needs, labels, strict=True):
        value, size, _ = fitted(figure.value, (76, 70, 64, 56, 48), need - inset)
        value_box = Box(x + inset, _FIGURES_TOP, need - inset, 88)
        label_box = Box(x + inset, _FIGURES_TOP + 90, need - inset, lines * label_size * LEADING)
        cells.append(
            PlacedFigure(
                rule=Box(x, _FIGURES_TOP + 2, 6, 88 + below),
                value=Words(value, value_box, size),
                label=Words(label, label_box, label_size, lines),
            )
        )
        x += need + _FIGURE_GAP
    return tuple(cells)


def _remark(remark: str | None) -> Words | None:
    if not remark:
        return None
    text, size, lines = fitted(remark, (SMALLEST,), INNER, 2)
    height = lines * size * LEADING
    return Words(text, Box(MARGIN, _BODY_END - height, INNER, height), size, lines)


def gap_of(points: Sequence[Words]) -> float:
    """The room between one point and the next, in pixels."""
    return points[1].box.y - points[0].box.y - points[0].box.height if len(points) > 1 else 0.0


def _points(points: Sequence[str], top: float, end: float, beside: bool) -> tuple[Words, ...]:
    """All in one size, the largest that fits; below a chart or a table they are small and stand at the end.

    Where even the smallest is too large, each point keeps one line.
    """
    inset = 36
    width = INNER - inset
    short = [fitted(point, (SMALLEST,), width)[0] for point in points]
    sizes = (SMALLEST,) if beside else (48, 44, 40, SMALLEST)
    for size, shown in (*((size, points) for size in sizes), (SMALLEST, short)):
        lines = [lines_of(point, size, width * 0.96) for point in shown]
        gap = size * (0.35 if beside else 0.6)
        heights = [count * size * 1.35 for count in lines]
        total = sum(heights) + gap * (len(points) - 1)
        if total <= (end - top) * (0.45 if beside else 1):
            break
    else:
        raise ValueError(f"{len(points)} points do not fit on one slide")
    if not beside and len(points) > 1:
        gap += min(size * 0.8, (end - top - total) / len(points))
    y, found = end - total if beside else top, []
    for point, height, count in zip(shown, heights, lines, strict=True):
        found.append(Words(point, Box(MARGIN + inset, y, width, height), size, count))
        y += height + gap
    return tuple(found)


def _chart(chart: Chart, within: Box) -> PlacedChart:
    """Names on the left, bars on pale ground, words on the right; the key to the marks above the bars."""
    count = len(chart.bars)
    marked = chart.mark_label is not None and any(bar.mark is not None for bar in chart.bars)
    top = within.y + (56 if marked else 0)
    row = min(152.0, (within.y + within.height - top) / count)
    size = max(SMALLEST, min(38, math.floor(row * 0.42)))
    # Some programs leave out a name whose lines take more than its row.
    lines = 2 if row >= 2 * SMALLEST * LEADING else 1
    names = _column([bar.label for bar in chart.bars], size, 0.36 if lines > 1 else 0.42, lines)
    words = _column([bar.text for bar in chart.bars], size, 0.30 if lines > 1 else 0.34, lines)
    plot = Box(MARGIN + names + 20, top, INNER - names - words - 40, row * count)
    thick = min(100.0, row * 0.66)
    scale = max((bar.whole for bar in chart.bars), default=0.0) or 1.0
    rows = []
    for i, bar in enumerate(chart.bars):
        y = top + i * row
        sizes = tuple(s for s in range(size, SMALLEST - 1, -2)) or (SMALLEST,)
        middle = y + (row - thick) / 2
        wide = plot.width * min(bar.value, scale) / scale
        rows.append(
            PlacedBar(
                label=_in_row(bar.label, MARGIN, names, y, row, sizes, lines),
                ground=Box(plot.x, middle, plot.width * bar.whole / scale, thick),
                value=Box(plot.x, middle, wide, thick) if bar.value > 0 else None,
                text=_in_row(bar.text, plot.x + plot.width + 20, words, y, row, sizes, lines),
                mark=None
                if bar.mark is None
                else Box(
                    plot.x + plot.width * min(bar.mark, scale) / scale - 3, middle - row * 0.07, 6, thick + row * 0.14
                ),
                colour=bar.colour,
            )
        )
    mark, mark_label = None, None
    if marked and chart.mark_label is not None:
        text, label_size, _ = fitted(chart.mark_label, (SMALLEST,), plot.width - 24)
        mark = Box(plot.x, within.y + 4, 6, 40)
        mark_label = Words(text, Box(plot.x + 20, within.y, plot.width - 20, 48), label_size)
    box = Box(MARGIN, top, INNER, row * count)
    return PlacedChart(chart, box, plot, scale, tuple(rows), mark, mark_label)


def _column(texts: Sequence[str], size: int, share: float, lines: int) -> float:
    """The width of a column of texts: the widest one's, at most a `share` of the slide; long ones take two lines."""
    widest = max(width_of(text) for text in texts)
    if widest * size / 0.96 + 4 <= INNER * share:
        return widest * size / 0.96 + 4
    return INNER * share if lines > 1 else min(widest * SMALLEST / 0.96 + 4, INNER * share)


def _in_row(text: str, x: float, width: float, y: float, row: float, sizes: Sequence[int], lines: int) -> Words:
    kept, size, count = fitted(text, sizes, width)
    if kept != text and lines > 1:
        kept, size, count = fitted(text, [s for s in sizes if s * 1.1 * 2 <= row] or [SMALLEST], width, 2)
    height = count * size * 1.1
    return Words(kept, Box(x, y + (row - height) / 2, width, height), size, count)


def _table(table: Table, within: Box) -> PlacedTable:
    """In the largest size in which it fits; long names and headings take two lines."""
    for size in (42, 40, 38, SMALLEST):
        columns, roomy = _columns(table, size)
        cells, counts = [], []
        for texts in (table.headings, *table.rows):
            done = [fitted(text, (size,), width - _PAD, 2) for text, width in zip(texts, columns, strict=True)]
            cells.append(tuple(text for text, _, _ in done))
            counts.append(max(lines for _, _, lines in done))
        least = [lines * size * 1.2 + 8 for lines in counts]
        if sum(least) <= within.height and roomy:
            break
    if sum(least) > within.height:
        raise ValueError(f"a table of {len(table.rows)} rows does not fit on the slide")
    spare = min((within.height - sum(least)) / len(least), 48)
    rows = tuple(height + spare for height in least)
    return PlacedTable(table, Box(MARGIN, within.y, INNER, sum(rows)), columns, rows, size, tuple(cells))


def _columns(table: Table, size: int) -> tuple[tuple[float, ...], bool]:
    """Columns of values as narrow as their words allow, the names take the rest; whether names have enough of it."""
    values = []
    for j in range(1, len(table.headings)):
        longest = max(width_of(row[j]) for row in table.rows)
        parts = max(width_of(piece) for piece in _pieces(table.headings[j]))
        heading = width_of(table.headings[j])
        values.append(max(longest, min(heading, max(heading * 0.62, parts))) * size / 0.94 + _PAD)
    names = max(width_of(text) for text in (table.headings[0], *(row[0] for row in table.rows))) * size / 0.96 + _PAD
    first = INNER - sum(values)
    # A name on one line is worth a smaller size; below that, two lines are read better.
    roomy = first >= (names if size > SMALLEST else min(names, INNER * 0.3))
    columns = [max(first, INNER * 0.25), *values]
    columns = [width * INNER / sum(columns) for width in columns]
    if values and columns[0] > 1.3 * names:
        # Names far from their values are hard to follow: what names do not need goes to all columns alike.
        spare = (columns[0] - 1.3 * names) / len(columns)
        columns = [1.3 * names + spare, *(width + spare for width in columns[1:])]
    return tuple(columns), roomy


def _foot(deck: Deck, number: int) -> tuple[tuple[Words, ...], Words]:
    """Subject on the left, source and synthetic mark on the right, then the page number; the subject gives way."""
    size, page_width, gap = SMALLEST, 140, 40
    height = size * LEADING
    page_box = Box(WIDTH - MARGIN - page_width, _FOOT_TOP + 4, page_width, height)
    page = Words(f"{number} / {len(deck.slides)}", page_box, size)
    source = " · ".join(part for part in (deck.source, deck.synthetic) if part)
    room = INNER - page_width - gap
    needs = [width_of(text) * size + 4 for text in (deck.subject, source)]
    right = min(needs[1], room * 0.62)
    left = max(room - right - gap, 0.0)
    subject_box = Box(MARGIN, _FOOT_TOP + 4, left, height)
    source_box = Box(MARGIN + room - right, _FOOT_TOP + 4, right, height)
    words = (
        Words(fitted(text, (size,), box.width / 0.96)[0], box, size)
        for text, box in ((deck.subject, subject_box), (source, source_box))
        if text
    )
    return tuple(words), page
