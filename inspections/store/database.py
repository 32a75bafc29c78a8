"""The database file: opening it, its schema, its questions (`queries/*.sql`), its transactions and its change log."""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
import threading
import time
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from inspections.store import server_log, witness
from inspections.store.working_days import store_working_days
from inspections.words.errors import InspectionsError, Term

if TYPE_CHECKING:
    # Half of the time that a command takes to start; DuckDB loads it when somebody asks for a frame.
    import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ROOT / "queries"
DEFAULT_DATABASE = ROOT / "data" / "inspections.duckdb"
# An air-gapped host must never see a download attempt, not even a failing one.
OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# What DuckDB may hold in a server: left to itself it keeps whatever it has read of a province, up to four fifths of the
# machine. What does not fit is read again, or laid out beside the database.
SERVER_MEMORY = "3GB"
# Where DuckDB's files say that they are its own.
MAGIC = slice(8, 12)
GENESIS = "0" * 64
WRITING = threading.RLock()
# Schemas of the releases that are upgraded from, and today's, by fingerprint (`schema_print`). Whoever changes
# queries/schema.sql after a release keeps the old text as tests/schemas/<number>.sql, gives the new fingerprint the
# next number here, and adds to inspections/store/refilling.py a repair for every column whose old rows need one.
SCHEMAS = {
    "517f2f7baccd8679": 5,
    "f00bf6e02c99d8b8": 6,
    "36d03fe9b7d92192": 7,
}
SCHEMA_NUMBER = max(SCHEMAS.values())
# What systems call a full disk (or quota, or limit of a file's size) and a place that may not be written to.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FULL_WORDS = ("No space left on device", "Disk quota exceeded", "File too large", "not enough space on the disk")
READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
READ_ONLY_WORDS = ("Read-only file system", "Permission denied", "Operation not permitted", "Access is denied")
# How DuckDB says that somebody else has the file, that it is none of its own, and that it is damaged.
HELD_WORDS = ("Could not set lock", "being used by another process")
FOREIGN_WORDS = ("not a valid DuckDB", "newer version", "version number")
DAMAGE_WORDS = {
    "Could not read enough bytes": "cut",
    "Corrupt database file": "checksum",
    "does not match stored checksum": "checksum",
    "Failed to deserialize": "checksum",
}
# How often, and after how many seconds, the copy of a file is begun anew that changed while it was made.
SNAPSHOT_ATTEMPTS, SNAPSHOT_PAUSE = 8, 0.25


def database_path() -> Path:
    """The file that `INSPECTIONS_DB` names, else the embedded default."""
    named = os.environ.get("INSPECTIONS_DB")
    return Path(named).expanduser() if named else DEFAULT_DATABASE


