"""Draws and years of ten million objects, as ratios within one run, and how they grow.

    python -m tests.bench.bench_draws [OBJECTS]

A stratified draw against hashing all ids once, consistent_sampler and pandas; simulated years of a thousand against ten
million objects, and against a simulation object by object; an exact year against a plain group-by of class and pools.
A draw from a hundred million objects is tests/soak/large.py.
"""

from __future__ import annotations

import datetime
import random
import re
import sys
import tempfile
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
from consistent_sampler import sampler

from inspections.demo.building import build_demo
from inspections.draws.quotas import rising_quotas
from inspections.draws.ticket import draw_in_database, draw_into_table, pool_sizes
from inspections.store.database import OFFLINE, QUERIES, ask, open_database
from inspections.year.exact import exact_year
from inspections.year.planned import Cell, PlannedDraw, Year
from inspections.year.simulation import simulate_year
from inspections.year.whatif import Answers, Choice, year_of
from tests.bench.growth import alternating, exponent, print_rows

OBJECTS = 10_000_000
REPLICATIONS = 10_000
NAIVE_OBJECTS, NAIVE_YEARS = 100_000, 5
RUNS = 5
YEARS = ((1, 2023), (2, 2024))
SEED = "4k9pZq7WnT2sVb8cXy5RdM-abcdefghij-1"
Row = tuple[str, str, str]


