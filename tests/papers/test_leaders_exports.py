"""What leaders are handed, docx, xlsx, pptx and slides, held together: no firm's class, no broken text, one figure."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import docx
import duckdb
import lxml.html
import openpyxl
import pandas as pd
import pptx
import pytest

from inspections.evaluation import facts
from inspections.evaluation.facts import Facts
from inspections.evaluation.indicators import BY_CODE
from inspections.papers import briefing
from inspections.papers.report.circular import circular
from inspections.papers.report.document import to_docx
from inspections.papers.report.year_end import report
from inspections.papers.score_workbook.workbook import to_xlsx
from inspections.papers.slides.powerpoint import to_pptx
from inspections.papers.slides.web_page import deck_html
from inspections.store.database import ask, log_change, open_database
from inspections.words.rates import rate
from inspections.words.wording import LANGUAGES, say, say_in
from tests import many_units
from tests.filled import empty
from tests.papers.test_report import check_words
from tests.queries.world import World
from tests.spoken import spoken_in

Rows = list[tuple[str, ...]]
TODAY = datetime.date(2025, 1, 15)
BROKEN = re.compile(r"\bNone\b|\bnan\b|\bNaN\b|\bNaT\b|<NA>|[{}]|\binf\b|\bTrue\b|\bFalse\b|Fraction\(|Decimal\(")

# ------------------------------------------------------------------------------------------- what a reader finds


def of_docx(content: bytes) -> Rows:
    """Every paragraph, table row, header and footer of a document, read from its XML."""
    found: Rows = []
    opened = docx.Document(io.BytesIO(content))
    parts = [opened.element.body]
    parts += [part.element for part in opened.part.package.iter_parts() if hasattr(part, "element")]
    for part in parts:
        for row in part.iter("{*}tr"):
            found.append(tuple(_words(cell) for cell in row.iter("{*}tc")))
        found += [(_words(paragraph),) for paragraph in part.iter("{*}p")]
    with zipfile.ZipFile(io.BytesIO(content)) as files:  # names of pictures and properties too
        for name in files.namelist():
            if name.endswith(".xml"):
                found += [(text,) for text in re.findall(r'(?:descr|title|name)="([^"]+)"', files.read(name).decode())]
    return found


def _words(node: Any) -> str:
    """The text of a paragraph or cell, of a document, a slide or a chart; of HTML where it has no such elements."""
    pieces = [str(piece.text or "") for piece in node.iter("{*}t")]
    return "".join(pieces) if pieces or not isinstance(node, lxml.html.HtmlElement) else str(node.text_content())


def of_xlsx(content: bytes) -> Rows:
    """Every row of every sheet as its reader sees it, with notes and footers."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    found: Rows = []
    for sheet in book:
        found += [(sheet.title,), (sheet.oddFooter.left.text or "",)]
        for row in sheet.iter_rows():
            found.append(tuple("" if one.value is None else str(one.value) for one in row))
            found += [(one.comment.text,) for one in row if one.comment]
        found += [(rule.prompt or "",) for rule in sheet.data_validations.dataValidation]
    return found


def of_pptx(content: bytes) -> Rows:
    """Every text of every slide and its notes, rows of tables whole, and what stands behind the charts."""
    found: Rows = []
    for slide in pptx.Presentation(io.BytesIO(content)).slides:
        for part in (slide, slide.notes_slide):
            for row in part._element.iter("{*}tr"):
                found.append(tuple(_words(cell) for cell in row.iter("{*}tc")))
            found += [(_words(paragraph),) for paragraph in part._element.iter("{*}p")]
            found += [(node.get("descr"),) for node in part._element.iter("{*}cNvPr") if node.get("descr")]
        for shape in slide.shapes:
            if shape.has_chart:
                chart = shape.chart
                found += [(_words(node),) for node in chart._chartSpace.iter("{*}p")]
                found += [("", str(node.text)) for node in chart._chartSpace.iter("{*}v")]
                found += of_xlsx(chart.part.chart_workbook.xlsx_part.blob)
    return found


