"""Recorded draws against their own rule: rising proportions, the band of chance, what the plan reaches on average."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from inspections.year.coverage import broken_gradients, chance_bands, expected_reach
from inspections.year.exact import exact_year
from inspections.year.planned import Cell, PlannedDraw, Year

CLASSES = ["A", "B", "C", "D"]


def cells(
    draw_id: int, classes: dict[str, tuple[int, int]], *, stratified: bool = True, basis: str = "random"
) -> pd.DataFrame:
    """`classes`: (pool, drawn) of each."""
    frame = pd.DataFrame([{"class": code, "pool": pool, "drawn": drawn} for code, (pool, drawn) in classes.items()])
    return frame.assign(
        draw_id=draw_id,
        stratified=stratified,
        basis=basis,
        frame_size=frame["pool"].sum(),
        draw_size=frame["drawn"].sum(),
    )


@pytest.mark.parametrize(
    ("classes", "broken"),
    [
        ({"A": (100, 5), "B": (40, 4), "C": (20, 5), "D": (4, 4)}, set()),
        ({"A": (100, 5), "B": (100, 5)}, set()),  # equal is in order
        ({"A": (10, 2), "B": (11, 2)}, set()),  # within one object of slack
        ({"A": (100, 50), "B": (40, 4), "C": (20, 15)}, {"B"}),
        ({"A": (100, 5), "C": (20, 10), "D": (40, 4)}, {"D"}),
        # a class of two hides nothing: B is within its slack against both, C is not against A
        ({"A": (100, 90), "B": (2, 1), "C": (100, 10)}, {"C"}),
        ({"A": (100, 50), "none": (100, 1)}, set()),  # objects without a class are in no order
    ],
)
def test_broken_gradients(classes: dict[str, tuple[int, int]], broken: set[str]) -> None:
    assert broken_gradients(cells(7, classes), CLASSES) == {(7, code) for code in broken}


def test_draws_that_promise_no_gradient_break_none() -> None:
    upside_down = {"A": (10, 10), "D": (10, 0)}
    for kept in (cells(1, upside_down, stratified=False), cells(2, upside_down, basis="full")):
        assert broken_gradients(kept, CLASSES) == set()
    both = pd.concat([cells(1, upside_down, stratified=False), cells(3, upside_down)])
    assert broken_gradients(both, CLASSES) == {(3, "D")}


def test_chance_bands_of_draws_without_class_quotas_only() -> None:
    rows = pd.concat(
        [
            cells(1, {"A": (60, 9), "D": (40, 1)}, stratified=False),
            cells(2, {"A": (60, 9)}),
            cells(3, {"A": (5, 5)}, stratified=False, basis="full"),
        ]
    )
    bands = chance_bands(rows)
    assert list(bands["draw_id"]) == [1, 1]
    for row in bands.to_dict("records"):
        distribution = stats.hypergeom(100, row["pool"], 10)
        assert distribution.cdf(row["low"] - 1) <= 0.025 < distribution.cdf(row["low"])
        assert distribution.cdf(row["high"] - 1) < 0.975 <= distribution.cdf(row["high"])
    assert chance_bands(rows[rows["stratified"]]).empty


def test_expected_reach_is_the_pool_less_those_never_drawn() -> None:
    year = Year(
        cells=(Cell("1", 10, {"t": "A", "u": "A"}, "A"), Cell("2", 4, {"t": "D"}, "D")),
        draws=(PlannedDraw("t", {"A": 5, "D": 4}), PlannedDraw("u", {"A": 2})),
    )
    # half of A is missed by t, and 8 of 10 of those by u as well: 10 x 0.5 x 0.8 = 4
    assert expected_reach(exact_year(year)) == pytest.approx({"A": 6.0, "D": 4.0})
