"""Questions about imports: what came in, what was off with it, what there is of each kind."""

from __future__ import annotations

import datetime
import json

import pytest

from tests.queries.world import World

FIRST, SECOND, THIRD = ("1" * 64, "2" * 64, "3" * 64)


def at(hour: int) -> datetime.datetime:
    return datetime.datetime(2024, 5, 6) + datetime.timedelta(hours=hour)  # noqa: DTZ001


def brought(world: World, sha256: str, status: str = "complete", kind: str = "object_directory", hour: int = 8) -> None:
    """A file in the record of files: 5 rows, of which 4 were kept unless it was rejected."""
    world.insert(
        "import_file", file_sha256=sha256, name=f"{sha256[0]}.xlsx", kind=kind, status=status, rows_read=5,
        rows_kept=0 if status == "rejected" else 4, imported_at=at(hour),
    )  # fmt: skip


def imported(world: World, import_id: int, sha256: str, bureau: int, hour: int, **more: object) -> None:
    """An import of a file: 2 rows new, 1 changed, 1 unchanged, 1 rejected."""
    world.insert(
        "import", import_id=import_id, file_sha256=sha256, kind="object_directory", bureau_id=bureau, actor="甲",
        imported_at=at(hour), rows_new=2, rows_changed=1, rows_unchanged=1, rows_rejected=1, **more,
    )  # fmt: skip


def test_imports_each_undone_again_and_rejected_the_newest_first(world: World) -> None:
    own, other = world.bureau("甲局"), world.bureau("乙局")
    brought(world, FIRST)
    imported(world, 1, FIRST, own, 8, undone_at=at(9), undone_by="乙")
    imported(world, 2, FIRST, own, 10)
    world.insert("import_change", import_id=2, table_name="object", row_key='["X"]', after="{}")
    brought(world, SECOND, "rejected", hour=11)
    for row, severity in ((3, "error"), (3, "error"), (4, "error"), (5, "warning")):
        world.insert("import_issue", file_sha256=SECOND, row=row, code="x", severity=severity, message="x")
    world.insert(
        "change_log", seq=1, logged_at=at(11), actor="丙", action="import", subject="x",
        after=json.dumps({"status": "rejected", "file_sha256": SECOND}), previous_hash="0" * 64, hash="1" * 64,
    )  # fmt: skip
    brought(world, THIRD, "partial", kind="notice", hour=7)  # before imports were kept
    columns = (
        "import_id", "source_file", "actor", "rows_new", "rows_rejected", "import_state", "undone_by", "undoable",
        "issues",
    )  # fmt: skip
    assert world.ask("imports", *columns, bureau_id=own) == [
        (None, "2.xlsx", "丙", 0, 2, "rejected", None, False, 4),
        (2, "1.xlsx", "甲", 2, 1, "partial", None, True, 0),
        (1, "1.xlsx", "甲", 2, 1, "undone", "乙", False, 0),
        (None, "3.xlsx", None, None, 1, "partial", None, False, 0),
    ]
    # Another bureau's imports are not this one's; whose a rejected file was is not kept.
    assert world.ask("imports", "source_file", bureau_id=other) == ["2.xlsx", "3.xlsx"]
    assert len(world.ask("imports", "source_file", bureau_id=None)) == 4


@pytest.mark.parametrize("last", ["taken", "rejected"])
def test_of_two_files_of_one_second_the_one_logged_later_is_the_newest(world: World, last: str) -> None:
    own = world.bureau("甲局")
    brought(world, FIRST)
    imported(world, 1, FIRST, own, 8)
    brought(world, SECOND, "rejected")
    entries = {"taken": {"import_id": 1}, "rejected": {"status": "rejected", "file_sha256": SECOND}}
    for seq, what in enumerate(sorted(entries, key=lambda what: what == last), start=1):
        world.insert(
            "change_log", seq=seq, logged_at=at(8), actor="甲", action="import", subject="x",
            after=json.dumps(entries[what]), previous_hash=str(seq - 1) * 64, hash=str(seq) * 64,
        )  # fmt: skip
    order = ["1.xlsx", "2.xlsx"] if last == "taken" else ["2.xlsx", "1.xlsx"]
    assert world.ask("imports", "source_file", bureau_id=own) == order


