"""Invented notices in the forms that bureaus really publish; each is read as an official would read it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
import xlwt

from inspections.files.opening import read_document
from inspections.notice import units as unit_names
from inspections.notice.frequencies import times_per_year
from inspections.notice.plan import Notice, Task
from inspections.notice.proportions import proportion
from inspections.notice.reading import read_notice
from inspections.notice.windows import window
from tests.notice.formats import as_docx, as_pdf


def read(path: Path) -> Notice:
    return read_notice(read_document(path))


def from_text(tmp_path: Path, text: str, name: str = "计划.txt") -> Notice:
    file = tmp_path / name
    file.write_text(text.replace("|", "\t"), "utf-8")
    return read(file)


def tasks(notice: Notice) -> list[Task]:
    return [task for plan in notice.plans for task in plan.tasks]


def codes(notice: Notice) -> set[str]:
    return {issue.code for issue in notice.issues}


def names(task: Task) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.name for item in task.items))


def span(task: Task) -> tuple[str, str]:
    return str(task.starts_on), str(task.ends_on)


# ---------------------------------------------------------------------------------------------------- whole notices


def test_a_joint_conference_lists_departments_and_they_lead(tmp_path: Path) -> None:
    notice = from_text(
        tmp_path,
        "绿水县市场监管领域部门联合“双随机、一公开”监管联席会议办公室文件\n绿双随机办〔2025〕3号\n"
        "关于印发《绿水县2025年度部门联合“双随机、一公开”抽查计划》的通知\n各镇人民政府（街道办事处），县直各有关部门：\n"
        "绿水县市场监管领域部门联合“双随机、一公开”监管联席会议办公室\n2025年2月20日\n"
        "绿水县2025年度部门“双随机、一公开”抽查计划\n序号|抽查部门|抽查领域|抽查事项|抽查对象|抽查比例|抽查时间\n"
        "1|县教育局|校外培训|培训收费检查|校外培训机构|10%|4月-6月\n2|县水利局|取水|取用水检查|取用水单位|5%|第三季度\n"
        "绿水县2025年度部门联合“双随机、一公开”抽查计划\n序号|牵头部门|配合部门|抽查领域|抽查事项|抽查对象|抽查比例|抽查时间\n"
        "1|县文化广电和旅游局|县公安局、县消防救援大队|娱乐|娱乐场所检查|歌舞娱乐场所|5%|7月-9月\n",
    )
    assert notice.bureau == unit_names.Bureau("绿水县市场监管领域部门联合“双随机、一公开”监管联席会议办公室", "绿水县")
    assert (notice.doc_no, str(notice.issued_on)) == ("绿双随机办〔2025〕3号", "2025-02-20")
    assert [(plan.kind, plan.year, len(plan.tasks)) for plan in notice.plans] == [
        ("internal", 2025, 2),
        ("joint", 2025, 1),
    ]
    leads = [task.lead_unit for task in tasks(notice)]
    assert [(unit.name, unit.own, unit.kind) for unit in leads] == [
        ("县教育局", False, "department"),
        ("县水利局", False, "department"),
        ("县文化广电和旅游局", False, "department"),
    ]
    assert [unit.name for unit in tasks(notice)[2].partners] == ["县公安局", "县消防救援大队"]


def test_a_plan_that_names_only_its_place_is_read_with_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "计划.md"
    file.write_text(
        "# 长宁市2024年度部门联合双随机抽查工作计划\n（“一业一查”部门联合双随机抽查工作计划）-市直\n\n"
        "| 序号 | 抽查任务名称 | 抽查事项 | 抽查对象范围 | 抽查比例<br>及频次 | 抽查检查<br>起止时间 |"
        " 发起部门 | 配合部门 | 抽查检查<br>模式 |\n|:-:|---|---|---|---|---|---|---|---|\n"
        "| 1 | 涉烟检查 | 运输烟草检查 | 物流企业 | 3%;2次/年 | 3月—12月 |"
        " 市烟草专卖局 | 市邮政管理局、<br>市公安局 | 市抽市查 |\n"
        "| 2 | 医保检查 | 基金使用 | 经办机构 | 每年对经办机构抽查比例之和≥20%;1次/年 | 全年 |"
        " 市医保局 | 市卫健委 | 市抽市查 |\n",
        "utf-8",
    )
    notice = read(file)
    assert (notice.bureau.name, notice.bureau.region) == ("长宁市", "长宁市")
    assert "bureau_assumed" in codes(notice)
    (plan,) = notice.plans
    assert (plan.kind, plan.title) == ("joint", "长宁市2024年度部门联合双随机抽查工作计划")
    assert [(task.rate, task.rate_op, task.times_per_year) for task in plan.tasks] == [
        (Decimal("0.03"), "=", 2),
        (Decimal("0.2"), ">=", 1),
    ]
    assert [unit.name for unit in plan.tasks[0].partners] == ["市邮政管理局", "市公安局"]


def test_base_and_proportion_in_one_cell_and_the_section_in_brackets(tmp_path: Path) -> None:
    notice = read(
        as_docx(
            [
                "青阳市市场监督管理系统2024年度“双随机、一公开”抽查工作计划",
                [
                    ["序号", "抽查任务名称", "抽查事项", "发起方式（牵头指导科室）", "配合单位（抽查层级）", "抽查主体",
                     "抽查基数和比例", "抽查目标数", "抽查时间段", "备注"],
                    ["1", "不定向抽查", "名称使用检查", "市级统一组织发起（信用监管科按职责分工指导）",
                     "县（市、区）级市场监管部门",
                     "全市企业、个体工商户", "全市抽查基数约40065户（动态更新），抽查比例不低于3%。",
                     "1200户", "2024年3月至10月", ""],
                ],
            ],
            tmp_path / "a.docx",
        )
    )  # fmt: skip
    (task,) = tasks(notice)
    assert (notice.bureau.name, notice.plans[0].kind) == ("青阳市市场监督管理局", "internal")
    assert (task.lead_unit.name, task.scope, task.checking_body) == ("信用监管科", "全市企业、个体工商户", None)
    assert (task.rate, task.rate_op, task.quota, task.pool_stated) == (Decimal("0.03"), ">=", 1200, 40065)
    assert span(task) == ("2024-03-01", "2024-10-31")


def test_an_old_excel_file_keeps_percentages_under_a_percent_header(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("内部计划")
    sheet.write_merge(0, 0, 0, 7, "海安市交通运输局2022年度双随机抽查计划表")
    header = ["序号", "抽查项目", "抽查内容", "抽查对象", "抽查比例（%）", "开始日期", "截止日期", "责任科室"]
    for column, text in enumerate(header):
        sheet.write(1, column, text)
    shown = [(0.05, "0%"), (0.125, "0.00%"), (5, None), (1, "0.0%"), (0.5, None)]
    for row, (value, pattern) in enumerate(shown, start=2):
        for column, text in enumerate([row - 1, f"第{row}项检查", "资质", "运输企业"]):
            sheet.write(row, column, text)
        sheet.write(row, 4, value, xlwt.easyxf(num_format_str=pattern or "General"))
        for column, day in ((5, datetime.date(2022, 4, 1)), (6, datetime.date(2022, 6, 30))):
            sheet.write(row, column, day, xlwt.easyxf(num_format_str="yyyy/m/d"))
        sheet.write(row, 7, "运输科")
    book.save(str(tmp_path / "a.xls"))
    read_tasks = tasks(read(tmp_path / "a.xls"))
    assert [task.rate for task in read_tasks] == [Decimal(x) for x in ("0.05", "0.125", "0.05", "1", "0.005")]
    assert span(read_tasks[0]) == ("2022-04-01", "2022-06-30")


def test_class_columns_under_a_group_and_rows_below_the_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [
        ["附件1"],
        ["金湖区应急管理局2024年度“双随机、一公开”抽查计划"],
        ["填报单位：金湖区应急管理局", None, None, None, None, None, None, None, "填报日期：2024年1月20日"],
        [
            "序号",
            "抽查类别",
            "抽查事项",
            "检查对象",
            "抽查基数",
            "风险分类抽查比例",
            None,
            None,
            None,
            "抽查时间",
            "责任科室",
        ],
        [None, None, None, None, None, "A类", "B类", "C类", "D类", None, None],
        [1, "危化", "经营许可检查", "危化经营企业", 80, 0.01, 0.05, 0.2, 1, "4-6月", "危化科"],
        ["合计", None, None, None, 80],
        ["备注", "本计划可根据实际调整。"],
        ["填表人：张某某  联系电话：13800000000"],
    ]:
        sheet.append(row)
    sheet.merge_cells("F4:I4")
    for column in "ABCDEJK":
        sheet.merge_cells(f"{column}4:{column}5")
    for column in "FGHI":
        sheet[f"{column}6"].number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    notice = read(tmp_path / "a.xlsx")
    (task,) = tasks(notice)
    assert {key: value.rate for key, value in task.class_rates.items()} == {
        "A": Decimal("0.01"),
        "B": Decimal("0.05"),
        "C": Decimal("0.2"),
        "D": 1,
    }
    assert (task.pool_stated, task.lead_unit.name, span(task)) == (80, "危化科", ("2024-04-01", "2024-06-30"))


def test_rows_that_only_head_others_are_no_tasks(tmp_path: Path) -> None:
    notice = from_text(
        tmp_path,
        "红石区住房和城乡建设局2024年度双随机抽查计划\n序号|抽查事项|抽查内容|抽查对象|抽取比例|时间安排|责任科室\n"
        "一|建筑市场类|||||\n1.1|企业资质检查|资质条件、人员社保|建筑业企业|5%|3-5月|建筑科\n"
        "2|房地产类|||||\n2.1|物业服务检查|服务合同|物业企业|5%|6-8月|物业科\n3|消防检查|||||\n",
    )
    assert [task.name for task in tasks(notice)] == ["企业资质检查", "物业服务检查", "消防检查"]
    # The item is the 事项; what is looked at in it is no item of its own.
    assert names(tasks(notice)[0]) == ("企业资质检查",)
    assert "details_unread" in codes(notice)


def test_of_two_columns_that_could_lead_the_stronger_one_does(tmp_path: Path) -> None:
    notice = from_text(
        tmp_path,
        "松林市文化和旅游局2024年随机抽查工作计划\n序号|抽查事项|抽查对象|抽查比例和频次|抽查方式|抽查时间|实施主体|牵头处（科）室\n"
        "1|网吧检查|网吧|20%，每年1次|不定向抽查|4-6月|市文化和旅游局|市场管理科\n",
    )
    (task,) = tasks(notice)
    assert (task.lead_unit.name, task.checking_body) == ("市场管理科", "市文化和旅游局")
    assert (task.rate, task.times_per_year, task.draw_type) == (Decimal("0.2"), 1, "unconditional")


def test_codes_months_and_two_meanings_of_number_columns(tmp_path: Path) -> None:
    notice = from_text(
        tmp_path,
        "海岚市海洋渔业局2024年度抽查计划\n任务编码|任务名称|检查事项|检查对象|抽取基数|抽查对象数|检查频率|检查月份|承办科室|参与实施部门\n"
        "HY-01|渔船检查|捕捞许可检查|渔船|45|5|>=1|5|渔政科|市海事局、海警支队\n"
        "HY-02|用海检查|用海权检查|用海单位|30|3|=2|4-6|海域科|\n",
    )
    internal, joint = notice.plans
    (sea,), (ship,) = internal.tasks, joint.tasks
    assert (ship.name, ship.quota, ship.pool_stated, ship.times_per_year) == ("渔船检查", 5, 45, 1)
    assert (span(ship), span(sea)) == (("2024-05-01", "2024-05-31"), ("2024-04-01", "2024-06-30"))
    assert [(unit.name, unit.own) for unit in ship.partners] == [("市海事局", False), ("海警支队", False)]
    assert sea.times_per_year == 2


def test_sections_that_help_one_another_are_no_joint_plan(tmp_path: Path) -> None:
    notice = from_text(
        tmp_path,
        "青川县林业局2024年度双随机抽查计划表\n序号|抽查事项|抽查对象|抽查比例|抽查时间|发起/牵头股室|配合股室\n"
        "1|木材检查|木材经营单位|每季度抽查5%|每季度|资源管理股|种苗站、法规股\n2|种苗检查|种苗经营者|2家/季度|1-12月|县局种苗站|\n",
    )
    (plan,) = notice.plans
    assert plan.kind == "internal"
    assert [(task.rate, task.quota, task.times_per_year) for task in plan.tasks] == [
        (Decimal("0.05"), None, 4),
        (None, 2, 4),
    ]
    assert plan.tasks[1].lead_unit == plan.tasks[0].partners[0]


def test_markup_and_entities_in_cells(tmp_path: Path) -> None:
    notice = from_text(
        tmp_path,
        "青云县林业局2024年双随机抽查计划\n序号|抽查事项|抽查对象|抽查比例|抽查时间|责任股室\n"
        "1|<p>木材经营检查</p><p>植物检疫检查</p>|木材&nbsp;经营单位|<span>5％</span>|4月&mdash;6月|森保股<br/>\n"
        "2|①种苗质量检查②种苗标签检查|种苗经营者|&gt;35%|上半年|种苗站\n",
    )
    first, second = tasks(notice)
    assert (first.rate, first.rate_op, first.scope) == (Decimal("0.05"), "=", "木材经营单位")
    assert (names(first), span(first)) == (("木材经营检查", "植物检疫检查"), ("2024-04-01", "2024-06-30"))
    assert (second.rate_op, names(second)) == (">", ("种苗质量检查", "种苗标签检查"))


def test_a_heading_row_inside_the_table_and_addressees_with_brackets(tmp_path: Path) -> None:
    document = docx.Document()
    for line in ("宁远市统计局", "宁统字【2024】9号", "关于开展2024年统计执法“双随机”抽查的通知",
                 "各县（市、区）统计局，局机关各科室、市普查中心：", "二〇二四年三月十八日"):  # fmt: skip
        document.add_paragraph(line)
    title = "宁远市统计局2024年统计执法双随机抽查计划表"
    rows = [
        [title] * 6,
        ["序号", "检查对象", "检查事项", "抽查比例/数量", "检查方式", "检查时间"],
        ["1", "规模以上工业企业", "数据质量检查；统计台账检查", "15家", "定向", "5月-6月"],
        ["2", "批零企业", "数据质量检查", "0.5%", "不定向", "7月-8月"],
    ]
    table = document.add_table(rows=4, cols=6)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = "" if r == 0 else text
    table.cell(0, 0).merge(table.cell(0, 5)).text = title
    document.save(str(tmp_path / "a.docx"))
    notice = read(tmp_path / "a.docx")
    assert (notice.doc_no, str(notice.issued_on)) == ("宁统字〔2024〕9号", "2024-03-18")
    assert [(task.quota, task.rate, task.draw_type) for task in tasks(notice)] == [
        (15, None, "conditional"),
        (None, Decimal("0.005"), "unconditional"),
    ]
    assert {unit.name for unit in notice.units} == {"宁远市统计局", "市普查中心"}


def test_a_summary_sheet_with_the_department_merged_down(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [
        ["石桥县“双随机、一公开”监管工作领导小组办公室"],
        ["石桥县2025年度双随机抽查计划汇总表"],
        ["抽查部门", "抽查任务", "抽查事项", "抽查对象", "抽查比例", "抽查数量（户）", "抽查时间", "备注"],
        ["县教育局", "学校食堂检查", "食品安全", "学校", 0.1, 5, "4月"],
        [None, "培训机构检查", "收费检查", "培训机构", 0.2, 6, "9月"],
        ["县民政局", "养老机构检查", "服务质量", "养老机构", 0.5, 3, "5月"],
        ["合 计", None, None, None, None, 14],
    ]:
        sheet.append(row)
    for place in ("A1:H1", "A2:H2", "A4:A5"):
        sheet.merge_cells(place)
    book.save(tmp_path / "a.xlsx")
    notice = read(tmp_path / "a.xlsx")
    assert notice.bureau.region == "石桥县"
    assert [(task.name, task.lead_unit.name, task.quota) for task in tasks(notice)] == [
        ("学校食堂检查", "县教育局", 5),
        ("培训机构检查", "县教育局", 6),
        ("养老机构检查", "县民政局", 3),
    ]


def test_a_hundred_rows_over_pages_keep_their_numbers(tmp_path: Path) -> None:
    same = ["卫生管理情况", "公共场所", "5%", "11月30日前", "监督处"]
    rows = [[str(n), f"第{n}类场所检查", *same] for n in range(1, 101)]
    header = ["序号", "抽查任务", "抽查内容", "抽查对象", "抽检比例", "完成时限", "责任处室"]
    notice = read(as_pdf(["大江市卫生健康委员会2024年双随机抽查计划", [header, *rows]], tmp_path / "a.pdf"))
    assert [(task.seq, task.name) for task in tasks(notice)] == [(n, f"第{n}类场所检查") for n in range(1, 101)]
    assert names(tasks(notice)[0]) == ("卫生管理情况",)


def test_blanks_inside_words_full_width_digits_and_one_name_twice(tmp_path: Path) -> None:
    notice = from_text(
        tmp_path,
        "云 台 县 水 利 局 文 件\n云水〔2 0 2 4〕１２号\n云台县水利局２０２４年度“双随机、一公开”抽查计划\n"
        "序 号|抽 查 事 项|抽 查 对 象|抽 查 比 例|抽 查 时 间|牵 头 科 室||\n"
        "１|取用水检查|取用水户|１０％|４月至６月|水资源股||\n２|取用水检查|取用水户|５％|９月至１１|水资源股||\n",
    )
    assert (notice.bureau.name, notice.doc_no) == ("云台县水利局", "云水〔2024〕12号")
    first, second = tasks(notice)
    assert (first.seq, first.rate, span(first)) == (1, Decimal("0.1"), ("2024-04-01", "2024-06-30"))
    assert (second.seq, second.rate, span(second)) == (2, Decimal("0.05"), ("2024-09-01", "2024-11-30"))


# ---------------------------------------------------------------------------------------------------- single values


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("杭州市民政局", "杭州市"),
        ("杭州市市场监督管理局", "杭州市"),
        ("荆州市沙市区农业农村局", "沙市区"),
        ("恩施州市场监督管理局", "恩施州"),
        ("国家税务总局平湖县税务局", "平湖县"),
        ("长沙市政务服务局", "长沙市"),
        ("长沙市市政管理局", "长沙市"),
        ("本溪满族自治县水务局", "本溪满族自治县"),
        ("许昌市自然资源和规划局建安区分局", "建安区"),
    ],
)
def test_the_place_in_a_bureaus_name(name: str, region: str) -> None:
    bureau = unit_names.bureau_named(name)
    assert bureau.region == region


def test_an_outside_department_in_an_internal_plan_is_no_section() -> None:
    bureau = unit_names.bureau_named("清河县林业局")
    assert not unit_names.unit_called("县公安局", bureau, internal=True).own
    assert unit_names.unit_called("森林资源监督管理局", bureau, internal=True).own
    assert unit_names.unit_called("县林业局", bureau, internal=True).name == "清河县林业局"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D类（高风险）100%；C类（较高风险）50%", {"D": "1", "C": "0.5"}),
        ("重大风险100%，较大风险50%，一般风险20%，低风险5%", {"D": "1", "C": "0.5", "B": "0.2", "A": "0.05"}),
        ("守信1%、警示5%、失信20%、严重失信100%", {"A": "0.01", "B": "0.05", "C": "0.2", "D": "1"}),
        ("AA级1%", {}),
    ],
)
def test_proportions_by_class(text: str, expected: dict[str, str]) -> None:
    assert {key: value.rate for key, value in proportion(text).class_rates.items()} == {
        key: Decimal(value) for key, value in expected.items()
    }


@pytest.mark.parametrize(
    ("text", "rate", "operator", "times"),
    [
        ("每年最低抽查5%", "0.05", ">=", None),
        ("每季度至少对5%的单位进行抽查。1次/季度。", "0.05", ">=", 4),
        ("10%/季度", "0.1", "=", 4),
        ("每月抽查2%", "0.02", "=", 12),
        ("2%以上（根据不同风险级别设置差异化抽查比例）", "0.02", ">=", None),
    ],
)
def test_bounds_and_frequencies_inside_a_proportion(text: str, rate: str, operator: str, times: int | None) -> None:
    said = proportion(text)
    assert (said.rate, said.rate_op, said.times_per_year) == (Decimal(rate), operator, times)


@pytest.mark.parametrize(
    ("text", "times", "remarked"),
    [
        (">=1", 1, False),
        ("=2", 2, False),
        ("每季度", 4, False),
        ("按月", 12, False),
        ("每周一次", None, True),
        ("不定期", None, True),
    ],
)
def test_frequency_columns(text: str, times: int | None, remarked: bool) -> None:
    said, remarks = times_per_year(text)
    assert (said, bool(remarks)) == (times, remarked)


@pytest.mark.parametrize(
    ("text", "starts", "ends", "remarked"),
    [
        ("2024.4-6", "2024-04-01", "2024-06-30", False),
        ("2024年9月至11", "2024-09-01", "2024-11-30", False),
        ("2024年(3-11月)", "2024-03-01", "2024-11-30", False),
        ("全年（1-12月）", "2024-01-01", "2024-12-31", False),
        ("一季度、三季度", "2024-01-01", "2024-09-30", True),
        ("第二、三季度", "2024-04-01", "2024-09-30", False),
        ("二至四季度", "2024-04-01", "2024-12-31", False),
    ],
)
def test_windows(text: str, starts: str, ends: str, remarked: bool) -> None:
    read_window = window(text, 2024)
    assert (str(read_window.starts_on), str(read_window.ends_on)) == (starts, ends)
    assert bool(read_window.remarks) is remarked
