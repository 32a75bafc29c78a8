"""A revised plan in the database: the newest values in its tasks, the old ones beside them; an undo takes all back."""

from __future__ import annotations

import dataclasses
import datetime
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from inspections.files.opening import read_document
from inspections.intake.undo import undo
from inspections.notice.numbers import Numbers
from inspections.notice.plan import Item, Notice, Task
from inspections.notice.proportions import ClassRate
from inspections.notice.reading import read_notice
from inspections.notice.revisions import WRITTEN, RevisionHead, TaskChange, revise_plan
from inspections.notice.storing import import_notice
from inspections.notice.units import Unit
from inspections.store.database import ask, log_change, open_database, transaction
from inspections.store.examination import examination
from inspections.store.rows import Writing, shapes, table_order
from inspections.words.errors import InspectionsError, Term
from tests.filled import empty
from tests.notice.formats import NOTICES

YANGCHENG = NOTICES / "yangcheng-2023.txt"
PLAN_TABLES = ("unit", "unit_alias", "membership", "scope", "plan", "task", "task_partner", "item", "task_item",
               "task_class_rate")  # fmt: skip


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"2023-{text}")


@pytest.fixture(scope="module")
def notice() -> Notice:
    """The plans of a bureau."""
    return read_notice(read_document(YANGCHENG))


@pytest.fixture(scope="module")
def planned_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """They are stored, the internal one is plan 1; closed, made once."""
    path = empty(tmp_path_factory.mktemp("planned") / "planned.duckdb")
    with open_database(path) as made:
        import_notice(made, YANGCHENG, actor="test")
        made.execute("update task set draw_scope_id = scope_id where task_id = 2")
    return path


