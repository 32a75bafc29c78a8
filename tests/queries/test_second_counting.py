"""Every counting question against the second, naive counting: on the county demo and on random worlds."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from inspections.store.database import ask
from tests.queries.naive import Naive, YearOf
from tests.queries.random_worlds import world_of
from tests.queries.world import indicators_of, plain, publishing_by, publishing_within

# Bureau, year and cut-off: a year that is over, one half way for both bureaus, one long after its end.
YEARS = [
    (1, 2023, datetime.date(2023, 11, 30)),
    (1, 2024, datetime.date(2024, 6, 14)),
    (2, 2024, datetime.date(2024, 6, 14)),
    (2, 2024, datetime.date(2025, 4, 30)),
]
FUNNEL = ("due", "inspected", "entered", "published")


@pytest.fixture(scope="session", params=["county", "random 1", "random 2"])
def filled(
    request: pytest.FixtureRequest, template: Path, demo_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = world_of(request.param, tmp_path_factory.mktemp("filled"), template, demo_database)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def naive(filled: duckdb.DuckDBPyConnection) -> Naive:
    return Naive(filled)


def agree(connection: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], naive: Any, **asked: Any) -> None:
    """The same rows, in whatever order."""
    answer = plain(ask(connection, name, **asked), *columns)
    expected = [tuple(_plain(one) for one in row) for row in naive]
    if len(columns) == 1:
        expected = [row[0] for row in expected]
    assert sorted(answer, key=repr) == sorted(expected, key=repr), (name, asked)


def _plain(one: Any) -> Any:
    return one.isoformat().removeprefix("2024-") if isinstance(one, datetime.date) else one


@pytest.mark.parametrize(("bureau_id", "year", "as_of"), YEARS, ids=str)
def test_the_questions_and_the_naive_counting_agree(
    filled: duckdb.DuckDBPyConnection, naive: Naive, bureau_id: int, year: int, as_of: datetime.date
) -> None:
    of = naive.year(bureau_id, year, as_of)
    here = {"bureau_id": bureau_id, "year": year}
    then = here | {"as_of": as_of}
    for days, publish_by in ((None, None), (20, "03-15")):
        with publishing_within(filled, days), publishing_by(filled, publish_by):
            columns = (
                "tasks", "joint_tasks", "tasks_to_start", "launched", "launched_in_time", "tasks_due", "tasks_done",
                *FUNNEL, "entered_in_time", "published_in_time", "problems", "handled", "closed", "objects_drawn",
                "objects_visited", "doors",
            )  # fmt: skip
            agree(filled, "year_totals", columns, of.year_totals(days), **then)
            columns = ("unit_id", "tasks", *FUNNEL, "entered_in_time", "published_in_time", "overdue")
            agree(filled, "unit_completion", columns, of.unit_completion(days), **then)
            assert sorted(indicators_of(filled, **then), key=repr) == sorted(of.indicators(days, publish_by), key=repr)
    agree(filled, "tasks", ("task_id", "drawn_on", "launch", "drawn", *FUNNEL), of.task_rows(), **then)
    columns = ("unit", "object_id", "class", "days_overdue", "state")
    agree(filled, "overdue_visits", columns, of.overdue_visits(), **then)
    _burn_up(filled, of, then)
    _reach(filled, of, then)
    for unit_id in (None, min((visit["unit_id"] for visit in of.due), default=1)):
        own = then | {"unit_id": unit_id}
        columns = ("class", "results", "problems", "firms", "results_squared", "problems_squared", "results_problems")
        agree(filled, "problem_rates", columns, of.problem_rates(unit_id), **own)
        agree(filled, "problem_totals", ("results", "problems", "handled", "closed"), of.problem_totals(unit_id), **own)
        columns = ("unit", "object_id", "class", "item", "state", "days_since_found")
        agree(filled, "problems", columns, of.problems(unit_id), **own)
        agree(filled, "outcomes", ("outcome", "is_problem", "results"), of.outcomes(unit_id), **own)
    columns = ("items", "covered", "tasks", "joint", "classable", "with_classes")
    agree(filled, "plan_counts", columns, of.plan_counts(), **then)


def _burn_up(connection: duckdb.DuckDBPyConnection, of: YearOf, then: dict[str, Any]) -> None:
    task = min(of.tasks, default=None)
    for task_id, unit_id in ((None, None), (task, 2)):
        agree(
            connection,
            "burn_up",
            ("day", *FUNNEL),
            of.burn_up(task_id, unit_id),
            **then,
            task_id=task_id,
            unit_id=unit_id,
        )


def _reach(connection: duckdb.DuckDBPyConnection, of: YearOf, then: dict[str, Any]) -> None:
    pool = min((task["scope_id"] for task in of.tasks.values() if task["scope_id"]), default=None)
    for only_random, scope_id in ((False, None), (True, pool)):
        asked = then | {"only_random": only_random, "scope_id": scope_id}
        columns = ("class", "pool", "drawn", "visited", "draws", "doors")
        agree(connection, "class_coverage", columns, of.class_coverage(only_random, scope_id), **asked)
        agree(
            connection,
            "visit_frequency",
            ("class", "doors", "objects"),
            of.visit_frequency(only_random, scope_id),
            **asked,
        )
        columns = ("object_id", "class", "chances", "last_visited_on")
        agree(connection, "never_drawn", columns, of.never_drawn(only_random, scope_id), **asked)
        columns = ("region", "industry", "pool", "drawn")
        agree(connection, "coverage_by_group", columns, of.coverage_by_group(only_random, scope_id), **asked)
    columns = ("draw_id", "class", "pool", "quota", "drawn", "visited", "frame_size", "draw_size")
    agree(connection, "task_classes", columns, of.task_classes(), **then)
    for cap in (0, 1):
        agree(
            connection,
            "heavy_burden",
            ("object_id", "class", "doors", "planned_doors", "exceeds_cap", "tasks", "checks"),
            of.heavy_burden(cap),
            **then,
            cap=cap,
        )
    columns = ("report_class", "objects", "never", "visits", "over_cap", "tasks")
    for task_ids, cap, merge in ((None, 1, False), (None, 0, True), (sorted(of.tasks)[:2], 1, True)):
        asked = then | {"task_ids": task_ids, "cap": cap, "merge": merge}
        agree(connection, "recorded_year", columns, of.recorded_year(task_ids and set(task_ids), cap, merge), **asked)
    columns = ("object_id", "class_at_draw", "class_now", "changed_on", "drawn_on")
    agree(connection, "worsened_objects", columns, of.worsened_objects(), **then)


@pytest.mark.parametrize("bureau_id", [1, 2])
@pytest.mark.parametrize("year", [2023, 2024])
def test_the_questions_about_plans_and_what_if_agree(
    filled: duckdb.DuckDBPyConnection, naive: Naive, bureau_id: int, year: int
) -> None:
    of = naive.year(bureau_id, year, datetime.date(year, 12, 31))
    on_that_day = {"bureau_id": bureau_id, "year": year, "as_of": datetime.date(year, 12, 31)}
    agree(filled, "item_coverage", ("item_id", "tasks", "task"), of.item_coverage(), **on_that_day)
    agree(filled, "idle_units", ("unit_id", "unit"), of.idle_units(), **on_that_day)
    columns = ("task", "other_task", "scope", "starts_on", "ends_on")
    agree(filled, "mergeable_tasks", columns, of.mergeable_tasks(), **on_that_day)
    scopes = [row["scope_id"] for row in naive.tables["scope"] if row["bureau_id"] == bureau_id]
    for task_id, scope_id in (
        (None, None),
        (max(of.tasks, default=None), scopes[0]),
        (min(of.tasks, default=None), scopes[-1]),
    ):
        asked = on_that_day | {"pool_task_id": task_id, "pool_scope_id": scope_id}
        cells = of.year_cells(task_id, scope_id)
        agree(filled, "year_cells", ("path", "report_class", "size"), cells, **asked)
        by_name = ask(filled, "year_objects", **asked).groupby(["path", "report_class"], observed=True)["object_id"]
        assert sorted((*key, size) for key, size in by_name.nunique().items()) == sorted(cells)
    together: dict[str, set[int]] = {}
    for task_id, series in plain(ask(filled, "year_series", **on_that_day)):
        together.setdefault(series, set()).add(task_id)
    assert {frozenset(tasks) for tasks in together.values()} == of.year_series()


def test_the_worlds_hold_what_the_rules_are_about(filled: duckdb.DuckDBPyConnection) -> None:
    """A comparison on worlds without trials or substitutes would prove nothing."""
    counted = filled.execute(
        """select
            (select count(*) from draw where kind = 'trial'),
            (select count(*) from draw where replaces_draw_id is not null),
            (select count(*) from draw where basis = 'complaint'), (select count(*) from draw where basis = 'full'),
            (select count(*) from draw_object where substitute_for is not null), (select count(*) from problem_result),
            (select count(*) from due_visit where published_on > ends_on),
            (select count(*) from (select task_id from task_checker group by task_id having count(*) > 1))"""
    ).fetchone()
    assert counted is not None
    assert all(counted), counted
