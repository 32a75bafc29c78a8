"""Were past draws random? Every recorded draw through its tests, one verdict per draw, and one on the year as a whole.

Of the draws that are reported at most one in twenty is honest, on average over years (false discovery rate, held for
draws and not for tests); a year of honest draws is said to have a habit with at most the same probability. Draws of
100 %, campaigns, complaints and trials never come here (the questions leave them out); strata drawn whole say nothing.
A verdict is never an accusation: `check` asks for a look at the record (建议核查).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from inspections.draws import meetings, randomness
from inspections.draws.randomness import (
    FEW,
    LEVEL,
    LOOK_CLOSER,
    LOOK_CLOSEST,
    MANY,
    Groups,
    Reference,
    Stratum,
)

TESTS = ("spacing", "runs", "composition", "repeats", "inspectors")
ATTRIBUTES = ("region", "kind", "industry", "class")
STRATUM = ["draw_id", "stratum", "passed_over"]
PASSED_OVER = "*"
# Share of draws taken "every n-th" that a draw of this size must show before its silence counts as an all-clear.
ENOUGH_POWER = 0.8
SKIPS = 199
# Where replications cannot tell how rare a result is, an analytic tail may. Of two p values for the same thing the
# smaller one holds if each first pays its share of the level (weighted Bonferroni).
BY_REPLICATIONS, ANALYTIC = 0.95, 0.05
# Draws that show the same tendency before it can be a habit.
SEVERAL = 2


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

    `tails`: how rare at least as much of each kind of deviation is by itself, for the year as a whole. `reported`:
    whether it stands out among all draws of the year.
    """

    p: float
    sign: str
    tails: Mapping[str, float] = field(default_factory=dict)
    reported: bool = False


@dataclass(frozen=True)
class Power:
    """What a draw of this size could reveal at all.

    `skip`: probability that taking every n-th from a random start would be reported, were it the only such draw of the
    year. `spared`: so many firms of the widest stratum must be spared before an honest draw would miss all of them
    less often than 5 %; no test looks for them, it holds for somebody who names them before seeing the draw.
    `evenness`: how rare the spacing of such draws is, SKIPS of them, for the year as a whole; empty without spacing.
    """

    skip: float
    spared: int | None
    evenness: tuple[float, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """`verdict` is pass, check, unclear (too little to tell) or no_pool (no pool on record to test against).

    `same_as`: the first draw of the year with the same list, None for that one itself. One list recorded for several
    tasks is one coincidence, whatever is odd about it.
    """

    draw_id: int
    verdict: str
    found: Mapping[str, Found]
    forbidden: int
    power: Power
    same_as: int | None = None


@dataclass(frozen=True)
class Habit:
    """A tendency of the year's draws taken together: `sign` as in `Found`, `p` how rare it is in years of honest draws.

    `draws`: how many were looked at for it.
    """

    sign: str
    p: float
    draws: int


@dataclass(frozen=True)
class Year:
    """The verdict on all draws together: check, pass or unclear (even every n-th in every draw would hardly show).

    `habits`: those that stand out, the rarest first. `skip`: probability that every n-th in every draw would show.
    """

    verdict: str
    habits: tuple[Habit, ...]
    draws: int
    skip: float


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
    draw: RecordedDraw,
    matches: pd.DataFrame | None = None,
    met: pd.DataFrame | None = None,
    finest: float = LEVEL,
) -> dict[str, Found]:
    """Every test that has something to say about `draw`.

    `matches`: its rows of `queries/matched_inspectors.sql`; `met`: its rows of `meetings.encounters`. `finest`: how
    small a p value must be reachable, see `finest_of`.
    """
    tests = {
        "spacing": _spacing(draw, finest),
        "runs": _two_sided(randomness.runs(draw.strata), "runs_few", "runs_many"),
        "composition": _composition(draw),
        "repeats": _two_sided(randomness.repeats(draw.strata) if draw.compared else None, "seldom", "often"),
        "inspectors": None if matches is None or met is None else inspectors(draw.draw_id, matches, met, finest),
    }
    return {test: one for test, one in tests.items() if one}


def _two_sided(reference: Reference | None, low: str, high: str) -> Found | None:
    if reference is None:
        return None
    sign = low if reference.low < reference.high else high
    return Found(reference.two_sided, sign, {low: reference.low, high: reference.high})


def _spacing(draw: RecordedDraw, finest: float) -> Found | None:
    if not randomness.spaced(draw.strata):
        return None
    bound = float(randomness.evenness_bound(draw.strata, randomness.observed_unevenness(draw.strata))) / ANALYTIC
    evenly = "even" if _in_steps(draw) else "stretch"
    if 2 * bound <= finest:  # so even that no replication would come near it
        return Found(2 * bound, evenly, {"even": bound, "clumped": 1.0})
    reference = randomness.spacing(draw.strata, generator_of(draw.draw_id, "spacing"), finest)
    if reference is None:
        return None
    even, clumped = min(reference.low / BY_REPLICATIONS, bound, 1.0), min(reference.high / BY_REPLICATIONS, 1.0)
    sign = evenly if reference.low < reference.high else "clumped"
    return Found(min(1.0, 2 * min(even, clumped)), sign, {"even": even, "clumped": clumped})


