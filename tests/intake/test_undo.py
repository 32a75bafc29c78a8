"""An import is taken back whole, or says what stands in the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.intake.undo import undo
from inspections.notice.storing import import_notice
from inspections.store.database import open_database
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say_error
from tests.filled import empty
from tests.intake.files import OBJECTS, WORLD, code, content, files_of_a_year, firms, put_in, write_csv, write_xlsx
from tests.spoken import spoken_in

NOTICES = Path(__file__).resolve().parents[2] / "data" / "notices"


def brought(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[int]:
    """A year in files; the numbers of the imports."""
    numbers = (put_in(connection, file).import_id for file in files_of_a_year(folder))
    return [number for number in numbers if number is not None]


@dataclass
class Year:
    """A year that was brought file by file: the closed database, the imports, the contents before each and at the end."""

    path: Path
    numbers: list[int]
    states: list[dict[str, list[tuple[Any, ...]]]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("year")
    made = Year(empty(folder / "year.duckdb"), [], [])
    with open_database(made.path) as connection:
        connection.execute(WORLD)
        made.states.append(content(connection))
        for file in files_of_a_year(folder):
            number = put_in(connection, file).import_id
            assert number is not None
            made.numbers.append(number)
            made.states.append(content(connection))
    return made


@pytest.fixture
def year(made: Year, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it for one test."""
    with open_database(shutil.copyfile(made.path, tmp_path / "year.duckdb")) as opened:
        yield opened


def test_undone_in_reverse_everything_is_as_it_was_before_each_import(
    made: Year, year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for number, before in reversed(list(zip(made.numbers, made.states[:-1], strict=True))):
        undo(year, number, "李四")
        assert content(year) == before, number
    assert year.execute("select count(*) from import where undone_at is null").fetchone() == (0,)
    assert year.execute("select distinct status::varchar from import_file").fetchall() == [("undone",)]
    # A schema made anew keeps its comments and its references.
    silent = year.execute("select count(*) from duckdb_columns() where not internal and comment is null and table_name in"
                          " (select table_name from duckdb_tables() where not temporary)").fetchone()  # fmt: skip
    assert silent == (0,)
    with pytest.raises(duckdb.ConstraintException):
        year.execute("insert into result (draw_id, object_id, unit_id) values (999, 'x', 1)")
    # The same files again give the same contents, ids apart: nothing was left behind that gets in their way.
    assert len(brought(year, tmp_path)) == len(made.numbers)
    shown = ("object", "risk_class", "object_scope")
    assert [len(content(year)[table]) for table in shown] == [len(made.states[-1][table]) for table in shown]


def test_what_stands_in_the_way_is_said(made: Year, year: duckdb.DuckDBPyConnection) -> None:
    for undone, wanted in (
        (3, "undo_later_import"),  # the classes of June changed the periods of January
        (1, "undo_later_import"),  # a firm of the directory was renamed by another file
        (5, "undo_referenced"),  # the draw rests on the inspectors
        (7, "undo_referenced"),  # the results rest on the draw
    ):
        with pytest.raises(InspectionsError) as raised:
            undo(year, made.numbers[undone], "李四")
        assert raised.value.code == wanted, undone
        assert content(year) == made.states[-1]
        for language in LANGUAGES:
            assert "{" not in spoken_in(language, say_error, raised.value)


def test_an_edit_by_hand_stands_in_the_way(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    number = put_in(connection, write_xlsx(tmp_path / "名录.xlsx", OBJECTS, firms(2))).import_id
    assert number is not None
    connection.execute("update object set name = '手工改过' where object_id = ?", [code(1)])
    with pytest.raises(InspectionsError) as raised:
        undo(connection, number, "李四")
    assert (raised.value.code, raised.value.parameters["count"]) == ("undo_changed", 1)


def test_an_import_is_undone_once(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    number = put_in(connection, write_xlsx(tmp_path / "名录.xlsx", OBJECTS, firms(2))).import_id
    assert number is not None
    undo(connection, number, "李四")
    for wanted, asked in (("import_undone", number), ("import_unknown", 999)):
        with pytest.raises(InspectionsError) as raised:
            undo(connection, asked, "李四")
        assert raised.value.code == wanted


def test_a_notice_can_be_undone_and_imported_again(tmp_path: Path) -> None:
    with open_database(empty(tmp_path / "a.duckdb")) as connection:
        import_notice(connection, NOTICES / "jianan-2024.txt", actor="李四")
        first = content(connection)
        import_notice(connection, NOTICES / "yangcheng-2023.txt", actor="李四")
        (number,) = connection.execute("select max(import_id) from import").fetchone() or (0,)
        undo(connection, number, "李四")
        assert content(connection) == first
        report = import_notice(connection, NOTICES / "yangcheng-2023.txt", actor="李四")
        assert (report.status, {plan.status for plan in report.plans}) == ("imported", {"new"})


def test_a_replaced_plan_comes_back_when_the_replacement_is_undone(tmp_path: Path) -> None:
    text = (NOTICES / "jianan-2024.txt").read_text("utf-8")
    changed = tmp_path / "jianan-2024.txt"
    with open_database(empty(tmp_path / "a.duckdb")) as connection:
        import_notice(connection, NOTICES / "jianan-2024.txt", actor="李四")
        first = content(connection)
        changed.write_text(text.replace("矿山", "矿场").replace("测绘", "测量"), "utf-8")
        report = import_notice(connection, changed, actor="李四")
        assert "replaced" in {plan.status for plan in report.plans}
        (number,) = connection.execute("select max(import_id) from import").fetchone() or (0,)
        undo(connection, number, "李四")
        assert content(connection) == first


ROWS = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["甲矿", "乙矿", "丙矿"]), st.sampled_from(["", "全区矿山企业", "全区测绘单位", "新库"])),
    min_size=1, max_size=6, unique_by=lambda row: row[0],
)  # fmt: skip


@given(st.lists(ROWS, min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=5)
def test_whatever_is_brought_and_undone_leaves_no_trace(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[tuple[int, str, str]]]
) -> None:
    folder = tmp_path_factory.mktemp("files")
    with open_database(empty(folder / "x.duckdb")) as connection:
        connection.execute(WORLD)
        states, numbers = [content(connection)], []
        for number, rows in enumerate(files):
            lines = [[code(firm), name, "", "", pool] for firm, name, pool in rows]
            done = put_in(connection, write_csv(folder / f"{number}.csv", OBJECTS, lines)).import_id
            if done is not None:
                numbers.append(done)
                states.append(content(connection))
        for number in reversed(numbers):
            states.pop()
            undo(connection, number, "李四")
            assert content(connection) == states[-1]
