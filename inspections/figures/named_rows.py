"""Figures of rows that have names, for screens they were not drawn for: on a phone, or with one row only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import plotly.graph_objects as go

from inspections.words.look import Look, breadth, holds

# Letters as broad as high that a line above a bar holds, pixels of such a line.
LINE, LINE_HEIGHT = 24, 19
# Pixels of a cell of a table, as high as a bar.
CELL = 22
# Where a Chinese name was broken for its axis.
BREAK = re.compile(r"(?<=[\u2e80-\uffff])\n(?=[\u2e80-\uffff])")
FEW_TICKS = 4
# A stroke across a bar is no longer than the bar is thick.
STROKE = 22


def on_phone(of: go.Figure, look: Look) -> go.Figure:
    """The figure for a window about 390 pixels wide.

    Rows that have names get them above their bars, with the values that stood beside them; panels after the first are
    told in words only. What has no rows keeps its shape and has fewer ticks.
    """
    of.update_xaxes(nticks=FEW_TICKS, tickfont_size=12, title_font_size=12)
    of.update_yaxes(tickfont_size=12, title_font_size=12)
    axis = of.layout.xaxis
    if axis.tickformat == ".0%" and axis.tickvals is None and axis.range is not None:
        # So few that Plotly would choose one in the middle and none at the start.
        axis.tickvals = _shares(float(axis.range[1]))
    if axis.dtick == "M2":
        axis.dtick = "M4"
    if axis.type == "date" and axis.ticktext is not None:
        axis.update(tickvals=axis.tickvals[::3], ticktext=axis.ticktext[::3])
    names = _names(of)
    return _above(of, names, look) if names else of


def _shares(end: float) -> list[float]:
    """From 0 on the widest round steps of which at least two lie below `end`, a proportion."""
    step = next((step for step in (0.5, 0.25, 0.2, 0.1, 0.05) if 2 * step <= end), end / 2)
    return [count * step for count in range(int(end / step + 1e-9) + 1)]


def alone(of: go.Figure) -> str | None:
    """The name and the value of the only bar of a figure, which then says no more than these words; else None."""
    names = _names(of)
    if len(names) != 1 or {trace.type for trace in of.data} - {"bar", "scatter"}:
        return None
    if any(trace.type == "scatter" and not _is_words(trace) and len(trace.y) for trace in of.data):
        return None
    words = next(_words(of, names, False))
    return f"{' '.join(next(iter(names.values())).split())}　{words[0]}" if len(words) == 1 else None


def _names(of: go.Figure) -> dict[Any, str]:
    """The rows of a figure by their place: its ticks' texts, else what stands on its axis of names."""
    axis = of.layout.yaxis
    if axis.ticktext is not None:
        return {place: str(text) for place, text in zip(axis.tickvals, axis.ticktext, strict=True)}
    if axis.tickvals is not None and len(axis.tickvals) and isinstance(axis.tickvals[0], str):
        return {name: name for name in axis.tickvals}
    if axis.type != "category":
        return {}
    return {str(name): str(name) for trace in of.data for name in trace.y if name is not None}


