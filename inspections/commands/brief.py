"""`brief`: a year's meeting slides as pptx or pdf, without the dashboard."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from inspections import briefing, facts
from inspections.browser import print_pdf
from inspections.commands import spoken_language
from inspections.database import ask, database_path, open_database
from inspections.errors import InspectionsError
from inspections.slides import Deck
from inspections.slides_html import deck_html
from inspections.slides_pptx import to_pptx
from inspections.wording import say

MAKERS: dict[str, Callable[[Deck], bytes]] = {".pptx": to_pptx, ".pdf": lambda deck: print_pdf(deck_html(deck))}


@click.command("brief", help=say(spoken_language(), "commands.brief.help"))
@click.option("--bureau", required=True, help=say(spoken_language(), "commands.brief.bureau"))
@click.option("--year", type=int, required=True, help=say(spoken_language(), "commands.brief.year"))
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=say(spoken_language(), "commands.brief.as_of")
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=say(spoken_language(), "commands.brief.out"),
)
@click.option(
    "--db",
    "database",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say(spoken_language(), "commands.brief.database"),
)
def brief(bureau: str, year: int, as_of: datetime.datetime | None, out: Path, database: Path | None) -> None:
    """Write the file whole or not at all.

    Raises InspectionsError `brief_format`, `brief_unwritable`, `brief_without_database`,
    `bureau_not_found`, `year_without_plan` and those of the browser.
    """
    language = spoken_language()
    make = MAKERS.get(out.suffix.lower())
    if make is None:
        raise InspectionsError("brief_format", file=out.name)
    if not out.absolute().parent.is_dir():
        raise InspectionsError("brief_unwritable", file=out)
    path = database or database_path()
    if not path.exists():
        raise InspectionsError("brief_without_database", path=path)
    connection = open_database(path)
    try:
        found = facts.find(partial(ask, connection), bureau, year, as_of.date() if as_of else None)
        deck = briefing.deck(found, language)
    finally:
        connection.close()
    _write(out, make(deck))
    click.echo(say(language, "commands.brief.written", file=out, slides=len(deck.slides)), err=True)


def _write(out: Path, content: bytes) -> None:
    """Through a file beside it, so that nobody ever finds half a file."""
    try:
        with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=".brief-") as folder:
            whole = Path(folder) / out.name
            whole.write_bytes(content)
            whole.replace(out)
    except OSError as error:
        # Most often: the file of that name is open in an office program.
        raise InspectionsError("brief_unwritable", file=out) from error
