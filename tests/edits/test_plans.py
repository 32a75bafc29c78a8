"""Edits from a page: one transaction with its entry in the log, or nothing."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import duckdb
import pytest

from inspections.edits.plans import choose_pool, publish_plan
from inspections.words.errors import InspectionsError
from tests.filled import logged

WORLD = """
insert into bureau (bureau_id, name) values (1, '甲局'), (2, '乙局');
insert into unit (unit_id, bureau_id, name, kind) values (1, 1, '一股', 'section');
insert into scope (scope_id, bureau_id, name) values (1, 1, '全部'), (2, 1, '部分'), (3, 2, '别局的');
insert into plan (plan_id, bureau_id, year, kind, title, issued_on) values
    (1, 1, 2024, 'internal', '计划', '2024-03-08'), (2, 1, 2024, 'joint', '没写日期', null);
insert into item (item_id, bureau_id, name) values (1, 1, '事项');
insert into task (task_id, plan_id, seq, name, scope_id) values
    (1, 1, 1, '未抽', 1), (2, 1, 2, '已抽', 1), (3, 1, 3, '只有试抽', 1);
insert into task_item values (1, 1, 1), (3, 1, 1);
insert into task_partner values (1, 1);
insert into draw (draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size) values
    (1, 2, 1, '2024-03-02 09:00', 'random', 'official', 'x', false, false, 5),
    (2, 3, 1, '2024-03-02 09:00', 'random', 'trial', 'x', false, false, 5);
"""


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_publishing_a_plan_and_taking_it_back(connection: duckdb.DuckDBPyConnection) -> None:
    publish_plan(connection, 1, day("2024-03-14"), actor="某人")
    publish_plan(connection, 1, day("2024-03-08"), actor="某人")  # the day of issue itself
    publish_plan(connection, 1, None, actor="别人")
    assert connection.execute("select published_on from plan where plan_id = 1").fetchone() == (None,)
    values = [None, "2024-03-14", "2024-03-08", None]
    expected = [({"published_on": before}, {"published_on": after}) for before, after in itertools.pairwise(values)]
    assert logged(connection) == [
        (actor, "edit", "plan 1 published_on", *change)
        for actor, change in zip(("某人", "某人", "别人"), expected, strict=True)
    ]


def test_a_plan_without_a_date_of_issue_can_be_published(connection: duckdb.DuckDBPyConnection) -> None:
    publish_plan(connection, 2, day("2020-01-01"), actor="某人")
    assert len(logged(connection)) == 1


def test_choosing_a_pool_of_a_task_that_is_referred_to(connection: duckdb.DuckDBPyConnection) -> None:
    choose_pool(connection, 1, 2, actor="某人")
    choose_pool(connection, 1, None, actor="某人")
    choose_pool(connection, 3, 2, actor="某人")  # a trial draw does not bind
    assert connection.execute("select task_id, draw_scope_id from task order by 1").fetchall() == [
        (1, None),
        (2, None),
        (3, 2),
    ]
    assert [row[2:] for row in logged(connection)] == [
        ("task 1 draw_scope_id", {"draw_scope_id": None}, {"draw_scope_id": 2}),
        ("task 1 draw_scope_id", {"draw_scope_id": 2}, {"draw_scope_id": None}),
        ("task 3 draw_scope_id", {"draw_scope_id": None}, {"draw_scope_id": 2}),
    ]


@pytest.mark.parametrize(
    ("edit", "subject", "value", "code"),
    [
        (publish_plan, 1, day("2024-03-07"), "published_before_issued"),
        (publish_plan, 99, day("2024-03-07"), "plan_unknown"),
        (choose_pool, 2, 2, "task_drawn"),
        (choose_pool, 99, 2, "task_not_found"),
        (choose_pool, 1, 99, "pool_unknown"),
        (choose_pool, 1, 3, "pool_unknown"),  # another bureau's
    ],
)
def test_what_is_refused_changes_nothing(
    connection: duckdb.DuckDBPyConnection, edit: Any, subject: int, value: Any, code: str
) -> None:
    tables = "select published_on from plan order by plan_id", "select draw_scope_id from task order by task_id"
    before = [connection.execute(table).fetchall() for table in tables]
    with pytest.raises(InspectionsError) as caught:
        edit(connection, subject, value, actor="某人")
    assert caught.value.code == code
    assert [connection.execute(table).fetchall() for table in tables] == before
    assert logged(connection) == []


def test_an_edit_whose_log_entry_fails_is_not_made(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error):
        publish_plan(connection, 1, day("2024-03-14"), actor=None)  # type: ignore[arg-type]
    assert connection.execute("select published_on from plan where plan_id = 1").fetchone() == (None,)
    assert logged(connection) == []
