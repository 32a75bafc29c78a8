"""Bureaus beside one another (标杆对比): scores, ranks, the best, the middle half, and how far each one is from them.

`totals` are rows of `queries/bureau_totals.sql`, one per bureau. Counts are of everything that was due and no samples;
what makes a rate of few records weak is that a single record moves it far, and an interval says the same in numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from inspections.evaluation.rubric import INDICATORS, NEVER_SCORED, NOT_APPLICABLE, Rubric, marks, score
from inspections.words.rates import rate, rates
from inspections.words.wording import ABSENT, say
from inspections.year.intervals import wilson

SCORE = "score"
# Numerator and denominator of every indicator, as columns of the totals.
COUNTS = {
    "completion": ("entered", "due"),
    "entry_on_time": ("entered_in_time", "due"),
    "publication": ("published", "due"),
    "publication_on_time": ("published_in_time", "due"),
    "launch_on_time": ("launched_in_time", "tasks_to_start"),
    "task_completion": ("tasks_done", "tasks_due"),
    "follow_up": ("handled", "problems"),
    "closed_out": ("closed", "problems"),
    "use_of_classes": ("with_classes", "classable"),
    "joint_share": ("joint_tasks", "tasks"),
    "problem_rate": ("problems", "entered"),
    "item_coverage": ("covered", "items"),
    "participation": ("taking_part", "units"),
    "plan_numbered": ("numbered", "papers"),
    "plan_dated": ("dated", "papers"),
    "plan_published": ("published_by_rule", "papers"),
}
# What bureaus are ranked by. The problem rate is shown and never makes a bureau a better or a worse one.
RANKED = (SCORE, *(code for code in INDICATORS if code not in NEVER_SCORED))
# Below so many records one of them is worth more than five points: the bureau is marked, and is no model for others
# as long as there are enough larger ones.
SMALL, ENOUGH = 20, 2
# Scores as close to a rounding edge as this, in hundredths, are scored again in fractions.
EDGE = 1e-6
LEVEL = 0.95


@dataclass(frozen=True)
class Ranking:
    """Bureaus by one thing: the score (0 to 100) or the rate of an indicator (0 to 1).

    rows: one per bureau, the best first, those with nothing to count last; columns bureau_id, bureau, bureau_region,
    value, numerator, denominator, grade, rank (equal values share it), to_best, to_median (differences of value, at
    most 0 and of either sign), is_small. best, lowest: who is named as such; quartiles: lower, median, upper.
    """

    by: str
    rows: pd.DataFrame
    best: tuple[str, ...]
    lowest: tuple[str, ...]
    quartiles: tuple[float, float, float]

    @property
    def ranked(self) -> pd.DataFrame:
        """The bureaus that have a value."""
        return self.rows[self.rows["value"].notna()]

    @property
    def top(self) -> float:
        """The value of those named best."""
        return float(self._of(self.best))

    @property
    def bottom(self) -> float:
        """The value of those named last."""
        return float(self._of(self.lowest))

    def _of(self, names: Sequence[str]) -> float:
        return float(self.rows.loc[self.rows["bureau"] == names[0], "value"].iloc[0])

    def of(self, bureau_id: int) -> pd.Series | None:
        """The row of one bureau; None where it is not among them or has nothing to count."""
        found = self.ranked[self.ranked["bureau_id"] == bureau_id]
        return None if found.empty else found.iloc[0]

    def words(self, value: float | None) -> str:
        """A value as it is written: "96.40" or "96.4%"."""
        return value_words(self.by, value)

    def distance(self, difference: float) -> float:
        """A difference of values in points: of the score, or percentage points."""
        return difference if self.by == SCORE else difference * 100


def value_words(by: str, value: float | None) -> str:
    """A score or a rate as it is written."""
    if value is None or pd.isna(value):
        return ABSENT
    return f"{value:.2f}" if by == SCORE else say("frame.rate", share=value)


def by_words(by: str) -> str:
    """What bureaus are ranked by, in words."""
    return say("bureaus.by_score") if by == SCORE else say(f"codes.indicator.{by}")


def with_scores(totals: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """The bureaus with a plan of the year; adds score (NaN where nothing was due), grade and `<indicator>_rate`.

    The scores are those of `inspections.evaluation.grade` for the bureau as a whole, to the last digit.
    """
    known = totals[totals["plans"] > 0].reset_index(drop=True).rename(columns={"region": "bureau_region"})
    scores = _scores(known, rubric)
    grades = {value: rubric.grade(Decimal(str(value)).quantize(Decimal("0.01"))) for value in scores.dropna().unique()}
    shares = {f"{code}_rate": rates(known[part], known[whole]) for code, (part, whole) in COUNTS.items()}
    return known.assign(
        score=scores,
        grade=scores.map(grades).astype("object").where(scores.notna(), NOT_APPLICABLE),
        outstanding=known["due"] - known["entered"],
        **shares,
    )


def _scores(known: pd.DataFrame, rubric: Rubric) -> pd.Series:
    """All scores at once: fractions of five thousand bureaus take seconds, and only edges of rounding need them."""
    codes = [code for code in INDICATORS if code in rubric.criteria]
    criteria = [rubric.criteria[code] for code in codes]
    zero, full, weight = (
        np.array([float(getattr(one, name)) for one in criteria]) for name in ("zero", "full", "weight")
    )
    shares = np.column_stack([rates(known[COUNTS[code][0]], known[COUNTS[code][1]]) for code in codes])
    applies = ~np.isnan(shares)
    without = 1.0 if rubric.missing == "full" else 0.0
    earned = np.where(applies, np.clip((shares - zero) / (full - zero), 0, 1), without)
    counted = np.where(applies | (rubric.missing != "spread"), weight, 0.0)
    some = applies.any(axis=1)
    hundredths = 1e4 * (earned * counted).sum(axis=1) / np.where(some, counted.sum(axis=1), 1)
    rounded = np.where(some, np.floor(hundredths + 0.5) / 100, np.nan)
    for place in np.flatnonzero(some & (np.abs(hundredths % 1 - 0.5) < EDGE)):
        row = known.iloc[place]
        exact = score(marks(rubric, {code: (int(row[part]), int(row[of])) for code, (part, of) in COUNTS.items()}))
        rounded[place] = float(exact or 0)
    return pd.Series(rounded, index=known.index)


def rankable(scored: pd.DataFrame) -> list[str]:
    """What the bureaus can be ranked by: of what at least two of them have something to count."""
    return [by for by in RANKED if scored[_value_of(by)].notna().sum() > 1]


def ranking(scored: pd.DataFrame, by: str) -> Ranking:
    """`scored`: from `with_scores`, at least one bureau with a value; `by`: one of `RANKED`."""
    part, whole = COUNTS["completion" if by == SCORE else by]
    rows = scored[["bureau_id", "bureau", "bureau_region", "grade"]].assign(
        value=scored[_value_of(by)], numerator=scored[part], denominator=scored[whole]
    )
    rows["is_small"] = rows["denominator"] < SMALL
    rows["rank"] = rows["value"].rank(method="min", ascending=False).astype("Int64")
    rows = rows.sort_values(["value", "denominator", "bureau_id"], ascending=[False, False, True], na_position="last")
    ranked = rows[rows["value"].notna()]
    firm = ranked[~ranked["is_small"]]
    named = firm if len(firm) >= ENOUGH else ranked
    best, lowest = (named[named["value"] == end] for end in (named["value"].max(), named["value"].min()))
    lower, median, upper = np.percentile(ranked["value"], [25, 50, 75])
    return Ranking(
        by,
        rows.assign(
            to_best=np.minimum(rows["value"] - named["value"].max(), 0), to_median=rows["value"] - median
        ).reset_index(drop=True),
        tuple(best["bureau"]),
        tuple(lowest["bureau"]),
        (float(lower), float(median), float(upper)),
    )


def _value_of(by: str) -> str:
    return SCORE if by == SCORE else f"{by}_rate"


def interval(numerator: int, denominator: int) -> tuple[float, float]:
    """Wilson's 95 % interval: how far a rate of so few records can be believed."""
    return wilson(numerator, denominator, LEVEL)


