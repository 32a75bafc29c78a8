"""Trial draws made and kept: what was frozen is drawn, raised and substituted, every step in the change log.

`freezing.freeze` has determined who is drawn; nothing is open from there on. `draw_frozen` draws and matches
inspectors, `top_up` and `call_substitute` take the next tickets.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

import duckdb
import pandas as pd

from inspections.draws import ticket
from inspections.draws.freezing import (
    KIND,
    METHOD,
    commitment,
    one_line_reason,
    records,
    total_of,
)
from inspections.draws.matching import PEOPLE, PER_OBJECT, match_teams, teams_of
from inspections.draws.recompute import text_commitment
from inspections.draws.terms import Quotas, by_stratum
from inspections.store.database import first_value, log_change, transaction
from inspections.words.errors import InspectionsError


def draw_frozen(
    connection: duckdb.DuckDBPyConnection,
    draw_id: int,
    *,
    actor: str,
    per_object: int | None = None,
    most_objects: int | None = None,
    now: datetime.datetime | None = None,
) -> int:
    """Draw what was frozen and match inspectors of each department to every object; returns how many were drawn.

    How many inspectors (0: nobody is matched) and how many objects at most for one of them the terms say; other
    numbers given here are told in the package as what they are: not settled before the draw.

    Raises InspectionsError `draw_unknown`, `draw_official`, `draw_done`, `frame_altered` (pool, seed, quotas or terms
    are no longer what was committed to) and what `match_teams` raises.
    """
    at = (now or datetime.datetime.now()).replace(microsecond=0)
    with connection.cursor() as cursor, transaction(cursor):
        of = _trial(cursor, draw_id)
        if _count(cursor, draw_id):
            raise InspectionsError("draw_done", draw_id=draw_id)
        frame = f"from frame where draw_id = {draw_id}"
        if (
            commitment(cursor, frame, of["frame_nonce"], of["rotation"]) != of["frame_commitment"]
            or ticket.seed_commitment(of["seed"], of["seed_nonce"]) != of["seed_commitment"]
            or not _as_settled(of, _planned(cursor, of))
        ):
            raise InspectionsError("frame_altered", draw_id=draw_id)
        drawn = _tickets(cursor, of, _planned(cursor, of))
        _store(cursor, draw_id, drawn)
        matching = _match(cursor, of, list(drawn["object_id"]), per_object, most_objects)
        _act(cursor, of, at, of["quota"], matching)
        log_change(
            cursor,
            actor=actor,
            action="draw",
            subject=f"draw {draw_id}",
            after={
                "drawn": len(drawn),
                "inspectors_per_object": matching["per_object"],
                "matched": matching["matched"],
                "most_objects": matching["most_objects"],
            },
        )
    return len(drawn)


def top_up(
    connection: duckdb.DuckDBPyConnection,
    draw_id: int,
    quotas: Quotas,
    *,
    reason: str,
    actor: str,
    most_objects: int | None = None,
) -> int:
    """Raise the quotas of a drawn trial: everyone drawn stays, the next tickets come. Returns how many came.

    A class that `quotas` does not name keeps its quota. Raises InspectionsError `draw_unknown`, `draw_official`,
    `draw_open`, `reason_missing`, `quota_kind` (one number for a draw by class, or the other way round),
    `quota_lowered`, `quota_exceeds_pool` and what `match_teams` raises.
    """
    at = datetime.datetime.now().replace(microsecond=0)
    with connection.cursor() as cursor, transaction(cursor):
        of, why = _drawn(cursor, draw_id), one_line_reason(reason)
        before = _planned(cursor, of)
        if isinstance(before, int) != isinstance(quotas, int):
            raise InspectionsError("quota_kind", draw_id=draw_id)
        after: Quotas = quotas if isinstance(quotas, int) or isinstance(before, int) else {**before, **quotas}
        for stratum, number in by_stratum(before).items():
            if by_stratum(after)[stratum] < number:
                raise InspectionsError(
                    "quota_lowered", stratum=stratum or "*", before=number, after=by_stratum(after)[stratum]
                )
        if total_of(after) == total_of(before):
            raise InspectionsError("nothing_to_draw")
        present = _rows(cursor, draw_id)
        drawn = _tickets(cursor, of, _with_substitutes(after, present))
        new = drawn[~drawn["object_id"].isin(present["object_id"])]
        if isinstance(after, dict):
            _raise_quotas(cursor, draw_id, before, after)
        _store(cursor, draw_id, new)
        come = list(new["object_id"])
        matching = _match(cursor, of, come, _team_size(cursor, draw_id), most_objects)
        raised = {stratum or "*": number for stratum, number in by_stratum(after).items()}
        told = {"objects": come, "quotas": raised, "reason": why}
        _act(cursor, of, at, after if isinstance(after, int) else None, told | matching)
        log_change(
            cursor,
            actor=actor,
            action="top_up",
            subject=f"draw {draw_id}",
            before={"quotas": before},
            after={"quotas": after, "drawn": len(new), "reason": why},
        )
    return len(new)


def call_substitute(
    connection: duckdb.DuckDBPyConnection,
    draw_id: int,
    object_id: str,
    *,
    reason: str,
    actor: str,
    most_objects: int | None = None,
) -> str:
    """Let the next ticket of its stratum stand in for a drawn object (递补); returns who comes.

    Raises InspectionsError `draw_unknown`, `draw_official`, `draw_open`, `reason_missing`, `object_not_drawn`,
    `substituted_already`, `no_substitute` and what `match_teams` raises.
    """
    with connection.cursor() as cursor, transaction(cursor):
        of, why = _drawn(cursor, draw_id), one_line_reason(reason)
        present = _rows(cursor, draw_id)
        if object_id not in set(present["object_id"]):
            raise InspectionsError("object_not_drawn", object_id=object_id)
        if object_id in set(present["substitute_for"].dropna()):
            raise InspectionsError("substituted_already", object_id=object_id)
        stratum = (
            str(present.loc[present["object_id"] == object_id, "class"].iloc[0])
            if of["stratified"]
            else ticket.WHOLE_POOL
        )
        standing = int((present["class"] == stratum).sum()) if of["stratified"] else len(present)
        try:
            order = _tickets(cursor, of, {stratum: standing + 1} if of["stratified"] else standing + 1)
        except InspectionsError as error:
            raise InspectionsError("no_substitute", stratum=stratum or "*", pool=standing) from error
        new = order[~order["object_id"].isin(present["object_id"])]
        _store(cursor, draw_id, new.assign(substitute_for=object_id, reason=why))
        come = str(new["object_id"].iloc[0])
        matching = _match(cursor, of, [come], _team_size(cursor, draw_id), most_objects)
        planned = None if of["stratified"] else by_stratum(_planned(cursor, of))[ticket.WHOLE_POOL]
        at = datetime.datetime.now().replace(microsecond=0)
        _act(cursor, of, at, planned, {"objects": [come]} | matching)
        log_change(
            cursor,
            actor=actor,
            action="substitute",
            subject=f"draw {draw_id}",
            before={"object_id": object_id},
            after={"object_id": come, "reason": why},
        )
    return come


def _as_settled(of: Mapping[str, Any], quotas: Quotas) -> bool:
    """Whether terms and quotas are those committed to; what an older release froze has no terms."""
    if of["terms"] is None:
        return True
    settled = {name: part["quota"] for name, part in json.loads(of["terms"])["quotas"].items()}
    return bool(
        text_commitment(of["terms"].encode(), of["terms_nonce"]) == of["terms_commitment"]
        and settled == {stratum or "*": number for stratum, number in by_stratum(quotas).items()}
    )


def _act(
    cursor: duckdb.DuckDBPyConnection,
    of: Mapping[str, Any],
    at: datetime.datetime,
    number: int | None,
    told: Mapping[str, Any],
) -> None:
    """Write down a step. Not in `draw` itself: DuckDB cannot update a row there that others refer to."""
    cursor.execute(
        """insert into draw_act
        select ?, coalesce(max(step), 0) + 1, greatest(?, coalesce(max(done_at), ?)), ?, ?
        from draw_act where draw_id = ?""",
        [of["draw_id"], at, of["frozen_at"], number, json.dumps(told, ensure_ascii=False), of["draw_id"]],
    )


def _trial(cursor: duckdb.DuckDBPyConnection, draw_id: int) -> dict[str, Any]:
    found = records(cursor, "select * from draw where draw_id = ?", draw_id)
    if not found:
        raise InspectionsError("draw_unknown", draw_id=draw_id)
    if found[0]["kind"] != KIND or found[0]["method"] != METHOD or not found[0]["seed"]:
        raise InspectionsError("draw_official", draw_id=draw_id)
    return found[0]


def _drawn(cursor: duckdb.DuckDBPyConnection, draw_id: int) -> dict[str, Any]:
    of = _trial(cursor, draw_id)
    if not _count(cursor, draw_id):
        raise InspectionsError("draw_open", draw_id=draw_id)
    return of


def _count(cursor: duckdb.DuckDBPyConnection, draw_id: int) -> int:
    return int(first_value(cursor, "select count(*) from draw_object where draw_id = ?", [draw_id]))


def _planned(cursor: duckdb.DuckDBPyConnection, of: Mapping[str, Any]) -> Quotas:
    if not of["stratified"]:
        last = "select quota from draw_act where draw_id = ? order by step desc limit 1"
        return int(first_value(cursor, last, [of["draw_id"]]) or of["quota"])
    rows = cursor.execute("select class, quota from draw_quota where draw_id = ?", [of["draw_id"]]).fetchall()
    return {str(code): int(number) for code, number in rows}


def _rows(cursor: duckdb.DuckDBPyConnection, draw_id: int) -> pd.DataFrame:
    return cursor.execute(
        "select object_id, class::varchar as class, place, substitute_for from draw_object where draw_id = ?", [draw_id]
    ).df()


def _with_substitutes(quotas: Quotas, present: pd.DataFrame) -> Quotas:
    """Tickets to look at: the quotas and as many more as substitutes have used."""
    substitutes = present[present["substitute_for"].notna()]
    if isinstance(quotas, int):
        return quotas + len(substitutes)
    used = substitutes["class"].value_counts()
    return {code: number + int(used.get(code, 0)) for code, number in quotas.items()}


def _tickets(cursor: duckdb.DuckDBPyConnection, of: Mapping[str, Any], quotas: Quotas) -> pd.DataFrame:
    """The drawn rows of a recorded frame: place, object_id, class, ticket."""
    pool = f"frame_of_{of['draw_id']}"
    cursor.execute(
        f"""create or replace temp view {pool} as
        select object_id, class::varchar as class, passed_over from frame where draw_id = {int(of["draw_id"])}"""  # noqa: S608
    )
    drawn = ticket.draw_in_database(cursor, pool, quotas, str(of["seed"]))
    cursor.execute(f"drop view {pool}")
    return drawn


def _store(cursor: duckdb.DuckDBPyConnection, draw_id: int, drawn: pd.DataFrame) -> None:
    rows = drawn.assign(
        draw_id=draw_id,
        substitute_for=drawn.get("substitute_for"),
        reason=drawn.get("reason"),
    )
    columns = "draw_id, object_id, class, place, substitute_for, reason"
    cursor.register("drawn_rows", rows[columns.split(", ")].astype({"substitute_for": object, "reason": object}))
    cursor.execute(f"insert into draw_object ({columns}) select {columns} from drawn_rows")  # noqa: S608 - our own names
    cursor.unregister("drawn_rows")


def _raise_quotas(cursor: duckdb.DuckDBPyConnection, draw_id: int, before: Quotas, after: Quotas) -> None:
    for code, number in by_stratum(after).items():
        if code not in by_stratum(before):
            raise InspectionsError("quota_exceeds_pool", stratum=code, quota=number, pool=0)
        cursor.execute(
            "update draw_quota set quota = ? where draw_id = ? and class = ?::risk_class_code", [number, draw_id, code]
        )


def _team_size(cursor: duckdb.DuckDBPyConnection, draw_id: int) -> int:
    """Inspectors of one department per object in this draw so far; 0 where nobody was matched."""
    drawn = cursor.execute("select matching from draw_act where draw_id = ? and step = 1", [draw_id]).fetchone()
    if drawn and drawn[0]:
        return int(json.loads(drawn[0])["per_object"])
    return PER_OBJECT if first_value(cursor, "select count(*) from draw_inspector where draw_id = ?", [draw_id]) else 0


def _match(
    cursor: duckdb.DuckDBPyConnection,
    of: Mapping[str, Any],
    objects: list[str],
    per_object: int | None,
    most_objects: int | None,
) -> dict[str, Any]:
    """Match inspectors of every department of the task; what was done, as a package tells it."""
    settled = json.loads(of["terms"])["inspectors"] if of["terms"] else {"per_object": PER_OBJECT, "most_objects": None}
    per_object = settled["per_object"] if per_object is None else per_object
    most_objects = settled["most_objects"] if most_objects is None else most_objects
    teams = teams_of(cursor, of["task_id"], f"from frame where draw_id = {int(of['draw_id'])}")
    busy = dict(
        cursor.execute(
            """select certificate_no, count(*) from draw_inspector inner join inspector using (inspector_id)
            where draw_id = ? group by all""",
            [of["draw_id"]],
        ).fetchall()
    )
    matched = match_teams(objects, teams, str(of["seed"]), per_object, most_objects, busy) if per_object else []
    ids = dict(cursor.execute("select certificate_no, inspector_id from inspector").fetchall())
    if matched:
        cursor.executemany(
            "insert into draw_inspector values (?, ?, ?)",
            [(of["draw_id"], object_id, ids[certificate]) for object_id, certificate in matched],
        )
    # Who may come is settled with the terms; who could not any more, or was recused since, is told as what it is.
    since = {name: value for name, value in teams.facts().items() if value != settled.get(name)}
    # A certificate may be renewed: the match goes by the numbers of its day.
    people = {certificate: ids[certificate] for _, certificate in sorted(matched)}
    numbers = {"per_object": per_object, "most_objects": most_objects, "matched": len(matched)}
    return numbers | since | {PEOPLE: people}
