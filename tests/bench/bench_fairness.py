"""How often the tests of fairness cry wolf over honest draws, and how often they find rigged ones.

    python -m tests.bench.bench_fairness [draws]

2,000 draws per design by default. A false-alarm rate is good between 3 % and 7 %. Where few objects allow few outcomes
a test can only be conservative: the second figure breaks ties at random and must then lie in that range, which shows
that the reference itself is right.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from rich.console import Console
from rich.table import Table

from inspections.draws import meetings, randomness
from inspections.draws.fairness import RecordedDraw, examine, generator_of, judge
from inspections.draws.randomness import LEVEL, Reference
from tests import rigged
from tests.bench.growth import growth

Bools = list[bool]
COUNTY = {"A": 38, "B": 15, "C": 5, "D": 2}
CITY = {"A": 400, "B": 140, "C": 40, "D": 20}


@dataclass(frozen=True)
class Design:
    """A pool and how many are drawn from it. `quotas`: per class, or one number where classes are ignored."""

    name: str
    sizes: dict[str, int]
    order: str
    quotas: dict[str, int] | int

    @property
    def stratified(self) -> bool:
        """Whether classes have quotas."""
        return not isinstance(self.quotas, int)


DESIGNS = (
    Design("county, class quotas, sorted by class", COUNTY, "sorted", {"A": 7, "B": 4, "C": 2, "D": 2}),
    Design("county, class quotas, shuffled", COUNTY, "shuffled", {"A": 7, "B": 4, "C": 2, "D": 2}),
    Design("county, classes ignored", COUNTY, "sorted", 15),
    Design("very small, class quotas", {"A": 9, "B": 6, "C": 3}, "sorted", {"A": 3, "B": 3, "C": 2}),
    Design("city, class quotas, sorted by class", CITY, "sorted", {"A": 40, "B": 28, "C": 20, "D": 10}),
    Design("city, class quotas, interleaved", CITY, "interleaved", {"A": 40, "B": 28, "C": 20, "D": 10}),
    Design("city, classes ignored, sorted by class", CITY, "sorted", 60),
    Design("large, class quotas, sorted by class", {"A": 60_000, "B": 20_000}, "sorted", {"A": 60, "B": 40}),
)
# Every stratum has n >= 20 and N >= 2n.
SKIPPED = (
    Design("40 of 20 each", {"A": 40, "B": 40}, "sorted", {"A": 20, "B": 20}),
    Design("uneven steps, shuffled", {"A": 47, "B": 59, "C": 83}, "shuffled", {"A": 20, "B": 21, "C": 40}),
    Design("20 of 400, classes ignored", {"A": 300, "B": 100}, "sorted", 20),
    Design("city, interleaved", CITY, "interleaved", {"A": 40, "B": 28, "C": 20, "D": 0}),
    Design("large, sorted by class", {"A": 60_000, "B": 20_000}, "sorted", {"A": 120, "B": 80}),
)


def p_values(draw: RecordedDraw, luck: float) -> Iterator[tuple[str, float, float]]:
    """Test, p value, p value with ties broken, for the tests of one draw's objects."""
    made_up = draw.groups and randomness.composition(draw.groups, generator_of(draw.draw_id, "composition"))
    references: dict[str, tuple[Reference | None, bool]] = {
        "spacing": (randomness.spacing(draw.strata, generator_of(draw.draw_id, "spacing")), True),
        "runs": (randomness.runs(draw.strata), True),
        "composition": (made_up.joint if made_up else None, False),
        "repeats": (randomness.repeats(draw.strata), True),
    }
    for test, (one, both) in references.items():
        if one:
            broken = one.broken(luck)
            yield test, one.two_sided if both else one.high, broken.two_sided if both else broken.high


def honest_draws(design: Design, draws: int, generator: np.random.Generator) -> dict[str, npt.NDArray[np.float64]]:
    """Per test: shape (draws, 2), p values without and with ties broken."""
    found: dict[str, list[tuple[float, float]]] = {}
    for number in range(1, draws + 1):
        if number % 50 == 1:
            pool = rigged.directory(design.sizes, design.order, generator)
        before = rigged.honest(pool, design.quotas, generator)
        drawn = rigged.honest(pool, design.quotas, generator)
        draw = rigged.record(pool, drawn, stratified=design.stratified, draw_id=number, before=before)
        for test, p, broken in p_values(draw, generator.random()):
            found.setdefault(test, []).append((p, broken))
    return {test: np.array(rows) for test, rows in found.items()}


