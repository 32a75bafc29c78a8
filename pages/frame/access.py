"""Who is at the screen: the mode of use, the person signed in, what they may do, and the name the change log shows."""

from __future__ import annotations

import getpass
import html
import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from inspections.lake import engine
from inspections.server import access
from inspections.server.access import Mode, Person, Settings, SignedIn, State
from inspections.store import server_log
from inspections.store.database import database_path
from inspections.words.actors import actor_of
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.wording import say, say_error

SETTING = "INSPECTIONS_ACCESS"
# One record for all visitors of this process; what it knows of their use dies with it, what was ended stays ended.
_sign_ins = access.SignIns(lambda: database_path().with_suffix(".ended"))
# Whom written files were written for. Streamlit forgets a file with the next run of its page.
_files: dict[str, frozenset[str]] = {}
MOST_FILES = 10_000


# ---------------------------------------------------------------------------------------------------- what is set
def _secrets(section: str) -> dict[str, Any]:
    """A section of `.streamlit/secrets.toml`; empty where there is none."""
    if not st.secrets.load_if_toml_exists():
        return {}
    found = st.secrets.get(section, {})
    return found.to_dict() if hasattr(found, "to_dict") else dict(found) if isinstance(found, Mapping) else {}


def settings() -> Settings:
    """Section `access` of the secrets file. Raises what `access.read_settings` raises."""
    return access.read_settings(_secrets("access"))


def mode() -> Mode:
    """How the dashboard is used. Raises what `access.mode` and `access.read_settings` raise."""
    asked = os.environ.get(SETTING)
    return "single" if asked == "single" else access.mode(asked, _secrets("auth"), settings().provider)


def is_single() -> bool:
    """Whether the single mode was asked for: one person, without a sign-in."""
    return os.environ.get(SETTING) == "single"


# ---------------------------------------------------------------------------------------------------- who it is
def _claims() -> dict[str, Any]:
    """What the provider said of whoever signed in; empty for others."""
    told: dict[str, Any] = st.user.to_dict()
    return told if told.get("is_logged_in") is True else {}


def _signed_in_at(claims: Mapping[str, Any]) -> float:
    made = claims.get("iat")
    return float(made) if isinstance(made, int | float) and not isinstance(made, bool) else 0.0


def _state(claims: Mapping[str, Any], known: Settings) -> State:
    who = access.person_key(claims)
    return _sign_ins.state(access.sign_in_key(claims), _signed_in_at(claims), time.time(), known, who)


def person() -> Person:
    """Whoever this run is for; nobody (no rights, no pages) where the sign-in is missing, over or not set up."""
    return who()()


def who() -> Callable[[], Person]:
    """Asks again later who is at the screen, outside of a run too: for files that are written on demand.

    A sign-in that has ended in the meantime gives nobody.
    """
    if is_single():
        return lambda: _on_engine(access.everything(getpass.getuser()))
    try:
        mode()
        claims, known = _claims(), settings()
    except InspectionsError:
        return access.nobody
    if not claims:
        return access.nobody
    named = access.person_of(claims, known)
    return lambda: _on_engine(named) if _state(claims, known) == "alive" else access.nobody()


def _on_engine(of: Person) -> Person:
    """A lake is only read, whoever reads it: what is entered stays in the bureaus' own databases."""
    return access.who_only_reads(of) if engine.on_spark() else of


def visitor() -> str:
    """What tells this sign-in from every other, and says nothing by itself; one for all in the single mode."""
    return "single" if is_single() else access.sign_in_key(_claims())


def belongs(file_id: str, owner: str) -> None:
    """Remember whom a file was written for (a `visitor`), the latest ones of this process."""
    _files[file_id] = _files.pop(file_id, frozenset()) | {owner}
    while len(_files) > MOST_FILES:
        del _files[next(iter(_files))]


def may_have(file_id: str, cookies: Mapping[str, str]) -> bool:
    """Whether a browser with these cookies may have a file: what nobody's is, or was written for its very sign-in."""
    owners = _files.get(file_id)
    return owners is None or is_single() or _visitor_with(cookies) in owners


def may_send_files(cookies: Mapping[str, str]) -> bool:
    """Whether a browser with these cookies is signed in: nobody else has a page to send a file from."""
    return is_single() or _visitor_with(cookies) is not None


def _visitor_with(cookies: Mapping[str, str]) -> str | None:
    """What tells the sign-in of these cookies from every other (`visitor`); None where it is not alive."""
    try:
        known = settings()
        told = json.loads(_get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME) or b"{}")
    except (InspectionsError, ValueError):
        return None
    alive = isinstance(told, dict) and bool(told) and _state(told, known) == "alive"
    return access.sign_in_key(told) if alive else None


def may(right: str) -> bool:
    """Whether the person at the screen has `right`: decides what a page shows."""
    return person().may(right)


