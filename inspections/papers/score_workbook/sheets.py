"""A workbook that is being made: its sheets, the formats and the names of their cells, and how they are printed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Graded
from inspections.evaluation.statements import rubric_line
from inspections.words import plain
from inspections.words.look import LIGHT
from inspections.words.wording import ABSENT, say

SHEETS = ("league", "details", "rubric", "records", "notes")
TOP = 5  # the row of the headings, counted from 0
FONT = "Microsoft YaHei"
LEAGUE = (
    "number", "rank", "unit", "kind", "score", "suggested", "decided", "grade", "reason", "before", "change", "note",
    "weights", "counted",
)  # fmt: skip
DETAILS = (
    "number", "unit", "indicator", "numerator", "denominator", "rate", "weight", "available", "achieved", "points",
    "lost",
)  # fmt: skip
RUBRIC = ("indicator", "meaning", "rubric_weight", "zero", "full", "remark")
RECORDS = (
    "unit", "task", "object", "starts_on", "ends_on", "drawn_on", "inspected_on", "entered_on", "published_on", "days",
    "handled_on", "closed_on", "missed",
)  # fmt: skip
WIDTHS = {
    "number": 6, "rank": 6, "unit": 30, "kind": 10, "score": 10, "suggested": 11, "decided": 11, "grade": 11,
    "reason": 22, "before": 10, "change": 11, "note": 22, "weights": 10, "counted": 12, "indicator": 26,
    "numerator": 11, "denominator": 11, "meaning": 50, "remark": 36, "task": 32, "object": 30, "missed": 40,
    "heading": 18, "text": 110,
}  # fmt: skip
# The widest sheet, narrower, so that it can be read in print.
NARROW = {"unit": 18, "task": 26, "object": 24, "missed": 32}
NUMBERS = {
    "score", "before", "change", "weights", "counted", "numerator", "denominator", "rate", "weight", "available",
    "achieved", "points", "lost", "rubric_weight", "zero", "full",
}  # fmt: skip
CENTRED = {"number", "rank", "suggested", "decided", "grade", "days"}
INPUT_COLOUR, CHECK_COLOUR = "#FFF8D6", "#A03020"


@dataclass(frozen=True)
class Made:
    """A workbook that is being made: its sheets and formats by name."""

    book: Any
    facts: Facts
    sheets: dict[str, Any]
    formats: dict[tuple[tuple[str, Any], ...], Any]

    def format(self, **properties: Any) -> Any:
        """A cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            common = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
            self.formats[key] = self.book.add_format({**common, **properties})
        return self.formats[key]

    def body(self, **properties: Any) -> Any:
        """The format of a cell in a table."""
        return self.format(**{"bottom": 1, "bottom_color": LIGHT.line, **properties})

    @property
    def words(self) -> Any:
        """The format of a text in a table."""
        return self.body(text_wrap=True, indent=1)

    def input(self, number_format: str) -> Any:
        """The format of a cell that may be changed."""
        return self.format(bg_color=INPUT_COLOUR, num_format=number_format, border=1, border_color=LIGHT.soft)

    def write(self, page: Any, row: int, column: int, text: str) -> None:
        """A text in a table: a name that starts with "=" stays a name."""
        page.write_string(row, column, plain.cell(text), self.words)

    def allow(self, sheet: str, cells: tuple[int, int, int, int], message: str, **allowed: Any) -> None:
        """What may be typed into cells, with the `message` shown beside them."""
        says = {
            "input_title": say("workbook.input_title"),
            "input_message": say(f"workbook.{message}"),
        }
        self.sheets[sheet].data_validation(*cells, {"criteria": "between", **says, **allowed})

    @property
    def share(self) -> Any:
        """The format of a proportion: never 100.0% for less than all, as everywhere else."""
        return self.body(num_format='[=1]0.0%;[>=0.9995]"99.9%";0.0%', align="right")

    @property
    def rows(self) -> list[Graded]:
        """The units, best first, and the bureau as a whole."""
        return [*self.facts.evaluation.units, self.facts.evaluation.whole]

    def name(self, key: str, **parameters: str) -> str:
        """A defined name in the reader's language: formulas read as sentences."""
        return re.sub(r"\W+", "_", say(f"workbook.names.{key}", **parameters))

    def named(self, kind: str, code: str) -> str:
        """The defined name of an indicator's weight, zero mark or full mark."""
        return self.name(kind, indicator=say(f"codes.indicator.{code}"))

    def band(self, grade: str) -> str:
        """The defined name of the lowest score of a grade."""
        return self.name("band", grade=say(f"codes.grade.{grade}"))

    def define(self, name: str, row: int, column: int) -> None:
        """Name a cell of the scheme."""
        sheet = say("workbook.sheets.rubric")
        self.book.define_name(name, f"='{sheet}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}")

    def column(self, sheet: str, columns: Sequence[str], name: str, rows: int) -> str:
        """A column of another sheet, as formulas name it."""
        j = columns.index(name)
        return f"'{say(f'workbook.sheets.{sheet}')}'!{xl_range_abs(TOP + 1, j, TOP + max(rows, 1), j)}"

    def unit(self, graded: Graded) -> str:
        """What a unit is called; the bureau as a whole is not called as one of its units may be."""
        return graded.unit if graded.unit_id is not None else say("workbook.whole", bureau=graded.unit)

    def begin(self, sheet: str, columns: Sequence[str], lead: str) -> None:
        """Title, source, marks, lead and headings of a sheet, and how it is printed."""
        page, facts, last = self.sheets[sheet], self.facts, len(columns) - 1
        title_key = "workbook.title_running" if facts.running else "workbook.title"
        source = say("frame.source", bureau=facts.bureau, year=facts.year, day=facts.as_of)
        title = say(title_key, bureau=facts.bureau, year=facts.year)
        page.merge_range(0, 0, 0, last, title, self.format(bold=True, font_size=15, font_color=LIGHT.ink))
        page.set_row(0, 28)
        page.merge_range(1, 0, 1, last, f"{source}　{rubric_line(facts.rubric)}", self.format(text_wrap=True))
        mark = say("frame.synthetic_note") if facts.synthetic else ""
        page.merge_range(2, 0, 2, last, mark, self.format(font_color=CHECK_COLOUR))
        page.merge_range(3, 0, 3, last, lead, self.format(text_wrap=True, font_color=LIGHT.muted))
        page.set_row(3, 32)
        for j, column in enumerate(columns):
            sides = (
                {"align": "right"} if column in NUMBERS else {"align": "center"} if column in CENTRED else {"indent": 1}
            )
            heading = self.format(bold=True, bg_color=LIGHT.pale, bottom=1, text_wrap=True, **sides)
            page.write_string(TOP, j, say(f"workbook.headings.{column}"), heading)
            page.set_column(j, j, width(sheet, column))
        page.set_row(TOP, 32)
        self.printed(sheet, mark)
        page.repeat_rows(TOP)

    def fit(self, sheet: str, row: int, columns: Sequence[str], texts: Mapping[str, str]) -> None:
        """Make a row as high as its longest wrapped text needs, for viewers that do not do so themselves."""
        lines = (
            math.ceil(sum(1.9 if ord(one) > 0x2E80 else 0.9 for one in text) / (width(sheet, column) - 2))
            for column, text in texts.items()
            if column in columns
        )
        self.sheets[sheet].set_row(row, 3 + 15 * max(1, *lines))

    def printed(self, sheet: str, mark: str) -> None:
        """A4 across, as wide as the page, numbered."""
        page = self.sheets[sheet]
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.hide_gridlines(2)
        left = f"{self.facts.bureau} {self.facts.year}　{mark}".replace("&", "&&")
        page.set_footer(f'&L&"{FONT}"&8{left}&R&"{FONT}"&8{say("workbook.footer_page")}')


def places(row: int, columns: Sequence[str]) -> dict[str, str]:
    """The cells of a row by column, as its formulas name them."""
    return {name: xl_rowcol_to_cell(row, j, col_abs=True) for j, name in enumerate(columns)}


def width(sheet: str, column: str) -> float:
    """The width of a column, in characters."""
    return NARROW.get(column, 10.5) if sheet == "records" else WIDTHS.get(column, 12)


def stored(value: Any) -> Any:
    """What a formula carries with it, for viewers that do not calculate."""
    return ABSENT if value is None else float(value)


def finish(made: Made, sheet: str, columns: Sequence[str], last_row: int, *, frozen: int) -> None:
    """Filter, frozen headings and print area of a table."""
    page = made.sheets[sheet]
    page.autofilter(TOP, 0, max(last_row, TOP + 1), len(columns) - 1)
    page.freeze_panes(TOP + 1, frozen)
    page.print_area(0, 0, max(last_row, TOP + 1), len(columns) - 1)
