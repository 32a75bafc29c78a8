"""Intervals against published tables and against the definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from inspections.words.errors import InspectionsError
from inspections.year.intervals import clopper_pearson, finite_population, hypergeometric_band, wilson


@pytest.mark.parametrize(("x", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611)])
def test_wilson_matches_newcombe_1998(x: int, n: int, low: float, high: float) -> None:
    assert wilson(x, n, 0.95) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("x", "n", "low", "high"), [(81, 263, 0.2527, 0.3676), (0, 20, 0.0, 0.1684)])
def test_clopper_pearson_matches_newcombe_1998(x: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(x, n, 0.95) == pytest.approx((low, high), abs=5e-5)


def test_finite_population_matches_statlab_permute() -> None:
    assert finite_population(5, 10, 20, 0.95) == (6, 14)


@given(st.integers(1, 25).flatmap(lambda N: st.tuples(st.just(N), st.integers(1, N))), st.data())
def test_finite_population_is_every_number_neither_tail_rejects(sizes: tuple[int, int], data: st.DataObject) -> None:
    population, n = sizes
    x = data.draw(st.integers(0, n))
    kept = [
        k
        for k in range(x, population - (n - x) + 1)
        if hypergeom.sf(x - 1, population, k, n) > 0.05 and hypergeom.cdf(x, population, k, n) > 0.05
    ]
    assert finite_population(x, n, population, 0.9) == (kept[0], kept[-1])


def test_a_full_inspection_leaves_nothing_open() -> None:
    assert finite_population(3, 12, 12, 0.95) == (3, 3)


def test_a_large_population_approaches_clopper_pearson() -> None:
    low, high = finite_population(81, 263, 10_000_000, 0.95)
    assert (low / 1e7, high / 1e7) == pytest.approx(clopper_pearson(81, 263, 0.95), abs=1e-4)


@pytest.mark.parametrize(("x", "n", "level"), [(5, 4, 0.95), (-1, 4, 0.95), (0, 0, 0.95), (1, 4, 1.0), (1, 4, 0.0)])
def test_impossible_counts_are_refused(x: int, n: int, level: float) -> None:
    for interval in (wilson, clopper_pearson):
        with pytest.raises(InspectionsError):
            interval(x, n, level)
    with pytest.raises(InspectionsError):
        finite_population(x, n, 100, level)


def test_more_inspected_than_there_are_is_refused() -> None:
    with pytest.raises(InspectionsError):
        finite_population(1, 5, 4)


@given(st.integers(1, 60).flatmap(lambda N: st.tuples(st.just(N), st.integers(0, N), st.integers(0, N))))
def test_the_band_of_chance_holds_its_level_and_no_end_can_be_cut(sizes: tuple[int, int, int]) -> None:
    pool, class_pool, drawn = sizes
    low, high = hypergeometric_band(pool, class_pool, drawn, 0.95)
    assert sum(hypergeom.pmf(x, pool, class_pool, drawn) for x in range(low, high + 1)) >= 0.95 - 1e-9
    assert hypergeom.cdf(low - 1, pool, class_pool, drawn) < 0.025 + 1e-9
    assert hypergeom.sf(high, pool, class_pool, drawn) < 0.025 + 1e-9


def test_the_band_of_a_class_drawn_whole_is_one_number() -> None:
    assert hypergeometric_band(40, 40, 10) == (10, 10)
    assert hypergeometric_band(40, 7, 40) == (7, 7)
    with pytest.raises(InspectionsError):
        hypergeometric_band(40, 41, 10)
