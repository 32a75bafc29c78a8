"""How far each class was covered, whether proportions rise with risk, and what chance alone gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pandas as pd
import plotly.graph_objects as go

from inspections.figures.plans import labelled
from inspections.look import Look
from inspections.rates import rate, rates
from inspections.wording import say


def reach(
    classes: pd.DataFrame,
    expected: Mapping[str, float] | None,
    name_of: Callable[[str], str],
    look: Look,
    language: str,
) -> go.Figure:
    """`classes`: rows of `queries/class_coverage.sql`. Drawn on a pale bar of the pool, the plan as a mark on it.

    `expected`: objects per class that the plan's quotas reach on average, where that is known.
    """
    labels: list[dict[str, object]] = []
    shapes: list[dict[str, object]] = []
    names = [name_of(code) for code in classes["class"]]
    widest = max(classes["pool"].max(), 1)
    figure = go.Figure()
    figure.add_bar(x=classes["pool"], y=names, orientation="h", marker_color=look.pale, hoverinfo="skip")
    figure.add_bar(
        x=classes["drawn"],
        y=names,
        orientation="h",
        marker_color=[look.classes[code] for code in classes["class"]],
        hoverinfo="skip",
    )
    for name, code, pool, drawn in zip(names, classes["class"], classes["pool"], classes["drawn"], strict=True):
        key = "coverage.reach_all" if drawn == pool else "coverage.reach_some"
        labels.append(
            {
                "x": pool + widest * 0.02,
                "y": name,
                "text": say(language, key, drawn=int(drawn), pool=int(pool), missed=int(pool - drawn)),
                "showarrow": False,
                "xanchor": "left",
                "font": {"size": 14, "color": look.text},
            }
        )
        if expected and code in expected:
            y = names.index(name)
            shapes.append(
                {
                    "type": "line",
                    "x0": expected[code],
                    "x1": expected[code],
                    "y0": y - 0.4,
                    "y1": y + 0.4,
                    "line": {"color": look.text, "width": 3},
                }
            )
    if expected:
        first = classes["class"].iloc[0]
        labels.append(
            {
                "x": expected.get(first, 0),
                "y": -0.55,
                "text": say(language, "coverage.plan_mark"),
                "showarrow": False,
                "font": {"size": 13, "color": look.muted},
            }
        )
    figure.update_layout(
        barmode="overlay",
        height=80 + 54 * len(names),
        xaxis={"range": [0, widest * 1.6], "tickformat": "d"},
        yaxis={"autorange": "reversed", "showgrid": False, "tickfont": {"color": look.text, "size": 14}},
        bargap=0.38,
        annotations=labels,
        shapes=shapes,
    )
    return figure


def gradient(
    cells: pd.DataFrame, broken: set[tuple[int, str]], classes: list[str], look: Look, language: str
) -> go.Figure:
    """`cells`: class-quota draws of `queries/task_classes.sql`; `broken`: (draw_id, class) where the proportion falls.

    Share drawn per task and class; a cell that breaks A<=B<=C<=D by more than one object is framed.
    """
    labels: list[dict[str, object]] = []
    shapes: list[dict[str, object]] = []
    draws = cells.drop_duplicates("draw_id")
    labels = labelled(draws.rename(columns={"task": "name"}), language)
    share = cells.assign(share=rates(cells["drawn"], cells["pool"])).pivot_table(
        index="draw_id", columns="class", values="share", observed=True, sort=False, aggfunc="first"
    )
    share = share.reindex(index=draws["draw_id"], columns=classes)
    figure = go.Figure(
        go.Heatmap(
            z=share.to_numpy(),
            x=classes,
            y=labels,
            zmin=0,
            zmax=1,
            colorscale=[[0, look.scale[0]], [1, look.scale[1]]],
            showscale=False,
            xgap=3,
            ygap=3,
            hovertemplate="%{y}<br>%{x} %{z:.1%}<extra></extra>",
        )
    )
    values = share.to_numpy("float64")
    for i, draw_id in enumerate(draws["draw_id"]):
        for j, code in enumerate(classes):
            value = float(values[i, j])
            shown = "—" if math.isnan(value) else f"{value:.0%}"
            strong = value > 0.55
            labels.append(
                {
                    "x": code,
                    "y": labels[i],
                    "text": shown,
                    "showarrow": False,
                    "font": {"size": 13, "color": look.paper if strong else look.text},
                }
            )
            if (draw_id, code) in broken:
                shapes.append(
                    {
                        "type": "rect",
                        "x0": j - 0.49,
                        "x1": j + 0.49,
                        "y0": i - 0.48,
                        "y1": i + 0.48,
                        "line": {"color": look.alarm, "width": 2.5},
                    }
                )
    figure.update_layout(
        height=60 + 46 * len(labels),
        margin={"l": 8, "r": 8, "t": 30, "b": 8},
        xaxis={"side": "top", "showgrid": False, "type": "category", "tickfont": {"color": look.text, "size": 14}},
        yaxis={"autorange": "reversed", "showgrid": False, "tickfont": {"color": look.text, "size": 12}},
        annotations=labels,
        shapes=shapes,
    )
    return figure


def chance_band(bands: pd.DataFrame, name_of: Callable[[str], str], look: Look, language: str) -> go.Figure:
    """For draws without class quotas: drawn per class (dot) on the band that chance alone gives 95 % of the time.

    `bands`: columns class, low, high, drawn (objects).
    """
    names = [name_of(code) for code in bands["class"]]
    figure = go.Figure()
    for name, low, high in zip(names, bands["low"], bands["high"], strict=True):
        figure.add_scatter(
            x=[low, high],
            y=[name, name],
            mode="lines",
            line={"color": look.soft, "width": 14},
            hoverinfo="skip",
            opacity=0.55,
        )
    outside = [
        not low <= drawn <= high for low, high, drawn in zip(bands["low"], bands["high"], bands["drawn"], strict=True)
    ]
    figure.add_scatter(
        x=bands["drawn"],
        y=names,
        mode="markers+text",
        text=[f"{int(drawn)}" for drawn in bands["drawn"]],
        textposition="top center",
        marker={
            "size": 13,
            "color": [look.alarm if out else look.text for out in outside],
            "line": {"color": look.paper, "width": 2},
        },
        hovertemplate=say(language, "coverage.band_hover") + "<extra></extra>",
    )
    figure.update_layout(
        height=90 + 48 * len(names),
        xaxis={
            "range": [-0.3, float(max(bands["high"].max(), bands["drawn"].max())) * 1.1 + 0.3],
            "tickformat": "d",
            "title": {"text": say(language, "coverage.band_axis")},
        },
        yaxis={
            "range": [len(names) - 0.4, -0.8],
            "showgrid": False,
            "type": "category",
            "tickfont": {"color": look.text, "size": 14},
        },
    )
    return figure


def frequency(
    counts: pd.DataFrame, cap: int | None, classes: list[str], name_of: Callable[[str], str], look: Look, language: str
) -> go.Figure:
    """`counts`: rows of `queries/visit_frequency.sql`. Share of each class visited 0, 1, 2, … times, one row per class.

    Above `cap` in the alarm colour; None where no cap was in force.
    """
    wide = counts.pivot_table(
        index="class", columns="doors", values="objects", aggfunc="sum", observed=True, fill_value=0
    )
    wide = wide.reindex([code for code in classes if code in wide.index])
    names = [name_of(str(code)) for code in wide.index]
    totals = wide.sum(axis=1)
    most = max(int(wide.columns.max()), 1)
    figure = go.Figure()
    for doors in [int(column) for column in wide.columns]:
        above = cap is not None and doors > cap
        colour = look.pale if doors == 0 else look.alarm if above else look.ink
        shares = rates(wide[doors], totals)
        figure.add_bar(
            x=shares,
            y=names,
            orientation="h",
            marker={
                "color": colour,
                "opacity": 1 if doors == 0 else 0.4 + 0.6 * doors / most,
                "line": {"color": look.paper, "width": 2},
            },
            text=[
                say(language, "coverage.doors_short", doors=doors) if (value or 0) > 0.07 else "" for value in shares
            ],
            textposition="inside",
            insidetextanchor="middle",
            textfont={"color": look.text if doors / most < 0.5 and not above else look.paper, "size": 13},
            customdata=[[int(count)] for count in wide[doors]],
            hovertemplate=say(language, "coverage.doors_short", doors=doors)
            + " · %{customdata[0]} (%{x:.1%})<extra></extra>",
        )
    figure.update_layout(
        barmode="stack",
        height=70 + 48 * len(names),
        xaxis={"tickformat": ".0%", "range": [0, 1]},
        yaxis={"autorange": "reversed", "showgrid": False, "tickfont": {"color": look.text, "size": 14}},
        bargap=0.35,
    )
    return figure


def groups(counts: pd.DataFrame, by: str, look: Look, language: str) -> go.Figure:
    """`counts`: rows of `queries/coverage_by_group.sql` summed over the other dimension. Share drawn per `by`."""
    labels: list[dict[str, object]] = []
    ordered = counts.sort_values("pool", ascending=False).head(12)
    names = [str(name) for name in ordered[by].fillna("—")]
    figure = go.Figure()
    figure.add_bar(x=[1] * len(names), y=names, orientation="h", marker_color=look.pale, hoverinfo="skip")
    figure.add_bar(
        x=rates(ordered["drawn"], ordered["pool"]).fillna(0),
        y=names,
        orientation="h",
        marker_color=look.ink,
        hoverinfo="skip",
    )
    for name, pool, drawn in zip(names, ordered["pool"], ordered["drawn"], strict=True):
        labels.append(
            {
                "x": 1.03,
                "y": name,
                "text": say(
                    language, "coverage.group_label", drawn=int(drawn), pool=int(pool), share=rate(drawn, pool)
                ),
                "showarrow": False,
                "xanchor": "left",
                "font": {"size": 13, "color": look.text},
            }
        )
    figure.update_layout(
        barmode="overlay",
        height=50 + 34 * len(names),
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        xaxis={"visible": False, "range": [0, 1.5]},
        yaxis={
            "autorange": "reversed",
            "showgrid": False,
            "type": "category",
            "tickfont": {"color": look.text, "size": 13},
        },
        annotations=labels,
    )
    return figure
