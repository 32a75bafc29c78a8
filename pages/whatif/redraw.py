"""重抽模拟: what a plan does by itself, and what happens when proportions or rotation change. Exact, then simulated."""

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
from pages.whatif.parts.one_year import by_chance
from pages.whatif.parts.redraw import (
    FIRST_SEED,
    choose,
    compare,
    headline,
    key_figures,
    names,
    own_words,
    past_of,
    progress,
    works,
)

view = open_page("redraw")
in_force = year_answers(view.scope)
facts = longest_series(in_force)
if in_force.cells.empty:
    finding(*(sentences.nominal_series(facts) if facts else []), view.say("no_directory"))
    stop()
if facts:
    turning = Choice(tasks=facts.task_ids, rotation=True)
    rotated = exact_year(view.scope, turning).figures[ALL].never_visited
    alone = exact_year(view.scope, Choice(tasks=facts.task_ids))
    said = sentences.series(
        facts,
        alone,
        rotated or simulated_year(view.scope, turning, 10_000, FIRST_SEED).figures[ALL].never_visited,
        exact_year(view.scope, Choice(tasks=facts.pool_tasks)),
    )
    finding(*said)
    if nominal := sentences.nominal_note(facts, alone):
        note(nominal)

known = names(view, in_force)
controls, result = st.columns([1, 2.1], gap="medium")
with controls.container(border=True, key="moves-along"):
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
    past = past_of(view)
    work, own = works(exact, simulated, plan, past), own_words(view, scenario)
    said = [headline(view, own, exact, simulated, plan, work)] if own else sentences.year_in_one(exact, simulated)
    finding(*said)
    key_figures(view, exact, simulated, plan, work)
    if view.cap is None:
        note(view.say("cap_note", cap=choice.cap))
    with st.container(border=True):
        heading(view.say("never_title"))
        figure = figures.never_visited(exact, simulated, plan, view.class_name, view.look)
        chart(figure, view, "never", view.say("never_alt"))
        note(view.say("never_note"))
    by_chance(view, choice, pool, past, exact, simulated, known)
    with st.container(border=True):
        compare(view, scenario, known, exact, simulated, plan)

rows = whatif.compare(exact, simulated, plan)
table(rows, list(rows.columns), view, "figures", view.say("table_title"))
note(view.say("table_note", replications=scenario.replications, seed=scenario.seed))
glossary("exact", "expected", "simulated", "monte_carlo", "range", "inclusion", "rotation", "seed")
