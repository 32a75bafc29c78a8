"""What makes a sentence true, a second time: each key of `tests/words/claims.toml` judged against the raw tables.

A sentence is known by its key and what was filled in. Nothing here reads a view or a question of the product: counts
are those of `tests/queries/naive.py`, scores are worked out below from them.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from unittest import mock

from inspections.words import wording
from tests.queries.naive import Naive, YearOf

Said = dict[str, Any]
Judge = Callable[["Claims", Said], bool]
JUDGES: dict[str, Judge] = {}
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


class _Keyed(str):
    """A template that knows under which key it stands."""

    __slots__ = ("key",)
    key: str


@contextlib.contextmanager
def recorded() -> Iterator[list[tuple[str, Said]]]:
    """Every key that is said meanwhile, in whichever thread, with what was filled in."""
    said: list[tuple[str, Said]] = []
    template, sentence = wording._template, wording._sentence

    def keyed(language: str, key: str) -> str:
        found = _Keyed(template(language, key))
        found.key = key
        return found

    class Recorder:
        @staticmethod
        def vformat(text: str, arguments: tuple[()], parameters: Said) -> str:
            said.append((getattr(text, "key", "?"), dict(parameters)))
            return sentence.vformat(text, arguments, parameters)

    with mock.patch.object(wording, "_template", keyed), mock.patch.object(wording, "_sentence", Recorder()):
        yield said


def true(*keys: str) -> Callable[[Judge], Judge]:
    """Marks a judge of these keys."""

    def mark(judge: Judge) -> Judge:
        JUDGES.update(dict.fromkeys(keys, judge))
        return judge

    return mark


def near(said: float | None, numerator: float, denominator: float) -> bool:
    """Whether a share is that of two counts: none of nothing."""
    if not denominator:
        return said is None
    return said is not None and abs(said - numerator / denominator) < 1e-9


def class_of(name: str) -> str:
    """The code in a class's name: its letter."""
    return name[0] if name[0] in "ABCDE" and name[1:2] == " " else "none"


def classes_of(names: str) -> set[str]:
    """The codes in a list of classes' names."""
    return {class_of(name) for name in names.split("、")}


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


# ---------------------------------------------------------------------------------------------------- counts


def same(*names: str, of: str = "totals", **renamed: str) -> Judge:
    """Parameters that are counts of the same name, or of another."""
    wanted = {name: name for name in names} | renamed
    return lambda one, said: all(said[name] == getattr(one, of)[source] for name, source in wanted.items())


def details(**rates: tuple[str, str]) -> dict[str, Judge]:
    """Numerators and denominators of key figures."""

    def judge(numerator: str, denominator: str) -> Judge:
        return same(numerator=numerator, denominator=denominator)

    return {key: judge(*pair) for key, pair in rates.items()}


for page, pairs in {
    "overview.details": details(
        launch=("launched_in_time", "tasks_to_start"), completion=("entered", "due"),
        publication=("published_in_time", "due"), closure=("closed", "problems"),
    ),
    "completion.details": details(
        completion=("entered", "due"), entry=("entered_in_time", "due"), publication=("published_in_time", "due"),
        tasks=("tasks_done", "tasks_due"),
    ),
    "findings.details": details(
        problems=("problems", "entered"), handled=("handled", "problems"), closed=("closed", "problems")
    ),
    "deck.figures": details(
        completion=("entered", "due"), publication_on_time=("published_in_time", "due"),
        joint_share=("joint_tasks", "tasks"), problem_rate=("problems", "entered"), follow_up=("handled", "problems"),
        closed_out=("closed", "problems"),
    ),
}.items():  # fmt: skip
    JUDGES.update({f"{page}.{key}": judge for key, judge in pairs.items()})
JUDGES["plans.details.items"] = same(of="plan", numerator="covered", denominator="items")
JUDGES["plans.details.joint"] = same(of="plan", numerator="joint", denominator="tasks")
JUDGES["plans.details.classes"] = same(of="plan", numerator="with_classes", denominator="classable")
JUDGES["deck.figures.tasks"] = same(joint="joint_tasks")


