"""A tick says what stands in its column's header: class, draw, kind of plan, month, quarter, department."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest

from inspections.files.opening import read_document
from inspections.notice.plan import Notice, Task
from inspections.notice.reading import read_notice

TITLE = "某县文化和旅游局2024年度双随机抽查计划"
BEFORE = ("序号", "任务名称", "检查事项", "抽查对象", "抽查比例")
CELLS = ("网吧检查", "上网登记的检查", "网吧", "5%")


def read(tmp_path: Path, columns: list[str], ticks: list[list[str]], *, before: tuple[str, ...] = BEFORE) -> Notice:
    rows = ["\t".join((*before, *columns))]
    rows += ["\t".join((str(n), f"{n}号{CELLS[0]}", *CELLS[1:], *row)) for n, row in enumerate(ticks, 1)]
    file = tmp_path / "计划.txt"
    file.write_text("\n".join((TITLE, *rows)), "utf-8")
    return read_notice(read_document(file))


def two_rows(tmp_path: Path, group: str, lower: list[str], ticks: list[list[str]], form: str) -> Notice:
    """The same with a header of two rows: `group` over `lower`."""
    width = len(BEFORE) + len(lower)
    grid = [[*BEFORE, group, *[""] * (len(lower) - 1)], [*[""] * len(BEFORE), *lower]]
    grid += [[str(n), f"{n}号{CELLS[0]}", *CELLS[1:], *row] for n, row in enumerate(ticks, 1)]
    if form == "docx":
        document = docx.Document()
        document.add_paragraph(TITLE)
        table = document.add_table(rows=len(grid), cols=width)
        for r, row in enumerate(grid):
            for c, text in enumerate(row):
                if text:
                    table.cell(r, c).text = text
        for c in range(len(BEFORE)):
            table.cell(0, c).merge(table.cell(1, c))
        table.cell(0, len(BEFORE)).merge(table.cell(0, width - 1))
        document.save(str(tmp_path / "计划.docx"))
        return read_notice(read_document(tmp_path / "计划.docx"))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([TITLE])
    for row in grid:
        sheet.append([cell or None for cell in row])
    for c in range(1, len(BEFORE) + 1):
        sheet.merge_cells(start_row=2, start_column=c, end_row=3, end_column=c)
    sheet.merge_cells(start_row=2, start_column=len(BEFORE) + 1, end_row=2, end_column=width)
    book.save(tmp_path / "计划.xlsx")
    return read_notice(read_document(tmp_path / "计划.xlsx"))


def tasks(notice: Notice) -> list[Task]:
    return sorted((task for plan in notice.plans for task in plan.tasks), key=lambda task: task.seq)


def nothing_lost(notice: Notice) -> bool:
    silent = {"column_unread", "column_doubtful", "cells_not_kept", "cells_beyond_header"}
    return not silent & {issue.code for issue in notice.issues}


@pytest.mark.parametrize(
    ("columns", "attribute", "values"),
    [
        (["重点事项", "一般事项"], "item_class", ["key", "general"]),
        (["重点检查事项", "一般检查事项"], "item_class", ["key", "general"]),
        (["重点", "一般"], "item_class", ["key", "general"]),
        (["定向", "不定向"], "draw_type", ["conditional", "unconditional"]),
        (["定向抽查", "不定向抽查"], "draw_type", ["conditional", "unconditional"]),
    ],
)
@pytest.mark.parametrize("tick", ["√", "✓", "☑", "●"])
def test_a_tick_says_its_header(
    tmp_path: Path, columns: list[str], attribute: str, values: list[str], tick: str
) -> None:
    notice = read(tmp_path, [*columns, "检查时间"], [[tick, "", "3月"], ["", tick, "4月"]])
    assert [getattr(task, attribute) for task in tasks(notice)] == values
    assert [[item.name for item in task.items] for task in tasks(notice)] == [["上网登记的检查"]] * 2
    assert nothing_lost(notice)


@pytest.mark.parametrize("columns", [["内部", "部门联合"], ["单部门", "跨部门"], ["内部抽查", "联合抽查"]])
def test_ticks_tell_the_kind_of_plan(tmp_path: Path, columns: list[str]) -> None:
    notice = read(tmp_path, [*columns, "检查时间"], [["√", "", "3月"], ["", "√", "4月"]])
    assert [(plan.kind, [task.seq for task in plan.tasks]) for plan in notice.plans] == [
        ("internal", [1]),
        ("joint", [2]),
    ]
    assert nothing_lost(notice)


@pytest.mark.parametrize(
    ("columns", "row", "span", "times"),
    [
        (["3月", "4月", "5月", "6月"], ["√", "√", "√", ""], ("2024-03-01", "2024-05-31"), None),
        (["3月", "6月", "9月", "12月"], ["√", "", "√", ""], ("2024-03-01", "2024-09-30"), 2),
        (["一季度", "二季度", "三季度", "四季度"], ["", "√", "√", ""], ("2024-04-01", "2024-09-30"), None),
        (["第一季度", "第二季度", "第三季度", "第四季度"], ["√", "", "", ""], ("2024-01-01", "2024-03-31"), None),
        (["上半年", "下半年"], ["", "√"], ("2024-07-01", "2024-12-31"), None),
    ],
)
@pytest.mark.parametrize("form", ["one", "docx", "xlsx"])
def test_ticks_under_months_and_quarters(
    tmp_path: Path, columns: list[str], row: list[str], span: tuple[str, str], times: int | None, form: str
) -> None:
    # Every column has a tick somewhere.
    ticks = [row, ["√"] * len(columns)]
    one = form == "one"
    notice = read(tmp_path, columns, ticks) if one else two_rows(tmp_path, "检查时间", columns, ticks, form)
    first = tasks(notice)[0]
    assert (str(first.starts_on), str(first.ends_on), first.times_per_year) == (*span, times)
    assert nothing_lost(notice)


def test_twelve_months_by_their_numbers(tmp_path: Path) -> None:
    months = [str(n) for n in range(1, 13)]
    first = ["", "", "√", "√", *[""] * 8]
    notice = two_rows(tmp_path, "检查月份", months, [first, ["√"] * 12], "xlsx")
    assert (str(tasks(notice)[0].starts_on), str(tasks(notice)[0].ends_on)) == ("2024-03-01", "2024-04-30")


@pytest.mark.parametrize("form", ["docx", "xlsx"])
@pytest.mark.parametrize(
    ("group", "lower", "attribute", "values"),
    [
        ("事项类别", ["重点", "一般"], "item_class", ["key", "general"]),
        ("抽查类型", ["定向", "不定向"], "draw_type", ["conditional", "unconditional"]),
    ],
)
def test_ticks_under_a_header_of_two_rows(
    tmp_path: Path, group: str, lower: list[str], attribute: str, values: list[str], form: str
) -> None:
    notice = two_rows(tmp_path, group, lower, [["√", ""], ["", "√"]], form)
    assert [getattr(task, attribute) for task in tasks(notice)] == values
    assert nothing_lost(notice)


@pytest.mark.parametrize("form", ["one", "docx", "xlsx"])
@pytest.mark.parametrize(
    "lower",
    [
        ["公安局", "教育局", "消防救援大队"],
        ["县公安局", "县教育局", "县消防救援大队"],
        ["公安部门", "教育部门", "消防救援机构"],
    ],
)
def test_ticks_under_departments(tmp_path: Path, lower: list[str], form: str) -> None:
    ticks = [["√", "", "√"], ["√", "√", ""]]
    if form == "one":
        notice = read(tmp_path, [*lower, "检查时间"], [[*row, "3月"] for row in ticks])
    else:
        notice = two_rows(tmp_path, "参与部门", lower, ticks, form)
    assert [[unit.name for unit in task.partners] for task in tasks(notice)] == [
        [lower[0], lower[2]],
        [lower[0], lower[1]],
    ]
    assert [plan.kind for plan in notice.plans] == ["joint"]
    assert nothing_lost(notice)


def test_a_cross_and_no_are_no_ticks(tmp_path: Path) -> None:
    notice = read(tmp_path, ["重点事项", "一般事项", "检查时间"], [["√", "×", "3月"], ["×", "√", "4月"]])
    assert [task.item_class for task in tasks(notice)] == ["key", "general"]
