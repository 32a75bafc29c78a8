"""The database's own numbers for the units, items and scopes that a notice names, made where they are missing."""

from __future__ import annotations

import duckdb

from inspections.notice import units as unit_names
from inspections.notice.plan import Notice
from inspections.notice.units import Unit
from inspections.store.database import first_value


class Numbers:
    """The database's numbers for a notice's units, items and scopes, made where missing."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, bureau_id: int, notice: Notice) -> None:
        self._connection = connection
        self._bureau_id = bureau_id
        self._notice = notice
        self._units: dict[tuple[str, ...], int] = {}
        self.made: dict[str, list[str]] = {"item": [], "scope": []}
        for unit_id, name, kind, region, own in connection.execute(
            "select unit_id, name, kind::varchar, region, bureau_id is not null from unit"
            " where bureau_id = ? or bureau_id is null order by unit_id",
            [bureau_id],
        ).fetchall():
            self._units.setdefault(unit_names.identity(Unit(name, kind, bool(own), region)), unit_id)
        # A name that someone has put to a unit by hand decides over the rules.
        self._called: dict[str, int] = dict(
            connection.execute("select alias, unit_id from unit_alias where bureau_id = ?", [bureau_id]).fetchall()
        )

    def unit(self, unit: Unit) -> int:
        """The number of a unit; its name in this notice becomes an alias where the database calls it otherwise."""
        if unit.name in self._called:
            return self._called[unit.name]
        key = unit_names.identity(unit)
        if key not in self._units:
            self._units[key] = int(
                first_value(
                    self._connection,
                    "insert into unit (bureau_id, name, kind, region) values (?, ?, ?, ?) returning unit_id",
                    [self._bureau_id if unit.own else None, unit.name, unit.kind, unit.region],
                )
            )
        unit_id = self._units[key]
        stored = first_value(self._connection, "select name from unit where unit_id = ?", [unit_id])
        if stored != unit.name:
            self._call(unit.name, unit_id)
        return unit_id

    def _call(self, alias: str, unit_id: int) -> None:
        if alias not in self._called:
            self._connection.execute("insert into unit_alias values (?, ?, ?)", [self._bureau_id, alias, unit_id])
            self._called[alias] = unit_id

    def remember_members(self, year: int) -> None:
        """Every unit of the notice is in scope in that year; its other names are written down."""
        for unit in self._notice.units:
            self._connection.execute(
                "insert into membership values (?, ?, ?) on conflict do nothing",
                [self._bureau_id, self.unit(unit), year],
            )
        for alias, unit in self._notice.aliases:
            self._call(alias, self.unit(unit))

    def scope(self, name: str | None) -> int | None:
        """The number of a pool; None for none."""
        if name is None:
            return None
        return self._named("scope", name)

    def item(self, name: str, item_class: str | None, legal_basis: str | None) -> int:
        """The number of an item, whose class and legal basis are filled in where the item list is silent."""
        item_id = self._named("item", name)
        # The item list may know more already; a notice only fills what is missing.
        self._connection.execute(
            "update item set item_class = coalesce(item_class, ?), legal_basis = coalesce(legal_basis, ?)"
            " where item_id = ?"
            " and ((item_class is null and ? is not null) or (legal_basis is null and ? is not null))",
            [item_class, legal_basis, item_id, item_class, legal_basis],
        )
        return item_id

    def _named(self, table: str, name: str) -> int:
        known = first_value(
            self._connection,
            f"select {table}_id from {table} where bureau_id = ? and name = ?",  # noqa: S608 - two fixed names
            [self._bureau_id, name],
        )
        if known is None:
            self.made[table].append(name)
            known = first_value(
                self._connection,
                f"insert into {table} (bureau_id, name) values (?, ?) returning {table}_id",  # noqa: S608
                [self._bureau_id, name],
            )
        return int(known)
