"""Small databases: with rows in every table, of today's schema or of one released earlier; or with no rows."""

from __future__ import annotations

import functools
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from inspections.store.database import SCHEMA_NUMBER, SCHEMAS, log_change, open_database
from inspections.store.working_days import store_working_days

SCHEMA_TEXTS = Path(__file__).parent / "schemas"
SHA = "a" * 64
_FOLDER = tempfile.TemporaryDirectory(prefix="filled-", ignore_cleanup_errors=True)
# Table -> rows, without numbers that sequences give; a column or table that a schema does not have is left out.
ROWS: dict[str, list[dict[str, Any]]] = {
    "import_file": [
        {"file_sha256": SHA, "name": "名录.xlsx", "kind": "object_directory", "status": "partial", "rows_read": 3,
         "rows_kept": 2, "imported_at": "2024-02-01 08:00:00"},
    ],
    "import_issue": [
        {"file_sha256": SHA, "row": 3, "field": "name", "code": "x", "severity": "error", "message": "缺名称"},
    ],
    "bureau": [{"name": "青岭县自然资源局", "region": "青岭县"}, {"name": "乙局"}],
    "unit": [{"bureau_id": 1, "name": "执法股", "kind": "section"}, {"name": "县应急局", "kind": "department"}],
    "unit_alias": [{"bureau_id": 1, "alias": "执法", "unit_id": 1}],
    "membership": [{"bureau_id": 1, "unit_id": 1, "year": 2024}],
    "import": [
        {"file_sha256": SHA, "kind": "object_directory", "bureau_id": 1, "actor": "某人",
         "imported_at": "2024-02-01 08:00:00", "rows_new": 2, "rows_changed": 0, "rows_unchanged": 0,
         "rows_rejected": 1},
    ],
    "import_change": [{"import_id": 1, "table_name": "object", "row_key": '{"object_id":"O1"}', "after": "{}"}],
    "scope": [{"bureau_id": 1, "name": "矿山企业"}],
    "plan": [{"bureau_id": 1, "year": 2024, "kind": "joint", "title": "计划", "doc_no": "青自然〔2024〕1号",
              "source_sha256": SHA}],
    "task": [{"plan_id": 1, "seq": 1, "name": "任务", "scope_id": 1, "rate": "0.123456", "rate_op": "=",
              "lead_unit_id": 1, "starts_on": "2024-03-01", "ends_on": "2024-11-30", "changed_revision_id": 1,
              "valid_from": "2024-06-01"}],
    "plan_revision": [{"plan_id": 1, "ordinal": 1, "title": "调整", "doc_no": "青自然〔2024〕9号",
                       "issued_on": "2024-06-01", "in_force_on": "2024-06-01", "source_file": "调整.docx",
                       "source_sha256": SHA}],
    "past_task": [{"task_id": 1, "revision_id": 1, "name": "任务", "scope_id": 1, "rate": "0.1", "rate_op": "=",
                   "lead_unit_id": 1, "starts_on": "2024-03-01", "ends_on": "2024-10-31", "valid_from": "0001-01-01",
                   "valid_until": "2024-06-01"}],
    "past_task_partner": [{"task_id": 1, "revision_id": 1, "unit_id": 2}],
    "task_partner": [{"task_id": 1, "unit_id": 2}],
    "item": [{"bureau_id": 1, "name": "事项", "item_class": "key"}],
    "task_item": [{"task_id": 1, "item_id": 1, "unit_id": 1}],
    "past_task_item": [{"task_id": 1, "revision_id": 1, "item_id": 1, "unit_id": 1}],
    "past_task_class_rate": [{"task_id": 1, "revision_id": 1, "class": "D", "rate": "0.4", "rate_op": ">=",
                              "origin": "policy"}],
    "task_class_rate": [{"task_id": 1, "class": "D", "rate": "0.5", "rate_op": ">=", "origin": "policy"}],
    "object": [
        {"object_id": f"O{number}", "name": name, "kind": "enterprise", "status": "active", "is_market_entity": True}
        for number, name in enumerate(("青岭煤业", "重庆「引号\"'”厂", "第三\n厂"), start=1)
    ],
    "object_scope": [{"object_id": "O1", "scope_id": 1}],
    "risk_class": [
        {"object_id": "O1", "class": "A", "valid_from": "2023-01-01", "valid_to": "2024-01-01"},
        {"object_id": "O1", "class": "D", "valid_from": "2024-01-01"},
    ],
    "inspector": [{"name": "张三", "unit_id": 1, "certificate_no": "C-1", "is_civil_servant": True, "active": True}],
    "recusal": [{"inspector_id": 1, "object_id": "O2", "reason": "亲属任职"}],
    # Each draw replaces the one before: rows that refer to rows of their own table.
    "draw": [
        {"task_id": 1, "ordinal": number, "drawn_at": f"2024-03-0{number} 09:00:00", "basis": "random",
         "kind": "official", "method": "sha256_ticket", "stratified": True, "rotation": False, "frame_size": 3,
         "replaces_draw_id": number - 1 or None, "reason": None if number == 1 else "名录有误"}
        for number in range(1, 5)
    ],
    "draw_act": [{"draw_id": 4, "step": 1, "done_at": "2024-03-04 10:00:00"}],
    "draw_quota": [{"draw_id": 4, "class": "D", "pool": 1, "quota": 1}],
    "frame": [{"draw_id": 4, "object_id": "O1", "class": "D", "position": 1}],
    "draw_object": [{"draw_id": 4, "object_id": "O1", "class": "D", "place": 1}],
    "draw_inspector": [{"draw_id": 4, "object_id": "O1", "inspector_id": 1}],
    "visit": [{"object_id": "O1", "visited_on": "2024-03-08"}, {"object_id": "O2", "visited_on": "2024-03-09"}],
    "result": [{"draw_id": 4, "object_id": "O1", "unit_id": 1, "visit_id": 1, "inspected_on": "2024-03-08",
                "entered_on": "2024-03-09", "follow_up": "correction_ordered"}],
    "result_outcome": [{"draw_id": 4, "object_id": "O1", "unit_id": 1, "item_id": 1, "outcome": "other_violation"}],
    "visit_outcome": [{"draw_id": 4, "object_id": "O1", "unit_id": 1, "outcome": "unreachable"}],
    "setting": [{"key": "yearly_cap", "value": "2", "bureau_id": 1, "valid_from": "2024-01-01"}],
    "rubric": [{"name": "评分", "version": 1, "definition": "{}", "created_at": "2024-12-01 00:00:00"}],
    "evaluation_override": [{"bureau_id": 1, "unit_id": 1, "year": 2024, "grade": "good", "reason": "认真",
                             "decided_by": "局长", "decided_at": "2024-12-31 00:00:00"}],
    "evaluation_note": [{"bureau_id": 1, "unit_id": 1, "year": 2024, "note": "按时", "written_by": "某人",
                         "written_at": "2024-12-31 00:00:00"}],
    "proposal": [{"bureau_id": 1, "year": 2025, "scope_id": 1, "class": "D", "pool": 1, "quota": 1, "rate": "1",
                  "draws": 2, "decided_by": "局长", "decided_at": "2024-12-31 00:00:00"}],
    "scenario": [{"name": "方案", "definition": "{}", "data_version": "x", "saved_at": "2024-12-31 00:00:00"}],
    "import_decision": [
        {"bureau_id": 1, "layout": "results:0", "code": "entered_on", "subject": "", "value": "inspected"}
    ],
    "column_mapping": [{"kind": "object_directory", "header": "企业名称", "column": "name"}],
}  # fmt: skip


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Rows in every table the database has; the last visit is taken out again, its number is never given twice."""
    known: dict[str, set[str]] = {}
    for table, column in connection.execute("select table_name, column_name from duckdb_columns()").fetchall():
        known.setdefault(table, set()).add(column)
    for table, rows in ROWS.items():
        for row in rows if table in known else ():
            kept = {column: value for column, value in row.items() if column in known[table]}
            columns = ", ".join(f'"{column}"' for column in kept)
            marks = ", ".join("?" * len(kept))
            connection.execute(f'insert into "{table}" ({columns}) values ({marks})', list(kept.values()))
    connection.execute("delete from visit where visit_id = 2")
    for subject in ("import 1 object_directory", "import 名录.xlsx"):
        log_change(
            connection, actor="某人", action="import", subject=subject, after={"乙": None}, source_file="名录.xlsx"
        )


def filled(path: Path, number: int = SCHEMA_NUMBER) -> Path:
    """A filled database of schema `number` at `path`, closed: a copy of one that is made once per process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_made(number), path)
    return path


