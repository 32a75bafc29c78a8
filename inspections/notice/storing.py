"""Putting a notice into the database: one transaction, the same file twice changes nothing."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from inspections.files.columns import ColumnUse
from inspections.files.content import Document
from inspections.files.ledger import HIDDEN_ROWS, SET_ASIDE, Ledger, unseen_of
from inspections.files.opening import read_document
from inspections.notice.changes import Changed
from inspections.notice.numbers import Numbers
from inspections.notice.plan import Issue, Notice, Plan
from inspections.notice.reading import read_notice
from inspections.notice.same_plan import content_of, stored_content
from inspections.notice.stored_plans import Left, clear_plan, named_by, new_plan, plan_in, store_tasks, tidy
from inspections.store.database import first_value, log_change, transaction
from inspections.store.rows import Writing
from inspections.store.settings import limits_in_force
from inspections.words.errors import InspectionsError
from inspections.words.wording import FIRST, say, speaking

# What a notice writes to. A bureau stays when its notice is taken back: the import itself names it.
WATCHED = (
    "unit",
    "unit_alias",
    "membership",
    "scope",
    "plan",
    "task",
    "task_partner",
    "item",
    "task_item",
    "task_class_rate",
)


class NotKept(Exception):  # noqa: N818 - not an error: it takes a dry run back
    """Ends a dry run's transaction."""


@dataclass(frozen=True)
class PlanReport:
    """What became of one plan: `status` is 'new', 'unchanged', 'replaced' or 'revised'.

    Of a revised plan `plan` holds the tasks that the paper names, as they are from now on, `states` what becomes of
    each of its rows ('new', 'changed', 'unchanged'), and `changes` what it changes.
    """

    plan: Plan
    status: str
    states: tuple[str, ...] = ()
    changes: tuple[Changed, ...] = ()


@dataclass(frozen=True)
class ImportReport:
    """What became of one file. `status`: 'imported', 'unchanged' (the database already held all of it) or 'waiting'.

    Nothing is written of a file that waits for somebody to decide something. `in_force_on` is the day from which a
    revision holds. `columns` and `set_aside` are those of the notice (`Notice`); `import_id` is None where nothing was
    written.
    """

    file: str
    sha256: str
    format: str
    status: str
    bureau: str
    doc_no: str | None
    issued_on: datetime.date | None
    plans: tuple[PlanReport, ...]
    issues: tuple[Issue, ...]
    rows_read: int
    rows_kept: int
    dry_run: bool
    columns: tuple[ColumnUse, ...] = ()
    set_aside: tuple[tuple[int, str], ...] = ()
    import_id: int | None = None
    in_force_on: datetime.date | None = None

    @property
    def complete(self) -> bool:
        """Whether every row went in."""
        return self.status != "waiting" and not any(issue.severity == "error" for issue in self.issues)


def issue_sentence(issue: Issue) -> str:
    """An issue in words: where it is (sheet, page or table, row, column), what it is and what to do."""
    parameters = dict(issue.parameters)
    column = say(f"notice_columns.{issue.field}") if issue.field else ""
    sentence = say(f"issues.{issue.code}", **{**parameters, "column": column})
    if issue.row is None:
        return sentence
    if parameters.get("sheet"):
        place = "sheet"
    elif parameters.get("page"):
        place = "page"
    else:
        place = "row"
    return say(f"issue_places.{place}", **{**parameters, "row": issue.row, "sentence": sentence})


def ledger_of_notice(report: ImportReport) -> Ledger:
    """The ledger of a notice, whose rows are its tasks: what continues a row above belongs to that row's task."""
    if report.status == "waiting":
        # Nothing of such a paper goes in before all that it leaves open is decided.
        whole = dataclasses.replace(report, rows_kept=max(report.rows_read, report.rows_kept))
        return _ledger(whole, {"new": 0, "changed": 0, "unchanged": 0, "waiting": whole.rows_kept})
    return _ledger(report, _counts(report.plans))


def _counts(plans: Sequence[PlanReport]) -> dict[str, int]:
    """How many tasks are `new`, `changed` and `unchanged`."""
    return {
        state: sum(
            entry.states.count(state) if entry.states or entry.status == "revised" else len(entry.plan.tasks)
            for entry in plans
            if entry.states or entry.status in (status, "revised")
        )
        for state, status in (("new", "new"), ("changed", "replaced"), ("unchanged", "unchanged"))
    }


