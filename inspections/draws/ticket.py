"""Drawing by tickets: who is drawn follows from a seed and from names alone, so that anyone can recompute it.

`ticket(seed, object_id)` is a SHA-256; in a stratum the k objects with the smallest tickets are drawn, in ticket order.
The same draw is made here in three ways that agree to the letter: coreutils (`printf '%s' "$seed,$id" | sha256sum`,
then `sort`), Python (`draw_frame`) and one DuckDB statement (`draw_in_database`, `queries/draw_tickets.sql`).
The idea is that of Rivest's consistent_sampler (election audits), which orders by the reversed decimal digits instead.

Words used here: a *stratum* is a class of the frame, or the whole frame where a draw ignores classes; objects without
a class form the stratum `none`.
"""

from __future__ import annotations

import hashlib
import heapq
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd

from inspections.draws.recompute import ticket as _ticket
from inspections.store.database import Answering, answered, question
from inspections.words.classes import NONE, class_order
from inspections.words.errors import InspectionsError

WHOLE_POOL = ""
# A ticket under k/N plus this many standard deviations is ranked, the rest never; see queries/draw_tickets.sql.
DEVIATIONS = 8.0
PIECE = 100_000
# Digits and letters without 0, O, I and l, which people misread when a seed is copied from paper.
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True)
class Drawn:
    """One drawn object: `place` counts from 1 within its stratum, in ticket order."""

    place: int
    object_id: str
    risk_class: str
    ticket: str


# Seeds, tickets, commitments ----------------------------------------------------------------------------------------


def check_seed(seed: str) -> None:
    """Raise InspectionsError `seed_unusable` unless `seed` is a non-empty text without comma and line break.

    The comma separates seed and object in the hashed text; a line break cannot be given to line-based tools.
    """
    if "," in seed or seed.splitlines() != [seed]:
        raise InspectionsError("seed_unusable", seed=seed)


def ticket(seed: str, object_id: str) -> str:
    """SHA-256 of the UTF-8 text `<seed>,<object_id>`, 64 lower-case hexadecimal digits.

    Raises InspectionsError `seed_unusable`.
    """
    check_seed(seed)
    return _ticket(seed, object_id)


def new_master_seed() -> str:
    """A random, secret 128-bit seed in 22 characters (base 58)."""
    return base58(secrets.randbits(128))


def base58(number: int) -> str:
    """A number below 2**128 in 22 characters that people do not misread."""
    digits = []
    for _ in range(22):
        number, digit = divmod(number, 58)
        digits.append(_BASE58[digit])
    return "".join(reversed(digits))


def task_seed(master_seed: str, task_key: str, ordinal: int) -> str:
    """The seed of one draw, `<master seed>-<task key>-<ordinal>`; ordinal 1 is the task's first draw.

    Raises InspectionsError `seed_unusable`, and `ordinal_unusable` for an ordinal below 1.
    """
    if ordinal < 1:
        raise InspectionsError("ordinal_unusable", ordinal=ordinal)
    seed = f"{master_seed}-{task_key}-{ordinal}"
    check_seed(seed)
    check_seed(master_seed)
    return seed


def new_nonce() -> str:
    """A random 128-bit nonce, 32 lower-case hexadecimal digits."""
    return secrets.token_hex(16)


def seed_commitment(seed: str, nonce: str) -> str:
    """SHA-256 of `<nonce>,<seed>`: publish it before the draw, open it afterwards.

    Check: `printf '%s' "$nonce,$seed" | sha256sum`. Raises InspectionsError `seed_unusable`.
    """
    check_seed(seed)
    return _ticket(nonce, seed)


def frame_lines(frame: Iterable[tuple[str, str | None]], passed_over: Collection[str] | None = None) -> Iterable[str]:
    """The frozen pool as text: `object_id,class` per line, sorted by object id (bytes), class empty for `none`.

    A draw that rotates has a third field, 1 for whom it passes over (the ids in `passed_over`) and 0 for the others.
    Raises InspectionsError `object_repeated`, `object_id_unusable` (empty, or with a line break) and
    `class_unusable` (with a comma or line break): two frames must never have the same text.
    """
    for object_id, risk_class in sorted(_checked(frame)):
        over = "" if passed_over is None else f",{int(object_id in passed_over)}"
        yield f"{object_id},{'' if risk_class == NONE else risk_class}{over}\n"


