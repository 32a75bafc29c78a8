"""`import`: put notices, registers, draws and results into the database, and say what was off in which row."""

from __future__ import annotations

import datetime
import getpass
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console

from inspections.commands import progress_bar
from inspections.commands.decisions_kept import forget_decision, print_decisions
from inspections.commands.import_reports import NoticeReport, TableReport
from inspections.files.apart import start_ahead
from inspections.intake.decisions import Chosen, Decision, read_decisions, write_decisions
from inspections.intake.door import NOTICE, parts_of
from inspections.intake.incoming import read_incoming
from inspections.intake.kinds import KINDS
from inspections.intake.revising import bring_notice
from inspections.intake.sheet import Sheet
from inspections.intake.storing import commit
from inspections.intake.storing import dry_run as only_look
from inspections.intake.told_above import OUTSIDE
from inspections.intake.uncounted import Uncounted, sentences, uncounted_after
from inspections.store.database import database_path, open_database
from inspections.store.upgrade import open_current, opened
from inspections.words.errors import InspectionsError
from inspections.words.plain import terminal
from inspections.words.wording import ABSENT, say, say_error

EXIT_COMPLETE, EXIT_OTHER, EXIT_REJECTED, EXIT_PARTIAL = 0, 1, 2, 3


def _help(key: str) -> str:
    return say(f"commands.import.{key}")


