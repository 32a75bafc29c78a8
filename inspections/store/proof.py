"""What the change log proves of the tables: compared with its witness, with the newest backup, and with the draws.

The log says that a table was changed and by whom, but a row altered in the file breaks no link of its chain. So the
tables are compared with the newest backup: a table that differs, though no entry since tells of it, was altered
behind the log. That holds as far as the backup is out of reach of whoever altered the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from inspections.store.backup import Manifest, altered_tables, backup_folder, backups_of, read_manifest
from inspections.store.database import schema_print
from inspections.store.rows import key_json, quoted, shapes, table_order
from inspections.store.witness import Comparison, compare, file_of, log_head, signing_key, witness_path
from inspections.words.errors import InspectionsError
from inspections.words.wording import say, say_error

DRAWS = frozenset({"draw", "draw_act", "draw_quota", "frame", "draw_object", "draw_inspector"})
# What a notice, or taking out what only a replaced plan named, may change; imports of other files write every row that
# they change into `import_change`.
PLANS = frozenset(
    {"bureau", "unit", "unit_alias", "membership", "scope", "item", "plan", "plan_revision", "task", "task_partner"}
) | frozenset({"task_item", "task_class_rate", "object_scope", "draw"})
IMPORTS = frozenset({"import", "import_file", "import_issue", "import_change"})
# What an entry tells of, by its action; of an edit see `_tables_told`. Any other action may tell of every table.
TOLD = {
    "import": IMPORTS,
    "undo": IMPORTS,
    "remove": PLANS,
    "freeze": DRAWS,
    "draw": DRAWS,
    "redraw": DRAWS,
    "top_up": DRAWS,
    "substitute": DRAWS,
    "decision": frozenset({"import_decision"}),
    "mapping": frozenset({"column_mapping"}),
    "setting": frozenset({"setting"}),
    "rubric": frozenset({"rubric"}),
    "grade": frozenset({"evaluation_override"}),
    "note": frozenset({"evaluation_note"}),
    "proposal": frozenset({"proposal"}),
    "scenario": frozenset({"scenario"}),
    "export": frozenset(),
    "backup": frozenset(),
    "restore": frozenset(),
}
# Beside the table that the subject of an edit begins with.
BESIDE = {"object": {"object_scope", "risk_class"}, "inspector": {"recusal"}}


@dataclass
class Findings:
    """Sentences: `problems` of which somebody has to be told, and `notes`, what is proven and what is not."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


# -------------------------------------------------------------------------------------------------------- the witness


def witnessed(connection: duckdb.DuckDBPyConnection, path: Path | None = None) -> Findings:
    """How the log stands to the witness of the database at `path`, None for the connection's own file."""
    found = Findings()
    try:
        now = compare(connection)
    except InspectionsError as error:
        return Findings([say_error(error)])
    place = witness_path(path or file_of(connection) or Path("?"))
    said = in_words(now, place)
    if now.differs:
        found.problems.append(said)
    elif said:
        found.notes.append(said)
    if now.state == "whole":
        found.notes.append(say(f"commands.doctor.signature.{now.signature}"))
    return found


def in_words(found: Comparison, place: Path) -> str:
    """A comparison as a sentence that says what to do; "" where there is nothing to compare yet."""
    told: dict[str, Any] = {
        "path": place,
        "seq": found.head[0],
        "start": found.head[1][:16],
        "missing": found.missing,
        "holds": found.holds,
        "since": found.since,
    }
    return "" if found.state == "empty" else say(f"commands.doctor.witness.{found.state}", **told)


# --------------------------------------------------------------------------------------------------- the newest backup


