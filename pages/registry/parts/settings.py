"""The parts of the settings page: what is in force, changing it, backups, the health of the database."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from inspections.server import daily_copy
from inspections.server.access import SignedIn
from inspections.store import backup, settings
from inspections.store.database import database_path, log_change, transaction
from inspections.store.examination import examination
from inspections.words.actors import actor_in_words, actor_of
from inspections.words.plain import markdown
from inspections.words.wording import ABSENT, say, say_error
from pages.frame.access import may, send_away, signed_in_now
from pages.frame.address import kept, one_of
from pages.frame.data import ask, connection
from pages.frame.saving import saving, tell
from pages.frame.shown import KeyFigure, heading, note, plain_figure, table
from pages.frame.view import View

GROUPS = ("rules", "classes", "limits", "backups")
FIRST_YEAR, YEARS_AHEAD = 2000, 5
MEGABYTE = 1_000_000


def name_of(view: View, key: str) -> str:
    """A setting's name."""
    return view.say(f"names.{key}")


def value_in_words(view: View, key: str, value: str) -> str:
    """A value as the reader would say it; no value is no such rule."""
    setting = settings.settings()[key]
    if not value:
        return view.say(f"none.{setting.type}")
    match setting.type:
        case "yes_no":
            return view.word("boolean", value)
        case "scheme":
            return view.say("scheme_of", count=len(value.split(",")), classes=value)
        case "month_day":
            month, day = value.split("-")
            return view.say("month_day", month=int(month), day=int(day))
        case "number":
            return view.say(f"units.{key}", count=int(value))
    return value


def in_force(view: View) -> pd.DataFrame:
    """One row per setting: its value for the chosen bureau and year, since when, for whom, its default."""
    saved = ask("saved_settings")
    first = pd.Timestamp(view.year, 1, 1)
    rows: list[dict[str, Any]] = []
    for key, setting in settings.settings().items():
        of_key = saved[
            (saved["key"] == key)
            & (saved["valid_from_on"] <= first)
            & (saved["bureau_id"].isna() | (saved["bureau_id"] == view.bureau_id))
        ].sort_values(["bureau_id", "valid_from_on"], ascending=[True, False], na_position="last")
        top = of_key.iloc[0] if len(of_key) else None
        value = setting.default if top is None else str(top["value"])
        rows.append(
            {
                "key": key,
                "group": setting.group,
                "value": value,
                "is_default": value == setting.default,
                "is_assumption": setting.assumption,
                "setting_words": name_of(view, key),
                "value_words": value_in_words(view, key, value),
                "since_words": ABSENT if top is None else _since(view, setting, top["valid_from_on"]),
                "place_words": _place(view, setting, top),
                "default_words": value_in_words(view, key, setting.default),
                "basis_words": view.say(_basis(setting)),
            }
        )
    return pd.DataFrame(rows)


def _basis(setting: settings.Setting) -> str:
    """The text that says where a default comes from."""
    if setting.assumption:
        return "assumed"
    # Classes and their names are what is usual; a number or a day that no document gives is no rule.
    return "usual" if setting.group == "classes" else "no_rule"


def _since(view: View, setting: settings.Setting, day: pd.Timestamp) -> str:
    if not setting.dated or day.year <= FIRST_YEAR:
        return view.say("always")
    # A rule is in force for a year when it is on the year's first day.
    return view.say("from_year", year=day.year if (day.month, day.day) == (1, 1) else day.year + 1)


def _place(view: View, setting: settings.Setting, top: Any) -> str:
    if not setting.bureau:
        return view.say("whole_system")
    return view.say("everywhere") if top is None or pd.isna(top["bureau_id"]) else str(top["bureau"])