def profile(rankings: Sequence[Ranking], bureau_id: int) -> pd.DataFrame:
    """One row per ranking: best, quartiles, last, and where one bureau stands.

    Columns by, best_value, upper, median, lower, lowest_value, best (names), lowest (names), own, own_rank, ranked (how
    many), is_small. Own columns are missing where the bureau has nothing to count.
    """
    rows = []
    for one in rankings:
        own = one.of(bureau_id)
        lower, median, upper = one.quartiles
        rows.append(
            {
                "by": one.by,
                "best_value": one.top, "upper": upper, "median": median, "lower": lower, "lowest_value": one.bottom,
                "best": one.best, "lowest": one.lowest,
                "own": None if own is None else float(own["value"]),
                "own_rank": None if own is None else int(own["rank"]),
                "ranked": len(one.ranked),
                "is_small": own is not None and bool(own["is_small"]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows).astype({"own": "float64", "own_rank": "Int64"})


def half_of(outstanding: pd.Series) -> int:
    """The fewest bureaus that together hold at least half of what is outstanding; 0 where nothing is."""
    total = int(outstanding.sum())
    if total <= 0:
        return 0
    held = outstanding.sort_values(ascending=False).cumsum()
    return int((held * 2 < total).sum()) + 1


def share_of(outstanding: pd.Series) -> float | None:
    """What share of everything outstanding the worst bureau holds; None where nothing is."""
    return rate(float(outstanding.max()), float(outstanding.sum())) if len(outstanding) else None


def matching(scored: pd.DataFrame, text: str) -> pd.DataFrame:
    """The bureaus whose name or region contains `text`, upper and lower case alike; all for an empty text."""
    wanted = text.strip().casefold()
    if not wanted:
        return scored
    names = scored["bureau"].str.casefold().str.contains(wanted, regex=False)
    regions = scored["bureau_region"].fillna("").str.casefold().str.contains(wanted, regex=False)
    return scored[names | regions]
