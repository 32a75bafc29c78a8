"""What comes out of a file as a platform or a clerk makes it: the rows, their numbers, and what is no row."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from inspections.intake.recognising import recognise
from inspections.intake.sheet import Sheet, read_sheet
from inspections.store.limits import Limits
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say_error
from tests.spoken import spoken_in

HEADINGS = ("统一社会信用代码", "企业名称", "信用风险分类")
ROWS = (("91410000MA40000001", "甲矿业有限公司", "A"), ("91410000MA40000002", "乙食品，有限公司", "B"))


def written(folder: Path, content: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def as_xlsx(path: Path, fill: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.Workbook()
    fill(book)
    book.save(path)
    return path


def table(sheet: Sheet) -> dict[int, list[str]]:
    """Row number -> cells."""
    return {int(number): list(cells) for number, cells in zip(sheet.rows.index, sheet.rows.to_numpy(), strict=True)}


# ---------------------------------------------------------------- text
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_encodings_and_delimiters_are_told_from_the_content(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        HEADINGS,
        ("91410000MA40000001", '甲"矿业",\n有限公司', "A"),
        ROWS[1],
        ("91410000MA40000003", "丙；公司", "C"),
    ]
    sheet = read_sheet(written(tmp_path, as_csv(rows, delimiter).encode(encoding)))
    assert sheet.headers == HEADINGS
    assert table(sheet) == {number: list(row) for number, row in enumerate(rows[1:], start=2)}
    assert sheet.remarks == ()
    assert sheet.left_out == ()


def test_row_numbers_are_those_a_spreadsheet_shows(tmp_path: Path) -> None:
    text = '企业名称,统一社会信用代码,信用风险分类\n"甲\n一\n二",1,A\n\n  ,,\n乙,2,B\n'
    assert table(read_sheet(written(tmp_path, text.encode()))) == {2: ["甲\n一\n二", "1", "A"], 5: ["乙", "2", "B"]}


def test_blank_columns_at_the_end_go_and_short_rows_are_filled(tmp_path: Path) -> None:
    text = "企业名称,统一社会信用代码,信用风险分类,,\n甲,1\n乙,2,B,,\n"
    sheet = read_sheet(written(tmp_path, text.encode()))
    assert sheet.headers == ("企业名称", "统一社会信用代码", "信用风险分类")
    assert table(sheet) == {2: ["甲", "1", ""], 3: ["乙", "2", "B"]}


def test_a_row_with_more_cells_than_headings_keeps_them_and_is_told(tmp_path: Path) -> None:
    text = "企业名称,统一社会信用代码,信用风险分类\n甲,乙公司,1,A\n乙,2,B\n"
    sheet = read_sheet(written(tmp_path, text.encode()))
    assert sheet.headers == ("企业名称", "统一社会信用代码", "信用风险分类", "")
    assert table(sheet)[2] == ["甲", "乙公司", "1", "A"]
    assert [(remark.code, remark.rows) for remark in sheet.remarks] == [("row_too_long", (2,))]


def test_one_damaged_byte_costs_one_cell_and_is_told(tmp_path: Path) -> None:
    content = as_csv([HEADINGS, *ROWS * 20]).encode("gb18030")
    place = content.index("甲".encode("gb18030"))
    sheet = read_sheet(written(tmp_path, content[:place] + b"\xff" + content[place + 1 :]))
    assert sheet.headers == HEADINGS
    assert len(sheet.rows) == 40
    assert [(remark.code, remark.column, remark.rows) for remark in sheet.remarks] == [
        ("character_unreadable", 1, (2,))
    ]


def test_control_characters_go_and_wide_digits_stay(tmp_path: Path) -> None:
    text = "企业名称,统一社会信用代码\n甲\x00\x07公\x1f司,９１４１\u200b\n" + "乙矿业有限公司,1\n" * 9
    assert table(read_sheet(written(tmp_path, text.encode())))[2] == ["甲公司", "９１４１\u200b"]


def test_a_quotation_mark_that_swallows_rows_is_told_with_its_row(tmp_path: Path) -> None:
    text = '企业名称,统一社会信用代码,信用风险分类\n甲,1,A\n"乙,2,B\n丙,3,C\n丁,4,D\n'
    with pytest.raises(InspectionsError) as caught:
        read_sheet(written(tmp_path, text.encode()))
    assert (caught.value.code, caught.value.parameters["row"]) == ("quote_unclosed", 3)
    long = '企业名称,统一社会信用代码,信用风险分类\n甲,1,A\n"乙,2,B\n' + "丙,3,C\n" * 40_000
    with pytest.raises(InspectionsError) as caught:
        read_sheet(written(tmp_path, long.encode()))
    assert (caught.value.code, caught.value.parameters["row"]) == ("cell_too_long", 3)


def test_a_code_that_was_rounded_before_it_became_text_is_told(tmp_path: Path) -> None:
    text = "企业名称,统一社会信用代码\n甲,9.1411E+17\n乙,91410000MA40000002\nE+公司,1\n"
    (remark,) = read_sheet(written(tmp_path, text.encode())).remarks
    assert (remark.code, remark.column, remark.rows) == ("number_rounded", 1, (2,))


cell = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\u2028\u2029\x85\ufffd\ufeff"),
    max_size=12,
)


@given(st.lists(st.tuples(cell, cell, cell), max_size=30), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_whatever_is_written_comes_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], encoding: str
) -> None:
    """A law: every row that is neither blank nor a sum, a note or the headings again is there under its number."""
    numbered = [(f"91{number:016d}", *row) for number, row in enumerate(rows)]
    headings = (*HEADINGS, "备用")
    path = tmp_path_factory.getbasetemp() / "law.csv"
    path.write_bytes(as_csv([headings, *numbered]).encode(encoding))
    assert table(read_sheet(path)) == {number: list(row) for number, row in enumerate(numbered, start=2)}


# ---------------------------------------------------------------- workbooks
def test_numbers_dates_and_codes_are_as_the_clerk_sees_them(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(["姓名", "执法证号", "所在单位", "是否公务员", "统一社会信用代码", "检查日期", "比例"])
        moment = datetime.datetime.fromisoformat("2024-03-01T09:30:00")
        sheet.append(["甲", 410012, "一股", True, "914100000000000012", datetime.date(2024, 3, 1), 0.1 + 0.2])
        sheet.append(["乙", 1.5, "二股", False, 914100000000000012, moment, -3.0])

    sheet = read_sheet(as_xlsx(tmp_path / "a.xlsx", fill))
    assert table(sheet) == {
        2: ["甲", "410012", "一股", "是", "914100000000000012", "2024-03-01", "0.3"],
        3: ["乙", "1.5", "二股", "否", "914100000000000000", "2024-03-01 09:30:00", "-3"],
    }
    assert [(remark.code, remark.column, remark.rows) for remark in sheet.remarks] == [("number_rounded", 4, (3,))]


def test_titles_sums_notes_and_repeated_headings_are_listed_but_no_rows(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(["某县信用风险分类名单"])
        sheet.merge_cells("A1:C1")
        sheet.append(["填报单位：某局", None, "2024年"])
        sheet.append(HEADINGS)
        sheet.append([1, 2, 3])
        sheet.append(ROWS[0])
        sheet.append([None, "  "])
        sheet.append(["某县信用风险分类名单"])
        sheet.append(HEADINGS)
        sheet.append(ROWS[1])
        sheet.append(["91410000MA40000003", "合计", "C"])
        sheet.append(["合  计", None, 3])
        sheet.append(["注：分类结果仅供内部使用，联系电话：0374-1234567"])
        sheet.append(["填报人：张三", "审核人：李四"])

    sheet = read_sheet(as_xlsx(tmp_path / "a.xlsx", fill))
    assert sheet.headers == HEADINGS
    assert sheet.titles == ("某县信用风险分类名单", "填报单位：某局 2024年")
    assert table(sheet) == {5: list(ROWS[0]), 9: list(ROWS[1]), 10: ["91410000MA40000003", "合计", "C"]}
    assert [row for row, _ in sheet.left_out] == [4, 7, 8, 11, 12, 13]


@pytest.mark.parametrize(
    "sum_", ["合计：80户", "共计43户", "小计:2", "总计 1,280 户次", "合计：3家，其中高风险1家", "共4项"]
)
def test_a_sum_written_into_one_cell_is_no_row(tmp_path: Path, sum_: str) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        for row in (HEADINGS, *ROWS, ["合计商贸有限公司", "91410000MA40000003", "C"], [sum_]):
            book.active.append(row)

    sheet = read_sheet(as_xlsx(tmp_path / "a.xlsx", fill))
    assert list(table(sheet)) == [2, 3, 4]
    assert [row for row, _ in sheet.left_out] == [5]


@pytest.mark.parametrize("merged", [True, False])
def test_headings_in_two_rows_are_joined(tmp_path: Path, merged: bool) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(["序号", "检查对象", None, "任务名称", "检查结果", None])
        sheet.append([None, "名称", "统一社会信用代码", None, "检查日期", "结果"])
        if merged:
            for area in ("A1:A2", "B1:C1", "D1:D2", "E1:F1"):
                sheet.merge_cells(area)
        sheet.append([1, "甲公司", "91410000MA40000001", "矿山抽查", "2024-03-01", "未发现问题"])

    sheet = read_sheet(as_xlsx(tmp_path / "a.xlsx", fill))
    assert sheet.headers == (
        "序号",
        "检查对象 / 名称",
        "检查对象 / 统一社会信用代码",
        "任务名称",
        "检查结果 / 检查日期",
        "检查结果 / 结果",
    )
    found = recognise(sheet.headers)
    assert found.kind == "results"
    assert found.mapping == {"name": 1, "object_id": 2, "task": 3, "inspected_on": 4, "outcome": 5}
    assert list(table(sheet)) == [3]


def test_cells_merged_down_hold_for_every_row(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(["任务名称", "统一社会信用代码", "抽取时间"])
        for number in range(3):
            sheet.append(["矿山抽查" if not number else None, f"91{number}", "2024-03-01"])
        sheet.merge_cells("A2:A4")

    assert [cells[0] for cells in table(read_sheet(as_xlsx(tmp_path / "a.xlsx", fill))).values()] == ["矿山抽查"] * 3


def test_the_worksheet_that_says_most_is_read_and_another_can_be_chosen(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.title = "说明"
        book.active.append(["填表说明", "请用文本格式"])
        for name in ("名单", "旧名单"):
            sheet = book.create_sheet(name)
            sheet.append(HEADINGS)
            sheet.append([name, *ROWS[0][1:]])
        book.create_sheet("暗").sheet_state = "hidden"

    path = as_xlsx(tmp_path / "a.xlsx", fill)
    sheet = read_sheet(path)
    assert (sheet.worksheet, sheet.worksheets) == ("名单", ("说明", "名单", "旧名单"))
    assert table(read_sheet(path, worksheet="旧名单"))[2][0] == "旧名单"
    with pytest.raises(InspectionsError) as caught:
        read_sheet(path, worksheet="暗")
    assert caught.value.code == "worksheet_unknown"


def test_formulas_give_their_last_value_and_without_one_the_file_is_refused(tmp_path: Path) -> None:
    path = as_xlsx(
        tmp_path / "a.xlsx", lambda book: [book.active.append(row) for row in (HEADINGS, ["1", "=1+1", "A"])]
    )  # type: ignore[func-returns-value]
    with pytest.raises(InspectionsError) as caught:
        read_sheet(path)
    assert (caught.value.code, caught.value.parameters["row"]) == ("formula_without_value", 2)
    import xlsxwriter  # noqa: PLC0415 - the one writer that stores a value beside a formula

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["1", "", "A"])
        sheet.write_formula(1, 1, '="甲"&"公司"', None, "甲公司")
    assert table(read_sheet(path)) == {2: ["1", "甲公司", "A"]}


def test_old_workbooks_are_read(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名录")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for r, row in enumerate((HEADINGS, *ROWS)):
        for c, text in enumerate(row):
            sheet.write(r + 1, c + 1, text)
    sheet.write(1, 4, "分类日期")
    sheet.write(2, 4, datetime.date(2024, 3, 1), day)
    book.save(str(tmp_path / "old.xls"))
    read = read_sheet(tmp_path / "old.xls")
    assert read.format == "xls"
    assert read.headers == ("", *HEADINGS, "分类日期")
    assert table(read) == {3: ["", *ROWS[0], "2024-03-01"], 4: ["", *ROWS[1], ""]}


# ---------------------------------------------------------------- what platforms call .xls
def test_a_web_page_saved_as_xls_is_read_with_its_merged_cells(tmp_path: Path) -> None:
    page = (
        '<html><head><meta charset="gbk"></head><body><table><tr><td colspan=4>检查结果</td></tr>'
        "<tr><th rowspan=2>任务名称<th colspan=2>检查对象<th rowspan=2>检查结果</tr><tr><th>企业名称<th>统一社会信用代码</tr>"
        "<tr><td rowspan=2>矿山抽查<td>甲&amp;乙<br>公司<td>1<td>未发现问题</tr><tr><td><b>丙</b>公司<td>2<td>&nbsp;</tr></table></body></html>"
    )
    sheet = read_sheet(written(tmp_path, page.encode("gbk"), "导出.xls"))
    assert sheet.format == "html"
    assert sheet.headers == ("任务名称", "检查对象 / 企业名称", "检查对象 / 统一社会信用代码", "检查结果")
    assert table(sheet) == {4: ["矿山抽查", "甲&乙\n公司", "1", "未发现问题"], 5: ["矿山抽查", "丙公司", "2", ""]}


def test_excel_2003_xml_is_read_and_entities_are_not(tmp_path: Path) -> None:
    def cells(*texts: object, kind: str = "String") -> str:
        return "".join(f'<Cell><Data ss:Type="{kind}">{text}</Data></Cell>' for text in texts)

    book = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="名单"><Table><Row>{cells(*HEADINGS, "分类日期")}</Row>'
        f'<Row ss:Index="4">{cells(*ROWS[0])}<Cell><Data ss:Type="DateTime">2024-03-01T00:00:00.000</Data></Cell></Row>'
        f'<Row><Cell ss:Index="2" ss:MergeAcross="1"><Data ss:Type="Number">12</Data></Cell></Row>'
        "</Table></Worksheet></Workbook>"
    )
    sheet = read_sheet(written(tmp_path, book.encode(), "导出.xls"))
    assert (sheet.format, sheet.worksheet) == ("xml", "名单")
    assert table(sheet) == {4: [*ROWS[0], "2024-03-01"], 5: ["", "12", "12", ""]}
    evil = book.replace("\n<?mso", '\n<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>\n<?mso').replace(
        "甲", "&e;"
    )
    with pytest.raises(InspectionsError) as caught:
        read_sheet(written(tmp_path, evil.encode(), "导出.xls"))
    assert caught.value.code in {"save_as_xlsx", "file_broken"}


# ---------------------------------------------------------------- headings
def test_headings_of_no_known_word_are_found_by_their_looks(tmp_path: Path) -> None:
    text = "甲乙丙表\n字段一,字段二,字段三\n91410000MA40000001,2024-03-01,1\n91410000MA40000002,2024-03-02,2\n"
    sheet = read_sheet(written(tmp_path, text.encode()))
    assert sheet.headers == ("字段一", "字段二", "字段三")
    assert list(table(sheet)) == [3, 4]


def test_headings_a_bureau_saved_are_known(tmp_path: Path) -> None:
    text = "本单位,本表\n主管码2024,户名2024\n1,甲\n"
    sheet = read_sheet(written(tmp_path, text.encode()), known=frozenset({"主管码2024", "户名2024"}))
    assert (sheet.headers, list(table(sheet))) == (("主管码2024", "户名2024"), [3])


def test_a_file_without_headings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InspectionsError) as caught:
        read_sheet(written(tmp_path, as_csv(ROWS).encode()))
    assert caught.value.code == "sheet_without_heading"


def test_headings_alone_are_a_table_without_rows(tmp_path: Path) -> None:
    sheet = read_sheet(written(tmp_path, as_csv([HEADINGS]).encode()))
    assert (sheet.headers, sheet.rows.shape) == (HEADINGS, (0, 3))


# ---------------------------------------------------------------- limits
@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=1), "sheet_too_long"),
        (Limits(columns=2), "sheet_too_wide"),
        (Limits(cell_characters=7), "cell_too_long"),
        (Limits(upload_megabytes=0), "sheet_too_large"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_limits_are_arguments_and_named_in_the_sentence(tmp_path: Path, limits: Limits, code: str, form: str) -> None:
    if form == "csv":
        path = written(tmp_path, as_csv([HEADINGS, *ROWS]).encode())
    else:
        path = as_xlsx(tmp_path / "a.xlsx", lambda book: [book.active.append(row) for row in (HEADINGS, *ROWS)])  # type: ignore[func-returns-value]
    with pytest.raises(InspectionsError) as caught:
        read_sheet(path, limits=limits)
    assert caught.value.code == code
    assert all(path.name in spoken_in(language, say_error, caught.value) for language in LANGUAGES)
    assert csv.field_size_limit() >= 131_072  # Python's own, by which others in the process read
