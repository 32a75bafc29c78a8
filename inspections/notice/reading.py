"""A document -> one bureau's notice: its plans, tasks, items, units, and an issue for whatever is off.

What a notice says is kept twice: read (numbers, dates) and verbatim (`*_text`, `period_text`, `risk_rule`). Names and
numbers of contacts are taken out of every cell before anything else looks at it.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from inspections.files.content import Document, Row, Table
from inspections.notice import units as unit_names
from inspections.notice import values
from inspections.notice.headers import Header, find_header, says_other_kind, vocabulary
from inspections.notice.units import Bureau, Unit
from inspections.words.errors import InspectionsError

_LONGEST_TITLE = 80
# A text this long in the naming column is a damaged row, not a name.
_LONGEST_NAME = 500
# Columns that belong to the task as a whole: a different value under an empty number means another task.
_DECIDING = ("rate", "quota", "frequency", "period", "period_start", "period_end", "pool")
_NAMING = ("name", "field", "plan_name")
# Called with a column, an issue's code, its severity and its parameters.
_Report = Callable[..., None]


@dataclass(frozen=True)
class Issue:
    """Something off: where (`row` as the user sees it, `field` as column code), what (`code`), how bad (`severity`).

    `parameters` fill the sentence `issues.<code>` of the text files and hold where the row stands (sheet, table, page).
    """

    row: int | None
    field: str | None
    code: str
    severity: str
    parameters: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """One inspection item of a task and the unit that checks it."""

    name: str
    unit: Unit
    item_class: str | None = None
    legal_basis: str | None = None


@dataclass(frozen=True)
class Task:
    """One task: what the notice said, numbers read and words verbatim; None where it said nothing."""

    row: int
    seq: int
    name: str
    plan_name: str | None
    field: str | None
    draw_type: str | None
    item_class: str | None
    scope: str | None
    scope_text: str | None
    rate: Decimal | None
    rate_op: str | None
    rate_max: Decimal | None
    rate_text: str | None
    quota: int | None
    times_per_year: int | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    period_text: str | None
    pool_stated: int | None
    risk_rule: str | None
    initiating_unit: Unit
    lead_unit: Unit
    partners: tuple[Unit, ...]
    checking_body: str | None
    items: tuple[Item, ...]
    class_rates: Mapping[str, values.ClassRate]


@dataclass(frozen=True)
class Plan:
    """One plan of a notice; `kind` is 'internal' or 'joint'."""

    kind: str
    year: int
    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Notice:
    """A whole notice. `units` are the units in scope; `aliases` are other names the notice uses for one of them."""

    bureau: Bureau
    doc_no: str | None
    issued_on: datetime.date | None
    plans: tuple[Plan, ...]
    units: tuple[Unit, ...]
    aliases: tuple[tuple[str, Unit], ...]
    issues: tuple[Issue, ...]
    rows_read: int
    rows_kept: int


@dataclass
class _Record:
    """The cells of one task by column code, with continuation rows already added."""

    row: int
    cells: dict[str, str]
    header: Header
    table: Table
    numbered: bool

    def get(self, code: str) -> str:
        text = self.cells.get(code, "")
        return "" if values.says_nothing(text) else text


class _Units:
    """The units of one notice as they turn up, each once whatever it is called."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self._known: dict[tuple[str, ...], Unit] = {}
        self._aliases: dict[str, Unit] = {}

    def meet(self, name: str, *, internal: bool) -> Unit:
        unit = unit_names.unit_called(name, self.bureau, internal=internal)
        if not internal and not unit.own:
            # A section called 局 (矿产资源监督管理局) is known from the internal plan before.
            for called in (unit.name, unit_names.bare_name(unit.name)):
                as_section = Unit(called, "section", own=True)
                unit = self._known.get(unit_names.identity(as_section), unit)
        known = self._known.setdefault(unit_names.identity(unit), unit)
        self.also_called(name, known)
        return known

    def also_called(self, name: str, unit: Unit) -> None:
        written = values.squeezed(name)
        if written != unit.name and not re.search("发起$|牵头$|[（(]", written):
            self._aliases.setdefault(written, unit)

    @property
    def all(self) -> tuple[Unit, ...]:
        return tuple(self._known.values())

    @property
    def aliases(self) -> tuple[tuple[str, Unit], ...]:
        return tuple(self._aliases.items())


