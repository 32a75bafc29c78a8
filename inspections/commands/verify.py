"""`verify`: re-run a sealed package and say where it differs."""

from __future__ import annotations

from pathlib import Path

import click

from inspections.commands import database_option
from inspections.draws.packages import LookedUp, difference_in_words, looked_up, told
from inspections.draws.sealed import PackageError
from inspections.draws.verifier import MOST_DIFFERENCES, Outcome
from inspections.draws.verifier import verify as verify_package
from inspections.store.database import database_path
from inspections.store.upgrade import opened
from inspections.words.errors import InspectionsError
from inspections.words.wording import say, say_error

EXIT_DIFFERS, EXIT_NO_PACKAGE = 1, 2


@click.command("verify", help=say("commands.verify.help"))
@click.argument("package", type=click.Path(path_type=Path))
@database_option("verify")
@click.pass_context
def verify(context: click.Context, package: Path, database: Path | None) -> None:
    """Print the differences on stdout, one a line, and the verdict on stderr."""
    try:
        outcome = verify_package(package)
    except PackageError as error:
        what = say(f"commands.verify.troubles.{error.code}", detail=error.detail)
        click.echo(say("commands.verify.trouble", package=package, what=what), err=True)
        context.exit(EXIT_NO_PACKAGE)
    known = _looked_up(package, outcome, database)
    differences = [*outcome.differences, *(known.differences if known else ())]
    for difference in differences:
        click.echo(difference_in_words(difference))
    if outcome.cut:
        click.echo(say("commands.verify.more", count=MOST_DIFFERENCES), err=True)
    for sentence in told(outcome, known):
        click.echo(sentence, err=True)
    if differences or (known and known.state == "missing"):
        count = len(differences) or 1
        click.echo(say("commands.verify.differs", package=package, count=count), err=True)
        context.exit(EXIT_DIFFERS)
    task = outcome.draw["task"].get("name")
    words = {"task": task, "ordinal": outcome.draw["ordinal"], "pool": outcome.pool, "drawn": outcome.drawn}
    click.echo(say("commands.verify.agrees", package=package, **words), err=True)


def _looked_up(package: Path, outcome: Outcome, database: Path | None) -> LookedUp | None:
    """What the database knows of the draw; None where none was named and there is none, or it cannot be opened."""
    path = database or database_path()
    if database is None and not path.exists():
        return None
    try:
        with opened(path) as connection:
            return looked_up(connection, package, outcome)
    except InspectionsError as error:
        if database:
            raise
        # A package agrees or not whatever the state of a database that nobody asked for.
        click.echo(say_error(error), err=True)
        return None
