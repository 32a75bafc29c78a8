"""The scoring scheme as controls, the league table, and what the evaluation page says of one unit."""

from __future__ import annotations

import datetime
import html
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import streamlit as st

from inspections.edits import grades
from inspections.evaluation.costs import cost
from inspections.evaluation.distance import Firmness, firmness, next_grade
from inspections.evaluation.distance_words import distance_sentence, firmness_sentence
from inspections.evaluation.facts import Facts, rubric_in_force
from inspections.evaluation.grade import Evaluation, Graded
from inspections.evaluation.indicators import (
    BY_CODE,
    LARGEST_MARK,
    WEIGHABLE,
    Indicator,
    count_words,
    difference_words,
)
from inspections.evaluation.rubric import (
    GRADES,
    LONGEST_NAME,
    MISSING,
    NOT_APPLICABLE,
    Criterion,
    Mark,
    Rubric,
    default_rubric,
    read_rubric,
    rounded,
    write_rubric,
)
from inspections.evaluation.statements import rubric_line
from inspections.figures import evaluation as figures
from inspections.papers.official_paper import new_paper
from inspections.papers.report import document
from inspections.papers.report.circular import circular
from inspections.papers.report.content import Report
from inspections.papers.report.year_end import report
from inspections.papers.score_workbook.workbook import to_xlsx
from inspections.store.database import own_templates
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.rates import rate
from inspections.words.wording import ABSENT, say, say_error
from pages.frame.access import may
from pages.frame.data import ask, connection, facts_to_print
from pages.frame.saving import download, saving
from pages.frame.shown import KeyFigure, chart, figures_row, heading, note, plain_figure, table
from pages.frame.view import View

# The scheme that the controls start from, as text (absent: the one in force), and how often they were started anew.
BASE, TURN = "rubric_base", "rubric_turn"
TOML = "application/toml"
LARGEST_UPLOAD_MB = 1


# ---------------------------------------------------------------------------------------------------- the scheme
def in_force() -> Rubric:
    """The scheme in force."""
    return rubric_in_force(ask)


def edit_rubric(view: View) -> Rubric:
    """The scheme as controls. What is moved is scored at once and saved only when asked to."""
    known = in_force()
    text = st.session_state.get(BASE)
    base = read_rubric(text, view.say("rubric_title")) if text else known
    turn = f"{st.session_state.get(TURN, 0)}_{known.version}"
    with st.container(key="rubric-head", gap="xsmall"):
        heading(view.say("rubric_title"))
        state = st.empty()
    chosen = _chosen(view, base, turn)
    try:
        rubric = read_rubric(write_rubric(chosen), view.say("rubric_title"))
    except InspectionsError as error:
        st.error(markdown(say_error(error)))
        rubric = base
    if write_rubric(rubric) == write_rubric(known):
        rubric = known
    unsaved = rubric != known
    state.html(_state_of(view, rubric, unsaved=unsaved))
    with st.container(horizontal=True, gap="small"):
        if unsaved:
            if may("grade"):
                _save(view, rubric, turn)
            st.button(view.say("discard"), icon=":material/undo:", on_click=_start_from, args=(None,), type="tertiary")
        if write_rubric(rubric) != write_rubric(default_rubric()):
            st.button(
                view.say("to_default"),
                icon=":material/restart_alt:",
                on_click=_start_from,
                args=(write_rubric(default_rubric()),),
                type="tertiary",
            )
    _file(view, rubric, turn)
    return rubric


def is_unsaved(rubric: Rubric) -> bool:
    """Whether the scores on screen come from a scheme that is not in force."""
    return rubric != in_force()


def _state_of(view: View, rubric: Rubric, *, unsaved: bool) -> str:
    line = html.escape(rubric_line(rubric))
    if unsaved:
        return (
            f'<p class="trial"><strong>{html.escape(view.say("unsaved"))}</strong> {html.escape(view.say("trial"))}</p>'
        )
    return f'<p class="note">{line}</p>'


