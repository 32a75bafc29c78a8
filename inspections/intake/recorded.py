"""Draws made on the platform and what became of them: what a file of draws or of results would change."""

from __future__ import annotations

import datetime

import pandas as pd
from rapidfuzz import fuzz, process, utils

from inspections.intake.directories import units_of_rows
from inspections.intake.staging import Stage, parts_of
from inspections.notice.values import squeezed

# A frame that the file holds, one rebuilt from today's directory, or none at all: only the first can be tested.
METHOD, METHOD_REBUILT, METHOD_WITHOUT = "platform", "platform_pool_rebuilt", "platform_without_pool"
LIKELY = 60


def _tasks_of_rows(stage: Stage, day: str) -> None:
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


def _future(stage: Stage, *fields: str) -> None:
    today = datetime.date.today()
    for field in fields:
        stage.flag(field, "date_future", "error", f"""select "row", cast("{field}" as date) as day
            from incoming where cast("{field}" as date) > $today""", today=today)  # fmt: skip


# ---------------------------------------------------------------------------------------------------- draws


def stage_draws(stage: Stage) -> None:
    """抽取结果: official draws, one row per drawn object, or per object of the pool where a column says who was drawn.

    A file without the pool gets the pool of the directory as it is, rebuilt; such a draw counts in coverage and is left
    out of the tests of randomness. A draw on record is never changed: only its inspectors can be added.
    """
    stage.subject = "draw_object"
    _tasks_of_rows(stage, "drawn_at")
    _future(stage, "drawn_at")
    stage.flag("object_id", "object_unknown", "error", """select incoming."row", incoming.object_id as text from incoming
        left join object on incoming.object_id = object.object_id
        where incoming.object_id is not null and object.object_id is null""")  # fmt: skip
    stage.run(
        """create or replace temp table drawn_row as
        select incoming."row", task_of_row.task_id, coalesce(incoming.ordinal, 1) as ordinal, incoming.drawn_at,
            incoming.object_id, incoming.class, coalesce(incoming.drawn, true) as is_drawn, incoming.basis, incoming.pool,
            incoming.quota, incoming.stratified, incoming.rotation, incoming.inspectors
        from incoming inner join task_of_row on incoming."row" = task_of_row."row" """
    )
    stage.run(
        """create or replace temp table act as
        with told as (
            select task_id, ordinal, min(drawn_at) as drawn_at, max(drawn_at) as last_at,
                count(distinct drawn_at) as days, bool_or(not is_drawn) as has_frame, count(*) filter (is_drawn) as drawn,
                min(basis) as basis, max(pool) as pool_stated, bool_or(stratified) as stratified,
                bool_or(rotation) as rotation, min("row") as first_row
            from drawn_row group by task_id, ordinal
        )
        select told.*, draw.draw_id as known_id, cast(draw.drawn_at as date) as known_on,
            coalesce(draw.draw_id, nextval('draw_seq')) as draw_id,
            coalesce(task.draw_scope_id, task.scope_id) as scope_id, task.rate, task.starts_on, task.ends_on
        from told inner join task on told.task_id = task.task_id
        left join draw on told.task_id = draw.task_id and told.ordinal = draw.ordinal and draw.kind = 'official'"""
    )
    stage.flag("drawn_at", "draw_days_differ", "error", """select drawn_row."row", cast(act.drawn_at as date) as day,
        cast(act.last_at as date) as other from drawn_row inner join act using (task_id, ordinal)
        where act.days > 1 and cast(act.drawn_at as date) <> cast(act.last_at as date)""")  # fmt: skip
    stage.flag("drawn_at", "drawn_outside_window", "warning", """select first_row as "row", cast(drawn_at as date) as day,
        starts_on as start, ends_on as end from act
        where known_id is null and (cast(drawn_at as date) < starts_on or cast(drawn_at as date) > ends_on)""")  # fmt: skip
    stage.run(
        """create or replace temp table twice as
        select task_id, ordinal, object_id, min("row") as first_row from drawn_row
        group by all having count(*) > 1"""
    )
    stage.flag("object_id", "drawn_twice", "error", """select drawn_row."row", twice.first_row as other
        from drawn_row inner join twice using (task_id, ordinal, object_id) where drawn_row."row" > twice.first_row""")  # fmt: skip
    stage.flag("object_id", "draw_recorded_differently", "error", """select drawn_row."row", act.known_on as day,
        drawn_row.ordinal as ordinal
        from drawn_row inner join act using (task_id, ordinal)
        left join draw_object on act.known_id = draw_object.draw_id and drawn_row.object_id = draw_object.object_id
        where act.known_id is not null and (
            drawn_row.is_drawn <> (draw_object.object_id is not null) or act.known_on <> cast(act.drawn_at as date)
        )""")  # fmt: skip
    stage.flag("object_id", "object_outside_pool", "warning", """select drawn_row."row", scope.name as pool
        from drawn_row inner join act using (task_id, ordinal)
        inner join scope on act.scope_id = scope.scope_id
        inner join object on drawn_row.object_id = object.object_id
        left join object_scope on drawn_row.object_id = object_scope.object_id and act.scope_id = object_scope.scope_id
        where act.known_id is null and not act.has_frame and object_scope.object_id is null
            and exists (select 1 from object_scope as any_of where any_of.scope_id = act.scope_id)""")  # fmt: skip
    _teams(stage)
    stage.sift()
    _draw_targets(stage)


