"""How a time grows with the size, and times that can be compared: what all benches share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from math import log
from statistics import linear_regression, median

from rich.console import Console
from rich.table import Table


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The power of the size with which the time grows, by least squares on logarithms: 1 is in proportion, 0 is flat.

    Raises `statistics.StatisticsError` below two different sizes and `ValueError` for a size or a time of 0.
    """
    return linear_regression([log(size) for size in sizes], [log(taken) for taken in seconds]).slope


def growth(sizes: Sequence[float], seconds: Sequence[float]) -> str:
    """Both in words: "1,000, 10,000: 0.02 s, 0.21 s, exponent 1.02"."""
    of, taken = ", ".join(f"{size:,g}" for size in sizes), ", ".join(f"{one:.3g} s" for one in seconds)
    return f"{of}: {taken}, exponent {exponent(sizes, seconds):.2f}"


def alternating(*actions: Callable[[], object], runs: int = 5) -> list[float]:
    """The median seconds of each action, the actions taking turns so that a busy moment meets them all."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(runs):
        for action, taken in zip(actions, times, strict=True):
            start = time.perf_counter()
            action()
            taken.append(time.perf_counter() - start)
    return [median(taken) for taken in times]


def print_rows(rows: Iterable[tuple[str, str, str]]) -> None:
    """Print a table of what was measured, the figures, and what they should be."""
    table = Table("what", "measured", "should be")
    for row in rows:
        table.add_row(*row)
    Console(width=170).print(table)
