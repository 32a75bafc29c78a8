"""Directories, settings and the change log: rows whose answer is written by hand, freshness counted a second time."""

from __future__ import annotations

import datetime
import json
import random
from typing import Any

import pytest

from tests.queries.world import END, World, day

OBJECTS: dict[str, Any] = {
    "bureau_id": 1, "as_of": END, "most": 100, "text": None, "object_kind": None,
    "object_status": None, "region": None, "industry": None, "class_code": None, "scope_id": None,
    "without_pool": False,
    "homeless": True,
}  # fmt: skip


def log(
    world: World, action: str, subject: str, on: str = "03-05", actor: str = "甲", before: Any = None, after: Any = None
) -> int:
    """One entry; its hashes are not what these questions are about."""
    seq = world._next("seq")
    world.insert(
        "change_log", seq=seq, logged_at=day(on), actor=actor, action=action, subject=subject,
        before=None if before is None else json.dumps(before), after=None if after is None else json.dumps(after),
        source_file=None, previous_hash="0" * 64, hash=f"{seq:064d}",
    )  # fmt: skip
    return seq


def imported(
    world: World, kind: str, on: str, *rows: tuple[str, list[Any]], undone: bool = False, bureau: int = 1
) -> int:
    """An import of one file that changed these rows (table, key)."""
    import_id = world._next("import")
    at = datetime.datetime.combine(day(on) or END, datetime.time(9))
    file = f"{import_id:064d}"
    world.insert(
        "import_file", file_sha256=file, name=f"{kind}.xlsx", kind=kind, status="complete", rows_read=9, rows_kept=9,
        imported_at=at,
    )  # fmt: skip
    world.insert(
        "import", import_id=import_id, file_sha256=file, kind=kind, bureau_id=bureau, actor="甲", imported_at=at,
        rows_new=1, rows_changed=0, rows_unchanged=0, rows_rejected=0, undone_at=at if undone else None,
    )  # fmt: skip
    for table, key in rows:
        world.insert("import_change", import_id=import_id, table_name=table, row_key=json.dumps(key), after="{}")
    return import_id


def inspector(world: World, name: str, unit: int, certificate: str, **more: object) -> int:
    inspector_id = world._next("inspector")
    row = {"is_civil_servant": True, "active": True} | more
    world.insert("inspector", inspector_id=inspector_id, name=name, unit_id=unit, certificate_no=certificate, **row)
    return inspector_id


@pytest.fixture
def two(world: World) -> World:
    """Two bureaus with a pool each; X1 in the first, X2 in the second, X3 in both, X4 in none."""
    world.bureau("甲局")
    world.bureau("乙局")
    world.object("X1", initials="qlmy", region="西镇")
    world.connection.execute("update object set name = '青岭煤业' where object_id = 'X1'")
    world.object("X2", kind="project")
    world.object("X3", status="closed", industry=None)
    world.object("X4", initials="qyx4")
    world.scope(1, "甲库", "X1", "X3")
    world.scope(2, "乙库", "X2", "X3")
    world.scope(1, "空库")
    world.risk("X1", "B", "2023-01-01", "03-01")
    world.risk("X1", "C", "03-01")
    world.risk("X3", "A", "2025-01-01")
    return world


def test_bureaus_come_with_and_without_a_plan(two: World) -> None:
    two.plan(1)
    assert two.ask("bureaus") == [(1, "甲局"), (2, "乙局")]


def test_bureau_units_are_its_own_and_those_ever_in_scope(two: World) -> None:
    two.unit("一股", bureau=1)
    two.unit("县应急局", scope_of=1, year=2019)
    two.unit("二股", bureau=2)
    assert two.ask("bureau_units", "inspector_unit", bureau_id=1) == ["一股", "县应急局"]
    assert len(two.ask("bureau_units", bureau_id=None)) == 3


def found(world: World, **asked: object) -> list[str]:
    return sorted(world.ask("register_objects", "object_id", **OBJECTS | asked))


def test_register_objects_of_a_bureau_are_in_its_pools_or_in_none(two: World) -> None:
    columns = ("object_id", "object", "class", "pools", "matching")
    assert sorted(two.ask("register_objects", *columns, **OBJECTS)) == [
        ("X1", "青岭煤业", "C", "甲库", 3),
        ("X3", "企业X3", "none", "甲库", 3),
        ("X4", "企业X4", "none", None, 3),
    ]
    assert found(two, bureau_id=None) == ["X1", "X2", "X3", "X4"]
    assert found(two, bureau_id=2) == ["X2", "X3", "X4"]


