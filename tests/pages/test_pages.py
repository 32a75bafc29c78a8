"""Every page in both languages, run on the server side: no error, no raw code, no "None", the numbers of the data."""

from __future__ import annotations

import concurrent.futures
import datetime
import itertools
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES as NAVIGATION
from inspections.store.database import ask, log_change, open_database, transaction
from inspections.words.wording import FIRST, LANGUAGES, say, say_in, texts
from pages.frame.head import WITHOUT_PLAN
from tests.filled import empty
from tests.served import cursor, forget, html_texts, served, visited

ROOT = Path(__file__).resolve().parents[2]
PAGES = tuple(f"{section}/{page}" for section, pages in NAVIGATION.items() for page in pages)
BUREAUS = {"阳城县自然资源局": (2022, 2023), "许昌市自然资源和规划局建安区分局": (2023, 2024)}
# A word on screen never looks like this: empty values of Python and pandas, placeholders not filled, keys not found.
BROKEN = re.compile(r"\bNone\b|\bnan\b|\bNaT\b|<NA>|\{\w+[:}]|\binf\b")


@pytest.fixture
def empty_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with served(empty(tmp_path / "empty.duckdb"), monkeypatch) as own:
        yield own


def run(page: str, **state: object) -> AppTest:
    return visited(page, **state)


def words(app: AppTest) -> list[str]:
    """Every text a reader sees outside the figures."""
    found = html_texts(app)
    found += [
        element.value
        for kind in ("title", "subheader", "markdown", "caption", "info", "error")
        for element in app.get(kind)
    ]
    for metric in app.metric:
        found += [metric.label, metric.value, metric.delta]
    for frame in app.dataframe:
        found += [str(value) for column in frame.value.columns for value in frame.value[column].dropna()]
        found += list(frame.value.columns)
    return [text for text in found if text and not text.lstrip().startswith(("/*", "<style"))]


@pytest.mark.usefixtures("looked_at")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_words_only(page: str, language: str) -> None:
    for bureau, years in BUREAUS.items():
        # Whatever the data say is said with the same placeholders in all languages: one year shows how they look.
        for year in years if language == FIRST else years[1:]:
            app = run(page, lang=language, bureau=bureau, year=year)
            assert not app.exception
            assert app.title[0].value == say_in(language, f"{page.split('/')[1]}.title")
            seen = words(app)
            assert not [text for text in seen if BROKEN.search(text)]
            assert any(say_in(language, "frame.synthetic_note") in text for text in seen)


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize(
    ("page", "language"),
    [
        (page, language)
        for page in PAGES
        for language in LANGUAGES
        # Pages that wait for a plan all say the same.
        if language == FIRST or page == PAGES[0] or page.split("/")[1] in WITHOUT_PLAN
    ],
)
def test_an_empty_database_says_what_to_import(page: str, language: str) -> None:
    app = run(page, lang=language)
    assert not app.exception
    assert not [text for text in words(app) if BROKEN.search(text)]
    if page.split("/")[1] in WITHOUT_PLAN:
        assert app.title[0].value == say_in(language, f"{page.split('/')[1]}.title")
        return
    assert app.info[0].value == say_in(language, "frame.empty")
    # One link in the list of pages, one below the hint.
    assert [link.proto.page for link in app.get("page_link")].count("imports") == 2
    assert not app.metric


def test_a_plan_without_draws_shows_on_every_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from inspections.notice.storing import import_notice  # noqa: PLC0415

    path = empty(tmp_path / "plans.duckdb")
    with open_database(path) as connection:
        for notice in sorted((ROOT / "data" / "notices").glob("*.txt")):
            import_notice(connection, notice, actor="test")
    with served(path, monkeypatch):
        for page, (bureau, years) in zip(PAGES, itertools.cycle(BUREAUS.items()), strict=False):
            app = run(page, bureau=bureau, year=years[1])
            assert not app.exception, (page, bureau)
            seen = words(app)
            assert not [text for text in seen if BROKEN.search(text)]
            assert not any(say("frame.synthetic_note") in text for text in seen)


@pytest.mark.usefixtures("database")
def test_the_overview_says_the_numbers_of_the_data() -> None:
    app = run("monitor/overview", lang="zh", bureau="阳城县自然资源局", year=2023)
    with cursor() as connection:
        totals = ask(connection, "year_totals", bureau_id=1, year=2023, as_of=datetime.date(2023, 12, 31)).iloc[0]
    finding = next(text for text in words(app) if "计划抽查任务" in text)
    for key in ("tasks", "launched", "joint_tasks", "due", "entered", "published"):
        assert str(int(totals[key])) in finding
    assert app.metric[1].value == f"{totals['entered'] / totals['due']:.1%}"


@pytest.mark.usefixtures("database")
def test_an_earlier_cut_off_shows_less() -> None:
    state = {"bureau": "阳城县自然资源局", "year": 2023}
    whole = run("monitor/completion", **state)
    half = run("monitor/completion", **state, as_of_2023=datetime.date(2023, 6, 30))

    def entered(app: AppTest) -> int:
        return int(re.match(r"[\d,]+", app.metric[0].delta).group().replace(",", ""))

    assert 0 < entered(half) < entered(whole)


