"""One whole year drawn once, object by object: what chance does in a single year, beside what it does on average.

`exact` and `simulation` count how many; here it is seen who. The same rules hold: quotas, rotation, merged visits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from inspections.year.planned import PlannedDraw, Year


@dataclass(frozen=True)
class Member:
    """One object of a year's pools: its class at each task whose pool it is in, and the report's class."""

    object_id: str
    strata: Mapping[str, str]
    report_class: str


class Place(Protocol):
    """One drawn object, as `inspections.draws.ticket.Drawn` has it."""

    @property
    def place(self) -> int:
        """Its place within its stratum, from 1."""

    @property
    def object_id(self) -> str:
        """Who it is."""

    @property
    def risk_class(self) -> str:
        """Its class as of the draw."""


# frame (object id, class), quotas, seed, passed over: as `inspections.draws.ticket.draw_frame` draws.
Draw = Callable[[list[tuple[str, str]], Mapping[str, int] | int, str, Collection[str]], Sequence[Place]]


@dataclass(frozen=True)
class DrawnYear:
    """What one drawing of a year came to.

    `drawn`: the drawn of every task, in the order of the draws and of their places. `visits`: objects per number of
    visits (doors opened), from 0. `doors`: doors opened per report class.
    """

    drawn: Mapping[str, Sequence[Place]]
    visits: Mapping[int, int]
    doors: Mapping[str, int]

    @property
    def never(self) -> int:
        """Objects never drawn."""
        return self.visits.get(0, 0)

    def over(self, cap: int) -> int:
        """Objects visited more often than `cap`."""
        return sum(objects for number, objects in self.visits.items() if number > cap)


def members_of(year: Year, rows: pd.DataFrame | None = None) -> list[Member]:
    """The objects of a year's pools: those of `rows` (`queries/year_objects.sql`), or as many without a name.

    Who may not see classes gets objects without a name, the cell and a number: a list of names under proportions of
    one's own would tell the class of each.
    """
    if rows is None:
        return [
            Member(f"{cell.name}.{number}", cell.strata, cell.report_class)
            for cell in year.cells
            for number in range(1, cell.size + 1)
        ]
    drawn = {draw.task for draw in year.draws}
    found = []
    for object_id, path, report_class in zip(rows["object_id"], rows["path"], rows["report_class"], strict=True):
        steps = (step.split("=") for step in path.split(";"))
        strata = {task: code for task, code in steps if task in drawn}
        if strata:
            found.append(Member(str(object_id), strata, str(report_class)))
    return found


def size_of(year: Year) -> int:
    """Tickets that one drawing takes: objects times pools they are in."""
    return sum(cell.size * len(cell.strata) for cell in year.cells)


def draw_year(year: Year, members: Sequence[Member], seed: str, draw: Draw) -> DrawnYear:
    """Draw every task of `year` once, in its order, with the seed `<seed>-<task>` each.

    Raises what `draw` raises.
    """
    opened: dict[str, set[str]] = {member.object_id: set() for member in members}
    round_of: dict[str, set[str]] = {}
    drawn: dict[str, Sequence[Place]] = {}
    for planned in year.draws:
        frame = [(one.object_id, one.strata[planned.task]) for one in members if planned.task in one.strata]
        passed_over = round_of.setdefault(planned.series or "", set()) if year.rotates(planned) else set()
        found = draw(frame, planned.quotas, f"{seed}-{planned.task}", passed_over)
        drawn[planned.task] = found
        for one in found:
            opened[one.object_id].add(f"door {planned.door}" if planned.door is not None else f"task {planned.task}")
        if year.rotates(planned):
            _next_round(planned, frame, {one.object_id for one in found}, passed_over)
    doors: Counter[str] = Counter()
    for member in members:
        doors[member.report_class] += len(opened[member.object_id])
    visits = Counter(len(of_one) for of_one in opened.values())
    return DrawnYear(drawn, dict(sorted(visits.items())), dict(doors))


def _next_round(
    planned: PlannedDraw, frame: Iterable[tuple[str, str]], found: Collection[str], passed_over: set[str]
) -> None:
    """Who counts as drawn in the current round after one draw, stratum by stratum (`Year` says the rule); in place."""
    strata: dict[str, set[str]] = {}
    for object_id, code in frame:
        strata.setdefault(planned.stratum(code), set()).add(object_id)
    for stratum in strata.values():
        now = stratum & set(found)
        again = now & passed_over
        if again:
            passed_over -= stratum
        passed_over |= again or now
