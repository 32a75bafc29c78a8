"""The lake: every row of every source is there once and nothing else, whoever writes at once, fails or is killed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.intake.undo import undo
from inspections.lake import writing
from inspections.lake.publishing import KEPT_SECONDS
from inspections.lake.source import Source, read_sources, relations, shift
from inspections.lake.writing import Written, write_lake
from inspections.store.backup import write_backup
from inspections.store.database import SCHEMA_NUMBER, connect, data_version, log_change, open_database, transaction
from inspections.store.refilling import counted_by
from inspections.store.restoring import restore
from inspections.store.rows import UNENFORCED, shapes, table_order
from inspections.words.errors import InspectionsError
from tests.filled import fill, filled
from tests.intake.files import WORLD, files_of_a_year, put_in
from tests.soak.faults import held_by_lake, limited, run_once, side_by_side

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(filled(tmp_path / "x.duckdb")) as opened:
        yield opened


@pytest.fixture(scope="module")
def of_the_demo(
    demo_connection: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> tuple[duckdb.DuckDBPyConnection, Source]:
    return demo_connection, write_lake(demo_connection, tmp_path_factory.mktemp("demo-lake")).source


def changed(connection: duckdb.DuckDBPyConnection, *statements: str) -> None:
    """Statements as an edit makes them: logged."""
    with transaction(connection):
        for statement in statements:
            connection.execute(statement)
        log_change(connection, actor="某人", action="edit", subject="x")


def in_database(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Table -> every row in a fixed order."""
    found = {table: connection.execute(f'from "{table}" order by all').fetchall() for table in table_order()}
    return {table: rows for table, rows in found.items() if rows}


def wrote(made: Written) -> dict[str, int]:
    """Table -> files written, of those of which any was."""
    return {table: written for table, (written, _) in made.files.items() if written}


def parquet_below(folder: Path) -> set[Path]:
    return set(folder.glob("tables/**/*.parquet"))


def named(*sources: Source) -> set[Path]:
    return {file for source in sources for table in source.tables for file in source.files(table)}


# --------------------------------------------------------------------------------------------------------- round trip


def test_the_demo_is_there_row_for_row(of_the_demo: tuple[duckdb.DuckDBPyConnection, Source]) -> None:
    connection, source = of_the_demo
    assert held_by_lake(source) == in_database(connection)
    assert source.data_version == data_version(connection)
    assert [name for _, name in source.bureaus] == [
        name for (name,) in connection.execute("select name from bureau order by bureau_id").fetchall()
    ]
    assert parquet_below(source.folder) == named(source)
    # What is read back is what was published.
    assert read_sources(source.folder) == (source,)


def test_a_database_with_rows_in_every_table_is_there_row_for_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = write_lake(connection, tmp_path / "lake").source
    assert source.tables.keys() == set(table_order())
    assert held_by_lake(source) == in_database(connection)


