"""Draws on record and their randomness."""

from __future__ import annotations

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import true
from tests.pages.claims.known import Claims


@true("draws.finding")
def _(one: Claims, said: Said) -> bool:
    bases = [draw["basis"] for draw in one.of.draws]
    return (said["count"], said["random"], said["full"]) == (len(bases), bases.count("random"), bases.count("full"))


@true("fairness.finding")
def _(one: Claims, said: Said) -> bool:
    return bool(said["draws"] == sum(draw["basis"] == "random" for draw in one.of.draws))


@true("draws.finding_redraws")
def _(one: Claims, said: Said) -> bool:
    rows = [row for row in one.naive.tables["draw"] if row["kind"] == "official" and row["task_id"] in one.of.tasks]
    made = [row for row in rows if row["drawn_at"].date() <= one.as_of]
    replaced = {row["replaces_draw_id"] for row in rows}
    return bool(said["count"] == sum(row["draw_id"] in replaced for row in made) > 0)


@true("draws.no_draws")
def _(one: Claims, _said: Said) -> bool:
    made = [row for row in one.naive.tables["draw"] if row["drawn_at"].date() <= one.as_of]
    return not any(row["task_id"] in one.of.tasks for row in made)


@true("draws.details.draws")
def _(one: Claims, said: Said) -> bool:
    """Objects of the draws that stand, each in the place of the one it stands in for."""
    return bool(said["drawn"] == sum(len(one.of.locked(draw)) for draw in one.of.draws))
