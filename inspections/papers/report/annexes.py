"""The annexes of the report: every unit's indicators, points and grade."""

from __future__ import annotations

from collections.abc import Sequence

from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Graded
from inspections.evaluation.indicators import BY_CODE, count_words
from inspections.evaluation.rubric import Mark, rounded
from inspections.papers.report.content import MOST_ANNEXES, Annex, Paragraph, Part, Table
from inspections.papers.report.phrases import (
    count_text,
    grade_text,
    override_text,
    report_part,
    report_says,
    score_text,
)
from inspections.papers.report.what_to_do import distances_of
from inspections.words.rates import points, rate
from inspections.words.wording import say

# ---------------------------------------------------------------------------------------------------- the annexes


def all_annexes(facts: Facts) -> tuple[Annex, ...]:
    """One annex a unit, or one for all where there are more than `MOST_ANNEXES`; none where nobody is graded."""
    units = [unit for unit in facts.evaluation.units if unit.score is not None or unit.override or unit.note]
    if not units:
        return ()
    if len(units) > MOST_ANNEXES:
        title = report_says("annex_all", year=facts.year)
        return (Annex(_label(1, 1), title, _everybody(facts, units)),)
    distances = distances_of(facts)
    return tuple(
        Annex(
            _label(number, len(units)),
            report_says("annex_unit", unit=unit.unit, year=facts.year),
            _of_unit(facts, unit, distances.get(unit.unit_id)),
        )
        for number, unit in enumerate(units, start=1)
    )


def _label(number: int, of: int) -> str:
    return report_says("annex_label" if of > 1 else "annex_only", number=number)


def _everybody(facts: Facts, units: Sequence[Graded]) -> tuple[Part, ...]:
    """One row per unit: the scored indicators' rates, score and grade."""
    codes = [code for code in facts.evaluation.rubric.criteria if any(_has(unit, code) for unit in units)][:5]
    rows = tuple(
        (
            unit.unit,
            *(count_words(code, unit.mark(code).numerator, unit.mark(code).denominator) for code in codes),
            score_text(unit.score),
            grade_text(unit),
        )
        for unit in units
    )
    headings = (
        report_part("columns", "unit"),
        *(say(f"codes.indicator.{code}") for code in codes),
        report_part("columns", "score"),
        report_part("columns", "grade"),
    )
    return (Table(report_part("captions", "everybody"), headings, rows, (3.4, *(1.5 for _ in codes), 1.3, 1.1)),)


def _has(unit: Graded, code: str) -> bool:
    return any(mark.code == code and mark.denominator for mark in unit.marks)


def _of_unit(facts: Facts, unit: Graded, distance: str | None) -> tuple[Part, ...]:
    best = facts.evaluation.best
    # Nobody is behind those with the same score.
    compared = best if best is not None and best.score != unit.score else None
    parts: list[Part] = []
    if unit.score is None:
        parts.append(Paragraph(report_says("unit_without", unit=unit.unit, year=facts.year)))
    else:
        if unit.aside:
            key = "unit_aside"
        elif len(facts.evaluation.graded) > 1:
            key = "unit_running" if facts.running else "unit_score"
        else:  # a place among one is none
            key = "unit_running_alone" if facts.running else "unit_score_alone"
        parts.append(
            Paragraph(
                report_says(
                    key,
                    unit=unit.unit,
                    score=unit.score,
                    rank=unit.rank,
                    count=len(facts.evaluation.graded),
                    grade=say(f"codes.grade.{unit.suggested}"),
                )
            )
        )
    if unit.overridden:
        parts.append(Paragraph(override_text(unit)))
    if distance:
        parts.append(Paragraph(report_says("distance", unit=unit.unit, sentence=distance)))
    if compared is not None and unit.score is not None:
        parts.append(Paragraph(_behind(unit, compared)))
    marks = [mark for mark in unit.marks if mark.denominator]
    if marks:
        headings = ["indicator", "numerator", "denominator", "rate", "points"]
        rows = [_unit_row(mark) for mark in marks]
        widths = [3.8, 1.5, 1.7, 1.6, 2.6]
        if compared is not None:
            headings.append("best")
            widths.append(1.8)
            rows = [(*row, _value_text(compared.mark(mark.code))) for row, mark in zip(rows, marks, strict=True)]
        parts.append(
            Table(
                report_part("captions", "unit"),
                tuple(report_part("columns", column) for column in headings),
                tuple(rows),
                tuple(widths),
                note=report_says("unit_note"),
            )
        )
    if unit.note:
        parts.append(Paragraph(report_says("note", text=unit.note.strip())))
    return tuple(parts)


def _unit_row(mark: Mark) -> tuple[str, ...]:
    scored = mark.points is not None and mark.available is not None
    earned = f"{rounded(mark.points)} / {rounded(mark.available)}" if scored else report_says("not_scored")  # type: ignore[arg-type]
    return (
        say(f"codes.indicator.{mark.code}"),
        count_text(mark.numerator),
        count_text(mark.denominator),
        _value_text(mark),
        earned,
    )


def _value_text(mark: Mark) -> str:
    return count_words(mark.code, mark.numerator, mark.denominator)


def _behind(unit: Graded, best: Graded) -> str:
    """Where the unit is furthest behind the best one, among the rates that both are scored on."""
    gaps = {}
    for mark in unit.marks:
        if BY_CODE[mark.code].kind != "rate":
            continue
        other = best.mark(mark.code)
        behind = points(rate(other.numerator, other.denominator), rate(mark.numerator, mark.denominator))
        if mark.available is not None and behind is not None and round(behind, 1) > 0:
            gaps[mark.code] = behind
    if not gaps:
        return report_says("not_behind", best=best.unit)
    code = max(gaps, key=lambda one: gaps[one])
    return report_says("behind", best=best.unit, indicator=say(f"codes.indicator.{code}"), points=gaps[code])