def of_html(text: str) -> Rows:
    """Every text and label of the slides' page, rows of tables whole."""
    page = lxml.html.fromstring(text)
    for style in page.xpath("//style"):
        style.drop_tree()
    found: Rows = [tuple(_words(cell) for cell in row) for row in page.iter("tr")]
    found += [(node.text.strip(),) for node in page.iter() if isinstance(node.tag, str) and (node.text or "").strip()]
    return found + [(value,) for node in page.iter() for key, value in node.items() if key in {"aria-label", "alt"}]


def exports(year: Facts, language: str) -> dict[str, Rows]:
    """Everything leaders can be handed, as rows of texts."""
    deck = spoken_in(language, briefing.deck, year)
    return {
        "report": of_docx(to_docx(spoken_in(language, report, year, TODAY), None)[0]),
        "circular": of_docx(to_docx(spoken_in(language, circular, year, TODAY), None)[0]),
        "workbook": of_xlsx(spoken_in(language, to_xlsx, year)),
        "pptx": of_pptx(to_pptx(deck)),
        "html": of_html(deck_html(deck)),
    }


# ----------------------------------------------------------------------------------------------------- made-up years


def find(connection: duckdb.DuckDBPyConnection, bureau: str, year: int, as_of: datetime.date | None = None) -> Facts:
    log_change(connection, actor="test", action="import", subject="made up")
    return facts.find(functools.partial(ask, connection, without=("log",)), bureau, year, as_of)


def twins(connection: duckdb.DuckDBPyConnection, *, swapped: bool) -> Facts:
    """Firms in pairs, a low and a high one with the same history; `swapped` exchanges the classes of each pair.

    Every total per class is the same in both worlds, so nothing that tells totals only can differ.
    """
    world = World(connection)
    bureau = world.bureau("甲局")
    one, two = (world.unit(name, bureau=bureau, scope_of=bureau) for name in ("一股", "二股"))
    item = world.item(bureau, "事项")
    pool = world.scope(bureau, "全县矿山")
    firms = {}
    for pair, (low, high) in enumerate((("A", "D"), ("B", "C"), ("A", "C"), ("B", "D"), ("A", "D"))):
        for number, code in enumerate((high, low) if swapped else (low, high)):
            object_id = f"X{pair}{number}"
            world.object(object_id)
            world.risk(object_id, code, "2023-01-01")
            firms[object_id] = code
    for kind, units in (("internal", (one,)), ("joint", (one, two))):
        task = world.task(
            world.plan(bureau, kind=kind), f"任务{len(units)}", lead=one, scope_id=pool,
            checks=[(item, unit) for unit in units],
        )  # fmt: skip
        drawn = [name for name in firms if not name.startswith("X4")]  # the last pair is never drawn
        draw = world.draw(task, "03-05", firms, drawn, quotas={"A": 2, "B": 2, "C": 2, "D": 2})
        bad = {item: ["other_violation"]}
        for unit in units:
            for name in drawn:
                if name.startswith("X0"):
                    world.result(draw, name, unit, "04-08", "04-09", "04-10", found=bad, handled="05-01")
                elif name.startswith("X1"):
                    world.result(draw, name, unit, "04-08", "12-09", "12-10", found=bad)
                elif name.startswith("X2"):
                    world.result(draw, name, unit, "04-08")
    return find(connection, "甲局", 2024, datetime.date(2024, 12, 31))


def empty_year(connection: duckdb.DuckDBPyConnection) -> Facts:
    world = World(connection)
    bureau = world.bureau("甲局")
    world.unit("一股", bureau=bureau, scope_of=bureau)
    world.plan(bureau)
    return find(connection, "甲局", 2024)


def nobody(connection: duckdb.DuckDBPyConnection) -> Facts:
    """A plan without tasks and without units."""
    world = World(connection)
    world.plan(world.bureau("甲局"))
    return find(connection, "甲局", 2024)


def undrawn(connection: duckdb.DuckDBPyConnection) -> Facts:
    """Tasks of two units, a window over, and no draw."""
    world = World(connection)
    bureau = world.bureau("甲局")
    for name in ("一股", "二股"):
        unit = world.unit(name, bureau=bureau, scope_of=bureau)
        checks = [(world.item(bureau, name), unit)]
        world.task(world.plan(bureau), name, lead=unit, checks=checks, window=("03-01", "06-30"))
    return find(connection, "甲局", 2024)


