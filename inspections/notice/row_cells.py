"""The cells of one row by column: ticks and boxes read, contacts taken out, departments parted from their items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inspections.files.characters import printable
from inspections.files.content import Row, Table
from inspections.files.counts import COUNTED
from inspections.notice.boxes import ticked_alone
from inspections.notice.contacts import without_contacts, without_person
from inspections.notice.header_words import ITEMS_AND_WHO, OVER, column_code, normalised, two_numbers, without_brackets
from inspections.notice.headers import Header
from inspections.notice.plan import Issue, where
from inspections.notice.proportions import proportion
from inspections.notice.ticks import is_tick, says_role, sign_role
from inspections.notice.vocabulary import says_nothing


def cells_of(row: Row, header: Header, table: Table, legend: str, issues: list[Issue]) -> dict[str, str]:
    """The cells of a row by column code, contacts taken out; `legend` says what the signs of the table stand for."""
    cells: dict[str, str] = {}
    for index, (code, word) in header.ticks.items():
        sign = row.cells[index].strip() if index < len(row.cells) else ""
        part = says_role(sign) if index not in header.roles else None
        if is_tick(sign) or part:
            leads = code == "partners" and (part or sign_role(sign, header.headings[index] + legend)) == "leads"
            into = "lead_unit" if leads else code
            cells[into] = "、".join(filter(None, (cells.get(into), word)))
    for index, code in header.columns.items():
        if code in {"contact", "note"}:
            continue
        text = ticked_alone(row.cells[index].strip()) if index < len(row.cells) else ""
        text, had_contact = without_people(_answered(printable(text), code, header.headings[index]), code)
        if had_contact:
            issues.append(Issue(row.number, code, "contact_removed", "note", where(table)))
        beside = _beside(cells.get(code, ""), text, code, header.headings[index])
        if _is_left_out(text, beside):
            issues.append(_not_used(row, code, header.headings[index], text, table))
        cells[code] = beside
    issues += _of_no_column(row, cells, header, table)
    _add_remarks(cells, row, header)
    _part_basis(cells)
    _part_items(cells, header)
    _part_departments(cells, header)
    _part_lead_and_help(cells, header)
    _part_numbers(cells, header)
    _add_checks(cells, row, header)
    _add_parts(cells, row, header)
    parts = {says_role(row.cells[index]) for index in header.roles if index < len(row.cells)}
    if "leads" in parts and not any(cells.get(code) for code in ("lead_unit", "initiating_unit")):
        # The departments stand under 参与部门, which part each has beside them.
        cells["lead_unit"], cells["partners"] = cells.get("partners", ""), ""
    if "helps" in parts:
        lead = next((code for code in ("lead_unit", "initiating_unit") if cells.get(code)), "partners")
        cells["partners"], cells[lead] = cells.get(lead, ""), cells.get("partners", "")
    helps = cells.get("partners", "").strip()
    names = [name for name in re.split(r"[、，,;；/\s]+", helps) if name]
    if names and cells.get("partner_items") and not any(f"{name}：" in cells["partner_items"] for name in names):
        # Each helper checks what stands beside it, not what leads.
        cells["partner_items"] = f"{helps}：{cells['partner_items']}"
    last = max((*header.columns, *header.ticks), default=0)
    surplus = [cell for cell in row.cells[last + 1 :] if cell.strip()]
    if surplus and not header.unread and len(row.cells) > last + 1:
        issues.append(
            Issue(row.number, None, "cells_beyond_header", "warning", {"count": len(surplus), **where(table)})
        )
    return cells


_BASIS = re.compile(
    r"(?:(?<=[。；;\n])|^)\s*(?:法律|检查|抽查|执法)?依据[：:为]?(?P<basis>[^。\n]*《[^。\n]*)(?:。|$)", re.MULTILINE
)


def _part_basis(cells: dict[str, str]) -> None:
    """The law that a sentence among the items names as what they rest on, which is no item."""
    found = _BASIS.search(cells.get("items", ""))
    if found and (left := (cells["items"][: found.start()] + cells["items"][found.end() :]).strip()):
        cells["items"] = left
        cells["legal_basis"] = cells.get("legal_basis") or found["basis"].strip()


_IN_REMARKS = re.compile(
    r"(?P<heading>[\u4e00-\u9fff]{2,8})[：:]\s*(?P<value>[^；;\n]+?)(?=[，,\s]+[\u4e00-\u9fff]{2,8}[：:]|[；;。\n]|$)"
)
_TOLD_BY_REMARKS = {"rate", "quota", "pool", "frequency", "period"}


def _add_remarks(cells: dict[str, str], row: Row, header: Header) -> None:
    """What remarks say under a heading of their own ("基数：7 抽查比例：10%"), where the table has no column for it."""
    known = set(header.columns.values())
    for index in (i for i, code in header.columns.items() if code == "note" and i < len(row.cells)):
        for found in _IN_REMARKS.finditer(row.cells[index]):
            code = column_code(found["heading"])
            if code in _TOLD_BY_REMARKS and code not in known and not cells.get(code):
                cells[code] = without_people(found["value"].strip(), code)[0]


def _is_left_out(text: str, taken: str) -> bool:
    return bool(text) and not says_nothing(text) and text not in taken


def _not_used(row: Row, code: str, heading: str, text: str, table: Table) -> Issue:
    shown = {"text": heading.replace(OVER, " / "), "part": without_contacts(text)[0]}
    return Issue(row.number, code, "words_unread", "note", {**shown, **where(table)})


def _of_no_column(row: Row, cells: dict[str, str], header: Header, table: Table) -> Iterator[Issue]:
    """What a second column says of a field that another column gave: it may be part of the same."""
    for index, heading in enumerate(header.headings):
        code = column_code(heading.rpartition(OVER)[2]) if heading in header.unread else None
        text = row.cells[index].strip() if index < len(row.cells) else ""
        if code in _ONE_VALUE and cells.get(code) and _is_left_out(text, cells[code]):
            yield _not_used(row, code, heading, text, table)


# A second column of these may say what the first alone does not: the whole of it, or another.
_ONE_VALUE = {"quota", "pool", "frequency", "period", "period_start", "period_end", "scope", "name", "items"}


def _beside(before: str, text: str, code: str, heading: str) -> str:
    """What the columns of one meaning say together."""
    if code.startswith("class:") and re.fullmatch(r"\d+", text) and _COUNTS.search(heading):
        text = f"{text}户"
    if re.search("[‰]|千分", heading) and re.fullmatch(r"\d+(?:\.\d+)?", text):
        text = f"{text}‰"
    if not before:
        return text
    if not text or text == before:
        return before
    if code.startswith("class:"):
        return f"{before}；{text}"
    # What two columns say together may be a contact that neither is alone.
    return without_people(f"{before}{JOINTS[code]}{text}", code)[0] if code in JOINTS else before


# The number of a class beside its share, under headings of their own.
_COUNTS = re.compile(rf"{OVER}.*(?:数量|[户家]数|[户家个])")


_WITH_ITEMS = re.compile(r"[、，,;；\s]*(?P<unit>[^（()）、，,;；\s]{2,30})[（(](?P<items>[^（()）]{1,400})[)）]")


_WITH_ITEMS_BEHIND = re.compile(
    r"[；;\s]*(?P<unit>[^（()）、，,;；\s:：]{2,30})[:：]\s*(?P<items>[^;；:：\n]{1,400})(?=[;；\n]|$)"
)


def _part_items(cells: dict[str, str], header: Header) -> None:
    """The items in brackets behind each department, where the heading says that they stand there (牵头单位（事项）)."""
    columns = set(header.columns.values())
    for index, code in header.columns.items():
        if code not in _UNITS or not re.search("(?:[（(]|[及和与]).*(?:事项|内容|项目)", header.headings[index]):
            continue
        text = cells.get(code, "").strip(" ；;。\n")
        forms = (list(form.finditer(text)) for form in (_WITH_ITEMS, _WITH_ITEMS_BEHIND))
        found = next((own for own in forms if own and "".join(one[0] for one in own) == text), [])
        if found:
            cells[code] = "、".join(one["unit"] for one in found)
            said = [f"{one['unit']}：{one['items']}" for one in found]
            if cells.get("items") and "items" in columns and not {"name", "field"} & columns and "name" not in cells:
                # What each department checks stands with it: the column of items names the task.
                cells["name"], cells["items"] = cells["items"], ""
            cells["items"] = "\n".join(filter(None, (cells.get("items"), *said)))


_WITH_DEPARTMENT = re.compile(r"[；;、\s]*(?P<item>[^（()）；;\n]{2,60})[（(](?P<unit>[^（()）；;]{2,30})[)）][；;。]?")


def _part_departments(cells: dict[str, str], header: Header) -> None:
    """The department in brackets behind each item, where the heading says that it stands there (检查事项及责任部门)."""
    headings = [header.headings[i] for i, code in header.columns.items() if code == "items"]
    if not any(ITEMS_AND_WHO.search(without_brackets(normalised(heading))) for heading in headings):
        return
    text = cells.get("items", "").strip()
    found = list(_WITH_DEPARTMENT.finditer(text))
    if not found or "".join(one[0] for one in found) != text:
        return
    cells["items"] = "\n".join(f"{one['unit']}：{one['item'].strip()}" for one in found)
    units = list(dict.fromkeys(one["unit"] for one in found))
    leads = next((cells[code] for code in ("lead_unit", "initiating_unit") if cells.get(code)), "")
    if not leads:
        cells["lead_unit"] = leads = units[0]
    if not cells.get("partners"):
        cells["partners"] = "、".join(unit for unit in units if unit != leads.strip())


_LEAD_AND_HELP = re.compile("(?:牵头|主办|发起|责任|承办).*(?:配合|协办|协助|参与|协同)[^和及与]*")


def _part_lead_and_help(cells: dict[str, str], header: Header) -> None:
    """Who leads and who helps in one cell, in the order in which their heading names them (主办/协办: 甲/乙)."""
    for index, code in header.columns.items():
        text = cells.get(code, "")
        heading = normalised(header.headings[index].rpartition(OVER)[2])
        if code not in _UNITS or not _LEAD_AND_HELP.fullmatch(heading) or _tells_roles(text):
            continue
        first, *rest = re.split(r"\s*[/／\n;；]\s*", text.strip())
        if len(rest) == 1:
            cells["lead_unit"], cells["partners"] = first, "" if says_nothing(rest[0]) else rest[0]


def _part_numbers(cells: dict[str, str], header: Header) -> None:
    """Two numbers of one cell, in the order in which their heading names them (抽取户数/总户数: 5/48)."""
    for index, code in header.columns.items():
        said = two_numbers(header.headings[index])
        values = re.split(r"\s*[/／]\s*", cells.get(code, "").strip())
        if said is None or code not in said or len(values) != 2:
            continue
        if all(re.fullmatch(rf"\d+(?:\.\d+)?[%％]?(?:{COUNTED}|次)?", value) for value in values):
            cells[code] = ""
            cells |= dict(zip(said, values, strict=True))


def _tells_roles(text: str) -> bool:
    """Whether words say of themselves who leads and who helps."""
    return re.search(f"{_LEADS}|{_HELPS}", text) is not None


def _add_checks(cells: dict[str, str], row: Row, header: Header) -> None:
    """What stands below each department's name as its items; the first of them leads where no column says who does."""
    own = {unit: text for i, unit in header.checks.items() if i < len(row.cells) and (text := row.cells[i].strip())}
    own = {unit: printable(text) for unit, text in own.items() if not says_nothing(text)}
    if not own:
        return
    said = (without_people(f"{unit}：{text}", "items")[0] for unit, text in own.items())
    cells["items"] = "\n".join(filter(None, (cells.get("items"), *said)))
    units = list(own)
    if not any(cells.get(code) for code in ("lead_unit", "initiating_unit")):
        cells["lead_unit"] = units.pop(0)
    cells["partners"] = "、".join(filter(None, (cells.get("partners"), *units)))


