-- One row per task of a bureau's year and class with a planned proportion or quota of its own.
select
    task.task_id,
    task_class_rate.class,
    task_class_rate.rate,
    task_class_rate.rate_op,
    task_class_rate.quota,
    task_class_rate.origin
from task_class_rate
inner join task on task_class_rate.task_id = task.task_id
inner join plan on task.plan_id = plan.plan_id
where plan.bureau_id = $bureau_id and plan.year = $year
order by task.task_id, task_class_rate.class
