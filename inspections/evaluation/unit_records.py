"""A unit's records as the search for the fewest sees them.

How many are in which state, what can be done to each, and what could have gone worse. Which indicators a record then
counts for stands in `inspections.evaluation.indicators`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from inspections.evaluation.fewest_records import Move, Records, Step, Whole, fewest_records
from inspections.evaluation.grade import Graded
from inspections.evaluation.indicators import ALWAYS, BY_CODE, NEVER, WHOSE, Indicator, counting
from inspections.evaluation.rubric import Rubric, marks, score

# What can be done to one record, in the order in which it is said, with the effort that decides between equally small
# sets: people are spared visits before they are spared entries.
EFFORTS = {"finish": 3, "publish": 1, "late": 1, "close": 2, "launch": 4, "use_classes": 4}
# The same for what could go wrong with one record, the slightest first.
HARMS = {
    "published_late": 1, "unpublished": 3, "entered_late": 2, "unentered": 4, "unclosed": 1, "unhandled": 2,
    "launched_late": 4, "without_classes": 4,
}  # fmt: skip
# A task counts as done once no visit of it is left to enter: not mended or spoilt itself, but by its visits.
WHOLE = "task_completion"
VISITS, PROBLEMS = counting("visits"), counting("problems")
TASKS = tuple(one for one in (*counting("launches"), *counting("led_tasks")) if one.code != WHOLE)


def printed(band: Fraction) -> Decimal:
    """The lowest printed score that is in a band: scores have two decimals, a band's edge may have more."""
    return Decimal(math.ceil(band * 100)) / 100


def line_of(edge: Decimal) -> Fraction:
    """The lowest exact score that is printed as `edge`: half up."""
    return Fraction(edge) - Fraction(1, 200)


class _State(NamedTuple):
    """What the records of one state have in common; fields as the columns of `visit_states`."""

    entered: bool
    entered_in_time: bool
    may_enter: bool
    published: bool
    published_in_time: bool
    may_publish: bool
    problem: bool
    handled: bool
    closed: bool