def read_notice(document: Document, *, bureau: str | None = None, year: int | None = None) -> Notice:
    """Plans, tasks, items and units of a notice.

    `bureau` names the bureau where the file does not (or says it wrongly); `year` is the plan's year where neither
    title, document number nor windows say it. Raises InspectionsError `no_plan_table`, `not_a_notice`,
    `bureau_unknown`, `year_unknown`, each naming the file.
    """
    issues: list[Issue] = []
    records, rows_read, rows_left = _records(document, issues)
    if not records:
        if rows_read == 0 and any(says_other_kind(row.cells) for table in document.tables for row in table.rows[:3]):
            raise InspectionsError("not_a_notice", file=document.name)
        raise InspectionsError("no_plan_table", file=document.name)
    owner = _bureau_of(document, records, bureau, issues)
    number = _document_number(document)
    if number is None:
        issues.append(Issue(None, "doc_no", "doc_no_missing", "warning"))
    issued_on = _issued_on(document)
    if issued_on is None:
        issues.append(Issue(None, "issued_on", "issued_on_missing", "note"))

    groups: dict[tuple[str, int], list[_Record]] = {}
    titles: dict[tuple[str, int], str] = {}
    years: dict[str | None, int] = {}
    for record in records:
        kind = _kind_of(record)
        title = _title_of(record.table)
        if title not in years:
            years[title] = _year_of(title, document, number, records, year)
        plan_year = years[title]
        key = (kind, plan_year)
        groups.setdefault(key, []).append(record)
        titles.setdefault(key, title or _default_title(document, owner, plan_year))

    directory = _Units(owner)
    plans = []
    # Internal plans first: they tell which names are sections of the bureau.
    for (kind, plan_year), own in sorted(groups.items(), key=lambda group: group[0][0] == "joint"):
        tasks = _tasks(own, kind, plan_year, directory, issues)
        if tasks:
            plans.append((kind, plan_year, titles[kind, plan_year], tasks))
    for paragraph in document.paragraphs[:80]:
        named = unit_names.addressees(paragraph.text)
        for name in named:
            directory.meet(name, internal=False)
        if named:
            break
    rows_kept = sum(len(tasks) for _, _, _, tasks in plans)
    if not plans:
        raise InspectionsError("no_readable_rows", file=document.name, rows=rows_read)
    return Notice(
        bureau=owner,
        doc_no=number,
        issued_on=issued_on,
        plans=tuple(Plan(kind, plan_year, title, tasks) for kind, plan_year, title, tasks in plans),
        units=directory.all,
        aliases=directory.aliases,
        issues=tuple(issues),
        rows_read=len(records) + rows_left,
        rows_kept=rows_kept,
    )


# ---------------------------------------------------------------------------------------------------- rows


def _where(table: Table) -> dict[str, object]:
    return {
        key: value for key, value in (("sheet", table.sheet), ("page", table.page), ("table", table.ordinal)) if value
    }


def _records(document: Document, issues: list[Issue]) -> tuple[list[_Record], int, int]:
    """The task records of every plan table, the number of rows read, and of rows left out with an issue."""
    records: list[_Record] = []
    header: Header | None = None
    width = 0
    rows_read = rows_left = 0
    for table in document.tables:
        starts_with_header = any(find_header(table.rows, index) for index in range(min(4, len(table.rows))))
        if not starts_with_header and (header is None or not _continues(table, width)):
            header = None
            continue
        index = 0
        seen_header = not starts_with_header
        while index < len(table.rows):
            found = find_header(table.rows, index)
            if found is not None:
                header, seen_header = found, True
                width = len(table.rows[index].cells)
                issues += [
                    Issue(table.rows[index].number, None, "column_unread", "note", {"header": name, **_where(table)})
                    for name in found.unread
                ]
                where = _where(table)
                issues += [
                    Issue(table.rows[index].number, "items", "details_unread", "note", {"header": name, **where})
                    for name in found.details
                ]
                index += found.depth
                continue
            row = table.rows[index]
            index += 1
            if not seen_header or header is None or _is_aside(row):
                continue
            if _is_heading(row, table.rows[index] if index < len(table.rows) else None, header):
                continue
            rows_read += 1
            cells = _cells_of(row, header, table, issues)
            last = records[-1] if records and records[-1].header.columns == header.columns else None
            if last is not None and _carries_on(row, cells, header, last):
                _append(last, row, cells, header)
                continue
            numbered = _own(row, header, "seq")
            if last is not None and not numbered and "seq" in header.columns.values():
                cells = {**_shared(last), **{code: text for code, text in cells.items() if text}}
            if not any(cells.get(code, "").strip() for code in (*_NAMING, "items")):
                rows_left += 1
                issues.append(Issue(row.number, "name", "row_without_task", "error", _where(table)))
                continue
            records.append(_Record(row.number, cells, header, table, numbered))
    return records, rows_read, rows_left


