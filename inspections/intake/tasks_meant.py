"""Which task of a plan a row of a paper that changes it means: by its name, by what else it is called, by likeness, by a person.

The sure ones go first, so that of what is left likeness has less to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd
from rapidfuzz import fuzz, process

from inspections.files.characters import folded, squeezed
from inspections.files.content import Document
from inspections.intake.decisions import Chosen, Decision, decided, remembered
from inspections.intake.likeness import alike
from inspections.intake.tasks_named import LIKELY
from inspections.notice.plan import Notice, Plan, Task, Told
from inspections.notice.stored_tasks import StoredTask
from inspections.store.database import first_value
from inspections.words.wording import say

# The answers: which task is meant, or none of them.
NEW, NONE = "new", "none"


class Asked:
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


@dataclass(frozen=True)
class Row:
    """A task as the notice names it."""

    plan: Plan
    task: Task
    told: Told


def name_key(name: str | None) -> str:
    """A name without blanks and signs."""
    return re.sub(r"[\W_]+", "", squeezed(folded(name or "")))


def name_keys(row: Row) -> list[str]:
    """What a row calls its task, each also without the words that stand behind a name in a sentence."""
    names = [row.told.called, row.task.name, row.told.name]
    return [
        key
        for name in names
        for key in dict.fromkeys((name_key(name), re.sub("(?:任务|项目|工作)$", "", name_key(name))))
        if key
    ]


def _core(name: str) -> str:
    """A name without what every name has."""
    words = re.sub(r"20\d\d年?度?|双随机|一公开|部门联合|抽查|检查|监督|任务|项目|工作", "", name_key(name))
    return words or name_key(name)


class Matching:
    """Rows of the notice to stored tasks: the sure ones first, so that what is left may be told by likeness."""

    def __init__(self, known: Sequence[StoredTask], kinds: dict[int, str], asked: Asked, year: int) -> None:
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
            found = [one for one in self.known if name_key(one.task.name) == key]
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
                if key in {name_key(one.task.field), name_key(one.task.plan_name), *self._only_item(one.task)}
            ]
            if len(found) == 1:
                return found[0]
        return None

    @staticmethod
    def _only_item(task: Task) -> set[str]:
        names = {item.name for item in task.items}
        return {name_key(name) for name in names} if len(names) == 1 else set()

    def free(self) -> list[StoredTask]:
        """The standing tasks that no row means yet."""
        return [one for one in self.known if one.task_id not in self.taken and not one.withdrawn]

    def alike(self, rows: Sequence[Row]) -> dict[int, StoredTask]:
        """Place of a row -> the one free task whose name is all but its own; of several the one of its number."""
        free = self.free()
        if not rows or not free:
            return {}
        new = pd.DataFrame({"id": [f"row {i}" for i in range(len(rows))], "name": [name_of(row) for row in rows]})
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


def name_of(row: Row) -> str:
    """What the paper calls a task."""
    return row.told.called or row.task.name
