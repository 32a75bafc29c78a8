"""The scoring scheme: exact points, the three rules for missing data, the file and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.evaluation.indicators import BY_CODE, LARGEST_MARK, WEIGHABLE
from inspections.evaluation.rubric import (
    GRADES,
    MISSING,
    Criterion,
    Rubric,
    default_rubric,
    marks,
    read_rubric,
    rounded,
    score,
    write_rubric,
)
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error

BANDS = {"excellent": Fraction(90), "good": Fraction(80), "fair": Fraction(70)}
SCORED = [one.code for one in WEIGHABLE]


def rubric(missing: str = "spread", **weights: int) -> Rubric:
    criteria = {code: Criterion(Fraction(weight), Fraction(0), Fraction(1)) for code, weight in weights.items()}
    return Rubric("试", 0, missing, BANDS, criteria)  # type: ignore[arg-type]


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    criteria = {}
    for code in draw(st.lists(st.sampled_from(SCORED), min_size=1, unique=True)):
        low, high = sorted(draw(st.lists(st.integers(0, 100), min_size=2, max_size=2, unique=True)))
        zero, full = (low, high) if BY_CODE[code].rises else (high, low)
        weight = Fraction(draw(st.integers(1, 500)), 10)
        most = Fraction(LARGEST_MARK[BY_CODE[code].kind], 100)
        criteria[code] = Criterion(weight, zero * most, full * most)
    ordered = {code: criteria[code] for code in BY_CODE if code in criteria}
    low, middle, high = sorted(draw(st.lists(st.integers(1, 100), min_size=3, max_size=3, unique=True)))
    bands = {"excellent": Fraction(high), "good": Fraction(middle), "fair": Fraction(low)}
    return Rubric(draw(st.sampled_from(["甲", 'a "b" \\c', "x"])), 0, draw(st.sampled_from(MISSING)), bands, ordered)


@st.composite
def counts(draw: st.DrawFn) -> dict[str, tuple[int, int]]:
    said = {}
    for code in draw(st.lists(st.sampled_from(list(BY_CODE)), unique=True)):
        denominator = draw(st.integers(0, 40))
        said[code] = (draw(st.integers(0, denominator)), denominator)
    return said


def test_points_are_the_weight_between_the_marks() -> None:
    criterion = Criterion(Fraction(20), Fraction("0.5"), Fraction(1))
    assert [criterion.achieved(n, 8) for n in (0, 4, 5, 6, 8)] == [0, 0, Fraction(1, 4), Fraction(1, 2), 1]


def test_where_less_is_better_the_weight_is_earned_downwards() -> None:
    criterion = Criterion(Fraction(20), Fraction(20), Fraction(5))
    days = (0, 15, 24, 25, 40, 59, 60, 90)  # of three visits
    earned = [0, 0, Fraction(1, 45), Fraction(4, 9), Fraction(35, 45), Fraction(4, 5), 1, 1]
    assert [criterion.achieved(total, 3) for total in reversed(days)] == earned


def test_an_indicator_with_nothing_to_count_spreads_its_weight_or_counts_full_or_zero() -> None:
    counted = {"completion": (9, 10), "follow_up": (0, 0)}
    reached = {missing: score(marks(rubric(missing, completion=60, follow_up=40), counted)) for missing in MISSING}
    assert reached == {"spread": Decimal("90.00"), "full": Decimal("94.00"), "zero": Decimal("54.00")}


@pytest.mark.parametrize("missing", MISSING)
def test_a_unit_with_nothing_to_count_has_no_score(missing: str) -> None:
    marked = marks(rubric(missing, completion=60, follow_up=40), {"completion": (0, 0), "problem_rate": (3, 9)})
    assert score(marked) is None
    assert all(mark.points is None and mark.available is None for mark in marked)


def test_the_grade_is_that_of_the_printed_score() -> None:
    scheme = rubric(completion=1)
    assert rounded(Fraction("89.995")) == Decimal("90.00")
    assert scheme.grade(Decimal("90.00")) == "excellent"
    assert [scheme.grade(Decimal(text)) for text in ("89.99", "80.00", "79.99", "70", "69.99", "0")] == [
        "good", "good", "fair", "fair", "poor", "poor",
    ]  # fmt: skip


@given(rubrics(), counts())
def test_points_add_up_to_the_score_between_nothing_and_a_hundred(scheme: Rubric, counted: dict) -> None:
    marked = marks(scheme, counted)
    reached = score(marked)
    earned = [mark for mark in marked if mark.points is not None]
    if reached is None:
        assert not any(counted.get(code, (0, 0))[1] for code in scheme.criteria)
        return
    assert rounded(sum((mark.points for mark in earned), Fraction(0))) == reached
    assert 0 <= reached <= 100
    assert all(0 <= mark.points <= mark.available for mark in earned)
    assert sum(mark.available for mark in earned) <= 100
    if scheme.missing == "spread" or all(code in counted for code in scheme.criteria):
        assert sum(mark.available for mark in earned) == 100


@given(rubrics(), counts(), st.sampled_from(SCORED))
def test_one_more_in_a_numerator_never_costs_points(scheme: Rubric, counted: dict, code: str) -> None:
    numerator, denominator = counted.get(code, (0, 0))
    if numerator < denominator and BY_CODE[code].rises:
        before, after = (
            score(marks(scheme, counted)),
            score(marks(scheme, counted | {code: (numerator + 1, denominator)})),
        )
        assert (after or 0) >= (before or 0)


@given(rubrics(), counts(), st.integers(0, 400), st.integers(1, 400), st.integers(1, 9))
def test_more_days_never_raise_a_score(scheme: Rubric, counted: dict, days: int, more: int, visits: int) -> None:
    sooner, later = (
        score(marks(scheme, counted | {"days_to_publish": (total, visits)})) for total in (days, days + more)
    )
    assert (sooner or 0) >= (later or 0)


@given(rubrics(), counts())
def test_the_problem_rate_never_moves_a_score(scheme: Rubric, counted: dict) -> None:
    assert score(marks(scheme, counted | {"problem_rate": (0, 9)})) == score(
        marks(scheme, counted | {"problem_rate": (9, 9)})
    )


@given(rubrics(), st.integers(2, 9))
def test_only_the_proportions_of_the_weights_matter(scheme: Rubric, factor: int) -> None:
    scaled = replace(
        scheme, criteria={code: replace(one, weight=one.weight * factor) for code, one in scheme.criteria.items()}
    )
    counted = dict.fromkeys(BY_CODE, (3, 7))
    assert score(marks(scheme, counted)) == score(marks(scaled, counted))


@given(rubrics())
def test_a_scheme_written_and_read_is_the_same(scheme: Rubric) -> None:
    assert read_rubric(write_rubric(scheme), "x.toml") == scheme


def test_the_default_is_complete_and_rewards_no_problems() -> None:
    scheme = default_rubric()
    assert scheme.total == 100
    assert set(scheme.criteria) <= set(SCORED)
    assert {grade: int(mark) for grade, mark in scheme.bands.items()} == {"excellent": 90, "good": 80, "fair": 70}
    assert set(scheme.bands) == set(GRADES[:-1])


GOOD = 'name = "甲"\nmissing = "full"\n[bands]\nexcellent = 90\ngood = 80\nfair = 60.5\n[indicators.completion]\n'
GOOD += "weight = 1\nzero = 0\nfull = 0.9\n"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("[bands]", "[bands", "rubric_malformed"),
        ('"full"', '"half"', "rubric_key"),
        ("weight = 1", "wieght = 1", "rubric_key"),
        ("weight = 1", 'weight = "1"', "rubric_key"),
        ("weight = 1", "weight = true", "rubric_key"),
        ("weight = 1", "weight = nan", "rubric_key"),
        ("zero = 0", "", "rubric_key"),
        ("indicators.completion", "indicators.happiness", "rubric_key"),
        ("weight = 1", "weight = -1", "rubric_weights"),
        ("weight = 1", "weight = 0", "rubric_weights"),
        ("indicators.completion", "indicators.problem_rate", "rubric_never_scored"),
        ("full = 0.9", "full = 1.1", "rubric_marks"),
        ("full = 0.9", "full = 0", "rubric_marks"),
        ("good = 80", "good = 91", "rubric_bands"),
        ("fair = 60.5", "fair = 0", "rubric_bands"),
        ('"甲"', '""', "rubric_name"),
        ('"甲"', f'"{"甲" * 41}"', "rubric_name"),
        ('"甲"', '"甲\\n乙"', "rubric_name"),
        ("[bands]\nexcellent = 90\ngood = 80\nfair = 60.5\n", "bands = 3\n", "rubric_key"),
    ],
)
def test_a_scheme_that_cannot_be_meant_is_refused(before: str, after: str, code: str) -> None:
    assert before in GOOD
    with pytest.raises(InspectionsError) as refused:
        read_rubric(GOOD.replace(before, after), "x.toml")
    assert refused.value.code == code
    assert refused.value.parameters["file"] == "x.toml"


DAYS = (
    GOOD.replace("completion", "days_to_publish").replace("zero = 0", "zero = 20").replace("full = 0.9", "full = 2.5")
)


def test_days_may_be_more_than_one_and_fall_towards_the_full_mark() -> None:
    criterion = read_rubric(DAYS, "x.toml").criteria["days_to_publish"]
    assert (criterion.zero, criterion.full) == (20, Fraction(5, 2))


@pytest.mark.parametrize(("zero", "full"), [("2.5", "20"), ("3", "3"), ("0", "0"), ("20", "-1"), ("367", "5")])
def test_days_that_would_reward_the_slow_are_refused_in_one_sentence(zero: str, full: str) -> None:
    with pytest.raises(InspectionsError) as refused:
        read_rubric(DAYS.replace("zero = 20", f"zero = {zero}").replace("full = 2.5", f"full = {full}"), "x.toml")
    assert refused.value.code == "rubric_marks_less"
    assert "indicators.days_to_publish" in say_error(refused.value)


def test_a_file_from_windows_is_read_and_decimals_stay_exact() -> None:
    scheme = read_rubric("\ufeff" + GOOD.replace("\n", "\r\n"), "x.toml")
    assert scheme.bands["fair"] == Fraction(121, 2)
    assert scheme.criteria["completion"].full == Fraction(9, 10)
