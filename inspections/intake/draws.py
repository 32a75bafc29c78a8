"""Draws made on the platform (抽取结果): what a file of them would change."""

from __future__ import annotations

from inspections.intake.draw_decisions import by_class, pool_meant, pools_decided
from inspections.intake.late_objects import added_to_draws, left_out_then
from inspections.intake.staging import Stage, parts_of
from inspections.intake.substitutes import later_substitutes, substitutes_of_rows
from inspections.intake.tasks_named import no_future, tasks_of_rows
from inspections.intake.unplanned import BASES, tasks_not_needed, unplanned_lists

# A frame that the file holds, one rebuilt from today's directory, or none at all: only the first can be tested.
METHOD, METHOD_REBUILT, METHOD_WITHOUT = "platform", "platform_pool_rebuilt", "platform_without_pool"


def stage_draws(stage: Stage) -> None:
    """抽取结果: official draws, one row per drawn object, or per object of the pool where a column says who was drawn.

    A file without the pool gets the pool of the directory as it is, rebuilt; such a draw counts in coverage and is left
    out of the tests of randomness. A draw on record is never changed: only its inspectors and substitutes can be added,
    the pool where it had none of its own, and objects that the register did not know when it was recorded.
    """
    stage.subject = "draw_object"
    tasks_of_rows(stage, "drawn_at")
    tasks_not_needed(stage)
    no_future(stage, "drawn_at")
    stage.flag("object_id", "object_unknown", "error", """select incoming."row", incoming.object_id as text from incoming
        left join object on incoming.object_id = object.object_id
        where incoming.object_id is not null and object.object_id is null""")  # fmt: skip
    _ticked(stage)
    stage.run(
        f"""create or replace temp table drawn_row as
        select incoming."row", task_of_row.task_id, coalesce(incoming.ordinal, 1) as ordinal, incoming.drawn_at,
            incoming.object_id, incoming.class, coalesce(incoming.drawn, true) as is_drawn, incoming.basis, incoming.pool,
            incoming.quota, incoming.stratified, incoming.rotation, incoming.inspectors, incoming.substitute_for as stands_for
        from incoming left join task_of_row on incoming."row" = task_of_row."row"
        where task_of_row."row" is not null or incoming.basis in {BASES}"""
    )
    substitutes_of_rows(stage)
    stage.run(
        """create or replace temp table act as
        with told as (
            -- Substitutes are called in later: the day of the draw is that of the others.
            select task_id, ordinal,
                coalesce(min(drawn_at) filter (substitute_for is null), min(drawn_at)) as drawn_at,
                coalesce(max(drawn_at) filter (substitute_for is null), min(drawn_at)) as last_at,
                count(distinct drawn_at) filter (substitute_for is null) as days, bool_or(not is_drawn) as has_frame, count(*) filter (is_drawn) as drawn,
                min(basis) as basis, max(pool) as pool_stated, bool_or(stratified) as stratified,
                bool_or(rotation) as rotation, min("row") as first_row
            from drawn_row where task_id is not null group by task_id, ordinal
        )
        select told.*, draw.draw_id as known_id, cast(draw.drawn_at as date) as known_on,
            coalesce(draw.method in ($rebuilt, $without), false) as lacks_frame,
            coalesce(draw.draw_id, nextval('draw_seq')) as draw_id,
            -- A draw is held against the plan of its day.
            past.revision_id,
            case when past.task_id is null then coalesce(task.draw_scope_id, task.scope_id)
                else coalesce(past.draw_scope_id, past.scope_id) end as scope_id,
            case when past.task_id is null then task.rate else past.rate end as rate,
            case when past.task_id is null then task.starts_on else past.starts_on end as starts_on,
            case when past.task_id is null then task.ends_on else past.ends_on end as ends_on
        from told inner join task on told.task_id = task.task_id
        left join past_task as past on told.task_id = past.task_id
            and cast(told.drawn_at as date) >= past.valid_from and cast(told.drawn_at as date) < past.valid_until
        left join draw on told.task_id = draw.task_id and told.ordinal = draw.ordinal and draw.kind = 'official'""",
        rebuilt=METHOD_REBUILT,
        without=METHOD_WITHOUT,
    )
    pool_meant(stage)
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
    left_out_then(stage)
    stage.flag("object_id", "draw_recorded_differently", "error", """select drawn_row."row", act.known_on as day,
        drawn_row.ordinal as ordinal
        from drawn_row inner join act using (task_id, ordinal)
        left join draw_object on act.known_id = draw_object.draw_id and drawn_row.object_id = draw_object.object_id
        where act.known_id is not null and drawn_row."row" not in (select "row" from late_known) and (
            drawn_row.is_drawn <> (draw_object.object_id is not null) and (
                drawn_row.substitute_for is null or draw_object.object_id is not null
            )
            or (drawn_row.substitute_for is not null and draw_object.object_id is not null
                and draw_object.substitute_for is distinct from drawn_row.substitute_for)
            or (drawn_row.substitute_for is null and act.known_on <> cast(act.drawn_at as date))
        )""")  # fmt: skip
    stage.flag("object_id", "object_outside_pool", "warning", """select drawn_row."row", scope.name as pool
        from drawn_row inner join act using (task_id, ordinal)
        inner join scope on act.scope_id = scope.scope_id
        inner join object on drawn_row.object_id = object.object_id
        left join object_scope on drawn_row.object_id = object_scope.object_id and act.scope_id = object_scope.scope_id
        where act.known_id is null and not act.has_frame and object_scope.object_id is null
            and exists (select 1 from object_scope as any_of where any_of.scope_id = act.scope_id)""")  # fmt: skip
    stage.flag("object_id", "frame_lacks_drawn", "error", """select act.first_row as "row", min(draw_object.object_id) as text,
            act.known_on as day, act.ordinal, (
                select count(*) from draw_object as every where every.draw_id = act.known_id
            ) as count
        from act inner join draw_object on act.known_id = draw_object.draw_id
        left join drawn_row on act.task_id = drawn_row.task_id and act.ordinal = drawn_row.ordinal
            and draw_object.object_id = drawn_row.object_id
        where act.has_frame and act.lacks_frame and draw_object.substitute_for is null and drawn_row."row" is null
        group by act.first_row, act.known_on, act.ordinal, act.known_id""")  # fmt: skip
    _teams(stage)
    stage.sift()
    _draw_targets(stage)


