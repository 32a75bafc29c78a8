"""One pool of a bureau's year as a scenario to plan: classes, draws, what past visits found, the plan in force."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd
import scipy

from inspections.draws.quotas import planned_quotas
from inspections.words.classes import NONE
from inspections.words.rates import rate
from inspections.year.intervals import design_effect
from inspections.year.objectives import detection_chance
from inspections.year.scenario import Plan, Scenario


@dataclass(frozen=True)
class InForce:
    """What this year's plan does in a pool, per class: `visits` expected, `never` objects expected to see none.

    `shares`: of each class the share that each task draws; `rotation`: whether tasks pass over those drawn before.
    """

    visits: Mapping[str, float]
    never: Mapping[str, float]
    shares: Mapping[str, Sequence[float]]
    rotation: bool

    def days(self, scenario: Scenario) -> Fraction:
        """Inspector-days that these visits take, rounded up to half a day."""
        spent = sum(
            float(stratum.days_per_visit) * self.visits.get(name, 0.0) for name, stratum in scenario.strata.items()
        )
        return Fraction(math.ceil(spent * 2 - 1e-9), 2)

    def over(self, scenario: Scenario) -> float:
        """Objects expected to be visited more often than the cap of `scenario`."""
        return sum(
            stratum.size * _more_than(scenario.cap, self.shares.get(name, ()), rotation=self.rotation)
            for name, stratum in scenario.strata.items()
        )

    def problems(self, scenario: Scenario) -> float:
        """Problems that these visits are expected to find."""
        return sum(
            float(stratum.expected_rate or 0) * self.visits.get(name, 0.0) for name, stratum in scenario.strata.items()
        )


def _more_than(cap: int, shares: Sequence[float], *, rotation: bool) -> float:
    """The chance of an object to be drawn more than `cap` times by draws that take these shares of its class."""
    if rotation:
        return min(1.0, max(0.0, sum(shares) - cap))
    return float(scipy.stats.poisson_binom.sf(cap, shares)) if len(shares) > cap else 0.0


def class_sizes(pools: pd.DataFrame, scope_id: int, order: Sequence[str]) -> dict[str, int]:
    """Objects per class of one pool, in `order`; `pools`: rows of `queries/pool_classes.sql`."""
    of_pool = pools[pools["scope_id"] == scope_id]
    known = dict(zip(of_pool["class"].astype(str), of_pool["objects"].astype(int), strict=True))
    return {code: known[code] for code in order if code in known}


def drawn_at_random(tasks: pd.DataFrame, scope_id: int) -> pd.DataFrame:
    """The tasks on a pool that leave something to chance; `tasks`: rows of `queries/tasks.sql`. 100 % tasks are not."""
    return tasks[(tasks["scope_id"] == scope_id) & (tasks["rate"].isna() | (tasks["rate"] < 1))]


def history(results: Sequence[pd.DataFrame]) -> dict[str, tuple[int, int, Fraction]]:
    """Visits done, those with a problem and their design effect per class, over several years.

    `results`: rows of `queries/problem_rates.sql`, a frame per year. A firm counts anew every year: what it was found
    to do in one year is not known beside the other.
    """
    added = pd.concat(results).groupby("class", observed=True).sum()
    return {
        str(code): (int(row["results"]), int(row["problems"]), Fraction(effect_of(row)).limit_denominator(1000))
        for code, row in added.iterrows()
    }


def effect_of(row: Any) -> float:
    """The design effect of one class: a row of `queries/problem_rates.sql`, or sums of such rows."""
    return design_effect(
        int(row["firms"]),
        (int(row["results"]), int(row["results_squared"])),
        (int(row["problems"]), int(row["problems_squared"])),
        int(row["results_problems"]),
    )


def in_force(
    tasks: pd.DataFrame, sizes: Mapping[str, int], class_rates: pd.DataFrame, *, rotation: bool = False
) -> InForce:
    """The plan in force over these tasks, their draws independent of each other unless `rotation`.

    A task that does not tell classes apart draws of each in proportion to its size. Tasks without a number do not
    count.
    """
    visits, missed = dict.fromkeys(sizes, 0.0), dict.fromkeys(sizes, 1.0)
    shares: dict[str, list[float]] = {code: [] for code in sizes}
    whole = sum(sizes.values())
    for task in tasks.to_dict("records"):
        planned = planned_quotas(task, sizes, class_rates)
        if planned is None:
            continue
        for code, size in sizes.items():
            drawn = planned * (rate(size, whole) or 0.0) if isinstance(planned, int) else float(planned.get(code, 0))
            visits[code] += drawn
            shares[code].append(rate(drawn, size) or 0.0)
            missed[code] *= 1 - shares[code][-1]
    if rotation:
        never = {code: max(0.0, size - visits[code]) for code, size in sizes.items()}
    else:
        never = {code: size * missed[code] for code, size in sizes.items()}
    return InForce(visits, never, shares, rotation)


def for_every_class(rates: Mapping[str, Fraction], classes: Sequence[str]) -> dict[str, Fraction]:
    """Proportions for the whole scheme, lowest risk first, `none` last: an object may change its class before the draw.

    A class that the pool does not have today takes the proportion of the next lower one, the lowest that of the next
    higher; objects without a class count like the lowest. A pool without any class keeps its one proportion.
    """
    known = [code for code in classes if code in rates]
    if not known:
        return dict(rates)
    filled, last = {}, rates[known[0]]
    for code in classes:
        last = rates.get(code, last)
        filled[code] = last
    return {**filled, NONE: rates.get(NONE, filled[classes[0]])}


def comparison(
    scenario: Scenario, plan: Plan | None, now: InForce, last_year: pd.DataFrame, name_of: Callable[[str], str]
) -> pd.DataFrame:
    """One row per class: best numbers beside the plan in force and last year's draws.

    last_year: rows of `queries/task_classes.sql`, the random draws on this pool a year ago. Proportions are averages
    per draw. The problem rate is the expected one with the central 95 % of its posterior.
    """
    past = last_year.groupby("class", observed=True)[["drawn", "pool"]].sum().to_dict("index")
    rows = []
    for code, stratum in scenario.strata.items():
        posterior, before = stratum.posterior, past.get(code)
        low, high = (
            (scipy.stats.beta.ppf(tail, float(posterior[0]), float(posterior[1])) for tail in (0.025, 0.975))
            if posterior
            else (None, None)
        )
        quota = plan.quota[code] if plan else None
        rows.append(
            {
                "class": code,
                "class_name": name_of(code),
                "pool": stratum.size,
                "best_quota": quota,
                "best_rate": float(plan.rates[code]) if plan else None,
                "in_force_rate": rate(now.visits.get(code), stratum.size * scenario.draws),
                "last_year_rate": rate(before["drawn"], before["pool"]) if before else None,
                "year_visits": None if quota is None else quota * scenario.draws,
                "inspector_days": None if quota is None else float(scenario.draws * quota * stratum.days_per_visit),
                "detection_rate": detection_chance(scenario, code, quota) if quota is not None else None,
                "results": stratum.done,
                "problems": stratum.problems,
                "expected_problem_rate": None if stratum.expected_rate is None else float(stratum.expected_rate),
                "lowest_problem_rate": low,
                "highest_problem_rate": high,
            }
        )
    return pd.DataFrame(rows)
