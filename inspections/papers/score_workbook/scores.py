"""Indicators and scores as sheets: formulas from the counts over the scheme to points, scores, grades and ranks."""

from __future__ import annotations

from xlsxwriter.utility import xl_range_abs

from inspections.evaluation.grade import Graded
from inspections.evaluation.indicators import BY_CODE
from inspections.evaluation.rubric import GRADES, NOT_APPLICABLE, PENDING, Mark
from inspections.papers.score_workbook.sheets import (
    DETAILS,
    INPUT_COLOUR,
    LEAGUE,
    TOP,
    Made,
    finish,
    places,
    stored,
)
from inspections.words.look import LIGHT
from inspections.words.rates import rate
from inspections.words.wording import ABSENT, say


def details(made: Made) -> None:
    """One row per unit and indicator: counts, and formulas from there to the points."""
    made.begin("details", DETAILS, say("workbook.details_lead"))
    i = TOP
    for number, graded in enumerate(made.rows, start=1):
        for mark in graded.marks:
            i += 1
            _counts(made, i, number, graded, mark)
            if not BY_CODE[mark.code].weightable:
                for j in range(6, len(DETAILS)):
                    made.sheets["details"].write_string(i, j, ABSENT, made.body(align="right"))
            else:
                _points(made, i, mark)
    finish(made, "details", DETAILS, i, frozen=3)


def _counts(made: Made, i: int, number: int, graded: Graded, mark: Mark) -> None:
    """Unit, indicator, numerator, denominator and rate."""
    page, place = made.sheets["details"], places(i, DETAILS)
    whole = made.body(num_format="#,##0", align="right")
    indicator = say(f"codes.indicator.{mark.code}")
    page.write_number(i, 0, number, made.body(num_format="0", align="center"))
    made.write(page, i, 1, made.unit(graded))
    made.write(page, i, 2, indicator)
    page.write_number(i, 3, mark.numerator, whole)
    page.write_number(i, 4, mark.denominator, whole)
    formula = f'=IF({place["denominator"]}=0,"{ABSENT}",{place["numerator"]}/{place["denominator"]})'
    value = made.share if BY_CODE[mark.code].kind == "rate" else made.body(num_format="0.0", align="right")
    page.write_formula(i, 5, formula, value, stored(rate(mark.numerator, mark.denominator)))
    made.fit("details", i, DETAILS, {"unit": made.unit(graded), "indicator": indicator})


def _points(made: Made, i: int, mark: Mark) -> None:
    """What an indicator can earn under the scheme, and what it earned."""
    page, place, units = made.sheets["details"], places(i, DETAILS), len(made.rows)
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
    page.write_formula(i, 7, available, decimal, stored(mark.available))
    scored = f"ISNUMBER({place['available']})"
    earned = f"MIN(1,MAX(0,({place['numerator']}/{place['denominator']}-{zero})/({full}-{zero})))"
    achieved = f'=IF({scored},IF({nothing},IF({rule}=2,1,0),{earned}),"{ABSENT}")'
    share = None if mark.points is None or not mark.available else mark.points / mark.available
    page.write_formula(i, 8, achieved, made.share, stored(share))
    points = f'=IF({scored},{place["available"]}*{place["achieved"]},"{ABSENT}")'
    page.write_formula(i, 9, points, decimal, stored(mark.points))
    lost = f'=IF({scored},{place["available"]}-{place["points"]},"{ABSENT}")'
    page.write_formula(i, 10, lost, decimal, stored(None if mark.points is None else mark.lost))


def _weight(made: Made, mark: Mark) -> float:
    """The weight with which an indicator takes part: none where there is nothing to count and it is spread."""
    scheme = made.facts.rubric
    criterion = scheme.criteria.get(mark.code)
    unused = criterion is None or (scheme.missing == "spread" and not mark.denominator)
    return 0.0 if criterion is None or unused else float(criterion.weight)


# ---------------------------------------------------------------------------------------------------- scores


def league(made: Made) -> None:
    """One row per unit, best first, and one for the bureau as a whole below them."""
    page, units = made.sheets["league"], len(made.facts.evaluation.units)
    made.begin("league", LEAGUE, say("workbook.league_lead", rubric=say("workbook.sheets.rubric")))
    for i, graded in enumerate(made.rows, start=TOP + 1):
        _score(made, i, graded)
        _grade(made, i, graded)
        _last_year(made, i, graded)
    last = TOP + max(units, 1)
    words = {grade: say(f"codes.grade.{grade}") for grade in (*GRADES, NOT_APPLICABLE)}
    made.allow("league", (TOP + 1, 6, last, 6), "input_grade", validate="list", source=list(words.values()))
    for column in (5, 6, 7):
        for code, colour in LIGHT.grades.items():
            tinted = made.book.add_format({"bg_color": _pale(colour), "font_color": LIGHT.text})
            rule = {"type": "cell", "criteria": "==", "value": f'"{words[code]}"', "format": tinted}
            page.conditional_format(TOP + 1, column, TOP + units + 1, column, rule)
    finish(made, "league", LEAGUE, last, frozen=3)
    # How a score comes about stands beside the table, for the screen only; the bureau's row is no part of the filter.
    page.print_area(0, 0, TOP + units + 1, LEAGUE.index("note"))


