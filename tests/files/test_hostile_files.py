"""Whatever is handed in, a reader reads it or refuses it in a sentence, quickly and in little memory.

Files nobody should have to open (tests/hostile_files.py), and the short version of tests/soak/fuzz.py.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspections.files.opening import read_document
from inspections.store.limits import Limits
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say_error
from tests.hostile_files import FILES, write
from tests.soak.fuzz import GIBIBYTE, SECONDS, read, run
from tests.soak.mutation import READERS, SEEDS, case
from tests.spoken import spoken_in

ROOT = Path(__file__).resolve().parents[2]

CORPUS = [
    tuple(line.split("/"))
    for line in (Path(__file__).parent / "corpus.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
# By the reader of notices, whatever else it may read.
REFUSED = {
    "file_too_large": ("bomb.xlsx", "bomb_strings.xlsx", "bomb.docx", "overlapping.xlsx"),
    "too_many_rows": ("far_row.xlsx", "repeated_cell.xlsx", "many_cells.docx", "lines_only.csv"),
    "too_many_columns": ("far_corner.xlsx", "many_columns.xlsx"),
    "file_broken": ("lying.xlsx", "nested.xlsx", "cut.xlsx", "cut.docx", "picture.xlsx", "program.xls"),
    "file_empty": ("empty.xlsx",),
}
READ = """
import sys
from pathlib import Path
from tests.soak.fuzz import grow_no_further, read
grow_no_further()
for path in map(Path, sys.argv[1:]):
    for reader in ("notice", "sheet"):
        print(reader, path.name, read(reader, path))
"""
NAMES = ["file.csv", "file.xlsx", "file.xls", "file.txt", "file.docx", "file.pdf", "file.doc", "file"]


def test_every_hostile_file_is_read_or_refused_in_a_sentence_within_a_gigabyte(tmp_path: Path) -> None:
    paths = [str(write(tmp_path, name)) for name in FILES]
    done = subprocess.run([sys.executable, "-c", READ, *paths], cwd=ROOT, capture_output=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    told = [line.split() for line in done.stdout.decode().splitlines()]
    assert [name for _, name, _ in told] == [name for name in FILES for _ in range(2)]
    of_notice = {name: code for reader, name, code in told if reader == "notice"}
    assert {name: of_notice[name] for names in REFUSED.values() for name in names} == {
        name: code for code, names in REFUSED.items() for name in names
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_smaller_limit_refuses_in_a_sentence(tmp_path: Path, language: str) -> None:
    path = tmp_path / "notice.txt"
    path.write_text("计划\n" * 400_000, "utf-8")
    with pytest.raises(InspectionsError, match="file_too_large") as refused:
        read_document(path, limits=Limits(upload_megabytes=1))
    assert "notice.txt" in spoken_in(language, say_error, refused.value)


@pytest.mark.parametrize(("reader", "seed", "number"), CORPUS)
def test_what_readers_once_stumbled_over_they_survive(tmp_path: Path, reader: str, seed: str, number: str) -> None:
    path = tmp_path / seed
    path.write_bytes(case(reader, seed, int(number)))
    assert read(reader, path)


@pytest.mark.parametrize("reader", READERS)
def test_the_honest_seeds_are_read(tmp_path: Path, reader: str) -> None:
    """Else the spoilt ones would all fall at the first hurdle and test nothing behind it."""
    for seed in SEEDS[reader]:
        (tmp_path / seed).write_bytes(case(reader, seed, 0))
        expected = {"read", "save_as_xlsx"} if reader == "notice" else {"read"}
        assert read(reader, tmp_path / seed) in expected, seed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["sheet", "notice"]), st.sampled_from(NAMES), st.binary(max_size=3_000))
def test_bytes_of_nothing_are_read_or_refused(tmp_path: Path, reader: str, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert read(reader, path)


line = st.lists(
    st.text(max_size=12) | st.sampled_from(["企业名称", "统一社会信用代码", "检查结果", "合计", '"', "1e999"]),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(line, max_size=12),
    st.sampled_from([",", "\t", ";", "|", "，"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_tables_of_any_text_are_read_or_refused(
    tmp_path: Path, lines: list[list[str]], delimiter: str, encoding: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("\r\n".join(delimiter.join(cells) for cells in lines).encode(encoding, "replace"))
    assert read("sheet", path)
    assert read("notice", path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([(reader, seed) for reader in READERS for seed in SEEDS[reader]]), st.integers(0, 10**9))
def test_spoilt_files_are_read_or_refused(tmp_path: Path, file: tuple[str, str], number: int) -> None:
    reader, seed = file
    path = tmp_path / seed
    path.write_bytes(case(reader, seed, number))
    assert read(reader, path)


def test_the_watch_sees_time_memory_and_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty cases under the watch of the soak test, and three that it must report."""
    answers = run(60, 5_000, 1)
    assert len(answers) == 60
    assert [answer.name for answer in answers if answer.problem] == []
    assert all(answer.seconds < SECONDS and answer.peak < GIBIBYTE for answer in answers)

    def eats(_reader: str, _path: Path) -> str:
        return str(len(bytearray(2 * GIBIBYTE)))

    def breaks(_reader: str, _path: Path) -> str:
        raise KeyError("x")

    for bad, problem in ((eats, "MemoryError"), (breaks, "KeyError")):
        monkeypatch.setattr("tests.soak.fuzz.read", bad)
        (answer,) = run(1, 0, 1)
        assert answer.problem.startswith(problem)
