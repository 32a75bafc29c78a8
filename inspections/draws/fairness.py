"""Were past draws random? Every recorded draw through its tests, false discoveries held down, one verdict per draw.

Draws of 100 %, campaigns, complaints and trials never come here (the questions leave them out); strata drawn whole say
nothing. A verdict is never an accusation: `check` asks for a look at the record (建议核查).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from inspections.draws import meetings, randomness
from inspections.draws.randomness import FEW, LEVEL, MANY, Groups, Reference, Stratum

TESTS = ("spacing", "runs", "composition", "repeats", "inspectors")
ATTRIBUTES = ("region", "kind", "industry", "class")
STRATUM = ["draw_id", "stratum", "passed_over"]
PASSED_OVER = "*"
# Share of draws taken "every n-th" that a draw of this size must show before its silence counts as an all-clear.
ENOUGH_POWER = 0.8
SKIPS = 199


@dataclass(frozen=True)
class RecordedDraw:
    """What the tests need to know of one draw. `compared`: there were draws of the same pool before it that year."""

    draw_id: int
    strata: tuple[Stratum, ...]
    groups: Groups | None = None
    compared: bool = False

    @property
    def widest(self) -> Stratum | None:
        """The largest stratum in which chance had something to decide."""
        return max((one for one in self.strata if one.open), key=lambda one: one.size, default=None)


@dataclass(frozen=True)
class Found:
    """One test of one draw: how rare its result is among honest draws, and `sign`, what kind of deviation it is.

    `adjusted` is the false discovery rate at which it would be reported, among all tests of the year; 1 until then.
    """

    p: float
    sign: str
    adjusted: float = 1.0

    @property
    def reported(self) -> bool:
        """Whether it stands out among all tests of the year."""
        return self.adjusted <= LEVEL


@dataclass(frozen=True)
class Power:
    """What a draw of this size could reveal at all.

    `skip`: probability that taking every n-th from a random start would show. `spared`: so many firms of the widest
    stratum must be spared before an honest draw would miss all of them less often than 5 %, were they known by name.
    """

    skip: float
    spared: int | None


@dataclass(frozen=True)
class Verdict:
    """`verdict` is pass, check, unclear (too little to tell) or no_pool (no pool on record to test against)."""

    draw_id: int
    verdict: str
    found: Mapping[str, Found]
    forbidden: int
    power: Power


def generator_of(draw_id: int, test: str) -> np.random.Generator:
    """The same numbers for the same draw and test every time: a page shows the same p value whenever it is opened."""
    return np.random.default_rng([draw_id, *test.encode()])


# What was recorded ------------------------------------------------------------------------------------------------


def recorded(places: pd.DataFrame, groups: pd.DataFrame, before: pd.DataFrame) -> dict[int, RecordedDraw]:
    """Draws from the rows of `queries/drawn_places.sql`, `drawn_groups.sql` and `drawn_before.sql`, by draw_id."""
    ranks, size, drawn = (rows.to_numpy(dtype=np.int64) for rows in (places["rank"], groups["size"], groups["drawn"]))
    where: dict[Any, Any] = places.groupby(STRATUM).indices
    earlier = {(row["draw_id"], row["stratum"]): (row["seen"], row["again"]) for row in before.to_dict("records")}
    compared = set(before["draw_id"])
    labels = groups[list(ATTRIBUTES)].astype(str).to_numpy(dtype=np.str_)
    strata: dict[int, list[Stratum]] = {}
    cells: dict[int, list[npt.NDArray[np.int64]]] = {}
    stratum_rows: dict[Any, Any] = groups.groupby(STRATUM, sort=False).indices
    for (draw_id, name, passed_over), inside in stratum_rows.items():
        seen, again = (0, 0) if passed_over else earlier.get((draw_id, name), (0, 0))
        stratum = Stratum(
            name=f"{name}{PASSED_OVER if passed_over else ''}",
            size=int(size[inside].sum()),
            drawn=int(drawn[inside].sum()),
            ranks=ranks[where.get((draw_id, name, passed_over), [])],
            seen=int(seen),
            again=int(again),
        )
        strata.setdefault(int(draw_id), []).append(stratum)
        if stratum.open:
            cells.setdefault(int(draw_id), []).append(np.asarray(inside, dtype=np.int64))
    return {
        draw_id: RecordedDraw(
            draw_id,
            tuple(of_draw),
            _groups(labels, size, drawn, cells[draw_id]) if draw_id in cells else None,
            draw_id in compared,
        )
        for draw_id, of_draw in strata.items()
    }


def _groups(
    labels: npt.NDArray[np.str_],
    size: npt.NDArray[np.int64],
    drawn: npt.NDArray[np.int64],
    cells: Sequence[npt.NDArray[np.int64]],
) -> Groups:
    """The rows of one draw's open strata, `cells` giving the rows of each."""
    kept = np.concatenate(cells)
    stratum = np.repeat(np.arange(len(cells)), [len(inside) for inside in cells])
    return Groups(ATTRIBUTES, labels[kept], stratum, size[kept], drawn[kept])


