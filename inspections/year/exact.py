"""Exact answers about a planned year: who is never visited, how often objects are visited, how many above the cap.

Draws are independent of each other, except within a rotating series. Objects of one stratum are not: a draw that takes
one leaves less room for the others, which the variances below account for pair by pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy

from inspections.words.classes import class_order
from inspections.year.planned import ALL, Cell, Figure, Year
from inspections.year.sources import Chance, Table, expected_draws, sources

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Variances need every pair of cells. Beyond this many different cells they are left to simulation: 400 cells and nine
# draws take 0.8 s for the number above the cap; for never visited 2000 cells take about as long.
PAIRED_CELLS_OVER_CAP = 400
PAIRED_CELLS_NEVER = 2000


@dataclass(frozen=True)
class ExactFigures:
    """What a year means for the objects of one report class (or all). None where only simulation can tell.

    An `sd` may be None where its mean is known: it takes every two cells, and every two objects of every state.
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

    Where a rotating series meets pools that do not coincide, `inclusion` is the average over the class; None where
    classes are ignored and the states are too many.
    """

    figures: Mapping[str, ExactFigures]
    inclusion: Mapping[str, Mapping[str, float | None]]


def exact_year(year: Year) -> ExactYear:
    """The figures of `year` without simulation.

    Never visited: product of the misses; its variance from the probability that two objects are both missed,
    (N-k)(N-k-1) / (N(N-1)) in one stratum of one draw, independent otherwise. Visits: Poisson-binomial over doors; the
    variance of the number above the cap from the joint distribution of two objects' visits. Rotation where every draw
    of the series sees the same stratum: after K draws in all from N objects everyone has floor(K/N) visits and a
    uniformly random K mod N of them one more. Rotation across strata that change, and doors that rotating draws share
    with others: by every state the series can come to (`states`), up to states.MOST_TRANSITIONS transitions for the
    cells that meet in a series and sources.MOST_PATTERNS combinations of shared doors. Figures beyond are None.
    """
    cells = _merged(year.cells)
    found = sources(year, cells)
    sizes = np.array([cell.size for cell in cells], dtype=np.float64)
    never, never_covariance = _never(sizes, found.missing, found.missing_tables)
    over, over_covariance = _over(sizes, found.doors, found.door_tables, year.cap)
    spread = _visits(len(cells), found.doors, found.door_tables)
    figures = {}
    for name in (*year.report_classes, ALL):
        members = np.array([i for i, cell in enumerate(cells) if name in (ALL, cell.report_class)], dtype=np.int64)
        objects = int(sizes[members].sum())
        per_visits = sizes[members] @ spread[members]
        known = not np.isnan(per_visits).any()
        figures[name] = ExactFigures(
            objects=objects,
            never_visited=_figure(sizes, never, never_covariance, members),
            visits={number: float(expected) for number, expected in enumerate(per_visits)} if known else None,
            over_cap=_figure(sizes, over, over_covariance, members),
            expected_visits_per_object=float(per_visits @ np.arange(len(per_visits)) / objects)
            if known and objects
            else None,
        )
    return ExactYear(figures, _inclusion(year, cells, expected_draws(found, len(cells))))


def _merged(cells: Iterable[Cell]) -> list[Cell]:
    """Cells that differ in nothing but their name as one; empty cells left out."""
    merged: dict[tuple[str, tuple[tuple[str, str], ...]], Cell] = {}
    for cell in cells:
        key = cell.report_class, tuple(sorted(cell.strata.items()))
        before = merged[key].size if key in merged else 0
        if cell.size > 0:
            merged[key] = Cell(cell.name, before + cell.size, cell.strata, cell.report_class)
    return list(merged.values())


# Figures ----------------------------------------------------------------------------------------------------------


def _never(sizes: Floats, chances: list[Chance], tables: list[Table]) -> tuple[Floats, Floats | None]:
    """Probability of never being visited per cell, and the covariance of the numbers of objects (cells x cells)."""
    never = np.ones(len(sizes))
    for chance in chances:
        never = never * np.where(chance.whole > 0, 0.0, chance.missed)
    for table in tables:
        # Whom another draw certainly visits is known whatever the states.
        missed = never[table.members]
        never[table.members] = np.where(missed > 0, missed * table.spread[:, 0], 0.0)
    if len(sizes) > PAIRED_CELLS_NEVER:
        return never, None
    dependence = np.zeros((len(sizes), len(sizes)))
    for chance in chances:
        dependence += chance.log_dependence()
    for table in tables:
        dependence[np.ix_(table.members, table.members)] += table.log_dependence()
    both = np.outer(never, never)
    return never, _covariance(sizes, never, np.where(both == 0, 0.0, both * np.expm1(dependence)))


def _over(sizes: Floats, doors: list[list[Chance]], tables: list[Table], cap: int) -> tuple[Floats, Floats | None]:
    """The same for being visited more often than `cap`.

    The joint distribution of two objects' visits is built source by source, one row of cells at a time; numbers above
    the cap are kept as one.
    """
    cells = len(sizes)
    reach = len(doors) + sum(int(chance.whole.max(initial=0)) for door in doors for chance in door)
    last = min(cap, reach + sum(table.spread.shape[1] - 1 for table in tables)) + 1
    missed = [np.prod([chance.missed for chance in door], axis=0) for door in doors]
    whole = sum((chance.whole for door in doors for chance in door), np.zeros(cells, dtype=np.int64))
    spreads = [table.of_all(cells, last) for table in tables]
    single = np.zeros((cells, last + 1))
    single[np.arange(cells), np.minimum(whole, last)] = 1
    for miss in missed:
        single = single * miss[:, None] + _one_more(single, 1) * (1 - miss)[:, None]
    for spread in spreads:
        single = _sum(single, spread)
    over = single[:, last]
    if not over.any():
        return over, np.zeros((cells, cells))
    if cells > PAIRED_CELLS_OVER_CAP:
        return over, None
    # Objects that compete for no place are independent, and most cells of a bureau with many pools share none.
    related = _related(cells, doors, tables)
    both = np.outer(over, over)
    for i in range(cells):
        near = np.flatnonzero(related[i])
        joint = np.zeros((len(near), last + 1, last + 1))
        joint[np.arange(len(near)), min(int(whole[i]), last), np.minimum(whole[near], last)] = 1
        for door, of_door in zip(doors, missed, strict=True):
            miss = of_door[near]
            if of_door[i] == 1 and np.all(miss == 1):
                continue
            dependence = sum((chance.log_dependence(np.array([i]))[0, near] for chance in door), np.zeros(len(near)))
            neither = of_door[i] * miss * np.exp(dependence)
            first, second = _one_more(joint, 1), _one_more(joint, 2)
            joint = (
                joint * neither[:, None, None]
                + first * (miss - neither)[:, None, None]
                + second * (of_door[i] - neither)[:, None, None]
                + _one_more(first, 2) * (1 - of_door[i] - miss + neither)[:, None, None]
            )
        for table, spread in zip(tables, spreads, strict=True):
            joint = _sum_of_two(joint, table.with_all(i, spread)[near])
        both[i, near] = joint[:, last, last]
    return over, _covariance(sizes, over, both - np.outer(over, over))


def _related(cells: int, doors: list[list[Chance]], tables: list[Table]) -> npt.NDArray[np.bool_]:
    """Which cells hold objects that compete for a place with those of which others, or rotate with them."""
    related = np.eye(cells, dtype=bool)
    for door in doors:
        for chance in door:
            related |= chance.log_dependence() != 0
    for table in tables:
        related[np.ix_(table.members, table.members)] = True
    return related


def _one_more(counts: Floats, axis: int) -> Floats:
    """A distribution of visits moved up by one along `axis`; the last place keeps what is above it."""
    moved = np.roll(counts, 1, axis=axis)
    first, last = [slice(None)] * counts.ndim, [slice(None)] * counts.ndim
    first[axis], last[axis] = slice(0, 1), slice(-1, None)
    moved[tuple(last)] += moved[tuple(first)]
    moved[tuple(first)] = 0
    return moved


def _sum(counts: Floats, more: Floats) -> Floats:
    """Distribution of the sum of two independent numbers of visits (cells x visits)."""
    total = np.zeros(counts.shape)
    for number in range(more.shape[1]):
        total += counts * more[:, number, None]
        counts = _one_more(counts, 1)
    return total


def _sum_of_two(counts: Floats, more: Floats) -> Floats:
    """The same for the visits of two objects together (cells x visits x visits)."""
    total = np.zeros(counts.shape)
    for first in range(more.shape[1]):
        moved = counts
        for second in range(more.shape[2]):
            total += moved * more[:, first, second, None, None]
            moved = _one_more(moved, 2)
        counts = _one_more(counts, 1)
    return total


def _covariance(sizes: Floats, chance: Floats, of_pairs: Floats) -> Floats:
    covariance = np.outer(sizes, sizes) * of_pairs
    np.fill_diagonal(covariance, sizes * (sizes - 1) * np.diag(of_pairs) + sizes * chance * (1 - chance))
    return covariance


def _figure(sizes: Floats, chance: Floats, covariance: Floats | None, members: Ints) -> Figure | None:
    mean = float(sizes[members] @ chance[members])
    if np.isnan(mean):
        return None
    variance = np.nan if covariance is None else float(covariance[np.ix_(members, members)].sum())
    if np.isnan(variance):
        return Figure(mean, None)
    # A number that cannot vary comes out as rounding noise around zero.
    noise = 1e-12 * float(sizes[members] @ (chance[members] * (1 - chance[members]))) + 1e-15 * mean**2
    return Figure(mean, float(np.sqrt(variance)) if variance > noise else 0.0)


def _visits(cells: int, doors: list[list[Chance]], tables: list[Table]) -> Floats:
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
            known[possible] = np.asarray(scipy.stats.poisson_binom.pmf(numbers, possible)) if possible else np.ones(1)
        spread[i, whole[i] : whole[i] + len(possible) + 1] = known[possible]
    for table in tables:
        reach += table.spread.shape[1] - 1
        spread = _sum(np.pad(spread, ((0, 0), (0, table.spread.shape[1] - 1))), table.of_all(cells, reach))
        reach = int(np.flatnonzero(spread.any(axis=0)).max(initial=0))
        spread = spread[:, : reach + 1]
    return spread


def _inclusion(year: Year, cells: list[Cell], drawn: Mapping[str, Floats]) -> dict[str, dict[str, float | None]]:
    inclusion: dict[str, dict[str, float | None]] = {}
    for draw in year.draws:
        members: dict[str, list[int]] = {}
        for i, cell in enumerate(cells):
            if draw.task in cell.strata:
                members.setdefault(cell.strata[draw.task], []).append(i)
        # The objects of a stratum have quota / stratum on average, but classes that share one need not.
        if isinstance(draw.quotas, int) and draw.task in drawn:
            shares = {
                name: float(np.average(drawn[draw.task][of_it], weights=[cells[i].size for i in of_it]))
                for name, of_it in members.items()
            }
        else:
            shares = {
                name: draw.quota(draw.stratum(name)) / year.pools[draw.task][draw.stratum(name)] for name in members
            }
        inclusion[draw.task] = {
            name: None if np.isnan(shares[name]) else shares[name] for name in sorted(shares, key=class_order)
        }
    return inclusion
