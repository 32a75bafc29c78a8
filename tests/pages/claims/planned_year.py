"""A year as it is planned, a second time: what every task draws of every class, and what chance makes of it."""

from __future__ import annotations

import datetime
import hashlib
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.pages.claims.known import Claims

MULTIPLES = {"A": Fraction(1), "B": Fraction(3, 2), "C": Fraction(5, 2), "D": Fraction(4), "none": Fraction(1)}


@dataclass(frozen=True)
class Planned:
    """`strata`: pool and quota of each class by task, under "" of a whole pool. `cells`: objects of like classes."""

    strata: dict[int, dict[str, tuple[int, int]]]
    cells: tuple[tuple[dict[int, str], str, int], ...]

    def chance(self, task_id: int, code: str) -> Fraction:
        """That an object of a class is drawn by a task."""
        pool, quota = self.strata[task_id].get(code, self.strata[task_id].get("", (0, 0)))
        return Fraction(quota, pool) if pool else Fraction(0)

    @property
    def drawn(self) -> int:
        """Objects drawn by all tasks."""
        return sum(quota for strata in self.strata.values() for _, quota in strata.values())

    @property
    def objects(self) -> int:
        return sum(size for _, _, size in self.cells)

    def never(self, code: str | None = None) -> float:
        """Objects of a class expected never to be drawn, draws being independent; of all for None."""
        total = Fraction(0)
        for path, report_class, size in self.cells:
            if code in (None, report_class):
                total += size * math.prod((1 - self.chance(*step) for step in path.items()), start=Fraction(1))
        return float(total)

    def over(self, cap: int) -> float:
        """Objects expected to be drawn more often than that."""
        total = 0.0
        for path, _, size in self.cells:
            spread = [1.0]
            for chance in (float(self.chance(*step)) for step in path.items()):
                more = [0.0, *(share * chance for share in spread)]
                spread = [share * (1 - chance) + more[place] for place, share in enumerate([*spread, 0.0])]
            total += size * sum(spread[cap + 1 :])
        return total

    def average(self, code: str) -> float:
        """The share of a class that one draw takes, over all draws together."""
        drawn = sizes = Fraction(0)
        for path, _, size in self.cells:
            for task_id, own in path.items():
                if own == code:
                    drawn, sizes = drawn + size * self.chance(task_id, own), sizes + size
        return float(drawn / sizes) if sizes else 0.0

    def doors(self) -> dict[str, float]:
        """Objects expected to be drawn, each time counted, by the class that they are reported under."""
        found: dict[str, float] = {}
        for path, code, size in self.cells:
            found[code] = found.get(code, 0.0) + size * float(sum(self.chance(*step) for step in path.items()))
        return found


def wanted(pool: int, rate: object, op: str | None) -> int:
    """How many a proportion asks for."""
    exactly = pool * Fraction(str(rate))
    return min(pool, math.floor(exactly) + 1 if op == ">" else math.ceil(exactly))


def rising(pools: dict[str, int], total: int) -> dict[str, int]:
    """So many, one after another to the class whose next object falls due first, at the multiples of risk."""
    taken = dict.fromkeys(pools, 0)
    while sum(taken.values()) < (max(total, sum(size > 0 for size in pools.values())) if total else 0):
        due = [code for code, size in pools.items() if taken[code] < size]
        code = min(
            due, key=lambda one: (taken[one] / (pools[one] * MULTIPLES[one]), -MULTIPLES[one], one == "none", one)
        )
        taken[code] += 1
    return taken


def planned(one: Claims, tasks: frozenset[int] | None = None, **own: str) -> Planned:
    """The year's tasks, or some; `own`: what an address sets, proportions (rate_D) or factors (times_D) for classes."""
    known = one.naive.__dict__.setdefault("planned", {})
    key = (one.bureau_id, one.year, one.as_of, tasks, tuple(sorted(own.items())))
    if key not in known:
        known[key] = _planned(one, tasks, own)
    found: Planned = known[key]
    return found


def _planned(one: Claims, tasks: frozenset[int] | None, own: dict[str, str]) -> Planned:
    cells = []
    for text, report_class, size in one.of.year_cells(None, None):
        steps = (step.split("=") for step in text.split(";"))
        path = {int(task): code for task, code in steps if tasks is None or int(task) in tasks}
        cells.append((path, report_class, size))
    of_class: dict[int, dict[str, dict[str, Any]]] = {}
    for row in one.naive.table("task_class_rate"):
        of_class.setdefault(row["task_id"], {})[row["class"]] = row
    strata: dict[int, dict[str, tuple[int, int]]] = {}
    for task_id, task in one.of.tasks.items():
        pools: dict[str, int] = {}
        for path, _, size in cells:
            if task_id in path:
                pools[path[task_id]] = pools.get(path[task_id], 0) + size
        quotas = quotas_of(task, pools, of_class.get(task_id), own)
        if quotas is not None and pools:
            whole = sum(pools.values())
            strata[task_id] = {code: (pools.get(code, whole), quota) for code, quota in quotas.items()}
    kept = [({task: code for task, code in path.items() if task in strata}, code, size) for path, code, size in cells]
    return Planned(strata, tuple(cell for cell in kept if cell[0]))


