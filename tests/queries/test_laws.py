"""Laws of every world: later never shows less, no stage overtakes the one before it, parts add up to the whole."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from inspections.store.database import ask
from tests.queries.random_worlds import scatter
from tests.queries.world import copied

FUNNEL = ["due", "inspected", "entered", "published"]
DAYS = [day.date() for day in pd.date_range("2024-01-31", "2025-03-31", freq="2ME")]


@pytest.fixture(scope="module", params=[11])
def connection(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    with copied(template, tmp_path_factory.mktemp("laws")) as connection:
        scatter(connection, seed=request.param)
        yield connection


def totals(connection: duckdb.DuckDBPyConnection, bureau_id: int, day: datetime.date) -> pd.Series:
    asked: dict[str, Any] = {"bureau_id": bureau_id, "year": 2024, "as_of": day}
    return ask(connection, "year_totals", **asked).iloc[0]


def test_a_later_cut_off_never_shows_less_and_no_stage_overtakes_the_one_before(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for bureau_id in (1, 2):
        rows = pd.DataFrame([totals(connection, bureau_id, day) for day in DAYS]).reset_index(drop=True)
        # tasks_done may fall: a second draw of a finished task opens it again
        rising = rows.drop(columns=["tasks_done"])
        assert (rising.diff().iloc[1:] >= 0).all(axis=None)
        chains = (
            ["due", "inspected", "entered", "published", "published_in_time"], ["entered", "entered_in_time"],
            ["entered", "problems", "handled", "closed"], ["tasks", "launched", "launched_in_time"],
            ["tasks", "tasks_to_start", "launched_in_time"], ["tasks", "tasks_due", "tasks_done"],
            ["tasks", "joint_tasks"], ["objects_drawn", "objects_visited"], ["doors", "objects_visited"],
            ["inspected", "doors"],
        )  # fmt: skip
        for chain in chains:
            for wider, narrower in itertools.pairwise(chain):
                assert (rows[narrower] <= rows[wider]).all(), (narrower, wider)


@pytest.mark.parametrize("day", [datetime.date(2024, 6, 30), datetime.date(2025, 3, 31)])
@pytest.mark.parametrize("bureau_id", [1, 2])
def test_parts_add_up_to_the_whole(connection: duckdb.DuckDBPyConnection, bureau_id: int, day: datetime.date) -> None:
    asked: dict[str, Any] = {"bureau_id": bureau_id, "year": 2024, "as_of": day}
    whole = totals(connection, bureau_id, day)
    units = ask(connection, "unit_completion", **asked)
    tasks = ask(connection, "tasks", **asked)
    for column in [*FUNNEL, "entered_in_time", "published_in_time"]:
        assert units[column].sum() == whole[column]
    for column in FUNNEL:
        assert tasks[column].sum() == whole[column]
    assert len(tasks) == whole["tasks"]
    assert len(ask(connection, "overdue_visits", **asked)) == units["overdue"].sum()

    curve = ask(connection, "burn_up", **asked, task_id=None, unit_id=None)
    last = curve[FUNNEL].iloc[-1] if len(curve) else pd.Series(0, index=FUNNEL)
    assert list(last) == list(whole[FUNNEL])
    assert curve["day"].is_monotonic_increasing
    assert curve["day"].is_unique

    problems = ask(connection, "problem_totals", **asked, unit_id=None).iloc[0]
    assert list(problems[["results", "problems", "handled", "closed"]]) == list(
        whole[["entered", "problems", "handled", "closed"]]
    )
    assert len(ask(connection, "problems", **asked, unit_id=None)) == whole["problems"]
    of_units = [ask(connection, "problem_totals", **asked, unit_id=int(unit)).iloc[0] for unit in units["unit_id"]]
    assert list(pd.DataFrame(of_units).sum()) == list(problems)


@pytest.mark.parametrize("only_random", [False, True])
@pytest.mark.parametrize("bureau_id", [1, 2])
def test_classes_groups_and_frequencies_describe_the_same_objects(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, only_random: bool
) -> None:
    year: dict[str, Any] = {"bureau_id": bureau_id, "year": 2024, "as_of": DAYS[-1]}
    asked = year | {"only_random": only_random, "scope_id": None}
    classes = ask(connection, "class_coverage", **asked).set_index("class")
    groups = ask(connection, "coverage_by_group", **asked)
    never = ask(connection, "never_drawn", **asked)
    frequency = ask(connection, "visit_frequency", **asked)
    assert groups[["pool", "drawn"]].sum().tolist() == classes[["pool", "drawn"]].sum().tolist()
    assert (
        never.groupby("class", observed=False).size().reindex(classes.index) == classes["pool"] - classes["drawn"]
    ).all()
    assert (frequency.groupby("class", observed=True)["objects"].sum() == classes["pool"]).all()
    visited = frequency[frequency["doors"] > 0].groupby("class", observed=False)["objects"].sum().reindex(classes.index)
    assert (visited == classes["visited"]).all()
    doors = (frequency["doors"] * frequency["objects"]).groupby(frequency["class"], observed=True).sum()
    assert (doors == classes["doors"]).all()
    if not only_random:
        whole = totals(connection, bureau_id, DAYS[-1])
        assert (
            classes[["drawn", "visited", "doors"]].sum().tolist()
            == whole[["objects_drawn", "objects_visited", "doors"]].tolist()
        )
        heavy = ask(connection, "heavy_burden", **year, cap=0)
        planned = heavy["planned_doors"]
        assert ((planned > 0).sum(), planned.sum()) == (whole["objects_visited"], whole["doors"])
        assert (planned <= heavy["doors"]).all()
        cells = ask(connection, "task_classes", **year)
        assert cells["drawn"].sum() == classes["draws"].sum()
        assert (cells.groupby("draw_id")["pool"].sum() == cells.groupby("draw_id")["frame_size"].first()).all()


def test_cells_hold_every_object_of_the_pools_once(connection: duckdb.DuckDBPyConnection) -> None:
    cells = ask(connection, "year_cells", bureau_id=1, year=2024, pool_task_id=None, pool_scope_id=None)
    assert cells["path"].is_unique
    assert (cells["size"] > 0).all()
    for path in cells["path"]:
        tasks = [step.split("=")[0] for step in path.split(";")]
        assert len(tasks) == len(set(tasks))
