"""What the server tells those who run it: the health endpoint, the log, and what a user sees of an error."""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import streamlit as st
import streamlit.logger
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

from inspections import __version__
from inspections.lake import engine
from inspections.server import daily_copy
from inspections.server.health import health, health_of_lake
from inspections.store import server_log
from inspections.store.database import SCHEMA_NUMBER, database_path, disk_trouble
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.wording import FIRST, LANGUAGES, say, say_error, speak
from pages.frame import access


def answer(_: Request) -> JSONResponse:
    """`/health`: 200 while the database answers, 503 otherwise. Starlette runs it in a thread of its own."""
    from pages.frame.data import connection, look_at_lake  # noqa: PLC0415 - its caches want the running server

    if engine.on_spark():
        told = health_of_lake(look_at_lake)
    else:
        told = health(connection, database_path(), daily_copy.last_daily_copy)
    return JSONResponse(told, 503 if told["status"] == "down" else 200, {"cache-control": "no-store"})


def kind_of(message: bytes) -> str:
    """The kind of what a browser sent. Raises ValueError where it is nothing of Streamlit's."""
    try:
        return str(BackMsg.FromString(message).WhichOneof("type"))
    except Exception as error:  # what its encoding raises is no part of Streamlit
        raise ValueError from error


def left_out(kind: str) -> None:
    """What a browser of ours never sends goes to the log."""
    server_log.event("left_out", kind=kind)


def to_first_page(request: Request) -> RedirectResponse:
    """The first page has the application's own address: whoever writes its name gets there with all that was asked."""
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./")


def load_pages() -> None:
    """Import what the pages are made of, and take all that is loaded by now out of the garbage collector's sight.

    Streamlit has it look through every object after each run of a page. Hundreds of thousands of them are modules,
    which stay until the server ends; looking through those took more than half of a warm run, and held everybody up.
    """
    root = Path(__file__).resolve().parents[2]
    for part in sorted(root.glob("pages/*/parts/*.py")):
        importlib.import_module(".".join(part.relative_to(root).with_suffix("").parts))
    # Loaded when it is first used, which would be a visitor's wait.
    importlib.import_module("scipy.stats")
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def logging_server() -> Iterator[None]:
    """The log, from the start of the server to its end; Streamlit's own loggers, present and future, write to it."""
    to = server_log.handler()

    def ours(logger: logging.Logger) -> None:
        logger.handlers[:] = [to]

    # Streamlit gives every logger a handler of its own when it is first asked for.
    streamlit.logger.setup_formatter = ours
    server_log.start(to)
    # It tells an error of a page a second time, which `failed` has told with its code.
    logging.getLogger("streamlit.error_util").addFilter(lambda record: record.funcName != "_log_uncaught_app_exception")
    mode = "single" if access.is_single() else "server"
    server_log.event("start", version=__version__, schema=SCHEMA_NUMBER, mode=mode, process=os.getpid())
    try:
        yield
    finally:
        server_log.event("stop")


@contextlib.contextmanager
def logged_run(page: str) -> Iterator[None]:
    """One run of a page: which, for how long, for which session."""
    context = get_script_run_ctx()
    server_log.around(page=page, session=server_log.hashed(context.session_id) if context else None)
    start = time.perf_counter()
    try:
        yield
    finally:
        server_log.event("run", milliseconds=round(1000 * (time.perf_counter() - start)))


def failed(error: Exception) -> bool:
    """An error nobody foresaw, in a page: the log gets a code and where it was, the user the code and what to do."""
    code = server_log.failed("error", error)
    chosen = st.session_state.get("lang")
    speak(chosen if chosen in LANGUAGES else FIRST)
    known = error if isinstance(error, InspectionsError) else None
    if isinstance(error, duckdb.Error | OSError):
        known = disk_trouble(error)
    sentence = say_error(known) if known else say("frame.failed", code=code)
    st.error(markdown(sentence))
    return True
