-- One row per unit in scope of a bureau's year that leads, joins or checks no task of it.
with busy as (
    select task.lead_unit_id as unit_id
    from task
    inner join plan on task.plan_id = plan.plan_id
    where plan.bureau_id = $bureau_id and plan.year = $year
    union
    select task.initiating_unit_id as unit_id
    from task
    inner join plan on task.plan_id = plan.plan_id
    where plan.bureau_id = $bureau_id and plan.year = $year
    union
    select task_partner.unit_id
    from task_partner
    inner join task on task_partner.task_id = task.task_id
    inner join plan on task.plan_id = plan.plan_id
    where plan.bureau_id = $bureau_id and plan.year = $year
    union
    select task_item.unit_id
    from task_item
    inner join task on task_item.task_id = task.task_id
    inner join plan on task.plan_id = plan.plan_id
    where plan.bureau_id = $bureau_id and plan.year = $year
)

select
    unit.unit_id,
    unit.name as unit
from membership
inner join unit on membership.unit_id = unit.unit_id
left join busy on membership.unit_id = busy.unit_id
where membership.bureau_id = $bureau_id and membership.year = $year and busy.unit_id is null
order by unit.unit_id
