"""The data contract: everything is commented, keys and checks bite. What its views count is asked in tests/queries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from inspections.store.database import QUERIES, open_database
from inspections.store.rows import UNENFORCED

WORLD = """
insert into bureau (bureau_id, name) values (1, '甲局');
insert into unit (unit_id, bureau_id, name, kind) values (1, 1, '一股', 'section'), (2, null, '外单位', 'department');
insert into scope (scope_id, bureau_id, name) values (1, 1, '全部对象');
insert into plan (plan_id, bureau_id, year, kind, title, doc_no) values (1, 1, 2024, 'internal', '计划', '文号1'),
    (2, 1, 2024, 'joint', '联合计划', '文号1');
insert into item (item_id, bureau_id, name) values (1, 1, '事项一'), (2, 1, '事项二');
insert into task (task_id, plan_id, seq, name, scope_id, rate, rate_op, starts_on, ends_on, lead_unit_id)
    values (1, 1, 1, '任务一', 1, 0.25, '=', '2024-03-01', '2024-03-31', 1), (2, 2, 1, '联合任务', 1, 1, '=', '2024-03-01', '2024-11-30', 1);
insert into task_item values (2, 1, 1), (2, 2, 2);
insert into object (object_id, name, kind, industry, region, status, is_market_entity) select 'O' || i, '企业' || i, 'enterprise', '采矿', '某镇', 'active', true from range(1, 6) as t(i);
insert into inspector (inspector_id, name, unit_id, certificate_no, is_civil_servant, active) values (1, '某人', 1, 'C-1', true, true);
insert into draw (draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, replaces_draw_id, reason)
    values (1, 1, 1, '2024-03-02 09:00', 'random', 'official', 'x', false, false, 5, null, null);
"""


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute((QUERIES / "schema.sql").read_text("utf-8"))
        connection.execute(WORLD)
        yield connection


@pytest.fixture
def connection(world: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The world, in which nothing that a test does stays."""
    world.execute("begin transaction")
    yield world
    world.execute("rollback")


# -------------------------------------------------------------------------------------------------------- the contract


def test_every_table_column_and_view_has_a_comment(connection: duckdb.DuckDBPyConnection) -> None:
    silent = connection.execute(
        """select table_name || '.' || column_name from duckdb_columns()
        where not internal and comment is null and table_name in (select table_name from duckdb_tables())
        union all select table_name from duckdb_tables() where comment is null
        union all select view_name from duckdb_views() where not internal and comment is null"""
    ).fetchall()
    assert silent == []


def test_every_table_has_a_primary_key(connection: duckdb.DuckDBPyConnection) -> None:
    without = connection.execute(
        """select table_name from duckdb_tables() where table_name not in
        (select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY')"""
    ).fetchall()
    # What an import did to each row: millions of rows that nothing looks up one by one.
    assert without == [("import_change",)]


def test_every_id_of_another_table_is_a_foreign_key(connection: duckdb.DuckDBPyConnection) -> None:
    loose = connection.execute(
        """select columns.table_name, columns.column_name from duckdb_columns() as columns
        where table_name in (select table_name from duckdb_tables())
            and column_name in ('bureau_id', 'unit_id', 'plan_id', 'task_id', 'item_id', 'scope_id', 'object_id', 'inspector_id', 'draw_id',
                'visit_id', 'revision_id', 'lead_unit_id', 'initiating_unit_id', 'substitute_for', 'replaces_draw_id')
            and column_name <> table_name || '_id' and not (table_name = 'plan_revision' and column_name = 'revision_id')
            and not exists (
                select 1 from duckdb_constraints() as constraints
                where constraints.table_name = columns.table_name and constraint_type = 'FOREIGN KEY'
                    and list_contains(constraint_column_names, columns.column_name)
            )"""
    ).fetchall()
    kept_otherwise = {(table, own) for table, kept in UNENFORCED.items() for own, _, _ in kept}
    assert set(loose) <= kept_otherwise


