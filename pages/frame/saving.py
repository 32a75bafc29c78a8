"""One way to let something go and to take something in: downloads, each logged with who took it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from inspections.edits import plans
from inspections.words.plain import markdown
from pages.frame import access
from pages.frame.data import connection


def download(label: str, write: Callable[[], bytes], *, file_name: str, **look: Any) -> None:
    """A file to take along: written when asked for, and logged with who took it."""

    def written(actor: str) -> bytes:
        content = write()
        plans.log_export(connection(), file_name, content, actor)
        return content

    hand_over(label, written, file_name=file_name, **look)


def hand_over(label: str, write: Callable[[str], bytes], *, right: str | None = None, **look: Any) -> None:
    """The same for what logs itself: `write` is told who takes it. Who has lost the `right` meanwhile gets nothing."""
    who = access.who()

    def written() -> bytes:
        taker = who()
        access.need_roles(taker)
        if right:
            access.need(right, taker)
        return write(taker.name)

    st.download_button(markdown(label), written, on_click="ignore", **look)
