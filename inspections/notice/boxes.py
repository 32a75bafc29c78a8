"""A cell of choices with boxes ("☑定向 □不定向") -> the words that are ticked."""

from __future__ import annotations

import re

_TICKED, _EMPTY = "☑☒✅■√✓✔", "□☐"
_BOX = re.compile(f"[{_TICKED}{_EMPTY}]")


def ticked_alone(text: str) -> str:
    """The ticked choices of a cell, joined by 、; the cell as it is where it has no empty box beside words.

    Where every box is empty nothing is chosen: "".
    """
    if not re.search(f"[{_EMPTY}]", text) or not re.search(r"[\u4e00-\u9fff]", text):
        return text
    signs = _BOX.findall(text)
    if len(signs) < 2:
        return text
    words = [part.strip(" 、，,;；/\n\t") for part in _BOX.split(text)]
    before, *behind = words
    # The box stands before its choice, or behind it.
    choices = zip(signs, [before, *behind[:-1]] if before else behind, strict=True)
    return "、".join(choice for sign, choice in choices if sign in _TICKED and choice)
