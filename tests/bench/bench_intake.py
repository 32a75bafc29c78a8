"""Imports of every kind at three sizes, cells and likeness of large files, as ratios within one run.

    python -m tests.bench.bench_intake [CELLS]

Each kind against a plain `read_csv` of the same file; a million cells of each type against a plain pass over the same
texts; new names against as many known ones.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import pandas as pd
from stdnum.cn import uscc

from inspections.intake.cells import read
from inspections.intake.incoming import read_incoming
from inspections.intake.likeness import alike
from inspections.intake.storing import commit
from inspections.store.database import open_database
from tests.bench.growth import alternating, growth, print_rows
from tests.intake.files import CLASSES, DRAWS, OBJECTS, PEOPLE, RESULTS, WORLD, code, write_csv

Rows = list[tuple[str, str, str]]
SIZES = (1_000, 5_000, 25_000)
RECUSALS = ["执法证号", "统一社会信用代码", "回避原因"]
POOL, TASK = "全区矿山企业", "矿山企业抽查"
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


# ---------------------------------------------------------------- imports, kind by kind


def files(count: int) -> dict[str, tuple[list[str], list[list[str]]]]:
    """A file of every kind with `count` rows, in the order in which they come: title -> headings, rows."""
    objects, units = [code(number) for number in range(count)], ("矿产股", "测绘股")
    firms = [[one, f"青岭{i}矿业有限公司", "采矿业", f"{i % 30}镇", POOL] for i, one in enumerate(objects)]
    return {
        "items": (["抽查事项名称", "事项类别"], [[f"事项{number}", "一般"] for number in range(count)]),
        "objects": (OBJECTS, firms),
        "classes": (CLASSES, [[one, "", "ABCD"[i % 4], "2024-01-01"] for i, one in enumerate(objects)]),
        "inspectors": (PEOPLE, [[f"张{i}", units[i % 2], f"16-{i:06}", "是"] for i in range(count)]),
        "recusals": (RECUSALS, [[f"16-{i:06}", one, "亲属任职"] for i, one in enumerate(objects)]),
        "draws": (DRAWS, [[TASK, "2024-04-10", one, ""] for one in objects]),
        "results": (
            RESULTS,
            [[TASK, one, "矿产股", "2024-05-06", "2024-05-08", "", "", "未发现问题"] for one in objects],
        ),
    }


def imported(folder: Path, count: int) -> dict[str, tuple[float, float]]:
    """Kind -> seconds of its import into a new database, and of a plain `read_csv` of the same file into a table."""
    taken = {}
    with open_database(folder / f"{count}.duckdb") as connection:
        connection.execute(WORLD)
        for kind, (headings, lines) in files(count).items():
            path = write_csv(folder / f"{kind}{count}.csv", headings, lines)
            start = time.perf_counter()
            report = commit(connection, read_incoming(connection, path), good_rows=False, actor="bench")
            ours = time.perf_counter() - start
            if report.status != "imported":
                raise RuntimeError(f"{kind}: {report.status}")
            start = time.perf_counter()
            connection.execute(
                f"create or replace temp table plain as select * from read_csv('{path}', all_varchar = true)"
            )
            taken[kind] = ours, time.perf_counter() - start
    return taken


def kinds() -> Rows:
    """Every kind at three sizes, each size in a database of its own."""
    with tempfile.TemporaryDirectory() as name:
        imported(Path(name), 10)  # libraries
        taken = {count: imported(Path(name), count) for count in SIZES}
    told = []
    for kind, (ours, plain) in taken[SIZES[-1]].items():
        grown = growth(SIZES, [taken[count][kind][0] for count in SIZES])
        told.append((f"import of {kind}, rows; against a plain read_csv", f"ratio {ours / plain:,.0f}; {grown}", ""))
    return told


# ---------------------------------------------------------------- cells and likeness


def cells(count: int) -> Rows:
    """Cells of each kind against a plain pass over the same texts."""
    told = []
    for title, (kind, texts) in columns(count).items():
        plain, ours = alternating(
            lambda texts=texts: texts.map(str.strip), lambda kind=kind, texts=texts: read(kind, texts), runs=1
        )
        what = f"{count:,} cells ({texts.nunique():,} distinct), {title}, against a plain pass"
        told.append((what, f"ratio {ours / plain:.1f} ({ours:.2f} s, {plain:.2f} s)", ""))
    return told


def likeness(count: int) -> Rows:
    """Names that may be one object twice, at three sizes."""
    sizes = [count // 4, count // 2, count]
    new, known = names(count, 1), names(count, 2)
    taken = alternating(*(partial(alike, new[:size], known[:size]) for size in sizes), runs=1)
    return [("likeness of new names to as many known ones, names", growth(sizes, taken), "exponent at most 1.5")]


def rows(count: int = ROWS) -> Rows:
    """What was measured, the figure, what it should be."""
    return [*kinds(), *cells(count), *likeness(NAMES * count // ROWS)]


def main() -> None:
    """Print the table."""
    print_rows(rows(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))


if __name__ == "__main__":
    main()
