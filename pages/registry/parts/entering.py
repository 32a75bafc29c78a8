"""One result, follow-up or closure entered on the imports page, where a file for it would be too much."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd
import streamlit as st

from inspections.intake.entered import entered_result
from inspections.intake.storing import commit, preview, sentence
from inspections.words.plain import markdown
from inspections.words.wording import FIRST, say, texts
from pages.frame.address import stop
from pages.frame.data import ask, connection
from pages.frame.saving import saving, tell
from pages.frame.shown import heading, note
from pages.frame.view import View

DAYS = ("inspected_on", "entered_on", "published_on", "handled_on", "closed_on")


def enter(view: View) -> None:
    """Choose a draw and a due visit of it; what is on record stands in the form, and what is left empty stays."""
    draws = ask("draws", **view.scope)
    draws = draws[(draws["draw_kind"].astype(str) == "official") & ~draws["is_replaced"] & (draws["drawn"] > 0)]
    if draws.empty:
        return
    with st.container(border=True, key="import-enter"):
        heading(view.say("enter_title"))
        note(view.say("enter_note"))
        rows = {int(row["draw_id"]): row for row in draws.to_dict("records")}
        left, right = st.columns(2, gap="medium")
        draw_id = left.selectbox(
            view.say("enter_draw"), list(rows), index=None, placeholder=view.say("enter_choose"), key="enter_draw",
            format_func=lambda one: say("draws.label", day=rows[one]["drawn_on"], task=rows[one]["task"],
                                        ordinal=rows[one]["ordinal"]),
        )  # fmt: skip
        if draw_id is None:
            return
        # By object and unit, not by place: what is entered moves to the end of the list.
        visits = {
            (str(row["object_id"]), int(row["unit_id"])): row
            for row in ask("visits_to_enter", draw_id=int(draw_id)).to_dict("records")
        }
        chosen = right.selectbox(
            view.say("enter_visit"), list(visits), index=None, placeholder=view.say("enter_choose"),
            key=f"enter_visit_{draw_id}",
            format_func=lambda one: view.say("enter_label", object=visits[one]["object"], unit=visits[one]["unit"]),
        )  # fmt: skip
        if chosen is not None:
            _form(view, rows[int(draw_id)], visits[chosen])


def _form(view: View, draw: dict[Any, Any], visit: dict[Any, Any]) -> None:
    key = f"enter_{draw['draw_id']}_{visit['object_id']}_{visit['unit_id']}"
    values = {
        "task": str(draw["task"]),
        "ordinal": str(draw["ordinal"]),
        "object_id": str(visit["object_id"]),
        "unit": str(visit["unit"]),
    }
    cells = st.columns(len(DAYS), gap="small")
    for cell, code in zip(cells, DAYS, strict=True):
        known = None if pd.isna(visit[code]) else pd.Timestamp(visit[code]).date()
        day: datetime.date | None = cell.date_input(
            say(f"intake.fields.results.{code}"), known, format="YYYY-MM-DD", key=f"{key}_{code}"
        )
        values[code] = day.isoformat() if day else ""
    left, right = st.columns(2, gap="medium")
    outcomes = left.multiselect(
        say("intake.fields.results.outcome"), list(texts(FIRST)["codes"]["outcome"]), key=f"{key}_outcome",
        format_func=lambda code: view.word("outcome", code), placeholder=view.say("enter_as_recorded"),
    )  # fmt: skip
    measures = list(texts(FIRST)["codes"]["follow_up"])
    known_measure = None if pd.isna(visit["follow_up"]) else measures.index(str(visit["follow_up"]))
    measure = right.selectbox(
        say("intake.fields.results.follow_up"), measures, index=known_measure, key=f"{key}_follow_up",
        format_func=lambda code: view.word("follow_up", code), placeholder=view.say("enter_as_recorded"),
    )  # fmt: skip
    values["follow_up"] = measure or ""
    if not st.button(view.say("enter_save"), type="primary", icon=":material/edit_note:", key=f"{key}_save"):
        return
    with saving("import") as actor:
        by = actor()
        incoming = entered_result(connection(), view.bureau, view.year, values, outcomes, str(visit["object"]))
        looked = preview(connection(), incoming)
        if looked.blocked:
            wrong = looked.issues[looked.issues["severity"] == "error"]
            for issue in wrong.to_dict("records"):
                st.error(markdown(sentence("results", issue, with_row=False)))
            stop()
        report = commit(connection(), incoming, actor=by)
        told = "enter_done" if report.status == "imported" else "enter_unchanged"
        tell(view.say(told, object=str(visit["object"])))