def _in_steps(draw: RecordedDraw) -> bool:
    """Whether equal gaps are those of every n-th through the directory: neighbours in a block have equal ones, too."""
    return any(float(np.diff(ranks).mean()) >= size // len(ranks) for size, ranks in randomness.spaced(draw.strata))


def _composition(draw: RecordedDraw) -> Found | None:
    if draw.groups is None:
        return None
    made_up = randomness.composition(draw.groups, generator_of(draw.draw_id, "composition"))
    if made_up is None:
        return None
    p = min(made_up.joint.high / BY_REPLICATIONS, made_up.rarest / ANALYTIC, 1.0)
    return Found(p, made_up.strangest, made_up.shares)


def inspectors(draw_id: int, matches: pd.DataFrame, met: pd.DataFrame, finest: float = LEVEL) -> Found | None:
    """Workload and repeated meetings as one test: twice the smaller p value (Bonferroni), named after that one.

    Meetings are no tendency of the draws by themselves: they already look over all draws at once.
    """
    if matches.empty:
        return None
    parts: dict[str, Reference | None] = {
        "workload": meetings.workload(matches, generator_of(draw_id, "workload"), finest),
        "pair": meetings.repeated_meetings(met),
    }
    known = {sign: part.high for sign, part in parts.items() if part}
    if not known:
        return None
    sign = min(known, key=known.__getitem__)
    tails = {"workload": known["workload"]} if "workload" in known else {}
    return Found(min(1.0, known[sign] * len(known)), sign, tails)


def power(draw: RecordedDraw, level: float = LEVEL) -> Power:
    """What could have been noticed: see `Power`. Skips are tried with every share of a step as start.

    `level`: the p value at which spacing would be reported.
    """
    spared = _spared(draw.widest) if draw.widest else None
    if not randomness.spaced(draw.strata):
        return Power(0.0, spared)
    evenness = _evenness_of_skips(draw, level)
    return Power(float((2 * evenness <= level).mean()), spared, tuple(evenness.tolist()))


def _evenness_of_skips(draw: RecordedDraw, level: float) -> npt.NDArray[np.float64]:
    """P(an honest draw is as even) for SKIPS draws of every n-th, as `_spacing` would tell it: shape (SKIPS,)."""
    generator = generator_of(draw.draw_id, "power")
    total = np.zeros(SKIPS)
    for size, ranks in randomness.spaced(draw.strata):
        start = generator.random((SKIPS, 1))
        total += randomness.unevenness(size, np.floor((start + np.arange(len(ranks))) * size / len(ranks)))
    bound = randomness.evenness_bound(draw.strata, total) / ANALYTIC
    if (2 * bound <= level).all():
        return bound
    low = _as_even(draw, total, FEW, generator)
    done = FEW
    for limit, replications in ((LOOK_CLOSER, MANY), (LOOK_CLOSEST, randomness.replications(level))):
        unsettled = (2 * low <= limit) & (2 * bound > level)
        if unsettled.any() and replications > done:
            done = replications
            low = np.where(unsettled, _as_even(draw, total, replications, generator), low)
    return np.minimum(np.minimum(low / BY_REPLICATIONS, bound), 1.0)


def _as_even(
    draw: RecordedDraw, total: npt.NDArray[np.float64], replications: int, generator: np.random.Generator
) -> npt.NDArray[np.float64]:
    """The p values of spacing for unevennesses `total`, on the side of the even."""
    honest = np.sort(randomness.spacing_sample(draw.strata, replications, generator))
    return (1 + np.searchsorted(honest, total * (1 + 1e-9) + 1e-9, side="right")) / (1 + replications)


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
    if not randomness.spaced(draw.strata):
        return None
    honest = randomness.spacing_sample(draw.strata, FEW, generator_of(draw.draw_id, "spacing"))
    return honest / honest.mean(), randomness.observed_unevenness(draw.strata) / float(honest.mean())


def composition_bands(groups: Groups, attribute: str) -> pd.DataFrame:
    """One row per value of the attribute: `drawn`, `expected`, and `low`, `high`, the central 95 % of honest draws.

    Only strata in which chance had something to decide are counted. Exact: a sum of hypergeometric numbers.
    """
    column = groups.labels[:, groups.attributes.index(attribute)]
    expected = randomness.expected_counts(groups)
    rows = []
    for value in np.unique(column):
        inside = column == value
        pmf = randomness.drawn_pmf(groups, inside)
        low, high = np.searchsorted(np.cumsum(pmf), [LEVEL / 2, 1 - LEVEL / 2])
        drawn_now = int(groups.drawn[inside].sum())
        rows.append((str(value), drawn_now, float(expected[inside].sum()), int(low), min(int(high), len(pmf) - 1)))
    return pd.DataFrame(rows, columns=["value", "drawn", "expected", "low", "high"])


# A year -----------------------------------------------------------------------------------------------------------


def judge(draws: Mapping[int, RecordedDraw], matches: pd.DataFrame) -> dict[int, Verdict]:
    """One verdict per draw of a bureau's year, `draws` in the order in which they were drawn.

    `matches`: rows of `queries/matched_inspectors.sql`.
    """
    met = meetings.encounters(matches)
    matched, could_meet = (dict(list(rows.groupby("draw_id"))) for rows in (matches, met))
    finest, first = finest_of(len(draws)), same_lists(draws)
    examined = {
        draw_id: examine(draw, matched.get(draw_id), could_meet.get(draw_id, met.iloc[:0]), finest)
        for draw_id, draw in draws.items()
    }
    forbidden = matches[matches["forbidden"].astype(bool)].groupby("draw_id").size()
    tested = max(1, sum(bool(found) for found in examined.values()))
    return {
        draw_id: replace(
            _verdict(draws[draw_id], found, int(forbidden.get(draw_id, 0)), tested), same_as=first.get(draw_id)
        )
        for draw_id, found in reported(examined).items()
    }


def finest_of(draws: int) -> float:
    """The p value below which a test of one draw is reported even if no other draw of the year is."""
    return LEVEL / (max(draws, 1) * len(TESTS))


def same_lists(draws: Mapping[int, RecordedDraw]) -> dict[int, int]:
    """Draws that took the same places of the same strata as an earlier one, and the first of those."""
    first: dict[Any, int] = {}
    found = {}
    for draw_id, draw in draws.items():
        if draw.widest:
            places = tuple((one.name, one.size, one.ranks.tobytes()) for one in draw.strata)
            if first.setdefault(places, draw_id) != draw_id:
                found[draw_id] = first[places]
    return found


def reported(examined: Mapping[int, Mapping[str, Found]]) -> dict[int, dict[str, Found]]:
    """The same with those marked that stand out in their year.

    A draw has one p value: the smallest of its tests times their number (Bonferroni). Over draws the procedure of
    Benjamini and Hochberg (1995) keeps the expected share of honest draws among those reported at LEVEL or below, for
    independent draws and for positively dependent ones. Within a reported draw a test is told that would have brought
    it over the same threshold (Benjamini and Bogomolov 2014): so every draw that is reported says why.
    """
    smallest = sorted(
        min(1.0, len(found) * min(one.p for one in found.values())) for found in examined.values() if found
    )
    passed = [rank for rank, p in enumerate(smallest, start=1) if p <= LEVEL * rank / len(smallest)]
    threshold = LEVEL * max(passed) / len(smallest) if passed else -1.0
    return {
        draw_id: {test: replace(one, reported=len(found) * one.p <= threshold) for test, one in found.items()}
        for draw_id, found in examined.items()
    }


def _verdict(draw: RecordedDraw, found: Mapping[str, Found], forbidden: int, tested: int) -> Verdict:
    """`tested`: draws of the year with any test; the level is divided among them if no other one is reported."""
    seen = power(draw, LEVEL / (tested * max(len(found), 1)))
    if forbidden or any(one.reported for one in found.values()):
        verdict = "check"
    elif not draw.strata:
        verdict = "no_pool"
    else:
        verdict = "pass" if seen.skip >= ENOUGH_POWER else "unclear"
    return Verdict(draw.draw_id, verdict, found, forbidden, seen)


def whole_year(verdicts: Sequence[Verdict]) -> Year | None:
    """All draws of a year together, so that a habit of every draw shows though no single draw does.

    For every kind of deviation the draws' p values for it are combined (Fisher 1932): given the draws before it each
    is uniform or, where few outcomes are possible, larger, so that the combination errs on the cautious side. What is
    rarer than LEVEL counts as LEVEL: one draw, however odd, is no habit and is told by itself. A list counts once. The
    number of kinds divides the level (Bonferroni). None where no kind has two draws to combine.
    """
    tails: dict[str, list[float]] = {}
    verdicts = [one for one in verdicts if one.same_as is None]
    for one in verdicts:
        for found in one.found.values():
            for sign, p in found.tails.items():
                tails.setdefault(sign, []).append(p)
    tails = {sign: of_draws for sign, of_draws in tails.items() if len(of_draws) >= SEVERAL}
    if not tails:
        return None
    judged = [
        Habit(sign, min(1.0, len(tails) * float(_fisher(np.array(of_draws)))), len(of_draws))
        for sign, of_draws in tails.items()
    ]
    habits = sorted((one for one in judged if one.p <= LEVEL), key=lambda one: one.p)
    evenness = np.array([one.power.evenness for one in verdicts if "spacing" in one.found])
    skip = float((len(tails) * _fisher(evenness) <= LEVEL).mean()) if len(evenness) >= SEVERAL else 0.0
    verdict = "check" if habits else "pass" if skip >= ENOUGH_POWER else "unclear"
    return Year(verdict, tuple(habits), max(one.draws for one in judged), skip)


def _fisher(p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Fisher's combination of p values along the first axis, none of them smaller than LEVEL."""
    combined: npt.NDArray[np.float64] = scipy.stats.chi2.sf(-2 * np.log(np.maximum(p, LEVEL)).sum(axis=0), 2 * len(p))
    return combined