def _continues(table: Table, width: int) -> bool:
    """Whether a table without a header carries on the table before: same width, no new plan announced above it."""
    announced = any(word in title for title in table.titles for word in vocabulary()["titles"]["plan"])
    return abs(len(table.rows[0].cells) - width) <= 1 or announced


def _is_aside(row: Row) -> bool:
    """Whether a row is a total or a note under the table."""
    filled = [values.squeezed(cell) for cell in row.cells if cell.strip()]
    first = filled[0] if filled else ""
    if re.match(r"(?:合计|总计|小计|共计)", first) or (
        len(filled) > 1 and re.fullmatch("合计|总计|小计|共计", filled[1])
    ):
        return True
    if len(filled) > 1 and re.fullmatch("(?:注|备注|说明|填表说明)[：:]?", first):
        return True
    return len(set(filled)) == 1 and bool(re.match(r"(?:注|备注|说明|填表说明|联系人|填报)[：:1-9一]?", first))


def _is_heading(row: Row, below: Row | None, header: Header) -> bool:
    """Whether a row only heads the rows below it ("一 | 建筑市场类" over 1.1, 1.2 … or over 1, 2 …)."""
    filled = {i: values.squeezed(cell) for i, cell in enumerate(row.cells) if cell.strip() and i not in row.merged_down}
    seq = next((i for i, code in header.columns.items() if code == "seq"), None)
    if below is None or seq is None or seq not in filled or len(set(filled.values())) != 2:
        return False
    number = re.sub(r"[、.．()（）]", "", filled[seq])
    under = values.squeezed(below.cells[seq]) if seq < len(below.cells) else ""
    full = sum(1 for cell in below.cells if cell.strip()) > 3
    spoken = values.chinese_number(number) is not None
    part_of = re.match(rf"{re.escape(number)}[.．\-—]\d", under)
    return full and (part_of is not None or (spoken and re.match(r"[（(]?\d", under) is not None))


def _cells_of(row: Row, header: Header, table: Table, issues: list[Issue]) -> dict[str, str]:
    """The cells of a row by column code, contacts taken out."""
    cells: dict[str, str] = {}
    for index, code in header.columns.items():
        if code in {"contact", "note"}:
            continue
        text = row.cells[index].strip() if index < len(row.cells) else ""
        text, had_contact = values.without_contacts(values.printable(text))
        if had_contact:
            issues.append(Issue(row.number, code, "contact_removed", "note", _where(table)))
        before = cells.get(code, "")
        if not before:
            cells[code] = text
        elif text and text != before:
            cells[code] = f"{before}{_JOINTS.get(code, ' ')}{text}" if code in _JOINTS else before
    surplus = [cell for cell in row.cells[max(header.columns, default=0) + 1 :] if cell.strip()]
    if surplus and not header.unread and len(row.cells) > max(header.columns) + 1:
        issues.append(
            Issue(row.number, None, "cells_beyond_header", "warning", {"count": len(surplus), **_where(table)})
        )
    return cells


# Two columns of one meaning (two partner columns, 检查类别 and 检查事项) are read together.
_JOINTS = {"items": "\n", "partners": "、", "risk_rule": "；", "legal_basis": "；", "rate": ";"}


def _own(row: Row, header: Header, code: str) -> bool:
    """Whether the row itself, not a cell merged from above, says something in a column."""
    return any(
        row.cells[index].strip() and index not in row.merged_down
        for index, column in header.columns.items()
        if column == code and index < len(row.cells)
    )


def _carries_on(row: Row, cells: dict[str, str], header: Header, last: _Record) -> bool:
    """Whether a row is the rest of the task above rather than a task of its own."""
    codes = set(header.columns.values())
    if row.split and not _own(row, header, "seq"):
        return True
    if "seq" in codes and _own(row, header, "seq"):
        return False

    def differs(code: str) -> bool:
        return _own(row, header, code) and bool(last.get(code)) and cells.get(code) != last.get(code)

    if any(differs(code) for code in _DECIDING):
        return False
    naming = next((code for code in _NAMING if code in codes), None)
    new_name = naming is not None and differs(naming)
    if "seq" in codes:
        return not (new_name and any(_own(row, header, code) for code in (*_DECIDING, "scope")))
    own = {code for code in codes if _own(row, header, code)}
    if not codes & set(_NAMING):
        return not own & {"items", *_DECIDING, "scope"}
    return not own & {*_NAMING, *_DECIDING, "scope"}


