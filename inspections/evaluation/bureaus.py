"""Bureaus beside one another (标杆对比): scores, ranks, the best, the middle half, and how far each one is from them.

`totals` are rows of `queries/indicator_counts.sql` of all bureaus, one each. Counts are of everything that was due and
no samples; what makes a rate of few records weak is that a single record moves it far, and an interval says the same
in numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from inspections.evaluation import indicators
from inspections.evaluation.indicators import BY_CODE, INDICATORS, WEIGHABLE, Indicator, counts_of
from inspections.evaluation.rubric import NOT_APPLICABLE, PENDING, Rubric, marks, score
from inspections.words.rates import rates
from inspections.words.wording import ABSENT, say
from inspections.year.intervals import wilson

SCORE = "score"
# What bureaus are ranked by. The problem rate is shown and never makes a bureau a better or a worse one.
RANKED = (SCORE, *(one.code for one in WEIGHABLE))
# Below so many records one of them is worth more than five points: the bureau is marked, and is no model for others
# as long as there are enough larger ones.
SMALL, ENOUGH = 20, 2
# Scores as close to a rounding edge as this, in hundredths, are scored again in fractions.
EDGE = 1e-6
LEVEL = 0.95
# Fewer bureaus have no middle: of two, it is half of what lies between them. Fewer than the second have no middle half.
HAVE_MEDIAN, HAVE_QUARTILES = 3, 5


@dataclass(frozen=True)
class Ranking:
    """Bureaus by one thing: the score (0 to 100), a rate (0 to 1) or a mean.

    rows: one per bureau, the best first, those with nothing to count last; columns bureau_id, bureau, bureau_region,
    due, value, numerator, denominator, grade, rank (equal values share it), to_best, to_median (differences of value:
    the first is 0 for those not behind the best), is_small. best, lowest: who is named as such; quartiles: that of the
    last quarter, the median, that of the first. Where less is better, the best have the least.
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

    @property
    def names_small(self) -> bool:
        """Whether bureaus with few records are named best or last, because fewer than `ENOUGH` have more."""
        return int((~self.ranked["is_small"]).sum()) < ENOUGH

    @property
    def has_median(self) -> bool:
        """Whether the bureaus are enough to speak of their middle."""
        return len(self.ranked) >= HAVE_MEDIAN

    @property
    def has_quartiles(self) -> bool:
        """Whether they are enough to speak of quarters."""
        return len(self.ranked) >= HAVE_QUARTILES

    def are_small(self, names: Sequence[str]) -> bool:
        """Whether all of these bureaus have few records."""
        return bool(self.rows.loc[self.rows["bureau"].isin(names), "is_small"].all())

    def of(self, bureau_id: int) -> pd.Series | None:
        """The row of one bureau; None where it is not among them or has nothing to count."""
        found = self.ranked[self.ranked["bureau_id"] == bureau_id]
        return None if found.empty else found.iloc[0]

    def words(self, value: float | None) -> str:
        """A value as it is written: "96.40", "96.4%" or "3.4 working days"."""
        return value_words(self.by, value)

    def distance(self, difference: float) -> float:
        """A difference of values in points of the score, percentage points, or a mean's own unit."""
        return difference * 100 if self.by != SCORE and BY_CODE[self.by].kind == "rate" else difference

    @property
    def indicator(self) -> Indicator | None:
        """What is ranked by; None for the score."""
        return BY_CODE.get(self.by)


def value_words(by: str, value: float | None) -> str:
    """A score or the value of an indicator as it is written."""
    if by != SCORE:
        return indicators.value_words(by, value)
    return ABSENT if value is None or pd.isna(value) else f"{value:.2f}"


def ascending(by: str) -> bool:
    """Whether the smallest value is the best."""
    return by != SCORE and not BY_CODE[by].rises


def by_words(by: str) -> str:
    """What bureaus are ranked by, in words."""
    return say("bureaus.by_score") if by == SCORE else say(f"codes.indicator.{by}")


