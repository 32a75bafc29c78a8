"""The lake: the tables of many databases as Parquet in one folder, for an engine that reads them all at once.

Every database is a source with a number of its own. It writes files of its own only and publishes them by replacing its
manifest in one step, so that any number of sources write at once without a lock, and whoever kills one leaves the state
before. The layout, below the lake's folder:

- `sources/<number>.json`: the manifest of a source, which names its files;
- `tables/<table>/year=<year>/bureau=<bureau_id>/<number>-<fingerprint>.parquet`: rows of one year of one bureau;
- `tables/<table>/source=<number>/<number>-<fingerprint>.parquet`: rows that belong to no year.

Surrogate ids are BIGINT with the source's number above bit 32, so that those of two sources never meet; bureau 0 of a
source stands for none. The lake holds every class and every seed, as the databases do.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from inspections.lake.publishing import (
    damaged,
    is_as_written,
    make_folder,
    open_like,
    own_manifest,
    publish,
    published,
    remove_retired,
    retire,
    size_of,
)
from inspections.lake.source import FORMAT, Found, Part, Source, is_id, shift
from inspections.store.backup import sha256_of
from inspections.store.database import (
    SCHEMA_NUMBER,
    data_version,
    disk_trouble,
    first_value,
    log_version,
    reason_of,
    transaction,
)
from inspections.store.rows import modestly, quoted, shapes, table_order
from inspections.store.whole_files import built_beside, move_into_place
from inspections.words.errors import InspectionsError

# Rows per row group: fine enough for the reader to skip those of other draws.
ROW_GROUP = 122_880
# Told the share done, in [0, 1], and the table in hand.
Progress = Callable[[float, str], None]
# More partitions than these are written together where most of a table's are missing: one scan instead of one each.
FEW = 8


@dataclass(frozen=True)
class Written:
    """What one run did: the source as it is now, and table -> (files written, files that stayed).

    `altered`: how many files of the last run were gone or not as it had written them.
    """

    source: Source
    files: Mapping[str, tuple[int, int]]
    seconds: float
    altered: int


def write_lake(connection: duckdb.DuckDBPyConnection, directory: Path, progress: Progress | None = None) -> Written:
    """Write what has changed in a database since it was last written here, and publish it in one step.

    Of the database nothing is read where the change log has not grown; else every table once, and files are written for
    partitions whose rows have changed. Files of the last run are compared with their checksums. Raises InspectionsError
    `lake_nameless` (the change log is empty), `lake_full` (no number is left), `lake_failed`, `disk_full`,
    `disk_read_only`.
    """
    started = time.monotonic()
    directory = directory.expanduser().absolute()
    tell = progress or (lambda _share, _table: None)
    try:
        with connection.cursor() as cursor, transaction(cursor):
            identity = _identity(cursor)
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            manifest = own_manifest(directory, identity)
            before = published(manifest)
            altered = len(damaged(before)) if before else 0
            if before and before.log == log_version(cursor) and not altered:
                files = {table: (0, len(parts)) for table, parts in before.tables.items()}
                return Written(before, files, time.monotonic() - started, 0)
            source, files = _write_changed(cursor, directory, manifest, before, identity, tell)
        retire(before, source)
        publish(manifest, source)
        remove_retired(source)
    except (OSError, duckdb.Error) as error:
        failed = InspectionsError("lake_failed", folder=directory, reason=reason_of(error))
        raise disk_trouble(error, directory) or failed from error
    tell(1.0, "")
    return Written(source, files, time.monotonic() - started, altered)


def _identity(cursor: duckdb.DuckDBPyConnection) -> str:
    """The hash of the change log's first entry: copies and restored backups of a database are the same source."""
    first = first_value(cursor, "select hash from change_log order by seq limit 1")
    if first is None:
        raise InspectionsError("lake_nameless")
    return str(first)


