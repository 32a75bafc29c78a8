"""A bureau with as many units as asked for: each has one task, five drawn objects, and a record of its own quality."""

from __future__ import annotations

import datetime

import duckdb

from inspections.store.database import log_change, transaction

BUREAU, YEAR = "千股局", 2023
STATEMENTS = """
insert into bureau (bureau_id, name) values (1, '千股局');
insert into scope (scope_id, bureau_id, name) values (1, 1, '全部');
insert into unit (unit_id, bureau_id, name, kind)
select n, 1, repeat('长', 36) || lpad(n::varchar, 4, '0'), 'section' from range(1, $units + 1) r(n);
insert into membership select 1, n, 2023 from range(1, $units + 1) r(n);
insert into plan (plan_id, bureau_id, year, kind, title) values (1, 1, 2023, 'internal', '计划');
insert into item (item_id, bureau_id, name) values (1, 1, '事项');
insert into task (task_id, plan_id, seq, name, scope_id, lead_unit_id, starts_on, ends_on)
select n, 1, n, '任务' || n, 1, n, '2023-03-01', '2023-11-30' from range(1, $units + 1) r(n);
insert into object (object_id, name, kind, status, is_market_entity)
    select 'O' || n, '企业' || n, 'enterprise', 'active', true from range(1, 6) r(n);
insert into draw (draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size)
select n, n, 1, if(n % 7 = 0, '2023-12-05', '2023-04-03')::timestamp, 'random', 'official', 'x', n % 3 > 0, false, 5
from range(1, $units + 1) r(n);
insert into frame (draw_id, object_id, class, position)
select n, 'O' || o, 'A', o from range(1, $units + 1) r(n), range(1, 6) s(o);
insert into draw_object (draw_id, object_id, class, place)
select n, 'O' || o, 'A', o from range(1, $units + 1) r(n), range(1, 6) s(o);
insert into result (draw_id, object_id, unit_id, inspected_on, entered_on, published_on, handled_on)
select
    n, 'O' || o, n, '2023-05-08', '2023-05-09', if(o <= n % 5, date '2023-05-10', if(o = 5, null, date '2023-12-08')),
    if(o = 1, date '2023-06-01', null)
from range(1, $units + 1) r(n), range(1, 6) s(o) where o <= 2 + n % 4;
insert into result_outcome
select n, 'O' || o, n, 1, 'corrected' from range(1, $units + 1) r(n), range(1, 3) s(o) where o <= 2 + n % 4;
"""
SCOPE = {"bureau_id": 1, "year": YEAR, "as_of": datetime.date(YEAR, 12, 31)}


def fill(connection: duckdb.DuckDBPyConnection, units: int) -> None:
    """Fill an empty database."""
    for statement in STATEMENTS.split(";")[:-1]:
        connection.execute(statement.replace("$units", str(units)))
    with transaction(connection):
        log_change(connection, actor="test", action="import", subject="many units")
