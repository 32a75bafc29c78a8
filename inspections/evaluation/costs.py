"""What cost a unit points (失分明细): the very records behind the part of an indicator that was not earned."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from inspections.evaluation.facts import Facts

# Indicators that count visits, with what is shown of a visit that did not count.
OF_VISITS = {
    "completion": ["task", "object", "object_id", "ends_on", "inspected_on", "entered_on"],
    "entry_on_time": ["task", "object", "object_id", "ends_on", "inspected_on", "entered_on"],
    "publication": ["task", "object", "object_id", "ends_on", "inspected_on", "entered_on", "made_public_on"],
    "publication_on_time": [
        "task", "object", "object_id", "ends_on", "inspected_on", "entered_on", "made_public_on",
        "working_days_to_publish",
    ],
    "follow_up": ["task", "object", "object_id", "inspected_on", "entered_on", "handled_on"],
    "closed_out": ["task", "object", "object_id", "inspected_on", "entered_on", "handled_on", "closed_on"],
}  # fmt: skip
AMONG_PROBLEMS = {"follow_up", "closed_out"}
TASK = ["plan_kind", "seq", "task"]
# Indicators that count tasks: whose task it is, which tasks count, which of them are earned, and what is shown.
OF_TASKS = {
    "launch_on_time": (
        "launching_unit_id", "to_start", "launched_in_time", [*TASK, "starts_on", "ends_on", "drawn_on"]
    ),
    "task_completion": ("lead_unit_id", "ended", "done", [*TASK, "ends_on", "drawn_on", "due", "not_entered"]),
    "use_of_classes": ("lead_unit_id", "has_classes", "with_classes", [*TASK, "drawn_on", "due"]),
}  # fmt: skip
PLAN = ["plan_kind", "title", "doc_no", "issued_on", "published_on"]


class Cost(NamedTuple):
    """Records that did not count, as many as denominator - numerator, and the columns to show."""

    rows: pd.DataFrame
    columns: list[str]


def cost(facts: Facts, unit_id: int | None, code: str) -> Cost:
    """The records that cost one indicator of a unit its points; unit_id None is the bureau as a whole.

    Raises KeyError for an indicator that no record can cost points: the problem rate, or an unknown one.
    """
    if code in OF_VISITS:
        return _visits(facts, unit_id, code)
    if code in OF_TASKS:
        return _tasks(facts, unit_id, code)
    match code:
        case "joint_share":
            return _internal(facts, unit_id)
        case "item_coverage":
            return Cost(facts.items[facts.items["tasks"] == 0], ["item", "item_class", "legal_basis"])
        case "participation":
            return Cost(facts.ask("idle_units", **facts.of_year), ["unit"])
        case "plan_numbered" | "plan_dated" | "plan_published":
            return _plans(facts, code)
    raise KeyError(code)


def _visits(facts: Facts, unit_id: int | None, code: str) -> Cost:
    visits = facts.ask("indicator_visits", **facts.scope, unit_id=unit_id)
    # A result is made public (公示), a plan is published (公布): two words, two columns.
    visits = visits.rename(columns={"published_on": "made_public_on"})
    counted = visits[visits["problem"]] if code in AMONG_PROBLEMS else visits
    return Cost(counted[~counted[code]], [*([] if unit_id else ["unit"]), *OF_VISITS[code]])


def _tasks(facts: Facts, unit_id: int | None, code: str) -> Cost:
    whose, counts, earned, columns = OF_TASKS[code]
    tasks = facts.task_states
    mine = tasks[tasks[whose] == unit_id] if unit_id else tasks
    names = {unit.unit_id: unit.unit for unit in facts.evaluation.units}
    mine = mine.assign(unit=mine[whose].map(names).astype("object"))
    return Cost(mine[mine[counts] & ~mine[earned]], [*([] if unit_id else ["unit"]), *columns])


def _internal(facts: Facts, unit_id: int | None) -> Cost:
    tasks = facts.task_states
    if unit_id:
        part = facts.ask("unit_tasks", **facts.of_year, unit_id=unit_id)["task_id"]
        tasks = tasks[tasks["task_id"].isin(part)]
    return Cost(tasks[tasks["plan_kind"] == "internal"], [*TASK, "starts_on", "ends_on"])


def _plans(facts: Facts, code: str) -> Cost:
    plans, last_day = facts.ask("plans", **facts.of_year), pd.Timestamp(facts.as_of)
    if code == "plan_numbered":
        return Cost(plans[plans["doc_no"].isna()], PLAN)
    if code == "plan_published":
        last_day = min(last_day, pd.Timestamp(f"{facts.year}-{facts.settings['plan_published_by']}"))
    days = plans["issued_on" if code == "plan_dated" else "published_on"]
    return Cost(plans[~(days <= last_day)], PLAN)
