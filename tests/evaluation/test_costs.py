"""What cost points: exactly the records that an indicator counts below the line and not above it."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from fractions import Fraction

import duckdb
import pytest

from inspections.evaluation.costs import cost
from inspections.evaluation.facts import Facts, gather
from inspections.evaluation.rubric import Criterion
from inspections.store.database import ask
from inspections.words.tables import headings, in_words
from inspections.words.wording import LANGUAGES
from tests.spoken import spoken_in

YEARS = [
    (1, "阳城县自然资源局", 2022),
    (1, "阳城县自然资源局", 2023),
    (2, "许昌市自然资源和规划局建安区分局", 2023),
    (2, "许昌市自然资源和规划局建安区分局", 2024),
]


def facts_of(connection: duckdb.DuckDBPyConnection, bureau_id: int, bureau: str, day: datetime.date) -> Facts:
    # What costs points asks the same questions for every mark.
    return gather(functools.cache(functools.partial(ask, connection)), bureau_id, bureau, day.year, day)


@pytest.mark.parametrize(("bureau_id", "bureau", "year"), YEARS)
@pytest.mark.parametrize("ends", [(12, 31), (7, 15), (2, 28)])
def test_as_many_records_cost_points_as_the_denominator_is_above_the_numerator(
    demo_connection: duckdb.DuckDBPyConnection, bureau_id: int, bureau: str, year: int, ends: tuple[int, int]
) -> None:
    facts = facts_of(demo_connection, bureau_id, bureau, datetime.date(year, *ends))
    for unit in (facts.evaluation.whole, *facts.evaluation.units):
        for mark in unit.marks:
            if mark.code in {"problem_rate", "days_to_publish"} or not mark.denominator:
                continue
            rows, columns = cost(facts, unit.unit_id, mark.code)
            assert len(rows) == mark.denominator - mark.numerator, (unit.unit, mark.code)
            # The columns are those of the indicator, whoever's records they show.
            for language in LANGUAGES if unit is facts.evaluation.whole else ():
                assert list(spoken_in(language, in_words, rows, columns)) == list(
                    spoken_in(language, headings, columns)
                )


@pytest.mark.parametrize("full", [None, 5, 8])
def test_slow_publications_cost_a_mean_its_points_the_slowest_first(
    demo_connection: duckdb.DuckDBPyConnection, full: int | None
) -> None:
    """Slower than the full mark, or than the mean where it has no weight."""
    facts = facts_of(demo_connection, 1, "阳城县自然资源局", datetime.date(2023, 12, 31))
    if full is not None:
        criteria = {"days_to_publish": Criterion(Fraction(1), Fraction(20), Fraction(full))}
        facts = dataclasses.replace(facts, rubric=dataclasses.replace(facts.rubric, criteria=criteria))
    unpublished_too = facts.ask("indicator_visits", **facts.scope, unit_id=None)
    days = sorted(unpublished_too["working_days_to_publish"].dropna(), reverse=True)
    line = sum(days) / len(days) if full is None else full
    rows, columns = cost(facts, None, "days_to_publish")
    assert rows["working_days_to_publish"].tolist() == [one for one in days if one > line]
    assert 0 < len(rows) < len(days)
    assert {"made_public_on", "working_days_to_publish"} <= set(columns)
    mark = facts.evaluation.whole.mark("days_to_publish")
    assert (mark.numerator, mark.denominator) == (sum(days), len(days))


def test_the_units_rows_together_are_the_bureaus(demo_connection: duckdb.DuckDBPyConnection) -> None:
    facts = facts_of(demo_connection, 1, "阳城县自然资源局", datetime.date(2023, 12, 31))
    for code in ("completion", "publication_on_time", "closed_out", "launch_on_time", "task_completion"):
        key = "task_id" if code in {"launch_on_time", "task_completion"} else "object_id"
        whole = cost(facts, None, code)
        # Behind the object, where there is one: a narrow window shows the first columns only.
        assert whole.columns[: 1 + (key == "object_id")] == [*(["object"] if key == "object_id" else []), "unit"]
        parts = [
            (unit.unit, row) for unit in facts.evaluation.units for row in cost(facts, unit.unit_id, code).rows[key]
        ]
        assert sorted(parts) == sorted(zip(whole.rows["unit"], whole.rows[key], strict=True))


def test_the_problem_rate_costs_nobody_anything(demo_connection: duckdb.DuckDBPyConnection) -> None:
    facts = facts_of(demo_connection, 1, "阳城县自然资源局", datetime.date(2023, 12, 31))
    with pytest.raises(KeyError):
        cost(facts, None, "problem_rate")


def test_no_risk_class_is_among_what_is_shown(demo_connection: duckdb.DuckDBPyConnection) -> None:
    facts = facts_of(demo_connection, 1, "阳城县自然资源局", datetime.date(2023, 12, 31))
    for mark in facts.evaluation.whole.marks:
        if mark.code != "problem_rate" and mark.denominator:
            assert not [
                name for name in cost(facts, None, mark.code).columns if "class" in name and name != "item_class"
            ]
