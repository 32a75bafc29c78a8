"""The clerk's year: an empty database, the files as they come, and every figure counted a second time from the files alone.

Whatever row of a file is in no figure is rejected with a reason, set aside, or in a sentence of the ledger of figures.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from inspections.evaluation.facts import find
from inspections.evaluation.indicators import INDICATORS, counts_of
from inspections.evaluation.statements import said
from inspections.intake.decisions import OPEN
from inspections.intake.door import what_is
from inspections.intake.incoming import read_incoming
from inspections.intake.ledger import line
from inspections.intake.revising import bring_notice
from inspections.intake.storing import Report, commit, ledger_of_table, preview
from inspections.intake.uncounted import FIGURES, sentences, uncounted, uncounted_after
from inspections.notice.storing import ledger_of_notice
from inspections.store.database import ask, open_database
from inspections.store.settings import save_setting
from tests.filled import empty
from tests.intake.clerks_count import PUBLIC_WITHIN, Count, unit_of
from tests.intake.clerks_year import BUREAU, DOC_NO, REVISION_NO, WITHDRAWN, YEAR, Brought, files_of_the_year
from tests.intake.files import content
from tests.queries.uncounted_law import balances

Day = datetime.date
END = Day(2024, 12, 31)
# Three days in the year on which somebody asks, with what was brought by then, and again at the end.
ASKED = (Day(2024, 5, 31), Day(2024, 8, 31), Day(2024, 10, 31))
CLERK = "李四"
# Files with a wrong row, brought as a whole before their good rows are taken.
REFUSED = ("抽取0", "结果二")
FLAGS = [
    "ended", "inspected", "entered", "entered_in_time", "may_enter", "published", "published_in_time", "may_publish",
    "problem", "handled", "closed",
]  # fmt: skip


@dataclass
class Year:
    """The year in the database, and as the files tell it."""

    path: Path
    count: Count = field(default_factory=Count)
    # Day -> (the database's figures, the files') as they stood when it was asked.
    then: dict[Day, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    # File -> what the import said of its rows, and what the second reading says.
    accounts: dict[str, tuple[tuple[int, int, int], tuple[int, int, int]]] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    last_words: list[str] = field(default_factory=list)


def bring(connection: duckdb.DuckDBPyConnection, year: Year, brought: Brought) -> None:
    """As the command does it: one door for every file, good rows in, decisions given."""
    told = year.count.read(brought)
    sheet = what_is(connection, brought.path)
    if sheet is None:
        taken = bring_notice(connection, brought.path, actor=CLERK)
        assert (taken.report.status, taken.decisions) == ("imported", ())
        ledger = ledger_of_notice(taken.report)
    else:
        if brought.chosen:
            # What has to be decided is asked, once.
            looked = preview(connection, read_incoming(connection, sheet, **brought.how))
            asked = [(one.code, one.subject) for one in looked.decisions if one.by == OPEN]
            assert sorted(asked) == sorted(brought.chosen)
        if brought.path.stem in REFUSED:
            before = content(connection)
            whole = read_incoming(connection, sheet, chosen=brought.chosen, **brought.how)
            assert commit(connection, whole, actor=CLERK).status == "rejected"
            assert content(connection) == before
        incoming = read_incoming(connection, sheet, chosen=brought.chosen, **brought.how)
        assert incoming.kind == brought.kind
        report = commit(connection, incoming, good_rows=True, actor=CLERK)
        assert not [one for one in report.preview.decisions if one.by == OPEN], "nothing else is asked"
        year.reports[brought.path.stem] = report
        ledger = ledger_of_table(report.preview)
        said = uncounted_after(connection, report.import_id, BUREAU)
        assert len(sentences(said)) == len(said)
        year.last_words = sentences(said)
    assert line(ledger)
    found = (ledger.read - ledger.rows["set_aside"], ledger.rows["rejected"], ledger.rows["set_aside"])
    year.accounts[brought.path.stem] = (found, told)


def by_database(connection: duckdb.DuckDBPyConnection, as_of: Day) -> dict[str, Any]:
    """Every figure as the product counts it."""
    asked = {"bureau_id": 1, "year": YEAR, "as_of": as_of}
    counts = ask(connection, "indicator_counts", **asked)
    whole = counts[counts["unit"].isna()].iloc[0]
    names = dict(connection.execute("select unit_id, name from unit").fetchall())
    tasks = dict(connection.execute("select task_id, name from task").fetchall())
    states = ask(connection, "visit_states", **asked)
    found: dict[str, Any] = {
        "counts": {None: whole} | {unit_of(row["unit"]): row for _, row in counts[counts["unit"].notna()].iterrows()},
        "states": Counter(
            {
                (unit_of(names[row["unit_id"]]), tasks[row["task_id"]], *(bool(row[flag]) for flag in FLAGS)): row["visits"]
                for row in states.to_dict("records")
            }
        ),
        "completion": {
            unit_of(row.unit): (
                row.tasks, row.due, row.inspected, row.entered, row.published, row.entered_in_time, row.published_in_time,
                row.overdue,
            )
            for row in ask(connection, "unit_completion", **asked).itertuples()
        },
        "burden": {
            cap: {
                row.object_id: (row.doors, row.planned_doors, bool(row.exceeds_cap), row.tasks, row.checks)
                for row in ask(connection, "heavy_burden", **asked, cap=cap).itertuples()
            }
            for cap in (0, 1)
        },
    }  # fmt: skip
    of_units = asked | {"unit_id": None}
    found["problem rates"] = {
        row["class"]: (row["results"], row["problems"])
        for row in ask(connection, "problem_rates", **of_units).to_dict("records")
    }
    found["outcomes"] = {row.outcome: row.results for row in ask(connection, "outcomes", **of_units).itertuples()}
    found["overdue"] = Counter(
        (unit_of(row.unit), row.task, row.object_id, row.state, row.days_overdue)
        for row in ask(connection, "overdue_visits", **asked).itertuples()
    )
    for only_random in (False, True):
        pools = asked | {"only_random": only_random, "scope_id": None}
        found["coverage", only_random] = {
            row[0]: tuple(row[1:]) for row in ask(connection, "class_coverage", **pools).itertuples(index=False)
        }
        found["never drawn", only_random] = {
            row.object_id: (row[2], row.chances)
            for row in ask(connection, "never_drawn", **pools).itertuples(index=False)
        }
    return found


def by_files(count: Count, as_of: Day) -> dict[str, Any]:
    """The same from the files."""
    found: dict[str, Any] = {
        "counts": {unit: count.counts(as_of, unit) for unit in (None, *count.members)},
        "states": count.states(as_of),
        "completion": count.completion(as_of),
        "burden": {cap: count.burden(as_of, cap) for cap in (0, 1)},
        "problem rates": count.problem_rates(as_of),
        "outcomes": count.outcomes(as_of),
        "overdue": count.overdue(as_of),
    }
    for only_random in (False, True):
        found["coverage", only_random] = count.coverage(as_of, only_random=only_random)
        found["never drawn", only_random] = count.never_drawn(as_of, only_random=only_random)
    return found


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The year brought file by file; figures are asked for on the way."""
    folder = tmp_path_factory.mktemp("clerk")
    year = Year(empty(folder / "year.duckdb"))
    days = list(ASKED)
    with open_database(year.path) as connection:
        for brought in files_of_the_year(folder):
            while days and brought.day > days[0]:
                year.then[days[0]] = (by_database(connection, days[0]), by_files(deepcopy(year.count), days[0]))
                days.pop(0)
            bring(connection, year, brought)
            if brought.kind == "notice" and len(year.accounts) == 1:
                save_setting(connection, "publication_working_days", str(PUBLIC_WITHIN), 1, Day(YEAR, 1, 1), CLERK)
                save_setting(connection, "plan_published_by", "03-15", 1, Day(YEAR, 1, 1), CLERK)
    return year


