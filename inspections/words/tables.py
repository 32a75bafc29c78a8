"""Frames in words: codes become the field's terms, column names become headings. For screens and for exports alike."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from inspections.words.wording import say, spoken, texts


def in_words(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """`columns` of `frame` in that order, codes replaced by words; the column names stay (see `headings`).

    Raises KeyError for a column without a heading, or for a code without a word: a raw code must never reach a reader.
    """
    shown = frame.loc[:, list(columns)].copy()
    code_words = texts(spoken())["codes"]
    for column in shown.columns:
        words = code_words.get(column)
        if words is not None:
            shown[column] = (
                shown[column].astype("object").map(lambda code, words=words: words[code], na_action="ignore")
            )
        elif isinstance(shown[column].dtype, pd.CategoricalDtype):
            shown[column] = shown[column].astype("object")
    return shown


def headings(columns: Sequence[str]) -> dict[str, str]:
    """The heading of every column."""
    return {column: say(f"headings.{column}") for column in columns}
