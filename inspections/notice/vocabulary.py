"""The words of notices, kept as data (`headers.toml`), and the words for "nothing" among them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from inspections.files.characters import squeezed


@cache
def vocabulary() -> dict[str, Any]:
    """The whole of `headers.toml`."""
    return tomllib.loads(resources.files("inspections.notice").joinpath("headers.toml").read_text("utf-8"))


def says_nothing(text: str) -> bool:
    """Whether a cell is empty or holds one of the words for "nothing" (无, /, —)."""
    return squeezed(text) in vocabulary()["nothing"]["words"]
