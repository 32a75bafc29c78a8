"""Saved what-ifs (测算方案): what was chosen on the redraw page under a name, kept with the figures it gave then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from inspections.store.database import log_change, transaction
from inspections.words.errors import InspectionsError
from inspections.year.whatif import Answers, Choice, series_of

LONGEST_NAME = 40


@dataclass(frozen=True)
class Scenario:
    """What the controls of the redraw page stand on; tasks and pools by the names the reader sees.

    tasks: empty for the whole year. rates: percent per class, factors: times the plan in force per class, both None for
    the plan in force as it is. pool_task and pool_scope put
    one task on another pool.
    """

    tasks: tuple[str, ...] = ()
    series: bool = False
    rotation: bool = False
    merge: bool = False
    rates: tuple[tuple[str, float], ...] | None = None
    pool_task: str | None = None
    pool_scope: str | None = None
    cap: int = 1
    replications: int = 10_000
    seed: int = 20240101
    factors: tuple[tuple[str, float], ...] | None = None

    def address(self) -> list[tuple[str, str]]:
        """The part of the page's address that sets its controls to this scenario."""
        said = [("tasks", task) for task in self.tasks]
        said += [(key, "true") for key in ("series", "rotation", "merge") if getattr(self, key)]
        if self.rates is not None:
            said += [("own", "rates"), *((f"rate_{code}", str(percent)) for code, percent in self.rates)]
        if self.factors is not None:
            said += [("own", "factors"), *((f"times_{code}", str(times)) for code, times in self.factors)]
        if self.pool_task and self.pool_scope:
            said += [("pool_task", self.pool_task), ("pool_scope", self.pool_scope)]
        return [*said, ("cap", str(self.cap)), ("replications", str(self.replications)), ("seed", str(self.seed))]

    def choice(self, task_ids: Mapping[str, int], answers: Answers) -> Choice:
        """The scenario as a question about a year. `task_ids` maps the names of tasks to their ids.

        Raises InspectionsError `scenario_task_gone` for a task that the plan no longer has.
        """
        for task in (*self.tasks, *([self.pool_task] if self.pool_task else [])):
            if task not in task_ids:
                raise InspectionsError("scenario_task_gone", task=task)
        chosen = tuple(task_ids[task] for task in self.tasks)
        if chosen and self.series:
            chosen = series_of(answers, chosen)
        rates = None if self.rates is None else tuple((code, f"{percent}%") for code, percent in self.rates)
        factors = None if self.factors is None else tuple((code, str(times)) for code, times in self.factors)
        return Choice(chosen or None, rates, self.rotation, self.merge, self.cap, factors=factors)

    def pool(self, task_ids: Mapping[str, int], scope_ids: Mapping[str, int]) -> tuple[int, int] | None:
        """The task that is put on another pool, and the pool. Raises InspectionsError `scenario_pool_gone`."""
        if not (self.pool_task and self.pool_scope):
            return None
        if self.pool_scope not in scope_ids:
            raise InspectionsError("scenario_pool_gone", pool=self.pool_scope)
        return task_ids[self.pool_task], int(scope_ids[self.pool_scope])


@dataclass(frozen=True)
class Saved:
    """A scenario as it was kept: `never` objects of `objects` were expected never to be drawn when it was saved."""

    scenario: Scenario
    never: float
    objects: int


def save_scenario(
    connection: duckdb.DuckDBPyConnection, name: str, bureau_id: int, year: int, saved: Saved, actor: str
) -> None:
    """Keep a scenario under a name of its own.

    Raises InspectionsError `scenario_name_unusable` (empty, longer than 40 characters or with a line break) and
    `scenario_name_taken`.
    """
    name = name.strip()
    if name.splitlines() != [name] or len(name) > LONGEST_NAME:
        raise InspectionsError("scenario_name_unusable", longest=LONGEST_NAME)
    with transaction(connection):
        if connection.execute("select 1 from scenario where name = $name", {"name": name}).fetchone():
            raise InspectionsError("scenario_name_taken", name=name)
        definition = json.dumps(asdict(saved), ensure_ascii=False)
        log_change(connection, actor=actor, action="scenario", subject=name, after=asdict(saved))
        connection.execute(
            """
            insert into scenario (name, bureau_id, year, definition, data_version, saved_at)
            select $name, $bureau_id, $year, $definition, hash, logged_at from change_log order by seq desc limit 1
            """,
            {"name": name, "bureau_id": bureau_id, "year": year, "definition": definition},
        )


def remove_scenario(connection: duckdb.DuckDBPyConnection, scenario_id: int, actor: str) -> None:
    """Remove a scenario; the change log keeps what it was. Raises InspectionsError `scenario_unknown`."""
    with transaction(connection):
        row = connection.execute(
            "select name, definition from scenario where scenario_id = $id", {"id": scenario_id}
        ).fetchone()
        if row is None:
            raise InspectionsError("scenario_unknown")
        log_change(connection, actor=actor, action="scenario", subject=row[0], before=json.loads(row[1]))
        connection.execute("delete from scenario where scenario_id = $id", {"id": scenario_id})


def read_definition(definition: str) -> Saved:
    """A scenario as `save_scenario` wrote it."""
    said: dict[str, Any] = json.loads(definition)
    chosen: dict[str, Any] = said["scenario"]
    tasks = chosen.pop("tasks")
    # Whoever saved before there were factors has none.
    rates, factors = (
        None if own is None else tuple((str(code), float(number)) for code, number in own)
        for own in (chosen.pop("rates"), chosen.pop("factors", None))
    )
    return Saved(
        Scenario(tasks=tuple(tasks), rates=rates, factors=factors, **chosen), float(said["never"]), int(said["objects"])
    )
