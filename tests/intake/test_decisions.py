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
from inspections.intake.decisions import OPEN, WAITING, Decision, read_decisions, take_back, write_decisions
from inspections.intake.shown import waiting_sentences
from inspections.intake.undo import undo
from inspections.store.database import ask, open_database
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, speaking, texts
from tests.filled import empty
from tests.intake.files import (
    BUREAU,
    CLASSES,
    DRAWS,
    OBJECTS,
    WORLD,
    code,
    content,
    firms,
    looked_at,
    put_in,
    write_csv,
)

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


def test_rows_that_wait_are_a_group_of_their_own_and_no_errors(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [["矿山企业抽查", code(1), "矿产股", "2024-05-06", "未发现问题"],
            ["矿山企抽检", code(4), "矿产股", "2024-05-06", "未发现问题"],
            ["矿山企抽检", code(5), "矿产股", "五月某日", "未发现问题"]]  # fmt: skip
    file = write_csv(tmp_path / "结果.csv", PLATFORM, rows)
    found = looked_at(year, file)
    assert (found.waiting, found.blocked) == ([3], [4])  # a row that waits and is wrong is wrong
    assert (found.counts["waiting"], found.counts["rejected"]) == (1, 1)
    assert set(found.issues.loc[found.issues["severity"] == "error", "row"]) == {4}
    assert waiting_sentences(found) == ["1 行待确定后才能导入：", "“矿山企抽检”：第 3 行。"]
    report = put_in(year, file, good_rows=True)
    assert (report.status, report.preview.counts["new"]) == ("imported", 1)
    kept = year.execute("select rows_new, rows_waiting, rows_rejected from import order by import_id desc").fetchone()
    assert kept == (1, 1, 1)
    severities = "select distinct severity::varchar from import_issue where code = 'waits_for_decision'"
    assert year.execute(severities).fetchall() == [("waiting",)]


def test_a_file_that_waits_whole_stands_in_the_history_until_it_goes_in(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    def history() -> list[tuple[object, ...]]:
        told = ask(year, "imports", bureau_id=1).head(2).fillna({"waits_for": ""})
        return list(told[["import_state", "rows_waiting", "waits_for"]].itertuples(index=False, name=None))

    before, (earlier, _) = content(year), history()
    file = results(tmp_path / "结果.csv", "矿山企抽检")
    for _ in range(2):
        report = put_in(year, file)
        assert (report.status, report.complete, report.import_id) == ("waiting", False, None)
    assert content(year) == before
    (state, rows, waits_for), second = history()
    assert (state, rows, second) == ("waiting", 2, earlier)
    assert json.loads(waits_for) == [{"decision": "task", "about": "矿山企抽检", "rows": 2}]
    put_in(year, file, chosen={("task", "矿山企抽检"): "矿山企业抽查"})
    (state, rows, _), second = history()
    assert (state, rows, second) == ("complete", 0, earlier)


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


@pytest.mark.parametrize(
    ("drawn", "overall", "rates", "by"),
    [
        ((1, 5, 7), "null", ("0.25", "0.5", "1"), "papers"),
        # All proportions alike: 4 of 8 is what an overall half gives as well.
        ((1, 2, 5, 7), "0.5", ("0.5", "0.5", "0.5"), "open"),
        # One of A too many.
        ((1, 2, 5, 7), "null", ("0.25", "0.5", "1"), "open"),
    ],
)
def test_a_draw_of_exactly_the_planned_quotas_is_by_class_without_asking(
    year: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    drawn: tuple[int, ...],
    overall: str,
    rates: tuple[str, ...],
    by: str,
) -> None:
    year.execute(
        f"update task set rate = {overall}, rate_op = {'null' if overall == 'null' else chr(39) + '=' + chr(39)} where task_id = 2"
    )
    for risk_class, rate in zip("ABC", rates, strict=True):
        year.execute("insert into task_class_rate values (2, ?, ?, '=', null, null, 'notice')", [risk_class, rate])
    year.execute("insert into task_class_rate values (2, 'D', 0, '=', null, null, 'notice')")
    rows = [[code(i), f"第{i}矿业有限公司", "AAAABBCD"[i - 1], "2024-01-01"] for i in range(1, 9)]
    put_in(year, write_csv(tmp_path / "分类.csv", CLASSES, rows))
    year.execute("insert or ignore into object_scope select object_id, 2 from object")
    file = write_csv(tmp_path / "测绘.csv", DRAWS, [["测绘资质抽查", "2024-06-10", code(i), ""] for i in drawn])
    found = looked_at(year, file)
    one = of(found, "stratified")
    assert (one.by, one.value) == (by, "yes" if by == "papers" else None)
    put_in(year, file, chosen={} if by == "papers" else {("stratified", "测绘资质抽查"): "no"})
    assert year.execute("select stratified from draw where task_id = 2").fetchone() == (by == "papers",)


# ---------------------------------------------------------------------------------------------------- pools
def test_a_pool_once_named_is_remembered_for_the_layout(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first = put_in(
        year, write_csv(tmp_path / "名录2024.csv", OBJECTS[:3], [[code(21), "甲厂", "采矿业"]]), pool="全区测绘单位"
    )
    second = put_in(year, write_csv(tmp_path / "名录2025.csv", OBJECTS[:3], [[code(22), "乙厂", "采矿业"]]))
    assert (of(second.preview, "pool").by, second.status) == ("remembered", "imported")
    in_pool = "select count(*) from object_scope where scope_id = 2"
    assert year.execute(in_pool).fetchone() == (2,)
    # A list that calls itself otherwise may be of another pool.
    other = looked_at(year, write_csv(tmp_path / "加油站.csv", OBJECTS[:3], [[code(24), "丁站", "零售业"]]))
    assert of(other, "pool").by == OPEN
    # Decided otherwise later: the first import is undone all the same, and the later decision stays.
    put_in(year, write_csv(tmp_path / "名录3.csv", OBJECTS[:3], [[code(23), "丙厂", "采矿业"]]), pool="全区矿山企业")
    undo(year, first.import_id or 0, "李四")
    assert year.execute("select value from import_decision where code = 'pool'").fetchall() == [("全区矿山企业",)]


def test_a_pool_that_the_file_is_called_after_is_proposed(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "全区测绘单位名单.csv", OBJECTS[:3], [[code(21), "甲厂", "采矿业"]])
    one = of(looked_at(year, file), "pool")
    assert (one.proposal, one.grounds) == ("全区测绘单位", "grounds_named")


def test_a_task_drawn_from_another_known_pool_than_its_own_waits_and_takes_the_pool_that_holds_most(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    # 测绘资质抽查 is planned for 全区测绘单位; the drawn are mines.
    file = write_csv(tmp_path / "测绘.csv", DRAWS, [["测绘资质抽查", "2024-06-10", code(i), ""] for i in (1, 2, 3)])
    report = put_in(year, file)
    one = of(report.preview, "draw_pool")
    assert (report.status, one.by, one.proposal, report.preview.waiting) == (
        "waiting",
        "open",
        "全区矿山企业",
        [2, 3, 4],
    )
    before = year.execute("select draw_scope_id from task where task_id = 2").fetchone()
    done = put_in(year, file, chosen={("draw_pool", "测绘资质抽查"): "全区矿山企业"})
    assert done.complete
    assert year.execute("select frame_size from draw where task_id = 2").fetchone() == (8,)
    assert year.execute("select draw_scope_id from task where task_id = 2").fetchone() == (1,)
    assert put_in(year, file).status == "unchanged"
    undo(year, done.import_id or 0, "李四")
    assert year.execute("select draw_scope_id from task where task_id = 2").fetchone() == before
    # As planned is an answer, too: recorded as before, with the doubt said row by row.
    kept = put_in(year, file, chosen={("draw_pool", "测绘资质抽查"): "全区测绘单位"})
    assert (kept.status, year.execute("select frame_size from draw where task_id = 2").fetchone()) == ("imported", (3,))


# ---------------------------------------------------------------------------------------------------- numbers
LICENCES = ["统一社会信用代码", "企业名称", "采矿许可证号", "对象库"]


def test_two_licences_of_one_firm_wait_until_somebody_says_which_number_is_the_object_s(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [[code(31), "双证矿业", "C4100002024001", "全区矿山企业"], [code(31), "双证矿业", "C4100002024002", "全区矿山企业"],
            [code(32), "单证矿业", "C4100002024003", "全区矿山企业"]]  # fmt: skip
    file = write_csv(tmp_path / "采矿权.csv", LICENCES, rows)
    report = put_in(year, file)
    one = of(report.preview, "object_number")
    assert (one.by, one.proposal, report.preview.waiting, report.preview.blocked) == (OPEN, "licence", [2, 3], [])
    undo(year, report.import_id or 0, "李四")
    report = put_in(year, file, chosen={("object_number", ""): "licence"})
    assert report.preview.counts["new"] == 3
    held = year.execute("select object_id from object where name like '%证矿业' order by 1").fetchall()
    assert held == [("C4100002024001",), ("C4100002024002",), ("C4100002024003",)]
    # A draw that gives both numbers means what the register holds, and says so.
    drawn = [
        ["矿山企业抽查", "2024-06-10", "2", code(31), "C4100002024002"],
        ["矿山企业抽查", "2024-06-10", "2", code(1), ""],
    ]
    file = write_csv(tmp_path / "抽.csv", ["任务名称", "抽取时间", "批次", "统一社会信用代码", "采矿许可证号"], drawn)
    report = put_in(year, file)
    assert (of(report.preview, "object_number").by, report.preview.blocked) == ("papers", [])
    held = year.execute(
        "select object_id from draw_object inner join draw using (draw_id) where ordinal = 2 order by 1"
    )
    assert held.fetchall() == [(code(1),), ("C4100002024002",)]


def test_one_licence_a_firm_goes_in_by_the_credit_code_and_is_said(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [
        [code(32), "单证矿业", "C4100002024003", "全区矿山企业"],
        ["", "无码矿业", "C4100002024004", "全区矿山企业"],
    ]
    report = put_in(year, write_csv(tmp_path / "采矿权.csv", LICENCES, rows))
    assert (report.status, report.complete, of(report.preview, "object_number").proposal) == (
        "imported",
        True,
        "credit_code",
    )
    held = year.execute("select object_id from object where name in ('单证矿业', '无码矿业') order by 1").fetchall()
    assert held == [(code(32),), ("C4100002024004",)]


def test_an_object_without_any_number_says_so(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = looked_at(year, write_csv(tmp_path / "采矿权.csv", LICENCES, [["", "无号矿业", "", "全区矿山企业"]]))
    assert set(found.issues["code"]) == {"required_missing"}
    assert found.blocked == [2]


# ---------------------------------------------------------------------------------------------------- earlier ones
def test_earlier_decisions_are_listed_with_their_import_and_taken_back_one_by_one(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    chosen = {("task", "矿山企抽检"): "矿山企业抽查", ("entered_on", ""): "inspected"}
    first = put_in(year, results(tmp_path / "一.csv", "矿山企抽检"), chosen=chosen)
    found = ask(year, "import_decisions", bureau_id=1)
    assert found[["decision_code", "decision_subject", "decision_value", "source_file", "actor"]].values.tolist() == [
        ["entered_on", "", "inspected", "一.csv", "李四"],
        ["task", "矿山企抽检", "矿山企业抽查", "一.csv", "李四"],
    ]
    assert set(found["import_kind"]) == {"results"}
    assert ask(year, "import_decisions", bureau_id=9).empty
    layout = str(found["layout"][0])
    take_back(year, 1, layout, "task", "矿山企抽检", "王五")
    assert ask(year, "import_decisions", bureau_id=None)["decision_code"].tolist() == ["entered_on"]
    logged = year.execute("select actor, action, subject, before from change_log order by seq desc limit 1").fetchone()
    assert logged
    assert logged[:3] == ("王五", "decision", f"results {BUREAU}")
    assert json.loads(logged[3]) == {"decision": "task", "about": "矿山企抽检", "value": "矿山企业抽查"}
    assert of(looked_at(year, results(tmp_path / "二.csv", "矿山企抽检", firms_=(5,))), "task").by == OPEN
    with pytest.raises(InspectionsError):
        take_back(year, 1, layout, "task", "矿山企抽检", "王五")
    undo(year, first.import_id or 0, "李四")  # nobody is kept from undoing the import by it
    assert ask(year, "import_decisions", bureau_id=1).empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_decision_has_its_name_in_the_list(language: str) -> None:
    assert set(texts(language)["codes"]["decision_code"]) == set(WAITING)


def test_the_command_lists_earlier_decisions_and_takes_them_back(year_file: Path, tmp_path: Path) -> None:
    database = shutil.copyfile(year_file, tmp_path / "x.duckdb")
    with open_database(database) as connection:
        put_in(
            connection,
            results(tmp_path / "一.csv", "矿山企业抽查", unit=BUREAU),
            chosen={("checking_unit", BUREAU): "by_task"},
        )
    runner = CliRunner()
    told = runner.invoke(main, ["import", "--list-decisions", "--db", str(database)])
    assert told.exit_code == 0, told.output
    assert f"检查结果：检查机关“{BUREAU}”按“任务的责任股室”处理" in told.output
    told = runner.invoke(main, ["import", "--list-decisions", "--json", "--db", str(database)])
    assert [one["decision_value"] for one in json.loads(told.stdout)["decisions"]] == ["by_task"]
    assert runner.invoke(main, ["import", "--db", str(database)]).exit_code == 2
    forget = ["import", "--forget", f"checking_unit:{BUREAU}", "--db", str(database)]
    assert runner.invoke(main, forget).exit_code == 0
    told = runner.invoke(main, ["import", "--list-decisions", "--json", "--db", str(database)])
    assert json.loads(told.stdout)["decisions"] == []
    told = runner.invoke(main, forget)
    assert told.exit_code == 1
    assert "没有对" in told.output


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
                          "entered_on": "grounds_platform", "stratified": "grounds_rising",
                          "pool": "grounds_named", "draw_pool": "grounds_most", "object_number": "grounds_twice",
                          "revision": "grounds_names", "revised_task": "grounds_none", "unnamed_task": "grounds_whole"}[kind], 3,
                          parameters={"year": 2024, "draws": 1, "counts": "A 1/2", "pool": "甲库", "drawn": 1, "own": 0,
                                      "total": 1, "twice": 1, "title": "计划", "number": "一号", "shared": 2, "named": 3,
                                      "count_all": 4})
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
    assert first.exit_code == 3, first.output
    told = json.loads(first.stdout)["files"][0]
    assert (told["status"], told["rows_waiting"], told["rows_rejected"]) == ("waiting", 2, 0)
    assert [entry["row"] for entry in told["waiting"]] == [2, 3]
    assert "waits_for_decision" not in {issue["code"] for issue in told["issues"]}
    plain = runner.invoke(main, ["import", "--db", str(database), str(file)])
    assert "有 2 行待确定，其余没有新内容，未写入" in plain.output
    assert "“矿山企抽检”：第 2、3 行。" in plain.output
    assert [one["code"] for one in told["decisions"]] == ["task"]
    second = runner.invoke(main, ["import", "--db", str(database), "--json", "--decisions", str(proposals), str(file)])
    assert second.exit_code == 0, second.output
    told = json.loads(second.stdout)["files"][0]
    assert (told["rows_new"], told["rows_waiting"]) == (2, 0)
    assert {one["by"] for one in told["decisions"]} == {"chosen", "open"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_decision_has_a_name_in_the_list_of_earlier_ones(language: str) -> None:
    assert set(texts(language)["codes"]["decision_code"]) == set(WAITING)
