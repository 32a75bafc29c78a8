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

drawn as (
    select
        locked_object.draw_id,
        locked_object.class,
        count(*) as objects
    from locked_object
    inner join planned_draw on locked_object.draw_id = planned_draw.draw_id
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year and planned_draw.drawn_on <= $as_of
    group by locked_object.draw_id, locked_object.class
),

visited as (
    select
        due_visit.draw_id,
        due_visit.class,
        count(distinct due_visit.object_id) as objects
    from due_visit
    where due_visit.bureau_id = $bureau_id and due_visit.year = $year and due_visit.inspected_on <= $as_of
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
    coalesce(drawn.objects, 0) as drawn,
    coalesce(visited.objects, 0) as visited,
    sum(pooled.pool) over (partition by planned_draw.draw_id) as frame_size,
    sum(coalesce(drawn.objects, 0)) over (partition by planned_draw.draw_id) as draw_size
from pooled
inner join planned_draw on pooled.draw_id = planned_draw.draw_id
left join draw_quota on pooled.draw_id = draw_quota.draw_id and pooled.class = draw_quota.class
left join drawn on pooled.draw_id = drawn.draw_id and pooled.class = drawn.class
left join visited on pooled.draw_id = visited.draw_id and pooled.class = visited.class
order by planned_draw.plan_kind, planned_draw.seq, planned_draw.draw_id, pooled.class
