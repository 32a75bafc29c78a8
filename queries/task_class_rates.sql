-- One row per task of a bureau's year and class with a planned proportion or quota of its own, by the plan in force on the day as_of: the
-- views read it from the parameter of that name.
select
    planned_task.task_id,
    task_class_rate_edition.class,
    task_class_rate_edition.rate,
    task_class_rate_edition.rate_op,
    task_class_rate_edition.quota,
    task_class_rate_edition.origin
from task_class_rate_edition
inner join planned_task
    on task_class_rate_edition.task_id = planned_task.task_id and task_class_rate_edition.edition = planned_task.edition
where planned_task.bureau_id = $bureau_id and planned_task.year = $year and cast($as_of as date) is not null
order by planned_task.task_id, task_class_rate_edition.class
