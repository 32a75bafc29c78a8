"""A year of draws that has not happened: exact probabilities where they exist, the simulated spread beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from inspections.exact import ExactYear
from inspections.look import Look, labels, marks, share_axis
from inspections.rates import rate
from inspections.simulation import SimulatedYear
from inspections.wording import say
from inspections.year import ALL


def never_visited(
    exact: ExactYear,
    simulated: SimulatedYear,
    in_force: ExactYear,
    name_of: Callable[[str], str],
    look: Look,
    language: str,
) -> go.Figure:
    """Share of each class expected never to be visited: a bar (exact, else simulated) with its 95 % spread over years.

    The plan in force is a mark on it, where it has an exact answer.
    """
    codes = [code for code in simulated.figures if code != ALL]
    names = {code: name_of(code) for code in codes}
    shares, lows, highs, words, planned = [], [], [], [], {}
    for code in codes:
        seen = simulated.figures[code]
        known, plan = exact.figures[code].never_visited, in_force.figures.get(code)
        mean = seen.never_visited.mean if known is None else known.mean
        low, high = seen.never_visited_band
        shares.append(rate(mean, seen.objects) or 0.0)
        lows.append(rate(low, seen.objects) or 0.0)
        highs.append(rate(high, seen.objects) or 0.0)
        words.append(say(language, "redraw.never_label", share=shares[-1], mean=mean, objects=seen.objects))
        if plan and plan.never_visited:
            planned[names[code]] = rate(plan.never_visited.mean, plan.objects) or 0.0
    rows = list(names.values())
    spread = {
        "type": "scatter",
        "mode": "markers",
        "x": shares,
        "y": rows,
        "marker": {"size": 1, "color": look.text},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - share for high, share in zip(highs, shares, strict=True)],
            "arrayminus": [share - low for low, share in zip(lows, shares, strict=True)],
            "color": look.text,
            "thickness": 2,
            "width": 6,
        },
        "hoverinfo": "skip",
    }
    return go.Figure(
        [
            {
                "type": "bar",
                "x": shares,
                "y": rows,
                "orientation": "h",
                "marker": {"color": [look.classes[code] for code in codes]},
                "hoverinfo": "skip",
            },
            spread,
            marks(list(planned.values()), list(planned), look.alarm, 34),
            labels([max(pair) for pair in zip(shares, highs, strict=True)], rows, words, look.text),
        ],
        {
            "height": 64 + 52 * len(codes),
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": share_axis(max(*shares, *highs, *planned.values(), 0.02) * 1.75),
            "yaxis": {
                "autorange": "reversed",
                "showgrid": False,
                "type": "category",
                "tickfont": {"color": look.text, "size": 14},
            },
            "bargap": 0.45,
        },
    )


def distribution(simulated: SimulatedYear, mean: float, look: Look, language: str) -> go.Figure:
    """How many objects stay unvisited: share of the simulated years per number, the exact mean as a line."""
    annotations: list[dict[str, object]] = []
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
    annotations.append(
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
        annotations=annotations,
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
