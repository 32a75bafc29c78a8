"""Layouts of other provinces' exports: what several columns, titles and blanks say is taken as its reader would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import docx
import duckdb
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from inspections.__main__ import main
from inspections.intake.cells import read
from inspections.intake.door import what_is
from inspections.intake.incoming import read_incoming
from inspections.intake.sheet import read_sheet
from inspections.intake.shown import waiting_sentences
from inspections.intake.storing import Report, commit, ledger_of_table
from inspections.intake.undo import undo
from inspections.store.database import ask, open_database
from inspections.words.errors import InspectionsError
from tests.intake.files import (
    OBJECTS,
    PEOPLE,
    WORLD,
    code,
    content,
    looked_at,
    put_in,
    workbook_of_a_year,
    write_csv,
    write_xlsx,
)


@pytest.fixture(scope="module")
def world_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau with a plan, eight firms in its pool and three inspectors."""
    folder = tmp_path_factory.mktemp("layouts")
    path = folder / "world.duckdb"
    people = [
        ["张三", "矿产股", "16-001", "是"],
        ["李四", "矿产股", "16-002", "否"],
        ["王五", "测绘股", "16-003", "是"],
    ]
    firms = [[code(i), f"第{i}矿业有限公司", "采矿业", "某镇", "全区矿山企业"] for i in range(1, 9)]
    with open_database(path) as made:
        made.execute(WORLD)
        put_in(made, write_xlsx(folder / "名录.xlsx", OBJECTS, firms))
        put_in(made, write_csv(folder / "人员.csv", PEOPLE, people))
    return path


