"""Edits of the directories (一单两库): objects, their pools and classes, inspectors, recusals, items.

One transaction each, with what was there before, what is there now and who did it in the change log. Nothing is
removed that a draw refers to, and a class that held is never overwritten: frozen frames keep the class as of the draw.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from functools import cache

import duckdb

from inspections.intake.kinds import columns_filled
from inspections.store.database import first_value, log_change, transaction
from inspections.store.rows import put_rows
from inspections.words.errors import InspectionsError
from inspections.words.pinyin import initials

LONGEST_NAME = 200
INSPECTOR_FIELDS = ("name", "unit_id", "is_certified", "is_civil_servant", "active")
ITEM_FIELDS = ("item_class", "legal_basis")


@cache
def object_fields() -> dict[str, str]:
    """What people can edit of an object, as a file of its directory fills it: column -> how its cells are read."""
    return {column: field.type for column, field in columns_filled("object").items()}


def edit_object(
    connection: duckdb.DuckDBPyConnection, object_id: str, fields: Mapping[str, object], actor: str
) -> None:
    """Change fields of an object (of `object_fields`); its initials follow its name. No change, no entry in the log.

    Raises InspectionsError `object_unknown`, `name_empty` and `name_long`.
    """
    _edit(connection, "object", object_id, fields, object_fields(), actor)


def edit_pools(
    connection: duckdb.DuckDBPyConnection, object_id: str, bureau_id: int, scope_ids: Collection[int], actor: str
) -> None:
    """Put an object into these pools of a bureau and take it out of the bureau's others; other bureaus' stay.

    Raises InspectionsError `object_unknown`, and `pool_unknown` for a pool that is not the bureau's.
    """
    with connection.cursor() as cursor, transaction(cursor):
        _row(cursor, "object", ("name",), object_id)
        names = dict(cursor.execute("select scope_id, name from scope where bureau_id = ?", [bureau_id]).fetchall())
        for scope_id in scope_ids:
            if scope_id not in names:
                raise InspectionsError("pool_unknown", scope_id=scope_id)
        before = {
            scope_id
            for (scope_id,) in cursor.execute(
                "select scope_id from object_scope where object_id = ?", [object_id]
            ).fetchall()
        } & set(names)
        after = set(scope_ids)
        if after == before:
            return
        for scope_id in sorted(before - after):
            cursor.execute("delete from object_scope where object_id = ? and scope_id = ?", [object_id, scope_id])
        for scope_id in sorted(after - before):
            cursor.execute("insert into object_scope (object_id, scope_id) values (?, ?)", [object_id, scope_id])
        log_change(
            cursor,
            actor=actor,
            action="edit",
            subject=f"object {object_id} pools",
            before={"pools": sorted(names[scope_id] for scope_id in before)},
            after={"pools": sorted(names[scope_id] for scope_id in after)},
        )


def add_class(
    connection: duckdb.DuckDBPyConnection,
    object_id: str,
    class_code: str,
    valid_from: datetime.date,
    source: str,
    classes: Collection[str],
    actor: str,
) -> None:
    """Give an object another class from a day on; the one before ends there and stays in the history.

    `classes`: the scheme in force. Raises InspectionsError `object_unknown`, `class_outside_scheme`, `class_unchanged`,
    and `class_day_past` where the day is not after the first day of the newest class: history is not rewritten.
    """
    if class_code not in classes:
        raise InspectionsError("class_outside_scheme", risk_class=class_code, known=", ".join(classes))
    with connection.cursor() as cursor, transaction(cursor):
        _row(cursor, "object", ("name",), object_id)
        newest = cursor.execute(
            "select cast(class as varchar), valid_from, valid_to from risk_class where object_id = ?"
            " order by valid_from desc limit 1",
            [object_id],
        ).fetchone()
        if newest:
            known, since, until = newest
            if valid_from <= since or (until is not None and valid_from < until):
                raise InspectionsError("class_day_past", day=valid_from, since=max(since, until or since))
            if until is None and known == class_code:
                raise InspectionsError("class_unchanged", risk_class=class_code, since=since)
            if until is None:
                cursor.execute(
                    "update risk_class set valid_to = ? where object_id = ? and valid_from = ?",
                    [valid_from, object_id, since],
                )
        cursor.execute(
            "insert into risk_class (object_id, class, valid_from, source) values (?, ?, ?, ?)",
            [object_id, class_code, valid_from, source.strip() or None],
        )
        log_change(
            cursor,
            actor=actor,
            action="edit",
            subject=f"object {object_id} class",
            before={"class": newest[0], "valid_from": newest[1]} if newest else None,
            after={"class": class_code, "valid_from": valid_from, "source": source.strip() or None},
        )


def edit_inspector(
    connection: duckdb.DuckDBPyConnection, inspector_id: int, fields: Mapping[str, object], actor: str
) -> None:
    """Change fields of an inspector (any of INSPECTOR_FIELDS). No change, no entry in the log.

    Raises InspectionsError `inspector_unknown`, `unit_unknown`, `name_empty`, `name_long`.
    """
    _edit(connection, "inspector", inspector_id, fields, INSPECTOR_FIELDS, actor)


def add_recusal(
    connection: duckdb.DuckDBPyConnection, inspector_id: int, object_id: str, reason: str, actor: str
) -> None:
    """Keep an inspector away from an object (回避), with the reason; a new reason replaces the one there.

    Raises InspectionsError `inspector_unknown`, `object_unknown` and `recusal_reason_missing`.
    """
    reason = reason.strip()
    if not reason:
        raise InspectionsError("recusal_reason_missing")
    with connection.cursor() as cursor, transaction(cursor):
        _row(cursor, "inspector", ("name",), inspector_id)
        _row(cursor, "object", ("name",), object_id)
        before = _reason(cursor, inspector_id, object_id)
        if before == reason:
            return
        if before is None:
            cursor.execute("insert into recusal values (?, ?, ?)", [inspector_id, object_id, reason])
        else:
            cursor.execute(
                "update recusal set reason = ? where inspector_id = ? and object_id = ?",
                [reason, inspector_id, object_id],
            )
        _log_recusal(cursor, actor, inspector_id, object_id, before, reason)


def drop_recusal(connection: duckdb.DuckDBPyConnection, inspector_id: int, object_id: str, actor: str) -> None:
    """Take a recusal back; where there is none, nothing happens: somebody was faster."""
    with connection.cursor() as cursor, transaction(cursor):
        before = _reason(cursor, inspector_id, object_id)
        if before is None:
            return
        cursor.execute("delete from recusal where inspector_id = ? and object_id = ?", [inspector_id, object_id])
        _log_recusal(cursor, actor, inspector_id, object_id, before, None)


def edit_item(connection: duckdb.DuckDBPyConnection, item_id: int, fields: Mapping[str, object], actor: str) -> None:
    """Change an item's class or legal basis (ITEM_FIELDS); its name is what plans know it by. Raises `item_unknown`."""
    _edit(connection, "item", item_id, fields, ITEM_FIELDS, actor)


