"""The parts of the change log's page: its filters, the check of its chain, its figures."""

from __future__ import annotations

import datetime
import html
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from inspections.figures.log_words import Names
from inspections.words.actors import BUILDER, actor_in_words
from inspections.words.rates import rate
from inspections.words.wording import say
from pages.frame.address import day, kept, one_of, text
from pages.frame.data import ask, log_breaks, log_witness
from pages.frame.shown import KeyFigure, heading, note, plain_figure
from pages.frame.view import View

# Entries on one page; the newest of what was looked for.
MOST = 2000
LATELY_DAYS = 30


def filters(view: View) -> dict[str, Any]:
    """Person, action, days and text, as parameters of the question."""
    choices = ask("log_choices")
    people = list(choices.loc[choices["filter_of"] == "actor", "choice"])
    actions = list(choices.loc[choices["filter_of"] == "action", "choice"])
    who, what, since, until, words = st.columns([1.3, 1.3, 1, 1, 2.2])
    actor = who.selectbox(
        view.say("actor"),
        people,
        index=None,
        placeholder=view.say("any"),
        key=kept("log_actor", one_of(people)),
        format_func=actor_in_words,
    )
    action = what.selectbox(
        view.say("action"),
        actions,
        index=None,
        placeholder=view.say("any"),
        key=kept("log_action", one_of(actions)),
        format_func=lambda code: view.word("action", code),
    )
    first = since.date_input(view.say("since"), value=None, format="YYYY-MM-DD", key=kept("log_since", day()))
    last = until.date_input(view.say("until"), value=None, format="YYYY-MM-DD", key=kept("log_until", day()))
    said = words.text_input(
        view.say("text"),
        placeholder=view.say("text_hint"),
        type="search",
        key=kept("log_text", text(64), ""),
        max_chars=64,
    )
    return {
        "actor": actor,
        "action": action,
        "since": first,
        "until": last,
        "text": (said or "").strip() or None,
        "most": MOST,
    }


def names() -> Names:
    """Names behind the numbers in entries."""
    rows = ask("log_names")
    return {(str(kind), int(number)): str(name) for kind, number, name in rows.itertuples(index=False)}


def sentences(view: View, days: pd.DataFrame) -> list[str]:
    """How much is logged, whether the whole chain holds, and whether its end is as the witness says."""
    broken = log_breaks()
    total = int(days["entries"].sum())
    first, last = days["logged_on"].min(), days["logged_on"].max()
    return [
        view.say("finding_day", count=total, day=first)
        if first == last
        else view.say("finding", count=total, first=first, last=last),
        view.say("chain_broken", place=broken[0].removeprefix("seq "), count=len(broken))
        if broken
        else view.say("chain_whole", count=total),
        *log_witness().problems,
    ]


def key_figures(view: View, days: pd.DataFrame) -> list[KeyFigure]:
    """Entries, those of late, people, the chain."""
    total = int(days["entries"].sum())
    since = pd.Timestamp(datetime.date.today() - datetime.timedelta(days=LATELY_DAYS))
    lately = int(days.loc[days["logged_on"] >= since, "entries"].sum())
    choices = ask("log_choices")
    people = choices[(choices["filter_of"] == "actor") & (choices["choice"] != BUILDER)]
    broken = log_breaks()
    return [
        plain_figure(view, "entries", view.say("count", count=total), view.say("details.entries", days=len(days))),
        plain_figure(view, "lately", view.say("count", count=lately), view.say("details.lately", days=LATELY_DAYS)),
        plain_figure(
            view,
            "people",
            view.say("people", count=len(people)),
            _busiest(view, people, total),
        ),
        plain_figure(
            view,
            "chain",
            view.say("broken" if broken else "whole"),
            view.say("details.broken", count=len(broken)) if broken else view.say("details.whole", count=total),
        ),
    ]


def _busiest(view: View, people: pd.DataFrame, total: int) -> str:
    """Who has most of the entries; that which builds the synthetic database is nobody."""
    if people.empty:
        return view.say("details.nobody", name=actor_in_words(BUILDER))
    most = people.sort_values("entries", ascending=False).iloc[0]
    if len(people) == 1:
        return str(most["choice"])
    return view.say("details.people", name=most["choice"], share=rate(int(most["entries"]), total))


def proves() -> None:
    """What the log proves against whom, and how it stands to its witness."""
    with st.expander(say("commands.doctor.proves.title"), icon=":material/verified_user:"):
        for said in (*log_witness().notes, *(say(f"commands.doctor.proves.{whom}") for whom in ("app", "file", "key"))):
            note(said)


def one(view: View, row: Mapping[Hashable, Any]) -> None:
    """One entry in full."""
    with st.container(border=True):
        heading(view.say("one_title", seq=int(row["seq"])))
        told = [view.word("action", str(row["action"])), row["subject_words"], row["logged_at"], row["actor"]]
        note(" · ".join(str(part) for part in told))
        st.html("".join(f'<p class="verdict">{html.escape(part)}</p>' for part in row["change_lines"]))
