"""The law of cells: what no grammar of amounts, periods or units consumed is said of its row and column."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.files.content import Document, Paragraph, Row, Table
from inspections.notice.plan import Issue
from inspections.notice.reading import read_notice

HEADINGS = (
    "序号",
    "抽查任务",
    "抽查事项",
    "抽查对象",
    "抽查基数",
    "抽查比例",
    "抽查数量",
    "抽查频次",
    "抽查时间",
    "责任科室",
)
PLAIN = {
    "抽查基数": "500",
    "抽查比例": "5%",
    "抽查数量": "20户",
    "抽查频次": "1次/年",
    "抽查时间": "3月-6月",
    "责任科室": "市场科",
}
FIELDS = {
    "抽查比例": {"rate"},
    "抽查数量": {"quota"},
    "抽查基数": {"pool"},
    "抽查频次": {"frequency"},
    "抽查时间": {"period"},
    "责任科室": {"lead_unit"},
}
VALUES = {
    "抽查比例": ["5%", "不低于10%", "100%", "3%-5%", "千分之五", "10%（20户）", "全覆盖"],
    "抽查基数": ["500", "约500户", "500家"],
    "抽查数量": ["20户", "8", "12家次", "约30户"],
    "抽查频次": ["1次/年", "每年2次", "每季度1次", "2"],
    "抽查时间": ["3月-6月", "3月1日至6月30日", "第二季度", "全年", "2024年5月", "上半年", "2024.4-2024.10"],
    "责任科室": ["市场科", "安全生产基础科"],
}
# Words that may change what is meant, and that no field holds.
FOREIGN = st.sampled_from(
    [
        "省厅另行通知",
        "寒暑假除外",
        "小作坊除外",
        "危化品从严",
        "视疫情而定",
        "与县里同步",
        "新办证者免检",
        "夜间",
        "汛后",
    ]
)
FORMS = st.sampled_from(["{value}（{words}）", "{value}，{words}", "{words}；{value}", "{words}：{value}"])


def issues_of(cells: dict[str, str]) -> list[Issue]:
    """What is said of the one row of a plan whose cells under `PLAIN`'s headings are these."""
    row = ("1", "网吧检查", "上网登记的检查", "网吧", *({**PLAIN, **cells}[heading] for heading in HEADINGS[4:]))
    title = "某县文化和旅游局2024年度双随机抽查计划"
    table = Table((Row(2, HEADINGS), Row(3, row)), (title,), 1)
    notice = read_notice(Document("计划.xlsx", "0" * 64, "xlsx", (Paragraph(1, title),), (table,)))
    return [issue for issue in notice.issues if issue.row == 3]


@given(column=st.sampled_from([*FIELDS]), pick=st.integers(0, 99), words=FOREIGN, form=FORMS)
@settings(max_examples=150, deadline=None)
def test_words_beside_a_value_are_said_of_its_row_and_column(column: str, pick: int, words: str, form: str) -> None:
    value = VALUES[column][pick % len(VALUES[column])]
    cell = form.format(value=value, words=words)
    if column == "责任科室":
        cell = f"{value}（{words}）"
    said = [issue for issue in issues_of({column: cell}) if issue.field in FIELDS[column]]
    # Two to four characters beside a unit may be a name, which no issue repeats.
    assert any(words in str(issue.parameters.get("text", "")) or issue.code == "not_a_unit" for issue in said), cell


@pytest.mark.parametrize(("column", "value"), [(column, value) for column in VALUES for value in VALUES[column]])
def test_a_value_that_is_consumed_whole_is_not_doubted(column: str, value: str) -> None:
    assert [issue.code for issue in issues_of({column: value}) if issue.code == "words_unread"] == []
