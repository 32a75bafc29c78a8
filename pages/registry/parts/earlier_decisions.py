"""Decisions applied to the next files of a platform: which, from which import, with whom; taken back one by one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from inspections.intake.decisions import take_back, value_said
from inspections.words.plain import markdown
from inspections.words.wording import say
from pages.frame.access import may
from pages.frame.data import ask, connection
from pages.frame.saving import saving
from pages.frame.shown import note, table
from pages.frame.view import View

_COLUMNS = (
    "import_kind", "decision_code", "decision_subject", "decision_value", "imported_at", "source_file", "actor",
)  # fmt: skip


def earlier_decisions(view: View) -> None:
    """A fold with the list; nothing where nobody has decided anything."""
    found = ask("import_decisions", bureau_id=view.bureau_id or None)
    if found.empty:
        return
    title = say("decisions.earlier_title", count=len(found))
    with st.expander(markdown(title), icon=":material/history:"):
        note(say("decisions.earlier_note"))
        shown = found.assign(
            decision_value=[
                value_said(code, value)
                for code, value in zip(found["decision_code"], found["decision_value"], strict=True)
            ]
        )
        place = table(shown, _COLUMNS, view, "earlier_decisions", title,
                      select=f"{view.bureau_id}-{len(found)}", with_download=False)  # fmt: skip
        if place is not None and place < len(found) and may("import"):
            _take_back(found.iloc[place])


def _take_back(row: pd.Series) -> None:
    what = str(row["decision_subject"]) or say(f"codes.decision_code.{row['decision_code']}")
    if st.button(say("decisions.take_back"), icon=":material/undo:", key="decision_take_back"):
        with saving("import", say("decisions.taken_back", what=what), stays=True) as actor:
            take_back(connection(), int(row["bureau_id"]), str(row["layout"]), str(row["decision_code"]),
                      str(row["decision_subject"]), actor())  # fmt: skip
