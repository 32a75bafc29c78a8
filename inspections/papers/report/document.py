"""A report or circular as docx, laid out as an official paper, with its pictures drawn where there is a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from inspections.papers import official_paper
from inspections.papers.browser import picture
from inspections.papers.official_paper import Paper
from inspections.papers.report.charts import SCALE, chart_page
from inspections.papers.report.content import Heading, Paragraph, Part, Picture, Report, Table
from inspections.papers.slides.deck import Chart
from inspections.words.errors import InspectionsError

Draw = Callable[[Chart], bytes]


def draw_chart(chart: Chart) -> bytes:
    """The chart as PNG. Raises InspectionsError `browser_missing`, `browser_unknown` or `browser_failed`."""
    html, width, height = chart_page(chart)
    return picture(html, width, height, SCALE)


def to_docx(
    content: Report, draw: Draw | None = draw_chart, own: Path | None = None
) -> tuple[bytes, InspectionsError | None]:
    """The file, and why it has no pictures where it has none. `draw` makes a chart's PNG; None leaves pictures out.

    own: the folder of the office's own templates. Raises InspectionsError as `official_paper.new_paper` does.
    """
    paper = official_paper.new_paper(content.title, content.unit, content.mark, own)
    if content.first_line:
        official_paper.mark_line(paper, content.first_line)
    official_paper.title(paper, content.title, content.under_title)
    if content.salutation:
        official_paper.salutation(paper, content.salutation)
    everything = [*content.parts, *(part for annex in content.annexes for part in annex.parts)]
    pictures, missing = _drawn(everything, draw)
    _write(paper, content.parts, pictures)
    if content.annexes:
        titles = [annex.title for annex in content.annexes]
        official_paper.attachments(paper, content.attachments_word, titles)
    official_paper.signature(paper, content.unit, content.day)
    for annex in content.annexes:
        official_paper.annex(paper, annex.label, annex.title)
        _write(paper, annex.parts, pictures)
    return official_paper.save(paper), missing


def _drawn(parts: Iterable[Part], draw: Draw | None) -> tuple[dict[Picture, bytes], InspectionsError | None]:
    """All pictures or none: a report with some of its figures would look as if one were lost."""
    pictures = {}
    for part in parts:
        if isinstance(part, Picture) and draw is not None:
            try:
                pictures[part] = draw(part.chart)
            except InspectionsError as error:
                return {}, error
    return pictures, None


def _write(paper: Paper, parts: Iterable[Part], pictures: dict[Picture, bytes]) -> None:
    for part in parts:
        match part:
            case Heading(level, text):
                official_paper.heading(paper, level, text)
            case Paragraph(text):
                official_paper.body(paper, text)
            case Table(caption, headings, rows, widths, names, strong, note):
                official_paper.table(paper, caption, headings, rows, widths, names, strong, note)
            case Picture(caption, chart) if part in pictures:
                official_paper.picture(paper, caption, pictures[part], chart.alt)
