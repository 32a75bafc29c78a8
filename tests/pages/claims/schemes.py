"""Scoring schemes a second time: what indicators earn, and the grades that scores have."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Counts = dict[str, tuple[int, int]]
MEAN = "days_to_publish"
NEXT = {"差": "中", "中": "良", "良": "优"}


@dataclass(frozen=True)
class Scheme:
    """`weights`: weight, the value that earns nothing and the one that earns everything, by indicator.

    Values are shares, of a mean working days. `lowest`: the lowest score of the grades but the last. `spread`: what has
    nothing to count gives its weight to the others; else it earns nothing.
    """

    name: str
    weights: dict[str, tuple[Fraction, Fraction, Fraction]]
    lowest: dict[str, Decimal]
    spread: bool = True

    def band(self, reached: Decimal) -> str:
        """The grade of a score."""
        return next((word for word, lowest in self.lowest.items() if reached >= lowest), "差")

    def achieved(self, code: str, numerator: int, denominator: int) -> Fraction:
        """The share of its weight that an indicator earns."""
        _, zero, full = self.weights[code]
        return min(max((Fraction(numerator, denominator) - zero) / (full - zero), Fraction(0)), Fraction(1))

    def counted(self, counts: Counts) -> list[str]:
        """What weighs in a unit's score, by its counts; nothing where it has nothing to be evaluated on."""
        some = [code for code in self.weights if counts.get(code, (0, 0))[1]]
        return some if self.spread or not some else [code for code in self.weights if code in counts]

    def points(
        self, counts: Counts, weights: dict[str, Fraction] | None = None
    ) -> dict[str, tuple[Fraction, Fraction]]:
        """The points that each indicator earns and those that there are, of 100; other `weights` where given."""
        codes = self.counted(counts)
        heavy = {code: (weights or {}).get(code, self.weights[code][0]) for code in codes}
        whole = sum(heavy.values(), Fraction(0))
        found = {}
        for code in codes if whole else ():
            part = self.achieved(code, *counts[code]) if counts[code][1] else Fraction(0)
            found[code] = (100 * heavy[code] / whole * part, 100 * heavy[code] / whole)
        return found

    def score(self, counts: Counts, **weights: Fraction) -> Decimal | None:
        """The score as printed, or with other `weights`."""
        points = self.points(counts, weights)
        return rounded(sum((earned for earned, _ in points.values()), Fraction(0))) if points else None

    def lost(self, counts: Counts, code: str) -> Fraction:
        """The points that an indicator cost, of 100."""
        earned, available = self.points(counts).get(code, (Fraction(0), Fraction(0)))
        return available - earned

    def most_lost(self, counts: Counts) -> Fraction:
        """The points that the dearest indicator cost."""
        return max((self.lost(counts, code) for code in self.weights), default=Fraction(0))


def fractions(*numbers: object) -> tuple[Fraction, Fraction, Fraction]:
    """Three numbers as written."""
    first, second, third = (Fraction(str(number)) for number in numbers)
    return first, second, third


def read(text: str) -> Scheme:
    """A scheme as it is stored."""
    said = tomllib.loads(text)
    words = {"excellent": "优", "good": "良", "fair": "中"}
    return Scheme(
        said["name"],
        {code: fractions(row["weight"], row["zero"], row["full"]) for code, row in said["indicators"].items()},
        {word: Decimal(str(said["bands"][code])) for code, word in words.items()},
        said["missing"] == "spread",
    )


def rounded(exact: Fraction, places: str = "0.01") -> Decimal:
    """Half up, to so many places."""
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal(places), ROUND_HALF_UP)


def everything_done(counts: Counts) -> bool:
    """Whether every record counts: no share is below 100 %, whether it is scored or not."""
    return all(part == whole for code, (part, whole) in counts.items() if code not in (MEAN, "problem_rate"))


DEFAULT = Scheme(
    "系统默认",
    {
        "completion": fractions(20, "0.5", 1), "entry_on_time": fractions(10, "0.5", 1),
        "publication": fractions(10, "0.5", 1), "publication_on_time": fractions(20, "0.5", 1),
        "launch_on_time": fractions(10, 0, 1), "task_completion": fractions(10, 0, 1), "follow_up": fractions(5, 0, 1),
        "closed_out": fractions(10, 0, 1), "use_of_classes": fractions(5, 0, 1),
    },
    {"优": Decimal(90), "良": Decimal(80), "中": Decimal(70)},
)  # fmt: skip
