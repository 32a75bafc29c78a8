"""Processes killed at random moments: the database opens, is healthy, holds all that was committed and nothing by half.

`python -m tests.soak.faults --kills 200 [--jobs backup,upgrade] [--seed N]` kills a child process as often as that,
jobs in turn, and prints what it found. A job is registered in JOBS: `prepare` makes a world in an empty folder, `work`
is what the child does there, `check` names what is wrong afterwards. A child that says "committed" through a `Journal`
is held to it.
"""

from __future__ import annotations

import argparse
import atexit
import concurrent.futures
import errno
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from inspections.intake.undo import undo
from inspections.lake.source import Source, is_id, read_sources, relations, shift
from inspections.lake.writing import write_lake
from inspections.store.backup import NAME, verify_backup, write_backup
from inspections.store.database import SCHEMAS, database_trouble, disk_trouble, log_change, open_database, transaction
from inspections.store.examination import examination
from inspections.store.restoring import restore
from inspections.store.rows import shapes
from inspections.store.upgrade import open_current, upgrade
from inspections.words.errors import InspectionsError
from tests.filled import contents, filled
from tests.intake.files import WORLD, content, files_of_a_year, put_in

NAME_OF_DATABASE = "x.duckdb"


@dataclass(frozen=True)
class Job:
    """One kind of work to be killed in. All three are told the folder; `check` comes back with what is wrong."""

    prepare: Callable[[Path], None]
    work: Callable[[Path], None]
    check: Callable[[Path], list[str]]


@dataclass(frozen=True)
class Journal:
    """What a child has committed, one line each, on the disk before it goes on: the database must hold it."""

    file: Path

    def committed(self, line: str) -> None:
        """Write a line down for good."""
        with self.file.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
            stream.flush()
            os.fsync(stream.fileno())

    def lines(self) -> list[str]:
        """Whole lines only: the last one may be cut."""
        return self.file.read_text("utf-8").split("\n")[:-1] if self.file.exists() else []


