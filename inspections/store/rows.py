"""Rows changed in bulk inside a transaction, every change written down in `import_change`, so that it can be taken back.

DuckDB counts rows deleted in a transaction as references until it ends, and it rewrites a row whose key columns change.
Where that stands in the way, the tables that refer to a row are made anew around the change: definition, comments and
rows come back, or the transaction as a whole does not happen.
"""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import duckdb

from inspections.store.database import QUERIES

# References that no foreign key keeps, as the columns change while other rows refer to the task: (own column, parent,
# the parent's column). Whoever takes rows back or examines a database looks at them as at the others.
_A_TASK_SAYS = (
    ("scope_id", "scope", "scope_id"),
    ("draw_scope_id", "scope", "scope_id"),
    ("initiating_unit_id", "unit", "unit_id"),
    ("lead_unit_id", "unit", "unit_id"),
    ("changed_revision_id", "plan_revision", "revision_id"),
    ("withdrawn_revision_id", "plan_revision", "revision_id"),
)
UNENFORCED: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "task": (*_A_TASK_SAYS, ("added_revision_id", "plan_revision", "revision_id")),
    "past_task": _A_TASK_SAYS,
}
# More rows than these are worked on within this much memory.
MANY_ROWS, MODEST_MEMORY = 200_000, "500MB"


@dataclass(frozen=True)
class TableShape:
    """A table of the data contract: columns with their SQL types, key, and the columns by which it refers to others.

    `references`: parent table -> pairs (own column, the parent's column); a table that refers twice to one parent, as a
    task does to its units, has two entries of the same name in order.
    """

    types: Mapping[str, str]
    key: tuple[str, ...]
    references: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    unique: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, in the order of the schema."""
        return tuple(self.types)

    @property
    def indexed(self) -> frozenset[str]:
        """Columns that DuckDB rewrites a row for."""
        own = {column for _, pairs in self.references for column, _ in pairs}
        return frozenset(own | set(self.key) | self.unique)


@cache
def table_order() -> tuple[str, ...]:
    """The tables of the data contract, parents before the tables that refer to them."""
    schema = (QUERIES / "schema.sql").read_text("utf-8")
    return tuple(re.findall(r"^create table (\w+)", schema, re.MULTILINE))


@cache
def shapes() -> dict[str, TableShape]:
    """The shape of every table, read from the schema itself."""
    with duckdb.connect() as connection:
        connection.execute((QUERIES / "schema.sql").read_text("utf-8"))
        columns = connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal order by column_index"
        ).fetchall()
        constraints = connection.execute(
            "select table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names"
            " from duckdb_constraints() order by constraint_index"
        ).fetchall()
    types: dict[str, dict[str, str]] = defaultdict(dict)
    for table, name, data_type in columns:
        types[table][str(name)] = str(data_type)
    keys: dict[str, tuple[str, ...]] = {}
    references: dict[str, list[tuple[str, tuple[tuple[str, str], ...]]]] = defaultdict(list)
    unique: dict[str, set[str]] = defaultdict(set)
    for table, kind, own, parent, theirs in constraints:
        match kind:
            case "PRIMARY KEY":
                keys[table] = tuple(own)
            case "FOREIGN KEY":
                references[table].append((parent, tuple(zip(own, theirs, strict=True))))
            case "UNIQUE":
                unique[table].update(own)
    return {
        table: TableShape(types[table], keys.get(table, ()), tuple(references[table]), frozenset(unique[table]))
        for table in table_order()
    }


def children(table: str) -> tuple[str, ...]:
    """The tables that refer to `table`, itself left out."""
    return tuple(
        name
        for name, shape in shapes().items()
        if name != table and any(table == parent for parent, _ in shape.references)
    )


def referring(table: str) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Who refers to `table`, itself included: a table and its pairs (own column, this table's), kept by a key or not."""
    for child, shape in shapes().items():
        for parent, pairs in shape.references:
            if parent == table:
                yield child, pairs
        for own, parent, theirs in UNENFORCED.get(child, ()):
            if parent == table:
                yield child, ((own, theirs),)


def with_descendants(tables: Iterable[str]) -> set[str]:
    """The tables, those that refer to them, and so on."""
    found: set[str] = set()
    pending = list(tables)
    while pending:
        table = pending.pop()
        if table not in found:
            found.add(table)
            pending += children(table)
    return found