def with_scores(totals: pd.DataFrame, rubric: Rubric, *, running: bool = False) -> pd.DataFrame:
    """The bureaus with a plan of the year; adds score (NaN where nothing was due), grade and the indicators' columns.

    running: the year is not over, so that no score suggests a grade. The scores are those of
    `inspections.evaluation.grade` for the bureau as a whole, to the last digit.
    """
    known = totals[totals["plans"] > 0].reset_index(drop=True).rename(columns={"region": "bureau_region"})
    scores = _scores(known, rubric)
    grades = {
        value: PENDING if running else rubric.grade(Decimal(str(value)).quantize(Decimal("0.01")))
        for value in scores.dropna().unique()
    }
    values = {one.column: rates(known[one.part], known[one.whole]) for one in INDICATORS}
    return known.assign(
        score=scores,
        grade=scores.map(grades).astype("object").where(scores.notna(), NOT_APPLICABLE),
        outstanding=known["due"] - known["entered"],
        **values,
    )


def _scores(known: pd.DataFrame, rubric: Rubric) -> pd.Series:
    """All scores at once: fractions of five thousand bureaus take seconds, and only edges of rounding need them."""
    scored = [one for one in INDICATORS if one.code in rubric.criteria]
    criteria = [rubric.criteria[one.code] for one in scored]
    zero, full, weight = (
        np.array([float(getattr(one, name)) for one in criteria]) for name in ("zero", "full", "weight")
    )
    values = np.column_stack([rates(known[one.part], known[one.whole]) for one in scored])
    applies = ~np.isnan(values)
    without = 1.0 if rubric.missing == "full" else 0.0
    earned = np.where(applies, np.clip((values - zero) / (full - zero), 0, 1), without)
    counted = np.where(applies | (rubric.missing != "spread"), weight, 0.0)
    some = applies.any(axis=1)
    hundredths = 1e4 * (earned * counted).sum(axis=1) / np.where(some, counted.sum(axis=1), 1)
    rounded = np.where(some, np.floor(hundredths + 0.5) / 100, np.nan)
    edges = np.flatnonzero(some & (np.abs(hundredths % 1 - 0.5) < EDGE))
    for place, counts in zip(edges, counts_of(known.iloc[edges]), strict=True):
        rounded[place] = float(score(marks(rubric, counts)) or 0)
    return pd.Series(rounded, index=known.index)


def rankable(scored: pd.DataFrame) -> list[str]:
    """What the bureaus can be ranked by: of what at least two of them have something to count."""
    return [by for by in RANKED if scored[_value_of(by)].notna().sum() > 1]


def ranking(scored: pd.DataFrame, by: str) -> Ranking:
    """`scored`: from `with_scores`, at least one bureau with a value; `by`: one of `RANKED`."""
    counted, less = BY_CODE["completion" if by == SCORE else by], ascending(by)
    rows = scored[["bureau_id", "bureau", "bureau_region", "grade", "due"]].assign(
        value=scored[_value_of(by)], numerator=scored[counted.part], denominator=scored[counted.whole]
    )
    rows["is_small"] = rows["denominator"] < SMALL
    rows["rank"] = rows["value"].rank(method="min", ascending=less).astype("Int64")
    rows = rows.sort_values(["value", "denominator", "bureau_id"], ascending=[less, False, True], na_position="last")
    ranked = rows[rows["value"].notna()]
    firm = ranked[~ranked["is_small"]]
    named = firm if len(firm) >= ENOUGH else ranked
    ends = named["value"].max(), named["value"].min()
    top, bottom = reversed(ends) if less else ends
    best, lowest = (named[named["value"] == end] for end in (top, bottom))
    lower, median, upper = np.percentile(ranked["value"], [75, 50, 25] if less else [25, 50, 75])
    behind = rows["value"] - top
    return Ranking(
        by,
        rows.assign(
            to_best=np.maximum(behind, 0) if less else np.minimum(behind, 0), to_median=rows["value"] - median
        ).reset_index(drop=True),
        tuple(best["bureau"]),
        tuple(lowest["bureau"]),
        (float(lower), float(median), float(upper)),
    )


def _value_of(by: str) -> str:
    return SCORE if by == SCORE else BY_CODE[by].column


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


def matching(scored: pd.DataFrame, text: str) -> pd.DataFrame:
    """The bureaus whose name or region contains `text`, upper and lower case alike; all for an empty text."""
    wanted = text.strip().casefold()
    if not wanted:
        return scored
    names = scored["bureau"].str.casefold().str.contains(wanted, regex=False)
    regions = scored["bureau_region"].fillna("").str.casefold().str.contains(wanted, regex=False)
    return scored[names | regions]
