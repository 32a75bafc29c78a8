"""The verbs of the command line, one module each."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from inspections.errors import InspectionsError
from inspections.wording import LANGUAGES


def spoken_language() -> str:
    """The language of messages: `INSPECTIONS_LANG` (zh or en), else Chinese."""
    named = os.environ.get("INSPECTIONS_LANG", "").strip().lower()[:2]
    return named if named in LANGUAGES else "zh"


@contextlib.contextmanager
def progress_bar(words: str) -> Iterator[Callable[[float, str], None]]:
    """A bar on stderr while it is a terminal; what comes back is told the share done, in [0, 1], and the step."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.fields[step]}"), console=Console(stderr=True), transient=True) as bar:
        shown = bar.add_task(words, total=1.0, step="")
        yield lambda share, step: bar.update(shown, completed=share, step=step)


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
