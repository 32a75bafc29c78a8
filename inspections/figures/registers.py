"""An object's class over the years, and how much of each group of a directory counts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from inspections.words.look import Look, labels, room, two_lines
from inspections.words.plain import figure as plain
from inspections.words.wording import say

# Letters as broad as high that a line of a group's name holds.
LINE = 9


def class_history(
    history: pd.DataFrame, classes: Sequence[str], today: datetime.date, name_of: Callable[[str], str], look: Look
) -> go.Figure:
    """`history`: rows of `queries/object_classes.sql`. A step line from class to class, the highest risk on top.

    Where an object had no class for a while the line is broken. The class that holds is said beside its last step.
    """
    codes = [*classes, *sorted(set(history["class"].astype(str)) - set(classes))]
    x: list[datetime.date | None] = []
    y: list[str | None] = []
    traces: list[dict[str, object]] = []
    for row in history.to_dict("records"):
        code, since = str(row["class"]), row["valid_from_on"].date()
        until = None if pd.isna(row["valid_until_on"]) else row["valid_until_on"].date()
        end = until or max(today, since + datetime.timedelta(days=30))
        if x and x[-1] != since:
            x.append(None)
            y.append(None)
        x += [since, end]
        y += [code, code]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [since, end],
                "y": [code, code],
                "line": {"width": 7, "color": look.classes[code]},
                "hovertemplate": say("registers.class_hover", name=plain(name_of(code)), since=since, until=until)
                + "<extra></extra>",
            }
        )
    last = history.iloc[-1]
    words = say(
        "registers.class_since" if pd.isna(last["valid_until_on"]) else "registers.class_until",
        name=name_of(str(last["class"])),
        since=last["valid_from_on"],
        until=last["valid_until_on"],
    )
    path = {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"width": 1.5, "color": look.muted}}
    return go.Figure(
        [path | {"hoverinfo": "skip"}, *traces],
        {
            "height": 70 + 34 * len(codes),
            "margin": {"l": 8, "r": 12, "t": 34, "b": 8},
            "xaxis": {"tickformat": "%Y", "dtick": "M12", "showgrid": True, "hoverformat": "%Y-%m-%d"},
            "yaxis": {
                "categoryorder": "array",
                "categoryarray": codes,
                "range": [-0.6, len(codes) - 0.4],
                "tickfont": {"size": 14, "color": look.text},
            },
            "annotations": [
                {
                    "x": 1,
                    "y": 1.0,
                    "xref": "paper",
                    "yref": "paper",
                    "xanchor": "right",
                    "yanchor": "bottom",
                    "yshift": 6,
                    "text": words,
                    "showarrow": False,
                    "font": {"size": 13, "color": look.text},
                }
            ],
        },
    )


def parts(
    names: Sequence[str], wholes: Sequence[int], counted: Sequence[int], words: Sequence[str], look: Look
) -> go.Figure:
    """One bar per group: `counted` of its `wholes` in ink on a pale bar, with `words` beside it."""
    rows = list(range(len(names)))  # two names may be cut to the same
    bar = {"type": "bar", "y": rows, "orientation": "h", "hoverinfo": "skip"}
    longest = max([*wholes, 1])
    return go.Figure(
        [
            bar | {"x": list(wholes), "marker": {"color": look.pale}},
            bar | {"x": list(counted), "marker": {"color": look.ink}},
            labels(list(wholes), rows, list(words), look.text),
        ],
        {
            "barmode": "overlay",
            "height": 50 + 38 * len(rows),
            "margin": {"l": 8, "r": room(words), "t": 4, "b": 4},
            "xaxis": {"visible": False, "range": [0, longest]},
            "yaxis": {
                "autorange": "reversed",
                "showgrid": False,
                "tickvals": rows,
                "ticktext": [two_lines(name, LINE) for name in names],
                "ticklabelstandoff": 6,
                "tickfont": {"color": look.text, "size": 13},
            },
        },
    )
