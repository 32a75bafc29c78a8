"""Planning: how many objects to draw per class so that a budget reaches a goal, and how large a sample must be.

A plan draws `quota` objects of every class at each of `draws` equal draws a year. Four goals: find the most problems,
leave the fewest objects unvisited, reach a wanted chance of finding something in every class at least cost, estimate
the overall problem rate most precisely. All of them keep the same limits (`Scenario`).
"""

from __future__ import annotations

import heapq
import itertools
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import scipy

from inspections.draws import quotas
from inspections.words.errors import InspectionsError
from inspections.year.intervals import SLACK
from inspections.year.objectives import (
    burden,
    detection_chance,
    gain,
    objective,
    objective_interval,
    over_cap,
    target_rates,
)
from inspections.year.quota_search import Found, Option, best_quotas, largest_quotas, least_quotas
from inspections.year.scenario import RISING, Plan, Point, Scenario

POINTS = 25


# ---------------------------------------------------------------------------------------------------- sample sizes


def sample_size(confidence: float, rate_or_K: float, errors: int = 0, N: int | None = None) -> int:  # noqa: N803
    """The smallest sample that, with at most `errors` problems in it, rules out the rate with the wanted confidence.

    Smallest n with P(at most `errors` problems) <= 1 - confidence, when problems are as frequent as `rate_or_K` says:
    binomial without a population, hypergeometric with a population of N objects (Touw & Hoogduin 2011; R package jfa).
    `rate_or_K` is a rate in (0, 1], or, with N, a number K of objects: a whole number of type int is K, and so is
    anything above 1; a rate p in a population means K = ceil(N·p) objects, in exact arithmetic.

    Raises InspectionsError `sample_size_input`, and `sample_size_impossible` where even all N objects cannot rule it
    out, because no more than `errors` of them have a problem.
    """
    if not 0 < confidence < 1 or errors < 0 or (N is not None and N < 1):
        raise InspectionsError("sample_size_input", confidence=confidence, rate=rate_or_K, errors=errors)
    alpha = _risk(confidence)
    if N is None:
        rate = float(rate_or_K)
        if not 0 < rate <= 1:
            raise InspectionsError("sample_size_input", confidence=confidence, rate=rate_or_K, errors=errors)
        high = errors + 1
        while scipy.stats.binom.cdf(errors, high, rate) > alpha:
            high *= 2
        return _first(errors + 1, high, lambda n: bool(scipy.stats.binom.cdf(errors, n, rate) <= alpha))
    problems = _problems(rate_or_K, N, confidence, errors)
    if problems <= errors:
        raise InspectionsError("sample_size_impossible", problems=problems, pool=N, errors=errors)
    return _first(errors + 1, N, lambda n: bool(scipy.stats.hypergeom.cdf(errors, N, problems, n) <= alpha))


def upper_bound(x: int, n: int, confidence: float, N: int | None = None) -> float:  # noqa: N803 - as published
    """The largest problem rate that x problems in a sample of n do not rule out with the wanted confidence.

    Without a population the exact binomial bound (one-sided Clopper and Pearson 1934); with a population of N objects
    K/N for the largest K with P(at most x problems) > 1 - confidence (hypergeometric; R package jfa). It is the
    reverse of `sample_size`. Raises InspectionsError `interval_input` unless 0 <= x <= n, 0 < n <= N,
    0 < confidence < 1.
    """
    if not (0 <= x <= n and n > 0 and 0 < confidence < 1 and (N is None or n <= N)):
        raise InspectionsError("interval_input", x=x, n=n, level=confidence)
    if N is None:
        return 1.0 if x == n else float(scipy.stats.beta.ppf(confidence, x + 1, n - x))
    alpha = _risk(confidence)
    most = N - (n - x)
    ruled_out = _first(x, most + 1, lambda k: k > most or bool(scipy.stats.hypergeom.cdf(x, N, k, n) <= alpha))
    return (ruled_out - 1) / N


def _risk(confidence: float) -> float:
    """1 - confidence as the digits say it (0.95 leaves 0.05), a hair wider than floating point errs."""
    return float(1 - Fraction(str(confidence))) * (1 + SLACK)


def _problems(rate_or_K: float, N: int, confidence: float, errors: int) -> int:  # noqa: N803
    counted = isinstance(rate_or_K, numbers.Integral) or rate_or_K > 1
    if rate_or_K <= 0 or (counted and (rate_or_K > N or rate_or_K != int(rate_or_K))):
        raise InspectionsError("sample_size_input", confidence=confidence, rate=rate_or_K, errors=errors)
    return int(rate_or_K) if counted else math.ceil(N * quotas.exact(float(rate_or_K)))


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first number from low to high for which `holds` becomes true; it is true at high and never turns back."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


