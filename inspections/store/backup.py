"""Backups: one state of the whole database as a folder of Parquet files with schema, manifest and checksums.

A folder `inspections-YYYYMMDD-HHMMSS` holds one file per table, `schema.sql` for the reader of another day,
`manifest.json`, and `SHA256SUMS`, which `sha256sum -c` reads. It holds every class and every seed: only its owner may
look inside.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from inspections.store.database import (
    GENESIS,
    QUERIES,
    broken_links,
    disk_trouble,
    first_value,
    question,
    reason_of,
    schema_of,
    schema_print,
    transaction,
)
from inspections.store.refilling import Progress
from inspections.store.rows import quoted
from inspections.store.settings import value_of
from inspections.store.whole_files import built_beside, sync
from inspections.store.witness import MOST_ENTRIES, signature_of, signed
from inspections.words.errors import InspectionsError

PRODUCT, FORMAT = "double-random-inspections", 1
NAME = re.compile(r"inspections-(\d{8}-\d{6})(?:-\d+)?")
MANIFEST, SUMS, SCHEMA = "manifest.json", "SHA256SUMS", "schema.sql"
# Ours has 47 tables and 40 kilobytes; what is beyond these was made up.
MOST_TABLES, MOST_BYTES = 1_000, 10_000_000


@dataclass(frozen=True)
class Backup:
    """A finished backup: where, when, table -> rows, size in bytes, and how long it took in seconds."""

    folder: Path
    made_at: datetime.datetime
    rows: dict[str, int]
    size: int
    seconds: float


@dataclass(frozen=True)
class TableFile:
    """One table of a backup: rows, column -> type in the words of DuckDB, and the SHA-256 of its Parquet file."""

    rows: int
    columns: dict[str, str]
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    `number` and `fingerprint` of the schema (the number is None where no release has it), `head`: number and hash of
    the newest entry of the change log, `origin`: the hash of its first, by which backups of one database are known;
    `given`: sequence -> last number given; `signature`: as `inspections.store.witness.signature_of` says.
    """

    made_at: datetime.datetime
    number: int | None
    fingerprint: str
    head: tuple[int, str]
    origin: str
    given: dict[str, int]
    tables: dict[str, TableFile]
    signature: str = "unsigned"


def backup_folder(connection: duckdb.DuckDBPyConnection, path: Path) -> Path:
    """Where the backups of the database at `path` belong: the setting `backup_folder`, else `backups` beside it."""
    asked = {"bureau_id": None, "year": datetime.date.today().year}
    chosen = value_of(dict(connection.execute(question("settings_in_force"), asked).fetchall()), "backup_folder")
    return Path(chosen).expanduser() if chosen else path.absolute().parent / "backups"


def backups_of(folder: Path, origin: str) -> Iterator[Path]:
    """The finished backups in a folder of the database whose log began with the hash `origin`, the newest first."""
    try:
        places = sorted((place for place in folder.glob("inspections-*") if NAME.fullmatch(place.name)), reverse=True)
    except OSError:
        return
    for place in places:
        # What cannot be read is told by whoever restores it; another one is as good.
        with contextlib.suppress(InspectionsError):
            if read_manifest(place).origin == origin:
                yield place


def altered_tables(folder: Path, manifest: Manifest) -> list[str]:
    """Tables of a backup whose file is not the one that the manifest names."""
    return [
        name
        for name, table in manifest.tables.items()
        if not (folder / f"{name}.parquet").is_file() or sha256_of(folder / f"{name}.parquet") != table.sha256
    ]


def write_backup(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    progress: Progress | None = None,
    *,
    catalog: str | None = None,
) -> Backup:
    """A new backup inside `folder`, there whole or not at all; others may write to the database meanwhile.

    `catalog` names an attached database instead of the connection's own. Raises InspectionsError `disk_full`,
    `disk_read_only` and `backup_failed`.
    """
    started = time.monotonic()
    folder = folder.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made_at, place = _free_name(folder)
        with built_beside(place, "inspections-*") as building, connection.cursor() as cursor:
            building.mkdir(mode=0o700)
            if catalog:
                cursor.execute(f'use "{catalog}"')
            with transaction(cursor):
                manifest = _write_tables(cursor, building, made_at, progress or (lambda _share, _table: None))
                (building / SCHEMA).write_text(_schema_text(cursor, manifest.fingerprint), "utf-8")
            (building / MANIFEST).write_text(_as_json(manifest), "utf-8")
            (building / SUMS).write_text(_sums(building), "utf-8")
            size = 0
            for file in building.iterdir():
                file.chmod(0o600)
                size += file.stat().st_size
                sync(file)
            sync(building)
            building.rename(place)
            sync(folder)
    except (OSError, duckdb.Error) as error:
        failed = InspectionsError("backup_failed", folder=folder, reason=reason_of(error))
        raise disk_trouble(error, folder) or failed from error
    rows = {name: table.rows for name, table in manifest.tables.items()}
    return Backup(place, made_at, rows, size, time.monotonic() - started)


