"""What a paper changes of the plans of a year, task by task, as far as it is settled (调整计划).

What a whole list leaves out is withdrawn where the paper says so, else it is asked.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from inspections.intake.decisions import OPEN, PAPERS, Decision
from inspections.intake.tasks_meant import NEW, Asked, Matching, Row, name_key, name_keys, name_of
from inspections.notice.before import contradicts
from inspections.notice.changes import Changed, differs, in_words, merged
from inspections.notice.contacts import without_contacts
from inspections.notice.plan import Issue, Notice, Plan, Task, Told
from inspections.notice.revision_words import ADDED, EMPTIED, KEPT, WITHDRAWN
from inspections.notice.revisions import TaskChange
from inspections.notice.stored_tasks import StoredTask, stored_tasks
from inspections.notice.storing import PlanReport
from inspections.words.wording import say

# What becomes of a task that the paper does not name.
STAYS = "stays"
# What is said of a row as of a plan's, and is no fault where the row states no more than what changes.
_SILENT = frozenset(
    {"rate_missing", "items_missing", "lead_missing", "scope_missing", "window_missing", "items_shared"}
)


@dataclass(frozen=True)
class StoredPlan:
    """A stored plan: what it is and from which file, how much was built on it."""

    plan_id: int
    year: int
    kind: str
    title: str
    doc_no: str | None
    sha256: str | None
    draws: int
    revisions: Sequence[str]


@dataclass
class Found:
    """The notice with the issues that are left of it, and per plan what it changes; `None` is a plan of its own."""

    notice: Notice
    changes: dict[int | None, list[tuple[TaskChange, Changed]]] = field(default_factory=dict)
    reports: list[PlanReport] = field(default_factory=list)
    places: list[int | None] = field(default_factory=list)
    new_plans: list[Plan] = field(default_factory=list)
    left_out: int = 0


def what_changes(
    connection: duckdb.DuckDBPyConnection, notice: Notice, plans: Sequence[StoredPlan], asked: Asked
) -> Found:
    """What the notice changes of which plan, as far as it is settled."""
    known = stored_tasks(connection, [one.plan_id for one in plans])
    year_of = {one.plan_id: one.year for one in plans}
    kinds = {one.plan_id: one.kind for one in plans}
    found = Found(notice)
    issues = list(notice.issues)
    for year in sorted({plan.year for plan in notice.plans}):
        of_year = [one for one in known if year_of[one.plan_id] == year]
        matching = Matching(of_year, kinds, asked, year)
        rows = [
            Row(plan, task, notice.told[plan.kind, plan.year, task.seq])
            for plan in notice.plans
            if plan.year == year
            for task in plan.tasks
        ]
        _Year(found, matching, rows, issues, [one for one in plans if one.year == year]).work()
    units = {unit for report in found.reports for task in report.plan.tasks for unit in _units(task)}
    # What a sentence withdraws is a row like the others: else the paper's ledger would tell more changes than rows.
    withdrawn = len(notice.revision.withdrawn) if notice.revision else 0
    found.notice = replace(
        notice,
        issues=tuple(issues),
        rows_read=notice.rows_read + withdrawn,
        rows_kept=max(0, notice.rows_kept + withdrawn - found.left_out),
        units=tuple(unit for unit in notice.units if unit in units),
        aliases=tuple((alias, unit) for alias, unit in notice.aliases if unit in units),
    )
    return found


def hushed(issues: Iterable[Issue], row: int, told: Told) -> list[Issue]:
    """The issues without what was said of a row as if it were a plan's: it states no more than what changes."""
    filled = told.filled
    one_end = bool({"period_end", "period_start"} & filled) and "period" not in filled
    return [
        issue
        for issue in issues
        if issue.row != row
        or not (
            # A stored task keeps its number.
            issue.code == "seq_missing"
            or (issue.code in _SILENT and issue.field not in filled)
            or (one_end and issue.code == "window_one_sided")
            or (issue.code == "lead_missing" and not {"lead_unit", "initiating_unit"} & filled)
        )
    ]


def _units(task: Task) -> set[Any]:
    return {task.lead_unit, task.initiating_unit, *task.partners, *(item.unit for item in task.items)}


