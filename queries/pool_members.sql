-- One row per pool of a bureau: how many objects it holds and how many of them are active, the largest first.
select
    scope.scope_id,
    scope.name as scope,
    count(object.object_id) as members,
    count(*) filter (where object.status = 'active') as active
from scope
left join object_scope on scope.scope_id = object_scope.scope_id
left join object on object_scope.object_id = object.object_id
where $bureau_id is null or scope.bureau_id = $bureau_id
group by scope.scope_id, scope.name
order by members desc, scope.name asc, scope.scope_id asc
