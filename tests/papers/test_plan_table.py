"""Next year's plan in the notices' own form: what the notice reader reads back is what was planned, field by field."""

from __future__ import annotations

import datetime
import io
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import duckdb
import openpyxl
import pandas as pd
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from inspections.notice.proportions import proportion
from inspections.notice.storing import import_notice
from inspections.papers.plan_table import SYNTHETIC, YearPlan, by_class, next_year, percent, to_docx, to_xlsx
from inspections.store.database import ask, open_database
from tests.filled import empty

END = datetime.date(2030, 12, 31)
WRITERS = {"xlsx": to_xlsx, "docx": to_docx}
BUREAU_YEARS = [
    ("阳城县自然资源局", 2022),
    ("阳城县自然资源局", 2023),
    ("许昌市自然资源和规划局建安区分局", 2023),
    ("许昌市自然资源和规划局建安区分局", 2024),
]
PROPORTIONS = {
    "A": Fraction(5, 100),
    "B": Fraction(1, 10),
    "C": Fraction("0.2575"),
    "D": Fraction(1),
    "none": Fraction("0.083333"),
}
WORDS = (
    "plan_kind", "seq", "plan_name", "field", "draw_type", "item_class", "rate_max", "quota", "times_per_year",
    "risk_rule", "initiating_unit", "lead_unit", "checking_body",
)  # fmt: skip


def planned(connection: duckdb.DuckDBPyConnection, bureau: str, year: int, *, renewed: bool) -> tuple[Any, YearPlan]:
    """The tasks of a year and next year's plan; `renewed`: every task but the 100 % ones gets new proportions."""
    bureaus = ask(connection, "bureau_years")
    bureau_id = int(bureaus.loc[bureaus["bureau"] == bureau, "bureau_id"].iloc[0])
    tasks = ask(connection, "plan_form", bureau_id=bureau_id, year=year, as_of=END)
    rates = ask(connection, "task_class_rates", bureau_id=bureau_id, year=year, as_of=END)
    drawn = tasks.loc[tasks["rate"] != 1, "task_id"]
    proportions = {int(task_id): PROPORTIONS for task_id in drawn} if renewed else {}
    return tasks, next_year(bureau, year, tasks, rates, proportions, synthetic=True)


def shown(value: Any) -> Any:
    if isinstance(value, float | pd.Timestamp) and pd.isna(value):
        return None
    return None if value is pd.NaT or value is pd.NA else value


@pytest.mark.parametrize("renewed", [False, True], ids=["as it was", "with new proportions"])
@pytest.mark.parametrize("file_format", WRITERS)
def test_the_notice_reader_reads_the_same_tasks_back(
    demo_connection: duckdb.DuckDBPyConnection, tmp_path: Path, file_format: str, renewed: bool
) -> None:
    nothing_yet = open_database(empty(tmp_path / "empty.duckdb"))
    for number, (bureau, year) in enumerate(BUREAU_YEARS):
        tasks, plan = planned(demo_connection, bureau, year, renewed=renewed)
        path = tmp_path / f"{number}.{file_format}"
        path.write_bytes(WRITERS[file_format](plan))
        report = import_notice(nothing_yet, path, actor="test")
        assert report.bureau == bureau
        assert [entry.plan.title for entry in report.plans] == [table.title for table in plan.tables]
        assert not [issue for issue in report.issues if issue.severity == "error"]
        bureaus = ask(nothing_yet, "bureau_years")
        here = {
            "bureau_id": int(bureaus.loc[bureaus["bureau"] == bureau, "bureau_id"].iloc[0]),
            "year": year + 1,
            "as_of": END,
        }
        read_back = ask(nothing_yet, "plan_form", **here), ask(nothing_yet, "task_class_rates", **here)
        assert_same(tasks, *read_back, year, renewed)
    nothing_yet.close()


