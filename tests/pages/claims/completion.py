"""What is due, done, late and coming: visits, tasks and their launch."""

from __future__ import annotations

import datetime
from fractions import Fraction

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import JUDGES, Judge, near, same, true
from tests.pages.claims.known import Claims


@true("completion.finding", "statements.visits")
def _(one: Claims, said: Said) -> bool:
    return same("due", "entered")(one, said) and near(said["share"], one.totals["entered"], one.totals["due"])


@true("completion.finding_none_late", "statements.late_none", "circular.nobody_late")
def _(one: Claims, _said: Said) -> bool:
    return not one.overdue


@true("completion.finding_late", "completion.finding_late_equal", "completion.finding_late_one")
def _(one: Claims, said: Said) -> bool:
    """All units with most of it are named, the first two of them."""
    by_unit = one.overdue_by_unit
    most = [unit for unit, count in by_unit.items() if count == max(by_unit.values())]
    told = said["unit"].partition("，另有")[0].split("、")
    counted = (said["units"], said["overdue"], said["count"]) == (len(by_unit), len(one.overdue), max(by_unit.values()))
    return counted and set(told) <= set(most) and len(told) == min(len(most), 2)


@true("statements.late")
def _(one: Claims, said: Said) -> bool:
    return (said["count"], said["overdue"]) == (len(one.overdue_by_unit), len(one.overdue))


@true("deck.risks.overdue", "circular.wanted_overdue", "report.wanted.overdue")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.overdue) > 0)


def step(state: str) -> Judge:
    """What is to be done is what is missing: the overdue visits that got so far and no further."""
    return lambda one, said: bool(said["count"] == sum(row[4] == state for row in one.overdue) > 0)


JUDGES |= {f"report.steps.{state}": step(state) for state in ("not_inspected", "not_entered", "not_published")}


@true("deck.titles.year_done")
def _(one: Claims, said: Said) -> bool:
    return one.totals["due"] == one.totals["entered"] > 0 and same("due", "published")(one, said)


@true("deck.titles.year_some")
def _(one: Claims, said: Said) -> bool:
    return said["left"] == one.totals["due"] - one.totals["entered"] > 0 and same("due")(one, said)


@true("deck.titles.completion_all", "deck.titles.completion_some", "deck.titles.completion_none")
def _(one: Claims, said: Said) -> bool:
    """All units with the lowest completion are named, the first three of them."""
    rows = [row for row in one.of.unit_completion(one.days) if row[2]]
    done = sum(row[2] == row[4] for row in rows)
    lowest = min(Fraction(row[4], row[2]) for row in rows)
    behind = {one.name(row[0]) for row in rows if Fraction(row[4], row[2]) == lowest}
    told = said.get("unit", "").partition("，另有")[0].split("、")
    named = "unit" not in said or (set(told) <= behind and len(told) == min(len(behind), 3))
    return said["count"] == len(rows) and said.get("done", done) == done and named


@true("circular.on_time")
def _(one: Claims, said: Said) -> bool:
    late = set(one.overdue_by_unit)
    busy = {one.name(row[0]) for row in one.of.unit_completion(one.days) if row[2]}
    return said["count"] <= len(busy - late) and not set(said["units"].split("、")) & late


@true("report.found.not_launched")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.late_launches > 0)


@true("statements.plan")
def _(one: Claims, said: Said) -> bool:
    counted = same("tasks", "launched", to_start="tasks_to_start", in_time="launched_in_time")(one, said)
    return counted and near(said["share"], one.totals["launched_in_time"], one.totals["tasks_to_start"])


@true("statements.publication")
def _(one: Claims, said: Said) -> bool:
    counted = same("published", in_time="published_in_time")(one, said)
    return counted and near(said["share"], one.totals["published"], one.totals["due"])


@true("statements.plan_waiting")
def _(one: Claims, said: Said) -> bool:
    return same("tasks", "launched")(one, said) and one.totals["tasks_to_start"] == 0


@true("statements.joint")
def _(one: Claims, said: Said) -> bool:
    return near(said["share"], one.totals["joint_tasks"], one.totals["tasks"]) and same(joint="joint_tasks")(one, said)


@true("statements.joint_none", "deck.titles.joint_none")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["joint_tasks"] == 0


@true("deck.titles.joint_some")
def _(one: Claims, said: Said) -> bool:
    return bool(said["joint"] == one.totals["joint_tasks"] > 0)


@true("statements.items_all")
def _(one: Claims, _said: Said) -> bool:
    return one.plan["items"] == one.plan["covered"] > 0


@true("statements.items_some")
def _(one: Claims, said: Said) -> bool:
    counted = same("items", "covered", of="plan")(one, said)
    return counted and said["left"] == one.plan["items"] - one.plan["covered"] > 0


@true("statements.running")
def _(one: Claims, said: Said) -> bool:
    return one.running and str(said["day"]) == one.as_of.isoformat()


def coming(one: Claims, days: int) -> int:
    """Tasks that end within so many days and have something left to enter, or are not drawn yet."""
    last = one.as_of + datetime.timedelta(days=days)
    near_end = [key for key, task in one.of.tasks.items() if task["ends_on"] and one.as_of <= task["ends_on"] <= last]
    visits = [one.of.of_task(task_id) for task_id in near_end]
    return sum(not own or any(visit["entered_on"] is None for visit in own) for own in visits)


