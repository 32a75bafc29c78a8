"""The synthetic draws of a year: frames frozen with the classes of the day, quotas, tickets, inspectors, commitments.

The drawing itself is the product's own (`inspections.draws`); only the circumstances are invented.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import string
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

import chinese_calendar
import numpy as np
import pandas as pd

from inspections.demo.directories import CLASSES
from inspections.draws import quotas, ticket
from inspections.draws.matching import PEOPLE, PER_OBJECT, Teams, match_teams
from inspections.draws.recompute import task_key
from inspections.draws.terms import Terms, settled
from inspections.words.classes import NONE

METHOD = "sha256_ticket"
DESIGNATED = "designated"
SATURDAY = 5
LAST_PUBLISHED_YEAR = max(chinese_calendar.holidays).year


@dataclass(frozen=True)
class Task:
    """What a draw needs to know of a task; `story` holds what was special about it."""

    task_id: int
    bureau: str
    name: str
    doc_no: str
    kind: str
    seq: int
    year: int
    rate: Decimal
    rate_op: quotas.Op
    rising: bool
    starts_on: datetime.date
    ends_on: datetime.date
    checkers: tuple[int, ...]
    story: dict[str, Any]


@dataclass
class Rows:
    """The rows of all tables a draw fills, collected before one bulk insert per table."""

    draw: list[dict[str, Any]] = field(default_factory=list)
    draw_act: list[tuple[Any, ...]] = field(default_factory=list)
    draw_quota: list[tuple[Any, ...]] = field(default_factory=list)
    frame: list[tuple[Any, ...]] = field(default_factory=list)
    draw_object: list[tuple[Any, ...]] = field(default_factory=list)
    draw_inspector: list[tuple[Any, ...]] = field(default_factory=list)
    task_class_rate: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class Office:
    """Who draws and with what.

    The department of a checking unit, the inspectors a department can send (certificate number -> id), the pairs of
    certificate and object that must not meet, the secrets of official and of trial draws, the demo's generator,
    the next draw's id.
    """

    departments: dict[int, str]
    teams: dict[str, dict[str, int]]
    recused: set[tuple[str, str]]
    secrets: dict[str, str]
    generator: np.random.Generator
    next_id: Callable[[], int]


@dataclass(frozen=True)
class Act:
    """One act of drawing: the day, official or trial, its number within the task, what it replaces and why."""

    day: datetime.date
    kind: str = "official"
    ordinal: int = 1
    replaces: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Done:
    """What an act of drawing gave."""

    draw_id: int
    seed: str
    at: datetime.datetime
    terms: Terms
    number: int | None
    teams: Teams
    frame: list[tuple[str, str | None]]
    drawn: list[ticket.Drawn]


@dataclass(frozen=True)
class Locked:
    """The objects a standing draw sends inspectors to, with their class and the inspectors per checking unit."""

    task: Task
    draw_id: int
    drawn_on: datetime.date
    objects: dict[str, str]
    inspectors: dict[tuple[str, int], tuple[int, ...]]


def working_day(day: datetime.date, step: int = 1) -> datetime.date:
    """Give `day`, or the next working day after it (before it with step -1)."""
    while not (chinese_calendar.is_workday(day) if day.year <= LAST_PUBLISHED_YEAR else day.weekday() < SATURDAY):
        day += datetime.timedelta(days=step)
    return day


def secret(generator: np.random.Generator) -> str:
    """Make a text of 22 random characters from the demo's own generator."""
    alphabet = sorted(set(string.ascii_letters + string.digits) - set("0OIl"))
    return "".join(generator.choice(alphabet, size=22))


def master_seed(secret: str, key: str) -> str:
    """The master seed of one task, as the product makes them: who opens another task's package learns nothing of it."""
    digest = hashlib.sha256(f"{secret},{key}".encode()).hexdigest()
    return ticket.base58(int(digest[:32], 16))


