"""Columns are known by what they hold as well as by what they are called: one mechanism for plans and for registers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.files.columns import Wanted, assigned, readings, sample
from inspections.files.content import Row
from inspections.intake.kinds import KINDS
from inspections.intake.recognising import recognise
from inspections.notice.headers import find_header
from inspections.notice.told_by_cells import with_cells


def table(*lines: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and the samples of their columns from lines of cells parted by |."""
    headings, *rows = (line.split("|") for line in lines)
    return headings, [sample(row[i] for row in rows) for i in range(len(headings))]


def told(*lines: str, kind: str | None = None) -> dict[str, str]:
    """Field -> heading of a register, a draw or a result."""
    headings, columns = table(*lines)
    found = recognise(headings, kind=kind, columns=columns)
    return {field: headings[index] for field, index in found.mapping.items()}


def plan(*lines: str) -> dict[str, str]:
    """Heading -> column of a plan."""
    rows = [Row(number, tuple(line.split("|"))) for number, line in enumerate(lines, 1)]
    header = find_header(rows, 0)
    assert header is not None
    header = with_cells(header, rows[header.depth :])
    return {header.headings[index]: code for index, code in header.columns.items()}


# ---------------------------------------------------------------------------------------------------- plans
@pytest.mark.parametrize(
    ("heading", "cells", "code"),
    [
        ("抽查周期", ["每月一次", "每季度一次"], "frequency"),
        ("抽查周期", ["3月-6月", "全年"], "period"),
        ("计划任务实施时段", ["2023年6-12月", "2023年3-5月"], "period"),
        ("检查任务安排", ["3月-6月", "第二季度"], "period"),
        ("抽查类别", ["定向", "不定向"], "draw_type"),
        ("抽查方式", ["现场检查", "书面检查"], "method"),
        ("抽查力度要求", ["5%", "不低于10%"], "rate"),
        ("抽查频次", ["5%", "10%"], "rate"),
    ],
)
def test_cells_decide_where_a_heading_misleads(heading: str, cells: Sequence[str], code: str) -> None:
    lines = [f"{number}|网吧{number}|上网登记的检查|网吧|{cell}" for number, cell in enumerate(cells, 1)]
    found = plan(f"序号|任务名称|抽查事项|被检查对象|{heading}", *lines)
    assert found[heading] == code


def test_two_columns_of_one_heading_are_both_read() -> None:
    rows = [Row(1, ("序号", "抽查类别", "抽查类别", "检查对象", "抽查比例", "检查时间")),
            Row(2, ("1", "一般检查", "上网登记的检查", "网吧", "5%", "3月"))]  # fmt: skip
    header = find_header(rows, 0)
    assert header is not None
    columns = with_cells(header, rows[1:]).columns
    assert (columns[1], columns[2]) == ("item_class", "field")


def test_a_heading_nobody_knows_is_said_and_not_guessed() -> None:
    rows = [Row(1, ("序号", "任务名称", "抽查事项", "抽查对象", "抽查比例", "天气")),
            Row(2, ("1", "网吧检查", "上网登记的检查", "网吧", "5%", "晴朗"))]  # fmt: skip
    header = find_header(rows, 0)
    assert header is not None
    assert with_cells(header, rows[1:]).unread == ("天气",)


# ---------------------------------------------------------------------------------------------------- registers
def test_headings_of_platforms_that_no_list_holds() -> None:
    assert told("单位工号|姓名|所在业务部门（机构）|执法证编号|执法人员状态",
                "001|张某甲|信用监管股|33052201|有效")["unit"] == "所在业务部门（机构）"  # fmt: skip
    found = told("任务名称|统一社会信用代码|检查日期|是否合格|承办人意见",
                 "企业公示信息抽查|91330522MA1000017R|2024-05-10|不合格|责令改正")  # fmt: skip
    assert (found["outcome"], found["follow_up"]) == ("是否合格", "承办人意见")
    assert "unit" not in found
    assert told("专项库名称|对应专项库监管标签|统一社会信用代码/注册号|企业名称",
                "特种设备使用单位|锅炉|91330522MA1000076W|某县庚有限公司")["pools"] == "专项库名称"  # fmt: skip


def test_a_published_list_of_results_is_no_item_list() -> None:
    headings, columns = table("序号|抽查事项名称|抽查对象名称|抽查结果", "1|年度报告的检查|某县甲有限公司|正常")
    found = recognise(headings, columns=columns)
    assert found.kind == "results"
    assert "object_id" in found.missing
    headings, columns = table("序号|抽查事项名称|事项类别", "1|年度报告的检查|一般")
    assert recognise(headings, columns=columns).kind == "item_list"


@pytest.mark.parametrize("kind", KINDS)
def test_without_cells_our_own_headings_name_their_fields(kind: str) -> None:
    headings = [field.words[0] if field.words else code for code, field in KINDS[kind].fields.items()]
    found = recognise(headings, kind=kind)
    assert len(found.mapping) >= len(dict.fromkeys(headings)) - 2


# ---------------------------------------------------------------------------------------------------- the mechanism
FIELDS = [Wanted("rate", frozenset({"rate"}), tells="rate"), Wanted("time", frozenset({"window"}), tells="window"),
          Wanted("name", frozenset({"text"}))]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from([0.0, 0.3, 0.7, 1.2]), min_size=3, max_size=3), min_size=1, max_size=5))
def test_no_other_assignment_has_a_higher_sum(said: list[list[float]]) -> None:
    """Against every way of giving columns to fields (a naive second implementation)."""
    headings = [f"列{i}" for i in range(len(said))]
    codes = [field.code for field in FIELDS]
    found = assigned(headings, [()] * len(said), FIELDS,
                     lambda heading: dict(zip(codes, said[headings.index(heading)], strict=True)))  # fmt: skip
    least = 0.45
    best = max(
        sum(said[i][place] if place < len(codes) else least for i, place in enumerate(places))
        for places in itertools.product(range(len(codes) + 1), repeat=len(said))
        if all(places.count(place) <= 1 for place in range(len(codes)))
    )
    given = {**found.fields, **{index: pair[0] for index, pair in found.doubts.items()}}
    reached = sum(said[i][codes.index(given[i])] if i in given else least for i in range(len(said)))
    assert np.isclose(reached, best, atol=0.01)


@given(st.text(max_size=200))
def test_any_cell_has_readings(cell: str) -> None:
    assert isinstance(readings(cell), frozenset)
