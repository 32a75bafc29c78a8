"""What leaders have to watch in a year, a sentence each with its number; what there is none of is not told."""

from __future__ import annotations

from collections.abc import Callable

from inspections.evaluation.facts import Facts
from inspections.evaluation.statements import named
from inspections.words.wording import say


def _risk(key: str, count: int, **more: object) -> str | None:
    return say(f"deck.risks.{key}", count=count, **more) if count else None


def _overdue(facts: Facts) -> str | None:
    late = facts.units[facts.units["overdue"] > 0].sort_values("overdue", ascending=False, kind="stable")
    units = named([str(unit) for unit in late["unit"]])
    return _risk("overdue", int(late["overdue"].sum()), units=units)


def _open(facts: Facts) -> str | None:
    return _risk("open", facts.totals["problems"] - facts.totals["closed"])


def _not_launched(facts: Facts) -> str | None:
    late = facts.tasks[facts.tasks["launch"].isin(["missed", "late", "early"])]
    return _risk("not_launched", len(late), names=named([str(name) for name in late["name"]]))


def _uncovered(facts: Facts) -> str | None:
    return _risk("uncovered", facts.counts["items"] - facts.counts["covered"])


def _never(facts: Facts) -> str | None:
    """Objects of the highest class that no draw of the year took, in total."""
    highest = facts.coverage[facts.coverage["class"].astype(str) == facts.classes[-1]]
    missed = int((highest["pool"] - highest["drawn"]).sum())
    return _risk("never", missed, name=facts.class_name(facts.classes[-1]))


def _worsened(facts: Facts) -> str | None:
    return _risk("worsened", len(facts.ask("worsened_objects", **facts.scope)))


def _idle(facts: Facts) -> str | None:
    idle = facts.ask("idle_units", **facts.scope)
    return _risk("idle", len(idle), names=named([str(unit) for unit in idle["unit"]]))


def _over_cap(facts: Facts) -> str | None:
    cap = facts.settings.get("yearly_cap")
    if not cap:
        return None
    return _risk(
        "over_cap", int(facts.ask("heavy_burden", **facts.scope, cap=int(cap))["exceeds_cap"].sum()), cap=int(cap)
    )


_RISKS: tuple[Callable[[Facts], str | None], ...] = (
    _overdue, _open, _not_launched, _never, _worsened, _over_cap, _uncovered, _idle,
)  # fmt: skip


def risks(facts: Facts) -> tuple[str, ...]:
    """A sentence for each risk that there is, the most pressing first."""
    return tuple(sentence for risk in _RISKS if (sentence := risk(facts)))
