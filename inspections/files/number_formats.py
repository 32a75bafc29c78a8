"""How a spreadsheet shows a number or a day by the format of its cell, where its value alone would say more."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

_WITHOUT_LETTERS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@lru_cache(1_000)
def format_kind(code: str) -> str | None:
    """What a number format leaves out or adds: "%" a percentage, "md" a day without its year, "ym" and "m" a month.

    None for every other format.
    """
    letters = _WITHOUT_LETTERS.sub("", code.split(";", maxsplit=1)[0]).lower()
    if "%" in code:
        return "%"
    if letters == "general" or re.search("[hs]", letters) or "m" not in letters:
        return None
    kind = "".join(letter for letter in "ymd" if letter in letters)
    return None if kind == "ymd" else kind


def shown_as(value: object, kind: str) -> object:
    """A cell's value as a format of this kind shows it; the value itself where the format says nothing about it."""
    if kind == "%":
        return f"{round(value * 100, 6):g}%" if isinstance(value, int | float) else value
    if not isinstance(value, datetime.date):
        return value
    year, month, day = f"{value.year}年", f"{value.month}月", f"{value.day}日"
    return "".join(part for letter, part in (("y", year), ("m", month), ("d", day)) if letter in kind)
