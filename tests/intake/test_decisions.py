"""What a file leaves open is proposed once, decided, remembered for its platform, and taken back with the import."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from inspections.__main__ import main
from inspections.intake.decisions import OPEN, WAITING, Decision, read_decisions, write_decisions
from inspections.intake.undo import undo
from inspections.store.database import open_database
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, speaking
from tests.filled import empty
from tests.intake.files import BUREAU, CLASSES, DRAWS, OBJECTS, WORLD, code, firms, looked_at, put_in, write_csv

PLATFORM = ["任务名称", "统一社会信用代码", "检查机关", "检查日期", "检查结果"]


@pytest.fixture(scope="module")
def year_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan, eight firms and one draw of four of them, closed."""
    folder = tmp_path_factory.mktemp("year")
    path = empty(folder / "year.duckdb")
    with open_database(path) as made:
        made.execute(WORLD)
        # One section checks mines: what the plan leaves no doubt about.
        made.execute("delete from task_item where unit_id = 3")
        put_in(made, write_csv(folder / "名录.csv", OBJECTS, firms()))
        drawn = [["矿山企业抽查", "2024-04-10", code(i), ""] for i in (1, 4, 5, 8)]
        put_in(made, write_csv(folder / "抽取.csv", DRAWS, drawn))
    return path


