-- One row per pool of a bureau and risk class: active objects of its directory that have this class on the day asked for.
select
    scope.scope_id,
    scope.name as scope,
    coalesce(risk_class.class, 'none') as class,
    count(*) as objects
from scope
inner join object_scope on scope.scope_id = object_scope.scope_id
inner join object on object_scope.object_id = object.object_id and object.status = 'active'
left join risk_class
    on
        object_scope.object_id = risk_class.object_id
        and risk_class.valid_from <= $as_of
        and (risk_class.valid_to is null or risk_class.valid_to > $as_of)
where scope.bureau_id = $bureau_id
group by scope.scope_id, scope.name, coalesce(risk_class.class, 'none')
order by scope.scope_id, coalesce(risk_class.class, 'none')
