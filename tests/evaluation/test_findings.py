"""Problem rates with their intervals."""

from __future__ import annotations

import pandas as pd
import pytest

from inspections.evaluation.findings import with_intervals


def by_firm(rows: dict[str, list]) -> pd.DataFrame:
    """Rows of `queries/problem_rates.sql` where every result is that of another firm."""
    of_firms = {"firms": "results", "results_squared": "results"}
    of_firms |= {"problems_squared": "problems", "results_problems": "problems"}
    return pd.DataFrame(rows | {name: rows[known] for name, known in of_firms.items()})


def test_a_class_without_results_leaves_and_the_others_carry_wilson_s_interval() -> None:
    classes = by_firm({"class": ["A", "B", "C"], "results": [10, 0, 4], "problems": [2, 0, 0]})
    found = with_intervals(classes)
    assert list(found["class"]) == ["A", "C"]
    assert list(found["share"]) == [0.2, 0.0]
    # Wilson, 2 of 10: (0.0567, 0.5098); 0 of 4: (0, 0.4899)
    assert list(found["low"]) == pytest.approx([0.0567, 0.0], abs=1e-4)
    assert list(found["high"]) == pytest.approx([0.5098, 0.4899], abs=1e-4)


def test_no_results_at_all_give_an_empty_table_with_the_same_columns() -> None:
    found = with_intervals(by_firm({"class": [], "results": [], "problems": []}))
    assert found.empty
    assert {"share", "low", "high"} <= set(found.columns)