def need(right: str, of: Person | None = None) -> None:
    """For the function that writes, before it writes. Raises InspectionsError `right_missing`."""
    if not (of or person()).may(right):
        raise InspectionsError("right_missing", right=right)


def need_roles(of: Person) -> None:
    """Raises InspectionsError `sign_in_over` for nobody: the sign-in has ended."""
    if not of.roles:
        raise InspectionsError("sign_in_over")


def actor() -> str:
    """The name for the change log. Raises InspectionsError `sign_in_over` where nobody is signed in any more."""
    one = person()
    need_roles(one)
    return actor_of(one.name, one.subject)


def signed_in_now() -> list[SignedIn]:
    """Who is signed in, for who may end it; nobody in the single mode."""
    return [] if is_single() else _sign_ins.people(time.time(), settings())


def send_away(one: SignedIn) -> None:
    """End all sign-ins of a person. Raises InspectionsError `right_missing` and `sign_outs_unwritten`."""
    need("settings")
    try:
        _sign_ins.end_all(one.key, time.time())
    except OSError as error:
        raise InspectionsError("sign_outs_unwritten", file=database_path().with_suffix(".ended")) from error


# ---------------------------------------------------------------------------------------------------- coming in
def enter() -> Person:
    """The person this run is for, or a page that says what is in the way, and the end of the run."""
    try:
        if mode() == "single":
            return person()
        known = settings()
    except InspectionsError as error:
        _card(say("access.closed"), say_error(error), alone=True)
        st.stop()
    claims = _claims()
    if not claims:
        _sign_in(say("access.sign_in_note"), known)
    state = _state(claims, known)
    if state != "alive":
        hours = {"minutes": f"{known.idle_minutes:g}", "hours": f"{known.session_hours:g}"}
        _sign_in(say(f"access.over.{state}", **hours), known)
    found = access.person_of(claims, known)
    if not found.roles:
        contact = known.contact or say("access.administrator")
        _card(
            say("access.no_role"),
            say("access.no_role_note", name=found.name, contact=contact),
        )
        with st.container(key="sign-in-act"):
            _sign_out_button(width="stretch")
        st.stop()
    key = access.sign_in_key(claims)
    if _sign_ins.use(key, time.time(), known, access.person_key(claims), found):
        server_log.event("sign_in", roles=",".join(found.roles), person=server_log.hashed(key))
    return found


def _card(title: str, text: str, *, alone: bool = False) -> None:
    """A page without data, as a card in the middle; not `alone`, it goes on with a button."""
    product, line = (html.escape(say(f"product.{key}")) for key in ("logo", "logo_line"))
    st.html(
        f'<section class="entrance{" alone" if alone else ""}">'
        f'<p class="entrance-name">{product}</p><p class="entrance-line">{line}</p>'
        f"<h1>{html.escape(title)}</h1><p>{html.escape(text)}</p></section>"
    )


def _sign_in(text: str, known: Settings) -> None:
    """The sign-in page, and the end of the run."""
    _card(say("access.sign_in_title"), text)
    with st.container(key="sign-in-act"):
        st.button(
            say("access.sign_in"),
            type="primary",
            icon=":material/login:",
            width="stretch",
            key="sign-in",
            on_click=st.login,
            args=(known.provider,) if known.provider else (),
        )
    st.stop()


def _sign_out() -> None:
    claims = _claims()
    if claims:
        key = access.sign_in_key(claims)
        try:
            _sign_ins.end(key, time.time())
        except OSError as error:
            # Ended it is, until the process ends.
            server_log.failed("sign_out_unwritten", error)
        server_log.event("sign_out", person=server_log.hashed(key))
    st.logout()


def _sign_out_button(**look: Any) -> None:
    st.button(say("access.sign_out"), icon=":material/logout:", key="sign-out", on_click=_sign_out, **look)


def signed_in(one: Person) -> None:
    """Name, roles and the way out, in the sidebar; watches that a page left open does not stay so. Server mode only."""
    if is_single():
        return
    roles = say("frame.list_comma").join(say(f"access.roles.{role}") for role in one.roles)
    with st.sidebar.container(key="signed-in", gap="xsmall"):
        st.html(f'<p class="signed-in"><strong>{html.escape(one.name)}</strong><br>{html.escape(roles)}</p>')
        _sign_out_button(type="tertiary")
    every = min(max(settings().idle_minutes * 60 / 6, 1), 60)
    st.fragment(_watch, run_every=every)()


def _watch() -> None:
    """Looks whether the sign-in is still good, which is no use of it: a page left open is shut when time is up."""
    if not person().roles:
        st.rerun()


def refuse() -> None:
    """Instead of a page that is not among those of the person's roles."""
    st.title(say("access.no_page"), anchor=False)
    known = settings().contact or say("access.administrator")
    st.info(markdown(say("access.no_page_note", contact=known)), icon=":material/lock:")
