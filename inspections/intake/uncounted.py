"""The ledger of figures: which results, draws, drawn objects, tasks and visits of a bureau's year are missing from which figures.

What is not in a figure is in a sentence: how many, of which figures, and what to do (`queries/uncounted.sql`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from inspections.store.database import ask
from inspections.words.wording import say

_RATES = ("completion", "publication", "follow_up", "problem_rate")
_OF_VISITS = (*_RATES, "class_coverage", "visit_frequency")
_OF_DRAWS = ("due_visits", "class_coverage", "use_of_classes", "randomness")
# Reason -> the figures that lack what it counts, in the order in which they are told.
FIGURES: dict[str, tuple[str, ...]] = {
    "result_not_entered": _RATES,
    "result_replaced": _OF_VISITS,
    "result_unplanned": _RATES,
    "result_substituted": _OF_VISITS,
    "result_not_drawn": _OF_VISITS,
    "result_not_checking": _OF_VISITS,
    "result_trial": _OF_VISITS,
    "result_without_outcome": ("outcomes",),
    "result_outside_calendar": ("days_to_publish",),
    "draw_replaced": _OF_DRAWS,
    "draw_unplanned": _OF_DRAWS,
    "draw_trial": _OF_DRAWS,
    "draw_full": ("randomness", "random_problem_rate"),
    "draw_without_pool": ("class_coverage", "use_of_classes", "randomness"),
    "draw_pool_rebuilt": ("randomness",),
    "draw_without_classes": ("use_of_classes",),
    "draw_not_by_class": ("use_of_classes",),
    "drawn_substituted": ("due_visits", *_RATES, "class_coverage"),
    "drawn_without_department": ("due_visits", *_RATES),
    "object_without_class": ("class_quotas",),
    "task_without_start": ("on_time_launch",),
    "task_without_end": ("task_completion", "on_time_entry"),
    "visit_without_result": _OF_VISITS,
}


@dataclass(frozen=True)
class Uncounted:
    """So many records of a year that some figures lack: `reason` is a key of `FIGURES`."""

    year: int
    reason: str
    count: int

    @property
    def figures(self) -> tuple[str, ...]:
        """Codes of the figures that lack them."""
        return FIGURES[self.reason]

    @property
    def message(self) -> str:
        """The sentence: how many, of which figures, what to do."""
        return say(f"uncounted.{self.reason}", count=self.count)

    def as_json(self) -> dict[str, Any]:
        """One entry of `figures` in the JSON of an import."""
        return {
            "year": self.year,
            "reason": self.reason,
            "count": self.count,
            "figures": list(self.figures),
            "message": self.message,
        }


def uncounted(year: int, answer: pd.DataFrame) -> list[Uncounted]:
    """The answer to `queries/uncounted.sql` for a year, in the order of `FIGURES`."""
    counts = dict(zip(answer["reason"], map(int, answer["records"]), strict=True))
    return [Uncounted(year, reason, counts[reason]) for reason in FIGURES if reason in counts]


def uncounted_after(connection: duckdb.DuckDBPyConnection, import_id: int | None, bureau: str) -> list[Uncounted]:
    """What the figures lack in every year of plans that an import wrote to; nothing where it wrote nothing."""
    if import_id is None:
        return []
    with connection.cursor() as cursor:
        found = cursor.execute("select bureau_id from bureau where name = ?", [bureau]).fetchone()
    years = ask(connection, "import_years", import_id=import_id)["year"]
    return [
        one
        for year in map(int, years)
        for one in uncounted(year, ask(connection, "uncounted", bureau_id=found[0] if found else None, year=year))
    ]


def sentences(found: Sequence[Uncounted]) -> list[str]:
    """The sentences, under their year where there are several."""
    if len({one.year for one in found}) < 2:
        return [one.message for one in found]
    return [say("uncounted.of_year", year=one.year, sentence=one.message) for one in found]
