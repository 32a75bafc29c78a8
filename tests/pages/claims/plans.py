"""The plan: when it became public, what it covers, what of it can be merged."""

from __future__ import annotations

from typing import Any

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import same, true
from tests.pages.claims.known import Claims


@true("plans.finding")
def _(one: Claims, said: Said) -> bool:
    internal = said["internal"] == one.plan["tasks"] - one.plan["joint"]
    left = said["uncovered"] == one.plan["items"] - one.plan["covered"] > 0
    return internal and left and same("joint", "items", "covered", of="plan")(one, said)


@true("plans.finding_all", "plans.finding_no_items")
def _(one: Claims, said: Said) -> bool:
    internal = said["internal"] == one.plan["tasks"] - one.plan["joint"]
    return internal and not one.uncovered and same("joint", "items", of="plan")(one, said)


@true("plans.issued.in_time", "plans.issued_short.in_time", "statements.document.in_time")
def _(one: Claims, said: Said) -> bool:
    return bool(one.deadline and one.published and one.published <= one.deadline == said["deadline"])


@true("plans.issued.late", "plans.issued_short.late", "statements.document.late")
def _(one: Claims, said: Said) -> bool:
    return bool(one.deadline and one.published and one.published > one.deadline == said["deadline"])


@true("plans.issued.unpublished", "plans.issued_short.unpublished", "statements.document.unpublished")
def _(one: Claims, said: Said) -> bool:
    return one.published is None and one.deadline is not None and one.deadline == said["deadline"]


@true("plans.issued.no_rule", "plans.issued_short.no_rule")
def _(one: Claims, _said: Said) -> bool:
    return one.deadline is None


@true("plans.mergeable_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.mergeable_tasks()))


@true("plans.pool_all_drawn")
def _(one: Claims, _said: Said) -> bool:
    return one.waiting == 0


@true("plans.timeline_alt")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.totals["tasks"])


@true("plans.issuing.known")
def _(one: Claims, said: Said) -> bool:
    """When the first of the plans was issued."""
    days = [plan["issued_on"] for plan in one.of.plans.values() if plan["issued_on"]]
    return bool(said["issued"] == min(days) <= one.as_of)


@true("plans.issuing.not_yet")
def _(one: Claims, _said: Said) -> bool:
    return min(plan["issued_on"] for plan in one.of.plans.values() if plan["issued_on"]) > one.as_of


@true("deck.nothing_drawn_point")
def _(one: Claims, said: Said) -> bool:
    return not one.of.draws and same("tasks")(one, said)


@true("deck.figures.joint_completion")
def _(one: Claims, said: Said) -> bool:
    visits = [visit for visit in one.of.due if visit["draw"]["task"]["kind"] == "joint"]
    entered = sum(visit["entered_on"] is not None for visit in visits)
    return (said["numerator"], said["denominator"]) == (entered, len(visits)) and bool(visits)


def revisions(one: Claims) -> dict[str, list[dict[str, Any]]]:
    """The revisions of each plan of the year, by its title, the last one last."""
    titles = {plan_id: plan["title"] for plan_id, plan in one.of.plans.items()}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(one.naive.table("plan_revision"), key=lambda row: (row["plan_id"], row["ordinal"])):
        if row["plan_id"] in titles:
            found.setdefault(titles[row["plan_id"]], []).append(row)
    return found


@true("plans.revised", "plans.revised_unnumbered")
def _(one: Claims, said: Said) -> bool:
    known = revisions(one)[said["title"]]
    number = said["doc_no"] if isinstance(said["doc_no"], str) else None
    return (said["count"], said["day"], number) == (len(known), known[-1]["in_force_on"], known[-1]["doc_no"])


@true("plans.revisions_title")
def _(one: Claims, said: Said) -> bool:
    """What differs between what a task said before and what it says: its name, its window, how much is to be drawn."""
    before = {row["task_id"]: row for row in one.naive.table("past_task")}
    parts = (("name",), ("starts_on", "ends_on"), ("rate", "rate_op", "quota"))
    counted = sum(
        any(row[column] != one.of.tasks[task_id][column] for column in columns)
        for task_id, row in before.items()
        if task_id in one.of.tasks
        for columns in parts
    )
    return bool(said["count"] == counted)
