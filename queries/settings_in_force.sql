-- One row per setting: the value in force for a bureau on the first day of a year; a bureau's own value beats the general one.
-- An empty value says that no such rule holds any more: it has no row. Databases of earlier releases are asked too, before their
-- upgrade: it reads no view.
with candidate as (
    select
        setting.key,
        setting.value,
        row_number() over (
            partition by setting.key
            order by case when setting.bureau_id is null then 1 else 0 end, setting.valid_from desc, setting.setting_id desc
        ) as preference
    from setting
    where
        (setting.bureau_id = $bureau_id or setting.bureau_id is null)
        and setting.valid_from <= make_date(cast($year as integer), 1, 1)
)

select
    key,
    value
from candidate
where preference = 1 and value <> ''
order by key
