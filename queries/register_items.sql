-- One row per item of a bureau's list (随机抽查事项清单): how many tasks of the year and of all years check it, which of the year do, and
-- the last year with a plan for it (NULL: it was never used), by the plans in force on the day as_of: the views read it from the parameter
-- of that name.
with used as (
    select distinct
        task_item_edition.item_id,
        planned_task.task_id,
        planned_task.task as name,
        planned_task.year
    from task_item_edition
    inner join planned_task on task_item_edition.task_id = planned_task.task_id and task_item_edition.edition = planned_task.edition
    where cast($as_of as date) is not null
)

select
    item.item_id,
    item.name as item,
    item.item_class,
    item.legal_basis,
    count(used.task_id) filter (where used.year = $year) as tasks,
    count(used.task_id) as tasks_ever,
    max(used.year) as last_planned_year,
    string_agg(case when used.year = $year then used.name end, '、' order by used.name, used.task_id) as used_by
from item
left join used on item.item_id = used.item_id
where $bureau_id is null or item.bureau_id = $bureau_id
group by item.item_id, item.name, item.item_class, item.legal_basis
order by item.name, item.item_id
