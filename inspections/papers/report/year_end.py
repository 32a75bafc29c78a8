"""The content of the year-end report and of the circular (通报) as plain data, made from the facts of a bureau's year.

Which font a heading has and where a table stands is decided where it is drawn. No object is named and no class of a
single firm is told: leaders see totals.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from inspections.evaluation.facts import Facts
from inspections.evaluation.indicators import INDICATORS, count_words, difference_words
from inspections.evaluation.rubric import Mark
from inspections.evaluation.statements import rubric_line, said
from inspections.papers.report.annexes import all_annexes
from inspections.papers.report.content import MOST_ANNEXES, Paragraph, Part, Picture, Report, Table
from inspections.papers.report.finishing import finished
from inspections.papers.report.phrases import (
    count_text,
    day_in_words,
    grade_text,
    headed,
    joined,
    override_text,
    report_part,
    report_says,
    rest_of,
    score_text,
    share_text,
    signed_text,
)
from inspections.papers.report.what_to_do import problems_by_unit, problems_section, proposal_section
from inspections.papers.slides.deck import Bar, Chart
from inspections.words.rates import rate
from inspections.words.wording import ABSENT, say

# Bars of one picture; what is beyond is summed up.
MOST_BARS = 15
# Fewer bars than this show nothing that a sentence does not.
FEWEST_BARS = 3
# Rows of a table in a report that has an annex for all units.
MOST_UNITS = 20


def report(facts: Facts, made_on: datetime.date) -> Report:
    """The year-end report, dated `made_on`."""
    sentences = said(facts)
    annexes = all_annexes(facts)
    parts: list[Part] = [Paragraph(report_says("opening", year=facts.year, day=day_in_words(facts.as_of)))]
    sections = (_overall, _indicators, _classes, _findings, _evaluation, problems_section, proposal_section)
    for number, section in enumerate(sections, start=1):
        parts += section(facts, sentences, number)
    parts += _log_head(facts)
    return finished(facts, made_on, "report", tuple(parts), annexes)


def _log_head(facts: Facts) -> list[Part]:
    """The end of the change log as it is now: on paper and in other hands, nobody can make the log anew behind it."""
    return [
        Paragraph(say("log.printed", seq=head["seq"], start=head["hash_start"], day=day_in_words(head["logged_on"])))
        for head in facts.ask("log_head").to_dict("records")
    ]


# ---------------------------------------------------------------------------------------------------- the sections


def _overall(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [headed("overall", number)]
    parts += joined(sentences, "plan", "joint", "document", "items")
    parts += joined(sentences, "visits", "publication", "running")
    return [*parts, *_picture("completion_picture", _completion_chart(facts))]


def _picture(key: str, chart: Chart) -> list[Part]:
    return [Picture(report_part("captions", key), chart)] if len(chart.bars) >= FEWEST_BARS else []


def _completion_chart(facts: Facts) -> Chart:
    units = facts.units[facts.units["due"] > 0]
    units = units.assign(share=units["entered"] / units["due"]).sort_values(
        ["share", "due", "unit_id"], ascending=[False, False, True]
    )
    rows = [(str(unit), int(done), int(due)) for unit, done, due in units[["unit", "entered", "due"]].to_numpy()]
    if len(rows) > MOST_BARS:
        # Those furthest behind are what a reader looks for.
        rest, rows = rows[: -(MOST_BARS - 1)], rows[-(MOST_BARS - 1) :]
        summed = (
            report_part("bars", "others", count=len(rest)),
            sum(row[1] for row in rest),
            sum(row[2] for row in rest),
        )
        rows = [summed, *rows]
    bars = tuple(
        Bar(
            unit,
            rate(done, due) or 0.0,
            1.0,
            report_part("bars", "visits", share=rate(done, due), done=done, due=due),
        )
        for unit, done, due in rows
    )
    return Chart(bars, report_part("alts", "completion", year=facts.year))


def _indicators(facts: Facts, _: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [headed("indicators", number)]
    now = {mark.code: mark for mark in facts.evaluation.whole.marks}
    before = {mark.code: mark for mark in facts.compared.evaluation.whole.marks} if facts.compared else {}
    rows = []
    for code in (one.code for one in INDICATORS):
        mark = now[code]
        earlier = before.get(code, Mark(code, 0, 0, None, None))
        if not mark.denominator and not earlier.denominator:
            continue
        rate_now, rate_before = (rate(one.numerator, one.denominator) for one in (mark, earlier))
        rows.append(
            (
                say(f"codes.indicator.{code}"),
                count_text(mark.numerator) if mark.denominator else ABSENT,
                count_text(mark.denominator) if mark.denominator else ABSENT,
                count_words(code, mark.numerator, mark.denominator),
                count_words(code, earlier.numerator, earlier.denominator),
                difference_words(code, rate_now, rate_before),
            )
        )
    if not rows:
        return [*parts, Paragraph(report_says("no_indicators"))]
    last = "last_year_to_date" if facts.running else "last_year"
    headings = ("indicator", "numerator", "denominator", "rate", last, "change")
    parts.append(Paragraph(report_says("indicators_intro", year=facts.year)))
    parts.append(
        Table(
            report_part("captions", "indicators"),
            tuple(report_part("columns", column) for column in headings),
            tuple(rows),
            (3.8, 1.5, 1.7, 1.7, 1.8, 2.8),
            note=report_says("indicators_note"),
        )
    )
    return parts


def _classes(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [headed("classes", number)]
    classes = facts.coverage.to_dict("records")
    if not classes:
        return [*parts, Paragraph(report_says("no_classes"))]
    parts += joined(sentences, "coverage")
    rows = [
        (
            facts.class_name(str(row["class"])),
            *(count_text(row[column]) for column in ("pool", "drawn")),
            share_text(row["drawn"], row["pool"]),
            count_text(row["visited"]),
        )
        for row in classes
    ]
    pool, drawn, visited = (int(facts.coverage[column].sum()) for column in ("pool", "drawn", "visited"))
    rows.append(
        (report_says("total"), count_text(pool), count_text(drawn), share_text(drawn, pool), count_text(visited))
    )
    parts.append(
        Table(
            report_part("captions", "classes"),
            tuple(report_part("columns", column) for column in ("class", "pool", "drawn", "share", "visited")),
            tuple(rows),
            (3, 2, 2, 2, 2),
            strong=(len(rows) - 1,),
            note=report_says("classes_note"),
        )
    )
    bars = tuple(
        Bar(
            facts.class_name(str(row["class"])),
            rate(row["drawn"], row["pool"]) or 0.0,
            1.0,
            report_part("bars", "objects", share=rate(row["drawn"], row["pool"]), done=row["drawn"], due=row["pool"]),
        )
        for row in classes
    )
    chart = Chart(bars, report_part("alts", "coverage", year=facts.year))
    return [*parts, *_picture("coverage_picture", chart)]


def _findings(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [headed("findings", number)]
    told = joined(sentences, "findings", "follow_up")
    if not told:
        return [*parts, Paragraph(report_says("no_findings"))]
    parts += told
    rows = problems_by_unit(facts)
    if not rows:
        return parts
    shown = tuple((unit, *(count_text(value) for value in counts)) for unit, *counts in rows[: most_of(facts)])
    headings = ("unit", "problems", "handled", "closed", "open")
    parts.append(
        Table(
            report_part("captions", "findings"),
            tuple(report_part("columns", column) for column in headings),
            shown,
            (4, 2, 2, 2, 2),
            note=rest_of(len(rows), len(shown)) or report_says("findings_note"),
        )
    )
    return parts


def most_of(facts: Facts) -> int:
    """How many units a table in the text shows: all of them, or a few where an annex has all."""
    return MOST_UNITS if len(facts.evaluation.units) > MOST_ANNEXES else MOST_ANNEXES


# ---------------------------------------------------------------------------------------------------- the evaluation


def _evaluation(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    evaluation = facts.evaluation
    parts: list[Part] = [headed("evaluation", number)]
    parts += joined(sentences, "evaluation", "best", "units_without")
    told = [unit for unit in evaluation.units if unit.score is not None or unit.override]
    if not told:
        return [*parts, Paragraph(report_says("no_evaluation"))] if len(parts) == 1 else parts
    before = {unit.unit_id: unit for unit in facts.compared.evaluation.units} if facts.compared else {}
    rows = []
    for unit in told[: most_of(facts)]:
        earlier = before.get(unit.unit_id)
        last = None if earlier is None else earlier.score
        changed = None if last is None or unit.score is None else signed_text(float(unit.score - last))
        rows.append(
            (
                ABSENT if unit.rank is None else str(unit.rank),
                unit.unit,
                score_text(unit.score),
                grade_text(unit),
                score_text(last),
                changed or ABSENT,
            )
        )
    last_score = "score_to_date" if facts.running else "score_last_year"
    headings = ("rank", "unit", "score", "grade", last_score, "score_change")
    overridden = any(unit.overridden for unit in told)
    key = "rubric_note_overridden" if overridden else "rubric_note"
    note = report_says(key, rubric=rubric_line(evaluation.rubric))
    if len(told) > len(rows):
        note += say("frame.sentence_gap") + report_says("see_annex", count=len(told) - len(rows))
    parts.append(
        Table(
            report_part("captions", "evaluation"),
            tuple(report_part("columns", column) for column in headings),
            tuple(rows),
            (1.2, 4.2, 1.5, 1.6, 1.9, 2.1),
            names=(1,),
            note=note,
        )
    )
    parts += [Paragraph(override_text(unit)) for unit in told if unit.overridden]
    return [*parts, *_picture("scores_picture", _score_chart(facts))]


def _score_chart(facts: Facts) -> Chart:
    graded = facts.evaluation.graded
    shown = graded[:MOST_BARS]
    bars = tuple(
        Bar(
            unit.unit,
            float(unit.score or 0),
            100.0,
            report_part("bars", "score", score=unit.score, grade=grade_text(unit)),
        )
        for unit in shown
    )
    alt = report_part("alts", "scores", year=facts.year)
    if len(graded) > len(shown):
        alt += report_part("alts", "first_only", count=len(shown))
    return Chart(bars, alt)