@pytest.fixture
def connection(planned_file: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it for one test."""
    with open_database(shutil.copyfile(planned_file, tmp_path / "planned.duckdb")) as opened:
        yield opened


def revise(
    connection: duckdb.DuckDBPyConnection, notice: Notice, in_force: str, *changes: TaskChange, file: str = "r1"
) -> int:
    """A revision of plan 1 as an import of its own; the number of the import."""
    sha = (file * 64)[:64]
    with transaction(connection):
        (import_id,) = connection.execute("select nextval('import_seq')").fetchone() or (0,)
        now = "2023-06-01 08:00:00"
        connection.execute(
            "insert into import_file values (?, ?, 'notice', 'complete', 1, 1, ?) on conflict do nothing",
            [sha, file, now],
        )
        with Writing(connection, import_id).watching((*PLAN_TABLES, *WRITTEN)):
            head = RevisionHead("调整", f"{file}号", None, day(in_force), file, sha)
            revise_plan(connection, 1, head, changes, Numbers(connection, 1, notice))
        connection.execute(
            "insert into import (import_id, file_sha256, kind, bureau_id, actor, imported_at, rows_new, rows_changed,"
            " rows_unchanged, rows_rejected) values (?, ?, 'notice', 1, 'test', ?, 0, 1, 0, 0)",
            [import_id, sha, now],
        )
        log_change(connection, actor="test", action="import", subject="notice", source_file=file)
    return int(import_id)


def content(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """The rows of all tables but those that say what was imported and done."""
    kept = set(table_order()) - {"import", "import_file", "import_change", "change_log"}
    return {table: connection.execute(f'from "{table}" order by all').fetchall() for table in sorted(kept)}


def everything_changed(notice: Notice) -> list[TaskChange]:
    """Task 1 with another pool, unit, window, rate, items, partners and rates; task 2 withdrawn; one added."""
    tasks = notice.plans[0].tasks
    other = Unit("执法大队", "section", own=True)
    changed = dataclasses.replace(
        tasks[0],
        name="改了名",
        scope="另一批企业",
        lead_unit=other,
        starts_on=day("06-01"),
        ends_on=day("09-30"),
        rate=Decimal("0.500000"),
        rate_op=">=",
        partners=(other,),
        items=(Item("新事项", other),),
        class_rates={"D": ClassRate(rate=Decimal("0.5"), rate_op="=")},
    )
    stated = {"name", "scope", "lead_unit", "starts_on", "ends_on", "rate", "partners", "items", "class_rates"}
    added = dataclasses.replace(tasks[2], name="新增任务", seq=1)
    return [
        TaskChange("changed", 1, changed, frozenset(stated)),
        TaskChange("withdrawn", 2, None),
        TaskChange("added", None, added),
    ]


def test_a_revision_keeps_what_the_tasks_said_and_an_undo_brings_it_back(
    connection: duckdb.DuckDBPyConnection, notice: Notice
) -> None:
    draw(connection, 1)
    before = content(connection)
    task = dict(zip(shapes()["task"].columns, before["task"][0], strict=True))
    import_id = revise(connection, notice, "05-01", *everything_changed(notice))
    newest = connection.execute("select * from task where task_id = 1").fetchdf().iloc[0]
    assert (newest["name"], newest["seq"], str(newest["starts_on"])[:10]) == ("改了名", task["seq"], "2023-06-01")
    past = connection.execute("select name, scope_id, lead_unit_id, starts_on, rate from past_task where task_id = 1")
    assert past.fetchall() == [tuple(task[c] for c in ("name", "scope_id", "lead_unit_id", "starts_on", "rate"))]
    for table in ("task_item", "task_partner", "task_class_rate"):
        columns = ", ".join(f'"{column}"' for column in shapes()[table].columns)
        kept = connection.execute(f"select {columns} from past_{table} where task_id = 1 order by all").fetchall()
        assert kept == [row for row in before[table] if row[0] == 1]
    assert connection.execute(
        "select task_id, seq, added_revision_id, changed_revision_id, withdrawn_revision_id from task"
        " where changed_revision_id is not null or added_revision_id is not null order by 1"
    ).fetchall() == [(1, 1, None, 1, None), (2, 2, None, 1, 1), (10, 9, 1, None, None)]
    assert not any(examination(connection)["checks"].values())
    undo(connection, import_id, "test")
    assert content(connection) == before
    assert not any(examination(connection)["checks"].values())


def draw(connection: duckdb.DuckDBPyConnection, task_id: int) -> None:
    connection.execute(
        "insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size)"
        " values (?, 1, '2023-04-10', 'random', 'official', 'x', false, false, 0)",
        [task_id],
    )


def window(ends_on: str, notice: Notice, task_id: int = 1) -> TaskChange:
    task = dataclasses.replace(notice.plans[0].tasks[task_id - 1], ends_on=day(ends_on))
    return TaskChange("changed", task_id, task, frozenset({"ends_on"}))


def test_only_what_the_paper_states_changes(connection: duckdb.DuckDBPyConnection, notice: Notice) -> None:
    before = dict(zip(shapes()["task"].columns, content(connection)["task"][0], strict=True))
    empty = dataclasses.replace(notice.plans[0].tasks[0], name="别的", ends_on=day("12-20"), items=(), quota=7)
    revise(connection, notice, "05-01", TaskChange("changed", 1, empty, frozenset({"ends_on"})))
    now = dict(zip(shapes()["task"].columns, content(connection)["task"][0], strict=True))
    assert now == {**before, "ends_on": day("12-20"), "changed_revision_id": 1, "valid_from": day("05-01")}
    assert connection.execute("select count(*) from past_task").fetchall() == [(1,)]


def test_a_pool_that_a_person_chose_outlives_a_revision_but_not_one_of_the_pool(
    connection: duckdb.DuckDBPyConnection, notice: Notice
) -> None:
    revise(connection, notice, "05-01", window("12-20", notice, 2))
    chosen = "select draw_scope_id is not null from task where task_id = 2"
    assert connection.execute(chosen).fetchall() == [(True,)]
    other = dataclasses.replace(notice.plans[0].tasks[1], scope="另一批企业")
    revise(connection, notice, "06-01", TaskChange("changed", 2, other, frozenset({"scope"})), file="r2")
    assert connection.execute(chosen).fetchall() == [(False,)]


def test_a_withdrawn_task_that_is_stated_again_stands_again(
    connection: duckdb.DuckDBPyConnection, notice: Notice
) -> None:
    revise(connection, notice, "05-01", TaskChange("withdrawn", 1, None))
    revise(connection, notice, "06-01", window("12-20", notice), file="r2")
    assert connection.execute(
        "select withdrawn_revision_id from task where task_id = 1 union all"
        " select withdrawn_revision_id from past_task where task_id = 1 order by 1 nulls first"
    ).fetchall() == [(None,), (None,), (1,)]


def test_an_earlier_revision_is_not_undone_under_a_later_one(
    connection: duckdb.DuckDBPyConnection, notice: Notice
) -> None:
    first = revise(connection, notice, "05-01", window("12-20", notice))
    other = dataclasses.replace(notice.plans[0].tasks[0], items=())
    second = revise(connection, notice, "06-01", TaskChange("changed", 1, other, frozenset({"items"})), file="r2")
    with pytest.raises(InspectionsError) as raised:
        undo(connection, first, "test")
    assert (raised.value.code, raised.value.parameters["later"]) == ("undo_later_import", "r2")
    undo(connection, second, "test")
    undo(connection, first, "test")
    assert content(connection)["past_task"] == []


@pytest.mark.parametrize(
    ("in_force", "code"),
    [("01-01", "revision_before_plan"), ("04-30", "revision_not_last")],
)
def test_a_day_that_cannot_be_is_refused_and_nothing_changes(
    connection: duckdb.DuckDBPyConnection, notice: Notice, in_force: str, code: str
) -> None:
    revise(connection, notice, "05-01", window("12-20", notice))
    before = content(connection)
    with pytest.raises(InspectionsError) as raised:
        revise(connection, notice, in_force, window("12-21", notice), file="r2")
    assert raised.value.code == code
    assert content(connection) == before


def test_two_revisions_of_one_day_go_in_as_they_come_and_out_each_by_itself(
    connection: duckdb.DuckDBPyConnection, notice: Notice
) -> None:
    before = content(connection)
    both = revise(connection, notice, "05-01", window("12-20", notice), window("12-19", notice, 2))
    alone = revise(connection, notice, "05-01", window("11-30", notice, 3), file="r2")
    again = revise(connection, notice, "05-01", window("12-21", notice), file="r3")
    for then, ends in (("04-30", None), ("05-01", "2023-12-21")):
        connection.execute("set variable as_of = ?", [f"2023-{then}"])
        said = connection.execute("select ends_on::varchar, edition from task_in_force where task_id = 1").fetchall()
        assert (len(said), said[0][0] == (ends or said[0][0]), said[0][1] == 0) == (1, True, ends is not None)
    told = ask(connection, "plan_revisions", bureau_id=1, year=2023)
    assert [(int(row.seq), row.said_after[-5:]) for row in told.itertuples()] == [
        (1, "12-20"), (2, "12-19"), (3, "11-30"), (1, "12-21")
    ]  # fmt: skip
    with pytest.raises(InspectionsError) as raised:
        undo(connection, both, "test")
    assert (raised.value.code, raised.value.parameters["later"]) == ("undo_later_import", "r3")
    for one in (alone, again, both):
        undo(connection, one, "test")
    assert content(connection) == before
    assert not any(examination(connection)["checks"].values())


def test_what_is_stored_already_is_no_revision(connection: duckdb.DuckDBPyConnection, notice: Notice) -> None:
    before = content(connection)
    tasks: tuple[Task, ...] = notice.plans[0].tasks
    names = frozenset(field.name for field in dataclasses.fields(Task))
    same = [TaskChange("changed", number, task, names) for number, task in enumerate(tasks, start=1)]
    with pytest.raises(InspectionsError) as raised:
        revise(connection, notice, "05-01", *same)
    assert raised.value.code == "revision_changes_nothing"
    assert content(connection) == before


def test_a_window_turned_round_and_a_task_of_another_plan_are_refused(
    connection: duckdb.DuckDBPyConnection, notice: Notice
) -> None:
    for change, code in (
        (window("01-02", notice), "revision_window"),
        (dataclasses.replace(window("12-20", notice), task_id=9), "revision_task_unknown"),
    ):
        with pytest.raises(InspectionsError) as raised:
            revise(connection, notice, "05-01", change)
        assert raised.value.code == code


def test_a_revised_plan_is_not_replaced(connection: duckdb.DuckDBPyConnection, notice: Notice, tmp_path: Path) -> None:
    revise(connection, notice, "05-01", window("12-20", notice))
    changed = tmp_path / "yangcheng-2023.txt"
    changed.write_text(YANGCHENG.read_text("utf-8").replace("25%", "26%"), "utf-8")
    with pytest.raises(InspectionsError) as raised:
        import_notice(connection, changed, actor="test")
    assert raised.value.code == "plan_revised"


@pytest.mark.usefixtures("notice")
def test_an_import_is_not_undone_under_a_plan_that_names_its_units(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("insert into plan (bureau_id, year, kind, title) values (1, 2030, 'internal', '别的计划')")
    connection.execute(
        "insert into task (plan_id, seq, name, lead_unit_id)"
        " select max(plan.plan_id), 1, '别的任务', min(unit.unit_id) from plan, unit"
    )
    connection.execute("update task set draw_scope_id = null")
    with pytest.raises(InspectionsError) as raised:
        undo(connection, 1, "test")
    assert (raised.value.code, str(raised.value.parameters["by"])) == ("undo_referenced", str(Term("codes.table.task")))
