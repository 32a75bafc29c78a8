-- One row per task of a bureau's year with the key of its series: tasks with the same pool and the same items rotate together.
-- A task without a named pool or without items is a series of its own. By the plan in force on the day as_of: the views read it from the
-- parameter of that name.
with listed as (
    select
        task_item_edition.task_id,
        task_item_edition.edition,
        string_agg(cast(task_item_edition.item_id as varchar), ',' order by task_item_edition.item_id) as items
    from task_item_edition
    group by task_item_edition.task_id, task_item_edition.edition
)

select
    planned_task.task_id,
    coalesce(planned_task.scope_id || ':' || listed.items, 'task ' || planned_task.task_id) as series
from planned_task
left join listed on planned_task.task_id = listed.task_id and planned_task.edition = listed.edition
where planned_task.bureau_id = $bureau_id and planned_task.year = $year and cast($as_of as date) is not null
order by planned_task.task_id