def quotas_of(
    task: dict[str, Any], pools: dict[str, int], of_class: dict[str, dict[str, Any]] | None, own: dict[str, str]
) -> dict[str, int] | None:
    """What a task draws of each class; under "" of the whole pool; None where the plan says no number."""
    rates = {key[5:]: value for key, value in own.items() if key.startswith("rate_")}
    if rates:
        return {code: wanted(size, Fraction(rates.get(code, "0")) / 100, "=") for code, size in pools.items()}
    total = sum(pools.values())
    quotas: dict[str, int]
    if of_class:
        quotas = dict.fromkeys(pools, 0)
        for code, row in of_class.items():
            if code in pools:
                asked = row["quota"] if row["quota"] is not None else wanted(pools[code], row["rate"], row["rate_op"])
                quotas[code] = min(asked, pools[code])
    elif task["quota"] is not None:
        quotas = {"": min(task["quota"], total)}
    elif task["rate"] is None:
        return None
    else:
        count = wanted(total, task["rate"], task["rate_op"])
        quotas = rising(pools, count) if task["rate"] == 1 or task["risk_rule"] is not None else {"": count}
    times = {key[6:]: Fraction(value) for key, value in own.items() if key.startswith("times_")}
    by = {code: times.get(code, Fraction(1)) for code in pools}
    if sum(quotas.values()) == total or all(factor == 1 for factor in by.values()):
        return quotas
    if "" in quotas and len(set(by.values())) == 1:
        return {"": min(total, math.ceil(quotas[""] * next(iter(by.values()))))}
    begun = {code: Fraction(quotas[""] * size, total) for code, size in pools.items()} if "" in quotas else quotas
    return {code: min(size, math.ceil(begun[code] * by[code])) for code, size in pools.items()}


def problems(one: Claims, doors: dict[str, float]) -> float:
    """Problems expected behind so many doors: shares of this year and the last, a firm's own visits weighed down."""
    known: dict[str, list[tuple[float, ...]]] = {}
    for other in (one, one.before):
        for code, *row in other.of.problem_rates(None):
            known.setdefault(code, []).append(tuple(row))
    total = 0.0
    for code, opened in doors.items():
        rows = known.get(code, [(0,) * 6])
        m, x, firms, m_squared, x_squared, both = (sum(column) for column in zip(*rows, strict=True))
        effect = m_squared / m if m else 1.0
        if firms > 1 and 0 < x < m:
            share = x / m
            between = firms / (firms - 1) * (x_squared - 2 * share * both + share**2 * m_squared) / m
            effect = min(max(1.0, between / (share * (1 - share))), effect)
        total += opened * (0.5 + x / effect) / (1 + m / effect)
    return total


@dataclass(frozen=True)
class Drawn:
    """A year drawn by tickets: objects never drawn, doors by the class of objects, objects above the cap."""

    never: int
    doors: dict[str, float]
    over: int

    @property
    def names(self) -> int:
        return int(sum(self.doors.values()))


def drawn(one: Claims, year: Planned, seeds: list[str], cap: int) -> list[Drawn]:
    """The year drawn once with each seed, task by task: the objects with the smallest tickets."""
    steps: dict[str, list[tuple[datetime.date, int, str]]] = {}
    for task_id in year.strata:
        day = one.of.tasks[task_id]["starts_on"] or datetime.date(one.year, 1, 1)
        for object_id, code in pool_of(one, task_id, day).items():
            steps.setdefault(object_id, []).append((day, task_id, code))
    found = []
    for seed in seeds:
        times = dict.fromkeys(steps, 0)
        for task_id, strata in year.strata.items():
            frame = {each: step[2] for each, path in steps.items() for step in path if step[1] == task_id}
            tickets = {each: hashlib.sha256(f"{seed}-{task_id},{each}".encode()).digest() for each in frame}
            for stratum, (_, quota) in strata.items():
                own = sorted((each for each in frame if stratum in ("", frame[each])), key=tickets.__getitem__)
                for each in own[:quota]:
                    times[each] += 1
        doors: dict[str, float] = {}
        for each, count in times.items():
            code = min(steps[each])[2]
            doors[code] = doors.get(code, 0.0) + count
        found.append(Drawn(list(times.values()).count(0), doors, sum(count > cap for count in times.values())))
    return found


def pool_of(one: Claims, task_id: int, day: datetime.date) -> dict[str, str]:
    """A task's pool with classes: as it was first drawn from, else its active objects with their class of that day."""
    recorded = next((draw for draw in one.of.every_draw if draw["task_id"] == task_id), None)
    if recorded:
        return one.of.frame(recorded)
    task = one.of.tasks[task_id]
    scope = task["draw_scope_id"] or task["scope_id"]
    status = {row["object_id"]: row["status"] for row in one.naive.tables["object"]}
    members = [row["object_id"] for row in one.naive.tables["object_scope"] if row["scope_id"] == scope]
    return {each: one.of.class_on(each, day) for each in members if status[each] == "active"}
