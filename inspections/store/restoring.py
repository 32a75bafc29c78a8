"""A database made again from a backup, verified before and after, in an empty place only."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from inspections.store import witness
from inspections.store.backup import Manifest, altered_tables, backups_of, read_manifest, verify_backup
from inspections.store.database import (
    OFFLINE,
    SCHEMA_NUMBER,
    be_silent,
    disk_trouble,
    log_change,
    open_database,
    schema_print,
    transaction,
)
from inspections.store.examination import examination
from inspections.store.refilling import Progress, Source, refill
from inspections.store.rows import quoted
from inspections.store.whole_files import built_beside, give_to_owner_of, move_into_place
from inspections.words.errors import InspectionsError


@dataclass(frozen=True)
class Restored:
    """A restored database: where, number of the schema it was saved with, table -> rows, and how long it took.

    `entries` are in the backup's log, of which the first `known` are known from elsewhere; `contradicted`: the witness
    that lay there, or another backup, has another entry in its place.
    """

    path: Path
    number: int
    rows: dict[str, int]
    seconds: float
    entries: int
    known: int
    contradicted: bool


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
            known, contradicted = _log_restore(building, path, folder, manifest)
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
    return Restored(path, number, rows, time.monotonic() - started, manifest.head[0], known, contradicted)


def _log_restore(building: Path, path: Path, folder: Path, manifest: Manifest) -> tuple[int, bool]:
    """Enter the restore into the log and witness it.

    Comes back with how many of the backup's entries are known from elsewhere, and whether something contradicts them:
    the witness that lies at `path`, the other backups beside this one, or the signature of this one.
    """
    before: witness.Witness | None = None
    with contextlib.suppress(InspectionsError):  # a damaged one tells nothing
        before = witness.read_witness(witness.witness_path(path))
    if before and before.signature != "forged" and before.origin == manifest.origin:
        heads = {before.head, *before.days.values()}
    else:
        before, heads = None, set()
    heads |= set(_heads_of_others(folder, manifest))
    if manifest.signature == "signed":
        heads.add(manifest.head)
    with contextlib.closing(open_database(building)) as connection:
        entries = set(connection.execute("select seq, hash from change_log").fetchall())
        known = max((seq for seq, print_ in heads if (seq, print_) in entries and seq <= manifest.head[0]), default=0)
        contradicted = any(head[0] <= manifest.head[0] and head not in entries for head in heads)
        with transaction(connection):
            log_change(
                connection,
                actor="restore",
                action="restore",
                subject=f"backup {folder.name}",
                before={"entries": before.head[0], "hash": before.head[1]} if before else None,
                after={"entries": manifest.head[0], "hash": manifest.head[1], "known": known},
            )
        # What was witnessed before, and is in the log again, stays witnessed.
        place = witness.witness_path(building)
        after = witness.read_witness(place)
        if before and after:
            days = {day: head for day, head in before.days.items() if head in entries}
            since = before.since if before.since <= known else after.since
            witness.write_witness(place, replace(after, since=since, days={**days, **after.days}))
    return known, contradicted


def _heads_of_others(folder: Path, manifest: Manifest) -> Iterator[witness.Head]:
    """Entries of the log that other backups of the same database know: their heads, or in later ones ours."""
    for other in backups_of(folder.parent, manifest.origin):
        if other == folder:
            continue
        with contextlib.suppress(InspectionsError, duckdb.Error):
            told = read_manifest(other)
            if told.head[0] <= manifest.head[0]:
                yield told.head
            elif "change_log" not in altered_tables(other, told):
                file, newest = str(other / "change_log.parquet"), manifest.head[0]
                with duckdb.connect(config=OFFLINE) as connection:
                    same = "select seq, hash from read_parquet(?) where seq = ?"
                    yield from connection.execute(same, [file, newest]).fetchall()


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
