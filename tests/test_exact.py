"""Exact figures against every possible draw, written out for tiny years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product
from math import sqrt

import pytest

from inspections.errors import InspectionsError
from inspections.exact import ExactYear, exact_year
from inspections.year import Cell, PlannedDraw, Year

History = tuple[tuple[int, ...], ...]  # per draw, the objects drawn


def objects_of(year: Year) -> list[Cell]:
    return [cell for cell in year.cells for _ in range(cell.size)]


def choices(members: list[int], fresh: list[int], quota: int) -> Iterator[tuple[tuple[int, ...], set[int] | None]]:
    """Ways to draw from one stratum; the second is the new round's drawn objects where a new round begins."""
    if quota <= len(fresh):
        yield from ((chosen, None) for chosen in combinations(fresh, quota))
        return
    rest = [member for member in members if member not in fresh]
    for topped_up in combinations(rest, quota - len(fresh)):
        yield (*fresh, *topped_up), set(topped_up)


def histories(year: Year) -> dict[History, Fraction]:
    """Every history of the year with its probability, object by object: the second, naive implementation."""
    objects = objects_of(year)
    # Per series the objects drawn in the current round.
    states: dict[tuple[History, tuple[tuple[str, frozenset[int]], ...]], Fraction] = {((), ()): Fraction(1)}
    for draw in year.draws:
        strata: dict[str, list[int]] = defaultdict(list)
        for number, cell in enumerate(objects):
            if draw.task in cell.strata:
                name = cell.strata[draw.task]
                strata["" if isinstance(draw.quotas, int) else name].append(number)
        after: dict[tuple[History, tuple[tuple[str, frozenset[int]], ...]], Fraction] = defaultdict(Fraction)
        for (history, rounds), chance in states.items():
            held = dict(rounds)
            key = draw.series or ""
            rotating = year.rotation and draw.series is not None
            drawn_before = held.get(key, frozenset()) if rotating else frozenset()
            per_stratum = []
            for name, members in strata.items():
                quota = draw.quotas if isinstance(draw.quotas, int) else draw.quotas.get(name, 0)
                fresh = [member for member in members if member not in drawn_before]
                per_stratum.append([(members, *way) for way in choices(members, fresh, quota)])
            ways = list(product(*per_stratum))
            for way in ways:
                drawn: set[int] = set()
                now = set(drawn_before)
                for members, chosen, new_round in way:
                    drawn |= set(chosen)
                    now = now | set(chosen) if new_round is None else (now - set(members)) | new_round
                if rotating:
                    held[key] = frozenset(now)
                after[(*history, tuple(sorted(drawn))), tuple(sorted(held.items()))] += chance / len(ways)
        states = after
    result: dict[History, Fraction] = defaultdict(Fraction)
    for (history, _), chance in states.items():
        result[history] += chance
    return result


def visits_of(year: Year, history: History) -> list[int]:
    counts = []
    for number in range(len(objects_of(year))):
        doors = {
            ("door", draw.door) if draw.door is not None else ("task", draw.task)
            for draw, drawn in zip(year.draws, history, strict=True)
            if number in drawn
        }
        counts.append(len(doors))
    return counts


def moments(values: list[tuple[int, Fraction]]) -> tuple[float, float]:
    mean = sum(value * chance for value, chance in values)
    variance = sum(value * value * chance for value, chance in values) - mean * mean
    return float(mean), sqrt(variance)


def assert_agrees(year: Year, known: ExactYear) -> None:
    """Every figure that is not None equals the one written out."""
    all_visits = [(visits_of(year, history), chance) for history, chance in histories(year).items()]
    assert sum(chance for _, chance in all_visits) == 1
    objects = objects_of(year)
    for name, figures in known.figures.items():
        members = [i for i, cell in enumerate(objects) if name in ("all", cell.report_class)]
        assert figures.objects == len(members)
        if figures.never_visited is not None:
            expected = moments([(sum(v[i] == 0 for i in members), chance) for v, chance in all_visits])
            assert (figures.never_visited.mean, figures.never_visited.sd) == pytest.approx(expected, abs=1e-7)
        if figures.over_cap is not None:
            expected = moments([(sum(v[i] > year.cap for i in members), chance) for v, chance in all_visits])
            assert (figures.over_cap.mean, figures.over_cap.sd) == pytest.approx(expected, abs=1e-7)
        if figures.visits is not None:
            for number in range(len(year.draws) + 1):
                mean = float(sum(sum(v[i] == number for i in members) * chance for v, chance in all_visits))
                assert figures.visits.get(number, 0.0) == pytest.approx(mean, abs=1e-9)
            per_object = float(sum(sum(v[i] for i in members) * chance for v, chance in all_visits)) / len(members)
            assert figures.expected_visits_per_object == pytest.approx(per_object)


