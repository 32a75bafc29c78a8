-- One row per item on a bureau's list: in how many tasks of the year it is (0: uncovered), and in which.
with use_of_item as (
    select
        task_item.item_id,
        count(distinct task.task_id) as tasks,
        string_agg(distinct task.name, '；' order by task.name) as task
    from task_item
    inner join task on task_item.task_id = task.task_id
    inner join plan on task.plan_id = plan.plan_id
    where plan.bureau_id = $bureau_id and plan.year = $year
    group by task_item.item_id
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
