"""The pages of a test: the database they read, with the caches of no test before; a page opened by its address."""

from __future__ import annotations

import contextlib
import functools
import html
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, app_test

ROOT = Path(__file__).resolve().parents[1]
# Once per process, as a server does it: AppTest would look through all installed packages for components with every
# visitor and compile app.py and the page with every run, which is more than half of what a page costs.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)
app_test.ScriptCache = functools.cache(app_test.ScriptCache)


@contextlib.contextmanager
def served(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """`path`, until the test is over; then closed and forgotten."""
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    monkeypatch.setenv("INSPECTIONS_DB", str(path))
    forget()
    yield path
    connection().close()
    forget()


def visited(page: str, **state: object) -> AppTest:
    """A page, named "section/page", by its address: the first run of a visitor who chose `state` beforehand."""
    app = at_address(AppTest.from_file(str(ROOT / "app.py"), default_timeout=120), page)
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def at_address(app: AppTest, page: str) -> AppTest:
    """A visitor who has not run yet, sent to a page directly."""
    # Before the first run Streamlit knows a page by its file's name, which is its address; the first page has none.
    return app if page == "monitor/overview" else app.switch_page(f"pages/{page}.py")


def cursor() -> duckdb.DuckDBPyConnection:
    """The database as the pages have it open."""
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    return connection().cursor()


def html_texts(app: AppTest) -> list[str]:
    """What the page's own HTML says, element by element, without the tags."""
    bodies = [re.sub(r"(?s)<script>.*?</script>", "", element.proto.body) for element in app.get("html")]
    # Days that stay on their line stand within the words, not between them.
    bodies = [re.sub(r'<span class="whole">(.*?)</span>', r"\1", body) for body in bodies]
    return [html.unescape(re.sub(r"<[^>]+>", " ", body)).strip() for body in bodies]


def finding(app: AppTest) -> str:
    """The sentence with which a page begins."""
    bodies = [element.proto.body for element in app.get("html")]
    return html.unescape(next(re.sub(r"<[^>]+>", "", body) for body in bodies if 'class="finding"' in body))


def forget() -> None:
    """Empty the caches of the pages, and let the database go."""
    from pages.frame.data import let_go  # noqa: PLC0415 - as the pages import it

    let_go()
    st.cache_resource.clear()
    st.cache_data.clear()
