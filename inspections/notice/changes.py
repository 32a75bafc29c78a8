"""What one row of a revision changes of a stored task: the task as it is from now on, and each change in words."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from inspections.files.characters import squeezed
from inspections.notice import units as unit_names
from inspections.notice.plan import Issue, Item, Task, Told
from inspections.notice.proportions import ClassRate, proportion
from inspections.notice.units import Unit
from inspections.notice.windows import window
from inspections.words.wording import ABSENT, say

# Columns of a table that say nothing but one value of a task: code -> attributes of `Task`.
_PLAIN = {
    "plan_name": ("plan_name",),
    "field": ("field",),
    "draw_type": ("draw_type",),
    "item_class": ("item_class",),
    "scope": ("scope", "scope_text"),
    "checking_body": ("checking_body",),
    "pool": ("pool_stated",),
}
_ITEMS = {"items", "content", "partner_items"}
# A change is told under the name of a column; attributes of `Task` that are told together.
_TOLD = {
    "name": ("name",),
    "plan_name": ("plan_name",),
    "field": ("field",),
    "draw_type": ("draw_type",),
    "item_class": ("item_class",),
    "items": ("items",),
    "scope": ("scope", "scope_text"),
    "rate": ("rate", "rate_op", "rate_max", "rate_text"),
    "quota": ("quota",),
    "frequency": ("times_per_year",),
    "pool": ("pool_stated",),
    "period": ("starts_on", "ends_on", "period_text"),
    "risk_rule": ("risk_rule", "class_rates"),
    "initiating_unit": ("initiating_unit",),
    "lead_unit": ("lead_unit",),
    "partners": ("partners",),
    "checking_body": ("checking_body",),
}


@dataclass(frozen=True)
class Changed:
    """What a revision does to one task: `kind` is 'changed', 'added' or 'withdrawn'.

    `before` is the task until then (None: added), `after` from then on (None: withdrawn), `fields` the attributes of
    `Task` that differ. `restored`: another revision had withdrawn it.
    """

    kind: Literal["changed", "added", "withdrawn"]
    before: Task | None
    after: Task | None
    fields: frozenset[str] = frozenset()
    restored: bool = False

    @property
    def name(self) -> str:
        """What the task is called, before where it was there before."""
        task = self.before or self.after
        return task.name if task else ""

    @property
    def values(self) -> tuple[tuple[str, str, str], ...]:
        """(column of `notice_columns`, before, after) in words, in the order of a plan's columns; of changes only."""
        if self.before is None or self.after is None:
            return ()
        one, other = self.before, self.after
        # One unit that launches and leads, and the items that whoever leads checks, change with who leads.
        follows = {
            "initiating_unit": all(task.initiating_unit == task.lead_unit for task in (one, other)),
            "items": _by_part(one) == _by_part(other),
        }
        return tuple(
            (code, _words(one, code, own), _words(other, code, own))
            for code, members in _TOLD.items()
            if (own := set(members) & self.fields)
            and not follows.get(code)
            # What brings a task back may leave its name as it was.
            and not (code == "name" and one.name == other.name)
        )

    def said(self) -> tuple[str, ...]:
        """A sentence for each change."""
        if self.kind != "changed":
            return (say(f"revisions.{self.kind}", task=self.name),)
        back = (say("revisions.restored", task=self.name),) if self.restored else ()
        return back + tuple(
            say("revisions.changed", task=self.name, column=say(f"notice_columns.{code}"), before=old, after=new)
            for code, old, new in self.values
        )


@dataclass(frozen=True)
class Merged:
    """A stored task with what a paper states of it: the `fields` that differ, and the columns that cannot be read."""

    task: Task
    fields: frozenset[str]
    unreadable: tuple[str, ...] = ()


def merged(
    stored: Task, read: Task, told: Told, issues: Iterable[Issue], *, year: int, anew: bool, named: bool
) -> Merged:
    """`stored` with what a row states: every column of a list made `anew`, else only what the row fills.

    `named`: the row calls the task as it is stored. What cannot be read keeps what is stored.
    """
    states = told.listed if anew else told.filled
    off = {issue.code for issue in issues if issue.row == read.row}
    new: dict[str, Any] = {}
    unreadable: list[str] = []
    if not named and (anew or told.called):
        new["name"] = read.name
    for code, fields in _PLAIN.items():
        if code in states:
            values = {field: getattr(read, field) for field in fields}
            if code in told.filled and not any(value is not None for value in values.values()):
                unreadable.append(code)
            else:
                new |= values
    if "method" in states and read.draw_type is not None:
        new["draw_type"] = read.draw_type
    new |= _amounts(stored, read, told, states, year, unreadable, anew=anew)
    new |= _period(stored, read, told, states, unreadable)
    new |= _taking_part(stored, read, told, states, off, anew=anew)
    now = dataclasses.replace(stored, row=read.row, **new)
    if _ITEMS & states and (_ITEMS & told.filled or anew):
        new["items"] = _items_of(now, read, set(new))
    elif {"lead_unit", "partners"} & set(new):
        new["items"] = _items_again(stored, now)
    now = dataclasses.replace(now, **new)
    differing = frozenset(field for field in new if differs(stored, now, field))
    return Merged(now, differing, tuple(unreadable))


