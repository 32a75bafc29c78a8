"""Taking an import back, as long as nothing was built on it."""

from __future__ import annotations

import datetime

import duckdb

from inspections.store.database import first_value, log_change, transaction
from inspections.store.rows import (
    made_anew,
    make_empty,
    modestly,
    put_rows,
    referring,
    row_json,
    same_key,
    shapes,
    table_order,
    with_descendants,
)
from inspections.words.errors import InspectionsError, Term


def undo(connection: duckdb.DuckDBPyConnection, import_id: int, actor: str) -> dict[str, int]:
    """Take an import back in one transaction: what it added goes, what it changed or removed is as before.

    Comes back with table -> rows put right. Raises InspectionsError `import_unknown`, `import_undone`, `import_not_kept`
    (it changed nothing, or its rows were not kept over an upgrade), and what stands in the way: `undo_later_import`
    (another file changed the same rows), `undo_changed` (people did) or `undo_referenced` (other rows refer to them).
    """
    with connection.cursor() as cursor, modestly(cursor, _touched(cursor, import_id)), transaction(cursor):
        file, kind = _standing(cursor, import_id)
        tables = _load(cursor, import_id)
        if not tables:
            raise InspectionsError("import_not_kept", file=file)
        for table in tables:
            _check_untouched(cursor, import_id, table, file)
        for table in tables:
            _check_unreferenced(cursor, table, tables, file)
        rows = {table: first_value(cursor, f'select count(*) from "back_{table}"') for table in tables}
        _take_back(cursor, tables)
        now = datetime.datetime.now().replace(microsecond=0)
        cursor.execute("update import set undone_at = ?, undone_by = ? where import_id = ?", [now, actor, import_id])
        cursor.execute(
            """update import_file set status = 'undone' where file_sha256 = (
                select file_sha256 from import where import_id = $one
            ) and not exists (
                select 1 from import where import.file_sha256 = import_file.file_sha256 and import.undone_at is null
                    and import.import_id <> $one
            )""",
            {"one": import_id},
        )
        log_change(
            cursor, actor=actor, action="undo", subject=f"import {import_id} {kind}", before=rows, source_file=file
        )
        for table in tables:
            cursor.execute(f'drop table "back_{table}"')
    return rows


def _touched(cursor: duckdb.DuckDBPyConnection, import_id: int) -> int:
    return int(first_value(cursor, f"select count(*) from import_change where import_id = {int(import_id)}"))


def _standing(cursor: duckdb.DuckDBPyConnection, import_id: int) -> tuple[str, str]:
    found = cursor.execute(
        "select import_file.name, import.kind, import.undone_at from import"
        " inner join import_file on import.file_sha256 = import_file.file_sha256 where import.import_id = ?",
        [import_id],
    ).fetchone()
    if found is None:
        raise InspectionsError("import_unknown", import_id=import_id)
    file, kind, undone_at = found
    if undone_at is not None:
        raise InspectionsError("import_undone", file=file, day=undone_at)
    return str(file), str(kind)


def _load(cursor: duckdb.DuckDBPyConnection, import_id: int) -> list[str]:
    """A temporary table `back_<table>` for every table the import touched: its key, `before` and `after`."""
    touched = {
        name
        for (name,) in cursor.execute(
            "select distinct table_name from import_change where import_id = ?", [import_id]
        ).fetchall()
    }
    ordered = [table for table in table_order() if table in touched]
    for table in ordered:
        key = shapes()[table].key
        structure = "{" + ", ".join(f'"{column}": "VARCHAR"' for column in key) + "}"
        make_empty(cursor, f"back_{table}", table, key, ("row_key", "before", "after"))
        fields = ", ".join(f'unpacked."{column}"' for column in key)
        cursor.execute(
            f"""insert into "back_{table}"
            select {fields}, row_key, before, after from (
                select from_json(row_key, '{structure}') as unpacked, row_key, before, after
                from import_change where import_id = ? and table_name = ?
            )""",
            [import_id, table],
        )
    return ordered


