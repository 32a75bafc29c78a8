"""The daily backup of the running app: when it is due, how long copies are kept, how the last one went."""

from __future__ import annotations

import asyncio
import datetime
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from inspections.store.backup import NAME, Backup, backup_folder, read_manifest, write_backup
from inspections.store.database import (
    GENESIS,
    database_path,
    database_trouble,
    disk_trouble,
    log_change,
    question,
    transaction,
)
from inspections.store.refilling import Progress
from inspections.store.settings import value_of
from inspections.words.errors import InspectionsError

PAUSE = 600  # seconds between two looks whether a copy is due
REMOVING = ".removing"


@dataclass(frozen=True)
class DailyCopy:
    """The settings: whether, from which hour of the day on, kept for how many days, in which folder."""

    daily: bool
    hour: int
    keep_days: int
    folder: Path


@dataclass(frozen=True)
class LastCopy:
    """How the last attempt went: when, the new folder, or what stood in the way."""

    at: datetime.datetime
    folder: Path | None
    problem: InspectionsError | None


# Of this process, for the settings page and the health endpoint; None until a copy was due.
last_daily_copy: LastCopy | None = None


def daily_copy_settings(connection: duckdb.DuckDBPyConnection, path: Path) -> DailyCopy:
    """The settings in force for the database at `path`."""
    with connection.cursor() as cursor:
        asked = {"bureau_id": None, "year": datetime.date.today().year}
        rows = dict(cursor.execute(question("settings_in_force"), asked).fetchall())
        folder = backup_folder(cursor, path)
    return DailyCopy(
        value_of(rows, "backup_daily") == "true",
        int(value_of(rows, "backup_hour")),
        int(value_of(rows, "backup_keep_days")),
        folder,
    )


def due(folder: Path, now: datetime.datetime, settings: DailyCopy) -> bool:
    """Whether no finished backup in `folder` is younger than the last time the hour struck: a missed day is made up."""
    struck = now.replace(hour=settings.hour, minute=0, second=0, microsecond=0)
    if struck > now:
        struck -= datetime.timedelta(days=1)
    return settings.daily and not any(struck <= made_at <= now for made_at, _ in finished(folder))


def keep(folder: Path, days: int, origin: str | None = None) -> list[Path]:
    """Remove finished backups older than `days`, never the newest; what was removed.

    `origin` spares the backups of other databases that share the folder. What is no finished backup of this product is
    left alone. Raises OSError.
    """
    now = datetime.datetime.now()
    for half in folder.glob(f"inspections-*{REMOVING}"):
        shutil.rmtree(half)
    ours = sorted((made_at, place) for made_at, place in finished(folder) if _is_of(place, origin))
    removed = []
    for made_at, place in ours[:-1]:
        if now - made_at > datetime.timedelta(days=days):
            # Under another name first: half a backup must not look like a whole one.
            shutil.rmtree(place.rename(place.with_name(place.name + REMOVING)))
            removed.append(place)
    return removed


def finished(folder: Path) -> Iterator[tuple[datetime.datetime, Path]]:
    """Backups that bear their final name, with the time the name gives."""
    for place in folder.glob("inspections-*"):
        match = NAME.fullmatch(place.name)
        if match and place.is_dir() and not place.is_symlink():
            try:
                yield datetime.datetime.fromisoformat(match[1].replace("-", "T")), place
            except ValueError:
                continue


def copy_now(connection: duckdb.DuckDBPyConnection, path: Path, actor: str, progress: Progress | None = None) -> Backup:
    """One more backup of the database at `path` because somebody asked for it, which the change log says.

    Raises what `write_backup` raises.
    """
    made = write_backup(connection, backup_folder(connection, path), progress)
    with connection.cursor() as cursor, transaction(cursor):
        after = {"rows": sum(made.rows.values()), "bytes": made.size}
        log_change(cursor, actor=actor, action="backup", subject=f"backup {made.folder.name}", after=after)
    return made


def _is_of(place: Path, origin: str | None) -> bool:
    try:
        manifest = read_manifest(place)
    except InspectionsError:
        return False
    return origin is None or manifest.origin == origin


def copy_if_due(connection: duckdb.DuckDBPyConnection, path: Path) -> LastCopy | None:
    """Make today's copy where it is due and remove what is too old; what went wrong is kept, never raised."""
    global last_daily_copy  # noqa: PLW0603 - one process, one app, one last copy
    now = datetime.datetime.now()
    try:
        settings = daily_copy_settings(connection, path)
        if not due(settings.folder, now, settings):
            return None
        made = write_backup(connection, settings.folder)
        with connection.cursor() as cursor:
            first = cursor.execute("select hash from change_log order by seq limit 1").fetchone()
        keep(settings.folder, settings.keep_days, origin=first[0] if first else GENESIS)
        last_daily_copy = LastCopy(now, made.folder, None)
    except InspectionsError as error:
        last_daily_copy = LastCopy(now, None, error)
    except duckdb.Error as error:
        last_daily_copy = LastCopy(now, None, database_trouble(error))
    except (OSError, ValueError) as error:
        trouble = disk_trouble(error) or InspectionsError("database_failed", kind=type(error).__name__)
        last_daily_copy = LastCopy(now, None, trouble)
    return last_daily_copy


async def every_day(connection: Callable[[], duckdb.DuckDBPyConnection]) -> None:
    """For as long as the app runs: look every ten minutes whether a copy is due, and make it in a thread."""
    while True:
        await asyncio.sleep(PAUSE)
        await asyncio.to_thread(_look, connection)


def _look(connection: Callable[[], duckdb.DuckDBPyConnection]) -> None:
    try:
        current = connection()
    except InspectionsError:
        return  # every page says so
    copy_if_due(current, database_path())
