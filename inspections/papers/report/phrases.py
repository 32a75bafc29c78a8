"""Words and numbers as the report and the circular write them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from inspections.evaluation.grade import Graded
from inspections.evaluation.rubric import PENDING
from inspections.papers.report.content import Heading, Paragraph, Part
from inspections.words.rates import rate
from inspections.words.wording import ABSENT, say

# Names told in a row, and their characters together, before "and so many more".
MOST_NAMES, MOST_CHARACTERS = 12, 100
# The characters in a circular.
FEW_CHARACTERS = 60


def day_in_words(day: datetime.date) -> str:
    """A day as papers write it: 2023年12月31日, 31 December 2023."""
    month = say(f"report.months.{day.month}")
    return say("report.day", year=day.year, month=month, day=day.day)


# ---------------------------------------------------------------------------------------------------- words


def report_says(key: str, **parameters: object) -> str:
    """A text of the report."""
    return say(f"report.{key}", **parameters)


def report_part(section: str, key: object, **parameters: object) -> str:
    """A text of one section of the report's texts."""
    return say(f"report.{section}.{key}", **parameters)


def circular_says(key: str, **parameters: object) -> str:
    """A text of the circular."""
    return say(f"circular.{key}", **parameters)


def circular_part(section: str, key: str) -> str:
    """A text of one section of the circular's texts."""
    return say(f"circular.{section}.{key}")


def ordinal(number: int) -> str:
    """一, 二, 三, as headings count."""
    return report_part("ordinals", number)


def number_before(level: int, number: int) -> str:
    """The number before a heading: 一、 and （一）."""
    return report_part("numbers", level, number=ordinal(number))


def headed(key: str, number: int, level: int = 1, **parameters: object) -> Heading:
    """A numbered heading."""
    return Heading(level, number_before(level, number) + report_part("headings", key, **parameters))


def joined(sentences: Mapping[str, str], *codes: str) -> list[Part]:
    """The sentences of these codes as one paragraph; none where there is nothing to say."""
    spoken = [sentences[code] for code in codes if code in sentences]
    return [Paragraph(say("frame.sentence_gap").join(spoken))] if spoken else []


def share_text(numerator: float, denominator: float) -> str:
    """A share as it is written."""
    return say("frame.rate", share=rate(numerator, denominator))


def count_text(value: float) -> str:
    """A count as it is written."""
    return f"{int(value):,}"


def signed_text(value: float) -> str:
    """A change with its sign; none where it is printed as zero."""
    text = f"{value:+.2f}"
    return text.lstrip("+-") if float(text) == 0 else text


def cell_text(value: Any) -> str:
    """What stands in a cell, a dash where there is nothing."""
    return ABSENT if pd.isna(value) or not str(value).strip() else " ".join(str(value).split())


def rest_of(count: int, shown: int) -> str | None:
    """The note that says how many more there are."""
    return report_says("rest", count=count - shown) if count > shown else None


def names_text(names: Sequence[str], most: int = MOST_CHARACTERS) -> str:
    """Names in a row, and how many more."""
    shown: list[str] = []
    for name in names[:MOST_NAMES]:
        if shown and len("".join(shown)) + len(name) > most:
            break
        shown.append(name)
    listed = say("frame.list_comma").join(shown)
    more = len(names) - len(shown)
    return report_says("and_more", names=listed, more=more) if more else listed


def numbered(points_made: Sequence[str]) -> list[str]:
    """Numbered where there is more than one."""
    if len(points_made) == 1:
        return list(points_made)
    return [report_says("point", number=ordinal(number), text=text) for number, text in enumerate(points_made, start=1)]


def score_text(value: object) -> str:
    """A score as it is printed, a dash where nothing is graded."""
    return ABSENT if value is None else str(value)


def grade_text(unit: Graded) -> str:
    """The grade that counts, with a star where people decided against the suggestion."""
    word = say(f"codes.grade.{unit.grade}")
    return report_says("overridden", grade=word) if unit.overridden else word


def override_text(unit: Graded) -> str:
    """Who gave another grade than the suggested one, and why."""
    assert unit.override is not None  # noqa: S101 - for the type checker
    return report_says(
        "override_running" if unit.suggested == PENDING else "override",
        unit=unit.unit,
        suggested=say(f"codes.grade.{unit.suggested}"),
        grade=say(f"codes.grade.{unit.grade}"),
        reason=unit.override.reason.strip().rstrip("。."),
    )
