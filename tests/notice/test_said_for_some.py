"""What is said for some tasks at once: in a row over them, in a table beside theirs, by letters, by sections."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from inspections.notice.proportions import proportion
from inspections.notice.ticks import letters_for_roles
from tests.notice.test_prose import read as read_lines
from tests.notice.test_prose import tasks
from tests.notice.test_said_elsewhere import codes
from tests.notice.test_who_checks_what import only, read

TITLE = "某县市场监督管理局2025年度抽查计划"
HEAD = "序号|任务名称|抽查事项|抽查对象|完成时间"
ROWS = "1|药店抽查|购进渠道|药店|9月底前", "2|广告抽查|广告行为|广告主|8月底前"


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("一、按3%抽取的任务", "rate", Decimal("0.03")),
        ("（一）全覆盖抽查", "rate", Decimal(1)),
        ("一、重点检查事项", "item_class", "key"),
        ("二、不定向抽查任务", "draw_type", "unconditional"),
    ],
)
def test_a_row_over_the_tasks_says_it_for_them(tmp_path: Path, section: str, field: str, value: object) -> None:
    notice = read(tmp_path, HEAD, f"{section}|<|<|<|<", ROWS[0], "三、其他|<|<|<|<", ROWS[1])
    first, second = tasks(notice)
    assert (getattr(first, field), getattr(second, field)) == (value, None)
    assert any(issue.code == "value_of_note" and issue.row == first.row for issue in notice.issues)


def test_a_row_over_the_tasks_does_not_outdo_their_own_column(tmp_path: Path) -> None:
    notice = read(tmp_path, f"{HEAD}|抽查比例", "一、按3%抽取的任务|<|<|<|<|<", f"{ROWS[0]}|20%")
    assert only(notice).rate == Decimal("0.2")


def test_a_demand_over_a_table_is_no_heading_of_its_tasks(tmp_path: Path) -> None:
    notice = read(tmp_path, HEAD, ROWS[0], title=f"{TITLE}</p><p>三、重点领域实现监管全覆盖")
    assert (only(notice).rate, only(notice).item_class) == (None, None)


def apart(*rows: str) -> str:
    """A second table, where `read` puts its title."""
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return "</p><table>" + "".join(f"<tr>{one}</tr>" for one in cells) + "</table><p>" + TITLE


def test_a_table_beside_that_of_the_tasks_says_more_of_them(tmp_path: Path) -> None:
    title = TITLE + apart("任务名称|抽查比例", "药店抽查|10%", "广告抽查|5%", "直销抽查|3%")
    notice = read(tmp_path, HEAD, *ROWS, title=title)
    assert [task.rate for task in tasks(notice)] == [Decimal("0.1"), Decimal("0.05")]
    assert {"value_of_note"} <= codes(notice, "rate")
    # What names none of the tasks is said.
    assert "words_unread" in codes(notice, "name")


def test_a_value_of_a_table_beside_another_is_said(tmp_path: Path) -> None:
    title = TITLE + apart("任务名称|抽查比例", "药店抽查|10%")
    notice = read(tmp_path, f"{HEAD}|抽查比例", f"{ROWS[0]}|20%", title=title)
    assert only(notice).rate == Decimal("0.2")
    assert "words_unread" in codes(notice, "rate")


@pytest.mark.parametrize(
    ("one", "other", "legend"),
    [("主", "协", ""), ("Z", "P", "注：Z表示牵头部门，P表示配合部门"), ("甲", "乙", "甲为牵头，乙为参与")],
)
def test_letters_below_departments_say_which_part_each_has(tmp_path: Path, one: str, other: str, legend: str) -> None:
    rows = [
        "任务名称|抽查对象|抽查数量|抽查时间|参与部门|<|<",
        "^|^|^|^|县公安局|县文旅局|县应急局",
        f"旅馆抽查|旅馆|12家|4月|{other}|{one}|",
        f"烟花抽查|烟花零售店|10家|11月|{other}||{one}",
    ]
    rows += [f"{legend}|<|<|<|<|<|<"] if legend else []
    assert [(task.lead_unit.name, [unit.name for unit in task.partners]) for task in tasks(read(tmp_path, *rows))] == [
        ("县文旅局", ["县公安局"]),
        ("县应急局", ["县公安局"]),
    ]


def test_a_sentence_is_no_legend_of_letters() -> None:
    assert letters_for_roles("各部门要高度重视，做好配合。") == {}
    assert letters_for_roles("注：抽查以牵头部门名录库为准") == {}


def test_sections_called_by_who_inspects_say_who_leads(tmp_path: Path) -> None:
    notice = read_lines(
        tmp_path,
        "一、林政股",
        "组织开展木材加工检查，对木材加工企业按5%抽取，4月至6月完成。",
        "二、种苗站管理科",
        "开展种苗质量检查，抽取6家种苗生产单位，上、下半年各一次。",
    )
    first, second = tasks(notice)
    assert (first.name, first.lead_unit.name, first.rate) == ("木材加工检查", "林政股", Decimal("0.05"))
    assert (second.lead_unit.name, second.quota, second.times_per_year) == ("种苗站管理科", 6, 2)


def test_who_is_named_by_a_trade_and_in_full_is_one(tmp_path: Path) -> None:
    head = "任务名称|抽查对象|抽查比例|抽查时间|联查部门|抽查事项|责任分工"
    who = "县商务局牵头发起，县税务局按职责分工负责。"
    rows = f"加油站抽查|加油站|5%|4月|商务部门|经营资质|{who}", "^|^|^|^|税务部门|纳税申报|^"
    task = only(read(tmp_path, head, *rows))
    assert (task.lead_unit.name, [unit.name for unit in task.partners]) == ("县商务局", ["县税务局"])
    assert [(item.name, item.unit.name) for item in task.items] == [("经营资质", "县商务局"), ("纳税申报", "县税务局")]


def test_a_trade_at_another_level_is_another_unit(tmp_path: Path) -> None:
    row = "药店抽查|药店|5%|4月|市市场监管局|县级市场监管部门、市医保局"
    head = "任务名称|抽查对象|抽查比例|抽查时间|牵头部门|配合部门"
    notice = read(tmp_path, head, row, title="某市2025年度部门联合抽查计划")
    assert [unit.name for unit in only(notice).partners] == ["县级市场监管部门", "市医保局"]


def test_tasks_told_as_questions_and_answers(tmp_path: Path) -> None:
    lines = "查谁：代理记账机构，从中随机抽取12户。", "查什么：执业条件。", "什么时候查：8月至9月。", "谁来查：会计股。"
    (task,) = tasks(read_lines(tmp_path, "一、代理记账机构抽查", *lines, title="某县财政局2025年度双随机抽查计划"))
    assert (task.name, task.quota, task.lead_unit.name) == ("代理记账机构抽查", 12, "会计股")
    assert (str(task.starts_on), str(task.ends_on)) == ("2025-08-01", "2025-09-30")


@pytest.mark.parametrize(
    ("text", "rate", "quota", "pool"),
    [
        ("6户（承储企业共15户）", None, 6, 15),
        ("按对象总数的10%随机抽取，共12家。", "0.1", 12, None),
        ("120家中抽取10%，共12家", "0.1", 12, 120),
        ("120家企业中随机抽取10%", "0.1", None, 120),
        ("10%（共120家）", "0.1", None, 120),
        ("3家，其中小型屠宰点1家。", None, 3, None),
    ],
)
def test_how_many_there_are_and_how_many_are_drawn(
    text: str, rate: str | None, quota: int | None, pool: int | None
) -> None:
    said = proportion(text)
    assert (said.rate, said.quota, said.pool) == (rate and Decimal(rate), quota, pool)


def test_a_letter_of_one_task_divides_the_work(tmp_path: Path) -> None:
    lines = (
        "一、抽查对象",
        "机动车维修经营者，共40家。",
        "二、抽查比例",
        "按10%随机抽取。",
        "三、抽查时间",
        "9月1日至9月30日。",
        "四、部门分工",
        "县交通局负责牵头组织，检查备案；县环保局负责检查废气治理。",
        "请于8月底前反馈名单。",
    )
    title = "某县交通局关于开展2025年机动车维修“双随机”抽查的函"
    (task,) = tasks(read_lines(tmp_path, *lines, title=title))
    assert [(item.name, item.unit.name) for item in task.items] == [("备案", "某县交通局"), ("废气治理", "县环保局")]
    assert (task.lead_unit.name, [unit.name for unit in task.partners]) == ("某县交通局", ["县环保局"])
    assert (task.rate, task.pool_stated, str(task.ends_on)) == (Decimal("0.1"), 40, "2025-09-30")


def test_a_sentence_for_each_quarter_is_a_task(tmp_path: Path) -> None:
    lines = "第一季度，抽取旅馆20家，由监督股负责。", "第二季度，抽取诊所8家，由医政股负责。"
    notice = read_lines(tmp_path, *lines)
    assert [(task.scope, task.quota, str(task.ends_on)) for task in tasks(notice)] == [
        ("旅馆", 20, "2025-03-31"),
        ("诊所", 8, "2025-06-30"),
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "quota", "pool"),
    [("抽取户数/总户数", "5/48", 5, 48), ("基数/抽查数", "30家/6家", 6, 30), ("抽查数量/对象总数", "4／22", 4, 22)],
)
def test_two_numbers_stand_in_the_order_of_their_heading(
    tmp_path: Path, heading: str, cell: str, quota: int, pool: int
) -> None:
    task = only(read(tmp_path, f"任务名称|抽查对象|检查内容|{heading}|检查时间", f"旅行社检查|旅行社|合同|{cell}|7月"))
    assert (task.quota, task.pool_stated, task.rate) == (quota, pool, None)


def test_a_line_of_a_name_with_everything_in_brackets_is_a_task(tmp_path: Path) -> None:
    lines = (
        "1、木材检查（抽查对象：木材加工企业；抽查比例：5%；时间：5月-6月；责任股室：资源股）；",
        "2、种苗检查（抽查对象：种苗经营者；抽查数量：3家；时间：9月；责任股室：种苗站）。",
    )
    first, second = tasks(read_lines(tmp_path, *lines))
    assert (first.name, first.scope, first.rate) == ("木材检查", "木材加工企业", Decimal("0.05"))
    assert (second.quota, second.lead_unit.name, str(second.ends_on)) == (3, "种苗站", "2025-09-30")


def test_a_table_of_classes_is_for_all_tasks_that_say_no_amount(tmp_path: Path) -> None:
    title = TITLE + apart("风险等级|抽查比例|抽查频次", "低风险|1%|每年1次", "高风险|30%|每年2次")
    notice = read(tmp_path, HEAD, *ROWS, title=title)
    said = [{code: str(one.rate) for code, one in task.class_rates.items()} for task in tasks(notice)]
    assert said == [{"A": "0.010000", "D": "0.300000"}] * 2
    assert "value_of_note" in codes(notice, "rate")


@pytest.mark.parametrize(
    ("line", "head", "row"),
    [
        ("2024年完成情况", "任务名称|抽查数量", "药店抽查|40"),
        ("表1", "风险等级|数量", "低风险|300"),
    ],
)
def test_a_table_beside_that_plans_nothing_gives_nothing(tmp_path: Path, line: str, head: str, row: str) -> None:
    other = row.replace("药店", "广告").replace("低", "高")
    title = f"{TITLE}</p><p>{line}" + apart(head, row, other)
    notice = read(tmp_path, HEAD, *ROWS, title=title)
    assert [(task.quota, dict(task.class_rates)) for task in tasks(notice)] == [(None, {})] * 2


def test_the_sum_of_what_offices_do_may_be_drawn_and_is_said(tmp_path: Path) -> None:
    head = "任务名称|抽查对象|抽查比例|总数（户）|其中：城关所|其中：东溪所|完成时限"
    notice = read(tmp_path, head, "作坊抽查|作坊|20%|11|6|5|9月30日", "市场抽查|市场|100%|6|4|2|6月30日")
    assert "quota_or_pool" in codes(notice, "quota")


def test_month_and_number_of_each_half_are_one_period_and_one_sum(tmp_path: Path) -> None:
    rows = (
        "检查事项|检查对象|上半年|<|下半年|<",
        "^|^|月份|家数|月份|家数",
        "直报检查|工业企业|4|6|9|8",
        "证照检查|调查机构|6|1||",
    )
    first, second = tasks(read(tmp_path, *rows))
    assert (first.quota, str(first.starts_on), str(first.ends_on)) == (14, "2025-04-01", "2025-09-30")
    assert (second.quota, str(second.starts_on), str(second.ends_on)) == (1, "2025-06-01", "2025-06-30")


def test_how_many_there_are_beside_how_many_are_drawn_of_them_under_a_number(tmp_path: Path) -> None:
    task = only(read(tmp_path, "任务名称|抽查对象|抽查数量|检查时间", "兽药检查|兽药企业|从38家兽药企业中抽取8家|5月"))
    assert (task.quota, task.pool_stated) == (8, 38)


def test_who_carries_a_task_out_leads_where_it_is_a_unit(tmp_path: Path) -> None:
    lines = "（一）兽药检查", "1.抽查数量：8家。", "2.抽查内容：台账。", "3.抽查时间：5月。", "4.组织实施：药政股。"
    (task,) = tasks(read_lines(tmp_path, *lines, title="某县畜牧局2025年度双随机抽查计划"))
    assert (task.lead_unit.name, task.quota) == ("药政股", 8)
