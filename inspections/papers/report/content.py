"""What papers of a year are made of, as plain data: which font a heading has is decided where it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from inspections.papers.slides.deck import Chart

# More units than this share one annex.
MOST_ANNEXES = 40


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2, its number in the text."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text."""

    text: str


@dataclass(frozen=True)
class Table:
    """Finished cells. widths: relative; names: columns that hold words; strong: rows that sum up; note: below it."""

    caption: str | None
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    names: tuple[int, ...] = (0,)
    strong: tuple[int, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Picture:
    """Bars, drawn where there is a browser to draw them: the tables hold the same numbers."""

    caption: str
    chart: Chart


Part = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Annex:
    """An annex with a page of its own: 附件1 and its title."""

    label: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """A whole paper. mark: the head line of every page; first_line: what stands before the title (synthetic data)."""

    title: str
    under_title: str | None
    salutation: str | None
    parts: tuple[Part, ...]
    annexes: tuple[Annex, ...]
    attachments_word: str
    unit: str
    day: str
    mark: str | None
    first_line: str | None
