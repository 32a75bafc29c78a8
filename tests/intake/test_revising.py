"""A revised plan (调整计划) in every form that offices use: what it changes, what it asks, and that an undo takes it back."""

from __future__ import annotations

import csv
import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from inspections.__main__ import main
from inspections.intake.door import what_is
from inspections.intake.revising import Brought, bring_notice
from inspections.intake.undo import undo
from inspections.notice.storing import ledger_of_notice
from inspections.store.database import ask, open_database
from inspections.words.errors import InspectionsError
from tests.filled import empty
from tests.intake.files import code, issues, put_in, write_csv

BUREAU = "青岭县市场监督管理局"
COLUMNS = ["序号", "抽查任务名称", "抽查事项", "抽查对象范围", "抽查比例", "抽查时间", "责任股室"]
FOOD = ["1", "食品经营者抽查", "食品经营许可情况；食品安全自查情况", "全县食品经营者", "5%", "3月-6月", "食品股"]
LIFTS = ["2", "特种设备使用单位检查", "特种设备使用登记情况", "全县特种设备使用单位", "100%", "4月-10月", "特种设备股"]
SCALES = ["3", "计量器具抽查", "计量器具检定情况", "全县计量器具使用单位", "25%", "5月-11月", "计量股"]
ADS = ["4", "广告经营单位抽查", "广告发布登记情况", "全县广告经营单位", "30%", "5月-9月", "信用监管股"]
PLAN = [FOOD, LIFTS, SCALES, ADS]
ISSUED = "2024年3月8日"
REVISED = "2024年7月1日"
DAY = datetime.date(2024, 7, 1)


def paper(
    path: Path,
    title: str,
    *blocks: str | list[list[str]],
    number: str | None = "青市监〔2024〕30号",
    day: str | None = REVISED,
) -> Path:
    """A notice as a file of lines and tables in their order, cells parted by commas, in a text by tabs."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter="\t" if path.suffix == ".txt" else ",")
        for line in filter(None, (f"{BUREAU}{title}", number)):
            writer.writerow([line])
        for block in blocks:
            writer.writerows([[block]] if isinstance(block, str) else block)
        for line in filter(None, (day,)):
            writer.writerow([line])
    return path


def plan(path: Path, rows: list[list[str]] = PLAN, columns: list[str] = COLUMNS, **how: Any) -> Path:
    return paper(
        path, "2024年度双随机抽查计划", [columns, *rows], **{"number": "青市监〔2024〕6号", "day": ISSUED, **how}
    )


def bring(connection: duckdb.DuckDBPyConnection, path: Path, **how: Any) -> Brought:
    return bring_notice(connection, path, actor="李四", **how)


@pytest.fixture(scope="module")
def planned_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of four tasks, one draw made on the first; closed, made once."""
    folder = tmp_path_factory.mktemp("planned")
    path = empty(folder / "planned.duckdb")
    with open_database(path) as made:
        bring(made, plan(folder / "计划.csv"))
        made.execute(
            "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size)"
            " select task_id, 1, timestamp '2024-03-20', 'random', 'official', 'test', false, false, 0"
            " from task where seq = 1"
        )
    return path


