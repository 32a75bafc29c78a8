"""The scenario of the verb `simulate`: a TOML file of cells and tasks as a `Year`, and its figures as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspections.draws.quotas import quota
from inspections.words.errors import InspectionsError
from inspections.words.toml_file import check_keys, read_toml, value
from inspections.year.exact import ExactFigures, ExactYear
from inspections.year.planned import ALL, Cell, Figure, PlannedDraw, Year
from inspections.year.simulation import ProblemRate, SimulatedFigures, SimulatedYear

REPLICATIONS = 10_000
SEED = 20240101
ONE_SERIES = "all tasks"
DAYS_PER_VISIT = 0.5
# Frame files in order -> how many objects have which class in each of them (None: not in it).
Count = Callable[[Sequence[Path]], list[tuple[tuple[str | None, ...], int]]]
CLASS_KEYS = ("problem_rate", "done", "problems", "days_per_visit")


@dataclass(frozen=True)
class SimulationFile:
    """A year, how to simulate it, and per class how likely a visit finds a problem and how many days it takes."""

    year: Year
    replications: int
    seed: int
    problem_rates: Mapping[str, ProblemRate]
    days_per_visit: Mapping[str, float]


def read_simulation_file(path: Path, count: Count | None = None) -> SimulationFile:
    """Read a scenario: `replications`, `seed`, `rotation`, `cap`, tables `[[cell]]` and `[[task]]` in order of drawing.

    A cell has `name`, `class`, `size`, `tasks`, and `class_at` ({ Q3 = "B" }) where its class differs at a task. A task
    has `id` and either `quota` or `rate`, each a table per class or one value for the whole pool (classes ignored;
    quotas of a rate are rounded up), and may have `door` (tasks of one door are one visit) and `series` (tasks of one
    series rotate; without it `rotation = true` makes all tasks one series). A table `[class.A]` may have
    `days_per_visit` (default 0.5) and `problem_rate`, or `done` and `problems`: visits so far, those with a problem.

    Instead of cells, or beside them, a scenario may have tables `[[frame]]` with `file`, a frame file as the verb
    `draw` reads it (its path is relative to the scenario), and `tasks`, those drawn from it. `count` counts their
    objects; without it a scenario has no frames. An object is reported under its class at its first task.

    Raises InspectionsError `scenario_…` with file, place and key, and what `Year` and `quota` raise.
    """
    table = read_toml(path)
    frames = ("frame",) if count else ()
    check_keys(path, "", table, ("replications", "seed", "rotation", "cap", "cell", "task", "class", *frames))
    rows = _rows(path, table, "task")
    cells: tuple[Cell, ...] = ()
    if "cell" in table or "frame" not in table:
        cells = tuple(_cell(path, row, number) for number, row in enumerate(_rows(path, table, "cell"), start=1))
    if count and "frame" in table:
        cells += _cells_of_frames(path, _rows(path, table, "frame"), [str(row.get("id")) for row in rows], count)
    pools = _pools(cells)
    draws = tuple(_draw(path, row, number, pools) for number, row in enumerate(rows, start=1))
    year = Year(
        cells=cells,
        draws=draws,
        cap=value(path, "", table, "cap", int, 1),
        rotation=value(path, "", table, "rotation", bool, False),
    )
    seed = value(path, "", table, "seed", int, SEED)
    if seed < 0:
        raise InspectionsError("scenario_not_int", file=path, key="seed", value=seed)
    classes = value(path, "", table, "class", dict, {})
    for code in classes:
        check_keys(path, f"[class.{code}]", value(path, "", classes, code, dict), CLASS_KEYS)
    rates = {code: _problem_rate(path, f"[class.{code}]", row) for code, row in classes.items()}
    return SimulationFile(
        year=year,
        replications=value(path, "", table, "replications", int, REPLICATIONS),
        seed=seed,
        problem_rates={code: rate for code, rate in rates.items() if rate is not None},
        days_per_visit={
            code: value(path, f"[class.{code}]", classes.get(code, {}), "days_per_visit", float, DAYS_PER_VISIT)
            for code in year.report_classes
        },
    )


def _problem_rate(path: Path, place: str, row: Mapping[str, Any]) -> ProblemRate | None:
    if "problem_rate" in row:
        rate = value(path, place, row, "problem_rate", float)
        if not 0 <= rate <= 1:
            raise InspectionsError("rate_out_of_range", text=f"{path} {place} problem_rate = {rate}")
        return rate
    if "done" not in row and "problems" not in row:
        return None
    done, problems = (value(path, place, row, key, int) for key in ("done", "problems"))
    if not 0 <= problems <= done:
        raise InspectionsError("scenario_problems", file=f"{path} {place}", problems=problems, done=done)
    # Jeffreys' prior: half a problem found and half a problem not found before anything was seen.
    return problems + 0.5, done - problems + 0.5


def _rows(path: Path, table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    rows = value(path, "", table, key, list)
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise InspectionsError("scenario_key_missing", file=path, key=f"[[{key}]]")
    return rows


def _cell(path: Path, row: dict[str, Any], number: int) -> Cell:
    place = f"[[cell]] {number}"
    check_keys(path, place, row, ("name", "class", "size", "tasks", "class_at"))
    tasks, code = value(path, place, row, "tasks", list), value(path, place, row, "class", str)
    differs = value(path, place, row, "class_at", dict, {})
    for task in (*tasks, *differs.values()):
        if not isinstance(task, str):
            raise InspectionsError("scenario_not_str", file=f"{path} {place}", key="tasks", value=task)
    for task in differs:
        if task not in tasks:
            raise InspectionsError("scenario_class_at", file=f"{path} {place}", task=task)
    return Cell(
        name=value(path, place, row, "name", str, f"{number}"),
        size=value(path, place, row, "size", int),
        strata={task: differs.get(task, code) for task in tasks},
        report_class=code,
    )


def _cells_of_frames(path: Path, rows: list[dict[str, Any]], order: list[str], count: Count) -> tuple[Cell, ...]:
    frame_of: dict[str, int] = {}
    files = []
    for number, row in enumerate(rows):
        place = f"[[frame]] {number + 1}"
        check_keys(path, place, row, ("file", "tasks"))
        files.append(path.parent / value(path, place, row, "file", str))
        for task in value(path, place, row, "tasks", list):
            if task not in order:
                raise InspectionsError("scenario_frame_task", file=f"{path} {place}", task=task)
            if task in frame_of:
                raise InspectionsError("scenario_frame_twice", file=f"{path} {place}", task=task)
            frame_of[task] = number
    cells: list[Cell] = []
    for classes, size in count(files):
        strata = {task: code for task in order if task in frame_of and (code := classes[frame_of[task]]) is not None}
        report_class = next(iter(strata.values()), None) or next(code for code in classes if code is not None)
        cells.append(Cell(f"[[frame]] {len(cells) + 1}", size, strata, report_class))
    return tuple(cells)


def _pools(cells: tuple[Cell, ...]) -> dict[str, dict[str, int]]:
    pools: dict[str, dict[str, int]] = {}
    for cell in cells:
        for task, code in cell.strata.items():
            pools.setdefault(task, {})
            pools[task][code] = pools[task].get(code, 0) + cell.size
    return pools


def _draw(path: Path, row: dict[str, Any], number: int, pools: Mapping[str, Mapping[str, int]]) -> PlannedDraw:
    place = f"[[task]] {number}"
    check_keys(path, place, row, ("id", "quota", "rate", "series", "door"))
    task = value(path, place, row, "id", str)
    if ("quota" in row) == ("rate" in row):
        raise InspectionsError("scenario_quota_or_rate", file=f"{path} {place}")
    key = "quota" if "quota" in row else "rate"
    asked, sizes = row[key], pools.get(task, {})
    quotas: dict[str, int] | int
    if isinstance(asked, dict):
        quotas = {code: _number(path, place, key, wanted, sizes.get(code, 0)) for code, wanted in asked.items()}
    else:
        quotas = _number(path, place, key, asked, sum(sizes.values()))
    door = value(path, place, row, "door", str, "") or None
    return PlannedDraw(task, quotas, value(path, place, row, "series", str, ONE_SERIES), door)


def _number(path: Path, place: str, key: str, wanted: object, pool: int) -> int:
    if key == "quota":
        if type(wanted) is not int:
            raise InspectionsError("scenario_not_int", file=f"{path} {place}", key=key, value=wanted)
        return wanted
    if not isinstance(wanted, (int, float, str)) or isinstance(wanted, bool):
        raise InspectionsError("scenario_not_float", file=f"{path} {place}", key=key, value=wanted)
    return quota(pool, wanted)


# The answer -------------------------------------------------------------------------------------------------------


def answer(asked: SimulationFile, exact: ExactYear, simulated: SimulatedYear) -> dict[str, Any]:
    """Both halves of the answer in one shape, as JSON can hold it; numbers of objects.

    `{"exact": {"never_visited": {class: {"mean", "sd"}}, "visits": {class: {visits: objects}}, "over_cap": …,
    "doors", "days", "problems": {class: {"mean"}}}, "simulated": {the same, every figure with its Monte Carlo error
    "se"}}`; classes are those of the file, and `all`. A figure that has no exact form is null; problems are there for
    classes with a problem rate.
    """
    known = {code: _doors(figures) for code, figures in exact.figures.items()}
    seen = {code: figures.doors for code, figures in simulated.figures.items()}
    found = simulated.figures if asked.problem_rates else {}
    return {
        "exact": {
            "never_visited": {code: _exact(figures.never_visited) for code, figures in exact.figures.items()},
            "visits": {code: _exact_visits(figures) for code, figures in exact.figures.items()},
            "over_cap": {code: _exact(figures.over_cap) for code, figures in exact.figures.items()},
            "doors": {code: None if doors is None else {"mean": doors} for code, doors in known.items()},
            "days": _weighed(asked, known, {code: asked.days_per_visit[code] for code in known if code != ALL}),
            "problems": _weighed(asked, known, {code: _mean(asked.problem_rates.get(code, 0.0)) for code in known})
            if found
            else {},
        },
        "simulated": {
            "never_visited": {code: _simulated(figures.never_visited) for code, figures in simulated.figures.items()},
            "visits": {code: _simulated_visits(figures) for code, figures in simulated.figures.items()},
            "over_cap": {code: _simulated(figures.over_cap) for code, figures in simulated.figures.items()},
            "doors": {code: _simulated(doors) for code, doors in seen.items()},
            "days": {
                code: {"mean": doors.mean * asked.days_per_visit[code], "se": doors.error * asked.days_per_visit[code]}
                for code, doors in seen.items()
                if code != ALL
            },
            "problems": {code: _simulated(figures.problems) for code, figures in found.items() if figures.problems},
        },
        "replications": simulated.replications,
        "seed": simulated.seed,
    }


def _doors(known: ExactFigures) -> float | None:
    return None if known.visits is None else sum(number * objects for number, objects in known.visits.items())


def _weighed(
    asked: SimulationFile, doors: Mapping[str, float | None], weights: Mapping[str, float]
) -> dict[str, dict[str, float] | None]:
    """Visits of each class times a weight, and of all classes together; null where the visits are."""
    weighed: dict[str, float | None] = {}
    for code in asked.year.report_classes:
        number = doors[code]
        weighed[code] = None if number is None else number * weights[code]
    known = [number for number in weighed.values() if number is not None]
    weighed[ALL] = sum(known) if len(known) == len(weighed) else None
    return {code: None if number is None else {"mean": number} for code, number in weighed.items()}


def _mean(rate: ProblemRate) -> float:
    return rate[0] / sum(rate) if isinstance(rate, tuple) else rate


def _exact(figure: Figure | None) -> dict[str, float | None] | None:
    return None if figure is None else {"mean": figure.mean, "sd": figure.sd}


def _exact_visits(known: ExactFigures) -> dict[str, float] | None:
    return None if known.visits is None else {str(number): count for number, count in known.visits.items()}


def _simulated(figure: Figure) -> dict[str, float | None]:
    return {"mean": figure.mean, "sd": figure.sd, "se": figure.error}


def _simulated_visits(seen: SimulatedFigures) -> dict[str, dict[str, float]]:
    return {str(number): {"mean": mean, "se": seen.visits_error[number]} for number, mean in seen.visits.items()}
