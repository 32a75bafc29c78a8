-- One row per object of a bureau's year with its path as in year_cells: the cells there are these rows, counted. For drawings by name.
-- path: 'task_id=class' joined by ';' in task order. The recorded frame of the first draw is taken as it was frozen; for a task
-- not yet drawn, or drawn from another pool than the one asked for, the directory and the classes on the day its window opens.
-- pool_task_id and pool_scope_id (NULL: none) put one task on another pool, for what-if questions. The tasks are those of the plan in force
-- on the day as_of (the views read it from the parameter of that name), frames are taken whenever they were drawn.
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
planned as (
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

pooled as (
    select
        planned.task_id,
        planned.starts_on,
        frame.object_id,
        frame.class
    from planned
    inner join frame on planned.draw_id = frame.draw_id
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
    where planned.draw_id is null
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
    path.object_id,
    object.name as object,
    path.path,
    path.report_class
from path
inner join object on path.object_id = object.object_id
order by path.object_id
