"""`backup`: the whole database as a new folder of Parquet files, beside the running app too."""

from __future__ import annotations

import json
from pathlib import Path

import click

from inspections.commands import database_option, json_option, progress_bar
from inspections.store.backup import write_backup
from inspections.store.database import database_path
from inspections.store.upgrade import opened
from inspections.words.wording import say


@click.command("backup", help=say("commands.backup.help"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@json_option("import")
@database_option("backup")
def backup(folder: Path, as_json: bool, database: Path | None) -> None:
    """Write a backup inside `folder`; its place goes to stdout. Raises InspectionsError as `opened`, `write_backup`."""
    path = database or database_path()
    with opened(path) as connection, progress_bar(say("commands.backup.writing")) as tell:
        made = write_backup(connection, folder, tell)
    rows = sum(made.rows.values())
    report = {"folder": str(made.folder), "rows": rows, "bytes": made.size, "seconds": round(made.seconds, 1)}
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else str(made.folder))
    written = say("commands.backup.written", path=path, folder=made.folder, rows=rows, size=made.size / 1e6)
    click.echo(written, err=True)
