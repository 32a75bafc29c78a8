"""What the letter before a plan says for all of its tasks, where the table itself has no column for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inspections.files.content import Document
from inspections.notice import units as unit_names
from inspections.notice.contacts import without_contacts
from inspections.notice.headers import Header
from inspections.notice.plan import Issue, where
from inspections.notice.proportions import class_rates
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
        r"|(?:抽查|检查)(?:任务|工作)?(?:统一|集中|均)*[于在](?P<held>(?:20\d\d年)?\d{1,2}月[^，。；;]{0,20}?)(?:统一|集中)?(?:开展|进行|实施|组织)"
        r"|(?P<by>(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底)?之?前)(?:全面|全部)?完成(?:全部|全年|年度|所有|本年度)?(?:随机)?(?:(?:抽查|检查)(?:任务|工作)|(?<=前完成)(?=[。；]))"
        r"|(?:抽查|检查)(?:任务|工作)[^。；]{0,60}?[，,](?P<when>(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底)?之?前)(?:全面|全部)?(?:完成|结束)(?=[。；])"
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
    _fill_classes(letter, records, issues)
    _fill_departments(document, records, issues)


# What was done before, not what is planned.
_OF_BEFORE = re.compile("[上去]年|实际|完成了|达到了|截至|发现")


def _fill_classes(letter: str, records: Sequence[Record], issues: list[Issue]) -> None:
    """Give tasks of tables without amounts the shares that one sentence of the letter names class by class."""
    sentences = [one.strip() for one in re.split("[。\n]", letter) if not _OF_BEFORE.search(one)]
    said = {sentence: rates for sentence in sentences if len(rates := class_rates(sentence)) > 1}
    open_to_it = [one for one in records if not _has_column(one.header, "rate") and not one.made_of]
    if len(said) != 1:
        return
    for record in open_to_it:
        if not record.get("rate"):
            record.cells["rate"] = without_contacts(next(iter(said)))[0]
            told: dict[str, object] = {"text": record.cells["rate"], **where(record.table)}
            issues.append(Issue(record.row, "rate", "value_of_letter", "note", told))


# Who leads and who helps is a task's own business unless a sentence says that it speaks of all of them.
_OF_ALL = re.compile(
    "各项|各类|所有|全部|上述|以上|均|统一|本次|此次|(?:^|[，,：])(?:随机|联合|双随机)*(?:抽查|检查)(?:检查)?(?:任务|工作|计划)?由"
)
_LONGEST_SENTENCE = 300
_HELPS = "配合|协助|协同|参与|参加"
_ALONE = r"(?:(?!由)[\u4e00-\u9fff、]){3,60}?(?:等(?:部门|单位))?"
_HELPED = (
    re.compile(
        rf"(?:.*由)?(?P<helps>{_ALONE})(?:按照?职责(?:分工)?|共同|积极|密切|分别|予以|做好)*(?:{_HELPS}).{{0,16}}"
    ),
    re.compile(
        rf"(?:.*由)?(?P<lead>[\u4e00-\u9fff]{{3,30}}?)?(?:会同|联合)(?P<helps>{_ALONE})(?:共同)?(?:组织|开展|实施|进行).{{0,16}}"
    ),
)
_LED = re.compile(
    "(?:.*由)?(?P<lead>[\u4e00-\u9fff]{3,30}?)(?:统一|具体|总)?(?:牵头|负责|组织)(?:负责|组织|实施|开展|落实)*"
)


def _fill_departments(document: Document, records: Sequence[Record], issues: list[Issue]) -> None:
    """Give tasks who leads and helps by a sentence about all of them, where no table says who helps; else say it."""
    records = [record for record in records if not record.made_of]
    if not records:
        return
    told = {
        (lead, helps): (paragraph.line, sentence)
        for paragraph in document.paragraphs
        for sentence in re.split("[。；;]", paragraph.text)
        if len(sentence) <= _LONGEST_SENTENCE
        for lead, helps in _departments(sentence)
    }
    open_to_it = not any(_says_who_helps(record.header) for record in records)
    for (lead, helps), (line, sentence) in told.items():
        if not open_to_it or len(told) > 1 or not _OF_ALL.search(sentence):
            said: dict[str, object] = {"text": without_contacts(sentence.strip())[0], "part": helps}
            issues += [Issue(line, "partners", "words_unread", "note", said)] if open_to_it else []
            continue
        for record in records:
            leads = lead and not any(record.get(code) for code in ("lead_unit", "initiating_unit"))
            for code, value in (("lead_unit", lead if leads else ""), ("partners", helps)):
                if value:
                    record.cells[code] = value
                    said = {"text": value, **where(record.table)}
                    issues.append(Issue(record.row, code, "value_of_letter", "note", said))


def _departments(sentence: str) -> list[tuple[str, str]]:
    """(who leads or "", who helps) where a sentence names departments that help; demands on all of them name none."""
    clauses = [clause.strip() for clause in re.split("[，,]|(?<=牵头)、", sentence)]
    leads = [found["lead"] for clause in clauses if (found := _LED.fullmatch(clause)) and _are_units(found["lead"])]
    helped = (found for clause in clauses for form in _HELPED if (found := form.fullmatch(clause)))
    return [
        (found.groupdict().get("lead") or next(iter(leads), ""), found["helps"])
        for found in helped
        if _are_units(found["helps"])
    ][:1]


def _are_units(names: str) -> bool:
    own = unit_names.names_in(names)
    return bool(own) and all(
        unit_names.is_unit_name(name) and not re.match("各|有关|相关|所属|下属|本|我", name) for name in own
    )


def _says_who_helps(header: Header) -> bool:
    codes = {*header.columns.values(), *(meant for meant, _ in header.ticks.values())}
    return bool(codes & {"partners", "partner_items"} or header.checks)


def _has_column(header: Header, code: str) -> bool:
    known = {*header.columns.values(), *(meant for meant, _ in header.ticks.values())}
    return bool(known & set(_ALIKE[code])) or (code == "rate" and any(one.startswith("class:") for one in known))
