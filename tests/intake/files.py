"""Files as a clerk brings them, and a small bureau with one plan to bring them to."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from stdnum.cn import uscc

from inspections.demo.codes import organisation_code
from inspections.intake.incoming import read_incoming
from inspections.intake.storing import Preview, Report, commit, preview

BUREAU = "许昌市建安区测试局"

WORLD = f"""
insert into bureau (name) values ('{BUREAU}');
insert into unit (bureau_id, name, kind) values (1, '矿产股', 'section'), (1, '测绘股', 'section'), (null, '建安区应急管理局', 'department');
insert into plan (bureau_id, year, kind, title, doc_no) values (1, 2024, 'internal', '2024年度抽查计划', '建测〔2024〕1号');
insert into scope (bureau_id, name) values (1, '全区矿山企业'), (1, '全区测绘单位');
insert into task (plan_id, seq, name, scope_id, rate, rate_op, starts_on, ends_on, lead_unit_id, initiating_unit_id) values
    (1, 1, '矿山企业抽查', 1, 0.5, '=', '2024-04-01', '2024-10-31', 1, 1),
    (1, 2, '测绘资质抽查', 2, 1, '=', '2024-05-01', '2024-11-30', 2, 2);
insert into item (bureau_id, name) values (1, '矿产资源开采情况'), (1, '安全生产条件'), (1, '测绘资质');
insert into task_item values (1, 1, 1), (1, 2, 3), (2, 3, 2);
insert into task_partner values (1, 3);
"""


def code(number: int) -> str:
    """A credit code no firm can have, with right check digits."""
    stem = "91999999" + organisation_code(10_000_000 + number)
    return stem + uscc.calc_check_digit(stem)


def write_csv(path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([headers, *rows])
    return path


def write_xlsx(path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate([headers, *rows]):
            sheet.write_row(number, 0, row)
    return path


def put_in(connection: duckdb.DuckDBPyConnection, path: Path, *, good_rows: bool = False, **how: Any) -> Report:
    return commit(connection, read_incoming(connection, path, **how), good_rows=good_rows, actor="李四")


def looked_at(connection: duckdb.DuckDBPyConnection, path: Path, **how: Any) -> Preview:
    return preview(connection, read_incoming(connection, path, **how))


def issues(found: Preview) -> list[tuple[int, str, str]]:
    """(row, field, code) of every issue that is not a note."""
    told = found.issues[found.issues["severity"] != "note"]
    return sorted(zip(told["row"].astype(int), told["field"], told["code"], strict=True))


def content(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that imports write to."""
    tables = (
        "unit", "scope", "item", "object", "object_scope", "risk_class", "inspector", "recusal", "draw", "draw_quota",
        "frame", "draw_object", "draw_inspector", "visit", "result", "result_outcome", "plan", "task", "task_item",
    )  # fmt: skip
    return {table: connection.execute(f"select * from {table} order by all").fetchall() for table in tables}
