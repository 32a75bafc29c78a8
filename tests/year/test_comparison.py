"""Years side by side: exact where known, simulated elsewhere, counts for what was drawn."""

from __future__ import annotations

import pandas as pd
import pytest

from inspections.year.comparison import PLANNED, RECORDED, recorded_side, side
from inspections.year.exact import exact_year
from inspections.year.planned import ALL, Cell, PlannedDraw, Year
from inspections.year.simulation import simulate_year


def test_a_planned_side_says_the_exact_figures_and_the_simulated_range() -> None:
    year = Year((Cell("one", 40, {"Q1": "A", "Q2": "A"}, "A"),), (PlannedDraw("Q1", {"A": 10}), PlannedDraw("Q2", 10)))
    simulated = simulate_year(year, 2000, 1)
    rows = side("方案", exact_year(year), simulated).set_index("report_class")
    assert list(rows.index) == ["A", ALL]
    whole = rows.loc[ALL]
    assert (whole["scenario"], whole["side"], whole["objects"]) == ("方案", PLANNED, 40)
    assert whole["never"] == pytest.approx(40 * 0.75**2)
    assert whole["never_rate"] == pytest.approx(0.75**2)
    assert (whole["never_low"], whole["never_high"]) == simulated.figures[ALL].never_visited_band
    assert whole["visits_per_object"] == pytest.approx(0.5)
    assert whole["over_cap"] == pytest.approx(40 / 16)


def test_a_recorded_side_is_counts_and_their_sum() -> None:
    made = pd.DataFrame(
        {"report_class": ["A", "D"], "objects": [30, 10], "never": [12, 0], "visits": [20, 20], "over_cap": [2, 8],
         "tasks": [2, 2]}
    )  # fmt: skip
    rows = recorded_side("实际", made).set_index("report_class")
    assert list(rows.index) == ["A", "D", ALL]
    assert rows.loc[ALL, ["objects", "never", "over_cap"]].tolist() == [40, 12, 10]
    assert rows.loc[ALL, "visits_per_object"] == 1
    assert rows.loc["A", "never_rate"] == pytest.approx(0.4)
    assert set(rows["side"]) == {RECORDED}
    assert rows["never_low"].isna().all()
