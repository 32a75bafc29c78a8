"""The league table, what can be taken away, and what the evaluation page says of one unit."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal

import pandas as pd
import streamlit as st

from inspections.edits import grades
from inspections.evaluation.costs import cost
from inspections.evaluation.distance import Firmness, firmness, next_grade
from inspections.evaluation.distance_words import distance_sentence, firmness_sentence, of_unit
from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Evaluation, Graded
from inspections.evaluation.indicators import (
    BY_CODE,
    count_words,
    difference_words,
)
from inspections.evaluation.rubric import (
    GRADES,
    NOT_APPLICABLE,
    PENDING,
    Mark,
)
from inspections.figures import evaluation as figures
from inspections.figures.sentences import few_names
from inspections.papers.official_paper import new_paper
from inspections.papers.report import document
from inspections.papers.report.circular import circular
from inspections.papers.report.content import Report
from inspections.papers.report.year_end import report
from inspections.papers.score_workbook.workbook import to_xlsx
from inspections.store.database import own_templates
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.rates import rate, way
from inspections.words.wording import ABSENT, say, say_error
from pages.frame.address import kept, one_of
from pages.frame.data import connection, facts_to_print
from pages.frame.saving import download, saving
from pages.frame.shown import KeyFigure, chart, figures_row, heading, in_html, listed, note, plain_figure, table
from pages.frame.view import View


# ---------------------------------------------------------------------------------------------------- all units
def key_figures(view: View, facts: Facts) -> None:
    """The bureau's own score and its change, how many units have which grade, the best unit, those without a grade."""
    evaluation = facts.evaluation
    compared = facts.compared
    whole, best = evaluation.whole, evaluation.best
    last = compared.evaluation.whole.score if compared else None
    named = [unit.unit for unit in evaluation.graded if best and unit.score == best.score]
    counted = Counter(unit.grade for unit in evaluation.units if not unit.aside)
    moved = None if whole.score is None or last is None else whole.score - last
    decided = sum(unit.override is not None for unit in evaluation.units)
    pending = facts.running and not decided
    figures_row(
        KeyFigure(
            view.say("figures.score"),
            f"{whole.score or ABSENT}",
            view.word("grade", whole.grade),
            None if moved is None else view.say(f"score_moved.{way(float(moved), 2)}", moved=abs(moved)),
            view.say("explanations.score"),
        ),
        KeyFigure(
            view.say("figures.grades"),
            ABSENT if pending else " / ".join(str(counted[grade]) for grade in GRADES),
            view.say("grades_detail", count=len(evaluation.graded)),
            view.say("decided_detail", count=decided)
            if decided
            else view.say("decided_pending" if facts.running else "decided_none"),
            view.say("explanations.grades"),
        ),
        plain_figure(view, "best", f"{best.score}" if best else ABSENT, few_names(named) if named else None),
        plain_figure(
            view,
            "without",
            # As many as the note below the table names, the bureau itself among them.
            str(sum(unit.grade == NOT_APPLICABLE for unit in evaluation.units)),
        ),
    )


def last_scores(facts: Facts) -> dict[int, Decimal | None]:
    """Last year's score of every unit there was; empty where last year is nothing to compare with."""
    if facts.compared is None:
        return {}
    return {unit.unit_id: unit.score for unit in facts.compared.evaluation.units if unit.unit_id is not None}


def league_rows(evaluation: Evaluation, last: Mapping[int, Decimal | None]) -> pd.DataFrame:
    """One row per unit: its place, score, grade and who decided it, last year's score, and the rates asked for most."""
    rows = []
    for unit in evaluation.units:
        before = last.get(unit.unit_id or 0)
        rows.append(
            {
                "rank": unit.rank,
                "unit": own_name(unit),
                "score": None if unit.score is None else float(unit.score),
                "grade": unit.grade,
                "decided": "people" if unit.override else "suggested",
                "reason": unit.override.reason if unit.override else None,
                "last_score": None if before is None else float(before),
                "score_change": None if before is None or unit.score is None else float(unit.score - before),
                "completion_rate": _rate(unit.mark("completion")),
                "on_time_rate": _rate(unit.mark("publication_on_time")),
                "follow_up_rate": _rate(unit.mark("follow_up")),
                "note": unit.note,
            }
        )
    return pd.DataFrame(rows).astype({"rank": "Int64", "score": "float64", "last_score": "float64"})


def _rate(mark: Mark | None) -> float | None:
    return None if mark is None else rate(mark.numerator, mark.denominator)


