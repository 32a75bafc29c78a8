"""Every control lives in the address: one way to keep it there, to take it from there, and to say what is unknown.

Streamlit's own `bind="query-params"` writes the displayed label, which is another one in another language. Here a
control is kept as a code: `st.selectbox(label, units, key=kept("unit", one_of(units)))`. What all controls say when the
run is over is written to the address in one go, so that Back undoes one step; an address that was opened, linked to or
gone back to decides a control before it is drawn; and otherwise the session remembers, so that a control comes back
with its page, in whatever language.
"""

from __future__ import annotations

import contextlib
import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

from inspections.words.plain import line, markdown, shortened
from inspections.words.wording import say

_STATE = "address"
# What the frame keeps, and every link to a page carries.
COMMON = ("lang", "bureau", "year", "as_of")
# Written by the show of the briefing in the browser itself: which slide is on.
BROWSERS_OWN = ("slide",)
LONGEST_ASKED = 40
# Addresses written lately: a browser in a hurry may still ask with one of them, which is no wish to go back to it.
LATELY = 20


@dataclass(frozen=True)
class Kind:
    """How the value of a control is written in an address, as one text or several, and read: ValueError if unknown."""

    spell: Callable[[Any], list[str]]
    read: Callable[[list[str]], Any]


def one_of(options: Sequence[Any], also: Mapping[str, Any] | None = None) -> Kind:
    """One of the options, as its code; None where the control may be empty. `also`: codes of addresses made earlier."""
    known = {str(option): option for option in options}

    def read(texts: list[str]) -> Any:
        text = texts[-1]
        if text in known:
            return known[text]
        if also and text in also:
            return also[text]
        raise ValueError(text)

    return Kind(lambda value: [str(value)], read)


def some_of(options: Sequence[Any], most: int | None = None) -> Kind:
    """Several of the options in their chosen order: joined by commas unless one of them has a comma itself."""
    known = {str(option): option for option in options}

    def spell(values: Sequence[Any]) -> list[str]:
        texts = [str(value) for value in values]
        return texts if any("," in text for text in texts) else [",".join(texts)]

    def read(texts: list[str]) -> list[Any]:
        parts = [part for text in texts for part in ([text] if text in known else text.split(",")) if part]
        if missing := [part for part in parts if part not in known]:
            raise ValueError(missing[0])
        if most is not None and len(parts) > most:
            raise ValueError(",".join(parts))
        return [known[part] for part in dict.fromkeys(parts)]

    return Kind(spell, read)


def _yes_no(texts: list[str]) -> bool:
    return {"true": True, "false": False}[texts[-1]]


YES_NO = Kind(lambda value: [str(bool(value)).lower()], _yes_no)


def number(least: float, most: float, *, whole: bool = True) -> Kind:
    """A number from `least` to `most`."""

    def spell(value: float) -> list[str]:
        return [str(int(value)) if whole else _short(float(value))]

    def read(texts: list[str]) -> float:
        value = int(texts[-1]) if whole else float(texts[-1])
        if not (math.isfinite(value) and least <= value <= most):
            raise ValueError(texts[-1])
        return value

    return Kind(spell, read)


def day(first: datetime.date = datetime.date.min, last: datetime.date = datetime.date.max) -> Kind:
    """A day from `first` to `last`, as 2023-06-30."""

    def read(texts: list[str]) -> datetime.date:
        value = datetime.date.fromisoformat(texts[-1])
        if not first <= value <= last:
            raise ValueError(texts[-1])
        return value

    return Kind(lambda value: [value.isoformat()], read)


def text(longest: int) -> Kind:
    """Words of the reader's own."""
    return Kind(lambda value: [str(value or "")], lambda texts: line(texts[-1])[:longest])


Cells = dict[tuple[str, str], float]


def cells(rows: Sequence[str], limits: Mapping[str, tuple[float, float]]) -> Kind:
    """Numbers in a table, row by row: `limits` holds the least and the most of each column (A.floor.10~D.floor.60)."""

    def spell(value: Cells) -> list[str]:
        return ["~".join(f"{row}.{column}.{_short(cell)}" for (row, column), cell in sorted(value.items()))]

    def read(texts: list[str]) -> Cells:
        found: Cells = {}
        for part in filter(None, texts[-1].split("~")):
            row, column, cell = part.split(".", 2)
            least, most = limits[column]
            if row not in rows or not least <= float(cell) <= most:
                raise ValueError(part)
            found[row, column] = float(cell)
        return found

    return Kind(spell, read)


