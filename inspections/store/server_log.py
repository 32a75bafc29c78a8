"""The log of the server: one JSON object a line, without personal data.

A line holds when, how bad, what kind of event, and facts that are numbers or codes. Texts of errors, names, files and
addresses never get in: they may quote a row. Of an exception the line keeps its type and where it was raised; a session
and a person are a hash that means nothing after the process has ended.
"""

from __future__ import annotations

import contextvars
import datetime
import hashlib
import json
import logging
import os
import re
import secrets
import sys
import threading
import traceback
from collections.abc import Mapping
from logging.handlers import WatchedFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from inspections.words.errors import InspectionsError

SETTING = "INSPECTIONS_LOG"
ROOT = Path(__file__).resolve().parents[2]
# What a text in the log may look like: a code, a version, a place in the source. Names and numbers of people do not.
CODE = re.compile(r"(?!.*\d{6})[A-Za-z_<][\w.:<>,-]{0,79}|\d{1,3}(\.\d{1,3}){1,2}", re.ASCII)
# A hash in letters cannot be taken for a number of anything.
LETTERS = str.maketrans("0123456789", "ghijklmnop")
FORMAT = re.compile(r"\.([A-Za-z]{2,5})$")
# Entries of the change log whose numbers are counts. Of all others only the kind of action is told.
COUNTED = {"import", "undo", "backup", "restore", "upgrade"}
MOST_CAUSES = 8

_logger = logging.getLogger("inspections")
_logger.addHandler(logging.NullHandler())
_logger.propagate = False
_salt = secrets.token_bytes(16)
_around: contextvars.ContextVar[Mapping[str, Any] | None] = contextvars.ContextVar("around", default=None)
_noted = threading.local()


# ---------------------------------------------------------------------------------------------------- lines
class Lines(logging.Formatter):
    """Records as JSON lines. Of a record that is not ours only logger, place and exception are told, never its text."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        moment = datetime.datetime.fromtimestamp(record.created).astimezone()
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": "library",
        }
        if record.name == _logger.name:
            line |= record.__dict__.get("facts", {})
        else:
            line |= {"logger": _fit(record.name), "at": _place(record.pathname, record.lineno, record.funcName)}
        if record.exc_info and record.exc_info[1]:
            line |= told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _fit(value: object) -> Any:
    """A number or a code as it is; of anything else only its type."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if CODE.fullmatch(text) else f"<{type(value).__name__}>"


def _place(file: str, line: int | None, function: str | None) -> str:
    path = Path(file)
    inside = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    parts = inside.as_posix().split("site-packages/")[-1].split("/")[-3:]
    return re.sub(r"[^\w./:<> -]", "?", f"{'/'.join(parts)}:{line or 0} {function or ''}".strip(), flags=re.ASCII)


def told(error: BaseException) -> dict[str, Any]:
    """What the log tells of an exception: its type, its code where it has one, its causes' types, where it was raised.

    `at` is the innermost place, `ours` the innermost one in our own source.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if ".venv" not in frame.filename and Path(frame.filename).is_relative_to(ROOT)]
    found: dict[str, Any] = {"exception": _fit(type(error).__name__)}
    if isinstance(error, InspectionsError):
        found["problem"] = _fit(error.code)
    for key, known in (("at", frames), ("ours", own)):
        if known:
            found[key] = _place(known[-1].filename, known[-1].lineno, known[-1].name)
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < MOST_CAUSES:
        causes.append(_fit(type(cause).__name__))
        cause = cause.__cause__ or cause.__context__
    return found | ({"causes": causes} if causes else {})


def handler() -> logging.Handler:
    """Writes lines to the file that `INSPECTIONS_LOG` names (rotated from outside), else to stderr: the journal."""
    named = os.environ.get(SETTING)
    made: logging.Handler = (
        WatchedFileHandler(Path(named).expanduser(), encoding="utf-8") if named else logging.StreamHandler(sys.stderr)
    )
    made.setFormatter(Lines())
    return made


def start(to: logging.Handler) -> None:
    """From now on our own events, what libraries log, warnings and exceptions nobody caught go `to` this handler."""
    for logger in (_logger, logging.getLogger(), *map(logging.getLogger, tuple(logging.root.manager.loggerDict))):
        if logger.handlers or logger is _logger or logger is logging.root:
            logger.handlers[:] = [to]
    _logger.setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _uncaught(_: type[BaseException], error: BaseException | None, __: TracebackType | None) -> None:
    if error is not None:
        failed("uncaught", error)


# ---------------------------------------------------------------------------------------------------- events
def hashed(text: str) -> str:
    """A name for a session or a person that is good for as long as this process runs, and says nothing else."""
    return hashlib.blake2s(text.encode(), key=_salt, digest_size=5).hexdigest().translate(LETTERS)


def around(**facts: object) -> None:
    """Facts that every line of this run (thread) bears from now on: session, page."""
    _around.set(facts)


def event(name: str, **facts: object) -> None:
    """One line. What is no number and no code is left out of it."""
    _write(logging.INFO, {"event": name, **facts})


def failed(name: str, error: BaseException, **facts: object) -> str:
    """One line for an error; the short code under which a user can ask about it."""
    # With a letter in it: six digits could be somebody's number, and no line holds such.
    code = "E" + secrets.choice("ABCDEF") + secrets.token_hex(3)[1:].upper()
    _write(logging.ERROR, {"event": name, "code": code, **facts}, told(error))
    return code


def _write(level: int, facts: Mapping[str, object], of_error: Mapping[str, object] | None = None) -> None:
    clean = {key: _fit(value) for key, value in {**facts, **(_around.get() or {})}.items()}
    _logger.log(level, "", extra={"facts": {**clean, **(of_error or {})}})


# ---------------------------------------------------------------------------------------------------- changes
def note(action: str, subject: str, counts: object) -> None:
    """An entry of the change log in a transaction that is still open."""
    facts: dict[str, object] = {}
    first = subject.split(" ", 1)[0]
    if action == "export":
        facts["format"] = ending.group(1).lower() if (ending := FORMAT.search(subject)) else None
    elif action in COUNTED and isinstance(counts, Mapping):
        facts = {"of": first} | {key: value for key, value in counts.items() if isinstance(value, int)}
        if isinstance(counts.get("status"), str):
            facts["status"] = counts["status"]
    _waiting().append((action, facts))


def committed() -> int:
    """The transaction is over: what was noted has happened. Comes back with the number of entries."""
    noted = len(_waiting())
    for action, facts in _waiting():
        _write(logging.INFO, {"event": action, **facts})
    _waiting().clear()
    return noted


def forget() -> None:
    """A transaction begins: what one before it noted and never committed has not happened."""
    _waiting().clear()


def _waiting() -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = _noted.__dict__.setdefault("waiting", [])
    return found
