-- One row per object that a draw sends inspectors to, in the order of names: what the public may see of it.
select
    draw_object.object_id,
    object.name as object
from draw_object
inner join object on draw_object.object_id = object.object_id
left join draw_object as stand_in
    on draw_object.draw_id = stand_in.draw_id and draw_object.object_id = stand_in.substitute_for
where draw_object.draw_id = $draw_id and stand_in.object_id is null
order by object.name, draw_object.object_id
