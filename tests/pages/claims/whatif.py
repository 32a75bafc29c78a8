"""What would be if: draws simulated anew, and next year's proportions."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import class_of, classes_of, near, true
from tests.pages.claims.known import Claims
from tests.pages.claims.planned_year import Drawn, Planned, drawn, planned, problems

# What is logged and changes nothing that a scenario is worked out from.
KEPT = {
    "scenario", "export", "freeze", "draw", "redraw", "top_up", "substitute", "rubric", "grade", "note", "proposal",
    "backup", "mapping", "upgrade",
}  # fmt: skip


def classes_of_year(one: Claims) -> dict[str, int]:
    """Objects of the year's pools, drawn from yet or not, by the class they are reported under."""
    counted: dict[str, int] = {}
    for _, code, size in one.of.year_cells(None, None):
        counted[code] = counted.get(code, 0) + size
    return counted


def chosen(one: Claims) -> Planned:
    """The year as the address of the page has it; a class that it does not name stands at the plan's average."""
    own = {key: value for key, value in one.chosen.items() if key.startswith(("rate_", "times_"))}
    if one.chosen.get("own") == "rates":
        for code in classes_of_year(one):
            own.setdefault(f"rate_{code}", str(begins(one, code)))
    return planned(one, **own)


def begins(one: Claims, code: str) -> float:
    """Where the slider of a class stands at first, in percent: the plan's average, rounded down."""
    return math.floor(1000 * planned(one).average(code) + 1e-9) / 10


def cap(one: Claims) -> int:
    """Visits a year that an object may expect, as the page begins with it."""
    return int(one.chosen.get("cap", one.rule("yearly_cap") or 1))


def luck(one: Claims) -> list[Drawn]:
    """The years that are drawn one by one, as the address asks."""
    seeds = [f"{one.chosen['luck']}-{number}" for number in range(1, int(one.chosen.get("years", 0)) + 1)]
    return drawn(one, chosen(one), seeds, cap(one))


def close(said: float | None, *known: float) -> bool:
    """Whether a number is one of these, but for the rounding of fractions."""
    return said is not None and any(abs(said - each) < 1e-3 * max(1.0, abs(each)) for each in known)


@true("redraw.finding")
def _(one: Claims, said: Said) -> bool:
    """What the choice comes to, draws being independent."""
    year = chosen(one)
    right = said["objects"] == year.objects and near(said["share"], said["missed"], year.objects)
    return right and close(said["missed"], year.never()) and close(said["visits"] * year.objects, year.drawn)


@true("redraw.finding_simulated")
def _(one: Claims, said: Said) -> bool:
    """Rotation leaves out no more than independent draws do, and draws as many."""
    year = planned(one)
    right = said["objects"] == year.objects and near(said["share"], said["missed"], year.objects)
    return right and said["missed"] <= 1.1 * year.never() + 0.5 and close(said["visits"] * year.objects, year.drawn)


@true("redraw.no_numbers")
def _(one: Claims, _said: Said) -> bool:
    return not any(task["rate"] or task["quota"] for task in one.of.tasks.values())


@true("redraw.no_directory")
def _(one: Claims, _said: Said) -> bool:
    return not one.of.year_cells(None, None)


@true("redraw.never_label")
def _(one: Claims, said: Said) -> bool:
    """Of a class or of all."""
    known = [chosen(one).never(code) for code in (None, *classes_of_year(one))]
    return close(said["mean"], *known) and near(said["share"], said["mean"], said["objects"])


@true("redraw.days")
def _(one: Claims, said: Said) -> bool:
    """A day a visit is assumed."""
    return close(said["count"], chosen(one).drawn)


@true("redraw.days_in_force")
def _(one: Claims, said: Said) -> bool:
    return close(said["count"], planned(one).drawn)


@true("redraw.found")
def _(one: Claims, said: Said) -> bool:
    """Of the choice, or of the last year that was drawn."""
    doors = [chosen(one).doors(), *(made.doors for made in luck(one)[-1:])]
    return close(said["count"], *(problems(one, each) for each in doors))


@true("redraw.found_in_force")
def _(one: Claims, said: Said) -> bool:
    return close(said["count"], problems(one, planned(one).doors()))


@true("redraw.in_force_detail")
def _(one: Claims, said: Said) -> bool:
    return close(said["share"], planned(one).never() / planned(one).objects)


