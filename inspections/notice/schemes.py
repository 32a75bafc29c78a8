"""A plan of one task told in sections, each called as a column is (抽查对象, 抽查比例 …), or those its list names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inspections.files.columns import readings
from inspections.files.content import Paragraph
from inspections.notice.header_words import column_code, exact_codes, normalised
from inspections.notice.prose import ITEMS, LEAD, NAME, OF_THE_WORK, PARTNERS, Card, sections, subject, told_in_clauses

# What a plan of one task may say in sections of its own.
_SECTIONS = {"items", "content", "scope", "rate", "quota", "frequency", "period", "lead_unit", "partners"}


def of_sections(lines: Sequence[Paragraph]) -> list[Card]:
    """A plan in sections, each called as a column is (抽查对象, 抽查时间 …): one task, or as many as its list names."""
    read = ((line, heading, code or _told_by(heading, own), own) for line, heading, code, own in sections(lines))
    told = [(line, heading, code, own) for line, heading, code, own in read if code in _SECTIONS and own]
    # Of two that seem to say one thing (抽查对象; 检查范围及要求) the one that is called as the column is.
    exact = {code for _, heading, code, _ in told if normalised(heading) in exact_codes()}
    told = [one for one in told if one[2] not in exact or normalised(one[1]) in exact_codes()]
    codes = [code for _, _, code, _ in told]
    shared = _division(sections(lines))
    looked_at = bool({"items", "content"} & set(codes))
    # Who is inspected, how many and when make a task, too, where nothing says what is looked at.
    told_without = {"scope", "period"} <= set(codes) and bool({"rate", "quota"} & set(codes))
    if len(set(codes)) != len(codes) or not (looked_at or told_without):
        return []
    pairs = [(heading, "\n".join(own)) for _, heading, _, own in told]
    pairs += [(heading, value) for heading, value in shared if column_code(heading) not in codes]
    by_whom = "，".join(
        line for _, heading, _, own in sections(lines) if re.search("组织|分工", heading) for line in own
    )
    known = {column_code(heading) for heading, _ in pairs} | {"period"} | ({"partners"} if shared else set())
    pairs += [(heading, value) for heading, value in told_in_clauses(by_whom) if column_code(heading) not in known]
    at, listed = next(
        ((i, _list_of_tasks(own)) for i, (_, _, code, own) in enumerate(told) if code in {"items", "content"}), (0, [])
    )
    if not listed:
        name = subject(lines)
        return [(told[0][0], [(NAME, name), *pairs] if name else pairs)]
    # A name, and every section that they share.
    return [(told[at][0], [(NAME, name), *pairs[:at], (pairs[at][0], name), *pairs[at + 1 :]]) for name in listed]


def _told_by(heading: str, own: Sequence[str]) -> str:
    """The column of a section whose heading says none, where its one line is a period or a proportion alone."""
    read = readings(own[0].rstrip("。")) if len(own) == 1 and not _SENTENCE.search(own[0]) else frozenset()
    if OF_THE_WORK.search(heading) or len(read & {"window", "rate"}) != 1:
        return ""
    return "period" if "window" in read else "rate"


# What is said in clauses is more than a value.
_SENTENCE = re.compile("[，；;]|。.")


_DUTY = re.compile(
    r"(?P<unit>[\u4e00-\u9fff]{2,20}?(?:局|委|厅|办|[股科处室]|[大支总]队|中心))(?:具体|主要)?(?:负责)?(?P<leads>牵头)?(?:组织|实施|协调)*"
    r"[，,]?(?:负责)?(?:检查|核查|抽查)(?P<items>[^；;。]{2,80})"
)


def _division(told: Sequence[tuple[int, str, str, list[str]]]) -> list[tuple[str, str]]:
    """Who leads, who helps and what each looks at, where a section divides the work ("甲局牵头，检查…；乙局检查…")."""
    words = "；".join(line for _, heading, _, own in told if re.search("分工|职责", heading) for line in own)
    clauses = [clause.strip() for clause in re.split("[；;。\n]", words) if clause.strip()]
    duties = [duty for clause in clauses if (duty := _DUTY.fullmatch(clause))]
    if len(duties) < 2 or any("负责" in clause and not _DUTY.fullmatch(clause) for clause in clauses):
        return []
    lead = next((duty["unit"] for duty in duties if duty["leads"]), duties[0]["unit"])
    helps = "、".join(duty["unit"] for duty in duties if duty["unit"] != lead)
    items = "\n".join(f"{duty['unit']}：{duty['items']}" for duty in duties)
    return [(ITEMS, items), (LEAD, lead), (PARTNERS, helps)]


def _list_of_tasks(lines: Sequence[str]) -> list[str]:
    """The inspections that the numbered lines of a section name one by one; none where they are what is looked at."""
    names = [
        found[1].strip() for line in lines if (found := re.fullmatch(r"\d{1,2}[.、．](.{4,60}?)[。；;]?", line.strip()))
    ]
    return names if len(names) > 1 and all(re.search("(?:检查|抽查|督查|巡查)$", name) for name in names) else []