def test_register_objects_are_found_by_name_number_and_initials_in_any_case(two: World) -> None:
    assert (
        found(two, text="岭煤") == found(two, text="QLmy") == found(two, text="lm") == found(two, text="x1") == ["X1"]
    )
    assert found(two, text="x") == ["X1", "X3", "X4"]
    assert found(two, text="%") == found(two, text="x_") == []


@pytest.mark.parametrize(
    ("asked", "objects"),
    [
        ({"object_kind": "enterprise"}, ["X1", "X3", "X4"]),
        ({"object_kind": "project", "bureau_id": None}, ["X2"]),
        ({"object_status": "closed"}, ["X3"]),
        ({"region": "西镇"}, ["X1"]),
        ({"industry": "采矿"}, ["X1", "X4"]),
        ({"scope_id": 1}, ["X1", "X3"]),
        ({"scope_id": 3}, []),
        ({"without_pool": True}, ["X4"]),
        ({"homeless": False}, ["X1", "X3"]),
        ({"class_code": "C"}, ["X1"]),
        ({"class_code": "B"}, []),
        ({"class_code": "B", "as_of": day("02-29")}, ["X1"]),
        ({"class_code": "none"}, ["X3", "X4"]),
    ],
)
def test_register_objects_are_filtered(two: World, asked: dict[str, Any], objects: list[str]) -> None:
    assert found(two, **asked) == objects


def test_an_object_in_no_pool_belongs_to_the_bureaus_of_its_township(two: World) -> None:
    two.object("Y1", region="南镇")
    two.insert("object_scope", object_id="Y1", scope_id=2)
    two.object("Y2", region="南镇")
    two.object("Y3", region="北镇")

    def loose(bureau_id: int | None) -> set[str]:
        asked = OBJECTS | {"bureau_id": bureau_id, "without_pool": True}
        return set(two.ask("register_objects", "object_id", **asked))

    # In a township where only the other bureau has objects: the other's; where nobody has: everybody's.
    assert loose(1) == {"X4", "Y3"}
    assert {"Y2", "Y3"} <= loose(2)
    assert loose(None) == {"X4", "Y2", "Y3"}
    members = {bureau_id: two.ask("directory_freshness", "directory", "members", **FRESH | {"bureau_id": bureau_id})
               for bureau_id in (1, 2)}  # fmt: skip
    assert dict(members[1])["object_directory"] == len(found(two, homeless=True))
    assert dict(members[2])["object_directory"] == len(found(two, bureau_id=2))
    for bureau_id in (1, 2):  # the imports page speaks of the same directory
        steps = two.ask("import_steps", "import_kind", "members", bureau_id=bureau_id)
        assert dict(steps)["object_directory"] == dict(members[bureau_id])["object_directory"]


def test_register_objects_are_cut_and_counted_whole(two: World) -> None:
    rows = two.ask("register_objects", "matching", **OBJECTS | {"most": 2})
    assert rows == [3, 3]


def test_object_choices_are_the_regions_and_industries_there_are(two: World) -> None:
    assert two.ask("object_choices") == [
        ("industry", "采矿", 3), ("region", "东镇", 3), ("region", "西镇", 1),
    ]  # fmt: skip


def test_object_card_is_one_object(two: World) -> None:
    assert two.ask("object_card", "object", "region", "initials", object_id="X1") == [("青岭煤业", "西镇", "qlmy")]
    assert two.ask("object_card", object_id="X9") == []


def test_object_pools_are_of_every_bureau(two: World) -> None:
    assert two.ask("object_pools", "scope", "bureau", object_id="X3") == [("甲库", "甲局"), ("乙库", "乙局")]


def test_pool_members_count_the_active_apart(two: World) -> None:
    columns = ("scope", "members", "active")
    assert two.ask("pool_members", *columns, bureau_id=1) == [("甲库", 2, 1), ("空库", 0, 0)]
    assert len(two.ask("pool_members", bureau_id=None)) == 3


def test_object_classes_are_the_whole_history(two: World) -> None:
    columns = ("class", "valid_from_on", "valid_until_on")
    assert two.ask("object_classes", *columns, object_id="X1") == [("B", "2023-01-01", "03-01"), ("C", "03-01", None)]


