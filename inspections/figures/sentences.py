"""Findings in words: which of a page's sentences the numbers call for. The text files hold the sentences."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from inspections.evaluation.bureaus import SCORE, Ranking, by_words, half_of
from inspections.evaluation.rubric import GRADES, NOT_APPLICABLE
from inspections.words.rates import rate
from inspections.words.wording import ABSENT, say
from inspections.year.exact import ExactYear
from inspections.year.planned import ALL, Figure
from inspections.year.simulation import SimulatedYear
from inspections.year.whatif import SeriesFacts


def coverage(
    classes: pd.DataFrame, pool: str | None, year: int, name_of: Callable[[str], str], waiting: int = 0
) -> list[str]:
    """`classes`: rows of `queries/class_coverage.sql`. How many were drawn, which classes wholly, who was missed.

    waiting: tasks on the same pools that are not drawn yet, without which "drawn in full" would be read as the year's.
    """
    still = [say("coverage.finding_waiting", count=waiting)] if waiting else []
    total, drawn = int(classes["pool"].sum()), int(classes["drawn"].sum())
    key = "coverage.finding_pool" if pool else "coverage.finding"
    sentences = [say(key, year=year, scope=pool, pool=total, drawn=drawn, share=rate(drawn, total))]
    missed = classes.assign(missed=classes["pool"] - classes["drawn"])
    whole = [name_of(str(code)) for code in missed.loc[missed["missed"] == 0, "class"]]
    if drawn == total:
        return [*sentences, say("coverage.finding_everyone"), *still]
    if whole:
        sentences.append(say("coverage.finding_whole", classes=say("frame.list_comma").join(whole)))
    worst = missed.sort_values("missed", ascending=False).iloc[0]
    sentences.append(say("coverage.finding_missed", name=name_of(str(worst["class"])), count=int(worst["missed"])))
    return [*sentences, *still]


def completion(units: pd.DataFrame, overdue: int) -> list[str]:
    """`units`: rows of `queries/unit_completion.sql`. The year's completion; the units with most that is overdue."""
    due, entered = int(units["due"].sum()), int(units["entered"].sum())
    sentences = [say("completion.finding", due=due, entered=entered, share=rate(entered, due))]
    late = units[units["overdue"] > 0].sort_values("overdue", ascending=False)
    if late.empty:
        return [*sentences, say("completion.finding_none_late")]
    most = int(late["overdue"].iloc[0])
    worst = [str(unit) for unit in late.loc[late["overdue"] == most, "unit"]]
    key = "finding_late_one" if len(late) == 1 else "finding_late_equal" if len(worst) > 1 else "finding_late"
    return [
        *sentences,
        say(f"completion.{key}", units=len(late), overdue=overdue, unit=few_names(worst), count=most),
    ]


def findings(problems: int, results: int, closed: int, opened: int) -> list[str]:
    """How many results showed a problem, how many of those are closed, how many wait."""
    if not problems:
        return [say("findings.finding_none", results=results)]
    return [
        say(
            "findings.finding",
            results=results,
            problems=problems,
            closed=closed,
            share=rate(closed, problems),
        ),
        say("findings.finding_open", count=opened) if opened else say("findings.finding_all_handled"),
    ]


def series(facts: SeriesFacts, independent: ExactYear, rotated: Figure, whole_pool: ExactYear) -> list[str]:
    """What a series of equal draws does by itself and with everything else on its pool.

    `independent`: the series alone; `rotated`: its never visited under rotation (exact where possible, else simulated);
    `whole_pool`: all tasks on the pool.
    """
    alone, all_tasks = independent.figures[ALL], whole_pool.figures[ALL]
    if alone.never_visited is None:
        return []
    common = {
        "count": len(facts.task_ids),
        "rate": facts.rate,
        "scope": facts.scope,
        "share": rate(alone.never_visited.mean, alone.objects),
        "missed": alone.never_visited.mean,
        "objects": alone.objects,
        "rotated_share": rate(rotated.mean, alone.objects),
        "rotated": rotated.mean,
    }
    key = "mixed" if facts.rate is None else "alone"
    sentences = [say(f"redraw.series.{key}", **common), say("redraw.series.rotation", **common)]
    most = max((number for number, expected in (all_tasks.visits or {}).items() if expected > 1e-9), default=None)
    if most is not None and all_tasks.expected_visits_per_object is not None:
        key = "pool" if len(independent.inclusion) < len(whole_pool.inclusion) else "only"
        sentences.append(say(f"redraw.series.{key}", visits=all_tasks.expected_visits_per_object, most=most))
    return sentences


def nominal_note(facts: SeriesFacts, independent: ExactYear) -> str | None:
    """What the notice's proportions alone would leave out, where that is not what whole numbers and classes come to."""
    alone = independent.figures[ALL]
    if facts.nominal is None or facts.rotated is None or alone.never_visited is None:
        return None
    if abs(facts.nominal - (rate(alone.never_visited.mean, alone.objects) or 0.0)) < SAME:
        return None
    common = {"count": len(facts.task_ids), "nominal": facts.nominal, "rotated": facts.rotated}
    return say("redraw.series.nominal_note", **common)


