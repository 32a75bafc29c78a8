"""Files of which nothing went in, rejected or waiting for decisions: they stand in the history until they go in."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import duckdb

from inspections.intake.decisions import WAITING, Decision
from inspections.store.database import log_change, transaction

REJECTED, WAITS_WHOLE = "rejected", "waiting"


def record_file(
    cursor: duckdb.DuckDBPyConnection, *, sha256: str, name: str, kind: str, status: str, read: int, kept: int
) -> None:
    """The record of a file of `read` rows, `kept` of them in, in place of an earlier one and of its issues."""
    now = datetime.datetime.now().replace(microsecond=0)
    if cursor.execute("select 1 from import_file where file_sha256 = ?", [sha256]).fetchone():
        cursor.execute(
            "update import_file set name = ?, kind = ?, status = ?, rows_read = ?, rows_kept = ?, imported_at = ?"
            " where file_sha256 = ?",
            [name, kind, status, read, kept, now, sha256],
        )
        cursor.execute("delete from import_issue where file_sha256 = ?", [sha256])
    else:
        cursor.execute(
            "insert into import_file values (?, ?, ?, ?, ?, ?, ?)", [sha256, name, kind, status, read, kept, now]
        )


def log_attempt(
    cursor: duckdb.DuckDBPyConnection,
    *,
    subject: str,
    sha256: str,
    name: str,
    status: str,
    rows: dict[str, int],
    decisions: Sequence[Decision] = (),
    actor: str,
) -> None:
    """Who brought a file of which nothing went in: its `rows` by what keeps them out, and what is to be decided."""
    open_ones = [one for one in decisions if one.value is None and WAITING[one.code]]
    log_change(
        cursor,
        actor=actor,
        action="import",
        subject=subject,
        after={
            "status": status,
            "file_sha256": sha256,
            **rows,
            **(
                {"waits_for": [{"decision": one.code, "about": one.subject, "rows": one.rows} for one in open_ones]}
                if status == WAITS_WHOLE
                else {}
            ),
        },
        source_file=name,
    )


def record_waiting_paper(
    connection: duckdb.DuckDBPyConnection,
    *,
    sha256: str,
    name: str,
    bureau: str,
    read: int,
    decisions: Sequence[Decision],
    actor: str,
) -> None:
    """A notice of which nothing is written until everything that it leaves open is decided."""
    with connection.cursor() as cursor, transaction(cursor):
        if cursor.execute("select 1 from import_file where file_sha256 = ?", [sha256]).fetchone():
            # A paper keeps its first record and what was off in it.
            cursor.execute("update import_file set status = 'waiting' where file_sha256 = ?", [sha256])
        else:
            record_file(cursor, sha256=sha256, name=name, kind="notice", status=WAITS_WHOLE, read=read, kept=0)
        log_attempt(
            cursor, subject=f"notice {bureau}", sha256=sha256, name=name, status=WAITS_WHOLE,
            rows={"rows_read": read, "rows_waiting": read}, decisions=decisions, actor=actor,
        )  # fmt: skip


def waits_no_more(connection: duckdb.DuckDBPyConnection, sha256: str) -> None:
    """Forget that a notice waited: the record of its import takes the place of that of the wait."""
    # Of its own: DuckDB holds keys deleted in a transaction until it ends.
    with connection.cursor() as cursor, transaction(cursor):
        if cursor.execute("select 1 from import where file_sha256 = ?", [sha256]).fetchone():
            what = "update import_file set status = 'undone'"
        else:
            what = "delete from import_file"
        cursor.execute(f"{what} where file_sha256 = ? and status = 'waiting'", [sha256])
