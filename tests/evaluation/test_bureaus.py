"""Bureaus beside one another: scores as the evaluation gives them, places, models, distances, sentences, pictures."""

from __future__ import annotations

import datetime
from fractions import Fraction
from statistics import median
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.evaluation import bureaus
from inspections.evaluation.bureaus import RANKED, SCORE, SMALL
from inspections.evaluation.indicators import BY_CODE, INDICATORS, counts_of
from inspections.evaluation.rubric import MISSING, NOT_APPLICABLE, Criterion, Rubric, default_rubric, marks, score
from inspections.figures import bureaus as figures
from inspections.figures import sentences
from inspections.words.look import LIGHT
from inspections.words.wording import LANGUAGES
from tests.spoken import spoken_in

COLUMNS = sorted({column for one in INDICATORS for column in (one.part, one.whole)})
YEAR_END = datetime.date(2024, 12, 31)


def totals(*rows: dict[str, int], **everywhere: Any) -> pd.DataFrame:
    """Rows of the question; what is not said is 0."""
    nothing = dict.fromkeys(COLUMNS, 0)
    return pd.DataFrame(
        [
            {
                "bureau_id": place,
                "bureau": f"局{place}",
                "region": f"县{place % 2}",
                "unit_id": None,
                "publication_days": None,
                "plans": 2,
            }
            | nothing
            | everywhere
            | row
            for place, row in enumerate(rows, start=1)
        ]
    )


def scored(*rows: dict[str, int], **everywhere: Any) -> pd.DataFrame:
    return bureaus.with_scores(totals(*rows, **everywhere), default_rubric())


def counts() -> st.SearchStrategy[dict[str, int]]:
    """A bureau's counts, numerators at most their denominators; often nothing at all of a kind."""

    def within(wholes: dict[str, int]) -> st.SearchStrategy[dict[str, int]]:
        parts = {
            one.part: st.integers(0, wholes[one.whole] * (1 if one.kind == "rate" else 30))
            for one in INDICATORS
            if one.part not in wholes
        }
        return st.fixed_dictionaries(parts).map(lambda found: wholes | found)

    sizes = {one.whole for one in INDICATORS}
    return st.fixed_dictionaries(dict.fromkeys(sorted(sizes), st.just(0) | st.integers(1, 60))).flatmap(within)


def criterion(code: str, weight: int, low: int, width: int) -> Criterion:
    size = 20 if BY_CODE[code].kind == "rate" else 1
    marks = Fraction(low, size), Fraction(low + width, size)
    return Criterion(Fraction(weight), *(marks if BY_CODE[code].rises else reversed(marks)))


def rubrics() -> st.SearchStrategy[Rubric]:
    criteria = st.tuples(st.integers(1, 40), st.integers(0, 10), st.integers(1, 10))
    chosen = st.dictionaries(st.sampled_from(RANKED[1:]), criteria, min_size=1).map(
        lambda known: {code: criterion(code, *numbers) for code, numbers in known.items()}
    )
    bands = {"excellent": Fraction(90), "good": Fraction(80), "fair": Fraction(70)}
    return st.builds(lambda missing, known: Rubric("x", 1, missing, bands, known), st.sampled_from(MISSING), chosen)


@given(st.lists(counts(), min_size=1, max_size=5), rubrics())
def test_scores_of_all_at_once_are_those_of_the_evaluation_to_the_last_digit(
    rows: list[dict[str, int]], rubric: Rubric
) -> None:
    found = bureaus.with_scores(totals(*rows), rubric)
    for counted, (_, one) in zip(counts_of(totals(*rows)), found.iterrows(), strict=True):
        expected = score(marks(rubric, counted))
        if expected is None:
            assert pd.isna(one["score"])
            assert one["grade"] == NOT_APPLICABLE
        else:
            assert one["score"] == float(expected)
            assert one["grade"] == rubric.grade(expected)


def test_a_score_on_the_edge_of_rounding_is_scored_in_fractions() -> None:
    # 100 * 1201 / 20,000 is 6.005, which binary numbers hold a little lower: half up is 6.01.
    bands = {"excellent": Fraction(90), "good": Fraction(80), "fair": Fraction(70)}
    rubric = Rubric("x", 1, "spread", bands, {"completion": Criterion(Fraction(1), Fraction(0), Fraction(1))})
    found = bureaus.with_scores(totals({"entered": 1201, "due": 20_000}, {"entered": 1199, "due": 20_000}), rubric)
    assert list(found["score"]) == [6.01, 6.0]


def test_a_bureau_without_a_plan_is_no_part_of_the_comparison() -> None:
    found = scored({"due": 5, "entered": 5}, {"plans": 0})
    assert list(found["bureau"]) == ["局1"]