def one_unit(connection: duckdb.DuckDBPyConnection) -> Facts:
    """One unit with a name of 40 characters, one task, nothing joint, no class, one firm with a name of 40."""
    world = World(connection)
    bureau = world.bureau("甲" * 36 + "资源局")
    unit = world.unit("乙" * 40, bureau=bureau, scope_of=bureau)
    world.object("X1")
    connection.execute("update object set name = repeat('企业丙丁', 10)")
    task = world.task(world.plan(bureau), "戊" * 40, lead=unit)
    draw = world.draw(task, "03-05", {"X1": "none"}, ["X1"])
    world.result(draw, "X1", unit, "04-08")
    return find(connection, "甲" * 36 + "资源局", 2024)


def running_year(connection: duckdb.DuckDBPyConnection) -> Facts:
    return dataclasses.replace(twins(connection, swapped=False), as_of=datetime.date(2024, 4, 9))


def before_anything(connection: duckdb.DuckDBPyConnection) -> Facts:
    return dataclasses.replace(twins(connection, swapped=False), as_of=datetime.date(2024, 1, 1))


def raw_codes(connection: duckdb.DuckDBPyConnection, language: str) -> re.Pattern[str]:
    """Codes of the data contract and of the indicators; in English only those that are no words."""
    rows = connection.execute("select labels from duckdb_types() where labels is not null").fetchall()
    codes = {str(label) for (labels,) in rows for label in labels} | set(BY_CODE)
    codes |= {"excellent", "good", "fair", "poor", "not_applicable", "spread", "zero"}
    if language == "en":
        codes = {code for code in codes if "_" in code}
    # single letters are the classes as people write them, signs are signs
    known = sorted((code for code in codes if len(code) > 2), key=len, reverse=True)
    return re.compile(r"(?<![A-Za-z0-9_])(?:" + "|".join(known) + r")(?![A-Za-z0-9_])")


YEARS: list[Callable[[duckdb.DuckDBPyConnection], Facts]] = [
    empty_year, nobody, undrawn, one_unit, running_year, before_anything,
]  # fmt: skip


def sound(everything: dict[str, Rows], codes: re.Pattern[str]) -> None:
    """No broken word and no raw code anywhere."""
    for name, rows in everything.items():
        texts = [text for row in rows for text in row]
        assert sum(map(bool, texts)) > 10, name
        broken = [text for text in texts if BROKEN.search(text) or codes.search(text)]
        assert not broken, (name, broken[:5])


@pytest.mark.parametrize("make", YEARS, ids=lambda make: make.__name__)
def test_every_year_makes_every_output_without_a_broken_word(
    connection: duckdb.DuckDBPyConnection, make: Callable[[duckdb.DuckDBPyConnection], Facts]
) -> None:
    year = make(connection)
    for language in LANGUAGES:
        everything = exports(year, language)
        sound(everything, raw_codes(connection, language))
        for name, write in (("report", report), ("circular", circular)):
            spoken_in(language, lambda write=write: check_words(write(year, TODAY)))
            assert any(year.bureau in text for row in everything[name] for text in row), name


