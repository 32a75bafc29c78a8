"""Random but seeded worlds in which every edge case of the counting rules turns up."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from tests.queries.world import copied

# In an order in which references hold.
FILLED = (
    "bureau", "unit", "membership", "scope", "plan", "item", "task", "task_partner", "task_item", "object",
    "object_scope", "risk_class", "setting", "draw", "draw_quota", "frame", "draw_object", "visit", "result",
    "result_outcome", "rubric", "evaluation_override", "evaluation_note", "proposal",
)  # fmt: skip
CLASSES = ["A", "B", "C", "D", "none"]
OUTCOMES = [
    "no_problem",
    "unreachable",
    "other_violation",
    "corrected",
    "no_activity",
    "closed_down",
    "refused",
    "moved_away",
]
FIRST_DAY = datetime.date(2024, 1, 1)


class Dice:
    """What a world is made of: chances, choices and days."""

    def __init__(self, seed: int) -> None:
        self.generator = np.random.default_rng(seed)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return bool(self.generator.random() < share)

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return int(self.generator.integers(low, high + 1))

    def one(self, options: list[Any]) -> Any:
        """One of them."""
        return options[self.number(0, len(options) - 1)]

    def some(self, options: list[Any], low: int, high: int) -> list[Any]:
        """From low to high of them, in any order."""
        count = min(self.number(low, high), len(options))
        return [options[index] for index in self.generator.permutation(len(options))[:count]]

    def later(self, day: datetime.date, low: int, high: int) -> datetime.date:
        """From low to high days after `day`."""
        return day + datetime.timedelta(days=self.number(low, high))


def scatter(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Fill an empty database at random: two bureaus, two years, tasks and draws of every kind."""
    dice = Dice(seed)
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in FILLED}
    _offices(dice, rows)
    _objects(dice, rows)
    _plans(dice, rows)
    _draws(dice, rows)
    _decisions(rows)
    connection.execute("begin transaction")
    for table in FILLED:
        # a re-draw can only name a draw that an earlier statement stored
        parts = [[row] for row in rows[table]] if table == "draw" else [rows[table]]
        for part in parts:
            if part:
                connection.register("part", pd.DataFrame(part).astype(object))
                connection.execute(f"insert into {table} by name select * from part")
                connection.unregister("part")
    connection.execute("commit")


def world_of(kind: str, folder: Path, template: Path, county: Path) -> duckdb.DuckDBPyConnection:
    """The demonstration ("county") or a random world ("random 3", by its seed), in a copy of its own."""
    if kind == "county":
        return copied(county, folder)
    connection = copied(template, folder)
    scatter(connection, seed=int(kind.split()[1]))
    return connection


def _offices(dice: Dice, rows: dict[str, list[dict[str, Any]]]) -> None:
    for bureau_id in (1, 2):
        rows["bureau"].append({"bureau_id": bureau_id, "name": f"局{bureau_id}"})
    for unit_id in range(1, 10):
        bureau_id = None if unit_id > 6 else 1 + unit_id % 2
        # 8 and 9 are departments of one name in two regions
        name = "市场监管局" if unit_id > 7 else f"单位{unit_id}"
        kind = "department" if bureau_id is None else "section"
        rows["unit"].append(
            {"unit_id": unit_id, "bureau_id": bureau_id, "name": name, "kind": kind, "region": f"{unit_id}"}
        )
        for scoped in (1, 2):
            for year in (2023, 2024):
                if dice.chance(0.6):
                    rows["membership"].append({"bureau_id": scoped, "unit_id": unit_id, "year": year})
    for scope_id in range(1, 6):
        rows["scope"].append({"scope_id": scope_id, "bureau_id": 1 + scope_id % 2, "name": f"范围{scope_id}"})
    for item_id in range(1, 13):
        item_class = dice.one(["key", "general", None])
        rows["item"].append(
            {"item_id": item_id, "bureau_id": 1 + item_id % 2, "name": f"事项{item_id}", "item_class": item_class}
        )
    for key, value, bureau_id, since in (
        ("cap", "1", None, FIRST_DAY),
        ("cap", "2", 1, FIRST_DAY),
        ("publication_working_days", "20", None, FIRST_DAY),
    ):
        rows["setting"].append(
            {
                "key": key,
                "value": value,
                "bureau_id": bureau_id,
                "valid_from": since,
            }
        )


def _objects(dice: Dice, rows: dict[str, list[dict[str, Any]]]) -> None:
    for number in range(1, 41):
        object_id = f"O{number:02}"
        rows["object"].append(
            {
                "object_id": object_id,
                "name": f"企业{number}",
                "kind": "enterprise",
                "industry": dice.one(["采矿", "测绘", None]),
                "region": dice.one(["东镇", "西镇", None]),
                "status": dice.one(["active", "active", "active", "closed", "suspended"]),
                "is_market_entity": True,
            }
        )
        for scope_id in dice.some([1, 2, 3, 4, 5], 0, 3):
            rows["object_scope"].append({"object_id": object_id, "scope_id": scope_id})
        since = dice.later(datetime.date(2022, 1, 1), 0, 500)
        for _ in range(dice.number(0, 3)):
            until = dice.later(since, 30, 400)
            valid_to = until if dice.chance(0.8) else None
            rows["risk_class"].append(
                {"object_id": object_id, "class": dice.one(CLASSES[:4]), "valid_from": since, "valid_to": valid_to}
            )
            if valid_to is None:
                break
            since = until if dice.chance(0.8) else dice.later(until, 1, 60)  # sometimes a gap without a class


