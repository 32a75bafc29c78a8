"""Meeting slides as HTML: one fragment for the show in the page, the whole deck as pages for the pdf."""

from __future__ import annotations

import html
from collections.abc import Iterable
from functools import cache
from importlib import resources

from inspections.papers.slides.deck import Deck
from inspections.papers.slides.layout import (
    HEIGHT,
    WIDTH,
    Box,
    PlacedChart,
    PlacedFigure,
    PlacedTable,
    Words,
    gap_of,
    placed,
)
from inspections.words.look import Look, look
from inspections.words.wording import language


@cache
def stylesheet() -> str:
    """The rules that every slide follows; sizes and places stand on the elements themselves."""
    return resources.files("inspections.papers.slides").joinpath("slides.css").read_text("utf-8")


def bar_colour(colour: str, of: Look) -> str:
    """The fill for a bar's code: a class, a grade, else ink."""
    return {**of.classes, **of.grades}.get(colour, of.ink)


def slide_html(deck: Deck, number: int, dark: bool = False) -> str:
    """One slide (1 is the first) as a fragment that needs `stylesheet()` and nothing else; data in it is escaped.

    Raises ValueError for a slide that holds more than it may (`inspections.papers.slides.layout`).
    """
    slide, at, of = deck.slides[number - 1], placed(deck, number), look("dark" if dark else "light")
    colours = ("paper", "text", "muted", "ink", "pale", "panel", "line")
    palette = ";".join(f"--{name}:{getattr(of, name)}" for name in colours)
    parts = [_words(at.title, "title", "h2"), *(_words(line, "under", "p") for line in at.lines)]
    parts += [_figure(figure) for figure in at.figures]
    parts += [_chart(at.chart, of)] if at.chart else []
    parts += [_table(at.table)] if at.table else []
    parts += [_points(at.points)] if at.points else []
    parts += [_words(at.remark, "remark", "p")] if at.remark else []
    parts += [_area(at.line, "rule" if at.lines else "line")]
    parts += [_words(words, f"foot {kind}") for words, kind in zip(at.foot, ("subject", "source"), strict=False)]
    parts += [_words(at.page, "foot page")] if at.page else []
    return (
        f'<section class="slide" lang="{language().tag}" style="{palette}"'
        f' aria-label="{html.escape(slide.title)}" data-key="{html.escape(slide.key)}">{"".join(parts)}</section>'
    )


def deck_html(deck: Deck) -> str:
    """A standalone page for printing: one slide a page, 1920 × 1080 pixels, nothing to be fetched."""
    slides = "\n".join(slide_html(deck, number) for number in range(1, len(deck.slides) + 1))
    return (
        f'<!doctype html><html lang="{language().tag}"><head><meta charset="utf-8">'
        f"<title>{html.escape(deck.title or deck.subject)}</title>"
        f"<style>@page {{ size: {WIDTH}px {HEIGHT}px; margin: 0 }}\n"
        f"html, body {{ margin: 0; width: {WIDTH}px }}\n{stylesheet()}"
        f".slide {{ width: {WIDTH}px; height: {HEIGHT}px; break-after: page; break-inside: avoid }}\n"
        f".slide:last-child {{ break-after: auto }}</style></head><body>{slides}</body></html>"
    )


def _cqw(pixels: float) -> str:
    return f"{pixels / WIDTH * 100:.3f}cqw"


def _place(box: Box) -> str:
    return f"left:{_cqw(box.x)};top:{_cqw(box.y)};width:{_cqw(box.width)};height:{_cqw(box.height)}"


def _words(words: Words, kind: str, tag: str = "div") -> str:
    style = f"{_place(words.box)};font-size:{_cqw(words.size)}"
    return f'<{tag} class="at {kind}" style="{style}">{html.escape(words.text)}</{tag}>'


def _area(box: Box, kind: str, colour: str = "") -> str:
    fill = f";background:{colour}" if colour else ""
    return f'<div class="at {kind}" style="{_place(box)}{fill}"></div>'


def _figure(figure: PlacedFigure) -> str:
    return _area(figure.rule, "rule") + _words(figure.value, "value") + _words(figure.label, "label")


def _chart(chart: PlacedChart, of: Look) -> str:
    parts = []
    if chart.mark and chart.mark_label:
        parts += [_area(chart.mark, "mark"), _words(chart.mark_label, "key")]
    for bar in chart.bars:
        parts += [_words(bar.label, "name"), _area(bar.ground, "ground")]
        parts += [_area(bar.value, "bar", bar_colour(bar.colour, of))] if bar.value else []
        parts += [_area(bar.mark, "mark")] if bar.mark else []
        parts += [_words(bar.text, "words")]
    return f'<div class="chart" role="img" aria-label="{html.escape(chart.chart.alt)}">{"".join(parts)}</div>'


def _table(table: PlacedTable) -> str:
    columns = "".join(f'<col style="width:{_cqw(width)}">' for width in table.columns)
    head, *rows = table.cells
    heights = (f' style="height:{_cqw(height)}"' for height in table.rows)
    body = [_row(cells, "td", height) for cells, height in zip([head, *rows], heights, strict=True)]
    body[0] = body[0].replace("<td>", '<th scope="col">').replace("</td>", "</th>")
    style = f"{_place(table.box)};font-size:{_cqw(table.size)}"
    return (
        f'<table class="at" style="{style}"><colgroup>{columns}</colgroup>'
        f"<thead>{body[0]}</thead><tbody>{''.join(body[1:])}</tbody></table>"
    )


def _row(cells: Iterable[str], tag: str, style: str) -> str:
    return f"<tr{style}>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _points(points: tuple[Words, ...]) -> str:
    first, last = points[0], points[-1].box
    whole = Box(first.box.x, first.box.y, first.box.width, last.y + last.height - first.box.y)
    style = f"{_place(whole)};font-size:{_cqw(first.size)};gap:{_cqw(gap_of(points))}"
    rows = "".join(f"<li>{html.escape(point.text)}</li>" for point in points)
    return f'<ul class="at points" style="{style}">{rows}</ul>'
