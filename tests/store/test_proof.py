"""What the change log proves: each attack on the files of a database is said, and no honest change is."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from inspections import __main__ as main
from inspections.draws import freezing, recording
from inspections.edits import directories, plans
from inspections.intake.undo import undo
from inspections.notice.storing import import_notice
from inspections.store.backup import write_backup
from inspections.store.database import GENESIS, ROOT, entry_hash, log_change, open_database, transaction
from tests.intake.files import OBJECTS, WORLD, files_of_a_year, put_in, write_csv

NOTICE = next((ROOT / "data" / "notices").glob("*.txt"))
KEY = "INSPECTIONS_SIGNING_KEY"


def run(*arguments: object, **environment: str) -> Result:
    told = {"INSPECTIONS_LANG": "en", "COLUMNS": "400"} | environment
    return CliRunner(env=told).invoke(main.main, list(map(str, arguments)), prog_name="python -m inspections")


def enter(path: Path, *subjects: str) -> None:
    with open_database(path) as connection:
        for subject in subjects:
            with transaction(connection):
                log_change(connection, actor="someone", action="export", subject=subject)


def problems(done: Result) -> dict[str, list[str]]:
    return {check: found for check, found in json.loads(done.stdout)["checks"].items() if found}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county with a plan, registers, a draw and results, a backup, and an entry after it."""
    folder = tmp_path_factory.mktemp("proof")
    path = folder / "x.duckdb"
    with open_database(path) as connection:
        connection.execute(WORLD)
        with transaction(connection):
            log_change(connection, actor="a", action="demo", subject="database")
        for file in files_of_a_year(folder):
            put_in(connection, file)
        write_backup(connection, folder / "backups")
    enter(path, "a.xlsx")
    assert run("doctor", "--db", path).exit_code == 0
    return folder


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "x.duckdb"


# -------------------------------------------------------------------------------------------- attacks on the file
def chained(connection: duckdb.DuckDBPyConnection, first: int) -> None:
    """Give all entries from number `first` on the hashes that follow from them."""
    rows = connection.execute("select * from change_log order by seq").fetchall()
    connection.execute("delete from change_log where seq >= ?", [first])
    previous = rows[first - 2][-1] if first > 1 else GENESIS
    for row in rows[first - 1 :]:
        entry = (*row[:-2], previous)
        previous = entry_hash(entry)
        connection.execute(f"insert into change_log values ({', '.join('?' * 10)})", [*entry, previous])


