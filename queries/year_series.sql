-- One row per task of a bureau's year with the key of its series: tasks with the same pool and the same items rotate together.
-- A task without a named pool or without items is a series of its own.
with listed as (
    select
        task_item.task_id,
        string_agg(cast(task_item.item_id as varchar), ',' order by task_item.item_id) as items
    from task_item
    group by task_item.task_id
)

select
    task.task_id,
    coalesce(coalesce(task.draw_scope_id, task.scope_id) || ':' || listed.items, 'task ' || task.task_id) as series
from task
inner join plan on task.plan_id = plan.plan_id
left join listed on task.task_id = listed.task_id
where plan.bureau_id = $bureau_id and plan.year = $year
order by task.task_id
