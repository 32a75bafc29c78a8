"""Backups: what comes back is what went in, whatever is in it; what was altered shows; nothing is ever overwritten."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.store import backup
from inspections.store.backup import SUMS, read_manifest, verify_backup, write_backup
from inspections.store.database import SCHEMA_NUMBER, SCHEMAS, disk_trouble, open_database, schema_print, transaction
from inspections.store.examination import examination
from inspections.store.restoring import restore
from inspections.words.errors import InspectionsError
from tests.filled import ROWS, contents, empty, filled
from tests.soak.faults import limited


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("backup") / "x.duckdb")


@pytest.fixture(scope="module")
def made(database: Path) -> Path:
    with open_database(database) as connection:
        return write_backup(connection, database.parent / "copies").folder


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / made.name))


@pytest.fixture
def connection(database: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    own = tmp_path / "own.duckdb"
    shutil.copyfile(database, own)
    with open_database(own) as connection:
        yield connection


# ------------------------------------------------------------------------------------------------------ there and back


def came_back(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a restored database holds, without the entry that tells of the restore."""
    found = contents(path)
    assert found["change_log"][-1][3] == "restore"
    return {**found, "change_log": found["change_log"][:-1]}


def test_what_comes_back_is_what_went_in(database: Path, made: Path, tmp_path: Path) -> None:
    told: list[float] = []
    restored = restore(made, tmp_path / "new" / "y.duckdb", lambda share, _: told.append(share))
    assert came_back(restored.path) == contents(database)
    assert restored.rows == {table: len(rows) for table, rows in contents(restored.path).items()}
    assert (told == sorted(told), told[-1], len(set(told)) > 10) == (True, 1.0, True)
    assert sorted(file.name for file in restored.path.parent.iterdir()) == ["y.duckdb", "y.duckdb.witness"]
    with open_database(restored.path) as connection:
        assert not any(examination(connection)["checks"].values())
        # Every table is in the test, and numbers go on behind the largest ever given: visit 2 was taken out again.
        assert all(restored.rows[table] for table in ROWS)
        connection.execute("insert into visit (object_id, visited_on) values ('O1', '2024-05-01')")
        connection.execute("insert into bureau (name) values ('丙局')")
        connection.execute("insert into rubric (name, version, definition, created_at) values ('b', 1, '', now())")
        assert connection.execute("select max(visit_id) from visit").fetchone() == (3,)
        assert connection.execute("select max(bureau_id) from bureau").fetchone() == (3,)
        assert connection.execute("select max(rubric_id) from rubric").fetchone() == (2,)


@pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX's")
def test_what_is_restored_is_for_the_owner_of_its_folder_alone(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "service"
    folder.mkdir()
    account = 4711 if os.geteuid() == 0 else os.geteuid()
    os.chown(folder, account, -1)
    state = restore(made, folder / "y.duckdb").path.stat()
    assert (stat.S_IMODE(state.st_mode), state.st_uid) == (0o600, account)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
DAY, MOMENT = st.dates(), st.datetimes()


@settings(max_examples=3)
@given(
    texts=st.lists(st.tuples(TEXT, st.none() | TEXT, st.none() | TEXT), max_size=30),
    days=st.lists(st.tuples(DAY, st.none() | DAY), max_size=30),
    moments=st.lists(MOMENT, max_size=30),
    rates=st.lists(st.none() | st.integers(0, 10**6), max_size=30),
)
def test_whatever_is_in_it_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[tuple[str, str | None, str | None]],
    days: list[tuple[datetime.date, datetime.date | None]],
    moments: list[datetime.datetime],
    rates: list[int | None],
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with open_database(empty(folder / "x.duckdb")) as connection, transaction(connection):
        connection.execute("insert into bureau (name) values ('局')")
        connection.execute("insert into plan (bureau_id, year, kind, title) values (1, 2024, 'joint', 'x')")
        for number, (one, two, three) in enumerate(texts):
            connection.execute(
                "insert into setting (key, value, valid_from) values (?, ?, '2020-01-01')", [f"{number}", one]
            )
            connection.execute(
                "insert into import_change values (?, 'object', ?, ?, ?)", [number, one, two, three or ""]
            )
        for number, (day, other) in enumerate(days):
            connection.execute(
                "insert into object (object_id, name, kind, industry, status, is_market_entity)"
                " values (?, '名', 'permit', ?, 'moved', false)",
                [f"{number}", str(other)],
            )
            later = other if other and other > day else None
            connection.execute("insert into risk_class values (?, 'E', ?, ?, null)", [f"{number}", day, later])
        for number, moment in enumerate(moments):
            connection.execute(
                "insert into rubric (name, version, definition, created_at) values (?, 1, '', ?)", [f"{number}", moment]
            )
        for number, rate in enumerate(rates, start=1):
            connection.execute(
                "insert into task (plan_id, seq, name, rate, rate_op) values (1, ?, 'x', ?, ?)",
                [number, None if rate is None else f"{rate / 10**6:.6f}", None if rate is None else ">="],
            )
    with open_database(folder / "x.duckdb") as connection:
        made = write_backup(connection, folder)
    assert verify_backup(made.folder) == []
    assert came_back(restore(made.folder, folder / "y.duckdb").path) == contents(folder / "x.duckdb")


def test_one_state_of_the_whole_while_others_write(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Each writing adds an object and its class in one transaction: a backup with one and not the other is no state."""
    stop = threading.Event()

    def write() -> None:
        with connection.cursor() as cursor:
            for number in range(100_000):
                if stop.is_set():
                    return
                with transaction(cursor):
                    cursor.execute(
                        "insert into object (object_id, name, kind, status, is_market_entity)"
                        " values (?, 'x', 'permit', 'active', true)",
                        [f"W{number}"],
                    )
                    cursor.execute("insert into risk_class values (?, 'A', '2024-01-01', null, null)", [f"W{number}"])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        folders = [write_backup(connection, tmp_path / "b").folder for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    counts = []
    for folder in folders:
        assert verify_backup(folder) == []
        counts.append(
            duckdb.execute(
                "select (select count(*) from read_parquet(?) where object_id like 'W%'),"
                " (select count(*) from read_parquet(?) where object_id like 'W%')",
                [f"{folder}/object.parquet", f"{folder}/risk_class.parquet"],
            ).fetchone()
        )
    assert all(objects == classes for objects, classes in counts)
    assert counts[0] < counts[-1]


# ------------------------------------------------------------------------------------------------- what a folder holds


def test_a_folder_can_be_read_without_the_product(made: Path, database: Path) -> None:
    checked = subprocess.run(
        ["sha256sum", "-c", "--strict", SUMS], cwd=made, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert {line.split(": ")[0] for line in checked.stdout.splitlines()} == {
        file.name for file in made.iterdir() if file.name != SUMS
    }
    told = json.loads((made / "manifest.json").read_text("utf-8"))
    assert told["schema"] == {"number": SCHEMA_NUMBER, "fingerprint": schema_print()}
    log = contents(database, "change_log")["change_log"]
    assert (told["change_log"]["seq"], told["change_log"]["hash"]) == (log[-1][0], log[-1][-1])
    with duckdb.connect() as elsewhere:
        elsewhere.execute((made / "schema.sql").read_text("utf-8"))
        for table, about in told["tables"].items():
            found = elsewhere.execute(f"describe select * from read_parquet('{made}/{table}.parquet')").fetchall()
            assert [name for name, *_ in found] == list(about["columns"])
            assert elsewhere.execute(f'select count(*) from "{table}"').fetchone() in {(0,), (13,)}


def test_only_the_owner_may_look_inside(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in made.iterdir()} == {0o600}


def test_two_backups_of_one_second_have_names_of_their_own(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folders = [write_backup(connection, tmp_path / "b").folder for _ in range(3)]
    assert len(set(folders)) == 3
    assert all(backup.NAME.fullmatch(folder.name) for folder in folders)


# ------------------------------------------------------------------------------------------------- what was altered


def found_wrong(folder: Path) -> list[str]:
    try:
        return verify_backup(folder)
    except InspectionsError as error:  # a manifest that cannot even be read
        return [str(error.parameters.get("file", "manifest.json"))]


def test_a_flipped_bit_anywhere_is_found(made: Path, copy: Path) -> None:
    assert verify_backup(copy) == []
    for file in sorted(copy.iterdir()):
        content = (made / file.name).read_bytes()
        for place in {0, len(content) // 3, len(content) * 2 // 3, len(content) - 1}:
            altered = bytearray(content)
            altered[place] ^= 1 << place % 8
            file.write_bytes(altered)
            assert file.name in found_wrong(copy), place
        file.write_bytes(content)
    assert verify_backup(copy) == []


def test_missing_extra_and_cut_files_are_found_and_never_restored(copy: Path, tmp_path: Path) -> None:
    (copy / "task.parquet").unlink()
    (copy / "extra.txt").write_text("x")
    content = (copy / "object.parquet").read_bytes()
    (copy / "object.parquet").write_bytes(content[: len(content) // 2])
    assert {"task.parquet", "extra.txt", "object.parquet"} <= set(verify_backup(copy))
    with pytest.raises(InspectionsError) as caught:
        restore(copy, tmp_path / "y.duckdb")
    assert caught.value.code == "backup_damaged"
    assert not list(tmp_path.glob("y.*"))


def sealed_anew(folder: Path, table: str, select: str) -> None:
    """Somebody who knows how checksums are made: a table altered, every sum put right."""
    file = folder / f"{table}.parquet"
    duckdb.execute(f"copy ({select.format(table=f'read_parquet({str(file)!r})')}) to '{folder.parent}/t.parquet'")
    shutil.move(folder.parent / "t.parquet", file)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["tables"][table]["sha256"] = backup.sha256_of(file)
    manifest["tables"][table]["rows"] = backup._count(duckdb.connect(), f"read_parquet('{file}')")
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / SUMS).unlink()
    (folder / SUMS).write_text(backup._sums(folder), "utf-8")


@pytest.mark.parametrize(
    ("table", "select", "code"),
    [
        ("change_log", "select * replace ('别人' as actor) from {table}", "backup_damaged"),
        ("change_log", "select * from {table} where seq = 1", "backup_damaged"),
        ("object", "select * from {table} where object_id <> 'O2'", "restore_failed"),  # a recusal refers to it
        ("risk_class", "select * replace ('Z' as class) from {table}", "restore_failed"),
        ("task", "select * replace (25::decimal(9, 6) as rate) from {table}", "restore_failed"),
        ("draw", "select * replace (9 as replaces_draw_id) from {table}", "restore_failed"),
    ],
)
def test_what_cannot_be_is_not_restored_whatever_the_checksums_say(
    copy: Path, tmp_path: Path, table: str, select: str, code: str
) -> None:
    sealed_anew(copy, table, select)
    with pytest.raises(InspectionsError) as caught:
        restore(copy, tmp_path / "y.duckdb")
    assert caught.value.code in {code, "refill_failed"}
    assert not list(tmp_path.glob("y.*"))


def test_nothing_is_overwritten(made: Path, tmp_path: Path) -> None:
    for name in ("y.duckdb", "y.duckdb.wal"):
        place = tmp_path / name
        place.write_text("mine")
        with pytest.raises(InspectionsError) as caught:
            restore(made, tmp_path / "y.duckdb")
        assert caught.value.code == "restore_target_exists"
        assert place.read_text() == "mine"
        place.unlink()


def test_a_folder_that_is_none_and_one_of_the_future(copy: Path, tmp_path: Path) -> None:
    told = json.loads((copy / "manifest.json").read_text("utf-8"))
    cases = {
        "backup_missing": {**told, "product": "another"},
        "backup_newer": {**told, "schema": {"number": SCHEMA_NUMBER + 1, "fingerprint": "f" * 16}},
        "backup_other_schema": {**told, "schema": {"number": None, "fingerprint": "f" * 16}},
        "backup_damaged": {**told, "tables": {"../x": next(iter(told["tables"].values()))}},
    }
    for code, manifest in cases.items():
        (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        with pytest.raises(InspectionsError) as caught:
            restore(copy, tmp_path / "y.duckdb")
        assert caught.value.code == code
    with pytest.raises(InspectionsError) as caught:
        read_manifest(tmp_path)
    assert caught.value.code == "backup_missing"


def absurd(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Manifests that no product wrote, by what is wrong with them."""
    first, table = next(iter(manifest["tables"].items()))
    for value in (-1, 10**30, 1e300, "12", "x", True, None, [], {}):
        yield f"rows {value}", json.dumps({**manifest, "tables": {first: {**table, "rows": value}}})
        yield f"seq {value}", json.dumps({**manifest, "change_log": {**manifest["change_log"], "seq": value}})
        if value is not None:
            yield f"number {value}", json.dumps({**manifest, "schema": {**manifest["schema"], "number": value}})
        yield f"format {value}", json.dumps({**manifest, "format": value})
        yield f"sequence {value}", json.dumps({**manifest, "sequences": {**manifest["sequences"], "draw_seq": value}})
        if not isinstance(value, str):
            yield f"tables {value}", json.dumps({**manifest, "tables": value})
            yield f"hash {value}", json.dumps({**manifest, "change_log": {**manifest["change_log"], "hash": value}})
            yield f"made_at {value}", json.dumps({**manifest, "made_at": value})
    for name in ("../x", "/etc/passwd", "x/../../y", "x'; drop table y; --", "", "a" * 5000, "X"):
        yield f"table {name[:20]}", json.dumps({**manifest, "tables": {name: table}})
        yield f"column {name[:20]}", json.dumps({**manifest, "tables": {first: {**table, "columns": {name: "x"}}}})
    yield "a million tables", json.dumps({**manifest, "tables": {f"t{number}": table for number in range(20_000)}})
    yield "depth", "[" * 100_000
    yield "depth inside", '{"product": ' + "[" * 100_000 + "]" * 100_000 + "}"
    yield "a number of a million digits", json.dumps(manifest).replace('"format": 1', '"format": 1' + "0" * 100_000)
    yield "nothing", ""
    yield "a list", "[]"
    yield "too long", json.dumps(manifest) + " " * 10_000_001


def test_an_absurd_manifest_is_said_in_a_sentence_and_nothing_is_restored(copy: Path, tmp_path: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    # Somebody who knows how checksums are made: those of all other files stay, the manifest's is put right.
    others = [line for line in (copy / SUMS).read_text("utf-8").splitlines() if not line.endswith("manifest.json")]
    for what, text in absurd(manifest):
        (copy / "manifest.json").write_text(text, "utf-8")
        own = f"{hashlib.sha256(text.encode()).hexdigest()}  manifest.json"
        listed = sorted([*others, own], key=lambda line: line[66:])
        (copy / SUMS).write_text("\n".join(listed) + "\n", "utf-8")
        with pytest.raises(InspectionsError) as caught:
            restore(copy, tmp_path / "y.duckdb")
        assert caught.value.code in {"backup_damaged", "backup_newer"}, what
        assert not list(tmp_path.glob("y.*")), what


# -------------------------------------------------------------------------------------------- a full or read-only disk


def write_one(database: str, folder: str) -> None:
    with open_database(Path(database)) as connection:
        write_backup(connection, Path(folder))


def restore_one(folder: str, path: str) -> None:
    restore(Path(folder), Path(path))


def write_many(path: str) -> None:
    connection = open_database(Path(path))
    try:
        with transaction(connection):
            connection.execute(
                "insert into object (object_id, name, kind, industry, status, is_market_entity)"
                " select 'N' || i, hash(i) || '' || hash(i + 1), 'permit', hash(i)::varchar,"
                " 'active', true from range(300000) as rows(i)"
            )
    except duckdb.Error as error:
        raise disk_trouble(error) or error from error


def test_a_full_disk_is_said_and_leaves_nothing(database: Path, made: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.duckdb"
    shutil.copyfile(database, own)
    places = tmp_path / "b", tmp_path / "y.duckdb"
    assert limited(20_000, write_one, str(own), str(places[0])) == ("disk_full", str(places[0]))
    assert limited(600_000, restore_one, str(made), str(places[1])) == ("disk_full", str(places[1]))
    assert list(places[0].iterdir()) == []
    assert {file.name for file in tmp_path.iterdir()} == {"b", "own.duckdb"}
    code, place = limited(own.stat().st_size + 300_000, write_many, str(own)) or ("", "")
    assert (code, Path(place).name.removesuffix(".wal")) == ("disk_full", own.name)
    assert contents(own) == contents(database)  # and the next start finds everything


def test_a_read_only_place_is_said(connection: duckdb.DuckDBPyConnection, made: Path) -> None:
    # Where not even the administrator may make a folder.
    nowhere = Path("/sys/backups")
    with pytest.raises(InspectionsError) as caught:
        write_backup(connection, nowhere)
    assert (caught.value.code, caught.value.parameters) == ("disk_read_only", {"path": nowhere})
    for work in (lambda: restore(made, nowhere / "x.duckdb"), lambda: open_database(nowhere / "x.duckdb")):
        with pytest.raises(InspectionsError) as caught:
            work()
        assert caught.value.code == "disk_read_only"


def test_other_troubles_are_not_taken_for_a_full_disk() -> None:
    assert disk_trouble(FileNotFoundError(2, "No such file or directory", "x")) is None
    assert disk_trouble(duckdb.ConstraintException("a row")) is None
    assert disk_trouble(ValueError("No space left on device")) is None


def test_every_schema_has_its_number_and_the_newest_is_today_s() -> None:
    assert SCHEMAS.get(schema_print()) == SCHEMA_NUMBER, (
        "queries/schema.sql has changed: give it its line in inspections/store/database.py, SCHEMAS"
    )
    # From that of the last release on.
    assert sorted(SCHEMAS.values()) == [5, 6, SCHEMA_NUMBER]


def test_doctor_sees_what_was_changed_behind_its_back(tmp_path: Path) -> None:
    changes = {
        "imports": "delete from change_log",
        "sequences": "insert into bureau (bureau_id, name) values (99, '丙局')",
        "schema": "drop view due_visit; alter table scenario add column more varchar",
    }
    for check, change in changes.items():
        path = filled(tmp_path / f"{check}.duckdb")
        with open_database(path) as connection:
            assert not any(examination(connection)["checks"].values())
            connection.execute(change)
            assert [name for name, found in examination(connection)["checks"].items() if found] == [check]
