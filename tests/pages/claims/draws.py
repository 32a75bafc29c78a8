"""Draws on record and their randomness."""

from __future__ import annotations

import datetime
import math
from fractions import Fraction
from typing import Any

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import class_of, near, true
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


def recorded(one: Claims) -> list[dict[str, Any]]:
    """Every draw of the year's tasks that the page shows: official ones made by the day, and all trials."""
    rows = [row for row in one.naive.tables["draw"] if row["task_id"] in one.of.tasks]
    return [row for row in rows if row["kind"] == "trial" or row["drawn_at"].date() <= one.as_of]


def official(one: Claims) -> list[dict[str, Any]]:
    """The official ones among them, replaced ones included."""
    return [row for row in recorded(one) if row["kind"] == "official"]


def listed_in(one: Claims, row: dict[str, Any]) -> int:
    """How many were drawn at first, whoever stands in for them."""
    return sum(locked["substitute_for"] is None for locked in one.naive.drawn[row["draw_id"]])


def rerun(row: dict[str, Any]) -> bool:
    """Whether there is what it takes to draw again: the seed, both nonces and what they were committed to by."""
    parts = ("seed", "seed_nonce", "frame_nonce", "seed_commitment", "frame_commitment")
    return row["method"] == "sha256_ticket" and all(row[part] is not None for part in parts)


@true("draws.times")
def _(one: Claims, said: Said) -> bool:
    """Draws that stand, re-draws, trials."""
    trials = len(recorded(one)) - len(official(one))
    again = sum(row["replaces_draw_id"] is not None for row in official(one))
    return said["count"] in (len(one.of.draws), again, trials)


@true("draws.details.agree", "draws.finding_agrees")
def _(one: Claims, said: Said) -> bool:
    """Nothing of a demonstration was tampered with: whatever can be drawn again comes out the same."""
    run = sum(rerun(row) for row in official(one))
    return bool(run and run == (said["run"] if "run" in said else said["count"]) == said.get("agree", run))


@true("draws.details.agree_none")
def _(one: Claims, _said: Said) -> bool:
    return not any(rerun(row) for row in official(one))


@true("draws.finding_none")
def _(one: Claims, _said: Said) -> bool:
    return not one.of.draws


@true("draws.details.redraws")
def _(one: Claims, said: Said) -> bool:
    rows = [locked for row in official(one) for locked in one.naive.drawn[row["draw_id"]]]
    return bool(said["substitutes"] == sum(locked["substitute_for"] is not None for locked in rows))


@true("draws.details.trials")
def _(one: Claims, said: Said) -> bool:
    return bool(said["waiting"] == sum(not one.naive.drawn[row["draw_id"]] for row in recorded(one)))


@true("draws.chart_alt")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == min(len(recorded(one)), 30))


@true("draws.reasons_title")
def _(one: Claims, said: Said) -> bool:
    """Whatever the reason is for: a draw in place of another, one that came late."""
    return bool(said["count"] == sum(row["reason"] is not None for row in recorded(one)))