def quarters(pool: int, quota: int, rotation: bool, extra: tuple[PlannedDraw, ...] = ()) -> Year:
    tasks = ["q1", "q2", "q3", "q4", *(draw.task for draw in extra)]
    cell = Cell("one", pool, dict.fromkeys(tasks, "A"), "A")
    draws = tuple(PlannedDraw(task, {"A": quota}, series="quarters") for task in tasks[:4])
    return Year((cell,), draws + extra, cap=1, rotation=rotation)


# Reference values


def test_four_independent_quarters_leave_081_to_the_fourth_unvisited() -> None:
    figures = exact_year(quarters(40, 10, rotation=False)).figures["all"]
    assert figures.never_visited is not None
    assert figures.never_visited.mean / 40 == pytest.approx(0.31640625)


def test_four_rotating_quarters_leave_nobody() -> None:
    figures = exact_year(quarters(40, 10, rotation=True)).figures["all"]
    assert figures.never_visited is not None
    assert (figures.never_visited.mean, figures.never_visited.sd) == (0, 0)
    assert figures.visits == {0: 0, 1: 40}


@pytest.mark.parametrize("rotation", [False, True])
def test_a_full_task_on_the_same_pool_makes_two_visits_twice_the_cap(rotation: bool) -> None:
    year = quarters(40, 10, rotation, (PlannedDraw("full", {"A": 40}),))
    assert exact_year(year).figures["A"].expected_visits_per_object == pytest.approx(2)


# Every possible draw


