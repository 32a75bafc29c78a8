"""完成率: which unit is on time, which is late, and with what."""

import streamlit as st

from inspections.figures import completion as figures
from inspections.figures import sentences
from inspections.words.rates import rates
from pages.frame.address import kept, one_of, stop
from pages.frame.data import ask, counts
from pages.frame.head import open_page
from pages.frame.shown import chart, figures_row, finding, heading, note, share_figure, table

view = open_page("completion")
year = {"bureau_id": view.bureau_id, "year": view.year}
tasks = ask("tasks", **view.scope)
units = ask("unit_completion", **view.scope)
totals = counts("year_totals", **view.scope)
before = counts("year_totals", **view.year_before)
overdue = ask("overdue_visits", **view.scope)

finding(*(sentences.completion(units, len(overdue)) if totals["due"] else [view.say("nothing_due")]))
figures_row(
    share_figure(view, "completion", totals, before, "entered", "due"),
    share_figure(view, "entry", totals, before, "entered_in_time", "due"),
    share_figure(view, "publication", totals, before, "published_in_time", "due"),
    share_figure(view, "tasks", totals, before, "tasks_done", "tasks_due"),
)

busy = units[units["due"] > 0]
if busy.empty:
    stop()
with st.container(border=True):
    heading(view.say("units_title"))
    chart(figures.units(busy, view.look), view, "units", view.say("units_alt", count=len(busy)))
    note(view.say("units_note"))
    if len(ask("idle_units", **view.scope)):
        note(view.say("units_idle"))

with st.container(border=True):
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        heading(view.say("burn_up_title"))
        with st.container(horizontal=True, width="content"):
            unit = st.selectbox(
                view.say("unit"), list(busy["unit"]), index=None, placeholder=view.say("all_units"),
                key=kept("unit", one_of(list(busy["unit"]))), label_visibility="collapsed", width=240,
            )  # fmt: skip
            task = st.selectbox(
                view.say("task"), list(tasks["name"]), index=None, placeholder=view.say("all_tasks"),
                key=kept("task", one_of(list(tasks["name"]))), label_visibility="collapsed", width=340,
            )  # fmt: skip
    chosen = tasks[tasks["name"] == task].iloc[0] if task else None
    days = ask(
        "burn_up",
        **view.scope,
        task_id=None if chosen is None else int(chosen["task_id"]),
        unit_id=int(units.set_index("unit")["unit_id"][unit]) if unit else None,
    )
    if days.empty:
        note(view.say("nothing_due"))
    else:
        window = None if chosen is None else (chosen["starts_on"], chosen["ends_on"])
        chart(figures.burn_up(days, window, view.look), view, "burn-up", view.say("burn_up_alt"))
        if chosen is not None:
            note(view.say("burn_up_note"))

overdue = overdue[overdue["unit"] == unit] if unit else overdue
columns = ["unit", "object", "class", "state", "days_overdue", "ends_on", "task", "object_id"]
table(overdue, columns, view, "overdue", view.say("overdue_title", count=len(overdue)))
units = units.assign(
    completion_rate=rates(units["entered"], units["due"]), on_time_rate=rates(units["published_in_time"], units["due"])
)
columns = ["unit", "tasks", "due", "inspected", "entered", "published", "completion_rate", "on_time_rate", "overdue"]
table(units, columns, view, "units", view.say("units_table", count=len(units)))
tasks = tasks.assign(completion_rate=rates(tasks["entered"], tasks["due"]))
columns = [
    "plan_kind",
    "seq",
    "name",
    "lead_unit",
    "ends_on",
    "completion_rate",
    "due",
    "inspected",
    "entered",
    "published",
    "days_left",
]
table(tasks, columns, view, "tasks", view.say("tasks_title"))
