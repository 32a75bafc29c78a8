"""A database that DuckDB gave up, as it does on a full disk, is opened anew with the next run of a page."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from inspections.store import database
from pages.frame import data
from tests.filled import filled


def test_opened_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTIONS_DB", str(filled(tmp_path / "x.duckdb")))
    data.let_go()
    given_up = data.connection()
    answer = database.data_version

    def given_up_first(connection: duckdb.DuckDBPyConnection) -> str:
        if connection is given_up:
            raise duckdb.FatalException("database has been invalidated")
        return answer(connection)

    monkeypatch.setattr(database, "data_version", given_up_first)
    data.start_run()
    assert data.connection() is not given_up
    assert data.version() == answer(data.connection())
    data.connection().close()
    data.let_go()
