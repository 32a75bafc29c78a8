-- One row per region and industry: distinct objects in the pools of the chosen draws and how many of them were drawn.
with chosen as (
    select planned_draw.draw_id
    from planned_draw
    where
        planned_draw.bureau_id = $bureau_id
        and planned_draw.year = $year
        and planned_draw.drawn_on <= $as_of
        and (planned_draw.basis = 'random' or not cast($only_random as boolean))
        and (cast($scope_id as bigint) is null or planned_draw.scope_id = cast($scope_id as bigint))
),

pooled as (
    select distinct frame.object_id
    from frame
    inner join chosen on frame.draw_id = chosen.draw_id
),

drawn as (
    select distinct locked_object.object_id
    from locked_object
    inner join chosen on locked_object.draw_id = chosen.draw_id
)

select
    object.region,
    object.industry,
    count(*) as pool,
    count(drawn.object_id) as drawn
from pooled
inner join object on pooled.object_id = object.object_id
left join drawn on pooled.object_id = drawn.object_id
group by object.region, object.industry
order by object.region, object.industry
