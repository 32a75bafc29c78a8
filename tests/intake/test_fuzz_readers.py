"""Whatever bytes come, a reader reads them or refuses them in a sentence: the short version of tests/soak/fuzz.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile_files import FILES
from tests.soak.fuzz import GIBIBYTE, SECONDS, read, run
from tests.soak.mutation import READERS, SEEDS, case

CORPUS = [
    tuple(line.split("/"))
    for line in (Path(__file__).parent / "corpus.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
# Each takes seconds to build: the soak test and the tests of the sheet reader have their like.
COSTLY = {"bomb.xlsx", "bomb_strings.xlsx", "bomb_elsewhere.xlsx", "bomb.docx", "lying.xlsx", "many_members.xlsx"}
NAMES = ["file.csv", "file.xlsx", "file.xls", "file.txt", "file.docx", "file.pdf", "file.doc", "file"]


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


@pytest.mark.parametrize("name", [name for name in FILES if name not in COSTLY])
def test_hostile_files_are_read_or_refused_by_the_notice_reader(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    assert read("notice", path)
