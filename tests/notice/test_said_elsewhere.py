"""What is said beside the columns of a table: in a letter, in remarks, behind items, under bare headings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.notice.plan import Notice
from inspections.notice.reading import read_notice
from tests.notice.test_prose import read as read_lines
from tests.notice.test_prose import tasks
from tests.notice.test_who_checks_what import only, read, who_checks

TITLE = "某县文化局2025年度双随机抽查计划"
HEAD = "任务名称|抽查对象|抽查比例|检查时间"
ROW = "网吧抽查|网吧|5%|7月"


def codes(notice: Notice, field: str | None = None) -> set[str]:
    return {issue.code for issue in notice.issues if field in {None, issue.field}}


@pytest.mark.parametrize(
    ("sentence", "lead", "helps"),
    [
        ("各项抽查任务由县执法大队牵头，县公安局、县消防大队配合实施。", "县执法大队", ["县公安局", "县消防大队"]),
        ("本次抽查由县执法大队会同县公安局组织实施。", "县执法大队", ["县公安局"]),
        ("上述任务由县公安局、县税务局等部门配合。", "某县文化局", ["县公安局", "县税务局"]),
    ],
)
def test_a_letter_says_for_all_tasks_who_helps(tmp_path: Path, sentence: str, lead: str, helps: list[str]) -> None:
    notice = read(tmp_path, HEAD, ROW, title=f"{TITLE}</p><p>{sentence}")
    task = only(notice)
    assert (task.lead_unit.name, [unit.name for unit in task.partners]) == (lead, helps)
    assert "value_of_letter" in codes(notice, "partners")


@pytest.mark.parametrize(
    ("sentence", "head", "row", "said"),
    [
        # Of one task only: it is said, not guessed.
        ("网吧检查由县公安局配合。", HEAD, ROW, {"words_unread"}),
        # A demand on everybody names nobody.
        ("各有关单位要密切配合，确保任务完成。", HEAD, ROW, set()),
        ("各项抽查任务由县公安局配合实施。", f"{HEAD}|配合部门", f"{ROW}|县税务局", set()),
    ],
)
def test_a_letter_gives_no_helper_that_it_does_not_name_for_all(
    tmp_path: Path, sentence: str, head: str, row: str, said: set[str]
) -> None:
    notice = read(tmp_path, head, row, title=f"{TITLE}</p><p>{sentence}")
    assert "县公安局" not in {unit.name for unit in only(notice).partners}
    assert codes(notice, "partners") == said


def test_remarks_say_what_the_table_has_no_column_for(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|抽查内容|检查时间|备注", "甲项抽查|加油站|资质|7月|基数：12 抽查比例：不低于50%"
    task = only(read(tmp_path, *rows, title=TITLE))
    assert (task.rate, task.rate_op, task.pool_stated) == (Decimal("0.5"), ">=", 12)
    rows = "任务名称|抽查对象|抽查比例|检查时间|备注", "甲项抽查|加油站|5%|7月|抽查比例：10%"
    assert only(read(tmp_path, *rows, title=TITLE)).rate == Decimal("0.05")


def test_the_law_behind_items_is_no_item(tmp_path: Path) -> None:
    rows = (
        "任务名称|抽查对象|抽查内容及依据|抽查比例",
        "甲项抽查|加油站|内部管理、业务档案。依据《成品油条例》第六条|5%",
    )
    task = only(read(tmp_path, *rows, title=TITLE))
    assert [(item.name, item.legal_basis) for item in task.items] == [("内部管理、业务档案", "《成品油条例》第六条")]


def test_a_name_behind_a_section_leaves_the_section(tmp_path: Path) -> None:
    notice = read(tmp_path, f"{HEAD}|责任股室及负责人", f"{ROW}|市场股 陈志远", title=TITLE)
    assert only(notice).lead_unit.name == "市场股"
    assert "陈志远" not in str(notice)


def test_a_department_by_its_own_trade_is_the_bureau(tmp_path: Path) -> None:
    rows = f"{HEAD}|实施主体", f"{ROW}|市、县文化部门"
    assert only(read(tmp_path, *rows, title=TITLE)).lead_unit.name == "某县文化局"


@pytest.mark.parametrize(("numbers", "quota", "said"), [("5|", 5, False), ("|24", 24, False), ("2|6", 2, True)])
def test_numbers_of_two_kinds_are_one_number_or_said(tmp_path: Path, numbers: str, quota: int, said: bool) -> None:
    rows = (
        "任务名称|抽查对象|抽查数量|<|检查时间",
        "^|^|企业（家）|网点（处）|^",
        "乙项抽查|快递网点|1|1|6月",
        f"甲项抽查|快递企业|{numbers}|7月",
    )
    notice = read(tmp_path, *rows, title=TITLE)
    task = notice.plans[0].tasks[1]
    assert task.quota == quota
    assert any(i.row == task.row and i.field == "quota" for i in notice.issues) == said


def test_one_frequency_of_several_levels_is_none_of_all(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|抽查比例|一级|二级", "甲项抽查|药店|5%|每年1次|每年2次"
    notice = read(tmp_path, *rows, title=TITLE)
    assert only(notice).times_per_year is None
    assert [i.parameters["header"] for i in notice.issues if i.code == "column_unread"] == ["一级", "二级"]


@pytest.mark.parametrize(
    ("rows", "name", "items", "said"),
    [
        (("抽查领域|检查项目", "旅馆业|治安管理情况"), "旅馆业", ["治安管理情况"], "items"),
        (("抽查领域|检查项目", "旅馆业|旅馆治安检查"), "旅馆治安检查", ["旅馆业"], "name"),
        (("项目", "1.治安管理 2.消防设施"), "治安管理", ["治安管理", "消防设施"], "items"),
        (("抽查工作", "旅馆抽查"), "旅馆抽查", ["旅馆抽查"], ""),
    ],
)
def test_a_column_called_project_is_what_its_cells_read_as(
    tmp_path: Path, rows: tuple[str, str], name: str, items: list[str], said: str
) -> None:
    head, cells = rows
    notice = read(tmp_path, f"{head}|抽查对象|抽查比例|检查时间", f"{cells}|旅馆|5%|7月", title=TITLE)
    task = only(notice)
    assert (task.name, [item.name for item in task.items]) == (name, items)
    assert not said or "column_by_cells" in codes(notice, said)


def test_a_column_called_unit_is_the_objects_where_not_all_of_it_inspects(tmp_path: Path) -> None:
    rows = (
        "任务名称|单位|抽查比例|检查时间|牵头科室",
        "甲项抽查|监测台站|5%|7月|监测科",
        "乙项抽查|加油加气企业|5%|8月|安全科",
    )
    tasks_read = read(tmp_path, *rows, title=TITLE).plans[0].tasks
    assert [(task.scope, task.lead_unit.name) for task in tasks_read] == [
        ("监测台站", "监测科"),
        ("加油加气企业", "安全科"),
    ]


def test_a_second_column_of_departments_without_a_part_is_said(tmp_path: Path) -> None:
    notice = read(tmp_path, f"{HEAD}|发起部门|单位", f"{ROW}|县公安局|县税务局", title=TITLE)
    assert "column_by_cells" in codes(notice, "lead_unit")


@pytest.mark.parametrize("cell", ["总体比例3%", "3%"])
def test_an_amount_in_a_rule_without_classes_is_taken_or_said(tmp_path: Path, cell: str) -> None:
    rows = "任务名称|抽查对象|信用监管要求|检查时间", f"甲项抽查|加油站|{cell}|7月"
    assert only(read(tmp_path, *rows, title=TITLE)).rate == Decimal("0.03")
    rows = "任务名称|抽查对象|抽查比例|信用监管要求|检查时间", f"甲项抽查|加油站|5%|{cell}|7月"
    notice = read(tmp_path, *rows, title=TITLE)
    assert only(notice).rate == Decimal("0.05")
    assert "amount_unread" in codes(notice, "risk_rule")


def test_shares_that_go_by_risk_are_shares(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|差异化抽查比例|检查时间", "甲项抽查|加油站|2%|7月"
    assert only(read(tmp_path, *rows, title=TITLE)).rate == Decimal("0.02")


def test_a_word_that_is_no_way_of_drawing_is_said(tmp_path: Path) -> None:
    rows = f"{HEAD}|抽查类型", f"{ROW}|专项行动"
    assert "words_unread" in codes(read(tmp_path, *rows, title=TITLE), "draw_type")
    rows = f"{HEAD}|抽查类型", f"{ROW}|不定向"
    assert not codes(read(tmp_path, *rows, title=TITLE), "draw_type")


def test_a_sum_is_no_task_wherever_its_word_stands(tmp_path: Path) -> None:
    rows = (
        "抽查数量|对象总数|任务名称|抽查对象|责任科室",
        "3|30|甲项抽查|加油站|安全科",
        "4|40|乙项抽查|旅馆|市场科",
        "7|70|||合计",
    )
    assert [task.quota for task in read(tmp_path, *rows, title=TITLE).plans[0].tasks] == [3, 4]


def test_parts_of_a_sum_may_stand_apart_from_it(tmp_path: Path) -> None:
    rows = (
        "任务名称|合计（户）|抽查对象|省级任务数（户）|检查时间|国家任务数（户）",
        "甲项抽查|35|住宿场所|10|7月|25",
        "乙项抽查|18|学校|6|8月|12",
    )
    assert [task.quota for task in read(tmp_path, *rows, title=TITLE).plans[0].tasks] == [35, 18]


def test_a_day_as_a_name_is_said(tmp_path: Path) -> None:
    rows = "检查时间|抽查对象|抽查比例|任务名称", "甲项|加油站|5%|6月底"
    assert "value_unlikely" in codes(read(tmp_path, *rows, title=TITLE), "name")


def test_helpers_with_their_items_stand_under_a_heading_that_says_so(tmp_path: Path) -> None:
    rows = (
        "任务名称|抽查对象|发起部门|协同部门及其检查内容|抽查比例",
        "甲项抽查|养老机构|县民政局|县消防大队：消防设施；县市场监管局：食堂|5%",
    )
    task = only(read(tmp_path, *rows, title="某县民政局2025年度部门联合抽查计划"))
    assert [unit.name for unit in task.partners] == ["县消防大队", "县市场监管局"]
    assert who_checks(task)["食堂"] == "县市场监管局"


def test_a_quarter_alone_on_a_line_is_when_the_tasks_below_it_are(tmp_path: Path) -> None:
    lines = (
        "第一季度",
        "1.档案室检查：随机抽取县直机关6家，由督导股负责。",
        "第三季度",
        "2.乡镇检查：抽取乡镇30%，由督导股负责。",
    )
    first, second = tasks(read_lines(tmp_path, *lines))
    assert [(str(task.starts_on), task.scope) for task in (first, second)] == [
        ("2025-01-01", "县直机关"),
        ("2025-07-01", "乡镇"),
    ]


def test_who_is_inspected_is_not_what_is_looked_at(tmp_path: Path) -> None:
    line = "1．计量检查。抽查对象为集贸市场，抽查比例10%，检查在用器具情况。责任股室：计量股。"
    (task,) = tasks(read_lines(tmp_path, "一、抽查任务", line))
    assert (task.scope, [item.name for item in task.items]) == ("集贸市场", ["在用器具情况"])


def test_the_points_of_a_list_are_lines_of_heading_and_value(tmp_path: Path) -> None:
    lines = (
        "任务一：食品检查",
        "- 检查对象：清真食品店",
        "- 抽取比例：8%",
        "- 时间：9月",
        "* 牵头：经济股；配合：县公安局",
    )
    (task,) = tasks(read_lines(tmp_path, *lines))
    assert (task.name, task.scope, task.rate) == ("食品检查", "清真食品店", Decimal("0.08"))
    assert (task.lead_unit.name, [unit.name for unit in task.partners]) == ("经济股", ["县公安局"])


def test_the_list_of_what_may_be_checked_is_no_plan_beside_one(tmp_path: Path) -> None:
    head, ruled = "|序号|抽查事项|抽查依据|抽查对象|", "|---|---|---|---|"
    listed = f"{head}\n{ruled}\n|1|校车检查|《条例》|学校|\n|2|食堂检查|《条例》|食堂|"
    plan = "|序号|抽查任务|抽查事项|抽查对象|抽查比例|\n|---|---|---|---|---|\n|1|校车抽查|校车检查|学校|20%|"
    file = tmp_path / "计划.md"
    file.write_text(f"{TITLE}\n\n随机抽查事项清单\n\n{listed}\n\n抽查计划\n\n{plan}\n", "utf-8")
    notice = read_notice(read_document(file))
    assert ([len(plan.tasks) for plan in notice.plans], len(notice.set_aside)) == ([1], 3)
    file.write_text(f"{TITLE}\n\n随机抽查事项清单\n\n{listed}\n", "utf-8")
    assert [len(plan.tasks) for plan in read_notice(read_document(file)).plans] == [2]


@pytest.mark.parametrize(("heading", "pool"), [("抽查对象（底数）", 126), ("抽查对象及总数", 126), ("抽查对象", None)])
def test_a_number_in_brackets_is_the_base_where_the_heading_says_so(
    tmp_path: Path, heading: str, pool: int | None
) -> None:
    rows = f"任务名称|{heading}|抽查家数|检查时间", "甲项抽查|零售药店（126）|13|5.6—7.25"
    task = only(read(tmp_path, *rows, title=TITLE))
    assert (task.pool_stated, str(task.ends_on)) == (pool, "2025-07-25")


def test_the_name_below_the_objects_is_theirs(tmp_path: Path) -> None:
    rows = (
        "抽查事项|抽查对象|<|抽查比例|时间",
        "^|名称|数量|^|^",
        "种子检查|种子企业|86|10%|5月",
        "饲料检查|饲料企业|4|50%|6月",
    )
    assert [(task.name, task.scope) for task in read(tmp_path, *rows, title=TITLE).plans[0].tasks] == [
        ("种子检查", "种子企业"),
        ("饲料检查", "饲料企业"),
    ]


def test_sections_called_by_their_objects_are_tasks_and_none_is_lost(tmp_path: Path) -> None:
    lines = (
        "一、旅行社",
        "在册旅行社42家，抽查30%，分上、下半年两次开展，由市场科牵头。",
        "二、体育馆",
        "抽查10%，请各股室落实。",
        "三、工作要求",
        "检查人员不少于2人。",
    )
    notice = read_lines(tmp_path, *lines)
    (task,) = tasks(notice)
    assert (task.name, task.pool_stated, str(task.starts_on)) == ("旅行社", 42, "2025-01-01")
    assert [issue.parameters["text"] for issue in notice.issues if issue.code == "line_unread"] == [lines[3]]


@pytest.mark.parametrize(
    ("cell", "lead", "helps"),
    [("资环科／投资科", "资环科", ["投资科"]), ("能源科/—", "能源科", []), ("法规科／项目办", "法规科", ["项目办"])],
)
def test_who_leads_and_who_helps_stand_in_the_order_of_their_heading(
    tmp_path: Path, cell: str, lead: str, helps: list[str]
) -> None:
    notice = read(tmp_path, f"{HEAD}|主办科室／协办科室", f"{ROW}|{cell}", title=TITLE)
    task = only(notice)
    assert (task.lead_unit.name, [unit.name for unit in task.partners]) == (lead, helps)
    # Sections that help are of the bureau, whatever they are called.
    assert notice.plans[0].kind == "internal"


@pytest.mark.parametrize(
    ("cell", "rate", "quota"),
    [("按20%随机抽取", Decimal("0.2"), None), ("随机抽取3个", None, 3), ("现场检查", None, None)],
)
def test_how_many_may_stand_in_how_they_are_drawn(
    tmp_path: Path, cell: str, rate: Decimal | None, quota: int | None
) -> None:
    rows = "任务名称|抽查对象|抽取方法|检查时间", f"甲项抽查|加油站|{cell}|7月"
    task = only(read(tmp_path, *rows, title=TITLE))
    assert (task.rate, task.quota) == (rate, quota)


def test_a_note_below_says_when_all_are_inspected(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|抽查比例", "甲项抽查|加油站|5%"
    task = only(read(tmp_path, *rows, title=f"{TITLE}</p><p>说明：检查于4月至6月开展。"))
    assert (str(task.starts_on), str(task.ends_on)) == ("2025-04-01", "2025-06-30")


def test_kinds_of_objects_with_their_shares_are_tasks_and_their_section_is_none(tmp_path: Path) -> None:
    lines = (
        "一、抽查比例",
        "（一）重点监管对象：每季度抽查比例不低于25%，全年不重复；",
        "（二）建设项目：全年抽查10个。",
        "二、抽查内容",
        "治理设施运行情况。",
        "三、抽查时间",
        "2025年2月至11月。",
    )
    first, second = tasks(read_lines(tmp_path, *lines))
    assert [(task.name, task.scope, str(task.starts_on)) for task in (first, second)] == [
        ("重点监管对象", "重点监管对象", "2025-02-01"),
        ("建设项目", "建设项目", "2025-02-01"),
    ]
    assert (first.rate, second.quota) == (Decimal("0.25"), 10)


def test_the_heading_of_a_value_as_a_name_is_said(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|抽查比例", "抽查比例|加油站|5%"
    assert "value_unlikely" in codes(read(tmp_path, *rows, title=TITLE), "name")


def test_number_and_day_stand_on_one_line(tmp_path: Path) -> None:
    notice = read_lines(tmp_path, "某林〔2025〕2号　2025年1月16日", "（一）木材检查。抽取5家，4月开展。")
    assert (notice.doc_no, str(notice.issued_on)) == ("某林〔2025〕2号", "2025-01-16")


def test_names_are_numbered_alike_and_lists_below_a_heading_are_none(tmp_path: Path) -> None:
    lines = (
        "1、物业检查",
        "检查对象：物业企业（37家）",
        "检查数量：8家",
        "责任科室：物业股",
        "2、工地检查",
        "检查对象：工地",
        "检查内容：1、脚手架",
        "2、临时用电",
        "检查数量：15个",
    )
    first, second = tasks(read_lines(tmp_path, *lines))
    assert (first.name, second.name) == ("物业检查", "工地检查")
    assert [item.name for item in second.items] == ["脚手架", "临时用电"]


def test_bare_months_and_how_many_there_are(tmp_path: Path) -> None:
    rows = "任务名称|抽查对象|辖区单位数|计划抽查数|实施月份", "甲项抽查|加油站|50|6|1—12"
    task = only(read(tmp_path, *rows, title=TITLE))
    assert (task.pool_stated, task.quota, str(task.ends_on)) == (50, 6, "2025-12-31")