def _add_parts(cells: dict[str, str], row: Row, header: Header) -> None:
    """How many in all and when, where there is a column for each part of the year."""
    said = {
        part: proportion(row.cells[i], count_header=True).quota
        for i, part in header.parts.items()
        if i < len(row.cells)
    }
    planned = {part: quota for part, quota in said.items() if quota}
    if not planned:
        return
    cells["quota"] = cells.get("quota") or str(sum(planned.values()))
    cells["period"] = cells.get("period") or "、".join(planned)


def _answered(text: str, code: str, heading: str) -> str:
    """Yes and no under a header that asks (是否重点) as the words that they stand for."""
    if code != "item_class" or text not in {"是", "否"} or "否" not in heading:
        return text
    return "重点" if (text == "是") == ("重点" in heading) else "一般"


# Columns of figures and days: seven digits alone are a value there. Columns of units: a name after one is a person.
_FIGURES = {"seq", "rate", "quota", "frequency", "pool", "period", "period_start", "period_end", "year"}


_UNITS = {"lead_unit", "initiating_unit", "partners", "checking_body"}


def without_people(text: str, code: str) -> tuple[str, bool]:
    """A cell without names and numbers of people, and whether there were any."""
    text, had = without_contacts(text, figures=code in _FIGURES or code.startswith("class:"))
    if code not in _UNITS:
        return text, had
    text, had_person = without_person(text)
    return text, had or had_person


