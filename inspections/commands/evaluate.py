"""`evaluate`: a year's evaluation as a report or circular (docx), a scoring workbook (xlsx) or data (json)."""

from __future__ import annotations

import datetime
import functools
import importlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from inspections.commands import database_option, write_whole
from inspections.evaluation import facts
from inspections.evaluation.facts import Facts
from inspections.evaluation.grade import Graded
from inspections.evaluation.rubric import Rubric, read_rubric
from inspections.lake.engine import reading
from inspections.papers.report.circular import circular
from inspections.papers.report.document import to_docx
from inspections.papers.report.year_end import report
from inspections.store.database import ask, own_templates
from inspections.words.errors import InspectionsError
from inspections.words.wording import FIRST, say, say_in

SUFFIXES = (".json", ".docx", ".xlsx")


def _help(key: str) -> str:
    return say(f"commands.evaluate.{key}")


@click.command("evaluate", help=_help("help"), epilog="\b\n" + _help("example"))
@click.option("--bureau", required=True, help=_help("bureau"))
@click.option("--year", type=int, required=True, help=_help("year"))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=_help("as_of"))
@click.option("--rubric", "scheme", type=click.Path(path_type=Path), help=_help("rubric"))
@click.option("--circular/--report", "as_circular", default=None, help=_help("circular"))
@click.option("--out", type=click.Path(path_type=Path), required=True, help=_help("out"))
@database_option("evaluate")
def evaluate(
    bureau: str,
    year: int,
    as_of: datetime.datetime | None,
    scheme: Path | None,
    as_circular: bool | None,
    out: Path,
    database: Path | None,
) -> None:
    """Write the file whole or not at all; the message goes to stderr.

    Raises InspectionsError `out_suffix`, `out_unwritable`, `day_outside_year`, `rubric_missing` and those of
    `read_rubric`, `own_templates`, `reading`, `facts.find` and `to_docx`.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise InspectionsError("out_suffix", path=out, known=" ".join(SUFFIXES))
    day = as_of.date() if as_of else None
    if day and day.year < year:
        raise InspectionsError("day_outside_year", day=day, year=year)
    rubric = None if scheme is None else _read(scheme)
    own = own_templates(database)
    with reading(database, bureau) as connection:
        found = facts.find(functools.partial(ask, connection), bureau, year, day)
        if rubric is not None:
            found = replace(found, rubric=rubric)
        kind, finish = _made(found, out.suffix.lower(), as_circular, own)
    # The database is free again while pictures are drawn.
    write_whole(out, finish())
    words = say(f"commands.evaluate.kinds.{kind}")
    written = say(
        "commands.evaluate.written",
        path=out,
        bureau=found.bureau,
        year=found.year,
        kind=words,
        day=found.as_of,
    )
    click.echo(written, err=True)


def _read(file: Path) -> Rubric:
    try:
        return read_rubric(file.read_text("utf-8-sig"), file.name)
    except UnicodeDecodeError as error:
        raise InspectionsError("rubric_malformed", file=file.name, detail="UTF-8") from error
    except OSError as error:
        raise InspectionsError("rubric_missing", file=file) from error


def _made(found: Facts, suffix: str, as_circular: bool | None, own: Path) -> tuple[str, Callable[[], bytes]]:
    """What is made, and how to finish it once the database is closed."""
    if suffix == ".json":
        text = json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n"
        return "data", text.encode
    if suffix == ".xlsx":
        workbook: bytes = importlib.import_module("inspections.papers.score_workbook.workbook").to_xlsx(found)
        return "workbook", lambda: workbook
    shorter = found.running if as_circular is None else as_circular
    content = (circular if shorter else report)(found, datetime.date.today())

    def finish() -> bytes:
        file, missing = to_docx(content, own=own)
        if missing is not None:
            click.echo(say("commands.evaluate.without_pictures"), err=True)
        return file

    return "circular" if shorter else "report", finish


def as_json(found: Facts) -> dict[str, Any]:
    """The evaluation as data: codes for indicators, the field's own words for grades, whatever the language."""
    evaluation = found.evaluation
    return {
        "synthetic": found.synthetic,
        "bureau": found.bureau,
        "year": found.year,
        "as_of": found.as_of.isoformat(),
        "rubric": {"name": evaluation.rubric.name, "version": evaluation.rubric.version},
        "whole": _unit(evaluation.whole),
        "units": [_unit(unit) for unit in evaluation.units],
    }


def _unit(unit: Graded) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "score": None if unit.score is None else float(unit.score),
        "grade": say_in(FIRST, f"codes.grade.{unit.grade}"),
        "suggested": say_in(FIRST, f"codes.grade.{unit.suggested}"),
        "rank": unit.rank,
        "indicators": [
            {
                "code": mark.code,
                "numerator": mark.numerator,
                "denominator": mark.denominator,
                "points": None if mark.points is None else float(mark.points),
                "available": None if mark.available is None else float(mark.available),
            }
            for mark in unit.marks
        ],
    }
