"""Matching: random, fair, recomputable; a match wherever there is one, and where there is none the reason."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from math import ceil

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from inspections.draws.recompute import NoMatchError, match

BARRED = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=30)


def possible(
    objects: list[str], inspectors: list[str], recusals: set[tuple[str, str]], per_object: int, room: list[int]
) -> bool:
    """Whether a match exists, as a linear programme: its matrix is totally unimodular, so whole numbers are enough."""
    pairs = [(p, x) for p in range(len(inspectors)) for x in range(len(objects))]
    allowed = [(0, 0 if (inspectors[p], objects[x]) in recusals else 1) for p, x in pairs]
    visits = np.array([[x == one for _, x in pairs] for one in range(len(objects))], dtype=float)
    load = np.array([[p == one for p, _ in pairs] for one in range(len(inspectors))], dtype=float)
    found = linprog(
        np.zeros(len(pairs)), A_ub=load, b_ub=room, A_eq=visits, b_eq=[per_object] * len(objects), bounds=allowed
    )
    return bool(found.status == 0)


@given(
    st.integers(1, 7), st.integers(1, 6), st.integers(1, 3), BARRED, st.integers(0, 7),
    st.lists(st.integers(0, 3), min_size=6, max_size=6), st.integers(0, 99),
)  # fmt: skip
# Who is dealt twice for one object, once from what was left of the pack, has room for one visit only.
@example(4, 2, 1, {(1, 1), (1, 2)}, 3, [0, 2, 0, 0, 0, 0], 9)
# The path ends at somebody who has room for one visit.
@example(2, 3, 2, set(), 2, [1, 1, 0, 0, 0, 0], 6)
def test_a_match_is_found_exactly_where_one_exists(
    objects: int, inspectors: int, per_object: int, barred: set[tuple[int, int]], bound: int, busy: list[int], seed: int
) -> None:
    names, people = [f"x{i}" for i in range(objects)], [f"P{i}" for i in range(inspectors)]
    recusals = {(f"P{i}", f"x{j}") for i, j in barred}
    held = dict(zip(people, busy, strict=False))
    room = {person: max(bound - held[person], 0) for person in people}
    feasible = possible(names, people, recusals, per_object, list(room.values()))
    try:
        matched = match(names, people, recusals, f"seed {seed}", per_object, bound, held)
    except NoMatchError as error:
        assert not feasible
        said = error.parameters
        match error.code:
            case "inspectors_uncertified":
                assert inspectors == said["certified"] < said["needed"]
            case "inspectors_too_few":
                free = sum((person, said["object_id"]) not in recusals for person in people)
                assert free == said["eligible"] < said["needed"]
            case "inspectors_overloaded":
                assert said["visits"] == objects * per_object > said["room"] == sum(room.values())
            case "inspectors_scarce":
                assert said["visits"] > said["room"]
                assert said["example"] in names
                assert said["objects"] <= objects
                assert is_a_hall_set(said, names, recusals, per_object, room)
            case _:
                raise
        return
    assert feasible
    assert list(matched) == names
    assert all(len(set(team)) == per_object for team in matched.values())
    assert not any((person, name) in recusals for name, team in matched.items() for person in team)
    visits = Counter(itertools.chain(*matched.values()))
    assert all(visits[person] <= room[person] for person in people)
    assert match(names[::-1], people[::-1], recusals, f"seed {seed}", per_object, bound, held) == matched


def is_a_hall_set(
    said: dict[str, object], names: list[str], recusals: set[tuple[str, str]], each: int, room: dict[str, int]
) -> bool:
    """Whether some set of so many objects, the example among them, has just the room that was said."""
    for some in itertools.combinations(names, int(str(said["objects"]))):
        able = {person: sum((person, name) not in recusals for name in some) for person in room}
        whole = sum(min(able[person], room[person]) for person in room)
        if said["example"] in some and (whole, sum(map(bool, able.values()))) == (said["room"], said["inspectors"]):
            return whole < each * len(some)
    return False


def test_a_greedy_dead_end_is_got_out_of() -> None:
    # Everyone may do one visit: whoever gives both of C's only inspectors away must take one back.
    names, people = ["a", "b", "c"], ["P", "Q", "R", "S", "T", "U"]
    recusals = {(person, "c") for person in "RSTU"} | {(person, "b") for person in "TU"}
    for seed in range(50):
        matched = match(names, people, recusals, f"seed {seed}", 2, 1)
        teams = {name: "".join(sorted(team)) for name, team in matched.items()}
        assert teams == {"a": "TU", "b": "RS", "c": "PQ"}


@given(st.integers(2, 12), st.integers(1, 40), st.integers(0, 99))
def test_without_recusals_the_work_differs_by_at_most_one(inspectors: int, objects: int, seed: int) -> None:
    people, names = [f"P{i}" for i in range(inspectors)], [f"x{i}" for i in range(objects)]
    tightest = ceil(2 * objects / inspectors)
    for bound in (None, tightest):
        matched = match(names, people, [], f"seed {seed}", 2, bound)
        load = Counter(dict.fromkeys(people, 0)) + Counter()
        load.update(itertools.chain(*matched.values()))
        assert max(load[person] for person in people) - min(load[person] for person in people) <= 1


def test_who_is_busy_gets_only_what_is_left() -> None:
    matched = match(["x", "y"], ["P", "Q", "R"], [], "s", 2, most_objects=5, busy={"P": 4})
    assert Counter(itertools.chain(*matched.values()))["P"] <= 1
    with pytest.raises(NoMatchError) as error:
        match(["x", "y"], ["P", "Q"], [], "s", 2, most_objects=5, busy={"P": 4})
    assert (error.value.code, error.value.parameters["room"]) == ("inspectors_scarce", 3) or (
        error.value.code == "inspectors_overloaded"
    )


def test_too_few_certified_inspectors_are_refused() -> None:
    with pytest.raises(NoMatchError) as error:
        match(["x"], ["P"], [], "s", 2)
    assert error.value.code == "inspectors_uncertified"


def test_matching_can_be_recomputed_with_hashes_alone() -> None:
    def order(names: list[str], prefix: str = "") -> list[str]:
        return sorted(names, key=lambda name: hashlib.sha256(f"s,{prefix}{name}".encode()).hexdigest())

    objects, inspectors = [f"x{i}" for i in range(6)], ["p", "q", "r", "s"]
    pack = [name for number in (1, 2, 3) for name in order(inspectors, f"{number},")]
    expected = {name: tuple(pack[2 * i : 2 * i + 2]) for i, name in enumerate(order(objects))}
    assert match(objects, inspectors, [], "s", 2) == expected
    # A bound that leaves just enough room changes nothing: whoever has room for one more visit is dealt it in turn.
    assert match(objects, inspectors, [], "s", 2, 3) == expected
    # Who has the least choice chooses first.
    last = order(objects)[-1]
    barred = pack[0]
    recused = match(objects, inspectors, [(barred, last)], "s", 2)
    assert recused[last] == tuple(pack[1:3])
    assert barred in recused[order(objects)[0]]


@pytest.mark.parametrize(("inspectors", "objects"), [(3, 25), (5, 24), (7, 100)])
def test_the_load_is_balanced_also_where_rounds_meet(inspectors: int, objects: int) -> None:
    for seed in range(5):
        names = [f"P{i}" for i in range(inspectors)]
        matched = match([f"x{i}" for i in range(objects)], names, [], f"seed {seed}", 2)
        load = [sum(name in pair for pair in matched.values()) for name in names]
        assert max(load) - min(load) <= 1


def test_matching_depends_on_the_seed_and_reaches_every_pair() -> None:
    pairs = {frozenset(match(["x"], list("abcd"), [], f"seed {i}", 2)["x"]) for i in range(100)}
    assert len(pairs) == 6
