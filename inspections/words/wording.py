"""Every word on screen: looked up by key in `texts/zh.toml` and `texts/en.toml`, which hold the same keys.

Sentences are `str.format` templates with three more conversions, so that the text files and not the code decide
how a number is written:

- `{share:rate}`    a proportion in [0, 1] or None (0/0)  ->  "68.3%" or "—"
- `{count:n}`       a whole number  ->  "1,336"
- `{count:# firm|# firms}`  the singular or the plural, `#` standing for the number (English needs it)
"""

from __future__ import annotations

import datetime
import string
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from inspections.words.errors import InspectionsError, Term
from inspections.words.plain import LONGEST_QUOTED, shortened, visible

LANGUAGES = ("zh", "en")
ABSENT = "—"


class _Sentence(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None:
            return ABSENT
        if format_spec == "rate":
            return _rate(float(value))
        if format_spec == "n":
            return f"{round(value):,}"
        if "|" in format_spec:
            one, many = format_spec.split("|", 1)
            return (one if value == 1 else many).replace("#", f"{value:,}")
        if isinstance(value, datetime.datetime):
            value = value.date()
        # What is filled in may come from a stranger: nothing hidden in it reaches a screen, a paper or a terminal.
        return shortened(visible(str(super().format_field(value, format_spec))), LONGEST_QUOTED)


def _rate(share: float) -> str:
    """One decimal, but never "100.0%" for less than all nor "0.0%" for more than nothing."""
    if share != share:  # noqa: PLR0124 - NaN, the one number that differs from itself
        return ABSENT
    if 0.9995 <= share < 1:
        return "99.9%"
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


_sentence = _Sentence()


@cache
def texts(language: str) -> dict[str, Any]:
    """The whole text file of one language as nested dictionaries. Raises KeyError for an unknown language."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads(resources.files("inspections.words").joinpath(f"texts/{language}.toml").read_text("utf-8"))


@cache
def _template(language: str, key: str) -> str:
    node: Any = texts(language)
    for part in key.split("."):
        node = node[part]
    if not isinstance(node, str):
        raise KeyError(f"{key} is a section of {language}.toml, not a text")
    return node


def say(language: str, key: str, /, **parameters: object) -> str:
    """The text under a dotted `key`, placeholders filled. Raises KeyError for an unknown key or a missing parameter."""
    template = _template(language, key)
    return _sentence.vformat(template, (), parameters)


def say_error(language: str, error: InspectionsError) -> str:
    """The sentence for an error, in `language`."""
    parameters = {name: _in_words(language, value) for name, value in error.parameters.items()}
    return say(language, f"errors.{error.code}", **parameters)


def _in_words(language: str, value: object) -> object:
    if isinstance(value, Term):
        return say(language, value.key)
    if isinstance(value, tuple):
        return say(language, "frame.list_comma").join(str(_in_words(language, one)) for one in value)
    return value
