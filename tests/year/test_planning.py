"""Planning against published tables, against a naive enumeration of every plan, and against its own laws."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from inspections.draws.quotas import quota, rates_in_order
from inspections.words.errors import InspectionsError
from inspections.year import quota_search
from inspections.year.objectives import detection_chance, objective, objective_interval, over_cap, target_rates
from inspections.year.planning import best_plan, neyman, sample_size, trade_off, upper_bound
from inspections.year.scenario import Scenario, Stratum

# ---------------------------------------------------------------- sample sizes


@pytest.mark.parametrize(
    ("confidence", "rate_or_count", "errors", "population", "n"),
    [
        (0.90, 60, 0, 1200, 45),  # Touw & Hoogduin 2011, p. 123
        (0.95, 0.01, 0, 1000, 258),  # jfa
        (0.95, 0.05, 0, 1000, 57),
        (0.95, 0.05, 2, 1000, 119),
        (0.95, 0.01, 0, None, 299),  # Touw & Hoogduin 2011, p. 126
        (0.95, 0.01, 1, None, 473),
        (0.95, 0.01, 2, None, 628),
        (0.95, 0.01, 3, None, 773),
    ],
)
def test_sample_sizes_match_published_values(
    confidence: float, rate_or_count: float, errors: int, population: int | None, n: int
) -> None:
    assert sample_size(confidence, rate_or_count, errors, population) == n


@pytest.mark.parametrize("errors", [0, 2])
@pytest.mark.parametrize("population", [None, 100])
def test_a_sample_holds_more_than_the_problems_allowed_however_little_is_asked(
    errors: int, population: int | None
) -> None:
    assert sample_size(1e-17, 0.1, errors, population) == errors + 1


# AICPA Audit Guide: Audit Sampling (2017), appendix A, tables, and AICPA's rows for no expected deviation.
# In a row the sample sizes for 0, 1, 2, … deviations allowed, as far as the table lists them.
AICPA_SIZES = {
    (0.95, 0.02): [149, 236, 313, 386],
    (0.95, 0.03): [99, 157, 208, 257, 303],
    (0.95, 0.05): [59, 93, 124, 153, 181, 208, 234],
    (0.95, 0.10): [29, 46, 61, 76, 89],
    (0.95, 0.20): [14, 22, 30, 37, 44, 50],
    (0.90, 0.02): [114, 194, 265],
    (0.90, 0.04): [57, 96, 132, 166, 198],
    (0.90, 0.06): [38, 64, 88, 110, 132],
    (0.90, 0.10): [22, 38, 52, 65, 78],
}


@pytest.mark.parametrize(("asked", "sizes"), AICPA_SIZES.items())
def test_sample_sizes_match_the_aicpa_tables(asked: tuple[float, float], sizes: list[int]) -> None:
    assert [sample_size(*asked, errors) for errors in range(len(sizes))] == sizes


# AICPA (2017), tables: bounds in percent, rounded up to one decimal.
@pytest.mark.parametrize(
    ("confidence", "n", "bounds"),
    [
        (0.95, 20, [14.0, 21.7, 28.3, 34.4, 40.2]),
        (0.95, 50, [5.9, 9.2, 12.1, 14.8, 17.4]),
        (0.95, 100, [3.0, 4.7, 6.2, 7.6, 9.0]),
        (0.95, 500, [0.6, 1.0, 1.3, 1.6, 1.9]),
        (0.90, 25, [8.8, 14.7, 20.0, 24.9, 29.5]),
        (0.90, 200, [1.2, 2.0, 2.7, 3.4, 4.0]),
    ],
)
def test_upper_bounds_match_the_aicpa_tables(confidence: float, n: int, bounds: list[float]) -> None:
    found = [math.ceil(upper_bound(x, n, confidence) * 1000) / 10 for x in range(len(bounds))]
    assert found == bounds


def test_a_bound_in_a_population_is_the_largest_count_that_is_not_ruled_out() -> None:
    assert upper_bound(0, 57, 0.95, N=1000) == 0.049  # jfa, after planning 57 for 5 %
    for population, n, x in itertools.product((7, 12), (3, 6), (0, 1, 2)):
        kept = [
            k
            for k in range(x, population - n + x + 1)
            if math.comb(population, n) - sum(math.comb(k, j) * math.comb(population - k, n - j) for j in range(x + 1))
            < Fraction(9, 10) * math.comb(population, n)
        ]
        assert upper_bound(x, n, 0.9, population) == max(kept) / population


def test_a_rate_and_its_count_mean_the_same_and_digits_decide() -> None:
    assert sample_size(0.95, 0.07, 0, 100) == sample_size(0.95, 7, 0, 100)  # 0.07 · 100 is 7.000000000000001 in binary
    assert sample_size(0.95, 0.071, 0, 100) == sample_size(0.95, 8, 0, 100)
    assert sample_size(0.9, 1, 0, 10) == 9  # one firm of ten: nine visits find it with 90 %, exactly
    assert sample_size(0.95, 1.0, 0, 10) == 1  # a rate of 100 %


CONFIDENCE = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@given(CONFIDENCE, st.integers(1, 60), st.integers(0, 3), st.integers(1, 60))
def test_a_sample_is_just_large_enough(confidence: float, problems: int, errors: int, others: int) -> None:
    population = problems + others
    if problems <= errors:
        with pytest.raises(InspectionsError) as told:
            sample_size(confidence, problems, errors, population)
        assert told.value.code == "sample_size_impossible"
        return
    n = sample_size(confidence, problems, errors, population)
    assert upper_bound(errors, n, confidence, population) < problems / population
    if n > errors + 1:
        assert upper_bound(errors, n - 1, confidence, population) >= problems / population
    assert n <= sample_size(confidence, problems / population, errors)
    if problems < population:
        assert sample_size(confidence, problems + 1, errors, population) <= n
    assert sample_size(0.995, problems, errors, population) >= n


@given(CONFIDENCE, st.floats(0.02, 0.9), st.integers(0, 4))
def test_a_binomial_bound_turns_the_sample_size_round(confidence: float, rate: float, errors: int) -> None:
    n = sample_size(confidence, rate, errors)
    assert upper_bound(errors, n, confidence) <= rate * (1 + 1e-9)
    if n > errors + 1:
        assert upper_bound(errors, n - 1, confidence) >= rate * (1 - 1e-9)


@pytest.mark.parametrize(
    "arguments",
    [(1.0, 0.05), (0.95, 0.0), (0.95, 1.5), (0.95, 5), (0.95, 0.05, -1), (0.95, 11, 0, 10), (0.95, 2.5, 0, 10)],
)
def test_what_makes_no_sense_is_told(arguments: tuple[float, ...]) -> None:
    with pytest.raises(InspectionsError) as told:
        sample_size(*arguments)  # type: ignore[arg-type]
    assert told.value.code == "sample_size_input"


# ---------------------------------------------------------------- Neyman allocation


def test_wright_2017_example() -> None:
    """Wright (2017), as printed in the README of the R package `allocation`."""
    sds = [math.sqrt(100), math.sqrt(36), math.sqrt(16)]
    assert neyman([47, 61, 41], sds, 10, [1, 2, 3], [5, 6, 4]) == [4, 3, 3]
    assert neyman({"x": 47, "y": 61, "z": 41}, dict(zip("xyz", sds, strict=True)), 10, 1) == {"x": 4, "y": 4, "z": 2}


def _variance(sizes: list[int], sds: list[float], taken: tuple[int, ...]) -> float:
    return sum(N**2 * S**2 * (1 / k - 1 / N) for N, S, k in zip(sizes, sds, taken, strict=True) if k) + sum(
        math.inf for N, S, k in zip(sizes, sds, taken, strict=True) if N * S and not k
    )


@given(
    st.lists(st.tuples(st.integers(1, 8), st.floats(0, 5), st.integers(0, 2)), min_size=1, max_size=4),
    st.integers(0, 20),
)
def test_neyman_equals_every_allocation_tried(strata: list[tuple[int, float, int]], n: int) -> None:
    sizes, sds = [size for size, _, _ in strata], [round(sd, 2) for _, sd, _ in strata]
    lower = [min(low, size) for size, _, low in strata]
    allowed = [
        taken
        for taken in itertools.product(*(range(low, size + 1) for low, size in zip(lower, sizes, strict=True)))
        if sum(taken) == n
    ]
    if not allowed:
        with pytest.raises(InspectionsError) as told:
            neyman(sizes, sds, n, lower, sizes)
        assert told.value.code == "allocation_infeasible"
        return
    found = neyman(sizes, sds, n, lower, sizes)
    assert isinstance(found, list)
    assert tuple(found) in allowed
    best = min(_variance(sizes, sds, taken) for taken in allowed)
    if math.isfinite(best):
        assert _variance(sizes, sds, tuple(found)) == pytest.approx(best, rel=1e-9, abs=1e-12)


# ---------------------------------------------------------------- plans against every plan there is


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Small scenarios with everything in them: known and estimated rates, unequal days, several draws, floors, caps."""
    names = draw(st.lists(st.sampled_from(["A", "B", "C", "none"]), min_size=1, max_size=3, unique=True))
    strata = {}
    for name in sorted(names):
        done = draw(st.integers(0, 20))
        known = draw(st.booleans())
        floor = draw(st.integers(0, 4))
        strata[name] = Stratum(
            size=draw(st.integers(0, 9)),
            days_per_visit=Fraction(draw(st.integers(1, 6)), draw(st.sampled_from([1, 2, 4]))),
            problem_rate=Fraction(draw(st.integers(0, 10)), 10) if known else None,
            done=None if known else done,
            problems=None if known else draw(st.integers(0, done)),
            min_rate=Fraction(floor, 20),
            max_rate=Fraction(draw(st.integers(max(floor, 5), 20)), 20),
            detection=draw(st.sampled_from([None, 0.4, 0.8])),
        )
    goals = ["problems", "never_visited", "precision"]
    if any(stratum.detection for stratum in strata.values()):
        goals.append("detection")
    return Scenario(
        goal=draw(st.sampled_from(goals)),
        strata=strata,
        budget_days=Fraction(draw(st.integers(0, 60))),
        rising=draw(st.booleans()),
        draws=draw(st.sampled_from([1, 1, 2, 3])),
        rotation=draw(st.booleans()),
        cap=draw(st.integers(0, 2)),
        max_over_cap=draw(st.sampled_from([None, None, 0.5, 2.0])),
    )


