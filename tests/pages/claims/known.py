"""One bureau's year on one day, a second time: counts of `tests/queries/naive.py`, and the scores that follow."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.pages.claims.schemes import DEFAULT, Scheme, read
from tests.queries.naive import Naive, YearOf

# How they are called.
CODES = {
    "检查完成率": "completion", "按时录入率": "entry_on_time", "公示率": "publication",
    "按时公示率": "publication_on_time", "平均公示用时（工作日）": "days_to_publish", "按时发起率": "launch_on_time",
    "任务完成率": "task_completion", "后续处置率": "follow_up", "完结率": "closed_out",
    "信用风险分类运用率": "use_of_classes", "部门联合占比": "joint_share", "问题发现率": "problem_rate",
    "事项覆盖率": "item_coverage", "部门参与率": "participation", "计划有文号": "plan_numbered",
    "计划有印发日期": "plan_dated", "计划按时公布": "plan_published",
}  # fmt: skip
TOTALS = (
    "tasks", "joint_tasks", "tasks_to_start", "launched", "launched_in_time", "tasks_due", "tasks_done", "due",
    "inspected", "entered", "published", "entered_in_time", "published_in_time", "problems", "handled", "closed",
    "objects_drawn", "objects_visited", "doors",
)  # fmt: skip


@dataclass
class Tables(Naive):
    """A database that nobody writes to meanwhile: each table is read once."""

    read: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def table(self, name: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        if name not in self.read:
            self.read[name] = super().table(name)
        return self.read[name]


@dataclass
class Claims:
    """What is known of one bureau's year on one day, to judge what is said of it; `chosen` by the page's address."""

    naive: Naive
    bureau_id: int
    year: int
    as_of: datetime.date
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        return self.as_of < datetime.date(self.year, 12, 31)

    @cached_property
    def of(self) -> YearOf:
        return YearOf(self.naive, self.bureau_id, self.year, self.as_of)

    @property
    def scope_id(self) -> int | None:
        """The chosen pool."""
        wanted = self.chosen.get("pool")
        return next((one for one, name in self.naive.names["scope"].items() if name == wanted), None)

    @cached_property
    def before(self) -> Claims:
        try:
            day = self.as_of.replace(year=self.as_of.year - 1)
        except ValueError:  # 29 February
            day = self.as_of.replace(year=self.as_of.year - 1, day=28)
        return Claims(self.naive, self.bureau_id, self.year - 1, day)

    def rule(self, key: str, bureau_id: int | None = None) -> str | None:
        """A setting in force on the first day of the year; a bureau's own goes first."""
        whose = self.bureau_id if bureau_id is None else bureau_id
        found = [
            row
            for row in self.naive.table("setting")
            if row["key"] == key
            and row["bureau_id"] in (None, whose)
            and row["valid_from"] <= datetime.date(self.year, 1, 1)
        ]
        found.sort(key=lambda row: (row["bureau_id"] is not None, row["valid_from"], row["setting_id"]))
        return (found[-1]["value"] or None) if found else None

    @cached_property
    def days(self) -> int | None:
        days = self.rule("publication_working_days")
        return int(days) if days else None

    @cached_property
    def totals(self) -> dict[str, int]:
        return dict(zip(TOTALS, self.of.year_totals(self.days)[0], strict=True))

    @cached_property
    def plan(self) -> dict[str, int]:
        names = ("items", "covered", "tasks", "joint", "classable", "with_classes")
        return dict(zip(names, self.of.plan_counts()[0], strict=True))

    @cached_property
    def classes(self) -> dict[str, tuple[int, int, int, int, int]]:
        """Pool, drawn, visited, draws, doors by class, over all draws."""
        return {row[0]: row[1:] for row in self.of.class_coverage(only_random=False, scope_id=self.scope_id)}

    @cached_property
    def pool(self) -> int:
        return sum(row[0] for row in self.classes.values())

    @cached_property
    def drawn(self) -> int:
        return sum(row[1] for row in self.classes.values())

    @cached_property
    def missed(self) -> dict[str, int]:
        return {code: row[0] - row[1] for code, row in self.classes.items()}

    @cached_property
    def overdue(self) -> list[tuple[Any, ...]]:
        return self.of.overdue_visits()

    @cached_property
    def overdue_by_unit(self) -> dict[str, int]:
        units = [row[0] for row in self.overdue]
        return {unit: units.count(unit) for unit in units}

    @cached_property
    def waiting(self) -> int:
        """Tasks that nothing was drawn for yet."""
        tasks = self.of.tasks.values()
        asked = [task for task in tasks if self.scope_id in (None, task["draw_scope_id"] or task["scope_id"])]
        return sum(self.of.launch(task["task_id"]) is None for task in asked)

    @cached_property
    def launches(self) -> dict[int, str]:
        """Whether each task was launched within its window."""
        return {row[0]: row[2] for row in self.of.task_rows()}

    @cached_property
    def late_tasks(self) -> list[int]:
        """Tasks to start by now that were not launched in time and cannot be any more."""
        late = []
        for task_id, task in self.of.tasks.items():
            day, first, last = self.of.launch(task_id), task["starts_on"], task["ends_on"]
            if first is None or first > self.as_of:
                continue
            open_still = day is None and (last is None or last >= self.as_of)
            if not open_still and not (day is not None and first <= day and (last is None or day <= last)):
                late.append(task_id)
        return late

    @property
    def late_launches(self) -> int:
        """How many they are."""
        return len(self.late_tasks)

    @cached_property
    def published(self) -> datetime.date | None:
        """The day on which the last plan became public, if all had by now."""
        days = [plan["published_on"] for plan in self.of.plans.values()]
        return max(days) if days and all(day and day <= self.as_of for day in days) else None

    @cached_property
    def deadline(self) -> datetime.date | None:
        by = self.rule("plan_published_by")
        return datetime.date.fromisoformat(f"{self.year}-{by}") if by else None

    # ------------------------------------------------------------------------------------------------ scores

    @cached_property
    def counts(self) -> dict[int | None, dict[str, tuple[int, int]]]:
        """Numerator and denominator by unit (None: the bureau) and indicator."""
        found: dict[int | None, dict[str, tuple[int, int]]] = {}
        for unit_id, code, numerator, denominator in self.of.indicators(self.days, self.rule("plan_published_by")):
            found.setdefault(unit_id, {})[code] = (numerator, denominator)
        return found

    @cached_property
    def scores(self) -> dict[int | None, Decimal | None]:
        return {unit_id: self.scheme.score(counted) for unit_id, counted in self.counts.items()}

    @cached_property
    def scheme(self) -> Scheme:
        """The newest scheme that was saved, or the one that the product comes with, of which only one may be scored."""
        if only := self.chosen.get("only"):
            return replace(DEFAULT, weights={only: DEFAULT.weights[only]})
        rows = sorted(self.naive.table("rubric"), key=lambda row: (row["created_at"], row["rubric_id"]))
        return read(rows[-1]["definition"]) if rows else DEFAULT

    def name(self, unit_id: int) -> str:
        return str(self.naive.names["unit"][unit_id])

    @property
    def bureau(self) -> str:
        return str(next(row["name"] for row in self.naive.table("bureau") if row["bureau_id"] == self.bureau_id))

    @cached_property
    def compared(self) -> dict[str, Decimal]:
        """Scores of the units that are ranked: without the bureau itself, unless it is alone."""
        scored = {self.name(one): value for one, value in self.scores.items() if one is not None and value is not None}
        others = {name: value for name, value in scored.items() if name != self.bureau}
        return others or scored

    @cached_property
    def decided(self) -> dict[str, str]:
        """Units to whom people gave another grade than their score suggests."""
        rows = self.naive.table("evaluation_override")
        here = [row for row in rows if (row["bureau_id"], row["year"]) == (self.bureau_id, self.year)]
        words = {"excellent": "优", "good": "良", "fair": "中", "poor": "差", "not_applicable": "不适用"}
        given = {self.name(row["unit_id"]): words[row["grade"]] for row in here}
        suggested = {} if self.running else {name: self.scheme.band(value) for name, value in self.compared.items()}
        return {name: grade for name, grade in given.items() if suggested.get(name) != grade}

    @cached_property
    def bureaus(self) -> dict[str, Claims]:
        """Every bureau with a plan of the year, on the same day."""
        names = {row["bureau_id"]: row["name"] for row in self.naive.table("bureau")}
        planned = {row["bureau_id"] for row in self.naive.table("plan") if row["year"] == self.year}
        return {names[one]: Claims(self.naive, one, self.year, self.as_of) for one in planned}

    @cached_property
    def rankings(self) -> dict[str, dict[str, float]]:
        """What bureaus can be compared by, and the value of each that has one: 得分, or the indicator's code."""
        found: dict[str, dict[str, float]] = {}
        for name, one in self.bureaus.items():
            counted = one.counts[None]
            for code in CODES.values():
                numerator, denominator = counted[code]
                if denominator:
                    found.setdefault(code, {})[name] = numerator / denominator
            if one.scores[None] is not None:
                found.setdefault("score", {})[name] = float(one.scores[None])
        return {code: values for code, values in found.items() if len(values) > 1 and code != "problem_rate"}

    @cached_property
    def left(self) -> dict[str, int]:
        """Visits not entered, by bureau with any."""
        left = {name: one.totals["due"] - one.totals["entered"] for name, one in self.bureaus.items()}
        return {name: count for name, count in left.items() if count}

    @cached_property
    def named(self) -> dict[str, Decimal]:
        """Scores of the bureaus that may be named best or last: those with enough records, where two have."""
        scored = {name: one for name, one in self.bureaus.items() if one.scores[None] is not None}
        firm = {name: one for name, one in scored.items() if one.totals["due"] >= 20}
        return {name: one.scores[None] or Decimal(0) for name, one in (firm if len(firm) > 1 else scored).items()}

    @cached_property
    def directory(self) -> tuple[int, int]:
        """Objects of the bureau's register, and those of them that lie in no pool."""
        whose = {row["scope_id"]: row["bureau_id"] for row in self.naive.tables["scope"]}
        pooled: dict[str, set[int]] = {}
        for row in self.naive.tables["object_scope"]:
            pooled.setdefault(row["object_id"], set()).add(whose[row["scope_id"]])
        places = {row["object_id"]: row["region"] for row in self.naive.tables["object"]}
        townships: dict[str, set[int]] = {}
        for object_id, bureaus in pooled.items():
            townships.setdefault(places[object_id], set()).update(bureaus)
        loose = [one for one in places if one not in pooled]
        own = sum(self.bureau_id in townships.get(places[one], {self.bureau_id}) for one in loose)
        return sum(self.bureau_id in bureaus for bureaus in pooled.values()) + own, own

    def is_meant(self, said: dict[str, Any]) -> bool:
        """Whether a sentence names this bureau, this year and this day, as far as it names any."""
        day = self.as_of
        days = (day, day.isoformat(), f"{day.year}年{day.month}月{day.day}日")
        where = said.get("bureau", self.bureau) == self.bureau and said.get("year", self.year) == self.year
        return where and said.get("day", day) in days

    @cached_property
    def issues(self) -> list[dict[str, Any]]:
        """What was found wrong in the files of the year's plans."""
        files = {plan["source_sha256"] for plan in self.of.plans.values()}
        return [row for row in self.naive.table("import_issue") if row["file_sha256"] in files]

    @cached_property
    def not_launched(self) -> list[str]:
        """Tasks drawn too early or too late, or not at all by the end of their window."""
        states = self.launches.items()
        return [self.of.tasks[task_id]["name"] for task_id, state in states if state in {"missed", "late", "early"}]

    @cached_property
    def uncovered(self) -> list[str]:
        """Items of the list that no task of the year checks."""
        return [self.naive.names["item"][item] for item, tasks, _ in self.of.item_coverage() if not tasks]

    @cached_property
    def open_by_unit(self) -> dict[str, int]:
        """Problems that are not closed, by unit that has any."""
        visits = [visit for visit in self.of.due if self.of.problem(visit) and not visit["closed_on"]]
        units = [self.name(visit["unit_id"]) for visit in visits]
        return {unit: units.count(unit) for unit in units}

    @cached_property
    def without(self) -> list[str]:
        """Units that have nothing to be evaluated on."""
        return [self.name(unit) for unit, reached in self.scores.items() if unit is not None and reached is None]

    @cached_property
    def on_time(self) -> list[str]:
        """Units with due visits, with nothing overdue and no task of theirs past its window without a draw in it."""
        slow = {self.starter(task_id) for task_id in self.late_tasks}
        busy = {row[0] for row in self.of.unit_completion(self.days) if row[2]}
        return [name for name in map(self.name, busy - slow) if name not in self.overdue_by_unit]

    def starter(self, task_id: int) -> int | None:
        """The unit that has to launch a task."""
        task = self.of.tasks[task_id]
        found: int | None = task["initiating_unit_id"] or task["lead_unit_id"]
        return found

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """Names that sentences list, the first of them and how many more."""
        objects = {row["object_id"]: row["name"] for row in self.naive.tables["object"]}
        never = [row[0] for row in self.of.never_drawn(only_random=False, scope_id=self.scope_id) if row[1] == "D"]
        return {
            "overdue": list(self.overdue_by_unit),
            "idle": [name for _, name in self.of.idle_units()],
            "without": self.without,
            "not_launched": self.not_launched,
            "late": [self.of.tasks[task_id]["name"] for task_id in self.late_tasks],
            "uncovered": self.uncovered,
            "on_time": self.on_time,
            "open": list(self.open_by_unit),
            "open_counted": [f"{unit} {count}" for unit, count in self.open_by_unit.items()],
            "worsened": [objects[row[0]] for row in self.of.worsened_objects()],
            "never": [objects[object_id] for object_id in never],
            "leading": [unit for unit, value in self.compared.items() if value == max(self.compared.values())],
            "behind": self.behind,
        }

    @cached_property
    def behind(self) -> list[str]:
        """Units with the lowest completion."""
        rows = [row for row in self.of.unit_completion(self.days) if row[2]]
        lowest = min((Fraction(row[4], row[2]) for row in rows), default=None)
        return [self.name(row[0]) for row in rows if Fraction(row[4], row[2]) == lowest]

    @cached_property
    def adopted(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Rows of what was adopted for the year that comes, by pool and class."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for row in self.naive.table("proposal"):
            if (row["bureau_id"], row["year"]) == (self.bureau_id, self.year + 1):
                found.setdefault(self.naive.names["scope"][row["scope_id"]], {})[row["class"]] = row
        return found

    @cached_property
    def risks(self) -> int:
        """Kinds of matters that need a leader."""
        cap = self.rule("yearly_cap")
        over = cap and sum(row[4] for row in self.of.heavy_burden(int(cap)))
        open_problems = self.totals["problems"] - self.totals["closed"]
        never, worsened = self.missed.get("D"), self.of.worsened_objects()
        idle = self.of.idle_units()
        found = (self.overdue, open_problems, self.not_launched, never, worsened, over, self.uncovered, idle)
        return sum(map(bool, found))

    def grade(self, unit: str) -> str:
        """The grade that counts: what people decided, else that of the score once the year is over."""
        reached = self.scores[None] if unit == self.bureau and unit not in self.compared else self.compared.get(unit)
        suggested = "不适用" if reached is None else "待评定" if self.running else self.scheme.band(reached)
        return self.decided.get(unit, suggested)

    @cached_property
    def ranked(self) -> set[tuple[str, str]]:
        """Scores of the units, as printed, with the grade that counts."""
        return {(str(value), self.grade(unit)) for unit, value in self.compared.items()}

    def gaps(self, best: int) -> list[dict[str, float]]:
        """How many percentage points each other unit is behind, by indicator that it is scored on."""
        found = []
        for unit_id, counted in self.counts.items():
            if unit_id in (None, best) or self.scores[unit_id] is None:
                continue
            pairs = {code: (counted[code], self.counts[best][code]) for code in self.scheme.weights if code in counted}
            found.append({
                code: 100 * (theirs[0] / theirs[1] - own[0] / own[1])
                for code, (own, theirs) in pairs.items()
                if own[1] and theirs[1]
            })  # fmt: skip
        return found

    @cached_property
    def every_score(self) -> list[Decimal]:
        """Scores of the units and of the bureau as a whole."""
        return [value for value in self.scores.values() if value is not None]
