"""`demo`: build a synthetic database."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from inspections.commands import database_option, json_option
from inspections.demo.building import DEFAULT_SEED, Built, Scale, build_demo, is_outdated
from inspections.store.database import database_path
from inspections.words.wording import say


@click.command("demo", help=say("commands.demo.help"))
@click.option(
    "--scale",
    type=click.Choice(get_args(Scale)),
    default="county",
    show_default=True,
    help=say("commands.demo.scale"),
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=DEFAULT_SEED,
    show_default=True,
    help=say("commands.demo.seed"),
)
@database_option("demo")
@click.option("--if-missing", is_flag=True, help=say("commands.demo.if_missing"))
@json_option("demo")
def demo(scale: Scale, seed: int, database: Path | None, if_missing: bool, as_json: bool) -> None:
    """Build a synthetic database; data on stdout, progress on stderr.

    Raises InspectionsError `demo_target_not_synthetic` and `database_held`.
    """
    path = database or database_path()
    if if_missing and path.exists() and not is_outdated(path):
        kept = json.dumps({"path": str(path), "built": False}, ensure_ascii=False)
        click.echo(kept if as_json else say("commands.demo.kept", path=path))
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(markup=False, emoji=False, stderr=True), transient=True) as progress:
        shown = progress.add_task("", total=None)

        def tell(step: str) -> None:
            progress.update(shown, description=say(f"commands.demo.steps.{step}"))

        built = build_demo(path, scale=scale, seed=seed, progress=tell)
    click.echo(_as_json(built) if as_json else _as_text(built))


def _as_json(built: Built) -> str:
    report = dataclasses.asdict(built) | {"path": str(built.path), "seconds": round(built.seconds, 1), "built": True}
    return json.dumps(report, ensure_ascii=False)


def _as_text(built: Built) -> str:
    lines = [say("commands.demo.built", path=built.path, seconds=built.seconds)]
    lines += [f"{rows:>12,}  {say(f'commands.demo.tables.{table}')}" for table, rows in built.rows.items()]
    return "\n".join(lines)
