"""The plan on a time line."""

from __future__ import annotations

import datetime
import re

import pandas as pd
import plotly.graph_objects as go

from inspections.words.look import Look, labels, names_axis
from inspections.words.wording import say

LINE = 14
# "2023年", "2023年度": said once by the page's year already.
YEAR = re.compile(r"^\s*(19|20)\d{2}\s*年度?")


def short(name: str, lines: int = 2) -> str:
    """A task's name for an axis: without its year, in at most `lines` lines, parted by line feeds.

    The full name stays in the hover text and in the table.
    """
    rest = "".join(YEAR.sub("", name).split()) or name
    kept = [rest[start : start + LINE] for start in range(0, len(rest), LINE)]
    if len(kept) > lines:
        kept = [*kept[: lines - 1], kept[lines - 1][: LINE - 1] + "…"]
    return "\n".join(kept)


def labelled(tasks: pd.DataFrame) -> list[str]:
    """One distinct label per task: number and shortened name, joint tasks marked."""
    return [
        say("frame.joint_label" if kind == "joint" else "frame.task_label", seq=seq, name=short(name, 2))
        for kind, seq, name in zip(tasks["plan_kind"], tasks["seq"], tasks["name"], strict=True)
    ]


def timeline(tasks: pd.DataFrame, year: int, as_of: datetime.date, look: Look) -> go.Figure:
    """`tasks`: rows of `queries/tasks.sql`. A bar per planned window, a mark on the day of the draw."""
    names = labelled(tasks)
    starts, ends = pd.to_datetime(tasks["starts_on"]), pd.to_datetime(tasks["ends_on"])
    figure = go.Figure()
    figure.add_bar(
        base=starts,
        x=(ends - starts).dt.total_seconds() * 1000 + 86_400_000,
        y=names,
        orientation="h",
        marker={"color": [look.ink if kind == "joint" else look.soft for kind in tasks["plan_kind"]]},
        customdata=list(zip(tasks["name"], starts.dt.date.astype(str), ends.dt.date.astype(str), strict=True)),
        hovertemplate="%{customdata[0]}<br>%{customdata[1]} – %{customdata[2]}<extra></extra>",
    )
    drawn = pd.to_datetime(tasks["drawn_on"])
    late = tasks["launch"].isin(["late", "early"])
    for chosen, colour, symbol, key in (
        (~late, look.text, "diamond", "drawn_mark"),
        (late, look.alarm, "diamond", "late_mark"),
    ):
        rows = chosen & drawn.notna()
        figure.add_scatter(
            x=drawn[rows],
            y=[label for label, kept in zip(names, rows, strict=True) if kept],
            mode="markers",
            marker={"symbol": symbol, "size": 12, "color": colour, "line": {"color": look.paper, "width": 2}},
            hovertemplate=say(f"plans.{key}") + " %{x|%Y-%m-%d}<extra></extra>",
        )
    unknown = [label for label, missing in zip(names, starts.isna(), strict=True) if missing]
    if unknown:
        where, what = [f"{year}-01-05"] * len(unknown), [say("plans.no_window")] * len(unknown)
        figure.add_trace(labels(where, unknown, what, look.muted))
    if as_of < datetime.date(year, 12, 31):
        figure.add_vline(x=as_of.isoformat(), line={"color": look.muted, "width": 1, "dash": "dot"})
    figure.update_layout(
        height=70 + 42 * len(names),
        margin={"l": 8, "r": 16, "t": 34, "b": 8},
        xaxis={
            "type": "date",
            "side": "top",
            "range": [f"{year}-01-01", f"{year}-12-31"],
            "tickvals": [f"{year}-{month:02d}-01" for month in range(1, 13)],
            "ticktext": [say(f"frame.months.{month}") for month in range(1, 13)],
            "ticklabelposition": "outside right",
        },
        yaxis=names_axis(look, 13),
        bargap=0.45,
    )
    return figure
