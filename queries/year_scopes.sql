-- One row per pool that the draws of a bureau's year used, with its tasks.
select
    scope.scope_id,
    scope.name as scope,
    count(distinct planned_draw.task_id) as tasks
from planned_draw
inner join scope on planned_draw.scope_id = scope.scope_id
where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year
group by scope.scope_id, scope.name
order by scope.scope_id
