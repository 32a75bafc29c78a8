-- One row per object that was in a pool of the chosen draws and never drawn: class at its first draw, how often it was in a pool,
-- last visit ever.
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
        arg_min(frame.class, (chosen.drawn_on, chosen.draw_id)) as class,
        count(*) as chances
    from frame
    inner join chosen on frame.draw_id = chosen.draw_id
    group by frame.object_id
),

drawn as (
    select distinct locked_object.object_id
    from locked_object
    inner join chosen on locked_object.draw_id = chosen.draw_id
),

missed as (
    select
        pooled.object_id,
        pooled.class,
        pooled.chances
    from pooled
    left join drawn on pooled.object_id = drawn.object_id
    where drawn.object_id is null
),

last_visit as (
    select
        visit.object_id,
        max(visit.visited_on) as last_visited_on
    from visit
    inner join missed on visit.object_id = missed.object_id
    where visit.visited_on <= $as_of
    group by visit.object_id
)

select
    missed.object_id,
    object.name as object,
    missed.class,
    object.region,
    object.industry,
    missed.chances,
    last_visit.last_visited_on
from missed
inner join object on missed.object_id = object.object_id
left join last_visit on missed.object_id = last_visit.object_id
order by missed.class = 'none' asc, missed.class desc, missed.object_id asc
