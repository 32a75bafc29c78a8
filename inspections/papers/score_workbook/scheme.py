"""The scheme as a sheet: the cells that every formula of the workbook refers to, by name."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from inspections.evaluation.indicators import INDICATORS, LARGEST_MARK, WEIGHABLE
from inspections.evaluation.rubric import GRADES, MISSING, Criterion
from inspections.papers.score_workbook.sheets import CHECK_COLOUR, INPUT_COLOUR, RUBRIC, TOP, Made
from inspections.words.look import LIGHT
from inspections.words.wording import ABSENT, say

# Those that can be scored first: their weights and marks are one range of cells.
ROWS = (*WEIGHABLE, *(one for one in INDICATORS if not one.weightable))


def scheme(made: Made) -> None:
    """The cells that every formula refers to, by name."""
    page = made.sheets["rubric"]
    made.begin("rubric", RUBRIC, say("workbook.rubric_lead"))
    _criteria(made)
    bands = TOP + len(INDICATORS) + 2
    _bands(made, bands)
    missing = bands + len(GRADES) + 2
    _missing(made, missing)
    check = missing + len(MISSING) + 2
    _check(made, check, bands)
    page.freeze_panes(TOP + 1, 1)
    page.print_area(0, 0, check, len(RUBRIC) - 1)


def _criteria(made: Made) -> None:
    """Weight, zero and full mark of every indicator; one without a weight can be given one."""
    page, rubric = made.sheets["rubric"], made.facts.rubric
    for i, one in enumerate(ROWS, start=TOP + 1):
        made.write(page, i, 0, say(f"codes.indicator.{one.code}"))
        made.write(page, i, 1, say(f"codes.indicator_of.{one.code}"))
        if not one.weightable:
            for j in (2, 3, 4):
                page.write_string(i, j, ABSENT, made.body(align="right"))
            made.write(page, i, 5, say("workbook.not_scored"))
            continue
        criterion = rubric.criteria.get(one.code, Criterion(Fraction(0), one.zero, one.full))
        for j, kind in zip((2, 3, 4), ("weight", "zero", "full"), strict=True):
            plain_number = kind == "weight" or one.kind == "mean"
            page.write_number(i, j, float(getattr(criterion, kind)), made.input("General" if plain_number else "0.##%"))
            made.define(made.named(kind, one.code), i, j)
        remark = "less_is_better" if not one.rises else "bureau_only" if one.of == "bureau" else None
        made.write(page, i, 5, say(f"workbook.{remark}") if remark else "")
        allowed = {"validate": "decimal", "minimum": 0, "maximum": LARGEST_MARK[one.kind]}
        made.allow("rubric", (i, 3, i, 4), "input_mark" if one.kind == "rate" else "input_mark_mean", **allowed)
    cells = (TOP + 1, 2, TOP + len(WEIGHABLE), 2)
    made.allow("rubric", cells, "input_weight", validate="decimal", criteria=">=", value=0)


def _bands(made: Made, row: int) -> None:
    """The lowest score of each grade, under a heading in `row`."""
    page, rubric = made.sheets["rubric"], made.facts.rubric
    heading = made.format(bold=True, bg_color=LIGHT.pale, bottom=1)
    page.write_string(row, 0, say("workbook.bands"), heading)
    for j in (1, 2):
        page.write_blank(row, j, None, heading)
    for i, grade in enumerate(GRADES, start=row + 1):
        made.write(page, i, 0, say(f"codes.grade.{grade}"))
        page.write_blank(i, 1, None, made.words)
        if grade in rubric.bands:
            page.write_number(i, 2, float(rubric.bands[grade]), made.input("General"))
            made.define(made.band(grade), i, 2)
        else:
            page.write_string(i, 2, say("workbook.band_poor"), made.format(font_color=LIGHT.muted))
    cells = (row + 1, 2, row + len(GRADES) - 1, 2)
    made.allow("rubric", cells, "input_band", validate="decimal", minimum=0, maximum=100)


def _missing(made: Made, row: int) -> None:
    """What becomes of an indicator with nothing to count: one of the choices below the cell, and which one it is."""
    page, chosen = made.sheets["rubric"], MISSING.index(made.facts.rubric.missing)
    options = [say(f"codes.missing.{rule}") for rule in MISSING]
    page.write_string(row, 0, say("workbook.missing"), made.format(bold=True, text_wrap=True))
    page.set_row(row, 32)
    page.write_string(
        row, 1, options[chosen], made.format(bg_color=INPUT_COLOUR, border=1, border_color=LIGHT.soft, text_wrap=True)
    )
    made.define(made.name("missing"), row, 1)
    choices = xl_range_abs(row + 1, 1, row + len(MISSING), 1)
    made.allow("rubric", (row, 1, row, 1), "input_missing", validate="list", source=f"={choices}")
    page.write_string(row + 1, 0, say("workbook.missing_options"), made.format(font_color=LIGHT.muted))
    for i, option in enumerate(options, start=row + 1):
        page.write_string(i, 1, option, made.format(font_color=LIGHT.muted))
    number = f"=MATCH({made.name('missing')},{choices},0)"
    page.write_formula(row, 2, number, made.format(font_color=LIGHT.muted), chosen + 1)
    made.define(made.name("missing_number"), row, 2)


def _check(made: Made, row: int, bands: int) -> None:
    """Whether the scheme as it stands in the file can be scored with; the scores' sheet says so where it cannot."""
    weights, zeros, fulls = (xl_range_abs(TOP + 1, j, TOP + len(WEIGHABLE), j) for j in (2, 3, 4))
    marks = xl_range_abs(TOP + 1, 3, TOP + len(WEIGHABLE), 4)
    # As columns beside the marks: whether more is better, and the largest mark there is.
    rises = _column(1 if one.rises else -1 for one in WEIGHABLE)
    largest = _column(LARGEST_MARK[one.kind] for one in WEIGHABLE)
    highest, middle, lowest = (xl_rowcol_to_cell(i, 2) for i in range(bands + 1, bands + len(GRADES)))
    page, good = made.sheets["rubric"], say("workbook.check_good")
    page.write_string(row, 0, say("workbook.check"), made.format(bold=True))
    page.write_formula(
        row,
        1,
        f'=IF(OR(MIN({weights})<0,SUM({weights})<=0),"{say("workbook.check_weights")}",'
        f"IF(OR(MIN({marks})<0,SUMPRODUCT(--({zeros}>{largest}))>0,SUMPRODUCT(--({fulls}>{largest}))>0,"
        f"SUMPRODUCT(--(({fulls}-{zeros})*{rises}<=0))>0),"
        f'"{say("workbook.check_marks")}",'
        f'IF(AND(100>={highest},{highest}>{middle},{middle}>{lowest},{lowest}>0),"{good}",'
        f'"{say("workbook.check_bands")}")))',
        made.format(bold=True, text_wrap=True),
        good,
    )
    check = f"'{say('workbook.sheets.rubric')}'!{xl_rowcol_to_cell(row, 1, row_abs=True, col_abs=True)}"
    warning = made.format(bold=True, font_color=CHECK_COLOUR)
    made.sheets["league"].write_formula(TOP - 1, 0, f'=IF({check}="{good}","",{check})', warning, "")


def _column(numbers: Iterable[int]) -> str:
    """Numbers below one another, as a formula writes them."""
    return "{" + ";".join(str(number) for number in numbers) + "}"
