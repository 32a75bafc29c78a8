"""The directory of objects: search, list, one object's card with its history, edits."""

from __future__ import annotations

import datetime
import functools
import html
import itertools
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from inspections.edits import directories
from inspections.figures import registers as figures
from inspections.words.classes import NONE
from inspections.words.rates import rate
from inspections.words.wording import say
from pages.frame.access import may
from pages.frame.address import kept, one_of, text
from pages.frame.data import ask, connection, to_print
from pages.frame.head import by_itself
from pages.frame.saving import saving
from pages.frame.shown import MOST_ROWS, chart, figures_row, finding, heading, note, plain_figure, table
from pages.frame.view import View
from pages.registry.parts.registers import (
    FRESH_DAYS,
    LIST_HEIGHT,
    bureau,
    empty,
    facts,
    found_in_all,
    fresh_figures,
    freshness,
    heading_of,
    yes_no,
)

# Rows of a list to take along: more than that no spreadsheet holds well.
MOST_TAKEN = 100_000
IN_NO_POOL = {"without_pool": True}
MOST_BARS = 14
LONGEST_SEARCH = 64
KINDS = ("enterprise", "individual", "institution", "project", "permit", "other")
STATES = ("active", "suspended", "closed", "moved")


def _homeless(view: View) -> pd.DataFrame:
    """The first of the objects of the bureau's directory that lie in no pool.

    Whether any object lies in none is asked once for all bureaus, because it takes the whole directory.
    """
    everywhere = ask("register_objects", **_asked(view) | IN_NO_POOL | {"bureau_id": None})
    if everywhere.empty or bureau(view) is None:
        return everywhere
    return ask("register_objects", **_asked(view) | IN_NO_POOL)


def objects(view: View) -> None:
    """The directory of objects: how fresh it is, search, the list and one object's card."""
    homeless = _homeless(view)
    homeless_count = found_in_all(homeless)
    fresh = freshness(view, "object_directory", homeless=homeless_count > 0)
    if fresh is None:
        empty(view, "objects")
        return
    members = int(fresh["members"])
    finding(
        view.say(
            "objects_finding" if fresh["changed_at"] else "objects_finding_unchanged",
            bureau=view.bureau or view.say("everywhere"),
            members=members,
            changed=int(fresh["changed"]),
            days=FRESH_DAYS,
            day=fresh["changed_at"],
        ),
        view.say("homeless_finding", count=homeless_count) if homeless_count else view.say("no_homeless"),
    )
    cells = [
        plain_figure(view, "objects", view.say("firms", count=members), view.say("details.objects")),
        plain_figure(
            view,
            "homeless",
            view.say("firms", count=homeless_count),
            view.say("details.homeless", share=rate(homeless_count, members)),
        ),
        *fresh_figures(view, fresh),
    ]
    classes = freshness(view, "class_list", homeless=homeless_count > 0)
    if classes:
        cells.append(
            plain_figure(
                view,
                "classes",
                say("frame.rate", share=rate(int(classes["changed"]), int(classes["members"]))),
                view.say(
                    "details.classes",
                    changed=int(classes["changed"]),
                    members=int(classes["members"]),
                    unclassed=members - int(classes["members"]),
                ),
            )
        )
    figures_row(*cells)
    _look_up(view)
    table(
        homeless,
        ["object_id", "object", "object_kind", "industry", "region", "object_status"],
        view,
        "homeless",
        view.say("homeless_title", count=homeless_count),
        whole=to_print("register_objects", **_asked(view) | IN_NO_POOL | {"most": MOST_TAKEN}),
    )
    if homeless_count > len(homeless):
        note(view.say("list_cut", shown=len(homeless), count=homeless_count))
    note(view.say("freshness_note", days=FRESH_DAYS))


def _asked(view: View) -> dict[str, Any]:
    """What the question for objects takes when nothing is looked for."""
    return {
        "bureau_id": bureau(view),
        "as_of": datetime.date.today(),
        "most": MOST_ROWS,
        "text": None,
        "object_kind": None,
        "object_status": None,
        "region": None,
        "industry": None,
        "class_code": None,
        "scope_id": None,
        "without_pool": False,
        "homeless": True,
    }


