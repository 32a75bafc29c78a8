"""Whether a table is a plan, which the notice reader reads: by its headings, and by what its file says above it.

A plan has the words of an item list too, and a letter cut at its commas has words of any field: a list of something
else leaves nothing unread that only a plan says.
"""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from inspections.files.columns import sample
from inspections.files.opening import read_document
from inspections.intake.kinds import JOINED, is_personal
from inspections.intake.recognising import Recognised, looks_like_notice, unexplained
from inspections.intake.sheet import Sheet
from inspections.intake.told_above import basis_told, not_told
from inspections.notice.header_words import said_by
from inspections.notice.ticks import tick_says
from inspections.store.limits import Limits
from inspections.words.errors import InspectionsError

# A notice says one of these somewhere above its table, in its headings or in its name; a plan is one of a year.
_OF_PLANS = re.compile(r"计划|方案|抽查|双随机|随机检查|(?i:\bplan\b|inspection)")
_A_PLAN = re.compile(r"计划|方案|安排|20\d\d年|(?i:\bplan\b)")
_LINES, _ROWS = 80, 8
_OF_A_LETTER = 2
# What only tasks have: how much, how often, when, and who takes part.
_OF_TASKS = frozenset({"rate", "quota", "frequency", "period", "period_start", "period_end", "partners"})


def may_be_plan(path: Path, sheet: Sheet, limits: Limits) -> bool:
    """Whether a table of no known kind may be a notice: its headings are a plan's, or its file speaks of one."""
    columns = [sample(sheet.rows[index]) for index in range(len(sheet.headers))]
    return looks_like_notice(sheet.headers, columns) or _OF_PLANS.search(_words_of(path, sheet, limits)) is not None


def is_plan_rather(path: Path, sheet: Sheet, found: Recognised, limits: Limits) -> bool:
    """Whether a table that has words of another kind is a plan: what that kind leaves unread is what tasks have."""
    lacks = not_told(sheet, str(found.kind), found.mapping, basis_told(sheet, found.kind, found.mapping))
    if lacks and path.suffix.lower() == ".txt":
        # A letter, cut at its commas or in two at a blank.
        return bool(unexplained(sheet.headers, found.mapping)) or (
            len(sheet.headers) <= _OF_A_LETTER and may_be_plan(path, sheet, limits)
        )
    if not lacks and found.kind != "item_list":
        return False
    used = {*found.mapping.values(), *found.beside}
    unread = [
        heading
        for index, heading in enumerate(sheet.headers)
        if index not in used and heading.strip() and not is_personal(heading)
    ]
    if not any(map(_is_of_tasks, unread)):
        return False
    # Lists of items have proportions too; those of a year are its plan.
    is_list = not lacks and bool({"legal_basis", "item_class"} & found.mapping.keys())
    words = _words_of(path, sheet, limits)
    return _OF_PLANS.search(words) is not None and (not is_list or _A_PLAN.search(words) is not None)


def _is_of_tasks(heading: str) -> bool:
    parts = (heading, *heading.split(JOINED))
    says = {code for part in parts for code, value in said_by(part).items() if value == max(said_by(part).values())}
    ticks = {said[0] for part in parts if (said := tick_says(part))}
    return bool((says | ticks) & _OF_TASKS) or any(code.startswith("class:") for code in says)


def _words_of(path: Path, sheet: Sheet, limits: Limits) -> str:
    """What a file says beside its rows: its name, its worksheets, the lines above its tables, and their first rows."""
    told = [Path(sheet.name).stem, *sheet.worksheets, *sheet.titles, *sheet.headers]
    try:
        document = read_document(path, sheet.name, limits)
    except InspectionsError:
        # Longer than any plan.
        return "\n".join(told)
    told += (line.text for line in document.paragraphs[:_LINES])
    told += chain.from_iterable(row.cells for table in document.tables for row in table.rows[:_ROWS])
    return "\n".join("".join(text.split()) for text in told)
