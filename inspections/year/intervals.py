"""Intervals for a proportion and the band of chance: how far a small sample can be believed."""

from __future__ import annotations

import math
from fractions import Fraction

import scipy

from inspections.words.errors import InspectionsError

# Rounding of floating point must not decide whether a tail reaches its level.
SLACK = 1e-12


def wilson(x: int, n: int, level: float = 0.95, effect: float = 1.0) -> tuple[float, float]:
    """Wilson's score interval (1927) without continuity correction for x of n, as proportions (low, high).

    `effect`: the design effect, at least 1 (`design_effect`); n results then tell as much as n / effect independent
    ones (Korn & Graubard 1998). Raises InspectionsError `interval_input` unless 0 <= x <= n, n > 0, 0 < level < 1.
    """
    _check(x, n, level)
    share, number, z = x / n, n / effect, float(scipy.stats.norm.isf((1 - level) / 2))
    middle = share + z * z / (2 * number)
    half = z * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    whole = 1 + z * z / number
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def design_effect(firms: int, results: tuple[int, int], problems: tuple[int, int], both: int) -> float:
    """How many results of the same firms tell as much as one of different firms: at least 1.

    Departments that go to one door together, and visits to one firm, agree more than chance has it. Of `firms` with m
    results each, x of them with a problem: `results` are the sums of m and of m², `problems` those of x and of x²,
    `both` that of m·x. The variance of the rate between firms (ratio estimator, Cochran 1977, section 9A.2) over that
    of independent results. At most the sum of m² over that of m, as if all results of a firm were one (Kish 1965,
    section 5.4): that is taken where there are no problems or nothing else, or one firm, which tell nothing of it.
    """
    (m, m_squared), (x, x_squared) = results, problems
    most = m_squared / m if m else 1.0
    if firms < 2 or x in (0, m):
        return most
    share = x / m
    between = firms / (firms - 1) * (x_squared - 2 * share * both + share * share * m_squared) / m
    return min(max(1.0, between / (share * (1 - share))), most)


def clopper_pearson(x: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of Clopper and Pearson (1934) for x of n, as proportions (low, high).

    Raises InspectionsError `interval_input` unless 0 <= x <= n, n > 0 and 0 < level < 1.
    """
    _check(x, n, level)
    found = scipy.stats.binomtest(x, n).proportion_ci(confidence_level=level, method="exact")
    return float(found.low), float(found.high)


def finite_population(x: int, n: int, N: int, level: float = 0.95) -> tuple[int, int]:  # noqa: N803 - as published
    """The exact hypergeometric interval for the number K of objects with a problem among N, x of n drawn having one.

    In objects of N. Every K is kept that neither one-sided hypergeometric test at (1 - level) / 2 rejects (the
    finite-population analogue of Clopper and Pearson's; Cochran 1977, section 3.6). Raises InspectionsError
    `interval_input` unless 0 <= x <= n <= N, n > 0 and 0 < level < 1.
    """
    _check(x, n, level)
    if n > N:
        raise InspectionsError("interval_input", x=x, n=n, level=level)
    # The level as its digits say it: a tail of exactly 5 % is rejected at 90 %, which binary fractions would keep.
    tail = float((1 - Fraction(str(level))) / 2) * (1 + SLACK)
    smallest, largest = x, N - (n - x)

    def at_least_x(k: int) -> bool:
        return bool(scipy.stats.hypergeom.sf(x - 1, N, k, n) > tail)

    def at_most_x(k: int) -> bool:
        return bool(scipy.stats.hypergeom.cdf(x, N, k, n) > tail)

    # P(X >= x) rises and P(X <= x) falls with K, and both are 1 at the end where the search starts to succeed.
    low, high = smallest, largest
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if at_least_x(middle) else (middle + 1, high)
    lower = low
    low, high = smallest, largest
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if at_most_x(middle) else (low, middle - 1)
    return lower, low


def hypergeometric_band(pool: int, class_pool: int, drawn: int, level: float = 0.95) -> tuple[int, int]:
    """How many of a class chance alone draws when `drawn` of `pool` objects are drawn and classes are ignored.

    The central band (low, high) in objects, between the quantiles (1 - level) / 2 and (1 + level) / 2 of the
    hypergeometric distribution; it holds at least `level`. Raises InspectionsError `interval_input` unless
    0 <= class_pool, drawn <= pool and 0 < level < 1.
    """
    if not (0 <= class_pool <= pool and 0 <= drawn <= pool and 0 < level < 1):
        raise InspectionsError("interval_input", x=class_pool, n=pool, level=level)
    low, high = scipy.stats.hypergeom.interval(level, pool, class_pool, drawn)
    return int(low), int(high)


def _check(x: int, n: int, level: float) -> None:
    if not (0 <= x <= n and n > 0 and 0 < level < 1):
        raise InspectionsError("interval_input", x=x, n=n, level=level)
