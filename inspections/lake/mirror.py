"""A lake as one DuckDB database in memory: every table is a view over the Parquet files of some of its sources.

It gives the types of every answer, and serves what is read without a question, such as the change log or a package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import duckdb

from inspections.lake.source import Source, is_id, relations
from inspections.store.database import OFFLINE, QUERIES
from inspections.store.rows import shapes

# The same in every database: of several sources one tells enough, and more would count what joins them twice.
COMMON = frozenset({"working_day", "outcome_meaning"})


def files_of(sources: Sequence[Source], table: str) -> list[Path]:
    """The files that hold a table of these sources."""
    of = sources[:1] if table in COMMON else sources
    return [file for source in of for file in source.files(table)]


def mirror(sources: Iterable[Source]) -> duckdb.DuckDBPyConnection:
    """A database with the tables and views of `queries/schema.sql`, for reading; surrogate ids are those of the lake.

    The caller closes it.
    """
    chosen = tuple(sources)
    connection = duckdb.connect(config={**OFFLINE})
    for statement in _types():
        connection.execute(statement)
    for table in relations():
        files = [str(file) for file in files_of(chosen, table)]
        connection.execute(f'create view "{table}" as {_reading(table, files)}')
    for view, text in views().items():
        connection.execute(f'create view "{view}" as {text}')
    return connection


def _reading(table: str, files: list[str]) -> str:
    types = {column: "bigint" if is_id(column, kind) else kind for column, kind in shapes()[table].types.items()}
    if not files:
        columns = ", ".join(f'cast(null as {kind}) as "{column}"' for column, kind in types.items())
        return f"select {columns} where false"
    columns = ", ".join(f'cast("{column}" as {kind}) as "{column}"' for column, kind in types.items())
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    return f"select {columns} from read_parquet([{listed}], hive_partitioning = false)"  # noqa: S608 - files of the lake


@cache
def _types() -> tuple[str, ...]:
    return tuple(re.findall(r"^create type .*?\);\n", _schema(), re.MULTILINE | re.DOTALL))


@cache
def views() -> dict[str, str]:
    """View -> its statement, in an order in which they can be made."""
    found = re.findall(r"^create view (\w+) as\n(.*?);\n", _schema(), re.MULTILINE | re.DOTALL)
    return {str(view): str(text) for view, text in found}


def _schema() -> str:
    return (QUERIES / "schema.sql").read_text("utf-8")
