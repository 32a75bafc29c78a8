"""The frame around every page: language, database, navigation. `streamlit run app.py` serves `app`, this file."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from inspections.lake.engine import on_spark
from inspections.server.daily_copy import every_day
from inspections.server.gate import Files, Gate, Stream
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.wording import FIRST, say, say_error, say_in
from pages.frame import access, operations

ROOT = Path(__file__).resolve().parent
PAGES = {
    "monitor": {
        "overview": "dashboard",
        "plans": "event_note",
        "coverage": "stacked_bar_chart",
        "completion": "task_alt",
        "findings": "report",
    },
    "whatif": {"redraw": "casino", "proportions": "tune"},
    "review": {
        "evaluation": "workspace_premium",
        "bureaus": "leaderboard",
        "fairness": "balance",
        "briefing": "co_present",
    },
    "registry": {
        "imports": "upload_file",
        "registers": "menu_book",
        "draws": "inventory_2",
        "log": "history",
        "settings": "settings",
    },
}
FIRST_PAGE = next(iter(PAGES["monitor"]))


@contextlib.asynccontextmanager
async def ready(_: st.App) -> AsyncIterator[None]:
    """Before the first visitor: pages loaded, database open (built where missing). The page tells what fails."""
    from pages.frame.data import connection  # noqa: PLC0415 - its caches want the running server

    with operations.logging_server():
        copying = None
        with contextlib.suppress(InspectionsError):
            # In a lake, the bureaus copy their own databases.
            if not on_spark():
                copying = asyncio.create_task(every_day(connection))
            connection()
        operations.load_pages()
        yield
        if copying:
            copying.cancel()


# `streamlit run` finds this application and imports this file once, before the first visitor. Without the second line
# it would take the folder `pages/` for its older kind of app until `st.navigation` has run, and answer the first deep
# link after a start with "Page not found".
app = st.App(
    __file__,
    lifespan=ready,
    routes=[Route("/health", operations.answer), Route(f"/{FIRST_PAGE}", operations.to_first_page)],
    on_script_error=operations.failed,
    middleware=[
        Middleware(Gate, closed=access.is_single, address=lambda: st.get_option("server.address")),
        Middleware(Stream, kind_of=operations.kind_of, left_out=operations.left_out),
        Middleware(Files, may_have=access.may_have, may_send=access.may_send_files),
    ],
)
PagesManager.uses_pages_directory = False


def show() -> None:
    """One run for one visitor."""
    from pages.frame import address, head, saving  # noqa: PLC0415
    from pages.frame.data import start_run  # noqa: PLC0415

    # A local picture as favicon: the icon of a page would be fetched from the internet. The title holds for a visitor
    # whom no page is shown yet, in a language still unknown.
    st.set_page_config(page_title=say_in(FIRST, "product.name"), page_icon=str(head.EMBLEM), layout="wide")
    st.html(head.STYLE)
    address.begin()
    sections = st.sidebar.container(key="navigation", gap=None)
    head.choose_language()
    st.logo(head.emblem(), icon_image=str(head.EMBLEM), size="large")
    known = {
        f"{section}/{page}": st.Page(
            ROOT / "pages" / section / f"{page}.py",
            title=say(f"{page}.title"),
            icon=f":material/{icon}:",
            url_path=page,
            default=page == FIRST_PAGE,
        )
        for section, pages in PAGES.items()
        for page, icon in pages.items()
    }
    # Streamlit knows every page, so that a link to one that is not the reader's is answered in the reader's language.
    # Our own list of links: Streamlit's has blocks between the list and its entries, which screen readers trip over.
    navigation = st.navigation(list(known.values()), position="hidden")
    address.arrive()
    person = access.enter()
    listed = {
        say(f"nav.{section}"): own
        for section, pages in PAGES.items()
        if (own := [known[f"{section}/{page}"] for page in pages if person.reads(f"{section}/{page}")])
    }
    shown = navigation.url_path or FIRST_PAGE
    st.set_page_config(page_title=say("frame.tab_title", page=say(f"{shown}.title"), product=say("product.name")))
    with head.listing_pages(sections, listed):
        access.signed_in(person)
        if navigation not in [page for own in listed.values() for page in own]:
            access.refuse()
            address.stop()
        try:
            with st.spinner(say("frame.building")):
                start_run()
        except InspectionsError as error:
            st.error(markdown(say_error(error)))
            address.stop()
        head.synthetic_mark()
        head.for_paper()
        head.for_screens()
        head.title_line(shown)
    saving.news()
    with operations.logged_run(shown), address.written():
        navigation.run()


if __name__ == "__main__":
    show()
