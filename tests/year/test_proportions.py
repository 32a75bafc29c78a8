"""A pool of a bureau's year as a scenario: the plan in force, past visits, and the table that compares."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from inspections.year.planning import best_plan
from inspections.year.proportions import (
    InForce,
    class_sizes,
    comparison,
    drawn_at_random,
    for_every_class,
    history,
    in_force,
)
from inspections.year.scenario import Scenario, Stratum

SIZES = {"A": 40, "D": 10}


def tasks(*said: dict[str, Any]) -> pd.DataFrame:
    """Tasks on pool 1 as `queries/tasks.sql` gives them."""
    plain = {"scope_id": 1, "rate": None, "rate_op": None, "quota": None, "risk_rule": None}
    rows = [{"task_id": number, **plain, **row} for number, row in enumerate(said, start=1)]
    return pd.DataFrame(rows).astype({"rate": "float64"})


NO_RATES = pd.DataFrame(columns=["task_id", "class", "rate", "rate_op", "quota", "origin"])


def test_the_classes_of_a_pool_come_in_order_of_risk() -> None:
    pools = pd.DataFrame(
        [(1, "none", 4), (1, "D", 1), (1, "A", 9), (2, "A", 7)], columns=["scope_id", "class", "objects"]
    )
    assert list(class_sizes(pools, 1, ["A", "B", "D", "none"]).items()) == [("A", 9), ("D", 1), ("none", 4)]


def test_tasks_at_100_percent_leave_nothing_to_chance() -> None:
    rows = tasks({"rate": 0.25}, {"rate": 1.0}, {"quota": 3}, {"rate": 0.5, "scope_id": 2})
    assert list(drawn_at_random(rows, 1)["task_id"]) == [1, 3]


def test_results_of_several_years_are_added_up() -> None:
    columns = ["class", "results", "problems", "firms", "results_squared", "problems_squared", "results_problems"]
    this, last = (
        pd.DataFrame([("A", 10, 1, 10, 10, 1, 1)], columns=columns),
        # Two firms of class D, two departments each, a problem everywhere: four results that tell as much as two.
        pd.DataFrame([("A", 5, 2, 5, 5, 2, 2), ("D", 4, 4, 2, 8, 8, 8)], columns=columns),
    )
    assert history([this, last]) == {"A": (15, 3, 1), "D": (4, 4, 2)}
    assert history([this.iloc[:0], last.iloc[:0]]) == {}


def test_the_plan_in_force_by_class() -> None:
    class_rates = pd.DataFrame(
        [(2, "A", 0.1, "=", None), (2, "D", None, None, 5)], columns=["task_id", "class", "rate", "rate_op", "quota"]
    )
    planned = tasks({"rate": 0.2, "rate_op": "="}, {}, {})  # 10 of the whole pool; by class; a task without a number
    now = in_force(planned, SIZES, class_rates)
    assert now.visits == pytest.approx({"A": 8 + 4, "D": 2 + 5})
    assert now.never == pytest.approx({"A": 40 * 0.8 * 0.9, "D": 10 * 0.8 * 0.5})
    rotating = in_force(planned, SIZES, class_rates, rotation=True)
    assert rotating.never == pytest.approx({"A": 28, "D": 3})
    strata = {code: Stratum(size, Fraction(1)) for code, size in SIZES.items()}
    once, never = (Scenario("never_visited", strata, cap=cap) for cap in (1, 0))
    assert now.over(once) == pytest.approx(40 * 0.2 * 0.1 + 10 * 0.2 * 0.5)
    assert now.over(never) == pytest.approx(50 - sum(now.never.values()))
    assert rotating.over(once) == 0
    assert rotating.over(never) == pytest.approx(50 - 31)


def test_days_are_rounded_up_to_half_a_day_and_problems_add_up() -> None:
    strata = {
        "A": Stratum(40, Fraction(1, 2), problem_rate=Fraction(1, 10)),
        "D": Stratum(10, Fraction(1), problem_rate=Fraction(1, 2)),
    }
    now = InForce({"A": 8.3, "D": 2.0}, {"A": 0, "D": 0}, {}, rotation=False)
    scenario = Scenario("problems", strata, Fraction(10))
    assert now.days(scenario) == Fraction(13, 2)
    assert now.problems(scenario) == pytest.approx(1.83)


def test_a_class_that_is_empty_today_takes_its_neighbours_proportion() -> None:
    some = {"B": Fraction(1, 10), "D": Fraction(1, 2)}
    assert for_every_class(some, ["A", "B", "C", "D"]) == {
        "A": Fraction(1, 10), "B": Fraction(1, 10), "C": Fraction(1, 10), "D": Fraction(1, 2), "none": Fraction(1, 10),
    }  # fmt: skip
    assert for_every_class({"none": Fraction(1, 5)}, ["A", "B"]) == {"none": Fraction(1, 5)}
    with_none = {"A": Fraction(1, 10), "none": Fraction(1, 5)}
    assert for_every_class(with_none, ["A", "B"]) == {
        "A": Fraction(1, 10),
        "B": Fraction(1, 10),
        "none": Fraction(1, 5),
    }


def test_the_comparison_holds_best_plan_plan_in_force_and_last_year() -> None:
    strata = {
        "A": Stratum(40, Fraction(1, 2), done=20, problems=1, min_rate=Fraction(1, 20)),
        "D": Stratum(10, Fraction(1), done=0, problems=0, min_rate=Fraction(1, 20)),
    }
    scenario = Scenario("problems", strata, Fraction(12), draws=2)
    last_year = pd.DataFrame([("A", 4, 38), ("A", 6, 38), ("D", 1, 9)], columns=["class", "drawn", "pool"])
    now = in_force(tasks({"rate": 0.2, "rate_op": "="}, {"rate": 0.2, "rate_op": "="}), SIZES, NO_RATES)
    plan = best_plan(scenario)
    rows = comparison(scenario, plan, now, last_year, str.lower).set_index("class")
    assert list(rows["class_name"]) == ["a", "d"]
    assert rows.loc["A", "in_force_rate"] == pytest.approx(0.2)
    assert rows.loc["A", "last_year_rate"] == pytest.approx(10 / 76)
    assert rows["inspector_days"].sum() == float(plan.days)
    assert list(rows["year_visits"]) == [2 * quota for quota in plan.quota.values()]
    low, high = rows.loc["D", ["lowest_problem_rate", "highest_problem_rate"]]
    assert (low < 0.01, high > 0.99) == (True, True)  # nothing is known of D
    unsolved = comparison(scenario, None, now, last_year.iloc[:0], str.lower)
    assert unsolved[["best_quota", "best_rate", "last_year_rate", "detection_rate"]].isna().all(axis=None)