def _teams(stage: Stage) -> None:
    """`team`: row, inspector_id for every inspector a row names by certificate or by a name only one bears."""
    stage.run(
        f"""create or replace temp table named_inspector as
        select distinct "row", object_id, trim({parts_of("inspectors")}) as called from drawn_row
        where inspectors is not null and is_drawn"""
    )
    stage.run(
        """create or replace temp table team as
        select named_inspector."row", named_inspector.object_id, named_inspector.called,
            coalesce(min(held.inspector_id), min(named.inspector_id)) as inspector_id,
            count(distinct coalesce(held.inspector_id, named.inspector_id)) as candidates
        from named_inspector
        left join inspector as held on named_inspector.called = held.certificate_no
        left join inspector as named on held.inspector_id is null and named_inspector.called = named.name
        group by named_inspector."row", named_inspector.object_id, named_inspector.called"""
    )
    for code, condition in (("inspector_unknown", "candidates = 0"), ("inspector_ambiguous", "candidates > 1")):
        stage.flag("inspectors", code, "error", f'select "row", called as text from team where {condition}')
    stage.run("delete from team where candidates <> 1")
    stage.flag("inspectors", "inspector_recused", "error", """select team."row", team.called as text
        from team inner join recusal on team.inspector_id = recusal.inspector_id
            and team.object_id = recusal.object_id""")  # fmt: skip
    stage.flag("inspectors", "few_inspectors", "warning", """select "row", min(called) as text from named_inspector
        group by "row" having count(*) < 2""")  # fmt: skip


