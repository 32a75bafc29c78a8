"""What came in: the steps with their templates, the history of imports, one import with its issues and its undo."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from inspections.files.ledger import ledger_from
from inspections.intake.door import NOTICE
from inspections.intake.kinds import KINDS
from inspections.intake.storing import sentence
from inspections.intake.templates import template
from inspections.intake.undo import undo
from inspections.words import plain
from inspections.words.actors import actor_in_words
from inspections.words.plain import markdown
from inspections.words.wording import ABSENT, say
from pages.frame.access import may
from pages.frame.data import ask, connection
from pages.frame.saving import hand_over, saving
from pages.frame.shown import heading, in_html, issues_in_words, note, table, wrapping_rows
from pages.frame.view import View, is_synthetic
from pages.registry.parts.ledger import account, missing_of_import

# Issues of an import that are shown; the file brought again has them all.
MOST_KEPT = 500
# Kinds in the order in which they build on each other.
ORDER = (NOTICE, *KINDS)
# Kinds that a bureau cannot do without; the others make more of the pages tell something.
NEEDED = {NOTICE, *(code for code, kind in KINDS.items() if kind.needed)}


def received(view: View) -> pd.DataFrame:
    """The history of the bureau's imports, the newest first."""
    history = ask("imports", bureau_id=view.bureau_id or None)
    return history.assign(actor=history["actor"].map(actor_in_words, na_action="ignore"))


def finding_sentences(view: View, history: pd.DataFrame) -> list[str]:
    """What there is, and what came in last."""
    there = ask("import_steps", bureau_id=view.bureau_id or None)
    held = dict.fromkeys(ORDER, 0) | dict(zip(there["import_kind"], map(int, there["members"]), strict=True))
    if not held[NOTICE]:
        return [view.say("finding_empty")]
    sentences = [
        view.say("finding", bureau=view.bureau or view.say("everywhere"), plans=held[NOTICE],
                 objects=held["object_directory"], draws=held["draws"], results=held["results"])
    ]  # fmt: skip
    last = history[history["import_id"].notna()]
    if len(last):
        row = last.iloc[0]
        sentences.append(view.say("finding_last", day=row["imported_at"], file=row["source_file"], actor=row["actor"]))
    return sentences


def issue_list(view: View, title: str, issues: pd.DataFrame) -> None:
    """Issues, the mark of their severity beside them."""
    columns = [name for name in ("row", "field", "cell", "severity", "message") if name in issues]
    heading(title)
    wrapping_rows(issues, columns, view, title, issues["severity"], kind="")


def steps(view: View) -> None:
    """What to bring in which order, how much of it there is, and an empty form for each."""
    held = {row["import_kind"]: row for row in ask("import_steps", bureau_id=view.bureau_id or None).to_dict("records")}
    heading(view.say("steps_title"))
    note(view.say("steps_note"))
    for start in range(0, len(ORDER), 4):
        for cell, kind in zip(st.columns(4, gap="small"), ORDER[start : start + 4], strict=False):
            with cell.container(border=True, height="stretch"):
                _step(view, kind, ORDER.index(kind) + 1, held.get(kind, {}))


def _step(view: View, kind: str, number: int, held: Mapping[Any, Any]) -> None:
    members = int(held.get("members", 0))
    name = html.escape(view.word("import_kind", kind))
    there = html.escape(view.say(f"held.{kind}", count=members) if members else view.say("held_nothing"))
    if members and pd.notna(held["received_at"]):
        told = view.say("received", day=held["received_at"])
    else:
        built = "built" if is_synthetic(view.settings) else "not_received"
        told = view.say(built if members else "needed" if kind in NEEDED else "optional")
    done = "done" if members else "open"
    st.html(
        f'<div class="step {done}"><b>{number}</b><div><p class="name">{name}</p><p>{there}</p>'
        f'<p class="note">{in_html(told)}</p></div></div>'
    )
    if kind == NOTICE:
        note(view.say("notice_formats"))
    else:
        hand_over(
            view.say("template"), lambda _: template(kind, view.classes), type="tertiary",
            file_name=f"{plain.file_name(view.word('import_kind', kind))}-{view.say('template_name')}.xlsx",
            icon=":material/download:", key=f"template-{kind}",
        )  # fmt: skip


