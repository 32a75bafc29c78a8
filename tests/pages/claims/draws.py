"""Draws on record and their randomness."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import class_of, near, true
from tests.pages.claims.known import Claims


@true("draws.finding")
def _(one: Claims, said: Said) -> bool:
    bases = [draw["basis"] for draw in one.of.draws]
    return (said["count"], said["random"], said["full"]) == (len(bases), bases.count("random"), bases.count("full"))


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


def comes_out(one: Claims, row: dict[str, Any]) -> bool:
    """Whether the objects with the smallest tickets of each class are those on record, whoever stands in for them."""
    frame = one.naive.frames[row["draw_id"]]
    quotas = {
        each["class"]: each["quota"] for each in one.naive.table("draw_quota") if each["draw_id"] == row["draw_id"]
    }
    drawn = {each["object_id"] for each in one.naive.drawn[row["draw_id"]] if each["substitute_for"] is None}
    strata = quotas if row["stratified"] else {"": len(drawn)}
    tickets = {each: hashlib.sha256(f"{row['seed']},{each}".encode()).hexdigest() for each in frame}
    wanted: set[str] = set()
    for stratum, quota in strata.items():
        own = sorted((each for each, code in frame.items() if stratum in ("", code)), key=tickets.__getitem__)
        wanted |= set(own[:quota])
    return wanted == drawn


@true("draws.details.agree", "draws.finding_agrees")
def _(one: Claims, said: Said) -> bool:
    run = [comes_out(one, row) for row in official(one) if rerun(row)]
    agree = sum(run) if "run" in said else len(run)
    return bool(run) and (said["run"] if "run" in said else said["count"], said.get("agree", sum(run))) == (
        len(run),
        agree,
    )


@true("draws.finding_differs")
def _(one: Claims, said: Said) -> bool:
    run = [comes_out(one, row) for row in official(one) if rerun(row)]
    return bool((said["count"], said["bad"]) == (len(run), run.count(False)) and said["bad"])


@true("draws.rerun.differs")
def _(one: Claims, said: Said) -> bool:
    """Some draw does not come out the same."""
    return said["count"] > 0 and not all(comes_out(one, row) for row in recorded(one) if rerun(row))


@true("draws.waiting_of", "draws.committed_open")
def _(one: Claims, said: Said) -> bool:
    """A draw that is frozen, and of which nobody is drawn."""
    names = {task_id: task["name"] for task_id, task in one.of.tasks.items()}
    waiting = [row for row in recorded(one) if row["frozen_at"] and not one.naive.drawn[row["draw_id"]]]
    told = {(names[row["task_id"]], row["frame_size"], f"{row['frozen_at']:%Y-%m-%d %H:%M}") for row in waiting}
    if "task" in said:
        return (said["task"], said["pool"], said["frozen"]) in told
    return said["frozen"] in {frozen for *_, frozen in told}


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
    pairs = {
        (listed_in(one, row), row["frame_size"]) for row in recorded(one) if "share" in said or comes_out(one, row)
    }
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


@true("draws.committed")
def _(one: Claims, said: Said) -> bool:
    """When a draw's pool was frozen and when it was drawn."""
    times = {
        (f"{row['frozen_at']:%Y-%m-%d %H:%M}", row["drawn_at"].date()) for row in recorded(one) if row["frozen_at"]
    }
    return (said["frozen"], datetime.date.fromisoformat(said["drawn"][:10])) in times
