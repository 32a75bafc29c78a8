"""The poisoned county in Chromium: nothing runs, nothing is fetched, nothing links away, no formula is set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Dialog

from tests.browser.conftest import Visit, serving
from tests.poison import poisoned

PAGES = ("overview", "plans", "coverage", "draws", "evaluation", "briefing")
# Links away, formulas set, names that became pictures; the page's own formulas and pictures have other hosts.
STRANGE = """() => [...document.querySelectorAll('a, img, iframe, .katex, script')].filter(one =>
    /evil\\.example/.test(one.outerHTML) || one.matches('.katex, iframe')).map(one => one.outerHTML.slice(0, 200))"""
MAIN = "document.querySelector('[data-testid=stMain]')"
WIDER = f"{MAIN}.scrollWidth - {MAIN}.clientWidth"


def test_names_do_nothing_in_the_browser(visit: Callable[..., Visit], demo_database: Path, tmp_path: Path) -> None:
    alerts: list[str] = []

    def alerted(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    database = poisoned(demo_database, tmp_path / "poisoned.duckdb")
    with serving(database, tmp_path / "log.txt") as server:
        seen = visit(at=server)
        seen.page.on("dialog", alerted)
        for page in PAGES:
            seen.open(page)
            assert seen.page.evaluate(STRANGE) == [], page
            assert seen.page.evaluate(WIDER) <= 0, page
            assert not seen.page.locator("[data-testid=stException]").count(), page
    assert not alerts
    assert not seen.foreign
