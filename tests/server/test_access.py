"""Roles, the person behind a sign-in, how long it lasts, and the gate of the single mode."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg

from app import PAGES
from inspections.server import access
from inspections.server.access import Settings, SignIns
from inspections.server.gate import (
    AT_ONCE,
    BROWSERS_OWN,
    BYTES_AT_ONCE,
    LARGEST_MESSAGE,
    MOST_OF_ONE,
    Gate,
    Stream,
    refusal,
)
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say_in
from pages.frame.operations import kind_of
from tests.loops import finished

ROOT = Path(__file__).resolve().parents[2]
ROLES = list(access.rules()["rights"])
# As the brief of the product says it; access.toml must not drift from it unnoticed.
RIGHTS = {
    "leader": set(),
    "planner": {"plan", "edit"},
    "clerk": {"classes", "import", "edit"},
    "supervisor": {"classes", "seeds", "import", "edit", "plan", "grade", "log", "settings"},
    "auditor": {"classes", "seeds", "log"},
}


# ---------------------------------------------------------------------------------------------------- roles
def test_every_role_has_the_rights_it_is_said_to_have() -> None:
    assert {role: set(access.person_of({"roles": [role], "sub": "x"}, Settings()).rights) for role in ROLES} == RIGHTS


def test_pages_of_a_role_are_pages_there_are() -> None:
    known = {f"{section}/{page}" for section, pages in PAGES.items() for page in pages}
    for patterns in access.rules()["pages"].values():
        assert all(pattern.split("/")[0] in PAGES for pattern in patterns)
    supervisor = access.person_of({"roles": ["supervisor"]}, Settings())
    assert all(supervisor.reads(page) for page in known)
    leader = access.person_of({"roles": ["leader"]}, Settings())
    read = {page for page in known if leader.reads(page)}
    assert {page.split("/")[0] for page in read} == {"monitor", "review"}
    assert not any(access.nobody().reads(page) for page in known)


@pytest.mark.parametrize(
    ("claims", "settings", "roles"),
    [
        ({"roles": ["clerk", "leader"]}, Settings(), ("leader", "clerk")),
        ({"roles": "auditor"}, Settings(), ("auditor",)),
        ({"roles": ["admin"]}, Settings(), ()),
        ({"roles": None}, Settings(), ()),
        ({"roles": [["leader"], 3]}, Settings(), ()),
        ({"realm_access": {"roles": ["clerk"]}}, Settings(roles_claim="realm_access.roles"), ("clerk",)),
        ({"realm_access": "clerk"}, Settings(roles_claim="realm_access.roles"), ()),
        ({"urn:a.b": ["clerk"]}, Settings(roles_claim="urn:a.b"), ("clerk",)),
        ({"roles": ["执法领导"]}, Settings(role_names={"执法领导": "leader"}), ("leader",)),
        # Where names are mapped, a value that happens to be a role's own name is none.
        ({"roles": ["supervisor"]}, Settings(role_names={"执法领导": "leader"}), ()),
        ({"email": "Wu@A.cn", "email_verified": True}, Settings(users={"wu@a.cn": ("clerk",)}), ("clerk",)),
        ({"sub": "u-17", "roles": ["leader"]}, Settings(users={"u-17": ("clerk",)}), ("leader", "clerk")),
        ({"email": "z@example.org", "email_verified": False}, Settings(users={"z@example.org": ("clerk",)}), ()),
        ({"email": "z@example.org"}, Settings(users={"z@example.org": ("clerk",)}), ()),
        # A name is chosen by whoever bears it: it brings nothing.
        ({"name": "zhang@example.org"}, Settings(users={"zhang@example.org": ("clerk",)}), ()),
    ],
)  # fmt: skip
def test_roles_come_from_the_claim_and_the_list(claims: dict[str, Any], settings: Settings, roles: tuple[str]) -> None:
    assert access.person_of(claims, settings).roles == roles


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_no_claim_whatsoever_makes_a_role_by_accident(value: object) -> None:
    found = access.person_of({"roles": value, "email": value, "sub": value, "preferred_username": value}, Settings())
    allowed = {value} if isinstance(value, str) else set(map(str, value)) if isinstance(value, list) else set()
    assert set(found.roles) <= allowed & set(ROLES)
    assert found.name


def test_the_log_gets_the_name_people_know_and_nothing_else() -> None:
    claims = {"preferred_username": "zhang", "email": "zhang@example.org", "name": "张三", "phone_number": "139"}
    assert access.person_of(claims, Settings()).name == "zhang"
    assert access.person_of({key: claims[key] for key in ("email", "name")}, Settings()).name == "zhang@example.org"
    assert access.person_of({"name": "张\n三\x00"}, Settings()).name == "张三"
    assert access.person_of({"sub": "u-17"}, Settings()).name == "u-17"


def test_a_right_that_there_is_not_is_a_slip_of_the_pen() -> None:
    with pytest.raises(KeyError):
        access.everything("x").may("everything")


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"rolesclaim": "x"}, "access_key_unknown"),
        ({"roles_claim": ["x"]}, "access_value_wrong"),
        ({"idle_minutes": "30"}, "access_value_wrong"),
        ({"idle_minutes": True}, "access_value_wrong"),
        ({"session_hours": 0}, "access_value_wrong"),
        ({"users": ["zhang"]}, "access_value_wrong"),
        ({"users": {"zhang": "boss"}}, "access_role_unknown"),
        ({"role_names": {"x": "Leader"}}, "access_role_unknown"),
    ],
)
def test_settings_that_would_silently_lock_people_out_are_told(table: dict[str, Any], code: str) -> None:
    with pytest.raises(InspectionsError) as raised:
        access.read_settings(table)
    assert raised.value.code == code


def test_the_example_is_complete_right_and_not_usable_as_it_is() -> None:
    example = tomllib.loads((ROOT / ".streamlit" / "secrets.example.toml").read_text("utf-8"))
    assert access.read_settings(example["access"]).idle_minutes == Settings().idle_minutes
    with pytest.raises(InspectionsError, match="access_secret_weak"):
        access.mode(None, example["auth"])
    filled = example["auth"] | {"cookie_secret": "0123456789abcdef" * 2}
    assert access.mode(None, filled) == "server"


AUTH = {
    "redirect_uri": "https://a.example/oauth2callback",
    "cookie_secret": "0123456789abcdef" * 2,
    "client_id": "a",
    "client_secret": "b",
    "server_metadata_url": "https://b.example/.well-known/openid-configuration",
}


@pytest.mark.parametrize(
    ("asked", "auth", "found"),
    [
        ("single", {}, "single"),
        ("single", AUTH, "single"),
        ("server", AUTH, "server"),
        (None, AUTH, "server"),
        ("", AUTH, "server"),
        (None, {}, "access_not_set"),
        ("server", {}, "access_no_login"),
        ("Single", {}, "access_mode_unknown"),
        (None, AUTH | {"cookie_secret": "short"}, "access_secret_weak"),
        (None, {key: value for key, value in AUTH.items() if key != "client_secret"}, "access_no_login"),
        (None, AUTH | {"redirect_uri": "http://a.example/oauth2callback"}, "access_redirect_open"),
        (None, AUTH | {"redirect_uri": "http://127.0.0.1:8501/oauth2callback"}, "server"),
    ],
)
def test_the_mode_is_asked_for_or_set_up(asked: str | None, auth: dict[str, str], found: str) -> None:
    try:
        assert access.mode(asked, auth) == found
    except InspectionsError as error:
        assert error.code == found  # noqa: PT017 - either is looked at


# ---------------------------------------------------------------------------------------------------- sign-ins
LIMITS = Settings(idle_minutes=30, session_hours=10)


def test_a_sign_in_ends_idle_after_hours_or_when_told_to() -> None:
    known, minute = SignIns(), 60
    assert known.state("a", 0, 29 * minute, LIMITS) == "alive"
    known.use("a", 29 * minute, LIMITS)
    assert known.state("a", 0, 58 * minute, LIMITS) == "alive"
    assert known.state("a", 0, 59 * minute, LIMITS) == "idle"
    for turn in range(30, 600, 20):
        known.use("b", turn * minute, LIMITS)
    assert known.state("b", 0, 599 * minute, LIMITS) == "alive"
    assert known.state("b", 0, 600 * minute, LIMITS) == "expired"
    known.end("b", 599 * minute)
    assert known.state("b", 0, 599 * minute, LIMITS) == "ended"


def test_after_a_restart_an_old_cookie_is_worth_nothing() -> None:
    assert SignIns().state("a", 0, 30 * 60, LIMITS) == "idle"
    assert SignIns().state("a", 0, 10 * 3600, LIMITS) == "expired"


def test_what_is_forgotten_stays_over() -> None:
    known = SignIns()
    known.use("a", 0, LIMITS)
    known.end("b", 0)
    known.use("c", 11 * 3600, LIMITS)
    assert known.state("a", 0, 11 * 3600, LIMITS) == known.state("b", 0, 11 * 3600, LIMITS) == "expired"
    assert len(known._used) == 1  # nothing piles up
    assert not known._ended


@given(st.lists(st.floats(0, 3600), max_size=30))
def test_no_pause_longer_than_the_limit_is_survived(pauses: list[float]) -> None:
    known, now, alive = SignIns(), 0.0, True
    for pause in pauses:
        now += pause
        alive = alive and pause < 1800 and now < 36_000
        assert (known.state("a", 0, now, LIMITS) == "alive") == alive
        if alive:
            known.use("a", now, LIMITS)
        else:
            break


def test_what_was_ended_stays_ended_after_a_restart(tmp_path: Path) -> None:
    known, path = Settings(), tmp_path / "county.ended"
    before = SignIns(lambda: path)
    before.use("one", 1000, known)
    before.end("one", 1001)
    before.end("two", 1002)
    after = SignIns(lambda: path)
    assert [after.state(key, 1000, 1010, known) for key in ("one", "two", "three")] == ["ended", "ended", "alive"]
    # What has expired anyway is forgotten with the next that is ended.
    late = 1002 + known.session_hours * 3600
    after.use("three", late + 1, known)
    after.end("three", late + 2)
    assert path.read_text("ascii") == f"{late + 2:.0f} three\n"
    path.write_text("nonsense\n12\n 7 x\n", "ascii")
    assert SignIns(lambda: path).state("x", 1000, 1010, known) == "alive"


def test_all_sign_ins_of_a_person_end_at_once_on_every_machine_and_after_a_restart(tmp_path: Path) -> None:
    known, path = Settings(), tmp_path / "county.ended"
    before = SignIns(lambda: path)
    of = {name: access.everything(name) for name in ("甲", "乙")}
    before.use("at home", 1000, known, "a", of["甲"])
    before.use("at work", 1020, known, "a", of["甲"])
    before.use("elsewhere", 1010, known, "b", of["乙"])
    assert [(one.person.name, one.count, one.last) for one in before.people(1030, known)] == [
        ("甲", 2, 1020), ("乙", 1, 1010)
    ]  # fmt: skip
    before.end_all("a", 1030)
    for process in (before, SignIns(lambda: path)):
        assert process.state("at home", 1000, 1040, known, "a") == "ended"
        # One that no process has seen yet, but that was made before.
        assert process.state("on the phone", 1029, 1040, known, "a") == "ended"
        assert process.state("elsewhere", 1010, 1040, known, "b") == "alive"
        assert process.state("anew", 1031, 1040, known, "a") == "alive"
    assert [one.person.name for one in before.people(1040, known)] == ["乙"]
    assert before.people(1010 + known.idle_minutes * 60, known) == []


def test_two_sign_ins_of_one_person_are_two() -> None:
    claims = {"iss": "i", "sub": "s", "iat": 1, "nonce": "n"}
    assert access.sign_in_key(claims) == access.sign_in_key({**claims, "email": "x"})
    assert len({access.sign_in_key({**claims, key: "other"}) for key in claims} | {access.sign_in_key(claims)}) == 5


# ---------------------------------------------------------------------------------------------------- the gate
def asked(kind: str = "http", client: str | None = "127.0.0.1", **headers: str) -> dict[str, Any]:
    sent = {"host": "127.0.0.1:8501"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": kind,
        "client": (client, 50_000) if client else None,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
    }


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "LOCALHOST", "[::1]:8501", "127.0.0.1:9000"])
def test_this_computer_comes_in(kind: str, host: str) -> None:
    assert refusal(asked(kind, host=host), "127.0.0.1") is None
    assert refusal(asked(kind, host=host, origin=f"http://{host}"), "localhost") is None
    assert refusal(asked(kind, client="::1", host=host), "::1") is None


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ({"host": "dash.bureau.example"}, "host"),
        ({"host": "10.1.2.3:8501"}, "host"),
        ({"host": "127.0.0.1.evil.example"}, "host"),
        ({"host": "evil@127.0.0.1:8501"}, "host"),
        ({"host": "127.0.0.1:8501/x"}, "host"),
        ({"host": "127.0.0.1:port"}, "host"),
        ({"host": "127.0.0.2"}, "host"),
        ({"host": ""}, "host"),
        ({"host": "0.0.0.0:8501"}, "host"),
        ({"x_forwarded_for": "10.0.0.1"}, "forwarded"),
        ({"X_Forwarded_Proto": "https"}, "forwarded"),
        ({"x_forwarded_anything": ""}, "forwarded"),
        ({"forwarded": "for=10.0.0.1"}, "forwarded"),
        ({"x_real_ip": "127.0.0.1"}, "forwarded"),
        ({"via": "1.1 squid"}, "forwarded"),
        ({"client": "10.1.2.3"}, "client"),
        ({"client": None}, "client"),
        ({"origin": "https://evil.example"}, "origin"),
        ({"origin": "null"}, "origin"),
        ({"origin": "http://127.0.0.1.evil.example"}, "origin"),
        # nginx with nothing but proxy_pass keeps no Host and says nothing; the visitor's browser does.
        ({"origin": "https://dash.bureau.example", "connection": "upgrade"}, "origin"),
    ],
)
def test_nobody_comes_in_from_elsewhere(kind: str, scope: dict[str, Any], reason: str) -> None:
    assert refusal(asked(kind, **scope), "127.0.0.1") == reason
    for language in LANGUAGES:
        assert say_in(language, f"access.refused.{reason}")


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "10.1.2.3", "unix:///run/app.sock", "bureau.example"])  # noqa: S104
def test_a_server_that_listens_to_others_answers_nobody(address: str | None) -> None:
    assert refusal(asked(), address) == "bound"


def test_two_hosts_are_one_too_many() -> None:
    scope = asked()
    scope["headers"].append((b"Host", b"dash.bureau.example"))
    assert refusal(scope, "127.0.0.1") == "host"
    scope["headers"] = []
    assert refusal(scope, "127.0.0.1") == "host"


def passed(scope: dict[str, Any], *, closed: bool) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the gate lets a connection through, and what it answers itself."""
    reached, sent = [], []

    async def inside(*_: object) -> None:
        reached.append(True)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    finished(Gate(inside, lambda: closed, lambda: "127.0.0.1")(scope, receive, send))
    return bool(reached), sent


