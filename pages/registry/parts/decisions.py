"""What a file leaves open: each question with its proposal, grounds and effect, to accept or to decide otherwise."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from inspections.intake.decisions import OPEN, Chosen, Decision
from inspections.words import plain
from inspections.words.plain import markdown
from inspections.words.wording import say
from pages.frame.shown import heading, note, table
from pages.frame.view import View

# Shown at once; what comes behind them is in the file of --propose.
MOST_SHOWN = 30


def decisions(view: View, key: str, found: Sequence[Decision], chosen: Chosen, told: str) -> dict[tuple[str, str], str]:
    """Ask what is open, list what is settled; comes back with what the clerk has chosen, (code, subject) -> value.

    `told` says for which files a decision holds.
    """
    asked = [one for one in found if one.by == OPEN or (one.code, one.subject) in chosen]
    settled = [one for one in found if one not in asked]
    now: dict[tuple[str, str], str] = {}
    if asked:
        heading(say("decisions.title", count=sum(one.by == OPEN for one in asked)))
        note(told)
        if any(one.proposal for one in asked) and st.button(
            say("decisions.accept_all"), icon=":material/done_all:", key=f"{key}_all"
        ):
            for one in asked[:MOST_SHOWN]:
                if one.proposal:
                    st.session_state[_widget(key, one)] = one.proposal
    for one in asked[:MOST_SHOWN]:
        value = _asked(one, _widget(key, one), chosen.get((one.code, one.subject)))
        if value:
            now[one.code, one.subject] = value
    if settled:
        with st.expander(markdown(say("decisions.applied", count=len(settled))), icon=":material/rule:"):
            rows = pd.DataFrame(
                {
                    "decision_question": [one.said("question") for one in settled],
                    "decision_grounds": [one.said("grounds") for one in settled],
                    "decision_value": [one.options.get(one.value or "", "") for one in settled],
                    "decision_by": [say(f"decisions.who.{one.by}") for one in settled],
                }
            )
            table(rows, list(rows.columns), view, f"{key}_settled", say("decisions.applied", count=len(settled)),
                  with_download=False)  # fmt: skip
    return now


def _widget(key: str, one: Decision) -> str:
    """The key of a question's choice: a subject may hold anything."""
    return f"{key}_{one.code}_{hashlib.sha256(one.subject.encode()).hexdigest()[:12]}"


def _asked(one: Decision, key: str, value: str | None) -> str | None:
    """One question in a box of its own: the words on the left, the choice on the right."""
    with st.container(border=True):
        words, choice = st.columns([3, 2], vertical_alignment="center", gap="medium")
        question, *more = (html.escape(one.said(part)) for part in ("question", "grounds", "effect"))
        lines = "".join(f'<p class="note">{line}</p>' for line in more)
        words.html(f'<p class="name">{question}</p>{lines}')
        options = list(one.options)
        if key not in st.session_state and value:
            st.session_state[key] = value
        return choice.selectbox(
            say("decisions.value"),
            options,
            index=None,
            placeholder=_proposed(one),
            format_func=lambda option: plain.shortened(plain.line(one.options.get(option, option)), 60),
            accept_new_options=one.free,
            key=key,
            label_visibility="collapsed",
        )


def _proposed(one: Decision) -> str:
    """What stands in a choice that was not made yet: the proposal."""
    if one.proposal is None:
        return say("decisions.undecided")
    return say("decisions.proposed", value=plain.shortened(plain.line(one.options[one.proposal]), 40))