@pytest.fixture
def year(year_file: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it for one test."""
    with open_database(shutil.copyfile(year_file, tmp_path / "year.duckdb")) as opened:
        yield opened


def results(path: Path, task: str, unit: str = "矿产股", firms_: tuple[int, ...] = (1, 4)) -> Path:
    return write_csv(path, PLATFORM, [[task, code(i), unit, "2024-05-06", "未发现问题"] for i in firms_])


def of(found: object, kind: str) -> Decision:
    (one,) = [one for one in found.decisions if one.code == kind]  # type: ignore[attr-defined]
    return one


# ---------------------------------------------------------------------------------------------------- tasks
@pytest.mark.parametrize(
    "name",
    [
        f"{BUREAU}2024年第一季度矿山企业抽查任务",
        "2024年度部门联合双随机矿山企业抽查",
        "关于开展矿山企业抽查的通知",
        "矿山企业抽查（4月）",
    ],
)
def test_a_platform_s_name_that_holds_one_planned_task_is_that_task(
    year: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    report = put_in(year, results(tmp_path / "结果.csv", name))
    assert (report.status, report.preview.counts["new"]) == ("imported", 2)
    one = of(report.preview, "task")
    assert (one.by, one.value, one.rows) == ("papers", "矿山企业抽查", 2)


def test_a_name_that_holds_two_tasks_is_not_settled(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = looked_at(year, results(tmp_path / "结果.csv", "矿山企业抽查和测绘资质抽查"))
    assert of(found, "task").by == OPEN
    assert (found.waiting, found.blocked) == ([2, 3], [])


def test_a_name_is_asked_for_once_though_some_rows_have_no_day(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [["矿山企抽检", code(1), "矿产股", "2024-05-06", "未发现问题"], ["矿山企抽检", code(4), "矿产股", "", ""]]
    file = write_csv(tmp_path / "结果.csv", PLATFORM, rows)
    one = of(looked_at(year, file), "task")
    assert (one.by, one.rows) == (OPEN, 2)
    report = put_in(year, file, chosen={("task", "矿山企抽检"): "矿山企业抽查"})
    assert (report.status, report.preview.counts["new"]) == ("imported", 2)


def test_a_likely_name_waits_and_the_other_rows_go_in(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [["矿山企业抽查", code(1), "矿产股", "2024-05-06", "未发现问题"],
            ["矿山企抽检", code(4), "矿产股", "2024-05-06", "未发现问题"]]  # fmt: skip
    file = write_csv(tmp_path / "结果.csv", PLATFORM, rows)
    report = put_in(year, file)
    assert (report.status, report.complete, report.preview.waiting) == ("imported", False, [3])
    one = of(report.preview, "task")
    assert (one.proposal, one.value) == ("矿山企业抽查", None)
    again = put_in(year, file, chosen={("task", "矿山企抽检"): "矿山企业抽查"})
    assert (again.status, again.complete, again.preview.counts["new"]) == ("imported", True, 1)


def test_what_was_decided_is_remembered_for_the_layout_and_goes_with_its_import(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    chosen = {("task", "矿山企抽检"): "矿山企业抽查", ("entered_on", ""): "inspected"}
    first = put_in(year, results(tmp_path / "一.csv", "矿山企抽检"), chosen=chosen)
    assert first.status == "imported"
    next_one = looked_at(year, results(tmp_path / "二.csv", "矿山企抽检", firms_=(5,)))
    assert [(one.code, one.by) for one in next_one.decisions] == [("task", "remembered"), ("entered_on", "remembered")]
    # Another layout of the same kind is another platform.
    other = write_csv(tmp_path / "三.csv", [*PLATFORM, "公示日期"],
                      [["矿山企抽检", code(8), "矿产股", "2024-05-06", "未发现问题", ""]])  # fmt: skip
    assert of(looked_at(year, other), "task").by == OPEN
    assert first.import_id is not None
    undo(year, first.import_id, "李四")
    assert year.execute("select count(*) from import_decision").fetchone() == (0,)
    assert of(looked_at(year, results(tmp_path / "四.csv", "矿山企抽检")), "task").by == OPEN


# ---------------------------------------------------------------------------------------------------- units
def test_the_bureau_itself_as_inspecting_unit_is_settled_where_the_notice_says_so(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = results(tmp_path / "结果.csv", "矿山企业抽查", unit=BUREAU)
    found = looked_at(year, file)
    assert (of(found, "checking_unit").by, found.waiting) == (OPEN, [2, 3])
    year.execute("update task set checking_body = ? where task_id = 1", [BUREAU])
    report = put_in(year, file)
    assert of(report.preview, "checking_unit").by == "papers"
    assert year.execute("select distinct unit_id from result").fetchall() == [(1,)]


def test_who_is_not_of_the_bureau_keeps_the_row_out(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = results(tmp_path / "结果.csv", "矿山企业抽查", unit=BUREAU)
    found = looked_at(year, file, chosen={("checking_unit", BUREAU): "nobody"})
    assert set(found.issues["code"]) >= {"unit_not_checking"} or set(found.issues["code"]) >= {"unit_unknown_here"}
    assert found.blocked == [2, 3]


# ---------------------------------------------------------------------------------------------------- days
def test_results_without_a_day_of_entry_are_said_and_entered_when_somebody_agrees(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = results(tmp_path / "结果.csv", "矿山企业抽查")
    report = put_in(year, file)
    one = of(report.preview, "entered_on")
    assert (one.by, one.rows, one.proposal) == (OPEN, 2, "inspected")
    assert year.execute("select count(entered_on) from result").fetchone() == (0,)
    again = put_in(year, file, chosen={("entered_on", ""): "inspected"})
    assert again.preview.counts["changed"] == 2
    days = year.execute("select distinct inspected_on = entered_on from result").fetchall()
    assert days == [(True,)]


# ---------------------------------------------------------------------------------------------------- classes
def test_a_draw_whose_shares_rise_under_a_plan_that_asks_for_it_is_proposed_as_by_class(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    year.execute("update task set risk_rule = '按A、B、C、D类递加比例抽取' where task_id = 2")
    rows = [[code(i), f"第{i}矿业有限公司", "AAAABBCD"[i - 1], "2024-01-01"] for i in range(1, 9)]
    put_in(year, write_csv(tmp_path / "分类.csv", CLASSES, rows))
    year.execute("insert or ignore into object_scope select object_id, 2 from object")
    drawn = [["测绘资质抽查", "2024-06-10", code(i), ""] for i in (1, 5, 7)]
    file = write_csv(tmp_path / "测绘.csv", DRAWS, drawn)
    found = looked_at(year, file)
    one = of(found, "stratified")
    assert (one.by, one.proposal, one.parameters["counts"]) == (OPEN, "yes", "A 1/4、B 1/2、C 1/1")
    put_in(year, file, chosen={("stratified", "测绘资质抽查"): "yes"})
    assert year.execute("select stratified from draw where task_id = 2").fetchone() == (True,)


# ---------------------------------------------------------------------------------------------------- files
text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(WAITING)), text, text.filter(bool)), max_size=6, unique_by=lambda t: t[:2]
    )
)
def test_what_is_proposed_in_a_file_comes_back_from_it(
    tmp_path_factory: pytest.TempPathFactory, given_: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("d") / "d.toml"
    open_ones = [Decision(kind, subject, {value: value}, value, {"task": "grounds_alike", "checking_unit": "grounds_bureau",
                          "entered_on": "grounds_platform", "stratified": "grounds_rising"}[kind], 3,
                          parameters={"year": 2024, "draws": 1, "counts": "A 1/2"})
                 for kind, subject, value in given_]  # fmt: skip
    for language in LANGUAGES:
        with speaking(language):
            assert write_decisions(path, [("a.csv", one) for one in open_ones]) == len(given_)
        assert read_decisions(path) == {(kind, subject): value for kind, subject, value in given_}


@pytest.mark.parametrize(
    "content", ["decision = 3", "[[decision]]\ncode = 'x'", "[[decision]", "[[decision]]\ncode = 'task'\nvalue = 3"]
)
def test_a_file_that_holds_no_decisions_is_one_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "d.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(InspectionsError):
        read_decisions(file)


def test_the_command_proposes_and_takes_decisions(year_file: Path, tmp_path: Path) -> None:
    database = shutil.copyfile(year_file, tmp_path / "x.duckdb")
    file, proposals = results(tmp_path / "结果.csv", "矿山企抽检"), tmp_path / "决定.toml"
    runner = CliRunner()
    first = runner.invoke(main, ["import", "--db", str(database), "--json", "--propose", str(proposals), str(file)])
    assert first.exit_code in {2, 3}, first.output
    told = json.loads(first.stdout)["files"][0]
    assert [one["code"] for one in told["decisions"]] == ["task"]
    second = runner.invoke(main, ["import", "--db", str(database), "--json", "--decisions", str(proposals), str(file)])
    assert second.exit_code == 0, second.output
    told = json.loads(second.stdout)["files"][0]
    assert (told["rows_new"], told["rows_waiting"]) == (2, 0)
    assert {one["by"] for one in told["decisions"]} == {"chosen", "open"}
