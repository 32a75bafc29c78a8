"""Recorded random draws and what tests of randomness need of them: rows whose answer is written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.queries.world import END, YEAR, World

ASKED: dict[str, Any] = {"bureau_id": 1, "year": YEAR, "as_of": END}
FRAME = {"A1": "A", "B1": "B", "A2": "A", "A3": "A", "B2": "B"}


@dataclass
class Office:
    """One bureau, one pool, one task with class quotas drawn twice (the second time for good), one without quotas."""

    world: World
    unit: int
    plan: int
    pool: int
    first: int
    second: int
    plain: int


@pytest.fixture
def office(world: World) -> Office:
    bureau = world.bureau()
    unit = world.unit("一股", bureau=bureau)
    plan = world.plan(bureau)
    pool = world.scope(bureau, "全部", *FRAME)
    for name, region in (("A1", "东镇"), ("A2", "西镇"), ("A3", "西镇"), ("B1", "东镇"), ("B2", "东镇")):
        world.connection.execute("update object set region = ? where object_id = ?", [region, name])
    world.connection.execute("update object set industry = null where object_id = 'B2'")
    stratified = world.task(plan, "分类", scope_id=pool)
    plain = world.task(plan, "不分类", scope_id=pool)
    quotas = {"A": 2, "B": 1}
    first = world.draw(stratified, "03-04", FRAME, ["A1", "A2", "B1"], quotas=quotas)
    second = world.draw(
        stratified, "03-05", FRAME, ["A1", "A3", "B1"], quotas=quotas, replaces=first, stands_in={"B2": "B1"}
    )
    third = world.draw(plain, "06-01", FRAME, ["A1", "B2"])
    return Office(world, unit, plan, pool, first, second, third)


def what_is_not_tested(office: Office) -> None:
    """Full, trial, complaint, another bureau's, another year's, after the cut-off."""
    world = office.world
    world.draw(world.task(office.plan, "全", scope_id=office.pool), "03-02", FRAME, [*FRAME], basis="full")
    world.draw(world.task(office.plan, "试", scope_id=office.pool), "03-02", FRAME, ["A1"], kind="trial")
    world.draw(None, "03-02", {"A1": "A"}, ["A1"], basis="complaint")
    world.draw(world.task(world.plan(world.bureau("乙局"))), "03-02", FRAME, ["A1"])
    world.draw(world.task(world.plan(1, year=2023), scope_id=office.pool), "2023-03-02", FRAME, ["A1"])
    world.draw(world.task(office.plan, "晚", scope_id=office.pool), "2025-01-05", FRAME, ["A1"])


def test_recorded_draws_are_official_and_random_replaced_ones_marked(office: Office) -> None:
    what_is_not_tested(office)
    columns = ("draw_id", "task", "scope", "drawn_on", "stratified", "stands", "framed", "drawn", "substitutes")
    assert office.world.ask("recorded_draws", *columns, **ASKED) == [
        (1, "分类", "全部", "03-04", True, False, 5, 3, 0),
        (2, "分类", "全部", "03-05", True, True, 5, 3, 1),
        (3, "不分类", "全部", "06-01", False, True, 5, 2, 0),
    ]


def test_recorded_draws_up_to_a_day_and_without_a_frame(office: Office) -> None:
    world = office.world
    world.draw(world.task(office.plan, "无框"), "03-06", {}, [], frame_size=40)
    rows = world.ask("recorded_draws", "draw_id", "framed", **{**ASKED, "as_of": END.replace(month=3, day=31)})
    assert rows == [(1, 5), (2, 5), (4, 0)]


def test_drawn_places_count_within_the_stratum_and_leave_out_substitutes(office: Office) -> None:
    what_is_not_tested(office)
    columns = ("draw_id", "stratum", "class", "position", "rank")
    assert office.world.ask("drawn_places", *columns, **ASKED) == [
        (2, "A", "A", 1, 1),
        (2, "A", "A", 4, 3),  # the third of the As, fourth in the directory
        (2, "B", "B", 2, 1),  # B1 was drawn, B2 came in its stead
        (3, "all", "A", 1, 1),
        (3, "all", "B", 5, 5),
    ]


def test_drawn_places_of_those_passed_over_are_counted_apart(office: Office) -> None:
    office.world.connection.execute("update frame set passed_over = true where draw_id = 3 and object_id = 'A1'")
    columns = ("stratum", "passed_over", "position", "rank")
    rows = office.world.ask("drawn_places", "draw_id", *columns, **ASKED)
    assert [row[1:] for row in rows if row[0] == 3] == [("all", False, 5, 4), ("all", True, 1, 1)]


def test_drawn_groups_count_the_pool_and_those_drawn(office: Office) -> None:
    what_is_not_tested(office)
    columns = ("draw_id", "stratum", "region", "industry", "class", "size", "drawn")
    assert office.world.ask("drawn_groups", *columns, **ASKED) == [
        (2, "A", "东镇", "采矿", "A", 1, 1),
        (2, "A", "西镇", "采矿", "A", 2, 1),
        (2, "B", "东镇", "", "B", 1, 0),
        (2, "B", "东镇", "采矿", "B", 1, 1),
        (3, "all", "东镇", "", "B", 1, 1),
        (3, "all", "东镇", "采矿", "A", 1, 1),
        (3, "all", "东镇", "采矿", "B", 1, 0),
        (3, "all", "西镇", "采矿", "A", 2, 0),
    ]


def test_drawn_before_counts_earlier_standing_draws_of_the_same_pool(office: Office) -> None:
    what_is_not_tested(office)
    world = office.world
    elsewhere = world.scope(1, "别处", "A1", "X1")
    world.draw(world.task(office.plan, "别处", scope_id=elsewhere), "05-01", {"A1": "A", "X1": "A"}, ["X1"])
    # A1, A3, B1 had been drawn for good before; A2 only by the draw that was replaced
    assert world.ask("drawn_before", "draw_id", "stratum", "seen", "again", **ASKED) == [(3, "all", 3, 1)]
    fourth = world.draw(
        world.task(office.plan, "再", scope_id=office.pool), "09-01", FRAME, ["A2", "B2"], quotas={"A": 1, "B": 1}
    )
    rows = world.ask("drawn_before", "draw_id", "stratum", "seen", "again", **ASKED)
    assert rows[1:] == [(fourth, "A", 2, 0), (fourth, "B", 2, 1)]


def test_drawn_before_asks_nothing_of_a_rotation(office: Office) -> None:
    world = office.world
    task = world.task(office.plan, "轮换", scope_id=office.pool)
    world.insert(
        "draw", draw_id=9, task_id=task, ordinal=1, drawn_at="2024-09-01 09:00:00", basis="random",
        kind="official", method="x", stratified=False, rotation=True, frame_size=1,
    )  # fmt: skip
    world.insert("frame", draw_id=9, object_id="A1", **{"class": "A"}, position=1)
    assert world.ask("drawn_before", "draw_id", **ASKED) == [3]


def send(office: Office, draw: int, object_id: str, *inspectors: int) -> None:
    for inspector in inspectors:
        office.world.insert("draw_inspector", draw_id=draw, object_id=object_id, inspector_id=inspector)


def inspector(office: Office, number: int, unit: int) -> None:
    office.world.insert(
        "inspector", inspector_id=number, name=f"员{number}", unit_id=unit, certificate_no=f"{number}",
        is_civil_servant=True, active=True,
    )  # fmt: skip


def test_matched_inspectors_of_two_years_with_their_team_and_recusals(office: Office) -> None:
    world = office.world
    other = world.unit("二股", bureau=1)
    department = world.unit("应急局")
    for number, unit in ((1, office.unit), (2, other), (3, department), (4, office.unit)):
        inspector(office, number, unit)
    world.insert("recusal", inspector_id=2, object_id="A1", reason="亲属")
    world.insert("recusal", inspector_id=4, object_id="A1", reason="亲属")  # not in this draw's team
    send(office, office.first, "A1", 1)  # replaced: does not count
    send(office, office.second, "A1", 1, 3)
    send(office, office.second, "A3", 1, 2)
    send(office, office.plain, "A1", 1, 2)
    last_year = world.draw(world.task(world.plan(1, year=2023), scope_id=office.pool), "2023-03-02", FRAME, ["A1"])
    send(office, last_year, "A1", 4)
    columns = ("draw_id", "this_year", "object_id", "inspector_id", "team", "barred", "forbidden")
    assert world.ask("matched_inspectors", *columns, **ASKED) == [
        (2, True, "A1", 1, "bureau 1", 1, False),
        (2, True, "A1", 3, "department 3", 0, False),
        (2, True, "A3", 1, "bureau 1", 0, False),
        (2, True, "A3", 2, "bureau 1", 0, False),
        (3, True, "A1", 1, "bureau 1", 1, False),
        (3, True, "A1", 2, "bureau 1", 1, True),
        (last_year, False, "A1", 4, "bureau 1", 1, True),
    ]


def test_redraws_count_the_chain_and_who_is_gone(office: Office) -> None:
    what_is_not_tested(office)
    columns = ("draw_id", "redraws", "gone", "stratum", "pool", "drawn", "reason")
    # A2 was drawn first and is not on the list that stands
    assert office.world.ask("redraws", *columns, **ASKED) == [
        (2, 1, 1, "A", 3, 2, "名录有误"),
        (2, 1, 1, "B", 2, 1, "名录有误"),
    ]
    task = office.world.ask("recorded_draws", "task_id", **ASKED)[0]
    assert set(office.world.ask("redraws", "task_id", **ASKED)) == {task}
    third = office.world.draw(task, "03-06", FRAME, ["A2", "B2"], replaces=office.second)
    # compared with the first list of all: A1 and B1 are gone, A2 is back
    assert office.world.ask("redraws", *columns[:-1], **ASKED) == [(third, 2, 2, "all", 5, 2)]


def test_redraws_of_trials_are_none(office: Office) -> None:
    world = office.world
    task = world.task(office.plan, "试", scope_id=office.pool)
    trial = world.draw(task, "03-02", FRAME, ["A1"], kind="trial")
    world.draw(task, "03-03", FRAME, ["A2"], kind="trial", replaces=trial)
    assert set(world.ask("redraws", "draw_id", **ASKED)) == {2}
