"""What stands around every page: language, list of pages, title line with its filters, the mark of synthetic data."""

from __future__ import annotations

import contextlib
import datetime
import functools
import html
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from inspections.words.look import lights, look
from inspections.words.plain import markdown
from inspections.words.wording import LANGUAGES, preferred, say, speak
from pages.frame import access
from pages.frame.address import common, day, kept, one_of, stop, write_claimed, written_by_part
from pages.frame.data import ask
from pages.frame.view import View, is_synthetic

EMBLEM = Path(__file__).with_name("emblem.svg")
STYLE = Path(__file__).with_name("frame.css")
PAPER = Path(__file__).with_name("paper.js").read_text("utf-8")
SCREEN = st.components.v2.component("inspections.screen", js=Path(__file__).with_name("screen.js").read_text("utf-8"))
YEARS_SIDE_BY_SIDE = 3
# Pages that are there before the first plan is: what they show belongs to no year.
WITHOUT_PLAN = {"imports", "registers", "log", "settings"}


def choose_language() -> None:
    """The language switch in the sidebar: what this run says from here on is said in the chosen one.

    Where nobody has chosen and the address names none, the reader's browser decides.
    """
    first = preferred(st.context.headers.get("Accept-Language", ""))
    speak(first)
    # Addresses made earlier hold a language's own name.
    names = one_of(list(LANGUAGES), {language.name: code for code, language in LANGUAGES.items()})
    chosen: str = st.sidebar.segmented_control(
        "语言 Language",
        list(LANGUAGES),
        default=first,
        required=True,
        format_func=lambda code: LANGUAGES[code].name,
        key=kept("lang", names, first, always=True),
        label_visibility="collapsed",
    )
    speak(chosen)


def by_itself(part: Callable[..., None]) -> Callable[..., None]:
    """A part of a page that runs again without the rest (`st.fragment`): its reader is bound anew each time."""

    @functools.wraps(part)
    def bound(*arguments: Any, **more: Any) -> None:
        speak(st.session_state["lang"])
        with written_by_part():
            part(*arguments, **more)

    return cast("Callable[..., None]", st.fragment(bound))


@contextlib.contextmanager
def listing_pages(place: Any, sections: Mapping[str, Sequence[Any]]) -> Iterator[None]:
    """The pages (`st.Page`) by section as links in `place`: drawn when bureau, year and day, which they carry, are."""
    try:
        yield
    except StopException:
        # No page is shown, but the frame's own choices are.
        write_claimed()
        raise
    finally:
        with place:
            for name, pages in sections.items():
                st.html(f'<p class="section">{html.escape(name)}</p>')
                for page in pages:
                    st.page_link(page, width="stretch", query_params=common())


def title_line(page: str) -> None:
    """Title and filters on one line, drawn by `app.py` for every page.

    Filters belong to the frame and not to a page, and stand in every address. Stops the run with a hint on what to
    import where there is nothing to show; pages that need no plan offer whatever bureau there is.
    """
    years = ask("bureau_years")
    if years.empty and page not in WITHOUT_PLAN:
        st.title(say(f"{page}.title"), anchor=False)
        st.info(say("frame.empty"))
        if access.may("import") and access.person().reads("registry/imports"):
            label = say("frame.to_imports")
            st.page_link(
                "pages/registry/imports.py",
                label=markdown(label),
                icon=":material/upload_file:",
                query_params=common(),
            )
        stop()
    with st.container(key="title-line"):
        title, choose_bureau, choose_year, choose_day = st.columns([5, 3, 2, 1.8], vertical_alignment="center")
    title.title(say(f"{page}.title"), anchor=False)
    bureaus = ask("bureaus")["bureau"] if page in WITHOUT_PLAN else years["bureau"].unique()
    if len(bureaus) == 0:
        return
    bureau = choose_bureau.selectbox(
        say("frame.bureau"),
        list(bureaus),
        key=kept("bureau", one_of(list(bureaus)), bureaus[0], always=True),
        label_visibility="collapsed",
    )
    of_bureau = [int(year) for year in years.loc[years["bureau"] == bureau, "year"]]
    if not of_bureau:
        return
    with choose_year:
        year = _choose_year(bureau, of_bureau)
    first_day, last_day = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    latest, today = last_day + datetime.timedelta(days=180), datetime.date.today()
    # A running year's address without a day is as of the day on which it is opened: a bookmark does not grow old.
    choose_day.date_input(
        say("frame.as_of"),
        value=min(last_day, today),
        min_value=first_day,
        max_value=latest,
        format="YYYY-MM-DD",
        key=kept("as_of", day(first_day, latest), min(last_day, today), key=f"as_of_{year}", always=last_day <= today),
        help=say("frame.as_of_help"),
        label_visibility="collapsed",
    )


