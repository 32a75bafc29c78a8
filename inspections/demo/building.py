"""Building a synthetic database beside its place and swapping it in whole."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from inspections.demo.county import build_county
from inspections.demo.large import CITY, PROVINCE, build_large
from inspections.store.database import connect, first_value, open_database
from inspections.store.whole_files import built_beside, move_into_place
from inspections.words.errors import InspectionsError

Scale = Literal["county", "city", "province"]
DEFAULT_SEED = 20_240_315
COUNTED = (
    "bureau", "unit", "plan", "task", "item", "object", "object_scope", "risk_class", "inspector", "recusal", "draw",
    "draw_quota", "frame", "draw_object", "draw_inspector", "visit", "result", "result_outcome",
)  # fmt: skip


@dataclass(frozen=True)
class Built:
    """What was built: where, how many rows of what, and how long it took in seconds."""

    path: Path
    scale: Scale
    seed: int
    rows: dict[str, int]
    seconds: float


def build_demo(
    path: Path, *, scale: Scale = "county", seed: int = DEFAULT_SEED, progress: Callable[[str], None] | None = None
) -> Built:
    """Build a synthetic database at `path`, replacing a synthetic one that is there.

    It is written beside `path` under a name of its own and moved there at the end in one step: whoever kills this
    process at any moment finds either what was there before or the whole new database. `progress` is called with the
    name of each step (`schema`, `notices`, `directories`, `draws`, `results`, `swap`, …).

    Raises InspectionsError `demo_target_not_synthetic` where `path` holds anything but a synthetic database, and
    `database_held` where another process has it open.
    """
    started = time.monotonic()
    tell = progress or (lambda _: None)
    path = path.expanduser().absolute()
    check_replaceable(path)
    with built_beside(path) as building:
        tell("schema")
        connection = open_database(building)
        try:
            if scale == "county":
                build_county(connection, seed, tell)
            else:
                build_large(connection, CITY if scale == "city" else PROVINCE, seed, tell)
            rows = {table: int(first_value(connection, f"select count(*) from {table}")) for table in COUNTED}  # noqa: S608
            # Everything into the one file that is moved: a log left beside it would be lost.
            connection.execute("checkpoint")
        finally:
            connection.close()
        tell("swap")
        # A colleague may have put a real database there meanwhile.
        check_replaceable(path)
        move_into_place(building, path)
    return Built(path, scale, seed, rows, time.monotonic() - started)


def is_synthetic(path: Path) -> bool:
    """Whether `path` is a database of this product that says of itself that it is synthetic.

    Raises InspectionsError `database_held` where another process has it open.
    """
    try:
        connection = connect(path, read_only=True)
    except duckdb.IOException as error:
        held = re.search(r"lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)", str(error))
        if held:
            raise InspectionsError("database_held", path=path, program=held["program"], pid=held["pid"]) from error
        return False
    except (duckdb.Error, InspectionsError):
        return False
    try:
        found = connection.execute("select 1 from setting where key = 'synthetic' and value = 'true'").fetchone()
    except duckdb.Error:
        return False
    finally:
        connection.close()
    return found is not None


def is_outdated(path: Path) -> bool:
    """Whether `path` is a synthetic database of another version of this product, which can be built anew.

    Raises InspectionsError `database_unreadable` where it is no database, and `database_damaged`.
    """
    try:
        open_database(path).close()
    except InspectionsError as error:
        if error.code in {"database_unreadable", "database_damaged", "database_log_damaged"}:
            raise
        return error.code in {"database_older", "database_other_schema"} and is_synthetic(path)
    return False


def check_replaceable(path: Path) -> None:
    """Raise InspectionsError `demo_target_not_synthetic` where `path` exists and is not a synthetic database."""
    if path.exists() and not is_synthetic(path):
        raise InspectionsError("demo_target_not_synthetic", path=path)
