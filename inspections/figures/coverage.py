"""How far each class was covered, whether proportions rise with risk, and what chance alone gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import plotly.graph_objects as go

from inspections.figures.plans import labelled
from inspections.words.classes import NONE
from inspections.words.look import INKS, Look, blend, ink_on, labels, marks, names_axis, readable, room, share_axis
from inspections.words.rates import rate, rates
from inspections.words.wording import say

# So many times the largest class, objects without one leave the classes no bars to see.
FLAT = 3


def reach(classes: pd.DataFrame, expected: Mapping[str, float], name_of: Callable[[str], str], look: Look) -> go.Figure:
    """`classes`: rows of `queries/class_coverage.sql`. Drawn on a pale bar of the pool, the plan as a mark on it.

    Where objects without a class would press the classes flat, each pool is its own whole and the scale one of shares.

    `expected`: objects per class that the plan's quotas reach on average, where that is known.
    """
    codes = [str(code) for code in classes["class"]]
    names = {code: name_of(code) for code in codes}
    words = [
        say(
            "coverage.reach_all" if drawn == pool else "coverage.reach_some",
            drawn=int(drawn),
            pool=int(pool),
            visited=int(visited),
        )
        for pool, drawn, visited in zip(classes["pool"], classes["drawn"], classes["visited"], strict=True)
    ]
    planned = [code for code in codes if code in expected]
    pools = {code: max(int(pool), 1) for code, pool in zip(codes, classes["pool"], strict=True)}
    classed = [size for code, size in pools.items() if code != NONE]
    in_shares = bool(classed) and pools.get(NONE, 0) > FLAT * max(classed)
    whole = pools if in_shares else dict.fromkeys(codes, 1)
    bar = {"type": "bar", "y": list(names.values()), "orientation": "h", "hoverinfo": "skip"}
    plan_mark = (
        {
            "x": expected[planned[0]] / whole[planned[0]],
            "y": names[planned[0]],
            "yshift": 35,
            "text": say("coverage.plan_mark"),
            "showarrow": False,
            "font": {"size": 13, "color": look.muted},
        }
        if planned
        else None
    )
    return go.Figure(
        [
            bar | {"x": [pools[code] / whole[code] for code in codes], "marker": {"color": look.pale}},
            bar
            | {
                "x": [int(drawn) / whole[code] for code, drawn in zip(codes, classes["drawn"], strict=True)],
                "marker": {"color": [look.classes[code] for code in codes]},
            },
            marks([expected[code] / whole[code] for code in planned], [names[code] for code in planned], look.text, 38),
            labels([pools[code] / whole[code] for code in codes], list(names.values()), words, look.text, 14),
        ],
        {
            "barmode": "overlay",
            "height": 80 + 54 * len(codes),
            "margin": {"l": 8, "r": room(words, 14), "t": 28, "b": 8},
            "xaxis": share_axis(1) if in_shares else {"range": [0, max(pools.values())], "tickformat": "d"},
            "yaxis": names_axis(look),
            "bargap": 0.38,
            "annotations": [plan_mark] if plan_mark else [],
        },
    )


def gradient(cells: pd.DataFrame, broken: set[tuple[int, str]], classes: list[str], look: Look) -> go.Figure:
    """`cells`: rows of `queries/task_classes.sql` of class-quota draws; `broken`: (draw_id, class) where it falls.

    Share drawn per task and class; a cell that breaks A<=B<=C<=D by more than one object is framed.
    """
    draws = cells.drop_duplicates("draw_id")
    share = cells.assign(share=rates(cells["drawn"], cells["pool"])).pivot_table(
        index="draw_id", columns="class", values="share", observed=True, sort=False, aggfunc="first"
    )
    share = share.reindex(index=draws["draw_id"], columns=classes)
    frames = [
        {
            "type": "rect",
            "x0": j - 0.49,
            "x1": j + 0.49,
            "y0": i - 0.48,
            "y1": i + 0.48,
            "line": {"color": look.alarm, "width": 2.5},
        }
        for i, draw_id in enumerate(draws["draw_id"])
        for j, code in enumerate(classes)
        if (draw_id, code) in broken
    ]
    cells_of = {
        "type": "heatmap",
        "x": classes,
        "y": labelled(draws.rename(columns={"task": "name"})),
        "texttemplate": "%{text}",
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, look.scale[0]], [1, look.scale[1]]],
        "showscale": False,
        "hoverongaps": False,
        "xgap": 3,
        "ygap": 3,
        "hovertemplate": "%{y}<br>%{x} %{z:.1%}<extra></extra>",
    }
    words = share.map(lambda value: "—" if pd.isna(value) else f"{value:.0%}")
    inks = share.map(lambda value: ink_on(look.paper if pd.isna(value) else blend(*look.scale, value)))
    # A map writes all its cells in one ink.
    maps = [
        cells_of
        | {
            "z": share.where(inks == ink).to_numpy(),
            "text": words.where(inks == ink, "").to_numpy(),
            "textfont": {"size": 13, "color": ink},
        }
        for ink in INKS
    ]
    return go.Figure(
        maps,
        {
            "height": 60 + 46 * len(draws),
            "margin": {"l": 8, "r": 8, "t": 30, "b": 8},
            "xaxis": {
                "side": "top",
                "showgrid": False,
                "type": "category",
                "tickfont": {"color": look.text, "size": 14},
            },
            "yaxis": names_axis(look, 12),
            "shapes": frames,
        },
    )


def chance_band(bands: pd.DataFrame, name_of: Callable[[str], str], look: Look) -> go.Figure:
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
        hovertemplate=say("coverage.band_hover") + "<extra></extra>",
    )
    figure.update_layout(
        height=90 + 48 * len(names),
        xaxis={
            "range": [-0.3, float(max(bands["high"].max(), bands["drawn"].max())) * 1.1 + 0.3],
            "tickformat": "d",
            "title": {"text": say("coverage.band_axis")},
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
    counts: pd.DataFrame, cap: int | None, classes: list[str], name_of: Callable[[str], str], look: Look
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
        # Not a shade of its own: what is printed has the light palette's colours in the place of the dark one's.
        opacity = 1 if doors == 0 else 0.4 + 0.6 * doors / most
        shares = rates(wide[doors], totals)
        figure.add_bar(
            x=shares,
            y=names,
            orientation="h",
            marker={"color": colour, "opacity": opacity, "line": {"color": look.paper, "width": 2}},
            text=[say("coverage.doors_short", doors=doors) if (value or 0) > 0.07 else "" for value in shares],
            textposition="inside",
            insidetextanchor="middle",
            textfont={"color": readable(blend(look.paper, colour, opacity), look), "size": 13},
            customdata=[[int(count)] for count in wide[doors]],
            hovertemplate=say("coverage.doors_short", doors=doors) + " · %{customdata[0]} (%{x:.1%})<extra></extra>",
        )
    figure.update_layout(
        barmode="stack",
        height=70 + 48 * len(names),
        # No lines of the axis through the pieces.
        xaxis={"tickformat": ".0%", "range": [0, 1.001], "tickvals": [0, 0.25, 0.5, 0.75, 1], "showgrid": False},
        margin={"l": 8, "r": 24, "t": 8, "b": 8},
        yaxis=names_axis(look),
        bargap=0.35,
    )
    return figure


def groups(counts: pd.DataFrame, by: str, look: Look) -> go.Figure:
    """`counts`: rows of `queries/coverage_by_group.sql` summed over the other dimension. Share drawn per `by`."""
    ordered = counts.sort_values("pool", ascending=False).head(12)
    names = [str(name) for name in ordered[by].fillna("—")]
    words = [
        say("coverage.group_label", drawn=int(drawn), pool=int(pool), share=rate(drawn, pool))
        for pool, drawn in zip(ordered["pool"], ordered["drawn"], strict=True)
    ]
    bar = {"type": "bar", "y": names, "orientation": "h", "hoverinfo": "skip"}
    return go.Figure(
        [
            bar | {"x": [1] * len(names), "marker": {"color": look.pale}},
            bar | {"x": list(rates(ordered["drawn"], ordered["pool"]).fillna(0)), "marker": {"color": look.ink}},
            labels([1] * len(names), names, words, look.text),
        ],
        {
            "barmode": "overlay",
            "height": 50 + 34 * len(names),
            "margin": {"l": 8, "r": room(words), "t": 4, "b": 4},
            "xaxis": {"visible": False, "range": [0, 1]},
            "yaxis": names_axis(look, 13),
        },
    )
