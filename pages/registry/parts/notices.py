"""A plan notice on the imports page: its plans as read, what it changes, and the button that puts it in."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd
import streamlit as st

from inspections.intake.door import NOTICE
from inspections.intake.revising import Brought, bring_notice
from inspections.intake.uncounted import uncounted_after
from inspections.notice.storing import ImportReport, issue_sentence, ledger_of_notice
from inspections.words import plain
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.wording import say
from pages.frame.access import actor, need
from pages.frame.data import ask, connection, version
from pages.frame.saving import refused, saving
from pages.frame.shown import KeyFigure, figures_row, heading, note, table, wrapping_rows
from pages.frame.view import View
from pages.registry.parts.decisions import decisions
from pages.registry.parts.dropped import Dropped, looked, on_disk
from pages.registry.parts.imported import issue_list
from pages.registry.parts.ledger import account

# With these a notice is refused until the day is given from which it holds.
NEEDS_DAY = {"revision_undated", "plan_needs_day"}


def plan_notice(view: View, file: Dropped) -> None:
    """A plan notice: its plans and tasks as read, what is off, and the button that puts it in."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        bureau = st.selectbox(
            view.say("notice_bureau"), list(ask("bureaus")["bureau"]), index=None, accept_new_options=True,
            placeholder=view.say("as_in_file"), key=file.widget("notice_bureau"), width=340,
        )  # fmt: skip
        this_year = datetime.date.today().year
        year = st.selectbox(
            view.say("notice_year"), range(this_year + 1, this_year - 15, -1), index=None,
            placeholder=view.say("as_in_file"), key=file.widget("notice_year"), width=220,
        )  # fmt: skip
        # Only a revision holds from a day: asked for once the file turns out to be one.
        day = None
        if file.revises:
            day = st.date_input(
                view.say("in_force_on"), None, format="YYYY-MM-DD", key=file.widget("in_force_on"), width=220,
                help=view.say("in_force_on_help"),
            )  # fmt: skip
    told: dict[str, Any] = {"bureau": bureau, "year": year, "in_force_on": day}
    key = (NOTICE, *told.items(), tuple(sorted(file.chosen.items())), version())
    found = looked(view, file, key, lambda _: _bring(file, dry_run=True, **told))
    refusal = found.code if isinstance(found, InspectionsError) else ""
    revises = refusal in NEEDS_DAY or (isinstance(found, Brought) and found.report.in_force_on is not None) or bool(day)
    if revises != file.revises:
        file.revises = revises
        st.rerun()
    if isinstance(found, InspectionsError):
        refused(found)
        if not revises:
            note(view.say("other_kind"))
        return
    chosen = decisions(view, file.widget("decision"), found.decisions, file.chosen, say("decisions.note_of_paper"))
    if chosen != file.chosen:
        file.chosen = chosen
        st.rerun()
    report = found.report
    _plans(view, file, report)
    if report.status == "waiting":
        note(view.say("notice_waits", count=sum(one.value is None for one in found.decisions)))
        if st.button(view.say("record_waiting"), icon=":material/flag:", key=file.widget("confirm")):
            with saving("import", view.say("told_recorded", file=file.name), stays=True):
                _bring(file, **told)
        return
    if report.status == "unchanged":
        note(view.say("will_nothing" if report.complete else "will_nothing_more"))
        return
    strict = False
    errors = sum(issue.severity == "error" for issue in report.issues)
    if errors:
        strict = st.toggle(markdown(view.say("strict")), key=file.widget("strict"), help=view.say("strict_help"))
    st.info(markdown(_will(view, report)), icon=":material/fact_check:")
    if st.button(view.say("confirm"), type="primary", icon=":material/check:", key=file.widget("confirm")):
        with saving("import"), st.spinner(view.say("writing")):
            report = _bring(file, strict=strict, **told).report
            file.kind = NOTICE
            file.missing = uncounted_after(connection(), report.import_id, report.bureau)
            kind, counts = _counted(report)
            file.told = view.say(f"told_{kind}", file=file.name, **counts)
            file.found = None