def addressed(**address: str) -> AppTest:
    """The first page, opened by an address somebody wrote or kept."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


@pytest.mark.usefixtures("database")
def test_years_before_the_last_three_are_reached_and_an_unknown_one_is_said() -> None:
    bureau = "阳城县自然资源局"
    with cursor() as connection:
        connection.execute(
            "insert into plan (bureau_id, year, kind, title)"
            " select 1, year, 'internal', '计划' from range(2018, 2022) as t(year)"
        )
        log_change(connection, actor="test", action="edit", subject="plans")
    app = run("monitor/overview", lang="zh", bureau=bureau)
    assert [int(year) for year in app.selectbox(key="year").options] == [2023, 2022, 2021, 2020, 2019, 2018]
    assert app.selectbox(key="year").value == 2023
    app.selectbox(key="year").set_value(2019).run()
    assert not app.exception
    assert app.session_state["year"] == 2019
    asked = addressed(bureau=bureau, year="1999")
    assert not asked.exception
    assert asked.warning[0].value == (
        "阳城县自然资源局没有“1999”年度的抽查计划，现显示 2023 年度；有计划的年度：2018、2019、2020、2021、2022、2023。"
    )
    known = addressed(bureau=bureau, year="2019")
    assert known.session_state["year"] == 2019
    assert not known.warning


@pytest.mark.usefixtures("database")
def test_redraw_says_what_the_yangcheng_plan_does() -> None:
    state = {"bureau": "阳城县自然资源局", "year": 2023}
    said = words(run("whatif/redraw", lang="zh", **state))
    finding = next(text for text in said if "全县生产矿山企业" in text)
    assert "全年 4 次抽查（每次 25.0%），60 户中预计有 21.7 户（36.2%）全年未抽到" in finding
    assert "约为 9.5 户" in finding
    assert "平均受检 2.0 次，最多 5 次" in finding
    # One pair of numbers in the sentence; what the notice's proportions say by themselves stands in a note.
    assert "31.6%" not in finding
    assert any("31.6%" in text and "0.0%" in text for text in said)
    # No cap was in force: those above it break no rule.
    assert any("1 次只是参考" in text.replace("  ", " ") for text in said)
    english = next(text for text in words(run("whatif/redraw", lang="en", **state)) if "全县生产矿山企业" in text)
    for part in (
        "4 times a year at 25.0%",
        "21.7 of 60 objects (36.2%)",
        "with rotation (drawn once, not again) about 9.5",
        "visited 2.0 times a year on average and at most 5 times",
    ):
        assert part in english


@pytest.mark.usefixtures("database")
def test_own_proportions_of_everything_leave_nobody_out() -> None:
    everything = {f"rate_{code}": 100.0 for code in ("A", "B", "C", "D", "none")}
    app = run("whatif/redraw", lang="zh", bureau="阳城县自然资源局", year=2023, own="rates", **everything)
    assert app.metric[0].value == "0.0 户"
    app = run(
        "whatif/redraw", lang="zh", bureau="阳城县自然资源局", year=2023, own="rates", **dict.fromkeys(everything, 0.0)
    )
    assert app.metric[3].value == "100.0%"


@pytest.mark.usefixtures("looked_at")
def test_what_if_a_class_is_doubled_and_another_halved() -> None:
    app = run("whatif/redraw", lang="zh", bureau="阳城县自然资源局", year=2023, own="rates")
    begun, never = app.slider(key="rate_A").value, app.metric[0].value
    assert 0 < begun < 50
    app.button(key="half_A").click().run()
    assert app.slider(key="rate_A").value == pytest.approx(begun / 2, abs=0.06)
    assert app.number_input(key="typed_A").value == app.slider(key="rate_A").value
    assert float(app.metric[0].value.split()[0]) > float(never.split()[0])
    app.number_input(key="typed_D").set_value(60.0).run()
    app.button(key="double_D").click().run()
    assert app.slider(key="rate_D").value == 100
    assert app.button(key="double_D").disabled
    said = " ".join(words(app))
    assert "未分类已为 100%" in said
    assert "自定比例（" in said
    assert "人日（现行" in said
    # The same by multiples: every task keeps its own proportions, so that at 1 nothing differs from the plan in force.
    app.radio(key="own").set_value("factors").run()
    in_force = app.metric[0].value
    assert in_force == visited("whatif/redraw", bureau="阳城县自然资源局", year=2023).metric[0].value
    app.button(key="half_A").click().run()
    assert app.slider(key="times_A").value == pytest.approx(0.5)
    assert "按现行计划的倍数（A" in " ".join(words(app))
    assert float(app.metric[0].value.split()[0]) > float(in_force.split()[0])


@pytest.mark.usefixtures("looked_at")
def test_a_year_is_drawn_by_name_again_and_again_and_comes_back_by_its_address() -> None:
    app = run("whatif/redraw", lang="zh", bureau="阳城县自然资源局", year=2023)
    app.button(key="trial_one").click().run()
    app.button(key="trial_ten").click().run()
    assert not app.exception
    assert app.query_params["years"] == "11"
    assert any("种子" in text and "不是正式抽取" in text for text in words(app))
    assert not app.exception
    # Task, place, name, class, number.
    (listed,) = (one.value for one in app.dataframe if one.value.shape[1] == 5)
    assert len(listed) > 40
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).switch_page("pages/whatif/redraw.py")
    again.query_params.update(app.query_params)
    again.run()
    assert [one.value for one in again.metric] == [one.value for one in app.metric]
    assert any(one.value.equals(listed) for one in again.dataframe)
    app.button(key="trial_anew").click().run()
    assert "years" not in app.query_params


@pytest.mark.usefixtures("database")
def test_the_joint_task_on_the_coal_firms_only_visits_less() -> None:
    state = {"lang": "zh", "bureau": "阳城县自然资源局", "year": 2023}
    wide = run("whatif/redraw", **state)
    task = next(option for option in wide.selectbox(key="pool_task").options if option.startswith("联1"))
    narrow = run("whatif/redraw", **state, pool_task=task, pool_scope="全县煤炭生产企业")
    assert float(narrow.metric[4].value.split()[0]) < float(wide.metric[4].value.split()[0])
    assert float(narrow.metric[0].value.split()[0]) > float(wide.metric[0].value.split()[0])


@pytest.mark.usefixtures("database")
def test_a_scenario_is_saved_compared_told_stale_and_removed() -> None:
    state = {"lang": "zh", "bureau": "阳城县自然资源局", "year": 2023}
    app = run("whatif/redraw", **state, own="rates", rate_A=5.0, scenario_name="A 类降到 5%")
    app.button(key="scenario_save").click().run()
    assert not app.exception
    app.multiselect(key="compare").set_value(["A 类降到 5%"]).run()
    compared = {str(name) for frame in app.dataframe for name in frame.value.iloc[:, 0]}
    assert {"现行计划", "实际抽取", "当前方案", "A 类降到 5%"} <= compared
    assert not app.warning
    # Data that change afterwards are told, with what was expected then and is now.
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    with transaction(connection()):
        log_change(connection(), actor="x", action="import", subject="名录")
    app.run()
    assert "A 类降到 5%" in app.warning[0].value
    assert "1 处变更" in app.warning[0].value
    # The same name is taken; after it was removed it is free again.
    app.button(key="scenario_save").click().run()
    assert "已有名为" in app.error[0].value
    app.button(key="remove_1").click().run()
    assert not app.exception
    assert "compare" not in [widget.key for widget in app.multiselect]


@pytest.mark.usefixtures("database")
def test_every_page_is_shown_while_another_visitor_s_statement_runs() -> None:
    """All visitors of a server share one connection, which does one statement at a time."""
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    shared, begun = connection(), threading.Event()

    def long() -> None:
        begun.set()
        shared.execute("select sum(hash(number)) from range(1000000000000) as numbers(number)")

    with concurrent.futures.ThreadPoolExecutor(1) as others:
        running = others.submit(long)
        begun.wait()
        time.sleep(0.2)
        try:
            shown = {page: run(page, lang="zh") for page in PAGES}
            assert not running.done()
        finally:
            shared.interrupt()
    assert [page for page, app in shown.items() if app.exception or app.error] == []


@pytest.mark.usefixtures("database")
def test_the_day_of_publication_is_saved_and_logged() -> None:
    app = run("monitor/plans", lang="zh", bureau="阳城县自然资源局", year=2023)
    app.date_input[1].set_value(datetime.date(2023, 3, 20))
    app.button[-1].click().run()
    assert not app.exception
    with cursor() as connection:
        assert connection.execute("select count(*) from plan where published_on = '2023-03-20'").fetchone() == (1,)
        assert connection.execute("select action, subject from change_log order by seq desc limit 1").fetchone() == (
            "edit",
            "plan 1 published_on",
        )


@pytest.mark.usefixtures("database")
def test_publication_before_issue_is_refused_in_one_sentence() -> None:
    app = run("monitor/plans", lang="zh", bureau="阳城县自然资源局", year=2023)
    app.date_input[1].set_value(datetime.date(2022, 3, 20))
    app.button[-1].click().run()
    assert "早于印发日期" in app.error[0].value


def test_a_held_database_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "not-ours.duckdb").write_bytes(b"not a database")
    monkeypatch.setenv("INSPECTIONS_DB", str(tmp_path / "not-ours.duckdb"))
    forget()
    app = run(PAGES[0], lang="en")
    assert not app.exception
    assert "cannot be opened" in app.error[0].value
    forget()


def test_every_alert_and_page_has_its_words() -> None:
    for language in LANGUAGES:
        for page in PAGES:
            assert say_in(language, f"{page.split('/')[1]}.title")
        assert set(texts(language)["overview"]["alerts"]) == set(texts(FIRST)["overview"]["alerts"])
