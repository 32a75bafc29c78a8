"""`restore`: a database made again from a backup, in an empty place only."""

from __future__ import annotations

import json
from pathlib import Path

import click

from inspections.commands import database_option, json_option, progress_bar
from inspections.store.database import SCHEMA_NUMBER, database_path
from inspections.store.restoring import restore as restored_from
from inspections.words.wording import say


@click.command("restore", help=say("commands.restore.help"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@json_option("import")
@database_option("restore")
def restore(folder: Path, as_json: bool, database: Path | None) -> None:
    """Restore the backup `folder`; the database's place goes to stdout. Raises InspectionsError as `restoring`."""
    with progress_bar(say("commands.restore.reading")) as tell:
        made = restored_from(folder, database or database_path(), tell)
    rows = sum(made.rows.values())
    report = {"path": str(made.path), "rows": rows, "schema": made.number, "seconds": round(made.seconds, 1)}
    report |= {"log": {"entries": made.entries, "known": made.known, "contradicted": made.contradicted}}
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else str(made.path))
    key = "restored" if made.number == SCHEMA_NUMBER else "restored_upgraded"
    click.echo(say(f"commands.restore.{key}", folder=folder, path=made.path, rows=rows), err=True)
    if made.contradicted:
        click.echo(say("commands.restore.contradicted", folder=folder, known=made.known), err=True)
    elif made.known < made.entries:
        missing = made.entries - made.known
        click.echo(say("commands.restore.unknown", folder=folder, known=made.known, count=missing), err=True)
