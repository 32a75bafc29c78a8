"""Days that a cell does not say whole: the first and the last of several, and days without a year.

Where the row, the titles or a decision tell the year it is taken and said; else it is asked for (`year_asked.py`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pandas as pd

from inspections.files.dates import date_words, first_and_last, moment
from inspections.intake import cells
from inspections.intake.cell import shortened
from inspections.intake.kinds import Field
from inspections.intake.recognising import Recognised
from inspections.intake.sheet import Sheet

YEAR_MISSING, SPANNED = "date_year_missing", {"first": "date_span_first", "last": "date_span_last"}
# What a person has decided for the days of a file whose year nothing tells.
DAY_YEAR = ("day_year", "")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*年|\s*[-/.]|\D*$)")


@dataclass(frozen=True)
class Years:
    """The year that a day without one means, row by row (index: rows; <NA> where nothing tells), and who tells it."""

    years: pd.Series
    decided: int | None = None


def years_of_rows(sheet: Sheet, found: Recognised, decided: str | None) -> Years:
    """The year of each row: its own column of years, its task's name, the titles, else what a person decided."""
    years = pd.Series(pd.NA, index=sheet.rows.index, dtype="Int64")
    if "year" in found.mapping:
        read = cells.read("year", sheet.rows[found.mapping["year"]])
        years = years.fillna(read.values.astype("Int64"))
    if "task" in found.mapping:
        texts = sheet.rows[found.mapping["task"]]
        years = years.fillna(texts.map({text: _only_year([text]) for text in texts.unique()}).astype("Int64"))
    above = _only_year([*sheet.titles, sheet.worksheet]) or _only_year([Path(sheet.name).stem])
    if above:
        years = years.fillna(above)
    return Years(years, int(decided) if decided and decided.isdigit() else None)


def _only_year(texts: Sequence[str]) -> int | None:
    told = {int(year) for text in texts for year in _YEAR.findall(text)}
    return told.pop() if len(told) == 1 else None


def settled(
    field: Field, texts: pd.Series, read: cells.Cells, years: Years, year: int | None
) -> tuple[cells.Cells, dict[str, int]]:
    """The cells with the days that can be told after all, and how many days got a year by what: told, decided, asked."""
    counts = {"told": 0, "decided": 0, "asked": 0}
    at_fault = read.codes.isin([YEAR_MISSING, "date_unreadable"]).to_numpy()
    if not at_fault.any():
        return read, counts
    values, codes, parameters = read.values.copy(), read.codes.copy(), read.parameters.copy()
    rows = pd.DataFrame({"text": texts[at_fault], "own": years.years[at_fault]})
    # Of a million rows the different texts are looked at, each in its year.
    for (text, of_row), same in rows.groupby(["text", "own"], dropna=False, sort=False):
        words, own = date_words(str(text)), cast("int | None", None if of_row is pd.NA else of_row)
        day, code = _day(words, field, year or own or years.decided)
        told = {"text": shortened(str(text)), **({"day": f"{day:%Y-%m-%d}"} if day else {})}
        if day is None:
            counts["asked"] += len(same) if code == YEAR_MISSING else 0
        elif not year and _day(words, field, None)[0] is None:
            counts["told" if own else "decided"] += len(same)
        values[same.index], codes[same.index] = day, code
        parameters[same.index] = pd.Series([told] * len(same), index=same.index, dtype=object)
    return cells.Cells(values, codes, parameters), counts


def _day(words: str, field: Field, year: int | None) -> tuple[datetime.date | None, str | None]:
    """The day that counts and what is said of it; without a day, why there is none."""
    one = moment(words, year=year)
    if one.at is not None:
        return one.at if field.type == "date_time" else one.at.date(), None
    if one.fault == "date_unreadable" and field.span:
        for given in (year, 2000):
            both = first_and_last(words, year=given)
            if both and given == year:
                return both[field.span == "last"], SPANNED[field.span] if both[0] != both[1] else None
            if both:
                return None, YEAR_MISSING
    return None, one.fault
