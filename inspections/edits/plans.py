"""Edits made on a page: one transaction each, with the change and its author in the change log."""

from __future__ import annotations

import datetime
import hashlib

import duckdb

from inspections.store import server_log
from inspections.store.database import Answering, log_change, transaction
from inspections.words.errors import InspectionsError


def publish_plan(
    connection: duckdb.DuckDBPyConnection, plan_id: int, published_on: datetime.date | None, actor: str
) -> None:
    """Record the day a plan was published, None to take it back.

    Raises InspectionsError `published_before_issued` (with both dates) and `plan_unknown`.
    """
    with connection.cursor() as cursor, transaction(cursor):
        row = cursor.execute("select issued_on, published_on, title from plan where plan_id = ?", [plan_id]).fetchone()
        if row is None:
            raise InspectionsError("plan_unknown", plan_id=plan_id)
        issued_on, before, title = row
        if published_on and issued_on and published_on < issued_on:
            raise InspectionsError("published_before_issued", title=title, issued=issued_on, published=published_on)
        cursor.execute("update plan set published_on = ? where plan_id = ?", [published_on, plan_id])
        log_change(
            cursor,
            actor=actor,
            action="edit",
            subject=f"plan {plan_id} published_on",
            before={"published_on": before},
            after={"published_on": published_on},
        )


def choose_pool(connection: duckdb.DuckDBPyConnection, task_id: int, scope_id: int | None, actor: str) -> None:
    """Draw a task from another pool than its notice says (None: as the notice says); for a scope wider than the title.

    Raises InspectionsError `task_drawn` where the task already has an official draw: its pool is part of the record;
    `task_not_found` and `pool_unknown` for ids that are not there; another bureau's pool is not there either.
    """
    with connection.cursor() as cursor, transaction(cursor):
        row = cursor.execute("select draw_scope_id, name from task where task_id = ?", [task_id]).fetchone()
        if row is None:
            raise InspectionsError("task_not_found", task_id=task_id)
        if cursor.execute("select 1 from standing_draw where task_id = ?", [task_id]).fetchone():
            raise InspectionsError("task_drawn", task=row[1])
        of_bureau = """select 1 from task inner join plan on task.plan_id = plan.plan_id
            inner join scope on plan.bureau_id = scope.bureau_id where task.task_id = ? and scope.scope_id = ?"""
        if scope_id is not None and not cursor.execute(of_bureau, [task_id, scope_id]).fetchone():
            raise InspectionsError("pool_unknown", scope_id=scope_id)
        cursor.execute("update task set draw_scope_id = ? where task_id = ?", [scope_id, task_id])
        log_change(
            cursor,
            actor=actor,
            action="edit",
            subject=f"task {task_id} draw_scope_id",
            before={"draw_scope_id": row[0]},
            after={"draw_scope_id": scope_id},
        )


def log_export(connection: duckdb.DuckDBPyConnection | Answering, name: str, content: bytes, actor: str) -> None:
    """Note who took a file along: its name, size and SHA-256, by which a copy can be told."""
    if not isinstance(connection, duckdb.DuckDBPyConnection):
        # A lake is only read: its server's own log keeps who took what.
        server_log.event("export", subject=name, actor=server_log.hashed(actor), bytes=len(content))
        return
    with connection.cursor() as cursor, transaction(cursor):
        log_change(
            cursor,
            actor=actor,
            action="export",
            subject=name,
            after={"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)},
        )
