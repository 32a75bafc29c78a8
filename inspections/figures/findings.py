"""What the visits found and what became of it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from inspections.words.look import Look, labels, names_axis, room, share_axis
from inspections.words.wording import say


def outcomes(counts: pd.DataFrame, look: Look) -> go.Figure:
    """`counts`: rows of `queries/outcomes.sql`. One bar per result code; those of problems in the alarm colour."""
    ordered = counts.sort_values("results", ascending=False)
    names = [say(f"codes.outcome_short.{code}") for code in ordered["outcome"]]
    figure = go.Figure(
        go.Bar(
            x=ordered["results"],
            y=names,
            orientation="h",
            marker_color=[look.alarm if problem else look.soft for problem in ordered["is_problem"]],
            text=[f"{int(count):,}" for count in ordered["results"]],
            textposition="outside",
            cliponaxis=False,
            textfont={"size": 13, "color": look.text},
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        height=60 + 36 * len(names),
        margin={"l": 8, "r": 48, "t": 4, "b": 8},
        xaxis={"visible": False},
        yaxis=names_axis(look, 13),
    )
    return figure


def flow(found: int, handled: int, closed: int, look: Look) -> go.Figure:
    """From finding to closure: how many problems got how far."""
    annotations: list[dict[str, object]] = []
    stages = [("found", found), ("handled", handled), ("closed", closed)]
    names = [say(f"findings.stages.{stage}") for stage, _ in stages]
    figure = go.Figure()
    figure.add_bar(x=names, y=[found] * 3, marker_color=look.pale, hoverinfo="skip")
    figure.add_bar(
        x=names, y=[count for _, count in stages], marker_color=[look.alarm, look.soft, look.ink], hoverinfo="skip"
    )
    for name, (_, count) in zip(names, stages, strict=True):
        annotations.append(
            {
                "x": name,
                "y": count,
                "yanchor": "bottom",
                "yshift": 2,
                "text": say("findings.stage_label", count=count, share=count / found if found else None),
                "showarrow": False,
                "font": {"size": 14, "color": look.text},
            }
        )
    figure.update_layout(
        barmode="overlay",
        height=330,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        # Room above the highest bar for the two lines of its words, which are broader than it.
        yaxis={"visible": False, "range": [0, max(found, 1) * 1.2]},
        xaxis={"showgrid": False, "tickfont": {"color": look.text, "size": 14}},
        bargap=0.45,
        annotations=annotations,
    )
    return figure


def problem_rates(classes: pd.DataFrame, name_of: Callable[[str], str], look: Look) -> go.Figure:
    """`classes`: class, problems, results, share, low, high. A dot with its 95 % interval; small samples hollow."""
    names = [name_of(code) for code in classes["class"]]
    figure = go.Figure()
    for name, code, share, low, high, results in zip(
        names, *(classes[column] for column in ("class", "share", "low", "high", "results")), strict=True
    ):
        colour = look.classes[code]
        figure.add_scatter(
            x=[low, high], y=[name, name], mode="lines", line={"color": colour, "width": 3}, hoverinfo="skip"
        )
        figure.add_scatter(
            x=[share],
            y=[name],
            mode="markers",
            marker={"size": 14, "color": look.paper if results < 10 else colour, "line": {"color": colour, "width": 3}},
            hoverinfo="skip",
        )
    words = [
        say("findings.rate_label", share=share, problems=int(problems), results=int(results))
        for share, problems, results in zip(classes["share"], classes["problems"], classes["results"], strict=True)
    ]
    figure.add_trace(labels(list(classes["high"]), names, words, look.text))
    figure.update_layout(
        height=90 + 52 * len(names),
        margin={"l": 8, "r": room(words), "t": 8, "b": 8},
        xaxis=share_axis(max(float(classes["high"].max()) * 1.02, 0.1)),
        yaxis=names_axis(look),
    )
    return figure
