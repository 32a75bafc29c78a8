"""The synthetic county: two real notices, and around them everything a year of inspections would have left behind."""

from __future__ import annotations

import datetime
import hashlib
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from inspections import quotas
from inspections.database import ROOT, log_change, transaction
from inspections.demo import directories, draws, results
from inspections.notice.storing import import_notice

NOTICES = (ROOT / "data" / "notices" / "yangcheng-2023.txt", ROOT / "data" / "notices" / "jianan-2024.txt")
ACTOR = "演示生成器"
BUILT_AT = datetime.datetime(2000, 1, 1)
# Inspectors per unit: outside departments send their own, sections of a bureau share theirs.
INSPECTORS_OUTSIDE, INSPECTORS_WITH_TASKS, INSPECTORS_IDLE = 4, 4, 1

Progress = Callable[[str], None]


def build_county(connection: duckdb.DuckDBPyConnection, seed: int, progress: Progress) -> None:
    """Fill an empty database: import both notices, then add the synthetic rest in one transaction."""
    for path in NOTICES:
        progress("notices")
        import_notice(connection, path, actor=ACTOR)
    story = tomllib.loads(resources.files("inspections.demo").joinpath("county.toml").read_text("utf-8"))
    with transaction(connection):
        file_sha256 = _mark(connection, seed)
        for bureau in story["bureau"]:
            progress("directories")
            _bureau(connection, bureau, seed, file_sha256, progress)
        kept = _count_rows(connection)
        connection.execute("update import_file set rows_read = ?, rows_kept = ? where file_sha256 = ?", [kept, kept, file_sha256])
        log_change(
            connection, actor=ACTOR, action="demo", subject="database", after={"scale": "county", "seed": seed, "rows": kept}
        )


def _mark(connection: duckdb.DuckDBPyConnection, seed: int) -> str:
    """Say in the data themselves that they are synthetic; default settings."""
    file_sha256 = hashlib.sha256(f"synthetic county {seed}".encode()).hexdigest()
    connection.execute(
        "insert into import_file values (?, ?, 'synthetic', 'complete', 0, 0, ?)",
        [file_sha256, f"演示数据（合成，种子 {seed}）", BUILT_AT],
    )
    (jianan,) = connection.execute("select bureau_id from bureau where contains(name, '建安')").fetchone() or (None,)
    settings = [
        ("synthetic", "true", None, "2000-01-01"),
        ("class_scheme", "A,B,C,D", None, "2000-01-01"),
        ("plan_published_by", "03-15", jianan, "2024-01-01"),
        # Assumption: nothing says that Jian'an adopted it; on screen it is an editable setting.
        ("publication_working_days", "20", jianan, "2023-01-01"),
        ("yearly_cap", "1", None, "2024-12-01"),
    ]
    for row in settings:
        connection.execute("insert into setting (key, value, bureau_id, valid_from) values (?, ?, ?, ?)", list(row))
    return file_sha256


def _bureau(
    connection: duckdb.DuckDBPyConnection, bureau: dict[str, Any], seed: int, file_sha256: str, progress: Progress
) -> None:
    # A stream per bureau: a change in one bureau's story leaves the other's world as it was.
    generator = np.random.default_rng([seed, zlib.crc32(bureau["key"].encode())])
    (bureau_id,) = connection.execute("select bureau_id from bureau where contains(name, ?)", [bureau["match"]]).fetchone()  # type: ignore[misc]
    year: int = bureau["year"]
    connection.execute("update plan set published_on = ? where bureau_id = ?", [bureau["published_on"], bureau_id])
    previous_year(connection, bureau_id, bureau, file_sha256)
    _items(connection, bureau_id, bureau)

    directory = directories.objects(bureau, generator)
    scopes = _scopes(connection, bureau_id, bureau)
    history = directories.class_history(directory, generator, year + 1)
    _insert(connection, "object", directory.drop(columns=["pools", "base_class"]))
    memberships = [
        (row.object_id, scope_id) for row in directory.itertuples() for pool in row.pools for scope_id in [_matching(scopes, pool)]
    ]
    _insert(connection, "object_scope", pd.DataFrame(memberships, columns=["object_id", "scope_id"]))
    people = _inspectors(connection, bureau_id, bureau, generator)
    barred = directories.recusals(people, sorted(set(directory["object_id"])), bureau["recusals"], generator)
    _insert(connection, "recusal", barred)

    progress("draws")
    tasks = _tasks(connection, bureau_id, bureau)
    locked, rows = _draw(connection, tasks, directory, history, people, barred, generator)
    history = _late_changes(history, rows, directory, year, generator)
    _insert(connection, "risk_class", directories.closed_intervals(history))
    # DuckDB checks a reference within one table against the rows that were there before the statement.
    _insert(connection, "draw", pd.DataFrame([row for row in rows.draw if row["replaces_draw_id"] is None]))
    _insert(connection, "draw", pd.DataFrame([row for row in rows.draw if row["replaces_draw_id"] is not None]))
    for table in ("draw_quota", "frame", "draw_object", "draw_inspector", "task_class_rate"):
        _insert(connection, table, _frame_of(connection, table, getattr(rows, table)))

    progress("results")
    found = _inspect(connection, locked, people, bureau, generator)
    _complaints(connection, found, bureau, bureau_id, directory, history, people, barred, generator)
    for table in ("visit", "result", "result_outcome"):
        _insert(connection, table, _frame_of(connection, table, getattr(found, table)))
    _log_circumstances(connection, rows, tasks)


