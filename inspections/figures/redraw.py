"""A year of draws that has not happened: exact probabilities where they exist, the simulated spread beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from inspections.words.look import Look, labels, marks, names_axis, room, share_axis
from inspections.words.rates import rate
from inspections.words.wording import say
from inspections.year.comparison import RECORDED
from inspections.year.exact import ExactYear
from inspections.year.planned import ALL
from inspections.year.simulation import SimulatedYear

# So many bars beside each other have room for small words only.
MANY_BARS = 7


def never_visited(
    exact: ExactYear, simulated: SimulatedYear, in_force: ExactYear, name_of: Callable[[str], str], look: Look
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
        words.append(say("redraw.never_label", share=shares[-1], mean=mean, objects=seen.objects))
        if plan and plan.never_visited:
            planned[names[code]] = rate(plan.never_visited.mean, plan.objects) or 0.0
    rows = list(names.values())
    # All in one column behind whatever ends last: at the end of its own line a value would read as that of the line.
    end = max(*shares, *highs, *planned.values(), 0.02) * 1.02
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
            labels([end] * len(rows), rows, words, look.text),
        ],
        {
            "height": 64 + 52 * len(codes),
            "margin": {"l": 8, "r": room(words), "t": 8, "b": 8},
            "xaxis": share_axis(end),
            "yaxis": names_axis(look),
            "bargap": 0.45,
        },
    )


def distribution(simulated: SimulatedYear, mean: float, drawn: Sequence[int], look: Look) -> go.Figure:
    """How many objects stay unvisited: share of the simulated years per number, the exact mean as a line.

    `drawn`: what years drawn one by one came to, a dot each, heaped on their number; the last one stands out.
    """
    annotations: list[dict[str, object]] = []
    counts = simulated.figures[ALL].never_visited_counts
    numbers = sorted(counts)
    low, high = simulated.figures[ALL].never_visited_band
    figure = go.Figure(
        go.Bar(
            x=numbers,
            y=[counts[number] / simulated.replications for number in numbers],
            marker_color=[look.ink if low <= number <= high else look.soft for number in numbers],
            hovertemplate=say("redraw.distribution_hover") + "<extra></extra>",
        )
    )
    if drawn:
        heights = [drawn[:place].count(number) + 0.5 for place, number in enumerate(drawn)]
        latest = len(drawn) - 1
        figure.add_scatter(
            x=list(drawn),
            y=heights,
            yaxis="y2",
            mode="markers",
            marker={
                "size": [13 if place == latest else 9 for place in range(len(drawn))],
                "symbol": ["diamond" if place == latest else "circle" for place in range(len(drawn))],
                "color": [look.alarm if place == latest else look.classes["C"] for place in range(len(drawn))],
                "line": {"color": look.paper, "width": 1},
            },
            hovertemplate=say("redraw.drawn_hover") + "<extra></extra>",
            cliponaxis=False,
        )
        figure.update_layout(
            yaxis2={
                "overlaying": "y",
                "side": "right",
                "range": [0, max(12, max(heights) * 1.25)],
                "visible": False,
                "fixedrange": True,
            }
        )
    figure.add_vline(x=mean, line={"color": look.alarm, "width": 2})
    annotations.append(
        {
            "x": mean,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "text": say("redraw.mean_mark", mean=mean),
            "showarrow": False,
            "font": {"size": 13, "color": look.alarm},
        }
    )
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        bargap=0.08,
        xaxis={"tickformat": "d", "showgrid": False, "title": {"text": say("redraw.distribution_axis")}},
        yaxis={"tickformat": ".0%"},
        annotations=annotations,
    )
    return figure


def visits(exact: ExactYear, simulated: SimulatedYear, cap: int, drawn: Mapping[int, int], look: Look) -> go.Figure:
    """Expected objects per number of visits in the year; those above the cap in the alarm colour.

    `drawn`: objects per number of visits in one drawn year, told beside what is expected; empty where none was drawn.
    """
    known = exact.figures[ALL].visits
    expected = known if known is not None else simulated.figures[ALL].visits
    numbers: Sequence[int] = sorted({*expected, *drawn})
    heights = [expected.get(number, 0.0) for number in numbers]
    told = [f"{height:,.1f}" for height in heights]
    if drawn:
        told = [
            f"{words}\n" + say("redraw.drawn_label", count=drawn.get(number, 0))
            for words, number in zip(told, numbers, strict=True)
        ]
    figure = go.Figure(
        go.Bar(
            x=[say("redraw.times", count=number) for number in numbers],
            y=heights,
            marker_color=[look.soft if number == 0 else look.alarm if number > cap else look.ink for number in numbers],
            text=told,
            textposition="outside",
            constraintext="none",
            cliponaxis=False,
            textfont={"size": 13 if len(numbers) < MANY_BARS else 11, "color": look.text},
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        xaxis={"showgrid": False, "type": "category"},
        yaxis={"visible": False, "range": [0, max(heights) * (1.28 if drawn else 1.15)]},
        bargap=0.4,
    )
    return figure


def comparison(rows: pd.DataFrame, look: Look) -> go.Figure:
    """Plans and draws side by side, all classes together: never drawn with its 95 % range, visits, above the cap.

    `rows` as `inspections.year.comparison` makes them. Draws that were made are diamonds: a count, not an expectation.
    """
    whole = rows[rows["report_class"] == ALL]
    names = [str(name) for name in whole["scenario"]]
    made = whole["side"] == RECORDED
    panels = (
        ("never_rate", [rate(never, objects) for never, objects in zip(whole["never"], whole["objects"], strict=True)]),
        ("visits_per_object", list(whole["visits_per_object"])),
        ("over_cap", list(whole["over_cap"])),
    )
    traces: list[dict[str, object]] = []
    layout: dict[str, object] = {
        "height": 78 + 40 * len(names),
        "margin": {"l": 8, "r": 8, "t": 34, "b": 8},
        "yaxis": {
            "autorange": "reversed",
            "type": "category",
            "showgrid": True,
            "gridcolor": look.line,
            "tickfont": {"color": look.text, "size": 14},
        },
        "annotations": [],
    }
    lows, highs = (
        [rate(end, objects) for end, objects in zip(whole[column], whole["objects"], strict=True)]
        for column in ("never_low", "never_high")
    )
    for position, (key, values) in enumerate(panels):
        axis = "" if position == 0 else str(position + 1)
        tops = [max(value or 0.0, high or 0.0) for value, high in zip(values, highs, strict=True)]
        ends = tops if key == "never_rate" else [value or 0.0 for value in values]
        trace: dict[str, object] = {
            "type": "scatter",
            "mode": "markers",
            "x": values,
            "y": names,
            "xaxis": f"x{axis}",
            "marker": {
                "size": 12,
                "symbol": ["diamond" if recorded else "circle" for recorded in made],
                "color": [look.alarm if recorded else look.ink for recorded in made],
            },
            "cliponaxis": False,
            "hoverinfo": "skip",
        }
        if key == "never_rate":
            trace["error_x"] = {
                "type": "data",
                "symmetric": False,
                "array": [_beyond(high, value) for high, value in zip(highs, values, strict=True)],
                "arrayminus": [_beyond(value, low) for low, value in zip(lows, values, strict=True)],
                "color": look.text,
                "thickness": 1.5,
                "width": 5,
            }
        words = [
            "  " + say(f"redraw.compare_label.{key}", value=value, mean=never)
            for value, never in zip(values, whole["never"], strict=True)
        ]
        traces += [trace, {**labels(ends, names, words, look.text), "xaxis": f"x{axis}"}]
        layout[f"xaxis{axis}"] = {
            "domain": [0.36 * position + (0.02 if position else 0), 0.36 * position + 0.28],
            "range": [-0.05 * max(*ends, 0.02), max(*ends, 0.02) * 1.75],
            "showgrid": False,
            "zeroline": True,
            "zerolinecolor": look.line,
            "showticklabels": False,
            "fixedrange": True,
        }
        layout["annotations"].append(  # type: ignore[attr-defined]
            {
                "text": say(f"redraw.compare_panel.{key}"),
                "x": 0.36 * position + (0.02 if position else 0),
                "y": 1,
                "xref": "paper",
                "yref": "paper",
                "yanchor": "bottom",
                "xanchor": "left",
                "showarrow": False,
                "font": {"size": 13, "color": look.text},
            }
        )
    return go.Figure(traces, layout)


def _beyond(end: float | None, start: float | None) -> float:
    return 0.0 if end is None or start is None else max(end - start, 0.0)
