"""The year-end evaluation over the demonstration county: every unit, the scheme tried and kept, decisions, records."""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from inspections.evaluation.facts import Facts, find
from inspections.evaluation.grade import Graded
from inspections.evaluation.rubric import default_rubric, read_rubric, write_rubric
from inspections.store.database import ask, open_database
from inspections.words.wording import LANGUAGES, say, say_in
from tests import many_units
from tests.filled import empty
from tests.pages.test_pages import BROKEN, BUREAUS, run, words
from tests.served import cursor, finding, served

PAGE = "review/evaluation"
YANGCHENG = "阳城县自然资源局"
STATE = {"lang": "zh", "bureau": YANGCHENG, "year": 2023}
UNIT = "矿产资源监督管理局"


def facts_of(connection: duckdb.DuckDBPyConnection, bureau: str = YANGCHENG, year: int = 2023) -> Facts:
    return find(functools.partial(ask, connection), bureau, year, datetime.date(year, 12, 31))


def weight(app: AppTest, code: str) -> str:
    return next(str(widget.key) for widget in app.number_input if str(widget.key).startswith(f"weight_{code}_"))


def league(app: AppTest) -> dict[str, tuple[float, str]]:
    frame = next(frame.value for frame in app.dataframe if "rank" in frame.value.columns)
    return {str(row["unit"]): (row["score"], row["grade"]) for row in frame.to_dict("records")}


def named(unit: Graded, language: str = "zh") -> str:
    """As the league names it: the bureau among its own units has another score than the bureau as a whole."""
    return say_in(language, "evaluation.aside_name", unit=unit.unit) if unit.aside else unit.unit


def records(app: AppTest) -> int:
    others = {"rank", "indicator"}
    return len(next(frame.value for frame in app.dataframe if not others & set(frame.value.columns)))