class UnitRecords:
    """One unit's records: how many there are of each state, and its marks to score changes by."""

    def __init__(self, graded: Graded, rubric: Rubric, visit_states: pd.DataFrame, task_states: pd.DataFrame) -> None:
        self.rubric = rubric
        self.counts = {mark.code: (mark.numerator, mark.denominator) for mark in graded.marks}
        self.moving = [mark for mark in graded.marks if mark.available and mark.denominator > 0]
        self.scored = {mark.code for mark in self.moving}
        self.total = sum((mark.points for mark in graded.marks if mark.points is not None), Fraction(0))
        own = graded.unit_id
        visits = visit_states if own is None else visit_states[visit_states["unit_id"] == own]
        self.launching, self.leading = (
            task_states if own is None else task_states[(task_states[WHOSE[records]] == own).fillna(False)]
            for records in ("launches", "led_tasks")
        )
        self.keys = np.zeros(len(visits), dtype=np.int64)
        for bit, name in enumerate(_State._fields):
            self.keys |= visits[name].to_numpy(dtype=np.int64) << bit
        self.task_ids = visits["task_id"].to_numpy(dtype=np.int64)
        self.visits = visits["visits"].to_numpy(dtype=np.int64)

    def tasks_of(self, indicator: Indicator) -> pd.DataFrame:
        """The tasks that count for an indicator of tasks."""
        return self.launching if indicator.records == "launches" else self.leading

    def states(self) -> dict[_State, int]:
        """How many visits are in each state, over all tasks."""
        held = np.zeros(1 << len(_State._fields), dtype=np.int64)
        np.add.at(held, self.keys, self.visits)
        return {_state(int(key)): int(held[key]) for key in np.flatnonzero(held)}

    def states_of(self, task_ids: Iterable[int]) -> dict[int, dict[_State, int]]:
        """The same for each of some tasks; tasks without a visit of the unit are left out."""
        found: dict[int, dict[_State, int]] = {}
        for at in np.flatnonzero(np.isin(self.task_ids, np.array(sorted(task_ids), dtype=np.int64))):
            of_task, state = found.setdefault(int(self.task_ids[at]), {}), _state(int(self.keys[at]))
            of_task[state] = of_task.get(state, 0) + int(self.visits[at])
        return found

    def score(self, changes: Mapping[str, int], sign: int = 1) -> Decimal:
        """The score as printed with these changes of the numerators."""
        moved = {
            code: (numerator + sign * changes.get(code, 0), denominator)
            for code, (numerator, denominator) in self.counts.items()
        }
        return score(marks(self.rubric, moved)) or Decimal(0)

    def fewest(self, records: Records, edge: Decimal, *, up: bool) -> tuple[int, ...] | None:
        """The fewest records with which the printed score reaches `edge` (up), or falls below it."""
        moved = {code for gains in records.gains for code in gains}
        steps, now = {}, Fraction(0)
        for mark in self.moving:
            if mark.code not in moved:
                continue
            criterion, available = self.rubric.criteria[mark.code], mark.available or Fraction(0)
            cap = mark.denominator * (criterion.full - criterion.zero)
            # Counted downwards: what is lost, from nothing (at full marks) to all of it.
            at = mark.numerator - mark.denominator * (criterion.zero if up else criterion.full)
            start = at if up else -at
            steps[mark.code] = Step(start, cap, available / cap)
            now += steps[mark.code].earned(0)
        needed = line_of(edge) - self.total if up else self.total - line_of(edge)
        if not steps:
            return None

        def crossed(changes: Mapping[str, int]) -> bool:
            return self.score(changes) >= edge if up else self.score(changes, sign=-1) < edge

        return fewest_records(records, steps, now + needed, strictly=not up, crossed=crossed)

    # ------------------------------------------------------------------------------------------ upwards
    def mendable(self, *, hindsight: bool) -> Records:
        """What can still be done, or could have been."""
        made: dict[tuple[str, tuple[str, ...]], int] = {}
        open_tasks = self._completable()
        states = self.states()
        for state, visits in states.items():
            for kind, gains in _mending(state, hindsight=hindsight):
                key = kind, self._scored(gains)
                if key[1] or (kind == "finish" and open_tasks):
                    made[key] = made.get(key, 0) + visits
        for one in TASKS:
            tasks = self.tasks_of(one)
            may = one.may if not hindsight else ALWAYS
            if one.code in self.scored and may != NEVER:
                number = int((tasks[may] if may else tasks[one.among] & ~tasks[one.flag]).sum())
                made |= {(kind, (one.code,)): number for kind in one.mended if number}
        ordered = sorted(made, key=lambda key: (list(EFFORTS).index(key[0]), key[1]))
        moves = tuple(Move(kind, gains, (at,), EFFORTS[kind]) for at, (kind, gains) in enumerate(ordered))
        alike: dict[tuple[tuple[int, int], ...], int] = {}
        for of_task in open_tasks.values():
            needs: dict[int, int] = {}
            for state, visits in of_task.items():
                for kind, gains in _mending(state, hindsight=hindsight):
                    if kind == "finish":
                        at = ordered.index((kind, self._scored(gains)))
                        needs[at] = needs.get(at, 0) + visits
            key_of = tuple(sorted(needs.items()))
            alike[key_of] = alike.get(key_of, 0) + 1
        wholes = tuple(Whole(needs_of, (WHOLE,), number) for needs_of, number in sorted(alike.items()))
        return Records(tuple(made[key] for key in ordered), moves, wholes)

    def _completable(self) -> dict[int, dict[_State, int]]:
        """Tasks past their end that the unit leads and whose open visits are all its own."""
        if WHOLE not in self.scored:
            return {}
        rows = self.leading[self.leading["ended"] & (self.leading["not_entered"] > 0)]
        open_visits = {int(task): int(number) for task, number in rows[["task_id", "not_entered"]].to_numpy()}
        return {
            task: states
            for task, all_states in self.states_of(open_visits).items()
            if (states := {state: visits for state, visits in all_states.items() if not state.entered})
            and sum(states.values()) == open_visits[task]
        }

    # ------------------------------------------------------------------------------------------ downwards
    def spoilable(self) -> Records:
        """What could have gone worse. A record goes wrong in one way only."""
        pools: list[int] = []
        moves: dict[tuple[str, tuple[str, ...], tuple[int, ...]], None] = {}
        visits: dict[tuple[str, ...], int] = {}
        problems: dict[tuple[str, ...], int] = {}
        for state, number in self.states().items():
            done = _counts_for(state, VISITS)
            visits[done] = visits.get(done, 0) + number
            if state.problem:
                mended = _counts_for(state, PROBLEMS)
                problems[mended] = problems.get(mended, 0) + number
        pool_of: dict[tuple[str, ...], int] = {}
        for counted in (visits, problems):
            for done, number in sorted(counted.items()):
                pool_of[done] = len(pools)
                pools.append(number)
                for kind, lost in _spoiling(done):
                    moves[kind, self._scored(lost), (pool_of[done],)] = None
        if WHOLE in self.scored:
            # One visit taken away costs a whole task its completion: each task has one such visit to lose, of any of
            # the states its visits are in.
            alike: dict[frozenset[tuple[str, ...]], int] = {}
            for of_task in self.states_of(self.leading.loc[self.leading["done"], "task_id"]).values():
                kinds = _greatest({_counts_for(state, VISITS) for state in of_task})
                alike[kinds] = alike.get(kinds, 0) + 1
            for kinds, number in sorted(alike.items(), key=lambda entry: sorted(entry[0])):
                for done in sorted(kinds):
                    gains = (*self._scored(done), WHOLE)
                    moves["unentered", gains, (pool_of[done], len(pools))] = None
                pools.append(number)
        for one in TASKS:
            number = int(self.tasks_of(one)[one.flag].sum())
            if number and one.code in self.scored:
                moves |= dict.fromkeys((kind, (one.code,), (len(pools),)) for kind in one.spoilt)
                pools.append(number)
        made = tuple(Move(kind, gains, into, HARMS[kind]) for kind, gains, into in moves if gains)
        return Records(tuple(pools), made)

    def _scored(self, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(code for code in codes if code in self.scored)


def _state(key: int) -> _State:
    return _State(*(bool(key >> bit & 1) for bit in range(len(_State._fields))))


def _mending(state: _State, *, hindsight: bool) -> list[tuple[str, tuple[str, ...]]]:
    """What can be done to the visit and to the problem of one record, and the indicators that each gains by it."""
    kind = "finish" if not state.entered else "late" if state.published else "publish"
    gained = _gained(state, VISITS, kind, hindsight=hindsight)
    mended = [(kind, gained)] if gained else []
    if state.problem and (reopened := _gained(state, PROBLEMS, "close", hindsight=hindsight)):
        mended.append(("close", reopened))
    return mended


def _gained(state: _State, counted: Iterable[Indicator], kind: str, *, hindsight: bool) -> tuple[str, ...]:
    return tuple(
        one.code
        for one in counted
        if not getattr(state, one.flag)
        and kind in one.mended
        and (hindsight or one.may == ALWAYS or getattr(state, one.may, False))
    )


def _counts_for(state: _State, counted: Iterable[Indicator]) -> tuple[str, ...]:
    """The indicators a visit, or the problem it found, counts for."""
    return tuple(one.code for one in counted if getattr(state, one.flag))


def _spoiling(done: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """The ways a record that counts for `done` could have gone worse, the slightest first, and what each loses."""
    kinds = sorted({kind for code in done for kind in BY_CODE[code].spoilt}, key=lambda kind: HARMS[kind])
    return [(kind, tuple(code for code in done if kind in BY_CODE[code].spoilt)) for kind in kinds]


def _greatest(kinds: set[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    """Those that count for nothing that another counts for and more."""
    return frozenset(one for one in kinds if not any(set(one) < set(other) for other in kinds))