def honest_matches(
    deal: bool, draws: int, generator: np.random.Generator, *, objects: int = 60, quota: int = 15, people: int = 11
) -> dict[str, npt.NDArray[np.float64]]:
    """The same for inspectors; eight draws of a year at a time, of which the last one is looked at."""
    found: dict[str, list[tuple[float, float]]] = {}
    for number in range(1, draws + 1):
        drawn = [generator.choice(objects, quota, replace=False).tolist() for _ in range(8)]
        matches = (rigged.dealt if deal else rigged.matched)(drawn, people, generator)
        last = matches["draw_id"] == 8
        met = meetings.encounters(matches)
        parts = {
            "workload": meetings.workload(matches[last], generator_of(number, "workload")),
            "meetings": meetings.repeated_meetings(met[met["draw_id"] == 8]),
        }
        luck = generator.random()
        for test, one in parts.items():
            if one:
                found.setdefault(test, []).append((one.high, one.broken(luck).high))
        known = [one for one in parts.values() if one]
        if known:
            smallest = min(one.high for one in known), min(one.broken(luck).high for one in known)
            found.setdefault("inspectors", []).append((len(known) * smallest[0], len(known) * smallest[1]))
    return {test: np.array(rows) for test, rows in found.items()}


def remark(rate: float, broken: float) -> str:
    """Whether a false-alarm rate is what it should be."""
    if 0.03 <= rate <= 0.07:
        return "good"
    if rate < 0.03 <= broken <= 0.07:
        return "conservative by discreteness"
    return "conservative" if rate < 0.03 else "TOO MANY"


def false_alarms(draws: int, rows: Table, console: Console) -> None:
    """Rates at level 5 %."""
    for number, design in enumerate(DESIGNS):
        started = time.perf_counter()
        found = honest_draws(design, draws, np.random.default_rng([1, number]))
        seconds = time.perf_counter() - started
        for test, p in found.items():
            rate, broken = (p <= LEVEL).mean(axis=0)
            rows.add_row(design.name, test, f"{rate:.1%}", f"{broken:.1%}", remark(rate, broken))
        rates = ", ".join(
            f"{test} {(p[:, 0] <= LEVEL).mean():.1%} ({(p[:, 1] <= LEVEL).mean():.1%})" for test, p in found.items()
        )
        console.print(f"{design.name}: {rates}; {seconds:.0f} s", style="dim")
    for name, deal in (("inspectors matched independently", False), ("inspectors dealt evenly, as here", True)):
        found = honest_matches(deal, draws, np.random.default_rng([2, deal]))
        for test, p in found.items():
            rate, broken = (p <= LEVEL).mean(axis=0)
            rows.add_row(name, test, f"{rate:.1%}", f"{broken:.1%}", remark(rate, broken))


def skips_found(design: Design, draws: int, generator: np.random.Generator, *, whole_steps: bool) -> Bools:
    """Whether "every n-th from a random start" was found by spacing at 5 %."""
    found = []
    for number in range(1, draws + 1):
        pool = rigged.directory(design.sizes, design.order, generator)
        drawn = rigged.every_nth(pool, design.quotas, generator, whole_steps=whole_steps)
        draw = rigged.record(pool, drawn, stratified=design.stratified, draw_id=number)
        one = randomness.spacing(draw.strata, generator_of(number, "spacing"))
        found.append(one is not None and one.two_sided <= LEVEL)
    return found


def reported_in_a_year(draws: int, generator: np.random.Generator) -> tuple[float, float]:
    """A year of 30 city draws, one of them every n-th: how often it is reported, and how often any honest one is."""
    design, hits, alarms = DESIGNS[4], [], []
    nobody = rigged.matched([], 2, generator)
    for number in range(draws):
        pool = rigged.directory(design.sizes, design.order, generator)
        year = {}
        for place in range(1, 31):
            make = rigged.every_nth if place == 30 else rigged.honest
            drawn = make(pool, design.quotas, generator)
            draw_id = number * 100 + place
            year[draw_id] = rigged.record(pool, drawn, stratified=True, draw_id=draw_id)
        verdicts = judge(year, nobody)
        checked = {draw_id for draw_id, one in verdicts.items() if one.verdict == "check"}
        hits.append(number * 100 + 30 in checked)
        alarms.append(bool(checked - {number * 100 + 30}))
    return float(np.mean(hits)), float(np.mean(alarms))


