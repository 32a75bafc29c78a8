"""Who was in a pool, who was drawn, whose door was opened: rows whose answer is written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.queries.world import END, YEAR, World, day

ASKED: dict[str, Any] = {"bureau_id": 1, "year": YEAR, "as_of": END}
ALL: dict[str, Any] = {**ASKED, "only_random": False, "scope_id": None}


@dataclass
class Mines:
    """Two pools that overlap, a random draw with class quotas, a plain one and a full one."""

    world: World
    lead: int
    plan: int
    all_scope: int
    coal_scope: int
    stratified: int
    plain: int
    full: int


@pytest.fixture
def mines(world: World) -> Mines:
    bureau = world.bureau()
    lead = world.unit("一股", bureau=bureau, scope_of=bureau)
    plan = world.plan(bureau)
    mines, coal = world.scope(bureau, "全部矿山", "A1", "A2", "B1", "D1"), world.scope(bureau, "煤矿", "A1", "N1")
    stratified = world.task(plan, "分类", lead=lead, scope_id=mines)
    plain = world.task(plan, "不分类", lead=lead, scope_id=mines)
    full = world.task(plan, "全覆盖", lead=lead, scope_id=coal)
    first = world.draw(
        stratified, "03-05", {"A1": "A", "A2": "A", "B1": "B", "D1": "D"}, ["A1", "D1"], quotas={"A": 1, "B": 0, "D": 1}
    )
    # B1 has become D meanwhile: it stays B in the year's report, class as of its first draw
    second = world.draw(plain, "06-05", {"A1": "A", "A2": "A", "B1": "D", "D1": "D"}, ["A1"])
    third = world.draw(full, "06-06", {"A1": "A", "N1": "none"}, ["A1", "N1"], basis="full")  # A1: object in two pools
    door = world.visit("A1", "06-20")  # a shared visit counts one door
    world.result(first, "A1", lead, "03-20", "03-21", "03-22")
    world.result(second, "A1", lead, "06-20", "06-21", visit=door)
    world.result(third, "A1", lead, "06-20", "06-21", visit=door)
    world.result(third, "N1", lead, "07-01")
    return Mines(world, lead, plan, mines, coal, first, second, third)


def what_does_not_count(mines: Mines) -> None:
    world, lead = mines.world, mines.lead
    task = world.task(mines.plan, "不计", lead=lead, scope_id=mines.all_scope)
    complaint = world.draw(None, "03-05", {"X4": "D"}, ["X4"], basis="complaint")
    trial = world.draw(task, "03-02", {"X1": "D"}, ["X1"], kind="trial")
    replaced = world.draw(task, "03-03", {"X2": "D"}, ["X2"])
    world.draw(task, "03-04", {}, [], replaces=replaced)
    other = world.bureau("乙局")
    foreign = world.draw(world.task(world.plan(other), lead=lead), "03-07", {"X6": "D"}, ["X6"])
    old = world.draw(world.task(world.plan(1, year=2023), lead=lead), "2023-03-07", {"X7": "D"}, ["X7"])
    for draw, object_id in ((complaint, "X4"), (trial, "X1"), (replaced, "X2"), (foreign, "X6"), (old, "X7")):
        world.result(draw, object_id, lead, "03-10")
        world.result(draw, "A2", lead, "03-10") if draw != complaint else None


# ------------------------------------------------------------------------------------------------------ class_coverage


def test_class_coverage_counts_objects_once_beside_draws_and_doors(mines: Mines) -> None:
    what_does_not_count(mines)
    columns = ("class", "pool", "drawn", "visited", "draws", "doors")
    assert mines.world.ask("class_coverage", *columns, **ALL) == [
        ("A", 2, 1, 1, 3, 2), ("B", 1, 0, 0, 0, 0), ("D", 1, 1, 0, 1, 0), ("none", 1, 1, 1, 1, 1),
    ]  # fmt: skip


def test_class_coverage_of_random_draws_of_one_pool_and_up_to_a_day(mines: Mines) -> None:
    columns = ("class", "pool", "drawn", "draws")
    ask = mines.world.ask
    assert ask("class_coverage", *columns, **ALL | {"only_random": True}) == [
        ("A", 2, 1, 2),
        ("B", 1, 0, 0),
        ("D", 1, 1, 1),
    ]
    assert ask("class_coverage", *columns, **ALL | {"scope_id": mines.coal_scope}) == [
        ("A", 1, 1, 1),
        ("none", 1, 1, 1),
    ]
    assert ask("class_coverage", *columns, **ALL | {"as_of": day("03-04")}) == []
    assert ask("class_coverage", "class", "visited", **ALL | {"as_of": day("03-19")}) == [("A", 0), ("B", 0), ("D", 0)]


def test_class_coverage_and_task_classes_show_what_was_drawn_though_nobody_is_named_to_check(mines: Mines) -> None:
    task = mines.world.task(mines.plan, "无单位", scope_id=mines.coal_scope)
    draw = mines.world.draw(task, "08-01", {"C1": "C"}, ["C1"])
    assert ("C", 1) in mines.world.ask("class_coverage", "class", "drawn", **ALL)
    assert (draw, 1, 1) in mines.world.ask("task_classes", "draw_id", "drawn", "draw_size", **ASKED)


# --------------------------------------------------------------------------------------------------------- task_classes


def test_task_classes_per_standing_draw_and_class(mines: Mines) -> None:
    what_does_not_count(mines)
    columns = (
        "draw_id",
        "class",
        "pool",
        "quota",
        "drawn",
        "visited",
        "frame_size",
        "draw_size",
        "stratified",
        "basis",
    )
    assert mines.world.ask("task_classes", *columns, **ASKED) == [
        (mines.stratified, "A", 2, 1, 1, 1, 4, 2, True, "random"),
        (mines.stratified, "B", 1, 0, 0, 0, 4, 2, True, "random"),
        (mines.stratified, "D", 1, 1, 1, 0, 4, 2, True, "random"),
        (mines.plain, "A", 2, None, 1, 1, 4, 1, False, "random"),
        (mines.plain, "D", 2, None, 0, 0, 4, 1, False, "random"),
        (mines.full, "A", 1, None, 1, 1, 2, 2, False, "full"),
        (mines.full, "none", 1, None, 1, 1, 2, 2, False, "full"),
    ]
    assert mines.world.ask("task_classes", "draw_id", **ASKED | {"as_of": day("03-05")}) == [mines.stratified] * 3


def test_task_classes_count_an_object_once_though_two_departments_check_it(mines: Mines) -> None:
    world = mines.world
    other = world.unit("外部门")
    task = world.task(mines.plan, "联合", checks=[(world.item(1, "一"), mines.lead), (world.item(1, "二"), other)])
    draw = world.draw(task, "09-01", {"A1": "C"}, ["A1"])
    world.result(draw, "A1", other, "09-02")
    rows = world.ask("task_classes", "draw_id", "drawn", "visited", "draw_size", **ASKED)
    assert (draw, 1, 1, 1) in rows


# ------------------------------------------------------------------------------------------------------ visit_frequency


def test_visit_frequency_counts_doors_per_object_zero_included(mines: Mines) -> None:
    what_does_not_count(mines)
    assert mines.world.ask("visit_frequency", **ALL) == [
        ("A", 0, 1),
        ("A", 2, 1),
        ("B", 0, 1),
        ("D", 0, 1),
        ("none", 1, 1),
    ]
    assert mines.world.ask("visit_frequency", **ALL | {"as_of": day("06-19")}) == [
        ("A", 0, 1), ("A", 1, 1), ("B", 0, 1), ("D", 0, 1), ("none", 0, 1),
    ]  # fmt: skip
    assert mines.world.ask("visit_frequency", **ALL | {"only_random": True}) == [
        ("A", 0, 1),
        ("A", 2, 1),
        ("B", 0, 1),
        ("D", 0, 1),
    ]


# ---------------------------------------------------------------------------------------------------------- never_drawn


def test_never_drawn_lists_them_worst_class_first_and_unclassified_last(mines: Mines) -> None:
    what_does_not_count(mines)
    world = mines.world
    task = world.task(mines.plan, "又一", lead=mines.lead)
    world.draw(task, "08-01", {"N2": "none", "D9": "D", "A2": "A"}, [])
    world.visit("D9", "2022-05-05")
    world.visit("D9", "2023-05-05")  # last visit ever, of whatever occasion
    columns = ("object_id", "class", "chances", "last_visited_on")
    assert world.ask("never_drawn", *columns, **ALL) == [
        ("D9", "D", 1, "2023-05-05"), ("B1", "B", 2, None), ("A2", "A", 3, "03-10"), ("N2", "none", 1, None),
    ]  # fmt: skip


def test_never_drawn_within_the_chosen_draws_and_day(mines: Mines) -> None:
    ask = mines.world.ask
    assert ask("never_drawn", "object_id", **ALL | {"scope_id": mines.coal_scope}) == []
    assert ask("never_drawn", "object_id", "chances", **ALL | {"as_of": day("03-05")}) == [("B1", 1), ("A2", 1)]
    mines.world.lock(mines.plain, "A2", "A", 2, stands_in_for="A1")
    assert ask("never_drawn", "object_id", **ALL) == ["B1"]


# ---------------------------------------------------------------------------------------------------- coverage_by_group


def test_coverage_by_group_of_region_and_industry(mines: Mines) -> None:
    world = mines.world
    what_does_not_count(mines)
    world.object("W1", region="西镇", industry=None)
    world.object("W2", region="西镇", industry=None)
    draw = world.draw(world.task(mines.plan, lead=mines.lead), "08-01", {"W1": "A", "W2": "A"}, ["W1"])
    columns = ("region", "industry", "pool", "drawn")
    assert world.ask("coverage_by_group", *columns, **ALL) == [("东镇", "采矿", 5, 3), ("西镇", None, 2, 1)]
    world.lock(draw, "W2", "A", 2)
    assert world.ask("coverage_by_group", *columns, **ALL)[1] == ("西镇", None, 2, 2)
    assert world.ask("coverage_by_group", "pool", "drawn", **ALL | {"scope_id": mines.coal_scope}) == [(2, 2)]
    assert world.ask("coverage_by_group", "pool", "drawn", **ALL | {"only_random": True})[0] == (4, 2)


# --------------------------------------------------------------------------------------------------------- heavy_burden


def test_heavy_burden_counts_doors_not_tasks_and_above_the_cap_only(mines: Mines) -> None:
    what_does_not_count(mines)
    ask = mines.world.ask
    columns = ("object_id", "class", "doors", "tasks", "checks")
    assert ask("heavy_burden", *columns, **ASKED, cap=1) == [("A1", "A", 2, 3, 3)]
    assert ask("heavy_burden", *columns, **ASKED, cap=0) == [
        ("A1", "A", 2, 3, 3), ("N1", "none", 1, 1, 1), ("X4", "D", 1, 0, 1),
    ]  # fmt: skip
    assert ask("heavy_burden", *columns, **ASKED, cap=2) == []
    assert ask("heavy_burden", *columns, **ASKED | {"as_of": day("06-19")}, cap=1) == []


def test_visits_outside_the_draws_open_doors_and_a_complaint_s_are_not_limited(mines: Mines) -> None:
    world, lead = mines.world, mines.lead
    columns = ("object_id", "class", "doors", "planned_doors", "exceeds_cap")
    for basis, object_id, on in (("complaint", "N1", "08-01"), ("daily", "D1", "08-01"), ("campaign", "D1", "08-02")):
        world.result(world.draw(None, on, {object_id: "D"}, [object_id], basis=basis), object_id, lead, on)
    assert world.ask("heavy_burden", *columns, **ASKED, cap=1) == [
        ("A1", "A", 2, 2, True), ("D1", "D", 2, 0, True), ("N1", "none", 2, 1, False),
    ]  # fmt: skip
    assert len(world.ask("heavy_burden", *columns, **ASKED | {"as_of": day("07-31")}, cap=1)) == 1


# ----------------------------------------------------------------------------------------------------- worsened_objects


def test_worsened_objects_against_their_latest_draw(mines: Mines) -> None:
    world = mines.world
    what_does_not_count(mines)
    world.risk("A1", "A", "01-01", "07-01")
    world.risk("A1", "C", "07-01")  # worse since its latest draw
    world.risk("B1", "D", "05-01")  # not: worse than in its first draw, but its latest had it as D already
    world.risk("D1", "B", "07-01")  # not: better
    world.risk("N1", "D", "07-01")  # not: it had no class, so none has worsened
    world.risk("A2", "B", "2025-01-01")  # not yet at the cut-off
    columns = ("object_id", "class_at_draw", "class_now", "changed_on", "task", "drawn_on")
    assert world.ask("worsened_objects", *columns, **ASKED) == [("A1", "A", "C", "07-01", "全覆盖", "06-06")]
    assert world.ask("worsened_objects", "object_id", **ASKED | {"as_of": day("06-30")}) == []
    assert world.ask("worsened_objects", "object_id", **ASKED | {"as_of": day("06-04")}) == ["B1"]


# ---------------------------------------------------------------------------------------------- year_scopes, year_cells


def test_year_scopes_are_the_pools_that_were_drawn_from(mines: Mines) -> None:
    what_does_not_count(mines)
    mines.world.scope(1, "没用过")
    assert mines.world.ask("year_scopes", bureau_id=1, year=YEAR) == [
        (mines.all_scope, "全部矿山", 3), (mines.coal_scope, "煤矿", 1),
    ]  # fmt: skip


def cells(mines: Mines, task: int | None = None, scope: int | None = None) -> list[tuple[str, str, int]]:
    return mines.world.ask("year_cells", bureau_id=1, year=YEAR, as_of=END, pool_task_id=task, pool_scope_id=scope)


def test_year_cells_join_objects_that_nothing_tells_apart(mines: Mines) -> None:
    assert cells(mines) == [
        ("1=A;2=A", "A", 1), ("1=A;2=A;3=A", "A", 1), ("1=B;2=D", "B", 1), ("1=D;2=D", "D", 1), ("3=none", "none", 1),
    ]  # fmt: skip


def test_year_objects_name_who_is_in_each_cell(mines: Mines) -> None:
    asked = {"bureau_id": 1, "year": YEAR, "as_of": END, "pool_task_id": None, "pool_scope_id": None}
    assert mines.world.ask("year_objects", "object_id", "path", "report_class", **asked) == [
        ("A1", "1=A;2=A;3=A", "A"), ("A2", "1=A;2=A", "A"), ("B1", "1=B;2=D", "B"), ("D1", "1=D;2=D", "D"),
        ("N1", "3=none", "none"),
    ]  # fmt: skip


def test_year_cells_take_directory_and_classes_of_the_first_day_where_nothing_was_drawn(world: World) -> None:
    bureau = world.bureau()
    for object_id, status in (("O1", "active"), ("O2", "active"), ("O3", "active"), ("O4", "closed")):
        world.object(object_id, status=status)  # O4: out of business, in no pool to come
    pool = world.scope(bureau, "全部", "O1", "O2", "O3", "O4")
    world.risk("O1", "B", "2023-01-01", "03-01")
    world.risk("O1", "C", "03-01")  # class on the day the window opens
    world.risk("O2", "D", "03-02")  # not yet
    plan = world.plan(bureau)
    late = world.task(plan, "晚", scope_id=pool, window=("06-01", "06-30"))
    early = world.task(plan, "早", scope_id=pool, window=("03-01", "03-31"))
    no_window = world.task(plan, "没写", scope_id=pool, window=(None, None))  # taken as on 1 January
    world.task(plan, "没有范围", scope_id=None)
    assert world.ask("year_cells", bureau_id=bureau, year=YEAR, as_of=END, pool_task_id=None, pool_scope_id=None) == [
        (f"{no_window}=B;{early}=C;{late}=C", "B", 1),
        (f"{no_window}=none;{early}=none;{late}=D", "none", 1),
        (f"{no_window}=none;{early}=none;{late}=none", "none", 1),
    ]


def test_year_cells_put_one_task_on_another_pool(mines: Mines) -> None:
    mines.world.risk("N1", "C", "2023-01-01")
    # the plain task (2) on the coal pool: A1 and N1 of the directory instead of its frozen frame
    assert cells(mines, 2, mines.coal_scope) == [
        ("1=A", "A", 1), ("1=A;2=none;3=A", "A", 1), ("1=B", "B", 1), ("2=C;3=none", "C", 1), ("1=D", "D", 1),
    ]  # fmt: skip
    assert cells(mines, 2, mines.all_scope) == cells(mines)  # its own pool: the frozen frame stays


def test_year_cells_take_the_frame_of_a_task_whose_pool_has_no_name(mines: Mines) -> None:
    task = mines.world.task(mines.plan, "无名", lead=mines.lead)
    mines.world.draw(task, "08-01", {"Z1": "C"}, [])
    assert (f"{task}=C", "C", 1) in cells(mines)


def test_year_cells_take_the_first_draw_in_time_and_no_trial(mines: Mines) -> None:
    world = mines.world
    task = world.task(mines.plan, "两次", lead=mines.lead, scope_id=mines.coal_scope)
    world.draw(task, "07-01", {"Z0": "C"}, [], kind="trial")
    world.draw(task, "09-01", {"Z1": "C"}, [])
    world.draw(task, "08-01", {"Z2": "D"}, [])
    assert [one for one in cells(mines) if f"{task}=" in one[0]] == [(f"{task}=D", "D", 1)]


# ------------------------------------------------------------------------------------------------------ recorded_year


def recorded(mines: Mines, **more: object) -> list[tuple[object, ...]]:
    asked = {"bureau_id": 1, "year": YEAR, "as_of": END, "task_ids": None, "cap": 1, "merge": False} | more
    return mines.world.ask("recorded_year", **asked)


def test_recorded_year_counts_who_was_never_drawn_and_who_too_often(mines: Mines) -> None:
    what_does_not_count(mines)
    # A1 was drawn three times, D1 and N1 once; A2 and B1 never. B1 counts as B, its class at its first draw.
    # The fourth task is that of the re-draw, which drew nobody.
    assert recorded(mines) == [
        ("A", 2, 1, 3, 1, 4), ("B", 1, 1, 0, 0, 4), ("D", 1, 0, 1, 0, 4), ("none", 1, 0, 1, 0, 4),
    ]  # fmt: skip
    assert recorded(mines, cap=3)[0] == ("A", 2, 1, 3, 0, 4)


def test_recorded_year_asks_some_tasks_up_to_a_day(mines: Mines) -> None:
    assert recorded(mines, task_ids=[3]) == [("A", 1, 0, 1, 0, 1), ("none", 1, 0, 1, 0, 1)]
    assert recorded(mines, as_of=day("03-05")) == [("A", 2, 1, 1, 0, 1), ("B", 1, 1, 0, 0, 1), ("D", 1, 0, 1, 0, 1)]
    assert recorded(mines, task_ids=[]) == []


def test_recorded_year_opens_one_door_for_tasks_of_one_pool_and_window(mines: Mines) -> None:
    mines.world.connection.execute(
        "update task set starts_on = '2024-03-01', ends_on = '2024-06-30' where task_id in (1, 2)"
    )
    assert recorded(mines, merge=True)[0] == ("A", 2, 1, 2, 1, 3)


# ---------------------------------------------------------------------------------------------------- saved_scenarios


def test_saved_scenarios_of_a_year_newest_first(mines: Mines) -> None:
    for name, year, minute in (("先", YEAR, 1), ("别年", YEAR - 1, 2), ("后", YEAR, 3)):
        mines.world.insert(
            "scenario", name=name, bureau_id=1, year=year, definition="{}", data_version="?",
            saved_at=f"2024-05-01 08:0{minute}:00",
        )  # fmt: skip
    said = mines.world.ask("saved_scenarios", "name", "changes", bureau_id=1, year=YEAR)
    assert said == [("后", None), ("先", None)]
