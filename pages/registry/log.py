"""变更日志: who changed what, when, from what to what, and whether the chain of entries is whole."""

import streamlit as st

from inspections.figures.log import per_day
from inspections.figures.log_words import in_words
from pages.frame.address import stop
from pages.frame.data import ask
from pages.frame.head import open_page
from pages.frame.shown import chart, figures_row, finding, heading, note, table
from pages.registry.parts.log import filters, key_figures, names, one, proves, sentences

view = open_page("log")
days = ask("log_figures")
if days.empty:
    finding(view.say("empty"))
    stop()
finding(*sentences(view, days))
figures_row(*key_figures(view, days))
if len(days) > 1:  # of one day the key figures say as much
    with st.container(border=True):
        heading(view.say("chart_title"))
        chart(per_day(days, view.look), view, "days", view.say("chart_alt", count=len(days)))

asked = filters(view)
found = in_words(ask("log_entries", **asked), names())
matching = int(found["matching"].iloc[0]) if len(found) else 0
columns = ["logged_at", "action", "subject_words", "change_words", "actor", "source_file", "seq"]
title = view.say("list_title", count=matching)
place = table(found, columns, view, "entries", title, select=f"{asked}-{matching}", by=("entry", "seq"))
if place is not None:
    one(view, found.iloc[place].to_dict())
if matching > len(found):
    note(view.say("list_cut", shown=len(found), count=matching))
note(view.say("note"))
proves()