@true("redraw.simulated_detail")
def _(one: Claims, said: Said) -> bool:
    """Within some errors of what is exact: never drawn, visits an object, above the cap."""
    year = chosen(one)
    known = (year.never(), year.drawn / year.objects, year.over(cap(one)))
    return any(abs(said["value"] - each) <= 5 * said["error"] + 1e-6 for each in known)


@true("redraw.headline")
def _(one: Claims, said: Said) -> bool:
    now, plan = chosen(one), planned(one)
    right = close(said["missed"], now.never()) and close(said["missed_before"], plan.never())
    right = right and close(said["days"], now.drawn) and close(said["days_before"], plan.drawn)
    found = close(said["found"], problems(one, now.doors()))
    return right and found and close(said["found_before"], problems(one, plan.doors()))


@true("redraw.own_rates", "redraw.own_factors")
def _(one: Claims, said: Said) -> bool:
    """Each class that is told has what the address sets, or where it begins."""
    kind = "rate" if one.chosen["own"] == "rates" else "times"
    for part in said["listed"].split("、"):
        code, told = class_of(part), part.rpartition(" ")[2].strip("%×")
        if not close(float(told), float(one.chosen.get(f"{kind}_{code}", begins(one, code)))):
            return False
    return True


@true("redraw.rate_in_force")
def _(one: Claims, said: Said) -> bool:
    return close(said["share"], *(planned(one).average(code) for code in classes_of_year(one)))


@true("redraw.rate_moves")
def _(one: Claims, said: Said) -> bool:
    return any(
        close(said["before"], planned(one).average(code)) and close(said["share"], chosen(one).average(code))
        for code in classes_of_year(one)
    )


@true("redraw.saturated")
def _(one: Claims, said: Said) -> bool:
    return all(chosen(one).average(code) == 1 for code in classes_of(said["names"]))


@true("redraw.so_far", "redraw.so_far_same")
def _(one: Claims, said: Said) -> bool:
    """Between the fewest and the most of the years that were drawn."""
    columns = (
        [made.never for made in luck(one)],
        [made.names for made in luck(one)],
        [made.over for made in luck(one)],
    )
    return any((said["low"], said["high"]) == (min(column), max(column)) for column in columns)


@true("redraw.so_far_found")
def _(one: Claims, said: Said) -> bool:
    found = [problems(one, made.doors) for made in luck(one)]
    return close(said["low"], min(found)) and close(said["high"], max(found))


@true("redraw.trial_list")
def _(one: Claims, said: Said) -> bool:
    return bool((said["number"], said["count"]) == (len(luck(one)), luck(one)[-1].names))


@true("redraw.trial_marked")
def _(one: Claims, said: Said) -> bool:
    return bool(said["seed"] == f"{one.chosen['luck']}-{said['number']}" and str(said["number"]) == one.chosen["years"])


@true("redraw.trial_too_large")
def _(one: Claims, said: Said) -> bool:
    """The pools of all tasks added up."""
    return bool(said["count"] == sum(size * len(path) for path, _, size in chosen(one).cells) > said["most"])


@true("redraw.compare_note_recorded")
def _(one: Claims, said: Said) -> bool:
    return bool(said["tasks"] == len(one.of.tasks) - one.waiting)


@true("redraw.compare_note")
def _(one: Claims, _said: Said) -> bool:
    return one.waiting == len(one.of.tasks)


@true("redraw.stale")
def _(one: Claims, said: Said) -> bool:
    """So many changes to the data were logged since; then as it was kept, now as the plan is."""
    row, log = saved(one, said), one.naive.table("change_log")
    [seen] = [entry["seq"] for entry in log if entry["hash"] == row["data_version"]]
    later = [entry for entry in log if entry["seq"] > seen]
    changes = sum(entry["action"] not in KEPT for entry in later)
    return said["changes"] == changes and as_kept(one, said, row)


@true("redraw.stale_other")
def _(one: Claims, said: Said) -> bool:
    row = saved(one, said)
    known = {entry["hash"] for entry in one.naive.table("change_log")}
    return row["data_version"] not in known and as_kept(one, said, row)


def saved(one: Claims, said: Said) -> dict[str, Any]:
    """The saved scenario of a name, as it is stored."""
    [row] = [row for row in one.naive.table("scenario") if row["name"] == said["name"]]
    return {**row, **json.loads(row["definition"])}