@pytest.fixture
def connection(year: Year) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(year.path) as opened:
        yield opened


def compare(found: dict[str, Any], told: dict[str, Any]) -> None:
    """Every figure alike, and none only on one side."""
    assert set(found["counts"]) == set(told["counts"])
    for unit, numbers in told["counts"].items():
        row = found["counts"][unit]
        assert {name: int(row[name]) for name in numbers} == numbers, unit
    for figure in told.keys() - {"counts"}:
        assert found[figure] == told[figure], figure


@pytest.mark.parametrize("as_of", ASKED)
def test_in_the_year_the_figures_are_those_of_the_files_brought_by_then(year: Year, as_of: Day) -> None:
    compare(*year.then[as_of])


@pytest.mark.parametrize("as_of", [*ASKED, END])
def test_after_the_year_the_figures_of_every_day_are_those_of_the_files(
    year: Year, connection: duckdb.DuckDBPyConnection, as_of: Day
) -> None:
    told = by_files(year.count, as_of)
    compare(by_database(connection, as_of), told)
    assert as_of < END or all(
        told["counts"][None][name] for name in ("due", "problems", "handled", "closed", "tasks_done")
    )


def test_the_evaluation_at_the_end_is_made_of_these_counts(year: Year, connection: duckdb.DuckDBPyConnection) -> None:
    rows = ask(connection, "indicator_counts", bureau_id=1, year=YEAR, as_of=END)
    for unit, shown in zip(rows["unit"], counts_of(rows), strict=True):
        whole = pd.isna(unit)
        numbers = year.count.counts(END, None if whole else unit_of(unit))
        told = {one.code: (numbers[one.part], numbers[one.whole]) for one in INDICATORS if whole or one.of == "unit"}
        assert shown == told
    facts = find(lambda query, **asked: ask(connection, query, **asked), BUREAU, YEAR, END)
    words = "".join(said(facts).values())
    numbers = year.count.counts(END, None)
    assert f"{numbers['due']} 户次" in words, words