def frame_commitment(
    frame: Iterable[tuple[str, str | None]], nonce: str, passed_over: Collection[str] | None = None
) -> str:
    r"""SHA-256 over the nonce, a line feed and `frame_lines(frame)`: fixes the pool before the draw without showing it.

    Check: `(printf '%s\n' "$nonce"; LC_ALL=C sort -t, -k1,1 frame.csv) | sha256sum`, the frame without its heading.
    The nonce keeps a small pool of known firms from being guessed class by class.
    """
    digest = hashlib.sha256(f"{nonce}\n".encode())
    for line in frame_lines(frame, passed_over):
        digest.update(line.encode())
    return digest.hexdigest()


def frame_text(cursor: duckdb.DuckDBPyConnection, rows: str, rotation: bool) -> Iterator[bytes]:
    """The same lines as `frame_lines` gives, out of the database in pieces: a frozen pool may have millions of rows.

    `rows` is a statement of this product that gives object_id, class and passed_over.
    """
    over = "|| ',' || passed_over::integer" if rotation else ""
    cursor.execute(
        f"""select object_id || ',' || case class when 'none' then '' else class::varchar end {over} || chr(10)
        from ({rows}) order by object_id"""  # noqa: S608 - see above
    )
    while piece := cursor.fetchmany(PIECE):
        yield "".join(line for (line,) in piece).encode()


# The draw -----------------------------------------------------------------------------------------------------------


def draw_frame(
    frame: Iterable[tuple[str, str | None]],
    quotas: Mapping[str, int] | int,
    seed: str,
    passed_over: Collection[str] = (),
) -> list[Drawn]:
    """Draw from `frame` (object id, class) the `quotas` with the smallest tickets, in order of class and place.

    `quotas` is a number per class (a class not named draws nobody), or one number over the whole pool. The result
    does not depend on the order of the rows, and a larger quota keeps everyone a smaller one drew. Under rotation the
    objects `passed_over` come after everyone else of their stratum.

    Raises InspectionsError `seed_unusable`, `object_repeated`, `object_id_unusable`, `class_unusable`,
    `quota_exceeds_pool` (with both numbers), `quota_negative`.
    """
    check_seed(seed)
    strata: dict[str, list[tuple[bool, str, str, str]]] = {}
    for object_id, risk_class in _checked(frame):
        stratum = WHOLE_POOL if isinstance(quotas, int) else risk_class
        strata.setdefault(stratum, []).append(
            (object_id in passed_over, _ticket(seed, object_id), object_id, risk_class)
        )
    wanted = {WHOLE_POOL: quotas} if isinstance(quotas, int) else dict(quotas)
    check_quotas(wanted, {stratum: len(members) for stratum, members in strata.items()})
    return [
        Drawn(place, object_id, risk_class, its_ticket)
        for stratum in sorted(wanted, key=class_order)
        for place, (_, its_ticket, object_id, risk_class) in enumerate(
            heapq.nsmallest(wanted[stratum], strata.get(stratum, [])), start=1
        )
    ]


def substitute(
    frame: Iterable[tuple[str, str | None]],
    risk_class: str | None,
    seed: str,
    taken: Collection[str],
    passed_over: Collection[str] = (),
) -> Drawn:
    """The next ticket after those `taken` (drawn, or already used as substitutes): 递补.

    `risk_class` is the stratum of the object to be replaced, None in a draw that ignored classes. `place` is that
    of the whole stratum's order. Raises InspectionsError `no_substitute` where the stratum is used up.
    """
    check_seed(seed)
    order = sorted(
        (object_id in passed_over, _ticket(seed, object_id), object_id, its_class)
        for object_id, its_class in _checked(frame)
        if risk_class is None or its_class == risk_class
    )
    for place, (_, its_ticket, object_id, its_class) in enumerate(order, start=1):
        if object_id not in taken:
            return Drawn(place, object_id, its_class, its_ticket)
    raise InspectionsError("no_substitute", stratum=risk_class or "*", pool=len(order))


