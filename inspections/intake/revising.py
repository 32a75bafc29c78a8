"""A notice on its way in: a plan goes to its store, one that changes a plan (调整计划) is matched with it task by task.

A task is known by its name, by its number and a like name, or by a name that is all but the same (`likeness.NEAR`);
what is less sure is asked, and what a whole list leaves out is withdrawn where the paper says so, else asked. A paper
is one: until everything it leaves open is decided, nothing of it is written.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from rapidfuzz import fuzz, process

from inspections.files.characters import folded, squeezed
from inspections.files.content import Document
from inspections.files.opening import read_document
from inspections.intake.decisions import CHOSEN, OPEN, PAPERS, Chosen, Decision, decided, remembered
from inspections.intake.likeness import alike
from inspections.intake.tasks_named import LIKELY
from inspections.notice.changes import Changed, differs, merged
from inspections.notice.numbers import Numbers
from inspections.notice.plan import Issue, Notice, Plan, Task, Told
from inspections.notice.reading import read_notice
from inspections.notice.revised import ADDED, EMPTIED, KEPT, WITHDRAWN
from inspections.notice.revisions import WRITTEN, RevisionHead, TaskChange, revise_plan
from inspections.notice.same_plan import content_of, stored_content
from inspections.notice.stored_plans import new_plan, plan_in, store_tasks
from inspections.notice.stored_tasks import StoredTask, stored_tasks
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

# The answers: which task is meant (or none of them), what becomes of one that is not named, whether it is a revision.
NEW, NONE, STAYS, REVISES, OWN = "new", "none", "stays", "revises", "own"
# What is said of a row as of a plan's, and is no fault where the row states no more than what changes.
_SILENT = frozenset(
    {"rate_missing", "items_missing", "lead_missing", "scope_missing", "window_missing", "items_shared"}
)


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
        return Brought(_report(document, notice, "unchanged", [PlanReport(plan, "unchanged") for plan in notice.plans]))
    if not plans and notice.revision and (notice.revision.partial or notice.revision.withdrawn):
        raise InspectionsError("revision_without_plan", file=document.name, year=notice.plans[0].year)
    asked = _Asked(connection, notice, document, chosen or {})
    if not _revises(connection, document, notice, plans, asked, in_force_on):
        if asked.open:
            return Brought(
                _report(document, notice, "waiting", [PlanReport(plan, "waiting") for plan in notice.plans]),
                tuple(asked.all),
            )
        return Brought(store_notice(connection, document, notice, dry_run=dry_run, actor=actor), tuple(asked.all))
    day = in_force_on or notice.issued_on
    if day is None:
        raise InspectionsError("revision_undated", file=document.name)
    found = _found(connection, notice, plans, asked)
    if asked.open:
        return Brought(_report(document, found.notice, "waiting", found.reports, day=day), tuple(asked.all))
    return Brought(_stored(connection, document, found, day, asked, dry_run=dry_run, actor=actor), tuple(asked.all))


@dataclass(frozen=True)
class _StoredPlan:
    """A stored plan: what it is and from which file, how much was built on it."""

    plan_id: int
    year: int
    kind: str
    title: str
    doc_no: str | None
    sha256: str | None
    draws: int
    revisions: Sequence[str]


def _plans_of_years(connection: duckdb.DuckDBPyConnection, notice: Notice) -> list[_StoredPlan]:
    """The stored plans of the notice's bureau and years."""
    rows = connection.execute(
        "select plan_id, year, kind::varchar, title, doc_no, plan.source_sha256,"
        " (select count(*) from draw inner join task using (task_id) where task.plan_id = plan.plan_id),"
        " (select coalesce(list(plan_revision.source_sha256), []) from plan_revision where plan_revision.plan_id = plan.plan_id)"
        " from plan inner join bureau using (bureau_id) where bureau.name = $bureau and list_contains($years, year)"
        " order by plan_id",
        {"bureau": notice.bureau.name, "years": sorted({plan.year for plan in notice.plans})},
    ).fetchall()
    return [_StoredPlan(*row) for row in rows]


