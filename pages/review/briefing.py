"""会议汇报: the year on slides, one message each, shown from the page or taken along as pptx or pdf."""

import streamlit as st

from inspections.papers import briefing
from pages.frame.address import stop
from pages.frame.data import year_facts
from pages.frame.head import open_page
from pages.frame.shown import finding, note
from pages.review.parts.briefing import choose, fragments, notes, show, take_along

view = open_page("briefing")
said, bar = st.container(), st.container(horizontal=True, vertical_alignment="center")
with bar:
    wanted = choose(view)
if not wanted.keys:
    st.info(view.say("none_chosen"))
    stop()

# All of them: those that have something to say.
keys = None if wanted.keys == briefing.SLIDES else wanted.keys
deck = briefing.deck(year_facts(view), keys, wanted.titles)
with said:
    # A title is no sentence until it ends like one.
    title = next((slide.title for slide in deck.slides if not slide.lines), deck.slides[0].title)
    finding(title if title[-1] in "。.!！?？" else view.say("finding", title=title))
with bar:
    take_along(view, deck)
show(view, fragments(view, deck))
note(view.say("keys"))
notes(view, deck)