@by_itself
def _look_up(view: View) -> None:
    """Search, list and card: a fragment, so that a row chosen or a letter typed runs nothing else of the page."""
    asked = _asked(view) | _filters(view) | {"homeless": found_in_all(_homeless(view)) > 0}
    found = ask("register_objects", **asked)
    found = found.assign(pools=found["pools"].astype("object").fillna(view.say("no_pool")))
    with st.container(key="wide-left-objects"):
        left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        columns = ["object", "class", "pools", "region", "object_status", "industry", "object_kind", "object_id"]
        matching = found_in_all(found)
        told = "|".join(f"{key}={value}" for key, value in asked.items())
        place = table(
            found,
            columns,
            view,
            "objects",
            view.say("list_title", count=matching),
            select=told,
            by=("object", "object_id"),
            height=LIST_HEIGHT,
            whole=to_print("register_objects", **asked | {"most": MOST_TAKEN}),
        )
        if matching > len(found):
            note(view.say("list_cut", shown=len(found), count=matching))
    if place is None and len(found) == 1:
        place = 0
    with right.container(border=True, height="stretch"):
        if place is None or place >= len(found):
            _by_pool(view)
            return
        object_id = str(found["object_id"].iloc[place])
        _card(view, object_id)
    _record(view, object_id)


def _filters(view: View) -> dict[str, Any]:
    """The search box and the filters, as parameters of the question."""
    choices = ask("object_choices")
    pools = ask("scopes", bureau_id=view.bureau_id)
    scopes = dict(zip(pools["scope_id"], pools["scope"], strict=True))
    of = {name: list(choices.loc[choices["filter_of"] == name, "choice"]) for name in ("region", "industry")}
    chosen: dict[str, Any] = {}
    cells = iter(st.columns([2.2, 1, 1, 1.1, 1.1, 1.1, 1.5]))
    words = next(cells).text_input(
        view.say("search"),
        placeholder=view.say("search_hint"),
        type="search",
        live="400ms",
        key=kept("register_text", text(LONGEST_SEARCH), ""),
        max_chars=LONGEST_SEARCH,
    )
    chosen["text"] = (words or "").strip() or None
    for name, options in (("object_kind", KINDS), ("object_status", STATES)):
        chosen[name] = next(cells).selectbox(
            heading_of(name),
            options,
            index=None,
            placeholder=view.say("any"),
            key=kept(f"register_{name}", one_of(options)),
            format_func=functools.partial(view.word, name),
        )
    for name, known in of.items():
        chosen[name] = next(cells).selectbox(
            heading_of(name),
            known,
            index=None,
            placeholder=view.say("any"),
            key=kept(f"register_{name}", one_of(known)),
        )
    chosen["class_code"] = next(cells).selectbox(
        heading_of("class"),
        [*view.classes, NONE],
        index=None,
        placeholder=view.say("any"),
        key=kept("register_class", one_of([*view.classes, NONE])),
        format_func=view.class_name,
    )
    # No pool at all is a choice among the pools: no pool has the number 0.
    names = {0: view.say("without_pool")} | scopes
    scope_id = next(cells).selectbox(
        view.say("pool"),
        list(names),
        index=None,
        placeholder=view.say("any"),
        key=kept("register_pool", one_of(list(names))),
        format_func=names.__getitem__,
    )
    chosen["without_pool"] = scope_id == 0
    chosen["scope_id"] = int(scope_id) if scope_id else None
    return chosen


def _by_pool(view: View) -> None:
    """How many objects each pool holds: what the reader sees before choosing one."""
    heading(view.say("pools_title"))
    pools = ask("pool_members", bureau_id=bureau(view)).head(MOST_BARS)
    if len(pools):
        words = [
            view.say("pool_label", members=int(members), active=int(active))
            for members, active in zip(pools["members"], pools["active"], strict=True)
        ]
        figure = figures.parts(list(pools["scope"]), list(pools["members"]), list(pools["active"]), words, view.look)
        chart(figure, view, "pools", view.say("pools_alt", count=len(pools)))
        note(view.say("pools_note"))
    note(view.say("card_note"))


def _card(view: View, object_id: str) -> None:
    """One object: its fields, its pools, its class over the years, and the forms that change them."""
    row = ask("object_card", object_id=object_id).to_dict("records")[0]
    pools = ask("object_pools", object_id=object_id)
    comma = say("frame.list_comma")
    own = [name for name in directories.object_fields() if name in row]
    facts(
        row["object"],
        [
            (heading_of("object_id"), object_id),
            (heading_of("object_kind"), view.word("object_kind", str(row["object_kind"]))),
            *((heading_of(name), row[name]) for name in own if directories.object_fields()[name] != "yes_no"),
            (heading_of("object_status"), view.word("object_status", str(row["object_status"]))),
            *(yes_no(view, name, row[name]) for name in own if directories.object_fields()[name] == "yes_no"),
            (heading_of("pools"), comma.join(pools["scope"])),
        ],
    )
    history = ask("object_classes", object_id=object_id)
    st.html(f'<p class="note">{html.escape(view.say("class_title"))}</p>')
    if history.empty:
        note(view.say("no_class"))
    else:
        today = datetime.date.today()
        figure = figures.class_history(history, view.classes, today, view.class_name, view.look)
        chart(figure, view, f"class-{object_id}", view.say("class_alt", count=len(history)))
    if may("edit"):
        with st.expander(view.say("edit_title"), icon=":material/edit:"):
            _edit_object(view, object_id, row, pools)
        with st.expander(view.say("new_class_title"), icon=":material/moving:"):
            _new_class(view, object_id)


