-- One row per cell of a bureau's year: objects that are in the same pools with the same class at each task, and so exchangeable.
-- path: 'task_id=class' joined by ';' in task order. The recorded frame of the first draw is taken as it was frozen; for a task
-- not yet drawn, or drawn from another pool than the one asked for, the directory and the classes on the day its window opens.
-- pool_task_id and pool_scope_id (NULL: none) put one task on another pool, for what-if questions.
with recorded as (
    select
        planned_draw.task_id,
        planned_draw.scope_id,
        arg_min(planned_draw.draw_id, (planned_draw.drawn_on, planned_draw.draw_id)) as draw_id
    from planned_draw
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year
    group by planned_draw.task_id, planned_draw.scope_id
),

planned as (
    select
        task.task_id,
        coalesce(task.starts_on, make_date(cast(plan.year as integer), 1, 1)) as starts_on,
        case
            when task.task_id = cast($pool_task_id as integer) then cast($pool_scope_id as integer)
            else coalesce(task.draw_scope_id, task.scope_id)
        end as scope_id,
        recorded.draw_id,
        recorded.scope_id as recorded_scope_id
    from task
    inner join plan on task.plan_id = plan.plan_id
    left join recorded on task.task_id = recorded.task_id
    where plan.bureau_id = $bureau_id and plan.year = $year
),

pooled as (
    select
        planned.task_id,
        planned.starts_on,
        frame.object_id,
        frame.class
    from planned
    inner join frame on planned.draw_id = frame.draw_id
    where planned.draw_id is not null and planned.scope_id is not distinct from planned.recorded_scope_id
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
    where planned.draw_id is null or planned.scope_id is distinct from planned.recorded_scope_id
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
    count(*) as size
from path
group by path.path, path.report_class
order by path.report_class, path.path
