"""By when and how often: deadlines are ends, lists are several times, limits are no frequencies."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.notice.frequencies import times_per_year
from inspections.notice.plan import Notice
from inspections.notice.reading import read_notice
from inspections.notice.windows import window

YEAR = ("2024-01-01", "2024-12-31")


def read(tmp_path: Path, heading: str, cell: str, *, more: tuple[str, str] = ("", "")) -> Notice:
    head = ["序号", "抽查任务", "抽查事项", "抽查对象", "抽查比例", *filter(None, more[:1]), heading]
    row = ["1", "网吧检查", "上网登记的检查", "网吧", "5%", *filter(None, more[1:]), cell]
    file = tmp_path / "计划.txt"
    text = "\n".join(("某县文化和旅游局2024年度双随机抽查计划", "\t".join(head), "\t".join(row)))
    file.write_text(text, "utf-8")
    return read_notice(read_document(file))


def said(notice: Notice) -> set[str]:
    return {issue.code for issue in notice.issues if issue.field in {"period", "frequency"}}


def window_and_times(notice: Notice) -> tuple[str, str, int | None]:
    task = notice.plans[0].tasks[0]
    return str(task.starts_on), str(task.ends_on), task.times_per_year


@pytest.mark.parametrize("heading", ["完成时限", "完成时间", "截止时间", "办结时限", "检查完成期限", "工作时限"])
@pytest.mark.parametrize(
    ("cell", "ends"),
    [
        ("10月底", "2024-10-31"),
        ("11月30日", "2024-11-30"),
        ("11月底前", "2024-11-30"),
        ("年底", "2024-12-31"),
        ("年底前", "2024-12-31"),
        ("2024年10月", "2024-10-31"),
        ("9月30日前完成", "2024-09-30"),
    ],
)
def test_what_stands_alone_under_a_deadline_is_an_end(tmp_path: Path, heading: str, cell: str, ends: str) -> None:
    notice = read(tmp_path, heading, cell)
    assert window_and_times(notice) == ("2024-01-01", ends, None)
    assert "window_one_sided" in said(notice)


@pytest.mark.parametrize(
    ("cell", "starts", "ends"),
    [
        ("3月-6月", "2024-03-01", "2024-06-30"),
        ("上半年", "2024-01-01", "2024-06-30"),
        ("第三季度", "2024-07-01", "2024-09-30"),
        ("全年", *YEAR),
    ],
)
def test_a_period_under_a_deadline_stays_a_period(tmp_path: Path, cell: str, starts: str, ends: str) -> None:
    assert window_and_times(read(tmp_path, "完成时限", cell))[:2] == (starts, ends)


@pytest.mark.parametrize(
    ("cell", "starts", "ends", "codes"),
    [
        ("10月底", "2024-01-01", "2024-10-31", ["window_one_sided"]),
        ("年底", *YEAR, ["window_one_sided"]),
        ("11月30日", "2024-11-30", "2024-11-30", []),
        ("10月", "2024-10-01", "2024-10-31", []),
        ("6月前后", "2024-06-01", "2024-06-30", []),
        ("三季度末前", "2024-01-01", "2024-09-30", ["window_one_sided"]),
        ("9月中下旬", "2024-09-11", "2024-09-30", []),
        ("2024/3/1 0:00至2024/6/30 0:00", "2024-03-01", "2024-06-30", []),
        ("2024-03-01 09:30:00—2024-06-30 18:00:00", "2024-03-01", "2024-06-30", []),
        ("上半年完成", "2024-01-01", "2024-06-30", []),
        ("6月完成", "2024-01-01", "2024-06-30", ["window_one_sided"]),
        ("第二、三季度", "2024-04-01", "2024-09-30", []),
        ("2-3季度", "2024-04-01", "2024-09-30", []),
        ("一、二、三季度", "2024-01-01", "2024-09-30", []),
        ("一、二、四季度", *YEAR, ["window_several"]),
        ("6月、11月", "2024-06-01", "2024-11-30", ["window_several"]),
        ("3、6、9、12月", "2024-03-01", "2024-12-31", ["window_several"]),
        ("3月、6月、9月和12月", "2024-03-01", "2024-12-31", ["window_several"]),
        ("上、下半年各一次", *YEAR, []),
        ("全年（每季度）", *YEAR, []),
        ("每季度一次", *YEAR, []),
        ("每半年一次", *YEAR, []),
        ("每年3月-6月", "2024-03-01", "2024-06-30", []),
        ("9月至次年3月", "2024-09-01", "2025-03-31", ["window_next_year"]),
        ("6月30日前完成第一批，11月30日前完成第二批", "2024-01-01", "2024-11-30", ["window_several"]),
    ],
)
def test_windows(cell: str, starts: str, ends: str, codes: list[str]) -> None:
    found = window(cell, 2024)
    assert (str(found.starts_on), str(found.ends_on), [r.code for r in found.remarks]) == (starts, ends, codes)


@pytest.mark.parametrize(
    ("cell", "times"),
    [
        ("3、6、9、12月", 4),
        ("3月、9月", 2),
        ("6月、11月", 2),
        ("上、下半年各一次", 2),
        ("上半年、下半年各检查2次", 4),
        ("一季度、三季度各1次", 2),
        ("每季度一次", 4),
        ("每月一次", 12),
        ("每月1次", 12),
        ("每半年一次", 2),
        ("全年（每季度）", 4),
        ("全年1次", 1),
        ("3月-6月", None),
        ("第二、三季度", None),
        ("3月、4月", None),
        ("全年", None),
    ],
)
def test_a_frequency_in_the_column_of_the_period_is_read(tmp_path: Path, cell: str, times: int | None) -> None:
    assert window_and_times(read(tmp_path, "抽查时间", cell))[2] == times


def test_the_column_of_the_frequency_decides(tmp_path: Path) -> None:
    notice = read(tmp_path, "抽查时间", "3、6、9、12月", more=("抽查频次", "1次/年"))
    assert window_and_times(notice)[2] == 1
    notice = read(tmp_path, "抽查时间", "3月-6月", more=("抽查频次", "上、下半年各一次"))
    assert window_and_times(notice)[2] == 2


@pytest.mark.parametrize(
    ("text", "times", "codes"),
    [
        ("检查频次:1次/年 上限:2次/年", 1, []),
        ("1次/年 上限2次/年", 1, []),
        ("1次/季度，上限6次", 4, []),
        ("每年1次，最多不超过3次", 1, []),
        ("不超过2次", None, ["frequency_upper_limit"]),
        ("每年不超过2次", None, ["frequency_upper_limit"]),
        ("≤1次/年", None, ["frequency_upper_limit"]),
        ("上限2次/年", None, ["frequency_upper_limit"]),
        ("2次以内", None, ["frequency_upper_limit"]),
        ("每年最多1次", None, ["frequency_upper_limit"]),
        ("每年1-2次", 1, ["frequency_range"]),
        ("1-2次/年", 1, ["frequency_range"]),
        ("每年1至2次", 1, ["frequency_range"]),
        ("每季度1-2次", 4, ["frequency_range"]),
        ("不少于2次", 2, []),
        ("每月一次", 12, []),
        ("每两年一次", None, ["frequency_unreadable"]),
        ("两年一次", None, ["frequency_unreadable"]),
        ("1次/2年", None, ["frequency_unreadable"]),
        ("隔年一次", None, ["frequency_unreadable"]),
        ("每学期一次", 2, []),
        ("春秋各一次", 2, []),
        ("每批次1次", None, ["frequency_unreadable"]),
        ("受到1次（含）以上处罚的单位", None, ["words_unread"]),
    ],
)
def test_frequencies(text: str, times: int | None, codes: list[str]) -> None:
    found, remarks = times_per_year(text)
    assert (found, [remark.code for remark in remarks]) == (times, codes)


def test_times_taken_from_a_list_of_periods_are_said(tmp_path: Path) -> None:
    assert "frequency_by_periods" in said(read(tmp_path, "抽查时间", "3、6、9、12月"))
    assert "frequency_by_periods" not in said(read(tmp_path, "抽查时间", "上、下半年各一次"))


@pytest.mark.parametrize("cell", ["每季度末月", "每个季度第一个月的15日内完成", "每月前10日", "每季度首月"])
def test_several_windows_of_a_rule_are_said(cell: str) -> None:
    found = window(cell, 2024)
    assert (str(found.starts_on), str(found.ends_on)) == YEAR
    assert [remark.code for remark in found.remarks] == ["window_several"]


@pytest.mark.parametrize("cell", ["3-5月、9-11月", "第一批7月20日前，第二批10月15日前", "4月1日、5月1日"])
def test_ranges_and_days_are_no_times(tmp_path: Path, cell: str) -> None:
    assert window_and_times(read(tmp_path, "抽查时间", cell))[2] is None


def test_two_years_in_the_column_of_the_period_are_said(tmp_path: Path) -> None:
    notice = read(tmp_path, "抽查时间", "每两年一次")
    assert "frequency_unreadable" in said(notice)
    assert window_and_times(notice)[2] is None


def test_begin_end_and_deadline_in_three_columns(tmp_path: Path) -> None:
    file = tmp_path / "计划.txt"
    file.write_text(
        "某县商务局2022年度双随机抽查计划\n序号\t抽查任务\t抽查事项\t抽查对象\t抽查比例\t抽取日期起\t抽取日期至\t抽查完成时限\n"
        "1\t成品油检查\t成品油零售的检查\t加油站\t5%\t2022年9月\t2022年10月\t2022年11月\n",
        "utf-8",
    )
    task = read_notice(read_document(file)).plans[0].tasks[0]
    assert (str(task.starts_on), str(task.ends_on)) == ("2022-09-01", "2022-11-30")


def test_a_period_outside_the_year_of_the_plan_is_said(tmp_path: Path) -> None:
    notice = read(tmp_path, "抽查时间", "2023年3月1日-6月30日")
    assert window_and_times(notice) == ("2023-03-01", "2023-06-30", None)
    assert said(notice) == {"window_other_year"}
