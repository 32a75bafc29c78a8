"""What a file hides or strikes through is neither read nor lost without a word: it is left out, counted and placed."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import xlwt
from docx.oxml import OxmlElement
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from inspections.files.content import LeftOut
from inspections.files.opening import read_document
from inspections.intake.sheet import Remark, read_sheet
from inspections.notice.reading import read_notice
from inspections.notice.storing import issue_sentence
from tests.spoken import spoken_in

HEADER = ["序号", "抽查任务名称", "抽查事项", "抽查对象范围", "抽查比例", "抽查时间"]
TITLE = "某县自然资源局2024年度内部抽查计划"


def _row(number: int) -> list[object]:
    return [number, f"任务{number}", f"事项{number}", "全县企业", "5%", "9月"]


def workbook(path: Path) -> Path:
    """Of row 4 one cell and part of another are struck through; rows 5 and 6 and column H are hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "计划"
    sheet.append([TITLE])
    sheet.append([*HEADER, None, "内部备注"])
    for number in range(1, 6):
        sheet.append([*_row(number), None, "不公开"])
    sheet["C4"].font = Font(strike=True)
    sheet["D4"] = CellRichText("全县", TextBlock(InlineFont(strike=True), "生产"), "矿山")
    for row in (5, 6, 9):
        sheet.row_dimensions[row].hidden = True
    for column in ("H", "J"):
        sheet.column_dimensions[column].hidden = True
    book.create_sheet("草稿").append(["旧"])
    book["草稿"].sheet_state = "hidden"
    book.save(path)
    return path


def test_a_workbook_says_what_it_hides_and_strikes_through(tmp_path: Path) -> None:
    document = read_document(workbook(tmp_path / "a.xlsx"))
    (table,) = document.tables
    assert [(row.number, row.cells[0], row.cells[2], row.cells[3]) for row in table.rows[1:]] == [
        (3, "1", "事项1", "全县企业"),
        (4, "2", "", "全县矿山"),
        (7, "5", "事项5", "全县企业"),
    ]
    assert not any("不公开" in row.cells or "内部备注" in row.cells for row in table.rows)
    assert set(document.left_out) == {
        LeftOut("struck_out", 2, 4, "计划"),
        LeftOut("hidden_rows", 2, 5, "计划"),
        LeftOut("hidden_columns", 1, 2, "计划"),
        LeftOut("hidden_sheet", 1, None, "草稿"),
    }


def test_the_notice_tells_it_in_words(tmp_path: Path) -> None:
    notice = read_notice(read_document(workbook(tmp_path / "a.xlsx")))
    issues = [issue for issue in notice.issues if issue.code.startswith(("hidden", "struck"))]
    for language in ("zh", "en"):
        told = [spoken_in(language, issue_sentence, issue) for issue in issues]
        assert len(set(told)) == 4
        assert any("草稿" in sentence for sentence in told)
    assert "工作表“计划”第 5 行：自该行起，共有 2 个隐藏的行" in " ".join(map(issue_sentence, issues))


def test_a_register_tells_it_too(tmp_path: Path) -> None:
    sheet = read_sheet(workbook(tmp_path / "a.xlsx"))
    assert list(sheet.rows.index) == [3, 4, 7]
    assert set(sheet.rows[2]) == {"事项1", "", "事项5"}
    told = {remark.code: remark for remark in sheet.remarks}
    assert told["hidden_rows"] == Remark("hidden_rows", None, (5,), {"count": 2})
    assert told["hidden_sheet"] == Remark("hidden_sheet", None, (2,), {"sheet": "草稿"})
    assert set(told) == {"struck_out", "hidden_rows", "hidden_columns", "hidden_sheet"}


