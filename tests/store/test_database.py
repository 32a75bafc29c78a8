"""The database file: whole or not there, one holder at a time, a log that shows tampering."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from inspections.store import database
from inspections.store.database import (
    DEFAULT_DATABASE,
    GENESIS,
    ROOT,
    ask,
    data_version,
    database_path,
    entry_hash,
    log_change,
    open_database,
    transaction,
)
from inspections.words.errors import InspectionsError


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("database") / "new" / "folder" / "x.duckdb"


@pytest.fixture
def connection(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(path) as connection:
        connection.execute("delete from change_log")
        yield connection


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


# ---------------------------------------------------------------------------------------------------- opening


def test_the_environment_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INSPECTIONS_DB", raising=False)
    assert database_path() == DEFAULT_DATABASE
    monkeypatch.setenv("INSPECTIONS_DB", "~/x.duckdb")
    assert database_path() == Path.home() / "x.duckdb"


def test_opening_twice_keeps_what_is_there(path: Path) -> None:
    with open_database(path) as connection:
        connection.execute("insert into bureau (name) values ('甲局')")
    with open_database(path) as connection:
        assert connection.execute("select name from bureau").fetchall() == [("甲局",)]
        assert connection.execute("select count(*) > 7000 from working_day").fetchone() == (True,)


def test_no_bar_of_duckdb_stands_among_the_data(connection: duckdb.DuckDBPyConnection) -> None:
    for asked in (connection, connection.cursor()):
        assert asked.execute("select current_setting('enable_progress_bar')").fetchall() == [(False,)]


def test_no_download_is_ever_tried(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "select value from duckdb_settings() "
        "where name in ('autoinstall_known_extensions', 'autoload_known_extensions')"
    ).fetchall()
    assert rows == [("false",), ("false",)]


# DuckDB opens some files by the end of their name as views of their rows; a view `object` then stood in our way.
@pytest.mark.parametrize("name", ["x.duckdb", "clock.duckdb", "object.csv", "x.csv", "x.json", "x.parquet", "x.xlsx"])
@pytest.mark.parametrize(
    "content", [b"hello " * 3000, b"", b"cut", b"key,value\nsynthetic,true\n"], ids=["text", "empty", "cut", "table"]
)
def test_a_file_that_is_no_database_is_unreadable_and_stays(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InspectionsError) as caught:
        open_database(path)
    assert (caught.value.code, caught.value.parameters) == ("database_unreadable", {"path": path})
    assert path.read_bytes() == content


@pytest.mark.parametrize("place", [5_000, 100, "cut"])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, place: int | str) -> None:
    path = tmp_path / "damaged.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create table t as select range as i, hash(range) as h from range(100000)")
    content = bytearray(path.read_bytes())
    if isinstance(place, int):
        content[place : place + 1000] = b"\x07" * 1000
    path.write_bytes(content if isinstance(place, int) else content[:20_000])
    with pytest.raises(InspectionsError) as caught:
        open_database(path)
    assert caught.value.code == "database_damaged"


def test_another_product_s_database_is_foreign_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "foreign.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create table t as select 1 as i")
    with pytest.raises(InspectionsError) as caught:
        open_database(path)
    assert caught.value.code == "database_foreign"
    with duckdb.connect(path) as connection:  # released again, and untouched
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("t",)]


def test_another_process_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "held.duckdb"
    hold = "import sys, pathlib, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(InspectionsError) as caught:
            open_database(path)
        holder.communicate("")
    assert caught.value.code == "database_held"
    assert caught.value.parameters["pid"] == str(holder.pid)
    assert caught.value.parameters["path"] == path


# --------------------------------------------------------------------------------------------- whole or not at all

DIE = """
import os, signal, sys, pathlib
from inspections.store import database
place = sys.argv[2]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
if place == 'before the days': database.store_working_days = die
if place == 'before the commit':
    store = database.store_working_days
    database.store_working_days = lambda connection: (store(connection), die())
