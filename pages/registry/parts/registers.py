"""The parts of the registers page: the directory of objects with one object's card, inspectors, items; their edits."""

from __future__ import annotations

import datetime
import functools
import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from inspections.edits import directories
from inspections.figures import registers as figures
from inspections.words.rates import rate
from inspections.words.wording import ABSENT, say
from pages.frame.access import may
from pages.frame.data import ask, connection, to_print
from pages.frame.saving import saving
from pages.frame.shown import MOST_ROWS, KeyFigure, chart, figures_row, finding, heading, note, plain_figure, table
from pages.frame.view import View

PARTS = ("objects", "inspectors", "items")
# A directory counts as fresh by what changed in so many days.
FRESH_DAYS = 90
# Rows of a list to take along: more than that no spreadsheet holds well.
MOST_TAKEN = 100_000
# Objects in no pool belong to the directory of every bureau.
EVERYBODYS = {"bureau_id": None, "without_pool": True}
LIST_HEIGHT = 560
MOST_BARS = 14
KINDS = ("enterprise", "individual", "institution", "project", "permit", "other")
STATES = ("active", "suspended", "closed", "moved")
ITEM_CLASSES = ("key", "general")


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


def _bureau(view: View) -> int | None:
    """The bureau whose directories are shown; None for all there is, while there is no bureau."""
    return view.bureau_id or None


def _homeless(view: View) -> pd.DataFrame:
    """The first of the objects that lie in no pool: everybody's, so they are asked for once for all bureaus."""
    return ask("register_objects", **_asked(view) | EVERYBODYS)


def _matching(found: pd.DataFrame) -> int:
    """How many objects were found, of which these are the first."""
    return int(found["matching"].iloc[0]) if len(found) else 0


def _freshness(view: View, directory: str, *, homeless: bool = False) -> dict[str, Any] | None:
    """How fresh a directory is; None where it holds nothing. `homeless`: whether objects lie in no pool."""
    today = datetime.date.today()
    since = today - datetime.timedelta(days=FRESH_DAYS)
    rows = ask("directory_freshness", bureau_id=_bureau(view), as_of=today, since=since, homeless=homeless)
    found = rows[rows["directory"] == directory].to_dict("records")
    return {str(key): None if pd.isna(value) else value for key, value in found[0].items()} if found else None


def _fresh_figures(view: View, fresh: Mapping[str, Any]) -> list[KeyFigure]:
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


def _empty(view: View, part: str) -> None:
    finding(view.say(f"empty.{part}"))
    note(view.say("empty_note"))


def _facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Names and values of one row below each other; the values are data, never markup."""
    rows = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(_shown(value))}</dd>" for name, value in pairs)
    st.html(f'<dl class="facts">{rows}</dl>')


def _shown(value: Any) -> str:
    return str(value) if value and not pd.isna(value) else ABSENT


def _heading_of(column: str) -> str:
    return say(f"headings.{column}")


# Objects


def objects(view: View) -> None:
    """The directory of objects: how fresh it is, search, the list and one object's card."""
    homeless = _homeless(view)
    homeless_count = _matching(homeless)
    fresh = _freshness(view, "objects", homeless=homeless_count > 0)
    if fresh is None:
        _empty(view, "objects")
        return
    members = int(fresh["members"])
    finding(
        view.say(
            "objects_finding",
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
        *_fresh_figures(view, fresh),
    ]
    classes = _freshness(view, "classes", homeless=homeless_count > 0) if may("classes") else None
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
        whole=to_print("register_objects", **_asked(view) | EVERYBODYS | {"most": MOST_TAKEN}),
    )
    if homeless_count > len(homeless):
        note(view.say("list_cut", shown=len(homeless), count=homeless_count))
    note(view.say("freshness_note", days=FRESH_DAYS))