def downloads(view: View, *, unsaved: bool) -> None:
    """Report, circular and workbook, each written only when it is asked for, and only under a scheme that is kept."""
    printed = facts_to_print(view)
    today = datetime.date.today()
    refused = None
    try:
        new_paper("", "", own=own_templates())
    except InspectionsError as error:
        # An own template that cannot be used.
        refused = markdown(say_error(error))
    offers: dict[str, tuple[str, Callable[[], bytes], str]] = {
        "report": ("docx", lambda: _docx(report(printed, today)), "description"),
        "circular": ("docx", lambda: _docx(circular(printed, today)), "campaign"),
        "workbook": ("xlsx", lambda: to_xlsx(printed), "table_view"),
    }
    with st.container(horizontal=True, width="content", gap="small"):
        for key, (suffix, write, icon) in offers.items():
            against = view.say("save_first") if unsaved else refused if suffix == "docx" else None
            download(
                view.say(f"download_{key}"),
                write,
                file_name=f"{view.bureau}{view.year}-{view.say(f'download_{key}')}.{suffix}",
                icon=f":material/{icon}:",
                key=f"evaluation-{key}",
                help=against or view.say(f"download_{key}_help"),
                disabled=against is not None,
            )


def _docx(content: Report) -> bytes:
    return document.to_docx(content, own=own_templates())[0]


# ---------------------------------------------------------------------------------------------------- one unit
def breakdown_rows(unit: Graded, last: Graded | None, best: Graded | None) -> pd.DataFrame:
    """One row per indicator of a unit: counts, points, last year's value and that of the best unit, in words."""
    before, of_best = ({} if other is None else {one.code: one for one in other.marks} for other in (last, best))
    rows = []
    for mark in unit.marks:
        earlier = before.get(mark.code)
        rows.append(
            {
                "indicator": mark.code,
                "numerator": mark.numerator,
                "denominator": mark.denominator,
                "own_value_words": _value_words(mark),
                "earned": None if mark.points is None else float(mark.points),
                "available": None if mark.available is None else float(mark.available),
                "lost": None if mark.points is None else float(mark.lost),
                "last_value_words": _value_words(earlier),
                "value_change_words": difference_words(mark.code, _rate(mark), _rate(earlier)),
                "best_value_words": _value_words(of_best.get(mark.code)),
                # Last, as the longest: what it says is known to most, and a narrow window has no room for it.
                "indicator_of": mark.code,
            }
        )
    return pd.DataFrame(rows)


def _value_words(mark: Mark | None) -> str:
    return ABSENT if mark is None else count_words(mark.code, mark.numerator, mark.denominator)


def own_name(unit: Graded) -> str:
    """The unit's name; the bureau among its own units says that this is not its score as a whole."""
    return say("evaluation.aside_name", unit=unit.unit) if unit.aside else unit.unit


def name_of(view: View, unit: Graded) -> str:
    """The same; the bureau as a whole is not called as one of its units may be."""
    return view.say("whole_name") if unit.unit_id is None else own_name(unit)


def open_unit(view: View, facts: Facts, unit: Graded) -> None:
    """One unit: how far from the next grade, how firm its grade, what it earned and lost, and by which records."""
    firm = _verdict(view, facts, unit)
    last = facts.compared.evaluation.of(unit.unit_id) if facts.compared else None
    best = facts.evaluation.best
    best = None if best is None or best.unit_id == unit.unit_id else best
    if unit.score is not None:
        with st.container(border=True):
            heading(view.say("breakdown_title"))
            figure = figures.breakdown(unit, last, best, view.look)
            chart(figure, view, "breakdown", view.say("breakdown_alt", unit=name_of(view, unit)))
            alone = "" if last is not None and last.score is not None else "_alone"
            key = f"breakdown_note{alone}" if best else f"breakdown_note_best{alone}"
            if view.look.on_phone:
                # There the dots have no room, and the heads of the figure's halves neither.
                key = "breakdown_note_phone"
            note(view.say(key, unit=name_of(view, unit), best=best.unit if best else None))
            if best and not view.look.on_phone and (unmarked := figures.without_value(unit, best)):
                names = [view.word("indicator", code) for code in unmarked]
                note(view.say("breakdown_best_none", indicators=listed(names)))
            spread = [mark.code for mark in unit.marks if mark.code in facts.rubric.criteria and mark.available is None]
            if spread:
                note(view.say("spread_note", indicators=listed([view.word("indicator", code) for code in spread])))
        _records(view, facts, unit)
    rows = breakdown_rows(unit, last, best)
    table(rows, list(rows.columns), view, "indicators", view.say("indicators_title", unit=name_of(view, unit)))
    if firm is not None and not facts.running:
        _weights_table(view, firm)


def _verdict(view: View, facts: Facts, unit: Graded) -> Firmness | None:
    """Distance and firmness in words, side by side."""
    if unit.score is None:
        note(view.say("unit_not_graded", unit=name_of(view, unit)))
        return None
    near = next_grade(unit, facts.rubric, facts.visit_states, facts.task_states)
    firm = firmness(unit, facts.rubric, facts.visit_states, facts.task_states)
    told = {
        "next": distance_sentence(near, running=facts.running), "firm": firmness_sentence(firm, running=facts.running)
    }  # fmt: skip
    said = {key: of_unit(unit, sentence) for key, sentence in told.items()}
    for cell, (key, sentence) in zip(st.columns(2, gap="medium"), said.items(), strict=True):
        with cell.container(border=True, height="stretch"):
            heading(view.say(f"{key}_title"))
            st.html(f'<p class="verdict">{in_html(sentence)}</p>')
    return firm


