"""`brief`: a year's meeting slides as pptx or pdf, without the dashboard."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from inspections.commands import database_option, write_whole
from inspections.evaluation import facts
from inspections.lake.engine import reading
from inspections.papers import briefing
from inspections.papers.browser import print_pdf
from inspections.papers.slides.deck import Deck
from inspections.papers.slides.powerpoint import to_pptx
from inspections.papers.slides.web_page import deck_html
from inspections.store.database import ask, own_templates
from inspections.words.errors import InspectionsError
from inspections.words.wording import say

# From a deck and the folder of the office's own templates.
MAKERS: dict[str, Callable[[Deck, Path], bytes]] = {
    ".pptx": to_pptx,
    ".pdf": lambda deck, _: print_pdf(deck_html(deck)),
}


@click.command("brief", help=say("commands.brief.help"))
@click.option("--bureau", required=True, help=say("commands.brief.bureau"))
@click.option("--year", type=int, required=True, help=say("commands.brief.year"))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=say("commands.brief.as_of"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=say("commands.brief.out"),
)
@database_option("brief")
def brief(bureau: str, year: int, as_of: datetime.datetime | None, out: Path, database: Path | None) -> None:
    """Write the file whole or not at all, also while the dashboard holds the database.

    Raises InspectionsError `out_suffix`, `out_unwritable`, `day_outside_year` and those of `own_templates`, `reading`,
    `facts.find`, `to_pptx` and the browser.
    """
    make = MAKERS.get(out.suffix.lower())
    if make is None:
        raise InspectionsError("out_suffix", path=out, known=" ".join(MAKERS))
    day = as_of.date() if as_of else None
    if day and day.year < year:
        raise InspectionsError("day_outside_year", day=day, year=year)
    own = own_templates(database)
    with reading(database, bureau) as connection:
        deck = briefing.deck(facts.find(partial(ask, connection), bureau, year, day))
    # The database is free again while slides are drawn.
    write_whole(out, make(deck, own))
    click.echo(say("commands.brief.written", file=out, slides=len(deck.slides)), err=True)