def cut_tail(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from change_log where seq = (select max(seq) from change_log)")


def rebuild(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update change_log set actor = 'nobody' where seq = 5")
    chained(connection, 5)


def rebuild_all(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update change_log set actor = 'nobody' where seq = 1")
    chained(connection, 1)


def alter_result(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "update result set published_on = '2024-05-09' where draw_id = (select min(draw_id) from result)"
    )


def remove_recusal(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from recusal")


def add_grade(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("insert into evaluation_override values (1, 1, 2024, 'excellent', 'x', 'x', '2024-12-31')")


@pytest.mark.parametrize(
    ("attack", "check"),
    [
        (cut_tail, "witness"),
        (rebuild, "witness"),
        (rebuild_all, "witness"),
        (alter_result, "tables"),
        (remove_recusal, "tables"),
        (add_grade, "tables"),
    ],
)
def test_what_was_altered_behind_the_log_is_said(
    path: Path, attack: Callable[[duckdb.DuckDBPyConnection], None], check: str
) -> None:
    with duckdb.connect(path) as connection:
        attack(connection)
    done = run("doctor", "--db", path, "--json")
    assert done.exit_code == 1
    assert check in problems(done)
    assert "change_log" not in problems(done)  # the chain itself is whole: that was not enough


def test_an_import_since_the_backup_covers_only_the_rows_that_it_wrote_down(path: Path) -> None:
    with open_database(path) as connection:
        import_notice(connection, NOTICE, actor="a")
        undo(
            connection,
            int(str(connection.execute("select max(import_id) - 1 from import").fetchall()[0][0])),
            actor="a",
        )
    honest = run("doctor", "--db", path)
    assert honest.exit_code == 0, honest.stdout
    assert "differ from the newest backup" in honest.stdout
    with duckdb.connect(path) as connection:
        connection.execute(
            "update result set follow_up = 'other'"
            " where unit_id = 1 and object_id = (select max(object_id) from result)"
        )
    altered = run("doctor", "--db", path)
    assert altered.exit_code == 1
    assert "of the table result differ" in altered.stdout
    assert "矿业" not in altered.stdout


def test_what_is_written_after_a_cut_does_not_hide_it(path: Path) -> None:
    with duckdb.connect(path) as connection:
        cut_tail(connection)
    enter(path, "b.xlsx", "c.xlsx")
    assert list(problems(run("doctor", "--db", path, "--json"))) == ["witness"]


def test_a_witness_is_its_owner_s_alone_and_whole(path: Path) -> None:
    witness = path.with_name("x.duckdb.witness")
    assert stat.S_IMODE(witness.stat().st_mode) == 0o600
    told = json.loads(witness.read_text("utf-8"))
    with open_database(path) as connection:
        last = connection.execute("select seq, hash from change_log order by seq desc limit 1").fetchone()
    assert (told["seq"], told["hash"]) == last
    assert told["since"] == 1
    assert not list(path.parent.glob("*.building.*"))


def test_a_missing_witness_is_said_and_the_new_one_says_from_when_on_it_holds(path: Path) -> None:
    witness = path.with_name("x.duckdb.witness")
    witness.unlink()
    looked = run("doctor", "--db", path)
    assert (looked.exit_code, "There is no witness" in looked.stdout, witness.exists()) == (0, True, False)
    enter(path, "b.xlsx")
    assert "witnessed from entry 13 on" in run("doctor", "--db", path).stdout


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", "null", "[" * 5000, '{"product": 1}', "{" + '"a": ' * 9,
        '{"product": "double-random-inspections", "format": 1, "origin": "x", "seq": -1}',
    ],
)  # fmt: skip
def test_a_damaged_witness_is_said_in_a_sentence(path: Path, content: str) -> None:
    path.with_name("x.duckdb.witness").write_text(content)
    done = run("doctor", "--db", path)
    assert done.exit_code == 1
    assert "is damaged" in done.stdout
    enter(path, "b.xlsx")  # nobody is kept from working, and the evidence stays
    assert path.with_name("x.duckdb.witness").read_text() == content


# -------------------------------------------------------------------------------------------------------------- edits
def test_an_edited_record_that_is_not_as_it_was_left_is_found_without_a_backup(path: Path, tmp_path: Path) -> None:
    shutil.rmtree(path.parent / "backups")
    with open_database(path) as connection:
        directories.edit_item(connection, 1, {"item_class": "key", "legal_basis": "法"}, "a")
        plans.publish_plan(connection, 1, datetime.date(2024, 3, 1), "a")
        name = connection.execute("select object_id from object order by 1 limit 1").fetchall()[0][0]
        directories.edit_object(connection, name, {"industry": "采矿"}, "a")
        directories.edit_object(connection, name, {"industry": "能源", "name": "新名"}, "a")
    honest = run("doctor", "--db", path)
    assert honest.exit_code == 0, honest.stdout
    with duckdb.connect(path) as connection:
        connection.execute("update item set item_class = 'general' where item_id = 1")
    (found,) = problems(run("doctor", "--db", path, "--json"))["edits"]
    assert "item_class" in found
    with duckdb.connect(path) as connection:
        connection.execute("update item set item_class = 'key' where item_id = 1")
    put_in_again = write_csv(tmp_path / "again.csv", OBJECTS, [[name, "导入改名", "", "", ""]])
    with open_database(path) as connection:
        put_in(connection, put_in_again)
    assert run("doctor", "--db", path).exit_code == 0  # an import has changed it since


# -------------------------------------------------------------------------------------------------------------- draws
@pytest.fixture
def drawn(path: Path) -> Path:
    """The same county with a trial draw by class and one without, the first topped up; no backup to compare with."""
    with open_database(path) as connection:
        for task, quotas in ((1, {"B": 1, "C": 1, "D": 1}), (2, 1)):
            number = freezing.freeze(connection, task, quotas, actor="a")
            recording.draw_frozen(connection, number, actor="a", per_object=0)
            if isinstance(quotas, dict):
                recording.top_up(connection, number, {"D": 2}, reason="r", actor="a")
    shutil.rmtree(path.parent / "backups")
    healthy = run("doctor", "--db", path)
    assert healthy.exit_code == 0, healthy.stdout
    return path


@pytest.mark.parametrize(
    "attack",
    [
        "update draw_quota set quota = 0 where draw_id = {id} and class = 'B'",
        "update draw set frame_commitment = repeat('a', 64) where draw_id = {id}",
        "update draw set frame_size = frame_size + 1 where draw_id = {id}",
        "update draw set seed = 'mine' where draw_id = {id}",
        "delete from draw_object where draw_id = {id} and place = 1",
        "update frame set class = 'D' where draw_id = {id} and class = 'B'",
    ],
)
def test_a_draw_that_is_not_what_the_log_and_its_seed_say_is_found(drawn: Path, attack: str) -> None:
    with duckdb.connect(drawn) as connection:
        number = connection.execute("select min(draw_id) from draw where seed is not null").fetchall()[0][0]
        # DuckDB changes no row that others refer to: they stand aside meanwhile.
        tables = ("draw_act", "draw_quota", "frame", "draw_object") if attack.startswith("update draw set") else ()
        for table in tables:
            connection.execute(f"create temp table kept_{table} as from {table} where draw_id = {number}")
            connection.execute(f"delete from {table} where draw_id = {number}")
        connection.execute(attack.format(id=number))
        for table in tables:
            connection.execute(f"insert into {table} from kept_{table}")
    assert "draws" in problems(run("doctor", "--db", drawn, "--json"))


# --------------------------------------------------------------------------------------------------------- signatures
@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    key = tmp_path / "apart" / "key"
    key.parent.mkdir()
    key.write_text("k" * 40)
    monkeypatch.setenv(KEY, str(key))
    return key


def test_whoever_has_no_key_cannot_rewrite_the_witness(tmp_path: Path, key: Path) -> None:
    path = tmp_path / "y.duckdb"
    enter(path, "a", "b", "c")
    assert "is signed" in run("doctor", "--db", path).stdout
    with duckdb.connect(path) as connection:
        cut_tail(connection)
        seq, print_ = connection.execute("select seq, hash from change_log order by seq desc").fetchall()[0]
    witness = path.with_name("y.duckdb.witness")
    told = json.loads(witness.read_text("utf-8")) | {"seq": seq, "hash": print_, "days": {}}
    for forged in (told, {name: value for name, value in told.items() if name != "signature"}):
        witness.write_text(json.dumps(forged))
        assert list(problems(run("doctor", "--db", path, "--json"))) == ["witness"]
    witness.unlink()  # nor take it away
    assert list(problems(run("doctor", "--db", path, "--json"))) == ["witness"]
    assert key.exists()


def test_a_backup_without_its_signature_or_with_another_is_no_proof(tmp_path: Path, key: Path) -> None:
    path = tmp_path / "y.duckdb"
    enter(path, "a", "b")
    with open_database(path) as connection:
        manifest = write_backup(connection, tmp_path / "backups").folder / "manifest.json"
    assert run("doctor", "--db", path).exit_code == 0
    told = json.loads(manifest.read_text("utf-8"))
    for forged in ({**told, "made_at": "2020-01-01"}, {name: told[name] for name in told if name != "signature"}):
        manifest.write_text(json.dumps(forged))
        assert list(problems(run("doctor", "--db", path, "--json"))) == ["tables"]
    assert key.exists()


@pytest.mark.parametrize("content", [None, "short"])
def test_a_key_that_cannot_be_used_is_said(path: Path, tmp_path: Path, content: str | None) -> None:
    key = tmp_path / "key"
    if content:
        key.write_text(content)
    done = run("doctor", "--db", path, **{KEY: str(key)})
    assert done.exit_code == 1
    assert str(key) in done.stdout + done.stderr


def test_a_head_that_an_auditor_keeps_shows_an_older_database_put_back(path: Path, tmp_path: Path) -> None:
    kept = {name: (path.parent / name).read_bytes() for name in ("x.duckdb", "x.duckdb.witness")}
    enter(path, "b.xlsx")
    assert run("doctor", "--db", path, "--head", tmp_path / "head.json").exit_code == 0
    enter(path, "c.xlsx")
    assert run("doctor", "--db", path, "--against", tmp_path / "head.json").exit_code == 0
    for name, content in kept.items():
        (path.parent / name).write_bytes(content)
    assert run("doctor", "--db", path).exit_code == 0  # the two agree with each other
    against = run("doctor", "--db", path, "--against", tmp_path / "head.json")
    assert against.exit_code == 1
    assert "lacks 1 entry" in against.stdout


# ---------------------------------------------------------------------------------------------------------- losses
DIE = """
import os, sys, pathlib
from inspections.store.database import log_change, open_database, transaction
connection = open_database(pathlib.Path(sys.argv[1]))
for number in range(3):
    with transaction(connection):
        log_change(connection, actor="a", action="export", subject=f"{number}.xlsx")
        connection.execute("insert into setting (key, value, valid_from) values (?, '1', '2020-01-01')", [f"x{number}"])
os._exit(0)
"""


def test_a_lost_write_ahead_log_loses_nothing_that_was_confirmed(path: Path) -> None:
    subprocess.run([sys.executable, "-c", DIE, path], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
    path.with_name("x.duckdb.wal").unlink(missing_ok=True)
    with open_database(path) as connection:
        assert connection.execute("select count(*) from setting where key like 'x_'").fetchone() == (3,)


def test_entries_lost_with_a_write_ahead_log_are_counted(path: Path, tmp_path: Path) -> None:
    shutil.copyfile(path, tmp_path / "before")
    enter(path, "b", "c", "d")
    shutil.copyfile(tmp_path / "before", path)  # as a file system does that forgets what was written last
    done = run("doctor", "--db", path)
    assert done.exit_code == 1
    assert "lacks 3 entries at its end" in done.stdout


# ------------------------------------------------------------------------------------------------------------ restoring
def restored(folder: Path, path: Path) -> Result:
    return run("restore", folder, "--db", path)


def backup_of(path: Path, number: int = 1) -> Path:
    return sorted((path.parent / "backups").iterdir())[number - 1]


def test_going_back_is_entered_and_the_earlier_end_is_named(path: Path) -> None:
    enter(path, "b.xlsx")
    path.unlink()
    done = restored(backup_of(path), path)
    assert done.exit_code == 0, done.stderr
    with open_database(path) as connection:
        entry = connection.execute("select action, before, after from change_log order by seq desc limit 1").fetchone()
        entries = connection.execute("select count(*) from change_log").fetchone()
    assert entry
    assert (entry[0], json.loads(entry[1])["entries"], json.loads(entry[2])["entries"]) == ("restore", 13, 11)
    assert entries == (12,)
    assert run("doctor", "--db", path).exit_code == 0


def test_a_backup_whose_log_was_made_anew_is_said_when_it_is_restored(path: Path, tmp_path: Path) -> None:
    from tests.store.test_backup import sealed_anew  # noqa: PLC0415

    with open_database(path) as connection:
        write_backup(connection, tmp_path / "backups")
    alone = shutil.copytree(backup_of(path, 2), tmp_path / "alone" / backup_of(path, 2).name)
    unknown = restored(alone, tmp_path / "u" / "x.duckdb")
    assert "12 entries after entry 0" in unknown.stderr
    known = restored(backup_of(path, 2), tmp_path / "k" / "x.duckdb")
    assert "1 entry after entry 11" in known.stderr
    with open_database(tmp_path / "u" / "x.duckdb") as connection:
        rebuild(connection)
        connection.execute("delete from change_log where action = 'restore'")
        connection.execute("copy (select * from change_log) to ? (format parquet)".replace("?", f"'{tmp_path}/log'"))
        head = connection.execute("select seq, hash from change_log order by seq desc limit 1").fetchone()
    forged = backup_of(path, 2)
    manifest = json.loads((forged / "manifest.json").read_text("utf-8"))
    assert head
    manifest["change_log"] |= {"seq": head[0], "hash": head[1]}
    (forged / "manifest.json").write_text(json.dumps(manifest))
    sealed_anew(forged, "change_log", f"select * from read_parquet('{tmp_path}/log')")
    said = restored(forged, tmp_path / "f" / "x.duckdb")
    assert said.exit_code == 0, said.stderr
    assert "Warning" in said.stderr


# ------------------------------------------------------------------------------------------------------ damaged files
@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda content: content[: len(content) // 2], "its end is missing"),
        (lambda content: content[:5000], "its end is missing"),
        (lambda content: bytes(len(content)), "nothing but zeros"),
        (lambda content: content[:12288] + bytes(len(content) - 12288), "does not fit its checksums"),
    ],
    ids=["half", "head", "zeroed", "zeroed behind the head"],
)
def test_a_damaged_database_names_its_newest_backup_and_the_way_back(
    path: Path, damage: Callable[[bytes], bytes], what: str
) -> None:
    path.write_bytes(damage(path.read_bytes()))
    done = run("doctor", "--db", path)
    assert done.exit_code == 1
    said = done.stderr.strip()
    assert what in said
    assert f"restore {backup_of(path)} --db {path}" in said
    assert len(said.splitlines()) == 1
    path.rename(path.with_name("old"))
    back = restored(backup_of(path), path)
    assert "12 entries" not in back.stderr, "the witness that stayed knows the backup's log"
    assert run("doctor", "--db", path).exit_code == 0


def test_a_backup_of_another_database_is_not_offered(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "y.duckdb"
    enter(other, "a.xlsx")
    shutil.copytree(tmp_path / "backups", other.parent / "backups")
    other.write_bytes(bytes(5000))
    done = run("doctor", "--db", other)
    assert "No backup of it was found" in done.stderr
    assert path.exists()


def test_a_damaged_write_ahead_log_is_not_taken_for_a_damaged_database(path: Path) -> None:
    log = path.with_name("x.duckdb.wal")
    with duckdb.connect(path) as connection:
        connection.execute("set checkpoint_threshold = '1TB'")
        connection.execute("pragma disable_checkpoint_on_shutdown")
        for number in range(20):
            values = f"'x{number}', '1', '2020-01-01'"
            connection.execute(f"insert into setting (key, value, valid_from) values ({values})")
    content = bytearray(log.read_bytes())
    content[len(content) // 3] ^= 255
    log.write_bytes(content)
    done = run("doctor", "--db", path)
    assert "no backup has to be restored" in done.stderr
    log.unlink()
    assert run("doctor", "--db", path).exit_code == 0


def test_what_only_cannot_be_opened_now_is_not_called_damaged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise duckdb.IOException(f'IO Error: Cannot open file "{path}": Too many open files')

    monkeypatch.setattr(duckdb, "connect", fail)
    done = run("doctor", "--db", path)
    assert "restore no backup" in done.stderr
