"""Which unit is on time, and how the work grew over the year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import scipy

from inspections.words.look import Look, labels, names_axis, room
from inspections.words.rates import rate
from inspections.words.wording import say


def units(progress: pd.DataFrame, look: Look) -> go.Figure:
    """`progress`: rows of `queries/unit_completion.sql` with due visits, split into how far they have come."""
    names = list(progress["unit"])
    parts = {
        "published": progress["published"],
        "entered": progress["entered"] - progress["published"],
        "inspected": progress["inspected"] - progress["entered"],
        "open": progress["due"] - progress["inspected"],
    }
    colours = {"published": look.ink, "entered": look.soft, "inspected": look.classes["C"], "open": look.pale}
    figure = go.Figure()
    for part, counts in parts.items():
        figure.add_bar(
            name=say(f"completion.parts.{part}"),
            x=counts,
            y=names,
            orientation="h",
            marker={"color": colours[part], "line": {"color": look.paper, "width": 1}},
            hovertemplate="%{y}<br>" + say(f"completion.parts.{part}") + " %{x}<extra></extra>",
        )
    widest = max(int(progress["due"].max()), 1)
    words = [
        say("completion.unit_label", entered=int(entered), due=int(due), share=rate(entered, due))
        for due, entered in zip(progress["due"], progress["entered"], strict=True)
    ]
    figure.add_trace(labels(list(progress["due"]), names, words, look.text) | {"showlegend": False})
    figure.update_layout(
        barmode="stack",
        height=96 + 46 * len(names),
        showlegend=True,
        legend={
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
            "x": 0,
            "traceorder": "normal",
            "font": {"size": 13},
        },
        margin={"l": 8, "r": room(words), "t": 40, "b": 8},
        xaxis={"range": [0, widest], "tickformat": "d"},
        yaxis=names_axis(look, 13),
        bargap=0.4,
    )
    return figure


def burn_up(days: pd.DataFrame, window: tuple[Any, Any] | None, look: Look) -> go.Figure:
    """`days`: rows of `queries/burn_up.sql`, cumulative. Due as a step, the rest below it, `window` shaded."""
    annotations: list[dict[str, object]] = []
    figure = go.Figure()
    styles = {
        "due": {"color": look.muted, "width": 2, "shape": "hv", "dash": "dot"},
        "entered": {"color": look.soft, "width": 2.5, "shape": "hv"},
        "published": {"color": look.ink, "width": 2.5, "shape": "hv"},
    }
    last = days.iloc[-1]
    for part, line in styles.items():
        figure.add_scatter(
            x=days["day"],
            y=days[part],
            mode="lines",
            line=line,
            hovertemplate="%{x|%Y-%m-%d} · " + say(f"completion.lines.{part}") + " %{y}<extra></extra>",
        )
    # Labels stay as near to the ends of their lines as they can without overprinting: of all places at least a gap
    # apart those with the least sum of squared distances.
    gaps = np.arange(len(styles)) * max(float(last["due"]) * 0.085, 1.0)
    rising = sorted(styles, key=lambda part: (float(last[part]), part == "due"))
    wanted = [float(last[part]) - gap for part, gap in zip(rising, gaps, strict=True)]
    heights = scipy.optimize.isotonic_regression(wanted).x + gaps
    for part, height in zip(rising, heights, strict=True):
        annotations.append(
            {
                "x": last["day"],
                "y": height,
                "text": say(
                    "completion.line_end",
                    name=say(f"completion.lines.{part}"),
                    count=int(last[part]),
                ),
                "showarrow": False,
                "xanchor": "left",
                "xshift": 8,
                "font": {"size": 13, "color": look.muted if part == "due" else look.text},
            }
        )
    seen = [pd.Timestamp(days["day"].iloc[0]), pd.Timestamp(last["day"])]
    if window and all(window):
        seen += [pd.Timestamp(day) for day in window]
        figure.add_vrect(x0=window[0], x1=window[1], fillcolor=look.panel, line_width=0, layer="below")
    figure.update_layout(
        height=360,
        margin={"l": 8, "r": room([str(one["text"]) for one in annotations]), "t": 12, "b": 8},
        # Labels at the ends of lines stand in the margin.
        xaxis={"type": "date", "range": [min(seen), max(seen)], "tickformat": "%Y-%m", "dtick": "M2"},
        yaxis={"rangemode": "tozero", "tickformat": "d"},
        annotations=annotations,
    )
    return figure
