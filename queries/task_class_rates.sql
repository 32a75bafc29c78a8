-- One row per task of a bureau's year and class with a planned proportion or quota of its own.
select
    planned_task.task_id,
    task_class_rate.class,
    task_class_rate.rate,
    task_class_rate.rate_op,
    task_class_rate.quota,
    task_class_rate.origin
from task_class_rate
inner join planned_task on task_class_rate.task_id = planned_task.task_id
where planned_task.bureau_id = $bureau_id and planned_task.year = $year
order by planned_task.task_id, task_class_rate.class
