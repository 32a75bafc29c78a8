"""The year as it is planned, or as it would be with other proportions: from answers of the database to a `Year`."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from inspections.draws.quotas import Rounding, exact, planned_quotas, scaled_quotas
from inspections.words.rates import rate
from inspections.year.exact import ExactYear
from inspections.year.planned import ALL, Cell, PlannedDraw, Year
from inspections.year.scenario import PRIOR
from inspections.year.simulation import SimulatedYear


@dataclass(frozen=True)
class Choice:
    """What is asked of the year. Hashable, so that it can be the key of a cache.

    tasks: ids of the tasks that take part, None for all. rates: own proportion per class as (class, text) for these
    tasks, None for the plan in force. factors: how many times as often as planned each class is
    drawn, as (class, text). rotation: tasks of a series pass over those already drawn. merge: tasks on one pool with
    one window open the door once. cap: planned visits a year that an object may expect.
    """

    tasks: tuple[int, ...] | None = None
    rates: tuple[tuple[str, str], ...] | None = None
    rotation: bool = False
    merge: bool = False
    cap: int = 1
    rounding: Rounding = "ceil"
    factors: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True)
class Answers:
    """What the database says of a bureau's year.

    cells: `queries/year_cells.sql`; tasks: `queries/tasks.sql`; series: `queries/year_series.sql`;
    class_rates: `queries/task_class_rates.sql`.
    """

    cells: pd.DataFrame
    tasks: pd.DataFrame
    series: pd.DataFrame
    class_rates: pd.DataFrame


def year_answers(
    ask: Callable[..., pd.DataFrame], scope: Mapping[str, Any], pool: tuple[int, int] | None = None
) -> Answers:
    """What the database says of a bureau's year; `pool` puts one task (its id) on another pool (its scope id).

    `ask` answers a question of `queries/`; `scope`: bureau_id, year and as_of.
    """
    task_id, scope_id = pool or (None, None)
    tasks = ask("tasks", **scope)
    if pool:
        tasks = tasks.assign(scope_id=tasks["scope_id"].where(tasks["task_id"] != task_id, scope_id))
    return Answers(
        cells=ask("year_cells", **scope, pool_task_id=task_id, pool_scope_id=scope_id),
        tasks=tasks,
        series=ask("year_series", **scope),
        class_rates=ask("task_class_rates", **scope),
    )


def year_of(answers: Answers, choice: Choice) -> Year:
    """The year of `choice`: the plan in force for every task that `choice` does not change.

    Tasks that said neither a proportion nor a number are left out: nothing can be computed for them.
    """
    tasks = answers.tasks.loc[[_chosen(task_id, choice) for task_id in answers.tasks["task_id"]]]
    paths = [
        (dict(step.split("=") for step in path.split(";")), str(report_class), int(size))
        for path, report_class, size in zip(
            answers.cells["path"], answers.cells["report_class"], answers.cells["size"], strict=True
        )
    ]
    own = None if choice.rates is None else dict(choice.rates)
    factors = {code: Fraction(text) for code, text in choice.factors or ()}
    series_of = dict(zip(answers.series["task_id"], answers.series["series"], strict=True))
    draws: list[PlannedDraw] = []
    for task in tasks.sort_values(["starts_on", "task_id"], na_position="first").to_dict("records"):
        key = str(task["task_id"])
        pools: dict[str, int] = {}
        for strata, _, size in paths:
            if key in strata:
                pools[strata[key]] = pools.get(strata[key], 0) + size
        quotas = planned_quotas(task, pools, answers.class_rates, own, choice.rounding)
        if quotas is not None and factors:
            quotas = scaled_quotas(quotas, pools, factors)
        if quotas is not None:
            draws.append(PlannedDraw(key, quotas, series_of[task["task_id"]], _door(task) if choice.merge else None))
    drawn = {draw.task for draw in draws}
    cells: dict[tuple[tuple[tuple[str, str], ...], str], int] = {}
    for strata, report_class, size in paths:
        kept = tuple((task_id, code) for task_id, code in strata.items() if task_id in drawn)
        if kept:
            cells[kept, report_class] = cells.get((kept, report_class), 0) + size
    return Year(
        cells=tuple(
            Cell(f"{number}", size, dict(strata), report_class)
            for number, ((strata, report_class), size) in enumerate(cells.items(), start=1)
        ),
        draws=tuple(draws),
        cap=choice.cap,
        rotation=choice.rotation,
    )


def _chosen(task_id: int, choice: Choice) -> bool:
    return choice.tasks is None or int(task_id) in choice.tasks


def _door(task: Mapping[Hashable, Any]) -> str | None:
    if pd.isna(task["starts_on"]) or pd.isna(task["scope_id"]):
        return None
    return f"{task['scope_id']}:{task['starts_on']}:{task['ends_on']}"


@dataclass(frozen=True)
class SeriesFacts:
    """What a series of equal tasks does by itself, for the sentence that says it.

    rate: the tasks' common proportion, None where they differ. nominal: share never visited as the notice's proportions
    say, without rounding, draws being independent (∏(1 − p)); rotated: the same under rotation (1 − ∑p, at least 0).
    Both None where a task gives no proportion. pool_tasks: tasks on the same pool, those of the series included;
    visits: what an object of the pool expects of them in a year (∑p), None where one of them gives no proportion.
    """

    task_ids: tuple[int, ...]
    rate: float | None
    nominal: float | None
    rotated: float | None
    scope: str
    pool_tasks: tuple[int, ...]
    visits: float | None


def longest_series(answers: Answers) -> SeriesFacts | None:
    """The series with the most tasks, at least two, none of them at 100 %; None where a year has none."""
    groups = answers.series.groupby("series")["task_id"].apply(lambda ids: tuple(int(i) for i in ids))
    tasks = answers.tasks.set_index("task_id")
    candidates = [ids for ids in groups if len(ids) > 1 and not any(tasks.loc[i, "rate"] == 1 for i in ids)]
    if not candidates:
        return None
    ids = max(candidates, key=len)
    known, pool = _rates(tasks, ids), share_pool(answers, ids)
    complete, of_pool = len(known) == len(ids), _rates(tasks, pool)
    return SeriesFacts(
        task_ids=ids,
        rate=float(known[0]) if complete and len(set(known)) == 1 else None,
        nominal=float(math.prod((1 - rate for rate in known), start=Fraction(1))) if complete else None,
        rotated=float(max(Fraction(0), 1 - sum(known, start=Fraction(0)))) if complete else None,
        scope=str(tasks.loc[ids[0], "scope"]),
        pool_tasks=pool,
        visits=float(sum(of_pool)) if len(of_pool) == len(pool) else None,
    )


def _rates(tasks: pd.DataFrame, ids: tuple[int, ...]) -> list[Fraction]:
    """The proportions that the notice gives for these tasks; a task without one gives none."""
    return [exact(float(rate)) for rate in tasks.loc[list(ids), "rate"].dropna()]


def series_of(answers: Answers, task_ids: tuple[int, ...]) -> tuple[int, ...]:
    """All tasks of the series that `task_ids` belong to."""
    keys = set(answers.series.loc[answers.series["task_id"].isin(task_ids), "series"])
    return tuple(int(i) for i in answers.series.loc[answers.series["series"].isin(keys), "task_id"])


def share_pool(answers: Answers, task_ids: tuple[int, ...]) -> tuple[int, ...]:
    """All tasks of the year on the pool of `task_ids`, those included."""
    scopes = set(answers.tasks.loc[answers.tasks["task_id"].isin(task_ids), "scope_id"])
    return tuple(int(i) for i in answers.tasks.loc[answers.tasks["scope_id"].isin(scopes), "task_id"])


def rates_of(answers: Answers, choice: Choice) -> dict[str, float]:
    """The share of each class that one draw of the chosen tasks takes, in [0, 1], over all of them together.

    A draw that does not tell classes apart takes of each in proportion to its size. Classes in no pool are left out.
    """
    year = year_of(answers, choice)
    sizes: dict[str, int] = {}
    drawn: dict[str, float] = {}
    for draw in year.draws:
        pool: dict[str, int] = {}
        for cell in year.cells:
            if draw.task in cell.strata:
                code = cell.strata[draw.task]
                pool[code] = pool.get(code, 0) + cell.size
        for code, size in pool.items():
            stratum = draw.stratum(code)
            share = rate(draw.quota(stratum), year.pools[draw.task][stratum]) or 0.0
            sizes[code] = sizes.get(code, 0) + size
            drawn[code] = drawn.get(code, 0.0) + size * share
    return {code: drawn[code] / size for code, size in sizes.items() if size}


@dataclass(frozen=True)
class Work:
    """What a year costs and brings: visits (doors opened) and the problems that they are expected to find."""

    visits: float
    problems: float


def work(year: ExactYear | SimulatedYear, past: Mapping[str, tuple[int, int, Fraction]]) -> Work | None:
    """The work of a year; None where its visits are not known exactly.

    `past`: visits done, those among them with a problem and their design effect, per class (`proportions.history`); a
    class's problem rate is the mean of its posterior, as it is where the best proportions are sought.
    """
    doors: dict[str, float] = {}
    for code, figures in year.figures.items():
        if code == ALL:
            continue
        if figures.expected_visits_per_object is None:
            return None
        doors[code] = figures.expected_visits_per_object * figures.objects
    return work_of(doors, past)


def work_of(doors: Mapping[str, float], past: Mapping[str, tuple[int, int, Fraction]]) -> Work:
    """The work of so many doors opened per class; `past` as for `work`."""
    problems = 0.0
    for code, opened in doors.items():
        done, found, effect = past.get(code, (0, 0, Fraction(1)))
        problems += opened * float((PRIOR[0] + found / effect) / (sum(PRIOR) + done / effect))
    return Work(float(sum(doors.values())), problems)


def compare(exact_year: ExactYear, simulated: SimulatedYear, in_force: ExactYear) -> pd.DataFrame:
    """One row per report class and `all`: plan in force, the choice exactly, and simulated with its Monte Carlo error.

    Counts of objects (never_*, over_cap_*) and visits per object (visits_*); missing where only simulation can tell.
    """
    rows = []
    for code, seen in simulated.figures.items():
        known, plan = exact_year.figures[code], in_force.figures.get(code)
        rows.append(
            {
                "report_class": code,
                "objects": seen.objects,
                "never_in_force": plan.never_visited.mean if plan and plan.never_visited else None,
                "never_exact": known.never_visited.mean if known.never_visited else None,
                "never_simulated": seen.never_visited.mean,
                "never_error": seen.never_visited.error,
                "visits_exact": known.expected_visits_per_object,
                "visits_simulated": seen.expected_visits_per_object,
                "visits_error": seen.expected_visits_error,
                "over_cap_exact": known.over_cap.mean if known.over_cap else None,
                "over_cap_simulated": seen.over_cap.mean,
                "over_cap_error": seen.over_cap.error,
            }
        )
    return pd.DataFrame(rows)
