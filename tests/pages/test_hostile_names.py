"""The poisoned county as it is shown, written and printed: every name is text, whoever opens it."""

from __future__ import annotations

import csv
import datetime
import functools
import html
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import duckdb
import openpyxl
import pandas as pd
import pptx
import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from inspections.__main__ import main
from inspections.draws import packages
from inspections.evaluation import facts
from inspections.papers import briefing
from inspections.papers.export import to_xlsx as table_to_xlsx
from inspections.papers.report.circular import circular
from inspections.papers.report.document import to_docx
from inspections.papers.report.year_end import report
from inspections.papers.score_workbook.workbook import to_xlsx
from inspections.papers.slides.powerpoint import to_pptx
from inspections.papers.slides.web_page import deck_html
from inspections.store.database import ask
from inspections.words import plain
from inspections.words.wording import LANGUAGES
from pages.frame.head import PAPER
from tests.pages.test_pages import PAGES, run
from tests.poison import ALL, EVIL, MARKUP, PAYLOADS, poisoned
from tests.served import served
from tests.spoken import spoken_in

# What Streamlit's reader of Markdown would make something of, were it not for a backslash or a joiner before it.
LIVE = re.compile(
    r"(?<!\\)(?:\\\\)*(?:\[x\]|<(?:script|img|a |b>|/title)|\$\$|\$\\|\*\*b|__b|`c`|~~s)"
    r"|:material/home:|:red\[|:smile:|http://|www\.evil|a@evil"
)
WIDGETS = """
    button checkbox toggle selectbox multiselect radio slider select_slider number_input text_input text_area date_input
    expander tab page_link download_button file_uploader
"""
# Tags that the product writes itself.
TAGS = "a b br dd dl div dt h1 i p section span strong style table tbody td th thead tr"
OURS = set(TAGS.split())
# Bytes that a terminal obeys: escapes, bells, controls of eight bits, and marks that turn the direction of a line.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TODAY = datetime.date(2025, 1, 15)


