"""The best whole numbers to draw per class under a budget, bounds and rising proportions: exactly, where that can be.

Three ways, chosen by `best_quotas`. Every combination of all classes but one, as long as there are at most
`MOST_COMBINATIONS`: the last class then takes what is left, because every goal here improves with it. Integer
programming for goals that are linear in the numbers drawn, from `FEW_COMBINATIONS` on. Beyond that a search on a grid
that is refined around its best point: near the best plan, but not proven to be it. Costs are whole numbers of one
smallest unit of time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import scipy

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Combinations of all classes but the largest that are looked at one by one; a county bureau has some ten thousand.
MOST_COMBINATIONS = 500_000
# Below this looking at all of them is quicker than integer programming.
FEW_COMBINATIONS = 20_000
_GRID = 40_000
# Integer programming takes milliseconds for a handful of classes; what takes longer is searched instead.
_SECONDS = 10
_EQUAL = 1e-12


@dataclass(frozen=True)
class Option:
    """One class: its pool, the bounds of what may be drawn of it, and what drawing k of it costs and brings.

    size: objects in the class. lower, upper: smallest and largest number drawn. cost: of one object, in whole units.
    rank: place in the order of risk, None for a class outside it. gain: numbers drawn -> what the goal gains, never
    falling; weight: the gain per object where the goal is linear. burden: numbers drawn -> expected objects over the
    yearly cap. tie: what one object counts where two plans reach the goal equally well.
    """

    size: int
    lower: int
    upper: int
    cost: int
    rank: int | None
    gain: Callable[[Ints], Floats]
    weight: Fraction | None
    burden: Callable[[Ints], Floats]
    tie: float


@dataclass(frozen=True)
class Found:
    """Numbers per class in the order of the options; `proven` where no better plan exists."""

    quotas: tuple[int, ...]
    proven: bool


def rises_to(low_quota: int, low_size: int, high_size: int) -> int:
    """The least number of a class of higher risk that goes with `low_quota` of a lower one.

    Proportions rise where targets p_low <= p_high exist of which the quotas are the rounded-up numbers, that is where
    (low_quota - 1) / low_size < high_quota / high_size: the one object of slack that rounding needs.
    """
    return max(0, (low_quota - 1) * high_size // low_size + 1)


def rises_from(high_quota: int, high_size: int, low_size: int) -> int:
    """The largest number of a class of lower risk that goes with `high_quota` of a higher one."""
    return -(-high_quota * low_size // high_size)


def least_quotas(options: Sequence[Option]) -> tuple[int, ...]:
    """The smallest number of every class that its lower bound and the rising order allow, all at once.

    Every plan that keeps the bounds draws at least these, so they also make the cheapest plan.
    """
    least = [option.lower for option in options]
    for i, low, j, high in _pairs(options):
        least[j] = max(least[j], rises_to(least[i], low.size, high.size))
    return tuple(least)


def largest_quotas(options: Sequence[Option]) -> tuple[int, ...]:
    """The largest number of every class that its upper bound and the rising order allow, all at once."""
    largest = [option.upper for option in options]
    for i, low, j, high in reversed(_pairs(options)):
        largest[i] = min(largest[i], rises_from(largest[j], high.size, low.size))
    return tuple(largest)


def best_quotas(options: Sequence[Option], budgets: Sequence[int], burden_limit: float | None = None) -> list[Found]:
    """The best plan for each budget. Every budget must pay for `least_quotas`, and the bounds must be consistent.

    Where several plans reach the goal equally well, the one with the larger sum of ties is taken, then the cheapest,
    then the one that draws most from the class of highest risk.
    """
    free = max(range(len(options)), key=lambda i: options[i].upper - options[i].lower)
    rest = [option for i, option in enumerate(options) if i != free]
    combinations = math.prod(option.upper - option.lower + 1 for option in rest)
    linear = all(option.weight is not None for option in options) and burden_limit is None
    if linear and combinations > FEW_COMBINATIONS:
        found = [_programmed(options, budget) for budget in budgets]
        if None not in found:
            return [Found(quotas, True) for quotas in found if quotas is not None]
    if combinations <= MOST_COMBINATIONS:
        grids = [np.arange(option.lower, option.upper + 1) for option in rest]
        return [Found(quotas, True) for quotas in _best_on_grid(options, free, grids, budgets, burden_limit) if quotas]
    return [Found(_refined(options, free, budget, burden_limit), False) for budget in budgets]


def _pairs(options: Sequence[Option]) -> list[tuple[int, Option, int, Option]]:
    """Pairs of classes that must rise, by place and option, from the lowest risk to the highest."""
    ordered = sorted(
        ((i, option) for i, option in enumerate(options) if option.rank is not None and option.size > 0),
        key=lambda entry: _order(entry[1]),
    )
    return [(i, low, j, high) for at, (j, high) in enumerate(ordered) for i, low in ordered[:at]]


def _order(option: Option) -> int:
    return -1 if option.rank is None else option.rank


# ---------------------------------------------------------------------------------------------------- linear goals


def _programmed(options: Sequence[Option], budget: int) -> tuple[int, ...] | None:
    """The best plan by integer programming; None where the solver does not settle it exactly."""
    weights = [option.weight or Fraction(0) for option in options]
    rows: list[list[float]] = [[float(option.cost) for option in options]]
    ends: list[float] = [float(budget)]
    for i, low, j, high in _pairs(options):
        # (k_low - 1) · N_high < k_high · N_low in whole numbers.
        row = [0.0] * len(options)
        row[i], row[j] = float(high.size), -float(low.size)
        rows.append(row)
        ends.append(float(high.size - 1))
    constraints = [scipy.optimize.LinearConstraint(np.array(rows), -np.inf, np.array(ends))]
    first = _solved(options, [float(weight) for weight in weights], constraints, budget)
    if first is None:
        return None
    reached = sum((weight * quota for weight, quota in zip(weights, first, strict=True)), Fraction(0))
    # Among plans that reach the same, the one with the larger ties; a single object decides before its cost does.
    dearest = max(option.cost for option in options) * sum(option.size for option in options) + 1
    ties = [option.tie - option.cost / dearest for option in options]
    floor = scipy.optimize.LinearConstraint(
        np.array([[float(weight) for weight in weights]]), float(reached) - 1e-9, np.inf
    )
    second = _solved(options, ties, [*constraints, floor], budget)
    if second is not None:
        again = sum((weight * quota for weight, quota in zip(weights, second, strict=True)), Fraction(0))
        if again >= reached:
            return second
    return first


def _solved(
    options: Sequence[Option], gains: Sequence[float], constraints: list[scipy.optimize.LinearConstraint], budget: int
) -> tuple[int, ...] | None:
    scale = max(map(abs, gains)) or 1.0
    answer = scipy.optimize.milp(
        -np.array(gains) / scale,
        integrality=np.ones(len(options), dtype=np.int64),
        bounds=scipy.optimize.Bounds([option.lower for option in options], [option.upper for option in options]),
        constraints=constraints,
        options={"mip_rel_gap": 0, "time_limit": _SECONDS},
    )
    if answer.status != 0 or answer.x is None:
        return None
    quotas = tuple(round(float(x)) for x in answer.x)
    return quotas if _holds(options, quotas, budget) else None


def _holds(options: Sequence[Option], quotas: Sequence[int], budget: int) -> bool:
    """Whether a plan keeps bounds, budget and rising order, in whole numbers: solvers allow a tolerance."""
    return (
        all(option.lower <= quota <= option.upper for option, quota in zip(options, quotas, strict=True))
        and sum(option.cost * quota for option, quota in zip(options, quotas, strict=True)) <= budget
        and all((quotas[i] - 1) * high.size < quotas[j] * low.size for i, low, j, high in _pairs(options))
    )


# ---------------------------------------------------------------------------------------------------- other goals


def _best_on_grid(
    options: Sequence[Option],
    free: int,
    grids: Sequence[npt.NDArray[np.int64]],
    budgets: Sequence[int],
    burden_limit: float | None,
) -> list[tuple[int, ...] | None]:
    """For each budget the best plan with the classes but `free` on `grids` and the free class as large as it may be."""
    rest = [i for i in range(len(options)) if i != free]
    columns = _combinations(options, rest, grids, max(budgets))
    last = options[free]
    count = len(columns[rest[0]]) if rest else 1
    cost, gain, tie, burden = np.zeros(count, np.int64), np.zeros(count), np.zeros(count), np.zeros(count)
    for i, grid in zip(rest, grids, strict=True):
        option, place = options[i], np.searchsorted(grid, columns[i])
        cost += option.cost * columns[i]
        gain += option.gain(grid)[place]
        tie += option.tie * columns[i]
        if burden_limit is not None:
            burden += option.burden(grid)[place]
    low, high = np.full(count, last.lower), np.full(count, last.upper)
    for i, lower, j, higher in _pairs(options):
        if j == free:
            low = np.maximum(low, (columns[i] - 1) * higher.size // lower.size + 1)
        elif i == free:
            high = np.minimum(high, -(-columns[j] * lower.size // higher.size))
    if burden_limit is not None:
        numbers = np.arange(last.lower, last.upper + 1)
        room = np.searchsorted(last.burden(numbers), burden_limit - burden + _EQUAL * (1 + burden_limit), side="right")
        high = np.minimum(high, last.lower + room - 1)
    ends = last.gain(np.array([last.lower, last.upper]))
    idle = bool(ends[0] == ends[1])
    best: list[tuple[int, ...] | None] = []
    for budget in budgets:
        top = np.minimum(high, (budget - cost) // last.cost)
        kept = np.flatnonzero((top >= low) & (cost <= budget))
        if not len(kept):
            best.append(None)
            continue
        taken = (low if idle else top)[kept]
        reached = gain[kept] + last.gain(taken)
        near = reached >= reached.max() - _EQUAL * max(1.0, abs(float(reached.max())))
        kept, taken = kept[near], taken[near]
        ties = np.round(tie[kept] + last.tie * taken, 9)
        spent = cost[kept] + last.cost * taken
        quotas = np.stack([taken if i == free else columns[i][kept] for i in range(len(options))])
        highest = sorted(range(len(options)), key=lambda i: _order(options[i]))
        winner = np.lexsort((*(-quotas[i] for i in highest), spent, -ties))[0]
        best.append(tuple(int(quota) for quota in quotas[:, winner]))
    return best


def _combinations(
    options: Sequence[Option], rest: Sequence[int], grids: Sequence[npt.NDArray[np.int64]], budget: int
) -> dict[int, npt.NDArray[np.int64]]:
    """Every combination of the grids that rises and leaves enough for the least of the other classes."""
    columns: dict[int, npt.NDArray[np.int64]] = {}
    left = sum(option.cost * option.lower for option in options)
    spent = np.zeros(1, np.int64)
    pairs = _pairs(options)
    for i, grid in zip(rest, grids, strict=True):
        left -= options[i].cost * options[i].lower
        columns = {known: np.repeat(column, len(grid)) for known, column in columns.items()}
        columns[i] = np.tile(grid, len(spent))
        spent = np.repeat(spent, len(grid)) + options[i].cost * columns[i]
        kept = spent + left <= budget
        for a, low, b, high in pairs:
            if i in (a, b) and a in columns and b in columns:
                kept &= (columns[a] - 1) * high.size < columns[b] * low.size
        columns = {known: column[kept] for known, column in columns.items()}
        spent = spent[kept]
    return columns


def _refined(options: Sequence[Option], free: int, budget: int, burden_limit: float | None) -> tuple[int, ...]:
    """A search on a grid over the classes but `free`, drawn closer around its best point until its steps are 1."""
    rest = [i for i in range(len(options)) if i != free]
    points = max(9, int(_GRID ** (1 / len(rest))))
    ranges = {i: (options[i].lower, options[i].upper) for i in rest}
    best = least_quotas(options)
    while True:
        grids = [np.unique(np.append(np.linspace(*ranges[i], points).round().astype(np.int64), best[i])) for i in rest]
        found = _best_on_grid(options, free, grids, [budget], burden_limit)[0]
        best = found or best
        steps = {i: math.ceil((ranges[i][1] - ranges[i][0]) / (points - 1)) for i in rest}
        if all(step <= 1 for step in steps.values()):
            return best
        ranges = {
            i: (max(options[i].lower, best[i] - 2 * steps[i]), min(options[i].upper, best[i] + 2 * steps[i]))
            for i in rest
        }
