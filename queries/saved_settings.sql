-- One row per value of a setting that was saved, for everywhere (bureau_id NULL) or for a bureau, the newest first.
select
    setting.key,
    setting.value,
    setting.bureau_id,
    bureau.name as bureau,
    setting.valid_from as valid_from_on
from setting
left join bureau on setting.bureau_id = bureau.bureau_id
where setting.key not in ('schema', 'schema_number', 'synthetic')
order by setting.key asc, setting.valid_from desc, setting.bureau_id asc nulls first, setting.setting_id asc
