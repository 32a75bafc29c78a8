"""设置与备份: the rules and limits in force, each with its default; copies of the database; its health."""

import streamlit as st

from pages.frame.head import open_page
from pages.frame.shown import figures_row, finding
from pages.registry.parts.settings import (
    backups,
    change,
    copies,
    finding_sentences,
    groups,
    health,
    history,
    in_force,
    key_figures,
    people,
)

view = open_page("settings")
rows, made = in_force(view), copies()
finding(*finding_sentences(view, rows, made))
figures_row(*key_figures(view, rows, made))

with st.container(key="wide-left-settings"):
    left, right = st.columns([2, 1], gap="medium")
with left.container(border=True, height="stretch"):
    groups(view, rows)
with right.container(border=True, height="stretch"):
    change(view, rows)
    history(view)
left, right = st.columns([2, 1], gap="medium")
with left.container(border=True, height="stretch"):
    backups(view, rows, made)
with right.container(border=True):
    people(view)
    health(view)
