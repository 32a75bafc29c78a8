"""Putting a notice into the database: one transaction, the same file twice changes nothing."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from inspections.files.content import Document
from inspections.files.opening import read_document
from inspections.notice import units as unit_names
from inspections.notice.reading import Issue, Notice, Plan, Task, read_notice
from inspections.notice.units import Unit
from inspections.notice.values import squeezed
from inspections.store.database import log_change, transaction
from inspections.store.rows import Writing, made_anew, shapes
from inspections.store.settings import limits_in_force
from inspections.words.errors import InspectionsError
from inspections.words.wording import FIRST, say, speaking

# Tables whose rows belong to a task; nothing else may refer to it when its plan is replaced.
_OF_A_TASK = ("task_item", "task_partner", "task_class_rate")
# What a notice writes to. A bureau stays when its notice is taken back: the import itself names it.
_WATCHED = (
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


class _NotKept(Exception):  # noqa: N818 - not an error: it takes a dry run back
    """Ends a dry run's transaction."""


@dataclass(frozen=True)
class PlanReport:
    """What became of one plan: `status` is 'new', 'unchanged' or 'replaced'."""

    plan: Plan
    status: str


@dataclass(frozen=True)
class ImportReport:
    """What became of one file. `status`: 'imported', or 'unchanged' where the database already held all of it."""

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

    @property
    def complete(self) -> bool:
        """Whether every row went in."""
        return not any(issue.severity == "error" for issue in self.issues)


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
    left_out = [issue for issue in notice.issues if issue.severity == "error"]
    if strict and left_out:
        rows = "、".join(str(issue.row) for issue in left_out[:10])
        raise InspectionsError("rows_unreadable", file=document.name, count=len(left_out), rows=rows)
    statuses: list[str] = []
    left: _Left | None = None
    try:
        with transaction(connection):
            known = _file_known(connection, document.sha256)
            import_id = int(_one(connection, "select nextval('import_seq')", []))
            writing = Writing(connection, import_id)
            bureau_id = _bureau_id(connection, notice)
            numbers = _Numbers(connection, bureau_id, notice)
            found = [_plan_in(connection, bureau_id, notice, plan) for plan in notice.plans]
            for plan, stored in zip(notice.plans, found, strict=True):
                same = stored is not None and _content_of(plan) == _stored_content(connection, stored)
                statuses.append("new" if stored is None else "unchanged" if same else "replaced")
            if not known or set(statuses) != {"unchanged"}:
                _record_file(connection, document.name, document.sha256, notice, known)
                with writing.watching(_WATCHED):
                    left = _store_plans(connection, bureau_id, notice, document, found, statuses, numbers)
                _record_import(connection, import_id, document.sha256, bureau_id, notice, statuses, actor)
                log_change(
                    connection,
                    actor=actor,
                    action="import",
                    subject=f"notice {notice.bureau.name}",
                    after={**_summary(notice, statuses), "made": numbers.made, "import_id": import_id},
                    source_file=document.name,
                )
            if dry_run:
                raise _NotKept
        if left is not None:
            # Of its own: DuckDB counts rows deleted in a transaction as references. Cut short, it leaves unused names.
            with transaction(connection), writing.watching(("item", "scope")):
                _tidy(connection, bureau_id, notice, left, actor)
    except _NotKept:
        pass
    return ImportReport(
        file=document.name,
        sha256=document.sha256,
        format=document.format,
        status="unchanged" if known and set(statuses) == {"unchanged"} else "imported",
        bureau=notice.bureau.name,
        doc_no=notice.doc_no,
        issued_on=notice.issued_on,
        plans=tuple(PlanReport(plan, status) for plan, status in zip(notice.plans, statuses, strict=True)),
        issues=notice.issues,
        rows_read=notice.rows_read,
        rows_kept=notice.rows_kept,
        dry_run=dry_run,
    )


