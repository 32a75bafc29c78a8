"""What a file leaves open, proposed once and in groups: which task is meant, who checked, when it was entered.

What the papers themselves settle is applied and said. What somebody decided for this layout of file and this bureau
before is applied by itself and listed. The rest waits: its rows stay out until a person has decided, and the file's
other rows go in without them. Decisions are stored with the import that used them first, and taken back with it.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from inspections.intake.kinds import folded
from inspections.store.database import first_value, log_change, transaction
from inspections.words.errors import InspectionsError
from inspections.words.wording import FIRST, say, speaking, spoken, texts

# Who decided: the papers, somebody for an earlier file of this layout, somebody now, nobody yet.
PAPERS, REMEMBERED, CHOSEN, OPEN = "papers", "remembered", "chosen", "open"
# What each kind of decision is about, and whether its rows wait for it.
WAITING = {
    "task": True,
    "checking_unit": True,
    "entered_on": False,
    "stratified": False,
    "pool": True,
    "draw_pool": True,
    "object_number": True,
    "day_year": True,
    "visit_unit": True,
    # Of a notice: whether it revises a plan, which task it means, what becomes of one that it does not name.
    "revision": True,
    "revised_task": True,
    "unnamed_task": True,
}
# What the next file of the layout is asked again: it is of another year.
OF_ONE_FILE = frozenset({"day_year"})
# The rows that wait are no fault of the file: they keep nothing else out.
WAITS = "waits_for_decision"
Chosen = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Decision:
    """One thing a file leaves open.

    `code` says which kind, `subject` what it is about (a text of the file; "" for the file as a whole). `options` are
    value -> what is shown, `proposal` the value that is proposed (None: nothing is likely), `value` what is in force
    (None while it waits) and `by` who decided; where it is `free`, a value may be a text of one's own. `rows` are the
    rows of the file it is about, `parameters` fill the sentences `decisions.<code>.question`, `.<grounds>` and
    `.effect`.
    """

    code: str
    subject: str
    options: Mapping[str, str]
    proposal: str | None
    grounds: str
    rows: int
    value: str | None = None
    by: str = OPEN
    parameters: Mapping[str, object] = field(default_factory=dict)
    free: bool = False

    def said(self, part: str) -> str:
        """`question`, `grounds` or `effect` in words."""
        return self._words(self.grounds if part == "grounds" else part)

    def _words(self, key: str) -> str:
        proposed = self.options.get(self.proposal or "", "")
        known = {**self.parameters, "subject": self.subject, "count": self.rows, "proposed": proposed}
        return say(f"decisions.{self.code}.{key}", **known)


def layout_of(kind: str, headers: Sequence[str]) -> str:
    """By what files of one platform are known again: their kind and headings, in any order."""
    named = "\n".join(sorted({folded(header) for header in headers if header.strip()}))
    return f"{kind}:{hashlib.sha256(named.encode()).hexdigest()[:16]}"


def remembered(connection: duckdb.DuckDBPyConnection, bureau_id: int, layout: str) -> dict[tuple[str, str], str]:
    """(code, subject) -> value, as decided for earlier files of this layout and bureau."""
    rows = connection.execute(
        "select code, subject, value from import_decision where bureau_id = ? and layout = ?", [bureau_id, layout]
    ).fetchall()
    return {(str(code), str(subject)): str(value) for code, subject, value in rows}


def value_said(code: str, value: str) -> str:
    """A decision's value in words; a text of the file or a name as it is."""
    return str(texts(spoken())["decisions"][code].get(f"option_{value}", value))


def take_back(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, layout: str, code: str, subject: str, actor: str
) -> None:
    """Forget one decision, so that the next file asks again; logged. Raises InspectionsError `decision_gone`."""
    key = [bureau_id, layout, code, subject]
    which = "bureau_id = ? and layout = ? and code = ? and subject = ?"
    with connection.cursor() as cursor, transaction(cursor):
        value = first_value(cursor, f"select value from import_decision where {which}", key)
        if value is None:
            raise InspectionsError("decision_gone")
        cursor.execute(f"delete from import_decision where {which}", key)
        bureau = first_value(cursor, "select name from bureau where bureau_id = ?", [bureau_id])
        with speaking(FIRST):
            before = {"decision": code, "about": subject, "value": value_said(code, str(value))}
        log_change(
            cursor,
            actor=actor,
            action="decision",
            subject=f"{layout.split(':', maxsplit=1)[0]} {bureau}",
            before=before,
        )


def decided(open_one: Decision, chosen: Chosen, known: Chosen) -> Decision:
    """`open_one` with the value in force: chosen now, remembered, or settled by the papers; else it stays open."""
    key = (open_one.code, open_one.subject)
    for values, by in ((chosen, CHOSEN), (known, REMEMBERED)):
        value = values.get(key)
        if value and open_one.free and value not in open_one.options:
            return replace(open_one, value=value, by=by, options={**open_one.options, value: value})
        if value in open_one.options:
            return replace(open_one, value=value, by=by)
    return open_one


# ---------------------------------------------------------------------------------------------------- in files
def read_decisions(path: Path) -> dict[tuple[str, str], str]:
    """The decisions of a file as `write_decisions` writes it: (code, subject) -> value.

    Raises InspectionsError `decisions_unreadable` with the line or entry.
    """
    try:
        entries = tomllib.loads(path.read_text("utf-8-sig")).get("decision", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InspectionsError("decisions_unreadable", file=path.name, detail=str(error)) from error
    found: dict[tuple[str, str], str] = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        told: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
        code, subject, value = told.get("code"), told.get("subject", ""), told.get("value", "")
        if code not in WAITING or not isinstance(subject, str) or not isinstance(value, str):
            known = "、".join(WAITING)
            raise InspectionsError("decision_unknown", file=path.name, number=number, given=str(code), known=known)
        if value:
            found[code, subject] = value
    return found


def write_decisions(path: Path, decisions: Sequence[tuple[str, Decision]]) -> int:
    """Write the open decisions, (file, decision) each, to be looked through and given back; how many there are."""
    waiting = [(file, one) for file, one in decisions if one.by == OPEN]
    lines = [f"# {line}" for line in say("decisions.file_head").split("\n")]
    for file, one in waiting:
        lines += [
            "",
            "[[decision]]",
            f"# {_line(file)}: {_line(one.said('question'))}",
            f"# {_line(one.said('grounds'))}",
        ]
        lines += [f"# {_line(one.said('effect'))}"]
        lines += [f"#   {_quoted(value)}  {_line(shown)}" for value, shown in list(one.options.items())[:50]]
        lines += [f"code = {_quoted(one.code)}", f"subject = {_quoted(one.subject)}"]
        lines += [f"value = {_quoted(one.proposal or '')}"]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return len(waiting)


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = "".join(f"\\{c}" if c in '"\\' else c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)
    return f'"{escaped}"'