def _ticked(stage: Stage) -> None:
    """A column that marks who was drawn, and nobody as not drawn, says by its blanks who was not."""
    if not stage.has("drawn"):
        return
    ((marked, unmarked, blank),) = stage.rows(
        """select count(*) filter (drawn), count(*) filter (not drawn), count(*) filter (drawn is null) from incoming
        where "row" not in (select "row" from issue where field = 'drawn' and severity = 'error')"""
    )
    if not marked or unmarked or not blank:
        return
    stage.flag("drawn", "blank_is_not_drawn", "note", """select min("row") as "row", count(*) as count
        from incoming where drawn is null""")  # fmt: skip
    stage.run("update incoming set drawn = false where drawn is null")


def _teams(stage: Stage) -> None:
    """`team`: row, inspector_id for every inspector a row names by certificate or by a name only one bears."""
    stage.run(
        f"""create or replace temp table named_inspector as
        select distinct "row", object_id, trim({parts_of("inspectors")}) as called from drawn_row
        where inspectors is not null and is_drawn"""
    )
    # Platforms write who it is with the number or the part beside the name: 张三（SL0000001）, 李四（组长）.
    stage.run(
        """create or replace temp table person as
        with named as (
            select distinct called, regexp_extract(called, '[A-Za-z0-9]{4,}') as number,
                regexp_replace(called, '[（(].*[）)]$|[-A-Za-z0-9]+$', '') as bare
            from named_inspector
        )
        select named.called, coalesce(min(held.inspector_id), min(same.inspector_id), min(numbered.inspector_id),
                min(alone.inspector_id)) as inspector_id,
            count(distinct coalesce(held.inspector_id, same.inspector_id, numbered.inspector_id, alone.inspector_id)) as candidates
        from named
        left join inspector as held on named.called = held.certificate_no
        left join inspector as same on held.inspector_id is null and named.called = same.name
        left join inspector as numbered on held.inspector_id is null and same.inspector_id is null
            and named.bare = numbered.name and named.number = numbered.certificate_no
        left join inspector as alone on held.inspector_id is null and same.inspector_id is null
            and numbered.inspector_id is null and named.bare = alone.name
        group by named.called"""
    )
    stage.run(
        """create or replace temp table team as
        select named_inspector."row", named_inspector.object_id, named_inspector.called, person.inspector_id, person.candidates
        from named_inspector inner join person using (called)"""
    )
    stage.run("drop table person")
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
            -- A draw of which no row can be read has no pool either.
            where act.known_id is null and not act.has_frame and act.draw_id in (select draw_id from good_row)
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
        select act.*, coalesce(framed.size, 0) as framed_size, good.drawn as good_drawn, good.called, good.first_good,
            coalesce(act.stratified, case
                when act.revision_id is null then exists (
                    select 1 from task_class_rate where task_class_rate.task_id = act.task_id
                )
                else exists (
                    select 1 from past_task_class_rate as past
                    where past.task_id = act.task_id and past.revision_id = act.revision_id
                )
            end) as is_stratified
        from act
        inner join (
            select draw_id, count(*) filter (is_drawn and substitute_for is null) as drawn, count(*) filter (is_drawn) as called,
                min("row") as first_good from good_row group by draw_id
        ) as good on act.draw_id = good.draw_id
        left join (select draw_id, count(*) as size from framed group by draw_id) as framed on act.draw_id = framed.draw_id
        where act.known_id is null"""
    )
    by_class(stage)
    stage.flag("pool", "pool_rebuilt", "note", """select first_good as "row", framed_size as count from new_act
        where not has_frame and framed_size > 0""")  # fmt: skip
    stage.flag("pool", "pool_unknown_here", "warning", """select first_good as "row" from new_act
        where framed_size = 0""")  # fmt: skip
    stage.flag("pool", "pool_differs", "warning", """select first_good as "row", pool_stated as stated,
        framed_size as count from new_act where framed_size > 0 and pool_stated <> framed_size""")  # fmt: skip
    stage.flag("task", "drawn_after_withdrawal", "warning", f"""select first_good as "row", task.name as task,
        plan_revision.in_force_on as day from new_act inner join task on new_act.task_id = task.task_id
        inner join plan_revision on task.withdrawn_revision_id = plan_revision.revision_id
        where cast(new_act.drawn_at as date) >= plan_revision.in_force_on
            and coalesce(new_act.basis, 'random') not in {BASES}""")  # fmt: skip
    pools_decided(stage)
    stage.target(
        "draw",
        """select first_good as "row", draw_id, task_id, ordinal, drawn_at,
            coalesce(basis, case
                when good_drawn = greatest(framed_size, coalesce(pool_stated, 0)) and rate = 1 then 'full' else 'random'
            end) as basis,
            'official' as kind,
            case when framed_size = 0 then $without when has_frame then $platform else $rebuilt end as method,
            is_stratified as stratified, coalesce(rotation, false) as rotation,
            greatest(case when framed_size > 0 then framed_size else coalesce(pool_stated, 0) end, called) as frame_size,
            case when not is_stratified then good_drawn end as quota, cast(null as varchar) as reason
        from new_act""",
        platform=METHOD,
        rebuilt=METHOD_REBUILT,
        without=METHOD_WITHOUT,
    )
    stage.target(
        "draw_quota",
        """select min(good_row."row") as "row", new_act.draw_id, good_row.class_then as class,
            greatest(max(coalesce(sizes.pool, 0)), count(*) filter (good_row.is_drawn)) as pool,
            count(*) filter (good_row.is_drawn and good_row.substitute_for is null) as quota
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
                order by good_row.substitute_for is not null, good_row."row"
            ) as place, good_row.substitute_for, good_row.reason
        from good_row inner join new_act on good_row.draw_id = new_act.draw_id where good_row.is_drawn""",
    )
    stage.target(
        "draw_inspector",
        """select team."row", good_row.draw_id, team.object_id, team.inspector_id
        from team inner join good_row on team."row" = good_row."row" """,
    )
    _late_frames(stage)
    later_substitutes(stage)
    added_to_draws(stage)
    unplanned_lists(stage)


def _late_frames(stage: Stage) -> None:
    """The pool of a draw that was recorded without one: it takes the place of what was rebuilt from the directory.

    Who was drawn, and under which class, stays as recorded; a class that was not known then comes from the list.
    """
    stage.run(
        """create or replace temp table late as
        select good_row."row", good_row.draw_id, good_row.object_id,
            coalesce(cast(nullif(draw_object.class, 'none') as varchar), good_row.class_then) as class,
            row_number() over (partition by good_row.draw_id order by good_row."row") as position, draw_object.place,
            draw_object.substitute_for, draw_object.reason
        from good_row inner join act using (draw_id)
        left join draw_object on good_row.draw_id = draw_object.draw_id and good_row.object_id = draw_object.object_id
        where act.known_id is not null and act.has_frame and act.lacks_frame"""
    )
    stage.flag("pool", "frame_brought", "note", """select min(late."row") as "row", count(*) as count, act.known_on as day,
        act.ordinal from late inner join act using (draw_id) group by act.known_on, act.ordinal, late.draw_id""")  # fmt: skip
    stage.run(
        """insert into to_draw by name
        select min(late."row") as "row", draw.draw_id, draw.task_id, draw.ordinal, draw.drawn_at,
            cast(draw.basis as varchar) as basis, cast(draw.kind as varchar) as kind, $platform as method, draw.stratified,
            draw.rotation, cast(count(*) as bigint) as frame_size, draw.quota, draw.reason
        from late inner join draw on late.draw_id = draw.draw_id group by all""",
        platform=METHOD,
    )
    stage.run(
        'insert into to_frame by name select "row", draw_id, object_id, class, position, false as passed_over from late'
    )
    stage.run(
        """insert into to_draw_object by name
        select "row", draw_id, object_id, class, place, substitute_for, reason from late where place is not null"""
    )
    stage.run(
        """insert into to_draw_quota by name
        select min(late."row") as "row", late.draw_id, late.class,
            greatest(count(*), coalesce(max(draw_quota.quota), 0)) as pool, coalesce(max(draw_quota.quota), 0) as quota
        from late inner join draw on late.draw_id = draw.draw_id and draw.stratified
        left join draw_quota on late.draw_id = draw_quota.draw_id and late.class = cast(draw_quota.class as varchar)
        group by late.draw_id, late.class"""
    )
    stage.run(
        """create or replace temp table gone_frame as
        select cast(null as bigint) as "row", frame.draw_id, frame.object_id
        from frame where frame.draw_id in (select draw_id from late) and not exists (
            select 1 from late where late.draw_id = frame.draw_id and late.object_id = frame.object_id
        )"""
    )
    stage.removes.append("frame")
