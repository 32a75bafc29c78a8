"""Registers, change log and settings over the demonstration county: looked up, edited, logged, withheld, backed up."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from inspections.server import access
from inspections.store.database import log_change, transaction
from inspections.words.wording import say
from tests.filled import empty
from tests.served import cursor, html_texts, served, visited

ROOT = Path(__file__).resolve().parents[2]
BUREAU = "阳城县自然资源局"


def run(page: str, **state: object) -> AppTest:
    app = visited(f"registry/{page}", **{"lang": "zh", "bureau": BUREAU, "year": 2023, **state})
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return " ".join([*html_texts(app), *(element.value for element in app.subheader)])


def asked(sql: str) -> list[tuple[object, ...]]:
    from pages.frame.data import connection  # noqa: PLC0415

    with connection().cursor() as cursor:
        return cursor.execute(sql).fetchall()


@pytest.mark.usefixtures("database")
def test_an_object_found_by_its_initials_shows_its_card_and_can_be_edited() -> None:
    ((object_id, name),) = asked(
        "select object_id, name from object where initials in"
        " (select initials from object group by initials having count(*) = 1) order by name limit 1"
    )
    initials = str(asked(f"select initials from object where object_id = '{object_id}'")[0][0])
    ((bureau,),) = asked(
        "select bureau.name from object_scope inner join scope using (scope_id) inner join bureau using (bureau_id)"
        f" where object_id = '{object_id}' union all select '{BUREAU}' limit 1"
    )
    app = run("registers", bureau=bureau, register_text=initials.upper())
    assert "检查对象（1 户）" in words(app)
    assert str(name) in words(app)
    app.text_input(key=f"edit_name_{object_id}").set_value("改名矿业")
    app.multiselect(key=f"edit_pools_{object_id}").set_value([])
    next(button for button in app.button if button.label == "保存").click().run()
    assert not app.exception
    assert not app.error
    assert asked(f"select name, initials from object where object_id = '{object_id}'") == [("改名矿业", "gmky")]
    assert asked("select action, split_part(subject, ' ', 1) from change_log order by seq desc limit 1") == [
        ("edit", "object")
    ]


@pytest.mark.usefixtures("database")
def test_a_class_before_the_one_on_record_is_refused_in_a_sentence() -> None:
    ((object_id,),) = asked(
        "select object_id from risk_class inner join object_scope using (object_id) inner join scope using (scope_id)"
        " where bureau_id = 1 group by all having count(distinct valid_from) > 1 order by 1 limit 1"
    )
    app = run("registers", register_text=object_id)
    app.selectbox(key=f"new_class_{object_id}").set_value("C")
    app.date_input(key=f"new_class_since_{object_id}").set_value(datetime.date(2020, 1, 1))
    [button for button in app.button if button.label == "保存"][-1].click().run()
    assert "不能改写" in app.error[0].value


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("part", ["objects", "inspectors", "items"])
def test_who_may_not_see_classes_nor_edit_gets_neither(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    nobody = access.Person("外人", ("auditor",), frozenset({"log"}))
    monkeypatch.setattr("pages.frame.access.person", lambda: nobody)
    app = run("registers", register=part)
    assert not app.exception
    firms = {name for (name,) in asked("select name from object")}
    for frame in app.dataframe:
        assert not {"class", "风险类别"} & set(frame.value.columns)
        assert not firms & {str(cell) for name in frame.value.columns for cell in frame.value[name].dropna()}
    assert not [button for button in app.button if button.label == "保存"]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("part", "sentence"), [("inspectors", "可以参加匹配的"), ("items", "从未列入任何计划")])
def test_the_other_directories_say_their_numbers(part: str, sentence: str) -> None:
    app = run("registers", register=part)
    assert sentence in words(app)
    sql = {
        "inspectors": "select count(distinct inspector_id) from inspector inner join unit using (unit_id)"
        " left join membership using (unit_id) where 1 in (unit.bureau_id, membership.bureau_id)",
        "items": "select count(*) from item where bureau_id = 1",
    }[part]
    assert app.metric[0].value.split()[0] == str(asked(sql)[0][0])


@pytest.mark.usefixtures("database")
def test_the_log_speaks_in_words_and_is_filtered() -> None:
    app = run("log")
    assert app.metric[3].value == "完整"
    shown = app.dataframe[0].value
    # What was done comes first: a narrow screen shows no more.
    assert list(shown.columns)[:3] == ["logged_at", "action", "subject_words"]
    assert app.metric[2].value == "0 人"  # what builds the demonstration is nobody
    text = " ".join(str(value) for column in shown.columns for value in shown[column])
    assert "{" not in text
    assert "_" not in text.replace("yangcheng", "")
    app = run("log", log_action="late_launch")
    assert set(app.dataframe[0].value["action"]) == {"逾期发起"}


@pytest.mark.usefixtures("database")
def test_a_log_changed_behind_its_back_is_told_even_where_only_the_new_is_looked_at() -> None:
    from pages.frame.data import connection  # noqa: PLC0415

    assert run("log").metric[3].value == "完整"
    with transaction(connection()):
        log_change(
            connection(), actor="某人", action="edit", subject="plan 1 published_on", after={"published_on": "x"}
        )
    assert run("log").metric[3].value == "完整"
    connection().execute("update change_log set actor = '别人' where seq = 2")
    with transaction(connection()):
        log_change(
            connection(), actor="某人", action="edit", subject="plan 1 published_on", after={"published_on": "y"}
        )
    app = run("log")
    assert app.metric[3].value == "不完整"
    assert "自第 2 条起" in words(app)


@pytest.mark.usefixtures("database")
def test_a_setting_is_saved_told_and_taken_back() -> None:
    app = run("settings", setting_key="yearly_cap")
    # The demonstration's cap begins after the chosen year: it is saved, and not in force.
    (saved,) = [frame.value for frame in app.dataframe if "saved_words" in frame.value]
    assert "value_words" not in saved
    assert say("settings.finding_later", count=1, year=2023) in words(app)
    app.number_input(key="setting_value_yearly_cap").set_value(2)
    next(button for button in app.button if button.label == "保存").click().run()
    assert not app.exception
    assert not app.error
    year = max(2023, datetime.date.today().year)
    assert asked(
        "select value, bureau_id, year(valid_from) from setting where key = 'yearly_cap' and bureau_id = 1"
    ) == [("2", 1, year)]
    assert asked("select action, subject from change_log order by seq desc limit 1") == [
        ("setting", "setting yearly_cap bureau 1")
    ]


@pytest.mark.usefixtures("database")
def test_a_value_that_cannot_be_is_refused_in_a_sentence() -> None:
    app = run("settings", setting_key="class_labels")
    app.text_input(key="setting_value_class_labels").set_value("低,高")
    next(button for button in app.button if button.label == "保存").click().run()
    assert "现行分类共 4 类" in app.error[0].value


def test_a_backup_is_made_listed_and_logged(database: Path) -> None:
    app = run("settings")
    app.button(key="backup_now").click().run()
    assert not app.exception
    (made,) = (database.parent / "backups").iterdir()
    assert app.metric[3].value == "1 份"
    assert asked("select action, subject from change_log order by seq desc limit 1") == [
        ("backup", f"backup {made.name}")
    ]


@pytest.mark.usefixtures("database")
def test_the_health_of_the_database_is_examined_on_demand() -> None:
    app = run("settings")
    app.button(key="examine").click().run()
    assert not app.exception
    assert [text for frame in app.dataframe for text in frame.value.get("trouble_words", []) if text != "—"] == []
    assert "未发现问题" in app.success[0].value


@pytest.mark.parametrize("page", ["registers", "log", "settings"])
def test_pages_without_a_plan_work_in_an_empty_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    path = tmp_path / "empty.duckdb"
    empty(path)
    with served(path, monkeypatch):
        app = run(page)
        assert app.title[0].value == say(f"{page}.title")
        assert not app.info
        with cursor() as connection:
            connection.execute("insert into bureau (name) values ('新局')")
        st.cache_data.clear()
        assert run(page, bureau="新局").selectbox(key="bureau").value == "新局"
