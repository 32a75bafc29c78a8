"""What the directories on the registers page share: which one is looked at, how fresh it is, how a value is shown."""

from __future__ import annotations

import datetime
import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from inspections.words.rates import rate
from inspections.words.wording import ABSENT, say
from pages.frame.address import kept, one_of
from pages.frame.data import ask
from pages.frame.shown import KeyFigure, finding, note, plain_figure, table
from pages.frame.view import View, is_synthetic

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
        key=kept("register", one_of(PARTS), PARTS[0]),
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
            view.say("details.received", day=received)
            if received
            else view.say("details.built" if is_synthetic(view.settings) else "details.never_received"),
        ),
    ]


def empty(view: View, part: str) -> None:
    """What is said of a directory that holds nothing."""
    finding(view.say(f"empty.{part}"))
    note(view.say("empty_note"))


def beside_a_list(
    view: View,
    key: str,
    rows: pd.DataFrame,
    columns: Sequence[str],
    overview: Callable[[View, pd.DataFrame], None],
    card: Callable[[View, Mapping[Any, Any]], None],
    by: tuple[str, str],
) -> None:
    """All rows of a directory in a list, and beside it the card of the row chosen; an overview while none is.

    `by`: the name of the choice in the address, and the column that tells one row from the next.
    """
    with st.container(key=f"wide-left-{key}"):
        left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        title, select = view.say(f"{key}_title", count=len(rows)), f"{view.bureau_id}-{view.year}-{len(rows)}"
        place = table(rows, columns, view, key, title, select=select, height=LIST_HEIGHT, by=by)
    with right.container(border=True, height="stretch"):
        if place is None:
            overview(view, rows)
        else:
            card(view, rows.to_dict("records")[place])


def facts(name: object, pairs: Sequence[tuple[str, object]]) -> None:
    """The name of one row, and its headings and values below each other; names and values are data, never markup."""
    rows = "".join(f"<dt>{html.escape(told)}</dt><dd>{html.escape(shown(value))}</dd>" for told, value in pairs)
    st.html(f'<p class="name">{html.escape(str(name))}</p>')
    st.html(f'<dl class="facts">{rows}</dl>')


def yes_no(view: View, column: str, value: object) -> tuple[str, str]:
    """The heading and the word for a value that is true or false."""
    return heading_of(column), view.word("boolean", str(bool(value)).lower())


def shown(value: Any) -> str:
    """A value on a card, a dash where there is none."""
    return str(value) if value and not pd.isna(value) else ABSENT


def heading_of(column: str) -> str:
    """What a column is called."""
    return say(f"headings.{column}")
