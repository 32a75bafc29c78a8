"""How far a unit is from the next grade, and how firm the grade it has is (等次差距与稳定程度).

Both ask for the fewest records that move the score as printed across the edge of a band (`fewest_records`); every
answer is scored again by the rubric itself before it is believed. Records are counted, not days or people: one visit,
one problem, one task.

What is left out, and why it is safe or small: denominators stay as they are. A task launched today adds visits, but k
more visits that are all done never lower a rate n/d; problems that visits still to be made would reveal are not
guessed at, nor do problems vanish with a visit that is taken away. A mean is held as it is: a record moves its
denominator as well, and by how many days is not known before it is done.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pandas as pd

from inspections.evaluation.fewest_records import Records
from inspections.evaluation.grade import Graded
from inspections.evaluation.rubric import GRADES, NOT_APPLICABLE, Mark, Rubric
from inspections.evaluation.unit_records import EFFORTS, HARMS, UnitRecords, line_of, printed

Mode = Literal["possible", "hindsight", "out_of_reach", "none"]
Actions = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Distance:
    """The way to the next grade.

    grade: that of the score; target: the next one above, None at the top and where nothing is graded. mode: `possible`
    (can still be done on the cut-off day), `hindsight` (would have done, had the records been on time),
    `out_of_reach` (not even that) or `none` (no target). actions: (kind, number of records), kinds of EFFORTS in that
    order. before, after: the score as printed now and with the actions; best: with all that can still be done;
    gap: points from `before` to the lowest printed score of the target; reached: the grade of `after`, which may be a
    better one than the target.
    """

    grade: str
    target: str | None
    mode: Mode
    actions: Actions = ()
    before: Decimal | None = None
    after: Decimal | None = None
    best: Decimal | None = None
    gap: Decimal | None = None
    reached: str | None = None

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
    edge = printed(rubric.bands[GRADES[GRADES.index(grade) - 1]])
    unit, target, best = UnitRecords(graded, rubric, visit_states, task_states), rubric.grade(edge), None
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
        gap = edge - graded.score
        return Distance(grade, target, mode, said, graded.score, after, best, gap, rubric.grade(after))
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
    edge = printed(rubric.bands[grade])
    unit = UnitRecords(graded, rubric, visit_states, task_states)
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
    edges = [] if grade == GRADES[-1] else [(printed(rubric.bands[grade]), False)]
    edges += [] if grade == GRADES[0] else [(printed(rubric.bands[GRADES[GRADES.index(grade) - 1]]), True)]
    changes = []
    for mark in scored:
        weight, share = rubric.criteria[mark.code].weight, _share(mark)
        others, rest = whole - weight, earned - weight * share
        found = []
        for edge, reached in edges:
            line, pull = line_of(edge), 100 * share - line_of(edge)
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


def _actions(records: Records, chosen: Iterable[int], order: Mapping[str, int]) -> Actions:
    made = dict.fromkeys(order, 0)
    for number, move in zip(chosen, records.moves, strict=False):
        made[move.kind] += number
    return tuple((kind, number) for kind, number in made.items() if number)
