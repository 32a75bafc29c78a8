"""年终评价: every unit's score and suggested grade, what it lost and by which records, and the scheme behind it."""

import streamlit as st

from inspections.evaluation.statements import said
from inspections.figures import evaluation as figures
from pages.frame.access import may
from pages.frame.address import kept, one_of, stop
from pages.frame.data import year_facts
from pages.frame.head import open_page
from pages.frame.shown import chart, finding, heading, note, table
from pages.review.parts.evaluation import (
    decide,
    downloads,
    key_figures,
    last_scores,
    league_rows,
    name_of,
    open_unit,
    own_name,
)
from pages.review.parts.scheme import edit_rubric, is_unsaved

view = open_page("evaluation")
head = st.container()
result, controls = st.columns([2.75, 1.25], gap="medium")
# On a phone the scheme stands between the ranking and the bureau's own result: folded there.
with controls.expander(view.say("rubric_title")) if view.look.on_phone else controls.container(border=True):
    rubric = edit_rubric(view)
facts = year_facts(view, rubric)
evaluation = facts.evaluation
if not evaluation.graded:
    with head:
        finding(view.say("nothing_due", year=view.year, day=view.as_of.isoformat()))
        st.info(view.say("empty"))
    stop()
sentences = said(facts)
last = last_scores(facts)
# Nothing is said of a year before that there is none of.
alone = "" if facts.compared else "_alone"

with head:
    finding(*(sentences[code] for code in ("evaluation", "best", "running") if code in sentences))
    key_figures(view, facts)
with result:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            heading(view.say("league_title"))
            downloads(view, unsaved=is_unsaved(rubric))
        figure = figures.league(evaluation, last, view.look)
        chart(figure, view, "league", view.say(f"league_alt{alone}", count=len(evaluation.graded)))
        note(view.say(f"league_note{alone}", year=view.year - 1))
        if aside := [unit.unit for unit in evaluation.units if unit.aside and unit.score is not None]:
            note(view.say("aside_note", unit=aside[0]))
    rows = league_rows(evaluation, last)
    decided = {"decided", "reason"} if rows["reason"].isna().all() else set()
    columns = [str(name) for name in rows if name not in decided and (name != "note" or rows[name].notna().any())]
    table(rows, columns, view, "league", view.say("league_table"))
    note(sentences.get("units_without") or view.say("everybody_graded"))

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="unit-head"):
    place = st.container(width="content")
    units = {unit.unit: own_name(unit) for unit in evaluation.units}
    chosen = st.selectbox(
        view.say("unit"), list(units), index=None, placeholder=view.say("whole"),
        key=kept("evaluated", one_of(list(units))), format_func=lambda name: units[name],
        label_visibility="collapsed", width=360,
    )  # fmt: skip
unit = next((one for one in evaluation.units if one.unit == chosen), evaluation.whole)
with place:
    key = "unit_heading" if unit.score is not None else "unit_heading_none"
    heading(view.say(key, unit=name_of(view, unit), score=unit.score, grade=view.word("grade", unit.grade)))
open_unit(view, facts, unit)
if unit.unit_id is None:
    note(view.say("choose_unit"))
elif may("grade"):
    decide(view, unit)
note(view.say("method"))
