"""Verdicts over a year, what is found, how often wolf is cried: a seeded part of the study in tests/bench."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from inspections.draws import fairness, randomness
from inspections.draws.fairness import Found, RecordedDraw, judge, recorded
from inspections.draws.randomness import LEVEL
from tests import rigged
from tests.bench import bench_fairness as bench

NOBODY = rigged.matched([], 2, np.random.default_rng(0))
CITY = bench.DESIGNS[4]
FEWER = pytest.mark.usefixtures("fewer_replications")
HONEST = 300
# With 300 draws a true rate of 5 % lies in here in 999 of 1,000 cases; 12 % would almost surely not.
MOST, LEAST = stats.binom.ppf([0.9995, 0.0005], HONEST, LEVEL) / HONEST


@pytest.fixture
def fewer_replications(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates at 5 % need no rarer p values; each is still an honest one."""
    monkeypatch.setattr(randomness, "FEW", 499)
    monkeypatch.setattr(randomness, "MANY", 499)


@FEWER
@pytest.mark.parametrize("design", [bench.DESIGNS[0], bench.DESIGNS[2]], ids=lambda one: one.name)
def test_honest_draws_are_suspected_as_rarely_as_promised(design: bench.Design) -> None:
    found = bench.honest_draws(design, HONEST, np.random.default_rng(11))
    assert found.keys() == {"spacing", "runs", "composition", "repeats"}
    for test, p in found.items():
        rate, broken = (p <= LEVEL).mean(axis=0)
        assert rate <= MOST, test
        assert LEAST <= broken <= MOST, test


@FEWER
def test_a_reference_over_the_whole_directory_would_cry_wolf() -> None:
    """Sorted by class, class quotas: what is honest within classes looks clumped over the whole."""
    design = bench.Design("", {"A": 200, "D": 50}, "sorted", {"A": 4, "D": 40})
    wolf = 0
    for number in range(1, 13):
        generator = np.random.default_rng([12, number])
        pool = rigged.directory(design.sizes, design.order, generator)
        drawn = rigged.honest(pool, design.quotas, generator)
        over_all = rigged.record(pool, drawn, stratified=False, draw_id=number)
        wolf += fairness.examine(over_all)["spacing"].p <= LEVEL
    assert wolf > 9


@FEWER
@pytest.mark.parametrize("whole_steps", [True, False])
@pytest.mark.parametrize("design", bench.SKIPPED, ids=lambda one: one.name)
def test_every_nth_from_a_random_start_is_found(design: bench.Design, whole_steps: bool) -> None:
    draws = 5 if "large" in design.name else 30
    found = bench.skips_found(design, draws, np.random.default_rng(13), whole_steps=whole_steps)
    assert all(found)


@FEWER
def test_inspectors_are_suspected_as_rarely_as_promised() -> None:
    found = bench.honest_matches(False, 40, np.random.default_rng(14))
    for test, p in found.items():
        assert (p[:, 0] <= LEVEL).mean() <= 0.175, test
    assert (found["workload"][:, 1] <= LEVEL).mean() > 0


# -------------------------------------------------------------------------------------------------------- a whole year


def year(make, draws: int = 12, seed: int = 15) -> dict[int, RecordedDraw]:
    """Draws of a city pool, the last one made by `make`."""
    generator = np.random.default_rng(seed)
    pool = rigged.directory(CITY.sizes, CITY.order, generator)
    made = {}
    for draw_id in range(1, draws + 1):
        drawn = (make if draw_id == draws else rigged.honest)(pool, CITY.quotas, generator)
        made[draw_id] = rigged.record(pool, drawn, stratified=True, draw_id=draw_id)
    return made


def test_one_rigged_draw_among_honest_ones_is_the_one_reported() -> None:
    verdicts = judge(year(rigged.every_nth), NOBODY)
    assert [draw_id for draw_id, one in verdicts.items() if one.verdict == "check"] == [12]
    assert verdicts[12].found["spacing"].sign == "even"
    assert {one.verdict for one in verdicts.values()} == {"pass", "check"}


def test_an_honest_year_passes() -> None:
    assert {one.verdict for one in judge(year(rigged.honest), NOBODY).values()} == {"pass"}


def test_the_adjustment_is_that_of_benjamini_and_hochberg() -> None:
    p = [0.001, 0.02, 0.03, 0.6]
    examined = {1: {"spacing": Found(p[0], "even"), "runs": Found(p[3], "runs_few")},
                2: {"spacing": Found(p[1], "even"), "runs": Found(p[2], "runs_few")}}  # fmt: skip
    adjusted = fairness._adjusted(examined)
    ordered = [adjusted[1]["spacing"], adjusted[2]["spacing"], adjusted[2]["runs"], adjusted[1]["runs"]]
    naive = [min(p[j] * 4 / (j + 1) for j in range(i, 4)) for i in range(4)]
    assert [one.adjusted for one in ordered] == pytest.approx(naive)
    assert [one.reported for one in ordered] == [True, True, True, False]


