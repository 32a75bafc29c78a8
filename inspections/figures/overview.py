"""The year as three short funnels on one scale: tasks, visits, problems."""

from __future__ import annotations

import plotly.graph_objects as go

from inspections.look import Look
from inspections.rates import rate
from inspections.wording import say

# Each group starts from its own whole: what was planned, what was due, what was found.
STAGES = {
    "tasks": ("tasks", "launched", "launched_in_time"),
    "visits": ("due", "inspected", "entered", "published"),
    "problems": ("problems", "handled", "closed"),
}


def funnel(totals: dict[str, int], look: Look, language: str) -> go.Figure:
    """`totals`: the row of `queries/year_totals.sql`. One bar per stage, its length the share of its group's whole."""
    labels: list[dict[str, object]] = []
    labels, colours, texts = [], [], []
    shares: list[float | None] = []
    for group, stages in STAGES.items():
        whole = totals[stages[0]]
        for stage in stages:
            share = rate(totals[stage], whole)
            labels.append(say(language, f"overview.stages.{stage}"))
            shares.append(share or 0)
            colours.append(look.ink if stage == stages[0] else look.soft)
            texts.append(say(language, f"overview.{group}_label", count=totals[stage], share=share))
        if group != "problems":
            labels.append(" " * len(labels))
            shares.append(None)
            colours.append(look.paper)
            texts.append("")
    figure = go.Figure()
    figure.add_bar(
        x=[None if s is None else 1 for s in shares],
        y=labels,
        orientation="h",
        marker_color=look.pale,
        hoverinfo="skip",
    )
    figure.add_bar(x=shares, y=labels, orientation="h", marker_color=colours, hoverinfo="skip")
    for label, text in zip(labels, texts, strict=True):
        labels.append(
            {
                "x": 1.02,
                "y": label,
                "text": text,
                "showarrow": False,
                "xanchor": "left",
                "font": {"size": 14, "color": look.text},
            }
        )
    figure.update_layout(
        barmode="overlay",
        height=372,
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        xaxis={"visible": False, "range": [0, 1.42]},
        yaxis={"autorange": "reversed", "showgrid": False, "tickfont": {"color": look.text, "size": 14}},
        bargap=0.28,
        annotations=labels,
    )
    return figure
