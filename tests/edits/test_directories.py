"""Edits of the directories: one transaction with its entry in the log, history kept, nothing on refusal."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from inspections.edits import directories
from inspections.store.examination import examination
from inspections.words.errors import InspectionsError
from tests.filled import logged

WORLD = """
insert into bureau (bureau_id, name) values (1, '甲局'), (2, '乙局');
insert into unit (unit_id, bureau_id, name, kind) values (1, 1, '一股', 'section'), (2, 1, '二股', 'section');
insert into scope (scope_id, bureau_id, name) values (1, 1, '全部'), (2, 1, '部分'), (3, 2, '别局的');
insert into plan (plan_id, bureau_id, year, kind, title) values (1, 1, 2024, 'internal', '计划');
insert into item (item_id, bureau_id, name) values (1, 1, '事项');
insert into task (task_id, plan_id, seq, name, scope_id) values (1, 1, 1, '任务', 1);
insert into task_item values (1, 1, 1);
insert into object (object_id, name, kind, industry, region, status, is_market_entity, initials) values
    ('X1', '青岭煤业', 'enterprise', '采矿', '东镇', 'active', true, 'qlmy'),
    ('X2', '石泉林场', 'institution', null, null, 'active', false, null);
insert into object_scope values ('X1', 1), ('X1', 3);
insert into risk_class values ('X1', 'A', '2023-01-01', '2024-01-01', '甲'), ('X1', 'B', '2024-01-01', null, '乙');
insert into inspector values (1, '张三', 1, 'ZF-1', true, true, true), (2, '李四', 1, 'ZF-2', true, true, true);
insert into recusal values (2, 'X1', '亲属');
insert into draw (draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size) values
    (1, 1, 1, '2024-03-02 09:00', 'random', 'official', 'x', true, false, 1);
