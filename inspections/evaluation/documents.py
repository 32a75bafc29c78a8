"""The plan as a document: number, date of issue, publication, against the day by which a rule wants it published."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

import pandas as pd

State = Literal["in_time", "late", "unpublished", "no_rule"]
Issuing = Literal["known", "not_yet", "unknown"]


@dataclass(frozen=True)
class DocumentFacts:
    """state: against the deadline, where a rule was in force. issued: first date of issue of the year's plans.

    issuing: whether that date is known; not yet, where it comes after the cut-off date (issued is then None).
    published: None where one of the plans was not published by the cut-off date.
    """

    state: State
    issuing: Issuing
    doc_no: str | None
    issued: datetime.date | None
    published: datetime.date | None
    deadline: datetime.date | None


def document_facts(plans: pd.DataFrame, year: int, publish_by: str | None, as_of: datetime.date) -> DocumentFacts:
    """`plans`: rows of `queries/plans.sql`; `publish_by`: the setting "MM-DD", None where no rule was in force.

    The last plan to be published decides, because the duty is for all of them. What is published after `as_of` is not
    yet.
    """
    deadline = datetime.date.fromisoformat(f"{year}-{publish_by}") if publish_by else None
    numbers = plans["doc_no"].dropna()
    published = None if plans["published_on"].isna().any() or plans.empty else plans["published_on"].max().date()
    published = published if published and published <= as_of else None
    if deadline is None:
        state: State = "no_rule"
    elif published is None:
        state = "unpublished"
    else:
        state = "in_time" if published <= deadline else "late"
    issued = None if plans["issued_on"].isna().all() else plans["issued_on"].min().date()
    later = issued is not None and issued > as_of
    return DocumentFacts(
        state=state,
        issuing="not_yet" if later else "known" if issued else "unknown",
        doc_no=str(numbers.iloc[0]) if len(numbers) else None,
        issued=None if later else issued,
        published=published,
        deadline=deadline,
    )
