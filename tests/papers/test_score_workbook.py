"""The evaluation's workbook: its formulas give the scores of the rubric, calculated by LibreOffice."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import io
import random
import re
import zipfile
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from inspections.evaluation import facts
from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Override
from inspections.evaluation.indicators import BY_CODE, INDICATORS, OF_UNITS, WEIGHABLE
from inspections.evaluation.rubric import MISSING, Criterion, Rubric, default_rubric
from inspections.papers.score_workbook import records
from inspections.papers.score_workbook.sheets import DETAILS, LEAGUE, RECORDS, SHEETS, TOP
from inspections.papers.score_workbook.workbook import to_xlsx
from inspections.store.database import ask, open_database
from inspections.words.wording import LANGUAGES, say, say_in
from tests.filled import empty
from tests.office import converted
from tests.queries.random_worlds import scatter
from tests.spoken import spoken_in

WRONG = "12345"  # what every formula cell of a file holds before it is calculated
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""


def some_rubric(dice: random.Random, missing: str) -> Rubric:
    """A scheme made at random: any indicators, odd weights and marks, odd bands."""
    chosen = [one for one in WEIGHABLE if dice.random() < 0.6] or [BY_CODE["completion"]]
    criteria = {}
    for one in chosen:
        zero, full = sorted(dice.sample(range(101), 2), reverse=not one.rises)
        size = 100 if one.kind == "rate" else 4
        criteria[one.code] = Criterion(Fraction(dice.randint(1, 400), 10), Fraction(zero, size), Fraction(full, size))
    low, middle, high = sorted(dice.sample(range(1, 10000), 3))
    bands = {"excellent": Fraction(high, 100), "good": Fraction(middle, 100), "fair": Fraction(low, 100)}
    return Rubric("试", 3, missing, bands, criteria)  # type: ignore[arg-type]


@dataclasses.dataclass
class Case:
    """A workbook as it was made, what its formulas must give, and the language of its words."""

    made: bytes
    year: Facts
    language: str


def changed(year: Facts, language: str, change: Callable[[Workbook], None], rubric: Rubric) -> Case:
    """The workbook of `year`, changed by hand afterwards; it must give what `rubric` gives."""
    book = openpyxl.load_workbook(io.BytesIO(spoken_in(language, to_xlsx, year)))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return Case(buffer.getvalue(), dataclasses.replace(year, rubric=rubric), language)


def cell(book: Workbook, name: str) -> Any:
    """The cell under a defined name."""
    ((sheet, place),) = book.defined_names[name].destinations
    return book[sheet][place]


def heavier(book: Workbook) -> None:
    assert cell(book, "权重_检查完成率").value == 20
    cell(book, "权重_检查完成率").value = 37.5
    cell(book, "权重_后续处置率").value = 0
    cell(book, "权重_部门联合占比").value = 12


def otherwise(book: Workbook) -> None:
    cell(book, "missing_data").value = say_in("en", "codes.missing.zero")
    cell(book, "lowest_Fair").value = 72.5
    cell(book, "full_On_time_publication").value = 0.9


@pytest.fixture(scope="module")
def cases(county: Facts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    base = default_rubric()
    made = {
        f"demo {missing}": Case(
            b"", dataclasses.replace(county, rubric=dataclasses.replace(base, missing=missing)), "zh"
        )
        for missing in MISSING
    }
    dice = random.Random(4)  # noqa: S311 - schemes for a test
    for seed in (1, 2):
        connection = open_database(empty(tmp_path_factory.mktemp("world") / "world.duckdb"))
        scatter(connection, seed)
        for missing in MISSING:  # read at once: the connection is closed below
            rubric, day = some_rubric(dice, missing), datetime.date(2023 + seed, 6, 14)
            year = facts.gather(functools.partial(ask, connection), seed, f"局{seed}", 2024, day, rubric)
            made[f"world {seed} {missing}"] = Case(spoken_in("en", to_xlsx, year), year, "en")
        connection.close()
    for case in made.values():
        case.made = case.made or spoken_in(case.language, to_xlsx, case.year)
    weights = {**base.criteria, "completion": dataclasses.replace(base.criteria["completion"], weight=Fraction(75, 2))}
    del weights["follow_up"]
    weights["joint_share"] = Criterion(Fraction(12), Fraction(0), Fraction(1))
    made["other weights"] = changed(county, "zh", heavier, dataclasses.replace(base, criteria=weights))
    marks = dataclasses.replace(base.criteria["publication_on_time"], full=Fraction(9, 10))
    other = dataclasses.replace(
        base,
        missing="zero",
        bands={**base.bands, "fair": Fraction(145, 2)},
        criteria={**base.criteria, "publication_on_time": marks},
    )
    made["other rules"] = changed(county, "en", otherwise, other)
    return made


@pytest.fixture(scope="module")
def calculated(cases: dict[str, Case], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workbook]:
    """Every workbook calculated anew by one run of LibreOffice, all values of formulas made wrong before."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(RECALCULATE, "utf-8")
    paths = {name: folder / f"{name.replace(' ', '_')}.xlsx" for name in cases}
    for name, case in cases.items():
        paths[name].write_bytes(without_values(case.made))
    opened = converted(list(paths.values()), "xlsx", folder)
    return {name: openpyxl.load_workbook(path, data_only=True) for name, path in zip(paths, opened, strict=True)}


