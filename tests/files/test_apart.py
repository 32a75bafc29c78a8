"""Foreign files are read in a process apart: what hangs, grows or dies there is a sentence here, and is gone."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from inspections.files import apart, bounds
from inspections.files.apart import reading
from inspections.files.bounds import of_notice, of_register, seconds_for
from inspections.files.opening import open_book, read_document
from inspections.words.errors import InspectionsError
from tests.files.refusal import library, refused
from tests.files.slow_files import SLOW

ROOT = Path(__file__).resolve().parents[2]
BURNS = "while True: pass"
SLEEPS = "import time; time.sleep(600)"


BEFORE: set[int] = set()


@pytest.fixture(autouse=True)
def shortly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds for any file: what is told must not depend on how long they are."""
    monkeypatch.setattr(bounds, "_SECONDS", 2)
    monkeypatch.setattr(bounds, "_SECONDS_A_MEGABYTE", 0)
    # Other tests of this process may have started something of their own.
    apart.end_waiting()
    BEFORE.clear()
    BEFORE.update(readers())


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A picture, for which a reader loads the library of text recognition: a test says what that does."""
    Image.new("RGB", (50, 50), "white").save(tmp_path / "a.png")
    return tmp_path / "a.png"


def readers() -> set[int]:
    """The processes that this one has started and not yet ended; one that is dead and not buried is among them."""
    found = set()
    for told in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            number, _, rest = told.read_text("utf-8", errors="replace").partition(" (")
            # Behind the name, which may hold anything: the state, and whose child it is.
            if int(rest.rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(number))
    return found - BEFORE


def waiting() -> set[int]:
    return {reader.process.pid for reader in apart._WAITING}


@contextmanager
def others_read(folder: Path) -> Iterator[list[int]]:
    """Meanwhile another thread reads an honest file, again and again; its lines come back, one for each time."""
    (folder / "honest.txt").write_text("某县2024年度抽查计划", "utf-8")
    lines: list[int] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            lines.append(len(read_document(folder / "honest.txt").paragraphs))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield lines
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("name", SLOW)
def test_a_small_file_holds_nobody_up(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(SLOW[name]())
    with others_read(tmp_path) as lines:
        try:
            told: object = read_document(path).name
        except InspectionsError as error:
            told = error.parameters["file"]
    assert told == name
    assert set(lines) == {1}
    assert readers() == waiting()


@pytest.mark.parametrize(
    ("name", "code"), [("forms.pdf", "file_takes_too_long"), ("packed.pdf", "file_takes_too_much_memory")]
)
def test_the_limit_ends_what_would_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str) -> None:
    if code == "file_takes_too_much_memory":
        monkeypatch.setattr(bounds, "_SECONDS", 300)
    (tmp_path / name).write_bytes(SLOW[name]())
    assert refused(tmp_path / name) == code


def test_more_bytes_give_more_time() -> None:
    assert seconds_for(1_000) < seconds_for(3_000_000) < seconds_for(200_000_000)


@pytest.mark.parametrize(
    ("does", "code"),
    [
        (BURNS, "file_takes_too_long"),
        ("import os; os.abort()", "file_broken"),
        ("import os; os._exit(0)", "file_broken"),
        ("import os; os.kill(os.getpid(), 9)", "file_takes_too_much_memory"),
        ("bytearray(3_000_000_000)", "file_takes_too_much_memory"),
        ("kept = [bytearray(10_000_000) for _ in range(300)]", "file_takes_too_much_memory"),
    ],
)
def test_what_befalls_a_reader_is_a_sentence(
    scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, code: str
) -> None:
    library(tmp_path, monkeypatch, does)
    if "bytearray" in does:
        # A busy machine takes its time to give so much memory.
        monkeypatch.setattr(bounds, "_SECONDS", 300)
    with others_read(tmp_path) as lines:
        assert refused(scan) == code
    assert lines
    assert readers() == waiting()


def test_who_only_waits_is_ended_too(scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library(tmp_path, monkeypatch, SLEEPS)
    monkeypatch.setattr(apart, "_PATIENCE", 1)
    assert refused(scan) == "file_takes_too_long"


def test_pages_to_be_recognised_have_more_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else an honest scan of many pages would be refused; three of these take longer than a file may."""
    blank = Image.new("RGB", (100, 100), "white")
    blank.save(tmp_path / "long.tif", save_all=True, append_images=[blank] * 2)
    library(
        tmp_path,
        monkeypatch,
        "import time\nfrom tests.files import recognition\n"
        "class RapidOCR(recognition.RapidOCR):\n"
        "    def __call__(self, pixels):\n"
        "        until = time.process_time() + 2\n"
        "        while time.process_time() < until: pass\n"
        "        return super().__call__(pixels)\n",
    )
    assert refused(tmp_path / "long.tif") == "no_words"


