"""The computer's own browser as a printer: pages in the right size, a picture in the right size, errors that help."""

from __future__ import annotations

import io
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image

from inspections.papers import browser
from inspections.papers.searchable import character
from inspections.papers.slides.web_page import deck_html
from inspections.words.errors import InspectionsError
from tests.made_up_deck import made_up


def test_a_deck_is_printed_one_slide_a_page_with_its_words_and_nothing_else() -> None:
    deck = made_up()
    with pdfplumber.open(io.BytesIO(browser.print_pdf(deck_html(deck)))) as printed:
        assert len(printed.pages) == len(deck.slides)
        assert {(round(page.width), round(page.height)) for page in printed.pages} == {(1440, 810)}
        for slide, page in zip(deck.slides, printed.pages, strict=True):
            text = "".join((page.extract_text() or "").split())
            assert "".join(slide.title.split()) in text
            assert "file:" not in text


@pytest.mark.parametrize(("radical", "meant"), [("⼾", "户"), ("⻛", "风"), ("⾼", "高"), ("⾯", "面"), ("户", "户")])
def test_a_radical_stands_for_its_character(radical: str, meant: str) -> None:
    assert character(radical) == meant


def test_words_of_a_printed_page_can_be_found() -> None:
    said = "高风险企业共抽查 12 户，门户面积、人力、文书、车马青山，民用月牙西见"
    with pdfplumber.open(io.BytesIO(browser.print_pdf(f"<meta charset=utf-8><p lang=zh-CN>{said}</p>"))) as printed:
        text = "".join("".join(page.extract_text() for page in printed.pages).split())
    assert "".join(said.split()) in text


def test_a_picture_shows_the_whole_window_at_its_scale() -> None:
    page = (
        "<body style='background:#fff'><p style='position:fixed;inset:auto 0 0;margin:0;height:20px;background:#f00'>"
    )
    image = Image.open(io.BytesIO(browser.picture(page, 400, 300, 2)))
    assert image.size == (800, 600)
    assert image.convert("RGB").getpixel((400, 590)) == (255, 0, 0)
    assert image.convert("RGB").getpixel((400, 540)) == (255, 255, 255)


def test_no_browser_a_wrong_one_and_a_broken_one_are_each_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in browser.PROGRAM_FOLDERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("INSPECTIONS_BROWSER", raising=False)
    monkeypatch.setattr(browser, "NAMES", ("no-such-browser",))
    monkeypatch.setattr(browser, "PLACES", ())
    with pytest.raises(InspectionsError) as none:
        browser.print_pdf("<p>")
    assert none.value.code == "browser_missing"
    monkeypatch.setenv("INSPECTIONS_BROWSER", str(tmp_path / "nowhere"))
    with pytest.raises(InspectionsError) as wrong:
        browser.print_pdf("<p>")
    assert wrong.value.code == "browser_unknown"
    idle = tmp_path / "idle"
    idle.write_text("#!/bin/sh\nexit 0\n")
    idle.chmod(0o755)
    monkeypatch.setenv("INSPECTIONS_BROWSER", str(idle))
    with pytest.raises(InspectionsError) as broken:
        browser.picture("<p>", 10, 10)
    assert broken.value.code == "browser_failed"


def test_an_installed_edge_is_found_where_windows_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INSPECTIONS_BROWSER", raising=False)
    monkeypatch.setattr(browser, "NAMES", ())
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
    edge = tmp_path / browser.PLACES[0]
    edge.parent.mkdir(parents=True, exist_ok=True)
    edge.touch()
    assert browser.find_browser() == str(edge)
