"""Days and amounts in one cell, and notes that speak of some rows only."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.notice.test_prose import read as read_lines
from tests.notice.test_prose import tasks
from tests.notice.test_said_elsewhere import codes
from tests.notice.test_who_checks_what import only, read

TITLE = "某县水利局2025年度双随机抽查计划"
HEAD = "任务名称|抽查对象|检查内容"
ROW = "取水检查|取水户|取水计量"
TABLE = "序号|任务名称|抽查对象|检查内容|责任股室"
TWO = "1|取水检查*|取水户|计量|水资源股", "2|采砂检查|采砂企业|许可|河湖股"


@pytest.mark.parametrize(
    ("heading", "cell", "quota", "rate", "months", "said"),
    [
        ("时间及数量", "3—5月，10家", 10, None, (3, 5), set()),
        ("抽查安排", "第二季度，10%", None, "0.1", (4, 6), set()),
        ("抽查时间", "3—5月（10家）", 10, None, (3, 5), set()),
        ("抽查时间", "第一轮：3—5月，10个项目", 10, None, (3, 5), set()),
        ("抽查数量", "上半年10家，下半年12家", 22, None, (1, 12), {"quota_summed"}),
        ("抽查时间", "6月15个，10月10个", 25, None, (6, 10), {"quota_summed"}),
        # The same objects may be inspected in both rounds.
        ("抽查时间", "第一轮：4月，10个；第二轮：9月，10个", 10, None, (4, 9), {"quota_by_period"}),
        ("抽查时间", "第一轮：4月，10个；第二轮：9月，8个", None, None, (4, 9), {"quota_by_period", "rate_ambiguous"}),
        # Months and days that are counted alike are no amounts.
        ("抽查时间", "3月起3个月内", None, None, (3, 12), set()),
        ("抽查时间", "3—5月，分3个阶段，2名执法人员", None, None, (3, 5), set()),
    ],
)
def test_days_and_amounts_of_one_cell_are_parted(
    tmp_path: Path,
    heading: str,
    cell: str,
    quota: int | None,
    rate: str | None,
    months: tuple[int, int],
    said: set[str],
) -> None:
    notice = read(tmp_path, f"{HEAD}|{heading}", f"{ROW}|{cell}")
    task = only(notice)
    assert (task.quota, task.rate) == (quota, rate and Decimal(rate))
    assert task.starts_on is not None
    assert task.ends_on is not None
    assert (task.starts_on.month, task.ends_on.month) == months
    assert codes(notice, "quota") == said


def test_a_number_beside_the_days_is_said_where_a_column_has_another(tmp_path: Path) -> None:
    notice = read(tmp_path, f"{HEAD}|抽查时间|抽查数量", f"{ROW}|6月15家|20家")
    task = only(notice)
    assert (task.quota, str(task.starts_on), str(task.ends_on)) == (20, "2025-06-01", "2025-06-30")
    assert "words_unread" in codes(notice, "period")


def test_rounds_in_a_column_each_are_one_period(tmp_path: Path) -> None:
    notice = read(tmp_path, f"{HEAD}|第一轮|第二轮", f"{ROW}|3—5月，10家|9—10月，10家", f"{ROW}二|4月，5家|/")
    first, second = tasks(notice)
    assert (str(first.starts_on), str(first.ends_on)) == ("2025-03-01", "2025-10-31")
    assert (second.quota, str(second.ends_on)) == (5, "2025-04-30")
    assert "quota_by_period" in codes(notice, "quota")


@pytest.mark.parametrize(
    ("note", "field", "value"),
    [
        ("注：标*的为重点检查事项。", "item_class", "key"),
        ("注：带“*”的抽查比例为20%。", "rate", Decimal("0.2")),
        ("备注：*表示每半年抽查一次。", "times_per_year", 2),
        ("说明：*为一年抽查两次的任务。", "times_per_year", 2),
        ("注：第1项于6月底前完成。", "ends_on", "2025-06-30"),
        ("注：序号1的任务由县自然资源局配合。", "partners", "县自然资源局"),
    ],
)
def test_a_note_of_some_rows_is_told_of_these_alone(tmp_path: Path, note: str, field: str, value: object) -> None:
    notice = read(tmp_path, TABLE, *TWO, f"{note}|<|<|<|<")
    marked = next(task for task in tasks(notice) if task.name == "取水检查")
    other = next(task for task in tasks(notice) if task.name == "采砂检查")
    own = marked.partners[0].name if field == "partners" else getattr(marked, field)
    assert own == value or str(own) == value
    assert not getattr(other, field)
    assert any(issue.code == "value_of_note" and issue.row == marked.row for issue in notice.issues)


@pytest.mark.parametrize("note", ["注：带*的由水政大队负责实施。", "注：带*的须逐户上门。", ""])
def test_what_a_note_says_otherwise_and_a_mark_without_one_are_said(tmp_path: Path, note: str) -> None:
    notice = read(tmp_path, TABLE, *TWO, *([f"{note}|<|<|<|<"] if note else []))
    task = next(task for task in tasks(notice) if task.name == "取水检查")
    assert task.lead_unit.name == "水资源股"
    assert any(issue.code == "words_unread" and issue.row == task.row for issue in notice.issues)


@pytest.mark.parametrize(
    "line", ["第1季度开展宣传，由县自然资源局配合。", "任务1项，由县自然资源局配合。", "第1批由县自然资源局配合。"]
)
def test_a_number_of_something_else_is_no_row(tmp_path: Path, line: str) -> None:
    notice = read(tmp_path, TABLE, *TWO, f"注：{line}|<|<|<|<")
    assert not any(issue.code == "value_of_note" for issue in notice.issues)


def test_the_rest_are_those_that_a_note_has_not_named(tmp_path: Path) -> None:
    notice = read(tmp_path, TABLE, *TWO, "注：带*的6月底前完成；其余任务11月底前完成。|<|<|<|<")
    assert [str(task.ends_on) for task in tasks(notice)] == ["2025-06-30", "2025-11-30"]


def test_the_letter_says_shares_class_by_class_for_all(tmp_path: Path) -> None:
    sentence = "按信用风险分类确定比例：A类企业1%，B类企业3%，D类企业30%。"
    notice = read(tmp_path, HEAD, ROW, title=f"{TITLE}</p><p>{sentence}")
    assert {code: str(one.rate.normalize()) for code, one in only(notice).class_rates.items() if one.rate} == {
        "A": "0.01",
        "B": "0.03",
        "D": "0.3",
    }
    assert "value_of_letter" in codes(notice, "rate")


def test_the_shares_by_class_of_last_year_are_none_of_the_plan(tmp_path: Path) -> None:
    sentence = "去年A类企业抽查3.8%，B类企业抽查4.6%，D类企业抽查30%。"
    assert only(read(tmp_path, HEAD, ROW, title=f"{TITLE}</p><p>{sentence}")).class_rates == {}


@pytest.mark.parametrize(
    ("clauses", "lead"),
    [
        ("选案科负责抽取，检查一科负责实施", "检查一科"),
        ("由选案科负责抽取检查对象，检查二科负责检查", "检查二科"),
        ("选案科负责随机抽取", "某县税务局稽查局"),
    ],
)
def test_who_draws_is_not_who_leads(tmp_path: Path, clauses: str, lead: str) -> None:
    title = "某县税务局稽查局2025年度双随机抽查计划"
    lines = "一、抽查任务", f"（一）重点税源企业检查。按10%抽取，{clauses}，3月至10月开展。"
    (task,) = tasks(read_lines(tmp_path, *lines, title=title))
    assert (task.lead_unit.name, task.partners) == (lead, ())


def test_who_draws_beside_who_inspects_in_a_cell_does_not_lead(tmp_path: Path) -> None:
    notice = read(tmp_path, f"{HEAD}|责任科室", f"{ROW}|抽取：法规科；检查：工管科")
    assert only(notice).lead_unit.name == "工管科"


def test_nobody_s_number_comes_in_by_a_note_or_a_letter(tmp_path: Path) -> None:
    sentence = "A类企业1%，B类企业3%（联系人张小明，电话13812345678）。"
    notice = read(
        tmp_path, TABLE, *TWO, "注：带*的每半年抽查一次，电话13812345678。|<|<|<|<", title=f"{TITLE}</p><p>{sentence}"
    )
    assert tasks(notice)[0].times_per_year == 2
    assert "13812345678" not in str(notice)
    assert "张小明" not in str(notice)
