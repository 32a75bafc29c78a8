"""Names and numbers of contacts are not kept, in whatever form they stand in a cell; figures and items are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from inspections.notice.contacts import without_contacts, without_person
from inspections.notice.storing import import_notice
from inspections.store.database import open_database
from tests.filled import empty
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
    assert cleaned.startswith(before.split("；", 1)[0])


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


# ---------------------------------------------------------------------------------------------------- what is stored

HEAD = (
    "序号",
    "计划名称",
    "抽查任务",
    "抽查领域",
    "抽查事项",
    "抽查对象",
    "抽查比例",
    "抽查时间",
    "牵头单位",
    "配合单位",
    "检查主体",
    "检查依据",
    "信用风险分类管理",
    "检查频次",
    "备注",
)
CELLS = (
    "",
    "年度计划",
    "网吧检查",
    "文化",
    "上网登记的检查",
    "网吧",
    "5%",
    "3月",
    "县教育局",
    "县公安局",
    "县文旅局",
    "条例第三条",
    "按风险分类抽查",
    "1次/年",
    "无",
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    opened = open_database(empty(tmp_path / "inspections.duckdb"))
    yield opened
    opened.close()


def every_text(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """(table.column, text) of every text of every table, the log and the issues among them."""
    columns = connection.execute(
        "select c.table_name, c.column_name from duckdb_columns() as c inner join duckdb_tables() using (table_oid)"
        " where data_type in ('VARCHAR', 'JSON')"
    ).fetchall()
    for table, column in columns:
        for (text,) in connection.execute(f'select "{column}"::varchar from "{table}"').fetchall():
            if text:
                yield f"{table}.{column}", text


@settings(
    max_examples=8,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(contacts(), min_size=26, max_size=26), st.integers(1, 13))
def test_no_column_of_an_imported_notice_holds_a_contact(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, given_contacts: list[tuple[str, tuple[str, ...]]], first: int
) -> None:
    rows = []
    for number, (words, _) in enumerate(given_contacts):
        cells = list(CELLS)
        cells[0] = str(number + 1)
        place = 1 + (first + number) % (len(CELLS) - 1)
        cells[place] += words.replace("\n", " ").replace("\t", " ")
        rows.append("\t".join(cells))
    text = "\n".join(("某县文化和旅游局2024年度双随机抽查计划", "\t".join(HEAD), *rows))
    file = tmp_path / "计划.txt"
    file.write_text(text, "utf-8")
    import_notice(connection, file, actor="test")
    secrets = tuple({secret for _, of_one in given_contacts for secret in of_one})
    # A name of two characters may be part of any word; a number of the file's own hash is none of a person.
    kept = [
        (where, secret, text)
        for where, text in every_text(connection)
        if "sha256" not in where and "hash" not in where
        for secret in kept_of(secrets, re.sub(r"[0-9a-f]{64}", "", text))
    ]
    assert not kept, kept[:3]
