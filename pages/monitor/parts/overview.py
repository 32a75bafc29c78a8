"""What the overview is made of: alerts that need a person, each a link."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from inspections.words import plain
from inspections.words.wording import say
from pages.frame import access
from pages.frame.address import common
from pages.frame.data import ask
from pages.frame.shown import listed, note
from pages.frame.view import View

ALERT_ICONS = {
    "overdue": "alarm",
    "not_launched": "event_busy",
    "open": "pending_actions",
    "worsened": "trending_up",
    "highest_never": "priority_high",
    "uncovered": "rule",
    "idle": "hourglass_empty",
    "notice": "edit_note",
}
# Names told on an alert before it says "and so many more".
FEW = 2


def alert(view: View, key: str, rows: pd.DataFrame, named: str, page: str) -> bool:
    """One thing that needs a person, as a link to the page that shows it: how many, and the first by name.

    `rows` are what is wrong, `named` the column to name them by: empty where the reader may know only how many. Nothing
    is shown where there is nothing to do.
    """
    if rows.empty:
        return False
    names = list(rows[named].dropna().value_counts().index)
    st.page_link(
        f"pages/monitor/{page}.py",
        label=plain.markdown(view.say(f"alerts.{key}", count=len(rows))),
        icon=f":material/{ALERT_ICONS[key]}:",
        width="stretch",
        query_params=common(),
    )
    if names:
        note(
            say(
                "frame.few" if len(names) > FEW else "frame.all",
                names=listed(names[:FEW]),
                more=len(names) - FEW,
            )
        )
    return True


def never_of(view: View, code: str) -> pd.DataFrame:
    """The objects of a class that no draw of the year took; without names for who may not see their class."""
    chosen = {**view.scope, "only_random": False, "scope_id": None}
    if access.may("classes"):
        never = ask("never_drawn", **chosen)
        return never[never["class"] == code]
    counts = ask("class_coverage", **chosen)
    counts = counts[counts["class"] == code]
    return pd.DataFrame({"object": [None] * int((counts["pool"] - counts["drawn"]).sum())})
