"""The pool of a trial draw frozen and committed to, with quotas, inspectors and a secret seed: nothing is drawn yet.

Official draws run on the provincial platform; a draw made here is always a trial (试抽) and counts in no rate.

Seeds are `<master>-<task key>-<ordinal>`. A sealed package opens a seed and with it the master, so no two tasks share
one, and a further draw of the same task has its own. A re-draw keeps the master of the draw it replaces: its tickets
are determined by the commitment to the first draw, so nobody can re-draw until a new seed pleases.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import duckdb
import pandas as pd

from inspections.draws import ticket
from inspections.draws.matching import PER_OBJECT, teams_of
from inspections.draws.quotas import Op, planned_quotas, quota, rising_quotas
from inspections.draws.recompute import task_key
from inspections.draws.terms import Quotas, by_stratum, settled
from inspections.store.database import first_value, log_change, question, transaction
from inspections.words.classes import class_order
from inspections.words.errors import InspectionsError

KIND = "trial"
METHOD = "sha256_ticket"
# A number, or a proportion with its sign; per class, or over the whole pool.
Asked = int | tuple[Fraction, Op]
Wanted = Mapping[str, Asked] | Asked


def freeze(
    connection: duckdb.DuckDBPyConnection,
    task_id: int,
    wanted: Wanted | None = None,
    *,
    rising: bool = False,
    rotation: bool = False,
    replaces: int | None = None,
    reason: str | None = None,
    per_object: int = PER_OBJECT,
    most_objects: int | None = None,
    actor: str,
    now: datetime.datetime | None = None,
) -> int:
    """Freeze the pool of a task for a trial draw and commit to pool, seed and terms; returns the draw's id.

    `wanted` is a number or proportion per class (stratified), or one over the whole pool (classes ignored; with
    `rising`, one proportion spread over the classes at rising proportions); None takes the plan in force. `rotation`
    passes over whom this year's trial draws of the task's series have drawn in the current round. `replaces` is the
    trial draw of the same task that this one re-draws, for which a `reason` is due. `per_object` inspectors of each
    department are to be matched to every object (0: none), nobody to more than `most_objects` (None: any).

    Raises InspectionsError `task_not_found`, `task_withdrawn` (by a revision), `task_without_pool`,
    `plan_without_number`, `nothing_to_draw`, `quota_exceeds_pool`, `reason_missing`, `redraw_impossible` (another
    task's, official, or replaced already) and `draw_pending` (the task's last frozen draw has to be drawn first: who
    could freeze twice could choose).
    """
    at = (now or datetime.datetime.now()).replace(microsecond=0)
    with connection.cursor() as cursor, transaction(cursor):
        # A draw follows the plan of its day, also where a revision that holds from later on is in already.
        cursor.execute("set variable as_of = ?", [at.date()])
        task = _task(cursor, task_id)
        why = one_line_reason(reason) if replaces is not None else None
        ordinal, seed, replaced = _seed(cursor, task, replaces)
        draw_id = first_value(cursor, "select nextval('draw_seq')")
        pool = f"frozen_{draw_id}"
        # A table of its own: a frame refers to a draw that must be there, and a draw states the size of its frame.
        cursor.execute(
            f"create temp table {pool} as {question('frozen_pool')}",
            {
                "task_id": task_id,
                "as_of": at.date(),
                "series": _series(cursor, task, at.date()) if rotation else [],
                "kind": KIND,
                "replaces": replaces,
            },
        )
        sizes = ticket.pool_sizes(cursor, pool)
        quotas, rule = _quotas(cursor, task, at.date(), sizes, wanted, rising)
        frame_nonce, seed_nonce = ticket.new_nonce(), ticket.new_nonce()
        row: dict[str, Any] = {
            "draw_id": draw_id,
            "task_id": task_id,
            "ordinal": ordinal,
            "drawn_at": at,
            "frozen_at": at,
            "basis": "full" if total_of(quotas) == sum(sizes.values()) else "random",
            "kind": KIND,
            "method": METHOD,
            "stratified": not isinstance(quotas, int),
            "rotation": rotation,
            "seed": seed,
            "seed_nonce": seed_nonce,
            "frame_nonce": frame_nonce,
            "seed_commitment": ticket.seed_commitment(seed, seed_nonce),
            "frame_commitment": commitment(cursor, f"from {pool}", frame_nonce, rotation),
            "frame_size": sum(sizes.values()),
            "quota": quotas if isinstance(quotas, int) else None,
            "replaces_draw_id": replaces,
            "reason": why,
        }
        bureau, synthetic = cursor.execute(
            """select name, exists (from setting where key = 'synthetic' and value = 'true')
            from bureau where bureau_id = ?""",
            [task["bureau_id"]],
        ).fetchall()[0]
        terms = settled(
            row,
            {**task, "bureau": bureau, "key": task_key(task["doc_no"], task["plan_kind"], task["seq"])},
            quotas=quotas,
            sizes=sizes,
            rule=rule,
            inspectors={
                "per_object": per_object,
                "most_objects": most_objects,
                **teams_of(cursor, task_id, f"from {pool}").facts(),
            },
            replaces=replaced,
            synthetic=synthetic,
        )
        row |= {"terms": terms.text, "terms_nonce": terms.nonce, "terms_commitment": terms.commitment}
        cursor.execute(
            f"insert into draw ({', '.join(row)}) values ({', '.join('?' for _ in row)})",  # noqa: S608 - our own names
            list(row.values()),
        )
        cursor.execute(
            f"""insert into frame (draw_id, object_id, class, position, passed_over)
            select ?, object_id, class, position, passed_over from {pool}""",  # noqa: S608 - a name made above
            [draw_id],
        )
        cursor.execute(f"drop table {pool}")
        if isinstance(quotas, dict):
            cursor.executemany(
                "insert into draw_quota values (?, ?, ?, ?)",
                [(draw_id, code, sizes.get(code, 0), number) for code, number in quotas.items()],
            )
        log_change(
            cursor,
            actor=actor,
            action="redraw" if replaces is not None else "freeze",
            subject=f"draw {draw_id}",
            before=None if replaces is None else {"draw_id": replaces},
            after={
                **{key: row[key] for key in ("task_id", "ordinal", "kind", "rotation", "frame_size", "reason")},
                **{key: row[key] for key in ("terms_commitment", "seed_commitment", "frame_commitment", "frozen_at")},
                "quotas": quotas,
            },
        )
    return int(draw_id)


def commitment(cursor: duckdb.DuckDBPyConnection, rows: str, nonce: str, rotation: bool) -> str:
    """The commitment to a pool: SHA-256 of the nonce and the frame's text; `rows` is the SQL from which they come."""
    digest = hashlib.sha256(f"{nonce}\n".encode())
    for chunk in ticket.frame_text(cursor, rows, rotation):
        digest.update(chunk)
    return digest.hexdigest()


