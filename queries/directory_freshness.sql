-- One row per directory that holds something, named as the kind of file that brings it. members: its rows; changed: those that were
-- added or altered since $since, by an import that stands or by hand, a class by its first day; when the last change was; when the
-- last file of its kind came in, whether or not it changed anything. That a synthetic database was built is no change.
-- $homeless false spares looking for objects in no pool where the asker knows that there are none: it takes the whole directory.
with pooled as (
    select object.object_id
    from object
    where $bureau_id is null
    union all
    select distinct object_scope.object_id
    from object_scope
    inner join scope on object_scope.scope_id = scope.scope_id
    where scope.bureau_id = $bureau_id
    union all
    select unpooled_object.object_id
    from unpooled_object
    where $homeless and unpooled_object.bureau_id = $bureau_id
),

member as (
    select
        'object_directory' as directory,
        object_id as member_id,
        null as since
    from pooled
    union all
    select
        'class_list' as directory,
        pooled.object_id as member_id,
        risk_class.valid_from as since
    from pooled
    inner join risk_class on pooled.object_id = risk_class.object_id
    where
        risk_class.valid_from <= $as_of
        and (risk_class.valid_to is null or $as_of < risk_class.valid_to)
    union all
    select
        'inspector_directory' as directory,
        cast(inspector.inspector_id as varchar) as member_id,
        null as since
    from inspector
    where
        $bureau_id is null
        or inspector.unit_id in (
            select bureau_unit.unit_id from bureau_unit
            where bureau_unit.bureau_id = $bureau_id
        )
    union all
    select
        'item_list' as directory,
        cast(item_id as varchar) as member_id,
        null as since
    from item
    where $bureau_id is null or bureau_id = $bureau_id
),

imported as (
    select
        case import_change.table_name
            when 'object' then 'object_directory'
            when 'object_scope' then 'object_directory'
            when 'risk_class' then 'class_list'
            when 'inspector' then 'inspector_directory'
            when 'recusal' then 'inspector_directory'
            when 'item' then 'item_list'
        end as directory,
        import_change.row_key ->> '$[0]' as member_id,
        max(import.imported_at) as changed_at
    from import_change
    inner join import on import_change.import_id = import.import_id
    where
        import.undone_at is null
        and import_change.table_name in ('object', 'object_scope', 'risk_class', 'inspector', 'recusal', 'item')
    group by all
),

edited as (
    select
        case split_part(subject, ' ', 1)
            when 'object' then case split_part(subject, ' ', 3) when 'class' then 'class_list' else 'object_directory' end
            when 'inspector' then 'inspector_directory'
            when 'item' then 'item_list'
        end as directory,
        split_part(subject, ' ', 2) as member_id,
        max(logged_at) as changed_at
    from change_log
    where action = 'edit' and split_part(subject, ' ', 1) in ('object', 'inspector', 'item')
    group by all
),

touched as (
    select *
    from imported
    union all
    select *
    from edited
),

change as (
    select
        directory,
        member_id,
        max(changed_at) as changed_at
    from touched
    group by directory, member_id
),

received as (
    select
        case kind when 'recusals' then 'inspector_directory' else kind end as directory,
        max(imported_at) as received_at
    from import
    where undone_at is null and (bureau_id is null or $bureau_id is null or bureau_id = $bureau_id)
    group by all
)

select
    member.directory,
    count(*) as members,
    count(*) filter (where change.changed_at >= $since or member.since >= $since) as changed,
    cast(greatest(max(change.changed_at), max(cast(member.since as timestamp))) as timestamp) as changed_at,
    max(received.received_at) as received_at
from member
left join change on member.directory = change.directory and member.member_id = change.member_id
left join received on member.directory = received.directory
group by member.directory
order by member.directory
