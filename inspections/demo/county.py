"""The synthetic county: two real notices, and around them everything a year of inspections would have left behind."""

from __future__ import annotations

import datetime
import hashlib
import itertools
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from inspections.demo import directories, draws, results
from inspections.demo.year_before import previous_year
from inspections.draws import quotas
from inspections.draws.freezing import records
from inspections.notice.storing import import_notice
from inspections.store.database import ROOT, first_value, log_change, transaction
from inspections.words.actors import BUILDER
from inspections.words.classes import NONE, USUAL
from inspections.words.pinyin import initials_of

NOTICES = (ROOT / "data" / "notices" / "yangcheng-2023.txt", ROOT / "data" / "notices" / "jianan-2024.txt")
# Generated rows have no moment of import: a fixed one keeps two builds alike.
BUILT_AT = datetime.datetime.fromisoformat("2000-01-01")
# Inspectors per unit: outside departments send their own, sections of a bureau share theirs.
INSPECTORS_OUTSIDE, INSPECTORS_WITH_TASKS, INSPECTORS_IDLE = 4, 4, 1
# Directories and draws, whose rows are counted as what was generated.
GENERATED = (
    "object", "risk_class", "inspector", "recusal", "draw", "frame", "draw_object", "visit", "result", "result_outcome",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """One bureau while its rows are made: its story, its directories and the generator everything comes from."""

    connection: duckdb.DuckDBPyConnection
    story: dict[str, Any]
    bureau_id: int
    generator: np.random.Generator
    directory: pd.DataFrame
    people: pd.DataFrame
    recused: pd.DataFrame


def build_county(connection: duckdb.DuckDBPyConnection, seed: int, progress: Callable[[str], None]) -> None:
    """Fill an empty database: import both notices, then add the synthetic rest in one transaction."""
    progress("notices")
    for path in NOTICES:
        import_notice(connection, path, actor=BUILDER)
    story = tomllib.loads(resources.files("inspections.demo").joinpath("county.toml").read_text("utf-8"))
    with transaction(connection):
        file_sha256 = _mark(connection, seed)
        for bureau in story["bureau"]:
            _bureau(connection, bureau, seed, file_sha256, progress)
        kept = sum(int(first_value(connection, f"select count(*) from {table}")) for table in GENERATED)  # noqa: S608
        connection.execute(
            "update import_file set rows_read = ?, rows_kept = ? where file_sha256 = ?", [kept, kept, file_sha256]
        )
        after = {"scale": "county", "seed": seed, "rows": kept}
        log_change(connection, actor=BUILDER, action="demo", subject="database", after=after)


def _mark(connection: duckdb.DuckDBPyConnection, seed: int) -> str:
    """Say in the data themselves that they are synthetic; add the default settings."""
    file_sha256 = hashlib.sha256(f"synthetic county {seed}".encode()).hexdigest()
    connection.execute(
        "insert into import_file values (?, ?, 'synthetic', 'complete', 0, 0, ?)",
        [file_sha256, f"演示数据 (合成, 种子 {seed})", BUILT_AT],
    )
    jianan = first_value(connection, "select bureau_id from bureau where contains(name, '建安')")
    settings = [
        ("synthetic", "true", None, "2000-01-01"),
        ("class_scheme", ",".join(USUAL), None, "2000-01-01"),
        ("plan_published_by", "03-15", jianan, "2024-01-01"),
        # Assumption: nothing says that Jian'an adopted it; on screen it is an editable setting.
        ("publication_working_days", "20", jianan, "2023-01-01"),
        ("yearly_cap", "1", None, "2024-12-01"),
    ]
    for row in settings:
        connection.execute("insert into setting (key, value, bureau_id, valid_from) values (?, ?, ?, ?)", list(row))
    return file_sha256


def _bureau(
    connection: duckdb.DuckDBPyConnection,
    story: dict[str, Any],
    seed: int,
    file_sha256: str,
    progress: Callable[[str], None],
) -> None:
    progress("directories")
    # A stream per bureau: a change in one bureau's story leaves the other's world as it was.
    generator = np.random.default_rng([seed, zlib.crc32(story["key"].encode())])
    bureau_id = int(first_value(connection, "select bureau_id from bureau where contains(name, ?)", [story["match"]]))
    connection.execute("update plan set published_on = ? where bureau_id = ?", [story["published_on"], bureau_id])
    previous_year(connection, bureau_id, story, file_sha256)
    _items(connection, bureau_id, story)

    directory = directories.objects(story, generator)
    history = directories.class_history(directory, generator, story["year"] + 1)
    spelt = directory.assign(initials=initials_of(directory["name"]))
    _insert(connection, "object", spelt.drop(columns=["pools", "base_class"]))
    _scopes(connection, bureau_id, story, directory)
    people = _inspectors(connection, bureau_id, story, generator)
    recused = directories.recusals(people, directory["object_id"].tolist(), story["recusals"], generator)
    _insert(connection, "recusal", recused)
    world = World(connection, story, bureau_id, generator, directory, people, recused)

    progress("draws")
    tasks = _tasks(world)
    locked, rows = _draw(world, tasks, history)
    history = _late_changes(world, rows, history)
    _insert(connection, "risk_class", directories.closed_intervals(history))
    # DuckDB checks a reference within one table against the rows that were there before the statement.
    _insert(connection, "draw", pd.DataFrame([row for row in rows.draw if row["replaces_draw_id"] is None]))
    _insert(connection, "draw", pd.DataFrame([row for row in rows.draw if row["replaces_draw_id"] is not None]))
    for table in ("draw_act", "draw_quota", "frame", "draw_object", "draw_inspector", "task_class_rate"):
        _insert(connection, table, _frame_of(connection, table, getattr(rows, table)))

    progress("results")
    found = _inspect(world, locked)
    _complaints(world, found, history)
    for table in ("visit", "result", "result_outcome"):
        _insert(connection, table, _frame_of(connection, table, getattr(found, table)))
    _log_circumstances(connection, rows)


def _items(connection: duckdb.DuckDBPyConnection, bureau_id: int, story: dict[str, Any]) -> None:
    """Add the part of the item list that no plan covers, so that coverage is not 100 % by construction."""
    items = pd.DataFrame(story["item"]).rename(columns={"class": "item_class"}).assign(bureau_id=bureau_id)
    _insert(connection, "item", items[["bureau_id", "name", "item_class", "legal_basis"]])


def _scopes(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, story: dict[str, Any], directory: pd.DataFrame
) -> None:
    for name in story["own_pools"]:
        connection.execute("insert into scope (bureau_id, name) values (?, ?)", [bureau_id, name])
    scopes = connection.execute("select name, scope_id from scope where bureau_id = ?", [bureau_id]).fetchall()
    members = directory[["object_id", "pools"]].explode("pools").dropna()
    members["scope_id"] = [
        next(scope_id for name, scope_id in scopes if part in name) for part in members["pools"].astype(str)
    ]
    _insert(connection, "object_scope", members)


def _inspectors(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, story: dict[str, Any], generator: np.random.Generator
) -> pd.DataFrame:
    """Insert the inspectors of the bureau's sections and of the departments that join in; give them with their ids.

    The column `pool` says whose team an inspector belongs to: an outside department's own, or the bureau's (0).
    """
    units = connection.execute(
        """select
            unit.unit_id,
            unit.bureau_id is null as outside,
            bool_or(task_checker.unit_id is not null) as has_tasks
        from membership
        inner join unit on membership.unit_id = unit.unit_id
        left join task_checker on unit.unit_id = task_checker.unit_id
        where membership.bureau_id = ? and (unit.bureau_id is null or unit.kind = 'section')
        group by all order by unit.unit_id""",
        [bureau_id],
    ).df()
    units["inspectors"] = np.where(
        units["outside"], INSPECTORS_OUTSIDE, np.where(units["has_tasks"], INSPECTORS_WITH_TASKS, INSPECTORS_IDLE)
    )
    people = directories.inspectors(units, story["key"], generator)
    people["inspector_id"] = list(itertools.islice(_ids(connection, "inspector_seq"), len(people)))
    _insert(connection, "inspector", people)
    outside = set(units.loc[units["outside"], "unit_id"])
    people["pool"] = [unit_id if unit_id in outside else 0 for unit_id in people["unit_id"]]
    return people


def _tasks(world: World) -> list[draws.Task]:
    rows = records(
        world.connection,
        """select
            task.task_id, bureau.name as bureau, task.name, plan.doc_no, plan.kind, task.seq, plan.year, task.rate,
            task.rate_op, coalesce(contains(task.risk_rule, '递加'), false) as rising, task.starts_on, task.ends_on,
            task.scope_id,
            (
                select list(task_checker.unit_id order by task_checker.unit_id)
                from task_checker where task_checker.task_id = task.task_id
            ) as checkers
        from task inner join plan on task.plan_id = plan.plan_id inner join bureau on plan.bureau_id = bureau.bureau_id
        where plan.bureau_id = ? order by plan.year, plan.kind, task.seq""",
        world.bureau_id,
    )
    stories = {(one["year"], one["kind"], one["seq"]): dict(one) for one in world.story.get("story", [])}
    numbers = {(row["year"], row["kind"], row["seq"]): row["task_id"] for row in rows}
    tasks = []
    for row in rows:
        which = (row["year"], row["kind"], row["seq"])
        story = stories.get(which, {}) | {"scope_id": row.pop("scope_id")}
        if "visits_with" in story:
            story["visits_with_task"] = numbers[(*which[:2], story["visits_with"])]
        changed = {"rising": row["rising"] or story.get("rising", False), "checkers": tuple(row["checkers"])}
        tasks.append(draws.Task(**row | changed, story=story))
    return tasks


def _draw(world: World, tasks: list[draws.Task], history: pd.DataFrame) -> tuple[list[draws.Locked], draws.Rows]:
    """Make every task's draws in order of their days; policy proportions where the plan asks for rising ones."""
    rows = draws.Rows()
    certificates = dict(zip(world.people["inspector_id"], world.people["certificate_no"], strict=True))
    barred = zip(world.recused["inspector_id"], world.recused["object_id"], strict=True)
    checkers = sorted({unit_id for task in tasks for unit_id in task.checkers})
    departments = dict(
        world.connection.execute(
            """select unit.unit_id, coalesce(bureau.name, unit.name)
            from unit left join bureau on unit.bureau_id = bureau.bureau_id
            where unit.unit_id in (select unnest(?)) order by unit.unit_id""",
            [checkers],
        ).fetchall()
    )
    office = draws.Office(
        departments=departments,
        teams={name: _team(world, unit_id) for unit_id, name in departments.items()},
        recused={(certificates[person], object_id) for person, object_id in barred},
        secrets={"official": draws.secret(world.generator), "trial": draws.secret(world.generator)},
        generator=world.generator,
        next_id=_ids(world.connection, "draw_seq").__next__,
    )
    days = {task.task_id: draws.launch_day(task, world.generator) for task in tasks}
    locked = []
    for task in sorted(tasks, key=lambda task: (days[task.task_id], task.task_id)):
        pools = _pools(world, task, days[task.task_id], history)
        done = draws.draw_task(rows, task, pools, days[task.task_id], office)
        locked.append(done)
        if task.rising and task.rate < 1:
            sizes = Counter(pools[done.drawn_on]["class"])
            ordered = {code: sizes[code] for code in (*directories.CLASSES, NONE) if sizes[code]}
            # The whole number beside the target: a rate cut to six decimals would round up to one object more.
            wanted = quotas.rising_quotas(ordered, task.rate, task.rate_op)
            rows.task_class_rate += [
                (task.task_id, code, round(float(rate), 6), "=", wanted[code], None, "policy")
                for code, rate in quotas.rising_rates(ordered, task.rate).items()
            ]
    return locked, rows


def _pools(
    world: World, task: draws.Task, launched_on: datetime.date, history: pd.DataFrame
) -> dict[datetime.date, pd.DataFrame]:
    """Freeze the pool of a task for each day something was drawn on, with the classes of that day."""
    members = world.connection.execute(
        "select object_id from object_scope where scope_id = ?", [task.story["scope_id"]]
    ).df()
    inside = world.directory["object_id"].isin(members["object_id"])
    pools = {}
    for day in (launched_on, task.story.get("redrawn_on"), task.story.get("trial_on")):
        if day is None:
            continue
        # The mistake that a re-draw mends: a firm that is closed was still in the pool.
        mistaken = (world.directory["status"] == "closed") & (day == launched_on and "redrawn_on" in task.story)
        pool = world.directory.loc[inside | mistaken, ["object_id"]]
        pools[day] = pool.assign(**{"class": pool["object_id"].map(directories.class_as_of(history, day)).fillna(NONE)})
    return pools


def _team(world: World, unit_id: int) -> dict[str, int]:
    people = world.people
    own = people["pool"] == (unit_id if unit_id in set(people["pool"]) else 0)
    active = people[own & people["active"] & people["is_certified"]]
    return dict(zip(active["certificate_no"], active["inspector_id"], strict=True))


def _late_changes(world: World, rows: draws.Rows, history: pd.DataFrame) -> pd.DataFrame:
    """Let some classes worsen after an object's last draw of the year: one to D that was never drawn at random."""
    year: int = world.story["year"]
    made = {row["draw_id"]: row for row in rows.draw if row["drawn_at"].year == year}
    last: dict[str, tuple[datetime.datetime, str]] = {}
    for draw_id, object_id, code, *_ in rows.frame:
        if draw_id in made:
            here = (made[draw_id]["drawn_at"], code)
            last[object_id] = max(last.get(object_id, here), here)
    classed = {object_id: when.date() for object_id, (when, code) in sorted(last.items()) if code in {"A", "B", "C"}}
    at_random = {row[1] for row in rows.draw_object if row[0] in made and made[row[0]]["basis"] == "random"}
    early = [object_id for object_id, day in classed.items() if day < datetime.date(year, 10, 25)]
    undrawn = [object_id for object_id in classed if object_id not in at_random]
    worse = [str(one) for one in world.generator.permutation(early)[:3]]
    to_d = [str(one) for one in world.generator.permutation(undrawn) if str(one) not in worse][:1]
    history = directories.late_worsening(history, worse, datetime.date(year, 11, 1), {})
    return directories.late_worsening(history, to_d, datetime.date(year, 12, 20), dict.fromkeys(to_d, "D"))


def _inspect(world: World, locked: list[draws.Locked]) -> results.ResultRows:
    found = results.ResultRows()
    units = world.connection.execute("select unit_id, name from unit").fetchall()
    kinds = world.story["units"]
    field = results.Field(
        punctuality={
            unit_id: kind["punctuality"] for unit_id, name in units for kind in kinds if kind["match"] in name
        },
        names=dict(zip(world.people["inspector_id"], world.people["name"], strict=True)),
        doors={},
        generator=world.generator,
        next_id=_ids(world.connection, "visit_seq").__next__,
    )
    # A task that shares another's visits comes after it, whichever was drawn first.
    for one in sorted(locked, key=lambda one: ("visits_with" in one.task.story, one.drawn_on, one.task.task_id)):
        results.inspect(found, one, _checked_items(world.connection, one.task.task_id), field)
    return found


def _checked_items(connection: duckdb.DuckDBPyConnection, task_id: int) -> dict[int, list[int]]:
    rows = connection.execute(
        "select unit_id, list(item_id order by item_id) from task_item where task_id = ? group by unit_id", [task_id]
    ).fetchall()
    return {int(unit_id): list(items) for unit_id, items in rows}


def _complaints(world: World, found: results.ResultRows, history: pd.DataFrame) -> None:
    """Add visits that followed a complaint: a draw without a task, one object, outside every random denominator."""
    connection, story = world.connection, world.story
    unit_id, item_id = connection.execute(
        """select task_item.unit_id, min(task_item.item_id) from task_item
        inner join unit on task_item.unit_id = unit.unit_id
        inner join item on task_item.item_id = item.item_id
        where item.bureau_id = ? and contains(unit.name, ?) group by all order by all""",
        [world.bureau_id, story["complaint_unit"]],
    ).fetchall()[0]
    concerned = world.directory["pools"].map(lambda pools: any(story["complaint_pool"] in part for part in pools))
    pool = world.directory.loc[concerned, "object_id"].tolist()
    next_draw, next_visit = _ids(connection, "draw_seq"), _ids(connection, "visit_seq")
    refused = set(zip(world.recused["inspector_id"], world.recused["object_id"], strict=True))
    names = dict(zip(world.people["inspector_id"], world.people["name"], strict=True))
    for ordinal, day in enumerate(story["complaints"], start=1):
        object_id = str(pool[int(world.generator.integers(len(pool)))])
        draw_id, visit_id = next(next_draw), next(next_visit)
        team = [person for person in _team(world, unit_id).values() if (person, object_id) not in refused][:2]
        visited = draws.working_day(day + datetime.timedelta(days=2))
        entered = draws.working_day(visited + datetime.timedelta(days=3))
        connection.execute(
            """insert into draw (
                draw_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, reason
            ) values (?, ?, ?, 'complaint', 'official', ?, false, false, 1, '演示·群众投诉举报')""",
            [draw_id, ordinal, datetime.datetime.combine(day, datetime.time(15, 20)), draws.DESIGNATED],
        )
        code = directories.class_as_of(history, day).get(object_id, NONE)
        connection.execute("insert into draw_object values (?, ?, ?, 1, null, null)", [draw_id, object_id, code])
        for person in team:
            connection.execute("insert into draw_inspector values (?, ?, ?)", [draw_id, object_id, person])
        found.visit.append((visit_id, object_id, visited))
        # A complaint names its problem: such visits find more than random ones, and must not be mixed with them.
        found.result_outcome.append((draw_id, object_id, unit_id, item_id, "other_violation"))
        found.result.append(
            {
                "draw_id": draw_id,
                "object_id": object_id,
                "unit_id": unit_id,
                "visit_id": visit_id,
                "inspected_on": visited,
                "entered_on": entered,
                "entered_by": names[team[0]],
                "published_on": entered,
            }
            | results.follow(entered, {"other_violation"}, world.generator)
        )


def _log_circumstances(connection: duckdb.DuckDBPyConnection, rows: draws.Rows) -> None:
    names = dict(connection.execute("select task_id, name from task").fetchall())
    made = {row["draw_id"]: row for row in rows.draw}
    settled: dict[int, Any] = {row["draw_id"]: row["quota"] or {} for row in made.values()}
    for draw_id, code, _, number in rows.draw_quota:
        settled[draw_id][code] = number
    for row in made.values():
        replaced = row["replaces_draw_id"]
        log_change(
            connection,
            actor=BUILDER,
            action="redraw" if replaced else "freeze",
            subject=f"draw {row['draw_id']}",
            before={"draw_id": replaced} if replaced else None,
            after={
                **{name: row[name] for name in ("task_id", "ordinal", "kind", "rotation", "frame_size", "reason")},
                **{
                    name: row[name] for name in ("terms_commitment", "seed_commitment", "frame_commitment", "frozen_at")
                },
                "quotas": settled[row["draw_id"]],
            },
        )
        if row["reason"] and not replaced:
            log_change(
                connection,
                actor=BUILDER,
                action="late_launch",
                subject=names[row["task_id"]],
                after={"draw_id": row["draw_id"], "drawn_at": row["drawn_at"], "reason": row["reason"]},
            )
    for draw_id, object_id, _, _, substitute_for, reason in rows.draw_object:
        if substitute_for:
            log_change(
                connection,
                actor=BUILDER,
                action="substitute",
                subject=names[made[draw_id]["task_id"]],
                before={"object_id": substitute_for},
                after={"draw_id": draw_id, "object_id": object_id, "reason": reason},
            )


def _ids(connection: duckdb.DuckDBPyConnection, sequence: str) -> Iterator[int]:
    """Take ids from a table's own sequence, so that rows added later by hand do not collide."""
    while True:
        yield int(first_value(connection, "select nextval(?)", [sequence]))


def _frame_of(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Any]) -> pd.DataFrame:
    if rows and isinstance(rows[0], dict):
        return pd.DataFrame(rows)
    columns = [name for name, *_ in connection.execute(f"describe {table}").fetchall()]
    return pd.DataFrame(rows, columns=columns)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    """Insert all rows at once by column name; `table` is a name of the schema, never input."""
    if rows.empty:
        return
    columns = [name for name, *_ in connection.execute(f"describe {table}").fetchall() if name in rows.columns]
    # Object columns go in as they are: pandas would turn a column with a missing whole number into floats.
    listed = ", ".join(f'"{name}"' for name in columns)
    connection.register("bulk", rows[columns].astype(object).where(rows[columns].notna(), None))
    connection.execute(f"insert into {table} ({listed}) select {listed} from bulk")  # noqa: S608
    connection.unregister("bulk")
