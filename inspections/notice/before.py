"""What a paper says that a task was before its change, held against the plan: its writers may have had another plan.

Each value is read as a plan's own would be; what cannot be read is compared by its words.
"""

from __future__ import annotations

import re

from inspections.files.characters import folded, squeezed
from inspections.notice import units as unit_names
from inspections.notice.amounts import times_named
from inspections.notice.plan import Task
from inspections.notice.proportions import proportion
from inspections.notice.units import Bureau, Unit
from inspections.notice.windows import window

# Who does what, behind a unit's name in a sentence.
_DOES = re.compile("(?:牵头|负责|承办|组织|发起|实施|开展|检查|落实)+$")


def contradicts(task: Task, code: str, text: str, year: int, bureau: Bureau) -> bool:
    """Whether a value before, as written under the column `code`, is another than the stored task of that year has."""
    found = False
    if code.startswith("class:"):
        return _of_class(task, code.removeprefix("class:"), text)
    match code:
        case "rate" | "quota":
            found = _amount(task, code, text)
        case "frequency":
            found = _how_often(task, text, year)
        case "period" | "period_start" | "period_end":
            found = _window(task, code, text, year)
        case "lead_unit" | "initiating_unit" | "partners":
            found = _unit(task, code, text, bureau)
        case "scope":
            found = _other_words(text, task.scope_text, task.scope)
        case "items":
            found = _items(task, text)
        case "draw_type":
            found = _drawn(task, text)
    return found


def _key(words: str | None) -> str:
    return re.sub(r"[\W_]+", "", squeezed(folded(words or "")))


def _other_words(text: str, *held: str | None) -> bool:
    """Whether words that are nothing but words are others: a shorter form of the same is none."""
    said, known = _key(text), [key for key in map(_key, held) if key]
    return bool(said) and not any(said in key or key in said for key in known)


def _numbers(words: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", folded(words))]


def _amount(task: Task, code: str, text: str) -> bool:
    """Proportion and number: one of them may stand in the other's place."""
    said = proportion(text, percent_header=code == "rate", count_header=code == "quota")
    # A cell of a spreadsheet holds 5% as 0.05, one below a heading with the sign as 5.
    same = task.rate is not None and task.rate in (said.rate, proportion(text).rate)
    if same or (_numbers(text) and _numbers(text) == _numbers(task.rate_text or "")):
        return False
    if said.class_rates:
        held = task.class_rates
        return any(one not in held or planned.rate != held[one].rate for one, planned in said.class_rates.items())
    if said.quota is not None and task.quota is not None:
        return said.quota != task.quota
    # What is neither a proportion nor a number is words.
    figures = said.rate is not None or said.quota is not None or bool(_numbers(text))
    return figures or _other_words(text, task.rate_text, task.risk_rule)


def _of_class(task: Task, risk_class: str, text: str) -> bool:
    said, held = proportion(text, percent_header=True), task.class_rates.get(risk_class)
    if held is None:
        return said.rate is not None and said.rate != task.rate
    return (said.rate, said.quota) not in ((held.rate, held.quota), (held.rate, None))


def _how_often(task: Task, text: str, year: int) -> bool:
    times, _ = times_named(text, window(text, year))
    if times is None:
        number = re.fullmatch(r"(\d{1,3})次?", squeezed(folded(text)))
        times = int(number[1]) if number else None
    if times is None:
        return task.times_per_year is not None and _other_words(text, task.period_text, task.rate_text)
    # A plan that names no number of times asks for one.
    return times != (task.times_per_year or 1)


def _window(task: Task, code: str, text: str, year: int) -> bool:
    said = window(text, year)
    starts_on, ends_on = said.starts_on, said.ends_on
    if starts_on is None and ends_on is None:
        return _other_words(text, task.period_text)
    if code == "period_start" or (code == "period" and ends_on is None):
        return (starts_on or ends_on) != task.starts_on
    # "6月底前": a day that the words do not name is assumed.
    assumed = {remark.parameters.get("used") for remark in said.remarks if remark.code == "window_one_sided"}
    if code == "period" and str(ends_on) in assumed:
        return starts_on != task.starts_on
    if code == "period_end" or starts_on is None or str(starts_on) in assumed:
        return ends_on != task.ends_on
    if starts_on == ends_on:
        return starts_on not in (task.starts_on, task.ends_on)
    return (starts_on, ends_on) != (task.starts_on, task.ends_on)


def _unit(task: Task, code: str, text: str, bureau: Bureau) -> bool:
    """Who leads or launches is among the named, and nobody named has no part in the task."""
    named = [_called(_DOES.sub("", name), bureau) for name in unit_names.names_in(_DOES.sub("", squeezed(text)))]
    leads = _identities(task.lead_unit, task.initiating_unit)
    all_of = leads | _identities(*task.partners, *(item.unit for item in task.items))
    if not named:
        return False
    led = code == "partners" or any(one & leads for one in named)
    return not led or any(not one & all_of for one in named)


def _called(name: str, bureau: Bureau) -> set[tuple[str, ...]]:
    """Whom a name may mean: in a plan of the bureau's own and in a joint one."""
    return {unit_names.identity(unit_names.unit_called(name, bureau, internal=one)) for one in (True, False)}


def _identities(*units: Unit) -> set[tuple[str, ...]]:
    """Units as names are compared; the bureau stands for its sections."""
    return {unit_names.identity(unit) for unit in units} | {("bureau",) for unit in units if unit.own}


def _items(task: Task, text: str) -> bool:
    names = [item.name for item in task.items]
    pieces = re.split(r"[；;\n]|(?<!\d)\d{1,2}[.、．)）]", text)
    return any(_other_words(piece, *names, "".join(names)) for piece in pieces if _key(piece))


def _drawn(task: Task, text: str) -> bool:
    said = {"不定向": "unconditional", "定向": "conditional"}.get(_key(text).removesuffix("抽查").removesuffix("抽取"))
    return said is not None and said != task.draw_type
