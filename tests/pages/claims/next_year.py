"""Next year's proportions: what a pool's plan in force does there, and what was adopted."""

from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction
from typing import Any

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import class_of, classes_of, true
from tests.pages.claims.known import Claims
from tests.pages.claims.planned_year import problems, quotas_of
from tests.pages.claims.worlds import ASIDE

# What the page begins with: the least proportion of every class.
FLOOR = Fraction(1, 20)


def pool_of(one: Claims, name: str | None = None) -> int:
    """The pool of a name, or the one that the page's address names, or that it begins with: most random tasks."""
    wanted = name or one.chosen.get("plan_pool")
    scopes = one.naive.names["scope"]
    if wanted:
        return next(scope for scope, known in scopes.items() if known == wanted and random_tasks(one, scope))
    own = [row["scope_id"] for row in one.naive.tables["scope"] if row["bureau_id"] == one.bureau_id]
    usable = sorted((scope for scope in own if sizes(one, scope)), key=lambda scope: scopes[scope])
    return int(max(usable, key=lambda scope: len(random_tasks(one, scope))))


def random_tasks(one: Claims, scope_id: int) -> list[dict[str, Any]]:
    """The tasks on a pool that leave something to chance."""
    tasks = [task for task in one.of.tasks.values() if (task["draw_scope_id"] or task["scope_id"]) == scope_id]
    return [task for task in tasks if task["rate"] is None or task["rate"] < 1]


def sizes(one: Claims, scope_id: int) -> dict[str, int]:
    """Active objects of a pool by the class that they have on the day."""
    status = {row["object_id"]: row["status"] for row in one.naive.tables["object"]}
    counted: dict[str, int] = {}
    for row in one.naive.tables["object_scope"]:
        if row["scope_id"] == scope_id and status[row["object_id"]] == "active":
            code = one.of.class_on(row["object_id"], one.as_of)
            counted[code] = counted.get(code, 0) + 1
    return counted


def shares(one: Claims, scope_id: int) -> dict[str, list[float]]:
    """The share of each class of a pool that each task of the plan in force draws."""
    pool = sizes(one, scope_id)
    found: dict[str, list[float]] = {code: [] for code in pool}
    of_class: dict[int, dict[str, dict[str, Any]]] = {}
    for row in one.naive.table("task_class_rate"):
        of_class.setdefault(row["task_id"], {})[row["class"]] = row
    for task in random_tasks(one, scope_id):
        quotas = quotas_of(task, pool, of_class.get(task["task_id"]), {})
        for code, size in pool.items() if quotas is not None else ():
            drawn = quotas[""] * size / sum(pool.values()) if "" in quotas else quotas.get(code, 0)
            found[code].append(drawn / size)
    return found


def in_force(one: Claims, scope_id: int) -> tuple[dict[str, float], float]:
    """Visits by class that the plan in force makes on a pool, and objects that it leaves without one."""
    pool, found = sizes(one, scope_id), shares(one, scope_id)
    visits = {code: size * sum(found[code]) for code, size in pool.items()}
    return visits, sum(size * math.prod(1 - share for share in found[code]) for code, size in pool.items())


def over(one: Claims, scope_id: int, cap: int) -> float:
    """Objects of a pool that the plan in force visits more often than that: every way in which its draws can meet."""
    total = 0.0
    for code, known in shares(one, scope_id).items():
        for hits in itertools.product((True, False), repeat=len(known)):
            if sum(hits) > cap:
                chances = [share if hit else 1 - share for share, hit in zip(known, hits, strict=True)]
                total += sizes(one, scope_id)[code] * math.prod(chances)
    return total


def days(visits: dict[str, float]) -> Fraction:
    """Inspector-days, one a visit, rounded up to half a day."""
    return Fraction(math.ceil(sum(visits.values()) * 2 - 1e-9), 2)


def told_days(text: object) -> Fraction:
    """Days as they are written."""
    return Fraction(str(text).replace(",", ""))


@true("proportions.table_title", "proportions.propose_title", "proportions.propose_note")
def _(one: Claims, said: Said) -> bool:
    return bool(said["year"] == one.year + 1)


@true("proportions.finding.problems", "proportions.finding.never_visited", "proportions.finding.detection",
      "proportions.finding.precision")  # fmt: skip
def _(one: Claims, said: Said) -> bool:
    """Every class of the pool has a proportion at which so many draws take so many days; before, the plan in force."""
    scope_id = pool_of(one, said["scope"])
    pool, tasks = sizes(one, scope_id), random_tasks(one, scope_id)
    visits, never = in_force(one, scope_id)
    rates = {class_of(part): Fraction(re.findall(r"[\d.]+", part)[-1]) / 100 for part in said["rates"].split("、")}
    if set(rates) != set(pool) or said["draws"] != len(tasks):
        return False
    # Proportions are written with two digits.
    about = [len(tasks) * pool[code] * rate for code, rate in rates.items()]
    near_days = abs(sum(about) - told_days(said["days"])) <= len(tasks) * len(pool)
    known = {"problems": problems(one, visits), "never_visited": never, "detection": float(days(visits))}
    befores = [value for value in known.values() if said["before"] is not None and abs(value - said["before"]) < 0.01]
    return near_days and (said["before"] is None or bool(befores))