def _short(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class _Claim:
    key: str
    kind: Kind
    default: Any
    always: bool

    def spell(self, value: Any) -> list[str]:
        return [""] if value is None else self.kind.spell(value)

    def read(self, texts: list[str]) -> Any:
        if texts == [""] and self.default is None:
            return None
        try:
            return self.kind.read(texts)
        except (KeyError, OverflowError) as error:
            raise ValueError(texts) from error

    def allows(self, value: Any) -> bool:
        """Whether the control can stand on a value: its options may have changed since."""
        try:
            self.read(self.spell(value))
        except (ValueError, AttributeError, TypeError):
            return False
        return True


@dataclass
class _Table:
    """A table on the screen: the key of its editor, with which numbers that began, and what they are now."""

    key: str
    begun: Cells
    now: Cells


@dataclass
class _Held:
    """What the session knows: what each control of a page said last, and what this run takes from the address."""

    said: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    written: list[dict[str, list[str]]] = field(default_factory=list)
    language: str | None = None
    tables: dict[str, _Table] = field(default_factory=dict)
    editors: int = 0
    claims: dict[str, _Claim] = field(default_factory=dict)
    # The default of each control that stood on it: an address without the name means the default of the day.
    standing: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    # Whose a control's value is: a page's, or everybody's.
    whose: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    # The page and the address of the run before, and what of it was taken over: a name decides its control once.
    page: str | None = None
    before: dict[str, list[str]] | None = None
    taken: set[str] = field(default_factory=set)
    # The address is new, and it is complete: what it leaves out stands on its default.
    asked: bool = False
    complete: bool = False


def _held() -> _Held:
    held: _Held = st.session_state.setdefault(_STATE, _Held())
    return held


def _page() -> str:
    context = get_script_run_ctx()
    return context.page_script_hash if context else ""


def _in_browser() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def begin() -> None:
    """For the start of a run: does its address say something new? If so, it holds until a page was run to its end."""
    held, context = _held(), get_script_run_ctx()
    held.claims, held.unknown = {}, []
    back = bool(context and context.is_history_navigation)
    now = {name: said for name, said in _in_browser().items() if name not in BROWSERS_OWN}
    if back or (now != held.before and now not in held.written):
        _ask(complete=back)
    held.before = now


def arrive() -> None:
    """Once the page is known, which no run knows at its start: what a link to another page says is new."""
    held = _held()
    if held.page not in {None, _page()} and not held.asked:
        _ask(complete=False)
    held.page = _page()


def _ask(*, complete: bool) -> None:
    held = _held()
    held.asked, held.taken = True, set()
    held.complete = complete or bool(_in_browser().keys() - {*COMMON, *BROWSERS_OWN})


def kept(
    name: str,
    kind: Kind,
    default: Any = None,
    *,
    key: str | None = None,
    start: Any = None,
    always: bool = False,
    told: Callable[[str], str] | None = None,
) -> str:
    """The key of a control that is kept in the address under `name`, with its value set before it is drawn.

    An address without the name means `default`, and a control on its default is left out of it unless it stands there
    `always`. `start` is where the control begins if not on its default. A control whose options depend on something has
    a `key` that names it, so that each has a value of its own. `told` is the sentence for a value that is not known.
    """
    held, claim = _held(), _Claim(key or name, kind, default, always)
    held.claims[name] = claim
    page = _place(name, claim)[0]
    beginning = default if start is None else start
    asked = st.query_params.get_all(name) or st.query_params.get_all(claim.key)
    decides = held.asked and name not in held.taken
    held.taken.add(name)
    if decides and asked:
        try:
            value = claim.read(asked)
        except ValueError:
            value = beginning
            shown = shortened(line(asked[-1]), LONGEST_ASKED)
            held.unknown.append(told(shown) if told else say("frame.address_unknown", name=name, asked=shown))
        st.session_state[claim.key] = value
    elif decides and held.complete and name not in COMMON:
        st.session_state[claim.key] = default
    elif claim.key not in st.session_state or held.whose.get(claim.key, page) != page:
        # What another page's control of that key says is no wish for this one, and Streamlit would begin it anew.
        st.session_state[claim.key] = _remembered(name, claim, beginning)
    elif not claim.allows(st.session_state[claim.key]):
        st.session_state[claim.key] = beginning
    elif _outdated(name, claim):
        st.session_state[claim.key] = default
    elif held.language != st.session_state.get("lang"):
        # The browser holds the label of the language before: it is told the value anew.
        st.session_state[claim.key] = st.session_state[claim.key]
    held.whose[claim.key] = page
    return claim.key


def _place(name: str, claim: _Claim) -> tuple[str, str]:
    """Where a control's value is remembered: those of a page are its own, whatever another page calls its controls."""
    return "" if name in COMMON else _page(), claim.key


def _outdated(name: str, claim: _Claim) -> bool:
    """Whether the control still stands on what was its default, which data have changed since."""
    was = _held().standing.get(_place(name, claim))
    return was is not None and was == claim.spell(st.session_state[claim.key]) and was != claim.spell(claim.default)


def _remembered(name: str, claim: _Claim, beginning: Any) -> Any:
    """What the control said when it was last on the screen, where it can still stand on it."""
    if _place(name, claim) in _held().standing:
        return claim.default
    try:
        return claim.read(_held().said[_place(name, claim)])
    except (KeyError, ValueError):
        return beginning


def kept_table(
    name: str,
    standing: pd.DataFrame,
    limits: Mapping[str, tuple[float, float]],
    edit: Callable[[pd.DataFrame, str], pd.DataFrame],
    *,
    key: str,
    start: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A table to edit whose numbers are kept in the address where they differ from those of `standing`.

    `standing` has a row per code (its index) and the columns of `limits` among others; `start` are the numbers to begin
    with. `edit` draws a frame under a key and gives it back as it was edited.
    """
    kind, held = cells([str(code) for code in standing.index], limits), _held()
    before = {} if start is None else _differing(standing, start, limits)
    now: Cells = st.session_state[kept(name, kind, {}, key=f"{key}_cells", start=before)]
    table = held.tables.get(key)
    # An editor gives what was typed into the frame it began with: another beginning is another editor.
    if (
        table is None
        or table.now != now
        or table.key not in st.session_state
        or held.language != st.session_state["lang"]
    ):
        held.editors += 1
        held.tables[key] = table = _Table(f"{key}_{held.editors}", now, now)
    begun = standing.copy()
    for column in limits:
        cells_of = [table.begun.get((str(row), column), cell) for row, cell in standing[column].items()]
        begun[column] = pd.Series(cells_of, standing.index).astype(standing[column].dtype)
    edited = edit(begun, table.key)
    table.now = st.session_state[f"{key}_cells"] = _differing(standing, edited, limits)
    return edited


def _differing(standing: pd.DataFrame, edited: pd.DataFrame, columns: Iterable[str]) -> Cells:
    return {
        (str(row), column): float(edited.loc[row, column])
        for column in columns
        for row in standing.index
        if not pd.isna(edited.loc[row, column]) and edited.loc[row, column] != standing.loc[row, column]
    }


def common() -> list[tuple[str, str]]:
    """What every link to a page carries: language, bureau, year and day."""
    told = _told()
    return [(name, said) for name in COMMON for said in told.get(name, [])]


def stop() -> NoReturn:
    """The end of a page before its end, as `st.stop()`, after which nothing could be said any more."""
    raise StopException


@contextlib.contextmanager
def written() -> Iterator[None]:
    """Around a page: when it is over, the address says what its controls do, and the page what in it was unknown.

    A run that is given up for the next one writes nothing: it has not seen all controls.
    """
    place = st.container()
    try:
        yield
    except StopException:
        _finish(place)
        raise
    _finish(place)


@contextlib.contextmanager
def written_by_part() -> Iterator[None]:
    """The same around a part of a page that runs by itself; within a run of the whole page it leaves it to that."""
    context = get_script_run_ctx()
    if context is None or not context.fragment_ids_this_run:
        yield
        return
    _held().claims = {}
    yield
    write_claimed()


def write_claimed() -> None:
    """Write what is claimed so far, and leave everything else in the address as it is."""
    _write([name for name in st.query_params if name not in _held().claims])


def _told() -> dict[str, list[str]]:
    """What the claimed controls say, by name, without those on their default."""
    told = {}
    for name, claim in _held().claims.items():
        said = claim.spell(st.session_state.get(claim.key, claim.default))
        if claim.always or said != claim.spell(claim.default):
            told[name] = said
    return told


def _write(beside: Iterable[str]) -> None:
    """Write what is claimed, leaving what stands `beside` it. One message at most: each is a step that Back undoes."""
    held, now, told = _held(), _in_browser(), _told()
    for name, claim in held.claims.items():
        place, default = _place(name, claim), claim.spell(claim.default)
        held.said[place] = claim.spell(st.session_state.get(claim.key, claim.default))
        if held.said[place] == default and not claim.always:
            held.standing[place] = default
        else:
            held.standing.pop(place, None)
    wanted = {name: now[name] for name in beside if name in now} | told
    if wanted != now:
        st.query_params.from_dict(wanted)
    held.written = [
        *held.written[1 - LATELY :],
        {name: said for name, said in wanted.items() if name not in BROWSERS_OWN},
    ]


def _finish(place: Any) -> None:
    held = _held()
    _write(BROWSERS_OWN)
    for sentence in held.unknown:
        place.warning(markdown(sentence), icon=":material/link_off:")
    held.language = st.session_state.get("lang")
    held.asked = held.complete = False
