"""The item list: what is on it, which tasks cover an item, edits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from inspections.edits import directories
from inspections.figures import registers as figures
from inspections.words.rates import rate
from inspections.words.wording import say
from pages.frame.access import may
from pages.frame.data import ask, connection
from pages.frame.saving import saving
from pages.frame.shown import chart, figures_row, finding, heading, note, plain_figure, table
from pages.frame.view import View
from pages.registry.parts.registers import (
    FRESH_DAYS,
    beside_a_list,
    bureau,
    empty,
    facts,
    fresh_figures,
    freshness,
    heading_of,
)

ITEM_CLASSES = ("key", "general")


def items(view: View) -> None:
    """The item list: what the year's plan uses, what no plan ever used."""
    fresh = freshness(view, "item_list")
    if fresh is None:
        empty(view, "items")
        return
    listed = ask("register_items", bureau_id=bureau(view), year=view.year, as_of=view.as_of)
    unused = listed[listed["tasks_ever"] == 0]
    used = listed["tasks"] > 0
    baseless = listed["legal_basis"].isna()
    of_class = {str(code): int(count) for code, count in listed["item_class"].value_counts().items()}
    finding(
        view.say(
            "items_finding",
            bureau=view.bureau or view.say("everywhere"),
            count=len(listed),
            used=int(used.sum()),
            year=view.year,
        ),
        view.say("unused_finding", count=len(unused)) if len(unused) else view.say("no_unused"),
    )
    figures_row(
        plain_figure(
            view,
            "items",
            view.say("entries", count=len(listed)),
            view.say("details.items", major=of_class.get("key", 0), general=of_class.get("general", 0)),
        ),
        plain_figure(
            view,
            "used",
            say("frame.rate", share=rate(int(used.sum()), len(listed))),
            view.say("details.used", used=int(used.sum()), count=len(listed), year=view.year),
        ),
        plain_figure(view, "unused", view.say("entries", count=len(unused)), view.say("details.unused")),
        plain_figure(view, "baseless", view.say("entries", count=int(baseless.sum())), view.say("details.baseless")),
        *fresh_figures(view, fresh),
    )
    columns = ["item", "item_class", "legal_basis", "tasks", "last_planned_year"]
    beside_a_list(view, "items", listed.assign(used=used), columns, _by_class, _item_card, ("item", "item_id"))
    table(unused, ["item", "item_class", "legal_basis"], view, "unused", view.say("unused_title", count=len(unused)))
    note(view.say("freshness_note", days=FRESH_DAYS))


def _by_class(view: View, listed: pd.DataFrame) -> None:
    """How many items of each class the year's plan uses."""
    heading(view.say("item_classes_title"))
    codes = listed["item_class"].astype("object").fillna("unstated")
    shown = [code for code in (*ITEM_CLASSES, "unstated") if (codes == code).any()]
    names = [view.say("unstated") if code == "unstated" else view.word("item_class", code) for code in shown]
    wholes = [int((codes == code).sum()) for code in shown]
    planned = [int((listed["used"] & (codes == code)).sum()) for code in shown]
    words = [view.say("item_class_label", used=some, count=whole) for some, whole in zip(planned, wholes, strict=True)]
    figure = figures.parts(names, wholes, planned, words, view.look)
    chart(figure, view, "item-classes", view.say("item_classes_alt"))
    note(view.say("item_classes_note", year=view.year))


def _item_card(view: View, row: Mapping[Any, Any]) -> None:
    item_id = int(row["item_id"])
    missing = pd.isna(row["item_class"])
    facts(
        row["item"],
        [
            (heading_of("item_class"), None if missing else view.word("item_class", str(row["item_class"]))),
            (heading_of("legal_basis"), row["legal_basis"]),
            (view.say("used_by", year=view.year), row["used_by"]),
            (view.say("used_ever"), view.say("tasks_count", count=int(row["tasks_ever"]))),
            (
                heading_of("last_planned_year"),
                None if pd.isna(row["last_planned_year"]) else int(row["last_planned_year"]),
            ),
        ],
    )
    if not may("edit"):
        return
    with st.expander(view.say("edit_title"), icon=":material/edit:"), st.form(f"item-{item_id}", border=False):
        now = None if missing else ITEM_CLASSES.index(str(row["item_class"]))
        code = st.selectbox(
            heading_of("item_class"),
            ITEM_CLASSES,
            index=now,
            key=f"edit_item_class_{item_id}",
            format_func=lambda one: view.word("item_class", one),
            placeholder=view.say("choose"),
        )
        basis = st.text_area(
            heading_of("legal_basis"),
            "" if pd.isna(row["legal_basis"]) else str(row["legal_basis"]),
            key=f"edit_item_basis_{item_id}",
            max_chars=1000,
        )
        note(view.say("item_note"))
        if st.form_submit_button(view.say("save"), type="primary"):
            with saving("edit", view.say("saved")) as actor:
                directories.edit_item(
                    connection(), item_id, {"item_class": code, "legal_basis": basis or ""}, actor=actor()
                )