def _every_plan(scenario: Scenario) -> Iterator[dict[str, int]]:
    for numbers in itertools.product(*(range(stratum.size + 1) for stratum in scenario.strata.values())):
        yield dict(zip(scenario.strata, numbers, strict=True))


def _allowed(scenario: Scenario, plan: Mapping[str, int]) -> bool:
    """Floors, ceilings, rising proportions, detection and the cap; not the budget."""
    for name, stratum in scenario.strata.items():
        floor = math.ceil(stratum.size * stratum.min_rate)
        # Rounding a floor up may pass a ceiling by less than one object: never exempt goes first.
        ceiling = max(floor, math.floor(stratum.size * stratum.max_rate))
        if scenario.goal == "precision" and stratum.size:
            floor, ceiling = max(floor, 1), max(ceiling, 1)
        if not floor <= plan[name] <= ceiling:
            return False
        wanted = scenario.goal == "detection" and stratum.size and stratum.detection
        if wanted and _chance(scenario, name, plan[name]) < wanted - 1e-12:
            return False
    if scenario.rising:
        # Targets in ((k - 1)/N, k/N] rise exactly where each can be at least the lowest that those below it need.
        lowest = Fraction(-1)
        for name in "ABCDE":
            if name in scenario.strata and scenario.strata[name].size:
                size = scenario.strata[name].size
                lowest = max(lowest, Fraction(plan[name] - 1, size))
                if lowest >= Fraction(plan[name], size):
                    return False
    return scenario.max_over_cap is None or _over(scenario, plan) <= scenario.max_over_cap + 1e-9


