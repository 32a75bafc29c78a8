"""What people decide in an evaluation: the scheme, a grade against the suggestion, a remark, next year's proportions.

One transaction each, with the change and its author in the change log. Nothing here changes what was counted.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import duckdb

from inspections.evaluation.rubric import GRADES, NOT_APPLICABLE, Rubric, default_rubric, read_rubric, write_rubric
from inspections.store.database import log_change, question, transaction
from inspections.words.errors import InspectionsError

# Precision of a proportion in the data contract.
MILLIONTH = Decimal("0.000001")


def save_rubric(connection: duckdb.DuckDBPyConnection, rubric: Rubric, actor: str) -> Rubric:
    """Keep a scheme as the next version of its name; from now on it is the one in force. Comes back with its version.

    Raises InspectionsError `rubric_unchanged` where it is the scheme in force, and what `read_rubric` raises for a
    scheme that cannot be.
    """
    definition = write_rubric(rubric)
    checked = read_rubric(definition, rubric.name)
    with connection.cursor() as cursor, transaction(cursor):
        saved = cursor.execute(question("rubrics")).df()
        before = write_rubric(default_rubric()) if saved.empty else str(saved["definition"].iloc[0])
        if before == definition:
            version = 0 if saved.empty else int(saved["version"].iloc[0])
            raise InspectionsError("rubric_unchanged", name=checked.name, version=version)
        of_name = saved.loc[saved["name"] == checked.name, "version"]
        version = 1 if of_name.empty else int(of_name.max()) + 1
        cursor.execute(
            "insert into rubric (name, version, definition, created_at) values (?, ?, ?, ?)",
            [checked.name, version, definition, _now()],
        )
        log_change(
            cursor,
            actor=actor,
            action="rubric",
            subject=f"rubric {checked.name} {version}",
            before={"definition": before},
            after={"definition": definition},
        )
    return replace(checked, version=version)


def decide_grade(
    connection: duckdb.DuckDBPyConnection,
    bureau_id: int,
    unit_id: int,
    year: int,
    grade: str | None,
    reason: str,
    actor: str,
) -> None:
    """Give a unit another grade than its score suggests; None takes the decision back. Either needs a reason.

    Raises InspectionsError `grade_reason_missing`, `grade_unknown`, `grade_not_decided` (nothing to take back) and
    `unit_unknown`.
    """
    reason = reason.strip()
    if not reason:
        raise InspectionsError("grade_reason_missing")
    if grade is not None and grade not in {*GRADES, NOT_APPLICABLE}:
        raise InspectionsError("grade_unknown", grade=grade)
    key = [bureau_id, unit_id, year]
    with connection.cursor() as cursor, transaction(cursor):
        _check_unit(cursor, bureau_id, unit_id, year)
        before = cursor.execute(
            "select grade, reason from evaluation_override where bureau_id = ? and unit_id = ? and year = ?", key
        ).fetchone()
        if grade is None:
            if before is None:
                raise InspectionsError("grade_not_decided")
            cursor.execute("delete from evaluation_override where bureau_id = ? and unit_id = ? and year = ?", key)
        else:
            cursor.execute(
                "insert or replace into evaluation_override values (?, ?, ?, ?, ?, ?, ?)",
                [*key, grade, reason, actor, _now()],
            )
        log_change(
            cursor,
            actor=actor,
            action="grade",
            subject=f"bureau {bureau_id} unit {unit_id} {year} grade",
            before={"grade": before[0], "reason": before[1]} if before else None,
            after={"grade": grade, "reason": reason},
        )


def write_note(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, unit_id: int, year: int, note: str, actor: str
) -> None:
    """Write a remark on a unit's year, an empty one removes it; one that is there already changes nothing.

    Raises InspectionsError `unit_unknown`.
    """
    note = note.strip()
    key = [bureau_id, unit_id, year]
    with connection.cursor() as cursor, transaction(cursor):
        _check_unit(cursor, bureau_id, unit_id, year)
        row = cursor.execute(
            "select note from evaluation_note where bureau_id = ? and unit_id = ? and year = ?", key
        ).fetchone()
        before = row[0] if row else ""
        if note == before:
            return
        if note:
            cursor.execute(
                "insert or replace into evaluation_note values (?, ?, ?, ?, ?, ?)", [*key, note, actor, _now()]
            )
        else:
            cursor.execute("delete from evaluation_note where bureau_id = ? and unit_id = ? and year = ?", key)
        log_change(
            cursor,
            actor=actor,
            action="note",
            subject=f"bureau {bureau_id} unit {unit_id} {year} note",
            before={"note": before},
            after={"note": note},
        )


def adopt_proposal(
    connection: duckdb.DuckDBPyConnection,
    bureau_id: int,
    year: int,
    scope_id: int,
    draws: int,
    classes: Mapping[str, tuple[int, int, Fraction]],
    actor: str,
) -> None:
    """Propose proportions of one pool for `year`, in place of what was proposed for it before.

    classes: class -> objects in the pool, objects to draw each time, proportion in [0, 1]. Raises InspectionsError
    `pool_unknown` for a pool that is not the bureau's.
    """
    with connection.cursor() as cursor, transaction(cursor):
        if not cursor.execute(
            "select 1 from scope where scope_id = ? and bureau_id = ?", [scope_id, bureau_id]
        ).fetchone():
            raise InspectionsError("pool_unknown", scope_id=scope_id)
        before = _proposed(cursor, bureau_id, year, scope_id)
        # A class that is proposed again is replaced: DuckDB keeps a deleted key until the transaction ends.
        for code in set(before) - set(classes):
            cursor.execute(
                "delete from proposal where bureau_id = ? and year = ? and scope_id = ? and class = ?",
                [bureau_id, year, scope_id, code],
            )
        for code, (pool, quota, rate) in classes.items():
            share = (Decimal(rate.numerator) / Decimal(rate.denominator)).quantize(MILLIONTH)
            cursor.execute(
                "insert or replace into proposal values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [bureau_id, year, scope_id, code, pool, quota, share, draws, actor, _now()],
            )
        log_change(
            cursor,
            actor=actor,
            action="proposal",
            subject=f"bureau {bureau_id} scope {scope_id} {year}",
            before=before or None,
            after=_proposed(cursor, bureau_id, year, scope_id),
        )


def drop_proposal(connection: duckdb.DuckDBPyConnection, bureau_id: int, year: int, scope_id: int, actor: str) -> None:
    """Take back what was proposed for a pool; where nothing was, nothing happens: somebody was faster."""
    with connection.cursor() as cursor, transaction(cursor):
        before = _proposed(cursor, bureau_id, year, scope_id)
        if not before:
            return
        cursor.execute(
            "delete from proposal where bureau_id = ? and year = ? and scope_id = ?", [bureau_id, year, scope_id]
        )
        log_change(
            cursor,
            actor=actor,
            action="proposal",
            subject=f"bureau {bureau_id} scope {scope_id} {year}",
            before=before,
        )


def _proposed(
    cursor: duckdb.DuckDBPyConnection, bureau_id: int, year: int, scope_id: int
) -> dict[str, dict[str, object]]:
    """What is proposed for a pool, seen from inside the transaction."""
    rows = cursor.execute(question("proposals"), {"bureau_id": bureau_id, "year": year}).df()
    return {
        str(row["class"]): {
            "pool": int(row["pool"]),
            "quota": int(row["quota"]),
            "rate": float(row["rate"]),
            "draws": int(row["draws"]),
        }
        for row in rows[rows["scope_id"] == scope_id].to_dict("records")
    }


def _check_unit(cursor: duckdb.DuckDBPyConnection, bureau_id: int, unit_id: int, year: int) -> None:
    """A unit is graded by the bureau it belongs to, or in whose scope or tasks it is."""
    known = """
        select 1 from unit where unit.unit_id = $unit_id and unit.bureau_id = $bureau_id
        union all
        select 1 from membership where unit_id = $unit_id and bureau_id = $bureau_id and year = $year
        union all
        select 1 from due_visit where unit_id = $unit_id and bureau_id = $bureau_id and year = $year
    """
    if not cursor.execute(known, {"unit_id": unit_id, "bureau_id": bureau_id, "year": year}).fetchone():
        raise InspectionsError("unit_unknown", unit_id=unit_id)


def _now() -> datetime.datetime:
    return datetime.datetime.now().replace(microsecond=0)
