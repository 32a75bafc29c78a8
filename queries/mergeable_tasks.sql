-- One row per pair of tasks of a bureau's year that draw from the same pool in overlapping windows: candidates for one visit (相近事项合并检查).
with planned as (
    select
        task.task_id,
        task.name,
        coalesce(task.draw_scope_id, task.scope_id) as scope_id,
        task.starts_on,
        task.ends_on,
        unit.name as lead_unit
    from task
    inner join plan on task.plan_id = plan.plan_id
    left join unit on task.lead_unit_id = unit.unit_id
    where plan.bureau_id = $bureau_id and plan.year = $year
)

select
    planned.name as task,
    planned.lead_unit,
    other.name as other_task,
    other.lead_unit as other_lead_unit,
    scope.name as scope,
    greatest(planned.starts_on, other.starts_on) as starts_on,
    least(planned.ends_on, other.ends_on) as ends_on
from planned
inner join planned as other
    on
        planned.scope_id = other.scope_id
        and planned.task_id < other.task_id
        and planned.starts_on <= other.ends_on
        and other.starts_on <= planned.ends_on
inner join scope on planned.scope_id = scope.scope_id
order by starts_on, planned.task_id, other.task_id