@click.command("import", help=_help("help"))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--bureau", help=_help("bureau"))
@click.option("--year", type=click.IntRange(2000, 2099), help=_help("year"))
@click.option("--kind", type=click.Choice([NOTICE, *KINDS]), help=_help("kind"))
@click.option("--worksheet", help=_help("worksheet"))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=_help("day"))
@click.option("--pool", help=_help("pool"))
@click.option("--replace-pools", is_flag=True, help=_help("replace_pools"))
@click.option("--basis", type=click.Choice(OUTSIDE), help=_help("basis"))
@click.option("--in-force-on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=_help("in_force_on"))
@click.option("--dry-run", is_flag=True, help=_help("dry_run"))
@click.option("--strict", is_flag=True, help=_help("strict"))
@click.option("--good-rows", is_flag=True, help=_help("good_rows"))
@click.option("--decisions", type=click.Path(path_type=Path, dir_okay=False), help=_help("decisions"))
@click.option("--propose", type=click.Path(path_type=Path, dir_okay=False), help=_help("propose"))
@click.option("--list-decisions", is_flag=True, help=_help("list_decisions"))
@click.option("--forget", multiple=True, metavar="CODE:SUBJECT", help=_help("forget"))
@click.option("--json", "as_json", is_flag=True, help=_help("as_json"))
@click.option("--db", "database", type=click.Path(path_type=Path, dir_okay=False), help=_help("database"))
@click.pass_context
def import_(
    context: click.Context,
    files: Sequence[Path],
    bureau: str | None,
    year: int | None,
    kind: str | None,
    worksheet: str | None,
    day: datetime.datetime | None,
    pool: str | None,
    replace_pools: bool,
    basis: str | None,
    in_force_on: datetime.datetime | None,
    dry_run: bool,
    strict: bool,
    good_rows: bool,
    decisions: Path | None,
    propose: Path | None,
    list_decisions: bool,
    forget: Sequence[str],
    as_json: bool,
    database: Path | None,
) -> None:
    """Import each table of a file in a transaction of its own. Exit 0 all rows in, 3 some left out, 2 one rejected."""
    path = database or database_path()
    for named in forget:
        _forget(path, bureau, named)
    if list_decisions:
        with opened(path) as known:
            print_decisions(known, bureau, as_json=as_json)
    if list_decisions or (forget and not files):
        return
    if not files:
        raise click.MissingParameter(ctx=context, param_hint="FILES...", param_type="argument")
    messages = Console(markup=False, emoji=False, stderr=True, highlight=False, soft_wrap=True)
    entries: list[dict[str, Any]] = []
    start_ahead()
    connection = _open(path, dry_run)
    left_open: list[tuple[str, Decision]] = []
    try:
        chosen = read_decisions(decisions) if decisions else {}
    except InspectionsError as error:
        messages.print(terminal(say_error(error)), markup=False)
        context.exit(EXIT_OTHER)
    since, in_force = (given.date() if given else None for given in (day, in_force_on))
    how = _How(
        bureau, year, kind, worksheet, since, pool, replace_pools, basis, in_force, dry_run, strict, good_rows, chosen
    )
    try:
        for report in (report for file in files for report in _brought(connection, file, how)):
            if isinstance(report, _Refused):
                messages.print(terminal(report.sentence), markup=False)
                entries.append(report.as_json())
                continue
            missing = uncounted_after(connection, report.import_id, report.bureau)
            entries.append({**report.as_json(), "figures": [one.as_json() for one in missing]})
            left_open += [(report.name, one) for one in report.decisions]
            if not as_json:
                report.show()
                _print_uncounted(missing)
            messages.print(terminal(report.closing()), markup=False)
    finally:
        connection.close()
    for sentence in _not_taken(chosen, [one for _, one in left_open]):
        messages.print(terminal(sentence), markup=False)
    if propose:
        count = write_decisions(propose, left_open)
        messages.print(terminal(say("commands.import.proposed", file=propose.name, count=count)), markup=False)
    code = _exit_code(entries)
    if as_json:
        click.echo(
            json.dumps(
                {"database": str(path), "dry_run": dry_run, "exit": code, "files": entries},
                ensure_ascii=False,
                indent=2,
            )
        )
    context.exit(code)


def _forget(path: Path, bureau: str | None, named: str) -> None:
    with opened(path) as known:
        count = forget_decision(known, bureau, named, _actor())
    click.echo(terminal(say("commands.import.forgotten", named=named, count=count)), err=True)


@dataclass(frozen=True)
class _How:
    """What the user asked for on the command line."""

    bureau: str | None
    year: int | None
    kind: str | None
    worksheet: str | None
    day: datetime.date | None
    pool: str | None
    replace_pools: bool
    basis: str | None
    in_force_on: datetime.date | None
    dry_run: bool
    strict: bool
    good_rows: bool
    chosen: Chosen


@dataclass(frozen=True)
class _Refused:
    """A file, or a worksheet of one, that cannot be read at all."""

    file: str
    error: InspectionsError

    @property
    def sentence(self) -> str:
        return say_error(self.error)

    def as_json(self) -> dict[str, Any]:
        told = {"code": self.error.code, "message": self.sentence}
        return {"file": self.file, "status": "rejected", "error": told}


def _brought(
    connection: duckdb.DuckDBPyConnection, file: Path, how: _How
) -> Iterator[NoticeReport | TableReport | _Refused]:
    """What became of everything that a file brings; what is wrong with one worksheet holds no other up."""
    for part in parts_of(connection, file, kind=how.kind, worksheet=how.worksheet):
        if isinstance(part, InspectionsError):
            yield _Refused(file.name, part)
            continue
        called = file.name if part is None else part.called
        try:
            with progress_bar(say("commands.import.reading", file=terminal(called))) as tell:
                report = _put_in(connection, file, part, how, tell)
        except InspectionsError as error:
            yield _Refused(file.name, error)
        else:
            yield report


def _put_in(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    sheet: Sheet | None,
    how: _How,
    tell: Callable[[float, str], None],
) -> NoticeReport | TableReport:
    if sheet is None:
        brought = bring_notice(
            connection,
            file,
            bureau=how.bureau,
            year=how.year,
            strict=how.strict,
            dry_run=how.dry_run,
            in_force_on=how.in_force_on,
            chosen=how.chosen,
            actor=_actor(),
        )
        return NoticeReport(brought)
    incoming = read_incoming(
        connection,
        sheet,
        bureau=how.bureau,
        year=how.year,
        kind=how.kind,
        day=how.day,
        pool=how.pool,
        chosen=how.chosen,
        replace_pools=how.replace_pools,
        basis=how.basis,
        progress=lambda share: tell(0.4 * share, ""),
    )
    if how.dry_run:
        return TableReport(only_look(connection, incoming))
    done = commit(
        connection,
        incoming,
        good_rows=how.good_rows and not how.strict,
        actor=_actor(),
        progress=lambda share: tell(0.4 + 0.6 * share, ""),
    )
    return TableReport(done)


def _not_taken(chosen: Chosen, asked: Sequence[Decision]) -> Iterator[str]:
    """A sentence for each decision of the file that decided nothing: nobody would see why its rows still wait."""
    for (code, subject), value in chosen.items():
        own = [one for one in asked if (one.code, one.subject) == (code, subject)]
        told = {"kind": say(f"codes.decision_code.{code}"), "subject": subject or ABSENT, "value": value}
        if not own:
            yield say("commands.import.decision_not_asked", **told)
        elif all(one.value != value for one in own):
            yield say(
                "commands.import.decision_no_option", **told, options=say("frame.list_comma").join(own[0].options)
            )


def _open(path: Path, dry_run: bool) -> duckdb.DuckDBPyConnection:
    # A dry run must not even make the file.
    return open_database(Path(":memory:")) if dry_run and not path.exists() else open_current(path)


def _actor() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "command line"


def _exit_code(entries: Sequence[dict[str, Any]]) -> int:
    if any(entry["status"] == "rejected" for entry in entries):
        return EXIT_REJECTED
    return EXIT_COMPLETE if all(entry["complete"] for entry in entries) else EXIT_PARTIAL


def _print_uncounted(missing: Sequence[Uncounted]) -> None:
    """What the figures of the years concerned lack, a sentence a line."""
    console = Console(markup=False, emoji=False, highlight=False)
    for sentence in sentences(missing):
        console.print(sentence, markup=False, soft_wrap=True)
