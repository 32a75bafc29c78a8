-- One row per entry of the change log that was looked for, the newest $most; matching counts them all.
-- kind, rest and name say what a subject such as "plan 3 published_on" means: plan, what follows, and the title of plan 3 (NULL where it
-- has no name or is gone).
with brought as (
    select distinct kind from import_file
),

entry as (
    select
        change_log.*,
        coalesce(
            nullif(regexp_extract(
                change_log.subject,
                '^(plan|task|bureau|object|inspector|item|draw|setting|rubric|database|import|mapping|backup|notice|person)( |$)', 1
            ), ''),
            brought.kind
        ) as kind,
        count(*) over () as matching
    from change_log
    left join brought on split_part(change_log.subject, ' ', 1) = brought.kind
    where
        ($actor is null or change_log.actor = $actor)
        and ($action is null or change_log.action = $action)
        and ($since is null or change_log.logged_at >= $since)
        and ($until is null or change_log.logged_at < cast($until as date) + 1)
        and ($text is null or contains(
            lower(concat_ws(
                ' ', change_log.subject, change_log.before, change_log.after, change_log.source_file, change_log.actor
            )), lower($text)
        ))
    order by change_log.seq desc
    limit $most
),

told as (
    select
        *,
        substring(subject, length(kind) + 2) as rest,
        split_part(subject, ' ', 2) as id
    from entry
)

select
    told.seq,
    told.logged_at,
    told.actor,
    told.action,
    told.subject,
    told.kind,
    told.rest,
    coalesce(
        plan.title, task.name, object.name, inspector.name, item.name, bureau.name, drawn_task.name, imported_file.name
    ) as name,
    told.before,
    told.after,
    told.source_file,
    told.matching
from told
left join plan on told.kind = 'plan' and plan.plan_id = try_cast(told.id as bigint)
left join task on told.kind = 'task' and task.task_id = try_cast(told.id as bigint)
left join object on told.kind = 'object' and object.object_id = told.id
left join inspector on told.kind = 'inspector' and inspector.inspector_id = try_cast(told.id as bigint)
left join item on told.kind = 'item' and item.item_id = try_cast(told.id as bigint)
left join bureau on told.kind = 'bureau' and bureau.bureau_id = try_cast(told.id as bigint)
left join draw on told.kind = 'draw' and draw.draw_id = try_cast(told.id as bigint)
left join task as drawn_task on draw.task_id = drawn_task.task_id
left join import on told.kind = 'import' and import.import_id = try_cast(told.id as bigint)
left join import_file as imported_file on import.file_sha256 = imported_file.file_sha256
order by told.seq desc
