"""Bureaus by score or by an indicator: a row each where they are few, a curve of all of them where they are many."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from inspections.evaluation.bureaus import HAVE_MEDIAN, HAVE_QUARTILES, SCORE, Ranking, by_words, interval, value_words
from inspections.evaluation.indicators import BY_CODE
from inspections.words.look import Look, labels, marks, room, two_lines
from inspections.words.plain import shortened
from inspections.words.wording import say

# Bureaus up to which each has a row, and up to which each has a dot on the curve.
ROWS, DOTS = 30, 400
# Bureaus named at either end of the curve.
ENDS = 3
LONGEST_NAME = 16
# Letters as broad as high of a line beside the profile: a longer name takes two.
NAME_LINE = 12


def standings(of: Ranking, chosen: int, look: Look) -> go.Figure:
    """All bureaus of a ranking, `chosen` (a bureau id) marked: rows up to `ROWS` of them, else a curve."""
    return _rows(of, chosen, look) if as_rows(of) else _curve(of, chosen, look)


def as_rows(of: Ranking) -> bool:
    """Whether the bureaus are few enough for a row each."""
    return len(of.ranked) <= ROWS


def _scale(of: Ranking) -> tuple[float, str]:
    """The end of the scale, and how its ticks are written."""
    if of.by == SCORE:
        return 100.0, "d"
    if has_interval(of):
        return 1.0, ".0%"
    return 5.0 * max(math.ceil(float(of.ranked["value"].max()) / 5), 1), "~g"


def has_interval(of: Ranking) -> bool:
    """Whether the values are rates: shares of counts, which have an interval."""
    return of.indicator is not None and of.indicator.kind == "rate"


def _colours(rows: pd.DataFrame, of: Ranking, look: Look) -> list[str]:
    return (
        [look.grades.get(str(grade), look.muted) for grade in rows["grade"]]
        if of.by == SCORE
        else [look.ink] * len(rows)
    )


def _middle(of: Ranking, look: Look, axis: str) -> list[dict[str, Any]]:
    """Across `axis` the median as a line and the middle half as a band, each where there are bureaus enough for it."""
    if not of.has_median:
        return []
    lower, median, upper = of.quartiles
    other = "y" if axis == "x" else "x"
    whole = {f"{other}0": 0, f"{other}1": 1, f"{other}ref": "paper"}
    band = {
        "type": "rect", "layer": "below", f"{axis}0": lower, f"{axis}1": upper, **whole,
        "fillcolor": look.pale, "line": {"width": 0},
    }  # fmt: skip
    return [
        *([band] if of.has_quartiles else []),
        {
            "type": "line", "layer": "below", f"{axis}0": median, f"{axis}1": median, **whole,
            "line": {"color": look.muted, "width": 1.5, "dash": "dot"},
        },
    ]  # fmt: skip


def _rows(of: Ranking, chosen: int, look: Look) -> go.Figure:
    rows = of.ranked
    end, ticks = _scale(of)
    places = list(range(len(rows)))
    names = [
        say("bureaus.rank_name", rank=int(rank), name=shortened(str(name), LONGEST_NAME))
        for rank, name in zip(rows["rank"], rows["bureau"], strict=True)
    ]
    values = [float(value) for value in rows["value"]]
    traces: list[dict[str, Any]] = []
    left, right = list(values), list(values)
    if has_interval(of):
        bounds = [interval(int(x), int(n)) for x, n in zip(rows["numerator"], rows["denominator"], strict=True)]
        left, right = [low for low, _ in bounds], [high for _, high in bounds]
        traces.append(
            {
                "type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"color": look.soft, "width": 4},
                "x": [x for low, high in bounds for x in (low, high, None)],
                "y": [y for place in places for y in (place, place, None)],
            }
        )  # fmt: skip
    first, last, steps = _stretch(min(left), max(right), end)
    colours = _colours(rows, of, look)
    details = [_detail(of, row) for row in rows.to_dict("records")]
    traces += [
        {
            "type": "scatter",
            "mode": "markers",
            "x": values,
            "y": places,
            "marker": {
                "size": [17 if one == chosen else 13 for one in rows["bureau_id"]],
                # Few records: a ring instead of a dot.
                "color": [
                    look.paper if small else colour for small, colour in zip(rows["is_small"], colours, strict=True)
                ],
                "line": {"width": 2.5, "color": colours},
                # Plotly draws markers of several sizes pale by itself.
                "opacity": 1,
            },
            "customdata": [
                [name, _detail(of, row)] for name, row in zip(rows["bureau"], rows.to_dict("records"), strict=True)
            ],
            "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
            "cliponaxis": False,
        },
        labels(
            [x + 0.035 * (last - first) for x in right],
            places,
            details,
            look.text,
        ),
    ]
    return go.Figure(
        traces,
        {
            "height": 90 + max(34, min(96, 420 // len(rows))) * len(rows),
            "margin": {"l": 8, "r": room(details), "t": 34, "b": 8},
            "xaxis": {
                "range": [first, last], "tickvals": steps, "tickformat": ticks,
            },
            "yaxis": {
                "range": [len(rows) - 0.4, -0.6], "tickvals": places, "ticktext": names, "showgrid": False,
                "ticklabelstandoff": 8, "tickfont": {"color": look.text, "size": 13 if len(rows) > 12 else 14},
            },
            "shapes": [
                *_middle(of, look, "x"),
                *(
                    {
                        "type": "rect", "layer": "below", "xref": "paper", "x0": 0, "x1": 1,
                        "y0": place - 0.46, "y1": place + 0.46, "line": {"color": look.soft, "width": 1.5},
                    }
                    for place, bureau_id in zip(places, rows["bureau_id"], strict=True)
                    if bureau_id == chosen
                ),
            ],
            "annotations": [_median_words(of, look) | {"x": of.quartiles[1], "y": 1, "yref": "paper"}]
            if of.has_median
            else [],
        },
    )  # fmt: skip


def _stretch(low: float, high: float, end: float) -> tuple[float, float, list[float]]:
    """The part of the scale that dots need, which show places and no lengths: its ends and up to six ticks on it."""
    room = max(high - low, end / 20) * 0.08
    first, last = max(low - room, -0.02 * end), min(max(high, low + end / 20) + room, 1.02 * end)
    step = next(end * share for share in (0.01, 0.02, 0.05, 0.1, 0.25) if (last - first) / end / share <= 6)
    return first, last, [count * step for count in range(round(end / step) + 1) if first <= count * step <= last]


def _median_words(of: Ranking, look: Look) -> dict[str, Any]:
    return {
        "text": say("bureaus.median_mark", value=of.words(of.quartiles[1])),
        "showarrow": False, "yanchor": "bottom", "yshift": 4, "font": {"size": 12, "color": look.muted},
    }  # fmt: skip


def _detail(of: Ranking, row: Mapping[Hashable, Any]) -> str:
    value = of.words(row["value"])
    if of.by == SCORE:
        return say("bureaus.score_label", value=value, grade=say(f"codes.grade.{row['grade']}"))
    counts = {"numerator": int(row["numerator"]), "denominator": int(row["denominator"])}
    return say("bureaus.rate_label", value=value, **counts)


def _curve(of: Ranking, chosen: int, look: Look) -> go.Figure:
    """Value over place: the best on the left; either end and the chosen bureau by name."""
    rows = of.ranked
    end, ticks = _scale(of)
    places = list(range(1, len(rows) + 1))
    values = [float(value) for value in rows["value"]]
    first, last, steps = _stretch(min(values), max(values), end)
    # Names stand above the curve's left end and below its right one.
    room = (last - first) * 0.24
    colours = _colours(rows, of, look)
    many = len(rows) > DOTS
    curve: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines" if many else "markers",
        "x": places,
        "y": values,
        "customdata": [
            [f"{rank}", name, _detail(of, row)]
            for rank, name, row in zip(rows["rank"], rows["bureau"], rows.to_dict("records"), strict=True)
        ],
        "hovertemplate": say("bureaus.hover") + "<extra></extra>",
        "cliponaxis": False,
    }
    curve |= (
        {"line": {"color": look.ink, "width": 3}}
        if many
        else {
            "marker": {
                "size": 9,
                "color": [
                    look.paper if small else colour for small, colour in zip(rows["is_small"], colours, strict=True)
                ],
                "line": {"width": 2, "color": colours},
            }
        }
    )
    own = next((place for place, one in enumerate(rows["bureau_id"]) if one == chosen), None)
    best, lowest = _named(of)
    shifts = {place: (26, -24 - 21 * (ENDS - 1 - step)) for step, place in enumerate(best)}
    shifts |= {place: (-26, 24 + 21 * step) for step, place in enumerate(lowest)}
    notes = [_name_mark(of, place, look, shift) for place, shift in shifts.items() if place != own]
    traces = [curve]
    if own is not None:
        notes.append(_own_mark(of, own, look))
        traces.append(
            {
                "type": "scatter", "mode": "markers", "x": [own + 1], "y": [values[own]], "hoverinfo": "skip",
                "marker": {"size": 17, "color": look.alarm, "line": {"color": look.paper, "width": 2}},
                "cliponaxis": False,
            }
        )  # fmt: skip
    return go.Figure(
        traces,
        {
            "height": 470,
            "margin": {"l": 8, "r": 90, "t": 40, "b": 8},
            "xaxis": {
                "range": [0, len(rows) + 1], "showgrid": False, "tickformat": "d",
                "title": {"text": say("bureaus.place_axis")},
            },
            "yaxis": {"range": [first - room, last + room], "tickvals": steps, "tickformat": ticks},
            "shapes": _middle(of, look, "y"),
            "annotations": [
                *notes,
                _median_words(of, look)
                | {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 4, "yshift": 0}
                | {"y": of.quartiles[1], "yanchor": "middle"},
            ],
        },
    )  # fmt: skip


def _named(of: Ranking) -> tuple[list[int], list[int]]:
    """Places of the first and of the last to name: those with enough records, where there are such."""
    firm = [place for place, small in enumerate(of.ranked["is_small"]) if not small]
    places = firm if len(firm) >= 2 * ENDS else list(range(len(of.ranked)))
    return places[:ENDS], places[-ENDS:]


def _name_mark(of: Ranking, place: int, look: Look, shift: tuple[int, int], **more: Any) -> dict[str, Any]:
    """A name `shift` pixels from its dot."""
    row = of.ranked.iloc[place]
    words = {"name": shortened(str(row["bureau"]), LONGEST_NAME), "value": of.words(float(row["value"]))}
    return {
        "x": place + 1,
        "y": float(row["value"]),
        "text": say("bureaus.name_mark", rank=int(row["rank"]), **words),
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": look.soft,
        "ax": shift[0],
        "ay": shift[1],
        "xanchor": "left" if shift[0] > 0 else "right",
        "bgcolor": look.paper,
        "font": {"size": 12, "color": look.text},
    } | more


def _own_mark(of: Ranking, place: int, look: Look) -> dict[str, Any]:
    """The chosen bureau's name: above the curve, but below it where the first are named above."""
    share = place / len(of.ranked)
    shift = (34, 60) if share < 0.15 else (34, -44) if share < 0.6 else (-10, -64)
    font = {"font": {"size": 14, "color": look.alarm}, "arrowcolor": look.alarm}
    return _name_mark(of, place, look, shift, **font)


