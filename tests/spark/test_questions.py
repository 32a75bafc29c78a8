"""Every question and every draw on Spark, row for row as DuckDB answers it: NULLs, ties, dates and types included."""

from __future__ import annotations

import concurrent.futures
import datetime
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pandas as pd
import pytest

from inspections.draws import packages
from inspections.draws.ticket import draw_in_database
from inspections.draws.verifier import verify
from inspections.lake.spark import KEPT_SCOPES, OF_ALL_BUREAUS, SOURCE_BIT, Spark
from inspections.store.database import answered, ask, question
from tests.queries.test_every_question import NAMES, asked
from tests.spark.conftest import Lake

AT_ONCE = 3
IDS = {"bureau_id", "unit_id", "task_id", "scope_id", "draw_id", "inspector_id", "pool_task_id", "pool_scope_id"}
POOLS = [name for name in NAMES if "query_table" in question(name)]


def whom(lake: Lake) -> tuple[tuple[int, int, int], ...]:
    """Source, bureau and year."""
    return (lake.demo, 1, 2023), (lake.demo, 2, 2024), (lake.random, 1, 2024)


def given(mirror: duckdb.DuckDBPyConnection, name: str, number: int, bureau: int, year: int) -> dict[str, Any]:
    """Parameters of a question that name what is there."""
    shift = number << SOURCE_BIT
    found = dict(asked(name))
    for key, value in found.items():
        if key in IDS and value is not None:
            found[key] = shift + (bureau if key == "bureau_id" else int(value))
    found |= {"year": year} if "year" in found else {}
    found |= {"as_of": datetime.date(year, 9, 30)} if "as_of" in found else {}
    if "series" in found:
        found["series"] = [shift + one for one in found["series"]]
    if name in {"frozen_pool", "task_teams"}:
        found["task_id"] = _one(mirror, "select min(task_id) from task_item")
    if name == "unit_tasks":
        found["unit_id"] = _one(mirror, "select min(lead_unit_id) from task")
    if name == "packaged_draw":
        row = mirror.execute(
            """select bureau.name, plan.year, plan.kind::varchar, task.seq, draw.kind::varchar, draw.ordinal
            from draw join task using (task_id) join plan using (plan_id) join bureau using (bureau_id)
            where draw.seed is not null order by draw_id limit 1"""
        ).fetchone()
        found = dict(zip(("bureau", "year", "plan_kind", "seq", "kind", "ordinal"), row, strict=True)) if row else found
    if "draw_id" in found:
        found["draw_id"] = _one(mirror, "select min(draw_id) from draw_inspector")
    if "object_id" in found:
        found["object_id"] = _one(
            mirror, "select min(object_id) from draw_object semi join risk_class using (object_id)"
        )
    if "file_sha256" in found:
        found["file_sha256"] = _one(mirror, "select min(file_sha256) from import_issue")
    return found


def _one(mirror: duckdb.DuckDBPyConnection, statement: str) -> Any:
    row = mirror.execute(statement).fetchone()
    return row[0] if row else None


Answers = dict[str, list[tuple[concurrent.futures.Future[pd.DataFrame], pd.DataFrame]]]


@pytest.fixture(scope="module")
def answers(spark: Spark, lake: Lake) -> Iterator[Answers]:
    """Every question, of both bureaus of the demonstration and of the random ones: Spark's answer and DuckDB's.

    Several at a time, as visitors ask: planning an answer takes the driver longer than the answer takes the cluster.
    """
    found: Answers = {}
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as others:
        for name in NAMES:
            if name in POOLS:
                continue
            found[name] = []
            known: list[tuple[int, dict[str, Any]]] = []
            for number, bureau, year in whom(lake):
                scope = spark.of(None if name in OF_ALL_BUREAUS else number)
                with spark.of(number).cursor() as own, scope.cursor() as mirror:
                    parameters = given(own, name, number, bureau, year)
                    if (number, parameters) in known:
                        continue
                    known.append((number, parameters))
                    expected = answered(mirror, name, parameters)
                found[name].append((others.submit(ask, spark.of(number), name, **parameters), expected))
        yield found
        others.shutdown(cancel_futures=True)


def test_only_the_oldest_bureaus_are_given_up(lake: Lake) -> None:
    opened = Spark(lake.folder, "local[*]")
    (one, *_) = opened._sources
    for number in range(1, 2 * KEPT_SCOPES):
        opened._sources = (replace(one, number=number),)
        opened.of(number)
        assert len(opened._scopes) == min(number, KEPT_SCOPES)
    last = opened.of(number)
    opened._sources = (replace(one, number=number, data_version="newer"),)
    assert opened.of(number) is not last
    assert len(opened._scopes) == KEPT_SCOPES