def _chance(scenario: Scenario, name: str, quota: int) -> float:
    """The chance of at least one find, by adding up every number of objects that may have a problem."""
    stratum, draws = scenario.strata[name], scenario.draws
    size = stratum.size
    distinct = min(size, draws * quota) if scenario.rotation else quota
    missed = 0.0
    for having in range(size + 1):
        if stratum.done is None or stratum.problems is None:
            weight = float(stats.binom.pmf(having, size, float(stratum.problem_rate or 0)))
        else:
            a, b = stratum.problems + 0.5, stratum.done - stratum.problems + 0.5
            weight = float(stats.betabinom.pmf(having, size, a, b))
        once = math.comb(size - having, distinct) / math.comb(size, distinct)
        missed += weight * once ** (1 if scenario.rotation else draws)
    return 1 - missed


def _over(scenario: Scenario, plan: Mapping[str, int]) -> float:
    total = 0.0
    for name, stratum in scenario.strata.items():
        if stratum.size and scenario.rotation:
            visits, more = divmod(scenario.draws * plan[name], stratum.size)
            total += (stratum.size - more) * (visits > scenario.cap) + more * (visits + 1 > scenario.cap)
        elif stratum.size:
            p = plan[name] / stratum.size
            total += stratum.size * sum(
                math.comb(scenario.draws, j) * p**j * (1 - p) ** (scenario.draws - j)
                for j in range(scenario.cap + 1, scenario.draws + 1)
            )
    return total


