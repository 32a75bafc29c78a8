"""The entrance on the server side: who comes in, who is told what is in the way, and what a role finds on its pages."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES
from inspections.server import access
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say, say_in
from pages.frame import access as at_screen
from tests.served import cursor, html_texts, served
from tests.visitor import AUTH, ROOT, Visitor, claims

STATE = {"lang": "zh", "bureau": "阳城县自然资源局", "year": 2023}


@pytest.fixture(autouse=True)
def server_mode(demo_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    own = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, own)
    monkeypatch.setenv("INSPECTIONS_ACCESS", "server")
    with served(own, monkeypatch):
        yield


def entrance(user: dict[str, Any], language: str = "zh", **secrets: dict[str, Any]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.secrets = {"auth": AUTH, "access": {}, **secrets}
    app.user = user
    app.session_state["lang"] = language
    return app.run()


def said(app: AppTest) -> str:
    assert not app.exception
    return " ".join(html_texts(app))


def shows_nothing(app: AppTest) -> bool:
    return not app.dataframe and not app.metric and not app.get("page_link") and "阳城" not in said(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_has_not_signed_in_is_asked_to(language: str) -> None:
    app = entrance({"is_logged_in": False}, language)
    assert shows_nothing(app)
    assert say_in(language, "access.sign_in_note") in said(app)
    assert [button.label for button in app.button] == [say_in(language, "access.sign_in")]


def test_claims_without_a_sign_in_are_nobodys() -> None:
    assert shows_nothing(entrance({key: value for key, value in claims("supervisor").items() if key != "is_logged_in"}))
    assert shows_nothing(entrance({**claims("supervisor"), "is_logged_in": "yes"}))
    assert shows_nothing(entrance({key: value for key, value in claims("supervisor").items() if key != "iat"}))


@pytest.mark.parametrize(("ago", "state"), [(31 * 60, "idle"), (11 * 3600, "expired")])
def test_an_old_sign_in_is_over(ago: float, state: str) -> None:
    app = entrance(claims("supervisor", made=time.time() - ago))
    assert shows_nothing(app)
    assert say(f"access.over.{state}", minutes="30", hours="10") in said(app)


def test_who_has_signed_out_stays_out_and_callbacks_do_nothing_for_them() -> None:
    user = claims("supervisor", name="gone")
    at_screen._sign_ins.end(access.sign_in_key(user), time.time())
    app = entrance(user)
    assert shows_nothing(app)
    assert say("access.over.ended") in said(app)


def test_a_supervisor_ends_one_persons_sign_ins_and_the_log_knows_both_by_the_providers_names() -> None:
    clerk = claims("clerk", name="钱某") | {"sub": "8f3c2a1b-77d0"}
    assert "钱某" in said(entrance(clerk))
    app = Visitor(claims("supervisor", name="孙某") | {"sub": "0a0b0c0d-11"}, **STATE).open("registry/settings").app
    people = app.selectbox(key="person_to_end")
    (place,) = [place for place, label in enumerate(people.options) if "钱某（8f3c2a1b）" in label]
    people.select_index(place).run()
    app.button(key="end_person").click().run()
    assert not app.exception
    over = entrance(clerk)
    assert shows_nothing(over)
    assert say("access.over.ended") in said(over)
    with cursor() as connection:
        last = connection.execute("select actor, action, subject from change_log order by seq desc limit 1").fetchone()
    assert last == ("孙某 <0a0b0c0d-11>", "sign_out", "person 钱某 <8f3c2a1b-77d0>")
    log = Visitor(claims("auditor"), **STATE).open("registry/log").app
    shown = log.dataframe[0].value.iloc[0]
    assert (shown["actor"], shown["subject_words"]) == ("孙某（0a0b0c0d）", "钱某（8f3c2a1b）的登录")


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_no_role_is_told_whom_to_ask(language: str) -> None:
    app = entrance(claims("visitor", name="<b>李某</b>"), language, access={"contact": "信息中心"})
    assert shows_nothing(app)
    assert say_in(language, "access.no_role_note", name="<b>李某</b>", contact="信息中心") in said(app)
    assert not any("<b>李某" in one.proto.body for one in app.get("html"))


@pytest.mark.parametrize(
    ("asked", "secrets", "part"),
    [
        ("", {"auth": {}}, "INSPECTIONS_ACCESS=single"),
        ("server", {"auth": {}}, "client_secret"),
        ("intranet", {}, "intranet"),
        ("server", {"access": {"users": {"x": "boss"}}}, "boss"),
    ],
)
def test_what_is_not_set_up_is_told_and_shows_no_data(
    asked: str, secrets: dict[str, Any], part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTIONS_ACCESS", asked)
    app = entrance(claims("supervisor"), **secrets)
    assert shows_nothing(app)
    assert part in said(app)
    assert not app.button


def test_a_leader_finds_no_forms_and_no_page_of_others() -> None:
    visitor = Visitor(claims("leader", name="赵局长"), **STATE)
    first = visitor.open("monitor/overview", skip=("",)).app
    assert "赵局长" in said(first)
    read = {page for pages in PAGES.values() for page in pages}
    mine = {"overview", *PAGES["monitor"], *PAGES["review"]}
    labels = " ".join(link.proto.label for link in first.get("page_link"))
    assert all((say(f"{page}.title") in labels) == (page in mine) for page in read)
    plans = visitor.open("monitor/plans", skip=("",)).app
    assert plans.title[0].value == say("plans.title")
    assert "publish_plan" not in [one.key for one in plans.selectbox]
    for section, page in (("registry", "draws"), ("whatif", "redraw")):
        other = visitor.open(f"{section}/{page}", skip=("",)).app
        assert other.title[0].value == say("access.no_page")
        assert not other.dataframe
        assert not other.selectbox


def test_a_write_is_refused_where_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the page shows: the function that writes asks itself."""
    monkeypatch.setattr(at_screen, "person", lambda: access.person_of(claims("leader"), access.Settings()))
    for right in access.all_rights():
        with pytest.raises(InspectionsError, match="right_missing"):
            at_screen.need(right)
    monkeypatch.setattr(at_screen, "person", access.nobody)
    with pytest.raises(InspectionsError, match="sign_in_over"):
        at_screen.actor()


def test_who_may_not_change_settings_reads_them_and_finds_no_button_that_refuses() -> None:
    may, reads = (Visitor(claims(role), **STATE).open("registry/settings").app for role in ("supervisor", "auditor"))
    out, examine = say("access.sign_out"), say("settings.examine")
    assert {button.label for button in reads.button} == {out, examine}
    assert {button.label for button in may.button} >= {out, examine, say("settings.save"), say("settings.backup_now")}
    assert len(reads.dataframe) == len(may.dataframe)