def test_what_a_library_prints_goes_nowhere(
    scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    says = "import os, sys\nprint('x' * 100_000)\nos.write(1, b'y' * 100_000)\nsys.stderr.write('z')\nraise ImportError"
    library(tmp_path, monkeypatch, says)
    assert refused(scan) == "pdf_without_text"
    assert capfd.readouterr() == ("", "")


def test_a_reader_knows_no_secret_of_the_server(scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "x")
    library(tmp_path, monkeypatch, "import os\nraise ValueError if 'A_SECRET' in os.environ else ImportError")
    assert refused(scan) == "pdf_without_text"


def test_a_reader_that_says_too_much_is_ended() -> None:
    short = replace(of_notice(), unpacked_bytes=10)
    with reading(b"x", short) as reader, pytest.raises(InspectionsError, match="file_takes_too_much_memory"):
        reader.ask("format", ".txt", short)
    assert readers() == waiting()


def test_of_what_a_reader_says_only_plain_values_are_believed(
    scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = pickle.dumps(("done", os.getcwd))
    says = f"import os\nos.write(4, {len(evil).to_bytes(8, 'big') + evil!r})\nimport time; time.sleep(600)"
    library(tmp_path, monkeypatch, says)
    assert refused(scan) == "file_broken"


def test_a_mistake_of_ours_is_no_fault_of_the_file() -> None:
    with reading(b"x", of_notice()) as reader, pytest.raises(RuntimeError, match="no book"):
        reader.ask("rows", 0)


def test_who_stops_early_leaves_no_reader_behind() -> None:
    content = "名称,代码\n".encode() + "甲,乙\n".encode() * 200_000
    with open_book(content, "a.csv", of_register(), len) as book:
        blocks = book.worksheets[0].blocks()
        assert next(blocks)
        (reader,) = readers() - waiting()
    assert reader not in readers()
    assert readers() == waiting()


def test_who_waits_reads_the_next_file_but_none_larger_than_small(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("计划", "utf-8")
    (tmp_path / "b.txt").write_text("计划" * 1_000_000, "utf-8")
    read_document(tmp_path / "a.txt")
    first = waiting()
    read_document(tmp_path / "a.txt")
    assert waiting() == first
    assert first
    assert refused(tmp_path / "b.txt") == "too_many_rows"
    assert len(waiting()) == len(first) - 1


def test_a_copy_of_the_process_takes_no_reader_along(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("计划", "utf-8")
    read_document(tmp_path / "a.txt")
    child = os.fork()
    if not child:
        os._exit(len(apart._WAITING))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_where_no_process_can_be_started_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("计划", "utf-8")
    apart.end_waiting()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    assert refused(tmp_path / "a.txt") == "reader_not_started"


def soon(told: Callable[[], str]) -> str:
    """What is told, once it is; at the latest when every limit of these tests has passed."""
    until = time.monotonic() + 60
    while not (said := told()) and time.monotonic() < until:
        time.sleep(0.05)
    return said


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_reader_ends_with_whom_it_reads_for(scan: Path, tmp_path: Path, sign: signal.Signals) -> None:
    number = tmp_path / "number"
    number.touch()
    says = f"import os, pathlib\npathlib.Path({str(number)!r}).write_text(str(os.getpid()))\n{BURNS}"
    (tmp_path / "rapidocr.py").write_text(says, "utf-8")
    order = (
        "import sys; sys.path.insert(0, sys.argv[2])\nfrom pathlib import Path\n"
        "from inspections.files import bounds\nfrom inspections.files.opening import read_document\n"
        # Longer than anybody waits here: no limit of its own ends it.
        "bounds._SECONDS = 3_600\nread_document(Path(sys.argv[1]))"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", order, str(scan), str(tmp_path)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    reader = soon(number.read_text)
    server.send_signal(sign)
    server.wait()
    assert soon(lambda: "" if Path(f"/proc/{reader}").exists() else "gone")