@pytest.mark.parametrize("few", [0, 1000])
def test_partitions_written_together_or_one_by_one_are_the_same(
    of_the_demo: tuple[duckdb.DuckDBPyConnection, Source], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    connection, source = of_the_demo
    monkeypatch.setattr(writing, "FEW", few)
    one_by_one = []
    write_part = writing._write_part

    def counted(*arguments: Any) -> None:
        one_by_one.append(arguments[1].table)
        write_part(*arguments)

    monkeypatch.setattr(writing, "_write_part", counted)
    made = write_lake(connection, tmp_path / "lake").source
    assert ("frame" in one_by_one) == (few > 0)
    assert made.tables.keys() == source.tables.keys()
    for table, parts in made.tables.items():
        assert [part.path for part in parts] == [part.path for part in source.tables[table]]
    assert held_by_lake(made) == in_database(connection)
    assert not list((tmp_path / "lake").glob("**/*.building.*"))


def test_files_have_the_columns_and_types_that_are_promised(
    of_the_demo: tuple[duckdb.DuckDBPyConnection, Source],
) -> None:
    _, source = of_the_demo
    with duckdb.connect() as reader:
        for table in source.tables:
            for file in source.files(table):
                described = reader.execute(
                    f"describe from read_parquet('{file}', hive_partitioning = false)"
                ).fetchall()
                assert {name: kind for name, kind, *_ in described} == relations()[table], file


def test_every_number_that_a_sequence_gives_is_shifted_and_nothing_else() -> None:
    """Those that sequences give, whatever refers to them, and those that refer without a key."""
    ids = set(counted_by().values()) | {("import_change", "import_id")}
    ids |= {(table, own) for table, kept in UNENFORCED.items() for own, _, _ in kept}
    while True:
        more = {
            (table, own)
            for table, shape in shapes().items()
            for parent, pairs in shape.references
            for own, theirs in pairs
            if (parent, theirs) in ids
        }
        if more <= ids:
            break
        ids |= more
    shifted = {
        (table, column)
        for table, shape in shapes().items()
        for column, kind in shape.types.items()
        if writing.is_id(column, kind)
    }
    assert shifted == ids
    assert all(relations()[table][column] == "BIGINT" for table, column in ids)


def test_a_partition_holds_the_rows_of_its_year_and_bureau_only(
    of_the_demo: tuple[duckdb.DuckDBPyConnection, Source],
) -> None:
    connection, source = of_the_demo
    plans = {
        draw: (year, bureau)
        for draw, year, bureau in connection.execute(
            "select draw_id, coalesce(plan.year, year(drawn_at)), bureau_id from draw left join task using (task_id)"
            " left join plan using (plan_id)"
        ).fetchall()
    }
    assert len(set(plans.values())) >= 4
    with duckdb.connect() as reader:
        for table in ("draw", "frame", "draw_object", "result", "result_outcome"):
            parts = source.tables[table]
            assert len({(part.year, part.bureau) for part in parts}) == len(parts) > 1
            for part in parts:
                assert f"/year={part.year}/bureau={part.bureau or shift(source.number)}/" in part.path
                draws = reader.execute(
                    f"select distinct draw_id from read_parquet('{source.folder / part.path}')"
                ).fetchall()
                whose = {plans[draw - shift(source.number)] for (draw,) in draws}
                assert whose == {(part.year, part.bureau and part.bureau - shift(source.number))}


# -------------------------------------------------------------------------------------------------------- incremental


def test_without_a_change_nothing_is_written(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first = write_lake(connection, tmp_path / "lake")
    manifest = tmp_path / "lake" / "sources" / "1.json"
    before = (manifest.read_bytes(), {file: file.stat().st_mtime_ns for file in named(first.source)})
    again = write_lake(connection, tmp_path / "lake")
    assert (again.source, wrote(again)) == (first.source, {})
    assert before == (manifest.read_bytes(), {file: file.stat().st_mtime_ns for file in named(first.source)})
    # An entry in the log alone is a change of the log alone.
    changed(connection)
    assert wrote(write_lake(connection, tmp_path / "lake")) == {"change_log": 1}


def test_only_partitions_with_a_changed_row_are_written(
    demo_connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write_lake(demo_connection, tmp_path)
    row = demo_connection.execute(
        "select draw_id, object_id, unit_id from result where handled_on is null order by all limit 1"
    ).fetchone()
    assert row
    draw, named_object, unit = row
    changed(
        demo_connection,
        f"update result set follow_up = 'other', handled_on = inspected_on where draw_id = {draw}"
        f" and object_id = '{named_object}' and unit_id = {unit}",
    )
    made = write_lake(demo_connection, tmp_path)
    assert wrote(made) == {"result": 1, "change_log": 1}
    assert held_by_lake(made.source) == in_database(demo_connection)


def test_rows_and_partitions_that_are_gone_disappear(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first = write_lake(connection, tmp_path / "lake").source
    changed(
        connection,
        "delete from risk_class where class = 'A'",
        "delete from frame",
        "delete from evaluation_note",
        "insert into evaluation_note select 1, 1, 2023, '去年', '某人', timestamp '2024-01-01'",
    )
    made = write_lake(connection, tmp_path / "lake")
    assert wrote(made) == {"risk_class": 1, "evaluation_note": 1, "change_log": 1}
    assert held_by_lake(made.source) == in_database(connection)
    assert {"frame", "evaluation_note"} <= first.tables.keys()
    assert "frame" not in made.source.tables
    assert [part.year for part in made.source.tables["evaluation_note"]] == [2023]


def test_an_import_and_its_undoing(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    with open_database(Path(":memory:")) as connection:
        changed(connection, WORLD)
        empty = write_lake(connection, tmp_path / "lake").source
        was = in_database(connection)
        numbers = [put_in(connection, file).import_id for file in files_of_a_year(tmp_path / "files")]
        full = write_lake(connection, tmp_path / "lake").source
        assert held_by_lake(full) == in_database(connection)
        assert {"object", "result", "frame"} <= full.tables.keys() - empty.tables.keys()
        for number in reversed(numbers):
            assert number
            undo(connection, number, "某人")
        back = held_by_lake(write_lake(connection, tmp_path / "lake").source)
        assert back == in_database(connection)
        assert {table: rows for table, rows in back.items() if not table.startswith(("import", "change"))} == {
            table: rows for table, rows in was.items() if not table.startswith(("import", "change"))
        }


def test_a_file_that_was_lost_or_cut_is_written_again(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    source = write_lake(connection, tmp_path / "lake").source
    (lost,), (cut,) = source.files("object"), source.files("risk_class")
    lost.unlink()
    cut.write_bytes(cut.read_bytes()[:100])
    made = write_lake(connection, tmp_path / "lake")
    assert wrote(made) == {"object": 1, "risk_class": 1}
    assert held_by_lake(made.source) == in_database(connection)


def test_a_file_altered_at_equal_size_is_said_and_written_again(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = write_lake(connection, tmp_path / "lake").source
    (altered,) = source.files("object")
    content = bytearray(altered.read_bytes())
    content[len(content) // 2] ^= 1
    altered.write_bytes(content)
    made = write_lake(connection, tmp_path / "lake")
    assert (wrote(made), made.altered) == ({"object": 1}, 1)
    assert held_by_lake(made.source) == in_database(connection)
    assert write_lake(connection, tmp_path / "lake").altered == 0


def test_a_manifest_of_an_earlier_release_accuses_nobody(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_lake(connection, tmp_path / "lake")
    manifest = tmp_path / "lake" / "sources" / "1.json"
    told = json.loads(manifest.read_text("utf-8"))
    for parts in told["tables"].values():
        for part in parts:
            del part["sha256"]
    manifest.write_text(json.dumps(told), "utf-8")
    assert write_lake(connection, tmp_path / "lake").altered == 0
    changed(connection, "update object set name = 'x'")
    made = write_lake(connection, tmp_path / "lake")
    assert made.altered == 0
    assert all(part.sha256 for parts in made.source.tables.values() for part in parts)


def test_an_absurd_manifest_is_said_and_nothing_outside_the_lake_is_touched(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write_lake(connection, tmp_path / "lake")
    manifest = tmp_path / "lake" / "sources" / "1.json"
    text = manifest.read_text("utf-8")
    told = json.loads(text)
    outside = tmp_path / "1-old.parquet"
    outside.write_text("x")
    os.utime(outside, (0, 0))
    part = told["tables"]["object"][0]
    absurd = [
        {**told, "folders": [".."]}, {**told, "folders": ["../.."]}, {**told, "folders": [str(tmp_path)]},
        *({**told, "tables": {"object": [{**part, "rows": value}]}} for value in (-1, 10**30, "1", 1e300, True, None)),
        *({**told, "tables": {"object": [{**part, "bytes": value}]}} for value in (-1, 10**30, "1", [], {})),
        *({**told, "tables": {"object": [{**part, "year": value}]}} for value in (-1, 10**30, "2024", 2024.5)),
        *({**told, "number": value} for value in (-1, 0, 10**30, "1", True, None, 1e300)),
        *({**told, "format": value} for value in (-1, 10**30, "1", None)),
        *({**told, "schema": value} for value in (-1, 10**30, "6", None)),
        *({**told, "bureaus": [{"bureau_id": value, "name": "x"}]} for value in (-1, 10**30, "1", None)),
    ]  # fmt: skip
    texts = [json.dumps(one) for one in absurd]
    texts += ["[" * 100_000, text.replace('"format": 1', '"format": 1e999'), text + " " * 100_000_001]
    for one in texts:
        manifest.write_text(one, "utf-8")
        with pytest.raises(InspectionsError) as found:
            read_sources(tmp_path / "lake")
        assert found.value.code == "lake_unreadable", one[:300]
    manifest.write_text(texts[0], "utf-8")
    changed(connection, "update object set name = 'x'")
    write_lake(connection, tmp_path / "lake")
    assert outside.exists()


@settings(max_examples=25)
@given(
    values=st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=2, max_size=6),
    swaps=st.permutations(range(6)),
    column=st.integers(0, 1),
)
def test_values_that_change_places_change_the_fingerprint_and_the_order_of_rows_does_not(
    values: list[tuple[bool, int]], swaps: list[int], column: int
) -> None:
    """Working days: rows whose values are exchanged among them are other rows, though every sum of a column stays."""
    with duckdb.connect() as connection:
        connection.execute("create table working_day (day date, is_working boolean, is_published boolean, ordinal int)")

        def fingerprint(rows: list[tuple[bool, int]], order: list[int]) -> str:
            connection.execute("delete from working_day")
            for number in order:
                connection.execute(
                    "insert into working_day values (date '2024-01-01' + ?, ?, true, ?)", [number, *rows[number]]
                )
            (found,) = writing._partitions(connection.cursor(), "working_day", 1)
            return found.fingerprint

        places = [place for place in swaps if place < len(values)]
        exchanged = [list(value) for value in values]
        for number, place in enumerate(places):
            exchanged[number][column] = values[place][column]
        others = [(bool(one), int(two)) for one, two in exchanged]
        before = fingerprint(values, list(range(len(values))))
        assert (fingerprint(others, list(range(len(values)))) == before) == (others == values)
        assert fingerprint(values, places) == before


def test_files_no_longer_named_stay_an_hour_for_their_readers(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    first = write_lake(connection, tmp_path / "lake").source
    for file in named(first):
        os.utime(file, (0, 0))  # written long ago, named until now
    killed = first.files("object")[0].with_name("1-0123456789abcdef.parquet.building.999999999.x")
    killed.write_bytes(b"half")
    os.utime(killed, (0, 0))
    strangers = killed.with_name("2-0123456789abcdef.parquet")
    strangers.write_bytes(b"")
    os.utime(strangers, (0, 0))
    changed(connection, "update object set name = '新名' where object_id = 'O2'")
    second = write_lake(connection, tmp_path / "lake").source
    (old,) = first.files("object")
    assert (old.exists(), killed.exists(), strangers.exists()) == (True, False, True)
    an_hour_ago = time.time() - KEPT_SECONDS - 60
    os.utime(old, (an_hour_ago, an_hour_ago))
    changed(connection)
    third = write_lake(connection, tmp_path / "lake").source
    assert not old.exists()
    strangers.unlink()
    assert parquet_below(tmp_path / "lake") == named(first, second, third) - {old}


def test_another_release_writes_all_of_it_anew(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SCHEMA_NUMBER", SCHEMA_NUMBER - 1)
    first = write_lake(connection, tmp_path / "lake")
    monkeypatch.undo()
    with pytest.raises(InspectionsError) as refused:
        read_sources(tmp_path / "lake")
    assert (refused.value.code, refused.value.parameters["number"]) == ("lake_other_schema", SCHEMA_NUMBER - 1)
    made = write_lake(connection, tmp_path / "lake")
    assert made.source.number == first.source.number
    assert wrote(made) == wrote(first)
    assert read_sources(tmp_path / "lake") == (made.source,)


# ------------------------------------------------------------------------------------------------------- many sources


def other_bureau(folder: Path, name: str) -> duckdb.DuckDBPyConnection:
    """Another database with rows in every table, of its own beginning."""
    connection = open_database(folder / f"{name}.duckdb")
    log_change(connection, actor=name, action="demo", subject=name)
    fill(connection)
    connection.execute("insert into bureau (name) values (?)", [name])
    return connection


def test_sources_keep_their_numbers_and_their_ids_never_meet(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    with other_bureau(tmp_path, "甲县") as one, other_bureau(tmp_path, "乙县") as two:
        for connection in (one, two, one):
            write_lake(connection, folder)
        changed(two, "update object set name = '新名' where object_id = 'O2'")
        write_lake(two, folder)
        first, second = read_sources(folder)
        assert (held_by_lake(first), held_by_lake(second)) == (in_database(one), in_database(two))
    assert ([first.number, second.number], first.bureaus[-1][1], second.bureaus[-1][1]) == ([1, 2], "甲县", "乙县")
    with duckdb.connect() as reader:
        for table, columns in relations().items():
            (key,) = shapes()[table].key[:1] or ("",)
            if columns.get(key) == "BIGINT" and key != "seq":
                seen = [
                    set(
                        reader.execute(
                            f"select {key} from read_parquet(?)", [[*map(str, source.files(table))]]
                        ).fetchall()
                    )
                    for source in (first, second)
                ]
                assert seen[0], table
                assert not seen[0] & seen[1], table


def test_a_restored_backup_is_the_same_source(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_lake(connection, tmp_path / "lake")
    made = write_backup(connection, tmp_path / "backups")
    changed(connection, "delete from recusal")
    write_lake(connection, tmp_path / "lake")
    with open_database(restore(made.folder, tmp_path / "restored.duckdb").path) as restored:
        again = write_lake(restored, tmp_path / "lake")
        assert again.source.number == 1
        assert wrote(again) == {"change_log": 1}  # the entry of the restore; the files of before are there still
        (source,) = read_sources(tmp_path / "lake")
        assert held_by_lake(source) == in_database(restored)


def test_twenty_bureaus_write_at_once_and_each_has_its_own_number(tmp_path: Path) -> None:
    """The twenty-first and twenty-second are copies of the twentieth: one source, whoever comes last."""
    with open_database(tmp_path / "empty.duckdb"):
        pass
    paths = [tmp_path / f"{number}.duckdb" for number in range(20)]
    for path in paths:
        shutil.copyfile(tmp_path / "empty.duckdb", path)
        with connect(path) as connection:
            connection.execute("insert into bureau (name) values (?)", [path.stem])
            log_change(connection, actor="某人", action="demo", subject=path.stem)
    copies = [tmp_path / f"copy{number}.duckdb" for number in range(2)]
    for copy in copies:
        shutil.copyfile(paths[-1], copy)
    folder = tmp_path / "lake"
    assert side_by_side([*paths, *copies], folder) == [0] * 22
    sources = read_sources(folder)
    assert [source.number for source in sources] == list(range(1, 21))
    assert sorted(name for source in sources for _, name in source.bureaus) == sorted(path.stem for path in paths)
    assert all(file.exists() for file in named(*sources))
    by_name = {source.bureaus[0][1]: source for source in sources}
    for path in paths[::7]:
        with connect(path) as connection:
            assert held_by_lake(by_name[path.stem]) == in_database(connection)


def test_where_the_system_knows_no_second_names_numbers_are_taken_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with other_bureau(tmp_path, "甲县") as one, other_bureau(tmp_path, "乙县") as two:
        assert [write_lake(each, tmp_path / "lake").source.number for each in (one, two, one)] == [1, 2, 1]


# ------------------------------------------------------------------------------------------------------------ trouble


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"name": "somebody else\'s"}',
        "cut",
        "leads out of the lake",
        "another table's file",
    ],
)
def test_a_damaged_or_foreign_manifest_is_named(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, text: str
) -> None:
    source = write_lake(connection, tmp_path / "lake").source
    manifest = tmp_path / "lake" / "sources" / "1.json"
    told = manifest.read_text("utf-8")
    (path,) = (part.path for part in source.tables["object"])
    text = {
        "cut": told[: len(told) // 2],
        "leads out of the lake": told.replace(path, "../../secret.parquet"),
        "another table's file": told.replace(path, path.replace("/object/", "/inspector/")),
    }.get(text, text)
    manifest.write_text(text, "utf-8")
    with pytest.raises(InspectionsError) as found:
        read_sources(tmp_path / "lake")
    assert (found.value.code, found.value.parameters["path"]) == ("lake_unreadable", manifest)
    # Its own database mends it where it is known to be its own; else it takes another number.
    assert write_lake(connection, tmp_path / "lake").source.number == (1 if "identity" in text else 2)


def test_where_there_is_no_lake_it_is_said(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InspectionsError, match="lake_missing"):
            read_sources(folder)


def test_a_database_that_was_never_written_to_is_no_source(tmp_path: Path) -> None:
    with open_database(Path(":memory:")) as connection, pytest.raises(InspectionsError, match="lake_nameless"):
        write_lake(connection, tmp_path / "lake")
    assert not (tmp_path / "lake").exists()


def write_one(database: str, folder: str) -> None:
    """What a process of its own does."""
    with open_database(Path(database)) as connection:
        write_lake(connection, Path(folder))


def test_a_full_disk_leaves_the_lake_as_it_was(tmp_path: Path) -> None:
    path, folder = filled(tmp_path / "x.duckdb"), tmp_path / "lake"
    with open_database(path) as connection:
        before = write_lake(connection, folder).source
        many = "select 'N' || i, md5(i::varchar), 'permit', null, null, 'active', true, null from range(60000) as t (i)"
        changed(connection, f"insert into object {many}")
        connection.execute("checkpoint")
    assert (limited(500_000, write_one, str(path), str(folder)) or ("",))[0] == "disk_full"
    assert read_sources(folder) == (before,)
    assert not list(folder.glob("**/*.building.*"))
    write_one(str(path), str(folder))
    with connect(path) as connection:
        assert held_by_lake(read_sources(folder)[0]) == in_database(connection)


@pytest.mark.parametrize("share", [0.15, 0.5, 0.85])
def test_killed_at_any_moment(share: float) -> None:
    """The short version of `python -m tests.soak.faults --jobs lake`."""
    ended, problems, _ = run_once("lake", 4.0 * share)
    assert (ended in {"killed", "finished"}, problems) == (True, [])


def test_a_place_that_may_not_be_written_to_is_said(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(InspectionsError, match="disk_read_only"):
        write_lake(connection, Path("/sys/lake"))
    (tmp_path / "a file").write_text("", "utf-8")
    with pytest.raises(InspectionsError, match="lake_failed"):
        write_lake(connection, tmp_path / "a file")


# ----------------------------------------------------------------------------------------------------------- the verb


def test_the_verb_writes_beside_the_running_dashboard(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "lake"

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "inspections", "lake", str(folder), "--db", str(tmp_path / "x.duckdb"), *options],
            cwd=ROOT, env={**os.environ, "INSPECTIONS_LANG": "en"}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    first = run("--json")
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    (source,) = read_sources(folder)
    assert held_by_lake(source) == in_database(connection)
    assert (report["number"], report["unchanged"], report["written"]) == (1, 0, len(named(source)))
    assert report["bytes"] == sum(file.stat().st_size for file in named(source))
    assert report["tables"]["object"]["rows"] == 3
    assert "keep it safe" in first.stderr
    # Whoever else has an account on the machine sees nothing of it.
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    changed(connection, "delete from recusal")
    second = run()
    assert second.returncode == 0, second.stderr
    assert ["change_log", "1", "0"] in [line.split()[:3] for line in second.stdout.splitlines()]
    assert "1 partition written" in second.stderr