def as_kept(one: Claims, said: Said, row: dict[str, Any]) -> bool:
    """What a scenario of the plan in force gave when it was kept, and gives now."""
    then = (said["then"], said["objects"], f"{said['saved']:%Y-%m-%d}")
    kept = (row["never"], row["objects"], f"{row['saved_at']:%Y-%m-%d}")
    return then == kept and close(said["now"], planned(one).never())


# ---------------------------------------------------------------------------------------------------- a series


def series_of(one: Claims, count: int) -> list[frozenset[int]]:
    """The series of so many tasks."""
    return [series for series in one.of.year_series() if len(series) == count]


@true("redraw.only_series")
def _(one: Claims, said: Said) -> bool:
    return bool(series_of(one, said["count"]))


@true("redraw.series.nominal")
def _(one: Claims, said: Said) -> bool:
    """By the notice's proportions alone: of the series independently and in rotation, and of all tasks on its pool."""
    for series in series_of(one, said["count"]):
        tasks = [one.of.tasks[task_id] for task_id in series]
        rates = [Fraction(str(task["rate"])) for task in tasks]
        of_pool = [task for task in one.of.tasks.values() if task["scope_id"] == tasks[0]["scope_id"]]
        alone, turning = math.prod(1 - rate for rate in rates), max(1 - sum(rates), Fraction(0))
        visits = sum(Fraction(str(task["rate"])) for task in of_pool)
        told = (said["nominal"], said["rotated_nominal"], said["visits"])
        if all(close(number, float(known)) for number, known in zip(told, (alone, turning, visits), strict=True)):
            scope = one.naive.names["scope"][tasks[0]["scope_id"]]
            return (said["most"], said["scope"]) == (len(of_pool), scope)
    return False


def left_out(one: Claims, said: Said) -> bool:
    """Whether a series by itself leaves out as many as are told."""
    years = [planned(one, series) for series in series_of(one, said["count"])]
    counted = any(close(said["missed"], year.never()) and said["objects"] == year.objects for year in years)
    return counted and near(said["share"], said["missed"], said["objects"])


@true("redraw.series.mixed")
def _(one: Claims, said: Said) -> bool:
    """Not all of its tasks say one proportion."""
    rates = [{one.of.tasks[task]["rate"] for task in series} for series in series_of(one, said["count"])]
    return left_out(one, said) and any(len(known) > 1 or known == {None} for known in rates)


@true("redraw.series.alone")
def _(one: Claims, said: Said) -> bool:
    """A series of equal tasks."""
    rate, count = Fraction(str(said["rate"])), said["count"]
    equal = any(
        {Fraction(one.of.tasks[task]["rate"] or 0) for task in each} == {rate} for each in series_of(one, count)
    )
    return equal and left_out(one, said)


@true("redraw.series.nominal_note")
def _(one: Claims, said: Said) -> bool:
    """What the proportions of a series leave out when drawn independently, and when it rotates."""
    for series in series_of(one, said["count"]):
        rates = [Fraction(one.of.tasks[task_id]["rate"] or 0) for task_id in series]
        alone, turning = math.prod(1 - rate for rate in rates), max(1 - sum(rates), Fraction(0))
        if close(said["nominal"], float(alone)) and close(said["rotated"], float(turning)):
            return True
    return False


@true("redraw.cap_note")
def _(one: Claims, _said: Said) -> bool:
    """No rule says how often a year an object may be visited."""
    return one.rule("yearly_cap") is None


@true("redraw.series.rotation")
def _(one: Claims, said: Said) -> bool:
    """Rotation leaves out no more than independent draws do, and no fewer than would be left if nobody came twice."""
    years = [planned(one, series) for series in series_of(one, said["count"])]
    bounded = any(max(year.objects - year.drawn, 0) - 1e-6 <= said["rotated"] <= year.never() + 1e-6 for year in years)
    return bounded and near(said["rotated_share"], said["rotated"], said["objects"])


@true("redraw.series.pool", "redraw.series.only")
def _(one: Claims, said: Said) -> bool:
    """Visits of an object of one pool, by all tasks on it, and the most there can be."""
    by_pool: dict[int, set[int]] = {}
    for task_id, task in one.of.tasks.items():
        by_pool.setdefault(task["draw_scope_id"] or task["scope_id"], set()).add(task_id)
    years = [planned(one, frozenset(tasks)) for tasks in by_pool.values()]
    return any(
        close(said["visits"] * year.objects, year.drawn)
        and said["most"] == max(sum(year.chance(*step) > 0 for step in path.items()) for path, _, _ in year.cells)
        for year in years
        if year.objects
    )
