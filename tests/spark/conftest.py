"""One cluster and one lake for all tests of Spark: the demonstration's two bureaus, and a larger set at random."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from inspections.lake.engine import ADDRESS, ENGINE, LAKE
from inspections.lake.spark import Spark
from inspections.lake.writing import write_lake
from inspections.store.database import open_database
from tests.browser.conftest import browser  # noqa: F401 - a fixture
from tests.queries.random_worlds import scatter
from tests.queries.revised import anything, revise
from tests.spark.cluster import Cluster, cluster

RANDOM_SEED = 7


@dataclass(frozen=True)
class Lake:
    """A lake's folder, and the numbers of its sources: the demonstration, the random bureaus, an empty database."""

    folder: Path
    demo: int
    random: int
    empty: int


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster") / "own") as started:
        yield started


@pytest.fixture(scope="session")
def lake(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lake")
    numbers = []
    for name in ("demo", "random", "empty"):
        path = demo_database if name == "demo" else folder / f"{name}.duckdb"
        with open_database(path) as connection:
            if name == "random":
                scatter(connection, RANDOM_SEED)
                for on in (datetime.date(2024, 6, 1), datetime.date(2024, 11, 1)):  # before and after the day asked for
                    dice = random.Random(on.toordinal())  # noqa: S311 - a world of the tests
                    revise(connection, on, {task_id: anything(connection, task_id, dice) for task_id in range(1, 12)})
            if name != "demo":
                _logged(connection)
            numbers.append(write_lake(connection, folder / "lake").source.number)
    return Lake(folder / "lake", *numbers)


def _logged(connection: duckdb.DuckDBPyConnection) -> None:
    """A database without an entry in its log has no name of its own."""
    from inspections.store.database import log_change, transaction  # noqa: PLC0415

    with transaction(connection):
        log_change(connection, actor="测试", action="note", subject="made up")


@pytest.fixture(scope="session")
def spark(running: Cluster, lake: Lake) -> Iterator[Spark]:
    opened = Spark(lake.folder, running.address)
    yield opened
    opened.forget()


@pytest.fixture
def on_spark(running: Cluster, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a dashboard or command that answers from the lake."""
    monkeypatch.setenv(ENGINE, "spark")
    monkeypatch.setenv(LAKE, str(lake.folder))
    monkeypatch.setenv(ADDRESS, running.address)
