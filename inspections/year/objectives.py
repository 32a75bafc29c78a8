"""What a plan reaches by its goal: problems found, objects left out, chance of detection, precision; and its limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import scipy

from inspections.year.hypergeometric import hypergeometric
from inspections.year.scenario import RISING, Scenario, Stratum

_STEPS = 10_000
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


# ---------------------------------------------------------------------------------------------------- what a plan does


def objective(scenario: Scenario, quota: Mapping[str, int]) -> float:
    """What a plan reaches, in the unit of the scenario's goal."""
    if scenario.goal == "detection":
        return float(scenario.days(quota))
    if scenario.goal == "problems":
        return float(
            sum(
                (
                    scenario.draws * quota[name] * (stratum.expected_rate or 0)
                    for name, stratum in scenario.strata.items()
                ),
                Fraction(0),
            )
        )
    return float(sum(-float(gain(scenario, name)(np.array([quota[name]]))[0]) for name in scenario.strata))


_SAMPLES = 20_000


def objective_interval(scenario: Scenario, quota: Mapping[str, int]) -> tuple[float, float] | None:
    """Where what the plan reaches lies with 95 % probability, by sampling.

    Problems found: predictive (Geisser 1993), so that next year's number itself falls in it. The rate is drawn from
    its posterior, who has a problem from the rate, and who of them is drawn from the draws: beta-binomial for one draw
    and under rotation, with more spread where independent draws can meet the same objects again. Whole numbers, which
    hold 95 % or a little more. Precision: over the posteriors of the rates; None where all rates are known, and for the
    other goals.
    """
    estimated = any(stratum.posterior for stratum in scenario.strata.values())
    if scenario.goal != "problems" and not (scenario.goal == "precision" and estimated):
        return None
    generator = np.random.default_rng(0)
    total = np.zeros(_SAMPLES)
    for name, stratum in scenario.strata.items():
        posterior = stratum.posterior
        rates = (
            generator.beta(float(posterior[0]), float(posterior[1]), _SAMPLES)
            if posterior
            else np.full(_SAMPLES, float(stratum.expected_rate or 0))
        )
        if scenario.goal == "problems":
            total += _found(scenario, stratum.size, quota[name], rates, generator)
        elif stratum.size:
            total += _variance(scenario, stratum.size, np.array([quota[name]])) * rates * (1 - rates)
    # The rounding makes whole numbers of whole numbers, outwards.
    low, high = np.quantile(total, 0.025, method="lower"), np.quantile(total, 0.975, method="higher")
    return float(low), float(high)


def _found(scenario: Scenario, size: int, quota: int, rates: Floats, generator: np.random.Generator) -> Floats:
    """Visits of a year that find a problem in a class, one number per rate."""
    having = generator.binomial(size, rates)
    if not scenario.rotation:
        found = sum(
            (hypergeometric(having, size - having, quota, generator) for _ in range(scenario.draws)), 0 * having
        )
    else:
        rounds, more = divmod(scenario.draws * quota, size) if size else (0, 0)
        found = rounds * having + hypergeometric(having, size - having, more, generator)
    return np.asarray(found, dtype=np.float64)


def over_cap(scenario: Scenario, quota: Mapping[str, int]) -> float:
    """Objects that a year of this plan is expected to visit more often than the cap."""
    return float(sum(burden(scenario, name)(np.array([quota[name]]))[0] for name in scenario.strata))


def detection_chance(scenario: Scenario, name: str, quota: int) -> float:
    """The chance that a year of draws of `quota` objects finds at least one with a problem in this class.

    Each of the N objects has a problem with the probability that is the rate: their number is binomial where the rate
    is known, beta-binomial where it is estimated. (A number fixed at ceil(N·rate), as `sample_size` takes it to rule a
    rate out, would call it certain that a visit to all 38 of a class finds something at a rate of 5 %; it is 86 %.)
    The draws are independent, or pass over those already drawn (rotation).
    """
    stratum = scenario.strata[name]
    size, draws = stratum.size, scenario.draws
    distinct = min(draws * quota, size) if scenario.rotation else quota
    once = scenario.rotation or draws == 1
    known = float(stratum.expected_rate or 0)
    a, b = map(float, stratum.posterior or (0, 0))
    if once:
        missed = float(scipy.stats.betabinom.pmf(0, distinct, a, b)) if stratum.posterior else (1 - known) ** distinct
        return 1 - missed
    having_problems, chances = _spread(size, a, b) if stratum.posterior else _known_spread(size, known)
    clear = size - having_problems
    # The hypergeometric chance to draw none of them, over all their numbers at once.
    possible = clear >= distinct
    logs = scipy.special.gammaln(clear[possible] + 1) - scipy.special.gammaln(clear[possible] - distinct + 1)
    missed_once = np.exp(logs + scipy.special.gammaln(size - distinct + 1) - scipy.special.gammaln(size + 1))
    return 1 - float(chances[possible] @ missed_once**draws)


