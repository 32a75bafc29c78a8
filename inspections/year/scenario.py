"""What is asked of a plan and what comes of it: strata, goal, limits; quotas, rates, what they reach."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from inspections.words.classes import EVERY
from inspections.words.errors import InspectionsError

Goal = Literal["problems", "never_visited", "detection", "precision"]
GOALS: tuple[Goal, ...] = ("problems", "never_visited", "detection", "precision")
# Classes whose proportions rise; objects without a class stand outside the order.
RISING = EVERY
# Jeffreys' prior for a problem rate: next to nothing is known before the first visit (Jeffreys 1946).
PRIOR = (Fraction(1, 2), Fraction(1, 2))


# ---------------------------------------------------------------------------------------------------- scenarios


@dataclass(frozen=True)
class Stratum:
    """One class of a scenario.

    size: objects in the pool. days_per_visit: inspector-days that one visit takes. problem_rate: share of visits that
    find a problem, where it is known; done and problems: past visits and those among them with a problem, where it is
    to be estimated (posterior under `PRIOR`). effect: so many of those visits tell as much as one, because firms were
    seen more than once (`intervals.design_effect`). min_rate, max_rate: smallest and largest proportion drawn at one
    draw; above 0 means "never exempt" (不免抽). detection: wanted chance to find at least one object with a problem.
    """

    size: int
    days_per_visit: Fraction
    problem_rate: Fraction | None = None
    done: int | None = None
    problems: int | None = None
    min_rate: Fraction = Fraction(0)
    max_rate: Fraction = Fraction(1)
    detection: float | None = None
    effect: Fraction = Fraction(1)

    @property
    def posterior(self) -> tuple[Fraction, Fraction] | None:
        """The two parameters of the Beta distribution of the problem rate, None where it is known or unknown."""
        if self.done is None or self.problems is None:
            return None
        return PRIOR[0] + self.problems / self.effect, PRIOR[1] + (self.done - self.problems) / self.effect

    @property
    def expected_rate(self) -> Fraction | None:
        """The problem rate, or the mean of its posterior; None where nothing is said."""
        if self.posterior is None:
            return self.problem_rate
        return self.posterior[0] / sum(self.posterior)

    @property
    def expected_spread(self) -> Fraction:
        """The expected p(1 - p) of the rate p: 0 where nothing is said."""
        if self.posterior is None:
            rate = self.problem_rate or Fraction(0)
            return rate * (1 - rate)
        a, b = self.posterior
        return a * b / ((a + b) * (a + b + 1))


@dataclass(frozen=True)
class Scenario:
    """What is asked of a plan. Strata are keyed by class code ("A" … "E", "none").

    budget_days: inspector-days a year, None for no limit. rising: proportions must not fall with the risk; this binds
    the target proportions, of which the numbers are the rounded-up ones, so that k/N may cross by one object. draws:
    equal draws a year; rotation: they pass over objects already drawn. cap: planned visits a year that an object may
    expect; max_over_cap: how many objects may be expected to get more, None for no limit.

    Raises InspectionsError `plan_rate_missing`, `plan_detection_missing` where the goal needs them.
    """

    goal: Goal
    strata: Mapping[str, Stratum]
    budget_days: Fraction | None = None
    rising: bool = True
    draws: int = 1
    rotation: bool = False
    cap: int = 1
    max_over_cap: float | None = None

    def __post_init__(self) -> None:
        """Refuse a goal whose figures are missing."""
        if self.goal == "detection" and not any(stratum.detection for stratum in self.strata.values()):
            raise InspectionsError("plan_detection_missing")
        for name, stratum in self.strata.items():
            needed = self.goal in {"problems", "precision"} or (self.goal == "detection" and stratum.detection)
            if needed and stratum.expected_rate is None:
                raise InspectionsError("plan_rate_missing", stratum=name)

    @property
    def total(self) -> int:
        """Objects in all strata."""
        return sum(stratum.size for stratum in self.strata.values())

    @cached_property
    def unit(self) -> Fraction:
        """The largest unit of time of which a visit to each class is a whole number."""
        common = math.lcm(*(stratum.days_per_visit.denominator for stratum in self.strata.values()))
        return Fraction(1, common)

    def days(self, quota: Mapping[str, int]) -> Fraction:
        """Inspector-days a year that a plan takes."""
        return self.draws * sum(
            (quota[name] * stratum.days_per_visit for name, stratum in self.strata.items()), Fraction(0)
        )


@dataclass(frozen=True)
class Plan:
    """The answer. `quota` per class and draw; `rates` are proportions that give these numbers when rounded up.

    objective: in the goal's own unit (expected problems found a year; expected objects never visited; days; variance
    of the estimated overall problem rate). interval: where it lies with 95 % probability
    (`objectives.objective_interval`), None where nothing is uncertain. smallest_days, largest_days: cost of the least
    and of the largest plan that the limits allow. binding: limits that stop it ("budget", "min:A", "max:D",
    "rising:A-B", "over_cap"). proven: whether no better plan exists (see `quota_search`).
    """

    quota: dict[str, int]
    rates: dict[str, Fraction]
    days: Fraction
    objective: float
    interval: tuple[float, float] | None
    smallest_days: Fraction
    largest_days: Fraction
    over_cap: float
    binding: tuple[str, ...]
    proven: bool


@dataclass(frozen=True)
class Point:
    """One point of the trade-off: what a budget reaches. `wanted` is the detection probability asked for, else None."""

    days: Fraction
    objective: float
    wanted: float | None = None
