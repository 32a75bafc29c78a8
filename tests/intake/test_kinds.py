"""Which kind a file is and which column means what, by headings as platforms, bureaus and our own templates write them."""

from __future__ import annotations

import itertools
import random
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.files.content import Row
from inspections.intake.door import what_is
from inspections.intake.kinds import (
    KINDS,
    field_title,
    is_note,
    is_personal,
    is_total,
    kind_title,
)
from inspections.intake.recognising import looks_like_notice, recognise
from inspections.intake.storing import stage_of
from inspections.notice.headers import find_header
from inspections.store.database import open_database
from inspections.words.wording import LANGUAGES
from tests.intake.files import write_csv
from tests.spoken import spoken_in

ROOT = Path(__file__).resolve().parents[2]

# Headings as they are found in exports and circulars, one file a line.
FILES = [
    ("object_directory", "序号,统一社会信用代码,企业名称,企业类型,行业门类,登记机关,经营状态,所属乡镇街道"),
    ("object_directory", "检查对象编号,检查对象名称,检查对象类型,所属名录库,联系人,联系电话"),
    ("object_directory", "主体身份代码,市场主体名称,市场主体类型,行业代码,住所,登记状态,是否市场主体"),
    ("object_directory", "注册号/统一社会信用代码,单位名称,行业类别,信用风险分类,状态"),
    ("class_list", "序号,企业名称,统一社会信用代码,信用风险分类"),
    ("class_list", "主体代码,主体名称,风险等级,评定日期,有效期至"),
    ("class_list", "信用代码,企业名称,通用型企业信用风险分类结果,数据来源,更新时间"),
    ("class_list", "USCC,Company name,Risk class,Valid from"),
    ("inspector_directory", "序号,姓名,性别,所在单位,职务,执法证件号码,是否公务员,手机号码"),
    ("inspector_directory", "执法人员姓名,执法机关,行政执法证号,是否在岗,是否持有行政执法证,身份证号"),
    ("inspector_directory", "检查人员,科室,证件号码,人员状态"),
    ("recusals", "检查人员姓名,执法证号,企业名称,统一社会信用代码,回避原因"),
    ("recusals", "需回避人员,信用代码,利害关系说明"),
    ("item_list", "序号,抽查事项名称,事项类别,检查依据"),
    ("item_list", "抽查类别,抽查事项,检查对象,事项类别（重点/一般）,检查方式,检查主体,法律依据"),
    ("item_list", "抽查事项,抽查依据,抽查主体,抽查内容,抽查方式,抽查比例,抽查频次"),
    ("draws", "任务名称,抽取时间,统一社会信用代码,企业名称,检查人员"),
    ("draws", "抽查任务名称,抽查批次,抽取日期,检查对象名称,社会信用代码,信用风险分类,是否抽中,执法人员"),
    ("results", "任务名称,企业名称,统一社会信用代码,检查机关,检查日期,检查结果,公示日期"),
    (
        "results",
        "抽查任务名称,检查对象名称,信用代码,抽查事项,检查实施机关,检查时间,录入时间,公示时间,抽查结果,后续处置,处置日期,完结日期",
    ),
    ("results", "任务名称,检查对象 / 名称,检查对象 / 统一社会信用代码,检查结果 / 检查日期,检查结果 / 检查结论"),
]
PLANS = [
    "序号,抽查任务名称,抽查事项,检查对象,抽查比例,抽查时间,责任科室",
    "任务名称,抽查类型,抽查事项,抽查对象范围,抽查比例,抽查起止时间,信用风险分类管理,发起部门,配合部门",
    "序号,抽查计划名称,任务名称,检查对象,户数,实施时间,牵头部门,参与部门",
    "抽查领域,抽查事项,事项类别,检查对象,抽查比例及频次,完成时间,牵头股室,联系人",
]


def headings(line: str) -> list[str]:
    return line.split(",")


@pytest.mark.parametrize(("kind", "line"), FILES)
def test_files_as_platforms_write_them_are_told_with_all_their_required_fields(kind: str, line: str) -> None:
    found = recognise(headings(line))
    assert found.kind == kind
    assert found.missing == ()
    assert not looks_like_notice(headings(line))


@pytest.mark.parametrize("line", PLANS)
def test_a_plan_table_is_no_register(line: str) -> None:
    assert looks_like_notice(headings(line))
    assert recognise(headings(line)).kind is None