def without_values(content: bytes) -> bytes:
    """The same file with a wrong value in every cell that holds a formula."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = re.sub(r"(</f>)(?:<v>[^<]*</v>|<v ?/>)?", rf"\1<v>{WRONG}</v>", part.decode())
                part = re.sub(r' t="str"(?=>\s*<f>)', "", text).encode()
            new.writestr(name, part)
    return buffer.getvalue()


def table(book: Workbook, language: str, sheet: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows of a sheet by column."""
    rows = book[say_in(language, f"workbook.sheets.{sheet}")].iter_rows(min_row=TOP + 2, max_col=len(columns))
    found = (dict(zip(columns, (one.value for one in row), strict=True)) for row in rows)
    return [row for row in found if row[columns[0]] is not None]


NAMES = [f"demo {missing}" for missing in MISSING]
NAMES += [f"world {seed} {missing}" for seed in (1, 2) for missing in MISSING]
NAMES += ["other weights", "other rules"]


@pytest.mark.parametrize("name", NAMES)
def test_the_formulas_give_the_scores_grades_and_ranks(
    cases: dict[str, Case], calculated: dict[str, Workbook], name: str
) -> None:
    case, evaluation = cases[name], cases[name].year.evaluation
    rows = table(calculated[name], case.language, "league", LEAGUE)
    graded = [*evaluation.units, evaluation.whole]
    if name.startswith("other"):  # the rows stand in the order in which they were made
        by_name = {unit.unit: unit for unit in evaluation.units}
        graded = [by_name[row["unit"]] for row in rows[:-1]] + [evaluation.whole]
    assert len(rows) == len(graded) > 1

    def word(code: str) -> str:
        return say_in(case.language, f"codes.grade.{code}")

    for row, unit in zip(rows, graded, strict=True):
        found = (row["score"], row["suggested"], row["grade"], row["rank"])
        score = "—" if unit.score is None else float(unit.score)
        rank = "—" if unit.rank is None else unit.rank
        assert found == (score, word(unit.suggested), word(unit.grade), rank), unit.unit


@pytest.mark.parametrize("name", NAMES[:-2])
def test_every_formula_gives_the_value_that_is_stored_with_it(
    cases: dict[str, Case], calculated: dict[str, Workbook], name: str
) -> None:
    stored = openpyxl.load_workbook(io.BytesIO(cases[name].made), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(cases[name].made))
    counted = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for one in row:
                if one.data_type == "f":
                    before = stored[sheet.title][one.coordinate].value
                    after = calculated[name][sheet.title][one.coordinate].value
                    same = (before or "") == (after or "")
                    if isinstance(before, int | float) and isinstance(after, int | float):
                        same = before == pytest.approx(after, abs=1e-9)
                    assert same, (sheet.title, one.coordinate, one.value, before, after)
                    counted += 1
    assert counted > 100


# ---------------------------------------------------------------------------------------------- without LibreOffice


@pytest.fixture(scope="module", params=LANGUAGES)
def book(request: pytest.FixtureRequest, county: Facts) -> tuple[str, bytes, Workbook]:
    content = spoken_in(request.param, to_xlsx, county)
    return request.param, content, openpyxl.load_workbook(io.BytesIO(content))


def test_formulas_use_only_what_every_office_knows(book: tuple[str, bytes, Workbook]) -> None:
    known = {
        "IF", "AND", "OR", "MIN", "MAX", "SUM", "ROUND", "RANK", "ISNUMBER", "MATCH", "INDEX", "SUMIFS", "COUNTIFS",
        "SUMPRODUCT",
    }  # fmt: skip
    _, content, workbook = book
    used = {
        function
        for sheet in workbook
        for row in sheet.iter_rows()
        for one in row
        if one.data_type == "f"
        for function in re.findall(r"([A-Z.]+)\(", str(one.value))
    }
    assert used == known
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [
            name for name in parts.namelist() if "externalLink" in name or "vba" in name or "connection" in name
        ]
        assert not [name for name in parts.namelist() if name.endswith(".rels") and b"External" in parts.read(name)]


