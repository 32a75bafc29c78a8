"""First paint of pages in Chromium against an empty Streamlit page with one bar; the redraw slider; sizes of a year.

    python -m tests.bench.bench_pages

Every visit is that of a browser that has never been there. Pages and the empty page take turns. First paint is the
browser's own First Contentful Paint; the chart is drawn when Plotly has put the first trace on screen. How fast the
server runs every page, at three sizes, is in bench_scale. Absolute times are those of the machine it runs on; the
ratios are what to compare.
"""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright
from streamlit.testing.v1 import AppTest

from inspections.demo.building import build_demo
from inspections.year.exact import exact_year
from inspections.year.planned import Cell, PlannedDraw, Year
from inspections.year.simulation import simulate_year
from tests.bench.growth import alternating, growth, print_rows
from tests.browser.conftest import CHROMIUM, QUIET, ROOT, serving

# The first page, and those with the most on them.
PAGES = ("overview", "coverage", "evaluation")
EMPTY_PAGE = """
import plotly.graph_objects as go
import streamlit as st

st.plotly_chart(go.Figure(go.Bar(x=[1, 2, 3], y=["a", "b", "c"], orientation="h")))
"""
# When the first trace of a chart was put on screen: `performance.now()` counts from the request for the page.
WATCH = """
new MutationObserver((_, watching) => {
  if (!document.querySelector('.js-plotly-plot .main-svg .trace, .js-plotly-plot .main-svg .hm')) return;
  window.drawnAt = performance.now();
  watching.disconnect();
}).observe(document, {childList: true, subtree: true});
"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
VISITS = 5
Rows = list[tuple[str, str, str]]


def visited(browser: Browser, url: str) -> tuple[float, float]:
    """Milliseconds from the request to the first paint, and to the first chart, in a new browser profile."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_function("window.drawnAt", timeout=120_000)
    page.wait_for_function(FIRST_PAINT, timeout=120_000)
    told = page.evaluate(FIRST_PAINT), page.evaluate("window.drawnAt")
    context.close()
    return told


def paints(database: Path, folder: Path) -> Rows:
    """First paint and first chart of some pages against those of the empty page: ratios of neighbours in time."""
    empty = folder / "empty.py"
    empty.write_text(EMPTY_PAGE, "utf-8")
    rows = []
    with (
        serving(database, folder / "app.log") as ours,
        serving(database, folder / "empty.log", script=empty) as bare,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for page in PAGES:
            url = f"{ours.url}/{'' if page == 'overview' else page}"
            visited(browser, url)
            visited(browser, bare.url)
            pairs = [(visited(browser, url), visited(browser, bare.url)) for _ in range(VISITS)]
            for which, what in enumerate(("first paint", "first chart drawn")):
                own = median(one[which] for one, _ in pairs)
                other = median(two[which] for _, two in pairs)
                ratio = median(one[which] / two[which] for one, two in pairs)
                rows.append(
                    (
                        f"{what} in Chromium, {page} of the demo, against an empty page with one bar",
                        f"ratio {ratio:.2f} ({own:,.0f} ms, {other:,.0f} ms)",
                        "at most 1.3" if which == 0 else "",
                    )
                )
        browser.close()
    return rows


def slider() -> Rows:
    """Another proportion for one class each time, against the same page with nothing changed."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.session_state["own"] = "rates"
    app.switch_page("pages/whatif/redraw.py").run()
    values = iter(range(5, 100))

    def move() -> None:
        app.slider(key="rate_A").set_value(next(values)).run()

    move()
    moved, again = alternating(move, app.run, runs=VISITS)
    return [
        (
            "redraw page, a slider moved (10,000 replications anew), against the same page unchanged",
            f"ratio {moved / again:.2f} ({moved * 1000:,.0f} ms, {again * 1000:,.0f} ms)",
            "",
        )
    ]


def year(scale: int) -> Year:
    """60 objects times `scale`, drawn from four times a year by class, and once all of them."""
    classes = {"A": 38, "B": 15, "C": 5, "D": 2}
    tasks = [f"Q{number}" for number in range(1, 5)]
    quotas = {"A": 7, "B": 4, "C": 2, "D": 2}
    return Year(
        cells=tuple(
            Cell(code, size * scale, dict.fromkeys([*tasks, "all"], code), code) for code, size in classes.items()
        ),
        draws=(
            *(PlannedDraw(task, {code: quota * scale for code, quota in quotas.items()}, series="Q") for task in tasks),
            PlannedDraw("all", {code: size * scale for code, size in classes.items()}),
        ),
    )


def sizes() -> Rows:
    """The same year for 60 objects, 6 thousand and 6 million: exact and simulated."""
    scales = (1, 100, 100_000)
    rows = []
    for name, action in (
        ("exact year", exact_year),
        ("10,000 simulated years", lambda chosen: simulate_year(chosen, 10_000, 1)),
    ):
        taken = alternating(*(partial(action, year(scale)) for scale in scales), runs=VISITS)
        rows.append(
            (
                f"{name} of one pool: 6,000,000 objects against 60",
                f"ratio {taken[-1] / taken[0]:.2f}; {growth([60 * scale for scale in scales], taken)}",
                "no difference",
            )
        )
    return rows


def rows() -> Rows:
    """What was measured, the figure, what it should be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "county.duckdb"
        build_demo(database)
        os.environ["INSPECTIONS_DB"] = str(database)
        return [*paints(database, folder), *sizes(), *slider()]


def main() -> None:
    """Print one table."""
    print_rows(rows())


if __name__ == "__main__":
    main()