@contextlib.contextmanager
def modestly(cursor: duckdb.DuckDBPyConnection, rows: int) -> Iterator[None]:
    """Keep DuckDB from holding all intermediate steps of many rows in memory: what does not fit goes to the disk."""
    if rows <= MANY_ROWS:
        yield
        return
    (before,) = cursor.execute("select current_setting('memory_limit')").fetchone() or ("80%",)
    # Others may be using more at this moment: then it stays as it is.
    with contextlib.suppress(duckdb.Error):
        cursor.execute(f"set memory_limit = '{MODEST_MEMORY}'")
    try:
        yield
    finally:
        cursor.execute(f"set memory_limit = '{before}'")


def key_json(table: str, alias: str) -> str:
    """SQL for the primary key of a row as JSON text."""
    packed = ", ".join(f'"{column}" := {alias}."{column}"' for column in shapes()[table].key)
    return f"cast(to_json(struct_pack({packed})) as varchar)"


def row_json(table: str, alias: str) -> str:
    """SQL for a whole row as JSON text, columns in the order of the schema."""
    packed = ", ".join(f'"{column}" := {alias}."{column}"' for column in shapes()[table].columns)
    return f"cast(to_json(struct_pack({packed})) as varchar)"


def same_key(table: str, left: str, right: str) -> str:
    """SQL that two rows have the same key."""
    return " and ".join(f'{left}."{column}" = {right}."{column}"' for column in shapes()[table].key)


