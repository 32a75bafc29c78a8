"""抽查计划: what was planned, when it was issued, what it leaves out, and what in the notice was off."""

import streamlit as st

from inspections.evaluation.documents import document_facts
from inspections.figures.plans import timeline
from pages.frame.access import may
from pages.frame.data import ask, counts
from pages.frame.head import open_page
from pages.frame.shown import (
    chart,
    figures_row,
    finding,
    heading,
    issues_in_words,
    note,
    plain_figure,
    share_figure,
    table,
)
from pages.monitor.parts.plans import edit_plan, edit_pool, revisions

view = open_page("plans")
year = {"bureau_id": view.bureau_id, "year": view.year}
planned = counts("plan_counts", **view.scope)
plans, tasks, items = ask("plans", **view.scope), ask("tasks", **view.scope), ask("item_coverage", **view.scope)
internal, uncovered = planned["tasks"] - planned["joint"], items[items["tasks"] == 0]
issues = issues_in_words(ask("notice_issues", **year))
facts = document_facts(plans, view.year, view.settings.get("plan_published_by"), view.as_of)
issued = view.say(f"issuing.{facts.issuing}", issued=facts.issued)
said = {"doc_no": facts.doc_no, "issued": issued, "published": facts.published, "deadline": facts.deadline}

key = "finding" if len(uncovered) else "finding_all" if planned["items"] else "finding_no_items"
finding(
    view.say(key, year=view.year, internal=internal, uncovered=len(uncovered), **planned),
    view.say(f"issued.{facts.state}", **said),
)
figures_row(
    share_figure(view, "items", planned, None, "covered", "items"),
    share_figure(view, "joint", planned, None, "joint", "tasks"),
    share_figure(view, "classes", planned, None, "with_classes", "classable"),
    plain_figure(view, "issued", view.say("day", day=facts.issued), view.say(f"issued_short.{facts.state}", **said)),
)

with st.container(border=True):
    heading(view.say("timeline_title"))
    figure = timeline(tasks, view.year, view.as_of, view.look)
    chart(figure, view, "timeline", view.say("timeline_alt", count=len(tasks)))
    note(view.say("timeline_note"))

table(
    uncovered,
    ["item", "item_class", "legal_basis"],
    view,
    "uncovered",
    view.say("uncovered_title", count=len(uncovered)),
)
columns = ["severity", "row", "field", "message"]
table(issues, columns, view, "issues", view.say("issues_title", count=len(issues)), wraps=True)
mergeable = ask("mergeable_tasks", **view.scope)
columns = ["task", "other_task", "scope", "starts_on", "ends_on", "lead_unit", "other_lead_unit"]
table(mergeable, columns, view, "mergeable", view.say("mergeable_title", count=len(mergeable)))
columns = ["plan_kind", "title", "doc_no", "issued_on", "published_on", "tasks", "source_file"]
table(plans, columns, view, "documents", view.say("documents_title"))
revisions(view, plans)
columns = [
    "plan_kind", "seq", "name", "scope", "rate_text", "period_text", "risk_rule", "draw_type", "item_class",
    "lead_unit", "partners",
]  # fmt: skip
table(tasks, columns, view, "tasks", view.say("tasks_title"))

if may("edit"):
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        edit_plan(view, plans)
    with right.container(border=True, height="stretch"):
        edit_pool(view, tasks)
