"""The five jobs (docs: who uses it, for what) by keyboard alone: Tab, arrows, Enter, and what one types."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from inspections.words.wording import say
from tests.browser.conftest import Visit
from tests.intake.files import code

Visitor = Callable[..., Visit]
MOST_STEPS = 200
# What stands in a component has a root of its own.
FOCUSED = "one => [one.getRootNode().activeElement].some(now => now === one || one.contains(now))"


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus, as somebody without a mouse would; it must then be seen to have it."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate(FOCUSED):
            expect(wanted).to_be_in_viewport()
            return
    raise AssertionError(f"{MOST_STEPS} times Tab does not lead to {wanted}")


def button(page: Page, key: str, **words: object) -> Locator:
    return page.get_by_role("button", name=say(key, **words)).first


def test_a_supervisor_opens_a_unit_and_takes_the_report(visit: Visitor) -> None:
    seen = visit().open("")
    tab_to(seen.page, seen.page.get_by_role("link", name=say("evaluation.title")))
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("h1")).to_have_text(say("evaluation.title"))
    seen.settled()
    tab_to(seen.page, button(seen.page, "evaluation.download_report"))
    with seen.page.expect_download(timeout=60_000) as taken:
        seen.page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".docx")
    tab_to(seen.page, seen.page.get_by_role("combobox", name=say("evaluation.unit")))
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(re.compile("evaluated="))


def test_a_leader_turns_the_slides(visit: Visitor) -> None:
    seen = visit().open("briefing")
    tab_to(seen.page, button(seen.page, "briefing.next"))
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator(".keys output")).to_have_text(re.compile("^2 / "))
    seen.page.keyboard.press("ArrowRight")
    expect(seen.page.locator(".keys output")).to_have_text(re.compile("^3 / "))


def test_a_planner_moves_a_goal_and_takes_next_years_table(visit: Visitor) -> None:
    seen = visit().open("proportions")
    before = seen.page.locator("p.finding").first.inner_text()
    tab_to(seen.page, seen.page.get_by_role("radiogroup", name=say("proportions.goal")))
    seen.page.keyboard.press("ArrowDown")
    expect(seen.page.locator("p.finding").first).not_to_have_text(before, timeout=60_000)
    seen.settled()
    tab_to(seen.page, button(seen.page, "proportions.download_docx"))
    with seen.page.expect_download(timeout=60_000) as taken:
        seen.page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".docx")


def test_a_clerk_brings_a_table_and_stands_before_the_confirmation(visit: Visitor) -> None:
    seen = visit().open("imports")
    tab_to(seen.page, seen.page.get_by_role("textbox", name=say("imports.paste_label")))
    seen.page.keyboard.insert_text(
        "统一社会信用代码\t企业名称\t行业\t对象库\n" + f"{code(6)}\t试验采石有限公司\t采矿业\t全县生产矿山企业"
    )
    tab_to(seen.page, button(seen.page, "imports.paste_read"))
    seen.page.keyboard.press("Enter")
    expect(button(seen.page, "imports.confirm")).to_be_visible(timeout=60_000)
    seen.settled()
    tab_to(seen.page, button(seen.page, "imports.confirm"))


def test_an_auditor_chooses_a_draw_and_takes_its_package(visit: Visitor) -> None:
    seen = visit().open("draws")
    tab_to(seen.page, seen.page.get_by_role("combobox", name=say("draws.choose")))
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("Enter")
    seen.settled()
    tab_to(seen.page, button(seen.page, "draws.download_sealed"))
    with seen.page.expect_download(timeout=60_000) as taken:
        seen.page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".zip")
