-- One row per class an object has had, the oldest first; valid_until_on is the first day it no longer held, NULL while it does.
select
    class,
    valid_from as valid_from_on,
    valid_to as valid_until_on,
    source as class_source
from risk_class
where object_id = $object_id
order by valid_from
