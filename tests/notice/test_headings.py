"""What heads a notice: whose it is, its number wherever it stands, and its title without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.notice.plan import Notice
from inspections.notice.reading import read_notice

TABLE = (
    "序号|抽查任务|抽查事项|抽查对象|抽查比例|抽查时间",
    "1|用工检查|工资支付的检查|用人单位|5%|2025年3月",
)


def read(tmp_path: Path, *lines: str, table: tuple[str, ...] = TABLE, after: tuple[str, ...] = ()) -> Notice:
    file = tmp_path / "a.txt"
    file.write_text("\n".join((*lines, *(line.replace("|", "\t") for line in table), *after)), "utf-8")
    return read_notice(read_document(file))


@pytest.mark.parametrize(
    ("title", "bureau"),
    [
        ("某省人力资源和社会保障厅涉企行政检查计划", "某省人力资源和社会保障厅"),
        ("某县应急管理局行政检查计划", "某县应急管理局"),
        ("某县卫生健康委员会涉企行政检查工作计划", "某县卫生健康委员会"),
        ("某市生态环境局执法检查计划", "某市生态环境局"),
        ("某县农业农村局监督检查计划（2025年）", "某县农业农村局"),
        ("某县市场监督管理局专项检查计划", "某县市场监督管理局"),
        ("某县财政局检查计划", "某县财政局"),
        ("某县林业局日常监管计划", "某县林业局"),
        ("某市城市管理综合行政执法局行政检查计划", "某市城市管理综合行政执法局"),
        ("某县消防救援大队重点单位抽查计划", "某县消防救援大队"),
        ("2025年度某县统计局双随机抽查计划", "某县统计局"),
        ("某县文化和旅游局关于印发2025年度双随机抽查计划的通知", "某县文化和旅游局"),
        ("某县文化和旅游局办公室关于印发《2025年度双随机抽查计划》的通知", "某县文化和旅游局"),
        ("某县统计局统计执法“双随机”抽查工作计划", "某县统计局"),
        ("某县委宣传部（县新闻出版局）2025年抽查计划", "某县委宣传部"),
        ("某县应急管理局（地震局）2025年抽查计划", "某县应急管理局"),
        ("某县烟草专卖局（分公司）2025年抽查计划", "某县烟草专卖局"),
    ],
)
def test_the_bureau_stands_before_any_kind_of_plan(tmp_path: Path, title: str, bureau: str) -> None:
    assert read(tmp_path, title).bureau.name == bureau


@pytest.mark.parametrize(
    "line",
    [
        "填报单位：某县统计局",
        "填报单位（盖章）：某县统计局    填报日期：2025年1月5日",
        "制表单位: 某县统计局",
        "发文机关：某县统计局",
        "发布机构 某县统计局",
        "编制单位：某县统计局",
    ],
)
def test_who_made_the_table_is_named_in_a_line(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, "2025年度双随机抽查计划", line).bureau.name == "某县统计局"
    assert read(tmp_path, "2025年度双随机抽查计划", after=("", line)).bureau.name == "某县统计局"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("填报单位：某县水利局　　填表日期：2025年2月18日", "2025-02-18"),
        ("填报日期：2025年1月20日    填报人：吴某某", "2025-01-20"),
        ("填报时间：2025/2/25", "2025-02-25"),
        ("填表时间：2026.1.15", "2026-01-15"),
        ("填报日期：", None),
        ("报送日期：2025年3月底", None),
    ],
)
def test_the_day_on_which_a_form_was_filled_in_is_the_notices(tmp_path: Path, line: str, day: str | None) -> None:
    issued = read(tmp_path, "某县水利局2025年抽查计划", line).issued_on
    assert (issued and str(issued)) == day


def test_the_full_name_is_the_bureaus(tmp_path: Path) -> None:
    notice = read(tmp_path, "某市住房和城乡建设局", "关于印发双随机抽查计划的通知", "某市住建局2025年度双随机抽查计划")
    assert notice.bureau.name == "某市住房和城乡建设局"


def test_the_bureau_of_every_row_is_the_plans(tmp_path: Path) -> None:
    rows = ("计划名称|抽查任务|抽查事项|抽查对象|抽查比例|抽查时间|发起单位",)
    rows += ("某县统计局2025年度抽查计划|用工检查|统计数据的检查|统计对象|5%|3月|某县统计局",)
    assert read(tmp_path, table=rows).bureau.name == "某县统计局"


PLAN, NUMBER = "某县文化和旅游局2025年度双随机抽查计划", "某文旅〔2025〕63号"


@pytest.mark.parametrize(
    ("line", "number", "title"),
    [
        (f"{PLAN}的通知（{NUMBER}）", NUMBER, f"{PLAN}的通知"),
        (f"{PLAN}(某文旅[2025]63号)", NUMBER, PLAN),
        (f"{PLAN} {NUMBER}", NUMBER, PLAN),
        (f"{PLAN}【{NUMBER}】", NUMBER, PLAN),
        (f"{NUMBER} {PLAN}", NUMBER, PLAN),
        (f"某县文化和旅游局关于印发《2025年度双随机抽查计划》的通知（{NUMBER}）", NUMBER, "2025年度双随机抽查计划"),
        ("某县文化和旅游局关于落实某政〔2024〕1号2025年度抽查计划的通知", None, None),
        (f"{PLAN}（试行）", None, f"{PLAN}（试行）"),
    ],
)
def test_the_number_beside_the_title(tmp_path: Path, line: str, number: str | None, title: str | None) -> None:
    notice = read(tmp_path, line)
    assert (notice.doc_no, notice.bureau.name) == (number, "某县文化和旅游局")
    if title:
        assert notice.plans[0].title == title


def test_a_number_that_only_the_text_quotes_is_not_the_notices(tmp_path: Path) -> None:
    notice = read(
        tmp_path,
        "某县文化和旅游局2025年度双随机抽查计划",
        "根据《关于加强监管的通知》（国市监信〔2019〕38号），制定本计划。",
    )
    assert notice.doc_no is None
