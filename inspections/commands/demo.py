"""`demo`: build a synthetic database."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from inspections.database import database_path
from inspections.demo.building import DEFAULT_SEED, Scale, build_demo
from inspections.wording import say

LANGUAGE = "zh"


@click.command("demo", help=say(LANGUAGE, "commands.demo.help"))
@click.option("--scale", type=click.Choice(get_args(Scale)), default="county", show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=DEFAULT_SEED, show_default=True)
@click.option("--db", "database", type=click.Path(path_type=Path, dir_okay=False), default=None)
@click.option("--if-missing", is_flag=True, help=say(LANGUAGE, "commands.demo.if_missing"))
@click.option("--json", "as_json", is_flag=True)
def demo(scale: Scale, seed: int, database: Path | None, if_missing: bool, as_json: bool) -> None:
    """Build a synthetic database; data on stdout, progress on stderr.

    Raises InspectionsError `demo_target_not_synthetic` and `database_held`.
    """
    path = database or database_path()
    if if_missing and path.exists():
        click.echo(
            json.dumps({"path": str(path), "built": False})
            if as_json
            else say(LANGUAGE, "commands.demo.kept", path=path)
        )
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        shown = progress.add_task("", total=None)
        built = build_demo(
            path,
            scale=scale,
            seed=seed,
            progress=lambda step: progress.update(shown, description=say(LANGUAGE, f"commands.demo.steps.{step}")),
        )
    if as_json:
        report = dataclasses.asdict(built) | {
            "path": str(built.path),
            "seconds": round(built.seconds, 1),
            "built": True,
        }
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(say(LANGUAGE, "commands.demo.built", path=built.path, seconds=built.seconds))
    for table, rows in built.rows.items():
        click.echo(f"{rows:>12,}  {say(LANGUAGE, f'commands.demo.tables.{table}')}")
