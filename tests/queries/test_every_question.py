"""What holds for every question: it is tested, an empty database is no error, answers come whole and in one order."""

from __future__ import annotations

import ast
import datetime
import re
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from inspections.store.database import QUERIES, ask, question
from tests.queries.world import END, World

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in QUERIES.glob("*.sql") if path.stem != "schema")
PARAMETERS: dict[str, Any] = {
    "bureau": "甲局",
    "plan_kind": "joint",
    "seq": 1,
    "ordinal": 1,
    "bureau_id": 1,
    "year": 2024,
    "as_of": datetime.date(2024, 9, 30),
    "unit_id": None,
    "task_id": None,
    "task_ids": None,
    "merge": False,
    "scope_id": None,
    "only_random": False,
    "cap": 0,
    "pool_task_id": None,
    "pool_scope_id": None,
    "draw_id": 1,
    "kind": "official",
    "replaces": None,
    "series": [1, 2, 3],
    "pool": "pool",
    "seed": "seed",
    "stratified": True,
    "quotas": ["1 A"],
    "deviations": 8.0,
    "object_id": "1",
    "inspector_id": 1,
    "text": None,
    "object_kind": None,
    "file_sha256": "0" * 64,
    "import_id": 1,
    "object_status": None,
    "region": None,
    "industry": None,
    "class_code": None,
    "without_pool": False,
    "homeless": True,
    "most": 10_000,
    "since": None,
    "until": None,
    "actor": None,
    "action": None,
}
# One row of counts, zeros where there is nothing.
ALWAYS_ONE_ROW = {"year_totals", "plan_counts", "problem_totals"}
# Columns that may be missing in a row, of every question or of the one before the dot; every other column of numbers
# is a count and is there.
MAY_BE_MISSING = {
    "days_left",
    "rate",
    "rate_max",
    "quota",
    "times_per_year",
    "frame_size",
    "scope_id",
    "stated_scope_id",
    "replaced_ordinal",
    "replaces_ordinal",
    "row",
    "changes",
    "working_days_to_publish",
    "launching_unit_id",
    "lead_unit_id",
    "indicator_counts.unit_id",
    "saved_settings.bureau_id",
    "last_planned_year",
    "indicator_counts.publication_days",
    "imports.import_id",
    "imports.rows_new",
    "imports.rows_changed",
    "imports.rows_unchanged",
}


def asked(name: str) -> dict[str, Any]:
    """The parameters that a question takes, comments left out."""
    text = re.sub(r"--[^\n]*", "", question(name))
    return {key: PARAMETERS[key] for key in sorted(set(re.findall(r"\$(\w+)", text)))}


@cache
def names_of_tests() -> set[str]:
    names: set[str] = set()
    for path in HERE.glob("test_*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return names


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_test_with_hand_counted_rows(name: str) -> None:
    assert [one for one in names_of_tests() if one.startswith(f"test_{name}_")], (
        f"write test_{name}_… for queries/{name}.sql"
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_a_row_is(name: str) -> None:
    assert re.match(r"-- One row\b", question(name))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_database_gives_zeros_or_nothing(world: World, name: str) -> None:
    world.connection.execute("create table pool (object_id varchar, class varchar, passed_over boolean)")
    world.connection.execute("delete from setting")  # what the product itself keeps there
    rows = world.ask(name, **asked(name))
    assert rows == ([(0,) * len(rows[0])] if name in ALWAYS_ONE_ROW else [])


def test_a_parameter_too_few_or_too_many_is_refused(world: World) -> None:
    with pytest.raises(duckdb.Error):
        ask(world.connection, "idle_units", bureau_id=1, year=2024)
    with pytest.raises(duckdb.Error):
        ask(world.connection, "idle_units", bureau_id=1, year=2024, as_of=END, unit_id=1)


@pytest.mark.parametrize("name", NAMES)
def test_counts_are_whole_numbers_and_never_missing(populated: duckdb.DuckDBPyConnection, name: str) -> None:
    for bureau_id in (1, 2):
        frame = ask(
            populated, name, **{key: bureau_id if key == "bureau_id" else one for key, one in asked(name).items()}
        )
        for column in frame.columns:
            counted = frame[column]
            if (
                pd.api.types.is_numeric_dtype(counted)
                and not pd.api.types.is_bool_dtype(counted)
                and not {column, f"{name}.{column}"} & MAY_BE_MISSING
            ):
                assert counted.notna().all(), column
                assert (counted == counted.round()).all(), column
                assert (counted >= 0).all(), column


@pytest.mark.parametrize("name", NAMES)
def test_the_order_does_not_depend_on_how_the_rows_lie(
    populated: duckdb.DuckDBPyConnection, reversed_rows: duckdb.DuckDBPyConnection, name: str
) -> None:
    parameters = asked(name)
    pd.testing.assert_frame_equal(ask(populated, name, **parameters), ask(reversed_rows, name, **parameters))