def test_import_issues_of_one_file_errors_first(world: World) -> None:
    brought(world, FIRST)
    brought(world, SECOND)
    for sha256, row, severity in (
        (FIRST, 2, "warning"), (FIRST, 9, "error"), (FIRST, 3, "error"), (FIRST, None, "error"), (SECOND, 1, "error")
    ):  # fmt: skip
        world.insert(
            "import_issue", file_sha256=sha256, row=row, field="name", code="required_missing", severity=severity,
            message="x",
        )  # fmt: skip
    assert world.ask("import_issues", "row", "severity", "import_kind", file_sha256=FIRST) == [
        (None, "error", "object_directory"),
        (3, "error", "object_directory"),
        (9, "error", "object_directory"),
        (2, "warning", "object_directory"),
    ]


def test_import_steps_count_what_a_bureau_has_of_each_kind(world: World) -> None:
    own, other = world.bureau("甲局"), world.bureau("乙局")
    section = world.unit("一股", bureau=own)
    pool, foreign = world.scope(own, "本局对象", "A1", "A2"), world.scope(other, "别局对象", "X1", "A2")
    world.item(own, "事项")
    task = world.task(world.plan(own), "任务", lead=section, scope_id=pool)
    world.draw(task, "03-05", {"A1": "A", "A2": "B"}, ["A1"])
    world.task(world.plan(other), "别局任务", lead=world.unit("别股", bureau=other), scope_id=foreign)
    brought(world, FIRST)
    imported(world, 1, FIRST, own, 8)
    imported(world, 2, FIRST, own, 24 + 9, undone_at=at(24 + 10), undone_by="乙")
    found = {kind: (members, received) for kind, members, received in
             world.ask("import_steps", "import_kind", "members", "received_at", bureau_id=own)}  # fmt: skip
    assert list(found) == ["notice", "item_list", "object_directory", "draws"]
    assert found["notice"] == (1, None)
    assert found["object_directory"][0] == 2
    assert found["object_directory"][1] == "05-06"  # the undone one does not count
    assert [kind for kind, _ in world.ask("import_steps", "import_kind", "members", bureau_id=other)] == [
        "notice", "object_directory"
    ]  # fmt: skip


def test_import_decisions_name_the_import_that_brought_each_and_those_that_nothing_is_known_of(world: World) -> None:
    own, other = world.bureau("甲局"), world.bureau("乙局")
    brought(world, FIRST)
    brought(world, SECOND)
    imported(world, 1, FIRST, own, 8)
    imported(world, 2, SECOND, own, 9)
    imported(world, 3, SECOND, own, 10, undone_at=at(11), undone_by="乙")
    for bureau, subject, imports in ((own, "甲任务", (1, 2, 3)), (own, "乙任务", ()), (other, "甲任务", ())):
        key = {"bureau_id": bureau, "layout": "results:1", "code": "task", "subject": subject}
        world.insert("import_decision", **key, value="任务")
        for import_id in imports:
            world.insert(
                "import_change", import_id=import_id, table_name="import_decision", row_key=json.dumps(key), after="{}"
            )
    columns = ("bureau", "decision_subject", "import_kind", "import_id", "source_file")
    assert world.ask("import_decisions", *columns, bureau_id=own) == [
        ("甲局", "甲任务", "results", 2, "2.xlsx"),
        ("甲局", "乙任务", "results", None, None),
    ]
    assert [row[0] for row in world.ask("import_decisions", *columns, bureau_id=None)] == ["甲局", "乙局", "甲局"]


def test_import_ledger_is_that_of_one_import(world: World) -> None:
    own = world.bureau("甲局")
    brought(world, FIRST)
    imported(world, 1, FIRST, own, 8, ledger='{"read": 1}')
    imported(world, 2, FIRST, own, 9)
    assert world.ask("import_ledger", import_id=1) == [('{"read": 1}',)]
    assert world.ask("import_ledger", import_id=2) == [(None,)]
    assert world.ask("import_ledger", import_id=3) == []