@lru_cache(maxsize=64)
def _spread(size: int, a: float, b: float) -> tuple[Floats, Floats]:
    """How many of `size` objects may have a problem, and how likely: beta-binomial, in 10,000 steps where more."""
    if size <= _STEPS:
        counts = np.arange(size + 1, dtype=np.float64)
        return counts, np.asarray(scipy.stats.betabinom.pmf(counts, size, a, b))
    edges = np.linspace(0, 1, _STEPS + 1)
    return (edges[:-1] + edges[1:]) / 2 * size, np.diff(scipy.stats.beta.cdf(edges, a, b))


@lru_cache(maxsize=64)
def _known_spread(size: int, rate: float) -> tuple[Floats, Floats]:
    """The same where the rate is known: binomial, what is rarer than any rounding left out, in 10,000 steps at most."""
    low, high = scipy.stats.binom.ppf(1e-15, size, rate), scipy.stats.binom.isf(1e-15, size, rate)
    edges = np.unique(np.linspace(low - 1, high, int(min(high - low + 1, _STEPS)) + 1).round())
    return (edges[:-1] + 1 + edges[1:]) / 2, np.diff(scipy.stats.binom.cdf(edges, size, rate))


def target_rates(scenario: Scenario, quota: Mapping[str, int]) -> dict[str, Fraction]:
    """Proportions that rise with the risk and give these numbers when rounded up (docs/statistics.md, section 2).

    Each is the largest with as few decimals as will do, so that a plan says "5 %" rather than "5.13 %". At most four
    decimals of a percent, as the data contract stores them: in a class of more than a million objects the number that
    comes back can therefore differ.
    """
    rates: dict[str, Fraction] = {}
    ordered = [name for name in RISING if name in scenario.strata] if scenario.rising else []
    reached = Fraction(0)
    for name, stratum in scenario.strata.items():
        if name not in ordered:
            rates[name] = _round_rate(stratum, quota[name], Fraction(0), Fraction(1))
    for place, name in enumerate(ordered):
        above = [
            Fraction(quota[other], scenario.strata[other].size)
            for other in ordered[place:]
            if scenario.strata[other].size
        ]
        rates[name] = _round_rate(scenario.strata[name], quota[name], reached, min(above, default=Fraction(1)))
        reached = max(reached, rates[name])
    return {name: rates[name] for name in scenario.strata}


def _round_rate(stratum: Stratum, quota: int, at_least: Fraction, at_most: Fraction) -> Fraction:
    if stratum.size == 0:
        return max(at_least, stratum.min_rate)
    high = min(Fraction(quota, stratum.size), at_most)
    over = Fraction(quota - 1, stratum.size)
    low = max(at_least, stratum.min_rate if stratum.min_rate <= high else Fraction(0))
    for decimals in range(2, 7):
        steps = 10**decimals
        rate = Fraction(math.floor(high * steps), steps)
        if rate > over and rate >= low:
            return rate
    return Fraction(math.floor(high * 10**6), 10**6)


# ---------------------------------------------------------------------------------------------------- goals and limits


def gain(scenario: Scenario, name: str) -> Callable[[Ints], Floats]:
    """Numbers drawn of a class -> what the goal gains by them, larger being better."""
    stratum, draws = scenario.strata[name], scenario.draws
    rate = float(stratum.expected_rate or 0)
    size, spread = stratum.size, float(stratum.expected_spread)

    def found(k: Ints) -> Floats:
        return np.asarray(draws * rate * k, dtype=np.float64)

    def visited(k: Ints) -> Floats:
        if size == 0:
            return np.zeros(len(k))
        if scenario.rotation:
            return -np.maximum(size - draws * k, 0).astype(np.float64)
        return np.asarray(-size * (1 - k / size) ** draws, dtype=np.float64)

    def precise(k: Ints) -> Floats:
        return -_variance(scenario, size, k) * spread if size else np.zeros(len(k))

    def indifferent(k: Ints) -> Floats:
        return np.zeros(len(k))

    return {"problems": found, "never_visited": visited, "precision": precise, "detection": indifferent}[scenario.goal]


def _variance(scenario: Scenario, size: int, k: Ints) -> Floats:
    """What a class adds to the variance of the overall rate, per p(1 - p): stratified, finite (Cochran 1977).

    p(1 - p) is the expected S² (divisor N - 1) of a class whose objects have a problem with probability p each.
    Independent draws are averaged; under rotation they are one sample, and a class seen whole adds nothing.
    """
    weight = (size / scenario.total) ** 2
    n = np.minimum(k * scenario.draws, size) if scenario.rotation else k
    with np.errstate(divide="ignore"):
        single = np.where(n > 0, weight * (1 - n / size) / np.maximum(n, 1), np.inf)
    return np.asarray(single if scenario.rotation else single / scenario.draws)


def burden(scenario: Scenario, name: str) -> Callable[[Ints], Floats]:
    """Numbers drawn of a class -> its expected objects with more visits a year than the cap."""
    size, draws, cap = scenario.strata[name].size, scenario.draws, scenario.cap

    def over(k: Ints) -> Floats:
        if size == 0 or draws <= cap:
            return np.zeros(len(k))
        if scenario.rotation:
            return np.clip(draws * k - cap * size, 0, size).astype(np.float64)
        return np.asarray(size * scipy.stats.binom.sf(cap, draws, k / size), dtype=np.float64)

    return over
