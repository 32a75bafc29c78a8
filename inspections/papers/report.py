"""The content of the year-end report and of the circular (通报) as plain data, made from the facts of a bureau's year.

Which font a heading has and where a table stands is decided where it is drawn. No object is named and no class of a
single firm is told: leaders see totals.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from inspections.evaluation.distance import distance_sentence, next_grade
from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Graded
from inspections.evaluation.rubric import INDICATORS, Mark, rounded
from inspections.evaluation.statements import rubric_line, said
from inspections.papers.slides.deck import Bar, Chart
from inspections.words.rates import points, rate
from inspections.words.wording import ABSENT, say

# More units than this share one annex.
MOST_ANNEXES = 40
# Bars of one picture; what is beyond is summed up.
MOST_BARS = 15
# Fewer bars than this show nothing that a sentence does not.
FEWEST_BARS = 3
# Rows of a table in a report that has an annex for all units.
MOST_UNITS = 20
# Rows of a table in a circular, which has one or two pages.
MOST_ROWS = 4
# How far a circular looks ahead.
DAYS_AHEAD = 60
# Names told in a row, and their characters together, before "and so many more".
MOST_NAMES, MOST_CHARACTERS = 12, 100
# The characters in a circular.
FEW_CHARACTERS = 60
# Units whose distance to the next grade stands in the text; more of them are told in the annexes only.
MOST_DISTANCES = 10


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2, its number in the text."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text."""

    text: str


