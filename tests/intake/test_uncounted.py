"""After any import every row of the file is in a figure, in a sentence, rejected or set aside."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.intake.storing import Report, ledger_of_table
from inspections.intake.uncounted import sentences, uncounted_after
from inspections.store.database import open_database
from tests.filled import empty
from tests.intake.files import BUREAU, CLASSES, DRAWS, OBJECTS, RESULTS, WORLD, code, firms, put_in, write_csv
from tests.queries.uncounted_law import balances

FIRMS = range(1, 9)
TASKS = ("矿山企业抽查", "测绘资质抽查")


@pytest.fixture(scope="module")
def directories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau with its plan, its directory and a class for every other firm."""
    folder = tmp_path_factory.mktemp("uncounted")
    path = empty(folder / "x.duckdb")
    with open_database(path) as made:
        made.execute(WORLD)
        put_in(made, write_csv(folder / "名录.csv", OBJECTS, firms()))
        classes = [[code(i), "", "ABCD"[i % 4], "2024-01-01"] for i in FIRMS if i % 2]
        put_in(made, write_csv(folder / "分类.csv", CLASSES, classes))
    return path


def told(connection: duckdb.DuckDBPyConnection, report: Report) -> dict[str, int]:
    return {one.reason: one.count for one in uncounted_after(connection, report.import_id, BUREAU)}


def test_results_without_a_day_of_entry_are_said_with_the_figures_that_lack_them(
    directories: Path, tmp_path: Path
) -> None:
    with open_database(shutil.copyfile(directories, tmp_path / "x.duckdb")) as connection:
        drawn = [[TASKS[0], "2024-04-10", code(i), ""] for i in (1, 2, 3)]
        report = put_in(connection, write_csv(tmp_path / "抽取.csv", DRAWS, drawn))
        assert told(connection, report) == {"draw_pool_rebuilt": 1, "draw_not_by_class": 1, "object_without_class": 4}
        rows = [[TASKS[0], code(i), "矿产股", "2024-05-06", "", "", "", ""] for i in (1, 2)]
        report = put_in(connection, write_csv(tmp_path / "结果.csv", RESULTS, rows))
        found = uncounted_after(connection, report.import_id, BUREAU)
        assert found[0].as_json() == {
            "year": 2024,
            "reason": "result_not_entered",
            "count": 2,
            "figures": ["completion", "publication", "follow_up", "problem_rate"],
            "message": "2 条结果没有录入日期，不计入完成率、公示率、问题发现率和后续处置率。录入后请导入带录入日期的结果。",
        }
        assert sentences(found)[0] == found[0].message
        # Brought again it writes nothing: nothing new is to be said of it.
        assert uncounted_after(connection, put_in(connection, tmp_path / "结果.csv").import_id, BUREAU) == []


days = st.sampled_from(["", "2024-05-06", "2024-05-08", "2014-05-08", "从前"])
drawn_rows = st.lists(
    st.tuples(
        st.sampled_from(TASKS),
        st.sampled_from(FIRMS),
        st.sampled_from(["随机抽取", "全覆盖", "专项检查", "投诉举报", ""]),
    ),
    max_size=8,
)
result_rows = st.lists(
    st.tuples(
        st.sampled_from((*TASKS, "无此任务")), st.sampled_from((*FIRMS, 10)),
        st.sampled_from(["矿产股", "测绘股", "建安区应急管理局", ""]), days, days, days,
        st.sampled_from(["未发现问题", "其他违法违规", ""]),
    ),
    max_size=8,
)  # fmt: skip
# What happens after the draws: a re-draw, a substitute, a pool that is known, a visit that nobody reported on.
EVENTS = {
    "redraw": """insert into draw by name select nextval('draw_seq') as draw_id, task_id, 90 + draw_id as ordinal,
        drawn_at, basis, kind, method, stratified, rotation, frame_size, draw_id as replaces_draw_id, '重抽' as reason
        from draw where draw_id = (select min(draw_id) from draw)""",
    "substitute": """insert into draw_object by name select draw_id, '{spare}' as object_id, class, 99 as place,
        object_id as substitute_for, '停业' as reason from draw_object
        where object_id <> '{spare}' and draw_id not in (select draw_id from draw_object where object_id = '{spare}')
        order by draw_id, object_id limit 1""",
    "no pool": "delete from frame where draw_id = (select max(draw_id) from draw)",
    "visit": "insert into visit (object_id, visited_on) values ('{spare}', '2024-06-01')",
}


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(drawn_rows, result_rows, result_rows, st.sets(st.sampled_from(sorted(EVENTS))))
def test_after_any_import_every_row_is_in_a_figure_or_a_sentence(
    directories: Path,
    tmp_path: Path,
    drawn: list[tuple[str, int, str]],
    first: list[tuple[str, int, str, str, str, str, str]],
    second: list[tuple[str, int, str, str, str, str, str]],
    events: set[str],
) -> None:
    path = tmp_path / "x.duckdb"
    path.unlink(missing_ok=True)
    with open_database(shutil.copyfile(directories, path)) as connection:

        def bring(name: str, headers: list[str], rows: list[list[str]]) -> None:
            if not rows:  # headings alone are refused
                return
            report = put_in(connection, write_csv(tmp_path / name, headers, rows), good_rows=True)
            ledger = ledger_of_table(report.preview)
            assert ledger.read == sum(ledger.rows.values()) == len(rows)
            rejected = set(report.preview.rows.loc[report.preview.rows["state"] == "rejected", "row"])
            errors = report.preview.issues
            assert rejected <= set(errors.loc[errors["severity"] == "error", "row"]), "rejected with its reason"
            reasons = told(connection, report)
            assert all(reasons.values())
            touched = ledger.rows["new"] + ledger.rows["changed"]
            assert reasons == (balances(connection, 1, 2024) if touched else {})

        headers = ["抽查任务名称", "抽取时间", "统一社会信用代码", "抽取方式"]
        bring("抽取.csv", headers, [[task, "2024-04-10", code(i), basis] for task, i, basis in drawn])
        for name, rows in (("一.csv", first), ("二.csv", second)):
            if name == "二.csv":
                for event in sorted(events):
                    connection.execute(EVENTS[event].format(spare=code(8)))
            bring(
                name,
                RESULTS,
                [
                    [task, code(i), unit, *dates, "", outcome]
                    for task, i, unit, *dates, outcome in (tuple(row) for row in rows)
                ],
            )
