"""Plans revised in worlds of the tests: the rows as `notice/revisions.py` writes them, and a second reading of them."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from inspections.store.rows import shapes

FOREVER = datetime.date(9999, 12, 31)
ALWAYS = datetime.date(1, 1, 1)
PARTS = ("task_item", "task_partner", "task_class_rate")
SHA = "c" * 64


@dataclass(frozen=True)
class Said:
    """What a revision says of a task: columns with new values, and its items as (item, unit) where it names them."""

    values: Mapping[str, object]
    items: tuple[tuple[int, int], ...] | None = None
    withdrawn: bool = False


def revise(
    connection: duckdb.DuckDBPyConnection,
    on: datetime.date,
    said: Mapping[int, Said],
    added: Sequence[int] = (),
) -> None:
    """Revise the plans of these tasks as of a day; `added` tasks are in the plan from that day on only."""
    connection.execute(
        "insert or ignore into import_file values (?, '调整.docx', 'notice', 'complete', 1, 1, '2024-01-01')", [SHA]
    )
    known: dict[int, int] = {}
    for task_id in (*said, *added):
        (plan,) = connection.execute("select plan_id from task where task_id = ?", [task_id]).fetchone() or (0,)
        if plan not in known:
            (known[plan],) = connection.execute(
                "insert into plan_revision (plan_id, ordinal, title, in_force_on, source_file, source_sha256)"
                " select $plan, coalesce(max(ordinal), 0) + 1, '调整', $on, '调整.docx', $sha from plan_revision"
                " where plan_id = $plan returning revision_id",
                {"plan": plan, "on": on, "sha": SHA},
            ).fetchone() or (0,)
        if task_id in added:
            connection.execute(
                "update task set added_revision_id = ?, added_on = ? where task_id = ?", [known[plan], on, task_id]
            )
            continue
        one = said[task_id]
        given = {
            "revision_id": f"{known[plan]}",
            "valid_from": "coalesce(valid_from, '0001-01-01')",
            "valid_until": f"'{on}'",
        }
        for table in ("task", *PARTS):
            columns = shapes()[f"past_{table}"].columns
            values = ", ".join(given.get(column, f'"{column}"') for column in columns)
            connection.execute(f"insert into past_{table} select {values} from {table} where task_id = {task_id}")
        say(connection, task_id, one)
        connection.execute(
            "update task set changed_revision_id = $one, valid_from = $on,"
            " withdrawn_revision_id = case when $gone then $one end where task_id = $task",
            {"one": known[plan], "on": on, "gone": one.withdrawn, "task": task_id},
        )


def say(connection: duckdb.DuckDBPyConnection, task_id: int, said: Said) -> None:
    """Put what is said into the task, as if the plan had begun with it."""
    if said.values:
        connection.execute(
            f"update task set {', '.join(f'{column} = ${column}' for column in said.values)} where task_id = $task",
            {**said.values, "task": task_id},
        )
    if said.items is not None:
        connection.execute("delete from task_item where task_id = ?", [task_id])
        for item, unit in said.items:
            connection.execute("insert into task_item values (?, ?, ?)", [task_id, item, unit])


def forget(connection: duckdb.DuckDBPyConnection, task_id: int) -> None:
    """Take a task out on which nothing was drawn."""
    for table in (*PARTS, "task"):
        connection.execute(f"delete from {table} where task_id = ?", [task_id])


def anything(connection: duckdb.DuckDBPyConnection, task_id: int, dice: random.Random) -> Said:
    """New values of a task at random: its window, units, pool, name, rate and items."""
    (bureau,) = connection.execute(
        "select bureau_id from task inner join plan using (plan_id) where task_id = ?", [task_id]
    ).fetchone() or (0,)
    pools = [
        one for (one,) in connection.execute("select scope_id from scope where bureau_id = ?", [bureau]).fetchall()
    ]
    items = [one for (one,) in connection.execute("select item_id from item where bureau_id = ?", [bureau]).fetchall()]
    starts_on = datetime.date(dice.choice((2023, 2024)), 1, 1) + datetime.timedelta(days=dice.randrange(250))
    ends_on = starts_on + datetime.timedelta(days=dice.randrange(120))
    values: dict[str, Any] = {
        "starts_on": dice.choice((starts_on, None)),
        "ends_on": dice.choice((ends_on, ends_on, None)),
        "name": dice.choice(("任务1", "任务9")),
        "scope_id": dice.choice([*pools, None]),
        "draw_scope_id": None,
        "lead_unit_id": dice.randrange(1, 10),
        "initiating_unit_id": dice.choice([*range(1, 10), None]),
        "rate": dice.choice(("0.1", "0.25")),
        "rate_op": ">=",
        "quota": dice.choice((None, 3)),
    }
    named = {(dice.choice(items), dice.randrange(1, 10)) for _ in range(dice.randrange(3))}
    return Said(values, tuple(sorted(named)) if dice.random() < 0.7 else None)


class Plans:
    """What every task says on every day, read from the tables row by row: a second implementation of the views."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.editions: dict[int, list[dict[str, Any]]] = {}
        for past in ("", "past_"):
            frame = connection.execute(f"select * from {past}task").df().astype(object)
            for row in frame.where(frame.notna(), None).to_dict("records"):
                edition = {
                    "from": (row["valid_from"].date() if past else _day(row["valid_from"]) or ALWAYS),
                    "until": row["valid_until"].date() if past else FOREVER,
                    "starts_on": _day(row["starts_on"]),
                    "ends_on": _day(row["ends_on"]),
                    "lead": row["lead_unit_id"],
                    "launches": row["initiating_unit_id"] or row["lead_unit_id"],
                    "gone": row["withdrawn_revision_id"] is not None,
                    "checkers": set(),
                }
                sql = f"select unit_id from {past}task_item where task_id = {row['task_id']}"
                if past:
                    sql += f" and revision_id = {row['revision_id']}"
                edition["checkers"] = {unit for (unit,) in connection.execute(sql).fetchall()} or (
                    {edition["lead"]} - {None}
                )
                self.editions.setdefault(row["task_id"], []).append(edition)

    def on(self, task_id: int, day: datetime.date) -> dict[str, Any]:
        """What the task says on a day."""
        (one,) = [edition for edition in self.editions[task_id] if edition["from"] <= day < edition["until"]]
        return one


def _day(value: Any) -> datetime.date | None:
    return value.date() if value is not None and hasattr(value, "date") else value