@dataclass(frozen=True)
class Table:
    """Finished cells. widths: relative; names: columns that hold words; strong: rows that sum up; note: below it."""

    caption: str | None
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    names: tuple[int, ...] = (0,)
    strong: tuple[int, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Picture:
    """Bars, drawn where there is a browser to draw them: the tables hold the same numbers."""

    caption: str
    chart: Chart


Part = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Annex:
    """An annex with a page of its own: 附件1 and its title."""

    label: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """A whole paper. mark: the head line of every page; first_line: what stands before the title (synthetic data)."""

    title: str
    under_title: str | None
    salutation: str | None
    parts: tuple[Part, ...]
    annexes: tuple[Annex, ...]
    attachments_word: str
    unit: str
    day: str
    mark: str | None
    first_line: str | None


def report(facts: Facts, made_on: datetime.date) -> Report:
    """The year-end report, dated `made_on`."""
    sentences = said(facts)
    annexes = _annexes(facts)
    parts: list[Part] = [Paragraph(_say("opening", year=facts.year, day=day_in_words(facts.as_of)))]
    sections = (_overall, _indicators, _classes, _findings, _evaluation, _problems, _proposal)
    for number, section in enumerate(sections, start=1):
        parts += section(facts, sentences, number)
    return _paper(facts, made_on, "report", tuple(parts), annexes)


def circular(facts: Facts, made_on: datetime.date) -> Report:
    """The circular for a cut-off date within the year: who is on time, who is not, what is due next; two pages."""
    sentences = said(facts)
    parts: list[Part] = [Paragraph(_circular("opening", year=facts.year, day=day_in_words(facts.as_of)))]
    sections = (_progress, _punctuality, _due_next, _open_problems, _requirements)
    for number, section in enumerate(sections, start=1):
        parts += section(facts, sentences, number)
    return _paper(facts, made_on, "circular", tuple(parts), ())


def day_in_words(day: datetime.date) -> str:
    """A day as papers write it: 2023年12月31日, 31 December 2023."""
    month = say(f"report.months.{day.month}")
    return say("report.day", year=day.year, month=month, day=day.day)


def _paper(
    facts: Facts, made_on: datetime.date, kind: str, parts: tuple[Part, ...], annexes: tuple[Annex, ...]
) -> Report:
    under = None
    if facts.running and kind == "report":  # a circular tells the day in its first sentence
        under = _say("under_title", day=day_in_words(facts.as_of))
    return Report(
        title=say(f"{kind}.title", bureau=facts.bureau, year=facts.year),
        under_title=under,
        salutation=_circular("salutation") if kind == "circular" else None,
        parts=parts,
        annexes=annexes,
        attachments_word=_say("attachments" if len(annexes) > 1 else "attachment"),
        unit=facts.bureau,
        day=day_in_words(made_on),
        mark=_say("mark") if facts.synthetic else None,
        first_line=say("frame.synthetic_note") if facts.synthetic else None,
    )


# ---------------------------------------------------------------------------------------------------- words


def _say(key: str, **parameters: object) -> str:
    return say(f"report.{key}", **parameters)


def _part(section: str, key: object, **parameters: object) -> str:
    return say(f"report.{section}.{key}", **parameters)


def _circular(key: str, **parameters: object) -> str:
    return say(f"circular.{key}", **parameters)


def _circular_part(section: str, key: str) -> str:
    return say(f"circular.{section}.{key}")


def _ordinal(number: int) -> str:
    return _part("ordinals", number)


def _number(level: int, number: int) -> str:
    """The number before a heading: 一、 and （一）."""
    return _part("numbers", level, number=_ordinal(number))


def _heading(key: str, number: int, level: int = 1, **parameters: object) -> Heading:
    return Heading(level, _number(level, number) + _part("headings", key, **parameters))


def _joined(sentences: Mapping[str, str], *codes: str) -> list[Part]:
    """The sentences of these codes as one paragraph; none where there is nothing to say."""
    spoken = [sentences[code] for code in codes if code in sentences]
    return [Paragraph(say("frame.sentence_gap").join(spoken))] if spoken else []


def _share(numerator: float, denominator: float) -> str:
    return say("frame.rate", share=rate(numerator, denominator))


def _count(value: float) -> str:
    return f"{int(value):,}"


def _change(now: float | None, before: float | None) -> str:
    """A change in percentage points with its sign."""
    changed = points(now, before)
    return ABSENT if changed is None else _signed(changed, 1)


def _signed(value: float, decimals: int) -> str:
    text = f"{value:+.{decimals}f}"
    return text.lstrip("+-") if float(text) == 0 else text


def _text(value: Any) -> str:
    return ABSENT if pd.isna(value) or not str(value).strip() else " ".join(str(value).split())


def _rest(count: int, shown: int) -> str | None:
    return _say("rest", count=count - shown) if count > shown else None


def _names(names: Sequence[str], most: int = MOST_CHARACTERS) -> str:
    shown: list[str] = []
    for name in names[:MOST_NAMES]:
        if shown and len("".join(shown)) + len(name) > most:
            break
        shown.append(name)
    listed = say("frame.list_comma").join(shown)
    more = len(names) - len(shown)
    return _say("and_more", names=listed, more=more) if more else listed


def _points(points_made: Sequence[str]) -> list[str]:
    """Numbered where there is more than one."""
    if len(points_made) == 1:
        return list(points_made)
    return [_say("point", number=_ordinal(number), text=text) for number, text in enumerate(points_made, start=1)]


# ---------------------------------------------------------------------------------------------------- the sections


def _overall(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_heading("overall", number)]
    parts += _joined(sentences, "plan", "joint", "document", "items")
    parts += _joined(sentences, "visits", "publication", "running")
    return [*parts, *_picture("completion_picture", _completion_chart(facts))]


def _picture(key: str, chart: Chart) -> list[Part]:
    return [Picture(_part("captions", key), chart)] if len(chart.bars) >= FEWEST_BARS else []


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
            _part("bars", "others", count=len(rest)),
            sum(row[1] for row in rest),
            sum(row[2] for row in rest),
        )
        rows = [summed, *rows]
    bars = tuple(
        Bar(
            unit,
            rate(done, due) or 0.0,
            1.0,
            _part("bars", "visits", share=rate(done, due), done=done, due=due),
        )
        for unit, done, due in rows
    )
    return Chart(bars, _part("alts", "completion", year=facts.year))


