"""One bureau's year on one day, a second time: counts of `tests/queries/naive.py`, and the scores that follow."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.queries.naive import Naive, YearOf

# The default scheme: weight, the share that earns nothing and the one that earns everything, by indicator.
SCHEME = {
    "completion": (20, 50, 100), "entry_on_time": (10, 50, 100), "publication": (10, 50, 100),
    "publication_on_time": (20, 50, 100), "launch_on_time": (10, 0, 100), "task_completion": (10, 0, 100),
    "follow_up": (5, 0, 100), "closed_out": (10, 0, 100), "use_of_classes": (5, 0, 100),
}  # fmt: skip
BANDS = (("优", 90), ("良", 80), ("中", 70))
TOTALS = (
    "tasks", "joint_tasks", "tasks_to_start", "launched", "launched_in_time", "tasks_due", "tasks_done", "due",
    "inspected", "entered", "published", "entered_in_time", "published_in_time", "problems", "handled", "closed",
    "objects_drawn", "objects_visited", "doors",
)  # fmt: skip


class Scored(YearOf):
    """A year without the one indicator that the default scheme does not score and whose counting costs the most."""

    @staticmethod
    def days_to_publish(_visit: dict[str, Any]) -> int:
        return 0


@dataclass
class Claims:
    """What is known of one bureau's year on one day, to judge what a page of it says."""

    naive: Naive
    bureau_id: int
    year: int
    as_of: datetime.date

    @property
    def running(self) -> bool:
        return self.as_of < datetime.date(self.year, 12, 31)

    @cached_property
    def of(self) -> YearOf:
        return Scored(self.naive, self.bureau_id, self.year, self.as_of)

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
        return {row[0]: row[1:] for row in self.of.class_coverage(only_random=False, scope_id=None)}

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
        return sum(self.of.launch(task_id) is None for task_id in self.of.tasks)

    @cached_property
    def launches(self) -> dict[int, str]:
        """Whether each task was launched within its window."""
        return {row[0]: row[2] for row in self.of.task_rows()}

    @cached_property
    def late_launches(self) -> int:
        """Tasks to start by now that were not launched in time and cannot be any more."""
        late = 0
        for task_id, task in self.of.tasks.items():
            day, first, last = self.of.launch(task_id), task["starts_on"], task["ends_on"]
            if first is None or first > self.as_of:
                continue
            open_still = day is None and (last is None or last >= self.as_of)
            late += not open_still and not (day is not None and first <= day and (last is None or day <= last))
        return late

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
        return {unit_id: score(counted) for unit_id, counted in self.counts.items()}

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
        suggested = {} if self.running else {name: band(value) for name, value in self.compared.items()}
        return {name: grade for name, grade in given.items() if suggested.get(name) != grade}

    @cached_property
    def bureaus(self) -> dict[str, Claims]:
        """Every bureau with a plan of the year, on the same day."""
        names = {row["bureau_id"]: row["name"] for row in self.naive.table("bureau")}
        planned = {row["bureau_id"] for row in self.naive.table("plan") if row["year"] == self.year}
        return {names[one]: Claims(self.naive, one, self.year, self.as_of) for one in planned}

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


def score(counted: dict[str, tuple[int, int]]) -> Decimal | None:
    """The score of the default scheme; the weight of what has nothing to count is spread over the rest."""
    earned = whole = Fraction(0)
    for code, (weight, zero, full) in SCHEME.items():
        numerator, denominator = counted.get(code, (0, 0))
        if denominator:
            share = (Fraction(100 * numerator, denominator) - zero) / (full - zero)
            earned, whole = earned + weight * min(max(share, Fraction(0)), Fraction(1)), whole + weight
    if not whole:
        return None
    exact = 100 * earned / whole
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


def band(reached: Decimal) -> str:
    """The grade of a score."""
    return next((word for word, lowest in BANDS if reached >= lowest), "差")
