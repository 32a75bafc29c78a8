"""Every page over the poisoned county: no exception, and every name is text where Streamlit would read markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from inspections.words.wording import LANGUAGES
from tests.pages.test_pages import PAGES, run
from tests.poison import EVIL, MARKUP, poisoned
from tests.served import served

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


@pytest.fixture(scope="module")
def database(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    poison = poisoned(demo_database, tmp_path_factory.mktemp("poison") / "poisoned.duckdb")
    with pytest.MonkeyPatch.context() as patch, served(poison, patch):
        yield poison


def years(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """A bureau and its two years, the last first."""
    asked = "select distinct name, year from bureau inner join plan using (bureau_id) order by all desc limit 2"
    return connection.execute(asked).fetchall()


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


class Tags(HTMLParser):
    """The tags and attributes of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


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


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_name_is_text_on_every_page(page: str, language: str) -> None:
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    # One language looks at a year that had draws and results, the other at one that had fewer.
    bureau, year = years(connection())[list(LANGUAGES).index(language)]
    app = run(page, lang=language, bureau=bureau, year=year)
    assert not app.exception, app.exception[0].value
    for kind, text in markdown_texts(app):
        assert not LIVE.search(text), (kind, text[:300])
    for element in app.get("html"):
        tags = Tags()
        tags.feed(element.proto.body)
        strange = [one for one in tags.found if one[0] not in OURS or any(name.startswith("on") for name in one[1])]
        assert not strange, element.proto.body[:300]
        assert not [attributes for _, attributes in tags.found if EVIL in (attributes.get("href") or "")]
    for chart in app.get("plotly_chart"):
        for text in figure_texts(json.loads(chart.proto.spec)):
            assert not re.search(r"<(?!br>)", text), text[:300]
            assert len(text) < 2500


@pytest.mark.usefixtures("database")
def test_names_are_still_there_to_be_read_in_full() -> None:
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    shown = set()
    for bureau, year in years(connection()):
        app = run("monitor/plans", lang="zh", bureau=bureau, year=year)
        shown |= {str(one) for frame in app.dataframe for column in frame.value.columns for one in frame.value[column]}
    assert any(MARKUP[0] in text for text in shown)
    assert any(len(text) >= 10_000 for text in shown)