def records(cursor: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> list[dict[str, Any]]:
    """The rows of an answer, column -> value."""
    cursor.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _task(cursor: duckdb.DuckDBPyConnection, task_id: int) -> Mapping[Any, Any]:
    found = records(
        cursor,
        """select task_in_force.*, coalesce(plan.doc_no, '') as doc_no,
            not is_withdrawn or task_id in (select planned_task.task_id from planned_task) as is_expected
        from task_in_force inner join plan using (plan_id) where task_id = ?""",
        task_id,
    )
    if not found:
        raise InspectionsError("task_not_found", task_id=task_id)
    if not found[0]["is_expected"]:
        raise InspectionsError("task_withdrawn", task=found[0]["name"])
    return found[0]


def _series(cursor: duckdb.DuckDBPyConnection, task: Mapping[str, Any], day: datetime.date) -> list[int]:
    """The tasks that rotate with `task`, itself among them."""
    rows = cursor.execute(
        question("year_series"), {"bureau_id": task["bureau_id"], "year": task["year"], "as_of": day}
    ).fetchall()
    of = dict(rows)
    return [int(task_id) for task_id, series in rows if series == of[task["task_id"]]]


def _seed(
    cursor: duckdb.DuckDBPyConnection, task: Mapping[str, Any], replaces: int | None
) -> tuple[int, str, dict[str, Any] | None]:
    """The next ordinal of the task's trial draws, its seed, and of the draw it replaces what its terms say of it."""
    earlier = records(
        cursor,
        """select draw_id, ordinal, seed, seed_commitment, terms_commitment,
            exists (from draw_object where draw_object.draw_id = draw.draw_id) as is_drawn,
            exists (from draw as successor where successor.replaces_draw_id = draw.draw_id) as is_replaced
        from draw where task_id = ? and kind = ? order by ordinal""",
        task["task_id"],
        KIND,
    )
    if earlier and not earlier[-1]["is_drawn"]:
        raise InspectionsError("draw_pending", task=task["name"], ordinal=earlier[-1]["ordinal"])
    ordinal = earlier[-1]["ordinal"] + 1 if earlier else 1
    key = task_key(task["doc_no"], task["plan_kind"], task["seq"])
    master, told = ticket.new_master_seed(), None
    if replaces is not None:
        replaced = next((one for one in earlier if one["draw_id"] == replaces and not one["is_replaced"]), None)
        if replaced is None or not replaced["seed"]:
            raise InspectionsError("redraw_impossible", draw_id=replaces)
        master = str(replaced["seed"]).partition("-")[0]
        told = {name: replaced[name] for name in ("ordinal", "seed_commitment", "terms_commitment")}
    return ordinal, ticket.task_seed(master, key, ordinal), told


def _quotas(
    cursor: duckdb.DuckDBPyConnection,
    task: Mapping[Any, Any],
    day: datetime.date,
    sizes: Mapping[str, int],
    wanted: Wanted | None,
    rising: bool,
) -> tuple[Quotas, dict[str, Any]]:
    """The quotas, and the rule from which they follow: the plan's, or what was asked for."""
    total = sum(sizes.values())
    if not total:
        raise InspectionsError("task_without_pool", task=task["name"])
    quotas: Quotas | None
    if wanted is None:
        class_rates = cursor.execute(
            question("task_class_rates"), {"bureau_id": task["bureau_id"], "year": task["year"], "as_of": day}
        ).df()
        quotas = planned_quotas(task, sizes, class_rates)
        rule = _rule_of_plan(task, class_rates)
    else:
        rule = _rule_asked(wanted, rising)
        if isinstance(wanted, Mapping):
            quotas = {code: _number(asked, sizes.get(code, 0)) for code, asked in wanted.items()}
            ticket.check_quotas(quotas, sizes)
            quotas |= {code: 0 for code in sizes if code not in quotas}
        elif rising and isinstance(wanted, tuple):
            quotas = rising_quotas(sizes, *wanted)
        else:
            quotas = _number(wanted, total)
    if quotas is None:
        raise InspectionsError("plan_without_number", task=task["name"])
    if not total_of(quotas):
        raise InspectionsError("nothing_to_draw")
    if isinstance(quotas, dict):
        quotas = {code: quotas[code] for code in sorted(quotas, key=class_order)}
    return quotas, rule


def _rule_of_plan(task: Mapping[Any, Any], class_rates: pd.DataFrame) -> dict[str, Any]:
    """What the plan in force says, in its own numbers: of the whole pool, and per class where it tells them apart."""
    planned = class_rates[class_rates["task_id"] == task["task_id"]]
    return {
        "from": "plan",
        "whole": _told(task["rate"], task["rate_op"], task["quota"]),
        "rising": task["risk_rule"],
        "classes": {
            str(row["class"]): _told(row["rate"], row["rate_op"], row["quota"]) for row in planned.to_dict("records")
        },
    }


def _rule_asked(wanted: Wanted, rising: bool) -> dict[str, Any]:
    def told(asked: Asked) -> dict[str, Any]:
        return _told(None, None, asked) if isinstance(asked, int) else _told(*asked, None)

    if isinstance(wanted, Mapping):
        return {"from": "asked", "classes": {code: told(asked) for code, asked in wanted.items()}}
    return {"from": "asked", "whole": told(wanted), "rising": rising}


def _told(rate: Any, op: Any, count: Any) -> dict[str, Any]:
    """A proportion with its sign, or a number of objects."""
    if not pd.isna(count):
        return {"count": int(str(count).removesuffix(".0"))}
    return {} if pd.isna(rate) else {"rate": str(rate), "op": str(op or "=")}


def _number(asked: Asked, pool: int) -> int:
    return quota(pool, 0, count=asked) if isinstance(asked, int) else quota(pool, *asked)


def total_of(quotas: Quotas) -> int:
    """How many objects the quotas draw."""
    return sum(by_stratum(quotas).values())


def one_line_reason(reason: str | None) -> str:
    """A reason as one line, packages carry it in a table. Raises InspectionsError `reason_missing`."""
    one_line = " ".join((reason or "").split())
    if not one_line:
        raise InspectionsError("reason_missing")
    return one_line