def test_the_gate_says_one_sentence_in_each_language() -> None:
    through, (start, body) = passed(asked(via="1.1 proxy"), closed=True)
    assert not through
    assert start["status"] == 403
    assert body["body"].decode().splitlines() == [say_in(one, "access.refused.forwarded") for one in LANGUAGES]


def test_the_gate_shuts_websockets_and_lets_the_lifespan_pass() -> None:
    through, (closing,) = passed(asked("websocket", host="evil.example"), closed=True)
    assert not through
    assert closing["type"] == "websocket.close"
    assert passed({"type": "lifespan"}, closed=True) == (True, [])
    assert passed(asked(), closed=True) == (True, [])


def test_the_gate_stands_open_in_server_mode() -> None:
    assert passed(asked(x_forwarded_for="10.0.0.1", host="dash.bureau.example"), closed=False) == (True, [])


def streamed(*messages: bytes) -> tuple[list[bytes], list[str], list[dict[str, Any]]]:
    """What of these messages reaches Streamlit, what is told to be left out, and what is answered."""
    waiting = [{"type": "websocket.receive", "bytes": message} for message in messages]
    reached: list[bytes] = []
    left_out: list[str] = []
    sent: list[dict[str, Any]] = []

    async def inside(_: object, receive: Any, __: object) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            reached.append(message["bytes"])

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    finished(Stream(inside, kind_of, left_out.append)({"type": "websocket"}, receive, send))
    return reached, left_out, sent


