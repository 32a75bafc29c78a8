"""The law of the ledger of figures: what is in no figure is in exactly one sentence, by the figures' own questions."""

from __future__ import annotations

import datetime

import duckdb

from inspections.store.database import answered

END = datetime.date(2035, 12, 31)
# The reasons that part results, draws and drawn objects; what is missing from a single figure only comes on top.
WHOLE = {
    "result": ("not_entered", "replaced", "unplanned", "substituted", "not_drawn", "not_checking", "trial"),
    "draw": ("replaced", "unplanned", "trial", "full", "without_pool", "pool_rebuilt"),
    "drawn": ("substituted", "without_department"),
}


def number(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> int:
    row = connection.execute(sql, parameters).fetchone()
    assert row is not None
    return int(row[0])


def balances(connection: duckdb.DuckDBPyConnection, bureau_id: int, year: int) -> dict[str, int]:
    """Assert that every result, draw and drawn object of a year is in a figure or in one sentence; the reasons."""
    asked: dict[str, object] = {"bureau_id": bureau_id, "year": year}
    frame = answered(connection, "uncounted", asked)
    told = dict(zip(frame["reason"], map(int, frame["records"]), strict=True))
    assert frame["reason"].is_unique
    said = {part: sum(told.get(f"{part}_{reason}", 0) for reason in reasons) for part, reasons in WHOLE.items()}
    own = """select draw_id from draw join task using (task_id) join plan using (plan_id)
        where bureau_id = $bureau_id and year = $year
        union select draw_id from draw join result using (draw_id) join bureau_unit using (unit_id)
        where task_id is null and bureau_id = $bureau_id and year(drawn_at) = $year"""
    counts = answered(connection, "indicator_counts", asked | {"as_of": END}).iloc[0]
    results = number(connection, f"select count(*) from result where draw_id in ({own})", **asked)
    assert results == int(counts["entered"]) + said["result"]
    tested = answered(connection, "drawn_groups", asked | {"as_of": END})["draw_id"].nunique()
    draws = number(connection, f"select count(*) from draw where draw_id in ({own})", **asked)
    assert draws == tested + said["draw"]
    drawn = number(
        connection,
        """select count(*) from draw_object join planned_draw using (draw_id)
        where bureau_id = $bureau_id and year = $year""",
        **asked,
    )
    due = number(
        connection,
        "select count(distinct (draw_id, object_id)) from due_visit where bureau_id = $bureau_id and year = $year",
        **asked,
    )
    assert drawn == due + said["drawn"]
    assert told.get("result_outside_calendar", 0) == int(counts["published"]) - int(counts["measured"])
    return told
