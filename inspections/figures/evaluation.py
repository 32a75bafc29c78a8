"""The units of a year by score, and where one of them earned and lost its points."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from inspections.evaluation.grade import Evaluation, Graded
from inspections.evaluation.indicators import BY_CODE, difference_words, value_words
from inspections.evaluation.rubric import GRADES, Mark
from inspections.words.look import Look, labels, marks, room
from inspections.words.rates import rate
from inspections.words.wording import say

# Units shown at either end where there are too many for one figure.
ENDS = 20
LONGEST_NAME = 18


def shown_units(evaluation: Evaluation) -> list[Graded | None]:
    """The graded units, best first; None stands for those in the middle where there are too many to show."""
    units: list[Graded | None] = list(evaluation.graded)
    return units if len(units) <= 2 * ENDS + 1 else [*units[:ENDS], None, *units[-ENDS:]]


def league(evaluation: Evaluation, last: Mapping[int, Decimal | None], look: Look) -> go.Figure:
    """The units' scores as bars in the colour of their grade, the bands as lines, last year's score as a mark.

    `last`: last year's scores by unit id.
    """
    units = shown_units(evaluation)
    rows = [(row, unit) for row, unit in enumerate(units) if unit is not None and unit.score is not None]
    names = [
        say("evaluation.more_units", count=len(evaluation.graded) - 2 * ENDS) if unit is None else _cut(unit.unit)
        for unit in units
    ]
    before = [(row, last[unit.unit_id]) for row, unit in rows if unit.unit_id and last.get(unit.unit_id) is not None]
    words = [_score_words(unit) for _, unit in rows]
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": [float(unit.score or 0) for _, unit in rows],
        "y": [row for row, _ in rows],
        "marker": {"color": [look.grades.get(unit.grade, look.muted) for _, unit in rows]},
        "customdata": [unit.unit for _, unit in rows],
        "hovertemplate": "%{customdata}<br>%{x:.2f}<extra></extra>",
    }
    bands = [(grade, float(evaluation.rubric.bands[grade])) for grade in GRADES[:-1]]
    many = len(units) > 14
    stroke = 16 if many else 24
    return go.Figure(
        [
            bar,
            marks([float(score or 0) for _, score in before], [row for row, _ in before], look.text, stroke),
            labels([101] * len(rows), [row for row, _ in rows], words, look.text, 13 if many else 14),
        ],
        {
            "height": 64 + (26 if many else 42) * len(units),
            "margin": {"l": 8, "r": room(words, 13 if many else 14), "t": 34, "b": 8},
            "bargap": 0.3 if many else 0.42,
            "xaxis": {"range": [0, 101], "tickvals": [0, 20, 40, 60, 80, 100], "showgrid": False},
            "yaxis": {
                "range": [len(units) - 0.5, -0.5],
                "tickvals": list(range(len(units))),
                "ticktext": names,
                "showgrid": False,
                "ticklabelstandoff": 8,
                "tickfont": {"color": look.text, "size": 13 if many else 14},
            },
            "shapes": [
                {
                    "type": "line", "x0": edge, "x1": edge, "y0": 0, "y1": 1, "yref": "paper", "layer": "above",
                    "line": {"color": look.grades[grade], "width": 1.5, "dash": "dot"},
                }
                for grade, edge in bands
            ],
            "annotations": [
                {
                    "x": edge, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
                    "text": f"{edge:g}",
                    "font": {"size": 12, "color": look.muted},
                }
                for grade, edge in bands
            ],
        },
    )  # fmt: skip


def _score_words(unit: Graded) -> str:
    key = "evaluation.score_decided" if unit.override else "evaluation.score_grade"
    return say(key, score=unit.score, grade=say(f"codes.grade.{unit.grade}"))


def breakdown(unit: Graded, last: Graded | None, best: Graded | None, look: Look) -> go.Figure:
    """Left: points earned and lost per scored indicator. Right: its value, with last year's and the best unit's.

    Rates share a scale; a mean has one of its own and stands there in words.
    """
    scored = [mark for mark in unit.marks if mark.available is not None]
    places = list(range(len(scored)))
    widest = max((float(mark.available or 0) for mark in scored), default=1.0)
    earned = [float(mark.points or 0) for mark in scored]
    bar: dict[str, Any] = {"type": "bar", "orientation": "h", "y": places, "hoverinfo": "skip"}
    lost = [
        f"−{float(mark.lost):.2f}" if round(float(mark.lost), 2) else say("evaluation.full_marks") for mark in scored
    ]
    dot: dict[str, Any] = {"type": "scatter", "mode": "markers", "xaxis": "x2", "cliponaxis": False}
    now = _rates(unit, scored)
    # Words stand behind the scale of the rates; a mean, which has no dots on it, has the room for its longer ones.
    beside = [1.06 if BY_CODE[mark.code].kind == "rate" else 0.0 for mark in scored]
    values = _value_words(scored, last)
    hollow = {"color": "rgba(0,0,0,0)", "size": 13, "line": {"color": look.muted, "width": 2}}
    return go.Figure(
        [
            bar | {"x": earned, "marker": {"color": look.ink}},
            bar | {"x": [float(mark.lost) for mark in scored], "marker": {"color": look.alarm}},
            labels([float(mark.available or 0) for mark in scored], places, lost, look.text),
            dot
            | {
                "x": _rates(last, scored), "y": places, "marker": {"symbol": "circle", **hollow},
                "hovertemplate": say("evaluation.hover_last") + "<extra></extra>",
            },
            dot
            | {
                "x": _rates(best, scored), "y": places,
                "marker": {"symbol": "diamond-open", "size": 15, "color": look.classes["A"], "line": {"width": 2}},
                "hovertemplate": say("evaluation.hover_best") + "<extra></extra>",
            },
            dot
            | {
                "x": now, "y": places, "marker": {"size": 11, "color": look.ink},
                "hovertemplate": say("evaluation.hover_now") + "<extra></extra>",
            },
            labels(beside, places, values, look.text) | {"xaxis": "x2"},
        ],
        {
            "barmode": "stack",
            "bargap": 0.42,
            "height": 70 + 42 * len(scored),
            "margin": {"l": 8, "r": room(values), "t": 48, "b": 8},
            "xaxis": {"domain": [0, 0.46], "range": [0, widest * 1.32], "visible": False},
            "xaxis2": {
                "domain": [0.52, 1], "range": [-0.04, 1.08], "tickvals": [0, 0.5, 1], "tickformat": ".0%",
                "anchor": "y", "gridcolor": look.line, "zeroline": False, "tickfont": {"color": look.muted, "size": 13},
            },
            "yaxis": {
                "range": [len(scored) - 0.5, -0.5],
                "tickvals": places,
                "ticktext": [say(f"codes.indicator.{mark.code}") for mark in scored],
                "showgrid": False,
                "ticklabelstandoff": 8,
                "tickfont": {"color": look.text, "size": 14},
            },
            "annotations": [
                {
                    "x": x, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
                    "yshift": 6, "showarrow": False, "text": say(f"evaluation.{key}"),
                    "font": {"size": 13, "color": look.muted},
                }
                for x, key in ((0.0, "points_axis"), (0.52, "rates_axis"))
            ],
        },
    )  # fmt: skip


def without_value(unit: Graded, best: Graded) -> list[str]:
    """The codes of the rates of a unit's breakdown in which the best unit has nothing to count, and no mark."""
    scored = [mark for mark in unit.marks if mark.available is not None and BY_CODE[mark.code].kind == "rate"]
    return [mark.code for mark, value in zip(scored, _rates(best, scored), strict=True) if value is None]


def _rates(unit: Graded | None, scored: list[Mark]) -> list[float | None]:
    """The rates of a unit, of this year or of another, for the same indicators; None for a mean."""
    known = {} if unit is None else {mark.code: rate(mark.numerator, mark.denominator) for mark in unit.marks}
    return [known.get(mark.code) if BY_CODE[mark.code].kind == "rate" else None for mark in scored]


def _value_words(scored: list[Mark], last: Graded | None) -> list[str]:
    known = {} if last is None else {mark.code: rate(mark.numerator, mark.denominator) for mark in last.marks}
    words = []
    for mark in scored:
        value, before = rate(mark.numerator, mark.denominator), known.get(mark.code)
        key = "value_label" if value is None or before is None else "value_label_moved"
        counts = {"numerator": mark.numerator, "denominator": mark.denominator}
        moved = difference_words(mark.code, value, before)
        words.append(say(f"evaluation.{key}", value=value_words(mark.code, value), moved=moved, **counts))
    return words


def _cut(name: str) -> str:
    """Long names keep their end, which is what tells units of one authority apart."""
    return name if len(name) <= LONGEST_NAME else f"{name[:10]}…{name[-7:]}"
