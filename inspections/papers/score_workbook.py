"""The evaluation as a workbook that computes itself: counts as numbers, everything else as formulas over the scheme.

Whoever changes a weight, a mark or a band in the file sees every score, grade and rank follow. Each formula carries its
value too, for viewers that do not calculate. Only functions that Excel 2010, WPS and LibreOffice share; nothing
volatile, no links, no macros. Leaders receive this file: it holds no risk class of any object (docs/field.md).
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Graded
from inspections.evaluation.rubric import (
    GRADES,
    INDICATORS,
    MISSING,
    NEVER_SCORED,
    NOT_APPLICABLE,
    Mark,
    default_rubric,
)
from inspections.evaluation.statements import rubric_line
from inspections.words import plain
from inspections.words.look import LIGHT
from inspections.words.rates import rate
from inspections.words.wording import ABSENT, say

SHEETS = ("league", "details", "rubric", "records", "notes")
LONGEST_RECORDS = 20_000
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
OF_UNITS = INDICATORS[: INDICATORS.index("item_coverage")]
SCORED = [code for code in INDICATORS if code not in NEVER_SCORED]
NUMBERS = {
    "score", "before", "change", "weights", "counted", "numerator", "denominator", "rate", "weight", "available",
    "achieved", "points", "lost", "rubric_weight", "zero", "full",
}  # fmt: skip
CENTRED = {"number", "rank", "suggested", "decided", "grade", "days"}
INPUT_COLOUR, CHECK_COLOUR = "#FFF8D6", "#A03020"


def to_xlsx(facts: Facts) -> bytes:
    """The workbook of a bureau's year: scores, indicators, scheme, records that fell short, notes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    made = _Made(book, facts, {}, {})
    for sheet in SHEETS:
        made.sheets[sheet] = book.add_worksheet(made.say(f"workbook.sheets.{sheet}"))
    _rubric(made)
    _details(made)
    _league(made)
    _records(made)
    _notes(made)
    book.close()
    return buffer.getvalue()


