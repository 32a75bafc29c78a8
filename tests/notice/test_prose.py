"""Plans told in words: what is taken from sentences, that it is said, and what stays open."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from inspections.files.content import Paragraph
from inspections.files.opening import read_document
from inspections.notice.lines_left import lines_left
from inspections.notice.plan import Notice, Task
from inspections.notice.reading import read_notice
from inspections.words.errors import InspectionsError

TITLE = "某县林业局2025年度双随机抽查计划"


def read(tmp_path: Path, *lines: str, title: str = TITLE) -> Notice:
    file = tmp_path / "计划.txt"
    file.write_text("\n".join((title, *lines)), "utf-8")
    return read_notice(read_document(file))


def tasks(notice: Notice) -> list[Task]:
    return [task for plan in notice.plans for task in plan.tasks]


def only(tmp_path: Path, sentence: str) -> Task:
    (task,) = tasks(read(tmp_path, "一、抽查任务", f"（一）木材加工检查。{sentence}"))
    return task


@pytest.mark.parametrize(
    ("sentence", "rate", "op", "quota", "pool"),
    [
        ("按5%的比例抽取。", "0.05", "=", None, None),
        ("抽取比例不低于名录库中经营主体的6%。", "0.06", ">=", None, None),
        ("全县现有木材加工企业42家，随机抽取10%。", "0.1", "=", None, 42),
        ("从木材加工企业名录库中随机抽取8家。", None, None, 8, None),
        ("实行全覆盖检查。", "1", "=", None, None),
        ("按5%的比例抽取，检查人员不少于2人。", "0.05", "=", None, None),
    ],
)
def test_how_many_is_read_from_a_sentence(
    tmp_path: Path, sentence: str, rate: str | None, op: str | None, quota: int | None, pool: int | None
) -> None:
    task = only(tmp_path, sentence)
    assert (task.rate, task.rate_op, task.quota, task.pool_stated) == (rate and Decimal(rate), op, quota, pool)


@pytest.mark.parametrize(
    ("sentence", "months"),
    [
        ("按5%抽取，4月至6月完成。", (4, 6)),
        ("按5%抽取，第二季度实施。", (4, 6)),
        ("3月制定方案，5月—6月检查，按5%抽取，12月报送总结。", (5, 6)),
        ("按5%抽取，8月底前完成，结果于9月公示。", (1, 8)),
        ("按5%抽取，春节前实施。", None),
    ],
)
def test_only_the_clause_of_the_inspection_gives_the_window(
    tmp_path: Path, sentence: str, months: tuple[int, int] | None
) -> None:
    task = only(tmp_path, sentence)
    assert (task.starts_on and task.ends_on and (task.starts_on.month, task.ends_on.month)) == months


@pytest.mark.parametrize(
    ("sentence", "lead", "partners"),
    [
        ("按5%抽取，由资源股负责。", "资源股", []),
        ("按5%抽取，6月由资源股组织实施。", "资源股", []),
        ("按5%抽取，由资源股牵头，县公安局配合。", "资源股", ["县公安局"]),
        ("按5%抽取，由资源股牵头，会同县公安局、县市场监管局开展。", "资源股", ["县公安局", "县市场监管局"]),
        ("按5%抽取。", "某县林业局", []),
    ],
)
def test_who_leads_and_who_helps_is_read_from_a_sentence(
    tmp_path: Path, sentence: str, lead: str, partners: list[str]
) -> None:
    task = only(tmp_path, sentence)
    assert (task.lead_unit.name, [unit.name for unit in task.partners]) == (lead, partners)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (("一、任务", "1.旅行社检查。抽取10%。", "2.网吧检查。抽取5家。"), ["旅行社检查", "网吧检查"]),
        (("一、任务", "（一）旅行社检查", "抽取10%，5月实施。"), ["旅行社检查"]),
        (("一、3月至5月，旅行社检查，抽取10%；", "二、6月，网吧检查，抽取5家。"), ["旅行社检查", "网吧检查"]),
        (("一、抽查时间", "3月至5月", "二、抽查事项", "1.旅行社检查。", "2.网吧检查。"), ["旅行社检查", "网吧检查"]),
        (("一、抽查对象", "网吧", "二、抽查内容", "登记情况", "三、抽查比例", "5%"), ["网吧"]),
        (("1.县教育局：培训机构抽查，抽取10%；", "2.县民政局：养老抽查，抽取3家。"), ["培训机构抽查", "养老抽查"]),
        (("（一）网吧检查", "1.抽查对象：网吧", "2.抽查比例：5%"), ["网吧检查"]),
        (("（一）旅行社", "1.对象：旅行社", "2.比例：1%", "（二）网吧", "1.对象：网吧"), ["旅行社", "网吧"]),
    ],
)  # fmt: skip
def test_tasks_of_a_plan_in_words_are_found_and_said(tmp_path: Path, lines: tuple[str, ...], names: list[str]) -> None:
    notice = read(tmp_path, *lines)
    assert [task.name for task in tasks(notice)] == names
    said = [issue for issue in notice.issues if issue.code in {"task_from_prose", "task_from_lines"}]
    assert [issue.row for issue in said] == [task.row for task in tasks(notice)]


@pytest.mark.parametrize(
    "line",
    [
        "1.加强组织领导，各单位抽查比例不得低于5%。",
        "1.制定随机抽取检查对象的比例不得低于5%，可以适当提高。",
        "1.检查人员。每次检查不少于2人。",
    ],
)
@pytest.mark.parametrize("section", ["二、工作要求", "二、抽查事项"])
def test_a_demand_is_no_task(tmp_path: Path, section: str, line: str) -> None:
    with pytest.raises(InspectionsError) as refused:
        read(tmp_path, section, line)
    assert refused.value.code == "no_plan_table"


def test_a_value_of_the_letter_is_taken_only_where_the_table_has_no_column_for_it(tmp_path: Path) -> None:
    letter = "2025年抽查比例统一为5%，抽查时间为3月至11月。"
    bare = read(tmp_path, letter, "序号\t抽查事项\t抽查对象", "1\t木材加工检查\t木材加工企业", "2\t种苗检查\t种苗企业")
    assert {(task.rate, str(task.starts_on)) for task in tasks(bare)} == {(Decimal("0.05"), "2025-03-01")}
    assert [issue.code for issue in bare.issues].count("value_of_letter") == 4
    own = read(tmp_path, letter, "序号\t抽查事项\t抽查对象\t抽查比例", "1\t木材加工检查\t木材加工企业\t10%")
    assert [task.rate for task in tasks(own)] == [Decimal("0.1")]
    torn = read(tmp_path, "A类抽查比例为1%。", "B类抽查比例为2%。", "序号\t抽查事项\t抽查对象", "1\t种苗检查\t种苗企业")
    assert [task.rate for task in tasks(torn)] == [None]


def test_a_task_without_an_amount_beside_others_is_kept_and_said(tmp_path: Path) -> None:
    notice = read(tmp_path, "一、抽查任务", "1.旅行社检查。抽取10%，5月实施。", "2.网吧检查。6月实施，由市场股负责。")
    assert [(task.name, task.rate) for task in tasks(notice)] == [("旅行社检查", Decimal("0.1")), ("网吧检查", None)]
    assert "rate_missing" in {issue.code for issue in notice.issues if issue.row == tasks(notice)[1].row}


def test_a_sentence_above_the_tasks_does_not_make_them_joint(tmp_path: Path) -> None:
    lines = (
        "全年安排抽查2次，其中部门联合抽查1次。",
        "1.旅行社检查。抽取10%。",
        "2.9月，联合县公安局开展网吧检查。抽取5家。",
    )
    plans = {plan.kind: [task.name for task in plan.tasks] for plan in read(tmp_path, *lines).plans}
    assert plans == {"internal": ["旅行社检查"], "joint": ["网吧检查"]}


def test_a_section_of_its_own_holds_for_every_task_that_says_nothing_else(tmp_path: Path) -> None:
    lines = "一、抽查任务", "1.旅行社检查。抽取10%。", "2.网吧检查。抽取5家，4月实施。", "二、检查时间", "6月至9月。"
    found = [(task.starts_on and task.starts_on.month) for task in tasks(read(tmp_path, *lines))]
    assert found == [6, 4]


def test_who_signs_below_the_last_section_is_no_part_of_it(tmp_path: Path) -> None:
    lines = (
        "一、抽查对象",
        "网吧",
        "二、抽查内容",
        "登记情况",
        "三、抽查比例",
        "5%",
        "四、责任科室",
        "市场股。",
        "某县林业局",
        "2025年3月6日",
    )
    (task,) = tasks(read(tmp_path, *lines))
    assert (task.lead_unit.name, task.partners) == ("市场股", ())


def test_a_deadline_of_the_letter_is_the_end_of_every_window_without_a_column(tmp_path: Path) -> None:
    lines = "各股室应于11月15日前完成全部抽查任务。", "序号\t抽查事项\t抽查对象\t抽查比例", "1\t种苗检查\t种苗企业\t10%"
    (task,) = tasks(read(tmp_path, *lines))
    assert (str(task.starts_on), str(task.ends_on)) == ("2025-01-01", "2025-11-15")


def test_a_list_of_sentences_that_end_with_a_semicolon_is_no_csv(tmp_path: Path) -> None:
    lines = [
        f"{number}、{month}月，对旅行社开展检查，抽取{month}%，由旅游股负责；"
        for number, month in zip("一二三", "456", strict=True)
    ]
    assert [task.rate for task in tasks(read(tmp_path, *lines))] == [Decimal(f"0.0{n}") for n in "456"]


def test_nothing_is_read_of_a_letter_without_a_plan(tmp_path: Path) -> None:
    with pytest.raises(InspectionsError):
        read(tmp_path, "各股室：", "请于3月15日前报送计划。", "某县林业局", "2025年3月1日", title="某县林业局通知")


def test_a_numbered_line_with_an_amount_among_tasks_is_said_where_it_gives_none() -> None:
    texts = ("一、抽查任务", "1.甲类检查，抽取5家", "2.按5%抽取", "3.每组2人", "二、工作要求", "1.比例不低于3%")
    lines = [Paragraph(number, text) for number, text in enumerate(texts, start=1)]
    assert [line.text for line in lines_left(lines, {2})] == ["2.按5%抽取"]


def test_verification_names_a_task_as_inspection_does(tmp_path: Path) -> None:
    lines = (
        "1.报关单位备案信息核查，按2%的比例随机抽取，第三季度完成，由企管处负责。",
        "2.商品检验检查，抽取3家，6月完成，由商检处负责。",
    )
    assert [task.name for task in tasks(read(tmp_path, *lines))] == ["报关单位备案信息核查", "商品检验检查"]
