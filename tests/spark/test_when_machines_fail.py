"""What works, a worker, and the master die in the middle of a question. The last tests: nobody starts them again.

Whoever waits for machines that are gone waits minutes: `make soak` does, every landing only misses the master.
"""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import streamlit as st

from inspections.draws.ticket import draw_in_database
from inspections.lake.spark import Spark, run
from inspections.lake.spark_sql import translated
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say_in
from tests.served import visited
from tests.spark.cluster import Cluster
from tests.spark.conftest import Lake

ROWS = 4_000_000
DRAWN = {"A": 1000, "B": 5000}
# The clause is read twice and therefore kept: the first reader is over before the second begins.
KEPT = """with kept as (select object_id, class from query_table($pool) where not passed_over)
select class, count(*) as size, (select count(*) from kept) as everyone, max(sha256(object_id)) as ticket
from kept group by class order by class"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("large") / "frame.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (select 'object ' || number as object_id, ['A', 'B'][1 + number % 2] as class, false as passed_over
                from range({ROWS}) as numbers(number)) to '{file}' (format parquet, row_group_size 100000)"""
        )
    return file


@pytest.mark.long
def test_who_keeps_a_part_of_an_answer_is_killed(spark: Spark, lake: Lake, running: Cluster, large: Path) -> None:
    with duckdb.connect() as connection:
        expected = connection.execute(KEPT, {"pool": str(large)}).fetchall()
    scope = spark.of(lake.demo)
    scope.file("large", large)
    session = scope._ready(frozenset())
    tracker = session.sparkContext.statusTracker()
    before = len(tracker.getJobIdsForGroup())
    with concurrent.futures.ThreadPoolExecutor(1) as others:
        asking = others.submit(run, session, translated(KEPT, "large"), {})
        _wait(lambda: len(tracker.getJobIdsForGroup()), at_least=before + 2, of=asking)
        _wait(lambda: _at_work(tracker), at_least=2, of=asking)
        running.kill_executors()
        assert not asking.done()
        assert [tuple(row.values()) for row in asking.result(300).to_pylist()] == expected


@pytest.mark.long
def test_a_worker_is_killed_during_a_draw(spark: Spark, lake: Lake, running: Cluster, large: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create view pool as from '{large}'")
        expected = draw_in_database(connection, "pool", DRAWN, "314159")
    scope = spark.of(lake.demo)
    scope.file("large", large)
    tracker = spark.session().sparkContext.statusTracker()
    with concurrent.futures.ThreadPoolExecutor(1) as others:
        drawing = others.submit(draw_in_database, scope, "large", DRAWN, "314159")
        _wait(lambda: _at_work(tracker), at_least=2, of=drawing)
        running.kill_worker()
        assert not drawing.done()
        pd.testing.assert_frame_equal(drawing.result(300), expected)


def _wait(number: Callable[[], int], at_least: int, of: concurrent.futures.Future[Any], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while number() < at_least and time.monotonic() < end:
        assert not of.done(), "the answer was there before anybody could be killed: give it more rows"
        time.sleep(0.01)


def _at_work(tracker: Any) -> int:
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    return sum(stage.numActiveTasks for stage in stages if stage)


@pytest.mark.usefixtures("on_spark")
def test_without_a_master_the_page_says_one_sentence(spark: Spark, running: Cluster) -> None:
    running.kill_master()
    with pytest.raises(InspectionsError, match="engine_unreachable"):
        spark.look()
    for language in LANGUAGES:
        st.cache_resource.clear()
        app = visited("monitor/coverage", lang=language)
        assert not app.exception
        (sentence,) = app.error
        # Texts of people and addresses are broken up there, so that nothing in them becomes a link.
        assert running.address in sentence.value.replace("\u2060", "")
        assert "Exception" not in sentence.value
        assert (
            say_in(language, "errors.engine_unreachable", address="").split("。")[0].split(".")[0][:6] in sentence.value
        )