# ---------------------------------------------------------------------------------------------------- Neyman allocation

_Bound = int | Sequence[int] | Mapping[str, int] | None


def neyman(
    sizes: Sequence[int] | Mapping[str, int],
    sds: Sequence[float] | Mapping[str, float],
    n: int,
    lower: _Bound = 1,
    upper: _Bound = None,
) -> list[int] | dict[str, int]:
    """The whole numbers per stratum that estimate a total with the least variance, n objects in all.

    Minimises sum N² S² (1/k - 1/N) exactly: every next object goes to the stratum with the largest N·S/sqrt(k(k+1)),
    from the lower bounds on, never above the upper ones (Wright 2017, algorithm III; Wright 2012 without bounds).
    `sds` are standard deviations S with divisor N - 1. Bounds are one number for all, or one per stratum; None means
    no bound but 1 and the stratum's size. Where strata are tied, the one named first goes first.

    A list in the order of `sizes`, or a dictionary where `sizes` is one. Raises InspectionsError `allocation_input`,
    `allocation_infeasible` (with n and the least and most that the bounds allow).
    """
    names = list(sizes) if isinstance(sizes, Mapping) else list(range(len(sizes)))
    pools = [int(size) for size in _each(sizes, names, 0)]
    spreads = [float(sd) for sd in _each(sds, names, 0)]
    least = [int(bound) for bound in _each(lower, names, 1)]
    most = [
        min(int(bound), pool) for bound, pool in zip(_each(upper, names, max(pools, default=0)), pools, strict=True)
    ]
    if min(pools, default=0) < 0 or min(least, default=0) < 0 or any(not sd >= 0 for sd in spreads):
        raise InspectionsError("allocation_input")
    if any(low > high for low, high in zip(least, most, strict=True)) or not sum(least) <= n <= sum(most):
        raise InspectionsError("allocation_infeasible", wanted=n, least=sum(least), most=sum(most))
    taken = _shared_out(n, pools, spreads, least, most)
    return dict(zip(map(str, names), taken, strict=True)) if isinstance(sizes, Mapping) else taken


def _shared_out(
    n: int, pools: Sequence[int], spreads: Sequence[float], least: Sequence[int], most: Sequence[int]
) -> list[int]:
    taken = list(least)

    def worth(i: int) -> tuple[float, float, int]:
        # Compared as squares N²S²/(k(k+1)): nothing is lost to a root. A first object is worth more than any other.
        value = pools[i] * spreads[i]
        first = taken[i] == 0
        return (-math.inf if first and value else 0.0, -(value**2) / (1 if first else taken[i] * (taken[i] + 1)), i)

    waiting = [worth(i) for i in range(len(pools)) if taken[i] < most[i]]
    heapq.heapify(waiting)
    for _ in range(n - sum(least)):
        i = heapq.heappop(waiting)[-1]
        taken[i] += 1
        if taken[i] < most[i]:
            heapq.heappush(waiting, worth(i))
    return taken


def _each(values: object, names: Sequence[object], default: float) -> list[float]:
    """One value per name from one number, a sequence or a mapping. Raises InspectionsError `allocation_input`."""
    if values is None:
        return [default] * len(names)
    if isinstance(values, Mapping):
        if set(values) != set(names):
            raise InspectionsError("allocation_input")
        return [values[name] for name in names]
    if isinstance(values, numbers.Real):
        return [float(values)] * len(names)
    listed: list[float] = list(values)  # type: ignore[call-overload]
    if len(listed) != len(names):
        raise InspectionsError("allocation_input")
    return listed


def best_plan(scenario: Scenario) -> Plan:
    """The best whole numbers per class.

    Raises InspectionsError: `plan_budget_too_small` (with the smallest budget that would do), `plan_bounds_conflict`
    (a class whose floor, with the rising order, is above its ceiling), `plan_over_cap`, `plan_detection_impossible`.
    """
    options = _options(scenario)
    smallest, largest = _limits(scenario, options)
    if scenario.budget_days is not None and scenario.budget_days < smallest:
        raise InspectionsError(
            "plan_budget_too_small", budget=days_text(scenario.budget_days), smallest=days_text(smallest)
        )
    found = _solve(scenario, options, [scenario.budget_days if scenario.budget_days is not None else largest])[0]
    quota = dict(zip(scenario.strata, found.quotas, strict=True))
    return Plan(
        quota=quota,
        rates=target_rates(scenario, quota),
        days=scenario.days(quota),
        objective=objective(scenario, quota),
        interval=objective_interval(scenario, quota),
        smallest_days=smallest,
        largest_days=largest,
        over_cap=over_cap(scenario, quota),
        binding=_binding(scenario, quota),
        proven=found.proven,
    )


