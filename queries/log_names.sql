-- One row per unit, pool and task: the names behind the numbers in entries of the change log.
select
    'unit' as kind,
    unit_id as id,
    name
from unit
union all
select
    'scope' as kind,
    scope_id as id,
    name
from scope
union all
select
    'task' as kind,
    task_id as id,
    name
from task
order by kind, id