def finding_sentences(view: View, rows: pd.DataFrame, made: pd.DataFrame) -> list[str]:
    """How many settings differ from their default, how many saved values begin later, and the last backup."""
    own, saved = int((~rows["is_default"]).sum()), _saved(view)
    later = int((saved["valid_from_on"] > pd.Timestamp(view.year, 1, 1)).sum())
    told = {"bureau": view.bureau or view.say("everywhere"), "year": view.year, "count": len(rows)}
    return [
        view.say("finding", **told, own=own) if own else view.say("finding_default", **told),
        *([view.say("finding_later", count=later, year=view.year)] if later else []),
        view.say("finding_copy", day=made["made_at"].iloc[0], count=len(made))
        if len(made)
        else view.say("finding_no_copy"),
    ]


def groups(view: View, rows: pd.DataFrame) -> None:
    """The settings, group by group."""
    columns = ["setting_words", "value_words", "since_words", "place_words", "default_words", "basis_words"]
    for group in GROUPS:
        shown = rows[rows["group"] == group].reset_index(drop=True)
        table(shown, columns, view, group, view.say(f"groups.{group}"))


def change(view: View, rows: pd.DataFrame) -> None:
    """One setting: what it means, a new value, for whom and from which year on."""
    heading(view.say("change_title" if may("settings") else "meaning_title"))
    known = settings.settings()
    key = st.selectbox(
        view.say("which"),
        list(known),
        format_func=lambda one: name_of(view, one),
        key=kept("setting_key", one_of(list(known)), next(iter(known))),
    )
    setting = known[key]
    note(view.say(f"meanings.{key}"))
    note(
        view.say(
            "default_note",
            value=value_in_words(view, key, setting.default),
            basis=view.say(_basis(setting)),
        )
    )
    if not may("settings"):
        return
    now = str(rows.set_index("key").loc[key, "value"])
    with st.form(f"setting-{key}", border=False):
        value = _value_widget(view, setting, now)
        bureau_id: int | None = None
        if setting.bureau and view.bureau_id:
            options = {view.bureau_id: view.bureau, 0: view.say("everywhere")}
            chosen = st.selectbox(
                view.say("for_whom"), list(options), format_func=options.__getitem__, key=f"setting_bureau_{key}"
            )
            bureau_id = int(chosen) or None
        since = None
        if setting.dated:
            year = datetime.date.today().year
            since = st.number_input(
                view.say("from_which_year"),
                FIRST_YEAR,
                year + YEARS_AHEAD,
                max(view.year, year),
                key=f"setting_year_{key}",
            )
            note(view.say("dated_note"))
        if st.form_submit_button(view.say("save"), type="primary"):
            day = None if since is None else datetime.date(int(since), 1, 1)
            with saving("settings", view.say("saved")) as actor:
                settings.save_setting(connection(), key, value, bureau_id, day, actor=actor())


def _value_widget(view: View, setting: settings.Setting, now: str) -> str:
    """The widget for a type; an optional setting can be left empty."""
    label, key = view.say("new_value"), f"setting_value_{setting.key}"
    match setting.type:
        case "yes_no":
            return "true" if st.toggle(markdown(label), now == "true", key=key) else "false"
        case "scheme":
            place = settings.SCHEMES.index(now) if now in settings.SCHEMES else 0
            chosen = st.selectbox(
                markdown(label),
                settings.SCHEMES,
                index=place,
                format_func=lambda one: value_in_words(view, "class_scheme", one),
                key=key,
            )
            return str(chosen)
        case "number":
            number = st.number_input(
                markdown(label),
                setting.least,
                setting.most,
                int(now) if now else None,
                key=key,
                placeholder=view.say("none.number") if setting.optional else None,
            )
            return "" if number is None else str(int(number))
    hint = view.say(f"hints.{setting.type}")
    return st.text_input(markdown(label), now, placeholder=hint, key=key, max_chars=settings.LONGEST_FOLDER) or ""


def _saved(view: View) -> pd.DataFrame:
    """Every value that was saved for the bureau or for everywhere, in force or not."""
    saved = ask("saved_settings")
    known = saved["key"].isin(list(settings.settings()))
    return saved[known & (saved["bureau_id"].isna() | (saved["bureau_id"] == view.bureau_id))].reset_index(drop=True)


