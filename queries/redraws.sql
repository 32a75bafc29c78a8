-- One row per stratum of a standing draw that replaced another: how often the task was drawn again, the chance of one object to be drawn
-- each time, how many objects of the first list are missing from the list that stands, and the last reason given.
with recursive chain as (
    select
        standing_draw.draw_id,
        draw.replaces_draw_id as earlier_id,
        1 as redraws
    from standing_draw
    inner join draw on standing_draw.draw_id = draw.draw_id
    where draw.replaces_draw_id is not null and standing_draw.basis = 'random'
    union all
    select
        chain.draw_id,
        draw.replaces_draw_id as earlier_id,
        chain.redraws + 1 as redraws
    from chain
    inner join draw on chain.earlier_id = draw.draw_id
    where draw.replaces_draw_id is not null
),

redrawn as (
    select
        chain.draw_id,
        max(chain.redraws) as redraws,
        arg_max(chain.earlier_id, chain.redraws) as first_id
    from chain
    inner join planned_draw on chain.draw_id = planned_draw.draw_id
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year and planned_draw.drawn_on <= $as_of
    group by chain.draw_id
),

gone as (
    select
        redrawn.draw_id,
        count(*) filter (where draw_object.object_id is null) as objects
    from redrawn
    inner join draw_object as first_object
        on redrawn.first_id = first_object.draw_id and first_object.substitute_for is null
    left join draw_object
        on
            redrawn.draw_id = draw_object.draw_id
            and first_object.object_id = draw_object.object_id
            and draw_object.substitute_for is null
    group by redrawn.draw_id
),

framed as (
    select
        frame.draw_id,
        frame.object_id,
        case when draw.stratified then cast(frame.class as varchar) else 'all' end as stratum
    from frame
    inner join redrawn on frame.draw_id = redrawn.draw_id
    inner join draw on frame.draw_id = draw.draw_id
    where not frame.passed_over
),

pooled as (
    select
        framed.draw_id,
        framed.stratum,
        count(*) as pool,
        count(draw_object.object_id) as drawn
    from framed
    left join draw_object
        on
            framed.draw_id = draw_object.draw_id
            and framed.object_id = draw_object.object_id
            and draw_object.substitute_for is null
    group by framed.draw_id, framed.stratum
)

select
    planned_draw.draw_id,
    planned_draw.task_id,
    planned_draw.plan_kind,
    planned_draw.seq,
    planned_draw.task,
    planned_draw.drawn_on,
    redrawn.redraws,
    draw.reason,
    coalesce(gone.objects, 0) as gone,
    pooled.stratum,
    pooled.pool,
    pooled.drawn
from redrawn
inner join planned_draw on redrawn.draw_id = planned_draw.draw_id
inner join draw on redrawn.draw_id = draw.draw_id
inner join pooled on redrawn.draw_id = pooled.draw_id
left join gone on redrawn.draw_id = gone.draw_id
order by planned_draw.drawn_on, planned_draw.draw_id, pooled.stratum = 'none', pooled.stratum
