"""The rows of one task -> the task: its amounts, period, pool and items, and who launches, leads and helps."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Sequence

from inspections.files.characters import chinese_number, folded, squeezed
from inspections.files.counts import COUNTED, whole_number
from inspections.notice import units as unit_names
from inspections.notice.amounts import DRAWN_FROM, planned_amounts, times_named
from inspections.notice.header_words import OVER, column_code
from inspections.notice.items import split_items
from inspections.notice.leaders import Report, leaders, met
from inspections.notice.left_over import unread, unread_beside_number
from inspections.notice.plan import Issue, Item, Task, where
from inspections.notice.proportions import Proportion, rises_by_class
from inspections.notice.remarks import Remark
from inspections.notice.task_rows import Record
from inspections.notice.units import Unit, UnitsMet
from inspections.notice.unlikely import unlikely
from inspections.notice.vocabulary import vocabulary
from inspections.notice.windows import Window, window, years_named

# A text this long in the naming column is a damaged row, not a name.
_LONGEST_NAME = 500


def tasks_of(
    records: Sequence[Record], kind: str, year: int, directory: UnitsMet, issues: list[Issue]
) -> tuple[Task, ...]:
    """The tasks of one plan, numbered as the notice numbers them where no number stands twice, each of its own name."""
    numbers = _numbers(records, issues)
    tasks = []
    for record, seq in zip(records, numbers, strict=True):
        task = _task(record, seq, kind, year, directory, issues)
        if task is not None:
            tasks.append(task)
    return _told_apart(tasks)


# What the data contract can hold as a task's number.
_LARGEST_NUMBER = 2_000_000_000


def _numbers(records: Sequence[Record], issues: list[Issue]) -> list[int]:
    """The number of each task: the notice's own, or 1, 2, 3 … where one of them is no number or stands twice (said)."""

    def say_at(record: Record, code: str, **parameters: object) -> None:
        issues.append(Issue(record.row, "seq", code, "note", {**parameters, **where(record.table)}))

    words = [record.get("seq").strip() if record.numbered else "" for record in records]
    read = [whole_number(text) or chinese_number(re.sub(r"[、.．()（）\s]", "", text)) or None for text in words]
    anew = list(range(1, len(records) + 1))
    seen: set[int] = set()
    for record, text, value in zip(records, words, read, strict=True):
        if text and (value is None or value > _LARGEST_NUMBER):
            long = re.fullmatch(r"[\d,\s]{10,}", text) is not None
            say_at(record, "seq_too_large" if long else "seq_not_a_number", text=text[:40])
            return anew
        if value is not None and value in seen:
            say_at(record, "seq_repeated", text=text)
            return anew
        seen |= {value} if value is not None else set()
    free = (value for value in range(max(seen, default=0) + 1, _LARGEST_NUMBER + len(records) + 1))
    found = [value if value is not None else next(free) for value in read]
    bare = [i for i, value in enumerate(read) if value is None and seen]
    if bare:
        say_at(records[bare[0]], "seq_missing", used=found[bare[0]], count=len(bare))
    return found