def beside_backup(connection: duckdb.DuckDBPyConnection, path: Path) -> Findings:
    """How the tables of the database at `path` stand to its newest backup, and to what the log tells since.

    Raises duckdb.Error.
    """
    now, found = log_head(connection), Findings()
    folder = backup_folder(connection, path)
    newest = next(iter(backups_of(folder, now.origin)), None) if now else None
    if now is None or newest is None:
        found.notes.append(say("commands.doctor.tables.no_backup", folder=folder))
        return found
    manifest = read_manifest(newest)
    if manifest.fingerprint != schema_print():
        found.notes.append(say("commands.doctor.tables.other_schema", name=newest.name))
        return found
    if manifest.signature == "unsigned" and signing_key():
        found.problems.append(say("commands.doctor.tables.unsigned", name=newest.name))
        return found
    damaged = [f"{table}.parquet" for table in altered_tables(newest, manifest)]
    if manifest.signature == "forged" or damaged:
        file = damaged[0] if damaged else "manifest.json"
        error = InspectionsError("backup_damaged", folder=newest, file=file, count=max(1, len(damaged)))
        found.problems.append(say_error(error))
        return found
    number, print_ = manifest.head
    known = connection.execute("select hash from change_log where seq = ?", [number]).fetchone()
    if number and (not known or known[0] != print_):
        found.problems.append(
            say("commands.doctor.tables.other_log", name=newest.name, seq=number, start=print_[:16], now=now.head[0])
        )
        return found
    changed = list(_changed(connection, newest, manifest))
    told = _told_since(connection, number)
    for table, rows, untold, key in changed:
        if untold and table not in told:
            found.problems.append(
                say("commands.doctor.tables.altered", table=table, rows=untold, key=key, name=newest.name)
            )
        else:
            entries = told.get(table, 0)
            found.notes.append(
                say("commands.doctor.tables.told", table=table, rows=rows, imported=rows - untold, entries=entries)
            )
    found.notes.append(
        say("commands.doctor.tables.compared", name=newest.name, count=len(manifest.tables) - 1, seq=number)
    )
    return found


def _changed(
    connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest
) -> Iterator[tuple[str, int, int, str]]:
    """Tables that differ from the backup.

    Name, number of rows that are new, gone or different, how many of them no import since has written down, and the
    key of one of these.
    """
    old_imports = f"read_parquet({quoted(str(folder / 'import.parquet'))})"
    for table in table_order():
        if table == "change_log" or table not in manifest.tables:
            continue
        shape = shapes()[table]
        # An enumeration comes out of the Parquet file as its words.
        columns = ", ".join(
            f'cast("{column}" as varchar) as "{column}"' if kind.startswith("ENUM") else f'"{column}"'
            for column, kind in shape.types.items()
        )
        kept = f"select {columns} from read_parquet({quoted(str(folder / f'{table}.parquet'))})"  # noqa: S608
        here = f'select {columns} from "{table}"'  # noqa: S608 - a name of the schema
        key = ", ".join(f'"{column}"' for column in shape.key or shape.types)
        row = connection.execute(
            f"""with differing as (
                (({here}) except all ({kept})) union all (({kept}) except all ({here}))
            ), keyed as (
                select distinct on ({key}) *, {key_json(table, "differing") if shape.key else "''"} as row_key
                from differing
            ), since as (
                select distinct row_key from import_change
                where table_name = '{table}' and import_id in (
                    select import_id from "import" as now where not exists (
                        select 1 from {old_imports} as old
                        where old.import_id = now.import_id and old.undone_at is not distinct from now.undone_at
                    )
                )
            ), untold as (select row_key from keyed where row_key not in (select row_key from since))
            select (select count(*) from keyed), count(*), min(row_key) from untold"""  # noqa: S608 - names of the schema
        ).fetchone()
        if row and row[0]:
            yield table, int(row[0]), int(row[1]), _shown(str(row[2] or ""))


def _shown(key: str) -> str:
    """The key of a row without what may be a name."""
    told = json.loads(key) if key.startswith("{") else {}
    return ", ".join(f"{column} {value}" for column, value in told.items() if column not in {"alias", "header"})


