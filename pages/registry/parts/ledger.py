"""The two ledgers on the imports page: what became of every column of a file, and what the figures of a year lack."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from inspections.files.ledger import Ledger
from inspections.intake.ledger import column_rows, column_sentences, line, set_aside_sentence, title
from inspections.intake.uncounted import Uncounted, sentences, uncounted
from inspections.words.plain import markdown
from inspections.words.wording import say
from pages.frame.data import ask
from pages.frame.shown import note
from pages.frame.view import View

# The columns of the table and their headings.
_COLUMNS = {"heading": "heading", "field": "field", "cells": "cells", "example": "example_column", "state": "state"}


def account(ledger: Ledger, key: str) -> None:
    """What became of the rows and columns of a file: one sentence, what to look at, and each column under a fold."""
    note(line(ledger))
    for sentence in column_sentences(ledger):
        st.warning(markdown(sentence), icon=":material/view_column:")
    with st.expander(markdown(title(ledger)), icon=":material/fact_check:"):
        st.dataframe(
            column_rows(ledger),
            hide_index=True,
            placeholder="—",
            key=key,
            column_config={
                name: st.column_config.Column(say(f"ledger.{heading}")) for name, heading in _COLUMNS.items()
            },
            alt=say("ledger.table_title"),
        )
        if ledger.set_aside:
            note(set_aside_sentence(ledger))


def missing(found: Sequence[Uncounted]) -> None:
    """What figures lack, a sentence each, under a fold; nothing where they lack nothing."""
    if not found:
        return
    with st.expander(markdown(say("uncounted.title", count=len(found))), icon=":material/rule:"):
        for sentence in sentences(found):
            note(sentence)


def missing_of_import(view: View, row: pd.Series) -> None:
    """What figures lack today in the years that an import of the history wrote to, but for the one told above."""
    if pd.isna(row["import_id"]) or pd.isna(row["bureau"]):
        return
    bureaus = ask("bureaus")
    of_bureau = bureaus.loc[bureaus["bureau"] == row["bureau"], "bureau_id"]
    if of_bureau.empty:
        return
    bureau_id = int(of_bureau.iloc[0])
    told = _year(view) if bureau_id == view.bureau_id else None
    years = [int(year) for year in ask("import_years", import_id=int(row["import_id"]))["year"] if year != told]
    missing([one for year in years for one in _of(bureau_id, year)])


def missing_of_year(view: View) -> None:
    """What figures lack in the chosen year of the bureau, or in its last where none is chosen."""
    year = _year(view)
    if year is None:
        return
    found = _of(view.bureau_id, year)
    note(say("uncounted.some", year=year, count=len(found)) if found else say("uncounted.none", year=year))
    missing(found)


def _year(view: View) -> int | None:
    """The chosen year where the bureau has a plan of it, else its last; None where it has none."""
    known = ask("bureau_years")
    years = [int(year) for year in known.loc[known["bureau"] == view.bureau, "year"]]
    return (view.year if view.year in years else max(years)) if years else None


def _of(bureau_id: int, year: int) -> list[Uncounted]:
    return uncounted(year, ask("uncounted", bureau_id=bureau_id, year=year))
