"""The show in real Chromium: keys, full screen, going on by itself, the address; slides a hall can read."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from inspections.papers.briefing import SLIDES
from inspections.papers.slides.deck import Deck
from inspections.papers.slides.web_page import slide_html, stylesheet
from inspections.words.wording import say, say_in
from tests.browser.conftest import Visit
from tests.made_up_deck import at_the_limits, made_up, made_up_english

Visitor = Callable[..., Visit]
DECKS = {"zh": made_up(), "en": made_up_english(), "limits": at_the_limits()}

# Texts of a slide that are smaller than 24 px, or do not stay in their own box or on the slide.
MISPLACED = """
() => [...document.querySelectorAll('.slide')].flatMap((slide) => {
  const page = slide.getBoundingClientRect(), wrong = [];
  for (const element of slide.querySelectorAll('.at, th, td, li')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own) continue;
    const box = element.getBoundingClientRect(), range = document.createRange();
    const said = element.textContent.slice(0, 20), size = parseFloat(getComputedStyle(element).fontSize);
    range.selectNodeContents(element);
    const text = range.getBoundingClientRect();
    // A line's own frame is about a fifth of its size taller than the letters, above and below.
    const room = size * 0.2 + 2;
    if (size < 24) wrong.push('small ' + said);
    if (element.scrollWidth > element.clientWidth + 2) wrong.push('wide ' + said);
    if (text.top < box.top - room || text.bottom > box.bottom + room) wrong.push('taller than its box ' + said);
    if (text.left < box.left - 2 || text.right > box.right + 2)
      wrong.push('outside its box ' + said);
    if (text.left < page.left || text.right > page.right || text.top < page.top || text.bottom > page.bottom)
      wrong.push('outside the slide ' + said);
  }
  const table = slide.querySelector('table'), line = slide.querySelector('.line');
  if (table && table.getBoundingClientRect().bottom > line.getBoundingClientRect().top + 2) wrong.push('tall table');
  return wrong;
})
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield context.new_page()
    context.close()


def laid_out(page: Page, deck: Deck, *, dark: bool = False) -> None:
    slides = "".join(slide_html(deck, number, dark) for number in range(1, len(deck.slides) + 1))
    title = "<title>slides</title>"
    page.set_content(
        f"<!doctype html><html lang='zh-CN'><head>{title}<style>body{{margin:0}}{stylesheet()}</style></head>"
        f"<body><main><h1 hidden>slides</h1>{slides}</main></body></html>"
    )


@pytest.mark.parametrize("name", DECKS)
def test_every_text_is_large_enough_and_in_its_place(page: Page, name: str) -> None:
    laid_out(page, DECKS[name])
    assert page.evaluate(MISPLACED) == []
    titles = "[...document.querySelectorAll('.title')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
    assert min(page.evaluate(titles)) >= 44


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_slides_have_contrast_and_no_other_serious_finding(page: Page, dark: bool) -> None:
    laid_out(page, DECKS["zh"], dark=dark)
    found = Axe().run(page)
    serious = [f["id"] for f in found.response["violations"] if f["impact"] in {"serious", "critical"}]
    assert serious == []


def on(visit: Visit) -> str:
    return str(visit.page.locator(".keys output").inner_text())


def asked(visit: Visit) -> dict[str, list[str]]:
    return urllib.parse.parse_qs(urllib.parse.urlsplit(visit.page.url).query)


def opened(visit: Visitor, **parameters: str) -> Visit:
    seen = visit(width=1920, height=1080).open(f"briefing?{urllib.parse.urlencode(parameters)}")
    expect(seen.page.locator(".slide").first).to_be_attached()
    return seen


