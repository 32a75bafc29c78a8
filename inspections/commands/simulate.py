"""`simulate`: a year of draws from a TOML scenario, in exact figures and simulated."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from inspections.commands import json_option, progress_bar, watched
from inspections.draws.frame_files import open_frame, same_paths, workplace
from inspections.words.classes import NONE
from inspections.words.plain import terminal
from inspections.words.wording import say
from inspections.year.exact import ExactYear, exact_year
from inspections.year.planned import ALL, Figure
from inspections.year.simulation import SimulatedYear, simulate_year
from inspections.year.simulation_file import answer, read_simulation_file


@click.command("simulate", help=say("commands.simulate.help"), epilog="\b\n" + say("commands.simulate.example"))
@click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    required=True,
    help=say("commands.simulate.scenario"),
)
@click.option("--replications", type=click.IntRange(2), help=say("commands.simulate.replications"))
@json_option("simulate")
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    help=say("commands.simulate.database"),
    expose_value=False,
)
def simulate(scenario: Path, replications: int | None, as_json: bool) -> None:
    """Print the figures; progress goes to stderr, and Ctrl+C ends the work without output."""
    asked = read_simulation_file(scenario, _count)
    exact = exact_year(asked.year)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(markup=False, emoji=False, stderr=True), transient=True) as progress:
        shown = progress.add_task(say("commands.simulate.working"), total=1.0)
        simulated = simulate_year(
            asked.year,
            replications or asked.replications,
            asked.seed,
            lambda share: progress.update(shown, completed=share),
            asked.problem_rates or None,
        )
    if as_json:
        click.echo(json.dumps(answer(asked, exact, simulated), ensure_ascii=False))
    else:
        Console(markup=False, emoji=False, width=110).print(_table(exact, simulated))


def _count(files: Sequence[Path]) -> list[tuple[tuple[str | None, ...], int]]:
    """How many objects of these frame files have which class in each of them."""
    step = ""

    def count(go_on: Callable[[], None]) -> list[tuple[tuple[str | None, ...], int]]:
        nonlocal step
        for number, file in enumerate(files):
            step = terminal(file.name)
            open_frame(connection, file, None, f"pool_{number}", lambda _: go_on())
        go_on()
        step = say("commands.simulate.counting")
        return same_paths(connection, [f"pool_{number}" for number in range(len(files))])

    with workplace() as (connection, _), progress_bar(say("commands.simulate.frames")) as shown:
        return watched(connection, count, lambda share: shown(share, step))


def _table(exact: ExactYear, simulated: SimulatedYear) -> Table:
    def words(key: str, **parameters: object) -> str:
        return say(f"commands.simulate.{key}", **parameters)

    rows = Table(title=words("title", replications=simulated.replications, seed=simulated.seed), title_justify="left")
    for key in ("class", "objects", "never", "never_simulated", "visits", "over", "over_simulated"):
        rows.add_column(say(f"commands.simulate.columns.{key}"), justify="left" if key == "class" else "right")
    for code, seen in simulated.figures.items():
        known = exact.figures[code]
        visits = known.expected_visits_per_object
        rows.add_row(
            words("everyone") if code == ALL else say("commands.simulate.none") if code == NONE else code,
            f"{seen.objects:,}",
            words("mean_sd", mean=known.never_visited.mean, sd=known.never_visited.sd)
            if known.never_visited
            else words("unknown"),
            _with_error(seen.never_visited),
            words("number", value=seen.expected_visits_per_object if visits is None else visits),
            words("number", value=known.over_cap.mean) if known.over_cap else words("unknown"),
            _with_error(seen.over_cap),
        )
    return rows


def _with_error(figure: Figure) -> str:
    return say("commands.simulate.with_error", mean=figure.mean, error=figure.error)