def _append(last: _Record, row: Row, cells: dict[str, str], header: Header) -> None:
    """Add a continuation row to the task above."""
    for code, text in cells.items():
        if code == "seq" or not text or not (row.split or _own(row, header, code)):
            continue
        before = last.cells.get(code, "")
        if not before:
            last.cells[code] = text
        elif row.split:
            last.cells[code] = before + text
        elif text not in before.split("\n"):
            last.cells[code] = before + _JOINTS.get(code, "") + text


def _shared(last: _Record) -> dict[str, str]:
    """What a task without a number of its own takes over from the one above: everything that one row shares."""
    return {code: text for code, text in last.cells.items() if code not in {"items", "seq"}}


# ---------------------------------------------------------------------------------------------------- the notice


def _title_of(table: Table) -> str | None:
    near = [title for title in table.titles[-6:] if len(title) <= _LONGEST_TITLE]
    words = vocabulary()["titles"]["plan"]
    for title in reversed(near):
        if any(word in title for word in words) and not re.search("^附件：|^[（(].*[)）]|[。：:；，]$", title):
            bare = re.sub(r"^(?:附件\d*[：:]?|[（(]?[一二三四五六七八九十][、）)])\s*", "", title)
            return " ".join(values.without_contacts(_quoted_plan(bare))[0].split())
    if table.sheet and (any(word in table.sheet for word in words) or _kind_word(table.sheet)):
        return table.sheet
    return None


def _quoted_plan(title: str) -> str:
    """The plan that a heading issues ("关于印发《…抽查计划》的通知"), else the heading itself."""
    found = re.search(r"关于.*?《(?P<plan>[^《》]*计划[^《》]*)》", title)
    return found["plan"] if found else title


def _default_title(document: Document, bureau: Bureau, year: int) -> str:
    for paragraph in document.paragraphs[:40]:
        if re.search("通知|公告|计划|方案", paragraph.text) and len(paragraph.text) <= _LONGEST_TITLE:
            return " ".join(values.without_contacts(_quoted_plan(paragraph.text))[0].split())
    return f"{bureau.name}{year}年度双随机抽查计划"


def _kind_word(text: str) -> str | None:
    for kind, words in vocabulary()["plan_kind"].items():
        if any(word in text for word in words):
            return str(kind)
    return None


def _kind_of(record: _Record) -> str:
    """Joint or internal: by a column that says it, by the table's title, by whether there are partners."""
    own = values.squeezed(record.get("plan_type"))
    if own in {"是", "否"}:
        return "joint" if own == "是" else "internal"
    title = _title_of(record.table) or ""
    near = "".join(t for t in record.table.titles[-2:] if len(t) <= _LONGEST_TITLE)
    for text in (own, record.get("draw_type"), title, near, record.table.sheet or ""):
        kind = _kind_word(text)
        if kind:
            return kind
    named = (re.sub(r"[（(].*?(?:[)）]|$)", "", name) for name in unit_names.names_in(record.get("partners")))
    # Sections that help one another (配合股室) are no joint inspection.
    outside = (name for name in named if unit_names.is_unit_name(name) and not re.search("[股科室处站]$", name))
    return "joint" if any(outside) else "internal"


def _year_of(
    title: str | None, document: Document, number: str | None, records: Sequence[_Record], default: int | None
) -> int:
    heading = [p.text for p in document.paragraphs[:40] if "关于" in p.text and len(p.text) <= _LONGEST_TITLE]
    first = [title or "", *heading[:1]]
    # A number's 〔2023〕 and a column 年度 that holds 2023 alone are years without the word.
    first += [year + "年" for year in re.findall(r"〔(\d{4})〕", number or "")]
    first += [record.get("year").removesuffix("年") + "年" for record in records]
    named = next(filter(None, map(values.year_of, first)), None)
    if named:
        return named
    said = [
        year
        for record in records
        for code in ("period", "period_start", "period_end")
        for year in map(int, re.findall(r"(?<!\d)(20\d{2})(?=[年./-])", values.folded(record.get(code))))
    ]
    if said:
        return min(said)
    issued = _issued_on(document)
    nearby = [Path(document.name).stem, *(paragraph.text for paragraph in document.paragraphs[:5])]
    last = next(filter(None, map(values.year_of, nearby)), None) or default or (issued.year if issued else None)
    if last is None:
        raise InspectionsError("year_unknown", file=document.name)
    return last


