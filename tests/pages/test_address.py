"""Every control of every page lives in the address: as a code, in both languages, and what is unknown is said."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES as NAVIGATION
from inspections.words.wording import FIRST, LANGUAGES, say_in, speak
from pages.frame.address import COMMON
from tests.served import ROOT, at_address, served

PAGES = tuple(f"{section}/{page}" for section, pages in NAVIGATION.items() for page in pages)
FRAME = {"lang": "zh", "bureau": "阳城县自然资源局", "year": "2023"}
CHOICES = ("selectbox", "radio", "button_group", "select_slider")
CONTROLS = (*CHOICES, "multiselect", "toggle", "checkbox", "number_input", "slider", "text_input", "date_input")
# What somebody enters in order to save, draw or import it, and what it is entered for: no view that can be sent. What
# is typed beside a slider is the slider's own value.
ENTERED = re.compile(
    r"publish_|edit_|new_class|recusal_|note_text_|grade_|reason_|rubric_name_|scenario_name"
    r"|typed_|trial_|match_|most_|out_|more_|setting_(value|bureau|year)_|enter_|import_"
)
# Rows chosen in tables, which AppTest cannot choose: `test_a_row_chosen_in_a_table_comes_back` does by the address.
ROWS = {"entry", "object", "inspector", "item", "attempt"}
# Tables to edit, which AppTest cannot either, and what buttons count.
TABLES = {
    "registry/imports": {"files": "2"},
    "whatif/redraw": {"years": "3", "luck": "abc"},
    "review/evaluation": {
        "marks_rate": "completion.zero.12~publication.full.90",
        "marks_mean": "days_to_publish.zero.21",
    },
    "whatif/proportions": {"plan_classes": "A.floor.11~C.days.2.5"},
}


@pytest.fixture(scope="module")
def looked_at(demo_database: Path) -> Iterator[Path]:
    """A county with a saved what-if; these tests only look at it."""
    with pytest.MonkeyPatch.context() as patch, served(demo_database, patch):
        yield demo_database


def opened(page: str, address: dict[str, Any]) -> AppTest:
    """A page by an address."""
    # AppTest asks what an option is called here, outside of the run that knows who reads.
    asked = str(address.get("lang", FIRST))
    speak(asked if asked in LANGUAGES else FIRST)
    app = at_address(AppTest.from_file(str(ROOT / "app.py"), default_timeout=120), page)
    app.query_params.update(address)
    app.run()
    assert not app.exception, page
    return app


def controls(app: AppTest) -> dict[str, Any]:
    """The controls of a page by key, without what is entered on it."""
    found = {one.key: one for kind in CONTROLS for one in app.get(kind) if one.key}
    return {key: one for key, one in found.items() if not ENTERED.match(key)}


def kept(app: AppTest) -> dict[str, str]:
    """The names in the address of what is kept there, by the key of the control."""
    return {claim.key: name for name, claim in app.session_state["address"].claims.items()}


def move(control: Any) -> None:
    """Set a control to another value than it has."""
    kind, value = control.type, control.value
    if kind in CHOICES:
        labels = [str(option.content) if hasattr(option, "content") else str(option) for option in control.options]
        here = control.index if kind in {"selectbox", "radio"} else None
        others = [label for place, label in enumerate(labels) if place != here]
        if kind in {"button_group", "select_slider"}:
            others = [label for label in labels if label not in {str(value), f"{value}"}]
        if others:
            chosen = others[-1]
            control.set_value([chosen] if kind == "button_group" and isinstance(value, list) else chosen)
    elif kind == "multiselect":
        labels = list(control.options)
        control.set_value(labels[1:3] if len(labels) > len(value) else labels[:2])
    elif kind in {"toggle", "checkbox"}:
        control.set_value(not value)
    elif kind in {"number_input", "slider"}:
        most = control.max
        step = 1 if most is None or value + 1 <= most else -1
        control.set_value(value + step)
    elif kind == "text_input":
        control.set_value("矿")
    elif kind == "date_input":
        day = value or datetime.date(2023, 6, 30)
        control.set_value(day - datetime.timedelta(days=31))


def moved(page: str) -> AppTest:
    """A page of which every control stands where it does not stand by itself."""
    app = opened(page, FRAME)
    done = {"lang", "bureau", "year"}
    # What decides which controls there are, and for what, comes first.
    for kinds in (("toggle", "checkbox", "date_input"), ("selectbox", "radio"), CONTROLS):
        for key, control in controls(app).items():
            if control.type in kinds and key not in done and key in kept(app):
                done.add(key)
                move(control)
        app.run()
        assert not app.exception, page
        if kinds != CONTROLS:
            app = opened(page, app.query_params | TABLES.get(page, {}))
    here, standing = values(app), values(opened(page, FRAME))
    assert not {
        name for name in here.keys() & standing.keys() - {"bureau", "year", *ROWS} if here[name] == standing[name]
    }
    return app


def values(app: AppTest) -> dict[str, Any]:
    state = app.session_state
    return {name: state[key] for key, name in kept(app).items() if key in state and name != "lang"}


def link(app: AppTest) -> dict[str, Any]:
    """What a link of the sidebar carries."""
    return {name: app.query_params[name] for name in COMMON}


@pytest.mark.usefixtures("looked_at")
@pytest.mark.parametrize("page", PAGES)
def test_every_control_is_in_the_address_and_outlives_reload_language_and_another_page(page: str) -> None:
    app = moved(page)
    assert not set(controls(app)) - set(kept(app)), "kept(…) in pages/frame/address.py keeps a control in the address"
    said, address = values(app), dict(app.query_params)
    again = opened(page, {**address, "lang": "en"})
    assert not again.warning
    assert values(again) == said
    assert again.query_params == {**address, "lang": "en"}
    speak(FIRST)
    app.button_group(key="lang").set_value("en")
    app.run()
    assert not app.exception
    assert app.title[0].value == say_in("en", f"{page.split('/')[1]}.title")
    assert values(app) == said
    assert app.query_params == {**address, "lang": "en"}
    speak("en")
    elsewhere = next(other for other in PAGES if other not in {page, PAGES[0]})
    for there in (elsewhere, page):
        app.query_params = link(app)
        app.switch_page(f"pages/{there}.py").run()
        assert not app.exception
    assert values(app) == said
    assert app.query_params == {**address, "lang": "en"}


@pytest.mark.usefixtures("looked_at")
def test_what_a_page_s_controls_say_is_no_wish_for_another_page_with_controls_of_that_name() -> None:
    names = {page: set(kept(opened(page, FRAME)).values()) - set(COMMON) for page in PAGES}
    pairs = [(one, two) for one in PAGES for two in PAGES if one != two and names[one] & names[two]]
    assert ("whatif/redraw", "whatif/proportions") in pairs
    for before, page in pairs:
        app = opened(before, FRAME)
        app.query_params = link(app)
        app.switch_page(f"pages/{page}.py").run()
        assert values(app) == values(opened(page, FRAME)), (before, page)


def budget() -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs this function's text alone

    from pages.frame import address  # noqa: PLC0415

    address.begin()
    with address.written():
        key = address.kept("budget", address.number(0, 100), st.session_state["today"])
        st.number_input("budget", 0, 100, key=key)


def test_a_control_on_its_default_follows_the_data_and_a_choice_stays() -> None:
    """An address without the name means the default of the day: whoever stays on the page sees what a reload shows."""
    app = AppTest.from_function(budget)
    seen = []
    for today, chosen in ((8, None), (20, None), (20, 30), (40, None), (40, 40), (50, None)):
        app.session_state["today"] = today
        if chosen is not None:
            app.number_input(key="budget").set_value(chosen)
        app.run()
        assert not app.exception
        seen.append(app.number_input(key="budget").value)
    assert seen == [8, 20, 30, 30, 40, 50]


@pytest.mark.usefixtures("looked_at")
@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_value_is_said_in_one_sentence_and_the_default_stands(page: str) -> None:
    app = opened(page, FRAME)
    standing = values(app)
    wrong = {name: "<b>?</b>" for name in kept(app).values() if name not in {"lang", "bureau", "year"}}
    asked = opened(page, {**FRAME, **wrong})
    free = {name for name in wrong if name.endswith(("_text", "among")) or name.startswith("title_")}
    told = [one.value for one in asked.warning]
    assert len(told) == len(wrong) - len(free)
    assert all("<b>" not in sentence.replace("\\<", "") for sentence in told)
    said = values(asked)
    assert {name: said[name] for name in standing.keys() - free} == {
        name: standing[name] for name in standing.keys() - free
    }
    assert not {name for name in wrong if asked.query_params.get(name) == "<b>?</b>"} - free


@pytest.mark.usefixtures("looked_at")
def test_a_row_chosen_in_a_table_comes_back() -> None:
    app = opened("registry/log", FRAME | {"entry": "5"})
    # The entry's number stands in the last column. Streamlit numbers an element by its kind, a hash and the key.
    table = app.dataframe[0].proto.id.split("-", 2)[2]
    (place,) = app.session_state[table]["selection"]["rows"]
    assert app.dataframe[0].value.iloc[place, -1] == 5
    # Another row is chosen, as a click does, and none.
    app.session_state[table] = {"selection": {"rows": [0]}}
    app.run()
    assert app.query_params["entry"] == str(app.dataframe[0].value.iloc[0, -1])
    app.query_params["lang"] = "en"
    app.run()
    assert app.session_state[table]["selection"]["rows"] == [0]
    app.session_state[table] = {"selection": {"rows": []}}
    app.run()
    assert "entry" not in app.query_params


@pytest.mark.usefixtures("looked_at")
def test_the_frame_of_an_address_says_what_it_does_not_know() -> None:
    app = opened("monitor/completion", {"lang": "tlh", "bureau": "无此局", "year": "1066", "as_of": "2023-02-30"})
    assert len(app.warning) == 4
    assert app.query_params["lang"] == "zh"
    earlier = opened("monitor/completion", {"lang": "English", "as_of_2023": "2023-06-30", "year": "2023"})
    assert not earlier.warning
    assert (earlier.query_params["lang"], earlier.query_params["as_of"]) == ("en", "2023-06-30")


@pytest.mark.usefixtures("looked_at")
def test_a_link_on_the_page_itself_sets_all_controls() -> None:
    app = opened("whatif/redraw", FRAME | {"own": "true", "rate_A": "5", "merge": "true"})
    app.query_params = FRAME | {"own": "true", "rate_A": "7", "cap": "1"}
    app.run()
    assert app.slider(key="rate_A").value == 7
    assert app.toggle(key="merge").value is False


@pytest.mark.usefixtures("looked_at")
def test_a_browser_in_a_hurry_takes_nothing_back() -> None:
    app = opened("monitor/coverage", FRAME)
    before = dict(app.query_params)
    app.toggle(key="only_random").set_value(True).run()
    # The next click was made before the browser had the new address.
    app.query_params = before
    app.run()
    assert app.toggle(key="only_random").value is True
    assert app.query_params["only_random"] == "true"


@pytest.mark.usefixtures("looked_at")
def test_the_sum_of_the_weights_follows_the_weights() -> None:
    app = opened("review/evaluation", FRAME)
    text = say_in("zh", "evaluation.weights_total", total="110")
    assert text not in " ".join(one.proto.body for one in app.get("html"))
    control = next(one for key, one in controls(app).items() if key.startswith("weight_completion"))
    control.set_value(control.value + 10).run()
    assert text in " ".join(one.proto.body for one in app.get("html"))
    assert app.query_params["w_completion"] == f"{control.value:g}"


@pytest.mark.usefixtures("looked_at")
def test_the_first_click_after_a_link_counts() -> None:
    app = opened("monitor/coverage", FRAME | {"only_random": "true"})
    app.selectbox(key="pool").select_index(0).run()
    assert app.selectbox(key="pool").value
    assert {"pool", "only_random"} <= set(app.query_params)