def _chosen(view: View, base: Rubric, turn: str) -> Rubric:
    """What the controls say, which is `base` until one is moved."""
    weights = {}
    with st.container(key="weights", gap="xxsmall"):
        _weights_heading(view, base)
        for code in base.criteria:
            weights[code] = _weight(view, base, code, turn)
        others = [one.code for one in WEIGHABLE if one.code not in base.criteria]
        if others:
            with st.expander(view.say("unweighted", count=len(others))), st.container(gap="xxsmall"):
                for code in others:
                    weights[code] = _weight(view, base, code, turn)
    st.html(f'<p class="bands">{html.escape(view.say("bands"))}</p>')
    bands = {}
    for cell, grade in zip(st.columns(3, gap="small"), GRADES[:-1], strict=True):
        bands[grade] = cell.number_input(
            markdown(view.say("band_of", grade=view.word("grade", grade))), 0.0, 100.0, float(base.bands[grade]), 1.0,
            "%g", key=f"band_{grade}_{turn}", persist_state="session",
        )  # fmt: skip
    missing = st.selectbox(
        view.say("missing"), MISSING, MISSING.index(base.missing), format_func=lambda code: view.word("missing", code),
        key=f"missing_{turn}", persist_state="session", help=view.say("missing_help"),
    )  # fmt: skip
    marks = _marks(view, base, turn)
    criteria = {
        one.code: replace(marks[one.code], weight=_exact(weights[one.code])) for one in WEIGHABLE if weights[one.code]
    }
    return Rubric(base.name, 0, missing, {grade: _exact(band) for grade, band in bands.items()}, criteria)


