"""What tells columns of one kind apart: months and years, levels, classes, choices with boxes, objects with numbers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.notice.boxes import ticked_alone
from inspections.notice.reading import read_notice
from tests.notice.test_who_checks_what import only, read

TITLE = "某县商务局2025年度双随机抽查计划"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("☑定向 □不定向", "定向"),
        ("□定向 ☑不定向", "不定向"),
        ("定向□ 不定向☑", "不定向"),
        ("☑重点、☑一般 □其他", "重点、一般"),
        ("□定向 □不定向", ""),
        ("□", "□"),
        ("☑", "☑"),
        ("加油站", "加油站"),
    ],
)
def test_of_choices_with_boxes_the_ticked_one_counts(text: str, said: str) -> None:
    assert ticked_alone(text) == said


def test_a_box_decides_the_way_of_drawing_and_the_class_of_the_item(tmp_path: Path) -> None:
    task = only(
        read(
            tmp_path,
            "任务名称|抽查对象|抽查类型|事项类别|抽查比例|检查时间",
            "加油站抽查|加油站|☑定向 □不定向|□重点 ☑一般|5%|7月",
            title=TITLE,
        )
    )
    assert (task.draw_type, task.item_class) == ("conditional", "general")


@pytest.mark.parametrize("month", ["月均抽查数", "每月抽查户数"])
@pytest.mark.parametrize("year", ["全年抽查数", "年度抽查户数"])
def test_the_number_of_the_year_goes_before_that_of_a_month(tmp_path: Path, month: str, year: str) -> None:
    rows = f"任务名称|抽查对象|抽查比例|{month}|{year}|检查时间", "加油站抽查|加油站|50%|3|36|全年"
    notice = read(tmp_path, *rows, title=TITLE)
    task = only(notice)
    assert (task.rate, task.quota) == (Decimal("0.5"), 36)
    assert [issue.parameters["header"] for issue in notice.issues if issue.code == "column_unread"] == [month]


def test_a_number_for_each_quarter_is_said(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|每季度抽查家数|检查时间", "加油站抽查|加油站|5|全年"
    notice = read(tmp_path, *rows, title=TITLE)
    assert (only(notice).quota, only(notice).times_per_year) == (5, 4)
    assert "quota_by_period" in {issue.code for issue in notice.issues}


@pytest.mark.parametrize("heading", ["抽查单位类别", "污染源类别", "检查对象类型", "监管对象分类"])
def test_kinds_of_those_inspected_are_the_objects(tmp_path: Path, heading: str) -> None:
    rows = f"序号|{heading}|抽查内容|抽查比例|检查时间", "1|一般单位|制度落实情况|5%|7月"
    assert only(read(tmp_path, *rows, title=TITLE)).scope == "一般单位"


@pytest.mark.parametrize(
    ("cell", "pool"),
    [("在建工程26个", 26), ("物业企业（共31家）", 31), ("加油站", None), ("抽取加油站5家", None)],
)
def test_the_number_behind_the_objects_is_how_many_there_are(tmp_path: Path, cell: str, pool: int | None) -> None:
    rows = "任务名称|抽查对象及数量|抽查比例|检查时间", f"甲项抽查|{cell}|15%|7月"
    notice = read(tmp_path, *rows, title=TITLE)
    task = only(notice)
    assert (task.scope, task.rate, task.quota, task.pool_stated) == (cell, Decimal("0.15"), None, pool)
    assert ("pool_of_objects" in {issue.code for issue in notice.issues}) == (pool is not None)


@pytest.mark.parametrize(
    ("cell", "pool", "said"),
    [("1.2万户", 12_000, False), ("1,336", 1336, False), ("若干", None, True), ("3000000000", None, True)],
)
def test_a_pool_is_read_or_said(tmp_path: Path, cell: str, pool: int | None, said: bool) -> None:
    rows = "任务名称|抽查对象|对象总数|抽查比例|检查时间", f"甲项抽查|加油站|{cell}|15%|7月"
    notice = read(tmp_path, *rows, title=TITLE)
    assert only(notice).pool_stated == pool
    assert ("pool_unreadable" in {issue.code for issue in notice.issues}) == said


def test_a_number_too_large_for_the_plan_is_said(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|抽查比例|抽查数量|检查时间", "甲项抽查|加油站|15%|3000000000|7月"
    notice = read(tmp_path, *rows, title=TITLE)
    assert only(notice).quota is None
    assert "count_too_large" in {issue.code for issue in notice.issues}


def test_objects_without_a_class_have_a_column_too(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|低风险|中风险|高风险|未分级|检查时间", "甲项抽查|加油站|1%|5%|20%|3%|7月"
    task = only(read(tmp_path, *rows, title=TITLE))
    assert {code: planned.rate for code, planned in task.class_rates.items()} == {
        "A": Decimal("0.01"),
        "B": Decimal("0.05"),
        "D": Decimal("0.2"),
        "none": Decimal("0.03"),
    }
    assert task.rate is None


def test_levels_of_those_who_launch_are_read_together(tmp_path: Path) -> None:
    rows = (
        "任务名称|抽查对象|发起部门|<|抽查比例|<|检查时间",
        "^|^|市级|县级|市级|县级|^",
        "甲项抽查|加油站|市商务局|县商务部门|5%|10%|7月",
    )
    notice = read(tmp_path, *rows, title="某市2025年度部门联合抽查计划")
    task = only(notice)
    assert (task.lead_unit.name, task.rate) == ("市商务局", None)
    assert "rate_ambiguous" in {issue.code for issue in notice.issues}


@pytest.mark.parametrize("carries_out", ["实施单位", "执行单位"])
def test_who_carries_it_out_does_not_lead_beside_who_launches(tmp_path: Path, carries_out: str) -> None:
    rows = f"任务名称|抽查对象|抽查比例|发起科室|{carries_out}|检查时间", "甲项抽查|加油站|5%|流通科|各商务所|7月"
    task = only(read(tmp_path, *rows, title=TITLE))
    assert (task.lead_unit.name, task.partners) == ("流通科", ())


def test_items_of_each_department_in_one_cell_say_who_leads(tmp_path: Path) -> None:
    rows = (
        "联合抽查主题|抽查对象|抽查单位及抽查事项|抽查比例|抽查时间",
        "校园周边|食品店|牵头单位：县市场监管局（进货查验） 配合单位：县教育局（食堂管理）、县公安局（治安）|5%|7月",
    )
    task = only(read(tmp_path, *rows, title="某县2025年度部门联合抽查计划"))
    assert task.lead_unit.name == "县市场监管局"
    assert {item.name: item.unit.name for item in task.items} == {
        "进货查验": "县市场监管局",
        "食堂管理": "县教育局",
        "治安": "县公安局",
    }


@pytest.mark.parametrize(
    "rows",
    [
        (",,,,", "某县商务局2025年抽查计划,,,,", "序号,抽查任务,抽查对象,抽查比例,检查时间"),
        ("序号,抽查任务,抽查对象,抽查比例,检查时间", "某县商务局2025年抽查计划,,,,"),
        ("序号,抽查任务,抽查对象,抽查比例,检查时间", ",某县商务局2025年抽查计划,,,"),
    ],
)
def test_the_title_of_a_list_may_stand_anywhere_near_its_headings(tmp_path: Path, rows: tuple[str, ...]) -> None:
    file = tmp_path / "表.csv"
    file.write_text("\n".join((*rows, "1,加油站抽查,加油站,5%,7月", "2,商超抽查,商超,3%,8月")), "utf-8")
    notice = read_notice(read_document(file))
    (plan,) = notice.plans
    assert (notice.bureau.name, plan.title, len(plan.tasks)) == ("某县商务局", "某县商务局2025年抽查计划", 2)


def test_the_part_of_a_department_may_stand_in_its_own_column(tmp_path: Path) -> None:
    rows = (
        "任务名称|抽查对象|抽查比例|检查时间|参与部门|<|<",
        "^|^|^|^|市场监管局|公安局|教育局",
        "甲项抽查|培训机构|5%|7月|配合||牵头",
        "乙项抽查|旅馆|5%|8月|配合|牵头|",
    )
    (plan,) = read(tmp_path, *rows, title="某县2025年度部门联合抽查计划").plans
    assert [(task.lead_unit.name, [unit.name for unit in task.partners]) for task in plan.tasks] == [
        ("教育局", ["市场监管局"]),
        ("公安局", ["市场监管局"]),
    ]


@pytest.mark.parametrize(
    ("heading", "quota", "pool", "said"),
    [("检查对象数量", None, 31, True), ("抽查对象数量", 31, None, False), ("监管对象数", None, 31, None)],
)
def test_a_number_of_objects_beside_a_proportion_is_the_pool_or_said(
    tmp_path: Path, heading: str, quota: int | None, pool: int | None, said: bool | None
) -> None:
    rows = f"任务名称|检查对象|{heading}|抽查比例|检查时间", "甲项抽查|加油站|31|10%|7月"
    notice = read(tmp_path, *rows, title=TITLE)
    assert (only(notice).quota, only(notice).pool_stated) == (quota, pool)
    if said is not None:
        assert ("quota_or_pool" in {issue.code for issue in notice.issues}) == said


@pytest.mark.parametrize(("heading", "times"), [("检查频次上限", None), ("检查频次", 1), ("检查频次和上限", 1)])
def test_the_most_times_that_are_allowed_are_no_plan(tmp_path: Path, heading: str, times: int | None) -> None:
    rows = f"任务名称|检查对象|抽查比例|{heading}|检查时间", "甲项抽查|加油站|10%|1次/年|7月"
    notice = read(tmp_path, *rows, title=TITLE)
    assert only(notice).times_per_year == times
    assert ("frequency_upper_limit" in {issue.code for issue in notice.issues}) == (times is None)


def test_two_batches_under_one_number_are_one_task(tmp_path: Path) -> None:
    rows = (
        "序号|任务名称|抽查对象|抽查比例|抽查时间|牵头科室",
        "1|娱乐场所抽查|娱乐场所|20%|3—5月|市场科",
        "^|^|^|^|9—11月|^",
        "2|旅行社抽查|旅行社|10%|6—8月|旅游科",
    )
    (plan,) = read(tmp_path, *rows, title=TITLE).plans
    assert [
        (task.name, task.starts_on and task.starts_on.month, task.ends_on and task.ends_on.month) for task in plan.tasks
    ] == [
        ("娱乐场所抽查", 3, 11),
        ("旅行社抽查", 6, 8),
    ]


@pytest.mark.parametrize("cell", ["AAA级3%，AA级5%，A级10%，B级30%", "守信1%、一般守信5%、失信50%"])
def test_another_schemes_classes_are_said_and_not_taken_for_ours(tmp_path: Path, cell: str) -> None:
    rows = "任务名称|抽查对象|抽查比例|检查时间", f"甲项抽查|施工单位|{cell}|7月"
    notice = read(tmp_path, *rows, title=TITLE)
    assert (only(notice).rate, only(notice).class_rates) == (None, {})
    assert "rate_ambiguous" in {issue.code for issue in notice.issues}


def test_departments_with_their_items_behind_a_colon(tmp_path: Path) -> None:
    rows = (
        "联查任务名称|发起部门及抽查事项|参与部门及抽查事项|抽查对象|抽查比例|检查时间",
        "民办医院抽查|县卫健委：依法执业|县医保局：基金使用；县税务局：发票|民营医院|20%|10月",
    )
    task = only(read(tmp_path, *rows, title="某县2025年度部门联合抽查计划"))
    assert task.lead_unit.name == "县卫健委"
    assert {item.name: item.unit.name for item in task.items} == {
        "依法执业": "县卫健委",
        "基金使用": "县医保局",
        "发票": "县税务局",
    }


@pytest.mark.parametrize("cell", ["17（10%）", "10%（17）", "10%（17户）"])
def test_a_number_with_its_share_in_brackets_is_both(tmp_path: Path, cell: str) -> None:
    rows = "任务名称|抽查对象|抽查数量（比例）|检查时间", f"甲项抽查|农药店|{cell}|7月"
    task = only(read(tmp_path, *rows, title=TITLE))
    assert (task.quota, task.rate) == (17, Decimal("0.1"))


def test_a_share_of_each_quarter_is_said(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|季度抽查比例|检查时间", "甲项抽查|排污单位|不低于25%|全年"
    notice = read(tmp_path, *rows, title=TITLE)
    assert only(notice).rate == Decimal("0.25")
    assert "quota_by_period" in {issue.code for issue in notice.issues}


def test_a_table_of_results_is_no_plan(tmp_path: Path) -> None:
    file = tmp_path / "计划.md"
    plan = "|序号|抽查任务|抽查对象|比例|时间|\n|---|---|---|---|---|\n|1|食品抽查|食堂|20%|3月|"
    results = "|序号|抽查任务|抽查对象|抽查户数|发现问题户数|\n|---|---|---|---|---|\n|1|食品抽查|食堂|16|3|"
    file.write_text(f"{TITLE}\n\n{plan}\n\n上年结果\n\n{results}\n", "utf-8")
    notice = read_notice(read_document(file))
    assert [len(plan.tasks) for plan in notice.plans] == [1]
    assert len(notice.set_aside) == 2
