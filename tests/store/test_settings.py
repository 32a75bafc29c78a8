"""Settings: what a value may be, from when it holds, that earlier years keep theirs, that every change is logged."""

from __future__ import annotations

import datetime
import json
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.draws.matching import MOST_OBJECTS
from inspections.store.database import question
from inspections.store.limits import DEFAULTS, Limits, read_limits
from inspections.store.settings import checked, drop_setting, save_setting, settings, value_of
from inspections.words.classes import USUAL
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, texts

WORLD = """
insert into bureau (bureau_id, name) values (1, '甲局'), (2, '乙局');
insert into scope (scope_id, bureau_id, name) values (1, 1, '全部');
insert into object (object_id, name, kind, status, is_market_entity) values ('X', '甲', 'enterprise', 'active', true);
insert into object_scope values ('X', 1);
"""


def in_force(connection: duckdb.DuckDBPyConnection, year: int, bureau_id: int | None = 1) -> dict[str, str]:
    rows = connection.execute(question("settings_in_force"), {"bureau_id": bureau_id, "year": year}).fetchall()
    return dict(rows)


def first(year: int) -> datetime.date:
    return datetime.date(year, 1, 1)


def refused(connection: duckdb.DuckDBPyConnection, *arguments: Any) -> str:
    before = connection.execute("select key, value from setting order by all").fetchall()
    with pytest.raises(InspectionsError) as caught:
        save_setting(connection, *arguments, actor="某人")
    assert connection.execute("select key, value from setting order by all").fetchall() == before
    assert connection.execute("select count(*) from change_log").fetchone() == (0,)
    return caught.value.code


def test_every_default_is_a_value_that_could_be_saved() -> None:
    for key, setting in settings().items():
        assert checked(key, setting.default, USUAL) == setting.default


def test_defaults_are_those_of_whoever_uses_them() -> None:
    for name in ("upload_megabytes", "unpacked_megabytes", "rows", "columns", "cell_characters"):
        assert int(settings()[f"limit_{name}"].default) == getattr(DEFAULTS, name)
    assert int(settings()["most_objects_per_inspector"].default) == MOST_OBJECTS


def test_every_setting_is_named_and_explained() -> None:
    for language in LANGUAGES:
        words = texts(language)["settings"]
        assert set(words["names"]) == set(words["meanings"]) == set(settings())
        assert set(words["units"]) == {key for key, setting in settings().items() if setting.type == "number"}
        assert set(words["groups"]) == {setting.group for setting in settings().values()}


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("yearly_cap", " 02 ", "2"),
        ("yearly_cap", " ", ""),
        ("plan_published_by", "03-15", "03-15"),
        ("class_labels", "低， 中,较高 ，高", "低,中,较高,高"),
        ("backup_folder", "/srv/备份", "/srv/备份"),
        ("backup_folder", "D:\\backup", "D:\\backup"),
        ("backup_daily", "false", "false"),
    ],
)
def test_a_value_is_kept_in_one_form(key: str, value: str, kept: str) -> None:
    assert checked(key, value, USUAL) == kept


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("nonsense", "1", "setting_unknown"),
        ("schema", "x", "setting_unknown"),
        ("synthetic", "true", "setting_unknown"),
        ("yearly_cap", "0", "setting_number"),
        ("yearly_cap", "1.5", "setting_number"),
        ("yearly_cap", "２", "setting_number"),
        ("publication_working_days", "251", "setting_number"),
        ("limit_rows", "", "setting_missing"),
        ("backup_hour", "24", "setting_number"),
        ("plan_published_by", "02-29", "setting_day"),
        ("plan_published_by", "3-15", "setting_day"),
        ("class_scheme", "A,B,C", "setting_scheme"),
        ("class_scheme", "A,B,D,C", "setting_scheme"),
        ("class_scheme", "A,B,C,D,E,F", "setting_scheme"),
        ("class_labels", "低,中,高", "setting_labels"),
        ("class_labels", "低,低,中,高", "setting_labels"),
        ("class_labels", "低,,中,高", "setting_labels"),
        ("class_labels", "低,中,较高,特别特别特别特别特别特别高", "setting_labels"),
        ("backup_folder", "backups", "setting_folder"),
        ("backup_folder", "/srv/\x00", "setting_folder"),
        ("backup_daily", "maybe", "setting_yes_no"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    connection: duckdb.DuckDBPyConnection, key: str, value: str, code: str
) -> None:
    assert refused(connection, key, value, None, None) == code


@given(st.sampled_from(sorted(settings())), st.text(max_size=20))
def test_whatever_is_typed_is_kept_as_it_would_be_kept_again_or_refused(key: str, value: str) -> None:
    try:
        kept = checked(key, value)
    except InspectionsError:
        return
    assert checked(key, kept) == kept