@contextlib.contextmanager
def made_anew(
    cursor: duckdb.DuckDBPyConnection,
    tables: Iterable[str],
    doomed: Mapping[str, str],
    instead: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Take `tables` and whatever refers to them out of the way; afterwards they are back without their doomed rows.

    `doomed`: table -> a relation with the keys of the rows that do not come back; `instead`: table -> a relation of
    whole rows that come in their place. Inside the caller's transaction.
    """
    wanted = with_descendants(tables)
    ordered = [table for table in table_order() if table in wanted]
    definitions: dict[str, list[str]] = {}
    for table in reversed(ordered):
        definitions[table] = _definition(cursor, table)
        gone = (
            f" where not exists (select 1 from {doomed[table]} as gone where {same_key(table, 'gone', 'kept')})"
            if table in doomed
            else ""
        )
        cursor.execute(f'create temp table "kept_{table}" as select * from "{table}" as kept{gone}')
        cursor.execute(f'drop table "{table}"')
    yield
    for table in ordered:
        for statement in definitions[table]:
            cursor.execute(statement)
        columns = ", ".join(f'"{column}"' for column in shapes()[table].columns)
        cursor.execute(f'insert into "{table}" ({columns}) select {columns} from "kept_{table}"')
        if instead and table in instead:
            cursor.execute(f'insert into "{table}" ({columns}) select {columns} from {instead[table]}')
        cursor.execute(f'drop table "kept_{table}"')


def _definition(cursor: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The statements that make an empty table again, comments included."""
    found = cursor.execute(
        "select sql, comment from duckdb_tables() where table_name = ? and schema_name = 'main' and not temporary",
        [table],
    ).fetchone()
    assert found, table  # noqa: S101 - a name of the data contract
    definition, comment = found
    statements = [str(definition)]
    if comment:
        statements.append(f'comment on table "{table}" is {quoted(comment)}')
    for column, about in cursor.execute(
        "select column_name, comment from duckdb_columns() where table_name = ? and schema_name = 'main'"
        " and comment is not null",
        [table],
    ).fetchall():
        statements.append(f'comment on column "{table}"."{column}" is {quoted(about)}')
    return statements


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


# ---------------------------------------------------------------------------------------------------- writing


def make_empty(
    cursor: duckdb.DuckDBPyConnection,
    name: str,
    table: str,
    columns: Iterable[str],
    more: Iterable[str] = (),
) -> None:
    """An empty temporary table with columns typed as those of `table`, and `more` columns of text.

    Written out: of a table made empty by a query and filled in the same transaction with more than 122,880 rows,
    DuckDB 2.0 believes that it is empty still, and joins find nothing.
    """
    typed = [f'"{column}" {shapes()[table].types[column]}' for column in columns] + [
        f'"{text}" varchar' for text in more
    ]
    cursor.execute(f'create or replace temp table "{name}" ({", ".join(typed)})')


def put_rows(cursor: duckdb.DuckDBPyConnection, table: str, source: str) -> None:
    """Add the rows of `source` to `table`, or change those whose key is there; equal ones stay untouched.

    `source` is a relation whose columns bear the table's names; the key is among them; columns it lacks keep what they
    hold, or take their default. The temporary table `touched` then holds the rows added and changed, with `is_new` and
    `before_json`.
    """
    shape = shapes()[table]
    given = [str(column[0]) for column in cursor.execute(f"select * from {source} limit 0").description or ()]
    columns = [column for column in shape.columns if column in given]
    rest = [column for column in columns if column not in shape.key]
    differs = " or ".join(f'now."{c}" is distinct from new."{c}"' for c in rest) or "false"
    listed = ", ".join(f'"{column}"' for column in columns)
    # Typed as the table is, so that what is compared is what would be stored.
    make_empty(cursor, "incoming_rows", table, columns)
    cursor.execute(f"insert into incoming_rows ({listed}) select {listed} from {source}")
    first = shape.key[0]
    cursor.execute(
        f"""create or replace temp table touched as
        select new.*, now."{first}" is null as is_new,
            case when now."{first}" is not null then {row_json(table, "now")} end as before_json
        from incoming_rows as new left join "{table}" as now on {same_key(table, "now", "new")}
        where now."{first}" is null or {differs}"""
    )
    cursor.execute("drop table incoming_rows")
    _change(cursor, table, rest)
    cursor.execute(f'insert into "{table}" ({listed}) select {listed} from touched where is_new')


def _present(cursor: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> list[str]:
    """Those of the tables that are not out of the way at the moment."""
    there = {
        name
        for (name,) in cursor.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' and not temporary"
        ).fetchall()
    }
    return [table for table in tables if table in there]


def _change(cursor: duckdb.DuckDBPyConnection, table: str, rest: list[str]) -> None:
    """Change the rows of `touched` that are there already."""
    if not rest or not cursor.execute("select 1 from touched where not is_new limit 1").fetchone():
        return
    moved = [column for column in rest if column in shapes()[table].indexed]
    rewritten = " or ".join(f'now."{c}" is distinct from new."{c}"' for c in moved)
    # Of a table that refers to itself, as draws do, DuckDB rewrites a row whatever changes.
    own = any(parent == table for parent, _ in shapes()[table].references)
    around = _present(cursor, children(table))
    referred = bool(own and around) or (
        bool(moved and around)
        and cursor.execute(
            f"""select 1 from touched as new inner join "{table}" as now on {same_key(table, "now", "new")}
            where {rewritten} limit 1"""
        ).fetchone()
    )
    # A key column that is set again, even to what it was, rewrites the row all the same.
    columns = rest if referred or not children(table) else [column for column in rest if column not in moved]
    if not columns:
        return
    assignments = ", ".join(f'"{column}" = touched."{column}"' for column in columns)
    whole = f'"{table}"'
    update = f"update {whole} set {assignments} from touched where not touched.is_new and {same_key(table, whole, 'touched')}"
    if referred:
        with made_anew(cursor, around, {}):
            cursor.execute(update)
    else:
        cursor.execute(update)


@dataclass(frozen=True)
class Writing:
    """Writes on behalf of one import: what it adds, changes and removes is written down row by row."""

    cursor: duckdb.DuckDBPyConnection
    import_id: int

    def put(self, table: str, source: str) -> None:
        """Add or change rows as `put_rows` does. One call may touch a row once."""
        put_rows(self.cursor, table, source)
        self.cursor.execute(
            f"""insert into import_change
            select {self.import_id}, '{table}', {key_json(table, "now")}, touched.before_json, {row_json(table, "now")}
            from touched inner join "{table}" as now on {same_key(table, "now", "touched")}"""
        )

    def remove(self, table: str, source: str) -> None:
        """Take the rows out whose keys `source` holds; nothing may refer to them."""
        self.cursor.execute(
            f"""insert into import_change
            select {self.import_id}, '{table}', {key_json(table, "now")}, {row_json(table, "now")}, null
            from "{table}" as now
            where exists (select 1 from {source} as gone where {same_key(table, "now", "gone")})"""
        )
        self.cursor.execute(
            f"""delete from "{table}" as now
            where exists (select 1 from {source} as gone where {same_key(table, "now", "gone")})"""
        )

    @contextlib.contextmanager
    def watching(self, tables: Iterable[str]) -> Iterator[None]:
        """Write down what happens inside to `tables` (small ones: they are copied and compared)."""
        watched = tuple(tables)
        for table in watched:
            self.cursor.execute(f'create temp table "was_{table}" as select * from "{table}"')
        yield
        for table in watched:
            key = shapes()[table].key[0]
            self.cursor.execute(
                f"""insert into import_change
                select {self.import_id}, '{table}', case when now."{key}" is not null then {key_json(table, "now")} else {key_json(table, "was")} end,
                    case when was."{key}" is not null then {row_json(table, "was")} end,
                    case when now."{key}" is not null then {row_json(table, "now")} end
                from "{table}" as now full join "was_{table}" as was on {same_key(table, "now", "was")}
                where was."{key}" is null or now."{key}" is null
                    or {row_json(table, "was")} is distinct from {row_json(table, "now")}"""
            )
            self.cursor.execute(f'drop table "was_{table}"')
