"""Entries of the change log in words: what was changed, field by field, from what to what."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from inspections.words.actors import actor_in_words
from inspections.words.plain import line, shortened
from inspections.words.wording import ABSENT, say, spoken, texts

# Names behind numbers: (kind, number) -> name, as `queries/log_names.sql` has them.
Names = Mapping[tuple[str, int], str]
# Fields whose values are codes, and fields whose values are numbers of something that has a name.
CODES = {
    "kind": ("object_kind", "draw_kind"),
    "status": ("object_status",),
    "class": ("class_name",),
    "item_class": ("item_class",),
    "grade": ("grade",),
    "decision": ("decision_code",),
    "scale": ("scale",),
}
REFERENCES = {"unit_id": "unit", "scope_id": "scope", "draw_scope_id": "scope", "task_id": "task"}
LONGEST = 160
MOST_LINES = 6


def in_words(entries: pd.DataFrame, names: Names) -> pd.DataFrame:
    """`entries` (rows of `queries/log_entries.sql`) with `subject_words`, `change_words` and `actor` in words.

    `change_lines` has the change field by field.
    """
    rows = entries.to_dict("records")
    lines = [change(_read(row["before"]), _read(row["after"]), names) for row in rows]
    told = {
        "logged_at": [f"{row['logged_at']:%Y-%m-%d %H:%M:%S}" for row in rows],
        "actor": [actor_in_words(str(row["actor"])) for row in rows],
        "subject_words": [_subject(row, names) for row in rows],
        "change_words": [say("log.gap").join(one) for one in lines],
        "change_lines": lines,
    }
    return entries.assign(
        **{name: pd.Series(value, index=entries.index, dtype="object") for name, value in told.items()}
    )


def _read(text: Any) -> Any:
    return None if text is None or pd.isna(text) else json.loads(text)


def _subject(row: Mapping[Hashable, Any], names: Names) -> str:
    """Such as "plan 3 published_on" in words; what is not one of our own subjects is shown as it stands."""
    if pd.isna(row["kind"]):
        return line(str(row["subject"]))
    kind, rest = str(row["kind"]), str(row["rest"])
    number, _, more = rest.partition(" ")
    name = None if pd.isna(row["name"]) else line(str(row["name"]))
    if kind == "setting":
        known = texts(spoken())["settings"]["names"].get(number, number)
        return say("log.subjects.setting", name=known)
    if kind == "bureau":
        return _of_bureau(name, more, names)
    if kind in texts(spoken())["codes"]["import_kind"]:
        return say("log.subjects.import_of", kind=say(f"codes.import_kind.{kind}"), name=line(rest) or ABSENT)
    if kind == "person":
        return say("log.subjects.person", name=actor_in_words(line(rest)))
    what = _field(more.split(" ")[0]) if more else None
    return say(f"log.subjects.{kind}", name=name or number, number=number, more=more or ABSENT) + (
        say("log.of_subject", what=what) if what and kind in {"plan", "task", "object", "inspector"} else ""
    )


def _of_bureau(name: str | None, more: str, names: Names) -> str:
    """A decision on a unit's or a pool's year: "unit 5 2024 grade", "scope 3 2025"."""
    found = re.fullmatch(r"(unit|scope) (\d+) (\d{4})(?: (\w+))?", more)
    if not found:
        return f"{name or ABSENT} {more}".strip()
    kind, number, year, what = found.groups()
    said = say(f"log.subjects.of_{kind}", name=names.get((kind, int(number)), number), year=int(year))
    return said + (say("log.of_subject", what=_field(what)) if what else "")


def change(before: Any, after: Any, names: Names) -> list[str]:
    """What an entry changed, one "field: old → new" each; what stayed the same is left out."""
    if not isinstance(before, dict | None) or not isinstance(after, dict | None):
        return [_value("", after if after is not None else before, names)]
    old, new = before or {}, after or {}
    parts = []
    # What people read goes before what only programs compare.
    for field in sorted(dict.fromkeys([*new, *old]), key=lambda field: field.endswith("_commitment")):
        if field in old and field in new and old[field] == new[field]:
            continue
        was, is_now = old.get(field), new.get(field)
        if isinstance(was, str) and isinstance(is_now, str) and "\n" in was + is_now:
            parts += _lines(was, is_now)
            continue
        told = {
            "field": _field(field),
            "before": _value(field, was, names),
            "after": _value(field, is_now, names),
        }
        parts.append(say("log.changed" if field in old else "log.now", **told))
    return parts or [ABSENT]


def _lines(before: str, after: str) -> list[str]:
    """The lines of a longer text that went and came."""
    old, new = before.splitlines(), after.splitlines()
    gone = [text for text in old if text not in new]
    come = [text for text in new if text not in old]
    told = [*(f"− {line(text)}" for text in gone[:MOST_LINES]), *(f"+ {line(text)}" for text in come[:MOST_LINES])]
    rest = max(len(gone) - MOST_LINES, 0) + max(len(come) - MOST_LINES, 0)
    if rest:
        told.append(say("log.more_lines", count=rest))
    return told


def _field(field: str) -> str:
    if field in texts(spoken())["log"]["fields"]:
        return say(f"log.fields.{field}")
    return str(texts(spoken())["codes"]["class_name"].get(field) or field.replace("_", " "))


def _value(field: str, value: Any, names: Names) -> str:
    comma = say("frame.list_comma")
    words = texts(spoken())["codes"]
    known = [words[kind][value] for kind in CODES.get(field, ()) if isinstance(value, str) and value in words[kind]]
    match value:
        case None | "":
            return ABSENT
        case bool():
            shown = say(f"codes.boolean.{'true' if value else 'false'}")
        case dict():
            shown = comma.join(
                say("log.inside", field=_field(key), value=_value(key, one, names)) for key, one in value.items()
            )
        case list():
            shown = comma.join(_value(field, one, names) for one in value)
        case int() if field in REFERENCES:
            shown = names.get((REFERENCES[field], value), str(value))
        case _:
            shown = str(known[0] if known else value)
    return shortened(line(shown), LONGEST) or ABSENT