def _amounts(
    stored: Task,
    read: Task,
    told: Told,
    states: Collection[str],
    year: int,
    unreadable: list[str],
    *,
    anew: bool,
) -> dict[str, Any]:
    """How much is drawn and how often: who states a proportion states the number with it.

    Who states what changes, and names some of the classes, leaves the others as they are.
    """
    new: dict[str, Any] = {}
    by_class = any(code.startswith("class:") for code in states)
    amounts = ("rate", "rate_op", "rate_max", "quota")
    stated = bool({"rate", "quota"} & set(states)) or by_class
    says = {code for code in told.filled if code in ("rate", "quota") or code.startswith("class:")}
    readable = bool(read.class_rates) or any(getattr(read, field) is not None for field in amounts)
    if says and not readable:
        unreadable.append(min(code.split(":")[0].replace("class", "risk_rule") for code in says))
        stated = False
    if stated and ("rate" in states or by_class or read.rate is not None):
        new |= {field: getattr(read, field) for field in (*amounts, "rate_text")}
    elif stated:
        new["quota"] = read.quota
        if stored.rate is None and stored.rate_max is None:
            new["rate_text"] = read.rate_text
    if by_class or ("rate" in new and read.class_rates):
        new["class_rates"] = read.class_rates
    elif "rate" in new:
        rule = read.risk_rule if "risk_rule" in states else stored.risk_rule
        new["class_rates"] = proportion(rule).class_rates if rule else {}
    if not anew and stored.class_rates and read.class_rates and "class_rates" in new:
        new["class_rates"] = {**stored.class_rates, **read.class_rates}
        if set(stored.class_rates) - set(read.class_rates) and stored.rate_text and read.rate_text:
            new["rate_text"] = f"{stored.rate_text}；{read.rate_text}"
        elif not read.rate_text and stored.rate is None:
            new["rate_text"] = stored.rate_text
    if "risk_rule" in states:
        new["risk_rule"] = read.risk_rule
        if "class_rates" not in new and not proportion(stored.rate_text or "").class_rates:
            new["class_rates"] = read.class_rates
    new |= _how_often(stored, read, told, states, year, unreadable, rate="rate" in new)
    if "rate" in new and read.pool_stated is not None:
        new["pool_stated"] = read.pool_stated
    return new


def _how_often(
    stored: Task, read: Task, told: Told, states: Collection[str], year: int, unreadable: list[str], *, rate: bool
) -> dict[str, Any]:
    """The times a year, where a column, the words of the proportion or those of the period say them, or said them."""
    if "frequency" in told.filled and read.times_per_year is None:
        unreadable.append("frequency")
        return {}
    period = bool({"period", "period_start", "period_end"} & set(states))
    if "frequency" in states or ((rate or period) and read.times_per_year is not None):
        return {"times_per_year": read.times_per_year}
    before = stored.times_per_year
    listed = window(stored.period_text or "", year)
    from_rate = rate and proportion(stored.rate_text or "").times_per_year == before
    from_period = period and listed.apart and listed.parts == before
    return {"times_per_year": None} if before is not None and (from_rate or from_period) else {}


def _period(stored: Task, read: Task, told: Told, states: Collection[str], unreadable: list[str]) -> dict[str, Any]:
    """The window; a row that fills only its end or its beginning keeps the other."""
    codes = {"period", "period_start", "period_end"}
    if not codes & set(states):
        return {}
    filled = codes & told.filled
    if filled and read.starts_on is None and read.ends_on is None:
        unreadable.append("period")
        return {}
    one = {"period_end": "ends_on", "period_start": "starts_on"}
    if len(filled) == 1 and filled <= set(one) and stored.period_text and not codes - filled & set(states):
        field = one[filled.pop()]
        return {field: getattr(read, field), "period_text": f"{stored.period_text}；{read.period_text}"}
    return {field: getattr(read, field) for field in ("starts_on", "ends_on", "period_text")}


def _taking_part(
    stored: Task, read: Task, told: Told, states: Collection[str], off: Collection[str], *, anew: bool
) -> dict[str, Any]:
    """Who launches, who leads and who helps; one unit that did both goes on doing both."""
    new: dict[str, Any] = {}
    both = {"initiating_unit", "lead_unit"}
    says = both if anew else both & told.filled
    if says and "lead_missing" not in off:
        if stored.initiating_unit == stored.lead_unit and len(says) == 1:
            says = both
        new |= {code: getattr(read, code) for code in says}
    if "partners" in states:
        new["partners"] = read.partners
    return new


def _by_part(task: Task) -> frozenset[object]:
    """Who checks what, where who leads stands for its name."""
    return frozenset(
        (squeezed(i.name), None if i.unit == task.lead_unit else unit_names.identity(i.unit)) for i in task.items
    )


