"""One cell as it was read, and what readers of all kinds of cells share: the words for "nothing", shortened texts."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from inspections.files.characters import folded, printable
from inspections.words.classes import USUAL

LONGEST_SHOWN = 40
# No word for "nothing" is longer; blanks around it included.
_LONGEST_EMPTY = 16
ONLY_STROKES = re.compile(r"[\s\-—–―_/\\.·*]*")


@dataclass(frozen=True)
class CellSettings:
    """What cells are read by: the class scheme, the year that a date without one means, and the longest cells kept.

    `labels` are the office's own words for the classes, in the order of `classes`; () leaves the usual ones.
    """

    classes: tuple[str, ...] = USUAL
    labels: tuple[str, ...] = ()
    year: int | None = None
    longest_name: int = 300
    longest_text: int = 4_000


@dataclass(frozen=True)
class Read:
    """What one cell says: its value, or the code and the parameters of what is wrong with it (or worth a note)."""

    value: object = None
    code: str | None = None
    parameters: Mapping[str, object] | None = None


EMPTY = Read()
Reader = Callable[[str, CellSettings], Read]


@cache
def vocabulary() -> dict[str, Any]:
    """The whole of `cells.toml`."""
    return tomllib.loads(resources.files("inspections.intake").joinpath("cells.toml").read_text("utf-8"))


@cache
def look_alike() -> dict[int, int]:
    """Letters of other alphabets that look like Latin ones, for `str.translate`."""
    words = vocabulary()["look_alike"]
    return str.maketrans(words["others"], words["latin"])


def shortened(text: str) -> str:
    """`text` on one line, printable, at most LONGEST_SHOWN characters long: fit for a message."""
    words = " ".join(printable(text[: LONGEST_SHOWN * 4]).split())
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"


def issue(code: str, text: str, value: object = None, **parameters: object) -> Read:
    """A cell with something to say about it; without `value` it could not be read."""
    return Read(value, code, {"text": shortened(text), **parameters})


def compared(text: str) -> str:
    """What words are compared by: small half-width letters, digits and the signs that can stand for a word."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum() or c in "%√×✓✔✗✘☑☒")


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(compared(word) for word in vocabulary()["empty"]["words"])


def says_nothing(text: str) -> bool:
    """Whether a cell is empty or holds one of the words for "nothing" (无, /, —)."""
    if len(text) > _LONGEST_EMPTY:
        return not text.strip()
    bare = compared(text)
    return bare in _empty_words() or (not bare and ONLY_STROKES.fullmatch(folded(text).strip()) is not None)
