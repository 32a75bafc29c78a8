"""Findings in words: the sentence that the numbers call for, in both languages, singular and plural."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from inspections.figures import sentences
from inspections.words.wording import LANGUAGES
from inspections.year.exact import exact_year
from inspections.year.planned import Cell, Figure, PlannedDraw, Year
from inspections.year.simulation import simulate_year
from inspections.year.whatif import SeriesFacts
from tests.spoken import spoken_in


def clean(found: list[str]) -> list[str]:
    """No placeholder, code, "None" or "nan" is left in what is said."""
    for sentence in found:
        assert sentence.strip()
        for left in ("{", "}", "|", "#", "None", "nan", "finding"):
            assert left not in sentence, sentence
    return found


def classes(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["class", "pool", "drawn"])


def units(*rows: tuple[str, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit", "due", "entered", "overdue"])


def said_of_coverage(language: str, *rows: tuple[str, int, int], pool: str | None = None) -> list[str]:
    return clean(spoken_in(language, sentences.coverage, classes(*rows), pool, 2024, lambda code: f"<{code}>"))


# ---------------------------------------------------------------------------------------------------------- coverage


def test_coverage_names_whole_classes_and_where_most_were_missed() -> None:
    rows = (("A", 1000, 100), ("B", 300, 250), ("C", 30, 30), ("D", 6, 6))
    assert said_of_coverage("zh", *rows) == [
        "2024 年已抽取的各对象库共 1,336 户，抽到 386 户，覆盖率 28.9%；",
        "<C>、<D>全部抽到；", "<A>仍有 900 户没有抽到。",
    ]  # fmt: skip
    assert said_of_coverage("en", *rows) == [
        "2024: 386 of 1,336 objects in the pools drawn from were drawn, 28.9%.", "Drawn in full: <C>, <D>.",
        "<A>: 900 objects were not drawn.",
    ]  # fmt: skip


def test_coverage_of_one_pool_one_object_missed_and_everyone() -> None:
    assert said_of_coverage("en", ("A", 3, 2), pool="煤矿")[-1] == "<A>: 1 object was not drawn."
    assert all("煤矿" in said_of_coverage(language, ("A", 3, 2), pool="煤矿")[0] for language in LANGUAGES)
    assert said_of_coverage("zh", ("A", 3, 3))[1:] == ["其中各类对象全部抽到。"]
    assert said_of_coverage("en", ("A", 3, 3), ("D", 1, 1))[1:] == ["Every class of them was drawn in full."]


def test_coverage_tells_the_tasks_that_are_not_drawn_yet() -> None:
    found = clean(sentences.coverage(classes(("A", 3, 3)), None, 2024, str, waiting=6))
    assert found[1:] == ["其中各类对象全部抽到。", "另有 6 项任务尚未抽取。"]
    found = clean(sentences.coverage(classes(("A", 3, 2)), None, 2024, str, waiting=1))
    assert found[-1] == "另有 1 项任务尚未抽取。"


# -------------------------------------------------------------------------------------------------------- completion


def test_completion_names_the_unit_furthest_behind() -> None:
    found = units(("甲股", 10, 9, 2), ("乙股", 2000, 1500, 31), ("闲股", 0, 0, 0))
    assert clean(sentences.completion(found, 33)) == [
        "应检查 2,010 户次，已检查并录入 1,509 户次，完成率 75.1%；",
        "2 个单位共有 33 户次逾期未公示，其中乙股最多（31 户次）。",
    ]  # fmt: skip
    assert clean(spoken_in("en", sentences.completion, found, 33))[1].startswith(
        "33 visits of 2 units past the deadline"
    )
    one = units(("甲股", 10, 9, 1))
    assert clean(sentences.completion(one, 1))[1] == "甲股有 1 户次逾期未公示。"
    assert clean(spoken_in("en", sentences.completion, one, 1))[1] == (
        "1 visit of 甲股 past the deadline and not published."
    )


def test_completion_says_of_nobody_alone_what_holds_of_several() -> None:
    found = units(("甲股", 10, 9, 3), ("乙股", 20, 15, 3), ("丙股", 9, 8, 1))
    assert (
        clean(sentences.completion(found, 7))[1]
        == "3 个单位共有 7 户次逾期未公示，其中甲股、乙股同为最多（各 3 户次）。"
    )
    assert clean(spoken_in("en", sentences.completion, found, 7))[1].endswith("甲股, 乙股 have the most, 3 each.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_completion_when_nobody_is_late_or_nothing_is_due(language: str) -> None:
    assert len(clean(spoken_in(language, sentences.completion, units(("甲股", 10, 9, 0)), 0))) == 2
    first, _ = clean(spoken_in(language, sentences.completion, units(("甲股", 0, 0, 0)), 0))
    assert "—" in first


# ---------------------------------------------------------------------------------------------------------- findings


@pytest.mark.parametrize(
    ("numbers", "zh", "en"),
    [
        ((0, 10, 0, 0), "已录入检查结果 10 户次，未发现问题。", "10 results entered, no problem found."),
        ((0, 1, 0, 0), "已录入检查结果 1 户次，未发现问题。", "1 result entered, no problem found."),
        ((4, 10, 1, 1), "1 户次尚未登记处置日期。", "1 case has no day of follow-up on record."),
        ((4, 10, 1, 2), "2 户次尚未登记处置日期。", "2 cases have no day of follow-up on record."),
        ((4, 10, 1, 0), "发现的问题均已进入处置。", "Every problem has been followed up."),
    ],
)
def test_findings(numbers: tuple[int, int, int, int], zh: str, en: str) -> None:
    assert clean(sentences.findings(*numbers))[-1] == zh
    assert clean(spoken_in("en", sentences.findings, *numbers))[-1] == en
    if numbers[0]:
        assert "25.0%" in sentences.findings(*numbers)[0]


# ------------------------------------------------------------------------------------------------------------ redraw

YEAR = Year(
    cells=(Cell("1", 8, {"q1": "A", "q2": "A"}, "A"),),
    draws=(PlannedDraw("q1", 2, "q"), PlannedDraw("q2", 2, "q")),
)
FACTS: dict[str, Any] = {
    "task_ids": (1, 2), "rate": 0.25, "nominal": 0.5625, "rotated": 0.5, "scope": "全部矿山",
    "pool_tasks": (1, 2), "visits": 0.5,
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ["56.2%"]),
        ({"rotated": 0.0}, ["56.2%"]),
        ({"rate": None}, ["56.2%"]),
        ({"rate": None, "nominal": None, "rotated": None}, ["56.2%"]),
    ],
)
def test_series_alone_and_rotated(language: str, changed: dict[str, Any], expected: list[str]) -> None:
    alone = exact_year(YEAR)
    found = clean(
        spoken_in(language, sentences.series, SeriesFacts(**FACTS | changed), alone, Figure(4.0, None), alone)
    )
    assert len(found) == 3
    assert all(share in "".join(found) for share in expected)
    assert "4.0" in found[1]
    # nobody is drawn more often than there are draws
    assert "0.5" in found[2]
    assert {"zh": "最多 2 次", "en": "at most 2 times"}[language] in found[2]


def test_what_the_notice_alone_leaves_out_is_told_where_it_differs() -> None:
    alone = exact_year(YEAR)
    assert sentences.nominal_note(SeriesFacts(**FACTS), alone) is None
    assert sentences.nominal_note(SeriesFacts(**FACTS | {"nominal": None}), alone) is None
    for language in LANGUAGES:
        told = spoken_in(language, sentences.nominal_note, SeriesFacts(**FACTS | {"nominal": 0.25}), alone)
        assert "25.0%" in clean([told])[0]
        assert "50.0%" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_series_with_the_other_tasks_of_its_pool(language: str) -> None:
    more = Year(
        cells=(Cell("1", 8, {"q1": "A", "q2": "A", "x": "A"}, "A"),), draws=(*YEAR.draws, PlannedDraw("x", 8)),
    )  # fmt: skip
    facts = SeriesFacts(**FACTS)
    alone = exact_year(YEAR)
    with_all = clean(spoken_in(language, sentences.series, facts, alone, Figure(4.0, None), exact_year(more)))
    assert with_all[:2] == spoken_in(language, sentences.series, facts, alone, Figure(4.0, None), alone)[:2]
    assert "1.5" in with_all[2]
    assert "3" in with_all[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_series_from_the_notice_alone(language: str) -> None:
    (found,) = clean(spoken_in(language, sentences.nominal_series, SeriesFacts(**FACTS)))
    assert "56.2%" in found
    assert "50.0%" in found
    assert spoken_in(language, sentences.nominal_series, SeriesFacts(**FACTS | {"visits": None})) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_year_in_one_sentence(language: str) -> None:
    (found,) = clean(spoken_in(language, sentences.year_in_one, exact_year(YEAR), simulate_year(YEAR, 50, 1)))
    # 8 x 0.75 x 0.75 = 4.5 objects, 56.25 %
    assert "4.5" in found
    assert "56.2%" in found
    assert "0.50" in found
