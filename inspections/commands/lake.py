"""`lake`: the database's share of a lake of Parquet files, brought up to date, beside the running app too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from inspections.commands import database_option, json_option, progress_bar
from inspections.lake.writing import Written, write_lake
from inspections.store.database import database_path
from inspections.store.upgrade import opened
from inspections.words.wording import say


@click.command("lake", help=say("commands.lake.help"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@json_option("import")
@database_option("lake")
def lake(folder: Path, as_json: bool, database: Path | None) -> None:
    """Bring `folder` up to date; what was written goes to stdout. Raises InspectionsError as `opened`, `write_lake`."""
    path = database or database_path()
    with opened(path) as connection, progress_bar(say("commands.lake.writing")) as tell:
        made = write_lake(connection, folder, tell)
    report = _report(made)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(made)
    said = say(
        "commands.lake.written",
        path=path,
        folder=folder,
        number=report["number"],
        written=report["written"],
        unchanged=report["unchanged"],
        rows=report["rows"],
        size=report["bytes"] / 1e6,
    )
    click.echo(said, err=True)
    if made.altered:
        click.echo(say("commands.lake.altered", folder=folder, count=made.altered), err=True)


def _sizes(made: Written, table: str) -> tuple[int, int]:
    """Rows and bytes of a table."""
    parts = made.source.tables.get(table, ())
    return sum(part.rows for part in parts), sum(part.bytes for part in parts)


def _report(made: Written) -> dict[str, Any]:
    tables = {}
    for table, (written, unchanged) in made.files.items():
        rows, size = _sizes(made, table)
        tables[table] = {"written": written, "unchanged": unchanged, "rows": rows, "bytes": size}
    whole = {name: sum(one[name] for one in tables.values()) for name in ("written", "unchanged", "rows", "bytes")}
    return {
        "folder": str(made.source.folder),
        "number": made.source.number,
        **whole,
        "seconds": round(made.seconds, 1),
        "altered": made.altered,
        "tables": tables,
    }


def _print(made: Written) -> None:
    shown = Table(box=None)
    shown.add_column(say("commands.lake.columns.table"))
    for column in ("written", "unchanged", "rows", "bytes"):
        shown.add_column(say(f"commands.lake.columns.{column}"), justify="right")
    for table, counts in made.files.items():
        if any(counts):
            shown.add_row(table, *(f"{figure:,}" for figure in (*counts, *_sizes(made, table))))
    Console(markup=False, emoji=False, highlight=False, soft_wrap=True).print(shown)
