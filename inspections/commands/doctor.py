"""`doctor`: whether a database is whole, unaltered and offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from inspections.commands import database_option, json_option
from inspections.store.database import database_path
from inspections.store.examination import examination
from inspections.store.upgrade import opened
from inspections.words.plain import terminal
from inspections.words.wording import say

EXIT_HEALTHY, EXIT_UNHEALTHY = 0, 1


@click.command("doctor", help=say("commands.doctor.help"))
@json_option("import")
@database_option("import")
@click.pass_context
def doctor(context: click.Context, as_json: bool, database: Path | None) -> None:
    """Report the health of a database on stdout, beside the running app too. Raises InspectionsError as `opened`."""
    path = database or database_path()
    if not path.exists():
        click.echo(say("commands.doctor.missing", path=path), err=True)
        context.exit(EXIT_UNHEALTHY)
    with opened(path) as connection:
        found = examination(connection)
    problems = [problem for check in found["checks"].values() for problem in check]
    found |= {"path": str(path), "healthy": not problems}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found, len(problems))
    context.exit(EXIT_UNHEALTHY if problems else EXIT_HEALTHY)


def _print(found: dict[str, Any], problems: int) -> None:
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    for check, troubles in found["checks"].items():
        verdict = say(f"commands.doctor.{'failed' if troubles else 'ok'}")
        console.print(f"{verdict}  {say(f'commands.doctor.checks.{check}')}", markup=False)
        for trouble in troubles[:20]:
            console.print(terminal(f"    {trouble}"), markup=False)
    console.print(say(f"commands.doctor.synthetic_{'yes' if found['synthetic'] else 'no'}"))
    counts = Table(show_header=False, box=None)
    counts.add_column()
    counts.add_column(justify="right")
    for table, rows in found["tables"].items():
        counts.add_row(table, f"{rows:,}")
    console.print(counts)
    verdict = "unhealthy" if problems else "healthy"
    console.print(
        say(
            f"commands.doctor.{verdict}",
            path=found["path"],
            rows=sum(found["tables"].values()),
            count=problems,
        ),
        markup=False,
    )
