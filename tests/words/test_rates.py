"""Dividing: nothing over nothing says nothing."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from inspections.words.rates import points, rate, rates


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (0, 0, None),
        (3, 0, None),
        (None, 4, None),
        (3, None, None),
        (float("nan"), 4, None),
        (3, pd.NA, None),
        (0, 4, 0.0),
        (3, 4, 0.75),
    ],
)
def test_rate(numerator: float | None, denominator: float | None, expected: float | None) -> None:
    assert rate(numerator, denominator) == expected


def test_rates_of_columns_are_missing_where_nothing_can_be_said() -> None:
    found = rates(pd.Series([0, 3, 0]), pd.Series([0, 4, 4]))
    assert math.isnan(found[0])
    assert list(found[1:]) == [0.75, 0.0]


def test_points_are_percentage_points() -> None:
    assert points(0.5, 0.25) == 25
    assert points(None, 0.25) is None
    assert points(0.5, None) is None
