"""Problem rates of random visits with their uncertainty. Never a score: random visits find fewer problems by design."""

from __future__ import annotations

import pandas as pd

from inspections.words.rates import rates
from inspections.year.intervals import wilson

LEVEL = 0.95


def with_intervals(classes: pd.DataFrame) -> pd.DataFrame:
    """`classes`: rows of `queries/problem_rates.sql`, those with results; adds share, low and high (Wilson, 95 %)."""
    rows = classes[classes["results"] > 0]
    bounds = [wilson(int(x), int(n), LEVEL) for x, n in zip(rows["problems"], rows["results"], strict=True)]
    return rows.assign(
        share=rates(rows["problems"], rows["results"]),
        low=[low for low, _ in bounds],
        high=[high for _, high in bounds],
    )
