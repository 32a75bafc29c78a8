"""Intervals for a proportion and the band of chance: how far a small sample can be believed."""

from __future__ import annotations

from scipy import stats

from inspections.words.errors import InspectionsError


def wilson(x: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval (1927) without continuity correction for x of n, as proportions (low, high).

    Raises InspectionsError `interval_input` unless 0 <= x <= n, n > 0 and 0 < level < 1.
    """
    _check(x, n, level)
    found = stats.binomtest(x, n).proportion_ci(confidence_level=level, method="wilson")
    return float(found.low), float(found.high)


def clopper_pearson(x: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of Clopper and Pearson (1934) for x of n, as proportions (low, high).

    Raises InspectionsError `interval_input` unless 0 <= x <= n, n > 0 and 0 < level < 1.
    """
    _check(x, n, level)
    found = stats.binomtest(x, n).proportion_ci(confidence_level=level, method="exact")
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
    tail = (1 - level) / 2
    smallest, largest = x, N - (n - x)

    def at_least_x(k: int) -> bool:
        return bool(stats.hypergeom.sf(x - 1, N, k, n) > tail)

    def at_most_x(k: int) -> bool:
        return bool(stats.hypergeom.cdf(x, N, k, n) > tail)

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
    low, high = stats.hypergeom.interval(level, pool, class_pool, drawn)
    return int(low), int(high)


def _check(x: int, n: int, level: float) -> None:
    if not (0 <= x <= n and n > 0 and 0 < level < 1):
        raise InspectionsError("interval_input", x=x, n=n, level=level)
