"""docs/architecture.svg: the rooms as boxes on their floors, and who imports whom how often, as the code has it today.

The floors are those of import-linter's contract in pyproject.toml. Nearly every room stands on the two lowest, which
are bars; how often it does is said in its box, and every other pair has an arrow.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import grimp

ROOT = Path(__file__).resolve().parents[2]
SCREEN = "pages"
WIDTH, TOP, ROW, HEIGHT = 1180, 24, 98, 46
INK = "#1B2733"
# Where the boxes of a floor with so many stand, as shares of the width, so that few arrows pass behind a box; a box
# alone on its floor stands where the one above does not.
PLACES = {1: ((0.68,), (0.78,), (0.3,)), 2: ((0.24, 0.9),), 3: ((0.16, 0.52, 0.9),), 4: ((0.12, 0.38, 0.64, 0.9),)}
COLOURS = ("#1F3A5F", "#3E9C8F", "#B5651D", "#7A4B94", "#4B7BB5", "#C0392B", "#6B7A1E", "#A0522D", "#2E7D5B", "#8A6D00")


class Box(NamedTuple):
    """A room's place: its middle and its top, and how wide it is."""

    middle: float
    top: int
    width: float


def floors() -> list[list[str]]:
    """The rooms of every floor, from the roof to the ground; the screen stands on the roof, beside the command line."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["id"] == "floors")
    rows = [[room.strip() for room in layer.split("|")] for layer in layers]
    return [[SCREEN, *rows[0]], *rows[1:]]


def imports() -> Counter[tuple[str, str]]:
    """(room, room it imports) -> how many of its modules import how many modules there."""
    graph = grimp.build_graph("inspections", "pages", cache_dir=None)
    pairs = ((module, known) for module in graph.modules for known in graph.find_modules_directly_imported_by(module))
    # The package itself holds no more than the version.
    rooms = ((_room(module), _room(known)) for module, known in pairs)
    return Counter((one, other) for one, other in rooms if one != other and other)


def _room(module: str) -> str:
    package, _, rest = module.partition(".")
    return SCREEN if package == SCREEN else rest.partition(".")[0]


def svg() -> str:
    """The picture, the same text for the same code."""
    rows, counted = floors(), imports()
    bars = [row[0] for row in rows[-2:]]
    boxes = _boxes(rows[:-2], counted, bars)
    colours = {room: COLOURS[number % len(COLOURS)] for number, room in enumerate(chain(*rows[1:-2]))}
    height = TOP + len(rows) * ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        "<title>The rooms of the house on their floors; the number at an arrow counts its imports</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#FFFFFF"/>',
    ]
    parts += [
        f'<rect y="{TOP - 18 + number * ROW}" width="{WIDTH}" height="{ROW - 14}" fill="#F4F6F9"/>'
        for number in range(len(rows))
    ]
    arrows = {pair: count for pair, count in sorted(counted.items()) if set(pair) <= set(boxes)}
    drawn = [_arrow(pair, count, arrows, boxes, colours[pair[1]]) for pair, count in arrows.items()]
    parts += [line for line, _ in drawn] + [number for _, number in drawn]
    for room, box in boxes.items():
        below = " · ".join(f"{bar} {counted[room, bar]}" for bar in bars if counted[room, bar])
        parts.append(_box(box, room, below, colours.get(room, INK)))
    for number, bar in enumerate(bars, start=len(rows) - 2):
        users = sum(count for (_, known), count in counted.items() if known == bar)
        box = Box(WIDTH / 2, TOP + number * ROW, WIDTH - 40)
        parts.append(_box(box, bar, f"imported from above {users} times", INK))
    return "\n".join([*parts, "</svg>", ""])


def _boxes(rows: list[list[str]], counted: Counter[tuple[str, str]], bars: list[str]) -> dict[str, Box]:
    """Boxes as wide as their arrows need."""
    boxes = {}
    alone = 0
    for number, row in enumerate(rows):
        evenly = tuple((place + 0.5) / len(row) for place in range(len(row)))
        choices = PLACES.get(len(row), (evenly,))
        places = choices[alone % len(choices)]
        alone += len(row) == 1
        for room, share in zip(row, places, strict=True):
            leaving = sum(one == room and other not in bars for one, other in counted)
            boxes[room] = Box(share * WIDTH, TOP + number * ROW, max(150, 26 * leaving))
    return boxes


def _arrow(
    pair: tuple[str, str], count: int, arrows: Iterable[tuple[str, str]], boxes: Mapping[str, Box], colour: str
) -> tuple[str, str]:
    """The arrow of a pair, and its number."""
    one, other = pair
    leaving = sorted((known for room, known in arrows if room == one), key=lambda room: boxes[room].middle)
    coming = sorted((room for room, known in arrows if known == other), key=lambda room: boxes[room].middle)
    x, y = _port(boxes[one], leaving.index(other), len(leaving)), boxes[one].top + HEIGHT
    to_x, to_y = _port(boxes[other], coming.index(one), len(coming)), boxes[other].top - 5
    bend = (to_y - y) / 2
    curve = f"M{x:.0f},{y} C{x:.0f},{y + bend:.0f} {to_x:.0f},{to_y - bend:.0f} {to_x:.0f},{to_y}"
    line = f'<path d="{curve}" fill="none" stroke="{colour}" stroke-width="{1 + count / 12:.1f}" opacity="0.75"/>'
    head = f'<path d="M{to_x - 4:.0f},{to_y - 4} l8,0 l-4,9 z" fill="{colour}"/>'
    return line + head, (
        f'<text x="{x:.0f}" y="{y + 14}" text-anchor="middle" font-size="11" fill="{colour}" stroke="#F4F6F9"'
        f' stroke-width="3" paint-order="stroke">{count}</text>'
    )


def _port(box: Box, number: int, of: int) -> float:
    return box.middle + box.width * ((number + 1) / (of + 1) - 0.5)


def _box(box: Box, name: str, below: str, colour: str) -> str:
    return (
        f'<rect x="{box.middle - box.width / 2:.0f}" y="{box.top}" width="{box.width:.0f}" height="{HEIGHT}" rx="4"'
        f' fill="#FFFFFF" stroke="{colour}" stroke-width="2"/>'
        f'<text x="{box.middle:.0f}" y="{box.top + 20}" text-anchor="middle" font-weight="bold" fill="{colour}">{name}'
        f'</text><text x="{box.middle:.0f}" y="{box.top + 37}" text-anchor="middle" font-size="11" fill="#5A6672">'
        f"{below}</text>"
    )