@true("circular.due_next", "report.wanted.coming")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == coming(one, said["days"]) > 0)


@true("circular.nothing_next")
def _(one: Claims, said: Said) -> bool:
    return coming(one, said["days"]) == 0


@true("circular.wanted_launch")
def _(one: Claims, said: Said) -> bool:
    waiting = [task for task_id, task in one.of.tasks.items() if one.of.launch(task_id) is None]
    begun = [task for task in waiting if task["starts_on"] and task["starts_on"] <= one.as_of]
    return bool(said["count"] == sum(not task["ends_on"] or task["ends_on"] >= one.as_of for task in begun) > 0)


@true("circular.nothing_due")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["due"] == 0 and not one.overdue and not one.late_launches


@true("circular.wanted_nothing", "report.wanted.nothing")
def _(one: Claims, _said: Said) -> bool:
    return not one.overdue and not one.late_launches and one.totals["problems"] == one.totals["closed"]


@true("completion.units_table")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.unit_completion(one.days)))


@true("frame.synthetic_note")
def _(one: Claims, _said: Said) -> bool:
    return one.rule("synthetic") == "true"


@true("completion.unit_label", "report.bars.visits")
def _(one: Claims, said: Said) -> bool:
    """Visits of a unit that are entered, of all that are due; in a picture also of the units it sums up."""
    done = said["entered"] if "entered" in said else said["done"]
    rows = {(due, entered) for _, due, entered in shares(one, joint=False)}
    order = sorted(shares(one, joint=False), key=lambda row: (-row[2] / row[1], -row[1], row[0]))
    rest = order[:-14]
    rows.add((sum(row[1] for row in rest), sum(row[2] for row in rest)))
    return (said["due"], done) in rows and near(said["share"], done, said["due"])


@true("deck.share_text")
def _(one: Claims, said: Said) -> bool:
    """Of a unit, over all tasks or over the joint ones."""
    counted = set()
    for visits in (one.of.due, [visit for visit in one.of.due if visit["draw"]["task"]["kind"] == "joint"]):
        for unit in {visit["unit_id"] for visit in visits}:
            own = [visit["entered_on"] is not None for visit in visits if visit["unit_id"] == unit]
            counted.add((sum(own), len(own)))
    pair = (said["numerator"], said["denominator"])
    return pair in counted and near(said["share"], *pair)


@true("completion.units_alt")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(row[2] > 0 for row in one.of.unit_completion(one.days)))


@true("completion.line_end")
def _(one: Claims, said: Said) -> bool:
    stages = {"应检查": "due", "已录入": "entered", "已公示": "published"}
    return bool(said["count"] == one.totals[stages[said["name"]]])


@true("deck.titles.completion_one")
def _(one: Claims, said: Said) -> bool:
    [row] = [row for row in one.of.unit_completion(one.days) if row[2]]
    return (
        said["unit"] == one.name(row[0]) and said["left"] == row[2] - row[4] > 0 and near(said["share"], row[4], row[2])
    )


@true("circular.date")
def _(one: Claims, said: Said) -> bool:
    """The end of a task that is near and has something left to do."""
    return any(said["day"].date() == task["ends_on"] for task in one.of.tasks.values() if task["ends_on"])


@true("report.rest")
def _(one: Claims, said: Said) -> bool:
    """Rows that a table leaves out: of late units, tasks that end soon, units with a problem, or all units."""
    slow = {one.name(unit) for unit in map(one.starter, one.late_tasks) if unit is not None}
    late, found = (
        len(set(one.overdue_by_unit) | slow),
        {visit["unit_id"] for visit in one.of.due if one.of.problem(visit)},
    )
    every = sum(unit is not None for unit in one.counts)
    left = (late - 4, coming(one, 60) - 4, len(one.open_by_unit) - 4, len(found) - 20, every - 12)
    return said["count"] in left and said["count"] > 0


def shares(one: Claims, joint: bool) -> list[tuple[int, int, int]]:
    """Units with due visits, of joint tasks alone or of all: unit, due, entered."""
    counted: dict[int, list[bool]] = {}
    for visit in one.of.due:
        if not joint or visit["draw"]["task"]["kind"] == "joint":
            counted.setdefault(visit["unit_id"], []).append(visit["entered_on"] is not None)
    return [(unit, len(done), sum(done)) for unit, done in counted.items()]


@true("deck.more_units")
def _(one: Claims, said: Said) -> bool:
    """A slide holds eight units, those furthest behind."""
    return said["count"] in {len(shares(one, joint)) - 8 for joint in (True, False)} and said["count"] > 0


@true("report.bars.others")
def _(one: Claims, said: Said) -> bool:
    """A picture holds the fourteen that are furthest behind."""
    return bool(said["count"] == len(shares(one, joint=False)) - 14 > 1)


@true("deck.more_rows")
def _(one: Claims, said: Said) -> bool:
    """A slide holds six rows: pools, or joint tasks of which nothing is drawn yet."""
    scopes = one.naive.names["scope"]
    pools = {
        (scopes.get(task["draw_scope_id"] or task["scope_id"]), task["rate_text"]) for task in one.of.tasks.values()
    }
    return said["count"] in (len(pools) - 6, len(one.adopted) - 6, one.totals["joint_tasks"] - 6)
