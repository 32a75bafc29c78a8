"""The meeting slides on the page: which, in which order, under which titles; the show; the files to take along."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from inspections.papers.briefing import SLIDES, slide_name
from inspections.papers.browser import find_browser, print_pdf
from inspections.papers.slides.deck import Deck
from inspections.papers.slides.powerpoint import new_show, to_pptx
from inspections.papers.slides.web_page import deck_html, slide_html, stylesheet
from inspections.store.database import own_templates
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.wording import say_error
from pages.frame.address import kept, some_of, text
from pages.frame.saving import download
from pages.frame.view import View

HERE = Path(__file__).parent
# How long a slide may stay on before the next one comes by itself.
SECONDS = (10, 20, 30, 60)
LONGEST_TITLE = 60
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

_show = st.components.v2.component(
    "briefing_show",
    html=(HERE / "show.html").read_text("utf-8"),
    css=(HERE / "show.css").read_text("utf-8"),
    js=(HERE / "show.js").read_text("utf-8"),
)


@dataclass(frozen=True)
class Wanted:
    """The chosen slides in their order, and own titles by slide code."""

    keys: tuple[str, ...]
    titles: dict[str, str]


def choose(view: View) -> Wanted:
    """Slides, order and titles. All stand in the address (`slides=year,risks&title_year=…`): a link shows the deck."""
    with st.popover(view.say("choose"), icon=":material/tune:", width="content"):
        keys = st.multiselect(
            view.say("slides"),
            SLIDES,
            key=kept("slides", some_of(SLIDES), list(SLIDES)),
            format_func=slide_name,
            help=view.say("slides_help"),
        )
        st.caption(view.say("titles_help"))
        titles = {
            key: st.text_input(
                markdown(slide_name(key)),
                key=kept(f"title_{key}", text(LONGEST_TITLE), ""),
                max_chars=LONGEST_TITLE,
                placeholder=view.say("title_placeholder"),
            )
            for key in keys
        }
    return Wanted(tuple(keys), {key: title for key, title in titles.items() if title})


def take_along(view: View, deck: Deck) -> None:
    """The deck as pptx and pdf, made when asked for; what stands against either is said at its button."""
    name = f"{view.bureau}{view.year}-{view.say('file')}"
    refused = None
    try:
        new_show(own_templates())
    except InspectionsError as error:
        refused = markdown(say_error(error))
    download(
        view.say("pptx"),
        lambda: to_pptx(deck, own_templates()),
        file_name=f"{name}.pptx",
        mime=PPTX,
        icon=":material/download:",
        key="briefing-pptx",
        disabled=refused is not None,
        help=refused,
    )
    missing = None
    try:
        find_browser()
    except InspectionsError as error:
        missing = say_error(error)
    download(
        view.say("pdf"),
        lambda: print_pdf(deck_html(deck)),
        file_name=f"{name}.pdf",
        mime="application/pdf",
        icon=":material/picture_as_pdf:",
        key="briefing-pdf",
        disabled=missing is not None,
        help=missing,
    )


def fragments(view: View, deck: Deck) -> list[str]:
    """Every slide of the deck as HTML in the colours of the reader's screen."""
    return [slide_html(deck, number, view.look.mode == "dark") for number in range(1, len(deck.slides) + 1)]


def show(view: View, slides: Sequence[str]) -> None:
    """The stage with its keys. Slides change in the browser alone; the address says which is on (`slide=3`)."""
    words = {key: view.say(key) for key in ("stage", "slides", "back", "next", "play", "pause", "every")}
    words |= {f"{key}_html": html.escape(view.say(key)) for key in ("full", "leave")}
    _show(
        key="show",
        data={
            "slides": list(slides),
            "css": stylesheet(),
            "seconds": SECONDS,
            "words": {**words, "seconds": [view.say("seconds", count=count) for count in SECONDS]},
        },
    )


def notes(view: View, deck: Deck) -> None:
    """What to say beside each slide."""
    with st.expander(view.say("notes"), icon=":material/speaker_notes:"):
        rows = (
            f"<dt>{number} / {len(deck.slides)} {html.escape(slide.title)}</dt>"
            f"<dd>{html.escape(slide.notes).replace(chr(10), '<br>')}</dd>"
            for number, slide in enumerate(deck.slides, start=1)
        )
        st.html(f'<dl class="speech">{"".join(rows)}</dl>')