def _choose_year(bureau: str, years: Sequence[int]) -> int:
    """The years side by side while they fit on the line, else all of them in a list, the newest first."""

    def unknown(asked: str) -> str:
        known = say("frame.list_comma").join(str(one) for one in years)
        return say("frame.year_unknown", asked=asked, bureau=bureau, known=known, year=years[-1])

    key = kept("year", one_of(years), years[-1], always=True, told=unknown)
    shared: dict[str, Any] = {"key": key, "label_visibility": "collapsed"}
    if len(years) <= YEARS_SIDE_BY_SIDE:
        return int(st.segmented_control(say("frame.year"), years, required=True, width="stretch", **shared))
    return int(st.selectbox(say("frame.year"), years[::-1], **shared))


def open_page(page: str) -> View:
    """What the reader has chosen on the title line, for the page that asks."""
    bureau, year = st.session_state.get("bureau", ""), st.session_state.get("year")
    bureaus = ask("bureaus").set_index("bureau")["bureau_id"]
    bureau_id = int(bureaus.get(bureau, 0))
    # A page that needs no plan may have no year to choose from.
    year = year or datetime.date.today().year
    in_force = ask("settings_in_force", bureau_id=bureau_id, year=year)
    return View(
        page=page,
        bureau_id=bureau_id,
        bureau=bureau,
        year=year,
        as_of=st.session_state.get(f"as_of_{year}") or datetime.date(year, 12, 31),
        look=look(st.context.theme.type, on_phone=on_phone()),
        settings=dict(zip(in_force["key"], in_force["value"], strict=True)),
    )


def emblem() -> str:
    """The emblem with the product's name, as SVG for the head of the sidebar (which is dark in both modes)."""
    picture = EMBLEM.read_text("utf-8").replace('width="64" height="64"', 'width="40" height="40"')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="240" height="40" viewBox="0 0 240 40">{picture}'
        '<text x="51" y="28" font-family="Noto Serif CJK SC, Source Han Serif SC, SimSun, serif" font-weight="700"'
        f' font-size="22" fill="#FFFFFF">{html.escape(say("product.logo"))}</text></svg>'
    )


def synthetic_mark() -> None:
    """演示数据, on every page of a synthetic database."""
    settings = ask("settings_in_force", bureau_id=None, year=2100)
    if is_synthetic(dict(zip(settings["key"], settings["value"], strict=True))):
        mark, meaning = say("frame.synthetic"), say("frame.synthetic_note")
        st.sidebar.html(f'<p class="synthetic">{meaning}</p>')
        # Paper has no sidebar, nor has a screen that folded it: what is fixed stands on every sheet and page.
        st.html(f'<p class="on-paper">{mark}</p>')


def for_screens() -> None:
    """Folds the list of pages on a narrow window and asks whether it is a phone's: then, and only then, a run more."""
    SCREEN(key="screen", on_phone_change=lambda: None)


def on_phone() -> bool:
    """Whether the reader's window is a phone's, as far as the browser has told."""
    told = st.session_state.get("screen")
    return bool(told and told.get("phone"))


def for_paper() -> None:
    """What printing needs beside the style: the screen's palette, and charts in light colours as wide as the sheet."""
    dark = f' dark" data-lights="{html.escape(json.dumps(lights()))}' if st.context.theme.type == "dark" else ""
    st.html(f'<i class="palette{dark}"></i><script>{PAPER}</script>', unsafe_allow_javascript=True)
