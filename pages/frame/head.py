"""What stands around every page: language, list of pages, title line with its filters, the mark of synthetic data."""

from __future__ import annotations

import datetime
import functools
import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import streamlit as st

from inspections.words.look import look
from inspections.words.plain import line, markdown, shortened
from inspections.words.wording import FIRST, LANGUAGES, say, speak
from pages.frame import access
from pages.frame.data import ask
from pages.frame.view import View, is_synthetic

EMBLEM = Path(__file__).with_name("emblem.svg")
STYLE = Path(__file__).with_name("frame.css")
PAPER = Path(__file__).with_name("paper.js").read_text("utf-8")
YEARS_SIDE_BY_SIDE = 3
# Pages that are there before the first plan is: what they show belongs to no year.
WITHOUT_PLAN = {"imports", "registers", "log", "settings"}


def choose_language() -> None:
    """The language switch in the sidebar: what this run says from here on is said in the chosen one.

    Its labels never change, so that its value in the address stays valid.
    """
    chosen: str = st.sidebar.segmented_control(
        "语言 Language",
        list(LANGUAGES),
        default=FIRST,
        required=True,
        format_func=lambda code: LANGUAGES[code].name,
        key="lang",
        bind="query-params",
        label_visibility="collapsed",
    )
    speak(chosen)


def by_itself(part: Callable[..., None]) -> Callable[..., None]:
    """A part of a page that runs again without the rest (`st.fragment`): its reader is bound anew each time."""

    @functools.wraps(part)
    def bound(*arguments: Any, **more: Any) -> None:
        speak(st.session_state["lang"])
        part(*arguments, **more)

    return cast("Callable[..., None]", st.fragment(bound))


def list_pages(sections: Mapping[str, Sequence[Any]]) -> None:
    """The pages (`st.Page`) by section, as links in the sidebar."""
    for name, pages in sections.items():
        st.html(f'<p class="section">{html.escape(name)}</p>')
        for page in pages:
            st.page_link(page, width="stretch")


def title_line(page: str) -> None:
    """Title and filters on one line, drawn by `app.py` for every page.

    Filters belong to the frame and not to a page: what a page binds to the address is dropped when the reader goes to
    another page. Their labels (names, numbers, dates) are the same in both languages, because Streamlit writes labels
    into the address. Stops the run with a hint on what to import where there is nothing to show; pages that need no
    plan offer whatever bureau there is.
    """
    years = ask("bureau_years")
    if years.empty and page not in WITHOUT_PLAN:
        st.title(say(f"{page}.title"), anchor=False)
        st.info(say("frame.empty"))
        if access.may("import") and access.person().reads("registry/imports"):
            label = say("frame.to_imports")
            st.page_link("pages/registry/imports.py", label=markdown(label), icon=":material/upload_file:")
        st.stop()
    with st.container(key="title-line"):
        title, choose_bureau, choose_year, choose_day = st.columns([5, 3, 2, 1.8], vertical_alignment="center")
    title.title(say(f"{page}.title"), anchor=False)
    bureaus = ask("bureaus")["bureau"] if page in WITHOUT_PLAN else years["bureau"].unique()
    if len(bureaus) == 0:
        return
    if st.session_state.get("bureau") not in list(bureaus):
        st.session_state.pop("bureau", None)
    bureau = choose_bureau.selectbox(
        say("frame.bureau"),
        list(bureaus),
        key="bureau",
        bind="query-params",
        label_visibility="collapsed",
    )
    of_bureau = [int(year) for year in years.loc[years["bureau"] == bureau, "year"]]
    if not of_bureau:
        return
    asked = str(st.query_params.get("year", ""))
    with choose_year:
        year = _choose_year(of_bureau)
    if asked and asked not in {str(one) for one in of_bureau}:
        # What the address asks for is text of anybody's making.
        known = say("frame.list_comma").join(str(one) for one in of_bureau)
        st.warning(
            markdown(
                say("frame.year_unknown", asked=shortened(line(asked), 20), bureau=bureau, known=known, year=year)
            ),
            icon=":material/event_busy:",
        )
    last_day = datetime.date(year, 12, 31)
    choose_day.date_input(
        say("frame.as_of"),
        value=min(last_day, datetime.date.today()),
        min_value=datetime.date(year, 1, 1),
        max_value=last_day + datetime.timedelta(days=180),
        format="YYYY-MM-DD",
        key=f"as_of_{year}",
        bind="query-params",
        help=say("frame.as_of_help"),
        label_visibility="collapsed",
    )


def _choose_year(years: Sequence[int]) -> int:
    """The years side by side while they fit on the line, else all of them in a list, the newest first."""
    shared: dict[str, Any] = {"key": "year", "bind": "query-params", "label_visibility": "collapsed"}
    if st.session_state.get("year") not in years:
        st.session_state.pop("year", None)
    if len(years) <= YEARS_SIDE_BY_SIDE:
        return int(
            st.segmented_control(say("frame.year"), years, default=years[-1], required=True, width="stretch", **shared)
        )
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
        look=look(st.context.theme.type),
        settings=dict(zip(in_force["key"], in_force["value"], strict=True)),
    )


def emblem() -> str:
    """The emblem with the product's name, as SVG for the head of the sidebar (which is dark in both modes)."""
    picture = (
        EMBLEM.read_text("utf-8")
        .replace("<svg ", '<svg x="0" y="4" ', 1)
        .replace('width="64" height="64"', 'width="44" height="44"')
    )
    name, line = (html.escape(say(f"product.{key}")) for key in ("logo", "logo_line"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="240" height="52" viewBox="0 0 240 52">{picture}'
        f'<g font-family="Noto Serif CJK SC, Source Han Serif SC, SimSun, serif" fill="#FFFFFF">'
        f'<text x="56" y="25" font-weight="700" font-size="21">{name}</text>'
        f'<text x="56" y="44" font-size="13" fill="#BBD5F2" letter-spacing="1">{line}</text></g></svg>'
    )


def synthetic_mark() -> None:
    """演示数据, on every page of a synthetic database."""
    settings = ask("settings_in_force", bureau_id=None, year=2100)
    if is_synthetic(dict(zip(settings["key"], settings["value"], strict=True))):
        mark, meaning = say("frame.synthetic"), say("frame.synthetic_note")
        st.sidebar.html(f'<p class="synthetic"><strong>{mark}</strong><br>{meaning}</p>')
        # Paper has no sidebar; what is fixed stands on every sheet.
        st.html(f'<p class="on-paper">{mark}</p>')


def for_paper() -> None:
    """What printing needs beside the style: the screen's palette, and charts that take the sheet's width."""
    dark = " dark" if st.context.theme.type == "dark" else ""
    st.html(f'<i class="palette{dark}"></i><script>{PAPER}</script>', unsafe_allow_javascript=True)