def own_templates(database: Path | None = None) -> Path:
    """The folder of an office's own templates: what `INSPECTIONS_TEMPLATES` names, else `templates` beside `database`.

    database: None for that of `database_path`. Raises InspectionsError `template_folder_missing` where the variable
    names no folder; the other one need not be there.
    """
    named = os.environ.get("INSPECTIONS_TEMPLATES")
    if not named:
        return (database or database_path()).absolute().parent / "templates"
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise InspectionsError("template_folder_missing", folder=folder)
    return folder


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open `path` read-write, creating the file and the schema where missing; a new file is made whole or not at all.

    One process holds the file. Raises InspectionsError `database_held` (with the holder's process id where the system
    tells it), `database_unreadable` (not a DuckDB file, or written by a newer version of DuckDB), `database_damaged`
    (cut, zeroed or altered), `database_log_damaged` (the log beside it is), `database_unavailable` (nothing is known),
    `database_foreign` (a DuckDB file that is not this product's), `database_older` and `database_newer` (made by
    another release of this product; `inspections.store.upgrade.open_current` upgrades an older one),
    `database_other_schema` (no release has this schema), `disk_full` and `disk_read_only`.
    """
    connection = _connected(path)
    try:
        _check_schema(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _connected(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return connect(path)
    except OSError as error:
        trouble = disk_trouble(error, path)
        raise trouble or InspectionsError("database_unavailable", path=path, reason=reason_of(error)) from error
    except duckdb.IOException as error:
        held = re.search(r"lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)", str(error))
        if held:
            raise InspectionsError("database_held", path=path, program=held["program"], pid=held["pid"]) from error
        if any(known in str(error) for known in HELD_WORDS):
            raise InspectionsError("database_held", path=path, program="?", pid="?") from error
        trouble = disk_trouble(error, path) or damage(error, path)
        if not trouble and any(known in str(error) for known in FOREIGN_WORDS):
            trouble = InspectionsError("database_unreadable", path=path)
        # Too many open files, a disk that does not answer: nothing says that the file is damaged.
        raise trouble or InspectionsError("database_unavailable", path=path, reason=reason_of(error)) from error
    except duckdb.Error as error:
        raise damage(error, path) or InspectionsError("database_unreadable", path=path) from error


def damage(error: duckdb.Error, path: Path) -> InspectionsError | None:
    """`database_damaged` with what is wrong, or `database_log_damaged`, where that is what DuckDB says, else None."""
    words = str(error)
    if "replaying WAL" in words:
        return InspectionsError("database_log_damaged", path=path, log=path.with_name(path.name + ".wal"))
    for said, kind in DAMAGE_WORDS.items():
        if said in words:
            return InspectionsError("database_damaged", path=path, what=Term(f"commands.doctor.damage.{kind}"))
    return None


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to the file that never downloads anything. Raises duckdb.Error and `database_unreadable`.

    A new file is its maker's alone: it will hold classes and seeds.
    """
    is_new = not read_only and not path.exists()
    if path.is_file() and not _may_be_database(path):
        if _is_zeroed(path):
            raise InspectionsError("database_damaged", path=path, what=Term("commands.doctor.damage.zeroed"))
        raise InspectionsError("database_unreadable", path=path)
    # What the write-ahead log holds is done again while the file is opened, new tables with their checks included. The
    # functions of those checks are part of DuckDB but loaded last, unless it may load what is there by itself.
    connection = duckdb.connect(path, read_only=read_only, config={"autoinstall_known_extensions": False})
    if is_new and path.is_file():
        path.chmod(0o600)
    connection.execute("set autoload_known_extensions = false")
    be_silent(connection)
    return connection


def _may_be_database(path: Path) -> bool:
    """Whether the file begins as DuckDB's do. DuckDB itself opens a CSV, JSON or Parquet file as views of its rows."""
    try:
        with path.open("rb") as file:
            return file.read(MAGIC.stop)[MAGIC] == b"DUCK"
    except OSError:
        return True  # why it cannot be read, DuckDB says better


def _is_zeroed(path: Path) -> bool:
    """Whether a file holds nothing but zeros where DuckDB's begin, as a failing disk or a broken copy leaves it."""
    with path.open("rb") as file:
        start = file.read(4096)
    return bool(start) and not any(start)


