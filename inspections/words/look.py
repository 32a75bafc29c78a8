"""Colours and the Plotly template: calm and official, one for a light and one for a dark screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import plotly.graph_objects as go

from inspections.words import plain

# The longest text inside a figure, characters.
LONGEST_TEXT = 300
# What is written on grounds of any shade.
INKS = ("#000000", "#FFFFFF")
FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"


@dataclass(frozen=True)
class Look:
    """The colours of one `mode` ("light" or "dark"). `classes` and `grades` by code; `scale` runs from none to all.

    `on_phone`: whether the window is a phone's, where names stand above their bars.
    """

    mode: str
    paper: str
    panel: str
    text: str
    muted: str
    line: str
    pale: str
    ink: str
    soft: str
    alarm: str
    classes: dict[str, str]
    scale: tuple[str, str]
    grades: dict[str, str]
    on_phone: bool = False


LIGHT = Look(
    mode="light",
    paper="#FFFFFF",
    panel="#F4F6F9",
    text="#1B2733",
    muted="#55636F",
    line="#E3E8EE",
    pale="#E5EAF1",
    ink="#1F3A5F",
    soft="#8FA6C1",
    alarm="#C0392B",
    classes={"A": "#3E9C8F", "B": "#4B7BB5", "C": "#E0A030", "D": "#C0392B", "E": "#7B2D26", "none": "#8A96A3"},
    scale=("#F1F4F8", "#1F3A5F"),
    grades={"excellent": "#2E7D5B", "good": "#4B7BB5", "fair": "#E0A030", "poor": "#C0392B"},
)
DARK = Look(
    mode="dark",
    paper="#10181F",
    panel="#18232D",
    text="#E3EAF1",
    muted="#A9B8C6",
    line="#263543",
    pale="#243341",
    ink="#8FB4DE",
    soft="#5A7799",
    alarm="#E5796B",
    classes={"A": "#4FB3A5", "B": "#6C9BD2", "C": "#E9B24C", "D": "#E06A5B", "E": "#C96A60", "none": "#7D8B99"},
    scale=("#18232D", "#8FB4DE"),
    grades={"excellent": "#4CB286", "good": "#6C9BD2", "fair": "#E9B24C", "poor": "#E06A5B"},
)


def look(mode: str | None, *, on_phone: bool = False) -> Look:
    """The look for Streamlit's theme type: "dark", anything else is light."""
    return replace(DARK if mode == "dark" else LIGHT, on_phone=on_phone)


def lights() -> dict[str, str]:
    """The colours of the dark palette and those of the light one in their place, both as a browser writes them."""
    pairs = []
    for of in fields(Look):
        dark, light = getattr(DARK, of.name), getattr(LIGHT, of.name)
        if isinstance(dark, dict):
            pairs += [(dark[code], light[code]) for code in dark]
        elif isinstance(dark, tuple):
            pairs += zip(dark, light, strict=True)
        elif isinstance(dark, str) and dark.startswith("#"):
            pairs.append((dark, light))
    return {_as_browsers_write(dark): _as_browsers_write(light) for dark, light in pairs}


def _as_browsers_write(colour: str) -> str:
    red, green, blue = bytes.fromhex(colour[1:])
    return f"rgb({red}, {green}, {blue})"


def blend(one: str, other: str, share: float) -> str:
    """What shows where `other` lies on `one` with that opacity; colours as "#RRGGBB"."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def readable(ground: str, of: Look) -> str:
    """Whichever of the colours of text and paper stands out more from `ground`, by WCAG's contrast."""
    return max((of.text, of.paper), key=lambda colour: contrast(colour, ground))


def ink_on(ground: str) -> str:
    """Black or white, whichever stands out more: on any ground by 4.5 to 1 at least.

    For grounds that stay as they are in print, where `readable` colours become those of the light palette.
    """
    return max(INKS, key=lambda ink: contrast(ink, ground))


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in bytes.fromhex(colour[1:]))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def share_axis(end: float) -> dict[str, object]:
    """An axis of proportions up to `end`, which may lie beyond 1 to make room for labels: no tick says 120 %."""
    return {"tickformat": ".0%", "range": [0, end], "tickvals": [0, 0.25, 0.5, 0.75, 1] if end > 1 else None}


def names_axis(of: Look, size: int = 14) -> dict[str, object]:
    """An axis of names, the first on top."""
    return {
        "autorange": "reversed",
        "showgrid": False,
        "type": "category",
        "ticklabelstandoff": 6,
        "tickfont": {"color": of.text, "size": size},
    }