def past(view: View, history: pd.DataFrame) -> None:
    """The list of imports and of attempts that were rejected or wait; below it the one selected, else the last."""
    columns = [
        "imported_at", "source_file", "import_state", "import_kind", "actor", "rows_new", "rows_changed",
        "rows_unchanged", "rows_waiting", "rows_rejected",
    ]  # fmt: skip
    # A file may come in twice, and one that was rejected has no number.
    numbers = ["" if pd.isna(number) else f"-{int(number)}" for number in history["import_id"]]
    history = history.assign(
        attempt=[f"{sha[:12]}{number}" for sha, number in zip(history["file_sha256"], numbers, strict=True)]
    )
    place = table(history, columns, view, "history", view.say("history_title", count=len(history)),
                  select=f"{view.bureau_id}-{len(history)}", by=("attempt", "attempt"))  # fmt: skip
    note(view.say("history_note"))
    _one(view, history.iloc[place if place is not None and place < len(history) else 0])


def _one(view: View, row: pd.Series) -> None:
    """One import of the history: what is off in its rows, and taking it back."""
    with st.container(border=True):
        st.html(f'<p class="name">{html.escape(str(row["source_file"]))}</p>')
        note(_line(view, row))
        for sentence_of_wait in _waits_for(view, row):
            note(sentence_of_wait)
        _kept_issues(view, row)
        _kept_ledger(row)
        missing_of_import(view, row)
        if may("import") and row["undoable"]:
            _take_back(view, row)


def _line(view: View, row: pd.Series) -> str:
    state = view.word("import_state", str(row["import_state"]))
    if row["import_state"] == "undone":
        return view.say("line_undone", state=state, day=row["undone_at"], actor=row["undone_by"])
    kind = view.word("import_kind", str(row["import_kind"]))
    if pd.isna(row["bureau"]):
        return view.say("line_plain", state=state, kind=kind)
    return view.say("line", state=state, kind=kind, bureau=row["bureau"])


def _waits_for(view: View, row: pd.Series) -> list[str]:
    """What has to be decided before a file that waits whole goes in."""
    if pd.isna(row["waits_for"]):
        return []
    return [
        view.say("waits_for", kind=view.word("decision_code", one["decision"]),
                 subject=plain.shortened(plain.line(one["about"]), 60) or ABSENT, count=one["rows"])
        for one in json.loads(row["waits_for"])
    ]  # fmt: skip


def _kept_issues(view: View, row: pd.Series) -> None:
    issues = ask("import_issues", file_sha256=str(row["file_sha256"]))
    if issues.empty:
        if row["import_state"] != "waiting":
            note(view.say("no_issues"))
        return
    kind = str(row["import_kind"])
    if kind == NOTICE:
        shown = issues_in_words(issues)
    else:
        messages = [sentence(kind, entry, with_row=False) for entry in issues.to_dict("records")]
        fields = [say(f"intake.fields.{kind}.{one}") if one else None for one in issues["field"]]
        shown = issues.assign(message=messages, field=pd.Series(fields, index=issues.index, dtype="object"))
    issue_list(view, view.say("kept_issues_title", count=len(issues)), shown.head(MOST_KEPT))


def _kept_ledger(row: pd.Series) -> None:
    """What became of the file's rows and columns, as it was told at the import."""
    if pd.isna(row["import_id"]):
        return
    kept = ask("import_ledger", import_id=int(row["import_id"]))["ledger"].dropna()
    if len(kept):
        account(ledger_from(str(kept.iloc[0])), f"history_ledger_{int(row['import_id'])}")


def _take_back(view: View, row: pd.Series) -> None:
    """Undo, asked twice; what stands in the way is said in words."""
    with st.popover(view.say("undo"), icon=":material/undo:"):
        st.markdown(
            markdown(view.say("undo_what", file=row["source_file"], new=int(row["rows_new"] or 0),
                              changed=int(row["rows_changed"] or 0)))
        )  # fmt: skip
        pressed = st.button(view.say("undo_confirm"), type="primary", icon=":material/undo:", key="import_undo")
    if pressed:
        undone = view.say("undone", file=row["source_file"])
        with saving("import", undone, stays=True) as actor, st.spinner(view.say("undoing")):
            undo(connection(), int(row["import_id"]), actor())
