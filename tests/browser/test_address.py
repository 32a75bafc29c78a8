"""What is chosen lives in the address of a real browser: reload, Back and Forward, language, tab, first visit."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable

from playwright.sync_api import Page, expect

from inspections.words.wording import say_in
from pages.frame.address import COMMON
from tests.browser.conftest import Visit
from tests.browser.test_browser import JIANAN, LANGUAGE_NAMES, address

Visitor = Callable[..., Visit]


def said(page: Page) -> dict[str, str]:
    """What the address says."""
    return {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query).items()}


def speak(seen: Visit, language: str, page: str) -> None:
    seen.page.get_by_text(LANGUAGE_NAMES[language], exact=True).click()
    expect(seen.page.locator("h1")).to_have_text(say_in(language, f"{page}.title"), timeout=30_000)
    expect(seen.page).to_have_title(re.compile(re.escape(say_in(language, f"{page}.title"))))
    seen.settled()


def test_a_choice_is_gone_back_from_forward_to_reloaded_and_said_in_the_other_language(visit: Visitor) -> None:
    seen = visit().open(address("coverage", bureau=JIANAN, year="2023"))
    assert said(seen.page) == {"lang": "zh", "bureau": JIANAN, "year": "2023", "as_of": "2023-12-31"}
    box = seen.page.get_by_role("switch", name=re.compile("."))
    seen.page.get_by_text(say_in("zh", "coverage.only_random")).click()
    seen.page.wait_for_url(re.compile("only_random=true"))
    seen.settled().page.go_back()
    expect(box).not_to_be_checked(timeout=30_000)
    assert "only_random" not in said(seen.settled().page)
    seen.page.go_forward()
    expect(box).to_be_checked(timeout=30_000)
    speak(seen.settled(), "en", "coverage")
    there = said(seen.page)
    assert (there["only_random"], there["lang"]) == ("true", "en")
    seen.page.get_by_role("link", name=say_in("en", "findings.title")).click()
    expect(seen.page.locator("h1")).to_have_text(say_in("en", "findings.title"), timeout=30_000)
    assert said(seen.settled().page) == {name: there[name] for name in COMMON}
    seen.page.go_back()
    expect(seen.page.locator("h1")).to_have_text(say_in("en", "coverage.title"), timeout=30_000)
    assert said(seen.settled().page) == there


def test_the_goal_of_proportions_and_a_weight_of_the_evaluation_outlive_language_and_reload(visit: Visitor) -> None:
    seen = visit().open(address("proportions", year="2023"))
    goal = "never_visited"
    seen.page.get_by_text(say_in("zh", f"proportions.goals.{goal}"), exact=True).click()
    seen.page.wait_for_url(re.compile(f"plan_goal={goal}"))
    seen.settled()
    speak(seen, "en", "proportions")
    chosen = seen.page.get_by_role("radio", name=say_in("en", f"proportions.goals.{goal}"))
    expect(chosen).to_be_checked()
    seen.page.reload()
    seen.settled()
    expect(chosen).to_be_checked()
    seen.page.get_by_role("link", name=say_in("en", "evaluation.title")).click()
    weight = seen.page.get_by_label(say_in("en", "codes.indicator.completion"), exact=True)
    weight.fill("45")
    weight.press("Enter")
    seen.page.wait_for_url(re.compile("w_completion=45"))
    seen.settled().page.reload()
    seen.settled()
    expect(weight).to_have_value("45")


def test_the_first_page_has_its_name_too_and_the_browser_decides_the_first_language(visit: Visitor) -> None:
    seen = visit(locale="en-GB").open("overview?year=2022")
    assert seen.title == say_in("en", "overview.title")
    assert seen.page.get_by_text("Page not found").count() == 0
    assert urllib.parse.urlsplit(seen.page.url).path == "/"
    assert (said(seen.page)["lang"], said(seen.page)["year"]) == ("en", "2022")
    assert seen.page.title() == f"{say_in('en', 'overview.title')} - {say_in('en', 'product.name')}"