def trade_off(scenario: Scenario, points: int = POINTS) -> list[Point]:
    """What budgets from the smallest feasible to the largest useful one reach, the scenario's own among them.

    For the goal "detection" the wanted probability runs instead, from 50 % to 99 %, the same for every class that
    wants one; levels that no sample reaches are left out. Raises what `best_plan` raises, but for the budget.
    """
    if scenario.goal == "detection":
        return _detection_curve(scenario, points)
    options = _options(scenario)
    smallest, largest = _limits(scenario, options)
    steps = (smallest + (largest - smallest) * step / (points - 1) for step in range(points))
    budgets = {math.floor(step / scenario.unit) * scenario.unit for step in steps}
    if scenario.budget_days is not None and smallest <= scenario.budget_days <= largest:
        budgets.add(scenario.budget_days)
    ordered = sorted(budgets)
    return [
        Point(budget, objective(scenario, dict(zip(scenario.strata, found.quotas, strict=True))))
        for budget, found in zip(ordered, _solve(scenario, options, ordered), strict=True)
    ]


def _detection_curve(scenario: Scenario, points: int) -> list[Point]:
    curve = []
    for step in range(points):
        wanted = round(0.5 + 0.49 * step / (points - 1), 4)
        strata = {
            name: replace(stratum, detection=wanted) if stratum.detection else stratum
            for name, stratum in scenario.strata.items()
        }
        asked = replace(scenario, strata=strata)
        try:
            smallest, _ = _limits(asked, _options(asked))
        except InspectionsError:
            break  # what one level cannot reach, no higher one does
        curve.append(Point(smallest, float(smallest), wanted))
    return curve


def days_text(days: Fraction) -> str:
    """Days as they are written: whole numbers plainly, others with at most four decimals, rounded up."""
    return f"{math.ceil(days * 10_000) / 10_000:.4f}".rstrip("0").rstrip(".")


def _options(scenario: Scenario) -> list[Option]:
    """The classes as the search wants them. Raises InspectionsError `plan_detection_impossible`."""
    options = []
    for name, stratum in scenario.strata.items():
        rate, size = stratum.expected_rate, stratum.size
        lower = math.ceil(size * stratum.min_rate)
        upper = max(math.floor(size * stratum.max_rate), lower)
        if scenario.goal == "precision":
            lower = max(lower, min(1, size))  # a class nobody visits cannot be estimated
            upper = max(upper, lower)
        if scenario.goal == "detection" and stratum.detection and size:
            lower = max(lower, _smallest_detecting(scenario, name))
        linear: Fraction | None = None
        if scenario.goal == "problems":
            linear = scenario.draws * (rate or Fraction(0))
        elif scenario.goal == "never_visited" and scenario.draws == 1:
            linear = Fraction(1)
        options.append(
            Option(
                size=size,
                lower=lower,
                upper=upper,
                cost=int(stratum.days_per_visit * scenario.draws / scenario.unit),
                rank=RISING.index(name) if scenario.rising and name in RISING else None,
                gain=gain(scenario, name),
                weight=linear,
                burden=burden(scenario, name),
                tie=_tie(scenario, name),
            )
        )
    return options


def _tie(scenario: Scenario, name: str) -> float:
    """Between equally good plans: the one that finds more problems, or, where no rates are given, draws higher risk."""
    if scenario.goal == "problems":
        return 0.0
    rate = scenario.strata[name].expected_rate
    if any(stratum.expected_rate is None for stratum in scenario.strata.values()):
        return float(RISING.index(name) if name in RISING else 0)
    return float(rate or 0)


def _smallest_detecting(scenario: Scenario, name: str) -> int:
    stratum = scenario.strata[name]
    wanted = (stratum.detection or 0) - SLACK
    best = detection_chance(scenario, name, stratum.size)
    if best < wanted:
        raise InspectionsError("plan_detection_impossible", stratum=name, wanted=stratum.detection, best=best)
    return _first(0, stratum.size, lambda k: detection_chance(scenario, name, k) >= wanted)


