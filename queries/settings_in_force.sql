-- One row per setting: the value in force for a bureau on the first day of a year; for who is no bureau the general values.
select
    setting_in_force.key,
    setting_in_force.value
from setting_in_force
where
    setting_in_force.bureau_id is not distinct from (
        select bureau.bureau_id from bureau
        where bureau.bureau_id = $bureau_id
    )
    and cast($year as integer) between setting_in_force.first_year and setting_in_force.last_year
order by setting_in_force.key
