"""What a unit is graded by, against rows whose answer is written by hand, and the laws that tie the questions."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd
import pytest

from inspections.evaluation.indicators import BY_CODE
from inspections.store.database import ask
from tests.queries.world import END, YEAR, World, day, indicators_of, publishing_by, publishing_within

ASKED: dict[str, Any] = {"bureau_id": 1, "year": YEAR, "as_of": END}
NOT_DUE = (0, 0)


@dataclass
class Town:
    """One bureau with two sections, an outside department, two items and an internal and a joint plan."""

    world: World
    bureau: int
    one: int
    two: int
    department: int
    item: int
    other_item: int
    plan: int
    joint: int


@pytest.fixture
def town(world: World) -> Iterator[Town]:
    bureau = world.bureau()
    world.publish_within(20)
    with publishing_by(world.connection, "03-15"):
        yield _town(world, bureau)


def _town(world: World, bureau: int) -> Town:
    return Town(
        world,
        bureau,
        world.unit("一股", bureau=bureau, scope_of=bureau),
        world.unit("二股", bureau=bureau, scope_of=bureau),
        world.unit("外部门", scope_of=bureau),
        world.item(bureau, "事项一"),
        world.item(bureau, "事项二"),
        world.plan(bureau),
        world.plan(bureau, kind="joint"),
    )


def indicators(town: Town, unit: int | None, as_of: str = "12-31") -> dict[str, tuple[int, int]]:
    rows = indicators_of(town.world.connection, **ASKED | {"as_of": day(as_of)})
    return {code: (numerator, denominator) for of, code, numerator, denominator in rows if of == unit}


def five_visits(town: Town) -> int:
    """A task of the section that leads it and of a department, with one visit of each kind."""
    world, one = town.world, town.one
    task = world.task(town.joint, lead=one, checks=[(town.item, one)], partners=[town.department])
    objects = [f"A{number}" for number in range(1, 6)]
    draw = world.draw(task, "03-04", dict.fromkeys(objects, "B"), objects, quotas={"B": 5})
    found = {town.item: ["other_violation"]}
    world.result(draw, "A1", one, "03-11", "03-11", "04-09")  # 20th working day: in time
    world.result(draw, "A2", one, "03-11", "03-11", "04-10")  # the 21st
    world.result(draw, "A3", one, "03-11", "12-02", found=found, handled="12-05", closed="12-20")  # entered too late
    world.result(draw, "A4", one, "11-11", "11-12", "11-13", found=found, handled="11-20", follow_up="other")
    world.result(draw, "A5", one, "11-11", found=found, handled="11-20")  # not entered: its problem does not count yet
    return draw


# ----------------------------------------------------------------------------------------------------- indicator_counts


def test_indicator_counts_of_a_year_without_tasks_have_nothing_to_count(town: Town) -> None:
    of_unit = indicators(town, town.one)
    assert len(of_unit) == 12
    assert set(of_unit.values()) == {NOT_DUE}
    of_bureau = indicators(town, None)
    assert len(of_bureau) == 17
    assert {code: counts for code, counts in of_bureau.items() if counts != NOT_DUE} == {
        "item_coverage": (0, 2), "participation": (0, 3),
        "plan_numbered": (0, 2), "plan_dated": (0, 2), "plan_published": (0, 2),
    }  # fmt: skip


def test_indicator_counts_of_visits(town: Town) -> None:
    five_visits(town)
    assert indicators(town, town.one) == {
        "completion": (4, 5), "entry_on_time": (3, 5), "publication": (3, 5), "publication_on_time": (2, 5),
        "days_to_publish": (20 + 21 + 2, 3),
        "launch_on_time": (1, 1), "task_completion": (0, 1), "follow_up": (2, 2), "closed_out": (1, 2),
        "use_of_classes": (1, 1), "joint_share": (1, 1), "problem_rate": (2, 4),
    }  # fmt: skip
    partner = indicators(town, town.department)  # takes part, and need not check
    assert {code for code, counts in partner.items() if counts != NOT_DUE} == {"joint_share"}
    assert indicators(town, None)["participation"] == (2, 3)
    assert indicators(town, None)["item_coverage"] == (1, 2)
    assert indicators(town, None)["completion"] == (4, 5)


def test_indicator_counts_see_only_what_had_happened_by_the_cut_off(town: Town) -> None:
    five_visits(town)
    assert indicators(town, town.one, "03-03")["completion"] == NOT_DUE
    assert indicators(town, town.one, "03-04")["completion"] == (0, 5)
    assert indicators(town, town.one, "03-11")["completion"] == (2, 5)
    assert indicators(town, town.one, "12-01")["closed_out"] == (0, 1)
    assert indicators(town, town.one, "11-29")["task_completion"] == NOT_DUE
    assert indicators(town, town.one, "11-30")["task_completion"] == (0, 1)


def test_indicator_counts_average_only_the_days_that_the_calendar_knows(town: Town) -> None:
    five_visits(town)
    town.world.connection.execute("delete from working_day where day > '2024-04-09'")
    of_unit = indicators(town, town.one)
    assert of_unit["publication"] == (3, 5)
    assert of_unit["days_to_publish"] == (20, 1)
    town.world.connection.execute("delete from working_day")
    assert indicators(town, None)["days_to_publish"] == NOT_DUE


def test_indicator_counts_without_a_rule_of_days_take_the_task_s_end(town: Town) -> None:
    five_visits(town)
    with publishing_within(town.world.connection, None):
        assert indicators(town, town.one)["publication_on_time"] == (3, 5)


def test_indicator_counts_count_a_launch_with_the_unit_that_launches(town: Town) -> None:
    world = town.world
    march = ("03-01", "03-31")
    task = world.task(town.joint, lead=town.one, window=march, initiating_unit_id=town.two)
    world.draw(task, "04-01", {"A1": "none"}, [])  # a day late; no object has a class
    world.draw(world.task(town.plan, lead=town.one, window=march), "03-31", {"A1": "A", "A2": "none"}, [])
    world.task(town.plan, lead=town.one, window=("06-01", None))  # never launched
    world.task(town.plan, lead=town.one, window=(None, None))  # no window: never due to start
    world.task(town.plan, window=march)  # nobody named: counts for the bureau alone
    assert indicators(town, town.two)["launch_on_time"] == (0, 1)
    assert indicators(town, town.one)["launch_on_time"] == (1, 2)
    assert indicators(town, town.one, "05-31")["launch_on_time"] == (1, 1)
    assert indicators(town, None)["launch_on_time"] == (1, 4)
    assert indicators(town, town.one)["use_of_classes"] == (0, 1)
    assert indicators(town, town.two)["use_of_classes"] == NOT_DUE
    assert indicators(town, town.one)["task_completion"] == (0, 2)  # launched, and nobody was drawn
    assert indicators(town, town.one)["joint_share"] == (1, 4)
    assert indicators(town, None)["joint_share"] == (1, 5)


def test_indicator_counts_use_of_classes_wants_every_draw_of_the_task(town: Town) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.one)
    world.draw(task, "03-05", {"A1": "A"}, ["A1"], quotas={"A": 1})
    assert indicators(town, town.one)["use_of_classes"] == (1, 1)
    world.draw(task, "06-05", {"A1": "A"}, ["A1"])  # another one without quotas
    assert indicators(town, town.one)["use_of_classes"] == (0, 1)
    assert indicators(town, town.one, "06-04")["use_of_classes"] == (1, 1)


def test_indicator_counts_leave_out_trials_replaced_draws_complaints_and_others_years(town: Town) -> None:
    world, one = town.world, town.one
    task = world.task(town.plan, lead=one, window=("03-01", None))
    world.draw(task, "03-02", {"X1": "A"}, ["X1"], kind="trial")
    replaced = world.draw(task, "03-03", {"X2": "A"}, ["X2"])
    world.draw(task, "03-04", {"X3": "A"}, [], replaces=replaced)
    world.draw(None, "03-05", {"X4": "A"}, ["X4"], basis="complaint")
    world.draw(task, "03-06", {"X5": "A"}, ["X5"], basis="campaign")
    old = world.task(world.plan(town.bureau, year=YEAR - 1), lead=one, window=("2023-03-01", "2023-11-30"))
    world.draw(old, "2023-03-07", {"X7": "A"}, ["X7"])
    assert indicators(town, one)["completion"] == NOT_DUE
    assert indicators(town, one)["launch_on_time"] == (1, 1)
    full = world.draw(task, "03-08", {"X8": "A"}, ["X8"], basis="full")  # a 100 % draw of a planned task counts
    world.result(full, "X8", one, "03-10", "03-10", "03-10")
    assert indicators(town, one)["completion"] == (1, 1)


def test_indicator_counts_of_the_plan_s_papers_wait_for_the_day_of_the_rule(town: Town) -> None:
    town.world.connection.execute(
        "update plan set doc_no = '1号', issued_on = '2024-02-20', published_on = '2024-03-15' where plan_id = ?",
        [town.plan],
    )
    town.world.connection.execute(
        "update plan set issued_on = '2024-03-20', published_on = '2024-03-16' where plan_id = ?", [town.joint]
    )
    papers = ("plan_numbered", "plan_dated", "plan_published")
    assert [indicators(town, None, "03-14")[code] for code in papers] == [NOT_DUE] * 3
    assert [indicators(town, None, "03-15")[code] for code in papers] == [(1, 2)] * 3
    assert [indicators(town, None, "12-31")[code] for code in papers] == [(1, 2), (2, 2), (1, 2)]
    with publishing_by(town.world.connection, None):
        assert [indicators(town, None)[code] for code in papers] == [NOT_DUE] * 3


def test_indicator_counts_show_a_guest_and_leave_strangers_out(town: Town) -> None:
    world = town.world
    guest = world.unit("名单外的检查单位")
    world.unit("无关部门")
    task = world.task(town.joint, lead=town.one, checks=[(town.item, guest)])
    world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    units = world.ask("indicator_counts", "unit", **ASKED)
    assert list(dict.fromkeys(units)) == [None, "一股", "二股", "外部门", "名单外的检查单位"]
    assert indicators(town, guest)["completion"] == (0, 1)
    assert indicators(town, town.one)["completion"] == NOT_DUE  # leads, but need not check
    assert indicators(town, None)["participation"] == (1, 3)  # the guest is not in scope


# ---------------------------------------------------------------------------- states of the visits


def test_visit_states_tell_every_kind_of_visit_apart(town: Town) -> None:
    five_visits(town)
    columns = (
        "unit_id", "ended", "inspected", "entered", "entered_in_time", "may_enter", "published", "published_in_time",
        "may_publish", "problem", "handled", "closed", "visits",
    )  # fmt: skip
    yes, no = True, False
    rows = town.world.ask("visit_states", *columns, **ASKED)
    assert sorted(rows) == sorted(
        [
            (town.one, yes, yes, yes, yes, no, yes, yes, no, no, no, no, 1),  # A1
            (town.one, yes, yes, yes, yes, no, yes, no, no, no, no, no, 1),  # A2
            (town.one, yes, yes, yes, no, no, no, no, no, yes, yes, yes, 1),  # A3
            (town.one, yes, yes, yes, yes, no, yes, yes, no, yes, yes, no, 1),  # A4
            (town.one, yes, yes, no, no, no, no, no, no, no, no, no, 1),  # A5
        ]
    )
    running = town.world.ask("visit_states", *columns, **ASKED | {"as_of": day("03-12")})
    assert sorted(running) == sorted(
        [
            (town.one, no, yes, yes, yes, no, no, no, yes, no, no, no, 2),  # A1 and A2 are still alike
            (town.one, no, yes, no, no, yes, no, no, yes, no, no, no, 1),  # A3: inspected
            (town.one, no, no, no, no, yes, no, no, yes, no, no, no, 2),  # A4 and A5
        ]
    )


def test_visit_states_know_until_when_a_publication_is_in_time(town: Town) -> None:
    world = town.world
    draw = world.draw(world.task(town.plan, lead=town.one), "03-05", {"A1": "A"}, ["A1"])
    world.result(draw, "A1", town.one, "04-18", "04-18")  # Friday 17 May is the 20th working day

    def may(as_of: str) -> bool:
        return bool(world.ask("visit_states", "may_publish", **ASKED | {"as_of": day(as_of)})[0])

    assert [may(one) for one in ("05-17", "05-18", "05-20")] == [True, False, False]
    with publishing_within(world.connection, None):
        assert [may(one) for one in ("05-20", "11-30", "12-01")] == [True, True, False]


def test_task_states_say_where_each_task_stands(town: Town) -> None:
    world, one = town.world, town.one
    march = ("03-01", "03-31")
    done = world.task(town.plan, "办结", lead=one, window=march, initiating_unit_id=town.two)
    world.result(world.draw(done, "03-01", {"A1": "A"}, ["A1"], quotas={"A": 1}), "A1", one, "03-05", "03-06")
    late = world.task(town.joint, "逾期", lead=one, window=march)
    world.draw(late, "04-01", {"A1": "none", "A2": "none"}, ["A1", "A2"])
    world.task(town.plan, "可发起", lead=one, window=("04-01", "06-30"))
    world.task(town.plan, "过期", window=march)
    world.task(town.plan, "未到", lead=one, window=("09-01", None))
    columns = (
        "task", "launching_unit_id", "lead_unit_id", "to_start", "launched_in_time", "may_launch", "ended", "done",
        "due", "not_entered", "has_classes", "with_classes",
    )  # fmt: skip
    yes, no = True, False
    asked = ASKED | {"as_of": day("06-30")}
    assert world.ask("task_states", *columns, **asked) == [
        ("办结", town.two, one, yes, yes, no, yes, yes, 1, 0, yes, yes),
        ("可发起", one, one, yes, no, yes, yes, no, 0, 0, no, no),
        ("过期", None, None, yes, no, no, yes, no, 0, 0, no, no),
        ("未到", one, one, no, no, no, no, no, 0, 0, no, no),
        ("逾期", one, one, yes, no, no, yes, no, 2, 2, no, no),
    ]
    before = dict(world.ask("task_states", "task", "may_launch", **ASKED | {"as_of": day("03-31")}))
    assert before == {"办结": no, "可发起": no, "过期": yes, "未到": no, "逾期": yes}


# ---------------------------------------------------------------------------- indicator_visits


def test_indicator_visits_show_each_visit_with_what_was_known_then(town: Town) -> None:
    five_visits(town)
    columns = (
        "object_id", "inspected_on", "entered_on", "published_on", "working_days_to_publish", "handled_on",
        "entered", "entered_in_time", "published", "published_in_time", "problem", "handled", "closed",
    )  # fmt: skip
    yes, no = True, False
    asked = {"unit_id": town.one}
    # what costs points stands first: not entered, not published, published late, a problem that is still open
    assert town.world.ask("indicator_visits", *columns, **ASKED, **asked) == [
        ("A5", "11-11", None, None, None, "11-20", no, no, no, no, no, no, no),
        ("A3", "03-11", "12-02", None, None, "12-05", yes, no, no, no, yes, yes, yes),
        ("A2", "03-11", "03-11", "04-10", 21, None, yes, yes, yes, no, no, no, no),
        ("A4", "11-11", "11-12", "11-13", 2, "11-20", yes, yes, yes, yes, yes, yes, no),
        ("A1", "03-11", "03-11", "04-09", 20, None, yes, yes, yes, yes, no, no, no),
    ]
    early = town.world.ask("indicator_visits", *columns, **ASKED | {"as_of": day("03-11")}, **asked)
    assert ("A1", "03-11", "03-11", None, None, None, yes, yes, no, no, no, no, no) in early
    assert ("A4", None, None, None, None, None, no, no, no, no, no, no, no) in early


def test_indicator_visits_of_one_unit_and_of_all(town: Town) -> None:
    world = town.world
    task = world.task(town.joint, lead=town.one, checks=[(town.item, town.one), (town.other_item, town.department)])
    world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    columns, asked = ("unit", "task", "object", "ends_on"), ASKED
    assert world.ask("indicator_visits", *columns, **asked, unit_id=None) == [
        ("一股", "任务", "企业A1", "11-30"), ("外部门", "任务", "企业A1", "11-30"),
    ]  # fmt: skip
    assert world.ask("indicator_visits", "unit", **asked, unit_id=town.department) == ["外部门"]
    assert world.ask("indicator_visits", "unit", **asked, unit_id=town.two) == []


def test_indicator_visits_hold_no_risk_class(town: Town) -> None:
    """Leaders receive these rows."""
    five_visits(town)
    frame = town.world.frame("indicator_visits", **ASKED, unit_id=None)
    assert not [column for column in frame.columns if "class" in column or "stratum" in column]
    assert not [column for column in frame.columns if set(frame[column].astype(str)) & set("ABCDE")]


# ---------------------------------------------------------------------------- what people decided, saved and proposed


def decide(town: Town, table: str, unit: int, **columns: object) -> None:
    town.world.insert(
        table, **{"bureau_id": town.bureau, "unit_id": unit, "year": YEAR} | columns,
    )  # fmt: skip


def test_grading_decisions_join_grades_and_notes(town: Town) -> None:
    world = town.world
    grade = {"grade": "good", "reason": "补录属实", "decided_by": "李", "decided_at": datetime.datetime.now()}
    note = {"note": "平台停运一周", "written_by": "李", "written_at": datetime.datetime.now()}
    assert world.ask("grading_decisions", bureau_id=town.bureau, year=YEAR) == []
    decide(town, "evaluation_note", town.department, **note)
    decide(town, "evaluation_override", town.two, **grade)
    decide(town, "evaluation_override", town.one, **grade | {"grade": "not_applicable"})
    decide(town, "evaluation_note", town.one, **note)
    decide(town, "evaluation_override", town.one, **grade | {"year": YEAR - 1})  # another year
    decide(town, "evaluation_note", town.one, **note | {"bureau_id": world.bureau("乙局")})  # another bureau
    assert world.ask("grading_decisions", bureau_id=town.bureau, year=YEAR) == [
        (town.one, "not_applicable", "补录属实", "李", "平台停运一周"),
        (town.two, "good", "补录属实", "李", None),
        (town.department, None, None, None, "平台停运一周"),
    ]


def test_rubrics_stand_newest_first(world: World) -> None:
    now = datetime.datetime.now()
    for rubric_id, name, version in ((1, "甲", 1), (2, "乙", 1), (3, "甲", 2)):
        world.insert("rubric", rubric_id=rubric_id, name=name, version=version, definition="…", created_at=now)
    assert world.ask("rubrics", "rubric_id", "name", "version", "definition") == [
        (3, "甲", 2, "…"), (2, "乙", 1, "…"), (1, "甲", 1, "…"),
    ]  # fmt: skip


def test_proposals_of_one_bureau_and_year_by_pool_and_class(town: Town) -> None:
    world = town.world
    mines, maps = world.scope(town.bureau, "全县矿山"), world.scope(town.bureau, "测绘单位")
    elsewhere = world.scope(world.bureau("乙局"), "别局")
    for bureau, year, scope, code in (
        (town.bureau, 2025, maps, "none"), (town.bureau, 2025, mines, "D"), (town.bureau, 2025, mines, "A"),
        (town.bureau, 2026, mines, "A"), (2, 2025, elsewhere, "A"),
    ):  # fmt: skip
        world.insert(
            "proposal", bureau_id=bureau, year=year, scope_id=scope, **{"class": code}, pool=40, quota=10, rate=0.25,
            draws=4, decided_by="李", decided_at=datetime.datetime.now(),
        )  # fmt: skip
    assert world.ask("proposals", bureau_id=town.bureau, year=2025) == [
        (mines, "全县矿山", "A", 40, 10, 0.25, 4),
        (mines, "全县矿山", "D", 40, 10, 0.25, 4),
        (maps, "测绘单位", "none", 40, 10, 0.25, 4),
    ]


# ------------------------------------------------------------------------------------- laws of a world made at random

FLAGS = {  # of visit_states: numerator and denominator
    "completion": ("entered", None), "entry_on_time": ("entered_in_time", None), "publication": ("published", None),
    "publication_on_time": ("published_in_time", None), "follow_up": ("handled", "problem"),
    "closed_out": ("closed", "problem"), "problem_rate": ("problem", "entered"),
}  # fmt: skip
LAUNCHED, LED = "launching_unit_id", "lead_unit_id"
TASK_FLAGS = {
    "launch_on_time": ("launched_in_time", "to_start", LAUNCHED), "task_completion": ("done", "ended", LED),
    "use_of_classes": ("with_classes", "has_classes", LED),
}  # fmt: skip
WORLDS = [
    (bureau_id, year, as_of, days)
    for bureau_id in (1, 2)
    for year, as_of, days in ((2023, "2023-11-30", 20), (2024, "2024-06-16", None), (2024, "2025-04-30", 20))
]


@pytest.fixture
def ruled(populated: duckdb.DuckDBPyConnection, days: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    with publishing_within(populated, days):
        yield populated


def summed(frame: pd.DataFrame, flags: pd.Series, unit: str, name: str) -> dict[tuple[int, str], int]:
    counted = flags.groupby(frame[unit]).sum()
    return {(int(unit_id), name): int(count) for unit_id, count in counted.items()}


@pytest.mark.parametrize(("bureau_id", "year", "as_of", "days"), WORLDS)
def test_states_and_rows_add_up_to_the_indicators(
    ruled: duckdb.DuckDBPyConnection, bureau_id: int, year: int, as_of: str
) -> None:
    asked: dict[str, Any] = {"bureau_id": bureau_id, "year": year, "as_of": datetime.date.fromisoformat(as_of)}
    known = {*FLAGS, *TASK_FLAGS}
    rows = [row for row in indicators_of(ruled, **asked) if row[0] is not None and row[1] in known]
    numerators = {(unit_id, code): numerator for unit_id, code, numerator, _ in rows}
    denominators = {(unit_id, code): denominator for unit_id, code, _, denominator in rows}
    zero = dict.fromkeys(numerators, 0)

    states = ask(ruled, "visit_states", **asked)
    visits = ask(ruled, "indicator_visits", **asked, unit_id=None)
    names = ask(ruled, "indicator_counts", **asked)
    units = names[names["unit_id"].notna()]
    # two departments of one name in two regions cannot be told apart by name: their rows are added up per name
    by_name = units.set_index(units["unit_id"].astype(int))["unit"].to_dict()
    found, due = dict(zero), dict(zero)
    for code, (done, of) in FLAGS.items():
        weight = states["visits"]
        found |= summed(states, weight.where(states[done], 0), "unit_id", code)
        due |= summed(states, weight if of is None else weight.where(states[of], 0), "unit_id", code)
        listed = visits.groupby("unit")[BY_CODE[code].flag].sum().astype(int).to_dict()
        expected: dict[str, int] = {}
        for unit_id, name in by_name.items():
            expected[name] = expected.get(name, 0) + numerators[unit_id, code]
        assert {name: listed.get(name, 0) for name in expected} == expected, code
    tasks = ask(ruled, "task_states", **asked)
    for code, (done, of, unit) in TASK_FLAGS.items():
        assert (tasks[of] | ~tasks[done]).all()
        found |= summed(tasks, tasks[done], unit, code)
        due |= summed(tasks, tasks[of], unit, code)
    assert found == numerators
    assert due == denominators
