"""Frames in words: no raw code reaches a reader."""

from __future__ import annotations

import pandas as pd
import pytest

from inspections.words.tables import headings, in_words
from tests.spoken import spoken_in


def test_codes_become_words_and_missing_stays_missing() -> None:
    frame = pd.DataFrame(
        {"launch": ["late", None], "class": pd.Categorical(["D", "none"]), "due": [1, 2], "extra": [0, 0]}
    )
    shown = in_words(frame, ["due", "class", "launch"])
    assert list(shown.columns) == ["due", "class", "launch"]
    assert shown["launch"].iloc[0] == "逾期发起"
    assert pd.isna(shown["launch"].iloc[1])
    assert list(shown["class"]) == ["D", "未分类"]
    assert spoken_in("en", in_words, frame, ["launch"])["launch"].iloc[0] == "Late"
    assert frame["launch"].iloc[0] == "late"


def test_an_unknown_code_or_column_raises() -> None:
    with pytest.raises(KeyError, match="unheard_of"):
        in_words(pd.DataFrame({"launch": ["unheard_of"]}), ["launch"])
    with pytest.raises(KeyError):
        in_words(pd.DataFrame({"launch": ["late"]}), ["due"])
    with pytest.raises(KeyError):
        headings(["no_such_column"])


def test_a_category_without_words_of_its_own_stays_as_it_is() -> None:
    frame = pd.DataFrame({"region": pd.Categorical(["东镇", "西镇"])})
    assert list(spoken_in("en", in_words, frame, ["region"])["region"]) == ["东镇", "西镇"]
