"""What all tests share: how long hypothesis searches, and one demonstration database per run."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import settings

from inspections.demo.building import build_demo
from inspections.store.database import open_database
from inspections.words.wording import FIRST, LANGUAGES, speak, speaking
from tests.filled import empty

# The same examples every time, so that a change that breaks nothing cannot turn red; `make soak` looks for new ones.
settings.register_profile("default", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
# `make test-spark` runs these: they need Java and packages that nobody else does.
collect_ignore = [] if os.environ.get("INSPECTIONS_TEST_SPARK") else ["spark"]
# As `make run` does; tests of other modes set their own.
os.environ["INSPECTIONS_ACCESS"] = "single"
if "PYTEST_XDIST_WORKER" in os.environ:
    # Workers share the cores already: DuckDB's own threads would only wait for each other's turn.
    _connect = duckdb.connect

    def _with_one_thread(*where: Any, config: dict[str, Any] | None = None, **how: Any) -> duckdb.DuckDBPyConnection:
        return _connect(*where, config={"threads": 1, **(config or {})}, **how)

    duckdb.connect = _with_one_thread
# Tests read Chinese unless they say otherwise (tests/spoken.py), and so do the modules that speak when they are loaded.
speak(FIRST)


@pytest.fixture(autouse=True)
def reader(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test's reader reads its parameter `language`, where it has one; fixtures of modules are made in Chinese."""
    parameters = getattr(request.node, "callspec", None)
    language = parameters.params.get("language", FIRST) if parameters else FIRST
    with speaking(language if language in LANGUAGES else FIRST):
        yield


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Streamlit's AppTest puts its page in the place of `__main__`, which every child process would run anew."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of the test's own, with the rows of its module's statements `WORLD` where there are such."""
    with open_database(empty(tmp_path / "world.duckdb")) as connection:
        connection.execute(getattr(request.module, "WORLD", ""))
        yield connection


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration county of this worker's own, closed. Built once for all workers, then copied."""
    own = tmp_path_factory.mktemp("demo") / "county.duckdb"
    everybody = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        everybody = everybody.parent
    built = everybody / "county.duckdb"
    with (everybody / "county.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            build_demo(built)
    shutil.copyfile(built, own)
    return own


@pytest.fixture(scope="module")
def demo_connection(
    demo_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a demonstration county that the tests of one module share: what one writes the next one sees."""
    own = tmp_path_factory.mktemp("connected") / "county.duckdb"
    shutil.copyfile(demo_database, own)
    connection = open_database(own)
    yield connection
    connection.close()