def labels(x: Sequence[Any], y: Sequence[Any], texts: Sequence[str], colour: str, size: int = 13) -> dict[str, object]:
    """A trace of words to the right of points. One trace instead of one annotation each: Plotly checks it once."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(x),
        "y": list(y),
        "text": ["\n".join(f"  {line}" for line in text.split("\n")) for text in texts],
        "textposition": "middle right",
        "textfont": {"size": size, "color": colour},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def room(texts: Sequence[str], size: int = 13) -> int:
    """Pixels that the longest of `texts` takes, as `labels` draws it: the margin that keeps it within its figure."""
    return round(max((breadth(line) for text in texts for line in text.split("\n")), default=0) * size) + 14


def breadth(text: str) -> float:
    """How broad a text is, in letters as broad as high: Chinese ones count whole, others somewhat more than half."""
    return sum(1.0 if ord(letter) > 0x2E7F else 0.58 for letter in text)


def two_lines(name: str, line: float) -> str:
    """A name for an axis in at most two lines of `line` letters as broad as high; what is longer has an ellipsis."""
    if breadth(name) <= line:
        return name
    end = holds(name, line)
    space = name.rfind(" ", 1, end + 1)
    first, rest = (name[:space], name[space + 1 :]) if space > 0 else (name[:end], name[end:])
    return f"{first}\n{rest if breadth(rest) <= line else rest[: holds(rest, line) - 1] + '…'}"


def holds(text: str, line: float) -> int:
    """How many letters of a text a line holds."""
    return next((end - 1 for end in range(1, len(text) + 1) if breadth(text[:end]) > line), len(text))


def marks(x: Sequence[Any], y: Sequence[Any], colour: str, size: int = 30) -> dict[str, object]:
    """A trace of upright strokes, such as the plan on a bar."""
    line = {"width": 3, "color": colour}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(x),
        "y": list(y),
        "marker": {"symbol": "line-ns-open", "size": size, "color": colour, "line": line},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def in_plain_text(of: go.Figure) -> go.Figure:
    """The figure with every text of its traces and annotations escaped, in place: Plotly would read tags in them.

    Names on an axis are cut in the middle beyond 60 characters and stay distinct; a line feed stays a break of lines.
    Templates of hover texts are the house's own words and never hold data.
    """
    known: dict[str, str] = {}
    taken: set[str] = set()

    def name(text: str) -> str:
        if text not in known:
            shown = plain.figure(plain.shortened(text))
            while shown in taken:
                shown += " "
            taken.add(shown)
            known[text] = shown
        return known[text]

    def words(value: Any, of_one: Callable[[str], str]) -> Any:
        if isinstance(value, str):
            return of_one(value)
        if isinstance(value, list | tuple):
            return [words(one, of_one) for one in value]
        if hasattr(value, "dtype") and value.dtype.kind in "OUT":
            return [words(one, of_one) for one in value]
        return value

    for part in (*of.data, *of.layout.annotations):
        for where, of_one in (("x", name), ("y", name), ("text", quoted), ("name", quoted), ("customdata", quoted)):
            if where in part and (told := part[where]) is not None:
                escaped = words(told, of_one)
                if escaped is not told:
                    part[where] = escaped
    for axis in (*of.select_xaxes(), *of.select_yaxes()):
        for where, of_one in (("categoryarray", name), ("ticktext", quoted)):
            if (told := axis[where]) is not None:
                axis[where] = words(told, of_one)
    return of


def quoted(text: str) -> str:
    """A text inside a figure, of a length that a hover box holds."""
    return plain.figure(plain.shortened(text, LONGEST_TEXT))


@cache
def template(mode: str) -> go.layout.Template:
    """The Plotly template of a mode: thin grid lines, direct labels, no legend. Made once: Plotly checks every part."""
    of_mode = look(mode)
    axis = {
        "gridcolor": of_mode.line,
        "linecolor": of_mode.line,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"color": of_mode.muted, "size": 13},
        "title": {"font": {"color": of_mode.muted, "size": 13}},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14, "color": of_mode.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [of_mode.ink, *of_mode.classes.values()],
            "margin": {"l": 8, "r": 16, "t": 28, "b": 8},
            "showlegend": False,
            "separators": ".,",
            "xaxis": axis,
            "yaxis": axis,
            "bargap": 0.35,
            "hoverlabel": {
                "bgcolor": of_mode.panel,
                "bordercolor": of_mode.line,
                "font": {"color": of_mode.text, "size": 13},
            },
            "dragmode": False,
        }
    )