_ORGAN_END = r"(?:局|委员会|厅|委|办公室|署|管委会|政府|海关|总队|支队|大队|中心|领导小组|联席会议)"
_ORGAN_BEFORE = re.compile(
    rf"^(?P<organ>[\u4e00-\u9fffA-Za-z×（）()、]{{2,40}}{_ORGAN_END})"
    r"(?=(?:20\d\d|二[\u3007○零]|关于|年度|内部|部门|本部门|双随机|跨部门|联合|抽查|随机|[“\"《 ]|的|$))"
)


def _organ_at_start(text: str) -> str | None:
    words = values.squeezed(values.folded(text)).replace("(", "（").replace(")", "）")
    words = re.sub(r"^(?:附件|附表|附)\d*[:：]?", "", words)
    before = words.split("关于")[0]
    if re.fullmatch(r"[\u4e00-\u9fff“”\"、]{6,50}(?:领导小组|联席会议)(?:办公室)?", before):
        return before
    # The organ is what stands before the year; longest first, so that "…局建安区分局" is not cut at the first 局.
    head = re.split(r"20\d\d|二[\u3007○零]二", before)[0] or before
    found = _ORGAN_BEFORE.match(head + (" " if head != words else ""))
    return found["organ"] if found and len(found["organ"]) <= 40 else None


def _place_at_start(text: str) -> str | None:
    """Whose plan a title without a bureau is: a place ("某县2024年度部门联合…"), or a bureau called 系统."""
    words = re.sub(r"^(?:附件|附表|附)\d*[:：]?", "", values.squeezed(values.folded(text)))
    system = re.match(
        r"([\u4e00-\u9fff×]{2,8}?[省市县区旗州盟](?!场)[\u4e00-\u9fff]{2,12}?)系统(?=20\d\d|[“\"]|部门|双随机)", words
    )
    if system:
        return system[1] + "局"
    place = re.match(
        r"([\u4e00-\u9fff×]{1,8}?[省市县区旗州盟])(?=20\d\d|市场监管领域|[“\"]?双随机|部门联合|跨部门|本级)", words
    )
    return place[1] if place and len(place[1]) > 1 else None


def _bureau_of(document: Document, records: Sequence[_Record], given: str | None, issues: list[Issue]) -> Bureau:
    if given and given.strip():
        return unit_names.bureau_named(given)
    lines = [paragraph.text for paragraph in document.paragraphs]
    candidates: list[str | None] = []
    for line in lines[:15]:
        words = values.squeezed(line)
        if words.endswith("文件") and len(words) <= _LONGEST_TITLE:
            head = words.removesuffix("文件")
            candidates.append(_organ_at_start(head))
    candidates += [_organ_at_start(line) for line in lines[:30] if "关于" in line and len(line) <= _LONGEST_TITLE]
    candidates += [_organ_at_start(title) for record in records for title in (_title_of(record.table),) if title]
    candidates += [
        _organ_at_start(lines[i - 1])
        for i, line in enumerate(lines)
        if i and values.single_date(line) and len(lines[i - 1]) <= 60
    ]
    candidates += [_organ_at_start(line) for line in lines[:10] if len(line) <= _LONGEST_TITLE]
    candidates.append(_organ_at_start(Path(document.name).stem))
    # A bare table whose every row is checked by the same named department is that department's.
    for column in ("checking_body", "lead_unit"):
        bodies = {values.squeezed(record.get(column)) for record in records}
        if len(bodies) == 1:
            body = bodies.pop()
            named = unit_names.is_unit_name(body) and unit_names.bureau_named(body).region
            candidates.append(body if named else None)
    for organ in candidates:
        if organ and len(organ) >= 4:
            return unit_names.bureau_named(organ)
    titles = [title for record in records if (title := _title_of(record.table))]
    for text in (*titles, *(line for line in lines[:15] if len(line) <= _LONGEST_TITLE), Path(document.name).stem):
        place = _place_at_start(text)
        if place:
            issues.append(Issue(None, None, "bureau_assumed", "warning", {"used": place}))
            return unit_names.bureau_named(place)
    raise InspectionsError("bureau_unknown", file=document.name)


def _document_number(document: Document) -> str | None:
    for paragraph in document.paragraphs[:60]:
        if len(paragraph.text) <= _LONGEST_TITLE:
            number = values.document_number(paragraph.text)
            if number:
                return number
    return values.document_number(Path(document.name).stem, alone=False)


def _issued_on(document: Document) -> datetime.date | None:
    for paragraph in document.paragraphs:
        if len(paragraph.text) <= 40:
            found = values.single_date(paragraph.text)
            if found:
                return found
    return None


# ---------------------------------------------------------------------------------------------------- tasks


