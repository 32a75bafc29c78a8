"""Any file becomes lines and tables, or one clear error."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import msoffcrypto
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from inspections.files import word
from inspections.files.bounds import of_register
from inspections.files.content import Document
from inspections.files.encodings import decoded
from inspections.files.extent import check_parts
from inspections.files.number_formats import format_kind
from inspections.files.opening import content_of, read_document
from inspections.files.readers import words_in
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error
from tests.files.refusal import library, refused, stand_in
from tests.notice.formats import as_docx, as_pdf, as_xls, as_xlsx

HEADER = ["序号", "抽查任务名称", "抽查事项", "抽查对象范围", "抽查比例"]
PLAN = ["某县某局2024年度抽查计划", [HEADER, ["1", "任务甲", "事项甲", "全县企业", "5%"]]]


def test_text_keeps_line_numbers_titles_and_blank_cells(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("# 标题\n\n序号\t名称\n1\t甲\n\t乙\n\n二、尾\n3\t丙", "utf-8")
    document = read_document(file)
    assert [(p.line, p.text) for p in document.paragraphs] == [(1, "标题"), (7, "二、尾")]
    first, second = document.tables
    assert first.titles == ("标题",)
    assert [(row.number, row.cells) for row in first.rows] == [(3, ("序号", "名称")), (4, ("1", "甲")), (5, ("", "乙"))]
    assert second.titles == ("二、尾",)


def test_markdown_pipe_tables_lose_their_rule_and_keep_breaks(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("| 序号 | 事项 |\n|---|:--:|\n| 1 | 甲<br>乙 |\n", "utf-8")
    assert [row.cells for row in read_document(file).tables[0].rows] == [("序号", "事项"), ("1", "甲\n乙")]


def test_a_quoted_cell_may_break_over_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text('序号\t事项\t比例\n1\t"甲\n乙"\t5%\n', "utf-8")
    assert read_document(file).tables[0].rows[1].cells == ("1", "甲\n乙", "5%")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("suffix", [".txt", ".csv"])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    file.write_bytes("某县某局\n序号\t名称\t比例\n1\t测绘资质单位\t5%\n".encode(encoding))
    document = read_document(file)
    assert [row.cells for row in document.tables[0].rows] == [("序号", "名称", "比例"), ("1", "测绘资质单位", "5%")]
    assert document.paragraphs[0].text == "某县某局"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiters_are_told_apart(tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        delimiter.join(HEADER) + "\n" + delimiter.join(["1", "甲", "事项，乙", "全县", "5%"]) + "\n", "utf-8"
    )
    assert [len(row.cells) for row in read_document(file).tables[0].rows] == [5, 5]


def test_word_merges_automatic_numbers_and_deletions(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for r, row in enumerate([["序号", "名称", "比例"], ["", "甲", "5%"], ["", "乙", ""]]):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 2).merge(table.cell(2, 2))
    for r in (1, 2):
        properties = table.cell(r, 0).paragraphs[0]._p.get_or_add_pPr()
        numbering = OxmlElement("w:numPr")
        identity = OxmlElement("w:numId")
        identity.set(qn("w:val"), "7")
        numbering.append(identity)
        properties.append(numbering)
    deleted = OxmlElement("w:del")
    deleted.append(table.cell(1, 1).paragraphs[0].add_run("（删去）")._r)
    table.cell(1, 1).paragraphs[0]._p.append(deleted)
    file = tmp_path / "a.docx"
    document.save(str(file))
    rows = read_document(file).tables[0].rows
    assert [row.cells for row in rows] == [("序号", "名称", "比例"), ("1", "甲", "5%"), ("2", "乙", "5%")]
    assert rows[2].merged_down == {2}


def test_excel_merges_percentages_dates_and_hidden_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "内部计划"
    sheet.append(["某县某局2024年度计划"])
    sheet.merge_cells("A1:D1")
    sheet.append(["序号", "名称", "比例", "开始", "结束", "月份"])
    sheet.append([1, "甲", 0.25, *[datetime.date(2024, 3, 1)] * 3])
    sheet["C3"].number_format = "0.00%"
    # Typed in another year than the plan's, or shown as a month: what the user sees is what the plan says.
    sheet["E3"].number_format, sheet["F3"].number_format = 'm"月"d"日";@', '[$-804]yyyy"年"m"月"'
    sheet.append([None, "乙", None, None])
    sheet.merge_cells("A3:A4")
    hidden = book.create_sheet("草稿")
    hidden.append(["序号", "名称", "比例"])
    hidden.sheet_state = "hidden"
    file = tmp_path / "a.xlsx"
    book.save(file)
    document = read_document(file)
    (table,) = document.tables
    assert table.sheet == "内部计划"
    assert table.titles == ("某县某局2024年度计划",)
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("序号", "名称", "比例", "开始", "结束", "月份")),
        (3, ("1", "甲", "25%", "2024-03-01", "3月1日", "2024年3月")),
        (4, ("1", "乙", "", "", "", "")),
    ]
    assert table.rows[2].merged_down == {0}


@pytest.mark.parametrize(
    ("code", "kind"),
    [("0.0%", "%"), ("m/d", "md"), ("d-mmm", "md"), ("m月", "m"), ("yyyy-mm", "ym"), ("yyyy/m/d", None),
     ("mm:ss", None), ("General", None), ("0.00", None), ("[$-F800]dddd, mmmm dd, yyyy", None),
     ('0"月"', None), ("#,##0_m", None)],
)  # fmt: skip
def test_number_formats_that_show_something_else_than_the_value(code: str, kind: str | None) -> None:
    assert format_kind(code) == kind


@pytest.mark.parametrize("name", ["导出.xls", "导出.html"])
def test_a_plan_saved_as_a_web_page_is_read_with_its_merged_cells(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(
        "<html><body><table><tr><th>序号<th>名称<th>比例<tr><td rowspan=2>1<td>甲<td rowspan=2>5%<tr><td>乙</table>",
        "utf-8",
    )
    document = read_document(file)
    assert document.format == "html"
    (table,) = document.tables
    assert [row.cells for row in table.rows] == [("序号", "名称", "比例"), ("1", "甲", "5%"), ("1", "乙", "5%")]
    assert table.rows[2].merged_down == {0, 2}


def test_a_web_page_without_a_table_is_no_plan(tmp_path: Path) -> None:
    for name, code in (("a.xls", "save_as_xlsx"), ("a.html", "format_unknown")):
        (tmp_path / name).write_text("<html><body><p>通知</p></body></html>", "utf-8")
        assert refused(tmp_path / name) == code


@pytest.mark.parametrize(
    ("kind", "suffix", "code"),
    [("spreadsheet", ".odt", "save_as_xlsx"), ("text", ".zip", "save_as_docx"), ("text", ".ods", "save_as_xlsx")],
)
def test_open_documents_are_to_be_saved_as_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, suffix: str, code: str
) -> None:
    stand_in(tmp_path, monkeypatch, "exit 1")  # LibreOffice takes a second to say that it cannot read this
    file = tmp_path / f"a{suffix}"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<x/>")
    assert refused(file) == code


def test_a_formula_nobody_has_computed_is_not_read_as_blank(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["序号", "名称", "数量"])
    book.active.append([1, "甲", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx") == "formula_without_value"


def test_a_cell_that_never_ends_is_told_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('序号,名称,比例\n1,"甲,5%\n' + "2,乙,5%\n" * 60_000, "utf-8")
    assert refused(tmp_path / "a.csv") == "cell_too_long"


def test_a_pdf_table_goes_on_over_pages(tmp_path: Path) -> None:
    rows = [[str(n), f"任务{n}", "对某项情况的检查" * 8, "全县企业", "5%"] for n in range(1, 40)]
    document = read_document(as_pdf(["某县某局2024年度抽查计划", [HEADER, *rows]], tmp_path / "a.pdf"))
    assert len({table.page for table in document.tables}) > 1
    read = [row.cells[0] for table in document.tables for row in table.rows if row.cells[0].isdigit()]
    assert read == [str(n) for n in range(1, 40)]


@pytest.mark.parametrize(
    ("build", "real"), [(as_docx, ".docx"), (as_xlsx, ".xlsx"), (as_xls, ".xls"), (as_pdf, ".pdf")]
)
@pytest.mark.parametrize("claimed", [".txt", ".csv", ".xlsx", ".docx", ".pdf", ".doc", ""])
def test_a_renamed_file_is_read_as_what_it_is(tmp_path: Path, build: object, real: str, claimed: str) -> None:
    file = build(PLAN, tmp_path / f"a{real}")  # type: ignore[operator]
    renamed = file.rename(tmp_path / f"b{claimed}")
    if real == ".xls" and claimed == ".doc":
        assert refused(renamed) == "save_as_docx"
        return
    assert read_document(renamed).tables[0].rows[1].cells == tuple(PLAN[1][1])


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "b.doc"])
@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, b"plain", b"\x00\x01\x02"])
def test_old_word_files_are_to_be_saved_as_docx(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert refused(file) == "save_as_docx"
    with pytest.raises(InspectionsError) as caught:
        read_document(file)
    assert "另存为 .docx 后再导入" in say_error(caught.value)


def test_an_et_file_is_to_be_saved_as_xlsx(tmp_path: Path) -> None:
    file = tmp_path / "a.et"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    assert refused(file) == "save_as_xlsx"


def test_protected_files_say_so(tmp_path: Path) -> None:
    plain = as_xlsx(PLAN, tmp_path / "plain.xlsx").read_bytes()
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(plain)).encrypt("secret", locked)
    assert msoffcrypto.OfficeFile(io.BytesIO(locked.getvalue())).is_encrypted()
    for name in ("a.xlsx", "a.docx"):
        (tmp_path / name).write_bytes(locked.getvalue())
        assert refused(tmp_path / name) == "file_encrypted"
    pdf = tmp_path / "a.pdf"
    canvas = Canvas(str(pdf), encrypt=StandardEncryption("secret"))
    canvas.drawString(50, 700, "text")
    canvas.save()
    assert refused(pdf) == "file_encrypted"


def test_a_cut_pdf_says_so(tmp_path: Path) -> None:
    whole = as_pdf(PLAN, tmp_path / "whole.pdf").read_bytes()
    (tmp_path / "cut.pdf").write_bytes(whole[: len(whole) // 3])
    assert refused(tmp_path / "cut.pdf") in {"file_broken", "pdf_without_text"}


def test_a_scan_says_that_it_has_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library(tmp_path, monkeypatch, "raise ImportError")
    file = tmp_path / "scan.pdf"
    canvas = Canvas(str(file))
    canvas.rect(50, 50, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    assert refused(file) == "pdf_without_text"


def test_missing_and_empty_files(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.txt") == "file_missing"
    (tmp_path / "empty.txt").write_bytes(b"")
    assert refused(tmp_path / "empty.txt") == "file_empty"


def test_two_hundred_megabytes_are_refused_without_reading(tmp_path: Path) -> None:
    file = tmp_path / "big.csv"
    with file.open("wb") as out:
        out.truncate(200_000_000)
    assert refused(file) == "file_too_large"


def test_a_file_of_just_the_most_bytes_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"x" * 1_000)
    assert content_of(file, replace(of_register(), file_bytes=1_000)) == b"x" * 1_000
    with pytest.raises(InspectionsError, match="sheet_too_large"):
        content_of(file, replace(of_register(), file_bytes=999))


def test_a_file_too_large_by_a_byte_is_said_to_be_larger_than_what_is_the_most() -> None:
    refused = of_register().too_large(200_000_001, 200_000_000)
    assert (refused.parameters["megabytes"], refused.parameters["limit"]) == (201, 200)


def test_a_text_of_just_the_most_bytes_cells_and_paragraphs_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.docx"
    document = docx.Document()
    for number, row in enumerate(document.add_table(rows=3, cols=4).rows):
        for letter, cell in zip("甲乙丙丁", row.cells, strict=True):
            cell.text = f"{letter}{number}"
    document.save(str(file))
    with zipfile.ZipFile(file) as archive:
        parts = [archive.read(name) for name in archive.namelist() if re.fullmatch(r"word/.*\.xml", name)]
    most = {
        "_MAX_XML_BYTES": max(map(len, parts)),
        "_MAX_CELLS": 12,
        "_MAX_PARAGRAPHS": max(len(re.findall(rb"<w:p[ >/]", part)) for part in parts),
    }
    for name, number in most.items():
        monkeypatch.setattr(word, name, number)

    def read() -> Document:
        # Here, where the limits are others than apart.
        return words_in(file.read_bytes(), "docx", lambda _: None)

    assert len(read().tables) == 1
    for name, number in most.items():
        monkeypatch.setattr(word, name, number - 1)
        with pytest.raises(InspectionsError, match=r"file_too_large|too_many_rows"):
            read()
        monkeypatch.setattr(word, name, number)


def test_an_archive_may_unpack_to_just_the_most_bytes() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<" * 600)
        archive.writestr("xl/styles.xml", b"<" * 400)
    with zipfile.ZipFile(content) as archive:
        check_parts(archive, replace(of_register(), unpacked_bytes=1_000))
        with pytest.raises(InspectionsError, match="sheet_too_large"):
            check_parts(archive, replace(of_register(), unpacked_bytes=999))


@pytest.mark.parametrize("suffix", [".csv", ".txt"])
def test_ten_thousand_columns_are_refused(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"wide{suffix}"
    cells = [f"列{n}" for n in range(10_000)]
    file.write_text(("," if suffix == ".csv" else "\t").join(cells) + "\n", "utf-8")
    assert refused(file) == "too_many_columns"


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), min_size=1, max_size=60))
def test_utf8_text_comes_back_as_it_was(text: str) -> None:
    assert decoded(("计划" + text).encode()) == "计划" + text


def test_nul_bytes_are_dropped() -> None:
    assert decoded("序号\x00\t名称".encode()) == "序号\t名称"
