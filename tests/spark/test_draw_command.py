"""`draw` of a frame file on the cluster: the very list that DuckDB writes, and its sentences for what is wrong."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from inspections.commands.draw import trial_draw
from inspections.draws.frame_files import open_frame_on_cluster
from inspections.lake.engine import ENGINE
from inspections.lake.spark import Spark
from inspections.words.errors import InspectionsError
from tests.spark.conftest import Lake

ROWS = 20_000
OBJECTS = f"""select 'O' || number || case when number % 3 = 0 then '-甲' else '' end as object_id,
    case number % 4 when 0 then 'A' when 1 then 'D' when 2 then '' else null end as class, number as other
    from range({ROWS}) as numbers(number)"""


def written(folder: Path, statement: str, name: str = "frame.parquet") -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"copy ({statement}) to '{folder / name}' (format {Path(name).suffix[1:]})")
    return folder / name


def listed(frame: Path, rates: str) -> bytes:
    with trial_draw(frame, "314159", rates, None) as drawn:
        return drawn.read_bytes()


@pytest.mark.usefixtures("on_spark")
@pytest.mark.parametrize("rates", ["A=5%,D=10%,none=1%", "2%"])
def test_the_list_is_the_same_to_the_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rates: str) -> None:
    frame = written(tmp_path, OBJECTS)
    there = listed(frame, rates)
    monkeypatch.delenv(ENGINE)
    assert there == listed(frame, rates)
    assert there.count(b"\n") > 100


def test_what_wants_a_closer_look_is_read_with_care(spark: Spark, lake: Lake, tmp_path: Path) -> None:
    scope = spark.of(lake.demo)
    counted = open_frame_on_cluster(scope, written(tmp_path, OBJECTS), ["A", "D"])
    assert counted == {"A": ROWS // 4, "D": ROWS // 4, "none": ROWS // 2}
    for statement in (
        OBJECTS.replace("'O' || number", "'O' || number % 999"),  # a repeated object
        OBJECTS.replace("'O' || number", "'O' || number || chr(10)"),
        OBJECTS.replace("then 'D'", "then 'X'"),
        OBJECTS.replace("as class", "as other_class"),
        OBJECTS + " where number < 0",
    ):
        assert open_frame_on_cluster(scope, written(tmp_path, statement), ["A", "D"]) is None, statement
    assert open_frame_on_cluster(scope, written(tmp_path, OBJECTS, "frame.csv"), ["A", "D"]) is None
    assert open_frame_on_cluster(scope, tmp_path / "none.parquet", ["A", "D"]) is None


@pytest.mark.usefixtures("on_spark")
def test_a_repeated_object_is_named_with_its_row(tmp_path: Path) -> None:
    frame = written(tmp_path, "select 'O' || number % 9 as object_id, 'A' as class from range(10) as numbers(number)")
    with pytest.raises(InspectionsError, match="frame_object_repeated"):
        listed(frame, "A=50%")