def clicked(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("looked_at")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_of_every_year_says_its_score_in_words(language: str) -> None:
    for bureau, years in BUREAUS.items():
        for year in years if language == "zh" else years[1:]:
            app = run(PAGE, lang=language, bureau=bureau, year=year)
            evaluation = facts_of(cursor(), bureau, year).evaluation
            assert str(evaluation.whole.score) in finding(app)
            assert app.metric[0].value == str(evaluation.whole.score)
            assert evaluation.best is not None
            assert evaluation.best.unit in finding(app)
            shown = league(app)
            for unit in evaluation.units:
                assert shown[named(unit, language)][1] == say_in(language, f"codes.grade.{unit.grade}")
                if unit.score is not None:
                    assert shown[named(unit, language)][0] == pytest.approx(float(unit.score))
            for unit in (evaluation.units[0], evaluation.units[-1]):
                app.selectbox(key="evaluated").set_value(unit.unit).run()
                assert not app.exception
                assert not [text for text in words(app) if BROKEN.search(text)]
                assert any(unit.unit in heading.value for heading in app.subheader)


@pytest.mark.usefixtures("looked_at")
def test_the_records_behind_an_indicator_are_those_that_did_not_count() -> None:
    app = run(PAGE, **STATE)
    app.selectbox(key="evaluated").set_value(UNIT).run()
    unit = next(one for one in facts_of(cursor()).evaluation.units if one.unit == UNIT)
    pills = next(group for group in app.button_group if str(group.key).startswith("costs_"))
    apart = {"problem_rate", "days_to_publish"}
    missing = {mark.code: mark.denominator - mark.numerator for mark in unit.marks if mark.code not in apart}
    # A mean that is not scored costs nobody a point: no record is shown for it.
    assert next(mark for mark in unit.marks if mark.code == "days_to_publish").lost == 0
    costly = [code for code, count in missing.items() if count]
    assert len(pills.options) == len(costly)
    dearest = max(unit.marks, key=lambda mark: mark.lost)
    assert pills.value == dearest.code
    assert records(app) == missing[dearest.code]
    for code in costly:
        next(group for group in app.button_group if group.key == pills.key).set_value(code).run()
        assert not app.exception
        assert records(app) == missing[code], code


@pytest.mark.usefixtures("looked_at")
def test_a_weight_that_is_moved_scores_at_once_and_keeps_nothing() -> None:
    app = run(PAGE, **STATE)
    before = league(app)
    app.number_input(key=weight(app, "publication_on_time")).set_value(0.0).run()
    assert not app.exception
    after = league(app)
    assert after[UNIT][0] > before[UNIT][0]
    assert any(say("evaluation.unsaved") in text for text in words(app))
    with cursor() as connection:
        assert connection.execute("select count(*) from rubric").fetchone() == (0,)
        rubric = default_rubric()
        without = {code: one for code, one in rubric.criteria.items() if code != "publication_on_time"}
        counts = facts_of(connection).indicators
    from dataclasses import replace  # noqa: PLC0415

    from inspections.evaluation.grade import evaluate  # noqa: PLC0415

    expected = evaluate(counts, replace(rubric, criteria=without))
    assert expected is not None
    assert {named(unit): float(unit.score) for unit in expected.units if unit.score is not None} == pytest.approx(
        {unit: score for unit, (score, _) in after.items()}
    )
    # Files of record come from a scheme that is kept, never from one that is tried.
    assert all(button.disabled for button in app.get("download_button") if button.key in KEPT)
    clicked(app, say("evaluation.discard"))
    assert league(app) == before


@pytest.mark.usefixtures("looked_at")
def test_bands_in_the_wrong_order_are_told_in_a_sentence() -> None:
    app = run(PAGE, **STATE)
    before = league(app)
    band = next(str(widget.key) for widget in app.number_input if str(widget.key).startswith("band_good_"))
    app.number_input(key=band).set_value(95.0).run()
    assert not app.exception
    file = say("evaluation.rubric_title")
    assert app.error[0].value == say("errors.rubric_bands", file=file)
    assert league(app) == before


@pytest.mark.usefixtures("looked_at")
def test_a_scheme_comes_in_as_a_file_and_a_wrong_one_is_refused_in_a_sentence() -> None:
    app = run(PAGE, **STATE)
    assert "良" in {grade for _, grade in league(app).values()}
    wrong = "[indicators.problem_rate]\nweight = 5\nzero = 0\nfull = 1\n"
    app.file_uploader[0].upload("坏.toml", (write_rubric(default_rubric()) + wrong).encode(), "application/toml").run()
    assert not app.exception
    assert "问题发现率只作展示，不得计分" in app.error[0].value
    stricter = write_rubric(default_rubric()).replace("good = 80", "good = 89")
    app.file_uploader[0].upload("新.toml", stricter.encode(), "application/toml").run()
    assert not app.exception
    assert not app.error
    band = next(widget for widget in app.number_input if str(widget.key).startswith("band_good_"))
    assert band.value == 89
    assert "良" not in {grade for _, grade in league(app).values()}


@pytest.mark.usefixtures("looked_at")
@pytest.mark.parametrize(("language", "unit"), [("zh", "个工作日"), ("en", "working days")])
def test_days_stand_beside_rates_in_their_own_unit_and_are_scored_when_given_a_weight(language: str, unit: str) -> None:
    app = run(PAGE, **{**STATE, "lang": language})
    name = say_in(language, "codes.indicator.days_to_publish")
    shown = next(frame.value for frame in app.dataframe if "own_value_words" in frame.value.columns).set_index(
        "indicator"
    )
    mark = facts_of(cursor()).evaluation.whole.mark("days_to_publish")
    assert shown.loc[name, "own_value_words"] == f"{mark.numerator / mark.denominator:.1f} {unit}"
    assert unit in shown.loc[name, "last_value_words"]
    assert shown["own_value_words"].str.endswith("%").sum() > 10
    before = league(app)
    app.number_input(key=weight(app, "days_to_publish")).set_value(100.0).run()
    assert not app.exception
    assert not app.error
    assert league(app) != before


@pytest.mark.usefixtures("looked_at")
def test_the_problem_rate_has_no_weight_to_give() -> None:
    app = run(PAGE, **STATE)
    keys = " ".join(str(widget.key) for widget in app.number_input)
    assert "weight_joint_share" in keys
    assert "problem_rate" not in keys


@pytest.mark.usefixtures("looked_at")
def test_a_running_year_says_that_it_is_an_interim_result() -> None:
    app = run(PAGE, **STATE, as_of_2023=datetime.date(2023, 7, 31))
    assert not app.exception
    assert say("statements.running", day="2023-07-31") in finding(app)


@pytest.mark.usefixtures("looked_at")
def test_a_year_in_which_nothing_is_due_yet_says_what_to_import() -> None:
    app = run(PAGE, **STATE, as_of_2023=datetime.date(2023, 1, 1))
    assert not app.exception
    assert app.info[0].value == say("evaluation.empty")
    assert not app.metric
    assert "2023-01-01" in finding(app)


@pytest.fixture
def three_hundred_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    own = empty(tmp_path / "many.duckdb")
    with open_database(own) as connection:
        many_units.fill(connection, 300)
    with served(own, monkeypatch):
        yield own


@pytest.mark.usefixtures("three_hundred_units")
def test_three_hundred_units_are_shown_at_both_ends_and_listed_in_full() -> None:
    language = "en"
    app = run(PAGE, lang=language, bureau=many_units.BUREAU, year=many_units.YEAR)
    assert not app.exception
    assert len(league(app)) == 300
    figure = next(chart for chart in app.get("plotly_chart") if "league" in str(chart.proto.id))
    assert (
        say_in(language, "evaluation.more_units", count=260)
        in json.loads(figure.proto.spec)["layout"]["yaxis"]["ticktext"]
    )
    assert app.metric[0].value in finding(app)


@pytest.mark.usefixtures("database")
def test_an_own_letterhead_that_cannot_be_used_is_told_at_the_buttons_of_papers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTIONS_TEMPLATES", str(tmp_path))
    (tmp_path / "report.zh.docx").write_text("no document")
    buttons = {button.key: button.proto for button in run(PAGE, **STATE).get("download_button") if button.key in KEPT}
    refused = {key for key, button in buttons.items() if button.disabled and "report.zh.docx" in button.help}
    assert refused == {"evaluation-report", "evaluation-circular"}
    assert not buttons["evaluation-workbook"].disabled


KEPT = {"evaluation-report", "evaluation-circular", "evaluation-workbook"}


@pytest.mark.usefixtures("database")
def test_a_scheme_is_saved_as_a_version_and_goes_back_to_the_default() -> None:
    app = run(PAGE, **STATE)
    for version, points in ((1, 40.0), (2, 60.0)):
        app.number_input(key=weight(app, "completion")).set_value(points).run()
        app.button(key="rubric_save").click().run()
        assert not app.exception
        name = say("evaluation.own_name")
        assert say("statements.rubric", name=name, version=version) in [text.strip() for text in words(app)]
        assert app.number_input(key=weight(app, "completion")).value == points
    assert not any(say("evaluation.unsaved") == text.strip() for text in words(app))
    with cursor() as connection:
        saved = connection.execute("select version, definition from rubric order by version").fetchall()
        assert [read_rubric(text, "saved").criteria["completion"].weight for _, text in saved] == [40, 60]
        assert connection.execute("select count(*) from change_log where action = 'rubric'").fetchone() == (2,)
    scored = league(app)
    clicked(app, say("evaluation.to_default"))
    assert app.number_input(key=weight(app, "completion")).value == 20
    assert league(app) != scored
    assert any(say("evaluation.unsaved") in text for text in words(app))


@pytest.mark.usefixtures("database")
def test_a_grade_is_decided_with_a_reason_shown_and_taken_back() -> None:
    app = run(PAGE, **STATE)
    app.selectbox(key="evaluated").set_value(UNIT).run()
    reckoned = league(app)[UNIT][1]
    assert reckoned != "良"
    grade = next(widget for widget in app.selectbox if str(widget.key).startswith("grade_"))
    grade.set_value("good")
    clicked(app, say("evaluation.override_save"))
    assert app.error[0].value == say("errors.grade_reason_missing")
    next(widget for widget in app.text_input if str(widget.key).startswith("reason_")).set_value("补报材料经复核属实")
    clicked(app, say("evaluation.override_save"))
    assert league(app)[UNIT][1] == "良"
    assert any("补报材料经复核属实" in text for text in words(app))
    assert "人工评定" in {str(one) for frame in app.dataframe for one in frame.value.get("decided", [])}
    with cursor() as connection:
        (action, after) = connection.execute(
            "select action, after from change_log order by seq desc limit 1"
        ).fetchone()
        assert (action, "补报材料" in after) == ("grade", True)
    grade = next(widget for widget in app.selectbox if str(widget.key).startswith("grade_"))
    grade.set_value("")
    next(widget for widget in app.text_input if str(widget.key).startswith("reason_")).set_value("恢复")
    clicked(app, say("evaluation.override_save"))
    assert league(app)[UNIT][1] == reckoned


@pytest.mark.usefixtures("database")
def test_a_note_is_written_logged_and_shown() -> None:
    app = run(PAGE, **STATE)
    app.selectbox(key="evaluated").set_value(UNIT).run()
    app.text_area[0].set_value("名录库 6 月更新")
    clicked(app, say("evaluation.note_save"))
    shown = next(frame.value for frame in app.dataframe if "rank" in frame.value.columns)
    assert list(shown.loc[shown["unit"] == UNIT, "note"]) == ["名录库 6 月更新"]
    with cursor() as connection:
        assert connection.execute("select action from change_log order by seq desc limit 1").fetchone() == ("note",)
