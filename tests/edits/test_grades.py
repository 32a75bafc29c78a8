"""What people decide in an evaluation: one transaction with its entry in the log, or nothing."""

from __future__ import annotations

import functools
from dataclasses import replace
from fractions import Fraction
from typing import Any

import duckdb
import pytest

from inspections.edits.grades import adopt_proposal, decide_grade, drop_proposal, save_rubric, write_note
from inspections.evaluation.facts import gather, rubric_in_force
from inspections.evaluation.rubric import Criterion, default_rubric, read_rubric, write_rubric
from inspections.store.database import ask
from inspections.words.errors import InspectionsError
from tests.filled import logged

WORLD = """
insert into bureau (bureau_id, name) values (1, '甲局'), (2, '乙局');
insert into unit (unit_id, bureau_id, name, kind) values
    (1, 1, '一股', 'section'), (2, null, '外单位', 'department'), (3, 2, '别局的', 'section'),
    (4, null, '无关', 'department');
insert into membership values (1, 2, 2024);
insert into scope (scope_id, bureau_id, name) values (1, 1, '全部'), (2, 1, '部分'), (3, 2, '别局的');
"""


def in_force(connection: duckdb.DuckDBPyConnection) -> Any:
    return rubric_in_force(functools.partial(ask, connection))


# ---------------------------------------------------------------------------------------------------- the scheme
def test_versions_of_a_scheme_count_from_one_and_the_newest_is_in_force(connection: duckdb.DuckDBPyConnection) -> None:
    first = replace(default_rubric(), bands={**default_rubric().bands, "good": Fraction(82)})
    assert save_rubric(connection, first, "甲").version == 1
    second = replace(first, missing="zero")
    assert save_rubric(connection, second, "乙").version == 2
    assert save_rubric(connection, replace(second, name="另一套"), "乙").version == 1
    # An older version may come back, as a new one.
    assert save_rubric(connection, first, "乙").version == 3
    assert in_force(connection) == replace(first, version=3)
    entries = logged(connection)
    assert [entry[:3] for entry in entries[:2]] == [
        ("甲", "rubric", f"rubric {first.name} 1"),
        ("乙", "rubric", f"rubric {first.name} 2"),
    ]
    assert entries[0][3] == {"definition": write_rubric(default_rubric())}
    assert [read_rubric(entry[4]["definition"], "log") for entry in entries[:2]] == [first, second]
    assert entries[1][3] == entries[0][4]