def _tasks(
    records: Sequence[_Record], kind: str, year: int, directory: _Units, issues: list[Issue]
) -> tuple[Task, ...]:
    numbers = [values.whole_number(record.get("seq")) if record.numbered else None for record in records]
    given = [number for number in numbers if number]
    as_given = len(given) == len(set(given)) and all(number is None or 1 <= number <= 100_000 for number in numbers)
    if not as_given:
        issues.append(Issue(records[0].row, "seq", "seq_renumbered", "note", _where(records[0].table)))
    free = (number for number in range(max(given, default=0) + 1 if as_given else 1, 10_000_000))
    tasks = []
    for record, number in zip(records, numbers, strict=True):
        seq = number if as_given and number else next(free)
        task = _task(record, seq, kind, year, directory, issues)
        if task is not None:
            tasks.append(task)
    return tuple(tasks)


def _one_line(text: str) -> str | None:
    words = " ".join(re.sub(r"<[^<>]{0,200}>", " ", text).split())
    return words or None


def _task(record: _Record, seq: int, kind: str, year: int, directory: _Units, issues: list[Issue]) -> Task | None:
    def report(column: str | None, code: str, severity: str, **parameters: object) -> None:
        issues.append(Issue(record.row, column, code, severity, {**parameters, **_where(record.table)}))

    def remarks(column: str, found: Sequence[values.Remark]) -> None:
        for remark in found:
            report(column, remark.code, remark.severity, **remark.parameters)

    internal = kind == "internal"
    initiating, lead, others = _leaders(record, internal, directory, report)
    partners = tuple(
        dict.fromkeys(
            unit
            for name in unit_names.names_in(record.get("partners"))
            if (unit := _met(name, "partners", False, directory, report)) is not None and unit != lead
        )
    ) + tuple(unit for unit in others if unit != lead)
    item_class = next(
        (code for word, code in vocabulary()["item_class"].items() if word in record.get("item_class")), None
    )
    items_text = record.get("items")
    field_text = _one_line(record.get("field"))
    items = _items(items_text, record, lead, partners, item_class, directory, report)
    name = (
        _one_line(record.get("name"))
        or field_text
        or (items[0].name if items else None)
        or _one_line(record.get("plan_name"))
    )
    if name is None or len(name) > _LONGEST_NAME:
        report("name", "row_without_task", "error")
        return None
    if not items:
        items = (Item(field_text or name, lead, item_class, _one_line(record.get("legal_basis"))),)
        report("items", "items_missing", "warning", used=items[0].name)

    risk_rule = _one_line(record.get("risk_rule"))
    planned = _planned(record, risk_rule, remarks)
    if not (planned.remarks or planned.rate or planned.rate_max or planned.quota or planned.class_rates):
        report("rate", "rate_missing", "warning")
    period_text = record.get("period")
    if not period_text and (record.get("period_start") or record.get("period_end")):
        period_text = f"{record.get('period_start')} - {record.get('period_end')}".strip(" -")
        if not record.get("period_start"):
            period_text += "前"
    if record.header.months:
        period_text = re.sub(r"(?<![\d年月./-])(1[0-2]|[1-9])(?![\d月日./年])", r"\1月", period_text)
    window = values.window(period_text, year)
    remarks("period", window.remarks)
    scope_text = _one_line(record.get("scope")) or _scope_elsewhere(record)
    scope = values.squeezed(scope_text) if scope_text else None
    _doubt(name, scope, year, planned, record, report)
    checking_body = _one_line(record.get("checking_body"))
    pool = values.whole_number(record.get("pool")) if record.get("pool") else planned.pool
    how_drawn = record.get("draw_type") or record.get("method")
    return Task(
        row=record.row,
        seq=seq,
        name=name,
        plan_name=_one_line(record.get("plan_name")),
        field=field_text,
        draw_type=next((c for word, c in vocabulary()["draw_type"].items() if word in how_drawn), None),
        item_class=item_class,
        scope=scope,
        scope_text=scope_text,
        rate=planned.rate,
        rate_op=planned.rate_op,
        rate_max=planned.rate_max,
        rate_text=_one_line(record.get("rate")) or _one_line(record.get("quota")),
        quota=planned.quota,
        times_per_year=planned.times_per_year,
        starts_on=window.starts_on,
        ends_on=window.ends_on,
        period_text=_one_line(period_text),
        pool_stated=pool,
        risk_rule=risk_rule,
        initiating_unit=initiating,
        lead_unit=lead,
        partners=partners,
        checking_body=checking_body if checking_body != scope_text else None,
        items=items,
        class_rates=planned.class_rates,
    )