def launch_day(task: Task, generator: np.random.Generator) -> datetime.date:
    """Give the day a task was drawn: the story's, else in the first days of its window."""
    days = int(generator.integers(0, 5))
    return task.story.get("drawn_on") or working_day(task.starts_on + datetime.timedelta(days=days))


def draw_task(
    rows: Rows, task: Task, pools: dict[datetime.date, pd.DataFrame], drawn_on: datetime.date, office: Office
) -> Locked:
    """Draw one task as its story says (trial, re-draw, substitute) and append the rows.

    `pools` holds the frame (object_id, class; directory order) for each day something was drawn on.
    """
    story = task.story
    if trial_on := story.get("trial_on"):
        _append(rows, task, pools[trial_on], Act(trial_on, kind="trial"), office)
    act = Act(drawn_on, reason=story.get("reason"))
    if redrawn_on := story.get("redrawn_on"):
        first = _append(rows, task, pools[drawn_on], act, office)
        act = Act(redrawn_on, ordinal=2, replaces=first.draw_id, reason=story["redraw_reason"])
    done = _append(rows, task, pools[act.day], act, office)
    locked = {one.object_id: one.risk_class for one in done.drawn}
    matched = _match(rows, done, list(locked), office, step=1)
    for step, out in enumerate(done.drawn[: story.get("substitutes", 0)], start=2):
        stands_in = ticket.substitute(done.frame, out.risk_class, done.seed, locked)
        why = (out.object_id, story["substitute_reason"])
        rows.draw_object.append((done.draw_id, stands_in.object_id, stands_in.risk_class, stands_in.place, *why))
        locked[stands_in.object_id] = stands_in.risk_class
        del locked[out.object_id]
        matched += _match(rows, done, [stands_in.object_id], office, step=step, before=matched)
    inspectors: dict[tuple[str, int], tuple[int, ...]] = {}
    for unit_id in task.checkers:
        team = office.teams[office.departments[unit_id]]
        for object_id, certificate in matched:
            if certificate in team:
                inspectors[object_id, unit_id] = (*inspectors.get((object_id, unit_id), ()), team[certificate])
    return Locked(task, done.draw_id, act.day, locked, inspectors)


def _match(
    rows: Rows,
    done: Done,
    objects: list[str],
    office: Office,
    *,
    step: int,
    before: list[tuple[str, str]] | None = None,
) -> list[tuple[str, str]]:
    """Match inspectors to the objects of a step, write both down; pairs of object and certificate number."""
    busy = Counter(certificate for _, certificate in before or ())
    matched = match_teams(objects, done.teams, done.seed, PER_OBJECT, None, busy)
    ids = {certificate: person for team in office.teams.values() for certificate, person in team.items()}
    rows.draw_inspector += [(done.draw_id, object_id, ids[certificate]) for object_id, certificate in matched]
    told: dict[str, Any] = {"objects": objects} if step > 1 else {}
    told |= {"per_object": PER_OBJECT, "most_objects": None, "matched": len(matched)}
    told[PEOPLE] = {certificate: ids[certificate] for _, certificate in sorted(matched)}
    rows.draw_act.append((done.draw_id, step, done.at, done.number, json.dumps(told, ensure_ascii=False)))
    return matched


