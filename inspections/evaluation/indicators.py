"""The indicators of an evaluation (评价指标), in the order in which they are shown: everything that is known of one.

Scores, distances, costs, rankings, workbook, figures and pages follow this table; none of them names an indicator that
it treats like the others. What a rate or a mean is made from are two counts of `queries/indicator_counts.sql`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import pandas as pd

from inspections.words.rates import points, rate
from inspections.words.wording import ABSENT, say

# What an indicator counts: visits, problems found by visits, and tasks by whom they count with can be changed one by
# one; all others are only shown.
Records = Literal["visits", "problems", "launches", "led_tasks", "tasks", "items", "units", "plans"]
# May a record still be mended on the cut-off day: always, never (in hindsight only), or where a flag of it says so.
ALWAYS, NEVER = "", "-"
# The unit that a task counts with, as columns of `task_states`.
WHOSE = {"launches": "launching_unit_id", "led_tasks": "lead_unit_id"}
# Who and when stand first: a narrow window shows the first columns only. Its task and number follow (`costs`).
VISIT = ("object", "ends_on", "inspected_on", "entered_on")
FOUND = ("object", "inspected_on", "entered_on", "handled_on")
TASK = ("plan_kind", "seq", "task")
PLAN = ("plan_kind", "title", "doc_no", "issued_on", "published_on")
# Marks lie in [0, 1] for a rate; for a mean within a year of days, so that a slip of the pen is noticed.
LARGEST_MARK = {"rate": 1, "mean": 366}


@dataclass(frozen=True)
class Indicator:
    """One indicator: how it is counted, shown, scored, mended and spoilt.

    part, whole: numerator and denominator, columns of `indicator_counts`. of: who has it, units or the bureau. records:
    what it counts; among: the flag of a record that stands in the denominator ("" for all of them); flag: that of one
    which counts; measure: for a mean, the column of a record that is averaged, where it is not empty. shown: columns of
    a record that cost points. mended, spoilt: what can be done to a record so that it counts, or no longer does
    (EFFORTS and HARMS of `inspections.evaluation.unit_records`); may: whether it can still be mended on the cut-off
    day. zero, full: the marks an editor proposes, a mean's are assumptions.
    """

    code: str
    part: str
    whole: str
    records: Records
    among: str = ""
    flag: str = ""
    measure: str = ""
    of: Literal["unit", "bureau"] = "unit"
    kind: Literal["rate", "mean"] = "rate"
    better: Literal["more", "less"] = "more"
    weightable: bool = True
    shown: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    may: str = ALWAYS
    spoilt: tuple[str, ...] = ()
    zero: Fraction = Fraction(0)
    full: Fraction = Fraction(1)

    @property
    def column(self) -> str:
        """The column of a table that holds its value: a share or a plain number, as the end of the name says."""
        return f"{self.code}_{self.kind}"

    @property
    def rises(self) -> bool:
        """Whether more is better."""
        return self.better == "more"

    def known(self, zero: Fraction, full: Fraction) -> bool:
        """Whether marks can be scored by: apart, the better one full, both within what the indicator can be."""
        low, high = (zero, full) if self.rises else (full, zero)
        return 0 <= low < high <= LARGEST_MARK[self.kind]


_LATE = ("published_late", "entered_late", "unpublished", "unentered")
INDICATORS = (
    Indicator(
        "completion", "entered", "due", "visits", flag="entered", shown=VISIT, mended=("finish",),
        spoilt=("unentered",),
    ),
    Indicator(
        "entry_on_time", "entered_in_time", "due", "visits", flag="entered_in_time", shown=VISIT,
        mended=("finish", "late", "publish"), may="may_enter", spoilt=("entered_late", "unentered"),
    ),
    Indicator(
        "publication", "published", "due", "visits", flag="published", shown=(*VISIT, "made_public_on"),
        mended=("finish", "publish"), spoilt=("unpublished", "unentered"),
    ),
    Indicator(
        "publication_on_time", "published_in_time", "due", "visits", flag="published_in_time",
        shown=(*VISIT, "made_public_on", "working_days_to_publish"),
        mended=("finish", "late", "publish"), may="may_publish", spoilt=_LATE,
    ),
    # The proposed marks: nothing at the 20 working days that some provinces allow, everything within a week.
    Indicator(
        "days_to_publish", "days_to_publish", "measured", "visits", among="published",
        measure="working_days_to_publish", kind="mean", better="less", zero=Fraction(20), full=Fraction(5),
        shown=(*VISIT, "made_public_on", "working_days_to_publish"),
    ),
    Indicator(
        "launch_on_time", "launched_in_time", "tasks_to_start", "launches", among="to_start", flag="launched_in_time",
        shown=(*TASK, "starts_on", "ends_on", "drawn_on"), mended=("launch",), may="may_launch",
        spoilt=("launched_late",),
    ),
    Indicator(
        "task_completion", "tasks_done", "tasks_due", "led_tasks", among="ended", flag="done",
        shown=(*TASK, "ends_on", "drawn_on", "due", "not_entered"), mended=("finish",), spoilt=("unentered",),
    ),
    Indicator(
        "follow_up", "handled", "problems", "problems", among="problem", flag="handled", shown=FOUND, mended=("close",),
        spoilt=("unhandled",),
    ),
    Indicator(
        "closed_out", "closed", "problems", "problems", among="problem", flag="closed", shown=(*FOUND, "closed_on"),
        mended=("close",), spoilt=("unclosed", "unhandled"),
    ),
    Indicator(
        "use_of_classes", "with_classes", "classable", "led_tasks", among="has_classes", flag="with_classes",
        shown=(*TASK, "drawn_on", "due"), mended=("use_classes",), may=NEVER, spoilt=("without_classes",),
    ),
    Indicator("joint_share", "joint_tasks", "tasks", "tasks", shown=(*TASK, "starts_on", "ends_on")),
    # Random visits find fewer problems than targeted ones by design: shown and never rewarded (docs/field.md).
    Indicator(
        "problem_rate", "problems", "entered", "visits", among="entered", flag="problem", weightable=False
    ),
    Indicator(
        "item_coverage", "covered", "items", "items", of="bureau", shown=("item", "item_class", "legal_basis")
    ),
    Indicator("participation", "taking_part", "units", "units", of="bureau", shown=("unit",)),
    Indicator("plan_numbered", "numbered", "papers", "plans", of="bureau", shown=PLAN),
    Indicator("plan_dated", "dated", "papers", "plans", of="bureau", shown=PLAN),
    Indicator("plan_published", "published_by_rule", "papers", "plans", of="bureau", shown=PLAN),
)  # fmt: skip
BY_CODE = {one.code: one for one in INDICATORS}
WEIGHABLE = tuple(one for one in INDICATORS if one.weightable)
OF_UNITS = tuple(one for one in INDICATORS if one.of == "unit")


def counting(records: Records) -> tuple[Indicator, ...]:
    """The indicators that can be scored and whose records of that kind count one by one."""
    return tuple(one for one in WEIGHABLE if one.records == records and one.flag)


def counts_of(rows: pd.DataFrame) -> Iterator[dict[str, tuple[int, int]]]:
    """For each row of `indicator_counts` numerator and denominator by code: of a unit, or of the bureau as a whole."""
    names = {name for one in INDICATORS for name in (one.part, one.whole)}
    # Whole columns as lists: taken row by row, cells of a frame cost more than the scoring.
    columns: dict[str, list[Any]] = {name: rows[name].tolist() for name in names}
    for place, of_whole in enumerate(rows["unit_id"].isna().tolist()):
        yield {
            one.code: (int(columns[one.part][place]), int(columns[one.whole][place]))
            for one in (INDICATORS if of_whole else OF_UNITS)
        }


# ---------------------------------------------------------------------------------------------------- in words


def value_words(code: str, value: float | None) -> str:
    """A value as it is written: "96.4%" for a rate, with its unit for a mean, a dash where there is none."""
    if value is None or pd.isna(value):
        return ABSENT
    if BY_CODE[code].kind == "rate":
        return say("frame.rate", share=value)
    return say(f"codes.mean.{code}", value=f"{value:.1f}")


def count_words(code: str, numerator: int, denominator: int) -> str:
    """The value of two counts in words."""
    return value_words(code, rate(numerator, denominator))


def difference(code: str, now: float | None, before: float | None) -> float | None:
    """How far a value is from another: percentage points (个百分点) for a rate, the mean's own unit otherwise."""
    if BY_CODE[code].kind == "rate" or now is None or before is None:
        return points(now, before)
    return now - before


def difference_words(code: str, now: float | None, before: float | None) -> str:
    """The same with its sign; a mean's has its unit with it, a rate's column says that it is points."""
    apart = difference(code, now, before)
    if apart is None:
        return ABSENT
    text = f"{apart:+.1f}"
    text = text.lstrip("+-") if float(text) == 0 else text.replace("-", "−")
    return text if BY_CODE[code].kind == "rate" else say(f"codes.mean.{code}", value=text)
