"""A plan as the database holds it: found, made, replaced, and what only a replaced one had named taken out."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from inspections.notice.numbers import Numbers
from inspections.notice.plan import Notice, Plan, Task
from inspections.store.database import first_value, log_change
from inspections.store.rows import made_anew, shapes
from inspections.words.errors import InspectionsError

# Tables whose rows belong to a task; nothing else may refer to it when its plan is replaced.
_OF_A_TASK = ("task_item", "task_partner", "task_class_rate")


def plan_in(connection: duckdb.DuckDBPyConnection, bureau_id: int, notice: Notice, plan: Plan) -> int | None:
    """The stored plan that `plan` is: the same document number; without one, the only plan of that year and kind."""
    rows = connection.execute(
        "select plan_id, doc_no from plan where bureau_id = ? and year = ? and kind = ? order by plan_id",
        [bureau_id, plan.year, plan.kind],
    ).fetchall()
    for plan_id, doc_no in rows:
        if doc_no == notice.doc_no:
            return int(plan_id)
    if len(rows) == 1 and (notice.doc_no is None or rows[0][1] is None):
        return int(rows[0][0])
    return None


def new_plan(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, notice: Notice, plan: Plan, file: str, sha256: str
) -> int:
    """A row for a plan that is new; comes back with its number."""
    return int(
        first_value(
            connection,
            "insert into plan (bureau_id, year, kind, title, doc_no, issued_on, source_file, source_sha256)"
            " values (?, ?, ?, ?, ?, ?, ?, ?) returning plan_id",
            [bureau_id, plan.year, plan.kind, plan.title, notice.doc_no, notice.issued_on, file, sha256],
        )
    )


def clear_plan(connection: duckdb.DuckDBPyConnection, plan_id: int, plan: Plan, file: str) -> None:
    """Take the tasks of a plan out. Raises InspectionsError `plan_in_use` and `plan_revised`."""
    drawn = first_value(
        connection, "select count(*) from draw inner join task using (task_id) where task.plan_id = ?", [plan_id]
    )
    if drawn:
        raise InspectionsError("plan_in_use", file=file, title=plan.title, draws=drawn)
    revisions = first_value(connection, "select count(*) from plan_revision where plan_id = ?", [plan_id])
    if revisions:
        raise InspectionsError("plan_revised", file=file, title=plan.title, revisions=revisions)
    connection.execute("create temp table old_task as select task_id from task where plan_id = ?", [plan_id])
    for table in _OF_A_TASK:
        keys = ", ".join(f'"{column}"' for column in shapes()[table].key)
        connection.execute(
            f"create temp table old_{table} as select {keys} from {table}"  # noqa: S608 - fixed names
            " where task_id in (select task_id from old_task)"
        )
    with made_anew(connection, _OF_A_TASK, {table: f"old_{table}" for table in _OF_A_TASK}):
        connection.execute("delete from task where plan_id = ?", [plan_id])
    for table in ("task", *_OF_A_TASK):
        connection.execute(f"drop table old_{table}")


@dataclass(frozen=True)
class Left:
    """The items and scopes that replaced plans named."""

    items: tuple[int, ...] = ()
    scopes: tuple[int, ...] = ()


_UNUSED = {
    "item": "select item_id, name from item where bureau_id = ? and item_id not in (select item_id from task_item)"
    " and item_id not in (select item_id from result_outcome) order by name",
    "scope": "select scope_id, name from scope where bureau_id = ? and scope_id not in"
    " (select scope_id from task where scope_id is not null union all"
    " select draw_scope_id from task where draw_scope_id is not null union all"
    " select scope_id from object_scope) order by name",
}


def named_by(connection: duckdb.DuckDBPyConnection, plan_id: int, before: Left | None) -> Left:
    """The items and scopes that a stored plan names, together with those of plans `before`."""
    before = before or Left()
    items = connection.execute(
        "select distinct item_id from task_item inner join task using (task_id) where plan_id = ?", [plan_id]
    ).fetchall()
    scopes = connection.execute(
        "select distinct scope_id from task where plan_id = ? and scope_id is not null", [plan_id]
    ).fetchall()
    return Left(before.items + tuple(i for (i,) in items), before.scopes + tuple(s for (s,) in scopes))


def tidy(connection: duckdb.DuckDBPyConnection, bureau_id: int, notice: Notice, left: Left, actor: str) -> None:
    """Take out the items and scopes that only a replaced plan had named.

    Only what the log says a notice of this bureau made, what nothing refers to any more, and, for items, only where
    no item list has been imported: what a list may have confirmed stays.
    """
    made: dict[str, set[str]] = {"item": set(), "scope": set()}
    for (after,) in connection.execute(
        "select after from change_log where action = 'import' and subject = ? and after is not null",
        [f"notice {notice.bureau.name}"],
    ).fetchall():
        for table, names in json.loads(after).get("made", {}).items():
            made[table] |= set(names)
    listed = first_value(connection, "select 1 from import_file where kind in ('item_list', 'synthetic')", [])
    gone: dict[str, list[str]] = {}
    for table, ids in (("item", () if listed else left.items), ("scope", left.scopes)):
        for identity, name in connection.execute(_UNUSED[table], [bureau_id]).fetchall():
            if identity in ids and name in made[table]:
                connection.execute(f"delete from {table} where {table}_id = ?", [identity])  # noqa: S608
                gone.setdefault(table, []).append(name)
    if gone:
        log_change(
            connection,
            actor=actor,
            action="remove",
            subject=f"named only by a replaced plan of {notice.bureau.name}",
            before=gone,
        )


def store_tasks(
    connection: duckdb.DuckDBPyConnection,
    plan_id: int,
    tasks: Sequence[Task],
    numbers: Numbers,
    added: tuple[int, datetime.date] | None = None,
) -> None:
    """Write tasks of a plan, their partners, items and rates by class; `added`: by which revision, as of which day."""
    for task in tasks:
        task_id = first_value(
            connection,
            "insert into task (plan_id, seq, name, plan_name, field, draw_type, item_class, scope_id, scope_text, rate,"
            " rate_op, rate_max, rate_text, quota, times_per_year, starts_on, ends_on, period_text, pool_stated,"
            " risk_rule, initiating_unit_id, lead_unit_id, checking_body, added_revision_id,"
            " added_on)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning task_id",
            [
                plan_id,
                task.seq,
                task.name,
                task.plan_name,
                task.field,
                task.draw_type,
                task.item_class,
                numbers.scope(task.scope),
                task.scope_text,
                task.rate,
                task.rate_op,
                task.rate_max,
                task.rate_text,
                task.quota,
                task.times_per_year,
                task.starts_on,
                task.ends_on,
                task.period_text,
                task.pool_stated,
                task.risk_rule,
                numbers.unit(task.initiating_unit),
                numbers.unit(task.lead_unit),
                task.checking_body,
                *(added or (None, None)),
            ],
        )
        for partner in dict.fromkeys(numbers.unit(unit) for unit in task.partners):
            connection.execute("insert into task_partner values (?, ?)", [task_id, partner])
        pairs = dict.fromkeys(
            (numbers.item(item.name, item.item_class, item.legal_basis), numbers.unit(item.unit)) for item in task.items
        )
        for item_id, unit_id in pairs:
            connection.execute("insert into task_item values (?, ?, ?)", [task_id, item_id, unit_id])
        for risk_class, planned in task.class_rates.items():
            connection.execute(
                "insert into task_class_rate values (?, ?, ?, ?, ?, ?, 'notice')",
                [task_id, risk_class, planned.rate, planned.rate_op, planned.quota, planned.times_per_year],
            )
