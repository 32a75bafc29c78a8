"""The year-end evaluation (年终评价): every unit's indicators, points, score and suggested grade, from its counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from inspections.evaluation.indicators import counts_of
from inspections.evaluation.rubric import NOT_APPLICABLE, Mark, Rubric, marks, score


@dataclass(frozen=True)
class Override:
    """A grade that people decided against the suggestion."""

    grade: str
    reason: str
    decided_by: str


@dataclass(frozen=True)
class Graded:
    """One unit's year. unit_id is None for the bureau as a whole; score and rank are None where nothing was due.

    suggested: the grade of the score; grade: what counts, which is the override's where there is one. rank: 1 for the
    highest score, equal scores share it.
    """

    unit_id: int | None
    unit: str
    kind: str | None
    marks: tuple[Mark, ...]
    score: Decimal | None
    suggested: str
    override: Override | None = None
    rank: int | None = None
    note: str | None = None

    @property
    def grade(self) -> str:
        """The grade that counts."""
        return self.override.grade if self.override else self.suggested

    def mark(self, code: str) -> Mark:
        """The mark of one indicator. Raises KeyError for an indicator the unit does not have."""
        for mark in self.marks:
            if mark.code == code:
                return mark
        raise KeyError(code)


@dataclass(frozen=True)
class Evaluation:
    """A bureau's year under one rubric. units: best first, those that are not graded last; whole: the bureau itself."""

    rubric: Rubric
    whole: Graded
    units: tuple[Graded, ...]

    @property
    def graded(self) -> tuple[Graded, ...]:
        """The units with a score."""
        return tuple(unit for unit in self.units if unit.score is not None)

    @property
    def best(self) -> Graded | None:
        """The unit to compare with (标杆): the highest score, and among equals the most due visits."""
        return min(self.graded, key=lambda unit: (unit.rank or 0, -unit.mark("completion").denominator), default=None)

    def of(self, unit_id: int | None) -> Graded | None:
        """One unit, the bureau as a whole for None; None where the unit is not in this year."""
        if unit_id is None:
            return self.whole
        return next((unit for unit in self.units if unit.unit_id == unit_id), None)


def evaluate(
    counts: pd.DataFrame,
    rubric: Rubric,
    overrides: Mapping[int, Override] | None = None,
    notes: Mapping[int, str] | None = None,
) -> Evaluation | None:
    """`counts`: rows of `indicator_counts` of one bureau; overrides, notes by unit id. None where there is no row."""
    units, whole = [], None
    names = (counts[column].tolist() for column in ("unit_id", "bureau", "unit", "unit_kind"))
    for of_unit, given, bureau, name, kind in zip(counts_of(counts), *names, strict=True):
        marked = marks(rubric, of_unit)
        reached = score(marked)
        suggested = NOT_APPLICABLE if reached is None else rubric.grade(reached)
        if pd.isna(given):
            whole = Graded(None, str(bureau), None, marked, reached, suggested)
            continue
        unit_id = int(given)
        override, note = (overrides or {}).get(unit_id), (notes or {}).get(unit_id)
        units.append(Graded(unit_id, str(name), str(kind), marked, reached, suggested, override, None, note))
    if whole is None:
        return None
    units.sort(key=lambda one: (one.score is None, -(one.score or 0), one.unit_id))
    ranked: list[Graded] = []
    for place, one in enumerate(units, start=1):
        before = ranked[-1] if ranked else None
        rank = None if one.score is None else before.rank if before and before.score == one.score else place
        ranked.append(
            Graded(one.unit_id, one.unit, one.kind, one.marks, one.score, one.suggested, one.override, rank, one.note)
        )
    return Evaluation(rubric, whole, tuple(ranked))
