"""What anyone can recompute of a draw: tickets, a task's key, a commitment, the match of inspectors.

Nothing but Python's standard library (3.8 and later): a sealed package carries this as part of verify.py.

`match` deals from shuffled packs, which shares the work evenly. Where recusals or the bound on the work of one
inspector leave an object without enough inspectors, others are moved along augmenting paths (Ford & Fulkerson 1956),
tried in a random but recomputable order: so a match is found whenever there is one, and where there is none the set of
objects that shows it is named (Hall 1935).
"""

from __future__ import annotations

import base64
import hashlib
from collections import deque
from typing import Any, Collection, Iterable, Mapping, Sequence  # noqa: UP035 - Python 3.8 has them here


class NoMatchError(Exception):
    """No match exists. `code` names the constraint that binds, `parameters` its numbers; see `match`."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters


def ticket(seed: str, object_id: str) -> str:
    """SHA-256 of the UTF-8 text `<seed>,<object_id>`, lower-case hexadecimal."""
    return hashlib.sha256((seed + "," + object_id).encode("utf-8")).hexdigest()


def task_key(doc_no: str, plan_kind: str, seq: int) -> str:
    """Ten safe characters (a-z, 2-7; 50 bits of SHA-256) that stand for a task: document number, kind, row number.

    Master seed (22), key (10), ordinal (up to 2), two hyphens and a credit code (18) make 54 bytes, which with the
    comma fit one block of SHA-256.
    """
    return _safe(doc_no + "," + plan_kind + "," + str(seq))


def text_commitment(text: bytes, nonce: str) -> str:
    """SHA-256 of the nonce, a line feed and the text."""
    return hashlib.sha256((nonce + "\n").encode("utf-8") + text).hexdigest()


def team_seed(seed: str, team: str) -> str:
    """The seed of the match of one department's inspectors: ten safe characters of its name after the draw's seed."""
    return seed + "-" + _safe(team)


def _safe(text: str) -> str:
    return base64.b32encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")[:10].lower()


def match_teams(
    objects: Collection[str],
    teams: Mapping[str, Collection[str]],
    recusals: Collection[tuple[str, str]],
    seed: str,
    per_object: int,
    most_objects: int | None = None,
    busy: Mapping[str, int] | None = None,
) -> list[tuple[str, str]]:
    """One step of a draw: `match` for every department, as pairs of object and inspector.

    `seed` is the draw's, `busy` what the draw's earlier steps gave each inspector. Raises NoMatchError.
    """
    # Who is added later is matched anew: another place in the deal must not follow from the first one.
    dealt = sum(busy.values()) if busy else 0
    at = seed + "-" + str(dealt) if dealt else seed
    pairs: list[tuple[str, str]] = []
    for team in sorted(teams):
        found = match(objects, teams[team], recusals, team_seed(at, team), per_object, most_objects, busy)
        pairs += [(object_id, name) for object_id, names in found.items() for name in names]
    return pairs


def match(
    objects: Collection[str],
    inspectors: Collection[str],
    recusals: Collection[tuple[str, str]],
    seed: str,
    per_object: int,
    most_objects: int | None = None,
    busy: Mapping[str, int] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Match `per_object` distinct inspectors at random to every object, none to more than `most_objects` (None: any).

    `recusals` are pairs (inspector, object) that must not meet; `busy` says how many objects an inspector already has.
    Works like dealing from a shuffled pack: round r holds every inspector once, in the order of
    `ticket(seed, "<r>,<inspector>")`; objects take their turn, those with the most recusals first (they have the least
    choice), then in ticket order; each takes the first inspectors in the pack who may visit it, and who is passed over
    stays on top. So without recusals no two inspectors' numbers of objects differ by more than one, and the whole
    match can be recomputed with sha256sum and a pencil.

    Returns the inspectors per object, in the order of `objects`. Raises NoMatchError with the constraint that binds:
    `inspectors_uncertified` (fewer inspectors than one visit needs), `inspectors_too_few` (recusals leave an object
    fewer than it needs), `inspectors_overloaded` (all together have room for fewer visits), `inspectors_scarce` (some
    objects can only be visited by some inspectors, who have room for fewer visits).
    """
    barred: dict[str, set[str]] = {object_id: set() for object_id in objects}
    known = set(inspectors)
    for inspector, object_id in recusals:
        if inspector in known and object_id in barred:
            barred[object_id].add(inspector)
    bound = len(objects) if most_objects is None else most_objects
    room = {name: bound if most_objects is None else max(bound - (busy or {}).get(name, 0), 0) for name in inspectors}
    _check_room(objects, barred, room, per_object)
    matched: dict[str, list[str]] = {}
    pack: deque[str] = deque()
    rounds = 0
    for object_id in sorted(objects, key=lambda name: (-len(barred[name]), ticket(seed, name))):
        taken = matched.setdefault(object_id, [])
        passed_over: list[str] = []
        # One full pack on top of what is left shows everyone who has room: dealing further would show nobody new.
        last = rounds + 1
        while len(taken) < per_object:
            if not pack:
                rounds += 1
                if rounds > last:
                    break
                pack.extend(_round([name for name in inspectors if room[name] > 0], seed, rounds))
                if not pack:
                    break
            inspector = pack.popleft()
            if room[inspector] == 0:
                continue
            if inspector in taken or inspector in barred[object_id]:
                passed_over.append(inspector)
            else:
                taken.append(inspector)
                room[inspector] -= 1
        pack.extendleft(reversed(passed_over))
        while len(taken) < per_object:
            _augment(object_id, matched, barred, room, seed, per_object)
    return {object_id: tuple(matched[object_id]) for object_id in objects}


