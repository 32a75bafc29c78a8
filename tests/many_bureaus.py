"""As many bureaus as asked for, each with one task, one to sixty drawn objects and a record of its own quality."""

from __future__ import annotations

import duckdb

from inspections.store.database import log_change, transaction

YEAR = 2023
STATEMENTS = """
insert into bureau (bureau_id, name, region)
select n, '演示' || lpad(n::varchar, 4, '0') || '县市场监督管理局', '演示' || (n % 9) || '市'
from range(1, $bureaus + 1) r(n);
insert into unit (unit_id, bureau_id, name, kind) select n, n, '监管股', 'section' from range(1, $bureaus + 1) r(n);
insert into membership select n, n, 2023 from range(1, $bureaus + 1) r(n);
insert into plan (plan_id, bureau_id, year, kind, title)
select n, n, 2023, 'internal', '计划' from range(1, $bureaus + 1) r(n);
insert into item (item_id, bureau_id, name) select n, n, '事项' from range(1, $bureaus + 1) r(n);
insert into task (task_id, plan_id, seq, name, lead_unit_id, starts_on, ends_on)
select n, n, 1, '任务', n, '2023-03-01', '2023-11-30' from range(1, $bureaus + 1) r(n);
insert into object (object_id, name, kind, status, is_market_entity)
select 'O' || n, '企业' || n, 'enterprise', 'active', true from range(1, 61) r(n);
insert into draw (draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size)
select n, n, 1, if(n % 7 = 0, '2023-12-05', '2023-04-03')::timestamp, 'random', 'official', 'x', n % 3 > 0, false, 60
from range(1, $bureaus + 1) r(n);
insert into frame (draw_id, object_id, class, position)
select n, 'O' || o, 'A', o from range(1, $bureaus + 1) r(n), range(1, 61) s(o) where o <= 1 + n * 7 % 60;
insert into draw_object (draw_id, object_id, class, place) select draw_id, object_id, class, position from frame;
insert into result (draw_id, object_id, unit_id, inspected_on, entered_on, published_on)
select n, 'O' || o, n, '2023-05-08', '2023-05-09', if(o % 5 <= n % 4, date '2023-05-10', null)
from range(1, $bureaus + 1) r(n), range(1, 61) s(o) where o <= 1 + n * 7 % 60 and (o * 11 + n) % 100 >= n * 13 % 50;
"""


def fill(connection: duckdb.DuckDBPyConnection, bureaus: int) -> None:
    """Fill an empty database."""
    for statement in STATEMENTS.split(";")[:-1]:
        connection.execute(statement.replace("$bureaus", str(bureaus)))
    with transaction(connection):
        log_change(connection, actor="test", action="import", subject="many bureaus")
