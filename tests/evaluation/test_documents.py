"""The plan against the day by which a rule wants it published."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest

from inspections.evaluation.documents import DocumentFacts, document_facts


def plans(*rows: tuple[str | None, str | None, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["doc_no", "issued_on", "published_on"])
    return frame.assign(
        issued_on=pd.to_datetime(frame["issued_on"]), published_on=pd.to_datetime(frame["published_on"])
    )


DEADLINE = datetime.date(2024, 3, 15)
LAST = datetime.date(2024, 12, 31)


@pytest.mark.parametrize(
    ("published", "state"),
    [
        (["2024-03-14", "2024-03-15"], "in_time"),  # the day itself is in time
        (["2024-03-14", "2024-03-16"], "late"),  # the last plan decides
        (["2024-03-14", None], "unpublished"),  # one is not out
        ([None, None], "unpublished"),
        ([], "unpublished"),
        (["2024-03-14", "2025-01-08"], "unpublished"),  # not on the day asked for
    ],
)
def test_state_against_the_deadline(published: list[str | None], state: str) -> None:
    facts = document_facts(plans(*(("1号", "2024-03-01", day) for day in published)), 2024, "03-15", LAST)
    assert (facts.state, facts.deadline) == (state, DEADLINE)


def test_no_rule_was_in_force() -> None:
    rows = plans((None, "2024-03-08", "2024-03-20"), ("2号", "2024-03-05", "2024-03-21"))
    facts = document_facts(rows, 2024, None, LAST)
    first, last = datetime.date(2024, 3, 5), datetime.date(2024, 3, 21)
    assert facts == DocumentFacts("no_rule", "known", "2号", first, last, None)
    # What is issued later is not issued yet.
    early = document_facts(rows, 2024, None, first - datetime.timedelta(days=1))
    assert (early.issuing, early.issued) == ("not_yet", None)


def test_a_year_without_plans_says_nothing() -> None:
    assert document_facts(plans(), 2024, None, LAST) == DocumentFacts("no_rule", "unknown", None, None, None, None)
