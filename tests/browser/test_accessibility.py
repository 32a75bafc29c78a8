"""Every page for those who use a keyboard, a screen reader or a pale projector: axe finds nothing serious."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from app import PAGES
from tests.browser.conftest import Server, Visit

SEVERE = {"serious", "critical"}


@pytest.mark.parametrize("page", [page for pages in PAGES.values() for page in pages])
def test_axe_finds_nothing_serious(browser: Browser, server: Server, page: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    seen = Visit(context.new_page(), server).open(page)
    violations = Axe().run(seen.page).response["violations"]
    context.close()
    assert [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in violations
        if violation["impact"] in SEVERE
        for node in violation["nodes"]
    ] == []
