-- One row per unit an inspector of a bureau can work for: its own, and those that were ever in its scope; every unit where no bureau
-- is given.
select
    unit.unit_id,
    unit.name as inspector_unit
from unit
where
    $bureau_id is null
    or unit.unit_id in (
        select bureau_unit.unit_id from bureau_unit
        where bureau_unit.bureau_id = $bureau_id
    )
order by unit.name, unit.unit_id
