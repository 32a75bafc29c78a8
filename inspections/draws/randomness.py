"""Was a draw random? Four tests of one recorded draw against drawing again within its own strata and quotas.

Every reference permutes within the strata of the draw and keeps the number drawn from each: with class quotas and a
directory sorted by class, a reference over the whole directory would cry wolf almost always. Nothing here needs the
directory itself: sizes, the places of those drawn and counts per group are enough, so that a pool of ten million costs
no more than a small one.

Exact where an exact distribution is cheap (runs, repeats), else Monte Carlo with p = (1 + b) / (1 + m) (Davison and
Hinkley 1997, section 4.2.1). Ties count against a finding: the tests are conservative where few objects allow few
outcomes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Pmf = Floats

FEW, MANY = 999, 19_999
# A p value above the first of these from the few replications stays, and one above the second from the many; what is
# rarer is decided by the next stage alone. P(p <= level) <= level holds as for one stage: for a level below a limit
# only the later stage can say so, for a level above it the stage before would have said so, too.
LOOK_CLOSER, LOOK_CLOSEST = 0.08, 0.001
# So many honest draws may look as strange as the observed one, and the last stage still reaches the p value wanted.
SPARE = 4
# Places looked at in one stratum. Given the next place drawn, the first ones are a random set of all places before it,
# so the cut keeps the reference exact; so many show every pattern that more would show.
PLACES = 500
LEVEL = 0.05
# Numbers drawn at a time: bounds the memory of the many replications.
BLOCK = 2_000_000
# Objects up to which a list of all of them is made (8 MB) to draw from it, and objects drawn per cell up to which that
# is quicker than one hypergeometric number per cell (measured).
POPULATION_BY_COUNT = 1_000_000
DRAWN_PER_CELL = 8
# Objects per object drawn up to which a random key for each is quicker than drawing doubles again (measured).
KEYS = 5


@dataclass(frozen=True)
class Stratum:
    """One class of a draw with class quotas, or the whole pool of a draw without.

    `size` objects could be drawn, `drawn` were. `ranks` are the places of the first of them in directory order within
    the stratum, ascending from 1. `seen` objects had been drawn before from the same pool this year, `again` of those
    were drawn now.
    """

    name: str
    size: int
    drawn: int
    ranks: Ints
    seen: int = 0
    again: int = 0

    @property
    def open(self) -> bool:
        """Whether chance had anything to decide: not everyone, not nobody."""
        return 0 < self.drawn < self.size

    @property
    def places(self) -> tuple[int, Ints]:
        """The places looked at and how many places they were drawn from."""
        if len(self.ranks) > PLACES:
            return int(self.ranks[PLACES]) - 1, self.ranks[:PLACES]
        return self.size, self.ranks


@dataclass(frozen=True)
class Groups:
    """Objects of the open strata by what they have in common: one cell per stratum and combination of attributes.

    `labels` has shape (cells, attributes); `stratum` numbers the strata of the cells, `size` counts objects, `drawn`
    those drawn.
    """

    attributes: tuple[str, ...]
    labels: npt.NDArray[np.str_]
    stratum: Ints
    size: Ints
    drawn: Ints


@dataclass(frozen=True)
class Reference:
    """Where the observed value lies among honest draws: the probabilities of less, of the same and of more."""

    below: float
    equal: float
    above: float

    @property
    def low(self) -> float:
        """P(at most the observed value)."""
        return min(1.0, self.below + self.equal)

    @property
    def high(self) -> float:
        """P(at least the observed value)."""
        return min(1.0, self.above + self.equal)

    @property
    def two_sided(self) -> float:
        """Twice the smaller tail, at most 1."""
        return min(1.0, 2 * min(self.low, self.high))

    def broken(self, luck: float) -> Reference:
        """The same with the tie broken by `luck` in [0, 1): uniform for an honest draw, to prove a reference right."""
        return Reference(self.below + (1 - luck) * self.equal, 0.0, self.above + luck * self.equal)


def replications(finest: float) -> int:
    """Replications of the last stage so that a two-sided p value of `finest` can be reached, and with SPARE to it."""
    return max(MANY, math.ceil(2 * SPARE / finest))


def monte_carlo(
    sample: Callable[[int], Floats], observed: float, p_of: Callable[[Reference], float], finest: float = 1.0
) -> Reference | None:
    """`observed` among draws made by `sample` (a number of replications -> about so many values); `p_of` is the tail.

    Three stages: a p value as small as `finest` can be reached however many tests a year has, and only what is rare
    costs so many replications. None where `sample` can make only few.
    """
    values = sample(FEW)
    if len(values) < FEW // 10:
        return None
    found = _placed(values, observed)
    if p_of(found) <= LOOK_CLOSER:
        found = _placed(sample(MANY), observed)
        if p_of(found) <= LOOK_CLOSEST and replications(finest) > MANY:
            found = _placed(sample(replications(finest)), observed)
    return found


def _placed(values: Floats, observed: float) -> Reference:
    near = 1e-9 * max(1.0, abs(observed))
    whole = len(values) + 1
    below, above = int((values < observed - near).sum()), int((values > observed + near).sum())
    # The observed draw is one of the possible ones: a p value is never 0.
    return Reference(below / whole, (whole - below - above) / whole, above / whole)


# Spacing ----------------------------------------------------------------------------------------------------------


def spaced(strata: Sequence[Stratum]) -> list[tuple[int, Ints]]:
    """(places, ranks drawn) of the strata that have gaps to compare: three drawn and somebody not."""
    return [(size, ranks) for one in strata if one.open for size, ranks in [one.places] if 3 <= len(ranks) < size]


def unevenness(size: int, ranks: Ints) -> Floats:
    """Sum of squares of the gaps between neighbours around their mean, a gap of size / number counting 1.

    `ranks`: shape (…, number), ascending. The gaps before the first and after the last are left out: "every n-th from
    a random start" leaves odd ends, and all gaps between them equal.
    """
    gaps = np.diff(ranks, axis=-1) * ((ranks.shape[-1] + 1) / (size + 1))
    found: Floats = ((gaps - gaps.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    return found


def spacing_sample(strata: Sequence[Stratum], replications: int, generator: np.random.Generator) -> Floats:
    """The statistic of `spacing` for honest draws of the same design: shape (replications,)."""
    total = np.zeros(replications)
    for size, ranks in spaced(strata):
        block = max(1, BLOCK // min(size, KEYS * len(ranks)))
        for start in range(0, replications, block):
            rows = min(block, replications - start)
            total[start : start + rows] += unevenness(size, subsets(size, len(ranks), rows, generator))
    return total


def observed_unevenness(strata: Sequence[Stratum]) -> float:
    """The statistic of `spacing` for the draw as it is."""
    return float(sum(unevenness(size, ranks) for size, ranks in spaced(strata)))


def spacing(strata: Sequence[Stratum], generator: np.random.Generator, finest: float = 1.0) -> Reference | None:
    """Variance of the gaps between neighbours in directory order, summed over strata; read it on both sides.

    Too small: too even, as when every n-th is taken. Too large: drawn in clumps. None where no stratum has two gaps.
    `finest`: see `monte_carlo`.
    """
    if not spaced(strata):
        return None
    return monte_carlo(
        lambda m: spacing_sample(strata, m, generator), observed_unevenness(strata), lambda one: one.two_sided, finest
    )


def evenness_bound(strata: Sequence[Stratum], unevennesses: Floats | float) -> Floats:
    """No less than the probability that an honest draw of this design is as even: P(statistic of `spacing` <= given).

    Exact tails of sums of squared spacings have no closed form, and thousands of draws with many objects each would
    take as many replications as there are draws. Far out a volume says enough: of n drawn from N the n - 1 gaps g have
    probability (N - sum of g) / C(N, n), so the unit cubes around the gaps of all draws that are as even hold that
    probability exactly, and they lie within a ball around equal gaps whose radius is that of the draws and half a
    cube's diagonal. At most 1, and useless there; for "every n-th" of 20 objects it is some 1e-10.
    """
    dimensions, log_density, diagonal = 0, 0.0, 0.0
    for size, ranks in spaced(strata):
        number, unit = len(ranks), (len(ranks) + 1) / (size + 1)
        dimensions += number - 2
        diagonal += unit**2 * (number - 1) / 4
        # Along equal gaps: the integral of N - S over their sum S, from all cubes' least to N.
        along = 2 * math.log(size - (number - 1) / 2) - math.log(2 * math.sqrt(number - 1))
        log_density += along - (number - 2) * math.log(unit) - float(_log_choose(size, number))
    radius = np.sqrt(np.asarray(unevennesses, dtype=np.float64)) + math.sqrt(diagonal)
    volume = (
        dimensions / 2 * math.log(math.pi) - scipy.special.gammaln(dimensions / 2 + 1) + dimensions * np.log(radius)
    )
    found: Floats = np.exp(np.minimum(log_density + volume, 0.0))
    return found


def subsets(size: int, number: int, rows: int, generator: np.random.Generator) -> Ints:
    """Uniform random subsets of 0 … size - 1, one per row, ascending: shape (rows, number).

    The places of the smallest of `size` random keys; where that would be many keys, numbers of which doubles are drawn
    again until there are none: no label is favoured, so the set is uniform.
    """
    if size <= KEYS * number:
        keys = generator.random((rows, size), dtype=np.float32)
        return np.sort(keys.argpartition(number - 1, axis=1)[:, :number], axis=1)
    values = np.sort(generator.integers(0, size, (rows, number), dtype=np.int64), axis=1)
    affected = np.arange(rows)
    while len(affected):
        part = values[affected]
        double = part[:, 1:] == part[:, :-1]
        again = double.any(axis=1)
        affected, part, double = affected[again], part[again], double[again]
        part[:, 1:][double] = generator.integers(0, size, int(double.sum()))
        values[affected] = np.sort(part, axis=1)
    return values


# Runs -------------------------------------------------------------------------------------------------------------


def runs(strata: Sequence[Stratum]) -> Reference | None:
    """Runs of drawn and not drawn in directory order, summed over strata; both sides, exact (Wald and Wolfowitz 1940).

    None where even the rarest number of runs would be no surprise.
    """
    pmf, observed = np.ones(1), 0
    for one in strata:
        size, ranks = one.places
        if one.open and 0 < len(ranks) < size:
            pmf = np.convolve(pmf, _runs_pmf(size, len(ranks)))
            observed += 2 * int((np.diff(ranks) > 1).sum()) + 1 + int(ranks[0] > 1) + int(ranks[-1] < size)
    return _exact(pmf, observed)


def _runs_pmf(size: int, drawn: int) -> Pmf:
    """P(number of runs) for 0, 1, 2, … runs of `drawn` and of the others."""
    other = size - drawn
    most = 2 * min(drawn, other) + (drawn != other)
    number = np.arange(most + 1)
    half = number // 2

    def ways(ours: Ints, theirs: Ints) -> Floats:
        # Compositions of the drawn into `ours` runs and of the others into `theirs`; the runs alternate.
        possible = (np.minimum(ours, theirs) >= 1) & (ours <= drawn) & (theirs <= other)
        counted = _log_choose(drawn - 1, ours - 1) + _log_choose(other - 1, theirs - 1) - _log_choose(size, drawn)
        return np.where(possible, np.exp(np.where(possible, counted, 0.0)), 0.0)

    odd = ways(half, half + 1) + ways(half + 1, half)
    return np.where(number % 2 == 0, 2 * ways(half, half), odd)


def _log_choose(n: int | Ints, k: int | Ints) -> Floats:
    inside = np.clip(k, 0, n)
    found: Floats = (
        scipy.special.gammaln(n + 1.0) - scipy.special.gammaln(inside + 1.0) - scipy.special.gammaln(n - inside + 1.0)
    )
    return found


def _exact(pmf: Pmf, observed: int) -> Reference | None:
    below = np.concatenate([[0.0], np.cumsum(pmf)[:-1]])
    above = np.concatenate([np.cumsum(pmf[::-1])[::-1][1:], [0.0]])
    rarest = 2 * np.minimum(below + pmf, above + pmf)[pmf > 0].min()
    if rarest > LEVEL:
        return None
    return Reference(float(below[observed]), float(pmf[observed]), float(above[observed]))


# Repeats ----------------------------------------------------------------------------------------------------------


def repeats_pmf(strata: Sequence[Stratum]) -> Pmf:
    """P(number drawn again) for 0, 1, 2, …: a sum of hypergeometric numbers, one per stratum, given earlier draws."""
    pmf = np.ones(1)
    for one in strata:
        most = min(one.seen, one.drawn)
        pmf = np.convolve(pmf, scipy.stats.hypergeom.pmf(np.arange(most + 1), one.size, one.seen, one.drawn))
    return pmf


def repeats(strata: Sequence[Stratum]) -> Reference | None:
    """Objects drawn that had been drawn before from the same pool this year; both sides, exact.

    Too many: the same ones again and again. Too few: passed over without being said to be. None where even the rarest
    number would be no surprise.
    """
    return _exact(repeats_pmf(strata), sum(one.again for one in strata))


# Composition ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Composition:
    """The joint test, and each attribute by itself: how rare its deviation is among honest draws.

    `rarest`: no less than the probability that any value of any attribute is as far from what is expected, exact and
    far smaller than replications can tell (Bonferroni); 1 where the replications tell enough.
    """

    joint: Reference
    shares: dict[str, float]
    rarest: float = 1.0

    @property
    def strangest(self) -> str:
        """The attribute that deviates most."""
        return min(self.shares, key=self.shares.__getitem__)


def composition(groups: Groups, generator: np.random.Generator) -> Composition | None:
    """Whether those drawn are made up like their strata, by every attribute at once.

    Per attribute the sum of (drawn - expected)² / expected over its values; then the smallest of the p values against
    the smallest in each replication, in which all attributes are drawn jointly (Westfall and Young 1993, min-p), so
    that attributes that go together are not counted twice. None where no attribute has two values.
    """
    codes = [np.unique(column, return_inverse=True) for column in groups.labels.T]
    used = [number for number, (values, _) in enumerate(codes) if len(values) > 1]
    if not used:
        return None
    # The values of all attributes side by side: shape (cells, values).
    belongs = np.hstack([np.equal.outer(codes[number][1], np.arange(len(codes[number][0]))) for number in used])
    belongs = belongs.astype(float)
    first_value = np.cumsum([0] + [len(codes[number][0]) for number in used[:-1]])
    expected = expected_counts(groups) @ belongs

    def deviations(counts: Floats) -> Floats:
        parts = (counts - expected) ** 2 / np.where(expected > 0, expected, 1)
        of_attribute: Floats = np.add.reduceat(parts, first_value, axis=-1)
        return of_attribute.round(9)

    observed = deviations(groups.drawn @ belongs)

    def compare(replications: int) -> tuple[Reference, Floats]:
        values = np.vstack([observed, deviations(_counts(groups, belongs, replications, generator))])
        shares = scipy.stats.rankdata(-values, method="max", axis=0) / len(values)
        smallest = shares.min(axis=1)
        placed = _placed(-smallest[1:], -smallest[0])
        return placed, shares[0]

    joint, shares = compare(FEW)
    rarest = 1.0
    if joint.high <= LOOK_CLOSER:
        joint, shares = compare(MANY)
        if joint.high <= LOOK_CLOSEST:
            rarest = _rarest(groups, used)
    names = [groups.attributes[number] for number in used]
    return Composition(joint, dict(zip(names, shares.tolist(), strict=True)), rarest)


def _rarest(groups: Groups, used: Sequence[int]) -> float:
    """Twice the smallest tail of all values' numbers drawn, times the values."""
    tails = []
    for number in used:
        column = groups.labels[:, number]
        for value in np.unique(column):
            pmf, drawn = drawn_pmf(groups, column == value), int(groups.drawn[column == value].sum())
            tails.append(min(float(pmf[: drawn + 1].sum()), float(pmf[drawn:].sum())))
    return min(1.0, 2 * len(tails) * min(tails))


