"""Bureaus beside one another on the server side: few and many of them, one alone, filters, the address, ways on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from inspections.evaluation.bureaus import ranking, with_scores
from inspections.evaluation.rubric import default_rubric
from inspections.store.database import ask, open_database
from inspections.words.wording import say
from tests import many_bureaus
from tests.filled import empty
from tests.pages.test_pages import BROKEN, BUREAUS, run, words
from tests.served import cursor, finding, served

PAGE = "review/bureaus"
YANGCHENG, JIANAN = BUREAUS
STATE = {"lang": "zh", "bureau": YANGCHENG, "year": 2023}
COUNT = 40


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    path = empty(tmp_path / "many.duckdb")
    with open_database(path) as connection:
        many_bureaus.fill(connection, COUNT)
    with served(path, monkeypatch):
        yield


def listed(app: AppTest) -> list[tuple[int, str]]:
    frame = next(frame.value for frame in app.dataframe if "rank" in frame.value.columns)
    return list(zip(frame["rank"], frame["bureau"], strict=True))


@pytest.mark.usefixtures("database")
def test_both_bureaus_are_ranked_by_the_score_of_the_evaluation() -> None:
    app = run(PAGE, **STATE)
    assert not app.exception
    with cursor() as connection:
        totals = ask(connection, "indicator_counts", bureau_id=None, year=2023, as_of=datetime.date(2023, 12, 31))
    found = ranking(with_scores(totals, default_rubric()), "score")
    assert listed(app) == list(zip(found.rows["rank"], found.rows["bureau"], strict=True))
    assert found.best[0] in finding(app)
    evaluation = run("review/evaluation", lang="zh", bureau=found.best[0], year=2023)
    assert app.metric[1].value == evaluation.metric[0].value == f"{found.top:.2f}"
    # A way on to the overview of the best and of the last.
    links = {link.proto.label: link.proto.url for link in app.get("link_button")}
    for name in BUREAUS:
        address = links[say("bureaus.open", bureau=name)]
        assert parse_qs(urlsplit(address).query)["bureau"] == [name]
        assert urlsplit(address).path == "./"


@pytest.mark.usefixtures("database")
def test_what_to_rank_by_stands_in_the_address_as_a_code() -> None:
    app = run(PAGE, **STATE)
    app.selectbox(key="by").set_value("completion").run()
    assert not app.exception
    assert app.query_params["by"] in ("completion", ["completion"])
    assert say("codes.indicator.completion") in finding(app)
    assert listed(app)[0][1] == JIANAN
    app.selectbox(key="by").set_value("score").run()
    assert "by" not in app.query_params


@pytest.mark.usefixtures("database")
def test_a_link_that_ranks_by_nothing_known_ranks_by_the_score() -> None:
    app = run(PAGE, **STATE, by="nothing")
    assert app.selectbox(key="by").value == "score"


@pytest.mark.usefixtures("database")
def test_one_bureau_alone_has_nothing_to_be_compared_with() -> None:
    app = run(PAGE, lang="zh", bureau=JIANAN, year=2024)
    assert not app.exception
    assert finding(app) == say("bureaus.alone", bureau=JIANAN, year=2024)
    assert app.info[0].value == say("bureaus.empty")
    assert not app.dataframe


@pytest.mark.usefixtures("database")
def test_a_filter_that_leaves_one_says_so() -> None:
    app = run(PAGE, **STATE, among="阳城")
    assert finding(app) == say("bureaus.too_few", count=1, all=2)


@pytest.mark.usefixtures("database")
def test_before_anything_is_due_nobody_is_ranked() -> None:
    app = run(PAGE, **STATE, as_of_2023=datetime.date(2023, 1, 1))
    assert not app.exception
    assert not [text for text in words(app) if BROKEN.search(text)]


@pytest.mark.usefixtures("many")
def test_many_bureaus_are_a_curve_and_a_table_with_links() -> None:
    app = run(PAGE, lang="zh", bureau="演示0007县市场监督管理局", year=many_bureaus.YEAR)
    assert not app.exception
    assert not [text for text in words(app) if BROKEN.search(text)]
    assert len(listed(app)) == COUNT
    assert app.metric[0].value == str(COUNT)
    frame = next(frame.value for frame in app.dataframe if "rank" in frame.value.columns)
    assert frame["overview_link"].str.startswith("./?lang=").all()
    assert frame["overview_link"].nunique() == COUNT
    app.text_input(key="among").set_value("演示3市").run()
    assert {name for _, name in listed(app)} == {
        f"演示{n:04}县市场监督管理局" for n in range(1, COUNT + 1) if n % 9 == 3
    }
