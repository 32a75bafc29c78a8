"""How far a unit is from the next grade, and how firm the grade it has is (等次差距与稳定程度).

Both ask for the fewest records that move the score as printed across the edge of a band (`fewest_records`); every
answer is scored again by the rubric itself before it is believed. Records are counted, not days or people: one visit,
one problem, one task.

What is left out, and why it is safe or small: denominators stay as they are. A task launched today adds visits, but k
more visits that are all done never lower a rate n/d; problems that visits still to be made would reveal are not
guessed at, nor do problems vanish with a visit that is taken away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from inspections.evaluation.fewest_records import Move, Records, Step, Whole, fewest_records
from inspections.evaluation.grade import Graded
from inspections.evaluation.rubric import GRADES, NOT_APPLICABLE, Mark, Rubric, marks, rounded, score
from inspections.words.wording import say

Mode = Literal["possible", "hindsight", "out_of_reach", "none"]
Actions = tuple[tuple[str, int], ...]

# What can be done to one record, in the order in which it is said, with the effort that decides between equally small
# sets: people are spared visits before they are spared entries.
EFFORTS = {"finish": 3, "publish": 1, "late": 1, "close": 2, "launch": 4, "use_classes": 4}
# The same for what could go wrong with one record, the slightest first.
HARMS = {
    "published_late": 1, "unpublished": 3, "entered_late": 2, "unentered": 4, "unclosed": 1, "unhandled": 2,
    "launched_late": 4, "without_classes": 4,
}  # fmt: skip
_FLAGS = (
    "entered", "entered_in_time", "may_enter", "published", "published_in_time", "may_publish", "problem", "handled",
    "closed",
)  # fmt: skip


@dataclass(frozen=True)
class Distance:
    """The way to the next grade.

    grade: that of the score; target: the next one above, None at the top and where nothing is graded. mode: `possible`
    (can still be done on the cut-off day), `hindsight` (would have done, had the records been on time),
    `out_of_reach` (not even that) or `none` (no target). actions: (kind, number of records), kinds of EFFORTS in that
    order. before, after: the score as printed now and with the actions; best: with all that can still be done;
    gap: points from `before` to the lowest printed score of the target.
    """

    grade: str
    target: str | None
    mode: Mode
    actions: Actions = ()
    before: Decimal | None = None
    after: Decimal | None = None
    best: Decimal | None = None
    gap: Decimal | None = None

    @property
    def records(self) -> int:
        """How many records are touched."""
        return sum(number for _, number in self.actions)


@dataclass(frozen=True)
class Fall:
    """The fewest records that, had they gone worse, would have cost the grade; kinds of HARMS in that order."""

    grade: str
    actions: Actions
    after: Decimal

    @property
    def records(self) -> int:
        """How many records are touched."""
        return sum(number for _, number in self.actions)


@dataclass(frozen=True)
class WeightChange:
    """The weight of one indicator, the others unchanged, from which the grade is another.

    edge: the exact weight at which it turns, None where no weight does it; rises: whether the weight must rise to it;
    reached: whether the grade has turned at the edge itself, else only beyond. grade: what it turns to.
    """

    code: str
    weight: Fraction
    edge: Fraction | None = None
    rises: bool = False
    reached: bool = False
    grade: str | None = None

    @property
    def said(self) -> Fraction | None:
        """The nearest weight with two decimals at which the grade has turned."""
        if self.edge is None:
            return None
        cents = self.edge * 100
        whole = math.ceil(cents) if self.rises else math.floor(cents)
        if whole == cents and not self.reached:
            whole += 1 if self.rises else -1
        return Fraction(max(whole, 0), 100)


@dataclass(frozen=True)
class Firmness:
    """How firm a grade is.

    fall: records to the band below, None in the lowest and where no set of records costs the grade; rise: the distance
    to the band above in hindsight; weights: every scored indicator, the nearest change first, those that change nothing
    last; below, above: points from the score to the lower and the upper edge of its band, None where there is none.
    """

    grade: str
    fall: Fall | None = None
    rise: Distance | None = None
    weights: tuple[WeightChange, ...] = ()
    below: Decimal | None = None
    above: Decimal | None = None


def next_grade(
    graded: Graded, rubric: Rubric, visit_states: pd.DataFrame, task_states: pd.DataFrame, *, hindsight: bool = False
) -> Distance:
    """The fewest records that lift the score as printed to the next grade; among equally small sets the least effort.

    `visit_states`, `task_states`: rows of the questions of that name, of all units; a unit's own are found in them, for
    the bureau as a whole all are its own. Possible on the cut-off day: `finish` (a visit not entered: check, enter,
    publish, in time where that day still is), `publish` (entered, not published), `close` (a problem not handled or
    not closed: both), `launch` (a task not drawn within its window that is still open). A task whose last day has come
    counts as done for its lead unit once no visit of it is left to enter. In hindsight, asked where what is possible is
    not enough or `hindsight` says so: `finish` and `publish` fully in time, `late` (entered and published, not both in
    time: both mended in one record), `launch` (any task not launched in time) and `use_classes` (a task drawn without
    class quotas though its pool has classes).
    """
    if graded.score is None:
        return Distance(NOT_APPLICABLE, None, "none")
    grade = rubric.grade(graded.score)
    if grade == GRADES[0]:
        return Distance(grade, None, "none", before=graded.score)
    edge = _printed(rubric.bands[GRADES[GRADES.index(grade) - 1]])
    unit, target, best = _Unit(graded, rubric, visit_states, task_states), rubric.grade(edge), None
    modes: tuple[Mode, ...] = ("possible", "hindsight")
    for mode in modes:
        records = unit.mendable(hindsight=mode == "hindsight")
        most = unit.score(records.changes([records.most(at) for at in range(len(records.gains))]))
        best = most if mode == "possible" else best
        if most < edge or (hindsight and mode == "possible"):
            continue
        chosen = unit.fewest(records, edge, up=True)
        if chosen is None:  # cannot be: all of them together cross the edge
            continue
        after = unit.score(records.changes(chosen))
        said = _actions(records, chosen, EFFORTS)
        return Distance(grade, target, mode, said, graded.score, after, best, edge - graded.score)
    return Distance(grade, target, "out_of_reach", (), graded.score, None, best, edge - graded.score)


def firmness(graded: Graded, rubric: Rubric, visit_states: pd.DataFrame, task_states: pd.DataFrame) -> Firmness:
    """How many records, and which weights, separate a grade from its neighbours; frames as for `next_grade`.

    A visit goes wrong by being `published_late`, `entered_late` (and so published late), `unpublished` or `unentered`
    (its task is then not done), a problem by being `unclosed` or `unhandled`, a task by being `launched_late` or drawn
    `without_classes`. Among equally small sets the slightest harm.
    """
    if graded.score is None:
        return Firmness(NOT_APPLICABLE)
    grade = rubric.grade(graded.score)
    rise = None if grade == GRADES[0] else next_grade(graded, rubric, visit_states, task_states, hindsight=True)
    above = None if rise is None else rise.gap
    weights = weight_changes(graded, rubric)
    if grade == GRADES[-1]:
        return Firmness(grade, None, rise, weights, None, above)
    edge = _printed(rubric.bands[grade])
    unit = _Unit(graded, rubric, visit_states, task_states)
    records = unit.spoilable()
    chosen, fall = unit.fewest(records, edge, up=False), None
    if chosen is not None:
        after = unit.score(records.changes(chosen), sign=-1)
        fall = Fall(rubric.grade(after), _actions(records, chosen, HARMS), after)
    return Firmness(grade, fall, rise, weights, graded.score - edge, above)


def weight_changes(graded: Graded, rubric: Rubric) -> tuple[WeightChange, ...]:
    """For every scored indicator the nearest weight that changes the grade, the others unchanged; nearest first.

    The score 100 (R + w s) / (O + w), with R and O what the others earn and weigh, is monotone in w: it meets an edge
    at one weight, found in fractions. Where two weights are equally near the lower one counts.
    """
    if graded.score is None:
        return ()
    scored = [mark for mark in graded.marks if mark.points is not None and mark.available]
    whole = sum((rubric.criteria[mark.code].weight for mark in scored), Fraction(0))
    earned = sum((_share(mark) * rubric.criteria[mark.code].weight for mark in scored), Fraction(0))
    counted = {mark.code for mark in scored if mark.denominator > 0}
    grade = rubric.grade(graded.score)
    # The score falls below the lower edge, or reaches the one above.
    edges = [] if grade == GRADES[-1] else [(_printed(rubric.bands[grade]), False)]
    edges += [] if grade == GRADES[0] else [(_printed(rubric.bands[GRADES[GRADES.index(grade) - 1]]), True)]
    changes = []
    for mark in scored:
        weight, share = rubric.criteria[mark.code].weight, _share(mark)
        others, rest = whole - weight, earned - weight * share
        found = []
        for edge, reached in edges:
            line, pull = _line(edge), 100 * share - _line(edge)
            at = (line * others - 100 * rest) / pull if pull else Fraction(-1)
            # Below zero no weight does it; at zero the indicator is gone, which must leave something to grade.
            if at < 0 or (at == 0 and (not reached or not counted - {mark.code})):
                continue
            new = edge if reached else edge - Decimal("0.01")
            found.append(WeightChange(mark.code, weight, at, (pull > 0) == reached, reached, rubric.grade(new)))
        nearest = min(found, key=lambda one: (abs((one.edge or 0) - weight), one.edge), default=None)
        changes.append(nearest or WeightChange(mark.code, weight))
    return tuple(
        sorted(changes, key=lambda one: (one.edge is None, 0 if one.edge is None else abs(one.edge - one.weight)))
    )


def _share(mark: Mark) -> Fraction:
    """What a scored indicator earns of its weight."""
    return (mark.points or Fraction(0)) / (mark.available or 1)


def _printed(band: Fraction) -> Decimal:
    """The lowest printed score that is in a band: scores have two decimals, a band's edge may have more."""
    return Decimal(math.ceil(band * 100)) / 100