def previous_year(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, bureau: dict[str, Any], file_sha256: str
) -> None:
    """A synthetic plan for the year before the notice: the same tasks and units, other proportions, windows a year earlier."""
    year, before = bureau["year"], bureau["previous"]
    plans = connection.execute(
        "select plan_id, kind, title from plan where bureau_id = ? and year = ? order by kind", [bureau_id, year]
    ).fetchall()
    for plan_id, kind, title in plans:
        (new_plan,) = connection.execute(
            """insert into plan (bureau_id, year, kind, title, doc_no, issued_on, published_on, source_file, source_sha256)
            values (?, ?, ?, ?, ?, ?, ?, null, ?) returning plan_id""",
            [
                bureau_id,
                year - 1,
                kind,
                directories.MARK + str(title).replace(str(year), str(year - 1)),
                f"演示〔{year - 1}〕1号",
                before["issued_on"],
                before["published_on"],
                file_sha256,
            ],
        ).fetchone()  # type: ignore[misc]
        for seq, rate_text in before[kind].items():
            (new_task,) = connection.execute(
                """insert into task (
                    plan_id, seq, name, plan_name, field, draw_type, item_class, scope_id, scope_text, rate, rate_op, rate_text,
                    starts_on, ends_on, period_text, risk_rule, initiating_unit_id, lead_unit_id, checking_body
                )
                select
                    $new_plan, seq, regexp_replace(name, '20\\d\\d', $year), plan_name, field, draw_type, item_class, scope_id,
                    scope_text, $rate, '=', $rate_text, starts_on - interval 1 year, ends_on - interval 1 year, period_text,
                    risk_rule, initiating_unit_id, lead_unit_id, checking_body
                from task where plan_id = $plan_id and seq = $seq
                returning task_id""",
                {
                    "new_plan": new_plan,
                    "year": str(year - 1),
                    "rate": float(quotas.parse_rate(rate_text)),
                    "rate_text": rate_text,
                    "plan_id": plan_id,
                    "seq": int(seq),
                },
            ).fetchone()  # type: ignore[misc]
            old = {"new_task": new_task, "plan_id": plan_id, "seq": int(seq)}
            connection.execute(
                """insert into task_partner select $new_task, task_partner.unit_id from task_partner
                inner join task using (task_id) where plan_id = $plan_id and seq = $seq""",
                old,
            )
            connection.execute(
                """insert into task_item select $new_task, task_item.item_id, task_item.unit_id from task_item
                inner join task using (task_id) where plan_id = $plan_id and seq = $seq""",
                old,
            )
    connection.execute(
        """insert into membership select bureau_id, unit_id, year - 1 from membership
        where bureau_id = $bureau_id and year = $year""",
        {"bureau_id": bureau_id, "year": year},
    )


def _items(connection: duckdb.DuckDBPyConnection, bureau_id: int, bureau: dict[str, Any]) -> None:
    """The part of the item list that no plan covers, so that coverage is not 100 % by construction."""
    items = pd.DataFrame(bureau["item"]).rename(columns={"class": "item_class"}).assign(bureau_id=bureau_id)
    _insert(connection, "item", items[["bureau_id", "name", "item_class", "legal_basis"]])


def _scopes(connection: duckdb.DuckDBPyConnection, bureau_id: int, bureau: dict[str, Any]) -> dict[str, int]:
    for name in bureau["own_pools"]:
        connection.execute("insert into scope (bureau_id, name) values (?, ?)", [bureau_id, name])
    rows = connection.execute("select name, scope_id from scope where bureau_id = ? order by scope_id", [bureau_id])
    return {str(name): int(scope_id) for name, scope_id in rows.fetchall()}