def message(kind: str) -> bytes:
    """A message of a kind, as Streamlit's own client writes it."""
    written = BackMsg()
    field = getattr(written, kind)
    if isinstance(field, bool):
        setattr(written, kind, True)
    else:
        field.SetInParent()
    return bytes(written.SerializeToString())


EVERY_KIND = [field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields]


def test_the_stream_takes_what_a_page_sends_and_nothing_that_is_for_developers() -> None:
    reached, left_out, sent = streamed(*map(message, EVERY_KIND), b"\xff\xff\xff", b"")
    assert reached == [message(kind) for kind in EVERY_KIND if kind in BROWSERS_OWN]
    assert {"clear_cache", "set_run_on_save", "debug_shutdown_runtime", "unreadable", "None"} <= set(left_out)
    assert sent == []


def test_the_stream_cuts_off_who_sends_more_than_a_person_causes_or_more_at_once_than_a_notice() -> None:
    rerun = message("rerun_script")
    reached, left_out, (closing,) = streamed(*[rerun] * (AT_ONCE + 50))
    assert AT_ONCE <= len(reached) < AT_ONCE + 50
    assert left_out == ["too_many"]
    assert closing == {"type": "websocket.close", "code": 1008}
    reached, left_out, (closing,) = streamed(rerun, b"x" * (LARGEST_MESSAGE + 1), rerun)
    assert (len(reached), left_out, closing["code"]) == (1, ["too_large"], 1008)
    # What is left out counts too.
    assert streamed(*[message("clear_cache")] * (AT_ONCE + 50))[1].count("too_many") == 1


