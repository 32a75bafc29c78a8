"""What the reader has chosen: every question of a page starts from here."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import pandas as pd

from inspections.words.classes import class_name, scheme_of
from inspections.words.look import Look
from inspections.words.wording import FIRST, say, say_in


@dataclass(frozen=True)
class View:
    """What the reader has chosen: every question of a page starts from here.

    `bureau_id` is 0 and `bureau` empty while there is no bureau yet: only pages that need no plan see that.
    """

    page: str
    bureau_id: int
    bureau: str
    year: int
    as_of: datetime.date
    look: Look
    settings: dict[str, str]

    def say(self, key: str, **parameters: object) -> str:
        """A text of this page's section in the text files."""
        return say(f"{self.page}.{key}", **parameters)

    def word(self, kind: str, code: str) -> str:
        """The field's term for a code, such as `word("launch", "late")`."""
        return say(f"codes.{kind}.{code}")

    def class_name(self, code: str) -> str:
        """A class with its letter: "C 较高风险". Labels differ by province, so a bureau's own setting goes first."""
        return class_name(code, self.settings)

    @property
    def classes(self) -> list[str]:
        """The codes of the bureau's class scheme, lowest risk first."""
        return scheme_of(self.settings)

    @property
    def scope(self) -> dict[str, Any]:
        """The parameters that nearly every question takes."""
        return {"bureau_id": self.bureau_id, "year": self.year, "as_of": self.as_of}

    @property
    def year_before(self) -> dict[str, Any]:
        """The same for the year before, cut off on the same day of the year."""
        day = pd.Timestamp(self.as_of) - pd.DateOffset(years=1)
        return {"bureau_id": self.bureau_id, "year": self.year - 1, "as_of": day.date()}

    @property
    def cap(self) -> int | None:
        """Planned visits a year that a firm may expect, where a cap was in force, else None."""
        cap = self.settings.get("yearly_cap")
        return int(cap) if cap else None


def task_names(tasks: pd.DataFrame) -> tuple[dict[str, int], dict[str, str]]:
    """The ids of tasks by a name that stands in addresses, the same in every language; and how it is shown."""
    known: dict[str, int] = {}
    shown: dict[str, str] = {}
    for kind, seq, name, task_id in tasks[["plan_kind", "seq", "name", "task_id"]].itertuples(index=False):
        key = "frame.joint_label" if kind == "joint" else "frame.task_label"
        code = say_in(FIRST, key, seq=seq, name=name)
        known[code], shown[code] = int(task_id), say(key, seq=seq, name=name)
    return known, shown


def source_line(view: View) -> str:
    """Bureau, year and cut-off date in one line, for exports and feet of figures."""
    return say("frame.source", bureau=view.bureau, year=view.year, day=view.as_of.isoformat())


def is_synthetic(settings: dict[str, str]) -> bool:
    """Whether the database holds synthetic data."""
    return settings.get("synthetic") == "true"