def _told_apart(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """`tasks` with names that tell them apart: what stands under one group's name gets its item, pool … in brackets."""
    groups: dict[str, list[int]] = {}
    for index, task in enumerate(tasks):
        groups.setdefault(squeezed(task.name), []).append(index)
    told = list(tasks)
    for places in groups.values():
        if len(places) < 2:
            continue
        own = [tasks[i] for i in places]
        items = [tuple(dict.fromkeys(item.name for item in task.items)) for task in own]
        choices: list[list[str | None]] = [
            [
                names[0] if len(names) == 1 and names[0] != task.name else None
                for names, task in zip(items, own, strict=True)
            ],
            [task.scope_text for task in own],
            [f"{names[0]}等{len(names)}项" if len(names) > 1 else names[0] for names in items],
            [task.lead_unit.name for task in own],
            [task.period_text for task in own],
            [task.rate_text for task in own],
            [str(task.seq) for task in own],
        ]
        best = next(
            c for c in choices if all(c) and len(set(c)) == len(c) and all(len(str(w)) <= _LONGEST_NAME for w in c)
        )
        for i, words in zip(places, best, strict=True):
            told[i] = dataclasses.replace(tasks[i], name=f"{tasks[i].name}（{words}）")
    return tuple(told)


def _one_line(text: str) -> str | None:
    words = " ".join(re.sub(r"<[^<>]{0,200}>", " ", text).split())
    return words or None


def _task(record: Record, seq: int, kind: str, year: int, directory: UnitsMet, issues: list[Issue]) -> Task | None:
    def report(column: str | None, code: str, severity: str, **parameters: object) -> None:
        issues.append(Issue(record.row, column, code, severity, {**parameters, **where(record.table)}))

    def remarks(column: str, found: Sequence[Remark]) -> None:
        for remark in found:
            report(column, remark.code, remark.severity, **remark.parameters)

    internal = kind == "internal"
    initiating, lead, others = leaders(record, internal, directory, report)
    partners = tuple(
        dict.fromkeys(
            unit
            for name in unit_names.names_in(record.get("partners"))
            if (unit := met(name, "partners", False, directory, report)) is not None and unit != lead
        )
    ) + tuple(unit for unit in others if unit != lead)
    partners = _each_once(partners, lead, directory)
    item_class = next(
        (code for word, code in vocabulary()["item_class"].items() if word in record.get("item_class")), None
    )
    items_text = "\n".join(filter(None, (record.get("items"), record.get("partner_items"))))
    field_text = _one_line(record.get("field"))
    items = _items(items_text, record, lead, partners, item_class, directory, report)
    name = (
        _one_line(record.get("name"))
        or field_text
        or (_one_line(record.get("scope")) if _begins_with_objects(record) else None)
        or (items[0].name if items else None)
        or _one_line(record.get("plan_name"))
        # Some plans only say who is inspected.
        or _one_line(record.get("scope"))
    )
    if name is None or len(name) > _LONGEST_NAME:
        report("name", "row_without_task", "error")
        return None
    if not items:
        items = (Item(field_text or name, lead, item_class, _one_line(record.get("legal_basis"))),)
        report("items", "items_missing", "warning", used=items[0].name)

    risk_rule = _one_line(record.get("risk_rule"))
    planned = planned_amounts(record, year, risk_rule, remarks)
    told = any(remark.code.startswith(("rate", "quota")) for remark in planned.remarks)
    if not (told or planned.rate or planned.rate_max or planned.quota or planned.class_rates):
        report("rate", "rate_missing", "warning")
    period_text, period = _period(record, year)
    period = _since(period, record, year)
    remarks("period", period.remarks)
    if period.starts_on and period.ends_on and not period.starts_on.year <= year <= period.ends_on.year:
        report("period", "window_other_year", "warning", text=_one_line(period_text), year=year)
    if planned.times_per_year is None and not any(r.code.startswith("frequency") for r in planned.remarks):
        times, found = times_named(period_text, period)
        remarks("frequency", found)
        planned = dataclasses.replace(planned, times_per_year=times)
    scope_text = _one_line(record.get("scope")) or _scope_elsewhere(record)
    drawn = DRAWN_FROM.search(folded(scope_text)) if scope_text else None
    scope = squeezed(drawn["pool"] if drawn else scope_text) if scope_text else None
    pool, pool_of = _pool(record, planned)
    scope = scope or pool_of
    read = drawn or (planned.pool and (planned.quota or planned.rate))
    if scope and not read and len(numbers := re.findall(rf"\d+{COUNTED}", folded(scope_text or ""))) > 1:
        report("scope", "amount_unread", "warning", text=scope_text, part="、".join(numbers))
    _doubt(name, scope, year, planned, record, report)
    for column, value in unlikely(name, dict.fromkeys(item.name for item in items), scope):
        report(column, "value_unlikely", "warning", text=value)
    checking_body = _one_line(record.get("checking_body"))
    if pool is None and record.get("pool"):
        report("pool", "pool_unreadable", "warning", text=_one_line(record.get("pool")))
    if pool is not None and record.get("pool"):
        remarks("pool", unread_beside_number(record.get("pool")))
    remarks("draw_type", _unknown_word(record.get("draw_type"), "draw_type", "plan_kind"))
    remarks("item_class", _unknown_word(record.get("item_class"), "item_class"))
    how_drawn = record.get("draw_type") or record.get("method") or _how_drawn_and_how_many(record)
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
        starts_on=period.starts_on,
        ends_on=period.ends_on,
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


def _each_once(partners: tuple[Unit, ...], lead: Unit, directory: UnitsMet) -> tuple[Unit, ...]:
    """Helpers without those that only name by its trade who leads or helps under a full name (市场监管部门)."""
    left = []
    for unit in partners:
        others = [one for one in (lead, *partners) if one != unit]
        same = [one for one in others if unit_names.is_called_by_trade(unit.name, one.name)]
        if len(same) == 1:
            directory.also_called(unit.name, same[0])
        else:
            left.append(unit)
    return tuple(left)


def _unknown_word(text: str, *lists: str) -> tuple[Remark, ...]:
    """A remark about words of a column of few words, where they are none of them and say nothing elsewhere."""
    words = [word for name in lists for said in vocabulary()[name].items() for word in _words_of(*said)]
    text = " ".join(text.split())
    if not text or any(word in text for word in (*words, "随机")):
        return ()
    return (Remark("words_unread", "note", {"text": text, "part": text}),)


def _words_of(word: str, said: str | Sequence[str]) -> Sequence[str]:
    """The words of one entry: word -> code, or code -> words."""
    return (word,) if isinstance(said, str) else said


def _pool(record: Record, planned: Proportion) -> tuple[int | None, str | None]:
    """How many objects there are, and of what kind where the same words say it ("全市31家公共体育场馆")."""
    text = record.get("pool")
    if not text:
        return planned.pool, None
    words = squeezed(folded(text)).rstrip("。;")
    counted = re.findall(rf"(\d{{1,9}}){COUNTED}", words)
    if whole_number(text) is not None or len(counted) != 1:
        return whole_number(text), None
    kind = re.sub(rf"(?:共计?有?|现有|约)?\d{{1,9}}{COUNTED}", "", words).strip("，,：:")
    return int(counted[0]), kind if re.search("[\u4e00-\u9fff]{3}", kind) else None


def _how_drawn_and_how_many(record: Record) -> str:
    """The words of an amount where its heading says that they tell how it is drawn, too (抽取方式及数量)."""
    columns = record.header.columns.items()
    both = (code for i, code in columns if code in {"rate", "quota"} and "方式" in record.header.headings[i])
    return "".join(record.get(code) for code in both)


def _begins_with_objects(record: Record) -> bool:
    """Whether a table that names no tasks says first who is inspected and then what is looked at there."""
    columns = record.header.columns
    where_of = {code: i for i, code in sorted(columns.items(), reverse=True)}
    if not {"scope", "items"} <= set(where_of):
        return False
    content = column_code(record.header.headings[where_of["items"]].rpartition(OVER)[2]) == "content"
    return content and where_of["scope"] < where_of["items"]


# A header that asks by when: what stands alone below it is an end.
_BY_WHEN = re.compile("完成|截止|办结|完结|终结|时限|期限|之?前$|前完成")


def _period(record: Record, year: int) -> tuple[str, Window]:
    """The words of a task's period and what they say, from the columns of the period, of its beginning and its end."""
    headings = {code: record.header.headings[i] for i, code in record.header.columns.items()}
    asks_by_when = _BY_WHEN.search(headings.get("period", "")) is not None
    if asks_by_when and re.search("起止|起讫|至|-", headings["period"]):
        asks_by_when = False
    text, first, last = record.get("period"), record.get("period_start"), record.get("period_end")
    if record.header.months:
        text = re.sub(r"(?<![\d年月./-])(1[0-2]|[1-9])(?![\d月日./年])", r"\1月", text)
    if not text and not (first or last):
        # "抽查时间及频次": one column says both.
        text = record.get("frequency") if re.search("时间|时限|日期|月份|时段", headings.get("frequency", "")) else ""
    if not text and not (first or last):
        return "", window("", year)
    if text and first and last and _is_before(window(text, year), window(first, year)):
        # The day on which somebody entered a task (创建时间) is none of it.
        words = f"{first} - {last}"
        read = window(words, year)
        return words, dataclasses.replace(read, remarks=(*read.remarks, *unread(text, text, ())))
    alone = window(text, year) if text and first else None
    if alone is not None and (asks_by_when or alone.starts_on == alone.ends_on is not None):
        # 抽取日期起, 抽取日期至 and 完成时限: what counts is when it is over.
        last, text = text, ""
    if not text:
        words = f"{first} - {last}".strip(" -")
        return words, window(words, year, deadline=not first)
    read = window(text, year, deadline=asks_by_when)
    if not last:
        return text, read
    end = window(last, year, deadline=True)
    if end.ends_on is None or read.ends_on is None or end.ends_on <= read.ends_on:
        return text, read
    shown = f"{text}；{last}"
    note = Remark("window_several", "note", {"text": shown, "starts": str(read.starts_on), "ends": str(end.ends_on)})
    return shown, dataclasses.replace(read, ends_on=end.ends_on, remarks=(*read.remarks, note))


_TITLE = 80
_PART_OF_YEAR = re.compile("20\\d\\d年度?(?P<part>[上下]半年|第?[一二三四1-4]季度)")


def _since(period: Window, record: Record, year: int) -> Window:
    """A period that only says when it ends, from the first day of the half or quarter that the plan is of."""
    named = [_PART_OF_YEAR.search(squeezed(folded(title))) for title in record.table.titles[-6:] if len(title) < _TITLE]
    parts = [found["part"] for found in named if found]
    first = window(parts[-1], year).starts_on if parts else None
    begin = datetime.date(year, 1, 1)
    ends_only = any(one.code == "window_one_sided" and one.parameters["used"] == str(begin) for one in period.remarks)
    if first is None or period.ends_on is None or not ends_only or not begin < first <= period.ends_on:
        return period
    told = [
        dataclasses.replace(one, parameters={**one.parameters, "used": str(first)})
        if one.code == "window_one_sided"
        else one
        for one in period.remarks
    ]
    return dataclasses.replace(period, starts_on=first, remarks=tuple(told))


def _is_before(one: Window, other: Window) -> bool:
    """Whether a period is over before another begins."""
    return one.ends_on is not None and other.starts_on is not None and one.ends_on < other.starts_on


def _scope_elsewhere(record: Record) -> str | None:
    """A pool in the column of the checking body (抽查主体: 全市企业), where the table has no column for pools."""
    text = _one_line(record.get("checking_body"))
    if text is None or "scope" in record.header.columns.values() or unit_names.is_unit_name(text):
        return None
    return text if re.search("企业|个体|经营者|机构|场所|用户|合作社|[产营用务工输业测]单位", text) else None


def _doubt(name: str, scope: str | None, year: int, planned: Proportion, record: Record, report: Report) -> None:
    """Report what is readable and yet cannot be meant: another year, a contradiction, a pool wider than the title."""
    named_years = years_named(name)
    if named_years and year not in named_years:
        report("name", "name_year", "warning", name=name, said=named_years[0], year=year)
    if planned.rate == 1 and rises_by_class(record.get("risk_rule")):
        report("rate", "rate_contradiction", "warning", text=_one_line(record.get("rate")))
    if scope is None:
        report("scope", "scope_missing", "warning")
        return
    wider = narrower_title(name, scope)
    if wider:
        report("scope", "scope_wider", "warning", named=wider, scope=scope)


def _items(
    text: str,
    record: Record,
    lead: Unit,
    partners: Sequence[Unit],
    item_class: str | None,
    directory: UnitsMet,
    report: Report,
) -> tuple[Item, ...]:
    """The items of a task with the unit that checks each: the one named there, else the lead.

    In a joint task that names nobody, every department checks every item.
    """
    taking_part = tuple(dict.fromkeys((lead, *partners)))
    text = unit_names.in_full(text, taking_part) if partners else text
    parts = split_items(text, _callable_names(taking_part, directory))
    basis = _one_line(record.get("legal_basis"))
    bases = split_items(record.get("legal_basis")) if basis else ()
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


def _callable_names(units: Sequence[Unit], directory: UnitsMet) -> tuple[str, ...]:
    """Everything the units of a task may be called inside its items cell."""
    names = {unit.name for unit in units}
    names |= {alias for alias, unit in directory.aliases if unit in units}
    for unit in units:
        names |= set(unit_names.short_names(unit.name))
    return tuple(name for name in names if len(name) >= 3)


def narrower_title(name: str, scope: str) -> str | None:
    """The kind of firm a task's name speaks of when its scope is wider (煤炭企业 in 全县矿山企业), else None."""
    rules = vocabulary()["scope"]
    scope = squeezed(scope)
    title = re.sub(r"(?:20)?\d{2,4}年度?|第?[一二三四1-4]季度", "", squeezed(name))
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
