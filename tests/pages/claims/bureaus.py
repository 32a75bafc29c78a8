"""Bureaus beside one another."""

from __future__ import annotations

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import true
from tests.pages.claims.known import Claims


@true("bureaus.finding")
def _(one: Claims, said: Said) -> bool:
    return not one.running and said["count"] == len(one.bureaus)


@true("bureaus.finding_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and said["count"] == len(one.bureaus)


@true("bureaus.finding_score")
def _(one: Claims, said: Said) -> bool:
    best, last = max(one.named.values()), min(one.named.values())
    named = one.named[said["names"]] == best and one.named[said["last"]] == last
    return named and (said["best"], said["lowest"]) == (f"{best:.2f}", f"{last:.2f}")


@true("bureaus.finding_equal")
def _(one: Claims, _said: Said) -> bool:
    return len(set(one.named.values())) == 1


@true("bureaus.finding_left", "bureaus.finding_left_half")
def _(one: Claims, said: Said) -> bool:
    counted = said["total"] == sum(one.left.values()) and said["most"] == one.left[said["bureau"]]
    return counted and said["most"] == max(one.left.values()) and len(one.left) > 1


@true("bureaus.finding_left_all", "bureaus.all_of")
def _(one: Claims, said: Said) -> bool:
    return list(one.left) == [said["bureau"]]


@true("bureaus.most_of")
def _(one: Claims, said: Said) -> bool:
    most = one.left[said["bureau"]]
    return len(one.left) > 1 and said["most"] == most and 2 * most >= sum(one.left.values())


@true("bureaus.half_of")
def _(one: Claims, said: Said) -> bool:
    largest = sorted(one.left.values(), reverse=True)
    half = sum(largest) / 2
    return said["count"] > 1 and sum(largest[: said["count"]]) >= half > sum(largest[: said["count"] - 1])


@true("bureaus.none_outstanding")
def _(one: Claims, _said: Said) -> bool:
    return not one.left


@true("bureaus.alone")
def _(one: Claims, _said: Said) -> bool:
    return len(one.bureaus) == 1


@true("bureaus.nothing_due")
def _(one: Claims, _said: Said) -> bool:
    return sum(other.scores[None] is not None for other in one.bureaus.values()) < 2


@true("bureaus.small_note")
def _(one: Claims, said: Said) -> bool:
    scored = [other for other in one.bureaus.values() if other.scores[None] is not None]
    return bool(said["count"] == sum(other.totals["due"] < said["small"] for other in scored) > 0)
