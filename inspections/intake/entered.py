"""One result, follow-up or closure that somebody enters on the screen: a file of one row, and treated as one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from inspections.intake.incoming import Incoming, read_incoming
from inspections.intake.kinds import field_title
from inspections.intake.sheet import Sheet
from inspections.words.wording import FIRST, say, speaking


def entered_result(
    connection: duckdb.DuckDBPyConnection,
    bureau: str,
    year: int,
    values: Mapping[str, str],
    outcomes: Sequence[str],
    called: str,
) -> Incoming:
    """A result as typed: field of the kind `results` -> text, and codes of outcomes; a follow-up is a code too. `called` is the object's name, by which it is known later.

    It is checked, stored, logged and undone as a file of results. Raises InspectionsError as `read_incoming` does.
    """
    told = {code: text for code, text in values.items() if text}
    with speaking(FIRST):
        if outcomes:
            told["outcome"] = "；".join(say(f"codes.outcome.{code}") for code in outcomes)
        if "follow_up" in told:
            told["follow_up"] = say(f"codes.follow_up.{told['follow_up']}")
    content = json.dumps({"bureau": bureau, "year": year, **told}, ensure_ascii=False, sort_keys=True)
    with speaking(FIRST):
        name = say("intake.entered_name", object=called)
        headers = tuple(field_title("results", code) for code in told)
    sheet = Sheet(
        name=name,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        format="form",
        worksheet="",
        worksheets=(),
        headers=headers,
        rows=pd.DataFrame([list(told.values())], index=[1], dtype="str"),
    )
    mapping = {code: index for index, code in enumerate(told)}
    return read_incoming(connection, sheet, bureau=bureau, year=year, kind="results", mapping=mapping)
