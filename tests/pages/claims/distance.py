"""How far the next grade is, and how firm the one there is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import JUDGES, Judge, true
from tests.pages.claims.known import CODES, Claims
from tests.pages.claims.schemes import NEXT


@true("report.distance")
def _(one: Claims, said: Said) -> bool:
    """What is said of the grade of a score names itself so where people decided another."""
    return (said["unit"] in one.decided) == said["sentence"].startswith("等次已由人工评定")


@true("distance.decided")
def _(one: Claims, said: Said) -> bool:
    return said["grade"] in one.decided.values()


@true("distance.top", "distance.fall", "distance.no_weight", "distance.no_weight_near",
      "distance.weight_up", "distance.weight_down", "evaluation.override_none")  # fmt: skip
def _(one: Claims, _said: Said) -> bool:
    return not one.running


@true("distance.possible")
def _(one: Claims, said: Said) -> bool:
    """With what is to be done the score has the grade that is promised."""
    return not one.running and said["target"] == one.scheme.band(said["after"]) != said["grade"]


@true("distance.possible_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and said["target"] == one.scheme.band(said["after"])


@true("distance.top_running", "distance.firm_running")
def _(one: Claims, _said: Said) -> bool:
    return one.running


@true("distance.not_applicable")
def _(one: Claims, _said: Said) -> bool:
    return bool(one.without) or one.scores[None] is None


def short_of(one: Claims, said: Said) -> bool:
    """A unit lacks so much to the next grade, could not reach it any more, and would have reached it."""
    scheme, floor = one.scheme, one.scheme.lowest[said["target"]]
    short = any(
        floor - reached == said["gap"] and NEXT[scheme.band(reached)] == said["target"]
        for reached in one.every_score
        if reached < scheme.lowest["优"]
    )
    told = "after" not in said or (said["best"] < floor <= said["after"])
    return short and told and ("after" not in said or said["reached"] == scheme.band(said["after"]))


@true("distance.hindsight", "distance.out_of_reach")
def _(one: Claims, said: Said) -> bool:
    return not one.running and short_of(one, said)


@true("distance.hindsight_running", "distance.out_of_reach_running")
def _(one: Claims, said: Said) -> bool:
    """While the year runs it is about lines of scores."""
    return one.running and short_of(one, said)


@true("distance.below")
def _(one: Claims, said: Said) -> bool:
    return any(
        reached - one.scheme.lowest[one.scheme.band(reached)] == said["points"]
        for reached in one.every_score
        if one.scheme.band(reached) != "差"
    )


@true("distance.above")
def _(one: Claims, said: Said) -> bool:
    graded = [reached for reached in one.every_score if one.scheme.band(reached) != "优"]
    return any(one.scheme.lowest[NEXT[one.scheme.band(reached)]] - reached == said["points"] for reached in graded)


@true("distance.weight_up", "distance.weight_down")
def _(one: Claims, said: Said) -> bool:
    """With the weight as said some unit has that grade, with one a cent nearer to what it is its own."""
    code, new = CODES[said["indicator"]], Fraction(said["weight"])
    now, cent = one.scheme.weights[code][0], Fraction(1, 100)
    nearer = new + (cent if new < now else -cent)
    if one.running or Fraction(said["now"]) != now:
        return False
    return any(
        one.scheme.band(one.scheme.score(counted, **{code: new}) or Decimal(0)) == said["grade"]
        and one.scheme.band(one.scheme.score(counted, **{code: nearer}) or Decimal(0))
        == one.scheme.band(reached)
        != said["grade"]
        for counted, reached in ((one.counts[unit_id], reached) for unit_id, reached in one.scores.items())
        if reached is not None
    )


@true("distance.no_weight")
def _(one: Claims, said: Said) -> bool:
    """Some unit keeps its grade without an indicator, and with nothing but it."""
    heavy = Fraction(10**6)
    return any(
        one.scheme.band(reached) == said["grade"]
        and all(
            other is None or one.scheme.band(other) == said["grade"]
            for code in one.scheme.weights
            for other in (one.scheme.score(counted, **{code: Fraction(0)}), one.scheme.score(counted, **{code: heavy}))
        )
        for counted, reached in ((one.counts[unit_id], reached) for unit_id, reached in one.scores.items())
        if reached is not None
    )


def within(*states: str) -> Judge:
    """No more records can be mended, or could have been, than there are of the kind."""

    def judge(one: Claims, said: Said) -> bool:
        totals = one.totals
        left = {
            "not_entered": totals["due"] - totals["entered"],
            "not_published": totals["entered"] - totals["published"],
            "late": totals["due"] - totals["published_in_time"],
            "open": totals["problems"] - totals["closed"],
            "waiting": sum(one.of.launch(task_id) is None for task_id in one.of.tasks),
            "late_launches": totals["tasks_to_start"] - totals["launched_in_time"],
            "without_classes": one.plan["classable"] - one.plan["with_classes"],
            "published_in_time": totals["published_in_time"], "published": totals["published"],
            "entered": totals["entered"], "entered_in_time": totals["entered_in_time"], "closed": totals["closed"],
            "handled": totals["handled"], "launched_in_time": totals["launched_in_time"],
            "with_classes": one.plan["with_classes"],
        }  # fmt: skip
        return bool(0 < said["count"] <= max(left[state] for state in states))

    return judge


JUDGES |= {
    "distance.possible_actions.finish": within("not_entered"),
    "distance.possible_actions.publish": within("not_published"),
    "distance.possible_actions.close": within("open"),
    "distance.possible_actions.launch": within("waiting"),
    "distance.hindsight_actions.finish": within("not_entered"),
    "distance.hindsight_actions.publish": within("not_published"),
    "distance.hindsight_actions.late": within("late"),
    "distance.hindsight_actions.close": within("open"),
    "distance.hindsight_actions.launch": within("late_launches"),
    "distance.hindsight_actions.use_classes": within("without_classes"),
    "distance.harms.published_late": within("published_in_time"),
    "distance.harms.unpublished": within("published"),
    "distance.harms.entered_late": within("entered_in_time"),
    "distance.harms.unentered": within("entered"),
    "distance.harms.unclosed": within("closed"),
    "distance.harms.unhandled": within("handled"),
    "distance.harms.launched_late": within("launched_in_time"),
    "distance.harms.without_classes": within("with_classes"),
}