def _weight(view: View, base: Rubric, code: str, turn: str) -> float | None:
    name, value = st.columns([3, 1.25], vertical_alignment="center", gap="small")
    known = base.criteria[code].weight if code in base.criteria else Fraction(0)
    name.html(_indicator(view, code, rounded(100 * known / base.total) if known else None))
    chosen: float | None = value.number_input(
        view.word("indicator", code), 0.0, 1000.0, float(known), 1.0, "%g",
        key=f"weight_{code}_{turn}", persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    return chosen


def _weights_heading(view: View, base: Rubric) -> None:
    st.html(
        f'<p class="bands"><span>{html.escape(view.say("weights"))}</span>'
        f"<span>{html.escape(view.say('weights_total', total=f'{float(base.total):g}'))}</span></p>"
    )


def _indicator(view: View, code: str, share: Decimal | None) -> str:
    title = html.escape(view.word("indicator_of", code), quote=True)
    name = html.escape(view.word("indicator", code))
    width = f'<i style="width:{min(float(share), 100):.1f}%"></i>' if share else ""
    return f'<div class="weight" title="{title}">{name}<b>{width}</b></div>'


def _marks(view: View, base: Rubric, turn: str) -> dict[str, Criterion]:
    """The values at which nothing and all is earned; for every indicator, so that a new weight has some."""
    marks: dict[str, Criterion] = {}
    with st.expander(view.say("marks")):
        for kind in LARGEST_MARK:
            if of_kind := [one for one in WEIGHABLE if one.kind == kind]:
                marks |= _marks_of(view, base, of_kind, f"marks_{kind}_{turn}")
        note(view.say("marks_note"))
    return marks


def _marks_of(view: View, base: Rubric, of_kind: list[Indicator], key: str) -> dict[str, Criterion]:
    """Those of one kind, rates in per cent, means in their own unit."""
    kind = of_kind[0].kind
    scale, unit = (100, "%g%%") if kind == "rate" else (1, "%g")
    known = [base.criteria.get(one.code, Criterion(Fraction(0), one.zero, one.full)) for one in of_kind]
    rows = pd.DataFrame(
        {
            "indicator": [view.word("indicator", one.code) for one in of_kind],
            "zero": [float(one.zero * scale) for one in known],
            "full": [float(one.full * scale) for one in known],
        },
        index=[one.code for one in of_kind],
    )
    edited = st.data_editor(
        rows,
        hide_index=True,
        disabled=["indicator"],
        key=key,
        height="content",
        column_config={
            "indicator": st.column_config.TextColumn(view.say(f"indicator_{kind}"), width=120),
            **{
                mark: st.column_config.NumberColumn(
                    view.say(mark), min_value=0.0, max_value=float(LARGEST_MARK[kind] * scale), format=unit,
                    required=True, width=56,
                )
                for mark in ("zero", "full")
            },
        },
    )  # fmt: skip
    return {
        str(code): Criterion(Fraction(0), _exact(zero) / scale, _exact(full) / scale)
        for code, zero, full in zip(edited.index, edited["zero"], edited["full"], strict=True)
    }


def _exact(value: float | None) -> Fraction:
    return Fraction(str(round(float(value or 0), 6)))


def _start_from(text: str | None) -> None:
    """Start the controls anew, from a scheme as text or from the one in force."""
    st.session_state[BASE] = text
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _save(view: View, rubric: Rubric, turn: str) -> None:
    with st.popover(view.say("save"), icon=":material/save:", type="primary"):
        # A changed scheme is no longer the product's assumption and should not be called so.
        proposed = view.say("own_name") if rubric.name == default_rubric().name else rubric.name
        name = st.text_input(view.say("name"), proposed, max_chars=LONGEST_NAME, key=f"rubric_name_{turn}")
        note(view.say("save_note"))
        if st.button(view.say("save_do"), type="primary", key="rubric_save"):
            with saving("grade", view.say("saved")) as actor:
                grades.save_rubric(connection(), replace(rubric, name=name.strip()), actor=actor())
                _start_from(None)


def _file(view: View, rubric: Rubric, turn: str) -> None:
    """The scheme as a file, out and in."""
    with st.expander(view.say("file")):
        download(
            view.say("download_toml"),
            lambda: write_rubric(rubric).encode(),
            file_name=f"{rubric.name}.toml",
            mime=TOML,
            icon=":material/download:",
            type="tertiary",
            key="rubric-toml",
        )
        st.html(f'<style>:root {{ --upload: "{view.say("upload_choose")}"; }}</style>')
        given = st.file_uploader(
            view.say("upload"), type=["toml"], key=f"rubric_file_{turn}", max_upload_size=LARGEST_UPLOAD_MB
        )
        if given is None:
            return
        try:
            read = read_rubric(given.getvalue().decode("utf-8-sig", "replace"), given.name)
        except InspectionsError as error:
            st.error(markdown(say_error(error)))
        else:
            _start_from(write_rubric(read))
            st.rerun()


# ---------------------------------------------------------------------------------------------------- all units
def key_figures(view: View, facts: Facts) -> None:
    """The bureau's own score and its change, how many units have which grade, the best unit, those without a grade."""
    evaluation = facts.evaluation
    whole, last, best = evaluation.whole, facts.before.evaluation.whole.score, evaluation.best
    counted = Counter(unit.grade for unit in evaluation.units)
    moved = None if whole.score is None or last is None else whole.score - last
    decided = sum(unit.override is not None for unit in evaluation.units)
    figures_row(
        KeyFigure(
            view.say("figures.score"),
            f"{whole.score or ABSENT}",
            view.word("grade", whole.grade),
            None if moved is None else view.say("score_moved", moved=moved),
            view.say("explanations.score"),
        ),
        plain_figure(
            view,
            "grades",
            " / ".join(str(counted[grade]) for grade in GRADES),
            view.say("grades_detail", count=len(evaluation.graded)),
        ),
        plain_figure(view, "best", f"{best.score}" if best else ABSENT, best.unit if best else None),
        plain_figure(
            view,
            "without",
            str(counted[NOT_APPLICABLE]),
            view.say("decided_detail", count=decided) if decided else view.say("decided_none"),
        ),
    )


def last_scores(facts: Facts) -> dict[int, Decimal | None]:
    """Last year's score of every unit there was."""
    return {unit.unit_id: unit.score for unit in facts.before.evaluation.units if unit.unit_id is not None}


def league_rows(evaluation: Evaluation, last: Mapping[int, Decimal | None]) -> pd.DataFrame:
    """One row per unit: its place, score, grade and who decided it, last year's score, and the rates asked for most."""
    rows = []
    for unit in evaluation.units:
        before = last.get(unit.unit_id or 0)
        rows.append(
            {
                "rank": unit.rank,
                "unit": unit.unit,
                "score": None if unit.score is None else float(unit.score),
                "grade": unit.grade,
                "decided": "people" if unit.override else "suggested",
                "last_score": None if before is None else float(before),
                "score_change": None if before is None or unit.score is None else float(unit.score - before),
                "completion_rate": _rate(unit.mark("completion")),
                "on_time_rate": _rate(unit.mark("publication_on_time")),
                "follow_up_rate": _rate(unit.mark("follow_up")),
                "reason": unit.override.reason if unit.override else None,
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
                "indicator_of": mark.code,
                "numerator": mark.numerator,
                "denominator": mark.denominator,
                "own_value_words": _value_words(mark),
                "earned": None if mark.points is None else float(mark.points),
                "available": None if mark.available is None else float(mark.available),
                "lost": None if mark.points is None else float(mark.lost),
                "last_value_words": _value_words(earlier),
                "value_change_words": difference_words(mark.code, _rate(mark), _rate(earlier)),
                "best_value_words": _value_words(of_best.get(mark.code)),
            }
        )
    return pd.DataFrame(rows)


def _value_words(mark: Mark | None) -> str:
    return ABSENT if mark is None else count_words(mark.code, mark.numerator, mark.denominator)


def name_of(view: View, unit: Graded) -> str:
    """The unit's name; the bureau as a whole is not called as one of its units may be."""
    return view.say("whole_name") if unit.unit_id is None else unit.unit


def open_unit(view: View, facts: Facts, unit: Graded) -> None:
    """One unit: how far from the next grade, how firm its grade, what it earned and lost, and by which records."""
    firm = _verdict(view, facts, unit)
    last = facts.before.evaluation.of(unit.unit_id)
    best = facts.evaluation.best
    best = None if best is None or best.unit_id == unit.unit_id else best
    if unit.score is not None:
        with st.container(border=True):
            heading(view.say("breakdown_title"))
            figure = figures.breakdown(unit, last, best, view.look)
            chart(figure, view, "breakdown", view.say("breakdown_alt", unit=name_of(view, unit)))
            note(view.say("breakdown_note", best=best.unit) if best else view.say("breakdown_note_best"))
            spread = [mark.code for mark in unit.marks if mark.code in facts.rubric.criteria and mark.available is None]
            if spread:
                names = say("frame.list_comma").join(view.word("indicator", code) for code in spread)
                note(view.say("spread_note", indicators=names))
        _records(view, facts, unit)
    rows = breakdown_rows(unit, last, best)
    table(rows, list(rows.columns), view, "indicators", view.say("indicators_title", unit=name_of(view, unit)))
    if firm is not None:
        _weights_table(view, firm)


def _verdict(view: View, facts: Facts, unit: Graded) -> Firmness | None:
    """Distance and firmness in words, side by side."""
    if unit.score is None:
        note(view.say("unit_not_graded", unit=name_of(view, unit)))
        return None
    near = next_grade(unit, facts.rubric, facts.visit_states, facts.task_states)
    firm = firmness(unit, facts.rubric, facts.visit_states, facts.task_states)
    said = {"next": distance_sentence(near), "firm": firmness_sentence(firm)}
    for cell, (key, sentence) in zip(st.columns(2, gap="medium"), said.items(), strict=True):
        with cell.container(border=True, height="stretch"):
            heading(view.say(f"{key}_title"))
            st.html(f'<p class="verdict">{html.escape(sentence)}</p>')
    return firm


def _records(view: View, facts: Facts, unit: Graded) -> None:
    """The records that cost points, those of one indicator at a time, the dearest first."""
    dearest = sorted((mark for mark in unit.marks if BY_CODE[mark.code].weightable), key=lambda mark: -mark.lost)
    counted = ((mark, _fell_short(facts, unit, mark)) for mark in dearest)
    costly = {mark.code: (mark, count) for mark, count in counted if count}
    if not costly:
        note(view.say("nothing_lost"))
        return
    heading(view.say("records_heading"))
    first = next(iter(costly))
    code = st.pills(
        view.say("records_heading"),
        list(costly),
        default=first,
        required=True,
        format_func=lambda code: markdown(_cost_label(view, *costly[code])),
        key=f"costs_{unit.unit_id or 0}_{view.as_of}",
        persist_state="session",
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
            note(view.say("override_none", suggested=view.word("grade", unit.suggested)))
        with st.form(f"grade_{unit.unit_id}_{view.year}", border=False):
            options = ["", *GRADES, NOT_APPLICABLE] if unit.override else [*GRADES, NOT_APPLICABLE]
            grade = st.selectbox(
                view.say("override_grade"), options, index=options.index(unit.grade),
                format_func=lambda code: view.word("grade", code) if code else view.say("override_back"),
                key=f"grade_{unit.unit_id}_{view.year}_{unit.grade}",
            )  # fmt: skip
            reason = st.text_input(view.say("override_reason"), key=f"reason_{unit.unit_id}_{view.year}_{unit.grade}")
            if st.form_submit_button(view.say("override_save"), type="primary"):
                with saving("grade", view.say("saved")) as actor:
                    grades.decide_grade(connection(), *of_unit, grade or None, reason, actor=actor())
