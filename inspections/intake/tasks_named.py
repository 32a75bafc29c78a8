"""Which task a row of a draw or a result means, and that nothing recorded lies ahead."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from dataclasses import replace

import pandas as pd
from rapidfuzz import fuzz, process, utils

from inspections.files.characters import squeezed
from inspections.intake.decisions import OPEN, PAPERS, WAITS, Decision, decided
from inspections.intake.staging import Stage

LIKELY = 60
# A shorter core than this says too little to be recognised inside another name.
SHORTEST = 4


def tasks_of_rows(stage: Stage, day: str) -> None:
    """`task_of_row`: row, task_id. A task is known by its name, field, plan name or only item, in the year of the plan."""
    tasks = stage.rows(
        """select task.task_id, plan.year, task.name, task.field, task.plan_name,
            case when count(item.item_id) = 1 then min(item.name) end
        from task inner join plan on task.plan_id = plan.plan_id and plan.bureau_id = $bureau_id
        left join task_item on task.task_id = task_item.task_id left join item on task_item.item_id = item.item_id
        group by all""",
        bureau_id=stage.bureau_id,
    )
    called: dict[tuple[int | None, str], set[int]] = {}
    for task_id, year, *names in tasks:
        for name in names:
            if name:
                called.setdefault((year, squeezed(name)), set()).add(task_id)
    # A file made before a revision calls a task as the plan did then.
    for task_id, year, name in stage.rows(
        """select distinct past_task.task_id, plan.year, past_task.name
        from past_task inner join task on past_task.task_id = task.task_id
        inner join plan on task.plan_id = plan.plan_id and plan.bureau_id = $bureau_id""",
        bureau_id=stage.bureau_id,
    ):
        called.setdefault((year, squeezed(name)), set()).add(task_id)
    by_name: dict[tuple[int | None, str], set[int]] = {}
    for task_id, year, name, *_ in tasks:
        by_name.setdefault((year, squeezed(name)), set()).add(task_id)
    year = f"coalesce(year, $year, extract(year from {day}))"
    told = stage.rows(
        f"select task, {year} as wanted, count(*) from incoming where task is not null group by all order by task, wanted",
        year=stage.incoming.year,
    )
    found = []
    years = sorted({task_year for _, task_year, *_ in tasks})
    for text, wanted, rows in told:
        # A line without any date, in a database of one year, means that year.
        in_year = wanted if wanted is not None else years[0] if len(years) == 1 else None
        key = (in_year, squeezed(text))
        ids = by_name.get(key) or called.get(key) or set()
        known = {task_id: name for task_id, task_year, name, *_ in tasks if task_year == in_year}
        waits = False
        if not ids and known:
            task_id, waits = _meant(stage, text, rows, in_year, known)
            ids = {task_id} if task_id else set()
        found.append((text, wanted, in_year, min(ids) if len(ids) == 1 else None, len(ids), waits))
    frame = pd.DataFrame(found, columns=["called", "wanted", "in_year", "task_id", "candidates", "waits"])
    stage.register(
        "task_called",
        frame.astype({"called": "str", "wanted": "Int64", "in_year": "Int64", "task_id": "Int64", "waits": "boolean"}),
    )
    stage.run(
        f"""create or replace temp table task_of_row as
        select incoming."row", task_called.* from incoming
        inner join task_called on incoming.task = task_called.called
            and {year} is not distinct from task_called.wanted""",
        year=stage.incoming.year,
    )
    for code, condition in (
        ("task_year_missing", "candidates = 0 and in_year is null"),
        ("task_unknown", "candidates = 0 and in_year is not null and not waits"),
        (WAITS, "waits"),
        ("task_ambiguous", "candidates > 1"),
    ):
        stage.flag("task", code, "error",
                   f"""select "row", called as text, in_year as year, candidates as count
                   from task_of_row where {condition}""")  # fmt: skip
    stage.run("delete from task_of_row where task_id is null")


def _meant(stage: Stage, text: str, rows: int, year: int | None, known: dict[int, str]) -> tuple[int | None, bool]:
    """(task, whether its rows wait) for a name that no task of the year bears.

    A platform's name that holds exactly one planned task's name means that task. Else the likeliest is proposed; a name
    like none at all is no question of this plan.
    """
    shown = _told_apart(known)
    by_shown = {name: task_id for task_id, name in shown.items()}
    core = _core(text, stage.incoming.bureau)
    held = {task_id: own for task_id, name in known.items() if (own := _core(name, stage.incoming.bureau)) in core}
    held = {task_id: own for task_id, own in held.items() if len(own) >= SHORTEST}
    # 煤炭矿山抽查 holds 矿山抽查 as well: only the longest is meant.
    longest = {t: own for t, own in held.items() if not any(own != other and own in other for other in held.values())}
    if len(longest) > 1:
        # The tasks of four quarters have one core: the one named in full, or of the quarter that the name says.
        longest = (
            {t: own for t, own in longest.items() if squeezed(known[t]) in squeezed(text)}
            or {t: own for t, own in longest.items() if _period(known[t]) == _period(text)}
            or longest
        )
    alike = (
        {t: name for t, name in shown.items() if _period(known[t]) in {frozenset(), _period(text)}}
        if _period(text)
        else shown
    )
    best = process.extractOne(text, alike, scorer=fuzz.WRatio, processor=utils.default_process)
    likely = best[0] if best and best[1] >= LIKELY else None
    if not longest and likely is None:
        return None, False
    settled = len(longest) == 1
    proposal = shown[next(iter(longest))] if longest else likely
    one = Decision(
        "task",
        text,
        {name: name for name in shown.values()},
        proposal,
        "grounds_held" if settled else "grounds_alike",
        rows,
        value=proposal if settled else None,
        by=PAPERS if settled else OPEN,
        parameters={"year": year},
    )
    # What somebody has decided otherwise goes before what the papers seem to say.
    if settled and decided(replace(one, by=OPEN, value=None), stage.incoming.chosen, stage.incoming.remembered).value:
        one = replace(one, by=OPEN, value=None)
    value = stage.decide(one)
    return (by_shown[value] if value else None), value is None


def _told_apart(known: dict[int, str]) -> dict[int, str]:
    """The tasks by names of which no two are alike."""
    often = Counter(known.values())
    return {task_id: name if often[name] == 1 else f"{name} #{task_id}" for task_id, name in known.items()}


def _core(name: str, bureau: str) -> str:
    """A task's name without what every name has: whose it is, of which year and quarter, and the words of the method."""
    words = squeezed(name).replace(squeezed(bureau), "")
    words = re.sub(
        r"20\d\d年?度?|第?[一二三四1-4]季度|[上下]半年|双随机(?:、?一公开)?|部门联合|\d{1,2}月份?", "", words
    )
    return re.sub(r"[\W_]+", "", words)


_PERIOD = re.compile(r"(?:([一二三四1-4])季度|([上下])半年|(\d{1,2})月)")


def _period(name: str) -> frozenset[str]:
    """The quarters, halves and months that a name says."""
    quarters = dict(zip("一二三四", "1234", strict=True))
    return frozenset(
        f"Q{quarters.get(quarter, quarter)}" if quarter else half or f"M{month}"
        for quarter, half, month in _PERIOD.findall(squeezed(name))
    )


def no_future(stage: Stage, *fields: str) -> None:
    """Flag days of these fields that lie ahead."""
    today = datetime.date.today()
    for field in fields:
        stage.flag(field, "date_future", "error", f"""select "row", cast("{field}" as date) as day
            from incoming where cast("{field}" as date) > $today""", today=today)  # fmt: skip