@functools.cache
def _made(number: int) -> Path:
    path = Path(_FOLDER.name) / f"{number}.duckdb"
    if number == SCHEMA_NUMBER:
        connection = open_database(path)
    else:
        connection = duckdb.connect(path)
        connection.execute((SCHEMA_TEXTS / f"{number}.sql").read_text("utf-8"))
        store_working_days(connection)
        (fingerprint,) = (known for known, its_number in SCHEMAS.items() if its_number == number)
        connection.execute(
            "insert into setting (key, value, valid_from) values ('schema', ?, '2000-01-01')", [fingerprint]
        )
    fill(connection)
    connection.close()
    return path


def empty(path: Path) -> Path:
    """A database without rows at `path`, closed: a copy, because making one takes six times as long."""
    shutil.copyfile(_empty(), path)
    return path


@functools.cache
def _empty() -> Path:
    path = Path(_FOLDER.name) / "empty.duckdb"
    open_database(path).close()
    return path


def contents(path: Path, *relations: str) -> dict[str, list[tuple[Any, ...]]]:
    """Table -> every row in a fixed order, codes as words."""
    with duckdb.connect(path) as connection:
        names = relations or [
            name for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
        ]
        return {name: connection.execute(f'from "{name}" order by all').fetchall() for name in names}


def logged(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """The change log in its order: who, what, of what, and before and after as they were before they became JSON."""
    rows = connection.execute("select actor, action, subject, before, after from change_log order by seq").fetchall()
    return [(*row[:3], json.loads(row[3] or "null"), json.loads(row[4] or "null")) for row in rows]
