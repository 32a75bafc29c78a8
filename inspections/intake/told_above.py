"""What a file says without a column for it: the basis and the task in its titles, the objects by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from inspections.intake.coded_words import basis_within
from inspections.intake.kinds import KINDS
from inspections.intake.recognising import BY_NAME, missing_fields
from inspections.intake.sheet import Sheet

# Inspections that need neither a task nor a draw.
OUTSIDE = ("complaint", "campaign", "daily")
# A title that names a task speaks of a check or a draw, in no more words than these.
_OF_TASK = re.compile(r"抽查|检查|抽取|双随机")
_LONGEST_TITLE = 80


def basis_told(sheet: Sheet, kind: str | None, mapping: Mapping[str, int]) -> str | None:
    """The basis that the titles or the name of a list outside the draws say, if no column says it or a task."""
    if kind is None or {"basis", "task"} & mapping.keys() or "basis" not in KINDS[kind].fields:
        return None
    code = basis_within("".join((*sheet.titles, sheet.worksheet, Path(sheet.name).stem)))
    return code if code in OUTSIDE else None


def task_told(sheet: Sheet, kind: str, mapping: Mapping[str, int]) -> str | None:
    """The title of a list of one task's draw or results, if no column names tasks: which one it means is asked later."""
    if "task" in mapping or "task" not in KINDS[kind].fields:
        return None
    lines = [*reversed(sheet.titles), sheet.worksheet, Path(sheet.name).stem]
    return next((line for line in lines if _OF_TASK.search(line) and 6 <= len(line) <= _LONGEST_TITLE), None)


def not_told(sheet: Sheet, kind: str, mapping: Mapping[str, int], basis: str | None) -> tuple[str, ...]:
    """The required fields that a file says nowhere; `basis` is the one given for all its rows."""
    missing = missing_fields(kind, {**mapping, "basis": -1} if basis else mapping)
    told = {"task"} if task_told(sheet, kind, mapping) else set()
    if kind in BY_NAME and "name" in mapping:
        told.add("object_id")
    return tuple(code for code in missing if code not in told)
