-- One row per unit in scope of a bureau's year that leads, joins or checks no task of it, by the plan in force on the cut-off date: the
-- views read it from the parameter as_of, which is why it is named.
with planned as (
    select
        planned_task.task_id,
        planned_task.edition,
        planned_task.lead_unit_id,
        planned_task.launching_unit_id
    from planned_task
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year and cast($as_of as date) is not null
),

busy as (
    select planned.lead_unit_id as unit_id
    from planned
    union
    select planned.launching_unit_id as unit_id
    from planned
    union
    select task_partner_edition.unit_id
    from task_partner_edition
    inner join planned on task_partner_edition.task_id = planned.task_id and task_partner_edition.edition = planned.edition
    union
    select task_item_edition.unit_id
    from task_item_edition
    inner join planned on task_item_edition.task_id = planned.task_id and task_item_edition.edition = planned.edition
)

select
    unit.unit_id,
    unit.name as unit
from membership
inner join unit on membership.unit_id = unit.unit_id
left join busy on membership.unit_id = busy.unit_id
where membership.bureau_id = $bureau_id and membership.year = $year and busy.unit_id is null
order by unit.unit_id
