"""Words and ruled lines of a page, wherever they come from (pdf, ofd, a scan), as lines of text and tables of cells.

All lengths are points (1/72 inch) from the upper left corner of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from inspections.files.content import Collector, Row
from inspections.words.errors import InspectionsError

Thing = TypeVar("Thing")
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_EDGE = 2.0
_SNAP = 3.0
# A ruled line shorter than this is part of a letter or an ornament.
_SHORTEST_RULE = 6.0
# A page of sixty rows and twenty columns has a hundred.
_MOST_RULES = 1_000
# Where they cross, on one page and in all: to make cells of them takes the square of their number.
_MOST_CROSSINGS, _MOST_CROSSINGS_IN_ALL = 4_000, 100_000
# Nothing stands farther from the corner: the largest sheet of paper is four metres long.
_FARTHEST = 12_000.0
_BAND = 40.0
# So many lines of a table tell its columns.
_ROWS_TOLD = 60
# A heading repeated on every page has no more rows than this.
_DEEPEST_HEADING = 4


@dataclass(frozen=True)
class Word:
    """Characters that stand together and where."""

    text: str
    box: Box

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle, from the left and from the top."""
        x0, top, x1, bottom = self.box
        return (x0 + x1) / 2, (top + bottom) / 2


def joined(lines: Sequence[str]) -> str:
    """Lines of one cell as one text: Chinese goes on without a blank where the line was full, Latin with one."""
    text = ""
    for line in filter(None, map(str.strip, lines)):
        latin = text and text[-1].isascii() and text[-1].isalnum() and line[0].isascii() and line[0].isalpha()
        text += (" " if latin else "") + line
    return text


def rows_of(cells: Sequence[Box], text_of: Callable[[Box], str]) -> list[Row]:
    """The rows of a table of these cells, every cell's text in all grid places that its box covers."""
    lefts = _edges([cell[0] for cell in cells])
    tops = _edges([cell[1] for cell in cells])
    grid = [["" for _ in lefts] for _ in tops]
    merged: dict[int, set[int]] = {}
    for cell in cells:
        x0, top, x1, bottom = cell
        text = text_of(cell)
        first = min(range(len(tops)), key=lambda r: abs(tops[r] - top))
        for r in range(first, len(tops)):
            if tops[r] >= bottom - _EDGE:
                break
            for c, left in enumerate(lefts):
                if x0 - _EDGE <= left < x1 - _EDGE:
                    grid[r][c] = text
                    if r > first:
                        merged.setdefault(r, set()).add(c)
    return [Row(r + 1, tuple(line), frozenset(merged.get(r, ()))) for r, line in enumerate(grid)]