@given(st.lists(counts(), min_size=2, max_size=8), st.sampled_from(RANKED))
def test_places_are_one_more_than_how_many_are_better(rows: list[dict[str, int]], by: str) -> None:
    known = scored(*rows)
    if by not in bureaus.rankable(known):
        return
    found = bureaus.ranking(known, by)
    values = dict(zip(found.ranked["bureau_id"], found.ranked["value"], strict=True))
    for row in found.ranked.to_dict("records"):
        better = [other < row["value"] if bureaus.ascending(by) else other > row["value"] for other in values.values()]
        assert row["rank"] == 1 + sum(better)
        assert row["to_median"] == pytest.approx(row["value"] - median(values.values()))
        behind = row["value"] - found.top
        assert row["to_best"] == pytest.approx(max(behind, 0) if bureaus.ascending(by) else min(behind, 0))
        assert row["is_small"] == (row["denominator"] < SMALL)
    assert found.rows["rank"].isna().sum() == len(rows) - len(values)
    assert list(found.ranked["rank"]) == sorted(found.ranked["rank"])
    firm = [row["value"] for row in found.ranked.to_dict("records") if not row["is_small"]]
    firm = firm if len(firm) > 1 else list(values.values())
    ends = (min(firm), max(firm)) if bureaus.ascending(by) else (max(firm), min(firm))
    assert (found.top, found.bottom) == ends
    assert found.quartiles[1] == pytest.approx(median(values.values()))


def test_few_records_are_ranked_but_make_no_model() -> None:
    known = scored({"due": 1, "entered": 1}, {"due": 100, "entered": 90}, {"due": 100, "entered": 80}, {"due": 2})
    found = bureaus.ranking(known, "completion")
    assert list(found.rows["bureau"]) == ["局1", "局2", "局3", "局4"]
    assert list(found.rows["rank"]) == [1, 2, 3, 4]
    assert (found.best, found.lowest) == (("局2",), ("局3",))
    # A small one above the model is not behind it.
    assert list(found.rows["to_best"])[:2] == [0, 0]
    alone = bureaus.ranking(scored({"due": 2, "entered": 2}, {"due": 2}), "completion")
    assert (alone.best, alone.lowest) == (("局1",), ("局2",))


def test_the_quickest_to_publish_come_first_and_the_slow_are_behind() -> None:
    known = scored(
        {"measured": 40, "days_to_publish": 136}, {"measured": 40, "days_to_publish": 80},
        {"measured": 40, "days_to_publish": 400}, {},
    )  # fmt: skip
    found = bureaus.ranking(known, "days_to_publish")
    assert list(found.rows["bureau"]) == ["局2", "局1", "局3", "局4"]
    assert (found.best, found.lowest) == (("局2",), ("局3",))
    assert found.ranked["to_best"].tolist() == pytest.approx([0, 1.4, 8])
    assert found.quartiles == pytest.approx((6.7, 3.4, 2.7))
    for language, sentence in (
        ("zh", "最好的是局2（2.0 个工作日），末位是局3（10.0 个工作日），相差 8.0 个工作日，与中位数相差 6.6 个工作日"),
        ("en", "best at 局2 (2.0 working days), last at 局3 (10.0 working days), 8.0 working days apart"),
    ):
        assert sentence in spoken_in(language, sentences.standings, found)
    # A mean is no share: on the profile's scale of shares, the longest time would stand where the best rates do.
    drawn = spoken_in("zh", figures.profile, bureaus.profile([found], 3), LIGHT)
    dots = [x for trace in drawn.data if trace.mode == "markers" for x in trace.x]
    assert all(pd.isna(x) for x in dots)
    assert "10.0  3/3" in drawn.data[-1].text[0]


def test_two_bureaus_have_no_median_and_three_no_quarters() -> None:
    many = [{"due": 100, "entered": 90 - place} for place in range(bureaus.HAVE_QUARTILES)]
    for count in (2, 3, bureaus.HAVE_QUARTILES):
        found = bureaus.ranking(scored(*many[:count]), "completion")
        assert ("中位数" in sentences.standings(found)) == (count > 2)
        drawn = spoken_in("zh", figures.standings, found, 1, LIGHT)
        assert len(drawn.layout.annotations) == (count > 2)
        profile = spoken_in("zh", figures.profile, bureaus.profile([found], count), LIGHT)
        assert any(LIGHT.alarm in str(trace.marker.color) for trace in profile.data) == (count >= 5)


