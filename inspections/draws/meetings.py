"""Were inspectors matched at random? Workloads within a draw, and inspectors who keep meeting the same object.

A team is who could have been sent together: a bureau's own sections, or one outside department. The reference takes
the numbers per inspector of each draw as given and matches again; with every inspector equally likely for every object
of the team, the chance of a meeting is the inspector's share of the team's places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from inspections.draws.randomness import BLOCK, LEVEL, Floats, Reference, monte_carlo

# Objects of one team in one draw above which Cochran's chi-square stands in for matching again and again.
MANY_OBJECTS = 50
TWICE = 2
PLACE = ["draw_id", "team"]
PAIR = ["object_id", "inspector_id"]


@dataclass(frozen=True)
class _Team:
    """One team in one draw: inspectors per object, shape (objects,), and objects per inspector, shape (inspectors,)."""

    places: npt.NDArray[np.int64]
    loads: npt.NDArray[np.int64]

    def unevenness(self, loads: npt.NDArray[np.int64]) -> Floats:
        """Cochran's Q (1950): squared differences of the loads from their mean, in units of what chance gives."""
        people = len(self.loads)
        share = self.places / people
        spread = float((share * (1 - share)).sum()) * people / (people - 1)
        found: Floats = ((loads - loads.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1) / spread
        return found

    def sample(self, replications: int, generator: np.random.Generator) -> Floats:
        """The same for matches made again: every object takes its number of distinct inspectors, all equally likely.

        NaN where somebody was left out: who is in the team is only known from having been matched.
        """
        people = len(self.loads)
        block = max(1, BLOCK // (people * len(self.places)))
        found = np.empty(replications)
        for start in range(0, replications, block):
            rows = min(block, replications - start)
            loads = np.zeros((rows, people), dtype=np.int64)
            for number, objects in zip(*np.unique(self.places, return_counts=True), strict=True):
                loads += generator.multivariate_hypergeometric(
                    np.ones(people, dtype=np.int64), int(number), size=(rows, int(objects)), method="count"
                ).sum(axis=1)
            found[start : start + rows] = np.where(loads.min(axis=1) > 0, self.unevenness(loads), np.nan)
        return found


def workload(matches: pd.DataFrame, generator: np.random.Generator, finest: float = 1.0) -> Reference | None:
    """How unevenly the objects of one draw fell to inspectors; only too uneven is a finding, dealing evenly is not.

    `matches`: rows of `queries/matched_inspectors.sql` of one draw. Only inspectors who were matched at all are known
    to have been available, so the reference is given that all of them were. None where every team went whole, or where
    so few objects were to be had that this leaves chance hardly anything to decide. `finest`: see
    `randomness.monte_carlo`.
    """
    teams = []
    for _, of_team in matches.groupby("team"):
        places = np.asarray(of_team.groupby("object_id").size(), dtype=np.int64)
        loads = np.asarray(of_team.groupby("inspector_id").size(), dtype=np.int64)
        if len(loads) > places.min():
            teams.append(_Team(places, loads))
    if not teams:
        return None
    observed = float(sum(team.unevenness(team.loads) for team in teams))
    if max(len(team.places) for team in teams) > MANY_OBJECTS:
        above = float(scipy.stats.chi2.sf(observed, sum(len(team.loads) - 1 for team in teams)))
        return Reference(1 - above, 0.0, above)

    def again(replications: int) -> Floats:
        total = np.zeros(replications)
        for team in teams:
            total += team.sample(replications, generator)
        return total[~np.isnan(total)]

    return monte_carlo(again, observed, lambda one: one.high, finest)


def encounters(matches: pd.DataFrame) -> pd.DataFrame:
    """One row per draw, object and inspector who could have met in it and in another draw.

    `matches`: rows of `queries/matched_inspectors.sql`. Columns: those keys, `met` (in this draw), `times` (met in all
    draws), `visits` (draws in which they could have met), `chance` (to meet in this draw) and `reach`, an array: the
    probability to meet in this draw and at least 0, 1, 2, … times in all, a Poisson-binomial tail (draws are
    independent). `last`: whether they met here and in no later draw; `ends`, an array: the probability that they meet
    here at least for the 0th, 1st, 2nd, … time, and for the last.
    """
    places = matches.groupby([*PLACE, "object_id"], as_index=False).agg(
        wanted=("inspector_id", "size"), barred=("barred", "first")
    )
    loads = matches.groupby([*PLACE, "inspector_id"], as_index=False).agg(load=("object_id", "size"))
    teams = loads.groupby(PLACE, as_index=False).agg(people=("load", "size"), total=("load", "sum"))
    grid = places.merge(loads, on=PLACE).merge(teams, on=PLACE)
    grid["visits"] = grid.groupby(PAIR)["draw_id"].transform("size")
    grid = grid[grid["visits"] >= TWICE].merge(
        matches[["draw_id", *PAIR]].assign(met=True), on=["draw_id", *PAIR], how="left"
    )
    grid["met"] = grid["met"].eq(True)
    free = grid["total"] * (1 - grid["barred"] / grid["people"])
    grid["chance"] = (grid["wanted"] * grid["load"] / free.where(free > 0, grid["total"])).clip(upper=1.0)
    grid["times"] = grid.groupby(PAIR)["met"].transform("sum").astype("int64")
    grid = grid.sort_values(["draw_id", *PAIR], ignore_index=True)
    last = grid.where(grid["met"]).groupby([grid[key] for key in PAIR])["draw_id"].transform("max")
    grid["last"] = grid["met"] & grid["draw_id"].eq(last)
    grid["reach"], grid["ends"] = map(list, _tails(grid)) if len(grid) else ([], [])
    return grid


def _tails(grid: pd.DataFrame) -> tuple[Floats, Floats]:
    """`reach` and `ends` of the rows, which stand in the order of draws: shape (rows, most visits + 1) each."""
    pair, turn = grid.groupby(PAIR).ngroup().to_numpy(), grid.groupby(PAIR).cumcount().to_numpy()
    chance = grid["chance"].to_numpy()
    chances = np.zeros((pair.max() + 1, turn.max() + 1))
    chances[pair, turn] = chance
    others, place = chances[pair], np.arange(chances.shape[1])
    earlier, later = (np.where(side, others, 0.0) for side in (place < turn[:, None], place > turn[:, None]))
    reach = chance[:, None] * _at_least(earlier + later)
    ends = (chance * (1 - later).prod(axis=1))[:, None] * _at_least(earlier)
    return np.minimum(reach, 1.0), np.minimum(ends, 1.0)


def _at_least(others: Floats) -> Floats:
    """P(with this meeting at least 0, 1, 2, … of them), by row; `others`: chances of the other draws."""
    pmf = np.zeros((len(others), others.shape[1] + 1))
    pmf[:, 0] = 1.0
    for one in others.T[:, :, None]:
        pmf[:, 1:] = pmf[:, 1:] * (1 - one) + pmf[:, :-1] * one
        pmf[:, :1] *= 1 - one
    at_least = np.cumsum(pmf[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate([np.ones((len(others), 1)), at_least[:, :-1]], axis=1)


def strangest(met: pd.DataFrame) -> pd.Series | None:
    """The last meeting of one draw that chance makes least likely, of those that were not the first; None without."""
    again = met[met["last"] & (met["times"] >= TWICE)]
    if again.empty:
        return None
    rare = [float(ends[times]) for ends, times in zip(again["ends"], again["times"], strict=True)]
    found: pd.Series = again.iloc[int(np.argmin(rare))]
    return found


def repeated_meetings(met: pd.DataFrame) -> Reference | None:
    """Whether somebody of this draw keeps meeting the same object: `met` are the rows of `encounters` of one draw.

    Two who keep meeting are one coincidence, told of the last draw (in the order of recording) in which they did, and
    not of every one. The strangest meeting against all that could have happened: a sum over the draw's pairs of the
    probability of something at least as rare (Bonferroni's bound with the values each pair can take, so never too
    small; Tarone 1990). None where even the rarest would be no surprise.
    """
    if met.empty:
        return None
    possible = np.stack([np.asarray(one) for one in met["ends"]])[:, TWICE:]
    possible = np.where(possible > 0, possible, np.inf)

    def rarer(limit: float) -> float:
        return float(np.where(possible <= limit, possible, 0.0).max(axis=1).sum())

    if rarer(float(possible.min()) * (1 + 1e-9)) > LEVEL:
        return None
    worst = strangest(met)
    if worst is None:
        above = min(1.0, rarer(1.0))
        return Reference(0.0, 1 - above, above)
    limit = float(worst["ends"][worst["times"]])
    high, above = min(1.0, rarer(limit * (1 + 1e-9))), min(1.0, rarer(limit * (1 - 1e-9)))
    return Reference(1 - high, high - above, above)