def _edit(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    key: object,
    fields: Mapping[str, object],
    known: Collection[str],
    actor: str,
) -> None:
    """Change the fields of one row that are not so already, and note in the log what they were."""
    changes = _tidy(fields, known)
    with connection.cursor() as cursor, transaction(cursor):
        before = _row(cursor, table, known, key)
        changed = {field: value for field, value in changes.items() if value != before[field]}
        if not changed:
            return
        if "unit_id" in changed:
            _row(cursor, "unit", ("name",), changed["unit_id"])
        spelt = {"initials": initials(str(changed["name"]))} if table == "object" and "name" in changed else {}
        _update(cursor, table, changed | spelt, key)
        log_change(
            cursor,
            actor=actor,
            action="edit",
            subject=f"{table} {key}",
            before={field: before[field] for field in changed},
            after=changed,
        )


def _tidy(fields: Mapping[str, object], known: Collection[str]) -> dict[str, object]:
    """Texts without blanks around them, an empty one as None; a name must be there. KeyError for an unknown field."""
    unknown = set(fields) - set(known)
    if unknown:
        raise KeyError(*sorted(unknown))
    tidy = {field: (value.strip() or None) if isinstance(value, str) else value for field, value in fields.items()}
    if "name" in tidy:
        if not tidy["name"]:
            raise InspectionsError("name_empty")
        if len(str(tidy["name"])) > LONGEST_NAME:
            raise InspectionsError("name_long", longest=LONGEST_NAME)
    return tidy


def _row(cursor: duckdb.DuckDBPyConnection, table: str, fields: Collection[str], key: object) -> dict[str, object]:
    """Fields of the row with this id. Raises InspectionsError `<table>_unknown` where there is none."""
    columns = ", ".join(fields)
    found = cursor.execute(f"select {columns} from {table} where {table}_id = ?", [key]).fetchone()  # noqa: S608 - own names
    if found is None:
        raise InspectionsError(f"{table}_unknown", **{f"{table}_id": key})
    return dict(zip(fields, found, strict=True))


def _update(cursor: duckdb.DuckDBPyConnection, table: str, changed: Mapping[str, object], key: object) -> None:
    """Change one row; `put_rows` knows how, where the column is a reference and other rows refer to this one."""
    columns = ", ".join([f"{table}_id", *changed])
    assignments = ", ".join(f"{field} = ?" for field in changed)
    cursor.execute(f"create or replace temp table edited as select {columns} from {table} where {table}_id = ?", [key])  # noqa: S608 - own names
    cursor.execute(f"update edited set {assignments}", list(changed.values()))  # noqa: S608 - own names
    put_rows(cursor, table, "edited")
    cursor.execute("drop table edited")


def _reason(cursor: duckdb.DuckDBPyConnection, inspector_id: int, object_id: str) -> str | None:
    asked = "select reason from recusal where inspector_id = ? and object_id = ?"
    found: str | None = first_value(cursor, asked, [inspector_id, object_id])
    return found


def _log_recusal(
    cursor: duckdb.DuckDBPyConnection,
    actor: str,
    inspector_id: int,
    object_id: str,
    before: str | None,
    after: str | None,
) -> None:
    log_change(
        cursor,
        actor=actor,
        action="edit",
        subject=f"inspector {inspector_id} recusal",
        before=None if before is None else {"object_id": object_id, "reason": before},
        after=None if after is None else {"object_id": object_id, "reason": after},
    )
