"""Complaints, campaigns and routine inspections come in, drawn or not: as doors opened, never as due visits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from inspections.intake.entered import entered_result
from inspections.intake.undo import undo
from inspections.store.database import open_database
from inspections.words.wording import FIRST, texts
from tests.filled import empty
from tests.intake.files import BUREAU, DRAWS, OBJECTS, WORLD, code, content, firms, issues, looked_at, put_in, write_csv

VISITS = ["检查来源", "任务名称", "统一社会信用代码", "检查机关", "检查日期", "录入日期", "检查事项", "检查结果"]


@pytest.fixture(scope="module")
def drawn_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small bureau with eight objects, three of them drawn for one task."""
    folder = tmp_path_factory.mktemp("drawn")
    path = empty(folder / "drawn.duckdb")
    with open_database(path) as made:
        made.execute(WORLD)
        put_in(made, write_csv(folder / "名录.csv", OBJECTS, firms()))
        put_in(made, write_csv(folder / "分类.csv", ["统一社会信用代码", "分类"], [[code(7), "D"]]))
        drawn = [["矿山企业抽查", "2024-04-10", code(i), ""] for i in (1, 2, 3)]
        put_in(made, write_csv(folder / "抽取.csv", DRAWS, drawn))
    return path


@pytest.fixture
def connection(drawn_file: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(shutil.copyfile(drawn_file, tmp_path / "x.duckdb")) as opened:
        yield opened


def visits(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """Basis, what it was called, object and day of every inspection outside the draws."""
    return connection.execute(
        """select cast(unplanned_visit.basis as varchar), draw.reason, unplanned_visit.object_id,
            cast(unplanned_visit.inspected_on as varchar)
        from unplanned_visit inner join draw using (draw_id) where unplanned_visit.bureau_id = 1 order by all"""
    ).fetchall()


def test_inspections_outside_the_draws_are_kept_under_their_basis(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [
        ["投诉举报", "12345热线转办", code(7), "矿产股", "2024-05-06", "2024-05-07", "安全生产条件", "其他违法违规"],
        ["日常检查", "", code(7), "矿产股", "2024-05-06", "", "", ""],
        ["专项整治", "春季专项整治", code(8), "测绘股", "2024-06-01", "", "", "未发现问题"],
        ["日常检查", "", code(1), "矿产股", "2024-07-01", "", "", ""],
    ]
    file = write_csv(tmp_path / "检查.csv", VISITS, rows)
    before = content(connection)
    report = put_in(connection, file)
    assert (report.status, issues(report.preview)) == ("imported", [])
    assert report.preview.counts["new"] == 4
    assert visits(connection) == [
        ("campaign", "春季专项整治", code(8), "2024-06-01"),
        ("complaint", "12345热线转办", code(7), "2024-05-06"),
        ("daily", None, code(1), "2024-07-01"),
        ("daily", None, code(7), "2024-05-06"),
    ]
    # one door on one day, whoever came and why; no due visit became done by it
    assert connection.execute("select count(*) from visit").fetchone() == (3,)
    assert connection.execute("select count(*), count(inspected_on) from due_visit").fetchone() == (6, 0)
    assert connection.execute("select cast(outcome as varchar) from result_outcome").fetchall() == [
        ("other_violation",)
    ]
    # Nobody said on which item the campaign found nothing: that stands with the visit itself.
    kept = connection.execute("select object_id, cast(outcome as varchar) from visit_outcome").fetchall()
    assert kept == [(code(8), "no_problem")]
    assert "outcome_of_visit" in set(report.preview.issues["code"])
    assert put_in(connection, file).status == "unchanged"
    undo(connection, report.import_id or 0, "李四")
    assert content(connection) == before


def test_a_file_without_a_task_has_the_basis_it_is_given(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "举报.csv", ["统一社会信用代码", "检查机关", "检查日期"], [[code(8), "矿产股", "2024-05-06"]]
    )
    report = put_in(connection, file, kind="results", basis="complaint")
    # When it was entered matters to no figure: nobody is asked.
    assert (report.status, report.preview.decisions) == ("imported", ())
    assert visits(connection) == [("complaint", None, code(8), "2024-05-06")]


def test_a_later_file_completes_an_inspection_outside_the_draws(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    headers = ["检查来源", "统一社会信用代码", "检查机关", "检查日期", "公示日期"]
    put_in(connection, write_csv(tmp_path / "一.csv", headers, [["投诉", code(8), "矿产股", "2024-05-06", ""]]))
    later = write_csv(tmp_path / "二.csv", headers, [["投诉", code(8), "矿产股", "2024-05-06", "2024-05-20"]])
    assert put_in(connection, later).preview.counts["changed"] == 1
    assert connection.execute("select count(*), count(published_on) from result").fetchone() == (1, 1)


def test_a_campaign_row_of_an_object_drawn_for_the_task_is_its_result_a_complaint_is_not(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [
        ["专项检查", "矿山企业抽查", code(1), "矿产股", "2024-05-06", "", "", ""],
        ["投诉举报", "矿山企业抽查", code(2), "矿产股", "2024-05-06", "", "", ""],
    ]
    put_in(connection, write_csv(tmp_path / "检查.csv", VISITS, rows))
    assert connection.execute("select object_id from due_visit where inspected_on is not null").fetchall() == [
        (code(1),)
    ]
    assert visits(connection) == [("complaint", "矿山企业抽查", code(2), "2024-05-06")]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (["随机", "", code(1), "矿产股", "2024-05-06", "", "", ""], ("task", "required_missing")),
        (["随机", "矿山企业抽查", code(8), "矿产股", "2024-05-06", "", "", ""], ("object_id", "object_not_drawn")),
        (["投诉", "", code(99), "矿产股", "2024-05-06", "", "", ""], ("object_id", "object_unknown")),
        (["投诉", "", code(8), "", "2024-05-06", "", "", ""], ("unit", "waits_for_decision")),
        (["投诉", "", code(8), "矿产股", "", "", "", ""], ("inspected_on", "inspected_missing")),
        (["书面检查", "矿山企业抽查", code(1), "矿产股", "2024-05-06", "", "", ""], ("basis", "basis_unknown")),
    ],
)
def test_what_is_wrong_with_such_a_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, row: list[str], found: tuple[str, str]
) -> None:
    looked = looked_at(connection, write_csv(tmp_path / "检查.csv", VISITS, [row]))
    assert issues(looked) == [(2, *found)]
    # a column that says something else than how it came about holds nothing up
    assert bool(looked.blocked) == (found[1] not in {"basis_unknown", "waits_for_decision"})


@pytest.mark.parametrize("code_of_outcome", texts(FIRST)["codes"]["outcome"])
def test_every_outcome_and_follow_up_can_be_entered_by_hand(
    connection: duckdb.DuckDBPyConnection, code_of_outcome: str
) -> None:
    for measure in texts(FIRST)["codes"]["follow_up"]:
        values = {
            "task": "矿山企业抽查", "object_id": code(1), "unit": "矿产股", "inspected_on": "2024-05-06", "follow_up": measure,
        }  # fmt: skip
        incoming = entered_result(connection, BUREAU, 2024, values, [code_of_outcome], "第1矿业有限公司")
        assert list(incoming.frame["outcome"]) == [code_of_outcome]
        assert list(incoming.frame["follow_up"]) == [measure]
        assert incoming.issues.empty


def test_a_list_of_a_campaign_without_a_task_is_a_draw_of_its_own_that_results_find(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    headers = ["任务名称", "抽取时间", "任务来源", "统一社会信用代码"]
    drawn = write_csv(
        tmp_path / "名单.csv", headers, [["春季专项整治", "2024-05-01", "专项整治", code(i)] for i in (7, 8)]
    )
    report = put_in(connection, drawn)
    assert (report.status, issues(report.preview)) == ("imported", [])
    assert put_in(connection, drawn).status == "unchanged"
    rows = [["专项整治", "春季专项整治", code(7), "矿产股", "2024-05-06", "", "", ""]]
    put_in(connection, write_csv(tmp_path / "检查.csv", VISITS, rows))
    assert connection.execute(
        "select object_id, cast(class as varchar), inspected_on is null from draw_object inner join draw using (draw_id)"
        " left join result using (draw_id, object_id) where basis = 'campaign' order by 1"
    ).fetchall() == [(code(7), "none", False), (code(8), "none", True)]
    assert connection.execute("select count(*) from planned_draw").fetchone() == (1,)


def test_a_row_that_is_left_out_opens_no_door_and_its_fault_is_said_once(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [
        ["投诉举报", "", code(7), "矿产股", "", "", "", "未发现问题"],
        ["投诉举报", "", code(8), "矿产股", "2024-06-01", "", "", "未发现问题"],
    ]
    found = looked_at(connection, write_csv(tmp_path / "检查.csv", VISITS, rows))
    assert issues(found) == [(2, "inspected_on", "inspected_missing")]
    (kept,) = found.issues[found.issues["code"] == "visits_kept"].to_dict("records")
    assert kept["row"] == 3
