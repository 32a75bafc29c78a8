"""The tests of one draw: against every possible draw counted out, published tables, and laws."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from inspections.draws import randomness
from inspections.draws.randomness import PLACES, Groups, Reference, Stratum


def stratum(size: int, ranks: Sequence[int], seen: int = 0, again: int = 0) -> Stratum:
    return Stratum("A", size, len(ranks), np.array(ranks, dtype=np.int64), seen, again)


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@st.composite
def drawn_strata(draw: st.DrawFn) -> Stratum:
    size = draw(st.integers(2, 40))
    ranks = draw(st.sets(st.integers(1, size), min_size=2, max_size=size))
    return stratum(size, sorted(ranks))


@pytest.mark.parametrize(("drawn", "decided"), [(0, False), (1, True), (3, True), (4, False)])
def test_chance_decides_where_some_are_drawn_and_some_are_not(drawn: int, decided: bool) -> None:
    assert stratum(4, range(1, drawn + 1)).open is decided


def naive_runs(one: Stratum) -> int:
    mask = [place in set(one.ranks.tolist()) for place in range(1, one.size + 1)]
    return sum(1 for _ in itertools.groupby(mask))


def shares(values: Sequence[float], observed: float) -> tuple[float, float, float]:
    near = [abs(value - observed) < 1e-9 for value in values]
    below = [value < observed and not same for value, same in zip(values, near, strict=True)]
    return np.mean(below), np.mean(near), 1 - np.mean(below) - np.mean(near)


# ---------------------------------------------------------------------------------------------------------- references


def test_a_reference_reads_both_sides() -> None:
    one = Reference(0.1, 0.05, 0.85)
    assert (one.low, one.high) == pytest.approx((0.15, 0.9))
    assert one.two_sided == pytest.approx(0.3)
    assert Reference(0.0, 1.0, 0.0).two_sided == 1


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_broken_tie_lies_between_the_strict_and_the_full_tail(equal: float, luck: float) -> None:
    one = Reference((1 - equal) / 2, equal, (1 - equal) / 2)
    broken = one.broken(luck)
    assert one.above - 1e-9 <= broken.high <= one.high + 1e-9
    assert broken.low + broken.high == pytest.approx(1)


def test_a_p_value_is_never_zero() -> None:
    found = randomness.monte_carlo(np.zeros, 1.0, lambda one: one.high)
    assert found is not None
    assert found.high == 1 / (randomness.MANY + 1)


def test_only_a_rare_result_is_looked_at_again() -> None:
    asked: list[int] = []

    def sample(replications: int) -> np.ndarray:
        asked.append(replications)
        return np.arange(replications) / replications

    randomness.monte_carlo(sample, 0.5, lambda one: one.high)
    assert asked == [randomness.FEW]
    randomness.monte_carlo(sample, 0.99, lambda one: one.high)
    assert asked[1:] == [randomness.FEW, randomness.MANY]


# ------------------------------------------------------------------------------------------------------------- subsets


@pytest.mark.parametrize(("size", "number"), [(6, 2), (6, 5), (5, 3), (13, 2), (18, 3)])
def test_every_subset_is_equally_likely(size: int, number: int) -> None:
    rows = 20_000
    counted = Counter(map(tuple, randomness.subsets(size, number, rows, generator(2)).tolist()))
    assert set(counted) == set(itertools.combinations(range(size), number))
    assert stats.chisquare(list(counted.values())).pvalue > 0.001


# ------------------------------------------------------------------------------------------------------------- spacing


def test_spacing_agrees_with_every_possible_draw() -> None:
    size, ranks = 11, [1, 2, 5, 9]
    every = [randomness.unevenness(size, np.array(one) + 1) for one in itertools.combinations(range(size), len(ranks))]
    found = randomness.spacing([stratum(size, ranks)], generator())
    assert found is not None
    exact = shares(every, float(randomness.unevenness(size, np.array(ranks))))
    assert (found.below, found.equal, found.above) == pytest.approx(exact, abs=0.04)


@given(st.integers(1, 9), st.integers(3, 12), st.integers(1, 9))
def test_every_nth_has_no_unevenness_at_all(step: int, number: int, start: int) -> None:
    assert randomness.unevenness(200, start + step * np.arange(number)) == pytest.approx(0, abs=1e-12)


@given(drawn_strata())
def test_spacing_and_runs_are_the_same_read_from_the_other_end(one: Stratum) -> None:
    turned = stratum(one.size, sorted((one.size + 1 - one.ranks).tolist()))
    assert randomness.unevenness(one.size, one.ranks) == pytest.approx(randomness.unevenness(one.size, turned.ranks))
    assert randomness.runs([one]) == randomness.runs([turned])


@pytest.mark.parametrize(("size", "number"), [(24, 5), (30, 4), (20, 4), (16, 6)])
def test_the_bound_of_evenness_is_never_below_the_exact_tail(size: int, number: int) -> None:
    every = randomness.unevenness(size, np.array(list(itertools.combinations(range(1, size + 1), number))))
    one = [stratum(size, range(1, number + 1))]
    for at in np.quantile(every, [0, 0.001, 0.01, 0.05, 0.5]):
        assert randomness.evenness_bound(one, at) >= (every <= at + 1e-12).mean()
    both = np.add.outer(every[::37], every[::41]).ravel()
    for at in np.quantile(both, [0.0001, 0.01]):
        assert randomness.evenness_bound(one * 2, at) >= 0.9 * (both <= at + 1e-12).mean()


def test_every_nth_of_twenty_is_beyond_what_replications_tell() -> None:
    one = stratum(400, range(10, 400, 20))
    assert randomness.evenness_bound([one], randomness.observed_unevenness([one])) < 1e-10


def test_a_rare_result_gets_the_replications_that_many_draws_call_for() -> None:
    asked: list[int] = []

    def sample(replications: int) -> np.ndarray:
        asked.append(replications)
        return np.zeros(replications)

    found = randomness.monte_carlo(sample, 1.0, lambda one: one.high, 1e-6)
    assert found is not None
    assert asked == [randomness.FEW, randomness.MANY, 8_000_000]
    assert 2 * found.high <= 1e-6


def test_even_and_clumped_lie_on_different_sides() -> None:
    even = randomness.spacing([stratum(60, list(range(2, 60, 5)))], generator())
    clumped = randomness.spacing([stratum(60, [1, 2, 3, 4, 5, 6, 55, 56, 57, 58, 59, 60])], generator())
    assert even is not None
    assert clumped is not None
    assert even.low < 0.001
    assert clumped.high < 0.01
    assert min(even.high, clumped.low) > 0.99


def test_what_leaves_no_gaps_to_compare_is_not_tested() -> None:
    assert randomness.spacing([stratum(9, [2, 5]), stratum(3, [1, 2, 3])], generator()) is None


def test_the_same_seed_gives_the_same_p_value() -> None:
    one = [stratum(38, [1, 4, 9, 16, 25, 36])]
    assert randomness.spacing(one, generator(7)) == randomness.spacing(one, generator(7))


def test_of_very_many_drawn_the_first_are_looked_at_among_the_places_before_the_next() -> None:
    ranks = list(range(3, 3 * (PLACES + 40) + 1, 3))
    size, looked_at = stratum(10_000, ranks).places
    assert len(looked_at) == PLACES
    assert size == 3 * (PLACES + 1) - 1


# ---------------------------------------------------------------------------------------------------------------- runs


@pytest.mark.parametrize(
    ("drawn", "other", "at_most", "probability"),
    # Swed and Eisenhart 1943, table I: P(number of runs <= u')
    [(5, 5, 3, 0.040), (5, 5, 4, 0.167), (4, 6, 3, 0.048), (10, 10, 6, 0.019), (2, 8, 2, 0.044), (10, 10, 15, 0.981)],
)
def test_runs_have_the_published_distribution(drawn: int, other: int, at_most: int, probability: float) -> None:
    pmf = randomness._runs_pmf(drawn + other, drawn)
    assert pmf[: at_most + 1].sum() == pytest.approx(probability, abs=0.0006)


@given(st.integers(2, 9), st.data())
def test_runs_agree_with_every_possible_draw(size: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, size - 1))
    counted = Counter(
        naive_runs(stratum(size, [place + 1 for place in one])) for one in itertools.combinations(range(size), number)
    )
    pmf = randomness._runs_pmf(size, number)
    assert pmf.sum() == pytest.approx(1)
    assert {runs: count / sum(counted.values()) for runs, count in counted.items()} == pytest.approx(
        {runs: share for runs, share in enumerate(pmf) if share > 0}
    )


def test_runs_of_two_strata_are_added() -> None:
    strata = [stratum(12, [1, 2, 3, 9]), stratum(10, [4, 5, 6, 7])]
    observed = sum(map(naive_runs, strata))
    every = [
        sum(
            naive_runs(stratum(one.size, [place + 1 for place in chosen]))
            for one, chosen in zip(strata, both, strict=True)
        )
        for both in itertools.product(
            list(itertools.combinations(range(12), 4))[::5], itertools.combinations(range(10), 4)
        )
    ]
    exact = shares(every, observed)
    found = randomness.runs(strata)
    assert found is not None
    assert (found.below, found.equal, found.above) == pytest.approx(exact, abs=0.02)


def test_too_few_for_any_number_of_runs_to_surprise() -> None:
    assert randomness.runs([stratum(4, [1, 2])]) is None
    assert randomness.runs([stratum(3, [1, 2, 3])]) is None


# ------------------------------------------------------------------------------------------------------------- repeats


def test_repeats_of_one_stratum_are_hypergeometric() -> None:
    pmf = randomness.repeats_pmf([stratum(20, range(1, 6), seen=8)])
    assert pmf == pytest.approx(stats.hypergeom(20, 8, 5).pmf(range(6)))


def test_repeats_agree_with_every_possible_draw_of_two_strata() -> None:
    strata = [stratum(6, [1, 2, 3], seen=3, again=3), stratum(5, [1, 2], seen=2, again=2)]
    every = [
        len({0, 1, 2} & set(one)) + len({0, 1} & set(other))
        for one in itertools.combinations(range(6), 3)
        for other in itertools.combinations(range(5), 2)
    ]
    found = randomness.repeats(strata)
    assert found is not None
    assert (found.below, found.equal, found.above) == pytest.approx(shares(every, 5))


def test_a_stratum_drawn_whole_says_nothing() -> None:
    whole = stratum(3, [1, 2, 3], seen=2, again=2)
    some = stratum(20, range(1, 6), seen=8, again=5)
    assert randomness.repeats([whole]) is None
    assert randomness.runs([whole, some]) == randomness.runs([some])
    alone, beside = randomness.repeats([some]), randomness.repeats([whole, some])
    assert alone is not None
    assert beside is not None
    assert alone.two_sided == pytest.approx(beside.two_sided)


# --------------------------------------------------------------------------------------------------------- composition


def groups(*cells: tuple[str, str, int, int, int]) -> Groups:
    """Cells (region, kind, stratum, size, drawn)."""
    return Groups(
        ("region", "kind"),
        np.array([[one[0], one[1]] for one in cells]),
        np.array([one[2] for one in cells]),
        np.array([one[3] for one in cells]),
        np.array([one[4] for one in cells]),
    )


@pytest.mark.parametrize("by_object", [True, False])
def test_composition_of_one_attribute_agrees_with_every_possible_draw(
    monkeypatch: pytest.MonkeyPatch, by_object: bool
) -> None:
    monkeypatch.setattr(randomness, "DRAWN_PER_CELL", 8 if by_object else 0)
    # 4 of 10 drawn, all from the 5 of the east; one value of kind says nothing
    found = randomness.composition(groups(("east", "x", 0, 5, 4), ("west", "x", 0, 5, 0)), generator())
    assert found is not None
    assert found.shares.keys() == {"region"}
    # as strange: four of one side, out of 210 possible draws
    assert found.joint.high == pytest.approx(10 / 210, abs=0.006)


def test_composition_keeps_to_the_strata() -> None:
    """All of the east are class A and A is drawn at 90 %: no surprise within the strata, a great one over the whole."""
    within = groups(("east", "x", 0, 20, 18), ("west", "x", 1, 60, 6))
    assert randomness.composition(within, generator()) is not None
    kept, over_all = (
        randomness.composition(one, generator())
        for one in (within, groups(("east", "x", 0, 20, 18), ("west", "x", 0, 60, 6)))
    )
    assert kept is not None
    assert over_all is not None
    assert kept.joint.high == 1
    assert over_all.joint.high < 0.001


def test_composition_names_the_attribute_that_stands_out() -> None:
    cells = groups(("east", "x", 0, 30, 9), ("east", "y", 0, 30, 1), ("west", "x", 0, 30, 9), ("west", "y", 0, 30, 1))
    found = randomness.composition(cells, generator())
    assert found is not None
    assert found.strangest == "kind"
    assert found.joint.high < 0.01


def test_attributes_that_go_together_count_once() -> None:
    twice = groups(("east", "x", 0, 10, 6), ("west", "y", 0, 30, 6))
    once = groups(("east", "x", 0, 10, 6), ("west", "x", 0, 30, 6))
    both, one = (randomness.composition(cells, generator()) for cells in (twice, once))
    assert both is not None
    assert one is not None
    assert both.joint.high == pytest.approx(one.joint.high, abs=0.02)


def test_a_pool_all_of_one_kind_has_no_composition() -> None:
    assert randomness.composition(groups(("east", "x", 0, 10, 3)), generator()) is None
