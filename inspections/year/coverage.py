"""Recorded draws against their own rule: whether proportions rise with risk, and whether chance alone gives them."""

from __future__ import annotations

import pandas as pd

from inspections.draws.quotas import rates_in_order
from inspections.year.exact import ExactYear
from inspections.year.intervals import hypergeometric_band
from inspections.year.planned import ALL


def broken_gradients(cells: pd.DataFrame, classes: list[str]) -> set[tuple[int, str]]:
    """(draw_id, class) where a class was drawn at a lower proportion than a lower-risk one, beyond one object of slack.

    `cells`: rows of `queries/task_classes.sql`. Draws without class quotas and 100 % draws make no such promise.
    """
    broken = set()
    promised = cells[cells["stratified"] & (cells["basis"] == "random")]
    for draw_id in promised["draw_id"].unique():
        rows = promised[promised["draw_id"] == draw_id]
        pools = dict(zip(rows["class"].astype(str), rows["pool"], strict=True))
        drawn = dict(zip(rows["class"].astype(str), rows["drawn"], strict=True))
        present = [code for code in classes if code in pools]
        broken |= {
            (int(draw_id), higher)
            for position, higher in enumerate(present)
            for lower in present[:position]
            if not rates_in_order(pools, drawn, (lower, higher))
        }
    return broken


def chance_bands(cells: pd.DataFrame) -> pd.DataFrame:
    """One row per class of each draw without class quotas: `low`, `high` (what chance alone gives), `drawn`."""
    rows = cells[~cells["stratified"] & (cells["basis"] == "random")].copy()
    bands = [
        hypergeometric_band(int(whole), int(pool), int(size))
        for whole, pool, size in zip(rows["frame_size"], rows["pool"], rows["draw_size"], strict=True)
    ]
    return rows.assign(low=[low for low, _ in bands], high=[high for _, high in bands])


def expected_reach(year: ExactYear) -> dict[str, float]:
    """Objects per report class that the planned quotas reach on average: pool less those never visited."""
    return {
        code: figures.objects - figures.never_visited.mean
        for code, figures in year.figures.items()
        if code != ALL and figures.never_visited is not None
    }
