"""The health of a database: whether it is whole, unaltered and offline. Nothing is believed that can be counted."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from inspections.store import proof
from inspections.store.database import OFFLINE, QUERIES, broken_links, first_value
from inspections.store.refilling import counted_by
from inspections.store.rows import UNENFORCED


def examination(connection: duckdb.DuckDBPyConnection, path: Path | None = None) -> dict[str, Any]:
    """`checks`: check -> problems (empty when fine); `tables`: table -> rows; `synthetic`: whether it is a demo.

    `notes`: sentences on what was compared and what could not be. `path` is where the database lies, though this may
    be a copy of it; without it nothing outside the file is looked at: neither its witness nor its backups.
    """
    tables = {
        name: int(first_value(connection, f'select count(*) from "{name}"'))  # noqa: S608 - names from the catalogue
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = current_database()"
            " and schema_name = 'main' and not temporary order by table_name"
        ).fetchall()
    }
    synthetic = "import_file" in tables and bool(
        first_value(connection, "select count(*) from import_file where kind = 'synthetic'")
    )
    log = proof.witnessed(connection, path) if path else proof.Findings()
    rows = proof.beside_backup(connection, path) if path else proof.Findings()
    return {
        "checks": {
            "schema": _shape_differs(connection),
            "change_log": _broken_log(connection) if "change_log" in tables else ["change_log"],
            "witness": log.problems,
            "tables": rows.problems,
            "draws": proof.draws_unlike_log(connection) if {"draw", "change_log"} <= set(tables) else ["draw"],
            "edits": proof.edits_unlike_log(connection)
            if {"import_change", "change_log"} <= set(tables)
            else ["object"],
            "imports": _unlogged_imports(connection) if {"import", "change_log"} <= set(tables) else ["import"],
            "orphans": _orphans(connection, set(tables)),
            "rules": _broken_rules(connection),
            "sequences": _sequences_behind(connection, set(tables)),
            "offline": _online_settings(connection),
        },
        "notes": [*log.notes, *rows.notes],
        "synthetic": synthetic,
        "tables": tables,
    }


SHAPE = """
    select table_name as place, '' as column_name, '' as data_type, true as nullable
    from duckdb_tables() where database_name = current_database() and schema_name = 'main' and not temporary
    union all
    select columns.table_name || '.' || column_name, column_name, data_type, is_nullable
    from duckdb_columns() as columns inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
    where database_name = current_database() and schema_name = 'main' and not tables.temporary
    union all
    select view_name, '', '', true
    from duckdb_views() where database_name = current_database() and schema_name = 'main' and not internal
    union all
    select table_name || ': ' || constraint_text, '', '', true
    from duckdb_constraints() where database_name = current_database() and schema_name = 'main'
        and constraint_type <> 'NOT NULL'
"""


def _shape_differs(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables, columns, views and constraints that are missing, too many, or not as the schema has them."""
    differing = {place for place, *_ in _wanted_shape() ^ set(connection.execute(SHAPE).fetchall())}
    tables = {place for place in differing if place.isidentifier()}
    # A missing table says it all: not each of its columns too.
    return sorted(tables | {p for p in differing if p.replace(":", ".").split(".")[0] not in tables})


@cache
def _wanted_shape() -> frozenset[tuple[Any, ...]]:
    with duckdb.connect(config=OFFLINE) as connection:
        connection.execute((QUERIES / "schema.sql").read_text("utf-8"))
        return frozenset(connection.execute(SHAPE).fetchall())


def _broken_log(connection: duckdb.DuckDBPyConnection) -> list[str]:
    with connection.cursor() as cursor:
        entries = cursor.execute("select * from change_log order by seq")
        return broken_links(iter(entries.fetchone, None))


def _unlogged_imports(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Imports whose entry the change log lacks: its last entries can be cut off without breaking a link.

    An entry names the file an import came from, and the same file may have come several times.
    """
    return [
        f"import {number}"
        for (number,) in connection.execute(
            """
            with numbered as (
                select import_id, undone_at, import_file.name,
                    row_number() over (partition by import_file.name order by import_id) as place
                from import inner join import_file using (file_sha256)
            ), logged as (
                select source_file as name, count(*) as entries from change_log where action = 'import' group by all
            )
            select import_id from numbered left join logged using (name)
            where place > coalesce(entries, 0) or (undone_at is not null and not exists (
                select 1 from change_log
                where action = 'undo' and starts_with(subject || ' ', 'import ' || numbered.import_id || ' ')
            ))
            order by import_id
            """
        ).fetchall()
    ]


def _orphans(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> list[str]:
    """References that point nowhere, counted from the catalogue's foreign keys and not believed to it."""
    problems = []
    columns_there = set(
        connection.execute(
            "select table_name, column_name from duckdb_columns()"
            " where schema_name = 'main' and database_name = current_database()"
        ).fetchall()
    )
    references = connection.execute(
        "select table_name, constraint_column_names, referenced_table, referenced_column_names"
        " from duckdb_constraints() where constraint_type = 'FOREIGN KEY' and schema_name = 'main'"
        " and database_name = current_database()"
    ).fetchall() + [
        (table, [column], parent, [key])
        for table, kept in UNENFORCED.items()
        for column, parent, key in kept
        if (table, column) in columns_there
    ]
    for table, columns, parent, keys in references:
        if table not in tables or parent not in tables:
            continue
        match = " and ".join(f'child."{c}" = parent."{k}"' for c, k in zip(columns, keys, strict=True))
        given = " and ".join(f'child."{c}" is not null' for c in columns)
        count = first_value(
            connection,
            f'select count(*) from "{table}" as child where {given}'  # noqa: S608 - names from the catalogue
            f' and not exists (select 1 from "{parent}" as parent where {match})',
        )
        if count:
            problems.append(f"{table}({', '.join(columns)}) → {parent}: {count}")
    return problems


def _broken_rules(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Rows that a check refuses, that lack what may not be missing, or that share a key: counted, not believed."""
    problems = []
    rules = connection.execute(
        "select table_name, constraint_type, expression, constraint_column_names from duckdb_constraints()"
        " where constraint_type in ('CHECK', 'NOT NULL', 'PRIMARY KEY', 'UNIQUE') and schema_name = 'main'"
        " and database_name = current_database() order by all"
    ).fetchall()
    for table, kind, expression, columns in rules:
        listed = ", ".join(f'"{column}"' for column in columns)
        given = " and ".join(f'"{column}" is not null' for column in columns)
        rows = {
            "CHECK": f'"{table}" where not ({expression})',
            "NOT NULL": f'"{table}" where not ({given})',
        }.get(kind, f'(select 1 from "{table}" where {given} group by {listed} having count(*) > 1)')  # noqa: S608
        count = first_value(connection, f"select count(*) from {rows}")  # noqa: S608 - names and checks from the catalogue
        if count:
            problems.append(f"{table}: {kind.lower()} {expression or listed}: {count}")
    return problems


def _sequences_behind(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> list[str]:
    """Sequences whose next number is taken already."""
    given = dict(
        connection.execute(
            "select sequence_name, coalesce(last_value, start_value - 1) from duckdb_sequences()"
            " where database_name = current_database() and schema_name = 'main'"
        ).fetchall()
    )
    return [
        f"{sequence} → {table}"
        for sequence, (table, column) in counted_by().items()
        if table in tables
        and (first_value(connection, f'select max("{column}") from "{table}"') or 0) > given.get(sequence, 0)  # noqa: S608
    ]


def _online_settings(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for name in OFFLINE if first_value(connection, f"select current_setting('{name}')")]
