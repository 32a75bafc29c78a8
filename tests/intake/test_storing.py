"""Files of every kind go in whole, say what is wrong with which row, and change nothing the second time."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.__main__ import main
from inspections.edits.directories import edit_pools
from inspections.intake.door import what_is
from inspections.intake.incoming import read_incoming
from inspections.intake.storing import commit, preview, save_mapping, sentence
from inspections.intake.undo import undo
from inspections.store.database import open_database
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say_error
from tests.filled import empty
from tests.intake.files import (
    CLASSES,
    DRAWS,
    OBJECTS,
    PEOPLE,
    RESULTS,
    WORLD,
    code,
    content,
    firms,
    issues,
    looked_at,
    put_in,
    write_csv,
    write_xlsx,
)
from tests.spoken import spoken_in


def wrong_code(number: int) -> str:
    """A code whose last character does not fit the others."""
    right = code(number)
    return right[:-1] + ("1" if right[-1] != "1" else "2")


@pytest.fixture(scope="module")
def year_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with directories, classes and one draw, closed: five imports, made once."""
    folder = tmp_path_factory.mktemp("year")
    path = empty(folder / "year.duckdb")
    rows = [[code(i), f"第{i}矿业有限公司", "ABCD"[i % 4], "2024-01-01"] for i in range(1, 9)]
    people = [
        ["张三", "矿产股", "16-001", "是"],
        ["李四", "矿产股", "16-002", "否"],
        ["王五", "测绘股", "16-003", "是"],
    ]
    recusals = ["执法证号", "统一社会信用代码", "回避原因"]
    drawn = [["矿山企业抽查", "2024-04-10 09:30", code(i), "李四、王五"] for i in (1, 4, 5, 8)]
    with open_database(path) as made:
        made.execute(WORLD)
        put_in(made, write_xlsx(folder / "名录.xlsx", OBJECTS, firms()))
        put_in(made, write_csv(folder / "分类.csv", CLASSES, rows))
        put_in(made, write_csv(folder / "人员.csv", PEOPLE, people))
        put_in(made, write_csv(folder / "回避.csv", recusals, [["16-001", code(3), "亲属任职"]]))
        put_in(made, write_csv(folder / "抽取.csv", DRAWS, drawn))
    return path


