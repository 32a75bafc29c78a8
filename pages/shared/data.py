"""The one module that caches for pages: the database, answers to questions, and what is computed from them.

Keys are question names, parameters and the data version; never frames, which are hashed by a sample.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from inspections import database, exact, simulation, whatif
from inspections.demo.building import build_demo


@st.cache_resource(show_spinner=False)
def connection() -> duckdb.DuckDBPyConnection:
    """The process's one connection; the embedded default is built on first start. Raises InspectionsError."""
    path = database.database_path()
    if path == database.DEFAULT_DATABASE and not path.exists():
        build_demo(path)
    return database.open_database(path)


@st.cache_data(max_entries=512, show_spinner=False)
def _answer(version: str, name: str, parameters: tuple[tuple[str, Any], ...]) -> pd.DataFrame:  # noqa: ARG001
    return database.ask(connection(), name, **dict(parameters))


def start_run() -> None:
    """Note the data version once for a whole run of a page: one look instead of one per question."""
    st.session_state["data_version"] = database.data_version(connection())


def version() -> str:
    """The data version of this run: the key of everything cached here."""
    return str(st.session_state["data_version"])


def ask(name: str, **parameters: Any) -> pd.DataFrame:
    """The answer to `queries/<name>.sql`, cached until the data change."""
    return _answer(version(), name, tuple(sorted(parameters.items())))


def year_answers(scope: dict[str, Any], pool: tuple[int, int] | None = None) -> whatif.Answers:
    """What the database says of a bureau's year; `pool` puts one task (its id) on another pool (its scope id)."""
    year = {"bureau_id": scope["bureau_id"], "year": scope["year"]}
    task_id, scope_id = pool or (None, None)
    tasks = ask("tasks", **scope)
    if pool:
        tasks = tasks.assign(scope_id=tasks["scope_id"].where(tasks["task_id"] != task_id, scope_id))
    return whatif.Answers(
        cells=ask("year_cells", **year, pool_task_id=task_id, pool_scope_id=scope_id),
        tasks=tasks,
        series=ask("year_series", **year),
        class_rates=ask("task_class_rates", **year),
    )


Pool = tuple[int, int] | None


def exact_year(scope: dict[str, Any], choice: whatif.Choice, pool: Pool = None) -> exact.ExactYear:
    """The exact figures of a bureau's year under `choice`."""
    return _exact_year(version(), tuple(scope.items()), choice, pool)


@st.cache_data(max_entries=256, show_spinner=False)
def _exact_year(version: str, scope: tuple[tuple[str, Any], ...], choice: whatif.Choice, pool: Pool) -> exact.ExactYear:  # noqa: ARG001
    return exact.exact_year(whatif.year_of(year_answers(dict(scope), pool), choice))


def simulated_year(
    scope: dict[str, Any], choice: whatif.Choice, replications: int, seed: int, pool: Pool = None
) -> simulation.SimulatedYear:
    """The same year simulated."""
    return _simulated_year(version(), tuple(scope.items()), choice, replications, seed, pool)


@st.cache_data(max_entries=64, show_spinner=False)
def _simulated_year(
    version: str,  # noqa: ARG001
    scope: tuple[tuple[str, Any], ...],
    choice: whatif.Choice,
    replications: int,
    seed: int,
    pool: Pool,
) -> simulation.SimulatedYear:
    return simulation.simulate_year(whatif.year_of(year_answers(dict(scope), pool), choice), replications, seed)
