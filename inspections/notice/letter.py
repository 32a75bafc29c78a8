"""What the letter before a plan says for all of its tasks, where the table itself has no column for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inspections.files.content import Document
from inspections.notice.headers import Header
from inspections.notice.plan import Issue, where
from inspections.notice.task_rows import Record

# The columns that hold the same thing as the one the letter speaks of.
_ALIKE = {"rate": ("rate", "quota"), "period": ("period", "period_start", "period_end")}
_ALL = "(?:统一|一律|均|原则上|全部|总体|随机|年度)*"
_SAID = {
    "rate": re.compile(
        rf"(?:抽查|抽取|检查)比例{_ALL}(?:确定|设定)?[为是按：:]?{_ALL}(?P<value>(?:不低于|不少于|不超过|达到)?[^，。；;、]{{0,12}}?\d+(?:\.\d+)?[%％‰](?:以上)?)"
    ),
    "period": re.compile(
        rf"(?:抽查|检查|实施)(?:起止)?(?:时间|期限){_ALL}(?:安排|确定)?[为是：:自从]{{1,2}}{_ALL}(?P<value>[^，。；;]{{0,6}}\d[^，。；;]{{1,30}})"
        r"|(?P<by>(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底)?之?前)(?:全面|全部)?完成(?:全部|全年|年度|所有|本年度)?(?:随机)?(?:(?:抽查|检查)(?:任务|工作)|(?<=前完成)(?=[。；]))"
        r"|(?:抽查|检查)(?:任务|工作)(?:应当?|须|要|需|统一|务必|均)*[于在](?P<until>(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底)?之?前)(?:全面|全部)?(?:完成|结束)"
    ),
}


def fill_from_letter(document: Document, records: Sequence[Record], issues: list[Issue]) -> None:
    """Give tasks what the letter says once for all of them, and say so; what it says in two ways it does not give."""
    letter = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for code, pattern in _SAID.items():
        values = {next(filter(None, found.groups())).strip() for found in pattern.finditer(letter)}
        if len(values) != 1:
            continue
        (value,) = values
        for record in records:
            if not _has_column(record.header, code) and not record.made_of:
                record.cells[code] = value
                issues.append(
                    Issue(record.row, code, "value_of_letter", "note", {"text": value, **where(record.table)})
                )


def _has_column(header: Header, code: str) -> bool:
    known = {*header.columns.values(), *(meant for meant, _ in header.ticks.values())}
    return bool(known & set(_ALIKE[code])) or (code == "rate" and any(one.startswith("class:") for one in known))
