"""Large files go in: 100,000 objects with a preview, a million results, an undo; seconds, ratios and peak memory.

    python -m tests.soak.imports [--objects 100000] [--draws 10]

Each file is imported by a process of its own, so that its peak memory is its own. What went in is counted afterwards.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from inspections.intake.incoming import read_incoming
from inspections.intake.storing import commit, preview
from inspections.intake.undo import undo
from inspections.store.database import open_database
from tests.intake.files import OBJECTS, RESULTS, WORLD, code

DATABASE = "x.duckdb"


def write_objects(folder: Path, objects: int) -> None:
    """An object directory as xlsx, and an empty bureau to import it to."""
    with xlsxwriter.Workbook(folder / "objects.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, OBJECTS)
        for number in range(objects):
            sheet.write_row(
                number + 1,
                0,
                [code(number), f"青岭{number}矿业有限公司", "采矿业", f"{number % 30}镇", "全区矿山企业"],
            )
    with open_database(folder / DATABASE) as connection:
        connection.execute(WORLD)


def write_results(folder: Path, objects: int, draws: int) -> None:
    """Results of every object of several full draws as CSV, and the database that has drawn them."""
    codes = [code(number) for number in range(objects)]
    with open_database(folder / DATABASE) as connection:
        connection.execute(WORLD)
        connection.register("codes", pd.DataFrame({"object_id": codes}))
        connection.execute(
            """insert into object (object_id, name, kind, status, is_market_entity)
            select object_id, '企业' || object_id, 'enterprise', 'active', true from codes;
            insert into object_scope select object_id, 1 from codes;
            insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size)
            select 1, n, make_timestamp(2024, 4, n, 9, 0, 0), 'full', 'official', 'platform', false, false, 0
            from range(1, $draws + 1) as r(n)""".replace("$draws", str(draws))
        )
        connection.execute(
            "insert into draw_object (draw_id, object_id, class, place)"
            " select draw_id, object_id, 'none', row_number() over (partition by draw_id) from draw cross join codes"
        )
    with (folder / "results.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*RESULTS, "抽取批次", "后续处置"])
        for draw in range(1, draws + 1):
            for number, object_id in enumerate(codes):
                day = 1 + number % 28
                found = "未发现问题" if number % 9 else "发现问题经责令已改正"
                row = [
                    "矿山企业抽查",
                    object_id,
                    "矿产股",
                    f"2024-05-{day:02}",
                    f"2024-06-{day:02}",
                    f"2024-06-{day:02}",
                ]
                writer.writerow([*row, "矿产资源开采情况", found, draw, "无需后续处置"])


def bring(folder: Path, name: str) -> dict[str, float]:
    """Read, look, put in, undo: seconds of each, rows, and the highest memory of the process in GiB until then."""
    done: dict[str, float] = {}
    shares: list[float] = []

    def timed(step: str, action: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = action()
        done[step] = time.perf_counter() - started
        done[f"{step} GiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        return result

    with open_database(folder / DATABASE) as connection:
        incoming = timed("read", lambda: read_incoming(connection, folder / name, progress=shares.append))
        looked = timed("preview", lambda: preview(connection, incoming, progress=shares.append))
        report = timed("import", lambda: commit(connection, incoming, actor="soak", progress=shares.append))
        table = "object" if name == "objects.xlsx" else "result"
        found = connection.execute(f"select count(*) from {table}").fetchone()
        assert found == (len(incoming.frame),), f"{found} of {len(incoming.frame)}"
        assert report.preview.counts == looked.counts == {
            "new": found[0], "changed": 0, "unchanged": 0, "waiting": 0, "rejected": 0
        }  # fmt: skip
        timed("undo", lambda: undo(connection, report.import_id or 0, "soak"))
        assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)
    done["rows"], done["steps of the bar"] = found[0], len(shares)
    return done


def main(arguments: list[str] | None = None) -> int:
    """Write the files, import each in a process of its own, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--objects", type=int, default=100_000)
    options.add_argument("--draws", type=int, default=10)
    chosen = options.parse_args(arguments)
    context = multiprocessing.get_context("spawn")
    for name, write in (
        ("objects.xlsx", lambda folder: write_objects(folder, chosen.objects)),
        ("results.csv", lambda folder: write_results(folder, chosen.objects, chosen.draws)),
    ):
        with tempfile.TemporaryDirectory(prefix="imports-") as place, context.Pool(1) as pool:
            write(Path(place))
            done = pool.apply(bring, (Path(place), name))
        print(f"{name}: {done['rows']:,.0f} rows, the bar moved {done['steps of the bar']:.0f} times")
        for step in ("read", "preview", "import", "undo"):
            share = done[step] / done["read"]
            print(f"  {step:8} {done[step]:6.1f} s  {share:4.1f} x reading  peak so far {done[f'{step} GiB']:.2f} GiB")
        whole = sum(done[step] for step in ("read", "preview", "import"))
        print(f"  together {whole:6.1f} s  {done['rows'] / whole:,.0f} rows a second")
    return 0


if __name__ == "__main__":
    sys.exit(main())
