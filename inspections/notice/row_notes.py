"""Notes that speak of some rows only: by a mark at what they are called ("带*的为重点事项"), by number, or the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from inspections.files.characters import folded, squeezed
from inspections.files.content import Document
from inspections.files.counts import whole_number
from inspections.notice.contacts import without_contacts
from inspections.notice.plan import Issue, where
from inspections.notice.prose import names_amount, often, told_in_clauses
from inspections.notice.row_cells import without_people
from inspections.notice.task_rows import Record

_MARK = r"(?:\*{1,3}|★{1,2}|☆{1,2}|▲{1,2}|△{1,2}|※{1,2}|◆{1,2}|◇{1,2})"
# What a row is called by, where a mark stands before or behind it.
_MARKED = ("seq", "name", "field", "plan_name", "scope", "items", "lead_unit")
_AT_END = re.compile(rf"(?P<words>.*\S)\s*[（(]?(?P<mark>{_MARK})[)）]?", re.DOTALL)
_AT_START = re.compile(rf"(?P<mark>{_MARK})\s*(?P<words>\S.*)", re.DOTALL)
_BY_MARK = re.compile(
    rf"(?:凡|其中|上?表中|标题|任务|事项|名称)*(?:前|后)?(?:带|标|注|加|打|有|画)*[“\"'『「（(]?(?P<mark>{_MARK})[”\"'』」）)]?"
    r"(?:号|符号|标记|标识|标注|记号)*(?:的|者|表示|代表|系|为|是|指|[:：=])*(?:(?:抽查|检查)*(?:任务|事项|项目)[为系是:：，,]*)?(?P<says>[^*★☆▲△※◆◇]{2,})"
)
_BY_NUMBER = re.compile(
    r"(?:其中)?(?:第|(?P<seq>序号为?|编号为?))\s*(?P<numbers>\d{1,3}(?:\s*[、,，和及至\-—~～]\s*\d{1,3})*)\s*(?(seq)(?:项|号)?|(?:项|号|行))"
    r"的?(?:(?:抽查|检查)*(?:任务|事项|项目))?(?:的|为|系|是|[:：，,])*(?P<says>\D.+)"
)
_THE_REST = re.compile(r"(?:其余|其他|其它)(?:各项|抽查|检查|任务|事项|项目)*(?:的|为|均|[:：，,])*(?P<says>.{2,})")
_CLAUSE = re.compile(r"[；;。\n]|[，,](?=其余|其他|其它)|(?<=[：:])(?=\d[.、．])")
_NOTE = re.compile(r"(?:表?注|备注|说明)\s*[：:\d一.、]|[①-⑳]|\d{1,2}[.、．]")
_CLASS = re.compile("(?P<class>重点|一般)(?:检查|抽查|监管)*(?:事项|类|任务|项目)")
_ALIKE = {"rate": ("rate", "quota"), "quota": ("rate", "quota"), "period": ("period", "period_start", "period_end")}
_CODES = {"抽查时间": "period", "牵头单位": "lead_unit", "配合单位": "partners"}


def apply_row_notes(document: Document, records: Sequence[Record], issues: list[Issue]) -> frozenset[int]:
    """Give the rows that a note speaks of what it says of them, and say so; returns the lines of such notes.

    A mark goes from what a row is called by. What a column of its own says already stays, and the note is said.
    """
    marks = [_take_marks(record) for record in records]
    used: set[int] = set()
    explained: set[str] = set()
    for line, note in _notes(document, records):
        chosen: set[int] = set()
        for clause in filter(None, map(str.strip, _CLAUSE.split(note))):
            bare = re.sub(r"^(?:(?:表?注|备注|说明)\s*[：:]?\s*|[①-⑳]|\d{1,2}[.、．]\s*)+", "", clause)
            rows, says = _rows_of(bare, records, marks, chosen)
            if says:
                chosen |= set(rows)
                used.add(line)
                explained |= {mark for i in rows for mark in marks[i]}
                for i in rows:
                    _tell(records[i], says, clause, issues)
    for record, own in zip(records, marks, strict=True):
        for mark in own - explained:
            said = {"text": record.get("name") or record.get("items"), "part": mark, **where(record.table)}
            issues.append(Issue(record.row, "name", "words_unread", "note", said))
    return frozenset(used)


def _take_marks(record: Record) -> set[str]:
    """The marks at what a row is called by, which are taken from there; a mark before every line of a list is none."""
    found: set[str] = set()
    for code in _MARKED:
        text = record.cells.get(code, "").strip()
        at = _AT_END.fullmatch(text) or (_AT_START.fullmatch(text) if len(re.findall(_MARK, text)) == 1 else None)
        if at:
            record.cells[code] = at["words"].strip()
            found.add(at["mark"])
    return found


def _notes(document: Document, records: Sequence[Record]) -> Iterator[tuple[int, str]]:
    """(line, words) of the lines that may be notes: paragraphs, and rows across the tables."""
    yield from ((line.line, line.text) for line in document.paragraphs)
    for table in {id(record.table): record.table for record in records}.values():
        for row in table.rows:
            words = {squeezed(cell) for cell in row.cells if cell.strip()}
            if len(words) == 1 or any(_NOTE.match(word) for word in list(words)[:1]):
                yield row.number, " ".join(dict.fromkeys(cell.strip() for cell in row.cells if cell.strip()))


def _rows_of(
    clause: str, records: Sequence[Record], marks: Sequence[set[str]], chosen: set[int]
) -> tuple[list[int], str]:
    """The rows that a clause speaks of and what it says of them."""
    if (found := _BY_MARK.match(clause)) and (rows := [i for i, own in enumerate(marks) if found["mark"] in own]):
        return rows, found["says"]
    if found := _BY_NUMBER.match(clause):
        numbers = _numbers(found["numbers"])
        rows = [i for i, record in enumerate(records) if whole_number(record.get("seq")) in numbers]
        if len(rows) == len(numbers):
            return rows, found["says"]
    if chosen and (found := _THE_REST.match(clause)):
        return [i for i in range(len(records)) if i not in chosen], found["says"]
    return [], ""


def _numbers(words: str) -> set[int]:
    """The numbers of "1、3-5"."""
    found: set[int] = set()
    for one in re.split("[、,，和及]", words):
        first, *last = map(int, re.findall(r"\d+", one))
        found |= set(range(first, (last or [first])[-1] + 1))
    return found


def _said(says: str) -> dict[str, str]:
    """Column -> what a note says for it."""
    words = re.sub("[与和](?P<who>[\u4e00-\u9fff、]{2,40}?)(?:共同|联合)", r"会同\g<who>", says)
    told = {_CODES[heading]: re.sub("^.*由", "", value) for heading, value in told_in_clauses(words)}
    if found := _CLASS.search(says):
        told["item_class"] = found["class"]
    if "联合" in says and re.search("部门联合|跨部门", says):
        told["plan_type"] = "部门联合"
    if often(says):
        told["frequency"] = says
        told.pop("period", None)
    elif names_amount(folded(says)):
        told["rate"] = says
    return told


def _tell(record: Record, says: str, note: str, issues: list[Issue]) -> None:
    """Give a row what a note says where its own cells are silent; whatever is not taken is said."""
    told = _said(says)
    said: Mapping[str, object] = {"text": without_contacts(note)[0], **where(record.table)}
    for code, value in told.items():
        if any(record.get(one) for one in _ALIKE.get(code, (code,))):
            part = {**said, "part": without_contacts(value)[0]}
            issues.append(Issue(record.row, code, "words_unread", "note", part))
        else:
            record.cells[code] = without_people(value, code)[0]
            issues.append(Issue(record.row, code, "value_of_note", "note", said))
    if not told:
        issues.append(Issue(record.row, "name", "words_unread", "note", {**said, "part": without_contacts(says)[0]}))
