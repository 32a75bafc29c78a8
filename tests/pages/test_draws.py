"""The draws page, run on the server side: what it says, and a trial from freezing to substitute and top-up."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from tests.served import cursor, html_texts, visited

STATE = {"lang": "zh", "bureau": "阳城县自然资源局", "year": 2023}


@pytest.fixture
def county(database: Path) -> duckdb.DuckDBPyConnection:
    assert database
    return cursor()


def opened(**state: object) -> AppTest:
    return visited("registry/draws", **{**STATE, **state})


def said(app: AppTest) -> str:
    return " ".join(html_texts(app))


def press(app: AppTest, label: str) -> AppTest:
    next(one for one in app.button if one.label == label).click()
    app.run()
    assert not app.exception
    return app


def test_the_finding_counts_draws_and_says_that_they_re_run_the_same(county: duckdb.DuckDBPyConnection) -> None:
    app = opened()
    ((count, full, replaced),) = county.execute(
        """select count(*), count(*) filter (where basis = 'full'), count(replaces_draw_id)
        from draw join task using (task_id)
        join plan using (plan_id) where bureau_id = 1 and year = 2023 and draw.kind = 'official'"""
    ).fetchall()
    text = said(app)
    standing = count - replaced
    assert f"现行有效的抽取 {standing} 次，其中随机抽取 {standing - full} 次、全覆盖 {full} 次" in text
    assert f"可凭种子复算的 {count} 次（含已替换的），全部复算一致" in text
    assert f"另有 {replaced} 次已被重抽替换" in text
    assert app.metric[1].value == "100.0%"
    assert "复算一致" in app.success[0].value
    assert not app.error


def test_a_record_changed_behind_the_logs_back_is_told(county: duckdb.DuckDBPyConnection) -> None:
    ((draw_id,),) = county.execute(
        """select min(draw_id) from planned_draw where bureau_id = 1 and year = 2023 and basis = 'random'"""
    ).fetchall()
    county.execute("update draw_object set place = place + 100 where draw_id = ?", [draw_id])
    app = opened(recorded_draw=draw_id)
    assert "1 次与存证不一致，建议核查" in said(app)
    assert "复算不一致" in app.error[0].value
    assert "drawn.csv" in said(app)


def test_a_trial_from_freezing_to_substitute_and_top_up(county: duckdb.DuckDBPyConnection) -> None:
    app = press(opened(), "第一步：冻结名录并登记承诺")
    ((draw_id, commitment),) = county.execute(
        "select draw_id, terms_commitment from draw order by draw_id desc limit 1"
    ).fetchall()
    assert any(commitment == one.value for one in app.code)
    assert "待抽取 1 次" in app.metric[3].delta
    assert county.execute("select * from draw_object where draw_id = ?", [draw_id]).fetchall() == []
    press(app, "第一步：冻结名录并登记承诺")
    assert "尚未抽取" in app.error[0].value
    press(app, "第二步：抽取")
    assert app.session_state["recorded_draw"] == draw_id
    ((drawn,),) = county.execute("select count(*) from draw_object where draw_id = ?", [draw_id]).fetchall()
    assert drawn > 0
    ((alone,),) = county.execute(
        """select count(*) from (select object_id, count(inspector_id) as team from draw_object
        left join draw_inspector using (draw_id, object_id) where draw_id = ? group by all having team < 2)""",
        [draw_id],
    ).fetchall()
    assert alone == 0
    assert "一致" in app.success[0].value
    press(app, "递补")
    assert "请写明理由" in app.error[0].value
    app.text_input(key=f"out_reason_{draw_id}").set_value("已停业")
    press(app, "递补")
    assert county.execute(
        "select count(*), max(reason) from draw_object where substitute_for is not null and draw_id = ?", [draw_id]
    ).fetchall() == [(1, "已停业")]
    more = next(one for one in app.number_input if str(one.key).startswith(f"more_{draw_id}_"))
    more.set_value(int(more.value) + 1)
    app.text_input(key=f"more_reason_{draw_id}").set_value("数量不足")
    press(app, "追加")
    assert county.execute("select count(*) from draw_object where draw_id = ?", [draw_id]).fetchall() == [(drawn + 2,)]
    assert "一致" in app.success[0].value
    actions = county.execute("select action from change_log order by seq desc limit 4").fetchall()
    assert [one for (one,) in actions] == ["top_up", "substitute", "draw", "freeze"]


def test_a_redraw_asks_for_its_reason(county: duckdb.DuckDBPyConnection) -> None:
    ((draw_id, task_id),) = county.execute(
        """select draw_id, task_id from draw join task using (task_id) join plan using (plan_id)
        where draw.kind = 'trial' and bureau_id = 1 and year = 2023"""
    ).fetchall()
    app = opened(trial_task=task_id)
    app.selectbox(key=f"trial_replaces_{task_id}").set_value(draw_id)
    app.run()
    press(app, "第一步：冻结名录并登记承诺")
    assert "请写明理由" in app.error[0].value
    app.text_input(key=f"trial_reason_{task_id}").set_value("名录有误")
    press(app, "第一步：冻结名录并登记承诺")
    assert county.execute(
        "select replaces_draw_id, reason, ordinal from draw order by draw_id desc limit 1"
    ).fetchall() == [(draw_id, "名录有误", 2)]


def test_quotas_by_class_and_one_rising_proportion(county: duckdb.DuckDBPyConnection) -> None:
    app = opened(trial_basis="class_counts", trial_count_A=2, trial_count_D=1)
    press(app, "第一步：冻结名录并登记承诺")
    press(app, "第二步：抽取")
    found = county.execute(
        """select class, count(*) from draw_object
        where draw_id = (select max(draw_id) from draw) group by all order by all"""
    ).fetchall()
    assert found == [("A", 2), ("D", 1)]
    app = opened(trial_basis="rising", trial_rising=50.0)
    press(app, "第一步：冻结名录并登记承诺")
    ((stratified, size, total),) = county.execute(
        """select stratified, frame_size, sum(draw_quota.quota) from draw join draw_quota using (draw_id)
        where draw_id = (select max(draw_id) from draw) group by all"""
    ).fetchall()
    assert stratified
    assert total == -(-size // 2)
