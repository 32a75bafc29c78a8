-- One row: what the directory holds of one object.
select
    object_id,
    name as object,
    kind as object_kind,
    industry,
    region,
    status as object_status,
    is_market_entity,
    initials
from object
where object_id = $object_id
