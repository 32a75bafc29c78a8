"""A few visitors at once for a few seconds on a real server, an import in the middle; `make soak` sends forty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import load

PAGES = ("coverage", "imports", "registers")


def test_visitors_at_once_see_right_numbers_and_an_import_whole(
    demo_database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--sessions", "4", "--seconds", "6", "--tabs", "0", "--filters", "1", "--pause", "0.5", "--seed", "1"]
    result = load.main([*few, "--database", str(demo_database), "--pages", *PAGES])
    told = capsys.readouterr().out
    assert "errors 0, wrong numbers 0" in told, told
    assert result == 0, told


def test_a_wrong_figure_is_found() -> None:
    key = ("lang=English", "coverage")
    before = {key: {"metric 1": "Objects 10", "metric 2": "Share 5%", "metric 3": "12:01"}}
    again = {key: {**before[key], "metric 3": "12:02"}}
    after = {key: {"metric 1": "Objects 12", "metric 2": "Share 4%", "metric 3": "12:09"}}

    def verdict(*shown: dict[str, str]) -> int:
        findings = load.Findings(seen=[(key, 1, {"metric 3": "12:05", **figures}) for figures in shown])
        return len(load.judged(findings, before, again, after)[1])

    old, new = before[key], after[key]
    assert verdict(old, old, new, new) == 0
    assert verdict(new, old) == 1, "the old after the new"
    assert verdict({**old, "metric 1": "Objects 11"}) == 1
    assert verdict({**old, "metric 1": "Objects 12"}) == 1, "half of the import"
    assert verdict({"metric 1": "Objects 10"}) == 1, "a figure is missing"
