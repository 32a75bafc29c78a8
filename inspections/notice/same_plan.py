"""Whether a plan says what the stored one says: the same notice in another format changes nothing."""

from __future__ import annotations

import duckdb

from inspections.files.characters import squeezed
from inspections.notice import units as unit_names
from inspections.notice.plan import Plan, Task
from inspections.notice.units import Unit


def _same(text: str | None) -> str:
    """Words without blanks: formats differ in where they break a line."""
    return squeezed(text or "")


def content_of(plan: Plan) -> list[tuple[object, ...]]:
    """What a plan says, comparable with `stored_content`."""
    return sorted((_task_content(task) for task in plan.tasks), key=lambda content: content[0])  # type: ignore[arg-type,return-value]


def _task_content(task: Task) -> tuple[object, ...]:
    return (
        task.seq,
        _same(task.name),
        _same(task.field),
        task.draw_type,
        task.item_class,
        _same(task.scope_text),
        task.rate,
        task.rate_op,
        task.rate_max,
        task.quota,
        task.times_per_year,
        task.starts_on,
        task.ends_on,
        _same(task.risk_rule),
        unit_names.identity(task.lead_unit),
        frozenset(unit_names.identity(unit) for unit in task.partners),
        frozenset((_same(item.name), unit_names.identity(item.unit)) for item in task.items),
        frozenset(
            (risk_class, planned.rate, planned.quota, planned.times_per_year)
            for risk_class, planned in task.class_rates.items()
        ),
    )


def stored_content(connection: duckdb.DuckDBPyConnection, plan_id: int) -> list[tuple[object, ...]]:
    """What the stored plan says, in the shape of `content_of`."""
    identities = {
        unit_id: unit_names.identity(Unit(name, kind, bool(own), region))
        for unit_id, name, kind, region, own in connection.execute(
            "select unit_id, name, kind::varchar, region, bureau_id is not null from unit"
        ).fetchall()
    }
    contents: list[tuple[object, ...]] = []
    for row in connection.execute(
        "select task_id, seq, name, field, draw_type::varchar, item_class::varchar, scope_text, rate,"
        " rate_op::varchar, rate_max, quota, times_per_year, starts_on, ends_on, risk_rule, lead_unit_id"
        " from task where plan_id = ? order by seq",
        [plan_id],
    ).fetchall():
        task_id, seq, name, field, draw_type, item_class, scope_text, *numbers, risk_rule, lead = row
        partners = connection.execute("select unit_id from task_partner where task_id = ?", [task_id]).fetchall()
        items = connection.execute(
            "select item.name, task_item.unit_id from task_item inner join item using (item_id) where task_id = ?",
            [task_id],
        ).fetchall()
        rates = connection.execute(
            "select class::varchar, rate, quota, times_per_year from task_class_rate"
            " where task_id = ? and origin = 'notice'",
            [task_id],
        ).fetchall()
        contents.append(
            (
                seq,
                _same(name),
                _same(field),
                draw_type,
                item_class,
                _same(scope_text),
                *numbers,
                _same(risk_rule),
                identities.get(lead),
                frozenset(identities[unit_id] for (unit_id,) in partners),
                frozenset((_same(item), identities[unit_id]) for item, unit_id in items),
                frozenset(rates),
            )
        )
    return contents
