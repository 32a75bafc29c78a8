"""One task or two, what each is called, its number, and what belongs to one item."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from inspections.files.opening import read_document
from inspections.notice.items import split_items
from inspections.notice.plan import Notice
from inspections.notice.reading import read_notice

TITLE = "某县农业农村局2024年度双随机抽查计划"


def merged(tmp_path: Path, rows: list[list[str]], title: str = TITLE) -> Notice:
    """A Word table whose empty cells belong to the cell above."""
    document = docx.Document()
    document.add_paragraph(title)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text:
                table.cell(r, c).text = text
            else:
                top = table.cell(r - 1, c)
                words = top.text
                top.merge(table.cell(r, c)).text = words
    document.save(str(tmp_path / "计划.docx"))
    return read_notice(read_document(tmp_path / "计划.docx"))


def from_text(tmp_path: Path, *lines: str) -> Notice:
    file = tmp_path / "计划.txt"
    file.write_text("\n".join((TITLE, *lines)).replace("|", "\t"), "utf-8")
    return read_notice(read_document(file))


def names(notice: Notice) -> list[str]:
    return [task.name for plan in notice.plans for task in plan.tasks]


def test_rows_of_one_group_with_own_pool_and_departments_are_two_tasks(tmp_path: Path) -> None:
    notice = merged(
        tmp_path,
        [
            ["序号", "抽查领域", "抽查事项", "检查对象", "发起部门", "配合部门"],
            ["1", "学校抽查", "校服的检查", "中小学", "县教育局", "县市场监督管理局"],
            ["", "", "食堂的检查", "幼儿园", "县市场监督管理局", "县教育局"],
        ],
        "某县2024年度部门联合双随机抽查计划",
    )
    first, second = notice.plans[0].tasks
    assert [(t.scope, t.lead_unit.name, [u.name for u in t.partners]) for t in (first, second)] == [
        ("中小学", "县教育局", ["县市场监督管理局"]),
        ("幼儿园", "县市场监督管理局", ["县教育局"]),
    ]
    assert names(notice) == ["学校抽查（校服的检查）", "学校抽查（食堂的检查）"]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (
            ["种子的检查", "种子企业", "5%", "9月"],
            ["肥料的检查", "肥料企业", "10%", "7月"],
            ["种子的检查", "肥料的检查"],
        ),
        (["质量的检查", "种子企业", "5%", "9月"], ["质量的检查", "肥料企业", "10%", "7月"], ["种子企业", "肥料企业"]),
        (["质量的检查", "种子企业", "5%", "9月"], ["质量的检查", "种子企业", "5%", "7月"], ["9月", "7月"]),
        (["质量的检查", "种子企业", "5%", "9月"], ["质量的检查", "种子企业", "10%", "9月"], ["5%", "10%"]),
    ],
)
def test_tasks_of_one_group_get_names_of_their_own(
    tmp_path: Path, first: list[str], second: list[str], told: list[str]
) -> None:
    head = ["序号", "抽查类别", "抽查事项", "检查对象", "抽查比例", "检查时间"]
    notice = merged(tmp_path, [head, ["1", "农产品抽查", *first], ["2", "农产品抽查", *second]])
    assert names(notice) == [f"农产品抽查（{word}）" for word in told]


def test_rows_of_one_pool_stay_one_task(tmp_path: Path) -> None:
    notice = merged(
        tmp_path,
        [
            ["序号", "抽查任务", "抽查事项", "检查对象", "抽查比例", "检查时间"],
            ["1", "种子抽查", "种子生产的检查", "种子企业", "5%", "9月"],
            ["", "", "种子经营的检查", "", "", ""],
        ],
    )
    assert names(notice) == ["种子抽查"]
    assert [item.name for item in notice.plans[0].tasks[0].items] == ["种子生产的检查", "种子经营的检查"]


def test_each_department_with_its_own_items_in_its_own_row(tmp_path: Path) -> None:
    notice = merged(
        tmp_path,
        [
            ["序号", "任务名称", "联查部门", "抽查事项", "抽查对象", "抽查比例", "时间安排"],
            ["1", "民办学校抽查", "教育行政部门", "招生的检查；收费的检查", "民办学校", "50%", "4月-9月"],
            ["", "", "市场监管部门", "食堂的检查", "", "", ""],
        ],
        "某市2024年度部门联合双随机抽查计划",
    )
    (task,) = notice.plans[0].tasks
    assert [(item.name, item.unit.name) for item in task.items] == [
        ("招生的检查", "教育行政部门"),
        ("收费的检查", "教育行政部门"),
        ("食堂的检查", "市场监管部门"),
    ]


@pytest.mark.parametrize("mark", ["同上", "〃", "同前"])
def test_as_above_is_what_stands_above(tmp_path: Path, mark: str) -> None:
    notice = from_text(
        tmp_path,
        "序号|抽查任务|抽查事项|抽查对象|抽查比例|抽查时间|责任股室",
        "1|经营企业抽查|经营许可的检查|经营企业|5%|3月|危化股",
        f"2|使用企业抽查|{mark}|使用企业|10%|{mark}|{mark}",
    )
    second = notice.plans[0].tasks[1]
    assert ([i.name for i in second.items], str(second.starts_on), second.lead_unit.name) == (
        ["经营许可的检查"],
        "2024-03-01",
        "危化股",
    )


@pytest.mark.parametrize(
    ("given", "numbers", "code"),
    [
        (("2024001", "2024002"), [2024001, 2024002], None),
        (("1", "2"), [1, 2], None),
        (("（一）", "（二）"), [1, 2], None),
        (("20240101", "20240102"), [20240101, 20240102], None),
        (("1", "1"), [1, 2], "seq_repeated"),
        (("甲", "乙"), [1, 2], "seq_not_a_number"),
        (("1.1", "1.2"), [1, 2], "seq_not_a_number"),
        (("202401010001", "202401010002"), [1, 2], "seq_too_large"),
    ],
)
def test_numbers_are_kept_or_it_is_said_why_not(
    tmp_path: Path, given: tuple[str, str], numbers: list[int], code: str | None
) -> None:
    notice = from_text(
        tmp_path,
        "抽查计划编号|抽查任务|抽查事项|抽查对象|抽查比例|抽查时间",
        f"{given[0]}|网吧检查|上网登记的检查|网吧|5%|3月",
        f"{given[1]}|影院检查|放映许可的检查|影院|5%|3月",
    )
    assert [task.seq for task in notice.plans[0].tasks] == numbers
    assert [issue.code for issue in notice.issues if issue.field == "seq"] == ([code] if code else [])


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (
            "1.条例执行情况。2.是否超范围经营。包括:是否吸收存款;是否自营贷款。3.配合监管情况。",
            ["条例执行情况", "是否超范围经营。包括:是否吸收存款;是否自营贷款", "配合监管情况"],
        ),
        (
            "1.条例执行情况；2.是否超范围经营，包括：是否吸收存款；是否自营贷款；3.配合监管情况",
            ["条例执行情况", "是否超范围经营，包括：是否吸收存款；是否自营贷款", "配合监管情况"],
        ),
        (
            "1.条例执行情况\n2.是否超范围经营。主要包括：是否吸收存款；是否自营贷款\n3.配合监管情况",
            ["条例执行情况", "是否超范围经营。主要包括：是否吸收存款；是否自营贷款", "配合监管情况"],
        ),
        ("登记的检查。其中：住所；名称。公示的检查", ["登记的检查。其中：住所；名称", "公示的检查"]),
        ("检查内容包括：登记的检查；公示的检查", ["登记的检查", "公示的检查"]),
        ("登记的检查；公示的检查", ["登记的检查", "公示的检查"]),
        ("包括设备在内的检查；公示的检查", ["包括设备在内的检查", "公示的检查"]),
    ],
)
def test_points_of_an_item_stay_inside_it(text: str, items: list[str]) -> None:
    assert [item.name for item in split_items(text)] == items


def test_numbered_points_behind_including_stay_inside() -> None:
    found = split_items("1.条例执行情况。2.是否超范围经营。包括：(1)吸收存款；(2)自营贷款。3.配合监管情况。")
    assert [item.name.split("。")[0] for item in found] == ["条例执行情况", "是否超范围经营", "配合监管情况"]