def test_the_plan_tables_of_the_notices_we_have_are_no_registers() -> None:
    seen = 0
    for path in sorted((ROOT / "data" / "notices").glob("*.txt")):
        rows = [Row(n, tuple(line.split("\t"))) for n, line in enumerate(path.read_text("utf-8").splitlines(), 1)]
        for place, row in enumerate(rows):
            if len(row.cells) > 3 and find_header(rows, place) is not None:
                seen += 1
                assert recognise(row.cells).kind is None, row.cells
    assert seen >= 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_our_own_words_for_the_fields_are_read_as_those_fields(kind: str, language: str) -> None:
    """A template in either language, filled in and brought back, needs no mapping by hand; nor do the fields' codes."""
    for words in (
        [spoken_in(language, field_title, kind, field) for field in KINDS[kind].fields],
        list(KINDS[kind].fields),
    ):
        found = recognise(words)
        assert found.kind == kind
        assert found.mapping == {field: column for column, field in enumerate(KINDS[kind].fields)}
    assert spoken_in(language, kind_title, kind)


@given(st.sampled_from(FILES), st.randoms(use_true_random=False))
def test_the_order_of_columns_and_stray_signs_change_nothing(file: tuple[str, str], chance: random.Random) -> None:
    kind, line = file
    before = recognise(headings(line))
    named = {field: headings(line)[column] for field, column in before.mapping.items()}
    shuffled = headings(line)
    chance.shuffle(shuffled)
    spoilt = [
        chance.choice(("", " ", "　", "*", "\u200b")) + heading + chance.choice(("", " ", "\n", "：", "（必填）", "*"))
        for heading in shuffled
    ]
    after = recognise(spoilt)
    assert after.kind == kind
    assert {field: shuffled[column] for field, column in after.mapping.items()} == named


@given(st.lists(st.text(max_size=20), max_size=12))
def test_any_headings_give_an_answer_that_fits_together(words: list[str]) -> None:
    for kind in (None, *KINDS):
        found = recognise(words, kind=kind)
        assert len(set(found.mapping.values())) == len(found.mapping)
        assert all(0 <= column < len(words) and not is_personal(words[column]) for column in found.mapping.values())
        assert not {words[column] for column in found.mapping.values()} & set(found.personal)
        assert kind is None or found.kind == kind
        if found.kind:
            needed = {field.code for field in KINDS[found.kind].fields.values() if field.required}
            assert needed - set(found.mapping) <= set(found.missing)


def test_two_kinds_that_fit_equally_well_are_no_kind() -> None:
    both = "任务名称,统一社会信用代码,企业名称,抽取时间,是否抽中,检查日期,检查结果"
    assert recognise(headings(both)).kind is None
    assert recognise(headings(both), kind="draws").mapping["drawn_at"] == 3
    assert recognise(headings(both), kind="results").mapping["inspected_on"] == 5
    assert recognise(["统一社会信用代码", "企业名称"]).kind is None
    assert recognise([]).kind is None


def test_a_kind_is_told_although_a_required_field_is_missing() -> None:
    found = recognise(headings("企业名称,统一社会信用代码,检查机关,检查日期,检查结果"))
    assert (found.kind, found.missing) == ("results", ("task",))
    found = recognise(headings("统一社会信用代码,企业名称,回避原因"))
    assert (found.kind, found.missing) == ("recusals", ("certificate_no",))


def test_a_bureaus_own_words_win() -> None:
    line = headings("户号,户名,主管户类,统一社会信用代码,任务名称")
    assert recognise(line).kind is None
    saved = {("class_list", "户 号"): "object_id", ("class_list", "户名"): "name", ("class_list", "主管户类"): "class"}
    found = recognise(line, saved)
    assert found.kind == "class_list"
    assert found.mapping == {"object_id": 0, "name": 1, "class": 2}
    left_out = {**saved, ("class_list", "户名"): ""}
    assert "name" not in recognise(line, left_out, "class_list").mapping
    assert recognise(line, {("class_list", "户号"): "no_such_field"}, "class_list").mapping["object_id"] == 3


