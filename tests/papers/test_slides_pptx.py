"""Meeting slides as pptx: native parts, fonts for Chinese, nothing left over; LibreOffice shows every word in place."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER

from inspections.papers.slides.deck import Deck
from inspections.papers.slides.layout import WIDTH, placed
from inspections.papers.slides.powerpoint import to_pptx
from tests.made_up_deck import at_the_limits, made_up, made_up_english
from tests.office import converted

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DECKS = {"zh": made_up(), "en": made_up_english(), "limits": at_the_limits()}


@pytest.fixture(scope="module", params=DECKS, name="made")
def _made(request: pytest.FixtureRequest) -> tuple[Deck, bytes]:
    deck = DECKS[request.param]
    return deck, to_pptx(deck)


def _shapes(content: bytes) -> Iterator[tuple[int, Any]]:
    for number, slide in enumerate(Presentation(io.BytesIO(content)).slides, start=1):
        for shape in slide.shapes:
            yield number, shape


def test_titles_and_points_are_what_they_are_and_no_placeholder_stays_empty(made: tuple[Deck, bytes]) -> None:
    deck, content = made
    show = Presentation(io.BytesIO(content))
    assert [slide.shapes.title.text for slide in show.slides] == [slide.title for slide in deck.slides]
    for wanted, slide in zip(deck.slides, show.slides, strict=True):
        kinds = [holder.placeholder_format.type for holder in slide.placeholders]
        points = [PP_PLACEHOLDER.OBJECT] if wanted.points else []
        assert kinds == [PP_PLACEHOLDER.TITLE, *points, PP_PLACEHOLDER.SLIDE_NUMBER]
        assert all(holder.text_frame.text for holder in slide.placeholders)
    assert show.slide_width * 9 == show.slide_height * 16
    assert show.core_properties.title == deck.title


def test_charts_are_native_and_hold_the_numbers(made: tuple[Deck, bytes]) -> None:
    deck, content = made
    charts = {number: shape for number, shape in _shapes(content) if shape.has_chart}
    assert set(charts) == {i for i, slide in enumerate(deck.slides, start=1) if slide.chart}
    for number, shape in charts.items():
        wanted = deck.slides[number - 1].chart
        assert wanted is not None
        value, rest = shape.chart.plots[0].series
        assert list(value.values) == pytest.approx([bar.value for bar in wanted.bars])
        assert [a + b for a, b in zip(value.values, rest.values, strict=True)] == pytest.approx(
            [bar.whole for bar in wanted.bars]
        )
        names = [str(name).replace("\n", "") for name in shape.chart.plots[0].categories]
        assert names == [bar.label for bar in wanted.bars]
        assert shape._element.nvGraphicFramePr.cNvPr.get("descr") == wanted.alt


def test_tables_are_native_and_notes_are_spoken(made: tuple[Deck, bytes]) -> None:
    deck, content = made
    tables = {number: shape.table for number, shape in _shapes(content) if shape.has_table}
    for number, slide in enumerate(deck.slides, start=1):
        if slide.table:
            cells = [[cell.text for cell in row.cells] for row in tables[number].rows]
            assert cells == [list(slide.table.headings), *map(list, slide.table.rows)]
    for slide, page in zip(deck.slides, Presentation(io.BytesIO(content)).slides, strict=True):
        assert (page.notes_slide.notes_text_frame.text if page.has_notes_slide else "") == slide.notes


def test_every_run_has_the_masters_fonts_for_latin_and_chinese(made: tuple[Deck, bytes]) -> None:
    _, content = made
    seen = 0
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: etree.fromstring(package.read(name)) for name in package.namelist() if name.endswith(".xml")}
    for name, tree in parts.items():
        if not re.match(r"ppt/(slides|charts|notesSlides)/[^/]+\.xml$", name):
            continue
        # None has fonts of its own, so that those of another master hold.
        assert not [*tree.iter(f"{A}latin", f"{A}ea")], name
        seen += len([*tree.iter(f"{A}r", f"{A}fld", f"{A}defRPr")])
        text = "".join(tree.itertext())
        assert not re.search(r"\bNone\b|\bnan\b|Click to|lorem|\{\w+\}", text), name
    assert seen > 30
    # Titles have the faces for headings, all else those for text: lists, boxes, the page number, notes.
    master, notes = parts["ppt/slideMasters/slideMaster1.xml"], parts["ppt/notesMasters/notesMaster1.xml"]
    for place, faces in (
        (next(master.iter("{*}titleStyle")), ["+mj-lt", "+mj-ea"]),
        (next(master.iter("{*}bodyStyle")), ["+mn-lt", "+mn-ea"]),
        (next(parts["ppt/presentation.xml"].iter("{*}defaultTextStyle")), ["+mn-lt", "+mn-ea"]),
        (next(notes.iter("{*}notesStyle")), ["+mn-lt", "+mn-ea"]),
    ):
        properties = place.find(f"{A}lvl1pPr/{A}defRPr")
        assert [properties.find(f"{A}{script}").get("typeface") for script in ("latin", "ea")] == faces, place.tag
    themes = [tree for name, tree in parts.items() if name.startswith("ppt/theme/")]
    assert len(themes) == 2
    for theme in themes:
        for kind, faces in (("majorFont", ["Times New Roman", "SimSun"]), ("minorFont", ["Arial", "Microsoft YaHei"])):
            font = next(theme.iter(f"{A}{kind}"))
            assert [font.find(f"{A}{script}").get("typeface") for script in ("latin", "ea")] == faces


def test_no_shape_leaves_its_slide_and_the_page_number_is_a_field(made: tuple[Deck, bytes]) -> None:
    deck, content = made
    show = Presentation(io.BytesIO(content))
    for _, shape in _shapes(content):
        assert shape.left >= 0
        assert shape.top >= 0
        assert shape.left + shape.width <= show.slide_width
        assert shape.top + shape.height <= show.slide_height
    for number, slide in enumerate(show.slides, start=1):
        (field,) = slide._element.iter(f"{A}fld")
        assert field.get("type") == "slidenum"
        assert "".join(text.text for text in field.getparent().iter(f"{A}t")) == f"{number} / {len(deck.slides)}"


# ---------------------------------------------------------------- as LibreOffice shows it
@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("rendered")
    for name, deck in DECKS.items():
        (folder / f"{name}.pptx").write_bytes(to_pptx(deck))
    shown = converted([folder / f"{name}.pptx" for name in DECKS], "pdf", folder)
    return dict(zip(DECKS, shown, strict=True))


@pytest.mark.parametrize("name", DECKS)
def test_every_word_is_shown_inside_its_box(name: str, rendered: dict[str, Path]) -> None:
    deck = DECKS[name]
    with pdfplumber.open(rendered[name]) as shown:
        assert len(shown.pages) == len(deck.slides)
        for number, page in enumerate(shown.pages, start=1):
            at = placed(deck, number)
            scale = WIDTH / float(page.width)
            boxes = [(words.text, words.box) for words in (at.title, at.page, *at.foot)]
            boxes += [(w.text, w.box) for figure in at.figures for w in (figure.value, figure.label)]
            boxes += [(bar.text.text, bar.text.box) for bar in at.chart.bars] if at.chart else []
            boxes += [(at.remark.text, at.remark.box)] if at.remark else []
            for text, box in boxes:
                # Four pixels in hand: a letter's own frame in the pdf is a little taller than the letter.
                area = ((box.x - 4) / scale, (box.y - 4) / scale, (box.x + box.width + 4) / scale)
                inside = page.within_bbox((*area, min((box.y + box.height + 4) / scale, float(page.height))))
                assert _bare(text) in _bare(inside.extract_text() or ""), (number, text)
            if at.table:
                box = at.table.box
                low = min((box.y + box.height + 6) / scale, float(page.height))
                table = page.within_bbox((box.x / scale, (box.y - 4) / scale, (box.x + box.width) / scale, low))
                letters = sorted(_bare("".join(cell for row in at.table.cells for cell in row)))
                assert sorted(_bare(table.extract_text() or "")) == letters
            if at.chart:
                plot = at.chart.plot.x / scale + 2
                names = page.within_bbox((0, at.chart.box.y / scale, plot, 982 / scale))
                letters = sorted(_bare("".join(bar.label.text for bar in at.chart.bars)))
                drawn = sorted(_bare(names.extract_text() or ""))
                assert drawn[: len(letters)] == letters or set(letters) <= set(drawn), number


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
