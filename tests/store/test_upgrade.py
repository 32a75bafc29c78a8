"""A database of an earlier release opens as one of today's, with every row; one of no release does not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from inspections.demo.building import is_outdated
from inspections.store import refilling
from inspections.store.backup import read_manifest, verify_backup, write_backup
from inspections.store.database import ROOT, SCHEMA_NUMBER, SCHEMAS, connect, open_database, schema_of, schema_print
from inspections.store.examination import examination
from inspections.store.refilling import Repair
from inspections.store.restoring import restore
from inspections.store.upgrade import open_current, opened, upgrade
from inspections.words.errors import InspectionsError
from tests.filled import SCHEMA_TEXTS, contents, filled
from tests.soak.faults import JOBS, limited, run_once

EARLIER = sorted(set(SCHEMAS.values()) - {SCHEMA_NUMBER})
OLDEST = EARLIER[0]


def rows_as_words(path: Path, like: Path) -> dict[str, set[tuple[str, ...]]]:
    """Table -> its rows as words, with the tables and columns that `like` has; without what an upgrade writes."""
    with duckdb.connect(like) as connection:
        known = connection.execute(
            "select columns.table_name, list(column_name order by column_index) from duckdb_columns() as columns"
            " inner join duckdb_tables() using (table_oid) group by 1"
        ).fetchall()
    with duckdb.connect(path) as connection:
        found = {}
        for table, columns in known:
            words = ", ".join(f'"{column}"::varchar' for column in columns)
            condition = {"setting": "key not like 'schema%'", "change_log": "action not in ('upgrade', 'restore')"}.get(
                table, "true"
            )
            found[table] = set(connection.execute(f'select {words} from "{table}" where {condition}').fetchall())
        return found


@pytest.mark.parametrize("number", EARLIER)
def test_the_schemas_kept_for_this_test_are_those_released(number: int) -> None:
    text = (SCHEMA_TEXTS / f"{number}.sql").read_text("utf-8").split("\ncomment on ")[0]
    lines = [line.strip() for line in text.splitlines()]
    statements = "\n".join(line for line in lines if line and not line.startswith("--"))
    assert SCHEMAS[hashlib.sha256(statements.encode()).hexdigest()[:16]] == number


@pytest.mark.parametrize("number", EARLIER)
def test_every_row_survives_from_every_release_on(tmp_path: Path, number: int) -> None:
    path, before = filled(tmp_path / "x.duckdb", number), tmp_path / "before.duckdb"
    shutil.copyfile(path, before)
    path.chmod(0o640)
    with open_current(path) as connection:
        assert not any(examination(connection)["checks"].values())
        assert schema_of(connection) == (schema_print(), SCHEMA_NUMBER)
        entry = connection.execute("select action, before, after from change_log order by seq desc limit 1").fetchone()
        assert entry
        assert (entry[0], entry[1]) == ("upgrade", f'{{"schema": {number}}}')
        assert f'"schema": {SCHEMA_NUMBER}' in entry[2]
        # What earlier releases did not know.
        assert connection.execute("select publish_by is not null from judged_visit").fetchall() == [(True,)]
        assert connection.execute("select count(*) from due_visit").fetchone() == (1,)
        connection.execute("insert into visit (object_id, visited_on) values ('O1', '2024-05-01')")
        connection.execute("insert into draw by name select * exclude draw_id replace (9 as ordinal) from draw limit 1")
        assert connection.execute("select max(visit_id) from visit").fetchone() == (3,)
        assert connection.execute("select max(draw_id) from draw").fetchone() == (5,)
        connection.execute("delete from visit where visit_id = 3; delete from draw where draw_id = 5")
    assert rows_as_words(path, before) == rows_as_words(before, before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    (saved,) = (tmp_path / "backups").iterdir()
    assert verify_backup(saved) == []
    assert read_manifest(saved).number == number
    assert {file.name for file in tmp_path.iterdir()} == {"x.duckdb", "x.duckdb.witness", "before.duckdb", "backups"}
    with open_current(path) as connection:  # once is enough
        assert connection.execute("select count(*) from change_log where action = 'upgrade'").fetchone() == (1,)


def test_the_backup_before_an_upgrade_can_be_restored_upgraded(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.duckdb", OLDEST)
    with duckdb.connect(path) as connection:
        made = write_backup(connection, tmp_path / "b")
    with duckdb.connect() as elsewhere:  # its schema is its own and not today's
        elsewhere.execute((made.folder / "schema.sql").read_text("utf-8"))
        tables = {name for (name,) in elsewhere.execute("select table_name from duckdb_tables()").fetchall()}
    assert tables == set(made.rows)
    restored = restore(made.folder, tmp_path / "y.duckdb")
    assert restored.number == OLDEST
    assert rows_as_words(restored.path, path) == rows_as_words(path, path)


def test_a_column_whose_old_rows_need_it_is_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spell(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("update object set initials = 'x' where initials is null")

    monkeypatch.setattr(refilling, "REPAIRS", (Repair(SCHEMA_NUMBER, "object", "initials", spell),))
    with open_current(filled(tmp_path / "x.duckdb", OLDEST)) as connection:
        assert connection.execute("select distinct initials from object").fetchall() == [("x",)]
        entries = connection.execute("select after from change_log where action = 'upgrade'").fetchall()
    assert [json.loads(after)["repaired"] for (after,) in entries] == [["object.initials"]]


def test_an_import_whose_tables_changed_can_no_longer_be_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier release whose table of days had another column: one of the imports touched it, beside another one."""
    path = filled(tmp_path / "x.duckdb")
    with open_database(path) as connection:
        connection.execute(
            "insert into import_change values (2, 'unit', '{}', null, '{}'), (2, 'object', '{}', null, '{}'),"
            " (3, 'working_day', '{}', null, '{}'), (3, 'object', '{}', null, '{}');"
            " alter table working_day add column moon varchar;"
            " update setting set value = 'earlier' where key = 'schema'"
        )
    monkeypatch.setitem(SCHEMAS, "earlier", SCHEMA_NUMBER - 1)
    with open_current(path) as connection:
        kept = connection.execute("select distinct import_id from import_change order by 1").fetchall()
    assert kept == [(1,), (2,)]