def history(view: View) -> None:
    """Every value that was saved, from when on it holds, and taking one back."""
    known, mine = settings.settings(), _saved(view)
    shown = mine.assign(
        setting_words=[name_of(view, key) for key in mine["key"]],
        saved_words=[value_in_words(view, key, value) for key, value in zip(mine["key"], mine["value"], strict=True)],
        since_words=[
            _since(view, known[key], day) for key, day in zip(mine["key"], mine["valid_from_on"], strict=True)
        ],
        place_words=[_place(view, known[row["key"]], row) for row in mine.to_dict("records")],
    )
    place = table(
        shown,
        ["setting_words", "since_words", "saved_words", "place_words"],
        view,
        "saved",
        view.say("saved_title", count=len(shown)),
        select=f"{view.bureau_id}-{len(shown)}" if may("settings") else None,
    )
    if may("settings"):
        note(view.say("saved_note"))
    if place is None:
        return
    row = mine.iloc[place]
    told = view.say("drop", name=name_of(view, row["key"]), since=shown["since_words"].iloc[place])
    if st.button(markdown(told), icon=":material/undo:", key="setting_drop"):
        bureau_id = None if pd.isna(row["bureau_id"]) else int(row["bureau_id"])
        with saving("settings", view.say("saved")) as actor:
            settings.drop_setting(connection(), row["key"], bureau_id, row["valid_from_on"].date(), actor=actor())


# Backups and health


def copies() -> pd.DataFrame:
    """One row per finished backup in the folder, the newest first: name, when, size in bytes."""
    folder = _folder()
    rows = [
        {"copy_name": place.name, "made_at": made_at, "size": sum(file.stat().st_size for file in place.iterdir())}
        for made_at, place in sorted(daily_copy.finished(folder), reverse=True)
    ]
    return pd.DataFrame(rows, columns=["copy_name", "made_at", "size"])


def key_figures(view: View, rows: pd.DataFrame, made: pd.DataFrame) -> list[KeyFigure]:
    """Settings that differ from their default, those that rest on an assumption, the last copy, copies kept."""
    own = rows[~rows["is_default"]]
    assumed = rows[rows["is_assumption"] & rows["is_default"]]
    last = made["made_at"].iloc[0] if len(made) else None
    return [
        plain_figure(
            view,
            "settings",
            view.say("entries", count=len(rows)),
            view.say("details.settings", count=len(own)) if len(own) else view.say("details.settings_default"),
        ),
        plain_figure(view, "assumed", view.say("entries", count=len(assumed)), view.say("details.assumed")),
        plain_figure(
            view,
            "last_copy",
            say("frame.all", names=last),
            view.say("details.last_copy", time=f"{last:%H:%M}") if last is not None else view.say("details.no_copy"),
        ),
        plain_figure(
            view,
            "copies",
            view.say("copies_count", count=len(made)),
            view.say("details.copies", megabytes=int(made["size"].sum()) / MEGABYTE),
        ),
    ]


def _folder() -> Path:
    with connection().cursor() as cursor:
        return backup.backup_folder(cursor, database_path())


def backups(view: View, rows: pd.DataFrame, made: pd.DataFrame) -> None:
    """The copies there are, how the daily one went, one more now, and how to restore."""
    heading(view.say("backups_title"))
    value, folder = rows.set_index("key")["value"], _folder()
    if value["backup_daily"] == "true":
        note(view.say("daily_on", hour=int(value["backup_hour"]), days=int(value["backup_keep_days"])))
    else:
        note(view.say("daily_off"))
    last = daily_copy.last_daily_copy
    if last and last.problem:
        st.error(markdown(view.say("daily_failed", at=f"{last.at:%Y-%m-%d %H:%M}", why=say_error(last.problem))))
    if may("settings") and st.button(view.say("backup_now"), type="primary", icon=":material/save:", key="backup_now"):
        _back_up(view)
    shown = made.assign(
        made_at=[f"{at:%Y-%m-%d %H:%M}" for at in made["made_at"]],
        size_words=[view.say("megabytes", count=size / MEGABYTE) for size in made["size"]],
    )
    table(shown, ["copy_name", "made_at", "size_words"], view, "copies", view.say("copies_title", count=len(shown)))
    # Paths and commands are for whoever runs the server, and nobody else.
    with st.expander(view.say("restore_title"), icon=":material/terminal:"):
        note(view.say("folder", folder=folder))
        note(view.say("restore_note"))
        example = made["copy_name"].iloc[0] if len(made) else "inspections-20240315-020000"
        st.code(
            f"python -m inspections restore {folder / example} --db {folder.parent / 'restored.duckdb'}",
            language="bash",
            wrap_lines=True,
        )