def _matching(scopes: dict[str, int], part: str) -> int:
    return next(scope_id for name, scope_id in scopes.items() if part in name)


def _inspectors(
    connection: duckdb.DuckDBPyConnection, bureau_id: int, bureau: dict[str, Any], generator: np.random.Generator
) -> pd.DataFrame:
    """Insert the inspectors of the bureau's sections and of the departments that join in; gives them with ids and sharing.

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
    people = directories.inspectors(units, bureau["key"], generator)
    people["inspector_id"] = list(_ids(connection, "inspector_seq", len(people)))
    _insert(connection, "inspector", people)
    outside = set(units.loc[units["outside"], "unit_id"])
    people["pool"] = [unit_id if unit_id in outside else 0 for unit_id in people["unit_id"]]
    return people


def _tasks(connection: duckdb.DuckDBPyConnection, bureau_id: int, bureau: dict[str, Any]) -> list[draws.Task]:
    rows = connection.execute(
        """select
            task.task_id, plan.doc_no, plan.kind, task.seq, plan.year, task.rate, task.rate_op,
            coalesce(contains(task.risk_rule, '递加'), false) as rising, task.starts_on, task.ends_on, task.scope_id,
            (select list(task_checker.unit_id order by task_checker.unit_id) from task_checker where task_checker.task_id = task.task_id)
        from task inner join plan on task.plan_id = plan.plan_id
        where plan.bureau_id = ? order by plan.year, plan.kind, task.seq""",
        [bureau_id],
    ).fetchall()
    stories = {(one["year"], one["kind"], one["seq"]): dict(one) for one in bureau.get("story", [])}
    numbers = {(year, kind, seq): task_id for task_id, _, kind, seq, year, *_ in rows}
    tasks = []
    for task_id, doc_no, kind, seq, year, rate, rate_op, rising, starts_on, ends_on, scope_id, checkers in rows:
        story = stories.get((year, kind, seq), {}) | {"scope_id": scope_id}
        if "visits_with" in story:
            story["visits_with_task"] = numbers[year, kind, story["visits_with"]]
        rising = rising or story.get("rising", False)
        task = draws.Task(task_id, doc_no, kind, seq, year, rate, rate_op, rising, starts_on, ends_on, tuple(checkers), story)
        tasks.append(task)
    return tasks


def _draw(
    connection: duckdb.DuckDBPyConnection,
    tasks: list[draws.Task],
    directory: pd.DataFrame,
    history: pd.DataFrame,
    people: pd.DataFrame,
    barred: pd.DataFrame,
    generator: np.random.Generator,
) -> tuple[list[draws.Locked], draws.Rows]:
    """Every task's draws in order of their days; policy proportions where the plan asks for rising ones."""
    rows = draws.Rows()
    next_id = _ids(connection, "draw_seq").__next__
    seeds = draws.master_seed(generator), draws.master_seed(generator)
    certificates = dict(zip(people["inspector_id"], people["certificate_no"], strict=True))
    recused = {(certificates[row.inspector_id], row.object_id) for row in barred.itertuples()}
    teams = {unit_id: _team(people, unit_id) for task in tasks for unit_id in task.checkers}
    scoped = connection.execute("select object_id, scope_id from object_scope").df()
    locked = []
    days = {task.task_id: draws.launch_day(task, generator) for task in tasks}
    for task in sorted(tasks, key=lambda task: (days[task.task_id], task.task_id)):
        members = set(scoped.loc[scoped["scope_id"] == task.story["scope_id"], "object_id"])
        pools = {}
        for day in (days[task.task_id], task.story.get("redrawn_on"), task.story.get("trial_on")):
            if day is not None:
                classes = directories.class_as_of(history, day)
                inside = directory["object_id"].isin(members)
                if day == days[task.task_id] and "redrawn_on" in task.story:
                    inside |= directory["status"] == "closed"  # the mistake the re-draw mends
                pool = directory.loc[inside, ["object_id"]]
                pools[day] = pool.assign(**{"class": [classes.get(one, "none") for one in pool["object_id"]]})
        locked.append(
            draws.draw_task(rows, task, pools, days[task.task_id], teams, recused, seeds, generator, next_id)
        )
        if task.rising and task.rate < 1:
            sizes = Counter(pools[locked[-1].drawn_on]["class"])
            ordered = {code: sizes[code] for code in (*directories.CLASSES, "none") if sizes[code]}
            rows.task_class_rate += [
                (task.task_id, code, round(float(rate), 6), "=", None, None, "policy")
                for code, rate in quotas.rising_rates(ordered, task.rate).items()
            ]
    return locked, rows