def _free_name(folder: Path) -> tuple[datetime.datetime, Path]:
    made_at = datetime.datetime.now().replace(microsecond=0)
    name = f"inspections-{made_at:%Y%m%d-%H%M%S}"
    place, number = folder / name, 2
    while place.exists():
        place, number = folder / f"{name}-{number}", number + 1
    return made_at, place


def _write_tables(
    cursor: duckdb.DuckDBPyConnection, building: Path, made_at: datetime.datetime, tell: Progress
) -> Manifest:
    """One file per table, all of one state: inside the caller's transaction."""
    fingerprint, number = schema_of(cursor)
    head = cursor.execute("select seq, hash from change_log order by seq desc limit 1").fetchone() or (0, GENESIS)
    first = cursor.execute("select hash from change_log order by seq limit 1").fetchone() or (GENESIS,)
    shapes = columns_of(cursor)
    counts = {table: _count(cursor, f'"{table}"') for table in shapes}
    done, total = 0, max(1, sum(counts.values()))
    tables = {}
    for table, columns in shapes.items():
        tell(done / total, table)
        file = building / f"{table}.parquet"
        place = quoted(str(file))
        cursor.execute(f'copy (select * from "{table}") to {place} (format parquet, compression zstd)')  # noqa: S608
        if _count(cursor, f"read_parquet({place})") != counts[table]:
            raise InspectionsError("backup_failed", folder=building.parent, reason=table)
        tables[table] = TableFile(counts[table], columns, sha256_of(file))
        done += counts[table]
    tell(1.0, "")
    return Manifest(made_at, number, fingerprint, head, first[0], given_numbers(cursor), tables)


def _schema_text(cursor: duckdb.DuckDBPyConnection, fingerprint: str) -> str:
    """The statements that make the empty tables: our own text, or of another schema what the catalogue says."""
    if fingerprint == schema_print():
        return (QUERIES / "schema.sql").read_text("utf-8")
    own = "database_name = current_database() and schema_name = 'main'"
    types = cursor.execute(
        f"select type_name, labels from duckdb_types() where {own} and labels is not null order by type_oid"  # noqa: S608
    ).fetchall()
    statements = [f"create type {name} as enum ({', '.join(map(quoted, labels))});" for name, labels in types]
    for kind in ("sequences", "tables"):
        catalogue = f"select sql from duckdb_{kind}() where {own} and not temporary order by {kind[:-1]}_oid"  # noqa: S608
        statements += [str(sql) for (sql,) in cursor.execute(catalogue).fetchall()]
    # Views stand in no order of their own: each after those it asks.
    views = dict(cursor.execute(f"select view_name, sql from duckdb_views() where {own} and not internal").fetchall())  # noqa: S608
    while views:
        ready = [name for name, sql in views.items() if len(views.keys() & set(re.findall(r"\w+", sql))) == 1]
        statements += [views.pop(name) for name in ready or list(views)]
    return "\n".join(statements) + "\n"