def _back_up(view: View) -> None:
    bar = st.progress(0.0, view.say("backing_up"))

    def progress(share: float, table: str) -> None:
        bar.progress(min(share, 1.0), markdown(view.say("backing_up_table", table=table)))

    with saving("settings") as actor, contextlib.ExitStack() as at_end:
        at_end.callback(bar.empty)
        with connection().cursor() as cursor:
            done = daily_copy.copy_now(cursor, database_path(), actor(), progress)
        tell(view.say("backed_up", name=done.folder.name, rows=sum(done.rows.values()), seconds=done.seconds))


def people(view: View) -> None:
    """Who is signed in, and the end of one person's sign-ins; in server mode, for who may."""
    known = signed_in_now() if may("settings") else []
    if not known:
        return
    heading(view.say("people_title", count=len(known)))
    note(view.say("people_note"))
    listed = {one.key: one for one in known}
    chosen = st.selectbox(
        view.say("people_who"), list(listed), index=None, key="person_to_end",
        format_func=lambda key: _in_words(view, listed[key]), label_visibility="collapsed",
        placeholder=view.say("people_who"),
    )  # fmt: skip
    if (
        st.button(view.say("people_end"), icon=":material/logout:", key="end_person", disabled=chosen is None)
        and chosen
    ):
        one = listed[chosen]
        with saving("settings", view.say("people_ended", name=one.person.name)) as actor:
            by = actor()
            with connection().cursor() as cursor, transaction(cursor):
                send_away(one)
                subject = f"person {actor_of(one.person.name, one.person.subject)}"
                log_change(cursor, actor=by, action="sign_out", subject=subject, after={"count": one.count})


def _in_words(view: View, one: SignedIn) -> str:
    roles = say("frame.list_comma").join(say(f"access.roles.{role}") for role in one.person.roles)
    last = f"{datetime.datetime.fromtimestamp(one.last).astimezone():%H:%M}"
    name = actor_in_words(actor_of(one.person.name, one.person.subject))
    return view.say("people_one", name=name, roles=roles, count=one.count, last=last)


def health(view: View) -> None:
    """What `doctor` finds, on demand: it reads every table."""
    heading(view.say("health_title"))
    note(view.say("health_note"))
    if not st.button(view.say("examine"), icon=":material/health_and_safety:", key="examine"):
        return
    with st.spinner(view.say("examining")), connection().cursor() as cursor:
        found = examination(cursor, database_path())
    problems = sum(len(check) for check in found["checks"].values())
    rows = sum(found["tables"].values())
    if problems:
        st.error(markdown(view.say("unhealthy", count=problems)), icon=":material/error:")
    else:
        st.success(markdown(view.say("healthy", tables=len(found["tables"]), rows=rows)), icon=":material/verified:")
    checks = pd.DataFrame(
        [
            {
                "check_words": say(f"commands.doctor.checks.{check}"),
                "verdict_words": say(f"commands.doctor.{'failed' if troubles else 'ok'}"),
                "trouble_words": say("frame.list_comma").join(troubles[:20]) or ABSENT,
            }
            for check, troubles in found["checks"].items()
        ]
    )
    table(checks, ["check_words", "verdict_words", "trouble_words"], view, "health", view.say("checks_title"))
    for said in found["notes"]:
        note(said)
