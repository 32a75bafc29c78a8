"""The files on the imports page: dropped or pasted, kept while they stand there, opened once for what each may be."""

from __future__ import annotations

import contextlib
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st

from inspections.intake.door import NOTICE, what_is
from inspections.intake.incoming import recognised, saved_mapping
from inspections.intake.kinds import KINDS
from inspections.intake.revising import Brought
from inspections.intake.sheet import Sheet, read_sheet
from inspections.intake.storing import Preview
from inspections.intake.uncounted import Uncounted
from inspections.store.database import database_trouble
from inspections.store.settings import limits_in_force
from inspections.words import plain
from inspections.words.errors import InspectionsError
from pages.frame.data import connection
from pages.frame.view import View
from pages.registry.parts.imported import ORDER


@dataclass
class Dropped:
    """A file on the page: its bytes, how it was read by kind and worksheet, the last look at it, what became of it."""

    number: int
    name: str
    content: Any
    read: dict[tuple[str | None, str | None], Sheet | InspectionsError | None] = field(default_factory=dict)
    key: tuple[Any, ...] = ()
    found: Preview | Brought | InspectionsError | None = None
    told: str = ""
    kind: str = ""
    missing: list[Uncounted] = field(default_factory=list)
    chosen: dict[tuple[str, str], str] = field(default_factory=dict)
    revises: bool = False

    def widget(self, name: str) -> str:
        """The key of a widget of this file."""
        return f"import_{name}_{self.number}"


@dataclass(frozen=True)
class Pasted:
    """Text pasted into the page, which is a file like those that are dropped."""

    name: str
    text: str

    @property
    def file_id(self) -> str:
        """What tells it from other files: its words."""
        return f"pasted-{hashlib.sha256(self.getvalue()).hexdigest()}"

    def getvalue(self) -> bytes:
        """Its bytes."""
        return self.text.encode("utf-8", "replace")


def kept(given: list[Any]) -> list[Dropped]:
    """The files on the page, in the order in which they build on each other. What was taken away is forgotten."""
    known: dict[str, Dropped] = st.session_state.setdefault("imports_dropped", {})
    for gone in set(known) - {one.file_id for one in given}:
        del known[gone]
    for one in given:
        if one.file_id not in known:
            st.session_state["imports_count"] = st.session_state.get("imports_count", 0) + 1
            known[one.file_id] = Dropped(st.session_state["imports_count"], _name_of(one.name), one)
            with st.spinner(""):
                read_as(known[one.file_id])
    return sorted(known.values(), key=lambda file: (_place(guess(file)), file.number))


def _place(kind: str | None) -> int:
    return len(ORDER) if kind is None else ORDER.index(kind)


def _name_of(name: str) -> str:
    """The file's name without folders, as text that can be shown and stored."""
    return plain.shortened(plain.line(re.split(r"[\\/]", name)[-1]), 200) or "_"


@contextlib.contextmanager
def on_disk(file: Dropped) -> Iterator[Path]:
    """The file where readers can open it, under a name of ours; gone afterwards."""
    suffix = Path(file.name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="inspections-") as folder:
        path = Path(folder) / f"file{suffix if re.fullmatch(r'[.][a-z0-9]{1,8}', suffix) else ''}"
        path.write_bytes(file.content.getvalue())
        yield path


def read_as(file: Dropped, kind: str | None = None, worksheet: str | None = None) -> Sheet | InspectionsError | None:
    """The sheet of a table, None for a notice, or what is wrong with the file; read once for a kind and worksheet."""
    asked = (kind, worksheet)
    first = file.read.get((None, None))
    if kind in KINDS and not worksheet and isinstance(first, Sheet):
        return first
    if asked not in file.read:
        try:
            with on_disk(file) as path:
                if worksheet:
                    known = frozenset(header for _, header in saved_mapping(connection()))
                    file.read[asked] = read_sheet(path, file.name, worksheet, limits_in_force(connection()), known)
                else:
                    file.read[asked] = what_is(connection(), path, file.name, kind)
        except InspectionsError as error:
            file.read[asked] = error
    return file.read[asked]


def guess(file: Dropped) -> str | None:
    """What the file is by itself: the kind its headings tell, else a notice; None for a table that a person must name."""
    sheet = read_as(file)
    if isinstance(sheet, InspectionsError) and sheet.code == "kind_unknown":
        return None
    return (recognised(connection(), sheet).kind or NOTICE) if isinstance(sheet, Sheet) else NOTICE


def looked(view: View, file: Dropped, key: tuple[Any, ...], look: Callable[[Any], Preview | Brought]) -> Any:
    """What a look at the file found, kept until something of `key` changes."""
    if file.key != key:
        bar = st.progress(0.0, view.say("looking"))
        try:
            file.found = look(bar)
        except InspectionsError as error:
            file.found = error
        except duckdb.Error as error:
            file.found = database_trouble(error)
        file.key = key
        bar.empty()
    return file.found
