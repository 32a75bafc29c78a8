"""Which engine answers: DuckDB in this process, or Apache Spark over a lake (`INSPECTIONS_ENGINE=spark`).

Nothing of Spark is imported before it is asked for: the embedded mode needs neither its packages nor Java.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb

from inspections.store.database import database_path
from inspections.store.upgrade import opened
from inspections.words.errors import InspectionsError

if TYPE_CHECKING:
    from inspections.lake.spark import Spark

ENGINE, LAKE, ADDRESS = "INSPECTIONS_ENGINE", "INSPECTIONS_LAKE", "INSPECTIONS_SPARK"
LOCAL = "local[*]"


def on_spark() -> bool:
    """Whether Spark is the engine. Raises InspectionsError `engine_unknown`."""
    asked = os.environ.get(ENGINE, "") or "duckdb"
    if asked not in {"duckdb", "spark"}:
        raise InspectionsError("engine_unknown", setting=ENGINE, value=asked)
    return asked == "spark"


def open_spark() -> Spark:
    """The lake and the cluster that the environment names.

    Raises InspectionsError `engine_without_lake`, `engine_not_installed`, and those of `inspections.lake.spark.Spark`.
    """
    folder = os.environ.get(LAKE)
    if not folder:
        raise InspectionsError("engine_without_lake", setting=LAKE)
    try:
        from inspections.lake.spark import Spark  # noqa: PLC0415 - see above
    except ImportError as error:
        raise InspectionsError("engine_not_installed") from error
    return Spark(Path(folder).expanduser(), os.environ.get(ADDRESS) or LOCAL)


@contextlib.contextmanager
def reading(path: Path | None, bureau: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """What a command reads from: the database at `path`, else the one that the environment names, else the lake.

    Raises what `opened` and `open_spark` raise.
    """
    if path is None and on_spark():
        # It answers questions and cursors as a connection does.
        yield cast("duckdb.DuckDBPyConnection", open_spark().at(bureau))
        return
    with opened(path or database_path()) as connection:
        yield connection