def _loss(scenario: Scenario, plan: Mapping[str, int]) -> float:
    """What the goal makes small, by its definition."""
    draws, whole = scenario.draws, sum(stratum.size for stratum in scenario.strata.values())
    loss = 0.0
    for name, stratum in scenario.strata.items():
        k, size = plan[name], stratum.size
        if stratum.done is None or stratum.problems is None:
            rate = float(stratum.problem_rate or 0)
            spread = rate * (1 - rate)
        else:
            rate = (stratum.problems + 0.5) / (stratum.done + 1)
            # The expected p(1 - p) is less than that of the expected p.
            spread = rate * (1 - rate) * (stratum.done + 1) / (stratum.done + 2)
        if scenario.goal == "problems":
            loss -= draws * k * rate
        elif scenario.goal == "detection":
            loss += draws * k * float(stratum.days_per_visit)
        elif scenario.goal == "never_visited" and size:
            loss += max(0, size - draws * k) if scenario.rotation else size * (1 - k / size) ** draws
        elif scenario.goal == "precision" and size:
            n = min(draws * k, size) if scenario.rotation else k
            once = (size / whole) ** 2 * (1 - n / size) * spread / n
            loss += once if scenario.rotation else once / draws
    return loss


def _cost(scenario: Scenario, plan: Mapping[str, int]) -> Fraction:
    return sum(
        (scenario.draws * plan[name] * stratum.days_per_visit for name, stratum in scenario.strata.items()), Fraction(0)
    )