@pytest.fixture
def world(world_file: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it for one test."""
    with open_database(shutil.copyfile(world_file, tmp_path / "world.duckdb")) as opened:
        yield opened


def drawn(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in connection.execute("select object_id from draw_object order by all").fetchall()]


def paper(path: Path, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    document = docx.Document()
    for title in titles:
        document.add_paragraph(title)
    table = document.add_table(len(rows), len(rows[0]))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            table.cell(number, column).text = cell
    document.save(str(path))
    return path


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], merged: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(path)
    return path


# ---------------------------------------------------------------------------------------------------- papers
def test_results_in_a_paper_are_results_and_leave_the_plan_alone(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    head = ["抽查任务名称", "检查对象", "统一社会信用代码", "检查时间", "检查结果", "公示时间"]
    rows = [head, ["矿山企业抽查", "第1矿业有限公司", code(1), "2024-05-06", "未发现问题", "2024-05-10"]]
    sheet = what_is(world, paper(tmp_path / "公示.docx", ["抽查结果公示"], rows))
    assert sheet is not None
    assert read_incoming(world, sheet).kind == "results"
    assert what_is(world, Path(__file__).resolve().parents[2] / "data" / "notices" / "yangcheng-2023.txt") is None


def test_a_list_of_draws_without_codes_is_no_plan(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    head = ["任务编号", "任务名称", "抽取日期", "抽取企业", "检查组"]
    rows = [["1", "矿山企业抽查", "2024-05-01", "第1矿业有限公司", "张三、李四"]]
    sheet = what_is(world, write_xlsx(tmp_path / "抽取.xlsx", head, rows))
    assert sheet is not None
    assert commit(world, read_incoming(world, sheet), actor="李四").status == "imported"
    assert drawn(world) == [code(1)]


# ---------------------------------------------------------------------------------------------------- no rows
def test_how_to_fill_in_headings_among_rows_and_sums_between_them_are_no_rows(tmp_path: Path) -> None:
    rows = [
        ["序号", "企业名称", "统一社会信用代码", "所属区域"],
        ["说明", "必填，与营业执照一致", "18位", "选填"],
        ["一、城关镇", "", "", ""],
        ["1", "第1矿业有限公司", code(1), "城关镇"],
        ["城关镇小计", "1户", "", ""],
        ["2", "合计商贸有限公司", code(2), "某镇"],
        ["合计", "共2户", "", ""],
        ["填报人：赵某某", "", "联系电话：13812345678", ""],
    ]
    sheet = read_sheet(write_csv(tmp_path / "名录.csv", rows[0], rows[1:]))
    assert list(sheet.rows[1]) == ["第1矿业有限公司", "合计商贸有限公司"]
    assert [row for row, _ in sheet.left_out] == [2, 3, 5, 7, 8]


def test_names_below_a_heading_over_several_columns_belong_to_it_whatever_they_are(tmp_path: Path) -> None:
    rows = [
        ["任务名称", "统一社会信用代码", "检查结果", None],
        [None, None, "矿产资源开采情况", "安全生产条件"],
        ["矿山企业抽查", code(1), "合格", "不合格"],
    ]
    sheet = read_sheet(workbook(tmp_path / "结果.xlsx", {"一": rows}, ["A1:A2", "B1:B2", "C1:D1"]))
    assert sheet.headers[2:] == ("检查结果 / 矿产资源开采情况", "检查结果 / 安全生产条件")
    assert len(sheet.rows) == 1


def test_other_worksheets_with_such_headings_are_named(tmp_path: Path) -> None:
    head = ["企业名称", "统一社会信用代码", "所属区域"]
    sheets = {name: [head, ["第1矿业有限公司", code(1), "某镇"]] for name in ("一镇", "二镇")}
    sheet = read_sheet(workbook(tmp_path / "名录.xlsx", {**sheets, "封面": [["名录"]]}))
    assert [dict(remark.parameters) for remark in sheet.remarks] == [{"sheets": "二镇"}]
    assert not read_sheet(write_xlsx(tmp_path / "一张.xlsx", head, [["甲", code(1), "某镇"]])).remarks


def test_every_worksheet_of_a_workbook_goes_in_in_the_order_in_which_they_build_on_each_other(tmp_path: Path) -> None:
    database = tmp_path / "year.duckdb"
    with open_database(database) as made:
        made.execute(WORLD)
    book = workbook_of_a_year(tmp_path / "年度.xlsx")
    ran = CliRunner().invoke(main, ["import", str(book), "--db", str(database), "--json"])
    told = json.loads(ran.stdout)["files"]
    assert [(one["worksheet"], one["kind"], one["status"]) for one in told] == [
        ("对象", "object_directory", "imported"),
        ("人员", "inspector_directory", "imported"),
        ("抽取", "draws", "imported"),
        ("结果", "results", "imported"),
        ("待定", "results", "waiting"),
    ]
    assert ran.exit_code == 3
    assert [one["ledger"]["rows"]["new"] for one in told] == [8, 2, 3, 2, 0]
    said = {issue["code"] for one in told for issue in one["issues"]}
    assert "worksheets_unread" not in said
    assert "worksheets_passed_over" in said
    with open_database(database) as year:
        files = ask(year, "imports", bureau_id=1)
        assert set(files["source_file"]) == {f"年度.xlsx · {one['worksheet']}" for one in told}
        # The same file again is known, worksheet by worksheet.
        again = [put_in(year, book, worksheet=one["worksheet"]) for one in told]
        assert [report.status for report in again] == ["unchanged"] * 4 + ["waiting"]
        # Each is taken back by itself, the last first.
        for import_id in sorted(files["import_id"].dropna().astype(int), reverse=True):
            undo(year, import_id, "李四")
        assert year.execute("select count(*) from object").fetchone() == (0,)


def test_a_file_of_headings_alone_is_refused_in_a_sentence(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(InspectionsError) as raised:
        read_incoming(world, write_csv(tmp_path / "空.csv", OBJECTS, []))
    assert raised.value.code == "sheet_without_rows"


# ---------------------------------------------------------------------------------------------------- several columns
def test_two_inspectors_in_two_columns_with_their_numbers_are_both_matched(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    head = ["任务名称", "抽取日期", "统一社会信用代码", "抽取方式", "主检人员", "协检人员"]
    rows = [["矿山企业抽查", "2024-05-01", code(1), "系统随机抽取", "张三（16-001）", "王五(组员)"]]
    assert put_in(world, write_csv(tmp_path / "抽取.csv", head, rows)).status == "imported"
    assert world.execute("select inspector_id from draw_inspector order by all").fetchall() == [(1,), (3,)]


@pytest.mark.parametrize("cell", ["张三 王五", "张三　王五", "张三16-001 王五16-003", "张 三、王 五"])
def test_inspectors_parted_by_a_blank_alone_are_two(
    world: duckdb.DuckDBPyConnection, tmp_path: Path, cell: str
) -> None:
    head = ["任务名称", "抽取日期", "统一社会信用代码", "检查人员"]
    found = looked_at(world, write_csv(tmp_path / "抽取.csv", head, [["矿山企业抽查", "2024-05-01", code(1), cell]]))
    assert (found.counts["new"], set(found.issues["field"]) & {"inspectors"}) == (1, set())


def test_the_section_beside_the_bureau_is_whose_the_inspector_is(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    head = ["人员姓名", "执法证件编号", "所在单位", "所在业务部门（机构）"]
    rows = [["赵六", "16-009", "许昌市建安区测试局", "测绘股"], ["钱七", "16-010", "建安区应急管理局", "矿产股"]]
    frame = read_incoming(world, write_csv(tmp_path / "人员.csv", head, rows)).frame
    assert list(frame["unit"]) == ["测绘股", "建安区应急管理局"]


def test_a_state_and_a_measure_in_two_columns_are_one_follow_up(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    head = ["任务名称", "统一社会信用代码", "检查日期", "后续处置状态", "处置方式"]
    told = [("处置中", "责令改正"), ("处置完成", ""), ("整改进行中", ""), ("已完结", "看情况")]
    rows = [["矿山企业抽查", code(i), "2024-05-06", *pair] for i, pair in enumerate(told, 1)]
    incoming = read_incoming(world, write_csv(tmp_path / "结果.csv", head, rows))
    assert [value if isinstance(value, str) else None for value in incoming.frame["follow_up"]] == [
        "correction_ordered", "other", None, "other",
    ]  # fmt: skip
    assert list(incoming.issues[incoming.issues["code"] == "beside_unread"]["row"]) == [5]


def test_ticks_below_the_names_of_results_are_results(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    head = [
        "任务名称",
        "统一社会信用代码",
        "检查日期",
        "未发现问题",
        "未按规定公示应当公示的信息",
        "发现问题已责令改正",
    ]
    rows = [["矿山企业抽查", code(1), "2024-05-06", "√", "", ""], ["矿山企业抽查", code(2), "2024-05-06", "", "√", "√"]]
    incoming = read_incoming(world, write_csv(tmp_path / "结果.csv", head, rows))
    assert [set(told.split("\x1f")) for told in incoming.frame["outcome"]] == [
        {"no_problem"}, {"not_disclosed", "corrected"},
    ]  # fmt: skip
    assert not incoming.unread


def test_a_question_answered_beside_the_kind_of_problem_is_a_result(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    head = ["任务名称", "统一社会信用代码", "检查日期", "是否发现问题", "问题类型"]
    rows = [
        ["矿山企业抽查", code(1), "2024-05-06", "否", ""],
        ["矿山企业抽查", code(2), "2024-05-06", "是", "无法联系"],
    ]
    incoming = read_incoming(world, write_csv(tmp_path / "结果.csv", head, rows))
    assert list(incoming.frame["outcome"]) == ["no_problem", "unreachable"]


def test_results_of_single_items_have_a_column_each(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    drawing = ["任务名称", "抽取日期", "统一社会信用代码"]
    put_in(world, write_csv(tmp_path / "抽取.csv", drawing, [["矿山企业抽查", "2024-05-01", code(1)]]))
    head = [
        "任务名称",
        "统一社会信用代码",
        "检查部门",
        "检查日期",
        "录入日期",
        "矿产资源开采情况",
        "安全生产条件",
        "综合结论",
    ]
    rows = [["矿山企业抽查", code(1), "矿产股", "2024-05-06", "2024-05-07", "合格", "未检查", "不合格"]]
    report = put_in(world, write_csv(tmp_path / "结果.csv", head, rows))
    assert report.status == "imported"
    assert world.execute("select item_id, outcome::varchar from result_outcome").fetchall() == [(1, "no_problem")]
    assert "outcome_not_checked" in set(report.preview.issues["code"])


# ---------------------------------------------------------------------------------------------------- rows that say several things
def a_draw(world: duckdb.DuckDBPyConnection, folder: Path, *numbers: int) -> None:
    head = ["任务名称", "抽取日期", "统一社会信用代码"]
    put_in(world, write_csv(folder / "抽取.csv", head, [["矿山企业抽查", "2024-05-01", code(i)] for i in numbers]))


def stored(world: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return world.execute(
        """select object_id, unit.name, cast(inspected_on as varchar), list(outcome::varchar)
        from result inner join unit using (unit_id) left join (
            select draw_id, object_id, unit_id, outcome from visit_outcome
            union select draw_id, object_id, unit_id, outcome from result_outcome
        ) using (draw_id, object_id, unit_id)
        group by all order by all"""
    ).fetchall()


def taken_back(world: duckdb.DuckDBPyConnection, report: Report, before: dict[str, list[tuple[Any, ...]]]) -> bool:
    """Whether the database is as before once the import is undone, its decisions included."""
    assert report.import_id is not None
    undo(world, report.import_id, "李四")
    decisions = world.execute("select count(*) from import_decision").fetchone()
    return content(world) == before and decisions == (0,)


@pytest.mark.parametrize("heads", [("建安区应急管理局", "矿产股"), ("建安区应急管理局检查结果", "矿产股检查结果")])
def test_a_column_of_results_for_each_department_is_a_result_of_each(
    world: duckdb.DuckDBPyConnection, tmp_path: Path, heads: tuple[str, str]
) -> None:
    a_draw(world, tmp_path, 1, 2)
    before = content(world)
    head = ["任务名称", "企业名称", "检查日期", *heads]
    rows = [
        ["矿山企业抽查", "第1矿业有限公司", "2024-05-06", "未发现问题", "发现问题已责令改正"],
        ["矿山企业抽查", "第2矿业有限公司", "2024-05-06", "", "未发现问题"],
    ]
    report = put_in(world, write_csv(tmp_path / "结果.csv", head, rows))
    assert report.status == "imported"
    assert [(unit, found) for _, unit, _, found in stored(world)] == [
        ("建安区应急管理局", ["no_problem"]), ("矿产股", ["corrected"]), ("矿产股", ["no_problem"]),
    ]  # fmt: skip
    ledger = ledger_of_table(report.preview)
    assert (ledger.read, ledger.rows["new"]) == (3, 3)
    assert not [use for use in ledger.columns if use.field is None]
    assert {int(row) for row in report.preview.rows["row"]} == {2, 3}
    assert taken_back(world, report, before)


def test_departments_over_their_own_days_and_results(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    a_draw(world, tmp_path, 1)
    rows = [
        ["任务名称", "企业名称", "矿产股", None, "建安区应急管理局", None],
        [None, None, "检查日期", "检查结果", "检查日期", "检查结果"],
        ["矿山企业抽查", "第1矿业有限公司", "2024-05-06", "未发现问题", "2024-05-07", "发现问题已责令改正"],
    ]
    book = workbook(tmp_path / "结果.xlsx", {"一": rows}, ["A1:A2", "B1:B2", "C1:D1", "E1:F1"])
    assert put_in(world, book).status == "imported"
    assert [told[1:] for told in stored(world)] == [
        ("建安区应急管理局", "2024-05-07", ["corrected"]), ("矿产股", "2024-05-06", ["no_problem"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cell",
    [
        "第1矿业有限公司、第4矿业有限公司",
        "1.第1矿业有限公司\n2.第4矿业有限公司",
        "第1矿业有限公司；第4矿业有限公司等2家企业",
    ],
)
def test_several_objects_in_one_cell_are_a_row_each(
    world: duckdb.DuckDBPyConnection, tmp_path: Path, cell: str
) -> None:
    before = content(world)
    head = ["任务名称", "抽取日期", "企业名称", "检查人员"]
    file = write_csv(tmp_path / "抽取.csv", head, [["矿山企业抽查", "2024-05-01", cell, "张三、李四"]])
    report = put_in(world, file)
    assert drawn(world) == sorted([code(1), code(4)])
    assert world.execute("select count(*) from draw_inspector").fetchone() == (4,)
    assert (report.preview.counts["new"], set(report.preview.rows["row"])) == (2, {2})
    assert "objects_in_one_cell" in set(report.preview.issues["code"])
    assert taken_back(world, report, before)


def test_lines_beside_objects_in_lines_are_theirs(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    a_draw(world, tmp_path, 1, 2)
    head = ["任务名称", "企业名称", "统一社会信用代码", "检查单位", "检查日期", "检查结果"]
    row = ["矿山企业抽查", "第1矿业有限公司\n第2矿业有限公司", f"{code(1)}\n{code(2)}", "矿产股", "2024-05-06",
           "未发现问题\n发现问题已责令改正"]  # fmt: skip
    put_in(world, write_csv(tmp_path / "结果.csv", head, [row]))
    assert [found for *_, found in stored(world)] == [["no_problem"], ["corrected"]]
    # Two firms and one code: whose it is nobody knows, and nothing is lost without a word.
    unclear = [*row[:2], code(1), *row[3:]]
    found = looked_at(world, write_csv(tmp_path / "二.csv", head, [unclear]))
    assert "objects_and_codes_differ" in set(found.issues["code"])
    assert found.blocked == [2]


@pytest.mark.parametrize("cell", ["矿产资源开采情况、安全生产条件", "1.矿产资源开采情况\n2.安全生产条件"])
def test_several_items_in_one_cell_are_a_result_of_each(
    world: duckdb.DuckDBPyConnection, tmp_path: Path, cell: str
) -> None:
    a_draw(world, tmp_path, 1)
    before = content(world)
    head = ["任务名称", "企业名称", "检查单位", "检查事项", "检查日期", "检查结果"]
    row = ["矿山企业抽查", "第1矿业有限公司", "矿产股", cell, "2024-05-06", "未发现问题"]
    report = put_in(world, write_csv(tmp_path / "结果.csv", head, [row]))
    assert world.execute("select item_id, outcome::varchar from result_outcome order by all").fetchall() == [
        (1, "no_problem"), (2, "no_problem"),
    ]  # fmt: skip
    assert "items_in_one_cell" in set(report.preview.issues["code"])
    assert set(report.preview.rows["row"]) == {2}
    assert taken_back(world, report, before)


def test_an_item_beside_columns_of_departments_is_of_the_one_that_checks_it(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    a_draw(world, tmp_path, 1, 2)
    head = ["任务名称", "企业名称", "检查日期", "矿产资源开采情况", "安全生产条件", "矿产股", "建安区应急管理局"]
    both = [
        "矿山企业抽查",
        "第1矿业有限公司",
        "2024-05-06",
        "未发现问题",
        "发现问题已责令改正",
        "未发现问题",
        "未发现问题",
    ]
    put_in(world, write_csv(tmp_path / "结果.csv", head, [both]))
    assert world.execute("select unit_id, item_id, outcome::varchar from result_outcome order by all").fetchall() == [
        (1, 1, "no_problem"), (3, 2, "corrected"),
    ]  # fmt: skip
    # An item that both check is counted once, which is said.
    world.execute("insert into task_item values (1, 1, 3)")
    one = [*both[:1], "第2矿业有限公司", *both[2:]]
    found = looked_at(world, write_csv(tmp_path / "二.csv", head, [one]))
    assert "item_of_one_unit" in set(found.issues["code"])


def test_the_last_of_days_in_two_columns_counts(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    a_draw(world, tmp_path, 1)
    row = ["矿山企业抽查", "第1矿业有限公司", "矿产股", "2024-05-06", "2024-05-08", "未发现问题"]
    for first, last in (("检查起止日期", ""), ("检查开始日期", "检查结束日期"), ("检查时间起", "检查时间止")):
        head = ["任务名称", "企业名称", "检查单位", first, last, "检查结果"]
        found = looked_at(world, write_csv(tmp_path / f"{first}.csv", head, [row]))
        assert (found.counts["new"], "date_span_last" in set(found.issues["code"])) == (1, True), first
    rows = [
        ["任务名称", "企业名称", "检查单位", "检查起止日期", None, "检查结果"],
        [*[None] * 3, "起", "止", None],
        row,
    ]
    put_in(world, workbook(tmp_path / "结果.xlsx", {"一": rows}, ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2"]))
    assert [day for _, _, day, _ in stored(world)] == ["2024-05-08"]


def test_a_name_with_a_mark_in_it_is_one_name(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    world.execute("update object set name = '老李、老王砂石厂' where object_id = ?", [code(3)])
    head = ["任务名称", "抽取日期", "企业名称"]
    put_in(world, write_csv(tmp_path / "抽取.csv", head, [["矿山企业抽查", "2024-05-01", "老李、老王砂石厂"]]))
    assert drawn(world) == [code(3)]


# ---------------------------------------------------------------------------------------------------- days
@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-05-06至2024-05-08", "2024-05-08"),
        ("2024年5月6日-8日", "2024-05-08"),
        ("2024.5.6~5.8", "2024-05-08"),
        ("5月6日至8日", "2024-05-08"),
        ("5月8日", "2024-05-08"),
        ("2024-05-08 09:00-11:00", "2024-05-08"),
        ("２０２４．５．８", "2024-05-08"),
    ],
)
def test_the_last_of_several_days_counts_and_a_title_tells_the_year(
    world: duckdb.DuckDBPyConnection, tmp_path: Path, cell: str, day: str
) -> None:
    a_draw(world, tmp_path, 1)
    rows = [
        ["许昌市建安区测试局2024年矿山企业抽查结果"],
        ["任务名称", "企业名称", "检查单位", "检查日期", "检查结果"],
        ["矿山企业抽查", "第1矿业有限公司", "矿产股", cell, "未发现问题"],
    ]
    report = put_in(world, workbook(tmp_path / "结果.xlsx", {"一": rows}))
    assert [found for _, _, found, _ in stored(world)] == [day]
    told = set(report.preview.issues["code"])
    assert ("year_taken" in told) == ("5月" in cell and "年" not in cell)
    assert ("date_span_last" in told) == (len(cell) > 6 and ":" not in cell and cell[-1] != "８")


def test_days_without_a_year_that_nothing_tells_are_asked_about_once_and_of_this_file_alone(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    a_draw(world, tmp_path, 1, 2)
    before = content(world)
    head = ["任务名称", "企业名称", "检查单位", "检查日期", "录入日期", "检查结果"]
    rows = [["矿山企业抽查", f"第{i}矿业有限公司", "矿产股", f"5月{i}日", "2024-05-09", "合格"] for i in (1, 2)]
    file = write_csv(tmp_path / "结果.csv", head, rows)
    found = looked_at(world, file)
    (asked,) = [one for one in found.decisions if one.code == "day_year"]
    assert (asked.rows, asked.proposal, asked.value) == (2, "2024", None)
    assert (found.waiting, found.blocked, waiting_sentences(found)[1:]) == ([2, 3], [], ["“年度”：第 2、3 行。"])
    report = put_in(world, file, chosen={("day_year", ""): "2024"})
    assert [day for _, _, day, _ in stored(world)] == ["2024-05-01", "2024-05-02"]
    assert taken_back(world, report, before)


def test_a_complaint_list_without_a_unit_asks_once_for_it(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    before = content(world)
    head = ["检查来源", "企业名称", "检查日期", "检查结果"]
    rows = [["投诉举报", f"第{i}矿业有限公司", "2024-05-06", "未发现问题"] for i in (1, 2)]
    file = write_csv(tmp_path / "投诉.csv", head, rows)
    found = looked_at(world, file)
    (asked,) = [one for one in found.decisions if one.code == "visit_unit"]
    assert (asked.rows, list(asked.options), asked.value) == (2, ["矿产股", "测绘股"], None)
    assert (found.waiting, found.blocked) == ([2, 3], [])
    report = put_in(world, file, chosen={("visit_unit", ""): "测绘股"})
    assert [unit for _, unit, _, _ in stored(world)] == ["测绘股"] * 2
    assert taken_back(world, report, before)
    # A title that names one of the bureau's units settles it.
    report = put_in(world, write_csv(tmp_path / "矿产股投诉台账.csv", head, rows))
    assert [(one.code, one.by) for one in report.preview.decisions if one.code == "visit_unit"] == [
        ("visit_unit", "papers")
    ]
    assert [unit for _, unit, _, _ in stored(world)] == ["矿产股"] * 2


# ---------------------------------------------------------------------------------------------------- titles, names
def test_a_list_of_one_task_says_it_in_its_title_and_its_objects_by_name(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [
        ["许昌市建安区测试局矿山企业抽查名单"],
        ["企业名称", "抽取状态", "抽取时间"],
        *[[f"第{i}矿业有限公司", "已抽中" if i < 3 else "未抽中", "2024-05-01"] for i in range(1, 6)],
        ["无人知晓公司", "未抽中", "2024-05-01"],
    ]
    report = put_in(world, workbook(tmp_path / "名单.xlsx", {"一": rows}), good_rows=True)
    assert drawn(world) == [code(1), code(2)]
    assert {"task_by_title", "object_by_name", "object_name_unknown"} <= set(report.preview.issues["code"])
    assert report.preview.counts["rejected"] == 1


def test_the_title_of_a_complaint_list_says_its_basis(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [
        ["12345热线转办件核查情况表"],
        ["企业名称", "统一社会信用代码", "受理时间", "承办科室", "现场核查时间", "核查情况"],
        ["第1矿业有限公司", code(1), "2024-05-01", "矿产股", "2024-05-03", "不属实"],
    ]
    report = put_in(world, workbook(tmp_path / "台账.xlsx", {"一": rows}))
    assert report.status == "imported"
    assert world.execute("select basis::varchar from draw").fetchall() == [("complaint",)]
    assert world.execute("select outcome::varchar from visit_outcome").fetchall() == [("no_problem",)]


def test_blanks_beside_ticks_are_objects_that_were_not_drawn(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    head = ["任务名称", "抽取日期", "统一社会信用代码", "是否中签"]
    rows = [["矿山企业抽查", "2024-05-01", code(i), "√" if i == 2 else ""] for i in range(1, 6)]
    report = put_in(world, write_csv(tmp_path / "全库.csv", head, rows))
    assert drawn(world) == [code(2)]
    assert "blank_is_not_drawn" in set(report.preview.issues["code"])


def test_a_draw_of_which_no_row_is_good_brings_nothing(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    head = ["任务名称", "抽取日期", "统一社会信用代码"]
    file = write_csv(tmp_path / "抽取.csv", head, [["矿山企业抽查", "2024-05-01", code(99)]])
    assert put_in(world, file, good_rows=True).preview.counts["rejected"] == 1
    assert not drawn(world)


def test_a_title_that_says_the_quarter_means_the_task_of_that_quarter(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    world.execute("""insert into task (plan_id, seq, name, scope_id, rate, rate_op, lead_unit_id, initiating_unit_id)
        select 1, 10 + q, '2024年第' || ['一', '二', '三'][q] || '季度砂石矿抽查', 1, 0.5, '=', 1, 1 from range(1, 4) as t(q)""")
    head = ["任务名称", "抽取日期", "统一社会信用代码"]
    for name in ("建安区2024年第三季度砂石矿抽查结果", "3季度砂石矿抽查"):
        found = looked_at(world, write_csv(tmp_path / "抽取.csv", head, [[name, "2024-08-01", code(1)]]))
        assert [one.value for one in found.decisions] == ["2024年第三季度砂石矿抽查"]


# ---------------------------------------------------------------------------------------------------- lists of a hostile clerk
def test_a_unit_nobody_knows_in_a_complaint_list_is_said_and_not_lost(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    head = ["检查来源", "企业名称", "承办单位", "检查日期", "检查结果"]
    rows = [["投诉举报", "第1矿业有限公司", "查无此股", "2024-05-06", "未发现问题"]]
    found = looked_at(world, write_csv(tmp_path / "投诉.csv", head, rows))
    assert found.blocked == [2]
    assert "unit_unknown_here" in set(found.issues["code"])


def test_a_list_of_names_days_and_counts_of_problems_is_one_of_results(
    world: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [
        ["2024年汛期专项检查情况"],
        ["检查对象", "检查单位", "检查时间", "发现问题数", "问题描述"],
        ["第1矿业有限公司", "矿产股", "6月10日", "0", ""],
        ["第2矿业有限公司", "矿产股", "6月11日", "2", "边坡开裂；无值班"],
    ]
    assert put_in(world, workbook(tmp_path / "专项.xlsx", {"一": rows})).status == "imported"
    assert [told[1:] for told in stored(world)] == [
        ("矿产股", "2024-06-10", ["no_problem"]), ("矿产股", "2024-06-11", ["other_violation"]),
    ]  # fmt: skip


def test_the_day_of_a_draw_stands_above_its_list(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [
        ["矿山企业抽查抽取结果公告"],
        ["抽取时间：2024年5月1日 9时30分"],
        ["序号", "检查对象", "执法人员"],
        ["1", "第1矿业有限公司\n第2矿业有限公司", "张三、李四"],
    ]
    report = put_in(world, workbook(tmp_path / "公告.xlsx", {"一": rows}))
    assert "day_by_title" in set(report.preview.issues["code"])
    assert world.execute("select cast(drawn_at as varchar) from draw").fetchall() == [("2024-05-01 09:30:00",)]
    assert drawn(world) == [code(1), code(2)]


def test_of_columns_of_several_years_the_last_counts(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    head = ["企业名称", "统一社会信用代码", "2023年信用分类", "2024年信用分类", "分类日期"]
    file = write_csv(tmp_path / "分类.csv", head, [["第1矿业有限公司", code(1), "A", "C", "2024-03-01"]])
    incoming = read_incoming(world, file)
    assert list(incoming.frame["class"]) == ["C"]
    assert incoming.unread == ("2023年信用分类",)


def test_a_question_alone_is_the_result(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    head = ["检查类型", "企业名称", "检查科室", "检查日期", "是否发现问题", "问题类别"]
    rows = [
        ["日常检查", "第1矿业有限公司", "矿产股", "2024-07-01", "否", ""],
        ["日常检查", "第2矿业有限公司", "矿产股", "2024-07-02", "是", "安全生产"],
    ]
    incoming = read_incoming(world, write_csv(tmp_path / "日常.csv", head, rows))
    assert list(incoming.frame["outcome"]) == ["no_problem", "other_violation"]
    assert incoming.unread == ("问题类别",)


# ---------------------------------------------------------------------------------------------------- cells
@pytest.mark.parametrize(
    ("kind", "text", "value", "issue"),
    [
        ("outcomes", "未发现违法违规", ("no_problem",), None),
        ("outcomes", "未发现存在其他违法违规行为", ("no_problem",), None),
        ("outcomes", "未发现问题（记录见附件）", ("no_problem",), "outcome_remark"),
        ("outcomes", "发现问题，未发现问题", None, "outcome_contradiction"),
        ("outcomes", "未检查", None, "outcome_not_checked"),
        ("yes_no", "否（休假）", False, None),
        ("basis", "系统随机抽取", "random", None),
        ("basis", "随机抽查、专项检查", None, "basis_unknown"),
        ("date", "2024/3/10 上午", pd.Timestamp("2024-03-10").date(), None),
        ("date", "2024-03-10 09:00-11:00", pd.Timestamp("2024-03-10").date(), None),
        ("object_id", f"统一社会信用代码：{code(5)}", code(5), "normalised"),
        ("object_id", f"{code(5)}（主）", code(5), "normalised"),
        ("object_id", f"{code(5)}/注册号411000000012345", code(5), "normalised"),
        ("object_id", f"{code(5)}、{code(6)}", None, "code_several"),
        ("certificate", "证号：16-001", "16-001", "normalised"),
    ],
)
def test_a_cell_in_other_words_says_the_same(kind: str, text: str, value: object, issue: str | None) -> None:
    found = read(kind, pd.Series([text]))
    assert (found.values[0], found.codes[0]) == (value, issue)