YEARS = {
    "one stratified draw": Year(
        (Cell("a", 3, {"t": "A"}, "A"), Cell("b", 2, {"t": "B"}, "B")), (PlannedDraw("t", {"A": 1, "B": 1}),), cap=0
    ),
    "one unstratified draw over two classes": Year(
        (Cell("a", 3, {"t": "A"}, "A"), Cell("b", 2, {"t": "B"}, "B")), (PlannedDraw("t", 2),), cap=0
    ),
    "three draws on one pool": Year(
        (Cell("a", 4, {"t": "A", "u": "A", "v": "A"}, "A"),),
        (PlannedDraw("t", {"A": 1}), PlannedDraw("u", {"A": 2}), PlannedDraw("v", {"A": 3})),
    ),
    "a class that changes between draws": Year(
        (
            Cell("stays", 2, {"t": "A", "u": "A"}, "A"),
            Cell("worsens", 1, {"t": "A", "u": "B"}, "A"),
            Cell("b", 2, {"t": "B", "u": "B"}, "B"),
        ),
        (PlannedDraw("t", {"A": 1, "B": 1}), PlannedDraw("u", {"A": 1, "B": 2})),
    ),
    "pools that overlap, one draw ignoring classes": Year(
        (
            Cell("both", 2, {"t": "A", "u": "A"}, "A"),
            Cell("first", 1, {"t": "B"}, "B"),
            Cell("second", 2, {"u": "B"}, "B"),
            Cell("neither", 1, {}, "none"),
        ),
        (PlannedDraw("t", {"A": 1, "B": 1}), PlannedDraw("u", 2)),
    ),
    "two tasks merged into one visit": Year(
        (Cell("a", 3, {"t": "A", "u": "A", "v": "A"}, "A"), Cell("b", 1, {"t": "A", "v": "A"}, "B")),
        (PlannedDraw("t", {"A": 2}, door="d"), PlannedDraw("u", {"A": 1}, door="d"), PlannedDraw("v", {"A": 1})),
    ),
    "rotation within one round": Year(
        (Cell("a", 3, {"t": "A", "u": "A"}, "A"), Cell("b", 2, {"t": "A", "u": "A"}, "B")),
        (PlannedDraw("t", {"A": 2}, series="s"), PlannedDraw("u", {"A": 2}, series="s")),
        rotation=True,
    ),
    "rotation into the second round": Year(
        (Cell("a", 2, {"t": "A", "u": "A", "v": "A"}, "A"), Cell("b", 1, {"t": "A", "u": "A", "v": "A"}, "B")),
        tuple(PlannedDraw(task, {"A": 2}, series="s") for task in "tuv"),
        rotation=True,
    ),
    "rotation into the third round with another task": Year(
        (Cell("a", 3, {"t": "A", "u": "A", "v": "A", "w": "A"}, "A"),),
        (
            PlannedDraw("t", {"A": 2}, series="s"),
            PlannedDraw("w", {"A": 1}),
            PlannedDraw("u", {"A": 3}, series="s"),
            PlannedDraw("v", {"A": 2}, series="s"),
        ),
        rotation=True,
        cap=2,
    ),
    "two series that rotate apart": Year(
        (Cell("a", 3, {"t": "A", "u": "A", "v": "A", "w": "A"}, "A"),),
        (
            PlannedDraw("t", 1, series="s"),
            PlannedDraw("v", 1, series="r"),
            PlannedDraw("u", 1, series="s"),
            PlannedDraw("w", 2, series="r"),
        ),
        rotation=True,
    ),
    "rotation in one of two strata only, the other changing": Year(
        (
            Cell("a", 2, {"t": "A", "u": "A"}, "A"),
            Cell("b", 2, {"t": "B", "u": "B"}, "B"),
            Cell("worsens", 1, {"t": "B", "u": "C"}, "B"),
        ),
        (PlannedDraw("t", {"A": 1, "B": 1}, series="s"), PlannedDraw("u", {"A": 1, "B": 1, "C": 1}, series="s")),
        rotation=True,
    ),
    "a rotating draw merged into a visit": Year(
        (Cell("a", 3, {"t": "A", "u": "A", "v": "A"}, "A"), Cell("b", 1, {"u": "B", "v": "B"}, "B")),
        (
            PlannedDraw("t", {"A": 1}, series="s"),
            PlannedDraw("u", {"A": 2, "B": 1}, series="s", door="d"),
            PlannedDraw("v", {"A": 1, "B": 1}, door="d"),
        ),
        rotation=True,
    ),
    "three draws at rising proportions": Year(
        (
            Cell("a", 2, {"t": "A", "u": "A", "v": "A"}, "A"),
            Cell("b", 3, {"t": "B", "u": "B", "v": "B"}, "B"),
        ),
        (PlannedDraw("t", {"A": 1, "B": 2}), PlannedDraw("u", 2), PlannedDraw("v", {"A": 1, "B": 1})),
    ),
    "two draws at rising proportions, any visit too many": Year(
        (Cell("a", 3, {"t": "A", "u": "A"}, "A"), Cell("b", 3, {"t": "B", "u": "B"}, "B")),
        (PlannedDraw("t", {"A": 1, "B": 2}), PlannedDraw("u", 2)),
        cap=0,
    ),
    "a full draw and a class without a quota": Year(
        (Cell("a", 2, {"t": "A", "u": "A"}, "A"), Cell("b", 2, {"t": "B", "u": "B"}, "B")),
        (PlannedDraw("t", {"A": 2}), PlannedDraw("u", {"A": 1, "B": 1})),
    ),
}


@pytest.mark.parametrize("name", YEARS)
def test_figures_equal_those_of_every_possible_draw_written_out(name: str) -> None:
    assert_agrees(YEARS[name], exact_year(YEARS[name]))


@pytest.mark.parametrize(
    "name", [name for name in YEARS if "changing" not in name and "merged into a visit" not in name]
)
def test_no_figure_is_left_open_where_pools_coincide(name: str) -> None:
    for figures in exact_year(YEARS[name]).figures.values():
        assert None not in (figures.never_visited, figures.visits, figures.over_cap, figures.expected_visits_per_object)


def test_only_classes_touched_by_a_changing_series_are_left_open() -> None:
    figures = exact_year(YEARS["rotation in one of two strata only, the other changing"]).figures
    assert figures["A"].never_visited is not None
    assert figures["B"].never_visited is None
    assert figures["all"].visits is None


