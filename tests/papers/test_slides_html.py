"""Meeting slides as HTML: what is said is on them, escaped, in sizes that a hall can read, and nothing is fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.papers.slides.deck import Bar, Chart, Deck, Figure, Slide, Table
from inspections.papers.slides.layout import (
    HEIGHT,
    INNER,
    MOST_BARS,
    MOST_ROWS,
    SMALLEST,
    WIDTH,
    Box,
    PlacedSlide,
    Words,
    fitted,
    halved,
    lines_of,
    placed,
    width_of,
)
from inspections.papers.slides.web_page import deck_html, slide_html, stylesheet
from inspections.words.look import DARK, LIGHT, Look, contrast, ink_on
from tests.made_up_deck import at_the_limits, made_up, made_up_english

DECKS = {"zh": made_up(), "en": made_up_english(), "limits": at_the_limits()}
SLIDES = [pytest.param(deck, number, id=f"{name}-{number}") for name, deck in DECKS.items() for number in range(1, len(deck.slides) + 1)]  # fmt: skip  # noqa: E501


class Text(HTMLParser):
    """What a fragment says, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.tags.append(tag)


def read(fragment: str) -> Text:
    text = Text()
    text.feed(fragment)
    return text


def words_of(at: PlacedSlide) -> list[Words]:
    found = [at.title, *at.points, *at.foot, *([at.page] if at.page else [])]
    found += [words for figure in at.figures for words in (figure.value, figure.label)]
    found += [words for bar in at.chart.bars for words in (bar.label, bar.text)] if at.chart else []
    found += [at.chart.mark_label] if at.chart and at.chart.mark_label else []
    return found + ([at.remark] if at.remark else [])


def one(slide: Slide) -> Deck:
    return Deck("subject", "source", None, (slide,))


@pytest.mark.parametrize(("deck", "number"), SLIDES)
def test_everything_on_a_slide_is_said_word_by_word(deck: Deck, number: int) -> None:
    slide = deck.slides[number - 1]
    said = read(slide_html(deck, number)).said
    wanted = [slide.title, *slide.points, f"{number} / {len(deck.slides)}"]
    wanted += [text for figure in slide.figures for text in (figure.value, figure.label)]
    wanted += [text for bar in slide.chart.bars for text in (bar.label, bar.text)] if slide.chart else []
    wanted += [cell for row in (slide.table.headings, *slide.table.rows) for cell in row] if slide.table else []
    wanted += [slide.remark] if slide.remark else []
    assert [text for text in wanted if text not in said] == []
    foot = " ".join(said)
    assert deck.source in foot
    assert deck.synthetic is None or deck.synthetic in foot


def test_data_never_become_markup() -> None:
    nasty = '<img src=x onerror="alert(1)">&amp;\'"'
    slide = Slide(
        nasty,
        nasty,
        (Figure("1", nasty),),
        Chart((Bar(nasty, 1, 2, nasty, nasty),), nasty, nasty),
        points=(nasty,),
        remark=nasty,
    )
    deck = Deck(nasty, nasty, nasty, (slide, Slide("t", "t", table=Table((nasty,), ((nasty,),)))))
    read_ = read(deck_html(deck))
    assert "img" not in read_.tags
    assert "script" not in read_.tags
    assert read_.said.count(nasty) >= 7


@pytest.mark.parametrize(("deck", "number"), SLIDES)
def test_no_text_is_small_and_nothing_leaves_the_slide_or_covers_another(deck: Deck, number: int) -> None:
    at = placed(deck, number)
    words = words_of(at)
    assert min(one.size for one in words) >= SMALLEST
    assert at.title.size >= 44
    assert all(figure.value.size >= 64 for figure in at.figures)
    assert at.table is None or at.table.size >= SMALLEST
    boxes = [one.box for one in words] + ([at.table.box] if at.table else [])
    for box in boxes:
        assert box.x >= 0
        assert box.x + box.width <= WIDTH
        assert box.y >= 0
        assert box.y + box.height <= HEIGHT
    assert [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if _cover(a, b)] == []


def _cover(a: Box, b: Box) -> bool:
    return (
        min(a.x + a.width, b.x + b.width) - max(a.x, b.x) > 1
        and min(a.y + a.height, b.y + b.height) - max(a.y, b.y) > 1
    )


