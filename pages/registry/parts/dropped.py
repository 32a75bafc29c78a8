"""The files on the imports page: dropped or pasted, kept while they stand there, opened once for what each may be."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import re
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st

from inspections.files.apart import ENDED
from inspections.intake.door import NOTICE, parts_of, what_is
from inspections.intake.incoming import recognised
from inspections.intake.kinds import KINDS
from inspections.intake.revising import Brought
from inspections.intake.sheet import Sheet
from inspections.intake.storing import Preview
from inspections.intake.uncounted import Uncounted
from inspections.store.database import database_trouble
from inspections.words import plain
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.wording import say
from pages.frame.access import visitor
from pages.frame.address import Kind
from pages.frame.data import connection
from pages.frame.view import View
from pages.registry.parts.imported import ORDER

# What is looked at outlives a reload in memory alone, for files may hold names and phones that are stored nowhere.
KEPT_SECONDS = 3600
MOST_KEPT = 10
MOST_BYTES = 5_000_000


@dataclass
class Dropped:
    """A file on the page: its bytes, how it was read by kind and worksheet, the last look at it, what became of it.

    A file of several tables is one of these for each, its `worksheet`.
    """

    number: int
    name: str
    content: Any
    worksheet: str | None = None
    read: dict[tuple[str | None, str | None], Sheet | InspectionsError | None] = field(default_factory=dict)
    key: tuple[Any, ...] = ()
    found: Preview | Brought | InspectionsError | None = None
    told: str = ""
    kind: str = ""
    missing: list[Uncounted] = field(default_factory=list)
    chosen: dict[tuple[str, str], str] = field(default_factory=dict)
    revises: bool = False
    # It stands here since before a reload, of which the browser's own list of files knows nothing.
    back: bool = False

    @property
    def called(self) -> str:
        """The file's name, with the worksheet's where it has several tables."""
        return f"{self.name} · {self.worksheet}" if self.worksheet else self.name

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

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.getvalue())

    def getvalue(self) -> bytes:
        """Its bytes."""
        return self.text.encode("utf-8", "replace")


@dataclass(frozen=True)
class _Stay:
    """The files of one visitor's page by their ids, and until when they are kept."""

    visitor: str
    until: float
    files: dict[str, list[Dropped]]


_stays: dict[str, _Stay] = {}
_one_at_a_time = threading.Lock()


def kept(given: list[Any]) -> list[Dropped]:
    """The files on the page, in the order in which they build on each other. What was taken away is forgotten."""
    known: dict[str, list[Dropped]] = st.session_state.setdefault("imports_dropped", {})
    here = {one.file_id for one in given}
    for gone in [name for name, parts in known.items() if name not in here and not parts[0].back]:
        del known[gone]
    for one in given:
        if one.file_id not in known:
            with st.spinner(markdown(say("imports.opening", file=_name_of(one.name)))):
                known[one.file_id] = _parts(one)
    files = [file for parts in known.values() for file in parts]
    return sorted(files, key=lambda file: (_place(guess(file)), file.number))


def bring_back(said: str) -> int:
    """For a page just opened, whose address says what `stay` gave: how many files there are of which nothing is left.

    What the same visitor looked at lately stands on the page again.
    """
    count, _, name = said.partition(".")
    with _one_at_a_time:
        _forget_old()
        found = _stays.get(name)
        if "imports_dropped" in st.session_state:
            return 0
        if not found or found.visitor != visitor():
            return int(count or 0)
        files = {
            of: [dataclasses.replace(one, read=dict(one.read), chosen=dict(one.chosen), back=True) for one in parts]
            for of, parts in found.files.items()
        }
    st.session_state["imports_dropped"], st.session_state["imports_stay"] = files, name
    st.session_state["imports_count"] = max(one.number for parts in files.values() for one in parts)
    return 0


def stay() -> str:
    """What the address says of the page's files: how many, and the name under which they outlive a reload; "" of none.

    Without a name they are too large to be kept.
    """
    known: dict[str, list[Dropped]] = st.session_state["imports_dropped"]
    name: str = st.session_state.setdefault("imports_stay", secrets.token_urlsafe(9))
    with _one_at_a_time:
        _stays.pop(name, None)
        if known and sum(parts[0].content.size for parts in known.values()) <= MOST_BYTES:
            _stays[name] = _Stay(visitor(), time.time() + KEPT_SECONDS, dict(known))
        _forget_old()
        return f"{sum(map(len, known.values()))}.{name if name in _stays else ''}" if known else ""


def _forget_old() -> None:
    for old in [name for name, one in _stays.items() if one.until < time.time()]:
        del _stays[old]
    for oldest in list(_stays)[:-MOST_KEPT]:
        del _stays[oldest]


def _read_stay(texts: list[str]) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,4}([.][\w-]{0,24})?", texts[-1], re.ASCII):
        raise ValueError(texts[-1])
    return texts[-1]


STAYING = Kind(lambda value: [value], _read_stay)


def take_away(file: Dropped) -> None:
    """For the files that came back, which the browser's list can not take away."""
    st.session_state["imports_dropped"].pop(file.content.file_id, None)


def _parts(given: Any) -> list[Dropped]:
    """A file by the tables that it brings."""
    name = _name_of(given.name)
    with on_disk(name, given) as path:
        found = parts_of(connection(), path, name)
    files = []
    for part in found:
        st.session_state["imports_count"] = st.session_state.get("imports_count", 0) + 1
        worksheet = part.worksheet if isinstance(part, Sheet) and len(found) > 1 else None
        files.append(Dropped(st.session_state["imports_count"], name, given, worksheet, {(None, worksheet): part}))
    return files


def _place(kind: str | None) -> int:
    return len(ORDER) if kind is None else ORDER.index(kind)


def _name_of(name: str) -> str:
    """The file's name without folders, as text that can be shown and stored."""
    return plain.shortened(plain.line(re.split(r"[\\/]", name)[-1]), 200) or "_"


@contextlib.contextmanager
def on_disk(name: str, content: Any) -> Iterator[Path]:
    """A file where readers can open it, under a name of ours; gone afterwards."""
    suffix = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="inspections-") as folder:
        path = Path(folder) / f"file{suffix if re.fullmatch(r'[.][a-z0-9]{1,8}', suffix) else ''}"
        path.write_bytes(content.getvalue())
        yield path


def read_as(file: Dropped, kind: str | None = None, worksheet: str | None = None) -> Sheet | InspectionsError | None:
    """The sheet of a table, None for a notice, or what is wrong with the file; read once for a kind and worksheet."""
    worksheet = worksheet or file.worksheet
    asked = (kind, worksheet)
    first = file.read.get((None, worksheet))
    if kind in KINDS and isinstance(first, Sheet):
        return first
    if asked not in file.read:
        try:
            with on_disk(file.name, file.content) as path:
                file.read[asked] = what_is(connection(), path, file.name, kind, worksheet)
        except InspectionsError as error:
            file.read[asked] = error
    return file.read[asked]


def guess(file: Dropped) -> str | None:
    """What the file is by itself: the kind its headings tell, else a notice; None where a person must name it.

    So it is where reading it was ended, which is not tried again unasked.
    """
    sheet = read_as(file)
    if isinstance(sheet, InspectionsError) and sheet.code in {"kind_unknown", *ENDED}:
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