def _draw_targets(stage: Stage) -> None:
    stage.run(
        """create or replace temp table good_row as
        select drawn_row.*, act.draw_id, act.known_id, act.has_frame,
            coalesce(drawn_row.class, cast((
                select max(risk_class.class) from risk_class
                where risk_class.object_id = drawn_row.object_id
                    and risk_class.valid_from <= cast(act.drawn_at as date)
                    and (risk_class.valid_to is null or risk_class.valid_to > cast(act.drawn_at as date))
            ) as varchar), 'none') as class_then
        from drawn_row inner join act using (task_id, ordinal)
        where drawn_row."row" in (select "row" from good)"""
    )
    stage.run(
        """create or replace temp table framed as
        select "row", draw_id, object_id, class_then as class,
            row_number() over (partition by draw_id order by "row") as position
        from good_row where known_id is null and has_frame
        union all
        select null, rebuilt.draw_id, rebuilt.object_id, rebuilt.class,
            row_number() over (partition by rebuilt.draw_id order by rebuilt.object_id)
        from (
            select act.draw_id, object.object_id, coalesce(given.class_then, cast((
                select max(risk_class.class) from risk_class
                where risk_class.object_id = object.object_id and risk_class.valid_from <= cast(act.drawn_at as date)
                    and (risk_class.valid_to is null or risk_class.valid_to > cast(act.drawn_at as date))
            ) as varchar), 'none') as class
            from act
            inner join object_scope on act.scope_id = object_scope.scope_id
            inner join object on object_scope.object_id = object.object_id
            left join good_row as given on act.draw_id = given.draw_id and object.object_id = given.object_id
            where act.known_id is null and not act.has_frame
                and (object.status = 'active' or given.object_id is not null)
            union
            select act.draw_id, given.object_id, given.class_then
            from act inner join good_row as given on act.draw_id = given.draw_id
            where act.known_id is null and not act.has_frame and act.scope_id is not null
                and exists (select 1 from object_scope where object_scope.scope_id = act.scope_id)
        ) as rebuilt"""
    )
    stage.run(
        """create or replace temp table new_act as
        select act.*, coalesce(framed.size, 0) as framed_size, good.drawn as good_drawn, good.first_good,
            coalesce(act.stratified, exists (
                select 1 from task_class_rate where task_class_rate.task_id = act.task_id
            )) as is_stratified
        from act
        inner join (
            select draw_id, count(*) filter (is_drawn) as drawn, min("row") as first_good from good_row group by draw_id
        ) as good on act.draw_id = good.draw_id
        left join (select draw_id, count(*) as size from framed group by draw_id) as framed on act.draw_id = framed.draw_id
        where act.known_id is null"""
    )
    stage.flag("pool", "pool_rebuilt", "note", """select first_good as "row", framed_size as count from new_act
        where not has_frame and framed_size > 0""")  # fmt: skip
    stage.flag("pool", "pool_unknown_here", "warning", """select first_good as "row" from new_act
        where framed_size = 0""")  # fmt: skip
    stage.flag("pool", "pool_differs", "warning", """select first_good as "row", pool_stated as stated,
        framed_size as count from new_act where framed_size > 0 and pool_stated <> framed_size""")  # fmt: skip
    stage.target(
        "draw",
        """select first_good as "row", draw_id, task_id, ordinal, drawn_at,
            coalesce(basis, case
                when good_drawn = greatest(framed_size, coalesce(pool_stated, 0)) and rate = 1 then 'full' else 'random'
            end) as basis,
            'official' as kind,
            case when framed_size = 0 then $without when has_frame then $platform else $rebuilt end as method,
            is_stratified as stratified, coalesce(rotation, false) as rotation,
            greatest(case when framed_size > 0 then framed_size else coalesce(pool_stated, 0) end, good_drawn) as frame_size,
            case when not is_stratified then good_drawn end as quota
        from new_act""",
        platform=METHOD,
        rebuilt=METHOD_REBUILT,
        without=METHOD_WITHOUT,
    )
    stage.target(
        "draw_quota",
        """select min(good_row."row") as "row", new_act.draw_id, good_row.class_then as class,
            greatest(max(coalesce(sizes.pool, 0)), count(*) filter (good_row.is_drawn)) as pool,
            count(*) filter (good_row.is_drawn) as quota
        from new_act inner join good_row on new_act.draw_id = good_row.draw_id
        left join (select draw_id, class, count(*) as pool from framed group by draw_id, class) as sizes
            on new_act.draw_id = sizes.draw_id and good_row.class_then = sizes.class
        where new_act.is_stratified group by new_act.draw_id, good_row.class_then
        union all
        select null, sizes.draw_id, sizes.class, sizes.pool, 0
        from (select draw_id, class, count(*) as pool from framed group by draw_id, class) as sizes
        inner join new_act on sizes.draw_id = new_act.draw_id and new_act.is_stratified
        where not exists (
            select 1 from good_row where good_row.draw_id = sizes.draw_id and good_row.class_then = sizes.class
        )""",
    )
    stage.target("frame", 'select "row", draw_id, object_id, class, position, false as passed_over from framed')
    stage.target(
        "draw_object",
        """select good_row."row", good_row.draw_id, good_row.object_id, good_row.class_then as class,
            row_number() over (
                partition by good_row.draw_id, case when new_act.is_stratified then good_row.class_then end
                order by good_row."row"
            ) as place
        from good_row inner join new_act on good_row.draw_id = new_act.draw_id where good_row.is_drawn""",
    )
    stage.target(
        "draw_inspector",
        """select team."row", good_row.draw_id, team.object_id, team.inspector_id
        from team inner join good_row on team."row" = good_row."row" """,
    )


# ---------------------------------------------------------------------------------------------------- results