@pytest.fixture(scope="module")
def database(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The poisoned county, which nobody holds open."""
    return poisoned(demo_database, tmp_path_factory.mktemp("poison") / "poisoned.duckdb")


@pytest.fixture(scope="module")
def connection(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it, as the pages have it."""
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    own = shutil.copyfile(database, database.with_name("looked_at.duckdb"))
    with pytest.MonkeyPatch.context() as patch, served(own, patch):
        yield connection()


@pytest.fixture(scope="module")
def years(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """A bureau and its two years, the last first."""
    asked = "select distinct name, year from bureau inner join plan using (bureau_id) order by all desc limit 2"
    return connection.execute(asked).fetchall()


@pytest.fixture(scope="module")
def year(connection: duckdb.DuckDBPyConnection, years: list[tuple[str, int]]) -> facts.Facts:
    return facts.find(functools.partial(ask, connection), *years[0], None)


def markdown_texts(app: AppTest) -> Iterator[tuple[str, str]]:
    """Every text of the page's elements that Streamlit reads as Markdown, with the element's kind."""
    for kind in ("title", "header", "subheader", "markdown", "caption", "info", "error", "warning", "success", "toast"):
        yield from ((kind, str(element.value)) for element in app.get(kind))
    for metric in app.metric:
        yield from (("metric", text) for text in (metric.label, metric.value, metric.delta, metric.proto.help) if text)
    for kind in WIDGETS.split():
        for element in app.get(kind):
            proto = element.proto
            told = [getattr(proto, "label", ""), getattr(proto, "help", "")]
            told += list(proto.options) if kind in {"radio", "select_slider"} else []
            yield from ((kind, str(text)) for text in told if text)
    for group in app.get("button_group"):
        yield from (("button_group", option.content) for option in group.proto.options)


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """The tags and attributes of a piece of HTML."""
    found: list[tuple[str, dict[str, str | None]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(html)
    return found


def figure_texts(spec: Any, key: str = "") -> Iterator[str]:
    """Every text of a Plotly figure's traces and layout."""
    if isinstance(spec, str):
        if key != "hovertemplate":
            yield spec
    elif isinstance(spec, dict):
        for name, part in spec.items():
            if name != "template":
                yield from figure_texts(part, name)
    elif isinstance(spec, list):
        for part in spec:
            yield from figure_texts(part, key)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_name_is_text_on_every_page(years: list[tuple[str, int]], page: str, language: str) -> None:
    # One language looks at a year that had draws and results, the other at one that had fewer.
    bureau, of_year = years[list(LANGUAGES).index(language)]
    app = run(page, lang=language, bureau=bureau, year=of_year)
    assert not app.exception, app.exception[0].value
    for kind, text in markdown_texts(app):
        assert not LIVE.search(text), (kind, text[:300])
    for element in app.get("html"):
        # The one script is ours, word by word.
        for tag, attributes in tags(element.proto.body.replace(f"<script>{PAPER}</script>", "")):
            assert tag in OURS, element.proto.body[:300]
            assert not [name for name in attributes if name.startswith("on")], element.proto.body[:300]
            assert EVIL not in (attributes.get("href") or "")
    for chart in app.get("plotly_chart"):
        for text in figure_texts(json.loads(chart.proto.spec)):
            assert not re.search(r"<(?!br>)", text), text[:300]
            assert len(text) < 2500


def test_names_are_still_there_to_be_read_in_full(years: list[tuple[str, int]]) -> None:
    shown = set()
    for bureau, of_year in years:
        app = run("monitor/plans", lang="zh", bureau=bureau, year=of_year)
        shown |= {str(one) for frame in app.dataframe for column in frame.value.columns for one in frame.value[column]}
        # Tables whose sentences wrap are the page's own.
        shown |= {
            html.unescape(cell)
            for one in app.get("html")
            for cell in re.findall("<td>(.*?)</td>", one.proto.body, re.DOTALL)
        }
    assert any(MARKUP[0] in text for text in shown)
    assert any(len(text) >= 10_000 for text in shown)


def no_formula(content: bytes, ours: re.Pattern[str] | None = None) -> int:
    """The number of texts of a workbook in which nothing is a formula but `ours`, and nothing points outside."""
    texts = 0
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                is_ours = ours is not None and ours.search(str(cell.value))
                assert cell.data_type != "f" or is_ours, cell.value
                assert cell.hyperlink is None
                texts += cell.data_type == "s"
    nothing_outside(content)
    return texts


def nothing_outside(content: bytes) -> None:
    """No part of an office file refers to another host, and no text in it is a field but those of page numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            part = parts.read(name).decode("utf-8", errors="replace")
            if name.endswith(".rels"):
                assert "External" not in part, name
            assert not re.search(r"<w:hyperlink|<a:hlinkClick|<w:fldSimple", part), name
            fields = set(re.findall(r"<w:instrText[^>]*>([^<]*)<", part))
            assert fields <= {" PAGE "}, fields


@pytest.mark.parametrize("language", ["zh", "en"])
def test_papers_open_again_and_hold_names_as_text(year: facts.Facts, language: str) -> None:
    for made in (spoken_in(language, report, year, TODAY), spoken_in(language, circular, year, TODAY)):
        content = to_docx(made, None)[0]
        nothing_outside(content)
        words = "".join(node.text or "" for node in docx.Document(io.BytesIO(content)).element.iter("{*}t"))
        assert MARKUP[0] in words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_slides_open_again_and_hold_names_as_text(year: facts.Facts, language: str) -> None:
    deck = spoken_in(language, briefing.deck, year)
    content = to_pptx(deck)
    nothing_outside(content)
    for slide in pptx.Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_chart:
                assert no_formula(shape.chart.part.chart_workbook.xlsx_part.blob)

    for tag, attributes in tags(deck_html(deck)):
        assert tag not in {"script", "img", "a", "iframe", "object"}, tag
        assert not [name for name in attributes if name.startswith("on") or name in {"href", "src"}], attributes


@pytest.mark.parametrize("language", ["zh", "en"])
def test_workbooks_hold_no_formula_but_their_own(year: facts.Facts, language: str) -> None:
    assert no_formula(spoken_in(language, to_xlsx, year), re.compile(r"^=(?!HYPERLINK|cmd|WEBSERVICE|1\+1)"))
    frame = pd.DataFrame({"unit": list(PAYLOADS), "due": 1})
    content = table_to_xlsx(frame, ["unit", "due"], title=ALL, source=ALL, synthetic=True)
    assert no_formula(content) > len(PAYLOADS)


def test_packages_open_again_and_their_tables_for_people_calculate_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    draws = connection.execute("select draw_id from draw where seed is not null order by draw_id limit 3").fetchall()
    for (draw_id,) in draws:
        sealed, public = io.BytesIO(), io.BytesIO()
        packages.write_sealed(connection, draw_id, sealed)
        assert not packages.verifier.verify(sealed).differences
        packages.write_public(connection, draw_id, public, as_of=TODAY)
        with zipfile.ZipFile(public) as files:
            json.loads(files.read("public.json"))
            for name in ("drawn.csv", "results.csv"):
                for row in csv.reader(io.StringIO(files.read(name).decode("utf-8-sig"), newline="")):
                    assert not [cell for cell in row if plain.csv_cell(cell) != cell], (name, row)


@pytest.mark.parametrize("text", PAYLOADS, ids=range(len(PAYLOADS)))
def test_the_escapes_keep_a_name_readable(text: str) -> None:
    assert not OBEYED.search(plain.terminal(text))
    assert not re.search(r"<(?!br>)", plain.figure(text))
    assert re.match(r"[^=+@\t\r\n]", plain.csv_cell(text))
    assert not re.search(r'[\\/:*?"<>|]|^\.', plain.file_name(text))
    assert len(plain.file_name(text)) <= 80
    assert len(plain.shortened(text)) <= plain.LONGEST_LABEL
    assert len(plain.cell(text)) == len(text)
    # What the reader sees of it is the name: signs added by us are a backslash before a sign, or nothing to see.
    seen = re.sub(r"\\(?=[^\sa-zA-Z0-9])", "", plain.markdown(text)).replace("\u2060", "")
    assert seen == plain.line(text).replace("\\", "") or "\\" in text


@pytest.mark.parametrize(
    "name", ["阳城县某某矿业有限公司", "矿产局（执法大队）", "张三-李四", "Smith & Sons, 2024 (A)"]
)
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    for escape in (plain.markdown, plain.csv_cell, plain.cell, plain.terminal, plain.xml, plain.visible, plain.line):
        assert escape(name) == name


def test_a_number_stays_a_number() -> None:
    assert [plain.csv_cell(text) for text in ("-1", "+3.5", "12%")] == ["-1", "+3.5", "12%"]


@pytest.mark.parametrize(
    "verb",
    [
        "doctor",
        "doctor --json",
        "import {file} --dry-run",
        "verify {file}",
        "draw --frame {file} --seed 1 --quotas A=1",
    ],
)
def test_the_command_line_prints_no_escape_sequence(database: Path, tmp_path: Path, verb: str) -> None:
    file = tmp_path / "\x1b[31mname\x07\u202e[bold]:smile:.csv"
    file.write_text("object_id,class\n=cmd\x1b[31m,A\n", "utf-8")
    order = [part.format(file=file) for part in verb.split()]
    done = CliRunner().invoke(main, order, env={"INSPECTIONS_DB": str(database)})
    said = done.output
    assert said.strip()
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert not OBEYED.search(said), said
