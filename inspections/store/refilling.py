"""A new file of today's schema, filled from rows that lie elsewhere: in an older database or in a backup."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import duckdb

from inspections.store.database import (
    QUERIES,
    SCHEMA_NUMBER,
    first_value,
    log_change,
    number_schema,
    schema_print,
)
from inspections.store.rows import shapes, table_order
from inspections.words.errors import InspectionsError

# Told the share of the rows done, in [0, 1], and the table in hand.
Progress = Callable[[float, str], None]
# What the upgrade itself writes, or empties: there the new file may hold other rows than the source.
WRITTEN_ANEW = frozenset({"setting", "change_log", "import_change", "outcome_meaning"})


@dataclass(frozen=True)
class Source:
    """Rows that lie elsewhere.

    `number`: of the schema they follow. `columns`: table -> column -> type in the words of DuckDB. `rows`: table -> how
    many. `given`: sequence -> the last number it gave. `relation`: table -> the SQL that names its rows.
    """

    number: int
    columns: Mapping[str, Mapping[str, str]]
    rows: Mapping[str, int]
    given: Mapping[str, int]
    relation: Callable[[str], str]


@dataclass(frozen=True)
class Repair:
    """How a column is put right, once its rows are there, that schema `number` added or gave a new meaning."""

    number: int
    table: str
    column: str
    work: Callable[[duckdb.DuckDBPyConnection], None]


# None is needed from the one earlier schema on.
REPAIRS: tuple[Repair, ...] = ()


def refill(connection: duckdb.DuckDBPyConnection, source: Source, progress: Progress | None = None) -> None:
    """Make today's schema in the connection's current database, which is empty, and put the source's rows there.

    Rows of an older schema are upgraded: repairs are made, and the change log says from which number to which; what
    imports did to tables whose columns have changed is forgotten, so that those imports can no longer be undone.
    Raises InspectionsError `refill_failed` where a table does not hold what the source holds, and duckdb.Error where a
    row does not fit.
    """
    tell = progress or (lambda _share, _table: None)
    upgrading = source.number < SCHEMA_NUMBER
    seeds = _make_schema(connection, source)
    done, total = 0, max(1, sum(source.rows.values()))
    for table in table_order():
        if table not in source.columns:
            continue
        tell(done / total, table)
        _fill(connection, source, table)
        done += source.rows[table]
    if upgrading:
        for statement in seeds:
            connection.execute(re.sub("^insert into", "insert or ignore into", statement, flags=re.MULTILINE))
        for repair in _repairs(source):
            repair.work(connection)
        _log_upgrade(connection, source)
    for table in table_order():
        if table in source.columns and not (upgrading and table in WRITTEN_ANEW):
            _compare(connection, source, table)
    tell(1.0, "")


@cache
def counted_by() -> Mapping[str, tuple[str, str]]:
    """Sequence -> the table and the column it numbers, read from the schema."""
    found, table = {}, ""
    for line in (QUERIES / "schema.sql").read_text("utf-8").splitlines():
        heading = re.match(r"create table (\w+)", line)
        table = heading[1] if heading else table
        counted = re.match(r"\s+(\w+) integer primary key default nextval\('(\w+)'\)", line)
        if counted:
            found[counted[2]] = (table, counted[1])
    return found


def _make_schema(connection: duckdb.DuckDBPyConnection, source: Source) -> list[str]:
    """Types, tables and views without rows; sequences go on behind every number given so far. Comes back with rows."""
    seeds = []
    for statement in connection.extract_statements((QUERIES / "schema.sql").read_text("utf-8")):
        if statement.type == duckdb.StatementType.INSERT:
            seeds.append(statement.query)
            continue
        sequence = re.search(r"^create sequence (\w+)", statement.query, re.MULTILINE)
        if sequence:
            connection.execute(f"create sequence {sequence[1]} start {_next_number(connection, source, sequence[1])}")
        else:
            connection.execute(statement)
    return seeds


def _next_number(connection: duckdb.DuckDBPyConnection, source: Source, sequence: str) -> int:
    table, column = counted_by()[sequence]
    largest = 0
    if column in source.columns.get(table, {}):
        largest = first_value(connection, f"select max({column}) from {source.relation(table)}") or 0  # noqa: S608
    return max(int(largest), source.given.get(sequence, 0), 0) + 1


def _fill(connection: duckdb.DuckDBPyConnection, source: Source, table: str) -> None:
    columns = [column for column in shapes()[table].columns if column in source.columns[table]]
    listed = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(f'{_worded(source, table, column)} as "{column}"' for column in columns)
    rows = f"select {values} from {source.relation(table)} as source"  # noqa: S608 - names of the schema
    # A row that refers to another row of its own table goes in after it, level by level: DuckDB looks at the rows that
    # were there before the statement.
    own = [pairs for parent, pairs in shapes()[table].references if parent == table]
    if not own:
        connection.execute(f'insert into "{table}" ({listed}) {rows}')
        return
    key = shapes()[table].key
    waiting = " and ".join(f'here."{column}" = source."{column}"' for column in key)
    while True:
        ready = " and ".join(
            f'(source."{column}" is null or exists (select 1 from "{table}" as here'  # noqa: S608
            f' where here."{parent}" = source."{column}"))'
            for pairs in own
            for column, parent in pairs
        )
        added = connection.execute(
            f'insert into "{table}" ({listed}) {rows} where {ready}'  # noqa: S608
            f' and not exists (select 1 from "{table}" as here where {waiting})'
        ).fetchone()
        if not added or not added[0]:
            return


def _worded(source: Source, table: str, column: str) -> str:
    # The codes of a type are known again by their words.
    coded = source.columns[table][column].startswith("ENUM")
    return f'cast("{column}" as varchar)' if coded else f'"{column}"'


def _compare(connection: duckdb.DuckDBPyConnection, source: Source, table: str) -> None:
    """Raise InspectionsError `refill_failed` where the two tables differ in number or content of their rows."""
    repaired = {repair.column for repair in _repairs(source) if repair.table == table}
    columns = [c for c in shapes()[table].columns if c in source.columns[table] and c not in repaired]
    packed = ", ".join(_worded(source, table, column) for column in columns)
    sums = [
        connection.execute(f"select count(*), sum(hash({packed})) from {relation}").fetchone()  # noqa: S608
        for relation in (source.relation(table), f'"{table}"')
    ]
    if sums[0] != sums[1] or not sums[0] or sums[0][0] != source.rows[table]:
        raise InspectionsError("refill_failed", table=table)


def _log_upgrade(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    now = {
        table: dict(
            connection.execute(
                "select column_name, data_type from duckdb_columns()"
                " where database_name = current_database() and schema_name = 'main' and table_name = ?",
                [table],
            ).fetchall()
        )
        for table in table_order()
    }
    changed = [table for table in table_order() if now[table] != source.columns.get(table)]
    listed = ", ".join(f"'{table}'" for table in changed)
    if listed:
        affected = f"select import_id from import_change where table_name in ({listed})"  # noqa: S608
        connection.execute(f"delete from import_change where import_id in ({affected})")  # noqa: S608
    connection.execute("update setting set value = ? where key = 'schema'", [schema_print()])
    connection.execute("delete from setting where key = 'schema_number'")
    number_schema(connection)
    log_change(
        connection,
        actor="upgrade",
        action="upgrade",
        subject="schema",
        before={"schema": source.number},
        after={
            "schema": SCHEMA_NUMBER,
            "changed": changed,
            "repaired": [f"{repair.table}.{repair.column}" for repair in _repairs(source)],
        },
    )


def _repairs(source: Source) -> list[Repair]:
    return [repair for repair in REPAIRS if source.number < repair.number]
