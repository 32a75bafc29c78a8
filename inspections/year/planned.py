"""A year of planned draws over cells of like objects: what `exact` answers and `simulation` simulates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from inspections.words.classes import class_order
from inspections.words.errors import InspectionsError

ALL = "all"
WHOLE_POOL = ""


@dataclass(frozen=True)
class Cell:
    """`size` objects that nothing in the plan tells apart: the same pools and the same class at every task.

    `strata` maps a task to the class of these objects as of that task, for the tasks whose pool they are in.
    `report_class` is the class the year's report counts them under (class at the first due visit of the year).
    """

    name: str
    size: int
    strata: Mapping[str, str]
    report_class: str


@dataclass(frozen=True)
class PlannedDraw:
    """One draw of the year. `quotas` is a number per class, or one number over the whole pool (classes ignored).

    Draws of one `series` rotate where the year says so; draws of one `door` are merged into one visit (进一次门).
    """

    task: str
    quotas: Mapping[str, int] | int
    series: str | None = None
    door: str | None = None

    def stratum(self, risk_class: str) -> str:
        """The stratum in which an object of `risk_class` is drawn."""
        return WHOLE_POOL if isinstance(self.quotas, int) else risk_class

    def quota(self, stratum: str) -> int:
        """The number drawn from `stratum`; a class without a quota draws nobody."""
        return self.quotas if isinstance(self.quotas, int) else self.quotas.get(stratum, 0)


@dataclass(frozen=True)
class Year:
    """Cells, draws in the order in which they take place, and the yearly cap on visits to one object.

    With `rotation`, draws of one series pass over objects the series has already drawn until a draw outlasts what is
    left of its stratum: it takes all of that and tops up from the others, then everyone is back and only the topped-up
    count as drawn in the new round. Rotation never crosses series.

    Raises InspectionsError: `cell_repeated`, `cell_size`, `task_repeated`, `task_unknown` (a cell in a pool that no
    draw has), `quota_negative`, `quota_exceeds_stratum` (with both numbers), `cap_negative`.
    """

    cells: tuple[Cell, ...]
    draws: tuple[PlannedDraw, ...]
    cap: int = 1
    rotation: bool = False

    def __post_init__(self) -> None:
        """Refuse a year that cannot take place."""
        if self.cap < 0:
            raise InspectionsError("cap_negative", cap=self.cap)
        names = Counter(cell.name for cell in self.cells)
        tasks = Counter(draw.task for draw in self.draws)
        for cell in self.cells:
            if names[cell.name] > 1:
                raise InspectionsError("cell_repeated", cell=cell.name)
            if cell.size < 0:
                raise InspectionsError("cell_size", cell=cell.name, size=cell.size)
            for task in cell.strata:
                if task not in tasks:
                    raise InspectionsError("task_unknown", cell=cell.name, task=task)
        for draw in self.draws:
            if tasks[draw.task] > 1:
                raise InspectionsError("task_repeated", task=draw.task)
            quotas = {WHOLE_POOL: draw.quotas} if isinstance(draw.quotas, int) else draw.quotas
            sizes = self.pools[draw.task]
            for stratum, quota in quotas.items():
                if quota < 0:
                    raise InspectionsError("quota_negative", stratum=stratum or "*", quota=quota)
                if quota > sizes.get(stratum, 0):
                    raise InspectionsError(
                        "quota_exceeds_stratum",
                        task=draw.task,
                        stratum=stratum or "*",
                        quota=quota,
                        pool=sizes.get(stratum, 0),
                    )

    @cached_property
    def pools(self) -> Mapping[str, Mapping[str, int]]:
        """Objects per stratum of every task."""
        sizes: dict[str, dict[str, int]] = {draw.task: {} for draw in self.draws}
        for draw in self.draws:
            for cell in self.cells:
                if draw.task in cell.strata:
                    stratum = draw.stratum(cell.strata[draw.task])
                    sizes[draw.task][stratum] = sizes[draw.task].get(stratum, 0) + cell.size
        return sizes

    @property
    def report_classes(self) -> tuple[str, ...]:
        """Classes of the report in order, `none` last, without `ALL`."""
        return tuple(sorted({cell.report_class for cell in self.cells}, key=class_order))

    def rotates(self, draw: PlannedDraw) -> bool:
        """Whether `draw` takes part in a rotation: the year rotates and its series has another draw."""
        return (
            self.rotation and draw.series is not None and sum(other.series == draw.series for other in self.draws) > 1
        )


@dataclass(frozen=True)
class Figure:
    """An expected number of objects, its standard deviation over years, and the Monte Carlo error of the mean.

    `sd` is None where it is not computed; `error` is 0 where the mean is exact.
    """

    mean: float
    sd: float | None
    error: float = 0.0
