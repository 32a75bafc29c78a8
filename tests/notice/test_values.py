"""One cell at a time: proportions, windows, dates, document numbers, items, contacts."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.files.characters import chinese_number
from inspections.files.counts import whole_number
from inspections.notice.contacts import without_contacts
from inspections.notice.frequencies import times_per_year
from inspections.notice.heading import document_number
from inspections.notice.items import ItemText, split_items
from inspections.notice.proportions import class_rates, proportion
from inspections.notice.windows import single_date, window, years_named


def shown(text: str, **header: bool) -> tuple[object, ...]:
    """(rate, op, maximum, quota, times, codes of remarks) of a proportion cell."""
    said = proportion(text, **header)
    rate = None if said.rate is None else str(said.rate.normalize())
    maximum = None if said.rate_max is None else str(said.rate_max.normalize())
    return rate, said.rate_op, maximum, said.quota, said.times_per_year, [remark.code for remark in said.remarks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">35%", ("0.35", ">", None, None, None, [])),
        ("＞35％", ("0.35", ">", None, None, None, [])),
        ("10％", ("0.1", "=", None, None, None, [])),
        ("3 %", ("0.03", "=", None, None, None, [])),
        ("≥5%", ("0.05", ">=", None, None, None, [])),
        ("大于或等于5%", ("0.05", ">=", None, None, None, [])),
        ("不低于总数的5%", ("0.05", ">=", None, None, None, [])),
        ("5%以上", ("0.05", ">=", None, None, None, [])),
        ("不低于10%;抽查1次", ("0.1", ">=", None, None, 1, [])),
        ("10% (20户)", ("0.1", "=", None, 20, None, [])),
        ("1户", (None, None, None, 1, None, [])),
        ("二十户", (None, None, None, 20, None, [])),
        ("不少于3户", (None, None, None, 3, None, ["quota_bound"])),
        ("3%;2次/年", ("0.03", "=", None, None, 2, [])),
        ("100% 1次/年", ("1", "=", None, None, 1, [])),
        ("50%，每季度1次", ("0.5", "=", None, None, 4, [])),
        ("大于5%，不超过10%", ("0.05", ">", "0.1", None, None, [])),
        ("不低于5%，不高于10%", ("0.05", ">=", "0.1", None, None, [])),
        ("5%-10%", ("0.05", ">=", "0.1", None, None, [])),
        ("5～10%", ("0.05", ">=", "0.1", None, None, [])),
        ("不超过10%", (None, None, "0.1", None, None, ["rate_only_maximum"])),
        ("百分之五", ("0.05", "=", None, None, None, [])),
        ("千分之三", ("0.003", "=", None, None, None, [])),
        ("1/3", ("0.333333", "=", None, None, None, [])),
        ("三分之一", ("0.333333", "=", None, None, None, [])),
        ("全覆盖", ("1", "=", None, None, None, [])),
        ("全部企业", ("1", "=", None, None, None, [])),
        ("抽取3%，不足10户的全部抽查", ("0.03", "=", None, None, None, ["amount_unread"])),
        ("适量", (None, None, None, None, None, ["rate_without_number"])),
        ("120%", (None, None, None, None, None, ["rate_out_of_range"])),
        ("企业5%、个体户3%", (None, None, None, None, None, ["rate_ambiguous"])),
        ("0.25", ("0.25", "=", None, None, None, [])),
        ("25", ("0.25", "=", None, None, None, ["rate_unit_assumed"])),
        ("无", (None, None, None, None, None, [])),
    ],
)
def test_proportions(text: str, expected: tuple[object, ...]) -> None:
    assert shown(text) == expected


def test_the_header_decides_what_a_bare_number_is() -> None:
    assert shown("5", percent_header=True)[:2] == ("0.05", "=")
    assert shown("0.5", percent_header=True)[:2] == ("0.005", "=")
    assert shown("10～20", percent_header=True)[:3] == ("0.1", ">=", "0.2")
    assert shown("5", count_header=True)[3] == 5
    assert shown("5%", count_header=True)[:2] == ("0.05", "=")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A类1%、B类2%、C类10%、D类30%", {"A": "0.01", "B": "0.02", "C": "0.1", "D": "0.3"}),
        ("A类1%、D类30%、未分类1%", {"A": "0.01", "D": "0.3", "none": "0.01"}),
        ("低风险1%，中风险2%，中高风险10%，高风险30%", {"A": "0.01", "B": "0.02", "C": "0.1", "D": "0.3"}),
        (
            "低风险企业不低于1%、一般风险企业不低于3%、较高风险10%、高风险全覆盖",
            {"A": "0.01", "B": "0.03", "C": "0.1", "D": "1"},
        ),
        ("AB类5%，C、D类20%", {"A": "0.05", "B": "0.05", "C": "0.2", "D": "0.2"}),
        ("1%(A类)、5%(B类)", {"A": "0.01", "B": "0.05"}),
        ("D类100%", {"D": "1"}),
        ("风险等级为高的每年2次，一般及以下的按5%抽取", {"A": "0.05", "B": "0.05"}),
        ("A类2%，C类及以上20%", {"A": "0.02", "C": "0.2", "D": "0.2"}),
        ("最低5%，最高10%", {}),
        ("对高风险企业提高比例", {}),
    ],
)
def test_proportions_class_by_class(text: str, expected: dict[str, str]) -> None:
    assert {c: str(r.rate.normalize()) for c, r in class_rates(text).items() if r.rate} == expected


def test_an_overall_proportion_stays_beside_those_of_single_classes() -> None:
    said = proportion("5%，其中D类100%，每年2次")
    assert (said.rate, said.class_rates["D"].rate, said.class_rates["D"].times_per_year) == (Decimal("0.05"), 1, 2)


@pytest.mark.parametrize(
    ("text", "starts", "ends", "codes"),
    [
        ("3月1日—3月31日", "2023-03-01", "2023-03-31", []),
        ("3月—6月", "2023-03-01", "2023-06-30", []),
        ("3-6月", "2023-03-01", "2023-06-30", []),
        ("3月一6月", "2023-03-01", "2023-06-30", []),
        ("三月至十一月", "2023-03-01", "2023-11-30", []),
        ("4月8号 -11月30号", "2023-04-08", "2023-11-30", []),
        ("4月1日 - 11月31日", "2023-04-01", "2023-11-30", ["date_impossible"]),
        ("3月1-15日", "2023-03-01", "2023-03-15", []),
        ("2023年3月-2024年2月", "2023-03-01", "2024-02-29", []),
        ("11月-次年2月", "2023-11-01", "2024-02-29", ["window_next_year"]),
        ("11月-2月", None, None, ["window_reversed"]),
        ("全年", "2023-01-01", "2023-12-31", []),
        ("第一季度", "2023-01-01", "2023-03-31", []),
        ("第二、三季度", "2023-04-01", "2023-09-30", []),
        ("上半年", "2023-01-01", "2023-06-30", []),
        ("6月底前", "2023-01-01", "2023-06-30", ["window_one_sided"]),
        ("年底前", "2023-01-01", "2023-12-31", ["window_one_sided"]),
        ("3月起", "2023-03-01", "2023-12-31", ["window_one_sided"]),
        ("2023.3.1-2023.6.30", "2023-03-01", "2023-06-30", []),
        ("2023-03-01 至 2023-06-30", "2023-03-01", "2023-06-30", []),
        ("2023/3/1-2023/6/30", "2023-03-01", "2023-06-30", []),
        ("20230301-20230630", "2023-03-01", "2023-06-30", []),
        ("3.1-6.30", "2023-03-01", "2023-06-30", []),
        ("自2023年3月1日起至11月30日止", "2023-03-01", "2023-11-30", []),
        ("１１月", "2023-11-01", "2023-11-30", []),
        ("5月、9月", "2023-05-01", "2023-09-30", ["window_several"]),
        ("待定", None, None, ["window_unreadable"]),
        ("13月", None, None, ["window_unreadable"]),
        ("", None, None, ["window_missing"]),
    ],
)
def test_windows(text: str, starts: str | None, ends: str | None, codes: list[str]) -> None:
    read = window(text, 2023)
    iso = [day.isoformat() if day else None for day in (read.starts_on, read.ends_on)]
    assert (*iso, [remark.code for remark in read.remarks]) == (starts, ends, codes)


def test_february_knows_leap_years() -> None:
    assert window("2月", 2024).ends_on == datetime.date(2024, 2, 29)
    assert window("2月29日", 2023).ends_on == datetime.date(2023, 2, 28)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("阳自然资字〔2023〕11号", "阳自然资字〔2023〕11号"),
        ("许自规建分文[2024]25号    签发人：（略）", "许自规建分文〔2024〕25号"),
        ("文号：安统字（2023） 5 号", "安统字〔2023〕5号"),
        ("（某市监发【2024】第003号）", "某市监发〔2024〕3号"),
        ("根据（阳市双随机办〔2023〕1号）文件要求", None),
        ("序号", None),
    ],
)
def test_document_numbers(line: str, expected: str | None) -> None:
    assert document_number(line) == expected


@pytest.mark.parametrize(
    "line", ["2023 年 2 月 8 日", "二〇二三年二月八日", "2023-02-08", "2023年2月8日印发", "发布日期：2023.2.8",
     "发布日期：2023-02-08 09:30", "2023年2月8日 星期三"],
)  # fmt: skip
def test_dates_of_issue(line: str) -> None:
    assert single_date(line) == datetime.date(2023, 2, 8)


def test_a_sentence_or_an_impossible_day_is_no_date() -> None:
    assert [single_date(line) for line in ("20230208", "44965", "2/8/2023", "23年2月8日")] == [None] * 4
    assert single_date("2023年2月8日召开会议") is None
    assert single_date("2023年2月30日") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("矿山超层越界检查； 对界桩的检查", [("矿山超层越界检查", None), ("对界桩的检查", None)]),
        ("1. 甲检查；2. 乙检查。", [("甲检查", None), ("乙检查", None)]),
        ("（1）甲检查（2）乙检查", [("甲检查", None), ("乙检查", None)]),
        ("①甲检查②乙检查", [("甲检查", None), ("乙检查", None)]),
        ("一、甲检查\n二、乙检查", [("甲检查", None), ("乙检查", None)]),
        ("登记事项检查 公示信息检查", [("登记事项检查", None), ("公示信息检查", None)]),
        ("对2.5MW以上机组的检查", [("对2.5MW以上机组的检查", None)]),
        (
            "<p>甲检查；乙检查</p><p>能源局对公告要素的检查</p>",
            [("甲检查", None), ("乙检查", None), ("对公告要素的检查", "能源局")],
        ),
        ("县统计局：1. 甲；2. 乙\n县发改局：丙", [("甲", "县统计局"), ("乙", "县统计局"), ("丙", "县发改局")]),
        ("县应急局负责安全生产检查", [("安全生产检查", "县应急局")]),
    ],
)
def test_items(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert split_items(text) == tuple(ItemText(*pair) for pair in expected)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("政务服务股 张某某 13800000000", "政务服务股"),
        ("政务服务股（张某某，13800000000）", "政务服务股"),
        ("政务服务股 联系人：张某某 联系方式：0374-5555555", "政务服务股"),
        ("某股;电话：5222222", "某股"),
        ("某股 １３８０００００００0", "某股"),
        ("某股 a.b@example.gov.cn", "某股"),
    ],
)
def test_contacts_are_taken_out(text: str, left: str) -> None:
    assert without_contacts(text) == (left, True)


@pytest.mark.parametrize(
    "text", ["20230301-20230630", "2023-03-01", "911404007123456789", "10% (20户)", "对负责人的检查"]
)
def test_what_is_no_contact_stays(text: str) -> None:
    assert without_contacts(text) == (text, False)


# ---------------------------------------------------------------------------------------------------- laws


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_any_percentage_comes_back(percentage: Decimal) -> None:
    said = proportion(f"不低于{percentage}%")
    assert (said.rate, said.rate_op) == (percentage / 100, ">=")


@given(st.integers(1, 9998), st.integers(1, 9998))
def test_ranges_hold_their_order(low: int, high: int) -> None:
    said = proportion(f"{low / 100}%-{high / 100}%")
    if low <= high:
        assert (said.rate, said.rate_max) == (Decimal(low) / 10000, Decimal(high) / 10000)
    else:
        assert said.rate is None
        assert said.remarks


@given(st.integers(1, 9999))
def test_chinese_numbers_come_back(number: int) -> None:
    text, places = "", [(1000, "千"), (100, "百"), (10, "十")]
    rest = number
    for size, word in places:
        digit, rest = divmod(rest, size)
        text += "零一二三四五六七八九"[digit] + word if digit else ("零" if text and rest else "")
    text += "一二三四五六七八九"[rest - 1] if rest else ""
    assert chinese_number(text) == number


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2098, 12, 31)), st.integers(0, 364))
def test_any_window_comes_back(first: datetime.date, days: int) -> None:
    last = first + datetime.timedelta(days=days)
    for pattern in ("{0.year}年{0.month}月{0.day}日", "{0.year}-{0.month:02}-{0.day:02}", "{0.year}.{0.month}.{0.day}"):
        for dash in ("—", " 至 ", "~", "-"):
            read = window(pattern.format(first) + dash + pattern.format(last), 2023)
            assert (read.starts_on, read.ends_on, read.remarks) == (first, last, ())


@given(st.dates(datetime.date(2023, 1, 1), datetime.date(2023, 12, 31)))
def test_a_missing_year_is_the_plans(day: datetime.date) -> None:
    read = window(f"{day.month}月{day.day}日-12月31日", 2023)
    assert (read.starts_on, read.ends_on) == (day, datetime.date(2023, 12, 31))


_CELLS = st.text(
    alphabet=st.one_of(
        st.sampled_from("0123456789年月日号季度%％-—至前后上下半全.，、；（）ABCD类不低于超过户次第一二三四底\x00"),
        st.characters(),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(_CELLS)
def test_nothing_crashes_and_every_answer_is_sound(text: str) -> None:
    said = proportion(text)
    assert (said.rate is None) == (said.rate_op is None)
    for share in (said.rate, said.rate_max, *(planned.rate for planned in said.class_rates.values())):
        assert share is None or 0 <= share <= 1
    assert said.rate is None or said.rate_max is None or said.rate <= said.rate_max
    read = window(text, 2023)
    assert (read.starts_on is None) == (read.ends_on is None)
    assert read.starts_on is None or read.starts_on <= read.ends_on  # type: ignore[operator]
    assert all(item.name.strip() for item in split_items(text, ("县能源局",)))
    times_per_year(text)
    whole_number(text)
    single_date(text)
    document_number(text, alone=False)
    assert years_named(text) is not None
    cleaned, _ = without_contacts(text)
    assert without_contacts(cleaned)[1] is False or len(cleaned) <= len(text)
