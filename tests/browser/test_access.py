"""Signing in against a real OpenID provider in a real Chromium, and what the single mode refuses."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from inspections.words.wording import LANGUAGES, say, say_in
from tests.browser.conftest import Server, Visit, serving

STATE = "bureau=阳城县自然资源局&year=2023"
IDLE_SECONDS = 6
PEOPLE = {
    "leader": {"sub": "leader", "preferred_username": "赵局长", "roles": ["leader"]},
    "clerk": {"sub": "clerk", "preferred_username": "钱经办", "roles": ["clerk"]},
    # By the list of users, not by a claim.
    "boss": {"sub": "boss", "email": "sun@example.org", "email_verified": True},
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A process that is an OpenID provider."""
    port = free_port()
    people = [argument for one in PEOPLE.values() for argument in ("--user-claims", json.dumps(one))]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *people],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    try:
        for _ in range(240):
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
                break
            assert process.poll() is None
            time.sleep(0.25)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def secrets(folder: Path, provider: str, port: int, **access: object) -> Path:
    path = folder / "secrets.toml"
    lines = ["[auth]", f'redirect_uri = "http://127.0.0.1:{port}/oauth2callback"', f'cookie_secret = "{"c0" * 20}"']
    lines += ['client_id = "dashboard"', 'client_secret = "secret"', f'server_metadata_url = "{provider}"', "[access]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in access.items()]
    lines += ["[access.users]", '"sun@example.org" = ["supervisor"]']
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture(scope="module")
def office(demo_database: Path, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard in server mode."""
    folder = tmp_path_factory.mktemp("office")
    database = folder / "county.duckdb"
    shutil.copyfile(demo_database, database)
    port = free_port()
    own = {"STREAMLIT_SECRETS_FILES": str(secrets(folder, provider, port)), "INSPECTIONS_ACCESS": "server"}
    with serving(database, folder / "log.txt", env=own, port=port) as running:
        yield running


def sign_in(visit: Visit, who: str, address: str = "?lang=zh") -> Visit:
    """From the sign-in page by way of the provider to the first page."""
    page = visit.page
    # The provider of the tests takes its style from elsewhere.
    page.context.route("https://**", lambda route: route.abort())
    page.goto(f"{visit.server.url}/{address}")
    page.get_by_role("button", name=say("access.sign_in")).or_(
        page.get_by_role("button", name=say_in("en", "access.sign_in"))
    ).click(timeout=60_000)
    at_provider(page, who)
    return visit.settled()


def at_provider(page: Page, who: str) -> None:
    page.locator("input[name=sub]").wait_for(timeout=60_000)
    page.fill("input[name=sub]", who)
    page.locator("button[type=submit], input[type=submit]").first.click()
    page.wait_for_url(lambda url: "oauth2" not in url and "127.0.0.1" in url, timeout=60_000)


def links(page: Page) -> list[str]:
    return page.locator("[data-testid=stSidebar] .st-key-navigation a").all_inner_texts()


def test_a_leader_sees_the_pages_of_a_leader_and_no_class_of_a_firm(
    office: Server, visit: Callable[..., Visit]
) -> None:
    leader = sign_in(visit(at=office), "leader")
    assert leader.title == say("overview.title")
    assert "赵局长" in leader.page.locator(".signed-in").inner_text()
    assert say("access.roles.leader") in leader.page.locator(".signed-in").inner_text()
    shown = " ".join(links(leader.page))
    assert say("evaluation.title") in shown
    assert say("draws.title") not in shown
    # A page of others by its address, in a tab of its own: nothing of it.
    leader.open(f"draws?lang=zh&{STATE}")
    assert leader.title == say("access.no_page")
    assert not leader.page.locator("[data-testid=stDataFrame], [data-testid=stDownloadButton], p.finding").count()
    leader.open(f"completion?lang=zh&{STATE}")
    assert leader.title == say("completion.title")
    headings = leader.page.locator("[data-testid=stDataFrame] canvas").all_inner_texts()
    assert not any(say("headings.class") in text for text in headings)
    # Out: the other tab is out too, and so is a copy of the cookie.
    kept = leader.page.context.cookies()
    leader.page.get_by_role("button", name=say("access.sign_out")).click()
    # To the provider, where the session ends, too. Quiet is not enough: a busy machine is quiet on the way there.
    leader.page.wait_for_url("**/oauth2/end_session*", timeout=120_000)
    assert not [cookie for cookie in leader.page.context.cookies() if cookie["name"] == "_streamlit_user"]
    leader.page.context.add_cookies(kept)
    leader.page.goto(f"{office.url}/completion?lang=zh")
    leader.page.get_by_text(say("access.over.ended")).wait_for(timeout=60_000)


def test_a_clerk_and_a_supervisor_see_what_is_theirs(office: Server, visit: Callable[..., Visit]) -> None:
    clerk = sign_in(visit(at=office), "clerk")
    shown = " ".join(links(clerk.page))
    assert say("coverage.title") in shown
    assert say("evaluation.title") not in shown
    boss = sign_in(visit(at=office), "boss")
    assert "sun@example.org" in boss.page.locator(".signed-in").inner_text()
    assert len(links(boss.page)) > len(links(clerk.page))
    assert say("draws.title") in " ".join(links(boss.page))


def test_a_written_file_is_handed_to_nobody_but_whom_it_was_written_for(
    office: Server, visit: Callable[..., Visit]
) -> None:
    boss, clerk = sign_in(visit(at=office), "boss"), sign_in(visit(at=office), "clerk")
    boss.open(f"findings?lang=zh&{STATE}")
    with boss.page.expect_download(timeout=120_000) as waiting:
        boss.page.get_by_test_id("stDownloadButton").get_by_role("button").first.click()
    path = "/media/" + waiting.value.url.partition("/media/")[2]

    def status(who: Visit | None) -> int:
        cookies = who.page.context.cookies(office.url) if who else []
        told = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
        return asked(office, {"Cookie": told}, path)[0]

    assert [status(boss), status(clerk), status(None)] == [200, 404, 404]
    # Emblem and fonts are nobody's, before a sign-in too.
    assert asked(office, {}, "/")[0] == 200
    # A stranger fills no memory: files are taken from who is signed in, as ever checked by Streamlit (400).
    host, port = office.url.removeprefix("http://").split(":")
    for who, expected in ((boss, {400, 403}), (None, {403})):
        cookies = who.page.context.cookies(office.url) if who else []
        told = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
        connection = http.client.HTTPConnection(host, int(port), timeout=20)
        connection.request("PUT", "/_stcore/upload_file/a/b", b"x" * 10, {"Cookie": told})
        answer = connection.getresponse()
        assert answer.status in expected
        assert bool(answer.read()) == (who is not None)


def test_a_page_left_open_is_shut_and_stays_so(
    demo_database: Path, provider: str, tmp_path: Path, visit: Callable[..., Visit]
) -> None:
    database = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, database)
    port = free_port()
    setting = secrets(tmp_path, provider, port, idle_minutes=IDLE_SECONDS / 60)
    with serving(
        database,
        tmp_path / "log.txt",
        env={"STREAMLIT_SECRETS_FILES": str(setting), "INSPECTIONS_ACCESS": ""},
        port=port,
    ) as running:
        left = sign_in(visit(at=running), "leader")
        over = say("access.over.idle", minutes=f"{IDLE_SECONDS / 60:g}")
        left.page.get_by_text(over).wait_for(timeout=60_000)
        assert "阳城" not in left.page.locator("[data-testid=stMain]").inner_text()
        left.page.reload()
        left.page.get_by_text(over).wait_for(timeout=60_000)


def test_server_mode_without_a_provider_shows_no_data(
    demo_database: Path, tmp_path: Path, visit: Callable[..., Visit]
) -> None:
    database = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, database)
    none = {"STREAMLIT_SECRETS_FILES": str(tmp_path / "none.toml"), "INSPECTIONS_ACCESS": "server"}
    with serving(database, tmp_path / "log.txt", env=none) as running:
        shut = visit(at=running).open(f"coverage?lang=zh&{STATE}")
        assert "OpenID Connect" in shut.page.locator(".entrance").inner_text()
        assert not shut.page.locator("[data-testid=stDataFrame], [data-testid=stMetric]").count()
        # Behind a proxy server mode answers.
        assert asked(running, {"Host": "dash.example", "X-Forwarded-For": "10.0.0.1"})[0] == 200


# ---------------------------------------------------------------------------------------------------- the single mode
def asked(server: Server, headers: dict[str, str], path: str = "/_stcore/health") -> tuple[int, str]:
    """Status and text of a raw request with these headers."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in ({"Host": f"{host}:{port}"} | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, text


UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol": "streamlit",
}  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Host": "dash.bureau.example"}, "host"),
        ({"X-Forwarded-For": "10.0.0.1"}, "forwarded"),
        ({"Forwarded": "for=10.0.0.1"}, "forwarded"),
        ({"Via": "1.1 squid"}, "forwarded"),
        ({"Origin": "https://dash.bureau.example"}, "origin"),
    ],
)
def test_a_proxy_opens_the_single_mode_to_nobody(server: Server, headers: dict[str, str], reason: str) -> None:
    for path in ("/_stcore/health", "/", "/static/index.html", "/media/x.xlsx", "/auth/login", "/_stcore/host-config"):
        status, text = asked(server, headers, path)
        assert status == 403
        assert text.splitlines() == [say_in(language, f"access.refused.{reason}") for language in LANGUAGES]
    assert asked(server, UPGRADE | headers, "/_stcore/stream")[0] == 403


def test_this_computer_gets_through(server: Server) -> None:
    assert asked(server, {})[0] == 200
    assert asked(server, {"Host": "localhost:1"})[0] == 200


def test_a_server_bound_to_everything_answers_nobody(demo_database: Path, tmp_path: Path) -> None:
    with serving(demo_database, tmp_path / "log.txt", env={"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}) as running:  # noqa: S104
        status, text = asked(running, {})
        assert (status, text.splitlines()[0]) == (403, say("access.refused.bound"))
