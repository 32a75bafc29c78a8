"""Trial draws of record: committed before they are drawn, nested, with reasons, logged, and outside every rate."""

from __future__ import annotations

import datetime
import hashlib
import itertools
import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import duckdb
import pandas as pd
import pytest

from inspections.draws import freezing, recording, ticket
from inspections.draws.recompute import task_key
from inspections.words.errors import InspectionsError
from tests.draw_world import NOON, add_inspectors, add_task, empty_world, pool_of
from tests.queries.revised import Said, revise

SIZES = {"A": 12, "B": 6, "C": 4, "D": 2, "none": 3}
QUARTER = (Fraction(1, 4), "=")
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_world() as connection:
        yield connection


@pytest.fixture
def task(world: duckdb.DuckDBPyConnection) -> int:
    return add_task(world, pool_of(SIZES))


def rows(world: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    return world.execute(sql, list(parameters)).fetchall()


def record(world: duckdb.DuckDBPyConnection, draw_id: int) -> dict[str, Any]:
    (found,) = world.execute("select * from draw where draw_id = ?", [draw_id]).df().to_dict("records")
    return {str(name): value for name, value in found.items()}


def drawn(world: duckdb.DuckDBPyConnection, draw_id: int) -> list[str]:
    return [
        name for (name,) in rows(world, "select object_id from draw_object where draw_id = ? order by all", draw_id)
    ]


def frame_of(world: duckdb.DuckDBPyConnection, draw_id: int) -> tuple[list[tuple[str, str]], set[str]]:
    found = rows(world, "select object_id, class, passed_over from frame where draw_id = ?", draw_id)
    return [(name, code) for name, code, _ in found], {name for name, _, over in found if over}


def log(world: duckdb.DuckDBPyConnection) -> list[tuple[str, dict[str, Any]]]:
    return [
        (action, json.loads(after))
        for action, after in rows(world, "select action, after from change_log order by seq")
    ]


def made(world: duckdb.DuckDBPyConnection, task: int, wanted: freezing.Wanted | None = None, **more: Any) -> int:
    """A frozen and drawn trial."""
    more = {"actor": "测试", "now": NOON, **more}
    draw_id = freezing.freeze(world, task, wanted, **more)
    recording.draw_frozen(world, draw_id, actor="测试", per_object=0, now=more["now"] + HOUR)
    return draw_id


def refused(code: str) -> Any:
    return pytest.raises(InspectionsError, match=code)


# Freezing


def test_freezing_commits_to_frame_and_seed_and_draws_nobody(world: duckdb.DuckDBPyConnection, task: int) -> None:
    draw_id = freezing.freeze(world, task, {"A": 3, "D": 2}, actor="测试", now=NOON)
    made_of = record(world, draw_id)
    frame, _ = frame_of(world, draw_id)
    assert sorted(frame) == sorted(pool_of(SIZES).items())
    text = f"{made_of['frame_nonce']}\n" + "".join(
        f"{name},{'' if code == 'none' else code}\n" for name, code in sorted(frame)
    )
    assert hashlib.sha256(text.encode()).hexdigest() == made_of["frame_commitment"]
    opened = f"{made_of['seed_nonce']},{made_of['seed']}"
    assert hashlib.sha256(opened.encode()).hexdigest() == made_of["seed_commitment"]
    assert made_of["seed"].split("-")[1:] == [task_key("甲局〔2024〕1号", "internal", task), "1"]
    assert (made_of["kind"], made_of["stratified"], made_of["frozen_at"]) == ("trial", True, NOON)
    assert drawn(world, draw_id) == []
    ((action, after),) = log(world)
    assert action == "freeze"
    assert (after["seed_commitment"], after["frame_commitment"]) == (
        made_of["seed_commitment"],
        made_of["frame_commitment"],
    )
    assert made_of["seed"] not in json.dumps(after), "the log is read by many"


@pytest.mark.parametrize(("days", "quota"), [(1, 7), (0, 27)])
def test_a_draw_follows_the_plan_of_its_day(world: duckdb.DuckDBPyConnection, task: int, days: int, quota: int) -> None:
    revise(world, NOON.date() + datetime.timedelta(days=days), {task: Said({"rate": "1"})})
    assert len(drawn(world, made(world, task))) == quota


@pytest.mark.parametrize(
    ("wanted", "rising", "quotas"),
    [
        (None, False, 7),  # the plan: 25 % of 27
        (5, False, 5),
        ((Fraction(1, 3), "="), False, 9),
        ((Fraction(1, 3), ">"), False, 10),
        ({"A": 3, "D": 2}, False, {"A": 3, "B": 0, "C": 0, "D": 2, "none": 0}),
        ({"A": QUARTER, "B": (Fraction(1, 2), ">")}, False, {"A": 3, "B": 4, "C": 0, "D": 0, "none": 0}),
        (QUARTER, True, {"A": 2, "B": 1, "C": 2, "D": 1, "none": 1}),
    ],
)
def test_quotas_from_the_plan_counts_proportions_and_one_rising_proportion(
    world: duckdb.DuckDBPyConnection, task: int, wanted: freezing.Wanted | None, rising: bool, quotas: Any
) -> None:
    draw_id = made(world, task, wanted, rising=rising)
    total = quotas if isinstance(quotas, int) else sum(quotas.values())
    assert len(drawn(world, draw_id)) == total
    stored = dict(rows(world, "select class, quota from draw_quota where draw_id = ?", draw_id))
    assert (stored or record(world, draw_id)["quota"]) == quotas


def test_the_class_is_that_of_the_moment_and_closed_objects_stay_out(
    world: duckdb.DuckDBPyConnection, task: int
) -> None:
    world.execute("update risk_class set valid_to = '2024-05-06' where object_id = 'A1'")
    world.execute("insert into risk_class values ('A1', 'D', '2024-05-06', null, null)")
    world.execute("update object set status = 'closed' where object_id = 'A2'")
    draw_id = freezing.freeze(world, task, 1, actor="测试", now=NOON)
    frame = dict(frame_of(world, draw_id)[0])
    assert frame["A1"] == "D"
    assert "A2" not in frame
    world.execute("update risk_class set class = 'B' where object_id = 'A1' and class = 'D'")
    recording.draw_frozen(world, draw_id, actor="测试", per_object=0)
    assert dict(frame_of(world, draw_id)[0])["A1"] == "D", "what is frozen stays frozen"


def test_what_cannot_be_frozen_is_refused_and_leaves_nothing(world: duckdb.DuckDBPyConnection, task: int) -> None:
    closed = add_task(world, {"x1": "A"})
    world.execute("update object set status = 'closed' where object_id = 'x1'")
    for code, number, wanted in (
        ("task_not_found", 99, 1),
        ("task_without_pool", closed, 1),
        ("nothing_to_draw", task, {"A": 0}),
        ("quota_exceeds_pool", task, {"D": 3}),
        ("quota_exceeds_pool", task, {"E": 1}),
    ):
        with refused(code):
            freezing.freeze(world, number, wanted, actor="测试")  # type: ignore[arg-type]
    world.execute("update task set rate = null, rate_op = null where task_id = ?", [task])
    with refused("plan_without_number"):
        freezing.freeze(world, task, actor="测试")
    world.execute("update task set withdrawn_revision_id = 1 where task_id = ?", [task])
    with refused("task_withdrawn"):
        freezing.freeze(world, task, 1, actor="测试")
    assert rows(world, "select * from draw") == rows(world, "select * from frame") == log(world) == []


def test_nobody_can_freeze_again_before_drawing(world: duckdb.DuckDBPyConnection, task: int) -> None:
    first = freezing.freeze(world, task, 2, actor="测试")
    with refused("draw_pending"):
        freezing.freeze(world, task, 2, actor="测试")
    recording.draw_frozen(world, first, actor="测试", per_object=0)
    assert record(world, freezing.freeze(world, task, 2, actor="测试"))["ordinal"] == 2


# Drawing


def test_the_list_is_that_of_the_tickets_and_comes_once(world: duckdb.DuckDBPyConnection, task: int) -> None:
    draw_id = made(world, task, {"A": 4, "C": 1, "none": 2})
    expected = ticket.draw_frame(
        frame_of(world, draw_id)[0], {"A": 4, "C": 1, "none": 2}, record(world, draw_id)["seed"]
    )
    found = rows(world, "select place, object_id, class from draw_object where draw_id = ?", draw_id)
    assert sorted(found) == sorted((one.place, one.object_id, one.risk_class) for one in expected)
    assert rows(world, "select step, done_at, quota from draw_act") == [(1, NOON + HOUR, None)]
    assert [action for action, _ in log(world)] == ["freeze", "draw"]
    with refused("draw_done"):
        recording.draw_frozen(world, draw_id, actor="测试")


@pytest.mark.parametrize("change", ["frame set class = 'D' where object_id = 'A1'", "frame set passed_over = true"])
def test_a_frame_changed_after_freezing_is_noticed(world: duckdb.DuckDBPyConnection, task: int, change: str) -> None:
    draw_id = freezing.freeze(world, task, {"A": 3}, rotation=True, actor="测试")
    world.execute(f"update {change}")
    with refused("frame_altered"):
        recording.draw_frozen(world, draw_id, actor="测试")
    assert drawn(world, draw_id) == []


def test_official_draws_cannot_be_touched_and_trials_count_in_no_rate(
    world: duckdb.DuckDBPyConnection, task: int
) -> None:
    world.execute(
        """insert into draw (draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size)
        values (900, ?, 1, '2024-03-01', 'random', 'official', 'sha256_ticket', false, false, 27)""",
        [task],
    )
    for act in (
        lambda: recording.draw_frozen(world, 900, actor="测试"),
        lambda: recording.call_substitute(world, 900, "A1", reason="停业", actor="测试"),
        lambda: recording.top_up(world, 900, 5, reason="不足", actor="测试"),
    ):
        with refused("draw_official"):
            act()
    with refused("redraw_impossible"):
        freezing.freeze(world, task, 1, replaces=900, reason="试", actor="测试")
    made(world, task, 3)
    assert rows(world, "select draw_id from standing_draw") == [(900,)]
    assert rows(world, "select count(*) from due_visit") == [(0,)]


# Re-draws


def test_a_redraw_keeps_the_master_seed_and_names_what_it_replaces(world: duckdb.DuckDBPyConnection, task: int) -> None:
    first = made(world, task, 3)
    second = made(world, task, 3, replaces=first, reason=" 名录\n有误 ")
    before, after = record(world, first), record(world, second)
    assert (after["replaces_draw_id"], after["reason"], after["ordinal"]) == (first, "名录 有误", 2)
    assert before["seed"][:-1] == after["seed"][:-1]
    assert before["seed"] != after["seed"]
    assert before["seed_commitment"] != after["seed_commitment"]
    assert [action for action, _ in log(world)] == ["freeze", "draw", "redraw", "draw"]
    with refused("redraw_impossible"):
        freezing.freeze(world, task, 3, replaces=first, reason="再来", actor="测试")


def test_tasks_and_further_draws_do_not_share_a_master_seed(world: duckdb.DuckDBPyConnection, task: int) -> None:
    other = add_task(world, pool_of({"A": 3}, "x"))
    masters = {record(world, made(world, one, 1))["seed"].split("-")[0] for one in (task, task, other)}
    assert len(masters) == 3


@pytest.mark.parametrize("reason", [None, "", " \n "])
def test_redraws_substitutes_and_top_ups_need_a_reason(
    world: duckdb.DuckDBPyConnection, task: int, reason: str | None
) -> None:
    draw_id = made(world, task, 3)
    before = log(world)
    for act in (
        lambda: freezing.freeze(world, task, 3, replaces=draw_id, reason=reason, actor="测试"),
        lambda: recording.call_substitute(world, draw_id, drawn(world, draw_id)[0], reason=reason or "", actor="测试"),
        lambda: recording.top_up(world, draw_id, 4, reason=reason or "", actor="测试"),
    ):
        with refused("reason_missing"):
            act()
    assert log(world) == before


# Top-ups and substitutes


@pytest.mark.parametrize("stratified", [True, False])
def test_a_top_up_keeps_everyone_and_adds_the_next_tickets(
    world: duckdb.DuckDBPyConnection, task: int, stratified: bool
) -> None:
    few: Any = {"A": 3, "B": 1} if stratified else 4
    more: Any = {"A": 5} if stratified else 6
    draw_id = made(world, task, few)
    before = drawn(world, draw_id)
    out = next(name for name in before if name.startswith("A") or not stratified)
    come = recording.call_substitute(world, draw_id, out, reason="停业", actor="测试")
    assert recording.top_up(world, draw_id, more, reason="数量不足", actor="测试") == 2
    frame, _ = frame_of(world, draw_id)
    order = ticket.draw_frame(frame, {"A": 6, "B": 1} if stratified else 7, record(world, draw_id)["seed"])
    assert drawn(world, draw_id) == sorted(one.object_id for one in order)
    assert set(before) | {come} <= set(drawn(world, draw_id))
    places = rows(world, "select object_id, place from draw_object where draw_id = ?", draw_id)
    assert dict(places) == {one.object_id: one.place for one in order}
    assert [action for action, _ in log(world)] == ["freeze", "draw", "substitute", "top_up"]
    assert log(world)[-1][1]["reason"] == "数量不足"
    with refused("quota_lowered"):
        recording.top_up(world, draw_id, few, reason="少一点", actor="测试")
    with refused("quota_exceeds_pool"):
        recording.top_up(world, draw_id, {"A": 12} if stratified else 27, reason="全部", actor="测试")
    with refused("quota_kind"):
        recording.top_up(world, draw_id, 20 if stratified else {"A": 9}, reason="换一种", actor="测试")


def test_a_substitute_is_the_next_ticket_of_the_class_until_it_is_used_up(
    world: duckdb.DuckDBPyConnection, task: int
) -> None:
    draw_id = made(world, task, {"D": 1, "A": 2})
    out = next(name for name in drawn(world, draw_id) if name.startswith("D"))
    come = recording.call_substitute(world, draw_id, out, reason="已注销", actor="测试")
    assert {out, come} == {"D1", "D2"}
    assert rows(world, "select substitute_for, reason, place from draw_object where object_id = ?", come) == [
        (out, "已注销", 2)
    ]
    with refused("substituted_already"):
        recording.call_substitute(world, draw_id, out, reason="再来", actor="测试")
    with refused("no_substitute"):
        recording.call_substitute(world, draw_id, come, reason="也注销了", actor="测试")
    with refused("object_not_drawn"):
        recording.call_substitute(world, draw_id, "B1", reason="停业", actor="测试")
    assert len(drawn(world, draw_id)) == 4


# Rotation


def test_a_year_of_rotating_quarters_reaches_everyone_once(world: duckdb.DuckDBPyConnection) -> None:
    first = add_task(world, pool_of({"A": 8, "B": 4}))
    quarters = [first, *(add_task(world, {}, scope_id=1) for _ in range(3))]
    stranger = add_task(world, pool_of({"A": 4}, "x"))
    made(world, stranger, 2, rotation=True)
    lists = []
    for number, task in enumerate(quarters):
        draw_id = made(world, task, {"A": 2, "B": 1}, rotation=True, now=NOON + number * datetime.timedelta(days=1))
        frame, over = frame_of(world, draw_id)
        assert over == set().union(*map(set, lists))
        lists.append(drawn(world, draw_id))
        expected = ticket.draw_frame(frame, {"A": 2, "B": 1}, record(world, draw_id)["seed"], over)
        assert lists[-1] == sorted(one.object_id for one in expected)
    assert sorted(itertools.chain(*lists)) == sorted(pool_of({"A": 8, "B": 4}))


def test_a_draw_that_outlasts_the_pool_takes_the_rest_and_begins_a_new_round(world: duckdb.DuckDBPyConnection) -> None:
    task = add_task(world, pool_of({"A": 5}))
    days = [NOON + number * datetime.timedelta(days=1) for number in range(4)]
    first = set(drawn(world, made(world, task, 3, rotation=True, now=days[0])))
    second = set(drawn(world, made(world, task, 3, rotation=True, now=days[1])))
    rest = set(pool_of({"A": 5})) - first
    assert rest < second, "the rest is taken whole"
    topped = second & first
    assert len(topped) == 1
    third = made(world, task, 3, rotation=True, now=days[2])
    assert frame_of(world, third)[1] == topped, "only the topped-up count as drawn in the new round"
    assert not set(drawn(world, third)) & topped
    plain = made(world, task, 3, now=days[3])
    assert frame_of(world, plain)[1] == set(), "without rotation nobody is passed over"


# Inspectors


def test_only_certified_active_unrecused_inspectors_are_matched_two_to_an_object(
    world: duckdb.DuckDBPyConnection, task: int
) -> None:
    add_inspectors(world, "P1", "P2", "P3", "P4")
    add_inspectors(world, "N1", "N2", certified=False)
    add_inspectors(world, "G1", active=False)
    world.execute(
        """insert into recusal select inspector_id, object_id, '近亲属' from inspector, object
        where certificate_no = 'P1' and object_id like 'A%'"""
    )
    draw_id = freezing.freeze(world, task, {"A": 4, "B": 3}, actor="测试")
    recording.draw_frozen(world, draw_id, actor="测试")
    found = pd.DataFrame(
        rows(world, "select object_id, certificate_no from draw_inspector join inspector using (inspector_id)"),
        columns=["object_id", "who"],
    )
    assert set(found["who"]) <= {"P1", "P2", "P3", "P4"}
    assert found.groupby("object_id")["who"].nunique().tolist() == [2] * 7
    assert not (found["object_id"].str.startswith("A") & (found["who"] == "P1")).any()
    out = next(name for name in drawn(world, draw_id) if name.startswith("A"))
    come = recording.call_substitute(world, draw_id, out, reason="停业", actor="测试")
    recording.top_up(world, draw_id, {"A": 6}, reason="不足", actor="测试")
    teams = dict(rows(world, "select object_id, count(*) from draw_inspector where draw_id = ? group by all", draw_id))
    assert set(drawn(world, draw_id)) == set(teams)
    assert set(teams.values()) == {2}
    assert come in teams


def test_an_infeasible_match_says_what_binds_and_draws_nothing(world: duckdb.DuckDBPyConnection, task: int) -> None:
    add_inspectors(world, "P1")
    add_inspectors(world, "N1", certified=False)
    draw_id = freezing.freeze(world, task, 5, actor="测试")
    with refused("inspectors_uncertified"):
        recording.draw_frozen(world, draw_id, actor="测试")
    add_inspectors(world, "P2", "P3")
    with refused("inspectors_overloaded"):
        recording.draw_frozen(world, draw_id, actor="测试", most_objects=3)
    assert drawn(world, draw_id) == []
    assert recording.draw_frozen(world, draw_id, actor="测试", most_objects=4) == 5


def test_every_department_of_a_joint_task_sends_its_own(world: duckdb.DuckDBPyConnection, task: int) -> None:
    world.execute("insert into unit (unit_id, name, kind) values (2, '县应急局', 'department')")
    world.execute("insert into task_item values (?, 1, 2)", [task])
    add_inspectors(world, "P1", "P2", "P3")
    draw_id = freezing.freeze(world, task, 3, actor="测试")
    with refused("inspectors_uncertified"):
        recording.draw_frozen(world, draw_id, actor="测试")
    world.execute(
        """insert into inspector (name, unit_id, certificate_no, is_civil_servant, active)
        values ('甲', 2, 'Y1', true, true), ('乙', 2, 'Y2', true, true)"""
    )
    recording.draw_frozen(world, draw_id, actor="测试")
    teams = rows(
        world,
        """select count(*) filter (where unit_id = 1), count(*) filter (where unit_id = 2)
        from draw_inspector inner join inspector using (inspector_id) group by object_id""",
    )
    assert teams == [(2, 2)] * 3