def _counted(report: ImportReport) -> tuple[str, dict[str, Any]]:
    """What a notice is ('notice' or 'revision') and the figures of its sentences."""
    changes = [one.kind for entry in report.plans for one in entry.changes]
    counts = {kind: changes.count(kind) for kind in ("changed", "added", "withdrawn")}
    tasks = sum(len(entry.plan.tasks) for entry in report.plans)
    told = {"bureau": report.bureau, "plans": len(report.plans), "tasks": tasks, "day": report.in_force_on, **counts}
    return "revision" if changes else "notice", told


def _will(view: View, report: ImportReport) -> str:
    key, counts = _counted(report)
    return view.say(f"will_import_{key}", **counts, kept=report.rows_kept, read=report.rows_read)


def _bring(file: Dropped, **how: Any) -> Brought:
    if not how.get("dry_run"):
        need("import")
    with on_disk(file.name, file.content) as path, connection().cursor() as cursor:
        return bring_notice(cursor, path, name=file.name, chosen=file.chosen, actor=actor(), **how)


def _changes(view: View, found: ImportReport) -> None:
    """What a revision changes, task by task: every value before and after."""
    changes = [one for entry in found.plans for one in entry.changes]
    if not changes:
        return
    rows: list[tuple[str | None, ...]] = []
    for one in changes:
        told = [(say(f"notice_columns.{code}"), before, after) for code, before, after in one.values]
        rows += [(one.name, one.kind, *values) for values in told] or [(one.name, one.kind, None, None, None)]
    shown = pd.DataFrame(rows, columns=["task", "revision_change", "field", "value_before", "value_after"])
    title = view.say("revised_title", count=len(changes), day=found.in_force_on)
    heading(title)
    wrapping_rows(shown, list(shown.columns), view, title, kind="changes")


def _plans(view: View, file: Dropped, found: ImportReport) -> None:
    tasks = [(entry, task) for entry in found.plans for task in entry.plan.tasks]
    ledger = ledger_of_notice(found)
    note(view.say("notice_line", bureau=found.bureau, doc_no=found.doc_no, day=found.issued_on))
    figures_row(
        KeyFigure(view.say("notice_figures.plans"), view.say("plans_count", count=len(found.plans))),
        KeyFigure(view.say("notice_figures.tasks"), view.say("tasks_count", count=len(tasks))),
        KeyFigure(view.say("notice_figures.left_out"), view.say("rows", count=ledger.rows["rejected"])),
    )
    account(ledger, file.widget("ledger"))
    _changes(view, found)
    shown = pd.DataFrame(
        {
            "plan_kind": [entry.plan.kind for entry, _ in tasks],
            "import_status": [entry.status for entry, _ in tasks],
            "seq": [task.seq for _, task in tasks],
            "name": [task.name for _, task in tasks],
            "scope": [task.scope_text or task.scope for _, task in tasks],
            "rate_text": [task.rate_text for _, task in tasks],
            "period_text": [task.period_text for _, task in tasks],
            "lead_unit": [task.lead_unit.name for _, task in tasks],
            "partners": [
                plain.shortened(say("frame.list_comma").join(plain.line(unit.name) for unit in task.partners), 200)
                or None
                for _, task in tasks
            ],
        }
    )
    table(shown, list(shown.columns), view, file.widget("tasks"),
          view.say("tasks_title", plans=len(found.plans), tasks=len(tasks)), with_download=False)  # fmt: skip
    issues = sorted(found.issues, key=lambda issue: ("error", "warning", "note").index(issue.severity))
    if not issues:
        note(view.say("no_issues"))
        return
    told = {severity: sum(issue.severity == severity for issue in issues) for severity in ("error", "warning", "note")}
    rows = pd.DataFrame(
        {
            "severity": [issue.severity for issue in issues],
            "message": [issue_sentence(issue) for issue in issues],
        }
    )
    issue_list(view, view.say("issues_title", **told), rows)