def test_a_match_against_a_recusal_is_checked_whatever_chance_says() -> None:
    draws = {1: year(rigged.honest)[12]}
    matches = rigged.matched([[1, 2, 3]], 6, np.random.default_rng(1))
    matches.loc[0, "forbidden"] = True
    verdict = judge(draws, matches)[1]
    assert (verdict.verdict, verdict.forbidden) == ("check", 1)


def test_a_year_without_draws_has_no_verdicts() -> None:
    assert judge({}, NOBODY) == {}


@FEWER
def test_favoured_firms_of_one_township_show_in_the_composition() -> None:
    rates = bench.spared_found(90, True, 16, np.random.default_rng(16))
    assert rates["composition"] > 0.4


def test_the_same_draw_gets_the_same_p_values_every_time() -> None:
    assert judge(year(rigged.honest), NOBODY) == judge(year(rigged.honest), NOBODY)


# --------------------------------------------------------------------------------------------------------------- power


def one_draw(design: bench.Design) -> RecordedDraw:
    generator = np.random.default_rng(17)
    pool = rigged.directory(design.sizes, design.order, generator)
    return rigged.record(pool, rigged.honest(pool, design.quotas, generator), stratified=design.stratified)


@FEWER
def test_power_is_what_rigged_draws_show() -> None:
    design = bench.Design("", {"A": 10}, "sorted", 4)
    found = bench.skips_found(design, 40, np.random.default_rng(18), whole_steps=False)
    assert fairness.power(one_draw(design)).skip == pytest.approx(np.mean(found), abs=0.2)


def test_a_small_draw_cannot_be_told_from_a_rigged_one() -> None:
    design = bench.Design("", {"A": 6, "B": 4}, "sorted", {"A": 2, "B": 1})
    draw = one_draw(design)
    assert fairness.power(draw).skip == 0
    assert judge({1: draw}, NOBODY)[1].verdict == "unclear"


def test_a_draw_without_its_pool_is_not_too_small_but_has_no_pool() -> None:
    assert judge({1: fairness.RecordedDraw(1, ())}, NOBODY)[1].verdict == "no_pool"


def test_a_draw_that_took_everyone_says_nothing() -> None:
    draw = one_draw(bench.Design("", {"A": 6}, "sorted", {"A": 6}))
    assert draw.widest is None
    assert fairness.examine(draw) == {}
    assert judge({1: draw}, NOBODY)[1].verdict == "unclear"


def test_firms_spared_are_noticed_only_from_a_number_on() -> None:
    draw = one_draw(bench.DESIGNS[2])  # 15 of 60
    spared = fairness.power(draw).spared
    assert draw.widest is not None
    assert spared is not None
    # SciPy's hypergeometric: an honest draw leaves out all of so many named firms.
    missed = [stats.hypergeom.pmf(0, draw.widest.size, firms, draw.widest.drawn) for firms in (spared, spared - 1)]
    assert missed[0] <= LEVEL < missed[1]


def test_drawing_again_until_a_firm_is_out_succeeds_as_often_as_stated() -> None:
    generator = np.random.default_rng(19)
    pool = rigged.directory({"A": 8}, "sorted", generator)
    out = [not rigged.redrawn_until_out(pool, 6, 0, 2, generator)[-1][0] for _ in range(800)]
    assert np.mean(out) == pytest.approx(fairness.succeeds(0.75, 2), abs=0.06)
    assert fairness.succeeds(0.25, 0) == 0.75


# ----------------------------------------------------------------------------------------------- from answers to draws


def test_answers_become_draws() -> None:
    places = pd.DataFrame(
        [(7, "A", False, 2), (7, "A", False, 5), (7, "A", True, 1), (7, "B", False, 1)],
        columns=["draw_id", "stratum", "passed_over", "rank"],
    )
    cells = [
        ("A", False, "东", 3, 2), ("A", False, "西", 2, 0), ("A", True, "东", 4, 1), ("B", False, "东", 1, 1),
        ("C", False, "东", 3, 0),
    ]  # fmt: skip
    groups = pd.DataFrame(
        [
            (7, stratum, over, region, "enterprise", "", stratum, size, drawn)
            for stratum, over, region, size, drawn in cells
        ],
        columns=["draw_id", "stratum", "passed_over", "region", "kind", "industry", "class", "size", "drawn"],
    )
    before = pd.DataFrame([(7, "A", 3, 1)], columns=["draw_id", "stratum", "seen", "again"])
    draw = recorded(places, groups, before)[7]
    assert [(one.name, one.size, one.drawn, one.ranks.tolist(), one.seen, one.again) for one in draw.strata] == [
        ("A", 5, 2, [2, 5], 3, 1), ("A*", 4, 1, [1], 0, 0), ("B", 1, 1, [1], 0, 0), ("C", 3, 0, [], 0, 0),
    ]  # fmt: skip
    assert draw.compared
    assert draw.groups is not None
    assert draw.groups.size.tolist() == [3, 2, 4]  # B was drawn whole, C not at all
    assert draw.groups.stratum.tolist() == [0, 0, 1]
    assert randomness.expected_counts(draw.groups) == pytest.approx([1.2, 0.8, 1.0])
    assert draw.widest is draw.strata[0]