def _indicators(facts: Facts, _: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_heading("indicators", number)]
    now = {mark.code: mark for mark in facts.evaluation.whole.marks}
    before = {mark.code: mark for mark in facts.before.evaluation.whole.marks} if _planned_before(facts) else {}
    rows = []
    for code in INDICATORS:
        mark = now[code]
        earlier = before.get(code, Mark(code, 0, 0, None, None))
        if not mark.denominator and not earlier.denominator:
            continue
        rate_now, rate_before = (rate(one.numerator, one.denominator) for one in (mark, earlier))
        rows.append(
            (
                say(f"codes.indicator.{code}"),
                _count(mark.numerator) if mark.denominator else ABSENT,
                _count(mark.denominator) if mark.denominator else ABSENT,
                _share(mark.numerator, mark.denominator),
                _share(earlier.numerator, earlier.denominator),
                _change(rate_now, rate_before),
            )
        )
    if not rows:
        return [*parts, Paragraph(_say("no_indicators"))]
    last = "last_year_to_date" if facts.running else "last_year"
    headings = ("indicator", "numerator", "denominator", "rate", last, "change")
    parts.append(Paragraph(_say("indicators_intro", year=facts.year)))
    parts.append(
        Table(
            _part("captions", "indicators"),
            tuple(_part("columns", column) for column in headings),
            tuple(rows),
            (3.8, 1.5, 1.7, 1.7, 1.8, 2.8),
            note=_say("indicators_note"),
        )
    )
    return parts


def _planned_before(facts: Facts) -> bool:
    """Whether there is a year before to compare with."""
    return facts.before.totals["tasks"] > 0


def _classes(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_heading("classes", number)]
    classes = facts.coverage.to_dict("records")
    if not classes:
        return [*parts, Paragraph(_say("no_classes"))]
    parts += _joined(sentences, "coverage")
    rows = [
        (
            facts.class_name(str(row["class"])),
            *(_count(row[column]) for column in ("pool", "drawn")),
            _share(row["drawn"], row["pool"]),
            _count(row["visited"]),
        )
        for row in classes
    ]
    pool, drawn, visited = (int(facts.coverage[column].sum()) for column in ("pool", "drawn", "visited"))
    rows.append((_say("total"), _count(pool), _count(drawn), _share(drawn, pool), _count(visited)))
    parts.append(
        Table(
            _part("captions", "classes"),
            tuple(_part("columns", column) for column in ("class", "pool", "drawn", "share", "visited")),
            tuple(rows),
            (3, 2, 2, 2, 2),
            strong=(len(rows) - 1,),
            note=_say("classes_note"),
        )
    )
    bars = tuple(
        Bar(
            facts.class_name(str(row["class"])),
            rate(row["drawn"], row["pool"]) or 0.0,
            1.0,
            _part("bars", "objects", share=rate(row["drawn"], row["pool"]), done=row["drawn"], due=row["pool"]),
        )
        for row in classes
    )
    chart = Chart(bars, _part("alts", "coverage", year=facts.year))
    return [*parts, *_picture("coverage_picture", chart)]


def _findings(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_heading("findings", number)]
    told = _joined(sentences, "findings", "follow_up")
    if not told:
        return [*parts, Paragraph(_say("no_findings"))]
    parts += told
    rows = _problems_by_unit(facts)
    if not rows:
        return parts
    shown = tuple((unit, *(_count(value) for value in counts)) for unit, *counts in rows[: _most(facts)])
    headings = ("unit", "problems", "handled", "closed", "open")
    parts.append(
        Table(
            _part("captions", "findings"),
            tuple(_part("columns", column) for column in headings),
            shown,
            (4, 2, 2, 2, 2),
            note=_rest(len(rows), len(shown)) or _say("findings_note"),
        )
    )
    return parts


def _most(facts: Facts) -> int:
    """How many units a table in the text shows: all of them, or a few where an annex has all."""
    return MOST_UNITS if len(facts.evaluation.units) > MOST_ANNEXES else MOST_ANNEXES


def _problems_by_unit(facts: Facts) -> list[tuple[str, int, int, int, int]]:
    """Units with a problem found: problems, followed up, closed, open; most open first."""
    rows = []
    for unit in facts.evaluation.units:
        handled, closed = unit.mark("follow_up").numerator, unit.mark("closed_out")
        if closed.denominator:
            open_ = closed.denominator - closed.numerator
            rows.append((unit.unit, closed.denominator, handled, closed.numerator, open_))
    return sorted(rows, key=lambda row: (-row[4], -row[1]))


# ---------------------------------------------------------------------------------------------------- the evaluation


