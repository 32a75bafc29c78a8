"""The circular for a cut-off date (通报): who is on time, who is not, what is due next; of a whole year grades, too."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Graded
from inspections.evaluation.indicators import count_words
from inspections.evaluation.rubric import rounded
from inspections.evaluation.statements import rubric_line, said
from inspections.papers.report.content import Heading, Paragraph, Part, Report, Table
from inspections.papers.report.finishing import finished
from inspections.papers.report.phrases import (
    FEW_CHARACTERS,
    cell_text,
    circular_part,
    circular_says,
    count_text,
    day_in_words,
    grade_text,
    joined,
    names_text,
    number_before,
    numbered,
    report_part,
    report_says,
    rest_of,
    score_text,
    share_text,
)
from inspections.papers.report.what_to_do import (
    DAYS_AHEAD,
    coming_up,
    late_launches,
    overdue_steps,
    problems_by_unit,
)
from inspections.words.wording import ABSENT, say

# Rows of a table in a circular, which has one or two pages; of a year that is over every unit wants to find itself.
MOST_ROWS = 4
MOST_GRADED = 12
LOSS = ("main_loss", "loss_value", "lost", "overdue")


def circular(facts: Facts, made_on: datetime.date) -> Report:
    """Who is on time, who is not, what is due next, on two pages; of a whole year what everybody scored and why."""
    sentences = said(facts)
    opening = "opening" if facts.running else "opening_final"
    parts: list[Part] = [Paragraph(circular_says(opening, year=facts.year, day=day_in_words(facts.as_of)))]
    # What is due next is nothing any more once the year is over, and there are no grades before.
    now = (_due_next, _open_problems) if facts.running else (_open_problems, _evaluation)
    sections = (_progress, _punctuality, *now, _requirements)
    for number, section in enumerate(sections, start=1):
        parts += section(facts, sentences, number)
    return finished(facts, made_on, "circular", tuple(parts), ())


# ---------------------------------------------------------------------------------------------------- the circular


def _circular_heading(key: str, number: int) -> Heading:
    return Heading(1, number_before(1, number) + circular_part("headings", key))


def _progress(_: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("progress", number)]
    return [*parts, *joined(sentences, "plan", "visits", "publication")]


def _punctuality(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("punctuality", number)]
    overdue = dict(zip(facts.units["unit_id"], facts.units["overdue"], strict=True))
    missed = late_launches(facts)
    slow = missed["launching_unit_id"].value_counts().to_dict()
    units = [
        (unit, unit.mark("completion"), int(overdue.get(unit.unit_id, 0)), int(slow.get(unit.unit_id, 0)))
        for unit in facts.evaluation.units
    ]
    late = sorted((row for row in units if row[2] or row[3]), key=lambda row: (-row[2], -row[3]))
    good = [unit.unit for unit, done, *behind in units if done.denominator and not any(behind)]
    if good:
        parts.append(Paragraph(circular_says("on_time", count=len(good), units=names_text(good, FEW_CHARACTERS))))
    if not late and missed.empty:
        return [*parts, Paragraph(circular_says("nobody_late" if good else "nothing_due"))]
    told = [sentences["late"]] if any(row[2] for row in late) else []
    if len(missed):
        names = names_text([cell_text(name) for name in missed["task"]], FEW_CHARACTERS)
        told.append(report_part("found", "not_launched", count=len(missed), names=names))
    parts.append(Paragraph(say("frame.sentence_gap").join(told)))
    if not facts.running or not late:
        # A task that nobody launches is nobody's. Of a year that is over one table holds everybody.
        return parts
    rows = tuple(
        (
            unit.unit,
            count_text(done.denominator),
            share_text(done.numerator, done.denominator),
            count_text(unpublished),
            count_text(not_launched),
        )
        for unit, done, unpublished, not_launched in late[:MOST_ROWS]
    )
    headings = ("unit", "due", "completion", "overdue", "not_launched")
    parts.append(
        Table(
            None,
            tuple(circular_part("columns", column) for column in headings),
            rows,
            (3.2, 1.9, 1.8, 2.6, 2.6),
            note=rest_of(len(late), len(rows)),
        )
    )
    return parts


def _due_next(facts: Facts, _: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("due_next", number)]
    coming = coming_up(facts)
    if coming.empty:
        return [*parts, Paragraph(circular_says("nothing_next", days=DAYS_AHEAD))]
    parts.append(Paragraph(circular_says("due_next", count=len(coming), days=DAYS_AHEAD)))
    rows = tuple(
        (
            cell_text(row["name"]),
            cell_text(row["lead_unit"]),
            circular_says("date", day=row["ends_on"]),
            count_text(row["days_left"]),
            count_text(row["due"] - row["entered"]) if row["due"] else circular_says("not_drawn"),
        )
        for row in coming.head(MOST_ROWS).to_dict("records")
    )
    headings = ("task", "lead_unit", "ends_on", "days_left", "left")
    parts.append(
        Table(
            None,
            tuple(circular_part("columns", column) for column in headings),
            rows,
            (4.3, 2.7, 2, 1.5, 1.7),
            names=(0, 1),
            note=rest_of(len(coming), len(rows)),
        )
    )
    return parts


def _open_problems(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("open", number)]
    if "findings" not in sentences:
        return [*parts, Paragraph(circular_says("no_results"))]
    open_ = [(unit, count) for unit, *_, count in problems_by_unit(facts) if count]
    if not open_:
        return [*parts, *joined(sentences, "findings", "follow_up")]
    units = [circular_says("unit_open", unit=unit, count=count) for unit, count in open_]
    left = circular_says("open", count=sum(count for _, count in open_), units=names_text(units, FEW_CHARACTERS))
    return [*parts, Paragraph(say("frame.sentence_gap").join((sentences["findings"], left)))]


def _evaluation(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    """Score and grade of every unit, what cost it most, and what it is late with."""
    parts: list[Part] = [_circular_heading("evaluation", number), *joined(sentences, "evaluation", "best")]
    told = [unit for unit in facts.evaluation.units if unit.score is not None or unit.override]
    if not told:
        return [*parts, Paragraph(report_says("no_evaluation"))]
    overdue = dict(zip(facts.units["unit_id"], facts.units["overdue"], strict=True))
    rows = tuple(
        (
            ABSENT if unit.rank is None else str(unit.rank),
            unit.unit,
            score_text(unit.score),
            grade_text(unit),
            *_main_loss(unit),
            count_text(overdue.get(unit.unit_id, 0)),
        )
        for unit in told[:MOST_GRADED]
    )
    overridden = any(unit.overridden for unit in told)
    key = "rubric_note_overridden" if overridden else "rubric_note"
    note = report_says(key, rubric=rubric_line(facts.evaluation.rubric))
    if rest := rest_of(len(told), len(rows)):
        note += say("frame.sentence_gap") + rest
    headings = ("rank", "unit", "score", "grade")
    parts.append(
        Table(
            None,
            (
                *(report_part("columns", column) for column in headings),
                *(circular_part("columns", column) for column in LOSS),
            ),
            rows,
            (1.3, 3.2, 1.5, 1.8, 2.7, 1.5, 1.5, 1.9),
            names=(1, 4),
            note=note,
        )
    )
    return parts


def _main_loss(unit: Graded) -> tuple[str, str, str]:
    """The indicator that cost a unit most, what it came to, and the points that are missing for it."""
    mark = max(unit.marks, key=lambda mark: mark.lost)
    lost = rounded(mark.lost)
    if unit.score is None:
        return ABSENT, ABSENT, ABSENT
    if not lost:
        return circular_says("no_loss"), ABSENT, ABSENT
    return (
        say(f"codes.indicator.{mark.code}"),
        count_words(mark.code, mark.numerator, mark.denominator),
        score_text(lost),
    )


def _requirements(facts: Facts, _: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("requirements", number)]
    wanted = []
    overdue = int(facts.units["overdue"].sum())
    if overdue:
        wanted.append(circular_says("wanted_overdue", count=overdue, what=overdue_steps(facts)))
    waiting = int(facts.task_states["may_launch"].sum())
    if waiting:
        wanted.append(circular_says("wanted_launch", count=waiting))
    left = facts.totals["problems"] - facts.totals["closed"]
    if left:
        wanted.append(circular_says("wanted_open", count=left))
    if not wanted:
        late = len(late_launches(facts)) > 0
        wanted.append(report_part("wanted", "not_launched") if late else circular_says("wanted_nothing"))
    return [*parts, Paragraph(say("frame.sentence_gap").join(numbered(wanted)))]