def test_object_draws_say_what_became_of_the_object_in_each(two: World) -> None:
    unit = two.unit("一股", bureau=1)
    task = two.task(two.plan(1), "任务", scope_id=1)
    frame = {"X1": "B", "X3": "none"}
    first = two.draw(task, "03-01", frame, ["X3"])
    two.draw(task, "04-01", frame, ["X1"], replaces=first)
    two.draw(task, "05-01", frame, ["X3"], stands_in={"X1": "X3"}, kind="trial")
    two.draw(task, "06-01", frame, ["X1"], stands_in={"X3": "X1"}, kind="trial")
    two.draw(task, "07-01", frame, [], kind="trial")  # frozen, never drawn
    two.draw(task, "08-01", {"X3": "none"}, ["X3"])  # another pool
    one, other = inspector(two, "乙", unit, "1"), inspector(two, "甲", unit, "2")
    for person in (one, other):
        two.insert("draw_inspector", draw_id=2, object_id="X1", inspector_id=person)
    columns = ("drawn_on", "class_at_draw", "fate", "inspectors")
    assert two.ask("object_draws", *columns, object_id="X1") == [
        ("06-01", "B", "replaced", None),
        ("05-01", "B", "substitute", None),
        ("04-01", "B", "drawn", "乙、甲"),
        ("03-01", "B", "passed", None),
    ]


def test_object_visits_count_items_with_a_problem(two: World) -> None:
    unit, other = two.unit("一股", bureau=1), two.unit("二股", bureau=1)
    items = [two.item(1, "一"), two.item(1, "二")]
    draw = two.draw(two.task(two.plan(1), "任务"), "03-01", {"X1": "B"}, ["X1"])
    found = {items[0]: ["not_disclosed", "unreachable"], items[1]: ["no_problem"]}
    two.result(draw, "X1", unit, "03-05", "03-06", "03-07", found=found)
    two.result(draw, "X1", other)
    columns = ("unit", "inspected_on", "made_public_on", "problems")
    assert two.ask("object_visits", *columns, object_id="X1") == [
        ("一股", "03-05", "03-07", 1), ("二股", None, None, 0),
    ]  # fmt: skip
    assert two.ask("object_visits", object_id="X3") == []


def test_register_inspectors_count_visits_of_the_year_and_recusals(two: World) -> None:
    unit, outside, foreign = two.unit("一股", bureau=1), two.unit("部门", scope_of=1), two.unit("二股", bureau=2)
    one = inspector(two, "张", unit, "ZF-01")
    inspector(two, "李", outside, "ZF-02", active=False)
    inspector(two, "外", foreign, "ZF-03")
    two.insert("recusal", inspector_id=one, object_id="X3", reason="亲属")
    frame = {"X1": "B", "X3": "none"}
    for year, kind in ((2024, "official"), (2024, "trial"), (2023, "official")):
        task = two.task(two.plan(1, year=year, doc_no=f"{year}{kind}"), window=(None, None))
        draw = two.draw(task, f"{year}-03-01", frame, ["X1", "X3"], kind=kind)
        two.insert("draw_inspector", draw_id=draw, object_id="X1", inspector_id=one)
    columns = ("inspector", "inspector_unit", "is_active", "matched_visits", "recusals", "reads_like")
    assert two.ask("register_inspectors", *columns, bureau_id=1, year=2024) == [
        ("张", "一股", True, 1, 1, None),
        ("李", "部门", False, 0, 0, None),
    ]
    assert len(two.ask("register_inspectors", bureau_id=None, year=2024)) == 3


def test_register_inspectors_tell_numbers_that_read_alike(two: World) -> None:
    unit = two.unit("一股", bureau=1)
    for name, number in (
        ("甲", "ZF-O1"), ("乙", "zf 01"), ("丙", "\uff3a\uff26—０l"), ("丁", "ZF-02"), ("戊", "ZF-001"),
        ("己", "ZF-011"),
    ):  # fmt: skip
        inspector(two, name, unit, number)
    rows = dict(two.ask("register_inspectors", "inspector", "reads_like", bureau_id=1, year=2024))
    assert rows["丁"] is None
    assert rows["戊"] is None
    assert rows["己"] is None
    assert set(rows["甲"].split("、")) == {"乙 zf 01", "丙 \uff3a\uff26—０l"}
    assert set(rows["丙"].split("、")) == {"乙 zf 01", "甲 ZF-O1"}


def test_inspector_recusals_name_the_objects(two: World) -> None:
    one = inspector(two, "张", two.unit("一股", bureau=1), "ZF-01")
    two.insert("recusal", inspector_id=one, object_id="X3", reason="亲属")
    assert two.ask("inspector_recusals", inspector_id=one) == [("X3", "企业X3", "亲属")]