@true("proportions.bar_label")
def _(one: Claims, said: Said) -> bool:
    """A class of the pool, the number to be drawn from it, and the share that this is."""
    pool = sizes(one, pool_of(one))
    return said["pool"] in pool.values() and 0 <= said["quota"] <= said["pool"]


@true("proportions.classes_note")
def _(one: Claims, said: Said) -> bool:
    """The years from which there are results of random draws."""
    years = [str(other.year) for other in (one.before, one) if other.of.problem_rates(None)]
    return bool(years) and said["years"] == "–".join(years) and said["draws"] == len(random_tasks(one, pool_of(one)))


@true("proportions.classes_note_without")
def _(one: Claims, said: Said) -> bool:
    known = [other for other in (one, one.before) if other.of.problem_rates(None)]
    return not known and said["draws"] == len(random_tasks(one, pool_of(one)))


@true("proportions.firm")
def _(_one: Claims, said: Said) -> bool:
    return bool(0 <= said["low"] <= said["high"])


@true("proportions.days_detail")
def _(one: Claims, said: Said) -> bool:
    """The budget begins at what the plan in force takes; at least the floor of every class has to be drawn."""
    scope_id = pool_of(one)
    least = len(random_tasks(one, scope_id)) * sum(math.ceil(FLOOR * size) for size in sizes(one, scope_id).values())
    budget = Fraction(one.chosen.get("plan_budget") or days(in_force(one, scope_id)[0]))
    return (told_days(said["budget"]), told_days(said["smallest"])) == (budget, least)


@true("proportions.now_visits")
def _(one: Claims, said: Said) -> bool:
    return abs(said["count"] - problems(one, in_force(one, pool_of(one))[0])) < 0.01


@true("proportions.now_objects")
def _(one: Claims, said: Said) -> bool:
    return abs(said["count"] - in_force(one, pool_of(one))[1]) < 0.01


@true("proportions.cap_detail")
def _(one: Claims, said: Said) -> bool:
    return abs(said["count"] - over(one, pool_of(one), said["cap"])) < 0.01


@true("proportions.besides", "proportions.besides_over")
def _(one: Claims, said: Said) -> bool:
    """What the plan in force leaves out and visits too often; the best plan no more objects than there are."""
    scope_id = pool_of(one)
    known = abs(said["over_before"] - over(one, scope_id, said["cap"])) < 0.01
    known &= abs(said["never_before"] - in_force(one, scope_id)[1]) < 0.01
    most = sum(sizes(one, scope_id).values())
    return known and all(-1e-9 <= said[name] <= most + 1e-9 for name in ("never", "over"))


def drawn_before(one: Claims) -> bool:
    """Whether something was drawn at random from the pool by the same day of the year before."""
    draws = one.before.of.chosen(only_random=True, scope_id=pool_of(one))
    return any(one.before.of.frame(draw) for draw in draws)


@true("proportions.rates_note")
def _(one: Claims, _said: Said) -> bool:
    return drawn_before(one)


@true("proportions.rates_note_alone")
def _(one: Claims, _said: Said) -> bool:
    return not drawn_before(one)


@true("proportions.unknown")
def _(one: Claims, said: Said) -> bool:
    """Of exactly these classes of the pool nothing was entered of a random draw, in this year and the last."""
    known = {row[0] for other in (one, one.before) for row in other.of.problem_rates(None)}
    return classes_of(said["classes"]) == set(sizes(one, pool_of(one))) - known


@true("proportions.binding_note")
def _(one: Claims, said: Said) -> bool:
    """A budget is in the way only where it does not do for everybody, an order of classes where there are some."""
    scope_id, limits = pool_of(one), said["limits"].split("、")
    pool = sizes(one, scope_id)
    everybody = len(random_tasks(one, scope_id)) * sum(pool.values())
    possible = {"预算": days(in_force(one, scope_id)[0]) < everybody, "随风险递加": len(pool) > 1}
    return len(limits) == len(set(limits)) > 0 and all(
        right for words, right in possible.items() if any(words in limit for limit in limits)
    )


@true("proportions.adopted")
def _(one: Claims, said: Said) -> bool:
    """What the reader has put aside before."""
    return said["pools"].split("、") == list(ASIDE[one.bureau, one.year])


@true("proportions.proposed")
def _(one: Claims, said: Said) -> bool:
    return said["year"] == one.year + 1 and said["pools"].split("、") == list(one.adopted)


def could_be_best(one: Claims) -> bool:
    """Whether what is adopted for the page's pool keeps what every plan keeps: floor, pool, budget, as many draws."""
    scope_id = pool_of(one)
    rows, pool, draws = (
        one.adopted[one.naive.names["scope"][scope_id]],
        sizes(one, scope_id),
        random_tasks(one, scope_id),
    )
    taken = sum(row["quota"] * row["draws"] for row in rows.values())
    whole = {code: row["pool"] for code, row in rows.items()} == pool
    floors = all(row["quota"] >= FLOOR * row["pool"] and row["draws"] == len(draws) for row in rows.values())
    budget = one.chosen.get("plan_budget") or days(in_force(one, scope_id)[0])
    return whole and floors and taken <= Fraction(budget)


@true("proportions.proposed_same")
def _(one: Claims, said: Said) -> bool:
    return said["year"] == one.year + 1 and could_be_best(one)


@true("proportions.proposed_other")
def _(one: Claims, said: Said) -> bool:
    return said["year"] == one.year + 1 and not could_be_best(one)
