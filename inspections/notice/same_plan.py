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


_VALUES = (
    "name", "field", "draw_type::varchar", "item_class::varchar", "scope_text", "rate", "rate_op::varchar", "rate_max",
    "quota", "times_per_year", "starts_on", "ends_on", "risk_rule", "lead_unit_id",
)  # fmt: skip
# The tasks of a plan as they are, and as they were before any revision: number, the revision that ended it, values.
_NEWEST = f"""select task_id, seq, null, {", ".join(_VALUES)} from task where plan_id = $plan"""  # noqa: S608 - fixed
_ORIGINAL = f"""{_NEWEST} and added_revision_id is null and task_id not in (select task_id from past_task)
    union all
    (select task.task_id, task.seq, past_task.revision_id, {", ".join(f"past_task.{value}" for value in _VALUES)}
    from past_task inner join task on past_task.task_id = task.task_id
    inner join plan_revision on past_task.revision_id = plan_revision.revision_id
    where task.plan_id = $plan and task.added_revision_id is null
    qualify row_number() over (partition by task.task_id order by plan_revision.ordinal) = 1)"""  # noqa: S608 - fixed


def stored_content(
    connection: duckdb.DuckDBPyConnection, plan_id: int, *, original: bool = False
) -> list[tuple[object, ...]]:
    """What the stored plan says, in the shape of `content_of`; `original`: what it said before any revision."""
    identities = {
        unit_id: unit_names.identity(Unit(name, kind, bool(own), region))
        for unit_id, name, kind, region, own in connection.execute(
            "select unit_id, name, kind::varchar, region, bureau_id is not null from unit"
        ).fetchall()
    }
    contents: list[tuple[object, ...]] = []
    told = connection.execute(_ORIGINAL if original else _NEWEST, {"plan": plan_id}).fetchall()
    for task_id, seq, revision_id, *values in sorted(told, key=lambda row: row[1]):
        name, field, draw_type, item_class, scope_text, *numbers, risk_rule, lead = values
        past, of = ("", "task_id = ?") if revision_id is None else ("past_", "task_id = ? and revision_id = ?")
        keys = [task_id] if revision_id is None else [task_id, revision_id]
        partners = connection.execute(f"select unit_id from {past}task_partner where {of}", keys).fetchall()  # noqa: S608
        items = connection.execute(
            f"select item.name, unit_id from {past}task_item inner join item using (item_id) where {of}",  # noqa: S608
            keys,
        ).fetchall()
        rates = connection.execute(
            f"select class::varchar, rate, quota, times_per_year from {past}task_class_rate"  # noqa: S608
            f" where {of} and origin = 'notice'",
            keys,
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
