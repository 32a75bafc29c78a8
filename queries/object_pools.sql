-- One row per pool an object lies in, of whichever bureau.
select
    scope.scope_id,
    scope.name as scope,
    bureau.bureau_id,
    bureau.name as bureau
from object_scope
inner join scope on object_scope.scope_id = scope.scope_id
inner join bureau on scope.bureau_id = bureau.bureau_id
where object_scope.object_id = $object_id
order by bureau.bureau_id, scope.name, scope.scope_id
