-- One row per cell of a bureau's year: objects that are in the same pools with the same class at each task, and so exchangeable.
-- path: 'task_id=class' joined by ';' in task order. The recorded frame of the first draw is taken as it was frozen; for a task
-- not yet drawn, or drawn from another pool than the one asked for, the directory and the classes on the day its window opens.
-- pool_task_id and pool_scope_id (NULL: none) put one task on another pool, for what-if questions. The tasks are those of the plan in force
-- on the day as_of (the views read it from the parameter of that name), frames are taken whenever they were drawn.
--
-- For ten million objects no path is written per object. What an object's path depends on (its pools, its classes over the days
-- that matter, the frames it is in) is summed up as hashes, a number per object; objects with the same number are counted, and
-- the path is written for one of each. Sums of 64-bit hashes of a few thousand different cells meet by chance once in 10^12 years.
with wanted as (
    select
        planned_task.task_id,
        coalesce(planned_task.starts_on, make_date(cast(planned_task.year as integer), 1, 1)) as starts_on,
        case
            when planned_task.task_id = cast($pool_task_id as bigint) then cast($pool_scope_id as bigint)
            else planned_task.scope_id
        end as scope_id
    from planned_task
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year and cast($as_of as date) is not null
),

-- draw_id is NULL where the directory is asked.
planned as materialized (
    select
        wanted.task_id,
        wanted.starts_on,
        wanted.scope_id,
        pool_draw.draw_id
    from wanted
    left join pool_draw
        on
            wanted.task_id = pool_draw.task_id
            and wanted.scope_id is not distinct from pool_draw.scope_id
            and pool_draw.bureau_id = $bureau_id
            and pool_draw.year = $year
),

member as (
    select
        object_scope.object_id,
        object_scope.scope_id
    from object_scope
    where object_scope.scope_id in (
        select planned.scope_id from planned
        where planned.draw_id is null
    )
),

-- The days on which windows open, numbered; a period of a class matters by the first and the last of them that it covers.
opening as (
    select
        planned.starts_on,
        row_number() over (order by planned.starts_on) as number
    from planned
    where planned.draw_id is null and planned.scope_id is not null
    group by planned.starts_on
),

calendar as materialized (
    select
        cast(stretch.counted_on as date) as counted_on,
        count(opening.number) as before
    from (
        select unnest(generate_series(
            (select min(opening.starts_on) from opening), (select max(opening.starts_on) + 1 from opening), interval 1 day
        )) as counted_on
    ) as stretch
    left join opening on stretch.counted_on > opening.starts_on
    group by stretch.counted_on
),

span as (
    select
        min(calendar.counted_on) as first_day,
        max(calendar.counted_on) as end_day
    from calendar
),

period as (
    select
        risk_class.object_id,
        risk_class.class,
        greatest(risk_class.valid_from, span.first_day) as first_day,
        least(coalesce(risk_class.valid_to, span.end_day), span.end_day) as end_day
    from risk_class
    cross join span
    where risk_class.object_id in (select member.object_id from member)
),

class_period as (
    select
        period.object_id,
        period.class,
        opened.before as covers_from,
        ended.before as covers_to
    from period
    inner join calendar as opened on period.first_day = opened.counted_on
    inner join calendar as ended on period.end_day = ended.counted_on
    where opened.before < ended.before
),

trait as (
    select
        member.object_id,
        hash('pool', member.scope_id) as trait
    from member
    union all
    select
        class_period.object_id,
        hash('class', class_period.class, class_period.covers_from, class_period.covers_to) as trait
    from class_period
    union all
    select
        object.object_id,
        hash('gone') as trait
    from object
    where object.status <> 'active' and object.object_id in (select member.object_id from member)
    union all
    select
        frame.object_id,
        hash('frame', frame.draw_id, frame.class) as trait
    from frame
    where frame.draw_id in (select planned.draw_id from planned)
),

alike as materialized (
    select
        min(traits.object_id) as object_id,
        count(*) as size
    from (
        select
            trait.object_id,
            sum(cast(trait.trait as hugeint)) as traits
        from trait
        group by trait.object_id
    ) as traits
    group by traits.traits
),

pooled as (
    select
        planned.task_id,
        planned.starts_on,
        frame.object_id,
        frame.class
    from planned
    inner join frame on planned.draw_id = frame.draw_id
    where frame.object_id in (select alike.object_id from alike)
    union all
    select
        planned.task_id,
        planned.starts_on,
        object_scope.object_id,
        coalesce(risk_class.class, 'none') as class
    from planned
    inner join object_scope on planned.scope_id = object_scope.scope_id
    inner join object on object_scope.object_id = object.object_id and object.status = 'active'
    left join risk_class
        on
            object_scope.object_id = risk_class.object_id
            and risk_class.valid_from <= planned.starts_on
            and (risk_class.valid_to is null or risk_class.valid_to > planned.starts_on)
    where
        planned.draw_id is null
        and object_scope.object_id in (select alike.object_id from alike)
),

path as (
    select
        pooled.object_id,
        string_agg(pooled.task_id || '=' || pooled.class, ';' order by pooled.starts_on, pooled.task_id) as path,
        arg_min(pooled.class, (pooled.starts_on, pooled.task_id)) as report_class
    from pooled
    group by pooled.object_id
)

select
    path.path,
    path.report_class,
    cast(sum(alike.size) as bigint) as size
from path
inner join alike on path.object_id = alike.object_id
group by path.path, path.report_class
order by path.report_class, path.path
