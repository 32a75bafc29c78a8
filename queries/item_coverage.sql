-- One row per item on a bureau's list: in how many tasks of the year it is (0: uncovered), and in which, by the plan in
-- force on the cut-off date: the views read it from the parameter as_of, which is why it is named.
with use_of_item as (
    select
        task_item_edition.item_id,
        count(distinct planned_task.task_id) as tasks,
        string_agg(distinct planned_task.task, '；' order by planned_task.task) as task
    from task_item_edition
    inner join planned_task on task_item_edition.task_id = planned_task.task_id and task_item_edition.edition = planned_task.edition
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year and cast($as_of as date) is not null
    group by task_item_edition.item_id
)

select
    item.item_id,
    item.name as item,
    item.item_class,
    item.legal_basis,
    coalesce(use_of_item.tasks, 0) as tasks,
    use_of_item.task
from item
left join use_of_item on item.item_id = use_of_item.item_id
where item.bureau_id = $bureau_id
order by tasks, item.item_id