def _told_since(connection: duckdb.DuckDBPyConnection, number: int) -> dict[str, int]:
    """Table -> how many entries after entry `number` tell of changes in it."""
    told: dict[str, int] = {}
    for action, first, count in connection.execute(
        "select action, split_part(subject, ' ', 1), count(*) from change_log where seq > ? group by all", [number]
    ).fetchall():
        for table in _tables_told(action, first):
            told[table] = told.get(table, 0) + count
    return told


def _tables_told(action: str, first: str) -> frozenset[str]:
    """The tables that an entry may tell of, by its action and the first word of its subject."""
    if action == "edit":
        return frozenset({first, *BESIDE.get(first, ())})
    if action == "import" and first == "notice":
        return PLANS | IMPORTS | {name for name in table_order() if name.startswith("past_")}
    return TOLD.get(action, frozenset(table_order()))


# ----------------------------------------------------------------------------------------------------------- the draws


def draws_unlike_log(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Draws whose commitments, size or quotas are not those that the log tells of their freeze or last top-up."""
    problems = []
    quotas: dict[int, Any] = {}
    for subject, text in connection.execute(
        "select subject, after from change_log where action in ('freeze', 'redraw', 'top_up')"
        " and regexp_full_match(subject, 'draw [0-9]+') order by seq"
    ).fetchall():
        number, after = int(subject.split(" ")[1]), json.loads(text or "{}")
        if "quotas" in after:
            quotas[number] = after["quotas"]
        if "frame_commitment" not in after:
            continue
        columns = ("task_id", "ordinal", "frame_size", "seed_commitment", "frame_commitment")
        row = connection.execute(f"select {', '.join(columns)} from draw where draw_id = ?", [number]).fetchone()  # noqa: S608
        if row is None:
            problems.append(say("commands.doctor.draws.gone", draw=number))
            continue
        problems += [
            say("commands.doctor.draws.differs", draw=number, column=column)
            for column, value in zip(columns, row, strict=True)
            if value != after.get(column)
        ]
    for number, wanted in quotas.items():
        if isinstance(wanted, dict):
            rows = connection.execute("select class, quota from draw_quota where draw_id = ?", [number]).fetchall()
            there: Any = {str(code): quota for code, quota in rows}
        else:
            row = connection.execute(
                "select coalesce((select arg_max(quota, step) from draw_act where draw_id = $id), quota)"
                " from draw where draw_id = $id",
                {"id": number},
            ).fetchone()
            there = row[0] if row else None
        if there != wanted and there is not None:
            problems.append(say("commands.doctor.draws.differs", draw=number, column="quota"))
    return problems


# ----------------------------------------------------------------------------------------------------------- the edits


def edits_unlike_log(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Fields of records that are not as somebody last edited them, though no import has touched the record since."""
    last: dict[tuple[str, str, str], tuple[Any, Any]] = {}
    for subject, after, logged_at in connection.execute(
        "select subject, after, logged_at from change_log where action = 'edit' and after is not null order by seq"
    ).fetchall():
        table, _, rest = subject.partition(" ")
        key, _, column = rest.partition(" ")
        told = json.loads(after)
        if table not in shapes() or not isinstance(told, dict):
            continue
        # "object O1" tells of some fields, "plan 3 published_on" of one; "object O1 class" of another table.
        for name in told if not column else told.keys() & {column}:
            if name in shapes()[table].types:
                last[table, key, name] = (told[name], logged_at)
    problems = []
    for (table, key, column), (value, logged_at) in last.items():
        shape = shapes()[table]
        row = connection.execute(
            f"""select "{column}" is distinct from cast(? as {shape.types[column]}) from "{table}" as stored
            where cast("{shape.key[0]}" as varchar) = ? and not exists (
                select 1 from import_change inner join "import" using (import_id)
                where table_name = '{table}' and row_key = {key_json(table, "stored")}
                    and greatest(imported_at, coalesce(undone_at, imported_at)) >= ?
            )""",  # noqa: S608 - names of the schema
            [value, key, logged_at],
        ).fetchone()
        if row and row[0]:
            problems.append(say("commands.doctor.edits.differs", table=table, key=key, column=column))
    return problems
