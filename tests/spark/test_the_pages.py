"""The dashboard and the commands on Spark: the same words and numbers as on the bureaus' own database."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from inspections.lake.engine import ADDRESS, ENGINE, LAKE
from inspections.server import access
from inspections.words.wording import say
from tests.browser.conftest import ROOT, serving
from tests.pages.test_pages import BROKEN, PAGES, words
from tests.served import forget, served, visited
from tests.spark.cluster import Cluster
from tests.spark.conftest import Lake

BUREAU, YEAR = "许昌市自然资源和规划局建安区分局", 2024
# What stands on these of a database as a whole is another one's there: its files, its log, its settings.
DIFFERENT = {"registry/imports", "registry/log", "registry/settings", "review/bureaus"}


@pytest.fixture(scope="module")
def embedded(demo_database: Path) -> dict[str, list[str]]:
    """What every page says on DuckDB to whoever may not write, as nobody may in a lake."""
    with pytest.MonkeyPatch.context() as patch, served(demo_database, patch):
        everything = access.everything
        patch.setattr(access, "everything", lambda name: access.who_only_reads(everything(name)))
        return {page: shown(page) for page in PAGES}


@pytest.fixture(scope="module")
def visitors(running: Cluster, lake: Lake, embedded: object) -> Iterator[None]:  # noqa: ARG001 - before these
    """The caches of one dashboard: what one page asked the next need not ask again."""
    forget()
    yield
    forget()


def shown(page: str) -> list[str]:
    app = visited(page, bureau=BUREAU, year=YEAR)
    assert not app.exception, app.exception
    assert not app.error, app.error
    said = words(app)
    assert not [text for text in said if BROKEN.search(text)]
    return said


@pytest.mark.usefixtures("visitors", "on_spark")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_the_same_on_spark(embedded: dict[str, list[str]], page: str) -> None:
    said = shown(page)
    if page not in DIFFERENT:
        assert said == embedded[page]


@pytest.mark.usefixtures("on_spark")
def test_commands_read_the_lake(demo_database: Path, tmp_path: Path) -> None:
    told = []
    for name, more in (("lake.json", []), ("own.json", ["--db", str(demo_database)])):
        out = tmp_path / name
        subprocess.run(
            [
                *(sys.executable, "-m", "inspections", "evaluate"),
                *("--bureau", BUREAU, "--year", str(YEAR), "--out", str(out)),
                *more,
            ],
            check=True,
            cwd=ROOT,
        )
        told.append(_without_ids(json.loads(out.read_text("utf-8"))))
    assert told[0] == told[1]


def _without_ids(told: object) -> object:
    """Surrogate ids carry the number of their source in a lake."""
    if isinstance(told, dict):
        return {key: _without_ids(value) for key, value in told.items() if not key.endswith("_id")}
    return [_without_ids(one) for one in told] if isinstance(told, list) else told


def test_a_page_in_chromium(running: Cluster, lake: Lake, browser: Browser, tmp_path: Path) -> None:
    env = {ENGINE: "spark", LAKE: str(lake.folder), ADDRESS: running.address}
    with serving(tmp_path / "none.duckdb", tmp_path / "log.txt", env=env) as server:
        page = browser.new_page(locale="zh-CN")
        page.goto(f"{server.url}/coverage?bureau={BUREAU}&year={YEAR}", timeout=120_000)
        expect(page.locator("h1")).to_have_text(say("coverage.title"), timeout=180_000)
        page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=240_000)
        assert page.locator("[data-testid=stException]").count() == 0
        assert re.search(r"\d", page.locator("[data-testid=stMetricValue]").first.inner_text())
        page.context.close()
        assert not (tmp_path / "none.duckdb").exists()
