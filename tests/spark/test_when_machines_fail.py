"""A worker dies in the middle of a question, then the master does. The last tests: nobody starts them again."""

from __future__ import annotations

import concurrent.futures
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import streamlit as st

from inspections.draw import draw_in_database
from inspections.errors import InspectionsError
from inspections.spark import Spark
from inspections.wording import LANGUAGES, say
from tests.served import visited
from tests.spark.cluster import Cluster
from tests.spark.conftest import Lake


def test_a_worker_is_killed_during_a_draw(spark: Spark, lake: Lake, running: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "frame.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (select 'object ' || number as object_id, ['A', 'B'][1 + number % 2] as class, false as passed_over
                from range(4000000) as numbers(number)) to '{file}' (format parquet, row_group_size 100000)"""
        )
        connection.execute(f"create view pool as from '{file}'")
        expected = draw_in_database(connection, "pool", {"A": 1000, "B": 5000}, "314159")
        scope = spark.of(lake.demo)
        scope.file("large", file)
        tracker = spark.session().sparkContext.statusTracker()
        with concurrent.futures.ThreadPoolExecutor(1) as others:
            drawing = others.submit(draw_in_database, scope, "large", {"A": 1000, "B": 5000}, "314159")
            end = time.monotonic() + 120
            while not _at_work(tracker) and time.monotonic() < end:
                assert not drawing.done(), "the draw was over before a worker could be killed: give it more rows"
                time.sleep(0.01)
            running.kill_worker()
            assert not drawing.done()
            pd.testing.assert_frame_equal(drawing.result(300), expected)


def _at_work(tracker: object) -> bool:
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]  # type: ignore[attr-defined]
    return sum(stage.numActiveTasks for stage in stages if stage) > 1


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
        assert running.address in sentence.value.replace("\\", "")
        assert "Exception" not in sentence.value
        assert say(language, "errors.engine_unreachable", address="").split("。")[0].split(".")[0][:6] in sentence.value