@true("overview.finding")
def _(one: Claims, said: Said) -> bool:
    counted = same("tasks", "launched", "launched_in_time", "joint_tasks")(one, said)
    return counted and near(said["joint_share"], one.totals["joint_tasks"], one.totals["tasks"])


@true("overview.finding_visits")
def _(one: Claims, said: Said) -> bool:
    totals = one.totals
    shares = near(said["completion"], totals["entered"], totals["due"])
    return shares and near(said["publication"], totals["published"], totals["due"])


@true("overview.alerts.overdue", "completion.overdue_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.overdue))


@true("overview.alerts.not_launched", "deck.risks.not_launched")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(state in {"missed", "late", "early"} for state in one.launches.values()) > 0)


@true("overview.alerts.worsened", "coverage.worsened_title", "deck.risks.worsened")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.worsened_objects()))


@true("overview.alerts.highest_never", "deck.risks.never")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.missed["D"] > 0)


@true("overview.alerts.uncovered", "plans.uncovered_title", "deck.risks.uncovered", "report.found.uncovered")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.plan["items"] - one.plan["covered"])


@true("overview.alerts.idle", "deck.risks.idle", "report.found.idle")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.idle_units()) > 0)


@true("overview.no_alerts")
def _(one: Claims, _said: Said) -> bool:
    late = any(state in {"missed", "late", "early"} for state in one.launches.values())
    open_items = one.plan["items"] - one.plan["covered"]
    return not (one.overdue or late or open_items or one.of.idle_units() or one.missed.get("D"))


# ---------------------------------------------------------------------------------------------------- plans


@true("plans.finding")
def _(one: Claims, said: Said) -> bool:
    internal = said["internal"] == one.plan["tasks"] - one.plan["joint"]
    left = said["uncovered"] == one.plan["items"] - one.plan["covered"]
    return internal and left and same("joint", "items", "covered", of="plan")(one, said)


@true("plans.issued.in_time", "plans.issued_short.in_time", "statements.document.in_time")
def _(one: Claims, said: Said) -> bool:
    return bool(one.deadline and one.published and one.published <= one.deadline == said["deadline"])


@true("plans.issued.late", "plans.issued_short.late", "statements.document.late")
def _(one: Claims, said: Said) -> bool:
    return bool(one.deadline and one.published and one.published > one.deadline == said["deadline"])


@true("plans.issued.unpublished", "plans.issued_short.unpublished", "statements.document.unpublished")
def _(one: Claims, said: Said) -> bool:
    return one.published is None and one.deadline is not None and one.deadline == said["deadline"]


@true("plans.issued.no_rule", "plans.issued_short.no_rule")
def _(one: Claims, _said: Said) -> bool:
    return one.deadline is None


@true("plans.mergeable_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.mergeable_tasks()))


@true("plans.pool_all_drawn")
def _(one: Claims, _said: Said) -> bool:
    return one.waiting == 0


# ---------------------------------------------------------------------------------------------------- coverage


@true("coverage.finding")
def _(one: Claims, said: Said) -> bool:
    return (said["pool"], said["drawn"]) == (one.pool, one.drawn) and near(said["share"], one.drawn, one.pool)


@true("coverage.finding_everyone", "deck.titles.coverage_all")
def _(one: Claims, _said: Said) -> bool:
    return bool(one.classes) and not any(one.missed.values())


@true("coverage.finding_whole")
def _(one: Claims, said: Said) -> bool:
    return classes_of(said["classes"]) == {code for code, missed in one.missed.items() if not missed}


@true("coverage.finding_missed")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.missed[class_of(said["name"])] == max(one.missed.values()) > 0)


@true("coverage.finding_waiting")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.waiting > 0)


@true("coverage.no_draws", "statements.no_visits", "completion.nothing_due", "deck.nothing_drawn")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["due"] == 0


