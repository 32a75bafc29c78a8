"""The report's last sections: what is in the way, how far the next grade is, what is proposed for next year."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from inspections.evaluation.distance import next_grade
from inspections.evaluation.distance_words import distance_sentence, of_unit
from inspections.evaluation.facts import Facts
from inspections.papers.report.content import MOST_ANNEXES, Paragraph, Part, Table
from inspections.papers.report.phrases import (
    cell_text,
    count_text,
    headed,
    names_text,
    numbered,
    report_part,
    report_says,
)
from inspections.words.classes import NONE
from inspections.words.wording import say

# How far a circular looks ahead.
DAYS_AHEAD = 60
# Units whose distance to the next grade stands in the text; more of them are told in the annexes only.
MOST_DISTANCES = 10


def problems_by_unit(facts: Facts) -> list[tuple[str, int, int, int, int]]:
    """Units with a problem found: problems, followed up, closed, open; most open first."""
    rows = []
    for unit in facts.evaluation.units:
        handled, closed = unit.mark("follow_up").numerator, unit.mark("closed_out")
        if closed.denominator:
            open_ = closed.denominator - closed.numerator
            rows.append((unit.unit, closed.denominator, handled, closed.numerator, open_))
    return sorted(rows, key=lambda row: (-row[4], -row[1]))


# ---------------------------------------------------------------------------------------------------- what to do


def overdue_steps(facts: Facts) -> str:
    """What is left to do for the overdue visits, step by step: those inspected long ago only wait for publication."""
    states = facts.overdue["state"].value_counts()
    steps = ("not_inspected", "not_entered", "not_published")
    told = [report_part("steps", step, count=int(states[step])) for step in steps if states.get(step, 0)]
    return say("frame.list_comma").join(told)


def late_launches(facts: Facts) -> pd.DataFrame:
    """Tasks that should have started, were not drawn within their window, and cannot be any more."""
    tasks = facts.task_states
    return tasks[tasks["to_start"] & ~tasks["launched_in_time"] & ~tasks["may_launch"]]


def _uncovered(facts: Facts) -> list[str]:
    return [cell_text(name) for name in facts.items.loc[facts.items["tasks"] == 0, "item"]]


def problems_section(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    """Shortcomings and advice."""
    parts: list[Part] = [headed("problems", number), headed("shortcomings", 1, level=2)]
    found, wanted = [], []
    overdue = int(facts.units["overdue"].sum())
    if overdue and "late" in sentences:
        found.append(sentences["late"])
        wanted.append(report_part("wanted", "overdue", count=overdue, what=overdue_steps(facts)))
    missed = late_launches(facts)
    if len(missed):
        found.append(
            report_part(
                "found",
                "not_launched",
                count=len(missed),
                names=names_text([cell_text(name) for name in missed["task"]]),
            )
        )
        wanted.append(report_part("wanted", "not_launched"))
    open_ = [(unit, count) for unit, *_, count in problems_by_unit(facts) if count]
    if open_:
        count = sum(count for _, count in open_)
        units = names_text([unit for unit, _ in open_])
        found.append(report_part("found", "open", count=count, units=units))
        wanted.append(report_part("wanted", "open", count=count))
    uncovered = _uncovered(facts)
    if uncovered:
        found.append(report_part("found", "uncovered", count=len(uncovered), names=names_text(uncovered)))
        wanted.append(report_part("wanted", "uncovered", count=len(uncovered)))
    idle = [str(name) for name in facts.ask("idle_units", **facts.scope)["unit"]]
    if idle:
        found.append(report_part("found", "idle", count=len(idle), units=names_text(idle)))
    parts += [Paragraph(text) for text in numbered(found or [report_part("found", "nothing")])]
    parts.append(headed("advice", 2, level=2))
    coming = coming_up(facts)
    if facts.running and len(coming):
        wanted.append(report_part("wanted", "coming", count=len(coming), days=DAYS_AHEAD))
    parts += [Paragraph(text) for text in numbered(wanted or [report_part("wanted", "nothing")])]
    distances = distances_of(facts)
    told = [unit for unit in facts.evaluation.graded if unit.unit_id in distances][:MOST_DISTANCES]
    if told and len(told) == len(distances):
        parts.append(headed("distances", 3, level=2))
        parts += [Paragraph(report_says("distance", unit=unit.unit, sentence=distances[unit.unit_id])) for unit in told]
    return parts


def distances_of(facts: Facts) -> dict[int | None, str]:
    """What each unit lacks to the next grade, by unit; nothing where there are more units than annexes."""
    graded = facts.evaluation.graded
    if len(graded) > MOST_ANNEXES:
        return {}
    return {
        unit.unit_id: of_unit(
            unit,
            distance_sentence(
                next_grade(unit, facts.rubric, facts.visit_states, facts.task_states), running=facts.running
            ),
        )
        for unit in graded
    }


def coming_up(facts: Facts) -> pd.DataFrame:
    """Tasks that end within the next weeks and are not finished, the nearest first."""
    tasks = facts.tasks
    unfinished = (tasks["due"] == 0) | (tasks["entered"] < tasks["due"])
    near = tasks["days_left"].notna() & (tasks["days_left"] <= DAYS_AHEAD)
    return tasks[near & unfinished].sort_values(["ends_on", "task_id"])


def proposal_section(facts: Facts, _: Mapping[str, str], number: int) -> list[Part]:
    """Next year's proportions, as adopted, or the plan in force."""
    parts: list[Part] = [headed("proposal", number, year=facts.year + 1)]
    proposals = facts.proposals
    if proposals.empty:
        return [*parts, *_plan_in_force(facts)]
    codes = [code for code in (*facts.classes, NONE) if code in set(proposals["class"].astype(str))]
    cells = {(int(row["scope_id"]), str(row["class"])): row for row in proposals.to_dict("records")}
    rows = []
    for first in proposals.drop_duplicates("scope_id").to_dict("records"):
        for code in codes:
            row = cells.get((int(first["scope_id"]), code))
            if row is not None:
                rows.append(
                    (
                        cell_text(first["scope"]),
                        facts.class_name(code),
                        count_text(row["pool"]),
                        say("frame.rate", share=float(row["rate"])),
                        count_text(row["quota"]),
                        count_text(row["draws"]),
                    )
                )
    headings = ("scope", "class", "pool", "proposed_rate", "quota", "draws")
    parts.append(Paragraph(report_says("proposal_adopted", year=facts.year + 1)))
    parts.append(
        Table(
            report_part("captions", "proposal", year=facts.year + 1),
            tuple(report_part("columns", column) for column in headings),
            tuple(rows),
            (3.6, 2.4, 1.5, 1.7, 1.9, 1.9),
            names=(0, 1),
            note=report_says("proposal_note"),
        )
    )
    return parts


def _plan_in_force(facts: Facts) -> list[Part]:
    """What was planned this year, pool by pool, where nobody adopted proportions for the next."""
    parts: list[Part] = [Paragraph(report_says("proposal_none", year=facts.year + 1))]
    grouped = facts.tasks.groupby(["scope", "rate_text"], sort=False, dropna=False).size().reset_index(name="tasks")
    grouped = grouped[grouped["scope"].notna() | grouped["rate_text"].notna()]
    if grouped.empty:
        return [Paragraph(report_says("proposal_nothing", year=facts.year + 1))]
    rows = tuple(
        (cell_text(row["scope"]), count_text(row["tasks"]), cell_text(row["rate_text"]))
        for row in grouped.to_dict("records")
    )
    headings = tuple(report_part("columns", column) for column in ("scope", "tasks", "rate_in_force"))
    caption = report_part("captions", "in_force", year=facts.year)
    return [*parts, Table(caption, headings, rows, (5, 1.6, 5), names=(0, 2))]