def _shared(items: Iterable[Item], units: Collection[Unit]) -> bool:
    """Whether every unit checks every item."""
    pairs = {(item.name, item.unit) for item in items}
    return len(pairs) == len({name for name, _ in pairs}) * len(units) and {unit for _, unit in pairs} == set(units)


def _items_of(now: Task, read: Task, stated: Collection[str]) -> tuple[Item, ...]:
    """The items that a row states; where it does not say who leads, those of the lead go to the one that is stored."""
    if {"lead_unit", "partners"} <= set(stated):
        return read.items
    if _shared(read.items, (read.lead_unit, *read.partners)):
        # No department is named: as in a plan, all who take part check everything.
        each = dict.fromkeys(dataclasses.replace(item, unit=now.lead_unit) for item in read.items)
        taking_part = dict.fromkeys((now.lead_unit, *now.partners))
        return tuple(dataclasses.replace(item, unit=unit) for item, unit in itertools.product(each, taking_part))
    own = read.lead_unit
    return tuple(dataclasses.replace(i, unit=now.lead_unit) if i.unit == own else i for i in read.items)


def _items_again(stored: Task, now: Task) -> tuple[Item, ...]:
    """The stored items checked by those who take part now: by all where all did, else what led is done by who leads."""
    before, after = (stored.lead_unit, *stored.partners), (now.lead_unit, *now.partners)
    if len(before) > 1 and _shared(stored.items, before):
        each = dict.fromkeys(dataclasses.replace(item, unit=now.lead_unit) for item in stored.items)
        return tuple(dataclasses.replace(item, unit=unit) for item, unit in itertools.product(each, after))
    old, new = stored.lead_unit, now.lead_unit
    return tuple(dict.fromkeys(dataclasses.replace(i, unit=new) if i.unit == old else i for i in stored.items))


def differs(one: Task, other: Task, field: str) -> bool:
    """Whether two tasks say different things in an attribute; blanks and two names of one unit are no difference."""
    return _plain(getattr(one, field)) != _plain(getattr(other, field))


def _plain(value: object) -> object:
    if isinstance(value, str):
        return squeezed(value)
    if isinstance(value, Unit):
        return unit_names.identity(value)
    if isinstance(value, Item):
        return squeezed(value.name), unit_names.identity(value.unit)
    if isinstance(value, tuple):
        return frozenset(map(_plain, value))
    if isinstance(value, dict):
        return frozenset(value.items())
    return value


# ---------------------------------------------------------------------------------------------------- in words
def in_words(task: Task, code: str) -> str:
    """What a task says under a column of a plan."""
    code = {"period_start": "period", "period_end": "period"}.get(code, code.replace("class:", "risk_rule:"))
    code = code.partition(":")[0]
    # How much is drawn is one statement.
    if code in ("rate", "quota") and not _words(task, code, _TOLD[code]).strip(ABSENT):
        code = "quota" if code == "rate" else "rate"
    return _words(task, code, _TOLD.get(code, ()))


def _words(task: Task, code: str, changed: Collection[str]) -> str:
    """What a task says under a column; of several attributes those that changed."""
    if code in _SAID:
        return _SAID[code](task, changed) or ABSENT
    value = getattr(task, {"frequency": "times_per_year", "pool": "pool_stated", "scope": "scope_text"}.get(code, code))
    return value.name if isinstance(value, Unit) else ABSENT if value is None else str(value)


def _listed(words: Iterable[str]) -> str:
    return say("frame.list_comma").join(words)


def _period_said(task: Task, changed: Collection[str]) -> str:
    days = f"{task.starts_on or ABSENT} ～ {task.ends_on or ABSENT}"
    told = "period_text" in changed and task.period_text
    return say("revisions.period", days=days, text=task.period_text) if told else days


def _rule_said(task: Task, changed: Collection[str]) -> str:
    rates = _listed(f"{risk_class} {_of_class(planned)}" for risk_class, planned in sorted(task.class_rates.items()))
    return (task.risk_rule if "risk_rule" in changed else None) or rates


def _items_said(task: Task, _: Collection[str]) -> str:
    checks: dict[str, list[str]] = {}
    for item in task.items:
        checks.setdefault(item.name, []).append(item.unit.name)
    return "；".join(say("revisions.item", item=name, units=_listed(units)) for name, units in checks.items())


def _rate_said(task: Task, _: Collection[str]) -> str:
    share = f"{task.rate * 100:f}".rstrip("0").rstrip(".") + "%" if task.rate is not None else ""
    return task.rate_text or share


_SAID: dict[str, Callable[[Task, Collection[str]], str]] = {
    "period": _period_said,
    "risk_rule": _rule_said,
    "items": _items_said,
    "rate": _rate_said,
    "partners": lambda task, _: _listed(unit.name for unit in task.partners),
    "draw_type": lambda task, _: say(f"codes.draw_type.{task.draw_type}") if task.draw_type else "",
    "item_class": lambda task, _: say(f"codes.item_class.{task.item_class}") if task.item_class else "",
}


def _of_class(planned: ClassRate) -> str:
    return f"{float(planned.rate) * 100:g}%" if planned.rate is not None else str(planned.quota)