def stage_results(stage: Stage) -> None:
    """检查结果: one row per drawn object and department, or one per item; what a file leaves empty stays as it was."""
    stage.subject = "result"
    _tasks_of_rows(stage, "coalesce(inspected_on, entered_on, published_on)")
    _future(stage, "inspected_on", "entered_on", "published_on", "handled_on", "closed_on")
    stage.run(
        """create or replace temp table lot as
        select incoming."row", task_of_row.task_id, locked_object.draw_id, incoming.object_id, standing_draw.drawn_on
        from incoming
        inner join task_of_row on incoming."row" = task_of_row."row"
        inner join standing_draw on task_of_row.task_id = standing_draw.task_id
            and (incoming.ordinal is null or incoming.ordinal = standing_draw.ordinal)
        inner join locked_object on standing_draw.draw_id = locked_object.draw_id
            and incoming.object_id = locked_object.object_id
        qualify row_number() over (
            partition by incoming."row"
            order by coalesce(incoming.inspected_on, incoming.entered_on, incoming.published_on)
                >= standing_draw.drawn_on desc nulls last,
                standing_draw.drawn_on desc, standing_draw.draw_id desc
        ) = 1"""
    )
    stage.flag("object_id", "object_not_drawn", "error", """select incoming."row", incoming.object_id as text
        from incoming inner join task_of_row on incoming."row" = task_of_row."row"
        left join lot on incoming."row" = lot."row"
        where incoming.object_id is not null and lot."row" is null""")  # fmt: skip
    stage.flag("inspected_on", "result_before_draw", "error", """select lot."row", cast(incoming.inspected_on as date) as day,
        lot.drawn_on as drawn from lot inner join incoming on lot."row" = incoming."row"
        where cast(incoming.inspected_on as date) < lot.drawn_on""")  # fmt: skip
    _departments(stage)
    _results_together(stage)
    _item_outcomes(stage)
    # A result goes in whole or not at all: a row beside a wrong one of the same result waits with it.
    stage.flag("object_id", "row_waits", "error", """select together."row", min(wrong."row") as other
        from together inner join together as beside on together.first_row = beside.first_row
        inner join (select distinct "row" from issue where severity = 'error') as wrong on beside."row" = wrong."row"
        where together."row" not in (select "row" from issue where severity = 'error')
        group by together."row" """)  # fmt: skip
    stage.run("drop table checkers")
    stage.run("drop table checker_of_row")
    stage.run("drop table lot")
    stage.run("drop table gathered")
    _result_targets(stage)
    stage.run("drop table told_outcome")
    stage.run("drop table good_result")
    stage.run("drop table whole")


def _departments(stage: Stage) -> None:
    """`checker_of_row`: row, unit_id: the department named, else the only one that must check, else the lead unit."""
    units_of_rows(stage, "unit", new=False)
    stage.run(
        """create or replace temp table checkers as
        select task_checker.task_id, count(*) as number, min(task_checker.unit_id) as only_one,
            bool_or(task_checker.unit_id = task.lead_unit_id) as lead_checks, any_value(task.lead_unit_id) as lead_unit_id
        from task_checker inner join task on task_checker.task_id = task.task_id
        where task_checker.task_id in (select task_id from lot) group by task_checker.task_id"""
    )
    stage.run(
        """create or replace temp table checker_of_row as
        select lot."row", lot.task_id, case
                when incoming.unit is not null then unit_of_row.unit_id
                when checkers.number = 1 then checkers.only_one
                when checkers.lead_checks then checkers.lead_unit_id
            end as unit_id, incoming.unit
        from lot inner join incoming on lot."row" = incoming."row"
        left join unit_of_row on lot."row" = unit_of_row."row"
        left join checkers on lot.task_id = checkers.task_id"""
    )
    stage.flag("unit", "unit_missing", "error", """select "row" from checker_of_row
        where unit is null and unit_id is null""")  # fmt: skip
    stage.flag("unit", "unit_not_checking", "error", """select checker_of_row."row", checker_of_row.unit as text
        from checker_of_row left join task_checker on checker_of_row.task_id = task_checker.task_id
            and checker_of_row.unit_id = task_checker.unit_id
        where checker_of_row.unit_id is not null and task_checker.unit_id is null""")  # fmt: skip
    stage.run("delete from checker_of_row where unit_id is null")


