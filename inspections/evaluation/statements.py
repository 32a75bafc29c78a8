"""What is said of a year, sentence by sentence: report, circular, slides and pages all quote from here.

A sentence is made once from the numbers of `Facts`; nobody who prints it computes anything again.
"""

from __future__ import annotations

from collections import Counter

from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Evaluation
from inspections.evaluation.rubric import GRADES, NOT_APPLICABLE, Rubric, default_rubric
from inspections.words.classes import NONE
from inspections.words.rates import rate
from inspections.words.wording import say

# Names told before a sentence says "and so many more".
FEW = 3


def said(facts: Facts) -> dict[str, str]:
    """Finished sentences by code, in the order in which a report tells them; a code with nothing to say is absent."""
    spoken = {
        "synthetic": _synthetic(facts),
        "running": _running(facts),
        "plan": _plan(facts),
        "document": _document(facts),
        "joint": _joint(facts),
        "items": _items(facts),
        "visits": _visits(facts),
        "publication": _publication(facts),
        "coverage": _coverage(facts),
        "late": _late(facts),
        "findings": _findings(facts),
        "follow_up": _follow_up(facts),
        "evaluation": _evaluation(facts),
        "best": _best(facts),
        "units_without": _units_without(facts),
    }
    return {code: sentence for code, sentence in spoken.items() if sentence}


def named(names: list[str]) -> str:
    """Names as a list, the first few and how many more."""
    listed = say("frame.list_comma").join(names[:FEW])
    if len(names) > FEW:
        return say("statements.and_more", names=listed, more=len(names) - FEW)
    return listed


def rubric_line(rubric: Rubric) -> str:
    """Which scheme the scores come from: its name and version, or that it is the default and all of it assumed."""
    if rubric == default_rubric():
        return say("statements.rubric_default")
    key = "statements.rubric" if rubric.version else "statements.rubric_unsaved"
    return say(key, name=rubric.name, version=rubric.version)


def grades_in_words(evaluation: Evaluation) -> str:
    """How many units have which grade: "优 1 个、良 1 个、中 2 个"."""
    counted = Counter(unit.grade for unit in evaluation.units if not unit.aside)
    return say("frame.list_comma").join(
        say("statements.grade_count", grade=say(f"codes.grade.{grade}"), count=counted[grade])
        for grade in GRADES
        if counted[grade]
    )


def _synthetic(facts: Facts) -> str | None:
    return say("frame.synthetic_note") if facts.synthetic else None


def _running(facts: Facts) -> str | None:
    return say("statements.running", day=facts.as_of) if facts.running else None


def _plan(facts: Facts) -> str | None:
    totals = facts.totals
    if not totals["tasks"]:
        return None
    return say(
        "statements.plan" if totals["tasks_to_start"] else "statements.plan_waiting",
        year=facts.year,
        tasks=totals["tasks"],
        launched=totals["launched"],
        to_start=totals["tasks_to_start"],
        in_time=totals["launched_in_time"],
        share=rate(totals["launched_in_time"], totals["tasks_to_start"]),
    )


def _document(facts: Facts) -> str | None:
    document = facts.document
    if document.state == "no_rule":
        return None
    return say(f"statements.document.{document.state}", published=document.published, deadline=document.deadline)


def _joint(facts: Facts) -> str | None:
    totals = facts.totals
    if not totals["tasks"]:
        return None
    if not totals["joint_tasks"]:
        return say("statements.joint_none")
    share = rate(totals["joint_tasks"], totals["tasks"])
    return say("statements.joint", joint=totals["joint_tasks"], share=share)


def _items(facts: Facts) -> str | None:
    counts = facts.counts
    if not counts["items"]:
        return None
    left = counts["items"] - counts["covered"]
    key = "statements.items_some" if left else "statements.items_all"
    share = rate(counts["covered"], counts["items"])
    return say(key, items=counts["items"], covered=counts["covered"], share=share, left=left)


def _visits(facts: Facts) -> str | None:
    totals = facts.totals
    if not totals["due"]:
        return say("statements.no_visits", year=facts.year)
    return say(
        "statements.visits",
        objects=totals["objects_drawn"],
        due=totals["due"],
        entered=totals["entered"],
        share=rate(totals["entered"], totals["due"]),
    )


def _publication(facts: Facts) -> str | None:
    totals = facts.totals
    if not totals["due"]:
        return None
    return say(
        "statements.publication",
        published=totals["published"],
        share=rate(totals["published"], totals["due"]),
        in_time=totals["published_in_time"],
        in_time_share=rate(totals["published_in_time"], totals["due"]),
    )


def _coverage(facts: Facts) -> str | None:
    """Highest risk first, as leaders are told (Xining 2022)."""
    parts = [
        say(
            "statements.coverage_part",
            name=facts.class_name(str(row["class"])),
            drawn=int(row["drawn"]),
            pool=int(row["pool"]),
            share=rate(row["drawn"], row["pool"]),
        )
        for row in reversed(facts.coverage.to_dict("records"))
        if row["class"] != NONE
    ]
    if not parts:
        return None
    return say("statements.coverage", parts=say("statements.part_gap").join(parts))


def _late(facts: Facts) -> str | None:
    totals = facts.totals
    if not totals["due"]:
        return None
    late = facts.units[facts.units["overdue"] > 0].sort_values("overdue", ascending=False, kind="stable")
    if late.empty:
        return say("statements.late_none")
    return say(
        "statements.late",
        count=len(late),
        units=named([str(unit) for unit in late["unit"]]),
        overdue=int(late["overdue"].sum()),
    )


def _findings(facts: Facts) -> str | None:
    totals = facts.totals
    if not totals["entered"]:
        return None
    if not totals["problems"]:
        return say("statements.findings_none", results=totals["entered"])
    share = rate(totals["problems"], totals["entered"])
    return say("statements.findings", results=totals["entered"], problems=totals["problems"], share=share)


def _follow_up(facts: Facts) -> str | None:
    totals = facts.totals
    if not totals["problems"]:
        return None
    return say(
        "statements.follow_up" if totals["closed"] < totals["problems"] else "statements.follow_up_all",
        handled=totals["handled"],
        handled_share=rate(totals["handled"], totals["problems"]),
        closed=totals["closed"],
        closed_share=rate(totals["closed"], totals["problems"]),
        left=totals["problems"] - totals["closed"],
    )


def _evaluation(facts: Facts) -> str | None:
    evaluation = facts.evaluation
    # A grade that people gave makes nobody a unit with something to be evaluated on.
    if not evaluation.graded:
        return None
    graded = [unit for unit in evaluation.units if unit.grade != NOT_APPLICABLE and not unit.aside]
    return say(
        "statements.evaluation_running" if facts.running else "statements.evaluation",
        count=len(evaluation.graded if facts.running else graded),
        grades=grades_in_words(evaluation),
        score=evaluation.whole.score,
        grade=say(f"codes.grade.{evaluation.whole.grade}"),
    )


def _best(facts: Facts) -> str | None:
    leading = facts.evaluation.leading
    if not leading:
        return None
    grades = dict.fromkeys(say(f"codes.grade.{unit.grade}") for unit in leading)
    return say(
        "statements.best_running" if facts.running else "statements.best",
        unit=named([unit.unit for unit in leading]),
        score=leading[0].score,
        grade=say("frame.list_comma").join(grades),
    )


def _units_without(facts: Facts) -> str | None:
    names = [unit.unit for unit in facts.evaluation.units if unit.score is None]
    if not names:
        return None
    return say("statements.units_without", units=named(names), count=len(names))