def columns_of(cursor: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Table -> column -> type, of the cursor's current database."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in cursor.execute(
        "select columns.table_name, column_name, data_type from duckdb_columns() as columns"
        " inner join duckdb_tables() as tables using (database_name, schema_name, table_name)"
        " where database_name = current_database() and schema_name = 'main' and not tables.temporary"
        " order by table_name, column_index"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def given_numbers(cursor: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Sequence -> the last number it gave, or the one before its first where it gave none."""
    return dict(
        cursor.execute(
            "select sequence_name, coalesce(last_value, start_value - 1) from duckdb_sequences()"
            " where database_name = current_database() and schema_name = 'main' order by sequence_name"
        ).fetchall()
    )


def read_manifest(folder: Path) -> Manifest:
    """What a backup says of itself.

    Raises InspectionsError `backup_missing`, `backup_damaged`, `backup_newer` and `signing_key`.
    """
    try:
        if (folder / MANIFEST).stat().st_size > MOST_BYTES:
            raise ValueError(MANIFEST)
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        if told["product"] != PRODUCT:
            raise InspectionsError("backup_missing", folder=folder)
        if whole_number(told["format"]) > FORMAT:
            raise InspectionsError("backup_newer", folder=folder)
        return _manifest(told)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InspectionsError("backup_missing", folder=folder) from error
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        raise InspectionsError("backup_damaged", folder=folder, file=MANIFEST, count=1) from error


def _manifest(told: dict[str, Any]) -> Manifest:
    """Raises ValueError, TypeError, KeyError or AttributeError where it is none that this product wrote."""
    schema, head = told["schema"], told["change_log"]
    if len(told["tables"]) > MOST_TABLES or len(told["sequences"]) > MOST_TABLES:
        raise ValueError(len(told["tables"]))
    return Manifest(
        datetime.datetime.fromisoformat(told["made_at"]),
        None if schema["number"] is None else whole_number(schema["number"]),
        _text(schema["fingerprint"]),
        (whole_number(head["seq"]), _text(head["hash"])),
        _text(head["origin"]),
        {_name(name): whole_number(last) for name, last in told["sequences"].items()},
        {
            _name(name): TableFile(
                whole_number(one["rows"]),
                {_name(column): _text(kind) for column, kind in one["columns"].items()},
                _text(one["sha256"]),
            )
            for name, one in told["tables"].items()
        },
        signature_of(told),
    )


def whole_number(told: Any, least: int = 0, most: int = MOST_ENTRIES) -> int:
    """A number of a manifest, and no more than any database holds. Raises ValueError."""
    if not isinstance(told, int) or isinstance(told, bool) or not least <= told <= most:
        raise ValueError(told)
    return told


def _name(told: str) -> str:
    """A name of a table or column, which goes into paths and statements. Raises ValueError."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", told):
        raise ValueError(told)
    return told


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise ValueError(told)
    return told


def verify_backup(folder: Path, progress: Progress | None = None) -> list[str]:
    """The files of a backup that are missing, altered, too many, or do not hold what the manifest says; none: whole.

    Raises what `read_manifest` raises.
    """
    tell = progress or (lambda _share, _file: None)
    manifest = read_manifest(folder)
    wanted = {MANIFEST, SCHEMA, *(f"{table}.parquet" for table in manifest.tables)}
    there = {file.name for file in folder.iterdir()}
    problems = sorted((wanted | {SUMS}) ^ there)
    sums, sizes = [], {name: (folder / name).stat().st_size for name in wanted & there}
    done, total = 0, max(1, sum(sizes.values()))
    for name in sorted(wanted & there):
        tell(done / total, name)
        found = sha256_of(folder / name)
        sums.append(f"{found}  {name}\n")
        table = manifest.tables.get(name.removesuffix(".parquet"))
        if table and found != table.sha256:
            problems.append(name)
        done += sizes[name]
    if SUMS in there:
        # The list itself is compared as a whole; a file that differs from its line is named too.
        listed = (folder / SUMS).read_bytes().decode("utf-8", "replace")
        known = {line[66:]: line[:64] for line in listed.splitlines()}
        problems += [line[66:-1] for line in sums if known.get(line[66:-1]) != line[:64]]
        if listed != "".join(sums):
            problems.append(SUMS)
    if not problems:
        problems = list(_contradictions(folder, manifest))
    tell(1.0, "")
    return list(dict.fromkeys(problems))


def _contradictions(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Files whose checksums are right and whose content is not what the manifest says."""
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        connection.execute("set autoload_known_extensions = false")
        for table, told in manifest.tables.items():
            relation = f"read_parquet({quoted(str(folder / f'{table}.parquet'))})"
            try:
                found = connection.execute(f"select * from {relation} limit 0").description or []  # noqa: S608
                same = [column[0] for column in found] == list(told.columns)
                whole = same and _count(connection, relation) == told.rows
                if whole and table == "change_log":
                    ordered = connection.execute(f"select * from {relation} order by seq").fetchall()  # noqa: S608
                    head = (ordered[-1][0], ordered[-1][-1]) if ordered else (0, GENESIS)
                    whole = not broken_links(ordered) and head == manifest.head
            except duckdb.Error:
                whole = False
            if not whole:
                yield f"{table}.parquet"


def _as_json(manifest: Manifest) -> str:
    told: dict[str, Any] = {
        "product": PRODUCT,
        "format": FORMAT,
        "made_at": manifest.made_at.isoformat(sep=" "),
        "schema": {"number": manifest.number, "fingerprint": manifest.fingerprint},
        "change_log": {"seq": manifest.head[0], "hash": manifest.head[1], "origin": manifest.origin},
        "sequences": manifest.given,
        "tables": {
            name: {"rows": table.rows, "sha256": table.sha256, "columns": table.columns}
            for name, table in manifest.tables.items()
        },
    }
    return json.dumps(signed(told), ensure_ascii=False, indent=1) + "\n"


def _sums(folder: Path) -> str:
    return "".join(f"{sha256_of(file)}  {file.name}\n" for file in sorted(folder.iterdir()))


def sha256_of(file: Path) -> str:
    """The checksum of a file, as `sha256sum` gives it. Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(first_value(connection, f"select count(*) from {relation}"))  # noqa: S608 - names of the catalogue
