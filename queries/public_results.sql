-- One row per published result of a draw and outcome, in the order of names: what the public may see of it at a cut-off date.
select
    result.object_id,
    object.name as object,
    unit.name as unit,
    result.published_on,
    item.name as item,
    result_outcome.outcome
from result
inner join object on result.object_id = object.object_id
inner join unit on result.unit_id = unit.unit_id
inner join draw_object on result.draw_id = draw_object.draw_id and result.object_id = draw_object.object_id
left join draw_object as stand_in
    on draw_object.draw_id = stand_in.draw_id and draw_object.object_id = stand_in.substitute_for
left join result_outcome
    on
        result.draw_id = result_outcome.draw_id
        and result.object_id = result_outcome.object_id
        and result.unit_id = result_outcome.unit_id
left join item on result_outcome.item_id = item.item_id
where result.draw_id = $draw_id and result.published_on <= $as_of and stand_in.object_id is null
order by object.name, result.object_id, unit.name, item.name, result_outcome.outcome
