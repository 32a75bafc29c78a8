-- One row per class of a draw's frame: objects in it, and of them drawn and standing (no substitute stands in for them).
select
    frame.class,
    count(*) as pool,
    count(draw_object.object_id) filter (where stand_in.object_id is null) as drawn
from frame
left join draw_object on frame.draw_id = draw_object.draw_id and frame.object_id = draw_object.object_id
left join draw_object as stand_in
    on draw_object.draw_id = stand_in.draw_id and draw_object.object_id = stand_in.substitute_for
where frame.draw_id = $draw_id
group by frame.class
order by frame.class
