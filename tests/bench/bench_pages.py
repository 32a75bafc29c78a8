"""How fast pages are, in one run: warm runs on the server, first paint against an empty page, the redraw slider.

    python -m tests.bench.bench_pages

Absolute times are those of the machine it runs on; the ratios are what to compare.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import duckdb
import streamlit
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table
from streamlit.testing.v1 import AppTest

from app import PAGES as NAVIGATION
from inspections.demo.building import build_demo
from inspections.exact import exact_year
from inspections.simulation import simulate_year
from inspections.year import Cell, PlannedDraw, Year
from tests.browser.conftest import CHROMIUM, QUIET, ROOT, serving

PAGES = tuple(f"{section}/{page}" for section, pages in NAVIGATION.items() for page in pages)
EMPTY_PAGE = """
import plotly.graph_objects as go
import streamlit as st

st.plotly_chart(go.Figure(go.Bar(x=[1, 2, 3], y=["a", "b", "c"], orientation="h")))
"""
RUNS = 9


def median_ms(action: Callable[[], object], runs: int = RUNS) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


def server_side(rows: Table) -> None:
    """One warm run of each page, the browser left out."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        app.run()
        rows.add_row(f"server run, {page}", f"{median_ms(app.run):.0f} ms", "aim: under 150 ms")


def slider(rows: Table) -> None:
    """Another proportion for one class each time: nothing is in the cache."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["own"] = True
    app.run()
    app.switch_page("pages/whatif/redraw.py").run()
    values = iter(range(5, 100))

    def move() -> None:
        app.slider(key="rate_A").set_value(next(values)).run()

    move()
    rows.add_row(
        "redraw, a slider moved, whole year, 10,000 replications", f"{median_ms(move):.0f} ms", "aim: under 300 ms"
    )


def sizes(rows: Table) -> None:
    """The same year for 60 objects and for 6 million: exact and simulated."""

    def year(scale: int) -> Year:
        classes = {"A": 38, "B": 15, "C": 5, "D": 2}
        tasks = [f"Q{number}" for number in range(1, 5)]
        quotas = {"A": 7, "B": 4, "C": 2, "D": 2}
        return Year(
            cells=tuple(
                Cell(code, size * scale, dict.fromkeys([*tasks, "all"], code), code) for code, size in classes.items()
            ),
            draws=(
                *(
                    PlannedDraw(task, {code: quota * scale for code, quota in quotas.items()}, series="Q")
                    for task in tasks
                ),
                PlannedDraw("all", {code: size * scale for code, size in classes.items()}),
            ),
        )

    small, large = year(1), year(100_000)
    for name, action in (
        ("exact year", exact_year),
        ("10,000 simulated years", lambda chosen: simulate_year(chosen, 10_000, 1)),
    ):
        of_small, of_large = median_ms(partial(action, small)), median_ms(partial(action, large))
        rows.add_row(
            f"{name}, 60 objects against 6,000,000",
            f"{of_small:.1f} ms, {of_large:.1f} ms",
            f"ratio {of_large / of_small:.2f}; aim: no difference",
        )


def first_paint(browser: Browser, url: str) -> float:
    """Milliseconds from the request to the first chart on screen, in a browser that has never been there."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(url)
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    elapsed = (time.perf_counter() - start) * 1000
    context.close()
    return elapsed


def paint(rows: Table, database: Path, folder: Path) -> None:
    """First paint of every page against an empty Streamlit page with one bar, in turn."""
    empty = folder / "empty.py"
    empty.write_text(EMPTY_PAGE, "utf-8")
    with (
        serving(database, folder / "app.log") as ours,
        serving(database, folder / "empty.log", script=empty) as bare,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for page in PAGES:
            name = page.split("/")[1]
            url = f"{ours.url}/{'' if name == 'overview' else name}"
            first_paint(browser, url)
            first_paint(browser, bare.url)
            pairs = [(first_paint(browser, url), first_paint(browser, bare.url)) for _ in range(5)]
            rows.add_row(
                f"first paint, {page}",
                f"{median(one for one, _ in pairs):.0f} ms, empty page {median(two for _, two in pairs):.0f} ms",
                f"ratio {median(one / two for one, two in pairs):.2f}; aim: within 1.5",
            )
        browser.close()


def main() -> None:
    """Build a demo, measure, print one table."""
    rows = Table("what", "median", "against")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "county.duckdb"
        build_demo(database)
        os.environ["INSPECTIONS_DB"] = str(database)
        sizes(rows)
        paint(rows, database, folder)
        server_side(rows)
        slider(rows)
    console = Console(width=150)
    console.print(f"streamlit {streamlit.__version__}, duckdb {duckdb.__version__}, {os.cpu_count()} cores")
    console.print(rows)


if __name__ == "__main__":
    main()
