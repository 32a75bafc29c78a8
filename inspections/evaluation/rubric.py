"""The scoring scheme of an evaluation (评分标准): which indicators count, how much, and where the grades begin.

All marks are exact fractions of the text they were written as, so that a score never depends on how a machine rounds;
the score itself has two decimals, half up, and the grade is that of the score as printed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, Literal

from inspections.evaluation.indicators import BY_CODE, INDICATORS, LARGEST_MARK
from inspections.words.errors import InspectionsError

Missing = Literal["spread", "full", "zero"]
MISSING: tuple[Missing, ...] = ("spread", "full", "zero")
GRADES = ("excellent", "good", "fair", "poor")
NOT_APPLICABLE = "not_applicable"
# No grade is given before the year is over: what a score of April would be graded says nothing of the year.
PENDING = "pending"
LONGEST_NAME = 40
NOTHING, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Criterion:
    """One scored indicator: its weight, and the values at which nothing (`zero`) and all of it (`full`) is earned.

    Where less is better, full is the smaller of the two.
    """

    weight: Fraction
    zero: Fraction
    full: Fraction

    def achieved(self, numerator: int, denominator: int) -> Fraction:
        """The share of the weight that is earned, in [0, 1]. `denominator` is above 0."""
        # (value - zero) / (full - zero) over one denominator: whole numbers are many times faster than fractions.
        zero, full = self.zero, self.full
        width = full.numerator * zero.denominator - zero.numerator * full.denominator
        sign = 1 if width > 0 else -1
        above = sign * (numerator * zero.denominator - zero.numerator * denominator)
        if above <= 0:
            return NOTHING
        if sign * (numerator * full.denominator - full.numerator * denominator) >= 0:
            return ALL
        return Fraction(above * full.denominator, denominator * sign * width)


@dataclass(frozen=True)
class Rubric:
    """A scoring scheme. criteria: indicator -> how it is scored, weights above 0; bands: grade -> lowest score.

    version is 0 for a scheme that was never saved.
    """

    name: str
    version: int
    missing: Missing
    bands: Mapping[str, Fraction]
    criteria: Mapping[str, Criterion]

    @property
    def total(self) -> Fraction:
        """The sum of all weights: scores are scaled from it to 100."""
        return sum((criterion.weight for criterion in self.criteria.values()), Fraction(0))

    def grade(self, score: Decimal) -> str:
        """The grade of a score as printed."""
        exact = Fraction(score)
        return next((grade for grade in GRADES[:-1] if exact >= self.bands[grade]), GRADES[-1])


@dataclass(frozen=True)
class Mark:
    """One indicator of one unit: counts, and what they earn out of `available` points of a score of 100.

    points and available are None where the indicator is not scored, or has nothing to count and its weight is spread.
    """

    code: str
    numerator: int
    denominator: int
    points: Fraction | None
    available: Fraction | None

    @property
    def lost(self) -> Fraction:
        """Points that were available and not earned."""
        return Fraction(0) if self.points is None or self.available is None else self.available - self.points


def marks(rubric: Rubric, counts: Mapping[str, tuple[int, int]]) -> tuple[Mark, ...]:
    """Every known indicator of `counts` (code -> numerator, denominator) marked, in the order in which they are shown.

    The points of the marks add up to the exact score. Nothing is available anywhere where no scored indicator has
    anything to count: the unit is not graded.
    """
    applicable = {code for code in rubric.criteria if counts.get(code, (0, 0))[1] > 0}
    spread = rubric.missing == "spread"
    scored = applicable if spread else set(rubric.criteria) & set(counts)
    known = [(one.code, rubric.criteria[one.code].weight) for one in INDICATORS if one.code in scored]
    shares = dict(zip((code for code, _ in known), _shares(tuple(weight for _, weight in known)), strict=True))
    marked = []
    for code in BY_CODE:
        if code not in counts:
            continue
        numerator, denominator = counts[code]
        if not applicable or code not in scored:
            marked.append(Mark(code, numerator, denominator, None, None))
            continue
        criterion = rubric.criteria[code]
        available = shares[code]
        without = ALL if rubric.missing == "full" else NOTHING
        achieved = criterion.achieved(numerator, denominator) if denominator > 0 else without
        points = available if achieved is ALL else available * achieved
        marked.append(Mark(code, numerator, denominator, points, available))
    return tuple(marked)


@cache
def _shares(weights: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """The points out of 100 that each weight makes; most units are scored on the same indicators."""
    whole = sum(weights, Fraction(0))
    return tuple(100 * weight / whole for weight in weights)


def score(marked: tuple[Mark, ...]) -> Decimal | None:
    """The score out of 100 with two decimals, half up; None for a unit that is not graded."""
    earned = [mark.points for mark in marked if mark.points is not None]
    return rounded(sum(earned, Fraction(0))) if earned else None


def rounded(exact: Fraction) -> Decimal:
    """Two decimals, half up."""
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


# ---------------------------------------------------------------------------------------------------- as a file


@cache
def default_rubric() -> Rubric:
    """The scheme the product ships with; all of its numbers are assumptions."""
    return read_rubric(
        resources.files("inspections.evaluation").joinpath("rubric.toml").read_text("utf-8"), "rubric.toml"
    )


def read_rubric(text: str, file: str, version: int = 0) -> Rubric:
    """A scheme from TOML text; `file` names it in errors.

    Raises InspectionsError `rubric_malformed`, `rubric_key` (an unknown or missing key, or a value of the wrong kind,
    with the key and what is expected), `rubric_marks` and `rubric_marks_less` (zero and full of an indicator do not
    rise, or fall where less is better, within what it can be), `rubric_never_scored` (the problem rate), `rubric_bands`
    (not falling within 0 to 100), `rubric_weights` (negative, or all zero) and `rubric_name`.
    """
    try:
        said = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    # Not only a TOMLDecodeError: numbers of thousands of digits and brackets in brackets are no TOML either.
    except (ValueError, RecursionError) as error:
        raise InspectionsError("rubric_malformed", file=file, detail=str(error)) from error
    _known(file, "", said, {"name", "missing", "bands", "indicators"})
    name, missing = said["name"], said["missing"]
    if not isinstance(name, str) or name.strip().splitlines() != [name] or len(name) > LONGEST_NAME:
        raise InspectionsError("rubric_name", file=file, longest=LONGEST_NAME)
    if missing not in MISSING:
        raise InspectionsError("rubric_key", file=file, key="missing", wanted=" / ".join(MISSING))
    bands, indicators = said["bands"], said["indicators"]
    _known(file, "bands.", bands, set(GRADES[:-1]))
    lowest = {grade: _number(file, f"bands.{grade}", bands[grade]) for grade in GRADES[:-1]}
    if not 100 >= lowest["excellent"] > lowest["good"] > lowest["fair"] > 0:
        raise InspectionsError("rubric_bands", file=file)
    criteria = {}
    _known(file, "indicators.", indicators, set(BY_CODE), all_needed=False)
    for indicator in (one for one in INDICATORS if one.code in indicators):
        code = indicator.code
        place = f"indicators.{code}."
        _known(file, place, indicators[code], {"weight", "zero", "full"})
        weight, zero, full = (
            _number(file, f"{place}{key}", indicators[code][key]) for key in ("weight", "zero", "full")
        )
        if weight < 0:
            raise InspectionsError("rubric_weights", file=file)
        if weight and not indicator.weightable:
            raise InspectionsError("rubric_never_scored", file=file, key=f"{place}weight")
        if not indicator.known(zero, full):
            wrong = "rubric_marks" if indicator.rises else "rubric_marks_less"
            raise InspectionsError(wrong, file=file, key=place.rstrip("."), most=LARGEST_MARK[indicator.kind])
        if weight:
            criteria[code] = Criterion(weight, zero, full)
    if not criteria:
        raise InspectionsError("rubric_weights", file=file)
    return Rubric(name, version, missing, lowest, criteria)


def write_rubric(rubric: Rubric) -> str:
    """The scheme as TOML text that `read_rubric` reads back to the same scheme."""
    lines = [f"name = {_quoted(rubric.name)}", f'missing = "{rubric.missing}"', "", "[bands]"]
    lines += [f"{grade} = {_decimal(rubric.bands[grade])}" for grade in GRADES[:-1]]
    for code, criterion in rubric.criteria.items():
        lines += ["", f"[indicators.{code}]"]
        lines += [f"{key} = {_decimal(getattr(criterion, key))}" for key in ("weight", "zero", "full")]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(one):04x}" if ord(one) < 32 or ord(one) == 127 else one for one in escaped) + '"'


def _decimal(value: Fraction) -> str:
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f")


def _known(file: str, place: str, table: Any, keys: set[str], *, all_needed: bool = True) -> None:
    if not isinstance(table, dict):
        raise InspectionsError("rubric_key", file=file, key=place.rstrip("."), wanted="[…]")
    wrong = [key for key in table if key not in keys] + [key for key in sorted(keys) if all_needed and key not in table]
    if wrong:
        raise InspectionsError("rubric_key", file=file, key=f"{place}{wrong[0]}", wanted=" / ".join(sorted(keys)))


def _number(file: str, key: str, value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not Decimal(value).is_finite():
        raise InspectionsError("rubric_key", file=file, key=key, wanted="0.5 / 20")
    return Fraction(value)
