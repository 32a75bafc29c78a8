"""A small world for the questions: an empty database and functions that add one annotated row each.

Days are written "03-05" for 5 March 2024, or in full. Objects that are mentioned come into being.
"""

from __future__ import annotations

import contextlib
import datetime
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from inspections.evaluation.indicators import counts_of
from inspections.store.database import answered, open_database

YEAR = 2024
END = datetime.date(YEAR, 12, 31)


def day(text: str | None) -> datetime.date | None:
    """A day as the tests write it."""
    if text is None:
        return None
    return datetime.date.fromisoformat(text if len(text) > 5 else f"{YEAR}-{text}")


def copied(template: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    """A database of the product for a handful of rows, copied from one that is closed."""
    path = folder / "world.duckdb"
    shutil.copy(template, path)
    connection = open_database(path)
    connection.execute("set threads = 1")  # for a handful of rows a second thread only costs
    return connection


@contextlib.contextmanager
def ruled_by(connection: duckdb.DuckDBPyConnection, key: str, value: str | None) -> Iterator[None]:
    """One setting everywhere and always; None: there is no such rule."""
    before = connection.execute("select * from setting where key = ?", [key]).fetchall()
    connection.execute("delete from setting where key = ?", [key])
    if value is not None:
        connection.execute("insert into setting (key, value, valid_from) values (?, ?, '2000-01-01')", [key, value])
    try:
        yield
    finally:
        connection.execute("delete from setting where key = ?", [key])
        for row in before:
            connection.execute("insert into setting values (?, ?, ?, ?, ?)", list(row))


def publishing_within(connection: duckdb.DuckDBPyConnection, days: int | None) -> AbstractContextManager[None]:
    """Results public within so many working days of the inspection. None: there is no such rule."""
    return ruled_by(connection, "publication_working_days", None if days is None else f"{days}")


def publishing_by(connection: duckdb.DuckDBPyConnection, day: str | None) -> AbstractContextManager[None]:
    """Plans public by a day of the year, "MM-DD". None: there is no such rule."""
    return ruled_by(connection, "plan_published_by", day)


def indicators_of(connection: duckdb.DuckDBPyConnection, **asked: Any) -> list[tuple[int | None, str, int, int]]:
    """Unit (None: the bureau), indicator, numerator, denominator: the counts as the evaluation puts them together."""
    rows = answered(connection, "indicator_counts", asked)
    return [
        (None if pd.isna(unit_id) else int(unit_id), code, numerator, denominator)
        for unit_id, counted in zip(rows["unit_id"], counts_of(rows), strict=True)
        for code, (numerator, denominator) in counted.items()
    ]


@dataclass
class World:
    """Builders over one connection. Ids count from 1 in the order in which things are made."""

    connection: duckdb.DuckDBPyConnection
    objects_made: set[str] = field(default_factory=set)
    ids: dict[str, int] = field(default_factory=dict)

    def insert(self, table: str, **columns: object) -> None:
        """One row."""
        marks = ", ".join("?" for _ in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        self.connection.execute(f"insert into {table} ({names}) values ({marks})", list(columns.values()))

    def _next(self, kind: str) -> int:
        self.ids[kind] = self.ids.get(kind, 0) + 1
        return self.ids[kind]

    def bureau(self, name: str = "甲局") -> int:
        """A bureau."""
        bureau_id = self._next("bureau")
        self.insert("bureau", bureau_id=bureau_id, name=name)
        return bureau_id

    def unit(self, name: str, *, bureau: int | None = None, scope_of: int | None = None, year: int = YEAR) -> int:
        """A section of `bureau`, or a department; in scope of the bureau `scope_of` in `year`."""
        unit_id = self._next("unit")
        kind = "section" if bureau else "department"
        self.insert(
            "unit", unit_id=unit_id, bureau_id=bureau, name=name, kind=kind, region=None if bureau else f"{unit_id}"
        )
        if scope_of is not None:
            self.in_scope(unit_id, scope_of, year)
        return unit_id

    def in_scope(self, unit: int, bureau: int, year: int = YEAR) -> None:
        """The unit in scope of a bureau's year."""
        self.insert("membership", bureau_id=bureau, unit_id=unit, year=year)

    def scope(self, bureau: int, name: str, *objects: str) -> int:
        """A pool of the bureau with its objects."""
        scope_id = self._next("scope")
        self.insert("scope", scope_id=scope_id, bureau_id=bureau, name=name)
        for object_id in objects:
            self.object(object_id)
            self.insert("object_scope", object_id=object_id, scope_id=scope_id)
        return scope_id

    def item(self, bureau: int, name: str, item_class: str = "general") -> int:
        """An item of the bureau's list."""
        item_id = self._next("item")
        self.insert("item", item_id=item_id, bureau_id=bureau, name=name, item_class=item_class)
        return item_id

    def plan(self, bureau: int, *, year: int = YEAR, kind: str = "internal", **more: object) -> int:
        """A plan of a year."""
        plan_id = self._next("plan")
        self.insert("plan", plan_id=plan_id, bureau_id=bureau, year=year, kind=kind, title=f"计划{plan_id}", **more)
        return plan_id

    def task(
        self,
        plan: int,
        name: str = "任务",
        *,
        lead: int | None = None,
        window: tuple[str | None, str | None] = ("03-01", "11-30"),
        checks: Sequence[tuple[int, int]] = (),
        partners: Sequence[int] = (),
        **more: object,
    ) -> int:
        """`checks`: (item, unit that checks it). `window`: first and last day."""
        task_id = self._next("task")
        self.insert(
            "task",
            task_id=task_id,
            plan_id=plan,
            seq=self._next(f"seq of {plan}"),
            name=name,
            lead_unit_id=lead,
            starts_on=day(window[0]),
            ends_on=day(window[1]),
            **more,
        )
        for item, unit in checks:
            self.insert("task_item", task_id=task_id, item_id=item, unit_id=unit)
        for unit in partners:
            self.insert("task_partner", task_id=task_id, unit_id=unit)
        return task_id

    def object(self, object_id: str, **more: object) -> str:
        """An object; mentioned twice it is made once."""
        if object_id not in self.objects_made:
            self.objects_made.add(object_id)
            row = {
                "kind": "enterprise",
                "status": "active",
                "is_market_entity": True,
                "region": "东镇",
                "industry": "采矿",
            }
            self.insert("object", object_id=object_id, name=f"企业{object_id}", **{**row, **more})
        return object_id

    def risk(self, object_id: str, risk_class: str, since: str, until: str | None = None) -> None:
        """A class the object has from `since` to the day before `until`."""
        self.object(object_id)
        self.insert(
            "risk_class", object_id=object_id, **{"class": risk_class}, valid_from=day(since), valid_to=day(until)
        )

    def draw(
        self,
        task: int | None,
        on: str,
        frame: Mapping[str, str],
        drawn: Sequence[str],
        *,
        quotas: Mapping[str, int] | None = None,
        basis: str = "random",
        kind: str = "official",
        replaces: int | None = None,
        stands_in: Mapping[str, str] | None = None,
        frame_size: int | None = None,
    ) -> int:
        """`frame`: class of each object of the pool. `stands_in`: substitute -> the drawn object it stands in for."""
        draw_id = self._next("draw")
        self.insert(
            "draw",
            draw_id=draw_id,
            task_id=task,
            ordinal=self._next(f"ordinal of {task} {kind}"),
            drawn_at=datetime.datetime.combine(day(on) or END, datetime.time(9)),
            basis=basis,
            kind=kind,
            method="sha256_ticket",
            stratified=quotas is not None,
            rotation=False,
            frame_size=len(frame) if frame_size is None else frame_size,
            replaces_draw_id=replaces,
            reason="名录有误" if replaces else None,
        )
        for position, (object_id, risk_class) in enumerate(frame.items(), start=1):
            self.object(object_id)
            self.insert("frame", draw_id=draw_id, object_id=object_id, **{"class": risk_class}, position=position)
        pools = pd.Series(list(frame.values()), dtype=object).value_counts()
        for risk_class, quota in (quotas or {}).items():
            self.insert(
                "draw_quota", draw_id=draw_id, **{"class": risk_class}, pool=int(pools.get(risk_class, 0)), quota=quota
            )
        for place, object_id in enumerate(drawn, start=1):
            self.lock(draw_id, object_id, frame.get(object_id, "none"), place)
        for place, (substitute, gone) in enumerate((stands_in or {}).items(), start=len(drawn) + 1):
            self.lock(draw_id, substitute, frame.get(substitute, "none"), place, gone)
        return draw_id

    def lock(self, draw: int, object_id: str, risk_class: str, place: int, stands_in_for: str | None = None) -> None:
        """One drawn object, or a substitute."""
        self.object(object_id)
        self.insert(
            "draw_object",
            draw_id=draw,
            object_id=object_id,
            **{"class": risk_class},
            place=place,
            substitute_for=stands_in_for,
            reason="停业" if stands_in_for else None,
        )

    def visit(self, object_id: str, on: str) -> int:
        """One door opened."""
        visit_id = self._next("visit")
        self.insert("visit", visit_id=visit_id, object_id=self.object(object_id), visited_on=day(on))
        return visit_id

    def result(
        self,
        draw: int,
        object_id: str,
        unit: int,
        inspected: str | None = None,
        entered: str | None = None,
        published: str | None = None,
        *,
        visit: int | str | None = "own",
        handled: str | None = None,
        closed: str | None = None,
        follow_up: str | None = None,
        found: Mapping[int, Sequence[str]] | None = None,
    ) -> None:
        """`visit`: "own" opens a door of its own. `found`: outcome codes per item."""
        if visit == "own":
            visit = self.visit(object_id, inspected) if inspected else None
        self.insert(
            "result",
            draw_id=draw,
            object_id=object_id,
            unit_id=unit,
            visit_id=visit,
            inspected_on=day(inspected),
            entered_on=day(entered),
            published_on=day(published),
            follow_up=follow_up,
            handled_on=day(handled),
            closed_on=day(closed),
        )
        for item, outcomes in (found or {}).items():
            for outcome in outcomes:
                self.insert(
                    "result_outcome", draw_id=draw, object_id=object_id, unit_id=unit, item_id=item, outcome=outcome
                )

    def publish_within(self, days: int) -> None:
        """A rule for every bureau: public within so many working days of the inspection."""
        self.insert("setting", key="publication_working_days", value=f"{days}", valid_from=datetime.date(2000, 1, 1))

    def ask(self, name: str, *columns: str, **parameters: object) -> list[Any]:
        """The answer's rows, cut to `columns`; single values where there is one column, else tuples."""
        return plain(self.frame(name, **parameters), *columns)

    def frame(self, name: str, **parameters: object) -> pd.DataFrame:
        """The answer as it is, asked inside the transaction that holds the rows."""
        return answered(self.connection, name, parameters)


def plain(frame: pd.DataFrame, *columns: str) -> list[Any]:
    """Rows as tuples of Python values: NULL is None, whole numbers are int, days are "03-05"."""
    names = list(columns) or list(frame.columns)
    rows = [tuple(value(one) for one in row) for row in frame[names].astype(object).itertuples(index=False, name=None)]
    return [row[0] for row in rows] if len(columns) == 1 else rows


def value(one: Any) -> Any:
    """One cell as plain Python."""
    if one is None or one is pd.NA or one is pd.NaT or (isinstance(one, float) and pd.isna(one)):
        return None
    if isinstance(one, (pd.Timestamp, datetime.date)):
        text = one.strftime("%Y-%m-%d")
        return text.removeprefix(f"{YEAR}-")
    if hasattr(one, "item"):
        one = one.item()
    if isinstance(one, float) and one.is_integer():
        return int(one)
    return one
