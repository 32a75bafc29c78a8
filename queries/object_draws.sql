-- One row per draw whose frozen pool held an object, the newest first: its class then, whether it was drawn, who was
-- matched. A draw that was frozen and never drawn is left out.
with team as (
    select
        draw_inspector.draw_id,
        string_agg(inspector.name, '、' order by inspector.name) as inspectors
    from draw_inspector
    inner join inspector on draw_inspector.inspector_id = inspector.inspector_id
    where draw_inspector.object_id = $object_id
    group by draw_inspector.draw_id
)

select
    draw.draw_id,
    coalesce(task.name, '') as task,
    draw.ordinal,
    cast(draw.drawn_at as date) as drawn_on,
    draw.kind as draw_kind,
    draw.basis,
    frame.class as class_at_draw,
    case
        when drawn.object_id is null then 'passed'
        when stand_in.object_id is not null then 'replaced'
        when drawn.substitute_for is not null then 'substitute'
        else 'drawn'
    end as fate,
    team.inspectors
from frame
inner join draw on frame.draw_id = draw.draw_id
left join task on draw.task_id = task.task_id
left join draw_object as drawn on frame.draw_id = drawn.draw_id and frame.object_id = drawn.object_id
left join draw_object as stand_in on frame.draw_id = stand_in.draw_id and frame.object_id = stand_in.substitute_for
left join team on frame.draw_id = team.draw_id
where
    frame.object_id = $object_id
    and exists (
        select 1 from draw_object
        where draw_object.draw_id = frame.draw_id
    )
order by draw.drawn_at desc, draw.draw_id desc
