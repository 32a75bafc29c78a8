"""重抽模拟: what a plan does by itself, and what happens when proportions or rotation change. Exact, then simulated."""

from typing import Any

import streamlit as st

from inspections.figures import redraw as figures
from inspections.figures import sentences
from inspections.year import whatif
from inspections.year.planned import ALL
from inspections.year.whatif import Choice, longest_series
from pages.frame.address import stop
from pages.frame.data import exact_year, simulated_year, year_answers
from pages.frame.head import open_page
from pages.frame.shown import chart, finding, glossary, heading, note, table
from pages.whatif.parts.redraw import FIRST_SEED, choose, compare, headline, key_figures, names, progress, works

view = open_page("redraw")
in_force = year_answers(view.scope)
facts = longest_series(in_force)
if in_force.cells.empty:
    finding(*(sentences.nominal_series(facts) if facts else []), view.say("no_directory"))
    stop()
if facts:
    turning = Choice(tasks=facts.task_ids, rotation=True)
    rotated = exact_year(view.scope, turning).figures[ALL].never_visited
    said = sentences.series(
        facts,
        exact_year(view.scope, Choice(tasks=facts.task_ids)),
        rotated or simulated_year(view.scope, turning, 10_000, FIRST_SEED).figures[ALL].never_visited,
        exact_year(view.scope, Choice(tasks=facts.pool_tasks)),
    )
    finding(*said)

known = names(view, in_force)
controls, result = st.columns([1, 2.9], gap="medium")
with controls.container(border=True):
    scenario = choose(view, in_force, known)
choice, pool = scenario.choice(known.tasks, in_force), scenario.pool(known.tasks, known.scopes)
exact, plan = exact_year(view.scope, choice, pool), exact_year(view.scope, Choice(tasks=choice.tasks, cap=choice.cap))
with result:
    simulated = simulated_year(
        view.scope, choice, scenario.replications, scenario.seed, pool, progress(view, "present")
    )
    if not simulated.figures[ALL].objects:
        finding(view.say("no_numbers"))
        stop()
words: dict[str, Any] = {"look": view.look}

with result:
    work = works(view, exact, simulated, plan)
    own = [headline(view, scenario.rates, exact, simulated, plan, work)] if scenario.rates else []
    finding(*(own or sentences.year_in_one(exact, simulated)))
    key_figures(view, exact, simulated, plan, work)
    with st.container(border=True):
        heading(view.say("never_title"))
        figure = figures.never_visited(exact, simulated, plan, view.class_name, **words)
        chart(figure, view, "never", view.say("never_alt"))
        note(view.say("never_note"))
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        heading(view.say("distribution_title"))
        mean = (exact.figures[ALL].never_visited or simulated.figures[ALL].never_visited).mean
        chart(figures.distribution(simulated, mean, **words), view, "distribution", view.say("distribution_alt"))
        note(view.say("distribution_note"))
    with right.container(border=True, height="stretch"):
        heading(view.say("visits_title"))
        chart(figures.visits(exact, simulated, choice.cap, **words), view, "visits", view.say("visits_alt"))
        note(view.say("visits_note", cap=choice.cap))
    with st.container(border=True):
        compare(view, scenario, known, exact, simulated, plan)

rows = whatif.compare(exact, simulated, plan)
table(rows, list(rows.columns), view, "figures", view.say("table_title"))
note(view.say("table_note", replications=scenario.replications, seed=scenario.seed))
glossary("exact", "expected", "simulated", "monte_carlo", "range", "inclusion", "rotation", "seed")
