-- One row per standing draw and class: the pool and quota of that class, how many were drawn and how many visited.
-- A draw without class quotas has quota NULL; frame_size and draw_size are those of the whole draw.
with pooled as (
    select
        frame.draw_id,
        frame.class,
        count(*) as pool
    from frame
    inner join planned_draw on frame.draw_id = planned_draw.draw_id
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year and planned_draw.drawn_on <= $as_of
    group by frame.draw_id, frame.class
),

reached as (
    select
        due_visit.draw_id,
        due_visit.class,
        count(distinct due_visit.object_id) as drawn,
        count(distinct due_visit.object_id) filter (where due_visit.inspected_on <= $as_of) as visited
    from due_visit
    where due_visit.bureau_id = $bureau_id and due_visit.year = $year and due_visit.drawn_on <= $as_of
    group by due_visit.draw_id, due_visit.class
)

select
    planned_draw.task_id,
    planned_draw.plan_kind,
    planned_draw.seq,
    planned_draw.task,
    planned_draw.draw_id,
    planned_draw.drawn_on,
    planned_draw.basis,
    planned_draw.stratified,
    planned_draw.scope_id,
    pooled.class,
    pooled.pool,
    draw_quota.quota,
    coalesce(reached.drawn, 0) as drawn,
    coalesce(reached.visited, 0) as visited,
    sum(pooled.pool) over (partition by planned_draw.draw_id) as frame_size,
    sum(coalesce(reached.drawn, 0)) over (partition by planned_draw.draw_id) as draw_size
from pooled
inner join planned_draw on pooled.draw_id = planned_draw.draw_id
left join draw_quota on pooled.draw_id = draw_quota.draw_id and pooled.class = draw_quota.class
left join reached on pooled.draw_id = reached.draw_id and pooled.class = reached.class
order by planned_draw.plan_kind, planned_draw.seq, planned_draw.draw_id, pooled.class