def _limits(scenario: Scenario, options: list[Option]) -> tuple[Fraction, Fraction]:
    """Days of the least and of the largest plan; narrows the bounds of `options` to what the limits leave.

    Raises InspectionsError `plan_bounds_conflict`, `plan_over_cap`.
    """
    least, most = least_quotas(options), largest_quotas(options)
    for name, low, option in zip(scenario.strata, least, options, strict=True):
        if low > option.upper:
            raise InspectionsError("plan_bounds_conflict", stratum=name, needed=low, allowed=option.upper)
    quota = dict(zip(scenario.strata, least, strict=True))
    if scenario.max_over_cap is not None and over_cap(scenario, quota) > scenario.max_over_cap + SLACK:
        raise InspectionsError(
            "plan_over_cap", limit=scenario.max_over_cap, least=over_cap(scenario, quota), cap=scenario.cap
        )
    for i, (option, low, high) in enumerate(zip(options, least, most, strict=True)):
        useful = high
        if scenario.goal == "detection":
            useful = low
        elif scenario.rotation and scenario.goal != "problems":
            useful = max(low, min(high, -(-option.size // scenario.draws)))  # then everybody has been visited
        options[i] = replace(option, lower=low, upper=useful)
    largest = dict(zip(scenario.strata, (option.upper for option in options), strict=True))
    return scenario.days(quota), scenario.days(largest)


def _solve(scenario: Scenario, options: list[Option], budgets: Sequence[Fraction]) -> list[Found]:
    if scenario.goal == "detection":
        return [Found(tuple(option.lower for option in options), True)] * len(budgets)
    if _is_neyman(scenario, options):
        return [_by_neyman(scenario, options, budget) for budget in budgets]
    units = [math.floor(budget / scenario.unit) for budget in budgets]
    return best_quotas(options, units, scenario.max_over_cap)


def _is_neyman(scenario: Scenario, options: Sequence[Option]) -> bool:
    return (
        scenario.goal == "precision"
        and not scenario.rotation
        and all(option.rank is None for option in options)
        and len({option.cost for option in options}) == 1
        and scenario.max_over_cap is None
    )


def _by_neyman(scenario: Scenario, options: Sequence[Option], budget: Fraction) -> Found:
    sds = [math.sqrt(stratum.expected_spread) for stratum in scenario.strata.values()]
    lower = [option.lower for option in options]
    # Where nothing varies, further visits tell nothing.
    upper = [option.upper if sd > 0 else option.lower for option, sd in zip(options, sds, strict=True)]
    affordable = math.floor(budget / scenario.unit) // options[0].cost
    sizes = [option.size for option in options]
    return Found(tuple(_shared_out(min(affordable, sum(upper)), sizes, sds, lower, upper)), True)


def _binding(scenario: Scenario, quota: Mapping[str, int]) -> tuple[str, ...]:
    """The limits at which one object more (or, for floors, less) of a class is refused."""
    binding = []
    for name, stratum in scenario.strata.items():
        floor, ceiling = math.ceil(stratum.size * stratum.min_rate), math.floor(stratum.size * stratum.max_rate)
        if floor and quota[name] == floor:
            binding.append(f"min:{name}")
        if stratum.max_rate < 1 and quota[name] >= ceiling:
            binding.append(f"max:{name}")
        wanted = scenario.goal == "detection" and stratum.detection and stratum.size
        if wanted and quota[name] == _smallest_detecting(scenario, name):
            binding.append(f"detection:{name}")
    ordered = [name for name in RISING if name in quota and scenario.strata[name].size] if scenario.rising else []
    for low, high in itertools.pairwise(ordered):
        low_size, high_size = scenario.strata[low].size, scenario.strata[high].size
        if 0 < quota[low] < low_size and not quota[low] * high_size < quota[high] * low_size:
            binding.append(f"rising:{low}-{high}")
    if scenario.budget_days is not None:
        left = scenario.budget_days - scenario.days(quota)
        more = [
            stratum.days_per_visit * scenario.draws
            for name, stratum in scenario.strata.items()
            if quota[name] < stratum.size
        ]
        if more and left < min(more):
            binding.insert(0, "budget")
    if scenario.max_over_cap is not None:
        raised = [
            over_cap(scenario, {**quota, name: quota[name] + 1})
            for name in scenario.strata
            if quota[name] < scenario.strata[name].size
        ]
        if raised and min(raised) > scenario.max_over_cap:
            binding.append("over_cap")
    return tuple(binding)