def _check_untouched(cursor: duckdb.DuckDBPyConnection, import_id: int, table: str, file: str) -> None:
    first = shapes()[table].key[0]
    cursor.execute(
        f"""create or replace temp table in_the_way as
        select back.row_key from "back_{table}" as back
        left join "{table}" as now on {same_key(table, "now", "back")}
        where case
            when back.after is null then now."{first}" is not null
            when back.before is null then now."{first}" is not null and {row_json(table, "now")} <> back.after
            else now."{first}" is null or {row_json(table, "now")} <> back.after
        end"""
    )
    if table == "import_decision":
        # What was decided again since, or taken back, stays so; it keeps nobody from undoing an import.
        cursor.execute(f'delete from "back_{table}" where row_key in (select row_key from in_the_way)')
        return
    count = first_value(cursor, "select count(*) from in_the_way")
    if not count:
        return
    later = cursor.execute(
        """select distinct import_file.name from import_change
        inner join in_the_way on import_change.row_key = in_the_way.row_key
        inner join import on import_change.import_id = import.import_id
        inner join import_file on import.file_sha256 = import_file.file_sha256
        where import_change.table_name = ? and import_change.import_id > ? and import.undone_at is null
        order by import_file.name""",
        [table, import_id],
    ).fetchall()
    if later:
        names = "、".join(str(name) for (name,) in later[:3])
        raise InspectionsError("undo_later_import", file=file, later=names, count=count)
    raise InspectionsError("undo_changed", file=file, count=count, table=Term(f"codes.table.{table}"))


def _check_unreferenced(cursor: duckdb.DuckDBPyConnection, table: str, tables: list[str], file: str) -> None:
    """What the import added must not be referred to, but by what it added itself."""
    for child, pairs in referring(table):
        own = (
            f'and not exists (select 1 from "back_{child}" as own where {same_key(child, "own", "child")})'
            if child in tables and shapes()[child].key
            else ""
        )
        refers = " and ".join(f'child."{column}" = back."{theirs}"' for column, theirs in pairs)
        if any(theirs not in shapes()[table].key for _, theirs in pairs):
            continue
        count = first_value(
            cursor,
            f"""select count(*) from "{child}" as child inner join "back_{table}" as back on {refers}
            where back.before is null {own}""",
        )
        if count:
            raise InspectionsError(
                "undo_referenced",
                file=file,
                count=count,
                table=Term(f"codes.table.{table}"),
                by=Term(f"codes.table.{child}"),
            )


def _take_back(cursor: duckdb.DuckDBPyConnection, tables: list[str]) -> None:
    added = [
        table for table in tables if first_value(cursor, f'select count(*) from "back_{table}" where before is null')
    ]
    for table in tables:
        _unpack(cursor, table)
    # Where a row goes and one that refers to it goes or changes too, the one that refers has to be out of the way.
    anew = [
        table
        for table in tables
        if any(parent in added and parent != table for parent, _ in shapes()[table].references)
    ]
    for table in tables:
        only = "" if table in anew else " where before is null"
        cursor.execute(f'create temp table "doomed_{table}" as select * from "back_{table}"{only}')
    doomed = {table: f'"doomed_{table}"' for table in tables}
    out = with_descendants(anew)
    with made_anew(cursor, anew, doomed, {table: f'"restored_{table}"' for table in anew}):
        for table in reversed([name for name in added if name not in out]):
            whole = f'"{table}"'
            cursor.execute(
                f"delete from {whole} where exists (select 1 from {doomed[table]} as gone"
                f" where {same_key(table, whole, 'gone')})"
            )
        # Parents first: what comes back may refer to what comes back.
        for table in [name for name in tables if name not in out]:
            put_rows(cursor, table, f'"restored_{table}"')
    for table in [name for name in tables if name in out]:
        put_rows(cursor, table, f'"restored_{table}"')
    for table in tables:
        cursor.execute(f'drop table "doomed_{table}"')
        cursor.execute(f'drop table "restored_{table}"')
    cursor.execute("drop table if exists touched")


def _unpack(cursor: duckdb.DuckDBPyConnection, table: str) -> None:
    """`restored_<table>`: the rows as they were before the import."""
    columns = shapes()[table].columns
    structure = "{" + ", ".join(f'"{column}": "VARCHAR"' for column in columns) + "}"
    fields = ", ".join(f'unpacked."{column}"' for column in columns)
    listed = ", ".join(f'"{column}"' for column in columns)
    make_empty(cursor, f"restored_{table}", table, columns)
    cursor.execute(
        f"""insert into "restored_{table}" ({listed}) select {fields} from (
            select from_json(before, '{structure}') as unpacked from "back_{table}" where before is not null
        )"""
    )
