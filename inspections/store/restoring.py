"""A database made again from a backup, verified before and after, in an empty place only."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from inspections.store.backup import Manifest, read_manifest, verify_backup
from inspections.store.database import OFFLINE, SCHEMA_NUMBER, be_silent, disk_trouble, open_database, schema_print
from inspections.store.examination import examination
from inspections.store.refilling import Progress, Source, refill
from inspections.store.rows import quoted
from inspections.store.whole_files import built_beside, give_to_owner_of, move_into_place
from inspections.words.errors import InspectionsError


@dataclass(frozen=True)
class Restored:
    """A restored database: where, number of the schema it was saved with, table -> rows, and how long it took."""

    path: Path
    number: int
    rows: dict[str, int]
    seconds: float


def restore(folder: Path, path: Path, progress: Progress | None = None) -> Restored:
    """Make the database at `path` from the backup `folder`; a backup of an older schema is upgraded on the way.

    Raises InspectionsError `restore_target_exists` where there is anything at `path`, `backup_missing`,
    `backup_damaged`, `backup_newer`, `backup_other_schema`, `restore_failed` (what came out is not what went in),
    `disk_full` and `disk_read_only`; then there is nothing at `path`.
    """
    started = time.monotonic()
    path, folder = path.expanduser().absolute(), folder.expanduser().absolute()
    _check_empty(path)
    tell = progress or (lambda _share, _step: None)
    manifest = read_manifest(folder)
    number = _known_number(folder, manifest)
    try:
        problems = verify_backup(folder, lambda share, file: tell(0.2 * share, file))
        if problems:
            raise InspectionsError("backup_damaged", folder=folder, file=problems[0], count=len(problems))
        source = Source(
            number,
            {name: table.columns for name, table in manifest.tables.items()},
            {name: table.rows for name, table in manifest.tables.items()},
            manifest.given,
            lambda table: f"read_parquet({quoted(str(folder / f'{table}.parquet'))})",
        )
        with built_beside(path) as building:
            with duckdb.connect(config=OFFLINE) as connection:
                be_silent(connection)
                fill_new_file(connection, building, source, lambda share, table: tell(0.2 + 0.7 * share, table))
            rows = examined(building)
            _check_empty(path)
            # It holds classes and seeds, and the service must be able to write it, whoever restores.
            building.chmod(0o600)
            give_to_owner_of(path.parent, building)
            move_into_place(building, path)
    except (OSError, duckdb.Error) as error:
        trouble = disk_trouble(error, path)
        if not trouble and isinstance(error, OSError):
            raise
        raise trouble or InspectionsError("restore_failed", folder=folder, detail=type(error).__name__) from error
    tell(1.0, "")
    return Restored(path, number, rows, time.monotonic() - started)


def fill_new_file(
    connection: duckdb.DuckDBPyConnection, building: Path, source: Source, progress: Progress | None = None
) -> None:
    """A new database file filled from `source`, through a connection that has no file of its own. Raises as `refill`.

    The file then stands alone: nothing of it is left in a log beside it.
    """
    connection.execute(f"attach {quoted(str(building))} as newer")
    connection.execute("use newer")
    refill(connection, source, progress)
    connection.execute("checkpoint newer")
    connection.execute("use memory")
    connection.execute("detach newer")


def examined(building: Path) -> dict[str, int]:
    """Table -> rows of a new file that is healthy in every respect. Raises InspectionsError `refill_failed`."""
    connection = open_database(building)
    try:
        found = examination(connection)
        connection.execute("checkpoint")
    finally:
        connection.close()
    for check, problems in found["checks"].items():
        if problems:
            raise InspectionsError("refill_failed", table=f"{check}: {problems[0]}")
    rows: dict[str, int] = found["tables"]
    return rows


def _known_number(folder: Path, manifest: Manifest) -> int:
    if manifest.fingerprint == schema_print():
        return SCHEMA_NUMBER
    if manifest.number is None:
        raise InspectionsError("backup_other_schema", folder=folder)
    if manifest.number >= SCHEMA_NUMBER:
        raise InspectionsError("backup_newer", folder=folder)
    return manifest.number


def _check_empty(path: Path) -> None:
    # A log that lies there alone would be taken for that of the restored file.
    for place in (path, path.with_name(path.name + ".wal")):
        if place.exists() or place.is_symlink():
            raise InspectionsError("restore_target_exists", path=place)
