"""What fell short, record by record, as a sheet."""

from __future__ import annotations

from typing import Any

import pandas as pd

from inspections.evaluation.facts import Facts
from inspections.evaluation.indicators import WHOSE, counting
from inspections.papers.score_workbook.sheets import RECORDS, TOP, Made, finish
from inspections.words import plain
from inspections.words.wording import ABSENT, say

LONGEST_RECORDS = 20_000
VISITS, PROBLEMS = counting("visits"), counting("problems")


def records(made: Made) -> None:
    """What fell short: the tasks and visits that stand in a denominator and not in its numerator."""
    page = made.sheets["records"]
    found = [*_tasks(made.facts), *_visits(made.facts)]
    shown = found[:LONGEST_RECORDS]
    order = {unit.unit: place for place, unit in enumerate(made.facts.evaluation.units)}
    shown.sort(key=lambda row: order.get(row["unit"], len(order)))
    lead = say("workbook.records_lead")
    if not found:
        lead = say("workbook.records_none")
    elif len(found) > len(shown):
        lead += say("frame.sentence_gap") + say("workbook.records_cut", count=len(found), shown=len(shown))
    else:
        lead += say("frame.sentence_gap") + say("workbook.records_all", count=len(found))
    made.begin("records", RECORDS, lead)
    day = made.body(num_format="yyyy-mm-dd", align="left", indent=1)
    count = made.body(num_format="0", align="center")
    comma = say("frame.list_comma")
    for i, row in enumerate(shown, start=TOP + 1):
        row["object"] = row["object"] or say("workbook.task_row")
        row["missed"] = comma.join(say(f"codes.indicator.{code}") for code in row["missed"])
        made.fit("records", i, RECORDS, {name: row[name] for name in ("unit", "task", "object", "missed")})
        for j, column in enumerate(RECORDS):
            value = row.get(column)
            if value is None or pd.isna(value):
                page.write_blank(i, j, None, made.words)
            elif isinstance(value, pd.Timestamp):
                page.write_datetime(i, j, value.to_pydatetime(), day)
            elif isinstance(value, str):
                page.write_string(i, j, plain.cell(value), made.words)
            else:
                page.write_number(i, j, int(value), count)
    finish(made, "records", RECORDS, TOP + len(shown), frozen=2)


def _tasks(facts: Facts) -> list[dict[str, Any]]:
    """Tasks that fell short, one row per unit they count with."""
    names = {unit.unit_id: unit.unit for unit in facts.evaluation.units}
    found = []
    for task in facts.task_states.to_dict("records"):
        missed: dict[str, list[str]] = {}
        for one in (*counting("launches"), *counting("led_tasks")):
            if task[one.among] and not task[one.flag]:
                of = task[WHOSE[one.records]]
                missed.setdefault(ABSENT if pd.isna(of) else names[int(of)], []).append(one.code)
        days = {name: task[name] for name in ("starts_on", "ends_on", "drawn_on")}
        found += [
            {"unit": unit, "task": task["task"], "object": "", "missed": codes, **days}
            for unit, codes in missed.items()
        ]
    return found


def _visits(facts: Facts) -> list[dict[str, Any]]:
    """Visits that fell short, those furthest behind first."""
    visits = facts.ask("indicator_visits", **facts.scope, unit_id=None)
    of_visits, of_problems = ([one.flag for one in counted] for counted in (VISITS, PROBLEMS))
    short = ~visits[of_visits].all(axis=1) | (visits["problem"] & ~visits[of_problems].all(axis=1))
    found = []
    for row in visits[short].to_dict("records"):
        missed = [one.code for one in VISITS if not row[one.flag]]
        missed += [one.code for one in PROBLEMS if row["problem"] and not row[one.flag]]
        kept = {name: row[name] for name in RECORDS if name in row}
        found.append({**kept, "days": row["working_days_to_publish"], "missed": missed})
    return found
