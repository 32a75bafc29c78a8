"""The change log in words."""

from __future__ import annotations

import pandas as pd
import pytest

from inspections.figures import log_words
from inspections.intake.door import NOTICE
from inspections.intake.kinds import KINDS
from inspections.words.actors import BUILDER
from inspections.words.wording import LANGUAGES, say_in
from tests.spoken import spoken_in


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [NOTICE, *KINDS])
def test_a_file_is_called_as_where_it_is_imported(language: str, kind: str) -> None:
    entry = {"subject": f"{kind} 甲局", "kind": kind, "rest": "甲局", "name": None, "before": None, "after": None}
    entries = pd.DataFrame([entry | {"logged_at": pd.Timestamp("2024-05-06"), "actor": BUILDER}])
    told = spoken_in(language, log_words.in_words, entries, {})
    assert list(told["actor"]) == [say_in(language, "log.builder")]
    (words,) = told["subject_words"]
    assert words == say_in(
        language, "log.subjects.import_of", kind=say_in(language, f"codes.import_kind.{kind}"), name="甲局"
    )
