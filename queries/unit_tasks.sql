-- One row per task of a bureau's year that a unit takes part in: it leads or launches it, joins it, or checks one of its items, by the
-- plan in force on the cut-off date: the views read it from the parameter as_of, which is why it is named.
select planned_task.task_id
from planned_task
where
    planned_task.bureau_id = $bureau_id
    and planned_task.year = $year
    and cast($as_of as date) is not null
    and (
        planned_task.lead_unit_id = $unit_id
        or planned_task.launching_unit_id = $unit_id
        or exists (
            select 1
            from task_partner_edition
            where
                task_partner_edition.task_id = planned_task.task_id
                and task_partner_edition.edition = planned_task.edition
                and task_partner_edition.unit_id = $unit_id
        )
        or exists (
            select 1
            from task_item_edition
            where
                task_item_edition.task_id = planned_task.task_id
                and task_item_edition.edition = planned_task.edition
                and task_item_edition.unit_id = $unit_id
        )
    )
order by planned_task.task_id
