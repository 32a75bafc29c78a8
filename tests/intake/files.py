"""Files as a clerk brings them, and a small bureau with one plan to bring them to."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from stdnum.cn import uscc

from inspections.demo.codes import organisation_code
from inspections.intake.incoming import read_incoming
from inspections.intake.sheet import read_sheet
from inspections.intake.storing import Preview, Report, commit, preview

BUREAU = "许昌市建安区测试局"

WORLD = f"""
insert into bureau (name) values ('{BUREAU}');
insert into unit (bureau_id, name, kind) values (1, '矿产股', 'section'), (1, '测绘股', 'section'), (null, '建安区应急管理局', 'department');
insert into plan (bureau_id, year, kind, title, doc_no) values (1, 2024, 'internal', '2024年度抽查计划', '建测〔2024〕1号');
insert into scope (bureau_id, name) values (1, '全区矿山企业'), (1, '全区测绘单位');
insert into task (plan_id, seq, name, scope_id, rate, rate_op, starts_on, ends_on, lead_unit_id, initiating_unit_id) values
    (1, 1, '矿山企业抽查', 1, 0.5, '=', '2024-04-01', '2024-10-31', 1, 1),
    (1, 2, '测绘资质抽查', 2, 1, '=', '2024-05-01', '2024-11-30', 2, 2);
insert into item (bureau_id, name) values (1, '矿产资源开采情况'), (1, '安全生产条件'), (1, '测绘资质');
insert into task_item values (1, 1, 1), (1, 2, 3), (2, 3, 2);
insert into task_partner values (1, 3);
"""


def code(number: int) -> str:
    """A credit code no firm can have, with right check digits."""
    stem = "91999999" + organisation_code(10_000_000 + number)
    return stem + uscc.calc_check_digit(stem)


def write_csv(path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([headers, *rows])
    return path


def write_xlsx(path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate([headers, *rows]):
            sheet.write_row(number, 0, row)
    return path


def put_in(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    good_rows: bool = False,
    worksheet: str | None = None,
    **how: Any,
) -> Report:
    source = read_sheet(path, worksheet=worksheet) if worksheet else path
    return commit(connection, read_incoming(connection, source, **how), good_rows=good_rows, actor="李四")


def looked_at(connection: duckdb.DuckDBPyConnection, path: Path, **how: Any) -> Preview:
    return preview(connection, read_incoming(connection, path, **how))


def issues(found: Preview) -> list[tuple[int, str, str]]:
    """(row, field, code) of every issue that is not a note."""
    told = found.issues[found.issues["severity"] != "note"]
    return sorted(zip(told["row"].astype(int), told["field"], told["code"], strict=True))


def content(connection: duckdb.DuckDBPyConnection, without: Sequence[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that imports write to, `without` some columns: numbers that a look uses up, too."""
    tables = (
        "unit", "scope", "item", "object", "object_scope", "risk_class", "inspector", "recusal", "draw", "draw_quota",
        "frame", "draw_object", "draw_inspector", "visit", "result", "result_outcome", "visit_outcome", "plan", "task", "task_item",
    )  # fmt: skip
    columns = f"columns(lambda c: not list_contains({list(without) or ['']}, c))"
    return {table: connection.execute(f"select {columns} from {table} order by all").fetchall() for table in tables}


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook of several worksheets, name -> rows with the headings first."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


OBJECTS = ["统一社会信用代码", "企业名称", "行业", "所属区域", "对象库"]
CLASSES = ["统一社会信用代码", "企业名称", "信用风险分类", "分类日期"]
PEOPLE = ["姓名", "所在单位", "执法证号", "是否公务员"]
DRAWS = ["抽查任务名称", "抽取时间", "统一社会信用代码", "检查人员"]
RESULTS = ["抽查任务名称", "统一社会信用代码", "检查机关", "检查日期", "录入日期", "公示日期", "检查事项", "检查结果"]


def firms(count: int = 8) -> list[list[str]]:
    return [[code(i), f"第{i}矿业有限公司", "采矿业", "某镇", "全区矿山企业"] for i in range(1, count + 1)]


def files_of_a_year(folder: Path, *, write: bool = True) -> list[Path]:
    """A year in files of every kind, in the order in which they come; corrections of earlier ones among them."""
    people = [
        ["张三", "矿产股", "16-001", "是"],
        ["李四", "新设股", "16-002", "否"],
        ["王五", "测绘股", "16-003", "是"],
    ]
    corrected = [
        "矿山企业抽查",
        code(2),
        "矿产股",
        "2024-05-07",
        "2024-05-09",
        "2024-05-10",
        "矿产资源开采情况",
        "其他违法违规",
    ]
    tables: dict[str, tuple[list[str], list[list[str]]]] = {
        "事项": (["抽查事项名称", "事项类别"], [["安全生产条件", "重点"], ["新的事项", "一般"]]),
        "名录": (OBJECTS, [*firms(), [code(9), "新库企业", "", "", "从未有过的库"]]),
        "改名": (OBJECTS, [[code(1), "改名矿业", "", "", "全区测绘单位"]]),
        "分类": (CLASSES, [[code(i), "", "ABCD"[i % 4], "2024-01-01"] for i in range(1, 9)]),
        "六月": (CLASSES, [[code(i), "", "D", "2024-06-01"] for i in range(1, 5)]),
        "人员": (PEOPLE, people),
        "回避": (["执法证号", "统一社会信用代码", "回避原因"], [["16-001", code(3), "亲属任职"]]),
        "抽取": (DRAWS, [["矿山企业抽查", "2024-04-10", code(i), "李四、王五"] for i in (2, 4, 5)]),
        "结果": (
            RESULTS,
            [
                ["矿山企业抽查", code(i), unit, "2024-05-06", "2024-05-08", "", "", "未发现问题"]
                for i in (2, 4)
                for unit in ("矿产股", "建安区应急管理局")
            ],
        ),
        "更正": (RESULTS, [corrected]),
    }
    if not write:
        return [folder / f"{name}.csv" for name in tables]
    return [write_csv(folder / f"{name}.csv", headers, rows) for name, (headers, rows) in tables.items()]


def workbook_of_a_year(path: Path) -> Path:
    """Objects, people, a draw and its results in one workbook, in no order; results of a task to be decided, a cover."""
    people = [["张三", "矿产股", "16-001", "是"], ["李四", "矿产股", "16-002", "否"]]
    drawn = [["矿山企业抽查", "2024-04-10", code(i), "张三、李四"] for i in (2, 4, 5)]
    head = ["抽查任务名称", "统一社会信用代码", "检查机关", "检查日期", "录入日期", "检查结果"]
    told = [["矿山企业抽查", code(i), "矿产股", "2024-05-06", "2024-05-08", "未发现问题"] for i in (2, 4)]
    waits = [["矿山企抽检", code(5), "矿产股", "2024-05-07", "2024-05-08", "未发现问题"]]
    return write_workbook(
        path,
        {
            "封面": [["年度台账"]],
            "结果": [head, *told],
            "待定": [head, *waits],
            "抽取": [DRAWS, *drawn],
            "人员": [["人员花名册"], PEOPLE, *people],
            "对象": [OBJECTS, *firms()],
            "物资": [["某物", "某处"], ["防护服", "一号库"], ["口罩", "二号库"]],
        },
    )
