"""Every word on screen: looked up by key in `texts/zh.toml` and `texts/en.toml`, which hold the same keys.

Sentences are `str.format` templates with three more conversions, so that the text files and not the code decide
how a number is written:

- `{share:rate}`    a proportion in [0, 1] or None (0/0)  ->  "68.3%" or "—"
- `{count:n}`       a whole number  ->  "1,336"
- `{count:# firm|# firms}`  the singular or the plural, `#` standing for the number (English needs it)

Who reads is bound once, where a reader comes in (a run of a page, a command, a file written on demand), and asked for
here: `speaking("en")`, then `say("overview.title")`. Each thread has its own reader.
"""

from __future__ import annotations

import contextlib
import datetime
import string
import tomllib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from inspections.words.errors import InspectionsError, Term
from inspections.words.plain import LONGEST_QUOTED, shortened, visible


@dataclass(frozen=True)
class Language:
    """How a language calls itself, its tag (BCP 47), and whether papers in it are set as Chinese official ones."""

    name: str
    tag: str
    chinese: bool = False


# The first one is the one spoken where nobody has chosen. A language is a line here and a file in texts/.
LANGUAGES = {"zh": Language("中文", "zh-CN", chinese=True), "en": Language("English", "en-GB")}
FIRST = next(iter(LANGUAGES))
ABSENT = "—"
_spoken: ContextVar[str] = ContextVar("language of the reader")


def speak(language: str) -> None:
    """From here on this thread's reader reads `language`. Raises KeyError for an unknown one."""
    if language not in LANGUAGES:
        raise KeyError(language)
    _spoken.set(language)


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """For as long as it lasts the reader reads `language`, and then what was read before."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The code of the reader's language. Raises LookupError where no reader is bound: words would reach nobody."""
    return _spoken.get()


def preferred(accepted: str) -> str:
    """The language that a browser asks for first (RFC 9110, `Accept-Language`: "en-GB,en;q=0.9") and that we speak."""
    wishes: list[tuple[float, str]] = []
    for wish in accepted.split(","):
        tag, _, weight = wish.partition(";")
        try:
            quality = float(weight.partition("=")[2] or 1)
        except ValueError:
            continue
        wishes.append((quality, tag.strip().lower().partition("-")[0]))
    # Sorted stably: of equal wishes the first one goes.
    ranked = sorted((wish for wish in wishes if wish[0] > 0), key=lambda wish: -wish[0])
    return next((code for _, code in ranked if code in LANGUAGES), FIRST)


def language() -> Language:
    """The reader's language."""
    return LANGUAGES[spoken()]


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
            # Sums come out of the database as 12.0, and some numbers come as they are to be read ("10-20").
            if isinstance(value, str):
                number = shortened(visible(value), LONGEST_QUOTED)
            else:
                number = f"{int(value) if float(value).is_integer() else value:,}"
            return (one if number == "1" else many).replace("#", number)
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


def say(key: str, /, **parameters: object) -> str:
    """The text under a dotted `key` in the reader's language, placeholders filled.

    Raises KeyError for an unknown key or a missing parameter, LookupError where no reader is bound.
    """
    return _sentence.vformat(_template(spoken(), key), (), parameters)


def say_in(code: str, key: str, /, **parameters: object) -> str:
    """The same in a language of its own, whoever reads."""
    with speaking(code):
        return say(key, **parameters)


def say_error(error: InspectionsError) -> str:
    """The sentence for an error."""
    parameters = {name: _in_words(value) for name, value in error.parameters.items()}
    return say(f"errors.{error.code}", **parameters)


def _in_words(value: object) -> object:
    if isinstance(value, Term):
        return say(value.key, **{name: _in_words(one) for name, one in value.parameters.items()})
    if isinstance(value, tuple):
        return say("frame.list_comma").join(str(_in_words(one)) for one in value)
    return value