@true("draws.list_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(recorded(one)))


@true("draws.label", "draws.label_trial")
def _(one: Claims, said: Said) -> bool:
    names = {task_id: task["name"] for task_id, task in one.of.tasks.items()}
    return any(
        (row["drawn_at"].date(), row["ordinal"], names[row["task_id"]])
        == (said["day"].date(), said["ordinal"], said["task"])
        for row in recorded(one)
    )


@true("draws.bar_label", "draws.rerun.agrees")
def _(one: Claims, said: Said) -> bool:
    pairs = {(listed_in(one, row), row["frame_size"]) for row in recorded(one)}
    pair = (said["drawn"], said["pool"])
    return pair in pairs and ("share" not in said or near(said["share"], *pair))


@true("draws.drawn_title")
def _(one: Claims, said: Said) -> bool:
    return said["count"] in {len(one.naive.drawn[row["draw_id"]]) for row in recorded(one)}


@true("draws.quota_class")
def _(one: Claims, said: Said) -> bool:
    ids = {row["draw_id"] for row in recorded(one)}
    quotas = [row for row in one.naive.table("draw_quota") if row["draw_id"] in ids]
    told = (class_of(said["name"]), said["pool"], said["quota"])
    return told in {(row["class"], row["pool"], row["quota"]) for row in quotas}


@true("draws.quota_all")
def _(one: Claims, said: Said) -> bool:
    whole = [row for row in recorded(one) if not row["stratified"]]
    return (said["quota"], said["pool"]) in {(listed_in(one, row), row["frame_size"]) for row in whole}


# ---------------------------------------------------------------------------------------------------- randomness


def at_random(one: Claims) -> list[dict[str, Any]]:
    """Random draws that stand."""
    return [draw for draw in one.of.draws if draw["basis"] == "random"]


def strata(one: Claims, draw: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Pool and drawn at first, by class, or of the whole pool where classes were ignored."""
    pool = list(one.of.frame(draw).values())
    drawn = [row["class"] for row in one.naive.drawn[draw["draw_id"]] if row["substitute_for"] is None]
    if not draw["stratified"]:
        return {"all": (len(pool), len(drawn))}
    return {code: (pool.count(code), drawn.count(code)) for code in set(pool)}


def again(one: Claims) -> list[int]:
    """Standing random draws that took the place of others: of each its task."""
    return [draw["task_id"] for draw in at_random(one) if draw["replaces_draw_id"] is not None]


@true("fairness.matrix_alt")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(at_random(one)))


@true("fairness.counts.pass", "fairness.counts.unclear", "fairness.counts.check", "fairness.counts.no_pool",
      "fairness.year.pass", "fairness.year.unclear")  # fmt: skip
def _(one: Claims, said: Said) -> bool:
    count = said["count"] if "count" in said else said["draws"]
    return 0 < count <= len(at_random(one))


@true("fairness.no_draws")
def _(one: Claims, _said: Said) -> bool:
    return not at_random(one)


@true("fairness.finding_redrawn", "fairness.redraws_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(set(again(one))))


def chain(one: Claims, draw: dict[str, Any]) -> int:
    """How many draws a draw has taken the place of, one after another."""
    replaces = {row["draw_id"]: row["replaces_draw_id"] for row in one.naive.tables["draw"]}
    count, earlier = 0, draw["replaces_draw_id"]
    while earlier is not None:
        count, earlier = count + 1, replaces[earlier]
    return count


@true("fairness.lines.redrawn", "fairness.cells.redrawn")
def _(one: Claims, said: Said) -> bool:
    return said["count"] in {chain(one, draw) for draw in at_random(one)} - {0}


@true("fairness.lines.whole", "fairness.power.nothing")
def _(one: Claims, _said: Said) -> bool:
    """Some draw took everybody of every class."""
    return any(pool == drawn for draw in at_random(one) for pool, drawn in strata(one, draw).values())


@true("draws.committed")
def _(one: Claims, said: Said) -> bool:
    """When a draw's pool was frozen and when it was drawn."""
    times = {
        (f"{row['frozen_at']:%Y-%m-%d %H:%M}", row["drawn_at"].date()) for row in recorded(one) if row["frozen_at"]
    }
    return (said["frozen"], datetime.date.fromisoformat(said["drawn"][:10])) in times


@true("fairness.draw_name")
def _(one: Claims, said: Said) -> bool:
    return (said["task"], said["day"]) in {(draw["task"]["name"], draw["on"]) for draw in at_random(one)}


@true("fairness.places_label")
def _(one: Claims, said: Said) -> bool:
    pairs = {pair for draw in at_random(one) for pair in strata(one, draw).values()}
    return (said["size"], said["drawn"]) in pairs


@true("fairness.power.spared", "fairness.power.one")
def _(one: Claims, said: Said) -> bool:
    """The fewest suspects of whom none is drawn in five of a hundred honest draws or less, if in any."""
    size, drawn, spared = said["size"], said["drawn"], said.get("spared", 1)
    code = "all" if said["stratum"].startswith("全部对象") else class_of(said["stratum"])
    known = (size, drawn) in {strata(one, draw).get(code) for draw in at_random(one)}

    def none_of(suspects: int) -> Fraction:
        return Fraction(math.comb(size - suspects, drawn), math.comb(size, drawn))

    possible = none_of(spared) > 0
    return known and none_of(spared) <= Fraction(1, 20) < none_of(spared - 1) and possible


@true("fairness.power.spared_never")
def _(_one: Claims, said: Said) -> bool:
    """An honest draw misses all that it leaves over in more than five of a hundred cases, and never one more."""
    return math.comb(said["size"], said["drawn"]) < 20


@true("fairness.lines.by_class")
def _(one: Claims, said: Said) -> bool:
    """A class of a draw by class, some of it drawn and some left."""
    pairs = {pair for draw in at_random(one) if draw["stratified"] for pair in strata(one, draw).values()}
    return (said["size"], said["drawn"]) in pairs and 0 < said["drawn"] < said["size"]


@true("fairness.redrawn")
def _(one: Claims, said: Said) -> bool:
    """A draw that took the place of others: how many of the first are not on its list, and why."""
    rows = {row["draw_id"]: row for row in one.naive.tables["draw"]}

    def first_drawn(draw_id: int) -> set[str]:
        return {row["object_id"] for row in one.naive.drawn[draw_id] if row["substitute_for"] is None}

    for draw in at_random(one):
        first = draw["draw_id"]
        while rows[first]["replaces_draw_id"] is not None:
            first = rows[first]["replaces_draw_id"]
        gone = len(first_drawn(first) - first_drawn(draw["draw_id"]))
        told = (draw["task"]["name"], draw["on"], chain(one, draw), gone)
        if (said["task"], said["day"], said["redraws"], said["gone"]) == told and said["redraws"]:
            return bool(said["reason"] == draw["reason"])
    return False


@true("fairness.composition_label")
def _(one: Claims, said: Said) -> bool:
    """Objects of a group that were drawn, and how many of them honest draws take on average."""
    objects = {row["object_id"]: row for row in one.naive.tables["object"]}
    for draw in at_random(one):
        frame, sizes = one.of.frame(draw), strata(one, draw)
        first = {row["object_id"] for row in one.naive.drawn[draw["draw_id"]] if row["substitute_for"] is None}
        for attribute in ("region", "kind", "industry", "class"):
            groups: dict[str, list[str]] = {}
            for object_id, code in frame.items():
                pool, drawn = sizes[code if draw["stratified"] else "all"]
                if pool == drawn:  # no chance in it
                    continue
                groups.setdefault(code if attribute == "class" else objects[object_id][attribute], []).append(object_id)
            for members in groups.values():
                rates = [sizes[frame[each] if draw["stratified"] else "all"] for each in members]
                expected = sum(Fraction(drawn, pool) for pool, drawn in rates)
                if said["drawn"] == len(first & set(members)) and abs(said["expected"] - float(expected)) < 1e-9:
                    return True
    return False