# Two columns of one meaning (two partner columns, 检查类别 and 检查事项) are read together.
JOINTS = {
    "items": "\n",
    "partners": "、",
    "lead_unit": "、",
    "initiating_unit": "、",
    "checking_body": "、",
    "scope": "、",
    "risk_rule": "；",
    "legal_basis": "；",
    "rate": ";",
    "period": "、",
}


_LEADS, _HELPS = "牵头|主办|发起|责任|主责|负责", "配合|协助|协同|协办|参与|参加|联合|联查|成员"


_ROLE_BEFORE = re.compile(
    rf"[\s、，,;；。]*(?:(?P<leads>{_LEADS})|(?P<helps>{_HELPS}))(?:单位|部门|机构|科室|股室|处室|主体)?[:：]\s*"
)


# "抽取：法规科；检查：工管科": who inspects leads, who draws the objects does not.
_WHO_DRAWS = re.compile(r"(?:^|[\s；;，,。])(?:对象)?(?:抽取|抽选|选案)(?:单位|部门|科室|股室)?[:：][^；;，,。\n\s]+")
_WHO_INSPECTS = re.compile(r"(?:检查|实施|抽查)(?:单位|部门|科室|股室)?[:：]")
_BY_DUTY = re.compile("按照?(?:各自)?职责(?:分工)?(?:负责|参与|配合|落实|实施|做好)?(?:相关|有关|检查|工作)*")
_ROLE_AFTER = re.compile(
    rf"\s*(?:由)?(?P<lead>[^，,;；。:：]+?)(?:(?:{_LEADS})+(?:组织)?[\s，,;；。、]+|[，,;；]\s*(?=[^，,;；。:：]+(?:{_HELPS})[。\s]*$)|会同)(?P<partners>[^;；。:：]+?)(?:{_HELPS}|等)?[。\s]*"
)


