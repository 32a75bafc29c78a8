"""Cells and likeness of large files, as seconds and as ratios within one run.

    python -m tests.bench.bench_intake [ROWS]

A million cells of each kind against a plain pass over the same distinct texts; a hundred thousand new names against as
many known ones, and against twice as many.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

import pandas as pd
from rich.console import Console
from rich.table import Table
from stdnum.cn import uscc

from inspections.intake.cells import read
from inspections.intake.likeness import alike

ROWS = 1_000_000
NAMES = 100_000
TRADES = (
    "商贸有限公司",
    "餐饮店",
    "农业种植专业合作社",
    "建筑工程有限公司",
    "便利店",
    "机械设备制造有限责任公司",
    "汽车维修中心",
)
REGIONS = ("许昌市", "许昌市建安区", "河南", "河南省许昌市", "")


def seconds(action: Callable[[], object]) -> tuple[float, float]:
    """Elapsed and processor seconds of one run."""
    start, busy = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - start, time.process_time() - busy


def columns(rows: int) -> dict[str, tuple[str, pd.Series]]:
    """What is read: title -> (type, texts)."""
    chance = random.Random(1)
    fronts = [f"91{chance.randrange(10**15):015d}" for _ in range(rows // 10)]
    codes = [front + uscc.calc_check_digit(front) for front in fronts]
    days = [str(day.date()) for day in pd.date_range("2023-01-01", "2024-12-31")]
    moments = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        [chance.randrange(31_536_000) for _ in range(rows)], unit="s"
    )
    outcomes = ["未发现问题", "其他违法违规；发现问题经责令已改正", "注销", "通过登记的住所（经营场所）无法联系"]
    return {
        "credit codes": ("object_id", pd.Series(chance.choices(codes, k=rows))),
        "credit codes in small letters": (
            "object_id",
            pd.Series([code.lower() for code in chance.choices(codes, k=rows)]),
        ),
        "names": ("name", pd.Series(chance.choices(names(NAMES, 7)["name"].tolist(), k=rows))),
        "days": ("date", pd.Series(chance.choices(days, k=rows))),
        "moments, all distinct": ("date_time", pd.Series(moments.strftime("%Y-%m-%d %H:%M:%S"))),
        "results": ("outcomes", pd.Series(chance.choices(outcomes, k=rows))),
        "classes": ("class", pd.Series(chance.choices(["A", "B级", "低风险", "D类（高风险）"], k=rows))),
    }


def names(count: int, seed: int) -> pd.DataFrame:
    """Invented firms of a county: `id` and `name`."""
    chance = random.Random(seed)
    signs = [chr(0x4E00 + place * 7) for place in range(800)]
    weights = [1 / (place + 20) for place in range(800)]
    own = ["".join(chance.choices(signs, weights, k=chance.randrange(2, 5))) for _ in range(count)]
    rows = [(f"{seed}-{i}", chance.choice(REGIONS) + word + chance.choice(TRADES)) for i, word in enumerate(own)]
    return pd.DataFrame(rows, columns=["id", "name"])


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    console = Console()
    table = Table(title=f"{rows:,} cells", title_justify="left")
    for heading in ("cells", "distinct", "seconds", "processor seconds", "against a plain pass"):
        table.add_column(heading, justify="left" if heading == "cells" else "right")
    for title, (kind, texts) in columns(rows).items():
        plain, _ = seconds(lambda texts=texts: texts.map(str.strip))
        taken, busy = seconds(lambda kind=kind, texts=texts: read(kind, texts))
        table.add_row(title, f"{texts.nunique():,}", f"{taken:.2f}", f"{busy:.2f}", f"{taken / plain:.1f}")
    console.print(table)
    count = NAMES * rows // ROWS
    known, new = names(count, 1), names(count, 2)
    taken, busy = seconds(lambda: alike(new, known))
    double, _ = seconds(lambda: alike(new, pd.concat([known, names(count, 3)], ignore_index=True)))
    table = Table(title="Names that may be one object twice", title_justify="left")
    for heading in ("names", "seconds", "processor seconds", "against half as many known"):
        table.add_column(heading, justify="left" if heading == "names" else "right")
    table.add_row(f"{count:,} new, {count:,} known", f"{taken:.2f}", f"{busy:.2f}", "")
    table.add_row(f"{count:,} new, {2 * count:,} known", f"{double:.2f}", "", f"{double / taken:.1f}")
    console.print(table)


if __name__ == "__main__":
    main()
