"""The fairness page over the demonstration county, and over a copy in which some draws were rigged."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import duckdb
import numpy as np
import pytest

from inspections.draws import fairness
from inspections.store.database import ask, log_change
from inspections.words.wording import LANGUAGES, say, say_in
from tests import rigged
from tests.filled import empty
from tests.pages.test_pages import run, words
from tests.served import cursor

PAGE = "review/fairness"
STATE = {"bureau": "阳城县自然资源局", "year": 2023}
SCOPE = {"bureau_id": 1, "year": 2023, "as_of": datetime.date(2023, 12, 31)}


def judged(connection: duckdb.DuckDBPyConnection, scope: dict = SCOPE) -> dict[int, fairness.Verdict]:
    names = ("drawn_places", "drawn_groups", "drawn_before")
    return fairness.judge(
        fairness.recorded(*(ask(connection, name, **scope) for name in names)),
        ask(connection, "matched_inspectors", **scope),
    )


def rig(connection: duckdb.DuckDBPyConnection, draw_id: int, seed: int = 1) -> None:
    """Replace the drawn of a recorded draw by every n-th of each class."""
    frame = connection.execute("select * from frame where draw_id = ? order by position", [draw_id]).df()
    quotas = dict(connection.execute("select class, quota from draw_quota where draw_id = ?", [draw_id]).fetchall())
    pool = rigged.Directory(frame["class"].astype(str).to_numpy(), frame[["object_id"]])
    drawn = frame[rigged.every_nth(pool, quotas, np.random.default_rng(seed))]
    for table in ("result_outcome", "result", "draw_inspector", "draw_object"):
        connection.execute(f"delete from {table} where draw_id = ?", [draw_id])
    for place, (object_id, code) in enumerate(zip(drawn["object_id"], drawn["class"], strict=True), start=1):
        connection.execute("insert into draw_object values (?, ?, ?, ?, null, null)", [draw_id, object_id, code, place])
    log_change(connection, actor="test", action="rigged", subject=f"draw {draw_id}")


@pytest.mark.usefixtures("database")
def test_most_draws_of_the_synthetic_years_pass_and_none_is_suspected() -> None:
    app = run(PAGE, lang="zh", **STATE)
    assert not app.exception
    assert [metric.value for metric in app.metric] == ["6", "5", "0", "1", say("fairness.year.short.pass"), "1"]
    with cursor() as connection:
        found = [
            one.verdict
            for bureau_id, year in ((1, 2022), (1, 2023), (2, 2023), (2, 2024))
            for one in judged(
                connection, {"bureau_id": bureau_id, "year": year, "as_of": datetime.date(year, 12, 31)}
            ).values()
        ]
    assert found.count("pass") > len(found) / 2
    assert "check" not in found


@pytest.mark.usefixtures("database")
def test_a_rigged_draw_is_named_in_the_finding_and_never_accused() -> None:
    with cursor() as connection:
        rig(connection, 18)
        assert [draw_id for draw_id, one in judged(connection).items() if one.verdict == "check"] == [18]
    for language in LANGUAGES:
        app = run(PAGE, lang=language, **STATE)
        assert [metric.value for metric in app.metric] == [
            "6",
            "4",
            "1",
            "1",
            say_in(language, "fairness.year.short.pass"),
            "1",
        ]
        said = " ".join(words(app))
        assert say_in(language, "fairness.signs.even") in said
        assert "第三季度" in next(text for text in words(app) if say_in(language, "fairness.signs.even") in text)
        assert not re.search(r"舞弊|造假|作假|fraud|与公平抽取相符|looks like a fair draw", said)
        assert app.selectbox(key="draw").value.startswith("3 2023年第三季度")


@pytest.mark.usefixtures("database")
def test_every_draw_can_be_looked_at() -> None:
    app = run(PAGE, lang="zh", **STATE)
    for name in app.selectbox(key="draw").options:
        app.selectbox(key="draw").set_value(name).run()
        assert not app.exception, name


@pytest.mark.usefixtures("database")
def test_a_re_draw_is_listed_with_the_chance_to_get_a_firm_out() -> None:
    app = run(PAGE, lang="zh", **STATE)
    listed = next(frame.value for frame in app.dataframe if "avoid_rate" in frame.value.columns)
    rates = dict(zip(listed["stratum"], listed["avoid_rate"], strict=True))
    assert rates["A 低风险"] == pytest.approx(100 * (1 - (5 / 15) ** 2))
    assert rates["D 高风险"] == 0  # drawn whole: nobody gets out
    # What holds of the draw is said once, and not again in the row of every class.
    told = next(text for text in words(app) if say("fairness.matrix_title") not in text and "重抽 1 次，" in text)
    assert "首次抽中而现名单中没有的有 3 户" in told
    assert "更新名录后重新抽取" in told


@pytest.mark.usefixtures("database")
def test_a_draw_without_its_pool_says_that_it_cannot_be_tested() -> None:
    with cursor() as connection:
        connection.execute("delete from frame where draw_id = 20")
        log_change(connection, actor="test", action="edit", subject="draw 20")
    app = run(PAGE, lang="zh", **STATE)
    assert not app.exception
    assert say("fairness.lines.no_pool") in " ".join(words(app))
    assert say("fairness.figures.no_pool") in [metric.label for metric in app.metric]
    last = next(name for name in app.selectbox(key="draw").options if "2023-12-05" in name)
    app.selectbox(key="draw").set_value(last).run()
    assert not app.exception


@pytest.mark.usefixtures("database")
def test_before_the_first_draw_there_is_nothing_to_test() -> None:
    app = run(PAGE, lang="zh", **STATE, as_of_2023=datetime.date(2023, 1, 31))
    assert not app.exception
    assert say("fairness.empty") == app.info[0].value


def test_the_questions_find_the_draw_in_a_database_as_the_tests_of_fairness_count_it(tmp_path: Path) -> None:
    """The same draw through SQL and through the plain counting of tests/rigged.py."""
    from inspections.store.database import open_database  # noqa: PLC0415

    generator = np.random.default_rng(4)
    pool = rigged.directory({"A": 30, "B": 12}, "interleaved", generator)
    before = rigged.honest(pool, {"A": 6, "B": 4}, generator)
    now = rigged.honest(pool, {"A": 6, "B": 4}, generator)
    with open_database(empty(tmp_path / "one.duckdb")) as connection:
        connection.execute("insert into bureau (bureau_id, name) values (1, '甲局')")
        connection.execute("insert into scope (scope_id, bureau_id, name) values (1, 1, '全部')")
        connection.execute(
            "insert into plan (plan_id, bureau_id, year, kind, title) values (1, 1, 2023, 'internal', '计划')"
        )
        for number, row in enumerate(pool.attributes.to_dict("records")):
            connection.execute(
                "insert into object (object_id, name, kind, industry, region, status, is_market_entity)"
                " values (?, ?, ?, ?, ?, 'active', true)",
                [f"O{number:03}", f"企业{number}", row["kind"], row["industry"], row["region"]],
            )
        for draw_id, drawn in ((1, before), (2, now)):
            connection.execute(
                "insert into task (task_id, plan_id, seq, name, scope_id) values (?, 1, ?, '任务', 1)",
                [draw_id, draw_id],
            )
            connection.execute(
                """insert into draw (draw_id, task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation,
                frame_size) values (?, ?, 1, ?, 'random', 'official', 'x', true, false, 42)""",
                [draw_id, draw_id, datetime.datetime(2023, 3 * draw_id, 1)],  # noqa: DTZ001
            )
            for number, code in enumerate(pool.classes.tolist()):
                connection.execute(
                    "insert into frame (draw_id, object_id, class, position) values (?, ?, ?, ?)",
                    [draw_id, f"O{number:03}", code, number + 1],
                )
                if drawn[number]:
                    connection.execute(
                        "insert into draw_object values (?, ?, ?, ?, null, null)", [draw_id, f"O{number:03}", code, 1]
                    )
        names = ("drawn_places", "drawn_groups", "drawn_before")
        found = fairness.recorded(*(ask(connection, name, **SCOPE) for name in names))[2]
    counted = rigged.record(pool, now, stratified=True, draw_id=2, before=before)
    assert found.compared
    for one, other in zip(found.strata, counted.strata, strict=True):
        assert (one.name, one.size, one.drawn, one.ranks.tolist(), one.seen, one.again) == (
            other.name, other.size, other.drawn, other.ranks.tolist(), other.seen, other.again
        )  # fmt: skip

    def cells(draw: fairness.RecordedDraw) -> set[tuple]:
        of = draw.groups
        assert of is not None
        return {(*of.labels[i].tolist(), of.stratum[i], of.size[i], of.drawn[i]) for i in range(len(of.size))}

    assert cells(found) == cells(counted)
    assert fairness.examine(found).keys() == fairness.examine(counted).keys()
