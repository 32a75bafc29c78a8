"""Scores, grades, what people decided otherwise, and the distance to the next grade."""

from __future__ import annotations

from decimal import Decimal

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import true
from tests.pages.claims.known import Claims, band


@true("frame.change.rose", "frame.change.fell", "frame.change.same")
@true("evaluation.score_moved.rose", "evaluation.score_moved.fell", "evaluation.score_moved.same")
def _(one: Claims, _said: Said) -> bool:
    return bool(one.before.of.draws)


@true("statements.evaluation")
def _(one: Claims, said: Said) -> bool:
    whole = one.scores[None]
    given = sum(said["grades"].count(word) for word in "优良中差")
    right = not one.running and said["count"] == len(one.compared) and given > 0
    return right and whole is not None and (said["score"], said["grade"]) == (whole, band(whole))


@true("statements.evaluation_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and said["count"] == len(one.compared) and said["score"] == one.scores[None]


@true("statements.best", "statements.best_running")
def _(one: Claims, said: Said) -> bool:
    return bool(said["score"] == one.compared[said["unit"]] == max(one.compared.values()))


@true("statements.units_without")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(one.scores[unit] is None for unit in one.scores if unit is not None) > 0)


@true("evaluation.everybody_graded")
def _(one: Claims, _said: Said) -> bool:
    return all(one.scores[unit] is not None for unit in one.scores if unit is not None)


@true("evaluation.nothing_due", "report.no_evaluation")
def _(one: Claims, _said: Said) -> bool:
    return not one.compared


@true("evaluation.grades_detail")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.compared))


@true("evaluation.decided_none")
def _(one: Claims, _said: Said) -> bool:
    return not one.running and not one.decided


@true("evaluation.decided_pending", "evaluation.override_pending")
def _(one: Claims, _said: Said) -> bool:
    return one.running


@true("evaluation.unit_heading")
def _(one: Claims, said: Said) -> bool:
    reached = one.scores[None] if said["unit"] == "全局" else one.compared.get(said["unit"])
    return said["score"] == reached and (said["grade"] == "待评定") == (one.running and said["unit"] not in one.decided)


@true("evaluation.aside_note", "report.unit_aside")
def _(one: Claims, said: Said) -> bool:
    return said["unit"] == one.bureau and one.bureau not in one.compared


@true("report.unit_score", "report.unit_running")
def _(one: Claims, said: Said) -> bool:
    better = sum(value > said["score"] for value in one.compared.values())
    return (said["rank"], said["count"], said["score"]) == (better + 1, len(one.compared), one.compared[said["unit"]])


@true("report.override")
def _(one: Claims, said: Said) -> bool:
    reached = one.compared.get(said["unit"])
    suggested = "不适用" if reached is None else band(reached)
    return one.decided[said["unit"]] == said["grade"] and said["suggested"] == suggested


@true("report.distance")
def _(one: Claims, said: Said) -> bool:
    """What is said of the grade of a score names itself so where people decided another."""
    return (said["unit"] in one.decided) == said["sentence"].startswith("等次已由人工评定")


@true("distance.decided")
def _(one: Claims, said: Said) -> bool:
    return said["grade"] in one.decided.values()


@true("distance.possible", "distance.top", "distance.fall", "distance.no_weight", "distance.no_weight_near",
      "distance.weight_up", "distance.weight_down", "evaluation.override_none")  # fmt: skip
def _(one: Claims, _said: Said) -> bool:
    return not one.running


@true("distance.possible_running", "distance.top_running", "distance.firm_running")
def _(one: Claims, _said: Said) -> bool:
    return one.running


@true("deck.score_text")
def _(one: Claims, said: Said) -> bool:
    """A grade on a slide is that of the score, or marked as people's."""
    if said["grade"].endswith("*"):
        return said["grade"].rstrip("*") in one.decided.values()
    return not one.running and said["grade"] == band(Decimal(str(said["score"])))


@true("deck.titles.evaluation_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and one.compared[said["unit"]] == max(one.compared.values())


@true("deck.titles.evaluation_some")
def _(one: Claims, said: Said) -> bool:
    return not one.running and one.compared[said["unit"]] == max(one.compared.values())


@true("evaluation.decided_detail")
def _(one: Claims, said: Said) -> bool:
    rows = one.naive.table("evaluation_override")
    return bool(said["count"] == sum((row["bureau_id"], row["year"]) == (one.bureau_id, one.year) for row in rows) > 0)


@true("deck.figures.score")
def _(one: Claims, said: Said) -> bool:
    whole = one.scores[None]
    return not one.running and whole is not None and said["grade"] == band(whole)


@true("deck.figures.participation")
def _(one: Claims, said: Said) -> bool:
    return (said["numerator"], said["denominator"]) == one.counts[None]["participation"]
