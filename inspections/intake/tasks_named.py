"""Which task a row of a draw or a result means, and that nothing recorded lies ahead."""

from __future__ import annotations

import datetime

import pandas as pd
from rapidfuzz import fuzz, process, utils

from inspections.files.characters import squeezed
from inspections.intake.staging import Stage

LIKELY = 60


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
    by_name: dict[tuple[int | None, str], set[int]] = {}
    for task_id, year, name, *_ in tasks:
        by_name.setdefault((year, squeezed(name)), set()).add(task_id)
    year = f"coalesce(year, $year, extract(year from {day}))"
    told = stage.rows(
        f"select distinct task, {year} from incoming where task is not null",
        year=stage.incoming.year,
    )
    found = []
    years = sorted({task_year for _, task_year, *_ in tasks})
    for text, wanted in told:
        # A line without any date, in a database of one year, means that year.
        in_year = wanted if wanted is not None else years[0] if len(years) == 1 else None
        key = (in_year, squeezed(text))
        ids = by_name.get(key) or called.get(key) or set()
        likely = ""
        if not ids:
            names = [name for _, task_year, name, *_ in tasks if task_year == in_year]
            best = process.extractOne(text, names, scorer=fuzz.WRatio, processor=utils.default_process)
            likely = best[0] if best and best[1] >= LIKELY else ""
        found.append((text, wanted, in_year, min(ids) if len(ids) == 1 else None, len(ids), likely))
    frame = pd.DataFrame(found, columns=["called", "wanted", "in_year", "task_id", "candidates", "likely"])
    stage.register(
        "task_called",
        frame.astype({"called": "str", "wanted": "Int64", "in_year": "Int64", "task_id": "Int64", "likely": "str"}),
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
        ("task_unknown", "candidates = 0 and in_year is not null and likely = ''"),
        ("task_unknown_likely", "candidates = 0 and in_year is not null and likely <> ''"),
        ("task_ambiguous", "candidates > 1"),
    ):
        stage.flag("task", code, "error",
                   f"""select "row", called as text, in_year as year, likely, candidates as count
                   from task_of_row where {condition}""")  # fmt: skip
    stage.run("delete from task_of_row where task_id is null")


def no_future(stage: Stage, *fields: str) -> None:
    """Flag days of these fields that lie ahead."""
    today = datetime.date.today()
    for field in fields:
        stage.flag(field, "date_future", "error", f"""select "row", cast("{field}" as date) as day
            from incoming where cast("{field}" as date) > $today""", today=today)  # fmt: skip
