"""The database file: opening it, its schema, its questions (`queries/*.sql`), its transactions and its change log."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
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
