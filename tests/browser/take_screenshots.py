"""The pictures of the READMEs, taken from a running dashboard: `make screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

from inspections.demo.building import Scale, build_demo
from tests.browser.conftest import CHROMIUM, QUIET, ROOT, Visit, serving

PICTURES = ROOT / "docs" / "screenshots"
LANGUAGES = {"zh": "中文", "en": "English"}
# Database -> page -> its address and how many pixels of it to show: the finding, the key figures, the main chart.
PAGES: dict[Scale, dict[str, tuple[str, int]]] = {
    "county": {
        "overview": ("", 900),
        "coverage": ("coverage", 1000),
        "redraw": ("redraw", 1180),
        "proportions": ("proportions", 1180),
        "fairness": ("fairness", 1000),
        "evaluation": ("evaluation", 1000),
        "briefing": ("briefing", 900),
        "imports": ("imports", 900),
        "registers": ("registers", 1000),
    },
    "city": {
        "bureaus": ("bureaus", 1000),
    },
}


def main() -> None:
    """Take every page, or those named, in both languages, from databases built for the purpose."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for scale, pages in PAGES.items():
            wanted = {page: how for page, how in pages.items() if page in (sys.argv[1:] or pages)}
            if wanted:
                take(browser, scale, wanted)
        browser.close()


def take(browser: Browser, scale: Scale, pages: dict[str, tuple[str, int]]) -> None:
    """Take these pages of one database."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / f"{scale}.duckdb"
        build_demo(database, scale=scale)
        with serving(database, Path(folder) / "log.txt", env={"INSPECTIONS_ACCESS": "single"}) as server:
            for page, (address, height) in pages.items():
                for language, label in LANGUAGES.items():
                    context = browser.new_context(viewport={"width": 1440, "height": height}, locale="zh-CN")
                    visit = Visit(context.new_page(), server).open(
                        f"{address}?{urlencode({'lang': label, 'slide': 2})}"
                    )
                    visit.page.mouse.move(0, 0)
                    visit.page.evaluate("document.fonts.ready")
                    picture = PICTURES / f"{page}.{language}.png"
                    visit.page.screenshot(path=picture)
                    sys.stdout.write(f"{picture.relative_to(ROOT)}\n")
                    context.close()


if __name__ == "__main__":
    main()