def draw_in_database(
    connection: duckdb.DuckDBPyConnection | Answering,
    pool: str,
    quotas: Mapping[str, int] | int,
    seed: str,
    *,
    deviations: float = DEVIATIONS,
) -> pd.DataFrame:
    """The same draw by one DuckDB statement, for pools of any size.

    `pool` names a table, view or registered frame with the columns `object_id`, `class` and, where the draw rotates,
    `passed_over`; object ids must be unique (a register's key is; a file's rows are checked by its reader). Columns of
    the result: place, object_id, class, ticket, in order of class and place. Raises InspectionsError `seed_unusable`,
    `quota_exceeds_pool`, `quota_negative`.

    `deviations` is the margin of the cut that keeps the pool from being sorted whole; it never changes the result.
    """
    if isinstance(connection, duckdb.DuckDBPyConnection):
        pool = _with_passed_over(connection, pool)
    parameters, wanted = _drawing(pool, quotas, seed, deviations)
    drawn = answered(connection, "draw_tickets", parameters)
    # A stratum that is too small comes back whole, so the pool need not be counted a second time beforehand.
    counts = {WHOLE_POOL: len(drawn)} if isinstance(quotas, int) else drawn["class"].value_counts().to_dict()
    check_quotas(wanted, {stratum: counts.get(stratum, 0) for stratum in wanted})
    return drawn


def draw_into_table(
    connection: duckdb.DuckDBPyConnection, table: str, pool: str, quotas: Mapping[str, int] | int, seed: str
) -> int:
    """The same draw as the temporary table `table`, for lists that memory does not hold; the number drawn.

    Raises what `draw_in_database` raises.
    """
    parameters, wanted = _drawing(_with_passed_over(connection, pool), quotas, seed, DEVIATIONS)
    connection.execute(f"create or replace temp table {table} as {question('draw_tickets')}", parameters)
    stratum = "''" if isinstance(quotas, int) else "class"
    counted = connection.execute(f"select {stratum}, count(*) from {table} group by all").fetchall()  # noqa: S608
    counts = {str(name): int(number) for name, number in counted}
    check_quotas(wanted, {name: counts.get(name, 0) for name in wanted})
    return sum(counts.values())


def _drawing(
    pool: str, quotas: Mapping[str, int] | int, seed: str, deviations: float
) -> tuple[dict[str, object], dict[str, int]]:
    """The parameters of a draw's statement, and the quotas per stratum."""
    check_seed(seed)
    wanted = {WHOLE_POOL: quotas} if isinstance(quotas, int) else dict(quotas)
    for stratum, quota in wanted.items():
        if quota < 0:
            raise InspectionsError("quota_negative", stratum=stratum or "*", quota=quota)
    parameters: dict[str, object] = {
        "pool": pool,
        "seed": seed,
        "stratified": not isinstance(quotas, int),
        "quotas": [f"{quota} {stratum}" for stratum, quota in wanted.items()],
        "deviations": deviations,
    }
    return parameters, wanted


def _with_passed_over(connection: duckdb.DuckDBPyConnection, pool: str) -> str:
    """The pool, or a view of it in which nobody is passed over where it has no such column."""
    connection.execute("from query_table($pool) limit 0", {"pool": pool})
    if "passed_over" in [column[0] for column in connection.description or ()]:
        return pool
    quoted = pool.replace('"', '""')
    connection.execute(f'create or replace temp view fresh_pool as select *, false as passed_over from "{quoted}"')  # noqa: S608 - quoted
    return "fresh_pool"


def pool_sizes(connection: duckdb.DuckDBPyConnection, pool: str) -> dict[str, int]:
    """Objects per class (`none` for those without) in a table with the columns object_id and class."""
    counts = connection.execute(question("pool_sizes"), {"pool": pool}).fetchall()
    return {str(risk_class): int(size) for risk_class, size in counts}


def check_quotas(quotas: Mapping[str, int], sizes: Mapping[str, int]) -> None:
    """Raise InspectionsError `quota_exceeds_pool` or `quota_negative` where a quota cannot be drawn."""
    for stratum, quota in quotas.items():
        if quota < 0:
            raise InspectionsError("quota_negative", stratum=stratum or "*", quota=quota)
        if quota > sizes.get(stratum, 0):
            raise InspectionsError(
                "quota_exceeds_pool", stratum=stratum or "*", quota=quota, pool=sizes.get(stratum, 0)
            )


def _checked(frame: Iterable[tuple[str, str | None]]) -> list[tuple[str, str]]:
    rows = [(object_id, risk_class or NONE) for object_id, risk_class in frame]
    for object_id, risk_class in rows:
        if object_id.splitlines() != [object_id]:
            raise InspectionsError("object_id_unusable", object_id=object_id)
        if "," in risk_class or risk_class.splitlines() != [risk_class]:
            raise InspectionsError("class_unusable", risk_class=risk_class)
    if len({object_id for object_id, _ in rows}) < len(rows):
        repeated = next(name for name, times in Counter(object_id for object_id, _ in rows).items() if times > 1)
        raise InspectionsError("object_repeated", object_id=repeated)
    return rows
