"""What became of the synthetic visits: inspected, entered, published, what was found and what followed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as column
from typing import Any

import numpy as np

from inspections.demo.draws import Locked, working_day

# Shares of due visits per kind of unit: (not inspected, not entered, entered late, not published, published late).
PUNCTUALITY = {
    "good": (0.01, 0.01, 0.03, 0.01, 0.03),
    "fair": (0.02, 0.03, 0.10, 0.03, 0.08),
    "late": (0.06, 0.08, 0.28, 0.08, 0.20),
}
# Assumption of the demo: a problem is likelier the higher the class.
PROBLEM_RATE = {"A": 0.09, "B": 0.17, "C": 0.32, "D": 0.48, "none": 0.14}
PROBLEMS = ("other_violation", "corrected", "not_disclosed", "unreachable", "false_disclosure", "refused")
PROBLEM_WEIGHTS = (0.42, 0.34, 0.12, 0.06, 0.03, 0.03)
# In a joint visit a department now and then comes on a day of its own.
COMES_ALONE = 0.12
NOTHING_TO_INSPECT = 0.015
SECOND_PROBLEM = 0.2
NOT_HANDLED, NOT_CLOSED = 0.12, 0.28


@dataclass
class ResultRows:
    """The rows of `visit`, `result` and `result_outcome`, collected before one bulk insert per table."""

    visit: list[tuple[Any, ...]] = column(default_factory=list)
    result: list[dict[str, Any]] = column(default_factory=list)
    result_outcome: list[tuple[Any, ...]] = column(default_factory=list)


@dataclass(frozen=True)
class Field:
    """Who goes out and how.

    Each unit's punctuality, the inspectors' names, the visits already agreed on ((object, task) -> visit, so that tasks
    that go together open one door), the demo's generator, the next visit's id.
    """

    punctuality: dict[int, str]
    names: dict[int, str]
    doors: dict[tuple[str, int], tuple[int, datetime.date]]
    generator: np.random.Generator
    next_id: Callable[[], int]


def visit_day(locked: Locked, generator: np.random.Generator) -> datetime.date:
    """Give a working day between the draw and shortly before the window's end; after a late launch, soon after it."""
    task = locked.task
    first = locked.drawn_on + datetime.timedelta(days=2)
    last = task.ends_on - datetime.timedelta(days=3)
    if last <= first:
        last = first + datetime.timedelta(days=30)
    # Visits spread over a window, few on its first and last days.
    share = float(generator.beta(1.6, 1.9))
    day = first + datetime.timedelta(days=round(share * (last - first).days))
    after = working_day(day)
    return after if after <= last else working_day(day, -1)


def inspect(rows: ResultRows, locked: Locked, items: dict[int, list[int]], field: Field) -> None:
    """Append visits, results and outcomes of one draw; `items` are the task's items per checking unit."""
    task, chance = locked.task, field.generator.random
    partner = task.story.get("visits_with_task")
    for object_id, code in locked.objects.items():
        shared = field.doors.get((object_id, partner)) if partner else None
        for unit_id in task.checkers:
            quality = PUNCTUALITY[field.punctuality.get(unit_id, "good")]
            if chance() < quality[0]:
                continue
            if shared is None or (len(task.checkers) > 1 and chance() < COMES_ALONE):
                visit = (field.next_id(), visit_day(locked, field.generator))
                rows.visit.append((visit[0], object_id, visit[1]))
                shared = shared or visit
                field.doors.setdefault((object_id, task.task_id), visit)
            else:
                visit = shared
            entered_on, published_on = _dates(visit[1], task.ends_on, quality, field.generator)
            row: dict[str, Any] = {
                "draw_id": locked.draw_id,
                "object_id": object_id,
                "unit_id": unit_id,
                "visit_id": visit[0],
                "inspected_on": visit[1],
                "entered_on": entered_on,
                "entered_by": field.names[locked.inspectors[object_id, unit_id][0]] if entered_on else None,
                "published_on": published_on,
                "follow_up": None,
                "handled_on": None,
                "closed_on": None,
            }
            if entered_on:
                outcomes = find(items[unit_id], code, field.generator)
                rows.result_outcome += [(locked.draw_id, object_id, unit_id, item, what) for item, what in outcomes]
                row.update(follow(entered_on, {what for _, what in outcomes}, field.generator))
            rows.result.append(row)


def _dates(
    inspected: datetime.date, ends_on: datetime.date, quality: tuple[float, ...], generator: np.random.Generator
) -> tuple[datetime.date | None, datetime.date | None]:
    _, not_entered, entered_late, not_published, published_late = quality
    days = datetime.timedelta
    if generator.random() < not_entered:
        return None, None
    on_time = working_day(inspected + days(days=int(generator.integers(0, 8))))
    if on_time > ends_on:
        on_time = max(inspected, working_day(ends_on, -1)) if inspected <= ends_on else on_time
    late = working_day(max(inspected, ends_on) + days(days=int(generator.integers(2, 26))))
    entered = late if generator.random() < entered_late else on_time
    if generator.random() < not_published:
        return entered, None
    published = working_day(entered + days(days=int(generator.integers(0, 4))))
    if entered <= ends_on < published:
        published = entered
    if generator.random() < published_late:
        # 32 to 60 days are more than 20 working days outside the long holidays.
        published = working_day(max(entered, inspected + days(days=int(generator.integers(32, 61)))))
    return entered, published


def find(items: list[int], code: str, generator: np.random.Generator) -> list[tuple[int, str]]:
    """Say what was found per item of one department's check of an object of class `code`: (item, outcome)."""
    if generator.random() < NOTHING_TO_INSPECT:
        return [(item, "no_activity") for item in items]
    found: dict[int, str] = {}
    if generator.random() < PROBLEM_RATE[code]:
        how_many = min(len(items), 1 + int(generator.random() < SECOND_PROBLEM))
        for item in generator.permutation(items)[:how_many]:
            found[int(item)] = PROBLEMS[int(generator.choice(len(PROBLEMS), p=PROBLEM_WEIGHTS))]
    return [(item, found.get(item, "no_problem")) for item in items]


def follow(entered: datetime.date, outcomes: set[str], generator: np.random.Generator) -> dict[str, Any]:
    """Give the follow-up of a result: from finding to handling to closure, some of it still open."""
    problems = outcomes & set(PROBLEMS)
    if not problems:
        code = "stopped_and_reported" if "no_activity" in outcomes else "none_needed"
        return {"follow_up": code, "handled_on": None, "closed_on": None}
    code = str(
        generator.choice(
            ("correction_ordered", "case_transferred", "other_department_notified", "other"), p=(0.7, 0.12, 0.12, 0.06)
        )
    )
    if problems == {"corrected"}:
        return {"follow_up": "correction_ordered", "handled_on": entered, "closed_on": entered}
    fate = generator.random()
    handled = working_day(entered + datetime.timedelta(days=int(generator.integers(3, 40))))
    closed = working_day(handled + datetime.timedelta(days=int(generator.integers(1, 50))))
    return {
        "follow_up": code,
        "handled_on": None if fate < NOT_HANDLED else handled,
        "closed_on": None if fate < NOT_CLOSED else closed,
    }
