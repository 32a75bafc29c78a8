"""Best proportions beside those in force, and what more or less budget would buy."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from inspections.words.look import Look, labels, marks, names_axis, room, share_axis
from inspections.words.wording import say
from inspections.year.scenario import Goal, Point


def per_class(rows: pd.DataFrame, look: Look) -> go.Figure:
    """`rows`: `proportions.comparison`. Best proportion a draw: a bar; plan in force: a stroke; last year: a ring."""
    names = list(rows["class_name"])
    best = [float(share) for share in rows["best_rate"]]
    words = [
        say("proportions.bar_label", share=share, quota=int(quota), pool=int(pool))
        for share, quota, pool in zip(best, rows["best_quota"], rows["pool"], strict=True)
    ]
    planned, past = rows.dropna(subset=["in_force_rate"]), rows.dropna(subset=["last_year_rate"])
    # All in one column behind whatever ends last: beside a stroke or a ring a value would read as theirs.
    end = max(*rows[["best_rate", "in_force_rate", "last_year_rate"]].astype("float64").max(), 0.02) * 1.03
    return go.Figure(
        [
            {
                "type": "bar",
                "x": best,
                "y": names,
                "orientation": "h",
                "marker": {"color": [look.classes[str(code)] for code in rows["class"]]},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": list(past["last_year_rate"]),
                "y": list(past["class_name"]),
                "marker": {"size": 12, "color": look.paper, "line": {"width": 2.5, "color": look.text}},
                "cliponaxis": False,
                "hoverinfo": "skip",
            },
            marks(list(planned["in_force_rate"]), list(planned["class_name"]), look.text, 34),
            labels([end] * len(names), names, words, look.text),
        ],
        {
            "height": 64 + 52 * len(names),
            "margin": {"l": 8, "r": room(words), "t": 8, "b": 8},
            "xaxis": share_axis(end),
            "yaxis": names_axis(look),
            "bargap": 0.45,
        },
    )


def trade_off(
    curve: Sequence[Point], goal: Goal, chosen: tuple[float, float] | None, now: tuple[float, float] | None, look: Look
) -> go.Figure:
    """What every budget reaches. `chosen`, `now`: (days, objective) of the best plan and of the plan in force."""
    # For detection the wanted chance is what more days buy; for the other goals it is the objective itself.
    reached = [point.objective if point.wanted is None else point.wanted for point in curve]
    days = [float(point.days) for point in curve]
    span = (max(reached) - min(reached)) or 1.0
    figure = go.Figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "x": days,
                "y": reached,
                "line": {"color": look.ink, "width": 3, "shape": "hv" if goal == "detection" else "linear"},
                "hovertemplate": say(f"proportions.curve_hover.{goal}") + "<extra></extra>",
            }
        ],
        {
            "height": 330,
            "margin": {"l": 8, "r": 24, "t": 16, "b": 8},
            "xaxis": {
                "title": {"text": say("proportions.days_axis")},
                "showgrid": False,
                "rangemode": "tozero",
                "ticklabelstandoff": 6,
            },
            "yaxis": {
                "title": {"text": say(f"proportions.axis.{goal}")},
                "tickformat": ".0%" if goal == "detection" else None,
                "ticklabelstandoff": 6,
                "rangemode": "tozero" if goal in {"problems", "never_visited"} else "normal",
            },
        },
    )
    # The best plan lies on the curve and the plan in force on its worse side: the labels keep clear of both.
    better = -1 if goal == "never_visited" else 1
    marked = ((now, "now_mark", look.muted, -better), (chosen, "chosen_mark", look.alarm, better))
    for point, key, colour, shift in marked:
        if point is None:
            continue
        figure.add_trace(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [point[0]],
                "y": [point[1]],
                "marker": {"size": 13, "color": colour, "line": {"width": 2, "color": look.paper}},
                "cliponaxis": False,
                "hoverinfo": "skip",
            }
        )
        figure.add_annotation(
            x=point[0],
            y=point[1] + shift * 0.035 * span,
            text=say(f"proportions.{key}"),
            showarrow=False,
            yanchor="bottom" if shift > 0 else "top",
            xanchor="right" if key == "chosen_mark" else "left",
            font={"size": 13, "color": colour},
        )
    return figure
