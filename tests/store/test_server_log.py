"""The server's log: JSON lines that tell what happened and never whom it was about."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from inspections.edits.plans import log_export
from inspections.store import server_log
from inspections.store.database import log_change, open_database, transaction
from inspections.words.errors import InspectionsError

NAME, PHONE = "王小明", "13812345678"
FIRM = "阳城县示例化工有限公司"


class Log:
    """What was written."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(server_log.Lines())

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def silent_about_people(self) -> None:
        text = self.stream.getvalue()
        assert text
        for poison in (NAME, PHONE, FIRM, NAME.encode("unicode_escape").decode()):
            assert poison not in text


@pytest.fixture
def log() -> Iterator[Log]:
    """The log of a server that runs, put back as it was afterwards."""
    loggers = [logging.getLogger(), *map(logging.getLogger, tuple(logging.root.manager.loggerDict))]
    kept = [(logger, logger.handlers[:], logger.level) for logger in loggers]
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    made = Log()
    server_log.start(made.handler)
    yield made
    logging.captureWarnings(False)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    for logger, handlers, level in kept:
        logger.handlers[:] = handlers
        logger.setLevel(level)
    server_log.around()


def _poisoned() -> None:
    try:
        int(f"{NAME} {PHONE}")
    except ValueError as error:
        message = f"row 3: {NAME}, {PHONE}, {FIRM}"
        raise KeyError(message) from error


def _caught() -> Exception:
    try:
        _poisoned()
    except KeyError as error:
        return error
    raise AssertionError


def test_an_error_is_told_by_type_and_place_never_by_its_text(log: Log) -> None:
    code = server_log.failed("error", _caught())
    (line,) = log.lines
    assert (line["exception"], line["causes"], line["code"]) == ("KeyError", ["ValueError"], code)
    assert (
        line["at"]
        == line["ours"]
        == f"tests/store/test_server_log.py:{_poisoned.__code__.co_firstlineno + 5} _poisoned"
    )
    log.silent_about_people()


def test_two_errors_have_two_codes(log: Log) -> None:
    assert server_log.failed("error", _caught()) != server_log.failed("error", _caught())
    assert len(log.lines) == 2


def test_an_error_of_ours_keeps_its_code_and_not_its_parameters(log: Log) -> None:
    server_log.failed("error", InspectionsError("import_rejected", file=FIRM, name=NAME))
    assert log.lines[0]["problem"] == "import_rejected"
    log.silent_about_people()


@pytest.mark.parametrize("name", ["streamlit.runtime.app_session", "uvicorn.error", "asyncio", "somebody.new"])
def test_what_libraries_log_loses_its_text(log: Log, name: str) -> None:
    logger = logging.getLogger(name)
    logger.warning("no %s for " + FIRM, NAME)
    logger.error("failed for %s", PHONE, exc_info=_caught())
    assert [line["logger"] for line in log.lines] == [name, name]
    assert log.lines[1]["exception"] == "KeyError"
    log.silent_about_people()


def test_an_exception_of_a_thread_that_nobody_caught_loses_its_text(log: Log) -> None:
    thread = threading.Thread(target=_poisoned)
    thread.start()
    thread.join()
    assert [line["event"] for line in log.lines] == ["uncaught"]
    log.silent_about_people()


@pytest.mark.parametrize("fact", [NAME, PHONE, FIRM, f"tel {PHONE}", "a\nb", {"name": NAME}, "x" * 500])
def test_a_fact_that_is_no_code_and_no_number_is_left_out(log: Log, fact: object) -> None:
    server_log.around(page=fact)
    server_log.event("run", subject=fact, milliseconds=12)
    (line,) = log.lines
    assert line["milliseconds"] == 12
    assert line["page"] == line["subject"] == f"<{type(fact).__name__}>"
    assert len(log.stream.getvalue()) < 300


def test_a_person_is_a_hash_that_stays_the_same_in_one_process() -> None:
    assert server_log.hashed(NAME) == server_log.hashed(NAME) != server_log.hashed(FIRM)
    assert NAME not in server_log.hashed(NAME)


def test_changes_are_told_once_committed_with_counts_only(log: Log, tmp_path: Path) -> None:
    connection = open_database(tmp_path / "a.duckdb")
    with connection.cursor() as cursor, transaction(cursor):
        after = {"import_id": 7, "rows_new": 3, "made": {NAME: 1}, "by": NAME}
        log_change(cursor, actor=NAME, action="import", subject=f"class_list {FIRM}", after=after, source_file=FIRM)
        assert log.lines == []
        edited = {"phone": int(PHONE), "name": FIRM}
        log_change(cursor, actor=NAME, action="edit", subject=f"object {FIRM}", after=edited)
    log_export(connection, f"{FIRM}-覆盖率.xlsx", b"123", NAME)
    told = [{key: value for key, value in line.items() if key not in {"time", "level"}} for line in log.lines]
    assert told == [
        {"event": "import", "of": "class_list", "import_id": 7, "rows_new": 3},
        {"event": "edit"},
        {"event": "export", "format": "xlsx"},
    ]
    log.silent_about_people()
    connection.close()


def test_what_was_rolled_back_is_not_told(log: Log, tmp_path: Path) -> None:
    connection = open_database(tmp_path / "a.duckdb")

    def half(cursor: duckdb.DuckDBPyConnection) -> None:
        with transaction(cursor):
            log_change(cursor, actor=NAME, action="edit", subject="object 1")
            _poisoned()

    with pytest.raises(KeyError):
        half(connection)
    with connection.cursor() as cursor, transaction(cursor):
        log_change(cursor, actor=NAME, action="backup", subject="backup x", after={"rows": 2})
    assert [line["event"] for line in log.lines] == ["backup"]
    connection.close()


def test_lines_go_to_the_file_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "server.log"
    monkeypatch.setenv(server_log.SETTING, str(file))
    handler = server_log.handler()
    record = logging.LogRecord("uvicorn.error", logging.INFO, __file__, 1, FIRM, None, None)
    handler.emit(record)
    handler.close()
    assert json.loads(file.read_text("utf-8"))["logger"] == "uvicorn.error"
