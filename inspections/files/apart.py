"""A process apart, in which foreign files are read: it may hang, grow or die, and nobody here is held up by it.

It is asked over a pipe, and sends what it has read while it reads on; a full pipe makes it wait. A file has so many
seconds of processor, so much memory, and may say so much; what is more ends the process. One that has read a small
file in peace reads the next; no process reads two at a time. It knows nothing of the environment but where programs
are, and of what it says only plain values are believed.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from inspections.files.bounds import MEMORY, Bounds, seconds_for
from inspections.words.errors import InspectionsError

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from inspections.files.worker import main; main()"
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP")
# Waiting takes longer than working where others work beside it.
_PATIENCE = 4
# Of those that wait for a file as many are kept, and one that has read a larger file is not.
_IDLE, _SMALL = 2, 5_000_000
_LENGTH = 8
# The refusals of a file that no other reader is to try: it would be as long about it.
ENDED = frozenset({"file_takes_too_long", "file_takes_too_much_memory", "reader_not_started"})
# All that an answer may be made of, beside texts, numbers, lists and the like.
_PLAIN = frozenset(
    {
        ("builtins", "frozenset"),
        ("inspections.files.formats", "Format"),
        ("inspections.words.errors", "Term"),
        *(("datetime", name) for name in ("date", "datetime", "time", "timedelta")),
        *(("inspections.files.content", name) for name in ("Document", "LeftOut", "Paragraph", "Row", "Table")),
    }
)


class _Answers(pickle.Unpickler):
    """Answers are unpickled here; who reads hostile files may have been taken over by one."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _PLAIN:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def send(stream: IO[bytes], content: bytes) -> None:
    """One message, its length before it."""
    stream.write(len(content).to_bytes(_LENGTH, "big"))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes], most: int = sys.maxsize) -> bytes:
    """The next message. Raises EOFError where there is none, OverflowError where it has over `most` bytes."""
    length = int.from_bytes(head := stream.read(_LENGTH), "big")
    if len(head) < _LENGTH:
        raise EOFError
    if length > most:
        raise OverflowError
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


