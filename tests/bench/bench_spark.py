"""What a question costs on Spark, of one bureau and of all, as the lake grows, and what starting costs.

    python -m tests.bench.bench_spark [SOURCES ...]

Needs requirements-spark.txt and Java. Every source of the lake is a synthetic city: 10 bureaus, 100 thousand objects,
1,000 tasks. Spark is `local[*]`: the cluster of docs/scale.md is reckoned from its seconds. `make bench` runs it only
when it is named, for most machines have no Spark.
"""

from __future__ import annotations

import datetime
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from inspections.demo.building import build_demo
from inspections.draws.ticket import draw_in_database
from inspections.lake.source import read_sources
from inspections.lake.spark import OF_ALL_BUREAUS, Scope, Spark
from inspections.lake.writing import write_lake
from inspections.store.database import ask, open_database, question
from tests.bench.growth import growth, print_rows

SOURCES = (1, 4)
# What works here is the driver itself, and a gigabyte, which Spark gives it, is too little for forty bureaus at once.
os.environ.setdefault("PYSPARK_SUBMIT_ARGS", "--driver-memory 4g pyspark-shell")
RUNS = 3
YEAR, AS_OF = 2024, datetime.date(2024, 12, 31)
# Questions of one bureau: a total, the classes, who was never drawn, the indicators, the cells of an exact year.
OF_ONE = ("year_totals", "class_coverage", "never_drawn", "indicator_counts", "year_cells")
Rows = list[tuple[str, str, str]]


def asked(name: str, bureau_id: int) -> dict[str, object]:
    """Parameters of a question."""
    known: dict[str, object] = {
        "bureau_id": bureau_id,
        "year": YEAR,
        "as_of": AS_OF,
        "scope_id": None,
        "only_random": False,
        "pool_task_id": None,
        "pool_scope_id": None,
    }
    return {key: value for key, value in known.items() if f"${key}" in question(name)}


def timed(scope: Scope, name: str, bureau_id: int) -> tuple[float, float]:
    """Seconds of the first time, and the median of those after it."""
    taken = []
    for _ in range(1 + RUNS):
        start = time.perf_counter()
        ask(scope, name, **asked(name, bureau_id))  # type: ignore[arg-type]
        taken.append(time.perf_counter() - start)
    return taken[0], median(taken[1:])


def rows(sources: tuple[int, ...] = SOURCES) -> Rows:
    """What was measured, the figures; nothing is aimed at."""
    told: Rows = []
    of_all: dict[str, list[float]] = {name: [] for name in sorted(OF_ALL_BUREAUS)}
    with tempfile.TemporaryDirectory() as place:
        lake, written = Path(place) / "lake", 0
        for many in sources:
            while written < many:
                path = Path(place) / "city.duckdb"
                build_demo(path, scale="city", seed=20_000 + written)
                with open_database(path) as connection:
                    write_lake(connection, lake)
                path.unlink()
                written += 1
            start = time.perf_counter()
            spark = Spark(lake, "local[*]")
            spark.session()
            if many == sources[0]:
                told.append(("Spark: session ready", f"{time.perf_counter() - start:.1f} s", ""))
            known = [source for source in read_sources(lake) if source.bureaus]
            bureaus = sum(len(source.bureaus) for source in known)
            scope = spark.of(known[0].number)
            if many == sources[0]:
                for name in OF_ONE:
                    first, again = timed(scope, name, known[0].bureaus[0][0])
                    told.append(
                        (f"Spark: {name} of one of {bureaus} bureaus", f"{first:.1f} s, again {again:.2f} s", "")
                    )
                told.append(drawn(scope))
            for name, times in of_all.items():
                first, again = timed(scope, name, known[0].bureaus[0][0])
                times.append(again)
                told.append((f"Spark: {name} of {bureaus} bureaus", f"{first:.1f} s, again {again:.2f} s", ""))
            spark.forget()
        if len(sources) > 1:
            told += [(f"Spark: {name}, sources", growth(sources, times), "") for name, times in of_all.items()]
    return told


def drawn(scope: Scope) -> tuple[str, str, str]:
    """A draw of 5 % of all objects in the source's registers."""
    scope.relation("everyone", "select object_id, 'A' as class, false as passed_over from object")
    size = int(scope.execute("select count(*) from object").fetchall()[0][0])
    start = time.perf_counter()
    draw_in_database(scope, "everyone", size // 20, "314159")
    return (f"Spark: draw of {size // 20:,} of {size:,} objects", f"{time.perf_counter() - start:.1f} s", "")


if __name__ == "__main__":
    print_rows(rows(tuple(map(int, sys.argv[1:])) or SOURCES))