@pytest.mark.parametrize("name", [name for name in NAMES if name not in POOLS])
def test_every_question_is_answered_alike(answers: Answers, name: str) -> None:
    for told, expected in answers[name]:
        pd.testing.assert_frame_equal(told.result(), expected)


def test_most_questions_were_asked_of_something(answers: Answers) -> None:
    """Two empty answers are alike, too. What the demonstration was made from is no import that could be undone."""
    empty = {name for name, asked_of in answers.items() if not any(len(expected) for _, expected in asked_of)}
    known = {
        "idle_units",
        "import_decisions",
        "import_ledger",
        "import_years",
        "inspector_recusals",
        "saved_scenarios",
        "saved_settings",
        "drawn_before",
    }
    assert empty <= known


@pytest.mark.parametrize("name", ["draw_list", "object_classes", "worsened_objects"])
def test_what_a_role_may_not_see_is_left_out_as_well(spark: Spark, lake: Lake, demo_lake: Any, name: str) -> None:
    parameters = given(demo_lake, name, lake.demo, 2, 2024)
    expected = ask(demo_lake, name, ["classes"], **parameters)
    assert not expected.equals(ask(demo_lake, name, **parameters))
    pd.testing.assert_frame_equal(ask(spark.of(lake.demo), name, ["classes"], **parameters), expected)


@pytest.fixture
def demo_lake(spark: Spark, lake: Lake) -> Iterator[duckdb.DuckDBPyConnection]:
    with spark.of(lake.demo).cursor() as mirror:
        yield mirror


def test_every_draw_is_the_same_on_both_engines_and_in_its_package(
    spark: Spark, lake: Lake, demo_lake: duckdb.DuckDBPyConnection
) -> None:
    scope = spark.of(lake.demo)
    draws = demo_lake.execute(
        """select draw_id, seed, stratified from draw
        where seed is not null and method = 'sha256_ticket' and frame_commitment is not null order by draw_id"""
    ).fetchall()
    assert len(draws) > 20
    there: dict[int, concurrent.futures.Future[pd.DataFrame]] = {}
    here: dict[int, pd.DataFrame] = {}
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as others:
        for draw_id, seed, stratified in draws:
            pool = f"drawn_from_{draw_id}"
            frame = f"select object_id, class, passed_over from frame where draw_id = {draw_id}"
            quotas = ask(demo_lake, "draw_quotas", draw_id=draw_id)
            wanted = (
                {str(code): int(quota) for code, quota in zip(quotas["class"], quotas["quota"], strict=True) if quota}
                if stratified
                else int(demo_lake.execute(
                    "select count(*) from draw_object where draw_id = ? and substitute_for is null", [draw_id]
                ).fetchall()[0][0])
            )  # fmt: skip
            scope.relation(pool, frame)
            there[draw_id] = others.submit(draw_in_database, scope, pool, wanted, seed)
            demo_lake.execute(f"create or replace temp view {pool} as {frame}")
            here[draw_id] = draw_in_database(demo_lake, pool, wanted, seed)
    for draw_id, drawn in there.items():
        pd.testing.assert_frame_equal(drawn.result(), here[draw_id])
        recorded = ask(demo_lake, "draw_list", draw_id=draw_id)
        original = recorded[recorded["substitute_for"].isna()]
        assert sorted(drawn.result()["object_id"]) == sorted(original["object_id"])
        buffer = io.BytesIO()
        packages.write_sealed(demo_lake, draw_id, buffer)
        assert verify(buffer).differences == []


def test_a_draw_from_a_million_rows_is_the_same(
    spark: Spark, lake: Lake, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("million") / "frame.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (select '91' || lpad((number * 7919 % 1000000)::varchar, 16, '0') as object_id,
                ['A', 'B', 'C', 'D', 'none'][1 + number * number % 5] as class, number % 7 = 0 as passed_over
                from range(1000000) as numbers(number)) to '{file}' (format parquet)"""
        )
        connection.execute(f"create view pool as from '{file}'")
        scope = spark.of(lake.demo)
        scope.file("million", file)
        for setting, value in (("wholeStage", "true"), ("factoryMode", "FALLBACK")):
            scope._ready(frozenset()).conf.set(f"spark.sql.codegen.{setting}", value)
        sizes = dict(connection.execute("select class, count(*) from pool group by class").fetchall())
        for wanted in (12_345, {code: size // 20 for code, size in sizes.items()}, {"A": sizes["A"]}):
            here = draw_in_database(connection, "pool", wanted, "314159")
            pd.testing.assert_frame_equal(draw_in_database(scope, "million", wanted, "314159"), here)
        scope._ready(frozenset()).conf.set("spark.sql.codegen.wholeStage", "false")
        scope._ready(frozenset()).conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        counted = ask(scope, "pool_sizes", pool="million")
        assert dict(zip(counted["class"], counted["size"], strict=True)) == sizes
