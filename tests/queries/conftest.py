"""An empty database for every test of a question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests import filled
from tests.queries.random_worlds import FILLED, scatter
from tests.queries.world import World, copied


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled.empty(tmp_path_factory.mktemp("template") / "empty.duckdb")


@pytest.fixture(scope="session")
def empty(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with copied(template, tmp_path_factory.mktemp("empty")) as connection:
        yield connection


@pytest.fixture
def world(empty: duckdb.DuckDBPyConnection) -> Iterator[World]:
    """An empty database whose rows are never committed: a file of its own each would be most of the tests' time."""
    empty.execute("begin transaction")
    yield World(empty)
    empty.execute("rollback")


@pytest.fixture(scope="session")
def populated(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A random world with every edge case, and a pool to draw from."""
    with copied(template, tmp_path_factory.mktemp("populated")) as connection:
        scatter(connection, seed=5)
        connection.execute(
            """create table pool as select object_id, case when hash(object_id) % 3 = 0 then 'A' end as class,
            hash(object_id) % 7 = 0 as passed_over from object"""
        )
        yield connection


@pytest.fixture(scope="session")
def reversed_rows(
    populated: duckdb.DuckDBPyConnection, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same world, the rows of every table the other way round."""
    with copied(template, tmp_path_factory.mktemp("reversed")) as connection:
        connection.execute("create table pool (object_id varchar, class varchar, passed_over boolean)")
        connection.execute("delete from setting")  # what the product itself wrote comes with the copy
        for table in (*FILLED, "pool"):
            rows = populated.execute(f"select * from {table} order by all desc").df()
            if table == "draw":  # a re-draw after the draw it replaces
                rows = rows.sort_values("replaces_draw_id", na_position="first", kind="stable")
                rows = [
                    rows[rows["replaces_draw_id"].isna()],
                    *(rows[rows.index == one] for one in rows[rows["replaces_draw_id"].notna()].index),
                ]
            for part in rows if isinstance(rows, list) else [rows]:
                connection.register("part", part)
                connection.execute(f"insert into {table} by name select * from part")
                connection.unregister("part")
        yield connection