class Apart:
    """A reader in a process of its own."""

    def __init__(self) -> None:
        self.path = [os.path.abspath(part) for part in sys.path]  # noqa: PTH100 - "" is where we are
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", "-c", _PROGRAM, *self.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={key: os.environ[key] for key in _KEPT if key in os.environ} | {"OPENBLAS_NUM_THREADS": "1"},
            # Ctrl-C is for us, who end it.
            start_new_session=True,
        )
        self.in_peace = True
        self._late = False
        self._left = 0.0
        self._may_say = 0
        self._seconds = 0

    def begin(self, content: bytes, most: int) -> None:
        """Give it a file, of which it may say `most` bytes."""
        self._may_say = most
        self._left, self._seconds = 0.0, 0
        self.take(content)

    def take(self, content: bytes) -> None:
        """Give it a file, or what the file has been turned into, and the time to read it."""
        seconds = seconds_for(len(content))
        self._more_time(seconds)
        self._say("take", seconds)
        with self._alive():
            send(self._requests, content)

    def ask(self, job: str, *arguments: object, answering: Callable[..., Any] | None = None) -> Any:
        """What it answers; `answering` is what it asks in return. Raises what `reading` raises."""
        self._say(job, *arguments)
        while True:
            match self._heard():
                case ("done", answer):
                    return answer
                case ("asked", *asked) if answering is not None:
                    self._say("answer", answering(*asked))

    def stream(self, job: str, *arguments: object) -> Generator[Any, None, Any]:
        """The parts of an answer as they come, and the rest of it at the end. Raises what `reading` raises."""
        self._say(job, *arguments)
        while True:
            match self._heard():
                case ("done", answer):
                    return answer
                case ("part", part):
                    yield part

    def end(self) -> None:
        """End it, whatever it does, and leave nothing of it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()

    @property
    def _requests(self) -> IO[bytes]:
        assert self.process.stdin is not None  # noqa: S101 - it was asked for
        return self.process.stdin

    def _more_time(self, seconds: int) -> None:
        self._seconds += seconds
        self._left += seconds * _PATIENCE

    def _say(self, *request: object) -> None:
        self.in_peace = False
        with self._alive():
            send(self._requests, pickle.dumps(request, pickle.HIGHEST_PROTOCOL))

    def _heard(self) -> tuple[Any, ...]:
        """The next answer that is no refusal."""
        while True:
            answer: tuple[Any, ...]
            with self._alive(), self._no_longer_than_is_left():
                assert self.process.stdout is not None  # noqa: S101 - it was asked for
                content = receive(self.process.stdout, self._may_say)
                self._may_say -= len(content)
                answer = _Answers(io.BytesIO(content)).load()
            match answer:
                case ("more time", seconds):
                    self._more_time(int(seconds))
                    continue
                case ("refused", code, parameters):
                    self.in_peace = True
                    raise InspectionsError(code, **parameters)
                case ("failed", told):
                    raise RuntimeError(told)
                case ("done", _):
                    self.in_peace = True
            return answer

    @contextmanager
    def _no_longer_than_is_left(self) -> Iterator[None]:
        """It is ended when it lets us wait longer; what we do with its answers is not its time."""
        watch = threading.Timer(self._left, self._end_late)
        watch.daemon = True
        before = time.monotonic()
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            self._left = max(0.0, self._left - (time.monotonic() - before))

    def _end_late(self) -> None:
        self._late = True
        self.process.kill()

    @contextmanager
    def _alive(self) -> Iterator[None]:
        """Says in a code what became of a process that is heard no more, or says what nobody can believe."""
        try:
            yield
        except (EOFError, OSError) as error:
            raise self._death() from error
        except OverflowError as error:
            raise InspectionsError("file_takes_too_much_memory") from error
        except (pickle.UnpicklingError, AttributeError, ImportError, IndexError, TypeError, ValueError) as error:
            raise InspectionsError("file_broken") from error

    def _death(self) -> InspectionsError:
        peak = 0
        if hasattr(os, "wait4"):
            with suppress(ChildProcessError):
                _, status, usage = os.wait4(self.process.pid, 0)
                self.process.returncode = os.waitstatus_to_exitcode(status)
                peak = usage.ru_maxrss * 1024
        if self._late or self.process.wait() == -getattr(signal, "SIGXCPU", 0):
            return InspectionsError("file_takes_too_long", seconds=self._seconds)
        # Some libraries end the process where they get no memory; so does the kernel where there is none.
        if peak > MEMORY // 2 or self.process.returncode == -getattr(signal, "SIGKILL", 0):
            return InspectionsError("file_takes_too_much_memory")
        return InspectionsError("file_broken")


# Those that wait for a file, the last one that came in first.
_WAITING: list[Apart] = []


def _waiting_or_new() -> Apart:
    while True:
        try:
            found = _WAITING.pop()
        except IndexError:
            return Apart()
        if found.process.poll() is None and found.path == [os.path.abspath(part) for part in sys.path]:  # noqa: PTH100
            return found
        found.end()


@contextmanager
def reading(content: bytes, bounds: Bounds) -> Iterator[Apart]:
    """A reader that has this file, for as long as the context lasts.

    Raises InspectionsError `reader_not_started`, and whatever it is asked `file_takes_too_long` (with the seconds),
    `file_takes_too_much_memory` and `file_broken` where it died of the file, beside its refusals.
    """
    try:
        reader = _waiting_or_new()
    except OSError as error:
        raise InspectionsError("reader_not_started") from error
    try:
        reader.begin(content, bounds.unpacked_bytes)
        yield reader
    finally:
        if reader.in_peace and len(content) <= _SMALL and len(_WAITING) < _IDLE:
            _WAITING.append(reader)
        else:
            reader.end()


def start_ahead() -> None:
    """Start one that waits for the first file: it loads what it needs while we do something else."""
    # Where it cannot be started, the first file says so.
    with suppress(OSError):
        if not _WAITING:
            _WAITING.append(Apart())


@atexit.register
def end_waiting() -> None:
    """End those that wait for a file."""
    while _WAITING:
        _WAITING.pop().end()


# A copy of this process has no readers: two would write into one pipe.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WAITING.clear)