# ------------------------------------------------------------------------------------------------------- who may open


def test_who_only_reads_changes_nothing(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.duckdb", OLDEST)
    content = path.read_bytes()
    with opened(path) as connection:
        assert schema_of(connection) == (schema_print(), SCHEMA_NUMBER)
        assert connection.execute("select count(*) from object").fetchone() == (3,)
    assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["x.duckdb"]


def test_a_plain_opening_says_that_the_database_is_older(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.duckdb", OLDEST)
    with pytest.raises(InspectionsError) as caught:
        open_database(path)
    assert caught.value.code == "database_older"


@pytest.mark.parametrize(
    ("number", "code"), [(str(SCHEMA_NUMBER + 1), "database_newer"), (str(SCHEMA_NUMBER), "database_other_schema")]
)
def test_a_newer_schema_and_one_of_no_release_are_refused(tmp_path: Path, number: str, code: str) -> None:
    path = filled(tmp_path / "x.duckdb")
    with open_database(path) as connection:
        connection.execute("update setting set value = 'somebody else''s' where key = 'schema'")
        connection.execute("update setting set value = ? where key = 'schema_number'", [number])
    content = path.read_bytes()
    for work in (open_current, lambda place: opened(place).__enter__()):
        with pytest.raises(InspectionsError) as caught:
            work(path)
        assert caught.value.code == code
    assert path.read_bytes() == content
    assert not (tmp_path / "backups").exists()


def test_a_demonstration_of_an_earlier_release_counts_as_outdated(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.duckdb", OLDEST)
    assert not is_outdated(path)
    with duckdb.connect(path) as connection:
        connection.execute("insert into setting (key, value, valid_from) values ('synthetic', 'true', '2000-01-01')")
    assert is_outdated(path)


# --------------------------------------------------------------------------------------------------- nothing goes wrong

KILLED = """
import os, pathlib, signal, sys
from inspections.store.database import open_database
connection = open_database(pathlib.Path(sys.argv[1]))
connection.execute("insert into bureau (name) values ('甲局')")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_log_that_holds_whole_tables_is_replayed(tmp_path: Path) -> None:
    """A process killed right after it made the tables: their checks call functions while the log is read."""
    path = tmp_path / "x.duckdb"
    subprocess.run(
        [sys.executable, "-c", KILLED, path], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert path.with_name("x.duckdb.wal").stat().st_size > 10_000
    with open_database(path) as connection:
        assert connection.execute("select name from bureau").fetchall() == [("甲局",)]
        settings = connection.execute("select value from duckdb_settings() where name like 'auto%known_extensions'")
        assert settings.fetchall() == [("false",), ("false",)]


def upgrade_one(path: str) -> None:
    upgrade(Path(path))


def test_a_full_disk_leaves_the_old_database(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.duckdb", OLDEST)
    before = contents(path)
    for size in (10_000, 700_000):
        code, _ = limited(size, upgrade_one, str(path)) or ("", "")
        assert code == "disk_full"
        assert contents(path) == before
    assert {file.name for file in tmp_path.iterdir()} == {"x.duckdb", "backups"}


def test_what_does_not_fit_leaves_the_old_database(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.duckdb", OLDEST)
    with duckdb.connect(path) as connection:  # an entry changed behind the log's back: nothing to carry over in silence
        connection.execute("update change_log set actor = '别人' where seq = 1")
    with pytest.raises(InspectionsError) as caught:
        open_current(path)
    assert (caught.value.code, caught.value.parameters["detail"]) == ("upgrade_failed", "change_log: seq 1")
    with connect(path) as connection:
        assert schema_of(connection)[1] == OLDEST


@pytest.mark.parametrize(("name", "seconds"), [("backup", 0.5), ("upgrade", 0.6), ("upgrade", 1.4)])
def test_killed_at_any_moment(name: str, seconds: float) -> None:
    """The short version of `python -m tests.soak.faults`."""
    ended, problems, _ = run_once(name, seconds)
    assert (ended in {"killed", "finished"}, problems) == (True, [])
    assert name in JOBS
