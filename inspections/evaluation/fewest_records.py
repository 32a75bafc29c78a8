"""The fewest records that have to change for a score to cross a line: exactly, never greedily.

Records that do the same for every indicator are exchangeable, so that only their number is searched for. An indicator
earns min(cap, max(0, start + change)) steps: the cap is concave and needs nothing, the clamp at zero is convex and
needs a switch. That is a small integer programme, solved by HiGHS (`scipy.optimize.milp`) in milliseconds however
large the counts are. A dynamic programme over points has no common denominator small enough to be a table (visits,
problems and tasks divide by different numbers), and one over records has millions of cells.

A solver computes in floating point with a tolerance. So the line is drawn half a quantum of the exact lattice of
points before the real one, every answer is checked by `crossed` in exact fractions, and an answer that only tolerance
allowed is cut out: the rest of the space is split around it and searched on, best first. What is returned is therefore
the least of all that really cross.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

import numpy as np
import numpy.typing as npt
import scipy

Floats = npt.NDArray[np.float64]
Bounds = tuple[float, float]


@dataclass(frozen=True)
class Step:
    """One indicator counted in records: it earns `points` times min(cap, max(0, start + change)).

    start and cap are in records and need not be whole; cap and points are above 0.
    """

    start: Fraction
    cap: Fraction
    points: Fraction

    def earned(self, change: int) -> Fraction:
        """Points after `change` more records."""
        return self.points * min(self.cap, max(Fraction(0), self.start + change))


@dataclass(frozen=True)
class Move:
    """Something done to one record. gains: the indicators whose count it moves by one; pools: whose records it takes.

    effort decides among sets with equally many records.
    """

    kind: str
    gains: tuple[str, ...]
    pools: tuple[int, ...]
    effort: int


@dataclass(frozen=True)
class Whole:
    """Something gained once all of a set of records are done: move -> how many of it one such gain needs.

    most: how many equal ones there are.
    """

    needs: tuple[tuple[int, int], ...]
    gains: tuple[str, ...]
    most: int


@dataclass(frozen=True)
class Records:
    """What can be changed. pools: how many records each holds; moves and wholes refer to pools and moves by place."""

    pools: tuple[int, ...]
    moves: tuple[Move, ...]
    wholes: tuple[Whole, ...] = ()

    @property
    def gains(self) -> tuple[tuple[str, ...], ...]:
        """The indicators that each variable moves: moves first, then wholes."""
        return (*(move.gains for move in self.moves), *(whole.gains for whole in self.wholes))

    def most(self, place: int) -> int:
        """The most that can be made of one variable: moves first, then wholes."""
        if place < len(self.moves):
            return min(self.pools[pool] for pool in self.moves[place].pools)
        return self.wholes[place - len(self.moves)].most

    def changes(self, chosen: Sequence[int]) -> dict[str, int]:
        """By how many records each indicator moves."""
        moved: dict[str, int] = {}
        for made, gains in zip(chosen, self.gains, strict=True):
            for code in gains:
                moved[code] = moved.get(code, 0) + made
        return moved

    def possible(self, chosen: Sequence[int]) -> bool:
        """Whether the records there are suffice, and every whole has all of its own."""
        moves, wholes = chosen[: len(self.moves)], chosen[len(self.moves) :]
        taken, needed = [0] * len(self.pools), [0] * len(self.moves)
        for made, move in zip(moves, self.moves, strict=True):
            for pool in move.pools:
                taken[pool] += made
        for made, whole in zip(wholes, self.wholes, strict=True):
            for place, each in whole.needs:
                needed[place] += made * each
        return all(have <= size for have, size in zip(taken, self.pools, strict=True)) and all(
            have >= need for have, need in zip(moves, needed, strict=True)
        )


@dataclass(frozen=True)
class _Box:
    """Bounds within which is searched: of variables (moves, wholes, switches) by place, of changes by indicator."""

    variables: Mapping[int, Bounds]
    changes: Mapping[str, Bounds]


def fewest_records(
    records: Records,
    steps: Mapping[str, Step],
    needed: Fraction,
    strictly: bool,
    crossed: Callable[[Mapping[str, int]], bool],
) -> tuple[int, ...] | None:
    """How often to make each move and each whole, touching the fewest records; None where no set crosses the line.

    needed: points that the indicators of `steps` must earn together, more than that where `strictly`; crossed: the
    same asked exactly of the changes per indicator. Among equally small sets the one with the least effort, and of
    those one that completes the most wholes.
    """
    programme = _Programme(records, steps, _relaxed(steps, needed, strictly))
    moves, wholes = len(records.moves), len(records.wholes)
    first = _least(programme, [*[1] * moves, *[0] * wholes], None, crossed)
    if first is None:
        return None
    efforts, touched = [move.effort for move in records.moves], sum(first[:moves])
    chosen: tuple[int, ...] | None = first
    if _cost(efforts, first) > min(efforts) * touched:
        chosen = _least(programme, efforts, touched, crossed)
    return None if chosen is None else _completed(programme, chosen)


def _completed(programme: _Programme, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """The same moves with all the wholes that they can complete: the search stops where the line is crossed."""
    records = programme.records
    moves, wholes = len(records.moves), len(records.wholes)
    if not any(chosen[place] for whole in records.wholes for place, _ in whole.needs):
        return chosen
    kept = {place: (made, made) for place, made in enumerate(chosen[:moves])}
    found = programme.solved([*[0] * moves, *[-1] * wholes], None, _Box(kept, {}))
    if found is None or not records.possible(found[: moves + wholes]):
        return chosen
    return max(chosen, found[: moves + wholes], key=lambda one: sum(one[moves:]))


def _cost(costs: Sequence[int], chosen: Sequence[int]) -> int:
    return sum(each * made for each, made in zip(costs, chosen, strict=False))


def _relaxed(steps: Mapping[str, Step], needed: Fraction, strictly: bool) -> Fraction:
    """Half a quantum before the line (behind it where strictly): no sum of points lies between it and the line."""
    finest = math.lcm(
        needed.denominator,
        *(step.points.denominator for step in steps.values()),
        *((step.points * step.start).denominator for step in steps.values()),
        *((step.points * step.cap).denominator for step in steps.values()),
    )
    half = Fraction(1, 2 * finest)
    return needed + half if strictly else needed - half


class _Programme:
    """The integer programme: moves, wholes, steps earned per indicator, a switch for each indicator below zero."""

    def __init__(self, records: Records, steps: Mapping[str, Step], needed: Fraction) -> None:
        self.records = records
        self.below = [code for code, step in steps.items() if step.start < 0]
        chosen, earned = len(records.moves) + len(records.wholes), len(steps)
        self.first_switch = chosen + earned
        self.size = self.first_switch + len(self.below)
        self.integrality = np.ones(self.size, dtype=np.int64)
        self.integrality[chosen : self.first_switch] = 0
        self.lower = np.zeros(self.size)
        self.upper = np.array(
            [
                *(records.most(place) for place in range(chosen)),
                *(float(step.cap) for step in steps.values()),
                *(1 for _ in self.below),
            ],
            dtype=np.float64,
        )
        self.change_rows = {code: np.zeros(self.size) for code in steps}
        for place, gains in enumerate(records.gains):
            for code in gains:
                self.change_rows[code][place] += 1
        rows: list[Floats] = []
        ends: list[float] = []
        for pool, held in enumerate(records.pools):
            row = self._row({place: 1.0 for place, move in enumerate(records.moves) if pool in move.pools})
            if np.count_nonzero(row) > 1:
                rows.append(row)
                ends.append(held)
        for place in sorted({place for whole in records.wholes for place, _ in whole.needs}):
            each = {
                len(records.moves) + number: float(need)
                for number, whole in enumerate(records.wholes)
                for needing, need in whole.needs
                if needing == place
            }
            rows.append(self._row({place: -1.0, **each}))
            ends.append(0)
        # One step of the finest indicator counts 1, so that the solver's tolerance is a millionth of a record.
        finest = min(step.points for step in steps.values())
        line = np.zeros(self.size)
        for number, (code, step) in enumerate(steps.items()):
            at = chosen + number
            line[at] = -float(step.points / finest)
            row = -self.change_rows[code]
            row[at] = 1
            if step.start < 0:
                # Switched on: start + change, which may be below 0 and then helps nothing; switched off: nothing.
                switch = self.first_switch + self.below.index(code)
                row[switch] = -float(step.start)
                rows += [row, self._row({at: 1.0, switch: -float(step.cap)})]
                ends += [0, 0]
            else:
                rows.append(row)
                ends.append(float(step.start))
        rows.append(line)
        ends.append(-float(needed / finest))
        self.matrix, self.ends = np.array(rows), np.array(ends)

    def _row(self, entries: Mapping[int, float]) -> Floats:
        row = np.zeros(self.size)
        for place, value in entries.items():
            row[place] = value
        return row

    def solved(self, costs: Sequence[int], most: int | None, box: _Box) -> tuple[int, ...] | None:
        """The cheapest moves, wholes and switches within a box as the solver sees it; None where it sees none.

        most: how many records may be touched at all.
        """
        moves = len(self.records.moves)
        lower, upper = self.lower.copy(), self.upper.copy()
        for place, (low, high) in box.variables.items():
            lower[place], upper[place] = max(lower[place], low), min(upper[place], high)
        rows, starts, ends = [self.matrix], [np.full(len(self.ends), -np.inf)], [self.ends]
        for code, (low, high) in box.changes.items():
            rows.append(self.change_rows[code][None, :])
            starts.append(np.array([low]))
            ends.append(np.array([high]))
        if most is not None:
            rows.append(np.where(np.arange(self.size) < moves, 1.0, 0.0)[None, :])
            starts.append(np.array([0.0]))
            ends.append(np.array([float(most)]))
        if np.any(lower > upper):
            return None
        answer = scipy.optimize.milp(
            np.array([*costs, *[0] * (self.size - len(costs))], dtype=np.float64),
            integrality=self.integrality,
            bounds=scipy.optimize.Bounds(lower, upper),
            constraints=scipy.optimize.LinearConstraint(np.vstack(rows), np.concatenate(starts), np.concatenate(ends)),
            options={"mip_rel_gap": 0},
        )
        if answer.x is None:
            return None
        whole = np.flatnonzero(self.integrality)
        return tuple(round(float(value)) for value in answer.x[whole])


def _least(
    programme: _Programme,
    costs: Sequence[int],
    most: int | None,
    crossed: Callable[[Mapping[str, int]], bool],
) -> tuple[int, ...] | None:
    """Best first over boxes: the first answer that stands the exact check is the cheapest of all that do."""
    records = programme.records
    variables = len(records.moves) + len(records.wholes)
    number = count()
    waiting: list[tuple[int, int, tuple[int, ...], _Box]] = []

    def look(box: _Box) -> None:
        found = programme.solved(costs, most, box)
        if found is not None:
            heapq.heappush(waiting, (_cost(costs, found), next(number), found, box))

    look(_Box({}, {}))
    while waiting:
        _, _, found, box = heapq.heappop(waiting)
        chosen = found[:variables]
        changes = records.changes(chosen)
        if records.possible(chosen) and crossed(changes):
            return chosen
        for smaller in _split(programme, box, found, changes):
            look(smaller)
    return None


def _split(programme: _Programme, box: _Box, found: tuple[int, ...], changes: Mapping[str, int]) -> list[_Box]:
    """The box without the answer that only tolerance allowed.

    First by fixing switches and wholes, whose rows multiply a tolerance by large numbers; then around the changes of
    the indicators, which alone decide the score: all sets of records with the same changes go at once.
    """
    moves, chosen = len(programme.records.moves), len(found) - len(programme.below)
    for place, value in enumerate(found):
        at = place if place < chosen else programme.first_switch + place - chosen
        low, high = box.variables.get(at, (programme.lower[at], programme.upper[at]))
        if place >= moves and low < high:
            parts = [(low, value - 1), (value, value), (value + 1, high)]
            return [_Box({**box.variables, at: part}, box.changes) for part in parts if part[0] <= part[1]]
    parts_of: list[_Box] = []
    fixed = dict(box.changes)
    for code in programme.change_rows:
        value = changes.get(code, 0)
        low, high = box.changes.get(code, (0, np.inf))
        parts_of += [
            _Box(box.variables, {**fixed, code: part})
            for part in ((low, value - 1), (value + 1, high))
            if part[0] <= part[1]
        ]
        fixed[code] = (value, value)
    return parts_of
