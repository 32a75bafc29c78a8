"""Every page at every size, in both languages, light and dark: what is cut, torn, on top of each other or outside.

    python -m tests.soak.screens [--pages overview plans] [--pictures FOLDER]

With `--pictures` each screen is kept as a picture of the whole page, to be looked at.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from app import PAGES
from inspections.demo.building import build_demo
from inspections.words.wording import LANGUAGES
from tests.browser.conftest import CHROMIUM, QUIET, Visit, serving
from tests.browser.screens import SIZES, through_sizes

ALL = [page for pages in PAGES.values() for page in pages]
MODES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# A picture is no longer than this, pixels.
LONGEST = 6000


def main(arguments: list[str] | None = None) -> int:
    """Tell every fault; 1 where there is one, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", nargs="+", default=ALL, choices=ALL)
    parser.add_argument("--pictures", type=Path)
    asked = parser.parse_args(arguments)
    faults = screens = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = Path(folder) / "county.duckdb"
        build_demo(database)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        with serving(database, Path(folder) / "log.txt", env={"INSPECTIONS_ACCESS": "single"}) as server:
            seen = Visit(browser.new_page(locale="zh-CN"), server)
            for page in asked.pages:
                for language in LANGUAGES:
                    for mode in MODES:
                        seen.page.emulate_media(color_scheme=mode)
                        seen.open(f"{page}?{urlencode({'lang': language})}")
                        for size, found in through_sizes(seen):
                            screens += 1
                            faults += len(found)
                            for fault in found:
                                sys.stdout.write(f"{page}, {language}, {mode}, {size}: {fault}\n")
                            if asked.pictures:
                                _keep(seen, asked.pictures / f"{page}.{language}.{mode}.{SIZES[size][0]}.png")
        browser.close()
    sys.stdout.write(f"{screens} screens, {faults} faults\n")
    return int(faults > 0)


def _keep(seen: Visit, picture: Path) -> None:
    """The whole page, which is longer than its window, as a picture."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    size = seen.page.viewport_size or {"width": 0, "height": 0}
    length = seen.page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight + 60")
    seen.page.set_viewport_size({"width": size["width"], "height": min(max(length, size["height"]), LONGEST)})
    seen.page.wait_for_timeout(200)
    seen.settled().page.screenshot(path=picture)


if __name__ == "__main__":
    sys.exit(main())
