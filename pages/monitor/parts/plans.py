"""What the plans page tells of revisions, and what can be entered there: the day of publication, a task's pool."""

from __future__ import annotations

import datetime

import pandas as pd
import streamlit as st

from inspections.edits.plans import choose_pool, publish_plan
from pages.frame.data import ask, connection
from pages.frame.saving import saving
from pages.frame.shown import heading, note, table
from pages.frame.view import View


def revisions(view: View, plans: pd.DataFrame) -> None:
    """How often each plan was revised, last by what, and all that the revisions changed; nothing where none was."""
    revised = plans[plans["revisions"] > 0]
    if revised.empty:
        return
    for plan in revised.to_dict("records"):
        numbered = not pd.isna(plan["revised_by"])
        told = {"title": plan["title"], "count": plan["revisions"], "day": plan["revised_on"].date()}
        note(view.say("revised" if numbered else "revised_unnumbered", **told, doc_no=plan["revised_by"]))
    changes = ask("plan_revisions", bureau_id=view.bureau_id, year=view.year)
    # What was said before and after is to be seen without scrolling.
    columns = [
        "in_force_on", "task", "revision_change", "revised_part", "said_before", "said_after", "revision_doc_no",
        "plan_kind", "seq",
    ]  # fmt: skip
    table(changes, columns, view, "revisions", view.say("revisions_title", count=len(changes)), wraps=True)
    note(view.say("revisions_note"))


def edit_plan(view: View, plans: pd.DataFrame) -> None:
    """A form for `published_on` of one plan."""
    heading(view.say("publish_title"))
    titles = dict(zip(plans["plan_id"], plans["title"], strict=True))
    days = dict(zip(plans["plan_id"], plans["published_on"], strict=True))
    plan_id = st.selectbox(view.say("publish_plan"), list(titles), format_func=titles.__getitem__, key="publish_plan")
    if plan_id is None:
        return
    with st.form("publish", border=False):
        known: datetime.date | None = None if pd.isna(days[plan_id]) else days[plan_id].date()
        day = st.date_input(view.say("publish_day"), value=known, format="YYYY-MM-DD", key=f"publish_day_{plan_id}")
        if st.form_submit_button(view.say("save"), type="primary"):
            with saving("edit", view.say("saved")) as actor:
                publish_plan(connection(), int(plan_id), day, actor=actor())


def edit_pool(view: View, tasks: pd.DataFrame) -> None:
    """A form for the pool of a task that is not drawn yet."""
    heading(view.say("pool_title"))
    note(view.say("pool_note"))
    waiting = tasks[tasks["drawn_on"].isna()]
    if waiting.empty:
        note(view.say("pool_all_drawn"))
        return
    names = dict(zip(waiting["task_id"], waiting["name"], strict=True))
    chosen = dict(zip(waiting["task_id"], waiting["scope_id"], strict=True))
    known = ask("scopes", bureau_id=view.bureau_id)
    scopes = dict(zip(known["scope_id"], known["scope"], strict=True))
    task_id = st.selectbox(view.say("pool_task"), list(names), format_func=names.__getitem__, key="edit_pool_task")
    with st.form("pool", border=False):
        options = list(scopes)
        now = options.index(chosen[task_id]) if chosen[task_id] in options else 0
        scope_id = st.selectbox(
            view.say("pool_scope"), options, index=now, format_func=scopes.__getitem__, key=f"edit_pool_{task_id}"
        )
        if st.form_submit_button(view.say("save"), type="primary") and scope_id is not None:
            with saving("edit", view.say("saved")) as actor:
                choose_pool(connection(), int(task_id), int(scope_id), actor=actor())