def test_bars_are_in_proportion_and_marks_on_their_scale() -> None:
    bars = (Bar("a", 25, 50, "", mark=50), Bar("b", 100, 100, "", mark=0), Bar("c", 0, 10, ""))
    chart = placed(one(Slide("k", "t", chart=Chart(bars, "alt", "plan"))), 1).chart
    assert chart is not None
    first, second, third = chart.bars
    assert first.value
    assert second.value
    assert first.value.width == pytest.approx(chart.plot.width / 4)
    assert first.ground.width == pytest.approx(chart.plot.width / 2)
    assert second.value.width == pytest.approx(chart.plot.width)
    assert third.value is None
    assert [bar.mark and round(bar.mark.x + bar.mark.width / 2 - chart.plot.x) for bar in chart.bars] == [
        round(chart.plot.width / 2),
        0,
        None,
    ]


@pytest.mark.parametrize(
    "slide",
    [
        Slide("k", "t", chart=Chart(tuple(Bar(str(i), 1, 1, "") for i in range(MOST_BARS + 1)), "alt")),
        Slide("k", "t", table=Table(("a",), (("b",),) * (MOST_ROWS + 1))),
        Slide("k", "t", table=Table(("a", "b"), (("c",),))),
        Slide("k", "t", (Figure("1", "a"),) * 4),
        Slide("k", "t", chart=Chart((), "alt")),
    ],
)
def test_what_does_not_fit_is_refused(slide: Slide) -> None:
    with pytest.raises(ValueError, match=r"fit|cells"):
        placed(one(slide), 1)


def test_points_that_are_too_many_keep_a_line_each() -> None:
    at = placed(one(Slide("k", "t", points=("很长的一点" * 40,) * 8)), 1)
    assert [(point.lines, point.size, point.text[-1]) for point in at.points] == [(1, SMALLEST, "…")] * 8


def test_a_cover_has_its_lines_and_no_number() -> None:
    deck = one(Slide("cover", "一年的抽查", lines=("甲县水务局", "数据截至 2023-12-31")))
    assert read(slide_html(deck, 1)).said == ["一年的抽查", "甲县水务局", "数据截至 2023-12-31"]


def test_a_printed_deck_fetches_nothing_and_has_one_page_a_slide() -> None:
    page = deck_html(DECKS["zh"])
    assert not re.search(r"https?:|url\(|@import|src=|href=|<script|<link", page)
    assert page.count('<section class="slide"') == 8
    assert f"size: {WIDTH}px {HEIGHT}px" in page
    assert 'lang="zh-CN"' in page
    assert "px" not in re.sub(r"/\*.*?\*/", "", stylesheet())  # a slide scales with its width


def test_contrast_is_that_of_the_published_examples() -> None:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio, and the grey that just passes for small text."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("of", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_colour_has_the_contrast_of_small_text(of: Look) -> None:
    grounds = {"text": (of.paper,), "muted": (of.paper, of.panel), "ink": (of.paper,)}
    for name, behind in grounds.items():
        for ground in behind:
            assert contrast(getattr(of, name), ground) >= 4.5, (name, ground)


@given(st.from_regex("#[0-9A-F]{6}", fullmatch=True))
def test_a_number_is_read_on_any_ground(ground: str) -> None:
    assert contrast(ink_on(ground), ground) >= 4.5


@given(st.text("矿山检查，。（）abcXYZ019 %", max_size=80), st.sampled_from([(56, 48), (24,)]), st.integers(1, 2))
def test_fitted_text_fits(text: str, sizes: tuple[int, ...], lines: int) -> None:
    kept, size, taken = fitted(text, sizes, 600, lines)
    assert lines_of(kept, size, 600) <= taken <= lines
    assert size in sizes
    assert kept == text or (kept.endswith("…") and text.startswith(kept[:-1]))


@given(st.text("矿山检查，。（）abcXYZ019 %", max_size=60))
def test_a_text_never_takes_fewer_lines_than_its_width_needs(text: str) -> None:
    assert lines_of(text, 24, 480) >= width_of(text.rstrip()) * 24 / 480 - 0.35


@given(st.text("矿山检查ab ", min_size=2, max_size=40))
def test_a_halved_text_keeps_its_words(text: str) -> None:
    assert halved(text).replace("\n", "").replace(" ", "") == text.replace(" ", "")
    assert halved(text).count("\n") <= 1


def test_a_longer_title_is_smaller_and_takes_two_lines_at_most() -> None:
    sizes = [placed(one(Slide("k", "标" * count)), 1).title for count in (10, 31, 36, 50)]
    assert [title.size for title in sizes] == sorted((title.size for title in sizes), reverse=True)
    assert [title.lines for title in sizes] == [1, 1, 2, 2]
    assert all(width_of(title.text) * title.size <= title.lines * INNER for title in sizes)
    assert sizes[3].text == "标" * 50
