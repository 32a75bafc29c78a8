-- One row per inspector matched to a drawn object of a draw.
select
    draw_inspector.object_id,
    inspector.certificate_no,
    inspector.inspector_id,
    inspector.name as inspector,
    unit.name as unit
from draw_inspector
inner join inspector on draw_inspector.inspector_id = inspector.inspector_id
inner join unit on inspector.unit_id = unit.unit_id
where draw_inspector.draw_id = $draw_id
order by draw_inspector.object_id, inspector.certificate_no