@pytest.fixture
def planned(planned_file: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it for one test."""
    with open_database(shutil.copyfile(planned_file, tmp_path / "planned.duckdb")) as opened:
        yield opened


def tasks(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Any, ...]]:
    """The standing tasks by name: proportion, window, lead, pool and who checks what."""
    rows = connection.execute(
        """select task.name, cast(rate as double), quota, starts_on::varchar, ends_on::varchar, unit.name, scope_text,
            list_sort(list(distinct item.name || ' ' || checks.name)),
            (select list_sort(list(partner.name)) from task_partner inner join unit as partner using (unit_id)
                where task_partner.task_id = task.task_id)
        from task inner join unit on lead_unit_id = unit.unit_id
        left join task_item on task.task_id = task_item.task_id
        left join item on task_item.item_id = item.item_id
        left join unit as checks on task_item.unit_id = checks.unit_id
        where withdrawn_revision_id is null group by all"""
    ).fetchall()
    return {name: tuple(rest) for name, *rest in rows}


def what(brought: Brought) -> dict[str, tuple[str, ...]]:
    """Task -> the kind of change, or the columns that change."""
    return {
        one.name: tuple(code for code, _, _ in one.values) or (one.kind,)
        for entry in brought.report.plans
        for one in entry.changes
    }


def everything(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    own = ("import", "import_file", "import_change", "import_issue", "change_log")
    names = [n for (n,) in connection.execute("select table_name from duckdb_tables() where not temporary").fetchall()]
    return {n: sorted(connection.execute(f'from "{n}"').fetchall(), key=str) for n in names if n not in own}


NEW_TASK = ["5", "校外培训机构抽查", "收费公示情况", "全县校外培训机构", "10%", "9月-10月", "价格股"]
# What all the forms below change: two values of the drawn task, the lead of another, one task gone, one new.
EXPECTED = {
    "食品经营者抽查": ("rate", "period"),
    "计量器具抽查": ("lead_unit",),
    "广告经营单位抽查": ("withdrawn",),
    "校外培训机构抽查": ("added",),
}


def whole(path: Path) -> Path:
    rows = [[*FOOD[:4], "3%", "6月-8月", "食品股"], LIFTS, [*SCALES[:6], "质量股"], NEW_TASK]
    return paper(path, "2024年度双随机抽查计划（调整版）", [COLUMNS, *rows])


def only_changed(path: Path) -> Path:
    rows = [["1", *FOOD[1:4], "3%", "6月-8月", "食品股"], ["2", *SCALES[1:6], "质量股"], ["3", *NEW_TASK[1:]]]
    return paper(path, "关于调整2024年度双随机抽查计划部分任务的通知", "取消“广告经营单位抽查”任务。", [COLUMNS, *rows])


def before_and_after(path: Path) -> Path:
    head = [
        "序号",
        "任务名称",
        "抽查事项",
        "抽查对象",
        "原比例",
        "现比例",
        "原抽查时间",
        "调整后抽查时间",
        "原责任股室",
        "现责任股室",
        "备注",
    ]
    rows = [
        ["1", "食品经营者抽查", "", "", "5%", "3%", "3月-6月", "6月-8月", "食品股", "不变", ""],
        ["2", "计量器具抽查", "", "", "25%", "25%", "5月-11月", "5月-11月", "计量股", "质量股", ""],
        ["3", "广告经营单位抽查", "", "", "30%", "", "5月-9月", "", "信用监管股", "", "取消"],
        ["4", "校外培训机构抽查", "收费公示情况", "全县校外培训机构", "", "10%", "", "9月-10月", "", "价格股", "新增"],
    ]  # fmt: skip
    return paper(path, "2024年度双随机抽查计划调整表", [head, *rows])


def two_lines(path: Path) -> Path:
    head = [["序号", "任务名称", "抽查事项", "抽查对象", "调整前", "", "", "调整后", "", ""],
            ["", "", "", "", "抽查比例", "抽查时间", "责任股室", "抽查比例", "抽查时间", "责任股室"]]  # fmt: skip
    rows = [
        ["1", "食品经营者抽查", "", "", "5%", "3月-6月", "食品股", "3%", "6月-8月", "食品股"],
        ["2", "计量器具抽查", "", "", "25%", "5月-11月", "计量股", "25%", "5月-11月", "质量股"],
        ["3", "广告经营单位抽查", "", "", "30%", "5月-9月", "信用监管股", "取消", "", ""],
        ["4", "校外培训机构抽查", "收费公示情况", "全县校外培训机构", "/", "/", "/", "10%", "9月-10月", "价格股"],
    ]
    return paper(path, "关于调整2024年度双随机抽查计划的通知", [*head, *rows])


def mixed(path: Path) -> Path:
    rows = [
        ["任务名称", "调整内容", "原计划", "现计划"],
        ["食品经营者抽查", "抽查比例", "5%", "3%"],
        ["食品经营者抽查", "抽查时间", "3月-6月", "6月-8月"],
        ["计量器具抽查", "责任股室", "计量股", "质量股"],
    ]
    sentences = (
        "取消“广告经营单位抽查”任务。",
        "新增“校外培训机构抽查”任务，抽查事项为收费公示情况，抽查对象为全县校外培训机构，抽查比例为10%，抽查时间为9月-10月，由价格股负责。",
    )
    return paper(path, "关于调整2024年度双随机抽查计划的通知", *sentences, rows)


def marked(path: Path) -> Path:
    rows = [
        [*FOOD[:4], "3%", "6月-8月", "食品股", "调整"],
        [*LIFTS, "保留"],
        [*SCALES[:6], "质量股", "调整"],
        ["4", "广告经营单位抽查", "", "", "", "", "", "取消"],
        [*NEW_TASK, "新增"],
    ]
    return paper(path, "关于变更2024年度双随机抽查计划的通知", [[*COLUMNS, "调整情况"], *rows])


def sentences(path: Path) -> Path:
    lines = (
        "经研究，决定对2024年度双随机抽查计划作如下调整：",
        "一、将“食品经营者抽查”任务的抽查时间由3-6月调整为6-8月，抽查比例由5%调整为3%。",
        "二、计量器具抽查任务的责任股室由计量股变更为质量股。",
        "三、取消广告经营单位抽查任务。",
        "四、新增“校外培训机构抽查”任务，抽查事项为收费公示情况，抽查对象为全县校外培训机构，抽查比例为10%，抽查时间为9月-10月，由价格股负责。",
    )
    return paper(path, "关于调整2024年度双随机抽查计划的通知", *lines)


FORMS = [whole, only_changed, before_and_after, two_lines, mixed, marked, sentences]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_form_changes_the_plan_alike(planned: duckdb.DuckDBPyConnection, tmp_path: Path, form: Any) -> None:
    before, known = everything(planned), tasks(planned)
    file = form(tmp_path / ("调整.txt" if form is sentences else "调整.csv"))
    assert what_is(planned, file) is None
    brought = bring(planned, file)
    assert brought.report.status == "imported", [one.said("question") for one in brought.decisions]
    assert what(brought) == EXPECTED
    now = tasks(planned)
    assert now["食品经营者抽查"] == (0.03, None, "2024-06-01", "2024-08-31", *known["食品经营者抽查"][4:])
    assert now["计量器具抽查"][4:7] == ("质量股", "全县计量器具使用单位", ["计量器具检定情况 质量股"])
    assert now["特种设备使用单位检查"] == known["特种设备使用单位检查"]
    assert now["校外培训机构抽查"][:7] == (
        0.1, None, "2024-09-01", "2024-10-31", "价格股", "全县校外培训机构", ["收费公示情况 价格股"]
    )  # fmt: skip
    assert "广告经营单位抽查" not in now
    assert planned.execute("select doc_no, in_force_on from plan_revision").fetchall() == [("青市监〔2024〕30号", DAY)]
    # The same paper again changes nothing, nor does the plan itself, though it says other things by now.
    for again in (file, plan(tmp_path / "计划.csv")):
        assert bring(planned, again).report.status == "unchanged"
    assert tasks(planned) == now
    assert brought.report.import_id is not None
    undo(planned, brought.report.import_id, "李四")
    assert {k: v for k, v in everything(planned).items() if k != "bureau"} == {
        k: v for k, v in before.items() if k != "bureau"
    }


def test_nothing_but_a_revision_is_taken_for_one(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = plan(
        tmp_path / "一.csv",
        [["1", "企业变更登记抽查", "变更登记事项", "新增企业", "5%", "3月", "登记股"], ["2", *FOOD[1:]]],
    )
    assert bring(connection, file).report.plans[0].status == "new"
    assert connection.execute("select count(*) from plan_revision").fetchone() == (0,)


# ---------------------------------------------------------------------------------------------------- what is asked
def asked(brought: Brought) -> dict[tuple[str, str], str | None]:
    """(code, subject) -> proposal of what is open."""
    return {(one.code, one.subject): one.proposal for one in brought.decisions if one.by == "open"}


def test_a_revision_without_a_day_changes_nothing_until_it_is_given(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", "取消“广告经营单位抽查”任务。", day=None)
    before = everything(planned)
    with pytest.raises(InspectionsError) as caught:
        bring(planned, file)
    assert caught.value.code == "revision_undated"
    assert everything(planned) == before
    brought = bring(planned, file, in_force_on=datetime.date(2024, 6, 1))
    assert what(brought) == {"广告经营单位抽查": ("withdrawn",)}
    assert planned.execute("select issued_on, in_force_on::varchar from plan_revision").fetchall() == [
        (None, "2024-06-01")
    ]


def test_the_plan_s_own_number_with_other_contents_asks_for_the_day(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = plan(tmp_path / "新.csv", [[*FOOD[:4], "3%", *FOOD[5:]], LIFTS, SCALES, ADS])
    with pytest.raises(InspectionsError) as caught:
        bring(planned, file)
    assert caught.value.code == "plan_needs_day"
    brought = bring(planned, file, in_force_on=DAY)
    assert what(brought) == {"食品经营者抽查": ("rate",)}
    assert bring(planned, file).report.status == "unchanged"


def test_a_corrected_file_replaces_as_before_where_nothing_was_drawn(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    bring(connection, plan(tmp_path / "计划.csv"))
    brought = bring(connection, plan(tmp_path / "新.csv", [[*FOOD[:4], "3%", *FOOD[5:]], LIFTS]))
    assert [entry.status for entry in brought.report.plans] == ["replaced"]
    assert connection.execute("select count(*) from plan_revision").fetchone() == (0,)


def test_a_revision_keeps_old_values_though_nothing_was_drawn(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    bring(connection, plan(tmp_path / "计划.csv"))
    bring(connection, whole(tmp_path / "调整.csv"))
    assert connection.execute(
        "select name, cast(rate as double) from past_task where name like '食品%'"
    ).fetchall() == [("食品经营者抽查", 0.05)]


def in_history(connection: duckdb.DuckDBPyConnection, file: str) -> list[str]:
    told = ask(connection, "imports", bureau_id=None)
    return list(told.loc[told["source_file"] == file, "import_state"])


def test_another_number_is_asked_and_either_answer_holds(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    bring(connection, plan(tmp_path / "计划.csv"))
    second = plan(
        tmp_path / "二.csv",
        [[*FOOD[:4], "3%", *FOOD[5:]], LIFTS, SCALES, ADS],
        number="青市监〔2024〕31号",
        day=REVISED,
    )
    before = everything(connection)
    waits = bring(connection, second)
    assert (waits.report.status, waits.report.complete) == ("waiting", False)
    assert asked(waits) == {("revision", "internal"): "revises"}
    assert ledger_of_notice(waits.report).rows["waiting"] == 4
    assert everything(connection) == before
    assert in_history(connection, "二.csv") == ["waiting"]
    revised = bring(connection, second, chosen={("revision", "internal"): "revises"})
    assert in_history(connection, "二.csv") == ["complete"]
    assert what(revised) == {"食品经营者抽查": ("rate",)}
    assert connection.execute("select code, value from import_decision").fetchall() == [("revision", "revises")]
    assert revised.report.import_id is not None
    undo(connection, revised.report.import_id, "李四")
    assert everything(connection)["import_decision"] == []
    # It waits again; the record of the import that was taken back stays.
    assert bring(connection, second).report.status == "waiting"
    assert sorted(in_history(connection, "二.csv")) == ["undone", "waiting"]
    own = bring(connection, second, chosen={("revision", "internal"): "own"})
    assert [entry.status for entry in own.report.plans] == ["new"]
    assert sorted(in_history(connection, "二.csv")) == ["complete", "undone"]
    assert connection.execute("select count(*) from plan").fetchone() == (2,)


def test_a_plan_of_other_tasks_is_a_plan_of_its_own(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    bring(connection, plan(tmp_path / "计划.csv"))
    brought = bring(connection, plan(tmp_path / "二.csv", [["1", *NEW_TASK[1:]]], number="青市监〔2024〕9号"))
    assert (brought.decisions, [entry.status for entry in brought.report.plans]) == ((), ["new"])


def test_a_name_that_is_only_like_a_task_s_is_asked(planned: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = paper(
        tmp_path / "调整.csv",
        "关于调整2024年度抽查计划的通知",
        [["任务名称", "原抽查时间", "调整后抽查时间"], ["食品经营企业抽查", "3月-6月", "6月-8月"]],
    )
    waits = bring(planned, file)
    assert asked(waits) == {("revised_task", "食品经营企业抽查"): "食品经营者抽查"}
    assert ledger_of_notice(waits.report).rows["waiting"] == 1
    assert waits.report.import_id is None
    done = bring(planned, file, chosen={("revised_task", "食品经营企业抽查"): "食品经营者抽查"})
    # Called otherwise in a list of changes, it keeps its name.
    assert what(done) == {"食品经营者抽查": ("period",)}
    assert done.report.import_id is not None
    undo(planned, done.report.import_id, "李四")
    nothing = bring(planned, file, chosen={("revised_task", "食品经营企业抽查"): "none"})
    assert what(nothing) == {}


def test_what_most_of_a_list_leaves_out_is_asked(planned: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = paper(
        tmp_path / "调整.csv", "关于调整2024年度抽查计划的通知", [COLUMNS, [*FOOD[:4], "3%", *FOOD[5:]], LIFTS, SCALES]
    )
    waits = bring(planned, file)
    assert asked(waits) == {("unnamed_task", "广告经营单位抽查"): "stays"}
    stays = bring(planned, file, chosen={("unnamed_task", "广告经营单位抽查"): "stays"}, dry_run=True)
    assert what(stays) == {"食品经营者抽查": ("rate",)}
    gone = bring(planned, file, chosen={("unnamed_task", "广告经营单位抽查"): "withdrawn"})
    assert what(gone) == {"食品经营者抽查": ("rate",), "广告经营单位抽查": ("withdrawn",)}


def test_a_few_tasks_listed_leave_the_others_alone(planned: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = paper(tmp_path / "调整.csv", "关于调整2024年度抽查计划的通知", [COLUMNS, [*FOOD[:4], "3%", *FOOD[5:]]])
    assert what(bring(planned, file)) == {"食品经营者抽查": ("rate",)}


@pytest.mark.parametrize("line", ["原计划同时作废。", "原抽查计划不再执行。"])
def test_who_ends_the_former_plan_withdraws_what_he_no_longer_lists(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path, line: str
) -> None:
    file = paper(tmp_path / "调整.csv", "关于调整2024年度抽查计划的通知", line, [COLUMNS, FOOD])
    brought = bring(planned, file)
    assert what(brought) == dict.fromkeys((LIFTS[1], SCALES[1], ADS[1]), ("withdrawn",))
    assert {one.by for one in brought.decisions} == {"papers"}
    # What a person decides goes before.
    assert brought.report.import_id is not None
    undo(planned, brought.report.import_id, "李四")
    kept = bring(planned, file, chosen={("unnamed_task", ADS[1]): "stays"})
    assert what(kept) == dict.fromkeys((LIFTS[1], SCALES[1]), ("withdrawn",))


def test_changes_without_their_plan_are_refused_in_one_sentence(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(InspectionsError) as caught:
        bring(connection, before_and_after(tmp_path / "调整.csv"))
    assert caught.value.code == "revision_without_plan"
    # A whole list is a plan all the same.
    assert bring(connection, whole(tmp_path / "全.csv")).report.plans[0].status == "new"


def test_a_value_that_cannot_be_read_keeps_the_old_one_and_is_said(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = "将“食品经营者抽查”任务的抽查时间由3-6月调整为另行通知，抽查比例由5%调整为3%。"
    brought = bring(planned, paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", lines))
    assert what(brought) == {"食品经营者抽查": ("rate",)}
    assert tasks(planned)["食品经营者抽查"][2:4] == ("2024-03-01", "2024-06-30")
    assert "revision_kept" in {issue.code for issue in brought.report.issues}


def test_a_dry_run_writes_nothing(planned: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    before = everything(planned)
    assert what(bring(planned, whole(tmp_path / "调整.csv"), dry_run=True)) == EXPECTED
    assert everything(planned) == before


@pytest.mark.parametrize(
    ("line", "task", "expected"),
    [
        ("将“广告经营单位抽查”任务的抽查时间延长至11月30日。", ADS[1], {2: "2024-05-01", 3: "2024-11-30"}),
        ("将“广告经营单位抽查”抽查时间推迟至9-11月。", ADS[1], {2: "2024-09-01", 3: "2024-11-30"}),
        ("“广告经营单位抽查”“计量器具抽查”两项任务的抽查时间统一调整为10月。", SCALES[1], {2: "2024-10-01"}),
        ("计量器具抽查由计量股牵头变更为由质量股牵头。", SCALES[1], {4: "质量股", 6: ["计量器具检定情况 质量股"]}),
        ("计量器具抽查任务的抽查比例由25%调整为20户。", SCALES[1], {0: None, 1: 20}),
        ("将计量器具抽查的抽查对象范围由全县计量器具使用单位调整为全县集贸市场。", SCALES[1], {5: "全县集贸市场"}),
        ("不再开展广告经营单位抽查任务。", ADS[1], None),
        ("“广告经营单位抽查”任务予以取消。", ADS[1], None),
    ],
)  # fmt: skip
def test_sentences_say_it_in_many_words(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path, line: str, task: str, expected: dict[int, Any] | None
) -> None:
    brought = bring(planned, paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", line))
    assert asked(brought) == {}
    now = tasks(planned)
    if expected is None:
        assert task not in now
    else:
        assert {place: now[task][place] for place in expected} == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("将食品经营者抽查的抽查比例由5%调整为3%、抽查时间由3月-6月调整为6月-8月。", {FOOD[1]: ("rate", "period")}),
        (
            "经研究，现将2024年度抽查计划调整如下：将食品经营者抽查的抽查比例由5%调整为3%；取消计量器具抽查。",
            {FOOD[1]: ("rate",), SCALES[1]: ("withdrawn",)},
        ),
        (
            "根据省局部署，现就有关事项通知如下：一是食品经营者抽查的抽查比例由5%调整为3%；二是取消计量器具抽查。",
            {FOOD[1]: ("rate",), SCALES[1]: ("withdrawn",)},
        ),
        ("食品经营者抽查、计量器具抽查的抽查时间均调整为6月-8月。", {FOOD[1]: ("period",), SCALES[1]: ("period",)}),
        ("食品经营者抽查和计量器具抽查一并取消。", {FOOD[1]: ("withdrawn",), SCALES[1]: ("withdrawn",)}),
        ("计量器具抽查（序号3）取消。", {SCALES[1]: ("withdrawn",)}),
        ("将“计量器具抽查”更名为“衡器抽查”。", {SCALES[1]: ("name",)}),
        ("新增“农药抽查”“兽药抽查”任务，抽查比例均为3%。", {"农药抽查": ("added",), "兽药抽查": ("added",)}),
        ("增加农药抽查、兽药抽查两项任务。", {"农药抽查": ("added",), "兽药抽查": ("added",)}),
        ("新增农药抽查任务，抽查比例为3%，取消计量器具抽查。", {"农药抽查": ("added",), SCALES[1]: ("withdrawn",)}),
    ],
)  # fmt: skip
def test_a_sentence_that_says_several_things_loses_none(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path, line: str, expected: dict[str, tuple[str, ...]]
) -> None:
    brought = bring(planned, paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", line))
    assert what(brought) == expected
    rows = ledger_of_notice(brought.report).rows
    assert rows["new"] + rows["changed"] == len(expected) == brought.report.rows_read


@pytest.mark.parametrize("sign", ["，", ","])
def test_sentences_alone_in_a_list_of_commas_are_read_as_they_stand(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path, sign: str
) -> None:
    lines = (
        f"根据省局部署{sign}经研究{sign}现将有关事项通知如下：",
        f"一、将食品经营者抽查的抽查比例由5%调整为3%{sign}抽查时间由3月-6月调整为6月-8月。",
        f"二、取消广告经营单位抽查{sign}计量器具抽查由计量股牵头变更为由质量股牵头。",
    )
    letter = tmp_path / "调整.csv"
    head = (f"{BUREAU}关于调整2024年度抽查计划部分任务的通知", "青市监〔2024〕30号")
    letter.write_text("\n".join([*head, *lines, REVISED]), "utf-8")
    brought = bring(planned, letter)
    assert what(brought) == {FOOD[1]: ("rate", "period"), SCALES[1]: ("lead_unit",), ADS[1]: ("withdrawn",)}
    assert brought.report.issues == ()


def test_sentences_above_a_table_do_not_part_it(planned: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    lines = ["根据省局部署，经研究，现将有关事项通知如下：", "一、取消广告经营单位抽查，其他任务不变，见下表。"]
    table = [["任务名称", "调整前抽查比例", "调整后抽查比例"], [FOOD[1], "5%", "3%"]]
    brought = bring(planned, paper(tmp_path / "调整.csv", "关于调整2024年度抽查计划部分任务的通知", *lines, table))
    assert what(brought) == {FOOD[1]: ("rate",), ADS[1]: ("withdrawn",)}


@pytest.mark.parametrize(
    "line",
    [
        "除食品经营者抽查外，其他任务抽查时间顺延一个月。",
        "所有任务抽查时间延长至12月底。",
        "将序号2、3的抽查时间调整为10月至12月。",
        "将食品经营者抽查比例提高2个百分点。",
        "将食品经营者抽查和计量器具抽查合并为食品计量联合抽查。",
        "计量器具抽查由质量股牵头。",
        "计量器具抽查暂停实施。",
        "食品经营者抽查的抽查比例不低于3%。",
    ],
)
def test_a_change_that_nobody_can_read_is_said(planned: duckdb.DuckDBPyConnection, tmp_path: Path, line: str) -> None:
    letter = paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", "取消广告经营单位抽查。", line)
    brought = bring(planned, letter)
    assert what(brought) == {ADS[1]: ("withdrawn",)}
    assert [issue.code for issue in brought.report.issues] == ["revision_sentence_unread"]


def test_a_letter_of_which_no_change_can_be_read_is_refused_by_its_words(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    letter = paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", "所有任务抽查时间延长至12月底。")
    with pytest.raises(InspectionsError) as caught:
        bring(planned, letter)
    assert caught.value.code == "revision_unread"


RATES = ["任务名称", "调整前抽查比例", "调整后抽查比例", "调整类型"]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([[RATES, [FOOD[1], "5%", "3%", "调整"], [FOOD[1], "5%", "2%", "调整"]]], ("rate",)),
        (["将食品经营者抽查的抽查比例由5%调整为4%。", [RATES, [FOOD[1], "5%", "3%", "调整"]]], ("rate",)),
        (["取消食品经营者抽查。", [RATES, [FOOD[1], "5%", "3%", "调整"]]], ("withdrawn",)),
        ([[RATES, [FOOD[1], "5%", "", "取消"], [FOOD[1], "5%", "3%", "调整"]]], ("withdrawn",)),
    ],
)
def test_a_paper_that_contradicts_itself_is_said(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path, blocks: list[Any], expected: tuple[str, ...]
) -> None:
    brought = bring(planned, paper(tmp_path / "调整.csv", "关于调整2024年度抽查计划部分任务的通知", *blocks))
    assert [issue.code for issue in brought.report.issues] == ["revision_told_twice"]
    assert what(brought) == {FOOD[1]: expected}


@pytest.mark.parametrize(("was", "codes"), [("8%", ["revision_before_differs"]), ("５％", [])])
@pytest.mark.parametrize("told", ["table", "sentence"])
def test_a_proportion_before_that_the_plan_does_not_have_is_said(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path, was: str, codes: list[str], told: str
) -> None:
    table = [RATES, [FOOD[1], was, "3%", "调整"]]
    block = table if told == "table" else f"将食品经营者抽查的抽查比例由{was}调整为3%。"
    brought = bring(planned, paper(tmp_path / "调整.csv", "关于调整2024年度抽查计划部分任务的通知", block))
    assert [issue.code for issue in brought.report.issues] == codes
    assert what(brought) == {FOOD[1]: ("rate",)}


@pytest.mark.parametrize(
    ("heading", "was", "now", "said"),
    [
        ("抽查时间", "4月-6月", "6月-8月", True),
        ("抽查时间", "3—6月", "6月-8月", False),
        ("抽查时间", "2024年3月1日至6月30日", "6月-8月", False),
        ("抽查时间", "6月底前", "8月底前", False),
        ("抽查频次", "每年2次", "每年3次", True),
        ("抽查频次", "每季度一次", "每半年一次", True),
        ("抽查频次", "一年一次", "每半年一次", False),
        ("责任股室", "计量股", "质量股", True),
        ("责任股室", "县局食品股", "质量股", False),
        ("抽查数量", "30户", "20户", True),
        ("抽查对象范围", "全县食品生产者", "全县餐饮单位", True),
        ("抽查对象范围", "食品经营者", "全县餐饮单位", False),
        ("抽查事项", "食品经营许可情况", "食品标签情况", False),
        ("抽查事项", "食品抽样检验情况", "食品标签情况", True),
    ],
)
@pytest.mark.parametrize("told", ["columns", "contents", "sentence"])
def test_every_value_before_that_the_plan_does_not_have_is_said(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path, heading: str, was: str, now: str, said: bool, told: str
) -> None:
    block: str | list[list[str]] = f"将食品经营者抽查的{heading}由{was}调整为{now}。"
    if told == "columns":
        block = [["任务名称", f"调整前{heading}", f"调整后{heading}"], [FOOD[1], was, now]]
    elif told == "contents":
        block = [["任务名称", "调整内容", "调整前", "调整后"], [FOOD[1], heading, was, now]]
    brought = bring(planned, paper(tmp_path / "调整.csv", "关于调整2024年度抽查计划部分任务的通知", block))
    differing = [issue for issue in brought.report.issues if issue.code == "revision_before_differs"]
    assert [issue.parameters["text"] for issue in differing] == [was] * said
    assert what(brought)[FOOD[1]]


@pytest.mark.parametrize(
    ("line", "times"),
    [
        ("食品经营者抽查每年2次改为每年1次。", 1),
        ("将食品经营者抽查由每季度一次调整为每半年一次。", 2),
        ("食品经营者抽查的检查频次由每月一次改为每季度一次。", 4),
        ("“食品经营者抽查”由一年两次改为一年一次。", 1),
    ],
)
def test_a_sentence_says_how_often_a_year(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, line: str, times: int
) -> None:
    held = {1: "每年2次", 2: "每季度一次", 4: "每月一次"}[times]
    bring(connection, plan(tmp_path / "计划.csv", [[*FOOD[:5], f"3月-6月，{held}", FOOD[6]], *PLAN[1:]]))
    brought = bring(connection, paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", line))
    assert what(brought) == {FOOD[1]: ("frequency",)}
    assert [issue.code for issue in brought.report.issues] == []
    assert connection.execute("select times_per_year from task where seq = 1").fetchone() == (times,)


BY_CLASS = ["序号", "抽查任务名称", "抽查事项", "抽查对象范围", "A类比例", "B类比例", "C类比例", "D类比例", "抽查时间", "责任股室",
            "抽查类型", "抽查领域"]  # fmt: skip
CLASSED = ["1", *FOOD[1:4], "1%", "2%", "5%", "10%", *FOOD[5:], "定向", "食品"]
OTHERS = [
    ["2", *ADS[1:4], *["3%"] * 4, *ADS[5:], "不定向", "广告"],
    ["3", *SCALES[1:4], *["3%"] * 4, *SCALES[5:], "", ""],
]


def in_columns(heading: str, was: str, now: str) -> list[list[str]]:
    return [["任务名称", f"原{heading}", f"现{heading}"], [FOOD[1], was, now]]


def in_contents(heading: str, was: str, now: str) -> list[list[str]]:
    return [["任务名称", "调整内容", "调整前", "调整后"], [FOOD[1], heading, was, now]]


def in_a_sentence(heading: str, was: str, now: str) -> str:
    return f"将食品经营者抽查的{heading}由{was}调整为{now}。"


TWO_LINES = [["任务名称", "调整前抽查比例", "", "调整后抽查比例", ""], ["", "A类", "D类", "A类", "D类"],
             [FOOD[1], "1%", "10%", "2%", "20%"]]  # fmt: skip


@pytest.mark.parametrize("form", [in_columns, in_contents, in_a_sentence])
@pytest.mark.parametrize(
    ("heading", "was", "now", "column"),
    [
        ("A类抽查比例", "1%", "2%", "risk_rule"),
        ("A类企业抽查比例", "1%", "2%", "risk_rule"),
        ("抽查类型", "定向", "不定向", "draw_type"),
        ("抽查领域", "食品", "餐饮服务", "field"),
        ("抽查事项", "食品经营许可情况", "食品标签情况", "items"),
    ],
)
def test_every_value_of_a_plan_is_revised_in_every_form(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, form: Any, heading: str, was: str, now: str, column: str
) -> None:
    bring(connection, plan(tmp_path / "计划.csv", [CLASSED, *OTHERS], columns=BY_CLASS))
    title = "关于调整2024年度抽查计划部分任务的通知"
    brought = bring(connection, paper(tmp_path / "调整.csv", title, form(heading, was, now)))
    assert what(brought) == {FOOD[1]: (column,)}
    assert [issue.code for issue in brought.report.issues] == []


@pytest.mark.parametrize(
    ("block", "rates"),
    [
        ([["任务名称", "A类比例", "D类比例"], [FOOD[1], "2%", "20%"]], "2 2 5 20"),
        (TWO_LINES, "2 2 5 20"),
        ("将食品经营者抽查的A类抽查比例由1%调整为2%，D类抽查比例由10%调整为20%。", "2 2 5 20"),
        ("将食品经营者抽查D类企业的抽查比例调整为20%。", "1 2 5 20"),
        ("将食品经营者抽查的抽查比例由D类10%调整为D类20%。", "1 2 5 20"),
        ("食品经营者抽查的抽查比例调整为A类2%、B类4%、C类10%、D类20%。", "2 4 10 20"),
    ],
)
def test_who_changes_some_classes_leaves_the_others(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, block: Any, rates: str
) -> None:
    bring(connection, plan(tmp_path / "计划.csv", [CLASSED, *OTHERS], columns=BY_CLASS))
    brought = bring(connection, paper(tmp_path / "调整.csv", "关于调整2024年度抽查计划部分任务的通知", block))
    assert brought.report.issues == ()
    sql = "select cast(rate * 100 as integer) from task_class_rate where task_id = 1 order by class"
    assert connection.execute(sql).fetchall() == [(int(rate),) for rate in rates.split()]


@pytest.mark.parametrize("form", [in_columns, in_contents])
@pytest.mark.parametrize(
    ("heading", "was", "now", "said"),
    [
        ("A类抽查比例", "3%", "2%", ["revision_before_differs"]),
        ("检查依据", "旧办法", "新办法", ["revision_sentence_unread"]),
        ("检查方式", "书面检查", "现场检查", ["revision_sentence_unread"]),
        ("验收标准", "旧", "新", ["revision_sentence_unread"]),
    ],
)
def test_what_is_not_read_of_a_revision_is_said_by_its_name(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, form: Any, heading: str, was: str, now: str, said: list[str]
) -> None:
    bring(connection, plan(tmp_path / "计划.csv", [CLASSED, *OTHERS], columns=BY_CLASS))
    title = "关于调整2024年度抽查计划部分任务的通知"
    brought = bring(connection, paper(tmp_path / "调整.csv", title, form(heading, was, now)))
    if heading == "验收标准" and form is in_columns:
        said = ["column_unread"]
    assert [issue.code for issue in brought.report.issues] == said
    if said == ["revision_sentence_unread"]:
        assert brought.report.issues[0].parameters["text"] == f"{heading}：{now}"


def test_a_kind_of_change_that_is_not_known_is_said(planned: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [RATES, [FOOD[1], "5%", "3%", "调整"], [SCALES[1], "", "", "暂缓"], [ADS[1], "", "", "取消"]]
    brought = bring(planned, paper(tmp_path / "调整.csv", "关于调整2024年度抽查计划部分任务的通知", rows))
    assert [(issue.code, issue.parameters) for issue in brought.report.issues] == [
        ("revision_sentence_unread", {"text": "暂缓"})
    ]


def test_a_sentence_that_calls_a_task_otherwise_does_not_rename_it(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    line = "将食品经营单位抽查的抽查比例由5%调整为3%。"
    letter = paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", line)
    chosen = {("revised_task", "食品经营单位抽查"): FOOD[1]}
    assert bring(planned, letter).report.status == "waiting"
    assert what(bring(planned, letter, chosen=chosen)) == {FOOD[1]: ("rate",)}


def test_a_letter_that_only_gives_reasons_and_orders_says_nothing_unread(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    letter = paper(
        tmp_path / "调整.txt",
        "关于调整2024年度抽查计划的通知",
        "因机构改革，经研究，决定对2024年度双随机抽查计划部分任务进行调整，现将有关事项通知如下：",
        "一、取消广告经营单位抽查。",
        "二、其他任务的调整见附件。",
        "各单位要严格按照调整后的计划开展抽查，及时公示抽查结果，不得随意增加抽查任务。",
    )
    assert bring(planned, letter).report.issues == ()


def test_a_revision_brought_again_carries_no_warning_of_a_plan(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    letter = paper(
        tmp_path / "调整.csv",
        "关于调整2024年度抽查计划部分任务的通知",
        [["序号", "任务名称", "调整前抽查比例", "调整后抽查比例"], ["1", FOOD[1], "5%", "3%"]],
        "将特种设备使用单位检查的抽查时间延长至11月底。",
    )
    first, again = bring(planned, letter), bring(planned, letter)
    assert (first.report.status, again.report.status) == ("imported", "unchanged")
    assert first.report.issues == again.report.issues == ()


def test_a_quoted_task_called_as_a_heading_is_withdrawn(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    bring(connection, plan(tmp_path / "计划.csv", [FOOD, ["2", "旅馆联合抽查", *ADS[2:]]]))
    letter = paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", "取消“旅馆联合抽查”。")
    assert what(bring(connection, letter)) == {"旅馆联合抽查": ("withdrawn",)}


def test_a_withdrawn_task_comes_back_by_a_sentence(planned: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    title = "关于调整2024年度抽查计划的通知"
    bring(planned, paper(tmp_path / "甲.txt", title, "取消广告经营单位抽查。"))
    assert ADS[1] not in tasks(planned)
    again = paper(
        tmp_path / "乙.txt", title, "恢复“广告经营单位抽查”任务。", number="青市监〔2024〕40号", day="2024年8月1日"
    )
    (change,) = (one for entry in bring(planned, again).report.plans for one in entry.changes)
    assert (change.restored, change.values, len(change.said())) == (True, (), 1)
    assert ADS[1] in tasks(planned)


def test_what_waits_or_is_not_found_carries_no_warning_of_a_plan(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    lines = ("将农机质量检查的抽查时间调整为10月。", "取消农机安全检查。")
    brought = bring(planned, paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", *lines))
    assert {issue.code for issue in brought.report.issues} == {"revision_task_unmatched"}
    ledger = ledger_of_notice(brought.report)
    assert (ledger.read, ledger.rows["rejected"], brought.report.complete) == (2, 2, False)


def test_a_draw_of_a_task_after_its_withdrawal_goes_in_and_is_said(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    bring(connection, plan(tmp_path / "计划.csv"))
    objects = [[code(i), f"企业{i}", "全县广告经营单位"] for i in (1, 2)]
    put_in(
        connection,
        write_csv(tmp_path / "名录.csv", ["统一社会信用代码", "检查对象名称", "所属对象库"], objects),
        bureau=BUREAU,
    )
    bring(connection, paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", "取消广告经营单位抽查。"))
    said = []
    for day, ordinal in (("2024-06-20", "1"), ("2024-08-10", "2")):
        drawn = write_csv(
            tmp_path / f"{day}.csv",
            ["抽查任务名称", "抽取批次", "抽取时间", "统一社会信用代码"],
            [[ADS[1], ordinal, day, code(int(ordinal))]],
        )
        report = put_in(connection, drawn, bureau=BUREAU)
        said.append((report.status, [code for _, _, code in issues(report.preview)]))
    assert said == [("imported", []), ("imported", ["drawn_after_withdrawal"])]


def test_a_result_that_names_nobody_is_of_who_had_to_check_that_day(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    bring(connection, plan(tmp_path / "计划.csv"))
    objects = [[code(i), f"企业{i}", "全县广告经营单位"] for i in (1, 2, 3)]
    headings = ["统一社会信用代码", "检查对象名称", "所属对象库"]
    put_in(connection, write_csv(tmp_path / "名录.csv", headings, objects), bureau=BUREAU)
    drawn = [[ADS[1], "1", "2024-06-20", code(i)] for i in (1, 2, 3)]
    headings = ["抽查任务名称", "抽取批次", "抽取时间", "统一社会信用代码"]
    put_in(connection, write_csv(tmp_path / "抽取.csv", headings, drawn), bureau=BUREAU)
    line = "广告经营单位抽查由信用监管股牵头变更为由质量股牵头。"
    bring(connection, paper(tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", line))
    days = {1: "2024-06-25", 2: "2024-07-10"}
    results = [[ADS[1], code(i), on, on, on, "广告发布登记情况", "未发现问题"] for i, on in days.items()]
    headings = ["抽查任务名称", "统一社会信用代码", "检查日期", "录入日期", "公示日期", "抽查事项", "检查结果"]
    report = put_in(connection, write_csv(tmp_path / "结果.csv", headings, results), bureau=BUREAU)
    assert (report.status, issues(report.preview)) == ("imported", [])
    due = "select object_id, unit.name, inspected_on is not null from due_visit inner join unit using (unit_id) order by 1"
    assert connection.execute(due).fetchall() == [
        (code(1), "信用监管股", True), (code(2), "质量股", True), (code(3), "质量股", False)
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------------- the command
def test_the_command_asks_takes_the_answers_and_tells_every_change(tmp_path: Path) -> None:
    database = empty(tmp_path / "a.duckdb")

    def command(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["import", "--db", str(database), *map(str, arguments)])

    assert command(plan(tmp_path / "计划.csv")).exit_code == 0
    rows = [[*FOOD[:4], "3%", "6月-8月", "食品股"], LIFTS, SCALES]
    file = paper(tmp_path / "调整.csv", "关于调整2024年度抽查计划的通知", [COLUMNS, *rows], day=None)
    refused = command(file)
    assert (refused.exit_code, "--in-force-on" in refused.output) == (2, True)
    dated = (file, "--in-force-on", "2024-07-01")
    answers = tmp_path / "d.toml"
    waits = command(*dated, "--propose", answers)
    assert (waits.exit_code, "广告经营单位抽查" in waits.stdout) == (3, True)
    looked = command(*dated, "--decisions", answers, "--dry-run")
    assert (looked.exit_code, "由“5%”调整为“3%”" in looked.stdout) == (0, True)
    (told,) = json.loads(command(*dated, "--decisions", answers, "--json").stdout)["files"]
    assert (told["status"], told["in_force_on"], told["rows_waiting"]) == ("imported", "2024-07-01", 0)
    (one,) = [change for entry in told["plans"] for change in entry["changes"]]
    assert (one["kind"], one["name"], [value["field"] for value in one["values"]]) == (
        "changed", "食品经营者抽查", ["rate", "period"]
    )  # fmt: skip
    assert one["values"][0] == {"field": "rate", "before": "5%", "after": "3%"}
    assert [(one["code"], one["value"], one["by"]) for one in told["decisions"]] == [
        ("unnamed_task", "stays", "chosen")
    ]
    (again,) = json.loads(command(*dated, "--json").stdout)["files"]
    assert again["status"] == "unchanged"


def test_the_command_says_which_decisions_decided_nothing(tmp_path: Path) -> None:
    database = empty(tmp_path / "a.duckdb")
    letter = paper(
        tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知", "将食品经营单位抽查的抽查比例由5%调整为3%。"
    )
    decisions = tmp_path / "D.toml"
    entries = [("食品经营单位抽查", "无此任务"), ("无人问及", FOOD[1])]
    decisions.write_text(
        "".join(f'[[decision]]\ncode = "revised_task"\nsubject = "{a}"\nvalue = "{b}"\n' for a, b in entries), "utf-8"
    )
    command = ["import", "--db", str(database)]
    assert CliRunner().invoke(main, [*command, str(plan(tmp_path / "计划.csv"))]).exit_code == 0
    told = CliRunner().invoke(main, [*command, "--decisions", str(decisions), str(letter)])
    assert told.exit_code == 3
    assert "不能取“无此任务”" in told.stderr
    assert "“无人问及”" in told.stderr


def test_what_was_left_out_of_a_revision_is_said_when_it_is_brought_again(
    planned: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    letter = paper(
        tmp_path / "调整.txt", "关于调整2024年度抽查计划的通知",
        "将食品经营者抽查的抽查比例由5%调整为3%。", "将殡葬服务机构抽查的抽查比例由5%调整为3%。",
    )  # fmt: skip
    first, again = bring(planned, letter), bring(planned, letter)
    assert (first.report.status, again.report.status) == ("imported", "unchanged")
    assert first.report.complete is again.report.complete is False
    assert [issue.code for issue in first.report.issues] == [issue.code for issue in again.report.issues]
    rows = ledger_of_notice(again.report).rows
    assert (rows["unchanged"], rows["rejected"]) == (1, 1)
