"""The plan on a time line."""

from __future__ import annotations

import datetime

import pandas as pd
import plotly.graph_objects as go

from inspections.look import Look
from inspections.wording import say

SHORT = 20


def short(name: str, length: int = SHORT) -> str:
    """A task's name cut for a label; the full one stays in the hover text and the table."""
    return name if len(name) <= length else name[: length - 1] + "…"


def labelled(tasks: pd.DataFrame, language: str) -> list[str]:
    """One distinct label per task: number and shortened name, joint tasks marked."""
    return [
        say(language, "frame.joint_label" if kind == "joint" else "frame.task_label", seq=seq, name=short(name))
        for kind, seq, name in zip(tasks["plan_kind"], tasks["seq"], tasks["name"], strict=True)
    ]


def timeline(tasks: pd.DataFrame, year: int, as_of: datetime.date, look: Look, language: str) -> go.Figure:
    """`tasks`: rows of `queries/tasks.sql`. A bar per planned window, a mark on the day of the draw."""
    labels = labelled(tasks, language)
    starts, ends = pd.to_datetime(tasks["starts_on"]), pd.to_datetime(tasks["ends_on"])
    figure = go.Figure()
    figure.add_bar(
        base=starts,
        x=(ends - starts).dt.total_seconds() * 1000 + 86_400_000,
        y=labels,
        orientation="h",
        marker={"color": [look.ink if kind == "joint" else look.soft for kind in tasks["plan_kind"]]},
        customdata=list(zip(tasks["name"], starts.dt.date.astype(str), ends.dt.date.astype(str), strict=True)),
        hovertemplate="%{customdata[0]}<br>%{customdata[1]} – %{customdata[2]}<extra></extra>",
    )
    drawn = pd.to_datetime(tasks["drawn_on"])
    late = tasks["launch"].isin(["late", "early"])
    for chosen, colour, symbol, key in ((~late, look.text, "diamond", "drawn_mark"), (late, look.alarm, "diamond", "late_mark")):
        rows = chosen & drawn.notna()
        figure.add_scatter(
            x=drawn[rows],
            y=[label for label, kept in zip(labels, rows, strict=True) if kept],
            mode="markers",
            marker={"symbol": symbol, "size": 12, "color": colour, "line": {"color": look.paper, "width": 2}},
            hovertemplate=say(language, f"plans.{key}") + " %{x|%Y-%m-%d}<extra></extra>",
        )
    for label in [label for label, missing in zip(labels, starts.isna(), strict=True) if missing]:
        figure.add_annotation(
            x=f"{year}-01-05", y=label, text=say(language, "plans.no_window"), showarrow=False, xanchor="left", font={"color": look.muted}
        )
    if as_of < datetime.date(year, 12, 31):
        figure.add_vline(x=as_of.isoformat(), line={"color": look.muted, "width": 1, "dash": "dot"})
    figure.update_layout(
        height=96 + 34 * len(labels),
        margin={"l": 8, "r": 16, "t": 34, "b": 8},
        xaxis={
            "type": "date",
            "side": "top",
            "range": [f"{year}-01-01", f"{year}-12-31"],
            "tickvals": [f"{year}-{month:02d}-01" for month in range(1, 13)],
            "ticktext": [say(language, f"frame.months.{month}") for month in range(1, 13)],
            "ticklabelposition": "outside right",
        },
        yaxis={"autorange": "reversed", "showgrid": False, "tickfont": {"color": look.text, "size": 13}},
        bargap=0.45,
    )
    return figure
