"""The slides of a leadership meeting: one message each, from the facts of a bureau's year.

The same deck is shown in the app, printed as pdf and written as pptx. No object is named and no class of a single firm
is told: leaders see totals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from inspections.evaluation.facts import Facts
from inspections.evaluation.indicators import BY_CODE
from inspections.evaluation.rubric import NOT_APPLICABLE, PENDING, Mark
from inspections.evaluation.statements import grades_in_words, named, rubric_line, said
from inspections.papers.report.phrases import grade_text
from inspections.papers.risks import risks
from inspections.papers.slides.deck import Bar, Chart, Deck, Figure, Slide, Table
from inspections.words.classes import NONE
from inspections.words.rates import rate, rates
from inspections.words.wording import ABSENT, say

SLIDES = (
    "cover", "year", "coverage", "completion", "joint", "findings", "evaluation", "loss", "proposal", "risks",
)  # fmt: skip
# What a slide can hold and still be read from the back of a hall.
MOST_BARS = 8
MOST_ROWS = 6
# What can be said before anything is drawn.
WITHOUT_DRAWS = {"cover", "joint", "loss", "proposal", "risks"}
# Where the numbers of a slide can be looked up: the page of the app.
PAGES = {
    "cover": "overview", "loss": "evaluation", "year": "overview", "coverage": "coverage", "completion": "completion",
    "joint": "plans", "findings": "findings",
    "evaluation": "evaluation", "proposal": "proportions", "risks": "overview",
}  # fmt: skip


def deck(facts: Facts, keys: Sequence[str] | None = None, titles: Mapping[str, str] | None = None) -> Deck:
    """The chosen slides in the chosen order, own `titles` by slide code in place of the message.

    None for all that have something to say: a hall is not shown that there is nothing to show.

    Raises KeyError for a slide that does not exist.
    """
    sentences = said(facts)
    slides = []
    for key in _worth_showing(facts) if keys is None else keys:
        make = MAKERS[key]
        drawn = facts.totals["due"] > 0 or key in WITHOUT_DRAWS
        slide = make(facts) if drawn else _nothing_drawn(key, facts)
        own = (titles or {}).get(key, "").strip()
        notes = _notes(key, slide.title, sentences, facts)
        slides.append(replace(slide, key=key, title=own or slide.title, notes=notes))
    return Deck(
        title=say("deck.title", bureau=facts.bureau, year=facts.year),
        subject=say("deck.subject_running" if facts.running else "deck.subject", bureau=facts.bureau, year=facts.year),
        source=say("deck.source", day=facts.as_of),
        synthetic=say("frame.synthetic") if facts.synthetic else None,
        slides=tuple(slides),
    )


def _worth_showing(facts: Facts) -> Iterator[str]:
    """The slides that have a message of their own."""
    drawn, joint = facts.totals["due"] > 0, facts.totals["joint_tasks"] > 0
    graded = facts.evaluation.best is not None
    silent = {
        "coverage": not drawn, "completion": not drawn, "joint": not joint,
        "findings": not facts.totals["entered"],
        "evaluation": not graded, "loss": not _losses(facts),
    }  # fmt: skip
    yield from (key for key in SLIDES if not silent.get(key))


def slide_name(key: str) -> str:
    """What a slide is about, for the list to choose from."""
    return say(f"deck.names.{key}")


# What is read out beside a slide: the sentences that its numbers come from.
SPOKEN = {
    "cover": ("running",),
    "loss": ("best",),
    "year": ("plan", "visits", "publication", "running"),
    "coverage": ("coverage",),
    "completion": ("visits", "late"),
    "joint": ("joint",),
    "findings": ("findings", "follow_up"),
    "evaluation": ("evaluation", "best", "units_without"),
    "proposal": (),
    "risks": ("late", "follow_up", "items"),
}


def _notes(key: str, title: str, sentences: Mapping[str, str], facts: Facts) -> str:
    spoken = [sentences[code] for code in SPOKEN[key] if code in sentences] or [title]
    return say(
        "deck.notes",
        sentences=say("frame.sentence_gap").join(spoken),
        source=slide_name(key),
        page=say(f"{PAGES[key]}.title"),
        day=facts.as_of,
    )


def _title(key: str, **parameters: object) -> str:
    return say(f"deck.titles.{key}", **parameters)


def _share(key: str, numerator: int, denominator: int, **more: object) -> Figure:
    """A rate as a large number with what it is made of."""
    return Figure(
        say("frame.rate", share=rate(numerator, denominator)),
        say(f"deck.figures.{key}", numerator=numerator, denominator=denominator, **more),
    )


def _number(key: str, value: object, **more: object) -> Figure:
    return Figure(f"{value:,}" if isinstance(value, int) else str(value), say(f"deck.figures.{key}", **more))


def _nothing_drawn(key: str, facts: Facts) -> Slide:
    return Slide(
        key,
        say("deck.nothing_drawn", year=facts.year, day=facts.as_of),
        points=(say("deck.nothing_drawn_point", tasks=facts.totals["tasks"]),),
    )


# ---------------------------------------------------------------------------------------------------- the slides


def _year(facts: Facts) -> Slide:
    totals = facts.totals
    due, entered = totals["due"], totals["entered"]
    key = "year_done" if due == entered else "year_some"
    stages = ("due", "inspected", "entered", "published", "published_in_time")
    return Slide(
        "year",
        _title(key, due=due, share=rate(entered, due), left=due - entered, published=totals["published"]),
        (
            _number("tasks", totals["tasks"], joint=totals["joint_tasks"]),
            _share("completion", entered, due),
            _share("publication_on_time", totals["published_in_time"], due),
        ),
        _funnel(facts, "year", stages, "due"),
    )


def _funnel(facts: Facts, key: str, stages: Sequence[str], whole: str) -> Chart:
    totals = facts.totals
    bars = tuple(
        Bar(
            say(f"deck.bars.{stage}"),
            totals[stage],
            totals[whole],
            say("deck.visits_text", count=totals[stage], share=rate(totals[stage], totals[whole])),
        )
        for stage in stages
    )
    return Chart(bars, say(f"deck.alts.{key}"))


def _coverage(facts: Facts) -> Slide:
    classes = facts.coverage.to_dict("records")
    name_of = {str(row["class"]): facts.class_name(str(row["class"])) for row in classes}
    pool, drawn = (sum(int(row[column]) for row in classes) for column in ("pool", "drawn"))
    expected = facts.expected_reach
    bars = tuple(
        Bar(
            name_of[str(row["class"])],
            rate(row["drawn"], row["pool"]) or 0.0,
            1.0,
            say(
                "deck.reach_text",
                drawn=int(row["drawn"]),
                pool=int(row["pool"]),
                share=rate(row["drawn"], row["pool"]),
            ),
            str(row["class"]),
            rate(expected.get(str(row["class"])), row["pool"]),
        )
        for row in classes
    )
    of_classes = [row for row in classes if str(row["class"]) in facts.classes]
    broken = facts.broken_gradients
    figures = [_share("reach", drawn, pool)]
    if of_classes:
        highest = of_classes[-1]
        name = name_of[str(highest["class"])]
        figures.append(_share("highest", int(highest["drawn"]), int(highest["pool"]), name=name))
    figures.append(_number("objects", drawn))
    marked = any(bar.mark is not None for bar in bars)
    return Slide(
        "coverage",
        _coverage_title(classes if of_classes else (), drawn, pool, name_of),
        tuple(figures),
        Chart(bars, say("deck.alts.coverage"), say("deck.plan_mark") if marked else None),
        remark=say("deck.remarks.gradient", broken=broken) if broken else None,
    )


def _coverage_title(classes: Sequence[Mapping[Any, Any]], drawn: int, pool: int, name_of: Mapping[str, str]) -> str:
    """What was drawn in full and where most were missed, objects without a class among them."""
    if not classes:
        return _title("coverage_unclassified", drawn=drawn, share=rate(drawn, pool))
    ordered = [row for row in reversed(classes) if str(row["class"]) != NONE]
    ordered += [row for row in classes if str(row["class"]) == NONE]
    whole = [name_of[str(row["class"])] for row in ordered if row["drawn"] == row["pool"]]
    missed = [row for row in classes if row["drawn"] < row["pool"]]
    if not missed:
        return _title("coverage_all")
    worst = max(missed, key=lambda row: row["pool"] - row["drawn"])
    count = int(worst["pool"] - worst["drawn"])
    return _title(
        "coverage_whole" if whole else "coverage_none_whole",
        whole=say("frame.list_comma").join(whole),
        missed=name_of[str(worst["class"])],
        count=count,
        share=rate(worst["drawn"], worst["pool"]),
    )


def _completion(facts: Facts) -> Slide:
    units = _furthest_behind(facts.units[facts.units["due"] > 0])
    behind = [str(unit) for unit in units.loc[units["share"] == units["share"].iloc[0], "unit"]]
    worst, done = units.iloc[0], int((units["entered"] == units["due"]).sum())
    if len(units) == done:
        title = _title("completion_all", count=len(units))
    else:
        left = int(worst["due"] - worst["entered"])
        title = _title(
            "completion_one" if len(units) == 1 else "completion_some" if done else "completion_none",
            count=len(units),
            done=done,
            unit=named(behind),
            share=rate(worst["entered"], worst["due"]),
            left=left,
        )
    shown, remark = _most(units, say("deck.remarks.completion"))
    totals = facts.totals
    return Slide(
        "completion",
        title,
        (
            _share("completion", totals["entered"], totals["due"]),
            _share("publication_on_time", totals["published_in_time"], totals["due"]),
            _number("overdue", int(units["overdue"].sum())),
        ),
        Chart(_completion_bars(shown), say("deck.alts.completion")),
        remark=remark,
    )


def _furthest_behind(units: pd.DataFrame) -> pd.DataFrame:
    """Units with due visits, the lowest completion first, among equals the one with most to do."""
    return units.assign(share=rates(units["entered"], units["due"])).sort_values(
        ["share", "due", "unit_id"], ascending=[True, False, True]
    )


def _completion_bars(units: pd.DataFrame) -> tuple[Bar, ...]:
    """One bar a unit, the best on top."""
    return tuple(
        Bar(
            str(row["unit"]),
            rate(row["entered"], row["due"]) or 0.0,
            1.0,
            say(
                "deck.share_text",
                share=rate(row["entered"], row["due"]),
                numerator=int(row["entered"]),
                denominator=int(row["due"]),
            ),
        )
        for row in reversed(units.to_dict("records"))
    )


def _most(units: pd.DataFrame, remark: str | None) -> tuple[pd.DataFrame, str | None]:
    """As many units as a slide can hold, those furthest behind; the remark then says that there are more."""
    if len(units) <= MOST_BARS:
        return units, remark
    word = say("codes.indicator.completion")
    more = say("deck.more_units", count=len(units) - MOST_BARS, what=word)
    return units.head(MOST_BARS), more


def _joint(facts: Facts) -> Slide:
    totals, participation = facts.totals, facts.evaluation.whole.mark("participation")
    figures = [_share("joint_share", totals["joint_tasks"], totals["tasks"])]
    if participation.denominator:
        figures.append(_share("participation", participation.numerator, participation.denominator))
    tasks = facts.tasks[facts.tasks["plan_kind"] == "joint"]
    if tasks.empty:
        return Slide("joint", _title("joint_none"), tuple(figures))
    if due_visits := int(tasks["due"].sum()):
        figures.insert(1, _share("joint_completion", int(tasks["entered"].sum()), due_visits))
    share = rate(totals["joint_tasks"], totals["tasks"])
    title = _title("joint_some", joint=len(tasks), share=share, units=_joining(tasks))
    states = facts.visit_states[facts.visit_states["task_id"].isin(tasks["task_id"])]
    if states.empty:
        names = tuple(str(name) for name in tasks["name"].head(MOST_ROWS))
        return Slide("joint", title, tuple(figures), points=names, remark=_more_rows(len(tasks)))
    units = facts.units.set_index("unit_id")["unit"]
    due = states.groupby("unit_id")["visits"].sum()
    entered = states[states["entered"]].groupby("unit_id")["visits"].sum().reindex(due.index, fill_value=0)
    shown = [
        {"unit": units[unit_id], "unit_id": unit_id, "due": int(due[unit_id]), "entered": int(entered[unit_id])}
        for unit_id in due.index
    ]
    worst, remark = _most(_furthest_behind(pd.DataFrame(shown)), None)
    bars = _completion_bars(worst)
    return Slide("joint", title, tuple(figures), Chart(bars, say("deck.alts.joint")), remark=remark)


def _joining(tasks: pd.DataFrame) -> int:
    """Units that the joint tasks name as lead or partner."""
    names = {str(name) for name in tasks["lead_unit"].dropna()}
    for partners in tasks["partners"].dropna():
        names |= set(str(partners).split("、"))
    return len(names)


def _more_rows(rows: int) -> str | None:
    return say("deck.more_rows", count=rows - MOST_ROWS) if rows > MOST_ROWS else None


def _findings(facts: Facts) -> Slide:
    totals = facts.totals
    problems, left = totals["problems"], totals["problems"] - totals["closed"]
    if not totals["entered"]:
        return Slide("findings", _title("findings_waiting"))
    figures = [_share("problem_rate", problems, totals["entered"])]
    if not problems:
        return Slide(
            "findings",
            _title("findings_none", results=totals["entered"]),
            tuple(figures),
            remark=say("deck.remarks.findings"),
        )
    figures += [
        _share("follow_up", totals["handled"], problems),
        _share("closed_out", totals["closed"], problems),
    ]
    return Slide(
        "findings",
        _title("findings_open" if left else "findings_closed", problems=problems, left=left),
        tuple(figures),
        _funnel(facts, "findings", ("problems", "handled", "closed"), "problems"),
        remark=say("deck.remarks.findings"),
    )


def _evaluation(facts: Facts) -> Slide:
    evaluation = facts.evaluation
    graded, best = evaluation.graded, evaluation.best
    if best is None:
        return Slide("evaluation", _title("evaluation_none"))
    whole, leaders = evaluation.whole, named([unit.unit for unit in evaluation.leading])
    word = {unit.unit_id: grade_text(unit) for unit in evaluation.units}
    if len(graded) == 1:
        key = "evaluation_one_running" if best.grade == PENDING else "evaluation_one"
        key = "evaluation_one_decided" if best.overridden else key
        title = _title(key, unit=best.unit, score=best.score, grade=say(f"codes.grade.{best.grade}"))
    elif not evaluation.leading:
        title = _title("evaluation_equal", count=len(graded), score=best.score)
    elif facts.running:
        title = _title("evaluation_running", unit=leaders)
    else:
        title = _title("evaluation_some", grades=grades_in_words(evaluation), unit=leaders)
    # The best and the last, where not all of them can be shown.
    shown = graded if len(graded) <= MOST_BARS else (*graded[: MOST_BARS // 2], *graded[-MOST_BARS // 2 :])
    bars = tuple(
        Bar(
            unit.unit,
            float(unit.score or 0),
            100.0,
            say(
                "deck.score_text_running" if unit.grade == PENDING else "deck.score_text",
                score=unit.score,
                grade=word[unit.unit_id],
            ),
            "ink" if unit.grade == PENDING else "none" if unit.grade == NOT_APPLICABLE else unit.grade,
        )
        for unit in shown
    )
    without = sum(unit.grade == NOT_APPLICABLE for unit in evaluation.units)
    grade = say(f"codes.grade.{whole.grade}")
    figures = [_number("score_running" if facts.running else "score", whole.score, grade=grade)]
    if not facts.running:
        # As many as the title says: the bureau itself is not counted among its units.
        excellent = sum(unit.grade == "excellent" and not unit.aside for unit in evaluation.units)
        figures.append(_number("excellent", excellent))
    return Slide(
        "evaluation",
        title,
        (*figures, _number("not_applicable", without)),
        Chart(bars, say("deck.alts.evaluation")),
        remark=say(
            "deck.remarks.evaluation_decided" if any(unit.overridden for unit in shown) else "deck.remarks.evaluation",
            rubric=rubric_line(evaluation.rubric),
        ),
    )


def _losses(facts: Facts) -> list[Mark]:
    """What cost the bureau points, the dearest first."""
    return sorted((mark for mark in facts.evaluation.whole.marks if mark.lost), key=lambda mark: -mark.lost)


def _loss(facts: Facts) -> Slide:
    """The indicator that cost the bureau most, and the units with whom the records lie that do not count.

    No unit has a part in what is counted of the bureau alone, nor can a mean be parted among them.
    """
    losses = _losses(facts)
    if not losses:
        # Nothing is lost where nothing can be.
        return Slide("loss", _title("evaluation_none" if facts.evaluation.whole.score is None else "loss_none"))
    mark, name = losses[0], say(f"codes.indicator.{losses[0].code}")
    indicator = BY_CODE[mark.code]
    parted = indicator.of == "unit" and indicator.kind == "rate"
    units = [(one.unit, one.mark(mark.code)) for one in facts.evaluation.units] if parted else []
    short = [(unit, own.denominator - own.numerator) for unit, own in units if own.numerator < own.denominator]
    short.sort(key=lambda one: -one[1])
    total = mark.denominator - mark.numerator
    bars = tuple(
        Bar(unit, count, total, say("deck.loss_text", count=count, share=rate(count, total)))
        for unit, count in short[:MOST_BARS]
    )
    lost = f"{float(mark.lost):.1f}"
    # Nobody is named for what others have as much of.
    first = short[0] if len(short) == 1 or (short and short[0][1] > short[1][1]) else None
    figures = [
        _number("loss", lost, indicator=name),
        _number("score_running" if facts.running else "score_only", facts.evaluation.whole.score),
    ]
    if indicator.kind == "rate" and mark.denominator:
        figures.insert(1, _share("loss_rate", mark.numerator, mark.denominator, indicator=name))
    return Slide(
        "loss",
        _title("loss", indicator=name, lost=lost, unit=first[0], share=rate(first[1], total))
        if first
        else _title("loss_whole", indicator=name, lost=lost),
        tuple(figures),
        Chart(bars, say("deck.alts.loss", indicator=name)) if bars else None,
        remark=say(
            "deck.remarks.loss" if bars else "deck.remarks.loss_whole",
            indicator=name,
            how=say(f"codes.indicator_of.{mark.code}"),
        ),
    )


def _cover(facts: Facts) -> Slide:
    lines = [facts.bureau, say("deck.cover_running" if facts.running else "deck.cover", day=facts.as_of)]
    if facts.synthetic:
        lines.append(say("report.mark"))
    return Slide("cover", _title("cover", year=facts.year), lines=tuple(lines))


def _proposal(facts: Facts) -> Slide:
    proposals = facts.proposals
    if proposals.empty:
        return _in_force(facts)
    codes = [code for code in (*facts.classes, NONE) if code in set(proposals["class"].astype(str))]
    first = proposals.drop_duplicates("scope_id")
    rates = {(int(row["scope_id"]), str(row["class"])): float(row["rate"]) for row in proposals.to_dict("records")}
    rows = tuple(
        (
            str(row["scope"]),
            say("deck.cells.draws", count=int(row["draws"])),
            *(say("deck.cells.quota", share=rates.get((int(row["scope_id"]), code))) for code in codes),
        )
        for row in first.head(MOST_ROWS).to_dict("records")
    )
    headings = (
        say("deck.headings.pool"),
        say("deck.headings.draws"),
        *(facts.class_name(code) for code in codes),
    )
    of_first = [code for code in facts.classes if (int(first.iloc[0]["scope_id"]), code) in rates]
    rising = [rates[int(first.iloc[0]["scope_id"]), code] for code in of_first]
    if len(first) == 1 and len(of_first) > 1 and rising == sorted(rising):
        low, high = of_first[0], of_first[-1]
        scope_id = int(first.iloc[0]["scope_id"])
        title = _title(
            "proposal_adopted",
            low=facts.class_name(low),
            low_rate=rates[scope_id, low],
            high=facts.class_name(high),
            high_rate=rates[scope_id, high],
        )
    else:
        title = _title("proposal_flat", pools=len(first))
    remark = _more_rows(len(first)) or say("deck.remarks.proposal")
    return Slide("proposal", title, table=Table(headings, rows), remark=remark)


def _text(value: Any) -> str:
    return ABSENT if pd.isna(value) else str(value)


def _in_force(facts: Facts) -> Slide:
    """The plan in force, pool by pool, where no proportions were adopted for next year."""
    grouped = facts.tasks.groupby(["scope", "rate_text"], sort=False, dropna=False).size().reset_index(name="tasks")
    rows = tuple(
        (_text(row["scope"]), f"{int(row['tasks']):,}", _text(row["rate_text"]))
        for row in grouped.head(MOST_ROWS).to_dict("records")
    )
    headings = tuple(say(f"deck.headings.{key}") for key in ("pool", "tasks", "rate"))
    return Slide(
        "proposal",
        _title("proposal_in_force"),
        table=Table(headings, rows) if rows else None,
        remark=_more_rows(len(grouped)) or (say("deck.remarks.in_force") if rows else None),
    )


def _risks(facts: Facts) -> Slide:
    found = risks(facts)
    return Slide("risks", _title("risks_some", count=len(found)) if found else _title("risks_none"), points=found)


MAKERS: dict[str, Callable[[Facts], Slide]] = {
    "cover": _cover, "loss": _loss, "year": _year, "coverage": _coverage, "completion": _completion,
    "joint": _joint, "findings": _findings,
    "evaluation": _evaluation, "proposal": _proposal, "risks": _risks,
}  # fmt: skip
