"""xlsx files: marked and typed; that nothing in them is a formula is tested with hostile names."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from inspections.papers.export import to_xlsx
from inspections.words.wording import say, say_in
from tests.spoken import spoken_in

FRAME = pd.DataFrame(
    {
        "object": ["=1+1", "@SUM(A1)", "http://x.cn", "00123"],
        "class": pd.Categorical(["A", "D", "none", "A"]),
        "ends_on": pd.to_datetime(["2024-03-31", None, "2024-11-30", "2024-01-01"]),
        "due": [3, 0, 1336, 1],
        "completion_rate": [0.5, None, 1.0, 0.0],
    }
)
TOP = 5


def sheet(
    frame: pd.DataFrame, columns: list[str], *, language: str = "zh", synthetic: bool = True, title: str = "表"
) -> Worksheet:
    content = spoken_in(language, to_xlsx, frame, columns, title=title, source="甲局 2024", synthetic=synthetic)
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def column(found: Worksheet, number: int) -> list[object]:
    return [row[number - 1].value for row in found.iter_rows(min_row=TOP + 1)]


def test_texts_stay_texts() -> None:
    found = sheet(FRAME, list(FRAME.columns))
    cells = [found.cell(TOP + row, 1) for row in range(1, 5)]
    assert [cell.value for cell in cells] == ["=1+1", "@SUM(A1)", "http://x.cn", "00123"]


def test_dates_numbers_and_shares_have_their_types() -> None:
    found = sheet(FRAME, list(FRAME.columns))
    assert column(found, 3) == [
        datetime.datetime.fromisoformat("2024-03-31"),
        None,
        *map(datetime.datetime.fromisoformat, ("2024-11-30", "2024-01-01")),
    ]
    assert column(found, 4) == [3, 0, 1336, 1]
    assert column(found, 5) == [0.5, None, 1, 0]
    assert found.cell(TOP + 1, 3).number_format == "yyyy-mm-dd"
    assert found.cell(TOP + 1, 5).number_format == "0.0%"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_file_says_of_itself(language: str) -> None:
    synthetic, internal = say_in(language, "frame.synthetic_note"), say_in(language, "export.internal")

    def marks(columns: list[str], *, made_up: bool) -> str:
        return str(sheet(FRAME, columns, language=language, synthetic=made_up).cell(3, 1).value)

    assert synthetic in marks(["object"], made_up=True)
    assert internal not in marks(["object"], made_up=True)
    assert synthetic not in marks(["object"], made_up=False)
    assert internal in marks(["object", "class"], made_up=False)
    assert internal in marks(["object", "class"], made_up=True)
    assert synthetic in marks(["object", "class"], made_up=True)


@pytest.mark.parametrize("named", ["class", "class_at_draw", "class_now"])
def test_every_column_of_risk_classes_makes_a_table_internal(named: str) -> None:
    frame = pd.DataFrame({named: ["A"]})
    assert say("export.internal") in str(sheet(frame, [named], synthetic=False).cell(3, 1).value)


def test_title_source_headings_and_words() -> None:
    found = sheet(FRAME, ["class", "object"], title="清单[1]：甲/乙")
    assert found.title == "清单1：甲乙"
    assert [found.cell(1, 1).value, found.cell(2, 1).value] == ["清单[1]：甲/乙", "甲局 2024"]
    assert [found.cell(TOP, 1).value, found.cell(TOP, 2).value] == ["风险类别", "检查对象"]
    assert column(found, 1) == ["A", "D", "未分类", "A"]


def test_an_empty_table_and_truth_values() -> None:
    assert column(sheet(FRAME.head(0), list(FRAME.columns)), 1) == []
    frame = pd.DataFrame({"due": [True, False]})
    assert column(sheet(frame, ["due"]), 1) == ["是", "否"]
