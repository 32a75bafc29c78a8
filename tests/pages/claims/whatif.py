"""What would be if: draws simulated anew, and next year's proportions."""

from __future__ import annotations

import math
from fractions import Fraction

from tests.pages.claims.draws import strata
from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import class_of, near, true
from tests.pages.claims.known import Claims


def classes_of_year(one: Claims) -> dict[str, int]:
    """Objects of the year's pools, drawn from yet or not, by the class they are reported under."""
    counted: dict[str, int] = {}
    for _, code, size in one.of.year_cells(None, None):
        counted[code] = counted.get(code, 0) + size
    return counted


def drawn_at_first(one: Claims) -> int:
    """Everybody whom the year's draws took, substitutes left out."""
    return sum(drawn for draw in one.of.draws for _, drawn in strata(one, draw).values())


@true("redraw.finding", "redraw.finding_simulated")
def _(one: Claims, said: Said) -> bool:
    """Once all tasks are drawn as planned, visits are those drawn; the share divides."""
    objects = sum(classes_of_year(one).values())
    visits = one.waiting or abs(said["visits"] * objects - drawn_at_first(one)) < 1e-6
    return said["objects"] == objects and near(said["share"], said["missed"], objects) and bool(visits)


@true("redraw.no_numbers")
def _(one: Claims, _said: Said) -> bool:
    return not any(task["rate"] or task["quota"] for task in one.of.tasks.values())


@true("redraw.never_label")
def _(one: Claims, said: Said) -> bool:
    """Of a class or of all."""
    sizes = classes_of_year(one)
    return said["objects"] in {*sizes.values(), sum(sizes.values())} and near(
        said["share"], said["mean"], said["objects"]
    )


@true("redraw.days", "redraw.days_in_force")
def _(one: Claims, said: Said) -> bool:
    """A day a visit is assumed, and once all tasks are drawn as planned, visits are those drawn."""
    return bool(one.waiting) or abs(said["count"] - drawn_at_first(one)) < 1e-6


@true("redraw.compare_note_recorded")
def _(one: Claims, said: Said) -> bool:
    return bool(said["tasks"] == len(one.of.tasks) - one.waiting)


@true("redraw.only_series")
def _(one: Claims, said: Said) -> bool:
    return said["count"] in {len(series) for series in one.of.year_series()}


@true("redraw.series.alone")
def _(one: Claims, said: Said) -> bool:
    """A series of equal tasks: so many at this proportion."""
    rate, count = Fraction(str(said["rate"])), said["count"]
    tasks = [series for series in one.of.year_series() if len(series) == count]
    equal = any({Fraction(one.of.tasks[task_id]["rate"] or 0) for task_id in series} == {rate} for series in tasks)
    return equal and near(said["share"], said["missed"], said["objects"])


@true("redraw.series.nominal_note")
def _(one: Claims, said: Said) -> bool:
    """What the proportions of a series leave out when drawn independently, and when it rotates."""
    for series in one.of.year_series():
        rates = [Fraction(one.of.tasks[task_id]["rate"] or 0) for task_id in series]
        nominal = float(math.prod(1 - rate for rate in rates))
        rotated = float(max(1 - sum(rates), Fraction(0)))
        if abs(said["nominal"] - nominal) < 1e-9 and abs(said["rotated"] - rotated) < 1e-9:
            return len(series) == said["count"]
    return False


@true("redraw.cap_note")
def _(one: Claims, _said: Said) -> bool:
    """No rule says how often a year an object may be visited."""
    return one.rule("yearly_cap") is None


@true("redraw.series.rotation")
def _(_one: Claims, said: Said) -> bool:
    """Rotation leaves out no more than independent draws do."""
    return bool(
        said["rotated"] <= said["missed"] + 1e-9 and near(said["rotated_share"], said["rotated"], said["objects"])
    )


@true("redraw.series.pool", "redraw.series.only")
def _(one: Claims, said: Said) -> bool:
    """Visits of an object of one pool, by all tasks on it, and the most there can be."""
    for scope_id in one.naive.names["scope"]:
        draws = one.of.chosen(only_random=False, scope_id=scope_id)
        sizes = {len(one.of.frame(draw)) for draw in draws}
        drawn = sum(count for draw in draws for _, count in strata(one, draw).values())
        if len(sizes) == 1 and abs(said["visits"] - drawn / sizes.pop()) < 1e-6 and said["most"] == len(draws):
            return True
    return False


# ---------------------------------------------------------------------------------------------------- next year


@true("proportions.table_title", "proportions.propose_title", "proportions.propose_note")
def _(one: Claims, said: Said) -> bool:
    return bool(said["year"] == one.year + 1)


@true("proportions.finding.problems", "proportions.finding.never_visited", "proportions.finding.detection",
      "proportions.finding.precision")  # fmt: skip
def _(one: Claims, said: Said) -> bool:
    """As many draws as the tasks of one series on the pool, and every class of it has a proportion."""
    scope_id = next(scope for scope, name in one.naive.names["scope"].items() if name == said["scope"])
    draws = one.of.chosen(only_random=False, scope_id=scope_id)
    classes = {code for draw in draws for code in one.of.frame(draw).values()}
    told = {class_of(part) for part in said["rates"].split("、")}
    return said["draws"] in {len(series) for series in one.of.year_series()} and told == classes


@true("proportions.bar_label")
def _(one: Claims, said: Said) -> bool:
    """A class of a pool and the number to be drawn from it."""
    pools = [list(one.of.frame(draw).values()) for draw in one.of.draws]
    sizes = {pool.count(code) for pool in pools for code in pool}
    return said["pool"] in sizes and 0 <= said["quota"] <= said["pool"]


@true("proportions.classes_note")
def _(one: Claims, said: Said) -> bool:
    """The years from which there are results of random draws."""
    first, _, last = said["years"].partition("–")
    years = [other.year for other in (one, one.before) if other.of.problem_rates(None)]
    return int(last or first) == max(years) and int(first) <= min(years)


@true("proportions.besides", "proportions.besides_over")
def _(one: Claims, said: Said) -> bool:
    """Objects of the pools: no more are left out, or visited too often, than there are."""
    most = sum(classes_of_year(one).values())
    told = [said[name] for name in ("never", "never_before", "over", "over_before") if name in said]
    return all(-1e-9 <= number <= most for number in told)


@true("proportions.firm")
def _(_one: Claims, said: Said) -> bool:
    return bool(0 <= said["low"] <= said["high"])


@true("redraw.compare_note")
def _(one: Claims, _said: Said) -> bool:
    return one.waiting > 0
