-- One row: what the directory holds of one object, each column under its own name but for three that other tables have too.
-- A column that the directory gains is shown without a change here.
select
    * exclude (name, kind, status), -- noqa: AM04
    name as object,
    kind as object_kind,
    status as object_status
from object
where object_id = $object_id
