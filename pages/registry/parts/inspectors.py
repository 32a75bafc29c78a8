"""The directory of inspectors: who is in it, how often they go, recusals, edits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from inspections.edits import directories
from inspections.figures import registers as figures
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
    yes_no,
)


def inspectors(view: View) -> None:
    """The directory of inspectors: who can be matched, one person's card, what is missing."""
    fresh = freshness(view, "inspector_directory")
    if fresh is None:
        empty(view, "inspectors")
        return
    people = ask("register_inspectors", bureau_id=bureau(view), year=view.year)
    able = people["is_certified"] & people["is_active"]
    alike = people[people["reads_like"].notna()]
    finding(
        view.say(
            "inspectors_finding", bureau=view.bureau or view.say("everywhere"), count=len(people), able=int(able.sum())
        ),
        view.say("alike_finding", count=len(alike)) if len(alike) else view.say("no_alike"),
    )
    figures_row(
        plain_figure(
            view,
            "inspectors",
            view.say("people", count=len(people)),
            view.say("details.inspectors", units=people["inspector_unit"].nunique()),
        ),
        plain_figure(
            view,
            "able",
            view.say("people", count=int(able.sum())),
            view.say(
                "details.able",
                uncertified=int((~people["is_certified"]).sum()),
                inactive=int((~people["is_active"]).sum()),
            ),
        ),
        plain_figure(
            view,
            "matched",
            view.say("visits", count=int(people["matched_visits"].sum())),
            view.say("details.matched", year=view.year, idle=int((able & (people["matched_visits"] == 0)).sum())),
        ),
        *fresh_figures(view, fresh),
    )
    columns = [
        "inspector",
        "inspector_unit",
        "certificate_no",
        "is_certified",
        "is_civil_servant",
        "is_active",
        "matched_visits",
        "recusals",
    ]
    beside_a_list(
        view, "inspectors", people.assign(able=able), columns, _by_unit, _inspector_card, ("inspector", "inspector_id")
    )
    for key, rows in (
        ("uncertified", people[~people["is_certified"]]),
        ("inactive", people[~people["is_active"]]),
        ("alike", alike),
    ):
        shown = [*columns[:3], "reads_like"] if key == "alike" else columns
        table(rows, shown, view, key, view.say(f"{key}_title", count=len(rows)))
    note(view.say("alike_note"))
    note(view.say("freshness_note", days=FRESH_DAYS))


def _by_unit(view: View, people: pd.DataFrame) -> None:
    """How many of each unit can be matched."""
    heading(view.say("units_title"))
    units = people.groupby("inspector_unit", sort=False).agg(
        count=("able", "size"), able=("able", "sum"), visits=("matched_visits", "sum")
    )
    units = units.sort_values("count", ascending=False, kind="stable")
    words = [
        view.say("unit_label", count=int(row["count"]), able=int(row["able"]), visits=int(row["visits"]))
        for row in units.to_dict("records")
    ]
    figure = figures.parts(list(units.index), list(units["count"]), list(units["able"]), words, view.look)
    chart(figure, view, "units", view.say("units_alt", count=len(units)))
    note(view.say("units_note"))


def _inspector_card(view: View, row: Mapping[Any, Any]) -> None:
    inspector_id = int(row["inspector_id"])
    facts(
        row["inspector"],
        [
            (heading_of("inspector_unit"), row["inspector_unit"]),
            (heading_of("certificate_no"), row["certificate_no"]),
            *(yes_no(view, column, row[column]) for column in ("is_certified", "is_civil_servant", "is_active")),
            (view.say("matched_in", year=view.year), view.say("visits", count=int(row["matched_visits"]))),
        ],
    )
    recusals = ask("inspector_recusals", inspector_id=inspector_id)
    table(
        recusals,
        ["object_id", "object", "reason"],
        view,
        f"recusals-{inspector_id}",
        view.say("recusals_title", count=len(recusals)),
    )
    if may("edit"):
        with st.expander(view.say("edit_title"), icon=":material/edit:"):
            _edit_inspector(view, inspector_id, row)
        with st.expander(view.say("recusal_title"), icon=":material/person_off:"):
            _edit_recusals(view, inspector_id, recusals)


def _edit_inspector(view: View, inspector_id: int, row: Mapping[Any, Any]) -> None:
    known = ask("bureau_units", bureau_id=bureau(view))
    units = dict(zip(known["unit_id"], known["inspector_unit"], strict=True))
    ids = list(units)
    with st.form(f"inspector-{inspector_id}", border=False):
        fields: dict[str, object] = {}
        fields["name"] = st.text_input(
            view.say("inspector_name"),
            str(row["inspector"]),
            key=f"edit_person_{inspector_id}",
            max_chars=directories.LONGEST_NAME,
        )
        unit_id = st.selectbox(
            heading_of("inspector_unit"),
            ids,
            index=ids.index(row["unit_id"]),
            format_func=units.__getitem__,
            key=f"edit_unit_{inspector_id}",
        )
        fields["unit_id"] = int(unit_id or row["unit_id"])
        for field, column in (
            ("is_certified", "is_certified"),
            ("is_civil_servant", "is_civil_servant"),
            ("active", "is_active"),
        ):
            fields[field] = st.toggle(heading_of(column), bool(row[column]), key=f"edit_{field}_{inspector_id}")
        note(view.say("edit_note"))
        if st.form_submit_button(view.say("save"), type="primary"):
            with saving("edit", view.say("saved")) as actor:
                directories.edit_inspector(connection(), inspector_id, fields, actor=actor())


def _edit_recusals(view: View, inspector_id: int, recusals: pd.DataFrame) -> None:
    with st.form(f"recusal-{inspector_id}", border=False, clear_on_submit=False):
        object_id = st.text_input(heading_of("object_id"), key=f"recusal_object_{inspector_id}", max_chars=64)
        reason = st.text_input(view.say("recusal_reason"), key=f"recusal_reason_{inspector_id}", max_chars=200)
        if st.form_submit_button(view.say("recusal_add"), type="primary"):
            with saving("edit", view.say("saved")) as actor:
                directories.add_recusal(
                    connection(), inspector_id, (object_id or "").strip(), reason or "", actor=actor()
                )
    if len(recusals):
        names = dict(zip(recusals["object_id"], recusals["object"], strict=True))
        with st.form(f"recusal-drop-{inspector_id}", border=False):
            gone = st.selectbox(
                view.say("recusal_drop"),
                list(names),
                index=None,
                format_func=names.__getitem__,
                placeholder=view.say("choose"),
                key=f"recusal_gone_{inspector_id}",
            )
            if st.form_submit_button(view.say("recusal_remove")) and gone:
                with saving("edit", view.say("saved")) as actor:
                    directories.drop_recusal(connection(), inspector_id, str(gone), actor=actor())
