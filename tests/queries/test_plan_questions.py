"""Questions about plans, settings and directories: rows whose answer is written by hand."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from tests.queries.world import END, YEAR, World, day, plain

HERE: dict[str, Any] = {"bureau_id": 1, "year": YEAR}


@pytest.fixture
def bureau(world: World) -> int:
    """A bureau beside another one that has a plan, a task, an item, a unit and a pool of its own."""
    bureau, other = world.bureau("甲局"), world.bureau("乙局")
    stranger = world.unit("别股", bureau=other, scope_of=other)
    item = world.item(other, "别局事项")
    pool = world.scope(other, "别局对象", "X1")
    task = world.task(world.plan(other), "别局任务", lead=stranger, checks=[(item, stranger)], scope_id=pool)
    world.draw(task, "03-05", {"X1": "A"}, ["X1"], quotas={"A": 1})
    return bureau


def test_bureau_years_lists_years_with_plans(world: World, bureau: int) -> None:
    for year, kind in ((2023, "internal"), (YEAR, "internal"), (YEAR, "joint")):
        world.plan(bureau, year=year, kind=kind)
    world.bureau("没有计划的局")
    assert world.ask("bureau_years") == [(1, "甲局", 2023, 1), (1, "甲局", YEAR, 2), (2, "乙局", YEAR, 1)]


def test_plans_with_their_facts_and_tasks(world: World, bureau: int) -> None:
    joint = world.plan(bureau, kind="joint", doc_no="文〔2024〕1号", issued_on=day("03-01"), published_on=day("03-14"))
    internal = world.plan(bureau, doc_no="文〔2024〕1号")
    world.plan(bureau, year=2023)  # another year
    world.task(joint, "一")
    world.task(joint, "二")
    columns = ("plan_id", "plan_kind", "doc_no", "issued_on", "published_on", "tasks")
    assert world.ask("plans", *columns, **HERE, as_of=END) == [
        (internal, "internal", "文〔2024〕1号", None, None, 0),
        (joint, "joint", "文〔2024〕1号", "03-01", "03-14", 2),
    ]


def test_plan_counts_of_items_tasks_and_use_of_classes(world: World, bureau: int) -> None:
    lead = world.unit("一股", bureau=bureau)
    items = [world.item(bureau, f"事项{number}") for number in range(4)]
    plan, joint = world.plan(bureau), world.plan(bureau, kind="joint")
    old = world.plan(bureau, year=2023)
    world.task(old, "上年", checks=[(items[3], lead)])  # another year covers no item of this one
    quotas = world.task(plan, "分类", checks=[(items[0], lead), (items[1], lead)])
    world.draw(quotas, "03-05", {"A1": "A", "N1": "none"}, ["A1"], quotas={"A": 1})
    ignored = world.task(plan, "有分类而不用", checks=[(items[0], lead)])
    world.draw(ignored, "03-05", {"A1": "A"}, ["A1"])
    full = world.task(plan, "全覆盖")
    world.draw(full, "03-05", {"A1": "A"}, ["A1"], basis="full")  # a 100 % task has no classes to draw by
    unclassed = world.task(joint, "对象没有分类")
    world.draw(unclassed, "03-05", {"N1": "none"}, ["N1"], quotas={"none": 1})  # not classable
    late = world.task(joint, "年末才抽")
    world.draw(late, "12-30", {"A1": "A"}, ["A1"], quotas={"A": 1})
    world.draw(world.task(joint, "只有试抽"), "03-05", {"A1": "A"}, ["A1"], quotas={"A": 1}, kind="trial")
    columns = ("items", "covered", "tasks", "joint", "classable", "with_classes")
    assert world.ask("plan_counts", *columns, **HERE, as_of=day("12-29")) == [(4, 2, 6, 3, 2, 1)]
    assert world.ask("plan_counts", *columns, **HERE, as_of=END) == [(4, 2, 6, 3, 3, 2)]
    assert world.ask("plan_counts", *columns, bureau_id=bureau, year=2025, as_of=END) == [(4, 0, 0, 0, 0, 0)]


def test_item_coverage_uncovered_items_first(world: World, bureau: int) -> None:
    lead, other = world.unit("一股", bureau=bureau), world.unit("外部门")
    twice, uncovered, last_year = (world.item(bureau, name) for name in ("两次", "未列入", "上年有"))
    plan = world.plan(bureau)
    world.task(plan, "乙任务", checks=[(twice, lead), (twice, other)])  # by two departments: one task
    world.task(plan, "甲任务", checks=[(twice, lead)])
    world.task(world.plan(bureau, year=2023), checks=[(last_year, lead)])
    assert world.ask("item_coverage", "item_id", "item", "tasks", "task", **HERE, as_of=END) == [
        (uncovered, "未列入", 0, None), (last_year, "上年有", 0, None), (twice, "两次", 2, "乙任务；甲任务"),
    ]  # fmt: skip


def test_mergeable_tasks_share_a_pool_on_at_least_one_day(world: World, bureau: int) -> None:
    lead = world.unit("一股", bureau=bureau)
    plan, joint = world.plan(bureau), world.plan(bureau, kind="joint")
    pool, other = world.scope(bureau, "全部"), world.scope(bureau, "别的")
    world.task(plan, "春", lead=lead, scope_id=pool, window=("03-01", "05-31"))
    world.task(joint, "夏", scope_id=other, draw_scope_id=pool, window=("05-31", "08-31"))  # the chosen pool counts
    world.task(plan, "秋", lead=lead, scope_id=pool, window=("09-01", "11-30"))  # no common day
    world.task(plan, "别的对象", lead=lead, scope_id=other, window=("03-01", "11-30"))
    world.task(plan, "没写时间", lead=lead, scope_id=pool, window=(None, None))
    world.task(world.plan(bureau, year=2023), "上年", scope_id=pool, window=("03-01", "11-30"))
    assert world.ask("mergeable_tasks", **HERE, as_of=END) == [("春", "一股", "夏", None, "全部", "05-31", "05-31")]


def test_idle_units_lead_join_launch_and_check_nothing(world: World, bureau: int) -> None:
    names = ("牵头", "配合", "发起", "检查", "闲着", "去年有任务")
    units = {name: world.unit(name, bureau=bureau, scope_of=bureau) for name in names}
    world.unit("不在范围", bureau=bureau)
    item = world.item(bureau, "事项")
    plan = world.plan(bureau, kind="joint")
    world.task(
        plan,
        lead=units["牵头"],
        partners=[units["配合"]],
        initiating_unit_id=units["发起"],
        checks=[(item, units["检查"])],
    )
    world.task(plan, "没写单位")
    world.task(world.plan(bureau, year=2023), "上年", lead=units["去年有任务"])
    assert world.ask("idle_units", "unit", **HERE, as_of=END) == ["闲着", "去年有任务"]


def test_scopes_count_active_objects(world: World, bureau: int) -> None:
    world.object("O2", status="closed")
    full, empty = world.scope(bureau, "全部", "O1", "O2", "O3"), world.scope(bureau, "空")
    assert world.ask("scopes", bureau_id=bureau) == [(full, "全部", 2), (empty, "空", 0)]


def test_settings_in_force_on_the_first_day_of_the_year(world: World, bureau: int) -> None:
    world.connection.execute("delete from setting")  # what the product itself keeps there
    for key, value, where, since in (
        ("cap", "9", None, "2000-01-01"), ("cap", "2", None, "2023-01-01"), ("cap", "1", None, "2024-12-01"),
        ("days", "30", None, "2024-01-01"), ("days", "20", bureau, "2020-01-01"), ("days", "10", bureau, "2024-01-02"),
        ("other", "x", 2, "2000-01-01"), ("twice", "old", None, "2024-01-01"), ("twice", "new", None, "2024-01-01"),
    ):  # fmt: skip
        world.insert("setting", key=key, value=value, bureau_id=where, valid_from=day(since))

    def in_force(year: int, where: int | None = bureau) -> dict[str, str]:
        return dict(world.ask("settings_in_force", bureau_id=where, year=year))

    # the cap of December 2024 is not applied to 2024; a bureau's own value wins over a newer general one
    assert in_force(2024) == {"cap": "2", "days": "20", "twice": "new"}
    assert in_force(2025) == {"cap": "1", "days": "10", "twice": "new"}
    assert in_force(2022) == {"cap": "9", "days": "20"}
    assert in_force(2025, None) == {"cap": "1", "days": "30", "twice": "new"}


def test_notice_issues_of_the_files_the_plans_came_from(world: World, bureau: int) -> None:
    files = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("甲.docx", "乙.docx", "上年.docx")}
    for name, sha in files.items():
        world.insert(
            "import_file", file_sha256=sha, name=name, kind="notice", status="complete", rows_read=1, rows_kept=1,
            imported_at=datetime.datetime.fromisoformat("2024-03-01"),
        )  # fmt: skip
        for row in (2, 1):
            world.insert(
                "import_issue", file_sha256=sha, row=row, code="date_impossible", severity="warning", message="x"
            )
    # two plans of one file show its issues once
    world.plan(bureau, source_sha256=files["甲.docx"])
    world.plan(bureau, kind="joint", source_sha256=files["甲.docx"])
    world.plan(bureau, year=2023, source_sha256=files["上年.docx"])
    world.plan(2, source_sha256=files["乙.docx"], kind="joint")
    assert world.ask("notice_issues", "source_file", "row", "severity", **HERE) == [
        ("甲.docx", 2, "warning"), ("甲.docx", 1, "warning"),
    ]  # fmt: skip


def test_task_class_rates_of_the_year(world: World, bureau: int) -> None:
    task = world.task(world.plan(bureau))
    old = world.task(world.plan(bureau, year=2023))
    foreign = 1
    for of, risk_class, rate in ((task, "D", "0.5"), (task, "A", "0.05"), (old, "A", "0.1"), (foreign, "A", "0.2")):
        world.insert(
            "task_class_rate", task_id=of, **{"class": risk_class}, rate=Decimal(rate), rate_op=">=", origin="notice"
        )
    world.insert("task_class_rate", task_id=task, **{"class": "none"}, quota=3, origin="policy")
    columns = ("task_id", "class", "rate", "rate_op", "quota", "origin")
    assert world.ask("task_class_rates", *columns, **HERE, as_of=END) == [
        (task, "A", 0.05, ">=", None, "notice"),
        (task, "D", 0.5, ">=", None, "notice"), (task, "none", None, None, 3, "policy"),
    ]  # fmt: skip


def test_year_series_same_pool_and_same_items(world: World, bureau: int) -> None:
    lead, other = world.unit("一股", bureau=bureau), world.unit("外部门")
    plan, pool, second = world.plan(bureau), world.scope(bureau, "全部"), world.scope(bureau, "别的")
    one, two = world.item(bureau, "一"), world.item(bureau, "二")
    spring = world.task(plan, "春", scope_id=pool, checks=[(two, lead), (one, lead)])
    summer = world.task(plan, "夏", scope_id=pool, checks=[(one, lead), (two, lead)])  # one series with spring
    world.task(plan, "只一项", scope_id=pool, checks=[(one, lead)])
    world.task(plan, "别的对象", scope_id=second, checks=[(one, lead), (two, lead)])
    moved = world.task(plan, "改了对象", scope_id=second, draw_scope_id=pool, checks=[(one, lead), (two, lead)])
    world.task(plan, "无事项", scope_id=pool)
    world.task(plan, "无事项二", scope_id=pool)
    world.task(plan, "无对象", checks=[(one, lead)])
    world.task(plan, "无对象二", checks=[(one, other)])
    rows = world.ask("year_series", **HERE, as_of=END)
    names: dict[str, list[int]] = {}
    for task, series in rows:
        assert series is not None
        names.setdefault(series, []).append(task)
    assert [task for task, _ in rows] == sorted(task for task, _ in rows)
    assert max(names.values(), key=len) == [spring, summer, moved]
    assert all(len(tasks) == 1 for tasks in names.values() if spring not in tasks)


def pool_of(world: World, rows: list[tuple[str, str | None]]) -> None:
    world.connection.execute("create or replace table pool (object_id varchar, class varchar, passed_over boolean)")
    world.connection.executemany("insert into pool values (?, ?, false)", rows)


def test_pool_sizes_count_objects_without_a_class_as_none(world: World) -> None:
    pool_of(world, [("1", "A"), ("2", "D"), ("3", None), ("4", ""), ("5", "A")])
    assert world.ask("pool_sizes", pool="pool") == [("A", 2), ("D", 1), ("none", 2)]


def test_draw_tickets_are_the_smallest_hashes_of_each_class(world: World) -> None:
    rows = [(f"O{number}", risk_class) for number, risk_class in enumerate("AAAAAADDD", start=1)] + [("N", "")]
    pool_of(world, rows)

    def ticket(object_id: str) -> str:
        return hashlib.sha256(f"seed,{object_id}".encode()).hexdigest()

    def first(risk_class: str, count: int) -> list[tuple[int, str, str, str]]:
        members = sorted((object_id for object_id, code in rows if code == risk_class), key=ticket)[:count]
        return [(place, one, risk_class or "none", ticket(one)) for place, one in enumerate(members, start=1)]

    asked = {"pool": "pool", "seed": "seed", "stratified": True, "deviations": 8.0}
    drawn = world.ask("draw_tickets", **asked, quotas=["1 none", "5 D", "2 A"])
    assert drawn == [*first("A", 2), *first("D", 5), *first("", 1)]  # a quota above its class takes the whole class
    everyone = sorted((object_id for object_id, _ in rows), key=ticket)
    plain_draw = world.ask("draw_tickets", "object_id", **asked | {"stratified": False}, quotas=["4 "])
    assert plain_draw == everyone[:4]


def test_plain_shows_missing_values_as_none() -> None:
    frame = pd.DataFrame({"a": [1.0, None], "b": pd.to_datetime(["2024-03-05", None])})
    assert plain(frame) == [(1, "03-05"), (None, None)]


def test_unit_tasks_are_those_it_leads_launches_joins_or_checks(world: World, bureau: int) -> None:
    me, other = world.unit("一股", bureau=bureau), world.unit("二股", bureau=bureau)
    plan, item = world.plan(bureau), world.item(bureau, "事项")
    mine = [
        world.task(plan, "牵头", lead=me),
        world.task(plan, "发起", lead=other, initiating_unit_id=me),
        world.task(plan, "配合", lead=other, partners=[me]),
        world.task(plan, "检查", lead=other, checks=[(item, me)]),
        world.task(plan, "样样都有", lead=me, partners=[me, other], checks=[(item, me), (item, other)]),
    ]
    world.task(plan, "别人的", lead=other, partners=[other])
    world.task(world.plan(bureau, year=2023), "上年", lead=me)
    assert world.ask("unit_tasks", **HERE, as_of=END, unit_id=me) == [(task,) for task in mine]
