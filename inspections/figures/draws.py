"""The draws of a year, one bar each: how much of its pool it drew, and whether it comes out the same when re-run."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from inspections.figures.plans import YEAR
from inspections.words.look import Look, breadth, holds, labels, room, two_lines
from inspections.words.plain import shortened
from inspections.words.rates import rate, rates
from inspections.words.wording import say

# Letters as broad as high that a line of a draw's name holds.
LINE = 10


def shares(draws: pd.DataFrame, look: Look) -> go.Figure:
    """`draws`: rows of `queries/draws.sql` with `label` and `rerun` (a code). Official draws dark, trials pale.

    A draw that a re-draw replaced is hatched; one that differs when re-run is told in the colour of alarm.
    """
    # Ticks stand by number: two draws of one day may carry names that begin alike.
    rows = list(range(len(draws)))
    names = [_short(str(name)) for name in draws["label"]]
    words = [
        say("draws.bar_label", drawn=int(drawn), pool=int(pool), share=rate(drawn, pool))
        + say(f"draws.bar_rerun.{state}")
        for drawn, pool, state in zip(draws["drawn"], draws["pool"], draws["rerun"], strict=True)
    ]
    trial = draws["draw_kind"].astype(str) == "trial"
    differs = draws["rerun"] == "differs"
    colours = [
        look.alarm if bad else look.soft if of_trial else look.ink for bad, of_trial in zip(differs, trial, strict=True)
    ]
    hatch = ["/" if replaced else "" for replaced in draws["is_replaced"]]
    bar = {"type": "bar", "y": rows, "orientation": "h", "hoverinfo": "skip"}
    return go.Figure(
        [
            bar | {"x": [1] * len(rows), "marker": {"color": look.pale}},
            bar
            | {
                "x": list(rates(draws["drawn"], draws["pool"]).fillna(0)),
                "marker": {"color": colours, "pattern": {"shape": hatch, "fgcolor": look.paper, "size": 5}},
            },
            labels([1] * len(rows), rows, words, look.text),
        ],
        {
            "barmode": "overlay",
            "height": 24 + (16 * max(name.count("\n") for name in names) + 24) * len(rows),
            "margin": {"l": 8, "r": room(words), "t": 4, "b": 4},
            "xaxis": {"visible": False, "range": [0, 1]},
            "yaxis": {
                "autorange": "reversed",
                "showgrid": False,
                "tickvals": rows,
                "ticktext": names,
                "ticklabelstandoff": 6,
                "tickfont": {"color": look.text, "size": 13},
            },
        },
    )


def _short(name: str) -> str:
    """A draw's day and number on one line, its task on the next two, without the year and cut in the middle.

    Tasks of one pool begin alike and differ at their end.
    """
    day, _, rest = name.partition(" ")
    task, _, number = rest.rpartition(" #")
    task = YEAR.sub("", task) or task
    if breadth(task) > LINE:
        task = two_lines(shortened(task, holds(task, 2 * LINE)), LINE)
    return f"{day} #{number}\n{task}"
