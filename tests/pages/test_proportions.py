"""The proportions page: every goal, an impossible budget, and the plan table that comes out of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from inspections.words.wording import LANGUAGES, say, say_in
from inspections.year.scenario import GOALS
from tests.pages.test_pages import BROKEN
from tests.served import at_address, finding, html_texts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def page(database: Path) -> AppTest:
    assert database
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def opened(page: AppTest, **state: object) -> AppTest:
    for key, value in {"bureau": "阳城县自然资源局", "year": 2023, **state}.items():
        page.session_state[key] = value
    return at_address(page, "whatif/proportions").run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_goal_is_told_in_words_with_numbers(page: AppTest, language: str) -> None:
    app = opened(page, lang=language)
    for goal in GOALS:
        app.radio(key="plan_goal").set_value(goal).run()
        if goal == "detection":
            # Two firms of class D can hardly ever make four chances in five certain at so small a rate.
            assert not app.exception
            continue
        assert not app.exception
        assert "全县生产矿山企业" in finding(app)
        assert len(app.metric) == 4
        assert not [text for text in html_texts(app) if BROKEN.search(text)]
        assert say_in(language, f"proportions.curve_notes.{goal}") in " ".join(html_texts(app))


def test_more_budget_finds_more(page: AppTest) -> None:
    app = opened(page, lang="zh")
    budget = next(widget for widget in app.number_input if widget.key.startswith("plan_budget"))
    found = float(app.metric[1].value.split()[0])
    budget.set_value(budget.value + 40).run()
    assert not app.exception
    assert float(app.metric[1].value.split()[0]) > found


def test_an_impossible_budget_names_the_smallest_one_and_keeps_the_curve(page: AppTest) -> None:
    app = opened(page, lang="zh")
    budget = next(widget for widget in app.number_input if widget.key.startswith("plan_budget"))
    smallest = re.search(r"[\d.]+$", app.metric[0].delta)
    assert smallest
    number = smallest[0]
    budget.set_value(1.0).run()
    assert not app.exception
    assert number in finding(app)
    assert not app.metric
    assert any(say("proportions.curve_title") == heading.value for heading in app.subheader)
    budget.set_value(float(number)).run()
    assert len(app.metric) == 4


def test_rotation_reaches_more_with_the_same_days(page: AppTest) -> None:
    app = opened(page, lang="zh")
    app.radio(key="plan_goal").set_value("never_visited").run()
    independent = float(app.metric[2].value.split()[0])
    app.toggle(key="rotation").set_value(True).run()
    assert not app.exception
    assert float(app.metric[2].value.split()[0]) < independent
    assert app.metric[0].value == "60 人日"


def test_proportions_of_several_pools_are_kept_for_one_plan_table(page: AppTest) -> None:
    app = opened(page, lang="zh")
    keep = next(button for button in app.button if button.label == say("proportions.adopt"))
    keep.click().run()
    assert not app.exception
    assert any("已记下：全县生产矿山企业" in text for text in html_texts(app))
    pool = app.selectbox(key="plan_pool")
    assert len(pool.options) > 1
    pool.set_value(pool.options[1]).run()
    assert not app.exception
    assert any("已记下：全县生产矿山企业" in text for text in html_texts(app))


def proposals(page: AppTest) -> list[tuple[object, ...]]:
    from inspections.store.database import ask  # noqa: PLC0415
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    assert page
    rows = ask(connection(), "proposals", bureau_id=1, year=2024)
    return list(rows[["scope", "class", "pool", "quota", "draws"]].itertuples(index=False, name=None))


def test_the_best_plan_is_adopted_for_next_year_replaced_and_taken_back(page: AppTest) -> None:
    app = opened(page, lang="zh")
    assert "take_back" not in [button.key for button in app.button]
    app.button(key="propose").click().run()
    assert not app.exception
    first = proposals(app)
    assert [row[0] for row in first] == ["全县生产矿山企业"] * len(first)
    assert {row[4] for row in first} == {4}
    said = " ".join(html_texts(app))
    assert say("proportions.proposed_same", year=2024) in said
    assert "propose" not in [button.key for button in app.button]  # there is nothing new to adopt
    # Another budget is another plan, and says so before it replaces the first.
    budget = next(widget for widget in app.number_input if widget.key.startswith("plan_budget"))
    budget.set_value(budget.value + 40).run()
    assert say("proportions.proposed_other", year=2024) in " ".join(html_texts(app))
    app.button(key="propose").click().run()
    second = proposals(app)
    assert sum(row[3] for row in second) > sum(row[3] for row in first)
    assert len(second) == len(first)
    app.button(key="take_back").click().run()
    assert not app.exception
    assert proposals(app) == []
    assert "take_back" not in [button.key for button in app.button]