def test_three_hundred_units_with_long_names_are_all_in_the_report_and_the_workbook(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    many_units.fill(connection, 300)
    year = find(connection, many_units.BUREAU, many_units.YEAR)
    names = {unit.unit for unit in year.evaluation.units}
    assert len(names) == 300
    assert {len(name) for name in names} == {40}
    everything = exports(year, "zh")
    sound(everything, raw_codes(connection, "zh"))
    for name, rows in everything.items():
        found = {text for row in rows for text in row} & names
        assert (found == names) == (name in {"report", "workbook"}), (name, len(found))


# ------------------------------------------------------------------------------------------------ no class of a firm


def beside_firms(rows: Rows, firms: set[str], classes: set[str]) -> list[tuple[str, ...]]:
    """Rows that name a firm together with a class: as a cell of its own, as a word, or as a letter on its own."""
    letter = re.compile(r"(?<![A-Za-z0-9])[A-E](?![A-Za-z0-9])")
    return [
        row
        for row in rows
        if any(firm in text for text in row for firm in firms)
        and any(text.strip() in classes or letter.search(_without(text, firms)) for text in row)
    ]


def _without(text: str, firms: set[str]) -> str:
    for firm in firms:
        text = text.replace(firm, "")
    return text


def class_words(language: str) -> set[str]:
    """Every way in which the product names a class."""
    codes = ("A", "B", "C", "D", "E", "none")
    return {say_in(language, f"codes.{kind}.{code}") for kind in ("class", "class_name") for code in codes} | set(codes)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[duckdb.DuckDBPyConnection, Facts]]]:
    """Two worlds that differ in nothing but which firm of a pair has which class."""
    folder = tmp_path_factory.mktemp("twins")
    with (
        open_database(empty(folder / "one.duckdb")) as one,
        open_database(empty(folder / "other.duckdb")) as other,
    ):
        yield [(one, twins(one, swapped=False)), (other, twins(other, swapped=True))]


def names_of(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {str(one) for row in connection.execute("select name, object_id from object").fetchall() for one in row}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_export_tells_the_class_of_a_firm(
    pair: list[tuple[duckdb.DuckDBPyConnection, Facts]], language: str
) -> None:
    """Both worlds must read the same, word for word."""
    (connection, _), _ = pair
    assert all(set(year.coverage["class"].astype(str)) == {"A", "B", "C", "D"} for _, year in pair)
    first, second = (exports(year, language) for _, year in pair)
    firms = names_of(connection)
    for name in first:
        assert first[name] == second[name], name
        assert not beside_firms(first[name], firms, class_words(language)), name
    assert any(firm in text for row in first["workbook"] for text in row for firm in firms)  # firms are named there


@pytest.mark.parametrize("where", ["a column of its own", "in the name"])
def test_the_search_would_find_a_class_beside_a_firm(
    pair: list[tuple[duckdb.DuckDBPyConnection, Facts]], where: str
) -> None:
    """Whoever adds the class to the workbook's records is caught."""
    told = []
    for connection, year in pair:
        classes = dict(connection.execute("select object_id, class::varchar from risk_class").fetchall())

        def leaking(name: str, _year: Facts = year, _classes: Any = classes, **parameters: object) -> pd.DataFrame:
            answer = _year.ask(name, **parameters)
            if name == "indicator_visits":
                told_class = answer["object_id"].map(_classes)
                if where == "in the name":
                    answer["object"] = answer["object"] + "（" + told_class + "类）"
                else:
                    answer["starts_on"] = told_class
            return answer

        told.append(of_xlsx(to_xlsx(dataclasses.replace(year, ask=leaking))))
    assert told[0] != told[1]
    assert beside_firms(told[0], names_of(pair[0][0]), class_words("zh"))


# -------------------------------------------------------------------------------------------------- one figure only


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request: pytest.FixtureRequest, county: Facts) -> tuple[str, dict[str, Rows]]:
    return request.param, exports(county, request.param)


def test_the_demo_s_exports_name_no_firm_beside_a_class(
    demo_connection: duckdb.DuckDBPyConnection, told: tuple[str, dict[str, Rows]]
) -> None:
    language, everything = told
    firms = names_of(demo_connection)
    for name, rows in everything.items():
        if name == "workbook":  # the one file that lists visits
            named = [row for row in rows if set(row) & firms]
            assert len(named) > 50
            assert not beside_firms(named, firms, class_words(language))
        else:
            texts = "\n".join(text for row in rows for text in row)
            assert not [firm for firm in firms if firm in texts], name


def shares(counted: list[tuple[float, float]]) -> set[str]:
    return {say("frame.rate", share=rate(part, whole)) for part, whole in counted}


