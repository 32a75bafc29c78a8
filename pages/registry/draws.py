"""抽取存证: every draw on record, whether it comes out the same when re-run, its packages, and trial draws."""

import streamlit as st

from inspections.figures.draws import shares
from pages.frame.access import may
from pages.frame.address import stop
from pages.frame.data import ask
from pages.frame.head import open_page
from pages.frame.shown import chart, figures_row, finding, heading, note, table
from pages.registry.parts.draws import (
    MOST_BARS,
    amend,
    check_package,
    choose,
    commitments,
    drawn_list,
    finding_sentences,
    key_figures,
    packages_of,
    trial,
    with_verdicts,
)

view = open_page("draws")
draws = with_verdicts(view, ask("draws", **view.scope))
tasks = ask("tasks", **view.scope)
if draws.empty:
    finding(view.say("no_draws", year=view.year))
    if may("plan"):
        trial(view, tasks, draws)
    check_package(view)
    stop()

finding(*finding_sentences(view, draws))
figures_row(*key_figures(view, draws))

left, right = st.columns(2, gap="medium")
with left.container(border=True, height="stretch"):
    heading(view.say("chart_title"))
    shown = draws.head(MOST_BARS)
    chart(shares(shown, view.look), view, "shares", view.say("chart_alt", count=len(shown)))
    note(view.say("chart_note", most=MOST_BARS))
with right.container(border=True, height="stretch"):
    heading(view.say("one_title"))
    chosen = choose(view, draws)
    commitments(view, chosen)
    packages_of(view, chosen)

drawn_list(view, chosen)
amend(view, chosen)
columns = [
    "task", "ordinal", "drawn_on", "draw_kind", "basis", "pool", "drawn", "substitutes", "stratified", "rotation",
    "rerun", "replaces_ordinal", "is_replaced", "reason",
]  # fmt: skip
table(draws, columns, view, "list", view.say("list_title", count=len(draws)))
told = draws[draws["reason"].notna()]
if len(told):
    # Sentences, and not to be looked for behind the other columns. Not all of them are why a draw replaced another.
    columns = ["task", "reason", "ordinal", "replaces_ordinal", "drawn_on", "draw_kind"]
    table(told, columns, view, "reasons", view.say("reasons_title", count=len(told)), wraps=True, with_download=False)

left, right = st.columns([3, 2], gap="medium")
if may("plan"):
    with left.container(border=True, height="stretch"):
        trial(view, tasks, draws)
with right.container(border=True, height="stretch") if may("plan") else st.container(border=True):
    check_package(view)
