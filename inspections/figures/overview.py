"""The year as three short funnels on one scale: tasks, visits, problems."""

from __future__ import annotations

import plotly.graph_objects as go

from inspections.words.look import Look, labels, room
from inspections.words.rates import rate
from inspections.words.wording import say

# Each group starts from its own whole: what was planned, what was due, what was found.
STAGES = {
    "tasks": ("tasks", "launched", "launched_in_time"),
    "visits": ("due", "inspected", "entered", "published"),
    "problems": ("problems", "handled", "closed"),
}


def funnel(totals: dict[str, int], look: Look) -> go.Figure:
    """`totals`: the row of `queries/year_totals.sql`. One bar per stage, its length the share of its group's whole.

    What got lost on the way from one stage to the next is a piece in the colour of alarm, and told in words.
    """
    names: list[str] = []
    shares: list[float] = []
    colours: list[str] = []
    words: list[str] = []
    lost: list[float] = []
    for group, stages in STAGES.items():
        whole = totals[stages[0]]
        for before, stage in zip((stages[0], *stages), stages, strict=False):
            share, missing = rate(totals[stage], whole), max(totals[before] - totals[stage], 0)
            names.append(say(f"overview.stages.{stage}"))
            shares.append(share or 0)
            colours.append(look.ink if stage == stages[0] else look.soft)
            lost.append(rate(missing, whole) or 0)
            label = say(f"overview.{group}_label", count=totals[stage], share=share)
            words.append(label + say("overview.lost", count=missing) if missing else label)
    bar = {"type": "bar", "y": names, "orientation": "h", "hoverinfo": "skip"}
    gaps = [" ", "  "]  # two empty rows between the three groups
    order = [*names[:3], gaps[0], *names[3:7], gaps[1], *names[7:]]
    return go.Figure(
        [
            bar | {"x": [1] * len(names), "marker": {"color": look.pale}},
            bar | {"x": shares, "marker": {"color": colours}},
            bar | {"x": lost, "base": shares, "marker": {"color": look.alarm}},
            labels([1] * len(names), names, words, look.text, 14),
        ],
        {
            "barmode": "overlay",
            "height": 372,
            "margin": {"l": 8, "r": room(words, 14), "t": 4, "b": 4},
            "xaxis": {"visible": False, "range": [0, 1]},
            "yaxis": {
                "autorange": "reversed",
                "showgrid": False,
                "categoryorder": "array",
                "categoryarray": order,
                "range": [len(order) - 0.5, -0.5],
                "tickvals": names,
                "ticklabelstandoff": 6,
                "tickfont": {"color": look.text, "size": 14},
            },
            "bargap": 0.28,
        },
    )
