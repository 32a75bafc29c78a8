"""The plan of the year before, which the demo makes up from that of its year: there is something to compare with."""

from __future__ import annotations

from typing import Any

import duckdb

from inspections.demo import directories
from inspections.draws import quotas
from inspections.store.database import first_value


def previous_year(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, story: dict[str, Any], file_sha256: str
) -> None:
    """Add a synthetic plan for the year before: the same tasks and units, other proportions, windows a year earlier."""
    year, before = story["year"], story["previous"]
    plans = connection.execute(
        "select plan_id, kind, title from plan where bureau_id = ? and year = ? order by kind", [bureau_id, year]
    ).fetchall()
    for plan_id, kind, title in plans:
        new_plan = first_value(
            connection,
            """insert into plan (bureau_id, year, kind, title, doc_no, issued_on, published_on, source_sha256)
            values (?, ?, ?, ?, ?, ?, ?, ?) returning plan_id""",
            [
                bureau_id, year - 1, kind, directories.MARK + str(title).replace(str(year), str(year - 1)),
                f"演示〔{year - 1}〕1号", before["issued_on"], before["published_on"], file_sha256,
            ],
        )  # fmt: skip
        for seq, rate_text in before[kind].items():
            copied = {"plan_id": plan_id, "seq": int(seq)}
            new_task = {"rate": float(quotas.parse_rate(rate_text)), "rate_text": rate_text, "new_plan": new_plan}
            connection.execute(
                """insert into task (
                    plan_id, seq, name, plan_name, field, draw_type, item_class, scope_id, scope_text,
                    rate, rate_op, rate_text, starts_on, ends_on, period_text, risk_rule,
                    initiating_unit_id, lead_unit_id, checking_body
                )
                select
                    $new_plan, seq, regexp_replace(name, '20\\d\\d', $year), plan_name, field, draw_type, item_class,
                    scope_id, scope_text, $rate, '=', $rate_text,
                    starts_on - interval 1 year, ends_on - interval 1 year, period_text, risk_rule,
                    initiating_unit_id, lead_unit_id, checking_body
                from task where plan_id = $plan_id and seq = $seq""",
                copied | new_task | {"year": str(year - 1)},
            )
            for table, columns in (("task_partner", "old.unit_id"), ("task_item", "old.item_id, old.unit_id")):
                connection.execute(
                    f"""insert into {table}
                    select new_task.task_id, {columns}
                    from {table} as old
                    inner join task as old_task on old.task_id = old_task.task_id
                    inner join task as new_task on old_task.seq = new_task.seq
                    where old_task.plan_id = $plan_id and old_task.seq = $seq and new_task.plan_id = $new_plan""",  # noqa: S608
                    copied | {"new_plan": new_plan},
                )
    connection.execute(
        "insert into membership select bureau_id, unit_id, year - 1 from membership where bureau_id = ? and year = ?",
        [bureau_id, year],
    )
