"""The evaluation as a workbook that computes itself: counts as numbers, everything else as formulas over the scheme.

Whoever changes a weight, a mark or a band in the file sees every score, grade and rank follow. Each formula carries its
value too, for viewers that do not calculate. Only functions that Excel 2010, WPS and LibreOffice share; nothing
volatile, no links, no macros. Leaders receive this file: it holds no risk class of any object (docs/field.md).
"""

from __future__ import annotations

import io

import xlsxwriter

from inspections.evaluation.facts import Facts
from inspections.papers.score_workbook.notes import notes
from inspections.papers.score_workbook.records import records
from inspections.papers.score_workbook.scheme import scheme
from inspections.papers.score_workbook.scores import details, league
from inspections.papers.score_workbook.sheets import SHEETS, Made
from inspections.words.wording import say


def to_xlsx(facts: Facts) -> bytes:
    """The workbook of a bureau's year: scores, indicators, scheme, records that fell short, notes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    made = Made(book, facts, {}, {})
    for sheet in SHEETS:
        made.sheets[sheet] = book.add_worksheet(say(f"workbook.sheets.{sheet}"))
    scheme(made)
    details(made)
    league(made)
    records(made)
    notes(made)
    book.close()
    return buffer.getvalue()