def _score(made: Made, i: int, graded: Graded) -> None:
    """Number, rank, unit, kind and score, and what the score is made from."""
    page, scheme, place = made.sheets["league"], made.facts.rubric, places(i, LEAGUE)
    number, centred = made.body(num_format="0", align="center"), made.body(align="center")
    page.write_number(i, 0, i - TOP, number)
    if graded.unit_id is None:
        page.write_string(i, 1, ABSENT, centred)
    else:
        j = LEAGUE.index("score")
        # What stands aside is last: it has no rank, and is in nobody's way.
        compared = sum(not unit.aside for unit in made.facts.evaluation.units)
        scores = xl_range_abs(TOP + 1, j, TOP + compared, j)
        formula = f'=IF(ISNUMBER({place["score"]}),RANK({place["score"]},{scores}),"{ABSENT}")'
        if graded.aside:
            page.write_string(i, 1, ABSENT, centred)
        else:
            page.write_formula(i, 1, formula, number, ABSENT if graded.rank is None else graded.rank)
    made.write(page, i, 2, made.unit(graded))
    kind = say(f"codes.unit_kind.{graded.kind}") if graded.kind else say("workbook.whole_kind")
    made.write(page, i, 3, kind)
    detail_rows = sum(len(one.marks) for one in made.rows)
    of_number, denominators, weights, points = (
        made.column("details", DETAILS, name, detail_rows) for name in ("number", "denominator", "weight", "points")
    )
    # Rounded twice: what fractions say is 87.125 must not be 87.12499999999999 to a machine.
    total = f"ROUND(ROUND(SUMIFS({points},{of_number},{place['number']}),8),2)"
    bold = made.body(num_format="0.00", align="right", bold=True)
    page.write_formula(i, 4, f'=IF({place["counted"]}=0,"{ABSENT}",{total})', bold, stored(graded.score))
    muted = made.body(font_color=LIGHT.muted)
    taking_part = [_weight(made, mark) for mark in graded.marks]
    page.write_formula(i, 12, f"=SUMIFS({weights},{of_number},{place['number']})", muted, sum(taking_part))
    counted = f'=COUNTIFS({of_number},{place["number"]},{denominators},">0",{weights},">0")'
    with_data = sum(mark.denominator > 0 and mark.code in scheme.criteria for mark in graded.marks)
    page.write_formula(i, 13, counted, muted, with_data)


def _grade(made: Made, i: int, graded: Graded) -> None:
    """Suggested and decided grade; what people decided wins."""
    page, place, override = made.sheets["league"], places(i, LEAGUE), graded.override
    words = {grade: say(f"codes.grade.{grade}") for grade in (*GRADES, NOT_APPLICABLE, PENDING)}
    bold = made.body(align="center", bold=True)
    steps = f'"{words[GRADES[-1]]}"'
    for one in reversed(GRADES[:-1]):
        steps = f'IF({place["score"]}>={made.band(one)},"{words[one]}",{steps})'
    # While the year runs no score suggests a grade, whatever it comes to.
    steps = f'"{words[PENDING]}"' if made.facts.running else steps
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
    reason = say("workbook.reason", reason=override.reason, decided_by=override.decided_by) if override else ""
    made.write(page, i, 8, reason)
    made.write(page, i, 11, graded.note or "")
    made.fit("league", i, LEAGUE, {"unit": made.unit(graded), "reason": reason, "note": graded.note or ""})


def _last_year(made: Made, i: int, graded: Graded) -> None:
    """The score of the year before at the same day under the same scheme, and the change in points."""
    page, place = made.sheets["league"], places(i, LEAGUE)
    compared = made.facts.compared
    earlier = compared.evaluation.of(graded.unit_id) if compared else None
    before = earlier.score if earlier else None
    if before is None:
        page.write_string(i, 9, ABSENT, made.body(align="right"))
    else:
        page.write_number(i, 9, float(before), made.body(num_format="0.00", align="right"))
    change = None if before is None or graded.score is None else graded.score - before
    both = f"AND(ISNUMBER({place['score']}),ISNUMBER({place['before']}))"
    formula = f'=IF({both},ROUND({place["score"]}-{place["before"]},2),"{ABSENT}")'
    page.write_formula(i, 10, formula, made.body(num_format="+0.00;-0.00;0.00", align="right"), stored(change))


def _pale(colour: str) -> str:
    """A colour behind dark text: a quarter of it on white paper."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) / 4):02X}" for part in parts)
