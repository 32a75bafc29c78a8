"""What the directories on the registers page share: which one is looked at, how fresh it is, how a value is shown."""

from __future__ import annotations

import datetime
import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from inspections.words.rates import rate
from inspections.words.wording import ABSENT, say
from pages.frame.data import ask
from pages.frame.shown import KeyFigure, finding, note, plain_figure
from pages.frame.view import View

PARTS = ("objects", "inspectors", "items")
# A directory counts as fresh by what changed in so many days.
FRESH_DAYS = 90
LIST_HEIGHT = 560


def choose_part(view: View) -> str:
    """Which of the directories the reader looks at."""
    chosen: str = st.segmented_control(
        view.say("part"),
        PARTS,
        default=PARTS[0],
        required=True,
        format_func=lambda code: view.say(f"parts.{code}"),
        key="register",
        label_visibility="collapsed",
    )
    return chosen


def bureau(view: View) -> int | None:
    """The bureau whose directories are shown; None for all there is, while there is no bureau."""
    return view.bureau_id or None


def found_in_all(found: pd.DataFrame) -> int:
    """How many objects were found, of which these are the first."""
    return int(found["matching"].iloc[0]) if len(found) else 0


def freshness(view: View, kind: str, *, homeless: bool = False) -> dict[str, Any] | None:
    """How fresh the directory of a kind of file is; None where it holds nothing. `homeless`: objects lie in no pool."""
    today = datetime.date.today()
    since = today - datetime.timedelta(days=FRESH_DAYS)
    rows = ask("directory_freshness", bureau_id=bureau(view), as_of=today, since=since, homeless=homeless)
    found = rows[rows["directory"] == kind].to_dict("records")
    return {str(key): None if pd.isna(value) else value for key, value in found[0].items()} if found else None


def fresh_figures(view: View, fresh: Mapping[str, Any]) -> list[KeyFigure]:
    """The share of a directory that changed lately, and when it last did."""
    changed, members = int(fresh["changed"]), int(fresh["members"])
    received = fresh["received_at"]
    return [
        plain_figure(
            view,
            "changed",
            say("frame.rate", share=rate(changed, members)),
            view.say("details.changed", changed=changed, members=members, days=FRESH_DAYS),
        ),
        plain_figure(
            view,
            "last_change",
            say("frame.all", names=fresh["changed_at"]),
            view.say("details.received", day=received) if received else view.say("details.never_received"),
        ),
    ]


def empty(view: View, part: str) -> None:
    """What is said of a directory that holds nothing."""
    finding(view.say(f"empty.{part}"))
    note(view.say("empty_note"))


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Names and values of one row below each other; the values are data, never markup."""
    rows = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(shown(value))}</dd>" for name, value in pairs)
    st.html(f'<dl class="facts">{rows}</dl>')


def shown(value: Any) -> str:
    """A value on a card, a dash where there is none."""
    return str(value) if value and not pd.isna(value) else ABSENT


def heading_of(column: str) -> str:
    """What a column is called."""
    return say(f"headings.{column}")
