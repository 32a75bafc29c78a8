"""A year of draws that has not happened: exact probabilities where they exist, the simulated spread beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from inspections.exact import ExactYear
from inspections.look import Look, share_axis
from inspections.rates import rate
from inspections.simulation import SimulatedYear
from inspections.wording import say
from inspections.year import ALL


def never_visited(
    exact: ExactYear,
    simulated: SimulatedYear,
    in_force: ExactYear | None,
    name_of: Callable[[str], str],
    look: Look,
    language: str,
) -> go.Figure:
    """Share of each class expected never to be visited: exact, else simulated.

    A thin line spans 95 % of the simulated years; the plan in force is a mark.
    """
    labels: list[dict[str, object]] = []
    shapes: list[dict[str, object]] = []
    codes = [code for code in simulated.figures if code != ALL]
    names = [name_of(code) for code in codes]
    figure = go.Figure()
    shares, texts, highs = [], [], []
    for code in codes:
        seen = simulated.figures[code]
        known = exact.figures[code].never_visited
        mean = seen.never_visited.mean if known is None else known.mean
        shares.append(rate(mean, seen.objects) or 0.0)
        fewest, most = seen.never_visited_band
        highs.append(most / seen.objects if seen.objects else 0.0)
        texts.append(
            say(
                language, "redraw.never_label", share=shares[-1], mean=mean, objects=seen.objects, low=fewest, high=most
            )
        )
    widest = max(*shares, *highs, 0.02)
    figure.add_bar(
        x=shares, y=names, orientation="h", marker_color=[look.classes[code] for code in codes], hoverinfo="skip"
    )
    for number, (code, high) in enumerate(zip(codes, highs, strict=True)):
        seen = simulated.figures[code]
        low = seen.never_visited_band[0] / seen.objects if seen.objects else 0.0
        shapes.append(
            {
                "type": "line",
                "x0": low,
                "x1": high,
                "y0": number,
                "y1": number,
                "line": {"color": look.text, "width": 2},
            }
        )
        for end in (low, high):
            shapes.append(
                {
                    "type": "line",
                    "x0": end,
                    "x1": end,
                    "y0": number - 0.12,
                    "y1": number + 0.12,
                    "line": {"color": look.text, "width": 2},
                }
            )
        mark = in_force.figures[code].never_visited if in_force and code in in_force.figures else None
        if mark is not None and in_force is not None:
            x = rate(mark.mean, in_force.figures[code].objects) or 0.0
            shapes.append(
                {
                    "type": "line",
                    "x0": x,
                    "x1": x,
                    "y0": number - 0.42,
                    "y1": number + 0.42,
                    "line": {"color": look.alarm, "width": 3, "dash": "dot"},
                }
            )
    for name, text, share, high in zip(names, texts, shares, highs, strict=True):
        labels.append(
            {
                "x": max(share, high),
                "y": name,
                "xshift": 12,
                "text": text,
                "showarrow": False,
                "xanchor": "left",
                "font": {"size": 13, "color": look.text},
            }
        )
    figure.update_layout(
        height=64 + 52 * len(names),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis=share_axis(widest * 1.75),
        yaxis={
            "autorange": "reversed",
            "showgrid": False,
            "type": "category",
            "tickfont": {"color": look.text, "size": 14},
        },
        bargap=0.45,
        annotations=labels,
        shapes=shapes,
    )
    return figure


def distribution(simulated: SimulatedYear, mean: float, look: Look, language: str) -> go.Figure:
    """How many objects stay unvisited: share of the simulated years per number, the exact mean as a line."""
    labels: list[dict[str, object]] = []
    counts = simulated.figures[ALL].never_visited_counts
    numbers = sorted(counts)
    low, high = simulated.figures[ALL].never_visited_band
    figure = go.Figure(
        go.Bar(
            x=numbers,
            y=[counts[number] / simulated.replications for number in numbers],
            marker_color=[look.ink if low <= number <= high else look.soft for number in numbers],
            hovertemplate=say(language, "redraw.distribution_hover") + "<extra></extra>",
        )
    )
    figure.add_vline(x=mean, line={"color": look.alarm, "width": 2})
    labels.append(
        {
            "x": mean,
            "y": 1.06,
            "yref": "paper",
            "text": say(language, "redraw.mean_mark", mean=mean),
            "showarrow": False,
            "font": {"size": 13, "color": look.alarm},
        }
    )
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        bargap=0.08,
        xaxis={"tickformat": "d", "showgrid": False, "title": {"text": say(language, "redraw.distribution_axis")}},
        yaxis={"tickformat": ".0%"},
        annotations=labels,
    )
    return figure


def visits(exact: ExactYear, simulated: SimulatedYear, cap: int, look: Look, language: str) -> go.Figure:
    """Expected objects per number of visits in the year; those above the cap in the alarm colour."""
    known = exact.figures[ALL].visits
    expected = known if known is not None else simulated.figures[ALL].visits
    numbers: Sequence[int] = sorted(expected)
    figure = go.Figure(
        go.Bar(
            x=[say(language, "redraw.times", count=number) for number in numbers],
            y=[expected[number] for number in numbers],
            marker_color=[look.pale if number == 0 else look.alarm if number > cap else look.ink for number in numbers],
            text=[f"{expected[number]:,.1f}" for number in numbers],
            textposition="outside",
            cliponaxis=False,
            textfont={"size": 13, "color": look.text},
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        xaxis={"showgrid": False, "type": "category"},
        yaxis={"visible": False, "range": [0, max(expected.values()) * 1.15]},
        bargap=0.4,
    )
    return figure