def assert_same(tasks: pd.DataFrame, found: pd.DataFrame, rates: pd.DataFrame, year: int, renewed: bool) -> None:
    """Field by field, a year later."""
    assert len(found) == len(tasks) > 0
    for old, new in zip(tasks.to_dict("records"), found.to_dict("records"), strict=True):
        assert {key: shown(new[key]) for key in WORDS} == {key: shown(old[key]) for key in WORDS}
        for edge in ("starts_on", "ends_on"):
            assert shown(new[edge]) == (None if pd.isna(old[edge]) else old[edge] + pd.DateOffset(years=1))
        # The name's own year moves too, and so does one that an earlier plan had left standing (许昌市2023年度…).
        assert new["name"] == re.sub(r"20\d\d年", f"{year + 1}年", old["name"])
        assert "".join(new["scope"].split()) == "".join(old["scope"].split())
        pairs = [{(entry["item"], entry["unit"]) for entry in task["items"]} for task in (old, new)]
        assert pairs[0] == pairs[1]
        partners = [[] if task["partners"] is None else list(task["partners"]) for task in (old, new)]
        assert partners[0] == partners[1]
        of_task = rates[rates["task_id"] == new["task_id"]]
        if renewed and old["rate"] != 1:
            assert pd.isna(new["rate"])
            read = {
                str(code): Fraction(str(rate)) for code, rate in zip(of_task["class"], of_task["rate"], strict=True)
            }
            assert read == PROPORTIONS
        else:
            assert of_task.empty
            assert (shown(new["rate"]), shown(new["rate_op"])) == (shown(old["rate"]), shown(old["rate_op"]))


def one(**said: object) -> pd.DataFrame:
    """A plan of one task."""
    row = {
        "task_id": 1, "plan_id": 1, "plan_kind": "internal", "title": "某县水务局2024年度内部抽查计划", "seq": 1,
        "name": "取水检查", "plan_name": None, "field": None, "draw_type": None, "item_class": None,
        "scope": "取水单位",
        "rate": None, "rate_op": None, "rate_max": None, "rate_text": None, "quota": None, "times_per_year": None,
        "risk_rule": None, "starts_on": pd.Timestamp(2024, 3, 1), "ends_on": pd.Timestamp(2024, 6, 30),
        "period_text": "3月—6月", "initiating_unit": "水政股", "lead_unit": "水政股", "checking_body": None,
        "items": [{"item": "取水许可", "unit": "水政股"}], "partners": None,
    }  # fmt: skip
    return pd.DataFrame([{**row, **said}])


NO_RATES = pd.DataFrame(columns=["task_id", "class", "rate", "rate_op", "quota", "origin"])


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ({"rate": 0.1, "rate_op": "="}, "10%"),
        ({"rate": 0.35, "rate_op": ">"}, ">35%"),
        ({"rate": 0.035, "rate_op": ">="}, "≥3.5%"),
        ({"rate": 0.05, "rate_op": ">=", "rate_max": 0.2}, "5%—20%"),
        ({"rate_max": 0.05}, "不超过5%"),
        ({"rate": 0.1, "rate_op": "=", "quota": 20}, "10%；20户"),
        ({"quota": 3, "times_per_year": 2}, "3户；2次/年"),
    ],
)
def test_every_way_to_plan_a_number_is_read_back(said: dict[str, object], written: str) -> None:
    plan = next_year("某县水务局", 2024, one(**said), NO_RATES, {}, False)
    cell = plan.tables[0].rows[0]["rate"]
    assert cell == written
    read = proportion(cell, count_header=True)
    expected = {key: said.get(key) for key in ("rate", "rate_op", "rate_max", "quota", "times_per_year")}
    found = {key: getattr(read, key) for key in expected}
    assert {
        key: value if isinstance(value, str | int | None) else float(value) for key, value in found.items()
    } == expected


def test_proportions_per_class_of_the_notice_stay_and_those_of_a_policy_do_not_enter() -> None:
    rates = pd.DataFrame(
        [
            {"task_id": 1, "class": "A", "rate": 0.01, "rate_op": ">=", "quota": None, "origin": "notice"},
            {"task_id": 1, "class": "D", "rate": None, "rate_op": None, "quota": 2, "origin": "notice"},
            {"task_id": 1, "class": "B", "rate": 0.5, "rate_op": "=", "quota": None, "origin": "policy"},
        ]
    )
    plan = next_year("某县水务局", 2024, one(), rates, {}, False)
    assert plan.tables[0].rows[0]["rate"] == "A类≥1%、\nD类2户"


