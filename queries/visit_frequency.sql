-- One row per class and number of doors opened in the year: how many objects of the year's pools were visited so often.
-- Doors count once however many tasks shared them (进一次门、查多项事); class as of the object's first draw of the year.
with chosen as (
    select
        planned_draw.draw_id,
        planned_draw.drawn_on
    from planned_draw
    where
        planned_draw.bureau_id = $bureau_id
        and planned_draw.year = $year
        and planned_draw.drawn_on <= $as_of
        and (planned_draw.basis = 'random' or not cast($only_random as boolean))
        and (cast($scope_id as bigint) is null or planned_draw.scope_id = cast($scope_id as bigint))
),

pooled as (
    select
        frame.object_id,
        arg_min(frame.class, (chosen.drawn_on, chosen.draw_id)) as class
    from frame
    inner join chosen on frame.draw_id = chosen.draw_id
    group by frame.object_id
),

opened as (
    select
        due_visit.object_id,
        count(distinct due_visit.door) as doors
    from due_visit
    inner join chosen on due_visit.draw_id = chosen.draw_id
    where due_visit.inspected_on <= $as_of
    group by due_visit.object_id
)

select
    pooled.class,
    coalesce(opened.doors, 0) as doors,
    count(*) as objects
from pooled
left join opened on pooled.object_id = opened.object_id
group by pooled.class, coalesce(opened.doors, 0)
order by pooled.class, doors