def _store_plans(
    connection: duckdb.DuckDBPyConnection,
    bureau_id: int,
    notice: Notice,
    document: Document,
    found: Sequence[int | None],
    statuses: Sequence[str],
    numbers: _Numbers,
) -> _Left | None:
    """Write the plans that are new or differ; comes back with what the replaced ones had named."""
    left: _Left | None = None
    for plan, before, status in zip(notice.plans, found, statuses, strict=True):
        stored = before
        if status == "new":
            stored = _new_plan(connection, bureau_id, notice, plan, document.name, document.sha256)
        elif status == "replaced" and stored is not None:
            left = _named_by(connection, stored, left)
            _clear_plan(connection, stored, plan, document.name)
            connection.execute(
                "update plan set title = ?, source_file = ?, issued_on = coalesce(?, issued_on) where plan_id = ?",
                [plan.title, document.name, notice.issued_on, stored],
            )
        if status != "unchanged" and stored is not None:
            _store_tasks(connection, stored, plan, numbers)
        numbers.remember_members(plan.year)
    return left


def _record_import(
    connection: duckdb.DuckDBPyConnection,
    import_id: int,
    sha256: str,
    bureau_id: int,
    notice: Notice,
    statuses: Sequence[str],
    actor: str,
) -> None:
    """The import by its rows: those of new plans, of replaced ones, of unchanged ones, and those left out."""
    tasks = {
        status: sum(len(plan.tasks) for plan, found in zip(notice.plans, statuses, strict=True) if found == status)
        for status in ("new", "replaced", "unchanged")
    }
    connection.execute(
        """insert into import (import_id, file_sha256, kind, bureau_id, actor, imported_at, rows_new, rows_changed,
            rows_unchanged, rows_rejected)
        values (?, ?, 'notice', ?, ?, ?, ?, ?, ?, ?)""",
        [
            import_id,
            sha256,
            bureau_id,
            actor,
            datetime.datetime.now().replace(microsecond=0),
            tasks["new"],
            tasks["replaced"],
            tasks["unchanged"],
            max(0, notice.rows_read - notice.rows_kept),
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


def _one(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object]) -> Any:
    row = connection.execute(sql, list(parameters)).fetchone()
    return row[0] if row else None


# ---------------------------------------------------------------------------------------------------- the file


def _file_known(connection: duckdb.DuckDBPyConnection, sha256: str) -> bool:
    return _one(connection, "select 1 from import_file where file_sha256 = ?", [sha256]) is not None


def _record_file(connection: duckdb.DuckDBPyConnection, name: str, sha256: str, notice: Notice, known: bool) -> None:
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


def _bureau_id(connection: duckdb.DuckDBPyConnection, notice: Notice) -> int:
    known = _one(connection, "select bureau_id from bureau where name = ?", [notice.bureau.name])
    if known is None:
        known = _one(
            connection,
            "insert into bureau (name, region) values (?, ?) returning bureau_id",
            [notice.bureau.name, notice.bureau.region],
        )
    return int(known)


class _Numbers:
    """The database's numbers for a notice's units, items and scopes, made where missing."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, bureau_id: int, notice: Notice) -> None:
        self._connection = connection
        self._bureau_id = bureau_id
        self._notice = notice
        self._units: dict[tuple[str, ...], int] = {}
        self.made: dict[str, list[str]] = {"item": [], "scope": []}
        for unit_id, name, kind, region, own in connection.execute(
            "select unit_id, name, kind::varchar, region, bureau_id is not null from unit"
            " where bureau_id = ? or bureau_id is null order by unit_id",
            [bureau_id],
        ).fetchall():
            self._units.setdefault(unit_names.identity(Unit(name, kind, bool(own), region)), unit_id)
        # A name that someone has put to a unit by hand decides over the rules.
        self._called: dict[str, int] = dict(
            connection.execute("select alias, unit_id from unit_alias where bureau_id = ?", [bureau_id]).fetchall()
        )

    def unit(self, unit: Unit) -> int:
        if unit.name in self._called:
            return self._called[unit.name]
        key = unit_names.identity(unit)
        if key not in self._units:
            self._units[key] = int(
                _one(
                    self._connection,
                    "insert into unit (bureau_id, name, kind, region) values (?, ?, ?, ?) returning unit_id",
                    [self._bureau_id if unit.own else None, unit.name, unit.kind, unit.region],
                )
            )
        unit_id = self._units[key]
        stored = _one(self._connection, "select name from unit where unit_id = ?", [unit_id])
        if stored != unit.name:
            self._call(unit.name, unit_id)
        return unit_id

    def _call(self, alias: str, unit_id: int) -> None:
        if alias not in self._called:
            self._connection.execute("insert into unit_alias values (?, ?, ?)", [self._bureau_id, alias, unit_id])
            self._called[alias] = unit_id

    def remember_members(self, year: int) -> None:
        """Every unit of the notice is in scope in that year; its other names are written down."""
        for unit in self._notice.units:
            self._connection.execute(
                "insert into membership values (?, ?, ?) on conflict do nothing",
                [self._bureau_id, self.unit(unit), year],
            )
        for alias, unit in self._notice.aliases:
            self._call(alias, self.unit(unit))

    def scope(self, name: str | None) -> int | None:
        if name is None:
            return None
        return self._named("scope", name)

    def item(self, name: str, item_class: str | None, legal_basis: str | None) -> int:
        item_id = self._named("item", name)
        # The item list may know more already; a notice only fills what is missing.
        self._connection.execute(
            "update item set item_class = coalesce(item_class, ?), legal_basis = coalesce(legal_basis, ?)"
            " where item_id = ?"
            " and ((item_class is null and ? is not null) or (legal_basis is null and ? is not null))",
            [item_class, legal_basis, item_id, item_class, legal_basis],
        )
        return item_id

    def _named(self, table: str, name: str) -> int:
        known = _one(
            self._connection,
            f"select {table}_id from {table} where bureau_id = ? and name = ?",  # noqa: S608 - two fixed names
            [self._bureau_id, name],
        )
        if known is None:
            self.made[table].append(name)
            known = _one(
                self._connection,
                f"insert into {table} (bureau_id, name) values (?, ?) returning {table}_id",  # noqa: S608
                [self._bureau_id, name],
            )
        return int(known)


# ---------------------------------------------------------------------------------------------------- plans, tasks


def _plan_in(connection: duckdb.DuckDBPyConnection, bureau_id: int, notice: Notice, plan: Plan) -> int | None:
    """The stored plan that `plan` is: the same document number; without one, the only plan of that year and kind."""
    rows = connection.execute(
        "select plan_id, doc_no from plan where bureau_id = ? and year = ? and kind = ? order by plan_id",
        [bureau_id, plan.year, plan.kind],
    ).fetchall()
    for plan_id, doc_no in rows:
        if doc_no == notice.doc_no:
            return int(plan_id)
    if len(rows) == 1 and (notice.doc_no is None or rows[0][1] is None):
        return int(rows[0][0])
    return None


def _new_plan(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, notice: Notice, plan: Plan, file: str, sha256: str
) -> int:
    return int(
        _one(
            connection,
            "insert into plan (bureau_id, year, kind, title, doc_no, issued_on, source_file, source_sha256)"
            " values (?, ?, ?, ?, ?, ?, ?, ?) returning plan_id",
            [bureau_id, plan.year, plan.kind, plan.title, notice.doc_no, notice.issued_on, file, sha256],
        )
    )


def _clear_plan(connection: duckdb.DuckDBPyConnection, plan_id: int, plan: Plan, file: str) -> None:
    """Take the tasks of a plan out. Raises InspectionsError `plan_in_use` when something was drawn on one of them."""
    drawn = _one(
        connection, "select count(*) from draw inner join task using (task_id) where task.plan_id = ?", [plan_id]
    )
    if drawn:
        raise InspectionsError("plan_in_use", file=file, title=plan.title, draws=drawn)
    connection.execute("create temp table old_task as select task_id from task where plan_id = ?", [plan_id])
    for table in _OF_A_TASK:
        keys = ", ".join(f'"{column}"' for column in shapes()[table].key)
        connection.execute(
            f"create temp table old_{table} as select {keys} from {table}"  # noqa: S608 - fixed names
            " where task_id in (select task_id from old_task)"
        )
    with made_anew(connection, _OF_A_TASK, {table: f"old_{table}" for table in _OF_A_TASK}):
        connection.execute("delete from task where plan_id = ?", [plan_id])
    for table in ("task", *_OF_A_TASK):
        connection.execute(f"drop table old_{table}")


@dataclass(frozen=True)
class _Left:
    """The items and scopes that replaced plans named."""

    items: tuple[int, ...] = ()
    scopes: tuple[int, ...] = ()


_UNUSED = {
    "item": "select item_id, name from item where bureau_id = ? and item_id not in (select item_id from task_item)"
    " and item_id not in (select item_id from result_outcome) order by name",
    "scope": "select scope_id, name from scope where bureau_id = ? and scope_id not in"
    " (select scope_id from task where scope_id is not null union all"
    " select draw_scope_id from task where draw_scope_id is not null union all"
    " select scope_id from object_scope) order by name",
}


def _named_by(connection: duckdb.DuckDBPyConnection, plan_id: int, before: _Left | None) -> _Left:
    before = before or _Left()
    items = connection.execute(
        "select distinct item_id from task_item inner join task using (task_id) where plan_id = ?", [plan_id]
    ).fetchall()
    scopes = connection.execute(
        "select distinct scope_id from task where plan_id = ? and scope_id is not null", [plan_id]
    ).fetchall()
    return _Left(before.items + tuple(i for (i,) in items), before.scopes + tuple(s for (s,) in scopes))


def _tidy(connection: duckdb.DuckDBPyConnection, bureau_id: int, notice: Notice, left: _Left, actor: str) -> None:
    """Take out the items and scopes that only a replaced plan had named.

    Only what the log says a notice of this bureau made, what nothing refers to any more, and, for items, only where
    no item list has been imported: what a list may have confirmed stays.
    """
    made: dict[str, set[str]] = {"item": set(), "scope": set()}
    for (after,) in connection.execute(
        "select after from change_log where action = 'import' and subject = ? and after is not null",
        [f"notice {notice.bureau.name}"],
    ).fetchall():
        for table, names in json.loads(after).get("made", {}).items():
            made[table] |= set(names)
    listed = _one(connection, "select 1 from import_file where kind in ('item_list', 'synthetic')", [])
    gone: dict[str, list[str]] = {}
    for table, ids in (("item", () if listed else left.items), ("scope", left.scopes)):
        for identity, name in connection.execute(_UNUSED[table], [bureau_id]).fetchall():
            if identity in ids and name in made[table]:
                connection.execute(f"delete from {table} where {table}_id = ?", [identity])  # noqa: S608
                gone.setdefault(table, []).append(name)
    if gone:
        log_change(
            connection,
            actor=actor,
            action="remove",
            subject=f"named only by a replaced plan of {notice.bureau.name}",
            before=gone,
        )


def _store_tasks(connection: duckdb.DuckDBPyConnection, plan_id: int, plan: Plan, numbers: _Numbers) -> None:
    for task in plan.tasks:
        task_id = _one(
            connection,
            "insert into task (plan_id, seq, name, plan_name, field, draw_type, item_class, scope_id, scope_text, rate,"
            " rate_op, rate_max, rate_text, quota, times_per_year, starts_on, ends_on, period_text, pool_stated,"
            " risk_rule, initiating_unit_id, lead_unit_id, checking_body)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning task_id",
            [
                plan_id,
                task.seq,
                task.name,
                task.plan_name,
                task.field,
                task.draw_type,
                task.item_class,
                numbers.scope(task.scope),
                task.scope_text,
                task.rate,
                task.rate_op,
                task.rate_max,
                task.rate_text,
                task.quota,
                task.times_per_year,
                task.starts_on,
                task.ends_on,
                task.period_text,
                task.pool_stated,
                task.risk_rule,
                numbers.unit(task.initiating_unit),
                numbers.unit(task.lead_unit),
                task.checking_body,
            ],
        )
        for partner in dict.fromkeys(numbers.unit(unit) for unit in task.partners):
            connection.execute("insert into task_partner values (?, ?)", [task_id, partner])
        pairs = dict.fromkeys(
            (numbers.item(item.name, item.item_class, item.legal_basis), numbers.unit(item.unit)) for item in task.items
        )
        for item_id, unit_id in pairs:
            connection.execute("insert into task_item values (?, ?, ?)", [task_id, item_id, unit_id])
        for risk_class, planned in task.class_rates.items():
            connection.execute(
                "insert into task_class_rate values (?, ?, ?, ?, ?, ?, 'notice')",
                [task_id, risk_class, planned.rate, planned.rate_op, planned.quota, planned.times_per_year],
            )


def _same(text: str | None) -> str:
    """Words without blanks: formats differ in where they break a line."""
    return squeezed(text or "")


def _content_of(plan: Plan) -> list[tuple[object, ...]]:
    """What a plan says, comparable with `_stored_content`."""
    return sorted((_task_content(task) for task in plan.tasks), key=lambda content: content[0])  # type: ignore[arg-type,return-value]


def _task_content(task: Task) -> tuple[object, ...]:
    return (
        task.seq,
        _same(task.name),
        _same(task.field),
        task.draw_type,
        task.item_class,
        _same(task.scope_text),
        task.rate,
        task.rate_op,
        task.rate_max,
        task.quota,
        task.times_per_year,
        task.starts_on,
        task.ends_on,
        _same(task.risk_rule),
        unit_names.identity(task.lead_unit),
        frozenset(unit_names.identity(unit) for unit in task.partners),
        frozenset((_same(item.name), unit_names.identity(item.unit)) for item in task.items),
        frozenset(
            (risk_class, planned.rate, planned.quota, planned.times_per_year)
            for risk_class, planned in task.class_rates.items()
        ),
    )


def _stored_content(connection: duckdb.DuckDBPyConnection, plan_id: int) -> list[tuple[object, ...]]:
    """What the stored plan says, in the shape of `_content_of`."""
    identities = {
        unit_id: unit_names.identity(Unit(name, kind, bool(own), region))
        for unit_id, name, kind, region, own in connection.execute(
            "select unit_id, name, kind::varchar, region, bureau_id is not null from unit"
        ).fetchall()
    }
    contents: list[tuple[object, ...]] = []
    for row in connection.execute(
        "select task_id, seq, name, field, draw_type::varchar, item_class::varchar, scope_text, rate,"
        " rate_op::varchar, rate_max, quota, times_per_year, starts_on, ends_on, risk_rule, lead_unit_id"
        " from task where plan_id = ? order by seq",
        [plan_id],
    ).fetchall():
        task_id, seq, name, field, draw_type, item_class, scope_text, *numbers, risk_rule, lead = row
        partners = connection.execute("select unit_id from task_partner where task_id = ?", [task_id]).fetchall()
        items = connection.execute(
            "select item.name, task_item.unit_id from task_item inner join item using (item_id) where task_id = ?",
            [task_id],
        ).fetchall()
        rates = connection.execute(
            "select class::varchar, rate, quota, times_per_year from task_class_rate"
            " where task_id = ? and origin = 'notice'",
            [task_id],
        ).fetchall()
        contents.append(
            (
                seq,
                _same(name),
                _same(field),
                draw_type,
                item_class,
                _same(scope_text),
                *numbers,
                _same(risk_rule),
                identities.get(lead),
                frozenset(identities[unit_id] for (unit_id,) in partners),
                frozenset((_same(item), identities[unit_id]) for item, unit_id in items),
                frozenset(rates),
            )
        )
    return contents
