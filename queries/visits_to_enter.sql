-- One row per due visit of a draw with what is on record of it: who comes to enter or complete a result chooses among these.
select
    due_visit.object_id,
    object.name as object,
    due_visit.unit_id,
    unit.name as unit,
    due_visit.inspected_on,
    due_visit.entered_on,
    due_visit.published_on,
    due_visit.follow_up,
    due_visit.handled_on,
    due_visit.closed_on
from due_visit
inner join object on due_visit.object_id = object.object_id
inner join unit on due_visit.unit_id = unit.unit_id
where due_visit.draw_id = $draw_id
order by due_visit.inspected_on is not null, object.name, due_visit.object_id, unit.name, due_visit.unit_id
