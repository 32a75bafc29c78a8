"""How long the synthetic databases take, how large they get: `python -m tests.bench.bench_demo county city province`.

The common table holds county and city: the province takes minutes and about 7 GB of disk.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

from inspections.demo.building import Built, Scale, build_demo


def built(scale: str, folder: Path) -> tuple[Built, list[tuple[str, float]], int]:
    """A scale built: what, its steps with their seconds, the bytes of the file."""
    steps: list[tuple[str, float]] = []
    made = build_demo(
        folder / f"{scale}.duckdb",
        scale=cast("Scale", scale),
        progress=lambda step: steps.append((step, time.monotonic())),
    )
    ends = [moment for _, moment in steps[1:]] + [time.monotonic()]
    taken = [(step, ended - begun) for (step, begun), ended in zip(steps, ends, strict=True)]
    return made, taken, made.path.stat().st_size


def rows(scales: tuple[str, ...] = ("county", "city")) -> list[tuple[str, str, str]]:
    """What was measured, the figure, what it should be."""
    told = []
    for scale in scales:
        with tempfile.TemporaryDirectory() as folder:
            made, _, size = built(scale, Path(folder))
        total = sum(made.rows.values())
        a_row = f"{made.seconds / total * 1e6:,.0f} µs and {size / total:,.0f} bytes a row"
        figure = f"{made.seconds:.1f} s, {size / 1e6:,.0f} MB: {a_row}"
        told.append((f"synthetic {scale} of {total:,} rows built", figure, ""))
    return told


def main(scales: list[str]) -> None:
    """Build each scale in a temporary folder and print seconds per step, rows, size of the file and memory at most."""
    for scale in scales:
        with tempfile.TemporaryDirectory() as folder:
            made, steps, size = built(scale, Path(folder))
            sys.stdout.write(f"{scale}: {made.seconds:.1f} s, {size / 1e6:,.0f} MB, ")
            sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB memory at most\n")
            for step, seconds in steps:
                sys.stdout.write(f"  {step:12} {seconds:8.1f} s\n")
            for table, count in made.rows.items():
                sys.stdout.write(f"  {table:16} {count:12,}\n")


if __name__ == "__main__":
    main(sys.argv[1:] or ["county", "city"])
