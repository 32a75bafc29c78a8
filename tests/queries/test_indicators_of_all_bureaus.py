"""All bureaus at once: each one's counts are those of the bureau as a whole, under its own rules of that year."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from inspections.evaluation.indicators import counts_of
from inspections.store.database import ask, question
from tests.queries.naive import Naive, YearOf
from tests.queries.random_worlds import world_of
from tests.queries.world import END, YEAR, World, day

ASKED: dict[str, Any] = {"bureau_id": None, "year": YEAR, "as_of": END}
DAYS = [
    (2023, datetime.date(2023, 12, 31)),
    (2024, datetime.date(2024, 3, 15)),
    (2024, datetime.date(2024, 6, 14)),
]


@pytest.fixture(scope="module", params=["county", "random 3", "random 4"])
def filled(
    request: pytest.FixtureRequest, template: Path, demo_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = world_of(request.param, tmp_path_factory.mktemp("totals"), template, demo_database)
    if request.param != "county":
        connection.execute(
            "insert into setting (key, value, bureau_id, valid_from) values "
            "('publication_working_days', '15', null, '2023-01-01'), "
            "('publication_working_days', '20', 2, '2024-01-01'), "
            "('plan_published_by', '03-15', null, '2024-01-01'), ('plan_published_by', '', 1, '2024-01-01')"
        )
    yield connection
    connection.close()


def rules_of(connection: duckdb.DuckDBPyConnection, bureau_id: int, year: int) -> dict[str, Any]:
    rows = ask(connection, "settings_in_force", bureau_id=bureau_id, year=year)
    known = dict(zip(rows["key"], rows["value"], strict=True))
    days = known.get("publication_working_days")
    return {"publication_days": int(days) if days else None, "publish_by": known.get("plan_published_by")}


@pytest.mark.parametrize(("year", "as_of"), DAYS)
def test_indicator_counts_of_all_are_the_bureaus_as_a_whole(
    filled: duckdb.DuckDBPyConnection, year: int, as_of: datetime.date
) -> None:
    found = ask(filled, "indicator_counts", bureau_id=None, year=year, as_of=as_of)
    assert list(found["bureau_id"]) == [1, 2]
    for place, bureau_id in enumerate(found["bureau_id"]):
        own = ask(filled, "indicator_counts", bureau_id=bureau_id, year=year, as_of=as_of)
        assert own["unit_id"].isna().tolist() == [True] + [False] * (len(own) - 1)
        counts = [name for name in found if name not in {"unit_id", "unit", "unit_kind", "region", "publication_days"}]
        assert own.loc[0, counts].to_dict() == found.loc[place, counts].to_dict()


@pytest.mark.parametrize(("year", "as_of"), DAYS[::2])
def test_indicator_counts_of_all_agree_with_the_naive_counting(
    filled: duckdb.DuckDBPyConnection, year: int, as_of: datetime.date
) -> None:
    counted = Naive(filled)
    found = ask(filled, "indicator_counts", bureau_id=None, year=year, as_of=as_of)
    for bureau_id, of_bureau in zip(found["bureau_id"], counts_of(found), strict=True):
        rules = rules_of(filled, bureau_id, year)
        naive = YearOf(counted, bureau_id, year, as_of).indicators(rules["publication_days"], rules["publish_by"])
        assert of_bureau == {indicator: (part, whole) for unit, indicator, part, whole in naive if unit is None}


def test_indicator_counts_of_all_take_each_bureau_by_its_own_rule(world: World) -> None:
    for name in ("甲局", "乙局", "丙局"):
        bureau = world.bureau(name)
        unit = world.unit("一股", bureau=bureau)
        task = world.task(world.plan(bureau), lead=unit, window=("03-01", None))
        draw = world.draw(task, "03-04", {"A1": "A"}, ["A1"])
        # eleven working days later
        world.result(draw, "A1", unit, "03-11", "03-12", "03-26")
    for value, bureau_id, since in (
        ("20", None, "2020-01-01"), ("10", 1, "2020-01-01"), ("30", 1, "2024-02-01"), ("11", 2, "2024-01-01"),
        ("", 3, "2024-01-01"),
    ):  # fmt: skip
        world.insert("setting", key="publication_working_days", value=value, bureau_id=bureau_id, valid_from=day(since))
    rows = world.ask("indicator_counts", "publication_days", "published", "published_in_time", **ASKED)
    assert rows == [(10, 1, 0), (11, 1, 1), (None, 1, 1)]


def test_indicator_counts_of_all_of_files_read_together_keep_to_the_rules_of_their_own_file() -> None:
    """In a lake the ids of a file are shifted by its number: a rule for everywhere is for its own file's bureaus."""
    with duckdb.connect() as connection:
        # ids of 32 bits hold no shift
        connection.execute(re.sub(r"\binteger\b", "bigint", question("schema")))
        for source in (1, 2):
            connection.execute(f"insert into bureau values (({source}::bigint << 32) + 7, '局{source}', null)")
            connection.execute(
                "insert into plan (plan_id, bureau_id, year, kind, title)"
                f" values ({source}, ({source}::bigint << 32) + 7, {YEAR}, 'internal', '计划')"
            )
        connection.execute(
            "insert into setting values ((1::bigint << 32) + 9, 'publication_working_days', '15', null, '2020-01-01')"
        )
        rows = connection.execute(question("indicator_counts"), ASKED).df()
    assert rows["publication_days"].fillna(-1).tolist() == [15, -1]


def test_indicator_counts_of_all_list_a_bureau_without_a_plan(world: World) -> None:
    world.bureau()
    world.plan(world.bureau("乙局"))
    rows = world.ask("indicator_counts", "bureau", "plans", "tasks", "due", "items", **ASKED)
    assert rows == [("甲局", 0, 0, 0, 0), ("乙局", 1, 0, 0, 0)]


def test_indicator_counts_of_all_leave_out_replaced_objects_and_results_of_nobody_s_task(world: World) -> None:
    bureau = world.bureau()
    one, other = world.unit("一股", bureau=bureau), world.unit("二股", bureau=bureau)
    task = world.task(world.plan(bureau), lead=one)
    draw = world.draw(task, "03-04", {"A1": "A", "A2": "A", "A3": "A"}, ["A1", "A2"], stands_in={"A3": "A2"})
    for object_id in ("A1", "A2"):  # the second was replaced afterwards
        world.result(draw, object_id, one, "03-11", "03-12", "03-13")
    world.result(draw, "A3", other, "03-11", "03-12")  # need not check
    rows = world.ask("indicator_counts", "due", "entered", "published", "tasks_due", "tasks_done", **ASKED)
    assert rows == [(2, 1, 1, 1, 0)]
    world.result(draw, "A3", one, "03-11", "03-12")
    assert world.ask("indicator_counts", "due", "entered", "tasks_done", **ASKED) == [(2, 2, 1)]