@true("coverage.frequency_note")
def _(one: Claims, said: Said) -> bool:
    draws, doors = (sum(row[place] for row in one.classes.values()) for place in (3, 4))
    return (said["drawn"], said["draws"], said["doors"]) == (one.drawn, draws, doors)


@true("coverage.never_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(one.missed.values()))


@true("coverage.burden_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.heavy_burden(said["cap"])))


@true("coverage.burden_note")
def _(one: Claims, _said: Said) -> bool:
    return one.rule("yearly_cap") is None


@true("deck.risks.over_cap")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(row[4] for row in one.of.heavy_burden(int(one.rule("yearly_cap") or 0))))


@true("coverage.no_class_quotas")
def _(one: Claims, _said: Said) -> bool:
    return not any(draw["stratified"] for draw in one.of.draws)


@true("coverage.no_unstratified")
def _(one: Claims, _said: Said) -> bool:
    return all(draw["stratified"] or draw["basis"] == "full" for draw in one.of.draws)


@true("coverage.gradient_note", "deck.remarks.gradient")
def _(one: Claims, said: Said) -> bool:
    """A class below a lower one by more than one object: even one object more of it would leave it below."""
    broken = 0
    for draw in one.of.draws:
        if not draw["stratified"] or draw["basis"] != "random":
            continue
        pools, drawn = list(one.of.frame(draw).values()), [row["class"] for row in one.of.locked(draw)]
        rates = [(pools.count(code), drawn.count(code)) for code in "ABCDE" if code in pools]
        broken += sum(
            any(Fraction(more + 1, size) < Fraction(less, of) and Fraction(more, size) < Fraction(max(less - 1, 0), of)
                for of, less in rates[:place])
            for place, (size, more) in enumerate(rates)
        )  # fmt: skip
    return bool(said["broken"] == broken)


@true("deck.titles.coverage_whole", "deck.titles.coverage_none_whole")
def _(one: Claims, said: Said) -> bool:
    whole = {code for code, missed in one.missed.items() if not missed}
    most = said["count"] == one.missed[class_of(said["missed"])] == max(one.missed.values()) > 0
    return bool(most) and (classes_of(said["whole"]) == whole if said["whole"] else not whole)


@true("deck.figures.reach")
def _(one: Claims, said: Said) -> bool:
    return (said["numerator"], said["denominator"]) == (one.drawn, one.pool)


@true("statements.coverage_part")
def _(one: Claims, said: Said) -> bool:
    return (said["pool"], said["drawn"]) == one.classes[class_of(said["name"])][:2]


# ---------------------------------------------------------------------------------------------------- completion


@true("completion.finding", "statements.visits")
def _(one: Claims, said: Said) -> bool:
    return same("due", "entered")(one, said) and near(said["share"], one.totals["entered"], one.totals["due"])


@true("completion.finding_none_late", "statements.late_none", "circular.nobody_late")
def _(one: Claims, _said: Said) -> bool:
    return not one.overdue


@true("completion.finding_late")
def _(one: Claims, said: Said) -> bool:
    by_unit = one.overdue_by_unit
    counted = (said["units"], said["overdue"]) == (len(by_unit), len(one.overdue))
    return counted and said["count"] == by_unit[said["unit"]] == max(by_unit.values())


@true("statements.late")
def _(one: Claims, said: Said) -> bool:
    return (said["count"], said["overdue"]) == (len(one.overdue_by_unit), len(one.overdue))


@true("deck.risks.overdue", "circular.wanted_overdue", "report.wanted.overdue")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.overdue) > 0)


def step(state: str) -> Judge:
    """What is to be done is what is missing: the overdue visits that got so far and no further."""
    return lambda one, said: bool(said["count"] == sum(row[4] == state for row in one.overdue) > 0)


JUDGES |= {f"report.steps.{state}": step(state) for state in ("not_inspected", "not_entered", "not_published")}


@true("deck.titles.year_done")
def _(one: Claims, said: Said) -> bool:
    return one.totals["due"] == one.totals["entered"] > 0 and same("due", "published")(one, said)


