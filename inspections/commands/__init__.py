"""The verbs of the command line, one module each."""

from __future__ import annotations

import contextlib
import contextvars
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import click
import duckdb
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from inspections.words.errors import InspectionsError
from inspections.words.wording import FIRST, LANGUAGES, say, speak


def speak_to_terminal() -> None:
    """Whoever reads messages reads the language of `INSPECTIONS_LANG` (zh or en), else Chinese."""
    named = os.environ.get("INSPECTIONS_LANG", "").strip().lower()[:2]
    speak(named if named in LANGUAGES else FIRST)


# Verbs say what they do, and what their options are for, as soon as they are loaded.
speak_to_terminal()

Result = TypeVar("Result")
Verb = TypeVar("Verb", bound=Callable[..., object])
# Seconds between two looks at a statement that runs.
LOOK = 0.1


def database_option(verb: str) -> Callable[[Verb], Verb]:
    """`--db`: the database that a verb works on, where it is not the usual one."""
    place = click.Path(path_type=Path, dir_okay=False)
    return click.option("--db", "database", type=place, help=say(f"commands.{verb}.database"))


def json_option(verb: str) -> Callable[[Verb], Verb]:
    """`--json`: what a verb reports, for programs."""
    return click.option("--json", "as_json", is_flag=True, help=say(f"commands.{verb}.as_json"))


@contextlib.contextmanager
def progress_bar(words: str) -> Iterator[Callable[[float, str], None]]:
    """A bar on stderr while it is a terminal; what comes back is told the share done, in [0, 1], and the step."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    # Where it is no terminal a bar would leave an empty line behind.
    hidden = not console.is_terminal
    with Progress(*columns, TextColumn("{task.fields[step]}"), console=console, transient=True, disable=hidden) as bar:
        shown = bar.add_task(words, total=1.0, step="")
        yield lambda share, step: bar.update(shown, completed=share, step=step)


def watched(
    connection: duckdb.DuckDBPyConnection,
    work: Callable[[Callable[[], None]], Result],
    progress: Callable[[float], None],
) -> Result:
    """Do `work` beside this thread, which tells `progress` the share done, in [0, 1], of the statement that runs.

    Ctrl+C, or whatever else `progress` raises, ends the statement; what waits for DuckDB itself would hear of it
    seconds later. `work` is handed what to call between its steps: it raises KeyboardInterrupt once the work is to end.
    """
    results: list[Result] = []
    errors: list[BaseException] = []
    ended = threading.Event()

    def go_on() -> None:
        if ended.is_set():
            raise KeyboardInterrupt

    def do() -> None:
        try:
            results.append(work(go_on))
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
            errors.append(error)

    connection.execute("set enable_progress_bar = true")
    connection.execute("set enable_progress_bar_print = false")
    # In the other thread the reader is the same.
    worker = threading.Thread(target=contextvars.copy_context().run, args=(do,))
    worker.start()
    try:
        while worker.is_alive():
            worker.join(LOOK)
            progress(min(max(connection.query_progress() / 100, 0), 1))
    except BaseException:
        ended.set()
        while worker.is_alive():
            connection.interrupt()
            worker.join(LOOK)
        raise
    if errors:
        raise errors[0]
    return results[0]


def write_whole(path: Path, content: bytes) -> None:
    """Write the file whole or not at all: beside it, then in its place. Raises InspectionsError `out_unwritable`."""
    try:
        descriptor, beside = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:40]}-")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            umask = os.umask(0)
            os.umask(umask)
            Path(beside).chmod(0o666 & ~umask)  # a temporary file is its maker's alone, a report is not
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InspectionsError("out_unwritable", path=path, reason=error.strerror or type(error).__name__) from error