def test_register_items_tell_what_uses_them_and_what_never_did(two: World) -> None:
    unit, other = two.unit("一股", bureau=1), two.unit("部门", scope_of=1)
    used, old, never = (two.item(1, name) for name in ("一用", "二旧", "三无"))
    two.item(2, "别局")
    now, before = two.plan(1), two.plan(1, year=2022)
    # Two departments that check one item are one task.
    two.task(now, "乙任务", checks=[(used, unit), (used, other)])
    two.task(now, "甲任务", checks=[(used, unit)])
    two.task(before, "旧任务", checks=[(old, unit), (used, unit)], window=(None, None))
    columns = ("item_id", "tasks", "tasks_ever", "last_planned_year", "used_by")
    assert sorted(two.ask("register_items", *columns, bureau_id=1, year=2024, as_of=END)) == [
        (used, 2, 3, 2024, "乙任务、甲任务"),
        (old, 0, 1, 2022, None),
        (never, 0, 0, None, None),
    ]


def test_saved_settings_are_everybodys_and_newest_first(two: World) -> None:
    two.connection.execute("delete from setting where key <> 'schema'")
    for key, value, bureau, since in (
        ("cap", "1", None, "2023-01-01"), ("cap", "2", 1, "2024-01-01"), ("cap", "3", None, "2024-01-01")
    ):  # fmt: skip
        two.insert("setting", key=key, value=value, bureau_id=bureau, valid_from=day(since))
    assert two.ask("saved_settings", "key", "value", "bureau") == [
        ("cap", "3", None),
        ("cap", "2", "甲局"),
        ("cap", "1", None),
    ]


def test_log_choices_are_the_people_and_actions_there_are(two: World) -> None:
    log(two, "edit", "plan 1 published_on")
    log(two, "edit", "plan 1 published_on", actor="乙")
    assert two.ask("log_choices") == [("action", "edit", 2), ("actor", "乙", 1), ("actor", "甲", 1)]


def test_log_figures_are_per_day(two: World) -> None:
    log(two, "edit", "x")
    log(two, "edit", "x", actor="乙")
    log(two, "edit", "x", on="03-06")
    assert two.ask("log_figures") == [("03-05", 2, 2), ("03-06", 1, 1)]


def test_log_head_is_the_newest_entry(two: World) -> None:
    log(two, "edit", "x")
    log(two, "edit", "y", on="03-06")
    hashes = two.connection.execute("select hash from change_log order by seq").fetchall()
    assert two.ask("log_head") == [(2, hashes[1][0][:16].upper(), "03-06")]


def test_log_names_are_of_units_pools_and_tasks(two: World) -> None:
    two.unit("一股", bureau=1)
    two.task(two.plan(1), "任务")
    assert two.ask("log_names") == [
        ("scope", 1, "甲库"), ("scope", 2, "乙库"), ("scope", 3, "空库"), ("task", 1, "任务"), ("unit", 1, "一股"),
    ]  # fmt: skip


NO_FILTER: dict[str, Any] = dict.fromkeys(("actor", "action", "since", "until", "text")) | {"most": 100}


def test_log_entries_name_what_a_subject_is_about(two: World) -> None:
    unit = two.unit("一股", bureau=1)
    task = two.task(two.plan(1), "任务")
    two.draw(task, "03-01", {"X1": "B"}, ["X1"])
    two.item(1, "事项")
    inspector(two, "张", unit, "ZF-01")
    imported(two, "class_list", "03-01")
    subjects = [
        ("plan 1 published_on", "plan", "1 published_on", "计划1"),
        ("task 1 draw_scope_id", "task", "1 draw_scope_id", "任务"),
        ("object X1 pools", "object", "X1 pools", "青岭煤业"), ("inspector 1", "inspector", "1", "张"),
        ("item 1", "item", "1", "事项"), ("draw 1 public package", "draw", "1 public package", "任务"),
        ("bureau 1 unit 2 2024 grade", "bureau", "1 unit 2 2024 grade", "甲局"),
        ("import 1 class_list", "import", "1 class_list", "class_list.xlsx"), ("notice 甲局", "notice", "甲局", None),
        ("plan 99 published_on", "plan", "99 published_on", None), ("plan x", "plan", "x", None),
        ("database", "database", "", None), ("planned task", None, None, None), ("2023年任务", None, None, None),
    ]  # fmt: skip
    for subject, *_ in subjects:
        log(two, "edit", subject)
    rows = two.ask("log_entries", "subject", "kind", "rest", "name", **NO_FILTER)
    assert rows == subjects[::-1]


