"""Exact answers about a planned year: who is never visited, how often objects are visited, how many above the cap.

Draws are independent of each other, except within a rotating series. Objects of one stratum are not: a draw that takes
one leaves less room for the others, which the variances below account for pair by pair.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from inspections.year import ALL, Cell, Figure, PlannedDraw, Year

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Variances need every pair of cells. Beyond this many different cells they are left to simulation: 400 cells and nine
# draws take 0.8 s for the number above the cap; for never visited 2000 cells take about as long.
PAIRED_CELLS_OVER_CAP = 400
PAIRED_CELLS_NEVER = 2000
OUTSIDE = -1


@dataclass(frozen=True)
class ExactFigures:
    """What a year means for the objects of one report class (or all). None where only simulation can tell.

    `visits` gives the expected number of objects per number of visits (doors opened), from 0 to the most possible;
    `over_cap` counts objects visited more often than the year's cap.
    """

    objects: int
    never_visited: Figure | None
    visits: Mapping[int, float] | None
    over_cap: Figure | None
    expected_visits_per_object: float | None


@dataclass(frozen=True)
class ExactYear:
    """Figures per report class and for `all`; inclusion probability per task and class as of that task.

    Where a rotating series meets pools that do not coincide, `inclusion` is the average over the class, and None
    where classes are ignored.
    """

    figures: Mapping[str, ExactFigures]
    inclusion: Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True)
class _Chance:
    """One independent source of visits, per cell: `whole` certain visits, and one more with probability drawn / size.

    Cells of one `stratum` compete for the same places; OUTSIDE marks cells that are not in the pool.
    """

    stratum: Ints
    size: Floats
    drawn: Floats
    whole: Ints

    @property
    def missed(self) -> Floats:
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


def exact_year(year: Year) -> ExactYear:
    """The figures of `year` without simulation.

    Never visited: product of the misses; its variance from the probability that two objects are both missed,
    (N-k)(N-k-1) / (N(N-1)) in one stratum of one draw, independent otherwise. Visits: Poisson-binomial over doors; the
    variance of the number above the cap from the joint distribution of two objects' visits. Rotation where every draw
    of the series sees the same stratum: after K draws in all from N objects everyone has floor(K/N) visits and a
    uniformly random K mod N of them one more. Elsewhere the affected figures are None.
    """
    cells = _merged(year.cells)
    uncertain = _pools_that_differ(year, cells)
    tangled = uncertain | _rotating_doors(year, cells)
    draws = [_single(year, draw, cells) for draw in year.draws if not year.rotates(draw)]
    series = [_rotating(year, name, cells) for name in _series(year)]
    doors: dict[str, list[_Chance]] = {}
    for draw, chance in zip([draw for draw in year.draws if not year.rotates(draw)], draws, strict=True):
        doors.setdefault(f"door {draw.door}" if draw.door is not None else f"task {draw.task}", []).append(chance)
    visits = [*doors.values(), *([chance] for chance in series)]

    sizes = np.array([cell.size for cell in cells], dtype=np.float64)
    never, never_covariance = _never(sizes, [*draws, *series])
    over, over_covariance = _over(sizes, visits, year.cap)
    spread = _visits(len(cells), visits)
    figures = {}
    for name in (*year.report_classes, ALL):
        members = np.array([i for i, cell in enumerate(cells) if name in (ALL, cell.report_class)], dtype=np.int64)
        objects = int(sizes[members].sum())
        known = uncertain.isdisjoint(members.tolist())
        known_doors = tangled.isdisjoint(members.tolist())
        per_visits = sizes[members] @ spread[members]
        figures[name] = ExactFigures(
            objects=objects,
            never_visited=_figure(sizes, never, never_covariance, members) if known else None,
            visits={number: float(expected) for number, expected in enumerate(per_visits)} if known_doors else None,
            over_cap=_figure(sizes, over, over_covariance, members) if known_doors else None,
            expected_visits_per_object=float(per_visits @ np.arange(len(per_visits)) / objects)
            if known_doors and objects
            else None,
        )
    return ExactYear(figures, _inclusion(year, cells, uncertain))


def _merged(cells: Iterable[Cell]) -> list[Cell]:
    """Cells that differ in nothing but their name as one; empty cells left out."""
    merged: dict[tuple[str, tuple[tuple[str, str], ...]], Cell] = {}
    for cell in cells:
        key = cell.report_class, tuple(sorted(cell.strata.items()))
        before = merged[key].size if key in merged else 0
        if cell.size > 0:
            merged[key] = Cell(cell.name, before + cell.size, cell.strata, cell.report_class)
    return list(merged.values())


# Chances ----------------------------------------------------------------------------------------------------------


def _strata(draw: PlannedDraw, cells: list[Cell]) -> list[str | None]:
    return [draw.stratum(cell.strata[draw.task]) if draw.task in cell.strata else None for cell in cells]


def _chance(cells: list[Cell], strata: list[str | None], drawn: Mapping[str, int]) -> _Chance:
    totals: dict[str, int] = {}
    for cell, stratum in zip(cells, strata, strict=True):
        if stratum is not None:
            totals[stratum] = totals.get(stratum, 0) + cell.size
    numbers = {stratum: number for number, stratum in enumerate(totals)}
    size = np.array([1 if stratum is None else totals[stratum] for stratum in strata], dtype=np.int64)
    taken = np.array([0 if stratum is None else drawn.get(stratum, 0) for stratum in strata], dtype=np.int64)
    single = taken <= size
    return _Chance(
        stratum=np.array([OUTSIDE if stratum is None else numbers[stratum] for stratum in strata], dtype=np.int64),
        size=size.astype(np.float64),
        drawn=np.where(single, taken, taken % size).astype(np.float64),
        whole=np.where(single, 0, taken // size),
    )


def _single(year: Year, draw: PlannedDraw, cells: list[Cell]) -> _Chance:
    return _chance(cells, _strata(draw, cells), {name: draw.quota(name) for name in year.pools[draw.task]})


def _series(year: Year) -> list[str]:
    return list(dict.fromkeys(draw.series for draw in year.draws if draw.series is not None and year.rotates(draw)))


def _rotating(year: Year, name: str, cells: list[Cell]) -> _Chance:
    """The whole series as one chance; meaningful for cells whose strata coincide (the others are not asked)."""
    draws = [draw for draw in year.draws if draw.series == name]
    strata = _strata(draws[0], cells)
    total: dict[str, int] = {}
    for draw in draws:
        renamed: dict[str, str] = {}
        for first, now in zip(strata, _strata(draw, cells), strict=True):
            if first is not None and now is not None:
                renamed.setdefault(first, now)
        for first, now in renamed.items():
            total[first] = total.get(first, 0) + draw.quota(now)
    return _chance(cells, strata, total)


def _pools_that_differ(year: Year, cells: list[Cell]) -> set[int]:
    """Cells whose stratum is not the same set of cells at every draw of a rotating series."""
    uncertain: set[int] = set()
    for name in _series(year):
        seen: dict[int, set[frozenset[int]]] = {}
        draws = [draw for draw in year.draws if draw.series == name]
        for draw in draws:
            members: dict[str | None, set[int]] = {}
            for i, stratum in enumerate(_strata(draw, cells)):
                members.setdefault(stratum, set()).add(i)
            outside = members.pop(None, set())
            for together in map(frozenset, members.values()):
                for i in together:
                    seen.setdefault(i, set()).add(together)
            for i in outside:
                seen.setdefault(i, set()).add(frozenset())
        uncertain |= {i for i, sets in seen.items() if len(sets) > 1}
    return uncertain


def _rotating_doors(year: Year, cells: list[Cell]) -> set[int]:
    """Cells for which a rotating draw shares a door with another draw: its visits are then tied to other doors."""
    tangled: set[int] = set()
    for draw in year.draws:
        partners = [other for other in year.draws if other is not draw and other.door == draw.door]
        if draw.door is not None and year.rotates(draw):
            tangled |= {
                i
                for i, cell in enumerate(cells)
                if draw.task in cell.strata and any(other.task in cell.strata for other in partners)
            }
    return tangled


# Figures ----------------------------------------------------------------------------------------------------------


def _never(sizes: Floats, chances: list[_Chance]) -> tuple[Floats, Floats | None]:
    """Probability of never being visited per cell, and the covariance of the numbers of objects (cells x cells)."""
    never = np.ones(len(sizes))
    for chance in chances:
        never = never * np.where(chance.whole > 0, 0.0, chance.missed)
    if len(sizes) > PAIRED_CELLS_NEVER:
        return never, None
    dependence = np.zeros((len(sizes), len(sizes)))
    for chance in chances:
        dependence += chance.log_dependence()
    return never, _covariance(sizes, never, np.outer(never, never) * np.expm1(dependence))


def _over(sizes: Floats, doors: list[list[_Chance]], cap: int) -> tuple[Floats, Floats | None]:
    """The same for being visited more often than `cap`.

    The joint distribution of two objects' visits is built door by door, one row of cells at a time; numbers above the
    cap are kept as one.
    """
    cells, last = len(sizes), min(cap, len(doors) + sum(int(c.whole.max(initial=0)) for d in doors for c in d)) + 1
    missed = [np.prod([chance.missed for chance in door], axis=0) for door in doors]
    whole = sum((chance.whole for door in doors for chance in door), np.zeros(cells, dtype=np.int64))
    single = np.zeros((cells, last + 1))
    single[np.arange(cells), np.minimum(whole, last)] = 1
    for miss in missed:
        single = single * miss[:, None] + _one_more(single, 1) * (1 - miss)[:, None]
    over = single[:, last]
    if cells > PAIRED_CELLS_OVER_CAP:
        return over, None
    both = np.zeros((cells, cells))
    for i in range(cells):
        joint = np.zeros((cells, last + 1, last + 1))
        joint[np.arange(cells), min(int(whole[i]), last), np.minimum(whole, last)] = 1
        for door, miss in zip(doors, missed, strict=True):
            if miss[i] == 1 and np.all(miss == 1):
                continue
            dependence = sum((chance.log_dependence(np.array([i]))[0] for chance in door), np.zeros(cells))
            neither = miss[i] * miss * np.exp(dependence)
            first, second = _one_more(joint, 1), _one_more(joint, 2)
            joint = (
                joint * neither[:, None, None]
                + first * (miss - neither)[:, None, None]
                + second * (miss[i] - neither)[:, None, None]
                + _one_more(first, 2) * (1 - miss[i] - miss + neither)[:, None, None]
            )
        both[i] = joint[:, last, last]
    return over, _covariance(sizes, over, both - np.outer(over, over))


def _one_more(counts: Floats, axis: int) -> Floats:
    """A distribution of visits moved up by one along `axis`; the last place keeps what is above it."""
    moved = np.roll(counts, 1, axis=axis)
    first, last = [slice(None)] * counts.ndim, [slice(None)] * counts.ndim
    first[axis], last[axis] = slice(0, 1), slice(-1, None)
    moved[tuple(last)] += moved[tuple(first)]
    moved[tuple(first)] = 0
    return moved


def _covariance(sizes: Floats, chance: Floats, of_pairs: Floats) -> Floats:
    covariance = np.outer(sizes, sizes) * of_pairs
    np.fill_diagonal(covariance, sizes * (sizes - 1) * np.diag(of_pairs) + sizes * chance * (1 - chance))
    return covariance


def _figure(sizes: Floats, chance: Floats, covariance: Floats | None, members: Ints) -> Figure:
    mean = float(sizes[members] @ chance[members])
    if covariance is None:
        return Figure(mean, None)
    variance = float(covariance[np.ix_(members, members)].sum())
    # A number that cannot vary comes out as rounding noise around zero.
    noise = 1e-12 * float(sizes[members] @ (chance[members] * (1 - chance[members]))) + 1e-15 * mean**2
    return Figure(mean, float(np.sqrt(variance)) if variance > noise else 0.0)


def _visits(cells: int, doors: list[list[_Chance]]) -> Floats:
    """Distribution of the number of visits per cell, (cells x numbers of visits)."""
    chances = np.array([1 - np.prod([chance.missed for chance in door], axis=0) for door in doors]).reshape(
        len(doors), cells
    )
    whole = sum((chance.whole for door in doors for chance in door), np.zeros(cells, dtype=np.int64))
    reach = int((whole + (chances > 0).sum(axis=0)).max(initial=0))
    spread = np.zeros((cells, reach + 1))
    known: dict[tuple[float, ...], Floats] = {}
    for i in range(cells):
        possible = tuple(sorted(float(p) for p in chances[:, i] if p > 0))
        if possible not in known:
            numbers = np.arange(len(possible) + 1)
            known[possible] = np.asarray(stats.poisson_binom.pmf(numbers, possible)) if possible else np.ones(1)
        spread[i, whole[i] : whole[i] + len(possible) + 1] = known[possible]
    return spread


def _inclusion(year: Year, cells: list[Cell], uncertain: set[int]) -> dict[str, dict[str, float | None]]:
    inclusion: dict[str, dict[str, float | None]] = {}
    for draw in year.draws:
        members: dict[str, set[int]] = {}
        for i, cell in enumerate(cells):
            if draw.task in cell.strata:
                members.setdefault(cell.strata[draw.task], set()).add(i)
        ignores_classes = isinstance(draw.quotas, int)
        inclusion[draw.task] = {
            name: None
            if ignores_classes and year.rotates(draw) and not uncertain.isdisjoint(itertools.chain(*members.values()))
            else draw.quota(draw.stratum(name)) / year.pools[draw.task][draw.stratum(name)]
            for name in sorted(members, key=lambda name: (name == "none", name))
        }
    return inclusion
