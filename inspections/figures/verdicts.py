"""Verdicts on past draws in words: what a reader who knows no statistics is told. Never an accusation (建议核查)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from inspections.draws.fairness import PASSED_OVER, RecordedDraw, Verdict, Year
from inspections.words.wording import say

# A share below this is told as one in so many, and none as rarer than that: more digits say no more.
RARE, RAREST = 0.01, 1e-6
VERDICTS = ("pass", "check", "unclear", "no_pool")


def finding(
    year: int, verdicts: Sequence[Verdict], named: Mapping[int, str], redrawn: int, whole: Year | None
) -> list[str]:
    """How many draws passed, which ones to look at and why, and what all of them show together.

    `named` gives a draw's name for its id. Draws with the same list are named once, by the first to look at.
    """
    counts = {code: sum(one.verdict == code for one in verdicts) for code in VERDICTS}
    parts = [say(f"fairness.counts.{code}", count=count) for code, count in counts.items() if count]
    comma = say("fairness.comma")
    sentences = [say("fairness.finding", year=year, draws=len(verdicts), counts=comma.join(parts))]
    lists: dict[int, list[Verdict]] = {}
    for one in verdicts:
        if one.verdict == "check":
            lists.setdefault(one.draw_id if one.same_as is None else one.same_as, []).append(one)
    for first, *others in lists.values():
        said = comma.join(reasons(first))
        name = named[first.draw_id]
        if others:
            sentences.append(say("fairness.finding_check_same", name=name, reasons=said, count=len(others)))
        else:
            sentences.append(say("fairness.finding_check", name=name, reasons=said))
    if whole is not None:
        sentences.append(whole_year(whole))
    if redrawn:
        sentences.append(say("fairness.finding_redrawn", count=redrawn))
    return sentences


def whole_year(whole: Year) -> str:
    """What all draws of a year show together."""
    if not whole.habits:
        return say(f"fairness.year.{whole.verdict}", draws=whole.draws)
    said = [
        say("fairness.year.reason", what=say(f"fairness.habits.{one.sign}"), chance=year_chance(one.p), draws=one.draws)
        for one in whole.habits
    ]
    return say("fairness.year.check", habits=say("fairness.comma").join(said))


def reasons(verdict: Verdict) -> list[str]:
    """What stands out in a draw, each with how rare it is among honest draws."""
    found = sorted((one for one in verdict.found.values() if one.reported), key=lambda one: one.p)
    said = [
        say(
            "fairness.reason",
            what=say(f"fairness.signs.{one.sign}"),
            chance=chance(one.p),
        )
        for one in found
    ]
    if verdict.forbidden:
        said.insert(0, say("fairness.signs.forbidden", count=verdict.forbidden))
    return said


def line(verdict: Verdict, draw: RecordedDraw, redraws: int, *, short: bool = False) -> str:
    """The verdict on one draw as a sentence or two; a `short` one names the tests and not what they saw."""
    if verdict.verdict == "check" and short:
        tests = [test for test, one in verdict.found.items() if one.reported]
        tests += ["inspectors"] if verdict.forbidden and "inspectors" not in tests else []
        names = say("frame.list_comma").join(say(f"fairness.tests.{test}") for test in tests)
        said = [say("fairness.lines.check_short", tests=names)]
    elif verdict.verdict == "check":
        what = say("fairness.comma").join(reasons(verdict))
        said = [say("fairness.lines.check", reasons=what)]
    elif verdict.verdict == "pass":
        said = [say("fairness.lines.pass")]
    elif not draw.strata:
        said = [say("fairness.lines.no_pool")]
    else:
        said = _unclear(verdict, draw)
    if verdict.same_as is not None:
        said.append(say("fairness.lines.same"))
    if redraws:
        said.append(say("fairness.lines.redrawn", count=redraws))
    return say("frame.sentence_gap").join(said)


def _unclear(verdict: Verdict, draw: RecordedDraw) -> list[str]:
    """Why a draw says nothing: chance had nothing to decide, or too little, and if so within how small a class."""
    widest = draw.widest
    if widest is None:
        return [say("fairness.lines.whole")]
    said = [say("fairness.lines.unclear_never" if _seen(verdict.power.skip) == "never" else "fairness.lines.unclear")]
    if not widest.name.startswith("all"):
        said.append(say("fairness.lines.by_class", size=widest.size, drawn=widest.drawn))
    return said


def power(verdict: Verdict, draw: RecordedDraw, name_of: Callable[[str], str]) -> str:
    """What manipulation a draw of this size could reveal at all."""
    widest, spared = draw.widest, verdict.power.spared
    if widest is None or spared is None:
        return say("fairness.power.nothing")
    common = {
        "stratum": stratum_name(widest.name, name_of), "size": widest.size, "drawn": widest.drawn,
        "spared": spared,
    }  # fmt: skip
    skip, spacing = verdict.power.skip, verdict.found.get("spacing")
    said = [say(f"fairness.power.{_missed(spared, widest.size - widest.drawn)}", **common)]
    # Of what did show nobody is told how likely that was, which depends on where the steps begin.
    if spacing is None or not spacing.reported or spacing.sign != "even":
        said.insert(0, say(f"fairness.power.skip_{_seen(skip)}", share=skip))
    return say("frame.sentence_gap").join(said)


def _missed(spared: int, left: int) -> str:
    """Of more firms than are left over an honest draw always takes one."""
    return "spared_never" if spared > left else "spared" if spared > 1 else "one"


def year_power(whole: Year) -> str:
    """What habit the year as a whole could reveal."""
    return say(f"fairness.year.power_{_seen(whole.skip)}", share=whole.skip)


def _seen(share: float) -> str:
    return "always" if share >= 0.99 else "never" if share < 0.01 else "sometimes"


def stratum_name(code: str, name_of: Callable[[str], str]) -> str:
    """A class in words, the whole pool, or those of either that rotation passed over."""
    stem = code.removesuffix(PASSED_OVER)
    name = say("fairness.whole_pool") if stem == "all" else name_of(stem)
    return say("fairness.passed_over", name=name) if code.endswith(PASSED_OVER) else name


def chance(p: float) -> str:
    """A draw's p value as a reader says it: a share, or one in so many where it is rare."""
    return say("fairness.chance", share=p) if p >= RARE else say("fairness.chance_rare", times=_times(p))


def year_chance(p: float) -> str:
    """The same for a year."""
    return say("fairness.year.chance", share=p) if p >= RARE else say("fairness.year.chance_rare", times=_times(p))


def _times(p: float) -> float:
    times = 1 / max(p, RAREST)
    return round(times, -2 if times > 500 else -1)
