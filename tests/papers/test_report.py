"""The content of report and circular; odd years and what is secret are tested with the other exports of leaders."""

from __future__ import annotations

import datetime
import functools
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import docx
import duckdb
import pytest

from inspections.evaluation import facts
from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Override
from inspections.evaluation.indicators import OF_UNITS
from inspections.evaluation.rubric import default_rubric
from inspections.evaluation.statements import said
from inspections.papers.report.charts import SCALE, WIDTH, chart_page
from inspections.papers.report.circular import circular
from inspections.papers.report.content import Heading, Paragraph, Picture, Report, Table
from inspections.papers.report.document import to_docx
from inspections.papers.report.year_end import report
from inspections.papers.slides.deck import Bar, Chart
from inspections.store.database import ask, open_database
from inspections.words.errors import InspectionsError
from inspections.words.wording import ABSENT, say, spoken
from tests import many_units
from tests.filled import empty
from tests.office import converted
from tests.papers.conftest import YANGCHENG
from tests.spoken import spoken_in

SIGNED = datetime.date(2025, 1, 5)


def words_of(content: Report) -> list[str]:
    """Every piece of text of a report."""
    found = [content.title, content.under_title, content.salutation, content.unit, content.day, content.first_line]
    for part in (*content.parts, *(part for annex in content.annexes for part in annex.parts)):
        match part:
            case Heading(_, text) | Paragraph(text):
                found.append(text)
            case Table():
                assert all(len(row) == len(part.headings) == len(part.widths) for row in part.rows)
                found += [part.caption, part.note, *part.headings, *(cell for row in part.rows for cell in row)]
            case Picture(caption, chart):
                found += [caption, chart.alt, *(text for bar in chart.bars for text in (bar.label, bar.text))]
    found += [text for annex in content.annexes for text in (annex.label, annex.title)]
    return [text for text in found if text is not None]


def check_words(content: Report) -> None:
    """No hole, no placeholder, no value of the machine's and no code."""
    for text in words_of(content):
        assert text.strip(), content.title
        assert not re.search(r"\bnan\b|None|NaT|<NA>|[{}]|\[\]|Decimal|Fraction|00:00:00", text), text
        assert not re.search("[a-z]_[a-z]" if spoken() == "en" else "[a-z]{3}", text), text


