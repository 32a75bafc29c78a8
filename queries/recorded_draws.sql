-- One row per official random draw of a bureau's year, replaced ones included: what was drawn from how many, and what became of it.
-- Substitutes are counted apart: the random act is what the tests look at. A pool rebuilt from a later directory is none (framed 0).
with framed as (
    select
        frame.draw_id,
        count(*) as objects
    from frame
    group by frame.draw_id
),

locked as (
    select
        draw_object.draw_id,
        count(*) filter (where draw_object.substitute_for is null) as drawn,
        count(*) filter (where draw_object.substitute_for is not null) as substitutes
    from draw_object
    group by draw_object.draw_id
)

select
    draw.draw_id,
    draw.task_id,
    task_in_force.plan_kind,
    task_in_force.seq,
    task_in_force.name as task,
    scope.name as scope,
    draw.ordinal,
    cast(draw.drawn_at as date) as drawn_on,
    draw.stratified,
    draw.rotation,
    standing_draw.draw_id is not null as stands,
    case when draw.method = 'platform_pool_rebuilt' then 0 else coalesce(framed.objects, 0) end as framed,
    coalesce(locked.drawn, 0) as drawn,
    coalesce(locked.substitutes, 0) as substitutes
from draw
inner join task_in_force on draw.task_id = task_in_force.task_id
left join past_task
    on
        draw.task_id = past_task.task_id
        and cast(draw.drawn_at as date) >= past_task.valid_from
        and cast(draw.drawn_at as date) < past_task.valid_until
left join scope
    on
        case
            when past_task.task_id is not null then coalesce(past_task.draw_scope_id, past_task.scope_id)
            else coalesce(task_in_force.draw_scope_id, task_in_force.scope_id)
        end = scope.scope_id
left join standing_draw on draw.draw_id = standing_draw.draw_id
left join framed on draw.draw_id = framed.draw_id
left join locked on draw.draw_id = locked.draw_id
where
    task_in_force.bureau_id = $bureau_id
    and task_in_force.year = $year
    and cast(draw.drawn_at as date) <= $as_of
    and draw.kind = 'official'
    and draw.basis = 'random'
order by draw.drawn_at, draw.draw_id
