"""The year-end evaluation (年终评价): every unit's indicators, points, score and suggested grade, from its counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from inspections.evaluation.indicators import counts_of
from inspections.evaluation.rubric import NOT_APPLICABLE, PENDING, Mark, Rubric, marks, score


@dataclass(frozen=True)
class Override:
    """A grade that people decided against the suggestion."""

    grade: str
    reason: str
    decided_by: str


@dataclass(frozen=True)
class Graded:
    """One unit's year. unit_id is None for the bureau as a whole; score and rank are None where nothing was due.

    suggested: the grade of the score, PENDING while the year runs; grade: what counts, which is the override's where
    there is one. rank: 1 for the highest score, equal scores share it. aside: the bureau itself among its own units
    (局本级), which is scored and not ranked: nobody ranks inside himself.
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
    aside: bool = False

    @property
    def overridden(self) -> bool:
        """Whether people decided another grade than the score suggests."""
        return self.override is not None and self.override.grade != self.suggested

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
    """A bureau's year under one rubric. units: best first, then those without a score, then what stands aside.

    whole: the bureau with all its units.
    """

    rubric: Rubric
    whole: Graded
    units: tuple[Graded, ...]

    @property
    def graded(self) -> tuple[Graded, ...]:
        """The units with a score that are compared with one another."""
        return tuple(unit for unit in self.units if unit.score is not None and not unit.aside)

    @property
    def best(self) -> Graded | None:
        """The unit to compare with (标杆): the highest score, and among equals the most due visits."""
        return min(self.graded, key=lambda unit: (unit.rank or 0, -unit.mark("completion").denominator), default=None)

    @property
    def leading(self) -> tuple[Graded, ...]:
        """All units with the highest score, for who leads is not alone where others have as much.

        Empty where nobody has less.
        """
        leading = tuple(unit for unit in self.graded if unit.rank == 1)
        return leading if len(leading) < len(self.graded) else ()

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
    *,
    running: bool = False,
) -> Evaluation | None:
    """`counts`: rows of `indicator_counts` of one bureau; overrides, notes by unit id. None where there is no row.

    running: the year is not over, so that no score suggests a grade.
    """
    units, whole = [], None
    names = (counts[column].tolist() for column in ("unit_id", "bureau", "unit", "unit_kind"))
    for of_unit, given, bureau, name, kind in zip(counts_of(counts), *names, strict=True):
        marked = marks(rubric, of_unit)
        reached = score(marked)
        suggested = NOT_APPLICABLE if reached is None else PENDING if running else rubric.grade(reached)
        if pd.isna(given):
            whole = Graded(None, str(bureau), None, marked, reached, suggested)
            continue
        unit_id = int(given)
        override, note = (overrides or {}).get(unit_id), (notes or {}).get(unit_id)
        units.append(Graded(unit_id, str(name), str(kind), marked, reached, suggested, override, None, note))
    if whole is None:
        return None
    # Alone it is all there is to show.
    others = any(one.score is not None and one.unit != whole.unit for one in units)
    units = [replace(one, aside=others and one.unit == whole.unit) for one in units]
    units.sort(key=lambda one: (one.aside, one.score is None, -(one.score or 0), one.unit_id))
    ranked: list[Graded] = []
    for place, one in enumerate(units, start=1):
        before = ranked[-1] if ranked else None
        without = one.score is None or one.aside
        rank = None if without else before.rank if before and before.score == one.score else place
        ranked.append(replace(one, rank=rank))
    return Evaluation(rubric, whole, tuple(ranked))
