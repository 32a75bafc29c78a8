"""Names and numbers of contacts are not kept, in whatever form they stand in a cell; figures and items are."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.notice.contacts import without_contacts, without_person
from tests.notice.contact_forms import contacts

CARRIERS = ("上网登记的检查", "县教育局", "网吧", "放映许可的检查；公示信息的检查", "")


def kept_of(secrets: tuple[str, ...], text: str) -> list[str]:
    """The secrets that can still be read in a text, whatever signs stand between their characters."""
    folded = unicodedata.normalize("NFKC", text)
    bare = re.sub(r"[\s\-()（）]", "", folded)
    return [secret for secret in secrets if re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", secret)) in bare]


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(CARRIERS), contacts(), st.sampled_from(("", "；年报的检查", "\n")))
def test_no_form_of_a_contact_survives(before: str, contact: tuple[str, tuple[str, ...]], after: str) -> None:
    text, secrets = contact
    cleaned, had = without_contacts(before + text + after)
    assert had
    assert not kept_of(secrets, cleaned), cleaned
    assert cleaned.startswith(before.split("；")[0])


@pytest.mark.parametrize(
    "text",
    [
        "上网登记的检查",
        "企业主要负责人安全培训情况的检查",
        "主要负责人任职资格的检查",
        "变更联系人备案的检查",
        "法定代表人、负责人登记的检查",
        "电话用户实名登记的检查",
        "移动电话销售的检查",
        "投诉举报电话公示的检查",
        "抽查比例不低于5%，总数3320000户",
        "2024年3月1日-2024年6月30日",
        "2024-03-01至2024-06-30",
        "20240301-20240630",
        "某市监〔2024〕5号",
        "GB 2760-2014食品添加剂",
        "由市场监管部门负责",
        "由文旅部门负责",
        "联系群众情况的检查",
        "价格投诉咨询台账的检查",
        "注册资本5000000元以上企业",
        "微信公众号备案的检查",
    ],
)
def test_words_and_figures_of_the_field_stay(text: str) -> None:
    assert without_contacts(text) == (text, False)


@pytest.mark.parametrize("text", ["2024001", "3320000", "20240301", "1200", "3320000户"])
def test_seven_digits_alone_are_a_value_in_a_column_of_figures(text: str) -> None:
    assert without_contacts(text, figures=True) == (text, False)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("县教育局：张某某", "县教育局"),
        ("县教育局（张某某）", "县教育局"),
        ("县教育局:张某某、李某某", "县教育局"),
        ("县教育局：张某某、县公安局：李某某", "县教育局、县公安局"),
        ("县教育局（发起）", "县教育局（发起）"),
        ("牵头：县教育局", "牵头：县教育局"),
    ],
)
def test_a_person_beside_a_unit_is_dropped(text: str, unit: str) -> None:
    assert without_person(text)[0] == unit