def _write_changed(
    cursor: duckdb.DuckDBPyConnection,
    directory: Path,
    manifest: Path,
    before: Source | None,
    identity: str,
    tell: Progress,
) -> tuple[Source, dict[str, tuple[int, int]]]:
    """The source as it is to be published, its files all on the disk, and table -> (files written, files that stayed).

    One state of the database: inside the caller's transaction.
    """
    number = int(manifest.stem)
    rows = {
        table: int(first_value(cursor, f'select count(*) from "{table}"'))  # noqa: S608 - a name of the data contract
        for table in table_order()
    }
    known = {part.path: part for parts in (before.tables if before else {}).values() for part in parts}
    done, total = 0, max(1, sum(rows.values()))
    tables: dict[str, tuple[Part, ...]] = {}
    files: dict[str, tuple[int, int]] = {}
    with modestly(cursor, max(rows.values())):
        _place_draws_and_tasks(cursor)
        for table in table_order():
            tell(done / total, table)
            partitions = list(_partitions(cursor, table, number))
            missing = [found for found in partitions if not _is_there(directory / found.path, known.get(found.path))]
            if len(missing) > FEW and 2 * len(missing) > len(partitions):
                _write_together(cursor, table, missing, number, directory)
            parts, at = [], 0
            for found in partitions:
                tell((done + at) / total, table)
                file = directory / found.path
                if found in missing and not _is_there(file, None):
                    _write_part(cursor, found, number, directory)
                os.utime(file)  # named from now on: whoever tidies up at this moment leaves it
                at += found.rows
                bureau = None if found.bureau is None else found.bureau + shift(number)
                size, sha256 = file.stat().st_size, sha256_of(file)
                parts.append(Part(found.path, found.rows, size, found.fingerprint, found.year, bureau, sha256))
            if parts:
                tables[table] = tuple(parts)
            files[table] = (len(missing), len(parts) - len(missing))
            done += rows[table]
    bureaus = cursor.execute("select bureau_id, name from bureau order by bureau_id").fetchall()
    folders = {str(Path(part.path).parent.as_posix()) for parts in tables.values() for part in parts}
    source = Source(
        directory,
        number,
        identity,
        SCHEMA_NUMBER,
        data_version(cursor),
        log_version(cursor),
        datetime.datetime.now().replace(microsecond=0),
        tuple((bureau_id + shift(number), name) for bureau_id, name in bureaus),
        tables,
        tuple(sorted(folders | set(before.folders if before else ()))),
    )
    return source, files


def _is_there(file: Path, known: Part | None) -> bool:
    """Whether a file is there, as it was published, if it was; one damaged or without checksum is taken away."""
    if size_of(file) is None:
        return False
    if known and not (known.sha256 and is_as_written(file, known)):
        file.unlink(missing_ok=True)
        return False
    return True


def _place_draws_and_tasks(cursor: duckdb.DuckDBPyConnection) -> None:
    """Which year and bureau a task and a draw belong to; a draw outside any plan has the year of its day, no bureau."""
    cursor.execute(
        "create temp table task_place as select task.task_id, plan.year, plan.bureau_id"
        " from task inner join plan on task.plan_id = plan.plan_id"
    )
    cursor.execute(
        "create temp table draw_place as"
        " select draw.draw_id, coalesce(task_place.year, year(draw.drawn_at)) as year, task_place.bureau_id"
        " from draw left join task_place on draw.task_id = task_place.task_id"
    )


def _placing_key(table: str) -> str | None:
    """The column by which rows are placed: that of their draw, else of their task; None where there is no need."""
    columns = shapes()[table].types
    if {"year", "bureau_id"} <= columns.keys():
        return None
    return next((key for key in ("draw_id", "task_id") if key in columns), None)


def _place(key: str) -> str:
    return f"{key.removesuffix('_id')}_place"


def _placed(table: str) -> tuple[str, str, str]:
    """SQL for the year and the bureau of a row `stored` of the table, and the relation to join for them."""
    if {"year", "bureau_id"} <= shapes()[table].types.keys():
        return "stored.year", "stored.bureau_id", ""
    key = _placing_key(table)
    if key:
        place = _place(key)
        return f"{place}.year", f"{place}.bureau_id", f"left join {place} on stored.{key} = {place}.{key}"
    if table == "visit":
        return "year(stored.visited_on)", "cast(null as integer)", ""
    return "cast(null as integer)", "cast(null as integer)", ""


def _partitions(cursor: duckdb.DuckDBPyConnection, table: str, number: int) -> Iterator[Found]:
    """The partitions of a table with their fingerprints, in one scan.

    Two sums of a 64-bit hash and of its hash, and the count: whatever the order of the rows, none can change unnoticed.
    """
    year, bureau, joined = _placed(table)
    columns = ", ".join(f'stored."{column}"' for column in shapes()[table].columns)
    for found_year, found_bureau, rows, one, two in cursor.execute(
        f"""select year, case when year is not null then bureau end as bureau, count(*), sum(cast(seen as hugeint)),
            sum(cast(hash(seen) as hugeint))
        from (
            select {year} as year, {bureau} as bureau, hash({columns}) as seen from "{table}" as stored {joined}
        )
        group by all order by all"""  # noqa: S608 - names of the data contract
    ).fetchall():
        told = f"{FORMAT},{SCHEMA_NUMBER},{table},{found_year},{found_bureau},{rows},{one},{two}"
        fingerprint = hashlib.sha256(told.encode()).hexdigest()[:16]
        whose = (
            f"source={number}"
            if found_year is None
            else f"year={found_year}/bureau={(found_bureau or 0) + shift(number)}"
        )
        path = f"tables/{table}/{whose}/{number}-{fingerprint}.parquet"
        yield Found(table, found_year, found_bureau, rows, fingerprint, path)