def _is_in(
    connection: duckdb.DuckDBPyConnection, document: Document, notice: Notice, plans: Sequence[_StoredPlan]
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


# ---------------------------------------------------------------------------------------------------- is it one
def _revises(
    connection: duckdb.DuckDBPyConnection,
    document: Document,
    notice: Notice,
    plans: Sequence[_StoredPlan],
    asked: _Asked,
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
    connection: duckdb.DuckDBPyConnection, notice: Notice, plan: Plan, plans: Sequence[_StoredPlan], asked: _Asked
) -> bool:
    """Whether a paper of another number changes the plan of its year and kind: asked, where it names its tasks again."""
    rivals = [one for one in plans if (one.year, one.kind) == (plan.year, plan.kind)]
    names = {_key(task.name) for task in plan.tasks}
    shared = {
        one.plan_id: sum(_key(task.task.name) in names for task in stored_tasks(connection, [one.plan_id]))
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


class _Asked:
    """What the notice leaves open and what was decided of it; a decision is of this paper alone."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, notice: Notice, document: Document, chosen: Chosen
    ) -> None:
        self.layout = f"notice:{document.sha256[:16]}"
        self.chosen = chosen
        bureau_id = first_value(connection, "select bureau_id from bureau where name = ?", [notice.bureau.name])
        self.known = remembered(connection, int(bureau_id), self.layout) if bureau_id is not None else {}
        self.all: list[Decision] = []

    @property
    def open(self) -> bool:
        """Whether something waits for a person."""
        return any(one.value is None for one in self.all)

    def decide(self, one: Decision) -> str | None:
        """The value in force, None while it waits; what a person decides goes before what the paper seems to say."""
        settled = decided(one, self.chosen, self.known)
        self.all.append(settled)
        return settled.value


# ---------------------------------------------------------------------------------------------------- which task
@dataclass(frozen=True)
class _Row:
    """A task as the notice names it."""

    plan: Plan
    task: Task
    told: Told


@dataclass
class _Found:
    """The notice with the issues that are left of it, and per plan what it changes; `None` is a plan of its own."""

    notice: Notice
    changes: dict[int | None, list[tuple[TaskChange, Changed]]] = field(default_factory=dict)
    reports: list[PlanReport] = field(default_factory=list)
    places: list[int | None] = field(default_factory=list)
    new_plans: list[Plan] = field(default_factory=list)
    left_out: int = 0


def _key(name: str | None) -> str:
    """A name without blanks and signs."""
    return re.sub(r"[\W_]+", "", squeezed(folded(name or "")))


def _keys(row: _Row) -> list[str]:
    """What a row calls its task, each also without the words that stand behind a name in a sentence."""
    names = [row.told.called, row.task.name, row.told.name]
    return [
        key
        for name in names
        for key in dict.fromkeys((_key(name), re.sub("(?:任务|项目|工作)$", "", _key(name))))
        if key
    ]


def _core(name: str) -> str:
    """A name without what every name has."""
    words = re.sub(r"20\d\d年?度?|双随机|一公开|部门联合|抽查|检查|监督|任务|项目|工作", "", _key(name))
    return words or _key(name)


class _Matching:
    """Rows of the notice to stored tasks: the sure ones first, so that what is left may be told by likeness."""

    def __init__(self, known: Sequence[StoredTask], kinds: dict[int, str], asked: _Asked, year: int) -> None:
        self.known = list(known)
        self.kinds = kinds
        self.asked = asked
        self.year = year
        self.taken: set[int] = set()
        shown: dict[str, int] = {}
        for one in self.known:
            shown[one.task.name] = shown.get(one.task.name, 0) + 1
        self.shown = {
            one.task_id: one.task.name if shown[one.task.name] == 1 else f"{one.task.name} #{one.task_id}"
            for one in self.known
        }

    def by_name(self, keys: Iterable[str], kind: str | None = None, seq: int | None = None) -> StoredTask | None:
        """The one task of that name; of several the one of the kind, the standing one, the one of the number."""
        for key in keys:
            found = [one for one in self.known if _key(one.task.name) == key]
            for narrower in (
                lambda one: not one.withdrawn,
                lambda one: kind is None or self.kinds[one.plan_id] == kind,
                lambda one: seq is None or one.task.seq == seq,
            ):
                found = [one for one in found if narrower(one)] or found
            if len(found) == 1:
                return found[0]
        return None

    def by_other_name(self, keys: Iterable[str]) -> StoredTask | None:
        """The one task whose field, plan or only item is so called."""
        for key in keys:
            found = [
                one
                for one in self.free()
                if key in {_key(one.task.field), _key(one.task.plan_name), *self._only_item(one.task)}
            ]
            if len(found) == 1:
                return found[0]
        return None

    @staticmethod
    def _only_item(task: Task) -> set[str]:
        names = {item.name for item in task.items}
        return {_key(name) for name in names} if len(names) == 1 else set()

    def free(self) -> list[StoredTask]:
        """The standing tasks that no row means yet."""
        return [one for one in self.known if one.task_id not in self.taken and not one.withdrawn]

    def alike(self, rows: Sequence[_Row]) -> dict[int, StoredTask]:
        """Place of a row -> the one free task whose name is all but its own; of several the one of its number."""
        free = self.free()
        if not rows or not free:
            return {}
        new = pd.DataFrame({"id": [f"row {i}" for i in range(len(rows))], "name": [_name(row) for row in rows]})
        known = pd.DataFrame({"id": [str(one.task_id) for one in free], "name": [one.task.name for one in free]})
        pairs = alike(new, known)
        by_id = {str(one.task_id): one for one in free}
        found: dict[int, StoredTask] = {}
        for place, row in enumerate(rows):
            near = [by_id[i] for i in pairs.loc[pairs["new_id"] == f"row {place}", "known_id"]]
            if len(near) > 1 and "seq" in row.told.filled:
                near = [one for one in near if one.task.seq == row.task.seq]
            if len(near) == 1:
                found[place] = near[0]
        meant = [one.task_id for one in found.values()]
        return {place: one for place, one in found.items() if meant.count(one.task_id) == 1}

    def nearest(self, name: str) -> StoredTask | None:
        """The free task whose name is likeliest meant, None where none is like it."""
        free = {one.task_id: _core(one.task.name) for one in self.free()}
        best = process.extractOne(_core(name), free, scorer=fuzz.ratio)
        return next(one for one in self.free() if one.task_id == best[2]) if best and best[1] >= LIKELY else None

    def ask(self, name: str, proposed: StoredTask | None, *, new: bool) -> StoredTask | str | None:
        """The task that somebody says is meant: `NEW` for none of them, None while nobody has said."""
        options = {self.shown[one.task_id]: self.shown[one.task_id] for one in self.free()}
        if new:
            options[NEW] = say("decisions.revised_task.option_new")
        options[NONE] = say("decisions.revised_task.option_none")
        value = self.asked.decide(
            Decision(
                "revised_task",
                name,
                options,
                self.shown[proposed.task_id] if proposed else None,
                "grounds_alike" if proposed else "grounds_none",
                1,
                parameters={"year": self.year},
            )
        )
        return next((one for one in self.known if self.shown[one.task_id] == value), value)


def _name(row: _Row) -> str:
    return row.told.called or row.task.name


def _found(
    connection: duckdb.DuckDBPyConnection, notice: Notice, plans: Sequence[_StoredPlan], asked: _Asked
) -> _Found:
    """What the notice changes of which plan, as far as it is settled."""
    known = stored_tasks(connection, [one.plan_id for one in plans])
    year_of = {one.plan_id: one.year for one in plans}
    kinds = {one.plan_id: one.kind for one in plans}
    found = _Found(notice)
    issues = list(notice.issues)
    for year in sorted({plan.year for plan in notice.plans}):
        of_year = [one for one in known if year_of[one.plan_id] == year]
        matching = _Matching(of_year, kinds, asked, year)
        rows = [
            _Row(plan, task, notice.told[plan.kind, plan.year, task.seq])
            for plan in notice.plans
            if plan.year == year
            for task in plan.tasks
        ]
        _Year(found, matching, rows, issues, [one for one in plans if one.year == year]).work()
    units = {unit for report in found.reports for task in report.plan.tasks for unit in _units(task)}
    found.notice = replace(
        notice,
        issues=tuple(issues),
        rows_kept=max(0, notice.rows_kept - found.left_out),
        units=tuple(unit for unit in notice.units if unit in units),
        aliases=tuple((alias, unit) for alias, unit in notice.aliases if unit in units),
    )
    return found


def _units(task: Task) -> set[Any]:
    return {task.lead_unit, task.initiating_unit, *task.partners, *(item.unit for item in task.items)}


class _Year:
    """The rows of one year against its plans."""

    def __init__(
        self, found: _Found, matching: _Matching, rows: list[_Row], issues: list[Issue], plans: list[_StoredPlan]
    ) -> None:
        self.found, self.matching, self.rows, self.issues, self.plans = found, matching, rows, issues, plans
        self.revision = found.notice.revision
        self.now: dict[int, tuple[StoredTask, Task, frozenset[str]]] = {}
        self.named: set[int] = set()
        # Tasks that the paper calls nearly, not quite, as they are stored: they keep their names.
        self.nearly: set[int] = set()
        # Plan and task of each row that means a stored one.
        self.rows_of: list[tuple[int, int]] = []
        self.shown: dict[int | None, list[Task]] = {}
        self.changes: dict[int | None, list[tuple[TaskChange, Changed]]] = {}

    @property
    def anew(self) -> bool:
        """Whether the list is the plan anew, so that what it leaves empty is empty from now on."""
        return self.revision is None or not self.revision.partial

    def work(self) -> None:
        """Match the rows, then what sentences withdraw, then what nobody names."""
        meant = self._meant()
        added = []
        for place, row in enumerate(self.rows):
            one = meant.get(place)
            if isinstance(one, StoredTask):
                self.rows_of.append((one.plan_id, one.task_id))
                self._take(row, one)
                self._hush(row)
            elif one == NEW:
                added.append(row)
            else:
                self.found.left_out += 1
        for line, name in self.revision.withdrawn if self.revision else ():
            self._withdraw_named(line, name)
        self._unnamed()
        for stored, task, fields in self.now.values():
            if fields:
                change = TaskChange("changed", stored.task_id, task, fields)
                self._put(stored.plan_id, change, Changed("changed", stored.task, task, fields))
            self._show(stored.plan_id, task)
        for row in added:
            plan_id = self._home(row)
            self._put(plan_id, TaskChange("added", None, row.task), Changed("added", None, row.task))
            self._show(plan_id, row.task, new=True)
        self._report()

    def _meant(self) -> dict[int, StoredTask | str]:
        """Place of a row -> the task it means or `NEW`; a row that waits or is left out has no entry."""
        found: dict[int, StoredTask | str] = {}
        for place, row in enumerate(self.rows):
            seq = row.task.seq if "seq" in row.told.filled else None
            one = self.matching.by_name(_keys(row), row.plan.kind, seq)
            if one is not None:
                found[place] = one
                self.matching.taken.add(one.task_id)
        for place, row in enumerate(self.rows):
            if place not in found and row.told.mark != ADDED:
                one = self.matching.by_other_name(_keys(row))
                if one is not None:
                    found[place] = one
                    self.matching.taken.add(one.task_id)
        left = [place for place, row in enumerate(self.rows) if place not in found and row.told.mark != ADDED]
        for at, one in self.matching.alike([self.rows[place] for place in left]).items():
            found[left[at]] = one
            self.matching.taken.add(one.task_id)
            self.nearly.add(one.task_id)
            # Not to the letter: said, so that whoever looks may object.
            self._say(
                self.rows[left[at]].task.row,
                "name",
                "revision_alike",
                "note",
                name=_name(self.rows[left[at]]),
                task=one.task.name,
            )
        for place, row in enumerate(self.rows):
            if place in found:
                continue
            told = self._asked_for(row)
            if told is not None:
                found[place] = told
                if isinstance(told, StoredTask):
                    self.matching.taken.add(told.task_id)
        return found

    def _asked_for(self, row: _Row) -> StoredTask | str | None:
        """What a row means that no stored task is nearly called as."""
        if row.told.mark == ADDED:
            return NEW
        name = _name(row)
        proposed = self.matching.nearest(name)
        if proposed is None and row.told.mark in (WITHDRAWN, EMPTIED, KEPT):
            self._say(row.task.row, "name", "revision_task_unmatched", "error", name=name)
            return None
        # A row that says all that a plan says of a task is a task, whatever list it stands in.
        whole = len({"items", "scope", "rate", "quota", "period", "lead_unit"} & row.told.filled) > 3
        if proposed is None and (self.anew or whole):
            return NEW
        if proposed is None and row.told.sentence:
            self._say(row.task.row, "name", "revision_task_unmatched", "error", name=name)
            return None
        return self.matching.ask(name, proposed, new=whole)

    def _take(self, row: _Row, one: StoredTask) -> None:
        """What a row says of the task it means."""
        self.named.add(one.task_id)
        if row.told.mark == WITHDRAWN:
            self._withdraw(one)
            return
        if row.told.mark == EMPTIED and self._stays(one, "withdrawn", "grounds_emptied") is not True:
            return
        before = self.now.get(one.task_id, (one, one.task, frozenset()))
        if row.told.mark in (KEPT, EMPTIED):
            self.now.setdefault(one.task_id, before)
            return
        exact = one.task_id in self.nearly or _key(one.task.name) in _keys(row)
        whole = self.anew or row.told.mark == ADDED
        renamed = (
            bool(row.told.called) and _key(row.task.name) != _key(row.told.called) and row.told.called != row.told.name
        )
        got = merged(
            before[1], row.task, row.told, self.issues, year=row.plan.year, anew=whole,
            named=exact and not renamed,
        )  # fmt: skip
        for code in got.unreadable:
            self._say(row.task.row, code, "revision_kept", "warning", task=one.task.name)
        fields = before[2] | got.fields | ({"name"} if one.withdrawn else frozenset())
        fields = frozenset(f for f in fields if differs(one.task, got.task, f) or one.withdrawn)
        self.now[one.task_id] = (one, got.task, fields)

    def _hush(self, row: _Row) -> None:
        """Take out what was said of a row as if it were a plan's: it states no more than what changes."""
        filled = row.told.filled
        one_end = bool({"period_end", "period_start"} & filled) and "period" not in filled
        self.issues[:] = [
            issue
            for issue in self.issues
            if issue.row != row.task.row
            or not (
                (issue.code in _SILENT and issue.field not in filled)
                or (one_end and issue.code == "window_one_sided")
                or (issue.code == "lead_missing" and not {"lead_unit", "initiating_unit"} & filled)
            )
        ]

    def _withdraw(self, one: StoredTask) -> None:
        if one.withdrawn:
            return
        self.named.add(one.task_id)
        self.now.pop(one.task_id, None)
        self._put(one.plan_id, TaskChange("withdrawn", one.task_id, None), Changed("withdrawn", one.task, None))
        self._show(one.plan_id, one.task)

    def _withdraw_named(self, line: int, name: str) -> None:
        """A task that a sentence withdraws."""
        keys = dict.fromkeys((_key(name), re.sub("(?:任务|项目|工作)$", "", _key(name))))
        one = self.matching.by_name(keys) or self.matching.by_other_name(keys)
        if one is None:
            proposed = self.matching.nearest(name)
            if proposed is None:
                self._say(line, "name", "revision_task_unmatched", "warning", name=name)
                return
            told = self.matching.ask(name, proposed, new=False)
            one = told if isinstance(told, StoredTask) else None
        if one is not None:
            self.matching.taken.add(one.task_id)
            self._withdraw(one)

    def _unnamed(self) -> None:
        """What becomes of the standing tasks that the paper does not name, plan by plan."""
        revision = self.revision
        if revision is not None and revision.partial:
            return
        for plan in self.plans:
            standing = [one for one in self.matching.known if one.plan_id == plan.plan_id and not one.withdrawn]
            named = sum(one.task_id in self.named for one in standing)
            most = named * 2 >= len(standing)
            whole = revision is None or revision.whole
            if not named or named == len(standing) or not (whole or most):
                continue
            voids = revision is not None and revision.voids
            for one in standing:
                if one.task_id in self.named:
                    continue
                settled = voids or (whole and most)
                grounds = "grounds_voids" if voids else "grounds_whole" if whole else "grounds_most"
                self._stays(
                    one, "withdrawn" if whole else STAYS, grounds, settled=settled, named=named, count_all=len(standing)
                )

    def _stays(
        self, one: StoredTask, proposal: str, grounds: str, *, settled: bool = False, **parameters: object
    ) -> bool | None:
        """Whether a task stays, as the paper settles it or somebody says; None while nobody has; if not it is withdrawn."""
        options = {
            STAYS: say("decisions.unnamed_task.option_stays"),
            "withdrawn": say("decisions.unnamed_task.option_withdrawn"),
        }
        value = self.matching.asked.decide(
            Decision(
                "unnamed_task",
                self.matching.shown[one.task_id],
                options,
                proposal,
                grounds,
                1,
                value=proposal if settled else None,
                by=PAPERS if settled else OPEN,
                parameters={"draws": one.draws, "named": 0, "count_all": 0, **parameters},
            )
        )
        if value == "withdrawn":
            self._withdraw(one)
        return None if value is None else value == STAYS

    def _home(self, row: _Row) -> int | None:
        """The plan to which a task is added: that of its kind, else the one that the others are of; None for a new one."""
        same = [plan for plan in self.plans if plan.kind == row.plan.kind]
        touched = {one.plan_id for one in self.matching.known if one.task_id in self.named}
        same = [plan for plan in same if plan.plan_id in touched] or same
        if same:
            return same[0].plan_id
        if {"plan_type", "partners"} & row.told.filled or not self.plans:
            return None
        return next((plan.plan_id for plan in self.plans if plan.plan_id in touched), self.plans[0].plan_id)

    def _put(self, plan_id: int | None, change: TaskChange, told: Changed) -> None:
        self.changes.setdefault(plan_id, []).append((change, told))

    def _show(self, plan_id: int | None, task: Task, *, new: bool = False) -> None:
        """A task as it is from now on; new ones of a stored plan are numbered on, as the store does."""
        shown = self.shown.setdefault(plan_id, [])
        if new and plan_id is not None:
            last = max((one.task.seq for one in self.matching.known if one.plan_id == plan_id), default=0)
            task = dataclasses.replace(task, seq=max([last, *(one.seq for one in shown)]) + 1)
        shown.append(task)

    def _report(self) -> None:
        """A report for each plan that the paper names a task of."""
        kinds = {plan.plan_id: plan for plan in self.plans}
        for plan_id in dict.fromkeys([*self.shown, *self.changes]):
            changes = self.changes.get(plan_id, [])
            tasks = tuple(self.shown.get(plan_id, ()))
            if plan_id is None:
                kind = (
                    self.rows[0].plan.kind if not tasks else next(r.plan.kind for r in self.rows if r.task == tasks[0])
                )
                plan = Plan(
                    kind,
                    self.rows[0].plan.year,
                    next(p.title for p in self.found.notice.plans if p.kind == kind),
                    tasks,
                )
                self.found.new_plans.append(plan)
                self.found.reports.append(PlanReport(plan, "new"))
                self.found.places.append(None)
                continue
            stored = kinds[plan_id]
            plan = Plan(stored.kind, stored.year, stored.title, tasks)
            status = "revised" if changes else "unchanged"
            touched = {change.task_id for change, _ in changes}
            states = ["changed" if task in touched else "unchanged" for of, task in self.rows_of if of == plan_id]
            states += ["new" for change, _ in changes if change.kind == "added"]
            self.found.reports.append(PlanReport(plan, status, tuple(states), tuple(told for _, told in changes)))
            self.found.places.append(plan_id)
            self.found.changes[plan_id] = changes

    def _say(self, row: int, column: str, code: str, severity: str, **parameters: object) -> None:
        self.issues.append(Issue(row, column, code, severity, parameters))


# ---------------------------------------------------------------------------------------------------- written
def _stored(
    connection: duckdb.DuckDBPyConnection,
    document: Document,
    found: _Found,
    day: datetime.date,
    asked: _Asked,
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
    connection: duckdb.DuckDBPyConnection, document: Document, found: _Found, day: datetime.date, bureau_id: int
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
    found: _Found,
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
