"""抽取存证: every draw on record, whether it comes out the same when re-run, its packages, and trial draws."""

import streamlit as st

from inspections.figures.draws import shares
from pages.shared import draws as parts
from pages.shared.data import ask
from pages.shared.frame import chart, figures_row, finding, heading, note, open_page, table

view = open_page("draws")
parts.news(view)
draws = parts.with_verdicts(view, ask("draws", **view.scope))
tasks = ask("tasks", **view.scope)
if draws.empty:
    finding(view, view.say("no_draws", year=view.year))
    parts.trial(view, tasks, draws)
    parts.check_package(view)
    st.stop()

finding(view, *parts.finding_sentences(view, draws))
figures_row(*parts.key_figures(view, draws))

left, right = st.columns([3, 2], gap="medium")
with left.container(border=True, height="stretch"):
    heading(view.say("chart_title"))
    shown = draws.head(parts.MOST_BARS)
    chart(shares(shown, view.look, view.language), view, "shares", view.say("chart_alt", count=len(shown)))
    note(view.say("chart_note", most=parts.MOST_BARS))
with right.container(border=True, height="stretch"):
    heading(view.say("one_title"))
    chosen = parts.choose(view, draws)
    parts.commitments(view, chosen)
    parts.packages_of(view, chosen)

parts.drawn_list(view, chosen)
parts.amend(view, chosen)
columns = [
    "task", "ordinal", "drawn_on", "draw_kind", "basis", "pool", "drawn", "substitutes", "stratified", "rotation",
    "rerun", "replaces_ordinal", "is_replaced", "reason",
]  # fmt: skip
table(draws, columns, view, "list", view.say("list_title", count=len(draws)))

left, right = st.columns([3, 2], gap="medium")
with left.container(border=True, height="stretch"):
    parts.trial(view, tasks, draws)
with right.container(border=True, height="stretch"):
    parts.check_package(view)