def _team(people: pd.DataFrame, unit_id: int) -> dict[str, int]:
    own = people["pool"] == (unit_id if unit_id in set(people["pool"]) else 0)
    active = people[own & people["active"]]
    return dict(zip(active["certificate_no"], active["inspector_id"], strict=True))


def _late_changes(
    history: pd.DataFrame, rows: draws.Rows, directory: pd.DataFrame, year: int, generator: np.random.Generator
) -> pd.DataFrame:
    """Classes that worsen after an object's last draw of the year, one of them to D without ever having been drawn at random."""
    drawn_on = {row["draw_id"]: row["drawn_at"].date() for row in rows.draw}
    basis = {row["draw_id"]: row["basis"] for row in rows.draw}
    this_year = {draw_id for draw_id, day in drawn_on.items() if day.year == year}
    frames = [(object_id, drawn_on[draw_id], code) for draw_id, object_id, code, _ in rows.frame if draw_id in this_year]
    last = {object_id: day for object_id, day, _ in sorted(frames, key=lambda row: row[1])}
    classed = [one for one in directory["object_id"] if one in last and _class_at(frames, one, last[one]) in {"A", "B", "C"}]
    random_drawn = {row[1] for row in rows.draw_object if row[0] in this_year and basis[row[0]] == "random"}
    day = datetime.date(year, 12, 20)
    early = [one for one in classed if last[one] < datetime.date(year, 10, 25)]
    undrawn = [one for one in classed if one not in random_drawn]
    chosen = [str(one) for one in generator.permutation(early)[:3]]
    to_d = [str(one) for one in generator.permutation(undrawn)[:1]]
    history = directories.late_worsening(history, chosen, datetime.date(year, 11, 1), {})
    return directories.late_worsening(history, [one for one in to_d if one not in chosen], day, dict.fromkeys(to_d, "D"))


def _class_at(frames: list[tuple[str, datetime.date, str]], object_id: str, day: datetime.date) -> str:
    return next(code for one, on, code in frames if one == object_id and on == day)


def _inspect(
    connection: duckdb.DuckDBPyConnection,
    locked: list[draws.Locked],
    people: pd.DataFrame,
    bureau: dict[str, Any],
    generator: np.random.Generator,
) -> results.ResultRows:
    found = results.ResultRows()
    next_visit = _ids(connection, "visit_seq").__next__
    names = dict(zip(people["inspector_id"], people["name"], strict=True))
    punctuality = _punctuality(connection, bureau)
    doors: dict[tuple[str, int], tuple[int, datetime.date]] = {}
    for one in sorted(locked, key=lambda one: (one.drawn_on, one.task.task_id)):
        items = _checked_items(connection, one.task.task_id)
        results.inspect(found, one, items, punctuality, names, doors, generator, next_visit)
    return found


def _punctuality(connection: duckdb.DuckDBPyConnection, bureau: dict[str, Any]) -> dict[int, str]:
    units = connection.execute("select unit_id, name from unit order by unit_id").fetchall()
    return {unit_id: one["punctuality"] for unit_id, name in units for one in bureau["units"] if one["match"] in name}


def _checked_items(connection: duckdb.DuckDBPyConnection, task_id: int) -> dict[int, list[int]]:
    rows = connection.execute(
        "select unit_id, list(item_id order by item_id) from task_item where task_id = ? group by unit_id", [task_id]
    ).fetchall()
    return {int(unit_id): list(items) for unit_id, items in rows}


