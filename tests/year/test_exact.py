"""Exact figures against every possible draw, written out for tiny years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.words.errors import InspectionsError
from inspections.year import sources, states
from inspections.year.exact import ExactFigures, ExactYear, exact_year
from inspections.year.planned import ALL, Cell, Figure, PlannedDraw, Year
from inspections.year.simulation import simulate_year
from tests.year.test_simulation import assert_agrees_with_exact

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


def assert_moments(figure: Figure, values: list[tuple[int, Fraction]]) -> None:
    mean = sum(value * chance for value, chance in values)
    variance = sum(value * value * chance for value, chance in values) - mean * mean
    assert figure.mean == pytest.approx(float(mean), abs=1e-9)
    assert figure.sd == pytest.approx(sqrt(variance), abs=1e-7)


def assert_agrees(year: Year, known: ExactYear) -> None:
    """Every figure that is not None equals the one written out."""
    written_out = histories(year)
    all_visits = [(visits_of(year, history), chance) for history, chance in written_out.items()]
    assert sum(chance for _, chance in all_visits) == 1
    objects = objects_of(year)
    for name, figures in known.figures.items():
        members = [i for i, cell in enumerate(objects) if name in ("all", cell.report_class)]
        assert figures.objects == len(members)
        if figures.never_visited is not None:
            never = [(sum(v[i] == 0 for i in members), chance) for v, chance in all_visits]
            assert_moments(figures.never_visited, never)
        if figures.over_cap is not None:
            assert_moments(figures.over_cap, [(sum(v[i] > year.cap for i in members), p) for v, p in all_visits])
        if figures.visits is not None:
            for number in range(len(year.draws) + 1):
                mean = float(sum(sum(v[i] == number for i in members) * chance for v, chance in all_visits))
                assert figures.visits.get(number, 0.0) == pytest.approx(mean, abs=1e-9)
            per_object = float(sum(sum(v[i] for i in members) * chance for v, chance in all_visits)) / len(members)
            assert figures.expected_visits_per_object == pytest.approx(per_object)
    for number, draw in enumerate(year.draws):
        for name, inclusion in known.inclusion[draw.task].items():
            of_class = {i for i, cell in enumerate(objects) if cell.strata.get(draw.task) == name}
            drawn = sum(len(of_class & set(history[number])) * chance for history, chance in written_out.items())
            if inclusion is not None:
                assert inclusion == pytest.approx(float(drawn) / len(of_class), abs=1e-9)


def assert_complete(known: ExactYear) -> None:
    """No figure is left open."""
    for figures in known.figures.values():
        assert None not in (figures.visits, figures.expected_visits_per_object)
        for figure in (figures.never_visited, figures.over_cap):
            assert figure is not None
            assert figure.sd is not None
    assert None not in [share for of_task in known.inclusion.values() for share in of_task.values()]


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


# The simpler ones are among the small years that hypothesis makes up below.
YEARS = {
    "pools that overlap, one draw ignoring classes": Year(
        (
            Cell("both", 2, {"t": "A", "u": "A"}, "A"),
            Cell("first", 1, {"t": "B"}, "B"),
            Cell("second", 2, {"u": "B"}, "B"),
            Cell("neither", 1, {}, "none"),
        ),
        (PlannedDraw("t", {"A": 1, "B": 1}), PlannedDraw("u", 2)),
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
    "a rotating draw merged into a visit": Year(
        (Cell("a", 3, {"t": "A", "u": "A", "v": "A"}, "A"), Cell("b", 1, {"u": "B", "v": "B"}, "B")),
        (
            PlannedDraw("t", {"A": 1}, series="s"),
            PlannedDraw("u", {"A": 2, "B": 1}, series="s", door="d"),
            PlannedDraw("v", {"A": 1, "B": 1}, door="d"),
        ),
        rotation=True,
    ),
    "rounds that end while classes change": Year(
        (
            Cell("stays", 2, {"t": "A", "u": "A", "v": "A"}, "A"),
            Cell("worsens", 1, {"t": "A", "u": "B", "v": "B"}, "A"),
            Cell("returns", 1, {"t": "B", "u": "A", "v": "B"}, "B"),
            Cell("b", 1, {"t": "B", "u": "B", "v": "B"}, "B"),
        ),
        tuple(PlannedDraw(task, {"A": 2, "B": 1}, series="s") for task in "tuv"),
        rotation=True,
    ),
    "rotation by class, then ignoring classes, then by class": Year(
        (
            Cell("a", 3, {"t": "A", "u": "A", "v": "A"}, "A"),
            Cell("b", 2, {"t": "B", "u": "B", "v": "B"}, "B"),
        ),
        (
            PlannedDraw("t", {"A": 1, "B": 2}, series="s"),
            PlannedDraw("u", 3, series="s"),
            PlannedDraw("v", {"A": 1, "B": 1}, series="s"),
        ),
        rotation=True,
    ),
    "rotation with objects that come late, leave early or stay away for a while": Year(
        (
            Cell("stays", 2, {"t": "A", "u": "A", "v": "A"}, "A"),
            Cell("comes", 1, {"u": "A", "v": "A"}, "A"),
            Cell("leaves", 1, {"t": "A", "u": "A"}, "B"),
            Cell("away", 1, {"t": "A", "v": "A"}, "B"),
        ),
        tuple(PlannedDraw(task, {"A": 2}, series="s") for task in "tuv"),
        rotation=True,
    ),
    "two rotating series behind shared doors, one of them with changing classes": Year(
        (
            Cell("a", 3, {"t": "A", "u": "A", "v": "A", "w": "A"}, "A"),
            Cell("worsens", 1, {"t": "A", "v": "B", "w": "A"}, "A"),
        ),
        (
            PlannedDraw("t", {"A": 2}, series="s", door="spring"),
            PlannedDraw("u", {"A": 1}, series="r", door="spring"),
            PlannedDraw("v", {"A": 1, "B": 1}, series="s", door="autumn"),
            PlannedDraw("w", {"A": 2}, series="r", door="autumn"),
        ),
        rotation=True,
    ),
    "a rotating series that comes through one door twice": Year(
        (Cell("a", 3, {"t": "A", "u": "A", "v": "A"}, "A"),),
        (
            PlannedDraw("t", {"A": 2}, series="s", door="d"),
            PlannedDraw("u", {"A": 2}, series="s", door="d"),
            PlannedDraw("v", {"A": 1}, series="s"),
        ),
        rotation=True,
    ),
    "changing classes beside a task for everybody": Year(
        (
            Cell("a", 2, {"t": "A", "u": "A", "x": "A"}, "A"),
            Cell("worsens", 1, {"t": "A", "u": "B", "x": "A"}, "A"),
            Cell("b", 2, {"t": "B", "u": "B"}, "B"),
        ),
        (
            PlannedDraw("t", {"A": 1, "B": 1}, series="s"),
            PlannedDraw("x", {"A": 3}),
            PlannedDraw("u", {"A": 1, "B": 1}, series="s"),
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
}


@pytest.mark.parametrize("name", YEARS)
def test_exact_and_simulated_figures_equal_those_of_every_possible_draw_written_out(name: str) -> None:
    known = exact_year(YEARS[name])
    assert_agrees(YEARS[name], known)
    assert_complete(known)
    simulated = simulate_year(YEARS[name], 10_000, seed=4)
    assert assert_agrees_with_exact(YEARS[name], simulated) == 2 * len(simulated.figures)


@st.composite
def small_years(draw: st.DrawFn) -> Year:
    """Few objects, but everything a year can have: series, doors, classes that change, classes ignored."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3).filter(lambda found: sum(found) <= 5))
    tasks = "tuvw"[: draw(st.integers(2, 4 if sum(sizes) < 5 else 3))]
    cells = []
    for number, size in enumerate(sizes):
        classes = draw(st.lists(st.sampled_from(["A", "A", "B", None]), min_size=len(tasks), max_size=len(tasks)))
        strata = {task: name for task, name in zip(tasks, classes, strict=True) if name is not None}
        cells.append(Cell(f"{number}", size, strata, draw(st.sampled_from(["A", "B"]))))
    draws = []
    for task in tasks:
        pools: dict[str, int] = {}
        for cell in cells:
            if task in cell.strata:
                pools[cell.strata[task]] = pools.get(cell.strata[task], 0) + cell.size
        quotas: dict[str, int] | int = {name: draw(st.integers(0, size)) for name, size in pools.items()}
        if draw(st.booleans()):
            quotas = draw(st.integers(0, sum(pools.values())))
        series, door = draw(st.sampled_from(["s", "s", "r", None])), draw(st.sampled_from([None, None, "d", "e"]))
        draws.append(PlannedDraw(task, quotas, series, door))
    return Year(
        tuple(cells), tuple(draws), cap=draw(st.integers(0, 2)), rotation=draw(st.sampled_from([True, True, False]))
    )