@true("deck.titles.year_some")
def _(one: Claims, said: Said) -> bool:
    return said["left"] == one.totals["due"] - one.totals["entered"] > 0 and same("due")(one, said)


@true("deck.titles.completion_all", "deck.titles.completion_some", "deck.titles.completion_none")
def _(one: Claims, said: Said) -> bool:
    rows = [row for row in one.of.unit_completion(one.days) if row[2]]
    done = sum(row[2] == row[4] for row in rows)
    return said["count"] == len(rows) and said.get("done", done) == done


@true("circular.on_time")
def _(one: Claims, said: Said) -> bool:
    late = set(one.overdue_by_unit)
    busy = {one.name(row[0]) for row in one.of.unit_completion(one.days) if row[2]}
    return said["count"] <= len(busy - late) and not set(said["units"].split("、")) & late


@true("report.found.not_launched")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.late_launches > 0)


@true("statements.plan")
def _(one: Claims, said: Said) -> bool:
    counted = same("tasks", "launched", to_start="tasks_to_start", in_time="launched_in_time")(one, said)
    return counted and near(said["share"], one.totals["launched_in_time"], one.totals["tasks_to_start"])


@true("statements.publication")
def _(one: Claims, said: Said) -> bool:
    counted = same("published", in_time="published_in_time")(one, said)
    return counted and near(said["share"], one.totals["published"], one.totals["due"])


@true("statements.joint")
def _(one: Claims, said: Said) -> bool:
    return near(said["share"], one.totals["joint_tasks"], one.totals["tasks"]) and same(joint="joint_tasks")(one, said)


@true("statements.joint_none", "deck.titles.joint_none")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["joint_tasks"] == 0


@true("deck.titles.joint_some")
def _(one: Claims, said: Said) -> bool:
    return bool(said["joint"] == one.totals["joint_tasks"] > 0)


@true("statements.items_all")
def _(one: Claims, _said: Said) -> bool:
    return one.plan["items"] == one.plan["covered"] > 0


@true("statements.items_some")
def _(one: Claims, said: Said) -> bool:
    counted = same("items", "covered", of="plan")(one, said)
    return counted and said["left"] == one.plan["items"] - one.plan["covered"] > 0


@true("statements.running")
def _(one: Claims, said: Said) -> bool:
    return one.running and str(said["day"]) == one.as_of.isoformat()


# ---------------------------------------------------------------------------------------------------- findings


@true("findings.no_results", "circular.no_results", "report.no_findings")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["entered"] == 0


@true("findings.finding", "statements.findings")
def _(one: Claims, said: Said) -> bool:
    share = near(said["share"], *((one.totals["closed"], one.totals["problems"]) if "closed" in said
                                  else (one.totals["problems"], one.totals["entered"])))  # fmt: skip
    return share and one.totals["problems"] > 0 and same("problems", results="entered")(one, said)


@true("findings.finding_none", "statements.findings_none", "deck.titles.findings_none")
def _(one: Claims, said: Said) -> bool:
    return one.totals["problems"] == 0 and same(results="entered")(one, said)


@true("findings.finding_open", "findings.cases")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.totals["problems"] - one.totals["handled"])


@true("findings.finding_all_handled")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["problems"] == one.totals["handled"] > 0


@true("findings.rates_note")
def _(one: Claims, said: Said) -> bool:
    rows = one.of.problem_rates(None)
    results, problems = (sum(row[place] for row in rows) for place in (1, 2))
    counted = (said["results"], said["problems"]) == (results, problems)
    return counted and said["left_out"] == one.totals["entered"] - results


@true("findings.no_random_results")
def _(one: Claims, _said: Said) -> bool:
    return not one.of.problem_rates(None)


@true("findings.problems_title")
def _(one: Claims, said: Said) -> bool:
    return same(count="problems")(one, said)


@true("statements.follow_up")
def _(one: Claims, said: Said) -> bool:
    return same("handled", "closed")(one, said) and said["left"] == one.totals["problems"] - one.totals["closed"]


