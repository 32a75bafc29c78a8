"""What figures lack: rows counted by hand, and the law that nothing is lost between figures and sentences."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from inspections.intake.uncounted import FIGURES
from inspections.store.database import ask
from inspections.words.wording import LANGUAGES, say_in
from tests.queries.left_out import everything_left_out
from tests.queries.random_worlds import scatter
from tests.queries.uncounted_law import WHOLE, balances
from tests.queries.world import YEAR, World, copied

ASKED = {"bureau_id": 1, "year": YEAR}


def test_uncounted_has_a_reason_for_everything_that_figures_lack(world: World) -> None:
    everything_left_out(world, world.bureau())
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
