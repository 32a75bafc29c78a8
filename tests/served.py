"""A database that the pages of a test read: named in the environment, with the caches of no test before."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st


@contextlib.contextmanager
def served(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """`path`, until the test is over; then closed and forgotten."""
    from pages.shared.data import connection  # noqa: PLC0415 - as the pages import it

    monkeypatch.setenv("INSPECTIONS_DB", str(path))
    _forget()
    yield path
    connection().close()
    _forget()


def _forget() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()
