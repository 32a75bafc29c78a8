"""What cost a unit points (失分明细): the very records behind the part of an indicator that was not earned."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from inspections.evaluation.facts import Facts
from inspections.evaluation.indicators import BY_CODE, WHOSE, Indicator


class Cost(NamedTuple):
    """Records that did not count, as many as denominator - numerator, and the columns to show."""

    rows: pd.DataFrame
    columns: list[str]


def cost(facts: Facts, unit_id: int | None, code: str) -> Cost:
    """The records that cost one indicator of a unit its points; unit_id None is the bureau as a whole.

    Of a rate those that do not count, of a mean those worse than its full mark (than the mean itself where it is not
    scored), the worst first. Raises KeyError for an indicator that no record can cost points: the problem rate, or an
    unknown one.
    """
    indicator = BY_CODE[code]
    if not indicator.weightable:
        raise KeyError(code)
    match indicator.records:
        case "visits" | "problems":
            return _visits(facts, unit_id, indicator)
        case "launches" | "led_tasks":
            return _tasks(facts, unit_id, indicator)
        case "tasks":
            rows = _internal(facts, unit_id)
        case "items":
            rows = facts.items[facts.items["tasks"] == 0]
        case "units":
            rows = facts.ask("idle_units", **facts.scope)
        case "plans":
            rows = _plans(facts, code)
    return Cost(rows, list(indicator.shown))


def _visits(facts: Facts, unit_id: int | None, indicator: Indicator) -> Cost:
    visits = facts.ask("indicator_visits", **facts.scope, unit_id=unit_id)
    # A result is made public (公示), a plan is published (公布): two words, two columns.
    visits = visits.rename(columns={"published_on": "made_public_on"})
    counted = visits[visits[indicator.among]] if indicator.among else visits
    fell_short = _worse(facts, indicator, counted) if indicator.measure else counted[~counted[indicator.flag]]
    first, *days = indicator.shown
    return Cost(fell_short, [first, *([] if unit_id else ["unit"]), *days, "task", "object_id"])


def _worse(facts: Facts, indicator: Indicator, counted: pd.DataFrame) -> pd.DataFrame:
    """The records of a mean that are worse than its full mark, or than the mean where it has no weight."""
    criterion, measured = facts.rubric.criteria.get(indicator.code), counted[indicator.measure].astype("float64")
    line = float(criterion.full) if criterion else measured.mean()
    worse = counted[measured < line if indicator.rises else measured > line]
    return worse.sort_values(indicator.measure, ascending=indicator.rises, kind="stable")


def _tasks(facts: Facts, unit_id: int | None, indicator: Indicator) -> Cost:
    whose = WHOSE[indicator.records]
    tasks = facts.task_states
    mine = tasks[tasks[whose] == unit_id] if unit_id else tasks
    names = {unit.unit_id: unit.unit for unit in facts.evaluation.units}
    mine = mine.assign(unit=mine[whose].map(names).astype("object"))
    fell_short = mine[mine[indicator.among] & ~mine[indicator.flag]]
    return Cost(fell_short, [*([] if unit_id else ["unit"]), *indicator.shown])


def _internal(facts: Facts, unit_id: int | None) -> pd.DataFrame:
    tasks = facts.task_states
    if unit_id:
        part = facts.ask("unit_tasks", **facts.scope, unit_id=unit_id)["task_id"]
        tasks = tasks[tasks["task_id"].isin(part)]
    return tasks[tasks["plan_kind"] == "internal"]


def _plans(facts: Facts, code: str) -> pd.DataFrame:
    plans, last_day = facts.ask("plans", **facts.scope), pd.Timestamp(facts.as_of)
    if code == "plan_numbered":
        return plans[plans["doc_no"].isna()]
    if code == "plan_published":
        last_day = min(last_day, pd.Timestamp(f"{facts.year}-{facts.settings['plan_published_by']}"))
    days = plans["issued_on" if code == "plan_dated" else "published_on"]
    return plans[~(days <= last_day)]