# One draw ---------------------------------------------------------------------------------------------------------


def examine(
    draw: RecordedDraw, matches: pd.DataFrame | None = None, met: pd.DataFrame | None = None
) -> dict[str, Found]:
    """Every test that has something to say about `draw`.

    `matches`: its rows of `queries/matched_inspectors.sql`; `met`: its rows of `meetings.encounters`.
    """
    found: dict[str, Found] = {}
    of_spacing = randomness.spacing(draw.strata, generator_of(draw.draw_id, "spacing"))
    if of_spacing:
        found["spacing"] = Found(of_spacing.two_sided, "even" if of_spacing.low < of_spacing.high else "clumped")
    of_runs = randomness.runs(draw.strata)
    if of_runs:
        found["runs"] = Found(of_runs.two_sided, "runs_few" if of_runs.low < of_runs.high else "runs_many")
    if draw.groups is not None:
        made_up = randomness.composition(draw.groups, generator_of(draw.draw_id, "composition"))
        if made_up:
            found["composition"] = Found(made_up.joint.high, made_up.strangest)
    of_repeats = randomness.repeats(draw.strata) if draw.compared else None
    if of_repeats:
        found["repeats"] = Found(of_repeats.two_sided, "seldom" if of_repeats.low < of_repeats.high else "often")
    if matches is not None and met is not None and len(matches):
        of_inspectors = inspectors(draw.draw_id, matches, met)
        if of_inspectors:
            found["inspectors"] = of_inspectors
    return found


def inspectors(draw_id: int, matches: pd.DataFrame, met: pd.DataFrame) -> Found | None:
    """Workload and repeated meetings as one test: twice the smaller p value (Bonferroni), named after that one."""
    parts: dict[str, Reference | None] = {
        "workload": meetings.workload(matches, generator_of(draw_id, "workload")),
        "pair": meetings.repeated_meetings(met),
    }
    known = {sign: part.high for sign, part in parts.items() if part}
    if not known:
        return None
    sign = min(known, key=known.__getitem__)
    return Found(min(1.0, known[sign] * len(known)), sign)


def power(draw: RecordedDraw) -> Power:
    """What could have been noticed: see `Power`. Skips are tried with every share of a step as start."""
    return Power(_skip_power(draw), _spared(draw.widest) if draw.widest else None)


def _skip_power(draw: RecordedDraw) -> float:
    spaced = randomness.spaced(draw.strata)
    if not spaced:
        return 0.0
    generator = generator_of(draw.draw_id, "power")
    total = np.zeros(SKIPS)
    for size, ranks in spaced:
        start = generator.random((SKIPS, 1))
        total += randomness.unevenness(size, np.floor((start + np.arange(len(ranks))) * size / len(ranks)))
    p = _as_even(draw, total, FEW, generator)
    if ((p > LEVEL / 2) & (p < 2 * LEVEL)).any():
        p = _as_even(draw, total, MANY, generator)
    return float((p <= LEVEL).mean())


def _as_even(
    draw: RecordedDraw, total: npt.NDArray[np.float64], replications: int, generator: np.random.Generator
) -> npt.NDArray[np.float64]:
    """The two-sided p values of spacing for unevennesses `total`, all of them small."""
    honest = np.sort(randomness.spacing_sample(draw.strata, replications, generator))
    return 2 * (1 + np.searchsorted(honest, total * (1 + 1e-9) + 1e-9, side="right")) / (1 + replications)


def _spared(widest: Stratum) -> int:
    """The smallest number of firms of which an honest draw misses all with a probability of at most LEVEL."""
    passed = np.arange(widest.size - widest.drawn + 1)
    # Each firm more has to be among those not drawn of all that are left: hypergeometric, one factor per firm.
    missed = np.cumprod((widest.size - widest.drawn - passed) / (widest.size - passed))
    return 1 + int(np.argmax(missed <= LEVEL))


