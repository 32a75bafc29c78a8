"""An attacker with the public package alone, and with what everybody knows (names of the pool, usual shares and rates).

Every attack is tried twice: on the package as it is, where it must do no better than the drawn list itself allows, and
on a package with the one mistake the attack lives on (an empty nonce, rows in ticket order, a seed that leaked, small
cells hidden one by one), where it must succeed: an attack that cannot succeed proves nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import mean
from typing import Any

import duckdb
import pytest

from inspections.draws import freezing, packages, recording, ticket
from inspections.draws.recompute import task_key
from inspections.store.database import question
from tests.draw_world import NOON, add_task, empty_world

WORLDS = 24
FIRMS = 24
SHARES = {"A": 0.6, "B": 0.22, "C": 0.1, "D": 0.08}
RATES: dict[str, freezing.Asked] = {
    "A": (Fraction(1, 4), "="),
    "B": (Fraction(1, 2), "="),
    "C": (Fraction(3, 4), "="),
    "D": (Fraction(1), "="),
}
HIGH = {"C", "D"}


@dataclass(frozen=True)
class Case:
    """One draw: what the attacker has (the package, the names of the pool) and what he is after."""

    draw_id: int
    package: bytes
    pool: list[str]
    classes: dict[str, str]
    seed: str

    @property
    def members(self) -> dict[str, str]:
        """The members of the public package as text."""
        with zipfile.ZipFile(io.BytesIO(self.package)) as archive:
            return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}

    @property
    def listed(self) -> list[str]:
        """The drawn objects in the order in which the package lists them."""
        return [row["object_id"] for row in csv.DictReader(io.StringIO(self.members["drawn.csv"]))]

    @property
    def facts(self) -> dict[str, Any]:
        """What public.json says."""
        return dict(json.loads(self.members["public.json"]))


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_world() as connection:
        yield connection


@pytest.fixture(scope="module")
def cases(world: duckdb.DuckDBPyConnection) -> list[Case]:
    """Many small worlds. Seeds and nonces come from a generator, so that no run is luckier than another."""
    dice = random.Random(20240506)  # noqa: S311 - a test that comes out the same every time
    found = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ticket, "new_master_seed", lambda: f"{dice.getrandbits(128):032x}"[:22])
        patched.setattr(ticket, "new_nonce", lambda: f"{dice.getrandbits(128):032x}")
        for number in range(WORLDS):
            names = [f"{dice.choice('安白昌东方高')}{number:02d}{place:02d}" for place in range(FIRMS)]
            dice.shuffle(names)
            classes = dict(zip(names, dice.choices(list(SHARES), list(SHARES.values()), k=FIRMS), strict=True))
            task = add_task(world, classes)
            wanted = {code: RATES[code] for code in sorted(set(classes.values()))}
            draw_id = freezing.freeze(world, task, wanted, actor="测试", now=NOON)
            recording.draw_frozen(world, draw_id, actor="测试", per_object=0, now=NOON)
            if number % 3 == 0:
                out = dice.choice([row[0] for row in drawn(world, draw_id) if classes[row[0]] == "A"] or [None])
                if out:
                    recording.call_substitute(world, draw_id, out, reason="高风险企业已停业", actor="测试")
            ((seed,),) = world.execute("select seed from draw where draw_id = ?", [draw_id]).fetchall()
            found.append(Case(draw_id, public(world, draw_id), sorted(names), classes, seed))
    return found


def drawn(world: duckdb.DuckDBPyConnection, draw_id: int) -> list[tuple[str, str | None]]:
    """The drawn objects as they are stored: by class, in ticket order, with whom they stand in for."""
    return world.execute(
        "select object_id, substitute_for from draw_object where draw_id = ? order by class, place", [draw_id]
    ).fetchall()


def public(world: duckdb.DuckDBPyConnection, draw_id: int) -> bytes:
    buffer = io.BytesIO()
    packages.write_public(world, draw_id, buffer, as_of=NOON.date())
    return buffer.getvalue()


def advantage(cases: Sequence[Case], score: Callable[[Case], Sequence[float]]) -> float:
    """How often a score puts a listed firm of a high class above one of a low class (0.5: no better than chance)."""
    won: list[float] = []
    for case in cases:
        scored = list(zip(case.listed, score(case), strict=True))
        high = [value for name, value in scored if case.classes[name] in HIGH]
        low = [value for name, value in scored if case.classes[name] not in HIGH]
        won += [(one > other) + (one == other) / 2 for one in high for other in low]
    return mean(won)


# ------------------------------------------------------------------------------------- the package is blind to classes


def test_whichever_drawn_firms_have_which_class_the_package_is_the_same_to_the_byte(
    world: duckdb.DuckDBPyConnection, cases: list[Case]
) -> None:
    """So whatever is computed from the package is computed from the drawn list: order, sizes, times, all of it.

    The commitments stay as they are here; that they say nothing is tried below.
    """
    dice = random.Random(1)  # noqa: S311
    for case in cases[:12]:
        listed = case.listed
        shuffled = dict(zip(listed, dice.sample([case.classes[name] for name in listed], len(listed)), strict=True))
        world.execute("begin transaction")
        try:
            for name, code in shuffled.items():
                for table in ("frame", "draw_object"):
                    world.execute(
                        f"update {table} set class = ? where draw_id = ? and object_id = ?", [code, case.draw_id, name]
                    )
            # The rows of the list lie in another order, with other places, as another draw would have left them.
            rows = world.execute("select * from draw_object where draw_id = ?", [case.draw_id]).df()
            rows = rows.sample(frac=1, random_state=3).assign(place=range(1, len(rows) + 1))
            world.execute("delete from draw_object where draw_id = ?", [case.draw_id])
            world.register("shuffled_rows", rows.astype({"substitute_for": object, "reason": object}))
            world.execute("insert into draw_object select * from shuffled_rows")
            # Same connection: what is not committed is seen by nobody else.
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(packages, "ask", lambda _, name, **more: world.execute(question(name), more).df())
                assert public(world, case.draw_id) == case.package
        finally:
            world.execute("rollback")


def test_no_class_seed_nonce_ticket_place_or_reason_is_anywhere(
    world: duckdb.DuckDBPyConnection, cases: list[Case]
) -> None:
    for case in cases:
        assert set(case.members) == {
            "README.en.txt",
            "README.zh.txt",
            "drawn.csv",
            "public.json",
            "results.csv",
            "SHA256SUMS",
        }
        assert case.members["drawn.csv"].splitlines()[0] == "object_id,name"
        assert set(case.facts) == {
            "format", "version", "bureau", "year", "kind", "basis", "ordinal", "synthetic", "task", "drawn_on",
            "replaces_ordinal", "commitments", "totals", "as_of",
        }  # fmt: skip
        text = "\n".join(case.members.values())
        (row,) = world.execute("select * from draw where draw_id = ?", [case.draw_id]).df().to_dict("records")
        secrets = [case.seed, case.seed.split("-")[0], row["seed_nonce"], row["frame_nonce"], "高风险企业"]
        secrets += [ticket.ticket(case.seed, name) for name in case.pool]
        assert not [one for one in secrets if one in text]
        with zipfile.ZipFile(io.BytesIO(case.package)) as archive:
            for entry in archive.infolist():
                assert (entry.date_time, entry.comment, entry.extra) == ((1980, 1, 1, 0, 0, 0), b"", b"")
            assert archive.comment == b""


# --------------------------------------------------------------------------------------------------------------- order


def by_position(case: Case) -> list[float]:
    """A list in ticket order, class by class, ends with the highest class."""
    return list(range(len(case.listed)))


def test_the_order_of_rows_says_nothing_but_ticket_order_would(
    world: duckdb.DuckDBPyConnection, cases: list[Case]
) -> None:
    assert all(case.listed == sorted(case.listed) for case in cases), "these names sort as their ids do"
    assert abs(advantage(cases, by_position) - 0.5) < 0.08
    order = {case.draw_id: [name for name, _ in drawn(world, case.draw_id)] for case in cases}
    assert advantage(cases, lambda case: [order[case.draw_id].index(name) for name in case.listed]) > 0.95


# ------------------------------------------------------------------------------------------------------------- tickets


def late_tickets(seed_of: Callable[[Case], str]) -> Callable[[Case], list[float]]:
    """Who was drawn with a late ticket must belong to a class of which many are drawn."""

    def score(case: Case) -> list[float]:
        order = sorted(case.pool, key=lambda name: ticket.ticket(seed_of(case), name))
        return [order.index(name) for name in case.listed]

    return score


def guesses(case: Case) -> Iterator[str]:
    """Seeds somebody might try: what the package itself says, years, numbers, the task key with easy masters."""
    facts = case.facts
    task = facts["task"]
    key = task_key(task["doc_no"], task["plan_kind"], task["seq"])
    plain = ["", "0", "1", "seed", task["doc_no"], key, facts["drawn_on"], str(facts["year"]), *map(str, range(200))]
    plain += [*facts["commitments"].values(), facts["bureau"], task["name"]]
    for word in plain:
        yield word
        yield f"{word}-{key}-{facts['ordinal']}"


def guess_seed(case: Case, commitment: str) -> str | None:
    """Try every guess with no nonce, with zeros, and with what the package offers as a nonce."""
    nonces = ["", "0" * 32, *case.facts["commitments"].values(), case.facts["drawn_on"]]
    for seed, nonce in itertools.product(guesses(case), nonces):
        if hashlib.sha256(f"{nonce},{seed}".encode()).hexdigest() == commitment:
            return seed
    return None


def test_tickets_need_the_seed_and_the_seed_cannot_be_guessed(cases: list[Case]) -> None:
    assert advantage(cases, late_tickets(lambda case: case.seed)) > 0.7, "with the seed the attack works"
    for wrong in ("0", "2024"):
        assert abs(advantage(cases, late_tickets(lambda _, wrong=wrong: wrong)) - 0.5) < 0.1
    assert [guess_seed(case, case.facts["commitments"]["seed"]) for case in cases[:8]] == [None] * 8
    weak = hashlib.sha256(b",2024").hexdigest()
    assert guess_seed(cases[0], weak) == "2024", "a weak seed without a nonce is found"


def test_a_sealed_package_of_one_task_opens_no_other_task(cases: list[Case]) -> None:
    masters = [case.seed.split("-")[0] for case in cases]
    assert len(set(masters)) == len(masters)
    opened = cases[0]
    key = task_key(*(cases[1].facts["task"][name] for name in ("doc_no", "plan_kind", "seq")))
    from_opened = ticket.task_seed(opened.seed.split("-")[0], key, 1)
    assert from_opened != cases[1].seed
    score = late_tickets(lambda case: ticket.task_seed(masters[0], case.seed.split("-")[1], 1))
    assert abs(advantage(cases[1:], score) - 0.5) < 0.1


# --------------------------------------------------------------------------------------------------------- commitments


def guess_classes(commitment: str, names: Sequence[str], nonces: Sequence[str]) -> dict[str, str] | None:
    """Every assignment of classes to the known firms of a pool, hashed with every nonce one might think of."""
    names = sorted(names)
    for codes in itertools.product("ABCD", repeat=len(names)):
        lines = "".join(f"{name},{code}\n" for name, code in zip(names, codes, strict=True))
        for nonce in nonces:
            if hashlib.sha256(f"{nonce}\n{lines}".encode()).hexdigest() == commitment:
                return dict(zip(names, codes, strict=True))
    return None


def test_classes_cannot_be_guessed_from_the_commitment_but_could_without_a_nonce(
    world: duckdb.DuckDBPyConnection,
) -> None:
    classes = {f"小矿{number}": code for number, code in enumerate("ABACDA")}
    task = add_task(world, classes)
    draw_id = freezing.freeze(world, task, {"A": 1, "D": 1}, actor="测试", now=NOON)
    recording.draw_frozen(world, draw_id, actor="测试", per_object=0, now=NOON)
    case = Case(draw_id, public(world, draw_id), sorted(classes), classes, "")
    commitments = case.facts["commitments"]
    nonces = ["", "0", "0" * 32, commitments["seed"], case.facts["drawn_on"]]
    assert guess_classes(commitments["frame"], case.pool, nonces) is None
    for empty in ("", "0" * 32):
        weak = ticket.frame_commitment(classes.items(), empty)
        assert guess_classes(weak, case.pool, nonces) == classes
    ((nonce,),) = world.execute("select frame_nonce from draw where draw_id = ?", [draw_id]).fetchall()
    assert len(bytes.fromhex(nonce)) * 8 == 128
    assert guess_classes(commitments["frame"], case.pool, [nonce]) == classes, (
        "whoever has the nonce checks it in no time"
    )


# --------------------------------------------------------------------------------------------------------- substitutes


def test_who_was_replaced_and_who_came_instead_cannot_be_told(
    world: duckdb.DuckDBPyConnection, cases: list[Case]
) -> None:
    tried = 0
    for case in cases:
        pairs = [(name, gone) for name, gone in drawn(world, case.draw_id) if gone]
        text = "\n".join(case.members.values())
        for come, gone in pairs:
            tried += 1
            assert gone not in text, "a replaced firm and its substitute have one class: naming both would link them"
            assert come in case.listed
            (row,) = [line for line in case.members["drawn.csv"].splitlines() if line.startswith(f"{come},")]
            assert row == f"{come},企业{come}"
    assert tried > 5
