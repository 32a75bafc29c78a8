"""The sampler against the exact distribution, where it is NumPy's and where it is the corrected normal quantile."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from inspections.year.hypergeometric import WIDE, hypergeometric

GRID = 400_000
QUANTILES = special.ndtri((np.arange(GRID) + 0.5) / GRID)


class EveryQuantile:
    """Stands in for a generator: its "random" normal numbers are the quantiles of the distribution, evenly spaced."""

    @staticmethod
    def standard_normal(shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
        assert shape == QUANTILES.shape
        return np.array(QUANTILES)


@given(
    share=st.floats(0.002, 0.998),
    taken=st.floats(0.002, 0.998),
    variance=st.floats(WIDE * 1.05, 10_000),
)
def test_the_corrected_normal_is_closer_than_one_in_ten_thousand(share: float, taken: float, variance: float) -> None:
    total = int(variance / (share * (1 - share) * taken * (1 - taken))) + 2
    good, drawn = round(total * share), round(total * taken)
    if min(good, total - good, drawn, total - drawn) < WIDE or stats.hypergeom.var(total, good, drawn) < WIDE:
        return
    sample = hypergeometric(np.full(GRID, good), total - good, drawn, EveryQuantile())  # type: ignore[arg-type]
    values, times = np.unique(sample, return_counts=True)
    exact = stats.hypergeom.pmf(values, total, good, drawn)
    apart = (np.abs(times / GRID - exact).sum() + 1 - exact.sum()) / 2
    assert apart < 1e-4 + len(values) / GRID  # the grid itself is off by up to one step per number


@pytest.mark.parametrize(
    ("good", "bad", "drawn"), [(5, 7, 6), (40, 400, 60), (300, 700, 400), (3_000_000, 7_000_000, 40)]
)
def test_mean_and_variance_are_those_of_the_distribution(good: int, bad: int, drawn: int) -> None:
    sample = hypergeometric(np.full(100_000, good), bad, drawn, np.random.default_rng(7))
    mean, variance = stats.hypergeom.stats(good + bad, good, drawn)
    assert abs(sample.mean() - mean) < 5 * (variance / 100_000) ** 0.5
    assert sample.var() == pytest.approx(variance, rel=0.03)


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.floats(0, 1)), min_size=1, max_size=30))
def test_nobody_is_drawn_who_is_not_there(rows: list[tuple[int, int, float]]) -> None:
    good, bad = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    drawn = np.array([int((row[0] + row[1]) * row[2]) for row in rows])
    sample = hypergeometric(good, bad, drawn, np.random.default_rng(1))
    assert (sample >= np.maximum(drawn - bad, 0)).all()
    assert (sample <= np.minimum(good, drawn)).all()


def test_the_same_generator_gives_the_same_numbers() -> None:
    good = np.array([3, 40, 4_000, 4_000_000])
    first, second = (hypergeometric(good, good * 3, good, np.random.default_rng(5)) for _ in range(2))
    assert first.tolist() == second.tolist()
