"""The distance to the next grade and how firm a grade is, against every subset of records tried one by one."""

from __future__ import annotations

import dataclasses
import itertools
import string
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inspections.evaluation.distance import (
    Distance,
    Fall,
    Firmness,
    WeightChange,
    firmness,
    next_grade,
    weight_changes,
)
from inspections.evaluation.distance_words import distance_sentence, firmness_sentence
from inspections.evaluation.grade import Graded
from inspections.evaluation.rubric import (
    GRADES,
    MISSING,
    NOT_APPLICABLE,
    Criterion,
    Rubric,
    default_rubric,
    marks,
    score,
)
from inspections.evaluation.unit_records import EFFORTS, HARMS
from inspections.words.wording import LANGUAGES
from tests.spoken import spoken_in

# ---------------------------------------------------------------------------------------------- a small year, by record
# A visit and a task are plain dictionaries; every count below is taken record by record, as a person would.
FLAGS = (
    "ended", "inspected", "entered", "entered_in_time", "may_enter", "published", "published_in_time", "may_publish",
    "problem", "handled", "closed",
)  # fmt: skip
VISIT = dict.fromkeys(FLAGS, False) | {"unit_id": 1, "task_id": 1}
DONE = VISIT | dict.fromkeys(("inspected", "entered", "entered_in_time", "published", "published_in_time"), True)
TASK = {
    "task_id": 1, "launching_unit_id": 1, "lead_unit_id": 1, "to_start": True, "launched_in_time": True,
    "may_launch": False, "ended": False, "has_classes": False, "with_classes": False,
}  # fmt: skip
Row = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Small:
    """A year of few records. `own` is the unit asked about, None for the bureau."""

    visits: tuple[Row, ...]
    tasks: tuple[Row, ...]
    own: int | None = 1

    def mine(self, unit_id: int) -> bool:
        return self.own is None or unit_id == self.own

    def counts(self) -> dict[str, tuple[int, int]]:
        due = [visit for visit in self.visits if self.mine(visit["unit_id"])]
        problems = [visit for visit in due if visit["problem"]]
        led = [task for task in self.tasks if self.mine(task["lead_unit_id"])]
        launched = [task for task in self.tasks if self.mine(task["launching_unit_id"]) and task["to_start"]]
        ended = [task for task in led if task["ended"]]
        classable = [task for task in led if task["has_classes"]]

        def all_entered(task: Row) -> bool:
            of_task = [visit for visit in self.visits if visit["task_id"] == task["task_id"]]
            return bool(of_task) and all(visit["entered"] for visit in of_task)

        return {
            "completion": (sum(visit["entered"] for visit in due), len(due)),
            "entry_on_time": (sum(visit["entered_in_time"] for visit in due), len(due)),
            "publication": (sum(visit["published"] for visit in due), len(due)),
            "publication_on_time": (sum(visit["published_in_time"] for visit in due), len(due)),
            "launch_on_time": (sum(task["launched_in_time"] for task in launched), len(launched)),
            "task_completion": (sum(all_entered(task) for task in ended), len(ended)),
            "follow_up": (sum(visit["handled"] for visit in problems), len(problems)),
            "closed_out": (sum(visit["closed"] for visit in problems), len(problems)),
            "use_of_classes": (sum(task["with_classes"] for task in classable), len(classable)),
            "joint_share": (1, 3),
        }

    def graded(self, rubric: Rubric) -> Graded:
        marked = marks(rubric, self.counts())
        reached = score(marked)
        grade = NOT_APPLICABLE if reached is None else rubric.grade(reached)
        return Graded(self.own, "矿产资源监督管理局", "section", marked, reached, grade)

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Rows as `queries/visit_states.sql` and `queries/task_states.sql` give them."""
        columns = ["unit_id", "task_id", *FLAGS]
        held = Counter(tuple(visit[name] for name in columns) for visit in self.visits)
        visits = pd.DataFrame([(*state, number) for state, number in held.items()], columns=[*columns, "visits"])
        visits = visits.astype({"unit_id": "int32", "task_id": "int32", **dict.fromkeys(FLAGS, bool), "visits": int})
        rows = []
        for task in self.tasks:
            of_task = [visit for visit in self.visits if visit["task_id"] == task["task_id"]]
            left = sum(not visit["entered"] for visit in of_task)
            done = task["ended"] and bool(of_task) and not left
            rows.append({**task, "due": len(of_task), "not_entered": left, "done": done})
        kinds = dict.fromkeys(("task_id", "launching_unit_id", "lead_unit_id"), "int32")
        return visits, pd.DataFrame(rows, columns=[*TASK, "due", "not_entered", "done"]).astype(kinds)

    def with_changed(self, changed: dict[tuple[str, int], Row]) -> Small:
        visits = [visit | changed.get(("visits", at), {}) for at, visit in enumerate(self.visits)]
        for (kind, at), row in changed.items():
            if kind == "problems":
                visits[at] = visits[at] | row
        tasks = [task | changed.get(("launch", at), {}) for at, task in enumerate(self.tasks)]
        tasks = [task | changed.get(("classes", at), {}) for at, task in enumerate(tasks)]
        return Small(tuple(visits), tuple(tasks), self.own)

    def mending(self, hindsight: bool) -> dict[tuple[str, int], list[tuple[str, Row]]]:
        """What can be done to each record: the record -> (kind, what becomes of it)."""
        found: dict[tuple[str, int], list[tuple[str, Row]]] = {}
        for at, visit in enumerate(self.visits):
            if not self.mine(visit["unit_id"]):
                continue
            if not visit["entered"]:
                entry, public = hindsight or visit["may_enter"], hindsight or visit["may_publish"]
                in_time = {"entered_in_time": entry, "published_in_time": public}
                found["visits", at] = [("finish", {"entered": True, "published": True, **in_time})]
            elif not visit["published"]:
                in_time = {"published_in_time": hindsight or visit["may_publish"]}
                entry = {"entered_in_time": True} if hindsight else {}
                found["visits", at] = [("publish", {"published": True, **in_time, **entry})]
            elif hindsight and not (visit["entered_in_time"] and visit["published_in_time"]):
                found["visits", at] = [("late", {"entered_in_time": True, "published_in_time": True})]
            if visit["problem"] and not (visit["handled"] and visit["closed"]):
                found["problems", at] = [("close", {"handled": True, "closed": True})]
        for at, task in enumerate(self.tasks):
            missed = task["to_start"] and not task["launched_in_time"]
            if self.mine(task["launching_unit_id"]) and (task["may_launch"] or (hindsight and missed)):
                found["launch", at] = [("launch", {"launched_in_time": True})]
            if hindsight and self.mine(task["lead_unit_id"]) and task["has_classes"] and not task["with_classes"]:
                found["classes", at] = [("use_classes", {"with_classes": True})]
        return found

    def spoiling(self) -> dict[tuple[str, int], list[tuple[str, Row]]]:
        """The ways each record could have gone worse."""
        found: dict[tuple[str, int], list[tuple[str, Row]]] = {}
        late = {"published_in_time": False}
        ways: list[tuple[str, Row]] = [
            ("published_late", late),
            ("entered_late", {"entered_in_time": False, **late}),
            ("unpublished", {"published": False, **late}),
            ("unentered", {"entered": False, "entered_in_time": False, "published": False, **late}),
        ]
        for at, visit in enumerate(self.visits):
            if self.mine(visit["unit_id"]) and visit["entered"]:
                found["visits", at] = ways
                if visit["problem"]:
                    found["problems", at] = [("unclosed", {"closed": False})]
                    found["problems", at] += [("unhandled", {"handled": False, "closed": False})]
        for at, task in enumerate(self.tasks):
            if self.mine(task["launching_unit_id"]) and task["launched_in_time"]:
                found["launch", at] = [("launched_late", {"launched_in_time": False})]
            if self.mine(task["lead_unit_id"]) and task["with_classes"]:
                found["classes", at] = [("without_classes", {"with_classes": False})]
        return found


def _sets(
    small: Small, ways: dict[tuple[str, int], list[tuple[str, Row]]], size: int
) -> Iterator[tuple[Counter[str], Small]]:
    for records in itertools.combinations(ways, size):
        for chosen in itertools.product(*(ways[record] for record in records)):
            changed = {record: row for record, (_, row) in zip(records, chosen, strict=True)}
            yield Counter(kind for kind, _ in chosen), small.with_changed(changed)


def _fewest(
    small: Small, rubric: Rubric, ways: dict[tuple[str, int], list[tuple[str, Row]]], line: Decimal, up: bool
) -> set[tuple[tuple[tuple[str, int], ...], Decimal]]:
    """All smallest sets of least effort, as kinds with their numbers and the score after; empty where none does."""
    order = EFFORTS if up else HARMS
    for size in range(len(ways) + 1):
        found = []
        for kinds, changed in _sets(small, ways, size):
            after = score(marks(rubric, changed.counts()))
            assert after is not None
            if after >= line if up else after < line:
                effort = sum(order[kind] * number for kind, number in kinds.items())
                found.append((effort, tuple((kind, kinds[kind]) for kind in order if kinds[kind]), after))
        if found:
            least = min(effort for effort, _, _ in found)
            return {(kinds, after) for effort, kinds, after in found if effort == least}
    return set()


# ---------------------------------------------------------------------------------------------- random small years
@st.composite
def smalls(draw: st.DrawFn, most: int = 5) -> Small:
    tasks, running = [], {}
    for task_id in range(1, draw(st.integers(1, 3)) + 1):
        in_time, classes = draw(st.booleans()), draw(st.booleans())
        tasks.append(
            {
                **TASK,
                "task_id": task_id,
                "launching_unit_id": draw(st.sampled_from([1, 1, 2])),
                "lead_unit_id": draw(st.sampled_from([1, 1, 2])),
                "launched_in_time": in_time,
                "may_launch": not in_time and draw(st.booleans()),
                "ended": draw(st.sampled_from([True, True, False])),
                "has_classes": classes,
                "with_classes": classes and draw(st.booleans()),
            }
        )
        running[task_id] = not tasks[-1]["ended"] or draw(st.booleans())
    visits = []
    for _ in range(draw(st.integers(1, most))):
        task = draw(st.sampled_from(tasks))
        open_now = running[task["task_id"]]
        entered = draw(st.booleans())
        published = entered and draw(st.booleans())
        problem = entered and draw(st.booleans())
        handled = problem and draw(st.booleans())
        visits.append(
            {
                "unit_id": draw(st.sampled_from([1, 1, 1, 2])),
                "task_id": task["task_id"],
                "ended": task["ended"],
                "inspected": entered,
                "entered": entered,
                "entered_in_time": entered and draw(st.booleans()),
                "may_enter": not entered and open_now,
                "published": published,
                "published_in_time": published and draw(st.booleans()),
                "may_publish": not published and open_now and draw(st.booleans()),
                "problem": problem,
                "handled": handled,
                "closed": handled and draw(st.booleans()),
            }
        )
    return Small(tuple(visits), tuple(tasks), draw(st.sampled_from([1, 1, None])))


CODES = (
    "completion", "entry_on_time", "publication", "publication_on_time", "launch_on_time", "task_completion",
    "follow_up", "closed_out", "use_of_classes", "joint_share",
)  # fmt: skip


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    chosen = draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True))
    weight = st.sampled_from([Fraction(1), Fraction(1), Fraction(2), Fraction(5), Fraction("0.1")])
    zero = st.sampled_from([Fraction(0), Fraction("0.5"), Fraction("0.3")])
    full = st.sampled_from([Fraction(1), Fraction("0.9"), Fraction("0.6")])
    criteria = {code: Criterion(draw(weight), draw(zero), draw(full)) for code in CODES if code in chosen}
    edges = draw(st.sampled_from([(90, 80, 70), (75, 70, 60), ("66.67", "50", "33.333"), (100, "62.5", "0.01")]))
    bands = dict(zip(GRADES, map(Fraction, edges), strict=False))
    return Rubric("试行", 1, draw(st.sampled_from(MISSING)), bands, criteria)


def _lowest(rubric: Rubric, grade: str) -> Decimal:
    """The lowest printed score of a grade, counted up cent by cent from just below its edge."""
    cent = Decimal(int(rubric.bands[grade] * 100)) / 100
    return cent if rubric.grade(cent) in GRADES[: GRADES.index(grade) + 1] else cent + Decimal("0.01")


# ---------------------------------------------------------------------------------------------- the distance
@settings(max_examples=150, deadline=None)
@given(smalls(), rubrics())
def test_the_distance_is_that_of_the_smallest_subset_of_records(small: Small, rubric: Rubric) -> None:
    graded = small.graded(rubric)
    found = next_grade(graded, rubric, *small.frames())
    assert found.before == graded.score
    if graded.score is None or graded.suggested == "excellent":
        assert (found.mode, found.target, found.actions) == ("none", None, ())
        return
    above = GRADES[GRADES.index(graded.suggested) - 1]
    line = _lowest(rubric, above)
    assert found.target == rubric.grade(line)
    assert found.gap == line - graded.score > 0
    possible = small.mending(hindsight=False)
    everything = small.with_changed({record: ways[0][1] for record, ways in possible.items()})
    assert found.best == score(marks(rubric, everything.counts()))
    for mode in ("possible", "hindsight"):
        smallest = _fewest(small, rubric, small.mending(mode == "hindsight"), line, up=True)
        if smallest:
            assert found.mode == mode
            assert (found.actions, found.after) in smallest
            return
    assert (found.mode, found.actions, found.after) == ("out_of_reach", (), None)


@given(smalls(), rubrics())
def test_more_that_can_be_done_never_lengthens_the_distance(small: Small, rubric: Rubric) -> None:
    graded = small.graded(rubric)
    found = next_grade(graded, rubric, *small.frames())
    open_again = [
        visit | {"may_enter": not visit["entered"], "may_publish": not visit["published"]} for visit in small.visits
    ]
    tasks = [task | {"may_launch": not task["launched_in_time"]} for task in small.tasks]
    wider = next_grade(graded, rubric, *Small(tuple(open_again), tuple(tasks), small.own).frames())
    hindsight = next_grade(graded, rubric, *small.frames(), hindsight=True)
    if found.mode == "possible":
        assert wider.mode == hindsight.mode == "possible" or hindsight.mode == "hindsight"
        assert wider.records <= found.records
        assert hindsight.records <= found.records
    if found.target is not None and found.mode != "out_of_reach":
        assert found.records > 0
        assert found.after is not None
        assert found.before is not None
        assert found.after >= found.before


def _one_indicator(code: str = "completion", zero: str = "0", full: str = "1") -> Rubric:
    bands = {"excellent": Fraction(90), "good": Fraction(80), "fair": Fraction(70)}
    return Rubric("一项", 1, "spread", bands, {code: Criterion(Fraction(10), Fraction(zero), Fraction(full))})


def _year(done: int, left: int, task: Row | None = None) -> Small:
    return Small((*[DONE] * done, *[VISIT] * left), (task or TASK,))


@pytest.mark.parametrize(
    ("entered", "due", "records"),
    [
        (17998, 20000, 1),  # 89.99 -> 89.995, printed 90.00
        (17980, 20000, 19),
        (179980, 200000, 10),
        (179989, 200000, 1),  # 89.9945 is printed 89.99
        (15998, 20000, 1),  # 79.99 -> 79.995, printed 80.00
    ],
)
def test_half_a_cent_is_rounded_up_and_not_a_record_more_is_asked_for(entered: int, due: int, records: int) -> None:
    small, rubric = _year(1, 1), _one_indicator()
    visits, tasks = small.frames()
    visits["visits"] = [entered, due - entered]
    tasks["not_entered"] = due - entered
    marked = marks(rubric, {"completion": (entered, due)})
    reached = score(marked)
    assert reached is not None
    found = next_grade(Graded(1, "甲", None, marked, reached, rubric.grade(reached)), rubric, visits, tasks)
    line = Fraction(found.before or 0) + Fraction(found.gap or 0) - Fraction(1, 200)
    assert Fraction(100 * (entered + found.records), due) >= line > Fraction(100 * (entered + found.records - 1), due)
    assert found.actions == (("finish", records),)


def test_a_grade_on_the_edge_falls_with_one_record_and_has_nothing_to_spare() -> None:
    small, rubric = _year(9, 1), _one_indicator()
    graded = small.graded(rubric)
    assert (graded.score, graded.suggested) == (Decimal("90.00"), "excellent")
    firm = firmness(graded, rubric, *small.frames())
    assert (firm.below, firm.above, firm.rise) == (Decimal(0), None, None)
    assert firm.fall == Fall("good", (("unentered", 1),), Decimal("80.00"))


def test_a_task_of_two_units_is_completed_only_together() -> None:
    rubric = _one_indicator("task_completion")
    task = TASK | {"ended": True}
    visit = VISIT | {"ended": True}
    alone = Small((visit, DONE | {"unit_id": 2}), (task,))
    assert next_grade(alone.graded(rubric), rubric, *alone.frames()).actions == (("finish", 1),)
    both = Small((visit, visit | {"unit_id": 2}), (task,))
    assert next_grade(both.graded(rubric), rubric, *both.frames()).mode == "out_of_reach"
    bureau = dataclasses.replace(both, own=None)
    assert next_grade(bureau.graded(rubric), rubric, *bureau.frames()).actions == (("finish", 2),)
    # The unit that does not lead the task gains nothing by finishing it.
    partner = Small((visit, DONE | {"unit_id": 2}), (task | {"lead_unit_id": 2},))
    assert partner.graded(rubric).score is None


def test_the_score_after_counts_a_task_that_is_completed_on_the_way() -> None:
    names = ("completion", "entry_on_time", "task_completion")
    weights = dict(zip(names, (1, 5, 1), strict=True))
    criteria = {code: Criterion(Fraction(weights[code]), Fraction(0), Fraction(1)) for code in names}
    rubric = dataclasses.replace(_one_indicator(), criteria=criteria)
    small = Small((VISIT | {"ended": True},), (TASK | {"ended": True},))
    found = next_grade(small.graded(rubric), rubric, *small.frames())
    assert (found.mode, found.actions, found.after) == ("hindsight", (("finish", 1),), Decimal("100.00"))


def test_the_smaller_task_is_finished_first_though_the_other_has_more_to_gain() -> None:
    rubric = dataclasses.replace(
        default_rubric(),
        criteria={
            "task_completion": Criterion(Fraction(1), Fraction(0), Fraction("0.5")),
            "completion": Criterion(Fraction(1), Fraction(0), Fraction("0.5")),
        },
    )
    ended = VISIT | {"ended": True}
    tasks = tuple(TASK | {"task_id": number, "ended": True} for number in (1, 2))
    small = Small((*[ended] * 3, *[ended | {"task_id": 2}] * 5, *[DONE | {"task_id": 2}] * 8), tasks)
    found = next_grade(small.graded(rubric), rubric, *small.frames())
    assert found.actions == (("finish", 3),)


def test_a_greedy_search_would_take_too_many() -> None:
    """Publishing earns more a record, yet only entries carry the score across: the first best step is a wrong one."""
    criteria = {
        "publication": Criterion(Fraction(3), Fraction(0), Fraction(1)),
        "closed_out": Criterion(Fraction(10), Fraction("0.5"), Fraction(1)),
    }
    rubric = dataclasses.replace(default_rubric(), criteria=criteria)
    unpublished = DONE | {"published": False, "published_in_time": False}
    open_problem = DONE | {"problem": True}
    small = Small((*[unpublished] * 3, *[open_problem] * 4), (TASK,))
    found = next_grade(small.graded(rubric), rubric, *small.frames())
    assert found.actions == (("close", 4),)
    assert found.after == Decimal("90.11")


# ---------------------------------------------------------------------------------------------- how firm
@settings(max_examples=100, deadline=None)
@given(smalls(most=4), rubrics())
def test_a_grade_falls_with_the_smallest_number_of_records_that_go_worse(small: Small, rubric: Rubric) -> None:
    graded = small.graded(rubric)
    firm = firmness(graded, rubric, *small.frames())
    if graded.score is None:
        assert firm == Firmness(NOT_APPLICABLE)
        return
    if graded.suggested == "poor":
        assert (firm.fall, firm.below) == (None, None)
        return
    line = _lowest(rubric, graded.suggested)
    assert firm.below == graded.score - line >= 0
    smallest = _fewest(small, rubric, small.spoiling(), line, up=False)
    if not smallest:
        assert firm.fall is None
        return
    assert firm.fall is not None
    assert (firm.fall.actions, firm.fall.after) in smallest
    assert firm.fall.grade == rubric.grade(firm.fall.after) != graded.suggested


@given(smalls(), rubrics())
def test_the_way_up_of_a_firm_grade_is_that_of_hindsight(small: Small, rubric: Rubric) -> None:
    graded = small.graded(rubric)
    firm = firmness(graded, rubric, *small.frames())
    if graded.score is None or graded.suggested == "excellent":
        assert firm.rise is None
        return
    line = _lowest(rubric, GRADES[GRADES.index(graded.suggested) - 1])
    smallest = _fewest(small, rubric, small.mending(hindsight=True), line, up=True)
    assert firm.rise is not None
    assert firm.above == line - graded.score
    if smallest:
        assert (firm.rise.actions, firm.rise.after) in smallest
    else:
        assert firm.rise.mode == "out_of_reach"


def _grade_with(small: Small, rubric: Rubric, code: str, weight: Fraction) -> str | None:
    criteria = dict(rubric.criteria)
    if weight:
        criteria[code] = dataclasses.replace(criteria[code], weight=weight)
    else:
        del criteria[code]
    if not criteria:
        return None
    reached = score(marks(dataclasses.replace(rubric, criteria=criteria), small.counts()))
    return None if reached is None else rubric.grade(reached)


@given(smalls(), rubrics())
def test_the_weight_that_changes_the_grade_is_the_nearest(small: Small, rubric: Rubric) -> None:
    graded = small.graded(rubric)
    assume(graded.score is not None)
    changes = weight_changes(graded, rubric)
    assert {change.code for change in changes} == {mark.code for mark in graded.marks if mark.points is not None}
    reach = [abs(change.edge - change.weight) for change in changes if change.edge is not None]
    assert reach == sorted(reach)
    assert [change.edge is None for change in changes] == sorted(change.edge is None for change in changes)
    for change in changes:
        weights = [Fraction(10) ** power * digit for power in range(-2, 3) for digit in (1, 2, 5, 9)]
        if change.edge is None:
            assert {_grade_with(small, rubric, change.code, weight) for weight in weights} == {graded.suggested}
            continue
        gap = abs(change.edge - change.weight)
        side = 1 if change.rises else -1
        if change.edge:
            at_edge = _grade_with(small, rubric, change.code, change.edge)
            assert at_edge == (change.grade if change.reached else graded.suggested)
            just_beyond = _grade_with(small, rubric, change.code, change.edge + side * change.edge / 10**9)
            assert just_beyond == change.grade
        for weight in weights:
            if abs(weight - change.weight) < gap:
                assert _grade_with(small, rubric, change.code, weight) == graded.suggested
        assert change.said is not None
        if change.said and abs(change.said - change.edge) < gap:
            assert _grade_with(small, rubric, change.code, change.said) == change.grade


# ---------------------------------------------------------------------------------------------- large years
def _large(states: int, tasks: int, most: int) -> tuple[Graded, pd.DataFrame, pd.DataFrame]:
    """One unit with every kind of state in every task, in numbers that share no divisor."""
    rows, number = [], 7
    for task_id in range(1, tasks + 1):
        kept = []
        for bits in itertools.product([False, True], repeat=len(FLAGS)):
            state = VISIT | dict(zip(FLAGS, bits, strict=True)) | {"task_id": task_id, "ended": task_id % 2 == 0}
            held = (
                state["entered_in_time"] <= state["entered"]
                and state["may_enter"] <= (not state["entered"])
                and state["published_in_time"] <= state["published"] <= state["entered"]
                and state["may_publish"] <= (not state["published"])
                and state["closed"] <= state["handled"] <= state["problem"] <= state["entered"] <= state["inspected"]
                and not bits[0]
            )
            if held:
                kept.append(state)
        for state in kept[:states]:
            number = (number * 48271) % 2147483647
            rows.append(state | {"visits": 1 + number % most})
    visits = pd.DataFrame(rows)[["unit_id", "task_id", *FLAGS, "visits"]]
    left = visits[~visits["entered"]].groupby("task_id")["visits"].sum()
    frame = pd.DataFrame([TASK | {"task_id": one, "ended": one % 2 == 0} for one in range(1, tasks + 1)])
    frame["not_entered"] = frame["task_id"].map(left).fillna(0).astype(int)
    frame["done"] = False
    held_by = visits["visits"]

    def number_of(name: str) -> int:
        return int(held_by[visits[name]].sum())

    due, problems = int(held_by.sum()), number_of("problem")
    counts = {
        "completion": (number_of("entered"), due),
        "entry_on_time": (number_of("entered_in_time"), due),
        "publication": (number_of("published"), due),
        "publication_on_time": (number_of("published_in_time"), due),
        "launch_on_time": (tasks, tasks),
        "task_completion": (0, tasks // 2),
        "follow_up": (number_of("handled"), problems),
        "closed_out": (number_of("closed"), problems),
        "use_of_classes": (0, 0),
    }
    marked = marks(default_rubric(), counts)
    reached = score(marked)
    assert reached is not None
    return Graded(1, "甲", None, marked, reached, default_rubric().grade(reached)), visits, frame


@pytest.mark.parametrize(("states", "tasks", "most"), [(4, 2, 3), (60, 20, 100_000)])
def test_a_large_unit_is_searched_as_exactly_as_a_tiny_one(states: int, tasks: int, most: int) -> None:
    graded, visits, frame = _large(states, tasks, most)
    found = next_grade(graded, default_rubric(), visits, frame, hindsight=True)
    assert found.mode == "hindsight"
    assert found.after is not None
    assert found.target is not None
    assert default_rubric().grade(found.after) == found.target
    again = next_grade(graded, default_rubric(), visits, frame, hindsight=True)
    assert again == found


# ---------------------------------------------------------------------------------------------- in words
FAR = Distance(
    "good", "excellent", "hindsight", (("publish", 1), ("close", 2)),
    Decimal("82.50"), Decimal("90.10"), Decimal("89.78"), Decimal("7.50"),
)  # fmt: skip
NEAR = Distance(
    "fair", "good", "possible", (("finish", 1), ("publish", 3), ("close", 1)),
    Decimal("78.00"), Decimal("80.12"), Decimal("95.00"), Decimal("2.00"),
)  # fmt: skip
FIRM = Firmness(
    "good",
    Fall("fair", (("published_late", 2),), Decimal("79.90")),
    FAR,
    (WeightChange("publication_on_time", Fraction(20), Fraction("12.5"), False, False, "fair"),),
    Decimal("2.50"),
    Decimal("7.50"),
)


def test_the_sentences_say_the_numbers_as_an_official_would() -> None:
    assert distance_sentence(NEAR) == (
        "再补齐检查、录入和公示 1 户次、公示 3 户次并完结 1 户次，可由中升良（预计得分 80.12）。"
    )  # fmt: skip
    assert distance_sentence(FAR) == (
        "距优还差 7.50 分；在截止日前已无法达到（最高 89.78 分），"
        "如当时再按时公示 1 户次并完结 2 户次，可评优（得分 90.10）。"
    )
    assert distance_sentence(Distance("excellent", None, "none", before=Decimal(95))) == "已是最高等次。"
    assert firmness_sentence(FIRM) == (
        "再有 2 户次未按时公示，即由良降为中；按时公示率权重由 20 降到 12.49 及以下时变为中；"
        "高出本等次下限 2.50 分；距上一等次 7.50 分。"
    )


def test_english_knows_one_from_many() -> None:
    assert spoken_in("en", distance_sentence, NEAR) == (
        "Finishing the inspection, entry and publication of 1 more visit, publishing 3 more visits and closing 1 more"
        " problem would lift the grade from Fair to Good (expected score 80.12)."
    )
    assert "had 1 more visit been published in time and 2 more problems been closed," in spoken_in(
        "en", distance_sentence, FAR
    )
    fall = "With 2 more visits published late the grade falls from Good to Fair;"
    assert spoken_in("en", firmness_sentence, FIRM).startswith(fall)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_words_and_its_number(language: str) -> None:
    for number in (1, 1234):
        for kind in EFFORTS:
            for far in (NEAR, FAR):
                if far.mode == "possible" and kind in {"late", "use_classes"}:
                    continue
                said = spoken_in(language, distance_sentence, dataclasses.replace(far, actions=((kind, number),)))
                assert f" {number:,} " in f" {said}"
                _finished(said)
        for kind in HARMS:
            fall = Fall("fair", ((kind, number),), Decimal(79))
            said = spoken_in(language, firmness_sentence, dataclasses.replace(FIRM, fall=fall))
            assert f" {number:,} " in said
            _finished(said)


def _finished(sentence: str) -> None:
    assert [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None] == []
    assert not set("{}#|_—") & set(sentence)
    assert "None" not in sentence
    assert sentence.endswith(("。", "."))


@settings(max_examples=25, deadline=None)
@given(smalls(), rubrics())
def test_sentences_of_any_unit_are_finished(small: Small, rubric: Rubric) -> None:
    graded = small.graded(rubric)
    found, firm = next_grade(graded, rubric, *small.frames()), firmness(graded, rubric, *small.frames())
    for language in LANGUAGES:
        said = spoken_in(language, distance_sentence, found)
        _finished(said)
        _finished(spoken_in(language, firmness_sentence, firm))
        if found.after is not None:
            assert f"{found.after}" in said


def test_a_unit_without_anything_due_has_no_distance_and_nothing_firm() -> None:
    graded, small = Small((), ()).graded(default_rubric()), Small((), ())
    assert next_grade(graded, default_rubric(), *small.frames()) == Distance(NOT_APPLICABLE, None, "none")
    assert firmness(graded, default_rubric(), *small.frames()) == Firmness(NOT_APPLICABLE)
    for language in LANGUAGES:
        assert spoken_in(language, firmness_sentence, Firmness(NOT_APPLICABLE)) == spoken_in(
            language, distance_sentence, Distance(NOT_APPLICABLE, None, "none")
        )