@dataclass(frozen=True)
class _Made:
    """A workbook that is being made: its sheets and formats by name."""

    book: Any
    facts: Facts
    sheets: dict[str, Any]
    formats: dict[tuple[tuple[str, Any], ...], Any]

    def say(self, key: str, **parameters: object) -> str:
        return say(key, **parameters)

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
            "input_title": self.say("workbook.input_title"),
            "input_message": self.say(f"workbook.{message}"),
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
        return re.sub(r"\W+", "_", self.say(f"workbook.names.{key}", **parameters))

    def named(self, kind: str, code: str) -> str:
        """The defined name of an indicator's weight, zero mark or full mark."""
        return self.name(kind, indicator=self.say(f"codes.indicator.{code}"))

    def band(self, grade: str) -> str:
        return self.name("band", grade=self.say(f"codes.grade.{grade}"))

    def define(self, name: str, row: int, column: int) -> None:
        """Name a cell of the scheme."""
        sheet = self.say("workbook.sheets.rubric")
        self.book.define_name(name, f"='{sheet}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}")

    def column(self, sheet: str, columns: Sequence[str], name: str, rows: int) -> str:
        """A column of another sheet, as formulas name it."""
        j = columns.index(name)
        return f"'{self.say(f'workbook.sheets.{sheet}')}'!{xl_range_abs(TOP + 1, j, TOP + max(rows, 1), j)}"

    def unit(self, graded: Graded) -> str:
        return graded.unit if graded.unit_id is not None else self.say("workbook.whole", bureau=graded.unit)

    def begin(self, sheet: str, columns: Sequence[str], lead: str) -> None:
        """Title, source, marks, lead and headings of a sheet, and how it is printed."""
        page, facts, last = self.sheets[sheet], self.facts, len(columns) - 1
        title_key = "workbook.title_running" if facts.running else "workbook.title"
        source = self.say("frame.source", bureau=facts.bureau, year=facts.year, day=facts.as_of)
        title = self.say(title_key, bureau=facts.bureau, year=facts.year)
        page.merge_range(0, 0, 0, last, title, self.format(bold=True, font_size=15, font_color=LIGHT.ink))
        page.set_row(0, 28)
        page.merge_range(1, 0, 1, last, f"{source}　{rubric_line(facts.rubric)}", self.format(text_wrap=True))
        mark = self.say("frame.synthetic_note") if facts.synthetic else ""
        page.merge_range(2, 0, 2, last, mark, self.format(font_color=CHECK_COLOUR))
        page.merge_range(3, 0, 3, last, lead, self.format(text_wrap=True, font_color=LIGHT.muted))
        page.set_row(3, 32)
        for j, column in enumerate(columns):
            sides = (
                {"align": "right"} if column in NUMBERS else {"align": "center"} if column in CENTRED else {"indent": 1}
            )
            heading = self.format(bold=True, bg_color=LIGHT.pale, bottom=1, text_wrap=True, **sides)
            page.write_string(TOP, j, self.say(f"workbook.headings.{column}"), heading)
            page.set_column(j, j, _width(sheet, column))
        page.set_row(TOP, 32)
        self.printed(sheet, mark)
        page.repeat_rows(TOP)

    def fit(self, sheet: str, row: int, columns: Sequence[str], texts: Mapping[str, str]) -> None:
        """Make a row as high as its longest wrapped text needs, for viewers that do not do so themselves."""
        lines = (
            math.ceil(sum(1.9 if ord(one) > 0x2E80 else 0.9 for one in text) / (_width(sheet, column) - 2))
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
        page.set_footer(f'&L&"{FONT}"&8{left}&R&"{FONT}"&8{self.say("workbook.footer_page")}')


# ---------------------------------------------------------------------------------------------------- the scheme


def _rubric(made: _Made) -> None:
    """The cells that every formula refers to, by name."""
    page = made.sheets["rubric"]
    made.begin("rubric", RUBRIC, made.say("workbook.rubric_lead"))
    _criteria(made)
    bands = TOP + len(INDICATORS) + 2
    _bands(made, bands)
    missing = bands + len(GRADES) + 2
    _missing(made, missing)
    check = missing + len(MISSING) + 2
    _check(made, check, bands)
    page.freeze_panes(TOP + 1, 1)
    page.print_area(0, 0, check, len(RUBRIC) - 1)


def _criteria(made: _Made) -> None:
    """Weight, zero and full mark of every indicator; one without a weight can be given one."""
    page, scheme = made.sheets["rubric"], made.facts.rubric
    for i, code in enumerate([*SCORED, *sorted(NEVER_SCORED)], start=TOP + 1):
        made.write(page, i, 0, made.say(f"codes.indicator.{code}"))
        made.write(page, i, 1, made.say(f"codes.indicator_of.{code}"))
        if code in NEVER_SCORED:
            for j in (2, 3, 4):
                page.write_string(i, j, ABSENT, made.body(align="right"))
            made.write(page, i, 5, made.say("workbook.not_scored"))
            continue
        criterion = scheme.criteria.get(code)
        values = (
            [criterion.weight, criterion.zero, criterion.full] if criterion else [Fraction(0), Fraction(0), Fraction(1)]
        )
        for j, kind, value in zip((2, 3, 4), ("weight", "zero", "full"), values, strict=True):
            page.write_number(i, j, float(value), made.input("General" if kind == "weight" else "0.##%"))
            made.define(made.named(kind, code), i, j)
        made.write(page, i, 5, made.say("workbook.bureau_only") if code not in OF_UNITS else "")
    first, last = TOP + 1, TOP + len(SCORED)
    made.allow("rubric", (first, 2, last, 2), "input_weight", validate="decimal", criteria=">=", value=0)
    made.allow("rubric", (first, 3, last, 4), "input_mark", validate="decimal", minimum=0, maximum=1)


def _bands(made: _Made, row: int) -> None:
    """The lowest score of each grade, under a heading in `row`."""
    page, scheme = made.sheets["rubric"], made.facts.rubric
    heading = made.format(bold=True, bg_color=LIGHT.pale, bottom=1)
    page.write_string(row, 0, made.say("workbook.bands"), heading)
    for j in (1, 2):
        page.write_blank(row, j, None, heading)
    for i, grade in enumerate(GRADES, start=row + 1):
        made.write(page, i, 0, made.say(f"codes.grade.{grade}"))
        page.write_blank(i, 1, None, made.words)
        if grade in scheme.bands:
            page.write_number(i, 2, float(scheme.bands[grade]), made.input("General"))
            made.define(made.band(grade), i, 2)
        else:
            page.write_string(i, 2, made.say("workbook.band_poor"), made.format(font_color=LIGHT.muted))
    cells = (row + 1, 2, row + len(GRADES) - 1, 2)
    made.allow("rubric", cells, "input_band", validate="decimal", minimum=0, maximum=100)


def _missing(made: _Made, row: int) -> None:
    """What becomes of an indicator with nothing to count: one of the choices below the cell, and which one it is."""
    page, chosen = made.sheets["rubric"], MISSING.index(made.facts.rubric.missing)
    options = [made.say(f"codes.missing.{rule}") for rule in MISSING]
    page.write_string(row, 0, made.say("workbook.missing"), made.format(bold=True, text_wrap=True))
    page.set_row(row, 32)
    page.write_string(
        row, 1, options[chosen], made.format(bg_color=INPUT_COLOUR, border=1, border_color=LIGHT.soft, text_wrap=True)
    )
    made.define(made.name("missing"), row, 1)
    choices = xl_range_abs(row + 1, 1, row + len(MISSING), 1)
    made.allow("rubric", (row, 1, row, 1), "input_missing", validate="list", source=f"={choices}")
    page.write_string(row + 1, 0, made.say("workbook.missing_options"), made.format(font_color=LIGHT.muted))
    for i, option in enumerate(options, start=row + 1):
        page.write_string(i, 1, option, made.format(font_color=LIGHT.muted))
    number = f"=MATCH({made.name('missing')},{choices},0)"
    page.write_formula(row, 2, number, made.format(font_color=LIGHT.muted), chosen + 1)
    made.define(made.name("missing_number"), row, 2)


def _check(made: _Made, row: int, bands: int) -> None:
    """Whether the scheme as it stands in the file can be scored with; the scores' sheet says so where it cannot."""
    weights, zeros, fulls = (xl_range_abs(TOP + 1, j, TOP + len(SCORED), j) for j in (2, 3, 4))
    highest, middle, lowest = (xl_rowcol_to_cell(i, 2) for i in range(bands + 1, bands + len(GRADES)))
    page, good = made.sheets["rubric"], made.say("workbook.check_good")
    page.write_string(row, 0, made.say("workbook.check"), made.format(bold=True))
    page.write_formula(
        row,
        1,
        f'=IF(OR(MIN({weights})<0,SUM({weights})<=0),"{made.say("workbook.check_weights")}",'
        f"IF(OR(MIN({zeros})<0,MAX({fulls})>1,SUMPRODUCT(--({fulls}<={zeros}))>0),"
        f'"{made.say("workbook.check_marks")}",'
        f'IF(AND(100>={highest},{highest}>{middle},{middle}>{lowest},{lowest}>0),"{good}",'
        f'"{made.say("workbook.check_bands")}")))',
        made.format(bold=True, text_wrap=True),
        good,
    )
    check = f"'{made.say('workbook.sheets.rubric')}'!{xl_rowcol_to_cell(row, 1, row_abs=True, col_abs=True)}"
    warning = made.format(bold=True, font_color=CHECK_COLOUR)
    made.sheets["league"].write_formula(TOP - 1, 0, f'=IF({check}="{good}","",{check})', warning, "")


# ---------------------------------------------------------------------------------------------------- indicators


def _details(made: _Made) -> None:
    """One row per unit and indicator: counts, and formulas from there to the points."""
    made.begin("details", DETAILS, made.say("workbook.details_lead"))
    i = TOP
    for number, graded in enumerate(made.rows, start=1):
        for mark in graded.marks:
            i += 1
            _counts(made, i, number, graded, mark)
            if mark.code in NEVER_SCORED:
                for j in range(6, len(DETAILS)):
                    made.sheets["details"].write_string(i, j, ABSENT, made.body(align="right"))
            else:
                _points(made, i, mark)
    _finish(made, "details", DETAILS, i, frozen=3)


def _counts(made: _Made, i: int, number: int, graded: Graded, mark: Mark) -> None:
    """Unit, indicator, numerator, denominator and rate."""
    page, place = made.sheets["details"], _places(i, DETAILS)
    whole = made.body(num_format="#,##0", align="right")
    indicator = made.say(f"codes.indicator.{mark.code}")
    page.write_number(i, 0, number, made.body(num_format="0", align="center"))
    made.write(page, i, 1, made.unit(graded))
    made.write(page, i, 2, indicator)
    page.write_number(i, 3, mark.numerator, whole)
    page.write_number(i, 4, mark.denominator, whole)
    formula = f'=IF({place["denominator"]}=0,"{ABSENT}",{place["numerator"]}/{place["denominator"]})'
    page.write_formula(i, 5, formula, made.share, _number(rate(mark.numerator, mark.denominator)))
    made.fit("details", i, DETAILS, {"unit": made.unit(graded), "indicator": indicator})


def _points(made: _Made, i: int, mark: Mark) -> None:
    """What an indicator can earn under the scheme, and what it earned."""
    page, place, units = made.sheets["details"], _places(i, DETAILS), len(made.rows)
    rule, nothing = made.name("missing_number"), f"{place['denominator']}=0"
    weight, zero, full = (made.named(kind, mark.code) for kind in ("weight", "zero", "full"))
    general = made.body(num_format=f'General;-General;"{ABSENT}"', align="right")
    decimal = made.body(num_format="0.00", align="right")
    page.write_formula(i, 6, f"=IF(AND({nothing},{rule}=1),0,{weight})", general, _weight(made, mark))
    numbers, weights, counted = (
        made.column("league", LEAGUE, name, units) for name in ("number", "weights", "counted")
    )
    of_unit = f"MATCH({place['number']},{numbers},0)"
    unscored = f"OR({place['weight']}=0,INDEX({counted},{of_unit})=0)"
    available = f'=IF({unscored},"{ABSENT}",100*{place["weight"]}/INDEX({weights},{of_unit}))'
    page.write_formula(i, 7, available, decimal, _number(mark.available))
    scored = f"ISNUMBER({place['available']})"
    earned = f"MIN(1,MAX(0,({place['numerator']}/{place['denominator']}-{zero})/({full}-{zero})))"
    achieved = f'=IF({scored},IF({nothing},IF({rule}=2,1,0),{earned}),"{ABSENT}")'
    share = None if mark.points is None or not mark.available else mark.points / mark.available
    page.write_formula(i, 8, achieved, made.share, _number(share))
    points = f'=IF({scored},{place["available"]}*{place["achieved"]},"{ABSENT}")'
    page.write_formula(i, 9, points, decimal, _number(mark.points))
    lost = f'=IF({scored},{place["available"]}-{place["points"]},"{ABSENT}")'
    page.write_formula(i, 10, lost, decimal, _number(None if mark.points is None else mark.lost))


def _places(row: int, columns: Sequence[str]) -> dict[str, str]:
    """The cells of a row by column, as its formulas name them."""
    return {name: xl_rowcol_to_cell(row, j, col_abs=True) for j, name in enumerate(columns)}


def _weight(made: _Made, mark: Mark) -> float:
    """The weight with which an indicator takes part: none where there is nothing to count and it is spread."""
    scheme = made.facts.rubric
    criterion = scheme.criteria.get(mark.code)
    unused = criterion is None or (scheme.missing == "spread" and not mark.denominator)
    return 0.0 if criterion is None or unused else float(criterion.weight)


def _width(sheet: str, column: str) -> float:
    """The width of a column, in characters."""
    return NARROW.get(column, 10.5) if sheet == "records" else WIDTHS.get(column, 12)


def _number(value: Any) -> Any:
    return ABSENT if value is None else float(value)


def _finish(made: _Made, sheet: str, columns: Sequence[str], last_row: int, *, frozen: int) -> None:
    """Filter, frozen headings and print area of a table."""
    page = made.sheets[sheet]
    page.autofilter(TOP, 0, max(last_row, TOP + 1), len(columns) - 1)
    page.freeze_panes(TOP + 1, frozen)
    page.print_area(0, 0, max(last_row, TOP + 1), len(columns) - 1)


# ---------------------------------------------------------------------------------------------------- scores


def _league(made: _Made) -> None:
    """One row per unit, best first, and one for the bureau as a whole below them."""
    page, units = made.sheets["league"], len(made.facts.evaluation.units)
    made.begin("league", LEAGUE, made.say("workbook.league_lead", rubric=made.say("workbook.sheets.rubric")))
    for i, graded in enumerate(made.rows, start=TOP + 1):
        _score(made, i, graded)
        _grade(made, i, graded)
        _last_year(made, i, graded)
    last = TOP + max(units, 1)
    words = {grade: made.say(f"codes.grade.{grade}") for grade in (*GRADES, NOT_APPLICABLE)}
    made.allow("league", (TOP + 1, 6, last, 6), "input_grade", validate="list", source=list(words.values()))
    for column in (5, 6, 7):
        for code, colour in LIGHT.grades.items():
            tinted = made.book.add_format({"bg_color": _pale(colour), "font_color": LIGHT.text})
            rule = {"type": "cell", "criteria": "==", "value": f'"{words[code]}"', "format": tinted}
            page.conditional_format(TOP + 1, column, TOP + units + 1, column, rule)
    _finish(made, "league", LEAGUE, last, frozen=3)
    # How a score comes about stands beside the table, for the screen only; the bureau's row is no part of the filter.
    page.print_area(0, 0, TOP + units + 1, LEAGUE.index("note"))


def _score(made: _Made, i: int, graded: Graded) -> None:
    """Number, rank, unit, kind and score, and what the score is made from."""
    page, scheme, place = made.sheets["league"], made.facts.rubric, _places(i, LEAGUE)
    number, centred = made.body(num_format="0", align="center"), made.body(align="center")
    page.write_number(i, 0, i - TOP, number)
    if graded.unit_id is None:
        page.write_string(i, 1, ABSENT, centred)
    else:
        j = LEAGUE.index("score")
        scores = xl_range_abs(TOP + 1, j, TOP + len(made.facts.evaluation.units), j)
        formula = f'=IF(ISNUMBER({place["score"]}),RANK({place["score"]},{scores}),"{ABSENT}")'
        page.write_formula(i, 1, formula, number, ABSENT if graded.rank is None else graded.rank)
    made.write(page, i, 2, made.unit(graded))
    kind = made.say(f"codes.unit_kind.{graded.kind}") if graded.kind else made.say("workbook.whole_kind")
    made.write(page, i, 3, kind)
    detail_rows = sum(len(one.marks) for one in made.rows)
    of_number, denominators, weights, points = (
        made.column("details", DETAILS, name, detail_rows) for name in ("number", "denominator", "weight", "points")
    )
    # Rounded twice: what fractions say is 87.125 must not be 87.12499999999999 to a machine.
    total = f"ROUND(ROUND(SUMIFS({points},{of_number},{place['number']}),8),2)"
    bold = made.body(num_format="0.00", align="right", bold=True)
    page.write_formula(i, 4, f'=IF({place["counted"]}=0,"{ABSENT}",{total})', bold, _number(graded.score))
    muted = made.body(font_color=LIGHT.muted)
    taking_part = [_weight(made, mark) for mark in graded.marks]
    page.write_formula(i, 12, f"=SUMIFS({weights},{of_number},{place['number']})", muted, sum(taking_part))
    counted = f'=COUNTIFS({of_number},{place["number"]},{denominators},">0",{weights},">0")'
    with_data = sum(mark.denominator > 0 and mark.code in scheme.criteria for mark in graded.marks)
    page.write_formula(i, 13, counted, muted, with_data)


def _grade(made: _Made, i: int, graded: Graded) -> None:
    """Suggested and decided grade; what people decided wins."""
    page, place, override = made.sheets["league"], _places(i, LEAGUE), graded.override
    words = {grade: made.say(f"codes.grade.{grade}") for grade in (*GRADES, NOT_APPLICABLE)}
    bold = made.body(align="center", bold=True)
    steps = f'"{words[GRADES[-1]]}"'
    for one in reversed(GRADES[:-1]):
        steps = f'IF({place["score"]}>={made.band(one)},"{words[one]}",{steps})'
    formula = f'=IF(ISNUMBER({place["score"]}),{steps},"{words[NOT_APPLICABLE]}")'
    page.write_formula(i, 5, formula, bold, words[graded.suggested])
    if graded.unit_id is None:
        page.write_string(i, 6, ABSENT, made.body(align="center"))
        final = place["suggested"]
    else:
        entered = made.format(align="center", bg_color=INPUT_COLOUR, border=1, border_color=LIGHT.line)
        page.write_string(i, 6, words[override.grade] if override else "", entered)
        final = f'IF({place["decided"]}="",{place["suggested"]},{place["decided"]})'
    page.write_formula(i, 7, f"={final}", bold, words[graded.grade])
    reason = made.say("workbook.reason", reason=override.reason, decided_by=override.decided_by) if override else ""
    made.write(page, i, 8, reason)
    made.write(page, i, 11, graded.note or "")
    made.fit("league", i, LEAGUE, {"unit": made.unit(graded), "reason": reason, "note": graded.note or ""})


def _last_year(made: _Made, i: int, graded: Graded) -> None:
    """The score of the year before at the same day under the same scheme, and the change in points."""
    page, place = made.sheets["league"], _places(i, LEAGUE)
    earlier = made.facts.before.evaluation.of(graded.unit_id)
    before = earlier.score if earlier else None
    if before is None:
        page.write_string(i, 9, ABSENT, made.body(align="right"))
    else:
        page.write_number(i, 9, float(before), made.body(num_format="0.00", align="right"))
    change = None if before is None or graded.score is None else graded.score - before
    both = f"AND(ISNUMBER({place['score']}),ISNUMBER({place['before']}))"
    formula = f'=IF({both},ROUND({place["score"]}-{place["before"]},2),"{ABSENT}")'
    page.write_formula(i, 10, formula, made.body(num_format="+0.00;-0.00;0.00", align="right"), _number(change))


def _pale(colour: str) -> str:
    """A colour behind dark text: a quarter of it on white paper."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) / 4):02X}" for part in parts)


# ---------------------------------------------------------------------------------------------------- records

OF_VISITS = ("completion", "entry_on_time", "publication", "publication_on_time")
OF_PROBLEMS = ("follow_up", "closed_out")
OF_TASKS = (
    ("launch_on_time", "to_start", "launched_in_time", "launching_unit_id"),
    ("task_completion", "ended", "done", "lead_unit_id"),
    ("use_of_classes", "has_classes", "with_classes", "lead_unit_id"),
)


def _records(made: _Made) -> None:
    """What fell short: the tasks and visits that stand in a denominator and not in its numerator."""
    page = made.sheets["records"]
    found = [*_tasks(made.facts), *_visits(made.facts)]
    shown = found[:LONGEST_RECORDS]
    order = {unit.unit: place for place, unit in enumerate(made.facts.evaluation.units)}
    shown.sort(key=lambda row: order.get(row["unit"], len(order)))
    lead = made.say("workbook.records_lead")
    if not found:
        lead = made.say("workbook.records_none")
    elif len(found) > len(shown):
        lead += made.say("frame.sentence_gap") + made.say("workbook.records_cut", count=len(found), shown=len(shown))
    else:
        lead += made.say("frame.sentence_gap") + made.say("workbook.records_all", count=len(found))
    made.begin("records", RECORDS, lead)
    day = made.body(num_format="yyyy-mm-dd", align="left", indent=1)
    count = made.body(num_format="0", align="center")
    comma = made.say("frame.list_comma")
    for i, row in enumerate(shown, start=TOP + 1):
        row["object"] = row["object"] or made.say("workbook.task_row")
        row["missed"] = comma.join(made.say(f"codes.indicator.{code}") for code in row["missed"])
        made.fit("records", i, RECORDS, {name: row[name] for name in ("unit", "task", "object", "missed")})
        for j, column in enumerate(RECORDS):
            value = row.get(column)
            if value is None or pd.isna(value):
                page.write_blank(i, j, None, made.words)
            elif isinstance(value, pd.Timestamp):
                page.write_datetime(i, j, value.to_pydatetime(), day)
            elif isinstance(value, str):
                page.write_string(i, j, plain.cell(value), made.words)
            else:
                page.write_number(i, j, int(value), count)
    _finish(made, "records", RECORDS, TOP + len(shown), frozen=2)


def _tasks(facts: Facts) -> list[dict[str, Any]]:
    """Tasks that fell short, one row per unit they count with."""
    names = {unit.unit_id: unit.unit for unit in facts.evaluation.units}
    found = []
    for task in facts.task_states.to_dict("records"):
        missed: dict[str, list[str]] = {}
        for code, due, done, of in OF_TASKS:
            if task[due] and not task[done]:
                unit = ABSENT if pd.isna(task[of]) else names[int(task[of])]
                missed.setdefault(unit, []).append(code)
        days = {name: task[name] for name in ("starts_on", "ends_on", "drawn_on")}
        found += [
            {"unit": unit, "task": task["task"], "object": "", "missed": codes, **days}
            for unit, codes in missed.items()
        ]
    return found


def _visits(facts: Facts) -> list[dict[str, Any]]:
    """Visits that fell short, those furthest behind first."""
    visits = facts.ask("indicator_visits", **facts.scope, unit_id=None)
    short = ~visits[list(OF_VISITS)].all(axis=1) | (visits["problem"] & ~visits[list(OF_PROBLEMS)].all(axis=1))
    found = []
    for row in visits[short].to_dict("records"):
        missed = [code for code in OF_VISITS if not row[code]]
        missed += [code for code in OF_PROBLEMS if row["problem"] and not row[code]]
        kept = {name: row[name] for name in RECORDS if name in row}
        found.append({**kept, "days": row["working_days_to_publish"], "missed": missed})
    return found


# ---------------------------------------------------------------------------------------------------- notes


def _notes(made: _Made) -> None:
    """Where the numbers come from and how they are counted."""
    page, facts = made.sheets["notes"], made.facts
    title_key = "workbook.title_running" if facts.running else "workbook.title"
    page.merge_range(
        0, 0, 0, 1, made.say(title_key, bureau=facts.bureau, year=facts.year),
        made.format(bold=True, font_size=15, font_color=LIGHT.ink),
    )  # fmt: skip
    page.set_row(0, 28)
    page.set_column(0, 0, WIDTHS["heading"])
    page.set_column(1, 1, WIDTHS["text"])
    days = facts.publication_days
    publication = (
        made.say("workbook.notes.counting_publication_days", days=days)
        if days
        else made.say("workbook.notes.counting_publication")
    )
    sheets = {sheet: made.say(f"workbook.sheets.{sheet}") for sheet in SHEETS}
    lines = [
        ("source", made.say("frame.source", bureau=facts.bureau, year=facts.year, day=facts.as_of)),
        ("running", made.say("statements.running", day=facts.as_of) if facts.running else ""),
        ("synthetic", made.say("frame.synthetic_note") if facts.synthetic else ""),
        ("rubric", rubric_line(facts.rubric)),
        ("rubric", made.say("workbook.notes.assumption") if facts.rubric == default_rubric() else ""),
        ("missing", made.say(f"codes.missing.{facts.rubric.missing}")),
        ("sheets", made.say("workbook.notes.sheets_league", sheet=sheets["league"])),
        ("sheets", made.say("workbook.notes.sheets_details", sheet=sheets["details"])),
        ("sheets", made.say("workbook.notes.sheets_rubric", sheet=sheets["rubric"])),
        ("sheets", made.say("workbook.notes.sheets_records", sheet=sheets["records"])),
        ("counting", made.say("workbook.notes.counting_visits")),
        ("counting", made.say("workbook.notes.counting_done")),
        ("counting", publication),
        ("counting", made.say("workbook.notes.counting_launch")),
        ("counting", made.say("workbook.notes.counting_problems")),
        ("score", made.say("workbook.notes.score_rule")),
        ("grades", made.say("workbook.notes.grade_rule")),
        ("secrecy", made.say("workbook.notes.secrecy_rule")),
    ]
    row, before = 1, ""
    for heading, text in lines:
        if not text:
            continue
        row += 1
        said = "" if heading == before else made.say(f"workbook.notes.{heading}")
        page.write_string(row, 0, said, made.body(bold=True, valign="top", text_wrap=True))
        made.write(page, row, 1, text)
        made.fit("notes", row, ("heading", "text"), {"heading": said, "text": text})
        before = heading
    made.printed("notes", made.say("frame.synthetic_note") if facts.synthetic else "")
    page.freeze_panes(2, 0)
    page.repeat_rows(0)
    page.print_area(0, 0, row, 1)