def text_of(file: bytes) -> str:
    document = docx.Document(io.BytesIO(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def both(found: Facts, language: str) -> tuple[Report, Report]:
    return spoken_in(language, report, found, SIGNED), spoken_in(language, circular, found, SIGNED)


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Facts]:
    """A year of three hundred units with long names."""
    with open_database(empty(tmp_path / "many.duckdb")) as connection:
        many_units.fill(connection, 300)
        yield facts.find(functools.partial(ask, connection), many_units.BUREAU, many_units.YEAR)


def test_three_hundred_units_share_one_annex_and_the_text_stays_short(crowd: Facts) -> None:
    content = report(crowd, SIGNED)
    check_words(content)
    (annex,) = content.annexes
    (table,) = annex.parts
    assert isinstance(table, Table)
    assert len(table.rows) == 300
    in_text = [part for part in content.parts if isinstance(part, Table)]
    assert max(len(part.rows) for part in in_text) <= 20
    pictures = [part.chart for part in content.parts if isinstance(part, Picture)]
    assert max(len(chart.bars) for chart in pictures) <= 15
    # What the picture sums up is not lost.
    (completion,) = (chart for chart in pictures if "检查并录入" in chart.alt)
    wholes = re.findall(r"/([\d,]+)", " ".join(bar.text for bar in completion.bars))
    assert sum(int(whole.replace(",", "")) for whole in wholes) == crowd.totals["due"]
    short = circular(crowd, SIGNED)
    check_words(short)
    assert sum(len(text) for text in words_of(short)) < 2500


# ---------------------------------------------------------------- the county, whose numbers are known elsewhere
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_quotes_the_sentences_that_everybody_quotes(county: Facts, language: str) -> None:
    content = spoken_in(language, report, county, SIGNED)
    check_words(content)
    told = "\n".join(words_of(content))
    sentences = spoken_in(language, said, county)
    for code in (
        "plan",
        "joint",
        "visits",
        "publication",
        "coverage",
        "late",
        "findings",
        "follow_up",
        "evaluation",
        "best",
    ):
        assert sentences[code] in told, code
    assert sentences["synthetic"] == content.first_line
    assert content.mark


def test_the_tables_hold_the_numbers_of_the_evaluation(county: Facts) -> None:
    content = report(county, SIGNED)
    tables = {part.caption: part for part in content.parts if isinstance(part, Table)}
    rows = {row[0]: row for row in tables["表1　主要指标完成情况"].rows}
    assert rows["检查完成率"][1:4] == ("278", "294", "94.6%")
    league = tables["表4　各单位评价结果"]
    scored = [one for one in county.evaluation.units if one.score is not None]
    assert [(row[1], row[2]) for row in league.rows] == [(one.unit, str(one.score)) for one in scored]
    # The bureau itself stands last and has no place among its units.
    assert [row[0] for row in league.rows] == ["1", "2", "3", "4", "5", "—"]
    assert league.rows[-1][1] == county.bureau
    assert league.note is not None
    assert "假设" in league.note
    assert len(content.annexes) == len(scored)
    for annex, unit in zip(content.annexes, scored, strict=True):
        (table,) = (part for part in annex.parts if isinstance(part, Table))
        points = [row[4].split(" / ") for row in table.rows if "/" in row[4]]
        assert sum(float(earned) for earned, _ in points) == pytest.approx(float(unit.score or 0), abs=0.05)
        assert sum(float(available) for _, available in points) == pytest.approx(100, abs=0.05)


def test_a_saved_scheme_is_named_with_its_version_and_an_override_with_its_reason(county: Facts) -> None:
    evaluation = county.evaluation
    first = replace(evaluation.units[0], override=Override("good", "年内发生通报批评。", "法规股"), note="待复核")
    rubric = replace(default_rubric(), name="县局标准", version=3)
    changed = replace(evaluation, rubric=rubric, units=(first, *evaluation.units[1:]))
    found = replace(county, rubric=rubric)
    found.__dict__["evaluation"] = changed  # in place of the one that would be asked for
    told = "\n".join(words_of(report(found, SIGNED)))
    assert "县局标准，第 3 版" in told
    assert "良*" in told
    assert "调整为良。理由：年内发生通报批评。" in told
    assert "备注：待复核" in told


def test_a_circular_says_who_is_late_what_is_due_next_and_nothing_of_grades(
    demo_connection: duckdb.DuckDBPyConnection,
) -> None:
    found = facts.find(functools.partial(ask, demo_connection), YANGCHENG, 2023, datetime.date(2023, 10, 20))
    content = circular(found, SIGNED)
    check_words(content)
    late, coming = (part for part in content.parts if isinstance(part, Table))
    assert {row[0]: int(row[3]) for row in late.rows if int(row[3])} == {
        row["unit"]: row["overdue"] for row in found.units.to_dict("records") if row["overdue"]
    }
    days = [int(row[3]) for row in coming.rows]
    assert days == sorted(days)
    assert all(0 <= left <= 60 for left in days)
    assert content.annexes == ()
    assert not re.search("等次|得分|建议等次", "".join(words_of(content)))


def test_a_circular_of_a_whole_year_has_scores_grades_and_what_cost_each_unit_most(
    demo_connection: duckdb.DuckDBPyConnection,
) -> None:
    found = facts.find(functools.partial(ask, demo_connection), YANGCHENG, 2023, None)
    content = circular(found, SIGNED)
    check_words(content)
    spoken_in("en", lambda: check_words(circular(found, SIGNED)))
    (graded,) = (part for part in content.parts if isinstance(part, Table))
    # The same from the counts and the scheme, worked out a second time.
    counted = found.ask("indicator_counts", bureau_id=found.bureau_id, year=2023, as_of=found.as_of)
    for _, name, score, grade, loss, value, points, overdue in graded.rows:
        (row,) = counted[counted["unit"] == name].to_dict("records")
        lost, names = {}, {}
        scored = [one for one in OF_UNITS if one.code in found.rubric.criteria and row[one.whole]]
        weights = sum(found.rubric.criteria[one.code].weight for one in scored)
        for one in scored:
            by = found.rubric.criteria[one.code]
            reached = min(
                max((Fraction(int(row[one.part]), int(row[one.whole])) - by.zero) / (by.full - by.zero), 0), 1
            )
            lost[one.code] = 100 * by.weight / weights * (1 - reached)
            names[one.code] = say(f"codes.indicator.{one.code}")
        assert float(score) == pytest.approx(float(100 - sum(lost.values())), abs=0.006)
        assert grade == say(f"codes.grade.{found.rubric.grade(Decimal(score))}")
        worst = max(lost, key=lambda code: lost[code])
        if not lost[worst]:
            assert (loss, value, points) == (say("circular.no_loss"), ABSENT, ABSENT)
            continue
        assert loss == names[worst]
        assert float(points) == pytest.approx(float(lost[worst]), abs=0.006)
        (one,) = (one for one in OF_UNITS if one.code == worst)
        assert found.units.set_index("unit")["overdue"].get(name, 0) == int(overdue)
        assert value == f"{100 * row[one.part] / row[one.whole]:.1f}%"
    assert len(graded.rows) == 6


def test_what_is_dated_is_dated_as_papers_are(county: Facts) -> None:
    assert report(county, SIGNED).day == "2025年1月5日"
    assert spoken_in("en", report, county, SIGNED).day == "5 January 2025"


# ---------------------------------------------------------------- pictures and pages
def test_without_a_browser_the_file_is_made_without_pictures_and_says_why(county: Facts) -> None:
    def draw(_: Chart) -> bytes:
        raise InspectionsError("browser_missing")

    content = report(county, SIGNED)
    file, missing = to_docx(content, draw)
    assert missing is not None
    assert missing.code == "browser_missing"
    assert len(docx.Document(io.BytesIO(file)).inline_shapes) == 0
    assert "图1" not in text_of(file)


def test_bars_are_as_long_as_their_values_and_names_are_no_markup() -> None:
    chart = Chart((Bar("<b>甲</b>", 0.25, 1, "25.0%"), Bar("乙" * 40, 1, 1, "100.0%"), Bar("丙", 0, 1, "0.0%")), "三条")
    page, width, height = chart_page(chart)
    assert re.findall(r"width:([\d.]+)%", page) == ["25.00", "100.00", "0.00"]
    assert "&lt;b&gt;甲" in page
    assert (width, height >= 200) == (WIDTH, True)
    assert width * SCALE / (156 / 25.4) >= 200  # dots an inch on paper


def test_a_circular_of_the_demo_has_two_pages(demo_connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = facts.find(functools.partial(ask, demo_connection), YANGCHENG, 2023, datetime.date(2023, 10, 20))
    (tmp_path / "c.docx").write_bytes(to_docx(circular(found, SIGNED), None)[0])
    (shown,) = converted([tmp_path / "c.docx"], "pdf", tmp_path)
    assert shown.read_bytes().count(b"/Type/Page/") in {1, 2}
