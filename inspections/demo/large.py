"""The synthetic city and province: the same schema at scale, made by DuckDB statements alone (`large.sql`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import resources

import duckdb
import numpy as np

from inspections.demo.draws import secret
from inspections.store.database import first_value, log_change, transaction
from inspections.words.actors import BUILDER

# Room for the keys of ten million objects and one sort at a time; more spills to disk beside the database.
MEMORY_LIMIT = "6GB"


@dataclass(frozen=True)
class Size:
    """How large: totals, but `pools` special lists of `pool_size` objects per bureau beside its general directory."""

    objects: int
    bureaus: int
    units: int
    tasks: int
    pools: int
    pool_size: int


CITY = Size(objects=100_000, bureaus=10, units=160, tasks=1_000, pools=20, pool_size=200)
PROVINCE = Size(objects=10_000_000, bureaus=120, units=2_000, tasks=20_000, pools=40, pool_size=370)


def build_large(connection: duckdb.DuckDBPyConnection, size: Size, seed: int, progress: Callable[[str], None]) -> None:
    """Fill an empty database with two years (2023, 2024) of `size`, deterministic from `seed`.

    Every statement commits by itself, because the keys of ten million rows do not fit one transaction well: build in a
    file of its own and move it into place afterwards.
    """
    master = secret(np.random.default_rng(seed))
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    for name, value in (asdict(size) | {"seed": seed}).items():
        connection.execute(f"set variable {name} = {int(value)}::bigint")
    connection.execute(f"set variable master = '{master}'")
    script = resources.files("inspections.demo").joinpath("large.sql").read_text("utf-8")
    for step, statements in re.findall(
        r"^-- step: (\w+)\n(.*?)(?=^-- step: |\Z)", script, flags=re.DOTALL | re.MULTILINE
    ):
        progress(step)
        for statement in connection.extract_statements(statements):
            connection.execute(statement)
    with transaction(connection):
        rows = int(first_value(connection, "select count(*) from object"))
        file_sha256 = hashlib.sha256(f"synthetic {size} {seed}".encode()).hexdigest()
        connection.execute(
            "insert into import_file values (?, ?, 'synthetic', 'complete', ?, ?, timestamp '2000-01-01')",
            [file_sha256, f"演示数据 (合成, 种子 {seed})", rows, rows],
        )
        log_change(connection, actor=BUILDER, action="demo", subject="database", after=asdict(size) | {"seed": seed})
