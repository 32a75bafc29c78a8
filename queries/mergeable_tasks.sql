-- One row per pair of tasks of a bureau's year that draw from the same pool in overlapping windows: candidates for one visit (相近事项合并检查),
-- by the plan in force on the cut-off date: the views read it from the parameter as_of, which is why it is named.
with planned as (
    select
        planned_task.task_id,
        planned_task.task,
        planned_task.scope_id,
        planned_task.starts_on,
        planned_task.ends_on,
        unit.name as lead_unit
    from planned_task
    left join unit on planned_task.lead_unit_id = unit.unit_id
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year and cast($as_of as date) is not null
)

select
    planned.task,
    planned.lead_unit,
    other.task as other_task,
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