insert into frame values (1, 'X1', 'B', 1, false);
insert into draw_object values (1, 'X1', 'B', 1, null, null);
insert into draw_inspector values (1, 'X1', 1);
"""
TABLES = ("object", "object_scope", "risk_class", "inspector", "recusal", "item", "frame", "draw_object", "change_log")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def state(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    return {table: connection.execute(f"select * from {table} order by all").fetchall() for table in TABLES}


def test_a_renamed_object_is_found_by_its_new_initials_and_keeps_the_rest(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    directories.edit_object(connection, "X1", {"name": " 长治煤业 ", "industry": "采矿", "region": ""}, actor="某人")
    columns = "object_id, name, industry, region, is_market_entity, initials"
    assert connection.execute(f"select {columns} from object where object_id = 'X1'").fetchone() == (
        "X1", "长治煤业", "采矿", None, True, "czmy",
    )  # fmt: skip
    assert logged(connection) == [
        ("某人", "edit", "object X1", {"name": "青岭煤业", "region": "东镇"}, {"name": "长治煤业", "region": None})
    ]


def test_an_edit_that_changes_nothing_is_not_logged(connection: duckdb.DuckDBPyConnection) -> None:
    before = state(connection)
    directories.edit_object(
        connection, "X1", {"name": "青岭煤业", "kind": "enterprise", "status": "active"}, actor="某人"
    )
    directories.edit_pools(connection, "X1", 1, [1], actor="某人")
    directories.edit_inspector(connection, 1, {"name": "张三", "unit_id": 1, "active": True}, actor="某人")
    directories.edit_item(connection, 1, {"item_class": None, "legal_basis": " "}, actor="某人")
    directories.add_recusal(connection, 2, "X1", "亲属", actor="某人")
    directories.drop_recusal(connection, 1, "X1", actor="某人")
    assert state(connection) == before


def test_pools_of_another_bureau_stay(connection: duckdb.DuckDBPyConnection) -> None:
    directories.edit_pools(connection, "X1", 1, [2], actor="某人")
    directories.edit_pools(connection, "X1", 1, [1, 2], actor="某人")
    directories.edit_pools(connection, "X1", 1, [], actor="某人")
    assert connection.execute("select scope_id from object_scope").fetchall() == [(3,)]
    assert [row[2:] for row in logged(connection)] == [
        ("object X1 pools", {"pools": ["全部"]}, {"pools": ["部分"]}),
        ("object X1 pools", {"pools": ["部分"]}, {"pools": ["全部", "部分"]}),
        ("object X1 pools", {"pools": ["全部", "部分"]}, {"pools": []}),
    ]


def test_a_new_class_ends_the_one_before_and_overwrites_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    directories.add_class(connection, "X1", "D", day("2024-06-01"), " 投诉 ", "ABCD", actor="某人")
    directories.add_class(connection, "X2", "A", day("2024-06-01"), "", "ABCD", actor="某人")
    rows = connection.execute("select * from risk_class order by object_id, valid_from").fetchall()
    assert rows == [
        ("X1", "A", day("2023-01-01"), day("2024-01-01"), "甲"),
        ("X1", "B", day("2024-01-01"), day("2024-06-01"), "乙"),
        ("X1", "D", day("2024-06-01"), None, "投诉"),
        ("X2", "A", day("2024-06-01"), None, None),
    ]
    # The frozen frame keeps the class as of the draw.
    assert connection.execute("select class from frame").fetchall() == [("B",)]
    assert [row[2] for row in logged(connection)] == ["object X1 class", "object X2 class"]


def test_a_class_after_one_that_ended_leaves_the_gap(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update risk_class set valid_to = '2024-03-01' where valid_to is null")
    directories.add_class(connection, "X1", "B", day("2024-05-01"), "", "ABCD", actor="某人")
    assert connection.execute("select valid_from, valid_to from risk_class order by 1").fetchall()[-2:] == [
        (day("2024-01-01"), day("2024-03-01")),
        (day("2024-05-01"), None),
    ]


def test_an_inspector_who_was_matched_can_be_changed(connection: duckdb.DuckDBPyConnection) -> None:
    directories.edit_inspector(connection, 1, {"active": False, "is_certified": False, "name": "张叁"}, actor="某人")
    assert connection.execute("select name, is_certified, active from inspector where inspector_id = 1").fetchone() == (
        "张叁", False, False,
    )  # fmt: skip
    assert logged(connection)[0][2:] == (
        "inspector 1",
        {"active": True, "is_certified": True, "name": "张三"},
        {"active": False, "is_certified": False, "name": "张叁"},
    )


def test_an_inspector_who_was_matched_can_move_to_another_unit(connection: duckdb.DuckDBPyConnection) -> None:
    before = state(connection)
    directories.edit_inspector(connection, 1, {"unit_id": 2}, actor="某人")
    after = state(connection)
    assert after["inspector"] == [(1, "张三", 2, "ZF-1", True, True, True), *before["inspector"][1:]]
    assert connection.execute("select * from draw_inspector").fetchall() == [(1, "X1", 1)]
    assert after["recusal"] == before["recusal"]
    assert logged(connection)[0][2:] == ("inspector 1", {"unit_id": 1}, {"unit_id": 2})
    checks = examination(connection)["checks"]
    assert checks["schema"] == checks["change_log"] == checks["orphans"] == checks["rules"] == []


def test_recusals_come_change_their_reason_and_go(connection: duckdb.DuckDBPyConnection) -> None:
    directories.add_recusal(connection, 1, "X2", "持股", actor="某人")
    directories.add_recusal(connection, 1, "X2", "曾任职", actor="某人")
    directories.drop_recusal(connection, 1, "X2", actor="别人")
    assert connection.execute("select * from recusal").fetchall() == [(2, "X1", "亲属")]
    at = {"object_id": "X2"}
    assert [row[2:] for row in logged(connection)] == [
        ("inspector 1 recusal", None, at | {"reason": "持股"}),
        ("inspector 1 recusal", at | {"reason": "持股"}, at | {"reason": "曾任职"}),
        ("inspector 1 recusal", at | {"reason": "曾任职"}, None),
    ]


def test_an_item_that_tasks_use_gets_its_class_and_basis(connection: duckdb.DuckDBPyConnection) -> None:
    directories.edit_item(connection, 1, {"item_class": "key", "legal_basis": "《矿产资源法》"}, actor="某人")
    assert connection.execute("select item_class, legal_basis from item").fetchone() == ("key", "《矿产资源法》")
    assert logged(connection)[0][2] == "item 1"


@pytest.mark.parametrize(
    ("edit", "arguments", "code"),
    [
        (directories.edit_object, ("X9", {"name": "甲"}), "object_unknown"),
        (directories.edit_object, ("X1", {"name": "  "}), "name_empty"),
        (directories.edit_object, ("X1", {"name": "长" * 201}), "name_long"),
        (directories.edit_pools, ("X9", 1, [1]), "object_unknown"),
        (directories.edit_pools, ("X1", 1, [1, 3]), "pool_unknown"),
        (directories.add_class, ("X9", "A", day("2024-06-01"), "", "ABCD"), "object_unknown"),
        (directories.add_class, ("X1", "E", day("2024-06-01"), "", "ABCD"), "class_outside_scheme"),
        (directories.add_class, ("X1", "B", day("2024-06-01"), "", "ABCD"), "class_unchanged"),
        (directories.add_class, ("X1", "C", day("2024-01-01"), "", "ABCD"), "class_day_past"),
        (directories.add_class, ("X1", "C", day("2023-06-01"), "", "ABCD"), "class_day_past"),
        (directories.edit_inspector, (9, {"active": False}), "inspector_unknown"),
        (directories.edit_inspector, (1, {"unit_id": 99}), "unit_unknown"),
        (directories.add_recusal, (9, "X1", "亲属"), "inspector_unknown"),
        (directories.add_recusal, (1, "X9", "亲属"), "object_unknown"),
        (directories.add_recusal, (1, "X1", " "), "recusal_reason_missing"),
        (directories.edit_item, (9, {"item_class": "key"}), "item_unknown"),
    ],
)
def test_what_is_refused_changes_nothing(
    connection: duckdb.DuckDBPyConnection, edit: Callable[..., None], arguments: tuple[Any, ...], code: str
) -> None:
    before = state(connection)
    with pytest.raises(InspectionsError) as caught:
        edit(connection, *arguments, actor="某人")
    assert caught.value.code == code
    assert state(connection) == before


@pytest.mark.parametrize(
    ("edit", "arguments"),
    [
        (directories.edit_object, ("X1", {"name": "乙"})),
        (directories.edit_pools, ("X1", 1, [2])),
        (directories.add_class, ("X1", "D", day("2024-06-01"), "", "ABCD")),
        (directories.edit_inspector, (1, {"active": False})),
        (directories.add_recusal, (1, "X2", "亲属")),
        (directories.drop_recusal, (2, "X1")),
        (directories.edit_item, (1, {"item_class": "key"})),
    ],
)
def test_an_edit_whose_log_entry_fails_is_not_made(
    connection: duckdb.DuckDBPyConnection, edit: Callable[..., None], arguments: tuple[Any, ...]
) -> None:
    before = state(connection)
    with pytest.raises(duckdb.Error):
        edit(connection, *arguments, actor=None)
    assert state(connection) == before


def test_a_database_that_was_edited_is_healthy(connection: duckdb.DuckDBPyConnection) -> None:
    directories.edit_object(connection, "X1", {"name": "乙"}, actor="某人")
    directories.add_class(connection, "X1", "D", day("2024-06-01"), "", "ABCD", actor="某人")
    directories.drop_recusal(connection, 2, "X1", actor="某人")
    checks = examination(connection)["checks"]
    assert checks["change_log"] == checks["orphans"] == checks["rules"] == []
