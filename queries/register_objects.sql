-- One row per object of the directory (检查对象名录库) that was looked for, the first $most by initials in pinyin; matching counts them all.
-- A bureau's directory is what lies in its pools and what lies in no pool but in its townships (unpooled_object); where no bureau is
-- given it is everything.
-- $homeless false spares looking for objects in no pool where the asker knows that there are none: it takes the whole directory.
-- $text finds part of a name, of a number or of the initials in pinyin. class is 'none' where there is none.
with belonging as (
    select
        object_scope.object_id,
        string_agg(scope.name, '、' order by scope.name) as pools
    from object_scope
    inner join scope on object_scope.scope_id = scope.scope_id
    where ($bureau_id is null or scope.bureau_id = $bureau_id) and not $without_pool
    group by object_scope.object_id
),

-- Looked for by pool before anything else is read: a province has a hundred times the objects of a bureau.
listed as (
    select
        belonging.object_id,
        belonging.pools
    from belonging
    where
        $scope_id is null
        or belonging.object_id in (
            select object_scope.object_id from object_scope
            where object_scope.scope_id = $scope_id
        )
    union all
    select
        object.object_id,
        null as pools
    from object
    where
        $scope_id is null
        and $homeless
        and $bureau_id is null
        and not exists (
            select 1 from object_scope
            where object_scope.object_id = object.object_id
        )
    union all
    select
        unpooled_object.object_id,
        null as pools
    from unpooled_object
    where $scope_id is null and $homeless and unpooled_object.bureau_id = $bureau_id
),

classified as (
    select
        object_id,
        class
    from risk_class
    where
        valid_from <= $as_of
        and (valid_to is null or $as_of < valid_to)
        and object_id in (select listed.object_id from listed)
)

select
    object.object_id,
    object.name as object,
    object.kind as object_kind,
    object.industry,
    object.region,
    object.status as object_status,
    coalesce(cast(classified.class as varchar), 'none') as class,
    listed.pools,
    count(*) over () as matching
from object
inner join listed on object.object_id = listed.object_id
left join classified on object.object_id = classified.object_id
where
    (
        $text is null
        or contains(lower(object.name), lower($text))
        or contains(lower(object.object_id), lower($text))
        or contains(object.initials, lower($text))
    )
    and ($object_kind is null or object.kind = $object_kind)
    and ($object_status is null or object.status = $object_status)
    and ($region is null or object.region = $region)
    and ($industry is null or object.industry = $industry)
    and ($class_code is null or coalesce(cast(classified.class as varchar), 'none') = $class_code)
order by object.initials nulls last, object.name, object.object_id
limit $most
