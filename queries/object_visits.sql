-- One row per result that a department reported of an object, the newest first; problems counts the items that showed one. What an
-- inspection outside the draws found on no named item is one problem.
with shown as (
    select
        problem_item.draw_id,
        problem_item.unit_id,
        problem_item.item_id
    from problem_item
    where problem_item.object_id = $object_id
    union
    select
        visit_outcome.draw_id,
        visit_outcome.unit_id,
        0 as item_id
    from visit_outcome
    inner join outcome_meaning on visit_outcome.outcome = outcome_meaning.outcome
    where visit_outcome.object_id = $object_id and outcome_meaning.is_problem
),

problem as (
    select
        shown.draw_id,
        shown.unit_id,
        count(distinct shown.item_id) as problems
    from shown
    group by shown.draw_id, shown.unit_id
)

select
    -- An inspection without a task is called as the file called it.
    coalesce(task.name, draw.reason, '') as task,
    unit.name as unit,
    result.inspected_on,
    result.entered_on,
    result.published_on as made_public_on,
    coalesce(problem.problems, 0) as problems,
    result.follow_up,
    result.closed_on
from result
inner join draw on result.draw_id = draw.draw_id
inner join unit on result.unit_id = unit.unit_id
left join task on draw.task_id = task.task_id
left join problem on result.draw_id = problem.draw_id and result.unit_id = problem.unit_id
where result.object_id = $object_id
order by result.inspected_on desc nulls last, result.draw_id desc, unit.name asc, unit.unit_id asc