def drawn_pmf(groups: Groups, inside: npt.NDArray[np.bool_]) -> Pmf:
    """P(number drawn of the cells `inside`) for 0, 1, 2, … of an honest draw: a sum of hypergeometric numbers."""
    whole, taken = (np.bincount(groups.stratum, counts).astype(int) for counts in (groups.size, groups.drawn))
    members = np.bincount(groups.stratum[inside], groups.size[inside], minlength=len(whole)).astype(int)
    pmf = np.ones(1)
    for size, of_cells, drawn in zip(whole, members, taken, strict=True):
        pmf = np.convolve(pmf, scipy.stats.hypergeom.pmf(np.arange(min(of_cells, drawn) + 1), size, of_cells, drawn))
    return pmf


def expected_counts(groups: Groups) -> Floats:
    """Objects expected of every cell: the stratum's number drawn times the cell's share of the stratum."""
    drawn, size = (np.bincount(groups.stratum, counts) for counts in (groups.drawn, groups.size))
    expected: Floats = groups.size * drawn[groups.stratum] / size[groups.stratum]
    return expected


def _counts(groups: Groups, belongs: Floats, replications: int, generator: np.random.Generator) -> Floats:
    """Objects drawn of every value in honest draws: shape (replications, values). `belongs`: shape (cells, values)."""
    counts = np.zeros((replications, belongs.shape[1]))
    for stratum in np.unique(groups.stratum):
        inside = groups.stratum == stratum
        size, drawn = groups.size[inside], int(groups.drawn[inside].sum())
        # One by one the drawn objects cost their number, cell by cell they cost the number of cells.
        by_object = size.sum() <= POPULATION_BY_COUNT and drawn <= DRAWN_PER_CELL * len(size)
        block = max(1, BLOCK // len(size))
        for start in range(0, replications, block):
            rows = min(block, replications - start)
            taken = generator.multivariate_hypergeometric(
                size, drawn, size=rows, method="count" if by_object else "marginals"
            )
            counts[start : start + rows] += taken @ belongs[inside]
    return counts