def _line(edge: Decimal) -> Fraction:
    """The lowest exact score that is printed as `edge`: half up."""
    return Fraction(edge) - Fraction(1, 200)


def _actions(records: Records, chosen: Iterable[int], order: Mapping[str, int]) -> Actions:
    made = dict.fromkeys(order, 0)
    for number, move in zip(chosen, records.moves, strict=False):
        made[move.kind] += number
    return tuple((kind, number) for kind, number in made.items() if number)


# ---------------------------------------------------------------------------------------------------- the records


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


class _Unit:
    """One unit's records: how many there are of each state, and its marks to score changes by."""

    def __init__(self, graded: Graded, rubric: Rubric, visit_states: pd.DataFrame, task_states: pd.DataFrame) -> None:
        self.rubric = rubric
        self.counts = {mark.code: (mark.numerator, mark.denominator) for mark in graded.marks}
        self.moving = [mark for mark in graded.marks if mark.available and mark.denominator > 0]
        self.scored = {mark.code for mark in self.moving}
        self.total = sum((mark.points for mark in graded.marks if mark.points is not None), Fraction(0))
        own = graded.unit_id
        visits = visit_states if own is None else visit_states[visit_states["unit_id"] == own]
        tasks = task_states
        self.launching = tasks if own is None else tasks[(tasks["launching_unit_id"] == own).fillna(False)]
        self.leading = tasks if own is None else tasks[(tasks["lead_unit_id"] == own).fillna(False)]
        self.keys = np.zeros(len(visits), dtype=np.int64)
        for bit, name in enumerate(_FLAGS):
            self.keys |= visits[name].to_numpy(dtype=np.int64) << bit
        self.task_ids = visits["task_id"].to_numpy(dtype=np.int64)
        self.visits = visits["visits"].to_numpy(dtype=np.int64)

    def states(self) -> dict[_State, int]:
        """How many visits are in each state, over all tasks."""
        held = np.zeros(1 << len(_FLAGS), dtype=np.int64)
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
        needed = _line(edge) - self.total if up else self.total - _line(edge)
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
        launching, leading = self.launching, self.leading
        may = launching["to_start"] & ~launching["launched_in_time"] if hindsight else launching["may_launch"]
        tasks = {("launch", "launch_on_time"): int(may.sum())}
        if hindsight:
            tasks["use_classes", "use_of_classes"] = int((leading["has_classes"] & ~leading["with_classes"]).sum())
        for (kind, code), number in tasks.items():
            if number and code in self.scored:
                made[kind, (code,)] = number
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
        wholes = tuple(Whole(needs_of, ("task_completion",), number) for needs_of, number in sorted(alike.items()))
        return Records(tuple(made[key] for key in ordered), moves, wholes)

    def _completable(self) -> dict[int, dict[_State, int]]:
        """Tasks past their end that the unit leads and whose open visits are all its own."""
        if "task_completion" not in self.scored:
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
            visits[_done(state)] = visits.get(_done(state), 0) + number
            if state.problem:
                problems[_mended(state)] = problems.get(_mended(state), 0) + number
        pool_of: dict[tuple[str, ...], int] = {}
        for counted, spoiling in ((visits, _spoiling), (problems, _reopening)):
            for done, number in sorted(counted.items()):
                pool_of[done] = len(pools)
                pools.append(number)
                for kind, lost in spoiling(done):
                    moves[kind, self._scored(lost), (pool_of[done],)] = None
        if "task_completion" in self.scored:
            # One visit taken away costs a whole task its completion: each task has one such visit to lose, of any of
            # the states its visits are in.
            alike: dict[frozenset[tuple[str, ...]], int] = {}
            for of_task in self.states_of(self.leading.loc[self.leading["done"], "task_id"]).values():
                kinds = _greatest({_done(state) for state in of_task})
                alike[kinds] = alike.get(kinds, 0) + 1
            for kinds, number in sorted(alike.items(), key=lambda entry: sorted(entry[0])):
                for done in sorted(kinds):
                    gains = (*self._scored(done), "task_completion")
                    moves["unentered", gains, (pool_of[done], len(pools))] = None
                pools.append(number)
        for kind, code, number in (
            ("launched_late", "launch_on_time", int(self.launching["launched_in_time"].sum())),
            ("without_classes", "use_of_classes", int(self.leading["with_classes"].sum())),
        ):
            if number and code in self.scored:
                moves[kind, (code,), (len(pools),)] = None
                pools.append(number)
        made = tuple(Move(kind, gains, into, HARMS[kind]) for kind, gains, into in moves if gains)
        return Records(tuple(pools), made)

    def _scored(self, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(code for code in codes if code in self.scored)


def _state(key: int) -> _State:
    return _State(*(bool(key >> bit & 1) for bit in range(len(_FLAGS))))


def _mending(state: _State, *, hindsight: bool) -> list[tuple[str, tuple[str, ...]]]:
    """What can be done to the visit and to the problem of one record, and the indicators that each gains by it."""
    mended = []
    entry = not state.entered_in_time and (hindsight or (not state.entered and state.may_enter))
    publication = not state.published_in_time and (hindsight or (not state.published and state.may_publish))
    if not state.entered or not state.published or (hindsight and (entry or publication)):
        kind = "finish" if not state.entered else "late" if state.published else "publish"
        gained = {
            "completion": not state.entered,
            "entry_on_time": entry,
            "publication": not state.published,
            "publication_on_time": publication,
        }
        mended.append((kind, tuple(code for code, gains in gained.items() if gains)))
    if state.problem and not (state.handled and state.closed):
        gained = {"follow_up": not state.handled, "closed_out": not state.closed}
        mended.append(("close", tuple(code for code, gains in gained.items() if gains)))
    return mended


def _done(state: _State) -> tuple[str, ...]:
    """The indicators a visit counts for."""
    counted = {
        "completion": state.entered,
        "entry_on_time": state.entered_in_time,
        "publication": state.published,
        "publication_on_time": state.published_in_time,
    }
    return tuple(code for code, counts in counted.items() if counts)


def _mended(state: _State) -> tuple[str, ...]:
    """The indicators a problem counts for."""
    return ("follow_up",) * state.handled + ("closed_out",) * state.closed


def _spoiling(done: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """The ways a visit that counts for `done` could have gone worse, and what each loses."""
    ways = [
        ("published_late", {"publication_on_time"}),
        ("entered_late", {"entry_on_time", "publication_on_time"}),
        ("unpublished", {"publication", "publication_on_time"}),
        ("unentered", set(done)),
    ]
    return [(kind, tuple(code for code in done if code in lost)) for kind, lost in ways if lost & set(done)]


def _reopening(done: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    ways = [("unclosed", {"closed_out"}), ("unhandled", {"follow_up", "closed_out"})]
    return [(kind, tuple(code for code in done if code in lost)) for kind, lost in ways if lost & set(done)]


def _greatest(kinds: set[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    """Those that count for nothing that another counts for and more."""
    return frozenset(one for one in kinds if not any(set(one) < set(other) for other in kinds))


# ---------------------------------------------------------------------------------------------------- in words


def distance_sentence(distance: Distance) -> str:
    """What to do for the next grade, or what would have done."""
    if distance.before is None:
        return say("distance.not_applicable")
    if distance.target is None:
        return say("distance.top")
    known = {
        "grade": _grade(distance.grade),
        "target": _grade(distance.target),
        "gap": distance.gap,
        "best": distance.best,
        "after": distance.after,
    }
    if distance.mode == "out_of_reach":
        return say("distance.out_of_reach", target=known["target"], gap=known["gap"])
    said = [say(f"distance.{distance.mode}_actions.{kind}", count=number) for kind, number in distance.actions]
    if distance.mode == "possible":
        sentence = say(
            "distance.possible", actions=_listed(said), grade=known["grade"],
            target=known["target"], after=known["after"],
        )  # fmt: skip
        return sentence[0].upper() + sentence[1:]
    return say(
        "distance.hindsight", actions=_listed(said), target=known["target"], gap=known["gap"],
        best=known["best"], after=known["after"],
    )  # fmt: skip


def firmness_sentence(firmness: Firmness) -> str:
    """How many records and which weight would change the grade, and how far its edges are."""
    if firmness.grade == NOT_APPLICABLE:
        return say("distance.not_applicable")
    grade, parts = _grade(firmness.grade), []
    if firmness.fall is not None:
        said = [say(f"distance.harms.{kind}", count=number) for kind, number in firmness.fall.actions]
        lower = _grade(firmness.fall.grade)
        parts.append(say("distance.fall", actions=_listed(said), grade=grade, lower=lower))
    nearest = firmness.weights[0] if firmness.weights else None
    if nearest is None or nearest.said is None or nearest.grade is None:
        parts.append(say("distance.no_weight", grade=grade))
    elif nearest.said > sum(change.weight for change in firmness.weights):
        # A weight above all others together is no scheme that anyone would write.
        parts.append(say("distance.no_weight_near", grade=grade))
    else:
        parts.append(
            say(
                "distance.weight_up" if nearest.rises else "distance.weight_down",
                indicator=say(f"codes.indicator.{nearest.code}"),
                now=_plain(nearest.weight),
                weight=_plain(nearest.said),
                grade=_grade(nearest.grade),
            )
        )
    if firmness.below is not None:
        parts.append(say("distance.below", points=firmness.below))
    if firmness.above is not None:
        parts.append(say("distance.above", points=firmness.above))
    sentence = say("distance.semicolon").join(parts)
    return say("distance.whole", sentence=sentence[0].upper() + sentence[1:])


def _grade(code: str) -> str:
    return say(f"codes.grade.{code}")


def _plain(value: Fraction) -> str:
    """A weight with at most two decimals, without those that are 0."""
    written = format(rounded(value), "f")
    return written.rstrip("0").rstrip(".")


def _listed(said: list[str]) -> str:
    if len(said) < 2:
        return "".join(said)
    return say("distance.and", first=say("frame.list_comma").join(said[:-1]), last=said[-1])
