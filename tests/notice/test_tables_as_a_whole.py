"""What a table says as a whole: sums, parts side by side, rows and lines that say when, columns of one meaning."""

from __future__ import annotations

import datetime

import pytest

from inspections.files.content import Document, Paragraph, Row, Table
from inspections.notice.plan import Notice, Task
from inspections.notice.reading import read_notice
from inspections.notice.units import is_generic, names_in, names_objects
from inspections.notice.unlikely import unlikely

TITLE = "某县商务局2024年双随机抽查计划"


def told(*rows: str, title: str = TITLE, above: tuple[str, ...] = ()) -> Notice:
    """What is read of a table whose rows are cells with | between them."""
    cells = tuple(Row(number, tuple(row.split("|"))) for number, row in enumerate(rows, start=1))
    lines = tuple(Paragraph(number, text) for number, text in enumerate((title, *above), start=1))
    return read_notice(Document("计划.html", "0" * 64, "html", lines, (Table(cells, (title, *above), 1),)))


def tasks(notice: Notice) -> tuple[Task, ...]:
    return tuple(task for plan in notice.plans for task in plan.tasks)


HEAD = "序号|抽查事项|抽查对象|抽查数量|检查时间"
ROWS = "1|价格检查|商店|10|3月", "2|合同检查|超市|20|5月"


def test_tasks_side_by_side_are_all_read() -> None:
    notice = told(f"{HEAD}|{HEAD}", f"{ROWS[0]}|3|备案检查|市场|5|7月", f"{ROWS[1]}||||", "||||")
    assert [(task.name, task.quota) for task in tasks(notice)] == [("价格检查", 10), ("合同检查", 20), ("备案检查", 5)]


@pytest.mark.parametrize(("total", "said"), [("30", []), ("42", [{"header": "抽查数量", "stated": 42, "added": 30}])])
def test_a_sum_that_the_tasks_do_not_add_up_to_is_said(total: str, said: list[dict[str, object]]) -> None:
    notice = told(HEAD, *ROWS, f"合计|||{total}|")
    found = [dict(issue.parameters) for issue in notice.issues if issue.code == "sum_differs"]
    assert [{key: one[key] for key in ("header", "stated", "added")} for one in found] == said


def test_of_parts_and_their_sum_the_sum_is_the_number() -> None:
    notice = told(
        "序号|抽查事项|国家任务数（户）|省级任务数（户）|合计（户）", "1|价格检查|10|2|12", "2|合同检查|5|0|5"
    )
    assert [(task.quota, task.pool_stated) for task in tasks(notice)] == [(12, None), (5, None)]


def test_a_second_column_of_one_meaning_is_said_of_every_row() -> None:
    notice = told("序号|抽查事项|市级抽查数量|县级抽查数量|检查时间", "1|价格检查|10|2|3月", "2|合同检查|5|3|4月")
    said = [(issue.row, issue.parameters["part"]) for issue in notice.issues if issue.code == "words_unread"]
    assert said == [(2, "2"), (3, "3")]


def test_a_row_across_the_table_says_when_the_rows_below_it_are_due() -> None:
    head = "序号|抽查事项|抽查对象|抽查数量"
    batches = [f"{word}|{word}|{word}|{word}" for word in ("第一批（3月—4月）", "第二批（9月）")]
    notice = told(head, batches[0], "1|价格检查|商店|10", batches[1], "2|合同检查|超市|20")
    assert [(task.starts_on, task.ends_on) for task in tasks(notice)] == [
        (datetime.date(2024, 3, 1), datetime.date(2024, 4, 30)),
        (datetime.date(2024, 9, 1), datetime.date(2024, 9, 30)),
    ]


@pytest.mark.parametrize(
    ("title", "begins"),
    [
        ("某县商务局2024年下半年双随机抽查计划", datetime.date(2024, 7, 1)),
        ("某县商务局2024年第二季度双随机抽查计划", datetime.date(2024, 4, 1)),
        (TITLE, datetime.date(2024, 1, 1)),
    ],
)
def test_a_deadline_of_a_plan_for_part_of_the_year_begins_with_it(title: str, begins: datetime.date) -> None:
    notice = told(HEAD.replace("检查时间", "完成时限"), "1|价格检查|商店|10|11月底前", title=title)
    assert [task.starts_on for task in tasks(notice)] == [begins]


def test_a_heading_per_thousand_says_the_share() -> None:
    (task,) = tasks(told("序号|抽查事项|抽查对象|抽查比例（‰）|检查时间", "1|价格检查|商店|30|3月"))
    assert str(task.rate.normalize()) == "0.03" if task.rate else False


def test_who_is_inspected_is_no_unit_that_inspects() -> None:
    inspected = "养老机构", "检验检测机构", "印刷经营单位", "娱乐场所", "加油站", "会计师事务所", "重点排污单位"
    inspects = "消防救援机构", "参检单位", "公安机关", "文旅部门", "市直有关单位", "动物卫生监督机构", "联络股室"
    assert [name for name in inspected if is_generic(name) or not names_objects(name)] == []
    assert [name for name in inspects if not is_generic(name)] == []