def test_log_entries_are_filtered_newest_first_cut_and_counted(two: World) -> None:
    log(two, "edit", "甲", on="03-04", after={"reason": "Abc"})
    log(two, "edit", "乙", on="03-05", actor="乙")
    log(two, "export", "丙", on="03-06")

    def seqs(**asked: object) -> list[int]:
        return two.ask("log_entries", "seq", **NO_FILTER | asked)

    assert seqs() == [3, 2, 1]
    assert seqs(actor="乙") == [2]
    assert seqs(action="edit") == [2, 1]
    assert seqs(since=day("03-05"), until=day("03-05")) == [2]
    assert seqs(until=day("03-05")) == [2, 1]
    assert seqs(text="aBC") == [1]
    assert two.ask("log_entries", "seq", "matching", **NO_FILTER | {"most": 1}) == [(3, 3)]


FRESH: dict[str, Any] = {"bureau_id": 1, "as_of": END, "since": day("10-02"), "homeless": True}


def test_directory_freshness_counts_rows_changed_by_hand_or_by_a_standing_import(two: World) -> None:
    unit = two.unit("一股", bureau=1)
    one = inspector(two, "张", unit, "ZF-01")
    inspector(two, "李", unit, "ZF-02")
    item = two.item(1, "事项")
    log(two, "edit", "object X1", on="12-01")
    log(two, "edit", "object X1 class", on="12-02")
    log(two, "edit", "object X9", on="12-30")  # not in this directory
    log(two, "edit", f"inspector {one} recusal", on="10-01")  # too early
    log(two, "export", f"item {item}", on="12-02")  # no edit
    imported(two, "object_directory", "12-03", ("object_scope", ["X4", 1]), ("object", ["X1"]))
    imported(two, "object_directory", "12-09", ("object", ["X3"]), undone=True)
    imported(two, "inspector_directory", "12-10")  # changed nothing
    imported(two, "class_list", "12-11", bureau=2)
    columns = ("directory", "members", "changed", "changed_at", "received_at")
    assert two.ask("directory_freshness", *columns, **FRESH) == [
        ("class_list", 1, 1, "12-02", None),
        ("inspector_directory", 2, 0, "10-01", "12-10"),
        ("item_list", 1, 0, None, None),
        ("object_directory", 3, 2, "12-03", "12-03"),
    ]


def test_directory_freshness_of_classes_goes_by_their_first_day(two: World) -> None:
    two.risk("X4", "D", "11-01")
    rows = two.ask("directory_freshness", "directory", "members", "changed", "changed_at", **FRESH)
    assert rows[0] == ("class_list", 2, 1, "11-01")


def test_that_a_synthetic_database_was_built_is_no_change_of_a_directory(two: World) -> None:
    log(two, "demo", "database", on="12-01")
    rows = two.ask("directory_freshness", "directory", "changed", **FRESH)
    assert rows == [("class_list", 0), ("object_directory", 0)]


@pytest.mark.parametrize("seed", range(6))
def test_directory_freshness_counted_a_second_time(two: World, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    pools = {object_id: {dice.choice([1, 2]) for _ in range(dice.randrange(3))} for object_id in "ABCDEFGH"}
    for object_id, inside in pools.items():
        two.object(object_id)
        for scope_id in inside:
            two.insert("object_scope", object_id=object_id, scope_id=scope_id)
    members = {one for one, inside in pools.items() if 1 in inside or not inside} | {"X1", "X3", "X4"}
    touched: dict[str, list[datetime.date]] = {}
    for _ in range(25):
        object_id, on = dice.choice("ABCDEFGH"), day(f"{dice.randrange(7, 13):02d}-15")
        assert on is not None
        if dice.random() < 0.5:
            what = dice.choice(["", " pools", " class"])
            log(two, dice.choice(["edit", "edit", "export"]), f"object {object_id}{what}", on=f"{on}")
            counts = what != " class" and two.connection.execute(
                "select action from change_log order by seq desc"
            ).fetchone() == ("edit",)
        else:
            undone = dice.random() < 0.3
            imported(
                two,
                "object_directory",
                f"{on}",
                ("object", [object_id]),
                ("risk_class", [object_id, "x"]),
                undone=undone,
            )
            counts = not undone
        if counts:
            touched.setdefault(object_id, []).append(on)
    changed = [one for one in members if any(on >= FRESH["since"] for on in touched.get(one, []))]
    last = max((on for one in members for on in touched.get(one, [])), default=None)
    rows = two.ask("directory_freshness", "directory", "members", "changed", "changed_at", **FRESH)
    expected = None if last is None else last.strftime("%m-%d")
    assert ("object_directory", len(members), len(changed), expected) in rows
