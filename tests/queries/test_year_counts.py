"""Counts of a bureau's year against rows whose answer is written by hand (docs/field.md, "Counting rules")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from tests.queries.world import END, YEAR, World, day

ASKED: dict[str, Any] = {"bureau_id": 1, "year": YEAR, "as_of": END}
FUNNEL = ("due", "inspected", "entered", "published")


@dataclass
class Town:
    """One bureau with one section, one outside department, two items and an internal and a joint plan."""

    world: World
    bureau: int
    section: int
    department: int
    item: int
    other_item: int
    plan: int
    joint_plan: int


@pytest.fixture
def town(world: World) -> Town:
    bureau = world.bureau()
    return Town(
        world,
        bureau,
        section=world.unit("一股", bureau=bureau, scope_of=bureau),
        department=world.unit("外部门", scope_of=bureau),
        item=world.item(bureau, "事项一"),
        other_item=world.item(bureau, "事项二"),
        plan=world.plan(bureau),
        joint_plan=world.plan(bureau, kind="joint"),
    )


def funnel(town: Town, as_of: str | None = None) -> tuple[int, ...]:
    asked = ASKED | ({"as_of": day(as_of)} if as_of else {})
    (row,) = town.world.ask("year_totals", *FUNNEL, **asked)
    return row


def everything_that_does_not_count(town: Town) -> None:
    """Draws that leave every count, each done to the end."""
    world, section = town.world, town.section
    task = world.task(town.plan, "不计", lead=section)
    trial = world.draw(task, "03-02", {"X1": "A"}, ["X1"], kind="trial")  # not counted: trial
    replaced = world.draw(task, "03-03", {"X2": "A"}, ["X2"])  # not counted: replaced by a re-draw
    world.draw(task, "03-04", {"X3": "A"}, [], replaces=replaced)  # the re-draw itself, which drew nobody
    complaint = world.draw(None, "03-05", {"X4": "A"}, ["X4"], basis="complaint")  # not counted: complaint
    campaign = world.draw(task, "03-06", {"X5": "A"}, ["X5"], basis="campaign")  # not counted: campaign
    other = world.bureau("乙局")  # not counted: another bureau
    foreign_task = world.task(world.plan(other), "别局", lead=section)
    foreign = world.draw(foreign_task, "03-07", {"X6": "A"}, ["X6"])
    old_task = world.task(world.plan(town.bureau, year=2023), "上年", lead=section, window=("2023-03-01", "2023-11-30"))
    old = world.draw(old_task, "2023-03-07", {"X7": "A"}, ["X7"])  # not counted: another year
    for draw, object_id in zip(
        (trial, replaced, complaint, campaign, foreign, old), ("X1", "X2", "X4", "X5", "X6", "X7"), strict=True
    ):
        world.result(draw, object_id, section, "03-10", "03-11", "03-12", found={town.item: ["other_violation"]})


# ---------------------------------------------------------------------------------------------------------- year_totals


def test_year_totals_leave_out_what_does_not_count(town: Town) -> None:
    everything_that_does_not_count(town)
    columns = (*FUNNEL, "problems", "objects_drawn", "objects_visited", "doors")
    assert town.world.ask("year_totals", *columns, **ASKED) == [(0,) * 8]


def test_year_totals_count_a_joint_task_once_per_department(town: Town) -> None:
    world = town.world
    task = world.task(
        town.joint_plan, lead=town.section, checks=[(town.item, town.section), (town.other_item, town.department)]
    )
    draw = world.draw(task, "03-05", {"A1": "A", "A2": "A"}, ["A1", "A2"])
    door = world.visit("A1", "03-10")
    world.result(draw, "A1", town.section, "03-10", "03-12", "03-13", visit=door)
    world.result(draw, "A1", town.department, "03-10", "03-12", visit=door)
    world.result(draw, "A2", town.department, "03-11")
    assert funnel(town) == (4, 3, 2, 1)
    reached = world.ask("year_totals", "objects_drawn", "objects_visited", "doors", **ASKED)
    assert reached == [(2, 2, 2)]  # a shared visit counts one door


def test_year_totals_see_only_what_had_happened_by_the_cut_off(town: Town) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.section)
    draw = world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    world.result(draw, "A1", town.section, "03-10", "03-12", "03-14")
    days = ("03-04", "03-05", "03-09", "03-10", "03-11", "03-12", "03-13", "03-14")
    assert [sum(funnel(town, one)) for one in days] == [0, 1, 1, 2, 2, 3, 3, 4]


def test_year_totals_entry_is_in_time_up_to_the_end_date_itself(town: Town) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.section, window=("03-01", "03-31"))
    draw = world.draw(task, "03-05", dict.fromkeys(("A1", "A2"), "A"), ["A1", "A2"])
    world.result(draw, "A1", town.section, "03-20", "03-31", "03-31")  # in time: on the last day
    world.result(draw, "A2", town.section, "03-20", "04-01", "04-01")  # too late: entered after the end date
    columns = ("entered", "entered_in_time", "published", "published_in_time")
    assert world.ask("year_totals", *columns, **ASKED) == [(2, 1, 2, 1)]


@pytest.mark.parametrize(
    ("inspected", "published", "in_time"),
    [
        ("04-08", "05-08", True),  # the 20th working day, across Labour Day (1-5 May off, Sunday 28 April worked)
        ("04-08", "05-09", False),  # the 21st
        ("04-18", "05-17", True),  # Friday, the 20th working day
        ("04-18", "05-18", False),  # the Saturday after it: the deadline was the day before
        ("04-06", "05-06", True),  # inspected on a holiday: Sunday 7 April, worked, is the first day; this is the 20th
        ("04-06", "05-07", False),
        ("04-06", "04-06", True),  # published on the same holiday
    ],
)
def test_year_totals_publication_within_twenty_working_days(
    town: Town, inspected: str, published: str, in_time: bool
) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.section)
    draw = world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    world.result(draw, "A1", town.section, inspected, published, published)
    # where no rule of days was adopted, only the task's end date counts
    assert world.ask("year_totals", "published_in_time", **ASKED) == [1]
    world.publish_within(20)
    assert world.ask("year_totals", "published_in_time", **ASKED) == [int(in_time)]
    assert world.ask("unit_completion", "published_in_time", **ASKED)[0] == int(in_time)


def test_year_totals_take_the_earlier_of_end_date_and_rule(town: Town) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.section, window=("03-01", "04-10"))
    draw = world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    world.result(draw, "A1", town.section, "04-08", "04-11", "04-11")  # within 20 days, but after the end date
    world.publish_within(20)
    assert world.ask("year_totals", "published_in_time", **ASKED) == [0]


def test_year_totals_nothing_is_late_where_the_notice_gave_no_window(town: Town) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.section, window=(None, None))
    draw = world.draw(task, "03-05", {"A1": "A", "A2": "A"}, ["A1", "A2"])
    world.result(draw, "A1", town.section, "04-08", "05-08", "05-08")
    world.result(draw, "A2", town.section, "04-08", "05-09", "05-09")  # 21st working day
    columns = ("entered_in_time", "published_in_time", "tasks_to_start", "launched", "tasks_due")
    assert world.ask("year_totals", *columns, **ASKED) == [(2, 2, 0, 1, 0)]
    world.publish_within(20)
    assert world.ask("year_totals", *columns, **ASKED) == [(2, 1, 0, 1, 0)]
    assert world.ask("unit_completion", "entered_in_time", "published_in_time", "overdue", **ASKED)[0] == (2, 1, 0)
    assert world.ask("overdue_visits", **ASKED) == []


def test_year_totals_of_tasks(town: Town) -> None:
    world, lead = town.world, town.section
    done = world.task(town.plan, "办结", lead=lead, window=("03-01", "03-31"))
    world.result(
        world.draw(done, "03-01", {"A1": "A"}, ["A1"]), "A1", lead, "03-05", "03-06"
    )  # done without publication
    half = world.task(town.plan, "未完", lead=lead, window=("03-01", "03-31"))
    world.result(world.draw(half, "03-31", {"A1": "A"}, ["A1"]), "A1", lead, "03-31")  # inspected, not entered
    late = world.task(town.joint_plan, "逾期发起", lead=lead, window=("03-01", "03-31"))
    world.draw(late, "04-01", {"A1": "A"}, ["A1"])
    early = world.task(town.joint_plan, "提前发起", lead=lead, window=("06-01", "06-30"))
    world.draw(early, "05-31", {"A1": "A"}, ["A1"])
    world.task(town.joint_plan, "未发起", lead=lead, window=("03-01", "03-31"))
    world.task(town.plan, "未到期", lead=lead, window=("09-01", "10-31"))
    columns = ("tasks", "joint_tasks", "tasks_to_start", "launched", "launched_in_time", "tasks_due", "tasks_done")
    asked = ASKED | {"as_of": day("07-01")}
    assert world.ask("year_totals", *columns, **asked) == [(6, 3, 5, 4, 2, 5, 1)]


def test_year_totals_of_problems_follow_them_to_their_closure(town: Town) -> None:
    world, lead, item = town.world, town.section, town.item
    task = world.task(town.plan, lead=lead, checks=[(item, lead), (town.other_item, lead)])
    objects = [f"A{number}" for number in range(1, 6)]
    draw = world.draw(task, "03-01", dict.fromkeys(objects, "A"), objects)
    two = {item: ["other_violation", "unreachable"], town.other_item: ["corrected"]}  # one result, one problem
    world.result(draw, "A1", lead, "03-05", "03-06", found=two, handled="03-10", closed="03-20")
    world.result(draw, "A2", lead, "03-05", "03-06", found={item: ["corrected"]}, handled="03-10")
    world.result(draw, "A3", lead, "03-05", "03-06", found={item: ["refused"]})
    world.result(draw, "A4", lead, "03-05", "03-06", found={item: ["no_activity", "closed_down"]})  # no problem
    world.result(draw, "A5", lead, "03-05", found={item: ["refused"]})  # not entered yet
    columns = ("problems", "handled", "closed")
    on = {one: ASKED | {"as_of": day(one)} for one in ("03-05", "03-06", "03-10", "03-20")}
    assert [world.ask("year_totals", *columns, **asked)[0] for asked in on.values()] == [
        (0, 0, 0), (3, 0, 0), (3, 2, 0), (3, 2, 1),
    ]  # fmt: skip


def test_a_matter_is_not_closed_before_it_is_handled(town: Town) -> None:
    task = town.world.task(town.plan, lead=town.section)
    draw = town.world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    with pytest.raises(duckdb.ConstraintException):
        town.world.result(draw, "A1", town.section, "03-10", "03-11", handled="03-20", closed="03-19")


# ---------------------------------------------------------------------------------------------------------------- tasks


def test_tasks_say_how_each_was_launched(town: Town) -> None:
    world, march = town.world, ("03-01", "03-31")
    for name, window, drawn_on in (
        ("首日", march, "03-01"), ("末日", march, "03-31"), ("逾期", march, "04-01"), ("提前", march, "02-29"),
        ("没抽", march, None), ("没到", ("09-01", "10-31"), None), ("末日未抽", ("05-01", "06-01"), None),
        ("没写时间", (None, None), None), ("没写时间已抽", (None, None), "04-01"), ("以后才抽", march, "06-02"),
    ):  # fmt: skip
        task = world.task(town.plan, name, lead=town.section, window=window)
        if drawn_on:
            world.draw(task, drawn_on, {"A1": "A"}, ["A1"])
    assert dict(world.ask("tasks", "name", "launch", **ASKED | {"as_of": day("06-01")})) == {
        "首日": "in_time", "末日": "in_time", "逾期": "late", "提前": "early", "没抽": "missed", "没到": "waiting",
        "末日未抽": "waiting", "没写时间": "waiting", "没写时间已抽": "in_time", "以后才抽": "missed",
    }  # fmt: skip


def test_tasks_with_a_trial_or_replaced_draw_only_are_not_launched(town: Town) -> None:
    everything_that_does_not_count(town)
    ((name, drawn_on, frame_size, *counts),) = town.world.ask(
        "tasks", "name", "drawn_on", "frame_size", "drawn", *FUNNEL, **ASKED
    )
    # only the re-draw stands, and it drew nobody
    assert (name, drawn_on, frame_size, counts) == ("不计", "03-04", 1, [0, 0, 0, 0, 0])


def test_tasks_count_their_first_draw_as_the_launch_and_all_draws_as_due(town: Town) -> None:
    world = town.world
    task = world.task(
        town.plan, lead=town.section, checks=[(town.item, town.section), (town.other_item, town.department)]
    )
    world.draw(task, "06-05", {"A1": "A", "A2": "A"}, ["A1"])
    first = world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    world.result(first, "A1", town.section, "03-10", "03-11", "03-12")
    assert world.ask("tasks", "drawn_on", "drawn", *FUNNEL, **ASKED) == [("03-05", 1, 4, 1, 1, 1)]


def test_tasks_name_lead_partners_and_pools(town: Town) -> None:
    world = town.world
    stated, chosen = world.scope(town.bureau, "全部"), world.scope(town.bureau, "部分")
    third = world.unit("别部门")
    world.task(town.plan, "甲", lead=town.section, scope_id=stated, scope_text="原文")
    world.task(town.plan, "乙", scope_text="原文")
    world.task(
        town.joint_plan,
        "丙",
        lead=town.section,
        partners=[third, town.department],
        scope_id=stated,
        draw_scope_id=chosen,
    )
    columns = ("plan_kind", "seq", "name", "scope", "stated_scope_id", "scope_id", "lead_unit", "partners")
    assert world.ask("tasks", *columns, **ASKED) == [
        ("internal", 1, "甲", "全部", stated, stated, "一股", None),
        ("internal", 2, "乙", "原文", None, None, None, None),
        ("joint", 1, "丙", "部分", stated, chosen, "一股", "外部门、别部门"),
    ]


def test_tasks_show_what_was_drawn_even_where_nobody_is_named_to_check_it(town: Town) -> None:
    task = town.world.task(town.plan)
    town.world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    assert town.world.ask("tasks", "drawn", "due", **ASKED) == [(1, 0)]
    assert town.world.ask("year_totals", "objects_drawn", "due", **ASKED) == [(1, 0)]


# ----------------------------------------------------------------------------------------------------- unit_completion


def test_unit_completion_shows_units_without_tasks_and_leaves_strangers_out(town: Town) -> None:
    world = town.world
    idle = world.unit("闲股", bureau=town.bureau, scope_of=town.bureau)
    world.unit("去年才在", bureau=town.bureau, scope_of=town.bureau, year=2023)
    guest = world.unit("名单外的检查单位")
    world.unit("无关部门")
    task = world.task(town.joint_plan, lead=town.section, checks=[(town.item, guest)])
    draw = world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    world.result(draw, "A1", guest, "03-10", "03-11", "03-12")
    world.result(draw, "A1", town.section, "03-10", "03-11", "03-12")  # leads, but need not check
    columns = ("unit_id", "tasks", *FUNNEL)
    assert world.ask("unit_completion", *columns, **ASKED) == [
        (guest, 1, 1, 1, 1, 1), (town.section, 0, 0, 0, 0, 0), (town.department, 0, 0, 0, 0, 0), (idle, 0, 0, 0, 0, 0),
    ]  # fmt: skip


def test_unit_completion_overdue_begins_the_day_after_the_end_date(town: Town) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.section, window=("03-01", "03-31"))
    draw = world.draw(task, "03-05", dict.fromkeys(("A1", "A2", "A3"), "A"), ["A1", "A2", "A3"])
    world.result(draw, "A1", town.section, "03-10", "03-11", "04-05")  # public at last
    world.result(draw, "A2", town.section, "03-10", "03-11")
    on = ("03-31", "04-01", "04-05")
    overdue = [world.ask("unit_completion", "overdue", **ASKED | {"as_of": day(one)})[0] for one in on]
    assert overdue == [0, 3, 2]


# ------------------------------------------------------------------------------------------------------ overdue_visits


def test_overdue_visits_say_what_is_missing_the_longest_overdue_first(town: Town) -> None:
    world, lead = town.world, town.section
    march = world.task(town.plan, "三月", lead=lead, window=("03-01", "03-31"))
    april = world.task(town.plan, "四月", lead=lead, window=("03-01", "04-30"))
    draw = world.draw(march, "03-05", dict.fromkeys(("A1", "A2", "A3", "A4"), "B"), ["A1", "A2", "A3", "A4"])
    world.result(draw, "A2", lead, "03-10")
    world.result(draw, "A3", lead, "03-10", "03-11")
    world.result(draw, "A4", lead, "03-10", "03-11", "03-12")  # not overdue: published
    world.draw(april, "03-05", {"A5": "C"}, ["A5"])
    world.draw(world.task(town.plan, "未到期", lead=lead), "03-05", {"A6": "A"}, ["A6"])  # not due yet at the cut-off
    columns = ("unit", "task", "object_id", "class", "days_overdue", "state")
    assert world.ask("overdue_visits", *columns, **ASKED | {"as_of": day("05-02")}) == [
        ("一股", "三月", "A1", "B", 32, "not_inspected"),
        ("一股", "三月", "A2", "B", 32, "not_entered"),
        ("一股", "三月", "A3", "B", 32, "not_published"),
        ("一股", "四月", "A5", "C", 2, "not_inspected"),
    ]


def test_overdue_visits_judge_the_state_at_the_cut_off(town: Town) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.section, window=("03-01", "03-31"))
    draw = world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    world.result(draw, "A1", town.section, "04-02", "04-04", "04-06")
    states = [world.ask("overdue_visits", "state", **ASKED | {"as_of": day(f"04-0{number}")}) for number in range(1, 7)]
    assert states == [["not_inspected"], ["not_entered"], ["not_entered"], ["not_published"], ["not_published"], []]


# ------------------------------------------------------------------------------------------------------------- burn_up


def test_burn_up_adds_up_day_by_day_to_the_cut_off(town: Town) -> None:
    world = town.world
    everything_that_does_not_count(town)
    task = world.task(
        town.plan, lead=town.section, checks=[(town.item, town.section), (town.other_item, town.department)]
    )
    draw = world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    world.result(draw, "A1", town.section, "03-10", "03-10", "03-14")
    world.result(draw, "A1", town.department, "03-10", "03-12", "03-20")
    other = world.draw(world.task(town.plan, "别的", lead=town.section), "03-14", {"A2": "A"}, ["A2"])
    world.result(other, "A2", town.section, "03-15")
    asked = ASKED | {"as_of": day("03-14")}
    everyone = [("03-05", 2, 0, 0, 0), ("03-10", 2, 2, 1, 0), ("03-12", 2, 2, 2, 0), ("03-14", 3, 2, 2, 1)]
    assert world.ask("burn_up", **asked, task_id=None, unit_id=None) == everyone
    assert world.ask("burn_up", **asked, task_id=task, unit_id=town.department) == [
        ("03-05", 1, 0, 0, 0), ("03-10", 1, 1, 0, 0), ("03-12", 1, 1, 1, 0),
    ]  # fmt: skip


def test_burn_up_counts_a_visit_before_its_draw_from_the_draw_on(town: Town) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.section)
    draw = world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    world.result(draw, "A1", town.section, "03-01", "03-02", "03-06")  # the platform recorded the draw late
    assert world.ask("burn_up", **ASKED, task_id=None, unit_id=None) == [("03-05", 1, 1, 1, 0), ("03-06", 1, 1, 1, 1)]


# ---------------------------------------------------------------------------------------------- problems and outcomes


@pytest.fixture
def found(town: Town) -> Town:
    """A random task of class A and D objects and a full one, with problems at every stage."""
    world, lead, item, other = town.world, town.section, town.item, town.other_item
    everything_that_does_not_count(town)
    task = world.task(town.joint_plan, "随机", lead=lead, checks=[(item, lead), (other, town.department)])
    frame = {"A1": "A", "A2": "A", "D1": "D", "N1": "none"}
    draw = world.draw(task, "03-01", frame, list(frame))
    world.result(draw, "A1", lead, "03-05", "03-06", found={item: ["no_problem"]})
    world.result(draw, "A1", town.department, "03-05", "03-07", found={other: ["refused"]})
    world.result(draw, "A2", lead, "03-06", found={item: ["refused"]})  # not counted: not entered
    both = {item: ["other_violation", "unreachable"], other: ["no_problem"]}
    world.result(
        draw, "D1", lead, "03-04", "03-08", found=both, handled="03-10", closed="03-15", follow_up="correction_ordered"
    )
    world.result(draw, "N1", lead, "03-09", "03-09", found={item: ["closed_down"]})
    full = world.task(town.plan, "全覆盖", lead=lead)
    swept = world.draw(full, "03-01", {"A3": "A"}, ["A3"], basis="full")
    world.result(swept, "A3", lead, "03-12", "03-12", found={item: ["corrected"]}, handled="03-12")
    return town


def test_problem_rates_by_class_as_of_the_draw_of_random_draws_only(found: Town) -> None:
    found.world.risk("A1", "D", "03-02")  # class as of the draw, not now
    # Both results of class A are of one firm: one firm, 2² results, 1² problems, 2 · 1.
    assert found.world.ask("problem_rates", **ASKED, unit_id=None) == [
        ("A", 2, 1, 1, 4, 1, 2), ("D", 1, 1, 1, 1, 1, 1), ("none", 1, 0, 1, 1, 0, 0),
    ]  # fmt: skip
    assert found.world.ask("problem_rates", **ASKED, unit_id=found.department) == [("A", 1, 1, 1, 1, 1, 1)]
    early = found.world.ask("problem_rates", **ASKED | {"as_of": day("03-06")}, unit_id=None)
    assert early == [("A", 1, 0, 1, 1, 0, 0)]


def test_problem_totals_take_full_draws_too(found: Town) -> None:
    asked = [ASKED | {"as_of": day(one)} for one in ("03-05", "03-08", "03-12", "03-15")]
    assert [found.world.ask("problem_totals", **one, unit_id=None) for one in asked] == [
        [(0, 0, 0, 0)], [(3, 2, 0, 0)], [(5, 3, 2, 0)], [(5, 3, 2, 1)],
    ]  # fmt: skip
    assert found.world.ask("problem_totals", **ASKED, unit_id=found.department) == [(1, 1, 0, 0)]


def test_problems_one_row_per_result_with_its_state(found: Town) -> None:
    columns = (
        "unit",
        "task",
        "object_id",
        "class",
        "outcome",
        "item",
        "inspected_on",
        "handled_on",
        "closed_on",
        "state",
        "days_since_found",
    )
    assert found.world.ask("problems", *columns, **ASKED | {"as_of": day("03-14")}, unit_id=None) == [
        ("外部门", "随机", "A1", "A", "refused", "事项二", "03-05", None, None, "open", 9),
        ("一股", "随机", "D1", "D", "unreachable", "事项一", "03-04", "03-10", None, "handled", 10),
        ("一股", "全覆盖", "A3", "A", "corrected", "事项一", "03-12", "03-12", None, "handled", 2),
    ]
    assert found.world.ask("problems", "state", "closed_on", **ASKED, unit_id=found.section) == [
        ("handled", None), ("closed", "03-15"),
    ]  # fmt: skip


def test_outcomes_count_results_not_items(found: Town) -> None:
    assert found.world.ask("outcomes", **ASKED, unit_id=None) == [
        ("no_problem", False, 1), ("unreachable", True, 1), ("other_violation", True, 1), ("corrected", True, 1),
        ("closed_down", False, 1), ("refused", True, 1),
    ]  # fmt: skip
    assert found.world.ask("outcomes", **ASKED | {"as_of": day("03-07")}, unit_id=found.department) == [
        ("refused", True, 1)
    ]


def test_problems_and_their_counts_begin_with_the_draw(town: Town) -> None:
    world = town.world
    task = world.task(town.plan, lead=town.section)
    draw = world.draw(task, "03-05", {"A1": "A"}, ["A1"])
    world.result(
        draw, "A1", town.section, "03-01", "03-02", found={town.item: ["refused"]}, handled="03-03", closed="03-04"
    )
    before = ASKED | {"as_of": day("03-04")}  # nothing is due yet, so nothing can have been found
    assert world.ask("year_totals", "problems", **before) == [0]
    assert world.ask("problem_totals", **before, unit_id=None) == [(0, 0, 0, 0)]
    assert [world.ask(name, **before, unit_id=None) for name in ("problems", "problem_rates", "outcomes")] == [
        [],
        [],
        [],
    ]
    assert world.ask("heavy_burden", **before, cap=0) == []
