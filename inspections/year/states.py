"""A rotating series whose strata change, answered exactly: probabilities of states instead of simulated ones.

Objects that meet the same strata at the draws still to come form a *group*. How many objects a group has is certain;
how many of them are *marked* (drawn in the current round) is not, and these numbers are the state: nothing else decides
what a draw does next. `walk` follows every state forward, stratum by stratum, each draw a multivariate hypergeometric
choice under the rules of rotation (`simulation` moves samples by the same rules). `of_one` goes back from the last
draw to the first with one object in mind, `of_two` with two: whatever happened before, a draw is as likely to move one
object of a group as any other with the same mark. So no state carries visits, doors or report classes.

Probabilities are floats: products of ratios of whole numbers, normalised, and sums of terms of one sign, so that digits
are not lost. Fractions would grow with every draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# The most transitions followed for the cells that meet in a series, and the most numbers computed along them: about
# 0.3 s each, the second up to 400 MB. Four quarters of 60 firms in four classes, 13 of which change class, make 11,000
# transitions; what counts is not how many firms there are but in how many ways how many of them change.
MOST_TRANSITIONS = 200_000
MOST_NUMBERS = 60_000_000

# The draws still to come that a group takes part in: number of the draw and stratum.
Path = tuple[tuple[int, str], ...]


class Pattern(NamedTuple):
    """Visits an object got from a series: those of draws that share no door, and the shared doors it opened."""

    alone: int
    doors: frozenset[str]

    @property
    def visits(self) -> int:
        """Doors opened in all."""
        return self.alone + len(self.doors)

    def order(self) -> tuple[int, int, list[str]]:
        """Key to sort patterns by: fewest visits first."""
        return self.visits, self.alone, sorted(self.doors)

    def and_drawn(self, door: str | None) -> Pattern:
        """The pattern with one more draw behind `door` (None: a door of its own)."""
        return Pattern(self.alone + 1, self.doors) if door is None else Pattern(self.alone, self.doors | {door})

    def and_those_of(self, other: Pattern) -> Pattern:
        """What two series, or a series and a draw beside it, make together."""
        return Pattern(self.alone + other.alone, self.doors | other.doors)


NOTHING = Pattern(0, frozenset())


def number_of_patterns(doors: Sequence[str | None]) -> int:
    """How many patterns draws behind `doors` (None: a door of its own) can make."""
    return (doors.count(None) + 1) << len({door for door in doors if door is not None})


def patterns(doors: Sequence[str | None], most: int) -> list[Pattern]:
    """Every pattern that draws behind `doors` can make with at most `most` visits; `NOTHING` first."""
    known = {NOTHING}
    for door in doors:
        known |= {pattern.and_drawn(door) for pattern in known}
        known = {pattern for pattern in known if pattern.visits <= most}
    return sorted(known, key=Pattern.order)


class _Slot(NamedTuple):
    """Objects of one group with the same mark; after its last draw an object needs none."""

    path: Path
    marked: bool


class _Move(NamedTuple):
    """How many objects go to another slot, per transition, and whether by being drawn."""

    objects: Ints
    slot: _Slot
    drawn: bool


_DONE = _Slot((), False)


@dataclass(frozen=True)
class Step:
    """One draw from one stratum: transitions between states, ordered by the state they start from.

    start: the first transition of each state, and the number of transitions; to, chance: per transition. held: objects
    per slot of the stratum, and moves: where they go, per transition. still: slots that the draw leaves alone.
    """

    draw: int
    start: Ints
    to: Ints
    chance: Floats
    states_after: int
    held: Mapping[_Slot, Ints]
    moves: Mapping[_Slot, list[_Move]]
    still: tuple[_Slot, ...]

    def mean(self, weight: Floats | float, values: Floats) -> Floats:
        """Mean of `values` (states after x …) over the transitions of each state, each counted `weight` times."""
        # One matrix for all weights: to build another takes longer than to multiply it.
        self.matrix.data = self.chance * weight
        return np.asarray(self.matrix @ values)

    @cached_property
    def matrix(self) -> scipy.sparse.csr_array:
        """States before x states after; what it holds is the weights last asked for."""
        return scipy.sparse.csr_array(
            (self.chance, self.to, self.start), shape=(len(self.start) - 1, self.states_after)
        )


def walk(sizes: Mapping[Path, int], quotas: Mapping[tuple[int, str], int]) -> list[Step] | None:
    """Every state a rotating series can come to. None beyond MOST_TRANSITIONS.

    sizes: objects per path. quotas: the number drawn per draw and stratum, of every draw and stratum on the paths.
    """
    steps: list[Step] = []
    sizes = {path: size for path, size in sizes.items() if path}
    marked: dict[Path, Ints] = {path: np.zeros(1, dtype=np.int64) for path in sizes}
    room, done = MOST_TRANSITIONS, False
    for place in sorted({place for path in sizes for place in path}):
        # The largest group last: what it gives is what the others leave, and need not be listed.
        here = sorted((path for path in sizes if path[0] == place), key=lambda path: sizes[path])
        fresh = {path: sizes[path] - marked[path] for path in here}
        left = np.sum([fresh[path] for path in here], axis=0)
        anew = quotas[place] > left  # the round ends: the fresh are all drawn, everyone is back, the rest is topped up
        pots = [np.where(anew, marked[path], fresh[path]) for path in here]
        found = _ways(pots, np.where(anew, quotas[place] - left, quotas[place]), room)
        if found is None:
            return None
        origin, drawn, chance = found
        room -= len(origin)
        anew = anew[origin]
        still = [_Slot(path, mark) for path in sizes if path not in here for mark in (False, True)]
        still = [slot for slot in still if _occupied(slot, sizes, marked)]
        held: dict[_Slot, Ints] = {}
        moves: dict[_Slot, list[_Move]] = {}
        after = {path: marked[path][origin] for path in sizes if path not in here}
        for path, taken in zip(here, drawn, strict=True):
            before, unmarked = marked[path][origin], fresh[path][origin]
            then_marked, then_fresh = _Slot(path[1:], bool(path[1:])), _Slot(path[1:], False)
            of_fresh, of_marked = _Slot(path, False), _Slot(path, True)
            held |= {of_fresh: unmarked, of_marked: before}
            moves[of_fresh] = [
                _Move(np.where(anew, 0, taken), then_marked, True),
                _Move(np.where(anew, unmarked, 0), then_fresh, True),
                _Move(np.where(anew, 0, unmarked - taken), then_fresh, False),
            ]
            moves[of_marked] = [
                _Move(np.where(anew, taken, 0), then_marked, True),
                _Move(np.where(anew, before - taken, 0), then_fresh, False),
                _Move(np.where(anew, 0, before), then_marked, False),
            ]
            if path[1:]:
                after[path[1:]] = after.get(path[1:], 0) + np.where(anew, taken, before + taken)
        moves = {slot: [move for move in of_slot if move.objects.any()] for slot, of_slot in moves.items()}
        first, to = _numbered(list(after.values()), len(origin))
        steps.append(
            Step(
                draw=place[0],
                start=np.searchsorted(origin, np.arange(origin[-1] + 2)),
                to=to,
                chance=chance,
                states_after=len(first),
                held=held,
                moves={slot: of_slot for slot, of_slot in moves.items() if of_slot},
                still=(*still, _DONE) if done else tuple(still),
            )
        )
        done = done or any(not path[1:] for path in here)
        marked = {path: count[first] for path, count in after.items()}
        totals: dict[Path, int] = {}
        for path, size in sizes.items():
            rest = path[1:] if path in here else path
            if rest:
                totals[rest] = totals.get(rest, 0) + size
        sizes = totals
    return steps


def _occupied(slot: _Slot, sizes: Mapping[Path, int], marked: Mapping[Path, Ints]) -> bool:
    return bool(np.any(marked[slot.path] > 0 if slot.marked else marked[slot.path] < sizes[slot.path]))


def _ways(pots: list[Ints], wanted: Ints, room: int) -> tuple[Ints, list[Ints], Floats] | None:
    """Every way to draw `wanted` objects from `pots` (groups; one number per state), None where there are too many.

    Per way: its state, objects per group, probability; ordered by state.
    """
    origin, chance = np.arange(len(wanted)), np.ones(len(wanted))
    drawn: list[Ints] = []
    rest: Ints = np.sum(pots, axis=0)
    for pot in pots[:-1]:
        here = pot[origin]
        rest = rest - here
        low, high = np.maximum(wanted - rest, 0), np.minimum(here, wanted)
        width = int((high - low).max()) + 1
        if width * len(origin) > room:
            return None
        taken = low[:, None] + np.arange(width)
        possible = taken <= high[:, None]
        below = taken[:, :-1]
        # Hypergeometric probabilities by their ratios: no large factorials to cancel each other.
        up = (here[:, None] - below) * (wanted[:, None] - below).astype(np.float64)
        down = (below + 1) * ((rest - wanted)[:, None] + below + 1).astype(np.float64)
        ratio = np.where(possible[:, 1:], up, 1) / np.where(possible[:, 1:], down, 1)
        logs = np.zeros(taken.shape)
        np.cumsum(np.log(ratio), axis=1, out=logs[:, 1:])
        share = np.where(possible, np.exp(logs - logs.max(axis=1, where=possible, initial=-np.inf)[:, None]), 0)
        share /= share.sum(axis=1)[:, None]
        row = np.nonzero(possible)[0]
        drawn = [*(before[row] for before in drawn), taken[possible]]
        origin, chance, rest = origin[row], chance[row] * share[possible], rest[row]
        wanted = wanted[row] - taken[possible]
    return (origin, [*drawn, wanted], chance) if len(origin) <= room else None


def _numbered(columns: list[Ints], rows: int) -> tuple[Ints, Ints]:
    """Number the different rows: where each occurs first, and the number of every row."""
    first, number = np.zeros(1, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    for column in columns:
        # Numbered column by column, which is faster than rows at once and never outgrows 64 bits.
        above = column - column.min()
        _, first, number = np.unique(number * (above.max() + 1) + above, return_index=True, return_inverse=True)
    return first, number


# One object and two --------------------------------------------------------------------------------------------------


def of_one(steps: list[Step], paths: Sequence[Path], doors: Sequence[str | None]) -> tuple[Floats, Floats] | None:
    """What an object of each path goes through: probability per pattern (paths x patterns), and of every draw.

    doors: the shared door of each draw, None where it has its own; patterns are those of `patterns`, all of them. None
    beyond MOST_NUMBERS.
    """
    known = patterns(doors, len(doors))
    columns = len(known) + len(doors)
    if sum(len(step.to) * (len(step.moves) + len(step.still)) for step in steps) * columns > MOST_NUMBERS:
        return None
    openings = []
    for draw, door in enumerate(doors):
        opening = np.zeros((columns, columns))
        opening[: len(known), : len(known)] = _opening(known, door)
        opening[: len(known), len(known) + draw] = 1  # all patterns together: certainly drawn here
        opening[len(known) :, len(known) :] = np.eye(len(doors))
        openings.append(opening)
    end = np.zeros((1, columns))
    end[0, 0] = 1
    values = {_DONE: end}
    for step in reversed(steps):
        after = values
        values = {slot: step.mean(1.0, after[slot]) for slot in step.still}
        for slot, moves in step.moves.items():
            values[slot] = sum(
                (
                    step.mean(
                        _over(move.objects, step.held[slot]),
                        after[move.slot] @ openings[step.draw] if move.drawn else after[move.slot],
                    )
                    for move in moves
                ),
                np.zeros(()),
            )
    values.setdefault(_DONE, end)
    found = np.array([values[_Slot(path, False)][0] for path in paths])
    return found[:, : len(known)], found[:, len(known) :]


def of_two(steps: list[Step], paths: Sequence[Path], doors: Sequence[str | None], most: int) -> Floats | None:
    """The same for two objects together: probability per two paths and two patterns of at most `most` visits.

    Shape (paths, paths, patterns, patterns). None beyond MOST_NUMBERS. Two objects of a path that has only one object
    come out as anything.
    """
    known = patterns(doors, most)
    numbers = sum(len(step.to) * (len(step.moves) + len(step.still)) ** 2 for step in steps) * len(known) ** 2
    if numbers > MOST_NUMBERS:
        return None
    # Two patterns side by side are one row; per draw and who of the two is drawn, what that does to it.
    swapped = np.arange(len(known) ** 2).reshape(len(known), -1).T.ravel()
    kept = np.eye(len(known))
    openings = [
        {
            (first, second): np.kron(opening if first else kept, opening if second else kept)
            for first in (False, True)
            for second in (False, True)
        }
        for opening in (_opening(known, door) for door in doors)
    ]
    end = np.zeros((1, len(known) ** 2))
    end[0, 0] = 1
    values = {(_DONE, _DONE): end}
    for step in reversed(steps):
        after, opening = values, openings[step.draw]
        possible = {drawn for drawn, matrix in opening.items() if matrix.any()}
        values = _left_alone(step, after)
        shares = {slot: [_over(move.objects, step.held[slot]) for move in moves] for slot, moves in step.moves.items()}
        slots = [*step.moves, *step.still]
        for number, one in enumerate(step.moves):
            for other in slots[number:]:
                total = np.zeros((len(step.start) - 1, len(known) ** 2))
                for first, share in zip(step.moves[one], shares[one], strict=True):
                    if other in step.still:
                        pairs = [(_Move(step.held[one], other, False), share)]
                    elif other == one:
                        # The second object comes from one fewer, and so many fewer make the same move.
                        others = step.held[one] - 1
                        pairs = [
                            (move, share * _over(np.maximum(move.objects - (move is first), 0), others))
                            for move in step.moves[one]
                        ]
                    else:
                        pairs = [(m, share * its) for m, its in zip(step.moves[other], shares[other], strict=True)]
                    for second, weight in pairs:
                        drawn, then = (first.drawn, second.drawn), after[first.slot, second.slot]
                        if drawn in possible:
                            total = total + step.mean(weight, then @ opening[drawn] if any(drawn) else then)
                values[one, other] = total
                values[other, one] = total[:, swapped]
    values.setdefault((_DONE, _DONE), end)
    starts = [_Slot(path, False) for path in paths]
    found = np.array([[values[one, other][0] for other in starts] for one in starts])
    return found.reshape(len(paths), len(paths), len(known), len(known))


def _left_alone(step: Step, after: Mapping[tuple[_Slot, _Slot], Floats]) -> dict[tuple[_Slot, _Slot], Floats]:
    """What becomes of two objects that the draw leaves alone, all in one go."""
    both = [(one, other) for one in step.still for other in step.still]
    if not both:
        return {}
    means = np.split(step.mean(1.0, np.hstack([after[pair] for pair in both])), len(both), axis=1)
    return dict(zip(both, means, strict=True))


def _opening(known: list[Pattern], door: str | None) -> Floats:
    """Matrix that turns probabilities of patterns into those with one more draw; what has no place is dropped."""
    index = {pattern: number for number, pattern in enumerate(known)}
    opening = np.zeros((len(known), len(known)))
    for number, pattern in enumerate(known):
        if pattern.and_drawn(door) in index:
            opening[number, index[pattern.and_drawn(door)]] = 1
    return opening


def _over(count: Ints, held: Ints) -> Floats:
    """Share of the held objects, 0 where nobody is there to be moved."""
    return np.divide(count, held, out=np.zeros(np.broadcast_shapes(count.shape, held.shape)), where=held > 0)
