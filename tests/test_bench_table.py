"""The table of ratios: growth, what must hold, what goes into the READMEs, a bench that is not there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench import table
from tests.bench.growth import exponent, growth

ROWS = [
    ("stratified draw of 5 of 100 objects against hashing all ids once", "1.20 s, 1.00 s, ratio 1.20", "at most 1.4"),
    ("consistent_sampler per object (of 100) against the draw", "5 µs, 0.2 µs, 24 times", "at least 25"),
    ("10,000 years of 100,000 objects one by one (from 5 years) against ours: plain Python", "1,234 times", ""),
    ("server run, monitor/overview, warm: demo, city, province", "1, 2, 2 ms", "province/demo 2.00; aim: within 3"),
    ("server run, monitor/plans, warm: demo, city, province", "1, 2, 4 ms", "province/demo 4.00; aim: within 3"),
    ("memory of the server, province", "1,200 MiB, at most 3,000 MiB", "aim: within 4,096 MiB"),
]


@pytest.mark.parametrize("power", [0, 0.5, 1, 2])
def test_the_exponent_is_the_power_of_the_size(power: float) -> None:
    sizes = (1_000, 100_000, 10_000_000)
    assert exponent(sizes, [3 * size**power for size in sizes]) == pytest.approx(power)
    assert growth(sizes, [3 * size**power for size in sizes]).endswith(f"exponent {power:.2f}")


def test_the_worst_row_says_whether_it_holds() -> None:
    told = {promise.words["en"]: table.kept(promise, ROWS) for promise in table.PROMISES}
    assert [figure for figure in told.values() if figure is not None] == [1.2, 24, 1234, 4, 3000]
    broken = [
        figure
        for promise in table.PROMISES
        if (figure := table.kept(promise, ROWS)) is not None and table.broken(promise, figure)
    ]
    assert broken == [24, 4]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_gets_its_table_and_keeps_what_was_not_measured_again(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("before\n<!-- bench: begin -->\nearlier\n<!-- bench: end -->\nafter\n", "utf-8")
    table.write_into(path, ROWS)
    written = path.read_text("utf-8")
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "earlier" not in written
    assert "| 1.20 | ≤ 1.4 |" in written
    assert "| 3,000 MiB | ≤ 4,096 MiB |" in written
    table.write_into(path, [])
    assert path.read_text("utf-8") == written
    table.write_into(path, [(ROWS[0][0], "ratio 1.30", "")])
    assert path.read_text("utf-8") == written.replace("| 1.20 |", "| 1.30 |")


def test_the_readmes_have_a_place_for_the_table() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        assert table.MARKS.search((table.ROOT / name).read_text("utf-8"))


def test_a_bench_that_is_not_there_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["table", "no_such_bench", "--markdown"])
    assert table.main() == 1
    assert "| no_such_bench | missing |  |" in capsys.readouterr().out
