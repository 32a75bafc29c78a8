"""The daily copy: due once after the hour, kept as long as said, never in the way of the app."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.server import daily_copy
from inspections.server.daily_copy import DailyCopy, copy_if_due, daily_copy_settings, due, keep
from inspections.store.backup import read_manifest, verify_backup, write_backup
from inspections.store.database import log_change, open_database
from inspections.store.settings import save_setting
from inspections.words.errors import InspectionsError
from tests import filled
from tests.loops import finished

NOON = datetime.datetime.fromisoformat("2024-03-15 12:00:00")
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.duckdb"


@pytest.fixture
def connection(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(filled.empty(path)) as connection:
        log_change(connection, actor="某人", action="edit", subject="x")
        yield connection


def empty(folder: Path, *moments: datetime.datetime) -> Path:
    for moment in moments:
        (folder / f"inspections-{moment:%Y%m%d-%H%M%S}").mkdir(parents=True)
    return folder


def aged(connection: duckdb.DuckDBPyConnection, folder: Path, days: int) -> Path:
    """A real backup whose name says that it is so many days old."""
    made = write_backup(connection, folder).folder
    moment = datetime.datetime.now() - datetime.timedelta(days=days)
    return made.rename(folder / f"inspections-{moment:%Y%m%d-%H%M%S}")


@given(
    hour=st.integers(0, 23),
    now=st.datetimes(NOON, NOON + 48 * HOUR),
    ages=st.lists(st.floats(0, 72), max_size=4),
)
def test_due_is_what_looking_back_hour_by_hour_says(
    tmp_path_factory: pytest.TempPathFactory, hour: int, now: datetime.datetime, ages: list[float]
) -> None:
    now = now.replace(microsecond=0)
    made = {now - datetime.timedelta(seconds=round(age * 3600)) for age in ages}
    folder = empty(tmp_path_factory.mktemp("due"), *made)
    struck = now
    while (struck.hour, struck.minute, struck.second) != (hour, 0, 0):
        struck = (struck - datetime.timedelta(seconds=1)).replace(second=0) if struck.second else struck - HOUR / 60
    assert due(folder, now, DailyCopy(True, hour, 30, folder)) == (not any(moment >= struck for moment in made))
    assert not due(folder, now, DailyCopy(False, hour, 30, folder))


def test_half_a_copy_and_a_folder_that_is_none_count_for_nothing(tmp_path: Path) -> None:
    wanted = DailyCopy(True, 2, 30, tmp_path)
    assert due(tmp_path / "nowhere", NOON, wanted)
    for name in ("inspections-20240315-110000.building.1.a", "inspections-20241399-110000", "holiday pictures"):
        (tmp_path / name).mkdir()
    (tmp_path / "inspections-20240315-110001").write_text("a file")
    assert due(tmp_path, NOON, wanted)


def test_what_is_too_old_goes_and_the_newest_and_what_is_not_ours_stays(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "b"
    old, middle, young = (aged(connection, folder, days) for days in (90, 40, 31))
    stranger = empty(folder, NOON) / f"inspections-{NOON:%Y%m%d-%H%M%S}"
    origin = read_manifest(old).origin
    assert keep(folder, 30, origin="another database's") == []
    assert keep(folder, 60) == [old]
    assert keep(folder, 30, origin=origin) == [middle]
    assert keep(folder, 1) == []
    assert set(folder.iterdir()) == {young, stranger}


def test_settings_are_those_of_the_page(connection: duckdb.DuckDBPyConnection, path: Path, tmp_path: Path) -> None:
    assert daily_copy_settings(connection, path) == DailyCopy(True, 2, 30, path.parent / "backups")
    elsewhere = str(tmp_path / "elsewhere")
    chosen = {"backup_daily": "false", "backup_hour": "23", "backup_keep_days": "7", "backup_folder": elsewhere}
    for key, value in chosen.items():
        save_setting(connection, key, value, None, None, "某人")
    assert daily_copy_settings(connection, path) == DailyCopy(False, 23, 7, tmp_path / "elsewhere")


def test_one_copy_a_day_with_the_oldest_removed(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    old = aged(connection, path.parent / "backups", 31)
    last = copy_if_due(connection, path)
    assert last
    assert (last.problem, last is daily_copy.last_daily_copy) == (None, True)
    assert last.folder
    assert verify_backup(last.folder) == []
    assert not old.exists()
    assert copy_if_due(connection, path) is None


def test_what_goes_wrong_is_kept_and_not_raised(
    connection: duckdb.DuckDBPyConnection, path: Path, tmp_path: Path
) -> None:
    save_setting(connection, "backup_folder", "/sys/backups", None, None, "某人")
    last = copy_if_due(connection, path)
    assert last
    assert last.problem
    assert (last.folder, last.problem.code) == (None, "disk_read_only")
    (tmp_path / "a file").write_text("x")
    save_setting(connection, "backup_folder", str(tmp_path / "a file"), None, None, "某人")
    last = copy_if_due(connection, path)
    assert last
    assert last.problem
    assert last.problem.code == "backup_failed"
    assert connection.execute("select count(*) > 0 from change_log").fetchone() == (True,)


def test_the_app_s_task_goes_on_whatever_happens(
    connection: duckdb.DuckDBPyConnection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily_copy, "PAUSE", 0.01)
    monkeypatch.setenv("INSPECTIONS_DB", str(path))
    asked = []

    def ask() -> duckdb.DuckDBPyConnection:
        asked.append(1)
        if len(asked) == 1:
            raise InspectionsError("database_held", path=path, program="?", pid="?")
        return connection

    async def app() -> None:
        task = asyncio.create_task(daily_copy.every_day(ask))
        while len(asked) < 3:
            await asyncio.sleep(0.01)
        task.cancel()

    finished(app())
    assert len(list((path.parent / "backups").iterdir())) == 1