def _check_room(
    objects: Collection[str], barred: Mapping[str, set[str]], room: Mapping[str, int], per_object: int
) -> None:
    if objects and len(room) < per_object:
        raise NoMatchError("inspectors_uncertified", certified=len(room), needed=per_object)
    for object_id in objects:
        eligible = len(room) - len(barred[object_id])
        if eligible < per_object:
            raise NoMatchError("inspectors_too_few", object_id=object_id, eligible=eligible, needed=per_object)
    if len(objects) * per_object > sum(room.values()):
        raise NoMatchError(
            "inspectors_overloaded",
            objects=len(objects),
            needed=per_object,
            visits=len(objects) * per_object,
            inspectors=len(room),
            room=sum(room.values()),
        )


def _augment(
    start: str,
    matched: dict[str, list[str]],
    barred: Mapping[str, set[str]],
    room: dict[str, int],
    seed: str,
    per_object: int,
) -> None:
    """Give `start` one more inspector by moving others along a shortest augmenting path; raise where there is none."""
    order = _round(room, seed, 0)
    holders: dict[str, list[str]] = {name: [] for name in order}
    for object_id, team in matched.items():
        for name in team:
            holders[name].append(object_id)
    # Who found whom: an inspector by the object that may have it, an object by the inspector it would give up.
    found_by: dict[str, str] = {}
    gives_up: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting:
        object_id = waiting.popleft()
        for name in order:
            if name in found_by or name in barred[object_id] or name in matched[object_id]:
                continue
            found_by[name] = object_id
            if room[name] > 0:
                room[name] -= 1
                while (object_id := found_by[name]) != start:
                    given_up = gives_up[object_id]
                    matched[object_id][matched[object_id].index(given_up)] = name
                    name = given_up  # noqa: PLW2901 - the walk back along the path
                matched[start].append(name)
                return
            for one in holders[name]:
                if one not in gives_up:
                    gives_up[one] = name
                    waiting.append(one)
    able = {name: sum(name not in barred[object_id] for object_id in gives_up) for name in room}
    held = {name: len(holders[name]) + room[name] for name in room}
    raise NoMatchError(
        "inspectors_scarce",
        objects=len(gives_up),
        example=start,
        visits=len(gives_up) * per_object,
        inspectors=sum(count > 0 for count in able.values()),
        room=sum(min(able[name], held[name]) for name in room),
    )


def _round(inspectors: Iterable[str], seed: str, number: int) -> Sequence[str]:
    return sorted(inspectors, key=lambda name: ticket(seed, f"{number},{name}"))