def _above(of: go.Figure, names: Mapping[Any, str], look: Look) -> go.Figure:
    cells = any(_is_words(trace) and len(set(trace.y)) < len(trace.y) for trace in of.data)
    beside = _words(of, names, cells)
    parts = {place: [name, *words] for (place, name), words in zip(names.items(), beside, strict=True)}
    # All or none: every row is as high as the highest, and a name alone on its line would float above its bar.
    on_one = all(breadth("  ".join(_unbroken(told))) <= LINE for told in parts.values())
    texts = {place: "  ".join(_unbroken(told)) if on_one else _wrapped(told) for place, told in parts.items()}
    lines = max(text.count("\n") + 1 for text in texts.values())
    # From the middle of a bar to the top of its words, and to the bottom of what is below it.
    marked = any(trace.type == "scatter" and trace.mode == "markers+text" for trace in of.data)
    above, below = 14 + LINE_HEIGHT * lines, 34 if cells or marked else 18
    row = above + below
    array = of.layout.yaxis.categoryarray
    count = len(names) if array is None else len(array)
    kept = [trace for trace in of.data if (trace.xaxis or "x") == "x" and (cells or not _is_words(trace))]
    for trace in kept:
        if trace.type == "heatmap":
            trace.ygap = row - CELL
        elif cells and _is_words(trace):
            # Below its mark.
            trace.update(
                text=[f"\n{text.strip()}" for text in trace.text], textposition="bottom center", textfont_size=11
            )
        elif trace.type == "scatter" and trace.mode == "markers+text":
            trace.textposition = "bottom center"
        elif trace.type == "scatter" and "line-ns" in str(trace.marker.symbol):
            trace.marker.size = STROKE
    layout = of.layout
    layout.annotations = [
        *(one for one in layout.annotations if one.yref == "paper" and one.xref != "paper"),
        *(
            {
                "x": 0, "xref": "paper", "xanchor": "left", "align": "left", "text": text, "y": place, "yref": "y",
                "yanchor": "bottom", "yshift": 12, "showarrow": False, "font": {"size": 13, "color": look.text},
                # Lines of the figure end at its words.
                "bgcolor": look.paper,
            }
            for place, text in texts.items()
        ),
    ]  # fmt: skip
    for shape in layout.shapes:
        # The frame of a row goes round its words, too.
        if shape.xref == "paper" and shape.yref != "paper":
            middle = (shape.y0 + shape.y1) / 2
            shape.update(y0=middle - (above + 2) / row, y1=middle + (below - 4) / row, x0=-0.012, x1=1.012)
        elif shape.xref != "paper" and shape.type == "rect" and "heatmap" in {trace.type for trace in kept}:
            # That of a cell does not.
            middle = (shape.y0 + shape.y1) / 2
            shape.update(y0=middle - CELL / 2 / row, y1=middle + CELL / 2 / row)
    top = (70 if cells else layout.margin.t) if layout.margin.t is not None else 28
    bottom = 8 if layout.xaxis.visible is False else 30
    if layout.showlegend:
        top, bottom = 8, bottom + 24 * sum(trace.showlegend is not False for trace in kept)
        layout.legend = {"orientation": "v", "y": -0.06, "yanchor": "top", "x": 0, "traceorder": "normal"}
    layout.update(
        height=row * count + top + bottom,
        bargap=1 - min(18 / row, 0.5),
        # A tick at the start of the axis is not written where half of it would stand outside.
        margin={"l": 4 if layout.xaxis.visible is False else 12, "r": 14, "t": top, "b": bottom},
        yaxis={"showticklabels": False, "range": [count - 1 + below / row, -above / row], "autorange": False},
    )
    layout.xaxis.update(domain=[0, 1], tickangle=-40 if cells else None)
    return go.Figure(kept, layout)


def _is_words(trace: Any) -> bool:
    return bool(trace.type == "scatter" and trace.mode == "text")


def _words(of: go.Figure, names: Mapping[Any, str], cells: bool) -> Iterator[list[str]]:
    """What stands beside each row, panel by panel; the words of a table's cells stay in them."""
    # One further panel speaks for itself; of several each says what it holds.
    several = len({trace.xaxis or "x" for trace in of.data}) > 2
    heads = {
        one.x: " ".join(one.text.split())
        for one in of.layout.annotations
        if one.xref == "paper" and one.yref == "paper"
    }
    beside: dict[Any, list[str]] = {place: [] for place in names}
    for trace in of.data if not cells else ():
        if _is_words(trace):
            axis = trace.xaxis or "x"
            domain = of.layout[f"xaxis{axis[1:]}"].domain
            head = heads.get(domain[0]) if several and domain and axis != "x" else None
            for place, text in zip(trace.y, trace.text, strict=True):
                if place in beside and text.strip():
                    beside[place].append(f"{head}: {text.strip()}" if head else text.strip())
    yield from beside.values()


def _unbroken(parts: list[str]) -> list[str]:
    return [" ".join(BREAK.sub("", part).split()) for part in parts]


def _wrapped(parts: list[str]) -> str:
    """A name, and on the lines below it what is said of it: together where there is room, else line by line."""
    name, *words = _unbroken(parts)
    together = "  ".join(words)
    below = [together] if breadth(together) <= LINE else words
    return "\n".join(line for part in (name, *below) if part for line in _lines(part))


def _lines(text: str) -> Iterator[str]:
    while breadth(text) > LINE:
        end = holds(text, LINE)
        # A number before a name stays with it.
        space = text.rfind(" ", end // 2, end + 1)
        yield text[: space if space > 0 else end]
        text = text[space if space > 0 else end :].lstrip()
    yield text
