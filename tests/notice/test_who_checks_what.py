"""Who checks which item, who leads and who helps, and what is counted, where the form of a table says it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.notice.contacts import without_contacts
from inspections.notice.plan import Notice, Task
from inspections.notice.reading import read_notice

TITLE = "某县市场监督管理局2025年度部门联合抽查计划"


def read(tmp_path: Path, *rows: str, title: str = TITLE) -> Notice:
    """A web page with these rows; cells are parted by |, ^ goes on from above and < from the left."""
    grid = [row.split("|") for row in rows]
    lines = []
    for r, row in enumerate(grid):
        cells = ""
        for c, cell in enumerate(row):
            if cell in {"^", "<"}:
                continue
            down = next((i for i in range(1, len(grid) - r) if grid[r + i][c] != "^"), len(grid) - r)
            right = next((i for i in range(1, len(row) - c) if row[c + i] != "<"), len(row) - c)
            cells += f'<td rowspan="{down}" colspan="{right}">{cell}</td>'
        lines.append(f"<tr>{cells}</tr>")
    file = tmp_path / "计划.html"
    file.write_text(f"<html><body><p>{title}</p><table>{''.join(lines)}</table></body></html>", "utf-8")
    return read_notice(read_document(file))


def only(notice: Notice) -> Task:
    (plan,) = notice.plans
    (task,) = plan.tasks
    return task


def who_checks(task: Task) -> dict[str, str]:
    return {item.name: item.unit.name for item in task.items}


@pytest.mark.parametrize(
    "heading",
    [
        ("牵头部门及事项|<|参与部门及事项|<", "牵头部门|抽查事项|参与部门|抽查事项"),
        ("发起|<|配合单位|<", "部门|抽查事项|部门|抽查事项"),
        ("牵头部门|抽查事项|配合部门|抽查事项", None),
        ("发起部门|检查事项|协同部门|检查事项", None),
    ],
)
def test_items_that_stand_with_the_helpers_are_theirs(tmp_path: Path, heading: tuple[str, str | None]) -> None:
    upper, lower = heading
    rows = (
        [f"任务名称|抽查对象|{upper}|抽查比例", f"^|^|{lower}|^"] if lower else [f"任务名称|抽查对象|{upper}|抽查比例"]
    )
    task = only(read(tmp_path, *rows, "加油站抽查|加油站|县商务局|经营资质检查|县税务局|纳税申报检查|5%"))
    assert who_checks(task) == {"经营资质检查": "县商务局", "纳税申报检查": "县税务局"}


@pytest.mark.parametrize("leads", ["发起", "牵头", "牵头部门"])
@pytest.mark.parametrize("helps", ["配合", "参与", "协同单位"])
def test_a_part_beside_a_department_says_who_leads_and_who_helps(tmp_path: Path, leads: str, helps: str) -> None:
    task = only(
        read(
            tmp_path,
            "序号|任务名称|抽查对象|抽查比例|检查部门|<|抽查事项",
            "^|^|^|^|角色|部门|^",
            f"1|加油站抽查|加油站|5%|{leads}|县商务局|经营资质检查",
            f"^|^|^|^|{helps}|县税务局|纳税申报检查",
        )
    )
    assert task.lead_unit.name == "县商务局"
    assert [unit.name for unit in task.partners] == ["县税务局"]
    assert who_checks(task) == {"经营资质检查": "县商务局", "纳税申报检查": "县税务局"}


@pytest.mark.parametrize(
    ("legend", "lead", "help_"),
    [("●为牵头，√为配合", "●", "√"), ("★牵头、√参与", "★", "√"), ("√表示配合；■表示发起", "■", "√")],
)
def test_a_legend_says_which_sign_leads(tmp_path: Path, legend: str, lead: str, help_: str) -> None:
    task = only(
        read(
            tmp_path,
            f"序号|任务名称|抽查对象|抽查比例|参与部门（{legend}）|<|<",
            "^|^|^|^|商务局|公安局|税务局",
            f"1|加油站抽查|加油站|5%||{lead}|{help_}",
        )
    )
    assert task.lead_unit.name == "公安局"
    assert [unit.name for unit in task.partners] == ["税务局"]


@pytest.mark.parametrize("heading", ["抽取（户）", "计划检查（家）", "拟查（单位：个）", "检查（批次）"])
def test_a_unit_in_the_brackets_of_a_heading_says_that_it_counts(tmp_path: Path, heading: str) -> None:
    rows = f"任务名称|检查事项|抽查对象|{heading}|检查时段", "加油站抽查|资质检查|加油站|6|3-5月"
    task = only(read(tmp_path, *rows, title="某县商务局2025年度抽查计划"))
    assert (task.quota, task.rate) == (6, None)


@pytest.mark.parametrize(
    ("group", "cells", "expected"),
    [
        ("分级检查家数", "2|3", [(None, 2), (None, 3)]),
        ("各类检查数量", "4|5", [(None, 4), (None, 5)]),
        ("分级抽查比例（%）", "2|3", [(Decimal("0.02"), None), (Decimal("0.03"), None)]),
    ],
)
def test_classes_below_a_heading_of_numbers_are_numbers(
    tmp_path: Path, group: str, cells: str, expected: list[tuple[Decimal | None, int | None]]
) -> None:
    rows = f"行业|企业总数（家）|{group}|<|责任科室", "^|^|A级|B级|^", f"工贸|18|{cells}|工贸科"
    task = only(read(tmp_path, *rows, title="某县应急管理局2025年度执法检查计划"))
    assert task.name == "工贸"
    assert [(task.class_rates[c].rate, task.class_rates[c].quota) for c in "AB"] == expected


@pytest.mark.parametrize(
    ("objects", "pool", "count", "scope"),
    [
        ("从100家成品油零售企业名录库中按照10%的比例随机抽取10家", 100, 10, "成品油零售企业"),
        ("从25家单用途商业预付卡发卡企业名录库中按照20%的比例随机抽取5家", 25, 5, "单用途商业预付卡发卡企业"),
        ("从8家拍卖企业中按25%随机抽取2家", 8, 2, "拍卖企业"),
    ],
)
def test_what_is_drawn_of_a_list_says_pool_number_and_objects(
    tmp_path: Path, objects: str, pool: int, count: int, scope: str
) -> None:
    rows = "序号|检查对象|检查内容|检查时间", f"1|{objects}|经营资质|5月"
    task = only(read(tmp_path, *rows, title="某县商务局2025年度涉企行政执法检查计划"))
    assert (task.pool_stated, task.quota, task.scope) == (pool, count, scope)


@pytest.mark.parametrize("days", ["2026.01.01-2026.12.31", "2026.03.01-2026.11.30", "2025/04/01-2025/09/30"])
def test_days_with_points_are_no_telephone(days: str) -> None:
    assert without_contacts(days, figures=True) == (days, False)


@pytest.mark.parametrize("text", ["2026.13800001111", "2026.03 010-66123456", "3月 138.0000.1111"])
def test_a_telephone_behind_a_year_goes(text: str) -> None:
    assert without_contacts(text, figures=True)[1]


@pytest.mark.parametrize(
    ("group", "lead"), [("检查单位及检查内容", None), ("各部门检查事项", None), ("分工", "县民政局")]
)
def test_words_below_the_names_of_departments_are_their_items(tmp_path: Path, group: str, lead: str | None) -> None:
    before = ("任务名称|抽查对象|抽查比例|检查时间", "^|^|^|^", "养老机构抽查|养老机构|50%|6月")
    if lead:
        before = (before[0] + "|牵头部门", before[1] + "|^", before[2] + f"|{lead}")
    rows = f"{before[0]}|{group}|<", f"{before[1]}|县民政局|县消防救援大队", f"{before[2]}|备案与服务质量|消防设施"
    task = only(read(tmp_path, *rows))
    assert who_checks(task) == {"备案与服务质量": "县民政局", "消防设施": "县消防救援大队"}
    assert (task.lead_unit.name, [unit.name for unit in task.partners]) == ("县民政局", ["县消防救援大队"])


@pytest.mark.parametrize(
    ("group", "parts", "cells", "expected"),
    [
        ("各季度检查户数", "一季度|二季度|三季度|四季度|合计", "10|15|15|10|50", (50, 1, 12)),
        ("检查家数", "上半年|下半年", "4|6", (10, 1, 12)),
        ("计划检查数（户）", "3月|4月|5月", "2||3", (5, 3, 5)),
    ],
)
def test_numbers_below_parts_of_the_year_add_up(
    tmp_path: Path, group: str, parts: str, cells: str, expected: tuple[int, int, int]
) -> None:
    more = "|<" * parts.count("|")
    rows = f"检查任务|检查事项|检查对象|{group}{more}", f"^|^|^|{parts}", f"工贸抽查|安全检查|工贸企业|{cells}"
    task = only(read(tmp_path, *rows, title="某县应急管理局2025年度检查计划"))
    assert task.starts_on is not None
    assert task.ends_on is not None
    assert (task.quota, task.starts_on.month, task.ends_on.month) == expected


@pytest.mark.parametrize(
    ("scope", "pool", "rate", "quota"),
    [
        ("小微工业企业（86家，抽查10%）", 86, Decimal("0.1"), None),
        ("养老机构（3家，全覆盖）", 3, Decimal(1), None),
        ("餐饮单位（抽查20户）", None, None, 20),
    ],
)
def test_what_stands_in_brackets_behind_the_objects_is_how_many(
    tmp_path: Path, scope: str, pool: int | None, rate: Decimal | None, quota: int | None
) -> None:
    rows = "检查名称|检查事项|检查对象名称及数量|检查时间", f"甲项检查|制度落实情况|{scope}|4月"
    task = only(read(tmp_path, *rows, title="某县商务局2026年度涉企行政检查计划"))
    assert (task.pool_stated, task.rate, task.quota, task.scope) == (pool, rate, quota, scope)


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("抽取户数及占比", "2户，占20%", (2, Decimal("0.2"))),
        ("占比", "20%", (None, Decimal("0.2"))),
        ("抽检数", "4", (4, None)),
        ("拟检查户数", "4", (4, None)),
    ],
)
def test_numbers_and_shares_by_the_end_of_their_heading(
    tmp_path: Path, heading: str, cell: str, expected: tuple[int | None, Decimal | None]
) -> None:
    rows = f"任务名称|检查事项|检查对象|{heading}|检查时间", f"典当行检查|当票使用|典当行|{cell}|7月"
    task = only(read(tmp_path, *rows, title="某县金融局2025年度检查计划"))
    assert (task.quota, task.rate) == expected


@pytest.mark.parametrize(
    ("title", "bureau"),
    [
        ("某县民政局 某县消防救援大队关于开展2025年养老机构抽查计划的通知", "某县民政局"),
        ("某县商务局、某县公安局关于印发2025年联合抽查计划的通知", "某县商务局"),
        ("某县商务局关于印发2025年抽查计划的通知", "某县商务局"),
    ],
)
def test_of_two_bureaus_that_write_together_the_first_is_the_notices(tmp_path: Path, title: str, bureau: str) -> None:
    rows = "任务名称|检查事项|检查对象|抽查比例|检查时间", "甲项抽查|制度落实|养老机构|10%|7月"
    assert read(tmp_path, *rows, title=title).bureau.name == bureau


@pytest.mark.parametrize("lower", ["东片|西片", "甲组|乙组", "（一）|（二）"])
def test_the_lower_line_of_a_heading_that_nobody_knows_is_no_task(tmp_path: Path, lower: str) -> None:
    rows = (
        "任务名称|检查对象|抽查比例|检查时间|责任科室|分布|<",
        f"^|^|^|^|^|{lower}",
        "甲项抽查|典当行|10%|7月|法规科|4|5",
    )
    task = only(read(tmp_path, *rows, title="某县金融局2025年度检查计划"))
    assert (task.name, task.scope) == ("甲项抽查", "典当行")


@pytest.mark.parametrize("theme", ["联合抽查主题", "任务名称"])
@pytest.mark.parametrize("asked", ["检查事项", "抽查内容"])
def test_items_in_brackets_behind_a_department_are_its_own(tmp_path: Path, theme: str, asked: str) -> None:
    rows = (
        f"{theme}|牵头单位（{asked}）|配合单位（{asked}）|抽查对象|比例|时间",
        "校外培训|县教育局（办学许可）|县市场监管局（广告宣传）、县公安局（人员背景）|培训机构|20%|7—8月",
    )
    task = only(read(tmp_path, *rows))
    assert (task.name, task.lead_unit.name) == ("校外培训", "县教育局")
    assert list(who_checks(task)) == ["办学许可", "广告宣传", "人员背景"]
    assert who_checks(task)["人员背景"] == "县公安局"
