"""What a monitor is told: whether the database answers and how the daily copy is, and nothing about anybody."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.applications import Starlette

from inspections import __version__
from inspections.server.daily_copy import LastCopy
from inspections.server.health import health
from inspections.store.database import SCHEMA_NUMBER, log_change, open_database, transaction
from inspections.words.errors import InspectionsError
from tests.loops import finished

DAY = datetime.timedelta(days=1)


@pytest.fixture
def county(demo_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(demo_database, tmp_path / "county.duckdb"))


def _copy_made(folder: Path, at: datetime.datetime) -> None:
    (folder / f"inspections-{at:%Y%m%d-%H%M%S}").mkdir(parents=True)


def test_an_open_database_with_a_copy_of_today_is_well(county: Path) -> None:
    now = datetime.datetime.fromisoformat("2031-05-06T12:00:00")
    _copy_made(county.parent / "backups", now - datetime.timedelta(hours=10))
    connection = open_database(county)
    told = health(lambda: connection, county, now=now)
    assert told == {
        "status": "ok",
        "version": __version__,
        "schema": SCHEMA_NUMBER,
        "database": "open",
        "daily_copy": "ok",
        "last_daily_copy": "2031-05-06T02:00:00",
        "log": "missing",
    }
    connection.close()


def test_a_log_that_its_witness_contradicts_is_a_warning(county: Path) -> None:
    connection = open_database(county)
    with connection.cursor() as cursor, transaction(cursor):
        log_change(cursor, actor="x", action="export", subject="x.xlsx")
    told = health(lambda: connection, county)
    assert (told["status"], told["log"]) == ("ok", "whole")
    connection.execute("delete from change_log where seq = (select max(seq) from change_log)")
    told = health(lambda: connection, county)
    assert (told["status"], told["log"]) == ("warning", "cut")
    connection.close()


def test_a_missing_or_failed_copy_is_a_warning(county: Path) -> None:
    now = datetime.datetime.now()
    connection = open_database(county)
    assert health(lambda: connection, county, now=now)["daily_copy"] == "ok", "a new database has time for its first"
    assert health(lambda: connection, county, now=now + 2 * DAY)["daily_copy"] == "overdue"
    failed = LastCopy(now, None, InspectionsError("disk_full", path=county))
    told = health(lambda: connection, county, failed, now)
    assert (told["status"], told["daily_copy"]) == ("warning", "failed")
    assert str(county) not in json.dumps(told)
    connection.close()


def test_who_makes_no_daily_copy_is_not_warned(county: Path) -> None:
    connection = open_database(county)
    with connection.cursor() as cursor, transaction(cursor):
        cursor.execute("insert into setting (key, value, valid_from) values ('backup_daily', 'false', '2000-01-01')")
        log_change(cursor, actor="x", action="setting", subject="setting backup_daily")
    told = health(lambda: connection, county, now=datetime.datetime.now() + 9 * DAY)
    assert (told["status"], told["daily_copy"]) == ("ok", "off")
    connection.close()


def test_a_database_that_does_not_answer_is_down(county: Path) -> None:
    def held() -> duckdb.DuckDBPyConnection:
        raise InspectionsError("database_held", path=county, program="王小明", pid=1)

    told = health(held, county)
    assert (told["status"], told["database"]) == ("down", "database_held")
    assert "王小明" not in json.dumps(told, ensure_ascii=False)
    closed = duckdb.connect()
    closed.close()
    assert health(lambda: closed, county)["database"] == "database_failed"


def _asked(app: Any, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of GET /health."""
    sent: list[dict[str, Any]] = []
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/health", "query_string": b"", "headers": raw}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    finished(app(scope | {"client": ("127.0.0.1", 50000)}, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent)


def test_the_route_stands_behind_the_gate_of_the_single_mode(county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import app  # noqa: PLC0415 - makes the application

    connection = open_database(county)
    monkeypatch.setenv("INSPECTIONS_DB", str(county))
    monkeypatch.setattr("pages.frame.data.connection", lambda: connection)
    # The application itself would start the server's threads.
    bare = Starlette(routes=app.app._user_routes, middleware=app.app._user_middleware)
    status, headers, body = _asked(bare, {"Host": "127.0.0.1:8501"})
    assert (status, json.loads(body)["database"], headers["cache-control"]) == (200, "open", "no-store")
    forwarded = {"Host": "127.0.0.1:8501", "X-Forwarded-For": "10.0.0.1"}
    assert _asked(bare, forwarded)[0] == 403
    # Behind a proxy, where people sign in, monitors need no sign-in.
    monkeypatch.setenv("INSPECTIONS_ACCESS", "server")
    assert _asked(bare, forwarded | {"Host": "inspections.example"})[0] == 200
    connection.close()
    assert _asked(bare, forwarded)[0] == 503
