"""`doctor`: whether a database is whole, unaltered and offline."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.table import Table

from inspections.commands import spoken_language
from inspections.database import GENESIS, OFFLINE, QUERIES, database_path, entry_hash, open_database
from inspections.wording import say

EXIT_HEALTHY, EXIT_UNHEALTHY = 0, 1


@click.command("doctor", help=say(spoken_language(), "commands.doctor.help"))
@click.option("--json", "as_json", is_flag=True, help=say(spoken_language(), "commands.import.as_json"))
@click.option(
    "--db",
    "database",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say(spoken_language(), "commands.import.database"),
)
@click.pass_context
def doctor(context: click.Context, as_json: bool, database: Path | None) -> None:
    """Report the health of a database on stdout. Raises InspectionsError `database_held` and the like."""
    language = spoken_language()
    path = database or database_path()
    if not path.exists():
        click.echo(say(language, "commands.doctor.missing", path=path), err=True)
        context.exit(EXIT_UNHEALTHY)
    connection = open_database(path)
    try:
        found = examination(connection)
    finally:
        connection.close()
    problems = [problem for check in found["checks"].values() for problem in check]
    found |= {"path": str(path), "healthy": not problems}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(language, found, len(problems))
    context.exit(EXIT_UNHEALTHY if problems else EXIT_HEALTHY)


def examination(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """`checks`: check -> problems (empty when fine); `tables`: table -> rows; `synthetic`: whether it is a demo."""
    tables = {
        name: int(_value(connection, f'select count(*) from "{name}"'))  # noqa: S608 - names from the catalogue
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' and not temporary order by table_name"
        ).fetchall()
    }
    synthetic = "import_file" in tables and bool(
        _value(connection, "select count(*) from import_file where kind = 'synthetic'")
    )
    return {
        "checks": {
            "schema": _missing_tables(tables),
            "change_log": _broken_links(connection) if "change_log" in tables else ["change_log"],
            "orphans": _orphans(connection, set(tables)),
            "offline": _online_settings(connection),
        },
        "synthetic": synthetic,
        "tables": tables,
    }


def _value(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = connection.execute(sql).fetchone()
    return row[0] if row else None


def _missing_tables(tables: dict[str, int]) -> list[str]:
    schema = (QUERIES / "schema.sql").read_text("utf-8")
    return [name for name in re.findall(r"^create table (\w+)", schema, re.MULTILINE) if name not in tables]


def _broken_links(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The entries of the change log that do not follow from the entry before, or not from their own fields."""
    broken = []
    previous, expected = GENESIS, 1
    cursor = connection.execute("select * from change_log order by seq")
    while row := cursor.fetchone():
        *entry, stored = row
        if entry[0] != expected or entry[-1] != previous or entry_hash(tuple(entry)) != stored:
            broken.append(f"seq {entry[0]}")
        previous, expected = stored, entry[0] + 1
    return broken


def _orphans(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> list[str]:
    """References that point nowhere, counted from the catalogue's foreign keys and not believed to it."""
    problems = []
    references = connection.execute(
        "select table_name, constraint_column_names, referenced_table, referenced_column_names"
        " from duckdb_constraints() where constraint_type = 'FOREIGN KEY' and schema_name = 'main'"
    ).fetchall()
    for table, columns, parent, keys in references:
        if table not in tables or parent not in tables:
            continue
        match = " and ".join(f'child."{c}" = parent."{k}"' for c, k in zip(columns, keys, strict=True))
        given = " and ".join(f'child."{c}" is not null' for c in columns)
        count = _value(
            connection,
            f'select count(*) from "{table}" as child where {given}'  # noqa: S608 - names from the catalogue
            f' and not exists (select 1 from "{parent}" as parent where {match})',
        )
        if count:
            problems.append(f"{table}({', '.join(columns)}) → {parent}: {count}")
    return problems


def _online_settings(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for name in OFFLINE if _value(connection, f"select current_setting('{name}')")]


def _print(language: str, found: dict[str, Any], problems: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for check, troubles in found["checks"].items():
        verdict = say(language, f"commands.doctor.{'failed' if troubles else 'ok'}")
        console.print(f"{verdict}  {say(language, f'commands.doctor.checks.{check}')}", markup=False)
        for trouble in troubles[:20]:
            console.print(f"    {trouble}", markup=False)
    console.print(say(language, f"commands.doctor.synthetic_{'yes' if found['synthetic'] else 'no'}"))
    counts = Table(show_header=False, box=None)
    counts.add_column()
    counts.add_column(justify="right")
    for table, rows in found["tables"].items():
        counts.add_row(table, f"{rows:,}")
    console.print(counts)
    verdict = "unhealthy" if problems else "healthy"
    console.print(
        say(
            language,
            f"commands.doctor.{verdict}",
            path=found["path"],
            rows=sum(found["tables"].values()),
            count=problems,
        ),
        markup=False,
    )
