-- One row per drawn object of a draw, substitutes included, in ticket order within its class (or over all where classes were ignored).
-- state: drawn, replaced (a substitute stands in for it), substitute.
select
    draw_object.place,
    draw_object.object_id,
    object.name as object,
    draw_object.class,
    draw_object.substitute_for,
    draw_object.reason,
    case
        when stand_in.object_id is not null then 'replaced'
        when draw_object.substitute_for is not null then 'substitute'
        else 'drawn'
    end as drawn_as,
    frame.passed_over,
    draw.kind = 'official' as is_official
from draw_object
inner join draw on draw_object.draw_id = draw.draw_id
inner join object on draw_object.object_id = object.object_id
left join frame on draw_object.draw_id = frame.draw_id and draw_object.object_id = frame.object_id
left join draw_object as stand_in
    on draw_object.draw_id = stand_in.draw_id and draw_object.object_id = stand_in.substitute_for
where draw_object.draw_id = $draw_id
order by case when draw.stratified then draw_object.class end nulls last, draw_object.place, draw_object.object_id