@given(small_years())
def test_any_small_year_is_answered_exactly(year: Year) -> None:
    known = exact_year(year)
    assert_agrees(year, known)
    assert_complete(known)


def changing_quarters(size: int, *, cap: int = 1) -> Year:
    """Four rotating quarters over three classes; three objects change theirs, and one class keeps to itself."""
    paths = {"AAAA": size, "AABB": 1, "ABBA": 1, "BBAA": 1, "BBBB": size // 2 - 1, "DDDD": 4}
    cells = tuple(
        Cell(path, number, dict(zip(("q1", "q2", "q3", "q4"), path, strict=True)), path[0])
        for path, number in paths.items()
    )
    quotas = {"A": size // 4, "B": size // 5, "D": 1}
    return Year(cells, tuple(PlannedDraw(f"q{n}", quotas, series="q") for n in range(1, 5)), cap=cap, rotation=True)


def assert_simulation_agrees(year: Year) -> None:
    assert_complete(exact_year(year))
    assert_agrees_with_exact(year, simulate_year(year, 20_000, seed=1))


@pytest.mark.parametrize(("size", "cap"), [(18, 1), (18, 2), (400_000, 1)])
def test_quarters_with_changing_classes_agree_with_the_simulated_year(size: int, cap: int) -> None:
    assert_simulation_agrees(changing_quarters(size, cap=cap))


def test_changing_quarters_behind_the_doors_of_another_task_agree_with_the_simulated_year() -> None:
    year = changing_quarters(18)
    cells = tuple(Cell(cell.name, cell.size, {**cell.strata, "x": "all"}, cell.report_class) for cell in year.cells)
    draws = tuple(PlannedDraw(d.task, d.quotas, d.series, "spring" if d.task == "q2" else None) for d in year.draws)
    beside = PlannedDraw("x", 12, door="spring")
    assert_simulation_agrees(Year(cells, (*draws[:2], beside, *draws[2:]), rotation=True))


def test_visits_of_millions_of_objects_with_changing_classes_add_up() -> None:
    year = changing_quarters(40_000_000)
    figures = exact_year(year).figures[ALL]
    assert figures.expected_visits_per_object is not None
    drawn = sum(draw.quota(name) for draw in year.draws for name in "ABD")
    assert figures.expected_visits_per_object * figures.objects == pytest.approx(drawn, rel=1e-12)


def open_figures(figures: ExactFigures) -> tuple[bool, bool]:
    """Whether never visited, and whether visits and what hangs on them, are left open."""
    visits = {figures.visits is None, figures.over_cap is None, figures.expected_visits_per_object is None}
    assert len(visits) == 1
    return figures.never_visited is None, visits.pop()


@pytest.mark.parametrize("limit", ["MOST_TRANSITIONS", "MOST_NUMBERS"])
def test_too_many_states_leave_only_the_cells_they_concern_open(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, limit, 10)
    year = changing_quarters(18)
    known = exact_year(year)
    assert {name: open_figures(figures) for name, figures in known.figures.items()} == {
        "A": (True, True),
        "B": (True, True),
        "D": (False, False),
        ALL: (True, True),
    }
    # By class every draw still takes its quota; who of a class is drawn is another matter.
    assert known.inclusion["q2"] == {"A": 4 / 19, "B": 3 / 10, "D": 1 / 4}
    without_classes = Year(year.cells, (PlannedDraw("q1", 9, series="q"), *year.draws[1:]), cap=year.cap, rotation=True)
    assert exact_year(without_classes).inclusion["q1"] == dict.fromkeys("ABD")


def test_an_object_that_another_task_certainly_visits_needs_no_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "MOST_TRANSITIONS", 0)
    figures = exact_year(YEARS["changing classes beside a task for everybody"]).figures
    assert figures["A"].never_visited == Figure(0.0, 0.0)
    assert figures["B"].never_visited is None
    assert figures["A"].visits is None


def test_too_many_pairs_leave_only_standard_deviations_open(monkeypatch: pytest.MonkeyPatch) -> None:
    year = changing_quarters(18)
    whole = exact_year(year).figures[ALL]
    monkeypatch.setattr(sources, "of_two", lambda *_: None)
    figures = exact_year(year).figures[ALL]
    assert figures.visits == whole.visits
    for figure, known in ((figures.never_visited, whole.never_visited), (figures.over_cap, whole.over_cap)):
        assert figure is not None
        assert known is not None
        assert (figure.mean, figure.sd) == (known.mean, None)


def test_too_many_shared_doors_leave_visits_open_but_not_never_visited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_PATTERNS", 3)
    for name in (
        "a rotating draw merged into a visit",
        "two rotating series behind shared doors, one of them with changing classes",
    ):
        known = exact_year(YEARS[name])
        assert open_figures(known.figures[ALL]) == (False, True)
        assert_agrees(YEARS[name], known)


def test_a_year_of_two_series_on_common_days_all_year_round_leaves_visits_open() -> None:
    days = [f"{day}" for day in range(1, 31)]
    cell = Cell("a", 20, dict.fromkeys([day + series for day in days for series in "sr"], "A"), "A")
    draws = [PlannedDraw(day + series, {"A": 1}, series, door=day) for day in days for series in "sr"]
    figures = exact_year(Year((cell,), tuple(draws), rotation=True)).figures[ALL]
    assert open_figures(figures) == (False, True)


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