def _edit_object(view: View, object_id: str, row: Mapping[Any, Any], pools: pd.DataFrame) -> None:
    choices = ask("object_choices")
    known = ask("scopes", bureau_id=view.bureau_id)
    scopes = dict(zip(known["scope_id"], known["scope"], strict=True))
    with st.form(f"object-{object_id}", border=False):
        fields: dict[str, object] = {}
        fields["name"] = st.text_input(
            view.say("object_name"),
            str(row["object"]),
            max_chars=directories.LONGEST_NAME,
            key=f"edit_name_{object_id}",
        )
        left, right = st.columns(2)
        for cell, name, options in ((left, "kind", KINDS), (right, "status", STATES)):
            code = f"object_{name}"
            fields[name] = cell.selectbox(
                heading_of(code),
                options,
                index=options.index(str(row[code])),
                key=f"edit_{name}_{object_id}",
                format_func=lambda one, kind=code: view.word(kind, one),
            )
        own = [name for name in directories.object_fields() if name in row]
        for cell, name in zip(itertools.cycle((left, right)), own, strict=False):
            with cell:
                known_words = set(choices.loc[choices["filter_of"] == name, "choice"])
                fields[name] = _field(view, object_id, name, row[name], known_words)
        now_in = [scope_id for scope_id in pools["scope_id"] if scope_id in scopes]
        chosen = st.multiselect(
            view.say("own_pools"),
            list(scopes),
            now_in,
            format_func=scopes.__getitem__,
            placeholder=view.say("no_pool"),
            key=f"edit_pools_{object_id}",
        )
        note(view.say("edit_note"))
        if st.form_submit_button(view.say("save"), type="primary"):
            with saving("edit", view.say("saved")) as actor:
                directories.edit_object(connection(), object_id, fields, actor=actor())
                if view.bureau_id:
                    ids = [int(scope_id) for scope_id in chosen]
                    directories.edit_pools(connection(), object_id, view.bureau_id, ids, actor=actor())


def _field(view: View, object_id: str, name: str, now: Any, known: set[str]) -> object:
    """The widget of one field by how its cells are read; `known` are the words the directory uses already."""
    missing, key = pd.isna(now), f"edit_{name}_{object_id}"
    match directories.object_fields()[name]:
        case "yes_no":
            return st.toggle(heading_of(name), bool(now), key=key)
        case "date":
            return st.date_input(heading_of(name), None if missing else now, format="YYYY-MM-DD", key=key)
        case "number":
            return st.number_input(heading_of(name), min_value=0, value=None if missing else int(now), key=key)
    options = sorted(known | (set() if missing else {str(now)}))
    return st.selectbox(
        heading_of(name), options, index=None if missing else options.index(str(now)), accept_new_options=True,
        placeholder=view.say("write_new"), key=key,
    )  # fmt: skip


def _new_class(view: View, object_id: str) -> None:
    with st.form(f"class-{object_id}", border=False):
        left, right = st.columns(2)
        code = left.selectbox(
            view.say("new_class"),
            view.classes,
            index=None,
            format_func=view.class_name,
            placeholder=view.say("choose"),
            key=f"new_class_{object_id}",
        )
        since = right.date_input(
            view.say("new_class_since"), datetime.date.today(), format="YYYY-MM-DD", key=f"new_class_since_{object_id}"
        )
        source = st.text_input(heading_of("class_source"), key=f"new_class_source_{object_id}", max_chars=200)
        note(view.say("new_class_note"))
        if st.form_submit_button(view.say("save"), type="primary") and code and since:
            with saving("edit", view.say("saved")) as actor:
                directories.add_class(connection(), object_id, code, since, source or "", view.classes, actor=actor())


def _record(view: View, object_id: str) -> None:
    """Every draw whose pool held the object, and every result of it."""
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        draws = ask("object_draws", object_id=object_id)
        columns = ["task", "drawn_on", "draw_kind", "class_at_draw", "fate", "inspectors"]
        table(draws, columns, view, "object-draws", view.say("draws_title", count=len(draws)))
    with right.container(border=True, height="stretch"):
        visits = ask("object_visits", object_id=object_id)
        columns = ["task", "unit", "inspected_on", "entered_on", "made_public_on", "problems", "follow_up"]
        table(visits, columns, view, "object-visits", view.say("visits_title", count=len(visits)))