def _records(view: View, facts: Facts, unit: Graded) -> None:
    """The records that cost points, those of one indicator at a time, the dearest first."""
    dearest = sorted((mark for mark in unit.marks if BY_CODE[mark.code].weightable), key=lambda mark: -mark.lost)
    counted = ((mark, _fell_short(facts, unit, mark)) for mark in dearest)
    costly = {mark.code: (mark, count) for mark, count in counted if count}
    if not costly:
        note(view.say("lost_without_records" if any(mark.lost for mark in dearest) else "nothing_lost"))
        return
    heading(view.say("records_heading"))
    first = next(iter(costly))
    code = st.pills(
        view.say("records_heading"),
        list(costly),
        default=first,
        required=True,
        format_func=lambda code: markdown(_cost_label(view, *costly[code])),
        key=kept("costs", one_of(list(costly)), first, key=f"costs_{unit.unit_id or 0}_{view.as_of}"),
        label_visibility="collapsed",
    )
    mark, _ = costly.get(code, costly[first])
    rows, columns = cost(facts, unit.unit_id, mark.code)
    kind = BY_CODE[mark.code].kind
    words = {"indicator": view.word("indicator", mark.code), "count": len(rows), "points": f"{float(mark.lost):.2f}"}
    table(rows, columns, view, "records", view.say(f"records_title_{kind}", **words))
    note(view.say(f"records_note_{kind}", how=view.word("indicator_of", mark.code)))


def _fell_short(facts: Facts, unit: Graded, mark: Mark) -> int:
    """How many records cost points: of a rate the counts say it; of anything else only where some are lost."""
    if BY_CODE[mark.code].kind == "rate":
        return mark.denominator - mark.numerator
    return len(cost(facts, unit.unit_id, mark.code).rows) if mark.lost else 0


def _cost_label(view: View, mark: Mark, count: int) -> str:
    key = "cost_label" if mark.lost else "cost_label_none"
    lost = f"{float(mark.lost):.2f}"
    return view.say(key, indicator=view.word("indicator", mark.code), lost=lost, count=count)


def _weights_table(view: View, firm: Firmness) -> None:
    rows = pd.DataFrame(
        [
            {
                "indicator": one.code,
                "weight": float(one.weight),
                "turning_weight": None if one.said is None else float(one.said),
                "turning_grade": view.word("grade", one.grade) if one.grade else None,
            }
            for one in firm.weights
        ]
    ).astype({"turning_weight": "float64"})
    with st.expander(view.say("weights_title")):
        table(rows, list(rows.columns), view, "weights", view.say("weights_title"))
        note(view.say("weights_note"))


def decide(view: View, unit: Graded) -> None:
    """A remark on the unit's year, and another grade than the suggested one, with its reason."""
    if unit.unit_id is None:
        return
    of_unit = (view.bureau_id, unit.unit_id, view.year)
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        heading(view.say("note_title"))
        with st.form(f"note_{unit.unit_id}_{view.year}", border=False):
            text = st.text_area(
                view.say("note_label"), unit.note or "", max_chars=500, key=f"note_text_{unit.unit_id}_{view.year}",
                placeholder=view.say("note_example"),
            )  # fmt: skip
            if st.form_submit_button(view.say("note_save"), type="primary"):
                with saving("grade", view.say("saved")) as actor:
                    grades.write_note(connection(), *of_unit, text, actor=actor())
    with right.container(border=True, height="stretch"):
        heading(view.say("override_title"))
        if unit.override:
            words = {"grade": view.word("grade", unit.override.grade), "suggested": view.word("grade", unit.suggested)}
            note(view.say("override_now", reason=unit.override.reason, by=unit.override.decided_by, **words))
        else:
            key = "override_pending" if unit.suggested == PENDING else "override_none"
            note(view.say(key, suggested=view.word("grade", unit.suggested)))
        with st.form(f"grade_{unit.unit_id}_{view.year}", border=False):
            options = ["", *GRADES, NOT_APPLICABLE] if unit.override else [*GRADES, NOT_APPLICABLE]
            grade = st.selectbox(
                view.say("override_grade"), options, placeholder=view.word("grade", PENDING),
                index=options.index(unit.grade) if unit.grade in options else None,
                format_func=lambda code: view.word("grade", code) if code else view.say("override_back"),
                key=f"grade_{unit.unit_id}_{view.year}_{unit.grade}",
            )  # fmt: skip
            reason = st.text_input(view.say("override_reason"), key=f"reason_{unit.unit_id}_{view.year}_{unit.grade}")
            if st.form_submit_button(view.say("override_save"), type="primary"):
                with saving("grade", view.say("saved")) as actor:
                    grades.decide_grade(connection(), *of_unit, grade or None, reason, actor=actor())
