"""Honest and rigged draws and matches, for tests and benchmarks of fairness only: the product never makes such data.

A directory is a list of objects in order; a draw is a mask over it. `record` counts both as the product's questions do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from inspections.draws.fairness import ATTRIBUTES, RecordedDraw
from inspections.draws.randomness import Groups, Stratum

Mask = npt.NDArray[np.bool_]
Quotas = Mapping[str, int] | int
REGIONS, INDUSTRIES = tuple("东西南北中"), ("采矿", "测绘", "林业")


@dataclass(frozen=True)
class Directory:
    """Objects in directory order; `classes` shape (objects,), `attributes` one row per object."""

    classes: npt.NDArray[np.str_]
    attributes: pd.DataFrame

    def __len__(self) -> int:
        return len(self.classes)

    def strata(self, stratified: bool) -> list[tuple[str, npt.NDArray[np.int64]]]:
        """Name and members of each stratum, in directory order."""
        if not stratified:
            return [("all", np.arange(len(self)))]
        return [(str(code), np.flatnonzero(self.classes == code)) for code in np.unique(self.classes)]


def directory(sizes: Mapping[str, int], order: str, generator: np.random.Generator) -> Directory:
    """`order`: sorted (by class), shuffled, or interleaved (classes take turns, those left over at the end)."""
    classes = np.repeat(list(sizes), list(sizes.values()))
    if order == "shuffled":
        classes = generator.permutation(classes)
    elif order == "interleaved":
        turn = np.concatenate([np.arange(size) for size in sizes.values()])
        classes = classes[np.argsort(turn, kind="stable")]
    number = len(classes)
    attributes = pd.DataFrame(
        {
            "region": generator.choice(REGIONS, number),
            "kind": generator.choice(["enterprise", "individual"], number, p=[0.8, 0.2]),
            "industry": generator.choice(INDUSTRIES, number),
        }
    )
    return Directory(classes, attributes)


# Draws ------------------------------------------------------------------------------------------------------------


def _quota(quotas: Quotas, name: str) -> int:
    return quotas if isinstance(quotas, int) else quotas.get(name, 0)


def honest(pool: Directory, quotas: Quotas, generator: np.random.Generator) -> Mask:
    """Everyone in a stratum equally likely."""
    return sparing(pool, quotas, np.zeros(len(pool), dtype=bool), generator)


def sparing(pool: Directory, quotas: Quotas, favoured: Mask, generator: np.random.Generator) -> Mask:
    """Favoured firms are taken out before the draw."""
    drawn = np.zeros(len(pool), dtype=bool)
    for name, members in pool.strata(not isinstance(quotas, int)):
        left = members[~favoured[members]]
        drawn[generator.choice(left, min(_quota(quotas, name), len(left)), replace=False)] = True
    return drawn


def every_nth(pool: Directory, quotas: Quotas, generator: np.random.Generator, *, whole_steps: bool = True) -> Mask:
    """Every n-th of each stratum in directory order from a random start; steps of size // quota, or size / quota."""
    drawn = np.zeros(len(pool), dtype=bool)
    for name, members in pool.strata(not isinstance(quotas, int)):
        quota = _quota(quotas, name)
        if quota:
            step = len(members) // quota if whole_steps else len(members) / quota
            start = generator.integers(0, max(1, int(step))) if whole_steps else generator.random() * step
            drawn[members[np.floor(start + step * np.arange(quota)).astype(int)]] = True
    return drawn


def redrawn_until_out(
    pool: Directory, quotas: Quotas, firm: int, redraws: int, generator: np.random.Generator
) -> list[Mask]:
    """Honest draws until `firm` is out, at most `redraws` after the first; the last one stands."""
    draws = [honest(pool, quotas, generator)]
    while draws[-1][firm] and len(draws) <= redraws:
        draws.append(honest(pool, quotas, generator))
    return draws


def record(
    pool: Directory, drawn: Mask, *, stratified: bool, draw_id: int = 1, before: Mask | None = None
) -> RecordedDraw:
    """The draw as the product reads it. `before`: objects drawn earlier that year."""
    codes = np.unique(
        np.array(pool.attributes.assign(**{"class": pool.classes}), dtype=str), axis=0, return_inverse=True
    )
    strata, cells = [], []
    for name, members in pool.strata(stratified):
        mask = drawn[members]
        seen = before[members] if before is not None else np.zeros(len(members), dtype=bool)
        strata.append(
            Stratum(
                name, len(members), int(mask.sum()), np.flatnonzero(mask) + 1, int(seen.sum()), int((seen & mask).sum())
            )
        )
        size = np.bincount(codes[1][members], minlength=len(codes[0]))
        if strata[-1].open:
            hits = np.bincount(codes[1][members[mask]], minlength=len(codes[0]))
            cells += [
                (len(strata), *row) for row in zip(np.flatnonzero(size), size[size > 0], hits[size > 0], strict=True)
            ]
    rows = np.array(cells, dtype=np.int64).reshape(-1, 4)
    labels = codes[0][rows[:, 1]]
    groups = Groups(ATTRIBUTES, labels, rows[:, 0] - 1, rows[:, 2], rows[:, 3]) if cells else None
    return RecordedDraw(draw_id, tuple(strata), groups, before is not None)


# Matches ----------------------------------------------------------------------------------------------------------


def matched(
    drawn: Sequence[Sequence[int]],
    inspectors: int,
    generator: np.random.Generator,
    *,
    loyal: tuple[int, int] | None = None,
    favourite: float = 1.0,
) -> pd.DataFrame:
    """Two inspectors to every object of every draw, in the columns of `queries/matched_inspectors.sql`.

    `loyal`: (inspector, object) who are always brought together; `favourite`: how much likelier inspector 0 is sent.
    """
    weights = np.ones(inspectors)
    weights[0] = favourite
    rows = []
    for draw_id, objects in enumerate(drawn, start=1):
        for one in objects:
            pair = generator.choice(inspectors, 2, replace=False, p=weights / weights.sum())
            if loyal and one == loyal[1] and loyal[0] not in pair:
                pair[0] = loyal[0]
            rows += [(draw_id, True, f"O{one:05}", int(inspector), "team", 0, False) for inspector in pair]
    columns = ["draw_id", "this_year", "object_id", "inspector_id", "team", "barred", "forbidden"]
    return pd.DataFrame(rows, columns=columns)


def dealt(drawn: Sequence[Sequence[int]], inspectors: int, generator: np.random.Generator) -> pd.DataFrame:
    """The same, dealt from a shuffled pack, as the product matches: loads differ by at most one."""
    rows = []
    for draw_id, objects in enumerate(drawn, start=1):
        pack: list[int] = []
        for one in generator.permutation(objects):
            pair: list[int] = []
            while len(pair) < 2:
                if not [who for who in pack if who not in pair]:
                    pack += generator.permutation(inspectors).tolist()
                pair.append(pack.pop(next(place for place, who in enumerate(pack) if who not in pair)))
            rows += [(draw_id, True, f"O{one:05}", who, "team", 0, False) for who in pair]
    columns = ["draw_id", "this_year", "object_id", "inspector_id", "team", "barred", "forbidden"]
    return pd.DataFrame(rows, columns=columns)
