"""Every page's server run on the demo, a city and a province, in the same minutes, with the memory of each server.

    python -m tests.bench.bench_scale [--city FILE] [--province FILE]

Each database has a process of its own that holds nothing else, as a server does. All three run the same page in turn:
first with nothing kept and the file just opened (cold), then again with nothing changed (warm). Databases that are not
given are built, the province within minutes and 7 GB of disk. Absolute times are those of the machine it runs on; the
ratios are what to compare.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import cast

from rich.console import Console
from rich.table import Table

from inspections.demo.building import Scale, build_demo

ROOT = Path(__file__).resolve().parents[2]
SCALES: tuple[Scale, ...] = ("county", "city", "province")
RUNS = 5
# Times a page at the size of a province may take as long as at the size of the demo, and what the servers may hold.
WARM, COLD = 3, 20
MIB = {"county": 600, "province": 4096}


@dataclass(frozen=True)
class Measured:
    """One page on one database: milliseconds of its first run, the file just opened, and of one with nothing new."""

    page: str
    scale: Scale
    cold: float
    warm: float


@dataclass(frozen=True)
class Held:
    """What the server of one database holds after all pages were shown, and at most: MiB."""

    scale: Scale
    now: float
    most: float


# ---------------------------------------------------------------- the process that holds one database


def serve() -> None:
    """Answer lines of JSON: a page to run cold or warm, or the memory. What pages print goes to stderr."""
    import gc  # noqa: PLC0415

    import streamlit as st  # noqa: PLC0415
    from streamlit.testing.v1 import AppTest  # noqa: PLC0415

    answers, sys.stdout = sys.stdout, sys.stderr
    from pages.frame.data import connection  # noqa: PLC0415

    apps: dict[str, AppTest] = {}

    def visit(page: str) -> AppTest:
        # The frame before the page, without the page that is the first one otherwise.
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
        return app.switch_page(f"pages/{page}.py")

    def cold(page: str) -> float:
        with contextlib.suppress(Exception):
            connection().close()
        st.cache_resource.clear()
        st.cache_data.clear()
        gc.collect()
        app = visit(page)
        spent = timed(app)
        apps[page] = app
        return spent

    def warm(page: str) -> float:
        return timed(apps[page])

    def timed(app: AppTest) -> float:
        start = time.perf_counter()
        app.run()
        spent = (time.perf_counter() - start) * 1000
        if app.exception:
            raise RuntimeError(app.exception[0].value)
        return spent

    for line in sys.stdin:
        asked = json.loads(line)
        match asked["do"]:
            case "cold":
                answer = {"ms": cold(asked["page"])}
            case "warm":
                answer = {"ms": warm(asked["page"])}
            case _:
                answer = memory()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def memory() -> dict[str, float]:
    """What this process holds now and held at most, in MiB, as Linux counts it."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    known = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(known[key].split()[0]) / 1024 for name, key in (("now", "VmRSS"), ("most", "VmHWM"))}


# ---------------------------------------------------------------- the process that asks all of them in turn


class Server:
    """The process of one database, asked line by line."""

    def __init__(self, scale: Scale, database: Path) -> None:
        """Start it on `database`."""
        self.scale = scale
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.bench_scale", "--serve"],
            cwd=ROOT,
            env=os.environ | {"INSPECTIONS_DB": str(database), "INSPECTIONS_ACCESS": "single"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, do: str, page: str = "") -> dict[str, float]:
        """The answer. Raises RuntimeError where the page failed and the process is gone."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError(self.scale)
        stdin.write(json.dumps({"do": do, "page": page}) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise RuntimeError(f"{page} failed on {self.scale}")
        return cast("dict[str, float]", json.loads(line))

    def close(self) -> None:
        """End it."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(timeout=60)


@contextlib.contextmanager
def built(given: dict[Scale, Path | None]) -> Iterator[dict[Scale, Path]]:
    """A database of every size: those given, the others built for the time being."""
    with tempfile.TemporaryDirectory() as folder:
        databases = {scale: given.get(scale) or Path(folder) / f"{scale}.duckdb" for scale in SCALES}
        for scale, path in databases.items():
            if not path.exists():
                build_demo(path, scale=scale)
        yield databases


def measure(databases: dict[Scale, Path], pages: tuple[str, ...]) -> tuple[list[Measured], list[Held]]:
    """Every page on every database: the cold run once, after one that loads the libraries, and the median warm one."""
    servers = [Server(scale, path) for scale, path in databases.items()]
    found = []
    try:
        for page in pages:
            for server in servers:
                server.ask("cold", page)
            cold = {server.scale: server.ask("cold", page)["ms"] for server in servers}
            warm: dict[Scale, list[float]] = {server.scale: [] for server in servers}
            for _ in range(RUNS):
                for server in servers:
                    warm[server.scale].append(server.ask("warm", page)["ms"])
            found += [Measured(page, scale, cold[scale], median(warm[scale])) for scale in warm]
        held = [Held(server.scale, **server.ask("memory")) for server in servers]
    finally:
        for server in servers:
            server.close()
    return found, held


def rows(given: dict[Scale, Path | None] | None = None) -> list[tuple[str, str, str]]:
    """What was measured, the figures, and what is aimed at; builds the databases that are not given."""
    from app import PAGES  # noqa: PLC0415 - the process that serves imports it by itself

    pages = tuple(f"{section}/{page}" for section, known in PAGES.items() for page in known)
    with built(given or {}) as databases:
        found, held = measure(databases, pages)
    told = []
    for page in pages:
        of = {one.scale: one for one in found if one.page == page}
        for name, aim in (("warm", WARM), ("cold", COLD)):
            times = [getattr(of[scale], name) for scale in SCALES]
            told.append(
                (
                    f"server run, {page}, {name}: demo, city, province",
                    f"{', '.join(f'{ms:,.0f}' for ms in times)} ms",
                    f"province/demo {times[-1] / times[0]:.2f}; aim: within {aim}",
                )
            )
    for one in held:
        within = f"aim: within {MIB[one.scale]:,} MiB" if one.scale in MIB else ""
        told.append((f"memory of the server, {one.scale}", f"{one.now:,.0f} MiB, at most {one.most:,.0f} MiB", within))
    return told


def main() -> None:
    """Print the table; with `--serve` be one of the processes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--serve", action="store_true")
    for scale in SCALES:
        options.add_argument(f"--{scale}", type=Path)
    chosen = options.parse_args()
    if chosen.serve:
        serve()
        return
    table = Table("what", "measured", "against")
    for row in rows({scale: getattr(chosen, scale) for scale in SCALES}):
        table.add_row(*row)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
