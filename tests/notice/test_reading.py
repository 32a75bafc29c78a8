"""Notices become plans, tasks, items and units: the two published ones value by value, then invented bureaus."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest

from inspections.files.opening import read_document
from inspections.notice.header_words import column_code
from inspections.notice.plan import Notice, Task
from inspections.notice.reading import read_notice
from inspections.notice.storing import issue_sentence
from inspections.notice.tasks import narrower_title
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error
from tests.notice.formats import NOTICES, as_csv, as_docx, as_pdf, as_xls, as_xlsx, blocks_of
from tests.spoken import spoken_in

YANGCHENG, JIANAN = NOTICES / "yangcheng-2023.txt", NOTICES / "jianan-2024.txt"


def read(path: Path, **options: object) -> Notice:
    return read_notice(read_document(path), **options)  # type: ignore[arg-type]


def from_text(tmp_path: Path, text: str, name: str = "计划.txt", **options: object) -> Notice:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return read(file, **options)


def codes(notice: Notice) -> list[tuple[int | None, str | None, str]]:
    return [(issue.row, issue.field, issue.code) for issue in notice.issues]


def items(task: Task) -> list[tuple[str, str]]:
    return [(item.name, item.unit.name) for item in task.items]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


# ---------------------------------------------------------------------------------------------------- the real ones

MINES = ["矿山超层越界检查", "对界桩的检查"]
LAND = ["复垦费预存情况", "损毁土地复垦情况"]
# seq, name, scope, rate, window, lead, items
YANGCHENG_INTERNAL = [
    (
        1,
        "2023年第一季度生产矿山抽查",
        "全县生产矿山企业",
        "0.25",
        "2023-03-01",
        "2023-03-31",
        "矿产资源监督管理局",
        MINES,
    ),
    (
        2,
        "2023年第二季度生产矿山抽查",
        "全县生产矿山企业",
        "0.25",
        "2023-06-01",
        "2023-06-30",
        "矿产资源监督管理局",
        MINES,
    ),
    (
        3,
        "2023年第三季度生产矿山抽查",
        "全县生产矿山企业",
        "0.25",
        "2023-09-01",
        "2023-09-30",
        "矿产资源监督管理局",
        MINES,
    ),
    (
        4,
        "2023年第四季度生产矿山抽查",
        "全县生产矿山企业",
        "0.25",
        "2023-12-01",
        "2023-12-31",
        "矿产资源监督管理局",
        MINES,
    ),
    (
        5,
        "对非煤矿山企业土地复垦义务履行情况进行随机抽查",
        "本辖区有证非煤矿山企业",
        "0.5",
        "2023-03-01",
        "2023-06-30",
        "国土空间生态修复股",
        LAND,
    ),
    (
        6,
        "对非煤矿山企业土地复垦义务履行情况随机抽查",
        "本辖区有证非煤矿山企业",
        "0.5",
        "2023-07-01",
        "2023-11-30",
        "国土空间生态修复股",
        LAND,
    ),
    (
        7,
        "2023年度对测绘成果质量的监督检查",
        "全县持有测绘资质的企事业单位",
        "1",
        "2023-09-01",
        "2023-10-31",
        "调查测绘股",
        ["测绘质量管理机构设置情况的检查", "质量管理制度建立情况的检查", "仪器设备检定情况的检查"],
    ),
    (
        8,
        "2023年度对测绘资质单位测绘资质的监督检查",
        "全县持有测绘资质的企事业单位",
        "1",
        "2023-09-01",
        "2023-10-31",
        "调查测绘股",
        [
            "测绘项目登记、成果汇交情况的检查",
            "测绘人员持证测绘情况的检查",
            "仪器、设备检定情况的检查",
            "测绘资料档案管理情况的检查",
        ],
    ),
]


def test_yangcheng_internal_plan() -> None:
    notice = read(YANGCHENG)
    plan = notice.plans[0]
    assert (plan.kind, plan.year, plan.title) == ("internal", 2023, "阳城县自然资源局2023年度内部双随机抽查工作计划")
    for task, (seq, name, scope, rate, starts, ends, lead, names) in zip(plan.tasks, YANGCHENG_INTERNAL, strict=True):
        assert (task.seq, task.name, task.scope) == (seq, name, scope)
        assert (task.rate, task.rate_op, task.rate_max, task.quota) == (Decimal(rate), "=", None, None)
        assert (task.starts_on, task.ends_on) == (day(starts), day(ends))
        assert (task.initiating_unit.name, task.lead_unit.name, task.partners) == (lead, lead, ())
        assert (task.lead_unit.kind, task.lead_unit.own) == ("section", True)
        assert items(task) == [(item, lead) for item in names]
        assert (task.draw_type, task.item_class, task.checking_body) == ("conditional", None, "阳城县自然资源局")
        assert task.risk_rule is not None
        assert "递加比例" in task.risk_rule


def test_yangcheng_joint_plan_and_heading() -> None:
    notice = read(YANGCHENG)
    assert (notice.bureau.name, notice.bureau.region) == ("阳城县自然资源局", "阳城县")
    assert (notice.doc_no, notice.issued_on) == ("阳自然资字〔2023〕11号", day("2023-02-08"))
    (task,) = notice.plans[1].tasks
    assert notice.plans[1].kind == "joint"
    assert (task.name, task.scope_text, task.scope) == (
        "对煤炭生产企业的 双随机抽查",
        "全县生产 矿山企业",
        "全县生产矿山企业",
    )
    assert (task.rate, task.rate_op, task.rate_text, task.times_per_year) == (1, "=", "100% 1次/年", 1)
    assert (task.starts_on, task.ends_on) == (day("2023-03-01"), day("2023-11-30"))
    assert [(unit.name, unit.own, unit.region) for unit in task.partners] == [
        ("县能源局", False, "阳城县"),
        ("县应急局", False, "阳城县"),
    ]
    assert items(task) == [
        ("矿山超层越界检查", "阳城县自然资源局"),
        ("对界桩的检查", "阳城县自然资源局"),
        ("对生产公告要素的检查", "县能源局"),
        ("对工作职责范围内煤炭安全生产等事项的检查", "县应急局"),
    ]
    assert ("县自然资源局", "阳城县自然资源局") in [(alias, unit.name) for alias, unit in notice.aliases]
    assert {unit.name for unit in notice.units} == {
        "矿产资源监督管理局",
        "国土空间生态修复股",
        "调查测绘股",
        "阳城县自然资源局",
        "县能源局",
        "县应急局",
    }


def test_yangcheng_traps_are_reported_and_nothing_else() -> None:
    assert codes(read(YANGCHENG)) == [
        (70, "rate", "rate_contradiction"),
        (71, "rate", "rate_contradiction"),
        (76, "rate", "rate_contradiction"),
        (76, "scope", "scope_wider"),
    ]


def test_jianan_notice() -> None:
    notice = read(JIANAN)
    assert (notice.bureau.name, notice.bureau.region) == ("许昌市自然资源和规划局建安区分局", "建安区")
    assert (notice.doc_no, notice.issued_on) == ("许自规建分文〔2024〕25号", day("2024-03-14"))
    internal, joint = notice.plans
    first, second = internal.tasks
    assert (first.name, first.plan_name) == ("建设工程规划土地核实", "对城乡规划实施情况进行监督检查")
    assert (first.rate, first.rate_op, first.starts_on, first.ends_on) == (
        Decimal("0.1"),
        "=",
        day("2024-04-01"),
        day("2024-11-30"),
    )
    assert first.period_text == "4月1日 - 11月31日"
    assert items(first) == [("对已取得建设工程规划许可证的项目进行规划土地核实检查", "政务服务股")]
    assert (second.rate, second.rate_op, second.rate_text) == (Decimal("0.35"), ">", ">35%")
    assert (second.starts_on, second.ends_on) == (day("2024-06-01"), day("2024-12-31"))
    assert items(second) == [("对测绘资质单位是否具备相应的资质进行巡查", "测绘地理信息管理股")]
    assert (first.item_class, second.item_class) == ("general", "general")
    (task,) = joint.tasks
    bureau = "许昌市自然资源和规划局建安区分局"
    assert (task.name, task.field, task.scope) == ("食用林产品", "食用林产品", "重点食用林产品生产企业")
    assert (task.rate, task.rate_op, task.item_class) == (Decimal("0.5"), "=", "key")
    assert (task.starts_on, task.ends_on) == (day("2024-04-08"), day("2024-11-30"))
    assert task.lead_unit.name == bureau
    assert [(unit.name, unit.region, unit.own) for unit in task.partners] == [("区市场监管局", "建安区", False)]
    assert [unit for _, unit in items(task)] == [bureau] * 4 + ["区市场监管局"]
    assert items(task)[0][0] == "现场检查食用林产品是否存在未依法建立、保存食用林产品生产记录的行为"
    assert items(task)[4][0] == "（登记证）规范使用情况"
    assert codes(notice) == [
        # The columns of contacts: their cells are named as not kept, without an example.
        (None, None, "cells_not_kept"),
        (None, None, "cells_not_kept"),
        (54, "period", "date_impossible"),
        (55, "name", "name_year"),
    ]


def test_jianan_addressees_are_units_in_scope_under_one_name_each() -> None:
    notice = read(JIANAN)
    assert {unit.name for unit in notice.units} == {
        "政务服务股",
        "测绘地理信息管理股",
        "许昌市自然资源和规划局建安区分局",
        "区市场监管局",
        "防灾减灾股",
        "国土空间规划股",
        "生态修复股",
        "森林资源保护管理股",
        "种苗和花卉产业发展管理股",
    }
    aliases = {alias: unit.name for alias, unit in notice.aliases}
    assert aliases["测绘地理信息股"] == "测绘地理信息管理股"
    assert aliases["局防灾减灾股"] == "防灾减灾股"
    assert aliases["自然资源和规划局"] == "许昌市自然资源和规划局建安区分局"


@pytest.mark.parametrize("source", [YANGCHENG, JIANAN], ids=lambda path: path.stem)
@pytest.mark.parametrize(
    ("build", "suffix"),
    [
        (as_docx, ".docx"),
        (as_xlsx, ".xlsx"),
        (as_xls, ".xls"),
        (as_pdf, ".pdf"),
        (as_csv, ".csv"),
        (lambda blocks, path: as_csv(blocks, path, "utf-8"), ".csv"),
        (lambda blocks, path: as_csv(blocks, path, "gb18030"), ".csv"),
        (lambda blocks, path: as_csv(blocks, path, "utf-16", "\t"), ".csv"),
    ],
    ids=["docx", "xlsx", "xls", "pdf", "csv-bom", "csv-utf8", "csv-gb18030", "csv-utf16"],
)
def test_every_format_says_the_same(tmp_path: Path, source: Path, build: Callable[..., Path], suffix: str) -> None:
    plain = read(source)
    other = read(build(blocks_of(source.read_text("utf-8")), tmp_path / f"notice{suffix}"))

    def essence(notice: Notice) -> object:
        return (
            notice.bureau,
            notice.doc_no,
            notice.issued_on,
            set(notice.units),
            set(notice.aliases),
            [(issue.field, issue.code) for issue in notice.issues],
            [
                (
                    plan.kind,
                    plan.year,
                    plan.title,
                    [
                        (
                            t.seq,
                            "".join(t.name.split()),
                            t.scope,
                            t.rate,
                            t.rate_op,
                            t.quota,
                            t.times_per_year,
                            t.starts_on,
                            t.ends_on,
                            t.lead_unit,
                            t.partners,
                            items(t),
                        )
                        for t in plan.tasks
                    ],
                )
                for plan in notice.plans
            ],
        )

    assert essence(other) == essence(plain)


# ---------------------------------------------------------------------------------------------------- other bureaus


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("抽查比例（%）", "rate"),
        ("抽取比例和数量", "rate"),
        ("抽 查 户 数", "quota"),
        ("检查事项", "items"),
        ("抽查项目", "field"),
        ("抽查内容", "content"),
        ("任务编号", "seq"),
        ("牵头单位", "lead_unit"),
        ("责任科室", "lead_unit"),
        ("实施部门", "lead_unit"),
        ("参与部门", "partners"),
        ("联合部门", "partners"),
        ("检查时间安排", "period"),
        ("实施时间", "period"),
        ("抽查频次", "frequency"),
        ("检查对象类型", "scope"),
        ("对象名录库", "scope"),
        ("法律依据", "legal_basis"),
        ("随机方式", "draw_type"),
        ("抽查主体", "checking_body"),
        ("发起部门联系人及联系方式", "contact"),
        ("配合部门联系人及联系方式", "contact"),
        ("事项类别（重点/一般/抽查事项）", "item_class"),
        ("智慧监管（信用风险分类）要求", "risk_rule"),
        ("发起主体/牵头单位", "lead_unit"),
        ("抽查起止时间", "period"),
        ("抽查计划名称", "plan_name"),
        ("高风险企业比例", "class:D"),
        ("A类", "class:A"),
        ("随便什么", None),
    ],
)
def test_headers_are_read_by_meaning(header: str, code: str | None) -> None:
    assert column_code(header) == code


def test_a_csv_without_title_takes_bureau_and_year_from_its_name_and_percent_from_its_header(tmp_path: Path) -> None:
    notice = from_text(
        tmp_path,
        "编号,抽查类别,检查事项,检查对象,抽取比例（%）,抽查频次,开始日期,结束日期,责任科室,参与部门,联系电话,检查依据\n"
        "1,登记事项检查,执照使用检查;名称使用检查,全市企业,5,1次/年,2024-03-01,2024-06-30,信用监管科,,0439-5222222,公司法\n"
        "2,食品安全,食品生产者检查,食品生产企业,10,每半年1次,2024/5/1,2024/9/30,食品生产科,市农业农村局、市卫健委,13900000000,食品安全法\n",
        "临江市市场监督管理局2024年度抽查计划.csv",
    )
    assert notice.bureau.name == "临江市市场监督管理局"
    internal, joint = notice.plans
    assert (internal.kind, internal.year, joint.kind) == ("internal", 2024, "joint")
    (first,), (second,) = internal.tasks, joint.tasks
    assert (first.rate, first.times_per_year, first.ends_on) == (Decimal("0.05"), 1, day("2024-06-30"))
    assert [item.legal_basis for item in first.items] == ["公司法", "公司法"]
    assert (second.rate, second.times_per_year) == (Decimal("0.1"), 2)
    assert [unit.name for unit in second.partners] == ["市农业农村局", "市卫健委"]
    # Nobody is named in the items, so everyone who takes part checks them.
    assert [unit for _, unit in items(second)] == ["食品生产科", "市农业农村局", "市卫健委"]


def test_excel_with_a_two_row_header_merged_cells_and_a_total(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某某县教育局2025年度“双随机、一公开”抽查工作计划"])
    sheet.merge_cells("A1:J1")
    sheet.append(
        ["序号", "抽查领域", "抽查事项", "检查对象", "抽查比例", None, "抽查时间", None, "牵头部门", "配合部门"]
    )
    sheet.append([None, None, None, None, "比例", "数量", "开始", "结束", None, None])
    for column in "ABCDIJ":
        sheet.merge_cells(f"{column}2:{column}3")
    sheet.merge_cells("E2:F2")
    sheet.merge_cells("G2:H2")
    sheet.append(
        [
            1,
            "培训",
            "办学许可检查",
            "校外培训机构",
            0.05,
            20,
            day("2025-03-01"),
            day("2025-06-30"),
            "民办教育股",
            "县市场监管局、县消防救援大队",
        ]
    )
    sheet.append([None, None, "收费公示检查"])
    for column in "ABDEFGHIJ":
        sheet.merge_cells(f"{column}4:{column}5")
    sheet["E4"].number_format = "0%"
    sheet.append([2, "食堂", "食品安全检查", "学校食堂", 0.125, None, "4月", "11月", "学校后勤股", None])
    sheet["E6"].number_format = "0.0%"
    sheet.append(["合计", None, None, None, None, 20])
    file = tmp_path / "a.xlsx"
    book.save(file)
    notice = read(file)
    tasks = {task.name: task for plan in notice.plans for task in plan.tasks}
    first, second = tasks["培训"], tasks["食堂"]
    assert (first.rate, first.quota, first.starts_on, first.ends_on) == (
        Decimal("0.05"),
        20,
        day("2025-03-01"),
        day("2025-06-30"),
    )
    assert list(dict.fromkeys(name for name, _ in items(first))) == ["办学许可检查", "收费公示检查"]
    assert (second.rate, second.starts_on, second.ends_on) == (Decimal("0.125"), day("2025-04-01"), day("2025-11-30"))
    assert (notice.rows_kept, len(tasks)) == (2, 2)


def test_word_with_merged_numbers_counts_and_class_proportions(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("青山区城市管理局")
    document.add_paragraph("2024年度部门联合抽查计划")
    rows = [
        ["序号", "检查任务", "检查事项", "检查对象范围", "抽查比例及频次", "实施时间", "检查部门"],
        [
            "1",
            "户外广告检查",
            "设施安全检查",
            "广告设置单位",
            "不低于10%;抽查1次",
            "2024年4月至6月",
            "区城管局（牵头）、区市场监管局",
        ],
        ["", "", "广告内容检查", "", "", "", ""],
        [
            "2",
            "渣土检查",
            "资质检查",
            "渣土运输企业",
            "A类1%、B类5%、C类20%、D类100%",
            "5月-10月",
            "区城管局、区交通局",
        ],
    ]
    table = document.add_table(rows=4, cols=7)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    for column in (0, 1, 3, 4, 5, 6):
        table.cell(1, column).merge(table.cell(2, column))
    file = tmp_path / "a.docx"
    document.save(str(file))
    notice = read(file)
    ((first, second),) = [plan.tasks for plan in notice.plans]
    assert notice.bureau.name == "青山区城市管理局"
    assert (first.rate, first.rate_op, first.times_per_year) == (Decimal("0.1"), ">=", 1)
    assert first.lead_unit.name == "青山区城市管理局"
    assert [unit.name for unit in first.partners] == ["区市场监管局"]
    assert list(dict.fromkeys(name for name, _ in items(first))) == ["设施安全检查", "广告内容检查"]
    assert (second.rate, second.class_rates["D"].rate) == (None, 1)
    assert (None, "doc_no", "doc_no_missing") in codes(notice)


HEAD = "安平县统计局2023年度抽查计划\n序号\t任务名称\t抽查内容\t抽查范围\t抽查比例\t检查时间\t责任股室\n"


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("1\t甲\t事项\t全县企业\t适量\t3月\t执法股", "rate", "rate_without_number"),
        ("1\t甲\t事项\t全县企业\t\t3月\t执法股", "rate", "rate_missing"),
        ("1\t甲\t事项\t全县企业\t5%\t\t执法股", "period", "window_missing"),
        ("1\t甲\t事项\t全县企业\t5%\t11月-2月\t执法股", "period", "window_reversed"),
        ("1\t甲\t事项\t\t5%\t3月\t执法股", "scope", "scope_missing"),
        ("1\t甲\t\t全县企业\t5%\t3月\t执法股", "items", "items_missing"),
        ("1\t甲\t事项\t全县企业\t5%\t3月\t", "lead_unit", "lead_missing"),
        ("1\t甲\t县能源局：事项\t全县企业\t5%\t3月\t执法股", "items", "unit_unknown"),
        ("1\t2022年甲抽查\t事项\t全县企业\t5%\t3月\t执法股", "name", "name_year"),
        ("1\t甲\t事项\t全县企业\t5%\t3月\t执法股 李四 13900000000", "lead_unit", "contact_removed"),
        ("1\t甲\t事项\t全县企业\t5%\t3月\t执法股、李四", "lead_unit", "not_a_unit"),
        ("1\t甲级测绘单位检查\t事项\t全县测绘单位\t5%\t3月\t执法股", "scope", "scope_wider"),
    ],
)
def test_what_is_off_is_reported_with_row_and_field_and_the_row_is_kept(
    tmp_path: Path, row: str, field: str, code: str
) -> None:
    notice = from_text(tmp_path, HEAD + row + "\n2\t乙\t事项\t全县企业\t5%\t4月\t执法股\n")
    assert (3, field, code) in codes(notice)
    assert len(notice.plans[0].tasks) == 2
    for issue in notice.issues:
        assert "李四" not in str(issue.parameters)
        for language in ("zh", "en"):
            assert spoken_in(language, issue_sentence, issue)


def test_a_row_that_names_nothing_is_an_error_and_the_rest_stays(tmp_path: Path) -> None:
    notice = from_text(tmp_path, HEAD + "1\t\t\t全县企业\t5%\t3月\t执法股\n2\t乙\t事项\t全县企业\t5%\t4月\t执法股\n")
    assert (3, "name", "row_without_task") in codes(notice)
    assert (notice.rows_read, notice.rows_kept) == (2, 1)


def test_continuation_rows_in_plain_text(tmp_path: Path) -> None:
    notice = from_text(
        tmp_path,
        HEAD + "1\t甲\t事项一\t全县企业\t5%\t3月\t执法股\n\t\t事项二\t\t\t\t\n\t乙\t事项三\t全县个体户\t8%\t4月\t\n",
    )
    first, second = notice.plans[0].tasks
    assert [name for name, _ in items(first)] == ["事项一", "事项二"]
    # A new name with a proportion of its own under the same number is another task; what it leaves blank is shared.
    assert (second.name, second.rate, second.lead_unit.name) == ("乙", Decimal("0.08"), "执法股")


def test_the_year_comes_from_the_number_or_the_windows_or_the_option(tmp_path: Path) -> None:
    header = "序号\t任务名称\t抽查内容\t抽查范围\t抽查比例\t检查时间\t责任股室"
    head = f"安平县统计局抽查计划\n{{}}\n{header}\n1\t甲\t事项\t企业\t5%\t{{}}\t执法股\n"
    assert from_text(tmp_path, head.format("安统字〔2021〕5号", "3月")).plans[0].year == 2021
    assert from_text(tmp_path, head.format("", "2022年11月-2023年2月")).plans[0].year == 2022
    assert from_text(tmp_path, head.format("", "3月"), year=2020).plans[0].year == 2020
    with pytest.raises(InspectionsError) as caught:
        from_text(tmp_path, head.format("", "3月"))
    assert caught.value.code == "year_unknown"
    assert "--year" in say_error(caught.value)


def test_a_bare_table_needs_a_bureau(tmp_path: Path) -> None:
    table = "序号\t任务名称\t抽查内容\t抽查范围\t抽查比例\t检查时间\n1\t甲\t事项\t企业\t5%\t2024年3月\n"
    with pytest.raises(InspectionsError) as caught:
        from_text(tmp_path, table)
    assert caught.value.code == "bureau_unknown"
    assert from_text(tmp_path, table, bureau="安平县统计局").bureau.region == "安平县"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("只有文字，没有表。\n", "no_plan_table"),
        ("甲\t乙\t丙\n1\t2\t3\n", "no_plan_table"),
        ("统一社会信用代码\t企业名称\t风险类别\n91140522MA0K000000\t某公司\tA\n", "not_a_notice"),
    ],
)
def test_files_that_are_no_notice_say_so(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InspectionsError) as caught:
        from_text(tmp_path, text)
    assert caught.value.code == code
    assert "计划.txt" in say_error(caught.value)


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("对煤炭生产企业的 双随机抽查", "全县生产矿山企业", "煤炭生产企业"),
        ("对非煤矿山企业土地复垦义务履行情况随机抽查", "本辖区有证非煤矿山企业", None),
        ("2023年度对测绘资质单位测绘资质的监督检查", "全县持有测绘资质的企事业单位", None),
        ("2023年第一季度生产矿山抽查", "全县生产矿山企业", None),
        ("建设工程规划土地核实", "已取得建设工程规划许可证的项目", None),
    ],
)
def test_a_scope_wider_than_the_title(name: str, scope: str, expected: str | None) -> None:
    assert narrower_title(name, scope) == expected