def be_silent(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep DuckDB's own bar from stdout, where it would stand among the data; its cursors show none anyway."""
    connection.execute("set enable_progress_bar = false")


def hold_modestly(connection: duckdb.DuckDBPyConnection) -> None:
    """Let DuckDB hold what `INSPECTIONS_MEMORY` says, `3GB` without it. Raises InspectionsError `memory_unknown`."""
    wanted = os.environ.get("INSPECTIONS_MEMORY") or SERVER_MEMORY
    if not re.fullmatch(r"\d+ ?[MG]i?B", wanted):
        raise InspectionsError("memory_unknown", value=wanted)
    connection.execute(f"set memory_limit = '{wanted}'")


def _check_schema(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make today's schema in an empty file. Raises InspectionsError for the schema of anybody else."""
    tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    if not tables:
        try:
            with transaction(connection):
                connection.execute((QUERIES / "schema.sql").read_text("utf-8"))
                store_working_days(connection)
                connection.execute(
                    "insert into setting (key, value, valid_from) values ('schema', ?, '2000-01-01')", [schema_print()]
                )
                number_schema(connection)
        except duckdb.Error as error:
            trouble = disk_trouble(error, path)
            if trouble:
                raise trouble from error
            raise
    elif "change_log" not in tables:
        raise InspectionsError("database_foreign", path=path)
    else:
        made, number = schema_of(connection)
        if made == schema_print():
            return
        if number is None:
            raise InspectionsError("database_other_schema", path=path)
        raise InspectionsError("database_older" if number < SCHEMA_NUMBER else "database_newer", path=path)


def schema_of(connection: duckdb.DuckDBPyConnection) -> tuple[str, int | None]:
    """The fingerprint and the number of the schema a database was made with; the number is None where nobody knows."""
    known = dict(
        connection.execute("select key, value from setting where key in ('schema', 'schema_number')").fetchall()
    )
    made = known.get("schema", "")
    number = int(known.get("schema_number", 0))
    return made, SCHEMAS.get(made) or (number if number > SCHEMA_NUMBER else None)


def number_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Write down the number of today's schema, by which an older release knows that it is too old."""
    connection.execute(
        "insert into setting (key, value, valid_from) values ('schema_number', ?, '2000-01-01')", [str(SCHEMA_NUMBER)]
    )


def reason_of(error: OSError | duckdb.Error) -> str:
    """What the system says of a failure, else the name of its kind: DuckDB's own words may hold data."""
    return getattr(error, "strerror", None) or type(error).__name__


def disk_trouble(error: Exception, path: Path | None = None) -> InspectionsError | None:
    """`disk_full` or `disk_read_only` where that is what an error of the system or of DuckDB says, else None.

    `path` is where it happened; without it the error's own place is named, else the database.
    """
    words = str(error)
    number = error.errno if isinstance(error, OSError) else None
    if path is None:
        quoted = re.search(r'file "([^"]+)"', words)
        named = error.filename if isinstance(error, OSError) else quoted and quoted[1]
        path = Path(str(named)) if named else database_path()
    if number in FULL or (isinstance(error, duckdb.Error) and any(known in words for known in FULL_WORDS)):
        return InspectionsError("disk_full", path=path)
    if number in READ_ONLY or (isinstance(error, duckdb.Error) and any(known in words for known in READ_ONLY_WORDS)):
        return InspectionsError("disk_read_only", path=path)
    return None


def database_trouble(error: duckdb.Error) -> InspectionsError:
    """What to say of an error of the database: a full or read-only disk, else only its kind, as it may quote a row."""
    return disk_trouble(error) or InspectionsError("database_failed", kind=type(error).__name__)


@contextlib.contextmanager
def snapshot(path: Path) -> Iterator[Path]:
    """A copy of the file, of its write-ahead log and of its witness, removed afterwards.

    What a holder has committed is in the two files; a copy counts only where none changed while it was made.
    Raises InspectionsError `database_busy` where the holder never stops writing or lets nobody read, and `disk_full`.
    """
    files = (path, path.with_name(path.name + ".wal"), witness.witness_path(path))
    with tempfile.TemporaryDirectory(prefix="inspections-", ignore_cleanup_errors=True) as folder:
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
            except OSError as error:
                if error.errno in FULL:
                    raise InspectionsError("disk_full", path=folder) from error
                continue  # the log went away in between, or the system lets nobody else read the file
        else:
            raise InspectionsError("database_busy", path=path)
        yield Path(folder) / path.name


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
def transaction(connection: duckdb.DuckDBPyConnection | Answering) -> Iterator[None]:
    """All of what happens inside, or nothing of it. One writer after the other: each continues the log's chain.

    Raises InspectionsError `lake_read_only` for an engine that only answers.
    """
    if not isinstance(connection, duckdb.DuckDBPyConnection):
        raise InspectionsError("lake_read_only")
    with WRITING:
        server_log.forget()
        connection.execute("begin transaction")
        try:
            yield
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
        confirm(connection, server_log.committed())


def confirm(connection: duckdb.DuckDBPyConnection, entries: int) -> None:
    """Put what was committed into the file itself, and witness so many new `entries` of the change log.

    It is committed whatever becomes of this: what fails goes to the server's log, and `doctor` tells what is missing.
    """
    if not entries:
        return
    # A damaged write-ahead log loses what stands in it alone, and DuckDB says nothing. Costs 10 ms.
    with contextlib.suppress(duckdb.Error):  # somebody reads an older state at this moment
        connection.execute("checkpoint")
    try:
        witness.follow(connection, entries)
    except (OSError, duckdb.Error, InspectionsError) as error:
        server_log.failed("witness", error)


@cache
def question(name: str) -> str:
    """The SQL text of `queries/<name>.sql`."""
    return (QUERIES / f"{name}.sql").read_text("utf-8")


@cache
def withheld() -> dict[str, dict[str, Any]]:
    """`queries/withheld.toml`: what answers leave out, by right and question; under `kept` what they do not."""
    return tomllib.loads((QUERIES / "withheld.toml").read_text("utf-8"))


def lacking(name: str, without: Collection[str]) -> tuple[str, ...]:
    """Which of the missing rights `without` change the answer to a question: what a cache must tell apart."""
    return tuple(sorted(right for right in without if name in withheld().get(right, {})))


@cache
def without_rights(name: str, rights: tuple[str, ...], text: str) -> str:
    """The text of a question, or of its answer, wrapped so that it lacks what these rights would show.

    Columns keep their types.
    """
    for right in rights:
        rule = withheld()[right][name]
        emptied = [f'case when false then "{column}" end as "{column}"' for column in rule.get("empty", ())]
        columns = f"* replace ({', '.join(emptied)})" if emptied else "*"
        rows = f"\nwhere {rule['where']}" if "where" in rule else ""
        text = f"select {columns}\nfrom (\n{text}\n){rows}"
    return text


class Answering(Protocol):
    """Another engine over the same tables, in the place of a connection: `inspections/lake/spark.py`."""

    def answer(self, name: str, parameters: Mapping[str, object], rights: tuple[str, ...] = ()) -> pd.DataFrame:
        """The answer to a question as DuckDB gives it: same rows, order and types; without what `rights` show."""


def ask(
    connection: duckdb.DuckDBPyConnection | Answering, name: str, without: Collection[str] = (), **parameters: object
) -> pd.DataFrame:
    """The answer to `queries/<name>.sql` as a frame. A cursor of its own, so that threads can share the connection.

    `without` are the rights that whoever asks lacks: the database itself leaves out what `withheld.toml` says.
    """
    rights = lacking(name, without)
    if not isinstance(connection, duckdb.DuckDBPyConnection):
        return connection.answer(name, parameters, rights)
    with connection.cursor() as cursor:
        _set_day(cursor, parameters)
        return cursor.execute(without_rights(name, rights, question(name)), parameters or None).df()


def answered(
    connection: duckdb.DuckDBPyConnection | Answering, name: str, parameters: Mapping[str, object]
) -> pd.DataFrame:
    """The same with the connection itself, which sees what its own transaction wrote and the frames it was told of."""
    if not isinstance(connection, duckdb.DuckDBPyConnection):
        return connection.answer(name, parameters)
    _set_day(connection, parameters)
    try:
        return connection.execute(question(name), dict(parameters) or None).df()
    finally:
        _set_day(connection, {})


def _set_day(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, object]) -> None:
    """Tell the views which day's plans a question is about: a view takes no parameter, and a plan may be revised."""
    connection.execute("set variable as_of = ?", [parameters.get("as_of")])


def first_value(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()) -> Any:
    """The first value of a statement's first row; None where there is no row."""
    row = connection.execute(sql, list(parameters)).fetchone()
    return row[0] if row else None


def data_version(connection: duckdb.DuckDBPyConnection) -> str:
    """The hash of the newest change: it changes whenever the data do, so it serves as the key of every cache.

    Who takes a file along leaves an entry in the log and changes nothing.
    """
    with connection.cursor() as cursor:
        newest = "select hash from change_log where action <> 'export' order by seq desc limit 1"
        return str(first_value(cursor, newest) or GENESIS)


def log_version(connection: duckdb.DuckDBPyConnection) -> str:
    """The hash of the newest entry of any kind: the key for what is read from the log itself."""
    with connection.cursor() as cursor:
        return str(first_value(cursor, "select hash from change_log order by seq desc limit 1") or GENESIS)


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
    server_log.note(action, subject, before if action == "undo" else after)


def entry_hash(entry: tuple[Any, ...]) -> str:
    """SHA-256 over the fields of a change-log entry (all but its own hash), as JSON text."""
    return hashlib.sha256(json.dumps(entry, ensure_ascii=False, default=str).encode()).hexdigest()


def broken_links(entries: Iterable[tuple[Any, ...]], after: tuple[int, str] = (0, GENESIS)) -> list[str]:
    """The entries of the change log that do not follow from the entry before, or not from their own fields.

    `after`: number and hash of the entry before the first of them.
    """
    broken = []
    previous, expected = after[1], after[0] + 1
    for *entry, stored in entries:
        if entry[0] != expected or entry[-1] != previous or entry_hash(tuple(entry)) != stored:
            broken.append(f"seq {entry[0]}")
        previous, expected = stored, entry[0] + 1
    return broken
