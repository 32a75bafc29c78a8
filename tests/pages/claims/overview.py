"""Key figures, and the alerts of the overview with what slides and papers say of the same matters."""

from __future__ import annotations

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import JUDGES, details, near, same, true
from tests.pages.claims.known import Claims

for page, pairs in {
    "overview.details": details(
        launch=("launched_in_time", "tasks_to_start"), completion=("entered", "due"),
        publication=("published_in_time", "due"), closure=("closed", "problems"),
    ),
    "completion.details": details(
        completion=("entered", "due"), entry=("entered_in_time", "due"), publication=("published_in_time", "due"),
        tasks=("tasks_done", "tasks_due"),
    ),
    "findings.details": details(
        problems=("problems", "entered"), handled=("handled", "problems"), closed=("closed", "problems")
    ),
    "deck.figures": details(
        completion=("entered", "due"), publication_on_time=("published_in_time", "due"),
        joint_share=("joint_tasks", "tasks"), problem_rate=("problems", "entered"), follow_up=("handled", "problems"),
        closed_out=("closed", "problems"),
    ),
}.items():  # fmt: skip
    JUDGES.update({f"{page}.{key}": judge for key, judge in pairs.items()})
JUDGES["plans.details.items"] = same(of="plan", numerator="covered", denominator="items")
JUDGES["plans.details.joint"] = same(of="plan", numerator="joint", denominator="tasks")
JUDGES["plans.details.classes"] = same(of="plan", numerator="with_classes", denominator="classable")
JUDGES["deck.figures.tasks"] = same(joint="joint_tasks")


@true("overview.finding")
def _(one: Claims, said: Said) -> bool:
    counted = same("tasks", "launched", "launched_in_time", "joint_tasks")(one, said)
    return counted and near(said["joint_share"], one.totals["joint_tasks"], one.totals["tasks"])


@true("overview.finding_visits")
def _(one: Claims, said: Said) -> bool:
    totals = one.totals
    shares = near(said["completion"], totals["entered"], totals["due"])
    return shares and near(said["publication"], totals["published"], totals["due"])


@true("overview.alerts.overdue", "completion.overdue_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.overdue))


@true("overview.alerts.not_launched", "deck.risks.not_launched")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(state in {"missed", "late", "early"} for state in one.launches.values()) > 0)


@true("overview.alerts.worsened", "coverage.worsened_title", "deck.risks.worsened")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.worsened_objects()))


@true("overview.alerts.highest_never", "deck.risks.never")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.missed["D"] > 0)


@true("overview.alerts.uncovered", "plans.uncovered_title", "deck.risks.uncovered", "report.found.uncovered")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.plan["items"] - one.plan["covered"])


@true("overview.alerts.idle", "deck.risks.idle", "report.found.idle")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.idle_units()) > 0)


@true("overview.no_alerts")
def _(one: Claims, _said: Said) -> bool:
    late = any(state in {"missed", "late", "early"} for state in one.launches.values())
    open_items = one.plan["items"] - one.plan["covered"]
    return not (one.overdue or late or open_items or one.of.idle_units() or one.missed.get("D"))
