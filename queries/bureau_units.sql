-- One row per unit an inspector of a bureau can work for: its own, and those that were ever in its scope; every unit where no bureau
-- is given.
select
    unit.unit_id,
    unit.name as inspector_unit
from unit
where
    $bureau_id is null
    or unit.bureau_id = $bureau_id
    or exists (
        select 1 from membership
        where membership.unit_id = unit.unit_id and membership.bureau_id = $bureau_id
    )
order by unit.name, unit.unit_id
