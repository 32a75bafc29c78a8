-- One row per task of a bureau's year that a unit takes part in: it leads or launches it, joins it, or checks one of its items.
select planned_task.task_id
from planned_task
where
    planned_task.bureau_id = $bureau_id
    and planned_task.year = $year
    and (
        planned_task.lead_unit_id = $unit_id
        or planned_task.launching_unit_id = $unit_id
        or exists (
            select 1
            from task_partner
            where task_partner.task_id = planned_task.task_id and task_partner.unit_id = $unit_id
        )
        or exists (
            select 1
            from task_item
            where task_item.task_id = planned_task.task_id and task_item.unit_id = $unit_id
        )
    )
order by planned_task.task_id