def _scope_elsewhere(record: _Record) -> str | None:
    """A pool in the column of the checking body (抽查主体: 全市企业), where the table has no column for pools."""
    text = _one_line(record.get("checking_body"))
    if text is None or "scope" in record.header.columns.values() or unit_names.is_unit_name(text):
        return None
    return text if re.search("企业|个体|经营者|机构|场所|用户|合作社", text) else None


def _planned(record: _Record, risk_rule: str | None, remarks: _Report) -> values.Proportion:
    """What the columns of proportion, number, frequency and classes say together; what was off goes to `remarks`."""
    columns = record.header.columns
    said = values.proportion(
        record.get("rate"),
        percent_header=any(columns[i] == "rate" for i in record.header.percent),
        count_header=bool(record.header.counts),
    )
    remarks("rate", said.remarks)
    quota, times, rates = said.quota, said.times_per_year, dict(said.class_rates)
    if record.get("quota"):
        counted = values.proportion(record.get("quota"), count_header=True)
        exact = values.whole_number(record.get("quota"))
        if exact is None:
            remarks("quota", counted.remarks)
        quota = exact if exact is not None else counted.quota if counted.quota is not None else quota
        times = times or counted.times_per_year
        said = counted if said.rate is None and exact is None and counted.rate is not None else said
    if record.get("frequency"):
        often, found = values.times_per_year(record.get("frequency"))
        remarks("frequency", found)
        times = often or times
        if said.rate is None and "%" in values.folded(record.get("frequency")):
            said = values.proportion(record.get("frequency"))
            remarks("frequency", said.remarks)
    for index, code in columns.items():
        if code.startswith("class:") and record.get(code):
            of_class = values.proportion(record.get(code), percent_header=index in record.header.percent)
            if of_class.rate is None and of_class.rate_max is not None:
                # The contract has no upper bound per class: the bound itself is what was planned.
                of_class = dataclasses.replace(of_class, rate=of_class.rate_max, rate_op="=", remarks=())
            remarks("rate", of_class.remarks)
            if of_class.rate is not None or of_class.quota is not None:
                rates[code.removeprefix("class:")] = values.ClassRate(
                    of_class.rate, of_class.rate_op, of_class.quota, of_class.times_per_year
                )
    if risk_rule and not rates:
        rates = values.class_rates(risk_rule)
    return dataclasses.replace(said, quota=quota, times_per_year=times, class_rates=rates)


def _doubt(
    name: str, scope: str | None, year: int, planned: values.Proportion, record: _Record, report: _Report
) -> None:
    """Report what is readable and yet cannot be meant: another year, a contradiction, a pool wider than the title."""
    named_years = values.years_named(name)
    if named_years and year not in named_years:
        report("name", "name_year", "warning", name=name, said=named_years[0], year=year)
    if planned.rate == 1 and values.rises_by_class(record.get("risk_rule")):
        report("rate", "rate_contradiction", "warning", text=_one_line(record.get("rate")))
    if scope is None:
        report("scope", "scope_missing", "warning")
        return
    wider = narrower_title(name, scope)
    if wider:
        report("scope", "scope_wider", "warning", named=wider, scope=scope)


def _met(name: str, column: str, internal: bool, directory: _Units, report: _Report) -> Unit | None:
    """The unit a name in a cell means; words that are no unit's name are reported and dropped."""
    bare = re.sub(r"[（(].*?(?:[)）]|$)|(?:发起|牵头)$", "", name)
    if not unit_names.is_unit_name(bare):
        # It may be a person's name, so it is not repeated.
        report(column, "not_a_unit", "note")
        return None
    return directory.meet(bare, internal=internal)


def _leaders(
    record: _Record, internal: bool, directory: _Units, report: _Report
) -> tuple[Unit, Unit, tuple[Unit, ...]]:
    """The initiating unit, the lead unit and any others the lead column names.

    "甲 甲" and "甲发起/甲牵头" are one unit twice; of two different names the first launches and the second leads.
    """
    found: dict[str, list[Unit]] = {"initiating_unit": [], "lead_unit": []}
    for column in found:
        for name in unit_names.names_in(_who_leads(record.get(column))):
            unit = _met(name, column, internal, directory, report)
            if unit is not None:
                role = "initiating_unit" if name.endswith("发起") else "lead_unit" if name.endswith("牵头") else column
                found[role].append(unit)
    initiating, lead = found["initiating_unit"], found["lead_unit"]
    if directory.bureau.above_departments and all(unit.kind == "section" for unit in initiating + lead):
        # In a government's plan a section stands for the department beside it.
        initiating, lead = [], []
    if not initiating and not lead:
        for name in unit_names.names_in(record.get("checking_body")):
            unit = _met(name, "checking_body", internal, directory, report)
            if unit is not None:
                lead.append(unit)
    if not initiating and not lead:
        unit = directory.meet(directory.bureau.name, internal=internal)
        report("lead_unit", "lead_missing", "warning", used=unit.name)
        lead.append(unit)
    if not initiating and len(set(lead)) == 2 and not re.search("[、，,；;]", record.get("lead_unit")):
        return lead[0], lead[1], ()
    first, second = (initiating or lead)[0], (lead or initiating)[0]
    return first, second, tuple(dict.fromkeys(unit for unit in lead + initiating[1:] if unit not in (first, second)))


