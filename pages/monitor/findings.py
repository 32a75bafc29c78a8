"""问题与处置: what the visits found, by class with its interval, and what became of it."""

import streamlit as st

from inspections.evaluation.findings import with_intervals
from inspections.figures import findings as figures
from inspections.figures import sentences
from pages.frame.address import kept, one_of, stop
from pages.frame.data import ask, counts
from pages.frame.head import open_page
from pages.frame.shown import chart, figures_row, finding, heading, note, plain_figure, share_figure, table

view = open_page("findings")
units = ask("unit_completion", **view.scope)
busy = units[units["due"] > 0].set_index("unit")["unit_id"]
unit = st.selectbox(
    view.say("unit"), list(busy.index), index=None, placeholder=view.say("all_units"),
    key=kept("unit", one_of(list(busy.index))), label_visibility="collapsed", width=340,
)  # fmt: skip
of_unit = {"unit_id": int(busy[unit]) if unit else None}
totals = counts("problem_totals", **view.scope, **of_unit)
before = counts("problem_totals", **view.year_before, **of_unit)
if not totals["results"]:
    finding(view.say("no_results", year=view.year))
    stop()
opened = totals["problems"] - totals["handled"]

finding(*sentences.findings(totals["problems"], totals["results"], totals["closed"], opened))
figures_row(
    share_figure(view, "problems", totals, before, "problems", "results"),
    share_figure(view, "handled", totals, before, "handled", "problems"),
    share_figure(view, "closed", totals, before, "closed", "problems"),
    plain_figure(view, "open", view.say("cases", count=opened), view.say("open_detail")),
)

left, right = st.columns([3, 2], gap="medium")
with left.container(border=True, height="stretch"):
    heading(view.say("outcomes_title"))
    outcomes = ask("outcomes", **view.scope, **of_unit)
    chart(figures.outcomes(outcomes, view.look), view, "outcomes", view.say("outcomes_alt"))
    note(view.say("outcomes_note"))
with right.container(border=True, height="stretch"):
    heading(view.say("flow_title"))
    stages = (totals["problems"], totals["handled"], totals["closed"])
    chart(figures.flow(*stages, view.look), view, "flow", view.say("flow_alt"))

with st.container(border=True):
    heading(view.say("rates_title"))
    classes = with_intervals(ask("problem_rates", **view.scope, **of_unit))
    if classes.empty:
        note(view.say("no_random_results"))
    else:
        chart(
            figures.problem_rates(classes, view.class_name, view.look),
            view,
            "rates",
            view.say("rates_alt"),
        )
        of_random = {name: int(classes[name].sum()) for name in ("results", "problems")}
        left_out = totals["results"] - of_random["results"]
        note(view.say("rates_note" if left_out else "rates_note_all", **of_random, left_out=left_out))

problems = ask("problems", **view.scope, **of_unit)
# Who must act stands before what was done: a narrow window shows the first columns only.
columns = [
    "object", "state", "unit", "class", "outcome", "inspected_on", "follow_up", "handled_on", "closed_on", "task",
    "item", "object_id",
]  # fmt: skip
table(problems, columns, view, "problems", view.say("problems_title", count=len(problems)))