def _plans(dice: Dice, rows: dict[str, list[dict[str, Any]]]) -> None:
    for bureau_id in (1, 2):
        for year in (2023, 2024):
            for kind in ("internal", "joint"):
                plan_id = len(rows["plan"]) + 1
                rows["plan"].append(
                    {
                        "plan_id": plan_id,
                        "bureau_id": bureau_id,
                        "year": year,
                        "kind": kind,
                        "title": f"计划{plan_id}",
                        "doc_no": f"{plan_id}号" if plan_id % 3 else None,
                        "issued_on": datetime.date(year, 1 + plan_id, 10) if plan_id % 4 else None,
                        "published_on": datetime.date(year, 3, 11 + plan_id) if plan_id % 5 else None,
                    }
                )
                for seq in range(1, dice.number(3, 6)):
                    _task(dice, rows, plan_id, seq, bureau_id, year)


def _task(dice: Dice, rows: dict[str, list[dict[str, Any]]], plan_id: int, seq: int, bureau_id: int, year: int) -> None:
    task_id = len(rows["task"]) + 1
    starts_on: datetime.date | None = dice.later(datetime.date(year, 1, 1), 0, 250)
    ends_on: datetime.date | None = dice.later(starts_on, 0, 120) if starts_on else None
    if dice.chance(0.15):
        starts_on = None
    if dice.chance(0.15):
        ends_on = None
    scopes = [row["scope_id"] for row in rows["scope"] if row["bureau_id"] == bureau_id]
    rows["task"].append(
        {
            "task_id": task_id,
            "plan_id": plan_id,
            "seq": seq,
            "name": f"任务{dice.number(1, 3)}",  # names repeat
            "scope_id": dice.one([*scopes, None]),
            "draw_scope_id": dice.one([*scopes, None, None, None, None]),
            "starts_on": starts_on,
            "ends_on": ends_on,
            "lead_unit_id": dice.one([*range(1, 10), None]),
            "initiating_unit_id": dice.one([*range(1, 10), None, None, None, None]),
        }
    )
    for unit_id in dice.some(list(range(1, 10)), 0, 2):
        rows["task_partner"].append({"task_id": task_id, "unit_id": unit_id})
    items = [row["item_id"] for row in rows["item"] if row["bureau_id"] == bureau_id]
    pairs = {
        (item_id, unit_id) for item_id in dice.some(items, 0, 2) for unit_id in dice.some(list(range(1, 10)), 1, 2)
    }
    rows["task_item"] += [
        {"task_id": task_id, "item_id": item_id, "unit_id": unit_id} for item_id, unit_id in sorted(pairs)
    ]


def _draws(dice: Dice, rows: dict[str, list[dict[str, Any]]]) -> None:
    ordinals: dict[tuple[int | None, str], int] = {}
    for task in rows["task"]:
        replaced: int | None = None
        year = rows["plan"][task["plan_id"] - 1]["year"]
        for _ in range(dice.number(0, 4)):
            kind = "trial" if dice.chance(0.2) else "official"
            basis = dice.one(["random", "random", "random", "full", "complaint", "campaign", "daily"])
            task_id = None if basis == "complaint" and dice.chance(0.5) else task["task_id"]
            ordinals[task_id, kind] = ordinals.get((task_id, kind), 0) + 1
            drawn_on = dice.later(task["starts_on"] or datetime.date(year, 3, 1), -20, 100)
            draw_id = len(rows["draw"]) + 1
            replaces = replaced if replaced and dice.chance(0.6) else None
            stratified = basis == "random" and dice.chance(0.6)
            rows["draw"].append(
                {
                    "draw_id": draw_id,
                    "task_id": task_id,
                    "ordinal": ordinals[task_id, kind],
                    "drawn_at": datetime.datetime.combine(drawn_on, datetime.time(dice.number(0, 23), 59)),
                    "basis": basis,
                    "kind": kind,
                    "method": "sha256_ticket",
                    "stratified": stratified,
                    "rotation": False,
                    "frame_size": 0,
                    "replaces_draw_id": replaces,
                    "reason": "重抽" if replaces else None,
                }
            )
            if task_id is not None:
                replaced = draw_id
            _drawn(dice, rows, rows["draw"][-1], task, drawn_on)