def test_a_scheme_that_is_in_force_is_not_saved_again(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InspectionsError) as shipped:
        save_rubric(connection, default_rubric(), "甲")
    assert (shipped.value.code, shipped.value.parameters["version"]) == ("rubric_unchanged", 0)
    changed = replace(default_rubric(), missing="full")
    save_rubric(connection, changed, "甲")
    with pytest.raises(InspectionsError) as again:
        save_rubric(connection, changed, "甲")
    assert (again.value.code, again.value.parameters["version"]) == ("rubric_unchanged", 1)
    # Back to the scheme the product ships with: a new version like any other.
    assert save_rubric(connection, default_rubric(), "甲").version == 2
    assert len(logged(connection)) == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "rubric_name"),
        ({"name": "一" * 41}, "rubric_name"),
        ({"bands": {"excellent": Fraction(80), "good": Fraction(80), "fair": Fraction(70)}}, "rubric_bands"),
        ({"criteria": {}}, "rubric_key"),
        ({"criteria": {"problem_rate": Criterion(Fraction(1), Fraction(0), Fraction(1))}}, "rubric_never_scored"),
        ({"criteria": {"completion": Criterion(Fraction(1), Fraction(1), Fraction(1))}}, "rubric_marks"),
    ],
)
def test_a_scheme_that_cannot_be_is_refused_and_nothing_is_kept(
    connection: duckdb.DuckDBPyConnection, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(InspectionsError) as refused:
        save_rubric(connection, replace(default_rubric(), **change), "甲")
    assert refused.value.code == code
    assert logged(connection) == []
    assert in_force(connection) == default_rubric()


# ---------------------------------------------------------------------------------------------------- grades and notes
def test_a_grade_is_decided_changed_and_taken_back(connection: duckdb.DuckDBPyConnection) -> None:
    decide_grade(connection, 1, 1, 2024, "good", " 补报材料属实 ", "甲")
    decide_grade(connection, 1, 1, 2024, "fair", "复核", "乙")
    (row,) = ask(connection, "grading_decisions", bureau_id=1, year=2024).to_dict("records")
    assert (row["unit_id"], row["grade"], row["reason"], row["decided_by"]) == (1, "fair", "复核", "乙")
    decide_grade(connection, 1, 1, 2024, None, "恢复建议等次", "乙")
    assert ask(connection, "grading_decisions", bureau_id=1, year=2024).empty
    subject = "bureau 1 unit 1 2024 grade"
    assert logged(connection) == [
        ("甲", "grade", subject, None, {"grade": "good", "reason": "补报材料属实"}),
        ("乙", "grade", subject, {"grade": "good", "reason": "补报材料属实"}, {"grade": "fair", "reason": "复核"}),
        ("乙", "grade", subject, {"grade": "fair", "reason": "复核"}, {"grade": None, "reason": "恢复建议等次"}),
    ]


@pytest.mark.parametrize(
    ("unit_id", "grade", "reason", "code"),
    [
        (1, "good", "  ", "grade_reason_missing"),
        (1, None, "", "grade_reason_missing"),
        (1, "优", "理由", "grade_unknown"),
        (1, None, "理由", "grade_not_decided"),
        (3, "good", "理由", "unit_unknown"),
        (4, "good", "理由", "unit_unknown"),
        (9, "good", "理由", "unit_unknown"),
    ],
)
def test_what_cannot_be_decided_leaves_nothing_behind(
    connection: duckdb.DuckDBPyConnection, unit_id: int, grade: str | None, reason: str, code: str
) -> None:
    with pytest.raises(InspectionsError) as refused:
        decide_grade(connection, 1, unit_id, 2024, grade, reason, "甲")
    assert refused.value.code == code
    assert logged(connection) == []
    assert ask(connection, "grading_decisions", bureau_id=1, year=2024).empty


def test_a_department_in_scope_of_the_year_is_graded_in_that_year_only(connection: duckdb.DuckDBPyConnection) -> None:
    decide_grade(connection, 1, 2, 2024, "good", "理由", "甲")
    with pytest.raises(InspectionsError):
        decide_grade(connection, 1, 2, 2023, "good", "理由", "甲")


def test_a_note_is_written_changed_and_removed_and_kept_only_once(connection: duckdb.DuckDBPyConnection) -> None:
    for note in ("首次参评", "首次参评 ", "机构改革", "", " "):
        write_note(connection, 1, 1, 2024, note, "甲")
    assert ask(connection, "grading_decisions", bureau_id=1, year=2024).empty
    changes = [(entry[3]["note"], entry[4]["note"]) for entry in logged(connection)]
    assert changes == [("", "首次参评"), ("首次参评", "机构改革"), ("机构改革", "")]
    assert {entry[:3] for entry in logged(connection)} == {("甲", "note", "bureau 1 unit 1 2024 note")}
    with pytest.raises(InspectionsError, match="unit_unknown"):
        write_note(connection, 1, 3, 2024, "别局", "甲")


def test_decisions_reach_the_evaluation(connection: duckdb.DuckDBPyConnection) -> None:
    import datetime  # noqa: PLC0415

    decide_grade(connection, 1, 2, 2024, "excellent", "理由", "甲")
    write_note(connection, 1, 2, 2024, "说明", "甲")
    facts = gather(functools.partial(ask, connection), 1, "甲局", 2024, datetime.date(2024, 12, 31))
    (unit,) = facts.evaluation.units
    assert (unit.grade, unit.suggested, unit.note) == ("excellent", "not_applicable", "说明")
    assert unit.override is not None
    assert unit.override.reason == "理由"


# ---------------------------------------------------------------------------------------------------- next year
def proposed(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    rows = ask(connection, "proposals", bureau_id=1, year=2025)
    return [
        (int(scope), str(code), int(pool), int(quota), float(rate), int(draws))
        for scope, code, pool, quota, rate, draws in rows[
            ["scope_id", "class", "pool", "quota", "rate", "draws"]
        ].itertuples(index=False)
    ]


def test_a_proposal_replaces_the_one_before_for_its_pool_and_leaves_the_others(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    adopt_proposal(connection, 1, 2025, 2, 1, {"A": (5, 1, Fraction(1, 5))}, "甲")
    adopt_proposal(connection, 1, 2025, 1, 4, {"A": (9, 1, Fraction(1, 9)), "B": (3, 1, Fraction(1, 3))}, "甲")
    adopt_proposal(connection, 1, 2025, 1, 2, {"B": (3, 2, Fraction(2, 3)), "D": (2, 2, Fraction(1))}, "乙")
    assert proposed(connection) == [
        (1, "B", 3, 2, 0.666667, 2),
        (1, "D", 2, 2, 1.0, 2),
        (2, "A", 5, 1, 0.2, 1),
    ]
    last = logged(connection)[-1]
    assert last[:3] == ("乙", "proposal", "bureau 1 scope 1 2025")
    assert set(last[3]) == {"A", "B"}
    assert last[4] == {
        "B": {"pool": 3, "quota": 2, "rate": 0.666667, "draws": 2},
        "D": {"pool": 2, "quota": 2, "rate": 1.0, "draws": 2},
    }


def test_a_proposal_is_taken_back_once(connection: duckdb.DuckDBPyConnection) -> None:
    adopt_proposal(connection, 1, 2025, 1, 1, {"A": (5, 1, Fraction(1, 5))}, "甲")
    adopt_proposal(connection, 1, 2025, 2, 1, {"A": (5, 1, Fraction(1, 5))}, "甲")
    drop_proposal(connection, 1, 2025, 1, "乙")
    drop_proposal(connection, 1, 2025, 1, "乙")
    assert [row[0] for row in proposed(connection)] == [2]
    assert [entry[:2] for entry in logged(connection)] == [("甲", "proposal"), ("甲", "proposal"), ("乙", "proposal")]
    assert logged(connection)[-1][4] is None


def test_another_bureaus_pool_is_no_pool(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InspectionsError, match="pool_unknown"):
        adopt_proposal(connection, 1, 2025, 3, 1, {"A": (5, 1, Fraction(1, 5))}, "甲")
    assert logged(connection) == []
