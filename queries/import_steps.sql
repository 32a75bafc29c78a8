-- One row per kind of file of which a bureau has something, in the order in which they build on each other: how much, and when a file of
-- that kind last came in (NULL where none is on record).
with concerned as (
    select object.object_id
    from object
    where $bureau_id is null
    union all
    select distinct object_scope.object_id
    from object_scope
    inner join scope on object_scope.scope_id = scope.scope_id
    where scope.bureau_id = $bureau_id
    union all
    -- Of the objects in no pool a bureau has those of its townships, as its directory on the registers page has them.
    select unpooled_object.object_id
    from unpooled_object
    where unpooled_object.bureau_id = $bureau_id
),

colleague as (
    select inspector.inspector_id
    from inspector
    where
        $bureau_id is null
        or inspector.unit_id in (
            select bureau_unit.unit_id from bureau_unit
            where bureau_unit.bureau_id = $bureau_id
        )
),

planned as (
    select task.task_id
    from task
    inner join plan on task.plan_id = plan.plan_id
    where $bureau_id is null or plan.bureau_id = $bureau_id
),

held as (
    select
        1 as step,
        'notice' as import_kind,
        count(*) as members
    from plan
    where $bureau_id is null or bureau_id = $bureau_id
    union all
    select
        2 as step,
        'item_list' as import_kind,
        count(*) as members
    from item
    where $bureau_id is null or bureau_id = $bureau_id
    union all
    select
        3 as step,
        'object_directory' as import_kind,
        count(*) as members
    from concerned
    union all
    select
        4 as step,
        'class_list' as import_kind,
        count(distinct risk_class.object_id) as members
    from risk_class
    inner join concerned on risk_class.object_id = concerned.object_id
    where risk_class.valid_to is null
    union all
    select
        5 as step,
        'inspector_directory' as import_kind,
        count(*) as members
    from colleague
    union all
    select
        6 as step,
        'recusals' as import_kind,
        count(*) as members
    from recusal
    inner join colleague on recusal.inspector_id = colleague.inspector_id
    union all
    select
        7 as step,
        'draws' as import_kind,
        count(*) as members
    from draw
    inner join planned on draw.task_id = planned.task_id
    where draw.kind = 'official'
    union all
    select
        8 as step,
        'results' as import_kind,
        count(*) as members
    from result
    inner join draw on result.draw_id = draw.draw_id
    inner join planned on draw.task_id = planned.task_id
    where draw.kind = 'official'
),

-- What no question counts is counted by the rows that files of its kind have brought.
brought as (
    select
        99 as step,
        import.kind as import_kind,
        sum(import.rows_new) as members
    from import
    left join held on import.kind = held.import_kind
    where
        held.import_kind is null
        and import.undone_at is null
        and ($bureau_id is null or import.bureau_id is null or import.bureau_id = $bureau_id)
    group by import.kind
),

there as (
    select *
    from held
    union all
    select *
    from brought
),

received as (
    select
        kind,
        max(imported_at) as received_at
    from import
    where undone_at is null and ($bureau_id is null or bureau_id is null or bureau_id = $bureau_id)
    group by kind
)

select
    there.step,
    there.import_kind,
    there.members,
    received.received_at
from there
left join received on there.import_kind = received.kind
where there.members > 0
order by there.step, there.import_kind
