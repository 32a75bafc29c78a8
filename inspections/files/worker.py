"""The process that reads foreign files (apart.py starts it): one file at a time, under limits that the kernel keeps."""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from inspections.files import readers
from inspections.files.apart import receive, send
from inspections.files.bounds import MEMORY, Bounds
from inspections.files.content import Document, LeftOut
from inspections.files.formats import Format, format_of
from inspections.files.worksheets import Block, Book
from inspections.words.errors import InspectionsError

try:
    import resource
except ImportError:  # not everywhere does the kernel keep limits: there only the patience of who waits ends it
    resource = None  # type: ignore[assignment]

# What it writes is at most what Python keeps of a module that it has translated.
_WRITTEN = 20_000_000


class Worker:
    """What it has been given, and what it does with it: the public methods are what it can be asked."""

    def __init__(self, requests: IO[bytes], replies: IO[bytes]) -> None:
        self._requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._replies = replies
        self._content = b""
        self._book: Book | None = None
        self._until = 0.0
        threading.Thread(target=self._listen, args=(requests,), daemon=True).start()

    def _listen(self, requests: IO[bytes]) -> None:
        """Whoever waits for it may be gone while it reads."""
        with suppress(EOFError, OSError):
            while True:
                self._requests.put(receive(requests))
        os._exit(0)

    def work(self) -> None:
        """Answer until nobody asks any more."""
        while True:
            job, *arguments = pickle.loads(self._requests.get())  # noqa: S301 - it comes from who started us
            try:
                answer = getattr(self, job)(*arguments)
            except InspectionsError as error:
                told = _out_of_memory(error)
                self._reply("refused", told.code, told.parameters)
            except MemoryError:
                self._reply("refused", "file_takes_too_much_memory", {})
            # Nothing is read from a disk here: what a library misses is missing in the file.
            except (OSError, RecursionError):
                self._reply("refused", "file_broken", {})
            except Exception:  # noqa: BLE001 - a mistake of ours is to be seen where it is waited for
                self._reply("failed", traceback.format_exc())
            else:
                if job != "take":
                    self._reply("done", answer)

    def take(self, seconds: int) -> None:
        """The next file, and how long it may take."""
        self._content, self._book, self._until = b"", None, time.process_time()
        self._limit(seconds)
        self._content = self._requests.get()

    def format(self, suffix: str, bounds: Bounds) -> Format:
        """What the file is."""
        return format_of(self._content, suffix, bounds)

    def words(self, kind: str) -> Document:
        """A document of words."""
        return readers.words_in(self._content, kind, self._more_time)

    def notice(self, told: Format, suffix: str, kind: str, bounds: Bounds) -> Document:
        """Any other notice."""
        return readers.notice_in(self._content, told, suffix, kind, bounds)

    def book(
        self, told: Format, suffix: str, bounds: Bounds
    ) -> tuple[str, str | None, tuple[str, ...], list[tuple[str, Block]]]:
        """Format, delimiter, hidden worksheets; of every other its name and its first rows."""
        self._book = readers.book_in(self._content, told, suffix, bounds, self._familiarity)
        heads = [(sheet.name, sheet.head()) for sheet in self._book.worksheets]
        return self._book.format, self._book.delimiter, self._book.hidden, heads

    def rows(self, index: int) -> tuple[LeftOut, ...]:
        """The rows of a worksheet of the book, part by part, and what it leaves out."""
        if self._book is None:
            raise RuntimeError("no book")
        sheet = self._book.worksheets[index]
        for block in sheet.blocks():
            self._reply("part", block)
        return sheet.left_out()

    def _familiarity(self, rows: Sequence[Sequence[str]]) -> int:
        self._reply("asked", rows)
        _, answer = pickle.loads(self._requests.get())  # noqa: S301 - as above
        return int(answer)

    def _more_time(self, seconds: int) -> None:
        self._limit(seconds)
        self._reply("more time", seconds)

    def _limit(self, seconds: int) -> None:
        self._until += seconds
        if resource is not None:
            _, most = resource.getrlimit(resource.RLIMIT_CPU)
            until = int(self._until) + 1
            resource.setrlimit(
                resource.RLIMIT_CPU, (until if most == resource.RLIM_INFINITY else min(until, most), most)
            )

    def _reply(self, *answer: object) -> None:
        try:
            send(self._replies, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
        except BrokenPipeError:
            os._exit(0)


def _out_of_memory(error: InspectionsError) -> InspectionsError:
    """The same refusal, but that of a file that is called broken because a library got no memory for it."""
    for cause in _causes(error):
        if isinstance(cause, MemoryError):
            return InspectionsError("file_takes_too_much_memory")
    return error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _keep_to_limits() -> None:
    # When the machine has no memory left, this is the one to go.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    if resource is not None:
        for kind, most in (("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", _WRITTEN), ("RLIMIT_DATA", MEMORY)):
            _, hard = resource.getrlimit(getattr(resource, kind))
            limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(getattr(resource, kind), (limit, limit))


def main() -> None:
    """Answer on the pipe that was standard output; what a library prints goes nowhere."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    _keep_to_limits()
    worker: Any = Worker(requests, replies)
    worker.work()
    sys.exit()
