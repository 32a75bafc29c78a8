"""The frame around every page: language, database, navigation."""

import sys
from pathlib import Path

import streamlit as st

# `streamlit run` puts only this file's folder on the path when it starts; keep it there for sessions of other entry points.
ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from inspections.errors import InspectionsError  # noqa: E402
from inspections.wording import say, say_error  # noqa: E402
from pages.shared import frame  # noqa: E402
from pages.shared.data import connection  # noqa: E402

PAGES = {
    "monitor": {
        "overview": "dashboard",
        "plans": "event_note",
        "coverage": "stacked_bar_chart",
        "completion": "task_alt",
        "findings": "report",
    },
    "whatif": {"redraw": "casino"},
}

# A local picture as favicon: the icon of a page would be fetched from the internet.
st.set_page_config(page_title="双随机监管看板", page_icon=str(ROOT / "pages/shared/emblem.svg"), layout="wide")
st.html(ROOT / "pages/shared/frame.css")
language = frame.choose_language()
st.logo(frame.emblem(say(language, "product.name")), icon_image=str(ROOT / "pages/shared/emblem.svg"), size="large")
navigation = st.navigation(
    {
        say(language, f"nav.{section}"): [
            st.Page(
                f"pages/{section}/{page}.py",
                title=say(language, f"{page}.title"),
                icon=f":material/{icon}:",
                url_path=page,
                default=page == "overview",
            )
            for page, icon in pages.items()
        ]
        for section, pages in PAGES.items()
    }
)
try:
    with st.spinner(say(language, "frame.building")):
        connection()
except InspectionsError as error:
    st.error(say_error(language, error))
    st.stop()
frame.synthetic_mark(language)
navigation.run()
