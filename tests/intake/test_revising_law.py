"""The law of revisions: a plan P and a paper that turns it into Q say of every task what Q alone says, whatever the form."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.intake.revising import Brought, bring_notice
from inspections.notice.changes import differs
from inspections.notice.plan import Task
from inspections.notice.stored_tasks import stored_tasks
from inspections.store.database import open_database
from tests.filled import empty

BUREAU = "青岭县市场监督管理局"
NAMES = (
    "食品经营者抽查",
    "特种设备使用检查",
    "计量器具抽查",
    "广告发布抽查",
    "校外培训检查",
    "药品零售抽查",
    "价格收费抽查",
)
FIELDS = ("items", "scope", "rate", "period", "lead", "partners")
HEADINGS = {
    "items": "抽查事项",
    "scope": "抽查对象范围",
    "rate": "抽查比例",
    "period": "抽查时间",
    "lead": "牵头单位",
    "partners": "配合部门",
}
# What in a text would not be told from the words around it is in no value: 由, 为, commas.
VALUES = {
    "items": ("登记情况", "许可情况", "公示情况；台账情况"),
    "scope": ("全县企业", "全县个体工商户", "全县规模以上企业"),
    "rate": ("3%", "5%", "12.5%", "不低于10%", "20户", "A类1%；B类5%；C类20%", "5%；2次/年"),
    "period": ("3月-6月", "5月-11月", "9月", "第三季度", "7月1日-10月15日"),
    "lead": ("县应急管理局", "县公安局", "县市场监督管理局"),
    "partners": ("县税务局", "县教育局、县税务局", "县住房和城乡建设局"),
}


@dataclass(frozen=True)
class Planned:
    """One task in the words of a table."""

    name: str
    items: str
    scope: str
    rate: str
    period: str
    lead: str
    partners: str

    def cells(self) -> list[str]:
        return [self.name, *(getattr(self, field) for field in FIELDS)]


Table = list[list[str]]
planned = st.builds(Planned, st.sampled_from(NAMES), *(st.sampled_from(VALUES[field]) for field in FIELDS))
plans = st.lists(planned, min_size=2, max_size=5, unique_by=lambda task: task.name).map(tuple)


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[tuple[Planned, ...], tuple[Planned, ...]]:
    """P and Q: of every task of P some values are others or it is gone, and tasks are new; most of P stays."""
    before = draw(plans)
    gone = draw(st.sets(st.sampled_from(before), max_size=len(before) // 2))
    after = []
    for task in before:
        changed = draw(st.sets(st.sampled_from(FIELDS), max_size=3))
        new = {field: draw(st.sampled_from(VALUES[field])) for field in sorted(changed)}
        after += [] if task in gone else [replace(task, **new)]
    fresh = [task for task in draw(plans) if task.name not in {one.name for one in before}]
    return before, (*after, *fresh[: draw(st.integers(0, 2))])


def written(path: Path, title: str, *blocks: str | Table, number: str, day: str) -> Path:
    lines: Table = [[f"{BUREAU}{title}"], [number]]
    for block in blocks:
        lines += [[block]] if isinstance(block, str) else block
    lines.append([day])
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append(line)
        book.save(path)
        return path
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter="\t" if path.suffix == ".txt" else ",").writerows(lines)
    return path


def plan_file(path: Path, plan: tuple[Planned, ...]) -> Path:
    head = ["序号", "抽查任务名称", *HEADINGS.values()]
    rows = [[str(number), *task.cells()] for number, task in enumerate(plan, 1)]
    return written(path, "2024年度部门联合抽查计划", [head, *rows], number="青市监〔2024〕6号", day="2024年3月8日")


@dataclass(frozen=True)
class Differences:
    """What turns P into Q."""

    changed: list[tuple[Planned, Planned]]
    same: list[Planned]
    gone: list[Planned]
    new: list[Planned]


def between(before: tuple[Planned, ...], after: tuple[Planned, ...]) -> Differences:
    was, now = ({task.name: task for task in plan} for plan in (before, after))
    both = [(was[name], now[name]) for name in was if name in now]
    return Differences(
        [(one, other) for one, other in both if one != other],
        [one for one, other in both if one == other],
        [was[name] for name in was if name not in now],
        [now[name] for name in now if name not in was],
    )


def whole(found: Differences) -> list[str | Table]:
    tasks = [*(new for _, new in found.changed), *found.same, *found.new]
    rows = [[str(number), *task.cells()] for number, task in enumerate(tasks, 1)]
    return ["原计划同时作废。", [["序号", "抽查任务名称", *HEADINGS.values()], *rows]]


def only_changed(found: Differences) -> list[str | Table]:
    rows = [[str(i), *t.cells()] for i, t in enumerate([*(new for _, new in found.changed), *found.new], 1)]
    gone: list[str | Table] = [f"取消“{task.name}”任务。" for task in found.gone]
    return [*gone, [["序号", "抽查任务名称", *HEADINGS.values()], *rows]] if rows else gone


def before_and_after(found: Differences) -> list[str | Table]:
    head = [
        "序号",
        "任务名称",
        *(f"{side}{HEADINGS[field]}" for field in FIELDS for side in ("调整前", "调整后")),
        "备注",
    ]
    rows = [
        [one.name, *(cell for field in FIELDS for cell in (getattr(one, field), getattr(other, field))), ""]
        for one, other in found.changed
    ]
    rows += [[t.name, *(cell for field in FIELDS for cell in (getattr(t, field), "")), "取消"] for t in found.gone]
    rows += [[t.name, *(cell for field in FIELDS for cell in ("", getattr(t, field))), "新增"] for t in found.new]
    return [[head, *([str(number), *row] for number, row in enumerate(rows, 1))]]


def two_lines(found: Differences) -> list[str | Table]:
    blank = [""] * (len(FIELDS) - 1)
    head = [["序号", "任务名称", "调整前", *blank, "调整后", *blank], ["", "", *HEADINGS.values(), *HEADINGS.values()]]
    rows = [[one.name, *one.cells()[1:], *other.cells()[1:]] for one, other in found.changed]
    rows += [[task.name, *task.cells()[1:], "取消", *blank] for task in found.gone]
    rows += [[task.name, *["/"] * len(FIELDS), *task.cells()[1:]] for task in found.new]
    return [[*head, *([str(number), *row] for number, row in enumerate(rows, 1))]]


def marked(found: Differences) -> list[str | Table]:
    rows = [[*other.cells(), "调整"] for _, other in found.changed]
    rows += [[*task.cells(), "保留"] for task in found.same]
    rows += [[task.name, *[""] * len(FIELDS), "取消"] for task in found.gone]
    rows += [[*task.cells(), "新增"] for task in found.new]
    head = ["序号", "抽查任务名称", *HEADINGS.values(), "调整类型"]
    return [[head, *([str(number), *row] for number, row in enumerate(rows, 1))]]


def sentences(found: Differences) -> list[str | Table]:
    said: list[str | Table] = []
    for one, other in found.changed:
        parts = [
            f"{HEADINGS[field]}由{getattr(one, field)}调整为{getattr(other, field)}"
            for field in FIELDS
            if getattr(one, field) != getattr(other, field)
        ]
        said += [f"将“{one.name}”任务的{part}。" for part in parts]
    said += [f"取消“{task.name}”任务。" for task in found.gone]
    for task in found.new:
        clauses = "，".join(f"{HEADINGS[field]}为{getattr(task, field)}" for field in FIELDS)
        said.append(f"新增“{task.name}”任务，{clauses}。")
    return said


FORMS = {
    whole: "2024年度部门联合抽查计划（调整版）",
    only_changed: "关于调整2024年度部门联合抽查计划部分任务的通知",
    before_and_after: "2024年度部门联合抽查计划调整表",
    two_lines: "关于调整2024年度部门联合抽查计划的通知",
    marked: "关于变更2024年度部门联合抽查计划的通知",
    sentences: "关于调整2024年度部门联合抽查计划的通知",
}


def standing(connection: duckdb.DuckDBPyConnection) -> dict[str, Task]:
    """The tasks that stand, by name."""
    plan_ids = [number for (number,) in connection.execute("select plan_id from plan").fetchall()]
    return {one.task.name: one.task for one in stored_tasks(connection, plan_ids) if not one.withdrawn}


def bring(connection: duckdb.DuckDBPyConnection, path: Path) -> Brought:
    return bring_notice(connection, path, actor="李四")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@given(_pairs(), st.sampled_from([".csv", ".xlsx"]))
@settings(max_examples=6)
def test_a_plan_and_its_revision_say_what_the_new_plan_alone_says(
    form: object, pair: tuple[tuple[Planned, ...], tuple[Planned, ...]], suffix: str
) -> None:
    before, after = pair
    found = between(before, after)
    if not (found.changed or found.gone or found.new) or not after:
        return
    if form is sentences and any(
        "；" in value for t in (*found.new, *(o for _, o in found.changed)) for value in t.cells()
    ):
        # A list within a sentence ends where the sentence does: nobody writes it so.
        return
    kind = ".txt" if form is sentences else suffix
    with tempfile.TemporaryDirectory() as folder:
        of = Path(folder)
        with open_database(empty(of / "p.duckdb")) as revised, open_database(empty(of / "q.duckdb")) as alone:
            bring(revised, plan_file(of / "计划.csv", before))
            bring(alone, plan_file(of / "新计划.csv", after))
            blocks = form(found)  # type: ignore[operator]
            paper = written(of / f"调整{kind}", FORMS[form], *blocks, number="青市监〔2024〕30号", day="2024年7月1日")  # type: ignore[index]
            brought = bring(revised, paper)
            assert brought.report.status == "imported", [one.said("question") for one in brought.decisions]
            expected, got = standing(alone), standing(revised)
            assert got.keys() == expected.keys()
            for name, task in expected.items():
                fields = sorted(set(vars(task)) - {"row", "seq"})
                assert [f for f in fields if differs(task, got[name], f)] == [], (name, task, got[name])
            # What is told is what differs: every changed task, and no other.
            told = {one.name: one.kind for entry in brought.report.plans for one in entry.changes}
            assert {name for name, kind in told.items() if kind == "withdrawn"} == {task.name for task in found.gone}
            assert {name for name, kind in told.items() if kind == "added"} == {task.name for task in found.new}
            assert {name for name, kind in told.items() if kind == "changed"} == {one.name for one, _ in found.changed}
            again = bring(revised, paper)
            assert again.report.status == "unchanged"