@true("deck.titles.findings_open", "deck.risks.open", "report.found.open", "report.wanted.open",
      "circular.wanted_open")  # fmt: skip
def _(one: Claims, said: Said) -> bool:
    left = said["left"] if "left" in said else said["count"]
    return bool(left == one.totals["problems"] - one.totals["closed"] > 0)


@true("deck.titles.findings_closed")
def _(one: Claims, said: Said) -> bool:
    return one.totals["problems"] == one.totals["closed"] > 0 and same("problems")(one, said)


@true("report.found.nothing")
def _(one: Claims, _said: Said) -> bool:
    left = one.plan["items"] - one.plan["covered"] or one.totals["problems"] - one.totals["closed"]
    return not (one.overdue or one.late_launches or left or one.of.idle_units())


# ---------------------------------------------------------------------------------------------------- last year


@true("frame.change.rose", "frame.change.fell", "frame.change.same")
@true("evaluation.score_moved.rose", "evaluation.score_moved.fell", "evaluation.score_moved.same")
def _(one: Claims, _said: Said) -> bool:
    return bool(one.before.of.draws)


# ---------------------------------------------------------------------------------------------------- evaluation


@true("statements.evaluation")
def _(one: Claims, said: Said) -> bool:
    whole = one.scores[None]
    given = sum(said["grades"].count(word) for word in "优良中差")
    right = not one.running and said["count"] == len(one.compared) and given > 0
    return right and whole is not None and (said["score"], said["grade"]) == (whole, band(whole))


@true("statements.evaluation_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and said["count"] == len(one.compared) and said["score"] == one.scores[None]


@true("statements.best", "statements.best_running")
def _(one: Claims, said: Said) -> bool:
    return bool(said["score"] == one.compared[said["unit"]] == max(one.compared.values()))


@true("statements.units_without")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(one.scores[unit] is None for unit in one.scores if unit is not None) > 0)


@true("evaluation.everybody_graded")
def _(one: Claims, _said: Said) -> bool:
    return all(one.scores[unit] is not None for unit in one.scores if unit is not None)


@true("evaluation.nothing_due", "report.no_evaluation")
def _(one: Claims, _said: Said) -> bool:
    return not one.compared


@true("evaluation.grades_detail")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.compared))


@true("evaluation.decided_none")
def _(one: Claims, _said: Said) -> bool:
    return not one.running and not one.decided


@true("evaluation.decided_pending", "evaluation.override_pending")
def _(one: Claims, _said: Said) -> bool:
    return one.running


@true("evaluation.unit_heading")
def _(one: Claims, said: Said) -> bool:
    reached = one.scores[None] if said["unit"] == "全局" else one.compared.get(said["unit"])
    return said["score"] == reached and (said["grade"] == "待评定") == (one.running and said["unit"] not in one.decided)


@true("evaluation.aside_note", "report.unit_aside")
def _(one: Claims, said: Said) -> bool:
    return said["unit"] == one.bureau and one.bureau not in one.compared


@true("report.unit_score", "report.unit_running")
def _(one: Claims, said: Said) -> bool:
    better = sum(value > said["score"] for value in one.compared.values())
    return (said["rank"], said["count"], said["score"]) == (better + 1, len(one.compared), one.compared[said["unit"]])


@true("report.override")
def _(one: Claims, said: Said) -> bool:
    reached = one.compared.get(said["unit"])
    suggested = "不适用" if reached is None else band(reached)
    return one.decided[said["unit"]] == said["grade"] and said["suggested"] == suggested


@true("report.distance")
def _(one: Claims, said: Said) -> bool:
    """What is said of the grade of a score names itself so where people decided another."""
    return (said["unit"] in one.decided) == said["sentence"].startswith("等次已由人工评定")


@true("distance.decided")
def _(one: Claims, said: Said) -> bool:
    return said["grade"] in one.decided.values()


