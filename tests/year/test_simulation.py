"""The simulated year against exact answers, which tests/year/test_exact.py holds to every possible draw."""

from __future__ import annotations

import time

import pytest

from inspections.words.errors import InspectionsError
from inspections.year.exact import exact_year
from inspections.year.planned import Cell, PlannedDraw, Year
from inspections.year.simulation import BLOCK, SimulatedYear, simulate_year

# 4.5 standard errors: about 1 in 150,000 per figure, and seeds are fixed.
ERRORS = 4.5


def county(scale: int = 1, *, rotation: bool = False, moving: bool = True) -> Year:
    """Four quarters and a full task on one pool, two halves on a second, two full tasks on a third."""
    quarters = ("q1", "q2", "q3", "q4")
    cells = []
    for number, (risk_class, size) in enumerate(zip("AABBCCDD", (20, 6, 8, 4, 12, 3, 5, 2), strict=True)):
        strata = dict.fromkeys((*quarters, "full"), risk_class)
        if moving and number == 1:
            strata |= {"q3": "B", "q4": "B"}
        if moving and number == 3:
            strata |= {"q4": "C"}
        cells.append(Cell(f"first {number}", size * scale, strata, risk_class))
    cells += [Cell(f"second {c}", n * scale, {"h1": c, "h2": c}, c) for c, n in zip("ABC", (12, 8, 4), strict=True)]
    cells += [Cell(f"third {c}", n * scale, {"f1": c, "f2": c}, c) for c, n in zip("AB", (10, 5), strict=True)]
    percent = {**dict.fromkeys(quarters, 25), "h1": 50, "h2": 50, "f1": 100, "f2": 100, "full": 100}
    draws = []
    for task, share in percent.items():
        sizes: dict[str, int] = {}
        for cell in cells:
            if task in cell.strata:
                sizes[cell.strata[task]] = sizes.get(cell.strata[task], 0) + cell.size
        quotas = {name: -(-size * share // 100) for name, size in sizes.items()}
        draws.append(PlannedDraw(task, quotas, series=task[0] if share < 100 else None))
    return Year(tuple(cells), tuple(draws), cap=1, rotation=rotation)


def assert_close(found: float, error: float, expected: float) -> None:
    # What happens once in a hundred thousand years is not seen, and then has no error either.
    rare = (expected / 10_000) ** 0.5 if expected < 0.01 else 0.0
    assert abs(found - expected) <= ERRORS * max(error, rare) + 1e-9


def assert_agrees_with_exact(year: Year, simulated: SimulatedYear) -> int:
    """How many figures were compared."""
    compared = 0
    for name, known in exact_year(year).figures.items():
        found = simulated.figures[name]
        assert found.objects == known.objects
        if known.never_visited is not None:
            assert_close(found.never_visited.mean, found.never_visited.error, known.never_visited.mean)
            assert known.never_visited.sd is not None
            assert found.never_visited.sd == pytest.approx(known.never_visited.sd, rel=0.05, abs=0.01)
            compared += 1
        if known.visits is not None and known.over_cap is not None:
            assert_close(found.over_cap.mean, found.over_cap.error, known.over_cap.mean)
            # A spread that rests on a handful of rare years is known less well.
            assert found.over_cap.sd == pytest.approx(known.over_cap.sd, rel=0.05, abs=0.01)
            for number in {*known.visits, *found.visits}:
                error = found.visits_error.get(number, 0.0)
                assert_close(found.visits.get(number, 0.0), error, known.visits.get(number, 0.0))
            assert found.expected_visits_per_object is not None
            assert found.expected_visits_error is not None
            assert_close(
                found.expected_visits_per_object, found.expected_visits_error, known.expected_visits_per_object or 0.0
            )
            compared += 1
    return compared


@pytest.mark.parametrize("scale", [1, 100_000])
def test_a_year_of_nine_tasks_agrees_with_the_exact_answer(scale: int) -> None:
    year = county(scale)
    assert assert_agrees_with_exact(year, simulate_year(year, 10_000, seed=1)) == 10


@pytest.mark.parametrize("moving", [False, True])
def test_rotation_agrees_with_the_exact_answer(moving: bool) -> None:
    year = county(rotation=True, moving=moving)
    assert assert_agrees_with_exact(year, simulate_year(year, 10_000, seed=2)) == 10


def test_unstratified_draws_and_merged_visits_agree_with_the_exact_answer() -> None:
    year = Year(
        (
            Cell("a", 9, {"t": "A", "u": "A", "v": "A"}, "A"),
            Cell("b", 5, {"t": "B", "v": "B"}, "B"),
            Cell("c", 4, {"u": "C", "v": "B"}, "C"),
        ),
        (
            PlannedDraw("t", 4, door="d"),
            PlannedDraw("v", {"A": 3, "B": 4}),
            PlannedDraw("u", {"A": 3, "C": 2}, door="d"),
        ),
    )
    assert assert_agrees_with_exact(year, simulate_year(year, 10_000, seed=3)) == 8


def test_the_same_seed_gives_the_same_year_and_another_seed_another() -> None:
    year = county()
    first = simulate_year(year, 500, seed=7)
    assert first == simulate_year(year, 500, seed=7)
    assert first.figures != simulate_year(year, 500, seed=8).figures


def test_the_distribution_of_never_visited_adds_up() -> None:
    found = simulate_year(county(moving=False), 2000, seed=9).figures["A"]
    counts = found.never_visited_counts
    assert sum(counts.values()) == 2000
    assert sum(value * times for value, times in counts.items()) / 2000 == pytest.approx(found.never_visited.mean)
    low, high = found.never_visited_band
    assert sum(times for value, times in counts.items() if low <= value <= high) >= 0.95 * 2000
    assert {low, high} <= counts.keys()
    assert sum(found.visits.values()) == pytest.approx(found.objects)


def test_full_draws_need_no_random_numbers() -> None:
    strata = {"t": "A", "u": "A"}
    year = Year(
        (Cell("a", 3, strata, "A"), Cell("b", 4, strata, "B")), (PlannedDraw("t", 7), PlannedDraw("u", {"A": 7}))
    )
    found = simulate_year(year, 50, seed=1).figures["all"]
    assert found.visits == {0: 0, 1: 0, 2: 7}
    assert found.over_cap.error == 0


def test_progress_rises_to_one_over_several_blocks() -> None:
    shares: list[float] = []
    strata = {"t": "A", "u": "A"}
    year = Year((Cell("a", 3, strata, "A"),), (PlannedDraw("t", 1), PlannedDraw("u", 1)))
    simulated = simulate_year(year, BLOCK + 1, seed=1, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert sum(simulated.figures["all"].never_visited_counts.values()) == BLOCK + 1


def test_what_cannot_be_simulated_is_refused() -> None:
    year = Year((Cell("a", 2_000_000_000, {"t": "A"}, "A"),), (PlannedDraw("t", 1),))
    with pytest.raises(InspectionsError) as error:
        simulate_year(year, 10, seed=1)
    assert error.value.code == "stratum_too_large"
    with pytest.raises(InspectionsError) as error:
        simulate_year(county(), 1, seed=1)
    assert error.value.code == "replications_too_few"


def test_the_cost_does_not_depend_on_the_number_of_objects() -> None:
    seconds = []
    for scale in (1, 100_000):
        started = time.perf_counter()
        simulate_year(county(scale), 5000, seed=1)
        seconds.append(time.perf_counter() - started)
    assert seconds[1] < 1  # a hundred thousand times as many objects; object by object it would take minutes
