"""Everything a year-end report, a circular or a meeting says of a bureau's year, asked once at one cut-off date.

Page, docx, xlsx, pptx and pdf take their numbers from the same `Facts`: the same figure cannot differ between them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from inspections.evaluation.documents import DocumentFacts, document_facts
from inspections.evaluation.grade import Evaluation, Override, evaluate
from inspections.evaluation.rubric import Rubric, default_rubric, read_rubric
from inspections.words.actors import name_of
from inspections.words.classes import class_name, scheme_of
from inspections.words.errors import InspectionsError
from inspections.year.coverage import broken_gradients, expected_reach
from inspections.year.exact import exact_year
from inspections.year.whatif import Choice, year_answers, year_of

Ask = Callable[..., pd.DataFrame]


@dataclass(frozen=True)
class Facts:
    """One bureau's year at a cut-off date. `ask(name, **parameters)` answers a question of `queries/`.

    Frames are named after the question they answer; counts are plain dictionaries.
    """

    ask: Ask
    bureau_id: int
    bureau: str
    year: int
    as_of: datetime.date
    settings: Mapping[str, str]
    rubric: Rubric

    # ------------------------------------------------------------------------------------------ the year's rules
    @property
    def synthetic(self) -> bool:
        """Whether the database holds synthetic data."""
        return self.settings.get("synthetic") == "true"

    @property
    def classes(self) -> list[str]:
        """The codes of the bureau's class scheme, lowest risk first."""
        return scheme_of(self.settings)

    def class_name(self, code: str) -> str:
        """A class with its letter: "C 较高风险"; a bureau's own label goes first in Chinese."""
        return class_name(code, self.settings)

    @property
    def publication_days(self) -> int | None:
        """Working days between inspection and publication where a rule was in force."""
        days = self.settings.get("publication_working_days")
        return int(days) if days else None

    @property
    def running(self) -> bool:
        """Whether the year is not over at the cut-off date."""
        return self.as_of < datetime.date(self.year, 12, 31)

    @property
    def of_year(self) -> dict[str, Any]:
        """Parameters of questions about the plan."""
        return {"bureau_id": self.bureau_id, "year": self.year}

    @property
    def scope(self) -> dict[str, Any]:
        """Parameters of nearly every question."""
        return {**self.of_year, "as_of": self.as_of}

    # ------------------------------------------------------------------------------------------ counts
    def _row(self, question: str, **parameters: Any) -> dict[str, int]:
        return {str(name): int(count) for name, count in self.ask(question, **parameters).iloc[0].items()}

    @cached_property
    def totals(self) -> dict[str, int]:
        """The counts of `year_totals`: tasks, launched, due, entered, published, problems, handled, closed, …."""
        return self._row("year_totals", **self.scope)

    @cached_property
    def counts(self) -> dict[str, int]:
        """The counts of `plan_counts`: items, covered, tasks, joint, classable, with_classes."""
        return self._row("plan_counts", **self.scope)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Rows of `class_coverage` over all draws."""
        return self.ask("class_coverage", **self.scope, only_random=False, scope_id=None)

    @cached_property
    def expected_reach(self) -> dict[str, float]:
        """Objects per class that the draws of the year reach on average, by the exact year of the tasks drawn."""
        drawn = sorted({int(task_id) for task_id in self.ask("task_classes", **self.scope)["task_id"]})
        return expected_reach(exact_year(year_of(year_answers(self.ask, self.scope), Choice(tasks=tuple(drawn)))))

    @cached_property
    def broken_gradients(self) -> int:
        """Classes that a draw with class quotas took at a lower proportion than a class of lower risk."""
        return len(broken_gradients(self.ask("task_classes", **self.scope), self.classes))

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """Rows of `tasks`."""
        return self.ask("tasks", **self.scope)

    @cached_property
    def units(self) -> pd.DataFrame:
        """Rows of `unit_completion`."""
        return self.ask("unit_completion", **self.scope)

    @cached_property
    def overdue(self) -> pd.DataFrame:
        """Rows of `overdue_visits`."""
        return self.ask("overdue_visits", **self.scope)

    @cached_property
    def items(self) -> pd.DataFrame:
        """Rows of `item_coverage`."""
        return self.ask("item_coverage", **self.scope)

    @cached_property
    def document(self) -> DocumentFacts:
        """The plan as a document."""
        publish_by = self.settings.get("plan_published_by")
        return document_facts(self.ask("plans", **self.scope), self.year, publish_by, self.as_of)

    @cached_property
    def proposals(self) -> pd.DataFrame:
        """Rows of `proposals` for the year after; empty where none was adopted."""
        return self.ask("proposals", bureau_id=self.bureau_id, year=self.year + 1)

    # ------------------------------------------------------------------------------------------ the evaluation
    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Rows of `indicator_counts`."""
        return self.ask("indicator_counts", **self.scope)

    @cached_property
    def visit_states(self) -> pd.DataFrame:
        """Rows of `visit_states`."""
        return self.ask("visit_states", **self.scope)

    @cached_property
    def task_states(self) -> pd.DataFrame:
        """Rows of `task_states`."""
        return self.ask("task_states", **self.scope)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The units of the year under the rubric, with the grades that people decided."""
        decided = self.ask("grading_decisions", **self.of_year)
        overrides, notes = {}, {}
        for row in decided.to_dict("records"):
            if not pd.isna(row["grade"]):
                overrides[int(row["unit_id"])] = Override(row["grade"], row["reason"], name_of(row["decided_by"]))
            if not pd.isna(row["note"]):
                notes[int(row["unit_id"])] = str(row["note"])
        found = evaluate(self.indicators, self.rubric, overrides, notes, running=self.running)
        if found is None:
            raise InspectionsError("bureau_not_found", bureau=self.bureau, known="—")
        return found

    @cached_property
    def before(self) -> Facts:
        """The year before at the same day of the year, under the same rubric and that year's own rules."""
        day = (pd.Timestamp(self.as_of) - pd.DateOffset(years=1)).date()
        return gather(self.ask, self.bureau_id, self.bureau, self.year - 1, day, self.rubric)

    @property
    def compared(self) -> Facts | None:
        """The year before, to compare with; None where nothing was drawn by its day: its zeros would be no record."""
        return self.before if self.before.totals["launched"] else None