@pytest.mark.parametrize(
    "heading",
    ["联系人", "联系电话", "手机号码", "法定代表人（负责人）", "身份证号", "E-mail", "联系方式（手机）", "经办人"],
)
def test_columns_about_people_who_can_be_reached_are_dropped_even_when_saved(heading: str) -> None:
    line = ["统一社会信用代码", "企业名称", "信用风险分类", heading]
    found = recognise(line, {("class_list", heading): "source"})
    assert found.kind == "class_list"
    assert found.personal == (heading,)
    assert 3 not in found.mapping.values()
    assert heading not in found.unread


def test_the_first_of_two_columns_with_one_meaning_is_read_and_a_whole_word_before_a_part() -> None:
    found = recognise(["企业名称", "企业名称", "统一社会信用代码", "信用风险分类"])
    assert found.mapping["name"] == 0
    assert found.unread == ("企业名称",)
    assert recognise(["原企业名称", "企业名称", "统一社会信用代码", "信用风险分类"]).mapping["name"] == 1


def test_every_word_of_the_table_is_read_as_its_field_when_its_kind_is_given() -> None:
    """A word that another field takes away, or that counts as a contact, would be dead."""
    dead = [
        (kind, field.code, word)
        for kind, known in KINDS.items()
        for field in known.fields.values()
        for word in field.words
        if not recognise([word], kind=kind).mapping
    ]
    assert dead == []


def test_no_word_stands_twice_among_the_words_of_one_field_and_types_are_known() -> None:
    table = tomllib.loads((ROOT / "inspections" / "intake" / "kinds.toml").read_text("utf-8"))
    for kind, field in itertools.chain.from_iterable(((k, f) for f in KINDS[k].fields.values()) for k in KINDS):
        assert len(field.words) == len(set(field.words)), (kind, field.code)
    assert set(table) == {*KINDS, "words", "reads"}
    assert {field.type for kind in KINDS.values() for field in kind.fields.values()} == set(table["reads"])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_declared_of_a_kind_exists(kind: str) -> None:
    assert callable(stage_of(kind))
    assert all((ROOT / "pages" / f"{page}.py").exists() for page in KINDS[kind].leads_to)
    assert {field.asks for field in KINDS[kind].fields.values()} <= {None, "year", "day", "basis"}


def told(texts: Sequence[str]) -> list[bool]:
    return [is_total(text) or is_note(text) for text in texts]


def test_sums_and_notes_are_told_from_names() -> None:
    assert all(
        told(
            [
                "合计",
                "总 计：",
                "小计（户）",
                "注：本表",
                "备注: x",
                "填报人：张三",
                "共 35 条",
                "第1页",
                "※注1：",
                "说明",
            ]
        )
    )
    names = [
        "合计食品有限公司",
        "注册会计师事务所",
        "说明书标识检查",
        "共青团路超市",
        "第一食品厂",
        "填报情况检查",
        "审核（复审）",
        "总计数检查",
    ]
    assert not any(told(names))


# ---------------------------------------------------------------------------------------------------- plans by the door
CORPUS = Path(__file__).parents[1] / "notice" / "corpus"
# Notices whose headings are those of an item list, a directory or results, too, and letters that are cut like tables.
LIKE_LISTS = (
    "fenglin-fire-kinds.html", "fenxi-joint-one-or-another.html", "gangkou-port-quarter-rates.html",
    "hanshou-tobacco-prose.txt", "laihe-industry.txt", "linjiang-tobacco-grades-csv.csv", "nanfeng-enterprise-plan.txt",
    "nanyang-civil-when-and-how-often.html", "taojiang-tobacco.txt", "xianshui-housing-list.txt", "xinye-archives.txt",
)  # fmt: skip


def test_a_plan_with_the_words_of_a_list_is_left_to_the_notice_reader(tmp_path: Path) -> None:
    with open_database(tmp_path / "none.duckdb") as connection:
        assert [name for name in LIKE_LISTS if what_is(connection, CORPUS / name) is not None] == []
        head = ["抽查事项", "抽查依据", "抽查主体", "抽查内容", "抽查比例", "抽查频次"]
        listed = write_csv(
            tmp_path / "事项.csv", head, [["登记事项检查", "《某条例》", "县局", "证照", "5%", "1次/年"]]
        )
        assert what_is(connection, listed) is not None
        found = write_csv(tmp_path / "公示.txt", ["序号", "抽查事项名称", "抽查对象名称", "抽查结果"],
                          [["1", "年度报告公示信息的检查", "某县甲有限公司", "正常"]])  # fmt: skip
        assert what_is(connection, found) is not None
