"""Which column of a table is which field: by its heading and by how its cells read, all columns at once.

A heading alone misleads ("抽查周期" over "每月一次", "计划任务实施时段" over "2023年6-12月"), and so does a cell
alone. Each column is scored against each field by both, and all columns are given to fields at once so that the scores
add up to the most (the assignment problem; Kuhn, "The Hungarian method", 1955, by `scipy.optimize`). What fits no field
stays unread, and what fits two about as well is a doubt: both are for the caller to say.

Plan tables and registers are read by the same scores; their fields, words and types stand in their own tables
(`notice/headers.toml`, `intake/kinds.toml`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import chain, islice

import numpy as np
import scipy

from inspections.files.characters import folded

# What a heading says for a field: its whole words, a part of them, or only characters in common.
WHOLE, PART, ALIKE = 1.2, 0.7, 0.5
# What cells say: all of them read as the field's, all of them read as something else.
_CELLS = 0.8
# A column below `_LEAST` is of no field; two fields closer than `_MARGIN` are a question.
_LEAST, _MARGIN = 0.45, 0.2
# Under a heading nobody knows so many of the cells have to tell the field.
_MOST = 0.6
# So many different cells of a column are looked at, none longer than this.
_SAMPLE, _LONGEST = 40, 200

# A cell that reads like one of these is no name and no sentence.
SHARP = frozenset({"tick", "rate", "count", "frequency", "date", "window", "code", "number", "phone"})
_LISTED = frozenset({"item_class", "draw_type", "yes_no", "class"})
# Fields that words fill: names, sentences, pools. What reads sharply does not belong there.
TEXT = "text"
_NOTHING = frozenset({"", "-", "--", "/", "\\", "—", "——", "无", "空", "暂无"})


@dataclass(frozen=True)
class Wanted:
    """A field to be found: its code and the readings its cells may have (`TEXT` for words).

    `tells` is the reading so particular that it tells the field under a heading nobody knows. `many`: several columns
    may say it together. `neutral` readings speak neither for nor against.
    """

    code: str
    readings: frozenset[str]
    tells: str = ""
    many: bool = False
    neutral: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Assigned:
    """Column -> field; `told_by_cells`: the columns whose heading did not say it; `doubts`: column -> two fields."""

    fields: dict[int, str]
    told_by_cells: tuple[int, ...]
    doubts: dict[int, tuple[str, str]]
    score: float


@dataclass(frozen=True)
class ColumnUse:
    """What became of one column of a file: the field it was read as (None: not used), how many cells it fills, and one.

    `known`: it is known what it means, used or not; `personal`: it is about people, its example is empty and nothing of
    it is kept; `by_cells`: its heading did not say the field, its cells did; `doubt`: the two fields it could be,
    unread. `place` is its number from 0 where the file is one table.
    """

    heading: str
    field: str | None
    cells: int
    example: str
    known: bool = True
    personal: bool = False
    by_cells: bool = False
    doubt: tuple[str, str] | None = None
    place: int | None = None

    @property
    def state(self) -> str:
        """One of `STATES_OF_COLUMNS`."""
        if self.field is not None:
            return "by_cells" if self.by_cells else "read"
        if self.doubt:
            return "doubtful"
        return "personal" if self.personal else "not_kept" if self.known else "unread"


STATES_OF_COLUMNS = ("read", "by_cells", "doubtful", "unread", "not_kept", "personal")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(resources.files("inspections.files").joinpath("readings.toml").read_text("utf-8"))
    return {name: re.compile(entry["pattern"]) for name, entry in table.items()}


@lru_cache(50_000)
def readings(cell: str) -> frozenset[str]:
    """Everything a cell may be read as; empty for words and for nothing."""
    text = "".join(folded(cell).split())
    if text in _NOTHING or len(text) > _LONGEST:
        return frozenset()
    return frozenset(name for name, pattern in _patterns().items() if pattern.fullmatch(text))


def sample(cells: Iterable[str]) -> tuple[str, ...]:
    """The first different cells of a column that say something."""
    filled = (cell for cell in cells if "".join(cell.split()) not in _NOTHING)
    return tuple(dict.fromkeys(islice(filled, _SAMPLE)))


def fit(cells: Sequence[str], field: Wanted) -> float:
    """How the cells of a column read for a field: from 1 (all as it does) to -1 (all as something else)."""
    if not cells:
        return 0.0
    points = 0.0
    for cell in cells:
        read = readings(cell)
        if read & field.readings:
            points += 1
        elif read & field.neutral:
            continue
        elif read & SHARP:
            points -= 1
        elif TEXT in field.readings:
            # A word of a short list (重点, 定向) is hardly a name, and 全县 is hardly a pool.
            points += -0.25 if read & _LISTED else -0.6 if "region" in read else 0.1
        elif read or (TEXT not in field.neutral and len(cell) > 1):
            # Words where a figure or a code should be.
            points -= 0.5
    return points / len(cells)


@cache
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})


def alike(heading: str, words: Collection[str]) -> float:
    """How much a heading has in common with the nearest of a field's words: up to `ALIKE`, 0 below a half.

    The share of common pairs of characters (Dice's coefficient), the usual measure for short Chinese words.
    """
    own = _pairs(heading)
    best = max((2 * len(own & _pairs(word)) / (len(own) + len(_pairs(word))) for word in words), default=0.0)
    return ALIKE * best if best >= 0.5 else 0.0


def assigned(
    headings: Sequence[str],
    columns: Sequence[Sequence[str]],
    fields: Sequence[Wanted],
    heading_score: Callable[[str], Mapping[str, float]],
    fixed: Mapping[int, str] | None = None,
) -> Assigned:
    """Give the columns of a table to fields.

    `columns` are samples of their cells, `heading_score` says what a heading speaks for (code -> up to `WHOLE`),
    `fixed` are columns that somebody has given already (column -> code, "" for none).
    """
    fixed = dict(fixed or {})
    free = [index for index, heading in enumerate(headings) if index not in fixed and heading.strip()]
    taken = {code for code in fixed.values() if code}
    # A field that several columns may say has a place for each of them.
    wanted = [field for field in fields if field.many or field.code not in taken]
    places = list(chain.from_iterable([field] * (len(free) if field.many else 1) for field in wanted))
    said = [heading_score(headings[index]) for index in free]
    scores = np.zeros((len(free), len(places) + len(free)))
    for row, index in enumerate(free):
        value = {
            field.code: _value(said[row].get(field.code, 0.0), columns[index], field) - index * 1e-4 for field in wanted
        }
        scores[row, : len(places)] = [value[field.code] for field in places]
    # The last places are for columns that stay unread.
    scores[:, len(places) :] = _LEAST
    rows, chosen = scipy.optimize.linear_sum_assignment(scores, maximize=True)
    found = {free[row]: places[place].code for row, place in zip(rows, chosen, strict=True) if place < len(places)}
    total = float(sum(scores[row, place] for row, place in zip(rows, chosen, strict=True) if place < len(places)))
    doubts: dict[int, tuple[str, str]] = {}
    for row, place in zip(rows.tolist(), chosen.tolist(), strict=True):
        index = free[row]
        if index not in found or said[row].get(found[index], 0.0) >= ALIKE:
            continue
        others = [p for p in range(len(places)) if places[p].code not in found.values()]
        rival = max(others, key=lambda p: scores[row, p], default=None)
        if rival is not None and scores[row, place] - scores[row, rival] < _MARGIN:
            doubts[index] = (found[index], places[rival].code)
    for index in doubts:
        del found[index]
    by_cells = tuple(index for index, row in zip(free, range(len(free)), strict=True)
                     if index in found and said[row].get(found[index], 0.0) < ALIKE / 2)  # fmt: skip
    fields_of = {**{index: code for index, code in fixed.items() if code}, **found}
    return Assigned(dict(sorted(fields_of.items())), by_cells, doubts, total)


def _value(heading: float, cells: Sequence[str], field: Wanted) -> float:
    if heading == 0 and (not cells or sum(field.tells in readings(cell) for cell in cells) < _MOST * len(cells)):
        return 0.0
    return heading + _CELLS * fit(cells, field)