@pytest.fixture
def year(year_file: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it for one test."""
    with open_database(shutil.copyfile(year_file, tmp_path / "year.duckdb")) as opened:
        yield opened


# ---------------------------------------------------------------------------------------------------- each kind


def test_an_item_list_fills_what_the_notice_left_open_and_adds_the_rest(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = write_csv(
        tmp_path / "事项.csv",
        ["抽查事项名称", "事项类别", "检查依据"],
        [["安全生产条件", "重点", "安全生产法"], ["矿产资源开采情况", "一般", ""], ["采矿权人义务", "", "矿产资源法"]],
    )
    report = put_in(connection, file)
    assert (report.status, report.preview.counts["new"], report.preview.counts["changed"]) == ("imported", 1, 2)
    rows = connection.execute(
        "select name, cast(item_class as varchar), legal_basis from item order by item_id"
    ).fetchall()
    assert rows == [
        ("矿产资源开采情况", "general", None),
        ("安全生产条件", "key", "安全生产法"),
        ("测绘资质", None, None),
        ("采矿权人义务", None, "矿产资源法"),
    ]


def test_an_object_directory_makes_objects_and_puts_them_into_their_pools(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [*firms(2), [code(9), "新库企业", "测绘", "某镇", "全区测绘单位；从未有过的库"]]
    report = put_in(connection, write_xlsx(tmp_path / "名录.xlsx", OBJECTS, rows))
    assert report.status == "imported"
    assert issues(report.preview) == [(4, "pools", "pool_new")]
    kinds = connection.execute(
        "select distinct cast(kind as varchar), is_market_entity, initials is null from object"
    ).fetchall()
    assert kinds == [("enterprise", True, False)]
    pools = connection.execute(
        "select scope.name, count(*) from object_scope inner join scope using (scope_id) group by all order by all"
    ).fetchall()
    assert pools == [("从未有过的库", 1), ("全区测绘单位", 1), ("全区矿山企业", 2)]


def test_a_later_directory_changes_names_and_pools_and_leaves_what_it_does_not_say(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    put_in(connection, write_xlsx(tmp_path / "一.xlsx", OBJECTS, firms(3)))
    later = write_csv(
        tmp_path / "二.csv",
        ["统一社会信用代码", "企业名称", "对象库"],
        [
            [code(1), "改了名的矿业有限公司", "全区矿山企业"],
            [code(2), "第2矿业有限公司", "全区测绘单位"],
            [code(3), "第3矿业有限公司", ""],
        ],
    )
    report = put_in(connection, later)
    assert report.preview.rows["state"].tolist() == ["changed", "changed", "unchanged"]
    rows = connection.execute("select object.name, region, scope.name from object inner join object_scope using (object_id)"
                              " inner join scope using (scope_id) order by object_id").fetchall()  # fmt: skip
    assert rows == [
        ("改了名的矿业有限公司", "某镇", "全区矿山企业"),
        ("第2矿业有限公司", "某镇", "全区测绘单位"),
        ("第3矿业有限公司", "某镇", "全区矿山企业"),
    ]
    changes = report.preview.changes
    assert changes[changes["column"] == "name"][["before", "after"]].to_numpy().tolist() == [
        ["第1矿业有限公司", "改了名的矿业有限公司"]
    ]


def test_what_would_change_comes_row_by_row_in_the_order_of_the_kind_s_fields(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    put_in(connection, write_xlsx(tmp_path / "一.xlsx", OBJECTS, firms(40)))
    later = write_csv(
        tmp_path / "二.csv",
        ["是否市场主体", "登记状态", "所属区域", "行业", "企业名称", "统一社会信用代码"],
        [["否", "注销", "别镇", "别业", f"新{number}", code(number)] for number in range(40, 0, -1)],
    )
    changes = looked_at(connection, later).changes
    fields = ["name", "industry", "region", "status", "is_market_entity"]
    assert changes["row"].tolist() == [row for row in range(2, 42) for _ in fields]
    assert changes["column"].tolist() == fields * 40


def test_a_draw_gets_its_pool_its_classes_of_that_day_and_its_inspectors(year: duckdb.DuckDBPyConnection) -> None:
    draw = year.execute(
        "select basis::varchar, kind::varchar, method, frame_size, quota, stratified from draw"
    ).fetchone()
    assert draw == ("random", "official", "platform_pool_rebuilt", 8, 4, False)
    drawn = year.execute("select object_id, class::varchar, place from draw_object order by place").fetchall()
    assert drawn == [(code(1), "B", 1), (code(4), "A", 2), (code(5), "B", 3), (code(8), "A", 4)]
    assert year.execute("select count(*) from draw_inspector").fetchone() == (8,)
    assert year.execute("select count(*), max(position) from frame").fetchone() == (8, 8)


def test_a_draw_with_its_pool_keeps_the_order_of_the_file_and_counts_by_class(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [["矿山企业抽查", "2", "2024-06-01", code(i), "是" if i in (7, 2) else "否", "是"] for i in (7, 2, 1, 3)]
    headers = ["抽查任务名称", "抽取批次", "抽取时间", "统一社会信用代码", "是否抽中", "是否分类抽取"]
    report = put_in(year, write_csv(tmp_path / "带框.csv", headers, rows))
    assert report.status == "imported"
    found = year.execute("select method, frame_size, quota, stratified from draw where ordinal = 2").fetchone()
    assert found == ("platform", 4, None, True)
    quotas = year.execute("select class::varchar, pool, quota from draw_quota order by class").fetchall()
    assert quotas == [("B", 1, 0), ("C", 1, 1), ("D", 2, 1)]
    order = year.execute(
        "select object_id from frame inner join draw using (draw_id) where ordinal = 2 order by position"
    ).fetchall()
    assert order == [(code(7),), (code(2),), (code(1),), (code(3),)]


POOL = ["抽查任务名称", "抽取时间", "统一社会信用代码", "是否抽中"]


def test_the_pool_brought_after_its_draw_takes_the_place_of_the_rebuilt_one(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    before = content(year)
    rows = [["矿山企业抽查", "2024-04-10 09:30", code(i), "是" if i in (1, 4, 5, 8) else "否"] for i in (8, 5, 3, 4, 1)]
    file = write_csv(tmp_path / "名录.csv", POOL, rows)
    report = put_in(year, file)
    assert (report.status, issues(report.preview)) == ("imported", [])
    assert "frame_brought" in set(report.preview.issues["code"])
    assert year.execute("select method, frame_size, quota from draw").fetchall() == [("platform", 5, 4)]
    order = year.execute("select object_id, cast(class as varchar) from frame order by position").fetchall()
    assert order == [(code(8), "A"), (code(5), "B"), (code(3), "D"), (code(4), "A"), (code(1), "B")]
    assert content(year)["draw_object"] == before["draw_object"]
    assert put_in(year, file).status == "unchanged"
    # from here on it has a pool of its own, which no other list replaces
    smaller = write_csv(
        tmp_path / "小.csv", POOL, [*rows[:2], *rows[3:], ["矿山企业抽查", "2024-04-10", code(2), "否"]]
    )
    put_in(year, smaller, good_rows=True)
    assert year.execute("select count(*) from frame").fetchone() == (5,)
    undo(year, report.import_id or 0, "李四")
    assert content(year) == before


def test_a_list_that_lacks_a_drawn_object_is_not_the_pool(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [["矿山企业抽查", "2024-04-10 09:30", code(i), "是" if i in (1, 4, 5) else "否"] for i in (1, 2, 3, 4, 5)]
    report = put_in(year, write_csv(tmp_path / "名录.csv", POOL, rows))
    assert (report.status, issues(report.preview)) == ("rejected", [(2, "object_id", "frame_lacks_drawn")])


CALLED = ["抽查任务名称", "抽取时间", "统一社会信用代码", "被替换对象", "替补原因"]


def called_in(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select object_id, substitute_for, reason from draw_object where substitute_for is not null order by all"
    ).fetchall()


def due(connection: duckdb.DuckDBPyConnection, task_id: int) -> list[str]:
    return [
        object_id
        for (object_id,) in connection.execute(
            "select distinct object_id from due_visit where task_id = ? order by 1", [task_id]
        ).fetchall()
    ]


@pytest.mark.parametrize("with_pool", [False, True])
def test_an_object_unknown_when_its_draw_came_in_joins_it_with_the_same_file_once_it_is_known(
    year: duckdb.DuckDBPyConnection, tmp_path: Path, with_pool: bool
) -> None:
    drawn = [["测绘资质抽查", "2024-06-10", code(i), "", "是"] for i in (1, 2, 20)]
    drawn += [["测绘资质抽查", "2024-06-10", code(i), "", "否"] for i in (3, 4, 21)] if with_pool else []
    year.execute("insert or ignore into object_scope select object_id, 2 from object where object_id <> ?", [code(9)])
    file = write_csv(tmp_path / "测绘.csv", [*DRAWS, "是否抽中"], drawn)
    first = put_in(year, file, good_rows=True)
    assert {(row, told) for row, _, told in issues(first.preview)} >= {(4, "object_unknown")}
    assert put_in(year, file, good_rows=True).status == "unchanged"
    before = content(year)
    new = [[code(i), f"新{i}测绘有限公司", "测绘", "", "全区测绘单位"] for i in (20, 21)]
    known = put_in(year, write_csv(tmp_path / "新.csv", OBJECTS, new))
    later = put_in(year, file)
    assert (later.status, later.complete, later.preview.blocked) == ("imported", True, [])
    assert later.preview.counts["new"] + later.preview.counts["changed"] == (2 if with_pool else 1)
    draw = "select frame_size, quota, (select count(*) from frame where frame.draw_id = draw.draw_id) from draw where task_id = 2"
    ((size, quota, framed),) = year.execute(draw).fetchall()
    assert (size, quota) == (framed, 3)
    held = year.execute(
        "select object_id, place from draw_object inner join draw using (draw_id) where task_id = 2 order by place"
    )
    assert held.fetchall() == [(code(1), 1), (code(2), 2), (code(20), 3)]
    assert put_in(year, file).status == "unchanged"
    undo(year, later.import_id or 0, "李四")
    undo(year, known.import_id or 0, "李四")
    assert content(year) == before


def test_a_draw_on_record_gains_nobody_else(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    year.execute("insert or ignore into object_scope select object_id, 2 from object")
    put_in(year, write_csv(tmp_path / "一.csv", DRAWS, [["测绘资质抽查", "2024-06-10", code(1), ""]]))
    more = write_csv(tmp_path / "二.csv", DRAWS, [["测绘资质抽查", "2024-06-10", code(i), ""] for i in (1, 2)])
    assert {told for _, _, told in issues(looked_at(year, more))} >= {"draw_recorded_differently"}


def test_a_closure_without_a_day_of_handling_is_handled_that_day_and_said(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    headers = [*RESULTS, "完结日期"]
    row = ["矿山企业抽查", code(1), "矿产股", "2024-05-06", "2024-05-08", "", "", "发现问题，已责令整改", "2024-06-01"]
    report = put_in(year, write_csv(tmp_path / "完结.csv", headers, [row]))
    assert report.status == "imported"
    assert {told for _, _, told in issues(report.preview)} >= {"handled_assumed"}
    kept = "select follow_up::varchar, handled_on::varchar, closed_on::varchar from result where object_id = ?"
    assert year.execute(kept, [code(1)]).fetchall() == [("correction_ordered", "2024-06-01", "2024-06-01")]
    told = year.execute("select distinct outcome::varchar from result_outcome where object_id = ?", [code(1)])
    assert told.fetchall() == [("other_violation",)]


def test_a_substitute_called_in_later_is_due_and_the_replaced_object_no_more(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    before = content(year)
    file = write_csv(
        tmp_path / "递补.csv", CALLED, [["矿山企业抽查", "2024-05-20", code(2), "第4矿业有限公司", "已注销"]]
    )
    report = put_in(year, file)
    assert (report.status, issues(report.preview)) == ("imported", [])
    assert called_in(year) == [(code(2), code(4), "已注销")]
    assert due(year, 1) == sorted([code(1), code(2), code(5), code(8)])
    assert year.execute("select quota from draw").fetchall() == [(4,)]
    assert put_in(year, file).status == "unchanged"
    other = write_csv(tmp_path / "又.csv", CALLED, [["矿山企业抽查", "2024-05-20", code(2), code(5), "停业"]])
    assert issues(put_in(year, other).preview) == [(2, "object_id", "draw_recorded_differently")]
    undo(year, report.import_id or 0, "李四")
    assert content(year) == before


def test_a_new_draw_brings_its_substitutes_with_it(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    headers = ["抽查任务名称", "抽取批次", "抽取时间", "统一社会信用代码", "是否抽中", "被替换对象"]
    rows = [
        ["矿山企业抽查", "2", "2024-06-01", code(1), "否", ""],
        ["矿山企业抽查", "2", "2024-06-01", code(2), "是", ""],
        ["矿山企业抽查", "2", "2024-06-09", code(3), "递补", code(1)],
        ["矿山企业抽查", "2", "2024-06-01", code(6), "备选", ""],
    ]
    report = put_in(year, write_csv(tmp_path / "抽取.csv", headers, rows))
    assert issues(report.preview) == [(4, "substitute_reason", "substitute_reason_missing")]
    assert called_in(year) == [(code(3), code(1), "文件未写明原因")]
    drawn = year.execute(
        "select object_id, place from draw_object inner join draw using (draw_id) where ordinal = 2 order by place"
    ).fetchall()
    assert drawn == [(code(1), 1), (code(2), 2), (code(3), 3)]
    assert year.execute("select frame_size, quota from draw where ordinal = 2").fetchone() == (4, 2)


@pytest.mark.parametrize(
    ("row", "at", "found"),
    [
        (["递补", code(7)], "substitute_for", "substitute_unknown"),
        (["递补", ""], "substitute_for", "substitute_for_missing"),
        (["是", code(3)], "substitute_for", "substitute_unknown"),
    ],
)
def test_a_substitute_says_for_whom(
    year: duckdb.DuckDBPyConnection, tmp_path: Path, row: list[str], at: str, found: str
) -> None:
    headers = ["抽查任务名称", "抽取批次", "抽取时间", "统一社会信用代码", "是否抽中", "被替换对象"]
    rows = [["矿山企业抽查", "2", "2024-06-01", code(1), "是", ""], ["矿山企业抽查", "2", "2024-06-01", code(3), *row]]
    report = put_in(year, write_csv(tmp_path / "抽取.csv", headers, rows))
    assert (report.status, issues(report.preview)) == ("rejected", [(3, at, found)])


def test_what_cannot_be_a_draw_is_said_row_by_row(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [
        ["测绘资质抽查", "2024-04-10", code(1), "张三"],
        ["测绘资抽查", "2024-06-10", code(2), "李四、王五"],
        ["矿山企业抽查", "2024-04-10", code(3), "张三，李四"],
        ["测绘资质抽查", "2024-04-10", code(77), "不知道是谁"],
        ["测绘资质抽查", "2999-04-10", code(6), "李四、王五"],
    ]
    before = content(year)
    report = put_in(year, write_csv(tmp_path / "坏.csv", DRAWS, rows))
    assert report.status == "rejected"
    assert content(year) == before
    found = issues(report.preview)
    assert {(row, code) for row, _, code in found} >= {
        (2, "drawn_outside_window"),
        (2, "few_inspectors"),
        (3, "waits_for_decision"),
        (4, "draw_recorded_differently"),
        (4, "inspector_recused"),
        (5, "object_unknown"),
        (5, "inspector_unknown"),
    }
    assert any(row == 6 for row, _, _ in found)


def test_a_result_opens_one_door_a_day_and_only_adds_what_it_says(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    first = [
        ["矿山企业抽查", code(1), "矿产股", "2024-05-06", "2024-05-08", "", "矿产资源开采情况", "未发现问题"],
        ["矿山企业抽查", code(1), "建安区应急管理局", "2024-05-06", "2024-05-09", "", "安全生产条件", "其他违法违规"],
    ]
    put_in(year, write_csv(tmp_path / "一.csv", RESULTS, first))
    assert year.execute("select count(*) from visit").fetchone() == (1,)
    later = [["矿山企业抽查", code(1), "矿产股", "", "", "2024-05-20", "", ""]]
    report = put_in(year, write_csv(tmp_path / "二.csv", RESULTS, later))
    assert report.preview.counts["changed"] == 1
    assert year.execute("select inspected_on, entered_on, published_on from result order by unit_id").fetchall() == [
        (datetime.date(2024, 5, 6), datetime.date(2024, 5, 8), datetime.date(2024, 5, 20)),
        (datetime.date(2024, 5, 6), datetime.date(2024, 5, 9), None),
    ]
    assert year.execute("select outcome::varchar from result_outcome order by unit_id").fetchall() == [
        ("no_problem",), ("other_violation",),
    ]  # fmt: skip


def test_a_corrected_day_moves_the_door_and_corrected_outcomes_replace_the_old_ones(
    year: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    put_in(year, write_csv(tmp_path / "一.csv", RESULTS, [
        ["矿山企业抽查", code(1), "矿产股", "2024-05-06", "2024-05-08", "", "矿产资源开采情况", "未发现问题"]]))  # fmt: skip
    put_in(year, write_csv(tmp_path / "二.csv", RESULTS, [
        ["矿山企业抽查", code(1), "矿产股", "2024-05-07", "2024-05-08", "", "矿产资源开采情况", "发现问题经责令已改正；其他违法违规"]]))  # fmt: skip
    assert year.execute("select visited_on from result inner join visit using (visit_id)").fetchall() == [
        (datetime.date(2024, 5, 7),)
    ]
    outcomes = {code for (code,) in year.execute("select outcome::varchar from result_outcome").fetchall()}
    assert outcomes == {"corrected", "other_violation"}


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (["矿山企业抽查", code(2), "矿产股", "2024-05-06", "", "", "", ""], "object_not_drawn"),
        (["矿山企业抽查", code(1), "矿产股", "2024-04-09", "", "", "", ""], "result_before_draw"),
        (["矿山企业抽查", code(1), "测绘股", "2024-05-06", "", "", "", ""], "unit_not_checking"),
        (["矿山企业抽查", code(1), "没有的股", "2024-05-06", "", "", "", ""], "unit_unknown_here"),
        (["矿山企业抽查", code(1), "矿产股", "2024-05-06", "2024-05-01", "", "", ""], "entered_before_inspected"),
        (
            ["矿山企业抽查", code(1), "矿产股", "2024-05-06", "2024-05-08", "2024-05-07", "", ""],
            "published_before_entered",
        ),
        (["矿山企业抽查", code(1), "矿产股", "", "2024-05-08", "", "", ""], "inspected_missing"),
        (["矿山企业抽查", code(1), "矿产股", "2024-05-06", "", "", "没有的事项", "未发现问题"], "item_unknown"),
        (["矿山企业抽查", code(1), "矿产股", "2024-05-06", "", "", "", "前所未闻"], "outcome_unknown"),
    ],
)
def test_a_wrong_result_says_what_is_wrong(
    year: duckdb.DuckDBPyConnection, tmp_path: Path, row: list[str], wanted: str
) -> None:
    found = looked_at(year, write_csv(tmp_path / "坏.csv", RESULTS, [row]))
    assert wanted in {code for _, _, code in issues(found)}
    assert found.blocked == [2]


def test_rows_of_one_result_go_in_together_or_wait_together(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [
        ["矿山企业抽查", code(1), "矿产股", "2024-05-06", "2024-05-08", "", "矿产资源开采情况", "未发现问题"],
        ["矿山企业抽查", code(1), "矿产股", "2024-05-06", "2024-05-08", "", "没有的事项", "未发现问题"],
        ["矿山企业抽查", code(4), "矿产股", "2024-05-06", "2024-05-08", "", "", "未发现问题"],
    ]
    report = put_in(year, write_csv(tmp_path / "半.csv", RESULTS, rows), good_rows=True)
    assert issues(report.preview) == [(2, "object_id", "row_waits"), (3, "item", "item_unknown")]
    assert year.execute("select object_id from result").fetchall() == [(code(4),)]


def test_a_certificate_belongs_to_one_person(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [["赵六", "矿产股", "16-001", "是"], ["钱七", "矿产股", "16-009", "是"], ["孙八", "测绘股", "16-009", "是"]]
    found = looked_at(year, write_csv(tmp_path / "证.csv", PEOPLE, rows))
    assert issues(found) == [
        (2, "certificate_no", "certificate_other_name"),
        (3, "certificate_no", "duplicate_differs"),
        (4, "certificate_no", "duplicate_differs"),
    ]


# ---------------------------------------------------------------------------------------------------- laws


def test_the_same_file_twice_changes_nothing(year: duckdb.DuckDBPyConnection, year_file: Path) -> None:
    before, log = content(year), year.execute("select count(*) from change_log").fetchone()
    for name in ("名录.xlsx", "分类.csv", "人员.csv", "回避.csv", "抽取.csv"):
        report = put_in(year, year_file.with_name(name))
        assert (name, report.status, report.preview.counts["unchanged"]) == (
            name,
            "unchanged",
            len(report.preview.rows),
        )
    assert content(year) == before
    assert year.execute("select count(*) from change_log").fetchone() == log


def test_a_look_changes_nothing_and_tells_what_the_import_then_does(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = write_xlsx(tmp_path / "名录.xlsx", OBJECTS, [*firms(3), [wrong_code(3), "坏代码", "", "", ""]])
    before = content(connection)
    looked = looked_at(connection, file)
    assert content(connection) == before
    done = put_in(connection, file, good_rows=True)
    assert done.preview.counts == looked.counts == {
        "new": 3, "changed": 0, "unchanged": 0, "waiting": 0, "rejected": 1
    }  # fmt: skip


def test_one_bad_row_keeps_the_whole_file_out_and_the_attempt_is_on_record(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = write_xlsx(tmp_path / "名录.xlsx", OBJECTS, [*firms(2), ["", "没有代码", "", "", ""]])
    before = content(connection)
    assert put_in(connection, file).status == "rejected"
    assert content(connection) == before
    assert connection.execute("select status::varchar, rows_read, rows_kept from import_file").fetchall() == [
        ("rejected", 3, 0)
    ]
    assert connection.execute('select "row", field, code from import_issue').fetchall() == [
        (4, "object_id", "required_missing")
    ]
    assert put_in(connection, file, good_rows=True).status == "imported"
    assert connection.execute("select status::varchar, rows_kept from import_file").fetchall() == [("partial", 2)]


def test_rows_decided_against_stay_out_and_hold_nothing_up(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    incoming = read_incoming(connection, write_xlsx(tmp_path / "名录.xlsx", OBJECTS, firms(3)))
    report = commit(connection, incoming, leave_out=frozenset({3}), actor="李四")
    assert report.status == "imported"
    assert [name for (name,) in connection.execute("select name from object order by object_id").fetchall()] == [
        "第1矿业有限公司", "第3矿业有限公司",
    ]  # fmt: skip


def test_contacts_are_never_kept(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [[*firms(1)[0], "赵某某", "13812345678"], [wrong_code(2), "坏", "", "", "", "钱某某", "13912345678"]]
    incoming = read_incoming(connection, write_xlsx(tmp_path / "名录.xlsx", [*OBJECTS, "联系人", "联系电话"], rows))
    assert "13812345678" not in incoming.sheet.rows.to_string()
    commit(connection, incoming, actor="李四")
    commit(connection, incoming, good_rows=True, actor="李四")
    tables = [
        name for (name,) in connection.execute("select table_name from duckdb_tables() where not temporary").fetchall()
    ]
    stored = "\n".join(str(connection.execute(f'select * from "{name}"').fetchall()) for name in tables)
    assert not any(word in stored for word in ("赵某某", "13812345678", "钱某某", "13912345678"))


def test_a_column_a_user_has_named_once_is_known_the_next_time(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [[code(1), "第1矿业有限公司", "某镇"]]
    file = write_csv(tmp_path / "名录.csv", ["统一社会信用代码", "企业名称", "我局自己的叫法"], rows)
    assert read_incoming(connection, file, kind="object_directory").unread == ("我局自己的叫法",)
    save_mapping(connection, "object_directory", {"我局自己的叫法": "region"}, "李四")
    assert read_incoming(connection, file).mapping == {"object_id": 0, "name": 1, "region": 2}


def test_a_notice_is_left_to_its_reader_and_an_unknown_table_says_so(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    notice = Path(__file__).resolve().parents[2] / "data" / "notices" / "jianan-2024.txt"
    assert what_is(connection, notice) is None
    goods = [["防护服", "2024-03-05", "12", "13812345678"], ["口罩（盒装）", "2024-04-06", "300", "13812345679"]]
    unknown = write_csv(tmp_path / "不知.csv", ["物品", "何时", "有多少", "联系电话"], goods)
    for reads in (what_is, read_incoming):
        with pytest.raises(InspectionsError) as raised:
            reads(connection, unknown)
        said = say_error(raised.value)
        assert raised.value.code == "kind_unknown"
        assert "B列“何时”是日期（如“2024-03-05”）、C列“有多少”是数字（如“12”）、D列“联系电话”是个人信息" in said
        assert "138" not in said
    # Even with everything that a plan needs at hand, it is no plan unless a person says so.
    assert what_is(connection, unknown, kind="notice") is None
    ran = CliRunner().invoke(main, ["import", str(unknown), "--db", str(tmp_path / "新.duckdb"), "--year", "2024"])
    assert ran.exit_code == 2
    assert "B列“何时”是日期" in ran.stderr
    lacking = write_csv(tmp_path / "缺.csv", ["执法证号", "回避原因"], [["1", "2"]])
    with pytest.raises(InspectionsError) as raised:
        read_incoming(connection, lacking, kind="recusals")
    assert "统一社会信用代码" in say_error(raised.value)


def test_every_issue_is_a_sentence_in_both_languages(year: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [
        ["矿山企业抽查", code(2), "矿产股", "2024-05-06", "", "", "", "前所未闻"],
        ["不知何事", code(1), "", "3月5日", "x", "2999-01-01", "没有的事项", "未发现问题"],
    ]
    found = looked_at(year, write_csv(tmp_path / "坏.csv", RESULTS, rows))
    assert len(found.issues) >= 5
    for language in LANGUAGES:
        for issue in found.issues.to_dict("records"):
            told = spoken_in(language, sentence, "results", issue)
            assert "{" not in told
            assert "None" not in told


DAYS = st.dates(datetime.date(2023, 1, 1), datetime.date(2023, 3, 31))


@given(
    st.lists(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ABCD"), DAYS), min_size=1, max_size=6), max_size=4)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6)
def test_the_history_of_classes_is_what_was_told_whatever_the_order(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[tuple[int, str, datetime.date]]]
) -> None:
    """A second implementation: which class each was told to have from which day, the last word on a day winning."""
    folder = tmp_path_factory.mktemp("classes")
    told: dict[int, dict[datetime.date, str]] = {}
    with open_database(empty(folder / "x.duckdb")) as connection:
        connection.execute(WORLD)
        put_in(connection, write_xlsx(folder / "名录.xlsx", OBJECTS, firms(3)))
        for number, rows in enumerate(lists):
            distinct = {(firm, day): letter for firm, letter, day in rows}
            lines = [[code(firm), "", letter, day.isoformat()] for (firm, day), letter in distinct.items()]
            put_in(connection, write_csv(folder / f"{number}.csv", CLASSES, lines))
            for (firm, day), letter in sorted(distinct.items()):
                known = told.setdefault(firm, {})
                before = [known[start] for start in sorted(known) if start <= day]
                # What holds anyway is not said again.
                if day in known or before[-1:] != [letter]:
                    known[day] = letter
        for firm in range(1, 4):
            periods = connection.execute(
                "select class::varchar, valid_from, valid_to from risk_class where object_id = ? order by valid_from",
                [code(firm)],
            ).fetchall()
            assert all(end == start for (_, _, end), (_, start, _) in pairwise(periods))
            for day in (datetime.date(2022, 12, 31) + datetime.timedelta(n) for n in range(100)):
                known = [letter for start, letter in sorted(told.get(firm, {}).items()) if start <= day]
                holds = [letter for letter, start, end in periods if start <= day and (end is None or day < end)]
                assert holds == known[-1:], (firm, day)


def test_two_looks_at_once_do_not_see_each_other(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    incoming = read_incoming(connection, write_xlsx(tmp_path / "名录.xlsx", OBJECTS, firms(3)))
    first, second = preview(connection, incoming), preview(connection, incoming)
    assert first.counts == second.counts
    assert connection.execute("select count(*) from duckdb_tables() where temporary").fetchone() == (0,)


# ---------------------------------------------------------------------------------------------------- pools


def members(connection: duckdb.DuckDBPyConnection, pool: str) -> list[str]:
    return [
        object_id
        for (object_id,) in connection.execute(
            "select object_id from object_scope inner join scope using (scope_id) where scope.name = ? order by 1",
            [pool],
        ).fetchall()
    ]


def test_a_later_directory_leaves_what_people_put_into_a_pool_unless_they_agree(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    put_in(connection, write_csv(tmp_path / "一.csv", OBJECTS, firms(3)))
    for number in (1, 2):
        edit_pools(connection, code(number), 1, [1, 2], actor="王五")
    later = write_csv(tmp_path / "二.csv", [*OBJECTS, "经营状态"], [[*row, "存续"] for row in firms(3)])
    report = put_in(connection, later)
    assert issues(report.preview) == [(2, "pools", "pool_by_hand")]
    assert "2 户" in sentence("object_directory", report.preview.issues.iloc[0].to_dict())
    assert members(connection, "全区测绘单位") == [code(1), code(2)]
    agreed = put_in(connection, later, replace_pools=True)
    assert issues(agreed.preview) == []
    assert members(connection, "全区测绘单位") == []
    # what a file had put there goes as before, though somebody looked at the object's pools since
    edit_pools(connection, code(3), 1, [1, 2], actor="王五")
    moved = write_csv(tmp_path / "三.csv", OBJECTS, [[code(3), "第3矿业有限公司", "", "", "全区测绘单位"]])
    assert issues(put_in(connection, moved).preview) == []
    assert code(3) not in members(connection, "全区矿山企业")


def test_a_directory_without_a_pool_asks_for_one_and_names_those_there_are(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "名录.csv", OBJECTS[:4], [row[:4] for row in firms(3)])
    report = put_in(connection, file)
    assert (report.status, report.preview.waiting) == ("waiting", [2, 3, 4])
    (one,) = report.preview.decisions
    assert (one.code, one.by, one.proposal) == ("pool", "open", None)
    assert "全区测绘单位、全区矿山企业" in one.said("grounds")
    put_in(connection, file, chosen={("pool", "名录"): "全区矿山企业"})
    assert len(members(connection, "全区矿山企业")) == 3
    # who is in a pool already may come again without one
    named = write_csv(tmp_path / "改名.csv", OBJECTS[:3], [[code(1), "改名矿业", "采矿业"]])
    assert put_in(connection, named).status == "imported"


def test_an_empty_cell_of_the_pools_is_said(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [*firms(1), [code(2), "第2矿业有限公司", "", "", ""], [code(3), "第3矿业有限公司", "", "", ""]]
    report = put_in(connection, write_csv(tmp_path / "名录.csv", OBJECTS, rows))
    assert issues(report.preview) == [(3, "pools", "objects_without_pool")]