def _check_against_every_plan(scenario: Scenario) -> None:
    allowed = [plan for plan in _every_plan(scenario) if _allowed(scenario, plan)]
    affordable = [plan for plan in allowed if _cost(scenario, plan) <= (scenario.budget_days or 0)]
    if not affordable:
        with pytest.raises(InspectionsError) as told:
            best_plan(scenario)
        if told.value.code == "plan_budget_too_small":
            smallest = min(_cost(scenario, plan) for plan in allowed)
            assert Fraction(str(told.value.parameters["smallest"])) == smallest
        else:
            assert not allowed
        return
    best = best_plan(scenario)
    assert best.quota in affordable
    assert best.proven
    found = -best.objective if scenario.goal == "problems" else best.objective
    assert found == pytest.approx(min(_loss(scenario, plan) for plan in affordable), rel=1e-9, abs=1e-12)
    assert best.smallest_days == min(_cost(scenario, plan) for plan in allowed)
    assert best.days == _cost(scenario, best.quota) <= (scenario.budget_days or 0)
    assert best.over_cap == pytest.approx(_over(scenario, best.quota), abs=1e-9)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_the_best_plan_equals_every_plan_tried(scenario: Scenario) -> None:
    _check_against_every_plan(scenario)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_integer_programming_equals_every_plan_tried(scenario: Scenario) -> None:
    """The way that large linear problems take, forced upon small ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quota_search, "FEW_COMBINATIONS", 0)
        _check_against_every_plan(replace(scenario, draws=1, goal="problems"))


@given(scenarios())
def test_published_proportions_rise_and_give_the_numbers_back(scenario: Scenario) -> None:
    try:
        best = best_plan(scenario)
    except InspectionsError:
        return
    pools = {name: stratum.size for name, stratum in scenario.strata.items()}
    assert {name: quota(pool, best.rates[name]) for name, pool in pools.items()} == best.quota
    if scenario.rising:
        ordered = [best.rates[name] for name in "ABC" if pools.get(name)]
        assert ordered == sorted(ordered)
        assert rates_in_order(pools, best.quota)


def county(**changes: object) -> Scenario:
    """A county's mines: 60 objects, rates estimated from last year's visits."""
    strata = {
        "A": Stratum(39, Fraction(1, 2), done=40, problems=2, min_rate=Fraction(1, 20)),
        "B": Stratum(12, Fraction(1, 2), done=20, problems=2, min_rate=Fraction(1, 20)),
        "C": Stratum(6, Fraction(1), done=12, problems=3, min_rate=Fraction(1, 20)),
        "D": Stratum(3, Fraction(1), done=6, problems=3, min_rate=Fraction(1, 20)),
    }
    return replace(Scenario("problems", strata, Fraction(15)), **changes)  # type: ignore[arg-type]


def test_more_budget_is_never_worse_and_the_curve_ends_with_everybody() -> None:
    curve = trade_off(county())
    assert [point.days for point in curve] == sorted({point.days for point in curve})
    assert [point.objective for point in curve] == sorted(point.objective for point in curve)
    assert curve[0].days == best_plan(county()).smallest_days
    assert curve[-1].objective == pytest.approx(objective(county(), {"A": 39, "B": 12, "C": 6, "D": 3}))
    assert Fraction(15) in {point.days for point in curve}
    unvisited = trade_off(county(goal="never_visited", draws=3))
    assert [point.objective for point in unvisited] == sorted((p.objective for p in unvisited), reverse=True)


def test_the_detection_curve_asks_for_more_and_costs_more() -> None:
    strata = {name: replace(s, detection=0.5) for name, s in county().strata.items() if name != "D"}
    curve = trade_off(county(goal="detection", strata=strata))
    assert [point.wanted for point in curve] == sorted(point.wanted or 0 for point in curve)
    assert [point.days for point in curve] == sorted(point.days for point in curve)


def test_with_equal_days_and_no_order_precision_is_neyman_allocation() -> None:
    strata = {name: replace(s, days_per_visit=Fraction(1)) for name, s in county().strata.items()}
    free = county(goal="precision", strata=strata, rising=False, budget_days=Fraction(20))
    sds = [math.sqrt(s.expected_spread) for s in strata.values()]
    assert list(best_plan(free).quota.values()) == neyman([s.size for s in strata.values()], sds, 20, [2, 1, 1, 1])


def test_detection_asks_for_the_published_sample_size() -> None:
    known = {"A": Stratum(1200, Fraction(1), problem_rate=Fraction(1, 20), detection=0.9)}
    assert best_plan(Scenario("detection", known)).quota == {"A": 45}  # Touw & Hoogduin 2011, p. 123


def test_an_infeasible_budget_is_told_with_the_smallest_feasible_one() -> None:
    with pytest.raises(InspectionsError) as told:
        best_plan(county(budget_days=Fraction(1)))
    assert told.value.code == "plan_budget_too_small"
    smallest = Fraction(str(told.value.parameters["smallest"]))
    assert best_plan(county(budget_days=smallest)).days == smallest
    with pytest.raises(InspectionsError):
        best_plan(county(budget_days=smallest - Fraction(1, 2)))


def test_limits_that_contradict_each_other_are_told_whatever_the_budget() -> None:
    strata = {**county().strata, "A": replace(county().strata["A"], min_rate=Fraction(1, 2))}
    strata["D"] = replace(strata["D"], max_rate=Fraction(1, 5))
    with pytest.raises(InspectionsError) as told:
        best_plan(county(strata=strata))
    assert (told.value.code, told.value.parameters["stratum"]) == ("plan_bounds_conflict", "D")
    with pytest.raises(InspectionsError) as told:
        best_plan(county(draws=4, max_over_cap=0.0))
    assert told.value.code == "plan_over_cap"
    assert best_plan(county(draws=3, rotation=True, max_over_cap=0.0)).over_cap == 0


def test_nothing_is_found_where_nothing_can_be() -> None:
    with pytest.raises(InspectionsError) as told:
        best_plan(Scenario("detection", {"A": Stratum(9, Fraction(1), problem_rate=Fraction(0), detection=0.5)}))
    assert told.value.code == "plan_detection_impossible"
    with pytest.raises(InspectionsError) as told:
        Scenario("problems", {"A": Stratum(9, Fraction(1))}, Fraction(3))
    assert told.value.code == "plan_rate_missing"


def test_what_the_plan_rests_on_is_said() -> None:
    best = best_plan(county())
    assert "budget" in best.binding
    low, high = best.interval or (0, 0)
    assert low < best.objective < high
    assert best_plan(county(goal="never_visited")).interval is None


# ---------------------------------------------------------------- what a plan may say of its own figures


def test_an_interval_of_problems_found_holds_next_years_number() -> None:
    """Exact: 40 past visits, 30 next year, over rates as the prior has them and at fixed ones."""
    past, next_year = 40, 30
    bounds = []
    for problems in range(past + 1):
        scenario = Scenario("problems", {"A": Stratum(60, Fraction(1), done=past, problems=problems)}, Fraction(30))
        bounds.append(objective_interval(scenario, {"A": next_year}))
    low, high = np.array(bounds).T

    def coverage(rate: float) -> float:
        held = stats.binom.cdf(high, next_year, rate) - stats.binom.cdf(low - 1, next_year, rate)
        return float(stats.binom.pmf(np.arange(past + 1), past, rate) @ held)

    # Jeffreys' prior is the distribution of sin² of an angle.
    over_prior = np.mean([coverage(np.sin(angle) ** 2) for angle in (np.arange(200) + 0.5) / 200 * np.pi / 2])
    assert 0.95 <= over_prior <= 0.98
    assert min(coverage(rate) for rate in (0.05, 0.1, 0.2, 0.5)) >= 0.935


@pytest.mark.parametrize("rotation", [True, False])
def test_an_interval_of_several_draws_and_classes_holds_its_level(rotation: bool) -> None:
    """Years simulated one by one: who has a problem stays so over the year's four draws."""
    generator, years, past = np.random.default_rng(31), 400, 12
    known: dict[tuple[int, ...], tuple[float, float]] = {}
    sizes, quotas, truth, held = {"A": 40, "D": 9}, {"A": 8, "D": 3}, {"A": 0.1, "D": 0.4}, 0
    for _ in range(years):
        problems = tuple(int(generator.binomial(past, truth[name])) for name in sizes)
        if problems not in known:
            strata = {
                name: Stratum(size, Fraction(1), done=past, problems=x)
                for (name, size), x in zip(sizes.items(), problems, strict=True)
            }
            scenario = Scenario("problems", strata, draws=4, rotation=rotation)
            known[problems] = objective_interval(scenario, quotas) or (0, 0)
        found = 0
        for name, size in sizes.items():
            having = generator.random(size) < truth[name]
            if rotation:
                order = [generator.permutation(size) for _ in range(2)]
                visits = np.concatenate(order)[: 4 * quotas[name]]
            else:
                visits = generator.random((4, size)).argsort(axis=1)[:, : quotas[name]].ravel()
            found += int(having[visits].sum())
        low, high = known[problems]
        held += low <= found <= high
    assert stats.binom.ppf(0.001, years, 0.95) <= held <= stats.binom.ppf(0.999, years, 0.98)