def succeeds(chance: float, redraws: int) -> float:
    """Probability that drawing again up to `redraws` times leaves out a firm that each draw takes with `chance`."""
    return 1 - chance ** (redraws + 1)


# What a reader can look at ----------------------------------------------------------------------------------------


def honest_spacing(draw: RecordedDraw) -> tuple[npt.NDArray[np.float64], float] | None:
    """Unevenness of honest draws of this design, shape (FEW,), and of the recorded one; the mean of the honest is 1."""
    spaced = randomness.spaced(draw.strata)
    if not spaced:
        return None
    honest = randomness.spacing_sample(draw.strata, FEW, generator_of(draw.draw_id, "spacing"))
    observed = sum(float(randomness.unevenness(size, ranks)) for size, ranks in spaced)
    return honest / honest.mean(), observed / float(honest.mean())


def composition_bands(groups: Groups, attribute: str) -> pd.DataFrame:
    """One row per value of the attribute: `drawn`, `expected`, and `low`, `high`, the central 95 % of honest draws.

    Only strata in which chance had something to decide are counted. Exact: a sum of hypergeometric numbers.
    """
    column = groups.labels[:, groups.attributes.index(attribute)]
    expected = randomness.expected_counts(groups)
    whole, taken = (np.bincount(groups.stratum, counts).astype(int) for counts in (groups.size, groups.drawn))
    rows = []
    for value in np.unique(column):
        inside = column == value
        of_value = np.bincount(groups.stratum[inside], groups.size[inside], minlength=len(whole)).astype(int)
        pmf = np.ones(1)
        for size, members, drawn in zip(whole, of_value, taken, strict=True):
            pmf = np.convolve(pmf, stats.hypergeom.pmf(np.arange(min(members, drawn) + 1), size, members, drawn))
        low, high = np.searchsorted(np.cumsum(pmf), [LEVEL / 2, 1 - LEVEL / 2])
        drawn_now = int(groups.drawn[inside].sum())
        rows.append((str(value), drawn_now, float(expected[inside].sum()), int(low), min(int(high), len(pmf) - 1)))
    return pd.DataFrame(rows, columns=["value", "drawn", "expected", "low", "high"])


# A year -----------------------------------------------------------------------------------------------------------


def judge(draws: Mapping[int, RecordedDraw], matches: pd.DataFrame) -> dict[int, Verdict]:
    """One verdict per draw of a bureau's year.

    `matches`: rows of `queries/matched_inspectors.sql`. All p values of the year are adjusted together (Benjamini and
    Hochberg 1995): of the draws that are reported, on average at most one in twenty is honest. The procedure holds for
    independent and for positively dependent tests, as spacing and runs are.
    """
    met = meetings.encounters(matches)
    matched, could_meet = (dict(list(rows.groupby("draw_id"))) for rows in (matches, met))
    examined = {
        draw_id: examine(draw, matched.get(draw_id), could_meet.get(draw_id, met.iloc[:0]))
        for draw_id, draw in draws.items()
    }
    adjusted = _adjusted(examined)
    forbidden = matches[matches["forbidden"].astype(bool)].groupby("draw_id").size()
    return {
        draw_id: _verdict(draws[draw_id], found, int(forbidden.get(draw_id, 0))) for draw_id, found in adjusted.items()
    }


def _adjusted(examined: Mapping[int, Mapping[str, Found]]) -> dict[int, dict[str, Found]]:
    flat: Sequence[tuple[int, str, Found]] = [
        (draw_id, test, one) for draw_id, found in examined.items() for test, one in found.items()
    ]
    rates = stats.false_discovery_control([one.p for _, _, one in flat], method="bh") if flat else np.zeros(0)
    adjusted: dict[int, dict[str, Found]] = {draw_id: {} for draw_id in examined}
    for (draw_id, test, one), rate in zip(flat, rates, strict=True):
        adjusted[draw_id][test] = Found(one.p, one.sign, float(rate))
    return adjusted


def _verdict(draw: RecordedDraw, found: Mapping[str, Found], forbidden: int) -> Verdict:
    seen = power(draw)
    if forbidden or any(one.reported for one in found.values()):
        verdict = "check"
    elif not draw.strata:
        verdict = "no_pool"
    else:
        verdict = "pass" if seen.skip >= ENOUGH_POWER else "unclear"
    return Verdict(draw.draw_id, verdict, found, forbidden, seen)