def test_few_records_are_named_only_where_too_few_bureaus_have_more() -> None:
    large, small = {"due": 100, "entered": 90}, {"due": 10, "entered": 9}
    one, two = (bureaus.ranking(scored(*known), "completion") for known in ((large, small), (large, large, small)))
    assert (one.names_small, two.names_small) == (True, False)
    assert [one.are_small(names) for names in (["局2"], ["局1"], ["局1", "局2"])] == [True, False, False]


def test_equal_bureaus_share_a_place_and_are_all_named() -> None:
    known = scored(*[{"due": 50, "entered": 50}] * 3, {"due": 100, "entered": 50}, {"due": 60, "entered": 60})
    found = bureaus.ranking(known, "completion")
    assert list(found.rows["rank"]) == [1, 1, 1, 1, 5]
    assert found.best == ("局5", "局1", "局2", "局3")  # the larger first
    for language, more in (("zh", "局5、局1，另有 2 个"), ("en", "局5, 局1 and 2 more")):
        assert more in spoken_in(language, sentences.standings, found)


def test_the_sentence_says_how_far_the_last_is_from_the_best_and_from_the_middle() -> None:
    known = scored({"due": 100, "entered": 98}, {"due": 100, "entered": 90}, {"due": 100, "entered": 62})
    text = sentences.standings(bureaus.ranking(known, "completion"))
    for part in ("局1（98.0%）", "局3（62.0%）", "相差 36.0 个百分点", "低 28.0 个百分点"):
        assert part in text
    said = " ".join(sentences.bureaus(known, bureaus.ranking(known, SCORE), 2024, YEAR_END))
    assert "单位共 3 个" in said
    assert "50 户次未检查录入，其中局3 38 户次" in said
    equal = scored(*[{"due": 100, "entered": 100}] * 2)
    assert "没有差距" in sentences.standings(bureaus.ranking(equal, "completion"))


def test_a_running_year_is_said_to_be_one() -> None:
    known = scored({"due": 100, "entered": 98}, {"due": 100, "entered": 90})
    half = datetime.date(2024, 6, 30)
    assert "2024-06-30" in sentences.bureaus(known, bureaus.ranking(known, SCORE), 2024, half)[-1]


@pytest.mark.parametrize(
    ("left", "half"), [([], 0), ([0, 0], 0), ([5], 1), ([1, 1, 1, 1], 2), ([9, 1, 1], 1), ([3, 2, 2], 2)]
)
def test_half_of_what_is_outstanding_lies_with_the_fewest_bureaus(left: list[int], half: int) -> None:
    assert bureaus.half_of(pd.Series(left, dtype="int64")) == half


def test_bureaus_are_found_by_region_or_name() -> None:
    known = scored({}, {"bureau": "Yangcheng (x)"}, {"region": None})
    assert list(bureaus.matching(known, " ")["bureau"]) == ["局1", "Yangcheng (x)", "局3"]
    assert list(bureaus.matching(known, "县1")["bureau"]) == ["局1"]
    assert list(bureaus.matching(known, "yangcheng (")["bureau"]) == ["Yangcheng (x)"]
    assert bureaus.matching(known, "没有").empty


def test_the_problem_rate_ranks_nobody() -> None:
    known = scored({"entered": 50, "problems": 1}, {"entered": 50, "problems": 9})
    assert "problem_rate" not in bureaus.rankable(known)


def test_the_profile_says_where_one_bureau_stands() -> None:
    known = scored({"due": 100, "entered": 98}, {"due": 100, "entered": 90}, {"due": 100, "entered": 62}, {})
    rankings = [bureaus.ranking(known, code) for code in bureaus.rankable(known)]
    own = bureaus.profile(rankings, 3).set_index("by").loc["completion"]
    assert (own["own"], own["own_rank"], own["ranked"], own["best"]) == (0.62, 3, 3, ("局1",))
    assert bureaus.profile(rankings, 4)["own"].isna().all()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [2, figures.ROWS, figures.ROWS + 1, figures.DOTS + 1])
def test_the_picture_fits_the_number_of_bureaus(count: int, language: str) -> None:
    known = scored(*[{"due": 100, "entered": 100 - place % 90, "tasks": 3} for place in range(count)])
    for by in bureaus.rankable(known):
        found = bureaus.ranking(known, by)
        drawn = spoken_in(language, figures.standings, found, 2, LIGHT)
        dots = [trace for trace in drawn.data if trace.customdata is not None]
        assert len(dots[0].x) == len(found.ranked) == count
        assert dots[0].mode == ("lines" if count > figures.DOTS else "markers")
        assert drawn.layout.height < 1300
        of_all = bureaus.profile([found], 2)
        assert len(spoken_in(language, figures.profile, of_all, LIGHT).layout.yaxis.ticktext) == 1
