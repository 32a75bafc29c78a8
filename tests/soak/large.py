"""A draw from a hundred million objects in a file, and a year over them: the list checked again, seconds, peak memory.

    python -m tests.soak.large [--objects 100000000] [--form parquet|csv|csv.gz] [--folder DIR] [--rate 5%]

The verbs run as processes of their own, so that their peak memory is their own. The list is counted again in pieces
that are hashed without the product's statement, and its tickets are computed again by hashlib. 100 million objects take
some minutes and, beside the frame, 5 GB of disk.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from math import ceil
from pathlib import Path

import duckdb

from inspections.draws.quotas import parse_rate
from inspections.words.classes import class_order

LIMIT = 8 * 2**30
SEED = "4k9pZq7WnT2sVb8cXy5RdM-abcdefghij-1"
PIECES = 20
CLASS = """case when number % 200 < 130 then 'A' when number % 200 < 180 then 'B' when number % 200 < 196 then 'C'
    else 'D' end"""
YEAR = """
replications = 2000
[[frame]]
file = "{frame}"
tasks = ["Q1", "Q2", "Q3", "Q4"]
"""


def write_frame(path: Path, objects: int) -> None:
    """Write the frame: credit codes in no order, four classes."""
    form = "(format parquet)" if path.suffix == ".parquet" else "(format csv, header)"
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '2GiB'")
        connection.execute(f"copy ({pool(objects)}) to '{path}' {form}")


def pool(objects: int, piece: int | None = None) -> str:
    """The objects as a statement, or one piece of them."""
    first, last = (0, objects) if piece is None else (objects * piece // PIECES, objects * (piece + 1) // PIECES)
    return (
        f"select '91' || lpad((number * 7919 % {objects})::varchar, 16, '0') as object_id, {CLASS} as class"
        f" from range({first}, {last}) as numbers(number)"
    )


def run(arguments: list[str], out: Path) -> tuple[float, float]:
    """Run a verb to its end: seconds, and the peak of its memory in bytes."""
    started = time.perf_counter()
    with out.open("wb") as stream:
        process = subprocess.Popen([sys.executable, "-m", "inspections", *arguments], stdout=stream)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, f"{arguments} ended with {status}"
    return time.perf_counter() - started, used.ru_maxrss * 1024


def stop(arguments: list[str], folder: Path, after: float) -> float:
    """Press Ctrl+C some seconds after a verb has begun its work: seconds until it has ended, leaving nothing."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "inspections", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(folder)},
    )
    while not list(folder.iterdir()):
        assert process.poll() is None, "the verb ended before it began"
        time.sleep(0.05)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    started = time.perf_counter()
    out, said = process.communicate(timeout=60)
    taken = time.perf_counter() - started
    assert (process.returncode, out, len(said.splitlines())) == (130, b"", 1), (process.returncode, said)
    assert not list(folder.iterdir()), "a stopped verb left files behind"
    return taken


def check(drawn: Path, objects: int, rate: str) -> int:
    """The list is the right one: its tickets, its order, and as many tickets up to its last as it has places."""
    last: dict[str, str] = {}
    places: Counter[str] = Counter()
    before = ("", "")
    with drawn.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            risk_class, ticket = row["class"] or "none", row["ticket"]
            places[risk_class] += 1
            assert int(row["place"]) == places[risk_class], f"place {row}"
            # Hashed again one by one: every thousandth row.
            if places[risk_class] % 1000 == 1:
                assert ticket == hashlib.sha256(f"{SEED},{row['object_id']}".encode()).hexdigest(), f"ticket {row}"
            assert risk_class != before[0] or ticket > before[1], f"order {row}"
            assert class_order(risk_class) >= class_order(before[0]) or not before[0], f"class {row}"
            before = (risk_class, ticket)
            last[risk_class] = ticket
    sizes: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    with duckdb.connect() as connection:
        for piece in range(PIECES):
            limits = " ".join(f"when '{name}' then '{ticket}'" for name, ticket in last.items())
            counted = connection.execute(
                f"""select class, count(*), count(*) filter (ticket <= case class {limits} end) from (
                    select coalesce(class, 'none') as class, sha256('{SEED},' || object_id) as ticket
                    from ({pool(objects, piece)})
                ) group by class"""
            ).fetchall()
            for name, size, within in counted:
                sizes[name] += size
                reached[name] += within
    assert reached == places, f"{dict(reached)} objects have tickets up to the last drawn, {dict(places)} were drawn"
    assert places == {name: ceil(size * parse_rate(rate)) for name, size in sizes.items()}
    return places.total()


def main(arguments: list[str] | None = None) -> int:
    """Write the frame where it is not there, draw, check, work out a year, stop a draw; print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--objects", type=int, default=100_000_000)
    options.add_argument("--form", choices=("parquet", "csv", "csv.gz"), default="parquet")
    options.add_argument("--folder", type=Path)
    options.add_argument("--rate", default="5%")
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="large-") as place:
        folder = chosen.folder or Path(place)
        frame = folder / f"frame-{chosen.objects}.{chosen.form}"
        if not frame.exists():
            write_frame(frame, chosen.objects)
        print(f"{frame.name}: {chosen.objects:,} objects, {frame.stat().st_size / 2**20:,.0f} MiB", flush=True)
        rates = ",".join(f"{name}={chosen.rate}" for name in ("A", "B", "C", "D"))
        draw = ["draw", "--frame", str(frame), "--seed", SEED, "--rates", rates]
        whole, most = run(draw, folder / "drawn.csv")
        drawn = check(folder / "drawn.csv", chosen.objects, chosen.rate)
        print(f"  draw of {drawn:,}: {whole:.0f} s, {most / 2**30:.2f} GiB at most; the list is right", flush=True)
        assert most < LIMIT
        tasks = "".join(f'[[task]]\nid = "Q{number}"\nrate = {{ A = 0.05, D = 0.5 }}\n' for number in range(1, 5))
        (folder / "year.toml").write_text(YEAR.format(frame=frame) + tasks, "utf-8")
        seconds, most = run(["simulate", "--scenario", str(folder / "year.toml"), "--json"], folder / "year.json")
        year = json.loads((folder / "year.json").read_text("utf-8"))
        never, seen = (year[how]["never_visited"]["D"] for how in ("exact", "simulated"))
        assert abs(never["mean"] - chosen.objects // 50 / 16) < chosen.objects / 1e6 + 1, never
        assert abs(seen["mean"] - never["mean"]) < 5 * seen["se"] + 1e-6, (seen, never)
        print(f"  year of 4 draws: {seconds:.0f} s, {most / 2**30:.2f} GiB at most", flush=True)
        assert most < LIMIT
        for share in (0.05, 0.3, 0.6):
            taken = stop(draw, folder / "stopped", share * whole)
            print(f"  Ctrl+C after {share * whole:.1f} s: ended in {taken:.1f} s, nothing left", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
