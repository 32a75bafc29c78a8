"""Saved what-ifs: kept whole, named once, logged, and honest about data that have changed since."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.edits.scenarios import Saved, Scenario, read_definition, remove_scenario, save_scenario
from inspections.store.database import log_change, transaction
from inspections.words.errors import InspectionsError
from inspections.year.whatif import Answers, Choice

NAMES = st.text(min_size=1, max_size=12)
SCENARIOS = st.builds(
    Scenario,
    tasks=st.lists(NAMES, max_size=3).map(tuple),
    series=st.booleans(),
    rotation=st.booleans(),
    merge=st.booleans(),
    rates=st.none() | st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 100)), max_size=4).map(tuple),
    factors=st.none() | st.lists(st.tuples(st.sampled_from("ABCD"), st.floats(0, 50)), max_size=4).map(tuple),
    pool_task=st.none() | NAMES,
    pool_scope=st.none() | NAMES,
    cap=st.integers(0, 50),
    replications=st.sampled_from([1000, 10_000, 100_000]),
    seed=st.integers(0, 2**31 - 1),
)


WORLD = "insert into bureau (bureau_id, name) values (1, '局')"


def save(connection: duckdb.DuckDBPyConnection, name: str, scenario: Scenario | None = None) -> None:
    save_scenario(connection, name, 1, 2024, Saved(scenario or Scenario(), 12.5, 60), "审核员")


def kept(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute("select name, definition from scenario order by scenario_id").fetchall()


@given(SCENARIOS, st.floats(0, 1e7), st.integers(0, 10**7))
def test_what_is_kept_is_what_comes_back(scenario: Scenario, never: float, objects: int) -> None:
    from dataclasses import asdict  # noqa: PLC0415

    saved = Saved(scenario, never, objects)
    assert read_definition(json.dumps(asdict(saved))) == saved
    before = asdict(Saved(scenario, never, objects))
    del before["scenario"]["factors"]
    assert read_definition(json.dumps(before)).scenario.factors is None


def test_a_scenario_is_kept_with_its_name_and_logged(connection: duckdb.DuckDBPyConnection) -> None:
    save(connection, "  A 类降到 5%  ", Scenario(rates=(("A", 5),)))
    [(name, definition)] = kept(connection)
    assert name == "A 类降到 5%"
    assert read_definition(str(definition)).scenario.rates == (("A", 5),)
    [entry] = connection.execute("select actor, action, subject from change_log").fetchall()
    assert entry == ("审核员", "scenario", "A 类降到 5%")
    [row] = connection.execute(
        "select data_version = (select hash from change_log order by seq desc limit 1) from scenario"
    ).fetchall()
    assert row == (True,)


@pytest.mark.parametrize("name", ["", "   ", "两\n行", "长" * 41])
def test_an_unusable_name_is_refused(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    with pytest.raises(InspectionsError, match="scenario_name_unusable"):
        save(connection, name)
    assert kept(connection) == []


def test_a_name_is_given_once(connection: duckdb.DuckDBPyConnection) -> None:
    save(connection, "轮换")
    with pytest.raises(InspectionsError, match="scenario_name_taken"):
        save(connection, "轮换 ")
    assert len(kept(connection)) == 1
    assert connection.execute("select count(*) from change_log").fetchone() == (1,)


def test_a_removed_scenario_stays_in_the_log(connection: duckdb.DuckDBPyConnection) -> None:
    save(connection, "轮换", Scenario(rotation=True))
    remove_scenario(connection, 1, "审核员")
    assert kept(connection) == []
    row = connection.execute("select before from change_log order by seq desc limit 1").fetchone()
    assert row is not None
    assert json.loads(row[0])["scenario"]["rotation"] is True
    with pytest.raises(InspectionsError, match="scenario_unknown"):
        remove_scenario(connection, 1, "审核员")


def test_the_address_survives_a_browser() -> None:
    scenario = Scenario(tasks=("任务 1 & 2", "任务=3"), rotation=True, rates=(("A", 5), ("D", 100)), cap=2, seed=9)
    back = parse_qs(urlencode(scenario.address()))
    assert back["tasks"] == ["任务 1 & 2", "任务=3"]
    assert (back["rotation"], back["own"], back["rate_A"], back["rate_D"]) == (["true"], ["rates"], ["5"], ["100"])
    assert (back["cap"], back["seed"], back["replications"]) == (["2"], ["9"], ["10000"])
    assert "merge" not in back
    times = dict(Scenario(factors=(("A", 0.5), ("D", 2.0))).address())
    assert (times["own"], times["times_A"], times["times_D"]) == ("factors", "0.5", "2.0")


def answers() -> Answers:
    series = pd.DataFrame({"task_id": [1, 2, 3], "series": ["q", "q", "other"]})
    return Answers(pd.DataFrame(), pd.DataFrame(), series, pd.DataFrame())


def test_a_scenario_asks_its_tasks_and_with_them_their_series() -> None:
    ids = {"Q1": 1, "Q2": 2, "别的": 3}
    assert Scenario().choice(ids, answers()) == Choice()
    assert Scenario(tasks=("Q1",)).choice(ids, answers()).tasks == (1,)
    chosen = Scenario(tasks=("Q1",), series=True, rates=(("A", 5),), cap=3).choice(ids, answers())
    assert chosen == Choice(tasks=(1, 2), rates=(("A", "5%"),), cap=3)
    assert Scenario(factors=(("A", 0.5),)).choice(ids, answers()) == Choice(factors=(("A", "0.5"),))
    assert Scenario(pool_task="Q1", pool_scope="煤矿").pool(ids, {"煤矿": 7}) == (1, 7)
    assert Scenario(pool_task="Q1").pool(ids, {}) is None


def test_what_the_plan_no_longer_has_is_told() -> None:
    with pytest.raises(InspectionsError, match="scenario_task_gone"):
        Scenario(tasks=("没有了",)).choice({"Q1": 1}, answers())
    with pytest.raises(InspectionsError, match="scenario_task_gone"):
        Scenario(pool_task="没有了", pool_scope="煤矿").choice({"Q1": 1}, answers())
    with pytest.raises(InspectionsError, match="scenario_pool_gone"):
        Scenario(pool_task="Q1", pool_scope="煤矿").pool({"Q1": 1}, {})


def test_changes_are_counted_from_the_moment_of_saving(connection: duckdb.DuckDBPyConnection) -> None:
    def changes() -> list[tuple[object, ...]]:
        from inspections.store.database import ask  # noqa: PLC0415

        frame = ask(connection, "saved_scenarios", bureau_id=1, year=2024)
        return [(name, None if pd.isna(count) else int(count)) for name, count in frame[["name", "changes"]].values]

    save(connection, "先")
    for action in ("export", "freeze", "edit", "import", "rubric", "grade", "note", "proposal"):
        with transaction(connection):
            log_change(connection, actor="x", action=action, subject="y")
    save(connection, "后")
    assert changes() == [("后", 0), ("先", 2)]
    connection.execute("update scenario set data_version = 'of another database' where name = '先'")
    assert changes() == [("后", 0), ("先", None)]
