"""What figures lack: rows counted by hand, and the law that nothing is lost between figures and sentences."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from inspections.intake.uncounted import FIGURES
from inspections.store.database import ask
from inspections.words.wording import LANGUAGES, say_in
from tests.queries.random_worlds import scatter
from tests.queries.uncounted_law import WHOLE, balances
from tests.queries.world import YEAR, World, copied

ASKED = {"bureau_id": 1, "year": YEAR}


def test_uncounted_has_a_reason_for_everything_that_figures_lack(world: World) -> None:
    bureau = world.bureau()
    lead, other = world.unit("一股", bureau=bureau, scope_of=bureau), world.unit("二股", bureau=bureau)
    item = world.item(bureau, "事项")
    plan, pool = world.plan(bureau), world.scope(bureau, "全部矿山", "A1", "A2", "B1", "N1")
    task = world.task(plan, "任务", lead=lead, scope_id=pool)
    frame = {"A1": "A", "A2": "A", "B1": "B", "N1": "none"}
    plain = world.draw(task, "03-05", frame, ["A1", "A2", "B1"], stands_in={"N1": "A2"})
    no_problem = {item: ["no_problem"]}
    world.result(plain, "A1", lead, "03-06", "03-07", "03-08", found=no_problem)  # counts everywhere
    world.result(plain, "B1", lead, "03-06", "03-07")  # entered, nothing said about what was found
    world.result(plain, "N1", lead, "03-06")  # not entered
    world.result(plain, "A2", lead, "03-06", "03-07")  # has a substitute
    world.result(plain, "A1", other, "03-06", "03-07")  # need not check
    world.result(plain, "X1" if world.object("X1") else "", lead, "03-06", "03-07")  # was not drawn
    old = world.draw(task, "03-01", frame, ["A1"])
    world.draw(task, "03-02", {"A1": "none"}, ["A1"], replaces=old)  # a pool without any class
    world.result(old, "A1", lead, "03-02", "03-03")
    world.draw(task, "03-03", {}, ["A1"])  # no pool on record
    full = world.draw(task, "03-04", frame, list(frame), basis="full")
    found = {item: ["other_violation"]}  # followed up, and nobody wrote when
    world.result(full, "A1", lead, "03-06", "03-07", follow_up="correction_ordered", found=found)
    world.result(full, "B1", lead, "03-06", "03-07", follow_up="none_needed", found=found)
    trial = world.draw(task, "03-04", frame, ["A1"], kind="trial")
    world.result(trial, "A1", lead, "03-05")
    complaint = world.draw(None, "03-05", {}, ["A1"], basis="complaint")
    world.result(complaint, "A1", lead, "03-05", "03-05")
    campaign = world.draw(task, "03-09", {}, ["B1"], basis="campaign")
    world.result(campaign, "B1", lead, "03-10", "03-11")
    rebuilt = world.draw(task, "03-12", {}, [])
    world.connection.execute("update draw set method = 'platform_pool_rebuilt' where draw_id = ?", [rebuilt])
    for position, (object_id, risk_class) in enumerate(frame.items(), start=1):
        world.insert("frame", draw_id=rebuilt, object_id=object_id, **{"class": risk_class}, position=position)
    world.lock(rebuilt, "A1", "A", 1)
    idle = world.task(plan, "无人检查", window=(None, None))
    lonely = world.draw(idle, "04-01", frame, ["A1"])
    world.result(rebuilt, "A1", lead, "2014-03-06", "2014-03-07", "2014-03-08", found=no_problem)  # before the calendar
    world.visit("A1", "05-01")  # nobody reported on it
    world.result(lonely, "A1", lead, "04-02", "04-03")
    assert dict(world.ask("uncounted", "reason", "records", **ASKED)) == {
        "result_not_entered": 1,
        "result_replaced": 1,
        "result_unplanned": 2,
        "result_substituted": 1,
        "result_not_drawn": 1,
        "result_not_checking": 2,
        "result_trial": 1,
        "result_without_outcome": 1,
        "result_handled_undated": 1,
        "result_outside_calendar": 1,
        "draw_replaced": 1,
        "draw_unplanned": 2,
        "draw_trial": 1,
        "draw_full": 1,
        "draw_without_pool": 1,
        "draw_pool_rebuilt": 1,
        "draw_without_classes": 1,
        "draw_not_by_class": 4,
        "drawn_substituted": 1,
        "drawn_without_department": 1,
        "object_without_class": 1,
        "task_without_start": 1,
        "task_without_end": 1,
        "visit_without_result": 1,
    }
    assert balances(world.connection, 1, YEAR)
    assert world.ask("uncounted", bureau_id=1, year=2023) == []


def test_import_years_follow_what_an_import_wrote(world: World) -> None:
    bureau = world.bureau()
    lead = world.unit("一股", bureau=bureau)
    tasks = {year: world.task(world.plan(bureau, year=year), f"{year}", lead=lead) for year in (2022, 2023, 2024)}
    draw = world.draw(tasks[2023], "2023-03-05", {"A1": "A"}, ["A1"])
    wrote = (
        (1, "result", f'{{"draw_id":{draw},"object_id":"A1","unit_id":{lead}}}'),
        (1, "task", f'{{"task_id":{tasks[2024]}}}'),
        (2, "task", f'{{"task_id":{tasks[2022]}}}'),
    )
    for import_id, table, key in wrote:
        world.insert("import_change", import_id=import_id, table_name=table, row_key=key, after="{}")
    world.insert("import_change", import_id=1, table_name="object", row_key='{"object_id":"A1"}', after="{}")
    assert world.ask("import_years", "year", import_id=1) == [2024, 2023]
    assert world.ask("import_years", "year", import_id=3) == []


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_lost_between_figures_and_sentences(seed: int, template: Path, tmp_path: Path) -> None:
    with copied(template, tmp_path) as connection:
        scatter(connection, seed)
        for bureau_id in (1, 2):
            for year in (2023, 2024):
                assert balances(connection, bureau_id, year)


def test_every_reason_has_figures_and_a_sentence_in_every_language(populated: duckdb.DuckDBPyConnection) -> None:
    named = {f"{part}_{reason}" for part, reasons in WHOLE.items() for reason in reasons}
    assert named <= set(FIGURES)
    found = {
        reason for bureau in (1, 2) for reason in ask(populated, "uncounted", bureau_id=bureau, year=2024)["reason"]
    }
    assert found <= set(FIGURES)
    for code in LANGUAGES:
        for reason in FIGURES:
            assert "15" in say_in(code, f"uncounted.{reason}", count=15)