def test_an_interval_of_known_rates_is_that_of_the_visits_own_chance() -> None:
    scenario = Scenario("problems", {"A": Stratum(100, Fraction(1), problem_rate=Fraction(1, 5))}, Fraction(50))
    assert objective_interval(scenario, {"A": 50}) == pytest.approx(stats.binom.ppf([0.025, 0.975], 50, 0.2), abs=1)


@given(st.lists(st.tuples(st.integers(1, 80), st.integers(0, 60), st.floats(0, 1)), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_the_precision_reached_lies_inside_its_own_interval(classes: list[tuple[int, int, float]]) -> None:
    strata = {
        name: Stratum(size, Fraction(1), done=done, problems=int(done * share))
        for name, (size, done, share) in zip("ABCD", classes, strict=False)
    }
    scenario = Scenario("precision", strata, Fraction(100), rising=False)
    quota = {name: max(1, stratum.size // 3) for name, stratum in strata.items()}
    low, high = objective_interval(scenario, quota) or (0, 0)
    assert low <= objective(scenario, quota) <= high


def test_a_visit_to_everybody_is_not_called_certain_to_find_something() -> None:
    scenario = Scenario("never_visited", {"A": Stratum(38, Fraction(1), problem_rate=Fraction(1, 20))}, Fraction(38))
    assert detection_chance(scenario, "A", 38) == pytest.approx(1 - 0.95**38)  # 86 %
    every_time = replace(scenario, draws=3)
    assert detection_chance(every_time, "A", 38) == pytest.approx(1 - 0.95**38)
    large = replace(
        scenario, strata={"A": Stratum(10_000_000, Fraction(1), problem_rate=Fraction(1, 100_000))}, draws=2
    )
    assert detection_chance(large, "A", 50_000) == pytest.approx(1 - (1 - 1e-5) ** 100_000, abs=1e-3)


def test_visits_to_the_same_firms_tell_less() -> None:
    alone = Stratum(40, Fraction(1), done=40, problems=4)
    together = replace(alone, effect=Fraction(3, 2))
    assert together.posterior == (Fraction(1, 2) + Fraction(8, 3), Fraction(1, 2) + 24)
    assert sum(together.posterior) < sum(alone.posterior or ())


def test_a_large_province_is_near_the_best_and_says_that_it_is_not_proven() -> None:
    sizes = {"A": 7_000_000, "B": 2_200_000, "C": 600_000, "D": 200_000}
    strata = {name: Stratum(size, Fraction(1)) for name, size in sizes.items()}
    whole = Scenario("never_visited", strata, Fraction(10_000_000), draws=4)
    best = best_plan(whole)
    assert not best.proven
    # Everyone alike is best when a visit costs the same everywhere: 10 million objects, 2.5 million a draw.
    assert best.objective == pytest.approx(10_000_000 * 0.75**4, rel=1e-9)


def test_target_rates_are_written_with_few_decimals() -> None:
    scenario = county()
    rates = target_rates(scenario, {"A": 2, "B": 1, "C": 1, "D": 3})
    assert rates == {"A": Fraction(5, 100), "B": Fraction(8, 100), "C": Fraction(16, 100), "D": Fraction(1)}


def test_over_cap_and_detection_are_the_definitions() -> None:
    scenario = county(draws=2)
    assert over_cap(scenario, {"A": 39, "B": 0, "C": 3, "D": 0}) == pytest.approx(39 + 6 * 0.25)
    assert detection_chance(scenario, "C", 6) == pytest.approx(_chance(scenario, "C", 6))