def test_every_sheet_is_ready_to_print_and_marked(book: tuple[str, bytes, Workbook], county: Facts) -> None:
    language, _, workbook = book
    assert workbook.sheetnames == [say_in(language, f"workbook.sheets.{sheet}") for sheet in SHEETS]
    for sheet in workbook:
        page = sheet.page_setup
        assert (page.orientation, page.paperSize, page.fitToWidth or 1, page.fitToHeight) == ("landscape", 9, 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert "&P" in sheet.oddFooter.right.text
        assert "&N" in sheet.oddFooter.right.text
        words = [str(one.value) for row in sheet.iter_rows() for one in row if one.value is not None]
        assert say_in(language, "frame.synthetic_note") in words
        assert {one.font.name for row in sheet.iter_rows() for one in row if one.value is not None} == {
            "Microsoft YaHei"
        }
    for name in ("league", "details", "records"):
        assert workbook[say_in(language, f"workbook.sheets.{name}")].auto_filter.ref
    assert county.as_of.isoformat() in str(workbook.worksheets[-1]["B3"].value)


def test_the_cells_that_may_be_changed_are_tinted_and_named(book: tuple[str, bytes, Workbook]) -> None:
    language, _, workbook = book
    sheet = workbook[say_in(language, "workbook.sheets.rubric")]
    named = {cell(workbook, name).coordinate for name in workbook.defined_names if "_xlnm" not in name}
    tinted = {one.coordinate for row in sheet.iter_rows() for one in row if one.fill.fgColor.rgb == "FFFFF8D6"}
    # the number of the rule chosen is named for the formulas, and computed
    assert len(tinted) == 3 * len(WEIGHABLE) + 3 + 1
    assert named - tinted == {
        cell(workbook, re.sub(r"\W", "_", say_in(language, "workbook.names.missing_number"))).coordinate
    }
    assert tinted <= named
    assert say_in(language, "workbook.rubric_lead") in {row[0].value for row in sheet.iter_rows(max_row=TOP)}


def test_details_hold_every_indicator_of_every_unit(county: Facts) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(to_xlsx(county)), data_only=True)
    rows = table(workbook, "zh", "details", DETAILS)
    evaluation = county.evaluation
    expected = [
        (number, say(f"codes.indicator.{mark.code}"), mark.numerator, mark.denominator)
        for number, graded in enumerate([*evaluation.units, evaluation.whole], start=1)
        for mark in graded.marks
    ]
    assert [(row["number"], row["indicator"], row["numerator"], row["denominator"]) for row in rows] == expected
    assert len(rows) == len(evaluation.units) * len(OF_UNITS) + len(INDICATORS)
    scored = {row["indicator"] for row in rows if isinstance(row["points"], int | float)}
    assert say("codes.indicator.problem_rate") not in scored


def test_records_are_what_stands_in_a_denominator_and_not_in_its_numerator(county: Facts) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(to_xlsx(county)), data_only=True)
    rows = table(workbook, "zh", "records", RECORDS)
    for unit in county.evaluation.units:
        for mark in unit.marks:
            if not BY_CODE[mark.code].flag or mark.code == "problem_rate":
                continue
            word = say(f"codes.indicator.{mark.code}")
            listed = sum(row["unit"] == unit.unit and word in row["missed"].split("、") for row in rows)
            assert listed == mark.denominator - mark.numerator, (unit.unit, mark.code)


def test_too_many_records_are_cut_and_said_to_be(county: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    def lead_and_rows() -> tuple[str, int]:
        workbook = openpyxl.load_workbook(io.BytesIO(to_xlsx(county)))
        return str(workbook["明细记录"]["A4"].value), len(table(workbook, "zh", "records", RECORDS))

    lead, every = lead_and_rows()
    assert f"{every} 条" in lead
    assert "已全部列出" in lead
    monkeypatch.setattr(records, "LONGEST_RECORDS", 10)
    assert lead_and_rows() == (lead.replace("已全部列出。", "此处列出前 10 条。"), 10)


def test_names_are_texts_whatever_they_look_like(county: Facts) -> None:
    odd = ["=1+1", "@SUM(A1)", "-2+3", "http://x.cn", "甲" * 40, "0012"]
    evaluation = county.evaluation
    units = tuple(dataclasses.replace(unit, unit=name) for unit, name in zip(evaluation.units, odd, strict=True))
    decided = dataclasses.replace(units[0], override=Override("poor", "=cmd()", "+李"), note="=2+2")
    year = dataclasses.replace(county)
    vars(year).update(evaluation=dataclasses.replace(evaluation, units=(decided, *units[1:])))
    content = to_xlsx(year)
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    rows = list(workbook["评分结果"].iter_rows(min_row=TOP + 2, max_row=TOP + 7))
    assert [(row[2].value, row[2].data_type) for row in rows] == [(name, "s") for name in odd]
    assert [rows[0][j].value for j in (6, 8, 11)] == ["差", "=cmd()（+李）", "=2+2"]
    assert {rows[0][j].data_type for j in (6, 8, 11)} == {"s"}
    assert rows[4][2].alignment.wrap_text
    assert workbook["评分结果"].row_dimensions[rows[4][2].row].height > 2 * 15
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if b"<hyperlink" in parts.read(name)]


def test_a_unit_new_this_year_has_no_change(county: Facts) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(to_xlsx(county.before)), data_only=True)
    rows = table(workbook, "zh", "league", LEAGUE)
    assert {(row["before"], row["change"]) for row in rows} == {("—", "—")}


def test_every_change_is_the_difference_of_the_two_scores(county: Facts) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(to_xlsx(county)), data_only=True)
    for row, unit in zip(table(workbook, "zh", "league", LEAGUE), county.evaluation.units, strict=False):
        earlier = county.before.evaluation.of(unit.unit_id)
        assert earlier is not None
        assert unit.score is not None
        assert earlier.score is not None
        assert row["before"] == float(earlier.score)
        assert row["change"] == pytest.approx(float(unit.score - earlier.score))
