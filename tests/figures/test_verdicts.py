"""What is said and marked of one draw: why it tells nothing, and a group outside that is not yet unusual."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from inspections.draws.fairness import Power, RecordedDraw, Verdict
from inspections.draws.randomness import Stratum
from inspections.figures import draws, fairness, verdicts
from inspections.words.look import LIGHT
from inspections.words.wording import say


def unclear(skip: float, *strata: tuple[str, int, int]) -> str:
    of = tuple(Stratum(name, size, drawn, np.arange(1, drawn + 1)) for name, size, drawn in strata)
    return verdicts.line(Verdict(1, "unclear", {}, 0, Power(skip, 3)), RecordedDraw(1, of), 0)


def test_a_draw_too_small_to_tell_says_how_small_and_never_maybe_where_it_is_never() -> None:
    never = unclear(0.0, ("A", 15, 5), ("B", 6, 4), ("C", 2, 2))
    assert never.startswith(say("fairness.lines.unclear_never"))
    assert "15 户中抽 5 户" in never
    assert unclear(0.4, ("A", 15, 5)).startswith(say("fairness.lines.unclear"))
    assert unclear(0.0, ("all", 9, 3)) == say("fairness.lines.unclear_never")
    assert unclear(0.0, ("A", 2, 2)) == say("fairness.lines.whole")


@pytest.mark.parametrize(
    ("reported", "symbol", "colour"), [(False, "diamond-open", LIGHT.ink), (True, "diamond", LIGHT.alarm)]
)
def test_a_group_outside_is_marked_as_its_test_is_in_the_matrix(reported: bool, symbol: str, colour: str) -> None:
    bands = pd.DataFrame(
        [("甲", 4, 1.3, 0, 3), ("乙", 2, 2.0, 0, 4)], columns=["value", "drawn", "expected", "low", "high"]
    )
    marks = fairness.composition(bands, ["甲", "乙"], LIGHT, reported=reported).data[1].marker
    assert list(marks.symbol) == [symbol, "circle"]
    assert list(marks.color) == [colour, LIGHT.ink]


def test_names_of_draws_tell_tasks_apart_that_begin_alike() -> None:
    labels = [f"03-13 对非煤矿山企业土地复垦义务履行情况{end} #1" for end in ("进行随机抽查", "随机抽查")]
    rows = pd.DataFrame(
        {"label": labels, "rerun": "agrees", "drawn": 1, "pool": 2, "draw_kind": "official", "is_replaced": False}
    )
    names = draws.shares(rows, LIGHT).layout.yaxis.ticktext
    assert names[0].split("\n")[1:] != names[1].split("\n")[1:]
