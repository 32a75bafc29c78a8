-- One row: a bureau's plans of a year in counts, numerators beside their denominators.
-- classable: tasks drawn at random from a pool in which some object has a class; with_classes: those of them drawn with class quotas.
with planned as (
    select
        planned_task.task_id,
        planned_task.edition,
        planned_task.plan_kind as kind
    from planned_task
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year
),

classable as (
    select
        framed_draw.task_id,
        bool_and(framed_draw.stratified) as stratified
    from framed_draw
    where framed_draw.bureau_id = $bureau_id and framed_draw.year = $year and framed_draw.drawn_on <= $as_of
    group by framed_draw.task_id
    having bool_or(framed_draw.has_classes)
),

used as (
    select distinct task_item_edition.item_id
    from task_item_edition
    inner join planned on task_item_edition.task_id = planned.task_id and task_item_edition.edition = planned.edition
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
    count(classable.task_id) as classable,
    count(*) filter (where classable.stratified) as with_classes
from listed
left join planned on true
left join classable on planned.task_id = classable.task_id
group by listed.items, listed.covered
