"""Who launches a task and who leads it, from the columns that say so, and the units that names in cells mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from inspections.notice import units as unit_names
from inspections.notice.task_rows import Record
from inspections.notice.units import Unit, UnitsMet

# Called with a column, an issue's code, its severity and its parameters.
Report = Callable[..., None]


def met(name: str, column: str, internal: bool, directory: UnitsMet, report: Report) -> Unit | None:
    """The unit a name in a cell means; words that are no unit's name are reported and dropped."""
    bare = re.sub(r"[（(].*?(?:[)）]|$)|(?:发起|牵头)$", "", name)
    does = _WHAT_IT_DOES.fullmatch(bare)
    if does and unit_names.is_unit_name(does["unit"]) and not unit_names.is_unit_name(bare):
        bare = does["unit"]
    if not (unit_names.is_unit_name(bare) or unit_names.is_generic(bare)):
        if unit_names.may_be_person(name):
            report(column, "not_a_unit", "note")
        else:
            report(column, "not_a_unit_named", "note", text=name)
        return None
    if re.fullmatch("[^省市县区旗州盟各全本我总分支党纪工\\d](?:局|厅|委|部)", bare):
        # What is left of a name that something cut in two.
        report(column, "not_a_unit_named", "note", text=name)
        return None
    inside = "；".join(
        words for words in re.findall(r"[（(]([^（()）]*)[)）]?", name) if not _PART_PLAYED.fullmatch(words)
    )
    if inside and unit_names.may_be_person(inside):
        report(column, "not_a_unit", "note")
    elif inside:
        report(column, "words_unread", "note", text=name, part=inside)
    return directory.meet(bare, internal=internal)


# "由信用监管股牵头组织实施": a unit and what it does.
_WHAT_IT_DOES = re.compile(
    "由?(?P<unit>[^到向由交并派送给]+?)(?:具体|统一|分别)?(?:发起|牵头|负责|组织|实施|开展|承办|主办|落实|检查|抽查|指导)+。?"
)


# What in brackets at a unit's name says only which part it has, or at which levels.
_PART_PLAYED = re.compile(
    "[省市县区旗州盟、]*|(?:发起|牵头|主办|配合|协办|参与|负责|责任|组织|实施|承办|检查)*(?:单位|部门|股室|科室|机构)?"
)


