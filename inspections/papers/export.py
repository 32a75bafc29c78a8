"""Tables out of the house: one xlsx sheet that says where it comes from, what it holds and who may see it."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence

import pandas as pd
import xlsxwriter

from inspections.words import plain, tables
from inspections.words.columns import INTERNAL, kind_of
from inspections.words.wording import say


def to_xlsx(
    frame: pd.DataFrame,
    columns: Sequence[str],
    *,
    title: str,
    source: str,
    synthetic: bool,
) -> bytes:
    """One worksheet: title, source line, marks, then the table with a filter and a frozen heading.

    `source` says bureau, year and cut-off date. A synthetic database is marked, and so is a table that holds risk
    classes (for internal use only, docs/field.md). Cell texts are written as texts, so that a name starting with "="
    stays a name and never becomes a formula.
    """
    shown = tables.in_words(frame, columns)
    labels = tables.headings(columns)
    marks = [say("export.made_on", day=datetime.date.today().isoformat())]
    if synthetic:
        marks.insert(0, say("frame.synthetic_note"))
    if INTERNAL & set(columns):
        marks.insert(0, say("export.internal"))
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet(_sheet_name(title))
    font = {"font_name": "Microsoft YaHei", "font_size": 10}
    heading = book.add_format(
        {**font, "bold": True, "bg_color": "#E5EAF1", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
    )
    body = book.add_format({**font, "valign": "vcenter"})
    day = book.add_format({**font, "num_format": "yyyy-mm-dd", "align": "left"})
    share = book.add_format({**font, "num_format": "0.0%"})
    sheet.write_string(0, 0, plain.cell(title), book.add_format({**font, "bold": True, "font_size": 14}))
    sheet.write_string(1, 0, plain.cell(source), body)
    sheet.write_string(2, 0, "  ".join(marks), book.add_format({**font, "font_color": "#A03020"}))
    top = 4
    for j, column in enumerate(columns):
        sheet.write_string(top, j, labels[column], heading)
        widest = max([len(labels[column]), *(len(str(value)) for value in shown[column].head(200))], default=8)
        sheet.set_column(j, j, min(max(10, widest * 1.8), 48))
        for i, value in enumerate(shown[column], start=top + 1):
            if pd.isna(value):
                continue
            if isinstance(value, (datetime.date, pd.Timestamp)):
                sheet.write_datetime(i, j, pd.Timestamp(value).to_pydatetime(), day)
            elif isinstance(value, str):
                sheet.write_string(i, j, plain.cell(value), body)
            elif isinstance(value, bool):
                sheet.write_string(i, j, say("codes.boolean.true" if value else "codes.boolean.false"), body)
            else:
                sheet.write_number(i, j, float(value), share if kind_of(column) == "share" else body)
    sheet.autofilter(top, 0, top + max(len(shown), 1), len(columns) - 1)
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    book.close()
    return buffer.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(character for character in title if character not in r"[]:*?/\'")[:31] or "1"
