"""Credit-risk classes (信用风险分类): their codes, the order they stand in, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping

from inspections.words.wording import language, say

# The stratum of objects without a class.
NONE = "none"
# Where no bureau has a scheme of its own: low, medium, higher, high.
USUAL = ("A", "B", "C", "D")
# All that a scheme may have: Shandong and Hebei know a fifth.
EVERY = (*USUAL, "E")


def scheme_of(settings: Mapping[str, str]) -> list[str]:
    """The codes of a bureau's class scheme, lowest risk first."""
    own = settings.get("class_scheme")
    return own.split(",") if own else list(USUAL)


def class_order(risk_class: str) -> tuple[bool, str]:
    """Sort key of classes: A, B, C, D, …, and `none` last."""
    return risk_class == NONE, risk_class


def class_name(code: str, settings: Mapping[str, str]) -> str:
    """A class with its letter: "C 较高风险". Labels differ by province, so a bureau's own goes first, in Chinese."""
    own = dict(zip(scheme_of(settings), settings.get("class_labels", "").split(","), strict=False))
    label = own.get(code) if language().chinese else None
    return say("frame.class_name", letter=code, label=label) if label else say(f"codes.class_name.{code}")
