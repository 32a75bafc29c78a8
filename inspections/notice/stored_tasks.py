"""The tasks of stored plans as a notice's reader gives them: what a revision is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from inspections.notice.plan import Item, Task
from inspections.notice.proportions import ClassRate
from inspections.notice.units import Unit

# Attributes of a task in the order in which they are asked for.
_SAID = (
    "seq", "name", "plan_name", "field", "draw_type", "item_class", "scope", "scope_text", "rate", "rate_op",
    "rate_max", "rate_text", "quota", "times_per_year", "starts_on", "ends_on", "period_text", "pool_stated",
    "risk_rule",
)  # fmt: skip


@dataclass(frozen=True)
class StoredTask:
    """A task as stored by now: its number, its plan, whether it is withdrawn and how many draws stand on it."""

    task_id: int
    plan_id: int
    withdrawn: bool
    draws: int
    task: Task


def stored_tasks(connection: duckdb.DuckDBPyConnection, plan_ids: list[int]) -> list[StoredTask]:
    """The tasks of these plans by their newest values, in the order of plan and number."""
    units = {
        unit_id: Unit(name, kind, bool(own), region)
        for unit_id, name, kind, region, own in connection.execute(
            "select unit_id, name, kind::varchar, region, bureau_id is not null from unit"
        ).fetchall()
    }
    partners: dict[int, list[Unit]] = {}
    for task_id, unit_id in _of_tasks(connection, "task_id, unit_id from task_partner", plan_ids):
        partners.setdefault(task_id, []).append(units[unit_id])
    items: dict[int, list[Item]] = {}
    named = "task_id, unit_id, name, item_class::varchar, legal_basis from task_item inner join item using (item_id)"
    for task_id, unit_id, name, item_class, basis in _of_tasks(connection, named, plan_ids):
        items.setdefault(task_id, []).append(Item(name, units[unit_id], item_class, basis))
    rates: dict[int, dict[str, ClassRate]] = {}
    planned = "task_id, class::varchar, rate, rate_op::varchar, quota, times_per_year, origin from task_class_rate"
    for task_id, risk_class, *values, origin in _of_tasks(connection, planned, plan_ids):
        if origin == "notice":
            rates.setdefault(task_id, {})[risk_class] = ClassRate(*values)
    draws = dict(
        connection.execute("select task_id, count(*) from draw where task_id is not null group by task_id").fetchall()
    )
    found = []
    for row in connection.execute(
        "select task_id, plan_id, withdrawn_revision_id is not null, seq, task.name, plan_name, field,"
        " draw_type::varchar, item_class::varchar, scope.name, scope_text, rate, rate_op::varchar, rate_max, rate_text,"
        " quota, times_per_year, starts_on, ends_on, period_text, pool_stated, risk_rule, initiating_unit_id,"
        " lead_unit_id, checking_body from task left join scope on task.scope_id = scope.scope_id"
        " where list_contains($plans, plan_id) order by plan_id, seq",
        {"plans": plan_ids},
    ).fetchall():
        task_id, plan_id, withdrawn, *values, initiating, lead, checking_body = row
        task = Task(
            row=0,
            **dict(zip(_SAID, values, strict=True)),
            initiating_unit=units[initiating],
            lead_unit=units[lead],
            partners=tuple(partners.get(task_id, ())),
            checking_body=checking_body,
            items=tuple(items.get(task_id, ())),
            class_rates=rates.get(task_id, {}),
        )
        found.append(StoredTask(task_id, plan_id, withdrawn, draws.get(task_id, 0), task))
    return found


def _of_tasks(connection: duckdb.DuckDBPyConnection, columns: str, plan_ids: list[int]) -> list[tuple[Any, ...]]:
    return connection.execute(
        f"select {columns} where task_id in (select task_id from task where list_contains($plans, plan_id))"  # noqa: S608 - fixed
        " order by all",
        {"plans": plan_ids},
    ).fetchall()
