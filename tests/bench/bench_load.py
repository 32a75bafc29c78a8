"""Visitors at once on one real server: how long a page run takes with 10, 20 and 40 sessions.

    python -m tests.bench.bench_load

The short form of `tests.soak.load`: visitors speak Streamlit's protocol, walk the pages in an order of their own, and
what each sees is compared with what one saw alone. `make soak` sends forty for two minutes, browsers among them.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from statistics import median

from tests.bench.growth import growth, print_rows
from tests.browser.conftest import serving
from tests.loops import finished
from tests.soak.load import PAGES, Findings, county, filters_of, judged, reference, walk

SESSIONS = (10, 20, 40)
SECONDS = 25
PAUSE = 5.0
Rows = list[tuple[str, str, str]]


async def visits(url: str, query: str, sessions: tuple[int, ...]) -> tuple[list[Findings], int]:
    """What one visitor met alone and then each crowd did; how many wrong numbers were seen."""
    chosen = argparse.Namespace(seed=1, pause=PAUSE, pages=list(PAGES))
    hurried = argparse.Namespace(seed=1, pause=0.1, pages=list(PAGES))
    before = await reference(url, [query], chosen.pages)
    again = await reference(url, [query], chosen.pages)
    found = []
    for count in (1, *sessions):
        met, end = Findings(), time.perf_counter() + SECONDS
        manner = hurried if count == 1 else chosen
        await asyncio.gather(*(walk(url, number, query, end, manner, met) for number in range(count)))
        found.append(met)
    return found, sum(len(judged(met, before, again, before)[1]) for met in found)


def rows(sessions: tuple[int, ...] = SESSIONS) -> Rows:
    """What was measured, the figure, what it should be. Raises RuntimeError where a visitor met an error."""
    with county(None) as database:
        (query,) = filters_of(database)[:1]
        with serving(database, database.with_name("output.txt"), env={"INSPECTIONS_ACCESS": "single"}) as server:
            found, wrong = finished(visits(server.url, query, sessions))
    errors = [error for met in found for error in met.errors]
    if errors:
        raise RuntimeError(f"{len(errors)} errors, the first: {errors[0]}")
    alone, *medians = (median(met.seconds) for met in found)
    p95 = sorted(found[-1].seconds)[int(0.95 * len(found[-1].seconds))]
    what = f"page run with {sessions[-1]} sessions, {PAUSE:g} s between clicks, against one session"
    figure = f"ratio {medians[-1] / alone:.1f} (p50 {medians[-1]:.2f} s, p95 {p95:.2f} s; alone {alone:.2f} s)"
    return [
        (what, figure, ""),
        ("page run with sessions at once, sessions", growth(sessions, medians), ""),
        (f"wrong numbers among {sum(len(met.seconds) for met in found):,} page runs", str(wrong), "0"),
    ]


def main() -> None:
    """Print the table."""
    print_rows(rows())


if __name__ == "__main__":
    main()
