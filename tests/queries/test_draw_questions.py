"""Questions about single draws: frames, lists, packages; rows whose answer is written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from inspections.store.database import log_change
from tests.queries.world import YEAR, World, day


@pytest.fixture
def task(world: World) -> int:
    """A task of a bureau with a pool of four: A, B (rated from June on), none, and one that is closed."""
    bureau = world.bureau("甲局")
    lead = world.unit("一股", bureau=bureau, scope_of=bureau)
    world.object("o4", status="closed")
    pool = world.scope(bureau, "对象", "o3", "o1", "o2", "o4")
    world.scope(bureau, "别的对象", "o5")
    world.risk("o1", "A", "01-01", "06-01")
    world.risk("o1", "C", "06-01")
    world.risk("o2", "B", "06-01")
    return world.task(world.plan(bureau, doc_no="文〔2024〕1号"), "任务甲", lead=lead, scope_id=pool)


def frozen(world: World, task: int, on: str, *series: int, replaces: int | None = None) -> list[tuple[Any, ...]]:
    return world.ask(
        "frozen_pool", task_id=task, as_of=day(on), series=list(series), kind="official", replaces=replaces
    )


def test_frozen_pool_has_the_classes_of_the_day_and_only_active_objects(world: World, task: int) -> None:
    assert frozen(world, task, "05-31") == [("o1", "A", 1, False), ("o2", "none", 2, False), ("o3", "none", 3, False)]
    assert [row[:2] for row in frozen(world, task, "06-01")] == [("o1", "C"), ("o2", "B"), ("o3", "none")]


def over(world: World, task: int, *series: int, replaces: int | None = None) -> set[str]:
    return {row[0] for row in frozen(world, task, "12-31", *series, replaces=replaces) if row[3]}


def test_frozen_pool_passes_over_whom_the_series_has_drawn_in_this_round(world: World, task: int) -> None:
    frame = dict.fromkeys(["o1", "o2", "o3"], "none")
    first = world.draw(task, "03-01", frame, ["o1"])
    world.draw(task, "03-02", frame, ["o3"], kind="trial")
    assert over(world, task) == set(), "a draw that does not rotate"
    assert over(world, task, task + 1) == set(), "another series"
    assert over(world, task, task) == {"o1"}
    assert over(world, task, task, replaces=first) == set(), "a re-draw takes the place of the draw it replaces"
    redrawn = world.draw(task, "03-03", frame, ["o2"], replaces=first)
    assert over(world, task, task) == {"o2"}
    # The next draw takes o1 and o3, uses the pool up and begins a new round with o2 on top.
    second = world.draw(task, "04-01", frame, ["o1", "o3", "o2"])
    world.connection.execute("update frame set passed_over = true where draw_id = ? and object_id = 'o2'", [second])
    assert over(world, task, task) == {"o2"}
    world.draw(task, "05-01", frame, ["o3"])
    assert over(world, task, task) == {"o2", "o3"}
    assert redrawn


def test_frozen_pool_begins_a_new_round_for_one_class_alone(world: World, task: int) -> None:
    frame = {"o1": "A", "o2": "A", "o3": "B"}
    world.draw(task, "03-01", frame, ["o1", "o2", "o3"], quotas={"A": 2, "B": 1})
    again = world.draw(task, "04-01", frame, ["o1"], quotas={"A": 1, "B": 0})
    world.connection.execute("update frame set passed_over = true where draw_id = ?", [again])
    assert over(world, task, task) == {"o1", "o3"}


def test_task_teams_are_the_bureaus_and_each_outside_departments(world: World, task: int) -> None:
    world.unit("二股", bureau=1)
    outside = world.unit("县应急局", scope_of=1)
    lonely = world.unit("县林业局", scope_of=1)
    people = {"P1": (1, True, True), "P2": (2, True, False), "P3": (2, False, True), "P4": (outside, True, True)}
    for number, (name, (unit, active, certified)) in enumerate(people.items(), start=1):
        world.insert(
            "inspector", inspector_id=number, name=name, unit_id=unit, certificate_no=name,
            is_civil_servant=True, active=active, is_certified=certified,
        )  # fmt: skip
    assert world.ask("task_teams", task_id=task) == [
        ("甲局", 1, "P1", True), ("甲局", 2, "P2", False), ("甲局", 3, "P3", False)
    ]  # fmt: skip
    joint = world.task(1, "联合", checks=[(world.item(1, "事项"), 1), (1, outside), (1, lonely)])
    assert [row[0] for row in world.ask("task_teams", task_id=joint)] == ["县应急局", "县林业局", *["甲局"] * 3]


@pytest.fixture
def drawn(world: World, task: int) -> int:
    """o1 (A) and o2 (B) drawn, o3 (A) stands in for o1; a replaced draw before it."""
    frame = {"o1": "A", "o2": "B", "o3": "A"}
    first = world.draw(task, "03-04", frame, ["o1"], quotas={"A": 1, "B": 0})
    return world.draw(
        task, "03-05", frame, ["o1", "o2"], quotas={"A": 1, "B": 1}, stands_in={"o3": "o1"}, replaces=first
    )


def test_draws_of_a_year_with_trials_and_what_they_replace(world: World, drawn: int) -> None:
    trial = world.draw(1, "12-30", {"o1": "A"}, [], kind="trial")
    world.insert("draw_act", draw_id=trial, step=1, done_at=day("12-31"), quota=None)
    columns = ["draw_id", "ordinal", "drawn_on", "draw_kind", "drawn", "substitutes", "replaces_ordinal", "is_replaced"]
    rows = world.frame("draws", bureau_id=1, year=YEAR, as_of=day("06-30"))[columns]
    rows["drawn_on"] = rows["drawn_on"].dt.strftime("%m-%d")
    assert rows.astype(object).where(rows.notna(), None).to_numpy().tolist() == [
        [1, 1, "03-04", "official", 1, 0, None, True],
        [drawn, 2, "03-05", "official", 2, 1, 1, False],
        [trial, 1, "12-31", "trial", 0, 0, None, False],
    ]
    assert world.ask("draws", bureau_id=1, year=YEAR, as_of=day("03-03"))[0][0] == trial


def test_draw_facts_with_task_plan_and_the_draw_before(world: World, drawn: int) -> None:
    (row,) = world.frame("draw_facts", draw_id=drawn).to_dict("records")
    assert (row["bureau"], row["doc_no"], row["seq"], row["task"]) == ("甲局", "文〔2024〕1号", 1, "任务甲")
    assert (row["ordinal"], row["replaced_ordinal"], row["reason"], row["synthetic"]) == (2, 1, "名录有误", False)


def test_draw_quotas_per_class_or_over_the_whole_pool(world: World, drawn: int) -> None:
    assert world.ask("draw_quotas", draw_id=drawn) == [("A", 2, 1), ("B", 1, 1)]
    whole = world.draw(1, "04-01", {"o1": "A", "o2": "B"}, ["o1"], stands_in={"o2": "o1"})
    assert world.ask("draw_quotas", draw_id=whole) == [(None, 2, 1)]
    world.insert("draw_act", draw_id=whole, step=1, done_at=day("04-01"), quota=1)
    world.insert("draw_act", draw_id=whole, step=2, done_at=day("04-02"), quota=2)
    assert world.ask("draw_quotas", draw_id=whole) == [(None, 2, 2)]


def test_draw_steps_in_their_order(world: World, drawn: int) -> None:
    assert world.ask("draw_steps", draw_id=drawn) == []
    for step, told in ((2, None), (1, '{"per_object": 2}')):
        world.insert("draw_act", draw_id=drawn, step=step, done_at=day(f"04-0{step}"), quota=None, matching=told)
    assert [(row[0], row[2]) for row in world.ask("draw_steps", draw_id=drawn)] == [(1, '{"per_object": 2}'), (2, None)]


def test_packaged_draw_is_found_by_what_a_package_says_with_its_entry_in_the_log(world: World, drawn: int) -> None:
    def ask(**more: object) -> list[tuple[object, ...]]:
        named = {"bureau": "甲局", "year": YEAR, "plan_kind": "internal", "seq": 1, "kind": "official", "ordinal": 2}
        return world.ask("packaged_draw", "draw_id", "log_seq", **named | more)

    assert ask() == [(drawn, None)]
    assert ask(ordinal=3) == ask(bureau="乙局") == ask(plan_kind="none such") == ask(kind="trial") == []
    settled = {"seed_commitment": "s", "frame_commitment": "f", "terms_commitment": "t"}
    world.insert(
        "draw", draw_id=90, task_id=1, ordinal=3, drawn_at=day("04-01"), basis="random", kind="official", method="x",
        stratified=True, rotation=False, frame_size=3, terms="{}", terms_nonce="n", **settled,
    )  # fmt: skip
    for commitment in ("other", "t"):
        after = settled | {"terms_commitment": commitment}
        log_change(world.connection, actor="某", action="freeze", subject="draw 90", after=after)
    assert ask(ordinal=3) == [(90, 2)]


def test_draw_list_in_ticket_order_with_substitutes(world: World, drawn: int) -> None:
    rows = world.frame("draw_list", draw_id=drawn)
    assert rows[["place", "object_id", "class", "drawn_as"]].to_numpy().tolist() == [
        [1, "o1", "A", "replaced"], [3, "o3", "A", "substitute"], [2, "o2", "B", "drawn"]
    ]  # fmt: skip


def test_visits_to_enter_are_those_due_the_open_ones_first(world: World, drawn: int) -> None:
    world.result(drawn, "o2", 1, "04-02", "04-03")
    columns = ("object_id", "unit", "inspected_on", "entered_on", "closed_on")
    assert world.ask("visits_to_enter", *columns, draw_id=drawn) == [
        ("o3", "一股", None, None, None), ("o2", "一股", "04-02", "04-03", None),
    ]  # fmt: skip


def test_draw_team_names_the_inspectors(world: World, drawn: int) -> None:
    world.insert(
        "inspector", inspector_id=1, name="某", unit_id=1, certificate_no="P1", is_civil_servant=True, active=True
    )
    world.insert("draw_inspector", draw_id=drawn, object_id="o2", inspector_id=1)
    assert world.ask("draw_team", draw_id=drawn) == [("o2", "P1", 1, "某", "一股")]


def test_public_list_names_who_stands_in_order_of_names(world: World, drawn: int) -> None:
    world.connection.execute("update object set name = '阿企业' where object_id = 'o3'")
    assert world.ask("public_list", draw_id=drawn) == [("o2", "企业o2"), ("o3", "阿企业")]


def test_public_results_only_what_is_published(world: World, drawn: int) -> None:
    item = world.item(1, "事项")
    for object_id, published in (("o2", "04-03"), ("o3", "07-01"), ("o1", "04-02")):
        world.insert(
            "result", draw_id=drawn, object_id=object_id, unit_id=1, inspected_on=day("04-01"), entered_on=day("04-01"),
            published_on=day(published),
        )  # fmt: skip
    world.insert("result_outcome", draw_id=drawn, object_id="o2", unit_id=1, item_id=item, outcome="no_problem")
    rows = world.ask("public_results", draw_id=drawn, as_of=day("06-30"))
    assert [(row[0], row[2], row[4], row[5]) for row in rows] == [("o2", "一股", "事项", "no_problem")]


def test_draw_fingerprints_change_with_every_part_of_a_draw_and_with_nothing_else(world: World, drawn: int) -> None:
    def fingerprints() -> dict[int, str]:
        return dict(world.ask("draw_fingerprints", bureau_id=1, year=YEAR))

    seen = [fingerprints()]
    assert len(seen[0]) == 2
    world.object("stranger")
    assert fingerprints() == seen[0]
    for change in (
        "update draw_object set place = 7 where object_id = 'o2'",
        f"update frame set class = 'D' where object_id = 'o2' and draw_id = {drawn}",
        f"update draw_quota set quota = 0 where class = 'B' and draw_id = {drawn}",
        f"insert into draw_act values ({drawn}, 1, '2024-03-05', null, null)",
        f"update draw_act set matching = '{{}}' where draw_id = {drawn}",
        "update plan set title = '另一标题'",
    ):
        world.connection.execute(change)
        seen.append(fingerprints())
    assert len({one[drawn] for one in seen}) == len(seen)
