"""Every word on screen: both languages hold the same keys and placeholders, and every template can be filled."""

from __future__ import annotations

import ast
import datetime
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspections.store.database import ROOT
from inspections.words.errors import InspectionsError
from inspections.words.wording import ABSENT, LANGUAGES, preferred, say, say_error, say_in, texts
from tests.spoken import spoken_in


def leaves(node: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


ZH, EN = dict(leaves(texts("zh"))), dict(leaves(texts("en")))
# Chinese sets no space between sentences, and may leave out what English needs.
ONLY_IN_ONE: set[str] = {"frame.sentence_gap"}


def test_both_languages_hold_the_same_keys() -> None:
    assert set(ZH) ^ set(EN) <= ONLY_IN_ONE


def test_every_template_can_be_filled_by_the_parameters_of_either_language() -> None:
    for key in set(ZH) & set(EN):
        filled: dict[str, object] = dict.fromkeys(placeholders(ZH[key]) | placeholders(EN[key]), 2)
        days = {name for text in (ZH[key], EN[key]) for _, name, spec, _ in string.Formatter().parse(text)
                if name and spec and spec.startswith("%")}  # fmt: skip
        filled |= dict.fromkeys(days, datetime.date(2024, 3, 5))
        for language in LANGUAGES:
            sentence = say_in(language, key, **filled)
            # What is left in braces is Plotly's, TOML's, or the shell's in a recipe, as is its pipe.
            if not key.startswith(("packages.recipe", "errors.scenario_not_dict")) and not key.endswith(".example"):
                assert "{" not in sentence.replace("%{", ""), (language, key)
                assert "|" not in sentence, (language, key)
                assert "# " not in sentence, (language, key)


def test_english_takes_no_parameter_that_chinese_does_not() -> None:
    """The code passes what the Chinese sentence needs."""
    more = {key for key in set(ZH) & set(EN) if placeholders(EN[key]) - placeholders(ZH[key])}
    assert more == set()


def raised() -> set[str]:
    """Codes of all InspectionsError in the source."""
    codes = set()
    for path in (ROOT / "inspections").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InspectionsError" and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    codes.add(str(code.value))
    return codes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_that_is_raised_has_a_sentence(language: str) -> None:
    assert raised() <= set(texts(language)["errors"])


def test_an_error_is_said_in_either_language() -> None:
    error = InspectionsError("database_foreign", path=Path("x.duckdb"))
    assert say_error(error).startswith("x.duckdb ")
    assert "x.duckdb" in spoken_in("en", say_error, error)
    assert str(error).startswith("database_foreign ")


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"count": 1}, "1 item is in no task"),
        ({"count": 2}, "2 items are in no task"),
        ({"count": 1336}, "1,336 items are in no task"),
    ],
)
def test_singular_and_plural(parameters: dict[str, int], sentence: str) -> None:
    assert say_in("en", "overview.alerts.uncovered", **parameters) == sentence


def test_rates_counts_and_days() -> None:
    assert say("frame.rate", share=0.6834) == "68.3%"
    assert say("frame.rate", share=None) == ABSENT
    assert say("frame.of_objects", numerator=1336, denominator=None) == f"1,336 / {ABSENT} 户"
    assert say("frame.change.fell", points=2.04) == "较上年同期下降 2.0 个百分点"
    assert say("export.made_on", day=datetime.datetime.fromisoformat("2024-03-05T10:00")) == "导出日期 2024-03-05"


def test_what_is_missing_raises() -> None:
    for key in ("no.such.key", "overview.no_such_key", "overview", "overview.title.deeper"):
        with pytest.raises((KeyError, TypeError)):
            say(key)
    with pytest.raises(KeyError):
        say("frame.rate")
    with pytest.raises(KeyError):
        say_in("fr", "frame.rate", share=1)


def test_a_rate_never_says_all_for_less_than_all_nor_nothing_for_something() -> None:
    def said(share: float | None) -> str:
        return say_in("en", "frame.rate", share=share)

    assert [said(share) for share in (1, 0.9996, 0.9994, 0.5, 0.0004, 0)] == [
        "100.0%", "99.9%", "99.9%", "50.0%", "<0.1%", "0.0%",
    ]  # fmt: skip
    assert said(None) == said(float("nan")) == "—"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("de,en;q=0.4,zh-CN;q=0.7", "zh"),
        ("fr;q=1, EN;q=0.1, zh;q=0", "en"),
        ("xx", "zh"),
        ("en;q=much", "zh"),
        (";;,,q=", "zh"),
    ],
)
def test_a_browser_asks_for_languages_by_weight(accepted: str, language: str) -> None:
    assert preferred(accepted) == language
