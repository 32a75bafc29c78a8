"""Whether the server is well, for a monitor: no business data, nobody's name, and nothing that costs time."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from inspections import __version__
from inspections.server.daily_copy import LastCopy, daily_copy_settings, finished
from inspections.store.database import SCHEMA_NUMBER
from inspections.store.witness import compare
from inspections.words.errors import InspectionsError

# A copy is looked for every ten minutes from its hour on; after a day and a half one is missing.
OVERDUE = datetime.timedelta(hours=36)


def health_of_lake(look: Callable[[], None]) -> dict[str, Any]:
    """The same where Spark answers over a lake: `database` is the lake and the cluster; copies are the bureaus' own."""
    told: dict[str, Any] = {"status": "ok", "version": __version__, "schema": SCHEMA_NUMBER, "database": "open"}
    told |= {"daily_copy": None, "last_daily_copy": None, "log": None}
    try:
        look()
    except InspectionsError as error:
        return told | {"status": "down", "database": error.code}
    return told


def health(
    connection: Callable[[], duckdb.DuckDBPyConnection],
    path: Path,
    last: LastCopy | None = None,
    now: datetime.datetime | None = None,
) -> dict[str, Any]:
    """What `/health` tells; `last` is how the last daily copy of this process went.

    `status`: "ok"; "warning" where the daily copy failed or is overdue; "down" where the database does not answer.
    `database`: "open" or the code of the error. `daily_copy`: "ok", "off", "failed", "overdue", or None with the
    database down. `last_daily_copy`: when the newest finished backup in the folder was made, None without one. `log`:
    how the change log stands to its witness (`inspections.store.witness.Comparison`), a warning where it differs.
    """
    told: dict[str, Any] = {"status": "down", "version": __version__, "schema": SCHEMA_NUMBER, "database": "open"}
    told |= {"daily_copy": None, "last_daily_copy": None, "log": None}
    try:
        opened = connection()
        with opened.cursor() as cursor:
            first = cursor.execute("select logged_at from change_log order by seq limit 1").fetchone()
            log = compare(cursor)
        settings = daily_copy_settings(opened, path)
    except InspectionsError as error:
        return told | {"database": error.code}
    except duckdb.Error:
        return told | {"database": "database_failed"}
    now = now or datetime.datetime.now()
    try:
        made = max((made_at for made_at, _ in finished(settings.folder)), default=None)
    except OSError:
        made = None
    known = [moment for moment in (made, first[0] if first else None) if moment is not None]
    if not settings.daily:
        state = "off"
    elif last and last.problem:
        state = "failed"
    else:
        # A new database has a day and a half for its first copy.
        state = "overdue" if known and now - max(known) > OVERDUE else "ok"
    return told | {
        "status": "ok" if state in {"ok", "off"} and not log.differs else "warning",
        "log": log.state,
        "daily_copy": state,
        "last_daily_copy": made.isoformat() if made else None,
    }