def rows(objects: int = OBJECTS) -> list[Row]:
    """What was measured, the figures, and what is aimed at."""
    sizes = (objects // 100, objects // 10, objects)
    with tempfile.TemporaryDirectory() as name:
        return [*draws(sizes), *simulations(Path(name)), *exact(Path(name), sizes)]


def draws(sizes: tuple[int, ...]) -> list[Row]:
    """Stratified draws of 5 % at each size."""
    told: list[Row] = []
    times = []
    for objects in sizes:
        with duckdb.connect(config={**OFFLINE}) as connection:
            connection.execute(
                f"""create table pool as select
                    '91' || lpad((number * 7919 % {objects})::varchar, 16, '0') as object_id,
                    case when number % 200 < 130 then 'A' when number % 200 < 180 then 'B' when number % 200 < 196
                        then 'C' else 'D' end as class
                from range({objects}) as numbers(number)"""
            )
            quotas = rising_quotas(pool_sizes(connection, "pool"), "5%")
            drawing, hashing, fetching = alternating(
                lambda: draw_into_table(connection, "drawn", "pool", quotas, SEED),  # noqa: B023 - called at once
                lambda: connection.execute(
                    "select max(sha256($s || ',' || object_id)) from pool", {"s": SEED}
                ).fetchall(),
                lambda: draw_in_database(connection, "pool", quotas, SEED),  # noqa: B023
                runs=RUNS,
            )
            times.append(drawing)
            if objects < sizes[-1]:
                continue
            name = f"stratified draw of {sum(quotas.values()):,} of {objects:,} objects against"
            told.append((f"{name} hashing all ids once", ratio(drawing, hashing), "at most 1.4"))
            told.append((f"{name} hashing, the list fetched as a frame", ratio(fetching, hashing), ""))
            frame = connection.execute("select object_id, class from pool").df()
            frame["class"] = frame["class"].astype("category")
            (sampling,) = alternating(
                lambda: frame.groupby("class", observed=True).sample(frac=0.05, random_state=1),  # noqa: B023
                runs=RUNS,
            )
            told.append(
                (f"{name} pandas groupby.sample (one seed, nobody can recompute it)", ratio(drawing, sampling), "")
            )
            few = frame.iloc[:: max(1, objects // NAIVE_OBJECTS)]
            by_class = {str(name): list(members) for name, members in few.groupby("class", observed=True)["object_id"]}
            (published,) = alternating(
                lambda: [list(sampler(ids, SEED, take=round(len(ids) * 0.05))) for ids in by_class.values()],  # noqa: B023
                runs=3,
            )
            per_object, ours = published / len(few), drawing / objects
            figure = f"{per_object * 1e6:.2f} µs, {ours * 1e6:.2f} µs, {per_object / ours:,.0f} times"
            told.append((f"consistent_sampler per object (of {len(few):,}) against the draw", figure, "at least 25"))
    told.append((f"stratified draw of 5 %, {sizes[0]:,} to {sizes[-1]:,} objects", growth(sizes, times), "at most 1.1"))
    return told


def scaled(years: list[Year], objects: int) -> Year:
    """The years side by side as one, every cell and quota scaled to `objects` in all."""
    factor = objects / sum(cell.size for year in years for cell in year.cells)
    cells: list[Cell] = []
    plan: list[PlannedDraw] = []
    for number, year in enumerate(years):
        own = [
            Cell(
                f"{number} {cell.name}",
                max(1, round(cell.size * factor)),
                {f"{number} {task}": code for task, code in cell.strata.items()},
                cell.report_class,
            )
            for cell in year.cells
        ]
        for draw in year.draws:
            task, pools = f"{number} {draw.task}", year.pools[draw.task]
            sizes: dict[str, int] = {}
            for cell in own:
                if task in cell.strata:
                    stratum = draw.stratum(cell.strata[task])
                    sizes[stratum] = sizes.get(stratum, 0) + cell.size
            quotas = {name: min(size, round(size * draw.quota(name) / pools[name])) for name, size in sizes.items()}
            plan.append(PlannedDraw(task, next(iter(quotas.values())) if isinstance(draw.quotas, int) else quotas))
        cells += own
    return Year(tuple(cells), tuple(plan))


def pools_one_by_one(year: Year) -> list[list[tuple[list[int], int]]]:
    """For every draw its strata as lists of objects, each with its quota: what a simulation object by object needs."""
    first: dict[str, int] = {}
    at = 0
    for cell in year.cells:
        first[cell.name] = at
        at += cell.size
    pools = []
    for draw in year.draws:
        strata: dict[str, list[int]] = {}
        for cell in year.cells:
            if draw.task in cell.strata:
                members = range(first[cell.name], first[cell.name] + cell.size)
                strata.setdefault(draw.stratum(cell.strata[draw.task]), []).extend(members)
        pools.append([(members, draw.quota(stratum)) for stratum, members in strata.items()])
    return pools


def year_in_plain_python(pools: list[list[tuple[list[int], int]]], objects: int, chance: random.Random) -> int:
    visits = [0] * objects
    for strata in pools:
        for members, quota in strata:
            for member in chance.sample(members, quota):
                visits[member] += 1
    return sum(number == 0 for number in visits)


def year_in_numpy(pools: list[list[tuple[np.ndarray, int]]], objects: int, chance: np.random.Generator) -> int:
    visits = np.zeros(objects, dtype=np.int64)
    for strata in pools:
        for members, quota in strata:
            visits[chance.choice(members, quota, replace=False)] += 1
    return int((visits == 0).sum())


def simulations(folder: Path) -> list[Row]:
    """10,000 years of the demo's tasks at three sizes and object by object."""
    build_demo(folder / "county.duckdb")
    connection = open_database(folder / "county.duckdb")
    years = [year_of(answers(connection, bureau_id, year), Choice()) for bureau_id, year in YEARS]
    connection.close()
    sizes = (1_000, NAIVE_OBJECTS, 10_000_000)
    small, medium, large = (scaled(years, objects) for objects in sizes)
    times = alternating(*(partial(simulate_year, year, REPLICATIONS, 1) for year in (small, medium, large)), runs=RUNS)
    name = f"{REPLICATIONS:,} simulated years of the demo's {len(small.draws)} tasks"
    told = [
        (f"{name}: 10,000,000 objects against 1,000", ratio(times[2], times[0]), "at most 1.2"),
        (f"{name}: {NAIVE_OBJECTS:,} objects against 1,000", ratio(times[1], times[0]), "at most 1.2"),
        (f"{name}, 1,000 to 10,000,000 objects", growth(sizes, times), "at most 0.02"),
    ]
    pools, objects = pools_one_by_one(medium), sum(cell.size for cell in medium.cells)
    arrays = [[(np.array(members), quota) for members, quota in strata] for strata in pools]
    plain, vectorised = alternating(
        partial(year_in_plain_python, pools, objects, random.Random(1)),
        partial(year_in_numpy, arrays, objects, np.random.default_rng(1)),
        runs=NAIVE_YEARS,
    )
    name = f"{REPLICATIONS:,} years of {objects:,} objects one by one (from {NAIVE_YEARS} years) against ours"
    for how, taken, aim in (("plain Python", plain, "at least 1,000"), ("NumPy", vectorised, "")):
        whole = taken * REPLICATIONS
        told.append((f"{name}: {how}", f"{whole:,.0f} s, {times[1]:.2f} s, {whole / times[1]:,.0f} times", aim))
    return told


def answers(connection: duckdb.DuckDBPyConnection, bureau_id: int, year: int) -> Answers:
    of = {"bureau_id": bureau_id, "year": year, "as_of": datetime.date(year, 12, 31)}
    return Answers(
        cells=ask(connection, "year_cells", **of, pool_task_id=None, pool_scope_id=None),
        tasks=ask(connection, "tasks", **of),
        series=ask(connection, "year_series", **of),
        class_rates=ask(connection, "task_class_rates", **of),
    )


def exact(folder: Path, sizes: tuple[int, ...]) -> list[Row]:
    """A year of twelve tasks worked out exactly, from the tables of a database, at each size."""
    told: list[Row] = []
    times = []
    for objects in sizes:
        exactly, grouping = of_database(folder / f"{objects}.duckdb", objects)
        times.append(exactly)
    name = f"exact year of {sizes[-1]:,} objects against a plain group-by of class and pools"
    told.append((name, ratio(exactly, grouping), "at most 3"))
    told.append((f"exact year, {sizes[0]:,} to {sizes[-1]:,} objects", growth(sizes, times), "at most 1.1"))
    return told


def of_database(file: Path, objects: int) -> tuple[float, float]:
    """Seconds of the exact year, and of the plain group-by, in a database of `objects`."""
    connection = province(file, objects)
    plain = """select risk_class.class, pools.pools, count(*) from (
            select object_scope.object_id, sum(1 << object_scope.scope_id) as pools
            from object_scope
            inner join object on object_scope.object_id = object.object_id and object.status = 'active'
            group by object_scope.object_id
        ) as pools
        left join risk_class on pools.object_id = risk_class.object_id and risk_class.valid_to is null
        group by all"""
    exactly, grouping = alternating(
        lambda: exact_year(year_of(answers(connection, 1, 2024), Choice())),
        lambda: connection.execute(plain).fetchall(),
        runs=3,
    )
    connection.close()
    return exactly, grouping


def province(file: Path, objects: int) -> duckdb.DuckDBPyConnection:
    """A database of `objects` in six pools with a history of classes, and a plan of twelve tasks."""
    connection = duckdb.connect(file, config={**OFFLINE})
    # Keys of ten million rows take minutes to build, and no question of the year looks anything up by them.
    schema = (QUERIES / "schema.sql").read_text("utf-8")
    schema = re.sub(r" references object \(object_id\)", "", schema)
    schema = schema.replace("object_id varchar primary key", "object_id varchar not null")
    schema = re.sub(r",\n    primary key \(object_id, \w+\)", "", schema)
    connection.execute(schema)
    connection.execute(
        f"""
        insert into bureau (bureau_id, name) values (1, 'province');
        insert into scope (scope_id, bureau_id, name) select number, 1, 'pool ' || number from range(1, 7) as n(number);
        insert into plan (plan_id, bureau_id, year, kind, title) values (1, 1, 2024, 'internal', 'plan');
        insert into task (task_id, plan_id, seq, name, scope_id, rate, rate_op, risk_rule, starts_on, ends_on)
        select number, 1, number, 'task ' || number, 1 + number % 6, 0.05, '=', 'rising',
            make_date(2024, number::int, 1), make_date(2024, number::int, 28) from range(1, 13) as n(number);
        create temp table numbered as
        select number, '91' || lpad((number * 7919 % {objects})::varchar, 16, '0') as object_id
        from range({objects}) as n(number);
        insert into object (object_id, name, kind, industry, region, status, is_market_entity)
        select object_id, 'firm', 'enterprise', null, null, if(number % 50 = 0, 'closed', 'active'), true from numbered;
        insert into object_scope
        select object_id, 1 + number % 5 from numbered
        union all select object_id, 6 from numbered where number % 2 = 0;
        insert into risk_class
        select object_id, case when number % 20 < 13 then 'A' when number % 20 < 18 then 'B'
            when number % 20 = 18 then 'C' else 'D' end,
            date '2023-01-01', if(number % 40 = 3, date '2024-06-15', null), null from numbered where number % 100 <> 7
        union all select object_id, 'C', date '2024-06-15', null, null from numbered where number % 40 = 3;
        drop table numbered"""
    )
    return connection


def ratio(ours: float, other: float) -> str:
    """Seconds of both and their ratio."""
    return f"{ours:.2f} s, {other:.2f} s, ratio {ours / other:,.2f}"


def growth(sizes: tuple[int, ...], times: list[float]) -> str:
    """Seconds at each size and the power of the size they grow with."""
    return f"{', '.join(f'{taken:.2f} s' for taken in times)}, exponent {exponent(sizes, times):.2f}"


def run(objects: int = OBJECTS) -> None:
    """Print the rows."""
    print_rows(rows(objects))


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else OBJECTS)