def gather(
    ask: Ask, bureau_id: int, bureau: str, year: int, as_of: datetime.date, rubric: Rubric | None = None
) -> Facts:
    """The facts of a bureau's year under `rubric`, None for the scheme in force."""
    in_force = ask("settings_in_force", bureau_id=bureau_id, year=year)
    settings = dict(zip(in_force["key"], in_force["value"], strict=True))
    return Facts(ask, bureau_id, bureau, year, as_of, settings, rubric or rubric_in_force(ask))


def rubric_in_force(ask: Ask) -> Rubric:
    """The newest saved version of a scoring scheme, else the one the product ships with."""
    saved = ask("rubrics")
    if saved.empty:
        return default_rubric()
    newest = saved.iloc[0]
    return read_rubric(str(newest["definition"]), str(newest["name"]), int(newest["version"]))


def find(ask: Ask, bureau: str, year: int, as_of: datetime.date | None = None) -> Facts:
    """The facts of a bureau named as in its notices; the cut-off is the year's last day, or today in a running year.

    Raises InspectionsError `bureau_not_found` (with the bureaus there are) and `year_without_plan` (with the years).
    """
    known = ask("bureau_years")
    of_bureau = known[known["bureau"] == bureau.strip()]
    if of_bureau.empty:
        names = "、".join(dict.fromkeys(known["bureau"])) or "—"
        raise InspectionsError("bureau_not_found", bureau=bureau, known=names)
    if year not in set(of_bureau["year"]):
        years = "、".join(str(one) for one in of_bureau["year"])
        raise InspectionsError("year_without_plan", bureau=bureau, year=year, known=years)
    day = as_of or min(datetime.date(year, 12, 31), datetime.date.today())
    return gather(ask, int(of_bureau["bureau_id"].iloc[0]), bureau.strip(), year, day)
