"""A looked-at file as tables in words: what is wrong with which cell, what would change, how new rows were read."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from inspections.intake.cell import shortened
from inspections.intake.incoming import PARTS
from inspections.intake.kinds import KINDS, SECTIONS, field_title, is_personal, kind_title
from inspections.intake.marked import marked_workbook
from inspections.intake.rows_apart import in_file
from inspections.intake.storing import Preview, sentence
from inspections.words.wording import say, spoken, texts

# What waits for a decision is no fault: it is told on its own.
SEVERITIES = ("error", "warning", "note")
# Rows of one question that are named.
_MOST_ROWS = 8


def issue_rows(found: Preview, most: int | None = None) -> pd.DataFrame:
    """One row per issue, errors first, at most `most`: row, column (its number), field, cell (the file's text), severity, message."""
    faults = found.issues[found.issues["severity"] != "waiting"]
    rank = faults["severity"].map(SEVERITIES.index)
    issues = faults.assign(rank=rank).sort_values(["rank", "row"], kind="stable").head(most or len(faults))
    sheet, mapping, kind = found.incoming.sheet, found.incoming.mapping, found.incoming.kind
    entries = issues.to_dict("records")
    return pd.DataFrame(
        {
            "row": issues["row"].to_numpy(),
            "column": pd.array([mapping.get(entry["field"]) for entry in entries], dtype="Int64"),
            "field": [field_title(kind, entry["field"]) if entry["field"] else None for entry in entries],
            "cell": [
                str(sheet.rows.at[entry["row"], mapping[entry["field"]]])
                if entry["field"] in mapping and entry["row"] in sheet.rows.index
                else None
                for entry in entries
            ],
            "severity": issues["severity"].to_numpy(),
            "message": [sentence(kind, entry, with_row=False) for entry in entries],
        }
    )


def waiting_sentences(found: Preview) -> list[str]:
    """How many rows wait for a decision, then for each text of the file that is open its rows; nothing where none waits."""
    waiting = set(found.waiting)
    if not waiting:
        return []
    asked = found.issues[(found.issues["severity"] == "waiting") & found.issues["row"].isin(waiting)]
    groups: dict[str, list[int]] = {}
    for row, parameters in zip(asked["row"], asked["parameters"], strict=True):
        groups.setdefault(str(json.loads(parameters).get("text") or ""), []).append(int(row))
    told = [say("imports.waiting_title", count=len(waiting))]
    for text, rows in groups.items():
        listed = say("frame.list_comma").join(map(str, rows[:_MOST_ROWS]))
        if len(rows) > _MOST_ROWS:
            listed = say("imports.waiting_more", rows=listed, count=len(rows))
        told.append(say("imports.waiting_group", text=shortened(text), rows=listed, count=len(rows)))
    return told


def marked_file(found: Preview, *, synthetic: bool) -> bytes:
    """The rows with issues as xlsx to mend and bring again, bad cells marked; columns of contacts come empty."""
    sheet = found.incoming.sheet
    rows = sheet.rows.copy()
    rows[[index for index, heading in enumerate(sheet.headers) if is_personal(heading)]] = ""
    return marked_workbook(
        rows,
        sheet.headers,
        issue_rows(found),
        title=sheet.name,
        source=f"{kind_title(found.incoming.kind)} {found.incoming.bureau}",
        synthetic=synthetic,
    )


def change_rows(found: Preview) -> pd.DataFrame:
    """One row per field that would change: row, label, field, value_before, value_after."""
    changes, kind = found.changes, found.incoming.kind
    return pd.DataFrame(
        {
            "row": changes["row"],
            "label": changes["label"],
            "field": [_column_title(kind, str(column)) for column in changes["column"]],
            **{
                f"value_{side}": [
                    _stored(kind, str(column), value)
                    for column, value in zip(changes["column"], changes[side], strict=True)
                ]
                for side in ("before", "after")
            },
        }
    )


def read_rows(found: Preview, state: str, most: int) -> pd.DataFrame:
    """The first rows of a state as they were read: a column `row`, then one per field that the file has."""
    rows = found.rows.loc[found.rows["state"] == state, "row"].head(most)
    frame = found.incoming.frame
    frame = frame.assign(row=in_file(frame["row"]))
    frame = frame[frame["row"].isin(rows)]
    fields = KINDS[found.incoming.kind].fields
    columns = [code for code in fields if code in found.incoming.mapping]
    return pd.DataFrame({"row": frame["row"], **{code: _read(fields[code].type, frame[code]) for code in columns}})


def _column_title(kind: str, column: str) -> str:
    """The name of a database column: that of the field it comes from, else of its own."""
    if column in KINDS[kind].fields:
        return field_title(kind, column)
    return say(f"headings.{column}")


def _stored(kind: str, column: str, value: Any) -> str | None:
    if value is None or pd.isna(value):
        return None
    field = KINDS[kind].fields.get(column)
    section = SECTIONS.get(field.type if field else column)
    if field and field.type == "date_time":
        return str(value)[:16]
    return _word(section, str(value)) if section else str(value)


def _word(section: str, code: str) -> str:
    words: Mapping[str, Any] = texts(spoken())["codes"][section]
    return str(words.get(code, code))


def _read(kind: str, values: pd.Series) -> list[str | None]:
    return [None if value is None or pd.isna(value) else _shown(kind, value) for value in values]


def _shown(kind: str, value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M" if kind == "date_time" else "%Y-%m-%d")
    comma = say("frame.list_comma")
    if kind in {"names", "outcomes"}:
        parts = str(value).split(PARTS)
        return comma.join(_word("outcome", part) if kind == "outcomes" else part for part in parts)
    section = SECTIONS.get(kind)
    return _word(section, str(value).lower() if kind == "yes_no" else str(value)) if section else str(value)
