"""The change log over time."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from inspections.words.look import Look
from inspections.words.wording import say

# Days before they are summed by month.
MOST_DAYS = 92
# A short log does not fill the chart with one broad bar.
FEWEST_BARS = 14


def per_day(days: pd.DataFrame, look: Look) -> go.Figure:
    """`days`: rows of `queries/log_figures.sql`. A bar per day, or per month where the log is longer than a quarter."""
    entries = days.set_index(pd.DatetimeIndex(days["logged_on"]))["entries"]
    monthly = (entries.index.max() - entries.index.min()).days > MOST_DAYS
    counted = entries.resample("MS" if monthly else "D").sum()
    if not monthly and len(counted) < FEWEST_BARS:
        shown = pd.date_range(end=counted.index.max(), periods=FEWEST_BARS)
        counted = counted.reindex(shown, fill_value=0)
    names = [f"{day:%Y-%m}" if monthly else f"{day:%m-%d}" for day in counted.index]
    return go.Figure(
        {
            "type": "bar",
            "x": names,
            "y": [int(count) for count in counted],
            "marker": {"color": look.ink},
            "text": [f"{count:,}" if count else "" for count in counted],
            "textposition": "outside",
            "cliponaxis": False,
            "hovertemplate": say("log.hover") + "<extra></extra>",
        },
        {
            "height": 190,
            "margin": {"l": 8, "r": 8, "t": 26, "b": 8},
            "xaxis": {"type": "category", "showgrid": False, "nticks": 16},
            "yaxis": {"visible": False},
            "bargap": 0.4,
        },
    )
