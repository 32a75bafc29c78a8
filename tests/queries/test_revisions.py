"""A plan that was revised: figures of a day use what was in force then, what was done stays as it was judged."""

from __future__ import annotations

import datetime
import functools
import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from inspections.store.database import ask, question
from inspections.year.whatif import Choice, year_answers, year_of
from tests.queries.random_worlds import scatter
from tests.queries.revised import FOREVER, Plans, Said, anything, forget, revise, say
from tests.queries.test_every_question import NAMES, asked
from tests.queries.world import World, copied, day

LONG_AGO, LATER = datetime.date(2022, 12, 1), datetime.date(2022, 12, 20)
AS_OF = datetime.date(2024, 7, 15)
# They tell of revisions themselves, or of one task whatever became of it.
ASIDE = {"plans", "plan_revisions", "frozen_pool", "log_names", "task_teams"}
OF_PLANS = re.compile(r"\b(plan|task\w*|planned_\w+|launched_task|due_visit|judged_visit|standing_draw)\b")
QUESTIONS = [name for name in NAMES if name not in ASIDE and OF_PLANS.search(question(name))]
FEW = settings(
    max_examples=2,
    phases=(Phase.explicit, Phase.generate),  # a world is too large to be made smaller
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def worlds(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Makes the same random world as often as one asks: copies of one."""

    @functools.cache
    def scattered(seed: int) -> Path:
        folder = tmp_path_factory.mktemp("scattered")
        with copied(template, folder) as connection:
            scatter(connection, seed)
        return folder / "world.duckdb"

    with ExitStack() as stack:
        yield lambda seed: stack.enter_context(copied(scattered(seed), tmp_path_factory.mktemp("revised")))


def differing(one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection, names: list[str]) -> list[str]:
    """The questions that the two answer differently, of either bureau."""
    found = []
    for name in names:
        for bureau in (1, 2):
            parameters = asked(name)
            parameters |= {"bureau_id": bureau} if "bureau_id" in parameters else {}
            parameters |= {"as_of": AS_OF} if "as_of" in parameters else {}
            parameters |= {"task_id": bureau} if "task_id" in parameters else {}
            answers = [ask(connection, name, **parameters) for connection in (one, other)]
            try:
                pd.testing.assert_frame_equal(*answers)
            except AssertionError:
                found.append(name)
    return found


def tasks_of(connection: duckdb.DuckDBPyConnection, *, drawn: bool) -> list[int]:
    """Tasks on which something, of whatever kind, was drawn, or nothing."""
    sql = (
        f"select task_id from task where task_id {'' if drawn else 'not'} in"
        " (select task_id from draw where task_id is not null)"
    )
    return [task_id for (task_id,) in connection.execute(f"{sql} order by 1").fetchall()]


@FEW
@given(dice=st.randoms(use_true_random=False))
def test_revisions_before_anything_was_done_count_like_a_plan_that_began_with_them(
    worlds: Any, dice: random.Random
) -> None:
    seed = dice.randrange(1, 50)
    revised, plain = worlds(seed), worlds(seed)
    drawn, idle = (tasks_of(plain, drawn=one) for one in (True, False))
    chosen = dice.sample([*drawn, *idle], k=dice.randrange(1, 6))
    for day_of in (LONG_AGO, LATER):
        said = {task_id: anything(plain, task_id, dice) for task_id in chosen}
        revise(revised, day_of, said)
        for task_id, one in said.items():
            say(plain, task_id, one)
    # One with a draw stays due; nothing is expected of the others any more.
    gone = [task_id for task_id in idle if task_id not in chosen][:2]
    stays = dice.choice(drawn)
    due = plain.execute("select 1 from planned_draw where task_id = ? and drawn_on <= ?", [stays, AS_OF]).fetchone()
    revise(revised, LATER + datetime.timedelta(days=3), {task_id: Said({}, None, True) for task_id in gone})
    if due:
        revise(revised, LATER + datetime.timedelta(days=4), {stays: Said({}, None, True)})
    for task_id in gone:
        forget(plain, task_id)
    # Next year's plan begins with what the plan still holds.
    assert differing(revised, plain, [name for name in QUESTIONS if not (due and name == "plan_form")]) == []


@FEW
@given(dice=st.randoms(use_true_random=False))
def test_a_revision_after_the_day_asked_for_changes_nothing_of_that_day(worlds: Any, dice: random.Random) -> None:
    seed = dice.randrange(1, 50)
    revised, plain = worlds(seed), worlds(seed)
    idle = tasks_of(plain, drawn=False)
    every = [task_id for (task_id,) in plain.execute("select task_id from task order by 1").fetchall()]
    chosen = dice.sample(every, k=4)
    for number in (1, 40):
        said = {task_id: anything(plain, task_id, dice) for task_id in chosen}
        revise(revised, AS_OF + datetime.timedelta(days=number), said)
    added = [task_id for task_id in idle if task_id not in chosen][:1]
    gone = [task_id for task_id in every if task_id not in (*chosen, *added)][:2]
    revise(revised, AS_OF + datetime.timedelta(days=50), {one: Said({}, None, True) for one in gone}, added)
    for task_id in added:
        forget(plain, task_id)
    of_a_day = [name for name in QUESTIONS if "as_of" in asked(name)]
    assert len(of_a_day) > 20
    assert differing(revised, plain, of_a_day) == []


@FEW
@given(dice=st.randoms(use_true_random=False))
def test_the_views_agree_with_a_second_reading_on_every_day(worlds: Any, dice: random.Random) -> None:
    world = worlds(dice.randrange(1, 50))
    world.execute("delete from setting where key = 'publication_working_days'")
    every = [task_id for (task_id,) in world.execute("select task_id from task order by 1").fetchall()]
    days = sorted(datetime.date(2023, 6, 1) + datetime.timedelta(days=dice.randrange(500)) for _ in range(3))
    for on in dict.fromkeys(days):
        chosen = dice.sample(every, k=8)
        said = {task_id: anything(world, task_id, dice) for task_id in chosen[2:]}
        revise(world, on, said | {task_id: Said({}, None, True) for task_id in chosen[:2]})
    plans = Plans(world)
    for as_of in (days[0] - datetime.timedelta(days=1), days[0], days[1], days[2] + datetime.timedelta(days=30), None):
        world.execute("set variable as_of = ?", [as_of])
        assert visits(world) == expected_visits(world, plans, as_of or FOREVER - datetime.timedelta(days=1)), as_of
        assert launches(world, as_of) == expected_launches(
            world, plans, as_of or FOREVER - datetime.timedelta(days=1)
        ), as_of


def visits(world: duckdb.DuckDBPyConnection) -> set[tuple[Any, ...]]:
    rows = world.execute(
        """select draw_id, object_id, unit_id, ends_on,
            case when entered_on <= today then entered_in_time end,
            case when published_on <= today then published_in_time end
        from judged_visit,
            (select coalesce(cast(getvariable('as_of') as date), date '9999-12-30') as today) as asked"""
    ).fetchall()
    assert len(rows) == len(set(rows))
    return set(rows)


def expected_visits(world: duckdb.DuckDBPyConnection, plans: Plans, as_of: datetime.date) -> set[tuple[Any, ...]]:
    results = {
        tuple(key): days
        for *key, days in world.execute(
            "select draw_id, object_id, unit_id, [inspected_on, entered_on, published_on] from result"
        ).fetchall()
    }
    found = set()
    for draw_id, task_id, object_id in world.execute(
        "select draw_id, task_id, object_id from locked_object inner join standing_draw using (draw_id)"
        " where basis in ('random', 'full') and task_id is not null"
    ).fetchall():
        now = plans.on(task_id, as_of)
        due = set(now["checkers"])
        for edition in plans.editions[task_id]:
            for unit in edition["checkers"] - now["checkers"]:
                inspected = results.get((draw_id, object_id, unit), [None])[0]
                if edition["until"] <= as_of and inspected and edition["from"] <= inspected < edition["until"]:
                    due.add(unit)
                    # Who was put in its place need not come again; who stood beside it that day owes its own visit.
                    due -= {
                        new
                        for new in now["checkers"] - plans.on(task_id, inspected)["checkers"]
                        if (draw_id, object_id, new) not in results
                    }
        for unit in due:
            _, *days = results.get((draw_id, object_id, unit), [None, None, None])
            judged = [
                None if one is None or one > as_of else (end := plans.on(task_id, one)["ends_on"]) is None or one <= end
                for one in days
            ]
            found.add((draw_id, object_id, unit, now["ends_on"], *judged))
    return found


def launches(world: duckdb.DuckDBPyConnection, as_of: datetime.date | None) -> set[tuple[Any, ...]]:
    return set(
        world.execute(
            """select task_id, starts_on, opens_on, launching_unit_id,
                coalesce(launched_on <= coalesce(?, date '9999-12-30') and launched_in_time, false)
            from launched_task""",
            [as_of],
        ).fetchall()
    )


def expected_launches(world: duckdb.DuckDBPyConnection, plans: Plans, as_of: datetime.date) -> set[tuple[Any, ...]]:
    first: dict[int, datetime.date] = {}
    drawn = set()
    for task_id, on, kind, basis, stands in world.execute(
        "select task_id, cast(draw.drawn_at as date), kind, draw.basis, standing_draw.draw_id is not null from draw"
        " left join standing_draw using (task_id, draw_id) where task_id is not null order by draw.drawn_at"
    ).fetchall():
        if kind == "official" and basis in ("random", "full"):
            if stands:
                first.setdefault(task_id, on)
            if on <= as_of:
                drawn.add(task_id)
    found = set()
    for task_id in plans.editions:
        now = plans.on(task_id, as_of)
        if now["gone"] and task_id not in drawn:
            continue
        on = first.get(task_id)
        then = plans.on(task_id, on) if on and on <= as_of else now
        launched = on is not None and on <= as_of
        in_time = launched and then["starts_on"] is not None and then["starts_on"] <= on <= (then["ends_on"] or on)
        found.add((task_id, now["starts_on"], then["starts_on"], then["launches"], in_time))
    return found


# ------------------------------------------------------------------------------------------------------- by hand


def test_in_time_stays_in_time_late_stays_late_and_open_follows_the_newest_plan(world: World) -> None:
    bureau = world.bureau()
    unit = world.unit("执法股", bureau=bureau)
    task = world.task(world.plan(bureau), "任务", lead=unit, window=("03-01", "06-30"))
    drawn = world.draw(task, "03-10", dict.fromkeys("abcd", "A"), list("abcd"))
    world.result(drawn, "a", unit, "04-01", "05-20", "05-20")
    world.result(drawn, "b", unit, "04-01", "07-05", "07-05")
    revise(world.connection, day("08-01") or AS_OF, {task: Said({"ends_on": day("05-01")})})
    revise(world.connection, day("09-01") or AS_OF, {task: Said({"starts_on": day("10-01"), "ends_on": day("11-30")})})
    year = {"bureau_id": bureau, "year": 2024}
    columns = ("due", "entered_in_time", "published_in_time", "tasks_to_start", "launched_in_time", "tasks_due")
    for as_of, late in (("07-31", 2), ("08-31", 2), ("09-30", 0), ("12-31", 2)):
        tasks_due = 0 if as_of == "09-30" else 1
        assert world.ask("year_totals", *columns, **year, as_of=day(as_of)) == [(4, 1, 1, 1, 1, tasks_due)], as_of
        assert len(world.ask("overdue_visits", "object_id", **year, as_of=day(as_of))) == late, as_of


def test_a_withdrawn_task_stays_due_only_where_something_was_drawn(world: World) -> None:
    bureau = world.bureau()
    unit = world.unit("执法股", bureau=bureau)
    plan = world.plan(bureau)
    drawn, idle = (world.task(plan, name, lead=unit, window=("03-01", "06-30")) for name in ("抽过", "没抽"))
    world.draw(drawn, "03-10", {"a": "A"}, ["a"])
    revise(world.connection, day("05-01") or AS_OF, {one: Said({}, None, True) for one in (drawn, idle)})
    year = {"bureau_id": bureau, "year": 2024}
    assert world.ask("tasks", "name", "due", **year, as_of=day("04-30")) == [("抽过", 1), ("没抽", 0)]
    assert world.ask("tasks", "name", "due", **year, as_of=day("05-01")) == [("抽过", 1)]


def test_what_a_department_did_stays_counted_when_another_takes_over(world: World) -> None:
    bureau = world.bureau()
    one, two = world.unit("甲股", bureau=bureau), world.unit("乙股", bureau=bureau)
    task = world.task(world.plan(bureau), "任务", lead=one, window=("03-01", "11-30"))
    drawn = world.draw(task, "03-10", {"a": "A", "b": "A"}, ["a", "b"])
    world.result(drawn, "a", one, "04-01", "04-02")
    revise(world.connection, day("05-01") or AS_OF, {task: Said({"lead_unit_id": two})})
    year = {"bureau_id": bureau, "year": 2024}
    columns = ("unit", "due", "entered")
    assert sorted(world.ask("unit_completion", *columns, **year, as_of=day("04-30"))) == [("甲股", 2, 1)]
    # 乙股 need not go where 甲股 has been.
    assert sorted(world.ask("unit_completion", *columns, **year, as_of=day("05-01"))) == [
        ("乙股", 1, 0),
        ("甲股", 1, 1),
    ]
    world.result(drawn, "b", two, "06-01", "06-02")
    columns = ("due", "entered", "tasks_due", "tasks_done")
    assert world.ask("year_totals", *columns, **year, as_of=day("12-31")) == [(2, 2, 1, 1)]
    assert "result_not_checking" not in world.ask("uncounted", "reason", bureau_id=bureau, year=2024)


def test_who_takes_over_owes_what_nobody_in_that_place_has_inspected(world: World) -> None:
    bureau = world.bureau()
    lead, beside, new = (world.unit(name, bureau=bureau) for name in ("甲股", "乙股", "丙股"))
    item = world.item(bureau, "事项")
    task = world.task(
        world.plan(bureau), "任务", lead=lead, window=("03-01", "11-30"), checks=[(item, lead), (item, beside)]
    )
    drawn = world.draw(task, "03-10", dict.fromkeys("abcd", "A"), list("abcd"))
    world.result(drawn, "a", lead, "04-01", "04-02")
    world.result(drawn, "b", lead, "05-01", "05-02")  # on the first day of the new plan: no longer its own
    world.result(drawn, "c", lead, "04-01", "04-02")
    world.result(drawn, "c", new, "06-01", "06-02")  # gone again all the same
    revise(world.connection, day("05-01") or AS_OF, {task: Said({"lead_unit_id": new}, ((item, new), (item, beside)))})
    rows = world.connection.execute("select unit_id, object_id from due_visit order by all").fetchall()
    owed = {unit: [one for of, one in rows if of == unit] for unit in (lead, beside, new)}
    assert owed == {lead: ["a", "c"], beside: ["a", "b", "c", "d"], new: ["b", "c", "d"]}


def test_a_draw_keeps_the_pool_of_its_day(world: World) -> None:
    bureau = world.bureau()
    unit = world.unit("执法股", bureau=bureau)
    before, after = world.scope(bureau, "原对象"), world.scope(bureau, "新对象")
    task = world.task(world.plan(bureau), "任务", lead=unit, window=("03-01", "11-30"), scope_id=before)
    world.draw(task, "03-10", {"a": "A"}, ["a"])
    revise(world.connection, day("05-01") or AS_OF, {task: Said({"scope_id": after})})
    world.draw(task, "06-10", {"b": "A"}, ["b"])
    year = {"bureau_id": bureau, "year": 2024, "as_of": day("12-31")}
    assert world.ask("task_classes", "scope_id", **year) == [before, after]
    assert world.ask("recorded_draws", "scope", **year) == ["原对象", "新对象"]


def test_questions_of_the_plan_itself_follow_the_plan_of_the_day(world: World) -> None:
    bureau = world.bureau()
    unit = world.unit("执法股", bureau=bureau)
    one, two = world.item(bureau, "甲事项"), world.item(bureau, "乙事项")
    plan, pool = world.plan(bureau), world.scope(bureau, "对象")
    task, gone = (
        world.task(plan, name, lead=unit, checks=[(one, unit)], scope_id=pool, rate="0.1", rate_op="=")
        for name in ("改", "撤")
    )
    drawn = world.task(plan, "抽后撤", lead=unit)
    world.draw(drawn, "03-10", {"a": "A"}, ["a"])
    world.insert("task_class_rate", task_id=task, **{"class": "D"}, rate="0.3", rate_op="=", origin="notice")
    said = {task: Said({"rate": "0.2"}, ((two, unit),)), gone: Said({}, None, True), drawn: Said({}, None, True)}
    revise(world.connection, day("05-01") or AS_OF, said)
    world.connection.execute("update task_class_rate set rate = 0.5 where task_id = ?", [task])
    for then, rate, by_class, item, names in (
        ("04-30", 0.1, 0.3, "甲事项", ["改", "撤", "抽后撤"]), ("05-01", 0.2, 0.5, "乙事项", ["改"])
    ):  # fmt: skip
        asked = {"bureau_id": bureau, "year": 2024, "as_of": day(then)}
        assert world.ask("task_class_rates", "rate", **asked) == [by_class]
        form = world.frame("plan_form", **asked)
        assert [*form["name"]] == names
        assert (form["rate"][0], [entry["item"] for entry in form["items"][0]]) == (rate, [item])
        used = world.frame("register_items", **asked).set_index("item")["tasks"].to_dict()
        assert used == {"甲事项": 2, "乙事项": 0} if then == "04-30" else {"甲事项": 0, "乙事项": 1}
        of_tasks = world.frame("tasks", **asked)["task_id"]
        assert sorted(world.frame("year_series", **asked)["task_id"]) == sorted(of_tasks)
        # What-if of a day before the revision knows every task of that day.
        assert year_of(year_answers(world.frame, asked), Choice()).draws


def test_plan_revisions_say_what_each_revision_changed(world: World) -> None:
    bureau = world.bureau()
    one, two = world.unit("甲股", bureau=bureau), world.unit("乙股", bureau=bureau)
    plan = world.plan(bureau)
    task, gone, new = (world.task(plan, name, lead=one, window=("03-01", "06-30")) for name in ("改", "撤", "添"))
    values = {"ends_on": day("11-30"), "lead_unit_id": two, "rate_text": "10%"}
    revise(world.connection, day("05-01") or AS_OF, {task: Said(values), gone: Said({}, None, True)}, [new])
    revise(world.connection, day("06-01") or AS_OF, {task: Said({"name": "又改"}), gone: Said({})})
    columns = ("in_force_on", "seq", "revision_change", "revised_part", "said_before", "said_after")
    assert world.ask("plan_revisions", *columns, bureau_id=bureau, year=2024) == [
        ("05-01", 1, "changed", "amount", None, "10%"),
        ("05-01", 1, "changed", "lead_unit", "甲股", "乙股"),
        ("05-01", 1, "changed", "window", "2024-03-01 — 2024-06-30", "2024-03-01 — 2024-11-30"),
        ("05-01", 2, "withdrawn", None, None, None),
        ("05-01", 3, "added", None, None, None),
        ("06-01", 1, "changed", "name", "改", "又改"),
        ("06-01", 2, "restored", None, None, None),
    ]
    for then, tasks in (("04-01", 2), ("05-15", 2), ("12-31", 3)):
        counted = world.ask("plans", "tasks", "revisions", "revised_on", bureau_id=bureau, year=2024, as_of=day(then))
        assert counted == [(tasks, 2, "06-01")], then