def _who_leads(text: str) -> str:
    """The units in "市级组织发起（林政科负责）": what stands in brackets, when nothing before them is a unit."""
    found = re.fullmatch(r"\s*(?P<head>[^（()）]+)[（(](?P<inner>[^（()）]+)[)）]\s*", text)
    if not found or any(unit_names.is_unit_name(name) for name in unit_names.names_in(found["head"])):
        return text
    return re.sub(r"(?:按?(?:照)?职责分工)?(?:负责|指导|牵头|组织|实施|承办)+$", "", found["inner"].strip())


def _items(
    text: str,
    record: _Record,
    lead: Unit,
    partners: Sequence[Unit],
    item_class: str | None,
    directory: _Units,
    report: _Report,
) -> tuple[Item, ...]:
    """The items of a task with the unit that checks each: the one named there, else the lead.

    In a joint task that names nobody, every department checks every item.
    """
    taking_part = tuple(dict.fromkeys((lead, *partners)))
    parts = values.split_items(text, _callable_names(taking_part, directory))
    basis = _one_line(record.get("legal_basis"))
    bases = values.split_items(record.get("legal_basis")) if basis else ()
    shared = bool(partners) and bool(parts) and not any(part.department for part in parts)
    if shared:
        report("items", "items_shared", "note", units="、".join(unit.name for unit in taking_part))
    items: dict[tuple[str, Unit], Item] = {}
    for index, part in enumerate(parts):
        own_basis = bases[index].name if len(bases) == len(parts) else basis
        checkers: Sequence[Unit] = taking_part if shared else (lead,)
        if part.department:
            unit = unit_names.outside_like(taking_part, part.department, directory.bureau)
            if unit is None:
                unit = directory.meet(part.department, internal=False)
                if unit not in taking_part:
                    report("items", "unit_unknown", "warning", unit=part.department)
            else:
                directory.also_called(part.department, unit)
            checkers = (unit,)
        for unit in checkers:
            items.setdefault((part.name, unit), Item(part.name, unit, item_class, own_basis))
    return tuple(items.values())


def _callable_names(units: Sequence[Unit], directory: _Units) -> tuple[str, ...]:
    """Everything the units of a task may be called inside its items cell."""
    names = {unit.name for unit in units}
    names |= {alias for alias, unit in directory.aliases if unit in units}
    for unit in units:
        names |= set(unit_names.short_names(unit.name))
    return tuple(name for name in names if len(name) >= 3)


def narrower_title(name: str, scope: str) -> str | None:
    """The kind of firm a task's name speaks of when its scope is wider (煤炭企业 in 全县矿山企业), else None."""
    rules = vocabulary()["scope"]
    scope = values.squeezed(scope)
    title = re.sub(r"(?:20)?\d{2,4}年度?|第?[一二三四1-4]季度", "", values.squeezed(name))
    if not scope:
        return None
    for limit in rules["limiting"]:
        # 非煤 and the like narrow by exclusion; only what stands in the title and not in the scope counts.
        if (
            limit in title
            and limit not in scope
            and re.search(f"{limit}.{{0,12}}?(?:{'|'.join(rules['nouns'])})", title)
        ):
            return str(re.search(f"{limit}.{{0,12}}?(?:{'|'.join(rules['nouns'])})", title)[0])  # type: ignore[index]
    idle = "|".join(sorted(map(re.escape, rules["idle"]), key=len, reverse=True))
    for found in re.finditer(rf"(?P<kind>[\u4e00-\u9fff]{{2,12}}?)(?P<noun>{'|'.join(rules['nouns'])})", title):
        core = re.sub(idle, " ", found["kind"]).split()
        if not core or len(core[-1]) < 2:
            continue
        kind = core[-1]
        if not any(kind[i : i + 2] in scope for i in range(len(kind) - 1)):
            start = found["kind"].rfind(kind)
            return found["kind"][start:] + found["noun"]
    return None