def nominal_series(facts: SeriesFacts) -> list[str]:
    """The same from the notice's proportions alone, where no directory of objects is there yet."""
    if facts.nominal is None or facts.rotated is None or facts.visits is None:
        return []
    return [
        say(
            "redraw.series.nominal",
            count=len(facts.task_ids),
            scope=facts.scope,
            nominal=facts.nominal,
            rotated_nominal=facts.rotated,
            visits=facts.visits,
            most=len(facts.pool_tasks),
        )
    ]


def year_in_one(exact: ExactYear, simulated: SimulatedYear) -> list[str]:
    """The plain answer for any choice of tasks: exact where there is an exact answer, else simulated and said so."""
    known, seen = exact.figures[ALL], simulated.figures[ALL]
    whole = known.never_visited is not None and known.expected_visits_per_object is not None
    figures = known if whole else seen
    missed = (known.never_visited or seen.never_visited).mean
    return [
        say(
            "redraw.finding" if whole else "redraw.finding_simulated",
            objects=seen.objects,
            missed=missed,
            share=rate(missed, seen.objects),
            visits=figures.expected_visits_per_object,
        )
    ]


# Shares that look the same with one decimal of a percent.
SAME = 0.0005

# Names that a sentence says before "and so many more"; bureaus from which on it says where half of the work lies.
FEW, MANY = 2, 6


def few_names(names: Sequence[str]) -> str:
    """The first names of a list, and how many more there are."""
    key = "frame.few" if len(names) > FEW else "frame.all"
    return say(key, names=say("frame.list_comma").join(names[:FEW]), more=len(names) - FEW)


def grade_counts(counts: Mapping[str, int]) -> str:
    """How many have which grade: "优 41 个、良 60 个"; grades that nobody has are left out."""
    parts = [
        say("statements.grade_count", grade=say(f"codes.grade.{grade}"), count=count)
        for grade, count in counts.items()
        if count
    ]
    return say("frame.list_comma").join(parts) or ABSENT


def bureaus(scored: pd.DataFrame, ranking: Ranking, year: int, as_of: datetime.date) -> list[str]:
    """How many bureaus have which grade, who is best and last and by how much, where the work lies that is not done.

    `scored`: from `inspections.evaluation.bureaus.with_scores`.
    """
    counts = {grade: int((scored["grade"] == grade).sum()) for grade in (*GRADES, NOT_APPLICABLE)}
    running = as_of < datetime.date(year, 12, 31)
    key = "finding_running" if running else "finding"
    said = [
        say(f"bureaus.{key}", year=year, count=len(scored), grades=grade_counts(counts)),
        standings(ranking),
    ]
    left = scored[scored["outstanding"] > 0].sort_values(["outstanding", "bureau_id"], ascending=[False, True])
    if not left.empty:
        worst = left.iloc[0]
        words = {"total": int(left["outstanding"].sum()), "bureau": worst["bureau"], "most": int(worst["outstanding"])}
        half = half_of(scored["outstanding"])
        # Where one bureau holds half or more, its own number says it better; where it holds all, that is said.
        key = "finding_left_half" if len(scored) >= MANY and half > 1 else "finding_left"
        said.append(say(f"bureaus.{'finding_left_all' if len(left) == 1 else key}", half=half, **words))
    if running:
        said.append(say("statements.running", day=as_of.isoformat()))
    return said


def standings(ranking: Ranking) -> str:
    """Who is best and who is last in a ranking, and the distance between them in points."""
    by = by_words(ranking.by)
    best, lowest = ranking.words(ranking.top), ranking.words(ranking.bottom)
    if best == lowest:  # as written: what differs by less is not told apart
        if {ranking.words(value) for value in ranking.ranked["value"]} == {best}:
            return say("bureaus.finding_equal", by=by, value=best)
        return say("bureaus.finding_equal_firm", by=by, value=best, count=int((~ranking.ranked["is_small"]).sum()))
    apart, behind = ranking.top - ranking.bottom, ranking.quartiles[1] - ranking.bottom
    words = {
        "by": by, "names": few_names(ranking.best), "best": best, "last": few_names(ranking.lowest), "lowest": lowest,
    }  # fmt: skip
    if ranking.indicator is not None and ranking.indicator.kind == "mean":
        words["apart"] = ranking.words(abs(apart))
        if not ranking.has_median:
            return say("bureaus.finding_mean_two", **words)
        return say("bureaus.finding_mean", behind=ranking.words(abs(behind)), **words)
    kind, places = ("score", 2) if ranking.by == SCORE else ("rate", 1)
    # The last of those with enough records may stand above the median of all, or on it; of two the median says nothing.
    behind = round(ranking.distance(behind), places)
    clause = say(f"bureaus.behind_{kind}", behind=behind) if ranking.has_median and behind > 0 else ""
    return say(f"bureaus.finding_{kind}", apart=ranking.distance(apart), behind=clause, **words)