def test_scores_and_grades_are_the_same_everywhere(county: Facts, told: tuple[str, dict[str, Rows]]) -> None:
    language, everything = told
    evaluation = county.evaluation
    for unit in evaluation.units:  # those of the workbook have a test with its formulas
        told_of = {unit.unit, str(unit.score), say_in(language, f"codes.grade.{unit.grade}")}
        assert any(told_of <= set(row) for row in everything["report"]), unit.unit
    for name in ("report", "pptx", "html"):
        texts = [text for row in everything[name] for text in row]
        assert any(str(evaluation.whole.score) in text for text in texts), name
    shown = {
        say_in(language, "deck.score_text", score=unit.score, grade=say_in(language, f"codes.grade.{unit.grade}"))
        for unit in evaluation.graded
    }
    for name in ("pptx", "html"):
        assert shown <= {text for row in everything[name] for text in row}, name


def test_every_score_on_a_slide_is_a_score_of_the_evaluation(county: Facts, told: tuple[str, dict[str, Rows]]) -> None:
    _, everything = told
    known = {str(unit.score) for unit in [*county.evaluation.graded, county.evaluation.whole]}
    for name in ("pptx", "html"):
        printed = {
            number
            for row in everything[name]
            if len(row) == 1  # a text, no number behind a chart
            for number in re.findall(r"(?<![\d.])\d+\.\d\d(?![\d%])", row[0])
        }
        assert printed == known, name


def test_every_percentage_on_a_slide_or_in_the_report_is_a_rate_of_the_year(
    county: Facts, told: tuple[str, dict[str, Rows]]
) -> None:
    _, everything = told
    counted = [
        (mark.numerator, mark.denominator)
        for year in (county, county.before)
        for unit in [*year.evaluation.units, year.evaluation.whole]
        for mark in unit.marks
    ]
    # Of the records that do not count, how many lie with a unit.
    counted += [
        (own.denominator - own.numerator, mark.denominator - mark.numerator)
        for mark in county.evaluation.whole.marks
        for unit in county.evaluation.units
        for own in unit.marks
        if own.code == mark.code and mark.denominator > mark.numerator
    ]
    for year in (county, county.before):
        totals = year.totals
        counted += [(totals[name], totals["due"]) for name in ("inspected", "entered_in_time", "published_in_time")]
        counted += [(totals["joint_tasks"], totals["tasks"])]
        for names in ("drawn", "visited"):
            counted += list(zip(year.coverage[names], year.coverage["pool"], strict=True))
            counted += [(year.coverage[names].sum(), year.coverage["pool"].sum())]
    # What does not count, by unit: the slide of the main loss.
    counted += [
        (mark.denominator - mark.numerator, whole.denominator - whole.numerator)
        for whole in county.evaluation.whole.marks
        for unit in county.evaluation.units
        for mark in unit.marks
        if mark.code == whole.code
    ]
    tasks = county.tasks
    counted += list(zip(tasks["entered"], tasks["due"], strict=True))
    joint = tasks[tasks["plan_kind"] == "joint"]
    counted += [(joint["entered"].sum(), joint["due"].sum())]
    known = shares(counted)
    for name in ("report", "pptx", "html"):
        printed = {
            number for row in everything[name] for text in row for number in re.findall(r"(?<![\d.])\d+\.\d%", text)
        }
        assert len(printed) > 10
        assert printed <= known, (name, printed - known)


def test_completion_publication_and_class_totals_stand_in_every_output(
    county: Facts, told: tuple[str, dict[str, Rows]]
) -> None:
    language, everything = told
    totals = county.totals
    for name in ("report", "pptx", "html"):
        texts = "\n".join(text for row in everything[name] for text in row)
        for part in ("entered", "published", "published_in_time"):
            assert re.search(rf"(?<![\d,]){totals[part]:,}(?![\d,])", texts), (name, part)
            assert say_in(language, "frame.rate", share=rate(totals[part], totals["due"])) in texts, (name, part)
        for row in county.coverage.to_dict("records"):
            label = spoken_in(language, county.class_name, str(row["class"]))
            share = say_in(language, "frame.rate", share=rate(row["drawn"], row["pool"]))
            assert label in texts, (name, label)
            assert share in texts, (name, label)
    whole = {mark.code: mark for mark in county.evaluation.whole.marks}
    for code, part in (
        ("completion", "entered"),
        ("publication", "published"),
        ("publication_on_time", "published_in_time"),
    ):  # as they stand in the workbook's details
        assert (whole[code].numerator, whole[code].denominator) == (totals[part], totals["due"])
