-- One row per class: distinct objects in the pools of the chosen draws, drawn and visited, beside draws and doors opened.
-- An object's class is its class at its first draw of the year. only_random leaves out 100 % draws; scope_id narrows to one pool.
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

drawn as (
    select
        locked_object.object_id,
        count(*) as draws
    from locked_object
    inner join chosen on locked_object.draw_id = chosen.draw_id
    group by locked_object.object_id
),

visited as (
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
    count(*) as pool,
    count(drawn.object_id) as drawn,
    count(visited.object_id) as visited,
    coalesce(sum(drawn.draws), 0) as draws,
    coalesce(sum(visited.doors), 0) as doors
from pooled
left join drawn on pooled.object_id = drawn.object_id
left join visited on pooled.object_id = visited.object_id
group by pooled.class
order by pooled.class
