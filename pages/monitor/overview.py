"""总览: how the year went, on one screen, and what needs a person now."""

import streamlit as st

from inspections.figures.overview import funnel
from inspections.words.rates import rate
from pages.frame.data import ask, counts
from pages.frame.head import open_page
from pages.frame.shown import chart, figures_row, finding, heading, issues_in_words, note, share_figure, table
from pages.monitor.parts.overview import alert, never_of

view = open_page("overview")
now = counts("year_totals", **view.scope)
before = counts("year_totals", **view.year_before)
year = {"bureau_id": view.bureau_id, "year": view.year}

finding(
    view.say("finding", year=view.year, joint_share=rate(now["joint_tasks"], now["tasks"]), **now),
    view.say(
        "finding_visits" if now["due"] else "finding_no_visits",
        completion=rate(now["entered"], now["due"]),
        publication=rate(now["published"], now["due"]),
        **now,
    ),
)
figures_row(
    share_figure(view, "launch", now, before, "launched_in_time", "tasks_to_start"),
    share_figure(view, "completion", now, before, "entered", "due"),
    share_figure(view, "publication", now, before, "published_in_time", "due"),
    share_figure(view, "closure", now, before, "closed", "problems"),
)

left, right = st.columns([3, 2], gap="medium")
with left.container(border=True):
    heading(view.say("funnel_title"))
    chart(funnel(now, view.look), view, "funnel", view.say("funnel_alt"))
    note(view.say("funnel_note"))
# Asked once the chart is on its way: the browser draws it meanwhile.
items = ask("item_coverage", **view.scope)
tasks = ask("tasks", **view.scope)
problems = ask("problems", **view.scope, unit_id=None)
with right.container(border=True, key="alerts", height="stretch"):
    heading(view.say("alerts_title"))
    found = [
        alert(view, "overdue", ask("overdue_visits", **view.scope), "unit", "completion"),
        alert(view, "not_launched", tasks[tasks["launch"].isin(["missed", "late", "early"])], "name", "plans"),
        alert(view, "open", problems[problems["state"].astype(str) != "closed"], "unit", "findings"),
        alert(view, "highest_never", never_of(view, view.classes[-1]), "object", "coverage"),
        alert(view, "worsened", ask("worsened_objects", **view.scope), "object", "coverage"),
        alert(view, "uncovered", items[items["tasks"] == 0], "item", "plans"),
        alert(view, "idle", ask("idle_units", **view.scope), "unit", "completion"),
        alert(view, "notice", issues_in_words(ask("notice_issues", **year)), "field", "plans"),
    ]
    if not any(found):
        note(view.say("no_alerts"))

table(
    tasks,
    ["plan_kind", "seq", "name", "lead_unit", "ends_on", "drawn_on", "launch", "due", "entered", "published"],
    view,
    "tasks",
    view.say("tasks_title"),
)