@true("distance.possible", "distance.top", "distance.fall", "distance.no_weight", "distance.no_weight_near",
      "distance.weight_up", "distance.weight_down", "evaluation.override_none")  # fmt: skip
def _(one: Claims, _said: Said) -> bool:
    return not one.running


@true("distance.possible_running", "distance.top_running", "distance.firm_running")
def _(one: Claims, _said: Said) -> bool:
    return one.running


@true("deck.score_text")
def _(one: Claims, said: Said) -> bool:
    """A grade on a slide is that of the score, or marked as people's."""
    if said["grade"].endswith("*"):
        return said["grade"].rstrip("*") in one.decided.values()
    return not one.running and said["grade"] == band(Decimal(str(said["score"])))


@true("deck.titles.evaluation_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and one.compared[said["unit"]] == max(one.compared.values())


@true("deck.titles.evaluation_some")
def _(one: Claims, said: Said) -> bool:
    return not one.running and one.compared[said["unit"]] == max(one.compared.values())


# ---------------------------------------------------------------------------------------------------- bureaus


@true("bureaus.finding")
def _(one: Claims, said: Said) -> bool:
    return not one.running and said["count"] == len(one.bureaus)


@true("bureaus.finding_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and said["count"] == len(one.bureaus)


@true("bureaus.finding_score")
def _(one: Claims, said: Said) -> bool:
    best, last = max(one.named.values()), min(one.named.values())
    named = one.named[said["names"]] == best and one.named[said["last"]] == last
    return named and (said["best"], said["lowest"]) == (f"{best:.2f}", f"{last:.2f}")


@true("bureaus.finding_equal")
def _(one: Claims, _said: Said) -> bool:
    return len(set(one.named.values())) == 1


@true("bureaus.finding_left", "bureaus.finding_left_half")
def _(one: Claims, said: Said) -> bool:
    counted = said["total"] == sum(one.left.values()) and said["most"] == one.left[said["bureau"]]
    return counted and said["most"] == max(one.left.values()) and len(one.left) > 1


@true("bureaus.finding_left_all", "bureaus.all_of")
def _(one: Claims, said: Said) -> bool:
    return list(one.left) == [said["bureau"]]


@true("bureaus.most_of")
def _(one: Claims, said: Said) -> bool:
    most = one.left[said["bureau"]]
    return len(one.left) > 1 and said["most"] == most and 2 * most >= sum(one.left.values())


@true("bureaus.half_of")
def _(one: Claims, said: Said) -> bool:
    largest = sorted(one.left.values(), reverse=True)
    half = sum(largest) / 2
    return said["count"] > 1 and sum(largest[: said["count"]]) >= half > sum(largest[: said["count"] - 1])


@true("bureaus.none_outstanding")
def _(one: Claims, _said: Said) -> bool:
    return not one.left


@true("bureaus.alone")
def _(one: Claims, _said: Said) -> bool:
    return len(one.bureaus) == 1


@true("bureaus.nothing_due")
def _(one: Claims, _said: Said) -> bool:
    return sum(other.scores[None] is not None for other in one.bureaus.values()) < 2


# ---------------------------------------------------------------------------------------------------- draws, registers


@true("draws.finding")
def _(one: Claims, said: Said) -> bool:
    bases = [draw["basis"] for draw in one.of.draws]
    return (said["count"], said["random"], said["full"]) == (len(bases), bases.count("random"), bases.count("full"))


@true("fairness.finding")
def _(one: Claims, said: Said) -> bool:
    return bool(said["draws"] == sum(draw["basis"] == "random" for draw in one.of.draws))


@true("draws.finding_redraws")
def _(one: Claims, said: Said) -> bool:
    rows = [row for row in one.naive.tables["draw"] if row["kind"] == "official" and row["task_id"] in one.of.tasks]
    made = [row for row in rows if row["drawn_at"].date() <= one.as_of]
    replaced = {row["replaces_draw_id"] for row in rows}
    return bool(said["count"] == sum(row["draw_id"] in replaced for row in made) > 0)


@true("draws.no_draws")
def _(one: Claims, _said: Said) -> bool:
    made = [row for row in one.naive.tables["draw"] if row["drawn_at"].date() <= one.as_of]
    return not any(row["task_id"] in one.of.tasks for row in made)


@true("registers.objects_finding")
def _(one: Claims, said: Said) -> bool:
    """What changed last changed lately, or nothing did."""
    lately = datetime.date.today() - datetime.timedelta(days=said["days"])
    day = said["day"].date() if isinstance(said["day"], datetime.datetime) else said["day"]
    return said["members"] == one.directory[0] and (said["changed"] > 0) == (day is not None and day >= lately)


@true("registers.homeless_finding", "registers.homeless_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.directory[1])


@true("registers.no_homeless")
def _(one: Claims, _said: Said) -> bool:
    return one.directory[1] == 0


# ---------------------------------------------------------------------------------------------------- what comes next


def coming(one: Claims, days: int) -> int:
    """Tasks that end within so many days and have something left to enter, or are not drawn yet."""
    last = one.as_of + datetime.timedelta(days=days)
    near_end = [key for key, task in one.of.tasks.items() if task["ends_on"] and one.as_of <= task["ends_on"] <= last]
    visits = [one.of.of_task(task_id) for task_id in near_end]
    return sum(not own or any(visit["entered_on"] is None for visit in own) for own in visits)


@true("circular.due_next", "report.wanted.coming")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == coming(one, said["days"]) > 0)


@true("circular.nothing_next")
def _(one: Claims, said: Said) -> bool:
    return coming(one, said["days"]) == 0


@true("circular.wanted_launch")
def _(one: Claims, said: Said) -> bool:
    waiting = [task for task_id, task in one.of.tasks.items() if one.of.launch(task_id) is None]
    begun = [task for task in waiting if task["starts_on"] and task["starts_on"] <= one.as_of]
    return bool(said["count"] == sum(not task["ends_on"] or task["ends_on"] >= one.as_of for task in begun) > 0)


@true("circular.open")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.totals["problems"] - one.totals["closed"] > 0)


@true("circular.nothing_due")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["due"] == 0 and not one.overdue and not one.late_launches


@true("circular.wanted_nothing", "report.wanted.nothing")
def _(one: Claims, _said: Said) -> bool:
    return not one.overdue and one.totals["problems"] == one.totals["closed"]


@true("evaluation.decided_detail")
def _(one: Claims, said: Said) -> bool:
    rows = one.naive.table("evaluation_override")
    return bool(said["count"] == sum((row["bureau_id"], row["year"]) == (one.bureau_id, one.year) for row in rows) > 0)


@true("deck.figures.score")
def _(one: Claims, said: Said) -> bool:
    whole = one.scores[None]
    return not one.running and whole is not None and said["grade"] == band(whole)


@true("deck.figures.participation")
def _(one: Claims, said: Said) -> bool:
    return (said["numerator"], said["denominator"]) == one.counts[None]["participation"]


@true("completion.units_table")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.unit_completion(one.days)))


@true("coverage.reach_some", "coverage.reach_all")
def _(one: Claims, said: Said) -> bool:
    drawn = said.get("drawn", said["pool"])
    return (said["pool"], drawn, said["visited"]) in {row[:3] for row in one.classes.values()}


@true("draws.details.draws")
def _(one: Claims, said: Said) -> bool:
    """Objects of the draws that stand, each in the place of the one it stands in for."""
    return bool(said["drawn"] == sum(len(one.of.locked(draw)) for draw in one.of.draws))


@true("bureaus.small_note")
def _(one: Claims, said: Said) -> bool:
    scored = [other for other in one.bureaus.values() if other.scores[None] is not None]
    return bool(said["count"] == sum(other.totals["due"] < said["small"] for other in scored) > 0)


@true("frame.synthetic_note")
def _(one: Claims, _said: Said) -> bool:
    return one.rule("synthetic") == "true"