def _ledger(told: Notice | ImportReport, tasks: Mapping[str, int]) -> Ledger:
    unseen = unseen_of((issue.code, issue.parameters.get("count", 1)) for issue in told.issues)
    aside = len(told.set_aside) + unseen.get(HIDDEN_ROWS, 0)
    rejected = max(0, told.rows_read - told.rows_kept)
    return Ledger(
        "notice",
        max(told.rows_read, told.rows_kept) + aside,
        {"waiting": 0, **tasks, "rejected": rejected, SET_ASIDE: aside},
        told.columns,
        told.set_aside,
        unseen,
    )


def import_notice(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str | None = None,
    bureau: str | None = None,
    year: int | None = None,
    strict: bool = False,
    dry_run: bool = False,
    actor: str,
) -> ImportReport:
    """Read the notice at `path` and store it in one transaction: all of it or nothing.

    `name` is the file's name to keep (default: the path's). `bureau` and `year` help where the file does not say them;
    `strict` rejects a file of which a row cannot be read; `dry_run` reports what would happen and leaves the database
    as it was. A plan that is already there (same bureau, year, kind and document number; a file without a number means
    the one plan of that year and kind) stays when its content is the same, and is replaced when it differs and nothing
    was drawn on it. Raises InspectionsError: whatever `read_document` and `read_notice` raise, `rows_unreadable`
    (strict), `plan_in_use`.
    """
    document = read_document(path, name, limits_in_force(connection))
    notice = read_notice(document, bureau=bureau, year=year)
    if strict:
        need_whole(document, notice)
    return store_notice(connection, document, notice, dry_run=dry_run, actor=actor)


def need_whole(document: Document, notice: Notice) -> None:
    """Raises InspectionsError `rows_unreadable` where a row of a notice cannot be read."""
    left_out = [issue for issue in notice.issues if issue.severity == "error"]
    if left_out:
        rows = "、".join(str(issue.row) for issue in left_out[:10])
        raise InspectionsError("rows_unreadable", file=document.name, count=len(left_out), rows=rows)


def store_notice(
    connection: duckdb.DuckDBPyConnection, document: Document, notice: Notice, *, dry_run: bool = False, actor: str
) -> ImportReport:
    """Store a notice that was read, as `import_notice` says it."""
    statuses: list[str] = []
    left: Left | None = None
    try:
        with transaction(connection):
            known = file_known(connection, document.sha256)
            import_id = int(first_value(connection, "select nextval('import_seq')", []))
            writing = Writing(connection, import_id)
            bureau_id = bureau_number(connection, notice)
            numbers = Numbers(connection, bureau_id, notice)
            found = [plan_in(connection, bureau_id, notice, plan) for plan in notice.plans]
            for plan, stored in zip(notice.plans, found, strict=True):
                same = stored is not None and content_of(plan) == stored_content(connection, stored)
                statuses.append("new" if stored is None else "unchanged" if same else "replaced")
            reports = tuple(PlanReport(plan, status) for plan, status in zip(notice.plans, statuses, strict=True))
            if not known or set(statuses) != {"unchanged"}:
                record_file(connection, document.name, document.sha256, notice, known)
                with writing.watching(WATCHED):
                    left = _store_plans(connection, bureau_id, notice, document, found, statuses, numbers)
                record_import(connection, import_id, document.sha256, bureau_id, notice, reports, actor)
                log_change(
                    connection,
                    actor=actor,
                    action="import",
                    subject=f"notice {notice.bureau.name}",
                    after={**_summary(notice, statuses), "made": numbers.made, "import_id": import_id},
                    source_file=document.name,
                )
            if dry_run:
                raise NotKept
        if left is not None:
            # Of its own: DuckDB counts rows deleted in a transaction as references. Cut short, it leaves unused names.
            with transaction(connection), writing.watching(("item", "scope")):
                tidy(connection, bureau_id, notice, left, actor)
    except NotKept:
        pass
    unchanged = known and set(statuses) == {"unchanged"}
    return ImportReport(
        file=document.name,
        sha256=document.sha256,
        format=document.format,
        status="unchanged" if unchanged else "imported",
        bureau=notice.bureau.name,
        doc_no=notice.doc_no,
        issued_on=notice.issued_on,
        plans=reports,
        issues=notice.issues,
        rows_read=notice.rows_read,
        rows_kept=notice.rows_kept,
        dry_run=dry_run,
        columns=notice.columns,
        set_aside=notice.set_aside,
        import_id=None if dry_run or unchanged else import_id,
    )