def profile(rows: pd.DataFrame, look: Look) -> go.Figure:
    """Per indicator: the middle half as a band, the median, the best, the bureau itself, red in the last quarter.

    Where a row has fewer bureaus than `HAVE_QUARTILES` there are no quarters, with fewer than `HAVE_MEDIAN` no median.

    A mean is no share, and less of it may be better: it stands there in words.

    `rows`: from `inspections.evaluation.bureaus.profile`.
    """
    places = list(range(len(rows)))
    names = ("best_value", "upper", "median", "lower", "own")
    ends = [_end(str(by)) for by in rows["by"]]
    of_end = {name: [float(value) / end for value, end in zip(rows[name], ends, strict=True)] for name in names}
    known = [place for place in places if not pd.isna(of_end["own"][place])]
    halved = [place for place in places if rows["ranked"].iloc[place] >= HAVE_MEDIAN]
    many = [ranked >= HAVE_QUARTILES for ranked in rows["ranked"]]
    banded = [place for place in places if many[place]]
    behind = [enough and own < lower for own, lower, enough in zip(of_end["own"], of_end["lower"], many, strict=True)]
    words = [_own_words(row) for row in rows.to_dict("records")]
    return go.Figure(
        [
            {
                "type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"color": look.pale, "width": 16},
                "x": [x for place in banded for x in (of_end["lower"][place], of_end["upper"][place], None)],
                "y": [y for place in banded for y in (place, place, None)],
            },
            marks([of_end["median"][place] for place in halved], halved, look.muted, 18),
            {
                "type": "scatter", "mode": "markers", "x": of_end["best_value"], "y": places, "cliponaxis": False,
                "marker": {"symbol": "diamond-open", "size": 13, "color": look.classes["A"], "line": {"width": 2}},
                "hovertemplate": say("bureaus.hover_best") + "<extra></extra>",
                "customdata": [
                    value_words(by, value)
                    for by, value in zip(rows["by"], rows["best_value"], strict=True)
                ],
            },
            {
                "type": "scatter", "mode": "markers", "x": [of_end["own"][place] for place in known], "y": known,
                "marker": {
                    "size": 12, "color": [look.alarm if behind[place] else look.ink for place in known],
                    "line": {"color": look.paper, "width": 1.5},
                },
                "hoverinfo": "skip", "cliponaxis": False,
            },
            labels([1.08] * len(places), places, words, look.text, 12),
        ],
        {
            "height": 60 + 33 * len(places),
            "margin": {"l": 8, "r": room(words, 12) + 8, "t": 8, "b": 8},
            "xaxis": {"range": [-0.04, 1.08], "tickvals": [0, 0.5, 1], "tickformat": ".0%"},
            "yaxis": {
                "range": [len(places) - 0.4, -0.6], "tickvals": places, "showgrid": False, "ticklabelstandoff": 8,
                "ticktext": [two_lines(by_words(by), NAME_LINE) for by in rows["by"]],
                "tickfont": {"color": look.text, "size": 13},
            },
        },
    )  # fmt: skip


def _end(by: str) -> float:
    """The end of a row's scale; NaN for a mean, which has none."""
    if by == SCORE:
        return 100.0
    return 1.0 if BY_CODE[by].kind == "rate" else math.nan


def _own_words(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["own"]):
        return say("bureaus.own_none")
    # The unit of a mean stands in its name beside the row.
    is_mean = row["by"] != SCORE and BY_CODE[str(row["by"])].kind == "mean"
    value = f"{row['own']:.1f}" if is_mean else value_words(row["by"], row["own"])
    return say("bureaus.own_label", rank=int(row["own_rank"]), ranked=int(row["ranked"]), value=value)
