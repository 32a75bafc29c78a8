"""比例测算: the best proportions per class for next year's budget, and next year's plan table with them."""

import streamlit as st

from inspections.figures import proportions as figures
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error
from inspections.year import proportions
from inspections.year.planning import trade_off
from inspections.year.scenario import Plan
from pages.frame.address import stop
from pages.frame.data import ask, best_plan
from pages.frame.head import open_page
from pages.frame.shown import chart, finding, glossary, heading, note, table
from pages.whatif.parts.proportions import (
    besides,
    choose,
    downloads,
    how_firm,
    key_figures,
    points,
    propose,
    sentence,
    years_known,
)

view = open_page("proportions")
# Above the controls, which on a narrow screen stand before the result.
above = st.container()
controls, result = st.columns([1.3, 2.7], gap="medium")
with controls.container(border=True):
    asked = choose(view)
if asked is None:
    with above:
        finding(view.say("no_pool"))
    stop()
plan: Plan | None
try:
    plan, curve = best_plan(asked.scenario)
    told = [sentence(view, asked, plan), besides(view, asked, plan)]
except InspectionsError as error:
    plan, told = None, [say_error(error)]
    curve = trade_off(asked.scenario) if error.code == "plan_budget_too_small" else []
draws = ask("task_classes", **view.year_before)
last_year = draws[(draws["scope_id"] == asked.scope_id) & (draws["basis"] == "random")]
rows = proportions.comparison(asked.scenario, plan, asked.now, last_year, view.class_name)

with above:
    finding(*told)
with result:
    if plan:
        key_figures(view, asked, plan)
        with st.container(border=True):
            heading(view.say("rates_title"))
            chart(figures.per_class(rows, view.look), view, "rates", view.say("rates_alt"))
            note(view.say("rates_note_alone" if last_year.empty else "rates_note"))
            how_firm(view, asked, plan)
    if curve:
        with st.container(border=True):
            heading(view.say("curve_title"))
            figure = figures.trade_off(curve, asked.scenario.goal, *points(asked, plan), view.look)
            chart(figure, view, "curve", view.say("curve_alt"))
            note(view.say(f"curve_notes.{asked.scenario.goal}"))
    if plan:
        with st.container(border=True):
            downloads(view, asked, plan)
        with st.container(border=True):
            propose(view, asked, plan)

# What is asked for comes first: of the others a narrow screen shows none.
columns = ["class", "best_rate", "best_quota", "pool", "in_force_rate", "last_year_rate", "inspector_days"]
columns += [
    "detection_rate",
    "results",
    "problems",
    "expected_problem_rate",
    "lowest_problem_rate",
    "highest_problem_rate",
]
table(rows, columns, view, "proportions", view.say("classes_title"))
years = years_known(view)
note(view.say("classes_note" if years else "classes_note_without", years=years, draws=asked.scenario.draws))
glossary("optimum", "expected", "detection", "variance", "interval", "rotation")
