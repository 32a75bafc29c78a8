"""A plan revised after it was issued: the newest values in its tasks, the old ones beside them with their last day.

What a paper changes is read and matched elsewhere; here it is written, so that every figure can still be worked out as
of a day before it.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from inspections.notice.numbers import Numbers
from inspections.notice.plan import Task
from inspections.notice.stored_plans import store_tasks
from inspections.store.database import first_value
from inspections.store.rows import shapes
from inspections.words.errors import InspectionsError

# Tables that hold several rows a task: attribute of `Task` -> table, and the columns after the task's number.
_PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "partners": ("task_partner", ("unit_id",)),
    "items": ("task_item", ("item_id", "unit_id")),
    "class_rates": ("task_class_rate", ("class", "rate", "rate_op", "quota", "times_per_year", "origin")),
}
# What a revision writes to beside the tables of a plan: whoever imports one watches these as well.
WRITTEN = ("plan_revision", "past_task", "past_task_partner", "past_task_item", "past_task_class_rate")
# Attributes of `Task` that are stored under another name, by number.
_NUMBERED = {"scope": "scope_id", "initiating_unit": "initiating_unit_id", "lead_unit": "lead_unit_id"}
# A known task keeps its place in the plan, and its line there is none of the paper's.
_NEVER = frozenset({"row", "seq"})


@dataclass(frozen=True)
class TaskChange:
    """What a revision says of one task.

    `task` holds the new values (None for a withdrawn task), `fields` the attributes of `Task` that the paper states of
    a changed one; all others keep what is stored. How much is drawn is one statement: who states a rate states `quota`
    with it, be it None, for a number wins over a rate.
    """

    kind: Literal["changed", "added", "withdrawn"]
    task_id: int | None
    task: Task | None
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RevisionHead:
    """The paper itself; `in_force_on` is the first day of its values."""

    title: str
    doc_no: str | None
    issued_on: datetime.date | None
    in_force_on: datetime.date
    source_file: str
    source_sha256: str


def revise_plan(
    connection: duckdb.DuckDBPyConnection,
    plan_id: int,
    head: RevisionHead,
    changes: Sequence[TaskChange],
    numbers: Numbers,
) -> int:
    """Write one revision of a plan inside the caller's transaction; its number.

    What says what is stored already is left out. A withdrawn task that is stated again stands again. Of two revisions
    that hold from one day on, the later to come has the last word.

    Raises InspectionsError `revision_before_plan`, `revision_not_last` (a day before that of a revision that is in),
    `revision_window` (its last day before its first), `revision_task_unknown` (no task of this plan) and
    `revision_changes_nothing`.
    """
    _check_day(connection, plan_id, head)
    written = [(change, _news(connection, plan_id, change, numbers)) for change in changes]
    written = [(change, news) for change, news in written if change.kind == "added" or news]
    if not written:
        raise InspectionsError("revision_changes_nothing", file=head.source_file)
    revision_id = int(first_value(connection, "select nextval('revision_seq')"))
    connection.execute(
        "insert into plan_revision select $one, $plan, coalesce(max(ordinal), 0) + 1, $title, $doc_no, $issued,"
        " $in_force, $file, $sha from plan_revision where plan_id = $plan",
        {
            "one": revision_id,
            "plan": plan_id,
            "title": head.title,
            "doc_no": head.doc_no,
            "issued": head.issued_on,
            "in_force": head.in_force_on,
            "file": head.source_file,
            "sha": head.source_sha256,
        },
    )
    for change, news in written:
        if change.task_id is not None:
            _keep_past(connection, change.task_id, revision_id, head.in_force_on)
            withdrawn = {"withdrawn_revision_id": revision_id} if change.kind == "withdrawn" else {}
            since = {"changed_revision_id": revision_id, "valid_from": head.in_force_on}
            _write(connection, change.task_id, {**news, **withdrawn, **since})
        elif change.task is not None:
            # A known task keeps its place in the plan; a new one comes behind all of them.
            last = first_value(connection, "select coalesce(max(seq), 0) from task where plan_id = ?", [plan_id])
            added = dataclasses.replace(change.task, seq=int(last) + 1)
            store_tasks(connection, plan_id, [added], numbers, (revision_id, head.in_force_on))
    return revision_id


def _check_day(connection: duckdb.DuckDBPyConnection, plan_id: int, head: RevisionHead) -> None:
    issued_on = first_value(connection, "select issued_on from plan where plan_id = ?", [plan_id])
    if issued_on is not None and head.in_force_on < issued_on:
        raise InspectionsError("revision_before_plan", file=head.source_file, day=head.in_force_on, issued=issued_on)
    last = first_value(connection, "select max(in_force_on) from plan_revision where plan_id = ?", [plan_id])
    if last is not None and head.in_force_on < last:
        raise InspectionsError("revision_not_last", file=head.source_file, day=head.in_force_on, last=last)


def _news(connection: duckdb.DuckDBPyConnection, plan_id: int, change: TaskChange, numbers: Numbers) -> dict[str, Any]:
    """What of a known task becomes different: column of `task` or name of a part -> its new value."""
    if change.kind == "added":
        return {}
    columns = shapes()["task"].columns
    row = connection.execute(
        "select * from task where task_id = ? and plan_id = ?", [change.task_id, plan_id]
    ).fetchone()
    if row is None or change.task_id is None:
        raise InspectionsError("revision_task_unknown", task=change.task_id)
    stored = dict(zip(columns, row, strict=True))
    gone = stored["withdrawn_revision_id"] is not None
    if change.task is None:
        return {} if gone else {"withdrawn_revision_id": None}
    stated = set(change.fields) - _NEVER
    if "rate" in stated:
        stated |= {"rate_op", "rate_max"}  # the proportion and its sign are one statement
    said = {name: _said(change.task, name, numbers) for name in sorted(stated)}
    news = {
        _NUMBERED.get(name, name): value
        for name, value in said.items()
        if (
            value != _part(connection, change.task_id, name)
            if name in _PARTS
            else value != stored[_NUMBERED.get(name, name)]
        )
    }
    if "scope_id" in news:
        news["draw_scope_id"] = None  # a person chose it instead of the pool that the plan names no more
    if gone:
        news["withdrawn_revision_id"] = None
    starts_on, ends_on = (news.get(column, stored[column]) for column in ("starts_on", "ends_on"))
    if starts_on and ends_on and ends_on < starts_on:
        raise InspectionsError("revision_window", task=stored["name"], starts_on=starts_on, ends_on=ends_on)
    return news


def _said(task: Task, name: str, numbers: Numbers) -> Any:
    """What a task of the paper says, as it is stored; the rows of a part as a set."""
    if name == "partners":
        return {(numbers.unit(unit),) for unit in task.partners}
    if name == "items":
        return {
            (numbers.item(item.name, item.item_class, item.legal_basis), numbers.unit(item.unit)) for item in task.items
        }
    if name == "class_rates":
        return {
            (risk_class, planned.rate, planned.rate_op, planned.quota, planned.times_per_year, "notice")
            for risk_class, planned in task.class_rates.items()
        }
    if name == "scope":
        return numbers.scope(task.scope)
    if name in _NUMBERED:
        return numbers.unit(getattr(task, name))
    return getattr(task, name)


def _part(connection: duckdb.DuckDBPyConnection, task_id: int, name: str) -> set[tuple[Any, ...]]:
    table, columns = _PARTS[name]
    listed = ", ".join(f'"{column}"' for column in columns)
    return set(connection.execute(f"select {listed} from {table} where task_id = ?", [task_id]).fetchall())  # noqa: S608


def _keep_past(connection: duckdb.DuckDBPyConnection, task_id: int, revision_id: int, until: datetime.date) -> None:
    """Write down what the task says until the revision."""
    given = {
        "revision_id": f"{revision_id}",
        "valid_from": "coalesce(valid_from, cast('0001-01-01' as date))",
        "valid_until": f"cast('{until}' as date)",
    }
    for table in ("task", *(table for table, _ in _PARTS.values())):
        kept = shapes()[f"past_{table}"].columns
        listed = ", ".join(f'"{column}"' for column in kept)
        values = ", ".join(given.get(column, f'"{column}"') for column in kept)
        connection.execute(
            f'insert into "past_{table}" ({listed}) select {values} from "{table}" where task_id = ?',  # noqa: S608
            [task_id],
        )


def _write(connection: duckdb.DuckDBPyConnection, task_id: int, news: Mapping[str, Any]) -> None:
    own = {column: value for column, value in news.items() if column not in _PARTS}
    assignments = ", ".join(f'"{column}" = ${column}' for column in own)
    connection.execute(f"update task set {assignments} where task_id = $task_id", {**own, "task_id": task_id})  # noqa: S608
    for name in _PARTS:
        if name in news:
            _replace(connection, task_id, name, news[name])


def _replace(connection: duckdb.DuckDBPyConnection, task_id: int, name: str, wanted: set[tuple[Any, ...]]) -> None:
    """Put the rows of a part in place of the stored ones. A key may not go and come back within one transaction."""
    table, columns = _PARTS[name]
    key = [column for column in shapes()[table].key if column != "task_id"]
    places = [columns.index(column) for column in key]
    stored = _part(connection, task_id, name)
    here, there = ({tuple(row[place] for place in places): row for row in rows} for rows in (stored, wanted))
    same_key = " and ".join(f'"{column}" = ?' for column in key)
    for known in here.keys() - there.keys():
        connection.execute(f"delete from {table} where task_id = ? and {same_key}", [task_id, *known])  # noqa: S608
    rest = [column for column in columns if column not in key]
    for known, row in there.items():
        if known not in here:
            marks = ", ".join("?" for _ in columns)
            listed = ", ".join(f'"{column}"' for column in columns)
            connection.execute(f"insert into {table} (task_id, {listed}) values (?, {marks})", [task_id, *row])  # noqa: S608
        elif here[known] != row:
            assignments = ", ".join(f'"{column}" = ?' for column in rest)
            values = [row[columns.index(column)] for column in rest]
            connection.execute(
                f"update {table} set {assignments} where task_id = ? and {same_key}",  # noqa: S608
                [*values, task_id, *known],
            )
