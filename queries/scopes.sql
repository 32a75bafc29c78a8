-- One row per pool of a bureau with the number of active objects in its directory.
select
    scope.scope_id,
    scope.name as scope,
    count(object.object_id) as objects
from scope
left join object_scope on scope.scope_id = object_scope.scope_id
left join object on object_scope.object_id = object.object_id and object.status = 'active'
where scope.bureau_id = $bureau_id
group by scope.scope_id, scope.name
order by scope.scope_id