def test_the_stream_bounds_bytes_over_time_not_only_in_one_message() -> None:
    rerun = message("rerun_script")
    written = BackMsg()
    written.rerun_script.query_string = "x" * 10_000_000
    large = bytes(written.SerializeToString())
    reached, left_out, (closing,) = streamed(rerun, large, large, large, large, rerun)
    assert len(reached) == 1 + BYTES_AT_ONCE // len(large)
    assert (left_out, closing["code"]) == (["too_large"], 1008)


def test_an_address_has_so_many_connections_and_others_none_the_less_for_it() -> None:
    held: list[asyncio.Event] = []

    async def inside(_: object, __: object, ___: object) -> None:
        held.append(asyncio.Event())
        await held[-1].wait()

    left_out: list[str] = []
    refused: list[int] = []
    stream = Stream(inside, kind_of, left_out.append)

    def scope(forwarded: str, client: str = "127.0.0.1") -> dict[str, Any]:
        headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
        return {"type": "websocket", "client": (client, 1), "headers": headers}

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(told: Any) -> None:
        refused.append(told["code"])

    async def crowd() -> None:
        tasks = [asyncio.create_task(stream(scope("10.0.0.7"), receive, send)) for _ in range(MOST_OF_ONE + 3)]
        # Who is not the proxy cannot say that somebody else is asking.
        tasks += [asyncio.create_task(stream(scope("10.0.0.8", client="10.0.0.9"), receive, send)) for _ in range(2)]
        tasks.append(asyncio.create_task(stream(scope("10.0.0.8"), receive, send)))
        await asyncio.sleep(0)
        assert (len(held), len(refused)) == (MOST_OF_ONE + 3, 3)
        assert dict(stream._open) == {"10.0.0.7": MOST_OF_ONE, "10.0.0.9": 2, "10.0.0.8": 1}
        for one in held:
            one.set()
        await asyncio.gather(*tasks)
        assert not stream._open

    finished(crowd())
    assert left_out == ["connection"] * 3
