"""Inspectors: workloads and repeated meetings, against every possible match counted out and against rigged ones."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from inspections.draws import meetings
from tests import rigged

COLUMNS = ["draw_id", "this_year", "object_id", "inspector_id", "team", "barred", "forbidden"]


def matches(*rows: tuple[int, str, int], team: str = "team") -> pd.DataFrame:
    """Rows (draw, object, inspector)."""
    return pd.DataFrame([(draw, True, one, who, team, 0, False) for draw, one, who in rows], columns=COLUMNS)


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


# ------------------------------------------------------------------------------------------------------------ workload


def test_workload_agrees_with_every_possible_match() -> None:
    """Four objects, two of three inspectors each, everyone sent at least once: 3^4 matches, three leave one out."""
    pairs = list(itertools.combinations(range(3), 2))
    every = []
    for chosen in itertools.product(pairs, repeat=4):
        loads = np.bincount([who for pair in chosen for who in pair], minlength=3)
        if loads.min() > 0:
            every.append(((loads - loads.mean()) ** 2).sum())
    rows = matches(
        *[(1, f"O{place}", who) for place, pair in enumerate([(0, 1), (0, 1), (0, 1), (0, 2)]) for who in pair]
    )
    found = meetings.workload(rows, generator())
    assert found is not None
    observed = ((np.array([4, 3, 1]) - 8 / 3) ** 2).sum()
    assert found.high == pytest.approx(np.mean(np.array(every) >= observed - 1e-9), abs=0.04)


def test_dealing_evenly_is_no_finding() -> None:
    found = meetings.workload(rigged.dealt([list(range(22))], 11, generator()), generator())
    assert found is not None
    assert found.high > 0.95


def test_a_favourite_is_found() -> None:
    found = meetings.workload(rigged.matched([list(range(40))], 8, generator(), favourite=8.0), generator())
    assert found is not None
    assert found.high < 0.01


def test_a_team_that_always_goes_whole_says_nothing() -> None:
    assert meetings.workload(matches((1, "O1", 1), (1, "O1", 2), (1, "O2", 1), (1, "O2", 2)), generator()) is None


def test_teams_are_compared_each_with_itself() -> None:
    """One department sends the same two to every object, another deals evenly: neither is uneven."""
    pair = matches(*[(1, f"O{one}", who) for one in range(12) for who in (90, 91)], team="department")
    even = rigged.dealt([list(range(12))], 6, generator()).assign(object_id=lambda rows: rows["object_id"])
    found = meetings.workload(pd.concat([pair, even]), generator())
    assert found is not None
    assert found.high > 0.5


def test_with_very_many_objects_the_chi_square_says_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rigged.matched([list(range(60))], 8, generator(3), favourite=1.6)
    monkeypatch.setattr(meetings, "MANY_OBJECTS", 60)
    counted_out = meetings.workload(rows, generator())
    monkeypatch.setattr(meetings, "MANY_OBJECTS", 10)
    approximated = meetings.workload(rows, generator())
    assert counted_out is not None
    assert approximated is not None
    assert approximated.high == pytest.approx(counted_out.high, abs=0.03)


# ---------------------------------------------------------------------------------------------------------- encounters


def test_the_chance_of_a_meeting_is_the_share_of_the_teams_places() -> None:
    rows = matches(
        (1, "O1", 1), (1, "O1", 2), (1, "O2", 1), (1, "O2", 3),
        (2, "O1", 1), (2, "O1", 3), (2, "O3", 2), (2, "O3", 3),
    )  # fmt: skip
    met = meetings.encounters(rows)
    assert set(met["object_id"]) == {"O1"}  # the others were drawn once
    first = met[met["draw_id"] == 1].set_index("inspector_id")
    assert first["chance"].to_dict() == pytest.approx({1: 1.0, 2: 0.5, 3: 0.5})
    assert first["times"].to_dict() == {1: 2, 2: 1, 3: 1}
    # inspector 2 in draw 1, and then in draw 2 as well: half times a half
    assert first.loc[2, "reach"][:3] == pytest.approx([0.5, 0.5, 0.25])


def test_reach_is_a_poisson_binomial_tail() -> None:
    rows = rigged.matched([[0, *range(1, 5)], [0, *range(3, 9)], [0, 7], [0, *range(20, 26)]], 7, generator(2))
    met = meetings.encounters(rows)
    of_zero = met[met["object_id"] == "O00000"]
    for _, pair in of_zero.groupby("inspector_id"):
        chances = pair["chance"].tolist()
        for place, row in enumerate(pair.to_dict("records")):
            others = chances[:place] + chances[place + 1 :]
            for times in range(1, len(chances) + 1):
                tail = stats.poisson_binom(others).sf(times - 2) if others else float(times == 1)
                assert row["reach"][times] == pytest.approx(row["chance"] * tail)
        # Who meet at least so often meet for the last time in one of the draws.
        for times in range(1, len(chances) + 1):
            ends = sum(row["ends"][times] for row in pair.to_dict("records"))
            assert ends == pytest.approx(stats.poisson_binom(chances).sf(times - 1))


def test_who_must_not_meet_an_object_leaves_more_to_the_others() -> None:
    rows = pd.concat([matches(*[(draw, f"O{one}", one % 3) for one in range(3)]) for draw in (1, 2)])
    free = meetings.encounters(rows)
    barred = meetings.encounters(rows.assign(barred=1))
    assert (barred["chance"] > free["chance"]).all()


def test_one_inspector_always_sent_to_the_same_firm_is_found() -> None:
    made = generator(5)
    drawn = [[0, *(made.choice(59, 14, replace=False) + 1).tolist()] for _ in range(10)]
    met = meetings.encounters(rigged.matched(drawn, 11, made, loyal=(3, 0)))
    told = [meetings.repeated_meetings(met[met["draw_id"] == draw_id]) for draw_id in range(1, 11)]
    # Once, of the last draw in which they met.
    assert [draw_id for draw_id, one in enumerate(told, start=1) if one is not None and one.high < 0.01] == [10]
    worst = meetings.strangest(met[met["draw_id"] == 10])
    assert worst is not None
    assert (worst["object_id"], worst["inspector_id"], worst["times"], worst["visits"]) == ("O00000", 3, 10, 10)


def test_a_first_meeting_is_no_repeated_one() -> None:
    rows = matches(*[(draw, f"O{one}", 10 * draw + one) for draw in range(1, 6) for one in range(8)])
    met = meetings.encounters(rows)
    assert meetings.strangest(met[met["draw_id"] == 1]) is None


def test_repeated_meetings_agree_with_every_possible_match() -> None:
    """Three draws of three objects, one inspector each of three: 6^3 matches, all equally likely."""
    orders = list(itertools.permutations(range(3)))

    def worst(chosen: tuple[tuple[int, ...], ...]) -> int:
        last = chosen[-1]
        return max(sum(one[place] == last[place] for one in chosen) for place in range(3))

    every = [worst(chosen) for chosen in itertools.product(orders, repeat=3)]
    always = matches(*[(draw, f"O{place}", who) for draw in (1, 2, 3) for place, who in enumerate((0, 1, 2))])
    met = meetings.encounters(always)
    possible = np.stack(met.loc[met["draw_id"] == 3, "ends"].tolist())[:, 3]
    # the bound is a sum over pairs; three pairs at once are counted three times, so it lies above the exact share
    bound = possible.sum()
    exact = np.mean([times == 3 for times in every])
    assert exact <= bound <= 3 * exact
    assert meetings.repeated_meetings(met[met["draw_id"] == 3]) is None  # a third of that is no surprise


def test_nothing_matched_is_nothing_to_say() -> None:
    empty = meetings.encounters(matches())
    assert empty.empty
    assert meetings.repeated_meetings(empty) is None
