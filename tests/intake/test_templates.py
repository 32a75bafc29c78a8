"""Templates read back as what they are, filled or empty; rejected rows come back as they were."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from inspections.intake.cell import CellSettings
from inspections.intake.cells import read
from inspections.intake.kinds import KINDS
from inspections.intake.marked import marked_workbook
from inspections.intake.recognising import recognise
from inspections.intake.sheet import read_sheet
from inspections.intake.templates import allowed, example, template
from inspections.words.wording import LANGUAGES, say
from tests.spoken import spoken_in

EVERY = [(kind, language) for kind in KINDS for language in LANGUAGES]


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "file.xlsx"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_an_empty_template_is_read_as_its_kind_with_every_field(kind: str, language: str, tmp_path: Path) -> None:
    sheet = read_sheet(kept(tmp_path, spoken_in(language, template, kind)))
    found = recognise(sheet.headers)
    assert found.kind == kind
    assert list(found.mapping) == list(KINDS[kind].fields) or set(found.mapping) == set(KINDS[kind].fields)
    assert [found.mapping[field] for field in KINDS[kind].fields] == list(range(len(KINDS[kind].fields)))
    assert found.unread == found.missing == ()
    assert len(sheet.rows) == 0


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_template_filled_with_its_example_is_read_without_an_issue(kind: str, language: str, tmp_path: Path) -> None:
    path = kept(tmp_path, spoken_in(language, template, kind))
    book = openpyxl.load_workbook(path)
    for column, text in enumerate(spoken_in(language, example, kind).values(), start=1):
        book.worksheets[0].cell(2, column, text)
    book.save(path)
    sheet = read_sheet(path)
    assert list(sheet.rows.index) == [2]
    for code, field in KINDS[kind].fields.items():
        cells = read(field.type, sheet.rows[recognise(sheet.headers).mapping[code]])
        assert cells.codes.isna().all(), code
        assert (cells.values.iloc[0] is None) == (spoken_in(language, example, kind)[code] == "")


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_word_a_list_offers_is_understood(kind: str, language: str) -> None:
    classes = ("A", "B", "C", "D", "E")
    for field in KINDS[kind].fields.values():
        words = pd.Series(spoken_in(language, allowed, field, classes), dtype=object)
        cells = read(field.type, words, CellSettings(classes=classes))
        assert cells.codes.isna().all()
        assert cells.values.nunique() == len(words)


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_guides_the_hand(kind: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(kept(tmp_path, template(kind, ("A", "B", "C"))))
    first, guide = book.worksheets
    assert first.freeze_panes == "A2"
    listed = {str(found.sqref).split(":")[0]: found.formula1 for found in first.data_validations.dataValidation}
    for place, field in enumerate(KINDS[kind].fields.values(), start=1):
        head = first.cell(1, place)
        assert (head.fill.fgColor.rgb == "FF1F4E79") == (field.required and not field.unless)
        column = first.column_dimensions[head.column_letter]
        if field.type in {"object_id", "certificate", "name", "text"}:
            assert column.number_format == "@"
        if field.type == "date":
            assert column.number_format == "yyyy-mm-dd"
        words = allowed(field, ("A", "B", "C"))
        source = listed.get(f"{head.column_letter}2")
        assert (source is not None) == bool(words)
        if source:
            cells = guide[source.split("!")[1].replace("$", "")]
            assert tuple(row[0].value for row in cells) == words
    explained = {guide.cell(row, 1).value for row in range(7, 7 + len(KINDS[kind].fields))}
    assert explained == {first.cell(1, place).value for place in range(1, len(KINDS[kind].fields) + 1)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_holds_no_macro_and_no_way_out(kind: str) -> None:
    with zipfile.ZipFile(io.BytesIO(template(kind))) as parts:
        names = parts.namelist()
        assert not [name for name in names if "vba" in name.lower() or "externalLink" in name or "connections" in name]
        assert not [name for name in names if b'TargetMode="External"' in parts.read(name)]


# ---------------------------------------------------------------- rejected rows
HEADERS = ("统一社会信用代码", "企业名称", "信用风险分类")
ROWS = pd.DataFrame(
    [
        ["91110000600037341X", "=1+1", "E"],
        ["91110000600037341L", "甲公司", "A"],
        ["", "@乙\x07" + "长" * 40_000, "高 A"],
    ],
    index=[5, 6, 9],
)
ISSUES = pd.DataFrame(
    {
        "row": [5, 5, 6, 9, 9],
        "column": [0, 2, 1, None, 2],
        "severity": ["error", "warning", "note", "warning", "error"],
        "message": ["校验位不符。", "分类不在方案之内。", "已统一写法。", "整行须核对。", "前后矛盾。"],
    }
)


def marked(
    language: str = "zh", rows: pd.DataFrame = ROWS, headers: tuple[str, ...] = HEADERS, issues: pd.DataFrame = ISSUES
) -> bytes:
    return spoken_in(
        language, marked_workbook, rows, headers, issues, title="class.csv", source="某局 2024", synthetic=True
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_rejected_rows_are_read_back_as_they_were(language: str, tmp_path: Path) -> None:
    sheet = read_sheet(kept(tmp_path, marked(language)))
    found = recognise(sheet.headers)
    assert found.kind == "class_list"
    assert found.mapping == recognise(HEADERS).mapping
    assert sheet.headers[:3] == HEADERS
    assert sheet.rows.iloc[0, :4].tolist() == ["91110000600037341X", "=1+1", "E", "5"]
    assert sheet.rows.iloc[1, 0] == ""
    assert sheet.rows.iloc[1, 3] == "9"
    assert len(sheet.rows) == 2


def test_bad_cells_are_coloured_and_say_why_and_formulas_stay_texts(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(kept(tmp_path, marked()))
    sheet = book.worksheets[0]
    assert sheet["A2"].comment.text == "校验位不符。"
    assert sheet["C2"].comment.text == "分类不在方案之内。"
    assert sheet["A2"].fill.fgColor.rgb != sheet["C2"].fill.fgColor.rgb
    assert sheet["B2"].comment is None
    assert sheet["B2"].data_type == "s"
    assert sheet["B2"].value == "=1+1"
    assert sheet["E2"].value == "校验位不符。\n分类不在方案之内。"
    assert sheet["E3"].value == "前后矛盾。\n整行须核对。"
    said = "".join(str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row)
    assert "某局 2024" in said
    assert say("frame.synthetic_note") in said


def test_a_file_marked_twice_has_its_two_columns_once(tmp_path: Path) -> None:
    again = read_sheet(kept(tmp_path, marked()))
    issues = pd.DataFrame({"row": [2], "column": [2], "severity": ["error"], "message": ["仍不对。"]})
    book = openpyxl.load_workbook(kept(tmp_path, marked(rows=again.rows, headers=again.headers, issues=issues)))
    assert [cell.value for cell in book.worksheets[0][1]] == [*HEADERS, "原行号", "问题说明"]
    assert book.worksheets[0]["E2"].value == "仍不对。"


def test_nothing_wrong_is_an_empty_table(tmp_path: Path) -> None:
    sheet = read_sheet(kept(tmp_path, marked(issues=ISSUES.head(0))))
    assert len(sheet.rows) == 0
