"""分类覆盖率: how far each risk class was covered, against plan and against chance."""

from typing import Any

import streamlit as st

from inspections.figures import coverage as figures
from inspections.figures import sentences
from inspections.words.classes import NONE
from inspections.words.rates import rates
from inspections.year.coverage import broken_gradients, chance_bands, expected_reach
from inspections.year.whatif import Choice
from pages.frame.access import may
from pages.frame.address import YES_NO, kept, one_of, stop
from pages.frame.data import ask, exact_year
from pages.frame.head import open_page
from pages.frame.shown import chart, finding, heading, note, table
from pages.monitor.parts.coverage import class_figures

# Doors a year above which the table lists a firm where no cap was in force: the cap that came with 国办发〔2024〕54号.
YARDSTICK = 1

view = open_page("coverage")
scopes = ask("year_scopes", bureau_id=view.bureau_id, year=view.year).set_index("scope")["scope_id"]
with st.container(horizontal=True, vertical_alignment="center"):
    pool = st.selectbox(
        view.say("pool"), list(scopes.index), index=None, placeholder=view.say("all_pools"),
        key=kept("pool", one_of(list(scopes.index))), label_visibility="collapsed", width=340,
    )  # fmt: skip
    only_random = st.toggle(
        view.say("only_random"), key=kept("only_random", YES_NO, False), help=view.say("only_random_help")
    )
asked = {"only_random": only_random, "scope_id": int(scopes[pool]) if pool else None}
classes, before = ask("class_coverage", **view.scope, **asked), ask("class_coverage", **view.year_before, **asked)
if classes.empty:
    finding(view.say("no_draws", year=view.year))
    stop()
tasks = ask("tasks", **view.scope)
waiting = tasks["drawn_on"].isna() & ((tasks["scope_id"] == asked["scope_id"]) if pool else True)
cells = ask("task_classes", **view.scope)
cells = cells[cells["scope_id"] == asked["scope_id"]] if pool else cells
counted = cells[cells["basis"] == "random"] if only_random else cells
plan = exact_year(view.scope, Choice(tasks=tuple(sorted({int(task) for task in counted["task_id"]}))))
words: dict[str, Any] = {"name_of": view.class_name, "look": view.look}

finding(*sentences.coverage(classes, pool, view.year, view.class_name, int(waiting.sum())))
class_figures(view, classes, before)

left, right = st.columns(2, gap="medium")
with left.container(border=True, height="stretch"):
    heading(view.say("reach_title"))
    chart(figures.reach(classes, expected_reach(plan), **words), view, "reach", view.say("reach_alt"))
    note(view.say("reach_note"))
with right.container(border=True, height="stretch"):
    heading(view.say("gradient_title"))
    quotas, broken = cells[cells["stratified"]], broken_gradients(cells, view.classes)
    if quotas.empty:
        note(view.say("no_class_quotas"))
    else:
        figure = figures.gradient(quotas, broken, view.classes, view.look)
        chart(figure, view, "gradient", view.say("gradient_alt"))
        note(view.say("gradient_note", broken=len(broken)))

left, right = st.columns([3, 2], gap="medium")
with left.container(border=True, height="stretch"):
    heading(view.say("frequency_title"))
    frequency = ask("visit_frequency", **view.scope, **asked)
    chart(
        figures.frequency(frequency, view.cap, [*view.classes, NONE], **words),
        view,
        "frequency",
        view.say("frequency_alt"),
    )
    sums = {of: int(classes[of].sum()) for of in ("drawn", "draws", "doors")}
    note(view.say("frequency_note", as_of=view.as_of, **sums))
    if view.cap is not None:
        note(view.say("frequency_above", cap=view.cap))
with right.container(border=True, height="stretch"):
    heading(view.say("band_title"))
    bands = chance_bands(cells)
    if bands.empty:
        note(view.say("no_unstratified"))
    for task, rows in bands.groupby("task", sort=False):
        chart(figures.chance_band(rows, **words), view, f"band-{task}", view.say("band_alt", task=task))
        note(view.say("band_note", task=task))

groups = ask("coverage_by_group", **view.scope, **asked)
for cell, by in zip(st.columns(2, gap="medium"), ("region", "industry"), strict=True):
    with cell.container(border=True, height="stretch"):
        heading(view.say(f"by_{by}"))
        summed = groups.groupby(by, as_index=False, dropna=False)[["pool", "drawn"]].sum()
        chart(figures.groups(summed, by, view.look), view, by, view.say(f"by_{by}"))

cells = cells.assign(drawn_rate=rates(cells["drawn"], cells["pool"]))
columns = ["task", "basis", "drawn_on", "class", "pool", "quota", "drawn", "drawn_rate", "visited"]
table(cells, columns, view, "draws", view.say("cells_title"))
# Lists of firms are for who may see their classes: beside the figures above they would tell them.
if may("classes"):
    never = ask("never_drawn", **view.scope, **asked)
    columns = ["object_id", "object", "class", "region", "industry", "chances", "last_visited_on"]
    table(never, columns, view, "never-drawn", view.say("never_title", count=len(never)))
    heavy = ask("heavy_burden", **view.scope, cap=view.cap or YARDSTICK)
    columns = ["object_id", "object", "class", "doors", "planned_doors", "tasks", "checks"]
    columns += ["exceeds_cap"] if view.cap else []
    table(heavy, columns, view, "burden", view.say("burden_title", count=len(heavy), cap=view.cap or YARDSTICK))
    if not heavy.empty:
        note(view.say("burden_counted"))
        if view.cap is None:
            note(view.say("burden_note"))
    worsened = ask("worsened_objects", **view.scope)
    columns = ["object_id", "object", "class_at_draw", "class_now", "changed_on", "task", "drawn_on"]
    table(worsened, columns, view, "worsened", view.say("worsened_title", count=len(worsened)))
else:
    note(view.say("unlisted"))