def part_roles(cells: dict[str, str]) -> None:
    """Who leads and who helps, where one cell says both ("牵头：甲局 配合：乙局", "甲局牵头，乙局配合")."""
    _part_items_by_role(cells)
    if (
        joins := re.fullmatch(r"是\s*[（(](?P<who>[^（()）]+)[)）]", cells.get("plan_type", "").strip())
    ) and not cells.get("partners"):
        # "是（市住建局）" under 是否跨部门 says who helps, too.
        cells["partners"] = joins["who"]
    for code in ("initiating_unit", "lead_unit", "partners"):
        text = cells.get(code, "")
        if _WHO_DRAWS.search(text) and _WHO_INSPECTS.search(text):
            text = cells[code] = _WHO_INSPECTS.sub("", _WHO_DRAWS.sub("", text)).strip(" ；;，,。\n")
        text = _BY_DUTY.sub("", text)
        after = _ROLE_AFTER.fullmatch(text)
        if after:
            leads, helps = [after["lead"]], [after["partners"]]
        elif _ROLE_BEFORE.search(text):
            leads, helps = [], []
            into, start = (helps if code == "partners" else leads), 0
            for found in _ROLE_BEFORE.finditer(text):
                into.append(text[start : found.start()])
                into, start = (leads if found["leads"] else helps), found.end()
            into.append(text[start:])
        else:
            continue
        lead = "initiating_unit" if code == "initiating_unit" else "lead_unit"
        for place, names in ((lead, leads), ("partners", helps)):
            before = "" if place == code else cells.get(place, "")
            cells[place] = "、".join(name.strip() for name in (before, *names) if name.strip())


def _part_items_by_role(cells: dict[str, str]) -> None:
    """Who leads and who helps and what each checks, where the cell of the items says all of it.

    "牵头单位：县教育局（办学许可） 配合单位：县公安局（人员背景）".
    """
    text = cells.get("items", "")
    if not _ROLE_BEFORE.match(text) or cells.get("lead_unit") or cells.get("partners"):
        return
    roles = list(_ROLE_BEFORE.finditer(text))
    said: dict[str, list[str]] = {"lead_unit": [], "partners": [], "items": []}
    for found, after in zip(roles, [*roles[1:], None], strict=True):
        words = text[found.end() : after.start() if after else len(text)].strip(" \n；;。")
        own = list(_WITH_ITEMS.finditer(words))
        if "".join(one[0] for one in own) != words:
            return
        said["lead_unit" if found["leads"] else "partners"] += [one["unit"] for one in own]
        said["items"] += [f"{one['unit']}：{one['items']}" for one in own]
    for code, joint in (("lead_unit", "、"), ("partners", "、"), ("items", "\n")):
        cells[code] = joint.join(said[code])
