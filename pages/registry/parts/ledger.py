"""The two ledgers on the imports page: what became of every column of a file, and what the figures of a year lack."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from inspections.files.ledger import Ledger
from inspections.intake.ledger import column_rows, column_sentences, line, set_aside_sentence
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
    title = say("ledger.title", used=len(ledger.used), unused=len(ledger.unused), set_aside=ledger.rows["set_aside"])
    with st.expander(markdown(title), icon=":material/fact_check:"):
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


def missing_of_import(row: pd.Series) -> None:
    """What figures lack today in the years that an import of the history wrote to."""
    if pd.isna(row["import_id"]) or pd.isna(row["bureau"]):
        return
    bureaus = ask("bureaus")
    of_bureau = bureaus.loc[bureaus["bureau"] == row["bureau"], "bureau_id"]
    years = ask("import_years", import_id=int(row["import_id"]))["year"]
    missing([one for year in map(int, years) for one in _of(int(of_bureau.iloc[0]), year)] if len(of_bureau) else [])


def missing_of_year(view: View) -> None:
    """What figures lack in the chosen year of the bureau, or in its last where none is chosen."""
    known = ask("bureau_years")
    years = [int(year) for year in known.loc[known["bureau"] == view.bureau, "year"]]
    if not years:
        return
    year = view.year if view.year in years else max(years)
    found = _of(view.bureau_id, year)
    note(say("uncounted.some", year=year, count=len(found)) if found else say("uncounted.none", year=year))
    missing(found)


def _of(bureau_id: int, year: int) -> list[Uncounted]:
    return uncounted(year, ask("uncounted", bureau_id=bureau_id, year=year))