def _results_together(stage: Stage) -> None:
    """`whole`: one row per draw, object and department with what the file and the record say together."""
    dates = ("inspected_on", "entered_on", "published_on", "handled_on", "closed_on")
    aggregated = ", ".join(f'max(cast(incoming."{d}" as date)) as {d}' for d in dates)
    differing = " or ".join(f'min(incoming."{d}") <> max(incoming."{d}")' for d in (*dates, "follow_up"))
    stage.run(
        f"""create or replace temp table gathered as
        select lot.draw_id, lot.object_id, checker_of_row.unit_id, min(lot."row") as "row", {aggregated},
            max(incoming.follow_up) as follow_up, coalesce({differing}, false) as differs,
            bool_or(incoming.outcome is not null) as has_outcome
        from lot inner join checker_of_row on lot."row" = checker_of_row."row"
        inner join incoming on lot."row" = incoming."row"
        group by lot.draw_id, lot.object_id, checker_of_row.unit_id"""
    )
    stage.run("drop table together")
    stage.run(
        """create or replace temp table together as
        select lot."row", gathered."row" as first_row
        from lot inner join checker_of_row on lot."row" = checker_of_row."row"
        inner join gathered on lot.draw_id = gathered.draw_id and lot.object_id = gathered.object_id
            and checker_of_row.unit_id = gathered.unit_id"""
    )
    stage.flag("inspected_on", "result_rows_differ", "error", """select together."row", together.first_row as other
        from together inner join gathered on together.first_row = gathered."row" where gathered.differs""")  # fmt: skip
    # A result that was published has been entered: exports often give the later day only.
    stage.flag("entered_on", "entered_assumed", "warning", """select gathered."row", gathered.published_on as day
        from gathered left join result using (draw_id, object_id, unit_id)
        where gathered.published_on is not null and gathered.entered_on is null and result.entered_on is null""")  # fmt: skip
    stage.run(
        """create or replace temp table whole as
        select gathered."row", gathered.draw_id, gathered.object_id, gathered.unit_id,
            coalesce(gathered.inspected_on, result.inspected_on) as inspected_on,
            coalesce(gathered.entered_on, result.entered_on, gathered.published_on) as entered_on,
            coalesce(gathered.published_on, result.published_on) as published_on,
            coalesce(gathered.follow_up, cast(result.follow_up as varchar)) as follow_up,
            coalesce(gathered.handled_on, result.handled_on) as handled_on,
            coalesce(gathered.closed_on, result.closed_on) as closed_on,
            gathered.has_outcome, result.visit_id as known_visit, result.inspected_on as known_on
        from gathered left join result using (draw_id, object_id, unit_id)"""
    )
    checks = (
        ("inspected_on", "inspected_missing", "inspected_on is null and (entered_on is not null or has_outcome)", ""),
        ("entered_on", "entered_before_inspected", "entered_on < inspected_on",
         ", inspected_on as earlier, entered_on as day"),
        ("published_on", "published_before_entered", "published_on < entered_on",
         ", entered_on as earlier, published_on as day"),
        ("closed_on", "closed_without_handled", "closed_on is not null and handled_on is null", ", closed_on as day"),
        ("closed_on", "closed_before_handled", "closed_on < handled_on", ", handled_on as earlier, closed_on as day"),
        ("handled_on", "handled_before_inspected", "handled_on < inspected_on",
         ", inspected_on as earlier, handled_on as day"),
    )  # fmt: skip
    for at, code, condition, parameters in checks:
        stage.flag(at, code, "error", f'select "row"{parameters} from whole where {condition}')


