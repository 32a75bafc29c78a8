"""One cell at a time: what clerks and platforms write, and the value or the issue it becomes."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from inspections.intake import cells as cells_module
from inspections.intake.cell import CellSettings
from inspections.intake.cells import SEVERITY, Cells, read
from inspections.intake.coded_words import PROBLEMS
from inspections.intake.kinds import KINDS
from inspections.intake.names import clean_name, clean_text, split_names
from inspections.store.database import open_database
from inspections.words.wording import LANGUAGES, say_in, texts
from tests.filled import empty

TYPES = sorted({field.type for kind in KINDS.values() for field in kind.fields.values()})
RIGHT = "91110000600037341L"
DAY = datetime.date(2024, 3, 5)


def one(kind: str, text: str, settings: CellSettings | None = None) -> tuple[Any, str | None]:
    cells = read(kind, pd.Series([text], dtype=object), settings)
    return cells.values[0], cells.codes[0]


# ---------------------------------------------------------------- laws for every type
@pytest.mark.parametrize("kind", TYPES)
@given(
    text=st.text(max_size=60)
    | st.from_regex(r"[0-9年月日/\-.:TZ 上下午ABCDE类高低风险、；(（)）=+@未发现问题]{0,24}", fullmatch=True)
)
@example(text="=SUM(A1)")
@example(text="\x00")
@example(text="\ud800")
@example(text="²³¼")
@example(text="٣٤٥")
@example(text="9" * 64)
@example(text="二" * 30 + "年")
def test_no_text_breaks_a_reader_and_an_error_leaves_no_value(kind: str, text: str) -> None:
    cells = read(kind, pd.Series([text], dtype=object), CellSettings(year=2024))
    code = cells.codes[0]
    if code is not None:
        # What is still open or was not checked has no value, and nothing is wrong with that.
        empty = SEVERITY[code] == "error" or code in {"follow_up_open", "outcome_not_checked"}
        assert empty == (cells.values[0] is None)
        for language in LANGUAGES:
            assert say_in(language, f"issues.{code}", column="x", **(cells.parameters[0] or {}))


@pytest.mark.parametrize("kind", TYPES)
def test_a_column_keeps_its_index_and_repeats_are_read_alike(kind: str) -> None:
    column = pd.Series(["", "A", "2024-03-05", "A", "是", ""], index=[9, 4, 11, 2, 30, 7])
    cells = read(kind, column)
    assert list(cells.values.index) == list(cells.codes.index) == list(cells.parameters.index) == list(column.index)
    assert cells.values[4] == cells.values[2]
    assert cells.values[9] is None
    assert cells.codes[9] is None
    for place, text in column.items():
        assert (cells.values[place], cells.codes[place]) == one(kind, text)


@pytest.mark.parametrize("kind", TYPES)
def test_a_cell_as_long_as_a_book_is_refused_and_not_quoted_whole(kind: str) -> None:
    cells = read(kind, pd.Series(["某" * 10_000]))
    assert cells.codes[0] == "cell_too_long"
    assert len(cells.parameters[0]["text"]) <= 40


def test_the_limits_are_settings() -> None:
    assert one("name", "某" * 20, CellSettings(longest_name=19))[1] == "cell_too_long"
    assert one("text", "某" * 20, CellSettings(longest_text=20))[1] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_issue_has_a_sentence(language: str) -> None:
    assert set(SEVERITY) <= set(texts(language)["issues"])
    assert set(SEVERITY.values()) == {"error", "warning", "note"}


@pytest.mark.parametrize("text", ["—", "/", "无", "空", "null", "N/A", " \u00a0", "--"])
@pytest.mark.parametrize("kind", ["object_id", "date", "number", "class", "outcomes", "names", "year", "object_kind"])
def test_words_for_nothing_are_empty_cells(kind: str, text: str) -> None:
    assert one(kind, text) == (None, None)


def test_in_names_and_reasons_words_for_nothing_are_words() -> None:
    assert one("name", "无") == ("无", None)
    assert one("text", "无") == ("无", None)
    assert one("name", "——") == (None, None)


# ---------------------------------------------------------------- names
@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("郑州 某某(河南)有限公司", "郑州某某（河南）有限公司"),
        ("某某（河南）有限公司", "某某（河南）有限公司"),
        ("\uff21\uff50\uff50\uff4c\uff45  (China) Ltd", "Apple (China) Ltd"),
        ("\u200b某某\u00a0店\u3000", "某某店"),
        ("⽂化⼚", "文化厂"),
        ("某某\n分公司", "某某分公司"),
        ("买买提•阿不都", "买买提·阿不都"),
        ("１号店", "1号店"),
    ],
)
def test_a_name_has_one_stored_form(written: str, stored: str) -> None:
    assert clean_name(written) == stored


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="某（）() \u3000\u200b\uff21ab1１·•、\n⽂é\u0301", max_size=20))
def test_a_stored_name_stays_as_it_is(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张三、李四", ("张三", "李四")),
        ("张三,李四；王五\n赵六/钱七", ("张三", "李四", "王五", "赵六", "钱七")),
        ("某某（甲、乙）公司，丙", ("某某（甲、乙）公司", "丙")),
        ("张三、张三、", ("张三",)),
        ("甲（乙、丙", ("甲（乙", "丙")),
    ],
)
def test_lists_are_parted_but_never_inside_brackets(cell: str, names: tuple[str, ...]) -> None:
    assert split_names(cell) == names


# ---------------------------------------------------------------- identifiers
@settings(max_examples=100, deadline=None)
@given(
    st.from_regex(r"[1-9N][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}", fullmatch=True),
    st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"),
)
def test_the_check_digit_is_that_of_the_standard(front: str, last: str) -> None:
    digit = uscc.calc_check_digit(front)
    value, code = one("object_id", front + last)
    assert (value == front + last and code is None) == (last == digit)
    assert one("object_id", front + digit) == (front + digit, None)


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_every_single_slip_in_a_code_is_noticed(place: int, other: str) -> None:
    slipped = RIGHT[:place] + other + RIGHT[place + 1 :]
    value, code = one("object_id", slipped)
    assert (code is None) == (slipped == RIGHT)
    assert (value is None) == (slipped != RIGHT)


@pytest.mark.parametrize(
    ("written", "value", "code"),
    [
        (RIGHT.lower(), RIGHT, "normalised"),
        ("９１１１００００６０００３７３４１\uff2c", RIGHT, "normalised"),
        ("9111 0000 6000 3734 1L", RIGHT, "normalised"),
        (f"'{RIGHT}", RIGHT, "normalised"),
        (f" {RIGHT} ", RIGHT, None),
        ("91110000-60003734-1L", RIGHT, "normalised"),
        ("9111OOOO600037341L", None, "code_characters"),
        ("91110000600037341I", None, "code_characters"),
        ("9.15001E+17", None, "code_damaged"),
        ("915001000000002000", None, "code_damaged"),
        ("9111000060003734", "9111000060003734", "code_length"),
        ("410105199003070018", None, "code_personal"),
        ("123456789012345", "123456789012345", None),
        ("建字第2024001号", "建字第2024001号", None),
        ("1E10", "1E10", None),
        ("12.0", "12", "normalised"),
        ("=1+1", None, "code_formula"),
        ("＝1+1", None, "code_formula"),
        ("-5", None, "code_formula"),
        ("@x", None, "code_formula"),
        ("a\x07b", None, "code_formula"),
        ("项" * 65, None, "code_too_long"),
    ],
)
def test_numbers_of_objects(written: str, value: str | None, code: str | None) -> None:
    assert one("object_id", written) == (value, code)


def test_a_wrong_check_digit_names_the_right_one_and_letters_never_used_their_look_alike() -> None:
    cells = read("object_id", pd.Series([RIGHT[:17] + "X", "9111OOOO600037341L"]))
    assert cells.parameters[0]["digit"] == "L"
    assert cells.parameters[1] == {"text": "9111OOOO600037341L", "letters": "O", "likely": RIGHT}


def test_a_citizens_number_is_not_repeated_in_the_message() -> None:
    cells = read("certificate", pd.Series(["410105199003070018"]))
    assert cells.codes[0] == "code_personal"
    assert cells.parameters[0] == {}


# ---------------------------------------------------------------- dates
@pytest.mark.parametrize(
    "text",
    [
        "2024-3-5", "2024/3/5", "2024.3.5", "2024年3月5日", "2024 年 3 月 5 号", "20240305", "24-3-5", "24年3月5日",
        "3月5日", "2024-03-05 14:30:00", "2024年3月5日上午9时", "45356", "45356.0", "二〇二四年三月五日",
        "２０２４－０３－０５", "2024-03-05T00:00:00", "2024-03-04T16:00:00.000Z", "2024-03-05T01:00:00+08:00",
        "2024年3月5日（星期二）", "5-Mar-24", "Mar 5, 2024", "20240305143000", "2024—03—05", " 2024-03-05\u00a0",
    ],
)  # fmt: skip
def test_every_usual_form_is_the_same_day(text: str) -> None:
    assert one("date", text, CellSettings(year=2024)) == (DAY, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3/5/2024", "date_ambiguous"), ("3-5-24", "date_ambiguous"), ("12-03-05", "date_ambiguous"),
        ("2024-02-30", "day_impossible"), ("2023年2月29日", "day_impossible"), ("2024-13-01", "day_impossible"),
        ("1999-12-31", "date_out_of_range"), ("2101-01-01", "date_out_of_range"), ("10000", "date_out_of_range"),
        ("2024-03", "date_incomplete"), ("2024年3月", "date_incomplete"), ("202403", "date_incomplete"),
        ("3月5日", "date_year_missing"), ("下周", "date_unreadable"), ("2024-03-05 25:00", "date_unreadable"),
        ("2024-3-5至2024-4-5", "date_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_day_says_why(text: str, code: str) -> None:
    assert one("date", text) == (None, code)


def test_month_and_day_are_told_apart_where_only_one_order_is_possible() -> None:
    assert one("date", "3/25/2024") == (datetime.date(2024, 3, 25), None)
    assert one("date", "25/3/2024") == (datetime.date(2024, 3, 25), None)
    assert one("date", "5/5/2024") == (datetime.date(2024, 5, 5), None)


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime.datetime(2000, 1, 1), datetime.datetime(2100, 12, 31, 23, 59)))  # noqa: DTZ001
def test_a_moment_is_read_back_from_every_way_of_writing_it(moment: datetime.datetime) -> None:
    moment = moment.replace(microsecond=0, second=0)
    serial = (moment - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)  # noqa: DTZ001
    for text in (
        f"{moment:%Y-%m-%d %H:%M}", f"{moment:%Y/%m/%d %H:%M:%S}", f"{moment:%Y%m%d%H%M}", f"{moment:%Y-%m-%dT%H:%M}+08:00",
        f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}时{moment.minute}分", f"{serial:.10f}",
    ):  # fmt: skip
        assert one("date_time", text) == (moment, None), text
        assert one("date", text) == (moment.date(), None), text


@pytest.mark.parametrize("text", ["长期", "9999-12-31", "1900-01-00", "0000-00-00"])
def test_an_open_end_is_an_empty_date(text: str) -> None:
    assert one("date", text) == (None, None)


@pytest.mark.parametrize(
    ("kind", "text", "value", "code"),
    [
        ("date_time", "2024年3月5日下午3点半", datetime.datetime(2024, 3, 5, 15, 30), None),  # noqa: DTZ001
        ("date_time", "2024-3-5 24:00", datetime.datetime(2024, 3, 6), None),  # noqa: DTZ001
        ("year", "2024年度", 2024, None), ("year", "二〇二四年", 2024, None), ("year", "24年", 2024, None),
        ("year", "2024.0", 2024, None), ("year", "1999", None, "year_out_of_range"), ("year", "今年", None, "year_unreadable"),
        ("number", "1,336", 1336, None), ("number", "52户", 52, None), ("number", "五十二", 52, None), ("number", "0", 0, None),
        ("number", "-1", None, "number_unreadable"), ("number", "3.5", None, "number_unreadable"), ("number", "1,33", None, "number_unreadable"),
        ("number", "9999999999", None, "number_too_large"), ("number", "3,000,000,000户", None, "number_too_large"),
        ("number", "2000000000", 2_000_000_000, None), ("number", "2000000001", None, "number_too_large"),
    ],
)  # fmt: skip
def test_moments_years_and_numbers(kind: str, text: str, value: object, code: str | None) -> None:
    assert one(kind, text) == (value, code)


# ---------------------------------------------------------------- words
@pytest.mark.parametrize(
    "text",
    ["A", "a", "A级", "\uff21类", "低", "低风险", "A类（低风险）", "低风险(A)", "信用风险低", "Class A", "\u0410"],
)
def test_every_way_of_saying_the_lowest_class(text: str) -> None:
    assert one("class", text) == ("A", None)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("D类（高风险）", "D", None), ("较高", "C", None), ("中", "B", None), ("一般风险", "B", None), ("未分类", "none", None),
        ("E", None, "class_outside_scheme"), ("AA", None, "class_outside_scheme"), ("A1", None, "class_outside_scheme"),
        ("绿", None, "class_outside_scheme"), ("A 高风险", None, "class_contradiction"),
    ],
)  # fmt: skip
def test_classes_of_the_usual_scheme(text: str, value: str | None, code: str | None) -> None:
    assert one("class", text) == (value, code)


def test_the_scheme_is_a_setting() -> None:
    five = CellSettings(classes=tuple("ABCDE"))
    assert [one("class", text, five)[0] for text in ("E", "较低", "高风险", "中")] == ["E", "B", "E", "C"]
    own = CellSettings(labels=("绿", "蓝", "黄", "红"))
    assert one("class", "红", own) == ("D", None)
    assert one("class", "A 红", own)[1] == "class_contradiction"


OUTCOMES = texts("zh")["codes"]["outcome"]


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    codes=st.lists(st.sampled_from(sorted(OUTCOMES)), min_size=1, max_size=4, unique=True),
    sign=st.sampled_from("；;,\n"),
)
def test_results_are_read_back_from_the_words_of_the_screen(language: str, codes: list[str], sign: str) -> None:
    words = texts(language)["codes"]["outcome"]
    expected = (
        (None, "outcome_contradiction") if "no_problem" in codes and PROBLEMS & set(codes) else (tuple(codes), None)
    )
    assert one("outcomes", sign.join(words[code] for code in codes)) == expected


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("发现问题待后续处理（未按规定公示应当公示的信息；其他违法违规）", ("not_disclosed", "other_violation"), None),
        ("1.未发现问题\n2.注销", ("no_problem", "deregistered"), None),
        ("通过登记的住所或者经营场所无法联系", ("unreachable",), None),
        ("发现问题", ("other_violation",), "outcome_general"),
        ("未发现问题；发现问题", None, "outcome_contradiction"),
        ("未发现问题；下次再查", None, "outcome_unknown"),
        ("发现问题，已责令整改", ("other_violation",), "outcome_general"),
        ("未发现问题，无需后续处置", ("no_problem",), None),
        ("未按规定公示；责令限期改正、移送办案机构", None, "follow_up_several"),
        ("责令改正", None, "outcome_unknown"),
    ],
)
def test_results_as_platforms_write_them(text: str, value: tuple[str, ...] | None, code: str | None) -> None:
    assert one("outcomes", text) == (value, code)


def test_an_unknown_result_is_named() -> None:
    assert read("outcomes", pd.Series(["未发现问题；下次再查；注销"])).parameters[0] == {"text": "下次再查"}


def test_problems_are_those_of_the_data_contract(tmp_path: Path) -> None:
    connection = open_database(empty(tmp_path / "empty.duckdb"))
    found = connection.sql("select outcome from outcome_meaning where is_problem").fetchall()
    connection.close()
    assert {code for (code,) in found} == PROBLEMS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "section"),
    [
        ("follow_up", "follow_up"),
        ("object_kind", "object_kind"),
        ("object_status", "object_status"),
        ("item_class", "item_class"),
        ("basis", "basis"),
    ],
)
def test_codes_are_read_back_from_the_words_of_the_screen(language: str, kind: str, section: str) -> None:
    for code, word in texts(language)["codes"][section].items():
        assert one(kind, word) == (code, None)


@pytest.mark.parametrize(
    ("kind", "text", "value", "code"),
    [
        ("yes_no", "√", True, None), ("yes_no", "×", False, None), ("yes_no", "无", False, None), ("yes_no", "1", True, None),
        ("yes_no", "Yes", True, None), ("yes_no", "在岗", True, None), ("yes_no", "也许", None, "yes_no_unknown"),
        ("object_kind", "农民专业合作社", "enterprise", None), ("object_kind", "有限责任公司（自然人独资）", "enterprise", None),
        ("object_kind", "火星", "other", "kind_assumed"),
        ("object_status", "存续（在营、开业、在册）", "active", None), ("object_status", "吊销，未注销", "closed", None),
        ("object_status", "停业", "suspended", None), ("object_status", "拟注销", None, "status_unknown"),
        ("basis", "双随机、一公开", "random", None), ("basis", "100%", "full", None), ("basis", "算命", None, "basis_unknown"),
        ("item_class", "重点检查事项", "key", None), ("item_class", "次要", None, "item_class_unknown"),
        ("follow_up", "责令限期改正", "correction_ordered", None), ("follow_up", "责令改正、移送办案机构", None, "follow_up_several"),
        ("follow_up", "喝茶", None, "follow_up_unknown"), ("follow_up", "发现问题，已责令整改", "correction_ordered", None),
        ("follow_up", "责令改正，已整改", "correction_ordered", None), ("follow_up", "已整改", "other", "follow_up_general"),
        ("follow_up", "下达责令改正通知书", "correction_ordered", None), ("follow_up", "给予行政处罚", "case_transferred", None),
        ("follow_up", "约谈", "other", None), ("follow_up", "转属地监管所", "stopped_and_reported", None),
        ("unit", " 信用监管股 ", "信用监管股", None),
    ],
)  # fmt: skip
def test_words_become_codes(kind: str, text: str, value: object, code: str | None) -> None:
    assert one(kind, text) == (value, code)


def test_only_distinct_texts_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    reader = cells_module._READERS["date"]
    monkeypatch.setitem(cells_module._READERS, "date", lambda text, given: (seen.append(text), reader(text, given))[1])
    found: Cells = read("date", pd.Series(["2024-03-05", "2024-03-06"] * 5_000))
    assert sorted(seen) == ["2024-03-05", "2024-03-06"]
    assert len(found.values) == 10_000