database.open_database(pathlib.Path(sys.argv[1]))
if place == 'after it': die()
"""


@pytest.mark.parametrize(("place", "tables"), [("before the days", 0), ("before the commit", 0), ("after it", 1)])
def test_killed_while_the_schema_is_made(tmp_path: Path, place: str, tables: int) -> None:
    path = tmp_path / "killed.duckdb"
    assert python(DIE, path, place).wait(60) == -signal.SIGKILL
    with duckdb.connect(path) as connection:
        left = connection.execute("select count(*) from duckdb_tables() where table_name = 'change_log'").fetchone()
        assert left == (tables,)
    with open_database(path) as connection:  # and the next start finds or makes it whole
        assert connection.execute("select count(*) > 7000 from working_day").fetchone() == (True,)
        assert connection.execute("select count(*) from outcome_meaning").fetchone() == (13,)


def test_killed_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "killed.duckdb"
    process = python(DIE, path, "nowhere")
    time.sleep(0.5)
    process.kill()
    process.wait(60)
    with open_database(path) as connection:
        assert ask(connection, "bureau_years").empty


def test_an_error_while_the_schema_is_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: duckdb.DuckDBPyConnection) -> None:
        raise RuntimeError

    path = tmp_path / "failed.duckdb"
    with monkeypatch.context() as patch:
        patch.setattr(database, "store_working_days", fail)
        with pytest.raises(RuntimeError):
            open_database(path)
    with duckdb.connect(path) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (0,)


def test_a_transaction_is_all_or_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(KeyboardInterrupt), transaction(connection):  # noqa: PT012 - the rollback is under test
        connection.execute("insert into bureau (name) values ('没有的局')")
        raise KeyboardInterrupt
    with pytest.raises(duckdb.ConstraintException), transaction(connection):  # noqa: PT012 - likewise
        connection.execute("insert into bureau (name) values ('没有的局')")
        connection.execute("insert into bureau (name) values ('没有的局')")
    assert connection.execute("select count(*) from bureau where name = '没有的局'").fetchone() == (0,)


# ------------------------------------------------------------------------------------------------------ the change log


def entries(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute("select * from change_log order by seq").fetchall()


def broken(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Numbers of the entries whose hash does not follow from their fields and the entry before."""
    previous, found = GENESIS, []
    for entry in entries(connection):
        if entry[-2] != previous or entry[-1] != entry_hash(entry[:-1]):
            found.append(int(str(entry[0])))
        previous = str(entry[-1])
    return found


def test_entries_are_chained_and_a_change_behind_the_log_s_back_shows(connection: duckdb.DuckDBPyConnection) -> None:
    assert data_version(connection) == GENESIS
    for number in range(4):
        log_change(
            connection,
            actor="某人",
            action="edit",
            subject=f"plan {number}",
            before={"乙": None, "甲": 1},
            after=[number],
        )
    rows = entries(connection)
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    assert (rows[0][5], rows[0][6], rows[0][7]) == ('{"乙": null, "甲": 1}', "[0]", None)
    assert data_version(connection) == rows[-1][-1]
    assert broken(connection) == []
    connection.execute("update change_log set actor = '别人' where seq = 2")
    assert broken(connection) == [2]
    connection.execute("update change_log set actor = '某人' where seq = 2; delete from change_log where seq = 3")
    assert broken(connection) == [4]


def test_the_hash_can_be_recomputed_without_the_product(connection: duckdb.DuckDBPyConnection) -> None:
    log_change(connection, actor="某人", action="import", subject="x", source_file="通知.docx")
    (entry,) = entries(connection)
    text = json.dumps(
        [*(str(field) if index == 1 else field for index, field in enumerate(entry[:-1]))], ensure_ascii=False
    )
    assert hashlib.sha256(text.encode()).hexdigest() == entry[-1]


def test_a_change_that_is_rolled_back_leaves_no_entry(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ZeroDivisionError), transaction(connection):  # noqa: PT012 - the rollback is under test
        log_change(connection, actor="某人", action="edit", subject="x")
        raise ZeroDivisionError
    assert entries(connection) == []


def test_a_server_lets_duckdb_hold_so_much_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def held() -> str:
        with duckdb.connect() as connection:
            database.hold_modestly(connection)
            return str(connection.execute("select current_setting('memory_limit')").fetchone()[0])

    monkeypatch.delenv("INSPECTIONS_MEMORY", raising=False)
    assert held() == "2.7 GiB"
    monkeypatch.setenv("INSPECTIONS_MEMORY", "512MiB")
    assert held() == "512.0 MiB"
    for wrong in ("viel", "80%", "2GB'; drop table visit; --"):
        monkeypatch.setenv("INSPECTIONS_MEMORY", wrong)
        with pytest.raises(InspectionsError, match="memory_unknown"):
            held()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_a_new_database_is_its_makers_alone_and_another_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "county.duckdb"
    before = os.umask(0)
    try:
        open_database(path).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o640)
        open_database(path).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    finally:
        os.umask(before)