def leaders(record: Record, internal: bool, directory: UnitsMet, report: Report) -> tuple[Unit, Unit, tuple[Unit, ...]]:
    """The initiating unit, the lead unit and any others the lead column names.

    "甲 甲" and "甲发起/甲牵头" are one unit twice; of two different names in a column of both (发起/牵头) the first
    launches and the second leads.
    """
    found: dict[str, list[Unit]] = {"initiating_unit": [], "lead_unit": []}
    for column in found:
        for name in unit_names.names_in(_one_of_them(_who_leads(record.get(column)), column, report)):
            # "市、县林草部门" in a plan of the 林草局: it leads its own.
            own = internal and unit_names.is_generic(name) and unit_names.of_its_trade(name, directory.bureau)
            unit = met(directory.bureau.name if own else name, column, internal, directory, report)
            if unit is not None:
                marked = re.search("(?P<who>发起|牵头|主办|主责)(?:单位|部门)?[)）]?$", name)
                role = column if marked is None else "initiating_unit" if marked["who"] == "发起" else "lead_unit"
                # Who leads by a mark of its own comes before those beside it.
                found[role].insert(0 if marked and role == column else len(found[role]), unit)
    initiating, lead = found["initiating_unit"], found["lead_unit"]
    if directory.bureau.above_departments and all(unit.kind == "section" for unit in initiating + lead):
        # In a government's plan a section stands for the department beside it.
        initiating, lead = [], []
    if not initiating and not lead:
        # Its words are kept as they stand, so what is no unit among them is not lost.
        names = unit_names.names_in(record.get("checking_body"))
        if any(
            unit_names.of_its_trade(name, directory.bureau) or (internal and name.endswith("主管部门"))
            for name in names
        ):
            # "县级以上民政、住建部门" in a plan of the 民政局: it checks its own.
            text = record.get("checking_body")
            beside = [name for name in names if not unit_names.of_its_trade(name, directory.bureau)]
            beside = [name for name in beside if unit_names.is_unit_name(name) or unit_names.is_generic(name)]
            if beside and not record.get("partners") and not (internal and text.strip().endswith("主管部门")):
                report("partners", "words_unread", "note", text=text, part="、".join(beside))
            names = (directory.bureau.name,)
        named = (met(name, "checking_body", internal, directory, lambda *_, **__: None) for name in names)
        lead += [unit for unit in named if unit is not None]
    if not initiating and not lead:
        unit = directory.meet(directory.bureau.name, internal=internal)
        report("lead_unit", "lead_missing", "warning", used=unit.name)
        lead.append(unit)
    lead = _without_offices(record, initiating, lead, directory)
    if initiating and not initiating[0].own and lead and all(unit.own and unit.kind == "section" for unit in lead):
        # Another department launches: the bureau's own section only works on it.
        report("lead_unit", "words_unread", "note", text=record.get("lead_unit"), part=record.get("lead_unit"))
        lead = initiating
    both = any("发起" in record.header.headings[i] for i, c in record.header.columns.items() if c == "lead_unit")
    if both and not initiating and len(set(lead)) == 2 and not re.search("[、，,；;]", record.get("lead_unit")):
        return lead[0], lead[1], ()
    first, second = (initiating or lead)[0], (lead or initiating)[0]
    return first, second, tuple(dict.fromkeys(unit for unit in lead + initiating[1:] if unit not in (first, second)))


def _without_offices(record: Record, initiating: Sequence[Unit], lead: list[Unit], directory: UnitsMet) -> list[Unit]:
    """Who leads, where one column says who launches and another who carries it out (实施单位: 各市场监管所)."""
    heading = next((record.header.headings[i] for i, c in record.header.columns.items() if c == "lead_unit"), "")
    if (
        not initiating
        or not re.search("实施|执行|检查|抽查", heading)
        or re.search("牵头|责任|主办|承办|负责", heading)
    ):
        return lead
    lead = [unit for unit in lead if not unit.own or unit.kind != "section" or not _is_office(unit.name, directory)]
    # Who launches leads, unless somebody else alone carries it out.
    return lead if len(lead) == 1 else [initiating[0], *(unit for unit in lead if unit != initiating[0])]


def _is_office(name: str, directory: UnitsMet) -> bool:
    """Whether a name is of the bureau's own trade below it (各市场监管所)."""
    return re.match("各|所属|派出|辖区", name) is not None or (
        name.endswith(("所", "站")) and unit_names.of_its_trade(name, directory.bureau)
    )


def _one_of_them(text: str, column: str, report: Report) -> str:
    """The first of departments of which one or another leads, as the case may be; the others are said."""
    bare = re.sub(r"[（(][^（()）]*[)）]", "", text).strip()
    first, *others = bare.split("或")
    kind = re.search("(?:部门|机构|单位)$", bare)
    if not others or not all(one.strip() for one in (first, *others)):
        return text
    report(column, "words_unread", "note", text=text, part="或" + "或".join(others))
    return first if unit_names.is_unit_name(first) or kind is None else first + kind[0]


def _who_leads(text: str) -> str:
    """The units in "市级组织发起（林政科负责）": what stands in brackets, when nothing before them is a unit."""
    found = re.fullmatch(r"\s*(?P<head>[^（()）]+)[（(](?P<inner>[^（()）]+)[)）]\s*", text)
    if (
        not found
        or re.search("时|的情况", found["inner"])
        or any(unit_names.is_unit_name(name) for name in unit_names.names_in(found["head"]))
    ):
        return text
    return re.sub(r"(?:按?(?:照)?职责分工)?(?:负责|指导|牵头|组织|实施|承办)+$", "", found["inner"].strip())