def unhealthy(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What `doctor` finds."""
    return [f"{check}: {one}" for check, found in examination(connection)["checks"].items() for one in found]


def bad_backups(folder: Path) -> list[str]:
    """Backups under their final name that are not whole."""
    return [
        f"{place.name}: {found}"
        for place in folder.glob("inspections-*")
        if NAME.fullmatch(place.name) and (found := verify_backup(place))
    ]


# ------------------------------------------------------------------------------------------------------------ the jobs


def _prepare_today(folder: Path) -> None:
    filled(folder / NAME_OF_DATABASE)


def _entered(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """One more object with its class, in one transaction."""
    with transaction(connection):
        connection.execute(
            "insert into object (object_id, name, kind, status, is_market_entity)"
            " values (?, 'x', 'permit', 'active', true)",
            [f"W{number}"],
        )
        connection.execute("insert into risk_class values (?, 'A', '2024-01-01', null, null)", [f"W{number}"])
        log_change(connection, actor="faults", action="edit", subject=f"W{number}")


def back_up_while_writing(folder: Path) -> None:
    """Backups, one after the other, of a database that is written to."""
    journal = Journal(folder / "journal")
    with open_database(folder / NAME_OF_DATABASE) as connection:
        for number in range(3):
            _entered(connection, number)
            journal.committed(f"W{number}")
            write_backup(connection, folder / "backups")


def check_backup(folder: Path) -> list[str]:
    """Everything committed is there, whole; every finished backup is whole, and another one can be made."""
    with open_database(folder / NAME_OF_DATABASE) as connection:
        problems = unhealthy(connection)
        for table, column in (("object", "object_id"), ("risk_class", "object_id"), ("change_log", "subject")):
            rows = connection.execute(f"select {column} from {table} where {column} like 'W%'").fetchall()
            found = {name for (name,) in rows}
            committed = set(Journal(folder / "journal").lines())
            if not committed <= found or len(found - committed) > 1:
                problems.append(f"{table}: {sorted(found)} instead of {sorted(committed)}")
        write_backup(connection, folder / "backups")
    if (folder / "backups").exists():
        problems += [file.name for file in (folder / "backups").iterdir() if not NAME.fullmatch(file.name)]
    return problems + bad_backups(folder / "backups")


def _prepare_restore(folder: Path) -> None:
    with open_database(filled(folder / "model.duckdb")) as connection:
        write_backup(connection, folder / "backups")


def _backup_of(folder: Path) -> Path:
    (place,) = (folder / "backups").glob("inspections-*")
    return place


def restore_it(folder: Path) -> None:
    """A restore."""
    restore(_backup_of(folder), folder / NAME_OF_DATABASE)


def check_restore(folder: Path) -> list[str]:
    """All of it or nothing; what is left of half of it is no obstacle to the next try."""
    path = folder / NAME_OF_DATABASE
    if not path.exists():
        restore_it(folder)
    problems = [] if contents(path) == contents(folder / "model.duckdb") else ["other rows than in the backup"]
    with open_database(path) as connection:
        problems += unhealthy(connection)
    return problems


def _prepare_upgrade(folder: Path) -> None:
    for name in (NAME_OF_DATABASE, "model.duckdb"):
        filled(folder / name, min(SCHEMAS.values()))


def upgrade_it(folder: Path) -> None:
    """An upgrade, the backup before it included."""
    upgrade(folder / NAME_OF_DATABASE)


def check_upgrade(folder: Path) -> list[str]:
    """The old database or the new one, whole; the next start goes on."""
    problems = bad_backups(folder / "backups") if (folder / "backups").exists() else []
    with open_current(folder / NAME_OF_DATABASE) as connection:
        problems += unhealthy(connection)
        upgrades = connection.execute("select count(*) from change_log where action = 'upgrade'").fetchone()
        if upgrades != (1,):
            problems.append(f"upgraded {upgrades} times")
    if not any(NAME.fullmatch(place.name) for place in (folder / "backups").iterdir()):
        problems.append("upgraded without a backup")
    before, after = contents(folder / "model.duckdb"), contents(folder / NAME_OF_DATABASE)
    return problems + [table for table, rows in before.items() if table != "setting" and len(after[table]) < len(rows)]


def _prepare_import(folder: Path) -> None:
    with open_database(folder / NAME_OF_DATABASE) as connection:
        connection.execute(WORLD)
    (folder / "files").mkdir()
    files_of_a_year(folder / "files")


def import_files(folder: Path) -> None:
    """A year's files, one after the other."""
    journal = Journal(folder / "journal")
    with open_database(folder / NAME_OF_DATABASE) as connection:
        for file in files_of_a_year(folder / "files", write=False):
            put_in(connection, file)
            journal.committed(file.name)


def _prepare_undo(folder: Path) -> None:
    _prepare_import(folder)
    import_files(folder)
    (folder / "journal").unlink()


def undo_files(folder: Path) -> None:
    """All of them undone, the last one first."""
    journal = Journal(folder / "journal")
    with open_database(folder / NAME_OF_DATABASE) as connection:
        numbers = connection.execute("select import_id from import order by import_id desc").fetchall()
        for (number,) in numbers:
            undo(connection, number, "faults")
            journal.committed(str(number))


@cache
def _states() -> tuple[dict[str, Any], ...]:
    """The contents after no file, after one, and so on: what a database may hold and nothing in between."""
    with tempfile.TemporaryDirectory() as place, open_database(Path(":memory:")) as connection:
        connection.execute(WORLD)
        found = [content(connection)]
        for file in files_of_a_year(Path(place)):
            put_in(connection, file)
            found.append(content(connection))
    return tuple(found)


def _check_steps(folder: Path, states: tuple[dict[str, Any], ...]) -> list[str]:
    """As many steps as were committed, or one more that was not yet said; each whole."""
    done = len(Journal(folder / "journal").lines())
    with open_database(folder / NAME_OF_DATABASE) as connection:
        problems = unhealthy(connection)
        if content(connection) not in states[done : done + 2]:
            problems.append(f"not the contents after {done} or {done + 1} steps")
    return problems


def check_import(folder: Path) -> list[str]:
    """All committed files, none by half, and the next one goes in."""
    problems = _check_steps(folder, _states())
    done = len(Journal(folder / "journal").lines())
    with open_database(folder / NAME_OF_DATABASE) as connection:
        for file in files_of_a_year(folder / "files", write=False)[done : done + 1]:
            put_in(connection, file)
            if content(connection) != _states()[done + 1]:
                problems.append(f"{file.name} does not go in afterwards")
    return problems


def check_undo(folder: Path) -> list[str]:
    """All undone that said so, none by half."""
    return _check_steps(folder, _states()[::-1])


def _prepare_lake(folder: Path) -> None:
    with open_database(filled(folder / NAME_OF_DATABASE)) as connection:
        write_lake(connection, folder / "lake")


def fill_lake(folder: Path) -> None:
    """A lake kept up to date with a database that changes; each state is published at once or not at all."""
    journal = Journal(folder / "journal")
    with open_database(folder / NAME_OF_DATABASE) as connection:
        for number in range(4):
            _entered(connection, number)
            write_lake(connection, folder / "lake")
            journal.committed(f"W{number}")


def held_by_lake(source: Source) -> dict[str, list[tuple[Any, ...]]]:
    """Table -> every row of a source in a fixed order, as the database has them: ids without the source's number."""
    with duckdb.connect() as reader:
        return {table: _rows_of(reader, source, table) for table in source.tables}


def _rows_of(reader: duckdb.DuckDBPyConnection, source: Source, table: str) -> list[tuple[Any, ...]]:
    columns = [
        f'cast("{column}" - {shift(source.number)} as {kind})' if is_id(column, kind) else f'cast("{column}" as {kind})'
        for column, kind in shapes()[table].types.items()
    ]
    files = [str(file) for file in source.files(table)]
    found = reader.execute(
        f"select {', '.join(columns)} from read_parquet(?, hive_partitioning = false) order by all", [files]
    ).fetchall()
    told = sum(part.rows for part in source.tables[table])
    assert len(found) == told, (table, len(found), told)
    return found


def check_lake(folder: Path) -> list[str]:
    """The lake is one state of the database, no older than what was said; the next run brings it up to date."""
    journal = Journal(folder / "journal").lines()
    with open_database(folder / NAME_OF_DATABASE) as connection:
        problems = unhealthy(connection)
        (source,) = read_sources(folder / "lake")
        rows = held_by_lake(source)
        seen = {
            table: {row[0] for row in rows[table] if str(row[0]).startswith("W")} for table in ("object", "risk_class")
        }
        logged = {row[4] for row in rows["change_log"] if str(row[4]).startswith("W")}
        if not seen["object"] == seen["risk_class"] == logged or not set(journal) <= logged:
            problems.append(f"{seen}, {logged} instead of {journal}")
        (source,) = (write_lake(connection, folder / "lake").source,)
        now = {table: connection.execute(f'from "{table}" order by all').fetchall() for table in relations()}
        if held_by_lake(source) != {table: found for table, found in now.items() if found}:
            problems.append("the next run does not bring it up to date")
    return problems


def side_by_side(databases: list[Path], lake: Path) -> list[int | None]:
    """Write all these databases into one lake at the same moment, each in a process of its own; their exit codes."""
    context = _processes()
    together = context.Barrier(len(databases))
    children = [context.Process(target=_write_lake, args=(path, lake, together)) for path in databases]
    for child in children:
        child.start()
    for child in children:
        child.join(300)
    return [child.exitcode for child in children]


def _write_lake(database: Path, lake: Path, together: Any) -> None:
    with open_database(database) as connection:
        connection.execute("set threads = 1")
        together.wait(300)
        write_lake(connection, lake)


JOBS = {
    "import": Job(_prepare_import, import_files, check_import),
    "undo": Job(_prepare_undo, undo_files, check_undo),
    "backup": Job(_prepare_today, back_up_while_writing, check_backup),
    "restore": Job(_prepare_restore, restore_it, check_restore),
    "upgrade": Job(_prepare_upgrade, upgrade_it, check_upgrade),
    "lake": Job(_prepare_lake, fill_lake, check_lake),
}


# ------------------------------------------------------------------------------------------------------------- killing


def _child(name: str, folder: Path, started: Any) -> None:
    os.setsid()
    started.set()
    JOBS[name].work(folder)


def _processes() -> Any:
    """Children that start at once, with everything imported, and share no database with their parent."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        [
            "inspections.store.upgrade",
            "inspections.words.pinyin",
            "inspections.lake.writing",
            "tests.filled",
            "tests.intake.files",
        ]
    )
    return context


@cache
def _world(name: str) -> Path:
    """The world of a job, made once and copied for every child."""
    folder = Path(tempfile.mkdtemp(prefix=f"world-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    JOBS[name].prepare(folder)
    return folder


def run_once(name: str, seconds: float | None) -> tuple[str, list[str], float]:
    """One world, one child, killed after `seconds` (None: never). How it ended, what is wrong, how long it ran."""
    job, context = JOBS[name], _processes()
    with tempfile.TemporaryDirectory(prefix=f"faults-{name}-") as place:
        folder = Path(place) / "world"
        shutil.copytree(_world(name), folder)
        started = context.Event()
        child = context.Process(target=_child, args=(name, folder, started))
        child.start()
        started.wait(120)
        begun = time.monotonic()
        child.join(seconds if seconds is not None else 600)
        ran = time.monotonic() - begun
        ended = "finished" if child.exitcode == 0 else "failed" if child.exitcode is not None else "killed"
        child.kill()
        child.join()
        problems = ["the child failed by itself"] if ended == "failed" else []
        return ended, problems + job.check(folder), ran


def limited(size: int, work: Callable[..., None], *arguments: str) -> tuple[str, str] | None:
    """Do work in a process that may write no file larger than `size` bytes: how a full disk looks.

    Code and place of the error, None where there was none.
    """
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=_processes()) as pool:
        return pool.submit(_limited, size, work, arguments).result()


def _limited(size: int, work: Callable[..., None], arguments: tuple[str, ...]) -> tuple[str, str] | None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        work(*arguments)
    except InspectionsError as error:
        return error.code, str(error.parameters.get("path", ""))
    except duckdb.Error as error:
        return database_trouble(error).code, ""
    except OSError as error:
        trouble = disk_trouble(error)
        return (trouble.code, str(trouble.parameters["path"])) if trouble else (errno.errorcode[error.errno or 0], "")
    return None


def main(arguments: list[str] | None = None) -> int:
    """Kill, check, print; 1 where anything was wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--jobs", default=",".join(JOBS))
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = options.parse_args(arguments)
    chance, names = random.Random(chosen.seed), chosen.jobs.split(",")
    print(f"seed {chosen.seed}, {chosen.kills} kills")
    lengths = {}
    counts: Counter[tuple[str, str]] = Counter()
    wrong = []
    for name in names:
        ended, problems, lengths[name] = run_once(name, None)
        wrong += [f"{name} left alone: {one}" for one in problems]
        print(f"{name}: {lengths[name]:.2f} s when left alone, {ended}")
    number = 0
    while sum(count for (_, ended), count in counts.items() if ended == "killed") < chosen.kills:
        name = names[number % len(names)]
        number += 1
        after = chance.uniform(0, lengths[name])
        ended, problems, _ = run_once(name, after)
        counts[name, ended] += 1
        wrong += [f"{name} after {after:.3f} s: {one}" for one in problems]
        if sys.stderr.isatty():
            print(f"\r{number} runs, {len(wrong)} problems", end="", file=sys.stderr)
    for (name, ended), count in sorted(counts.items()):
        print(f"{name}: {ended} {count}")
    print(f"problems: {len(wrong)}", *wrong[:50], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