@pytest.mark.parametrize("heading", ["检查单位", "检查机构"])
def test_who_is_inspected_may_stand_under_who_inspects(heading: str) -> None:
    head = f"序号|抽查事项|{heading}|抽查比例|检查时间"
    objects = told(head, "1|服务质量|养老机构|5%|3月", "2|印刷经营|印刷经营单位|3%|4月")
    assert [task.scope for task in tasks(objects)] == ["养老机构", "印刷经营单位"]
    units = told(head, "1|服务质量|县卫生监督所|5%|3月", "2|印刷经营|文化股|3%|4月")
    assert [task.lead_unit.name for task in tasks(units)] == ["县卫生监督所", "文化股"]


def test_departments_with_plus_signs_are_parted_and_the_marked_one_leads() -> None:
    assert names_in("县教育局＋县公安局+县卫健委") == ("县教育局", "县公安局", "县卫健委")
    head = "序号|抽查主题|检查对象|检查部门|抽查数量|检查时间"
    (task,) = tasks(
        told(head, "1|托管机构|校外托管机构|县公安局+县教育局（牵头）|5|3月", title="某县2024年部门联合抽查计划")
    )
    assert (task.lead_unit.name, [unit.name for unit in task.partners]) == ("县教育局", ["县公安局"])


def test_words_set_wide_are_read_as_any_other() -> None:
    head = "序号|任务名称|抽查对象|抽查数量|抽查类型|责任科室"
    (task,) = tasks(told(head, "1|商 店 检 查|商 店|10|不 定 向|市 容 科"))
    assert (task.name, task.scope, task.draw_type, task.lead_unit.name) == (
        "商店检查",
        "商店",
        "unconditional",
        "市容科",
    )


def test_what_is_left_of_a_unit_is_said_and_no_unit() -> None:
    notice = told("序号|抽查事项|抽查对象|抽查数量|责任科室", "1|价格检查|商店|10|育局")
    assert [task.lead_unit.name for task in tasks(notice)] == ["某县商务局"]
    assert "not_a_unit_named" in {issue.code for issue in notice.issues if issue.field == "lead_unit"}


@pytest.mark.parametrize(
    ("project", "name"),
    [("1.价格公示 2.合同备案", "预付卡"), ("预付卡企业检查", "预付卡企业检查")],
)
def test_lists_called_projects_are_items_beside_a_field(project: str, name: str) -> None:
    (task,) = tasks(told("序号|抽查领域|抽查项目|抽查对象|抽查数量", f"1|预付卡|{project}|商店|10"))
    assert task.name == name


@pytest.mark.parametrize(
    ("item", "scope", "said"),
    [
        ("价格检查", "商店", set()),
        ("价格检查", "企监股", {"scope"}),
        ("2%且不少于5家", "商店", {"items"}),
        ("价格检查", "JH2025001", {"scope"}),
        ("价格检查", "旅行社12家", set()),
        ("5%", "县财政局", {"items", "scope"}),
    ],
)
def test_a_value_of_a_sort_that_its_column_does_not_hold_is_said(item: str, scope: str, said: set[str]) -> None:
    assert {column for column, _ in unlikely("价格抽查", [item], scope)} == said


def test_shares_and_numbers_in_one_column_are_both_read() -> None:
    notice = told("序号|抽查事项|抽查对象|检查数|抽查时间", "1|价格检查|商店|10家|3月", "2|合同检查|超市|5%|4月")
    assert [(task.quota, task.rate and float(task.rate)) for task in tasks(notice)] == [(10, None), (None, 0.05)]


def test_a_row_that_says_how_to_fill_in_is_no_task() -> None:
    notice = told(HEAD, "填写说明|与清单一致|按名录库填写|填写数字|起止月份", *ROWS)
    assert [task.name for task in tasks(notice)] == ["价格检查", "合同检查"]


def test_contents_below_departments_are_what_each_checks() -> None:
    head = "序号|抽查主题|抽查对象|县市场监管局检查内容|县公安局检查内容|发起部门|抽查数量"
    notice = told(head, "1|宾馆|宾馆|明码标价|治安管理|县公安局|5", "2|网吧|网吧|营业执照|/|县市场监管局|3")
    assert [[(item.name, item.unit.name) for item in task.items] for task in tasks(notice)] == [
        [("明码标价", "县市场监管局"), ("治安管理", "县公安局")],
        [("营业执照", "县市场监管局")],
    ]


def test_rows_of_risk_classes_are_one_task_with_their_numbers_and_all_its_objects() -> None:
    head = "行业领域|风险等级|企业总数|检查家数|责任科室"
    cells = (
        Row(1, tuple(head.split("|"))),
        Row(2, ("危险化学品", "较大风险", "20", "4", "危化科")),
        Row(3, ("危险化学品", "重大风险", "6", "2", "危化科"), frozenset({0, 4})),
    )
    lines = (Paragraph(1, TITLE),)
    notice = read_notice(Document("计划.html", "0" * 64, "html", lines, (Table(cells, (TITLE,), 1),)))
    (task,) = tasks(notice)
    assert ({code: one.quota for code, one in task.class_rates.items()}, task.pool_stated) == ({"C": 4, "D": 2}, 26)


@pytest.mark.parametrize("cell", ["30家（一季度5家、二季度15家、三季度10家）", "上半年10家，下半年20家，共30家"])
def test_a_number_with_its_parts_is_the_number(cell: str) -> None:
    (task,) = tasks(told(HEAD, f"1|价格检查|商店|{cell}|全年"))
    assert task.quota == 30
