"""`import`: put notices into the database, each file whole or not at all, and say what was off in which row."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.table import Table

from inspections.commands import spoken_language
from inspections.database import database_path, open_database
from inspections.errors import InspectionsError
from inspections.notice.reading import Plan, Task
from inspections.notice.storing import ImportReport, import_notice, issue_sentence
from inspections.wording import ABSENT, say, say_error

EXIT_COMPLETE, EXIT_OTHER, EXIT_REJECTED, EXIT_PARTIAL = 0, 1, 2, 3


def _help(key: str) -> str:
    return say(spoken_language(), f"commands.import.{key}")


@click.command("import", help=_help("help"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--bureau", help=_help("bureau"))
@click.option("--year", type=click.IntRange(2000, 2099), help=_help("year"))
@click.option("--dry-run", is_flag=True, help=_help("dry_run"))
@click.option("--strict", is_flag=True, help=_help("strict"))
@click.option("--good-rows", is_flag=True, expose_value=False, help=_help("good_rows"))
@click.option("--json", "as_json", is_flag=True, help=_help("as_json"))
@click.option("--db", "database", type=click.Path(path_type=Path, dir_okay=False), help=_help("database"))
@click.pass_context
def import_(
    context: click.Context,
    files: Sequence[Path],
    bureau: str | None,
    year: int | None,
    dry_run: bool,
    strict: bool,
    as_json: bool,
    database: Path | None,
) -> None:
    """Import each file in a transaction of its own. Exit 0 all rows in, 3 some left out, 2 a file rejected."""
    language = spoken_language()
    path = database or database_path()
    messages = Console(stderr=True, highlight=False, soft_wrap=True)
    reports: list[ImportReport] = []
    entries: list[dict[str, Any]] = []
    connection = _open(path, dry_run)
    try:
        for file in files:
            with messages.status(say(language, "commands.import.reading", file=file.name)):
                try:
                    report = import_notice(
                        connection, file, bureau=bureau, year=year, strict=strict, dry_run=dry_run, actor=_actor()
                    )
                except InspectionsError as error:
                    sentence = say_error(language, error)
                    messages.print(sentence, markup=False)
                    entries.append(
                        {"file": file.name, "status": "rejected", "error": {"code": error.code, "message": sentence}}
                    )
                    continue
            reports.append(report)
            entries.append(_as_json(language, report))
            if not as_json:
                _print(language, report)
            messages.print(_closing(language, report), markup=False)
    finally:
        connection.close()
    code = _exit_code(entries, reports)
    if as_json:
        click.echo(
            json.dumps(
                {"database": str(path), "dry_run": dry_run, "exit": code, "files": entries},
                ensure_ascii=False,
                indent=2,
            )
        )
    context.exit(code)


def _open(path: Path, dry_run: bool) -> duckdb.DuckDBPyConnection:
    # A dry run must not even make the file.
    return open_database(Path(":memory:")) if dry_run and not path.exists() else open_database(path)


def _actor() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "command line"


def _exit_code(entries: Sequence[dict[str, Any]], reports: Sequence[ImportReport]) -> int:
    if any(entry["status"] == "rejected" for entry in entries):
        return EXIT_REJECTED
    return EXIT_COMPLETE if all(report.complete for report in reports) else EXIT_PARTIAL


def _as_json(language: str, report: ImportReport) -> dict[str, Any]:
    """One file of the JSON on stdout; proportions are numbers in [0, 1], dates are ISO."""
    return {
        "file": report.file,
        "sha256": report.sha256,
        "format": report.format,
        "status": report.status,
        "bureau": report.bureau,
        "doc_no": report.doc_no,
        "issued_on": report.issued_on.isoformat() if report.issued_on else None,
        "rows_read": report.rows_read,
        "rows_kept": report.rows_kept,
        "plans": [
            {
                "kind": entry.plan.kind,
                "year": entry.plan.year,
                "title": entry.plan.title,
                "doc_no": report.doc_no,
                "issued_on": report.issued_on.isoformat() if report.issued_on else None,
                "status": entry.status,
                "tasks": [_task_as_json(task) for task in entry.plan.tasks],
            }
            for entry in report.plans
        ],
        "issues": [
            {
                "row": issue.row,
                "field": issue.field,
                "code": issue.code,
                "severity": issue.severity,
                "message": issue_sentence(language, issue),
            }
            for issue in report.issues
        ],
    }


def _task_as_json(task: Task) -> dict[str, Any]:
    return {
        "row": task.row,
        "seq": task.seq,
        "name": task.name,
        "field": task.field,
        "draw_type": task.draw_type,
        "item_class": task.item_class,
        "scope": task.scope,
        "rate": float(task.rate) if task.rate is not None else None,
        "rate_op": task.rate_op,
        "rate_max": float(task.rate_max) if task.rate_max is not None else None,
        "rate_text": task.rate_text,
        "quota": task.quota,
        "times_per_year": task.times_per_year,
        "class_rates": {
            risk_class: {
                "rate": float(planned.rate) if planned.rate is not None else None,
                "rate_op": planned.rate_op,
                "quota": planned.quota,
                "times_per_year": planned.times_per_year,
            }
            for risk_class, planned in task.class_rates.items()
        },
        "starts_on": task.starts_on.isoformat() if task.starts_on else None,
        "ends_on": task.ends_on.isoformat() if task.ends_on else None,
        "period_text": task.period_text,
        "initiating_unit": task.initiating_unit.name,
        "lead_unit": task.lead_unit.name,
        "partners": [unit.name for unit in task.partners],
        "items": [{"name": item.name, "unit": item.unit.name} for item in task.items],
    }


def _closing(language: str, report: ImportReport) -> str:
    key = "file_checked" if report.dry_run else f"file_{report.status}"
    return say(
        language,
        f"commands.import.{key}",
        file=report.file,
        bureau=report.bureau,
        plans=len(report.plans),
        tasks=sum(len(entry.plan.tasks) for entry in report.plans),
        read=report.rows_read,
        kept=report.rows_kept,
    )


def _print(language: str, report: ImportReport) -> None:
    """The human table on stdout: every plan's tasks, then the issues."""
    console = Console(highlight=False)
    for entry in report.plans:
        status = say(language, f"commands.import.status_{entry.status}")
        console.print(_plan_table(language, entry.plan, status))
    for issue in report.issues:
        severity = say(language, f"severities.{issue.severity}")
        console.print(f"{severity}  {issue_sentence(language, issue)}", markup=False, soft_wrap=True)


