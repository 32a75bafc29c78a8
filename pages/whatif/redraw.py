"""重抽模拟: what a plan does by itself, and what happens when proportions or rotation change. Exact, then simulated."""

import streamlit as st

from inspections import sentences
from inspections.figures import redraw as figures
from inspections.whatif import Choice, compare, longest_series
from inspections.year import ALL
from pages.shared.data import exact_year, simulated_year, year_answers
from pages.shared.frame import chart, finding, heading, note, open_page, table
from pages.shared.redraw import FIRST_SEED, choose, key_figures

view = open_page("redraw")
in_force = year_answers(view.scope)
facts = longest_series(in_force)
if in_force.cells.empty:
    finding(view, *(sentences.nominal_series(facts, view.language) if facts else []), view.say("no_directory"))
    st.stop()
if facts:
    turning = Choice(tasks=facts.task_ids, rotation=True)
    rotated = exact_year(view.scope, turning).figures[ALL].never_visited
    said = sentences.series(
        facts,
        exact_year(view.scope, Choice(tasks=facts.task_ids)),
        rotated or simulated_year(view.scope, turning, 10_000, FIRST_SEED).figures[ALL].never_visited,
        exact_year(view.scope, Choice(tasks=facts.pool_tasks)),
        view.language,
    )
    finding(view, *said)

controls, result = st.columns([1, 2.9], gap="medium")
with controls.container(border=True):
    choice, pool, replications, seed = choose(view, in_force)
exact, plan = exact_year(view.scope, choice, pool), exact_year(view.scope, Choice(tasks=choice.tasks, cap=choice.cap))
simulated = simulated_year(view.scope, choice, replications, seed, pool)
words = {"look": view.look, "language": view.language}

with result:
    finding(view, *sentences.year_in_one(exact, simulated, view.language))
    key_figures(view, exact, simulated, plan)
    with st.container(border=True):
        heading(view.say("never_title"))
        figure = figures.never_visited(exact, simulated, plan, view.class_name, **words)
        chart(figure, view, "never", view.say("never_alt"))
        note(view.say("never_note"))
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        heading(view.say("distribution_title"))
        mean = (exact.figures[ALL].never_visited or simulated.figures[ALL].never_visited).mean
        chart(figures.distribution(simulated, mean, **words), view, "distribution", view.say("distribution_alt"))
    with right.container(border=True):
        heading(view.say("visits_title"))
        chart(figures.visits(exact, simulated, choice.cap, **words), view, "visits", view.say("visits_alt"))

rows = compare(exact, simulated, plan)
table(rows, list(rows.columns), view, "figures", view.say("table_title"))
note(view.say("table_note", replications=replications, seed=seed))