def _append(rows: Rows, task: Task, pool: pd.DataFrame, act: Act, office: Office) -> Done:
    draw_id = office.next_id()
    key = task_key(task.doc_no, task.kind, task.seq)
    seed = ticket.task_seed(master_seed(office.secrets[act.kind], key), key, act.ordinal)
    frame: list[tuple[str, str | None]] = list(zip(pool["object_id"], pool["class"], strict=True))
    wanted = _quotas(task, pool)
    drawn = ticket.draw_frame(frame, wanted, seed)
    seed_nonce, frame_nonce = office.generator.bytes(16).hex(), office.generator.bytes(16).hex()
    clock = datetime.time(9, 5 + int(office.generator.integers(0, 50)))
    at = datetime.datetime.combine(act.day, clock)
    replaced = next((one for one in rows.draw if one["draw_id"] == act.replaces), None)
    row = {
        "draw_id": draw_id,
        "task_id": task.task_id,
        "ordinal": act.ordinal,
        "drawn_at": at,
        "basis": "full" if task.rate == 1 else "random",
        "kind": act.kind,
        "method": METHOD,
        "stratified": not isinstance(wanted, int),
        "rotation": False,
        "seed": seed,
        "seed_nonce": seed_nonce,
        "frame_nonce": frame_nonce,
        "seed_commitment": ticket.seed_commitment(seed, seed_nonce),
        "frame_commitment": ticket.frame_commitment(frame, frame_nonce),
        "frame_size": len(frame),
        "quota": wanted if isinstance(wanted, int) else None,
        "frozen_at": at,
        "replaces_draw_id": act.replaces,
        "reason": act.reason,
    }
    sizes = {str(code): int(size) for code, size in pool["class"].value_counts().items()}
    teams = _teams(task, office, {object_id for object_id, _ in frame})
    terms = settled(
        row,
        asdict(task) | {"plan_kind": task.kind, "key": key},
        quotas=wanted,
        sizes=sizes,
        rule={"from": "plan", "whole": {"rate": str(task.rate), "op": task.rate_op}, "rising": task.rising},
        inspectors={"per_object": PER_OBJECT, "most_objects": None, **teams.facts()},
        replaces=replaced and {name: replaced[name] for name in ("ordinal", "seed_commitment", "terms_commitment")},
        synthetic=True,
        nonce=hashlib.sha256(f"{seed_nonce},{frame_nonce}".encode()).hexdigest()[:32],
    )
    rows.draw.append(row | {"terms": terms.text, "terms_nonce": terms.nonce, "terms_commitment": terms.commitment})
    if not isinstance(wanted, int):
        rows.draw_quota += [(draw_id, code, sizes.get(code, 0), quota) for code, quota in wanted.items()]
    rows.frame += [(draw_id, object_id, code, place, False) for place, (object_id, code) in enumerate(frame, start=1)]
    rows.draw_object += [(draw_id, one.object_id, one.risk_class, one.place, None, None) for one in drawn]
    return Done(draw_id, seed, at, terms, wanted if isinstance(wanted, int) else None, teams, frame, drawn)


def _teams(task: Task, office: Office, pool: set[str]) -> Teams:
    names = sorted({office.departments[unit_id] for unit_id in task.checkers})
    members = {name: sorted(office.teams[name]) for name in names}
    known = {certificate for team in members.values() for certificate in team}
    recusals = sorted(pair for pair in office.recused if pair[0] in known and pair[1] in pool)
    return Teams(members, recusals)


def _quotas(task: Task, pool: pd.DataFrame) -> dict[str, int] | int:
    """Quotas per class, or one number where the draw ignores classes (or takes everyone, or nobody has a class)."""
    sizes = {str(code): int(size) for code, size in pool["class"].value_counts().items()}
    if task.rate == 1:
        return len(pool)
    if task.story.get("unstratified") or set(sizes) == {NONE}:
        return quotas.quota(len(pool), task.rate, task.rate_op)
    ordered = {code: sizes[code] for code in (*CLASSES, NONE) if code in sizes}
    if not task.rising:
        return {code: quotas.quota(size, task.rate, task.rate_op) for code, size in ordered.items()}
    wanted = dict(quotas.rising_quotas(ordered, task.rate, task.rate_op))
    if broken := task.story.get("broken_gradient"):
        lower, higher = broken
        # Until not even the slack of one object for rounding puts the two classes back in order; the total stays.
        while wanted[higher] > 0 and quotas.rates_in_order(ordered, wanted, (lower, higher)):
            wanted[higher] -= 1
            wanted[lower] += 1
    return wanted