def test_arrow_keys_turn_slides_and_full_screen_is_entered_and_left_by_keys(visit: Visitor) -> None:
    seen = opened(visit)
    keyboard = seen.page.keyboard
    count = len(SLIDES)
    keyboard.press("ArrowRight")
    assert on(seen) == f"2 / {count}"
    keyboard.press("ArrowLeft")
    keyboard.press("ArrowLeft")
    assert on(seen) == f"1 / {count}"
    # A button in focus does not keep the keys to itself; a field does.
    choose = seen.page.get_by_role("button", name=say("briefing.choose"))
    choose.click()
    field = seen.page.get_by_role("textbox", name=say("deck.names.year"))
    field.press("f")
    field.press("ArrowRight")
    assert on(seen) == f"1 / {count}"
    assert seen.page.evaluate("document.fullscreenElement === null")
    field.fill("")
    keyboard.press("Escape")
    expect(field).to_be_hidden()
    choose.focus()
    keyboard.press("f")
    seen.page.wait_for_function("document.fullscreenElement !== null")
    # Full screen in a headless browser is as large as the window it was given.
    box = seen.page.locator(".stage").bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (1920, 1080)
    smallest = """(where) => {
      const root = document.fullscreenElement.shadowRoot || document.fullscreenElement;
      const shown = [...root.querySelectorAll(where)].filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && element.tagName !== 'STYLE');
      return Math.min(...shown.map((element) => parseFloat(getComputedStyle(element).fontSize)));
    }"""
    for i, key in enumerate(["PageDown", " ", "ArrowRight"], start=2):
        keyboard.press(key)
        assert on(seen) == f"{i} / {count}"
        assert seen.page.evaluate(smallest, ".frame:not([hidden]) *") >= 35.99
        assert seen.page.evaluate(smallest, ".keys *") >= 23.99
    keyboard.press("End")
    assert on(seen) == f"{count} / {count}"
    keyboard.press("Home")
    keyboard.press("PageUp")
    assert on(seen) == f"1 / {count}"
    # The slide makes room for the keys: they lie over nothing of it.
    seen.page.mouse.move(500, 500)
    seen.page.mouse.move(520, 510)
    slide, keys = (seen.page.locator(part).bounding_box() for part in (".stage", ".keys"))
    assert slide is not None
    assert keys is not None
    assert slide["y"] + slide["height"] <= keys["y"]
    keyboard.press("Escape")
    seen.page.wait_for_function("document.fullscreenElement === null")
    assert seen.foreign == []
    assert seen.complaints == []


def test_slides_go_on_by_themselves_until_paused_and_stop_at_the_last(visit: Visitor) -> None:
    seen = visit(width=1920, height=1080)
    seen.page.clock.install()
    seen.page.goto(f"{seen.server.url}/briefing?slides=year,coverage,risks")
    seen.page.clock.resume()
    expect(seen.page.locator(".keys output")).to_have_text("1 / 3", timeout=60_000)
    play = seen.page.get_by_role("button", name=say("briefing.play"))
    pause = seen.page.get_by_role("button", name=say("briefing.pause"))
    seen.page.get_by_label(say("briefing.every")).select_option("10")
    play.click()
    seen.page.clock.fast_forward(10_500)
    expect(seen.page.locator(".keys output")).to_have_text("2 / 3")
    pause.click()
    seen.page.clock.fast_forward(60_000)
    expect(seen.page.locator(".keys output")).to_have_text("2 / 3")
    play.click()
    seen.page.clock.fast_forward(10_500)
    expect(seen.page.locator(".keys output")).to_have_text("3 / 3")
    expect(play).to_be_visible()


def test_the_address_shows_the_same_deck_at_the_same_slide(visit: Visitor) -> None:
    seen = opened(visit, slides="risks,year,coverage", title_year="全年任务已完成", slide="2", lang="zh")
    assert on(seen) == "2 / 3"
    expect(seen.page.locator(".frame:not([hidden]) .title")).to_have_text("全年任务已完成")
    seen.page.keyboard.press("ArrowRight")
    assert asked(seen)["slide"] == ["3"]
    # A new run of the page, here for the other language, keeps deck, own title and slide.
    seen.page.get_by_text("English", exact=True).click()
    expect(seen.page.locator("h1")).to_have_text(say_in("en", "briefing.title"))
    seen.settled()
    assert on(seen) == "3 / 3"
    query = asked(seen)
    assert query["slides"] == ["risks,year,coverage"]
    assert query["title_year"] == ["全年任务已完成"]
    assert query["slide"] == ["3"]
    colleague = visit().open(seen.page.url.removeprefix(f"{seen.server.url}/"))
    assert on(colleague) == "3 / 3"
    expect(colleague.page.locator(".frame .title").nth(1)).to_have_text("全年任务已完成")


def test_the_deck_is_taken_along_as_pptx_and_pdf(visit: Visitor, tmp_path: Path) -> None:
    seen = opened(visit, slides="year,risks")
    for key, start in (("pptx", b"PK"), ("pdf", b"%PDF")):
        with seen.page.expect_download(timeout=60_000) as started:
            seen.page.get_by_role("button", name=say(f"briefing.{key}")).click()
        assert re.fullmatch(rf".+\.{key}", started.value.suggested_filename)
        started.value.save_as(tmp_path / key)
        assert (tmp_path / key).read_bytes().startswith(start)
