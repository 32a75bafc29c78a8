"""From answers of the database to a year: which number of objects every task draws, and who is drawn together."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from inspections.year.exact import exact_year
from inspections.year.planned import ALL, Year
from inspections.year.simulation import simulate_year
from inspections.year.whatif import (
    Answers,
    Choice,
    compare,
    longest_series,
    rates_of,
    series_of,
    share_pool,
    work,
    year_of,
)

COLUMNS = ["task_id", "scope_id", "scope", "rate", "rate_op", "rate_max", "quota", "risk_rule", "starts_on", "ends_on"]
CLASS_COLUMNS = ["task_id", "class", "rate", "rate_op", "quota", "origin"]


def task(task_id: int, **said: Any) -> dict[str, Any]:
    """A task on pool 1 in March; what it does not say is missing."""
    common = {"scope_id": 1, "scope": "全部", "starts_on": "2024-03-01", "ends_on": "2024-03-31"}
    if "rate" in said:
        common["rate_op"] = "="
    return dict.fromkeys(COLUMNS) | common | {"task_id": task_id} | said


def answers(
    cells: list[tuple[str, str, int]],
    *tasks: dict[str, Any],
    series: dict[int, str] | None = None,
    class_rates: list[tuple[Any, ...]] | None = None,
) -> Answers:
    frame = pd.DataFrame(tasks, columns=COLUMNS)
    frame = frame.astype({"rate": "float64", "quota": "float64", "scope_id": "float64"})
    ids = [one["task_id"] for one in tasks]
    return Answers(
        cells=pd.DataFrame(cells, columns=["path", "report_class", "size"]),
        tasks=frame.assign(starts_on=pd.to_datetime(frame["starts_on"]), ends_on=pd.to_datetime(frame["ends_on"])),
        series=pd.DataFrame({"task_id": ids, "series": [(series or {}).get(one, f"task {one}") for one in ids]}),
        class_rates=pd.DataFrame(class_rates or [], columns=CLASS_COLUMNS),
    )


def quotas(year: Year) -> dict[str, Any]:
    return {draw.task: draw.quotas for draw in year.draws}


POOL = [("1=A", "A", 60), ("1=B", "B", 30), ("1=D", "D", 10)]


def asked(*said: dict[str, Any], choice: Choice | None = None, **more: Any) -> Any:
    return quotas(year_of(answers(POOL, *said, **more), choice or Choice()))["1"]


# ---------------------------------------------------------------------------------------------------- who wins


def test_own_proportions_win_over_everything_and_a_class_left_out_draws_nobody() -> None:
    everything = task(1, rate=0.5, quota=7, risk_rule="递加比例")
    rates = [(1, "A", 0.9, "=", None, "notice")]
    assert asked(everything, class_rates=rates, choice=Choice(rates=(("A", "10%"), ("B", "1/3")))) == {
        "A": 6,
        "B": 10,
        "D": 0,
    }


def test_proportions_and_numbers_per_class_win_over_the_task_s_own() -> None:
    rates = [(1, "A", 0.01, ">=", None, "notice"), (1, "B", 0.1, ">", None, "notice"), (1, "D", 0.1, "=", 99, "notice")]
    # 60 x 1 % rounded up; strictly more than 3 of 30; a number above its class takes the class
    assert asked(task(1, rate=0.5, quota=7), class_rates=rates) == {"A": 1, "B": 4, "D": 10}
    assert asked(task(1), class_rates=rates[:1]) == {"A": 1, "B": 0, "D": 0}
    of_another_task = [(2, "A", 0.9, "=", None, "notice")]
    assert asked(task(1, rate=0.1), class_rates=of_another_task) == 10


def test_a_number_wins_over_a_proportion_and_takes_the_pool_at_most() -> None:
    assert asked(task(1, rate=0.5, quota=7, risk_rule="递加比例")) == 7
    assert asked(task(1, quota=700)) == 100


def test_one_proportion_rising_with_risk() -> None:
    found = asked(task(1, rate=0.2, risk_rule="按信用风险分类递加比例抽查"))
    assert sum(found.values()) == 20
    shares = [found[code] / size for code, size in (("A", 60), ("B", 30), ("D", 10))]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


def test_one_plain_proportion_ignores_classes() -> None:
    assert asked(task(1, rate=0.101)) == 11
    assert asked(task(1, rate=0.101), choice=Choice(rounding="nearest")) == 10
    assert asked(task(1, rate=0.1, rate_op=">=")) == 10
    assert asked(task(1, rate=0.1, rate_op=">")) == 11


def test_a_hundred_percent_takes_everybody() -> None:
    for said in (task(1, rate=1.0), task(1, rate=1.0, risk_rule="递加比例"), task(1, rate=1.0, rate_op=">=")):
        assert asked(said) == {"A": 60, "B": 30, "D": 10}


def test_a_task_without_a_number_is_left_out_with_its_part_of_the_paths() -> None:
    cells = [("1=A;2=B", "A", 5), ("2=B", "B", 3), ("1=A", "A", 2)]
    year = year_of(answers(cells, task(1, rate=0.5), task(2)), Choice())
    assert quotas(year) == {"1": 4}
    assert [(dict(cell.strata), cell.report_class, cell.size) for cell in year.cells] == [({"1": "A"}, "A", 7)]


# --------------------------------------------------------------------------------------------- who is drawn together


def test_draws_come_in_the_order_of_their_windows_those_without_first() -> None:
    said = [
        task(3, rate=0.1),
        task(1, rate=0.1, starts_on="2024-06-01", ends_on=None),
        task(2, rate=0.1),
        task(4, rate=0.1, starts_on=None),
    ]
    year = year_of(answers([("4=A;2=A;3=A;1=A", "A", 10)], *said), Choice())
    assert [draw.task for draw in year.draws] == ["4", "2", "3", "1"]


def test_chosen_tasks_only_with_cap_and_rotation() -> None:
    said = [task(1, rate=0.5), task(2, rate=0.5)]
    found = answers([("1=A;2=A", "A", 10), ("2=A", "A", 4)], *said, series={1: "s", 2: "s"})
    year = year_of(found, Choice(tasks=(1,), cap=2, rotation=True))
    assert (quotas(year), year.cap, year.rotation) == ({"1": 5}, 2, True)
    assert sum(cell.size for cell in year.cells) == 10
    whole = year_of(found, Choice(rotation=True))
    assert [draw.series for draw in whole.draws] == ["s", "s"]
    # two halves that rotate reach everybody of the common pool: 10 of 14, and 2 of them are drawn beside
    assert exact_year(whole).figures[ALL].objects == 14


def test_no_task_chosen_or_none_there_gives_an_empty_year() -> None:
    assert year_of(answers(POOL, task(1, rate=0.5)), Choice(tasks=())).draws == ()
    assert year_of(answers([]), Choice()) == Year((), ())


def test_merged_tasks_share_a_door_where_pool_and_window_are_the_same() -> None:
    same, other_window = {"rate": 0.1}, {"rate": 0.1, "ends_on": "2024-04-30"}
    said = [task(1, **same), task(2, **same), task(3, **other_window), task(4, **same, scope_id=2)]
    said += [task(5, rate=0.1, starts_on=None), task(6, rate=0.1, scope_id=None)]
    found = answers([("5=A;1=A;2=A;3=A;4=A;6=A", "A", 10)], *said)
    doors = {draw.task: draw.door for draw in year_of(found, Choice(merge=True)).draws}
    assert doors["1"] == doors["2"] is not None
    assert len({doors["1"], doors["3"], doors["4"]}) == 3
    assert (doors["5"], doors["6"]) == (None, None)
    assert {draw.door for draw in year_of(found, Choice()).draws} == {None}


def test_another_pool_comes_with_the_cells_and_the_task_s_scope() -> None:
    first = answers([("1=A", "A", 10)], task(1, rate=0.5))
    moved = answers([("1=A", "A", 4)], task(1, rate=0.5, scope_id=2))
    assert quotas(year_of(first, Choice())) == {"1": 5}
    assert quotas(year_of(moved, Choice())) == {"1": 2}


def test_objects_that_a_task_left_out_cannot_tell_apart_are_one_cell() -> None:
    cells = [("1=A;2=A", "A", 3), ("1=A", "A", 4), ("1=A;2=B", "A", 5), ("1=A", "B", 6)]
    year = year_of(answers(cells, task(1, rate=0.5), task(2)), Choice())
    assert sorted((cell.report_class, cell.size) for cell in year.cells) == [("A", 12), ("B", 6)]
    assert len({cell.name for cell in year.cells}) == 2


# --------------------------------------------------------------------------------------------------------- series


def quarters(*rates: float | None, scope: int = 1) -> list[dict[str, Any]]:
    return [
        task(number, scope_id=scope, **({} if rate is None else {"rate": rate}))
        for number, rate in enumerate(rates, start=1)
    ]


def test_longest_series_says_what_the_notice_s_proportions_leave_out() -> None:
    said = [
        *quarters(0.25, 0.25, 0.25, 0.25),
        task(5, rate=0.1),
        task(6, rate=1.0, scope_id=2),
        task(7, rate=1.0, scope_id=2),
    ]
    named = dict.fromkeys((1, 2, 3, 4), "q") | {6: "full", 7: "full"}
    facts = longest_series(answers([("1=A", "A", 4)], *said, series=named))
    assert facts is not None
    assert (facts.task_ids, facts.rate, facts.scope, facts.rotated) == ((1, 2, 3, 4), 0.25, "全部", 0.0)
    assert facts.nominal == pytest.approx(0.75**4)
    assert facts.pool_tasks == (1, 2, 3, 4, 5)
    assert facts.visits == pytest.approx(1.1)


def test_a_series_with_different_or_missing_proportions() -> None:
    named = {1: "q", 2: "q"}
    different = longest_series(answers([], *quarters(0.25, 0.5), series=named))
    assert different is not None
    assert (different.rate, different.nominal, different.rotated) == (None, 0.375, 0.25)
    missing = longest_series(answers([], *quarters(0.25, None), series=named))
    assert missing is not None
    assert (missing.rate, missing.nominal, missing.rotated, missing.visits) == (None, None, None, None)
    over = longest_series(answers([], *quarters(0.75, 0.75), series=named))
    assert over is not None
    assert over.rotated == 0.0


def test_no_series_of_two() -> None:
    assert longest_series(answers([], *quarters(0.25, 0.25))) is None
    assert longest_series(answers([], *quarters(1.0, 1.0), series={1: "q", 2: "q"})) is None
    assert longest_series(answers([])) is None


def test_tasks_of_one_series_and_of_one_pool() -> None:
    found = answers([], *quarters(0.1, 0.1, 0.1), task(4, scope_id=2), series={1: "q", 3: "q"})
    assert series_of(found, (3,)) == (1, 3)
    assert series_of(found, (2, 3)) == (1, 2, 3)
    assert share_pool(found, (2,)) == (1, 2, 3)
    assert share_pool(found, (4, 1)) == (1, 2, 3, 4)


def test_compare_puts_plan_choice_and_simulation_side_by_side() -> None:
    found = answers(POOL, task(1, rate=0.2))
    chosen, in_force = year_of(found, Choice(rates=(("A", "50%"),))), year_of(found, Choice())
    rows = compare(exact_year(chosen), simulate_year(chosen, 200, 1), exact_year(in_force)).set_index("report_class")
    assert set(rows.index) == {"A", "B", "D", ALL}
    assert rows.loc["A", ["objects", "never_in_force", "never_exact"]].tolist() == pytest.approx([60, 48, 30])
    assert rows.loc[ALL, "never_exact"] == pytest.approx(70)
    assert rows.loc["A", "never_simulated"] == pytest.approx(30)


# ---------------------------------------------------------------------------------------------------- beside the plan


def test_the_plan_in_force_is_told_as_a_share_of_each_class_over_its_draws() -> None:
    cells = [("1=A;2=A", "A", 60), ("1=D;2=D", "D", 10), ("2=B", "B", 30)]
    rates = [(1, "A", 0.1, "=", None, "notice"), (1, "D", 0.5, "=", None, "notice")]
    # The second draws 20 of a pool of 100, whatever their class.
    year = answers(cells, task(1, rate=0.5), task(2, quota=20.0), class_rates=rates)
    assert rates_of(year, Choice(tasks=(1,))) == {"A": pytest.approx(6 / 60), "D": pytest.approx(5 / 10)}
    whole = rates_of(year, Choice())
    assert whole == {"A": pytest.approx((6 + 12) / 120), "D": pytest.approx((5 + 2) / 20), "B": pytest.approx(6 / 30)}


def test_factors_scale_every_task_by_its_own_numbers_and_leave_those_of_everybody() -> None:
    cells = [("1=A;2=A;3=A", "A", 60), ("1=D;2=D;3=D", "D", 10)]
    rates = [(1, "A", 0.1, "=", None, "notice"), (1, "D", 0.6, "=", None, "notice")]
    found = answers(cells, task(1, rate=0.5), task(2, quota=14.0), task(3, rate=1.0), class_rates=rates)
    planned = quotas(year_of(found, Choice()))
    assert planned == {"1": {"A": 6, "D": 6}, "2": 14, "3": {"A": 60, "D": 10}}
    assert quotas(year_of(found, Choice(factors=(("A", "1"), ("D", "1.0"))))) == planned
    # Halves are rounded up, nobody is drawn twice, and a draw that ignored classes begins at each one's share of it.
    halved = quotas(year_of(found, Choice(factors=(("A", "0.5"), ("D", "2")))))
    assert halved == {"1": {"A": 3, "D": 10}, "2": {"A": 6, "D": 4}, "3": planned["3"]}
    assert quotas(year_of(found, Choice(factors=(("A", "2"), ("D", "2")))))["2"] == 28


def test_work_is_visits_and_what_they_find_at_the_rate_of_the_past() -> None:
    year = exact_year(year_of(answers(POOL, task(1, rate=1.0)), Choice()))
    found = work(year, {"A": (99, 9, Fraction(1)), "B": (0, 0, Fraction(1))})
    assert found is not None
    assert found.visits == pytest.approx(100)
    assert found.problems == pytest.approx(60 * 9.5 / 100 + 30 * 0.5 + 10 * 0.5)
