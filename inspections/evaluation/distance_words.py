"""Distance and firmness of a grade in words: what to do for the next one, and what would cost the one there is."""

from __future__ import annotations

from fractions import Fraction

from inspections.evaluation.distance import Distance, Firmness
from inspections.evaluation.grade import Graded
from inspections.evaluation.rubric import NOT_APPLICABLE, rounded
from inspections.words.wording import say


def of_unit(unit: Graded, sentence: str) -> str:
    """A sentence on the grade of a unit's score, with a word before it where people decided another grade."""
    if not unit.overridden:
        return sentence
    return say("distance.decided", grade=_grade(unit.grade), sentence=sentence)


def distance_sentence(distance: Distance, *, running: bool = False) -> str:
    """What to do for the next grade, or what would have done; while the year runs, for the score that it takes."""
    if distance.before is None:
        return say("distance.not_applicable")
    if distance.target is None:
        return say("distance.top_running" if running else "distance.top", grade=_grade(distance.grade))
    known = {
        "grade": _grade(distance.grade),
        "target": _grade(distance.target),
        "reached": _grade(distance.reached or distance.target),
        "gap": distance.gap,
        "best": distance.best,
        "after": distance.after,
    }
    so_far = "_running" if running else ""
    if distance.mode == "out_of_reach":
        return say(f"distance.out_of_reach{so_far}", target=known["target"], gap=known["gap"])
    said = [say(f"distance.{distance.mode}_actions.{kind}", count=number) for kind, number in distance.actions]
    if distance.mode == "possible":
        sentence = say(
            f"distance.possible{so_far}", actions=_listed(said), grade=known["grade"],
            target=known["reached"], after=known["after"],
        )  # fmt: skip
        return sentence[0].upper() + sentence[1:]
    return say(
        f"distance.hindsight{so_far}", actions=_listed(said), target=known["target"], gap=known["gap"],
        best=known["best"], after=known["after"], reached=known["reached"],
    )  # fmt: skip


def firmness_sentence(firmness: Firmness, *, running: bool = False) -> str:
    """How many records and which weight would change the grade, and how far its edges are; none while the year runs."""
    if firmness.grade == NOT_APPLICABLE:
        return say("distance.not_applicable")
    if running:
        return say("distance.firm_running")
    grade, parts = _grade(firmness.grade), []
    if firmness.fall is not None:
        said = [say(f"distance.harms.{kind}", count=number) for kind, number in firmness.fall.actions]
        lower = _grade(firmness.fall.grade)
        parts.append(say("distance.fall", actions=_listed(said), grade=grade, lower=lower))
    nearest = firmness.weights[0] if firmness.weights else None
    if nearest is None or nearest.said is None or nearest.grade is None:
        parts.append(say("distance.no_weight", grade=grade))
    elif nearest.said > sum(change.weight for change in firmness.weights):
        # A weight above all others together is no scheme that anyone would write.
        parts.append(say("distance.no_weight_near", grade=grade))
    else:
        parts.append(
            say(
                "distance.weight_up" if nearest.rises else "distance.weight_down",
                indicator=say(f"codes.indicator.{nearest.code}"),
                now=_plain(nearest.weight),
                weight=_plain(nearest.said),
                grade=_grade(nearest.grade),
            )
        )
    if firmness.below is not None:
        parts.append(say("distance.below", points=firmness.below))
    if firmness.above is not None:
        parts.append(say("distance.above", points=firmness.above))
    sentence = say("distance.semicolon").join(parts)
    return say("distance.whole", sentence=sentence[0].upper() + sentence[1:])


def _grade(code: str) -> str:
    return say(f"codes.grade.{code}")


def _plain(value: Fraction) -> str:
    """A weight with at most two decimals, without those that are 0."""
    written = format(rounded(value), "f")
    return written.rstrip("0").rstrip(".")


def _listed(said: list[str]) -> str:
    if len(said) < 2:
        return "".join(said)
    return say("distance.and", first=say("frame.list_comma").join(said[:-1]), last=said[-1])