REFUSED = {
    "two bureaus of one name": "insert into bureau (name) values ('甲局')",
    "a bureau without a name": "insert into bureau (name) values ('  ')",
    "a task of no plan": "insert into task (plan_id, seq, name) values (99, 1, 'x')",
    "a proportion of 25 instead of 0.25": "insert into task (plan_id, seq, name, rate, rate_op) values (1, 9, 'x', 25, '=')",
    "a proportion without its sign": "insert into task (plan_id, seq, name, rate) values (1, 9, 'x', 0.2)",
    "a range upside down": "insert into task (plan_id, seq, name, rate, rate_op, rate_max) values (1, 9, 'x', 0.2, '=', 0.1)",
    "a window that ends before it starts": "insert into task (plan_id, seq, name, starts_on, ends_on) values (1, 9, 'x', '2024-05-01', '2024-04-30')",
    "two tasks with one number in a plan": "insert into task (plan_id, seq, name) values (1, 1, 'x')",
    "a plan of the year 24": "insert into plan (bureau_id, year, kind, title) values (1, 24, 'joint', 'x')",
    "the same plan twice": "insert into plan (bureau_id, year, kind, title, doc_no) values (1, 2024, 'joint', 'x', '文号1')",
    "a class rate that says nothing": "insert into task_class_rate (task_id, class, origin) values (1, 'A', 'policy')",
    "an unknown class": "insert into risk_class values ('O1', 'F', '2024-01-01', null, null)",
    "a stored class none": "insert into risk_class values ('O1', 'none', '2024-01-01', null, null)",
    "a class that ends when it begins": "insert into risk_class values ('O1', 'A', '2024-01-01', '2024-01-01', null)",
    "a class of nobody": "insert into risk_class values ('nobody', 'A', '2024-01-01', null, null)",
    "a certificate held twice": "insert into inspector (name, unit_id, certificate_no, is_civil_servant, active) values ('x', 1, 'C-1', true, true)",
    "a draw without a task that is random": "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size) values (null, 1, '2024-03-01', 'random', 'official', 'x', false, false, 1)",
    "a seed with a comma": "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, seed) values (1, 9, '2024-03-01', 'random', 'official', 'x', false, false, 1, 'a,b')",
    "a seed with a line break": "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, seed) values (1, 9, '2024-03-01', 'random', 'official', 'x', false, false, 1, 'a' || chr(10))",
    "a re-draw without a reason": "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, replaces_draw_id) values (1, 9, '2024-03-01', 'random', 'official', 'x', false, false, 1, 1)",
    "the same draw twice": "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size) values (1, 1, '2024-03-01', 'random', 'official', 'x', false, false, 1)",
    "a number to draw above the frame": "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, quota) values (1, 9, '2024-03-01', 'random', 'official', 'x', false, false, 1, 2)",
    "a number to draw over the pool beside quotas per class": "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, quota) values (1, 9, '2024-03-01', 'random', 'official', 'x', true, false, 1, 1)",
    "a frame frozen after the draw": "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size, frozen_at) values (1, 9, '2024-03-01', 'random', 'official', 'x', true, false, 1, '2024-03-02')",
    "a quota above its pool": "insert into draw_quota values (1, 'A', 3, 4)",
    "a frame position of 0": "insert into frame (draw_id, object_id, class, position) values (1, 'O1', 'A', 0)",
    "a substitute without a reason": "insert into draw_object values (1, 'O1', 'A', 1, 'O2', null)",
    "a drawn object nobody knows": "insert into draw_object values (1, 'nobody', 'A', 1, null, null)",
    "a result entered before the inspection": "insert into result (draw_id, object_id, unit_id, inspected_on, entered_on) values (1, 'O1', 1, '2024-03-10', '2024-03-09')",
    "a result entered without an inspection": "insert into result (draw_id, object_id, unit_id, entered_on) values (1, 'O1', 1, '2024-03-09')",
    "a result public before it was entered": "insert into result (draw_id, object_id, unit_id, inspected_on, entered_on, published_on) values (1, 'O1', 1, '2024-03-08', '2024-03-09', '2024-03-08')",
    "a matter closed before it was handled": "insert into result (draw_id, object_id, unit_id, inspected_on, entered_on, closed_on) values (1, 'O1', 1, '2024-03-08', '2024-03-09', '2024-03-10')",
    "an outcome of no result": "insert into result_outcome values (1, 'O1', 1, 1, 'no_problem')",
    "a grade nobody gives": "insert into evaluation_override values (1, 1, 2024, 'splendid', 'x', 'x', '2024-12-31')",
    "an override without a reason": "insert into evaluation_override values (1, 1, 2024, 'good', ' ', 'x', '2024-12-31')",
    "a file with a short fingerprint": "insert into import_file values ('abc', 'x', 'notice', 'complete', 1, 1, '2024-01-01')",
    "more rows kept than read": "insert into import_file values (repeat('a', 64), 'x', 'notice', 'complete', 1, 2, '2024-01-01')",
    "an issue of an unknown file": "insert into import_issue (file_sha256, code, severity, message) values (repeat('b', 64), 'x', 'error', 'x')",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_the_schema_refuses(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    with pytest.raises((duckdb.ConstraintException, duckdb.ConversionException)):
        connection.execute(statement)


def test_ids_are_given_by_the_database_and_never_twice(connection: duckdb.DuckDBPyConnection) -> None:
    ids = [
        connection.execute(
            "insert into visit (object_id, visited_on) values ('O1', '2024-03-01') returning visit_id"
        ).fetchone()
        for _ in range(3)
    ]
    assert len({one for one in ids if one}) == 3


def test_every_outcome_has_a_meaning(connection: duckdb.DuckDBPyConnection) -> None:
    missing = connection.execute(
        "select unnest(enum_range(null::outcome_code)) as outcome except select outcome from outcome_meaning"
    ).fetchall()
    assert missing == []


def test_a_new_file_knows_the_working_calendar(tmp_path: Path) -> None:
    with open_database(tmp_path / "new.duckdb") as connection:
        # Labour Day 2024: off on Wednesday 1 May, worked instead on Sunday 28 April.
        days = connection.execute(
            "select is_working from working_day where day in ('2024-04-28', '2024-05-01') order by day"
        ).fetchall()
    assert days == [(True,), (False,)]