class _Year:
    """The rows of one year against its plans."""

    def __init__(
        self, found: Found, matching: Matching, rows: list[Row], issues: list[Issue], plans: list[StoredPlan]
    ) -> None:
        self.found, self.matching, self.rows, self.issues, self.plans = found, matching, rows, issues, plans
        self.revision = found.notice.revision
        self.now: dict[int, tuple[StoredTask, Task, frozenset[str]]] = {}
        self.named: set[int] = set()
        # Tasks that the paper calls nearly, not quite, as they are stored: they keep their names.
        self.nearly: set[int] = set()
        self.gone: set[int] = set()
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
                self._hush(row)
        for line, name in self.revision.withdrawn if self.revision else ():
            self._withdraw_named(line, name)
        self._unnamed()
        for stored, task, fields in self.now.values():
            if fields:
                change = TaskChange("changed", stored.task_id, task, fields)
                self._put(stored.plan_id, change, Changed("changed", stored.task, task, fields, stored.withdrawn))
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
            one = self.matching.by_name(name_keys(row), row.plan.kind, seq)
            if one is not None:
                found[place] = one
                self.matching.taken.add(one.task_id)
        for place, row in enumerate(self.rows):
            if place not in found and row.told.mark != ADDED:
                one = self.matching.by_other_name(name_keys(row))
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
                name=name_of(self.rows[left[at]]),
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

    def _asked_for(self, row: Row) -> StoredTask | str | None:
        """What a row means that no stored task is nearly called as."""
        if row.told.mark == ADDED:
            return NEW
        name = name_of(row)
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

    def _take(self, row: Row, one: StoredTask) -> None:
        """What a row says of the task it means."""
        self.named.add(one.task_id)
        for code, text in row.told.was.items():
            if contradicts(one.task, code, text, row.plan.year, self.found.notice.bureau):
                # Its writers had another plan before them: a revision may be missing here.
                risk_class = code.removeprefix("class:") + " " if code.startswith("class:") else ""
                self._say(
                    row.task.row, "risk_rule" if risk_class else code, "revision_before_differs", "warning",
                    task=one.task.name, text=risk_class + without_contacts(text)[0], held=in_words(one.task, code),
                )  # fmt: skip
        if row.told.mark == WITHDRAWN:
            self._withdraw(one, row.task.row)
            return
        if one.task_id in self.gone:
            self._say(row.task.row, "name", "revision_told_twice", "warning", task=one.task.name)
            return
        if row.told.mark == EMPTIED and self._stays(one, "withdrawn", "grounds_emptied") is not True:
            return
        before = self.now.get(one.task_id, (one, one.task, frozenset()))
        if row.told.mark in (KEPT, EMPTIED):
            self.now.setdefault(one.task_id, before)
            return
        # A sentence calls a task as it likes; it renames one only where it says so (更名为).
        exact = row.told.sentence or one.task_id in self.nearly or name_key(one.task.name) in name_keys(row)
        whole = self.anew or row.told.mark == ADDED
        renamed = (
            bool(row.told.called)
            and name_key(row.task.name) != name_key(row.told.called)
            and row.told.called != row.told.name
        )
        got = merged(
            before[1], row.task, row.told, self.issues, year=row.plan.year, anew=whole,
            named=exact and not renamed,
        )  # fmt: skip
        for code in got.unreadable:
            self._say(row.task.row, code, "revision_kept", "warning", task=one.task.name)
        if before[2] & got.fields:
            self._say(row.task.row, "name", "revision_told_twice", "warning", task=one.task.name)
        fields = before[2] | got.fields | ({"name"} if one.withdrawn else frozenset())
        fields = frozenset(f for f in fields if differs(one.task, got.task, f) or one.withdrawn)
        self.now[one.task_id] = (one, got.task, fields)

    def _hush(self, row: Row) -> None:
        self.issues[:] = hushed(self.issues, row.task.row, row.told)

    def _withdraw(self, one: StoredTask, row: int | None = None) -> None:
        self.named.add(one.task_id)
        if one.withdrawn or one.task_id in self.gone:
            return
        self.gone.add(one.task_id)
        _, _, changed = self.now.pop(one.task_id, (one, one.task, frozenset()))
        if changed and row is not None:
            self._say(row, "name", "revision_told_twice", "warning", task=one.task.name)
        self._put(one.plan_id, TaskChange("withdrawn", one.task_id, None), Changed("withdrawn", one.task, None))
        self._show(one.plan_id, one.task)

    def _withdraw_named(self, line: int, name: str) -> None:
        """A task that a sentence withdraws."""
        keys = dict.fromkeys((name_key(name), re.sub("(?:任务|项目|工作)$", "", name_key(name))))
        one = self.matching.by_name(keys) or self.matching.by_other_name(keys)
        if one is None:
            proposed = self.matching.nearest(name)
            if proposed is None:
                self._say(line, "name", "revision_task_unmatched", "error", name=name)
                self.found.left_out += 1
                return
            told = self.matching.ask(name, proposed, new=False)
            one = told if isinstance(told, StoredTask) else None
        if one is None:
            self.found.left_out += 1
            return
        self.matching.taken.add(one.task_id)
        self.rows_of.append((one.plan_id, one.task_id))
        self._withdraw(one, line)

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

    def _home(self, row: Row) -> int | None:
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
