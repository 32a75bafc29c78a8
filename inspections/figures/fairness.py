"""Were past draws random: every draw by every test, and what one draw looks like beside honest ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from inspections.draws.fairness import PASSED_OVER, TESTS, Verdict
from inspections.draws.randomness import LEVEL, Stratum
from inspections.words.look import Look, labels, names_axis, room
from inspections.words.wording import say

COLUMNS = (*TESTS, "redraws")
# A share below this is told with a decimal.
RARE = 0.095
# Words stand beside a mark, so that its shape and colour never speak alone.
SHAPES = {"pass": "circle", "weak": "diamond-open", "check": "diamond", "redrawn": "square-open"}


def matrix(names: Mapping[int, str], verdicts: Sequence[Verdict], redraws: Mapping[int, int], look: Look) -> go.Figure:
    """One row per draw, one column per test: a mark for what was found and how often an honest draw shows as much."""
    colours = {"pass": look.soft, "weak": look.ink, "check": look.alarm, "redrawn": look.ink}
    cells: dict[str, list[tuple[int, int, str]]] = {state: [] for state in (*SHAPES, "silent")}
    for row, verdict in enumerate(verdicts):
        for column, test in enumerate(TESTS):
            one = verdict.found.get(test)
            state = "silent" if one is None else "check" if one.reported else "weak" if one.p <= LEVEL else "pass"
            words = say("fairness.cells.silent") if one is None else _share(one.p)
            if test == "inspectors" and verdict.forbidden:
                state, words = "check", say("fairness.cells.forbidden", count=verdict.forbidden)
            cells[state].append((column, row, words))
        times = redraws.get(verdict.draw_id, 0)
        cells["redrawn" if times else "silent"].append(
            (len(TESTS), row, say("fairness.cells.redrawn" if times else "fairness.cells.never", count=times))
        )
    figure = go.Figure()
    for state, found in cells.items():
        across, down, beside = zip(*found, strict=True) if found else ((), (), ())
        if state != "silent":
            colour = colours[state]
            mark = {"symbol": SHAPES[state], "size": 13, "color": colour, "line": {"width": 2, "color": colour}}
            figure.add_scatter(x=across, y=down, mode="markers", marker=mark, hoverinfo="skip")
        figure.add_trace(
            labels([place + 0.06 for place in across], down, beside, look.alarm if state == "check" else look.muted)
        )
    rows = list(range(len(verdicts)))
    figure.update_layout(
        height=64 + 34 * len(rows),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={
            "side": "top",
            "tickvals": list(range(len(COLUMNS))),
            "ticktext": [say(f"fairness.tests.{test}") for test in COLUMNS],
            "tickfont": {"color": look.text, "size": 14},
            "range": [-0.3, len(COLUMNS) - 0.2],
            "showgrid": False,
        },
        yaxis={
            "tickvals": rows,
            "ticktext": [f"{names[one.draw_id]}  " for one in verdicts],
            "tickfont": {"color": look.text, "size": 13},
            "range": [len(rows) - 0.5, -0.5],
        },
    )
    return figure


def _share(p: float) -> str:
    return say("fairness.cells.rare" if p < RARE else "fairness.cells.p", p=p)


def places(strata: Sequence[Stratum], names: Sequence[str], look: Look) -> go.Figure:
    """Where the drawn stand in the directory, one line per stratum from its first object to its last.

    `names`: the strata in words.
    """
    figure = go.Figure()
    for one, name in zip(strata, names, strict=True):
        colour = look.classes.get(one.name.removesuffix(PASSED_OVER), look.ink)
        line = {"type": "scatter", "x": [0, 1], "y": [name, name], "mode": "lines", "hoverinfo": "skip"}
        figure.add_trace(line | {"line": {"color": look.pale, "width": 16}})
        figure.add_scatter(
            x=(one.ranks - 0.5) / one.size,
            y=[name] * len(one.ranks),
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 22, "color": colour, "line": {"width": 3, "color": colour}},
            customdata=one.ranks,
            hovertemplate=say("fairness.places_hover", size=one.size) + "<extra></extra>",
        )
    words = [say("fairness.places_label", drawn=one.drawn, size=one.size) for one in strata]
    figure.add_trace(labels([1] * len(strata), names, words, look.text))
    figure.update_layout(
        height=44 + 42 * max(len(strata), 1),
        margin={"l": 8, "r": room(words), "t": 4, "b": 4},
        xaxis={
            "range": [-0.01, 1.01],
            "tickvals": [0, 1],
            "ticktext": [say("fairness.places_first"), say("fairness.places_last")],
            "showgrid": False,
        },
        yaxis=names_axis(look),
    )
    return figure


def spacing(honest: npt.NDArray[np.float64], observed: float, look: Look) -> go.Figure:
    """The unevenness of honest draws of this design and that of the recorded one; 1 is the mean of the honest."""
    end = max(float(np.quantile(honest, 0.995)), observed) * 1.08
    counts, edges = np.histogram(honest, bins=36, range=(0, end))
    middle = (edges[:-1] + edges[1:]) / 2
    low, high = np.quantile(honest, [LEVEL / 2, 1 - LEVEL / 2])
    colours = [look.ink if low <= one <= high else look.soft for one in middle]
    figure = go.Figure(go.Bar(x=middle, y=counts / counts.sum(), marker_color=colours, hoverinfo="skip"))
    return _marked(figure, observed, end, look, "spacing")


def repeats(pmf: npt.NDArray[np.float64], observed: int, look: Look) -> go.Figure:
    """How many of an honest draw had been drawn before this year, and how many there were."""
    numbers = np.arange(len(pmf))
    likely = (numbers >= np.searchsorted(np.cumsum(pmf), LEVEL / 2)) & (
        numbers <= np.searchsorted(np.cumsum(pmf), 1 - LEVEL / 2)
    )
    figure = go.Figure(
        go.Bar(x=numbers, y=pmf, marker_color=[look.ink if one else look.soft for one in likely], hoverinfo="skip")
    )
    return _marked(figure, observed, len(pmf) - 0.5, look, "repeats")


def _marked(figure: go.Figure, observed: float, end: float, look: Look, test: str) -> go.Figure:
    figure.add_vline(x=observed, line={"color": look.alarm, "width": 2})
    axis = {"showgrid": False, "range": [-0.5 if test == "repeats" else 0, end]}
    mark = {
        "x": observed,
        "y": 1.1,
        "yref": "paper",
        "xanchor": "right" if observed > end * 0.6 else "left",
        "text": say(f"fairness.marks.{test}", value=observed),
        "showarrow": False,
        "font": {"size": 13, "color": look.alarm},
    }
    figure.update_layout(
        height=260,
        margin={"l": 8, "r": 8, "t": 30, "b": 8},
        bargap=0.06,
        xaxis=axis | {"title": {"text": say(f"fairness.axes.{test}")}},
        yaxis={"visible": False},
        annotations=[mark],
    )
    return figure


def composition(bands: pd.DataFrame, names: Sequence[str], look: Look, *, reported: bool) -> go.Figure:
    """`bands`: rows of `fairness.composition_bands`. What honest draws take of each group, and what was drawn.

    A group outside is marked as in the matrix: full and in the colour of alarm only where the test is `reported`.
    """
    mark, colour = (SHAPES["check"], look.alarm) if reported else (SHAPES["weak"], look.ink)
    range_ = {"x": bands["high"] - bands["low"] + 0.3, "base": bands["low"] - 0.15, "marker_color": look.pale}
    figure = go.Figure(go.Bar(y=list(names), orientation="h", hoverinfo="skip", **range_))
    outside = (bands["drawn"] < bands["low"]) | (bands["drawn"] > bands["high"])
    figure.add_scatter(
        x=bands["drawn"], y=list(names), mode="markers", hoverinfo="skip",
        marker={
            "size": 12,
            "symbol": [mark if one else "circle" for one in outside],
            "color": [colour if one else look.ink for one in outside],
            "line": {"width": [2 if one else 0 for one in outside], "color": colour},
        },
    )  # fmt: skip
    words = [
        say("fairness.composition_label", drawn=int(drawn), expected=expected)
        for drawn, expected in zip(bands["drawn"], bands["expected"], strict=True)
    ]
    end = float(bands[["high", "drawn"]].max().max()) + 0.6
    figure.add_trace(labels([end] * len(bands), list(names), words, look.text))
    figure.update_layout(
        height=max(260, 56 + 30 * len(bands)),
        margin={"l": 8, "r": room(words), "t": 4, "b": 8},
        xaxis={"range": [-0.5, end], "visible": False},
        yaxis=names_axis(look, 13),
        bargap=0.45,
    )
    return figure
