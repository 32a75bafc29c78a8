"""A notice on its way in: a plan goes to its store, one that changes a plan (调整计划) is matched with it task by task.

A task is known by its name, by its number and a like name, or by a name that is all but the same (`likeness.NEAR`);
what is less sure is asked, and what a whole list leaves out is withdrawn where the paper says so, else asked. A paper
is one: until everything it leaves open is decided, nothing of it is written.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from inspections.files.content import Document
from inspections.files.opening import read_document
from inspections.intake.attempts import record_waiting_paper, waits_no_more
from inspections.intake.decisions import CHOSEN, Chosen, Decision
from inspections.intake.revised_tasks import Found, StoredPlan, hushed, what_changes
from inspections.intake.tasks_meant import Asked, Row, name_key, name_of
from inspections.notice.numbers import Numbers
from inspections.notice.plan import Issue, Notice, Plan
from inspections.notice.reading import read_notice
from inspections.notice.revisions import WRITTEN, RevisionHead, revise_plan
from inspections.notice.same_plan import content_of, stored_content
from inspections.notice.stored_plans import new_plan, plan_in, store_tasks
from inspections.notice.stored_tasks import stored_tasks
from inspections.notice.storing import (
    WATCHED,
    ImportReport,
    NotKept,
    PlanReport,
    bureau_number,
    need_whole,
    record_file,
    record_import,
    store_notice,
)
from inspections.store.database import first_value, log_change, transaction
from inspections.store.rows import Writing
from inspections.store.settings import limits_in_force
from inspections.words.errors import InspectionsError
from inspections.words.wording import say

# The answers to whether it is a revision.
REVISES, OWN = "revises", "own"


@dataclass(frozen=True)
class Brought:
    """What became of a notice, and what it left open or somebody decided of it."""

    report: ImportReport
    decisions: tuple[Decision, ...] = ()


def bring_notice(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str | None = None,
    bureau: str | None = None,
    year: int | None = None,
    strict: bool = False,
    dry_run: bool = False,
    in_force_on: datetime.date | None = None,
    chosen: Chosen | None = None,
    actor: str,
) -> Brought:
    """Put a notice in: as a plan (`storing.import_notice`, whose arguments these are), or as a revision of its plan.

    It is a revision where it says so, where it has the number of a plan that has draws or revisions and `in_force_on`
    is given, and where somebody decides that a paper of another number is one. A revision holds from `in_force_on`,
    else from its own date. Raises InspectionsError: what `import_notice` and `revise_plan` raise, `revision_undated`
    (no day), `plan_needs_day` (the plan's own number, other content), `revision_without_plan`.
    """
    document = read_document(path, name, limits_in_force(connection))
    notice = read_notice(document, bureau=bureau, year=year)
    if strict:
        need_whole(document, notice)
    plans = _plans_of_years(connection, notice)
    if _is_in(connection, document, notice, plans):
        if notice.revision is not None:
            notice = _as_taken(connection, document, _without_silent(notice))
        return Brought(_report(document, notice, "unchanged", [PlanReport(plan, "unchanged") for plan in notice.plans]))
    if not plans and notice.revision and (notice.revision.partial or notice.revision.withdrawn):
        raise InspectionsError("revision_without_plan", file=document.name, year=notice.plans[0].year)
    asked = Asked(connection, notice, document, chosen or {})
    if not _revises(connection, document, notice, plans, asked, in_force_on):
        if asked.open:
            report = _report(document, notice, "waiting", [PlanReport(plan, "waiting") for plan in notice.plans])
            return _waiting(connection, report, asked, dry_run=dry_run, actor=actor)
        _goes_in(connection, document, dry_run=dry_run)
        return Brought(store_notice(connection, document, notice, dry_run=dry_run, actor=actor), tuple(asked.all))
    day = in_force_on or notice.issued_on
    if day is None:
        raise InspectionsError("revision_undated", file=document.name)
    found = what_changes(connection, notice, plans, asked)
    if asked.open:
        report = _report(document, found.notice, "waiting", found.reports, day=day)
        return _waiting(connection, report, asked, dry_run=dry_run, actor=actor)
    _goes_in(connection, document, dry_run=dry_run)
    return Brought(_stored(connection, document, found, day, asked, dry_run=dry_run, actor=actor), tuple(asked.all))


def _waiting(
    connection: duckdb.DuckDBPyConnection, report: ImportReport, asked: Asked, *, dry_run: bool, actor: str
) -> Brought:
    """A paper that waits; the history says for what."""
    if not dry_run:
        record_waiting_paper(
            connection, sha256=report.sha256, name=report.file, bureau=report.bureau, read=report.rows_read,
            decisions=asked.all, actor=actor,
        )  # fmt: skip
    return Brought(report, tuple(asked.all))


def _goes_in(connection: duckdb.DuckDBPyConnection, document: Document, *, dry_run: bool) -> None:
    if not dry_run:
        waits_no_more(connection, document.sha256)


def _plans_of_years(connection: duckdb.DuckDBPyConnection, notice: Notice) -> list[StoredPlan]:
    """The stored plans of the notice's bureau and years."""
    rows = connection.execute(
        "select plan_id, year, kind::varchar, title, doc_no, plan.source_sha256,"
        " (select count(*) from draw inner join task using (task_id) where task.plan_id = plan.plan_id),"
        " (select coalesce(list(plan_revision.source_sha256), []) from plan_revision where plan_revision.plan_id = plan.plan_id)"
        " from plan inner join bureau using (bureau_id) where bureau.name = $bureau and list_contains($years, year)"
        " order by plan_id",
        {"bureau": notice.bureau.name, "years": sorted({plan.year for plan in notice.plans})},
    ).fetchall()
    return [StoredPlan(*row) for row in rows]


def _is_in(
    connection: duckdb.DuckDBPyConnection, document: Document, notice: Notice, plans: Sequence[StoredPlan]
) -> bool:
    """Whether the paper is in the database: as a revision, or as a plan that was revised since, whatever its format."""
    sha256 = document.sha256
    stands = first_value(connection, "select 1 from import_file where file_sha256 = ? and status <> 'undone'", [sha256])
    if stands and any(sha256 in plan.revisions or (plan.revisions and plan.sha256 == sha256) for plan in plans):
        return True
    if notice.revision is not None or not any(plan.revisions for plan in plans):
        return False
    bureau_id = int(first_value(connection, "select bureau_id from bureau where name = ?", [notice.bureau.name]))
    for plan in notice.plans:
        own = plan_in(connection, bureau_id, notice, plan)
        if own is None or content_of(plan) not in (
            stored_content(connection, own), stored_content(connection, own, original=True)
        ):  # fmt: skip
            return False
    return True


def _without_silent(notice: Notice) -> Notice:
    """A revision that is in already, without what is said of its rows as if they were a plan's."""
    issues = list(notice.issues)
    for plan in notice.plans:
        for task in plan.tasks:
            issues = hushed(issues, task.row, notice.told[plan.kind, plan.year, task.seq])
    return replace(notice, issues=tuple(issues))


def _as_taken(connection: duckdb.DuckDBPyConnection, document: Document, notice: Notice) -> Notice:
    """A revision that is in, with what was left out of it then: it is no more in the database today."""
    told = [
        Issue(row, field, code, "error", json.loads(parameters))
        for row, field, code, parameters in connection.execute(
            'select "row", field, code, parameters from import_issue'
            " where file_sha256 = ? and severity = 'error' order by issue_id",
            [document.sha256],
        ).fetchall()
    ]
    known = {(issue.row, issue.code) for issue in notice.issues}
    missing = [issue for issue in told if (issue.row, issue.code) not in known]
    names = {issue.parameters.get("name") for issue in missing}
    plans = tuple(
        replace(
            plan,
            tasks=tuple(
                task
                for task in plan.tasks
                if name_of(Row(plan, task, notice.told[plan.kind, plan.year, task.seq])) not in names
            ),
        )
        for plan in notice.plans
    )
    gone = sum(len(plan.tasks) for plan in notice.plans) - sum(len(plan.tasks) for plan in plans)
    return replace(notice, plans=plans, issues=(*notice.issues, *missing), rows_kept=max(0, notice.rows_kept - gone))


# ---------------------------------------------------------------------------------------------------- is it one
def _revises(
    connection: duckdb.DuckDBPyConnection,
    document: Document,
    notice: Notice,
    plans: Sequence[StoredPlan],
    asked: Asked,
    day: datetime.date | None,
) -> bool:
    """Whether the notice changes stored plans rather than being one; who says so is the paper, the day given or a person."""
    if notice.revision is not None:
        return bool(plans)
    bureau_id = first_value(connection, "select bureau_id from bureau where name = ?", [notice.bureau.name])
    revises = False
    for plan in notice.plans:
        own = plan_in(connection, int(bureau_id), notice, plan) if bureau_id is not None else None
        stored = next((one for one in plans if one.plan_id == own), None)
        if stored is not None:
            if content_of(plan) == stored_content(connection, stored.plan_id):
                continue
            if stored.draws or stored.revisions:
                if day is None:
                    raise InspectionsError("plan_needs_day", file=document.name, title=stored.title)
                revises = True
            continue
        revises |= _other_number(connection, notice, plan, plans, asked)
    return revises


def _other_number(
    connection: duckdb.DuckDBPyConnection, notice: Notice, plan: Plan, plans: Sequence[StoredPlan], asked: Asked
) -> bool:
    """Whether a paper of another number changes the plan of its year and kind: asked, where it names its tasks again."""
    rivals = [one for one in plans if (one.year, one.kind) == (plan.year, plan.kind)]
    names = {name_key(task.name) for task in plan.tasks}
    shared = {
        one.plan_id: sum(name_key(task.task.name) in names for task in stored_tasks(connection, [one.plan_id]))
        for one in rivals
    }
    nearest = max(rivals, key=lambda one: shared[one.plan_id], default=None)
    if nearest is None or not shared[nearest.plan_id]:
        return False
    value = asked.decide(
        Decision(
            "revision",
            plan.kind,
            {REVISES: say("decisions.revision.option_revises"), OWN: say("decisions.revision.option_own")},
            REVISES if shared[nearest.plan_id] * 2 >= len(plan.tasks) else OWN,
            "grounds_names",
            len(plan.tasks),
            parameters={
                "title": nearest.title,
                "number": nearest.doc_no,
                "shared": shared[nearest.plan_id],
                "own": notice.doc_no,
            },
        )
    )
    return value == REVISES


# ---------------------------------------------------------------------------------------------------- written
def _stored(
    connection: duckdb.DuckDBPyConnection,
    document: Document,
    found: Found,
    day: datetime.date,
    asked: Asked,
    *,
    dry_run: bool,
    actor: str,
) -> ImportReport:
    """Write a revision in one transaction, with what was decided of it; a dry run takes it back."""
    notice, import_id = found.notice, None
    touched = any(report.status != "unchanged" for report in found.reports)
    try:
        with transaction(connection):
            known = first_value(connection, "select 1 from import_file where file_sha256 = ?", [document.sha256])
            if touched or not known:
                import_id = int(first_value(connection, "select nextval('import_seq')", []))
                bureau_id = bureau_number(connection, notice)
                record_file(connection, document.name, document.sha256, notice, bool(known))
                with Writing(connection, import_id).watching((*WATCHED, *WRITTEN, "import_decision")):
                    numbers = _written(connection, document, found, day, bureau_id)
                    for one in asked.all:
                        if one.by == CHOSEN:
                            connection.execute(
                                "insert or replace into import_decision values (?, ?, ?, ?, ?)",
                                [bureau_id, asked.layout, one.code, one.subject, one.value],
                            )
                _record(connection, import_id, document, found, bureau_id, numbers, day, actor)
            if dry_run:
                raise NotKept
    except NotKept:
        import_id = None
    status = "imported" if touched or not known else "unchanged"
    return _report(document, notice, status, found.reports, day=day, dry_run=dry_run, import_id=import_id)


def _written(
    connection: duckdb.DuckDBPyConnection, document: Document, found: Found, day: datetime.date, bureau_id: int
) -> Numbers:
    notice = found.notice
    numbers = Numbers(connection, bureau_id, notice)
    title = notice.revision.title if notice.revision and notice.revision.title else notice.plans[0].title
    head = RevisionHead(title, notice.doc_no, notice.issued_on, day, document.name, document.sha256)
    for plan_id, changes in found.changes.items():
        if plan_id is not None and changes:
            revise_plan(connection, plan_id, head, [change for change, _ in changes], numbers)
    for plan in found.new_plans:
        stored = new_plan(connection, bureau_id, notice, plan, document.name, document.sha256)
        store_tasks(connection, stored, plan.tasks, numbers)
    for year in sorted({report.plan.year for report in found.reports}):
        numbers.remember_members(year)
    return numbers


def _record(
    connection: duckdb.DuckDBPyConnection,
    import_id: int,
    document: Document,
    found: Found,
    bureau_id: int,
    numbers: Numbers,
    day: datetime.date,
    actor: str,
) -> None:
    """The import by its tasks, and the log of it."""
    notice = found.notice
    record_import(connection, import_id, document.sha256, bureau_id, notice, found.reports, actor)
    log_change(
        connection,
        actor=actor,
        action="import",
        subject=f"notice {notice.bureau.name}",
        after={
            "import_id": import_id,
            "doc_no": notice.doc_no,
            "in_force_on": day,
            "plans": [
                {
                    "kind": report.plan.kind,
                    "year": report.plan.year,
                    "status": report.status,
                    **{
                        kind: sum(one.kind == kind for one in report.changes)
                        for kind in ("changed", "added", "withdrawn")
                    },
                }
                for report in found.reports
            ],
            "issues": len(notice.issues),
            "made": numbers.made,
        },
        source_file=document.name,
    )


def _report(
    document: Document,
    notice: Notice,
    status: str,
    plans: Sequence[PlanReport],
    *,
    day: datetime.date | None = None,
    dry_run: bool = False,
    import_id: int | None = None,
) -> ImportReport:
    return ImportReport(
        file=document.name,
        sha256=document.sha256,
        format=document.format,
        status=status,
        bureau=notice.bureau.name,
        doc_no=notice.doc_no,
        issued_on=notice.issued_on,
        plans=tuple(plans),
        issues=notice.issues,
        rows_read=notice.rows_read,
        rows_kept=notice.rows_kept,
        dry_run=dry_run,
        columns=notice.columns,
        set_aside=notice.set_aside,
        import_id=import_id,
        in_force_on=day,
    )
