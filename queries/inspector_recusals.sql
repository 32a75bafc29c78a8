-- One row per object that an inspector must not visit (回避).
select
    recusal.object_id,
    object.name as object,
    recusal.reason
from recusal
inner join object on recusal.object_id = object.object_id
where recusal.inspector_id = $inspector_id
order by object.name, recusal.object_id