def test_old_proportions_in_the_rule_do_not_stand_beside_new_ones() -> None:
    tasks = one(risk_rule="A类1%、B类2%", rate=0.1, rate_op="=")
    kept = next_year("某县水务局", 2024, tasks, NO_RATES, {}, False)
    assert kept.tables[0].rows[0]["risk_rule"] == "A类1%、B类2%"
    renewed = next_year("某县水务局", 2024, tasks, NO_RATES, {1: {"A": Fraction(1, 20)}}, False)
    assert renewed.tables[0].rows[0]["rate"] == "A类5%"
    assert "%" not in renewed.tables[0].rows[0]["risk_rule"]


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        ((2024, 3, 1), (2024, 6, 30), "3月1日—6月30日"),
        ((2024, 2, 1), (2024, 2, 29), "2月1日—2月28日"),
        ((2023, 2, 1), (2023, 2, 28), "2月1日—2月29日"),
        ((2024, 11, 1), (2025, 2, 28), "11月1日—2026年2月28日"),
        ((2024, 5, 8), (2024, 5, 8), "5月8日"),
    ],
)
def test_windows_move_by_a_year(first: tuple[int, int, int], last: tuple[int, int, int], written: str) -> None:
    tasks = one(starts_on=pd.Timestamp(datetime.date(*first)), ends_on=pd.Timestamp(datetime.date(*last)))
    plan = next_year("某县水务局", first[0], tasks, NO_RATES, {}, False)
    assert plan.tables[0].rows[0]["period"] == written


def test_a_title_that_does_not_name_bureau_and_year_is_written_anew() -> None:
    plan = next_year("某县水务局", 2024, one(title="2024年抽查计划"), NO_RATES, {}, False)
    assert plan.tables[0].title == "某县水务局2025年度内部“双随机、一公开”抽查计划"


def test_proportions_are_written_exactly() -> None:
    assert [percent(Fraction(share)) for share in ("0.05", "0.035", "1", "0.002575", "0")] == [
        "5%", "3.5%", "100%", "0.2575%", "0%",
    ]  # fmt: skip
    assert by_class({"A": Fraction(1, 20), "none": Fraction(1, 10)}) == "A类5%、未分类10%"
    assert by_class({"none": Fraction(1, 10)}) == "10%"


def test_documents_are_laid_out_for_print_and_say_what_they_are(demo_connection: duckdb.DuckDBPyConnection) -> None:
    _, plan = planned(demo_connection, "阳城县自然资源局", 2023, renewed=True)
    paper = docx.Document(io.BytesIO(to_docx(plan)))
    assert paper.sections[0].orientation == WD_ORIENT.LANDSCAPE
    grid = paper.tables[0]
    # As wide as the page allows, columns by what stands in them: no window and no proportion is broken.
    assert sum(side.width.mm for side in grid.columns) == pytest.approx(261, abs=1)
    wide = {heading.text: side.width.mm for heading, side in zip(grid.rows[0].cells, grid.columns, strict=True)}
    assert wide["信用风险分类管理"] == max(wide.values())
    assert wide["抽查起止时间"] > 9 * 3.18
    assert wide["序号"] == min(wide.values())
    assert all("  " not in cell.text and "产 矿" not in cell.text for row in grid.rows for cell in row.cells)
    # No empty page between two plans: the title of the second begins its own.
    assert sum(paragraph.paragraph_format.page_break_before is True for paragraph in paper.paragraphs) == 1
    heading = grid.rows[0]._tr
    assert heading.trPr.find(qn("w:tblHeader")) is not None
    lines = [paragraph.text for paragraph in paper.paragraphs]
    assert SYNTHETIC in lines
    assert any("〔2024〕" in line for line in lines)
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(plan))).worksheets[0]
    assert sheet["A1"].value == plan.tables[0].title
    assert sheet["A3"].value == SYNTHETIC
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.orientation == "landscape"


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    plan = next_year("某县水务局", 2024, one(name="=1+1"), NO_RATES, {}, False)
    cells = [cell.value for row in openpyxl.load_workbook(io.BytesIO(to_xlsx(plan))).worksheets[0] for cell in row]
    assert "=1+1" in cells
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(plan)))
    assert all(cell.data_type != "f" for row in book.worksheets[0] for cell in row)
