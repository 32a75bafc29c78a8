-- One row per department that must send inspectors for a task, and inspector it has; without inspectors one row with none.
-- The bureau's sections share its inspectors; an outside department sends its own. is_available: active, with a certificate.
with department as (
    select distinct
        unit.bureau_id,
        case when unit.bureau_id is null then unit.unit_id end as unit_id,
        coalesce(bureau.name, unit.name) as team
    from task_checker
    inner join unit on task_checker.unit_id = unit.unit_id
    left join bureau on unit.bureau_id = bureau.bureau_id
    where task_checker.task_id = $task_id
),

person as (
    select
        inspector.inspector_id,
        inspector.certificate_no,
        inspector.active and inspector.is_certified as is_available,
        unit.bureau_id,
        case when unit.bureau_id is null then unit.unit_id end as unit_id
    from inspector
    inner join unit on inspector.unit_id = unit.unit_id
)

select
    department.team,
    person.inspector_id,
    person.certificate_no,
    coalesce(person.is_available, false) as is_available
from department
left join person
    on department.bureau_id is not distinct from person.bureau_id and department.unit_id is not distinct from person.unit_id
order by department.team, person.certificate_no