def test_a_rotating_draw_behind_a_shared_door_leaves_visits_open_but_not_never_visited() -> None:
    figures = exact_year(quarters(6, 1, True, ())).figures
    assert figures["all"].visits is not None
    shared = Year(
        (Cell("a", 3, {"t": "A", "u": "A", "v": "A"}, "A"),),
        (
            PlannedDraw("t", {"A": 1}, series="s"),
            PlannedDraw("u", {"A": 1}, series="s", door="d"),
            PlannedDraw("v", {"A": 1}, door="d"),
        ),
        rotation=True,
    )
    known = exact_year(shared)
    assert known.figures["all"].never_visited is not None
    assert known.figures["all"].visits is None
    assert known.figures["all"].over_cap is None
    assert_agrees(shared, known)


def test_inclusion_is_quota_over_stratum_or_pool() -> None:
    year = YEARS["pools that overlap, one draw ignoring classes"]
    assert exact_year(year).inclusion == {"t": {"A": 0.5, "B": 1.0}, "u": {"A": 0.5, "B": 0.5}}


def test_splitting_a_cell_changes_nothing() -> None:
    strata = {"t": "A", "u": "A"}
    draws = (PlannedDraw("t", {"A": 2}), PlannedDraw("u", {"A": 3}))
    whole = exact_year(Year((Cell("a", 7, strata, "A"),), draws))
    split = exact_year(Year((Cell("a", 3, strata, "A"), Cell("b", 4, strata, "A"), Cell("c", 0, strata, "A")), draws))
    assert whole == split


def test_millions_of_objects_keep_their_digits() -> None:
    year = quarters(6_000_000, 1_500_000, rotation=False)
    never = exact_year(year).figures["all"].never_visited
    assert never is not None
    # After m are left by the first draws, the fourth leaves a hypergeometric number: total variance step by step.
    pool, quota, mean, variance = 6e6, 1.5e6, 6e6, 0.0
    for _ in range(4):
        # E[X(pool-X)] over the previous number X left, each step hypergeometric with pool - quota of the pool.
        spread = mean * pool - mean**2 - variance
        keep = (pool - quota) / pool
        variance = keep**2 * variance + keep * (1 - keep) * spread / (pool - 1)
        mean *= keep
    assert (never.mean, never.sd) == pytest.approx((mean, sqrt(variance)), rel=1e-6)


@pytest.mark.parametrize(
    ("cells", "draws", "cap", "code"),
    [
        ((Cell("a", 2, {"t": "A"}, "A"),), (PlannedDraw("t", {"A": 3}),), 1, "quota_exceeds_stratum"),
        ((Cell("a", 2, {"t": "A"}, "A"),), (PlannedDraw("t", {"B": 1}),), 1, "quota_exceeds_stratum"),
        ((Cell("a", 2, {"t": "A"}, "A"),), (PlannedDraw("t", 3),), 1, "quota_exceeds_stratum"),
        ((Cell("a", 2, {"t": "A"}, "A"),), (PlannedDraw("t", {"A": -1}),), 1, "quota_negative"),
        ((Cell("a", 2, {"x": "A"}, "A"),), (PlannedDraw("t", {}),), 1, "task_unknown"),
        ((Cell("a", 2, {}, "A"), Cell("a", 1, {}, "B")), (), 1, "cell_repeated"),
        ((Cell("a", -2, {}, "A"),), (), 1, "cell_size"),
        ((Cell("a", 2, {"t": "A"}, "A"),), (PlannedDraw("t", {}), PlannedDraw("t", {})), 1, "task_repeated"),
        ((Cell("a", 2, {}, "A"),), (), -1, "cap_negative"),
    ],
)
def test_a_year_that_cannot_be_is_refused(
    cells: tuple[Cell, ...], draws: tuple[PlannedDraw, ...], cap: int, code: str
) -> None:
    with pytest.raises(InspectionsError) as error:
        Year(cells, draws, cap)
    assert error.value.code == code
    if code == "quota_exceeds_stratum":
        assert {"quota", "pool"} <= error.value.parameters.keys()


def test_a_year_without_draws_visits_nobody() -> None:
    figures = exact_year(Year((Cell("a", 5, {}, "A"),), ())).figures["all"]
    assert figures.never_visited is not None
    assert (figures.never_visited.mean, figures.visits) == (5, {0: 5})
