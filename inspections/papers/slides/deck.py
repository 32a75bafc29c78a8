"""What a meeting slide holds, before it is drawn: as HTML for the screen and the pdf, or as native parts of a pptx.

A slide has one message, its title in words. Everything on it is finished text and numbers computed once
(`inspections.papers.briefing`): whoever draws it decides where things stand, never what they say.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One large number with what it is: "94.9%", "检查完成率（279/294 户次）"."""

    value: str
    label: str


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: `value` of `whole` (same unit, value <= whole) with its words.

    colour: a class code (A to E, none), a grade code (excellent, good, fair, poor), or ink. mark: the plan, on the
    scale of `value`, None where there is none.
    """

    label: str
    value: float
    whole: float
    text: str
    colour: str = "ink"
    mark: float | None = None


@dataclass(frozen=True)
class Chart:
    """Bars on one scale from 0 to the largest `whole`. `alt` says what it shows, `mark_label` what the marks mean."""

    bars: tuple[Bar, ...]
    alt: str
    mark_label: str | None = None


@dataclass(frozen=True)
class Table:
    """Finished cells. The first column holds names, the others short values."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Slide:
    """One slide. At most three figures; a chart, a table or points below them. A cover has lines and nothing else.

    notes: the sentence to say and where the numbers come from (speaker notes).
    """

    key: str
    title: str
    figures: tuple[Figure, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    points: tuple[str, ...] = ()
    remark: str | None = None
    notes: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deck:
    """The slides of one meeting in order, with the three parts of the foot line that every slide but a cover carries.

    subject: bureau and year; source: the data's cut-off; synthetic: the mark 演示数据, None for real data. title: what
    the file is called, "" for its subject. The page number is added where the deck is drawn.
    """

    subject: str
    source: str
    synthetic: str | None
    slides: tuple[Slide, ...]
    title: str = ""
