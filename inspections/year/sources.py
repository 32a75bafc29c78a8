"""Independent sources of visits in a planned year, and what each does to one object and to two.

Draws without rotation are a source each; so is a rotating series, all of it, because its draws know of each other. Two
kinds of source: a `Chance` is told by counting; a `Table` takes the states of a series (`states`), where its strata
change between draws or a rotating draw shares a door with other draws.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inspections.year.planned import Cell, PlannedDraw, Year
from inspections.year.states import (
    MOST_NUMBERS,
    NOTHING,
    Path,
    Pattern,
    Step,
    number_of_patterns,
    of_one,
    of_two,
    patterns,
    walk,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Doors shared with rotating draws multiply the patterns of visits: four quarters of two series on common days make 16.
MOST_PATTERNS = 128
# Tables of every two cells: beyond this many cells the standard deviations are left to simulation.
MOST_CELLS = 400
OUTSIDE = -1


@dataclass(frozen=True)
class Chance:
    """One independent source of visits, per cell: `whole` certain visits, and one more with probability drawn / size.

    Cells of one `stratum` compete for the same places; OUTSIDE marks cells that are not in the pool.
    """

    stratum: Ints
    size: Floats
    drawn: Floats
    whole: Ints

    @property
    def missed(self) -> Floats:
        """Probability of no visit beyond the certain ones, per cell."""
        return 1 - self.drawn / self.size

    def log_dependence(self, rows: Ints | slice = slice(None)) -> Floats:
        """Logarithm of P(both missed) / (P(one missed) · P(other missed)) for two objects of the cells (rows x all).

        In one stratum (N-k)(N-k-1) / (N(N-1)) over ((N-k)/N)² is 1 - k / ((N-k)(N-1)); as a logarithm it keeps its
        digits where N is in the millions and the ratio all but 1.
        """
        left = self.size - self.drawn
        with np.errstate(divide="ignore", invalid="ignore"):
            within = np.log1p(-self.drawn / (left * (self.size - 1)))
        # Nobody left to miss, or nobody else in the stratum: the product it is applied to is 0 or never used.
        within = np.where((left > 0) & (self.size > 1), within, 0.0)
        same = (self.stratum[rows, None] == self.stratum[None, :]) & (self.stratum[rows, None] != OUTSIDE)
        return np.where(same, within[None, :], 0.0)


@dataclass(frozen=True)
class Table:
    """One independent source of visits for the cells `members` alone; nan where it has too many states.

    spread: probability per number of visits (members x visits). both: the same for two objects, up to a number of
    visits (members x members x visits x visits), None where that is too much. drawn: per task of the series,
    probability of being drawn (members).
    """

    members: Ints
    spread: Floats
    both: Floats | None
    drawn: Mapping[str, Floats]

    def log_dependence(self) -> Floats:
        """As that of a `Chance`, for two objects of the members."""
        missed = np.outer(self.spread[:, 0], self.spread[:, 0])
        if self.both is None:
            return np.full(missed.shape, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(missed == 0, 0.0, np.log(self.both[..., 0, 0] / missed))

    def of_all(self, cells: int, last: int) -> Floats:
        """`spread` for all cells (cells x last + 1): those that are no members get no visit, `last` stands for more."""
        spread = np.zeros((cells, max(last + 1, self.spread.shape[1])))
        spread[:, 0] = 1
        spread[self.members] = 0
        spread[self.members, : self.spread.shape[1]] = self.spread
        spread[:, last] = spread[:, last:].sum(axis=1)
        return spread[:, : last + 1]

    def with_all(self, cell: int, spread: Floats) -> Floats:
        """Joint probabilities of the visits of an object of `cell` and one of every cell (cells x visits x visits).

        spread: that of `of_all`. nan for two members where `both` does not reach far enough.
        """
        last = spread.shape[1] - 1
        joint: Floats = spread[cell][None, :, None] * spread[:, None, :]
        place = np.flatnonzero(self.members == cell)
        if len(place) == 0:
            return joint
        known = 0 if self.both is None else self.both.shape[-1]
        if self.both is None or known < min(last, self.spread.shape[1]):
            joint[self.members] = np.nan
            return joint
        block = self.both[place[0]]
        first = np.maximum(spread[cell, :known] - block.sum(axis=2), 0)
        second = np.maximum(spread[self.members, :known] - block.sum(axis=1), 0)
        whole = np.zeros((len(self.members), last + 1, last + 1))
        whole[:, :known, :known] = block
        whole[:, :known, last] += first
        whole[:, last, :known] += second
        whole[:, last, last] += np.maximum(1 - whole.sum(axis=(1, 2)), 0)
        joint[self.members] = whole
        return joint


@dataclass(frozen=True)
class Sources:
    """`missing` and `missing_tables` decide together who is never visited; `doors` and `door_tables` who how often.

    The chances of one entry of `doors` open the same door. They are kept apart because whether anybody comes at all
    does not depend on doors.
    """

    missing: list[Chance]
    missing_tables: list[Table]
    doors: list[list[Chance]]
    door_tables: list[Table]


def sources(year: Year, cells: list[Cell]) -> Sources:
    """What visits the cells of `year`, in parts that are independent of each other."""
    found = Sources([], [], [], [])
    for bound in _bound(year):
        single = [_single(year, draw, cells) for draw in bound if not year.rotates(draw)]
        found.missing.extend(single)
        series: dict[str, list[PlannedDraw]] = {}
        for draw in bound:
            if draw.series is not None and year.rotates(draw):
                series.setdefault(draw.series, []).append(draw)
        if not series:
            found.doors.append(single)
            continue
        shared = _shared_doors(bound)
        knots = {name: _knots(draws, cells) for name, draws in series.items()}
        for name, draws in series.items():
            counted = _rotating(cells, [knot for knot in knots[name] if knot.coincides])
            differing = [knot for knot in knots[name] if not knot.coincides]
            found.missing.append(counted)
            tables = [_table(year, draws, {name: differing}, cells, {}, 0 if shared else year.cap)] if differing else []
            found.missing_tables.extend(tables)
            if not shared:
                found.doors.append([counted])
                found.door_tables.extend(tables)
        if shared:
            found.door_tables.append(_table(year, bound, knots, cells, shared, year.cap))
    return found


# Counting -----------------------------------------------------------------------------------------------------------


def _chance(cells: list[Cell], strata: Sequence[Hashable | None], drawn: Mapping[Hashable, int]) -> Chance:
    """The chance of drawing so many per stratum; None is outside."""
    totals: dict[Hashable, int] = {}
    for cell, stratum in zip(cells, strata, strict=True):
        if stratum is not None:
            totals[stratum] = totals.get(stratum, 0) + cell.size
    numbers = {stratum: number for number, stratum in enumerate(totals)}
    size = np.array([1 if stratum is None else totals[stratum] for stratum in strata], dtype=np.int64)
    taken = np.array([0 if stratum is None else drawn.get(stratum, 0) for stratum in strata], dtype=np.int64)
    single = taken <= size
    return Chance(
        stratum=np.array([OUTSIDE if stratum is None else numbers[stratum] for stratum in strata], dtype=np.int64),
        size=size.astype(np.float64),
        drawn=np.where(single, taken, taken % size).astype(np.float64),
        whole=np.where(single, 0, taken // size),
    )


def _single(year: Year, draw: PlannedDraw, cells: list[Cell]) -> Chance:
    strata = [draw.stratum(cell.strata[draw.task]) if draw.task in cell.strata else None for cell in cells]
    return _chance(cells, strata, {name: draw.quota(name) for name in year.pools[draw.task]})


def _rotating(cells: list[Cell], knots: list[_Knot]) -> Chance:
    """A whole series as one chance where its pools coincide; other cells are outside."""
    strata: list[int | None] = [None] * len(cells)
    for number, knot in enumerate(knots):
        for i in knot.members:
            strata[i] = number
    return _chance(cells, strata, {number: sum(knot.quotas.values()) for number, knot in enumerate(knots)})


# What is bound together ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Knot:
    """Cells that a series brings together in its strata, one path each; the number drawn per draw and stratum."""

    members: list[int]
    paths: list[Path]
    quotas: Mapping[tuple[int, str], int]

    @property
    def coincides(self) -> bool:
        """Whether every draw of the series sees the same stratum of these cells, or none of them."""
        return len(set(self.paths)) == 1

    def steps(self, cells: list[Cell]) -> list[Step] | None:
        """Every state these cells can come to; None where there are too many."""
        sizes: dict[Path, int] = {}
        for i, path in zip(self.members, self.paths, strict=True):
            sizes[path] = sizes.get(path, 0) + cells[i].size
        return walk(sizes, self.quotas)


def _joined(ties: Sequence[Iterable[Hashable]]) -> list[list[int]]:
    """Numbers of the entries that have a tie in common, directly or through others."""
    groups: list[tuple[set[Hashable], list[int]]] = []
    for number, of_it in enumerate(ties):
        its = set(of_it)
        near = [group for group in groups if group[0] & its]
        groups = [group for group in groups if not group[0] & its]
        groups.append((its.union(*(held for held, _ in near)), [*(n for _, numbers in near for n in numbers), number]))
    return sorted(sorted(numbers) for _, numbers in groups)


def _bound(year: Year) -> list[list[PlannedDraw]]:
    """Draws that a rotating series or a door binds together, in order; what is not together is independent."""
    ties = [
        [("task", draw.task)]
        + ([("series", draw.series)] if draw.series is not None and year.rotates(draw) else [])
        + ([("door", draw.door)] if draw.door is not None else [])
        for draw in year.draws
    ]
    return [[year.draws[number] for number in numbers] for numbers in _joined(ties)]


def _shared_doors(draws: list[PlannedDraw]) -> dict[str, str]:
    """The door of every task that has it in common with another."""
    doors = [draw.door for draw in draws]
    return {draw.task: draw.door for draw in draws if draw.door is not None and doors.count(draw.door) > 1}


def _knots(draws: list[PlannedDraw], cells: list[Cell]) -> list[_Knot]:
    paths: list[Path] = [
        tuple((n, draw.stratum(cell.strata[draw.task])) for n, draw in enumerate(draws) if draw.task in cell.strata)
        for cell in cells
    ]
    inside = [i for i, path in enumerate(paths) if path]
    knots = []
    for numbers in _joined([paths[i] for i in inside]):
        members = [inside[number] for number in numbers]
        quotas = {(n, stratum): draws[n].quota(stratum) for i in members for n, stratum in paths[i]}
        knots.append(_Knot(members, [paths[i] for i in members], quotas))
    return knots


# States -------------------------------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """Probability per pattern of one object (members x patterns), and of two, for the first patterns, or None."""

    patterns: list[Pattern]
    one: Floats
    two: Floats | None


def _table(
    year: Year,
    bound: list[PlannedDraw],
    knots: Mapping[str, list[_Knot]],
    cells: list[Cell],
    shared: Mapping[str, str],
    most: int,
) -> Table:
    """What the draws `bound` do together: the series of `knots` to these cells, the others to their pools.

    shared: the shared door per task. Two objects are answered up to `most` visits, or for none where that is too much.
    """
    single = [draw for draw in bound if not year.rotates(draw)]
    members = np.array(
        sorted(
            {i for of_series in knots.values() for knot in of_series for i in knot.members}
            | {i for draw in single for i, cell in enumerate(cells) if draw.task in cell.strata}
        ),
        dtype=np.int64,
    )
    doors = [shared.get(draw.task) for draw in bound]
    if number_of_patterns(doors) > MOST_PATTERNS:
        return Table(members, np.full((len(members), 1), np.nan), None, {})
    if len(members) ** 2 * len(patterns(doors, most)) ** 3 > MOST_NUMBERS:
        most = 0
    drawn: dict[str, Floats] = {}
    together = _Part([NOTHING], np.ones((len(members), 1)), _alone(np.ones((len(members), 1)), 1))
    for name, of_series in knots.items():
        draws = [draw for draw in bound if draw.series == name]
        part, taken = _of_series(of_series, cells, members, [shared.get(draw.task) for draw in draws], most)
        together = _combined(together, part, most)
        drawn |= {draw.task: taken[:, n] for n, draw in enumerate(draws)}
    for draw in single:
        together = _combined(together, _of_draw(_single(year, draw, cells), members, shared[draw.task], most), most)
    return _told(members, together, drawn)


def _told(members: Ints, part: _Part, drawn: Mapping[str, Floats]) -> Table:
    """Patterns as numbers of visits."""
    spread = np.zeros((len(members), max(pattern.visits for pattern in part.patterns) + 1))
    for n, pattern in enumerate(part.patterns):
        spread[:, pattern.visits] += part.one[:, n]
    reach = int(np.flatnonzero(spread.any(axis=0)).max(initial=0))
    if part.two is None:
        return Table(members, spread[:, : reach + 1], None, drawn)
    few = part.patterns[: part.two.shape[-1]]
    both = np.zeros((len(members), len(members), few[-1].visits + 1, few[-1].visits + 1))
    for n, first in enumerate(few):
        for m, second in enumerate(few):
            both[..., first.visits, second.visits] += part.two[..., n, m]
    return Table(members, spread[:, : reach + 1], both[..., : reach + 1, : reach + 1], drawn)


def _alone(one: Floats, few: int) -> Floats | None:
    """Two objects that nothing ties together, for the first `few` patterns."""
    return np.einsum("ip,jq->ijpq", one[:, :few], one[:, :few]) if len(one) <= MOST_CELLS else None


def _of_series(
    knots: list[_Knot], cells: list[Cell], members: Ints, doors: list[str | None], most: int
) -> tuple[_Part, Floats]:
    """What a series does to the members, and the probability of every draw (members x draws)."""
    known, few = patterns(doors, len(doors)), len(patterns(doors, most))
    one, drawn = np.zeros((len(members), len(known))), np.zeros((len(members), len(doors)))
    one[:, 0] = 1
    blocks = []
    for knot in knots:
        rows, steps = np.searchsorted(members, knot.members), knot.steps(cells)
        told = None if steps is None else of_one(steps, knot.paths, doors)
        if steps is None or told is None:
            one[rows], drawn[rows] = np.nan, np.nan
            continue
        one[rows], drawn[rows] = told
        if len(members) <= MOST_CELLS:
            block = np.full((len(rows), len(rows), few, few), np.nan)
            for number in (most, 0):
                found = of_two(steps, knot.paths, doors, number)
                if found is not None:
                    block[..., : found.shape[-1], : found.shape[-1]] = found
                    break
            blocks.append((rows, block))
    two = _alone(one, few)
    if two is not None:
        for rows, block in blocks:
            two[np.ix_(rows, rows)] = block
    return _Part(known, one, two), drawn


def _of_draw(chance: Chance, members: Ints, door: str, most: int) -> _Part:
    """A draw without rotation, behind a door that it shares."""
    missed = chance.missed[members]
    one = np.stack([missed, 1 - missed], axis=1)
    if len(members) > MOST_CELLS:
        return _Part([NOTHING, NOTHING.and_drawn(door)], one, None)
    neither = np.outer(missed, missed) * np.exp(chance.log_dependence(members)[:, members])
    first, second = missed[:, None] - neither, missed[None, :] - neither
    two = np.stack([np.stack([neither, first], -1), np.stack([second, 1 - neither - first - second], -1)], -2)
    return _Part([NOTHING, NOTHING.and_drawn(door)], one, two[..., : most + 1, : most + 1])


def _combined(first: _Part, second: _Part, most: int) -> _Part:
    """Two independent parts as one; a door that both open is one visit."""
    known = sorted({a.and_those_of(b) for a in first.patterns for b in second.patterns}, key=Pattern.order)
    index = {pattern: number for number, pattern in enumerate(known)}
    one = np.zeros((len(first.one), len(known)))
    for n, a in enumerate(first.patterns):
        for m, b in enumerate(second.patterns):
            one[:, index[a.and_those_of(b)]] += first.one[:, n] * second.one[:, m]
    if first.two is None or second.two is None:
        return _Part(known, one, None)
    few = sum(pattern.visits <= most for pattern in known)
    link = np.zeros((first.two.shape[-1], second.two.shape[-1], few))
    for n, a in enumerate(first.patterns[: len(link)]):
        for m, b in enumerate(second.patterns[: link.shape[1]]):
            if index[a.and_those_of(b)] < few:
                link[n, m, index[a.and_those_of(b)]] = 1
    return _Part(known, one, np.einsum("ijac,ijbd,abr,cds->ijrs", first.two, second.two, link, link, optimize=True))


def expected_draws(found: Sources, cells: int) -> dict[str, Floats]:
    """Per task of a series told by a table: probability of being drawn, nan for cells the table does not tell of."""
    drawn: dict[str, Floats] = {}
    for table in found.missing_tables:
        for task, probability in table.drawn.items():
            drawn[task] = np.full(cells, np.nan)
            drawn[task][table.members] = probability
    return drawn
