"""`doctor`: whether a database is whole, unaltered and offline."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.table import Table

from inspections.commands import database_option, json_option
from inspections.draws import packages, verifier
from inspections.store import witness
from inspections.store.database import damage, database_path
from inspections.store.examination import examination
from inspections.store.upgrade import opened, with_backup_named
from inspections.words.errors import InspectionsError
from inspections.words.plain import terminal
from inspections.words.wording import say

EXIT_HEALTHY, EXIT_UNHEALTHY = 0, 1
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("doctor", help=say("commands.doctor.help"))
@click.option("--head", type=FILE, metavar="FILE", help=say("commands.doctor.head"))
@click.option("--against", type=FILE, metavar="FILE", help=say("commands.doctor.against_help"))
@json_option("import")
@database_option("import")
@click.pass_context
def doctor(
    context: click.Context, head: Path | None, against: Path | None, as_json: bool, database: Path | None
) -> None:
    """Report the health of a database on stdout, beside the running app too.

    Raises InspectionsError as `opened`, `witness_unreadable`, `signing_key` and `out_unwritable`.
    """
    path = database or database_path()
    if not path.exists():
        click.echo(say("commands.doctor.missing", path=path), err=True)
        context.exit(EXIT_UNHEALTHY)
    with opened(path) as connection:
        try:
            found = examination(connection, path)
        except duckdb.Error as error:
            # What is cut off shows only when it is read.
            damaged = damage(error, path)
            if damaged is None:
                raise
            raise with_backup_named(damaged, path) from error
        found["checks"]["draws"] += _rerun(connection)
        if against:
            _compare(found, connection, against)
        if head:
            _write_head(connection, head)
    problems = [problem for check in found["checks"].values() for problem in check]
    found |= {"path": str(path), "healthy": not problems}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found, len(problems))
    context.exit(EXIT_UNHEALTHY if problems else EXIT_HEALTHY)


def _rerun(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Draws made here whose list is not the one that follows from seed and frame."""
    problems = []
    for (number,) in connection.execute(
        "select draw_id from draw where seed is not null and exists ("
        "select 1 from draw_object where draw_object.draw_id = draw.draw_id) order by draw_id"
    ).fetchall():
        with tempfile.SpooledTemporaryFile(max_size=2**26) as package:
            try:
                packages.write_sealed(connection, number, package)
            except InspectionsError as error:
                if error.code != "package_impossible":
                    raise
                continue
            package.seek(0)
            differing = verifier.verify(package).differences
        if differing:
            problems.append(say("commands.doctor.draws.rerun", draw=number, count=len(differing)))
    return problems


def _compare(found: dict[str, Any], connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """The log beside a head that was written earlier, into what was `found`."""
    known = witness.read_witness(file)
    if known is None:
        raise InspectionsError("witness_unreadable", path=file)
    now = witness.compared(connection, known)
    told = {"path": file, "seq": now.head[0], "start": now.head[1][:16], "missing": now.missing}
    said = say(f"commands.doctor.against.{now.state}", **told)
    (found["checks"]["witness"] if now.differs else found["notes"]).append(said)


def _write_head(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    try:
        written = witness.write_head(connection, file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InspectionsError("out_unwritable", path=file, reason=reason) from error
    if written is None:
        click.echo(say("commands.doctor.head_empty"), err=True)
        return
    seq, print_ = written.head
    said = say("commands.doctor.head_written", path=file, seq=seq, start=print_[:16], day=written.logged_at[:10])
    click.echo(said, err=True)


def _print(found: dict[str, Any], problems: int) -> None:
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    for check, troubles in found["checks"].items():
        verdict = say(f"commands.doctor.{'failed' if troubles else 'ok'}")
        console.print(f"{verdict}  {say(f'commands.doctor.checks.{check}')}", markup=False)
        for trouble in troubles[:20]:
            console.print(terminal(f"    {trouble}"), markup=False)
    for said in found["notes"]:
        console.print(terminal(f"    {said}"), markup=False)
    console.print(say("commands.doctor.proves.title"), markup=False)
    for whom in ("app", "file", "key"):
        console.print(f"    {say(f'commands.doctor.proves.{whom}')}", markup=False)
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