def _write_part(cursor: duckdb.DuckDBPyConnection, found: Found, number: int, directory: Path) -> None:
    """One partition, sorted by its key, surrogate ids first, straight from the database into the file."""
    file = directory / found.path
    where, key = _rows_of(cursor, found), _order(found.table)
    order = f"order by {', '.join(key)}" if key else ""
    mode = make_folder(directory, file.parent)
    with built_beside(file) as building:
        (rows,) = cursor.execute(
            f"""copy (
                select {_columns_in_lake(found.table, number)} from "{found.table}" as stored where {where} {order}
            )
            to {quoted(str(building))} (format parquet, compression zstd, row_group_size {ROW_GROUP})"""  # noqa: S608
        ).fetchone() or (0,)
        if rows != found.rows:
            raise InspectionsError("lake_failed", folder=file.parent, reason=found.table)
        open_like(building, mode & 0o666)
        move_into_place(building, file)


def _write_together(
    cursor: duckdb.DuckDBPyConnection, table: str, missing: list[Found], number: int, directory: Path
) -> None:
    """Most partitions of a table in one scan; what is then still missing is written one by one."""
    columns = _columns_in_lake(table, number)
    year, bureau, joined = _placed(table)
    mode = make_folder(directory, directory / "tables" / table)
    with built_beside(directory / "tables" / table / f"{number}-all", f"{number}-all") as building:
        cursor.execute(
            f"""copy (
                select {columns}, {year} as lake_year, coalesce({bureau}, 0) as lake_bureau
                from "{table}" as stored {joined} where {year} is not null
                order by {", ".join(["lake_year", "lake_bureau", *_order(table)])}
            ) to {quoted(str(building))} (
                format parquet, compression zstd, row_group_size {ROW_GROUP}, partition_by (lake_year, lake_bureau)
            )"""  # noqa: S608
        )
        for found in missing:
            made = list((building / f"lake_year={found.year}" / f"lake_bureau={found.bureau or 0}").glob("*"))
            if len(made) != 1 or _rows_in(cursor, made[0]) != found.rows:
                continue
            make_folder(directory, (directory / found.path).parent)
            open_like(made[0], mode & 0o666)
            move_into_place(made[0], directory / found.path)


def _rows_in(cursor: duckdb.DuckDBPyConnection, file: Path) -> int:
    return int(first_value(cursor, "select num_rows from parquet_file_metadata(?)", [str(file)]) or 0)


def _columns_in_lake(table: str, number: int) -> str:
    return ", ".join(_in_lake(column, kind, number) for column, kind in shapes()[table].types.items())


def _order(table: str) -> list[str]:
    """The key of a table, surrogate ids first."""
    shape = shapes()[table]
    key = sorted(shape.key, key=lambda column: not is_id(column, shape.types[column]))
    return [f'stored."{column}"' for column in key]


def _rows_of(cursor: duckdb.DuckDBPyConnection, found: Found) -> str:
    """SQL that a row `stored` belongs to the partition."""
    key = _placing_key(found.table)
    year, bureau, _ = _placed(found.table)
    if key:
        year, bureau = "year", "bureau_id"
    same = f"{year} is not distinct from {_literal(found.year)}"
    if found.year is not None:
        same += f" and {bureau} is not distinct from {_literal(found.bureau)}"
    if not key:
        return same
    if found.year is None:
        return f"not exists (select 1 from {_place(key)} as known where known.{key} = stored.{key})"  # noqa: S608
    whose = f"from {_place(key)} where {same}"
    first, last = cursor.execute(f"select min({key}), max({key}) {whose}").fetchone() or (0, 0)
    # The bounds spare the blocks of other bureaus, whose draws have other numbers.
    return f"stored.{key} between {int(first)} and {int(last)} and stored.{key} in (select {key} {whose})"


def _in_lake(column: str, kind: str, number: int) -> str:
    stored = f'stored."{column}"'
    if is_id(column, kind):
        return f'cast({stored} as bigint) + {shift(number)} as "{column}"'
    return f'cast({stored} as varchar) as "{column}"' if kind.startswith("ENUM") else stored


def _literal(value: int | None) -> str:
    return "null" if value is None else str(int(value))
