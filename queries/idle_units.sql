-- One row per unit in scope of a bureau's year that leads, joins or checks no task of it.
with busy as (
    select planned_task.lead_unit_id as unit_id
    from planned_task
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year
    union
    select planned_task.launching_unit_id as unit_id
    from planned_task
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year
    union
    select task_partner.unit_id
    from task_partner
    inner join planned_task on task_partner.task_id = planned_task.task_id
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year
    union
    select task_item.unit_id
    from task_item
    inner join planned_task on task_item.task_id = planned_task.task_id
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year
)

select
    unit.unit_id,
    unit.name as unit
from membership
inner join unit on membership.unit_id = unit.unit_id
left join busy on membership.unit_id = busy.unit_id
where membership.bureau_id = $bureau_id and membership.year = $year and busy.unit_id is null
order by unit.unit_id
