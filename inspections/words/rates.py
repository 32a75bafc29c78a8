"""The one place that divides counts. SQL returns numerators and denominators; 0/0 is "nothing to say", never 0 %."""

from __future__ import annotations

import pandas as pd


def rate(numerator: float | None, denominator: float | None) -> float | None:
    """Numerator / denominator, or None where the denominator is 0 or either is missing (shown as "—")."""
    if numerator is None or denominator is None or pd.isna(numerator) or pd.isna(denominator) or denominator == 0:
        return None
    return float(numerator) / float(denominator)


def rates(numerators: pd.Series, denominators: pd.Series) -> pd.Series:
    """The same for two columns of one frame; missing where nothing can be said."""
    return numerators.astype("float64") / denominators.astype("float64").where(denominators != 0)


def points(now: float | None, before: float | None) -> float | None:
    """The difference of two proportions in percentage points (个百分点), or None where either is missing."""
    return None if now is None or before is None else (now - before) * 100


def way(change: float, decimals: int) -> str:
    """`rose`, `fell` or `same` (nothing to see at so many decimals): people say a way, not a sign."""
    return {1: "rose", -1: "fell", 0: "same"}[(round(change, decimals) > 0) - (round(change, decimals) < 0)]