def test_an_old_workbook_does_the_same(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("计划")
    struck = xlwt.easyxf("font: struck_out on")
    for r, row in enumerate([[*HEADER, "备注"], *([*_row(n), "不公开"] for n in range(1, 5))]):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell, *([struck] if (r, c) in {(1, 2), (2, 0)} else []))
    sheet.row(3).hidden = True
    sheet.col(6).hidden = True
    book.save(str(tmp_path / "a.xls"))
    document = read_document(tmp_path / "a.xls")
    assert [row.cells for row in document.tables[0].rows[1:]] == [
        ("1", "任务1", "", "全县企业", "5%", "9月", ""),
        ("", "任务2", "事项2", "全县企业", "5%", "9月", ""),
        ("4", "任务4", "事项4", "全县企业", "5%", "9月", ""),
    ]
    assert set(document.left_out) == {
        LeftOut("struck_out", 2, 2, "计划"),
        LeftOut("hidden_rows", 1, 4, "计划"),
        LeftOut("hidden_columns", 1, 1, "计划"),
    }


def test_a_workbook_in_xml_does_the_same(tmp_path: Path) -> None:
    def row(*cells: object, more: str = "", style: str = "") -> str:
        told = "".join(f'<Cell{style}><Data ss:Type="String">{cell}</Data></Cell>' for cell in cells)
        return f"<Row{more}>{told}</Row>"

    rows = [
        row("序号", "名称", "比例", "备注"),
        row(1, "甲", "5%", "内"),
        row(2, "乙", "1%", "部", more=' ss:Hidden="1"'),
        row(3, "丙", "2%", style=' ss:StyleID="s1"'),
        row(4, "丁", "3%"),
    ]
    (tmp_path / "a.xls").write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Styles><Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style></Styles><Worksheet ss:Name="计划"><Table>'
        '<Column/><Column ss:Index="4" ss:Hidden="1"/>' + "".join(rows) + "</Table></Worksheet>"
        f'<Worksheet ss:Name="旧"><Table>{row("x", "y")}</Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible>'
        "</x:WorksheetOptions></Worksheet></Workbook>",
        "utf-8",
    )
    document = read_document(tmp_path / "a.xls")
    (table,) = document.tables
    assert [(row.number, row.cells[:3]) for row in table.rows] == [
        (1, ("序号", "名称", "比例")),
        (2, ("1", "甲", "5%")),
        (5, ("4", "丁", "3%")),
    ]
    assert set(document.left_out) == {
        LeftOut("struck_out", 3, 4, "计划"),
        LeftOut("hidden_rows", 1, 3, "计划"),
        LeftOut("hidden_columns", 1, 1, "计划"),
        LeftOut("hidden_sheet", 1, None, "旧"),
    }


def test_word_text_struck_through_or_hidden_is_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    heading = document.add_paragraph("2024年度")
    heading.add_run("（草稿）").font.hidden = True
    table = document.add_table(rows=0, cols=3)
    for texts in (["序号", "名称", "比例"], ["1", "甲", "10%"], ["2", "乙", "5%"]):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    table.cell(1, 2).paragraphs[0].runs[0].font.strike = True
    table.cell(1, 2).paragraphs[0].add_run("20%")
    table.cell(1, 1).paragraphs[0].runs[0].font.double_strike = True
    table.cell(0, 0).paragraphs[0].runs[0].font.strike = False
    table.rows[2]._tr.get_or_add_trPr().append(OxmlElement("w:hidden"))
    document.save(str(tmp_path / "a.docx"))
    read = read_document(tmp_path / "a.docx")
    assert read.paragraphs[0].text == "2024年度"
    assert [row.cells for row in read.tables[0].rows] == [("序号", "名称", "比例"), ("1", "", "20%")]
    assert set(read.left_out) == {
        LeftOut("hidden_text", 1, 1),
        LeftOut("struck_out", 2, 2, table=1),
        LeftOut("hidden_rows", 1, 3, table=1),
    }


def test_a_file_that_hides_nothing_says_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [HEADER, _row(1)]:
        book.active.append(row)
    book.active.row_dimensions[5].hidden = True
    book.active.column_dimensions["Z"].hidden = True
    book.save(tmp_path / "a.xlsx")
    assert read_document(tmp_path / "a.xlsx").left_out == ()
    assert read_sheet(tmp_path / "a.xlsx").remarks == ()
