"""Figures as they are on a phone, with one row, with room for their words; charts that would say less than a table."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pandas as pd
import pytest

from inspections.evaluation.bureaus import HAVE_QUARTILES, SCORE, Ranking
from inspections.figures import bureaus, coverage, findings, overview, plans
from inspections.figures.named_rows import alone, on_phone
from inspections.words.look import DARK, LIGHT, room, two_lines
from inspections.words.wording import LANGUAGES, texts

TOTALS = {
    "tasks": 9, "launched": 9, "launched_in_time": 8, "due": 294, "inspected": 287, "entered": 279, "published": 271,
    "problems": 39, "handled": 33, "closed": 28,
}  # fmt: skip


def test_on_a_phone_names_and_values_stand_above_their_bars() -> None:
    wide = overview.funnel(TOTALS, LIGHT)
    small = on_phone(overview.funnel(TOTALS, LIGHT), LIGHT)
    said = {one.y: one.text for one in small.layout.annotations}
    assert said["按时发起"].startswith("按时发起  8 项")
    assert len(said) == len(TOTALS)
    assert small.layout.yaxis.showticklabels is False
    assert [trace.type for trace in small.data] == ["bar"] * 3
    assert small.layout.height > wide.layout.height
    assert small.layout.margin.r < wide.layout.margin.r


def test_on_a_phone_a_broken_name_is_whole_again_and_a_time_line_has_fewer_months() -> None:
    tasks = pd.DataFrame(
        {
            "plan_kind": "internal", "seq": [6], "name": ["对非煤矿山企业土地复垦义务履行情况随机抽查"], "launch": None,
            "starts_on": pd.Timestamp("2023-07-01"), "ends_on": pd.Timestamp("2023-12-31"), "drawn_on": pd.NaT,
        }
    )  # fmt: skip
    small = on_phone(plans.timeline(tasks, 2023, datetime.date(2023, 12, 31), LIGHT), LIGHT)
    assert [one.text for one in small.layout.annotations] == ["6 对非煤矿山企业土地复垦义务履行情况随机抽查"]
    assert small.layout.xaxis.ticktext == ("1月", "4月", "7月", "10月")


def test_on_a_phone_what_is_said_of_a_name_stands_below_it_in_every_row_or_in_none() -> None:
    small = on_phone(
        coverage.groups(groups("东岭镇", "东岭镇西岭镇南岭镇北岭镇联合管理委员会"), "region", LIGHT), LIGHT
    )
    assert [one.text.count("\n") for one in small.layout.annotations] == [1, 1]
    numbered = on_phone(
        coverage.groups(groups("5 东岭镇西岭镇南岭镇北岭镇和其他各镇联合管理委员会"), "region", LIGHT), LIGHT
    )
    assert not numbered.layout.annotations[0].text.startswith("5\n")


@pytest.mark.parametrize(("end", "ticks"), [(1.0, 3), (0.84, 4), (0.55, 3), (0.1, 3)])
def test_on_a_phone_an_axis_of_shares_has_a_start_and_few_ticks(end: float, ticks: int) -> None:
    classes = pd.DataFrame({"class": ["A"], "problems": 1, "results": 9, "share": 0.1, "low": 0.0, "high": end / 1.02})
    small = on_phone(findings.problem_rates(classes, str, LIGHT), LIGHT)
    assert (small.layout.xaxis.tickvals[0], len(small.layout.xaxis.tickvals)) == (0, ticks)


def groups(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"region": names, "pool": [10] * len(names), "drawn": [10] * len(names)})


def test_one_bar_alone_is_words() -> None:
    assert alone(coverage.groups(groups("东岭镇"), "region", LIGHT)) == "东岭镇　10 / 10　100.0%"
    assert alone(coverage.groups(groups("东岭镇", "西岭镇"), "region", LIGHT)) is None
    assert alone(overview.funnel(TOTALS, LIGHT)) is None


def test_the_funnel_shows_what_was_lost_at_each_stage() -> None:
    _, there, lost, words = overview.funnel(TOTALS, LIGHT).data
    assert [round(share * 294) for share in lost.x[3:7]] == [0, 7, 8, 8]
    assert list(lost.base) == list(there.x)
    assert "少 8" in words.text[6]
    assert "少" not in words.text[3]


def reach(**pools: int) -> tuple[float, ...]:
    classes = pd.DataFrame({"class": list(pools), "pool": pools.values(), "drawn": pools.values()}).assign(visited=0)
    return tuple(coverage.reach(classes, {}, str, LIGHT).data[0].x)


def test_objects_without_a_class_do_not_press_the_classes_flat() -> None:
    assert reach(A=3, B=2, C=2, D=2, none=81) == (1, 1, 1, 1, 1)
    assert reach(A=48, B=20, C=6, D=3, none=4) == (48, 20, 6, 3, 4)
    assert reach(none=81) == (81,)


def standings(count: int) -> list[str]:
    rows = pd.DataFrame(
        {
            "bureau_id": range(count), "bureau": [f"局{one}" for one in range(count)], "value": 80.0, "grade": "good",
            "numerator": 1, "denominator": 1, "rank": 1, "is_small": False,
        }
    )  # fmt: skip
    of = Ranking(SCORE, rows, ("局0",), ("局1",), (79.0, 80.0, 81.0))
    return [str(shape.fillcolor) for shape in bureaus.standings(of, 0, LIGHT).layout.shapes]


def test_a_middle_half_needs_bureaus_enough_to_have_one() -> None:
    assert LIGHT.pale not in standings(2)
    assert LIGHT.pale in standings(HAVE_QUARTILES)


@pytest.mark.parametrize("words", [["294 户次　100.0%　少 7"], ["47 of 48 drawn,\n47 visited"], []])
def test_the_margin_holds_the_longest_line(words: list[str]) -> None:
    lines = [line for text in words for line in text.split("\n")]
    assert room(words, 14) >= max((sum(14 if ord(one) > 255 else 7 for one in line) for line in lines), default=0)


def test_a_name_takes_two_lines_and_is_cut_behind_them() -> None:
    assert two_lines("全县生产矿山企业", 9) == "全县生产矿山企业"
    assert two_lines("全县持有测绘资质的企事业单位", 9) == "全县持有测绘资质的\n企事业单位"
    assert two_lines("Average working days to publication", 11) == "Average working\ndays to publicati…"


def strings(node: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, one in node.items():
            yield from strings(one, f"{key}.{name}")
    else:
        yield key, str(node)


# Dark on a light screen is light on a dark one: captions of figures name hues, and what is framed, hatched or full.
SHADES = re.compile(r"深色|浅|黑|\b(dark|pale|light|black|white)\b", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_name_colours_that_both_modes_have(language: str) -> None:
    captions = [
        (key, text) for key, text in strings(texts(language)) if key.endswith(("_note", "_axis", "_few", "_alt"))
    ]
    assert len(captions) > 50
    assert [key for key, text in captions if SHADES.search(text)] == []
    assert LIGHT.alarm != DARK.alarm