def _complaints(
    connection: duckdb.DuckDBPyConnection,
    found: results.ResultRows,
    bureau: dict[str, Any],
    bureau_id: int,
    directory: pd.DataFrame,
    history: pd.DataFrame,
    people: pd.DataFrame,
    barred: pd.DataFrame,
    generator: np.random.Generator,
) -> None:
    """Visits that followed a complaint: a draw without a task, one object, outside every random denominator."""
    (unit_id,) = connection.execute(
        """select task_checker.unit_id from task_checker
        inner join unit on task_checker.unit_id = unit.unit_id
        inner join task on task_checker.task_id = task.task_id inner join plan on task.plan_id = plan.plan_id
        where plan.bureau_id = ? and contains(unit.name, ?) order by 1 limit 1""",
        [bureau_id, bureau["complaint_unit"]],
    ).fetchone()  # type: ignore[misc]
    (task_id,) = connection.execute(
        """select task_id from task_item inner join task using (task_id) inner join plan using (plan_id)
        where unit_id = ? and plan.bureau_id = ? order by 1 limit 1""",
        [unit_id, bureau_id],
    ).fetchone()  # type: ignore[misc]
    items = _checked_items(connection, task_id)[unit_id]
    pool = [row.object_id for row in directory.itertuples() if any(bureau["complaint_pool"] in one for one in row.pools)]
    next_id, next_visit = _ids(connection, "draw_seq").__next__, _ids(connection, "visit_seq").__next__
    refused = {(row.inspector_id, row.object_id) for row in barred.itertuples()}
    names = dict(zip(people["inspector_id"], people["name"], strict=True))
    for ordinal, day in enumerate(bureau["complaints"], start=1):
        object_id = str(pool[int(generator.integers(len(pool)))])
        draw_id, visit_id = next_id(), next_visit()
        code = directories.class_as_of(history, day).get(object_id, "none")
        team = [person for person in _team(people, unit_id).values() if (person, object_id) not in refused][:2]
        received = datetime.datetime.combine(day, datetime.time(15, 20))
        visited = draws.working_day(day + datetime.timedelta(days=2))
        entered = draws.working_day(visited + datetime.timedelta(days=3))
        connection.execute(
            """insert into draw (draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, reason)
            values (?, null, ?, ?, 'complaint', 'official', ?, false, false, 1, '演示：群众投诉举报')""",
            [draw_id, ordinal, received, draws.DESIGNATED],
        )
        connection.execute("insert into draw_object values (?, ?, ?, 1, null, null)", [draw_id, object_id, code])
        for person in team:
            connection.execute("insert into draw_inspector values (?, ?, ?)", [draw_id, object_id, person])
        found.visit.append((visit_id, object_id, visited))
        # A complaint names its problem: such visits find more than random ones, and must not be mixed with them.
        found.result_outcome.append((draw_id, object_id, unit_id, items[0], "other_violation"))
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
            | results.follow(entered, {"other_violation"}, generator)
        )


def _log_circumstances(connection: duckdb.DuckDBPyConnection, rows: draws.Rows, tasks: list[draws.Task]) -> None:
    names = dict(connection.execute("select task_id, name from task").fetchall())
    for row in rows.draw:
        if row["replaces_draw_id"] or row["reason"]:
            action = "redraw" if row["replaces_draw_id"] else "late_launch"
            before = {"draw_id": row["replaces_draw_id"]} if row["replaces_draw_id"] else None
            after = {"draw_id": row["draw_id"], "drawn_at": row["drawn_at"], "reason": row["reason"]}
            log_change(connection, actor=ACTOR, action=action, subject=names[row["task_id"]], before=before, after=after)
    task_of = {row["draw_id"]: row["task_id"] for row in rows.draw}
    for draw_id, object_id, _, _, substitute_for, reason in rows.draw_object:
        if substitute_for:
            after = {"draw_id": draw_id, "object_id": object_id, "reason": reason}
            log_change(
                connection,
                actor=ACTOR,
                action="substitute",
                subject=names[task_of[draw_id]],
                before={"object_id": substitute_for},
                after=after,
            )


def _ids(connection: duckdb.DuckDBPyConnection, sequence: str, count: int | None = None) -> Iterator[int]:
    """Ids taken from a table's own sequence, so that rows added later by hand do not collide."""
    taken = 0
    while count is None or taken < count:
        (value,) = connection.execute("select nextval(?)", [sequence]).fetchone()  # type: ignore[misc]
        taken += 1
        yield int(value)


def _frame_of(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Any]) -> pd.DataFrame:
    if rows and isinstance(rows[0], dict):
        return pd.DataFrame(rows)
    columns = [name for name, *_ in connection.execute(f"describe {table}").fetchall()]
    return pd.DataFrame(rows, columns=columns)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    """One bulk insert by column name; `table` is a name of the schema, never input."""
    if rows.empty:
        return
    columns = [name for name, *_ in connection.execute(f"describe {table}").fetchall() if name in rows.columns]
    # Object columns go in as they are: pandas would turn a column with a missing whole number into floats.
    listed = ", ".join(f'"{name}"' for name in columns)
    connection.register("bulk", rows[columns].astype(object).where(rows[columns].notna(), None))
    connection.execute(f"insert into {table} ({listed}) select {listed} from bulk")  # noqa: S608
    connection.unregister("bulk")


def _count_rows(connection: duckdb.DuckDBPyConnection) -> int:
    """Rows of the synthetic kinds, notices' own tables aside."""
    tables = ("object", "risk_class", "inspector", "recusal", "draw", "frame", "draw_object", "visit", "result", "result_outcome")
    return sum(connection.execute(f"select count(*) from {table}").fetchone()[0] for table in tables)  # type: ignore[index] # noqa: S608
