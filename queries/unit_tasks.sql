-- One row per task of a bureau's year that a unit takes part in: it leads or launches it, joins it, or checks one of its items.
select task.task_id
from task
inner join plan on task.plan_id = plan.plan_id
where
    plan.bureau_id = $bureau_id
    and plan.year = $year
    and (
        task.lead_unit_id = $unit_id
        or task.initiating_unit_id = $unit_id
        or exists (
            select 1
            from task_partner
            where task_partner.task_id = task.task_id and task_partner.unit_id = $unit_id
        )
        or exists (
            select 1
            from task_item
            where task_item.task_id = task.task_id and task_item.unit_id = $unit_id
        )
    )
order by task.task_id