def _store_plans(
    connection: duckdb.DuckDBPyConnection,
    bureau_id: int,
    notice: Notice,
    document: Document,
    found: Sequence[int | None],
    statuses: Sequence[str],
    numbers: Numbers,
) -> Left | None:
    """Write the plans that are new or differ; comes back with what the replaced ones had named."""
    left: Left | None = None
    for plan, before, status in zip(notice.plans, found, statuses, strict=True):
        stored = before
        if status == "new":
            stored = new_plan(connection, bureau_id, notice, plan, document.name, document.sha256)
        elif status == "replaced" and stored is not None:
            left = named_by(connection, stored, left)
            clear_plan(connection, stored, plan, document.name)
            connection.execute(
                "update plan set title = ?, source_file = ?, issued_on = coalesce(?, issued_on) where plan_id = ?",
                [plan.title, document.name, notice.issued_on, stored],
            )
        if status != "unchanged" and stored is not None:
            store_tasks(connection, stored, plan.tasks, numbers)
        numbers.remember_members(plan.year)
    return left


def record_import(
    connection: duckdb.DuckDBPyConnection,
    import_id: int,
    sha256: str,
    bureau_id: int,
    notice: Notice,
    plans: Sequence[PlanReport],
    actor: str,
) -> None:
    """The import by its rows, which are the tasks of its plans and what was left out, with the ledger of its file."""
    tasks = _counts(plans)
    connection.execute(
        """insert into import (import_id, file_sha256, kind, bureau_id, actor, imported_at, rows_new, rows_changed,
            rows_unchanged, rows_rejected, ledger)
        values (?, ?, 'notice', ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            import_id,
            sha256,
            bureau_id,
            actor,
            datetime.datetime.now().replace(microsecond=0),
            *tasks.values(),
            max(0, notice.rows_read - notice.rows_kept),
            _ledger(notice, tasks).as_text(),
        ],
    )


def _summary(notice: Notice, statuses: Sequence[str]) -> dict[str, Any]:
    return {
        "doc_no": notice.doc_no,
        "issued_on": notice.issued_on,
        "plans": [
            {"kind": plan.kind, "year": plan.year, "tasks": len(plan.tasks), "status": status}
            for plan, status in zip(notice.plans, statuses, strict=True)
        ],
        "issues": len(notice.issues),
        "rows_read": notice.rows_read,
        "rows_kept": notice.rows_kept,
    }


# ---------------------------------------------------------------------------------------------------- the file


def file_known(connection: duckdb.DuckDBPyConnection, sha256: str) -> bool:
    """Whether a file of these bytes was ever recorded."""
    return first_value(connection, "select 1 from import_file where file_sha256 = ?", [sha256]) is not None


def record_file(connection: duckdb.DuckDBPyConnection, name: str, sha256: str, notice: Notice, known: bool) -> None:
    """The file and its issues; a file imported before keeps its first record, and stands again if it was undone."""
    if known:
        connection.execute(
            "update import_file set status = ? where file_sha256 = ? and status = 'undone'",
            ["partial" if any(issue.severity == "error" for issue in notice.issues) else "complete", sha256],
        )
        return
    complete = not any(issue.severity == "error" for issue in notice.issues)
    connection.execute(
        "insert into import_file values (?, ?, 'notice', ?, ?, ?, ?)",
        [
            sha256,
            name,
            "complete" if complete else "partial",
            notice.rows_read,
            min(notice.rows_kept, notice.rows_read),
            datetime.datetime.now().replace(microsecond=0),
        ],
    )
    for issue in notice.issues:
        with speaking(FIRST):
            message = issue_sentence(issue)
        connection.execute(
            'insert into import_issue (file_sha256, "row", field, code, severity, message, parameters)'
            " values (?, ?, ?, ?, ?, ?, ?)",
            [
                sha256,
                issue.row,
                issue.field,
                issue.code,
                issue.severity,
                message,
                json.dumps(dict(issue.parameters), ensure_ascii=False, default=str, sort_keys=True),
            ],
        )


# ---------------------------------------------------------------------------------------------------- bureau, units


def bureau_number(connection: duckdb.DuckDBPyConnection, notice: Notice) -> int:
    """The number of the notice's bureau, made where it is missing."""
    known = first_value(connection, "select bureau_id from bureau where name = ?", [notice.bureau.name])
    if known is None:
        known = first_value(
            connection,
            "insert into bureau (name, region) values (?, ?) returning bureau_id",
            [notice.bureau.name, notice.bureau.region],
        )
    return int(known)
