"""Files that nobody should have to open: each is read or refused in a sentence, quickly and in little memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.store.limits import DEFAULTS, Limits, read_limits
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say_error
from tests import hostile_files
from tests.spoken import spoken_in

ROOT = Path(__file__).resolve().parents[2]
GIGABYTE = 2**30
# Read in a process of its own with a limit of memory, so that a bomb that goes off is a failure and not the end.
READ = """
import sys
from pathlib import Path
from inspections.words.errors import InspectionsError
from inspections.files.opening import read_document
for name in sys.argv[1:]:
    try:
        told = repr(read_document(Path(name)))
        assert "root:" not in told, name
        assert told.count("笑") < 1_000_000, name
        print("read", name)
    except InspectionsError as error:
        print(error.code, name)
"""


def test_every_hostile_file_is_read_or_refused_in_a_gigabyte(tmp_path: Path) -> None:
    names = [str(hostile_files.write(tmp_path, name)) for name in hostile_files.FILES]

    def little_memory() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 * GIGABYTE, 2 * GIGABYTE))

    done = subprocess.run(
        [sys.executable, "-c", READ, *names],
        cwd=ROOT,
        capture_output=True,
        check=False,
        preexec_fn=little_memory,
        timeout=240,
    )
    told = done.stdout.decode().splitlines()
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert len(told) == len(names)
    codes = {Path(line.split(" ", 1)[1]).name: line.split(" ", 1)[0] for line in told}
    for bomb in ("bomb.xlsx", "bomb_strings.xlsx", "bomb.docx", "empty.xlsx", "cut.xlsx", "cut.docx", "picture.xlsx"):
        assert codes[bomb] != "read", bomb


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_smaller_limit_refuses_in_a_sentence(tmp_path: Path, language: str) -> None:
    path = tmp_path / "notice.txt"
    path.write_text("计划\n" * 400_000, "utf-8")
    with pytest.raises(InspectionsError, match="file_too_large") as refused:
        read_document(path, limits=Limits(upload_megabytes=1))
    assert "notice.txt" in spoken_in(language, say_error, refused.value)


def test_limits_are_settings_with_defaults() -> None:
    assert read_limits({}) == DEFAULTS
    assert read_limits({"limit_rows": "5", "limit_columns": "-3", "limit_upload_megabytes": "x"}) == Limits(rows=5)