def _decisions(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Schemes, decided grades, notes and proposals: not at random, so that what is rolled above stays as it was."""
    noon = datetime.datetime.combine(datetime.date(2024, 12, 1), datetime.time(12))
    for number in (1, 2, 3):
        row = {
            "rubric_id": number,
            "name": f"标准{number % 2}",
            "version": number,
            "definition": "",
            "created_at": noon,
        }
        rows["rubric"].append(row)
    grades = ["excellent", "good", "fair", "poor", "not_applicable"]
    for bureau_id in (1, 2):
        for unit_id in range(1, 8):
            key = {"bureau_id": bureau_id, "unit_id": unit_id, "year": 2024}
            if unit_id % 2:
                decided = {"grade": grades[unit_id % 5], "reason": "核实", "decided_by": "甲", "decided_at": noon}
                rows["evaluation_override"].append(key | decided)
            if unit_id % 3:
                rows["evaluation_note"].append(key | {"note": "说明", "written_by": "甲", "written_at": noon})
        for scope_id in (5, 3, 1):
            for number, code in enumerate(("D", "none", "A"), start=1):
                row = {"bureau_id": bureau_id, "year": 2024, "scope_id": scope_id, "class": code, "pool": 10}
                worked_out = {"quota": number, "rate": number / 10, "draws": 1, "decided_by": "甲", "decided_at": noon}
                rows["proposal"].append(row | worked_out)


def _drawn(
    dice: Dice,
    rows: dict[str, list[dict[str, Any]]],
    draw: dict[str, Any],
    task: dict[str, Any],
    drawn_on: datetime.date,
) -> None:
    pool = dice.some([row["object_id"] for row in rows["object"]], 0, 14)
    classes = {object_id: dice.one(CLASSES) for object_id in pool}
    draw["frame_size"] = len(pool)
    drawn = dice.some(pool, 0, 6)
    spare = [object_id for object_id in pool if object_id not in drawn]
    for position, object_id in enumerate(pool, start=1):
        rows["frame"].append(
            {"draw_id": draw["draw_id"], "object_id": object_id, "class": classes[object_id], "position": position}
        )
    if draw["stratified"]:
        for code in sorted(set(classes.values())):
            size = sum(one == code for one in classes.values())
            quota = sum(classes[one] == code for one in drawn)
            rows["draw_quota"].append({"draw_id": draw["draw_id"], "class": code, "pool": size, "quota": quota})
    locked: list[tuple[str, str | None]] = [(object_id, None) for object_id in drawn]
    out = drawn[0] if drawn else None
    while out and spare and dice.chance(0.4):  # now and then a substitute needs a substitute
        locked.append((spare[0], out))
        out = spare.pop(0)
    for place, (object_id, gone) in enumerate(locked, start=1):
        row = {"draw_id": draw["draw_id"], "object_id": object_id, "class": classes[object_id], "place": place}
        rows["draw_object"].append({**row, "substitute_for": gone, "reason": "停业" if gone else None})
    units = {row["unit_id"] for row in rows["task_item"] if row["task_id"] == task["task_id"]}
    units |= {task["lead_unit_id"]} - {None} | set(dice.some(list(range(1, 10)), 0, 1))
    for object_id, _ in locked:
        shared: dict[str, Any] | None = None
        for unit_id in sorted(units):
            if dice.chance(0.8):
                shared = _result(dice, rows, draw["draw_id"], object_id, unit_id, drawn_on, shared)


def _result(
    dice: Dice,
    rows: dict[str, list[dict[str, Any]]],
    draw_id: int,
    object_id: str,
    unit_id: int,
    drawn_on: datetime.date,
    shared: dict[str, Any] | None,
) -> dict[str, Any] | None:
    inspected = entered = published = handled = closed = None
    visit = None
    if dice.chance(0.9):
        if shared and dice.chance(0.6):
            visit = shared
        else:
            # some before the draw that was recorded late, some long after
            visit = {
                "visit_id": len(rows["visit"]) + 1,
                "object_id": object_id,
                "visited_on": dice.later(drawn_on, -5, 60),
            }
            rows["visit"].append(visit)
        inspected = visit["visited_on"]
        if dice.chance(0.85):
            entered = dice.later(inspected, 0, 40)
            if dice.chance(0.8):
                published = dice.later(entered, 0, 25)
    outcomes = dice.some(OUTCOMES, 0, 2) if inspected else []
    if inspected and dice.chance(0.5):
        handled = dice.later(inspected, 0, 40)
        closed = dice.later(handled, 0, 40) if dice.chance(0.6) else None
    rows["result"].append(
        {
            "draw_id": draw_id,
            "object_id": object_id,
            "unit_id": unit_id,
            "visit_id": visit["visit_id"] if visit and dice.chance(0.85) else None,
            "inspected_on": inspected,
            "entered_on": entered,
            "published_on": published,
            "follow_up": "correction_ordered" if handled else None,
            "handled_on": handled,
            "closed_on": closed,
        }
    )
    for outcome in outcomes:
        for item_id in dice.some(list(range(1, 13)), 1, 2):
            rows["result_outcome"].append(
                {"draw_id": draw_id, "object_id": object_id, "unit_id": unit_id, "item_id": item_id, "outcome": outcome}
            )
    return visit
