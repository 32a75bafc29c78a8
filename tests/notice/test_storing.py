"""What an import leaves in the database: all of a notice or nothing, once, and never a contact."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from inspections.notice.storing import ImportReport, import_notice
from inspections.store.database import data_version, open_database
from inspections.words.errors import InspectionsError
from tests.notice.formats import NOTICES, as_docx, as_xlsx, blocks_of

YANGCHENG, JIANAN = NOTICES / "yangcheng-2023.txt", NOTICES / "jianan-2024.txt"
ROOT = NOTICES.parents[1]


def put(connection: duckdb.DuckDBPyConnection, path: Path, **options: object) -> ImportReport:
    return import_notice(connection, path, actor="test", **options)  # type: ignore[arg-type]


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


def everything(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    tables = [name for (name,) in rows(connection, "select table_name from duckdb_tables() where not temporary")]
    return {str(name): sorted(rows(connection, f'from "{name}"'), key=str) for name in tables}


def test_both_notices_make_two_bureaus_four_plans_twelve_tasks(connection: duckdb.DuckDBPyConnection) -> None:
    for path in (YANGCHENG, JIANAN):
        assert put(connection, path).complete
    assert rows(connection, "select name, region from bureau order by bureau_id") == [
        ("阳城县自然资源局", "阳城县"),
        ("许昌市自然资源和规划局建安区分局", "建安区"),
    ]
    assert rows(
        connection,
        "select year, kind::varchar, doc_no, issued_on::varchar, count(*) from plan inner join task using (plan_id)"
        " group by all order by 1, 2",
    ) == [
        (2023, "internal", "阳自然资字〔2023〕11号", "2023-02-08", 8),
        (2023, "joint", "阳自然资字〔2023〕11号", "2023-02-08", 1),
        (2024, "internal", "许自规建分文〔2024〕25号", "2024-03-14", 2),
        (2024, "joint", "许自规建分文〔2024〕25号", "2024-03-14", 1),
    ]
    assert rows(connection, "select name, rate::varchar, rate_op::varchar from task where rate_op <> '='") == [
        ("许昌市2023年度测绘资质巡查工作", "0.350000", ">")
    ]


def test_twin_scopes_are_one_pool_and_aliases_one_unit(connection: duckdb.DuckDBPyConnection) -> None:
    put(connection, YANGCHENG)
    assert rows(
        connection, "select count(distinct scope_id), count(*) from task where scope_text like '全县生产%矿山企业'"
    ) == [(1, 5)]
    assert rows(
        connection,
        "select unit.name, kind::varchar, bureau_id is not null from unit_alias inner join unit using (unit_id)"
        " where alias = '县自然资源局'".replace("bureau_id is", "unit.bureau_id is"),
    ) == [("阳城县自然资源局", "department", True)]
    assert rows(connection, "select name, region from unit where bureau_id is null order by name") == [
        ("县应急局", "阳城县"),
        ("县能源局", "阳城县"),
    ]


def test_addressees_leads_and_partners_are_members(connection: duckdb.DuckDBPyConnection) -> None:
    put(connection, JIANAN)
    assert rows(connection, "select distinct year from membership") == [(2024,)]
    members = {name for (name,) in rows(connection, "select name from membership inner join unit using (unit_id)")}
    assert {"种苗和花卉产业发展管理股", "区市场监管局", "政务服务股", "防灾减灾股"} <= members
    assert len(members) == 9


def test_the_same_file_twice_changes_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    put(connection, YANGCHENG)
    before = everything(connection)
    again = put(connection, YANGCHENG)
    assert again.status == "unchanged"
    assert everything(connection) == before


def test_the_same_plan_from_another_format_is_recorded_and_left_alone(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    put(connection, YANGCHENG)
    tasks = everything(connection)["task"]
    blocks = blocks_of(YANGCHENG.read_text("utf-8"))
    report = put(connection, as_docx(blocks, tmp_path / "a.docx"))
    assert [entry.status for entry in report.plans] == ["unchanged", "unchanged"]
    # The bare tables, without the notice around them, are still the same plans.
    tables = [block for block in blocks if isinstance(block, list) or ("工作计划" in block and "附件" not in block)]
    bare = put(connection, as_xlsx(tables[-5:], tmp_path / "b.xlsx"))
    assert [entry.status for entry in bare.plans] == ["unchanged", "unchanged"]
    assert everything(connection)["task"] == tasks
    assert rows(connection, "select count(*) from import_file") == [(3,)]


def _changed(tmp_path: Path) -> Path:
    file = tmp_path / "changed.txt"
    file.write_text(YANGCHENG.read_text("utf-8").replace("50%", "60%").replace("调查测绘股", "测绘管理股"), "utf-8")
    return file


def test_a_corrected_notice_replaces_its_plan(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    put(connection, JIANAN)
    put(connection, YANGCHENG)
    connection.execute("update plan set published_on = date '2023-02-10'")
    others = rows(connection, "select * from task_item where task_id <= 3 order by all")
    constraints = rows(connection, "select table_name, constraint_text from duckdb_constraints() order by all")
    comments = rows(connection, "select table_name, column_name, comment from duckdb_columns() order by all")
    report = put(connection, _changed(tmp_path))
    assert [entry.status for entry in report.plans] == ["replaced", "unchanged"]
    assert rows(
        connection, "select seq, rate::varchar from task inner join plan using (plan_id) where year = 2023 and"
        " kind = 'internal' and seq in (5, 6) order by seq"
    ) == [(5, "0.600000"), (6, "0.600000")]  # fmt: skip
    assert rows(connection, "select count(*) from task") == [(12,)]
    assert rows(connection, "select count(*) from plan where published_on is null") == [(0,)]
    assert rows(connection, "select * from task_item where task_id <= 3 order by all") == others
    assert rows(connection, "select table_name, constraint_text from duckdb_constraints() order by all") == constraints
    assert rows(connection, "select table_name, column_name, comment from duckdb_columns() order by all") == comments


def test_a_plan_with_draws_is_not_replaced(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    put(connection, YANGCHENG)
    connection.execute(
        "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size)"
        " select task_id, 1, now()::timestamp, 'random', 'official', 'test', false, false, 0 from task where seq = 5"
    )
    before = everything(connection)
    with pytest.raises(InspectionsError) as caught:
        put(connection, _changed(tmp_path))
    assert caught.value.code == "plan_in_use"
    assert everything(connection) == before


@pytest.mark.parametrize("name", ["empty.txt", "no-table.txt", "old.doc"])
def test_a_rejected_file_leaves_the_database_as_it_was(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    put(connection, JIANAN)
    before = everything(connection)
    (tmp_path / name).write_text("" if name == "empty.txt" else "一段文字", "utf-8")
    with pytest.raises(InspectionsError):
        put(connection, tmp_path / name)
    assert everything(connection) == before


def test_strict_rejects_what_would_otherwise_be_partial(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(
        "安平县统计局2023年度抽查计划\n序号\t任务名称\t抽查内容\t抽查范围\t抽查比例\t检查时间\t责任股室\n"
        "1\t\t\t企业\t5%\t3月\t执法股\n2\t乙\t事项\t企业\t5%\t4月\t执法股\n",
        "utf-8",
    )
    before = everything(connection)
    with pytest.raises(InspectionsError) as caught:
        put(connection, file, strict=True)
    assert caught.value.code == "rows_unreadable"
    assert everything(connection) == before
    report = put(connection, file)
    assert (report.complete, report.rows_read, report.rows_kept) == (False, 2, 1)
    assert rows(connection, "select status::varchar, rows_read, rows_kept from import_file") == [("partial", 2, 1)]
    ((message,),) = rows(connection, "select message from import_issue where severity = 'error'")
    assert "第 3 行" in str(message)


def test_a_dry_run_reports_and_keeps_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    before, version = everything(connection), data_version(connection)
    report = put(connection, YANGCHENG, dry_run=True)
    assert sum(len(entry.plan.tasks) for entry in report.plans) == 9
    assert everything(connection) == before
    assert data_version(connection) == version


def test_no_contact_is_anywhere_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "inspections.duckdb"
    connection = open_database(path)
    extra = tmp_path / "extra.txt"
    extra.write_text(
        "安平县统计局2023年度抽查计划\n序号\t任务名称\t抽查内容\t抽查范围\t抽查比例\t检查时间\t责任股室\t负责人\n"
        "1\t甲（联系人：张某某）\t事项 13800000000\t企业 0318-7523456\t5%\t"
        "3月 张某某 13800000000\t执法股 张某某\t张某某\n"
        "联系人：张某某 13800000000\n",
        "utf-8",
    )
    for file in (YANGCHENG, JIANAN, extra):
        put(connection, file)
    for table, stored in everything(connection).items():
        assert not re.search("张某某|13800000000|7523456", str(stored)), table
    connection.execute("checkpoint")
    connection.close()
    content = b"".join(file.read_bytes() for file in tmp_path.glob("inspections.duckdb*"))
    for secret in ("张某某", "13800000000", "7523456"):
        assert secret.encode() not in content


def test_killed_in_the_middle_leaves_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "inspections.duckdb"
    open_database(path).close()
    # The import stops just before its last statement, the log entry, and is killed there.
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom inspections.store.database import open_database\n"
        "from inspections.notice import storing\n"
        "def wait(*_, **__):\n    print('here', flush=True)\n    time.sleep(60)\n"
        "storing.log_change = wait\n"
        f"storing.import_notice(open_database(Path({str(path)!r})), Path({str(YANGCHENG)!r}), actor='test')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"here"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    for _ in range(50):
        try:
            connection = open_database(path)
            break
        except InspectionsError:
            time.sleep(0.1)
    assert rows(connection, "select count(*) from task") == [(0,)]
    assert rows(connection, "select count(*) from bureau") == [(0,)]
    assert put(connection, YANGCHENG).status == "imported"
    assert rows(connection, "select count(*) from task") == [(9,)]
    connection.close()


def test_every_import_is_logged_once(connection: duckdb.DuckDBPyConnection) -> None:
    put(connection, YANGCHENG)
    put(connection, YANGCHENG)
    put(connection, JIANAN)
    assert rows(connection, "select actor, action, source_file from change_log order by seq") == [
        ("test", "import", "yangcheng-2023.txt"),
        ("test", "import", "jianan-2024.txt"),
    ]


def test_what_only_a_replaced_plan_named_goes_with_it(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    put(connection, YANGCHENG)
    changed = tmp_path / "changed.txt"
    changed.write_text(
        YANGCHENG.read_text("utf-8")
        .replace("测绘质量管理机构设置情况的检查", "测绘质量管理制度的检查")
        .replace("本辖区有证非煤矿山企业", "本辖区非煤矿山企业"),
        "utf-8",
    )
    put(connection, changed)
    named = "select count(*) from {} where name = ?"
    assert connection.execute(named.format("item"), ["测绘质量管理机构设置情况的检查"]).fetchone() == (0,)
    assert connection.execute(named.format("item"), ["测绘质量管理制度的检查"]).fetchone() == (1,)
    assert connection.execute(named.format("scope"), ["本辖区有证非煤矿山企业"]).fetchone() == (0,)
    # Items that other tasks name stay, and what went is in the log.
    assert connection.execute(named.format("item"), ["对界桩的检查"]).fetchone() == (1,)
    assert rows(connection, "select count(*) from change_log where action = 'remove'") == [(1,)]


@pytest.mark.parametrize("listed", [True, False])
def test_what_a_list_or_a_directory_may_know_stays(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, listed: bool
) -> None:
    name = "测绘质量管理机构设置情况的检查"
    if not listed:
        bureau = "insert into bureau (name, region) values ('阳城县自然资源局', '阳城县')"
        connection.execute(bureau)
        connection.execute("insert into item (bureau_id, name) select bureau_id, ? from bureau", [name])
    put(connection, YANGCHENG)
    if listed:
        connection.execute(
            "insert into import_file"
            " values (repeat('a', 64), 'list.xlsx', 'item_list', 'complete', 1, 1, now()::timestamp)"
        )
    changed = tmp_path / "changed.txt"
    changed.write_text(YANGCHENG.read_text("utf-8").replace(name, "测绘质量管理制度的检查"), "utf-8")
    put(connection, changed)
    assert connection.execute("select count(*) from item where name = ?", [name]).fetchone() == (1,)
