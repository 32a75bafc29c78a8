"""Matching inspectors to drawn objects: the second of the two "randoms", from the seed and from names alone.

How the match is made, `inspections.draws.recompute` holds, which anyone can run; who may come, the database knows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from inspections.draws import recompute
from inspections.store.database import question
from inspections.words.errors import InspectionsError

PER_OBJECT = 2
# Where a step of a draw keeps whom the certificate numbers of its day stood for (the table's own numbers).
PEOPLE = "inspector_ids"
# Assumption, no source fixes it (setting most_objects_per_inspector): one object a working day for two months.
MOST_OBJECTS = 40


@dataclass(frozen=True)
class Teams:
    """Who may be matched: certificate numbers per department, and the pairs of certificate and object that must not."""

    members: dict[str, list[str]]
    recusals: list[tuple[str, str]]

    def facts(self) -> dict[str, Any]:
        """As a package tells them."""
        return {"teams": self.members, "recusals": [list(pair) for pair in self.recusals]}


def teams_of(cursor: duckdb.DuckDBPyConnection, task_id: int, pool: str) -> Teams:
    """The inspectors whom a task's departments can send today, with recusals from objects of `pool`, a FROM clause."""
    people = cursor.execute(question("task_teams"), {"task_id": task_id}).fetchall()
    members: dict[str, list[str]] = {team: [] for team, *_ in people}
    for team, _, certificate, is_available in people:
        if is_available:
            members[team].append(certificate)
    known = {one for team in members.values() for one in team}
    barred = cursor.execute(
        f"""select certificate_no, object_id from recusal inner join inspector using (inspector_id)
        where object_id in (select object_id {pool}) order by all"""  # noqa: S608 - a clause of this product
    ).fetchall()
    return Teams(members, [(certificate, object_id) for certificate, object_id in barred if certificate in known])


def match_teams(
    objects: Collection[str],
    teams: Teams,
    seed: str,
    per_object: int,
    most_objects: int | None = None,
    busy: Mapping[str, int] | None = None,
) -> list[tuple[str, str]]:
    """`recompute.match_teams`: pairs of object and certificate number.

    Raises InspectionsError `inspectors_uncertified`, `inspectors_too_few`, `inspectors_overloaded` and
    `inspectors_scarce`; see `recompute.match`.
    """
    try:
        return recompute.match_teams(objects, teams.members, teams.recusals, seed, per_object, most_objects, busy)
    except recompute.NoMatchError as error:
        raise InspectionsError(error.code, **error.parameters) from error