def spared_found(firms: int, clustered: bool, draws: int, generator: np.random.Generator) -> dict[str, float]:
    """Favoured firms taken out of a city pool, all of one region or anywhere; found at 5 % by which test."""
    design, found = DESIGNS[6], pd.DataFrame()
    rows = []
    for number in range(1, draws + 1):
        pool = rigged.directory(design.sizes, design.order, generator)
        inside = np.flatnonzero(pool.attributes["region"] == rigged.REGIONS[0]) if clustered else np.arange(len(pool))
        favoured = np.zeros(len(pool), dtype=bool)
        favoured[generator.choice(inside, firms, replace=False)] = True
        before = np.zeros(len(pool), dtype=bool)
        for _ in range(5):
            before |= rigged.sparing(pool, design.quotas, favoured, generator)
        drawn = rigged.sparing(pool, design.quotas, favoured, generator)
        draw = rigged.record(pool, drawn, stratified=False, draw_id=number, before=before)
        rows.append({test: one.p <= LEVEL for test, one in examine(draw).items()})
    found = pd.DataFrame(rows)
    return {str(test): float(found[test].fillna(False).mean()) for test in found}


def loyal_found(times: int, draws: int, generator: np.random.Generator) -> float:
    """One inspector of eleven always sent to the same firm, which was drawn in `times` draws of 15; found at 5 %."""
    found = []
    for _ in range(draws):
        drawn = [[0, *(generator.choice(59, 14, replace=False) + 1).tolist()] for _ in range(times)]
        met = meetings.encounters(rigged.matched(drawn, 11, generator, loyal=(3, 0)))
        one = meetings.repeated_meetings(met[met["draw_id"] == times])
        found.append(one is not None and one.high <= LEVEL)
    return float(np.mean(found))


def detection(draws: int, rows: Table) -> None:
    """Rates of finding."""
    for number, design in enumerate(SKIPPED):
        for whole_steps in (True, False):
            found = skips_found(design, draws // 8, np.random.default_rng([3, number]), whole_steps=whole_steps)
            steps = "whole steps" if whole_steps else "steps of N / n"
            rows.add_row("every n-th", f"{design.name}, {steps}", f"{np.mean(found):.1%}", "aim: 99 %")
    hits, alarms = reported_in_a_year(draws // 80, np.random.default_rng(4))
    rows.add_row("every n-th among 30 draws, adjusted", "city", f"{hits:.1%}", f"an honest draw reported: {alarms:.1%}")
    for firms, clustered in ((30, False), (30, True), (90, True)):
        rates = spared_found(firms, clustered, draws // 8, np.random.default_rng([5, firms]))
        where = "of one township" if clustered else "anywhere"
        words = ", ".join(f"{test} {share:.0%}" for test, share in rates.items())
        rows.add_row("favoured firms removed", f"{firms} of 600 {where}", words, "")
    for times in (4, 6, 8, 12):
        share = loyal_found(times, draws // 8, np.random.default_rng([6, times]))
        rows.add_row("one inspector, always the same firm", f"drawn {times} times", f"{share:.1%}", "")


def rows(draws: int = 60) -> list[tuple[str, str, str]]:
    """For the common table: how long looking at one draw takes at three sizes of its pool, and false alarms in all."""
    sizes, taken, alarms, looked = [], [], 0.0, 0
    for number, design in enumerate((DESIGNS[0], DESIGNS[4], DESIGNS[7])):
        started = time.perf_counter()
        found = honest_draws(design, draws, np.random.default_rng([1, number]))
        sizes.append(sum(design.sizes.values()))
        taken.append((time.perf_counter() - started) / draws)
        for p in found.values():
            alarms += float((p[:, 1] <= LEVEL).sum())
            looked += len(p)
    return [
        ("fairness of one draw, made and examined, objects in its pool", growth(sizes, taken), ""),
        (f"false alarms at 5 %, ties broken, {looked:,} tests of honest draws", f"{alarms / looked:.1%}", "near 5 %"),
    ]


def main(draws: int) -> None:
    """Print both tables."""
    console = Console(width=150)
    alarms = Table("design", "test", "false alarms", "ties broken", "", title=f"{draws:,} honest draws, level 5 %")
    false_alarms(draws, alarms, console)
    console.print(alarms)
    found = Table("rigged", "how", "found at 5 %", "", title="rigged draws")
    detection(draws, found)
    console.print(found)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