def test_files_brought_again_change_no_figure(
    year: Year, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The platform exports everything anew each time: an old file says nothing that is not known, or known better."""
    again = {one.path.stem: one for one in files_of_the_year(tmp_path)}
    for file in ("结果一", "周报00", "结果四", "抽取2", "递补", "抽取6", "一月分类", "投诉"):
        brought = again[file]
        incoming = read_incoming(connection, brought.path, chosen=brought.chosen, **brought.how)
        looked = preview(connection, incoming)
        assert (looked.counts["new"], looked.counts["changed"]) == (0, 0), file
        commit(connection, incoming, good_rows=True, actor=CLERK)
    for file in ("关于印发抽查计划的通知", "关于调整抽查计划的通知"):
        taken = bring_notice(connection, again[file].path, actor=CLERK)
        assert {entry.status for entry in taken.report.plans} == {"unchanged"}, file
    compare(by_database(connection, END), by_files(year.count, END))


def test_no_row_of_any_file_vanishes(year: Year, connection: duckdb.DuckDBPyConnection) -> None:
    assert {file: found for file, (found, _) in year.accounts.items()} == {
        file: told for file, (_, told) in year.accounts.items()
    }
    for file, report in year.reports.items():
        looked = report.preview
        rejected = set(looked.rows.loc[looked.rows["state"] == "rejected", "row"])
        assert rejected == set(looked.issues.loc[looked.issues["severity"] == "error", "row"]), file
    answer = ask(connection, "uncounted", bureau_id=1, year=YEAR)
    found = uncounted(YEAR, answer)
    assert {one.reason: one.count for one in found} == year.count.uncounted() == balances(connection, 1, YEAR)
    assert all(str(one.count) in one.message and FIGURES[one.reason] for one in found)
    assert year.last_words == sentences(found)


def test_what_was_decided_once_is_known_for_the_next_file_of_the_platform(year: Year) -> None:
    weeks = [year.reports[name] for name in sorted(year.reports) if name.startswith("周报")]
    by = [[one.by for one in week.preview.decisions if one.code == "checking_unit"] for week in weeks]
    assert by == [["chosen"], *[["remembered"]] * (len(weeks) - 1)]
    assert len(weeks) > 1


def test_nothing_personal_is_kept(connection: duckdb.DuckDBPyConnection) -> None:
    tables = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
    everything = pd.concat([connection.execute(f"select * from {table}").df().astype(str).stack() for table in tables])
    assert not everything.str.contains("0000-0000000|钱某某|李某某|王某某|赵某某|周某某").any()


def test_the_plan_is_the_one_of_the_notice(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute("select cast(kind as varchar), doc_no, issued_on, count(*) from plan join task using (plan_id) group by all order by 1").fetchall() == [
        ("internal", DOC_NO, Day(2024, 3, 8), 9), ("joint", DOC_NO, Day(2024, 3, 8), 1)
    ]  # fmt: skip


def test_the_paper_of_the_summer_holds_from_its_day(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute("select doc_no, in_force_on from plan_revision").fetchall() == [
        (REVISION_NO, Day(2024, 6, 28))
    ]
    assert connection.execute("select name from task where withdrawn_revision_id is not null").fetchall() == [
        (WITHDRAWN,)
    ]
    assert connection.execute("select name from past_task order by name").fetchall() == [
        (WITHDRAWN,), ("企业公示信息抽查",), ("药品零售企业抽查",)
    ]  # fmt: skip
