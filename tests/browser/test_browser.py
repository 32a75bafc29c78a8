"""The dashboard in real Chromium: what AppTest cannot see."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
import urllib.parse
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect
from pypdf import PdfReader

from app import PAGES as NAVIGATION
from inspections.words.look import lights
from inspections.words.wording import LANGUAGES, say, say_in
from tests.browser.conftest import Visit, serving
from tests.browser.screens import FEW, clipped, still_clipped, through_sizes
from tests.poison import poisoned

PAGES = tuple(page for pages in NAVIGATION.values() for page in pages)
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
JIANAN = "许昌市自然资源和规划局建安区分局"
Visitor = Callable[..., Visit]
# Where most names stand.
POISONED = ("overview", "plans", "coverage", "draws", "evaluation", "briefing")
# Links away, formulas set, names that became pictures; the page's own formulas and pictures have other hosts.
STRANGE = """() => [...document.querySelectorAll('a, img, iframe, .katex, script')]
    .filter(one => !one.matches('a') || new URL(one.href).host !== location.host).filter(one =>
    /evil\\.example/.test(one.outerHTML) || one.matches('.katex, iframe')).map(one => one.outerHTML.slice(0, 200))"""
# The colours of charts; a heat map's are between two.
PAINTED = """[...new Set([...document.querySelectorAll('.main-svg :is(.point path, text, path)')]
    .filter(part => !part.closest('.heatmaplayer')).map(part => part.style.fill || part.style.stroke))]"""
MAIN = "document.querySelector('[data-testid=stMain]')"
WIDER = f"{MAIN}.scrollWidth - {MAIN}.clientWidth"


def serious(page: Page) -> list[tuple[str, list[str], str]]:
    """What axe finds serious or critical: for those who use a keyboard, a screen reader or a pale projector."""
    return [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


def address(page: str, **parameters: str) -> str:
    path = "" if page == "overview" else page
    return f"{path}?{urllib.parse.urlencode(parameters)}" if parameters else path


def in_address(seen: Visit, part: str) -> None:
    """Wait until the run that a click asked for has written the address: a busy machine begins it late."""
    seen.page.wait_for_url(lambda url: part in url)
    seen.settled()


def test_every_page_in_both_languages_asks_nobody_else_complains_of_nothing_cuts_nothing_off_and_passes_axe(
    visit: Visitor,
) -> None:
    seen = visit()
    for page in PAGES:
        # A load costs the browser several times what it costs to say the page in the other language.
        first, second = LANGUAGES if PAGES.index(page) % 2 else reversed(LANGUAGES)
        seen.open(address(page, lang=first))
        look_at(seen, page, first)
        # A loaded page at the sizes of other screens: once a page, in one language or the other; `make soak` takes all.
        for size, found in through_sizes(seen, FEW):
            assert found == [], (page, first, size)
        seen.page.set_viewport_size({"width": 1440, "height": 900})
        seen.settled()
        # Colours, roles and labels are those of the other language, and every other page begins with it.
        assert serious(seen.page) == []
        seen.page.get_by_text(LANGUAGE_NAMES[second], exact=True).click()
        expect(seen.page.locator("h1")).to_have_text(say_in(second, f"{page}.title"))
        look_at(seen.settled(), page, second)


def look_at(seen: Visit, page: str, language: str) -> None:
    assert seen.title == say_in(language, f"{page}.title")
    seen.page.mouse.wheel(0, 4000)
    seen.page.wait_for_timeout(300)
    assert seen.foreign == []
    assert seen.complaints == []
    assert seen.page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count() == 0
    assert still_clipped(seen) == []


# Each a way of standing wrong, and the kind by which it is found.
PLANTED = {
    "cut": '<p style="width:60px;overflow:hidden;white-space:nowrap;margin:0">a sentence that is cut off here</p>',
    "torn": '<p style="width:34px;overflow-wrap:anywhere;margin:0">1234567</p>',
    "over": '<p style="position:absolute;top:0">these words</p><p style="position:absolute;top:4px">lie over them</p>',
    "outside": '<svg width="60" height="20"><text x="30" y="14">outside of its drawing</text></svg>',
    "pushed": '<p style="width:60px;overflow:auto;white-space:nowrap;margin:0">a sentence to be pushed sideways</p>',
    "wide": '<div style="width:9000px;height:1px"></div>',
}


def test_what_stands_wrong_on_a_page_is_found(visit: Visitor) -> None:
    seen = visit().open(address("briefing"))
    assert clipped(seen.page) == []
    plant = """html => { document.querySelector('#planted')?.remove();
        document.querySelector('[data-testid=stMainBlockContainer]').insertAdjacentHTML('beforeend',
            `<div id="planted" style="position:relative">${html}</div>`); }"""
    for kind, html in PLANTED.items():
        seen.page.evaluate(plant, html)
        assert kind in {fault.partition(":")[0] for fault in clipped(seen.page)}, kind
    # A painted heading: the same table with room for nothing.
    seen.open(address("completion"))
    narrowed = """() => { const canvas = document.querySelector('[data-testid=stDataFrame] canvas');
        let fiber = canvas[Object.keys(canvas).find(key => key.startsWith('__reactFiber'))];
        while (!fiber.memoizedProps?.columns?.[0]?.title) fiber = fiber.return;
        fiber.memoizedProps = {...fiber.memoizedProps,
            columns: fiber.memoizedProps.columns.map(one => ({...one, width: 20}))}; }"""
    seen.page.evaluate(narrowed)
    assert any(fault.startswith("heading:") for fault in clipped(seen.page))


def test_the_language_switch_changes_every_word_and_stays_after_a_reload(visit: Visitor) -> None:
    seen = visit().open(address("completion"))
    assert seen.title == say("completion.title")
    seen.page.get_by_text("English", exact=True).click()
    expect(seen.page.locator("h1")).to_have_text(say_in("en", "completion.title"))
    in_address(seen, "lang=en")
    seen.page.reload()
    assert seen.settled().title == say_in("en", "completion.title")
    # Names of units and objects are data; headings, labels and sentences are not.
    headings = seen.page.locator("h1, h2, h3, [data-testid=stMetricLabel]").all_inner_texts()
    assert not [text for text in headings if re.search(r"[\u4e00-\u9fff]", text)]


def test_a_part_that_runs_by_itself_speaks_the_readers_language(visit: Visitor) -> None:
    seen = visit().open(address("registers", lang="en"))
    box = seen.page.get_by_placeholder(say_in("en", "registers.search_hint"))
    box.fill("no such firm")
    box.press("Enter")
    expect(seen.page.get_by_text(say_in("en", "registers.list_title", count=0))).to_be_visible()
    box.fill("")
    box.press("Enter")
    expect(seen.page.get_by_text(say_in("en", "registers.list_title", count=0))).to_have_count(0)
    seen.settled()
    assert seen.page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count() == 0
    headings = seen.page.locator("h1, h2, h3, [data-testid=stMetricLabel]").all_inner_texts()
    assert not [text for text in headings if re.search(r"[\u4e00-\u9fff]", text)]


def test_filters_live_in_the_address_and_survive_reload_and_page_switch(visit: Visitor) -> None:
    seen = visit().open(address("coverage", bureau=JIANAN, year="2023"))
    finding = seen.finding
    assert "2023 年" in finding
    seen.page.get_by_text(say("coverage.only_random")).click()
    in_address(seen, "only_random=true")
    seen.page.get_by_text("English", exact=True).click()
    in_address(seen, "lang=en")
    seen.page.reload()
    seen.settled()
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(seen.page.url).query)
    assert query["bureau"] == [JIANAN]
    assert query["year"] == ["2023"]
    assert query["only_random"] == ["true"]
    seen.page.get_by_role("link", name=say_in("en", "findings.title")).click()
    expect(seen.page.locator("h1")).to_have_text(say_in("en", "findings.title"))
    seen.settled()
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(seen.page.url).query)
    assert query["bureau"] == [JIANAN]
    assert query["year"] == ["2023"]


def test_an_alert_leads_to_its_page_with_the_same_bureau_and_year(visit: Visitor) -> None:
    seen = visit().open(address("overview", bureau=JIANAN, year="2023", lang="en"))
    link = seen.page.locator(".st-key-alerts a").first
    link.click()
    seen.page.wait_for_url(re.compile(r"/(plans|coverage|completion|findings)"))
    seen.settled()
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(seen.page.url).query)
    assert query["bureau"] == [JIANAN]
    assert query["year"] == ["2023"]
    assert query["lang"] == ["en"]


def test_a_compared_bureau_opens_with_its_own_overview(visit: Visitor) -> None:
    seen = visit().open(address("bureaus", lang="en"))
    link = seen.page.locator("[data-testid=stLinkButton] a").filter(has_text=JIANAN)
    with seen.page.context.expect_page() as opened:
        link.click()
    other = Visit(opened.value, seen.server).settled()
    assert other.title == say_in("en", "overview.title")
    assert other.page.get_by_text("Page not found").count() == 0
    assert JIANAN in urllib.parse.unquote(other.page.url)
    expect(other.page.get_by_role("combobox", name=say_in("en", "frame.bureau"))).to_have_value(JIANAN)


def test_a_table_downloads_as_a_workbook_that_says_it_is_synthetic(visit: Visitor, tmp_path: Path) -> None:
    seen = visit().open(address("completion"))
    with seen.page.expect_download() as started:
        seen.page.get_by_role("button", name=say("frame.download")).first.click()
    assert started.value.suggested_filename.endswith(".xlsx")
    path = tmp_path / "table.xlsx"
    started.value.save_as(path)
    sheet = openpyxl.load_workbook(path).active
    head = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row if cell.value)
    assert "演示数据" in head
    assert say("export.internal") in head
    assert sheet.max_row > 6


def test_a_slider_move_changes_the_answer_and_the_address(visit: Visitor) -> None:
    seen = visit().open(address("redraw", own="true"))
    before = seen.page.locator("[data-testid=stMetricValue]").first.inner_text()
    seen.page.get_by_role("button", name=say("redraw.half"), exact=True).first.click()
    expect(seen.page.locator("[data-testid=stMetricValue]").first).not_to_have_text(before)
    in_address(seen, "rate_A=")
    knob = seen.page.get_by_role("slider").first
    knob.focus()
    knob.press("Home")
    seen.page.wait_for_url(re.compile("rate_A=0"))


def test_the_button_narrows_the_redraw_to_the_series(visit: Visitor) -> None:
    seen = visit().open(address("redraw", year="2023"))
    seen.page.get_by_role("button", name=say("redraw.only_series", count=4)).click()
    expect(seen.page.locator("p.finding").nth(1)).to_contain_text("共 60 户")
    in_address(seen, "tasks=")


def test_a_saved_scenario_is_compared_and_its_link_sets_the_controls(visit: Visitor) -> None:
    seen = visit().open(address("redraw", year="2023", own="true", rate_A="5"))
    seen.page.get_by_role("button", name=say("redraw.save"), exact=False).click()
    name = seen.page.get_by_label(say("redraw.save_name"))
    name.fill("A 类 5%")
    name.press("Tab")
    seen.page.get_by_role("button", name=say("redraw.save_do"), exact=True).click()
    seen.settled()
    # Whoever gets the address of a comparison, and then the link of the scenario in it, sees the same.
    colleague = visit().open(address("redraw", year="2023", compare="A 类 5%"))
    expect(colleague.page.locator(".js-plotly-plot .ytick text", has_text="A 类 5%")).to_have_count(1)
    colleague.page.get_by_role("link", name="A 类 5%").click()
    colleague.settled()
    in_address(colleague, "rate_A=5")
    expect(colleague.page.get_by_role("slider", name=say("codes.class_name.A"))).to_have_value("5")


def test_a_sealed_package_is_checked_by_python_alone(visit: Visitor, tmp_path: Path) -> None:
    seen = visit().open(address("draws", year="2023"))
    with seen.page.expect_download(timeout=60_000) as download:
        seen.page.get_by_role("button", name=say("draws.download_sealed")).click()
    package = tmp_path / "sealed.zip"
    download.value.save_as(package)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "opened")
    checked = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "opened" / "verify.py"], capture_output=True, check=False, timeout=120
    )
    assert checked.returncode == 0, checked.stdout.decode() + checked.stderr.decode()


def test_dark_mode_is_dark_and_its_charts_follow(visit: Visitor) -> None:
    seen = visit(dark=True).open(address("coverage"))
    background = seen.page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert background == "rgb(16, 24, 31)"
    colours = seen.page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot .xtick text, .js-plotly-plot .ytick text')]"
        ".map(text => text.style.fill)"
    )
    assert colours
    assert "rgb(27, 39, 51)" not in colours


def test_paper_is_light_as_wide_as_its_charts_and_marked_on_every_sheet(visit: Visitor, tmp_path: Path) -> None:
    seen = visit(dark=True).open(address("coverage"))
    seen.page.pdf(path=tmp_path / "sheets.pdf", prefer_css_page_size=True, print_background=True)
    sheets = [unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in PdfReader(tmp_path / "sheets.pdf").pages]
    assert len(sheets) > 1
    assert [text for text in sheets if say_in("zh", "frame.synthetic") not in text] == []
    # The same on a window as wide as the sheet.
    seen.page.emulate_media(media="print")
    # Charts are drawn anew for the other width, on a busy machine after a while, and in the colours of the screen.
    shares = """[...document.querySelectorAll('[data-testid=stPlotlyChart]')].map(chart =>
        chart.querySelector('.main-svg').getBoundingClientRect().width / chart.getBoundingClientRect().width)"""
    seen.page.wait_for_function(f"{shares}.every(share => 0.98 < share && share < 1.02)")
    dark = set(lights()) - set(lights().values())
    for _ in range(30):
        seen.page.wait_for_timeout(1000)
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        if not dark & set(seen.page.evaluate(PAINTED)):
            break
    colours = """[getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor,
                  getComputedStyle(document.querySelector('h1')).color]"""
    assert seen.page.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(27, 39, 51)"]
    # Charts are in the light palette, not turned over, and dark again afterwards.
    assert not dark & set(seen.page.evaluate(PAINTED))
    assert "none" in seen.page.evaluate(
        "[...document.querySelectorAll('[data-testid=stPlotlyChart]')].map(chart => getComputedStyle(chart).filter)"
    )
    assert [share for share in seen.page.evaluate(shares) if not 0.98 < share < 1.02] == []
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert dark & set(seen.page.evaluate(PAINTED))


def test_charts_speak_to_screen_readers(visit: Visitor) -> None:
    seen = visit().open(address("coverage"))
    charts = seen.page.locator("[data-testid=stPlotlyChart]")
    assert charts.count() >= 5
    for number in range(charts.count()):
        assert charts.nth(number).evaluate(
            "e => e.getAttribute('aria-label') || e.querySelector('[aria-label]')?.getAttribute('aria-label')"
            " || e.querySelector('[alt]')?.getAttribute('alt')"
        )


def test_a_second_server_on_the_same_file_says_who_holds_it(visit: Visitor, server, tmp_path: Path) -> None:
    visit().open("")
    with serving(server.database, tmp_path / "log.txt") as second:
        seen = visit(at=second)
        seen.page.goto(f"{second.url}/?lang=en")
        told = seen.page.locator("[data-testid=stAlert]")
        expect(told).to_contain_text("held by another process", timeout=60_000)
        assert re.search(r"PID \d+", told.inner_text())


def test_names_do_nothing_in_the_browser(visit: Visitor, demo_database: Path, tmp_path: Path) -> None:
    alerts: list[str] = []

    def alerted(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    database = poisoned(demo_database, tmp_path / "poisoned.duckdb")
    with serving(database, tmp_path / "log.txt") as server:
        seen = visit(at=server)
        seen.page.on("dialog", alerted)
        for page in POISONED:
            seen.open(page)
            assert seen.page.evaluate(STRANGE) == [], page
            assert seen.page.evaluate(WIDER) <= 0, page
            assert not seen.page.locator("[data-testid=stException]").count(), page
    assert not alerts
    assert not seen.foreign
