"""Opening a database of any release: an older one is upgraded after a backup, or in a copy where it is only read."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from inspections.store.backup import (
    backup_folder,
    backups_of,
    columns_of,
    given_numbers,
    read_manifest,
    write_backup,
)
from inspections.store.database import (
    OFFLINE,
    SCHEMA_NUMBER,
    be_silent,
    confirm,
    connect,
    disk_trouble,
    first_value,
    open_database,
    schema_of,
    snapshot,
)
from inspections.store.refilling import Progress, Source
from inspections.store.restoring import examined, fill_new_file
from inspections.store.rows import quoted
from inspections.store.whole_files import built_beside, give_to_owner_of, move_into_place
from inspections.store.witness import read_witness, witness_path
from inspections.words.errors import InspectionsError


def open_current(path: Path) -> duckdb.DuckDBPyConnection:
    """Open `path` read-write as `open_database` does; one that an older release made is upgraded first.

    Raises what `open_database` raises but `database_older`, and what `upgrade` raises.
    """
    try:
        return open_database(path)
    except InspectionsError as error:
        if error.code != "database_older":
            raise with_backup_named(error, path) from error
    upgrade(path)
    connection = open_database(path)
    confirm(connection, 1)  # the entry that tells of the upgrade
    return connection


def with_backup_named(error: InspectionsError, path: Path) -> InspectionsError:
    """The same; where the file is damaged and a backup of this very database is there, it and the way back are named.

    The witness knows which database it was and where its backups are.
    """
    if error.code != "database_damaged":
        return error
    with contextlib.suppress(InspectionsError):
        known = read_witness(witness_path(path))
        if known:
            folder = Path(known.backups).expanduser() if known.backups else path.absolute().parent / "backups"
            for newest in backups_of(folder, known.origin):
                told = {"path": path, "what": error.parameters["what"], "folder": newest}
                made_at = f"{read_manifest(newest).made_at:%Y-%m-%d %H:%M}"
                return InspectionsError("database_damaged_backup", **told, made_at=made_at)
    return error


@contextlib.contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """`path` for reading, beside the running app: while another process holds the file, a copy of what is in it now.

    Who only reads changes nothing: an older database is upgraded in such a copy, as is one that may not be written to,
    and stays as it is until the dashboard or an import opens it, which take a backup first. Raises InspectionsError
    `database_missing`, those of `open_database` but `database_held`, `database_busy` and `upgrade_failed`.
    """
    if not path.exists():
        raise InspectionsError("database_missing", path=path)
    try:
        connection = open_database(path)
    except InspectionsError as error:
        if error.code not in {"database_held", "database_older", "disk_read_only"}:
            raise with_backup_named(error, path) from error
        why = error.code
    else:
        with contextlib.closing(connection):
            yield connection
        return
    with snapshot(path) as copy:
        try:
            connection = open_database(copy)
        except InspectionsError as error:
            if why == "database_held" and error.code != "database_older":
                # It is open elsewhere and well: the copy was made in a bad moment.
                raise InspectionsError("database_busy", path=path) from error
            if error.code != "database_older":
                raise with_backup_named(error, path) from error
            upgrade(copy, with_backup=False)
            connection = open_database(copy)
        with contextlib.closing(connection):
            yield connection


def upgrade(path: Path, progress: Progress | None = None, *, with_backup: bool = True) -> None:
    """Put a database of today's schema in the place of an older one: built beside it, and swapped in whole.

    A backup is taken first (`backup_folder`). Whoever kills this at any moment finds the old database or the new one.
    Raises InspectionsError `database_held`, those of `write_backup`, `upgrade_failed`, `disk_full`, `disk_read_only`.
    """
    tell = progress or (lambda _share, _step: None)
    try:
        # What the log beside the file holds goes into the file, for from here on nobody may write to either.
        with connect(path) as older:
            older.execute("checkpoint")
        with built_beside(path) as building, duckdb.connect(config=OFFLINE) as connection:
            be_silent(connection)
            connection.execute(f"attach {quoted(str(path))} as older (read_only)")
            connection.execute("use older")
            number = schema_of(connection)[1]
            if path.with_name(path.name + ".wal").exists() or number is None or number >= SCHEMA_NUMBER:
                raise InspectionsError("database_busy", path=path)  # somebody was faster
            if with_backup:
                folder = backup_folder(connection, path)
                write_backup(connection, folder, lambda share, table: tell(0.3 * share, table), catalog="older")
            columns = columns_of(connection)
            rows = {table: first_value(connection, f'select count(*) from "{table}"') for table in columns}  # noqa: S608 - names of the catalogue
            source = Source(number, columns, rows, given_numbers(connection), lambda table: f'older.main."{table}"')
            connection.execute("use memory")
            fill_new_file(connection, building, source, lambda share, table: tell(0.3 + 0.6 * share, table))
            examined(building)
            # An administrator may run the upgrade: the service must be able to write what comes of it.
            shutil.copymode(path, building)
            give_to_owner_of(path, building)
            if os.name != "posix":  # elsewhere an open file cannot be replaced
                connection.execute("detach older")
            move_into_place(building, path)
    except InspectionsError as error:
        if error.code == "refill_failed":
            raise InspectionsError("upgrade_failed", path=path, detail=error.parameters["table"]) from error
        raise
    except (OSError, duckdb.Error) as error:
        trouble = disk_trouble(error, path)
        if not trouble and isinstance(error, OSError):
            raise
        raise trouble or InspectionsError("upgrade_failed", path=path, detail=type(error).__name__) from error
    tell(1.0, "")