def by_cell(
    things: Sequence[Thing], cells: Sequence[Box], middle: Callable[[Thing], tuple[float, float]]
) -> tuple[dict[Box, list[Thing]], list[Thing]]:
    """What stands in each cell, in the order given, and what stands in none; told by the `middle` of each thing.

    A letter often reaches a little over the edge of its cell, and would be read in two.
    """
    inside: dict[Box, list[Thing]] = {cell: [] for cell in cells}
    outside: list[Thing] = []
    bands: dict[int, list[Box]] = {}
    for cell in cells:
        for band in range(int(cell[1] // _BAND), int(cell[3] // _BAND) + 1):
            bands.setdefault(band, []).append(cell)
    for thing in things:
        x, y = middle(thing)
        near = bands.get(int(y // _BAND), ())
        at = next((cell for cell in near if cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]), None)
        (inside[at] if at is not None else outside).append(thing)
    return inside, outside


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _EDGE:
            edges.append(value)
    return edges


@dataclass
class Pages:
    """Hands the pages of a document on to a collector, one after the other, each from top to bottom.

    A table that goes on over a page break stays a table a page, so that its rows are found where they stand; its first
    row, or the first below a repeated heading, says if it is the rest of the row before.

    `recognised`, `pictures` and `unruled` count pages, as the codes of `LeftOut` do.
    """

    collector: Collector
    line: int = 0
    anything: bool = False
    crossings: int = 0
    recognised: int = 0
    pictures: int = 0
    unruled: int = 0
    _last: tuple[Row, ...] = ()
    _words_since: bool = False

    def page(self, number: int, tables: Sequence[tuple[float, list[Row]]], lines: Sequence[tuple[float, str]]) -> None:
        """One page: its tables and its lines, each with how far from the top it begins."""
        blocks: list[tuple[float, Any]] = [*tables, *lines]
        began = False
        for _, block in sorted(blocks, key=lambda pair: pair[0]):
            if isinstance(block, str):
                self.anything = True
                self.line += 1
                # A page number is no title between two halves of a table.
                if block.strip() and not re.fullmatch(r"[\s—–\-·第共页/\d]+", block):
                    self.collector.line(self.line, joined([block]))
                    self._words_since = True
                continue
            if not began:
                self.collector.place(page=number)
            self.collector.end_table()
            self.anything |= any(cell for row in block for cell in row.cells)
            rows = self._going_on(block) if not began else block
            self.collector.grid(rows)
            self.collector.end_table()
            began, self._last, self._words_since = True, tuple(block), False

    def end(self) -> None:
        """After the last page, say of how many there is something to be checked.

        Raises InspectionsError `no_words` where there was nothing on any page.
        """
        self.collector.place()
        if not self.anything:
            raise InspectionsError("no_words")
        for code in ("recognised", "pictures", "unruled"):
            if count := getattr(self, code):
                self.collector.leave_out(code, count=count)

    def _going_on(self, rows: list[Row]) -> list[Row]:
        """The first table of a page; its first row below a repeated heading may be the rest of the last one before.

        The cells of such a row all began in the row above.
        """
        first = 0
        for row, before in zip(rows[:_DEEPEST_HEADING], self._last, strict=False):
            if row.cells != before.cells or self._words_since:
                break
            first += 1
        if first == len(rows) or rows[first].cells[0].strip():
            return rows
        return [*rows[:first], self._rest(rows[first]), *rows[first + 1 :]]

    def _rest(self, row: Row) -> Row:
        """A first row without a number: the rest of the row above, or one more below cells that reach over several."""
        above = self._last[-1] if self._last else None
        if above is None or 0 not in above.merged_down:
            return replace(row, merged_down=frozenset(range(len(row.cells))), split=True)
        reached = {i for i in above.merged_down if i < len(row.cells) and not row.cells[i].strip()}
        cells = tuple(above.cells[i] if i in reached else cell for i, cell in enumerate(row.cells))
        return replace(row, cells=cells, merged_down=row.merged_down | reached)


# ------------------------------------------------------------------------------- pages of words and ruled lines alone


def lay_out(words: Sequence[Word], rules: Sequence[Box], pages: Pages, number: int) -> None:
    """A page of nothing but words and ruled lines (boxes with hardly any height or width), in any order.

    Raises InspectionsError where it has more ruled lines than a page of a plan.
    """
    tables = _ruled(rules, pages)
    found: list[tuple[float, list[Row]]] = []
    rest = [word for word in words if _is_on_paper(word.box)]
    for cells in tables:
        inside, rest = by_cell(rest, cells, lambda word: word.middle)
        found.append((min(cell[1] for cell in cells), rows_of(cells, lambda cell, own=inside: _text(own[cell]))))  # type: ignore[misc]
    lines = _lines(rest)
    if not found:
        found, lines = _aligned(lines)
        pages.unruled += bool(found)
    pages.page(number, found, [(line[0].box[1], _line_text(line)) for line in lines])


def _ruled(rules: Sequence[Box], pages: Pages) -> list[list[Box]]:
    """The cells of every table that ruled lines make."""
    edges = []
    for x0, top, x1, bottom in rules:
        wide, high = x1 - x0, bottom - top
        if max(wide, high) >= _SHORTEST_RULE and _is_on_paper((x0, top, x1, bottom)):
            orientation = "h" if wide >= high else "v"
            edges.append(
                {"x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": wide, "height": high,
                 "orientation": orientation, "object_type": "line"}
            )  # fmt: skip
    edges = merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP) if edges else []
    if len(edges) > _MOST_RULES:
        raise pages.collector.bounds.too_long()
    crossings = edges_to_intersections(edges, _SNAP, _SNAP)
    pages.crossings += len(crossings)
    if len(crossings) > _MOST_CROSSINGS or pages.crossings > _MOST_CROSSINGS_IN_ALL:
        raise pages.collector.bounds.too_long()
    return [list(table) for table in cells_to_tables(intersections_to_cells(crossings))]


def _is_on_paper(box: Box) -> bool:
    return all(-_FARTHEST <= place <= _FARTHEST for place in box)


def _text(words: Sequence[Word]) -> str:
    return joined([_line_text(line) for line in _lines(words)])


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand on one line, from the left; the lines from the top."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle[1]):
        _, top, _, bottom = word.box
        if lines:
            _, last_top, _, last_bottom = lines[-1][0].box
            if lines[-1][0].middle[1] + 0.45 * min(last_bottom - last_top, bottom - top) >= word.middle[1]:
                lines[-1].append(word)
                continue
        lines.append([word])
    return [sorted(line, key=lambda word: word.box[0]) for line in lines]


def _line_text(line: Sequence[Word]) -> str:
    """The text of a line: a gap is a blank between Latin words, and between Chinese ones where it is wide."""
    text, end = "", 0.0
    for word in line:
        x0, top, x1, bottom = word.box
        gap = x0 - end if text else 0.0
        latin = bool(text) and text[-1].isascii() and word.text[:1].isascii()
        if gap > (0.25 if latin else 1.5) * (bottom - top):
            text += " "
        text += word.text
        end = x1
    return text


def _segments(line: Sequence[Word]) -> list[list[Word]]:
    """The parts of a line that a gap wider than a letter parts."""
    parts: list[list[Word]] = []
    for word in line:
        x0, top, _, bottom = word.box
        if parts and x0 - parts[-1][-1].box[2] <= 0.9 * (bottom - top):
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def _aligned(lines: list[list[Word]]) -> tuple[list[tuple[float, list[Row]]], list[list[Word]]]:
    """Tables without ruled lines: three lines or more of three parts or more that stand below one another.

    Returns them, with how far from the top each begins, and the lines that are in none.
    """
    tables, rest, run = [], [], list[list[Word]]()
    for line in [*lines, []]:
        if len(_segments(line)) >= 3 or (run and line and _within_columns(line, run)):
            run.append(line)
            continue
        columns = _columns(run)
        if sum(len(_segments(one)) >= 3 for one in run) >= 3 and len(columns) >= 3:
            tables.append((run[0][0].box[1], _aligned_rows(run, columns)))
        else:
            rest += run
        run = []
        rest += [line] if line else []
    return tables, sorted(rest, key=lambda line: line[0].box[1])


def _columns(lines: Sequence[Sequence[Word]]) -> list[tuple[float, float]]:
    """From where to where the columns reach that the parts of lines make."""
    spans = sorted((part[0].box[0], part[-1].box[2]) for line in lines for part in _segments(line))
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1]:
            columns[-1] = columns[-1][0], max(right, columns[-1][1])
        else:
            columns.append((left, right))
    return columns


def _within_columns(line: Sequence[Word], run: Sequence[Sequence[Word]]) -> bool:
    """Whether a line of few parts is the rest of the row above: each part stands below one of its columns."""
    columns = _columns(run[-_ROWS_TOLD:])
    parts = [(part[0].box[0], part[-1].box[2]) for part in _segments(line)]
    near = line[0].box[1] - run[-1][0].box[3] <= 1.5 * (line[0].box[3] - line[0].box[1])
    return near and all(sum(left < end and right > start for start, end in columns) == 1 for left, right in parts)


def _aligned_rows(lines: Sequence[Sequence[Word]], columns: Sequence[tuple[float, float]]) -> list[Row]:
    rows: list[list[str]] = []
    for line in lines:
        cells = [""] * len(columns)
        for part in _segments(line):
            left, right = part[0].box[0], part[-1].box[2]
            at = next(i for i, (start, end) in enumerate(columns) if left < end and right > start)
            cells[at] = _line_text(part)
        if rows and not cells[0]:
            rows[-1] = [joined([above, cell]) for above, cell in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return [Row(number, tuple(cells)) for number, cells in enumerate(rows, start=1)]
