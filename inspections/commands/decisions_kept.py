"""`import --list-decisions` and `--forget`: what was decided for earlier files and is applied to the next ones."""

from __future__ import annotations

import json

import click
import duckdb
import pandas as pd
from rich.console import Console

from inspections.intake.decisions import take_back, value_said
from inspections.intake.incoming import bureau_named
from inspections.store.database import ask
from inspections.words.errors import InspectionsError
from inspections.words.plain import terminal
from inspections.words.wording import ABSENT, say


def print_decisions(connection: duckdb.DuckDBPyConnection, bureau: str | None, *, as_json: bool) -> None:
    """One line a decision, or all as JSON; of one bureau if it is named. Raises InspectionsError `bureau_not_found`."""
    found = ask(connection, "import_decisions", bureau_id=bureau_named(connection, bureau)[0] if bureau else None)
    if as_json:
        told = found.drop(columns=["bureau_id"]).astype("object").where(found.notna(), None)
        click.echo(json.dumps({"decisions": told.to_dict("records")}, ensure_ascii=False, indent=2, default=str))
        return
    console = Console(markup=False, emoji=False, highlight=False)
    for row in found.to_dict("records"):
        known = pd.notna(row["import_id"])
        words = say(
            "decisions.earlier_line",
            kind=say(f"codes.import_kind.{row['import_kind']}"),
            code=say(f"codes.decision_code.{row['decision_code']}"),
            subject=row["decision_subject"],
            value=value_said(row["decision_code"], row["decision_value"]),
            day=f"{row['imported_at']:%Y-%m-%d}" if known else ABSENT,
            actor=row["actor"] if known else ABSENT,
            file=row["source_file"] if known else ABSENT,
        )
        console.print(terminal(words), markup=False, soft_wrap=True)
    if found.empty:
        console.print(say("decisions.earlier_none"))


def forget_decision(connection: duckdb.DuckDBPyConnection, bureau: str | None, named: str, actor: str) -> int:
    """Take back what was decided on `named`, "task:企业公示情况抽查" or "entered_on"; how many files' layouts had it.

    Raises InspectionsError `decision_never_made`, and `bureau_not_found`.
    """
    code, _, subject = named.partition(":")
    found = ask(connection, "import_decisions", bureau_id=bureau_named(connection, bureau)[0] if bureau else None)
    own = found[(found["decision_code"] == code.strip()) & (found["decision_subject"] == subject.strip())]
    if own.empty:
        raise InspectionsError("decision_never_made", named=named)
    for row in own.to_dict("records"):
        take_back(connection, row["bureau_id"], row["layout"], row["decision_code"], row["decision_subject"], actor)
    return len(own)
