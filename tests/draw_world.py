"""A database with tasks to draw: every task has a bureau's plan, a pool of its own, and inspectors where wanted."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import duckdb

from inspections.store.database import OFFLINE, QUERIES

NOON = datetime.datetime.fromisoformat("2024-05-06T12:00:00")


def empty_world() -> duckdb.DuckDBPyConnection:
    """A database in memory with the schema, one bureau with a section, a plan and an item."""
    connection = duckdb.connect(config=OFFLINE)
    connection.execute("set threads = 1")  # for a handful of rows a second thread only costs
    # The comments are half the schema and all of them statements of their own: tests of draws do without.
    connection.execute((QUERIES / "schema.sql").read_text("utf-8").split("\ncomment on ")[0])
    add_bureau(connection)
    return connection


def add_bureau(connection: duckdb.DuckDBPyConnection) -> None:
    """One bureau with a section, a plan and an item."""
    connection.execute(
        """insert into bureau (bureau_id, name) values (1, '甲局');
        insert into unit (unit_id, bureau_id, name, kind) values (1, 1, '一股', 'section');
        insert into plan (plan_id, bureau_id, year, kind, title, doc_no)
            values (1, 1, 2024, 'internal', '计划', '甲局〔2024〕1号');
        insert into item (item_id, bureau_id, name) values (1, 1, '事项')"""
    )


def add_task(
    connection: duckdb.DuckDBPyConnection,
    classes: Mapping[str, str],
    *,
    scope_id: int | None = None,
    rate: str = "0.25",
) -> int:
    """A task on a pool of its own (or on `scope_id`, which is there already); `classes`: object -> class or none."""
    (number,) = connection.execute("select count(*) + 1 from task").fetchone() or (1,)
    pool = scope_id or number
    if scope_id is None:
        connection.execute("insert into scope (scope_id, bureau_id, name) values (?, 1, ?)", [pool, f"对象{pool}"])
        objects = [(name, f"企业{name}", "enterprise", "active", True) for name in classes]
        connection.executemany(
            "insert into object (object_id, name, kind, status, is_market_entity) values (?, ?, ?, ?, ?)", objects
        )
        connection.executemany("insert into object_scope values (?, ?)", [(name, pool) for name in classes])
        rated = [(name, code) for name, code in classes.items() if code != "none"]
        if rated:
            connection.executemany("insert into risk_class values (?, ?, '2023-01-01', null, null)", rated)
    connection.execute(
        """insert into task (task_id, plan_id, seq, name, scope_id, rate, rate_op, lead_unit_id)
        values (?, 1, ?, ?, ?, ?, '=', 1)""",
        [number, number, f"任务{number}", pool, rate],
    )
    connection.execute("insert into task_item values (?, 1, 1)", [number])
    return int(number)


def add_inspectors(
    connection: duckdb.DuckDBPyConnection, *names: str, certified: bool = True, active: bool = True
) -> None:
    """Inspectors of the bureau's section, known by their certificate numbers."""
    connection.executemany(
        """insert into inspector (name, unit_id, certificate_no, is_civil_servant, active, is_certified)
        values (?, 1, ?, true, ?, ?)""",
        [(f"检查员{name}", name, active, certified) for name in names],
    )


def pool_of(sizes: Mapping[str, int], mark: str = "") -> dict[str, str]:
    """Objects with classes: {"A": 2} gives <mark>A1 and <mark>A2 of class A."""
    return {f"{mark}{code}{number}": code for code, size in sizes.items() for number in range(1, size + 1)}
