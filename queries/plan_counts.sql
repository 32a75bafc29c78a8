-- One row: a bureau's plans of a year in counts, numerators beside their denominators.
-- classable: tasks drawn from a pool in which some object has a class; with_classes: those of them drawn with class quotas.
with planned as (
    select
        task.task_id,
        plan.kind
    from task
    inner join plan on task.plan_id = plan.plan_id
    where plan.bureau_id = $bureau_id and plan.year = $year
),

drawn as (
    select
        planned_draw.task_id,
        bool_and(planned_draw.stratified) as stratified,
        bool_or(frame.class <> 'none') as has_classes
    from planned_draw
    inner join frame on planned_draw.draw_id = frame.draw_id
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year and planned_draw.drawn_on <= $as_of
    group by planned_draw.task_id
),

used as (
    select distinct task_item.item_id
    from task_item
    inner join planned on task_item.task_id = planned.task_id
),

listed as (
    select
        count(*) as items,
        count(used.item_id) as covered
    from item
    left join used on item.item_id = used.item_id
    where item.bureau_id = $bureau_id
)

select
    listed.items,
    listed.covered,
    count(planned.task_id) as tasks,
    count(*) filter (where planned.kind = 'joint') as joint,
    count(*) filter (where drawn.has_classes) as classable,
    count(*) filter (where drawn.has_classes and drawn.stratified) as with_classes
from listed
left join planned on true
left join drawn on planned.task_id = drawn.task_id
group by listed.items, listed.covered
