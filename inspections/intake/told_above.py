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
_DRAWN_ON = re.compile(
    r"(?:抽取|抽签|摇号|抽样)(?:时间|日期)\s*[:：]\s*"
    r"(\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：时点]\d{0,2}分?)?)"
)


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
    # A line that says when the draw was made does not say of which task.
    named = (line for line in lines if _OF_TASK.search(_DRAWN_ON.sub("", line)) and 6 <= len(line) <= _LONGEST_TITLE)
    return next(named, None)


def day_told(sheet: Sheet, kind: str, mapping: Mapping[str, int]) -> str | None:
    """When a list was drawn, where the lines above it say it and no column does (抽取时间：2024年5月1日)."""
    if kind != "draws" or "drawn_at" in mapping:
        return None
    told = {found[1] for line in sheet.titles for found in _DRAWN_ON.finditer(line)}
    return told.pop() if len(told) == 1 else None


def not_told(sheet: Sheet, kind: str, mapping: Mapping[str, int], basis: str | None) -> tuple[str, ...]:
    """The required fields that a file says nowhere; `basis` is the one given for all its rows."""
    missing = missing_fields(kind, {**mapping, "basis": -1} if basis else mapping)
    told = {"task"} if task_told(sheet, kind, mapping) else set()
    if day_told(sheet, kind, mapping):
        told.add("drawn_at")
    if kind in BY_NAME and "name" in mapping:
        told.add("object_id")
    return tuple(code for code in missing if code not in told)
