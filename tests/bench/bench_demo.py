"""How long the synthetic databases take, how large they get: `python -m tests.bench.bench_demo county city province`.

Not run as a test: the province takes minutes and about 7 GB of disk.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

from inspections.demo.building import Scale, build_demo


def main(scales: list[str]) -> None:
    """Build each scale in a temporary folder and print seconds per step, rows, size of the file and memory at most."""
    for scale in scales:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "demo.duckdb"
            steps: list[tuple[str, float]] = []
            built = build_demo(
                path, scale=cast("Scale", scale), progress=lambda step, at=steps: at.append((step, time.monotonic()))
            )
            ends = [moment for _, moment in steps[1:]] + [time.monotonic()]
            sys.stdout.write(f"{scale}: {built.seconds:.1f} s, {path.stat().st_size / 1e6:,.0f} MB, ")
            sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB memory at most\n")
            for (step, begun), ended in zip(steps, ends, strict=True):
                sys.stdout.write(f"  {step:12} {ended - begun:8.1f} s\n")
            for table, rows in built.rows.items():
                sys.stdout.write(f"  {table:16} {rows:12,}\n")


if __name__ == "__main__":
    main(sys.argv[1:] or ["county", "city"])
