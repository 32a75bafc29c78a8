"""One way to save what somebody enters, to say why not, to tell afterwards what was done, and to hand over a file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import streamlit as st
from streamlit.runtime.memory_media_file_storage import _calculate_file_id

from inspections.edits import plans
from inspections.store.database import database_trouble
from inspections.words.actors import actor_of
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.wording import say_error, speak, speaking, spoken
from pages.frame import access
from pages.frame.data import connection

_NEWS = "news"


@contextlib.contextmanager
def saving(right: str, told: str | None = None, *, stays: bool = False) -> Iterator[Callable[[], str]]:
    """Around an edit of the database; afterwards the page is run anew and `told` is told once (see `tell`).

    What comes along gives the name for the change log, and refuses who has not the `right`: an edit asks for it before
    it writes. What cannot be (InspectionsError, duckdb.Error) is said in its sentence where the block stands.
    """

    def actor() -> str:
        access.need(right)
        return access.actor()

    # A button's callback comes before its run has bound the reader.
    speak(st.session_state["lang"])
    try:
        yield actor
    except (InspectionsError, duckdb.Error) as error:
        refused(error)
        return
    if told:
        tell(told, stays=stays)
    st.rerun()


def refused(error: InspectionsError | duckdb.Error) -> None:
    """The sentence for what could not be done."""
    known = database_trouble(error) if isinstance(error, duckdb.Error) else error
    st.error(markdown(say_error(known)))


def tell(words: str, *, stays: bool = False) -> None:
    """Tell this once, when the page has run anew: in passing, or as a line that `stays` until the next run."""
    st.session_state[_NEWS] = words, stays


def news() -> None:
    """What the run before wanted told."""
    told, stays = st.session_state.pop(_NEWS, ("", False))
    if told and stays:
        st.info(markdown(told), icon=":material/info:")
    elif told:
        st.toast(markdown(told))


def download(label: str, write: Callable[[], bytes], *, file_name: str, **look: Any) -> None:
    """A file to take along: written when asked for, and logged with who took it."""

    def written(actor: str) -> bytes:
        content = write()
        plans.log_export(connection(), file_name, content, actor)
        return content

    hand_over(label, written, file_name=file_name, **look)


def hand_over(label: str, write: Callable[[str], bytes], *, right: str | None = None, **look: Any) -> None:
    """The same for what logs itself: `write` is told who takes it. Who has lost the `right` meanwhile gets nothing."""
    who, reads, owner = access.who(), spoken(), access.visitor()

    def written() -> bytes:
        taker = who()
        access.need_roles(taker)
        if right:
            access.need(right, taker)
        # Outside of the run: its reader is bound anew.
        with speaking(reads):
            content = write(actor_of(taker.name, taker.subject))
        # Streamlit numbers a file by what is in it, and would hand it to whoever names the number.
        mime = str(look.get("mime") or "application/octet-stream")
        access.belongs(_calculate_file_id(content, mime, str(look["file_name"])), owner)
        return content

    st.download_button(markdown(label), written, on_click="ignore", **look)
