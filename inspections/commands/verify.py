"""`verify`: re-run a sealed package and say where it differs."""

from __future__ import annotations

from pathlib import Path

import click

from inspections.draws.packages import difference_in_words
from inspections.draws.verifier import MOST_DIFFERENCES, PackageError
from inspections.draws.verifier import verify as verify_package
from inspections.words.wording import say

EXIT_DIFFERS, EXIT_NO_PACKAGE = 1, 2


@click.command("verify", help=say("commands.verify.help"))
@click.argument("package", type=click.Path(path_type=Path))
@click.option("--db", type=click.Path(path_type=Path), help=say("commands.verify.database"), expose_value=False)
@click.pass_context
def verify(context: click.Context, package: Path) -> None:
    """Print the differences on stdout, one a line, and the verdict on stderr."""
    try:
        outcome = verify_package(package)
    except PackageError as error:
        what = say(f"commands.verify.troubles.{error.code}", detail=error.detail)
        click.echo(say("commands.verify.trouble", package=package, what=what), err=True)
        context.exit(EXIT_NO_PACKAGE)
    for difference in outcome.differences:
        click.echo(difference_in_words(difference))
    if outcome.cut:
        click.echo(say("commands.verify.more", count=MOST_DIFFERENCES), err=True)
    if outcome.draw["kind"] != "official":
        click.echo(say("commands.verify.trial"), err=True)
    if outcome.differences:
        click.echo(say("commands.verify.differs", package=package, count=len(outcome.differences)), err=True)
        context.exit(EXIT_DIFFERS)
    task = outcome.draw["task"].get("name")
    words = {"task": task, "ordinal": outcome.draw["ordinal"], "pool": outcome.pool, "drawn": outcome.drawn}
    click.echo(say("commands.verify.agrees", package=package, **words), err=True)
    seed, frame = outcome.draw["seed_commitment"], outcome.draw["frame_commitment"]
    click.echo(say("commands.verify.commitments", seed=seed, frame=frame), err=True)
