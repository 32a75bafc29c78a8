"""Units ranked and graded from their counts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from inspections.evaluation.grade import Override, evaluate
from inspections.evaluation.indicators import INDICATORS
from inspections.evaluation.rubric import Criterion, Rubric

SCHEME = Rubric(
    "试",
    0,
    "spread",
    {"excellent": Fraction(90), "good": Fraction(80), "fair": Fraction(70)},
    {code: Criterion(Fraction(1), Fraction(0), Fraction(1)) for code in ("completion", "publication")},
)


def frame(*units: tuple[int | None, str, int, int, int]) -> pd.DataFrame:
    """(unit_id, name, entered, published, due), unit_id None for the bureau as a whole."""
    nothing = {name: 0 for one in INDICATORS for name in (one.part, one.whole)}
    rows = [
        {"unit_id": unit_id, "bureau": "局", "unit": name, "unit_kind": "section"}
        | nothing
        | {"entered": entered, "published": published, "due": due}
        for unit_id, name, entered, published, due in units
    ]
    return pd.DataFrame(rows).astype({"unit_id": "Int64"})


def test_the_best_comes_first_equals_share_a_rank_and_those_without_work_come_last() -> None:
    found = evaluate(
        frame(
            (None, "局", 30, 25, 40),
            (1, "一", 0, 0, 0),
            (2, "二", 8, 8, 10),
            (3, "三", 10, 9, 10),
            (4, "四", 16, 16, 20),
        ),
        SCHEME,
    )
    assert found is not None
    assert [(unit.unit, unit.score, unit.grade, unit.rank) for unit in found.units] == [
        ("三", Decimal("95.00"), "excellent", 1),
        ("二", Decimal("80.00"), "good", 2),
        ("四", Decimal("80.00"), "good", 2),
        ("一", None, "not_applicable", None),
    ]
    assert (found.whole.unit, found.whole.score, found.whole.grade) == ("局", Decimal("68.75"), "poor")
    assert found.best is not None
    assert found.best.unit == "三"
    assert [unit.unit for unit in found.graded] == ["三", "二", "四"]
    assert found.of(4) == found.units[2]
    assert found.of(None) == found.whole
    assert found.of(99) is None


def test_the_unit_to_compare_with_is_the_one_with_most_work_among_equals() -> None:
    found = evaluate(frame((None, "局", 3, 3, 3), (1, "小", 1, 1, 1), (2, "大", 2, 2, 2)), SCHEME)
    assert found is not None
    assert found.best is not None
    assert found.best.unit == "大"


def test_whoever_leads_is_named_with_his_equals_and_nobody_leads_where_all_are_equal() -> None:
    def leading(*done: int) -> list[str]:
        units = [(number, f"{number}股", count, count, 10) for number, count in enumerate(done, start=1)]
        found = evaluate(frame((None, "局", sum(done), sum(done), 10 * len(done)), *units), SCHEME)
        assert found is not None
        return [unit.unit for unit in found.leading]

    assert leading(9, 9, 3) == ["1股", "2股"]
    assert leading(9, 3) == ["1股"]
    assert leading(9, 9) == leading(9) == []


def test_a_decided_grade_counts_and_the_suggestion_stays_visible() -> None:
    found = evaluate(
        frame((None, "局", 8, 8, 10), (1, "一", 8, 8, 10)), SCHEME, {1: Override("fair", "重大舆情", "李")}, {1: "附言"}
    )
    assert found is not None
    (unit,) = found.units
    assert (unit.grade, unit.suggested, unit.note) == ("fair", "good", "附言")
    assert unit.score == Decimal("80.00")


def test_nothing_is_evaluated_where_there_is_no_bureau() -> None:
    assert evaluate(frame((1, "一", 1, 1, 1)).head(0), SCHEME) is None


def test_an_indicator_that_a_unit_does_not_have_is_a_key_error() -> None:
    found = evaluate(frame((None, "局", 1, 1, 1)), SCHEME)
    assert found is not None
    assert found.units == ()
    assert found.best is None
    with pytest.raises(KeyError):
        found.whole.mark("happiness")


def test_the_bureau_itself_is_scored_among_its_units_and_not_ranked() -> None:
    rows = frame((None, "局", 4, 4, 6), (1, "局", 3, 3, 3), (2, "股", 1, 1, 2), (3, "室", 0, 0, 1))
    found = evaluate(rows, SCHEME)
    assert found is not None
    assert [(unit.unit, unit.rank, unit.aside) for unit in found.units] == [
        ("股", 1, False), ("室", 2, False), ("局", None, True),
    ]  # fmt: skip
    assert found.units[-1].score is not None
    assert found.best is not None
    assert found.best.unit == "股"
    alone = evaluate(frame((None, "局", 3, 3, 3), (1, "局", 3, 3, 3)), SCHEME)
    assert alone is not None
    assert [(unit.rank, unit.aside) for unit in alone.units] == [(1, False)]


def test_no_score_suggests_a_grade_before_the_year_is_over() -> None:
    rows = frame((None, "全局", 3, 3, 3), (1, "一", 3, 3, 3), (2, "二", 0, 0, 0))
    decided = {1: Override("poor", "迟报", "联席办")}
    found = evaluate(rows, SCHEME, decided, running=True)
    assert found is not None
    assert (found.whole.suggested, found.whole.grade) == ("pending", "pending")
    assert [(unit.suggested, unit.grade, unit.overridden) for unit in found.units] == [
        ("pending", "poor", True), ("not_applicable", "not_applicable", False),
    ]  # fmt: skip
