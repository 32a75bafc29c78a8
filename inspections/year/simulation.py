"""A whole year of draws, simulated many times at once, at a cost that does not depend on the number of objects.

Objects that nothing tells apart any more form a *group*: same report class, same pools and classes at the draws still
to come, same number of visits so far, same marks (drawn in the current round of a rotating series; door already opened
in a merged visit). The state is how many objects each group has, per replication. A draw takes a multivariate
hypergeometric sample from the groups of a stratum and moves it to the groups with one visit more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inspections.words.errors import InspectionsError
from inspections.year.hypergeometric import hypergeometric
from inspections.year.planned import ALL, Figure, PlannedDraw, Year

Counts = npt.NDArray[np.int64]

# Replications simulated together: large enough that NumPy's call overhead vanishes, small enough to keep a state of
# some hundred groups in a few dozen megabytes. The result depends on it only through the order of random numbers.
BLOCK = 10_000
BAND = (0.025, 0.975)
# NumPy's hypergeometric generator takes no more of either kind.
LARGEST_STRATUM = 10**9
FEWEST_REPLICATIONS = 2


@dataclass(frozen=True)
class SimulatedFigures:
    """What a year means for the objects of one report class (or all), each figure with its Monte Carlo error.

    `visits` gives the mean number of objects per number of visits (doors opened). `never_visited_counts` maps a number
    of objects never visited to the number of replications with it; `never_visited_band` holds the central 95 % of the
    replications. `doors` are visits of all objects together, `problems` those of them that find one (None where no
    problem rate was given).
    """

    objects: int
    never_visited: Figure
    visits: Mapping[int, float]
    visits_error: Mapping[int, float]
    over_cap: Figure
    expected_visits_per_object: float | None
    expected_visits_error: float | None
    never_visited_counts: Mapping[int, int]
    never_visited_band: tuple[int, int]
    doors: Figure
    problems: Figure | None


@dataclass(frozen=True)
class SimulatedYear:
    """Figures per report class and for `all`."""

    figures: Mapping[str, SimulatedFigures]
    replications: int
    seed: int


class _Group(NamedTuple):
    """`path` holds the class at each draw still to come, nearest last (None: not in its pool)."""

    report_class: str
    path: tuple[str | None, ...]
    marks: frozenset[str]
    visits: int


State = dict[_Group, Counts]
# A known probability that a visit finds a problem, or what was seen of it: the two parameters of a Beta distribution.
ProblemRate = float | tuple[float, float]


def simulate_year(
    year: Year,
    replications: int,
    seed: int,
    progress: Callable[[float], None] | None = None,
    problem_rates: Mapping[str, ProblemRate] | None = None,
) -> SimulatedYear:
    """Simulate `year` `replications` times; the same seed gives the same result on the same version of NumPy.

    Handles every case `exact_year` leaves open: rotation across pools that change, merged visits of rotating draws.
    `progress` is told the share of the work done, in (0, 1]; what it raises ends the simulation. `problem_rates` per
    report class give the problems found: in each replication a rate from the Beta distribution, then a binomial number
    of the visits; a class without a rate finds none. Raises InspectionsError `replications_too_few` below 2
    (an error needs two) and `stratum_too_large` above 10^9 objects.
    """
    if replications < FEWEST_REPLICATIONS:
        raise InspectionsError("replications_too_few", replications=replications)
    for task, sizes in year.pools.items():
        for stratum, size in sizes.items():
            if size > LARGEST_STRATUM:
                raise InspectionsError("stratum_too_large", task=task, stratum=stratum or "*", pool=size)
    rng = np.random.default_rng(seed)
    names = (*year.report_classes, ALL)
    tallies = {name: _Tally(len(year.draws)) for name in names}
    for start in range(0, replications, BLOCK):
        size = min(BLOCK, replications - start)
        state = _first_state(year, size)
        for position, draw in enumerate(year.draws):
            state = _after(year, position, draw, state, rng)
            if progress is not None:
                progress((start + size * (position + 1) / len(year.draws)) / replications)
        for name in names:
            tallies[name].add(state, name, size, year.cap)
        if problem_rates is not None:
            found = np.zeros(size, dtype=np.int64)
            for name in year.report_classes:
                of_class = _problems(tallies[name].doors, problem_rates.get(name, 0.0), rng)
                tallies[name].problems.add(of_class)
                found += of_class
            tallies[ALL].problems.add(found)
    return SimulatedYear(
        {
            name: tallies[name].figures(
                sum(cell.size for cell in year.cells if name in (ALL, cell.report_class)), replications
            )
            for name in names
        },
        replications,
        seed,
    )


def _problems(doors: Counts, rate: ProblemRate, rng: np.random.Generator) -> Counts:
    chance = rng.beta(*rate, size=len(doors)) if isinstance(rate, tuple) else rate
    return np.asarray(rng.binomial(doors, chance), dtype=np.int64)


def _first_state(year: Year, replications: int) -> State:
    sizes: dict[_Group, int] = {}
    for cell in year.cells:
        path = tuple(cell.strata.get(draw.task) for draw in reversed(year.draws))
        group = _Group(cell.report_class, path, frozenset(), 0)
        sizes[group] = sizes.get(group, 0) + cell.size
    return {group: np.full(replications, size, dtype=np.int64) for group, size in sizes.items() if size > 0}


def _after(year: Year, position: int, draw: PlannedDraw, state: State, rng: np.random.Generator) -> State:
    """The state after one draw. Marks that no later draw asks for are dropped, so that groups fall together again."""
    later = year.draws[position + 1 :]
    keep = {f"round {other.series}" for other in later if year.rotates(other)}
    keep |= {f"door {other.door}" for other in later if other.door is not None}
    after: State = {}

    def move(group: _Group, count: Counts, *, add: str | None = None, drop: str | None = None, visit: bool) -> None:
        marks = group.marks
        new_visit = visit and f"door {draw.door}" not in marks
        if visit and draw.door is not None:
            marks = marks | {f"door {draw.door}"}
        if add is not None:
            marks = marks | {add}
        # Whoever meets no later draw of a door or series need not carry its mark.
        path = group.path[:-1]
        ahead = {f"door {other.door}" for other, c in zip(reversed(later), path, strict=True) if c is not None}
        ahead |= {f"round {other.series}" for other, c in zip(reversed(later), path, strict=True) if c is not None}
        marks = (marks - {drop}) & keep & ahead
        key = _Group(group.report_class, path, frozenset(marks), group.visits + new_visit)
        after[key] = after[key] + count if key in after else count

    strata: dict[str, list[_Group]] = {}
    for group, count in state.items():
        if group.path[-1] is None:
            move(group, count, visit=False)
        else:
            strata.setdefault(draw.stratum(group.path[-1]), []).append(group)
    for stratum, groups in strata.items():
        quota, pool = draw.quota(stratum), year.pools[draw.task][stratum]
        counts = [state[group] for group in groups]
        if year.rotates(draw):
            _rotate(f"round {draw.series}", dict(zip(groups, counts, strict=True)), quota, move, rng)
            continue
        for group, count, drawn in zip(groups, counts, _sample(counts, quota, pool, rng), strict=True):
            if quota > 0:
                move(group, drawn, visit=True)
            if quota < pool:
                move(group, count - drawn, visit=False)
    return {group: count for group, count in after.items() if count.any()}


def _rotate(mark: str, held: State, quota: int, move: Callable[..., None], rng: np.random.Generator) -> None:
    """One draw of a rotating series from the groups of one stratum: fresh objects first, then the marked ones."""
    fresh = [group for group in held if mark not in group.marks]
    marked = [group for group in held if mark in group.marks]
    zero = np.zeros_like(next(iter(held.values())))
    left = sum((held[group] for group in fresh), zero)
    from_fresh = np.minimum(left, quota)
    topped_up = quota - from_fresh
    anew = topped_up > 0  # everyone is back; only the topped-up count as drawn in the new round
    samples = _sample([held[group] for group in fresh], from_fresh, left, rng)
    for group, drawn in zip(fresh, samples, strict=True):
        move(group, held[group] - drawn, visit=False)
        move(group, np.where(anew, 0, drawn), add=mark, visit=True)
        if anew.any():
            move(group, np.where(anew, drawn, 0), visit=True)
    samples = _sample([held[group] for group in marked], topped_up, sum((held[group] for group in marked), zero), rng)
    for group, drawn in zip(marked, samples, strict=True):
        move(group, np.where(anew, 0, held[group]), visit=False)
        if anew.any():
            move(group, np.where(anew, held[group] - drawn, 0), drop=mark, visit=False)
            move(group, drawn, add=mark, visit=True)


def _sample(counts: list[Counts], drawn: Counts | int, total: Counts | int, rng: np.random.Generator) -> list[Counts]:
    """How many of the `drawn` objects come from each group: a multivariate hypergeometric sample per replication.

    One conditional hypergeometric per group, as scipy's `multivariate_hypergeom.rvs` does inside; done here because
    rvs wants one stacked (replications, groups) array with one number of draws, while a rotating draw takes a different
    number in each replication, and because the last group and full draws then cost nothing.
    """
    if np.array_equal(drawn, total):
        return counts
    if not np.any(drawn):
        return [np.zeros_like(count) for count in counts]
    samples = []
    wanted, rest = drawn, total
    for position, count in enumerate(counts):
        if position == len(counts) - 1:
            samples.append(wanted + np.zeros_like(count))
            break
        rest = rest - count
        taken = hypergeometric(count, rest, wanted, rng)
        samples.append(taken)
        wanted = wanted - taken
    return samples


class _Sums:
    """Sum and sum of squares of counts around the first one seen, which keeps their digits where counts are large."""

    def __init__(self) -> None:
        self.shift: int | None = None
        self.sum = 0.0
        self.squares = 0.0

    def add(self, count: Counts) -> None:
        if self.shift is None:
            self.shift = int(count[0])
        around = (count - self.shift).astype(np.float64)
        self.sum += float(around.sum())
        self.squares += float(around @ around)

    def figure(self, replications: int) -> Figure:
        mean = self.sum / replications
        variance = max(self.squares - replications * mean**2, 0.0) / (replications - 1)
        sd = float(np.sqrt(variance))
        return Figure((self.shift or 0) + mean, sd, sd / replications**0.5)


class _Tally:
    """What one report class came to, block by block of replications."""

    def __init__(self, draws: int) -> None:
        self.never: list[Counts] = []
        self.visits = [_Sums() for _ in range(draws + 1)]
        self.over = _Sums()
        self.total = _Sums()
        self.problems = _Sums()
        self.doors = np.zeros(0, dtype=np.int64)

    def add(self, state: State, name: str, size: int, cap: int) -> None:
        by_visits = [np.zeros(size, dtype=np.int64) for _ in self.visits]
        for group, count in state.items():
            if name in (ALL, group.report_class):
                by_visits[group.visits] += count
        self.never.append(by_visits[0])
        for sums, count in zip(self.visits, by_visits, strict=True):
            sums.add(count)
        zero = np.zeros(size, dtype=np.int64)
        self.over.add(sum(by_visits[cap + 1 :], zero))
        self.doors = sum((number * count for number, count in enumerate(by_visits)), zero)
        self.total.add(self.doors)

    def figures(self, objects: int, replications: int) -> SimulatedFigures:
        never = np.concatenate(self.never)
        values, times = np.unique(never, return_counts=True)
        low, high = np.quantile(never, BAND, method="inverted_cdf")
        visits = [sums.figure(replications) for sums in self.visits]
        while len(visits) > 1 and visits[-1].mean == 0:
            visits.pop()
        total = self.total.figure(replications)
        sd = float(never.std(ddof=1))
        return SimulatedFigures(
            objects=objects,
            never_visited=Figure(float(never.mean()), sd, sd / replications**0.5),
            visits={number: figure.mean for number, figure in enumerate(visits)},
            visits_error={number: figure.error for number, figure in enumerate(visits)},
            over_cap=self.over.figure(replications),
            expected_visits_per_object=total.mean / objects if objects else None,
            expected_visits_error=total.error / objects if objects else None,
            never_visited_counts={int(value): int(number) for value, number in zip(values, times, strict=True)},
            never_visited_band=(int(low), int(high)),
            doors=total,
            problems=None if self.problems.shift is None else self.problems.figure(replications),
        )