def test_a_change_holds_from_its_year_on_and_never_before(connection: duckdb.DuckDBPyConnection) -> None:
    save_setting(connection, "yearly_cap", "3", None, first(2022), actor="某人")
    save_setting(connection, "yearly_cap", "1", 1, datetime.date(2024, 7, 15), actor="某人")
    assert [in_force(connection, year).get("yearly_cap") for year in range(2021, 2026)] == [None, "3", "3", "1", "1"]
    assert in_force(connection, 2025, 2)["yearly_cap"] == "3"
    assert value_of(in_force(connection, 2021), "yearly_cap") == ""


def test_an_empty_value_lifts_a_rule_from_its_year_on(connection: duckdb.DuckDBPyConnection) -> None:
    save_setting(connection, "publication_working_days", "20", 1, first(2022), actor="某人")
    save_setting(connection, "publication_working_days", "", 1, first(2024), actor="某人")
    assert [in_force(connection, year).get("publication_working_days") for year in (2023, 2024)] == ["20", None]


def test_what_belongs_to_no_year_holds_at_once_and_is_one_row(connection: duckdb.DuckDBPyConnection) -> None:
    save_setting(connection, "backup_hour", "3", None, first(2030), actor="某人")
    save_setting(connection, "backup_hour", "4", None, None, actor="某人")
    assert connection.execute("select value from setting where key = 'backup_hour'").fetchall() == [("4",)]
    assert in_force(connection, 2000, None)["backup_hour"] == "4"


def test_every_change_is_logged_once_with_before_and_after(connection: duckdb.DuckDBPyConnection) -> None:
    for value in ("2", "2", "1"):
        save_setting(connection, "yearly_cap", value, None, first(2024), actor="某人")
    drop_setting(connection, "yearly_cap", None, first(2024), actor="别人")
    drop_setting(connection, "yearly_cap", None, first(2024), actor="别人")
    rows = connection.execute("select actor, action, subject, before, after from change_log order by seq").fetchall()
    at = {"valid_from": "2024-01-01"}
    assert [(*row[:3], json.loads(row[3] or "null"), json.loads(row[4] or "null")) for row in rows] == [
        ("某人", "setting", "setting yearly_cap", None, at | {"value": "2"}),
        ("某人", "setting", "setting yearly_cap", at | {"value": "2"}, at | {"value": "1"}),
        ("别人", "setting", "setting yearly_cap", at | {"value": "1"}, None),
    ]
    assert "yearly_cap" not in in_force(connection, 2025)


def test_a_change_whose_log_entry_fails_is_not_made(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error):
        save_setting(connection, "yearly_cap", "2", None, first(2024), actor=None)  # type: ignore[arg-type]
    assert "yearly_cap" not in in_force(connection, 2025)


def test_a_limit_cannot_be_one_bureaus_own(connection: duckdb.DuckDBPyConnection) -> None:
    assert refused(connection, "limit_rows", "1000", 1, None) == "setting_not_per_bureau"


def test_labels_are_for_the_scheme_in_force_in_their_year(connection: duckdb.DuckDBPyConnection) -> None:
    save_setting(connection, "class_scheme", "A,B,C,D,E", 1, first(2025), actor="某人")
    save_setting(connection, "class_labels", "一,二,三,四", 1, first(2024), actor="某人")
    save_setting(connection, "class_labels", "一,二,三,四,五", 1, first(2025), actor="某人")
    with pytest.raises(InspectionsError, match="setting_labels"):
        save_setting(connection, "class_labels", "一,二,三,四,五", 2, first(2025), actor="某人")


def test_a_class_that_objects_have_stays_in_the_scheme(connection: duckdb.DuckDBPyConnection) -> None:
    save_setting(connection, "class_scheme", "A,B,C,D,E", None, first(2023), actor="某人")
    connection.execute("insert into risk_class values ('X', 'E', '2023-05-01', '2025-01-01', null)")
    for bureau_id in (None, 1):
        with pytest.raises(InspectionsError) as caught:
            save_setting(connection, "class_scheme", "A,B,C,D", bureau_id, first(2024), actor="某人")
        assert caught.value.code == "class_in_use"
        assert caught.value.parameters == {"risk_class": "E", "count": 1}
    with pytest.raises(InspectionsError, match="class_in_use"):
        drop_setting(connection, "class_scheme", None, first(2023), actor="某人")
    assert in_force(connection, 2024)["class_scheme"] == "A,B,C,D,E"
    # Another bureau's objects have no such class, and from 2025 on nobody's has.
    save_setting(connection, "class_scheme", "A,B,C,D", 2, first(2024), actor="某人")
    save_setting(connection, "class_scheme", "A,B,C,D", None, first(2025), actor="某人")


def test_limits_are_settings_with_defaults() -> None:
    assert read_limits({}) == DEFAULTS
    assert read_limits({"limit_rows": "5", "limit_columns": "-3", "limit_upload_megabytes": "x"}) == Limits(rows=5)
