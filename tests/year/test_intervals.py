"""Intervals against published tables and against the definition."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from inspections.words.errors import InspectionsError
from inspections.year.intervals import clopper_pearson, design_effect, finite_population, hypergeometric_band, wilson


@pytest.mark.parametrize(("x", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611)])
def test_wilson_matches_newcombe_1998(x: int, n: int, low: float, high: float) -> None:
    assert wilson(x, n, 0.95) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("x", "n", "low", "high"), [(81, 263, 0.2527, 0.3676), (0, 20, 0.0, 0.1684)])
def test_clopper_pearson_matches_newcombe_1998(x: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(x, n, 0.95) == pytest.approx((low, high), abs=5e-5)


def test_finite_population_matches_statlab_permute() -> None:
    assert finite_population(5, 10, 20, 0.95) == (6, 14)


def tails(x: int, n: int, population: int, k: int) -> tuple[Fraction, Fraction]:
    """P(at least x) and P(at most x) problems in a sample of n, k of the population having one; exactly."""
    ways = [math.comb(k, found) * math.comb(population - k, n - found) for found in range(n + 1)]
    whole = math.comb(population, n)
    return Fraction(sum(ways[x:]), whole), Fraction(sum(ways[: x + 1]), whole)


def test_a_tail_of_exactly_the_level_is_rejected() -> None:
    assert finite_population(2, 4, 16, 0.9) == (3, 13)  # with two of sixteen, both are among four in 1 draw of 20


@given(st.integers(1, 25).flatmap(lambda N: st.tuples(st.just(N), st.integers(1, N))), st.data())
def test_finite_population_is_every_number_neither_tail_rejects(sizes: tuple[int, int], data: st.DataObject) -> None:
    population, n = sizes
    x = data.draw(st.integers(0, n))
    kept = [k for k in range(x, population - (n - x) + 1) if min(tails(x, n, population, k)) > Fraction(1, 20)]
    assert finite_population(x, n, population, 0.9) == (kept[0], kept[-1])


def test_results_of_the_same_firms_count_for_less() -> None:
    pairs = design_effect(20, (40, 80), (10, 20), 20)  # twenty firms, two results each that always agree
    assert pairs == 2
    assert wilson(10, 40, 0.95, pairs) == pytest.approx(wilson(5, 20, 0.95))
    assert design_effect(40, (40, 40), (10, 10), 10) == 1  # everybody once
    assert design_effect(20, (40, 80), (10, 10), 20) == 1  # agreeing less than chance has it narrows nothing
    assert design_effect(20, (40, 80), (0, 0), 0) == 2  # nothing found tells nothing of it
    assert design_effect(0, (0, 0), (0, 0), 0) == 1


def test_intervals_by_firm_hold_their_level_where_results_of_a_firm_agree() -> None:
    """Joint tasks: a hundred firms, one to three departments each; correlation within a firm 0.18, as it was measured.

    Counted as independent the interval holds less often.
    """
    generator, years, rate = np.random.default_rng(32), 1500, 0.2
    mean = 1 / 0.18 - 1  # of the two parameters of the firms' own rates
    departments = generator.integers(1, 4, (years, 100))
    own = generator.beta(rate * mean, (1 - rate) * mean, (years, 100))
    problems = generator.binomial(departments, own)
    held = np.zeros(2)
    for m, x in zip(departments, problems, strict=True):
        sums = (int(m.sum()), int((m * m).sum())), (int(x.sum()), int((x * x).sum())), int((m * x).sum())
        for which, effect in enumerate((1.0, design_effect(100, *sums))):
            low, high = wilson(int(x.sum()), int(m.sum()), 0.95, effect)
            held[which] += low <= rate <= high
    alone, by_firm = held / years
    assert alone < 0.935
    assert 0.94 <= by_firm <= 0.97


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