def _evaluation(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    evaluation = facts.evaluation
    parts: list[Part] = [_heading("evaluation", number)]
    parts += _joined(sentences, "evaluation", "best", "units_without")
    told = [unit for unit in evaluation.units if unit.score is not None or unit.override]
    if not told:
        return [*parts, Paragraph(_say("no_evaluation"))] if len(parts) == 1 else parts
    before = {unit.unit_id: unit for unit in facts.before.evaluation.units} if _planned_before(facts) else {}
    rows = []
    for unit in told[: _most(facts)]:
        earlier = before.get(unit.unit_id)
        last = None if earlier is None else earlier.score
        changed = None if last is None or unit.score is None else _signed(float(unit.score - last), 2)
        rows.append(
            (
                ABSENT if unit.rank is None else str(unit.rank),
                unit.unit,
                _score(unit.score),
                _grade(unit),
                _score(last),
                changed or ABSENT,
            )
        )
    interim = ("grade_to_date", "score_to_date") if facts.running else ("grade", "score_last_year")
    headings = ("rank", "unit", "score", *interim, "score_change")
    overridden = any(unit.override and unit.override.grade != unit.suggested for unit in told)
    key = "rubric_note_overridden" if overridden else "rubric_note"
    note = _say(key, rubric=rubric_line(evaluation.rubric))
    if len(told) > len(rows):
        note += say("frame.sentence_gap") + _say("see_annex", count=len(told) - len(rows))
    parts.append(
        Table(
            _part("captions", "evaluation"),
            tuple(_part("columns", column) for column in headings),
            tuple(rows),
            (1.2, 4.2, 1.5, 1.6, 1.9, 2.1),
            names=(1,),
            note=note,
        )
    )
    parts += [Paragraph(_override(unit)) for unit in told if unit.override and unit.override.grade != unit.suggested]
    return [*parts, *_picture("scores_picture", _score_chart(facts))]


def _score(value: object) -> str:
    return ABSENT if value is None else str(value)


def _grade(unit: Graded) -> str:
    """The grade that counts, with a star where people decided against the suggestion."""
    word = say(f"codes.grade.{unit.grade}")
    overridden = unit.override is not None and unit.override.grade != unit.suggested
    return _say("overridden", grade=word) if overridden else word


def _override(unit: Graded) -> str:
    assert unit.override is not None  # noqa: S101 - for the type checker
    return _say(
        "override",
        unit=unit.unit,
        suggested=say(f"codes.grade.{unit.suggested}"),
        grade=say(f"codes.grade.{unit.grade}"),
        reason=unit.override.reason.strip().rstrip("。."),
    )


def _score_chart(facts: Facts) -> Chart:
    graded = facts.evaluation.graded
    shown = graded[:MOST_BARS]
    bars = tuple(
        Bar(
            unit.unit,
            float(unit.score or 0),
            100.0,
            _part("bars", "score", score=unit.score, grade=_grade(unit)),
        )
        for unit in shown
    )
    alt = _part("alts", "scores", year=facts.year)
    if len(graded) > len(shown):
        alt += _part("alts", "first_only", count=len(shown))
    return Chart(bars, alt)


# ---------------------------------------------------------------------------------------------------- what to do


def _late_launches(facts: Facts) -> pd.DataFrame:
    """Tasks that should have started, were not drawn within their window, and cannot be any more."""
    tasks = facts.task_states
    return tasks[tasks["to_start"] & ~tasks["launched_in_time"] & ~tasks["may_launch"]]


def _uncovered(facts: Facts) -> list[str]:
    return [_text(name) for name in facts.items.loc[facts.items["tasks"] == 0, "item"]]


def _problems(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_heading("problems", number), _heading("shortcomings", 1, level=2)]
    found, wanted = [], []
    overdue = int(facts.units["overdue"].sum())
    if overdue and "late" in sentences:
        found.append(sentences["late"])
        wanted.append(_part("wanted", "overdue", count=overdue))
    missed = _late_launches(facts)
    if len(missed):
        found.append(
            _part(
                "found",
                "not_launched",
                count=len(missed),
                names=_names([_text(name) for name in missed["task"]]),
            )
        )
        wanted.append(_part("wanted", "not_launched"))
    open_ = [(unit, count) for unit, *_, count in _problems_by_unit(facts) if count]
    if open_:
        count = sum(count for _, count in open_)
        units = _names([unit for unit, _ in open_])
        found.append(_part("found", "open", count=count, units=units))
        wanted.append(_part("wanted", "open", count=count))
    uncovered = _uncovered(facts)
    if uncovered:
        found.append(_part("found", "uncovered", count=len(uncovered), names=_names(uncovered)))
        wanted.append(_part("wanted", "uncovered", count=len(uncovered)))
    idle = [str(name) for name in facts.ask("idle_units", **facts.of_year)["unit"]]
    if idle:
        found.append(_part("found", "idle", count=len(idle), units=_names(idle)))
    parts += [Paragraph(text) for text in _points(found or [_part("found", "nothing")])]
    parts.append(_heading("advice", 2, level=2))
    coming = _coming(facts)
    if facts.running and len(coming):
        wanted.append(_part("wanted", "coming", count=len(coming), days=DAYS_AHEAD))
    parts += [Paragraph(text) for text in _points(wanted or [_part("wanted", "nothing")])]
    distances = _distances(facts)
    told = [unit for unit in facts.evaluation.graded if unit.unit_id in distances][:MOST_DISTANCES]
    if told and len(told) == len(distances):
        parts.append(_heading("distances", 3, level=2))
        parts += [Paragraph(_say("distance", unit=unit.unit, sentence=distances[unit.unit_id])) for unit in told]
    return parts


def _distances(facts: Facts) -> dict[int | None, str]:
    """What each unit lacks to the next grade, by unit; nothing where there are more units than annexes."""
    graded = facts.evaluation.graded
    if len(graded) > MOST_ANNEXES:
        return {}
    return {
        unit.unit_id: distance_sentence(next_grade(unit, facts.rubric, facts.visit_states, facts.task_states))
        for unit in graded
    }


def _coming(facts: Facts) -> pd.DataFrame:
    """Tasks that end within the next weeks and are not finished, the nearest first."""
    tasks = facts.tasks
    unfinished = (tasks["due"] == 0) | (tasks["entered"] < tasks["due"])
    near = tasks["days_left"].notna() & (tasks["days_left"] <= DAYS_AHEAD)
    return tasks[near & unfinished].sort_values(["ends_on", "task_id"])


def _proposal(facts: Facts, _: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_heading("proposal", number, year=facts.year + 1)]
    proposals = facts.proposals
    if proposals.empty:
        return [*parts, *_plan_in_force(facts)]
    codes = [code for code in (*facts.classes, "none") if code in set(proposals["class"].astype(str))]
    cells = {(int(row["scope_id"]), str(row["class"])): row for row in proposals.to_dict("records")}
    rows = []
    for first in proposals.drop_duplicates("scope_id").to_dict("records"):
        for code in codes:
            row = cells.get((int(first["scope_id"]), code))
            if row is not None:
                rows.append(
                    (
                        _text(first["scope"]),
                        facts.class_name(code),
                        _count(row["pool"]),
                        say("frame.rate", share=float(row["rate"])),
                        _count(row["quota"]),
                        _count(row["draws"]),
                    )
                )
    headings = ("scope", "class", "pool", "proposed_rate", "quota", "draws")
    parts.append(Paragraph(_say("proposal_adopted", year=facts.year + 1)))
    parts.append(
        Table(
            _part("captions", "proposal", year=facts.year + 1),
            tuple(_part("columns", column) for column in headings),
            tuple(rows),
            (3.6, 2.4, 1.5, 1.7, 1.9, 1.9),
            names=(0, 1),
            note=_say("proposal_note"),
        )
    )
    return parts


def _plan_in_force(facts: Facts) -> list[Part]:
    """What was planned this year, pool by pool, where nobody adopted proportions for the next."""
    parts: list[Part] = [Paragraph(_say("proposal_none", year=facts.year + 1))]
    grouped = facts.tasks.groupby(["scope", "rate_text"], sort=False, dropna=False).size().reset_index(name="tasks")
    grouped = grouped[grouped["scope"].notna() | grouped["rate_text"].notna()]
    if grouped.empty:
        return [Paragraph(_say("proposal_nothing", year=facts.year + 1))]
    rows = tuple(
        (_text(row["scope"]), _count(row["tasks"]), _text(row["rate_text"])) for row in grouped.to_dict("records")
    )
    headings = tuple(_part("columns", column) for column in ("scope", "tasks", "rate_in_force"))
    caption = _part("captions", "in_force", year=facts.year)
    return [*parts, Table(caption, headings, rows, (5, 1.6, 5), names=(0, 2))]


# ---------------------------------------------------------------------------------------------------- the annexes


def _annexes(facts: Facts) -> tuple[Annex, ...]:
    units = [unit for unit in facts.evaluation.units if unit.score is not None or unit.override or unit.note]
    if not units:
        return ()
    if len(units) > MOST_ANNEXES:
        title = _say("annex_all", year=facts.year)
        return (Annex(_label(1, 1), title, _everybody(facts, units)),)
    distances = _distances(facts)
    return tuple(
        Annex(
            _label(number, len(units)),
            _say("annex_unit", unit=unit.unit, year=facts.year),
            _of_unit(facts, unit, distances.get(unit.unit_id)),
        )
        for number, unit in enumerate(units, start=1)
    )


def _label(number: int, of: int) -> str:
    return _say("annex_label" if of > 1 else "annex_only", number=number)


def _everybody(facts: Facts, units: Sequence[Graded]) -> tuple[Part, ...]:
    """One row per unit: the scored indicators' rates, score and grade."""
    codes = [code for code in facts.evaluation.rubric.criteria if any(_has(unit, code) for unit in units)][:5]
    rows = tuple(
        (
            unit.unit,
            *(_share(unit.mark(code).numerator, unit.mark(code).denominator) for code in codes),
            _score(unit.score),
            _grade(unit),
        )
        for unit in units
    )
    headings = (
        _part("columns", "unit"),
        *(say(f"codes.indicator.{code}") for code in codes),
        _part("columns", "score"),
        _part("columns", "grade"),
    )
    return (Table(_part("captions", "everybody"), headings, rows, (3.4, *(1.5 for _ in codes), 1.3, 1.1)),)


def _has(unit: Graded, code: str) -> bool:
    return any(mark.code == code and mark.denominator for mark in unit.marks)


def _of_unit(facts: Facts, unit: Graded, distance: str | None) -> tuple[Part, ...]:
    best = facts.evaluation.best
    compared = best if best is not None and best.unit_id != unit.unit_id else None
    parts: list[Part] = []
    if unit.score is None:
        parts.append(Paragraph(_say("unit_without", unit=unit.unit, year=facts.year)))
    else:
        parts.append(
            Paragraph(
                _say(
                    "unit_score",
                    unit=unit.unit,
                    score=unit.score,
                    rank=unit.rank,
                    count=len(facts.evaluation.graded),
                    grade=say(f"codes.grade.{unit.suggested}"),
                )
            )
        )
    if unit.override and unit.override.grade != unit.suggested:
        parts.append(Paragraph(_override(unit)))
    if distance:
        parts.append(Paragraph(_say("distance", unit=unit.unit, sentence=distance)))
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
            rows = [
                (*row, _share(compared.mark(mark.code).numerator, compared.mark(mark.code).denominator))
                for row, mark in zip(rows, marks, strict=True)
            ]
        parts.append(
            Table(
                _part("captions", "unit"),
                tuple(_part("columns", column) for column in headings),
                tuple(rows),
                tuple(widths),
                note=_say("unit_note"),
            )
        )
    if unit.note:
        parts.append(Paragraph(_say("note", text=unit.note.strip())))
    return tuple(parts)


def _unit_row(mark: Mark) -> tuple[str, ...]:
    scored = mark.points is not None and mark.available is not None
    earned = f"{rounded(mark.points)} / {rounded(mark.available)}" if scored else _say("not_scored")  # type: ignore[arg-type]
    return (
        say(f"codes.indicator.{mark.code}"),
        _count(mark.numerator),
        _count(mark.denominator),
        _share(mark.numerator, mark.denominator),
        earned,
    )


def _behind(unit: Graded, best: Graded) -> str:
    """Where the unit is furthest behind the best one, among the indicators that both are scored on."""
    gaps = {}
    for mark in unit.marks:
        other = best.mark(mark.code)
        behind = points(rate(other.numerator, other.denominator), rate(mark.numerator, mark.denominator))
        if mark.available is not None and behind is not None and round(behind, 1) > 0:
            gaps[mark.code] = behind
    if not gaps:
        return _say("not_behind", best=best.unit)
    code = max(gaps, key=lambda one: gaps[one])
    return _say("behind", best=best.unit, indicator=say(f"codes.indicator.{code}"), points=gaps[code])


# ---------------------------------------------------------------------------------------------------- the circular


def _circular_heading(key: str, number: int) -> Heading:
    return Heading(1, _number(1, number) + _circular_part("headings", key))


def _progress(_: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("progress", number)]
    return [*parts, *_joined(sentences, "plan", "visits", "publication")]


def _punctuality(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("punctuality", number)]
    overdue = dict(zip(facts.units["unit_id"], facts.units["overdue"], strict=True))
    missed = _late_launches(facts)
    slow = missed["launching_unit_id"].value_counts().to_dict()
    units = [
        (unit, unit.mark("completion"), int(overdue.get(unit.unit_id, 0)), int(slow.get(unit.unit_id, 0)))
        for unit in facts.evaluation.units
    ]
    late = sorted((row for row in units if row[2] or row[3]), key=lambda row: (-row[2], -row[3]))
    good = [unit.unit for unit, done, *behind in units if done.denominator and not any(behind)]
    if good:
        parts.append(Paragraph(_circular("on_time", count=len(good), units=_names(good, FEW_CHARACTERS))))
    if not late:
        return [*parts, Paragraph(_circular("nobody_late" if good else "nothing_due"))]
    told = [sentences["late"]] if any(row[2] for row in late) else []
    if len(missed):
        names = _names([_text(name) for name in missed["task"]], FEW_CHARACTERS)
        told.append(_part("found", "not_launched", count=len(missed), names=names))
    parts.append(Paragraph(say("frame.sentence_gap").join(told)))
    rows = tuple(
        (
            unit.unit,
            _count(done.denominator),
            _share(done.numerator, done.denominator),
            _count(unpublished),
            _count(not_launched),
        )
        for unit, done, unpublished, not_launched in late[:MOST_ROWS]
    )
    headings = ("unit", "due", "completion", "overdue", "not_launched")
    parts.append(
        Table(
            None,
            tuple(_circular_part("columns", column) for column in headings),
            rows,
            (3.2, 1.9, 1.8, 2.6, 2.6),
            note=_rest(len(late), len(rows)),
        )
    )
    return parts


def _due_next(facts: Facts, _: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("due_next", number)]
    coming = _coming(facts)
    if coming.empty:
        return [*parts, Paragraph(_circular("nothing_next", days=DAYS_AHEAD))]
    parts.append(Paragraph(_circular("due_next", count=len(coming), days=DAYS_AHEAD)))
    rows = tuple(
        (
            _text(row["name"]),
            _text(row["lead_unit"]),
            _circular("date", day=row["ends_on"]),
            _count(row["days_left"]),
            _count(row["due"] - row["entered"]) if row["due"] else _circular("not_drawn"),
        )
        for row in coming.head(MOST_ROWS).to_dict("records")
    )
    headings = ("task", "lead_unit", "ends_on", "days_left", "left")
    parts.append(
        Table(
            None,
            tuple(_circular_part("columns", column) for column in headings),
            rows,
            (4.3, 2.7, 2, 1.5, 1.7),
            names=(0, 1),
            note=_rest(len(coming), len(rows)),
        )
    )
    return parts


def _open_problems(facts: Facts, sentences: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("open", number)]
    if "findings" not in sentences:
        return [*parts, Paragraph(_circular("no_results"))]
    open_ = [(unit, count) for unit, *_, count in _problems_by_unit(facts) if count]
    if not open_:
        return [*parts, *_joined(sentences, "findings", "follow_up")]
    units = [_circular("unit_open", unit=unit, count=count) for unit, count in open_]
    left = _circular("open", count=sum(count for _, count in open_), units=_names(units, FEW_CHARACTERS))
    return [*parts, Paragraph(say("frame.sentence_gap").join((sentences["findings"], left)))]


def _requirements(facts: Facts, _: Mapping[str, str], number: int) -> list[Part]:
    parts: list[Part] = [_circular_heading("requirements", number)]
    wanted = []
    overdue = int(facts.units["overdue"].sum())
    if overdue:
        wanted.append(_circular("wanted_overdue", count=overdue))
    waiting = int(facts.task_states["may_launch"].sum())
    if waiting:
        wanted.append(_circular("wanted_launch", count=waiting))
    left = facts.totals["problems"] - facts.totals["closed"]
    if left:
        wanted.append(_circular("wanted_open", count=left))
    told = _points(wanted or [_circular("wanted_nothing")])
    return [*parts, Paragraph(say("frame.sentence_gap").join(told))]
