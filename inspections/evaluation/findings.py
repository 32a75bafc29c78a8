"""Problem rates of random visits with their uncertainty. Never a score: random visits find fewer problems by design."""

from __future__ import annotations

import pandas as pd

from inspections.words.rates import rates
from inspections.year.intervals import wilson
from inspections.year.proportions import effect_of

LEVEL = 0.95


def with_intervals(classes: pd.DataFrame) -> pd.DataFrame:
    """`classes`: rows of `queries/problem_rates.sql`, those with results; adds share, low and high (Wilson, 95 %).

    By firm: several results of one firm, as in joint tasks, are not independent of each other.
    """
    rows = classes[classes["results"] > 0]
    bounds = [
        wilson(int(row["problems"]), int(row["results"]), LEVEL, effect_of(row)) for row in rows.to_dict("records")
    ]
    return rows.assign(
        share=rates(rows["problems"], rows["results"]),
        low=[low for low, _ in bounds],
        high=[high for _, high in bounds],
    )