def _asked(view: View) -> dict[str, Any]:
    """What the question for objects takes when nothing is looked for."""
    return {
        "bureau_id": _bureau(view),
        "as_of": datetime.date.today(),
        "with_classes": may("classes"),
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


@st.fragment
def _look_up(view: View) -> None:
    """Search, list and card: a fragment, so that a row chosen or a letter typed runs nothing else of the page."""
    asked = _asked(view) | _filters(view) | {"homeless": _matching(_homeless(view)) > 0}
    found = ask("register_objects", **asked)
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        columns = ["object", "region", "object_status", "industry", "object_kind", "object_id", "pools"]
        if asked["with_classes"]:
            columns.insert(1, "class")
        matching = _matching(found)
        told = "|".join(f"{key}={value}" for key, value in asked.items())
        place = table(
            found,
            columns,
            view,
            "objects",
            view.say("list_title", count=matching),
            select=told,
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
    cells = iter(st.columns([2.2, 1, 1, 1.1, 1.1, 1.1, 1.5] if may("classes") else [2.2, 1, 1, 1.1, 1.1, 1.5]))
    text = next(cells).text_input(
        view.say("search"),
        placeholder=view.say("search_hint"),
        type="search",
        live="400ms",
        key="register_text",
        max_chars=64,
    )
    chosen["text"] = (text or "").strip() or None
    for name, options in (("object_kind", KINDS), ("object_status", STATES)):
        chosen[name] = next(cells).selectbox(
            _heading_of(name),
            options,
            index=None,
            placeholder=view.say("any"),
            key=f"register_{name}",
            format_func=functools.partial(view.word, name),
        )
    for name, known in of.items():
        chosen[name] = next(cells).selectbox(
            _heading_of(name), known, index=None, placeholder=view.say("any"), key=f"register_{name}"
        )
    if may("classes"):
        chosen["class_code"] = next(cells).selectbox(
            _heading_of("class"),
            [*view.classes, "none"],
            index=None,
            placeholder=view.say("any"),
            key="register_class",
            format_func=view.class_name,
        )
    # No pool at all is a choice among the pools: no pool has the number 0.
    names = {0: view.say("without_pool")} | scopes
    scope_id = next(cells).selectbox(
        view.say("pool"),
        list(names),
        index=None,
        placeholder=view.say("any"),
        key="register_pool",
        format_func=names.__getitem__,
    )
    chosen["without_pool"] = scope_id == 0
    chosen["scope_id"] = int(scope_id) if scope_id else None
    return chosen


def _by_pool(view: View) -> None:
    """How many objects each pool holds: what the reader sees before choosing one."""
    heading(view.say("pools_title"))
    pools = ask("pool_members", bureau_id=_bureau(view)).head(MOST_BARS)
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
    st.html(f'<p class="name">{html.escape(str(row["object"]))}</p>')
    comma = say("frame.list_comma")
    _facts(
        [
            (_heading_of("object_id"), object_id),
            (_heading_of("object_kind"), view.word("object_kind", str(row["object_kind"]))),
            (_heading_of("industry"), row["industry"]),
            (_heading_of("region"), row["region"]),
            (_heading_of("object_status"), view.word("object_status", str(row["object_status"]))),
            (_heading_of("is_market_entity"), view.word("boolean", str(bool(row["is_market_entity"])).lower())),
            (_heading_of("pools"), comma.join(pools["scope"])),
        ]
    )
    history = ask("object_classes", object_id=object_id) if may("classes") else pd.DataFrame()
    if may("classes"):
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
        if may("classes"):
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
                _heading_of(code),
                options,
                index=options.index(str(row[code])),
                key=f"edit_{name}_{object_id}",
                format_func=lambda one, kind=code: view.word(kind, one),
            )
        for cell, name in ((left, "industry"), (right, "region")):
            options = tuple(choices.loc[choices["filter_of"] == name, "choice"])
            now = None if pd.isna(row[name]) else options.index(str(row[name]))
            fields[name] = cell.selectbox(
                _heading_of(name),
                options,
                index=now,
                accept_new_options=True,
                placeholder=view.say("write_new"),
                key=f"edit_{name}_{object_id}",
            )
        fields["is_market_entity"] = st.toggle(
            _heading_of("is_market_entity"), bool(row["is_market_entity"]), key=f"edit_market_{object_id}"
        )
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
        source = st.text_input(_heading_of("class_source"), key=f"new_class_source_{object_id}", max_chars=200)
        note(view.say("new_class_note"))
        if st.form_submit_button(view.say("save"), type="primary") and code and since:
            with saving("edit", view.say("saved")) as actor:
                directories.add_class(connection(), object_id, code, since, source or "", view.classes, actor=actor())


def _record(view: View, object_id: str) -> None:
    """Every draw whose pool held the object, and every result of it."""
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        draws = ask("object_draws", object_id=object_id)
        columns = ["task", "drawn_on", "draw_kind", "fate", "inspectors"]
        if may("classes"):
            columns.insert(3, "class_at_draw")
        table(draws, columns, view, "object-draws", view.say("draws_title", count=len(draws)))
    with right.container(border=True, height="stretch"):
        visits = ask("object_visits", object_id=object_id)
        columns = ["task", "unit", "inspected_on", "entered_on", "made_public_on", "problems", "follow_up"]
        table(visits, columns, view, "object-visits", view.say("visits_title", count=len(visits)))


# Inspectors


def inspectors(view: View) -> None:
    """The directory of inspectors: who can be matched, one person's card, what is missing."""
    fresh = _freshness(view, "inspectors")
    if fresh is None:
        _empty(view, "inspectors")
        return
    people = ask("register_inspectors", bureau_id=_bureau(view), year=view.year)
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
        *_fresh_figures(view, fresh),
    )
    left, right = st.columns([3, 2], gap="medium")
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
    with left.container(border=True, height="stretch"):
        place = table(
            people,
            columns,
            view,
            "inspectors",
            view.say("inspectors_title", count=len(people)),
            select=f"{view.bureau_id}-{view.year}-{len(people)}",
            height=LIST_HEIGHT,
        )
    with right.container(border=True, height="stretch"):
        if place is None:
            _by_unit(view, people.assign(able=able))
        else:
            _inspector_card(view, people.to_dict("records")[place])
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
    st.html(f'<p class="name">{html.escape(str(row["inspector"]))}</p>')
    _facts(
        [
            (_heading_of("inspector_unit"), row["inspector_unit"]),
            (_heading_of("certificate_no"), row["certificate_no"]),
            *(
                (_heading_of(column), view.word("boolean", str(bool(row[column])).lower()))
                for column in ("is_certified", "is_civil_servant", "is_active")
            ),
            (view.say("matched_in", year=view.year), view.say("visits", count=int(row["matched_visits"]))),
        ]
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
    known = ask("bureau_units", bureau_id=_bureau(view))
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
            _heading_of("inspector_unit"),
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
            fields[field] = st.toggle(_heading_of(column), bool(row[column]), key=f"edit_{field}_{inspector_id}")
        note(view.say("edit_note"))
        if st.form_submit_button(view.say("save"), type="primary"):
            with saving("edit", view.say("saved")) as actor:
                directories.edit_inspector(connection(), inspector_id, fields, actor=actor())


def _edit_recusals(view: View, inspector_id: int, recusals: pd.DataFrame) -> None:
    with st.form(f"recusal-{inspector_id}", border=False, clear_on_submit=False):
        object_id = st.text_input(_heading_of("object_id"), key=f"recusal_object_{inspector_id}", max_chars=64)
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


# Items


def items(view: View) -> None:
    """The item list: what the year's plan uses, what no plan ever used."""
    fresh = _freshness(view, "items")
    if fresh is None:
        _empty(view, "items")
        return
    listed = ask("register_items", bureau_id=_bureau(view), year=view.year)
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
        *_fresh_figures(view, fresh),
    )
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        columns = ["item", "item_class", "legal_basis", "tasks", "last_planned_year"]
        place = table(
            listed,
            columns,
            view,
            "items",
            view.say("items_title", count=len(listed)),
            select=f"{view.bureau_id}-{view.year}-{len(listed)}",
            height=LIST_HEIGHT,
        )
    with right.container(border=True, height="stretch"):
        if place is None:
            _by_class(view, listed.assign(used=used))
        else:
            _item_card(view, listed.to_dict("records")[place])
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
    st.html(f'<p class="name">{html.escape(str(row["item"]))}</p>')
    _facts(
        [
            (_heading_of("item_class"), None if missing else view.word("item_class", str(row["item_class"]))),
            (_heading_of("legal_basis"), row["legal_basis"]),
            (view.say("used_by", year=view.year), row["used_by"]),
            (view.say("used_ever"), view.say("tasks_count", count=int(row["tasks_ever"]))),
            (
                _heading_of("last_planned_year"),
                None if pd.isna(row["last_planned_year"]) else int(row["last_planned_year"]),
            ),
        ]
    )
    if not may("edit"):
        return
    with st.expander(view.say("edit_title"), icon=":material/edit:"), st.form(f"item-{item_id}", border=False):
        now = None if missing else ITEM_CLASSES.index(str(row["item_class"]))
        code = st.selectbox(
            _heading_of("item_class"),
            ITEM_CLASSES,
            index=now,
            key=f"edit_item_class_{item_id}",
            format_func=lambda one: view.word("item_class", one),
            placeholder=view.say("choose"),
        )
        basis = st.text_area(
            _heading_of("legal_basis"),
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
