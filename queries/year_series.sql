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
    planned_task.task_id,
    coalesce(planned_task.scope_id || ':' || listed.items, 'task ' || planned_task.task_id) as series
from planned_task
left join listed on planned_task.task_id = listed.task_id
where planned_task.bureau_id = $bureau_id and planned_task.year = $year
order by planned_task.task_id
