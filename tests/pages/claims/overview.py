"""Key figures, and the alerts of the overview with what slides and papers say of the same matters."""

from __future__ import annotations

import itertools

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import JUDGES, PROBLEMS, VISITS, class_of, details, listed, near, part_of, same, true
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


@true("overview.finding_no_visits")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["due"] == 0


@true("overview.alerts.open")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.totals["problems"] - one.totals["closed"] > 0)


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
    left = one.plan["items"] - one.plan["covered"] or one.totals["problems"] - one.totals["closed"]
    return not (one.overdue or late or left or one.of.idle_units() or one.missed.get("D"))


@true("overview.tasks_label")
def _(one: Claims, said: Said) -> bool:
    return part_of(one, said, ("tasks", "launched", "launched_in_time"), "tasks")


@true("overview.lost")
def _(one: Claims, said: Said) -> bool:
    """Fewer than at the stage before."""
    tasks = ("tasks", "launched", "launched_in_time")
    counts = [[one.totals[name] for name in names] for names in (tasks, VISITS, PROBLEMS)]
    return said["count"] in {more - less for group in counts for more, less in itertools.pairwise(group)}


@true("overview.visits_label")
def _(one: Claims, said: Said) -> bool:
    return part_of(one, said, VISITS, "due")


@true("overview.problems_label", "findings.stage_label")
def _(one: Claims, said: Said) -> bool:
    return part_of(one, said, PROBLEMS, "problems")


@true("deck.visits_text")
def _(one: Claims, said: Said) -> bool:
    return part_of(one, said, VISITS, "due") or part_of(one, said, PROBLEMS, "problems")


@true("overview.alerts.notice", "plans.issues_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.issues) and (said["count"] or "notice" not in said))


@true("deck.titles.risks_none")
def _(one: Claims, _said: Said) -> bool:
    return one.risks == 0


@true("deck.titles.risks_some")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.risks > 0)


# ---------------------------------------------------------------------------------------------------- what is told of


@true("deck.title", "deck.subject", "deck.titles.cover", "deck.source", "deck.notes", "report.title", "report.opening",
      "report.indicators_intro", "report.annex_unit", "report.captions.in_force", "report.alts.completion",
      "report.alts.coverage", "report.alts.scores", "circular.title", "circular.opening")  # fmt: skip
def _(one: Claims, said: Said) -> bool:
    return one.is_meant(said)


@true("deck.subject_running", "deck.cover_running", "report.under_title")
def _(one: Claims, said: Said) -> bool:
    return one.running and one.is_meant(said)


@true("deck.cover", "circular.title_final", "circular.opening_final")
def _(one: Claims, said: Said) -> bool:
    return not one.running and one.is_meant(said)


@true("report.headings.proposal")
def _(one: Claims, said: Said) -> bool:
    return bool(said["year"] == one.year + 1)


@true("report.proposal_none", "report.proposal_nothing")
def _(one: Claims, said: Said) -> bool:
    """Nobody adopted proportions for the year that comes."""
    return bool(said["year"] == one.year + 1 and not one.adopted)


@true("report.proposal_adopted", "report.captions.proposal")
def _(one: Claims, said: Said) -> bool:
    return bool(said["year"] == one.year + 1 and one.adopted)


@true("deck.titles.proposal_in_force")
def _(one: Claims, _said: Said) -> bool:
    return not one.adopted


@true("deck.titles.proposal_adopted")
def _(one: Claims, said: Said) -> bool:
    """The proportions of the only pool rise from its lowest class to its highest."""
    [rows] = one.adopted.values()
    rates = {code: float(row["rate"]) for code, row in sorted(rows.items()) if code != "none"}
    ends = {class_of(said["low"]): said["low_rate"], class_of(said["high"]): said["high_rate"]}
    return list(rates.values()) == sorted(rates.values()) and ends == {
        code: rates[code] for code in (min(rates), max(rates))
    }


@true("deck.titles.proposal_flat")
def _(one: Claims, said: Said) -> bool:
    return bool(said["pools"] == len(one.adopted) > 0)


@true("report.wanted.uncovered")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.plan["items"] - one.plan["covered"] > 0)


@true("statements.and_more", "report.and_more")
def _(one: Claims, said: Said) -> bool:
    return listed(said, *one.groups.values())
