"""The database file: opening it, its schema, its questions (`queries/*.sql`), its transactions and its change log."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from inspections.errors import InspectionsError
from inspections.working_days import store_working_days

ROOT = Path(__file__).resolve().parent.parent
QUERIES = ROOT / "queries"
DEFAULT_DATABASE = ROOT / "data" / "inspections.duckdb"
# An air-gapped host must never see a download attempt, not even a failing one.
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
GENESIS = "0" * 64
# How often, and after how many seconds, the copy of a file is begun anew that changed while it was made.
SNAPSHOT_ATTEMPTS, SNAPSHOT_PAUSE = 8, 0.25


def database_path() -> Path:
    """The file that `INSPECTIONS_DB` names, else the embedded default."""
    named = os.environ.get("INSPECTIONS_DB")
    return Path(named).expanduser() if named else DEFAULT_DATABASE


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open `path` read-write, creating the file and the schema where missing; a new file is made whole or not at all.

    One process holds the file. Raises InspectionsError `database_held` (with the holder's process id where the system
    tells it), `database_unreadable` (not a DuckDB file, damaged, or written by a newer version), `database_foreign` (a
    DuckDB file that is not this product's) and `database_other_schema` (made by another version of this product).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(path, config=OFFLINE)
    except duckdb.IOException as error:
        held = re.search(r"lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)", str(error))
        if held:
            raise InspectionsError("database_held", path=path, program=held["program"], pid=held["pid"]) from error
        if "Could not set lock" in str(error):
            raise InspectionsError("database_held", path=path, program="?", pid="?") from error
        raise InspectionsError("database_unreadable", path=path) from error
    except duckdb.Error as error:
        raise InspectionsError("database_unreadable", path=path) from error
    try:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        if not tables:
            with transaction(connection):
                connection.execute((QUERIES / "schema.sql").read_text("utf-8"))
                store_working_days(connection)
                connection.execute(
                    "insert into setting (key, value, valid_from) values ('schema', ?, '2000-01-01')", [schema_print()]
                )
        elif "change_log" not in tables:
            raise InspectionsError("database_foreign", path=path)
        else:
            made = connection.execute("select value from setting where key = 'schema'").fetchone()
            if made != (schema_print(),):
                raise InspectionsError("database_other_schema", path=path)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """`path` for reading, beside the running app: while another process holds the file, a copy of what is in it now.

    Raises InspectionsError `database_missing`, those of `open_database` but `database_held`, and `database_busy`.
    """
    if not path.exists():
        raise InspectionsError("database_missing", path=path)
    try:
        connection = open_database(path)
    except InspectionsError as error:
        if error.code != "database_held":
            raise
        with open_snapshot(path) as connection:
            yield connection
        return
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def open_snapshot(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the file and of its write-ahead log, opened, and removed afterwards.

    What the holder has committed is in the two files; a copy counts only where neither changed while it was made.
    Raises InspectionsError `database_busy` where the holder never stops writing or lets nobody read.
    """
    files = (path, path.with_name(path.name + ".wal"))
    with tempfile.TemporaryDirectory(prefix="inspections-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / path.name
        for attempt in range(SNAPSHOT_ATTEMPTS):
            if attempt:
                time.sleep(SNAPSHOT_PAUSE)
            try:
                before = [_state(file) for file in files]
                for file, known in zip(files, before, strict=True):
                    (Path(folder) / file.name).unlink(missing_ok=True)
                    if known:
                        shutil.copyfile(file, Path(folder) / file.name)
                if before == [_state(file) for file in files]:
                    break
            except OSError:  # the log went away in between, or the system lets nobody else read the file
                continue
        else:
            raise InspectionsError("database_busy", path=path)
        connection = open_database(copy)
        try:
            yield connection
        finally:
            connection.close()


def _state(file: Path) -> tuple[int, int] | None:
    """Size and time of the last change; None where there is no such file."""
    try:
        known = file.stat()
    except FileNotFoundError:
        return None
    return known.st_size, known.st_mtime_ns


@cache
def schema_print() -> str:
    """A fingerprint of `queries/schema.sql` without its comments: a database keeps the one it was made with."""
    text = (QUERIES / "schema.sql").read_text("utf-8")
    lines = (line.strip() for line in text.split("\ncomment on ")[0].splitlines())
    statements = "\n".join(line for line in lines if line and not line.startswith("--"))
    return hashlib.sha256(statements.encode()).hexdigest()[:16]


@contextlib.contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of what happens inside, or nothing of it."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


@cache
def question(name: str) -> str:
    """The SQL text of `queries/<name>.sql`."""
    return (QUERIES / f"{name}.sql").read_text("utf-8")


def ask(connection: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> pd.DataFrame:
    """The answer to `queries/<name>.sql` as a frame. A cursor of its own, so that threads can share the connection."""
    with connection.cursor() as cursor:
        return cursor.execute(question(name), parameters or None).df()


def data_version(connection: duckdb.DuckDBPyConnection) -> str:
    """The hash of the newest change: it changes whenever the data do, so it serves as the key of every cache."""
    with connection.cursor() as cursor:
        row = cursor.execute("select hash from change_log order by seq desc limit 1").fetchone()
    return str(row[0]) if row else GENESIS


def log_change(
    connection: duckdb.DuckDBPyConnection,
    *,
    actor: str,
    action: str,
    subject: str,
    before: Any = None,
    after: Any = None,
    source_file: str | None = None,
) -> None:
    """Append one entry to the change log inside the caller's transaction.

    Each entry's hash covers the previous entry's hash and its own fields, so that a change behind the log's back shows.
    `before` and `after` are stored as JSON.
    """
    row = connection.execute("select seq, hash from change_log order by seq desc limit 1").fetchone()
    seq, previous = (row[0] + 1, row[1]) if row else (1, GENESIS)
    logged_at = datetime.datetime.now().replace(microsecond=0)
    entry = (
        seq,
        logged_at,
        actor,
        action,
        subject,
        None if before is None else json.dumps(before, ensure_ascii=False, default=str, sort_keys=True),
        None if after is None else json.dumps(after, ensure_ascii=False, default=str, sort_keys=True),
        source_file,
        previous,
    )
    connection.execute("insert into change_log values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*entry, entry_hash(entry)])


def entry_hash(entry: tuple[Any, ...]) -> str:
    """SHA-256 over the fields of a change-log entry (all but its own hash), as JSON text."""
    return hashlib.sha256(json.dumps(entry, ensure_ascii=False, default=str).encode()).hexdigest()
