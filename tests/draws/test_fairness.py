"""Verdicts over a year, what is found, how often wolf is cried: a seeded part of the study in tests/bench."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from inspections.draws import fairness, randomness
from inspections.draws.fairness import Found, RecordedDraw, judge, recorded
from inspections.draws.randomness import LEVEL, Stratum
from inspections.figures import verdicts as words
from inspections.words.wording import say
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


def found(*p: float) -> dict[str, Found]:
    """Tests of one draw with these p values."""
    return {test: Found(one, "even") for test, one in zip(fairness.TESTS, p, strict=False)}


def test_draws_are_adjusted_and_not_tests() -> None:
    """Benjamini and Hochberg over the draws' p values, the smallest of each draw's tests times their number."""
    examined = {1: found(0.004, 0.6), 2: found(0.3, 0.01, 0.9), 3: found(0.02), 4: found(0.4, 0.2), 5: {}}
    judged = fairness.reported(examined)
    p = [0.008, 0.03, 0.02, 0.4]
    adjusted = stats.false_discovery_control(p, method="bh")
    assert [any(one.reported for one in judged[draw].values()) for draw in (1, 2, 3, 4)] == [
        one <= LEVEL for one in adjusted
    ]
    # In a reported draw only the test that brought it there is told.
    assert [one.reported for one in judged[2].values()] == [False, True, False]
    assert judged[5] == {}


@pytest.mark.parametrize("rigged_draws", [0, 3])
def test_of_the_draws_reported_at_most_so_many_are_honest(rigged_draws: int) -> None:
    """Years of 12 draws with four tests each, two of them as related as spacing and runs are."""
    generator, years = np.random.default_rng(21), 1500
    z = generator.standard_normal((years, 12, 4))
    z[..., 1] = 0.8 * z[..., 0] + 0.6 * z[..., 1]
    p = stats.norm.sf(z)
    p[:, :rigged_draws, 0] = generator.uniform(0, 2e-4, (years, rigged_draws))
    honest = np.zeros(years)
    for year_, of_year in enumerate(p):
        judged = fairness.reported({draw: found(*row) for draw, row in enumerate(of_year)})
        named = [draw for draw, of_draw in judged.items() if any(one.reported for one in of_draw.values())]
        honest[year_] = np.mean([draw >= rigged_draws for draw in named]) if named else 0.0
    # An expected share of 5 % has a standard error of at most sqrt(0.05 * 0.95 / years).
    assert honest.mean() <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / years)
    assert honest.mean() > 0.01  # the level is used


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


def test_a_list_recorded_twice_is_one_coincidence() -> None:
    made = year(rigged.every_nth)
    twice = {**made, 13: replace(made[12], draw_id=13)}
    verdicts = judge(twice, NOBODY)
    assert (verdicts[12].same_as, verdicts[13].same_as) == (None, 12)
    named = {draw_id: f"draw {draw_id}" for draw_id in twice}
    said = words.finding(2023, list(verdicts.values()), named, 0, None)
    assert [sum(f"draw {draw_id}" in one for one in said) for draw_id in (12, 13)] == [1, 0]


def test_inspectors_who_keep_meeting_are_told_of_one_draw() -> None:
    made = np.random.default_rng(5)
    drawn = [[0, *(made.choice(59, 14, replace=False) + 1).tolist()] for _ in range(6)]
    matches = rigged.matched(drawn, 11, made, loyal=(3, 0))
    verdicts = judge({draw_id: RecordedDraw(draw_id, ()) for draw_id in range(1, 7)}, matches)
    assert [draw_id for draw_id, one in verdicts.items() if one.verdict == "check"] == [6]
    assert verdicts[6].found["inspectors"].sign == "pair"


# -------------------------------------------------------------------------------------------------- the year as a whole

TINY = bench.DESIGNS[3]


def tiny_year(make, draws: int, seed: int) -> list[fairness.Verdict]:
    generator = np.random.default_rng(seed)
    pool = rigged.directory(TINY.sizes, TINY.order, generator)
    return list(
        judge(
            {
                draw_id: rigged.record(pool, make(pool, TINY.quotas, generator), stratified=True, draw_id=draw_id)
                for draw_id in range(1, draws + 1)
            },
            NOBODY,
        ).values()
    )


@FEWER
def test_a_habit_of_every_draw_shows_though_no_single_draw_does() -> None:
    verdicts = tiny_year(partial(rigged.every_nth, whole_steps=False), 16, 22)
    assert {one.verdict for one in verdicts} == {"unclear"}
    whole = fairness.whole_year(verdicts)
    assert whole is not None
    assert whole.verdict == "check"
    assert "even" in [one.sign for one in whole.habits]
    assert say("fairness.habits.even") in words.whole_year(whole)


def test_one_odd_draw_is_no_habit() -> None:
    whole = fairness.whole_year(list(judge(year(rigged.every_nth), NOBODY).values()))
    assert whole is not None
    assert whole.habits == ()


@FEWER
def test_a_year_that_sees_nothing_says_so_and_no_more() -> None:
    whole = fairness.whole_year(tiny_year(rigged.honest, 12, 23))
    assert whole is not None
    assert whole.verdict == "pass"
    assert whole.skip >= fairness.ENOUGH_POWER
    assert words.whole_year(whole) == say("fairness.year.pass", draws=12)
    assert fairness.whole_year(tiny_year(rigged.honest, 1, 23)) is None


def test_years_of_honest_draws_are_said_to_have_a_habit_as_rarely_as_promised() -> None:
    """By the exact tests, whose few possible values are the hardest case; ten draws a year."""
    generator, years, alarms = np.random.default_rng(24), 300, 0
    places = randomness.subsets(24, 6, 10 * years, generator) + 1
    seen = generator.hypergeometric(10, 14, 6, 10 * years)
    none = fairness.Power(0.0, None)
    for of_year in np.split(np.arange(10 * years), years):
        verdicts = []
        for number in of_year.tolist():
            one = Stratum("all", 24, 6, places[number], 10, int(seen[number]))
            draw = RecordedDraw(number, (one,), compared=True)
            tests = {
                "runs": fairness._two_sided(randomness.runs(draw.strata), "runs_few", "runs_many"),
                "repeats": fairness._two_sided(randomness.repeats(draw.strata), "seldom", "often"),
            }
            told = {test: one for test, one in tests.items() if one}
            verdicts.append(fairness.Verdict(number, "unclear", told, 0, none))
        whole = fairness.whole_year(verdicts)
        alarms += whole is not None and bool(whole.habits)
    assert alarms <= stats.binom.ppf(0.9995, years, LEVEL)


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


def test_power_is_that_of_the_level_which_the_verdict_uses() -> None:
    """Sixteen draws, each every n-th: what a lone one is promised, all of them keep."""
    design = bench.DESIGNS[2]
    generator = np.random.default_rng(25)
    pool = rigged.directory(design.sizes, design.order, generator)
    made = {
        draw_id: rigged.record(
            pool, rigged.every_nth(pool, design.quotas, generator, whole_steps=False), stratified=False, draw_id=draw_id
        )
        for draw_id in range(1, 17)
    }
    verdicts = judge(made, NOBODY)
    promised = np.mean([one.power.skip for one in verdicts.values()])
    assert promised > 0.9
    assert np.mean([one.verdict == "check" for one in verdicts.values()]) >= promised


def test_a_stricter_level_promises_less() -> None:
    draw = one_draw(bench.Design("", {"A": 40}, "sorted", 6))
    alone, of_many = (fairness.power(draw, level).skip for level in (LEVEL, LEVEL / 80))
    assert alone > 0.9
    assert of_many < 0.5
    # The same draws by the test itself, at the level of sixteen draws with five tests each.
    finest, generator = fairness.finest_of(16), np.random.default_rng(26)
    pool = rigged.directory({"A": 40}, "sorted", generator)
    p = []
    for number in range(1, 21):
        drawn = rigged.every_nth(pool, 6, generator, whole_steps=False)
        p.append(fairness._spacing(rigged.record(pool, drawn, stratified=False, draw_id=number), finest))
    assert np.mean([one is not None and one.p <= finest for one in p]) == pytest.approx(of_many, abs=0.25)


@pytest.mark.parametrize(
    ("ranks", "sign"),
    [
        ([1, 2, 3, 4, 397, 398, 399, 400], "clumped"),
        (range(5, 400, 50), "even"),
        (range(100, 108), "stretch"),
        (range(100, 180, 10), "stretch"),
    ],
    ids=["clumped", "even", "block", "stretch"],
)
def test_however_many_draws_a_year_has_one_can_be_reported(ranks: Sequence[int], sign: str) -> None:
    finest = fairness.finest_of(400)
    draw = RecordedDraw(1, (Stratum("all", 400, 8, np.array(ranks)),))
    spacing = fairness.examine(draw, finest=finest)["spacing"]
    assert spacing.sign == sign
    assert spacing.p <= finest < 2 / randomness.MANY


def test_an_impossible_make_up_is_told_by_its_exact_tail() -> None:
    labels = np.array([["东", "x", "y", "A"], ["西", "x", "y", "A"]])
    groups = randomness.Groups(fairness.ATTRIBUTES, labels, np.array([0, 0]), np.array([200, 200]), np.array([40, 0]))
    made_up = fairness.examine(RecordedDraw(1, (), groups))["composition"]
    assert made_up.sign == "region"
    # All forty from one half: both sides of both values, at the price of being the analytic one.
    assert made_up.p == pytest.approx(4 * stats.hypergeom.pmf(40, 400, 200, 40) / fairness.ANALYTIC)


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