def _plan_table(language: str, plan: Plan, status: str) -> Table:
    table = Table(
        title=say(language, "commands.import.heading_plan", title=plan.title, status=status), title_justify="left"
    )
    for column in ("seq", "name", "scope", "rate", "window", "lead", "partners"):
        table.add_column(say(language, f"commands.import.{column}"), overflow="fold")
    for task in plan.tasks:
        window = f"{task.starts_on or ABSENT} / {task.ends_on or ABSENT}"
        table.add_row(
            str(task.seq),
            task.name,
            task.scope or ABSENT,
            _rate(task),
            window,
            task.lead_unit.name,
            "、".join(unit.name for unit in task.partners) or ABSENT,
        )
    return table


def _rate(task: Task) -> str:
    """A task's proportion as read ("> 35%", "5%–10%", "20"), else a dash."""
    sign = {"=": "", ">=": "≥ ", ">": "> "}
    if task.rate is not None:
        upper = f"–{task.rate_max:.6%}" if task.rate_max is not None else ""
        shown = f"{sign[task.rate_op or '=']}{task.rate:.6%}{upper}"
        return shown.replace(".000000%", "%")
    if task.class_rates:
        return " ".join(
            f"{risk_class} {float(planned.rate) * 100:g}%"
            if planned.rate is not None
            else f"{risk_class} {planned.quota}"
            for risk_class, planned in sorted(task.class_rates.items())
        )
    return str(task.quota) if task.quota is not None else ABSENT