def _item_outcomes(stage: Stage) -> None:
    """`told_outcome`: row, draw, object, department, item, outcome. Without an item: all the department checks."""
    items = stage.rows("select item_id, name from item where bureau_id = $bureau_id", bureau_id=stage.bureau_id)
    known: dict[str, list[int]] = {}
    for item_id, name in items:
        known.setdefault(squeezed(name), []).append(item_id)
    texts = [text for (text,) in stage.rows("select distinct item from incoming where item is not null")]
    frame = pd.DataFrame(
        {"called": texts, "item_id": [min(known.get(squeezed(text), [0])) or None for text in texts]}
    ).astype({"called": "str", "item_id": "Int64"})
    stage.register("item_called", frame)
    stage.flag("item", "item_unknown", "error", """select incoming."row", incoming.item as text from incoming
        inner join item_called on incoming.item = item_called.called where item_called.item_id is null""")  # fmt: skip
    stage.run(
        f"""create or replace temp table told_outcome as
        with told as (
            select lot."row", lot.draw_id, lot.object_id, lot.task_id, checker_of_row.unit_id, incoming.item,
                item_called.item_id, {parts_of("incoming.outcome")} as outcome
            from lot inner join checker_of_row on lot."row" = checker_of_row."row"
            inner join incoming on lot."row" = incoming."row"
            left join item_called on incoming.item = item_called.called
            where incoming.outcome is not null
        )
        select told."row", told.draw_id, told.object_id, told.unit_id, coalesce(told.item_id, task_item.item_id) as item_id,
            told.outcome
        from told left join task_item on told.item is null and told.task_id = task_item.task_id
            and told.unit_id = task_item.unit_id"""
    )
    stage.flag("outcome", "outcome_without_item", "error", """select distinct "row" from told_outcome
        where item_id is null
            and "row" not in (select "row" from issue where code = 'item_unknown')""")  # fmt: skip
    stage.flag("outcome", "outcome_rows_contradict", "error", """select min("row") as "row"
        from told_outcome inner join outcome_meaning on told_outcome.outcome = cast(outcome_meaning.outcome as varchar)
        group by draw_id, object_id, unit_id, item_id
        having bool_or(told_outcome.outcome = 'no_problem') and bool_or(is_problem)
            and count(distinct "row") > 1""")  # fmt: skip


def _result_targets(stage: Stage) -> None:
    stage.run(
        """create or replace temp table good_result as
        select whole.* from whole
        where whole."row" not in (select "row" from issue where severity = 'error')"""
    )
    # One door opened: the same object on the same day is one visit, whoever came.
    stage.target(
        "visit",
        """with doors as (
            select object_id, inspected_on, min("row") as "row" from good_result
            where inspected_on is not null and (known_visit is null or known_on <> inspected_on)
            group by object_id, inspected_on
        ),
        known as (
            select visit.object_id, visit.visited_on, min(visit.visit_id) as visit_id from visit
            inner join doors on visit.object_id = doors.object_id and visit.visited_on = doors.inspected_on
            group by visit.object_id, visit.visited_on
        )
        select doors."row", coalesce(known.visit_id, nextval('visit_seq')) as visit_id, doors.object_id,
            doors.inspected_on as visited_on
        from doors left join known on doors.object_id = known.object_id and doors.inspected_on = known.visited_on""",
    )
    stage.target(
        "result",
        """select good_result."row", good_result.draw_id, good_result.object_id, good_result.unit_id,
            coalesce(to_visit.visit_id, good_result.known_visit) as visit_id, good_result.inspected_on,
            good_result.entered_on, good_result.published_on, good_result.follow_up, good_result.handled_on,
            good_result.closed_on
        from good_result
        left join to_visit on good_result.object_id = to_visit.object_id
            and good_result.inspected_on = to_visit.visited_on
            and (good_result.known_visit is null or good_result.known_on <> good_result.inspected_on)""",
    )
    stage.target(
        "result_outcome",
        """select told_outcome.* from told_outcome
        inner join good_result using (draw_id, object_id, unit_id) where told_outcome.item_id is not null""",
    )
    stage.run(
        """create or replace temp table gone_result_outcome as
        select told."row", old.draw_id, old.object_id, old.unit_id, old.item_id, old.outcome
        from result_outcome as old
        inner join (
            select draw_id, object_id, unit_id, item_id, min("row") as "row" from to_result_outcome group by all
        ) as told using (draw_id, object_id, unit_id, item_id)
        where not exists (
            select 1 from to_result_outcome as kept
            where kept.draw_id = old.draw_id and kept.object_id = old.object_id and kept.unit_id = old.unit_id
                and kept.item_id = old.item_id and kept.outcome = cast(old.outcome as varchar)
        )"""
    )
    stage.removes.append("result_outcome")
